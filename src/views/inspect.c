/* inspect.c - what is selected, as the kernel's C struct with live values
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/inspect.h"

#include <stdarg.h>
#include <string.h>

#include "engine/virt/process.h"
#include "views/inspect-private.h"

/* --- rows --- */

PwkInspectRow *
pwk_row (PwkInspection *inspection,
         bool seed,
         const char *name,
         const char *type,
         const char *meaning,
         const char *format,
         ...)
{
  PwkInspectRow row = { .name = g_strdup (name),
                        .type = g_strdup (type != NULL ? type : ""),
                        .meaning = g_strdup (meaning != NULL ? meaning : ""),
                        .depth = inspection->depth,
                        .seed = seed };
  va_list args;

  va_start (args, format);
  row.value = g_strdup_vprintf (format, args);
  va_end (args);
  g_array_append_val (inspection->rows, row);
  return &g_array_index (inspection->rows, PwkInspectRow, inspection->rows->len - 1);
}

void
pwk_row_begin (PwkInspection *inspection, const char *name, const char *type, const char *meaning)
{
  pwk_row (inspection, PWK_NEWER, name, type, meaning, "%s", "");
  inspection->depth++;
}

void
pwk_row_end (PwkInspection *inspection)
{
  inspection->depth--;
}

void
pwk_inspect_head (PwkInspection *inspection, const char *title, const char *where, char *subject)
{
  PwkInspectModel *model = inspection->model;

  model->title = g_strdup (title);
  model->subject = subject;
  /* Translators: a file of the kernel's source and the version of Linux. */
  model->where = where != NULL ? g_strdup_printf (_("%s, Linux %s"), where,
                                                  pwk_words_kernel (inspection->machine->profile))
                               : g_strdup ("");
}

void
pwk_inspect_note (PwkInspection *inspection, const char *note)
{
  PwkInspectModel *model = inspection->model;
  char *old = model->note;

  model->note = old != NULL ? g_strconcat (old, "\n", note, NULL) : g_strdup (note);
  g_free (old);
}

void
pwk_inspect_rules (PwkInspection *inspection, PwkRuleAbout about)
{
  const PwkProfile *profile = inspection->machine->profile;
  g_autoptr(GString) text = g_string_new (NULL);
  const PwkRuleInfo *rule;

  for (unsigned i = 0; (rule = pwk_rule_info (i)) != NULL; i++)
    if (rule->about == about && pwk_rule_holds (profile, i))
      g_string_append_printf (text, "\n• %s", _(rule->text));
  if (text->len > 0)
    {
      /* Translators: before a list of rules; %s is a version. */
      g_string_prepend (text, pwk_inspect_text (inspection, g_strdup_printf (_("Not so in all "
                                                                               "kernels, but in "
                                                                               "Linux %s:"),
                                                                             profile->kernel)));
      pwk_inspect_note (inspection, text->str);
    }
}

/* --- what has just changed --- */

bool
pwk_happened (const PwkInspection *inspection, PwkEventKind kind, unsigned i, uint64_t value)
{
  const PwkObservation *observation = inspection->observation;

  for (uint32_t n = 0; n < observation->n_events; n++)
    if (observation->events[n].kind == (uint32_t) kind && observation->events[n].arg[i] == value)
      return true;

  return false;
}

bool
pwk_happened_two (const PwkInspection *inspection,
                  PwkEventKind kind,
                  unsigned i,
                  uint64_t value,
                  unsigned k,
                  uint64_t other)
{
  const PwkObservation *observation = inspection->observation;

  for (uint32_t n = 0; n < observation->n_events; n++)
    if (observation->events[n].kind == (uint32_t) kind && observation->events[n].arg[i] == value &&
        observation->events[n].arg[k] == other)
      return true;

  return false;
}

/* --- texts --- */

const char *
pwk_inspect_text (PwkInspection *inspection, char *eaten)
{
  g_ptr_array_add (inspection->texts, eaten);
  return eaten;
}

const char *
pwk_text_pages (PwkInspection *inspection, uint64_t pages)
{
  return pwk_inspect_text (inspection, pwk_format_pages (&inspection->view, pages));
}

const char *
pwk_text_address (PwkInspection *inspection, uint64_t address)
{
  return pwk_inspect_text (inspection, pwk_format_address (&inspection->view, address));
}

PwkIndex
pwk_inspect_task (const PwkInspection *inspection)
{
  return pwk_view_task (inspection->observation, &inspection->view);
}

/* --- which thing --- */

static bool
inspect_physical (PwkInspection *inspection, const PwkThingParts *thing)
{
  switch ((int) thing->thing)
    {
    case PWK_THING_PFN:
      return pwk_inspect_frame (inspection, thing->pfn);
    case PWK_THING_BLOCK:
      return pwk_inspect_block (inspection, thing->pfn, thing->order);
    case PWK_THING_PAGEBLOCK:
      return pwk_inspect_pageblock (inspection, thing->pfn);
    case PWK_THING_NODE:
      return pwk_inspect_node (inspection, (unsigned) thing->number);
    case PWK_THING_ZONE:
    case PWK_THING_WATERMARK:
      return pwk_inspect_zone (inspection, thing->node, thing->zone);
    case PWK_THING_FREE_LIST:
      return pwk_inspect_free_list (inspection, thing->node, thing->zone, thing->order,
                                    thing->migratetype);
    case PWK_THING_PCP:
      return pwk_inspect_pcp (inspection, thing->node, thing->zone, thing->cpu);
    case PWK_THING_LRU:
      return pwk_inspect_lru (inspection, thing->node, thing->zone, thing->lru);
    case PWK_THING_SWAP:
      return pwk_inspect_slot (inspection, thing->number);
    case PWK_THING_CPU:
      return pwk_inspect_cpu (inspection, (unsigned) thing->number);
    default:
      return false;
    }
}

static bool
inspect_virtual (PwkInspection *inspection, const PwkThingParts *thing)
{
  switch ((int) thing->thing)
    {
    case PWK_THING_PROCESS:
      return pwk_inspect_process (inspection, (int64_t) thing->number);
    case PWK_THING_MM:
      return pwk_inspect_mm (inspection, (int64_t) thing->number);
    case PWK_THING_VMA:
      return pwk_inspect_vma (inspection, thing->address);
    case PWK_THING_GAP:
      return pwk_inspect_gap (inspection, thing->address);
    case PWK_THING_FILE:
      return pwk_inspect_file (inspection, (PwkIndex) thing->number);
    case PWK_THING_ADDRESS:
      return pwk_inspect_address (inspection, thing->address);
    case PWK_THING_EVENT:
      return pwk_inspect_event (inspection, thing->number);
    default:
      return false;
    }
}

static bool
inspect_mapping (PwkInspection *inspection, const PwkThingParts *thing)
{
  switch ((int) thing->thing)
    {
    case PWK_THING_TABLE:
      return pwk_inspect_table (inspection, thing->pfn, thing->level);
    case PWK_THING_ENTRY:
      return pwk_inspect_entry (inspection, thing->pfn, thing->index);
    case PWK_THING_TLB:
      return pwk_inspect_tlb (inspection, thing->cpu, thing->level);
    case PWK_THING_TLB_SET:
      return pwk_inspect_tlb_set (inspection, thing->cpu, thing->level, thing->index);
    case PWK_THING_TLB_WAY:
      return pwk_inspect_tlb_way (inspection, thing->cpu, thing->level, thing->index, thing->way);
    case PWK_THING_WALK_CACHE:
      return pwk_inspect_walk_cache (inspection, thing->cpu, thing->level, thing->index);
    default:
      return false;
    }
}

static bool
inspect_kernel_memory (PwkInspection *inspection, const PwkThingParts *thing)
{
  switch ((int) thing->thing)
    {
    case PWK_THING_CACHE:
      return pwk_inspect_cache (inspection, thing->number);
    case PWK_THING_SLAB:
      return pwk_inspect_slab (inspection, thing->pfn);
    case PWK_THING_OBJECT:
      return pwk_inspect_object (inspection, thing->address);
    case PWK_THING_ADDRESS:
      return pwk_inspect_vmap_area (inspection, thing->address);
    default:
      return false;
    }
}

gpointer
pwk_inspect_build (const PwkObservation *observation, gconstpointer data)
{
  const PwkInspectParams *params = data;
  const PwkThingParts thing = pwk_thing_parts (params->selection);
  PwkInspection inspection = {
    .observation = observation,
    .machine = observation->machine,
    .params = params,
    .model = g_new0 (PwkInspectModel, 1),
    .rows = g_array_new (FALSE, TRUE, sizeof (PwkInspectRow)),
    .texts = g_ptr_array_new_with_free_func (g_free),
  };
  bool there;

  inspection.view.decimal = params->decimal;
  inspection.view.kib = params->kib;
  inspection.view.pid = params->pid;
  there = inspect_kernel_memory (&inspection, &thing) || inspect_physical (&inspection, &thing) ||
          inspect_virtual (&inspection, &thing) ||
          inspect_mapping (&inspection, &thing);
  inspection.model->n_rows = inspection.rows->len;
  inspection.model->rows = (PwkInspectRow *) g_array_free (inspection.rows, FALSE);
  g_ptr_array_unref (inspection.texts);
  if (!there)
    g_clear_pointer (&inspection.model, pwk_inspect_free);

  return inspection.model;
}

void
pwk_inspect_free (gpointer data)
{
  PwkInspectModel *model = data;

  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      g_free (model->rows[i].name);
      g_free (model->rows[i].type);
      g_free (model->rows[i].value);
      g_free (model->rows[i].meaning);
    }
  g_free (model->rows);
  g_free (model->title);
  g_free (model->subject);
  g_free (model->where);
  g_free (model->note);
  g_free (model);
}
