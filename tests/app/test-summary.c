/* test-summary.c - the processes as the sidebar lists them: a tree in the order of forks, with what they share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/shared-pages.h"
#include "app/summary.h"
#include "engine/core/task.h"
#include "engine/virt/process.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

#define FAMILY \
  "machine(memory=64M, cpus=2, seed=7)\n" \
  "process(A)\n" \
  "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "[A] touch(p, 64K, \"w\") = 16\n" \
  "[A] fork() = B\n" \
  "[A] clone(CLONE_VM|CLONE_THREAD|CLONE_SIGHAND) = T\n" \
  "[B] fork() = C\n" \
  "[A] fork() = D\n"

static PwkRunner *
run (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("test.pwk", text, strlen (text), &error);
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  while (pwk_runner_step (runner))
    continue;
  return runner;
}

static PwkSummary *
summarise (PwkRunner *runner)
{
  const PwkObservation observation = { .machine = pwk_runner_machine (runner) };

  return pwk_summary_class.build (&observation, NULL);
}

static const PwkSummaryProcess *
find (const PwkSummary *summary, const char *name)
{
  for (uint32_t i = 0; i < summary->n_processes; i++)
    if (strcmp (summary->processes[i].name, name) == 0)
      return &summary->processes[i];
  g_assert_not_reached ();
}

/*      A                    depth 0
 *      ├ B                        1
 *      │ └ C                      2
 *      ├ T, a thread              1
 *      └ D                        1 */
static void
test_tree (void)
{
  static const struct { const char *name; unsigned depth; bool last, thread; } expected[] = {
    { "A", 0, true, false }, { "B", 1, false, false }, { "C", 2, true, false }, { "T", 1, false, true }, { "D", 1, true, false },
  };
  PwkRunner *runner = run (FAMILY);
  PwkSummary *summary = summarise (runner);

  g_assert_cmpuint (summary->n_processes, ==, G_N_ELEMENTS (expected));
  for (unsigned i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const PwkSummaryProcess *process = &summary->processes[i];

      g_assert_cmpstr (process->name, ==, expected[i].name);
      g_assert_cmpuint (process->depth, ==, expected[i].depth);
      g_assert_true (process->last == expected[i].last);
      g_assert_true (process->thread == expected[i].thread);
    }
  pwk_summary_class.free_model (summary);
  pwk_runner_free (runner);
}

/* What is forked is shared until it is written: of two that have 16 pages in common the one that writes four shares twelve, and so does the other. A
 * thread shares all, of which nothing is said. */
static void
test_shared (void)
{
  static const char two[] =
    "machine(memory=64M, cpus=2, seed=7)\n"
    "process(A)\n"
    "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
    "[A] touch(p, 64K, \"w\") = 16\n";
  g_autofree char *forked = g_strconcat (two, "[A] fork() = B\n[A] clone(CLONE_VM|CLONE_THREAD|CLONE_SIGHAND) = T\n", NULL);
  g_autofree char *written = g_strconcat (forked, "[B] touch(p, 16K, \"w\") = 4\n", NULL);
  const struct { const char *text; uint64_t a, b; } cases[] = { { two, 0, 0 }, { forked, 16, 16 }, { written, 12, 12 } };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkRunner *runner = run (cases[i].text);
      PwkSummary *summary = summarise (runner);

      g_assert_cmpuint (find (summary, "A")->shared, ==, cases[i].a);
      g_assert_false (find (summary, "A")->shares_more);
      if (i > 0)
        {
          g_assert_cmpuint (find (summary, "B")->shared, ==, cases[i].b);
          g_assert_cmpuint (find (summary, "T")->shared, ==, 0);
        }
      pwk_summary_class.free_model (summary);
      pwk_runner_free (runner);
    }
}

/* No more entries are looked at than may be, however much is mapped. */
static void
test_bounded (void)
{
  PwkRunner *runner = run (FAMILY);
  const PwkMachine *machine = pwk_runner_machine (runner);
  PwkIndex mm = pwk_task (machine, pwk_task_by_name (machine, "A"))->mm;
  unsigned looks = 1u << 20, few;
  uint64_t all = pwk_shared_pages (machine, mm, &looks);

  g_assert_cmpuint (looks, >, 0);
  g_assert_cmpuint (all, >=, 16);
  for (unsigned n = 0; n < 200; n += 7)
    {
      few = n;
      g_assert_cmpuint (pwk_shared_pages (machine, mm, &few), <=, MIN (n, all));
      g_assert_cmpuint (few, <, MAX (n, 1));
    }
  pwk_runner_free (runner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/summary/tree", test_tree);
  g_test_add_func ("/app/summary/shared", test_shared);
  g_test_add_func ("/app/summary/bounded", test_bounded);
  return g_test_run ();
}
