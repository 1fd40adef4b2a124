/* fault.h - the fault handler's words: flags, results, branches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"

/* Fault flags and results: mm/memory.c's names. */
#define PWK_FAULT_FLAG_WRITE        0x01u
#define PWK_FAULT_FLAG_USER         0x40u
#define PWK_FAULT_FLAG_INSTRUCTION  0x100u
#define PWK_FAULT_FLAG_UNSHARE      0x400u
#define PWK_FAULT_FLAG_REMOTE       0x80u
#define PWK_VM_FAULT_OOM     0x0001u
#define PWK_VM_FAULT_SIGBUS  0x0002u
#define PWK_VM_FAULT_MAJOR   0x0004u
#define PWK_VM_FAULT_SIGSEGV 0x0040u
#define PWK_VM_FAULT_RETRY   0x0400u
#define PWK_VM_FAULT_ERROR   (PWK_VM_FAULT_OOM | PWK_VM_FAULT_SIGBUS | PWK_VM_FAULT_SIGSEGV)

/* The kernel's function of that branch. */
const char *pwk_fault_branch_name (PwkFaultBranch branch);
