/* scan-count.c - how many pages of each LRU list a pass looks at
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:prepare_scan_control(), get_scan_count(), shrink_lruvec() and shrink_node(). A
 * pass over a node:
 *
 *      prepare_scan_control ()   what the lists are like: may active pages be touched? is there enough of files?
 *      get_scan_count ()         size >> priority of each list, times its half's share
 *      shrink_lruvec ()          32 of each list in turn, until all is scanned, or enough reclaimed
 *      pwk_shrink_slab ()        other caches, by the same priority
 *
 * The balance of anonymous memory and files is by what reclaiming each has cost of late (workingset.c)
 * and by swappiness. Recordings: tests/kernel/lru/balance for the counts, lru/kswapd for whole passes. */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/memory-tiers.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zone.h"
#include "engine/reclaim/shrinker.h"
#include "engine/virt/swap-door.h"

/* vm.swappiness, 0 … 200 since 5.8: 100 says that I/O for swap costs as much as for files, 60 is the
 * default. */
#define MAX_SWAPPINESS 200

/* The four lists that are reclaimed from, anon before file, inactive before active. */
enum { INACTIVE_ANON = PWK_NR_INACTIVE_ANON, ACTIVE_ANON, INACTIVE_FILE, ACTIVE_FILE, N_LISTS };

/* Rounded down; of the small numbers that gigabytes are, so that counting up will do. */
static uint64_t
int_sqrt (uint64_t x)
{
  uint64_t root = 0;

  while ((root + 1) * (root + 1) <= x)
    root++;
  return root;
}

/* Follows mm/vmscan.c:inactive_is_low(). A page must have time on the inactive list to be used a second
 * time, so that list is to be long enough, but the larger memory is, the smaller a part will do:
 *
 *      both lists together    below 1 GiB   1 GiB   10 GiB   100 GiB
 *      inactive to active     1:1           1:3     1:10     1:31
 */
bool
pwk_inactive_is_low (const PwkZoneLru *lists, bool file)
{
  uint64_t inactive = lists[file ? INACTIVE_FILE : INACTIVE_ANON].nr, active = lists[file ? ACTIVE_FILE : ACTIVE_ANON].nr;
  uint64_t gb = (inactive + active) >> (30 - PWK_PAGE_SHIFT);

  return inactive * (gb ? int_sqrt (10 * gb) : 1) < active;
}

/* --- what the pass may do --- */

/* Active pages are left alone as long as the inactive list is long enough and no page comes back that
 * had been evicted: then the working set fits. A refault says that it does not, and that some of what
 * is active must have less claim than what was evicted. lruvec.refaults is the count as of the last
 * pass (pwk_snapshot_refaults ()). */
static bool
may_deactivate (const PwkNode *node, const PwkZoneLru *lists, bool file)
{
  return (uint64_t) node->vm_stat[PWK_WORKINGSET_ACTIVATE_ANON + file] != node->lruvec.refaults[file] || pwk_inactive_is_low (lists, file);
}

/* Hardly any page of a file is left, so that anonymous ones must be enough: were all files and free
 * pages together not even the high mark, reclaim would go round in the few file pages that are the
 * programs' own code. Only where there are inactive anonymous pages and nothing says that they are in
 * use. */
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

/* What holds for all lists of a pass is found out once, at its beginning. cache_trim_mode: so many
 * inactive pages of files are there that nothing else need be touched; it is given up when such a pass
 * has freed nothing (kswapd.c). force_deactivate: the caller has tried without active pages, in vain. */
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

/* Follows mm/vmscan.c:get_scan_count(), in its order: without swap, and slower memory to go to, only files can go; at the last
 * priority there is no time to be choosy; with hardly any file left, anonymous memory must; with plenty
 * of inactive file pages, those alone. Swappiness of 0 keeps SCAN_EQUAL out even then. */
static PwkScanBalance
scan_balance (const PwkMachine *machine, unsigned node, const PwkScanControl *sc)
{
  if (!sc->may_swap || (pwk_nr_swap_pages (machine) <= 0 && !pwk_can_demote (machine, node)))
    return PWK_SCAN_FILE;
  if (!sc->priority && machine->st->sysctl.swappiness)
    return PWK_SCAN_EQUAL;
  if (sc->file_is_tiny)
    return PWK_SCAN_ANON;
  return sc->cache_trim_mode ? PWK_SCAN_FILE : PWK_SCAN_FRACT;
}

/* The shares of anonymous memory and of files, by what reclaiming them has cost, and what swappiness
 * says that I/O for each is worth. With costs a and f, and t = a + f, the weight of each side falls
 * with its own cost, on top of t, so that neither is ever left out:
 *
 *      anon = swappiness · 3t / (t + a)         file = (200 - swappiness) · 3t / (t + f)
 *
 * One is added above and below, against division by zero where nothing has cost anything yet. */
static void
set_fractions (const PwkMachine *machine, const PwkScanControl *sc, uint64_t fraction[2])
{
  uint64_t swappiness = (uint64_t) machine->st->sysctl.swappiness;
  uint64_t total = sc->anon_cost + sc->file_cost, anon = total + sc->anon_cost, file = total + sc->file_cost;

  total = anon + file;
  fraction[0] = swappiness * (total + 1) / (anon + 1);
  fraction[1] = (MAX_SWAPPINESS - swappiness) * (total + 1) / (file + 1);
}

/* Follows mm/vmscan.c:lruvec_lru_size(), of the zones that help. A request for DMA on a node with
 * Normal must not be told of pages that it could not use. In pages, from counters exact over all cpus. */
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

/* Follows mm/vmscan.c:get_scan_count(), from where it has chosen. How many pages of each list this pass
 * looks at: at priority 12 a 4096th of it, doubled with each pass that was not enough. A list of fewer
 * than 4096 pages is left alone at first: small processes are not hit before large ones. */
static void
get_scan_count (PwkMachine *machine, unsigned node, const PwkZoneLru *lists, const PwkScanControl *sc, uint64_t nr[N_LISTS])
{
  PwkScanBalance balance = scan_balance (machine, node, sc);
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

/* Follows nr_scan_try_batch () of 2.6.28 to 2.6.38, when each zone had its lists: a list of which a pass would look at a few pages alone saves
 * that up, until it is worth a batch. (Later kernels look at few pages rather than at none.) */
static void
save_small_scans (PwkZoneLru *lists, uint64_t nr[N_LISTS])
{
  for (unsigned lru = 0; lru < N_LISTS; lru++)
    {
      uint64_t saved = lists[lru].nr_saved_scan + nr[lru];

      nr[lru] = saved >= PWK_SWAP_CLUSTER_MAX ? saved : 0;
      lists[lru].nr_saved_scan = saved - nr[lru];
    }
}

/* Follows zone_reclaimable () and balance_pgdat () of that time: who has been looked at six times over without a page coming free is left alone,
 * but for a look at the first priority, until one does (free_one_page ()). */
static void
note_unreclaimable (PwkZone *zone)
{
  uint64_t reclaimable = 0;

  for (unsigned lru = 0; lru < N_LISTS; lru++)
    reclaimable += zone->lru[lru].nr;
  if (zone->pages_scanned >= reclaimable * 6)
    zone->flags |= PWK_ZONE_ALL_UNRECLAIMABLE;
}

/* --- the pass --- */

/* Follows mm/vmscan.c:shrink_list(). Inactive pages are reclaimed, active ones made inactive, if that
 * is allowed in this pass; that it was not is remembered, since the next pass may. Returns pages
 * reclaimed. */
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

/* Enough was reclaimed: of the half that has more left to be scanned as much is left out as of the
 * other has been; that other ends. So the shares of get_scan_count () hold for what was really scanned.
 * False: all is scanned of one half. */
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

/* Follows mm/vmscan.c:shrink_lruvec(). 32 pages of each list in turn, so that none has to wait for
 * another to be done. Who has what he came for stops when the smaller half has been scanned in
 * proportion; the first pass of direct reclaim goes all the way, for it is short, and stopping early
 * would have one half scanned always. What is left active of anonymous memory is aged a little even if
 * the pass was about files, so that its inactive list is never empty. */
static void
shrink_lruvec (PwkMachine *machine, unsigned node, PwkZoneLru *lists, PwkScanControl *sc)
{
  bool proportional = !sc->kswapd && sc->priority == PWK_DEF_PRIORITY;
  uint64_t nr[N_LISTS], targets[N_LISTS], reclaimed = 0;

  get_scan_count (machine, node, lists, sc, nr);
  if (sc->zone)
    save_small_scans (lists, nr);
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
  if ((machine->st->total_swap_pages || pwk_can_demote (machine, node)) && pwk_inactive_is_low (lists, false))
    pwk_shrink_active_list (machine, node, lists, PWK_SWAP_CLUSTER_MAX, sc, PWK_NR_ACTIVE_ANON);
}

/* Where each zone has its own lists (the seed), zone by zone, as before 4.8; since then they are the
 * node's, and the pages of zones that do not help are skipped one by one. */
static void
shrink_lists (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  PwkNode *record = pwk_node_edit (machine, node);

  sc->zone = NULL;
  if (!machine->profile->lru_in_zone)
    {
      prepare_scan_control (machine, node, record->lru, sc);
      shrink_lruvec (machine, node, record->lru, sc);
      return;
    }
  for (unsigned type = 0; type <= sc->reclaim_idx; type++)
    {
      PwkZone *zone = &record->zones[type];

      if (!zone->managed_pages || (sc->priority < PWK_DEF_PRIORITY && (zone->flags & PWK_ZONE_ALL_UNRECLAIMABLE)))
        continue;
      sc->zone = zone;
      prepare_scan_control (machine, node, zone->lru, sc);
      shrink_lruvec (machine, node, zone->lru, sc);
      note_unreclaimable (zone);
    }
}

/* The end of mm/vmscan.c:shrink_node(). What kswapd learns of pages that the disk keeps it from: all
 * that it took is under writeback, so that the next time it had better wait (PGDAT_WRITEBACK); or all
 * pages of files are dirty and nobody is writing them, so that it must (PGDAT_DIRTY). */
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

/* Follows mm/vmscan.c:shrink_node(). Any page reclaimed, by whomever, takes kswapd's failures back: the
 * node is not hopeless. */
void
pwk_shrink_node (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  uint64_t reclaimed = sc->nr_reclaimed, scanned = sc->nr_scanned;
  uint64_t outer = pwk_event_open (machine, pwk_emit_shrink_node (machine, node, (uint64_t) sc->priority, sc->nr_to_reclaim, sc->kswapd));

  pwk_assert_door (node < machine->st->n_nodes && sc->priority >= 0 && sc->priority <= PWK_DEF_PRIORITY);
  sc->nr.dirty = sc->nr.unqueued_dirty = sc->nr.congested = sc->nr.writeback = sc->nr.immediate = sc->nr.file_taken = sc->nr.taken = 0;
  shrink_lists (machine, node, sc);
  pwk_shrink_slab (machine, node, sc->priority, NULL, NULL);
  note_stalls (pwk_node_edit (machine, node), sc);
  if (sc->nr_reclaimed > reclaimed)
    pwk_node_edit (machine, node)->kswapd_failures = 0;
  else if (sc->cache_trim_mode)
    sc->cache_trim_mode_failed = true;
  pwk_emit_shrink_node_end (machine, node, sc->nr_scanned - scanned, sc->nr_reclaimed - reclaimed);
  pwk_event_close (machine, outer);
}

/* What had been evicted and came back, as of now, for each half: may_deactivate () compares with that. */
void
pwk_snapshot_refaults (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);

  pwk_assert_door (node < machine->st->n_nodes);
  for (unsigned file = 0; file < 2; file++)
    record->lruvec.refaults[file] = (uint64_t) record->vm_stat[PWK_WORKINGSET_ACTIVATE_ANON + file];
}
