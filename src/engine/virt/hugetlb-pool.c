/* hugetlb-pool.c - the pools of huge pages
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/hugetlb.c of Linux 6.12, without cgroups, subpools and the vmemmap's optimisation. The
 * numbers of a pool, for all nodes and each:
 *
 *      │◀──────────────── nr_huge_pages ────────────────▶│
 *      │ mapped             │ free                        │
 *      │                    │ resv (promised) │ available │
 *      │ … of all of them: surplus, beyond nr_hugepages, to go when they are free │
 *
 * Always true, see virt/check-hugetlb.c: free ≤ nr, resv ≤ free (but for what mremap () lost,
 * resv_lost), surplus ≤ nr_overcommit while nobody shrinks the pool; each free page is on its
 * node's list with no reference; what is in none of the lists is mapped or in an object. */
#include "engine/virt/hugetlb-pool.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/phys/buddy.h"
#include "engine/phys/folio.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/virt/rmap.h"

/* The records lie in PwkState: two pools. */
static PwkHstate *
hstate_edit (PwkMachine *machine, PwkHstateIndex h)
{
  return &machine->st->hstates[h];
}

/* hugetlb_add_hstate (): 2 MiB and 1 GiB, both empty. */
void
pwk_hugetlb_init (PwkMachine *machine)
{
  for (PwkHstateIndex h = 0; h < PWK_N_HSTATES; h++)
    {
      PwkHstate *hstate = hstate_edit (machine, h);

      hstate->order = (h == PWK_HSTATE_2M ? PWK_PMD_SHIFT : PWK_PUD_SHIFT) - PWK_PAGE_SHIFT;
      for (unsigned node = 0; node < PWK_MAX_NODES; node++)
        hstate->freelist[node] = PWK_PFN_NIL;
    }
}

/* A pool has one size, so the order tells. */
PwkHstateIndex
pwk_folio_hstate (const PwkMachine *machine, PwkPfn head)
{
  pwk_assert_debug (pwk_page (machine, head)->type == PWK_PAGE_HUGETLB);
  return pwk_folio_order (machine, head) == machine->st->hstates[PWK_HSTATE_2M].order ? PWK_HSTATE_2M : PWK_HSTATE_1G;
}

/* Of a page, not of a pool. */
static unsigned
node_of (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_pfn_zone (machine, pfn)->node;
}

/* --- from and to the page allocator --- */

/* htlb_alloc_mask (): 2 MiB can be moved, and so may lie in ZONE_MOVABLE. */
static uint32_t
alloc_mask (const PwkHstate *hstate)
{
  return pwk_hstate_is_gigantic (hstate) ? PWK_GFP_HIGHUSER : PWK_GFP_HIGHUSER_MOVABLE;
}

/* Blocks of the largest order from @pfn on, all free and of one zone, which can spare them: what is
 * left of pfn_range_valid_contig () where used pages are not moved out of the way. The zone keeps
 * its min mark and a block more. */
static bool
is_free_range (const PwkMachine *machine, const PwkZone *zone, PwkPfn pfn, uint64_t pages)
{
  uint64_t least = zone->watermark[PWK_WMARK_MIN] + pages + pwk_order_pages (PWK_MAX_PAGE_ORDER);

  if ((uint64_t) pwk_zone_page_state (zone, PWK_NR_FREE_PAGES) < least)
    return false;
  for (PwkPfn at = pfn; at < pfn + pages; at += pwk_order_pages (PWK_MAX_PAGE_ORDER))
    {
      PwkPage page = pwk_page_read (machine, at);

      if (pwk_page_zone (machine, at) != zone || page.type != PWK_PAGE_BUDDY || page.private_ != PWK_MAX_PAGE_ORDER)
        return false;
    }
  return true;
}

/* The block out of its zone's lists, as a compound page in use. */
static void
take_range (PwkMachine *machine, PwkZone *zone, PwkPfn pfn, unsigned order)
{
  PwkFlagRun run = { 0 };

  for (PwkPfn at = pfn; at < pfn + pwk_order_pages (order); at += pwk_order_pages (PWK_MAX_PAGE_ORDER))
    {
      pwk_section_open (machine, at);
      pwk_isolate_free_page (machine, zone, at, PWK_MAX_PAGE_ORDER);
    }
  pwk_page_become (machine, pfn, (PwkPage) { .type = PWK_PAGE_KERNEL, ._refcount = 1 }, PWK_PG_HEAD, &run);
  for (PwkPfn tail = pfn + 1; tail < pfn + pwk_order_pages (order); tail++)
    pwk_page_become (machine, tail, (PwkPage) { .type = PWK_PAGE_KERNEL_REST, .mapping = (uint32_t) pfn }, PWK_PG_TAIL, &run);
  pwk_flag_run_end (machine, &run);
}

/* Follows mm/page_alloc.c:alloc_contig_pages(). The first range of the node that is aligned and
 * free, zone by zone from the one that a request of this kind prefers. A gigantic page is larger
 * than any block of the buddy system, so free neighbours must be found. */
static PwkPfn
alloc_contig (PwkMachine *machine, unsigned order, unsigned node)
{
  uint64_t pages = pwk_order_pages (order);

  for (unsigned type = PWK_MAX_NR_ZONES; type-- > 0;)
    {
      PwkZone *zone = pwk_zone_edit (machine, node, type);
      PwkPfn first = (zone->zone_start_pfn + pages - 1) & ~(pages - 1);

      for (PwkPfn pfn = first; pfn + pages <= zone->zone_start_pfn + zone->spanned_pages; pfn += pages)
        if (is_free_range (machine, zone, pfn, pages))
          {
            take_range (machine, zone, pfn, order);
            return pfn;
          }
    }
  return PWK_NO_PFN;
}

/* Follows mm/hugetlb.c:prep_new_hugetlb_folio(). Counts a page that the page allocator gave as one
 * of the pool's, held by nobody. PWK_NO_PFN stays what it is. */
static PwkPfn
adopt (PwkMachine *machine, PwkHstateIndex h, PwkPfn pfn, bool surplus)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  unsigned node;

  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  node = node_of (machine, pfn);
  pwk_user_page_prep (machine, pfn, hstate->order, PWK_PAGE_HUGETLB);
  pwk_page_edit (machine, pfn)->_refcount = 0;
  pwk_page_edit (machine, pfn)->private_ = 0;
  hstate->nr_huge_pages++;
  hstate->nr_huge_pages_node[node]++;
  hstate->surplus_huge_pages += surplus;
  hstate->surplus_huge_pages_node[node] += surplus;
  pwk_emit_alloc_fresh_hugetlb_folio (machine, pfn, hstate->order, surplus);
  return pfn;
}

/* A gigantic page goes back as blocks of the largest order (free_gigantic_folio ()), which may
 * merge no further. */
static void
free_range (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkFlagRun run = { 0 };

  for (PwkPfn at = pfn; at < pfn + pwk_order_pages (order); at++)
    pwk_page_become (machine, at, (PwkPage) { .type = PWK_PAGE_KERNEL }, 0, &run);
  pwk_flag_run_end (machine, &run);
  for (PwkPfn at = pfn; at < pfn + pwk_order_pages (order); at += pwk_order_pages (PWK_MAX_PAGE_ORDER))
    pwk_free_frozen_pages (machine, at, PWK_MAX_PAGE_ORDER);
}

/* Follows mm/hugetlb.c:remove_hugetlb_folio(), update_and_free_hugetlb_folio(). It is no page of
 * the pool any more. It is on no free list. */
static void
release (PwkMachine *machine, PwkHstateIndex h, PwkPfn pfn, bool surplus)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  unsigned node = node_of (machine, pfn);

  pwk_assert (hstate->nr_huge_pages_node[node] > 0 && (!surplus || hstate->surplus_huge_pages_node[node] > 0));
  hstate->nr_huge_pages--;
  hstate->nr_huge_pages_node[node]--;
  hstate->surplus_huge_pages -= surplus;
  hstate->surplus_huge_pages_node[node] -= surplus;
  pwk_emit_remove_hugetlb_folio (machine, pfn, hstate->order, surplus);
  if (pwk_hstate_is_gigantic (hstate))
    free_range (machine, pfn, hstate->order);
  else
    pwk_free_frozen_pages (machine, pfn, hstate->order);
}

/* --- free pages --- */

/* Follows mm/hugetlb.c:enqueue_hugetlb_folio(). The page freed last is taken first: it is likely to
 * be in the caches still. */
static void
enqueue (PwkMachine *machine, PwkHstateIndex h, PwkPfn pfn)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  unsigned node = node_of (machine, pfn);

  pwk_assert (pwk_page (machine, pfn)->_refcount == 0);
  pwk_page_edit (machine, pfn)->lru_next = hstate->freelist[node];
  hstate->freelist[node] = (uint32_t) pfn;
  hstate->free_huge_pages++;
  hstate->free_huge_pages_node[node]++;
  pwk_emit_enqueue_hugetlb_folio (machine, pfn, hstate->order, hstate->free_huge_pages);
}

/* The pages of a list linked by lru.next, the newest first, which is then taken last. */
static void
enqueue_list (PwkMachine *machine, PwkHstateIndex h, uint32_t list)
{
  while (list != PWK_PFN_NIL)
    {
      PwkPfn pfn = list;

      list = pwk_page (machine, pfn)->lru_next;
      enqueue (machine, h, pfn);
    }
}

/* The first of a node's free list, PWK_NO_PFN if it is empty. */
static PwkPfn
take_free (PwkMachine *machine, PwkHstateIndex h, unsigned node)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  uint32_t pfn = hstate->freelist[node];

  if (pfn == PWK_PFN_NIL)
    return PWK_NO_PFN;
  hstate->freelist[node] = pwk_page (machine, pfn)->lru_next;
  hstate->free_huge_pages--;
  hstate->free_huge_pages_node[node]--;
  return pfn;
}

/* dequeue_hugetlb_folio_nodemask (). @reserved: it was promised, and so one promise is kept; should
 * it be freed before it is used, the promise is to be renewed. */
PwkPfn
pwk_hugetlb_dequeue (PwkMachine *machine, PwkHstateIndex h, unsigned node, uint32_t nodes, bool reserved)
{
  const PwkNode *list = pwk_node (machine, node);
  PwkPfn pfn = PWK_NO_PFN;

  pwk_assert_door (h < PWK_N_HSTATES && node < machine->st->n_nodes);
  for (unsigned i = 0; pfn == PWK_NO_PFN && i < list->n_zonerefs; i++)
    if ((nodes >> list->zonelist[i].node & 1)
        && !pwk_cpuset_bars (machine, list->zonelist[i].node, alloc_mask (pwk_hstate (machine, h)), PWK_ALLOC_CPUSET))
      pfn = take_free (machine, h, list->zonelist[i].node);
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  pwk_page_edit (machine, pfn)->_refcount = 1;
  if (reserved)
    {
      pwk_page_edit (machine, pfn)->private_ |= PWK_HUGETLB_RESTORE_RESERVE;
      hstate_edit (machine, h)->resv_huge_pages--;
    }
  pwk_emit_dequeue_hugetlb_folio (machine, pfn, pwk_hstate (machine, h)->order, reserved, pwk_hstate (machine, h)->free_huge_pages);
  return pfn;
}

/* free_huge_folio () by the last reference. Surplus pages of its node go first, so that the pool
 * gets back to its size. The flag RESTORE_RESERVE of a page that was taken for a promise, and not
 * used, gives the promise back with it. */
void
pwk_hugetlb_put (PwkMachine *machine, PwkPfn pfn)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  PwkHstateIndex h = pwk_folio_hstate (machine, pfn);
  bool restore = page->private_ & PWK_HUGETLB_RESTORE_RESERVE;

  pwk_assert (page->type == PWK_PAGE_HUGETLB && page->_refcount > 0);
  if (--page->_refcount > 0)
    return;
  pwk_assert (pwk_folio_mapcount (machine, pfn) == 0);
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_DIRTY | PWK_PG_UPTODATE | PWK_PG_ANON_EXCLUSIVE);
  page->mapping = 0;
  page->index = 0;
  page->private_ = 0;
  hstate_edit (machine, h)->resv_huge_pages += restore;
  if (pwk_hstate (machine, h)->surplus_huge_pages_node[node_of (machine, pfn)])
    release (machine, h, pfn, true);
  else
    enqueue (machine, h, pfn);
}

/* --- nodes take turns --- */

/* hstate_next_node_to_alloc (), hstate_next_node_to_free (): the next in turn among @nodes, which
 * are not none. Turns go on from call to call, so that a pool grows and shrinks evenly. */
static unsigned
next_node (uint32_t *turn, uint32_t nodes)
{
  unsigned node = nodes >> *turn & 1 ? *turn : pwk_next_node_in (*turn, nodes);

  *turn = pwk_next_node_in (node, nodes);
  return node;
}

/* Follows mm/hugetlb.c:remove_pool_hugetlb_folio(). A free page goes back to the page allocator.
 * Surplus ones are of nodes that have some. False: there is none. */
static bool
remove_free (PwkMachine *machine, PwkHstateIndex h, uint32_t nodes, bool surplus)
{
  PwkHstate *hstate = hstate_edit (machine, h);

  for (int i = __builtin_popcount (nodes); i > 0; i--)
    {
      unsigned node = next_node (&hstate->next_nid_to_free, nodes);

      if ((surplus && !hstate->surplus_huge_pages_node[node]) || !hstate->free_huge_pages_node[node])
        continue;
      release (machine, h, take_free (machine, h, node), surplus);
      return true;
    }
  return false;
}

/* Follows mm/hugetlb.c:adjust_pool_surplus(). A page of some node becomes surplus, or ceases to be:
 * only the count changes, no page moves. */
static bool
adjust_surplus (PwkMachine *machine, PwkHstateIndex h, uint32_t nodes, bool more)
{
  PwkHstate *hstate = hstate_edit (machine, h);

  for (int i = __builtin_popcount (nodes); i > 0; i--)
    {
      unsigned node = next_node (more ? &hstate->next_nid_to_free : &hstate->next_nid_to_alloc, nodes);
      uint32_t *surplus = &hstate->surplus_huge_pages_node[node];

      if (more ? *surplus >= hstate->nr_huge_pages_node[node] : *surplus == 0)
        continue;
      hstate->surplus_huge_pages += more ? 1 : -1;
      *surplus += more ? 1 : -1;
      pwk_emit_adjust_pool_surplus (machine, hstate->order, node, hstate->surplus_huge_pages);
      return true;
    }
  return false;
}

/* --- surplus pages and promises --- */

/* Pages beyond nr_hugepages may be made for a promise or a fault, as far as
 * vm.nr_overcommit_hugepages says; gigantic ones never. */
PwkPfn
pwk_hugetlb_alloc_surplus (PwkMachine *machine, PwkHstateIndex h, PwkIndex policy, uint64_t ilx)
{
  const PwkHstate *hstate = pwk_hstate (machine, h);
  uint32_t gfp = alloc_mask (hstate) | PWK_GFP_COMP | PWK_GFP_NOWARN | PWK_GFP_RETRY_MAYFAIL;

  pwk_assert_door (h < PWK_N_HSTATES);
  if (pwk_hstate_is_gigantic (hstate) || hstate->surplus_huge_pages >= hstate->nr_overcommit_huge_pages)
    return PWK_NO_PFN;
  return adopt (machine, h, pwk_alloc_pages_mpol (machine, gfp, hstate->order, policy, ilx), true);
}

/* The pages of a list linked by lru.next go: their node has surplus pages, of which they are. */
static void
free_surplus (PwkMachine *machine, PwkHstateIndex h, uint32_t list)
{
  while (list != PWK_PFN_NIL)
    {
      PwkPfn pfn = list;

      list = pwk_page (machine, pfn)->lru_next;
      release (machine, h, pfn, true);
    }
}

/* Follows mm/hugetlb.c:gather_surplus_pages(). So many surplus pages as are missing to promise
 * @delta more, all of them or none. 0 or -ENOMEM. */
static int
gather_surplus (PwkMachine *machine, PwkHstateIndex h, uint64_t delta)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  int64_t needed = (int64_t) (hstate->resv_huge_pages + delta - hstate->free_huge_pages);
  uint32_t list = PWK_PFN_NIL;

  for (; needed > 0; needed--)
    {
      PwkPfn pfn = pwk_hugetlb_alloc_surplus (machine, h, 0, PWK_NO_INTERLEAVE_INDEX);

      if (pfn == PWK_NO_PFN)
        {
          free_surplus (machine, h, list);
          return pwk_refuse (machine, ENOMEM, PWK_WHY_HUGETLB_EMPTY);
        }
      pwk_page_edit (machine, pfn)->lru_next = list;
      list = (uint32_t) pfn;
    }
  hstate->resv_huge_pages += delta;
  enqueue_list (machine, h, list);
  return 0;
}

/* Follows mm/hugetlb.c:return_unused_surplus_pages(). What nobody is promised any more, and was
 * made beyond the pool's size, goes. */
static void
return_surplus (PwkMachine *machine, PwkHstateIndex h, uint64_t unused)
{
  PwkHstate *hstate = hstate_edit (machine, h);
  uint64_t n = MIN (unused, hstate->surplus_huge_pages);

  pwk_assert (hstate->resv_huge_pages >= unused);
  hstate->resv_huge_pages -= unused;
  while (n-- && remove_free (machine, h, pwk_nodes_with_memory (machine), true))
    ;
}

/* Follows mm/hugetlb.c:allowed_mems_nr(). Free pages that the caller may use at all: of its cpuset's
 * nodes, and of those that its policy binds it to. What others have been promised of them is not
 * taken off, so that a promise may still be broken by SIGBUS; but none is given that could not be
 * kept. */
static uint64_t
allowed_mems_nr (const PwkMachine *machine, PwkHstateIndex h)
{
  PwkIndex policy = pwk_task_policy (machine);
  uint32_t nodes = pwk_current_mems (machine);
  uint64_t n = 0;

  if (policy && pwk_mempolicy (machine, policy)->mode == PWK_MPOL_BIND && (pwk_mempolicy (machine, policy)->nodes & nodes))
    nodes &= pwk_mempolicy (machine, policy)->nodes;
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (nodes >> node & 1)
      n += pwk_hstate (machine, h)->free_huge_pages_node[node];
  return n;
}

/* The one place where promises change by calls; pages that come and go by them stand below its
 * event. */
int
pwk_hugetlb_acct_memory (PwkMachine *machine, PwkHstateIndex h, int64_t delta)
{
  const PwkHstate *hstate = pwk_hstate (machine, h);
  uint64_t outer;
  int error = 0;

  pwk_assert_door (h < PWK_N_HSTATES);
  if (delta == 0)
    return 0;
  if (delta > 0)
    {
      outer = pwk_event_open (machine, pwk_emit_hugetlb_acct_memory (machine, hstate->order, (uint64_t) delta, hstate->resv_huge_pages));
      error = gather_surplus (machine, h, (uint64_t) delta);
      if (!error && (uint64_t) delta > allowed_mems_nr (machine, h))
        {
          return_surplus (machine, h, (uint64_t) delta);
          error = pwk_refuse (machine, ENOMEM, PWK_WHY_HUGETLB_EMPTY);
        }
    }
  else
    {
      outer = pwk_event_open (machine, pwk_emit_return_unused_surplus_pages (machine, hstate->order, (uint64_t) -delta, hstate->resv_huge_pages));
      return_surplus (machine, h, (uint64_t) -delta);
    }
  pwk_event_close (machine, outer);
  return error;
}

/* --- nr_hugepages --- */

/* Follows mm/hugetlb.c:alloc_pool_huge_folio(). One page more, from the next node in turn that has
 * it. A node that could not give one is not tried hard again: each try would compact its memory
 * once more. */
static PwkPfn
alloc_pool (PwkMachine *machine, PwkHstateIndex h, uint32_t nodes, uint32_t *noretry)
{
  PwkHstate *hstate = hstate_edit (machine, h);

  for (int i = __builtin_popcount (nodes); i > 0; i--)
    {
      unsigned node = next_node (&hstate->next_nid_to_alloc, nodes);
      uint32_t gfp = alloc_mask (hstate) | PWK_GFP_THISNODE | PWK_GFP_COMP | PWK_GFP_NOWARN;
      PwkPfn pfn;

      if (pwk_hstate_is_gigantic (hstate))
        pfn = alloc_contig (machine, hstate->order, node);
      else
        pfn = pwk_alloc_pages (machine, *noretry >> node & 1 ? gfp : gfp | PWK_GFP_RETRY_MAYFAIL, hstate->order, (int) node, -1);
      if (pfn != PWK_NO_PFN)
        return adopt (machine, h, pfn, false);
      *noretry |= 1u << node;
    }
  return PWK_NO_PFN;
}

/* As many pages more as are missing to @count. They become free together, so that the first is
 * taken first. It ends when no node has any. */
static void
grow (PwkMachine *machine, PwkHstateIndex h, uint64_t count, uint32_t nodes)
{
  uint32_t list = PWK_PFN_NIL, noretry = 0;
  PwkPfn pfn;

  while (count > pwk_persistent_huge_pages (pwk_hstate (machine, h)) && (pfn = alloc_pool (machine, h, nodes, &noretry)) != PWK_NO_PFN)
    {
      pwk_page_edit (machine, pfn)->lru_next = list;
      list = (uint32_t) pfn;
    }
  enqueue_list (machine, h, list);
}

/* Free pages that are promised to nobody go; as for the rest, pages become surplus, to go when they
 * are free: who maps huge pages does not lose them. */
static void
shrink (PwkMachine *machine, PwkHstateIndex h, uint64_t count, uint32_t nodes)
{
  const PwkHstate *hstate = pwk_hstate (machine, h);
  uint64_t least = MAX (count, hstate->resv_huge_pages + hstate->nr_huge_pages - hstate->free_huge_pages);

  while (least < pwk_persistent_huge_pages (hstate) && remove_free (machine, h, nodes, false))
    ;
  while (count < pwk_persistent_huge_pages (hstate) && adjust_surplus (machine, h, nodes, true))
    ;
}

/* Follows mm/hugetlb.c:set_max_huge_pages(): a write to nr_hugepages. @count is of the whole pool;
 * or with @node of that node, and the others keep what they have. Surplus pages are made ordinary
 * ones before any are allocated. It may end at another number than asked for: fewer pages if no
 * more could be had, more if those in use cannot go; /proc/sys/vm/nr_hugepages then shows what
 * there is. */
void
pwk_set_max_huge_pages (PwkMachine *machine, PwkHstateIndex h, uint64_t count, int node)
{
  const PwkHstate *hstate = pwk_hstate (machine, h);
  uint32_t nodes = pwk_nodes_with_memory (machine);

  pwk_assert_door (node == PWK_NUMA_NO_NODE || (node >= 0 && (unsigned) node < machine->st->n_nodes));
  if (node != PWK_NUMA_NO_NODE)
    {
      uint64_t elsewhere = pwk_persistent_huge_pages (hstate) - (hstate->nr_huge_pages_node[node] - hstate->surplus_huge_pages_node[node]);

      count = count + elsewhere < count ? UINT64_MAX : count + elsewhere;
      nodes = 1u << node;
    }
  while (hstate->surplus_huge_pages && count > pwk_persistent_huge_pages (hstate) && adjust_surplus (machine, h, nodes, false))
    ;
  grow (machine, h, count, nodes);
  shrink (machine, h, count, nodes);
}
