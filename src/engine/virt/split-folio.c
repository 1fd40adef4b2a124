/* split-folio.c - a large folio becomes small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/virt/split-folio.h"

#include <string.h>

#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/split-queue.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"

#define HPAGE_PAGES ((uint64_t) 1 << PWK_HPAGE_ORDER)

/* A mapping by a pmd that was found. */
typedef struct { PwkIndex vma; PwkVaddr addr; } HugeMapping;

/* Ends at the first one. */
static bool
visit_huge (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  HugeMapping *found = data;

  (void) machine;
  if (entry.level != PWK_LEVEL_PMD)
    return true;
  *found = (HugeMapping) { vma, addr };
  return false;
}

/* Follows mm/huge_memory.c:__split_folio_to_order(), order 0. What the folio had, each page gets.
 * Nothing maps it by a pmd any more, so each page's own count is all of its mappings, and with them
 * its references. */
static void
make_small_pages (PwkMachine *machine, PwkPfn head)
{
  PwkPage model = *pwk_page (machine, head);
  const uint32_t keep = PWK_PG_UPTODATE | PWK_PG_DIRTY | PWK_PG_SWAPBACKED | PWK_PG_REFERENCED | PWK_PG_ACTIVE | PWK_PG_WORKINGSET;
  PwkFlagRun run = { 0 };

  pwk_deferred_split_unqueue (machine, head);
  pwk_lruvec_del (machine, head);
  if (model.pg_flags & PWK_PG_MLOCKED)
    pwk_mod_zone_stat (machine, head, PWK_NR_MLOCK, -(int64_t) HPAGE_PAGES);
  for (uint64_t i = 0; i < HPAGE_PAGES; i++)
    {
      const PwkPage *page = pwk_page (machine, head + i);
      uint32_t exclusive = page->pg_flags & PWK_PG_ANON_EXCLUSIVE;
      int32_t mapcount = page->_mapcount;

      pwk_page_become (machine, head + i, (PwkPage) {
        .index = mapcount ? model.index + i : 0, ._refcount = mapcount ? mapcount : 1, ._mapcount = mapcount, .mapping = mapcount ? model.mapping : 0,
        .type = mapcount ? PWK_PAGE_ANON : PWK_PAGE_KERNEL,
      }, mapcount ? (model.pg_flags & keep) | exclusive : 0, &run);
    }
  pwk_flag_run_end (machine, &run);
  for (uint64_t i = 0; i < HPAGE_PAGES; i++)
    if (pwk_page (machine, head + i)->_mapcount > 0)
      pwk_lruvec_add (machine, head + i);
  for (uint64_t i = 0; i < HPAGE_PAGES; i++)
    if (pwk_page (machine, head + i)->_mapcount == 0)
      pwk_folio_put (machine, head + i);
}

/* Follows mm/migrate.c:try_to_map_unused_to_zeropage(). One entry of a page of zeros; locked memory
 * keeps its page, as it was promised one. */
static bool
visit_zeros (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  PwkPfn pfn = *(const PwkPfn *) data;
  PwkPte zero;

  if (entry.level != PWK_LEVEL_PTE || (pwk_vma (machine, vma)->vm_flags & PWK_VM_LOCKED))
    return true;
  zero = pwk_mk_pte (machine->st->zero_pfn, pwk_vm_get_page_prot (machine, pwk_vma (machine, vma)->vm_flags));
  pwk_entry_set (machine, entry, pwk_pte_mkspecial (zero), addr);
  pwk_flush_tlb_page (machine, mm, addr);
  pwk_add_mm_counter (machine, mm, PWK_MM_ANONPAGES, -1);
  pwk_rmap_remove (machine, pfn, vma, addr, false);
  pwk_user_page_put (machine, pfn);
  return pwk_page (machine, pfn)->_mapcount > 0 && pwk_page_is_anon (pwk_page (machine, pfn));
}

/* remap_page () of a split folio: pages in which nothing was ever written are given back. A
 * program that asks for 2 MiB and uses a part of it has the rest taken off its rss by that. */
static void
give_back_zeros (PwkMachine *machine, PwkPfn head)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];

  for (uint64_t i = 0; i < HPAGE_PAGES; i++)
    {
      PwkPfn pfn = head + i;
      const PwkPage *page = pwk_page (machine, pfn);
      const uint8_t *bytes = pwk_frame_bytes (machine, pfn);

      if (page->_mapcount > 0 && pwk_page_is_anon (page) && (!bytes || memcmp (bytes, zeros, sizeof zeros) == 0))
        pwk_rmap_walk (machine, pfn, visit_zeros, &pfn);
    }
}

/* __split_huge_page () of anonymous memory. */
static bool
split_anonymous (PwkMachine *machine, PwkPfn head)
{
  bool locked = pwk_page (machine, head)->pg_flags & PWK_PG_MLOCKED;
  const PwkPage *page = pwk_page (machine, head);
  HugeMapping huge = { 0, 0 };

  pwk_assert_door (page->pg_flags & PWK_PG_HEAD);
  if ((uint32_t) page->_refcount != pwk_folio_mapcount (machine, head))
    {
      pwk_count_vm_event (machine, PWK_THP_SPLIT_PAGE_FAILED);
      return false;
    }
  do
    {
      huge.vma = 0;
      pwk_rmap_walk (machine, head, visit_huge, &huge);
      if (huge.vma)
        pwk_split_huge_pmd (machine, huge.vma, huge.addr);
    }
  while (huge.vma);
  make_small_pages (machine, head);
  if (machine->profile->thp_split_zeropage && !locked)
    give_back_zeros (machine, head);
  pwk_count_vm_event (machine, PWK_THP_SPLIT_PAGE);
  return true;
}

bool
pwk_split_folio (PwkMachine *machine, PwkPfn head)
{
  return pwk_page_is_anon (pwk_page (machine, head)) ? split_anonymous (machine, head) : pwk_cache_folio_split_all (machine, head);
}
