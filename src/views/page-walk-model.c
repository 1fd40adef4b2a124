/* page-walk-model.c - one address on its way through the page tables, and the kernel's repair
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/page-walk-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/virt/process.h"
#include "engine/virt/vma.h"
#include "views/event-address.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

/* --- which address, in which tables --- */

static bool
is_about_page (const PwkEvent *event, PwkVaddr addr)
{
  PwkVaddr about;

  return pwk_event_address (event, &about) && about >> PWK_PAGE_SHIFT == addr >> PWK_PAGE_SHIFT;
}

/* How the address was meant to be used, as far as an event says. */
static void
learn_access (const PwkEvent *event, PwkAccessKind *kind)
{
  uint32_t error = 0;

  if (event->kind == PWK_EV_ACCESS)
    *kind = (PwkAccessKind) MIN (pwk_arg (event, ACCESS, kind), PWK_ACCESS_FETCH);
  else if (event->kind == PWK_EV_ACCESS_FAULT || event->kind == PWK_EV_PAGE_FAULT_USER)
    {
      error = (uint32_t) pwk_arg (event, ACCESS_FAULT, error);
      *kind = (error & PWK_PF_INSTR) != 0   ? PWK_ACCESS_FETCH
              : (error & PWK_PF_WRITE) != 0 ? PWK_ACCESS_STORE
                                            : PWK_ACCESS_LOAD;
    }
}

/* Before the hardware says so, the statement that is being carried out does. */
static PwkAccessKind
kind_meant (const PwkObservation *observation)
{
  const PwkMachine *machine = observation->machine;
  const PwkEvent *root =
      observation->n_chain > 0 ? &observation->chain[observation->n_chain - 1] : NULL;

  if (machine->st->op.kind == PWK_OP_TOUCH)
    return machine->st->op.a != 0 ? PWK_ACCESS_STORE : PWK_ACCESS_LOAD;
  if (root && root->kind == PWK_EV_STATEMENT &&
      strcmp (pwk_string (machine, (PwkIndex) pwk_arg (root, STATEMENT, call)), "store") == 0)
    return PWK_ACCESS_STORE;
  return PWK_ACCESS_LOAD;
}

/* What the position is about, or the last translation in the statement so far. */
static bool
address_from_events (const PwkObservation *observation, PwkVaddr *addr, PwkAccessKind *kind)
{
  if (!pwk_observed_address (observation, 0, addr))
    return false;
  *kind = kind_meant (observation);

  for (uint32_t i = 0; i < observation->n_events; i++)
    if (is_about_page (&observation->events[i], *addr))
      learn_access (&observation->events[i], kind);
  for (uint32_t i = observation->n_chain; i > 0; i--)
    if (is_about_page (&observation->chain[i - 1], *addr))
      learn_access (&observation->chain[i - 1], kind);

  return true;
}

static bool
address_from_selection (const PwkViewParams *params, PwkVaddr *addr)
{
  const PwkThingParts selected = pwk_thing_parts (params->selection);

  if (selected.thing != PWK_THING_ADDRESS && selected.thing != PWK_THING_VMA)
    return false;
  *addr = selected.address;
  return true;
}

/* The first page of the first region that has a page in memory, else of the first region. */
static PwkVaddr
address_for_nothing (const PwkMachine *machine, PwkIndex mm)
{
  PwkIndex first = mm != 0 ? pwk_mm (machine, mm)->mmap : 0;
  unsigned tries = 0;

  for (PwkIndex vma = first; vma != 0 && tries < 64; vma = pwk_vma (machine, vma)->vm_next, tries++)
    {
      PwkVaddr start = pwk_vma (machine, vma)->vm_start;
      PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, start, PWK_LEVEL_PTE);

      if (ref.table != PWK_NO_PFN && pwk_pte_present (pwk_entry_get (machine, ref)))
        return start;
    }

  return first != 0 ? pwk_vma (machine, first)->vm_start : 0;
}

static void
choose_address (const PwkObservation *observation,
                const PwkViewParams *params,
                PwkPageWalkModel *model,
                PwkIndex mm,
                PwkVaddr *addr,
                PwkAccessKind *kind)
{
  *kind = PWK_ACCESS_LOAD;
  if (params->has_address)
    {
      *addr = params->address;
      model->what_if = true;
      return;
    }
  model->from_event = address_from_events (observation, addr, kind);
  if (!model->from_event && !address_from_selection (params, addr))
    *addr = address_for_nothing (observation->machine, mm);
}

/* --- the walk --- */

static PwkSlotKind
slot_kind (PwkPte entry, PwkLevel level)
{
  if (pwk_pte_none (entry))
    return PWK_SLOT_NONE;
  if (!pwk_pte_present (entry))
    return PWK_SLOT_SWAP;

  return pwk_pte_leaf (entry, level) ? PWK_SLOT_LEAF : PWK_SLOT_TABLE;
}

static void
fill_level (const PwkMachine *machine,
            PwkWalkLevel *level,
            const PwkWalkStep *step,
            bool read,
            unsigned *reads)
{
  const void *entries = pwk_table_entries (machine, step->table);

  level->step = *step;
  level->told = pwk_level_told (machine, step->level);
  level->read = read ? ++*reads : 0;
  level->reserved_bits =
      step->present
          ? pwk_format_reserved (machine->format, machine->profile, step->bits, step->level)
          : 0;
  level->n_slots = MIN (pwk_level_entries (machine->format, step->level), PWK_WALK_SLOTS);
  for (unsigned i = 0; entries != NULL && i < level->n_slots; i++)
    {
      level->slots[i] =
          (uint8_t) slot_kind (pwk_table_entry (machine, entries, i, step->level), step->level);
      level->n_used += level->slots[i] != PWK_SLOT_NONE;
    }
}

static void
find_frame (const PwkMachine *machine, PwkPageWalkModel *model)
{
  PwkPfn pfn = model->walk.phys >> PWK_PAGE_SHIFT;

  if (!model->walk.ok || pfn >= machine->st->max_pfn)
    return;
  model->has_frame = true;
  model->frame = pwk_frame_look (machine, pfn);
  model->frame_said = pwk_frame_say (&model->frame);
}

static void
find_region (const PwkMachine *machine, PwkPageWalkModel *model, PwkIndex mm)
{
  PwkIndex index = mm != 0 ? pwk_find_vma (machine, mm, model->walk.addr) : 0;
  const PwkVma *vma = index != 0 ? pwk_vma (machine, index) : NULL;

  if (vma == NULL || vma->vm_start > model->walk.addr)
    return;
  model->vma_said = pwk_words_vma (machine, vma);
  model->vma_start = vma->vm_start;
  model->vma_flags = vma->vm_flags;
}

/* --- what happened to it --- */

static void
note_repair (PwkPageWalkModel *model, const PwkEvent *event)
{
  PwkRepair repair = {
    .level = (PwkLevel) pwk_arg (event, SET_PTE, level),
    .table = pwk_arg (event, SET_PTE, table),
    .index = (uint16_t) pwk_arg (event, SET_PTE, index),
    .is = pwk_arg (event, SET_PTE, new),
    .was = pwk_arg (event, SET_PTE, old),
    .hardware = event->kind == PWK_EV_SET_ACCESSED_DIRTY,
  };

  if (model->n_repairs == PWK_WALK_REPAIRS)
    {
      for (unsigned i = 1; i < PWK_WALK_REPAIRS; i++)
        model->repairs[i - 1] = model->repairs[i];
      model->n_repairs--;
    }
  model->repairs[model->n_repairs++] = repair;
}

static void
note_event (const PwkObservation *observation, PwkPageWalkModel *model, const PwkEvent *event)
{
  PwkVaddr page = model->walk.addr >> PWK_PAGE_SHIFT;
  bool writes = event->kind == PWK_EV_SET_PTE || event->kind == PWK_EV_SET_ACCESSED_DIRTY;

  if (writes)
    {
      uint64_t shift =
          pwk_level_shift (model->format,
                           pwk_level_meant (observation->machine, pwk_arg (event, SET_PTE, level)));

      if (pwk_arg (event, SET_PTE, addr) >> shift == model->walk.addr >> shift)
        note_repair (model, event);
      return;
    }
  if (!is_about_page (event, page << PWK_PAGE_SHIFT))
    return;

  pwk_story_add (&model->story, observation->machine, event);
  if (event->kind == PWK_EV_ACCESS_FAULT || event->kind == PWK_EV_PAGE_FAULT_USER)
    {
      model->faulted = true;
      model->fault_error = (uint32_t) pwk_arg (event, ACCESS_FAULT, error);
    }
  for (unsigned i = 0; i < model->walk.n_steps; i++)
    if (event->kind >= PWK_EV_WALK_PGD && event->kind <= PWK_EV_WALK_PTE &&
        pwk_arg (event, WALK_PGD, table) == model->level[i].step.table &&
        pwk_arg (event, WALK_PGD, index) == model->level[i].step.index)
      model->level[i].happened = true;
}

static bool
is_about_walk (const PwkEvent *event, const void *addr)
{
  return is_about_page (event, *(const PwkVaddr *) addr);
}

static void
mark_now (const PwkObservation *observation, PwkPageWalkModel *model)
{
  const PwkEvent *now = observation->n_chain > 0 ? &observation->chain[0] : NULL;
  bool walks, writes;

  if (now == NULL)
    return;
  walks = now->kind >= PWK_EV_WALK_PGD && now->kind <= PWK_EV_WALK_PTE;
  writes = now->kind == PWK_EV_SET_PTE || now->kind == PWK_EV_SET_ACCESSED_DIRTY;
  for (unsigned i = 0; (walks || writes) && i < model->walk.n_steps; i++)
    model->level[i].now = pwk_arg (now, WALK_PGD, table) == model->level[i].step.table &&
                          pwk_arg (now, WALK_PGD, index) == model->level[i].step.index;
}

gpointer
pwk_page_walk_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkPageWalkModel *model = g_new0 (PwkPageWalkModel, 1);
  PwkIndex mm = 0;
  PwkVaddr addr = 0;
  PwkAccessKind kind;
  unsigned reads = 0, written[5] = { 0 };
  uint64_t task_size;

  model->task = pwk_view_task (observation, params);
  if (model->task != 0)
    mm = pwk_task (machine, model->task)->mm;
  model->pid = model->task != 0 ? pwk_task (machine, model->task)->pid : 0;
  model->title = pwk_words_task (machine, model->task);
  model->levels = machine->st->levels;
  model->format = machine->format;
  model->top = pwk_top_level (machine);

  model->no_tables = pwk_words_no_tables (machine);
  if (model->no_tables != NULL)
    return model;

  choose_address (observation, params, model, mm, &addr, &kind);
  model->cpu =
      params->cpu >= 0 && (uint32_t) params->cpu < machine->st->n_cpus ? (unsigned) params->cpu
      : model->task != 0 ? pwk_task (machine, model->task)->cpu
                         : machine->st->cur_cpu;
  model->running = machine->st->cpus[model->cpu].mm == mm;
  model->cr3 = model->running ? machine->st->cpus[model->cpu].cr3 :
               (mm != 0 ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd) << PWK_PAGE_SHIFT;

  task_size =
      machine->st->levels == 5 ? machine->profile->task_size_la57 : machine->profile->task_size;
  pwk_mmu_probe (machine, model->cpu, mm, addr, kind, addr < task_size, &model->walk);
  if (!model->what_if)
    model->walked = pwk_recorded_walk (observation, &model->walk, written);
  model->tlb = (uint8_t) model->walk.tlb;
  for (unsigned i = 0; i < model->walk.n_steps; i++)
    {
      fill_level (machine, &model->level[i], &model->walk.steps[i],
                  !model->walk.steps[i].skipped && reads < model->walk.n_reads, &reads);
      model->level[i].written = written[i];
    }
  find_frame (machine, model);
  find_region (machine, model, mm);
  for (uint32_t i = pwk_observed_call (observation, is_about_walk, &addr);
       i < observation->n_events; i++)
    note_event (observation, model, &observation->events[i]);
  mark_now (observation, model);

  return model;
}

void
pwk_page_walk_free (gpointer data)
{
  PwkPageWalkModel *model = data;

  pwk_story_clear (&model->story);
  g_free (model->title);
  g_free (model->no_tables);
  g_free (model->frame_said);
  g_free (model->vma_said);
  g_free (model);
}
