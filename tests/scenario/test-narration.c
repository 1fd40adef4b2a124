/* test-narration.c - which names are languages, which answers are right, and where the machine rests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/narration.h"
#include "scenario/parser.h"

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

/* The machine rests behind what was done or asked, not behind the dumps that prove what is said of it. */
static void
test_rest (void)
{
  static const struct { const char *page; guint rest; } cases[] = {
    { "say(\"a\")\nshow(\"buddy\")", 0 },
    { "say(\"a\")\ntick(1)\nshow(\"buddy\")", 2 },
    { "tick(1)\nevents(\"split\") = 0\nbuddyinfo()\nshow(\"buddy\")", 1 },
    { "buddyinfo()\ntick(1)\nevents(\"split\") = 0", 2 },
    { "buddyinfo()\nevents(\"split\") = 0\nsay(\"a\")", 2 },
    { "ask(\"a\", answer=0)\ntick(1)\nevents(\"split\") = 0", 2 },
    { "tick(1)\nask(\"a\", answer=0)\nevents(\"split\") = 0", 2 },
    { "repeat(2)\ntick(1)\nend\nbuddyinfo()", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(PwkScript) script = pwk_script_parse ("page", cases[i].page, -1, &error);

      g_test_message ("%s", cases[i].page);
      g_assert_no_error (error);
      g_assert_cmpuint (pwk_narration_rest (script, 0, pwk_script_n_statements (script)), ==, cases[i].rest);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/narration/is-language", test_is_language);
  g_test_add_func ("/narration/answers", test_answers);
  g_test_add_func ("/narration/rest", test_rest);
  return g_test_run ();
}
