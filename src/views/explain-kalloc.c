/* explain-kalloc.c - sentences: slab caches, kmalloc, kernel addresses, memory for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/explain-private.h"

/* The name of the cache that argument @i is. */
#define CACHE(i) pwk_say_string (machine, event->arg[i])

static char *
explain_caches (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SLAB_CREATE:
      SENTENCE (_("The cache %s is made: objects of %llu bytes take %llu bytes each, and a slab of "
                  "order %llu holds %llu of them."),
                CACHE (0), ARG (SLAB_CREATE, object_size), ARG (SLAB_CREATE, size),
                ARG (SLAB_CREATE, order), ARG (SLAB_CREATE, objects));
    case PWK_EV_SLAB_MERGE:
      SENTENCE (_("%s needs no cache of its own: objects of %llu bytes fit those of %s, which has "
                  "%llu names now."),
                CACHE (0), ARG (SLAB_MERGE, object_size), CACHE (2), ARG (SLAB_MERGE, refcount));
    case PWK_EV_SLAB_DESTROY:
      SENTENCE (_("The cache %s is destroyed: every CPU gives its slabs up, and the page allocator "
                  "gets all of them back."),
                CACHE (0));
    case PWK_EV_SLAB_SHRINK:
      SENTENCE (_("The cache %s shrinks: CPUs give their slabs up, empty ones go back, and the "
                  "fullest come first from now on."),
                CACHE (0));
    case PWK_EV_SLAB_BUG:
      SENTENCE (_("The slab of %s at pfn %llu is not as it should be: the kernel log gets a "
                  "report."),
                CACHE (0), ARG (SLAB_BUG, pfn));
    default:
      return NULL;
    }
}

static char *
explain_objects (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *gfp = NULL;

  switch (event->kind)
    {
    case PWK_EV_KMEM_CACHE_ALLOC:
      gfp = pwk_say_gfp (pwk_arg (event, KMEM_CACHE_ALLOC, gfp));
      if (pwk_arg (event, KMEM_CACHE_ALLOC, object) == 0)
        SENTENCE (_("The cache %s has no object to give for %s, and there is no memory for another "
                    "slab: NULL."),
                  CACHE (1), gfp);
      if (machine->config->slab_allocator == PWK_SLOB)
        SENTENCE (_("%s has its object at 0x%llx out of memory that all sizes share (%s)."),
                  CACHE (1), ARG (KMEM_CACHE_ALLOC, object), gfp);
      if (machine->config->slab_allocator == PWK_SLAB)
        SENTENCE (_("The cache %s gives the object at 0x%llx for %s: the last of the CPU's array."),
                  CACHE (1), ARG (KMEM_CACHE_ALLOC, object), gfp);
      if (pwk_arg (event, KMEM_CACHE_ALLOC, slow) != 0)
        SENTENCE (_("The cache %s gives the object at 0x%llx for %s; the CPU's own list was empty, "
                    "so this took the slow path."),
                  CACHE (1), ARG (KMEM_CACHE_ALLOC, object), gfp);
      SENTENCE (_("The cache %s gives the object at 0x%llx for %s: the first of the CPU's own "
                  "list, the fast path."),
                CACHE (1), ARG (KMEM_CACHE_ALLOC, object), gfp);
    case PWK_EV_KMEM_CACHE_FREE:
      SENTENCE (_("The object at 0x%llx goes back to the cache %s."), ARG (KMEM_CACHE_FREE, object),
                CACHE (1));
    case PWK_EV_KMEM_CACHE_ALLOC_BULK:
      SENTENCE (_("The cache %s is asked for %llu objects at once: all of them, or none."),
                CACHE (0), ARG (KMEM_CACHE_ALLOC_BULK, objects));
    case PWK_EV_KMEM_CACHE_FREE_BULK:
      SENTENCE (_("%llu objects go back to the cache %s at once, slab by slab."),
                ARG (KMEM_CACHE_FREE_BULK, objects), CACHE (0));
    case PWK_EV_KMALLOC:
      gfp = pwk_say_gfp (pwk_arg (event, KMALLOC, gfp));
      if (pwk_arg (event, KMALLOC, object) == 0)
        SENTENCE (_("kmalloc () has nothing to give for %llu bytes with %s: NULL."),
                  ARG (KMALLOC, bytes_req), gfp);
      if (pwk_arg (event, KMALLOC, cache) == 0)
        SENTENCE (_("kmalloc () gives 0x%llx: %llu bytes are too many for a cache, so %llu bytes "
                    "of whole pages come from the page allocator (%s)."),
                  ARG (KMALLOC, object), ARG (KMALLOC, bytes_req), ARG (KMALLOC, bytes_alloc), gfp);
      SENTENCE (_("kmalloc () gives 0x%llx for %llu bytes: an object of %s, %llu bytes (%s)."),
                ARG (KMALLOC, object), ARG (KMALLOC, bytes_req), CACHE (4),
                ARG (KMALLOC, bytes_alloc), gfp);
    case PWK_EV_KFREE:
      if (pwk_arg (event, KFREE, cache) == 0)
        SENTENCE (_("kfree () gives the pages at 0x%llx back to the page allocator."),
                  ARG (KFREE, object));
      SENTENCE (_("kfree () gives the object at 0x%llx back: its page says that it is of the cache "
                  "%s."),
                ARG (KFREE, object), CACHE (1));
    case PWK_EV_KREALLOC:
      if (pwk_arg (event, KREALLOC, bytes_req) <= pwk_arg (event, KREALLOC, bytes_had))
        SENTENCE (_("krealloc () leaves the memory at 0x%llx where it is: it has room for %llu "
                    "bytes, and %llu are asked for."),
                  ARG (KREALLOC, object), ARG (KREALLOC, bytes_had), ARG (KREALLOC, bytes_req));
      SENTENCE (_("krealloc () moves the memory at 0x%llx: it has room for %llu bytes, and %llu "
                  "are asked for."),
                ARG (KREALLOC, object), ARG (KREALLOC, bytes_had), ARG (KREALLOC, bytes_req));
    default:
      return NULL;
    }
}

static char *
explain_slabs (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SLAB_ALLOC_SLOW:
      SENTENCE (_("CPU %llu has no object of %s on its list: it looks for a slab that has one."),
                ARG (SLAB_ALLOC_SLOW, cpu), CACHE (0));
    case PWK_EV_SLAB_GET_FREELIST:
      SENTENCE (_("CPU %llu's slab of %s at pfn %llu has objects that others freed: the whole list "
                  "becomes the CPU's."),
                ARG (SLAB_GET_FREELIST, cpu), CACHE (2), ARG (SLAB_GET_FREELIST, pfn));
    case PWK_EV_SLAB_CPU_PARTIAL:
      SENTENCE (_("CPU %llu takes the first slab of its partial list for %s, at pfn %llu; %llu are "
                  "left there."),
                ARG (SLAB_CPU_PARTIAL, cpu), CACHE (3), ARG (SLAB_CPU_PARTIAL, pfn),
                ARG (SLAB_CPU_PARTIAL, left));
    case PWK_EV_SLAB_GET_PARTIAL:
      SENTENCE (_("The slab at pfn %llu comes from the partial list of node %llu for %s; some of "
                  "the %llu behind it go to the CPU's own list."),
                ARG (SLAB_GET_PARTIAL, pfn), ARG (SLAB_GET_PARTIAL, node), CACHE (3),
                ARG (SLAB_GET_PARTIAL, left));
    case PWK_EV_SLAB_ALLOCATE:
      SENTENCE (_("No slab of %s has a free object: one of order %llu is asked for, or of order "
                  "%llu if that cannot be had easily."),
                CACHE (0), ARG (SLAB_ALLOCATE, order), ARG (SLAB_ALLOCATE, min_order));
    case PWK_EV_SLAB_NEW:
      SENTENCE (_("A new slab of %s (number %llu, node %llu) lies at pfn %llu: %llu pages become "
                  "%llu objects, each with a pointer to the next."),
                CACHE (3), ARG (SLAB_NEW, number), ARG (SLAB_NEW, node), ARG (SLAB_NEW, pfn),
                PWK_N (pwk_order_pages ((unsigned) MIN (pwk_arg (event, SLAB_NEW, order), 30))),
                ARG (SLAB_NEW, objects));
    case PWK_EV_SLAB_FREE_SLOW:
      if (pwk_arg (event, SLAB_FREE_SLOW, frozen) != 0)
        SENTENCE (_("The slab of %s at pfn %llu is another CPU's: the object goes onto the slab's "
                    "own list, for that CPU to find."),
                  CACHE (4), ARG (SLAB_FREE_SLOW, pfn));
      SENTENCE (_("The slab of %s at pfn %llu is no CPU's: the object goes onto its own list, and "
                  "%llu of %llu objects are in use."),
                CACHE (4), ARG (SLAB_FREE_SLOW, pfn), ARG (SLAB_FREE_SLOW, inuse),
                ARG (SLAB_FREE_SLOW, objects));
    case PWK_EV_SLAB_PUT_CPU_PARTIAL:
      SENTENCE (_("The slab of %s at pfn %llu goes onto the partial list of CPU %llu, which holds "
                  "%llu slabs now; %llu make it full."),
                CACHE (4), ARG (SLAB_PUT_CPU_PARTIAL, pfn), ARG (SLAB_PUT_CPU_PARTIAL, cpu),
                ARG (SLAB_PUT_CPU_PARTIAL, slabs), ARG (SLAB_PUT_CPU_PARTIAL, limit));
    case PWK_EV_SLAB_PUT_PARTIAL:
      if (pwk_arg (event, SLAB_PUT_PARTIAL, tail) != 0)
        SENTENCE (_("The slab of %s at pfn %llu goes to the tail of the partial list of node %llu, "
                    "which holds %llu slabs now."),
                  CACHE (4), ARG (SLAB_PUT_PARTIAL, pfn), ARG (SLAB_PUT_PARTIAL, node),
                  ARG (SLAB_PUT_PARTIAL, slabs));
      SENTENCE (_("The slab of %s at pfn %llu goes to the head of the partial list of node %llu, "
                  "which holds %llu slabs now."),
                CACHE (4), ARG (SLAB_PUT_PARTIAL, pfn), ARG (SLAB_PUT_PARTIAL, node),
                ARG (SLAB_PUT_PARTIAL, slabs));
    case PWK_EV_SLAB_DEACTIVATE:
      SENTENCE (_("CPU %llu gives its slab of %s at pfn %llu up: its list goes in front of the "
                  "slab's own, and %llu of %llu objects are in use."),
                ARG (SLAB_DEACTIVATE, cpu), CACHE (4), ARG (SLAB_DEACTIVATE, pfn),
                ARG (SLAB_DEACTIVATE, inuse), ARG (SLAB_DEACTIVATE, objects));
    case PWK_EV_SLAB_DISCARD:
      SENTENCE (_("Slab %llu of %s, at pfn %llu, is empty and not needed: its pages (order %llu) "
                  "go back to the page allocator."),
                ARG (SLAB_DISCARD, number), CACHE (2), ARG (SLAB_DISCARD, pfn),
                ARG (SLAB_DISCARD, order));
    default:
      return NULL;
    }
}

static char *
explain_past (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_SLAB_REFILL:
      SENTENCE (_("CPU %llu has no object of %s in its array: it fetches up to %llu at once."),
                ARG (SLAB_REFILL, cpu), CACHE (0), ARG (SLAB_REFILL, batch));
    case PWK_EV_SLAB_SHARED:
      SENTENCE (_("The node's shared array gives %llu objects of %s to CPU %llu."),
                ARG (SLAB_SHARED, objects), CACHE (0), ARG (SLAB_SHARED, cpu));
    case PWK_EV_SLAB_BLOCK:
      SENTENCE (_("The slab of %s at pfn %llu gives %llu objects to the array; %llu of it count as "
                  "in use now."),
                CACHE (3), ARG (SLAB_BLOCK, pfn), ARG (SLAB_BLOCK, objects),
                ARG (SLAB_BLOCK, active));
    case PWK_EV_SLAB_GROW:
      SENTENCE (_("A new slab of %s (number %llu) lies at pfn %llu: %llu objects, the first of "
                  "them %llu bytes from the start, its colour."),
                CACHE (4), ARG (SLAB_GROW, number), ARG (SLAB_GROW, pfn), ARG (SLAB_GROW, objects),
                ARG (SLAB_GROW, colour));
    case PWK_EV_SLAB_FLUSH:
      if (pwk_arg (event, SLAB_FLUSH, shared) != 0)
        SENTENCE (_("The array of CPU %llu for %s is full: its %llu oldest objects go to the "
                    "node's shared array."),
                  ARG (SLAB_FLUSH, cpu), CACHE (0), ARG (SLAB_FLUSH, objects));
      SENTENCE (_("The array of CPU %llu for %s is full: its %llu oldest objects go back to their "
                  "slabs."),
                ARG (SLAB_FLUSH, cpu), CACHE (0), ARG (SLAB_FLUSH, objects));
    case PWK_EV_SLAB_FREE_BLOCK:
      SENTENCE (_("An object goes back to the slab of %s at pfn %llu; %llu of it count as in use."),
                CACHE (3), ARG (SLAB_FREE_BLOCK, pfn), ARG (SLAB_FREE_BLOCK, active));
    case PWK_EV_SLOB_ALLOC:
      SENTENCE (_("SLOB cuts %llu bytes out of the page at pfn %llu, the first with a piece large "
                  "enough (pages looked at: %llu); %llu bytes of it stay free."),
                ARG (SLOB_ALLOC, bytes), ARG (SLOB_ALLOC, pfn), ARG (SLOB_ALLOC, pages),
                ARG (SLOB_ALLOC, left));
    case PWK_EV_SLOB_PAGE:
      SENTENCE (_("No page of its list has room: SLOB takes a new one at pfn %llu, one free piece "
                  "as a whole."),
                ARG (SLOB_PAGE, pfn));
    case PWK_EV_SLOB_FREE:
      SENTENCE (_("SLOB puts %llu bytes back into the page at pfn %llu and joins them with free "
                  "neighbours; %llu bytes of it are free."),
                ARG (SLOB_FREE, bytes), ARG (SLOB_FREE, pfn), ARG (SLOB_FREE, left));
    default:
      return NULL;
    }
}

static char *
explain_addresses (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *gfp = NULL;

  switch (event->kind)
    {
    case PWK_EV_VMALLOC_ENTER:
      SENTENCE (_("vmalloc () is asked for %llu bytes: addresses side by side, and pages from "
                  "wherever there are some."),
                ARG (VMALLOC_ENTER, bytes));
    case PWK_EV_VMALLOC:
      if (pwk_arg (event, VMALLOC, addr) == 0)
        SENTENCE (_("vmalloc () has nothing to give for %llu bytes: NULL."), ARG (VMALLOC, bytes));
      SENTENCE (_("vmalloc () gives 0x%llx for %llu bytes: %llu pages, and a guard page behind "
                  "them at which nothing lies."),
                ARG (VMALLOC, addr), ARG (VMALLOC, bytes), ARG (VMALLOC, pages));
    case PWK_EV_VMAP_ALLOC:
      if (pwk_arg (event, VMAP_ALLOC, pooled) != 0)
        SENTENCE (_("The kernel addresses 0x%llx – 0x%llx are used again: they waited in this "
                    "CPU's pool for exactly that size."),
                  ARG (VMAP_ALLOC, start), ARG (VMAP_ALLOC, end));
      SENTENCE (_("The kernel addresses 0x%llx – 0x%llx are taken from the tree of free ones: the "
                  "lowest that fit."),
                ARG (VMAP_ALLOC, start), ARG (VMAP_ALLOC, end));
    case PWK_EV_VMAP_FREE:
      SENTENCE (_("The kernel addresses 0x%llx – 0x%llx are free, but not to be had yet: TLBs may "
                  "still know them; %llu pages wait for a purge."),
                ARG (VMAP_FREE, start), ARG (VMAP_FREE, end), ARG (VMAP_FREE, lazy));
    case PWK_EV_VMAP_PURGE:
      SENTENCE (_("One flush of all TLBs from 0x%llx to 0x%llx, and the %llu pages of addresses "
                  "that waited can be had again."),
                ARG (VMAP_PURGE, start), ARG (VMAP_PURGE, end), ARG (VMAP_PURGE, pages));
    case PWK_EV_VMAP:
      if (pwk_arg (event, VMAP, addr) == 0)
        SENTENCE (_("vmap () finds no addresses for %llu pages: NULL."), ARG (VMAP, pages));
      SENTENCE (_("vmap () gives 0x%llx: pfn %llu can be read there, %llu times side by side."),
                ARG (VMAP, addr), ARG (VMAP, pfn), ARG (VMAP, pages));
    case PWK_EV_IOREMAP:
      if (pwk_arg (event, IOREMAP, addr) == 0)
        SENTENCE (_("ioremap () finds no addresses for %llu bytes: NULL."), ARG (IOREMAP, bytes));
      SENTENCE (_("ioremap () gives 0x%llx: there the kernel reaches the device at physical "
                  "address 0x%llx, %llu bytes (%s)."),
                ARG (IOREMAP, addr), ARG (IOREMAP, phys), ARG (IOREMAP, bytes),
                pwk_words_cache_mode ((unsigned) pwk_arg (event, IOREMAP, cache)));
    case PWK_EV_VFREE:
      SENTENCE (_("The area at 0x%llx goes: its %llu pages are given back at once, its addresses "
                  "with the next purge."),
                ARG (VFREE, addr), ARG (VFREE, pages));
    default:
      return NULL;
    }
}

static char *
explain_reserves (const PwkMachine *machine, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_MEMPOOL_CREATE:
      SENTENCE (_("Reserve %llu keeps %llu elements of %llu bytes, taken now, for when there is no "
                  "memory."),
                ARG (MEMPOOL_CREATE, pool), ARG (MEMPOOL_CREATE, min_nr),
                ARG (MEMPOOL_CREATE, bytes));
    case PWK_EV_MEMPOOL_ALLOC:
      if (pwk_arg (event, MEMPOOL_ALLOC, element) == 0)
        SENTENCE (_("There is no memory, and reserve %llu is empty: the request must wait until an "
                    "element is given back, or fails if it may not."),
                  ARG (MEMPOOL_ALLOC, pool));
      if (pwk_arg (event, MEMPOOL_ALLOC, reserved) != 0)
        SENTENCE (_("There is no memory: 0x%llx comes from reserve %llu, which has %llu left."),
                  ARG (MEMPOOL_ALLOC, element), ARG (MEMPOOL_ALLOC, pool),
                  ARG (MEMPOOL_ALLOC, left));
      SENTENCE (_("0x%llx is new memory; reserve %llu keeps its %llu elements."),
                ARG (MEMPOOL_ALLOC, element), ARG (MEMPOOL_ALLOC, pool), ARG (MEMPOOL_ALLOC, left));
    case PWK_EV_MEMPOOL_FREE:
      if (pwk_arg (event, MEMPOOL_FREE, kept) != 0)
        SENTENCE (_("0x%llx goes into reserve %llu, which was not full: it has %llu now."),
                  ARG (MEMPOOL_FREE, element), ARG (MEMPOOL_FREE, pool), ARG (MEMPOOL_FREE, left));
      SENTENCE (_("0x%llx is given back: reserve %llu is full with its %llu elements."),
                ARG (MEMPOOL_FREE, element), ARG (MEMPOOL_FREE, pool), ARG (MEMPOOL_FREE, left));
    case PWK_EV_MEMPOOL_RESIZE:
      SENTENCE (_("Reserve %llu is to keep %llu elements, not %llu."), ARG (MEMPOOL_RESIZE, pool),
                ARG (MEMPOOL_RESIZE, min_nr), ARG (MEMPOOL_RESIZE, old));
    case PWK_EV_MEMPOOL_DESTROY:
      SENTENCE (_("Reserve %llu goes, and gives its %llu elements back."),
                ARG (MEMPOOL_DESTROY, pool), ARG (MEMPOOL_DESTROY, left));
    default:
      return NULL;
    }
}

static char *
explain_dma_pools (const PwkMachine *machine, const PwkEvent *event)
{
  const char *pool;

  switch (event->kind)
    {
    case PWK_EV_DMA_POOL_CREATE:
      pool = pwk_say_string (machine, pwk_arg (event, DMA_POOL_CREATE, pool));
      SENTENCE (_("The pool “%s” is for pieces of %llu bytes that a device can reach, of which "
                  "none lies across a multiple of %llu."),
                pool, ARG (DMA_POOL_CREATE, size), ARG (DMA_POOL_CREATE, boundary));
    case PWK_EV_DMA_POOL_PAGE:
      pool = pwk_say_string (machine, pwk_arg (event, DMA_POOL_PAGE, pool));
      SENTENCE (ngettext ("The pool “%s” gets pfn %llu, and cuts it into %llu piece.",
                          "The pool “%s” gets pfn %llu, and cuts it into %llu pieces.",
                          pwk_arg (event, DMA_POOL_PAGE, blocks)),
                pool, ARG (DMA_POOL_PAGE, pfn), ARG (DMA_POOL_PAGE, blocks));
    case PWK_EV_DMA_POOL_ALLOC:
      pool = pwk_say_string (machine, pwk_arg (event, DMA_POOL_ALLOC, pool));
      if (pwk_arg (event, DMA_POOL_ALLOC, block) == 0)
        SENTENCE (_("The pool “%s” has no piece, and no page can be had: NULL."), pool);
      SENTENCE (_("The pool “%s” gives the piece at 0x%llx; the device sees it at 0x%llx."), pool,
                ARG (DMA_POOL_ALLOC, block), ARG (DMA_POOL_ALLOC, dma));
    case PWK_EV_DMA_POOL_FREE:
      pool = pwk_say_string (machine, pwk_arg (event, DMA_POOL_FREE, pool));
      SENTENCE (_("The piece at 0x%llx is the first that the pool “%s” gives again."),
                ARG (DMA_POOL_FREE, block), pool);
    case PWK_EV_DMA_POOL_DESTROY:
      pool = pwk_say_string (machine, pwk_arg (event, DMA_POOL_DESTROY, pool));
      if (pwk_arg (event, DMA_POOL_DESTROY, active) != 0)
        SENTENCE (_("The pool “%s” goes while %llu of its pieces are in use: its pages are lost."),
                  pool, ARG (DMA_POOL_DESTROY, active));
      SENTENCE (_("The pool “%s” goes, and gives its pages back."), pool);
    default:
      return NULL;
    }
}

static char *
explain_devices (const PwkMachine *machine, const PwkEvent *event)
{
  g_autofree char *gfp = NULL;

  switch (event->kind)
    {
    case PWK_EV_DMA_ALLOC_ENTER:
      SENTENCE (_("A device that can address up to 0x%llx needs %llu bytes."),
                ARG (DMA_ALLOC_ENTER, mask), ARG (DMA_ALLOC_ENTER, bytes));
    case PWK_EV_DMA_ALLOC:
      if (pwk_arg (event, DMA_ALLOC, pfn) == PWK_NO_PFN)
        SENTENCE (_("There is no memory of %llu bytes up to 0x%llx: NULL."), ARG (DMA_ALLOC, bytes),
                  ARG (DMA_ALLOC, mask));
      SENTENCE (_("pfn %llu and what follows, %llu bytes, lie up to 0x%llx and are the device's; "
                  "they are full of zeros."),
                ARG (DMA_ALLOC, pfn), ARG (DMA_ALLOC, bytes), ARG (DMA_ALLOC, mask));
    case PWK_EV_DMA_ABOVE_MASK:
      gfp = pwk_say_gfp (pwk_arg (event, DMA_ABOVE_MASK, gfp));
      SENTENCE (_("pfn %llu is too high for a device that can address up to 0x%llx (asked for with "
                  "%s): it goes back, and the next lower zone is asked."),
                ARG (DMA_ABOVE_MASK, pfn), ARG (DMA_ABOVE_MASK, mask), gfp);
    default:
      return NULL;
    }
}

char *
pwk_explain_kalloc (const PwkMachine *machine, const PwkEvent *event)
{
  static char *(*const parts[]) (const PwkMachine *, const PwkEvent *) = {
    explain_caches,    explain_objects, explain_slabs, explain_past,
    explain_addresses, explain_reserves, explain_dma_pools, explain_devices,
  };
  char *sentence = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS (parts) && sentence == NULL; i++)
    sentence = parts[i] (machine, event);
  return sentence;
}

const PwkRule *
pwk_rule_kalloc (unsigned kind)
{
  static const PwkRule rules[PWK_N_EVENTS] = {
    [PWK_EV_SLAB_CREATE] = { N_("A slab holds enough objects for the CPUs and wastes little: at "
                                "most a sixteenth of it, if an order up to 3 does that."),
                             "kmem_cache_create" },
    [PWK_EV_SLAB_MERGE] = { N_("Caches whose objects are alike share their slabs, so that fewer "
                               "pages are half empty."),
                            "kmem_cache_create" },
    [PWK_EV_SLAB_DESTROY] = { N_("A cache can go when no object of it is in use; else its slabs "
                                 "stay, and nobody can free them any more."),
                              NULL },
    [PWK_EV_SLAB_SHRINK] = { N_("Slabs that are nearly full are used up first, so that the others "
                                "may become empty."),
                             NULL },
    [PWK_EV_SLAB_BUG] = { N_("With slub_debug the kernel guards and fills objects, and looks "
                             "whether somebody wrote where nobody should."),
                          NULL },
    [PWK_EV_KMEM_CACHE_ALLOC] = { N_("Each CPU has a list of free objects that it alone takes "
                                     "from: no lock, one pointer is read and one written."),
                                  "SLUB" },
    [PWK_EV_KMEM_CACHE_FREE] = { N_("An object that was freed last is given out first: it is still "
                                    "in the CPU's cache."),
                                 "SLUB" },
    [PWK_EV_KMEM_CACHE_ALLOC_BULK] = { N_("Several objects cost one way through the allocator."),
                                       NULL },
    [PWK_EV_KMEM_CACHE_FREE_BULK] = { N_("Objects of one slab go back together, linked, in one "
                                         "step."),
                                      NULL },
    [PWK_EV_KMALLOC] = { N_("kmalloc () has a cache for each size class: powers of two from 8 "
                            "bytes to 8 KiB, and 96 and 192; what is not asked for of an object is "
                            "wasted."),
                         "kmalloc(GFP_*)" },
    [PWK_EV_KFREE] = { N_("The page that an address lies in knows its slab, and the slab its "
                          "cache: kfree () needs nothing but the address."),
                       "kfree" },
    [PWK_EV_KREALLOC] = { N_("Memory moves only if its size class has no room left; it does not "
                             "move when it becomes smaller."),
                          NULL },
    [PWK_EV_SLAB_ALLOC_SLOW] = { N_("The nearest place with a free object serves: the CPU's slab, "
                                    "its partial list, the node's, the page allocator."),
                                 "SLUB" },
    [PWK_EV_SLAB_GET_FREELIST] = { N_("Other CPUs free objects into the slab's own list; its CPU "
                                      "takes that whole when its own is used up."),
                                   NULL },
    [PWK_EV_SLAB_CPU_PARTIAL] = { N_("Slabs on a CPU's partial list wait there without the lock of "
                                     "the node."),
                                  NULL },
    [PWK_EV_SLAB_GET_PARTIAL] = { N_("Who has taken the node's lock takes several slabs at once, "
                                     "to come back later."),
                                  NULL },
    [PWK_EV_SLAB_ALLOCATE] = { N_("The larger order is tried without reclaim; the smallest that "
                                  "holds one object will do as well."),
                               NULL },
    [PWK_EV_SLAB_NEW] = { N_("The list of free objects lies in the objects themselves: in each a "
                             "pointer to the next."),
                          NULL },
    [PWK_EV_SLAB_FREE_SLOW] = { N_("Only a CPU's own slab takes objects back on the fast path; any "
                                   "other takes them on its own list."),
                                NULL },
    [PWK_EV_SLAB_PUT_CPU_PARTIAL] = { N_("A full slab is on no list; with its first free object it "
                                         "goes to the CPU that freed it."),
                                      NULL },
    [PWK_EV_SLAB_PUT_PARTIAL] = { N_("Slabs whose objects others freed go to the tail: they get "
                                     "time to become empty."),
                                  NULL },
    [PWK_EV_SLAB_DEACTIVATE] = { N_("A CPU has one slab of a cache; for one of another node, or "
                                    "when the cache shrinks, it gives that up."),
                                 NULL },
    [PWK_EV_SLAB_DISCARD] = { N_("A node keeps min_partial slabs even if they are empty, so that "
                                 "pages do not go to and fro."),
                              "min_partial" },
    [PWK_EV_SLAB_REFILL] = { N_("A lock is taken once for many objects; an array that was not used "
                                "for a while gets 16."),
                             "SLAB" },
    [PWK_EV_SLAB_SHARED] = { N_("What one CPU frees another may need: objects go from array to "
                                "array without touching their slabs."),
                             "SLAB" },
    [PWK_EV_SLAB_BLOCK] = { N_("Partial slabs are used up first, so that others may become empty."),
                            "SLAB" },
    [PWK_EV_SLAB_GROW] = { N_("Slabs begin at different cache lines, so that their first objects "
                              "do not displace each other from the CPU's cache."),
                           "SLAB" },
    [PWK_EV_SLAB_FLUSH] = { N_("What was freed last is still in the CPU's cache and stays; the "
                               "oldest go."),
                            "SLAB" },
    [PWK_EV_SLAB_FREE_BLOCK] = { N_("An empty slab is kept until the node has more free objects "
                                    "than it should."),
                                 "SLAB" },
    [PWK_EV_SLOB_ALLOC] = { N_("The first piece that fits is taken: small, but slow, as the lists "
                               "are searched."),
                            "SLOB" },
    [PWK_EV_SLOB_PAGE] = { N_("Three lists keep small pieces apart from large ones: below 256 "
                              "bytes, below 1024, above."),
                           "SLOB" },
    [PWK_EV_SLOB_FREE] = { N_("Only the size is needed to give a piece back: it lies in front of "
                              "it, or its cache knows it."),
                           "SLOB" },
    [PWK_EV_VMALLOC_ENTER] = { N_("Memory that need not be contiguous physically is had even when "
                                  "no large block is free."),
                               "vmalloc" },
    [PWK_EV_VMALLOC] = { N_("The guard page makes who writes beyond the end fault, instead of "
                            "changing what lies behind."),
                         "vmalloc" },
    [PWK_EV_VMAP_ALLOC] = { N_("With more than one CPU each has pools of addresses by size, so "
                               "that the tree of free ones is left alone."),
                            NULL },
    [PWK_EV_VMAP_FREE] = { N_("Flushing all TLBs is dear: freed addresses wait until many can be "
                              "flushed at once."),
                           NULL },
    [PWK_EV_VMAP_PURGE] = { N_("Before an address can mean something else, no TLB may know what it "
                               "meant."),
                            NULL },
    [PWK_EV_VMAP] = { N_("Frames that exist get further addresses; the frames themselves stay "
                         "whose they are."),
                      "vmap" },
    [PWK_EV_IOREMAP] = { N_("Registers of devices have physical addresses; the kernel reaches them "
                            "by entries in its page tables, uncached."),
                         "ioremap" },
    [PWK_EV_VFREE] = { N_("Pages can be used for something else as soon as nothing refers to them; "
                          "addresses only when no TLB does."),
                       "vfree" },
    [PWK_EV_MEMPOOL_CREATE] = { N_("Who must make progress to free memory (the block layer that "
                                   "writes pages out) may not depend on memory being free."),
                                "bio_set" },
    [PWK_EV_MEMPOOL_ALLOC] = { N_("Memory is asked for first, and not hard: the reserve is for "
                                  "when that fails. Each taker gives back in finite time, so a "
                                  "waiter is served."),
                               "mempool" },
    [PWK_EV_MEMPOOL_FREE] = { N_("The reserve is filled first; only what it does not need is "
                                 "really freed."),
                              "mempool" },
    [PWK_EV_MEMPOOL_RESIZE] = { N_("A smaller reserve gives back at once, a larger one is filled "
                                   "at once, as far as there is memory."),
                                NULL },
    [PWK_EV_MEMPOOL_DESTROY] = { N_("What takers still have is not the reserve’s any more."),
                                 NULL },
    [PWK_EV_DMA_POOL_CREATE] = { N_("Coherent memory comes in whole pages; descriptors of devices "
                                    "are small. A boundary is what the device cannot count "
                                    "across."),
                                 "dma_pool" },
    [PWK_EV_DMA_POOL_PAGE] = { N_("Pages of a pool go back only when it is destroyed."), NULL },
    [PWK_EV_DMA_POOL_ALLOC] = { N_("Free pieces form one list, and the link lies in the piece "
                                   "itself, as in a slab."),
                                "dma_pool" },
    [PWK_EV_DMA_POOL_FREE] = { N_("What was freed last is given first."), "dma_pool" },
    [PWK_EV_DMA_POOL_DESTROY] = { N_("A device may still write into pieces that were not given "
                                     "back; their pages must not become another’s."),
                                  NULL },
    [PWK_EV_DMA_ALLOC_ENTER] = { N_("A device without an IOMMU sees physical addresses, and not "
                                    "more bits of them than it has lines."),
                                 "dma_alloc_coherent" },
    [PWK_EV_DMA_ALLOC] = { N_("On x86 caches are coherent with devices: the memory is like any "
                              "other, and its bus address is the physical one."),
                           "dma_alloc_coherent" },
    [PWK_EV_DMA_ABOVE_MASK] = { N_("A zone that lies below the mask as a whole need not be tried "
                                   "first; it is asked when luck does not help."),
                                NULL },
  };

  return kind < PWK_N_EVENTS ? &rules[kind] : NULL;
}
