/* migrate.c - folios move to other frames, and nobody who uses them notices
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/migrate.c. A list of folios goes through in batches of at most 512 pages, each batch
 * in two halves (6.3):
 *
 *      from ──unmap_folio()──▶ unmapped + dsts ──move_folio()──▶ gone; its old frame is freed
 *        │ no frame: the end       │ held by somebody: mapped again as it was
 *        │ locked, busy            ▼
 *        └────────────────────▶   ret                            for putback_movable_pages ()
 *
 * Between the halves entries are migration entries: whoever touched such a page would wait for it.
 * Nothing else runs in between, so nobody does. Users: compaction, mbind (), move_pages ().
 * Recordings: tests/kernel/numa/migrate, numa/compaction. */
#include "engine/virt/migrate.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/split-queue.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"
#include "engine/virt/writeback-door.h"

/* NR_MAX_BATCHED_MIGRATION: pages whose entries are gone at once. */
#define MAX_BATCH PWK_PAGEBLOCK_PAGES

/* What the new folio remembers of the old one between the two halves, in its private_:
 * PAGE_WAS_MAPPED, PAGE_WAS_MLOCKED. It is 0 again before the folio is anybody's. */
enum { WAS_MAPPED = 1, WAS_MLOCKED = 2 };

static void
take_off (PwkMachine *machine, PwkPageList *list, PwkPfn head)
{
  pwk_page_list_del (machine, list, (uint32_t) head);
}

/* list_add_tail (): pages are moved in the order in which they were isolated. */
static void
put_last (PwkMachine *machine, PwkPageList *list, PwkPfn head)
{
  pwk_page_list_add (machine, list, (uint32_t) head, true);
}

/* --- migration entries --- */

/* Of one page or of 2 MiB. */
static void
flush_entry (PwkMachine *machine, PwkIndex mm, PwkVaddr addr, bool pmd)
{
  if (pmd)
    pwk_flush_tlb_range (machine, mm, addr, addr + PWK_PMD_SIZE, PWK_PMD_SHIFT);
  else
    pwk_flush_tlb_page (machine, mm, addr);
}

/* Follows mm/rmap.c:try_to_migrate_one(), of one entry. What it says is kept in the migration
 * entry, since it will be so again: writable, young, dirty, exclusive. */
static bool
visit_migrate (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  const PwkVma *record = pwk_vma (machine, vma);
  PwkPte pte = pwk_entry_get (machine, entry);
  PwkPfn pfn = pwk_pte_pfn (pte), head = pwk_page_head (machine, pfn);
  bool exclusive = pwk_page (machine, pfn)->pg_flags & PWK_PG_ANON_EXCLUSIVE, pmd = entry.level == PWK_LEVEL_PMD;
  uint64_t *entries = data;

  if (pwk_pte_dirty (pte))
    pwk_page_mark_dirty (machine, head);
  pwk_entry_set (machine, entry, pwk_mk_migration (pfn, pte, exclusive), addr);
  flush_entry (machine, record->vm_mm, addr, pmd);
  pwk_rmap_remove (machine, pfn, vma, addr, pmd);
  if (record->vm_flags & PWK_VM_LOCKED)
    pwk_mlock_drain (machine);
  pwk_folio_put (machine, head);
  ++*entries;
  return true;
}

/* Follows mm/rmap.c:try_to_migrate(). All entries of all pages of the folio. It cannot fail: locked
 * memory may be moved, for it stays in memory. */
static void
try_to_migrate (PwkMachine *machine, PwkPfn head)
{
  uint64_t entries = 0;

  pwk_rmap_walk_folio (machine, head, visit_migrate, &entries);
  pwk_emit_try_to_migrate (machine, head, entries);
}

/* Entries for @from become entries for @to; @to_head is the folio that gets a reference for each. */
typedef struct { PwkPfn from, to, to_head; uint64_t entries; } Restore;

/* The entry as it was, but for the frame: dirty only if the folio still is, since it may have been
 * written meanwhile. */
static PwkPte
restored_entry (const PwkMachine *machine, const PwkVma *vma, PwkPte migration, PwkPfn pfn, PwkPfn head, bool pmd)
{
  PwkPte pte = pwk_mk_pte (pfn, vma->vm_page_prot);

  if (!pwk_migration_young (migration))
    pte = pwk_pte_mkold (pte);
  if (pwk_migration_dirty (migration) && (pwk_page (machine, head)->pg_flags & PWK_PG_DIRTY))
    pte = pwk_pte_mkdirty (pte);
  pte = pwk_migration_write (migration) ? pwk_pte_mkwrite (pte) : pwk_pte_wrprotect (pte);
  return pmd ? pwk_pte_mkhuge (pte) : pte;
}

/* Follows mm/migrate.c:remove_migration_pte(), of one region. Regions that the page's object lists
 * and that have no such entry are passed by. */
static bool
visit_restore (PwkMachine *machine, PwkIndex vma_index, PwkVaddr addr, void *data)
{
  const PwkVma *vma = pwk_vma (machine, vma_index);
  PwkEntryRef entry = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte migration = pwk_entry_get (machine, entry);
  Restore *restore = data;
  bool pmd = entry.level == PWK_LEVEL_PMD;

  if (entry.level > PWK_LEVEL_PMD || !pwk_pte_is_migration (migration, restore->from))
    return true;
  pwk_folio_get (machine, restore->to_head);
  pwk_rmap_add (machine, restore->to, vma_index, addr, pmd);
  if (pwk_migration_exclusive (migration) && (pwk_page (machine, restore->to_head)->mapping & 3) == PWK_MAPPING_ANON)
    pwk_page_set_flags (machine, restore->to, PWK_PG_ANON_EXCLUSIVE, 0);
  pwk_entry_set (machine, entry, restored_entry (machine, vma, migration, restore->to, restore->to_head, pmd), addr);
  if (vma->vm_flags & PWK_VM_LOCKED)
    pwk_mlock_drain (machine);
  restore->entries++;
  return true;
}

/* Follows mm/migrate.c:remove_migration_ptes(). Entries for @from become entries for @to, which may
 * be the same: then it did not move. */
static void
remove_migration_ptes (PwkMachine *machine, PwkPfn from, PwkPfn to)
{
  uint64_t entries = 0;

  for (uint64_t i = 0, n = pwk_folio_pages (machine, to); i < n; i++)
    {
      Restore restore = { from + i, to + i, to, 0 };

      pwk_rmap_walk_regions (machine, pwk_page (machine, to)->mapping, pwk_page (machine, to)->index + i, visit_restore, &restore);
      entries += restore.entries;
    }
  pwk_emit_remove_migration_ptes (machine, from, to, entries);
}

/* --- the first half: out of the page tables --- */

/* migrate_folio_unmap ()'s answers: freed meanwhile; unmapped; no frame, which ends all; locked,
 * worth another try; being written. */
typedef enum { UNMAP_GONE, UNMAP_DONE, UNMAP_NO_FRAME, UNMAP_AGAIN, UNMAP_BUSY } Unmapped;

/* Where folios move to: the caller's functions. */
typedef struct
{
  PwkNewFolio  get;
  PwkFreeFolio put;
  void        *data;
} Targets;

/* Back to the caller, or freed where he does not want it. */
static void
give_back_target (PwkMachine *machine, const Targets *targets, PwkPfn dst)
{
  if (targets->put)
    targets->put (machine, dst, targets->data);
  else
    pwk_folio_put (machine, dst);
}

/* Says why, once a folio. */
static Unmapped
fail (PwkMachine *machine, PwkPfn src, PwkMigrateFail why, Unmapped answer)
{
  pwk_emit_migrate_fail (machine, src, why);
  return answer;
}

/* Follows mm/migrate.c:migrate_folio_unmap(). Asks for the frame first, which is what most often is
 * missing. A page under writeback is waited for only in the most thorough mode: compaction for an
 * allocation must not wait for a disk. The target is asked for before anything is unmapped, so a
 * failure costs nobody a fault. */
static Unmapped
unmap_folio (PwkMachine *machine, PwkPfn src, const Targets *targets, PwkMigrateMode mode, PwkPfn *dst)
{
  const PwkPage *page = pwk_page (machine, src);
  unsigned state = page->pg_flags & PWK_PG_MLOCKED ? WAS_MLOCKED : 0;

  if (page->_refcount == 1)
    return UNMAP_GONE;      /* freed meanwhile but for the reference that is ours */
  *dst = targets->get (machine, src, targets->data);
  if (*dst == PWK_NO_PFN)
    return fail (machine, src, PWK_MIGRATE_NO_FRAME, UNMAP_NO_FRAME);
  if (page->pg_flags & PWK_PG_LOCKED)
    {
      give_back_target (machine, targets, *dst);
      return fail (machine, src, PWK_MIGRATE_LOCKED, UNMAP_AGAIN);
    }
  if ((page->pg_flags & PWK_PG_WRITEBACK) && mode == PWK_MIGRATE_SYNC)
    pwk_folio_wait_writeback (machine, src);
  if (page->pg_flags & PWK_PG_WRITEBACK)
    {
      give_back_target (machine, targets, *dst);
      return fail (machine, src, PWK_MIGRATE_BUSY, UNMAP_BUSY);
    }
  if (page->mapping && pwk_folio_mapcount (machine, src))
    {
      try_to_migrate (machine, src);
      state |= WAS_MAPPED;
    }
  pwk_page_edit (machine, *dst)->private_ = state;
  return UNMAP_DONE;
}

/* --- the second half: to the new frames --- */

/* References of the caches: the page cache has one for each page. */
static int32_t
cache_refs (const PwkPage *page, uint64_t n)
{
  return ((page->mapping & 3) == PWK_MAPPING_INODE ? (int32_t) n : 0) + ((page->pg_flags & PWK_PG_SWAPCACHE) != 0);
}

/* Counters that say where the @n cached pages lie. */
static void
move_stats (PwkMachine *machine, PwkPfn src, PwkPfn dst, const PwkPage *page, int64_t n)
{
  bool cached = (page->mapping & 3) == PWK_MAPPING_INODE, swapped = page->pg_flags & PWK_PG_SWAPCACHE;
  const struct { PwkNodeStat item; bool counts; } items[] = {
    { PWK_NR_FILE_PAGES, cached || swapped }, { PWK_NR_SWAPCACHE, swapped }, { PWK_NR_SHMEM, page->type == PWK_PAGE_SHMEM && cached },
    { PWK_NR_FILE_DIRTY, page->type == PWK_PAGE_FILE && (page->pg_flags & PWK_PG_DIRTY) },
  };

  if (pwk_pfn_zone (machine, src) == pwk_pfn_zone (machine, dst))
    return;
  for (unsigned i = 0; i < G_N_ELEMENTS (items); i++)
    if (items[i].counts)
      {
        pwk_mod_node_stat (machine, src, items[i].item, -n);
        pwk_mod_node_stat (machine, dst, items[i].item, n);
      }
  if (items[3].counts)
    {
      pwk_mod_zone_stat (machine, src, PWK_NR_ZONE_WRITE_PENDING, -n);
      pwk_mod_zone_stat (machine, dst, PWK_NR_ZONE_WRITE_PENDING, n);
    }
}

/* Follows mm/migrate.c:folio_migrate_mapping(), folio_migrate_flags(). What is known of the folio
 * is known of the new frames from now on, and nothing of the old: it is as good as free. The
 * caches' reference passes over. PG_locked and PG_writeback do not go along: neither is set on a
 * folio that can move. */
static void
move_struct_page (PwkMachine *machine, PwkPfn src, PwkPfn dst)
{
  const uint32_t goes_along = PWK_PG_REFERENCED | PWK_PG_UPTODATE | PWK_PG_DIRTY | PWK_PG_ACTIVE | PWK_PG_WORKINGSET | PWK_PG_READAHEAD
                              | PWK_PG_SWAPBACKED | PWK_PG_SWAPCACHE | PWK_PG_UNEVICTABLE | PWK_PG_ASSUMED | PWK_PG_PARTIALLY_MAPPED;
  PwkPage was = *pwk_page (machine, src);
  uint64_t n = pwk_folio_pages (machine, src);
  PwkPage *old = pwk_page_edit (machine, src), *new = pwk_page_edit (machine, dst);

  move_stats (machine, src, dst, &was, (int64_t) n);
  new->index = was.index;
  new->mapping = was.mapping;
  new->private_ = was.private_;
  old->mapping = 0;
  old->private_ = 0;
  pwk_page_set_flags (machine, dst, was.pg_flags & goes_along, 0);
  pwk_page_set_flags (machine, src, 0, goes_along);
  if ((was.mapping & 3) == PWK_MAPPING_INODE)
    pwk_page_cache_replace (machine, was.mapping >> 2, was.index, dst);
  if (was.pg_flags & PWK_PG_SWAPCACHE)
    pwk_swap_slot_edit (machine, was.private_)->folio = (uint32_t) dst + 1;
  new->_refcount += cache_refs (&was, n);
  old->_refcount -= cache_refs (&was, n);
}

/* Follows mm/migrate.c:migrate_folio_move(). Bytes are copied when nobody can change them: no entry
 * maps them, and no reference but ours is left. False: somebody holds it, and it is mapped again as
 * it was. */
static bool
move_folio (PwkMachine *machine, PwkPfn src, PwkPfn dst, const Targets *targets)
{
  unsigned state = pwk_page (machine, dst)->private_, order = pwk_folio_order (machine, src);
  bool queued;

  pwk_page_edit (machine, dst)->private_ = 0;
  if (pwk_page (machine, src)->_refcount != 1 + cache_refs (pwk_page (machine, src), pwk_order_pages (order)))    /* folio_expected_refs () */
    {
      if (state & WAS_MAPPED)
        remove_migration_ptes (machine, src, src);
      give_back_target (machine, targets, dst);
      return fail (machine, src, PWK_MIGRATE_HELD, UNMAP_AGAIN) == UNMAP_DONE;
    }
  queued = pwk_deferred_split_unqueue (machine, src);
  move_struct_page (machine, src, dst);
  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    pwk_frame_copy (machine, dst + i, src + i);
  pwk_lru_cache_add (machine, dst);
  if (state & WAS_MLOCKED)
    pwk_lru_add_drain (machine);
  if (state & WAS_MAPPED)
    remove_migration_ptes (machine, src, dst);
  if (queued)
    pwk_deferred_split_folio (machine, dst);
  pwk_emit_migrate_folio (machine, src, dst, order, pwk_pfn_zone (machine, dst)->node);
  pwk_folio_put (machine, dst);
  return true;
}

/* --- many --- */

/* By pages, and how many were huge. */
typedef struct { uint64_t succeeded, failed, thp_succeeded, thp_failed; } Stats;

/* By order: huge pages are counted by themselves, too. */
static void
count (const PwkMachine *machine, PwkPfn head, uint64_t *pages, uint64_t *thps)
{
  *pages += pwk_folio_pages (machine, head);
  *thps += pwk_folio_order (machine, head) >= PWK_HPAGE_ORDER;
}

/* The last reference to the old frame is dropped by that. */
static void
succeed (PwkMachine *machine, PwkPfn src, Stats *stats)
{
  count (machine, src, &stats->succeeded, &stats->thp_succeeded);
  pwk_folio_put (machine, src);
}

/* Follows mm/migrate.c:migrate_pages_batch(). First all are unmapped, then all moved, which freezes
 * each for longer, but tells the TLBs less often. What cannot be moved for good goes to @ret, what
 * might be another time stays in @from, where nothing is tried again: nobody else runs meanwhile.
 * Returns how many those are, or -ENOMEM. The counters thp_* are of folios, the others of pages. No
 * folio is tried twice within a batch here; the kernel tries up to ten times, as locks come free
 * meanwhile. */
static int64_t
migrate_batch (PwkMachine *machine, PwkPageList *from, const Targets *targets, PwkMigrateMode mode, PwkPageList *ret, Stats *stats)
{
  PwkPageList unmapped = PWK_PAGE_LIST_EMPTY, dsts = PWK_PAGE_LIST_EMPTY;
  bool no_frame = false;
  int64_t left = 0;

  for (uint32_t src = from->head, next; src != PWK_PFN_NIL && !no_frame; src = next)
    {
      PwkPfn dst = PWK_NO_PFN;
      Unmapped answer = unmap_folio (machine, src, targets, mode, &dst);

      next = pwk_page (machine, src)->lru_next;
      no_frame = answer == UNMAP_NO_FRAME;
      if (answer == UNMAP_GONE || answer == UNMAP_DONE || answer == UNMAP_BUSY)
        take_off (machine, from, src);
      if (answer == UNMAP_GONE)
        succeed (machine, src, stats);
      else if (answer == UNMAP_DONE)
        {
          put_last (machine, &unmapped, src);
          put_last (machine, &dsts, dst);
        }
      else
        {
          left++;
          count (machine, src, &stats->failed, &stats->thp_failed);
          if (answer == UNMAP_BUSY)
            put_last (machine, ret, src);
        }
    }
  while (!pwk_page_list_is_empty (&unmapped))
    {
      PwkPfn src = unmapped.head, dst = dsts.head;

      take_off (machine, &unmapped, src);
      take_off (machine, &dsts, dst);
      if (move_folio (machine, src, dst, targets))
        succeed (machine, src, stats);
      else
        {
          left++;
          count (machine, src, &stats->failed, &stats->thp_failed);
          put_last (machine, ret, src);
        }
    }
  return no_frame ? -ENOMEM : left;
}

/* All of @from to the end of @list. */
static void
splice_last (PwkMachine *machine, PwkPageList *list, PwkPageList *from)
{
  while (!pwk_page_list_is_empty (from))
    {
      PwkPfn head = from->head;

      take_off (machine, from, head);
      put_last (machine, list, head);
    }
}

/* Follows mm/migrate.c:migrate_pages_sync(). All at once without waiting, then those that are left
 * one by one, for which may be waited: while one is waited for, others must not be unmapped, or two
 * who do so could wait for each other. */
static int64_t
migrate_sync (PwkMachine *machine, PwkPageList *from, const Targets *targets, PwkMigrateMode mode, PwkPageList *ret, Stats *stats)
{
  PwkPageList failed = PWK_PAGE_LIST_EMPTY;
  Stats first = { 0 };
  int64_t left = migrate_batch (machine, from, targets, PWK_MIGRATE_ASYNC, &failed, &first);

  stats->succeeded += first.succeeded;
  stats->thp_succeeded += first.thp_succeeded;
  if (left < 0)
    {
      stats->failed += first.failed;
      stats->thp_failed += first.thp_failed;
      splice_last (machine, ret, &failed);
      return left;
    }
  splice_last (machine, from, &failed);
  left = 0;
  while (!pwk_page_list_is_empty (from))
    {
      PwkPageList one = PWK_PAGE_LIST_EMPTY;
      PwkPfn head = from->head;
      int64_t rc;

      take_off (machine, from, head);
      put_last (machine, &one, head);
      rc = migrate_batch (machine, &one, targets, mode, ret, stats);
      splice_last (machine, ret, &one);
      if (rc < 0)
        return rc;
      left += rc;
    }
  return left;
}

/* The next folios of @from, as many as are moved at once: a folio more than the limit at most. */
static void
take_batch (PwkMachine *machine, PwkPageList *from, PwkPageList *batch)
{
  for (uint64_t pages = 0; pages < MAX_BATCH && !pwk_page_list_is_empty (from);)
    {
      PwkPfn head = from->head;

      pages += pwk_folio_pages (machine, head);
      take_off (machine, from, head);
      put_last (machine, batch, head);
    }
}

/* Follows mm/migrate.c:migrate_pages(). The caller's list is what was not moved, in the end, in the
 * order in which it was given up. */
int64_t
pwk_migrate_pages (PwkMachine *machine, PwkPageList *from, PwkNewFolio get, PwkFreeFolio put, void *data, PwkMigrateMode mode,
                   uint64_t *succeeded)
{
  const Targets targets = { get, put, data };
  PwkPageList ret = PWK_PAGE_LIST_EMPTY;
  Stats stats = { 0 };
  int64_t left = 0, rc = 0;

  pwk_assert_door (get && from);
  while (rc >= 0 && !pwk_page_list_is_empty (from))
    {
      PwkPageList batch = PWK_PAGE_LIST_EMPTY;

      take_batch (machine, from, &batch);
      rc = mode == PWK_MIGRATE_ASYNC ? migrate_batch (machine, &batch, &targets, mode, &ret, &stats)
                                     : migrate_sync (machine, &batch, &targets, mode, &ret, &stats);
      splice_last (machine, &ret, &batch);
      left += MAX (rc, 0);
    }
  splice_last (machine, &ret, from);
  *from = ret;
  pwk_count_vm_events (machine, PWK_PGMIGRATE_SUCCESS, stats.succeeded);
  pwk_count_vm_events (machine, PWK_PGMIGRATE_FAIL, stats.failed);
  pwk_count_vm_events (machine, PWK_THP_MIGRATION_SUCCESS, stats.thp_succeeded);
  pwk_count_vm_events (machine, PWK_THP_MIGRATION_FAIL, stats.thp_failed);
  if (succeeded)
    *succeeded = stats.succeeded;
  return rc < 0 ? rc : left;
}

/* To their LRU lists, by way of the batch. */
void
pwk_putback_movable_pages (PwkMachine *machine, PwkPageList *list)
{
  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->head;

      take_off (machine, list, head);
      pwk_lru_cache_add (machine, head);
      pwk_folio_put (machine, head);
    }
}
