/* test-narration.c - which names are languages, and which answers are right
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/narration.h"

static void
test_is_language (void)
{
  static const char *const good[] = { "zh_CN", "de", "pt_BR", "gsw" }, *const bad[] = { "zh_cn", "d", "hint", "zh_", "zh_CNN", "ZH", "answer", "" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (pwk_is_language (good[i]));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (pwk_is_language (bad[i]));
}

static void
test_answers (void)
{
  static const struct { const char *answer, *written; gboolean right; } cases[] = {
    { "4096", "4096", TRUE }, { "4096", " 0x1000 ", TRUE }, { "4096", "4K", TRUE }, { "4096", "4,096", TRUE }, { "4096", "4 * 1024", TRUE },
    { "4096", "4097", FALSE }, { "4096", "", FALSE }, { "4096", "many", FALSE }, { "4096", "40,96", FALSE }, { "4096", "4096, 1", FALSE },
    { "4096", "4096) = 1", FALSE }, { "-1", "-1", TRUE }, { "-1", "0xffffffffffffffff", FALSE }, { "1", "PROT_READ", TRUE },
    { "1", "PROT_WRITE", FALSE }, { "minor", "minor", TRUE }, { "minor", " Minor", TRUE }, { "minor", "major", FALSE }, { "SIGSEGV", "11", TRUE },
    { "1 0\n", "1 0", TRUE }, { "1 0\n", "10", FALSE }, { "a\nb  \nc\n", "a \nb\nc", TRUE }, { "a\nb\n", "a\nB\n", FALSE }, { "a\nb\n", "a\n", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s: %s", cases[i].answer, cases[i].written);
      g_assert_cmpint (pwk_answer_is_right (cases[i].answer, cases[i].written), ==, cases[i].right);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/narration/is-language", test_is_language);
  g_test_add_func ("/narration/answers", test_answers);
  return g_test_run ();
}
