/* test-process.c - processes: layouts, fork in steps, threads, exec, exit
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include <errno.h>
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/op.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"
#include "engine/virt/recorded.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

#define BASE 0x10000000ull
#define PAGE 4096ull

/* What /proc/PID/maps says is what process () was told. */
static void
test_layout (void)
{
  static const char text[] =
    "00400000-00401000 r-xp 00000000 08:01 100                                /usr/bin/demo\n"
    "00401000-00407000 rw-p 00001000 08:01 100                                /usr/bin/demo\n"
    "00407000-00410000 rw-p 00000000 00:00 0                                  [heap]\n"
    "10000000-10002000 rw-p 00000000 00:00 0 \n"
    "7ffff7ff7000-7ffff7ffb000 r--p 00000000 00:00 0                          [vvar]\n"
    "7ffff7ffd000-7ffff7fff000 r-xp 00000000 00:00 0                          [vdso]\n"
    "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";
  PwkProcessSpec spec = { text, -1, -1, -1, -1 };
  g_autoptr(GString) maps = g_string_new (NULL), status = g_string_new (NULL);
  g_autoptr(GError) error = NULL;
  Space s;
  PwkIndex task;

  space_init (&s);
  task = pwk_process_new (s.machine, "B", 1, &spec, &error);
  g_assert_no_error (error);
  pwk_proc_maps (s.machine, task, maps);
  g_assert_cmpstr (maps->str, ==, text);
  pwk_proc_status (s.machine, task, "Name,VmSize,VmData,VmStk,VmExe", status);
  g_assert_cmpstr (status->str, ==, "Name:\tdemo\nVmSize:\t     228 kB\nVmData:\t      68 kB\nVmStk:\t     132 kB\nVmExe:\t       4 kB\n");
  g_assert_cmpuint (pwk_task_by_name (s.machine, "B"), ==, task);
  g_assert_cmpuint (pwk_task_by_pid (s.machine, pwk_task (s.machine, task)->pid), ==, task);
  g_assert_cmpuint (pwk_task_by_name (s.machine, "C"), ==, 0);
  space_clear (&s);
}

/* A layout that cannot be read or cannot be: the message has line and column, and nothing stays behind. */
static void
test_layout_errors (void)
{
  static const struct { const char *maps, *message; } cases[] = {
    { "xyz", "maps, line 1, column 1: expected a range of addresses, as 00400000-00401000" },
    { "\n00400000-00401000 rxxp 0 08:01 1 /x", "maps, line 2, column 20: expected rights, as r-xp" },
    { "00400000-00401000 r-xp", "maps, line 1, column 23: expected the offset in the file, in hexadecimal" },
    { "00400000-00401000 r-xp 0 08", "maps, line 1, column 28: expected a device, as 08:01" },
    { "00400000-00401000 r-xp 0 08:01 /x", "maps, line 1, column 32: expected an inode number" },
    { "00400000-00400100 r-xp 0 08:01 1 /x", "maps, line 1, column 1: addresses and offset must be multiples of 4096" },
    { "00400000-00400000 r-xp 0 08:01 1 /x", "maps, line 1, column 1: the range is empty" },
    { "00400000-ffff800000000000 r-xp 0 08:01 1 /x", "maps, line 1, column 1: the range is outside of user space" },
    { "00400000-00402000 rw-p 0 00:00 0\n00401000-00403000 rw-p 0 00:00 0", "maps, line 2, column 1: the range overlaps another" },
  };
  Space s;

  space_init (&s);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkProcessSpec spec = { cases[i].maps, -1, -1, -1, -1 };
      g_autoptr(GError) error = NULL;

      g_assert_cmpuint (pwk_process_new (s.machine, "B", 0, &spec, &error), ==, 0);
      g_assert_error (error, PWK_PROCESS_ERROR, 0);
      g_assert_cmpstr (error->message, ==, cases[i].message);
      space_check (&s);
    }
  space_clear (&s);
}

/* fork copies region by region; a checkpoint taken between two pieces goes on to the same end. */
static void
test_fork_steps (void)
{
  Space s;
  PwkCheckpoint *half;
  uint64_t hash;
  int64_t pid;
  unsigned steps = 0;

  space_init (&s);
  for (unsigned i = 0; i < 4; i++)
    {
      space_map (&s, BASE + i * 0x10 * PAGE, 2 * PAGE, RW);
      g_assert_cmpstr (space_store (&s, BASE + i * 0x10 * PAGE), ==, "minor");
    }
  g_assert_cmpint (pwk_sys_madvise (s.machine, s.task, BASE, 2 * PAGE, PWK_MADV_DONTFORK), ==, 0);
  g_assert_cmpint (pwk_sys_madvise (s.machine, s.task, BASE + 0x10 * PAGE, 2 * PAGE, PWK_MADV_WIPEONFORK), ==, 0);
  pid = pwk_sys_clone (s.machine, s.task, 17);
  g_assert_true (pwk_op_pending (s.machine));
  while (steps < 3)
    {
      pwk_op_step (s.machine);
      space_check (&s);
      steps++;
    }
  half = pwk_machine_save (s.machine);
  g_assert_cmpint (space_settle (&s, pid), ==, pid);
  hash = pwk_machine_hash (s.machine);
  pwk_machine_restore (s.machine, half);
  g_assert_cmpint (space_settle (&s, pid), ==, pid);
  g_assert_cmpuint (pwk_machine_hash (s.machine), ==, hash);
  pwk_checkpoint_unref (half);

  s.task = pwk_task_by_pid (s.machine, pid);
  space_assert_regions (&s, BASE, BASE + 0x40 * PAGE, "10-12 rw-p, 20-22 rw-p, 30-32 rw-p");
  g_assert_cmpstr (space_load (&s, BASE + 0x20 * PAGE), ==, "ok");
  g_assert_cmpstr (space_load (&s, BASE + 0x10 * PAGE), ==, "minor");
  g_assert_cmpint (pwk_sys_exit (s.machine, s.task, 0, true), ==, 0);
  g_assert_cmpuint (pwk_task (s.machine, s.task)->mm, ==, 0);
  space_clear (&s);
}

/* Forking until memory is out: the last call says ENOMEM and leaves nothing of its child; ended, all comes back. */
static void
test_fork_no_memory (void)
{
  Space s = { .machine = pwk_machine_simple ("memory", "33554432", NULL) };
  g_autofree PwkIndex *children = g_new0 (PwkIndex, 4096);
  unsigned n = 0;
  int64_t pid;

  s.task = pwk_process_new (s.machine, "A", 0, NULL, NULL);
  pwk_task_edit (s.machine, s.task)->oom_score_adj = -1000;     /* nor its children's: nobody is killed instead */
  for (unsigned i = 0; i < 64; i++)
    {
      space_map (&s, BASE + ((uint64_t) i << 30), PAGE, RW);
      g_assert_cmpstr (space_store (&s, BASE + ((uint64_t) i << 30)), ==, "minor");
    }
  while (n < 4096 && (pid = space_settle (&s, pwk_sys_clone (s.machine, s.task, 17))) > 0)
    children[n++] = pwk_task_by_pid (s.machine, pid);
  g_assert_cmpint (pid, ==, -ENOMEM);
  g_assert_cmpuint (n, >, 2);
  space_check (&s);
  while (n > 0)
    pwk_sys_exit (s.machine, children[--n], 0, true);
  space_check (&s);
  g_assert_cmpuint (s.machine->st->pools[PWK_POOL_MM].n_used, ==, 1);
  g_assert_cmpint (space_settle (&s, pwk_sys_clone (s.machine, s.task, 17)), >, 0);
  space_clear (&s);
}

/* Threads share the address space, which goes with the last of them; its pages and what was promised come back. */
static void
test_threads_exit (void)
{
  const uint64_t thread = PWK_CLONE_VM | PWK_CLONE_FS | PWK_CLONE_FILES | PWK_CLONE_SIGHAND | PWK_CLONE_THREAD;
  Space s;
  PwkIndex a, b, mm;
  int64_t committed, pid;

  space_init (&s);
  committed = s.machine->st->vm_committed_as;
  pid = space_settle (&s, pwk_sys_clone (s.machine, s.task, 17));
  a = pwk_task_by_pid (s.machine, pid);
  b = pwk_task_by_pid (s.machine, pwk_sys_clone (s.machine, a, thread));
  mm = pwk_task (s.machine, a)->mm;
  g_assert_cmpuint (pwk_task (s.machine, b)->mm, ==, mm);
  g_assert_cmpint (pwk_mm (s.machine, mm)->mm_users, ==, 2);
  g_assert_cmpint (pwk_sys_mmap (s.machine, a, BASE, PAGE, RW, ANON | PWK_MAP_FIXED, -1, 0), ==, BASE);
  space_check (&s);
  g_assert_cmpint (pwk_sys_exit (s.machine, a, 0, false), ==, 0);
  g_assert_cmpuint (pwk_mm (s.machine, mm)->owner, ==, b);
  s.task = b;
  g_assert_cmpstr (space_store (&s, BASE), ==, "minor");
  g_assert_cmpint (pwk_sys_munmap (s.machine, a, BASE, PAGE), ==, -ESRCH);
  g_assert_cmpint (pwk_sys_kill (s.machine, 1, pwk_task (s.machine, b)->pid, 9), ==, 0);
  g_assert_cmpuint (pwk_task (s.machine, b)->status, ==, PWK_TASK_DEAD);
  g_assert_cmpint (pwk_task (s.machine, b)->exit_code, ==, 9);
  g_assert_cmpint (s.machine->st->vm_committed_as, ==, committed);
  space_clear (&s);
}

/* vfork: the child has the parent's memory until it runs another program. */
static void
test_vfork_exec (void)
{
  Space s;
  PwkIndex child, mm;

  space_init (&s);
  mm = pwk_task (s.machine, s.task)->mm;
  child = pwk_task_by_pid (s.machine, pwk_sys_clone (s.machine, s.task, PWK_CLONE_VM | PWK_CLONE_VFORK | 17));
  g_assert_cmpuint (pwk_task (s.machine, s.task)->status, ==, PWK_TASK_VFORK_WAIT);
  g_assert_cmpuint (pwk_task (s.machine, child)->mm, ==, mm);
  g_assert_cmpint (pwk_sys_execve (s.machine, child, "/usr/bin/true"), ==, 0);
  g_assert_cmpuint (pwk_task (s.machine, s.task)->status, ==, PWK_TASK_RUNNING);
  g_assert_cmpuint (pwk_task (s.machine, child)->mm, !=, mm);
  g_assert_cmpint (pwk_mm (s.machine, mm)->mm_users, ==, 1);
  g_assert_cmpstr (pwk_string (s.machine, pwk_task (s.machine, child)->comm), ==, "true");
  g_assert_cmpint (pwk_sys_execve (s.machine, child, NULL), ==, -EFAULT);
  g_assert_cmpint (pwk_sys_execve (s.machine, child, ""), ==, -ENOENT);
  space_clear (&s);
}

/* A recording's results hold: what was only assumed makes way, what is there for certain is a disagreement. */
static void
test_recorded (void)
{
  Space s;
  const char *why = NULL;

  space_init (&s);
  g_assert_cmpuint (pwk_process_assume (s.machine, s.task, BASE, 8 * PAGE, RW), ==, 8);
  g_assert_cmpuint (pwk_process_assume (s.machine, s.task, BASE, 8 * PAGE, RW), ==, 0);
  g_assert_true (pwk_vma (s.machine, space_vma (&s, BASE))->assumed);
  g_assert_cmpint (pwk_virt_mmap_recorded (s.machine, s.task, 0, 2 * PAGE, RW, ANON, 0, 0, BASE + 2 * PAGE, &why), ==, BASE + 2 * PAGE);
  g_assert_null (why);
  space_assert_regions (&s, BASE, BASE + 8 * PAGE, "0-2 rw-p, 2-4 rw-p, 4-8 rw-p");
  g_assert_cmpint (pwk_virt_mmap_recorded (s.machine, s.task, 0, PAGE, RW, ANON, 0, 0, BASE + 3 * PAGE, &why), ==, BASE + 3 * PAGE);
  g_assert_cmpstr (why, ==, "something is mapped there already");
  why = NULL;
  g_assert_cmpint (pwk_virt_mmap_recorded (s.machine, s.task, 0, PAGE, RW, ANON, 0, 0, BASE + 5, &why), <, 0);
  g_assert_nonnull (why);
  why = NULL;
  g_assert_cmpint (pwk_virt_mremap_recorded (s.machine, s.task, BASE + 0x100 * PAGE, PAGE, 3 * PAGE, PWK_MREMAP_MAYMOVE, 0,
                                             BASE + 0x200 * PAGE, &why), ==, BASE + 0x200 * PAGE);
  g_assert_null (why);
  g_assert_cmpint (pwk_virt_brk_recorded (s.machine, s.task, 0, 0x800000, &why), ==, 0x800000);
  g_assert_cmpint (pwk_virt_brk_recorded (s.machine, s.task, 0x821000, 0x821000, &why), ==, 0x821000);
  g_assert_null (why);
  g_assert_cmpint (pwk_virt_brk_recorded (s.machine, s.task, 0x842000, 0x84200, &why), ==, 0x821000);   /* a digit is missing */
  g_assert_cmpstr (why, ==, "the heap would end before it begins");
  why = NULL;
  g_assert_null (why);
  g_assert_cmpstr (space_store (&s, 0x820ff0), ==, "minor");
  space_clear (&s);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virt/process/layout", test_layout);
  g_test_add_func ("/virt/process/layout-errors", test_layout_errors);
  g_test_add_func ("/virt/process/fork-steps", test_fork_steps);
  g_test_add_func ("/virt/process/fork-no-memory", test_fork_no_memory);
  g_test_add_func ("/virt/process/threads-exit", test_threads_exit);
  g_test_add_func ("/virt/process/vfork-exec", test_vfork_exec);
  g_test_add_func ("/virt/process/recorded", test_recorded);
  return g_test_run ();
}
