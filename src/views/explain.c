/* explain.c - events in words: the sentence, the rule behind it, the chain of causes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain.h"

#include <string.h>

#include "engine/core/string.h"
#include "engine/paging/mm.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/inode.h"
#include "engine/virt/process.h"
#include "views/explain-private.h"

/* --- words for arguments --- */

char *
pwk_say_gfp (uint64_t gfp)
{
  GString *text = g_string_new (NULL);

  pwk_gfp_append (text, (uint32_t) gfp);
  return g_string_free (text, FALSE);
}

static bool
in_pool (const PwkMachine *machine, PwkPoolId pool, uint64_t index)
{
  return index != 0 && index < machine->st->pools[pool].next;
}

char *
pwk_say_file (const PwkMachine *machine, uint64_t inode)
{
  const char *name = in_pool (machine, PWK_POOL_INODE, inode)
                         ? pwk_string (machine, pwk_inode (machine, (PwkIndex) inode)->name)
                         : "";

  /* Translators: a file whose name is not known, by its number. */
  return name[0] != '\0' ? g_strdup (name) : g_strdup_printf (_("file %llu"), PWK_N (inode));
}

char *
pwk_say_task (const PwkMachine *machine, uint64_t task)
{
  return pwk_words_task (machine, in_pool (machine, PWK_POOL_TASK, task) ? (PwkIndex) task : 0);
}

char *
pwk_say_mm (const PwkMachine *machine, uint64_t mm)
{
  PwkIndex owner = in_pool (machine, PWK_POOL_MM, mm) ? pwk_mm (machine, (PwkIndex) mm)->owner : 0;

  return pwk_say_task (machine, owner);
}

const char *
pwk_say_string (const PwkMachine *machine, uint64_t string)
{
  return string != 0 && string < machine->st->n_strings_bytes
             ? pwk_string (machine, (PwkIndex) string)
             : "";
}

/* --- sentences --- */

/* What is left for an event that no room has a sentence for: its name and fields. */
static char *
plain_sentence (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *fields = pwk_explain_fields (machine, event);

  return g_strdup_printf ("%s  %s", pwk_event_info ((PwkEventKind) event->kind)->name, fields);
}

char *
pwk_explain_event (const PwkMachine *machine, const PwkEvent *event)
{
  static char *(*const groups[]) (const PwkMachine *, const PwkEvent *) = {
    pwk_explain_core, pwk_explain_phys,  pwk_explain_kalloc, pwk_explain_reclaim, pwk_explain_move,
    pwk_explain_virt, pwk_explain_fault, pwk_explain_paging, pwk_explain_numa,
    pwk_explain_hugetlb,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      char *sentence = groups[i] (machine, event);

      if (sentence != NULL)
        return sentence;
    }

  return plain_sentence (machine, event);
}

/* --- rules --- */

static const PwkRule *
find_rule (unsigned kind)
{
  static const PwkRule *(*const groups[]) (unsigned) = {
    pwk_rule_core, pwk_rule_phys,  pwk_rule_kalloc, pwk_rule_reclaim, pwk_rule_move,
    pwk_rule_virt, pwk_rule_fault, pwk_rule_paging, pwk_rule_numa,
    pwk_rule_hugetlb,
  };

  for (size_t i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      const PwkRule *rule = groups[i] (kind);

      if (rule != NULL && rule->why != NULL)
        return rule;
    }

  return NULL;
}

/* "mm/page_alloc.c:expand" → "expand", "mm/page_alloc.c"; false for what is no function of the
 * kernel. */
static bool
split_where (const char *where, char **function, char **file)
{
  const char *colon = strrchr (where, ':');

  if (colon == NULL)
    return false;
  *function = g_strdup (colon + 1);
  *file = g_strndup (where, (gsize) (colon - where));
  return true;
}

static void
append_place (GString *text, const PwkProfile *profile, const char *where)
{
  g_autofree char *function = NULL, *file = NULL;

  if (strcmp (where, "hardware") == 0)
    g_string_append (text, _("\nDone by the processor itself (Intel SDM, volume 3A)."));
  else if (split_where (where, &function, &file))
    /* Translators: a function of the kernel, its file, the version of Linux. */
    g_string_append_printf (text, _("\nIn the kernel: %s, %s, Linux %s."), function, file,
                            pwk_words_kernel (profile));
}

/* Which function asked what a call was refused for. */
static void
append_check (GString *text, const PwkEvent *event)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  g_autofree char *function = NULL, *file = NULL;

  for (uint32_t i = 0; i < info->n_fields; i++)
    if (info->fields[i].type == PWK_FIELD_REFUSAL && event->arg[i] < PWK_N_REFUSALS
        && split_where (pwk_refusal_where ((unsigned) event->arg[i]), &function, &file))
      {
        /* Translators: a function of the kernel and its file. */
        g_string_append_printf (text, _("\nChecked by: %s, %s."), function, file);
        return;
      }
}

char *
pwk_explain_why (const PwkMachine *machine, const PwkEvent *event)
{
  const PwkRule *rule = find_rule (event->kind);
  GString *text = g_string_new (rule != NULL ? _(rule->why) : NULL);

  append_place (text, machine->profile, pwk_event_info ((PwkEventKind) event->kind)->where);
  append_check (text, event);
  if (rule != NULL && rule->seed != NULL)
    /* Translators: the term by which the basic document of this field calls it. */
    g_string_append_printf (text, _("\nTerm: %s."), rule->seed);

  return g_string_free (text, FALSE);
}

/* --- chains --- */

static char *
chain_line (const PwkEvent *event)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  g_autofree char *function = NULL, *file = NULL;

  if (split_where (info->where, &function, &file))
    return g_strdup_printf ("%s  %s", function, file);
  if (strcmp (info->where, "hardware") == 0)
    return g_strdup_printf ("%s  %s", info->name, _("hardware"));

  return g_strdup (info->name);
}

char **
pwk_explain_chain (const PwkObservation *observation)
{
  char **chain = g_new0 (char *, observation->n_chain + 1);

  for (uint32_t i = 0; i < observation->n_chain; i++)
    {
      const PwkEvent *event = &observation->chain[observation->n_chain - 1 - i];

      if (event->kind == PWK_EV_STATEMENT || event->kind == PWK_EV_SYSCALL)
        chain[i] = g_strdup_printf (
            "%s ()  %s",
            pwk_say_string (observation->machine, event->arg[event->kind == PWK_EV_STATEMENT]),
            event->kind == PWK_EV_STATEMENT ? _("statement") : _("system call"));
      else
        chain[i] = chain_line (event);
    }

  return chain;
}

/* --- fields --- */

static char *
address_value (uint64_t value)
{
  return g_strdup_printf ("0x%llx", PWK_N (value));
}

static char *
named_value (const char *name, uint64_t value)
{
  return name != NULL ? g_strdup (name) : g_strdup_printf ("%lld", (long long) value);
}

char *
pwk_explain_value (const PwkMachine *machine, PwkFieldType type, uint64_t value)
{
  switch (type)
    {
    case PWK_FIELD_PFN:
      return value == PWK_NO_PFN ? g_strdup (C_("frame", "none"))
                                 : g_strdup_printf ("%llu", PWK_N (value));
    case PWK_FIELD_HEX:
    case PWK_FIELD_ADDR:
      return address_value (value);
    case PWK_FIELD_PTE:
      return pwk_words_pte (machine->format, value, PWK_LEVEL_PTE);
    case PWK_FIELD_GFP:
      return pwk_say_gfp (value);
    case PWK_FIELD_MIGRATETYPE:
      return g_strdup (pwk_migratetype_name ((unsigned) MIN (value, PWK_MIGRATE_TYPES)));
    case PWK_FIELD_ZONE:
      return g_strdup (pwk_zone_name ((unsigned) MIN (value, PWK_MAX_NR_ZONES)));
    case PWK_FIELD_STRING:
      return g_strdup (pwk_say_string (machine, value));
    case PWK_FIELD_ERRNO:
      return g_strdup (value == 0 ? "0" : pwk_words_errno ((int) value));
    case PWK_FIELD_LEVEL:
      return g_strdup (value >= PWK_LEVEL_PTE && value <= PWK_LEVEL_PGD
                           ? pwk_level_name ((PwkLevel) value)
                           : "-");
    case PWK_FIELD_VM_FLAGS:
      return pwk_words_vm_flags (value);
    case PWK_FIELD_TASK:
      return pwk_say_task (machine, value);
    case PWK_FIELD_NODE:
      return g_strdup_printf ("%d", (int) value);
    case PWK_FIELD_REFUSAL:
      return g_strdup (value < PWK_N_REFUSALS ? pwk_refusal_name ((unsigned) value) : "?");
    case PWK_FIELD_ADVICE:
      return named_value (pwk_advice_name ((int64_t) value), value);
    case PWK_FIELD_RLIMIT:
      return named_value (pwk_rlimit_name (value), value);
    case PWK_FIELD_NUMBER: case PWK_FIELD_ORDER: case PWK_FIELD_CPU: case PWK_N_FIELD_TYPES:
    default:
      return g_strdup_printf ("%lld", (long long) value);
    }
}

char *
pwk_explain_fields (const PwkMachine *machine, const PwkEvent *event)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < info->n_fields; i++)
    {
      g_autofree char *value = pwk_explain_value (machine, info->fields[i].type, event->arg[i]);

      g_string_append_printf (text, "%s%s %s", i > 0 ? "  " : "", info->fields[i].name, value);
    }

  return g_string_free (text, FALSE);
}

/* --- what happens now --- */

gpointer
pwk_now_build (const PwkObservation *observation, gconstpointer unused)
{
  PwkNowModel *model = g_new0 (PwkNowModel, 1);

  model->chain = pwk_explain_chain (observation);
  if (observation->n_chain == 0)
    {
      model->sentence = g_strdup (_("The machine is switched off: nothing has happened yet."));
      model->why = g_strdup (_("The first statement boots it: memory is found, divided into zones, "
                               "and given to the buddy system."));
      return model;
    }

  model->event = observation->chain[0];
  model->sentence = pwk_explain_event (observation->machine, &model->event);
  model->why = pwk_explain_why (observation->machine, &model->event);
  return model;
}

void
pwk_now_free (gpointer data)
{
  PwkNowModel *model = data;

  g_free (model->sentence);
  g_free (model->why);
  g_strfreev (model->chain);
  g_free (model);
}
