/* kernel-access.h - one access by the kernel itself
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"

/* In PwkState.lab_flags, beside PWK_LAB_PTE_EDITED: the kernel has stored into a page table without
 * knowing, so that TLBs and walk caches may hold what no table says any more. */
#define PWK_LAB_TABLE_WRITTEN ((uint64_t) 1 << 9)

/* An oops: the kernel's own faults are not repaired. What was under way is killed, and the log says
 * "BUG: unable to handle page fault for address". Unguarded: the store would hit the books of an
 * allocator that cannot bear it, and is not made. */
typedef enum { PWK_KERNEL_ACCESS_OK, PWK_KERNEL_ACCESS_OOPS, PWK_KERNEL_ACCESS_UNGUARDED } PwkKernelAccess;

/* A load, store or fetch of @bytes by the kernel on the running cpu, through the tables that are
 * loaded there. *@value is what a store writes into the first eight bytes, and gets what a load
 * finds in them. */
PwkKernelAccess pwk_kernel_access (PwkMachine *machine, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t *value);
