/* test-language.c - what a reader of Chinese meets, and what stays as it is in every language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "cli-test.h"

static const char failing[] = "machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = 5\n";

/* Expectations, and what is wrong with a scenario; places and words of the language stay. */
static void
test_messages (void)
{
  g_auto(CliAnswer) expectation = cli_call_in ("zh_CN", "run -", failing);
  g_auto(CliAnswer) unknown = cli_call_in ("zh_CN", "run -", "alloc_page(GFP_KERNEL, 0)\n");
  g_auto(CliAnswer) syntax = cli_call_in ("zh_CN", "run -", "tick(1) nonsense\n");
  g_auto(CliAnswer) trace = cli_call_in ("zh_CN", "replay -", "nonsense\n");

  g_assert_cmpint (expectation.status, ==, 1);
  g_assert_cmpstr (expectation.err, ==, "标准输入:3:17: 应为 5，实为 0x407000\n");
  g_assert_nonnull (strstr (expectation.out, "[A] brk(NULL) = 0x407000\n"));
  g_assert_cmpint (unknown.status, ==, 2);
  g_assert_nonnull (strstr (unknown.err, "没有名为“alloc_page”的调用；是不是“alloc_pages”？"));
  g_assert_nonnull (strstr (syntax.err, "应为 =、== 或行尾"));
  g_assert_nonnull (strstr (trace.err, "地址之前应为"));
}

/* What programs read is in no language. */
static void
test_json (void)
{
  g_auto(CliAnswer) english = cli_call ("run --json -", failing);
  g_auto(CliAnswer) chinese = cli_call_in ("zh_CN", "run --json -", failing);

  g_assert_nonnull (strstr (english.out, "expected 5, got 0x407000"));
  g_assert_cmpstr (chinese.out, ==, english.out);
}

/* The machine in one line, in the title of the overview. */
static void
test_machine (void)
{
  static const struct { const char *language, *title; } cases[] = {
    { NULL, "64 MiB, 1 node, 2 CPUs, x86-64, Linux 6.18" },
    { "zh_CN", "64 MiB，1 个节点，2 个 CPU，x86-64，Linux 6.18" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pagewalk-language.svg", NULL);
      g_autofree char *arguments = g_strdup_printf ("run --quiet --export overview=%s -", path);
      g_auto(CliAnswer) answer = cli_call_in (cases[i].language, arguments, "machine(memory=64M)\n");
      g_autofree char *picture = NULL;

      g_assert_cmpint (answer.status, ==, 0);
      g_assert_true (g_file_get_contents (path, &picture, NULL, NULL));
      g_assert_nonnull (strstr (picture, cases[i].title));
      g_unlink (path);
    }
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/cli/language/messages", test_messages);
  g_test_add_func ("/cli/language/json", test_json);
  g_test_add_func ("/cli/language/machine", test_machine);
  return g_test_run ();
}
