/* recorded.c - calls whose results are known
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recording of a program (strace) says what each call returned. The engine carries it out so that
 * it returns that: a mapping goes where it went, which the record knows and the engine need not
 * choose. Three ways to meet a record:
 *
 *      the engine would have done the same           nothing is said
 *      it would have refused, or chosen otherwise    done as recorded, and said (*disagrees)
 *      no kernel could have done it                  said, and not done
 *
 * Memory that the record uses without showing where it came from is assumed (PwkVma.assumed), and
 * gives way to what the record shows later. */
#include "engine/virt/recorded.h"

#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/files.h"
#include "engine/virt/move-pages.h"
#include "engine/virt/populate.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

/* Regions in the range that were only assumed go, whole pages of the range alone; false if others
 * are there. What is only assumed gives way piece by piece. */
static bool
make_way (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end)
{
  bool way = true;
  PwkVaddr at = start;

  while (at < end)
    {
      PwkIndex vma = pwk_find_vma_intersection (machine, mm, at, end);
      PwkVaddr from, to;

      if (!vma)
        break;
      from = MAX (pwk_vma (machine, vma)->vm_start, at);
      to = MIN (pwk_vma (machine, vma)->vm_end, end);
      if (pwk_vma (machine, vma)->assumed)
        pwk_do_munmap (machine, mm, from, to - from);
      else
        way = false;
      at = to;
    }
  return way;
}

/* Why the kernel could not have chosen that place; NULL if it could. Where a kernel places mappings
 * depends on much that a record does not show; these two do not. */
static const char *
impossible (const PwkMachine *machine, PwkIndex mm, uint64_t result, uint64_t len)
{
  uint64_t task_size = pwk_mm (machine, mm)->task_size;

  if (result & ~PWK_PAGE_MASK)
    return "the address is no multiple of the page size";
  if (len > task_size || result > task_size - len)
    return "the address is outside of user space";
  return NULL;
}

/* MAP_FIXED at the recorded address, whatever was asked for. */
int64_t
pwk_virt_mmap_recorded (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags, PwkIndex file,
                        uint64_t offset, uint64_t result, const char **disagrees)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  uint64_t aligned = pwk_page_align (len), populate;
  const char *why;
  int64_t got;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  why = impossible (machine, mm, result, aligned);
  if (!why && (flags & PWK_MAP_FIXED) && result != addr)
    why = "MAP_FIXED, and another address";
  if (why)
    {
      *disagrees = why;
      return -EINVAL;
    }
  /* regions that are really there are replaced all the same: the record cannot be wrong about what
   * it shows */
  if (!make_way (machine, mm, result, result + aligned) && !(flags & PWK_MAP_FIXED))
    *disagrees = "something is mapped there already";
  flags &= ~(uint64_t) (PWK_MAP_FIXED_NOREPLACE | PWK_MAP_32BIT);
  got = pwk_do_mmap (machine, task, file, result, len, prot, flags | PWK_MAP_FIXED, offset >> PWK_PAGE_SHIFT, &populate);
  if (got < 0)
    *disagrees = "the kernel would have refused it";
  else if (populate)
    pwk_op_populate (machine, task, (PwkVaddr) got, (PwkVaddr) got + populate, true, got, 0);
  return got;
}

/* A move is a move to the recorded place; growing in place needs the room behind to be free. */
int64_t
pwk_virt_mremap_recorded (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t old_len, uint64_t new_len, uint64_t flags,
                          uint64_t new_addr, uint64_t result, const char **disagrees)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  const char *why;
  int64_t got;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  why = impossible (machine, mm, result, pwk_page_align (new_len));
  if (why)
    {
      *disagrees = why;
      return -EINVAL;
    }
  pwk_process_assume (machine, task, addr, old_len, PWK_PROT_READ | PWK_PROT_WRITE);
  if (result == addr)
    {
      uint64_t end = addr + pwk_page_align (old_len);

      if (new_len > old_len)
        make_way (machine, mm, end, addr + pwk_page_align (new_len));
      got = pwk_sys_mremap (machine, task, addr, old_len, new_len, flags, new_addr);
    }
  else
    {
      if (!make_way (machine, mm, result, result + pwk_page_align (new_len)) && !(flags & PWK_MREMAP_FIXED))
        *disagrees = "something is mapped there already";
      got = pwk_sys_mremap (machine, task, addr, old_len, new_len, flags | PWK_MREMAP_FIXED | PWK_MREMAP_MAYMOVE, result);
    }
  if (got != (int64_t) result)
    *disagrees = "the kernel would have refused it";
  return got;
}

/* The heap's end gets to @result whatever is in the way. What is in the way stays, and is taken for
 * a part of the heap. */
static void
force_brk (PwkMachine *machine, PwkIndex task, PwkIndex mm, uint64_t result)
{
  PwkVaddr old_end = pwk_page_align (pwk_mm (machine, mm)->brk), new_end = pwk_page_align (result);

  if (new_end > old_end)
    pwk_process_assume (machine, task, old_end, new_end - old_end, PWK_PROT_READ | PWK_PROT_WRITE);
  else if (new_end < old_end)
    pwk_do_munmap (machine, mm, new_end, old_end - new_end);
  pwk_mm_edit (machine, mm)->brk = result;
}

/* The first brk (0) of a record shows where the heap is; the others how far it got. */
int64_t
pwk_virt_brk_recorded (PwkMachine *machine, PwkIndex task, uint64_t brk, uint64_t result, const char **disagrees)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  const PwkMm *m;
  const char *why;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  m = pwk_mm (machine, mm);
  why = result > m->task_size ? "the heap's end is outside of user space"
        /* brk () tells the end that was wished or the one that was; a lower one shows where the
         * heap began only if nobody wished for more */
        : brk && brk != result && result < m->start_brk ? "the heap would end before it begins" : NULL;
  if (why)
    {
      *disagrees = why;
      return (int64_t) m->brk;
    }
  if (!m->start_brk || result < m->start_brk)
    {
      /* where the heap was when it was first seen */
      pwk_mm_edit (machine, mm)->start_brk = result;
      pwk_mm_edit (machine, mm)->brk = result;
      return (int64_t) result;
    }
  if (brk == result && result > m->brk)
    make_way (machine, mm, pwk_page_align (m->brk), pwk_page_align (result) + PWK_PAGE_SIZE);
  if (brk == result && pwk_sys_brk (machine, task, brk) == (int64_t) result)
    return (int64_t) result;
  if (m->brk != result)
    {
      if (brk == result)
        *disagrees = "the kernel would have refused it";
      force_brk (machine, task, mm, result);
    }
  return (int64_t) result;
}

/* Regions of the segment are those that map one inode at the offsets that the attachment would give
 * them. As ksys_shmdt () finds them: an attachment may have been split, and parts unmapped. */
int64_t
pwk_virt_shmdt (PwkMachine *machine, PwkIndex task, uint64_t addr)
{
  PwkIndex mm = pwk_call_mm (machine, task), inode = 0, vma;
  PwkVaddr at = addr, end = UINT64_MAX;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  while ((vma = pwk_find_vma (machine, mm, at)) && pwk_vma (machine, vma)->vm_start < end)
    {
      const PwkVma *v = pwk_vma (machine, vma);
      PwkIndex its = v->vm_file ? pwk_file (machine, v->vm_file)->inode : 0;

      at = v->vm_end;
      if (!its || (inode && its != inode) || v->vm_start < addr || (v->vm_start - addr) >> PWK_PAGE_SHIFT != v->vm_pgoff)
        continue;
      inode = its;
      end = addr + pwk_page_align (pwk_inode (machine, inode)->i_size);
      pwk_do_munmap (machine, mm, v->vm_start, v->vm_end - v->vm_start);
    }
  return inode ? 0 : pwk_refuse (machine, EINVAL, PWK_WHY_NO_REGION);
}

/* One region for a hole, or a part of it. An event tells of it, as a reader should know what was
 * not in the record. */
static bool
assume_hole (PwkMachine *machine, PwkIndex task, PwkVaddr start, PwkVaddr end, uint64_t prot)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkVma fields = {
    .vm_start = start, .vm_end = end, .assumed = true, .vm_ops = PWK_VM_OPS_NONE,
    .vm_flags = (prot & PWK_VM_ACCESS_FLAGS) | PWK_VM_MAYREAD | PWK_VM_MAYWRITE | PWK_VM_MAYEXEC,
  };

  if (pwk_accountable_mapping (fields.vm_flags))
    fields.vm_flags |= PWK_VM_ACCOUNT;
  if (!pwk_vma_insert_new (machine, mm, &fields))
    return false;
  pwk_emit_assumed (machine, task, 0, start, end);
  return true;
}

/* Holes of the range alone; what is there stays. */
uint64_t
pwk_process_assume (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot)
{
  PwkIndex mm = pwk_call_mm (machine, task);
  PwkVaddr at = addr & PWK_PAGE_MASK, end = pwk_page_align (addr + len);
  uint64_t pages = 0;

  if (!mm || end <= at || end > pwk_mm (machine, mm)->task_size)
    return 0;
  while (at < end)
    {
      PwkIndex vma = pwk_find_vma_intersection (machine, mm, at, end);
      PwkVaddr hole_end = vma ? MAX (pwk_vma (machine, vma)->vm_start, at) : end;

      if (hole_end > at && assume_hole (machine, task, at, hole_end, prot))
        pages += (hole_end - at) >> PWK_PAGE_SHIFT;
      at = vma ? pwk_vma (machine, vma)->vm_end : end;
    }
  return pages;
}

/* move_pages () tells of a page on which node it is: some access, which no strace shows, has brought
 * it there. Reading would map the zero page, which is on no node. */
bool
pwk_virt_use_recorded (PwkMachine *machine, PwkIndex task, PwkVaddr addr)
{
  PwkIndex mm = pwk_call_mm (machine, task), vma;

  if (!mm)
    return false;
  pwk_process_assume (machine, task, addr & PWK_PAGE_MASK, PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE);
  vma = pwk_find_vma_intersection (machine, mm, addr, addr + 1);
  if (!vma || pwk_page_node (machine, mm, addr) >= 0)
    return false;
  return pwk_user_page (machine, task, addr, pwk_vma (machine, vma)->vm_flags & PWK_VM_WRITE) != PWK_NO_PFN;
}
