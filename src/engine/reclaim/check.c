/* check.c - what must hold of the swap areas, of pages under writeback, of compaction and of who is to be killed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The invariants of this room, one function each; they are told by pwk_machine_check (), after each
 * step of a test. All of them are found again from the page tables, frames and slots themselves, not
 * from other counters. A machine whose entries were edited by hand (PWK_LAB_PTE_EDITED) is not judged:
 * it is wrong on purpose. Swap that was never used and a disk that holds nothing cost no walk. */
#include "engine/reclaim/check.h"

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/folio.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"
#include "engine/virt/writeback-door.h"

#define U64 "%" G_GUINT64_FORMAT

/* @named: by area and slot, how many entries were found that name it. */
typedef struct { const PwkMachine *machine; PwkViolations found; uint16_t *named[PWK_MAX_SWAP_AREAS]; } Check;

/* --- who names which slot --- */

static void
count_name (Check *check, uint64_t slot, const char *who)
{
  if (pwk_swap_has_slots (check->machine, slot, 1))
    check->named[pwk_swap_area (slot)][pwk_swap_offset (slot)]++;
  else
    pwk_violation (&check->found, "%s names slot " U64 " of area %u, which there is not", who, pwk_swap_offset (slot), pwk_swap_area (slot));
}

/* Entries of a region that are not present and hold a slot. Whole empty tables are stepped over. */
static void
count_vma (Check *check, PwkIndex vma)
{
  const PwkMachine *machine = check->machine;
  PwkPfn pgd = pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd;

  for (PwkVaddr addr = pwk_vma (machine, vma)->vm_start, end = pwk_vma (machine, vma)->vm_end, next; addr < end; addr = next)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
      PwkPte pte = pwk_entry_get (machine, ref);

      next = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level);
      if (ref.level != PWK_LEVEL_PTE || pwk_pte_present (pte) || pwk_swp_type (pte) != PWK_SWP_SLOT)
        continue;
      count_name (check, pwk_swp_offset (pte), "an entry");
    }
}

/* Slots that files of shared memory name. */
static void
count_shmem (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex inode = 1; inode < machine->st->pools[PWK_POOL_INODE].next; inode++)
    if (pwk_pool_has (machine, PWK_POOL_INODE, inode) && pwk_inode (machine, inode)->kind == PWK_INODE_SHMEM)
      {
        uint64_t slot;

        for (uint64_t index = 0; pwk_page_cache_next_swapped (machine, inode, &index, UINT64_MAX, &slot); index++)
          count_name (check, slot, "shared memory");
      }
}

static void
count_names (Check *check)
{
  const PwkMachine *machine = check->machine;

  count_shmem (check);

  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    for (PwkIndex vma = pwk_mm (machine, mm)->mm_users > 0 ? pwk_mm (machine, mm)->mmap : 0; vma; vma = pwk_vma (machine, vma)->vm_next)
      count_vma (check, vma);
}

/* --- slots --- */

/* Count, cache and contents of one slot fit to each other and to the frame. */
static void
check_slot (Check *check, uint64_t slot)
{
  const PwkSwapSlot *entry = pwk_swap_slot (check->machine, slot);
  const PwkPage *page = entry->folio ? pwk_page (check->machine, entry->folio - 1) : NULL;
  unsigned named = check->named[pwk_swap_area (slot)][pwk_swap_offset (slot)];

  if (entry->count != named)
    pwk_violation (&check->found, "slot " U64 " counts %u entries, %u name it", slot, entry->count, named);
  if (page && (!(page->pg_flags & PWK_PG_SWAPCACHE) || page->private_ != slot || !entry->cache))
    pwk_violation (&check->found, "slot " U64 " has frame %u in the cache, which says it is another's", slot, entry->folio - 1);
  if (entry->zero && entry->contents)
    pwk_violation (&check->found, "slot " U64 " is said to hold zeros, and has contents", slot);
}

/* Of one area: slots in use, and that no other has its records. */
static void
check_area (Check *check, unsigned number)
{
  const PwkSwap *swap = &check->machine->st->swap;
  const PwkSwapArea *area = &swap->areas[number];
  uint64_t used = 0, header = (uint64_t) number << PWK_SWAP_AREA_SHIFT;

  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    if (i != number && swap->areas[i].max && area->base < swap->areas[i].base + swap->areas[i].max && swap->areas[i].base < area->base + area->max)
      pwk_violation (&check->found, "areas %u and %u have the same records", i, number);
  for (uint64_t slot = header + 1; slot < header + area->max; slot++)
    {
      const PwkSwapSlot *entry = pwk_swap_slot (check->machine, slot);

      used += entry->count || entry->cache;
      check_slot (check, slot);
    }
  if (area->inuse != used)
    pwk_violation (&check->found, "area %u: " U64 " slots are in use, it says " U64, number, used, area->inuse);
}

/* Those that are asked for slots are those that have some, the highest first. */
static void
check_order (Check *check)
{
  const PwkSwap *swap = &check->machine->st->swap;
  unsigned stands[PWK_MAX_SWAP_AREAS] = { 0 };

  for (unsigned i = 0; i < swap->n_avail; i++)
    {
      stands[swap->avail[i]]++;
      if (i > 0 && swap->areas[swap->avail[i - 1]].prio < swap->areas[swap->avail[i]].prio)
        pwk_violation (&check->found, "area %u is asked before area %u, which is of a higher priority", swap->avail[i - 1], swap->avail[i]);
    }
  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    if (stands[i] != (swap->areas[i].max > 0 && swap->areas[i].inuse < swap->areas[i].max - 1))
      pwk_violation (&check->found, "area %u is asked for slots %u times in a round", i, stands[i]);
}

/* All areas together: what is free and what there is. */
static void
check_areas (Check *check)
{
  const PwkState *st = check->machine->st;
  uint64_t slots = 0, used = 0;

  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    {
      slots += st->swap.areas[i].max ? st->swap.areas[i].max - 1 : 0;
      used += st->swap.areas[i].inuse;
      if (st->swap.areas[i].max && !st->swap.areas[i].writeok)
        pwk_violation (&check->found, "area %u is being emptied, and nobody is at it", i);
      if (st->swap.areas[i].ready)
        check_area (check, i);
    }
  if (st->swap.nr_free + (int64_t) used != (int64_t) slots)
    pwk_violation (&check->found, "%" G_GINT64_FORMAT " slots are free and " U64 " used, of " U64, st->swap.nr_free, used, slots);
  if (st->total_swap_pages != slots)
    pwk_violation (&check->found, "there are " U64 " slots, counted are " U64, slots, st->total_swap_pages);
}

/* --- pages --- */

/* The other way round: from the frames to the slots, and the counters. Frames of sections that were
 * never opened cannot be in either state. */
static void
check_pages (Check *check)
{
  const PwkMachine *machine = check->machine;
  int64_t cached = 0, writeback = 0;

  for (PwkPfn pfn = pwk_open_frame (machine, 0); pfn < machine->st->max_pfn; pfn = pwk_open_frame (machine, pfn + 1))
    {
      const PwkPage *page = pwk_page (machine, pfn);

      cached += (page->pg_flags & PWK_PG_SWAPCACHE) != 0;
      writeback += page->pg_flags & PWK_PG_WRITEBACK ? (int64_t) pwk_folio_pages (machine, pfn) : 0;
      if ((page->pg_flags & PWK_PG_SWAPCACHE) && pwk_swap_cache_get (machine, page->private_) != pfn)
        pwk_violation (&check->found, "frame " U64 " says it is cached for slot %u, which does not know it", pfn, (unsigned) page->private_);
    }
  if (cached != pwk_global_node_state (machine, PWK_NR_SWAPCACHE))
    pwk_violation (&check->found, "NR_SWAPCACHE is %" G_GINT64_FORMAT ", found are %" G_GINT64_FORMAT, pwk_global_node_state (machine, PWK_NR_SWAPCACHE), cached);
  if (writeback != pwk_global_node_state (machine, PWK_NR_WRITEBACK))
    pwk_violation (&check->found, "NR_WRITEBACK is %" G_GINT64_FORMAT ", found are %" G_GINT64_FORMAT, pwk_global_node_state (machine, PWK_NR_WRITEBACK), writeback);
}

/* Each write that is held is of a page under writeback. */
static void
check_writes (Check *check)
{
  const PwkMachine *machine = check->machine;
  int64_t n = 0;

  for (PwkIndex i = machine->st->io_first; i && n <= machine->st->pools[PWK_POOL_BIO].n_used; n++)
    {
      const PwkBio *bio = pwk_pool_get (machine, PWK_POOL_BIO, i);

      if (!(pwk_page (machine, bio->pfn)->pg_flags & PWK_PG_WRITEBACK))
        pwk_violation (&check->found, "a write of frame %u is under way, which is not under writeback", bio->pfn);
      i = bio->next;
    }
  if (n != machine->st->pools[PWK_POOL_BIO].n_used)
    pwk_violation (&check->found, "%u writes are under way, %" G_GINT64_FORMAT " stand in the queue", machine->st->pools[PWK_POOL_BIO].n_used, n);
}

/* --- compaction --- */

/* Its positions lie in the zone, the scanner for pages to be moved possibly at its end; it is put off by no more than it has to be. */
static void
check_compaction (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);
        const PwkZoneCompact *compact = &zone->compact;
        PwkPfn end = (zone->zone_start_pfn + zone->spanned_pages + PWK_PAGEBLOCK_PAGES - 1) & ~(PWK_PAGEBLOCK_PAGES - 1);

        if (!zone->present_pages)
          continue;
        if (compact->init_migrate < zone->zone_start_pfn || compact->init_migrate > end || compact->cached_migrate[0] > end
            || compact->cached_migrate[1] > end || compact->init_free > end)
          pwk_violation (&check->found, "node %u, zone %s: compaction would go on outside of it", node, pwk_zone_name (type));
        if (compact->defer_shift > 6 || compact->considered > 1u << compact->defer_shift)
          pwk_violation (&check->found, "node %u, zone %s: %u requests passed without compaction, at most 2^%u may", node, pwk_zone_name (type),
                         compact->considered, compact->defer_shift);
      }
  if (machine->capture)
    pwk_violation (&check->found, "somebody still waits for what compaction frees");
}

/* A huge folio of which parts are mapped by nobody waits to be split, and no other does. */
static uint64_t
count_partially_mapped (const PwkMachine *machine, unsigned node)
{
  uint64_t n = 0;

  for (PwkPfn pfn = pwk_open_frame (machine, 0); pfn < machine->st->max_pfn; pfn = pwk_open_frame (machine, pfn + 1))
    n += (pwk_page (machine, pfn)->pg_flags & PWK_PG_PARTIALLY_MAPPED) && pwk_pfn_zone (machine, pfn)->node == node;
  return n;
}

/* The queue of folios to be split has as many as it says, each of them large and knowing that it is there. */
static void
check_split_queues (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      const PwkNode *record = pwk_node (machine, node);
      uint64_t n = 0;

      for (uint32_t link = record->split_queue.head; link != PWK_PFN_NIL && n <= record->split_queue_len; link = pwk_page (machine, link)->lru_next, n++)
        if (!pwk_page (machine, link)->private_ || !(pwk_page (machine, link)->pg_flags & PWK_PG_TAIL))
          pwk_violation (&check->found, "node %u: frame %u is queued to be split, and is no part of a large folio", node, link);
      if (n != count_partially_mapped (machine, node))
        pwk_violation (&check->found, "node %u: " U64 " folios are queued to be split, and " U64 " mapped in part", node, n,
                       count_partially_mapped (machine, node));
      if (n != record->split_queue_len)
        pwk_violation (&check->found, "node %u: " U64 " folios are queued to be split, it says " U64, node, n, record->split_queue_len);
    }
}

/* --- the OOM killer --- */

static void
check_oom (Check *check)
{
  const PwkState *st = check->machine->st;

  for (PwkIndex i = pwk_task_next (check->machine, 0); i; i = pwk_task_next (check->machine, i))
    {
      const PwkTask *task = pwk_task (check->machine, i);
      bool lives = task->status != PWK_TASK_DEAD;

      if (lives && task->unlisted && (st->op.kind != PWK_OP_FORK || st->op.a != i))
        pwk_violation (&check->found, "process %d is being made, and nobody is at it", task->pid);
      if (!lives && (task->fatal_signal || task->oom_victim))
        pwk_violation (&check->found, "process %d is dead, and to be killed", task->pid);
      if (task->oom_kill > st->n_events)
        pwk_violation (&check->found, "process %d was killed by an event that has not been", task->pid);
    }
  if (st->oom_origin)
    pwk_violation (&check->found, "nobody takes a swap area away, and the OOM killer waits for that");
}

/* Whether anything has ever been swapped out or held back by the disk. */
static bool
is_used (const PwkMachine *machine)
{
  bool used = machine->st->pools[PWK_POOL_BIO].n_used > 0;

  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    used |= machine->st->swap.areas[i].ready;
  return used;
}

bool
pwk_reclaim_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };

  if (machine->st->lab_flags & PWK_LAB_PTE_EDITED)
    return true;
  check_oom (&check);
  check_compaction (&check);
  check_split_queues (&check);
  check_order (&check);
  if (is_used (machine))
    {
      for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
        check.named[i] = g_new0 (uint16_t, machine->st->swap.areas[i].max + 1);
      count_names (&check);
      check_areas (&check);
      check_pages (&check);
      check_writes (&check);
      for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
        g_free (check.named[i]);
    }
  return pwk_violations_end (&check.found);
}
