/* accounting.h - what may be promised: overcommit, address space limits, page counts of an address space
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/refusal.h"
#include "engine/virt/vm-flags.h"

/* Charges @pages to vm_committed_as and says whether they may be had: 0 or -ENOMEM, uncharged then.
 * @mm 0: the kernel's own (mm/util.c:__vm_enough_memory). */
int      pwk_vm_enough_memory  (PwkMachine *machine, PwkIndex mm, int64_t pages);
/* Without a question; negative gives back (vm_acct_memory, vm_unacct_memory). */
void     pwk_vm_acct_memory    (PwkMachine *machine, int64_t pages);
/* The limit of vm.overcommit_memory = 2, in pages (vm_commit_limit). */
int64_t  pwk_vm_commit_limit   (const PwkMachine *machine);
/* RLIMIT_AS and RLIMIT_DATA (may_expand_vm). */
bool     pwk_may_expand_vm     (const PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, int64_t pages);
/* -ENOMEM with the limit of the two that forbids it, where the above said no. */
int      pwk_refuse_expand     (PwkMachine *machine, PwkIndex mm, int64_t pages);
/* total_vm and the share by kind (vm_stat_account). */
void     pwk_vm_stat_account   (PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, int64_t pages);
/* RLIMIT_MEMLOCK for @bytes more, if @vm_flags lock (mlock_future_ok). */
bool     pwk_mlock_future_ok   (const PwkMachine *machine, PwkIndex mm, uint64_t vm_flags, uint64_t bytes);
/* A limit of the task that owns @mm, bytes. */
uint64_t pwk_mm_rlimit         (const PwkMachine *machine, PwkIndex mm, unsigned resource);
/* Pages present, of all kinds (get_mm_rss). */
int64_t  pwk_mm_rss            (const PwkMachine *machine, PwkIndex mm);
/* High-water marks before something shrinks. */
void     pwk_update_hiwater_rss (PwkMachine *machine, PwkIndex mm);
void     pwk_update_hiwater_vm (PwkMachine *machine, PwkIndex mm);

/* is_exec_mapping, is_stack_mapping, is_data_mapping. */
static inline bool
pwk_is_exec_mapping (uint64_t flags)
{
  return (flags & (PWK_VM_EXEC | PWK_VM_WRITE | PWK_VM_GROWSDOWN)) == PWK_VM_EXEC;
}

/* Of the three kinds a region is one at most: exec is asked for first, then stack, then data. */
static inline bool
pwk_is_stack_mapping (uint64_t flags)
{
  return (flags & PWK_VM_GROWSDOWN) != 0;
}

/* Private and writable, and not a stack. */
static inline bool
pwk_is_data_mapping (uint64_t flags)
{
  return (flags & (PWK_VM_WRITE | PWK_VM_SHARED | PWK_VM_GROWSDOWN)) == PWK_VM_WRITE;
}

/* Private, writable and not MAP_NORESERVE (accountable_mapping). */
static inline bool
pwk_accountable_mapping (uint64_t flags)
{
  return (flags & (PWK_VM_NORESERVE | PWK_VM_SHARED | PWK_VM_WRITE)) == PWK_VM_WRITE;
}
