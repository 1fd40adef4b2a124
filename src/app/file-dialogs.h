/* file-dialogs.h - asking for a file, in one place
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

typedef void (*PwkFileChosen) (GFile *file, gpointer data);

/* @done is called once a file, and not at all when people cancel. */
void pwk_file_dialog_open (GtkWindow *parent, gboolean multiple, PwkFileChosen done, gpointer data);
/* @name is proposed; @ending ("pwk", "svg", "png", "pdf", "csv", "txt") chooses the filter and is added when it is missing. */
void pwk_file_dialog_save (GtkWindow *parent, const char *name, const char *ending, PwkFileChosen done, gpointer data);
