/* test-text-difference.c - two texts of lines compared
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/text-difference.h"

#include <string.h>

/* What a list of lines says in short: " same", "-removed", "+added", "~before>after(change)". */
static char *
in_short (const GPtrArray *lines)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      const PwkLine *line = lines->pdata[i];

      switch (line->kind)
        {
        case PWK_LINE_SAME:    g_string_append_printf (text, " %s\n", line->before); break;
        case PWK_LINE_REMOVED: g_string_append_printf (text, "-%s\n", line->before); break;
        case PWK_LINE_ADDED:   g_string_append_printf (text, "+%s\n", line->after); break;
        case PWK_LINE_CHANGED: g_string_append_printf (text, "~%s>%s(%s)\n", line->before, line->after, line->change); break;
        }
    }
  return g_string_free (text, FALSE);
}

static void
expect (const char *before, const char *after, const char *expected)
{
  g_autoptr(GPtrArray) lines = pwk_text_difference (before, after);
  g_autofree char *text = in_short (lines);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_lines (void)
{
  expect ("", "", "");
  expect ("a\n", "a\n", " a\n");
  expect ("", "a\nb\n", "+a\n+b\n");
  expect ("a\nb\n", "", "-a\n-b\n");
  expect ("a\nb\nc\n", "a\nc\n", " a\n-b\n c\n");
  expect ("a\nc\n", "a\nb\nc\n", " a\n+b\n c\n");
  expect ("x\na\nb\n", "a\nb\ny\n", "-x\n a\n b\n+y\n");
}

/* A counter's line counts as changed and tells by how much; a line of other words does not. */
static void
test_counters (void)
{
  expect ("nr_free_pages 100\n", "nr_free_pages 97\n", "~nr_free_pages 100>nr_free_pages 97(-3)\n");
  expect ("Node 0, zone DMA 1 2 3\n", "Node 0, zone DMA 1 0 4\n", "~Node 0, zone DMA 1 2 3>Node 0, zone DMA 1 0 4(-2 +1)\n");
  expect ("MemFree:  8 kB\nCached: 1 kB\n", "MemFree:  4 kB\nCached: 1 kB\n", "~MemFree:  8 kB>MemFree:  4 kB(-4)\n Cached: 1 kB\n");
  expect ("alpha 1\n", "beta 1\n", "-alpha 1\n+beta 1\n");
  expect ("alpha 1\nbeta 2\n", "alpha 3\nbeta 4\n", "~alpha 1>alpha 3(+2)\n~beta 2>beta 4(+2)\n");
}

/* Both sides of the comparison can be told from its lines, whatever the texts are. */
static void
test_complete (void)
{
  static const char *const words[] = { "a 1", "a 2", "b 1", "  c 3", "d", "" };

  for (guint round = 0; round < 300; round++)
    {
      g_autoptr(GString) before = g_string_new (NULL), after = g_string_new (NULL);
      g_autoptr(GString) old = g_string_new (NULL), new = g_string_new (NULL);
      g_autoptr(GPtrArray) lines = NULL;

      for (int i = g_test_rand_int_range (0, 12); i > 0; i--)
        g_string_append_printf (before, "%s\n", words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
      for (int i = g_test_rand_int_range (0, 12); i > 0; i--)
        g_string_append_printf (after, "%s\n", words[g_test_rand_int_range (0, G_N_ELEMENTS (words))]);
      lines = pwk_text_difference (before->str, after->str);
      for (guint i = 0; i < lines->len; i++)
        {
          const PwkLine *line = lines->pdata[i];

          if (line->before)
            g_string_append_printf (old, "%s\n", line->before);
          if (line->after)
            g_string_append_printf (new, "%s\n", line->after);
        }
      g_assert_cmpstr (old->str, ==, before->str);
      g_assert_cmpuint (strlen (new->str), ==, after->len);
    }
}

/* Of lines that are the same, only headings above a change matter. */
static void
test_matters (void)
{
  g_autoptr(GPtrArray) lines = pwk_text_difference ("Node 0\n  free 1\n  min 2\nNode 1\n  free 5\n", "Node 0\n  free 1\n  min 2\nNode 1\n  free 4\n");

  g_assert_cmpuint (lines->len, ==, 5);
  g_assert_cmpuint (pwk_text_difference_count (lines), ==, 1);
  g_assert_false (pwk_text_difference_matters (lines, 0));
  g_assert_false (pwk_text_difference_matters (lines, 1));
  g_assert_false (pwk_text_difference_matters (lines, 2));
  g_assert_true (pwk_text_difference_matters (lines, 3));
  g_assert_true (pwk_text_difference_matters (lines, 4));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/text-difference/lines", test_lines);
  g_test_add_func ("/app/text-difference/counters", test_counters);
  g_test_add_func ("/app/text-difference/complete", test_complete);
  g_test_add_func ("/app/text-difference/matters", test_matters);
  return g_test_run ();
}
