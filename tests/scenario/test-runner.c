/* test-runner.c - scenarios carried out: expectations, errors, recordings, going back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "runner-test.h"

/* --- helpers --- */

/* What the last statement came to. */
static const PwkOutcome *
last (PwkRunner *runner)
{
  return pwk_runner_outcome (runner, pwk_runner_position (runner) - 1);
}

/* Runs and expects the last statement's result and, if it is not NULL, message. */
static void
check (const char *text, const char *actual, const char *message)
{
  PwkRunner *runner = run (text);

  g_assert_cmpstr (last (runner)->actual, ==, actual);
  g_assert_cmpstr (last (runner)->message, ==, message);
  pwk_runner_free (runner);
}

/* A script that is refused before anything runs. */
static void
check_refused (const char *text, guint line, guint column, const char *message)
{
  g_autoptr(PwkScript) script = parse (text);
  g_autoptr(GError) error = NULL;
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, &error);

  g_assert_null (runner);
  g_assert_error (error, PWK_SCRIPT_ERROR, error->code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpuint (pwk_script_error_get_line (error), ==, line);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, column);
}

#define A "machine(memory=64M)\nprocess(A)\n"
#define P A "[A] mmap(NULL, 16K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"

/* --- results --- */

static void
test_results (void)
{
  check (P, "p  # 0x7ffff7ff3000", NULL);
  check (P "[A] load(p)", "minor", NULL);
  check (P "[A] load(p)\n[A] load(p)", "ok", NULL);
  check (P "[A] load(0)", "SIGSEGV (SEGV_MAPERR)", NULL);
  check (P "[A] load(1 * 0x800000000000)", "SIGSEGV (SI_KERNEL)", NULL);
  check (P "[A] mprotect(p, 4K, PROT_READ)\n[A] store(p)", "SIGSEGV (SEGV_ACCERR)", NULL);
  check (P "[A] load(p, 0)", "-1 EINVAL", NULL);
  check (P "[A] munmap(p+1, 4K)", "-1 EINVAL", NULL);
  check (P "[A] touch(p, 16K, \"w\")", "4", NULL);
  check (P "[A] touch(p, 16K, \"x\")", "-1 EINVAL", NULL);
  check (P "[A] touch(p, 64M, \"w\")", "-1 EFAULT", NULL);
  check (P "[A] touch(p, 0, \"w\")", "0", NULL);
  check (P "[A] exit(0)", NULL, NULL);
  check (P "[A] fork() = B\nmaps(B)\n[B] store(p)", "minor", NULL);
  check (P "[A] find_vma(p - 4096)", "0x7ffff7ff3000", NULL);
  check (P "[A] find_vma(0xffff000000000000)", "NULL", NULL);
  check (P "[A] sched(1)", "0", NULL);
  check (P "[A] sched(7)", "-1 EINVAL", NULL);
  check (P "[A] open(\"/f\", O_RDWR, size=8K) = fd\n[A] close(fd)\n[A] close(fd)", "-1 EBADF", NULL);
  check (P "[A] mincore(p, 16K)", "0000\n", NULL);
  check (P "[A] mincore(p, 16K, NULL)", "-1 EFAULT", NULL);
  check ("alloc_pages(GFP_KERNEL, 11)", "NULL", NULL);
  check ("sysctl(\"vm.swappiness\", 10)", "0", NULL);
  check ("sysctl(\"vm.swappiness\", 1000)", "-1 EINVAL", NULL);
  check ("sysctl(\"vm.nothing\", 1)", "-1 ENOENT", NULL);
  check ("tick(3)", NULL, NULL);
  check ("say(\"hello\")", NULL, NULL);
}

static void
test_expectations_hold (void)
{
  static const char *const lines[] = {
    "[A] load(p) = minor", "[A] load(0) = SIGSEGV", "[A] load(0) = SIGSEGV (SEGV_MAPERR)", "[A] munmap(p+1, 4K) = -1 EINVAL",
    "[A] munmap(p, 4K) = 0", "[A] munmap(p, 4K) = ?", "alloc_pages(GFP_KERNEL, 11) = NULL", "[A] exit(0) = ?",
    "stat_faults(A) == <<F\n0 0   \nF", "[A] mmap(p, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = 0x7ffff7ff3000",
    "[A] mincore(p, 8K) == <<V\n00\nV", "[A] mincore(p, 8K) = 0", "[A] touch(p, 8K, \"r\") = 2",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *text = g_strconcat (P, lines[i], NULL);
      PwkRunner *runner = run (text);
      uint32_t held, failed;

      pwk_runner_verdicts (runner, &held, &failed);
      g_test_message ("%s", lines[i]);
      g_assert_cmpuint (failed, ==, 0);
      g_assert_cmpint (last (runner)->verdict, ==, strstr (lines[i], "= ?") ? PWK_VERDICT_NONE : PWK_VERDICT_HOLDS);
      pwk_runner_free (runner);
    }
}

/* FILE:LINE:COLUMN: expected …, got … */
static void
test_expectations_fail (void)
{
  check (P "[A] load(p) = ok", "minor", "t.pwk:4:15: expected ok, got minor");
  check (P "[A] load(p) = major", "minor", "t.pwk:4:15: expected major, got minor");
  check (P "[A] load(0) = SIGSEGV (SEGV_ACCERR)", "SIGSEGV (SEGV_MAPERR)",
         "t.pwk:4:15: expected SIGSEGV (SEGV_ACCERR), got SIGSEGV (SEGV_MAPERR)");
  check (P "[A] load(0) = SIGBUS", "SIGSEGV (SEGV_MAPERR)", "t.pwk:4:15: expected SIGBUS, got SIGSEGV (SEGV_MAPERR)");
  check (P "[A] load(p, 8, value=7)", "minor", "t.pwk:4:22: expected 0x7, got 0x0");
  check (P "[A] load(0, 8, value=7)", "SIGSEGV (SEGV_MAPERR)", "t.pwk:4:22: expected 0x7, got nothing");
  check (P "[A] load(p, 8, value=0) = ok", "minor", "t.pwk:4:27: expected ok, got minor");
  check (P "[A] munmap(p, 4K) = -1 EINVAL", "0", "t.pwk:4:21: expected -1 EINVAL, got 0");
  check (P "[A] munmap(p+1, 4K) = 0", "-1 EINVAL", "t.pwk:4:23: expected 0, got -1 EINVAL");
  check (P "[A] brk(NULL) = 0x1000", "0x407000", "t.pwk:4:17: expected 0x1000, got 0x407000");
  check ("machine(memory=64M)\nalloc_pages(GFP_KERNEL, 0) = NULL", "8192", "t.pwk:2:30: expected NULL, got 8192");
  check (P "stat_faults(A) == <<F\n0 7\nF", "0 0\n", "t.pwk:5:3: expected “0 7”, got “0 0”");
  check (P "stat_faults(A) == <<F\n0 0\n1 1\nF", "0 0\n", "t.pwk:6:1: expected “1 1”, got the end of the text");
  check (P "stat_faults(A) == <<F\nF", "0 0\n", "t.pwk:5:1: expected the end of the text, got “0 0”");
}

/* A statement that makes no sense when its turn comes fails, and the run goes on. */
static void
test_impossible (void)
{
  check (A "[A] exit(0)\n[A] load(1)", "the process A has exited", "t.pwk:4:1: the process A has exited");
  check (A "[A] vfork() = B\n[A] load(1)",
         "the process A waits until the child of its vfork() calls execve() or exit()",
         "t.pwk:4:1: the process A waits until the child of its vfork() calls execve() or exit()");
  check ("maps(77)", "there is no process 77 now", "t.pwk:1:1: there is no process 77 now");
  check ("alloc_pages(GFP_KERNEL, 0, node=3)", "there is no node 3: the machine has 1", "t.pwk:1:1: there is no node 3: the machine has 1");
  check ("alloc_pages(GFP_KERNEL, 0, cpu=3)", "there is no cpu 3: the machine has 2", "t.pwk:1:1: there is no cpu 3: the machine has 2");
  check ("tlb(9)", "there is no cpu 9: the machine has 2", "t.pwk:1:1: there is no cpu 9: the machine has 2");
  check (A "[A@5] load(1)", "there is no cpu 5: the machine has 2", "t.pwk:3:1: there is no cpu 5: the machine has 2");
  check (P "[A] load(p, 9, value=v)", "expected at most 8 bytes: value= is what is read of them",
         "t.pwk:4:1: expected at most 8 bytes: value= is what is read of them");
  check ("cost(\"nothing\", 1)", "expected the name of an event: there is none named “nothing”",
         "t.pwk:1:1: expected the name of an event: there is none named “nothing”");
  check ("break_kernel(\"x\", on)", "expected \"no_shootdown\", \"no_zeroing\" or \"no_cow\", not \"x\"",
         "t.pwk:1:1: expected \"no_shootdown\", \"no_zeroing\" or \"no_cow\", not \"x\"");
  check ("break_kernel(\"no_cow\", maybe)", "expected on or off, not “maybe”", "t.pwk:1:1: expected on or off, not “maybe”");
  check ("context(nmi)", "expected process, softirq, irq, block or fs", "t.pwk:1:1: expected process, softirq, irq, block or fs");
  check ("breakpoint(\"x\")", "expected the name of an event: there is none named “x”",
         "t.pwk:1:1: expected the name of an event: there is none named “x”");
  check (A "[A] open(\"/f\", O_RDWR, dev=\"8\")", "expected a device as in \"08:01\", not “8”",
         "t.pwk:3:1: expected a device as in \"08:01\", not “8”");
  check ("alloc_pages(GFP_KERNEL, 0, migratetype=Wrong)", "expected a migratetype: Unmovable, Movable, Reclaimable",
         "t.pwk:1:1: expected a migratetype: Unmovable, Movable, Reclaimable");
}

/* Any call can end in a panic, also one of which nothing comes otherwise: what run prints can be read again. */
static void
test_panic (void)
{
  g_autoptr(PwkScript) script = parse ("process(A) = panic\nbuddyinfo() = panic\ntick(1) = panic\n");
  g_autoptr(GError) error = NULL;
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, &error);

  g_assert_no_error (error);
  pwk_runner_free (runner);
}

/* --- refused --- */

static void
test_refused (void)
{
  check_refused ("alloc_page(GFP_KERNEL, 0)", 1, 1, "expected a call: there is none named “alloc_page”; did you mean “alloc_pages”?");
  check_refused (P "[A] load(p, 8, value=PROT_READ + nobody)", 4, 34, "expected a constant or a name that has been bound: there is no “nobody” so far");
  check_refused ("quite_another(1)", 1, 1, "expected a call: there is none named “quite_another”");
  check_refused ("munmap(0, 4K)", 1, 1, "expected a process in front, as in [A] munmap(…)");
  check_refused ("[B] munmap(0, 4K)", 1, 2, "expected a process: there is no “B” so far");
  check_refused ("alloc_pages()", 1, 1, "expected the argument “gfp” of alloc_pages()");
  check_refused ("alloc_pages(GFP_KERNEL, 0, 1)", 1, 28,
                 "expected no further argument: alloc_pages() takes (gfp, order, node=, cpu=, migratetype=)");
  check_refused ("alloc_pages(GFP_KERNEL, 0, nod=1)", 1, 32,
                 "expected one of the arguments of alloc_pages(): gfp, order, node=, cpu=, migratetype=; there is none named “nod”");
  check_refused ("alloc_pages(GFP_KERNEL, 0, order=1)", 1, 34, "expected each argument once: “order” is given twice");
  check_refused ("drain_all_pages(1)", 1, 17, "expected no argument: drain_all_pages() takes none");
  check_refused ("alloc_pages(\"x\", 0)", 1, 13, "expected a number as “gfp”");
  check_refused ("say(1)", 1, 5, "expected a text block, <<TAG, as “text”");
  check_refused ("bookmark(1)", 1, 10, "expected a \"text\" as “note”");
  check_refused ("maps(\"A\")", 1, 6, "expected a process as “process”");
  check_refused ("process(3)", 1, 9, "expected a name as “name”");
  check_refused ("buddyinfo() = x", 1, 15, "expected == <<TAG: what comes of buddyinfo() is a text");
  check_refused ("tick(1) == <<X\nX", 1, 12, "expected = and a result: what comes of tick() is no text");
  check_refused ("free_pages(1, 0) = x", 1, 20, "expected no name here: nothing comes of free_pages() that could have one");
  check_refused ("tick(1)\nmachine()", 2, 1, "expected machine() as the first statement only");
  check_refused ("free_pages(pg, 0)", 1, 12, "expected a constant or a name that has been bound: there is no “pg” so far");
  check_refused ("machine(12)", 1, 9, "expected arguments by name: machine(memory=512M, …)");
  check_refused ("machine(memory=64M, arch=\"alpha\")", 1, 26, "arch: alpha: machines with pages of 8 KiB are not simulated");
  check_refused ("machine(memory=64M, e820=<<E)\nnonsense\nE", 2, 1, "expected a range as 0x0000000000100000-0x000000001fffffff");
}

/* --set */
static void
test_overrides (void)
{
  g_autoptr(PwkScript) script = parse ("machine(memory=64M, cpus=1)");
  const char *good[] = { "cpus=4", NULL }, *bad[] = { "cpus", NULL }, *unknown[] = { "colour=red", NULL };
  g_autoptr(GError) error = NULL;
  PwkRunner *runner = pwk_runner_new (script, good, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (pwk_runner_machine (runner)->config->n_cpus, ==, 4);
  pwk_runner_free (runner);
  g_assert_null (pwk_runner_new (script, bad, NULL, &error));
  g_assert_cmpstr (error->message, ==, "--set cpus: expected KEY=VALUE");
  g_clear_error (&error);
  g_assert_null (pwk_runner_new (script, unknown, NULL, &error));
  g_assert_true (g_str_has_prefix (error->message, "--set colour=red: "));
}

/* --- names --- */

static void
test_names (void)
{
  PwkRunner *runner = run (P "[A] mmap(NULL, 1, PROT_READ, MAP_PRIVATE, 77, 0) = bad\nalloc_pages(GFP_KERNEL, 3) = pg\n"
                             "[A] fork() = B\n[A] brk(NULL) = p");
  int64_t value;

  g_assert_true (pwk_runner_lookup (runner, "p", &value));
  g_assert_cmphex (value, ==, 0x407000);
  g_assert_true (pwk_runner_lookup (runner, "bad", &value));
  g_assert_cmpint (value, ==, -1);
  g_assert_true (pwk_runner_lookup (runner, "B", &value));
  g_assert_true (pwk_runner_lookup (runner, "A", &value));
  g_assert_false (pwk_runner_lookup (runner, "nobody", &value));
  pwk_runner_free (runner);
}

/* --- what the kernel has to say --- */

static void
test_bugs (void)
{
  PwkRunner *runner = run ("alloc_pages(GFP_KERNEL, 1) = pg\nfree_pages(pg, 1)\nfree_pages(pg, 1)\nfree_pages(99999999999, 0)\ncontext(irq)\n"
                           "alloc_pages(GFP_KERNEL, 0) = pg\nfree_pages(pg, 3)\nfree_pages(NULL, 0)");
  uint32_t held, failed;

  g_assert_null (pwk_runner_outcome (runner, 1)->message);
  g_assert_true (g_str_has_prefix (pwk_runner_outcome (runner, 2)->message, "t.pwk:3:1: BUG: Bad page state in process swapper  pfn:0"));
  g_assert_cmpstr (pwk_runner_outcome (runner, 3)->message, ==, "t.pwk:4:1: BUG: Bad page state in process swapper  pfn:174876e7ff");
  g_assert_true (g_str_has_prefix (pwk_runner_outcome (runner, 5)->message,
                                   "t.pwk:6:1: BUG: sleeping function called from invalid context"));
  g_assert_true (g_str_has_prefix (pwk_runner_outcome (runner, 6)->message, "t.pwk:7:1: BUG: Bad page state"));
  g_assert_null (pwk_runner_outcome (runner, 7)->message);
  pwk_runner_verdicts (runner, &held, &failed);
  g_assert_cmpuint (failed, ==, 0);
  pwk_runner_free (runner);
}

/* --- echo --- */

static char *
echo_all (PwkRunner *runner)
{
  GString *out = g_string_new (NULL);

  for (uint32_t i = 0; i < pwk_runner_position (runner); i++)
    {
      g_autofree char *line = pwk_runner_echo (runner, i, NULL);

      g_string_append_printf (out, "%s\n", line);
    }
  return g_string_free (out, FALSE);
}

#define MIXED P "[A] touch(p, 16K, \"w\") = 3\n[A] load(p+1, 8) = ok\n[A] fork() = B\n[B] store(p, 8, 0x4142) = ok\npeek(B, p, 16)\n" \
  "stat_faults(B) == <<END\n9 9\nEND\nbuddyinfo()\nmaps(A)\n[A] munmap(p, 4K)\nalloc_pages(GFP_KERNEL, 2) = pg\n" \
  "events(\"mm_page_alloc\")\nframe(pg)\nevents(\"mm_page_alloc\", \"order == 0\", since=boot) = n\nask(\"?\", answer=n)\nfree_pages(pg, 2)\nframe(pg)\n" \
  "[A] mincore(p + 4K, 8K)\ntick(2)\n[B] exit(3) = ?\n[B] load(p)\n[A] mlock(p + 4K, 8K)\n"

/* What comes out of a run is a scenario that holds, and comes out of its own run unchanged. */
static void
test_echo (void)
{
  PwkRunner *first = run (MIXED);
  g_autofree char *echo = echo_all (first), *again = NULL;
  PwkRunner *second = run (echo);
  uint32_t held, failed;

  again = echo_all (second);
  pwk_runner_verdicts (second, &held, &failed);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_cmpuint (held, >, 8);
  /* the comment that stands for what could not be run is no statement */
  g_assert_true (g_str_has_prefix (echo, "machine(memory=64M)\nprocess(A)\n[A] mmap("));
  g_assert_nonnull (strstr (echo, "# the process B has exited\n# [B] load(p)\n"));
  g_assert_null (strstr (again, "# the process"));
  pwk_runner_free (first);
  pwk_runner_free (second);
}

/* What a load read stands behind the line, as a comment, and its name is bound for the lines after it. */
static void
test_echo_value (void)
{
  PwkRunner *runner = run (P "[A] store(p, 8, value=0x2a)\n[A] load(p, 8, value=v) = ok\n[A] load(p, 1, value=v) = ok");
  g_autofree char *echo = echo_all (runner);
  int64_t value = 0;

  g_assert_nonnull (strstr (echo, "[A] load(p, 8, value=v) = ok  # 0x2a\n"));
  g_assert_true (pwk_runner_lookup (runner, "v", &value));
  g_assert_cmpint (value, ==, 0x2a);
  pwk_runner_free (runner);
}

/* --- the same again --- */

typedef struct { uint64_t hash, n; } Stream;

static void
listen (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Stream *stream = data;
  const uint64_t words[] = { event->n, event->parent, event->ns, event->kind, event->cpu, event->task, event->line, event->arg[0],
                             event->arg[1], event->arg[2], event->arg[3], event->arg[4], event->arg[5] };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    stream->hash = (stream->hash ^ words[i]) * 0x100000001b3ull;
  g_assert_cmpuint (event->n, ==, ++stream->n);
  g_assert_cmpuint (event->parent, <, event->n);
}

static Stream
stream_of (const char *text, uint64_t *state)
{
  PwkRunner *runner = runner_for (text);
  Stream stream = { 0, 0 };

  pwk_machine_listen (pwk_runner_machine (runner), listen, &stream);
  pwk_machine_want (pwk_runner_machine (runner), -1, true);
  while (pwk_runner_step (runner))
    continue;
  *state = pwk_machine_hash (pwk_runner_machine (runner));
  pwk_runner_free (runner);
  return stream;
}

static void
test_determinism (void)
{
  uint64_t state[2];
  Stream one = stream_of (MIXED, &state[0]), two = stream_of (MIXED, &state[1]);
  PwkRunner *silent = run (MIXED);

  g_assert_cmpuint (one.n, ==, two.n);
  g_assert_cmphex (one.hash, ==, two.hash);
  g_assert_cmphex (state[0], ==, state[1]);
  /* nobody listening changes nothing */
  g_assert_cmpuint (pwk_runner_machine (silent)->st->n_events, ==, one.n);
  g_assert_cmphex (pwk_machine_hash (pwk_runner_machine (silent)), ==, state[0]);
  pwk_runner_free (silent);
}

/* A checkpoint at any place of rest, inside of statements too, and on from there: the same end. */
static void
test_checkpoints (void)
{
  PwkRunner *runner = runner_for (MIXED);
  PwkMachine *machine = pwk_runner_machine (runner);
  g_autoptr(GPtrArray) checkpoints = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_checkpoint_unref);
  uint32_t held, failed, held_again, failed_again;
  uint64_t end;

  do
    g_ptr_array_add (checkpoints, pwk_machine_save (machine));
  while (pwk_runner_step (runner));
  g_assert_cmpuint (checkpoints->len, >, pwk_runner_position (runner) + 5);
  end = pwk_machine_hash (machine);
  pwk_runner_verdicts (runner, &held, &failed);

  for (guint i = 0; i < checkpoints->len; i++)
    {
      guint pick = (i * 7919) % checkpoints->len;

      pwk_machine_restore (machine, g_ptr_array_index (checkpoints, pick));
      while (pwk_runner_step (runner))
        continue;
      g_assert_cmphex (pwk_machine_hash (machine), ==, end);
      pwk_runner_verdicts (runner, &held_again, &failed_again);
      g_assert_cmpuint (held_again, ==, held);
      g_assert_cmpuint (failed_again, ==, failed);
    }
  assert_sound (runner);
  pwk_runner_free (runner);
}

/* --- a script that grows --- */

static void
test_replace (void)
{
  PwkRunner *runner = run (P);
  g_autoptr(PwkScript) longer = parse (P "[A] load(p) = minor"), other = parse (A "[A] brk(NULL) = q\n");
  g_autoptr(PwkScript) wrong = parse (P "[A] lode(p)");
  g_autoptr(GError) error = NULL;
  uint32_t held, failed;

  g_assert_false (pwk_runner_replace_script (runner, other, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX);
  g_clear_error (&error);
  g_assert_false (pwk_runner_replace_script (runner, wrong, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_NAME);
  g_clear_error (&error);
  g_assert_true (pwk_runner_replace_script (runner, longer, &error));
  g_assert_no_error (error);
  g_assert_true (pwk_runner_step (runner));
  g_assert_false (pwk_runner_step (runner));
  pwk_runner_verdicts (runner, &held, &failed);
  g_assert_cmpuint (held, ==, 1);
  g_assert_cmpuint (failed, ==, 0);
  pwk_runner_free (runner);
}

/* --- events of statements, ticks --- */

static void
count_roots (PwkMachine *machine, const PwkEvent *event, void *data)
{
  unsigned *roots = data;

  if (event->kind == PWK_EV_STATEMENT)
    {
      g_assert_cmpuint (event->parent, ==, 0);
      (*roots)++;
    }
  else if (machine->st->booted)
    g_assert_cmpuint (event->parent, !=, 0);
}

/* What was not counted cannot be asked for later: the script has to begin anew. Asked for before, more questions may follow. */
static void
test_replace_events (void)
{
  PwkRunner *runner = run (P "[A] store(p)");
  g_autoptr(PwkScript) asking = parse (P "[A] store(p)\nevents(\"table_alloc\")");
  g_autoptr(PwkScript) more = parse (P "[A] store(p)\nevents(\"table_alloc\")\nevents(\"set_pte\")");
  g_autoptr(GError) error = NULL;

  g_assert_false (pwk_runner_replace_script (runner, asking, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX);
  pwk_runner_free (runner);
  runner = run (P "[A] store(p)\nevents(\"table_alloc\")");
  g_assert_cmpstr (last (runner)->actual, ==, "3");
  g_clear_error (&error);
  g_assert_true (pwk_runner_replace_script (runner, more, &error));
  g_assert_no_error (error);
  while (pwk_runner_step (runner))
    continue;
  g_assert_cmpstr (last (runner)->actual, ==, "4");
  pwk_runner_free (runner);
}

/* Every statement is a root, and all that happens behind the boot has a statement at the end of its chain of causes. */
static void
test_statement_events (void)
{
  PwkRunner *runner = runner_for (MIXED);
  unsigned roots = 0;

  pwk_machine_listen (pwk_runner_machine (runner), count_roots, &roots);
  pwk_machine_want (pwk_runner_machine (runner), -1, true);
  while (pwk_runner_step (runner))
    continue;
  g_assert_cmpuint (roots, ==, pwk_script_n_statements (pwk_runner_script (runner)));
  pwk_runner_free (runner);
}

/* Ten pages touched, three other calls and accesses; a tick every four. */
static void
test_tick_every (void)
{
  PwkRunner *runner = run ("machine(memory=64M, tick_every=4)\nprocess(A)\n[A] brk(NULL) = b\n[A] brk(b + 40K)\n[A] load(b)\n"
                           "[A] touch(b, 40K, \"w\")\nbuddyinfo()");

  g_assert_cmpuint (pwk_event_count (pwk_runner_machine (runner), PWK_EV_TICK), ==, 13 / 4);
  pwk_runner_free (runner);
}

/* --- access () --- */

static void
test_access (void)
{
  PwkRunner *runner = run ("machine(memory=64M, results=recorded)\nprocess(A)\n[A] access(\"corner.lackey\", count=4)");

  g_assert_cmpstr (last (runner)->actual, ==, "ok");
  g_assert_true (g_str_has_prefix (last (runner)->note, "4 records, "));
  pwk_runner_free (runner);
  /* predicted: what is not mapped ends it */
  runner = run (A "[A] access(\"corner.lackey\")");
  g_assert_true (g_str_has_prefix (last (runner)->actual, "SIGSEGV"));
  g_assert_nonnull (strstr (last (runner)->note, "ended by record 1"));
  pwk_runner_free (runner);
}

static void
test_access_missing (void)
{
  g_autoptr(PwkScript) script = parse (A "[A] access(\"no-such-file\")");
  g_autoptr(GError) error = NULL;

  g_assert_null (pwk_runner_new (script, NULL, NULL, &error));
  g_assert_error (error, PWK_SCRIPT_ERROR, PWK_SCRIPT_ERROR_SYNTAX);
  g_assert_cmpuint (pwk_script_error_get_line (error), ==, 3);
  g_assert_cmpuint (pwk_script_error_get_column (error), ==, 12);
}

/* --- recorded programs --- */

static void
test_strace_samples (void)
{
  static const char *const names[] = { "gcc", "ls", "python", "sh-pipe-noaslr", "threads" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file = g_strconcat (names[i], ".strace", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "traces", "strace", file, NULL);
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkScript) script = pwk_script_load (path, &error);
      PwkRunner *runner;
      uint32_t held, failed;

      g_assert_no_error (error);
      runner = pwk_runner_new (script, NULL, NULL, &error);
      g_assert_no_error (error);
      while (pwk_runner_step (runner))
        continue;
      pwk_runner_verdicts (runner, &held, &failed);
      g_test_message ("%s: %u lines agree", names[i], held);
      g_assert_cmpuint (failed, ==, 0);
      g_assert_cmpuint (held, >, 20);
      assert_sound (runner);
      pwk_runner_free (runner);
    }
}

/* What the kernel cannot have done. */
static void
test_disagreements (void)
{
#define E "100 execve(\"/bin/x\", [\"x\"], 0x7ffd /* 3 vars */) = 0\n"
#define M(length, flags, result) "100 mmap(NULL, " length ", PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS" flags ", -1, 0) = " result "\n"
  static const struct { const char *text; unsigned failed; } cases[] = {
    { E M ("4096", "", "0x7f0000000000"), 0 },
    { E M ("4096", "", "0x7f0000000010"), 1 },                                  /* not on a page */
    { E M ("4096", "", "0xffff800000000000"), 1 },                              /* not in user space */
    { E M ("8192", "", "0x7f0000000000") M ("4096", "", "0x7f0000001000"), 1 }, /* taken */
    { E M ("8192", "", "0x7f0000000000") M ("4096", "", "-1 ENOMEM (Cannot allocate memory)"), 0 },
    { E "100 brk(NULL) = 0x555555576000\n100 brk(0x555555597000) = 0x555555597000\n", 0 },
    { E "100 mprotect(0x555555571000, 8192, PROT_READ) = 0\n", 0 },             /* assumed */
    { E "100 frobnicate(1, 2) = 0\n100 mmap(nonsense) = 7\n", 0 },              /* skipped */
    { E "100 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|SIGCHLD) = 101\n101 brk(NULL) = 0x1000000\n101 exit_group(0) = ?\n"
      "101 brk(NULL) = 0x1000000\n", 0 },
    { E M ("70368744177664", "|MAP_NORESERVE", "0x100000000000"), 0 },
    { E "100 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 3, 0) = 0x7f0000000000\n", 0 },      /* a file opened unseen */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkRunner *runner = run (cases[i].text);
      uint32_t held, failed;

      pwk_runner_verdicts (runner, &held, &failed);
      g_test_message ("%s", cases[i].text);
      g_assert_cmpuint (failed, ==, cases[i].failed);
      if (failed)
        g_assert_nonnull (strstr (last (runner)->message, ": expected "));
      pwk_runner_free (runner);
    }
}

/* machine (results=recorded) with processes by name. */
static void
test_recorded_by_name (void)
{
  PwkRunner *runner = run ("machine(memory=64M, results=recorded)\nprocess(A)\n[A] mmap(NULL, 8192, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0)"
                           " = 0x10000000\n[A] load(0x10000000) = minor\nmaps(A) == <<M\n10000000-10002000 r--p 00000000 00:00 0\nM");
  uint32_t held, failed;

  pwk_runner_verdicts (runner, &held, &failed);
  g_assert_cmpuint (failed, ==, 0);
  g_assert_cmpuint (held, ==, 3);
  pwk_runner_free (runner);
}

/* --- the table --- */

static void
test_table (void)
{
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  g_assert_cmpuint (n, >, 80);
  for (uint32_t i = 0; i < n; i++)
    {
      g_assert_true (g_str_has_prefix (calls[i].signature, calls[i].name));
      g_assert_cmpuint (strlen (calls[i].summary), >, 8);
      g_assert_cmpstr (pwk_call_find (calls[i].name)->name, ==, calls[i].name);
      if (i > 0)
        g_assert_true (calls[i - 1].group < calls[i].group
                       || (calls[i - 1].group == calls[i].group && strcmp (calls[i - 1].name, calls[i].name) < 0));
    }
  g_assert_null (pwk_call_find ("nothing"));
}

#define C "machine(memory=64M, cpus=1)\nkmem_cache_create(\"c\", 64, 0, SLAB_NO_MERGE) = c\n"

/* 3/12 is object 12 of slab 3 where an object is meant, and a quotient elsewhere; a text in quotes is compared as it is. */
static void
test_objects (void)
{
  check (C "kmem_cache_alloc(c, GFP_KERNEL) = 0/0", "0/0", NULL);
  check (C "kmem_cache_alloc(c, GFP_KERNEL) = 0/1", "0/0", "t.pwk:3:35: expected 0/1, got 0/0");
  check (C "kmem_cache_alloc(c, GFP_KERNEL) = o\nkmem_cache_free(c, o)\nkmem_cache_alloc(c, GFP_KERNEL) = 0/0", "0/0", NULL);
  check (C "kmem_cache_alloc(c, GFP_KERNEL)\nkmem_cache_free(c, 0/0)\nkmem_cache_alloc(c, GFP_KERNEL) = 0/0", "0/0", NULL);
  check (C "kmem_cache_free(c, 3/12)", "c has no object 3/12 now", "t.pwk:3:1: c has no object 3/12 now");
  check (C "kmem_cache_free(c, 0/0)", "c has no object 0/0 now", "t.pwk:3:1: c has no object 0/0 now");
  check (C "kmem_cache_alloc_bulk(c, GFP_KERNEL, 8/2) = \"0/0 0/1 0/2 0/3\"", "\"0/0 0/1 0/2 0/3\"", NULL);
  check (C "kmem_cache_alloc_bulk(c, GFP_KERNEL, 2) = \"0/0\"", "\"0/0 0/1\"", "t.pwk:3:43: expected \"0/0\", got \"0/0 0/1\"");
  check (C "kmem_cache_shrink(70000)", "that is no slab cache: kmem_cache_create() gives one",
         "t.pwk:3:1: that is no slab cache: kmem_cache_create() gives one");
  check (C "kmem_cache_shrink(\"d\")", "there is no slab cache “d”", "t.pwk:3:1: there is no slab cache “d”");
}

/* What the kernel's log has of a statement is told with it, and dmesg () has it behind it, once. */
static void
test_log (void)
{
  static const char twice[] = C "kmem_cache_create(\"d\", 64, 0, SLAB_CONSISTENCY_CHECKS) = d\nkmem_cache_alloc(d, GFP_KERNEL)\n"
                                "kmem_cache_free(d, 0/0)\nkmem_cache_free(d, 0/0)\n";
  g_autofree char *then = g_strconcat (twice, "dmesg()", NULL), *later = g_strconcat (twice, "slabs(d)\ndmesg()", NULL);
  g_autofree char *full = g_strconcat (twice, "dmesg(full=1)", NULL);
  PwkRunner *runner;

  check (twice, NULL, "t.pwk:6:1: BUG d: Slab has 0 allocated objects but 1 are to be freed");
  check (then, "BUG d: Slab has 0 allocated objects but 1 are to be freed\nFIX d: Object at @0 not freed\n", NULL);
  check (later, "", NULL);
  runner = run (full);
  g_assert_nonnull (strstr (last (runner)->actual, "FIX d: Object at 0xffff8880"));
  pwk_runner_free (runner);
}

/* What is free already, and would be handed out twice, is told without checks, too. */
static void
test_free_twice (void)
{
  check (C "kmalloc(64, GFP_KERNEL) = k\nkfree(k)\nkfree(NULL)\nkfree(0x10)", NULL, NULL);
  check (C "kmalloc(5000, __GFP_WAIT | __GFP_IO | __GFP_FS) = k\nkrealloc(k, 8192, GFP_KERNEL) = j\nsame_object(k, j) = 1", "1", NULL);
  check ("machine(kernel=\"seed\")\nkmalloc(4096, GFP_KERNEL) = NULL", "NULL", NULL);
}

/* Arrays are passed by pointer; what a call has stored there is part of what is expected, and ? is anything. */
static void
test_arrays (void)
{
  check (A "[A] get_mempolicy([MPOL_DEFAULT], [0x0], 64, NULL, 0) = 0", "0", NULL);
  check (A "[A] set_mempolicy(MPOL_BIND, [0x1, 0], 128) = 0\n[A] get_mempolicy([MPOL_BIND], [1], 64, NULL, 0) = 0", "0", NULL);
  check (A "[A] get_mempolicy([MPOL_BIND], ?, 64, NULL, 0) = 0", "0", "t.pwk:3:19: expected [MPOL_BIND], got [0x0]");
  check (A "[A] get_mempolicy([], [], 64, NULL, 8) = -1 EINVAL", "-1 EINVAL", NULL);
  check (A "[A] get_mempolicy([0], [0], 64, NULL, 8) = -1 EINVAL", "-1 EINVAL", "t.pwk:3:19: expected [0], got []");
  check (A "[A] set_mempolicy(MPOL_BIND, 0x8, 64) = -1 EFAULT", "-1 EFAULT", NULL);
  check (P "[A] store(p)\n[A] move_pages(0, 3, [p, p+4K, 0], NULL, [0, -ENOENT, ?], 0) = 0", "0", NULL);
  check (P "[A] store(p)\n[A] move_pages(A, 2, [p, p+4K], NULL, [0, 0], 0) = 0", "0", "t.pwk:5:39: expected [0, 0], got [0x0, -ENOENT]");
  check (A "process(B)\n[A] exit(0) = ?\n[A] mmap(NULL, 4K, 3, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = q\n[B] move_pages(0, 1, [q], NULL, [?], 0)",
         "expected a constant or a name that has been bound: there is no “q” so far",
         "t.pwk:6:23: expected a constant or a name that has been bound: there is no “q” so far");
  check_refused (A "[A] mbind(0, 4K, MPOL_BIND, \"x\", 64, 0)", 3, 29, "expected an array, as [1, 2], as “nodes”");
  check (A "[A] load(?)", "expected a number, not ?", "t.pwk:3:10: expected a number, not ?");
}

/* A word that a call can answer is expected where it stands as a result, and is no name to be bound. */
static void
test_words (void)
{
  check (P "page_table_node(A, p) = none", "none", NULL);
  check (P "page_table_node(A, p) = huge", "none", "t.pwk:4:25: expected huge, got none");
  check (P "[A] store(p)\npage_table_node(A, p) = none", "0", "t.pwk:5:25: expected none, got 0");
  check (P "[A] store(p)\npage_table_node(A, p) = n", "n  # 0", NULL);
}

/* Without a process in front the kernel does it: what it may not touch ends in an oops, which the
 * statement is judged by. With [A] in front the process does, as ever. */
static void
test_kernel_accesses (void)
{
#define V P "vmalloc(8K) = v\n"
  check (V "store(v + 4092, 8, 0x1122334455667788)\nload(v + 4096, 4, value=0x11223344)", "ok", NULL);
  check (V "store(v, 8, 7)\nload(v, 8, value=n)\nload(v + n - 7, 1, value=7)", "ok", NULL);
  check (V "load(v + 8K) = oops", "oops", "t.pwk:5:1: BUG: unable to handle page fault for address: ffffc90000002000");
  check (V "load(v + 8K) = ok", "oops", "t.pwk:5:16: expected ok, got oops\nt.pwk:5:1: BUG: unable to handle page fault for address: ffffc90000002000");
  check (V "load(v) = oops", "ok", "t.pwk:5:11: expected oops, got ok");
  check (V "[A] load(v)", "SIGSEGV (SEGV_MAPERR)", NULL);
  check (V "fetch(v)", "oops", "t.pwk:5:1: BUG: unable to handle page fault for address: ffffc90000000000");
  check ("machine(memory=64M, arch=\"arm64-4k\")\nload(0xffff800080000000)",
         "expected a process in front, as in [A] load(…): this machine has no tables for the kernel’s addresses",
         "t.pwk:2:1: expected a process in front, as in [A] load(…): this machine has no tables for the kernel’s addresses");
  check_refused ("machine(memory=64M)\nsmaps(kernel)", 2, 7, "expected a process: there is no “kernel” so far");
#undef V
}

/* Each example can be tried behind the others' beginnings. */
static void
test_examples (void)
{
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  for (uint32_t i = 0; i < n; i++)
    {
      g_autofree char *text = NULL;
      PwkRunner *runner;

      g_assert_nonnull (calls[i].example);
      text = g_strconcat (strcmp (calls[i].name, "machine") == 0 ? "" : P "[A] open(\"/f\", O_RDWR, size=64K) = fd\n[A] fork() = B\n"
                            "alloc_pages(GFP_KERNEL, 0) = pg\n"
                            "kmem_cache_create(\"c\", 64, 0, SLAB_NO_MERGE) = c\nkmem_cache_alloc(c, GFP_KERNEL) = o\nkmalloc(100, GFP_KERNEL) = k\n"
                            "vmalloc(8K) = v\ndma_alloc_coherent(\"isa\", 4K, GFP_KERNEL) = d\nget_free_page(GFP_KERNEL) = page_at\n"
                            "mempool_create_kmalloc_pool(4, 128) = mp\nmempool_alloc(mp, GFP_NOIO) = e\n"
                            "dma_pool_create(\"p\", \"pci32\", 64, 64, 0) = dp\ndma_pool_alloc(dp, GFP_KERNEL) = b\n", calls[i].example, NULL);
      g_test_message ("%s", calls[i].example);
      runner = runner_for (text);
      while (pwk_runner_step (runner))
        continue;
      g_assert_true (pwk_runner_finished (runner));
      g_assert_false (last (runner)->impossible);
      g_assert_cmpint (last (runner)->verdict, !=, PWK_VERDICT_FAILS);
      g_assert_null (last (runner)->message);
      g_assert_true (g_str_has_prefix (calls[i].example, "[") || strstr (calls[i].example, calls[i].name) == calls[i].example);
      assert_sound (runner);
      pwk_runner_free (runner);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/runner/panic", test_panic);
  g_test_add_func ("/runner/results", test_results);
  g_test_add_func ("/runner/expectations-hold", test_expectations_hold);
  g_test_add_func ("/runner/expectations-fail", test_expectations_fail);
  g_test_add_func ("/runner/impossible", test_impossible);
  g_test_add_func ("/runner/refused", test_refused);
  g_test_add_func ("/runner/overrides", test_overrides);
  g_test_add_func ("/runner/names", test_names);
  g_test_add_func ("/runner/bugs", test_bugs);
  g_test_add_func ("/runner/objects", test_objects);
  g_test_add_func ("/runner/log", test_log);
  g_test_add_func ("/runner/free-twice", test_free_twice);
  g_test_add_func ("/runner/echo", test_echo);
  g_test_add_func ("/runner/echo-value", test_echo_value);
  g_test_add_func ("/runner/determinism", test_determinism);
  g_test_add_func ("/runner/checkpoints", test_checkpoints);
  g_test_add_func ("/runner/replace", test_replace);
  g_test_add_func ("/runner/replace-events", test_replace_events);
  g_test_add_func ("/runner/statement-events", test_statement_events);
  g_test_add_func ("/runner/tick-every", test_tick_every);
  g_test_add_func ("/runner/access", test_access);
  g_test_add_func ("/runner/access-missing", test_access_missing);
  g_test_add_func ("/runner/strace-samples", test_strace_samples);
  g_test_add_func ("/runner/disagreements", test_disagreements);
  g_test_add_func ("/runner/recorded-by-name", test_recorded_by_name);
  g_test_add_func ("/runner/table", test_table);
  g_test_add_func ("/runner/arrays", test_arrays);
  g_test_add_func ("/runner/kernel-accesses", test_kernel_accesses);
  g_test_add_func ("/runner/words", test_words);
  g_test_add_func ("/runner/examples", test_examples);
  return g_test_run ();
}
