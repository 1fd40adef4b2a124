/* test-advice.c - what a user is told who took the wrong word, file or command
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-test.h"

static void
check_says (const char *arguments, const char *input, const char *part)
{
  g_auto(CliAnswer) answer = cli_call (arguments, input);

  g_assert_cmpint (answer.status, ==, 2);
  g_assert_cmpstr (answer.out, ==, "");
  if (!strstr (answer.err, part))
    g_error ("%s: expected “%s” in: %s", arguments, part, answer.err);
}

/* Calls, flags, and keys of machine (), in the text and on the command line. */
static void
test_did_you_mean (void)
{
  check_says ("run -", "alloc_page(GFP_KERNEL, 0)\n", "did you mean “alloc_pages”?");
  check_says ("run -", "alloc_pages(GFP_KERNAL, 0)\n", "there is no “GFP_KERNAL” so far; did you mean “GFP_KERNEL”?");
  check_says ("run -", "process(A)\n[A] mmap(NULL, 4K, PROT_REED, MAP_PRIVATE)\n", "did you mean “PROT_READ”?");
  check_says ("run -", "machine(memry=64M)\n", "standard input:1:");
  check_says ("run -", "machine(memry=64M)\n", "machine() has no argument “memry”; did you mean “memory”?");
  check_says ("run --set cpu=1 -", "tick(1)\n", "--set cpu=1: machine() has no argument “cpu”; did you mean “cpus”?");
  check_says ("run --set colour=red -", "tick(1)\n", "machine() has no argument “colour”\n");
  check_says ("run -", "free_pages(page, 0)\n", "there is no “page” so far\n");
  check_says ("rnu", NULL, "there is no command “rnu”; did you mean “run”?");
  check_says ("run --quite -", "tick(1)\n", "did you mean “--quiet”?");
  check_says ("run --quiet --untill=3 -", "tick(1)\n", "did you mean “--until”?");
  check_says ("run --quiet --nothing-like-it -", "tick(1)\n", "--nothing-like-it\n");
}

/* Kinds of events, where a call takes one: the line alone is at fault. */
static void
test_meant_event (void)
{
  static const char *const calls[] = { "events(\"splt\")", "cost(\"splt\", 3)", "breakpoint(\"splt\")" };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    cli_check ("run --quiet -", calls[i], 1, NULL,
               "standard input:1:1: expected the name of an event: there is none named “splt”; did you mean “split”?\n");
}

static void
test_wrong_command (void)
{
  static const struct { const char *command, *file, *part; } cases[] = {
    { "replay", "traces/strace/ls.strace", "is a recording of strace: “pagewalk-cli run” runs it" },
    { "replay", "scenarios/first-look.pwk", "is a scenario: “pagewalk-cli run” runs it" },
    { "run", "screenshots/buddy.png", "carries no moment" },
    { "replay", "screenshots/buddy.png", "is a picture" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = cli_data_file (cases[i].file);
      g_autofree char *arguments = g_strdup_printf ("%s %s", cases[i].command, path);

      check_says (arguments, NULL, cases[i].part);
    }
}

static void
test_unknown_kind (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-advice", NULL);
  g_autofree char *run = g_strdup_printf ("run %s", path), *replay = g_strdup_printf ("replay %s", path);

  g_assert_true (g_file_set_contents (path, "\1\0\2\0", 4, NULL));
  check_says (run, NULL, "is of no kind that is known");
  check_says (replay, NULL, "is of no kind that is known");
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  check_says (run, NULL, "pagewalk-advice: there is no statement in it");
  g_unlink (path);
}

static void
test_nothing (void)
{
  check_says ("run", NULL, "“pagewalk-cli run first-look.pwk” runs a scenario");
  check_says ("run", NULL, "--help");
}

/* Everything that is listed is explained, calls with a line that can be tried. */
static void
test_help (void)
{
  g_auto(CliAnswer) list = cli_call ("calls", NULL);
  g_auto(GStrv) lines = g_strsplit (list.out, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >, 50);
  /* each seventh of them, for the time it takes */
  for (guint i = 0; i + 1 < g_strv_length (lines); i += 7)
    {
      g_auto(GStrv) fields = g_strsplit (lines[i], "\t", -1);
      g_autofree char *arguments = g_strdup_printf ("help %s", fields[0]);
      g_auto(CliAnswer) answer = cli_call (arguments, NULL);

      g_assert_cmpint (answer.status, ==, 0);
      g_assert_nonnull (strstr (answer.out, fields[1]));
      g_assert_nonnull (strstr (answer.out, fields[2]));
    }
  cli_check ("help alloc_pages", NULL, 0, NULL, "");
  cli_check ("help MADV_DONTNEED", NULL, 0, "MADV_DONTNEED = 0x4\n    advice for madvise()\n", "");
  cli_check ("help AT_FDCWD", NULL, 0, "AT_FDCWD = -100\n    flag of openat() and its like\n", "");
  cli_check ("help swap", NULL, 0, "machine(swap=…)\n    the size of the first swap area; 0 for none\n    a size from 0 to 128G; if nothing is said: 128M\n\n"
             "Example:\n    machine(swap=0)\n", "");
  cli_check ("help random", NULL, 0, "random(n)\n    a number from 0 to n - 1, by the machine's seed\n\nExample:\n    tick(random(4) + 1)\n", "");
  check_says ("help zoneinf", NULL, "did you mean “zoneinfo”?");
  check_says ("help madvize", NULL, "there is no help for “madvize”; did you mean “madvise”?");
  check_says ("help", NULL, "pagewalk-cli help CALL|FLAG|KEY|COMMAND|scenario|kinds|--list");
}

/* The manual of the language names each call and each key with its example, in the reader's language, and has no table left open. */
static void
test_manual (void)
{
  g_auto(CliAnswer) page = cli_call ("help scenario", NULL), chinese = cli_call_in ("zh_CN", "help scenario", NULL);
  g_auto(CliAnswer) list = cli_call ("calls", NULL);
  g_auto(GStrv) lines = g_strsplit (list.out, "\n", -1);

  g_assert_cmpint (page.status, ==, 0);
  for (guint i = 0; i + 1 < g_strv_length (lines); i++)
    {
      g_auto(GStrv) fields = g_strsplit (lines[i], "\t", -1);

      g_assert_nonnull (strstr (page.out, fields[1]));
      g_assert_nonnull (strstr (page.out, fields[2]));
      g_assert_nonnull (strstr (chinese.out, fields[1]));
    }
  g_assert_nonnull (strstr (page.out, "### machine(tick_every=…)"));
  g_assert_nonnull (strstr (page.out, "MAP_ANONYMOUS 0x20"));
  g_assert_null (strstr (page.out, "\n{"));
  g_assert_null (strstr (chinese.out, "\n{"));
  g_assert_nonnull (strstr (chinese.out, "# 场景语言"));
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/advice/did-you-mean", test_did_you_mean);
  g_test_add_func ("/cli/advice/meant-event", test_meant_event);
  g_test_add_func ("/cli/advice/wrong-command", test_wrong_command);
  g_test_add_func ("/cli/advice/unknown-kind", test_unknown_kind);
  g_test_add_func ("/cli/advice/nothing", test_nothing);
  g_test_add_func ("/cli/advice/help", test_help);
  g_test_add_func ("/cli/advice/manual", test_manual);
  return g_test_run ();
}
