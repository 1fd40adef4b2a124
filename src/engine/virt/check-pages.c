/* check-pages.c - the invariants of user pages: references, mapping counts, page caches, statistics
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the frames' side. Of each page that is anonymous, of a file or shared memory:
 *
 *      _refcount = entries that map it + the page cache's + the swap cache's + a write's + batches'
 *
 * and over all of them the node counters of /proc/vmstat; from the files' side, that each page in
 * an index says that it is there. check.c goes from the page tables to the frames; together no
 * count is left that nobody found again. */
#include "engine/virt/check.h"

#include "engine/core/check.h"
#include "engine/paging/mm.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"

/* One check, with sums over all frames. */
typedef struct
{
  const PwkMachine *machine;
  PwkViolations     found;
  int64_t           anon_mapped, file_mapped, file_pages, shmem, dirty, thps;   /* pages */
  int64_t           entries;    /* of 4 KiB, that map them all together */
} Check;

#define U64 "%" G_GUINT64_FORMAT

/* All references of an anonymous page are mappings; one of a file has one more, the cache's, which
 * knows it at its index. Batches may have more. One that only a batch still holds is nobody's. */
static void
check_small (Check *check, PwkPfn pfn, const PwkPage *page)
{
  bool cached = (page->mapping & 3) == PWK_MAPPING_INODE, swapped = page->pg_flags & PWK_PG_SWAPCACHE;
  int32_t known = page->_mapcount + cached + swapped + ((page->pg_flags & PWK_PG_WRITEBACK) != 0);   /* a write that is held holds the page */

  check->entries += page->_mapcount;
  if (page->_mapcount == 0 && !cached && !swapped && page->_refcount > 0 && page->_refcount == (int32_t) pwk_batch_refs (check->machine, pfn))
    return;
  if (page->_refcount != known && page->_refcount != known + (int32_t) pwk_batch_refs (check->machine, pfn))
    pwk_violation (&check->found, "frame " U64 ": %d references, %d entries map it%s", pfn, page->_refcount, page->_mapcount, cached ? ", cached" : "");
  if (page->type == PWK_PAGE_ANON)
    {
      check->anon_mapped += page->_mapcount > 0;
      check->file_pages += swapped;   /* the swap cache counts as one */
      if ((page->mapping & 3) != PWK_MAPPING_ANON && !(swapped && page->_mapcount == 0))
        pwk_violation (&check->found, "frame " U64 ": anonymous, without an anon_vma", pfn);
      if ((page->pg_flags & PWK_PG_ANON_EXCLUSIVE) && page->_mapcount != 1)
        pwk_violation (&check->found, "frame " U64 ": exclusive, mapped by %d entries", pfn, page->_mapcount);
      return;
    }
  if (page->type == PWK_PAGE_SHMEM && swapped && !cached && page->_mapcount == 0)    /* on its way to the swap area, and still in memory */
    {
      check->file_pages++;
      return;
    }
  check->file_mapped += page->_mapcount > 0;
  check->file_pages++;
  check->shmem += page->type == PWK_PAGE_SHMEM;
  check->dirty += page->type == PWK_PAGE_FILE && (page->pg_flags & PWK_PG_DIRTY);
  if (!cached || pwk_page_cache_get (check->machine, page->mapping >> 2, page->index) != pfn)
    pwk_violation (&check->found, "frame " U64 ": not in its file's cache at index " U64, pfn, (uint64_t) page->index);
}

/* A file's large folio: the file has all of it, in its place, and counts all of it. */
static void
check_large_cached (Check *check, PwkPfn head, const PwkPage *page, int64_t mapped)
{
  uint64_t n = pwk_folio_pages (check->machine, head);

  check->file_mapped += mapped;
  check->file_pages += (int64_t) n;
  check->dirty += page->pg_flags & PWK_PG_DIRTY ? (int64_t) n : 0;
  if (page->index & (n - 1))
    pwk_violation (&check->found, "folio " U64 ": index " U64 " is no multiple of its " U64 " pages", head, (uint64_t) page->index, n);
  for (uint64_t i = 0; i < n; i++)
    if (pwk_page_cache_get (check->machine, page->mapping >> 2, page->index + i) != head + i)
      pwk_violation (&check->found, "folio " U64 ": page " U64 " is not in its file's cache at index " U64, head, i, (uint64_t) page->index + i);
}

static void
check_large (Check *check, PwkPfn head, const PwkPage *page)
{
  const PwkMachine *machine = check->machine;
  uint32_t entire = pwk_folio_entire_mapcount (machine, head), by_ptes = 0, mapped = 0;
  bool cached = (page->mapping & 3) == PWK_MAPPING_INODE;
  int64_t n = (int64_t) pwk_folio_pages (machine, head), known;

  for (int64_t i = 0; i < n; i++)
    {
      by_ptes += (uint32_t) pwk_page (machine, head + (uint64_t) i)->_mapcount;
      mapped += pwk_page (machine, head + (uint64_t) i)->_mapcount > 0;
    }
  known = entire + by_ptes + (cached ? n + ((page->pg_flags & PWK_PG_WRITEBACK) != 0) : 0);
  check->entries += by_ptes + entire * n;
  if (pwk_folio_mapcount (machine, head) != entire + by_ptes)
    pwk_violation (&check->found, "folio " U64 ": _large_mapcount is %u, it has %u huge and %u small mappings", head, pwk_folio_mapcount (machine, head),
                   entire, by_ptes);
  if (page->_refcount == 0 || (page->_refcount != known && (!cached || page->_refcount != known + pwk_batch_refs (machine, head))))
    pwk_violation (&check->found, "folio " U64 ": %d references, %u mappings%s", head, page->_refcount, entire + by_ptes, cached ? ", cached" : "");
  if (pwk_page (machine, head + 1)->private_ != mapped)
    pwk_violation (&check->found, "folio " U64 ": _nr_pages_mapped is %u, %u pages are", head, (unsigned) pwk_page (machine, head + 1)->private_, mapped);
  if (cached)
    {
      check_large_cached (check, head, page, mapped);
      return;
    }
  check->anon_mapped += entire ? n : mapped;
  check->thps += entire ? n : 0;
}

/* All frames of sections that were ever opened. */
static void
check_frames (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkPfn pfn = pwk_open_frame (machine, 0); pfn < machine->st->max_pfn; pfn = pwk_open_frame (machine, pfn + 1))
    {
      const PwkPage *page = pwk_page (machine, pfn);

      if ((page->type != PWK_PAGE_ANON && page->type != PWK_PAGE_FILE && page->type != PWK_PAGE_SHMEM) || (page->pg_flags & PWK_PG_TAIL))
        continue;
      if (page->pg_flags & PWK_PG_HEAD)
        check_large (check, pfn, page);
      else
        check_small (check, pfn, page);
    }
}

/* A counter against what was found; after set_pte () by hand it may be wrong. */
static void
check_stat (Check *check, PwkNodeStat item, const char *name, int64_t found)
{
  int64_t stat = pwk_global_node_state (check->machine, item);

  if (stat != found && !(check->machine->st->lab_flags & PWK_LAB_PTE_EDITED))
    pwk_violation (&check->found, "%s is %" G_GINT64_FORMAT ", found are %" G_GINT64_FORMAT, name, stat, found);
}

/* What is a large folio's, its pages have alike. PG_readahead is the bit of PG_reclaim, which
 * reclaim gives to pages that it meets dirty or under writeback, one at a time. */
static void
check_cache_folio (Check *check, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  const PwkMachine *machine = check->machine;
  PwkPfn first = pwk_page_cache_get (machine, inode, pwk_cache_folio_first (machine, pfn));
  uint32_t alike = PWK_PG_DIRTY | PWK_PG_UPTODATE | PWK_PG_LOCKED;

  if (first == PWK_NO_PFN || first == pfn || pwk_page_is_large (pwk_page (machine, pfn)))
    return;
  if (!((pwk_page (machine, first)->pg_flags | pwk_page (machine, pfn)->pg_flags) & (PWK_PG_DIRTY | PWK_PG_WRITEBACK)))
    alike |= PWK_PG_READAHEAD;
  if (pwk_cache_folio_order (machine, first) != pwk_cache_folio_order (machine, pfn)
      || (pwk_page (machine, first)->pg_flags & alike) != (pwk_page (machine, pfn)->pg_flags & alike))
    pwk_violation (&check->found, "inode %u: the page at index " U64 " is not like the first of its folio", inode, index);
}

/* A node of a file's index, and those below it: what is counted is there, and what is on the disk is something. A node of nothing would
 * have been freed. */
static void
check_node (Check *check, PwkIndex inode, PwkIndex index, uint32_t height)
{
  const PwkXnode *node = pwk_pool_get (check->machine, PWK_POOL_XNODE, index);

  if (node->count != (uint32_t) __builtin_popcountll (node->present) || (node->on_disk & ~node->present))
    pwk_violation (&check->found, "inode %u: a node of its index counts %u entries, %d are there", inode, node->count,
                   __builtin_popcountll (node->present));
  for (unsigned i = 0; height > 1 && i < PWK_XNODE_SLOTS; i++)
    if (node->present >> i & 1)
      check_node (check, inode, node->slots[i], height - 1);
}

/* Each file's pages as its index has them, and the regions that map it. */
static void
check_inode (Check *check, PwkIndex index)
{
  const PwkMachine *machine = check->machine;
  const PwkInode *inode = pwk_inode (machine, index);
  uint64_t n = 0, at = 0;
  PwkIndex prev = 0;
  PwkPfn pfn;

  if (inode->i_pages)
    check_node (check, index, inode->i_pages, inode->i_pages_height);
  for (; (pfn = pwk_page_cache_next (machine, index, &at, UINT64_MAX)) != PWK_NO_PFN; at++, n++)
    {
      if (pwk_page (machine, pwk_page_head (machine, pfn))->mapping >> 2 != index || pwk_cache_page_index (machine, pfn) != at)
        pwk_violation (&check->found, "inode %u: frame " U64 " at index " U64 " says it is another", index, pfn, at);
      check_cache_folio (check, index, at, pfn);
    }
  if (n != inode->nrpages)
    pwk_violation (&check->found, "inode %u: nrpages is " U64 ", its index has " U64, index, inode->nrpages, n);
  for (PwkIndex vma = inode->i_mmap_first; vma; prev = vma, vma = pwk_vma (machine, vma)->i_mmap_next)
    {
      const PwkVma *record = pwk_vma (machine, vma);

      if (record->i_mmap_prev != prev || !record->vm_file || pwk_file (machine, record->vm_file)->inode != index)
        {
          pwk_violation (&check->found, "inode %u: its list of mappings is broken at vma %u", index, vma);
          return;
        }
    }
  if (inode->i_mmap_last != prev)
    pwk_violation (&check->found, "inode %u: its list of mappings ends with another vma than it says", index);
}

/* Frames first, which count into the check; then what the node counters and each inode say is
 * compared. Pages mapped are counted from both ends: rss of all address spaces, _mapcount of all
 * pages. */
bool
pwk_pages_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };
  int64_t rss = 0;

  check_frames (&check);
  check_stat (&check, PWK_NR_ANON_MAPPED, "NR_ANON_MAPPED", check.anon_mapped);
  check_stat (&check, PWK_NR_FILE_MAPPED, "NR_FILE_MAPPED", check.file_mapped);
  check_stat (&check, PWK_NR_FILE_PAGES, "NR_FILE_PAGES", check.file_pages);
  check_stat (&check, PWK_NR_SHMEM, "NR_SHMEM", check.shmem);
  check_stat (&check, PWK_NR_FILE_DIRTY, "NR_FILE_DIRTY", check.dirty);
  check_stat (&check, PWK_NR_ANON_THPS, "NR_ANON_THPS", check.thps);
  for (PwkIndex inode = 1; inode < machine->st->pools[PWK_POOL_INODE].next; inode++)
    if (pwk_inode (machine, inode)->nlink || pwk_inode (machine, inode)->refcount > 0)
      check_inode (&check, inode);
  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    for (unsigned i = 0; i < PWK_NR_MM_COUNTERS; i++)
      rss += i == PWK_MM_SWAPENTS ? 0 : pwk_mm (machine, mm)->rss_stat[i];
  if (rss != check.entries && !(machine->st->lab_flags & PWK_LAB_PTE_EDITED))
    pwk_violation (&check.found, "all address spaces have %" G_GINT64_FORMAT " pages mapped, the pages know of %" G_GINT64_FORMAT, rss, check.entries);
  return pwk_violations_end (&check.found);
}
