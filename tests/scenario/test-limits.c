/* test-limits.c - what a machine cannot keep is refused, and told
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "engine/core/event-args.h"
#include "engine/core/host-memory.h"
#include "engine/core/refusal.h"
#include "engine/core/string.h"
#include "engine/phys/contents.h"
#include "runner-test.h"

/* The names of the statements' refusals, in order. */
static void
note_refusal (PwkMachine *machine, const PwkEvent *event, void *data)
{
  PwkRefusal why = event->kind == PWK_EV_STATEMENT_END ? pwk_arg (event, STATEMENT_END, why) : PWK_WHY_NONE;

  if (why)
    g_string_append_printf (data, "%s ", pwk_refusal_name (why));
}

static void
fill_names (PwkMachine *machine)
{
  unsigned n = 0;
  char name[16];

  do
    for (unsigned i = 0; i < 256; i++)
      {
        g_snprintf (name, sizeof name, "%u", n++);
        pwk_string_intern (machine, name);
      }
  while (pwk_string_fits (machine, "new"));
}

/* Carries out @text, the first @before statements of it before @change changes the machine. */
static PwkRunner *
run_changed (const char *text, uint32_t before, void (*change) (PwkMachine *machine), GString *refusals)
{
  PwkRunner *runner = runner_for (text);
  PwkMachine *machine = pwk_runner_machine (runner);

  while (pwk_runner_position (runner) < before && pwk_runner_step (runner))
    continue;
  if (change)
    change (machine);
  pwk_machine_listen (machine, note_refusal, refusals);
  pwk_machine_want (machine, PWK_EV_STATEMENT_END, true);
  while (pwk_runner_step (runner))
    continue;
  g_assert_true (pwk_runner_finished (runner));
  assert_sound (runner);
  return runner;
}

/* A table that is full takes no new name, and says so; whoever is known by his old one goes on. */
static void
test_names (void)
{
  g_autoptr(GString) refusals = g_string_new (NULL);
  PwkRunner *runner = run_changed ("machine(memory=64M)\n"
                                   "process(A)\n"
                                   "[A] open(\"/old\", O_RDWR) = fd\n"
                                   "[A] mmap(NULL, 4K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                   "[A] open(\"/new\", O_RDWR) = -1 ENOMEM\n"
                                   "[A] open(\"/old\", O_RDWR) = 4\n"
                                   "[A] execve(\"/bin/new\") = -1 ENOMEM\n"
                                   "[A] prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, p, 4K, \"new\") = -1 ENOMEM\n"
                                   "process(B) = -1 ENOMEM\n"
                                   "kmem_cache_create(\"new\", 64, 0, 0) = NULL\n"
                                   "[A] fork() = C\n"
                                   "[A] store(p, 8) = minor\n", 4, fill_names, refusals);

  for (uint32_t i = 0; i < 12; i++)
    {
      const PwkOutcome *outcome = pwk_runner_outcome (runner, i);

      if (outcome->verdict == PWK_VERDICT_FAILS)
        g_error ("%s", outcome->message);
    }
  g_assert_cmpstr (refusals->str, ==, "names_full names_full names_full names_full names_full ");
  g_assert_nonnull (pwk_runner_outcome (runner, 10)->note);    /* C has a pid, and no name */
  pwk_runner_free (runner);
}

/* No room for bookmarks and shrinkers either: there is no machine call that could refuse, so they are impossible. */
static void
test_names_impossible (void)
{
  g_autoptr(GString) refusals = g_string_new (NULL);
  PwkRunner *runner = run_changed ("machine(memory=64M)\n" "bookmark(\"new\")\n" "branch(\"new\")\n" "shrinker(\"new\", objects=100)\n",
                                   1, fill_names, refusals);

  for (uint32_t i = 1; i < 4; i++)
    g_assert_true (pwk_runner_outcome (runner, i)->impossible);
  pwk_runner_free (runner);
}

/* Twice the frames of 64 MiB, and some. */
#define RESERVE  (2 * 16384 + 4096)

/* As if all but the reserve and a hundred pages of contents were used up. */
static void
leave_few (PwkMachine *machine)
{
  machine->st->pools[PWK_POOL_FRAME].limit = machine->st->pools[PWK_POOL_FRAME].n_used + RESERVE + 100;
}

/* A run that makes more pages that are not zero than can be kept ends in the midst of a call, and says why; nothing is lost on the way. */
static void
test_contents (void)
{
  g_autoptr(GString) refusals = g_string_new (NULL);
  PwkRunner *runner = run_changed ("machine(memory=64M)\n"
                                   "process(A)\n"
                                   "[A] mmap(NULL, 2M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                   "[A] touch(p, 2M, \"w\", value=7)\n"
                                   "[A] load(p) = ok\n"
                                   "buddyinfo()\n", 3, leave_few, refusals);
  uint64_t left = pwk_frames_left (pwk_runner_machine (runner));

  g_assert_cmpuint (left, >=, RESERVE - 2);
  g_assert_cmpuint (left, <, RESERVE);
  g_assert_true (pwk_runner_outcome (runner, 3)->impossible);
  g_assert_nonnull (strstr (pwk_runner_outcome (runner, 3)->message, "not zero"));
  g_assert_true (pwk_runner_outcome (runner, 4)->impossible);
  g_assert_false (pwk_runner_outcome (runner, 5)->impossible);
  pwk_runner_free (runner);
}

/* A run that would need more of the computer's memory than it may have ends in the midst of a call; what comes after is refused, dumps are not. */
static void
test_host_memory (void)
{
  g_autoptr(GString) refusals = g_string_new (NULL);
  PwkRunner *runner;

  pwk_host_memory_set ((uint64_t) 64 << 20);
  runner = run_changed ("machine(memory=64G)\n"
                        "process(A)\n"
                        "[A] mmap(NULL, 32G, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                        "[A] touch(p, 32G, \"w\")\n"
                        "[A] open(\"/f\", O_RDWR|O_CREAT, size=30G, cached=30G) = f\n"
                        "buddyinfo()\n", 0, NULL, refusals);
  g_assert_cmpuint (pwk_runner_machine (runner)->st->host_bytes, <, (uint64_t) 50 << 20);
  g_assert_false (pwk_runner_outcome (runner, 2)->impossible);
  g_assert_true (pwk_runner_outcome (runner, 3)->impossible);
  g_assert_nonnull (strstr (pwk_runner_outcome (runner, 3)->message, "48 MiB"));
  g_assert_true (pwk_runner_outcome (runner, 4)->impossible);
  g_assert_false (pwk_runner_outcome (runner, 5)->impossible);
  pwk_runner_free (runner);
  pwk_host_memory_set (0);
}

/* A file that is put into the cache goes piece by piece, with a place of rest after each. */
static void
test_open_rests (void)
{
  g_autoptr(PwkScript) script = pwk_script_parse ("a.pwk", "machine(memory=256M)\nprocess(A)\n[A] open(\"/f\", O_RDWR, size=100M, cached=64M) = f\n"
                                                  "[A] open(\"/g\", O_RDWR, size=1M, cached=64K) = g\n", -1, NULL);
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, NULL);
  unsigned rests = 0;

  while (pwk_runner_step (runner))
    rests += !pwk_runner_between (runner);
  g_assert_cmpuint (rests, ==, 4);
  g_assert_cmpstr (pwk_runner_outcome (runner, 2)->actual, ==, "f  # 3");
  g_assert_cmpstr (pwk_runner_outcome (runner, 3)->actual, ==, "g  # 4");
  pwk_runner_free (runner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scenario/limits/names", test_names);
  g_test_add_func ("/scenario/limits/names-impossible", test_names_impossible);
  g_test_add_func ("/scenario/limits/contents", test_contents);
  g_test_add_func ("/scenario/limits/host-memory", test_host_memory);
  g_test_add_func ("/scenario/limits/open-rests", test_open_rests);
  return g_test_run ();
}
