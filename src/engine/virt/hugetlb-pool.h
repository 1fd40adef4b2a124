/* hugetlb-pool.h - the pools of huge pages: which there are, on which nodes, and how many may be had beyond
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/page-table.h"
#include "engine/phys/hugetlb-door.h"
#include "engine/phys/page.h"

/* A huge page (struct folio, type PWK_PAGE_HUGETLB) on its way:
 *
 *      page allocator ──▶ pool, free (_refcount 0) ──▶ mapped ──▶ pool
 *            ▲                  │                        │
 *            └──────────────────┴── surplus, or the pool shrinks ◀┘
 *
 * It is on no LRU list, and is neither swapped nor split. `private_` of its head has this flag: */
#define PWK_HUGETLB_RESTORE_RESERVE 1u    /* HPageRestoreReserve: when it is freed, it is promised again */

static inline const PwkHstate *
pwk_hstate (const PwkMachine *machine, PwkHstateIndex h)
{
  return &machine->st->hstates[h];
}

/* Bytes of a page; and the level of tables whose entries map one. */
static inline uint64_t
pwk_huge_page_size (const PwkHstate *hstate)
{
  return PWK_PAGE_SIZE << hstate->order;
}

static inline PwkLevel
pwk_hstate_level (PwkHstateIndex h)
{
  return h == PWK_HSTATE_2M ? PWK_LEVEL_PMD : PWK_LEVEL_PUD;
}

/* Whether a page of it is larger than any that the page allocator keeps (hstate_is_gigantic ()). */
static inline bool
pwk_hstate_is_gigantic (const PwkHstate *hstate)
{
  return hstate->order > PWK_MAX_PAGE_ORDER;
}

/* Free pages that are promised to nobody (available_huge_pages ()). */
static inline uint64_t
pwk_available_huge_pages (const PwkHstate *hstate)
{
  return hstate->free_huge_pages - hstate->resv_huge_pages;
}

/* Pools as they are before anybody has asked for pages. */
void     pwk_hugetlb_init         (PwkMachine *machine);
/* hugetlb_acct_memory (): promises @delta pages more, for which surplus pages are made if free ones
 * do not suffice; or (@delta < 0) takes promises back, and gives surplus pages that nobody needs
 * any more to the page allocator. 0 or -ENOMEM. */
int      pwk_hugetlb_acct_memory  (PwkMachine *machine, PwkHstateIndex h, int64_t delta);
/* The first free page, from the nodes of @nodes by the fallback order of @node; _refcount 1.
 * PWK_NO_PFN: none (dequeue_hugetlb_folio_nodemask ()). */
PwkPfn   pwk_hugetlb_dequeue      (PwkMachine *machine, PwkHstateIndex h, unsigned node, uint32_t nodes, bool reserved);
/* alloc_surplus_hugetlb_folio () by a NUMA policy (0 none) for the place @ilx, as far as
 * nr_overcommit_hugepages allows; _refcount 0. */
PwkPfn   pwk_hugetlb_alloc_surplus (PwkMachine *machine, PwkHstateIndex h, PwkIndex policy, uint64_t ilx);
/* folio_put (): the last reference gives it to the pool, or, as long as its node has surplus pages,
 * to the page allocator (free_huge_folio ()). */
void     pwk_hugetlb_put          (PwkMachine *machine, PwkPfn head);
/* Of which pool a page is (folio_hstate ()). */
PwkHstateIndex pwk_folio_hstate   (const PwkMachine *machine, PwkPfn head);
