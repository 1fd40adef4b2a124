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
  g_autoptr(GPtrArray) calls = pwk_completion_find (script, "mm", TRUE, 10);
  g_autoptr(GPtrArray) flags = pwk_completion_find (script, "PROT_", FALSE, 10);
  g_autoptr(GPtrArray) names = pwk_completion_find (script, "pag", FALSE, 10);
  g_autoptr(GPtrArray) none = pwk_completion_find (script, "", FALSE, 10);
  g_autoptr(GPtrArray) few = pwk_completion_find (script, "MAP", FALSE, 2);
  const char *line = "[A] mmap(NULL, 4K, PROT_RE";

  g_assert_true (contains (calls, "mmap"));
  g_assert_false (contains (calls, "munmap"));
  g_assert_true (contains (flags, "PROT_READ"));
  g_assert_true (contains (flags, "PROT_WRITE"));
  g_assert_true (contains (names, "pages"));
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (few->len, ==, 2);
  g_assert_cmpstr (pwk_completion_word_start (line, line + strlen (line)), ==, "PROT_RE");
  g_assert_cmpstr (pwk_completion_word_start (line, line), ==, line);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/places/parse", test_place);
  g_test_add_func ("/places/rounds", test_rounds);
  g_test_add_func ("/app/completion", test_completion);
  return g_test_run ();
}
