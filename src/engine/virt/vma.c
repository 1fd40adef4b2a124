/* vma.c - regions: made, cut, moved, grown, removed
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vma.c and kernel/fork.c (vm_area_alloc(), vm_area_dup()). A region is in four
 * structures at once, and whoever changes its ends must put it right in each:
 *
 *      list and tree of its mm          by address (vma-tree.c)
 *      i_mmap of its file's inode       by page offset: who maps this page of the file?
 *      anon_vma chains                  who maps this anonymous page? (anon-vma.c)
 *      counts of the mm                 total_vm, locked_vm, and the promise of memory (accounting.c)
 *
 * Which regions become one is vma-merge.c's. Recordings: tests/kernel/vma. */
#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/vma-private.h"

#include <errno.h>

#include "engine/paging/pte.h"

/* Follows arch/x86/mm/pgprot.c:protection_map. Private writable memory has no write bit: the first
 * write faults, and copies the page if others have it. Executable is what x86 can forbid (NX);
 * readable it cannot where anything else is allowed, so PROT_NONE alone means no access. */
uint64_t
pwk_vm_get_page_prot (const PwkMachine *machine, uint64_t vm_flags)
{
  (void) machine;
  if (!(vm_flags & PWK_VM_ACCESS_FLAGS))
    return pwk_prot_none ();
  return pwk_prot_user ((vm_flags & PWK_VM_WRITE) && (vm_flags & PWK_VM_SHARED), (vm_flags & PWK_VM_EXEC) != 0);
}

/* Follows mm/vma.c:vma_set_page_prot(). A shared writable file mapping is mapped read-only until
 * page_mkwrite () has been asked: the file system is to know of the first write, for it may have to
 * find room, and writeback must learn that the page is dirty. */
static uint64_t
page_prot_of (const PwkMachine *machine, const PwkVma *vma)
{
  uint64_t flags = vma->vm_flags;

  if (vma->vm_ops == PWK_VM_OPS_FILE && (flags & PWK_VM_WRITE) && (flags & PWK_VM_SHARED))
    flags &= ~PWK_VM_SHARED;
  return pwk_vm_get_page_prot (machine, flags);
}

/* vm_area_alloc () and vma_set_range (). The region is in none of the structures yet. 0: no record.
 * Its id is new, even if its index was used before. */
PwkIndex
pwk_vma_alloc (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, uint64_t flags, uint64_t pgoff)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_VMA);
  PwkVma *vma;

  pwk_assert_door (pwk_is_page_range (start, end));
  if (!index)
    return 0;
  vma = pwk_vma_edit (machine, index);
  vma->vm_mm = mm;
  vma->vm_start = start;
  vma->vm_end = end;
  vma->vm_flags = flags;
  vma->vm_pgoff = pgoff;
  vma->vm_page_prot = pwk_vm_get_page_prot (machine, flags);
  vma->id = (uint32_t) ++machine->st->next_vma_id;
  return index;
}

/* Follows kernel/fork.c:vm_area_dup(). All fields but those by which it hangs somewhere; a policy
 * of its own. 0: no memory, nothing is changed. The file is not referenced yet, nor is the copy in
 * any structure: pwk_vma_open () and pwk_vma_link () do that once nothing can fail any more, so
 * that giving up needs only pwk_vma_free (). */
PwkIndex
pwk_vma_dup (PwkMachine *machine, PwkIndex vma)
{
  PwkIndex index = pwk_pool_alloc (machine, PWK_POOL_VMA);
  PwkVma *copy;

  if (!index)
    return 0;
  copy = pwk_vma_edit (machine, index);
  *copy = *pwk_vma (machine, vma);
  copy->vm_policy = pwk_mempolicy_dup (machine, copy->vm_policy);
  if (!copy->vm_policy && pwk_vma (machine, vma)->vm_policy)
    {
      pwk_pool_free (machine, PWK_POOL_VMA, index);
      return 0;
    }
  copy->anon_vma_chain = 0;
  copy->vm_next = copy->vm_prev = 0;
  copy->rb_left = copy->rb_right = copy->rb_parent = 0;
  copy->i_mmap_next = copy->i_mmap_prev = 0;
  copy->id = (uint32_t) ++machine->st->next_vma_id;
  return index;
}

/* vma->vm_ops->open (): one more region of the file. Hugetlb has reservations to share out then. */
void
pwk_vma_open (PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);

  if (!v->vm_file)
    return;
  pwk_file_get (machine, v->vm_file);
  pwk_emit_vm_ops_open (machine, vma, v->vm_file);
  if (pwk_is_vm_hugetlb (v))
    pwk_hugetlb_vm_op_open (machine, vma);
}

/* vm_area_free (): of a region that is in no structure any more, and whose file is not its to put. */
void
pwk_vma_free (PwkMachine *machine, PwkIndex vma)
{
  pwk_assert_door (!pwk_vma (machine, vma)->anon_vma_chain);
  pwk_mempolicy_free (machine, pwk_vma (machine, vma)->vm_policy);
  pwk_pool_free (machine, PWK_POOL_VMA, vma);
}

/* vma_link (): into all structures, after which a fault can find it. It must overlap nothing. */
void
pwk_vma_link (PwkMachine *machine, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);

  pwk_assert_door (v->vm_mm != 0 && !v->vm_next && !v->vm_prev);
  pwk_vma_edit (machine, vma)->vm_page_prot = page_prot_of (machine, v);
  pwk_vma_tree_insert (machine, v->vm_mm, vma);
  if (v->vm_file)
    pwk_i_mmap_add (machine, vma);
  pwk_emit_vma_link (machine, vma, v->vm_start, v->vm_end, v->vm_flags, v->vm_mm);
}

/* Out of all structures, from the rmap first, so that nobody finds a page by it any more. Its pages
 * are gone already (zap.c), for once it is off the lists nobody could find them; its tables may
 * stay until the caller frees them, with its neighbours' bounds. The event comes last and tells
 * what there was. */
void
pwk_vma_remove (PwkMachine *machine, PwkIndex vma)
{
  const PwkVma v = *pwk_vma (machine, vma);

  pwk_assert_door (pwk_find_vma (machine, v.vm_mm, v.vm_start) == vma);
  pwk_unlink_anon_vmas (machine, vma);
  pwk_vma_tree_remove (machine, v.vm_mm, vma);
  if (v.vm_file)
    {
      pwk_i_mmap_remove (machine, vma);
      pwk_emit_vm_ops_close (machine, vma, v.vm_file);
      if (pwk_is_vm_hugetlb (&v))
        pwk_hugetlb_vm_op_close (machine, vma);
      pwk_file_put (machine, v.vm_file);
    }
  pwk_vma_free (machine, vma);
  pwk_emit_vma_remove (machine, vma, v.vm_start, v.vm_end, v.vm_flags, v.vm_mm);
}

/* vma_set_range () and what the tree makes of it. The new range must not pass a neighbour: who
 * makes room goes first (vma-merge.c:commit ()). Pages stay where they are; what happens to them is
 * the caller's. */
void
pwk_vma_set_range (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, uint64_t pgoff)
{
  PwkVma *v = pwk_vma_edit (machine, vma);
  PwkVaddr was_start = v->vm_start, was_end = v->vm_end;

  pwk_assert_door (pwk_is_page_range (start, end));
  v->vm_start = start;
  v->vm_end = end;
  v->vm_pgoff = pgoff;
  pwk_vma_tree_update (machine, vma);
  pwk_emit_vma_adjust (machine, vma, start, end, was_start, was_end);
}

/* vm_flags_reset () and vma_set_page_prot (): entries that are there keep their bits until
 * mprotect () changes them. */
void
pwk_vma_set_flags (PwkMachine *machine, PwkIndex vma, uint64_t flags)
{
  PwkVma *v = pwk_vma_edit (machine, vma);
  uint64_t old = v->vm_flags;

  if (old == flags)
    return;
  v->vm_flags = flags;
  v->vm_page_prot = page_prot_of (machine, v);
  pwk_emit_vma_modify_flags (machine, vma, v->vm_start, v->vm_end, old, flags);
}

/* Follows mm/vma.c:__split_vma(). The record that is there keeps one part, a new one gets the
 * other; who asks chooses, so that the part that goes on to be worked with is the one that he
 * holds.
 *
 *      new_below:  [ new ][ vma ]        else:  [ vma ][ new ]        vm_pgoff of the upper one grows by the pages of the lower
 *
 * Both hang in the same anon_vmas, since the pages of either may be in any; a huge page across the
 * cut is split. Special mappings and huge pages of a pool have a say first (vm_ops->may_split), and
 * refuse with -EINVAL: a vdso in two parts could not be found by those who use it, and half a huge
 * page cannot be mapped. */
int
pwk_split_vma_unchecked (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, bool new_below)
{
  const PwkVma was = *pwk_vma (machine, vma);
  uint64_t pages = (addr - was.vm_start) >> PWK_PAGE_SHIFT;
  PwkIndex new_vma = pwk_vma_dup (machine, vma);
  PwkVma *v, *n;

  pwk_assert_door ((addr & ~PWK_PAGE_MASK) == 0 && addr > was.vm_start && addr < was.vm_end);
  if (!new_vma)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  if (was.vm_ops == PWK_VM_OPS_SPECIAL || (addr & (pwk_vma_kernel_pagesize (machine, &was) - 1)))   /* special_mapping_split (), hugetlb_vm_op_split () */
    {
      pwk_vma_free (machine, new_vma);
      return pwk_refuse (machine, EINVAL, was.vm_ops == PWK_VM_OPS_SPECIAL ? PWK_WHY_SPECIAL_SPLIT : PWK_WHY_HUGETLB_UNALIGNED);
    }
  if (!pwk_anon_vma_clone (machine, new_vma, vma))
    {
      pwk_vma_free (machine, new_vma);
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  pwk_vma_open (machine, new_vma);
  pwk_vma_adjust_trans_huge (machine, vma, was.vm_start, addr, 0, 0);

  v = pwk_vma_edit (machine, vma);
  n = pwk_vma_edit (machine, new_vma);
  if (new_below)
    {
      n->vm_end = v->vm_start = addr;
      v->vm_pgoff += pages;
    }
  else
    {
      n->vm_start = v->vm_end = addr;
      n->vm_pgoff += pages;
    }
  pwk_vma_tree_update (machine, vma);
  pwk_vma_tree_insert (machine, was.vm_mm, new_vma);
  if (was.vm_file)
    pwk_i_mmap_add (machine, new_vma);
  pwk_emit_vma_split (machine, vma, was.vm_start, addr, was.vm_end, new_vma);
  return 0;
}

/* Follows mm/vma.c:split_vma(). One region more, which is where the limit of regions can be hit;
 * those who know that they will remove one (munmap ()) pass it by. */
int
pwk_split_vma (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, bool new_below)
{
  if (pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->map_count >= machine->st->sysctl.max_map_count)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_MAX_MAP_COUNT);
  return pwk_split_vma_unchecked (machine, vma, addr, new_below);
}

/* Follows mm/vma.c:acct_stack_growth(). The limits for a stack of @size bytes that grows by @grow
 * pages: address space, RLIMIT_STACK, RLIMIT_MEMLOCK, and memory itself. 0 or -errno; the fault
 * that asks makes SIGSEGV of it. */
static int
acct_stack_growth (PwkMachine *machine, const PwkVma *vma, uint64_t size, uint64_t grow)
{
  if (!pwk_may_expand_vm (machine, vma->vm_mm, vma->vm_flags, (int64_t) grow))
    return pwk_refuse_expand (machine, vma->vm_mm, (int64_t) grow);
  if (size > pwk_mm_rlimit (machine, vma->vm_mm, PWK_RLIMIT_STACK))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RLIMIT_STACK);
  if (!pwk_mlock_future_ok (machine, vma->vm_mm, vma->vm_flags, grow << PWK_PAGE_SHIFT))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_RLIMIT_MEMLOCK);
  return pwk_vm_enough_memory (machine, vma->vm_mm, (int64_t) grow);
}

/* Follows mm/vma.c:expand_downwards(). A stack grows by being used, down to the page of the access
 * at once, and never nearer to what is below than the guard gap (256 pages, since 4.12): a function
 * with a large frame would else step over into another region. Another stack below, and what allows
 * no access, need no gap.
 *
 *      [ other ]   ◀── stack_guard_gap ──▶   addr ◀─ grows ─ vm_start [ stack ]
 *
 * vm_pgoff falls with it, so that pages keep their index. */
int
pwk_expand_stack (PwkMachine *machine, PwkIndex vma, PwkVaddr addr)
{
  const PwkVma *v = pwk_vma (machine, vma);
  PwkVaddr was = v->vm_start;
  uint64_t grow;
  int error;

  if (!(v->vm_flags & PWK_VM_GROWSDOWN))
    return pwk_refuse (machine, EFAULT, PWK_WHY_NO_REGION);
  addr &= PWK_PAGE_MASK;
  if (addr < (uint64_t) machine->st->sysctl.mmap_min_addr)
    return pwk_refuse (machine, EPERM, PWK_WHY_MMAP_MIN_ADDR);
  if (v->vm_prev)
    {
      const PwkVma *prev = pwk_vma (machine, v->vm_prev);

      if (!(prev->vm_flags & PWK_VM_GROWSDOWN) && (prev->vm_flags & PWK_VM_ACCESS_FLAGS)
          && addr - prev->vm_end < (uint64_t) machine->st->sysctl.stack_guard_gap << PWK_PAGE_SHIFT)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_STACK_GUARD_GAP);
    }
  /* the kernel makes the anon_vma before it takes the lock that growing needs, and so whether it
   * grows or not */
  if (!pwk_anon_vma_prepare (machine, vma))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  if (addr >= was)
    return 0;

  grow = (was - addr) >> PWK_PAGE_SHIFT;
  if (grow > v->vm_pgoff)
    return pwk_refuse (machine, ENOMEM, PWK_WHY_OFFSET_OVERFLOW);
  error = acct_stack_growth (machine, v, v->vm_end - addr, grow);
  if (error)
    return error;
  if (!(v->vm_flags & PWK_VM_ACCOUNT))   /* the kernel loses them too */
    machine->st->vm_committed_lost += (int64_t) grow;
  if (v->vm_flags & PWK_VM_LOCKED)
    pwk_mm_edit (machine, v->vm_mm)->locked_vm += grow;
  pwk_vm_stat_account (machine, v->vm_mm, v->vm_flags, (int64_t) grow);
  pwk_vma_edit (machine, vma)->vm_start = addr;
  pwk_vma_edit (machine, vma)->vm_pgoff -= grow;
  pwk_vma_tree_update (machine, vma);
  pwk_emit_expand_stack (machine, vma, addr, was);
  return 0;
}

/* As exec, recordings and made processes put regions: not merged, for what they say is what there
 * was. */
PwkIndex
pwk_vma_insert_new (PwkMachine *machine, PwkIndex mm, const PwkVma *fields)
{
  PwkIndex index;
  PwkVma *vma;
  uint64_t pages;

  pwk_assert_door (((fields->vm_start | fields->vm_end) & ~PWK_PAGE_MASK) == 0);
  if (fields->vm_start >= fields->vm_end || pwk_find_vma_intersection (machine, mm, fields->vm_start, fields->vm_end))
    return 0;
  pages = (fields->vm_end - fields->vm_start) >> PWK_PAGE_SHIFT;
  index = pwk_vma_alloc (machine, mm, fields->vm_start, fields->vm_end, fields->vm_flags,
                         fields->vm_ops == PWK_VM_OPS_NONE ? fields->vm_start >> PWK_PAGE_SHIFT : fields->vm_pgoff);
  if (!index)
    return 0;
  /* charged as if it had been mapped just now; what a layout shows is taken for possible (layout.c) */
  if ((fields->vm_flags & PWK_VM_ACCOUNT) && pwk_vm_enough_memory (machine, mm, (int64_t) pages) < 0)
    {
      pwk_vma_free (machine, index);
      return 0;
    }
  vma = pwk_vma_edit (machine, index);
  vma->vm_file = fields->vm_file;
  vma->vm_ops = fields->vm_ops;
  vma->name = fields->name;
  vma->assumed = fields->assumed;
  pwk_vma_link (machine, index);
  pwk_vm_stat_account (machine, mm, fields->vm_flags, (int64_t) pages);
  return index;
}
