/* rmap.h - who maps a page: mapping counts, and from a page to its page-table entries
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page.h"
#include "engine/virt/vma.h"

/* The struct page behind a present entry of a region, as vm_normal_page () gives it: not for the
 * zero pages. */
static inline bool
pwk_pte_normal (const PwkMachine *machine, PwkPte pte)
{
  return !pwk_pte_special (pte) && pwk_pte_pfn (pte) < machine->st->max_pfn && pwk_pte_pfn (pte) != machine->st->huge_zero_pfn;
}

/* The offset of the page in what the region maps, in pages: what page->index says of it. */
static inline uint64_t
pwk_linear_page_index (const PwkVma *vma, PwkVaddr addr)
{
  return vma->vm_pgoff + ((addr - vma->vm_start) >> PWK_PAGE_SHIFT);
}

static inline bool pwk_page_is_anon (const PwkPage *page) { return page->type == PWK_PAGE_ANON; }

/* folio_entire_mapcount (), folio_large_mapcount (), folio_mapcount () of a folio's head;
 * folio_precise_page_mapcount () of a page. */
uint32_t pwk_folio_entire_mapcount (const PwkMachine *machine, PwkPfn head);
uint32_t pwk_page_mapcount         (const PwkMachine *machine, PwkPfn pfn);
/* folio_maybe_mapped_shared (): more than one address space maps it, as far as two slots can tell. */
bool     pwk_folio_maybe_shared    (const PwkMachine *machine, PwkPfn head);
/* A page for user memory, contents as they were: folio_alloc (). PWK_NO_PFN: none. */
PwkPfn   pwk_user_page_alloc       (PwkMachine *machine, uint32_t gfp, unsigned order, PwkPageType type);
/* Makes one of what the page allocator gave, @pfn; PWK_NO_PFN stays what it is. */
PwkPfn   pwk_user_page_prep        (PwkMachine *machine, PwkPfn pfn, unsigned order, PwkPageType type);
/* Zeroes one that was not allocated with __GFP_ZERO: folio_zero_user (). */
void     pwk_user_page_clear       (PwkMachine *machine, PwkPfn pfn, unsigned order);
void     pwk_user_page_copy        (PwkMachine *machine, PwkPfn to, PwkPfn from);
/* Drops a reference; the last one takes it off its LRU list and frees it. */
#define  pwk_user_page_put         pwk_folio_put
/* … one that never was in use. */
#define  pwk_user_page_discard     pwk_user_page_put
void     pwk_user_page_get         (PwkMachine *machine, PwkPfn head, unsigned n);
/* folio_add_lru_vma (): a page of locked memory is unevictable from the start. */
void     pwk_folio_add_lru         (PwkMachine *machine, PwkPfn head, PwkIndex vma);

/* folio_add_new_anon_rmap (RMAP_EXCLUSIVE): @head is new, mapped at @addr whole. */
void     pwk_rmap_add_new_anon     (PwkMachine *machine, PwkPfn head, PwkIndex vma, PwkVaddr addr);
/* One more entry maps @pfn; @pmd: the whole folio. folio_add_file_rmap_pte (),
 * folio_dup_anon_rmap_pte () … */
void     pwk_rmap_add              (PwkMachine *machine, PwkPfn pfn, PwkIndex vma, PwkVaddr addr, bool pmd);
/* One entry less. References are the caller's. folio_remove_rmap_pte (), …_pmd (). */
void     pwk_rmap_remove           (PwkMachine *machine, PwkPfn pfn, PwkIndex vma, PwkVaddr addr, bool pmd);
/* folio_move_anon_rmap (): the page belongs to @vma's anon_vma alone from now on. */
void     pwk_rmap_move_anon        (PwkMachine *machine, PwkPfn head, PwkIndex vma);

/* Every entry that maps @pfn: rmap_walk_anon () along the anon_vma's chains, rmap_walk_file ()
 * along i_mmap. The callback returns false to end. It may change the entry it is given, nothing
 * else. */
typedef bool (*PwkRmapVisitor) (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data);
void     pwk_rmap_walk             (PwkMachine *machine, PwkPfn pfn, PwkRmapVisitor visit, void *data);
/* … that maps a page of the folio, region by region, in each by address: what a page_vma_mapped_walk () of a folio sees. */
void     pwk_rmap_walk_folio       (PwkMachine *machine, PwkPfn head, PwkRmapVisitor visit, void *data);
/* The same for who only looks. */
typedef bool (*PwkRmapViewer) (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data);
void     pwk_rmap_view             (const PwkMachine *machine, PwkPfn pfn, PwkRmapViewer view, void *data);
/* Every region whose range has the page of that index, be it mapped there or not: of an anon_vma or
 * an inode, as a struct page's mapping names it. */
typedef bool (*PwkRegionVisitor) (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, void *data);
void     pwk_rmap_walk_regions     (PwkMachine *machine, uint32_t mapping, uint64_t index, PwkRegionVisitor visit, void *data);
/* The address of the page of that index in @vma, or -1 if it lies outside. vma_address (). */
PwkVaddr pwk_vma_address           (const PwkVma *vma, uint64_t index);
