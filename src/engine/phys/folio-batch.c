/* folio-batch.c - folios on their way to an LRU list or from one to another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/folio-batch.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"

const PwkCpuBatches *
pwk_cpu_batches (const PwkMachine *machine, unsigned cpu)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_BATCH, cpu * sizeof (PwkCpuBatches));
}

/* A hot region: no mark is needed. */
static PwkCpuBatches *
batches_of (PwkMachine *machine, unsigned cpu)
{
  return pwk_arena_edit (&machine->arena, PWK_REGION_BATCH, cpu * sizeof (PwkCpuBatches));
}

const char *
pwk_batch_name (PwkBatchKind kind)
{
  static const char *const names[PWK_NR_BATCHES] = {
    "lru_add", "lru_move_tail", "lru_deactivate_file", "lru_deactivate", "lru_lazyfree", "lru_activate", "mlock",
  };

  return names[kind];
}

/* Each place in a batch is a reference. Who asks whether a page is used by nobody but its mappings
 * (reuse at a write fault, migration) must know how many of its references are such places; the
 * kernel drains the batches for that reason. */
unsigned
pwk_batch_refs (const PwkMachine *machine, PwkPfn head)
{
  unsigned refs = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    for (unsigned kind = 0; kind < PWK_NR_BATCHES; kind++)
      {
        const PwkFolioBatch *batch = &pwk_cpu_batches (machine, cpu)->batch[kind];

        for (unsigned i = 0; i < batch->n; i++)
          refs += batch->folios[i] == head;
      }
  return refs;
}

static bool
has (const PwkMachine *machine, PwkPfn head, uint32_t flags)
{
  return (pwk_page (machine, head)->pg_flags & flags) != 0;
}

/* --- what happens when a batch is drained --- */

/* lru_add (). Between being put into the batch and now the folio may have been locked or unlocked,
 * and it goes to the list that is right as of now. The counters tell of folios that changed sides:
 * culled ones leave the sight of reclaim, rescued ones come back to it. */
static void
lru_add (PwkMachine *machine, PwkPfn head)
{
  bool was_unevictable = has (machine, head, PWK_PG_UNEVICTABLE), locked = has (machine, head, PWK_PG_MLOCKED);

  if (was_unevictable != locked)
    pwk_page_set_flags (machine, head, locked ? PWK_PG_UNEVICTABLE : 0, locked ? PWK_PG_ACTIVE : PWK_PG_UNEVICTABLE);
  if (was_unevictable && !locked)
    pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGRESCUED, pwk_folio_pages (machine, head));
  if (locked && !was_unevictable)
    pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGCULLED, pwk_folio_pages (machine, head));
  pwk_lruvec_add (machine, head);
}

/* lru_deactivate_file (): invalidate_mapping_pages () could not drop it, so that it is hurried on:
 * to the inactive list's old end if it is clean, and marked to be reclaimed as soon as its write
 * ends if it is not. What somebody maps is left alone, he may be using it. */
static void
lru_deactivate_file (PwkMachine *machine, PwkPfn head)
{
  bool active = has (machine, head, PWK_PG_ACTIVE), busy = has (machine, head, PWK_PG_DIRTY | PWK_PG_WRITEBACK);

  if (has (machine, head, PWK_PG_UNEVICTABLE) || pwk_folio_mapcount (machine, head))
    return;
  pwk_lruvec_relist (machine, head, busy ? PWK_PG_RECLAIM : 0, PWK_PG_ACTIVE | PWK_PG_REFERENCED);
  if (!busy)
    pwk_lruvec_rotate (machine, head);
  if (active)
    pwk_count_vm_events (machine, PWK_PGDEACTIVATE, pwk_folio_pages (machine, head));
}

/* lru_deactivate (): MADV_COLD says that it will not be needed soon. It goes to the young end of
 * the inactive list, a whole round before its turn. */
static void
lru_deactivate (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_ACTIVE))
    pwk_lruvec_deactivate (machine, head);
}

/* Whether MADV_FREE may make it a folio that goes without being written. */
static bool
can_be_lazyfree (const PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);

  return page->type == PWK_PAGE_ANON && (page->pg_flags & PWK_PG_SWAPBACKED) && (page->pg_flags & PWK_PG_LRU)
         && !(page->pg_flags & (PWK_PG_SWAPCACHE | PWK_PG_UNEVICTABLE));
}

/* lru_lazyfree (): MADV_FREE. Without PG_swapbacked anonymous memory counts as file memory and goes
 * to that inactive list; reclaim drops it without a write, unless somebody wrote to it in the
 * meantime, which makes it swap-backed again. */
static void
lru_lazyfree (PwkMachine *machine, PwkPfn head)
{
  if (!can_be_lazyfree (machine, head))
    return;
  pwk_lruvec_relist (machine, head, 0, PWK_PG_ACTIVE | PWK_PG_REFERENCED | PWK_PG_SWAPBACKED);
  pwk_count_vm_events (machine, PWK_PGLAZYFREE, pwk_folio_pages (machine, head));
  pwk_emit_folio_mark_lazyfree (machine, head, pwk_folio_order (machine, head));
}

/* The table of functions that folio_batch_move_lru () is called with. What has left its list since
 * it was put into the batch (it is isolated, or freed but for our reference) is not touched;
 * lru_add () alone is for what is on none. */
static void
move (PwkMachine *machine, PwkBatchKind kind, PwkPfn head)
{
  if (kind != PWK_BATCH_LRU_ADD && !has (machine, head, PWK_PG_LRU))
    return;
  switch (kind)
    {
    case PWK_BATCH_LRU_ADD:
      lru_add (machine, head);
      break;
    case PWK_BATCH_MOVE_TAIL:
      pwk_lruvec_rotate (machine, head);
      break;
    case PWK_BATCH_DEACTIVATE_FILE:
      lru_deactivate_file (machine, head);
      break;
    case PWK_BATCH_DEACTIVATE:
      lru_deactivate (machine, head);
      break;
    case PWK_BATCH_LAZYFREE:
      lru_lazyfree (machine, head);
      break;
    case PWK_BATCH_ACTIVATE:
      pwk_lruvec_activate (machine, head);
      break;
    case PWK_BATCH_MLOCK:
    case PWK_NR_BATCHES:
      break;
    }
}

/* --- locked folios --- */

/* mlock_count, how many regions are known to lock a folio that is on no list for it, lies where the
 * links would. */
static uint32_t *
mlock_count (PwkMachine *machine, PwkPfn head)
{
  return &pwk_page_edit (machine, head)->lru_prev;
}

/* To the unevictable list, which is none: nobody ever scans it. Its links are free for counting by
 * how many regions the folio is locked. */
static void
cull (PwkMachine *machine, PwkPfn head)
{
  pwk_lruvec_relist (machine, head, PWK_PG_UNEVICTABLE, PWK_PG_ACTIVE);
  *mlock_count (machine, head) = has (machine, head, PWK_PG_MLOCKED);
  pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGCULLED, pwk_folio_pages (machine, head));
}

/* The last region that locked it is gone, or a mistake is mended: reclaim may see it again. */
static void
rescue (PwkMachine *machine, PwkPfn head)
{
  pwk_lruvec_relist (machine, head, 0, PWK_PG_UNEVICTABLE);
  pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGRESCUED, pwk_folio_pages (machine, head));
}

/* __mlock_folio (): a folio that is on a list already. The count is of what is known: mlock of a
 * second region finds PG_mlocked set and PG_unevictable too, and counts one more. munlock () goes
 * by the count, so that one process unlocking shared memory does not unlock it for the others. */
static void
mlock_lru (PwkMachine *machine, PwkPfn head)
{
  bool locked = has (machine, head, PWK_PG_MLOCKED), unevictable = has (machine, head, PWK_PG_UNEVICTABLE);

  if (!has (machine, head, PWK_PG_LRU))
    return;
  if (!locked && unevictable)
    rescue (machine, head);
  else if (locked && unevictable)
    ++*mlock_count (machine, head);
  else if (locked)
    cull (machine, head);
}

/* __mlock_new_folio (): a page that was faulted into a locked region, and is on no list yet. It
 * need not go through the evictable one first. */
static void
mlock_new (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_MLOCKED))
    cull (machine, head);
  else
    pwk_lruvec_add (machine, head);
}

/* __munlock_folio (). Only when the count is down to 0 does PG_mlocked go; a folio that is not on a
 * list just now (reclaim has it in hand) cannot be rescued, and counts as stranded until reclaim
 * meets it the next time. */
static void
munlock (PwkMachine *machine, PwkPfn head)
{
  bool listed = has (machine, head, PWK_PG_LRU);

  if (listed && has (machine, head, PWK_PG_UNEVICTABLE))
    {
      uint32_t *count = mlock_count (machine, head);

      *count -= *count > 0;
      if (*count)
        return;
    }
  if (has (machine, head, PWK_PG_MLOCKED))
    {
      uint64_t n = pwk_folio_pages (machine, head);
      bool stranded = !listed && has (machine, head, PWK_PG_UNEVICTABLE);

      pwk_page_set_flags (machine, head, 0, PWK_PG_MLOCKED);
      pwk_mod_zone_stat (machine, head, PWK_NR_MLOCK, -(int64_t) n);
      pwk_count_vm_events (machine, stranded ? PWK_UNEVICTABLE_PGSTRANDED : PWK_UNEVICTABLE_PGMUNLOCKED, n);
    }
  if (listed && has (machine, head, PWK_PG_UNEVICTABLE))
    rescue (machine, head);
}

/* --- filling and draining --- */

/* folio_batch_move_lru (), mlock_folio_batch (). The batch is emptied first and worked off from a
 * copy, since what is done to its folios may put others into the same batch. References are dropped
 * at the end, as the kernel does: a folio that was freed by everybody else meanwhile is freed only
 * now, and leaves the list that it was just put on.
 *
 *      cpu's batch [ a b c … ]  ──copy──▶ [ a b c … ]  ──▶ lists, one lock for all of them
 *                  [ empty   ]                         ──▶ 15 or 31 references less
 */
static void
drain (PwkMachine *machine, unsigned cpu, PwkBatchKind kind)
{
  PwkCpuBatches *batches = batches_of (machine, cpu);
  PwkCpuBatches work;

  if (!batches->batch[kind].n)
    return;
  work.batch[kind] = batches->batch[kind];
  memcpy (work.mlock_why, batches->mlock_why, sizeof work.mlock_why);
  memset (&batches->batch[kind], 0, sizeof batches->batch[kind]);
  if (kind == PWK_BATCH_MLOCK)
    memset (batches->mlock_why, 0, sizeof batches->mlock_why);
  for (unsigned i = 0; i < work.batch[kind].n; i++)
    {
      PwkPfn head = work.batch[kind].folios[i];

      if (kind != PWK_BATCH_MLOCK)
        move (machine, kind, head);
      else if (work.mlock_why[i] == PWK_BATCH_MLOCK_LRU)
        mlock_lru (machine, head);
      else if (work.mlock_why[i] == PWK_BATCH_MLOCK_NEW)
        mlock_new (machine, head);
      else
        munlock (machine, head);
    }
  for (unsigned i = 0; i < work.batch[kind].n; i++)
    pwk_folio_put (machine, work.batch[kind].folios[i]);
}

/* folio_batch_add_and_move (). Batches exist for the LRU lock's sake: a fault takes it once for 15
 * pages (31 in newer kernels) instead of once for each. A large folio is worth the lock on its own,
 * and does not wait. */
static void
add (PwkMachine *machine, PwkBatchKind kind, PwkPfn head, PwkMlockWhy why)
{
  PwkCpuBatches *batches = batches_of (machine, machine->st->cur_cpu);
  PwkFolioBatch *batch = &batches->batch[kind];

  pwk_folio_get (machine, head);
  if (kind == PWK_BATCH_MLOCK)
    batches->mlock_why[batch->n] = (uint8_t) why;
  batch->folios[batch->n++] = (uint32_t) head;
  if (batch->n == machine->profile->folio_batch_size || has (machine, head, PWK_PG_HEAD))
    drain (machine, machine->st->cur_cpu, kind);
}

void
pwk_mlock_drain (PwkMachine *machine)
{
  drain (machine, machine->st->cur_cpu, PWK_BATCH_MLOCK);
}

void
pwk_lru_cache_drain (PwkMachine *machine)
{
  drain (machine, machine->st->cur_cpu, PWK_BATCH_LRU_ADD);
}

/* All of this cpu's, before somebody looks at lists or asks how many references a page has. */
void
pwk_lru_add_drain (PwkMachine *machine)
{
  for (unsigned kind = 0; kind < PWK_NR_BATCHES; kind++)
    drain (machine, machine->st->cur_cpu, (PwkBatchKind) kind);
}

/* Those of all cpus, which the kernel has done by a work item on each that has something: for who
 * must find each page on its list (migration, compaction by hand, memory that goes offline). */
void
pwk_lru_add_drain_all (PwkMachine *machine)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    for (unsigned kind = 0; kind < PWK_NR_BATCHES; kind++)
      drain (machine, cpu, (PwkBatchKind) kind);
}

/* --- the doors --- */

void
pwk_lru_cache_add (PwkMachine *machine, PwkPfn head)
{
  add (machine, PWK_BATCH_LRU_ADD, head, 0);
}

/* __lru_cache_activate_folio (): it waits to be added, on this cpu. The newest is looked at first,
 * since the page being accessed is usually the one that was just read. What waits on another cpu is
 * not found, and stays inactive. */
static void
activate_in_batch (PwkMachine *machine, PwkPfn head)
{
  const PwkFolioBatch *batch = &batches_of (machine, machine->st->cur_cpu)->batch[PWK_BATCH_LRU_ADD];

  for (unsigned i = batch->n; i-- > 0;)
    if (batch->folios[i] == head)
      {
        pwk_page_set_flags (machine, head, PWK_PG_ACTIVE, 0);
        return;
      }
}

/* Two uses make a page active, one does not:
 *
 *      inactive, unreferenced  ──▶  inactive, referenced  ──▶  active, unreferenced  ──▶  active, referenced
 *
 * so that what is read once, a file that is copied, goes by without pushing out what is used again
 * and again. Follows mm/swap.c:folio_mark_accessed(). */
void
pwk_folio_mark_accessed (PwkMachine *machine, PwkPfn head)
{
  if (!has (machine, head, PWK_PG_REFERENCED))
    {
      pwk_page_set_flags (machine, head, PWK_PG_REFERENCED, 0);
      return;
    }
  if (has (machine, head, PWK_PG_UNEVICTABLE | PWK_PG_ACTIVE))
    return;
  if (has (machine, head, PWK_PG_LRU))
    pwk_folio_activate (machine, head);
  else
    activate_in_batch (machine, head);
  pwk_page_set_flags (machine, head, 0, PWK_PG_REFERENCED);
  pwk_lruvec_stat (machine, head)->nonresident_age += pwk_folio_pages (machine, head);   /* workingset_activation () */
}

void
pwk_folio_activate (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_LRU) && !has (machine, head, PWK_PG_ACTIVE | PWK_PG_UNEVICTABLE))
    add (machine, PWK_BATCH_ACTIVATE, head, 0);
}

void
pwk_folio_deactivate (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_LRU) && has (machine, head, PWK_PG_ACTIVE) && !has (machine, head, PWK_PG_UNEVICTABLE))
    add (machine, PWK_BATCH_DEACTIVATE, head, 0);
}

void
pwk_deactivate_file_folio (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_LRU) && !has (machine, head, PWK_PG_UNEVICTABLE))
    add (machine, PWK_BATCH_DEACTIVATE_FILE, head, 0);
}

void
pwk_folio_mark_lazyfree (PwkMachine *machine, PwkPfn head)
{
  if (can_be_lazyfree (machine, head))
    add (machine, PWK_BATCH_LAZYFREE, head, 0);
}

void
pwk_folio_rotate_reclaimable (PwkMachine *machine, PwkPfn head)
{
  if (has (machine, head, PWK_PG_LRU) && !has (machine, head, PWK_PG_LOCKED | PWK_PG_DIRTY | PWK_PG_UNEVICTABLE))
    add (machine, PWK_BATCH_MOVE_TAIL, head, 0);
}

/* It counts as locked from now on. */
static void
count_locked (PwkMachine *machine, PwkPfn head)
{
  uint64_t n = pwk_folio_pages (machine, head);

  pwk_page_set_flags (machine, head, PWK_PG_MLOCKED, 0);
  pwk_mod_zone_stat (machine, head, PWK_NR_MLOCK, (int64_t) n);
  pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGMLOCKED, n);
}

void
pwk_mlock_folio (PwkMachine *machine, PwkPfn head)
{
  if (!has (machine, head, PWK_PG_MLOCKED))
    count_locked (machine, head);
  add (machine, PWK_BATCH_MLOCK, head, PWK_BATCH_MLOCK_LRU);
}

void
pwk_mlock_new_folio (PwkMachine *machine, PwkPfn head)
{
  count_locked (machine, head);
  add (machine, PWK_BATCH_MLOCK, head, PWK_BATCH_MLOCK_NEW);
}

void
pwk_munlock_folio (PwkMachine *machine, PwkPfn head)
{
  add (machine, PWK_BATCH_MLOCK, head, PWK_BATCH_MUNLOCK);
}
