/* recorded-walk.c - the last translation of an address as events tell it: what was read, and no
 * more
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/recorded-walk.h"

#include "engine/core/event-args.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"

typedef struct
{
  const PwkMachine *machine;
  const PwkWalk *probed; /* as it would go now */
  PwkWalk *walk;
  PwkRecordedWalk told;
} Recording;

static bool
is_walk (const PwkEvent *event)
{
  return event->kind >= PWK_EV_WALK_PGD && event->kind <= PWK_EV_WALK_PTE;
}

/* The level that the event of a read stands for: the kinds go from the top down. */
static PwkLevel
level_of (const Recording *recording, const PwkEvent *event)
{
  return pwk_level_meant (recording->machine,
                          (uint64_t) (PWK_LEVEL_PGD - (event->kind - PWK_EV_WALK_PGD)));
}

/* Rights are what the entries above have left. */
static void
set_entry (const Recording *recording, unsigned i, uint64_t bits)
{
  const PwkMachine *machine = recording->machine;
  PwkWalkStep *step = &recording->walk->steps[i];
  const PwkWalkStep *above = i > 0 ? step - 1 : NULL;

  step->bits = bits;
  step->entry = pwk_format_decode (machine->format, bits, step->level);
  step->present = pwk_pte_hw_present (step->entry);
  step->leaf = step->present && pwk_pte_leaf (step->entry, step->level);
  step->reserved = step->present &&
                   pwk_format_reserved (machine->format, machine->profile, bits, step->level) != 0;
  step->rw = step->present && pwk_pte_write (step->entry) && (!above || above->rw);
  step->us = step->present && pwk_pte_user (step->entry) && (!above || above->us);
  step->nx = step->present && (!pwk_pte_exec (step->entry) || (above && above->nx));
}

static bool
add_step (const Recording *recording, PwkLevel level, PwkPfn table, uint16_t index, uint64_t bits)
{
  PwkWalk *walk = recording->walk;

  if (walk->n_steps >= G_N_ELEMENTS (walk->steps) ||
      (walk->n_steps > 0 && level + 1 != walk->steps[walk->n_steps - 1].level))
    return false;
  walk->steps[walk->n_steps] = (PwkWalkStep){ .level = level, .table = table, .index = index };
  set_entry (recording, walk->n_steps++, bits);
  return true;
}

/* What a walk cache knew was not read: the tables above it are those of now. */
static void
skip_to (const Recording *recording, PwkLevel known)
{
  PwkWalk *walk = recording->walk;

  for (unsigned i = 0; i < recording->probed->n_steps && recording->probed->steps[i].level >= known;
       i++)
    {
      walk->steps[walk->n_steps] = recording->probed->steps[i];
      walk->steps[walk->n_steps++].skipped = true;
    }
}

static int
step_of (const PwkWalk *walk, PwkPfn table, uint64_t index)
{
  for (unsigned i = 0; i < walk->n_steps; i++)
    if (walk->steps[i].table == table && walk->steps[i].index == index)
      return (int) i;
  return -1;
}

static PwkPhys
phys_of (const PwkWalk *walk, PwkPfn pfn)
{
  return ((pfn << PWK_PAGE_SHIFT) & ~(walk->page_size - 1)) | (walk->addr & (walk->page_size - 1));
}

/* The hardware marks what it has read; the kernel fills what was missing, from the top down. */
static void
take_write (Recording *recording, const PwkEvent *event)
{
  PwkWalk *walk = recording->walk;
  PwkLevel level = pwk_level_meant (recording->machine, pwk_arg (event, SET_PTE, level));
  uint64_t shift = pwk_level_shift (recording->machine->format, level);
  int i = step_of (walk, pwk_arg (event, SET_PTE, table), pwk_arg (event, SET_PTE, index));

  if (pwk_arg (event, SET_PTE, addr) >> shift != walk->addr >> shift)
    return;
  if (i >= 0)
    set_entry (recording, (unsigned) i, pwk_arg (event, SET_PTE, new));
  else if (event->kind == PWK_EV_SET_PTE && recording->told.walked == PWK_WALKED_FAULT &&
           add_step (recording, level, pwk_arg (event, SET_PTE, table),
                     (uint16_t) pwk_arg (event, SET_PTE, index), pwk_arg (event, SET_PTE, new)))
    i = (int) walk->n_steps - 1;
  if (i >= 0 && event->kind == PWK_EV_SET_PTE)
    recording->told.written[i] = ++recording->told.n_written;
}

static void
take_end (Recording *recording)
{
  PwkWalk *walk = recording->walk;
  const PwkWalkStep *last = walk->n_steps > 0 ? &walk->steps[walk->n_steps - 1] : NULL;

  if (recording->told.walked != PWK_WALKED_ON_THE_WAY || !last || !last->leaf)
    return;
  recording->told.walked = PWK_WALKED_DONE;
  walk->ok = true;
  walk->page_size = (uint64_t) 1 << pwk_level_shift (recording->machine->format, last->level);
  walk->phys = phys_of (walk, pwk_pte_pfn (last->entry));
}

static void
take_access (Recording *recording, const PwkEvent *event)
{
  recording->told.accessed = true;
  recording->told.bytes = (uint32_t) pwk_arg (event, ACCESS, bytes);
}

/* The first level's place tells more than that of the level behind it. */
static void
take_fill (Recording *recording, const PwkEvent *event)
{
  PwkRecordedWalk *told = &recording->told;

  if (told->filled && pwk_arg (event, TLB_FILL, structure) == PWK_TLB_STLB)
    return;
  told->filled = true;
  told->tlb = (uint32_t) pwk_arg (event, TLB_FILL, structure);
  told->set = (uint32_t) pwk_arg (event, TLB_FILL, set);
  told->way = (uint32_t) pwk_arg (event, TLB_FILL, way);
}

/* How the kernel mends it: the branch of handle_mm_fault (), and what it does to the new frame's
 * bytes. */
static void
take_mending (Recording *recording, const PwkEvent *event)
{
  PwkRecordedWalk *told = &recording->told;

  switch (event->kind)
    {
    case PWK_EV_HANDLE_MM_FAULT:
      told->handled = true;
      break;
    case PWK_EV_DO_ANONYMOUS_PAGE:
    case PWK_EV_DO_HUGE_PMD_ANONYMOUS:
    case PWK_EV_DO_WP_PAGE:
    case PWK_EV_DO_READ_FAULT:
    case PWK_EV_DO_COW_FAULT:
    case PWK_EV_DO_SHARED_FAULT:
    case PWK_EV_DO_SWAP_PAGE:
      told->mender = (uint16_t) event->kind;
      break;
    case PWK_EV_CLEAR_PAGE:
      told->zeroed = true;
      break;
    case PWK_EV_COPY_PAGE:
      told->copied = true;
      told->copy_of = pwk_arg (event, COPY_PAGE, from);
      told->copy = pwk_arg (event, COPY_PAGE, to);
      break;
    default:
      break;
    }
}

static void
take_event (Recording *recording, const PwkEvent *event)
{
  PwkWalk *walk = recording->walk;

  if (recording->told.walked == PWK_WALKED_FAULT)
    take_mending (recording, event);
  if (event->kind == PWK_EV_SET_PTE || event->kind == PWK_EV_SET_ACCESSED_DIRTY)
    take_write (recording, event);
  else if (pwk_arg (event, ACCESS, addr) >> PWK_PAGE_SHIFT != walk->addr >> PWK_PAGE_SHIFT)
    return;
  else if (event->kind == PWK_EV_PWC_HIT)
    skip_to (recording, pwk_level_meant (recording->machine, pwk_arg (event, PWC_HIT, level)));
  else if (is_walk (event))
    walk->n_reads +=
        add_step (recording, level_of (recording, event), pwk_arg (event, WALK_PGD, table),
                  (uint16_t) pwk_arg (event, WALK_PGD, index), pwk_arg (event, WALK_PGD, entry));
  else if (event->kind == PWK_EV_TLB_FILL)
    {
      take_end (recording);
      take_fill (recording, event);
    }
  else if (event->kind == PWK_EV_ACCESS)
    {
      take_end (recording);
      take_access (recording, event);
    }
  else if (event->kind == PWK_EV_ACCESS_FAULT && recording->told.walked == PWK_WALKED_ON_THE_WAY)
    {
      recording->told.walked = PWK_WALKED_FAULT;
      walk->error = (uint32_t) pwk_arg (event, ACCESS_FAULT, error);
      recording->told.failed = (PwkWalkCheck) pwk_arg (event, ACCESS_FAULT, check);
      walk->fault_level =
          pwk_level_meant (recording->machine, pwk_arg (event, ACCESS_FAULT, level));
    }
}

static void
take_hit (Recording *recording, const PwkEvent *event)
{
  PwkWalk *walk = recording->walk;
  const PwkWalk *probed = recording->probed;

  recording->told.walked = PWK_WALKED_HIT;
  walk->ok = true;
  walk->page_size = probed->ok ? probed->page_size : PWK_PAGE_SIZE;
  walk->phys = phys_of (walk, pwk_arg (event, TLB_HIT, pfn));
  walk->tlb_level = (int) pwk_arg (event, TLB_HIT, level);
  walk->tlb = (uint32_t) pwk_arg (event, TLB_HIT, structure);
}

/* Where in the events the last translation of @addr's page begins; n_events if there is none. */
static uint32_t
find_start (const PwkObservation *observation, PwkVaddr addr)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if ((event->kind == PWK_EV_TLB_MISS || event->kind == PWK_EV_TLB_HIT) &&
          pwk_arg (event, TLB_MISS, addr) >> PWK_PAGE_SHIFT == addr >> PWK_PAGE_SHIFT)
        return i - 1;
    }
  return observation->n_events;
}

/* An access that faults walks again: the reads before the walk that begins at @start. */
static unsigned
count_earlier_reads (const PwkObservation *observation, PwkVaddr addr, uint32_t start)
{
  unsigned n = 0;

  for (uint32_t i = start; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (event->kind == PWK_EV_STATEMENT || event->kind == PWK_EV_ACCESS ||
          event->kind == PWK_EV_SYSCALL)
        break;
      n += is_walk (event) &&
           pwk_arg (event, WALK_PGD, addr) >> PWK_PAGE_SHIFT == addr >> PWK_PAGE_SHIFT;
    }
  return n;
}

PwkRecordedWalk
pwk_recorded_walk (const PwkObservation *observation, PwkWalk *walk)
{
  const PwkWalk probed = *walk;
  Recording recording = { .machine = observation->machine,
                          .probed = &probed,
                          .walk = walk,
                          .told = { .walked = PWK_WALKED_ON_THE_WAY } };
  uint32_t start = find_start (observation, walk->addr);

  if (!walk->canonical || start == observation->n_events)
    return (PwkRecordedWalk){ .walked = PWK_WALKED_NOT };
  *walk =
      (PwkWalk){ .addr = probed.addr, .kind = probed.kind, .user = probed.user, .canonical = true };
  if (observation->events[start].kind == PWK_EV_TLB_HIT)
    take_hit (&recording, &observation->events[start]);
  else
    recording.told.earlier_reads = count_earlier_reads (observation, probed.addr, start);
  for (uint32_t i = start + 1; i < observation->n_events; i++)
    if (recording.told.walked != PWK_WALKED_HIT)
      take_event (&recording, &observation->events[i]);
    else if (observation->events[i].kind == PWK_EV_ACCESS &&
             pwk_arg (&observation->events[i], ACCESS, addr) >> PWK_PAGE_SHIFT ==
                 probed.addr >> PWK_PAGE_SHIFT)
      take_access (&recording, &observation->events[i]);
  return recording.told;
}
