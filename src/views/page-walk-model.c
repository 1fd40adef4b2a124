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

/* What stands before (0) or after (1) the entry. */
static void
fill_near (const PwkMachine *machine, PwkWalkLevel *level, const void *entries, unsigned i)
{
  unsigned index = level->step.index + (i == 0 ? -1u : 1u);

  level->near[i].pfn = PWK_NO_PFN;
  if (entries == NULL || index >= level->n_slots)
    return;
  level->near[i].kind = (PwkSlotKind) level->slots[index];
  level->near[i].pfn = pwk_pte_pfn (pwk_table_entry (machine, entries, index, level->step.level));
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
  level->reserved_bits = step->present ? pwk_format_reserved (machine->format, machine->profile,
                                                              step->bits, step->level)
                                       : 0;
  level->n_slots = MIN (pwk_level_entries (machine->format, step->level), PWK_WALK_SLOTS);
  for (unsigned i = 0; entries != NULL && i < level->n_slots; i++)
    {
      level->slots[i] =
          (uint8_t) slot_kind (pwk_table_entry (machine, entries, i, step->level), step->level);
      level->n_used += level->slots[i] != PWK_SLOT_NONE;
    }
  for (unsigned i = 0; i < 2; i++)
    fill_near (machine, level, entries, i);
}

/* The walk's end, or what its last entry names: it may have just been read, or been written by the
 * kernel, or forbid the access. */
static void
find_frame (const PwkMachine *machine, PwkPageWalkModel *model)
{
  const PwkWalk *walk = &model->walk;
  const PwkWalkStep *last = walk->n_steps > 0 ? &walk->steps[walk->n_steps - 1] : NULL;
  PwkPfn pfn = walk->ok                     ? walk->phys >> PWK_PAGE_SHIFT
               : last != NULL && last->leaf ? pwk_pte_pfn (last->entry)
                                            : PWK_NO_PFN;

  if (pfn >= machine->st->max_pfn)
    return;
  model->has_frame = true;
  model->frame = pwk_frame_look (machine, pfn);
  model->frame_said = pwk_frame_say (&model->frame);
}

/* The set of the first level's structure for this access; where the TLB knew, of that which
 * did. */
static void
find_tlb (const PwkMachine *machine, PwkPageWalkModel *model)
{
  const PwkWalk *walk = &model->walk;
  bool fetch = walk->kind == PWK_ACCESS_FETCH;
  bool large = walk->page_size >= PWK_PMD_SIZE;
  PwkTlbId id = model->told.walked == PWK_WALKED_HIT || walk->tlb_level > 0 ? (PwkTlbId) walk->tlb
                : model->told.filled ? (PwkTlbId) model->told.tlb
                : fetch              ? PWK_TLB_L1I
                                     : PWK_TLB_L1D;
  PwkTlbShape shape = pwk_tlb_shape (machine, model->cpu, id);
  PwkWalkTlb *tlb = &model->tlb;

  if (shape.n_sets == 0)
    shape = pwk_tlb_shape (machine, model->cpu, id = PWK_TLB_STLB);
  tlb->id = (uint8_t) id;
  tlb->way = -1;
  if (shape.n_sets == 0 || !walk->canonical)
    return;
  tlb->set = pwk_tlb_set_of (machine, model->cpu, id, walk->addr, large);
  tlb->n_ways = shape.n_ways;
  for (unsigned i = 0; i < MIN (tlb->n_ways, PWK_WALK_WAYS); i++)
    {
      const PwkTlbWay *way = &tlb->ways[i];

      tlb->ways[i] = pwk_tlb_way (machine, model->cpu, id, tlb->set, i);
      if (way->valid && way->addr == (walk->addr & ~(way->page_size - 1)) &&
          (way->global || way->pcid == (model->cr3 & 0xfff)))
        tlb->way = (int) i;
    }
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

/* The check that ended a walk that only a probe has made, in the processor's order. */
static PwkWalkCheck
failed_check (const PwkWalk *walk)
{
  const PwkWalkStep *last = walk->n_steps > 0 ? &walk->steps[walk->n_steps - 1] : NULL;

  if (!walk->canonical || !last)
    return PWK_CHECK_CANONICAL;
  if (!last->present)
    return PWK_CHECK_PRESENT;
  if (last->reserved)
    return PWK_CHECK_RESERVED;
  if (walk->user && !last->us)
    return PWK_CHECK_USER;
  return walk->kind == PWK_ACCESS_STORE && !last->rw ? PWK_CHECK_WRITE : PWK_CHECK_EXECUTE;
}

/* --- what happened to it --- */

/* A mark of the hardware, accessed or dirty, in an entry of this walk since it began. */
static void
find_mark (const PwkObservation *observation, PwkPageWalkModel *model)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (event->kind == PWK_EV_TLB_MISS)
        return;
      for (unsigned k = 0; event->kind == PWK_EV_SET_ACCESSED_DIRTY && k < model->walk.n_steps; k++)
        if (pwk_arg (event, SET_PTE, table) == model->walk.steps[k].table &&
            pwk_arg (event, SET_PTE, index) == model->walk.steps[k].index)
          {
            model->marked_level = model->walk.steps[k].level;
            model->marked_was = pwk_arg (event, SET_PTE, old);
            model->marked_is = pwk_arg (event, SET_PTE, new);
            return;
          }
    }
}

static void
mark_now (const PwkObservation *observation, PwkPageWalkModel *model)
{
  const PwkEvent *now = observation->n_chain > 0 ? &observation->chain[0] : NULL;
  bool walks, writes;

  if (now == NULL)
    return;
  model->now = (uint16_t) now->kind;
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
  unsigned reads = 0;
  uint64_t task_size;
  const PwkWalk *shown;
  PwkWalk probed;

  model->task = pwk_view_task (observation, params);
  if (model->task != 0)
    mm = pwk_task (machine, model->task)->mm;
  model->pid = model->task != 0 ? pwk_task (machine, model->task)->pid : 0;
  model->title = pwk_words_task (machine, model->task);
  pwk_exited_read (&model->exited, observation, params);
  model->levels = machine->st->levels;
  model->format = machine->format;
  model->top = pwk_top_level (machine);

  choose_address (observation, params, model, mm, &addr, &kind);
  model->cpu = params->cpu >= 0 && (uint32_t) params->cpu < machine->st->n_cpus
                   ? (unsigned) params->cpu
               : model->task != 0 ? pwk_task (machine, model->task)->cpu
                                  : machine->st->cur_cpu;
  model->running = machine->st->cpus[model->cpu].mm == mm;
  model->cr3 = model->running ? machine->st->cpus[model->cpu].cr3
                              : (mm != 0 ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd)
                                    << PWK_PAGE_SHIFT;

  task_size =
      machine->st->levels == 5 ? machine->profile->task_size_la57 : machine->profile->task_size;
  pwk_mmu_probe (machine, model->cpu, mm, addr, kind, addr < task_size, &model->walk);
  probed = model->walk;
  if (!model->what_if)
    model->told = pwk_recorded_walk (observation, &model->walk);
  shown = model->told.walked == PWK_WALKED_HIT ? &probed : &model->walk;
  for (unsigned i = 0; shown == &probed && i < probed.n_steps; i++)
    probed.steps[i].skipped = false;
  model->n_shown = shown->n_steps;
  for (unsigned i = 0; i < shown->n_steps; i++)
    {
      fill_level (machine, &model->level[i], &shown->steps[i],
                  !shown->steps[i].skipped && reads < model->walk.n_reads, &reads);
      model->level[i].written = model->told.written[i];
    }
  model->stopped = !model->walk.ok && model->told.n_written == 0 &&
                   (model->told.walked == PWK_WALKED_NOT || model->told.walked == PWK_WALKED_FAULT);
  if (model->stopped && model->told.walked == PWK_WALKED_NOT)
    model->told.failed = failed_check (&model->walk);
  find_frame (machine, model);
  find_tlb (machine, model);
  find_region (machine, model, mm);
  find_mark (observation, model);
  mark_now (observation, model);

  return model;
}

void
pwk_page_walk_free (gpointer data)
{
  PwkPageWalkModel *model = data;

  g_free (model->title);
  pwk_exited_clear (&model->exited);
  g_free (model->frame_said);
  g_free (model->vma_said);
  g_free (model);
}
