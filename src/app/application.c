/* application.c - the program: its windows, its keys, its colours
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/application.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

#include "app/about.h"
#include "app/help-page.h"
#include "app/keys.h"
#include "app/preferences-window.h"
#include "app/recovery.h"
#include "app/window.h"
#include "engine/core/host-memory.h"
#include "files/reach.h"
#include "session/session.h"
#include "views/words.h"

/* A file that was named when the program was started could not be opened. */
#define EXIT_BAD_FILE  2

struct _PwkApplication
{
  AdwApplication parent_instance;

  GSettings     *settings;    /* owned */
  gboolean       offered;     /* what was left by a crash, to be opened again */
  int            status;      /* with which the program ends */
};

G_DEFINE_FINAL_TYPE (PwkApplication, pwk_application, ADW_TYPE_APPLICATION)

/* --- actions --- */

static PwkWindow *
add_window (PwkApplication *self)
{
  PwkWindow *window = pwk_window_new (ADW_APPLICATION (self));

  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static PwkWindow *
active_window (PwkApplication *self)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  while (window && !PWK_IS_WINDOW (window))
    window = gtk_window_get_transient_for (window);
  return window ? PWK_WINDOW (window) : NULL;
}

static void
new_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_open_first (add_window (data));
}

static void
show_preferences (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *window = active_window (data);

  if (window)
    pwk_preferences_window_present (GTK_WINDOW (window), pwk_window_get_document (window));
}

static void
show_about (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *window = active_window (data);

  if (window)
    pwk_about_present (GTK_WINDOW (window));
}

static void
show_how_true (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *window = active_window (data);

  if (window)
    pwk_help_page_present (GTK_WINDOW (window), _("How true is it?"), "how-true");
}

static void
show_language (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *window = active_window (data);

  if (window)
    pwk_help_page_present (GTK_WINDOW (window), _("The scenario language"), "scenario");
}

/* Each window may ask what to do with its changes; the program ends with the last one. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  for (GList *l = windows; l; l = l->next)
    if (PWK_IS_WINDOW (l->data))
      gtk_window_close (l->data);
}

static const GActionEntry entries[] = {
  { "new-window", new_window },
  { "preferences", show_preferences },
  { "about", show_about },
  { "how-true", show_how_true },
  { "language", show_language },
  { "quit", quit },
};

/* --- life --- */

static gboolean
terminate (gpointer data)
{
  g_autoptr(GList) windows = g_list_copy (gtk_application_get_windows (GTK_APPLICATION (data)));

  for (GList *l = windows; l; l = l->next)
    if (PWK_IS_WINDOW (l->data))
      pwk_window_end (l->data);
  g_application_quit (G_APPLICATION (data));
  return G_SOURCE_REMOVE;
}

/* Once. FALSE: there is nothing to offer. */
static gboolean
offer_recovery (PwkApplication *self, PwkWindow *window)
{
  gboolean first = window && !self->offered;

  self->offered |= window != NULL;
  return first && pwk_recovery_offer (window);
}

/* For machines that are made from now on. */
static void
apply_host_memory (PwkApplication *self)
{
  pwk_host_memory_set ((uint64_t) g_settings_get_int (self->settings, "host-memory") << 20);
}

static void
apply_color_scheme (PwkApplication *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autofree char *scheme = g_settings_get_string (self->settings, "color-scheme");

  adw_style_manager_set_color_scheme (manager, strcmp (scheme, "dark") == 0    ? ADW_COLOR_SCHEME_FORCE_DARK
                                               : strcmp (scheme, "light") == 0 ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                                               : ADW_COLOR_SCHEME_DEFAULT);
}

static void
pwk_application_startup (GApplication *application)
{
  PwkApplication *self = PWK_APPLICATION (application);

  G_APPLICATION_CLASS (pwk_application_parent_class)->startup (application);
  gtk_source_init ();
  gtk_window_set_default_icon_name (PWK_APP_ID);
  self->settings = g_settings_new (PWK_APP_ID);
  g_signal_connect_object (self->settings, "changed::host-memory", G_CALLBACK (apply_host_memory), self, G_CONNECT_SWAPPED);
  pwk_session_set_reasons (pwk_words_why);
  apply_host_memory (self);
  g_signal_connect_object (self->settings, "changed::color-scheme", G_CALLBACK (apply_color_scheme), self, G_CONNECT_SWAPPED);
  apply_color_scheme (self);
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  pwk_keys_set (GTK_APPLICATION (self));
  g_unix_signal_add (SIGTERM, terminate, self);
}

static void
pwk_application_activate (GApplication *application)
{
  PwkApplication *self = PWK_APPLICATION (application);
  PwkWindow *window = active_window (self);

  if (window)
    gtk_window_present (GTK_WINDOW (window));
  else
    {
      window = add_window (self);
      pwk_window_open_first (window);
      if (!offer_recovery (self, window))
        pwk_window_welcome (window);
    }
}

/* Why there is nothing of @file to show, or NULL; said on standard error too, and the program will not end well. */
static char *
find_obstacle (PwkApplication *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr(GError) error = NULL;
  char *obstacle;

  if (!path || (pwk_reach_is_regular (path, &error) && g_access (path, R_OK) == 0))
    return NULL;
  obstacle = error ? g_strdup (error->message) : g_strdup_printf ("%s: %s", path, g_strerror (errno));
  g_printerr ("pagewalk: %s\n", obstacle);
  self->status = EXIT_BAD_FILE;
  return obstacle;
}

/* A window for each file, but that a fresh one is used first. A file that is not there opens none: a window that is open says so. */
static void
pwk_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  PwkApplication *self = PWK_APPLICATION (application);
  g_autofree char *obstacle = NULL;
  PwkWindow *window;

  for (int i = 0; i < n_files; i++)
    {
      char *found = find_obstacle (self, files[i]);

      if (found)
        {
          g_free (obstacle);
          obstacle = found;
          continue;
        }
      window = active_window (self);
      if (!window || !pwk_window_is_fresh (window))
        window = add_window (self);
      if (!pwk_window_open_file (window, files[i]))
        self->status = EXIT_BAD_FILE;
    }
  window = active_window (self);
  if (window && obstacle)
    pwk_window_show_error (window, obstacle);
  offer_recovery (self, window);
}

/* --version needs no display: it is answered before GTK looks for one. */
static int
pwk_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  if (!g_variant_dict_contains (options, "version"))
    return -1;
  g_print ("pagewalk %s\n", PWK_VERSION);
  return 0;
}

static void
pwk_application_finalize (GObject *object)
{
  g_clear_object (&PWK_APPLICATION (object)->settings);
  G_OBJECT_CLASS (pwk_application_parent_class)->finalize (object);
}

static void
pwk_application_class_init (PwkApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = pwk_application_finalize;
  application_class->startup = pwk_application_startup;
  application_class->activate = pwk_application_activate;
  application_class->open = pwk_application_open;
  application_class->handle_local_options = pwk_application_handle_local_options;
}

static void
pwk_application_init (PwkApplication *self)
{
  static const GOptionEntry options[] = {
    { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_("Print the version and exit"), NULL },
    { NULL }
  };

  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _("[FILE…]"));
  g_application_set_option_context_summary (G_APPLICATION (self), _("See how Linux manages memory."));
}

int
pwk_application_get_status (PwkApplication *self)
{
  return self->status;
}

PwkApplication *
pwk_application_new (void)
{
  return g_object_new (PWK_TYPE_APPLICATION, "application-id", PWK_APP_ID, "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/pagewalk/Pagewalk", NULL);
}
