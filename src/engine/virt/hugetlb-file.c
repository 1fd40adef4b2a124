/* hugetlb-file.c - objects of hugetlbfs: memory of huge pages that regions map
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/hugetlbfs/inode.c. Every mapping of huge pages has one behind it, private ones too,
 * though none of their pages are in it: it says of which size they are, and who else was given the
 * same. Offsets (vm_pgoff, the index of the cache) are in small pages, as everywhere; reservation
 * maps count huge ones. */
#include "engine/virt/hugetlb.h"

#include <errno.h>

#include "engine/core/refusal.h"
#include "engine/phys/contents.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/zap.h"

/* Device numbers of the kernel's own mounts, one a size. */
#define FIRST_MINOR 15u

/* A region of ordinary pages has those. */
uint64_t
pwk_vma_kernel_pagesize (const PwkMachine *machine, const PwkVma *vma)
{
  return pwk_is_vm_hugetlb (vma) ? pwk_huge_page_size (pwk_hstate (machine, pwk_vma_hstate (machine, vma))) : PWK_PAGE_SIZE;
}

/* Each size has its mount, and so its device number. */
PwkIndex
pwk_hugetlb_file (PwkMachine *machine, PwkHstateIndex h, uint64_t size)
{
  PwkIndex file = pwk_kernel_file (machine, "/anon_hugepage (deleted)", PWK_INODE_HUGETLB, size);
  PwkInode *inode;

  pwk_assert_door (h < PWK_N_HSTATES);
  if (!file)
    return 0;
  inode = pwk_inode_edit (machine, pwk_file (machine, file)->inode);
  inode->hstate = (uint8_t) h;
  inode->dev_minor = FIRST_MINOR + h;
  inode->ino = pwk_file (machine, file)->inode;   /* get_next_ino (): some number of its own */
  return file;
}

/* Locks mean nothing, as huge pages never leave memory; and the region cannot grow. On failure
 * nothing was promised, but for vm_ops and flags of a region that will go. */
int
pwk_hugetlb_file_mmap (PwkMachine *machine, PwkIndex index)
{
  PwkVma *vma = pwk_vma_edit (machine, index);
  PwkIndex inode = pwk_file (machine, vma->vm_file)->inode;
  PwkHstateIndex h = (PwkHstateIndex) pwk_inode (machine, inode)->hstate;
  unsigned order = pwk_hstate (machine, h)->order;
  uint64_t end = vma->vm_pgoff + pwk_vma_pages (vma);
  int error;

  pwk_assert_door (pwk_inode (machine, inode)->kind == PWK_INODE_HUGETLB);
  vma->vm_ops = PWK_VM_OPS_HUGETLB;
  vma->vm_flags = (vma->vm_flags | PWK_VM_HUGETLB | PWK_VM_DONTEXPAND) & ~(uint64_t) PWK_VM_LOCKED_MASK;
  if (vma->vm_pgoff & ((1u << order) - 1))
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_UNALIGNED);
  if (end > UINT64_MAX >> PWK_PAGE_SHIFT)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_OVERFLOW);
  error = pwk_hugetlb_reserve_pages (machine, inode, vma->vm_pgoff >> order, end >> order, index);
  if (!error && (vma->vm_flags & PWK_VM_WRITE) && pwk_inode (machine, inode)->i_size < end << PWK_PAGE_SHIFT)
    pwk_inode_edit (machine, inode)->i_size = end << PWK_PAGE_SHIFT;
  return error;
}

/* Follows fs/hugetlbfs/inode.c:remove_inode_hugepages(). Pages from @first to @last (inclusive) of
 * the index. Returns how many there were. @truncate: promises are taken back together by the
 * caller; a hole takes each back at once. */
static uint64_t
remove_pages (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last, bool truncate)
{
  unsigned order = pwk_hstate (machine, (PwkHstateIndex) pwk_inode (machine, inode)->hstate)->order;
  uint64_t freed = 0;
  PwkPfn pfn;

  for (uint64_t index = first; (pfn = pwk_page_cache_next (machine, inode, &index, last)) != PWK_NO_PFN; index++, freed++)
    {
      pwk_page_cache_delete (machine, inode, index, false);
      pwk_hugetlb_put (machine, pfn);
      if (!truncate)
        pwk_hugetlb_unreserve_pages (machine, inode, index >> order, (index >> order) + 1, 1);
    }
  return freed;
}

/* Promises for pages that never came are taken back with the object. */
void
pwk_hugetlb_evict_inode (PwkMachine *machine, PwkIndex inode)
{
  uint64_t freed = remove_pages (machine, inode, 0, UINT64_MAX, true);

  pwk_assert_door (pwk_inode (machine, inode)->kind == PWK_INODE_HUGETLB && !pwk_inode (machine, inode)->i_mmap_first);
  pwk_hugetlb_unreserve_pages (machine, inode, 0, UINT64_MAX, freed);
  pwk_resv_map_put (machine, pwk_inode (machine, inode)->resv_map);
  pwk_inode_edit (machine, inode)->resv_map = 0;
}

/* Follows fs/hugetlbfs/inode.c:hugetlbfs_zero_partial_page(). Small pages from @first up to, and
 * without, @end, all of one huge page. */
static void
zero_part (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end)
{
  unsigned order = pwk_hstate (machine, (PwkHstateIndex) pwk_inode (machine, inode)->hstate)->order;
  uint64_t huge = first >> order << order;
  PwkPfn pfn = pwk_page_cache_get (machine, inode, huge);

  for (uint64_t i = first; pfn != PWK_NO_PFN && i < end; i++)
    pwk_frame_clear (machine, pfn + (i - huge));
}

/* Ends within a huge page are zeroed in it; private copies stay. */
void
pwk_hugetlb_punch_hole (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex inode = pwk_file (machine, vma->vm_file)->inode;
  uint64_t pages = pwk_vma_kernel_pagesize (machine, vma) >> PWK_PAGE_SHIFT;
  uint64_t first = vma->vm_pgoff + ((start - vma->vm_start) >> PWK_PAGE_SHIFT), last = first + ((end - start) >> PWK_PAGE_SHIFT);
  uint64_t whole = (first + pages - 1) / pages * pages, whole_end = last / pages * pages;

  pwk_assert_door (start <= end && start >= vma->vm_start && end <= vma->vm_end);
  if (whole > last)   /* all inside of one page */
    {
      zero_part (machine, inode, first, last);
      return;
    }
  zero_part (machine, inode, first, whole);
  if (whole < whole_end)
    {
      pwk_unmap_mapping (machine, inode, whole, whole_end - 1, false);
      remove_pages (machine, inode, whole, whole_end - 1, false);
    }
  zero_part (machine, inode, whole_end, last);
}
