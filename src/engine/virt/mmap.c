/* mmap.c - making mappings
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/mmap.c:ksys_mmap_pgoff(), do_mmap() and mm/vma.c:mmap_region(). Who does what:
 *
 *      pwk_sys_mmap      descriptor to file, MAP_HUGETLB; at last the populating, a long call
 *      pwk_do_mmap       questions in the kernel's order; address, flags
 *      pwk_mmap_region   what was there is taken away, limits, accounting, merging; else a new region
 *
 * Nothing is mapped by it: the region is a promise, which faults keep (fault.c). */
#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/populate.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

/* LLONG_MAX bytes, the largest file. */
#define MAX_LFS_FILESIZE ((uint64_t) INT64_MAX)

/* calc_vm_prot_bits and calc_vm_flag_bits. Of GROWSDOWN and LOCKED the numbers are the same on both
 * sides. MAP_STACK says nothing before 6.7. */
static uint64_t
vm_flags_of (const PwkMachine *machine, uint64_t prot, uint64_t flags)
{
  uint64_t vm_flags = prot & PWK_VM_ACCESS_FLAGS;

  if (flags & PWK_MAP_GROWSDOWN)
    vm_flags |= PWK_VM_GROWSDOWN;
  if (flags & PWK_MAP_LOCKED)
    vm_flags |= PWK_VM_LOCKED;
  if (flags & PWK_MAP_SYNC)
    vm_flags |= PWK_VM_SYNC;
  if ((flags & PWK_MAP_STACK) && machine->profile->map_stack_nohugepage)
    vm_flags |= PWK_VM_NOHUGEPAGE;
  return vm_flags;
}

/* What may be mapped of an open file, and how: adds to *@vm_flags. 0 or -errno. MAP_SHARED forgets
 * flags that it does not know, as it always did; MAP_SHARED_VALIDATE (4.15) refuses them. A shared
 * mapping of a file opened for reading is treated as private in all but VM_MAYSHARE, and can never
 * be made writable. */
static int
check_file (PwkMachine *machine, PwkIndex file, uint64_t len, uint64_t prot, uint64_t flags, uint64_t pgoff, uint64_t *vm_flags)
{
  uint32_t mode = pwk_file (machine, file)->f_flags & PWK_O_ACCMODE;

  if (len > MAX_LFS_FILESIZE || pgoff > (MAX_LFS_FILESIZE - len) >> PWK_PAGE_SHIFT)
    return pwk_refuse (machine, EOVERFLOW, PWK_WHY_OFFSET_OVERFLOW);
  switch (flags & PWK_MAP_TYPE)
    {
    case PWK_MAP_SHARED:
      flags &= PWK_LEGACY_MAP_MASK;
      /* fall through */
    case PWK_MAP_SHARED_VALIDATE:
      if (flags & ~((uint64_t) PWK_LEGACY_MAP_MASK | PWK_MAP_SYNC | PWK_MAP_SHARED_VALIDATE))
        return pwk_refuse (machine, EOPNOTSUPP, PWK_WHY_FLAGS_UNKNOWN);
      if ((prot & PWK_PROT_WRITE) && mode != PWK_O_RDWR && mode != PWK_O_WRONLY)
        return pwk_refuse (machine, EACCES, PWK_WHY_NOT_WRITABLE);
      *vm_flags |= PWK_VM_SHARED | PWK_VM_MAYSHARE;
      if (mode != PWK_O_RDWR && mode != PWK_O_WRONLY)
        *vm_flags &= ~(PWK_VM_MAYWRITE | PWK_VM_SHARED);
      /* fall through */
    case PWK_MAP_PRIVATE:
      if (mode == PWK_O_WRONLY)
        return pwk_refuse (machine, EACCES, PWK_WHY_NOT_READABLE);
      if (*vm_flags & PWK_VM_GROWSDOWN)
        return pwk_refuse (machine, EINVAL, PWK_WHY_GROWSDOWN);
      return 0;
    default:
      return pwk_refuse (machine, EINVAL, PWK_WHY_MAP_TYPE);
    }
}

/* The same for memory without a file; *@pgoff is what anonymous memory has: of private memory its
 * own address, so that neighbours that were mapped apart fit together; of shared memory the offset
 * in its file. */
static int
check_anonymous (PwkMachine *machine, PwkVaddr addr, uint64_t flags, uint64_t *vm_flags, uint64_t *pgoff)
{
  switch (flags & PWK_MAP_TYPE)
    {
    case PWK_MAP_SHARED:
      if (*vm_flags & PWK_VM_GROWSDOWN)
        return pwk_refuse (machine, EINVAL, PWK_WHY_GROWSDOWN);
      *pgoff = 0;
      *vm_flags |= PWK_VM_SHARED | PWK_VM_MAYSHARE;
      return 0;
    case PWK_MAP_DROPPABLE:
      if (!machine->profile->map_droppable)
        return pwk_refuse (machine, EINVAL, PWK_WHY_MAP_TYPE);
      if (flags & (PWK_MAP_LOCKED | PWK_MAP_HUGETLB))
        return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
      if (*vm_flags & PWK_VM_GROWSDOWN)
        return pwk_refuse (machine, EINVAL, PWK_WHY_GROWSDOWN);
      *vm_flags |= PWK_VM_DROPPABLE | PWK_VM_NORESERVE | PWK_VM_WIPEONFORK | PWK_VM_DONTDUMP;
      /* fall through */
    case PWK_MAP_PRIVATE:
      *pgoff = addr >> PWK_PAGE_SHIFT;
      return 0;
    default:
      return pwk_refuse (machine, EINVAL, PWK_WHY_MAP_TYPE);
    }
}

/* Follows mm/shmem.c:shmem_zero_setup(), shmem_acct_size(). A file for shared anonymous memory,
 * charged as a whole and at once unless MAP_NORESERVE, since its pages belong to nobody's private
 * memory. 0: no memory. */
static PwkIndex
shmem_zero_setup (PwkMachine *machine, PwkIndex mm, uint64_t len, uint64_t vm_flags)
{
  uint64_t pages = vm_flags & PWK_VM_NORESERVE ? 0 : len >> PWK_PAGE_SHIFT;
  PwkIndex file;

  if (pages && pwk_vm_enough_memory (machine, mm, (int64_t) pages) < 0)
    return 0;
  file = pwk_shmem_zero_file (machine, len);
  if (file)
    pwk_inode_edit (machine, pwk_file (machine, file)->inode)->acct_pages = pages;
  else
    {
      pwk_vm_acct_memory (machine, -(int64_t) pages);
      pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  return file;
}

/* A file of hugetlbfs: its regions are reserved for, and never merged or accounted. */
static bool
is_hugetlb (const PwkMachine *machine, PwkIndex file)
{
  return file && pwk_inode (machine, pwk_file (machine, file)->inode)->kind == PWK_INODE_HUGETLB;
}

/* The new region itself, when nothing could be merged: __mmap_new_vma (). 0 or -errno, and then
 * nothing is left of it. Each kind of file has its own say (call_mmap ()): hugetlb reserves pages,
 * and may refuse. The file's reference is the region's, let go when it is unmapped. */
static int
fresh_region (PwkMachine *machine, PwkIndex mm, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t vm_flags, uint64_t pgoff)
{
  PwkIndex vma = pwk_vma_alloc (machine, mm, addr, addr + len, vm_flags, pgoff);
  PwkVma *v;

  if (!vma)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  v = pwk_vma_edit (machine, vma);
  if (is_hugetlb (machine, file))
    {
      int error;

      v->vm_file = file;
      error = pwk_hugetlb_file_mmap (machine, vma);
      if (error)
        {
          pwk_vma_free (machine, vma);
          return error;
        }
      pwk_file_get (machine, file);
    }
  else if (file)
    {
      /* files on a disk are no DAX: daxdev_mapping_supported () */
      if (vm_flags & PWK_VM_SYNC)
        {
          pwk_vma_free (machine, vma);
          return pwk_refuse (machine, EOPNOTSUPP, PWK_WHY_NO_DAX);
        }
      pwk_file_get (machine, file);
      v->vm_file = file;
      v->vm_ops = pwk_inode (machine, pwk_file (machine, file)->inode)->kind == PWK_INODE_SHMEM ? PWK_VM_OPS_SHMEM : PWK_VM_OPS_FILE;
      v->assumed = pwk_inode (machine, pwk_file (machine, file)->inode)->assumed;
    }
  else if (vm_flags & PWK_VM_SHARED)
    {
      v->vm_file = shmem_zero_setup (machine, mm, len, vm_flags);
      v->vm_ops = PWK_VM_OPS_SHMEM;
      if (!v->vm_file)
        {
          pwk_vma_free (machine, vma);
          return -ENOMEM;
        }
    }
  if (v->vm_file)
    pwk_emit_vm_ops_open (machine, vma, v->vm_file);
  pwk_vma_link (machine, vma);
  return 0;
}

/* Pages in [@start, @end) that some region has: count_vma_pages_range (). What is replaced does not
 * count against the limit. */
static uint64_t
count_pages_in (const PwkMachine *machine, PwkIndex first, PwkVaddr start, PwkVaddr end)
{
  uint64_t pages = 0;

  for (PwkIndex vma = first; vma && pwk_vma (machine, vma)->vm_start < end; vma = pwk_vma (machine, vma)->vm_next)
    pages += (MIN (pwk_vma (machine, vma)->vm_end, end) - MAX (pwk_vma (machine, vma)->vm_start, start)) >> PWK_PAGE_SHIFT;
  return pages;
}

/* What is at [@addr, @addr + @len), from @first on, is made ready to go (gathered in @vms), or goes
 * at once, as before 6.12 (fixed_unmaps_first). 0 or -errno. The limit is asked for twice there, as
 * mmap_region () did: first as if nothing was to go, and only if that fails without what goes. */
static int
make_room (PwkMachine *machine, PwkIndex mm, PwkIndex first, PwkVaddr addr, uint64_t len, uint64_t vm_flags, PwkVms *vms)
{
  bool at_once = machine->profile->fixed_unmaps_first;
  int64_t pages = (int64_t) (len >> PWK_PAGE_SHIFT), more = pages - (int64_t) count_pages_in (machine, first, addr, addr + len);
  int error;

  if (at_once && !pwk_may_expand_vm (machine, mm, vm_flags, pages) && !pwk_may_expand_vm (machine, mm, vm_flags, more))
    return pwk_refuse_expand (machine, mm, more);
  error = pwk_vms_gather (machine, mm, first, addr, addr + len, vms);
  if (error || !at_once)
    return error;
  pwk_vms_complete (machine, mm, vms);
  *vms = (PwkVms) { .held = vms->held };
  return 0;
}

/* Follows mm/vma.c:__mmap_region(). What was there goes first (MAP_FIXED), but only when nothing
 * can fail any more: what would be unmapped is gathered, limits and memory are asked for as if it
 * was gone, and then it is. Until 6.11 it was unmapped at the beginning, and a refusal left a hole.
 * A region beside one that is like it becomes a part of that. Returns @addr or -errno. What is
 * charged is what the call adds: pages that replace charged pages cost nothing (vms.nr_accounted).
 * On failure after the point of no return the hole stays, as it does in the kernel: only memory for
 * a record can fail there. */
int64_t
pwk_mmap_region (PwkMachine *machine, PwkIndex task, PwkIndex file, PwkVaddr addr, uint64_t len, uint64_t vm_flags, uint64_t pgoff)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkIndex first = pwk_find_vma_intersection (machine, mm, addr, addr + len);
  uint64_t pages = len >> PWK_PAGE_SHIFT;
  int64_t charged = 0;
  PwkVms vms = { 0 };
  PwkVmg vmg;
  int error;

  pwk_assert_door (pwk_is_page_range (addr, addr + len));
  if (first)
    {
      error = make_room (machine, mm, first, addr, len, vm_flags, &vms);
      if (error)
        return error;
    }
  if (!(first && machine->profile->fixed_unmaps_first)
      && !pwk_may_expand_vm (machine, mm, vm_flags, (int64_t) (pages - vms.nr_pages)))
    return pwk_refuse_expand (machine, mm, (int64_t) (pages - vms.nr_pages));
  if (!is_hugetlb (machine, file) && pwk_accountable_mapping (vm_flags))
    {
      charged = (int64_t) (pages - vms.nr_accounted);
      if (charged)
        {
          error = pwk_vm_enough_memory (machine, mm, charged);
          if (error)
            {
              pwk_vms_put_files (machine, &vms);
              return error;
            }
        }
      vms.nr_accounted = 0;
      vm_flags |= PWK_VM_ACCOUNT;
    }
  pwk_vms_complete (machine, mm, &vms);

  vmg = (PwkVmg) {
    .mm = mm, .prev = pwk_find_vma_prev (machine, mm, addr), .next = pwk_find_vma (machine, mm, addr),
    .start = addr, .end = addr + len, .pgoff = pgoff, .flags = vm_flags, .file = file,
    .assumed = file && pwk_inode (machine, pwk_file (machine, file)->inode)->assumed,
    .asks_next = machine->profile->new_region_asks_next,
  };
  error = !is_hugetlb (machine, file) && pwk_vma_merge_new_range (machine, &vmg) ? 0 : fresh_region (machine, mm, file, addr, len, vm_flags, pgoff);
  pwk_vms_put_files (machine, &vms);
  if (error)
    {
      pwk_vm_acct_memory (machine, -charged);
      return error;
    }
  if (is_hugetlb (machine, file))
    vm_flags &= ~(uint64_t) PWK_VM_LOCKED_MASK;
  pwk_vm_stat_account (machine, mm, vm_flags, (int64_t) pages);
  if (vm_flags & PWK_VM_LOCKED)
    pwk_mm_edit (machine, mm)->locked_vm += pages;
  return (int64_t) addr;
}

/* Follows mm/mmap.c:do_mmap(), in its order of questions, since who asks for several impossible
 * things gets the first answer. *@populate: bytes to be faulted in at once (MAP_POPULATE,
 * MAP_LOCKED), which the caller does without the lock. Some answers that surprise, and follow from
 * the order: a hint below mmap_min_addr is moved up, not refused; too many regions is ENOMEM before
 * it is known whether the new one would merge; MAP_POPULATE with MAP_NONBLOCK populates nothing
 * (since 2.6.23). */
int64_t
pwk_do_mmap (PwkMachine *machine, PwkIndex task, PwkIndex file, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags,
             uint64_t pgoff, uint64_t *populate)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  const PwkMm *m = pwk_mm (machine, mm);
  uint64_t vm_flags;
  int64_t at;
  int error;

  pwk_assert_door (!file || pwk_file (machine, file)->refcount > 0);
  *populate = 0;
  if (!len)
    return pwk_refuse (machine, EINVAL, PWK_WHY_LENGTH_ZERO);
  if ((prot & PWK_PROT_READ) && (pwk_task (machine, task)->personality & PWK_READ_IMPLIES_EXEC))
    prot |= PWK_PROT_EXEC;
  if (flags & PWK_MAP_FIXED_NOREPLACE)
    flags |= PWK_MAP_FIXED;
  if (!(flags & PWK_MAP_FIXED))
    {
      addr &= PWK_PAGE_MASK;
      if (addr && addr < (uint64_t) machine->st->sysctl.mmap_min_addr)
        addr = pwk_page_align ((uint64_t) machine->st->sysctl.mmap_min_addr);
    }
  len = pwk_page_align (len);
  if (!len)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_LENGTH_TOO_LARGE);
  if (pgoff + (len >> PWK_PAGE_SHIFT) < pgoff)
    return pwk_refuse (machine, EOVERFLOW, PWK_WHY_OFFSET_OVERFLOW);
  if (m->map_count > machine->st->sysctl.max_map_count)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);

  vm_flags = vm_flags_of (machine, prot, flags) | m->def_flags | PWK_VM_MAYREAD | PWK_VM_MAYWRITE | PWK_VM_MAYEXEC;
  at = pwk_get_unmapped_area (machine, task, file, addr, len, pgoff, flags);
  if (at < 0)
    return at;
  if ((flags & PWK_MAP_FIXED_NOREPLACE) && pwk_find_vma_intersection (machine, mm, (PwkVaddr) at, (PwkVaddr) at + len))
    return pwk_refuse (machine, EEXIST, PWK_WHY_ALREADY_MAPPED);
  if ((flags & PWK_MAP_LOCKED) && pwk_task (machine, task)->rlim_cur[PWK_RLIMIT_MEMLOCK] == 0)
    return pwk_refuse (machine, EPERM, PWK_WHY_MAY_NOT_LOCK);
  if (!pwk_mlock_future_ok (machine, mm, vm_flags, len))
    return pwk_refuse (machine, EAGAIN, PWK_WHY_RLIMIT_MEMLOCK);

  error = file ? check_file (machine, file, len, prot, flags, pgoff, &vm_flags)
               : check_anonymous (machine, (PwkVaddr) at, flags, &vm_flags, &pgoff);
  if (error)
    return error;
  if ((flags & PWK_MAP_NORESERVE) && (machine->st->sysctl.overcommit_memory != PWK_OVERCOMMIT_NEVER || is_hugetlb (machine, file)))
    vm_flags |= PWK_VM_NORESERVE;

  at = pwk_mmap_region (machine, task, file, (PwkVaddr) at, len, vm_flags, pgoff);
  if (at >= 0 && ((vm_flags & PWK_VM_LOCKED) || (flags & (PWK_MAP_POPULATE | PWK_MAP_NONBLOCK)) == PWK_MAP_POPULATE))
    *populate = len;
  return at;
}

/* MAP_HUGETLB without a file: one of 2 MiB (the default) or 1 GiB pages (hstate_sizelog), and the
 * length is rounded up to those. *@file is referenced. 0 or -errno. The size is a logarithm in six
 * bits of the flags (MAP_HUGE_SHIFT), 0 the default. */
static int
hugetlb_file_setup (PwkMachine *machine, uint64_t flags, uint64_t *len, PwkIndex *file)
{
  unsigned log = flags >> PWK_MAP_HUGE_SHIFT & PWK_MAP_HUGE_MASK;
  PwkHstateIndex h = log == PWK_PUD_SHIFT ? PWK_HSTATE_1G : PWK_HSTATE_2M;
  uint64_t size = pwk_huge_page_size (pwk_hstate (machine, h));

  if (log != 0 && log != PWK_PMD_SHIFT && log != PWK_PUD_SHIFT)
    return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_SIZE);
  *len = (*len + size - 1) & ~(size - 1);
  *file = pwk_hugetlb_file (machine, h, *len);
  return *file ? 0 : pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
}

/* Follows mm/mmap.c:ksys_mmap_pgoff(). A file that MAP_HUGETLB makes is held by its mappings alone
 * once this returns. */
int64_t
pwk_sys_mmap (PwkMachine *machine, PwkIndex task, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags, int64_t fd, uint64_t offset)
{
  PwkIndex file = 0, made = 0;
  uint64_t populate;
  int64_t result;
  int error;

  if (!pwk_call_mm (machine, task))
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (offset & ~PWK_PAGE_MASK)
    return pwk_refuse (machine, EINVAL, PWK_WHY_OFFSET_UNALIGNED);
  if (!(flags & PWK_MAP_ANONYMOUS))
    {
      file = pwk_file_of_fd (machine, task, fd);
      if (!file || (pwk_file (machine, file)->f_flags & PWK_O_PATH))
        return pwk_refuse (machine, EBADF, PWK_WHY_BAD_FD);
      if (flags & PWK_MAP_HUGETLB)
        return pwk_refuse (machine, EINVAL, PWK_WHY_HUGETLB_FILE);
    }
  else if (flags & PWK_MAP_HUGETLB)
    {
      error = hugetlb_file_setup (machine, flags, &len, &made);
      if (error)
        return error;
      file = made;
    }
  result = pwk_do_mmap (machine, task, file, addr, len, prot, flags, offset >> PWK_PAGE_SHIFT, &populate);
  pwk_file_put (machine, made);
  if (populate)
    pwk_op_populate (machine, task, (PwkVaddr) result, (PwkVaddr) result + populate, true, result, 0);
  return result;
}
