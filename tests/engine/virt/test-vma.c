/* test-vma.c - regions: merging and its reasons, splitting, placement, errors, limits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include <errno.h>

#include "engine/boot/boot.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/sysctl.h"
#include "engine/virt/accounting.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

#define BASE 0x10000000ull
#define PAGE 4096ull

/* Three pages made one after the other touch and are alike: one region; a hole in it makes two, filling it one again. */
static void
test_merge_split (void)
{
  Space s;
  Told told;

  space_init (&s);
  space_listen (&s, &told, PWK_EV_VMA_MERGE);
  space_map (&s, BASE, PAGE, RW);
  g_assert_cmpuint (told.n, ==, 0);
  space_map (&s, BASE + 2 * PAGE, PAGE, RW);
  space_map (&s, BASE + PAGE, PAGE, RW);
  g_assert_cmpuint (told.n, ==, 1);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_BOTH);
  space_assert_regions (&s, BASE, BASE + 8 * PAGE, "0-3 rw-p");
  space_map (&s, BASE + 3 * PAGE, PAGE, RW);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_PREV);
  space_map (&s, BASE - PAGE, PAGE, RW);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_NEXT);
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE + PAGE, PAGE), ==, 0);
  space_assert_regions (&s, BASE - PAGE, BASE + 8 * PAGE, "0-2 rw-p, 3-5 rw-p");
  space_clear (&s);
}

/* mprotect: the middle, the lower end and the upper end of a region; rights that agree again with a neighbour's move the border. */
static void
test_mprotect (void)
{
  Space s;
  Told told;

  space_init (&s);
  space_map (&s, BASE, 8 * PAGE, RW);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE + 2 * PAGE, 4 * PAGE, PWK_PROT_READ), ==, 0);
  space_assert_regions (&s, BASE, BASE + 8 * PAGE, "0-2 rw-p, 2-6 r--p, 6-8 rw-p");
  space_check (&s);
  space_listen (&s, &told, PWK_EV_VMA_MERGE);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE + 2 * PAGE, PAGE, RW), ==, 0);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_PREV_PART);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE + 5 * PAGE, PAGE, RW), ==, 0);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_NEXT_PART);
  space_assert_regions (&s, BASE, BASE + 8 * PAGE, "0-3 rw-p, 3-5 r--p, 5-8 rw-p");
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE + 3 * PAGE, 2 * PAGE, RW), ==, 0);
  g_assert_cmpuint (told.arg[3], ==, PWK_MERGE_BOTH);
  space_assert_regions (&s, BASE, BASE + 8 * PAGE, "0-8 rw-p");
  space_clear (&s);
}

/* Each refusal says why. */
static void
test_no_merge_reasons (void)
{
  Space s;
  Told told;
  int64_t child;

  space_init (&s);
  space_listen (&s, &told, PWK_EV_VMA_NO_MERGE);
  space_map (&s, BASE, PAGE, RW);
  space_map (&s, BASE + PAGE, PAGE, PWK_PROT_READ);
  g_assert_cmpuint (told.arg[3], ==, PWK_NO_MERGE_FLAGS);

  /* both sides written by themselves: the middle goes to the lower one */
  space_map (&s, BASE + 0x10 * PAGE, PAGE, RW);
  space_map (&s, BASE + 0x12 * PAGE, PAGE, RW);
  g_assert_cmpstr (space_store (&s, BASE + 0x10 * PAGE), ==, "minor");
  g_assert_cmpstr (space_store (&s, BASE + 0x12 * PAGE), ==, "minor");
  space_map (&s, BASE + 0x11 * PAGE, PAGE, RW);
  g_assert_cmpuint (told.arg[3], ==, PWK_NO_MERGE_SIDES);
  space_assert_regions (&s, BASE + 0x10 * PAGE, BASE + 0x18 * PAGE, "0-2 rw-p, 2-3 rw-p");

  /* moved memory keeps the page offset of where it was written */
  space_map (&s, BASE + 0x20 * PAGE, 2 * PAGE, RW);
  g_assert_cmpstr (space_store (&s, BASE + 0x20 * PAGE), ==, "minor");
  g_assert_cmpint (pwk_sys_mremap (s.machine, s.task, BASE + 0x20 * PAGE, PAGE, PAGE, PWK_MREMAP_MAYMOVE | PWK_MREMAP_FIXED,
                                   BASE + 0x22 * PAGE), ==, BASE + 0x22 * PAGE);
  g_assert_cmpuint (told.arg[3], ==, PWK_NO_MERGE_PGOFF);

  /* shared memory has a file of its own for each mapping */
  g_assert_cmpint (space_mmap (&s, BASE + 0x30 * PAGE, PAGE, RW, PWK_MAP_SHARED | PWK_MAP_ANONYMOUS | PWK_MAP_FIXED), >, 0);
  g_assert_cmpint (space_mmap (&s, BASE + 0x31 * PAGE, PAGE, RW, PWK_MAP_SHARED | PWK_MAP_ANONYMOUS | PWK_MAP_FIXED), >, 0);
  g_assert_cmpuint (told.arg[3], ==, PWK_NO_MERGE_FILE);

  /* in a child, what the parent had written stays apart */
  child = space_settle (&s, pwk_sys_clone (s.machine, s.task, 17));
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (pwk_sys_mmap (s.machine, s.task + 1, BASE + 0x13 * PAGE, PAGE, RW, ANON | PWK_MAP_FIXED, -1, 0), >, 0);
  g_assert_cmpuint (told.arg[3], ==, PWK_NO_MERGE_FORKED);
  space_clear (&s);
}

/* Wrong arguments, each with the errno of the first test that it fails. */
static void
test_mmap_errors (void)
{
  static const struct { uint64_t addr, len, prot, flags; int64_t offset; int64_t expected; } cases[] = {
    { 0, 0, RW, ANON, 0, -EINVAL },
    { 0, PAGE, RW, ANON, 1, -EINVAL },
    { 0, PAGE, RW, PWK_MAP_ANONYMOUS, 0, -EINVAL },
    { 0, PAGE, RW, PWK_MAP_PRIVATE, 0, -EBADF },
    { 0, UINT64_MAX, RW, ANON, 0, -ENOMEM },
    { 0, (uint64_t) 1 << 47, RW, ANON, 0, -ENOMEM },
    { 0, (uint64_t) 64 << 30, RW, ANON, 0, -ENOMEM },
    { BASE + 1, PAGE, RW, ANON | PWK_MAP_FIXED, 0, -EINVAL },
    { 0, PAGE, RW, ANON | PWK_MAP_FIXED, 0, -EPERM },
    { 0x7ffffffff000, PAGE, RW, ANON | PWK_MAP_FIXED, 0, -ENOMEM },
    { 0xfffffffffffff000, PAGE, RW, ANON | PWK_MAP_FIXED, 0, -ENOMEM },
    { 0x400000, PAGE, RW, ANON | PWK_MAP_FIXED_NOREPLACE, 0, -EEXIST },
    { 0, PAGE, RW, ANON | PWK_MAP_LOCKED | PWK_MAP_HUGETLB, 0, -ENOMEM },
    { 0, PAGE, RW, ANON | PWK_MAP_HUGETLB | 22u << PWK_MAP_HUGE_SHIFT, 0, -EINVAL },
    { 0, 9 << 20, RW, ANON | PWK_MAP_LOCKED, 0, -EAGAIN },
    { 0, PAGE, RW, PWK_MAP_SHARED | PWK_MAP_ANONYMOUS | PWK_MAP_GROWSDOWN, 0, -EINVAL },
    { 0, PAGE, RW, PWK_MAP_DROPPABLE | PWK_MAP_ANONYMOUS | PWK_MAP_LOCKED, 0, -EINVAL },
  };
  Space s;

  space_init (&s);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpint (pwk_sys_mmap (s.machine, s.task, cases[i].addr, cases[i].len, cases[i].prot, cases[i].flags, -1,
                                     (uint64_t) cases[i].offset), ==, cases[i].expected);
    }
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE + 1, PAGE), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE, 0), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE, PAGE, PWK_PROT_READ), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE, PAGE, 0x100), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_mremap (s.machine, s.task, BASE, PAGE, PAGE, 8, 0), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_mremap (s.machine, s.task, BASE, PAGE, 2 * PAGE, 0, 0), ==, -EFAULT);
  g_assert_cmpint (pwk_sys_madvise (s.machine, s.task, BASE, PAGE, 77), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_madvise (s.machine, s.task, BASE, PAGE, PWK_MADV_NORMAL), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_mlockall (s.machine, s.task, 0), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_setrlimit (s.machine, s.task, 16, 0), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_clone (s.machine, s.task, PWK_CLONE_THREAD), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_kill (s.machine, s.task, 1, 9), ==, -ESRCH);
  space_clear (&s);
}

/* The highest hole from the top; the lowest from the bottom; a stack's guard gap is no hole. */
static void
test_placement (void)
{
  Space s;
  int64_t first, second;

  space_init (&s);
  first = space_mmap (&s, 0, PAGE, RW, ANON);
  second = space_mmap (&s, 0, PAGE, PWK_PROT_READ, ANON);
  g_assert_cmpint (second, ==, first - (int64_t) PAGE);
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, (uint64_t) first, PAGE), ==, 0);
  g_assert_cmpint (space_mmap (&s, 0, PAGE, RW, ANON), ==, first);
  g_assert_cmpint (space_mmap (&s, 0, PAGE, RW, ANON | PWK_MAP_32BIT), ==, 0x40000000);
  first = space_mmap (&s, 0, PAGE, RW, ANON | PWK_MAP_GROWSDOWN);
  g_assert_cmpint (space_mmap (&s, 0, PAGE, RW, ANON), ==, first - 257 * (int64_t) PAGE);
  g_assert_cmpint (space_mmap (&s, 0, 2 << 20, RW, ANON) % (2 << 20), ==, 0);
  space_clear (&s);
}

/* vm.overcommit_memory: guess refuses what is more than the machine, always nothing, never keeps to the limit. */
static void
test_overcommit (void)
{
  Space s;
  int64_t limit;

  space_init (&s);
  g_assert_cmpint (space_mmap (&s, 0, 512 << 20, RW, ANON), ==, -ENOMEM);
  g_assert_cmpint (space_mmap (&s, 0, 512 << 20, RW, ANON | PWK_MAP_NORESERVE), >, 0);
  g_assert_true (pwk_sysctl_set (s.machine, "vm.overcommit_memory", "1", NULL));
  g_assert_cmpint (space_mmap (&s, 0, 512 << 20, RW, ANON), >, 0);
  g_assert_true (pwk_sysctl_set (s.machine, "vm.overcommit_memory", "2", NULL));
  limit = pwk_vm_commit_limit (s.machine);
  g_assert_cmpint (limit, <, s.machine->st->vm_committed_as);
  g_assert_cmpint (space_mmap (&s, 0, PAGE, RW, ANON), ==, -ENOMEM);
  g_assert_cmpint (space_mmap (&s, 0, PAGE, PWK_PROT_READ, ANON), >, 0);
  space_clear (&s);
}

/* The limit is half of memory and all of swap, and the last page of it is nobody's: who asks for it is refused, and charged nothing. */
static void
test_commit_limit (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "swap", "16M", "cpus", "1", NULL);
  int64_t limit = (int64_t) (machine->st->totalram_pages / 2 + machine->st->total_swap_pages), before = machine->st->vm_committed_as;

  g_assert_cmpuint (machine->st->total_swap_pages, >, 4000);
  g_assert_cmpint (pwk_vm_commit_limit (machine), ==, limit);
  g_assert_true (pwk_sysctl_set (machine, "vm.overcommit_memory", "2", NULL));
  g_assert_true (pwk_sysctl_set (machine, "vm.admin_reserve_kbytes", "0", NULL));
  g_assert_cmpint (pwk_vm_enough_memory (machine, 0, limit - before - 1), ==, 0);
  g_assert_cmpint (pwk_vm_enough_memory (machine, 0, 1), ==, -ENOMEM);
  g_assert_cmpint (machine->st->vm_committed_as, ==, limit - 1);
}

/* vm.max_map_count holds for mmap, for splitting by mprotect, and for munmap in the middle. */
static void
test_map_count (void)
{
  Space s;
  unsigned made = 0;

  space_init (&s);
  space_map (&s, BASE, 16 * PAGE, RW);
  g_assert_true (pwk_sysctl_set (s.machine, "vm.max_map_count", "20", NULL));
  while (space_mmap (&s, BASE + (0x100 + 2 * made) * PAGE, PAGE, RW, ANON | PWK_MAP_FIXED) > 0)
    made++;
  g_assert_cmpuint (pwk_mm (s.machine, pwk_task (s.machine, s.task)->mm)->map_count, ==, 21);
  g_assert_cmpint (space_mmap (&s, BASE + 0x1000 * PAGE, PAGE, RW, ANON | PWK_MAP_FIXED), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_mprotect (s.machine, s.task, BASE + PAGE, PAGE, PWK_PROT_READ), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE + PAGE, PAGE), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE, PAGE), ==, 0);
  space_clear (&s);
}

/* Thousands of regions: the tree stays balanced and finds what a walk finds; taken away in another order all is as before. */
static void
test_many (void)
{
  enum { N = 4000 };
  Space s;
  PwkIndex mm;

  space_init (&s);
  mm = pwk_task (s.machine, s.task)->mm;
  for (unsigned i = 0; i < N; i++)
    space_map (&s, BASE + (uint64_t) (i * 1237 % N) * 2 * PAGE, PAGE, RW);
  space_check (&s);
  for (unsigned i = 0; i < N; i++)
    {
      PwkIndex vma = pwk_find_vma (s.machine, mm, BASE + (2 * i + 1) * PAGE);

      g_assert_cmpuint (pwk_vma (s.machine, vma)->vm_start, >=, BASE + (2 * i + 1) * PAGE);
      g_assert_cmpuint (pwk_vma (s.machine, pwk_vma (s.machine, vma)->vm_prev)->vm_start, ==, BASE + 2 * i * PAGE);
    }
  for (unsigned i = 0; i < N; i++)
    {
      g_assert_cmpint (pwk_sys_munmap (s.machine, s.task, BASE + (uint64_t) (i * 2741 % N) * 2 * PAGE, PAGE), ==, 0);
      if (i % 500 == 0)
        space_check (&s);
    }
  space_assert_regions (&s, BASE, BASE + 2 * N * PAGE, "");
  space_clear (&s);
}

/* The heap: any end, its limits, and the page that stays free above it. */
static void
test_brk (void)
{
  Space s;
  int64_t start;

  space_init (&s);
  start = pwk_sys_brk (s.machine, s.task, 0);
  g_assert_cmpint (pwk_sys_brk (s.machine, s.task, (uint64_t) start + 100), ==, start + 100);
  g_assert_cmpstr (space_store (&s, (uint64_t) start + 50), ==, "minor");
  g_assert_cmpint (pwk_sys_sbrk (s.machine, s.task, 0x3000), ==, start + 100);
  g_assert_cmpint (pwk_sys_brk (s.machine, s.task, (uint64_t) start - 1), ==, start + 0x3064);
  space_map (&s, (uint64_t) start + 0x10000, PAGE, RW);
  g_assert_cmpint (pwk_sys_brk (s.machine, s.task, (uint64_t) start + 0x10000), ==, start + 0x3064);
  g_assert_cmpint (pwk_sys_brk (s.machine, s.task, (uint64_t) start + 0xf000), ==, start + 0xf000);
  g_assert_cmpint (pwk_sys_setrlimit (s.machine, s.task, PWK_RLIMIT_DATA, 0x20000), ==, 0);
  g_assert_cmpint (pwk_sys_sbrk (s.machine, s.task, 0x100000), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_brk (s.machine, s.task, (uint64_t) start), ==, start);
  g_assert_cmpstr (space_load (&s, (uint64_t) start + 50), ==, "SIGSEGV");
  space_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virt/vma/merge-split", test_merge_split);
  g_test_add_func ("/virt/vma/mprotect", test_mprotect);
  g_test_add_func ("/virt/vma/no-merge-reasons", test_no_merge_reasons);
  g_test_add_func ("/virt/vma/mmap-errors", test_mmap_errors);
  g_test_add_func ("/virt/vma/placement", test_placement);
  g_test_add_func ("/virt/vma/overcommit", test_overcommit);
  g_test_add_func ("/virt/vma/commit-limit", test_commit_limit);
  g_test_add_func ("/virt/vma/map-count", test_map_count);
  g_test_add_func ("/virt/vma/many", test_many);
  g_test_add_func ("/virt/vma/brk", test_brk);
  return g_test_run ();
}
