/* test-text-table.c - lines of text in columns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/text-table.h"

static const PwkTextColumn columns[] = { { "NAME", -6, 0 }, { "PAGES", 6, 1 }, { "WHAT", 0, 2 } };

/* Heads and cells stand one below the other, left or right; the last column ends where its text does. */
static void
test_columns (void)
{
  g_autoptr(GString) out = g_string_new ("\n");
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_heads (&table);
  pwk_text_table_cell (&table, "%s", "pcp");
  pwk_text_table_cell (&table, "%d", 63);
  pwk_text_table_cell (&table, "of a cpu");
  pwk_text_table_end_row (&table);
  g_assert_cmpstr (out->str, ==, "\n"
                                 "NAME    PAGES  WHAT\n"
                                 "pcp        63  of a cpu\n");
}

/* Text of a column's width fits; wider text pushes the others on, and is never cut. A line may end early, and the next begins anew. */
static void
test_edges (void)
{
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_cell (&table, "active");
  pwk_text_table_cell (&table, "123456");
  pwk_text_table_end_row (&table);
  pwk_text_table_cell (&table, "inactive");
  pwk_text_table_cell (&table, "1234567");
  pwk_text_table_cell (&table, "x");
  pwk_text_table_end_row (&table);
  pwk_text_table_cell (&table, "lru");
  pwk_text_table_end_row (&table);
  pwk_text_table_end_row (&table);
  g_assert_cmpstr (out->str, ==, "active 123456\n"
                                 "inactive 1234567  x\n"
                                 "lru   \n"
                                 "\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/text-table/columns", test_columns);
  g_test_add_func ("/engine/text-table/edges", test_edges);
  return g_test_run ();
}
