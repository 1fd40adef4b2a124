/* shrink.c - what becomes of the pages at the old ends of the LRU lists
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:shrink_folio_list(), shrink_inactive_list(), shrink_active_list() and what is under them. */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/pageout-door.h"
#include "engine/virt/rmap.h"
#include "engine/virt/split-folio.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/workingset-door.h"
#include "engine/virt/writeback-door.h"

static bool
has (const PwkMachine *machine, PwkPfn head, uint32_t flags)
{
  return (pwk_page (machine, head)->pg_flags & flags) != 0;
}

static uint64_t
folio_pages (const PwkMachine *machine, PwkPfn head)
{
  return pwk_order_pages (pwk_folio_order (machine, head));
}

static bool
is_anon (const PwkMachine *machine, PwkPfn head)
{
  return (pwk_page (machine, head)->mapping & 3) == PWK_MAPPING_ANON;
}

/* folio_mapping (). */
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
 *      anonymous, and no slot?     ACTIVATE
 *      cannot be unmapped?         ACTIVATE
 *      dirty?                      of a file: ACTIVATE, for the flusher; else it is written now, and KEEP until that is done
 *      held by somebody else?      KEEP
 *      else                        GONE
 */
typedef enum { GONE, KEEP, ACTIVATE } Fate;

/* folio_check_dirty_writeback (): of pages of files alone. */
static void
count_dirty (const PwkMachine *machine, PwkPfn head, PwkReclaimResult *result)
{
  bool file = has (machine, head, PWK_PG_SWAPBACKED) == 0 && !is_anon (machine, head);
  bool dirty = file && has (machine, head, PWK_PG_DIRTY), writeback = file && has (machine, head, PWK_PG_WRITEBACK);
  uint64_t n = folio_pages (machine, head);

  result->nr_dirty += dirty || writeback ? n : 0;
  result->nr_unqueued_dirty += dirty && !writeback ? n : 0;
  result->nr_congested += writeback && has (machine, head, PWK_PG_RECLAIM) ? n : 0;
}

/* A page that is being written: it is reclaimed soon after that. */
static Fate
meet_writeback (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, PwkReclaimResult *result)
{
  unsigned node = pwk_pfn_zone (machine, head)->node;

  if (sc->kswapd && has (machine, head, PWK_PG_RECLAIM) && pwk_node (machine, node)->writeback_stalls)
    result->nr_immediate += folio_pages (machine, head);
  else
    {
      pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, 0);
      result->nr_writeback += folio_pages (machine, head);
    }
  return ACTIVATE;
}

/* Anonymous memory gets its place in the swap area. False: there is none, or I/O is not allowed. */
static bool
has_place (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, Fate *fate)
{
  if (!is_anon (machine, head) || !has (machine, head, PWK_PG_SWAPBACKED) || has (machine, head, PWK_PG_SWAPCACHE))
    return true;
  *fate = sc->gfp & PWK_GFP_IO ? ACTIVATE : KEEP;
  return (sc->gfp & PWK_GFP_IO) && pwk_add_to_swap (machine, head);
}

/* may_enter_fs (): writing to swap needs no file system. */
static bool
may_enter_fs (const PwkMachine *machine, PwkPfn head, uint32_t gfp)
{
  return (gfp & PWK_GFP_FS) || (has (machine, head, PWK_PG_SWAPCACHE) && (gfp & PWK_GFP_IO));
}

/* A dirty page of a file is not written here: the flusher is better at that. Of anonymous memory, pageout (). GONE: go on, it is clean. */
static Fate
write_out (PwkMachine *machine, PwkPfn head, const PwkScanControl *sc, PwkFolioRef references, PwkReclaimResult *result)
{
  unsigned node = pwk_pfn_zone (machine, head)->node;

  if (!has (machine, head, PWK_PG_SWAPBACKED)
      && (!sc->kswapd || !has (machine, head, PWK_PG_RECLAIM) || !pwk_node (machine, node)->dirty_stalls))
    {
      pwk_mod_node_stat (machine, head, PWK_NR_VMSCAN_IMMEDIATE, (int64_t) folio_pages (machine, head));
      pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, 0);
      return ACTIVATE;
    }
  if (references == PWK_FOLIOREF_RECLAIM_CLEAN || !may_enter_fs (machine, head, sc->gfp) || !sc->may_writepage)
    return KEEP;
  if (pwk_page (machine, head)->_refcount != 2)    /* is_page_cache_freeable (): the cache's and ours */
    return KEEP;
  if (!has (machine, head, PWK_PG_SWAPCACHE))
    return ACTIVATE;
  pwk_page_set_flags (machine, head, PWK_PG_RECLAIM, PWK_PG_DIRTY);
  pwk_swap_write (machine, head);
  if (!has (machine, head, PWK_PG_WRITEBACK))
    pwk_page_set_flags (machine, head, 0, PWK_PG_RECLAIM);
  pwk_mod_node_stat (machine, head, PWK_NR_VMSCAN_WRITE, 1);
  result->nr_pageout++;
  return has (machine, head, PWK_PG_WRITEBACK | PWK_PG_DIRTY) ? KEEP : GONE;
}

/* __remove_mapping (): only the cache and we hold it, so it goes, and leaves its shadow. */
static Fate
remove_mapping (PwkMachine *machine, PwkPfn head)
{
  const PwkPage *page = pwk_page (machine, head);
  uint32_t shadow;

  if (is_anon (machine, head) && !has (machine, head, PWK_PG_SWAPBACKED))
    {
      if (page->_refcount != 1)
        return KEEP;
      pwk_count_vm_event (machine, PWK_PGLAZYFREED);
      return GONE;
    }
  if ((!is_in_file (machine, head) && !has (machine, head, PWK_PG_SWAPCACHE)) || page->_refcount != 2 || has (machine, head, PWK_PG_DIRTY))
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

/* What shrink_folio_list () does with one page that it has isolated, from the questions that cost least to the last. */
static Fate
decide (PwkMachine *machine, PwkPfn head, PwkScanControl *sc, PwkReclaimResult *result, bool ignore_references)
{
  PwkFolioRef references = PWK_FOLIOREF_RECLAIM;
  Fate fate;

  if (has (machine, head, PWK_PG_LOCKED))
    return KEEP;
  sc->nr_scanned += folio_pages (machine, head);
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
      result->nr_ref_keep += folio_pages (machine, head);
      return KEEP;
    }
  if (has (machine, head, PWK_PG_SWAPBACKED) && is_in_file (machine, head))    /* shared memory is not swapped */
    return ACTIVATE;
  if (!has_place (machine, head, sc, &fate))
    return fate;
  if (pwk_folio_mapcount (machine, head) && !pwk_try_to_unmap (machine, head))
    {
      result->nr_unmap_fail += folio_pages (machine, head);
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

/* activate_locked: a slot is no use to a page that stays while slots are scarce. */
static void
activate (PwkMachine *machine, PwkPfn head, PwkReclaimResult *result)
{
  if (has (machine, head, PWK_PG_SWAPCACHE) && (pwk_vm_swap_full (machine) || has (machine, head, PWK_PG_MLOCKED)))
    pwk_folio_free_swap (machine, head);
  if (has (machine, head, PWK_PG_MLOCKED))
    return;
  result->nr_activate[!has (machine, head, PWK_PG_SWAPBACKED)] += folio_pages (machine, head);
  pwk_page_set_flags (machine, head, PWK_PG_ACTIVE, 0);
}

/* A huge folio goes page by page: split_folio_to_list (). Its pages stand on their lists again; false: it is held. */
static bool
split (PwkMachine *machine, PwkPfn head)
{
  pwk_lruvec_add (machine, head);
  pwk_folio_put (machine, head);
  if (pwk_split_folio (machine, head))
    return true;
  pwk_lruvec_isolate (machine, head);
  return false;
}

/* free_unref_folios (): those that went are freed 31 at a time. */
typedef struct { unsigned n; PwkPfn folios[PWK_FOLIO_BATCH_MAX]; } FreeBatch;

static void
free_batch (PwkMachine *machine, FreeBatch *batch)
{
  for (unsigned i = 0; i < batch->n; i++)
    pwk_folio_put (machine, batch->folios[i]);
  batch->n = 0;
}

/* shrink_folio_list (): the list's tail first. What stays is on it afterwards, the last that was looked at first. */
static uint64_t
shrink_folio_list (PwkMachine *machine, PwkPageList *list, PwkScanControl *sc, PwkReclaimResult *result, bool ignore_references)
{
  PwkPageList stay = PWK_PAGE_LIST_EMPTY;
  FreeBatch freed = { 0 };
  uint64_t nr_reclaimed = 0;

  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->tail;
      Fate fate;

      pwk_page_list_del (machine, list, (uint32_t) head);
      if (has (machine, head, PWK_PG_HEAD) && (sc->gfp & PWK_GFP_IO) && pwk_nr_swap_pages (machine) > 0 && split (machine, head))
        continue;
      fate = has (machine, head, PWK_PG_HEAD) ? ACTIVATE : decide (machine, head, sc, result, ignore_references);
      if (fate == GONE)
        {
          nr_reclaimed++;
          freed.folios[freed.n++] = head;
          if (freed.n == machine->profile->folio_batch_size)
            free_batch (machine, &freed);
          continue;
        }
      if (fate == ACTIVATE)
        activate (machine, head, result);
      pwk_page_list_add (machine, &stay, (uint32_t) head, false);
    }
  free_batch (machine, &freed);
  *list = stay;
  pwk_count_vm_events (machine, PWK_PGACTIVATE, result->nr_activate[0] + result->nr_activate[1]);
  return nr_reclaimed;
}

/* --- from and to the lists --- */

/* folio_putback_lru (): by way of the batch. */
static void
putback (PwkMachine *machine, PwkPfn head)
{
  pwk_lru_cache_add (machine, head);
  pwk_folio_put (machine, head);
}

/* move_folios_to_lru (): the list's tail first, each to the head of its own. Returns pages. */
static uint64_t
move_folios_to_lru (PwkMachine *machine, PwkPageList *list)
{
  uint64_t moved = 0;

  while (!pwk_page_list_is_empty (list))
    {
      PwkPfn head = list->tail;
      uint64_t n = folio_pages (machine, head);

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

static void
count_scanned (PwkMachine *machine, const PwkScanControl *sc, bool file, uint64_t scanned)
{
  pwk_count_vm_events (machine, sc->kswapd ? PWK_PGSCAN_KSWAPD : PWK_PGSCAN_DIRECT, scanned);
  pwk_count_vm_events (machine, file ? PWK_PGSCAN_FILE : PWK_PGSCAN_ANON, scanned);
}

static void
count_stolen (PwkMachine *machine, const PwkScanControl *sc, bool file, uint64_t reclaimed)
{
  pwk_count_vm_events (machine, sc->kswapd ? PWK_PGSTEAL_KSWAPD : PWK_PGSTEAL_DIRECT, reclaimed);
  pwk_count_vm_events (machine, file ? PWK_PGSTEAL_FILE : PWK_PGSTEAL_ANON, reclaimed);
}

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

/* Follows mm/vmscan.c:shrink_inactive_list(): a few of the oldest are taken off the list, so that it need not be locked while they are worked on;
 * what is not freed goes back. If all were dirty and nobody writes them, the flusher is woken: the list is full of what it has not come to. */
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
  if (!taken)
    return 0;
  reclaimed = shrink_folio_list (machine, &list, sc, &result, false);
  move_folios_to_lru (machine, &list);
  count_stolen (machine, sc, file, reclaimed);
  pwk_lru_note_cost (machine, node, file, result.nr_pageout, scanned - reclaimed);
  if (result.nr_unqueued_dirty == taken)
    pwk_wakeup_flusher (machine);
  add_up (sc, &result, file, taken);
  pwk_emit_mm_vmscan_lru_shrink_inactive (machine, node, file, (uint64_t) sc->priority, scanned, reclaimed, result.nr_ref_keep);
  pwk_emit_reclaim_stat (machine, result.nr_activate[0], result.nr_activate[1], result.nr_dirty, result.nr_writeback, result.nr_immediate);
  return reclaimed;
}

/* Follows mm/vmscan.c:shrink_active_list(). A page gets no second chance for being used, since nearly all are, and the list would only go round:
 * it is deactivated and shows on the inactive list whether it is used again. Only code of programs that is in use stays. What goes was a part of
 * the working set (PG_workingset). */
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
          nr_rotated += folio_pages (machine, head);
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

uint64_t
pwk_reclaim_pages (PwkMachine *machine, PwkPageList *list)
{
  PwkScanControl sc = { .gfp = PWK_GFP_KERNEL, .may_writepage = true, .may_unmap = true, .may_swap = true };
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
