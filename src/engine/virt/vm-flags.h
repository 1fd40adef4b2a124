/* vm-flags.h - what a region is and allows: vm_flags
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The values are the kernel's (include/linux/mm.h, x86-64), so that what a recording or
 * /proc/PID/smaps shows can be compared bit by bit. Four families:
 *
 *      READ WRITE EXEC SHARED         what is allowed now (mprotect ())
 *      MAYREAD … MAYSHARE             what mprotect () may allow: decided once, by how the file was opened
 *      LOCKED SEQ_READ HUGEPAGE …     what was said about it (mlock (), madvise ())
 *      SPECIAL: IO PFNMAP MIXEDMAP DONTEXPAND   not ordinary memory: never merged, never reclaimed
 *
 * Regions whose flags differ are not merged, whatever the flag is (but VM_STICKY, vma.h). */
#pragma once

/* vm_flags: the kernel's bits (include/linux/mm.h). */
#define PWK_VM_READ        0x00000001ull
#define PWK_VM_WRITE       0x00000002ull
#define PWK_VM_EXEC        0x00000004ull
#define PWK_VM_SHARED      0x00000008ull
#define PWK_VM_MAYREAD     0x00000010ull
#define PWK_VM_MAYWRITE    0x00000020ull
#define PWK_VM_MAYEXEC     0x00000040ull
#define PWK_VM_MAYSHARE    0x00000080ull
#define PWK_VM_GROWSDOWN   0x00000100ull
#define PWK_VM_UFFD_MISSING 0x00000200ull
#define PWK_VM_MAYBE_GUARD 0x00000800ull
#define PWK_VM_PFNMAP      0x00000400ull
#define PWK_VM_LOCKED      0x00002000ull
#define PWK_VM_IO          0x00004000ull
#define PWK_VM_SEQ_READ    0x00008000ull
#define PWK_VM_RAND_READ   0x00010000ull
#define PWK_VM_DONTCOPY    0x00020000ull
#define PWK_VM_DONTEXPAND  0x00040000ull
#define PWK_VM_LOCKONFAULT 0x00080000ull
#define PWK_VM_ACCOUNT     0x00100000ull
#define PWK_VM_NORESERVE   0x00200000ull
#define PWK_VM_HUGETLB     0x00400000ull
#define PWK_VM_SYNC        0x00800000ull
#define PWK_VM_WIPEONFORK  0x02000000ull
#define PWK_VM_DONTDUMP    0x04000000ull
#define PWK_VM_SOFTDIRTY   0x08000000ull
#define PWK_VM_MIXEDMAP    0x10000000ull
#define PWK_VM_HUGEPAGE    0x20000000ull
#define PWK_VM_NOHUGEPAGE  0x40000000ull
#define PWK_VM_MERGEABLE   0x80000000ull
#define PWK_VM_DROPPABLE   0x4000000000ull
#define PWK_VM_SEALED      0x8000000000ull
