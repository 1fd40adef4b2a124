/* test-places.c - what people may type into "Go to", and how words go on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/completion.h"
#include "app/go-to-dialog.h"
#include "scenario/parser.h"

static void
expect_place (const char *text, PwkPlaceKind kind, uint64_t number)
{
  PwkPlace place = pwk_place_parse (text);

  g_test_message ("“%s”", text);
  g_assert_cmpint (place.kind, ==, kind);
  if (kind != PWK_PLACE_NONE)
    g_assert_cmpuint (place.number, ==, number);
}

static void
test_place (void)
{
  expect_place ("1234", PWK_PLACE_EVENT, 1234);
  expect_place ("  event 7 ", PWK_PLACE_EVENT, 7);
  expect_place ("Event 7", PWK_PLACE_EVENT, 7);
  expect_place ("0x7ffff7ff5000", PWK_PLACE_ADDRESS, 0x7ffff7ff5000);
  expect_place ("address 0x1000", PWK_PLACE_ADDRESS, 0x1000);
  expect_place ("pfn 1024", PWK_PLACE_PFN, 1024);
  expect_place ("frame 0x10", PWK_PLACE_PFN, 16);
  expect_place ("line 12", PWK_PLACE_LINE, 12);
  expect_place ("line 12:3:0", PWK_PLACE_LINE, 12);
  expect_place ("line:12:3", PWK_PLACE_LINE, 12);
  expect_place ("line 12:x", PWK_PLACE_NONE, 0);
  expect_place ("page_fault_user", PWK_PLACE_KIND, PWK_EV_PAGE_FAULT_USER);
  expect_place ("", PWK_PLACE_NONE, 0);
  expect_place ("pfn", PWK_PLACE_NONE, 0);
  expect_place ("12 monkeys", PWK_PLACE_NONE, 0);
  expect_place ("nothing_of_that_name", PWK_PLACE_NONE, 0);
}

/* In a loop a line is told with its rounds. */
static void
test_rounds (void)
{
  PwkPlace place = pwk_place_parse ("line 12:3:0");
  g_autofree char *sentence = pwk_place_describe (place);

  g_assert_cmpuint (place.rounds.n_rounds, ==, 2);
  g_assert_cmpuint (place.rounds.round[0], ==, 3);
  g_assert_cmpuint (place.rounds.round[1], ==, 0);
  g_assert_cmpstr (sentence, ==, "To just before line 12 of the scenario in round 3:0");
}

static gboolean
contains (GPtrArray *words, const char *word)
{
  return g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL);
}

static void
test_completion (void)
{
  static const char text[] = "machine(memory=64M)\nprocess(A)\n[A] mmap(NULL, 4K, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = pages\n";
  g_autoptr(PwkScript) script = pwk_script_parse ("test.pwk", text, -1, NULL);
  g_autoptr(GPtrArray) calls = pwk_completion_find (script, "mm", PWK_WORD_CALL, 10);
  g_autoptr(GPtrArray) flags = pwk_completion_find (script, "PROT_", PWK_WORD_ARGUMENT, 10);
  g_autoptr(GPtrArray) names = pwk_completion_find (script, "pag", PWK_WORD_ARGUMENT, 10);
  g_autoptr(GPtrArray) blocks = pwk_completion_find (script, "rep", PWK_WORD_CALL, 10);
  g_autoptr(GPtrArray) keys = pwk_completion_find (script, "s", PWK_WORD_KEY, 10);
  g_autoptr(GPtrArray) no_keys = pwk_completion_find (script, "numa_", PWK_WORD_ARGUMENT, 10);
  g_autoptr(GPtrArray) none = pwk_completion_find (script, "", PWK_WORD_ARGUMENT, 10);
  g_autoptr(GPtrArray) few = pwk_completion_find (script, "MAP", PWK_WORD_ARGUMENT, 2);
  const char *line = "[A] mmap(NULL, 4K, PROT_RE";

  g_assert_true (contains (calls, "mmap"));
  g_assert_false (contains (calls, "munmap"));
  g_assert_true (contains (flags, "PROT_READ"));
  g_assert_true (contains (flags, "PROT_WRITE"));
  g_assert_true (contains (names, "pages"));
  g_assert_true (contains (blocks, "repeat"));
  g_assert_cmpstr (pwk_completion_suffix ("repeat", PWK_WORD_CALL), ==, "(");
  g_assert_cmpstr (pwk_completion_suffix ("end", PWK_WORD_CALL), ==, "");
  g_assert_cmpstr (pwk_completion_suffix ("mmap", PWK_WORD_CALL), ==, "(");
  g_assert_cmpstr (pwk_completion_suffix ("memory", PWK_WORD_KEY), ==, "=");
  g_assert_cmpstr (pwk_completion_suffix ("len", PWK_WORD_ARGUMENT), ==, "(");
  g_assert_cmpstr (pwk_completion_suffix ("PROT_READ", PWK_WORD_ARGUMENT), ==, "");
  g_assert_true (contains (keys, "seed") && contains (keys, "srat") && contains (keys, "swap"));
  g_assert_cmpuint (no_keys->len, ==, 0);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (few->len, ==, 2);
  g_assert_cmpstr (pwk_completion_word_start (line, line + strlen (line)), ==, "PROT_RE");
  g_assert_cmpstr (pwk_completion_word_start (line, line), ==, line);
}

/* Where the last word of a line stands. */
static void
test_word_places (void)
{
  static const struct { const char *line; PwkWordPlace place; } cases[] = {
    { "mm", PWK_WORD_CALL }, { "  [A] mm", PWK_WORD_CALL }, { "[A@1]mm", PWK_WORD_CALL }, { "[A", PWK_WORD_ARGUMENT },
    { "mmap(PROT", PWK_WORD_ARGUMENT }, { "[A] munmap(p", PWK_WORD_ARGUMENT }, { "mach", PWK_WORD_CALL },
    { "ask(\"how many?\", answer=le", PWK_WORD_ANSWER }, { "fo", PWK_WORD_CALL }, { "for(x in ra", PWK_WORD_ARGUMENT },
    { "machine(mem", PWK_WORD_KEY }, { "machine(memory=64M, sw", PWK_WORD_KEY }, { "machine(thp=al", PWK_WORD_ARGUMENT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *line = cases[i].line, *word = pwk_completion_word_start (line, line + strlen (line));

      g_test_message ("%s", line);
      g_assert_cmpint (pwk_completion_place (line, word), ==, cases[i].place);
    }
}

/* A word means what it can mean where it stands; what is bound there hides what has the same name. */
static void
test_word_tips (void)
{
  static const char text[] = "process(A)\n[A] brk(0) = swap\nrepeat(2, n)\nalloc_pages(GFP_KERNEL, 0) = pages[n]\nend\n";
  static const struct { const char *word; PwkWordPlace place; const char *title, *text, *example; } cases[] = {
    { "swap", PWK_WORD_KEY, "machine(swap=…)", "the size of the first swap area; 0 for none\na size from 0 to 128G; if nothing is said: 128M",
      "machine(swap=0)" },
    { "swap", PWK_WORD_ARGUMENT, "swap", "bound in line 2", "[A] brk(0) = swap" },
    { "A", PWK_WORD_ARGUMENT, "A", "bound in line 1", "process(A)" },
    { "n", PWK_WORD_ARGUMENT, "n", "bound in line 3", "repeat(2, n)" },
    { "pages", PWK_WORD_ARGUMENT, "pages", "bound in line 4", "alloc_pages(GFP_KERNEL, 0) = pages[n]" },
    { "repeat", PWK_WORD_CALL, "repeat(N, i) … end", NULL, "repeat(3, i)\n    alloc_pages(GFP_KERNEL, i) = pages[i]\nend" },
    { "end", PWK_WORD_CALL, "end", "the last line of repeat, for or if", NULL },
    { "len", PWK_WORD_ARGUMENT, "len(name)", NULL, NULL },
    { "meminfo", PWK_WORD_ANSWER, "meminfo(fields=\"HugePages_Free\") == <<END", NULL, NULL },
    { "repeat", PWK_WORD_ARGUMENT, NULL, NULL, NULL }, { "meminfo", PWK_WORD_ARGUMENT, NULL, NULL, NULL },
    { "PROT_READ", PWK_WORD_ARGUMENT, "PROT_READ = 0x1", "protection, for mmap() and mprotect()", NULL },
    { "tick", PWK_WORD_CALL, "tick(n=1)", NULL, NULL },
    { "PROT_READ", PWK_WORD_CALL, NULL, NULL, NULL }, { "memory", PWK_WORD_ARGUMENT, NULL, NULL, NULL },
  };
  g_autoptr(PwkScript) script = pwk_script_parse ("test.pwk", text, -1, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto(PwkWordTip) tip = { 0 };

      g_test_message ("%s", cases[i].word);
      g_assert_cmpint (pwk_completion_explain (&tip, script, cases[i].word, cases[i].place), ==, cases[i].title != NULL);
      g_assert_cmpstr (tip.title, ==, cases[i].title);
      if (cases[i].text)
        g_assert_cmpstr (tip.text, ==, cases[i].text);
      if (cases[i].example)
        g_assert_cmpstr (tip.example, ==, cases[i].example);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/places/parse", test_place);
  g_test_add_func ("/places/rounds", test_rounds);
  g_test_add_func ("/app/completion", test_completion);
  g_test_add_func ("/app/word-places", test_word_places);
  g_test_add_func ("/app/word-tips", test_word_tips);
  return g_test_run ();
}
