/* fork.c - a second task, with a copy of the address space or the same
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/fork.c:copy_process(), dup_mm(), dup_mmap(). Copying goes region by region; a
 * place of rest lies between them:
 *
 *      pwk_sys_clone ──▶ PWK_OP_FORK  task: the parent, a: the child, cursor: the region to be copied next, result: the pid
 *                          │  pwk_fork_step, a region each
 *                          └──▶ cursor 0: done; or an error: the child goes, result -ENOMEM
 *
 * Until the last step nobody runs in between, so the parent's regions stay as they are. Entries are
 * copied, not pages (copy-tables.c): private ones lose their right to write on both sides.
 * Recordings: tests/kernel/vma, 06-fork-cow. */
#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/mm.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/copy-tables.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/process-private.h"
#include "engine/virt/syscalls.h"

#include <errno.h>

#include "engine/paging/tlb.h"

/* Follows kernel/fork.c:dup_mm(), mm_init(). A new address space with the old one's numbers and no
 * regions yet; 0: no memory. locked_vm is 0, since mlock () is not inherited; total_vm is the
 * parent's, from which what is not copied is taken. */
static PwkIndex
dup_mm (PwkMachine *machine, PwkIndex old, PwkIndex owner)
{
  PwkIndex mm = pwk_mm_new (machine, owner);
  const PwkMm *o = pwk_mm (machine, old);
  PwkMm *m;

  if (!mm)
    return 0;
  if (!pwk_mm_make_low_tables (machine, mm, o->low_tables))
    {
      pwk_mm_put (machine, mm, owner);
      return 0;
    }
  m = pwk_mm_edit (machine, mm);
  m->flags = o->flags & (PWK_MMF_DISABLE_THP | PWK_MMF_TOPDOWN | PWK_MMF_VSYSCALL);
  m->task_size = o->task_size;
  m->mmap_base = o->mmap_base;
  m->mmap_legacy_base = o->mmap_legacy_base;
  m->start_code = o->start_code;
  m->end_code = o->end_code;
  m->start_data = o->start_data;
  m->end_data = o->end_data;
  m->start_brk = o->start_brk;
  m->brk = o->brk;
  m->start_stack = o->start_stack;
  m->arg_start = o->arg_start;
  m->arg_end = o->arg_end;
  m->env_start = o->env_start;
  m->env_end = o->env_end;
  m->exe_name = o->exe_name;
  m->total_vm = o->total_vm;
  m->data_vm = o->data_vm;
  m->exec_vm = o->exec_vm;
  m->stack_vm = o->stack_vm;
  return mm;
}

/* The child's region like the parent's, linked but without pages; 0: no memory. Locks are not
 * inherited; MADV_WIPEONFORK's region begins without any anonymous memory, so it needs no link to
 * its parent's. */
static PwkIndex
dup_region (PwkMachine *machine, PwkIndex mm, PwkIndex vma)
{
  PwkIndex copy = pwk_vma_dup (machine, vma);
  PwkVma *c;

  if (!copy)
    return 0;
  c = pwk_vma_edit (machine, copy);
  c->vm_mm = mm;
  c->vm_flags &= ~PWK_VM_LOCKED_MASK;
  if (c->vm_flags & PWK_VM_WIPEONFORK)
    c->anon_vma = 0;
  else if (!pwk_anon_vma_fork (machine, copy, vma))
    {
      pwk_vma_free (machine, copy);
      return 0;
    }
  if (pwk_is_vm_hugetlb (c))
    pwk_hugetlb_dup_private (machine, copy);
  pwk_vma_open (machine, copy);
  pwk_vma_link (machine, copy);
  return copy;
}

/* Follows one round of kernel/fork.c:dup_mmap(). One region: charged to the child, made, and its
 * entries copied. 0 or -ENOMEM. MADV_DONTFORK's is left out, and taken off the counts that were
 * inherited. The charge comes before the copy, as the child's promise; its own failure leaves the
 * region out, and all of the child is undone by the caller. */
static int
copy_region (PwkMachine *machine, PwkIndex mm, PwkIndex vma)
{
  const PwkVma *v = pwk_vma (machine, vma);
  int64_t pages = (int64_t) pwk_vma_pages (v);
  uint64_t outer;
  PwkIndex copy;
  int error = 0;

  pwk_assert_door (v->vm_mm != mm);
  if (v->vm_flags & PWK_VM_DONTCOPY)
    {
      pwk_vm_stat_account (machine, mm, v->vm_flags, -pages);
      pwk_emit_dup_mmap (machine, vma, v->vm_start, v->vm_end, 0);
      return 0;
    }
  if ((v->vm_flags & PWK_VM_ACCOUNT) && pwk_vm_enough_memory (machine, v->vm_mm, pages) < 0)
    return -ENOMEM;
  outer = pwk_event_open (machine, pwk_emit_dup_mmap (machine, vma, v->vm_start, v->vm_end, 1));
  copy = dup_region (machine, mm, vma);
  if (!copy)
    {
      if (v->vm_flags & PWK_VM_ACCOUNT)
        pwk_vm_acct_memory (machine, -pages);
      error = pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  else if (!(v->vm_flags & PWK_VM_WIPEONFORK))
    error = pwk_copy_page_range (machine, copy, vma);
  pwk_event_close (machine, outer);
  return error;
}

/* The child that could not be completed goes; its regions are those copied so far, and unmapped
 * like any. Its pid is not used again. */
static void
abandon_child (PwkMachine *machine, PwkIndex child)
{
  PwkTask *t = pwk_task_edit (machine, child);
  PwkIndex mm = t->mm, files = t->files;

  pwk_assert_door (child != 0);
  pwk_task_dies (machine, child);
  t->mm = t->files = 0;
  pwk_task_set_policy (machine, child, 0);
  if (mm)
    pwk_mm_put (machine, mm, child);
  if (files)
    pwk_files_put (machine, files);
}

/* mpol_dup () of copy_process (): the turn of interleaving goes on from where the parent is. A
 * region's policy is shared with its copy (vma_dup_policy ()), a task's is not. */
static bool
copy_policy (PwkMachine *machine, PwkIndex child, PwkIndex policy)
{
  PwkIndex copy = pwk_mempolicy_dup (machine, policy);

  pwk_task_set_policy (machine, child, copy);
  return copy != 0;
}

/* What the counters must be if some regions were not copied: dup_mm () took them over for all. */
static void
recount (PwkMachine *machine, PwkIndex mm)
{
  PwkMm *m = pwk_mm_edit (machine, mm);

  m->total_vm = m->data_vm = m->exec_vm = m->stack_vm = 0;
  for (PwkIndex vma = m->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    pwk_vm_stat_account (machine, mm, pwk_vma (machine, vma)->vm_flags, (int64_t) pwk_vma_pages (pwk_vma (machine, vma)));
}

/* A step of PWK_OP_FORK. The parent's TLB is flushed once, at the end: its entries lost the right
 * to write. Where it rests, the child's address space is incomplete, its counters those of the
 * parent: check.c knows (PWK_OP_FORK). */
void
pwk_fork_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;
  PwkIndex child = (PwkIndex) op->a, vma = (PwkIndex) op->cursor;
  PwkIndex mm = pwk_task (machine, child)->mm, old = pwk_task (machine, op->task)->mm;
  int error = 0;

  pwk_assert_door (op->kind == PWK_OP_FORK && mm && old && mm != old);
  if (pwk_task (machine, op->task)->fatal_signal)
    error = pwk_refuse (machine, EINTR, PWK_WHY_FATAL_SIGNAL);
  else if (vma)
    {
      op->cursor = pwk_vma (machine, vma)->vm_next;
      error = copy_region (machine, mm, vma);
    }
  if (op->cursor && !error)
    return;

  op->kind = PWK_OP_NONE;
  pwk_flush_tlb_mm (machine, old);
  if (error)
    {
      recount (machine, mm);
      abandon_child (machine, child);
      op->result = error;
      return;
    }
  pwk_task_edit (machine, child)->unlisted = false;
  pwk_mm_edit (machine, mm)->hiwater_rss = (uint64_t) pwk_mm_rss (machine, mm);
  pwk_mm_edit (machine, mm)->hiwater_vm = pwk_mm (machine, mm)->total_vm;
}

/* Combinations that the kernel refuses: threads share handlers, and handlers an address space. One
 * that unshares the mount namespace cannot share the root and working directory in it. */
static bool
flags_valid (uint64_t flags)
{
  if ((flags & (PWK_CLONE_NEWNS | PWK_CLONE_FS)) == (PWK_CLONE_NEWNS | PWK_CLONE_FS))
    return false;
  if ((flags & PWK_CLONE_THREAD) && !(flags & PWK_CLONE_SIGHAND))
    return false;
  return !(flags & PWK_CLONE_SIGHAND) || (flags & PWK_CLONE_VM);
}

/* Follows kernel/fork.c:kernel_clone(), copy_process(). Returns the child's pid, or -errno; unless
 * the address space is shared it is copied by a long call, whose failure takes the pid back. With
 * CLONE_VFORK the parent waits until the child execs or exits (pwk_vfork_done ()). */
int64_t
pwk_sys_clone (PwkMachine *machine, PwkIndex task, uint64_t flags)
{
  PwkIndex mm = pwk_call_mm (machine, task), child;
  const PwkTask *p = pwk_task (machine, task);
  uint64_t cause;
  PwkTask *t;

  if (!mm)
    return pwk_refuse (machine, ESRCH, PWK_WHY_NO_PROCESS);
  if (!flags_valid (flags))
    return pwk_refuse (machine, EINVAL, PWK_WHY_FLAGS_CONTRADICT);
  child = (int64_t) machine->st->nr_threads < machine->st->sysctl.threads_max ? pwk_task_new (machine, task, p->cpu) : 0;
  if (!child)
    return pwk_refuse (machine, EAGAIN, PWK_WHY_TOO_MANY_TASKS);
  if (p->mempolicy && !copy_policy (machine, child, p->mempolicy))
    {
      abandon_child (machine, child);
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  t = pwk_task_edit (machine, child);
  t->exit_signal = (int32_t) (flags & 0xff);
  t->exit_code = 0;
  if (flags & (PWK_CLONE_PARENT | PWK_CLONE_THREAD))
    t->parent = p->parent;
  if (flags & PWK_CLONE_THREAD)
    t->tgid = p->tgid;
  if (flags & PWK_CLONE_FILES)
    pwk_files_get (machine, p->files);
  else
    t->files = pwk_files_dup (machine, p->files);
  if (flags & PWK_CLONE_VM)
    pwk_mm_get (machine, mm);
  else
    t->mm = t->files ? dup_mm (machine, mm, child) : 0;
  if (!t->files || !t->mm)
    {
      if (!t->files && (flags & PWK_CLONE_VM))
        pwk_mm_put (machine, mm, child);
      if (!t->files)
        t->mm = 0;
      abandon_child (machine, child);
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }

  cause = pwk_emit_copy_process (machine, task, child, flags);
  if (flags & PWK_CLONE_VFORK)
    pwk_task_edit (machine, task)->status = PWK_TASK_VFORK_WAIT;
  pwk_assert_door (machine->st->op.kind == PWK_OP_NONE);
  t->unlisted = !(flags & PWK_CLONE_VM);    /* its address space is copied first */
  if (!(flags & PWK_CLONE_VM))
    machine->st->op = (PwkOp) {
      .kind = PWK_OP_FORK, .task = task, .cursor = pwk_mm (machine, mm)->mmap, .a = child, .result = t->pid,
      .cause = cause,
    };
  return t->pid;
}
