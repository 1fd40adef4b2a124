/* rmap.c - who maps a page: mapping counts, and from a page to its page-table entries
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/rmap.c and include/linux/rmap.h. From an entry to its page is a look at a number; the
 * way back is what this is about:
 *
 *      page.mapping ─┬─ anon_vma ──chains──▶ regions ─┐   page.index tells where in each region    ┌─▶ entry, if it is there and
 *                    └─ inode ────i_mmap───▶ regions ─┴──▶ address = vm_start + (index - pgoff) ───┘   names this page
 *
 * A region on the way may have no such entry: the lists say who could map it. Counts, on the other
 * hand, are exact, and checked against all page tables by virt/check-pages.c. */
#include "engine/virt/rmap.h"

#include "engine/core/emit.h"
#include "engine/phys/contents.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/phys/split-queue.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/inode.h"

#define HPAGE_PAGES ((uint64_t) 1 << PWK_HPAGE_ORDER)

/* --- counts ---
 *
 * How often a page is mapped. Of a small page: _mapcount. Of a large folio, whose pages may be
 * mapped one by one (pte) and all at once (pmd):
 *
 *      head              head + 1                     head + 2                  head + 3, head + 4          each page
 *      [ PG_head ]       [ _entire_mapcount,          [ more than the two       [ an address space, its     [ _mapcount: ptes
 *                          _large_mapcount,             beside it? ]              share of the mappings ]     that map just it ]
 *                          _nr_pages_mapped ]
 *
 * page's mappings = its _mapcount + _entire_mapcount; the folio's = _large_mapcount, all ptes and
 * pmds together. */

/* Mappings of all of it by one entry of a pmd. */
uint32_t
pwk_folio_entire_mapcount (const PwkMachine *machine, PwkPfn head)
{
  pwk_assert_debug (!(pwk_page (machine, head)->pg_flags & PWK_PG_TAIL));
  return pwk_page (machine, head)->pg_flags & PWK_PG_HEAD ? pwk_page (machine, head + 1)->lru_next : 0;
}

/* All entries that map any part of it. */
uint32_t
pwk_page_mapcount (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);
  uint32_t count = (uint32_t) page->_mapcount;

  if (pwk_page_is_large (page))
    count += pwk_folio_entire_mapcount (machine, pwk_page_head (machine, pfn));
  return count;
}

/* folio_maybe_mapped_shared (): for a large folio, which of more than two address spaces have it is not known; "maybe" is the safe answer. Folios
 * of two and four pages guess from their counts, as folio_likely_mapped_shared () did for all. */
bool
pwk_folio_maybe_shared (const PwkMachine *machine, PwkPfn head)
{
  uint32_t mapcount = pwk_folio_mapcount (machine, head);

  if (mapcount <= 1 || !(pwk_page (machine, head)->pg_flags & PWK_PG_HEAD))
    return mapcount > 1;
  if (pwk_folio_order (machine, head) < PWK_FOLIO_ORDER_KNOWS_MMS)
    return mapcount > pwk_folio_pages (machine, head) || pwk_page (machine, head)->_mapcount > 1;
  return pwk_page (machine, head + 2)->lru_prev != 0;
}

/* Follows include/linux/rmap.h:folio_add_return_large_mapcount() (6.15). The first two address
 * spaces that map a large folio are known by name, with their share; a third makes it "maybe
 * shared" for good, until one of the two has all mappings. */
static void
add_large_mapcount (PwkMachine *machine, PwkPfn head, uint32_t n, PwkIndex mm)
{
  PwkPage *counts = pwk_page_edit (machine, head + 1), *shared, *slot0, *slot1;

  pwk_assert_debug (n > 0 && mm != 0);
  counts->index += n;
  if (counts->lru_prev < PWK_FOLIO_ORDER_KNOWS_MMS)
    return;
  shared = pwk_page_edit (machine, head + 2);
  slot0 = pwk_page_edit (machine, head + 3);
  slot1 = pwk_page_edit (machine, head + 4);
  if (slot0->lru_next == mm)
    slot0->lru_prev += n;
  else if (slot1->lru_next == mm)
    slot1->lru_prev += n;
  else if (slot0->lru_next == 0)
    {
      slot0->lru_next = mm;
      slot0->lru_prev = n;
      if (counts->index != n)
        shared->lru_prev = 1;
    }
  else
    {
      if (slot1->lru_next == 0)
        {
          slot1->lru_next = mm;
          slot1->lru_prev = n;
        }
      shared->lru_prev = 1;
    }
}

/* Follows include/linux/rmap.h:folio_sub_return_large_mapcount(). When one address space has all
 * that are left it is not shared any more. */
static void
sub_large_mapcount (PwkMachine *machine, PwkPfn head, uint32_t n, PwkIndex mm)
{
  PwkPage *counts = pwk_page_edit (machine, head + 1);

  pwk_assert_debug (n > 0 && counts->index >= n);
  counts->index -= n;
  if (counts->lru_prev < PWK_FOLIO_ORDER_KNOWS_MMS)
    return;
  for (unsigned i = 3; i <= 4; i++)
    {
      PwkPage *slot = pwk_page_edit (machine, head + i);

      if (slot->lru_next != mm)
        continue;
      slot->lru_prev = slot->lru_prev > n ? slot->lru_prev - n : 0;
      if (slot->lru_prev == 0)
        slot->lru_next = 0;
      break;
    }
  if (pwk_page (machine, head + 3)->lru_prev == counts->index || pwk_page (machine, head + 4)->lru_prev == counts->index)
    pwk_page_edit (machine, head + 2)->lru_prev = 0;
}

/* --- making and giving back --- */

/* From any node, by the task's policy; vma_page_alloc () is for faults. */
PwkPfn
pwk_user_page_alloc (PwkMachine *machine, uint32_t gfp, unsigned order, PwkPageType type)
{
  return pwk_user_page_prep (machine, pwk_alloc_pages (machine, gfp, order, PWK_NUMA_NO_NODE, -1), order, type);
}

/* What prep_compound_page () and folio_prep () leave: no mapping, no place. The counts of a large
 * folio lie in its first tail pages, which are cleared. */
PwkPfn
pwk_user_page_prep (PwkMachine *machine, PwkPfn pfn, unsigned order, PwkPageType type)
{
  PwkPage *page;

  pwk_assert_debug (order <= PWK_HPAGE_ORDER || type == PWK_PAGE_HUGETLB);
  if (pfn == PWK_NO_PFN)
    return PWK_NO_PFN;

  page = pwk_page_edit (machine, pfn);
  page->type = type;
  page->_mapcount = 0;
  page->index = 0;
  page->mapping = 0;
  for (uint64_t i = 1; i < pwk_order_pages (order); i++)
    pwk_page_edit (machine, pfn + i)->type = type;
  for (unsigned i = 1; i < MIN (pwk_order_pages (order), 5); i++)
    {
      PwkPage *tail = pwk_page_edit (machine, pfn + i);

      tail->lru_next = 0;
      tail->lru_prev = i == 1 ? order : 0;
      if (i == 1)
        {
          tail->private_ = 0;
          tail->index = 0;
        }
    }
  return pfn;
}

/* The laboratory may leave out what nobody should miss: what another process had there shows then. */
void
pwk_user_page_clear (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  pwk_assert_debug (pfn < machine->st->max_pfn);
  if (machine->st->lab_flags & PWK_BROKEN_NO_ZEROING)
    return;
  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    pwk_frame_clear (machine, pfn + i);
  pwk_emit_clear_user_page (machine, pfn, order);
}

/* copy_user_highpage (). */
void
pwk_user_page_copy (PwkMachine *machine, PwkPfn to, PwkPfn from)
{
  pwk_assert_debug (to != from);
  pwk_frame_copy (machine, to, from);
  pwk_emit_copy_user_page (machine, from, to);
}

/* folio_ref_add (). */
void
pwk_user_page_get (PwkMachine *machine, PwkPfn head, unsigned n)
{
  pwk_assert_debug (n > 0 && pwk_page (machine, head)->_refcount > 0);
  pwk_page_edit (machine, head)->_refcount += (int32_t) n;
}

/* Whether the region keeps its pages from being reclaimed: mlock_vma_folio () does nothing in
 * special ones. */
static bool
locks_pages (const PwkVma *vma)
{
  return (vma->vm_flags & (PWK_VM_LOCKED | PWK_VM_SPECIAL)) == PWK_VM_LOCKED;
}

/* folio_add_lru_vma (). @vma 0: of no region. */
void
pwk_folio_add_lru (PwkMachine *machine, PwkPfn head, PwkIndex vma)
{
  pwk_assert_debug (!(pwk_page (machine, head)->pg_flags & PWK_PG_LRU));
  if (vma && locks_pages (pwk_vma (machine, vma)))
    pwk_mlock_new_folio (machine, head);
  else
    pwk_lru_cache_add (machine, head);
}

/* --- adding and removing --- */

/* Shared memory counts as mapped of files in /proc/meminfo. */
static PwkNodeStat
mapped_stat (const PwkPage *page)
{
  return page->type == PWK_PAGE_ANON ? PWK_NR_ANON_MAPPED : PWK_NR_FILE_MAPPED;
}

/* The page's place in its anon_vma, by which pwk_rmap_walk () finds its entries: page offset of the
 * address as the region had it when it was first written to, which mremap () does not change. 44
 * bits are the field's width. */
static void
set_anon_mapping (PwkPage *page, const PwkVma *vma, PwkVaddr addr)
{
  pwk_assert_debug (vma->anon_vma != 0);
  page->mapping = vma->anon_vma << 2 | PWK_MAPPING_ANON;
  page->index = pwk_linear_page_index (vma, addr) & (((uint64_t) 1 << 44) - 1);
}

/* Follows mm/rmap.c:folio_add_new_anon_rmap(). A page that nobody else has seen yet, hence
 * exclusive, and nothing in it is on any disk, hence up to date. VM_DROPPABLE's is never to be
 * swapped. */
void
pwk_rmap_add_new_anon (PwkMachine *machine, PwkPfn head, PwkIndex vma_index, PwkVaddr addr)
{
  PwkPage *page = pwk_page_edit (machine, head);
  const PwkVma *vma = pwk_vma (machine, vma_index);
  int64_t n = 1;

  pwk_assert_debug (page->type == PWK_PAGE_ANON && page->_mapcount == 0);
  pwk_assert_debug (addr >= vma->vm_start && addr < vma->vm_end);
  set_anon_mapping (page, vma, addr);
  pwk_page_set_flags (machine, head, PWK_PG_UPTODATE | PWK_PG_ANON_EXCLUSIVE | (vma->vm_flags & PWK_VM_DROPPABLE ? 0 : PWK_PG_SWAPBACKED), 0);
  if (page->pg_flags & PWK_PG_HEAD)
    {
      n = (int64_t) HPAGE_PAGES;
      pwk_page_edit (machine, head + 1)->lru_next = 1;
      add_large_mapcount (machine, head, 1, vma->vm_mm);
      pwk_mod_node_stat (machine, head, PWK_NR_ANON_THPS, n);
    }
  else
    page->_mapcount = 1;
  pwk_mod_node_stat (machine, head, PWK_NR_ANON_MAPPED, n);
  pwk_emit_folio_add_rmap (machine, head, 1, vma_index, addr);
}

/* __folio_add_rmap () of a large folio. AnonPages counts pages that are mapped at all: by the first
 * pmd all that no pte maps yet, by a pte one that no pmd maps. */
static void
rmap_add_large (PwkMachine *machine, PwkPfn head, PwkPfn pfn, PwkIndex mm, bool pmd)
{
  PwkPage *tail = pwk_page_edit (machine, head + 1);
  int64_t mapped = 0;

  if (pmd)
    {
      if (tail->lru_next++ == 0)
        {
          mapped = (int64_t) (HPAGE_PAGES - tail->private_);
          pwk_mod_node_stat (machine, head, PWK_NR_ANON_THPS, (int64_t) HPAGE_PAGES);
        }
    }
  else if (pwk_page_edit (machine, pfn)->_mapcount++ == 0)
    {
      tail->private_++;
      mapped = tail->lru_next == 0;
    }
  add_large_mapcount (machine, head, 1, mm);
  if (mapped)
    pwk_mod_node_stat (machine, head, mapped_stat (pwk_page (machine, head)), mapped);
}

/* Locked memory locks its pages as they are mapped; parts of a large folio do not. rss is the
 * caller's to count, since rmap knows pages and not kinds of memory. */
void
pwk_rmap_add (PwkMachine *machine, PwkPfn pfn, PwkIndex vma, PwkVaddr addr, bool pmd)
{
  PwkPfn head = pwk_page_head (machine, pfn);

  pwk_assert_debug (pwk_page (machine, head)->_refcount > 0);
  if (pwk_page (machine, head)->pg_flags & PWK_PG_HEAD)
    rmap_add_large (machine, head, pfn, pwk_vma (machine, vma)->vm_mm, pmd);
  else
    {
      PwkPage *page = pwk_page_edit (machine, pfn);

      if (page->_mapcount++ == 0)
        pwk_mod_node_stat (machine, pfn, mapped_stat (page), 1);
    }
  pwk_emit_folio_add_rmap (machine, pfn, pwk_page_mapcount (machine, pfn), vma, addr);
  if (locks_pages (pwk_vma (machine, vma)) && (pmd || !pwk_page_is_large (pwk_page (machine, pfn))))
    pwk_mlock_folio (machine, head);
}

/* __folio_remove_rmap () of a large folio. A folio of which a part is unmapped is queued to be
 * split when memory is short (deferred_split_folio ()), unless all of it goes: then it is freed
 * whole. */
static void
rmap_remove_large (PwkMachine *machine, PwkPfn head, PwkPfn pfn, PwkIndex mm, bool pmd)
{
  PwkPage *tail = pwk_page_edit (machine, head + 1);
  int64_t unmapped = 0;

  sub_large_mapcount (machine, head, 1, mm);
  if (pmd)
    {
      if (--tail->lru_next == 0)
        {
          unmapped = (int64_t) (HPAGE_PAGES - tail->private_);
          pwk_mod_node_stat (machine, head, PWK_NR_ANON_THPS, -(int64_t) HPAGE_PAGES);
        }
    }
  else if (--pwk_page_edit (machine, pfn)->_mapcount == 0)
    {
      tail->private_--;
      unmapped = tail->lru_next == 0;
    }
  if (unmapped)
    pwk_mod_node_stat (machine, head, mapped_stat (pwk_page (machine, head)), -unmapped);
  /* deferred_split_folio (): the parts that nobody maps could be freed by a split. Those of a file's folio are the file's. */
  if (unmapped && pwk_folio_mapcount (machine, head) > 0 && pwk_page_is_anon (pwk_page (machine, head)))
    {
      if (!(pwk_page (machine, head)->pg_flags & PWK_PG_PARTIALLY_MAPPED))
        pwk_count_vm_event (machine, PWK_THP_DEFERRED_SPLIT_PAGE);
      pwk_page_set_flags (machine, head, PWK_PG_PARTIALLY_MAPPED, 0);
      pwk_deferred_split_folio (machine, head);
    }
}

/* Nobody's page is exclusively nobody's. References are dropped by the caller, after the TLB was
 * flushed. */
void
pwk_rmap_remove (PwkMachine *machine, PwkPfn pfn, PwkIndex vma, PwkVaddr addr, bool pmd)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  uint32_t mapcount;

  if (pwk_page (machine, head)->pg_flags & PWK_PG_HEAD)
    rmap_remove_large (machine, head, pfn, pwk_vma (machine, vma)->vm_mm, pmd);
  else
    {
      PwkPage *page = pwk_page_edit (machine, pfn);

      pwk_assert_debug (page->_mapcount > 0 || machine->st->lab_flags);
      if (--page->_mapcount == 0)
        pwk_mod_node_stat (machine, pfn, mapped_stat (page), -1);
    }
  mapcount = pwk_page_mapcount (machine, pfn);
  if (mapcount == 0)
    pwk_page_set_flags (machine, pfn, 0, PWK_PG_ANON_EXCLUSIVE);
  pwk_emit_folio_remove_rmap (machine, pfn, mapcount, vma, addr);
  if (locks_pages (pwk_vma (machine, vma)))
    pwk_munlock_folio (machine, head);
}

/* So that the next walk need not look through the regions of parents who have it no longer. */
void
pwk_rmap_move_anon (PwkMachine *machine, PwkPfn head, PwkIndex vma)
{
  PwkPage *page = pwk_page_edit (machine, head);

  pwk_assert_debug (page->type == PWK_PAGE_ANON && pwk_vma (machine, vma)->anon_vma != 0);
  page->mapping = pwk_vma (machine, vma)->anon_vma << 2 | PWK_MAPPING_ANON;
}

/* --- walking --- */

/* Of any page of the region; -1 is no address. */
PwkVaddr
pwk_vma_address (const PwkVma *vma, uint64_t index)
{
  if (index < vma->vm_pgoff || index >= vma->vm_pgoff + ((vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT))
    return (PwkVaddr) -1;
  return vma->vm_start + ((index - vma->vm_pgoff) << PWK_PAGE_SHIFT);
}

/* vma_address (): of the first of @n pages from @index on that the region has, -1 if it has none. */
static PwkVaddr
first_address (const PwkVma *vma, uint64_t index, uint64_t n)
{
  return pwk_vma_address (vma, index < vma->vm_pgoff && index + n > vma->vm_pgoff ? vma->vm_pgoff : index);
}

/* Every region that could map one of the @n pages from that index on, with the address of the first: rmap_walk_anon () along the anon_vma's chains,
 * rmap_walk_file () along i_mmap. @see returns false to end. */
typedef bool (*RegionViewer) (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, void *data);

/* The next link is read before the region is visited, since a visit may unmap it. Regions that do
 * not reach the page are passed over: an anon_vma knows those that may have it, not those that do. */
static void
view_regions (const PwkMachine *machine, uint32_t mapping, uint64_t index, uint64_t n, RegionViewer see, void *data)
{
  PwkIndex object = mapping >> 2, next;
  PwkVaddr addr;

  pwk_assert_debug (n > 0);

  if ((mapping & 3) == PWK_MAPPING_ANON)
    {
      for (PwkIndex i = pwk_anon_vma (machine, object)->avc_first; i; i = next)
        {
          next = pwk_avc (machine, i)->same_anon_next;
          addr = first_address (pwk_vma (machine, pwk_avc (machine, i)->vma), index, n);
          if (addr != (PwkVaddr) -1 && !see (machine, pwk_avc (machine, i)->vma, addr, data))
            return;
        }
    }
  else if ((mapping & 3) == PWK_MAPPING_INODE)
    {
      for (PwkIndex vma = pwk_inode (machine, object)->i_mmap_first; vma; vma = next)
        {
          next = pwk_vma (machine, vma)->i_mmap_next;
          addr = first_address (pwk_vma (machine, vma), index, n);
          if (addr != (PwkVaddr) -1 && !see (machine, vma, addr, data))
            return;
        }
    }
}

typedef struct { PwkPfn pfn; PwkRmapViewer view; void *data; } View;

/* Follows mm/page_vma_mapped.c:page_vma_mapped_walk(), of one page in one region: the entry must be
 * there, of either size, and name this page. */
static bool
view_entry (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, void *data)
{
  const View *to = data;
  PwkEntryRef entry = pwk_entry_lookup (machine, pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte pte = pwk_entry_get (machine, entry);

  if (!pwk_pte_present (pte))
    return true;
  if (entry.level == PWK_LEVEL_PTE
        ? pwk_pte_pfn (pte) != to->pfn
        : entry.level != PWK_LEVEL_PMD || !pwk_pmd_leaf (pte) || pwk_pte_pfn (pte) != pwk_page_head (machine, to->pfn))
    return true;
  return to->view (machine, vma, addr, entry, to->data);
}

/* A tail page is looked for under its folio's mapping, at its own index. */
void
pwk_rmap_view (const PwkMachine *machine, PwkPfn pfn, PwkRmapViewer view, void *data)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  const PwkPage *page = pwk_page (machine, head);

  view_regions (machine, page->mapping, page->index + (pfn - head), 1, view_entry, &(View) { pfn, view, data });
}

typedef struct { PwkPfn head; PwkRmapViewer view; void *data; } FolioView;

/* page_vma_mapped_walk () of the folio's pages that the region has, the first of them at @addr. A huge entry is all of them. */
static bool
view_entries (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, void *data)
{
  const FolioView *to = data;
  const PwkVma *record = pwk_vma (machine, vma);
  uint64_t index = record->vm_pgoff + ((addr - record->vm_start) >> PWK_PAGE_SHIFT), first = pwk_page (machine, to->head)->index;
  uint64_t end = MIN (first + pwk_folio_pages (machine, to->head), record->vm_pgoff + ((record->vm_end - record->vm_start) >> PWK_PAGE_SHIFT));

  for (; index < end; index++, addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef entry = pwk_entry_lookup (machine, pwk_mm (machine, record->vm_mm)->pgd, addr, PWK_LEVEL_PTE);
      PwkPte pte = pwk_entry_get (machine, entry);
      bool huge = entry.level == PWK_LEVEL_PMD && pwk_pmd_leaf (pte);

      if (!pwk_pte_present (pte) || (entry.level != PWK_LEVEL_PTE && !huge)
          || pwk_pte_pfn (pte) != (huge ? to->head : to->head + (index - first)))
        continue;
      if (!to->view (machine, vma, addr, entry, to->data))
        return false;
      if (huge)
        return true;
    }
  return true;
}

typedef struct { PwkMachine *machine; PwkRegionVisitor visit; void *data; } RegionVisit;

/* Lends a visitor that changes the machine to a walk that does not. */
static bool
region_to_visit (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, void *data)
{
  const RegionVisit *to = data;

  (void) machine;
  return to->visit (to->machine, vma, addr, to->data);
}

/* Walking is viewing by somebody who may write; the machine is passed along beside the const one. */
void
pwk_rmap_walk_regions (PwkMachine *machine, uint32_t mapping, uint64_t index, PwkRegionVisitor visit, void *data)
{
  view_regions (machine, mapping, index, 1, region_to_visit, &(RegionVisit) { machine, visit, data });
}

typedef struct { PwkMachine *machine; PwkRmapVisitor visit; void *data; } Visit;

/* The same of visitors that are given the entry. */
static bool
view_to_visit (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  const Visit *to = data;

  (void) machine;
  return to->visit (to->machine, vma, addr, entry, to->data);
}

/* For who may change the entry that he is shown. */
void
pwk_rmap_walk (PwkMachine *machine, PwkPfn pfn, PwkRmapVisitor visit, void *data)
{
  pwk_rmap_view (machine, pfn, view_to_visit, &(Visit) { machine, visit, data });
}

void
pwk_rmap_walk_folio (PwkMachine *machine, PwkPfn head, PwkRmapVisitor visit, void *data)
{
  const PwkPage *page = pwk_page (machine, head);
  Visit to = { machine, visit, data };
  FolioView view = { head, view_to_visit, &to };

  pwk_assert_debug (!(page->pg_flags & PWK_PG_TAIL));
  view_regions (machine, page->mapping, page->index, pwk_folio_pages (machine, head), view_entries, &view);
}
