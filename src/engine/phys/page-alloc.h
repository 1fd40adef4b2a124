/* page-alloc.h - the page allocator: alloc_pages() and free_pages()
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/zone.h"

#define PWK_NUMA_NO_NODE (-1)

/* Allocates 2^@order contiguous frames for @gfp (PWK_GFP_…), preferring @node (PWK_NUMA_NO_NODE: as
 * the running task's policy says, see mempolicy.h; without one the running cpu's). Returns the
 * first pfn, its _refcount 1, type PWK_PAGE_KERNEL (callers that make it something else set the
 * type), PG_HEAD/TAIL set up for __GFP_COMP; or PWK_NO_PFN with the kernel's own events
 * (watermark_fail …, warn_alloc) told. Orders above PWK_MAX_PAGE_ORDER fail as in the kernel.
 * @migratetype: -1 as gfp says. Follows mm/page_alloc.c:__alloc_pages_noprof(). */
PwkPfn   pwk_alloc_pages      (PwkMachine *machine, uint32_t gfp, unsigned order, int node, int migratetype);
/* The same from @nodes alone, a bit a node; @node is one of the machine's. */
PwkPfn   pwk_alloc_pages_nodes (PwkMachine *machine, uint32_t gfp, unsigned order, int node, int migratetype, uint32_t nodes);
/* Drops a reference and frees the block when it was the last; __free_pages(). What is no such block
 * gives a bad_page event and is left alone. */
void     pwk_free_pages       (PwkMachine *machine, PwkPfn pfn, unsigned order);
/* The frame without questions: its _refcount is already 0 (free_unref_page, free_frozen_pages).
 * Order from the caller. */
void     pwk_free_frozen_pages (PwkMachine *machine, PwkPfn pfn, unsigned order);

/* in_interrupt (): nothing may be waited for. */
static inline bool
pwk_in_interrupt (const PwkMachine *machine)
{
  uint16_t context = pwk_cpu (machine)->context;

  return context == PWK_CONTEXT_SOFTIRQ || context == PWK_CONTEXT_IRQ;
}
