/* types.h - the words that every part of the engine shares: pages, indices, limits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PWK_PAGE_SHIFT       12
#define PWK_PAGE_SIZE        ((uint64_t) 1 << PWK_PAGE_SHIFT)
#define PWK_PAGE_MASK        (~(PWK_PAGE_SIZE - 1))
#define PWK_PMD_SHIFT        21
#define PWK_PMD_SIZE         ((uint64_t) 1 << PWK_PMD_SHIFT)
#define PWK_PUD_SHIFT        30
#define PWK_HPAGE_ORDER      9

#define PWK_MAX_PAGE_ORDER   10                       /* inclusive */
#define PWK_NR_PAGE_ORDERS   (PWK_MAX_PAGE_ORDER + 1)
#define PWK_PAGEBLOCK_ORDER  9
#define PWK_PAGEBLOCK_PAGES  ((uint64_t) 1 << PWK_PAGEBLOCK_ORDER)
#define PWK_SECTION_SHIFT    15                       /* pages; 128 MiB, as SECTION_SIZE_BITS 27 */
#define PWK_SECTION_PAGES    ((uint64_t) 1 << PWK_SECTION_SHIFT)

#define PWK_MAX_NODES        16
#define PWK_MAX_CPUS         64
#define PWK_MAX_PHYS_PAGES   ((uint64_t) 1 << 32)     /* 16 TiB: a pfn in a list link has 32 bits */

/* A page frame number, a virtual or physical address in bytes. */
typedef uint64_t PwkPfn;
typedef uint64_t PwkVaddr;
typedef uint64_t PwkPhys;

#define PWK_NO_PFN           UINT64_MAX
#define PWK_PFN_NIL          UINT32_MAX               /* end of a list linked by pfn */

/* A place in one of the machine's pools (see arena.h). 0 is none. */
typedef uint32_t PwkIndex;

typedef struct _PwkMachine PwkMachine;

static inline uint64_t
pwk_order_pages (unsigned order)
{
  return (uint64_t) 1 << order;
}

static inline uint64_t
pwk_page_align (uint64_t bytes)
{
  return (bytes + PWK_PAGE_SIZE - 1) & PWK_PAGE_MASK;
}
