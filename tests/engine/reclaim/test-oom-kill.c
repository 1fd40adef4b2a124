/* test-oom-kill.c - out of memory: who goes, when nobody does, and what is left
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <errno.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/phys/gfp.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/oom.h"

#define A ((PwkVaddr) 0x10000000)
#define MIB ((uint64_t) 1 << 20)

static PwkTask *
task (Fixture *f, PwkIndex index)
{
  return pwk_task_edit (f->machine, index);
}

static bool
lives (Fixture *f, PwkIndex index)
{
  return pwk_task (f->machine, index)->status == PWK_TASK_RUNNING;
}

static PwkIndex
another (Fixture *f, const char *name)
{
  return pwk_process_new (f->machine, name, 0, NULL, NULL);
}

/* Maps @mib MiB and writes to each page until one write does not come back as a minor fault. */
static PwkAccessOutcome
fill (Fixture *f, PwkIndex who, uint64_t mib)
{
  PwkAccessOutcome outcome = PWK_ACCESS_MINOR;

  g_assert_cmpint (pwk_sys_mmap (f->machine, who, A, mib * MIB, RW, PRIVATE | PWK_MAP_NORESERVE | PWK_MAP_FIXED, -1, 0), ==, (int64_t) A);
  for (PwkVaddr addr = A; addr < A + mib * MIB && outcome == PWK_ACCESS_MINOR; addr += PWK_PAGE_SIZE)
    outcome = store (f, who, addr, 1);
  return outcome;
}

/* As the kernel itself: no process is current. */
static PwkPfn
kernel_alloc (Fixture *f, uint32_t gfp, unsigned order)
{
  pwk_cpu_edit (f->machine)->task = 0;
  return pwk_alloc_pages (f->machine, gfp, order, PWK_NUMA_NO_NODE, -1);
}

/* Takes single frames as long as they are there without anybody being killed. */
static void
exhaust (Fixture *f, uint32_t gfp)
{
  while (kernel_alloc (f, gfp | PWK_GFP_NORETRY | PWK_GFP_NOWARN, 0) != PWK_NO_PFN)
    continue;
}

static bool
log_has (Fixture *f, const char *text)
{
  g_autoptr(GString) log = g_string_new (NULL);

  pwk_log_print (f->machine, PWK_LOG_FULL, false, log);
  return strstr (log->str, text) != NULL;
}

/* The largest goes, who is not the one that asks; what it had can be had at once, and is counted as before. */
static void
test_largest_goes (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex b = another (&f, "B"), c = another (&f, "C");

  g_assert_cmpint (fill (&f, b, 12), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (fill (&f, c, 4), ==, PWK_ACCESS_MINOR);
  pwk_log_next (f.machine);
  g_assert_cmpint (fill (&f, f.task, 11), ==, PWK_ACCESS_MINOR);
  g_assert_false (lives (&f, b));
  g_assert_true (lives (&f, c));
  g_assert_true (lives (&f, f.task));
  g_assert_cmpuint (task (&f, b)->oom_kill, >, 0);
  g_assert_cmpint (task (&f, b)->exit_code, ==, 9);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_OOM_KILL), ==, 1);
  g_assert_true (log_has (&f, "A invoked oom-killer: gfp_mask=0x100dca(GFP_HIGHUSER_MOVABLE|__GFP_ZERO), order=0, oom_score_adj=0"));
  g_assert_true (log_has (&f, "Mem-Info:\n"));
  g_assert_true (log_has (&f, "Out of memory: Killed process 1001 (B) total-vm:"));
  fixture_free (&f);
}

/* The caller himself goes where he would return to his program, and not before: the page is his first, from the reserves. */
static void
test_caller_goes (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex small = another (&f, "S");

  g_assert_cmpint (fill (&f, f.task, 64), ==, PWK_ACCESS_SIGKILL);
  g_assert_false (lives (&f, f.task));
  g_assert_true (lives (&f, small));
  g_assert_false (task (&f, f.task)->fatal_signal);
  g_assert_cmpint (fill (&f, small, 8), ==, PWK_ACCESS_MINOR);
  fixture_free (&f);
}

/* One thread asks, and the process is killed: its other thread goes at once, but what the caller is in the midst of using stays until it returns. */
static void
test_thread_goes (void)
{
  Fixture f = fixture_new ("32M");
  int64_t pid = finish (&f, pwk_sys_clone (f.machine, f.task, PWK_CLONE_VM | PWK_CLONE_SIGHAND | PWK_CLONE_THREAD));
  PwkIndex thread = pwk_task_by_pid (f.machine, pid);

  g_assert_cmpint (fill (&f, thread, 64), ==, PWK_ACCESS_SIGKILL);
  g_assert_false (lives (&f, thread));
  g_assert_false (lives (&f, f.task));
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_OOM_KILL), ==, 1);
  g_assert_cmpint (task (&f, f.task)->exit_code, ==, 9);
  fixture_free (&f);
}

/* A system call that is killed goes no further, and the process ends at its end: MAP_POPULATE. */
static void
test_system_call (void)
{
  Fixture f = fixture_new ("32M");
  int64_t result = finish (&f, pwk_sys_mmap (f.machine, f.task, A, 64 * MIB, RW, PRIVATE | PWK_MAP_NORESERVE | PWK_MAP_FIXED | PWK_MAP_POPULATE, -1, 0));

  g_assert_cmpint (result, ==, (int64_t) A);     /* mm_populate () ignores errors */
  g_assert_true (task (&f, f.task)->fatal_signal);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_OOM_KILL), ==, 1);
  g_assert_true (pwk_exit_to_user (f.machine, f.task));
  g_assert_false (lives (&f, f.task));
  g_assert_false (pwk_exit_to_user (f.machine, f.task));
  fixture_free (&f);
}

/* A fork whose parent is killed makes no child. */
static void
test_fork (void)
{
  Fixture f = fixture_new ("32M");

  g_assert_cmpint (fill (&f, f.task, 8), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (pwk_sys_clone (f.machine, f.task, 17), >, 0);
  g_assert_true (task (&f, f.machine->st->last_task)->unlisted);
  task (&f, f.task)->fatal_signal = true;
  g_assert_cmpint (finish (&f, 0), ==, -EINTR);
  g_assert_false (lives (&f, f.machine->st->last_task));
  g_assert_true (pwk_exit_to_user (f.machine, f.task));
  fixture_free (&f);
}

/* oom_score_adj moves the choice, and -1000 takes a process out of it; threads and all who share the memory have the same. */
static void
test_oom_score_adj (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex b = another (&f, "B"), thread;

  g_assert_cmpint (pwk_sys_clone (f.machine, b, PWK_CLONE_VM | PWK_CLONE_SIGHAND | PWK_CLONE_THREAD), >, 0);
  thread = f.machine->st->last_task;
  g_assert_false (pwk_oom_score_adj_set (f.machine, b, -1001));
  g_assert_false (pwk_oom_score_adj_set (f.machine, b, 1001));
  g_assert_true (pwk_oom_score_adj_set (f.machine, b, 1000));
  g_assert_cmpint (task (&f, thread)->oom_score_adj, ==, 1000);
  g_assert_true (pwk_oom_score_adj_set (f.machine, f.task, -1000));
  g_assert_cmpint (fill (&f, b, 2), ==, PWK_ACCESS_MINOR);
  exhaust (&f, PWK_GFP_KERNEL);
  g_assert_cmpuint (kernel_alloc (&f, PWK_GFP_KERNEL, 0), !=, PWK_NO_PFN);
  g_assert_false (lives (&f, b));
  g_assert_false (lives (&f, thread));
  g_assert_true (lives (&f, f.task));
  fixture_free (&f);
}

/* Processes that share the victim's memory go with it, or nothing would be freed. */
static void
test_shared_memory_goes (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex other;

  g_assert_cmpint (fill (&f, f.task, 4), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (pwk_sys_clone (f.machine, f.task, PWK_CLONE_VM), >, 0);
  other = f.machine->st->last_task;
  g_assert_cmpint (task (&f, other)->tgid, !=, task (&f, f.task)->tgid);
  exhaust (&f, PWK_GFP_KERNEL);
  g_assert_cmpuint (kernel_alloc (&f, PWK_GFP_KERNEL, 0), !=, PWK_NO_PFN);
  g_assert_false (lives (&f, f.task));
  g_assert_false (lives (&f, other));
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_OOM_KILL), ==, 1);
  fixture_free (&f);
}

/* Who can do without kills nobody: large blocks, __GFP_NORETRY, __GFP_RETRY_MAYFAIL, no __GFP_FS, one node alone, low memory, who may not sleep. */
static void
test_nobody_goes (void)
{
  static const struct { uint32_t gfp; unsigned order; } requests[] = {
    { PWK_GFP_KERNEL, PWK_PCP_COSTLY_ORDER + 1 }, { PWK_GFP_KERNEL | PWK_GFP_NORETRY, 0 }, { PWK_GFP_KERNEL | PWK_GFP_RETRY_MAYFAIL, 0 },
    { PWK_GFP_NOFS, 0 }, { PWK_GFP_NOIO, 0 }, { PWK_GFP_KERNEL | PWK_GFP_THISNODE, 0 }, { PWK_GFP_KERNEL | PWK_GFP_DMA, 0 }, { PWK_GFP_NOWAIT, 0 },
  };
  Fixture f = fixture_new ("32M");

  exhaust (&f, PWK_GFP_KERNEL);
  for (unsigned i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_assert_cmpuint (kernel_alloc (&f, requests[i].gfp | PWK_GFP_NOWARN, requests[i].order), ==, PWK_NO_PFN);
      g_assert_true (lives (&f, f.task));
    }
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_OUT_OF_MEMORY), ==, 0);
  fixture_free (&f);
}

/* Nobody is left: the kernel stops. On a machine that has no processes at all the request fails, as it did. */
static void
test_deadlock (void)
{
  Fixture f = fixture_new ("32M");
  g_autoptr(PwkMachine) empty = pwk_machine_simple ("memory", "16M", NULL);

  g_assert_true (pwk_oom_score_adj_set (f.machine, f.task, -1000));
  exhaust (&f, PWK_GFP_KERNEL);
  g_assert_cmpuint (kernel_alloc (&f, PWK_GFP_KERNEL, 0), ==, PWK_NO_PFN);
  g_assert_cmpuint (f.machine->st->panicked, >, 0);
  g_assert_true (log_has (&f, "Out of memory and no killable processes...\nKernel panic - not syncing: System is deadlocked on memory\n"));
  g_assert_cmpuint (kernel_alloc (&f, PWK_GFP_KERNEL, 0), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_PANIC), ==, 1);
  fixture_free (&f);

  while (pwk_alloc_pages (empty, PWK_GFP_KERNEL | PWK_GFP_NOWARN, 0, PWK_NUMA_NO_NODE, -1) != PWK_NO_PFN)
    continue;
  g_assert_cmpuint (empty->st->panicked, ==, 0);
}

/* panic_on_oom 1 and 2, and oom_kill_allocating_task. */
static void
test_tunables (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex b = another (&f, "B");

  g_assert_cmpint (fill (&f, b, 10), ==, PWK_ACCESS_MINOR);
  f.machine->st->sysctl.oom_kill_allocating_task = 1;
  g_assert_cmpint (fill (&f, f.task, 20), ==, PWK_ACCESS_SIGKILL);    /* though B has more */
  g_assert_true (lives (&f, b));
  g_assert_true (log_has (&f, "Out of memory (oom_kill_allocating_task): Killed process 1000 (A)"));
  f.machine->st->sysctl.panic_on_oom = 1;
  exhaust (&f, PWK_GFP_KERNEL);
  g_assert_cmpuint (kernel_alloc (&f, PWK_GFP_KERNEL, 0), ==, PWK_NO_PFN);
  g_assert_true (lives (&f, b));
  g_assert_true (log_has (&f, "Kernel panic - not syncing: Out of memory: system-wide panic_on_oom is enabled"));
  fixture_free (&f);
}

/* Two nodes; A may have memory on node 1 alone, and that is full: B is the largest, but bound to node 0. */
static void
test_policy (int64_t panic_on_oom)
{
  Fixture f = { .machine = pwk_machine_simple ("memory", "256M", "nodes", "2", "swap", "0", NULL) };
  PwkIndex b, c;

  f.task = another (&f, "A");
  b = another (&f, "B");
  c = another (&f, "C");
  f.machine->st->sysctl.panic_on_oom = panic_on_oom;
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, PWK_MPOL_BIND, (PwkUserWords) { .words = (const uint64_t[]) { 2 }, .n = 1 }, 64), ==, 0);
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, b, PWK_MPOL_BIND, (PwkUserWords) { .words = (const uint64_t[]) { 1 }, .n = 1 }, 64), ==, 0);
  g_assert_cmpint (fill (&f, b, 40), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (fill (&f, c, 20), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (fill (&f, f.task, 200), ==, panic_on_oom == 2 ? PWK_ACCESS_OOM : PWK_ACCESS_SIGKILL);
  g_assert_true (lives (&f, b));
  g_assert_true (log_has (&f, panic_on_oom == 2 ? "compulsory panic_on_oom is enabled" : "oom-kill:constraint=CONSTRAINT_MEMORY_POLICY,nodemask=1,task=A"));
  g_assert_cmpint (f.machine->st->panicked != 0, ==, panic_on_oom == 2);
  fixture_free (&f);
}

static void test_policy_kills (void) { test_policy (1); }     /* 1 is for memory that is short everywhere */
static void test_policy_panics (void) { test_policy (2); }

static void
assert_found (Fixture *f, const char *says)
{
  g_autoptr(GString) why = g_string_new (NULL);

  g_assert_false (pwk_machine_check (f->machine, why));
  g_assert_nonnull (strstr (why->str, says));
}

/* Each fault planted is found, and is what the check says. */
static void
test_planted (void)
{
  Fixture f = fixture_new ("32M");
  PwkIndex b = another (&f, "B");

  task (&f, b)->unlisted = true;
  assert_found (&f, "process 1001 is being made, and nobody is at it");
  task (&f, b)->unlisted = false;
  task (&f, b)->oom_kill = f.machine->st->n_events + 1;
  assert_found (&f, "process 1001 was killed by an event that has not been");
  task (&f, b)->oom_kill = 0;
  f.machine->st->oom_origin = 1;
  assert_found (&f, "nobody takes a swap area away, and the OOM killer waits for that");
  f.machine->st->oom_origin = 0;
  g_assert_cmpint (pwk_sys_exit (f.machine, b, 0, true), ==, 0);
  task (&f, b)->fatal_signal = true;
  assert_found (&f, "process 1001 is dead, and to be killed");
  task (&f, b)->fatal_signal = false;
  fixture_free (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reclaim/oom-kill/largest-goes", test_largest_goes);
  g_test_add_func ("/reclaim/oom-kill/caller-goes", test_caller_goes);
  g_test_add_func ("/reclaim/oom-kill/thread-goes", test_thread_goes);
  g_test_add_func ("/reclaim/oom-kill/system-call", test_system_call);
  g_test_add_func ("/reclaim/oom-kill/fork", test_fork);
  g_test_add_func ("/reclaim/oom-kill/oom-score-adj", test_oom_score_adj);
  g_test_add_func ("/reclaim/oom-kill/shared-memory-goes", test_shared_memory_goes);
  g_test_add_func ("/reclaim/oom-kill/nobody-goes", test_nobody_goes);
  g_test_add_func ("/reclaim/oom-kill/deadlock", test_deadlock);
  g_test_add_func ("/reclaim/oom-kill/tunables", test_tunables);
  g_test_add_func ("/reclaim/oom-kill/policy-kills", test_policy_kills);
  g_test_add_func ("/reclaim/oom-kill/policy-panics", test_policy_panics);
  g_test_add_func ("/reclaim/oom-kill/planted", test_planted);
  return g_test_run ();
}
