/* pcp.c - per-cpu page lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/pcp.h"

#include "engine/core/emit.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/watermark.h"

/* --- the lists --- */

/* Without freelist hygiene a block goes back to the list of the type that it has now:
 * set_pcppage_migratetype (). */
static inline void
list_add (PwkMachine *machine, PwkPcp *pcp, unsigned pindex, uint32_t pfn, unsigned order, unsigned migratetype, bool tail)
{
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_page_set_pcp (page, order);
  if (G_UNLIKELY (!machine->profile->freelist_hygiene))
    page->index = migratetype;
  pwk_page_list_add (machine, &pcp->lists[pindex], pfn, tail);
  pcp->list_count[pindex]++;
}

/* The struct page becomes that of nobody: what it is to be next its owner says. */
static inline void
list_del (PwkMachine *machine, PwkPcp *pcp, unsigned pindex, uint32_t pfn)
{
  pwk_assert_debug (pwk_page (machine, pfn)->type == PWK_PAGE_PCP && pcp->list_count[pindex] > 0);
  pwk_page_list_del (machine, &pcp->lists[pindex], pfn);
  pwk_page_clear (pwk_page_edit (machine, pfn));
  pcp->list_count[pindex]--;
}

/* The kernel's clamp (). high_min may be above high_max, which a small zone can keep from early
 * boot: then it is high_max that counts. */
static inline int
clamp_to (int value, int low, int high)
{
  return value >= high ? high : value <= low ? low : value;
}

/* --- taking --- */

/* How many blocks to fetch. Follows mm/page_alloc.c:nr_pcp_alloc(); before 6.7 a batch, whatever
 * happened before. Since then each refill in a row doubles (alloc_factor), up to a batch << 5,
 * since who allocates much goes on to; `high` grows with it, so that what is fetched may stay when
 * it comes back. Neither is done while the zone is below its high mark. */
static int
nr_pcp_alloc (const PwkProfile *profile, PwkPcp *pcp, const PwkZone *zone, unsigned order)
{
  int base_batch = pcp->batch, batch = base_batch;
  int high = profile->pcp_high_auto ? clamp_to (pcp->high, pcp->high_min, pcp->high_max) : pcp->high;

  pcp->high = high;
  if (high < base_batch)
    return 1;
  if (order == 0 && profile->pcp_batch_doubling)
    batch = base_batch << pcp->alloc_factor;
  if (profile->pcp_high_auto && pcp->high_min != pcp->high_max && !(zone->flags & PWK_ZONE_BELOW_HIGH))
    high = pcp->high = MIN (high + batch, pcp->high_max);
  if (order == 0 && profile->pcp_batch_doubling)
    {
      int max_nr_alloc = MAX (high - pcp->count - base_batch, base_batch);

      if (batch <= max_nr_alloc && pcp->alloc_factor < PWK_PCP_BATCH_SCALE_MAX)
        pcp->alloc_factor++;
      batch = MIN (batch, max_nr_alloc);
    }
  return batch > 1 ? MAX (batch >> order, 2) : batch;
}

/* Follows mm/page_alloc.c:rmqueue_bulk(): one lock for a batch. Blocks are put at the tail in the
 * order in which they came, which for blocks just split is that of their addresses, so that a row
 * of allocations gets a row of frames. The mode is kept over the batch: once a type's own lists
 * have been found empty they are not searched again for each block. */
G_NO_INLINE static void
rmqueue_bulk (PwkMachine *machine, PwkZone *zone, PwkPcp *pcp, unsigned order, int wanted, unsigned migratetype, unsigned alloc_flags)
{
  unsigned pindex = pwk_order_to_pindex (machine->profile, migratetype, order);
  PwkRmqueueMode mode = PWK_RMQUEUE_NORMAL;
  uint64_t taken = 0;
  uint64_t outer = pwk_event_open (machine, pwk_emit_rmqueue_bulk (machine, zone->node, zone->type, order, (uint64_t) wanted,
                                                                   migratetype, machine->st->cur_cpu));

  pwk_assert_door (wanted > 0);
  pwk_lock (machine, &zone->lock, "zone->lock");
  for (int i = 0; i < wanted; i++)
    {
      uint32_t pfn = pwk_rmqueue (machine, zone, order, migratetype, alloc_flags, &mode);

      if (pfn == PWK_PFN_NIL)
        break;
      list_add (machine, pcp, pindex, pfn, order, migratetype, true);
      pcp->count += 1 << order;
      taken += pwk_order_pages (order);
    }
  pwk_account_taken (machine, zone, taken);
  pwk_unlock (machine, &zone->lock);
  pwk_event_close (machine, outer);
}

/* The way of nearly all allocations: the cpu's own list, without a lock. From the head: what was
 * freed last is in the cache. free_count is halved, since a cpu that allocates is not one that only
 * frees.
 *
 *      head ▶ [hot] [ ] [ ] [cold] ◀ tail        allocation takes and free puts at the head
 *                                                 a refill appends, a give-back takes at the tail
 */
uint32_t
pwk_rmqueue_pcplist (PwkMachine *machine, PwkZone *zone, unsigned order, unsigned migratetype, unsigned alloc_flags)
{
  PwkPcp *pcp = pwk_pcp_edit (machine, zone, machine->st->cur_cpu);
  unsigned pindex = pwk_order_to_pindex (machine->profile, migratetype, order);
  uint32_t pfn;

  pwk_assert_debug (pwk_pcp_allowed_order (order) && migratetype < PWK_MIGRATE_PCPTYPES);
  pcp->free_count >>= 1;
  if (G_UNLIKELY (pwk_page_list_is_empty (&pcp->lists[pindex])))
    {
      rmqueue_bulk (machine, zone, pcp, order, nr_pcp_alloc (machine->profile, pcp, zone, order), migratetype, alloc_flags);
      if (pwk_page_list_is_empty (&pcp->lists[pindex]))
        return PWK_PFN_NIL;
    }
  pfn = pcp->lists[pindex].head;
  list_del (machine, pcp, pindex, pfn);
  pcp->count -= 1 << order;
  pwk_assert_debug (pcp->count >= 0);
  pwk_emit_rmqueue_pcplist (machine, pfn, order, migratetype, machine->st->cur_cpu, (uint64_t) pcp->count);
  return pfn;
}

/* --- giving back --- */

/* The type of the list that a block on a per-cpu list goes back to. */
static inline unsigned
type_to_free (const PwkMachine *machine, uint32_t pfn)
{
  if (G_UNLIKELY (!machine->profile->freelist_hygiene))
    return (unsigned) pwk_page (machine, pfn)->index;
  return pwk_pageblock_type (machine, pfn);
}

/* Follows mm/page_alloc.c:free_pcppages_bulk(): @pindex first, from its tail until @count pages are
 * gone or it is empty, then the next. The list that has just grown is the one that has too much;
 * the coldest pages of it go, which have been there longest. */
G_NO_INLINE static void
free_pcppages_bulk (PwkMachine *machine, PwkZone *zone, PwkPcp *pcp, int count, unsigned pindex)
{
  count = MIN (pcp->count, count);
  pwk_assert_door (pindex < PWK_NR_PCP_LISTS);
  pwk_lock (machine, &zone->lock, "zone->lock");
  for (; count > 0; pindex = (pindex + 1) % PWK_NR_PCP_LISTS)
    {
      unsigned order = pwk_pindex_to_order (pindex);

      while (count > 0 && !pwk_page_list_is_empty (&pcp->lists[pindex]))
        {
          uint32_t pfn = pcp->lists[pindex].tail;
          unsigned migratetype = type_to_free (machine, pfn);

          list_del (machine, pcp, pindex, pfn);
          count -= 1 << order;
          pcp->count -= 1 << order;
          pwk_free_one_page (machine, zone, pfn, order, migratetype);
          pwk_emit_mm_page_pcpu_drain (machine, pfn, order, migratetype);
        }
    }
  pwk_assert_door (pcp->count >= 0);
  pwk_unlock (machine, &zone->lock);
}

/* How many pages go back when there are more than `high`. Follows mm/page_alloc.c:nr_pcp_free(): as
 * many as were freed in a row, between a batch and all but a batch, which stays for the next
 * allocation. Before 6.7 free_count is a factor that doubles with each batch given back. */
static int
nr_pcp_free (const PwkProfile *profile, PwkPcp *pcp, int batch, int high, bool free_high)
{
  int max_nr_free = high - batch;

  if (free_high)
    return profile->pcp_high_auto ? MIN (pcp->count, batch << PWK_PCP_BATCH_SCALE_MAX) : pcp->count;
  if (high < batch)
    return 1;
  if (profile->pcp_high_auto)
    return clamp_to (pcp->free_count, batch, max_nr_free);
  batch <<= pcp->free_count;
  if (batch < max_nr_free && pcp->free_count < PWK_PCP_BATCH_SCALE_MAX)
    pcp->free_count++;
  return clamp_to (batch, pcp->batch, max_nr_free);
}

/* How many pages may stay. Follows mm/page_alloc.c:nr_pcp_high(): few while kswapd works on the
 * zone or it is below its high mark, since free memory is of more use to others then; none where
 * the lists are to be emptied (@free_high). A cpu that frees much in a row lowers its `high` with
 * each give-back and raises it when it frees more than fits. */
static int
nr_pcp_high (const PwkProfile *profile, PwkPcp *pcp, const PwkZone *zone, int batch, bool free_high)
{
  int high = profile->pcp_high_auto ? clamp_to (pcp->high, pcp->high_min, pcp->high_max) : pcp->high;
  int freed = MAX (pcp->free_count, batch);

  pcp->high = high;
  if (!high)
    return 0;
  if (!profile->pcp_high_auto)
    return free_high ? 0 : zone->flags & PWK_ZONE_RECLAIM_ACTIVE ? MIN (batch << 2, high) : high;
  if (free_high)
    {
      pcp->high = MAX (high - (batch << PWK_PCP_BATCH_SCALE_MAX), pcp->high_min);
      return 0;
    }
  if (zone->flags & PWK_ZONE_RECLAIM_ACTIVE)
    {
      pcp->high = MAX (high - freed, pcp->high_min);
      return MIN (batch << 2, pcp->high);
    }
  if (pcp->high_min == pcp->high_max)
    return high;
  if (zone->flags & PWK_ZONE_BELOW_HIGH)
    {
      pcp->high = MAX (high - freed, pcp->high_min);
      return MAX (pcp->count, pcp->high_min);
    }
  if (pcp->count >= high && pcp->high < pcp->free_count + batch)
    pcp->high = clamp_to (pcp->free_count + batch, pcp->high_min, pcp->high_max);
  return high;
}

/* Are orders 1 to 3 being freed in a row, so that the list is to be emptied? They merge in the
 * buddies only, and a cpu that frees them while another allocates them (network buffers) would
 * otherwise hoard what the other has to break up anew. */
static bool
frees_high_orders (const PwkProfile *profile, PwkPcp *pcp, unsigned order)
{
  int limit = profile->pcp_free_high_half_min ? pcp->batch + pcp->high_min / 2 : pcp->batch;
  bool free_high = false;

  if (!profile->pcp_high_auto)
    return pcp->free_count && order && order <= PWK_PCP_COSTLY_ORDER;
  if (order && order <= PWK_PCP_COSTLY_ORDER)
    {
      free_high = pcp->free_count >= limit && (pcp->flags & PWK_PCPF_PREV_FREE_HIGH_ORDER)
                  && (!(pcp->flags & PWK_PCPF_FREE_HIGH_BATCH) || pcp->count >= pcp->batch);
      pcp->flags |= PWK_PCPF_PREV_FREE_HIGH_ORDER;
    }
  else
    pcp->flags &= (uint8_t) ~PWK_PCPF_PREV_FREE_HIGH_ORDER;
  return free_high;
}

/* Follows mm/page_alloc.c:free_frozen_page_commit(). HighAtomic pages are on the movable list here,
 * and remember in the pageblock what they are. A block that is one too many makes the cpu give back
 * several, so that it need not do so again at once. */
void
pwk_free_page_commit (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  const PwkProfile *profile = machine->profile;
  PwkPcp *pcp = pwk_pcp_edit (machine, zone, machine->st->cur_cpu);
  unsigned list_type = migratetype < PWK_MIGRATE_PCPTYPES ? migratetype : PWK_MIGRATE_MOVABLE;
  unsigned pindex = pwk_order_to_pindex (profile, list_type, order);
  bool free_high;
  uint64_t outer;
  int high;

  pwk_assert_debug (pwk_pcp_allowed_order (order) && pwk_is_block_of (zone, pfn, order));
  pcp->alloc_factor >>= 1;
  pwk_count_vm_events (machine, PWK_PGFREE, pwk_order_pages (order));
  list_add (machine, pcp, pindex, (uint32_t) pfn, order, migratetype, false);
  pcp->count += 1 << order;
  free_high = frees_high_orders (profile, pcp, order);
  if (profile->pcp_high_auto && pcp->free_count < pcp->batch << PWK_PCP_BATCH_SCALE_MAX)
    pcp->free_count = (int16_t) (pcp->free_count + (1 << order));
  high = nr_pcp_high (profile, pcp, zone, pcp->batch, free_high);
  outer = pwk_emit_free_unref_page (machine, pfn, order, list_type, machine->st->cur_cpu, (uint64_t) pcp->count, (uint64_t) high);
  if (G_LIKELY (pcp->count < high))
    return;

  outer = pwk_event_open (machine, outer);
  free_pcppages_bulk (machine, zone, pcp, nr_pcp_free (profile, pcp, pcp->batch, high, free_high), pindex);
  if ((zone->flags & PWK_ZONE_BELOW_HIGH)
      && pwk_zone_watermark_ok (machine, zone, 0, pwk_wmark_pages (zone, PWK_WMARK_HIGH), PWK_ZONE_MOVABLE, 0,
                                pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)))
    zone->flags &= ~(uint32_t) PWK_ZONE_BELOW_HIGH;
  pwk_event_close (machine, outer);
}

/* drain_pages_zone (): in pieces of at most batch << 5, since the zone's lock is held over each.
 * Others' blocks can merge with what comes back. */
void
pwk_drain_pages_zone (PwkMachine *machine, unsigned cpu, PwkZone *zone)
{
  PwkPcp *pcp = pwk_pcp_edit (machine, zone, cpu);

  pwk_assert_door (cpu < machine->st->n_cpus);
  while (pcp->count)
    free_pcppages_bulk (machine, zone, pcp, MIN (pcp->count, MAX (pcp->batch, 1) << PWK_PCP_BATCH_SCALE_MAX), 0);
}

static void
drain_pages (PwkMachine *machine, unsigned cpu)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (pwk_zone (machine, node, type)->present_pages)
        pwk_drain_pages_zone (machine, cpu, pwk_zone_edit (machine, node, type));
}

/* The events of it are that cpu's: in the kernel it is a work item that runs there. */
void
pwk_drain_local_pages (PwkMachine *machine, unsigned cpu)
{
  unsigned running = machine->st->cur_cpu;

  pwk_assert_door (cpu < machine->st->n_cpus);
  machine->st->cur_cpu = cpu;
  drain_pages (machine, cpu);
  machine->st->cur_cpu = running;
}

void
pwk_drain_all_pages (PwkMachine *machine)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    drain_pages (machine, cpu);
}
