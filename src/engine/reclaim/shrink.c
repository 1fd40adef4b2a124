/* shrink.c - what becomes of the pages at the old ends of the LRU lists
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:shrink_folio_list(), shrink_inactive_list(), shrink_active_list() and what is
 * under them, of the classic lists (not of CONFIG_LRU_GEN). A batch of at most 32 pages goes round like
 * this:
 *
 *      LRU list ──pwk_lruvec_scan()──▶ private list ──decide()──▶ GONE       freed, 31 at a time
 *         ▲        (oldest first)                             ├─▶ KEEP       ┐
 *         └──────────────move_folios_to_lru()─────────────────┴─▶ ACTIVATE   ┘
 *
 * While a page is on the private list PG_lru is clear and the scan holds a reference; that reference is
 * what the counts of 1 and 2 below have in them. How many pages are taken is scan-count.c's business,
 * whether one has been used references.c's. Recordings: tests/kernel/lru/shrink, lru/swap and
 * lru/mixed. */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/memory-tiers.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/virt/migrate.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/pageout-door.h"
#include "engine/virt/rmap.h"
#include "engine/virt/split-folio.h"
#include "engine/virt/shmem-swap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/workingset-door.h"
#include "engine/virt/writeback-door.h"

/* Any of @flags is set. */
static bool
has (const PwkMachine *machine, PwkPfn head, uint32_t flags)
{
  return (pwk_page (machine, head)->pg_flags & flags) != 0;
}

/* Pages are what all counters of vmscan are kept in, since a folio may be of any order. */
static bool
is_anon (const PwkMachine *machine, PwkPfn head)
{
  return (pwk_page (machine, head)->mapping & 3) == PWK_MAPPING_ANON;
}

/* folio_mapping () of a page of a file or of shared memory, which has an inode, too. */
static bool
is_in_file (const PwkMachine *machine, PwkPfn head)
{
  return (pwk_page (machine, head)->mapping & 3) == PWK_MAPPING_INODE;
}

/* --- one page --- */

/* What becomes of a folio that was isolated: it is free; it goes back to the inactive list; it goes to the active one. Each question of
 * shrink_folio_list () can end it:
 *
 *      somebody works on it?       KEEP
 *      locked in memory?           ACTIVATE, and from there to the unevictable ones
 *      is being written?           ACTIVATE, and to the old end when that is done
 *      used lately?                ACTIVATE or KEEP (references.c)
 *      slower memory to go to?     DEMOTE
 *      anonymous, and no slot?     ACTIVATE
 *      cannot be unmapped?         ACTIVATE
 *      dirty?                      of a file: ACTIVATE, for the flusher; else it is written now, and KEEP until that is done
 *      held by somebody else?      KEEP
 *      else                        GONE
 */
typedef enum { GONE, KEEP, ACTIVATE, DEMOTE } Fate;

/* Follows mm/vmscan.c:folio_check_dirty_writeback() and the counting after it. Only pages of files
 * count: anonymous ones are dirty as a rule, and say nothing about whether the flusher keeps up.
 *
 *      nr_dirty            dirty or already being written
 *      nr_unqueued_dirty   dirty, and nobody has begun to write it: the flusher is behind
 *      nr_congested        being written, and met here before: the scan goes faster round the list than the disk is
 */
static void
count_dirty (const PwkMachine *machine, PwkPfn head, PwkReclaimResult *result)
{
  bool file = has (machine, head, PWK_PG_SWAPBACKED) == 0 && !is_anon (machine, head);
  bool dirty = file && has (machine, head, PWK_PG_DIRTY), writeback = file && has (machine, head, PWK_PG_WRITEBACK);
  uint64_t n = pwk_folio_pages (machine, head);

  result->nr_dirty += dirty || writeback ? n : 0;
  result->nr_unqueued_dirty += dirty && !writeback ? n : 0;
  result->nr_congested += writeback && has (machine, head, PWK_PG_RECLAIM) ? n : 0;
}

/* A page that is being written is not waited for. PG_reclaim says that reclaim wants it:
 * end_writeback () then moves it to the old end, where the next pass finds it clean. kswapd that meets
 * such a mark for the second time on a node known to wait for the disk (PGDAT_WRITEBACK) counts
 * nr_immediate, from which it would learn to sleep. Either way the page goes to the active list, so
 * that the rest of this pass does not meet it once more. The third case of the kernel, waiting for the
 * write at once, is for legacy memory cgroups, which are not simulated. */
static Fate
meet_writeback (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, PwkReclaimResult *result)
{
  unsigned node = pwk_pfn_zone (machine, head)->node;

  if (sc->kswapd && has (machine, head, PWK_PG_RECLAIM) && pwk_node (machine, node)->writeback_stalls)
    result->nr_immediate += pwk_folio_pages (machine, head);
  else
    {
      pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, 0);
      result->nr_writeback += pwk_folio_pages (machine, head);
    }
  return ACTIVATE;
}

/* Anonymous memory that may be swapped gets its place in the swap area: what is in the swap cache
 * already has one, and a page without PG_swapbacked (MADV_FREE) needs none. False: there is no slot, or
 * I/O is not allowed (__GFP_IO); *@fate is where it goes then. Without __GFP_IO the page is kept where
 * it is, as it is not its fault. */
static bool
has_place (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, Fate *fate)
{
  if (!is_anon (machine, head) || !has (machine, head, PWK_PG_SWAPBACKED) || has (machine, head, PWK_PG_SWAPCACHE))
    return true;
  *fate = sc->gfp & PWK_GFP_IO ? ACTIVATE : KEEP;
  return (sc->gfp & PWK_GFP_IO) && pwk_add_to_swap (machine, head);
}

/* may_enter_fs (): without __GFP_FS the caller may hold locks of a file system, which writing a file
 * could need again. Writing to swap needs no file system, so __GFP_IO is enough for it. */
static bool
may_enter_fs (const PwkMachine *machine, PwkPfn head, uint32_t gfp)
{
  return (gfp & PWK_GFP_FS) || (has (machine, head, PWK_PG_SWAPCACHE) && (gfp & PWK_GFP_IO));
}

/* A dirty page of a file is not written here: the flusher is better at that. Of anonymous and shared memory, pageout (). GONE: go on, it is clean. */
static Fate
write_out (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, PwkFolioRef references, PwkReclaimResult *result)
{
  unsigned node = pwk_pfn_zone (machine, head)->node;

  if (!has (machine, head, PWK_PG_SWAPBACKED)
      && (!sc->kswapd || !has (machine, head, PWK_PG_RECLAIM) || !pwk_node (machine, node)->dirty_stalls))
    {
      pwk_mod_node_stat (machine, head, PWK_NR_VMSCAN_IMMEDIATE, (int64_t) pwk_folio_pages (machine, head));
      pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, 0);
      return ACTIVATE;
    }
  if (references == PWK_FOLIOREF_RECLAIM_CLEAN || !may_enter_fs (machine, head, sc->gfp) || !sc->may_writepage)
    return KEEP;
  if (pwk_page (machine, head)->_refcount != 2)    /* is_page_cache_freeable (): the cache's and ours */
    return KEEP;
  if (!has (machine, head, PWK_PG_SWAPBACKED))
    return ACTIVATE;
  pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, PWK_PG_DIRTY);
  if (has (machine, head, PWK_PG_SWAPCACHE))
    pwk_swap_write (machine, head);
  else if (!pwk_shmem_writeout (machine, head))    /* AOP_WRITEPAGE_ACTIVATE */
    {
      pwk_page_set_flags (machine, head, PWK_PG_DIRTY, PWK_PG_RECLAIM);
      return ACTIVATE;
    }
  if (!has (machine, head, PWK_PG_WRITEBACK))
    pwk_page_set_flags (machine, head, 0, PWK_PG_RECLAIM);
  pwk_mod_node_stat (machine, head, PWK_NR_VMSCAN_WRITE, 1);
  result->nr_pageout++;
  return has (machine, head, PWK_PG_WRITEBACK | PWK_PG_DIRTY) ? KEEP : GONE;
}

/* Follows mm/vmscan.c:__remove_mapping(). References that are ours: the scan's, and the cache's one.
 * Anybody else's means that somebody found the page in the cache meanwhile, so it stays, and so does
 * one that was written to (PG_dirty).
 *
 *      MADV_FREE, not written since     in no cache: 1 reference, its contents are dropped
 *      swap cache                       2 references, the shadow goes into the slot
 *      page cache                       2 references, the shadow goes into the file's tree
 *
 * A shadow (workingset.c) is left by whatever could come back by a fault; a page of shared memory that
 * is in a file's tree and not in swap leaves none. */
static Fate
remove_mapping (PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);
  int32_t cached = is_in_file (machine, head) ? (int32_t) pwk_folio_pages (machine, head) : 1;    /* the cache's references */
  uint32_t shadow;

  if (is_anon (machine, head) && !has (machine, head, PWK_PG_SWAPBACKED))
    {
      if (page->_refcount != 1)
        return KEEP;
      pwk_count_vm_event (machine, PWK_PGLAZYFREED);
      return GONE;
    }
  if ((!is_in_file (machine, head) && !has (machine, head, PWK_PG_SWAPCACHE)) || page->_refcount != 1 + cached || has (machine, head, PWK_PG_DIRTY))
    return KEEP;
  shadow = has (machine, head, PWK_PG_SWAPCACHE) || !has (machine, head, PWK_PG_SWAPBACKED) ? pwk_workingset_eviction (machine, head) : 0;
  if (is_in_file (machine, head))
    pwk_page_cache_evict (machine, page->mapping >> 2, page->index, shadow);
  else
    {
      pwk_swap_cache_remove (machine, head, shadow);
      pwk_folio_put (machine, head);
    }
  return GONE;
}

/* What shrink_folio_list () does with one page that it has isolated, from the questions that cost least
 * to the last: flags first, then a walk over all its page tables (references), then a slot, then the
 * walk that takes it out of them, at last I/O. The order shows in counters: nr_scanned has pages under
 * lock not in it, nr_dirty is counted before anything else can end the matter. @ignore_references: who
 * asks (MADV_PAGEOUT) has said himself that it is not used. @demotes: what is not used goes to slower
 * memory rather than out of it. */
static Fate
decide (PwkMachine *machine, PwkPfn head, PwkScanControl *sc, PwkReclaimResult *result, bool ignore_references, bool demotes)
{
  PwkFolioRef references = PWK_FOLIOREF_RECLAIM;
  Fate fate;

  if (has (machine, head, PWK_PG_LOCKED))
    return KEEP;
  sc->nr_scanned += pwk_folio_pages (machine, head);
  if (has (machine, head, PWK_PG_MLOCKED))
    return ACTIVATE;
  if (!sc->may_unmap && pwk_folio_mapcount (machine, head))
    return KEEP;
  count_dirty (machine, head, result);
  if (has (machine, head, PWK_PG_WRITEBACK))
    return meet_writeback (machine, head, sc, result);
  if (!ignore_references)
    references = pwk_folio_check_references (machine, head);
  if (references == PWK_FOLIOREF_ACTIVATE)
    return ACTIVATE;
  if (references == PWK_FOLIOREF_KEEP)
    {
      result->nr_ref_keep += pwk_folio_pages (machine, head);
      return KEEP;
    }
  if (demotes)
    return DEMOTE;
  if (!has_place (machine, head, sc, &fate))
    return fate;
  if (pwk_folio_mapcount (machine, head) && !pwk_try_to_unmap (machine, head))
    {
      result->nr_unmap_fail += pwk_folio_pages (machine, head);
      return ACTIVATE;
    }
  if (has (machine, head, PWK_PG_DIRTY))
    {
      fate = write_out (machine, head, sc, references, result);
      if (fate != GONE)
        return fate;
    }
  return remove_mapping (machine, head);
}

/* activate_locked: the page stays, so it is made active, and counted by kind (0 anonymous, 1 of files).
 * A slot is no use to it while slots are scarce, nor if it is locked in memory and never to be written.
 * A locked one (PG_mlocked) gets no PG_active: putback () takes it to the unevictable list. */
static void
activate (PwkMachine *machine, PwkPfn head, PwkReclaimResult *result)
{
  if (has (machine, head, PWK_PG_SWAPCACHE) && (pwk_vm_swap_full (machine) || has (machine, head, PWK_PG_MLOCKED)))
    pwk_folio_free_swap (machine, head);
  if (has (machine, head, PWK_PG_MLOCKED))
    return;
  result->nr_activate[!has (machine, head, PWK_PG_SWAPBACKED)] += pwk_folio_pages (machine, head);
  pwk_page_set_flags (machine, head, PWK_PG_ACTIVE, 0);
}

/* An anonymous huge folio goes page by page if there is where to: split_folio_to_list (). Its pages stand on their lists again; false: it is held. */
static bool
split (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc)
{
  if (!(sc->gfp & PWK_GFP_IO) || pwk_nr_swap_pages (machine) <= 0)
    return false;
  pwk_lruvec_add (machine, head);
  pwk_folio_put (machine, head);
  if (pwk_split_folio (machine, head))
    return true;
  pwk_lruvec_isolate (machine, head);
  return false;
}

/* Follows mm/swap.c:free_unref_folios(). Pages that went are freed in batches of 31 (15 in 6.1),
 * because the lock of a zone's pcp list is taken once a batch; here the order in which they reach the
 * free lists depends on it. */
typedef struct { unsigned n; PwkPfn folios[PWK_FOLIO_BATCH_MAX]; } FreeBatch;

static void
free_batch (PwkMachine *machine, FreeBatch *batch)
{
  for (unsigned i = 0; i < batch->n; i++)
    pwk_folio_put (machine, batch->folios[i]);
  batch->n = 0;
}

/* --- to slower memory --- */

/* Where pages of a node go. */
typedef struct { unsigned target; uint32_t allowed; } Demotion;

/* alloc_demote_folio (), PwkNewFolio: on the target if that is not low, whose kswapd is woken then; else
 * on any slower node. Nobody waits for it: the page could as well be swapped out. */
static PwkPfn
alloc_demote_folio (PwkMachine *machine, PwkPfn old, void *data)
{
  const Demotion *demotion = data;
  unsigned order = pwk_folio_order (machine, old);
  uint32_t gfp = (PWK_GFP_HIGHUSER_MOVABLE & ~PWK_GFP_RECLAIM) | PWK_GFP_KSWAPD_RECLAIM | PWK_GFP_NOWARN | PWK_GFP_NOMEMALLOC
                 | (order ? PWK_GFP_COMP : 0);
  PwkPfn pfn = pwk_alloc_pages (machine, gfp | PWK_GFP_THISNODE, order, (int) demotion->target, -1);

  if (pfn == PWK_NO_PFN)
    pfn = pwk_alloc_pages_nodes (machine, gfp, order, (int) demotion->target, -1, demotion->allowed);
  return pwk_user_page_prep (machine, pfn, order, (PwkPageType) pwk_page (machine, old)->type);
}

/* Follows mm/vmscan.c:demote_folio_list(). Pages of @node that are not used move to slower memory, with
 * their contents and their place in page tables: a use of them is slow, but no fault. Those that could
 * not stay on @list. Returns pages that moved. */
static uint64_t
demote_folio_list (PwkMachine *machine, PwkPageList *list, unsigned node, PwkReclaimResult *result)
{
  Demotion demotion;
  uint64_t pages = 0, demoted = 0;

  if (pwk_page_list_is_empty (list))
    return 0;
  for (uint32_t pfn = list->head; pfn != PWK_PFN_NIL; pfn = pwk_page (machine, pfn)->lru_next)
    pages += pwk_folio_pages (machine, pfn);
  demotion = (Demotion) { pwk_next_demotion_node (machine, node), pwk_demotion_targets (machine, node) };
  pwk_migrate_pages (machine, list, alloc_demote_folio, NULL, &demotion, PWK_MIGRATE_ASYNC, &demoted);
  pwk_emit_demote_folio_list (machine, node, demotion.target, pages, demoted);
  result->nr_demoted += demoted;
  return demoted;
}

/* --- a list of pages --- */

/* Follows mm/vmscan.c:shrink_folio_list(). Takes @list's tail first, which is its oldest page. What
 * stays is on @list afterwards, the last that was looked at first. Returns pages freed; @result says
 * what kept the others. A huge folio that could not be split is treated as used.
 *
 * Where there is slower memory, what would go is collected and demoted at once; what finds no room there
 * is looked at again, without that way out. */
static uint64_t
shrink_folio_list (PwkMachine *machine, PwkPageList *list, PwkScanControl *sc, PwkReclaimResult *result, bool ignore_references)
{
  unsigned node = pwk_page_list_is_empty (list) ? 0 : pwk_pfn_zone (machine, list->tail)->node;
  PwkPageList stay = PWK_PAGE_LIST_EMPTY, demote = PWK_PAGE_LIST_EMPTY;
  bool demotes = !sc->no_demotion && pwk_can_demote (machine, node);
  FreeBatch freed = { 0 };
  uint64_t nr_reclaimed = 0;

again:
  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->tail;
      bool huge = has (machine, head, PWK_PG_HEAD) && is_anon (machine, head) && !demotes;
      Fate fate;

      pwk_page_list_del (machine, list, (uint32_t) head);
      if (huge && split (machine, head, sc))
        continue;
      fate = huge ? ACTIVATE : decide (machine, head, sc, result, ignore_references, demotes);
      if (fate == DEMOTE)
        {
          pwk_page_list_add (machine, &demote, (uint32_t) head, false);
          continue;
        }
      if (fate == GONE)
        {
          nr_reclaimed += pwk_folio_pages (machine, head);
          freed.folios[freed.n++] = head;
          if (freed.n == machine->profile->folio_batch_size)
            free_batch (machine, &freed);
          continue;
        }
      if (fate == ACTIVATE)
        activate (machine, head, result);
      pwk_page_list_add (machine, &stay, (uint32_t) head, false);
    }
  if (demotes)
    {
      nr_reclaimed += demote_folio_list (machine, &demote, node, result);
      demotes = false;
      *list = demote;
      demote = PWK_PAGE_LIST_EMPTY;
      goto again;
    }
  free_batch (machine, &freed);
  *list = stay;
  pwk_count_vm_events (machine, PWK_PGACTIVATE, result->nr_activate[0] + result->nr_activate[1]);
  return nr_reclaimed;
}

/* --- from and to the lists --- */

/* Follows mm/vmscan.c:folio_putback_lru(). By way of the cpu's batch, not straight to the list: which
 * list it belongs to is found out when the batch is drained, by flags that may have changed since
 * (mlock). Gives up the scan's reference. */
static void
putback (PwkMachine *machine, PwkPfn head)
{
  pwk_lru_cache_add (machine, head);
  pwk_folio_put (machine, head);
}

/* Follows mm/vmscan.c:move_folios_to_lru(). The list's tail first, each to the head of the list that
 * its flags name, so that their order is kept. What only the scan holds by now was freed meanwhile by
 * its last user, and goes instead. Returns pages put back. Pages that have become active make the
 * others' shadows older (workingset_age_nonresident ()). */
static uint64_t
move_folios_to_lru (PwkMachine *machine, PwkPageList *list)
{
  uint64_t moved = 0;

  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->tail;
      uint64_t n = pwk_folio_pages (machine, head);

      pwk_page_list_del (machine, list, (uint32_t) head);
      if (has (machine, head, PWK_PG_MLOCKED))
        {
          putback (machine, head);
          continue;
        }
      if (pwk_page (machine, head)->_refcount == 1)
        {
          pwk_folio_put (machine, head);
          continue;
        }
      pwk_lruvec_add (machine, head);
      pwk_folio_put (machine, head);
      moved += n;
      if (has (machine, head, PWK_PG_ACTIVE))
        pwk_lruvec_stat (machine, head)->nonresident_age += n;    /* workingset_age_nonresident () */
    }
  return moved;
}

/* Scans are counted twice in /proc/vmstat: by who scanned, and by what. */
static void
count_scanned (PwkMachine *machine, const PwkScanControl *sc, bool file, uint64_t scanned)
{
  pwk_count_vm_events (machine, sc->kswapd ? PWK_PGSCAN_KSWAPD : PWK_PGSCAN_DIRECT, scanned);
  pwk_count_vm_events (machine, file ? PWK_PGSCAN_FILE : PWK_PGSCAN_ANON, scanned);
}

/* So are pages that were reclaimed ("steal"). */
static void
count_stolen (PwkMachine *machine, const PwkScanControl *sc, bool file, uint64_t reclaimed)
{
  pwk_count_vm_events (machine, sc->kswapd ? PWK_PGSTEAL_KSWAPD : PWK_PGSTEAL_DIRECT, reclaimed);
  pwk_count_vm_events (machine, file ? PWK_PGSTEAL_FILE : PWK_PGSTEAL_ANON, reclaimed);
}

/* Sums over a pass of shrink_node (), from which note_stalls () (scan-count.c) learns what kswapd waits
 * for. */
static void
add_up (PwkScanControl *sc, const PwkReclaimResult *result, bool file, uint64_t taken)
{
  sc->nr.dirty += result->nr_dirty;
  sc->nr.congested += result->nr_congested;
  sc->nr.unqueued_dirty += result->nr_unqueued_dirty;
  sc->nr.writeback += result->nr_writeback;
  sc->nr.immediate += result->nr_immediate;
  sc->nr.taken += taken;
  sc->nr.file_taken += file ? taken : 0;
}

/* Follows mm/vmscan.c:shrink_inactive_list(). A few of the oldest are taken off the list, so that it
 * need not be locked while they are worked on; what is not freed goes back. Batches of the cpu are
 * drained first, for what has just been added shall not be missed. The cost that is noted is what did
 * not pay: pages that were looked at and stayed, and pages written (worth 32 each). If all were dirty
 * and nobody writes them, the flusher is woken: the list is full of what it has not come to. */
uint64_t
pwk_shrink_inactive_list (PwkMachine *machine, unsigned node, PwkZoneLru *lists, uint64_t nr_to_scan, PwkScanControl *sc, PwkNodeStat lru)
{
  bool file = lru == PWK_NR_INACTIVE_FILE;
  PwkPageList list = PWK_PAGE_LIST_EMPTY;
  PwkReclaimResult result = { 0 };
  uint64_t scanned, taken, reclaimed;

  pwk_assert_door (lru == PWK_NR_INACTIVE_ANON || lru == PWK_NR_INACTIVE_FILE);
  pwk_lru_add_drain (machine);
  taken = pwk_lruvec_scan (machine, &lists[lru], nr_to_scan, sc->reclaim_idx, sc->may_unmap, &list, &scanned);
  pwk_emit_mm_vmscan_lru_isolate (machine, node, lru, nr_to_scan, scanned, taken);
  count_scanned (machine, sc, file, scanned);
  if (sc->zone)
    sc->zone->pages_scanned += scanned;
  if (!taken)
    return 0;
  reclaimed = shrink_folio_list (machine, &list, sc, &result, false);
  move_folios_to_lru (machine, &list);
  pwk_node_edit (machine, node)->vm_stat[sc->kswapd ? PWK_PGDEMOTE_KSWAPD : PWK_PGDEMOTE_DIRECT] += (int64_t) result.nr_demoted;
  count_stolen (machine, sc, file, reclaimed);
  pwk_lru_note_cost (machine, node, file, result.nr_pageout, scanned - reclaimed);
  if (result.nr_unqueued_dirty == taken)
    pwk_wakeup_flusher (machine);
  add_up (sc, &result, file, taken);
  pwk_emit_mm_vmscan_lru_shrink_inactive (machine, node, file, (uint64_t) sc->priority, scanned, reclaimed, result.nr_ref_keep);
  pwk_emit_reclaim_stat (machine, result.nr_activate[0], result.nr_activate[1], result.nr_dirty, result.nr_writeback, result.nr_immediate);
  return reclaimed;
}

/* Follows mm/vmscan.c:shrink_active_list(). A page gets no second chance for being used, since nearly
 * all are, and the list would only go round: it is deactivated and shows on the inactive list whether
 * it is used again. Asking folio_referenced () all the same makes its entries old, so that the next
 * asking tells of uses on the inactive list alone. Only code of programs that is in use stays
 * (PG_swapbacked clear and VM_EXEC): a program that runs must not be paged in again and again because
 * some file is read once. What goes was a part of the working set (PG_workingset), which its shadow
 * will say if it is evicted. */
void
pwk_shrink_active_list (PwkMachine *machine, unsigned node, PwkZoneLru *lists, uint64_t nr_to_scan, PwkScanControl *sc, PwkNodeStat lru)
{
  bool file = lru == PWK_NR_ACTIVE_FILE;
  PwkPageList hold = PWK_PAGE_LIST_EMPTY, active = PWK_PAGE_LIST_EMPTY, inactive = PWK_PAGE_LIST_EMPTY;
  uint64_t scanned, taken, nr_rotated = 0, nr_activate, nr_deactivate, vm_flags;

  pwk_assert_door (lru == PWK_NR_ACTIVE_ANON || lru == PWK_NR_ACTIVE_FILE);
  pwk_lru_add_drain (machine);
  taken = pwk_lruvec_scan (machine, &lists[lru], nr_to_scan, sc->reclaim_idx, sc->may_unmap, &hold, &scanned);
  pwk_emit_mm_vmscan_lru_isolate (machine, node, lru, nr_to_scan, scanned, taken);
  pwk_count_vm_events (machine, PWK_PGREFILL, scanned);
  if (sc->zone)
    sc->zone->pages_scanned += scanned;
  while (!pwk_page_list_is_empty (&hold))
    {
      PwkPfn head = hold.tail;

      pwk_page_list_del (machine, &hold, (uint32_t) head);
      if (has (machine, head, PWK_PG_MLOCKED))
        {
          putback (machine, head);
          continue;
        }
      if (pwk_folio_referenced (machine, head, &vm_flags) && (vm_flags & PWK_VM_EXEC) && !has (machine, head, PWK_PG_SWAPBACKED))
        {
          nr_rotated += pwk_folio_pages (machine, head);
          pwk_page_list_add (machine, &active, (uint32_t) head, false);
          continue;
        }
      pwk_page_set_flags (machine, head, PWK_PG_WORKINGSET, PWK_PG_ACTIVE);
      pwk_page_list_add (machine, &inactive, (uint32_t) head, false);
    }
  nr_activate = move_folios_to_lru (machine, &active);
  nr_deactivate = move_folios_to_lru (machine, &inactive);
  pwk_count_vm_events (machine, PWK_PGDEACTIVATE, nr_deactivate);
  if (nr_rotated)
    pwk_lru_note_cost (machine, node, file, 0, nr_rotated);
  pwk_emit_mm_vmscan_lru_shrink_active (machine, file, (uint64_t) sc->priority, taken, nr_activate, nr_deactivate, nr_rotated);
}

/* Follows mm/vmscan.c:reclaim_pages(), of MADV_PAGEOUT: the pages of @list, which the caller has
 * isolated, are taken as not used whatever their entries say. Whatever could not go is put back.
 * Returns pages freed; @list is empty then. */
uint64_t
pwk_reclaim_pages (PwkMachine *machine, PwkPageList *list)
{
  PwkScanControl sc = { .gfp = PWK_GFP_KERNEL, .may_writepage = true, .may_unmap = true, .may_swap = true, .no_demotion = true };
  PwkReclaimResult result = { 0 };
  uint64_t reclaimed;

  for (uint32_t pfn = list->head; pfn != PWK_PFN_NIL; pfn = pwk_page (machine, pfn)->lru_next)
    pwk_page_set_flags (machine, pfn, 0, PWK_PG_ACTIVE);
  reclaimed = shrink_folio_list (machine, list, &sc, &result, true);
  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->tail;

      pwk_page_list_del (machine, list, (uint32_t) head);
      putback (machine, head);
    }
  return reclaimed;
}
