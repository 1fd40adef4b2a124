/* uapi.h - flags and constants of memory calls, as x86-64 Linux numbers them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From include/uapi: numbers that programs pass, and that recordings and scenarios have. Other
 * architectures number some of them differently; the engine does not, whatever its machine. */
#pragma once

#include "engine/core/types.h"

/* mmap (), mprotect (): rights. PROT_SEM means nothing; PROT_GROWSDOWN and _UP extend the range to
 * the region's beginning or end. */
#define PWK_PROT_READ           0x1u
#define PWK_PROT_WRITE          0x2u
#define PWK_PROT_EXEC           0x4u
#define PWK_PROT_SEM            0x8u        /* for atomic operations, where an architecture has to know */
#define PWK_PROT_GROWSDOWN      0x01000000u /* mprotect () alone: from the beginning of a region that grows down */
#define PWK_PROT_GROWSUP        0x02000000u /* no region here grows up */

/* mmap (): the type in the low four bits, then flags. From bit 26 on the logarithm of the size of
 * huge pages, 0 the default. */
#define PWK_MAP_SHARED          0x01u       /* writes go to the file, and to all who map it */
#define PWK_MAP_PRIVATE         0x02u       /* writes go to a copy */
#define PWK_MAP_SHARED_VALIDATE 0x03u       /* shared, and unknown flags are refused (4.15) */
#define PWK_MAP_DROPPABLE       0x08u       /* may be thrown away instead of swapped (6.11) */
#define PWK_MAP_TYPE            0x0fu
#define PWK_MAP_FIXED           0x10u       /* there, and what was there goes */
#define PWK_MAP_ANONYMOUS       0x20u       /* of no file; the descriptor is not looked at */
#define PWK_MAP_32BIT           0x40u       /* in the low 2 GiB */
#define PWK_MAP_ABOVE4G         0x80u       /* not in the low 4 GiB (6.6) */
#define PWK_MAP_GROWSDOWN       0x100u      /* a stack: a fault just below it extends it */
#define PWK_MAP_DENYWRITE       0x800u      /* without effect */
#define PWK_MAP_EXECUTABLE      0x1000u     /* without effect */
#define PWK_MAP_LOCKED          0x2000u     /* as by mlock (), but faults that fail are not told */
#define PWK_MAP_NORESERVE       0x4000u     /* not charged, unless overcommit is forbidden */
#define PWK_MAP_POPULATE        0x8000u     /* pages are faulted in before the call returns */
#define PWK_MAP_NONBLOCK        0x10000u    /* with MAP_POPULATE: they are not */
#define PWK_MAP_STACK           0x20000u    /* a thread's stack: no huge pages since 6.7, before without effect */
#define PWK_MAP_HUGETLB         0x40000u    /* of the pool of huge pages */
#define PWK_MAP_SYNC            0x80000u    /* of persistent memory, which no file here is on */
#define PWK_MAP_FIXED_NOREPLACE 0x100000u   /* there, or EEXIST (4.17) */
#define PWK_MAP_UNINITIALIZED   0x4000000u  /* not zeroed, where there is no MMU */
#define PWK_MAP_HUGE_SHIFT      26
#define PWK_MAP_HUGE_MASK       0x3fu

/* Flags that MAP_SHARED has always taken in silence (LEGACY_MAP_MASK): those above, and the bits of
 * the two sizes of huge pages. */
#define PWK_LEGACY_MAP_MASK \
  (PWK_MAP_SHARED | PWK_MAP_PRIVATE | PWK_MAP_FIXED | PWK_MAP_ANONYMOUS | PWK_MAP_DENYWRITE | PWK_MAP_EXECUTABLE | \
   PWK_MAP_UNINITIALIZED | PWK_MAP_GROWSDOWN | PWK_MAP_LOCKED | PWK_MAP_NORESERVE | PWK_MAP_POPULATE | PWK_MAP_NONBLOCK | \
   PWK_MAP_STACK | PWK_MAP_HUGETLB | PWK_MAP_32BIT | PWK_MAP_ABOVE4G | 21ull << PWK_MAP_HUGE_SHIFT | 30ull << PWK_MAP_HUGE_SHIFT)

/* mremap (), mlockall (), mlock2 (). */
#define PWK_MREMAP_MAYMOVE      1u          /* elsewhere, if it cannot grow where it is */
#define PWK_MREMAP_FIXED        2u          /* to that place, and what was there goes */
#define PWK_MREMAP_DONTUNMAP    4u          /* pages move, the old region stays empty (5.7) */

#define PWK_MCL_CURRENT         1u          /* what is mapped now */
#define PWK_MCL_FUTURE          2u          /* what will be */
#define PWK_MCL_ONFAULT         4u          /* locked when it is touched, not populated (4.4) */
#define PWK_MLOCK_ONFAULT       1u          /* the same of a range */

/* madvise (). The gaps are other architectures', and advice that was withdrawn. */
typedef enum
{
  PWK_MADV_NORMAL = 0, PWK_MADV_RANDOM = 1, PWK_MADV_SEQUENTIAL = 2, PWK_MADV_WILLNEED = 3, PWK_MADV_DONTNEED = 4,
  PWK_MADV_FREE = 8, PWK_MADV_REMOVE = 9, PWK_MADV_DONTFORK = 10, PWK_MADV_DOFORK = 11, PWK_MADV_MERGEABLE = 12,
  PWK_MADV_UNMERGEABLE = 13, PWK_MADV_HUGEPAGE = 14, PWK_MADV_NOHUGEPAGE = 15, PWK_MADV_DONTDUMP = 16, PWK_MADV_DODUMP = 17,
  PWK_MADV_WIPEONFORK = 18, PWK_MADV_KEEPONFORK = 19, PWK_MADV_COLD = 20, PWK_MADV_PAGEOUT = 21, PWK_MADV_POPULATE_READ = 22,
  PWK_MADV_POPULATE_WRITE = 23, PWK_MADV_DONTNEED_LOCKED = 24, PWK_MADV_COLLAPSE = 25, PWK_MADV_HWPOISON = 100,
  PWK_MADV_SOFT_OFFLINE = 101, PWK_MADV_GUARD_INSTALL = 102, PWK_MADV_GUARD_REMOVE = 103
} PwkMadvise;

/* getrlimit (): those that memory calls ask for. */
#define PWK_RLIMIT_DATA     2               /* bytes: heap, data and other private writable memory */
#define PWK_RLIMIT_STACK    3               /* bytes that the stack may grow to */
#define PWK_RLIMIT_NPROC    6               /* tasks of the user */
#define PWK_RLIMIT_NOFILE   7               /* the first descriptor that is not given */
#define PWK_RLIMIT_MEMLOCK  8               /* bytes that may be locked */
#define PWK_RLIMIT_AS       9               /* bytes of all regions */
#define PWK_RLIM_INFINITY   UINT64_MAX

/* personality (): where mappings go, and whether reading is executing. */
#define PWK_ADDR_NO_RANDOMIZE  0x0040000u   /* no ASLR for what is executed next */
#define PWK_ADDR_COMPAT_LAYOUT 0x0200000u   /* mappings from below (mmap_is_legacy ()) */
#define PWK_READ_IMPLIES_EXEC  0x0400000u   /* PROT_READ gives PROT_EXEC too */

/* clone (): what child and parent share. */
#define PWK_CLONE_VM        0x00000100u     /* the address space */
#define PWK_CLONE_FS        0x00000200u     /* root and working directory */
#define PWK_CLONE_FILES     0x00000400u     /* descriptors */
#define PWK_CLONE_SIGHAND   0x00000800u     /* signal handlers; only with CLONE_VM */
#define PWK_CLONE_VFORK     0x00004000u     /* the parent waits until the child execs or exits */
#define PWK_CLONE_PARENT    0x00008000u     /* the child is a sibling of who makes it */
#define PWK_CLONE_THREAD    0x00010000u     /* the thread group; only with CLONE_SIGHAND */
#define PWK_CLONE_NEWNS     0x00020000u     /* a mount namespace of its own */

/* open () and fcntl (). */
#define PWK_O_ACCMODE       3u
#define PWK_O_WRONLY        1u
#define PWK_O_RDWR          2u
#define PWK_O_PATH          010000000u      /* names a file, and cannot be mapped */

/* prctl (). */
#define PWK_PR_SET_VMA            0x53564d41u
#define PWK_PR_SET_VMA_ANON_NAME  0

/* vm.overcommit_memory. */
#define PWK_OVERCOMMIT_GUESS  0             /* only what could never be had is refused */
#define PWK_OVERCOMMIT_ALWAYS 1             /* nothing is */
#define PWK_OVERCOMMIT_NEVER  2             /* what is beyond CommitLimit is */

/* "MADV_FREE", "RLIMIT_AS"; NULL for a number that is none. */
const char *pwk_advice_name (int64_t advice);
const char *pwk_rlimit_name (uint64_t resource);
