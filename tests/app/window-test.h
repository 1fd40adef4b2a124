/* window-test.h - whole windows, for tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-test.h"
#include "app/application.h"
#include "app/window.h"

/* Closes it without saving, and waits until it is gone. */
static inline void
close_window (PwkWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (pwk_document_get_buffer (pwk_window_get_document (window))), FALSE);
  gtk_window_close (GTK_WINDOW (window));
  while (window)
    g_main_context_iteration (NULL, TRUE);
}

/* The widget's controller of that type, the @nth of its kind. Borrowed. */
static inline GObject *
controller_of (GtkWidget *widget, GType type, guint nth)
{
  g_autoptr(GListModel) all = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GObject) one = g_list_model_get_item (all, i);

      if (G_OBJECT_TYPE (one) == type && nth-- == 0)
        return one;
    }
  g_assert_not_reached ();
}

/* … that hears clicks of @button. */
static inline GObject *
click_of (GtkWidget *widget, guint button)
{
  GObject *gesture;

  for (guint i = 0;; i++)
    if (gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (gesture = controller_of (widget, GTK_TYPE_GESTURE_CLICK, i))) == button)
      return gesture;
}

/* The question that is asked, or NULL. Borrowed. */
static inline AdwMessageDialog *
find_question (void)
{
  g_autoptr(GListModel) all = g_object_ref (gtk_window_get_toplevels ());

  for (guint i = 0; i < g_list_model_get_n_items (all); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (all, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

/* GTK and the application, which stays until the program ends. Its state is kept where nobody's is. */
static inline PwkApplication *
start_application (int *argc, char ***argv)
{
  g_autofree char *state = g_dir_make_tmp ("pagewalk-state-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  PwkApplication *application;

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  gtk_test_init (argc, argv, NULL);
  application = pwk_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_application_hold (G_APPLICATION (application));
  g_application_set_default (G_APPLICATION (application));
  return application;
}

/* Of the application that start_application () made. Shown. */
static inline PwkWindow *
new_window (void)
{
  PwkWindow *window = pwk_window_new (ADW_APPLICATION (g_application_get_default ()));

  gtk_window_present (GTK_WINDOW (window));
  return window;
}

static inline void
open_text (PwkWindow *window, const char *text)
{
  g_autoptr(GError) error = NULL;

  pwk_document_load_text (pwk_window_get_document (window), "test.pwk", text, &error);
  g_assert_no_error (error);
}

/* The name of the view in front. */
static inline const char *
view_of (PwkWindow *window)
{
  g_autoptr(GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (window), "view");

  return g_intern_string (g_variant_get_string (state, NULL));
}

/* For test_wait (): a view is in front. */
typedef struct { PwkWindow *window; const char *view; } Wanted;

static inline gboolean
has_view (gpointer data)
{
  const Wanted *wanted = data;

  return g_strcmp0 (view_of (wanted->window), wanted->view) == 0;
}

/* For test_wait (): a document stands behind its last statement. */
static inline gboolean
is_at_end (gpointer data)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (data);

  return snapshot && test_is_final (data) && snapshot->position == snapshot->known_end && snapshot->statement == snapshot->n_statements;
}
