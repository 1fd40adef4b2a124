/* test-blocks.c - arrays of results, random numbers, loops and conditions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/check.h"
#include "engine/core/machine.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

#define M "machine(memory=64M, seed=7)\n"

/* --- helpers --- */

static PwkScript *
parse (const char *text)
{
  g_autoptr(GError) error = NULL;
  PwkScript *script = pwk_script_parse ("t.pwk", text, -1, &error);

  g_assert_no_error (error);
  return script;
}

static PwkRunner *
runner_for (const char *text)
{
  g_autoptr(PwkScript) script = parse (text);
  g_autoptr(GError) error = NULL;
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, &error);

  g_assert_no_error (error);
  return runner;
}

static void
assert_sound (PwkRunner *runner)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (pwk_runner_machine (runner), why))
    g_error ("%s", why->str);
}

static PwkRunner *
run (const char *text)
{
  PwkRunner *runner = runner_for (text);

  while (pwk_runner_step (runner))
    continue;
  g_assert_true (pwk_runner_finished (runner));
  assert_sound (runner);
  return runner;
}

/* Runs and expects what name @name stands for at the end. */
static void
check_name (const char *text, const char *name, int64_t expected)
{
  PwkRunner *runner = run (text);
  int64_t value;
  uint32_t held, failed;

  pwk_runner_verdicts (runner, &held, &failed);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_true (pwk_runner_lookup (runner, name, &value));
  g_assert_cmpint (value, ==, expected);
  pwk_runner_free (runner);
}

/* Runs and expects the message of statement @i. */
static void
check_message (const char *text, uint32_t i, const char *message)
{
  PwkRunner *runner = run (text);

  g_assert_cmpstr (pwk_runner_outcome (runner, i)->message, ==, message);
  pwk_runner_free (runner);
}

/* A script that is refused before anything runs, by the parser or the check of names. */
static void
check_refused (const char *text, const char *message)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("t.pwk", text, -1, &error);
  g_autofree char *got = NULL;

  if (script)
    g_assert_null (pwk_runner_new (script, NULL, NULL, &error));
  got = pwk_script_error_format (error);
  if (!g_str_has_prefix (got, message) || got[strlen (message)] != '\n')
    g_error ("%s: got %s, expected %s", text, got, message);
}

/* --- arrays --- */

static void
test_arrays (void)
{
  check_name (M "alloc_pages(GFP_KERNEL, 0) = p[0]\nalloc_pages(GFP_KERNEL, 0) = p[1]\nfree_pages(p[1], 0)\nalloc_pages(GFP_KERNEL, 0) = q\n"
              "free_pages(p[q - p[1]], 0)\nalloc_pages(GFP_KERNEL, 0) = r\nfree_pages(p[len(p) - 1], 0)\nalloc_pages(GFP_KERNEL, p[0] - r) = s\n"
              "free_pages(s - p[1] + q, 0)\nsysctl(\"vm.swappiness\", len(p)) = t\n", "t", 0);
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[5]\nfree_pages(p[3 + 1], 0)\n", 2,
                 "t.pwk:3:12: expected an element that has been bound: there is no p[4] so far");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[5]\nfree_pages(p[1 - 2], 0)\n", 2,
                 "t.pwk:3:12: expected an element that has been bound: there is no p[-1] so far");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[1T]\n", 1, "t.pwk:2:30: there is no room for p[1099511627776]");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[0 - 1]\n", 1, "t.pwk:2:30: there is no room for p[-1]");
  check_message (M "alloc_pages(GFP_KERNEL, 0) = p[9]\nalloc_pages(GFP_KERNEL, 1 / (len(p) - 10))\n", 2,
                 "t.pwk:3:27: expected a divisor that is not 0");
}

/* A name is one value or an array, and arrays are bound before they are asked. */
static void
test_array_names (void)
{
  check_refused ("free_pages(p[0], 0)\n", "t.pwk:1:12: expected an array whose elements have been bound: there is no “p” so far");
  check_refused ("tick(len(p))\n", "t.pwk:1:6: expected an array whose elements have been bound: there is no “p” so far");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0]\nfree_pages(p, 0)\n", "t.pwk:2:12: expected an index: “p” is an array");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0]\nalloc_pages(GFP_KERNEL, 0) = p\n", "t.pwk:2:30: expected an index: “p” is an array");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p\nalloc_pages(GFP_KERNEL, 0) = p[0]\n",
                 "t.pwk:2:30: expected the name of an array: “p” has no elements");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[x]\n", "t.pwk:1:32: expected a constant or a name that has been bound: there is no “x” so far");
  check_refused ("alloc_pages(GFP_KERNEL, 0) = p[0\n", "t.pwk:1:33: expected ]");
  check_refused ("tick(len(1))\n", "t.pwk:1:10: expected the name of an array, as in len(pages)");
}

/* Children of a loop have names that events and dumps show. */
static void
test_processes (void)
{
  check_message (M "process(A)\n[A] fork() = kids[2]\n[kids[2]] exit(0)\n[kids[2]] brk(0)\n", 4,
                 "t.pwk:5:1: the process kids[2] has exited");
  check_message (M "process(A)\n[A] fork() = kids[2]\n[kids[1]] exit(0)\n", 3,
                 "t.pwk:4:2: expected an element that has been bound: there is no kids[1] so far");
  check_message (M "process(A)\n[A] fork() = kids[0]\nstat_faults(kids[0]) == <<E\n0 0\nE\n", 3, NULL);
  check_message (M "process(A)\n[A] mmap(NULL, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                 "[A] store(p, 8, value=5)\n[A] load(p, 8, value=v[3])\n[A] load(p, 8, value=v[3] + 0)\n", 5, NULL);
}

/* --- random numbers --- */

static void
step_to (PwkRunner *runner, uint32_t statement)
{
  while (pwk_runner_position (runner) < statement && pwk_runner_step (runner))
    continue;
}

/* Numbers come from the machine's seed; going back brings them back, also from inside a long statement; and they are below the bound. */
static void
test_random (void)
{
  PwkRunner *runner = runner_for (M "process(A)\n[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                    "tick(random(1000)) = ?\n[A] touch(p, 4K * (500 + random(1000)), \"r\") = a\n"
                                    "[A] touch(p + 32M, 4K * random(1000), \"r\") = b\n");
  PwkRunner *other = run ("machine(memory=64M, seed=8)\nprocess(A)\n[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                          "tick(random(1000)) = ?\n[A] touch(p, 4K * (500 + random(1000)), \"r\") = a\n");
  PwkMachine *machine = pwk_runner_machine (runner);
  g_autoptr(PwkCheckpoint) before = NULL, inside = NULL;
  int64_t a, b, again, another;
  uint64_t hash;

  step_to (runner, 4);
  before = pwk_machine_save (machine);
  for (unsigned i = 0; i < 3; i++)
    pwk_runner_step (runner);
  g_assert_false (pwk_runner_between (runner));
  inside = pwk_machine_save (machine);
  step_to (runner, 6);
  hash = pwk_machine_hash (machine);
  g_assert_true (pwk_runner_lookup (runner, "a", &a) && pwk_runner_lookup (runner, "b", &b) && pwk_runner_lookup (other, "a", &another));
  g_assert_cmpint (a, !=, another);

  for (unsigned i = 0; i < 2; i++)
    {
      pwk_machine_restore (machine, i ? inside : before);
      step_to (runner, 6);
      g_assert_true (pwk_runner_lookup (runner, "a", &again));
      g_assert_cmpint (again, ==, a);
      g_assert_true (pwk_runner_lookup (runner, "b", &again));
      g_assert_cmpint (again, ==, b);
      g_assert_cmphex (pwk_machine_hash (machine), ==, hash);
    }
  assert_sound (runner);
  pwk_runner_free (runner);
  pwk_runner_free (other);
  check_message ("tick(random(0))\n", 0, "t.pwk:1:6: expected a number above 0 in random()");
  check_message ("tick(random(-1))\n", 0, "t.pwk:1:6: expected a number above 0 in random()");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blocks/arrays", test_arrays);
  g_test_add_func ("/blocks/array-names", test_array_names);
  g_test_add_func ("/blocks/processes", test_processes);
  g_test_add_func ("/blocks/random", test_random);
  return g_test_run ();
}
