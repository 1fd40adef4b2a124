/* munmap.c - taking regions away
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vma.c:do_vmi_munmap(), vms_gather_munmap_vmas(), vms_complete_munmap_vmas(). In two
 * steps, of which only the first can fail, and it leaves nothing changed but cuts:
 *
 *      before      [ a        ][ b ][ c        ]
 *      asked for         │◀──────────▶│
 *      gathered    [ a  ][ a' ][ b ][ c'][ c   ]      cut at both ends; count, pages and promises are added up
 *      completed   [ a  ]                [ c   ]      entries, tables, regions, counts
 */
#include "engine/paging/mm.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

#include "engine/paging/page-table.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/zap.h"

/* Follows mm/vma.c:vms_gather_munmap_vmas(). Regions that touch [@start, @end), the first and the
 * last cut. 0 or -errno: too many regions (only a hole in one makes more of them), a sealed one, no
 * memory. *@vms is the caller's, to be completed or forgotten. */
int
pwk_vms_gather (PwkMachine *machine, PwkIndex mm, PwkIndex first, PwkVaddr start, PwkVaddr end, PwkVms *vms)
{
  int error;

  pwk_assert_door (pwk_is_page_range (start, end) && pwk_vma (machine, first)->vm_end > start);
  *vms = (PwkVms) { .first = first, .start = start, .end = end };
  if (start > pwk_vma (machine, first)->vm_start)
    {
      /* a hole in one region makes two: only this can go over the limit */
      if (end < pwk_vma (machine, first)->vm_end
          && pwk_mm (machine, mm)->map_count >= machine->st->sysctl.max_map_count)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);
      if (pwk_vma (machine, first)->vm_flags & PWK_VM_SEALED)
        return pwk_refuse (machine, EPERM, PWK_WHY_SEALED);
      error = pwk_split_vma_unchecked (machine, first, start, true);
      if (error)
        return error;
    }
  for (PwkIndex vma = first; vma && pwk_vma (machine, vma)->vm_start < end; vma = pwk_vma (machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (machine, vma);

      if (v->vm_flags & PWK_VM_SEALED)
        return pwk_refuse (machine, EPERM, PWK_WHY_SEALED);
      if (v->vm_end > end)
        {
          error = pwk_split_vma_unchecked (machine, vma, end, false);
          if (error)
            return error;
        }
      vms->count++;
      vms->nr_pages += pwk_vma_pages (v);
      if (v->vm_flags & PWK_VM_ACCOUNT)
        vms->nr_accounted += pwk_vma_pages (v);
    }
  return 0;
}

/* Follows mm/vma.c:vms_clear_ptes(). Pages, and then the tables that no neighbour needs:
 * free_pgtables () must not free one that a region beside still has entries in, so the neighbours'
 * ends bound it. */
static void
clear_ptes (PwkMachine *machine, PwkIndex mm, const PwkVms *vms)
{
  PwkIndex vma = vms->first, last = 0, prev = pwk_vma (machine, vma)->vm_prev, next;
  PwkVaddr start = pwk_vma (machine, vma)->vm_start;

  pwk_assert_door (vms->count > 0);
  pwk_update_hiwater_rss (machine, mm);
  for (uint32_t i = 0; i < vms->count; i++)
    {
      const PwkVma *v = pwk_vma (machine, vma);

      pwk_zap_vma_range (machine, vma, v->vm_start, v->vm_end);
      last = vma;
      vma = v->vm_next;
    }
  next = pwk_vma (machine, last)->vm_next;
  pwk_free_pgd_range (machine, mm, start, pwk_vma (machine, last)->vm_end, prev ? pwk_vma (machine, prev)->vm_end : 0,
                      next ? pwk_vma (machine, next)->vm_start : 0);
}

/* Until the end of the call nobody gets the huge pages of an object that is not mapped any more,
 * nor what was promised of it: files are put when all is done. They are linked by put_next, the
 * last one to itself. */
static void
hold_file (PwkMachine *machine, PwkVms *vms, PwkIndex file)
{
  if (pwk_file (machine, file)->put_next)
    return;
  pwk_file_get (machine, file);
  pwk_file_edit (machine, file)->put_next = vms->held ? vms->held : file;
  vms->held = file;
}

/* The files that were held are put, in the opposite order. */
void
pwk_vms_put_files (PwkMachine *machine, PwkVms *vms)
{
  while (vms->held)
    {
      PwkIndex file = vms->held, next = pwk_file (machine, file)->put_next;

      vms->held = next == file ? 0 : next;
      pwk_file_edit (machine, file)->put_next = 0;
      pwk_file_put (machine, file);
    }
}

/* vms_complete_munmap_vmas (): the point of no return. Pages go before regions, since zap asks the
 * region what its entries mean; the promise of memory is given back last. */
void
pwk_vms_complete (PwkMachine *machine, PwkIndex mm, PwkVms *vms)
{
  PwkIndex vma = vms->first;

  if (!vms->count)
    return;
  clear_ptes (machine, mm, vms);
  pwk_update_hiwater_vm (machine, mm);
  for (uint32_t i = 0; i < vms->count; i++)
    {
      const PwkVma v = *pwk_vma (machine, vma);
      uint64_t pages = pwk_vma_pages (&v);

      if (v.vm_flags & PWK_VM_LOCKED)
        pwk_mm_edit (machine, mm)->locked_vm -= pages;
      pwk_vm_stat_account (machine, mm, v.vm_flags, -(int64_t) pages);
      if (pwk_is_vm_hugetlb (&v))
        hold_file (machine, vms, v.vm_file);
      pwk_vma_remove (machine, vma);
      vma = v.vm_next;
    }
  pwk_vm_acct_memory (machine, -(int64_t) vms->nr_accounted);
}

/* do_vmi_align_munmap (): both steps at once. 0 or -errno. */
int
pwk_do_align_munmap (PwkMachine *machine, PwkIndex mm, PwkIndex first, PwkVaddr start, PwkVaddr end)
{
  PwkVms vms;
  int error = pwk_vms_gather (machine, mm, first, start, end, &vms);

  pwk_assert_door (pwk_is_page_range (start, end) && pwk_vma (machine, first)->vm_mm == mm);
  if (error)
    return error;
  pwk_vms_complete (machine, mm, &vms);
  pwk_vms_put_files (machine, &vms);
  return 0;
}

/* Follows mm/vma.c:do_vmi_munmap(). A range without regions is unmapped with success. Its answers:
 * EINVAL for a bad range, ENOMEM where a cut would make a region too many, EPERM where one is
 * sealed (mseal (), 6.10). */
int
pwk_do_munmap (PwkMachine *machine, PwkIndex mm, PwkVaddr start, uint64_t len)
{
  uint64_t task_size = pwk_mm (machine, mm)->task_size;
  PwkVaddr end;
  PwkIndex first;

  if (start & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_UNALIGNED);
  if (start > task_size || len > task_size - start)
    return pwk_refuse (machine, EINVAL, PWK_WHY_BEYOND_TASK_SIZE);
  end = start + pwk_page_align (len);
  if (end == start)
    return pwk_refuse (machine, EINVAL, PWK_WHY_LENGTH_ZERO);
  first = pwk_find_vma_intersection (machine, mm, start, end);
  return first ? pwk_do_align_munmap (machine, mm, first, start, end) : 0;
}

/* -errno where the task has no address space. */
int64_t
pwk_sys_munmap (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len)
{
  PwkIndex mm = pwk_call_mm (machine, task);

  return mm ? pwk_do_munmap (machine, mm, addr, len) : pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
}
