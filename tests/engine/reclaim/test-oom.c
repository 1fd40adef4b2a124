/* test-oom.c - whom the OOM killer would choose
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/reclaim/oom.h"
#include "engine/virt/process.h"

#define TOTAL 29812

static PwkOomTask
task (int64_t pid, int64_t rss, int64_t adj)
{
  return (PwkOomTask) { .pid = pid, .rss = rss, .pgtables_bytes = 40960, .oom_score_adj = adj };
}

/* Pages, swapped ones, a page for each table, and thousandths of all memory. */
static void
test_badness (void)
{
  PwkOomTask t = task (100, 2000, 0);

  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, 2010);
  t.swapents = 5;
  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, 2015);
  t.oom_score_adj = 100;
  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, 2015 + 100 * 29);
  t.oom_score_adj = -300;
  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, 2015 - 300 * 29);
  t.oom_score_adj = PWK_OOM_SCORE_ADJ_MIN;
  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, PWK_OOM_NEVER);
  t = task (1, 2000, 0);
  t.unkillable = true;
  g_assert_cmpint (pwk_oom_badness (&t, TOTAL), ==, PWK_OOM_NEVER);
}

/* Recorded values of /proc/PID/oom_score. */
static void
test_score (void)
{
  PwkOomTask t = { .pid = 2, .rss = 2185, .pgtables_bytes = 57344 };

  g_assert_cmpint (pwk_oom_score (&t, TOTAL), ==, 715);
  t = (PwkOomTask) { .pid = 2, .rss = 6281, .pgtables_bytes = 90112, .oom_score_adj = -300 };
  g_assert_cmpint (pwk_oom_score (&t, TOTAL), ==, 613);
  t.oom_score_adj = PWK_OOM_SCORE_ADJ_MIN;
  g_assert_cmpint (pwk_oom_score (&t, TOTAL), ==, 0);
  g_assert_cmpint (pwk_oom_score (&t, 0), ==, 0);
}

static void
test_select (void)
{
  PwkOomTask tasks[] = { task (10, 100, 0), task (11, 300, 0), task (12, 200, 0), task (13, 300, 0), task (14, 9000, -1000) };

  /* of equals the last */
  g_assert_cmpint (pwk_oom_select (tasks, G_N_ELEMENTS (tasks), TOTAL), ==, 3);
  g_assert_cmpint (pwk_oom_select (tasks, 2, TOTAL), ==, 1);
  g_assert_cmpint (pwk_oom_select (tasks + 4, 1, TOTAL), ==, -1);
  g_assert_cmpint (pwk_oom_select (tasks, 0, TOTAL), ==, -1);
}

/* A process of the machine has its pages counted. */
static void
test_machine (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(GString) why = g_string_new (NULL);
  PwkIndex a = pwk_process_new (machine, "A", 0, NULL, NULL);
  PwkOomTask t = pwk_oom_task_of (machine, a);

  g_assert_cmpint (t.pid, ==, pwk_task (machine, a)->pid);
  g_assert_cmpint (t.pgtables_bytes, ==, (int64_t) pwk_mm (machine, pwk_task (machine, a)->mm)->pgtables_bytes);
  g_assert_false (t.unkillable);
  g_assert_cmpuint (pwk_oom_totalpages (machine), ==, machine->st->totalram_pages + machine->st->total_swap_pages);
  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reclaim/oom/badness", test_badness);
  g_test_add_func ("/reclaim/oom/score", test_score);
  g_test_add_func ("/reclaim/oom/select", test_select);
  g_test_add_func ("/reclaim/oom/machine", test_machine);
  return g_test_run ();
}
