/* window-files.c - opening and saving, recent files, what is dropped and pasted
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "app/file-dialogs.h"
#include "app/window-private.h"
#include "files/reach.h"
#include "scenario/script-error.h"

#define MAX_RECENT  8

#define EMPTY_MACHINE  "machine(memory=256M, cpus=2)\nprocess(A)\n"

/* --- questions --- */

/* @destructive and @suggested are responses of @dialog or NULL, @otherwise the one that changes nothing. */
static void
present_question (PwkWindow *self, AdwMessageDialog *dialog, const char *destructive, const char *suggested, const char *otherwise,
                  GCallback answered)
{
  if (destructive)
    adw_message_dialog_set_response_appearance (dialog, destructive, ADW_RESPONSE_DESTRUCTIVE);
  if (suggested)
    adw_message_dialog_set_response_appearance (dialog, suggested, ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, suggested ? suggested : otherwise);
  adw_message_dialog_set_close_response (dialog, otherwise);
  g_signal_connect_object (dialog, "response", answered, self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- opening --- */

/* The window for something new: this one if nothing is lost by it. */
static PwkWindow *
window_for_new (PwkWindow *self)
{
  PwkWindow *other;

  if (!pwk_document_get_dirty (self->document))
    return self;
  other = pwk_window_new (ADW_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  gtk_window_present (GTK_WINDOW (other));
  return other;
}

static void
remember (PwkWindow *self, GFile *file)
{
  g_autofree char *uri = g_file_get_uri (file);

  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
}

gboolean
pwk_window_open_file (PwkWindow *self, GFile *file)
{
  PwkWindow *window = window_for_new (self);
  g_autoptr(GError) error = NULL;

  if (pwk_document_load_file (window->document, file, &error))
    {
      remember (window, file);
      return TRUE;
    }
  else
    {
      g_autofree char *message = pwk_script_error_format (error);

      if (!pwk_document_get_script (window->document))
        pwk_window_open_empty (window);
      pwk_window_show_error (window, message);
      return FALSE;
    }
}

void
pwk_window_open_text (PwkWindow *self, const char *name, const char *text)
{
  PwkWindow *window = window_for_new (self);
  g_autoptr(GError) error = NULL;

  if (!pwk_document_load_text (window->document, name, text, &error))
    {
      g_autofree char *message = pwk_script_error_format (error);
      pwk_window_show_error (window, message);
    }
}

void
pwk_window_open_empty (PwkWindow *self)
{
  pwk_window_open_text (self, _("Untitled"), EMPTY_MACHINE);
}

static void
on_read_response (AdwMessageDialog *dialog, const char *response, PwkWindow *self)
{
  if (g_strcmp0 (response, "allow") != 0)
    return;
  pwk_reach_allow (g_object_get_data (G_OBJECT (dialog), "path"));
  pwk_document_apply_text (self->document, NULL);
  pwk_window_ask_to_read (self);
}

void
pwk_window_ask_to_read (PwkWindow *self)
{
  char *path = pwk_document_find_outside (self->document);
  AdwMessageDialog *dialog;

  if (!path)
    return;
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), _("Let the Scenario Read a File?"), NULL));
  adw_message_dialog_format_body (dialog, _("“%s” wants to read “%s”, which lies outside its folder. What is in the file may show in messages."),
                                  pwk_document_get_title (self->document), path);
  adw_message_dialog_add_responses (dialog, "refuse", _("_Refuse"), "allow", _("_Allow"), NULL);
  g_object_set_data_full (G_OBJECT (dialog), "path", path, g_free);
  present_question (self, dialog, NULL, NULL, "refuse", G_CALLBACK (on_read_response));
}

static void
open_chosen (GFile *file, gpointer data)
{
  pwk_window_open_file (data, file);
}

void
pwk_window_open_dialog (PwkWindow *self)
{
  pwk_file_dialog_open (GTK_WINDOW (self), FALSE, open_chosen, self);
}

/* --- saving --- */

static gboolean
close_later (gpointer data)
{
  gtk_window_close (GTK_WINDOW (data));
  return G_SOURCE_REMOVE;
}

static void
save_to (PwkWindow *self, GFile *file)
{
  g_autoptr(GError) error = NULL;

  if (!pwk_document_save (self->document, file, &error))
    {
      pwk_window_show_error (self, error->message);
      self->closing = FALSE;
      return;
    }
  remember (self, file);
  if (self->closing)
    g_idle_add_full (G_PRIORITY_LOW, close_later, g_object_ref (self), g_object_unref);
  else
    pwk_document_say (self->document, _("Saved"));
}

static void
save_chosen (GFile *file, gpointer data)
{
  save_to (data, file);
}

static void
on_overwrite_response (AdwMessageDialog *dialog, const char *response, PwkWindow *self)
{
  if (g_strcmp0 (response, "overwrite") == 0)
    {
      save_to (self, pwk_document_get_file (self->document));
      return;
    }
  self->closing = FALSE;
  if (g_strcmp0 (response, "save-as") == 0)
    pwk_window_save (self, TRUE);
}

/* What somebody else has written is not lost by a key. */
static void
ask_to_overwrite (PwkWindow *self)
{
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), _("Overwrite the Changed File?"), NULL));

  adw_message_dialog_format_body (dialog, _("Another program has changed “%s” since it was opened. Saving replaces what it wrote."),
                                  pwk_document_get_title (self->document));
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "overwrite", _("_Overwrite"), "save-as", _("Save _As…"), NULL);
  present_question (self, dialog, "overwrite", "save-as", "cancel", G_CALLBACK (on_overwrite_response));
}

void
pwk_window_save (PwkWindow *self, gboolean as)
{
  GFile *file = pwk_document_get_file (self->document);

  if (file && !as && pwk_document_is_changed_on_disk (self->document))
    ask_to_overwrite (self);
  else if (file && !as)
    save_to (self, file);
  else
    pwk_file_dialog_save (GTK_WINDOW (self), pwk_document_get_title (self->document), "pwk", save_chosen, self);
}

static void
on_save_response (AdwMessageDialog *dialog, const char *response, PwkWindow *self)
{
  if (g_strcmp0 (response, "discard") == 0)
    {
      /* Not before the dialog, which is this window's, is gone itself. */
      self->closing = TRUE;
      g_idle_add_full (G_PRIORITY_LOW, close_later, g_object_ref (self), g_object_unref);
    }
  else if (g_strcmp0 (response, "save") == 0)
    {
      self->closing = pwk_document_get_file (self->document) != NULL;
      pwk_window_save (self, FALSE);
    }
}

gboolean
pwk_window_ask_to_save (PwkWindow *self)
{
  AdwMessageDialog *dialog;

  if (!pwk_document_get_dirty (self->document))
    return FALSE;
  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (self), _("Save the Scenario?"), NULL));
  adw_message_dialog_format_body (dialog, _("“%s” was changed. What is not saved is lost."), pwk_document_get_title (self->document));
  adw_message_dialog_add_responses (dialog, "cancel", _("_Cancel"), "discard", _("_Discard"), "save", _("_Save"), NULL);
  present_question (self, dialog, "discard", "save", "cancel", G_CALLBACK (on_save_response));
  return TRUE;
}

/* --- recent files --- */

static int
newest_first (gconstpointer a, gconstpointer b)
{
  GDateTime *x = gtk_recent_info_get_modified ((GtkRecentInfo *) a), *y = gtk_recent_info_get_modified ((GtkRecentInfo *) b);

  return g_date_time_compare (y, x);
}

void
pwk_window_update_recent (PwkWindow *self)
{
  GtkRecentManager *manager = gtk_recent_manager_get_default ();
  GList *all = g_list_sort (gtk_recent_manager_get_items (manager), newest_first);
  g_autoptr(GMenu) menu = g_menu_new ();
  int n = 0;

  for (GList *l = all; l && n < MAX_RECENT; l = l->next)
    {
      GtkRecentInfo *info = l->data;
      g_autoptr(GMenuItem) item = NULL;
      g_autofree char *label = NULL;
      g_auto(GStrv) parts = NULL;

      if (!gtk_recent_info_has_application (info, g_get_application_name ()) || !gtk_recent_info_exists (info))
        continue;
      /* An underscore in a name is no mnemonic. */
      parts = g_strsplit (gtk_recent_info_get_display_name (info), "_", -1);
      label = g_strjoinv ("__", parts);
      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-recent", "s", gtk_recent_info_get_uri (info));
      g_menu_append_item (menu, item);
      n++;
    }
  if (n == 0)
    g_menu_append (menu, _("No files yet"), "win.no-recent-file");
  g_list_free_full (all, (GDestroyNotify) gtk_recent_info_unref);
  adw_split_button_set_menu_model (self->open_button, G_MENU_MODEL (menu));
}

/* --- dropping and pasting --- */

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, PwkWindow *self)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      GSList *files = g_value_get_boxed (value);
      PwkWindow *window = self;

      for (GSList *l = files; l; l = l->next)
        {
          if (l != files)
            {
              window = pwk_window_new (ADW_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
              gtk_window_present (GTK_WINDOW (window));
            }
          pwk_window_open_file (window, l->data);
        }
      return files != NULL;
    }
  if (G_VALUE_HOLDS_STRING (value) && g_value_get_string (value))
    {
      pwk_window_open_text (self, _("Dropped Text"), g_value_get_string (value));
      return TRUE;
    }
  return FALSE;
}

void
pwk_window_add_drop (PwkWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_STRING };

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
text_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(PwkWindow) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (text && text[0] != '\0')
    pwk_window_open_text (self, _("Pasted Text"), text);
  else
    pwk_document_say (self->document, _("There is no text in the clipboard"));
}

void
pwk_window_paste (PwkWindow *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), NULL, text_read, g_object_ref (self));
}
