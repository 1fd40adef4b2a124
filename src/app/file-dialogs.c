/* file-dialogs.c - asking for a file: the one place that knows GtkFileChooserNative
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/file-dialogs.h"

#include <glib/gi18n.h>

typedef struct
{
  PwkFileChosen done;
  gpointer      data;
  char         *ending;   /* NULL: opening */
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->ending);
  g_free (request);
}

/* The file with its ending, if people left it out. */
static GFile *
with_ending (GFile *file, const char *ending)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *dotted = g_strconcat (".", ending, NULL);
  g_autofree char *full = NULL;

  if (!path || g_str_has_suffix (path, dotted))
    return g_object_ref (file);
  full = g_strconcat (path, dotted, NULL);
  return g_file_new_for_path (full);
}

static void
response (GtkNativeDialog *dialog, int answer, gpointer user_data)
{
  Request *request = user_data;

  if (answer == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr(GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr(GFile) file = g_list_model_get_item (files, i);
          g_autoptr(GFile) whole = request->ending ? with_ending (file, request->ending) : g_object_ref (file);

          request->done (whole, request->data);
        }
    }
  g_object_unref (dialog);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (; *patterns; patterns++)
    gtk_file_filter_add_pattern (filter, *patterns);
  gtk_file_chooser_add_filter (chooser, filter);
}

static void
present (GtkFileChooserNative *chooser, const char *ending, PwkFileChosen done, gpointer data)
{
  Request *request = g_new (Request, 1);

  *request = (Request) { done, data, g_strdup (ending) };
  g_object_set_data_full (G_OBJECT (chooser), "pwk-request", request, request_free);
  g_signal_connect (chooser, "response", G_CALLBACK (response), request);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

void
pwk_file_dialog_open (GtkWindow *parent, gboolean multiple, PwkFileChosen done, gpointer data)
{
  static const char *const known[] = { "*.pwk", "*.strace", "*.lackey", "*.drcachesim", "*.pwt", "*.gz", "*.zst", "*.svg", "*.png", "*.pdf", "*.txt", NULL };
  static const char *const all[] = { "*", NULL };
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_("Open"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (chooser), multiple);
  add_filter (GTK_FILE_CHOOSER (chooser), _("Scenarios, recordings, traces, exported pictures"), known);
  add_filter (GTK_FILE_CHOOSER (chooser), _("All files"), all);
  present (chooser, NULL, done, data);
}

void
pwk_file_dialog_save (GtkWindow *parent, const char *name, const char *ending, PwkFileChosen done, gpointer data)
{
  g_autofree char *pattern = g_strconcat ("*.", ending, NULL);
  const char *patterns[] = { pattern, NULL };
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_("Save"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  add_filter (GTK_FILE_CHOOSER (chooser), pattern, patterns);
  present (chooser, ending, done, data);
}
