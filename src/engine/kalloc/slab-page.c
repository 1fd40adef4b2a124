/* slab-page.c - slabs: taken from the page allocator, threaded, given back; and the nodes' lists of them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c:allocate_slab(), discard_slab(), add_partial(), remove_partial(). The life of a
 * slab:
 *
 *      pwk_slab_new ──▶ a cpu's, or with checks on a node's list ──▶ … (slub.c) ──▶ inuse 0, on no list ──▶ pwk_slab_discard
 *
 * Its index is free for another slab after that; its number in the cache is not. */
#include "engine/kalloc/slab-page.h"

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slub-debug.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"

/* GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK: of the caller's flags these alone count for the slab's
 * pages. */
#define SLAB_GFP (PWK_GFP_RECLAIM | PWK_GFP_HIGH | PWK_GFP_IO | PWK_GFP_FS | PWK_GFP_NOWARN | PWK_GFP_RETRY_MAYFAIL | PWK_GFP_NOFAIL \
                  | PWK_GFP_NORETRY | PWK_GFP_MEMALLOC | PWK_GFP_NOMEMALLOC | PWK_GFP_HARDWALL | PWK_GFP_THISNODE)

/* --- pages --- */

/* First of the order that the cache would like, without trying hard (no reclaim, no reserves, no
 * warning): a smaller slab is cheaper than making room for a large one. Then of the least that
 * holds an object, as the caller allows. *@order: which. */
static PwkPfn
take_pages (PwkMachine *machine, const PwkKmemCache *s, uint32_t gfp, int node, unsigned *order)
{
  uint32_t easy = (gfp | PWK_GFP_NOWARN | PWK_GFP_NORETRY) & ~PWK_GFP_NOFAIL;
  PwkPfn pfn;

  if ((easy & PWK_GFP_DIRECT_RECLAIM) && s->order > s->min_order)
    easy = (easy | PWK_GFP_NOMEMALLOC) & ~PWK_GFP_RECLAIM;
  *order = s->order;
  pfn = pwk_alloc_pages (machine, easy, *order, node, -1);
  if (pfn != PWK_NO_PFN)
    return pfn;
  *order = s->min_order;
  return pwk_alloc_pages (machine, gfp, *order, node, -1);
}

/* account_slab (), unaccount_slab (): in pages, whichever of the two counters of /proc/meminfo it
 * is. */
static void
count_pages (PwkMachine *machine, const PwkKmemCache *s, PwkPfn pfn, int64_t pages)
{
  pwk_mod_node_stat (machine, pfn, s->flags & PWK_SLAB_RECLAIM_ACCOUNT ? PWK_NR_SLAB_RECLAIMABLE : PWK_NR_SLAB_UNRECLAIMABLE, pages);
}

/* Each frame of the block says whose it is, so that any address finds its slab in one step. The
 * flag is the folio's in the kernel. */
static void
mark_pages (PwkMachine *machine, PwkPfn pfn, unsigned order, PwkIndex slab)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  uint64_t n = pwk_order_pages (order);

  pwk_arena_touch (&machine->arena, PWK_REGION_MEMMAP, page, sizeof *page * n);
  for (uint64_t i = 0; i < n; i++)
    {
      page[i].type = PWK_PAGE_SLAB;
      page[i].private_ = slab & 0xfffffff;
    }
}

/* --- the cache's own list of all its slabs --- */

/* Always at the end: the list is in the order of numbers. */
static void
join_cache (PwkMachine *machine, PwkKmemCache *s, PwkIndex slab)
{
  PwkSlab *record = pwk_slab_edit (machine, slab);
  PwkKmemCacheNode *n = &s->node[record->node];

  record->number = s->next_number++;
  record->cache_prev = s->last_slab;
  if (s->last_slab)
    pwk_slab_edit (machine, s->last_slab)->cache_next = slab;
  else
    s->first_slab = slab;
  s->last_slab = slab;
  n->nr_slabs++;
  n->total_objects += record->objects;
}

static void
leave_cache (PwkMachine *machine, PwkKmemCache *s, PwkIndex slab)
{
  const PwkSlab *record = pwk_slab (machine, slab);
  PwkKmemCacheNode *n = &s->node[record->node];

  if (record->cache_prev)
    pwk_slab_edit (machine, record->cache_prev)->cache_next = record->cache_next;
  else
    s->first_slab = record->cache_next;
  if (record->cache_next)
    pwk_slab_edit (machine, record->cache_next)->cache_prev = record->cache_prev;
  else
    s->last_slab = record->cache_prev;
  n->nr_slabs--;
  n->total_objects -= record->objects;
}

/* --- a new one --- */

/* cache_random_seq_create (): the cache's own shuffling of so many objects, the same each time. */
static void
shuffle (const PwkKmemCache *s, uint16_t order[PWK_SLAB_MAX_OBJECTS])
{
  uint64_t x = s->freelist_seed;

  for (unsigned i = 0; i < s->objects; i++)
    order[i] = (uint16_t) i;
  for (unsigned i = s->objects - 1; i > 0; i--)
    {
      unsigned other;
      uint16_t swap = order[i];

      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      other = (unsigned) ((x >> 32) % (i + 1));
      order[i] = order[other];
      order[other] = swap;
    }
}

/* Follows mm/slub.c:shuffle_freelist(): the cache's order from a place of chance on, so that who
 * overflows one object does not know whose the next is. A slab of fewer objects leaves out what it
 * has not. */
static void
thread_shuffled (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  uint16_t order[PWK_SLAB_MAX_OBJECTS];
  unsigned pos = (unsigned) (pwk_random (machine) % s->objects);
  PwkVaddr last = 0;

  shuffle (s, order);
  for (unsigned n = 0; n < s->objects; n++)
    {
      unsigned i = order[(pos + n) % s->objects];
      PwkVaddr object = i < slab->objects ? pwk_slab_object (machine, s, slab, i) : 0;

      if (!object)
        continue;
      pwk_slab_setup_object (machine, s, slab, object);
      if (last)
        pwk_slab_set_next_free (machine, s, slab, last, object);
      else
        slab->freelist = object;
      last = object;
    }
  pwk_slab_set_next_free (machine, s, slab, last, 0);
}

/* Objects in the order of their addresses, each one's free pointer to the next. All of them are free
 * by that, and `used` is empty as the record was new. */
static void
thread_objects (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab)
{
  PwkVaddr object = pwk_slab_object (machine, s, slab, 0);

  if (G_UNLIKELY (s->freelist_seed && slab->objects > 1 && slab->objects <= s->objects && s->objects <= PWK_SLAB_MAX_OBJECTS))
    {
      thread_shuffled (machine, s, slab);
      return;
    }
  slab->freelist = object;
  for (unsigned i = 1; i <= slab->objects; i++)
    {
      PwkVaddr next = i < slab->objects ? object + s->size : 0;

      pwk_slab_setup_object (machine, s, slab, object);
      pwk_slab_set_next_free (machine, s, slab, object, next);
      object = next;
    }
}

PwkIndex
pwk_slab_take (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_SLAB);
  PwkSlab *slab;
  unsigned order;
  PwkPfn pfn;

  pwk_assert_door (s->refcount != 0 && s->size > 0);
  if (!index)
    return 0;
  pfn = take_pages (machine, s, (gfp & SLAB_GFP) | s->allocflags, node, &order);
  if (pfn == PWK_NO_PFN)
    {
      pwk_pool_free (machine, PWK_POOL_SLAB, index);
      return 0;
    }
  slab = pwk_slab_edit (machine, index);
  slab->cache = cache;
  slab->pfn = (uint32_t) pfn;
  slab->order = (uint8_t) order;
  slab->node = pwk_page_zone (machine, pfn)->node;
  slab->objects = (uint16_t) MIN ((PWK_PAGE_SIZE << order) / s->size, PWK_SLAB_MAX_OBJECTS);
  mark_pages (machine, pfn, order, index);
  count_pages (machine, s, pfn, (int64_t) pwk_order_pages (order));
  join_cache (machine, s, index);
  return index;
}

/* Follows mm/slub.c:allocate_slab(): the order that the cache would like without trying hard, and the least that holds an object if that fails. */
PwkIndex
pwk_slab_new (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node)
{
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);
  uint64_t outer = pwk_event_open (machine, pwk_emit_allocate_slab (machine, s->name, s->order, s->min_order));
  PwkIndex index = pwk_slab_take (machine, cache, gfp, node);
  PwkSlab *slab;

  pwk_event_close (machine, outer);
  if (!index)
    return 0;
  slab = pwk_slab_edit (machine, index);
  pwk_slab_setup_slab (machine, s, slab);
  thread_objects (machine, s, slab);
  pwk_emit_new_slab (machine, slab->pfn, slab->order, slab->objects, s->name, slab->number, slab->node);
  return index;
}

/* discard_slab (): the frames go back as the one block that they are. With checks all objects are
 * looked at a last time. The slab must be on no list. */
void
pwk_slab_discard (PwkMachine *machine, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, slab->cache);
  PwkPfn pfn = slab->pfn;
  unsigned order = slab->order;
  uint64_t outer;

  pwk_assert (slab->on == PWK_SLAB_ON_NONE);
  pwk_assert_door (slab->inuse == 0);
  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_SLAB, index));
  pwk_slab_check_free (machine, s, slab);
  outer = pwk_event_open (machine, pwk_emit_discard_slab (machine, pfn, order, s->name, slab->number));
  leave_cache (machine, s, index);
  count_pages (machine, s, pfn, -(int64_t) pwk_order_pages (order));
  pwk_pool_free (machine, PWK_POOL_SLAB, index);
  pwk_free_pages (machine, pfn, order);
  pwk_event_close (machine, outer);
}

/* --- the nodes' lists. Added at the tail what is to be used last, since it is likely to get more free
 * objects meanwhile; at the head what is to be filled up next. --- */

/* list_add () and list_add_tail (). */
void
pwk_slab_list_add (PwkMachine *machine, PwkIndex *head, PwkIndex *end, PwkIndex index, bool tail)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkIndex beside = tail ? *end : *head;

  pwk_assert_debug (beside != index);
  slab->next = tail ? 0 : beside;
  slab->prev = tail ? beside : 0;
  if (!beside)
    *head = *end = index;
  else if (tail)
    {
      pwk_slab_edit (machine, beside)->next = index;
      *end = index;
    }
  else
    {
      pwk_slab_edit (machine, beside)->prev = index;
      *head = index;
    }
}

static PwkKmemCacheNode *
node_of (PwkMachine *machine, const PwkSlab *slab)
{
  return &pwk_kmem_cache_edit (machine, slab->cache)->node[slab->node];
}

void
pwk_slab_add_partial (PwkMachine *machine, PwkIndex index, bool tail)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *n = node_of (machine, slab);

  pwk_assert (slab->on == PWK_SLAB_ON_NONE);
  pwk_slab_list_add (machine, &n->partial_head, &n->partial_tail, index, tail);
  slab->on = PWK_SLAB_ON_PARTIAL;
  n->nr_partial++;
}

/* add_full (): nobody needs it, except who wants to list all objects' owners. */
void
pwk_slab_add_full (PwkMachine *machine, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *n = node_of (machine, slab);

  if (!(pwk_kmem_cache (machine, slab->cache)->flags & PWK_SLAB_STORE_USER))
    return;
  pwk_assert (slab->on == PWK_SLAB_ON_NONE);
  pwk_slab_list_add (machine, &n->full_head, &n->full_tail, index, false);
  slab->on = PWK_SLAB_ON_FULL;
}

/* list_del (). */
void
pwk_slab_list_del (PwkMachine *machine, PwkIndex *head, PwkIndex *end, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);

  if (slab->prev)
    pwk_slab_edit (machine, slab->prev)->next = slab->next;
  else
    *head = slab->next;
  if (slab->next)
    pwk_slab_edit (machine, slab->next)->prev = slab->prev;
  else
    *end = slab->prev;
  slab->prev = slab->next = 0;
}

void
pwk_slab_unlist (PwkMachine *machine, PwkIndex index)
{
  PwkSlab *slab = pwk_slab_edit (machine, index);
  PwkKmemCacheNode *n = node_of (machine, slab);

  switch ((PwkSlabList) slab->on)
    {
    case PWK_SLAB_ON_PARTIAL:
      pwk_assert (n->nr_partial > 0);
      n->nr_partial--;
      pwk_slab_list_del (machine, &n->partial_head, &n->partial_tail, index);
      break;
    case PWK_SLAB_ON_FULL:
      pwk_slab_list_del (machine, &n->full_head, &n->full_tail, index);
      break;
    case PWK_SLAB_ON_FREE:
      pwk_slab_list_del (machine, &n->free_head, &n->free_tail, index);
      break;
    case PWK_SLAB_ON_NONE:
    case PWK_SLAB_ON_SLOB:
    default:
      break;
    }
  slab->on = PWK_SLAB_ON_NONE;
}

/* --- whose a frame is: virt_to_slab (). 0: no slab's --- */

PwkIndex
pwk_slab_of_pfn (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page;

  if (pfn >= machine->st->max_pfn || !pwk_section_is_open (machine, pfn))
    return 0;
  page = pwk_page (machine, pfn);
  return page->type == PWK_PAGE_SLAB ? (PwkIndex) page->private_ : 0;
}

PwkIndex
pwk_slab_of_addr (const PwkMachine *machine, PwkVaddr addr)
{
  PwkPfn pfn = pwk_virt_to_pfn (machine, addr);

  return pfn == PWK_NO_PFN ? 0 : pwk_slab_of_pfn (machine, pfn);
}
