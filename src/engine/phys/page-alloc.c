/* page-alloc.c - alloc_pages(): zones, marks, the fast path; see alloc-slowpath.c for the other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/phys/contents.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/gfp.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc-private.h"
#include "engine/phys/page-state.h"
#include "engine/phys/pcp.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/watermark.h"
#include "engine/phys/zonelist.h"

/* --- marks --- */

/* __zone_watermark_unusable_free (): most zones have no reserve at all. */
static inline int64_t
unusable_free (const PwkMachine *machine, const PwkZone *zone, unsigned order, unsigned alloc_flags)
{
  int64_t unusable = (int64_t) pwk_order_pages (order) - 1;

  if (G_UNLIKELY (zone->nr_reserved_highatomic) && !(alloc_flags & PWK_ALLOC_RESERVES))
    unusable += (int64_t) (machine->profile->highatomic_free_counted ? zone->nr_free_highatomic : zone->nr_reserved_highatomic);
  return unusable;
}

/* How far below the mark this request may go: half for what cannot wait and says so, another
 * quarter of the rest for what must not sleep, and half again for a victim of the OOM killer, which
 * gives more back than it takes. */
static int64_t
mark_with_reserves (int64_t min, unsigned alloc_flags)
{
  if (alloc_flags & PWK_ALLOC_MIN_RESERVE)
    {
      min -= min / 2;
      if (alloc_flags & PWK_ALLOC_NON_BLOCK)
        min -= min / 4;
    }
  if (alloc_flags & PWK_ALLOC_OOM)
    min -= min / 2;
  return min;
}

/* Would the mark still be met when the block is gone, and is there a block that large? With free
 * pages f, the mark m, and the reserve r that this zone keeps from requests that could have been
 * served from a zone above it (lowmem_reserve):
 *
 *      f - (2^order - 1) - unusable  >  m less what the request may use of it  +  r
 *
 * so that at least the mark is left when the block is gone. */
/* Follows mm/page_alloc.c:__zone_watermark_ok(). */
bool
pwk_zone_watermark_ok (const PwkMachine *machine, const PwkZone *zone, unsigned order, uint64_t mark, unsigned highest_zoneidx,
                       unsigned alloc_flags, int64_t free_pages)
{
  int64_t min = mark_with_reserves ((int64_t) mark, alloc_flags);

  if (free_pages - unusable_free (machine, zone, order, alloc_flags) <= min + (int64_t) zone->lowmem_reserve[highest_zoneidx])
    return false;
  if (!order)
    return true;
  for (unsigned have = order; have < PWK_NR_PAGE_ORDERS; have++)
    {
      if (!zone->free_area[have].nr_free)
        continue;
      for (unsigned migratetype = 0; migratetype < PWK_MIGRATE_PCPTYPES; migratetype++)
        if (!pwk_free_area_empty (zone, have, migratetype))
          return true;
      if ((alloc_flags & (PWK_ALLOC_HIGHATOMIC | PWK_ALLOC_OOM)) && !pwk_free_area_empty (zone, have, PWK_MIGRATE_HIGHATOMIC))
        return true;
    }
  return false;
}

/* Why pwk_zone_watermark_ok () refuses. */
static G_GNUC_NO_INLINE PwkWatermarkWhy
watermark_why (const PwkMachine *machine, const PwkZone *zone, unsigned order, uint64_t mark, uint64_t reserve, unsigned alloc_flags,
               int64_t free_pages)
{
  int64_t usable = free_pages - unusable_free (machine, zone, order, alloc_flags), min = mark_with_reserves ((int64_t) mark, alloc_flags);

  return usable <= min ? PWK_WATERMARK_MARK : usable <= min + (int64_t) reserve ? PWK_WATERMARK_RESERVE : PWK_WATERMARK_NO_BLOCK;
}

/* Follows mm/page_alloc.c:zone_watermark_fast(), with the events that tell how it went. Inline
 * whatever the compiler thinks, like the walk below: a tenth of an allocation's time depends on it. */
G_ALWAYS_INLINE static inline bool
watermark_fast (PwkMachine *machine, const PwkZone *zone, unsigned order, uint64_t mark, const PwkAllocContext *ac, unsigned alloc_flags)
{
  int64_t free_pages = pwk_zone_page_state (zone, PWK_NR_FREE_PAGES);
  bool ok = false;

  if (!order)
    {
      int64_t reserved = unusable_free (machine, zone, 0, alloc_flags);

      ok = free_pages - MIN (free_pages, reserved) > (int64_t) (mark + zone->lowmem_reserve[ac->highest_zoneidx]);
    }
  if (!ok)
    ok = pwk_zone_watermark_ok (machine, zone, order, mark, ac->highest_zoneidx, alloc_flags, free_pages);
  if (G_UNLIKELY (!ok && !order && (alloc_flags & PWK_ALLOC_MIN_RESERVE) && zone->watermark_boost
                  && (alloc_flags & PWK_ALLOC_WMARK_MASK) == PWK_WMARK_MIN))
    ok = pwk_zone_watermark_ok (machine, zone, order, zone->watermark[PWK_WMARK_MIN], ac->highest_zoneidx, alloc_flags, free_pages);
  if (G_LIKELY (ok))
    pwk_emit_watermark_ok (machine, zone->node, zone->type, order, (uint64_t) free_pages, mark);
  else
    pwk_emit_watermark_fail (machine, zone->node, zone->type, order, (uint64_t) free_pages, mark, zone->lowmem_reserve[ac->highest_zoneidx],
                             watermark_why (machine, zone, order, mark, zone->lowmem_reserve[ac->highest_zoneidx], alloc_flags, free_pages));
  return ok;
}

/* --- a block from a zone --- */

/* The six counters of NUMA, as mm/vmstat.c explains them: hit and miss are the zone's that served,
 * by whether it is of the node that was wished for; foreign is that node's, of what others had to
 * serve; local and other go by the running cpu alone. */
static inline void
zone_statistics (PwkMachine *machine, PwkZone *preferred, PwkZone *zone, unsigned order)
{
  pwk_count_vm_events (machine, PWK_PGALLOC + zone->type, pwk_order_pages (order));
  zone->numa_stat[zone->node == pwk_cpu (machine)->node ? PWK_NUMA_LOCAL : PWK_NUMA_OTHER]++;
  if (zone->node == preferred->node)
    zone->numa_stat[PWK_NUMA_HIT]++;
  else
    {
      zone->numa_stat[PWK_NUMA_MISS]++;
      preferred->numa_stat[PWK_NUMA_FOREIGN]++;
    }
}

/* From the buddies, under the zone's lock: orders that have no per-cpu list, and others where the
 * list could not be filled. Who must not sleep and found nothing may take from the high-order
 * reserve after all, rather than fail. */
/* Follows mm/page_alloc.c:rmqueue_buddy(). */
static uint32_t
rmqueue_buddy (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned alloc_flags, unsigned migratetype)
{
  PwkRmqueueMode mode = PWK_RMQUEUE_NORMAL;
  uint32_t pfn = PWK_PFN_NIL;

  pwk_lock (machine, &zone->lock, "zone->lock");
  if (alloc_flags & PWK_ALLOC_HIGHATOMIC)
    pfn = pwk_rmqueue_smallest (machine, zone, order, PWK_MIGRATE_HIGHATOMIC);
  if (pfn == PWK_PFN_NIL)
    pfn = pwk_rmqueue (machine, zone, order, migratetype, alloc_flags, &mode);
  if (pfn == PWK_PFN_NIL && (alloc_flags & (PWK_ALLOC_OOM | PWK_ALLOC_NON_BLOCK)))
    pfn = pwk_rmqueue_smallest (machine, zone, order, PWK_MIGRATE_HIGHATOMIC);
  if (pfn != PWK_PFN_NIL)
    pwk_account_taken (machine, zone, pwk_order_pages (order));
  pwk_unlock (machine, &zone->lock);
  return pfn;
}

/* Follows mm/page_alloc.c:rmqueue(). Per-cpu lists for orders 0 to 3 and that of huge pages, the
 * buddies for all else. A fallback that mixed types in a pageblock has raised the zone's marks;
 * kswapd is told here, outside of the lock. */
static inline uint32_t
rmqueue (PwkMachine *machine, PwkZone *preferred, PwkZone *zone, unsigned order, unsigned alloc_flags, unsigned migratetype)
{
  uint32_t pfn = PWK_PFN_NIL;

  if (pwk_pcp_allowed_order (order))
    pfn = pwk_rmqueue_pcplist (machine, zone, order, migratetype, alloc_flags);
  if (pfn == PWK_PFN_NIL)
    pfn = rmqueue_buddy (machine, zone, order, alloc_flags, migratetype);
  if (pfn != PWK_PFN_NIL)
    zone_statistics (machine, preferred, zone, order);
  if (G_UNLIKELY ((alloc_flags & PWK_ALLOC_KSWAPD) && (zone->flags & PWK_ZONE_BOOSTED_WATERMARK)))
    {
      zone->flags &= ~(uint32_t) PWK_ZONE_BOOSTED_WATERMARK;
      pwk_wakeup_kswapd (machine, zone, 0, 0, zone->type);
    }
  return pfn;
}

/* All struct pages of a block lie in at most two chunks, which one touch marks. */
G_STATIC_ASSERT (sizeof (PwkPage) << PWK_MAX_PAGE_ORDER <= PWK_CHUNK_SIZE);

/* prep_compound_page: the first tail keeps what is the folio's, see page.h. */
static void
prep_block (PwkMachine *machine, PwkPfn pfn, unsigned order, bool compound)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  uint64_t n = pwk_order_pages (order);

  pwk_assert_debug (order > 0 && order <= PWK_MAX_PAGE_ORDER);
  pwk_arena_touch (&machine->arena, PWK_REGION_MEMMAP, page, sizeof *page * n);
  page->private_ = order;
  pwk_pages_set_rest (machine, page, pfn, n, compound);
  if (compound && n > 1)
    {
      pwk_page_set_flags (machine, pfn, PWK_PG_HEAD, 0);
      page[1].lru_prev = order;
    }
}

/* Follows mm/page_alloc.c:prep_new_page(). All pages of a block are written: the first is the
 * block, the others say that they are the rest of it, or tails of a compound page, whose order is
 * in the first of them.
 *
 *      [ head: refcount 1, PG_head ][ tail: order ][ tail ] … [ tail ]        __GFP_COMP
 *      [ refcount 1, private order ][ rest         ][ rest ] … [ rest ]        without
 */
static inline void
prep_new_page (PwkMachine *machine, PwkPfn pfn, unsigned order, uint32_t gfp)
{
  pwk_assert_debug (pwk_page (machine, pfn)->type == PWK_PAGE_NONE);
  pwk_page_set_kernel (pwk_page_edit (machine, pfn));
  if (order)
    prep_block (machine, pfn, order, gfp & PWK_GFP_COMP);
  if ((gfp & PWK_GFP_ZERO) && !(machine->st->lab_flags & PWK_BROKEN_NO_ZEROING))
    {
      for (uint64_t i = 0; i < pwk_order_pages (order); i++)
        pwk_frame_clear (machine, pfn + i);
      pwk_emit_clear_user_page (machine, pfn, order);
    }
}

G_NO_INLINE void
pwk_prep_new_page (PwkMachine *machine, PwkPfn pfn, unsigned order, uint32_t gfp)
{
  prep_new_page (machine, pfn, order, gfp);
}

/* --- through the zones --- */

/* How a walk over the zonelist goes, and what it met. */
typedef struct
{
  bool skip_kswapd_nodes;   /* nodes whose kswapd is at work are passed over */
  bool skipped;             /* such a node was */
  bool remote;              /* it stopped at the first zone of another node, since fragmenting here is better than going there */
} Walk;

/* RECLAIM_ZONE, RECLAIM_WRITE, RECLAIM_UNMAP: any of them in vm.zone_reclaim_mode. */
#define NODE_RECLAIM_MODES 7
/* RECLAIM_DISTANCE: nodes farther away are not reclaimed from for the sake of one that is preferred. */
#define RECLAIM_DISTANCE   30

/* With vm.zone_reclaim_mode a zone that is too low is worth a try before a node farther away: what
 * programs there do not use just now goes (node_reclaim ()), and the mark is asked again.
 *
 *      mode 0, the default    node 0 low ──▶ node 1
 *      mode 1                 node 0 low ──▶ unmapped pages of files go ──▶ node 0, or node 1 after all
 */
G_NO_INLINE static bool
reclaim_here (PwkMachine *machine, const PwkZone *preferred, PwkZone *zone, uint32_t gfp, unsigned order, uint64_t mark, const PwkAllocContext *ac,
              unsigned alloc_flags)
{
  if (machine->config->numa_distance[preferred->node][zone->node] > RECLAIM_DISTANCE
      || pwk_node_reclaim (machine, zone->node, gfp, order) < PWK_NODE_RECLAIM_SOME)
    return false;
  return pwk_zone_watermark_ok (machine, zone, order, mark, ac->highest_zoneidx, alloc_flags, pwk_zone_page_state (zone, PWK_NR_FREE_PAGES));
}

/* Is this zone to be taken from? First against high, to learn that the zone is under pressure, then
 * against the mark asked for. */
static inline bool
zone_will_do (PwkMachine *machine, PwkZone *preferred, PwkZone *zone, uint32_t gfp, unsigned order, unsigned alloc_flags,
              const PwkAllocContext *ac)
{
  uint64_t mark;

  if (machine->profile->pcp_high_auto && !(zone->flags & PWK_ZONE_BELOW_HIGH))
    {
      if (watermark_fast (machine, zone, order, pwk_wmark_pages (zone, PWK_WMARK_HIGH), ac, alloc_flags))
        return true;
      zone->flags |= PWK_ZONE_BELOW_HIGH;
    }
  if (alloc_flags & PWK_ALLOC_NO_WATERMARKS)
    return true;
  mark = pwk_wmark_pages (zone, (PwkWatermark) (alloc_flags & PWK_ALLOC_WMARK_MASK));
  if (watermark_fast (machine, zone, order, mark, ac, alloc_flags))
    return true;
  return G_UNLIKELY (machine->st->sysctl.zone_reclaim_mode & NODE_RECLAIM_MODES)
         && reclaim_here (machine, preferred, zone, gfp, order, mark, ac, alloc_flags);
}

/* One pass over the zonelist: each zone is asked whether its mark is met, then for a block, which
 * it may be without all the same (the type's lists are empty, and no other may be used).
 * PWK_PFN_NIL: no zone would do. */
static uint32_t
scan_zonelist (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac, Walk *walk)
{
  const PwkNode *list = ac->zonelist;
  PwkZone *preferred = pwk_zoneref_zone (machine, list->zonelist[ac->preferred]);

  pwk_assert_debug (ac->preferred < list->n_zonerefs && ac->migratetype < PWK_MIGRATE_PCPTYPES);
  for (unsigned i = ac->preferred; i < list->n_zonerefs; i = pwk_next_zoneref (list, i + 1, ac->highest_zoneidx, ac->nodes))
    {
      PwkZone *zone = pwk_zoneref_zone (machine, list->zonelist[i]);
      uint32_t pfn;

      if (pwk_cpuset_bars (machine, zone->node, gfp, alloc_flags))
        {
          pwk_emit_zone_skip (machine, zone->node, zone->type, PWK_ZONE_SKIP_CPUSET);
          continue;
        }
      if ((alloc_flags & PWK_ALLOC_NOFRAGMENT) && zone->node != preferred->node)
        {
          pwk_emit_zone_skip (machine, zone->node, zone->type, PWK_ZONE_SKIP_REMOTE);
          walk->remote = true;
          return PWK_PFN_NIL;
        }
      if (G_UNLIKELY (walk->skip_kswapd_nodes && pwk_node (machine, zone->node)->kswapd_awake))
        {
          pwk_emit_zone_skip (machine, zone->node, zone->type, PWK_ZONE_SKIP_KSWAPD);
          walk->skipped = true;
          continue;
        }
      if (!zone_will_do (machine, preferred, zone, gfp, order, alloc_flags, ac))
        continue;
      pfn = rmqueue (machine, preferred, zone, order, alloc_flags, ac->migratetype);
      if (pfn == PWK_PFN_NIL)
        {
          pwk_emit_zone_skip (machine, zone->node, zone->type, PWK_ZONE_SKIP_NO_BLOCK);
          continue;
        }
      ac->zone = zone;
      pwk_assert_debug (pwk_is_block_of (zone, pfn, order));
      prep_new_page (machine, pfn, order, gfp);
      if (alloc_flags & PWK_ALLOC_HIGHATOMIC)
        pwk_reserve_highatomic (machine, zone, pfn, order);
      return pfn;
    }
  return PWK_PFN_NIL;
}

/* What may be given up for another walk: that nodes are passed over whose kswapd is at work, then
 * that pageblocks are kept whole. Only when neither is left is the slow path entered. */
static bool
relax (Walk *walk, unsigned *alloc_flags)
{
  if (!walk->remote && walk->skip_kswapd_nodes && walk->skipped)
    walk->skip_kswapd_nodes = false;
  else if (*alloc_flags & PWK_ALLOC_NOFRAGMENT)
    *alloc_flags &= ~PWK_ALLOC_NOFRAGMENT;
  else
    return false;
  walk->remote = false;
  return true;
}

/* Follows mm/page_alloc.c:get_page_from_freelist(). The preferred zone is the first of the zonelist
 * that the mask and the nodes allow; where there is none (GFP_DMA on a node without,
 * __GFP_THISNODE) nothing is looked at. */
G_ALWAYS_INLINE static inline uint32_t
get_page_from_freelist (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_get_page_from_freelist (machine, order, gfp, alloc_flags,
                                                                             alloc_flags & PWK_ALLOC_WMARK_MASK));
  Walk walk = { .skip_kswapd_nodes = machine->st->n_online_nodes > 1 && machine->profile->skips_kswapd_nodes };
  uint32_t pfn = PWK_PFN_NIL;

  if (ac->preferred < ac->zonelist->n_zonerefs)
    do
      pfn = scan_zonelist (machine, gfp, order, alloc_flags, ac, &walk);
    while (G_UNLIKELY (pfn == PWK_PFN_NIL) && relax (&walk, &alloc_flags));
  pwk_event_close (machine, outer);
  return pfn;
}

/* The same for the slow path, where a call more does not count. */
G_NO_INLINE uint32_t
pwk_get_page_from_freelist (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, PwkAllocContext *ac)
{
  return get_page_from_freelist (machine, gfp, order, alloc_flags, ac);
}

/* alloc_flags_nofragment (): Normal and DMA32 are large enough to spread over rather than mix types
 * in pageblocks. So the first walk takes from DMA32 before it breaks a pageblock of Normal, and
 * never from another node for that reason alone. DMA is too small to be spent so. */
static unsigned
nofragment_flags (const PwkMachine *machine, uint32_t gfp, const PwkAllocContext *ac)
{
  unsigned flags = gfp & PWK_GFP_KSWAPD_RECLAIM;
  PwkZoneref preferred;

  if (!(machine->profile->zones >> PWK_ZONE_DMA32 & 1) || ac->preferred >= ac->zonelist->n_zonerefs)
    return flags;
  preferred = ac->zonelist->zonelist[ac->preferred];
  if (preferred.zone != PWK_ZONE_NORMAL)
    return flags;
  if (machine->st->n_online_nodes > 1 && !pwk_zone (machine, preferred.node, PWK_ZONE_DMA32)->present_pages)
    return flags;
  return flags | PWK_ALLOC_NOFRAGMENT;
}

/* --- the door --- */

/* Order too large, or a node that is not there: the kernel warns and gives NULL. __GFP_NOWARN keeps
 * it quiet and changes nothing else. */
G_NO_INLINE static PwkPfn
refuse (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned node)
{
  if (!(gfp & PWK_GFP_NOWARN))
    pwk_emit_warn_alloc (machine, order, gfp, node);
  pwk_emit_alloc_failed (machine, order, gfp);
  pwk_refuse (machine, 0, order > PWK_MAX_PAGE_ORDER ? PWK_WHY_ORDER_TOO_LARGE : PWK_WHY_NODE_UNKNOWN);
  return PWK_NO_PFN;
}

/* current_gfp_context (), and might_alloc (), which warns of what cannot end well even if this time
 * there is memory: sleeping in an interrupt, and waiting for reclaim where reclaim itself may wait. */
G_NO_INLINE static uint32_t
gfp_here (PwkMachine *machine, uint32_t gfp)
{
  const PwkCpu *cpu = pwk_cpu (machine);

  if (cpu->memalloc & PWK_MEMALLOC_NOIO)
    gfp &= ~(PWK_GFP_IO | PWK_GFP_FS);
  if (cpu->memalloc & PWK_MEMALLOC_NOFS)
    gfp &= ~PWK_GFP_FS;
  if (cpu->memalloc & PWK_MEMALLOC_NORECLAIM)
    gfp |= PWK_GFP_MEMALLOC;
  if ((gfp & PWK_GFP_DIRECT_RECLAIM) && pwk_in_interrupt (machine))
    pwk_emit_might_sleep_warning (machine, gfp, cpu->context);
  if (pwk_reclaim_recurses (machine, gfp))
    pwk_emit_fs_reclaim_cycle (machine, gfp, cpu->context);
  return gfp;
}

/* prepare_alloc_pages (), where there are cpusets: the first walk keeps to the task's nodes, even for
 * the kernel's own memory. Who has nodes of his own asks for each zone; an interrupt asks, too, and
 * is allowed all. */
G_NO_INLINE static void
within_cpuset (const PwkMachine *machine, uint32_t nodes, uint32_t *gfp, unsigned *alloc_flags, PwkAllocContext *ac)
{
  *gfp |= PWK_GFP_HARDWALL;
  if (nodes == PWK_ALL_NODES && !pwk_in_interrupt (machine))
    ac->nodes &= pwk_current_mems (machine);
  else
    *alloc_flags |= PWK_ALLOC_CPUSET;
}

/* Follows mm/page_alloc.c:__alloc_frozen_pages_noprof(): the fast path against the low mark, then
 * the slow path with the mask as it was asked for. The fast path neither wakes anybody nor sleeps;
 * it is meant to succeed nearly always, and is inline into its two callers for that. */
G_ALWAYS_INLINE static inline PwkPfn
alloc_pages (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned nid, int migratetype, uint32_t nodes)
{
  const PwkCpu *cpu = pwk_cpu (machine);
  uint64_t outer = pwk_event_open (machine, pwk_emit_alloc_pages (machine, order, gfp, nid));
  unsigned alloc_flags = PWK_WMARK_LOW;
  PwkAllocContext ac;
  uint32_t pfn, asked;

  gfp &= PWK_GFP_BITS_MASK;
  if (G_UNLIKELY (order > PWK_MAX_PAGE_ORDER || nid >= machine->st->n_nodes))
    {
      refuse (machine, gfp, order, nid);
      pwk_event_close (machine, outer);
      return PWK_NO_PFN;
    }
  ac = (PwkAllocContext) {
    .zonelist = pwk_node (machine, nid), .node = nid, .nodes = gfp & PWK_GFP_THISNODE ? 1u << nid : nodes,
    .highest_zoneidx = pwk_gfp_zone (machine->profile, gfp),
    .migratetype = (unsigned) migratetype < PWK_MIGRATE_PCPTYPES ? (unsigned) migratetype : pwk_gfp_migratetype (gfp),
  };
  if (G_UNLIKELY (cpu->context || cpu->memalloc))
    gfp = gfp_here (machine, gfp);
  asked = gfp;
  if (G_UNLIKELY (machine->st->cpusets_enabled))
    within_cpuset (machine, nodes, &gfp, &alloc_flags, &ac);
  ac.preferred = pwk_next_zoneref (ac.zonelist, 0, ac.highest_zoneidx, ac.nodes);

  pfn = get_page_from_freelist (machine, gfp, order, alloc_flags | nofragment_flags (machine, gfp, &ac), &ac);
  if (G_UNLIKELY (pfn == PWK_PFN_NIL))
    {
      gfp = asked;
      ac.nodes = gfp & PWK_GFP_THISNODE ? 1u << nid : nodes;
      ac.preferred = pwk_next_zoneref (ac.zonelist, 0, ac.highest_zoneidx, ac.nodes);
      pfn = pwk_alloc_slowpath (machine, gfp, order, &ac);
    }
  if (G_LIKELY (pfn != PWK_PFN_NIL))
    pwk_emit_mm_page_alloc (machine, pfn, order, gfp, ac.migratetype, ac.zone->node, ac.zone->type);
  pwk_event_close (machine, outer);
  return pfn == PWK_PFN_NIL ? PWK_NO_PFN : pfn;
}

/* alloc_frozen_pages (): interrupts go by no task's policy, since the task that happens to run
 * there has nothing to do with them. */
static bool
task_policy_counts (const PwkMachine *machine, uint32_t gfp)
{
  return !(gfp & PWK_GFP_THISNODE) && !pwk_in_interrupt (machine) && pwk_task_policy (machine);
}

/* alloc_pages (), alloc_pages_node (). Who names a node gets it, or one of its zonelist; who names
 * none is served by the task's policy or from where the cpu is. */
PwkPfn
pwk_alloc_pages (PwkMachine *machine, uint32_t gfp, unsigned order, int node, int migratetype)
{
  if (node != PWK_NUMA_NO_NODE)
    return alloc_pages (machine, gfp, order, (unsigned) node, migratetype, PWK_ALL_NODES);
  if (G_UNLIKELY (machine->st->n_task_policies) && task_policy_counts (machine, gfp))
    return pwk_alloc_pages_mpol (machine, gfp, order, pwk_task_policy (machine), PWK_NO_INTERLEAVE_INDEX);
  return alloc_pages (machine, gfp, order, pwk_cpu (machine)->node, migratetype, PWK_ALL_NODES);
}

PwkPfn
pwk_alloc_pages_nodes (PwkMachine *machine, uint32_t gfp, unsigned order, int node, int migratetype, uint32_t nodes)
{
  return alloc_pages (machine, gfp, order, (unsigned) node, migratetype, nodes);
}
