/* kswapd.c - the thread of each node that is to keep pages free: when it is woken, and when it sleeps again
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmscan.c:wakeup_kswapd(), balance_pgdat(), kswapd_try_to_sleep() and kswapd(). Free pages
 * of a zone over time:
 *
 *      high ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ─ ╱─ ─ sleeps
 *                ╲                     ╱
 *      low  ─ ─ ─ ─╲─ woken ─ ─ ─ ─ ─╱─ ─ ─
 *                    ╲             ╱
 *      min  ─ ─ ─ ─ ─ ─╲─ ─ ─ ─ ─╱─ ─ ─ ─ ─  below it whoever allocates reclaims himself (direct.c)
 *
 * A woken kswapd does not run at once: it has its turn at the next tick, or when somebody has to wait
 * for it. Between being woken and that, kswapd_awake is set and more wakers only raise kswapd_order and
 * kswapd_highest_zoneidx. Recordings: tests/kernel/lru/kswapd, and tests/kernel/reclaim for when it is
 * woken and when it lets be. */
#include "engine/reclaim/kswapd.h"

#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/phys/alloc-flags.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/memory-tiers.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zone.h"
#include "engine/reclaim/compaction.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/writeback-door.h"

/* Follows mm/vmscan.c:pgdat_balanced(): the first zone of the node that could serve this order above
 * its high mark; NULL if none could. One is enough: whoever allocates takes it from there. */
static const PwkZone *
balanced_zone (const PwkMachine *machine, const PwkNode *node, unsigned order, unsigned highest_zoneidx)
{
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (zone->managed_pages
          && pwk_zone_watermark_ok (machine, zone, order, pwk_wmark_pages (zone, PWK_WMARK_HIGH), highest_zoneidx, 0,
                                    pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES)))
        return zone;
    }
  return NULL;
}

/* pgdat_watermark_boosted (). A boost is asked of kswapd even if the node is balanced: it is about
 * whole pageblocks, which a fallback has just broken into (phys/buddy.c), not about how many pages are
 * free. */
static bool
is_boosted (const PwkNode *node, unsigned highest_zoneidx)
{
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    if (node->zones[type].managed_pages && node->zones[type].watermark_boost)
      return true;
  return false;
}

/* Follows mm/vmscan.c:wakeup_kswapd(). What is asked for is kept even while it is awake, for its next
 * round. A node that kswapd has given up, or that is balanced and not boosted, lets it sleep: those who
 * allocate reclaim for themselves. kswapd_cause is the event of waking, below which all that it does
 * will stand in the record. */
void
pwk_wakeup_kswapd (PwkMachine *machine, PwkZone *zone, uint32_t gfp, unsigned order, unsigned highest_zoneidx)
{
  PwkNode *node = pwk_node_edit (machine, zone->node);

  pwk_assert_door (order <= PWK_MAX_PAGE_ORDER && highest_zoneidx < PWK_MAX_NR_ZONES);
  if (!zone->managed_pages || pwk_cpuset_bars (machine, zone->node, gfp, PWK_ALLOC_CPUSET))
    return;
  node->kswapd_highest_zoneidx = MAX (node->kswapd_highest_zoneidx, (uint8_t) highest_zoneidx);
  node->kswapd_order = MAX (node->kswapd_order, (uint8_t) order);
  if (node->kswapd_awake)
    return;
  if (node->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES
      || (balanced_zone (machine, node, order, highest_zoneidx) && !is_boosted (node, highest_zoneidx)))
    return;
  node->kswapd_awake = true;
  node->kswapd_cause = pwk_emit_kswapd_wake (machine, zone->node, zone->type, order, gfp);
}

/* --- a round: balance_pgdat () --- */

/* What a round is about: the zones' boosts when it began (pages, by zone), and what is still to be
 * reclaimed for them. It lives no longer than balance_pgdat (). While nr_boost_reclaim is not 0 the
 * round works for boosts. */
typedef struct { unsigned node, highest_zoneidx; uint64_t boosts[PWK_MAX_NR_ZONES], nr_boost_reclaim; } Round;

/* compact_gap (): twice the request: compaction needs so many free pages to move others to. */
static uint64_t
compact_gap (unsigned order)
{
  return (uint64_t) 2 << order;
}

/* Follows mm/vmscan.c:kswapd_shrink_node(). One pass; true, it has looked at as much as it was to
 * reclaim. That is the sum of the high marks, 32 pages a zone at least: more than is missing as a rule,
 * so that kswapd has some time afterwards. For a high order it stops insisting on the block once twice
 * its pages have come free, since compaction can do the rest and reclaiming until a block comes
 * together by chance could empty memory. */
static bool
shrink (PwkMachine *machine, const Round *round, PwkScanControl *sc)
{
  const PwkNode *node = pwk_node (machine, round->node);
  uint64_t reclaimed = sc->nr_reclaimed;

  sc->nr_to_reclaim = 0;
  for (unsigned type = 0; type <= round->highest_zoneidx; type++)
    if (node->zones[type].managed_pages)
      sc->nr_to_reclaim += MAX (pwk_wmark_pages (&node->zones[type], PWK_WMARK_HIGH), PWK_SWAP_CLUSTER_MAX);
  pwk_shrink_node (machine, round->node, sc);
  if (sc->order && sc->nr_reclaimed >= compact_gap (sc->order))
    sc->order = 0;    /* compaction can make a block of that */
  return MAX (sc->nr_scanned, sc->nr_reclaimed - reclaimed) >= sc->nr_to_reclaim;
}

/* Follows mm/vmscan.c:kswapd_age_node(). Anonymous pages are aged even while files alone are reclaimed,
 * so that they have been told apart when their turn comes. Without any swap area that would be for
 * nothing. */
static void
age_anon (PwkMachine *machine, unsigned node, PwkScanControl *sc)
{
  PwkZoneLru *lists = pwk_node_edit (machine, node)->lru;

  if (!machine->profile->lru_in_zone && (machine->st->total_swap_pages || pwk_can_demote (machine, node)) && pwk_inactive_is_low (lists, false))
    pwk_shrink_active_list (machine, node, lists, PWK_SWAP_CLUSTER_MAX, sc, PWK_NR_ACTIVE_ANON);
}

/* How a pass ends: another one; the node is balanced and no boost is left; from priority 12 again, as
 * the boost is given up for a node that has become unbalanced; nothing to be had for the boost. */
typedef enum { PASS_AGAIN, PASS_DONE, PASS_RESTART, PASS_IN_VAIN } PassResult;

/* One pass of the round at sc->priority. The boost is the lesser aim: it ends when the node turns out
 * not to be balanced. While it works for one it writes nothing and does not swap, for it is not short
 * of memory, and priorities go no lower than 10, so that a boost costs no more than a few 1024ths of
 * the lists.
 *
 * The priority is raised (its number lowered) where too little was looked at, or nothing came of it.
 * Below 10 even a laptop's disk is woken to write (may_writepage). */
static PassResult
run_pass (PwkMachine *machine, Round *round, PwkScanControl *sc)
{
  bool raise = true, balanced = balanced_zone (machine, pwk_node_edit (machine, round->node), sc->order, round->highest_zoneidx) != NULL;
  uint64_t reclaimed = sc->nr_reclaimed;

  if (!balanced && round->nr_boost_reclaim)
    {
      round->nr_boost_reclaim = 0;
      return PASS_RESTART;
    }
  if (balanced && !round->nr_boost_reclaim)
    return PASS_DONE;
  if (round->nr_boost_reclaim && sc->priority == PWK_DEF_PRIORITY - 2)
    raise = false;
  sc->may_writepage = sc->may_swap = !round->nr_boost_reclaim;
  age_anon (machine, round->node, sc);
  if (sc->priority < PWK_DEF_PRIORITY - 2)
    sc->may_writepage = true;
  sc->nr_scanned = 0;
  if (shrink (machine, round, sc))
    raise = false;
  reclaimed = sc->nr_reclaimed - reclaimed;
  round->nr_boost_reclaim -= MIN (round->nr_boost_reclaim, reclaimed);
  if (round->nr_boost_reclaim && !reclaimed)
    return PASS_IN_VAIN;
  if (raise || !reclaimed)
    sc->priority--;
  return PASS_AGAIN;
}

/* What was asked for by a boost is asked for once, whether it was got or not. Boosts that came during
 * the round stay for the next: only what was there at its beginning is taken off. */
static void
spend_boosts (PwkMachine *machine, const Round *round)
{
  for (unsigned type = 0; type <= round->highest_zoneidx; type++)
    {
      PwkZone *zone = &pwk_node_edit (machine, round->node)->zones[type];

      if (!round->boosts[type])
        continue;
      zone->watermark_boost -= MIN (zone->watermark_boost, round->boosts[type]);
      pwk_emit_boost_watermark (machine, zone->node, zone->type, zone->watermark_boost);
    }
}

/* All passes of a round, from priority 12 down to 1; 0, all of each list at once, is left to those who
 * reclaim for themselves. False: it ended without the node being balanced. */
static bool
run_passes (PwkMachine *machine, Round *round, PwkScanControl *sc)
{
  sc->priority = PWK_DEF_PRIORITY;
  while (sc->priority >= 1)
    switch (run_pass (machine, round, sc))
      {
      case PASS_DONE:
        return true;
      case PASS_IN_VAIN:
        return false;
      case PASS_RESTART:
        sc->priority = PWK_DEF_PRIORITY;
        break;
      case PASS_AGAIN:
        break;
      }
  return false;
}

/* Follows mm/vmscan.c:balance_pgdat(). Priorities go down from 12, each pass looking at twice as much
 * as the one before, until the node is balanced:
 *
 *      12: 1/4096 of each list ─▶ 11: 1/2048 ─▶ … ─▶ 1: half of it ─▶ in vain: one failure more
 *
 * If nothing was reclaimed while files alone were looked at (cache_trim_mode), it was perhaps the wrong
 * half: the round is run once more without that mode. After 16 failures in a row kswapd gives the node
 * up, and who allocates there reclaims for himself, until a pass over it frees some page. Returns the
 * order that is still to be balanced for: 0 where compaction can make the block of what is free;
 * *@reclaimed grows by pages. */
static unsigned
balance_pgdat (PwkMachine *machine, unsigned node, unsigned order, unsigned highest_zoneidx, uint64_t *reclaimed)
{
  PwkScanControl sc = { .gfp = PWK_GFP_KERNEL, .order = order, .reclaim_idx = highest_zoneidx, .may_unmap = true, .kswapd = true };
  PwkNode *record = pwk_node_edit (machine, node);
  Round round = { .node = node, .highest_zoneidx = highest_zoneidx };
  PwkMemstall stall = pwk_psi_memstall_enter (machine, PWK_STALL_KSWAPD);

  pwk_count_vm_event (machine, PWK_PAGEOUTRUN);
  for (unsigned type = 0; type <= highest_zoneidx; type++)
    if (record->zones[type].managed_pages)
      round.nr_boost_reclaim += round.boosts[type] = record->zones[type].watermark_boost;
  if (!run_passes (machine, &round, &sc))
    {
      if (!sc.nr_reclaimed && sc.priority < 1 && !sc.no_cache_trim_mode && sc.cache_trim_mode_failed)
        {
          sc.no_cache_trim_mode = true;
          run_passes (machine, &round, &sc);
        }
      if (!sc.nr_reclaimed)
        record->kswapd_failures++;
    }
  spend_boosts (machine, &round);
  pwk_snapshot_refaults (machine, node);
  pwk_psi_memstall_leave (machine, stall);
  *reclaimed += sc.nr_reclaimed;
  return sc.order;
}

/* --- the thread --- */

/* Follows mm/vmscan.c:kswapd_try_to_sleep(). @wanted is the order that it was woken for, @order what it
 * has balanced for in the end. False: not balanced and not given up, so another round follows.
 * kcompactd takes over: there are free pages enough now, and it is to make blocks of them. Zones that
 * were found full may be looked at again. That the node waited for its disk is forgotten only where it
 * is balanced. The kernel naps for a tenth of a second first, to see whether it is woken at once; here
 * nobody else runs meanwhile. */
static bool
try_to_sleep (PwkMachine *machine, unsigned node, unsigned wanted, unsigned order, unsigned highest_zoneidx)
{
  PwkNode *record = pwk_node_edit (machine, node);
  const PwkZone *zone = balanced_zone (machine, record, order, highest_zoneidx);

  if (!zone && record->kswapd_failures < PWK_MAX_RECLAIM_RETRIES)
    return false;
  if (zone)
    record->writeback_stalls = record->dirty_stalls = false;    /* clear_pgdat_congested () */
  zone = zone ? zone : &record->zones[highest_zoneidx];
  record->kswapd_awake = false;
  pwk_reset_isolation_suitable (machine, node);
  pwk_wakeup_kcompactd (machine, node, wanted, highest_zoneidx);
  pwk_emit_mm_vmscan_kswapd_sleep (machine, zone->node, zone->type, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES),
                                   pwk_wmark_pages (zone, PWK_WMARK_HIGH));
  return true;
}

/* Rounds until it can sleep. What was asked for meanwhile is taken at the beginning of each and never
 * lost; the highest zone only rises, for a want in a low zone is not served by balancing a lower one
 * still. Between rounds the flusher has its turn, so that dirty pages that it met can be clean in the
 * next. All events of it stand below the one that woke it. */
uint64_t
pwk_kswapd_run (PwkMachine *machine, unsigned node)
{
  PwkNode *record = pwk_node_edit (machine, node);
  uint64_t reclaimed = 0, outer = pwk_event_open (machine, record->kswapd_cause);
  unsigned wanted, order, highest_zoneidx = 0;
  uint16_t scopes = pwk_kthread_begin (machine);

  pwk_assert_door (node < machine->st->n_nodes);
  do
    {
      wanted = record->kswapd_order;
      highest_zoneidx = MAX (highest_zoneidx, record->kswapd_highest_zoneidx);
      record->kswapd_order = record->kswapd_highest_zoneidx = 0;
      order = balance_pgdat (machine, node, wanted, highest_zoneidx, &reclaimed);
      pwk_flusher_run (machine);
    }
  while (!try_to_sleep (machine, node, wanted, order, highest_zoneidx));
  pwk_kthread_end (machine, scopes);
  pwk_event_close (machine, outer);
  return reclaimed;
}

/* The threads of all nodes, in the order of their numbers, so that the same scenario gives the same
 * history. */
void
pwk_kswapd_tick (PwkMachine *machine)
{
  for (unsigned i = 0; i < machine->st->n_nodes; i++)
    if (pwk_node (machine, i)->kswapd_awake)
      pwk_kswapd_run (machine, i);
}
