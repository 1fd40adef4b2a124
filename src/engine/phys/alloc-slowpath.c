/* alloc-slowpath.c - alloc_pages() where no zone is above its low mark: kswapd, reserves, direct reclaim
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/core/refusal.h"
#include "engine/phys/buddy.h"
#include "engine/phys/compact-door.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/oom-door.h"
#include "engine/phys/page-alloc-private.h"
#include "engine/phys/pcp.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zonelist.h"

/* What happens here, in order. Each line asks the zones again, and the first that is served ends
 * it:
 *
 *      1  kswapd of each node is woken; the min mark instead of the low one, and what the mask may use of reserves
 *      2  a hasty compaction, for blocks of more than order 3 and those of what cannot be moved
 *      3  no marks at all, for who frees memory himself (__GFP_MEMALLOC)
 *      4  direct reclaim and compaction in turn, as long as they get somewhere: reclaim frees something and there is more to be reclaimed, or
 *         compaction may try again with more patience
 *      5  the high-order reserves are given up
 *      6  once more with the high mark: has somebody else freed so much meanwhile that the OOM killer is not needed?
 *      7  the OOM killer, for small blocks that the kernel cannot do without: a process ends, and all begins again from 1
 *      8  __GFP_NOFAIL: from the reserves
 *      9  NULL, and warn_alloc () unless __GFP_NOWARN
 *
 * Who may not sleep (no __GFP_DIRECT_RECLAIM) goes from 3 to 9, and so does who frees memory himself (PF_MEMALLOC), or would wait for himself: there
 * the kernel hangs, and we have told so (fs_reclaim_cycle). A victim of the OOM killer takes from the reserves, and goes to 9 if they are empty. */

/* MAX_COMPACT_RETRIES. */
#define MAX_COMPACT_RETRIES 16

/* One kswapd a node; the zones of a node follow each other in the list. All nodes that the request
 * may take from are woken, so that they share the load rather than the nearest being emptied. */
static void
wake_all_kswapds (PwkMachine *machine, uint32_t gfp, unsigned order, const PwkAllocContext *ac)
{
  unsigned last = PWK_MAX_NODES;

  for (unsigned i = pwk_next_zoneref (ac->zonelist, 0, ac->highest_zoneidx, ac->nodes); i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      PwkZone *zone = pwk_zoneref_zone (machine, ac->zonelist->zonelist[i]);

      if (zone->node != last)
        pwk_wakeup_kswapd (machine, zone, gfp, order, ac->highest_zoneidx);
      last = zone->node;
    }
}

/* Follows mm/page_alloc.c:gfp_to_alloc_flags(). __GFP_HIGH and ALLOC_MIN_RESERVE are one bit,
 * __GFP_KSWAPD_RECLAIM and ALLOC_KSWAPD, too. Who cannot sleep may go deeper into the reserves,
 * since he has no other way, and is not held to his cpuset where he is in a hurry. */
static uint32_t
gfp_to_alloc_flags (uint32_t gfp, unsigned order)
{
  uint32_t flags = PWK_WMARK_MIN | PWK_ALLOC_CPUSET | (gfp & (PWK_GFP_HIGH | PWK_GFP_KSWAPD_RECLAIM));

  if (gfp & PWK_GFP_DIRECT_RECLAIM)
    return flags;
  if (!(gfp & PWK_GFP_NOMEMALLOC))
    {
      flags |= PWK_ALLOC_NON_BLOCK;
      if (order > 0 && (flags & PWK_ALLOC_MIN_RESERVE))
        flags |= PWK_ALLOC_HIGHATOMIC;
    }
  if (flags & PWK_ALLOC_MIN_RESERVE)
    flags &= ~PWK_ALLOC_CPUSET;
  return flags;
}

/* __gfp_pfmemalloc_flags () of a victim of the OOM killer. */
static uint32_t
victim_flags (uint32_t gfp, uint32_t alloc_flags)
{
  return gfp & PWK_GFP_NOMEMALLOC ? alloc_flags : PWK_ALLOC_OOM | (alloc_flags & PWK_ALLOC_KSWAPD);
}

/* unreserve_highatomic_pageblock (): of the first zone of the list that has something. */
static bool
unreserve_highatomic (PwkMachine *machine, const PwkAllocContext *ac)
{
  for (unsigned i = ac->preferred; i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    if (pwk_unreserve_highatomic (machine, pwk_zoneref_zone (machine, ac->zonelist->zonelist[i]), ac->migratetype, true))
      return true;
  return false;
}

/* __alloc_pages_direct_reclaim (): the caller frees pages itself, *@progress of them, and asks
 * again; what cpus and the high-order reserves keep is given up before it gives up. */
static uint32_t
direct_reclaim (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac, uint64_t *progress)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_direct_reclaim (machine, order, gfp));
  PwkMemstall stall = pwk_psi_memstall_enter (machine, PWK_STALL_DIRECT_RECLAIM);
  uint32_t pfn = PWK_PFN_NIL;

  *progress = pwk_try_to_free_pages (machine, ac->node, order, gfp, ac->nodes);
  if (*progress)
    pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
  if (*progress && pfn == PWK_PFN_NIL)
    {
      unreserve_highatomic (machine, ac);
      pwk_drain_all_pages (machine);
      pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
    }
  pwk_psi_memstall_leave (machine, stall);
  pwk_event_close (machine, outer);
  return pfn;
}

/* How far the attempts to get a block by compaction have come. */
typedef struct
{
  PwkCompactPriority priority;
  PwkCompactResult   result;      /* of the last one */
  unsigned           retries;     /* that said there is a block, and there was none */
} Compaction;

/* gfp_compaction_allowed (): moving pages may have to wait for the disk. A single page needs no
 * compaction: any free one will do. */
static bool
can_compact (const PwkMachine *machine, uint32_t gfp, unsigned order)
{
  return order > 0 && (gfp & PWK_GFP_IO) && pwk_has_compaction (machine);
}

/* __alloc_pages_direct_compact (): the caller moves pages himself, and asks again if that was not
 * for nothing. A block that became whole while he was at it is his at once (capture), before
 * anybody else can take a piece of it. */
static uint32_t
direct_compact (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac, Compaction *compaction)
{
  PwkPfn captured, pfn;
  PwkMemstall stall;
  uint64_t outer;
  PwkZone *zone;

  if (!can_compact (machine, gfp, order))
    return PWK_PFN_NIL;
  outer = pwk_event_open (machine, pwk_emit_direct_compact (machine, order, gfp, compaction->priority));
  stall = pwk_psi_memstall_enter (machine, PWK_STALL_DIRECT_COMPACT);
  compaction->result = pwk_try_to_compact_pages (machine, gfp, order, alloc_flags, ac, compaction->priority, &captured);
  pwk_psi_memstall_leave (machine, stall);
  pfn = PWK_PFN_NIL;
  if (compaction->result != PWK_COMPACT_SKIPPED)
    {
      pwk_count_vm_event (machine, PWK_COMPACT_STALL);
      if (captured != PWK_NO_PFN)
        {
          pwk_prep_new_page (machine, captured, order, gfp);
          ac->zone = pwk_pfn_zone (machine, captured);
          pfn = captured;
        }
      else
        pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
      pwk_count_vm_event (machine, pfn == PWK_PFN_NIL ? PWK_COMPACT_FAIL : PWK_COMPACT_SUCCESS);
    }
  if (pfn != PWK_PFN_NIL)
    {
      zone = pwk_pfn_zone_edit (machine, pfn);
      zone->compact.blockskip_flush = false;
      pwk_compaction_defer_reset (machine, zone, order, true);
    }
  pwk_event_close (machine, outer);
  return (uint32_t) pfn;
}

/* should_compact_retry (): with more patience, or because reclaim may make room to move pages to.
 * Three priorities, from hasty to thorough:
 *
 *      ASYNC       takes no page that somebody works on
 *      SYNC_LIGHT  waits, but not for writes to the disk
 *      SYNC_FULL   waits for anything, and looks at pageblocks that are marked as useless
 */
static bool
should_compact_retry (const PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac,
                      Compaction *compaction)
{
  bool costly = order > PWK_PCP_COSTLY_ORDER;

  if (compaction->result == PWK_COMPACT_SKIPPED)
    return pwk_compaction_zonelist_suitable (machine, ac, gfp, order, alloc_flags);
  if (compaction->result == PWK_COMPACT_SUCCESSFUL && ++compaction->retries <= (costly ? MAX_COMPACT_RETRIES / 4 : MAX_COMPACT_RETRIES))
    return true;
  if (compaction->priority <= (costly ? PWK_COMPACT_PRIO_SYNC_LIGHT : PWK_COMPACT_PRIO_SYNC_FULL))
    return false;
  compaction->priority--;
  compaction->retries = 0;
  return true;
}

/* should_reclaim_retry (): whether some zone could serve the request if all that is reclaimable
 * there were free. @loops: so many times nothing came of it. Without this a machine whose memory is
 * all locked would reclaim for ever. */
static bool
should_reclaim_retry (const PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac, unsigned loops)
{
  if (loops > PWK_MAX_RECLAIM_RETRIES)
    return false;
  for (unsigned i = ac->preferred; i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      const PwkZone *zone = &pwk_node (machine, ac->zonelist->zonelist[i].node)->zones[ac->zonelist->zonelist[i].zone];
      uint64_t reclaimable = pwk_zone_reclaimable_pages (machine, zone);
      int64_t available = (int64_t) reclaimable + pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES);

      if (pwk_cpuset_bars (machine, zone->node, gfp, alloc_flags))
        continue;
      if (reclaimable && pwk_zone_watermark_ok (machine, zone, order, pwk_wmark_pages (zone, PWK_WMARK_MIN), ac->highest_zoneidx, alloc_flags, available))
        return true;
    }
  return false;
}

/* Whether the mask lets the caller go on after reclaim has freed too little. Up to order 3 reclaim
 * is expected to help in the end, so only who says so gives up; above, reclaimed pages are hardly
 * ever neighbours, and only who says so goes on. */
static bool
may_retry (uint32_t gfp, unsigned order)
{
  return !(gfp & PWK_GFP_NORETRY) && (order <= PWK_PCP_COSTLY_ORDER || (gfp & PWK_GFP_RETRY_MAYFAIL));
}

/* Reclaims and asks until it is served, or reclaim leads nowhere; then the high-order reserves are given up. *@may_oom: nobody gave up by choice. */
static uint32_t
reclaim_and_retry (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac, Compaction *compaction,
                   bool *may_oom)
{
  uint32_t pfn = PWK_PFN_NIL;
  unsigned loops = 0;
  uint64_t progress;

  *may_oom = false;
  do
    {
      pfn = direct_reclaim (machine, gfp, order, alloc_flags, ac, &progress);
      if (pfn == PWK_PFN_NIL)
        pfn = direct_compact (machine, gfp, order, alloc_flags, ac, compaction);
      loops = progress && order <= PWK_PCP_COSTLY_ORDER ? 0 : loops + 1;
      if (pfn != PWK_PFN_NIL || !may_retry (gfp, order))
        return pfn;
    }
  while (should_reclaim_retry (machine, gfp, order, alloc_flags, ac, loops)
         || (progress && can_compact (machine, gfp, order) && should_compact_retry (machine, gfp, order, alloc_flags, ac, compaction)));
  if (unreserve_highatomic (machine, ac))
    pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
  *may_oom = pfn == PWK_PFN_NIL;
  return pfn;
}

/* __alloc_pages_may_oom (): the last question is against the high mark. Then somebody is killed, unless that would not help: what is asked for is a
 * large block, or has to be of one node or of low memory, or the caller can do without. *@progress: it did. */
static uint32_t
alloc_pages_may_oom (PwkMachine *machine, uint32_t gfp, unsigned order, PwkAllocContext *ac, bool *progress)
{
  uint32_t pfn = pwk_get_page_from_freelist (machine, gfp & ~PWK_GFP_DIRECT_RECLAIM, order, PWK_WMARK_HIGH | PWK_ALLOC_CPUSET, ac);

  *progress = false;
  if (pfn != PWK_PFN_NIL || order > PWK_PCP_COSTLY_ORDER || (gfp & (PWK_GFP_RETRY_MAYFAIL | PWK_GFP_THISNODE))
      || ac->highest_zoneidx < PWK_ZONE_NORMAL)
    return pfn;
  *progress = pwk_out_of_memory (machine, gfp, order, ac);
  if (*progress && (gfp & PWK_GFP_NOFAIL))
    pfn = pwk_get_page_from_freelist (machine, gfp, order, PWK_ALLOC_NO_WATERMARKS, ac);
  return pfn;
}

/* From reclaim to the OOM killer and back, until there is a block or nobody left to be killed for it. */
static uint32_t
reclaim_or_kill (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac, Compaction *compaction)
{
  bool goes_on;
  uint32_t pfn;

  for (;;)
    {
      pfn = reclaim_and_retry (machine, gfp, order, alloc_flags, ac, compaction, &goes_on);
      if (pfn != PWK_PFN_NIL || !goes_on)
        return pfn;
      pfn = alloc_pages_may_oom (machine, gfp, order, ac, &goes_on);
      if (pfn != PWK_PFN_NIL || !goes_on)
        return pfn;
      if (alloc_flags & PWK_ALLOC_KSWAPD)
        wake_all_kswapds (machine, gfp, order, ac);
      if (pwk_current_is_oom_victim (machine))
        return pwk_get_page_from_freelist (machine, gfp, order, victim_flags (gfp, alloc_flags), ac);
      pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
      if (pfn != PWK_PFN_NIL)
        return pfn;
    }
}

/* Large blocks, and those of what cannot be moved, are sought by compaction first: there may well be memory enough. */
static bool
compacts_first (const PwkMachine *machine, uint32_t gfp, unsigned order, const PwkAllocContext *ac)
{
  bool reserves = (gfp & PWK_GFP_MEMALLOC) && !(gfp & PWK_GFP_NOMEMALLOC);

  return (gfp & PWK_GFP_DIRECT_RECLAIM) && can_compact (machine, gfp, order) && !reserves
         && (order > PWK_PCP_COSTLY_ORDER || ac->migratetype != PWK_MIGRATE_MOVABLE);
}

/* What the hasty compaction of compacts_first () leaves of the rest: nothing for who said that he
 * can do without, and where it has no point. */
static bool
may_go_on (uint32_t gfp, unsigned order, Compaction *compaction)
{
  if (order <= PWK_PCP_COSTLY_ORDER || !(gfp & PWK_GFP_NORETRY))
    {
      compaction->priority = PWK_COMPACT_PRIO_SYNC_LIGHT;
      return true;
    }
  return compaction->result != PWK_COMPACT_SKIPPED && compaction->result != PWK_COMPACT_DEFERRED;
}

/* Why nothing was found: no block of the order, if some zone of the list could give a single page;
 * else all are too low. */
static PwkRefusal
why_none (const PwkMachine *machine, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac)
{
  for (unsigned i = ac->preferred; order > 0 && i < ac->zonelist->n_zonerefs;
       i = pwk_next_zoneref (ac->zonelist, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      const PwkZone *zone = &pwk_node (machine, ac->zonelist->zonelist[i].node)->zones[ac->zonelist->zonelist[i].zone];

      if (pwk_zone_watermark_ok (machine, zone, 0, pwk_wmark_pages (zone, PWK_WMARK_MIN), ac->highest_zoneidx, alloc_flags,
                                 pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)))
        return PWK_WHY_NO_BLOCK;
    }
  return PWK_WHY_BELOW_MARK;
}

/* Who may use reserves, or cannot wait and is in a hurry, is held neither to his cpuset nor to the
 * nodes of a policy. */
static void
any_node (uint32_t gfp, PwkAllocContext *ac)
{
  ac->nodes = gfp & PWK_GFP_THISNODE ? 1u << ac->node : PWK_ALL_NODES;
  ac->preferred = pwk_next_zoneref (ac->zonelist, 0, ac->highest_zoneidx, ac->nodes);
}

/* check_cpuset: whether the cpuset of who asks has any zone for it, which it must keep to. Nodes of
 * ZONE_MOVABLE alone have none for the kernel's needs. */
static bool
has_zone (const PwkMachine *machine, uint32_t gfp, const PwkAllocContext *ac)
{
  if (ac->preferred >= ac->zonelist->n_zonerefs)
    return false;
  return !machine->st->cpusets_enabled || !(gfp & PWK_GFP_HARDWALL)
         || pwk_next_zoneref (ac->zonelist, 0, ac->highest_zoneidx, pwk_current_mems (machine)) < ac->zonelist->n_zonerefs;
}

/* Follows mm/page_alloc.c:__alloc_pages_slowpath(), in the order that stands above. The reason of a
 * failure is kept for who asks why (refusal). */
uint32_t
pwk_alloc_slowpath (PwkMachine *machine, uint32_t gfp, unsigned order, PwkAllocContext *ac)
{
  unsigned alloc_flags = gfp_to_alloc_flags (gfp, order);
  uint64_t outer = pwk_event_open (machine, pwk_emit___alloc_pages_slowpath (machine, order, gfp, alloc_flags));
  bool can_direct_reclaim = (gfp & PWK_GFP_DIRECT_RECLAIM) && !(pwk_cpu (machine)->memalloc & PWK_MEMALLOC_NORECLAIM)
                            && !pwk_reclaim_recurses (machine, gfp);
  bool goes_on = true;
  Compaction compaction = { .priority = PWK_COMPACT_PRIO_SYNC_LIGHT };
  uint32_t pfn = PWK_PFN_NIL;

  if (has_zone (machine, gfp, ac))
    {
      if (alloc_flags & PWK_ALLOC_KSWAPD)
        wake_all_kswapds (machine, gfp, order, ac);
      pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
      if (pfn == PWK_PFN_NIL && can_direct_reclaim && compacts_first (machine, gfp, order, ac))
        {
          compaction.priority = PWK_COMPACT_PRIO_ASYNC;
          pfn = direct_compact (machine, gfp, order, alloc_flags, ac, &compaction);
          goes_on = may_go_on (gfp, order, &compaction);
        }
      if (pfn == PWK_PFN_NIL && goes_on)
        {
          if ((gfp & PWK_GFP_MEMALLOC) && !(gfp & PWK_GFP_NOMEMALLOC))
            alloc_flags = PWK_ALLOC_NO_WATERMARKS | (alloc_flags & PWK_ALLOC_KSWAPD);
          else if (pwk_current_is_oom_victim (machine))
            alloc_flags = victim_flags (gfp, alloc_flags);
          if (!(alloc_flags & PWK_ALLOC_CPUSET))
            any_node (gfp, ac);
          pfn = pwk_get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
        }
      if (pfn == PWK_PFN_NIL && goes_on && can_direct_reclaim)
        pfn = reclaim_or_kill (machine, gfp, order, alloc_flags, ac, &compaction);
      for (unsigned i = 0; pfn == PWK_PFN_NIL && (gfp & PWK_GFP_NOFAIL) && can_direct_reclaim && i < PWK_MAX_RECLAIM_RETRIES; i++)
        pfn = pwk_get_page_from_freelist (machine, gfp, order, PWK_ALLOC_MIN_RESERVE, ac);
    }
  if (pfn == PWK_PFN_NIL)
    {
      if (!(gfp & PWK_GFP_NOWARN))
        pwk_emit_warn_alloc (machine, order, gfp, ac->node);
      pwk_emit_alloc_failed (machine, order, gfp);
      pwk_refuse (machine, 0, why_none (machine, order, alloc_flags, ac));
    }
  pwk_event_close (machine, outer);
  return pfn;
}
