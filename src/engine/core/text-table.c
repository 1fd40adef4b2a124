/* text-table.c - lines of text in columns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/text-table.h"

#include "engine/core/assert.h"

/* Appends blanks until @length is @width. */
static void
pad (GString *out, gsize length, int width)
{
  for (gsize n = length; width > 0 && n < (gsize) width; n++)
    g_string_append_c (out, ' ');
}

/* A negative width is one with the blanks behind the text. */
static void
append_cell (PwkTextTable *table, const char *text)
{
  const PwkTextColumn *column;

  pwk_assert_door (table->at < table->n_columns);
  column = &table->columns[table->at++];
  pad (table->out, 0, column->gap);
  pad (table->out, strlen (text), column->width);
  g_string_append (table->out, text);
  pad (table->out, strlen (text), -column->width);
}

/* The line above all others. */
void
pwk_text_table_heads (PwkTextTable *table)
{
  pwk_assert_door (table->at == 0);
  pwk_assert_door (table->n_columns > 0);
  for (guint i = 0; i < table->n_columns; i++)
    append_cell (table, table->columns[i].head);
  pwk_text_table_end_row (table);
}

/* Formatted apart first, since its length decides the blanks in front. */
void
pwk_text_table_cell (PwkTextTable *table, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  append_cell (table, text);
}

/* Cells that were not written are missing, blanks for them as well: no line ends in blanks that way. */
void
pwk_text_table_end_row (PwkTextTable *table)
{
  g_string_append_c (table->out, '\n');
  table->at = 0;
}
