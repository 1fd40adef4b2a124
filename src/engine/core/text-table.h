/* text-table.h - lines of text in columns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What stands above a column, how wide it is, and how many blanks are in front of it. A negative width puts the text to the left, as printf's
 * does; 0 is as wide as it comes, for the last column. Wider text pushes the others on. Widths count bytes: what stands in columns is ASCII. */
typedef struct
{
  const char *head;
  int         width, gap;
} PwkTextColumn;

/* A line is written cell by cell, from the left; it may end early. Nothing here is owned. */
typedef struct
{
  const PwkTextColumn *columns;
  guint                n_columns;
  guint                at;         /* the next cell */
  GString             *out;
} PwkTextTable;

#define PWK_TEXT_TABLE(COLUMNS, OUT) { .columns = (COLUMNS), .n_columns = G_N_ELEMENTS (COLUMNS), .out = (OUT) }

void pwk_text_table_heads   (PwkTextTable *table);
void pwk_text_table_cell    (PwkTextTable *table, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pwk_text_table_end_row (PwkTextTable *table);
