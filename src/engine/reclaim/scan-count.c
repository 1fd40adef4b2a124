/* scan-count.c - how many pages of each LRU list a pass looks at
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:prepare_scan_control(), get_scan_count(), shrink_lruvec() and shrink_node(). */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zone.h"
#include "engine/reclaim/shrinker.h"
#include "engine/virt/swap-door.h"

#define MAX_SWAPPINESS 200

/* The four lists that are reclaimed from, anon before file, inactive before active. */
enum { INACTIVE_ANON = PWK_NR_INACTIVE_ANON, ACTIVE_ANON, INACTIVE_FILE, ACTIVE_FILE, N_LISTS };

/* Of the small numbers that gigabytes are. */
static uint64_t
int_sqrt (uint64_t x)
{
  uint64_t root = 0;

  while ((root + 1) * (root + 1) <= x)
    root++;
  return root;
}

/* Follows mm/vmscan.c:inactive_is_low(). A page must have time on the inactive list to be used a second time, so that list is to be long enough, but
 * the larger memory is, the smaller a part will do: inactive to active 1:1 below 1 GiB, 1:3 from there on, 1:10 of 10 GiB, 1:31 of 100 GiB. */
bool
pwk_inactive_is_low (const PwkZoneLru *lists, bool file)
{
  uint64_t inactive = lists[file ? INACTIVE_FILE : INACTIVE_ANON].nr, active = lists[file ? ACTIVE_FILE : ACTIVE_ANON].nr;
  uint64_t gb = (inactive + active) >> (30 - PWK_PAGE_SHIFT);

  return inactive * (gb ? int_sqrt (10 * gb) : 1) < active;
}

/* --- what the pass may do --- */

/* Active pages are left alone as long as the inactive list is long enough and no page comes back that had been evicted: then the working set fits. A
 * refault says that it does not, and that some of what is active must have less claim than what was evicted. */
static bool
may_deactivate (const PwkNode *node, const PwkZoneLru *lists, bool file)
{
  return (uint64_t) node->vm_stat[PWK_WORKINGSET_ACTIVATE_ANON + file] != node->lruvec.refaults[file] || pwk_inactive_is_low (lists, file);
}

/* Hardly any page of a file is left, so that anonymous ones must be enough: were all files and free pages together not even the high mark, reclaim
 * would go round in the few file pages that are the programs' own code. */
static bool
is_file_tiny (const PwkMachine *machine, const PwkNode *node, const PwkZoneLru *lists, const PwkScanControl *sc)
{
  uint64_t high = 0, free = 0, file = (uint64_t) (node->vm_stat[PWK_NR_ACTIVE_FILE] + node->vm_stat[PWK_NR_INACTIVE_FILE]);

  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (!zone->managed_pages)
        continue;
      free += (uint64_t) pwk_zone_page_state (zone, PWK_NR_FREE_PAGES);
      high += pwk_wmark_pages (zone, PWK_WMARK_HIGH);
    }
  (void) machine;
  return file + free <= high && !(sc->may_deactivate & PWK_DEACTIVATE_ANON) && lists[INACTIVE_ANON].nr >> sc->priority;
}

/* What holds for all lists of a pass is found out once, at its beginning. cache_trim_mode: so many inactive pages of files are there that nothing
 * else need be touched; it is given up when such a pass has freed nothing. */
static void
prepare_scan_control (const PwkMachine *machine, unsigned node, const PwkZoneLru *lists, PwkScanControl *sc)
{
  const PwkNode *record = pwk_node (machine, node);

  sc->anon_cost = record->lruvec.anon_cost;
  sc->file_cost = record->lruvec.file_cost;
  sc->may_deactivate = 0;
  if (sc->force_deactivate || may_deactivate (record, lists, false))
    sc->may_deactivate |= PWK_DEACTIVATE_ANON;
  if (sc->force_deactivate || may_deactivate (record, lists, true))
    sc->may_deactivate |= PWK_DEACTIVATE_FILE;
  sc->cache_trim_mode = lists[INACTIVE_FILE].nr >> sc->priority && !(sc->may_deactivate & PWK_DEACTIVATE_FILE) && !sc->no_cache_trim_mode;
  sc->file_is_tiny = is_file_tiny (machine, record, lists, sc);
}

/* --- how many --- */

/* Follows mm/vmscan.c:get_scan_count(), in its order: without swap only files can go; at the last priority there is no time to be choosy; with hardly
 * any file left, anonymous memory must; with plenty of inactive file pages, those alone. */
static PwkScanBalance
scan_balance (const PwkMachine *machine, const PwkScanControl *sc)
{
  if (!sc->may_swap || pwk_nr_swap_pages (machine) <= 0)
    return PWK_SCAN_FILE;
  if (!sc->priority && machine->st->sysctl.swappiness)
    return PWK_SCAN_EQUAL;
  if (sc->file_is_tiny)
    return PWK_SCAN_ANON;
  return sc->cache_trim_mode ? PWK_SCAN_FILE : PWK_SCAN_FRACT;
}

/* With costs a and f, and t = a + f, the weight of each side falls with its own cost, on top of t, so that neither is ever left out:
 *
 *      anon = swappiness · 3t / (t + a)         file = (200 - swappiness) · 3t / (t + f)
 *
 * The shares of anonymous memory and of files, by what reclaiming them has cost, and what swappiness says that I/O for each is worth. */
static void
set_fractions (const PwkMachine *machine, const PwkScanControl *sc, uint64_t fraction[2])
{
  uint64_t swappiness = (uint64_t) machine->st->sysctl.swappiness;
  uint64_t total = sc->anon_cost + sc->file_cost, anon = total + sc->anon_cost, file = total + sc->file_cost;

  total = anon + file;
  fraction[0] = swappiness * (total + 1) / (anon + 1);
  fraction[1] = (MAX_SWAPPINESS - swappiness) * (total + 1) / (file + 1);
}

/* lruvec_lru_size (): of the zones that help. A request for DMA on a node with Normal must not be told of pages that it could not use. */
static uint64_t
lru_size (const PwkMachine *machine, unsigned node, const PwkZoneLru *lists, unsigned lru, unsigned reclaim_idx)
{
  uint64_t size = 0;

  if (machine->profile->lru_in_zone)
    return lists[lru].nr;
  for (unsigned type = 0; type <= reclaim_idx; type++)
    if (pwk_zone (machine, node, type)->managed_pages)
      size += (uint64_t) pwk_zone_page_state_snapshot (machine, pwk_zone (machine, node, type), (PwkZoneStat) (PWK_NR_ZONE_INACTIVE_ANON + lru));
  return size;
}

/* How many pages of each list this pass looks at: at priority 12 a 4096th of it, doubled with each pass that was not enough. */
static void
get_scan_count (PwkMachine *machine, unsigned node, const PwkZoneLru *lists, const PwkScanControl *sc, uint64_t nr[N_LISTS])
{
  PwkScanBalance balance = scan_balance (machine, sc);
  uint64_t fraction[2] = { 0, 0 };

  if (balance == PWK_SCAN_FRACT)
    set_fractions (machine, sc, fraction);
  for (unsigned lru = 0; lru < N_LISTS; lru++)
    {
      bool file = lru >= INACTIVE_FILE;

      nr[lru] = lru_size (machine, node, lists, lru, sc->reclaim_idx) >> sc->priority;
      if (balance == PWK_SCAN_FRACT)
        nr[lru] = nr[lru] * fraction[file] / (fraction[0] + fraction[1]);
      else if (balance != PWK_SCAN_EQUAL && (balance == PWK_SCAN_FILE) != file)
        nr[lru] = 0;
    }
  pwk_emit_get_scan_count (machine, balance, nr[INACTIVE_ANON], nr[ACTIVE_ANON], nr[INACTIVE_FILE], nr[ACTIVE_FILE]);
}

/* --- the pass --- */

/* Inactive pages are reclaimed, active ones made inactive, if that is allowed in this pass; that it was not is remembered, since the next pass may. */
static uint64_t
shrink_list (PwkMachine *machine, unsigned node, PwkZoneLru *lists, unsigned lru, uint64_t nr_to_scan, PwkScanControl *sc)
{
  if (lru == INACTIVE_ANON || lru == INACTIVE_FILE)
    return pwk_shrink_inactive_list (machine, node, lists, nr_to_scan, sc, (PwkNodeStat) lru);
  if (sc->may_deactivate & (lru == ACTIVE_FILE ? PWK_DEACTIVATE_FILE : PWK_DEACTIVATE_ANON))
    pwk_shrink_active_list (machine, node, lists, nr_to_scan, sc, (PwkNodeStat) lru);
  else
    sc->skipped_deactivate = true;
  return 0;
}

/* Enough was reclaimed: of the half that has more left to be scanned as much is left out as of the other has been; that other ends. False: all is
 * scanned of one half. */
static bool
scale_down (uint64_t nr[N_LISTS], const uint64_t targets[N_LISTS])
{
  uint64_t anon = nr[INACTIVE_ANON] + nr[ACTIVE_ANON], file = nr[INACTIVE_FILE] + nr[ACTIVE_FILE], percentage;
  unsigned less = file > anon ? INACTIVE_ANON : INACTIVE_FILE, more = file > anon ? INACTIVE_FILE : INACTIVE_ANON;

  if (!file || !anon)
    return false;
  percentage = MIN (anon, file) * 100 / (targets[less] + targets[less + 1] + 1);
  nr[less] = nr[less + 1] = 0;
  for (unsigned lru = more; lru <= more + 1; lru++)
    {
      uint64_t scanned = targets[lru] - nr[lru];

      nr[lru] = targets[lru] * (100 - percentage) / 100;
      nr[lru] -= MIN (nr[lru], scanned);
    }
  return true;
}

/* Follows mm/vmscan.c:shrink_lruvec(): 32 pages of each list in turn, so that none has to wait for another to be done. Who
 * has what he came for stops when the smaller half has been scanned in proportion; the first pass of direct reclaim goes all the way. */
static void
shrink_lruvec (PwkMachine *machine, unsigned node, PwkZoneLru *lists, PwkScanControl *sc)
{
  bool proportional = !sc->kswapd && sc->priority == PWK_DEF_PRIORITY;
  uint64_t nr[N_LISTS], targets[N_LISTS], reclaimed = 0;

  get_scan_count (machine, node, lists, sc, nr);
  for (unsigned lru = 0; lru < N_LISTS; lru++)
    targets[lru] = nr[lru];
  while (nr[INACTIVE_ANON] || nr[ACTIVE_FILE] || nr[INACTIVE_FILE])
    {
      for (unsigned lru = 0; lru < N_LISTS; lru++)
        {
          uint64_t n = MIN (nr[lru], PWK_SWAP_CLUSTER_MAX);

          nr[lru] -= n;
          if (n)
            reclaimed += shrink_list (machine, node, lists, lru, n, sc);
        }
      if (reclaimed >= sc->nr_to_reclaim && !proportional && !scale_down (nr, targets))
        break;
    }
  sc->nr_reclaimed += reclaimed;
  if (machine->st->total_swap_pages && pwk_inactive_is_low (lists, false))
    pwk_shrink_active_list (machine, node, lists, PWK_SWAP_CLUSTER_MAX, sc, PWK_NR_ACTIVE_ANON);
}

/* Where each zone has its own lists, zone by zone, as before 4.8. */
static void
shrink_lists (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  PwkNode *record = pwk_node_edit (machine, node);

  if (!machine->profile->lru_in_zone)
    {
      prepare_scan_control (machine, node, record->lru, sc);
      shrink_lruvec (machine, node, record->lru, sc);
      return;
    }
  for (unsigned type = 0; type <= sc->reclaim_idx; type++)
    if (record->zones[type].managed_pages)
      {
        prepare_scan_control (machine, node, record->zones[type].lru, sc);
        shrink_lruvec (machine, node, record->zones[type].lru, sc);
      }
}

/* What kswapd learns of pages that the disk keeps it from: all that it took is under writeback, so that the next time it had better wait; or all
 * pages of files are dirty and nobody is writing them, so that it must. */
static void
note_stalls (PwkNode *node, const PwkScanControl *sc)
{
  if (!sc->kswapd)
    return;
  if (sc->nr.writeback && sc->nr.writeback == sc->nr.taken)
    node->writeback_stalls = true;
  if (sc->nr.unqueued_dirty == sc->nr.file_taken)
    node->dirty_stalls = true;
}

void
pwk_shrink_node (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  uint64_t reclaimed = sc->nr_reclaimed, scanned = sc->nr_scanned;
  uint64_t outer = pwk_event_open (machine, pwk_emit_shrink_node (machine, node, (uint64_t) sc->priority, sc->nr_to_reclaim, sc->kswapd));

  pwk_assert_door (node < machine->st->n_nodes && sc->priority >= 0 && sc->priority <= PWK_DEF_PRIORITY);
  sc->nr.dirty = sc->nr.unqueued_dirty = sc->nr.congested = sc->nr.writeback = sc->nr.immediate = sc->nr.file_taken = sc->nr.taken = 0;
  shrink_lists (machine, node, sc);
  pwk_shrink_slab (machine, sc->priority, NULL, NULL);
  note_stalls (pwk_node_edit (machine, node), sc);
  if (sc->nr_reclaimed > reclaimed)
    pwk_node_edit (machine, node)->kswapd_failures = 0;
  else if (sc->cache_trim_mode)
    sc->cache_trim_mode_failed = true;
  pwk_emit_shrink_node_end (machine, node, sc->nr_scanned - scanned, sc->nr_reclaimed - reclaimed);
  pwk_event_close (machine, outer);
}

/* What had been evicted and came back, as of now: may_deactivate () compares with that. */
void
pwk_snapshot_refaults (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);

  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned file = 0; file < 2; file++)
    record->lruvec.refaults[file] = (uint64_t) record->vm_stat[PWK_WORKINGSET_ACTIVATE_ANON + file];
}
