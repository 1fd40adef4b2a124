/* test-lesson.c - pagewalk-cli lesson check: each rule for authors refuses what breaks it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdbool.h>
#include <string.h>

#include "cli-test.h"

#define MACHINE  "machine(memory=64M, cpus=1)\n"
#define QUESTION "ask(\"How many bytes are a page?\", answer=4K, zh_CN=\"一页有多少字节？\")\n"
#define END      "say(\"In short: pages.\", zh_CN=\"小结：页。\")\npause()\n"
#define SAID(en, zh) "say(\"" en "\", zh_CN=\"" zh "\")\n"

static void
test_good (void)
{
  cli_check ("lesson check -", MACHINE "step(\"One\", zh_CN=\"一\")\n" QUESTION SAID ("A page.", "一页。") "tick(1) = 0\npause()\n" END, 0,
             "standard input: 2 steps, 1 question, 1 expectation holds\n", "");
  /* both languages side by side, as two lines or in one text */
  cli_check ("lesson check -", MACHINE "say(\"en: One.\")\nsay(\"zh: 一。\")\nask(\"en: Bytes? / zh: 字节？\", answer=4K)\npause()\n" END, 0, NULL, "");
}

typedef struct { const char *name, *text, *fault; } Refused;

static const Refused refused[] = {
  { "nothing-done", MACHINE QUESTION "pause()\n" SAID ("Look.", "看。") "pause()\n" END, "standard input:4:1: this step calls nothing, asks nothing and shows nothing" },
  { "no-question", MACHINE "tick(1)\npause()\n" END, "standard input:1:1: nothing is asked: a lesson lets the learner predict at least once" },
  { "chinese", MACHINE QUESTION "say(\"Look.\")\npause()\n" END, "standard input:3:1: this text is missing in Chinese: zh_CN=" },
  { "hint", MACHINE "ask(\"Bytes?\", answer=4K, zh_CN=\"字节？\", hint=\"Look.\")\npause()\n" END, "standard input:2:1: the hint is missing in Chinese: hint_zh_CN=" },
  { "half", MACHINE QUESTION "say(\"zh: 看。\")\npause()\n" END, "standard input:1:1: a text of this step is missing in English" },
  { "number", MACHINE QUESTION SAID ("It has 77 pages.", "很多页。") "tick(1)\npause()\n" END, "standard input:3:1: “77” is said, and no line of this step shows it" },
  { "number-zh", MACHINE QUESTION SAID ("Many pages.", "有 77 页。") "tick(1)\npause()\n" END, "standard input:3:1: “77” is said, and no line of this step shows it" },
  { "answered", MACHINE "alloc_pages(GFP_KERNEL, 0) = p\nask(\"Which?\", answer=p, zh_CN=\"哪个？\")\npause()\n" END,
    "standard input:3:1: line 2 has answered this question already" },
  { "fails", MACHINE QUESTION "buddyinfo() == <<E\nnothing\nE\npause()\n" END, "standard input:4:1: expected “nothing”" },
  { "not-reached", MACHINE QUESTION "if(0)\ntick(1)\nend\npause()\n" END, "standard input:4:1: this line is never reached" },
};

static void
test_refused (gconstpointer data)
{
  const Refused *r = data;
  g_auto(CliAnswer) answer = cli_call ("lesson check -", r->text);

  g_assert_cmpint (answer.status, ==, 1);
  g_assert_cmpstr (answer.out, ==, "");
  if (!strstr (answer.err, r->fault))
    g_error ("%s\nis not in\n%s", r->fault, answer.err);
}

/* Fourteen steps, or twenty of a lesson that says that it is the capstone. */
static void
test_length (void)
{
  static const struct { const char *head; unsigned steps; bool good; } cases[] = {
    { "", 14, true }, { "", 15, false }, { "# The capstone: all of it.\n", 20, true }, { "# The capstone: all of it.\n", 21, false },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GString) text = g_string_new (cases[i].head);
      CliAnswer answer;

      g_string_append (text, MACHINE QUESTION);
      for (unsigned k = 0; k < cases[i].steps; k++)
        g_string_append (text, "tick(1)\npause()\n");
      answer = cli_call ("lesson check -", text->str);
      g_assert_cmpint (answer.status, ==, cases[i].good ? 0 : 1);
      g_assert_true ((strstr (answer.err, "a lesson has at most") == NULL) == cases[i].good);
      cli_answer_clear (&answer);
    }
}

/* What needs no proof, and what a line proves besides what stands in it. */
static void
test_proofs (void)
{
  static const struct { const char *said, *line; bool good; } cases[] = {
    { "frames 64 to 79", "ask(\"?\", answer=64, zh_CN=\"？\")\nalloc_pages(GFP_KERNEL, 4) = ?", true },       /* 64 + 2^4 - 1 */
    { "frames 64 to 80", "ask(\"?\", answer=64, zh_CN=\"？\")\nalloc_pages(GFP_KERNEL, 4) = ?", false },
    { "1,024 pages", "alloc_pages(GFP_KERNEL, 10) = ?", true },                      /* 2^10 */
    { "16 pages", "ask(\"?\", answer=64K, zh_CN=\"？\")", true }, { "64 KiB", "ask(\"?\", answer=64K, zh_CN=\"？\")", true }, { "64 KiB", "ask(\"?\", answer=16, zh_CN=\"？\")", true }, { "77 KiB", "ask(\"?\", answer=64K, zh_CN=\"？\")", false },
    { "flags 0x67", "ask(\"?\", answer=0x8000000000600067, zh_CN=\"？\")", true }, { "0x400 bytes", "ask(\"?\", answer=1024, zh_CN=\"？\")", true }, { "15 of them", "ask(\"?\", answer=16, zh_CN=\"？\")", true }, { "x86-64, 6.18, 95 % and 7", "tick(1)", true },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdup_printf (MACHINE QUESTION "%s\nsay(\"%s\", zh_CN=\"看\")\npause()\n" END, cases[i].line, cases[i].said);
      g_auto(CliAnswer) answer = cli_call ("lesson check -", text);

      if (answer.status != (cases[i].good ? 0 : 1))
        g_error ("%s with %s: status %d\n%s", cases[i].said, cases[i].line, answer.status, answer.err);
    }
}

static void
test_usage (void)
{
  cli_check ("lesson", NULL, 2, "", NULL);
  cli_check ("lesson check", NULL, 2, "", NULL);
  cli_check ("lesson teach -", "", 2, "", NULL);
  cli_check ("lesson check -", "nothing(\n", 2, "", NULL);
}

int
main (int argc, char **argv)
{
  cli_test_init (&argc, &argv);
  g_test_add_func ("/lesson/good", test_good);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autofree char *path = g_strconcat ("/lesson/refused/", refused[i].name, NULL);

      g_test_add_data_func (path, &refused[i], test_refused);
    }
  g_test_add_func ("/lesson/length", test_length);
  g_test_add_func ("/lesson/proofs", test_proofs);
  g_test_add_func ("/lesson/usage", test_usage);
  return g_test_run ();
}
