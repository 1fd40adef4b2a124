/* file-fault.c - page faults in regions that have a file
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory.c:do_fault() and mm/filemap.c:filemap_fault(), filemap_map_pages(). A read is
 * first tried around: what is cached of the 64 KiB about it is mapped in one go, and if the page
 * was among it, that is all. Else the page is got, maybe from the disk, and mapped alone:
 *
 *      do_read_fault     fault around ──▶ page ──▶ mapped read-only
 *      do_cow_fault      new page ──▶ the file's page ──▶ its copy is mapped, writable, anonymous
 *      do_shared_fault   the file's page ──▶ page_mkwrite ──▶ mapped writable, dirty
 *
 * Who has to read lets go of the locks first (FAULT_FLAG_ALLOW_RETRY), so that the fault comes
 * twice: the first time reads, the second finds. Recordings: tests/kernel/vma, 07-files;
 * tests/kernel/lru/filecache. */
#include "engine/core/emit.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/fault-private.h"

#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/readahead.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma.h"

/* MMAP_LOTSAMISS, mm/filemap.c: more misses than hits by so many, and reading around is given up. */
#define MMAP_LOTSAMISS 100u

/* The file that the faulting region maps. */
static PwkIndex
inode_of (const PwkMachine *machine, const PwkFault *fault)
{
  return pwk_file (machine, pwk_vma (machine, fault->vma)->vm_file)->inode;
}

/* Follows mm/internal.h:maybe_unlock_mmap_for_io(). The first try lets go of the locks before it
 * waits for the disk, and the fault is done again. */
static bool
lets_go (const PwkFault *fault)
{
  return (fault->flags & (PWK_FAULT_FLAG_ALLOW_RETRY | PWK_FAULT_FLAG_TRIED)) == PWK_FAULT_FLAG_ALLOW_RETRY;
}

/* Program text is read ahead only, and within the region (6.16): what lies before the jump's target
 * is seldom wanted. */
static bool
is_text (const PwkMachine *machine, const PwkVma *vma)
{
  return machine->profile->ra_has_order && (vma->vm_flags & PWK_VM_EXEC);
}

/* The window of do_sync_mmap_readahead (). Read-around, since nobody knows in which direction the
 * accesses go: as much before the page as behind it, the last quarter of it read as soon as that is
 * reached. Of program text, from the page to the region's end. */
static void
set_window (const PwkMachine *machine, const PwkVma *vma, PwkFile *ra, uint64_t pgoff)
{
  uint64_t end;

  ra->ra_order = 0;
  if (is_text (machine, vma))
    {
      end = vma->vm_pgoff + ((vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT);
      ra->ra_start = MAX (pgoff, vma->vm_pgoff);
      ra->ra_size = (uint32_t) (MIN (ra->ra_start + ra->ra_pages, end) - ra->ra_start);
      ra->ra_async_size = 0;
    }
  else
    {
      ra->ra_start = pgoff > ra->ra_pages / 2 ? pgoff - ra->ra_pages / 2 : 0;
      ra->ra_size = ra->ra_pages;
      ra->ra_async_size = ra->ra_pages / 4;
    }
}

/* Follows mm/filemap.c:do_sync_mmap_readahead(), of a page that is not cached. True if the locks
 * were let go. What was advised decides: MADV_HUGEPAGE, MADV_RANDOM (nothing), MADV_SEQUENTIAL (as
 * read () would), else around, unless that has missed too often. */
static bool
sync_mmap_readahead (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkFile *ra = pwk_file_edit (machine, vma->vm_file);

  if (vma->vm_flags & PWK_VM_HUGEPAGE)   /* two huge folios, or one, whatever else was advised */
    {
      ra->ra_async_size = (uint32_t) PWK_HPAGE_PAGES;
      ra->ra_size = vma->vm_flags & PWK_VM_RAND_READ ? ra->ra_async_size : 2 * ra->ra_async_size;
      ra->ra_order = PWK_HPAGE_ORDER;
      pwk_page_cache_ra_order (machine, vma->vm_file, fault->pgoff & ~(PWK_HPAGE_PAGES - 1), false);
      return lets_go (fault);
    }
  if (((vma->vm_flags & PWK_VM_RAND_READ) && !is_text (machine, vma)) || !ra->ra_pages)
    return false;
  if (vma->vm_flags & PWK_VM_SEQ_READ)
    {
      pwk_page_cache_sync_ra (machine, vma->vm_file, fault->pgoff, ra->ra_pages);
      return lets_go (fault);
    }
  if (ra->ra_mmap_miss < MMAP_LOTSAMISS * 10)
    ra->ra_mmap_miss++;
  if (ra->ra_mmap_miss > MMAP_LOTSAMISS)
    return false;
  set_window (machine, vma, ra, fault->pgoff);
  pwk_page_cache_ra_order (machine, vma->vm_file, ra->ra_start, false);
  return lets_go (fault);
}

/* Follows mm/filemap.c:do_async_mmap_readahead(), of a page that is cached. Each hit takes a miss
 * back; a page with PG_readahead is the mark at which the next window is to be read. */
static bool
async_mmap_readahead (PwkMachine *machine, PwkFault *fault, PwkPfn pfn)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkFile *ra = pwk_file_edit (machine, vma->vm_file);

  if ((vma->vm_flags & PWK_VM_RAND_READ) || !ra->ra_pages)
    return false;
  if (ra->ra_mmap_miss)
    ra->ra_mmap_miss--;
  if (!pwk_folio_test (machine, pfn, PWK_PG_READAHEAD))
    return false;
  pwk_page_cache_async_ra (machine, vma->vm_file, fault->pgoff, ra->ra_pages);
  return lets_go (fault);
}

/* The end of filemap_fault () for a page that readahead did not bring: it alone is read.
 * PWK_NO_PFN: no memory. */
static PwkPfn
read_one (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkPfn pfn = pwk_page_cache_create (machine, inode, index, PWK_GFP_HIGHUSER_MOVABLE);

  if (pfn != PWK_NO_PFN)
    pwk_ask_disk (machine, inode, index, 1);
  return pfn;
}

/* Follows mm/filemap.c:lock_folio_maybe_drop_mmap(), page_not_uptodate. The page is there, its
 * contents are not: somebody's read is under way. True if the locks were let go. */
static bool
wait_for (PwkMachine *machine, const PwkFault *fault, PwkPfn pfn)
{
  pwk_read_in (machine, inode_of (machine, fault), fault->pgoff, pfn);
  return lets_go (fault);
}

/* Follows mm/filemap.c:filemap_fault(). The file's page in fault->page, referenced. MAJOR where it
 * was not cached; RETRY where the locks were let go, the page being left for the next try. Behind
 * the file's last page: SIGBUS, even within the mapping. How one read by mapping counts under the
 * region's own lock, page by page (under the mm's lock, a second round still counts as major):
 *
 *      not cached            PGMAJFAULT, a window is read, RETRY; the second round finds the page: major
 *      cached, being read    waited for, RETRY; minor
 *      cached, the mark      the next window is begun, RETRY; minor
 *      cached                minor
 */
static uint32_t
filemap_fault (PwkMachine *machine, PwkFault *fault)
{
  PwkIndex inode = inode_of (machine, fault);
  bool gone = false;
  uint32_t ret = 0;
  PwkPfn pfn;

  if (fault->pgoff >= pwk_inode_pages (machine, inode))
    return PWK_VM_FAULT_SIGBUS;
  pfn = pwk_page_cache_get (machine, inode, fault->pgoff);
  if (pfn != PWK_NO_PFN)
    {
      pwk_emit_filemap_get_folio (machine, inode, fault->pgoff, pfn);
      pwk_user_page_get (machine, pwk_page_head (machine, pfn), 1);
      if (!(fault->flags & PWK_FAULT_FLAG_TRIED))
        gone = async_mmap_readahead (machine, fault, pfn);
      if (!pwk_page_is_uptodate (machine, pfn))
        gone |= wait_for (machine, fault, pfn);
    }
  else
    {
      pwk_count_vm_event (machine, PWK_PGMAJFAULT);
      ret = PWK_VM_FAULT_MAJOR;
      gone = sync_mmap_readahead (machine, fault);
      pfn = pwk_page_cache_get (machine, inode, fault->pgoff);
      if (pfn == PWK_NO_PFN)
        {
          pfn = read_one (machine, inode, fault->pgoff);
          gone = lets_go (fault);
        }
      if (pfn == PWK_NO_PFN)
        return PWK_VM_FAULT_OOM;
      pwk_user_page_get (machine, pwk_page_head (machine, pfn), 1);
      if (!pwk_page_is_uptodate (machine, pfn))
        gone |= wait_for (machine, fault, pfn);
    }
  if (gone)
    {
      pwk_user_page_put (machine, pwk_page_head (machine, pfn));
      return ret | PWK_VM_FAULT_RETRY;
    }
  fault->page = pfn;
  return ret | PWK_VM_FAULT_LOCKED;
}

/* shmem_fault (): the page is made at the first touch, or comes back from the swap area; the fault is major if the disk was asked for it. */
static uint32_t
shmem_fault (PwkMachine *machine, PwkFault *fault)
{
  PwkIndex inode = inode_of (machine, fault);
  uint64_t majors = machine->st->vm_event[PWK_PGMAJFAULT];
  PwkPfn pfn;

  if (fault->pgoff >= pwk_inode_pages (machine, inode))
    return PWK_VM_FAULT_SIGBUS;
  pfn = pwk_page_cache_get (machine, inode, fault->pgoff);
  if (pfn != PWK_NO_PFN)
    pwk_emit_filemap_get_folio (machine, inode, fault->pgoff, pfn);
  else
    pfn = pwk_page_cache_create (machine, inode, fault->pgoff, PWK_GFP_HIGHUSER_MOVABLE);
  if (pfn == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;
  pwk_user_page_get (machine, pwk_page_head (machine, pfn), 1);
  fault->page = pfn;
  return PWK_VM_FAULT_LOCKED | (machine->st->vm_event[PWK_PGMAJFAULT] > majors ? PWK_VM_FAULT_MAJOR : 0);
}

/* Shared memory and files of a disk, by the operations of the region. */
uint32_t
pwk_file_fault (PwkMachine *machine, PwkFault *fault)
{
  pwk_assert_debug (pwk_vma (machine, fault->vma)->vm_file != 0);
  return pwk_vma (machine, fault->vma)->vm_ops == PWK_VM_OPS_SHMEM ? shmem_fault (machine, fault) : filemap_fault (machine, fault);
}

/* --- mapping it --- */

/* Follows mm/memory.c:set_pte_range(), for one page of the file. A read of a shared mapping that
 * may be written is mapped writable if the page is dirty already, for then nobody needs to be told. */
static void
map_file_page (PwkMachine *machine, PwkFault *fault, PwkPfn pfn, PwkEntryRef entry, PwkVaddr addr, bool write)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPte pte = pwk_pte_mkyoung (pwk_mk_pte (pfn, vma->vm_page_prot));

  if (write)
    {
      pte = pwk_pte_mkdirty (pte);
      pte = pwk_maybe_mkwrite (pte, vma);
    }
  else if (pwk_pte_write (pte) && pwk_folio_test (machine, pfn, PWK_PG_DIRTY))
    pte = pwk_pte_mkdirty (pte);
  pwk_rmap_add (machine, pfn, fault->vma, addr, false);
  pwk_entry_set (machine, entry, pte, addr);
  pwk_add_mm_counter (machine, fault->mm, pwk_mm_counter (pwk_page (machine, pfn)), 1);
}

/* Follows mm/filemap.c:next_uptodate_folio(). The page at *@index or the next up to @last that may
 * be mapped without waiting: up to date, and not the mark of a readahead, which is to be met by a
 * fault of its own. */
static PwkPfn
next_uptodate (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last)
{
  PwkPfn pfn;

  for (; *index <= last && (pfn = pwk_page_cache_next (machine, inode, index, last)) != PWK_NO_PFN; ++*index)
    if (pwk_page_is_uptodate (machine, pfn) && !pwk_folio_test (machine, pfn, PWK_PG_READAHEAD))
      return pfn;
  return PWK_NO_PFN;
}

/* filemap_map_pages () puts a page table in by filemap_map_pmd (), which it does not call if the
 * first page it finds is the file's last (that might be a huge page across the end). Then, without
 * a table, it maps nothing. Where the program and its stack are, there is one. */
static bool
may_have_table (const PwkMachine *machine, const PwkFault *fault, PwkIndex inode, uint64_t start, uint64_t last)
{
  const PwkMm *mm = pwk_mm (machine, fault->mm);
  uint64_t region = fault->address / PWK_PMD_SIZE;
  PwkPfn pfn;

  if (!machine->profile->lone_last_page_waits || fault->pte.level == PWK_LEVEL_PTE || !pwk_inode_has_disk (machine, inode) || region == mm->start_code / PWK_PMD_SIZE
      || region == mm->start_stack / PWK_PMD_SIZE)
    return true;
  pfn = next_uptodate (machine, inode, &start, last);
  return pfn == PWK_NO_PFN
         || pwk_cache_folio_first (machine, pfn) + pwk_cache_folio_pages (machine, pfn) < pwk_inode_pages (machine, inode);
}

/* Follows mm/filemap.c:filemap_map_folio_range(). What of a large folio is mapped, *@from being
 * where it was met: all of it if the file goes on behind it and it lies in one region and one
 * table, else up to @last. */
static void
folio_range (const PwkMachine *machine, const PwkVma *vma, PwkPfn pfn, uint64_t file_pages, uint64_t last, uint64_t *from, uint64_t *to)
{
  uint64_t first = pwk_cache_folio_first (machine, pfn), end = first + pwk_cache_folio_pages (machine, pfn);
  uint64_t vma_end = vma->vm_pgoff + ((vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT), in_table;

  *to = MIN (end - 1, last);
  if (!machine->profile->maps_whole_folios || end >= file_pages || first < vma->vm_pgoff || end > vma_end)
    return;
  in_table = pwk_level_index (machine->format, vma->vm_start + ((first - vma->vm_pgoff) << PWK_PAGE_SHIFT), PWK_LEVEL_PTE);
  if (in_table + (end - first) > pwk_level_entries (machine->format, PWK_LEVEL_PTE))
    return;
  *from = first;
  *to = end - 1;
}

/* The page at @index where nothing is mapped yet. How many that are: 0 or 1. */
static unsigned
map_cached (PwkMachine *machine, PwkFault *fault, PwkIndex inode, uint64_t index, uint32_t *ret)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkVaddr addr = vma->vm_start + ((index - vma->vm_pgoff) << PWK_PAGE_SHIFT);
  PwkEntryRef entry = { fault->pte.table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);

  if (pfn == PWK_NO_PFN || !pwk_pte_none (pwk_entry_get (machine, entry)))
    return 0;
  if (addr == fault->address)
    *ret = PWK_VM_FAULT_NOPAGE;
  pwk_user_page_get (machine, pwk_page_head (machine, pfn), 1);
  map_file_page (machine, fault, pfn, entry, addr, false);
  return 1;
}

/* What is mapped around counts as hits of readahead. Making the table may reclaim, so the page is
 * looked up again behind it. Pages that are locked, being read, or the mark of a readahead are left
 * out, since mapping them would hide what their fault must do; so are those that something else is
 * mapped at already. */
uint32_t
pwk_filemap_map_pages (PwkMachine *machine, PwkFault *fault, uint64_t start, uint64_t last)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkIndex inode = inode_of (machine, fault);
  uint64_t mapped = 0, file_pages = pwk_inode_pages (machine, inode);
  uint32_t ret = 0;
  PwkFile *ra;
  PwkPfn pfn;

  pwk_assert_door (start <= last);
  if (file_pages == 0)
    return 0;
  last = MIN (last, file_pages - 1);
  if (!may_have_table (machine, fault, inode, start, last))
    return 0;
  for (uint64_t index = start; (pfn = next_uptodate (machine, inode, &index, last)) != PWK_NO_PFN; index++)
    {
      uint64_t from = index, to = index;

      if (fault->pte.level > PWK_LEVEL_PTE)
        {
          if (!pwk_fault_pte_alloc (machine, fault))
            return PWK_VM_FAULT_OOM;
          pfn = pwk_page_cache_get (machine, inode, index);
          if (pfn == PWK_NO_PFN)    /* making the table took it */
            continue;
        }
      if (pwk_cache_folio_pages (machine, pfn) > 1)
        folio_range (machine, vma, pfn, file_pages, last, &from, &to);
      for (index = from; index <= to; index++)
        mapped += map_cached (machine, fault, inode, index, &ret);
      index = to;
    }
  ra = pwk_file_edit (machine, vma->vm_file);
  ra->ra_mmap_miss = ra->ra_mmap_miss > mapped ? ra->ra_mmap_miss - (uint32_t) mapped : 0;
  pwk_emit_filemap_map_pages (machine, fault->address, vma->vm_start + ((start - vma->vm_pgoff) << PWK_PAGE_SHIFT),
                              vma->vm_start + ((last + 1 - vma->vm_pgoff) << PWK_PAGE_SHIFT), mapped);
  return ret;
}

/* Follows mm/memory.c:do_fault_around(). What is cached of 16 pages (vm.fault_around_bytes), from
 * the aligned 64 KiB's start, within the region and one table, so that it is one table's lock and
 * one walk. */
static uint32_t
fault_around (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  uint64_t n = (uint64_t) machine->st->sysctl.fault_around_bytes >> PWK_PAGE_SHIFT;
  uint64_t at = pwk_level_index (machine->format, fault->address, PWK_LEVEL_PTE), in_vma = fault->pgoff - vma->vm_pgoff;
  uint64_t pages = (vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT;
  uint64_t from, to;

  if (n <= 1)
    return 0;
  from = MAX (at / n * n, at - MIN (at, in_vma));
  to = MIN (MIN (from + n, pwk_level_entries (machine->format, PWK_LEVEL_PTE)), at + pages - in_vma) - 1;
  return pwk_filemap_map_pages (machine, fault, fault->pgoff + from - at, fault->pgoff + to - at);
}

/* Whether all of the large folio that the fault found can be mapped at once: it ends within the
 * file, its region and the table, and nothing of it is mapped there yet (finish_fault ()). */
static bool
maps_whole (const PwkMachine *machine, const PwkFault *fault, uint64_t first, uint64_t n)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  uint64_t before = fault->pgoff - first, in_vma = fault->pgoff - vma->vm_pgoff;
  uint64_t in_table = pwk_level_index (machine->format, fault->address, PWK_LEVEL_PTE);

  if (n == 1 || !machine->profile->maps_whole_folios || first + n > pwk_inode_pages (machine, inode_of (machine, fault)) || in_vma < before || in_table < before
      || in_vma - before + n > (vma->vm_end - vma->vm_start) >> PWK_PAGE_SHIFT
      || in_table - before + n > pwk_level_entries (machine->format, PWK_LEVEL_PTE))
    return false;
  for (uint64_t i = 0; i < n; i++)
    if (!pwk_pte_none (pwk_entry_get (machine, (PwkEntryRef) { fault->pte.table, (uint16_t) (in_table - before + i), PWK_LEVEL_PTE })))
      return false;
  return true;
}

/* Follows mm/memory.c:finish_fault(), of the file's page, which comes referenced: the reference
 * becomes the mapping's. */
static uint32_t
finish_fault (PwkMachine *machine, PwkFault *fault, bool write)
{
  uint64_t first = pwk_cache_folio_first (machine, fault->page), n = pwk_cache_folio_pages (machine, fault->page);

  if (!pwk_fault_pte_alloc (machine, fault))
    {
      pwk_user_page_put (machine, pwk_page_head (machine, fault->page));
      return PWK_VM_FAULT_OOM;
    }
  if (!maps_whole (machine, fault, first, n))
    {
      map_file_page (machine, fault, fault->page, fault->pte, fault->address, write);
      return 0;
    }
  for (uint64_t index = first; index < first + n; index++)
    {
      PwkVaddr addr = fault->address + (index - fault->pgoff) * PWK_PAGE_SIZE;
      PwkPfn pfn = pwk_page_cache_get (machine, inode_of (machine, fault), index);
      PwkEntryRef entry = { fault->pte.table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE };

      if (index != fault->pgoff)
        pwk_user_page_get (machine, pwk_page_head (machine, pfn), 1);
      map_file_page (machine, fault, pfn, entry, addr, write);
    }
  return 0;
}

/* ext4_page_mkwrite (), block_page_mkwrite (): blocks for all of the folio within the file.
 * Truncated meanwhile: SIGBUS. */
uint32_t
pwk_page_mkwrite (PwkMachine *machine, PwkFault *fault, PwkPfn page)
{
  PwkIndex inode = inode_of (machine, fault);
  uint64_t end;

  if (fault->pgoff >= pwk_inode_pages (machine, inode))
    return PWK_VM_FAULT_SIGBUS;
  pwk_emit_page_mkwrite (machine, fault->address, page, fault->pgoff);
  end = MIN (pwk_cache_folio_first (machine, page) + pwk_cache_folio_pages (machine, page), pwk_inode_pages (machine, inode));
  for (uint64_t index = pwk_cache_folio_first (machine, page); index < end; index++)   /* block_page_mkwrite () reserves them */
    pwk_inode_add_block (machine, inode, index);
  pwk_page_mark_dirty (machine, page);
  return 0;
}

/* Results after which there is nothing to be mapped any more. */
#define FAULT_OVER (PWK_VM_FAULT_ERROR | PWK_VM_FAULT_NOPAGE | PWK_VM_FAULT_RETRY)

/* Follows mm/memory.c:do_read_fault(). */
static uint32_t
do_read_fault (PwkMachine *machine, PwkFault *fault)
{
  uint32_t ret = fault_around (machine, fault);

  if (ret)
    return ret;
  ret = pwk_file_fault (machine, fault);
  if (ret & FAULT_OVER)
    return ret;
  return ret | finish_fault (machine, fault, false);
}

/* The copy takes its place: anonymous, exclusively this region's, and nothing the file knows of. */
static uint32_t
finish_cow (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkPte entry = pwk_pte_mkdirty (pwk_pte_mkyoung (pwk_mk_pte (fault->cow_page, vma->vm_page_prot)));

  pwk_user_page_copy (machine, fault->cow_page, fault->page);
  if (!pwk_fault_pte_alloc (machine, fault))
    return PWK_VM_FAULT_OOM;
  pwk_rmap_add_new_anon (machine, fault->cow_page, fault->vma, fault->address);
  pwk_folio_add_lru (machine, fault->cow_page, fault->vma);
  pwk_entry_set (machine, fault->pte, pwk_maybe_mkwrite (entry, vma), fault->address);
  pwk_add_mm_counter (machine, fault->mm, PWK_MM_ANONPAGES, 1);
  return 0;
}

/* Follows mm/memory.c:do_cow_fault(). The page for the copy is allocated before the file's is
 * looked for, since that one would have to be held over an allocation. The private copy is
 * anonymous from its beginning, so no later write faults; the file's page is only looked at, and
 * its reference dropped again. */
static uint32_t
do_cow_fault (PwkMachine *machine, PwkFault *fault)
{
  uint32_t ret;

  if (!pwk_vma (machine, fault->vma)->anon_vma && !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;
  fault->cow_page = pwk_vma_page_alloc (machine, PWK_GFP_ANON, 0, PWK_PAGE_ANON, fault->vma, fault->address);
  if (fault->cow_page == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;
  ret = pwk_file_fault (machine, fault);
  if (!(ret & FAULT_OVER))
    {
      ret |= finish_cow (machine, fault);
      pwk_user_page_put (machine, pwk_page_head (machine, fault->page));
    }
  if (ret & FAULT_OVER)
    pwk_user_page_discard (machine, fault->cow_page);
  return ret;
}

/* Follows mm/memory.c:do_shared_fault(). The file's own page is written: all who map it see it, and
 * write () and read () as well. The order matters: the file system is asked while the page is held
 * and not yet mapped, so a refusal leaves nothing behind. */
static uint32_t
do_shared_fault (PwkMachine *machine, PwkFault *fault)
{
  uint32_t ret = pwk_file_fault (machine, fault);

  if (ret & FAULT_OVER)
    return ret;
  if (pwk_vma (machine, fault->vma)->vm_ops == PWK_VM_OPS_FILE)
    ret |= pwk_page_mkwrite (machine, fault, fault->page);
  if (ret & FAULT_OVER)
    {
      pwk_user_page_put (machine, pwk_page_head (machine, fault->page));
      return ret;
    }
  ret |= finish_fault (machine, fault, true);
  if (!(ret & PWK_VM_FAULT_ERROR))
    pwk_page_mark_dirty (machine, fault->page);
  return ret;
}

/* special_mapping_fault (): vdso and vvar. Their pages are not simulated; the zero page stands for
 * them. */
static uint32_t
special_fault (PwkMachine *machine, PwkFault *fault)
{
  if (fault->flags & PWK_FAULT_FLAG_WRITE)
    return PWK_VM_FAULT_SIGBUS;
  if (!pwk_fault_pte_alloc (machine, fault))
    return PWK_VM_FAULT_OOM;
  pwk_entry_set (machine, fault->pte,
                 pwk_pte_mkspecial (pwk_pte_mkyoung (pwk_mk_pte (machine->st->zero_pfn, pwk_vma (machine, fault->vma)->vm_page_prot))),
                 fault->address);
  return 0;
}

/* The three ways, each with an event that tells which page of the file was cached when it began. */
uint32_t
pwk_do_fault (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  bool write = fault->flags & PWK_FAULT_FLAG_WRITE;
  PwkPfn cached;
  uint64_t outer;
  uint32_t ret;

  pwk_assert_debug (!pwk_vma_is_anonymous (pwk_vma (machine, fault->vma)));
  if (vma->vm_ops == PWK_VM_OPS_SPECIAL || !vma->vm_file)
    return special_fault (machine, fault);
  cached = pwk_page_cache_get (machine, inode_of (machine, fault), fault->pgoff);
  if (!write)
    {
      outer = pwk_event_open (machine, pwk_emit_do_read_fault (machine, fault->address, cached, fault->pgoff));
      ret = do_read_fault (machine, fault);
    }
  else if (!(vma->vm_flags & PWK_VM_SHARED))
    {
      outer = pwk_event_open (machine, pwk_emit_do_cow_fault (machine, fault->address, cached, PWK_NO_PFN, fault->pgoff));
      ret = do_cow_fault (machine, fault);
    }
  else
    {
      outer = pwk_event_open (machine, pwk_emit_do_shared_fault (machine, fault->address, cached, fault->pgoff));
      ret = do_shared_fault (machine, fault);
    }
  pwk_event_close (machine, outer);
  return ret;
}
