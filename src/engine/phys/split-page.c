/* split-page.c - blocks that come apart into single pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/split-page.h"

#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/page.h"
#include "engine/phys/stats.h"

/* split_page (): each frame of a block in use is a page of its own. */
static void
split_page (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  uint64_t n = pwk_order_pages (order);
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_arena_touch (&machine->arena, PWK_REGION_MEMMAP, page, sizeof *page * n);
  for (uint64_t i = 0; i < n; i++)
    pwk_page_set_kernel (&page[i]);
}

/* Follows mm/page_alloc.c:alloc_pages_exact(): the next larger block, of which what is too much
 * goes back:
 *
 *      5 pages:  [ 0 1 2 3 4 | 5 6 7 ]        order 3, pages 5 to 7 are freed one by one, and merge
 */
PwkPfn
pwk_alloc_pages_exact (PwkMachine *machine, uint64_t size, uint32_t gfp)
{
  uint64_t n = size >> PWK_PAGE_SHIFT;
  unsigned order = 0;
  PwkPfn pfn;

  n += size % PWK_PAGE_SIZE != 0;
  if (n == 0)
    return PWK_NO_PFN;
  while (order <= PWK_MAX_PAGE_ORDER && pwk_order_pages (order) < n)
    order++;
  pfn = pwk_alloc_pages (machine, gfp & ~(PWK_GFP_COMP | PWK_GFP_HIGHMEM), order, PWK_NUMA_NO_NODE, -1);
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;
  split_page (machine, pfn, order);
  for (uint64_t i = n; i < pwk_order_pages (order); i++)
    pwk_free_pages (machine, pfn + i, 0);
  return pfn;
}

void
pwk_free_pages_exact (PwkMachine *machine, PwkPfn pfn, uint64_t size)
{
  PwkPfn end = pfn + (size >> PWK_PAGE_SHIFT) + (size % PWK_PAGE_SIZE != 0);

  for (; pfn < MIN (end, machine->st->max_pfn); pfn++)
    pwk_kernel_free_pages (machine, pfn, 0);
}
