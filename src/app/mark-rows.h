/* mark-rows.h - rows for what people mark in history: made anew only when they say something else, each with a button that removes its mark
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Empties @list if @wanted, all that its rows are to say, is not *@listed, which becomes it. @wanted is taken. */
gboolean   pwk_mark_rows_begin  (GtkListBox *list, char **listed, char *wanted);
/* A button called @name that calls @removed (button, @self); pwk_mark_rows_id () tells which mark is meant. */
GtkWidget *pwk_mark_rows_remove (uint32_t id, const char *name, GCallback removed, gpointer self);
/* The mark that a widget of a row is about. */
void       pwk_mark_rows_set_id (GtkWidget *widget, uint32_t id);
uint32_t   pwk_mark_rows_id     (GtkWidget *widget);
