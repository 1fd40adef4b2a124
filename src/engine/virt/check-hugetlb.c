/* check-hugetlb.c - the invariants of pools of huge pages: what they count, who maps them, and what is promised
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three sources must agree: the pool's numbers, by node and in all; the frames themselves, all of
 * which are looked at; and regions with their tables and reservation maps. Of a page: references
 * are entries that map it and the object's one; exclusive means one entry; in use means somebody's.
 * Of promises: resv_huge_pages is what regions and objects are still to be given, and what
 * mremap () lost; it never exceeds what is free. A machine without huge pages costs no walk. */
#include "engine/virt/check.h"

#include "engine/core/check.h"
#include "engine/paging/mm.h"
#include "engine/phys/folio.h"
#include "engine/phys/section.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"

#define U64 "%" G_GUINT64_FORMAT

/* One check: entries by page, and promises by pool, gathered from regions first. */
typedef struct
{
  const PwkMachine *machine;
  PwkViolations     found;
  GHashTable       *entries;                   /* pfn + 1 → entries that map it */
  uint64_t          promised[PWK_N_HSTATES];   /* what regions and objects say */
} Check;

/* --- pools --- */

/* What the frames say of a pool, by node: pages, and free ones. */
typedef struct { uint32_t all[PWK_MAX_NODES], free[PWK_MAX_NODES]; } Census;

/* A page of a pool, free or not. The cache's reference stands for the file that has the page. */
static void
check_page (Check *check, PwkPfn pfn)
{
  const PwkMachine *machine = check->machine;
  const PwkPage *page = pwk_page (machine, pfn);
  uint32_t entries = GPOINTER_TO_UINT (g_hash_table_lookup (check->entries, GSIZE_TO_POINTER (pfn + 1)));
  bool cached = (page->mapping & 3) == PWK_MAPPING_INODE;

  if (pwk_folio_mapcount (machine, pfn) != entries || pwk_folio_entire_mapcount (machine, pfn) != entries)
    pwk_violation (&check->found, "huge page " U64 ": its mapping count is %u, entries are %u", pfn, pwk_folio_mapcount (machine, pfn), entries);
  if (page->_refcount != (int32_t) entries + cached)
    pwk_violation (&check->found, "huge page " U64 ": %d references, %u entries map it%s", pfn, page->_refcount, entries, cached ? ", cached" : "");
  if (page->_refcount && !page->mapping)
    pwk_violation (&check->found, "huge page " U64 " is in use, and is nobody's", pfn);
  if ((page->pg_flags & PWK_PG_ANON_EXCLUSIVE) && entries != 1)
    pwk_violation (&check->found, "huge page " U64 ": exclusive, mapped by %u entries", pfn, entries);
  if (cached && pwk_page_cache_get (machine, page->mapping >> 2, page->index) != pfn)
    pwk_violation (&check->found, "huge page " U64 ": its object does not have it", pfn);
}

/* All huge pages that there are, by pool and node. */
static void
take_census (Check *check, Census *census)
{
  const PwkMachine *machine = check->machine;

  for (PwkPfn pfn = pwk_open_frame (machine, 0); pfn < machine->st->max_pfn; pfn = pwk_open_frame (machine, pfn + 1))
    {
      const PwkPage *page = pwk_page (machine, pfn);

      if (page->type != PWK_PAGE_HUGETLB || (page->pg_flags & PWK_PG_TAIL))
        continue;
      census[pwk_folio_hstate (machine, pfn)].all[pwk_pfn_zone (machine, pfn)->node]++;
      census[pwk_folio_hstate (machine, pfn)].free[pwk_pfn_zone (machine, pfn)->node] += page->_refcount == 0;
      check_page (check, pfn);
    }
}

/* The free list of a node, and its numbers. A list longer than the pool has pages is a loop. */
static void
check_node (Check *check, PwkHstateIndex h, unsigned node, const Census *census)
{
  const PwkHstate *hstate = pwk_hstate (check->machine, h);
  uint32_t on_list = 0;

  for (uint32_t pfn = hstate->freelist[node]; pfn != PWK_PFN_NIL && on_list <= hstate->free_huge_pages; on_list++)
    {
      const PwkPage *page = pwk_page (check->machine, pfn);

      if (page->type != PWK_PAGE_HUGETLB || page->_refcount || pwk_pfn_zone (check->machine, pfn)->node != node)
        {
          pwk_violation (&check->found, "frame %u is on node %u's list of free huge pages, and is none", pfn, node);
          return;
        }
      pfn = page->lru_next;
    }
  if (hstate->nr_huge_pages_node[node] != census->all[node])
    pwk_violation (&check->found, "node %u counts %u huge pages of order %u, there are %u", node, hstate->nr_huge_pages_node[node], hstate->order,
                   census->all[node]);
  if (hstate->free_huge_pages_node[node] != on_list || on_list != census->free[node])
    pwk_violation (&check->found, "node %u counts %u free huge pages of order %u, %u are on its list, %u are free", node,
                   hstate->free_huge_pages_node[node], hstate->order, on_list, census->free[node]);
  if (hstate->surplus_huge_pages_node[node] > hstate->nr_huge_pages_node[node])
    pwk_violation (&check->found, "node %u has more surplus huge pages than huge pages", node);
}

/* The sum of the nodes is the pool's, and promises are covered. */
static void
check_pool (Check *check, PwkHstateIndex h, const Census *census)
{
  const PwkHstate *hstate = pwk_hstate (check->machine, h);
  uint64_t all = 0, free_pages = 0, surplus = 0;

  for (unsigned node = 0; node < check->machine->st->n_nodes; node++)
    {
      check_node (check, h, node, census);
      all += hstate->nr_huge_pages_node[node];
      free_pages += hstate->free_huge_pages_node[node];
      surplus += hstate->surplus_huge_pages_node[node];
    }
  if (all != hstate->nr_huge_pages || free_pages != hstate->free_huge_pages || surplus != hstate->surplus_huge_pages)
    pwk_violation (&check->found, "huge pages of order %u: all, free and surplus are " U64 ", " U64 ", " U64 ", of the nodes " U64 ", " U64 ", " U64,
                   hstate->order, hstate->nr_huge_pages, hstate->free_huge_pages, hstate->surplus_huge_pages, all, free_pages, surplus);
  if (hstate->resv_huge_pages > hstate->free_huge_pages)
    pwk_violation (&check->found, "huge pages of order %u: " U64 " are promised, " U64 " are free", hstate->order, hstate->resv_huge_pages,
                   hstate->free_huge_pages);
  if (check->promised[h] + hstate->resv_lost != hstate->resv_huge_pages)
    pwk_violation (&check->found, "huge pages of order %u: " U64 " are promised, regions and objects have " U64, hstate->order,
                   hstate->resv_huge_pages, check->promised[h] + hstate->resv_lost);
}

/* --- regions and objects --- */

/* Entries of one region; returns the small pages that they map. Each entry covers a whole page of
 * the pool; another size or another kind of page is a violation. */
static uint64_t
count_entries (Check *check, PwkIndex index)
{
  const PwkMachine *machine = check->machine;
  const PwkVma *vma = pwk_vma (machine, index);
  uint64_t size = pwk_vma_kernel_pagesize (machine, vma), pages = 0;

  for (PwkVaddr addr = vma->vm_start; addr < vma->vm_end; addr += size)
    {
      PwkEntryRef ref = pwk_hugetlb_walk (machine, vma, addr);
      PwkPte entry = ref.table == PWK_NO_PFN ? (PwkPte) { 0 } : pwk_entry_get (machine, ref);
      gpointer key = GSIZE_TO_POINTER (pwk_pte_pfn (entry) + 1);

      if (pwk_pte_none (entry))
        continue;
      if (!pwk_pmd_leaf (entry) || pwk_page (machine, pwk_pte_pfn (entry))->type != PWK_PAGE_HUGETLB)
        {
          pwk_violation (&check->found, "mm %u: 0x%" G_GINT64_MODIFIER "x of a hugetlb region maps no huge page", vma->vm_mm, addr);
          continue;
        }
      pages += size >> PWK_PAGE_SHIFT;
      g_hash_table_insert (check->entries, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (check->entries, key)) + 1));
    }
  return pages;
}

/* Regions of huge pages of one address space: entries, use, and promises that were not kept. */
static void
check_mm (Check *check, PwkIndex mm)
{
  const PwkMachine *machine = check->machine;
  uint64_t pages = 0;

  for (PwkIndex i = pwk_mm (machine, mm)->mmap; i; i = pwk_vma (machine, i)->vm_next)
    {
      const PwkVma *vma = pwk_vma (machine, i);
      uint64_t from, to;

      if (!pwk_is_vm_hugetlb (vma))
        continue;
      pages += count_entries (check, i);
      if (!vma->resv_map || !(vma->resv_flags & PWK_HPAGE_RESV_OWNER))
        continue;
      from = pwk_vma_hugecache_offset (machine, vma, vma->vm_start);
      to = pwk_vma_hugecache_offset (machine, vma, vma->vm_end);
      check->promised[pwk_vma_hstate (machine, vma)] += to - from - pwk_resv_map_count (machine, vma->resv_map, from, to);
    }
  if (pages != pwk_mm (machine, mm)->hugetlb_usage)
    pwk_violation (&check->found, "mm %u: hugetlb_usage is " U64 ", its tables have " U64, mm, pwk_mm (machine, mm)->hugetlb_usage, pages);
}

/* Objects' promises are what was promised less what is there. */
bool
pwk_hugetlb_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };
  Census census[PWK_N_HSTATES] = { 0 };
  bool any = machine->st->pools[PWK_POOL_RESV_MAP].n_used > 0;

  for (PwkHstateIndex h = 0; h < PWK_N_HSTATES; h++)
    any |= pwk_hstate (machine, h)->nr_huge_pages || pwk_hstate (machine, h)->resv_huge_pages;
  if (!any || (machine->st->lab_flags & PWK_LAB_PTE_EDITED))
    return true;
  check.entries = g_hash_table_new (NULL, NULL);
  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    if (pwk_mm (machine, mm)->mm_users > 0)
      check_mm (&check, mm);
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_INODE].next; i++)
    if (pwk_inode (machine, i)->refcount > 0 && pwk_inode (machine, i)->resv_map)
      check.promised[pwk_inode (machine, i)->hstate] += pwk_resv_map_count (machine, pwk_inode (machine, i)->resv_map, 0, UINT64_MAX)
                                                        - pwk_inode (machine, i)->nrpages;
  take_census (&check, census);
  for (PwkHstateIndex h = 0; h < PWK_N_HSTATES; h++)
    check_pool (&check, h, &census[h]);
  g_hash_table_unref (check.entries);
  return pwk_violations_end (&check.found);
}
