/* test-guard.c - a subcommand in which the engine stops
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "cli/cli.h"
#include "cli/guard.h"
#include "engine/core/machine.h"
#include "engine/phys/contents.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

static const char text[] = "machine(memory=64M)\nprocess(A)\n# a remark\ntick(1)\n";

/* Runs up to tick (), and writes into a frame when there is no room left for what frames hold. */
static int
run_out (int argc, char **argv)
{
  g_autoptr(PwkScript) script = pwk_script_parse ("a.pwk", text, -1, NULL);
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, NULL);
  PwkPool *pool;

  pwk_guard_follow (runner);
  while (pwk_runner_position (runner) < 2)
    pwk_runner_step (runner);
  pool = &pwk_runner_machine (runner)->st->pools[PWK_POOL_FRAME];
  pool->limit = pool->next - 1;
  pool->free = 0;
  for (PwkPfn pfn = 4096; pfn < 4096 + 64; pfn++)
    pwk_frame_write (pwk_runner_machine (runner), pfn, 0, "x", 1);
  g_assert_not_reached ();
}

static int
run_well (int argc, char **argv)
{
  return argc;
}

static void
test_status (void)
{
  g_assert_cmpint (pwk_guard_run (run_well, 7, NULL), ==, 7);
  if (g_test_subprocess ())
    {
      g_assert_cmpint (pwk_guard_run (run_out, 0, NULL), ==, PWK_EXIT_STOPPED);
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*pagewalk-cli: the engine stopped at src/engine/phys/contents.c:* (slot != 0), at line 4 of a.pwk\n*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/guard/status", test_status);
  return g_test_run ();
}
