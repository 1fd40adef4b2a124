/* test-intake.c - what people open, drop and paste is told apart and becomes a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "intake/kinds.h"

#include <string.h>

#include "scenario/parser.h"
#include "scenario/runner.h"

static const char zoneinfo[] = "Node 0, zone      DMA\n  pages free     48\n        min      2\n";
static const char maps[] = "00400000-00401000 r-xp 00000000 08:01 101                                /usr/bin/demo\n"
                           "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n";
static const char e820[] = "BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable\n";
static const char lackey[] = "==123== Lackey, an example Valgrind tool\nI  04015a00,3\n L 1ffefffe7f,8\n";
static const char strace[] = "123   brk(NULL)                         = 0x555555559000\n123   exit_group(0) = ?\n";

/* What most lines are decides. */
static void
test_kinds (void)
{
  g_assert_cmpint (pwk_text_kind_of (zoneinfo), ==, PWK_INTAKE_ZONEINFO);
  g_assert_cmpint (pwk_text_kind_of (maps), ==, PWK_INTAKE_MAPS);
  g_assert_cmpint (pwk_text_kind_of (e820), ==, PWK_INTAKE_E820);
  g_assert_cmpint (pwk_text_kind_of (lackey), ==, PWK_INTAKE_TRACE);
  g_assert_cmpint (pwk_text_kind_of (strace), ==, PWK_INTAKE_STRACE);
  g_assert_cmpint (pwk_text_kind_of ("# maps follow\nprocess(A)\n"), ==, PWK_INTAKE_SCENARIO);
  g_assert_cmpint (pwk_text_kind_of (""), ==, PWK_INTAKE_SCENARIO);
  g_assert_cmpint (pwk_text_kind_of ("\n\n"), ==, PWK_INTAKE_SCENARIO);
}

/* What is made of each parses. */
static void
test_scenarios (void)
{
  static const char *const texts[] = { zoneinfo, maps, e820, strace };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto(PwkIntake) intake = { 0 };
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkScript) script = NULL;

      g_assert_true (pwk_intake_text (&intake, NULL, texts[i], &error));
      script = pwk_script_parse ("text", intake.text, -1, &error);
      g_assert_no_error (error);
      g_assert_nonnull (script);
      g_assert_cmpuint (pwk_script_n_statements (script), >=, 1);
      g_assert_cmpint (intake.made, ==, texts[i] != strace);
    }
}

/* A recording of accesses becomes the scenario that replays it, whatever is in its name. */
static void
test_trace (void)
{
  g_auto(PwkIntake) intake = { 0 };
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = NULL;
  const PwkArg *arg;

  g_assert_true (pwk_intake_bytes (&intake, "/tmp/a \"b\" \\c.lackey", lackey, strlen (lackey), &error));
  g_assert_no_error (error);
  g_assert_cmpint (intake.kind, ==, PWK_INTAKE_TRACE);
  script = pwk_script_parse ("text", intake.text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pwk_script_n_statements (script), ==, 3);
  arg = pwk_statement_find_arg (script, pwk_script_statement (script, 1), "trace");
  g_assert_cmpstr (pwk_script_expr (script, arg->expr)->string, ==, "a \"b\" \\c.lackey");
  arg = pwk_statement_arg (script, pwk_script_statement (script, 2), 0);
  g_assert_cmpstr (pwk_script_expr (script, arg->expr)->string, ==, "a \"b\" \\c.lackey");
}

/* DynamoRIO's text is told by its words or by its name, and is replayed as a file; pasted, it is statements; what is too much of that, is not. */
static void
test_drcachesim (void)
{
  static const char line[] = "  8  1:  4711 ifetch  3 byte(s) @ 0x00007f8a5c0e2b40 non-branch\n";
  g_autoptr(GString) much = g_string_new (NULL);
  g_auto(PwkIntake) file = { 0 }, named = { 0 }, refused = { 0 };
  g_autoptr(GError) error = NULL;

  g_assert_true (pwk_intake_bytes (&file, "/tmp/a.txt", line, strlen (line), &error));
  g_assert_no_error (error);
  g_assert_cmpint (file.kind, ==, PWK_INTAKE_TRACE);
  g_assert_nonnull (strstr (file.text, "[A] access(\"a.txt\")"));
  g_assert_true (pwk_intake_bytes (&named, "/tmp/a.drcachesim", "", 0, &error));
  g_assert_cmpint (named.kind, ==, PWK_INTAKE_TRACE);

  for (guint i = 0; i <= 20000; i++)
    g_string_append (much, line);
  g_assert_false (pwk_intake_text (&refused, NULL, much->str, &error));
  g_assert_nonnull (strstr (error->message, "20000 accesses"));
}

/* Every recording that comes along opens as a program and is played to its end, whatever form it has. */
static void
test_shipped_traces (void)
{
  static const struct { const char *name; unsigned records; } traces[] = {
    { "corner.lackey", 26 }, { "ls.lackey.zst", 1809137 }, { "wide.lackey.zst", 300000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (traces); i++)
    {
      g_autofree char *folder = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "traces", NULL);
      g_autofree char *path = g_build_filename (folder, traces[i].name, NULL);
      g_autofree char *records = g_strdup_printf ("%u records", traces[i].records);
      g_auto(PwkIntake) intake = { 0 };
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkScript) script = NULL;
      PwkRunner *runner;

      g_assert_true (pwk_intake_file (&intake, path, &error));
      g_assert_no_error (error);
      g_assert_cmpint (intake.kind, ==, PWK_INTAKE_TRACE);
      script = pwk_script_parse ("text", intake.text, -1, &error);
      g_assert_no_error (error);
      runner = pwk_runner_new (script, NULL, folder, &error);
      g_assert_no_error (error);
      while (pwk_runner_step (runner))
        ;
      g_assert_cmpstr (pwk_runner_outcome (runner, 2)->actual, ==, "ok");
      g_assert_nonnull (strstr (pwk_runner_outcome (runner, 2)->note, records));
      pwk_runner_free (runner);
    }
}

/* Bytes that are nothing known are refused with a reason. */
static void
test_refused (void)
{
  static const struct { const char *bytes; gsize length; } cases[] = {
    { "a\0b", 3 },
    { "\xff\xfe\xff", 3 },
    { "\x89PNG\r\n\x1a\n", 8 },
    { "<?xml version=\"1.0\"?><svg/>", 27 },
    { "%PDF-1.5", 8 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(PwkIntake) intake = { 0 };
      g_autoptr(GError) error = NULL;

      g_assert_false (pwk_intake_bytes (&intake, "/tmp/x.pwk", cases[i].bytes, cases[i].length, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, !=, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/intake/kinds", test_kinds);
  g_test_add_func ("/intake/scenarios", test_scenarios);
  g_test_add_func ("/intake/trace", test_trace);
  g_test_add_func ("/intake/drcachesim", test_drcachesim);
  g_test_add_func ("/intake/shipped-traces", test_shipped_traces);
  g_test_add_func ("/intake/refused", test_refused);
  return g_test_run ();
}
