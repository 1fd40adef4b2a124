/* test-refusals.c - every reason for which a call is refused can be reached, and is told in words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/check.h"
#include "engine/core/refusal.h"
#include "language.h"
#include "scenario/parser.h"
#include "scenario/runner.h"
#include "views/explain.h"
#include "views/words.h"

/* What happens before the call that is refused: a process with a region of 16 pages that is written, and holes around it. */
#define BEFORE "machine(memory=64M, swap=0)\nprocess(A)\n" \
  "[A] mmap(0x10000000, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p\n[A] touch(p, 64K, \"w\")\n"
#define ANON "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
#define SHARED "[A] mmap(0x20000000, 16K, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = s\n"
#define FILE_OF(mode) "[A] open(\"/tmp/f\", " mode ", size=8K) = fd\n"
#define HUGE_REGION "sysctl(\"vm.nr_hugepages\", 1) = 0\n[A] mmap(0x20000000, 2M, PROT_READ|PROT_WRITE, MAP_FIXED|MAP_HUGETLB|" ANON " = h\n"
#define VDSO "0x7ffff7ffd000"
#define A_HUNDRED "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* More memory than there is. */
#define TOO_MUCH "[A] mmap(0x20000000, 40M, PROT_READ|PROT_WRITE, MAP_FIXED|" ANON " = q\n[A] mmap(0x30000000, 40M, PROT_READ|PROT_WRITE, MAP_FIXED|" \
  ANON " = r\n[A] touch(q, 40M, \"w\")\n[A] touch(r, 40M, \"w\")"

/* The statements before, the last of which is refused with that reason. */
typedef struct { PwkRefusal why; const char *errno_name, *text; } Case;

static const Case cases[] = {
  { PWK_WHY_OOM_KILLED, NULL, TOO_MUCH },
  { PWK_WHY_PANICKED, NULL, "sysctl(\"vm.panic_on_oom\", 1)\n" TOO_MUCH },
  { PWK_WHY_POLICY_MODE, "EINVAL", "[A] set_mempolicy(99, NULL, 0)" },
  { PWK_WHY_POLICY_FLAGS, "EINVAL", "[A] set_mempolicy(MPOL_INTERLEAVE|MPOL_F_NUMA_BALANCING, [0x1], 64)" },
  { PWK_WHY_MAXNODE, "EINVAL", "[A] set_mempolicy(MPOL_BIND, [0x1], 40000)" },
  { PWK_WHY_NODES_UNKNOWN, "EINVAL", "[A] set_mempolicy(MPOL_BIND, [0x1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1], 1100)" },
  { PWK_WHY_NODES_GIVEN, "EINVAL", "[A] set_mempolicy(MPOL_DEFAULT, [0x1], 64)" },
  { PWK_WHY_NODES_NONE, "EINVAL", "[A] set_mempolicy(MPOL_BIND, NULL, 0)" },
  { PWK_WHY_NODES_NO_MEMORY, "EINVAL", "[A] set_mempolicy(MPOL_BIND, [0x2], 64)" },
  { PWK_WHY_NODE_UNKNOWN, "EINVAL", "[A] set_mempolicy_home_node(p, 4K, 9, 0)" },
  { PWK_WHY_NOT_IN_CPUSET, "EINVAL", "cpuset(A, cpus=\"0\")\n[A] sched(1)" },
  { PWK_WHY_CPUSET_EMPTY, "EINVAL", "cpuset(A, mems=\"9\")" },
  { PWK_WHY_NO_POLICY, "ENOENT", "[A] set_mempolicy_home_node(p, 4K, 0, 0)" },
  { PWK_WHY_NO_HOME_NODE, "EOPNOTSUPP", "[A] mbind(p, 64K, MPOL_INTERLEAVE, [0x1], 64, 0)\n[A] set_mempolicy_home_node(p, 64K, 0, 0)" },
  { PWK_WHY_NOT_INTERLEAVED, "EINVAL", "[A] get_mempolicy(?, NULL, 0, NULL, 1)" },
  { PWK_WHY_ANOTHERS, "EPERM", "[A] migrate_pages(1, 64, [0x1], [0x1])" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] munmap(p+1, 4K)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] mprotect(p+1, 4K, PROT_READ)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] mremap(p+1, 4K, 4K, 0)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] madvise(p+1, 4K, MADV_NORMAL)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] msync(p+1, 4K, MS_SYNC)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] mincore(p+1, 4K)" },
  { PWK_WHY_UNALIGNED, "EINVAL", "[A] mmap(1, 4K, PROT_READ, MAP_FIXED|" ANON },
  { PWK_WHY_NEW_UNALIGNED, "EINVAL", "[A] mremap(p, 4K, 4K, MREMAP_MAYMOVE|MREMAP_FIXED, 0x20000001)" },
  { PWK_WHY_OFFSET_UNALIGNED, "EINVAL", "[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 1)" },
  { PWK_WHY_LENGTH_ZERO, "EINVAL", "[A] mmap(NULL, 0, PROT_READ, " ANON },
  { PWK_WHY_LENGTH_ZERO, "EINVAL", "[A] munmap(p, 0)" },
  { PWK_WHY_LENGTH_ZERO, "EINVAL", "[A] mremap(p, 4K, 0, MREMAP_MAYMOVE)" },
  { PWK_WHY_LENGTH_TOO_LARGE, "ENOMEM", "[A] mmap(NULL, 0xffffffffffffffff, PROT_READ, " ANON },
  { PWK_WHY_LENGTH_TOO_LARGE, "EINVAL", "[A] mremap(p, 4K, 0x800000000000, MREMAP_MAYMOVE)" },
  { PWK_WHY_LENGTH_TOO_LARGE, "EINVAL", "[A] madvise(p, 0xffffffffffffffff, MADV_NORMAL)" },
  { PWK_WHY_RANGE_WRAPS, "ENOMEM", "[A] mprotect(p, 0xfffffffffffff000, PROT_READ)" },
  { PWK_WHY_RANGE_WRAPS, "EINVAL", "[A] madvise(p, 0xfffffffffffff000, MADV_NORMAL)" },
  { PWK_WHY_RANGE_WRAPS, "EINVAL", "[A] munlock(p, 0xfffffffffffff000)" },
  { PWK_WHY_RANGE_WRAPS, "ENOMEM", "[A] msync(p, 0xfffffffffffff000, MS_SYNC)" },
  { PWK_WHY_BEYOND_TASK_SIZE, "EINVAL", "[A] munmap(0x7fffffffe000, 8K)" },
  { PWK_WHY_BEYOND_TASK_SIZE, "ENOMEM", "[A] mmap(0x7fffffffe000, 8K, PROT_READ, MAP_FIXED|" ANON },
  { PWK_WHY_BEYOND_TASK_SIZE, "EINVAL", "[A] mremap(p, 4K, 8K, MREMAP_MAYMOVE|MREMAP_FIXED, 0x7fffffffe000)" },
  { PWK_WHY_BEYOND_TASK_SIZE, "ENOMEM", "[A] mincore(0x7fffffffe000, 8K)" },
  { PWK_WHY_OFFSET_OVERFLOW, "EOVERFLOW", FILE_OF ("O_RDWR") "[A] mmap(NULL, 8K, PROT_READ, MAP_PRIVATE, fd, 0x7ffffffffffff000)" },
  { PWK_WHY_OFFSET_NEGATIVE, "EINVAL", FILE_OF ("O_RDWR") "[A] pread64(fd, p, 4K, -4096)" },
  { PWK_WHY_OFFSET_NEGATIVE, "EINVAL", FILE_OF ("O_RDWR") "[A] ftruncate(fd, -1)" },
  { PWK_WHY_FLAGS_UNKNOWN, "EINVAL", "[A] mremap(p, 4K, 4K, 64)" },
  { PWK_WHY_FLAGS_UNKNOWN, "EINVAL", "[A] mlock2(p, 4K, 2)" },
  { PWK_WHY_FLAGS_UNKNOWN, "EINVAL", "[A] mlockall(64)" },
  { PWK_WHY_FLAGS_UNKNOWN, "EINVAL", "[A] msync(p, 4K, 64)" },
  { PWK_WHY_FLAGS_UNKNOWN, "EOPNOTSUPP", FILE_OF ("O_RDWR") "[A] mmap(NULL, 4K, PROT_READ, MAP_SHARED_VALIDATE|0x1000000, fd, 0)" },
  { PWK_WHY_FLAGS_CONTRADICT, "EINVAL", "[A] msync(p, 4K, MS_SYNC|MS_ASYNC)" },
  { PWK_WHY_FLAGS_CONTRADICT, "EINVAL", "[A] mprotect(p, 4K, PROT_READ|PROT_GROWSDOWN|PROT_GROWSUP)" },
  { PWK_WHY_FLAGS_CONTRADICT, "EINVAL", "[A] clone(CLONE_THREAD)" },
  { PWK_WHY_FLAGS_CONTRADICT, "EINVAL", "[A] mmap(NULL, 4K, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS|MAP_LOCKED, -1, 0)" },
  { PWK_WHY_FLAGS_EMPTY, "EINVAL", "[A] mlockall(0)" },
  { PWK_WHY_PROT_UNKNOWN, "EINVAL", "[A] mprotect(p, 4K, PROT_READ|0x100)" },
  { PWK_WHY_MAP_TYPE, "EINVAL", "[A] mmap(NULL, 4K, PROT_READ, MAP_ANONYMOUS, -1, 0)" },
  { PWK_WHY_MAP_TYPE, "EINVAL", FILE_OF ("O_RDWR") "[A] mmap(NULL, 4K, PROT_READ, 0, fd, 0)" },
  { PWK_WHY_ADVICE_UNKNOWN, "EINVAL", "[A] madvise(p, 4K, 9999)" },
  { PWK_WHY_ADVICE_UNKNOWN, "EINVAL", FILE_OF ("O_RDWR") "[A] posix_fadvise(fd, 0, 0, 99)" },
  { PWK_WHY_OPTION_UNKNOWN, "EINVAL", "[A] prctl(9999, 0, 0, 0, 0)" },
  { PWK_WHY_OPTION_ARGS, "EINVAL", "[A] prctl(PR_SET_THP_DISABLE, 1, 0, 1, 0)" },
  { PWK_WHY_OPTION_ARGS, "EINVAL", "[A] prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0)" },
  { PWK_WHY_RESOURCE_UNKNOWN, "EINVAL", "[A] setrlimit(99, 1)" },
  { PWK_WHY_SIGNAL_UNKNOWN, "EINVAL", "[A] kill(0, 99)" },
  { PWK_WHY_OUT_OF_RANGE, "EINVAL", "[A] load(p, 0)" },
  { PWK_WHY_BAD_BUFFER, "EFAULT", "[A] mincore(p, 4K, NULL)" },
  { PWK_WHY_BAD_BUFFER, "EFAULT", FILE_OF ("O_RDWR") "[A] write(fd, 0x30000000, 4K)" },
  { PWK_WHY_BAD_BUFFER, "EFAULT", FILE_OF ("O_RDWR") "[A] read(fd, 0x30000000, 4K)" },
  { PWK_WHY_BAD_BUFFER, "EFAULT", FILE_OF ("O_RDWR") "[A] read(fd, 0xfffffffffffff000, 4K)" },
  { PWK_WHY_PATH_EMPTY, "ENOENT", "[A] execve(\"\")" },
  { PWK_WHY_PATH_TOO_LONG, "ENAMETOOLONG", "[A] execve(\"" A_HUNDRED A_HUNDRED "a\")" },
  { PWK_WHY_PATH_EMPTY, "ENOENT", "[A] open(\"\", O_RDONLY)" },

  { PWK_WHY_NO_REGION, "ENOMEM", "[A] mprotect(0x30000000, 4K, PROT_READ)" },
  { PWK_WHY_NO_REGION, "ENOMEM", "[A] mlock(0x30000000, 4K)" },
  { PWK_WHY_NO_REGION, "ENOMEM", "[A] mincore(0x30000000, 4K)" },
  { PWK_WHY_NO_REGION, "ENOMEM", "[A] madvise(0x30000000, 4K, MADV_NORMAL)" },
  { PWK_WHY_NO_REGION, "EFAULT", "[A] mremap(0x30000000, 4K, 8K, MREMAP_MAYMOVE)" },
  { PWK_WHY_NO_REGION, "EFAULT", "[A] mremap(0x30000000, 4K, 4K, MREMAP_MAYMOVE|MREMAP_FIXED, 0x40000000)" },
  { PWK_WHY_NO_REGION, NULL, "[A] store(0x30000000)" },
  { PWK_WHY_NO_REGION, "EFAULT", "[A] touch(0x30000000, 4K, \"r\")" },
  { PWK_WHY_HOLE, "ENOMEM", "[A] mprotect(p, 128K, PROT_READ)" },
  { PWK_WHY_HOLE, "ENOMEM", "[A] mlock(p, 128K)" },
  { PWK_WHY_HOLE, "ENOMEM", "[A] mincore(p, 128K)" },
  { PWK_WHY_HOLE, "ENOMEM", "[A] madvise(p, 128K, MADV_POPULATE_READ)" },
  { PWK_WHY_HOLE_PASSED, "ENOMEM", "[A] madvise(p, 128K, MADV_DONTNEED)" },
  { PWK_WHY_HOLE_PASSED, "ENOMEM", SHARED "[A] msync(p, 0x10004000, MS_SYNC)" },
  { PWK_WHY_ALREADY_MAPPED, "EEXIST", "[A] mmap(p, 4K, PROT_READ, MAP_FIXED_NOREPLACE|" ANON },
  { PWK_WHY_SPECIAL_SPLIT, "EINVAL", "[A] munmap(" VDSO ", 4K)" },
  { PWK_WHY_RIGHTS, NULL, "[A] mprotect(p, 4K, PROT_READ) = 0\n[A] store(p)" },
  { PWK_WHY_RIGHTS, "EINVAL", "[A] mprotect(p, 4K, PROT_READ) = 0\n[A] madvise(p, 4K, MADV_POPULATE_WRITE)" },
  { PWK_WHY_RIGHTS, "ENOMEM", "[A] mprotect(p, 4K, PROT_NONE) = 0\n[A] mlock(p, 4K)" },
  { PWK_WHY_MAY_FLAGS, "EACCES", FILE_OF ("O_RDONLY") "[A] mmap(NULL, 4K, PROT_READ, MAP_SHARED, fd, 0) = f\n"
    "[A] mprotect(f, 4K, PROT_READ|PROT_WRITE)" },
  { PWK_WHY_GROWSDOWN, "EINVAL", "[A] mmap(NULL, 4K, PROT_READ, MAP_SHARED|MAP_ANONYMOUS|MAP_GROWSDOWN, -1, 0)" },
  { PWK_WHY_GROWSDOWN, "EINVAL", FILE_OF ("O_RDWR") "[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE|MAP_GROWSDOWN, fd, 0)" },
  { PWK_WHY_NOT_GROWSDOWN, "EINVAL", "[A] mprotect(p, 4K, PROT_READ|PROT_GROWSDOWN)" },
  { PWK_WHY_NOT_GROWSUP, "EINVAL", "[A] mprotect(p, 4K, PROT_READ|PROT_GROWSUP)" },
  { PWK_WHY_SHARED_READ_ONLY, "EACCES", FILE_OF ("O_RDWR") "[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE, fd, 0) = f\n"
    "[A] madvise(f, 4K, MADV_REMOVE)" },
  { PWK_WHY_ADVICE_LOCKED, "EINVAL", "[A] mlock(p, 4K) = 0\n[A] madvise(p, 4K, MADV_DONTNEED)" },
  { PWK_WHY_ADVICE_LOCKED, "EINVAL", "[A] mlock(p, 4K) = 0\n[A] madvise(p, 4K, MADV_FREE)" },
  { PWK_WHY_ADVICE_LOCKED, "EINVAL", "[A] mlock(p, 4K) = 0\n[A] madvise(p, 4K, MADV_COLD)" },
  { PWK_WHY_ADVICE_LOCKED, "EINVAL", "[A] mlock(p, 4K) = 0\n[A] madvise(p, 4K, MADV_GUARD_INSTALL)" },
  { PWK_WHY_ADVICE_FILE, "EINVAL", SHARED "[A] madvise(s, 4K, MADV_FREE)" },
  { PWK_WHY_ADVICE_NO_FILE, "EINVAL", "[A] madvise(p, 4K, MADV_REMOVE)" },
  { PWK_WHY_ADVICE_SHARED, "EINVAL", SHARED "[A] madvise(s, 4K, MADV_WIPEONFORK)" },
  { PWK_WHY_ADVICE_IO, "EINVAL", "[A] madvise(0x7ffff7ff7000, 16K, MADV_DOFORK)" },
  { PWK_WHY_ADVICE_SPECIAL, "EINVAL", "[A] madvise(0x7ffff7ff7000, 16K, MADV_DONTNEED)" },
  { PWK_WHY_ADVICE_SPECIAL, "EINVAL", "[A] madvise(" VDSO ", 8K, MADV_DODUMP)" },
  { PWK_WHY_ADVICE_DROPPABLE, "EINVAL", "[A] mmap(NULL, 4K, PROT_READ, MAP_DROPPABLE|MAP_ANONYMOUS, -1, 0) = d\n"
    "[A] madvise(d, 4K, MADV_KEEPONFORK)" },
  { PWK_WHY_LOCKED, "EBUSY", SHARED "[A] mlock(s, 4K) = 0\n[A] msync(s, 4K, MS_INVALIDATE)" },

  { PWK_WHY_BAD_FD, "EBADF", "[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE, 77, 0)" },
  { PWK_WHY_BAD_FD, "EBADF", "[A] close(77)" },
  { PWK_WHY_BAD_FD, "EBADF", "[A] read(77, p, 1)" },
  { PWK_WHY_BAD_FD, "EBADF", "[A] ftruncate(77, 0)" },
  { PWK_WHY_BAD_FD, "EBADF", "[A] fsync(77)" },
  { PWK_WHY_NOT_READABLE, "EBADF", FILE_OF ("O_WRONLY") "[A] read(fd, p, 1)" },
  { PWK_WHY_NOT_READABLE, "EACCES", FILE_OF ("O_WRONLY") "[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE, fd, 0)" },
  { PWK_WHY_NOT_WRITABLE, "EBADF", FILE_OF ("O_RDONLY") "[A] write(fd, p, 1)" },
  { PWK_WHY_NOT_WRITABLE, "EACCES", FILE_OF ("O_RDONLY") "[A] mmap(NULL, 4K, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0)" },
  { PWK_WHY_NOT_WRITABLE, "EINVAL", FILE_OF ("O_RDONLY") "[A] ftruncate(fd, 0)" },
  { PWK_WHY_FILE_TOO_LARGE, "EFBIG", FILE_OF ("O_RDWR") "[A] pwrite64(fd, p, 4K, 16T)" },
  { PWK_WHY_NO_DAX, "EOPNOTSUPP", FILE_OF ("O_RDWR") "[A] mmap(NULL, 4K, PROT_READ, MAP_SHARED_VALIDATE|MAP_SYNC, fd, 0)" },
  { PWK_WHY_PAST_EOF, NULL, FILE_OF ("O_RDWR") "[A] mmap(NULL, 16K, PROT_READ, MAP_PRIVATE, fd, 0) = f\n[A] load(f+12K)" },
  { PWK_WHY_PAST_EOF, "EFAULT", FILE_OF ("O_RDWR") "[A] mmap(NULL, 16K, PROT_READ, MAP_PRIVATE, fd, 0) = f\n"
    "[A] madvise(f, 16K, MADV_POPULATE_READ)" },

  { PWK_WHY_OVERLAP, "EINVAL", "[A] mremap(p, 8K, 8K, MREMAP_MAYMOVE|MREMAP_FIXED, p+4K)" },
  { PWK_WHY_NEEDS_MAYMOVE, "EINVAL", "[A] mremap(p, 4K, 4K, MREMAP_FIXED, 0x20000000)" },
  { PWK_WHY_DONTUNMAP_LENGTH, "EINVAL", "[A] mremap(p, 4K, 8K, MREMAP_MAYMOVE|MREMAP_DONTUNMAP)" },
  { PWK_WHY_NOT_SHARED, "EINVAL", "[A] mremap(p, 0, 4K, MREMAP_MAYMOVE)" },
  { PWK_WHY_DONTEXPAND, "EFAULT", "[A] mremap(" VDSO ", 8K, 12K, MREMAP_MAYMOVE)" },
  { PWK_WHY_MANY_REGIONS, "EFAULT", "[A] mremap(p, 128K, 256K, MREMAP_MAYMOVE)" },
  { PWK_WHY_NO_ROOM_BEHIND, "ENOMEM", SHARED "[A] mremap(p, 64K, 512M, 0)" },

  { PWK_WHY_RLIMIT_AS, "ENOMEM", "[A] setrlimit(RLIMIT_AS, 1M) = 0\n[A] mmap(NULL, 2M, PROT_READ, " ANON },
  { PWK_WHY_RLIMIT_AS, "ENOMEM", "[A] setrlimit(RLIMIT_AS, 1M) = 0\n[A] mremap(p, 64K, 2M, MREMAP_MAYMOVE)" },
  { PWK_WHY_RLIMIT_DATA, "ENOMEM", "[A] setrlimit(RLIMIT_DATA, 4K) = 0\n[A] mmap(NULL, 2M, PROT_READ|PROT_WRITE, " ANON },
  { PWK_WHY_RLIMIT_DATA, NULL, "[A] brk(NULL) = end\n[A] setrlimit(RLIMIT_DATA, 4K) = 0\n[A] brk(end+64K)" },
  { PWK_WHY_RLIMIT_DATA, "ENOMEM", "[A] setrlimit(RLIMIT_DATA, 4K) = 0\n[A] sbrk(64K)" },
  { PWK_WHY_RLIMIT_STACK, NULL, "[A] setrlimit(RLIMIT_STACK, 256K) = 0\n[A] store(0x7fffffe00000)" },
  { PWK_WHY_RLIMIT_MEMLOCK, "ENOMEM", "[A] setrlimit(RLIMIT_MEMLOCK, 4K) = 0\n[A] mlock(p, 64K)" },
  { PWK_WHY_RLIMIT_MEMLOCK, "ENOMEM", "[A] setrlimit(RLIMIT_MEMLOCK, 4K) = 0\n[A] mlockall(MCL_CURRENT)" },
  { PWK_WHY_RLIMIT_MEMLOCK, "EAGAIN", "[A] setrlimit(RLIMIT_MEMLOCK, 4K) = 0\n[A] mmap(NULL, 64K, PROT_READ, MAP_LOCKED|" ANON },
  { PWK_WHY_RLIMIT_NOFILE, "EMFILE", "[A] setrlimit(RLIMIT_NOFILE, 3) = 0\n[A] open(\"/tmp/f\", O_RDWR)" },
  { PWK_WHY_RLIMIT_HARD, "EINVAL", "[A] setrlimit(RLIMIT_MEMLOCK, 1G)" },
  { PWK_WHY_MAY_NOT_LOCK, "EPERM", "[A] setrlimit(RLIMIT_MEMLOCK, 0) = 0\n[A] mlock(p, 4K)" },
  { PWK_WHY_MAY_NOT_LOCK, "EPERM", "[A] setrlimit(RLIMIT_MEMLOCK, 0) = 0\n[A] mlockall(MCL_FUTURE)" },
  { PWK_WHY_MAY_NOT_LOCK, "EPERM", "[A] setrlimit(RLIMIT_MEMLOCK, 0) = 0\n[A] mmap(NULL, 4K, PROT_READ, MAP_LOCKED|" ANON },
  { PWK_WHY_MAX_MAP_COUNT, "ENOMEM", "sysctl(\"vm.max_map_count\", 8)\n[A] mprotect(p+4K, 4K, PROT_READ)" },
  { PWK_WHY_MAX_MAP_COUNT, "ENOMEM", "sysctl(\"vm.max_map_count\", 7)\n[A] munmap(p+4K, 4K)" },
  { PWK_WHY_MAX_MAP_COUNT, "ENOMEM", "sysctl(\"vm.max_map_count\", 3)\n[A] mmap(NULL, 4K, PROT_READ, " ANON },
  { PWK_WHY_OVERCOMMIT, "ENOMEM", "[A] mmap(NULL, 1024G, PROT_READ|PROT_WRITE, " ANON },
  { PWK_WHY_COMMIT_LIMIT, "ENOMEM", "sysctl(\"vm.overcommit_memory\", 2)\n[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, " ANON },
  { PWK_WHY_NO_GAP, "ENOMEM", "[A] mmap(NULL, 0x7fffffff0000, PROT_READ, MAP_NORESERVE|" ANON },
  { PWK_WHY_MMAP_MIN_ADDR, "EPERM", "[A] mmap(4K, 4K, PROT_READ, MAP_FIXED|" ANON },
  { PWK_WHY_BELOW_HEAP, NULL, "[A] brk(0x1000)" },
  { PWK_WHY_HEAP_BLOCKED, NULL, "[A] brk(p)" },
  { PWK_WHY_STACK_GUARD_GAP, NULL, "[A] mmap(0x7fffffe00000, 64K, PROT_READ, MAP_FIXED|" ANON "\n[A] store(0x7fffffe20000)" },
  { PWK_WHY_CAPABILITY, "EPERM", "[A] madvise(p, 4K, MADV_HWPOISON)" },
  { PWK_WHY_CAPABILITY, "EPERM", "[A] prctl(35, 1, 0, 0, 0)" },
  { PWK_WHY_HUGETLB_SIZE, "EINVAL", "[A] mmap(NULL, 2M, PROT_READ, MAP_HUGETLB|0x3c000000|" ANON },
  { PWK_WHY_HUGETLB_FILE, "EINVAL", FILE_OF ("O_RDWR") "[A] mmap(NULL, 2M, PROT_READ, MAP_PRIVATE|MAP_HUGETLB, fd, 0)" },
  { PWK_WHY_HUGETLB_EMPTY, "ENOMEM", "[A] mmap(NULL, 2M, PROT_READ, MAP_HUGETLB|" ANON },
  { PWK_WHY_READ_ONLY_FILE, "EACCES", "sysfs(\"/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages\", \"1\")" },
  { PWK_WHY_HUGETLB_NO_PAGE, NULL, "[A] mmap(NULL, 2M, PROT_READ, MAP_NORESERVE|MAP_HUGETLB|" ANON " = h\n[A] load(h)" },
  { PWK_WHY_HUGETLB_TAKEN, NULL, HUGE_REGION "[A] store(h)\n[A] fork() = B\n[A] store(h)\n[B] load(h)" },
  { PWK_WHY_HUGETLB_UNALIGNED, "EINVAL", HUGE_REGION "[A] munmap(h, 4K)" },
  { PWK_WHY_HUGETLB_GROW, "EINVAL", HUGE_REGION "[A] mremap(h, 2M, 4M, MREMAP_MAYMOVE)" },

  { PWK_WHY_GUARD_PAGE, NULL, "[A] madvise(p, 4K, MADV_GUARD_INSTALL) = 0\n[A] load(p)" },
  { PWK_WHY_GUARD_PAGE, "EFAULT", "[A] madvise(p, 4K, MADV_GUARD_INSTALL) = 0\n[A] madvise(p, 4K, MADV_POPULATE_READ)" },
  { PWK_WHY_COLLAPSE_REGION, "EINVAL", SHARED "[A] prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) = 0\n[A] madvise(p, 64K, MADV_COLLAPSE)" },
  { PWK_WHY_COLLAPSE_SHORT, "EINVAL", "[A] mmap(0x20001000, 4M, PROT_READ|PROT_WRITE, MAP_FIXED|" ANON " = h\n"
    "[A] touch(h, 4K, \"w\")\n[A] madvise(h, 64K, MADV_COLLAPSE)" },
  { PWK_WHY_COLLAPSE_NOTHING, "EINVAL", "[A] mmap(0x20000000, 4M, PROT_READ|PROT_WRITE, MAP_FIXED|" ANON " = h\n"
    "[A] touch(h, 4K, \"w\")\n[A] madvise(h+2M, 2M, MADV_COLLAPSE)" },
  { PWK_WHY_COLLAPSE_MARKER, "EINVAL", "[A] mmap(0x20000000, 4M, PROT_READ|PROT_WRITE, MAP_FIXED|" ANON " = h\n"
    "[A] madvise(h, 4K, MADV_GUARD_INSTALL) = 0\n[A] madvise(h, 4M, MADV_COLLAPSE)" },

  { PWK_WHY_ORDER_TOO_LARGE, NULL, "alloc_pages(GFP_KERNEL, 11)" },
  { PWK_WHY_BELOW_MARK, NULL, "repeat(20000)\nalloc_pages(GFP_NOWAIT, 0)\nend\nalloc_pages(GFP_NOWAIT, 0)" },
  { PWK_WHY_NO_BLOCK, NULL, "repeat(20000, i)\nalloc_pages(GFP_NOWAIT, 0) = pg[i]\nend\nrepeat(6000, i)\n"
    "if(pg[2*i] != 0)\nfree_pages(pg[2*i], 0)\nend\nend\ndrain_all_pages()\nalloc_pages(GFP_NOWAIT, 10)" },

  { PWK_WHY_NO_SWAP, "EINVAL", "swapoff(5)" },
  { PWK_WHY_SWAP_SIZE, "EINVAL", "swapon(size=4K)" },
  { PWK_WHY_SWAP_AREAS, "EPERM", "repeat(8)\nswapon(size=1M)\nend\nswapon(size=1M)" },
  { PWK_WHY_OUT_OF_RANGE, "EINVAL", "swapon(priority=40000, size=1M)" },
  { PWK_WHY_PROCESS_UNKNOWN, "ESRCH", "[A] kill(4711, SIGKILL)" },
  { PWK_WHY_TUNABLE_UNKNOWN, "ENOENT", "sysctl(\"vm.nothing\", 1)" },
  { PWK_WHY_KERNEL_FAULT, NULL, "load(0xffffc90000000000)" },
  { PWK_WHY_KERNEL_FAULT, NULL, "fetch(0x1000)" },
  { PWK_WHY_NOT_A_DEVICE, NULL, "ioremap(48M, 4K)" },
  { PWK_WHY_MEMTYPE_CONFLICT, NULL, "ioremap_cache(0xfe000000, 4K)\nioremap(0xfe000000, 4K)" },
  { PWK_WHY_NON_CANONICAL, NULL, "[A] load(0x8000000000000000)" },
  { PWK_WHY_RESERVED_BIT, NULL, "set_pte(A, p, 0x8000000000067)\n[A] load(p)" },
  { PWK_WHY_HUGE_ENTRY, "EINVAL", "[A] mmap(0x20000000, 2M, PROT_READ|PROT_WRITE, MAP_FIXED|" ANON " = h\n[A] madvise(h, 2M, MADV_HUGEPAGE) = 0\n"
    "[A] store(h)\nset_pte(A, h, 0x1000067)" },
  { PWK_WHY_KERNEL_ADDRESS, "EFAULT", "set_pte(A, 0xffff888000000000, 0)" },
  { PWK_WHY_KERNEL_ADDRESS, NULL, "[A] load(0xffff888000000000)" },
};

static void
note_end (PwkMachine *machine, const PwkEvent *event, void *data)
{
  *(PwkEvent *) data = *event;
}

/* Each case: the last statement_end has errno and reason, and its sentence says them. */
static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autofree char *text = g_strconcat (BEFORE, c->text, "\n", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("refusals.pwk", text, -1, &error);
  g_autoptr(GString) sound = g_string_new (NULL);
  g_autofree char *sentence = NULL, *why = NULL;
  const char *function;
  PwkEvent end = { 0 };
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  pwk_machine_listen (pwk_runner_machine (runner), note_end, &end);
  pwk_machine_want (pwk_runner_machine (runner), PWK_EV_STATEMENT_END, true);
  while (pwk_runner_step (runner))
    continue;
  if (!pwk_machine_check (pwk_runner_machine (runner), sound))
    g_error ("%s", sound->str);

  sentence = pwk_explain_event (pwk_runner_machine (runner), &end);
  why = pwk_explain_why (pwk_runner_machine (runner), &end);
  g_test_message ("%s", sentence);
  g_assert_cmpstr (pwk_refusal_name ((unsigned) end.arg[3]), ==, pwk_refusal_name (c->why));
  g_assert_cmpstr (end.arg[2] != 0 ? pwk_words_errno ((int) end.arg[2]) : NULL, ==, c->errno_name);
  g_assert_nonnull (strstr (sentence, pwk_words_refusal (c->why)));
  if (c->errno_name)
    g_assert_nonnull (strstr (sentence, c->errno_name));
  g_assert_true (test_is_translated (pwk_words_refusal (c->why)));
  function = strrchr (pwk_refusal_where (c->why), ':');
  if (function)
    g_assert_nonnull (strstr (why, function + 1));
  pwk_runner_free (runner);
}

/* Those that no scenario of a few lines reaches: kernel objects that it cannot make, memory that is short at one moment only, a call of
 * the dead, what sys_exit alone tells of a call that was killed, a table of names that is full, pages of a second node. */
static bool
is_out_of_reach (PwkRefusal why)
{
  switch ((int) why)
    {
    case PWK_WHY_SEALED: case PWK_WHY_SOURCE_GONE: case PWK_WHY_NO_HUGE_FRAME:
    case PWK_WHY_COLLAPSE_HELD: case PWK_WHY_COLLAPSE_PAGES: case PWK_WHY_NO_VICTIM: case PWK_WHY_NO_PROCESS:
    case PWK_WHY_TOO_MANY_TASKS: case PWK_WHY_NAMES_FULL: case PWK_WHY_PAGES_ELSEWHERE: case PWK_WHY_FATAL_SIGNAL: case PWK_WHY_NO_FRAMES:
      return true;
    default:
      return false;
    }
}

/* Each reason has a name of its own, a text in the language, and a case. */
static void
test_all_told (void)
{
  for (unsigned why = PWK_WHY_NONE + 1; why < PWK_N_REFUSALS; why++)
    {
      bool reached = is_out_of_reach ((PwkRefusal) why);

      for (size_t i = 0; i < G_N_ELEMENTS (cases) && !reached; i++)
        reached = cases[i].why == why;
      if (!reached)
        g_error ("no case for %s", pwk_refusal_name (why));
      for (unsigned other = 0; other < why; other++)
        g_assert_cmpstr (pwk_refusal_name (why), !=, pwk_refusal_name (other));
      g_assert_nonnull (pwk_words_refusal (why));
      if (!test_is_translated (pwk_words_refusal (why)))
        g_error ("%s is not translated", pwk_refusal_name (why));
    }
  g_assert_null (pwk_words_refusal (PWK_WHY_NONE));
  g_assert_null (pwk_words_refusal (PWK_N_REFUSALS));
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refusals/all-told", test_all_told);
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/refusals/%s/%u", pwk_refusal_name (cases[i].why), (unsigned) i);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
