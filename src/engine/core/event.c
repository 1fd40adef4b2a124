/* event.c - the table of event kinds
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/event.h"

#include <string.h>

static const struct { const char *suffix; PwkFieldType type; } suffixes[] = {
  { "x", PWK_FIELD_HEX }, { "pfn", PWK_FIELD_PFN }, { "addr", PWK_FIELD_ADDR }, { "gfp", PWK_FIELD_GFP },
  { "order", PWK_FIELD_ORDER }, { "mt", PWK_FIELD_MIGRATETYPE }, { "zone", PWK_FIELD_ZONE }, { "node", PWK_FIELD_NODE },
  { "s", PWK_FIELD_STRING }, { "errno", PWK_FIELD_ERRNO }, { "pte", PWK_FIELD_PTE }, { "level", PWK_FIELD_LEVEL },
  { "flags", PWK_FIELD_VMFLAGS }, { "task", PWK_FIELD_TASK }, { "cpu", PWK_FIELD_CPU },
  { "why", PWK_FIELD_REFUSAL }, { "advice", PWK_FIELD_ADVICE }, { "rlimit", PWK_FIELD_RLIMIT },
};

static const struct { const char *name, *where, *fields; uint32_t cost_ns; } kinds[PWK_N_EVENTS] = {
#define PWK_EVENT(ID, NAME, COST, WHERE, FIELDS) [PWK_EV_##ID] = { NAME, WHERE, FIELDS, COST },
#include "engine/core/event-kinds.def"
#undef PWK_EVENT
};

static PwkFieldType
field_type (const char *suffix)
{
  for (size_t i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (strcmp (suffixes[i].suffix, suffix) == 0)
      return suffixes[i].type;
  g_error ("event-kinds.def: unknown field suffix “%s”", suffix);
}

static PwkEventInfo *
build_table (void)
{
  PwkEventInfo *table = g_new0 (PwkEventInfo, PWK_N_EVENTS);

  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      g_auto(GStrv) words = g_strsplit (kinds[kind].fields, " ", -1);
      PwkEventInfo *info = &table[kind];

      info->name = kinds[kind].name;
      info->where = kinds[kind].where;
      info->cost_ns = kinds[kind].cost_ns;
      for (char **word = words; *word && **word; word++)
        {
          char *colon = strchr (*word, ':');
          PwkField *field = &info->fields[info->n_fields++];

          g_assert (info->n_fields <= PWK_EVENT_ARGS);
          if (colon)
            *colon = 0;
          g_strlcpy (field->name, *word, sizeof field->name);
          field->type = colon ? field_type (colon + 1) : PWK_FIELD_DECIMAL;
        }
    }
  return table;
}

const PwkEventInfo *
pwk_event_info (PwkEventKind kind)
{
  static PwkEventInfo *table;

  g_return_val_if_fail ((unsigned) kind < PWK_N_EVENTS, NULL);
  if (g_once_init_enter (&table))
    g_once_init_leave (&table, build_table ());
  return &table[kind];
}

int
pwk_event_from_name (const char *name)
{
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    if (strcmp (kinds[kind].name, name) == 0)
      return kind;
  return -1;
}
