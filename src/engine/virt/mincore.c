/* mincore.c - which pages of a range are in memory
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mincore.c. The answer is about memory, not about mappings: a page of a file counts if
 * it is cached, mapped or not. What is swapped out does not count, though the swap cache may have
 * it. Region by region, a byte a page; where tables are missing, a whole stretch is answered at
 * once. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

/* Whether the page cache has the page of @addr, which no entry tells. Memory without a file: no. */
static bool
is_cached (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr)
{
  PwkPfn pfn;

  if (!vma->vm_file || pwk_is_vm_hugetlb (vma))
    return false;
  pfn = pwk_page_cache_get (machine, pwk_file (machine, vma->vm_file)->inode, pwk_linear_page_index (vma, addr));
  return pfn != PWK_NO_PFN && pwk_page_is_uptodate (machine, pfn);
}

/* mincore_pte_range (): of the page at @addr, and in *@next how far the answer holds. Markers count
 * as nothing there. */
static bool
is_resident (const PwkMachine *machine, const PwkVma *vma, PwkVaddr addr, PwkVaddr end, PwkVaddr *next)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, vma->vm_mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte pte = pwk_entry_get (machine, ref);

  *next = addr + PWK_PAGE_SIZE;
  if (ref.level > PWK_LEVEL_PTE && (pwk_pmd_leaf (pte) || !vma->vm_file))
    *next = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level);
  if (ref.level == PWK_LEVEL_PTE ? pwk_pte_present (pte) : pwk_pmd_leaf (pte))
    return true;
  return is_cached (machine, vma, addr);
}

/* do_mincore (): the part of [@addr, @end) in one region. Adds to *@n_resident. Returns its end, or
 * 0 if nothing is mapped at @addr. */
static PwkVaddr
fill_part (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, PwkVaddr end, uint8_t *vec, uint64_t vec_size, uint64_t *n_resident)
{
  PwkIndex index = pwk_find_vma (machine, mm, addr);
  const PwkVma *vma = index ? pwk_vma (machine, index) : NULL;
  PwkVaddr start = addr, next;

  if (!vma || vma->vm_start > addr)
    return 0;
  end = MIN (end, vma->vm_end);
  for (; addr < end; addr = next)
    {
      bool resident = is_resident (machine, vma, addr, end, &next);

      *n_resident += resident ? (next - addr) >> PWK_PAGE_SHIFT : 0;
      for (uint64_t i = (addr - start) >> PWK_PAGE_SHIFT; i < MIN ((next - start) >> PWK_PAGE_SHIFT, vec_size); i++)
        vec[i] = resident;
    }
  return end;
}

/* mincore (): 0 or -errno. A hole ends it, and what was found before stays in the vector. */
int64_t
pwk_sys_mincore (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint8_t *vec, uint64_t vec_size)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  uint64_t task_size = pwk_mm (machine, mm)->task_size;
  PwkVaddr end = addr + pwk_page_align (len), next;
  uint64_t resident = 0;

  pwk_assert_door (task != 0 && mm != 0);
  if (addr & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (len > task_size || addr > task_size - len)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_BEYOND_TASK_SIZE);
  for (PwkVaddr at = addr; at < end; at = next)
    {
      uint64_t done = (at - addr) >> PWK_PAGE_SHIFT;

      next = fill_part (machine, mm, at, end, vec ? vec + done : NULL, vec && done < vec_size ? vec_size - done : 0, &resident);
      if (next == 0)
        return pwk_refuse (machine, ENOMEM, at == addr ? PWK_WHY_NO_REGION : PWK_WHY_HOLE);
      if (!vec)   /* copy_to_user () of the first part */
        return pwk_refuse (machine, EFAULT, PWK_WHY_BAD_BUFFER);
    }
  pwk_emit_mincore (machine, addr, end, resident);
  return 0;
}
