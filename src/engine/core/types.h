/* types.h - the words that every part of the engine shares: pages, indices, limits
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sizes are those of Linux on x86-64, for all machines that are simulated:
 *
 *      page        4 KiB     2^12 bytes                 frame, pfn = address >> 12
 *      pageblock   2 MiB     512 pages                  what has one migrate type; a huge page
 *      block       4 MiB     1024 pages at most         the largest that the buddy lists hold
 *      section     128 MiB   32768 pages, 32 blocks     what mem_map comes in
 */
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

/* Pages of a block of that order. */
static inline uint64_t
pwk_order_pages (unsigned order)
{
  return (uint64_t) 1 << order;
}

/* Rounded up to whole pages: PAGE_ALIGN (). */
static inline uint64_t
pwk_page_align (uint64_t bytes)
{
  return (bytes + PWK_PAGE_SIZE - 1) & PWK_PAGE_MASK;
}
