/* window-actions.c - whatever can be done in a window, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "app/difference-window.h"
#include "app/dump-window.h"
#include "app/event-list-window.h"
#include "app/export-dialog.h"
#include "app/go-to-dialog.h"
#include "app/print.h"
#include "app/search-dialog.h"
#include "app/view-window.h"
#include "app/window-private.h"
#include "scenario/script-error.h"

/* From here on playing takes no pauses. */
#define FULL_SPEED  1000000.0

/* --- time --- */

static void
play (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;
  double speed = g_settings_get_double (self->settings, "play-speed");

  if (pwk_document_get_playing (self->document))
    pwk_document_pause (self->document);
  else
    pwk_document_play (self->document, speed >= FULL_SPEED ? 0 : speed);
}

static void
step (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_document_step (PWK_WINDOW (data)->document, 1);
}

static void
step_back (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_document_step (PWK_WINDOW (data)->document, -1);
}

static void
step_call (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_session_step (pwk_document_get_session (PWK_WINDOW (data)->document), PWK_STEP_STATEMENT, 1);
}

static void
step_back_call (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_session_step (pwk_document_get_session (PWK_WINDOW (data)->document), PWK_STEP_STATEMENT, -1);
}

/* Through the tree of causes, whatever the chosen step is: over, into, out, each there and back. */
static void
step_through (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const struct { const char *name; PwkStepBy by; int count; } ways[] = {
    { "step-over", PWK_STEP_OVER, 1 }, { "step-into", PWK_STEP_EVENT, 1 }, { "step-out", PWK_STEP_OUT, 1 },
    { "step-back-over", PWK_STEP_OVER, -1 }, { "step-back-into", PWK_STEP_EVENT, -1 }, { "step-back-out", PWK_STEP_OUT, -1 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (strcmp (ways[i].name, g_action_get_name (G_ACTION (action))) == 0)
      pwk_session_step (pwk_document_get_session (PWK_WINDOW (data)->document), ways[i].by, ways[i].count);
}

static void
go_first (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_document_go_first (PWK_WINDOW (data)->document);
}

static void
go_last (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_document_go_to (PWK_WINDOW (data)->document, UINT64_MAX);
}

static void
cancel (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_document_pause (PWK_WINDOW (data)->document);
}

static void
add_bookmark (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  g_autofree char *note = NULL;

  if (!snapshot)
    return;
  note = g_strdup_printf (_("Line %u"), snapshot->line);
  pwk_session_add_bookmark (pwk_document_get_session (self->document), snapshot->position, note);
  pwk_document_say (self->document, _("Bookmark added"));
}

static void
toggle_breakpoint (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_editor_pane_toggle_breakpoint (PWK_WINDOW (data)->editor);
}

/* --- views and panes --- */

static void
change_view (GSimpleAction *action, GVariant *value, gpointer data)
{
  pwk_window_show_view (data, g_variant_get_string (value, NULL));
  pwk_window_focus_page (data);
}

static void
next_pane (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_focus_pane (data, 1);
}

static void
previous_pane (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_focus_pane (data, -1);
}

static void
change_split (GSimpleAction *action, GVariant *value, gpointer data)
{
  pwk_window_set_split (data, g_variant_get_boolean (value));
}

static void
change_pane (GSimpleAction *action, GVariant *value, gpointer data)
{
  pwk_window_set_pane_visible (data, g_action_get_name (G_ACTION (action)), g_variant_get_boolean (value));
}

static void
change_lecture (GSimpleAction *action, GVariant *value, gpointer data)
{
  pwk_window_set_lecture (data, g_variant_get_boolean (value));
}

static void
change_timeline (GSimpleAction *action, GVariant *value, gpointer data)
{
  pwk_window_set_tall_timeline (data, g_variant_get_boolean (value));
}

static void
change_list (GSimpleAction *action, GVariant *value, gpointer data)
{
  PwkWindow *self = data;

  g_object_set (self->active_pane, "show-list", g_variant_get_boolean (value), NULL);
  g_simple_action_set_state (action, value);
}

static void
detach_view (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_view_window_present (GTK_WINDOW (self), self->document, pwk_canvas_get_view (pwk_window_get_canvas (self)));
}

static void
open_menu (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_menu_button_popup (PWK_WINDOW (data)->menu_button);
}

static void
focus_console (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_window_set_pane_visible (self, "show-bottom", TRUE);
  gtk_widget_child_focus (GTK_WIDGET (self->console), GTK_DIR_TAB_BACKWARD);
  pwk_console_pane_set_text (self->console, "");
}

static void
focus_editor (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_window_set_pane_visible (self, "show-bottom", TRUE);
  gtk_widget_child_focus (GTK_WIDGET (self->editor), GTK_DIR_TAB_FORWARD);
}

/* --- scenario --- */

static void
find (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_window_set_pane_visible (self, "show-bottom", TRUE);
  pwk_editor_pane_find (self->editor);
}

static void
start_new (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_open_empty (data);
}

static void
open_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_open_dialog (data);
}

static void
open_recent (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr(GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  pwk_window_open_file (data, file);
}

static void
save (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_save (data, FALSE);
}

static void
save_as (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_save (data, TRUE);
}

static void
reload (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;
  g_autoptr(GError) error = NULL;

  pwk_window_hide_disk_bar (self);
  if (!pwk_document_reload (self->document, &error))
    {
      g_autofree char *message = error ? pwk_script_error_format (error) : g_strdup (_("The file is not text."));
      pwk_window_show_error (self, message);
    }
}

static void
paste (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_window_paste (data);
}

static void
take_tour (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;
  g_autoptr(GError) error = NULL;

  if (!pwk_tour_card_has_stops (self->tour_card) && !pwk_document_load_resource (self->document, "first-look.pwk", 0, &error))
    pwk_window_show_error (self, error->message);
  else
    pwk_tour_card_start (self->tour_card);
}

static void
close_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gtk_window_close (GTK_WINDOW (data));
}

/* --- dialogs --- */

static void
show_export (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_export_dialog_present (GTK_WINDOW (self), self->document, pwk_window_get_canvas (self));
}

static void
show_print (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;

  pwk_print_present (GTK_WINDOW (self), self->document, pwk_window_get_canvas (self));
}

static void
show_go_to (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_go_to_dialog_present (data);
}

static void
show_search (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_search_dialog_present (data);
}

static void
show_events (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_event_list_window_present (GTK_WINDOW (data), PWK_WINDOW (data)->document);
}

static void
show_difference (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_difference_window_present (GTK_WINDOW (data), PWK_WINDOW (data)->document);
}

static void
show_dump (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_dump_window_present (GTK_WINDOW (data), PWK_WINDOW (data)->document);
}

static void
copy_picture (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_canvas_copy_picture (pwk_window_get_canvas (data));
}

static void
copy_text (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  pwk_canvas_copy_text (pwk_window_get_canvas (data));
}

static void
copy_timeline (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  PwkWindow *self = data;
  g_autofree char *csv = pwk_timeline_view_to_csv (self->timeline);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), csv);
  pwk_document_say (self->document, _("The time line was copied"));
}

/* The speed is a setting; its action has another name than the key. */
static void
change_speed (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_settings_set_double (PWK_WINDOW (data)->settings, "play-speed", g_variant_get_double (value));
}

/* --- the table --- */

static const GActionEntry entries[] = {
  { "play", play },
  { "step", step },
  { "step-back", step_back },
  { "step-call", step_call },
  { "step-back-call", step_back_call },
  { "step-over", step_through },
  { "step-into", step_through },
  { "step-out", step_through },
  { "step-back-over", step_through },
  { "step-back-into", step_through },
  { "step-back-out", step_through },
  { "first", go_first },
  { "last", go_last },
  { "cancel", cancel },
  { "add-bookmark", add_bookmark },
  { "toggle-breakpoint", toggle_breakpoint },
  { "view", NULL, "s", "'overview'", change_view },
  { "split", NULL, NULL, "false", change_split },
  { "list", NULL, NULL, "false", change_list },
  { "lecture", NULL, NULL, "false", change_lecture },
  { "show-sidebar", NULL, NULL, "true", change_pane },
  { "show-inspector", NULL, NULL, "false", change_pane },
  { "show-bottom", NULL, NULL, "false", change_pane },
  { "tall-timeline", NULL, NULL, "false", change_timeline },
  { "speed", NULL, "d", "4.0", change_speed },
  { "detach-view", detach_view },
  { "menu", open_menu },
  { "next-pane", next_pane },
  { "previous-pane", previous_pane },
  { "focus-console", focus_console },
  { "focus-editor", focus_editor },
  { "find", find },
  { "new", start_new },
  { "open", open_file },
  { "open-recent", open_recent, "s" },
  { "save", save },
  { "save-as", save_as },
  { "reload", reload },
  { "paste", paste },
  { "tour", take_tour },
  { "close", close_window },
  { "export", show_export },
  { "print", show_print },
  { "go-to", show_go_to },
  { "search", show_search },
  { "events", show_events },
  { "difference", show_difference },
  { "dump", show_dump },
  { "copy-picture", copy_picture },
  { "copy-text", copy_text },
  { "copy-timeline", copy_timeline },
};

static void
speed_changed (PwkWindow *self)
{
  pwk_window_set_action_state (self, "speed", g_variant_new_double (g_settings_get_double (self->settings, "play-speed")));
  if (pwk_document_get_playing (self->document))
    {
      double speed = g_settings_get_double (self->settings, "play-speed");
      pwk_document_play (self->document, speed >= FULL_SPEED ? 0 : speed);
    }
}

void
pwk_window_add_actions (PwkWindow *self)
{
  g_autoptr(GPropertyAction) show_boot = NULL, show_details = NULL;

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  show_boot = g_property_action_new ("show-boot", self->document, "show-boot");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_boot));
  show_details = g_property_action_new ("show-details", self->document, "show-details");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (show_details));
  g_signal_connect_object (self->settings, "changed::play-speed", G_CALLBACK (speed_changed), self, G_CONNECT_SWAPPED);
  speed_changed (self);
}

/* As a button for it would: a switch is turned, a choice is made. */
void
pwk_window_do (PwkWindow *self, const char *action, GVariant *target)
{
  gtk_widget_activate_action_variant (GTK_WIDGET (self), action, target);
}

void
pwk_window_set_action_state (PwkWindow *self, const char *action, GVariant *state)
{
  g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action)), state);
}

static void
enable (PwkWindow *self, const char *action, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), action)), enabled);
}

void
pwk_window_update_actions (PwkWindow *self)
{
  const PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  gboolean there = snapshot && snapshot->state != PWK_STATE_EMPTY;
  /* the engine stopped: going on begins with a new machine */
  gboolean stopped = snapshot && !there && pwk_document_get_script (self->document);
  gboolean at_end = there && snapshot->end_is_final && snapshot->position >= snapshot->known_end;
  gboolean at_start = !there || snapshot->position == 0;
  gboolean has_file = pwk_document_get_file (self->document) != NULL;

  enable (self, "play", stopped || (there && !at_end));
  enable (self, "step", stopped || (there && !at_end));
  enable (self, "step-call", stopped || (there && !at_end));
  enable (self, "step-over", stopped || (there && !at_end));
  enable (self, "step-into", stopped || (there && !at_end));
  enable (self, "step-out", stopped || (there && !at_end));
  enable (self, "step-back-over", !at_start);
  enable (self, "step-back-into", !at_start);
  enable (self, "step-back-out", !at_start);
  enable (self, "last", stopped || (there && !at_end));
  enable (self, "step-back", !at_start);
  enable (self, "step-back-call", !at_start);
  enable (self, "first", !at_start);
  enable (self, "cancel", there);
  enable (self, "add-bookmark", there);
  enable (self, "save", !has_file || pwk_document_get_dirty (self->document));
  enable (self, "reload", has_file);
  enable (self, "export", there);
  enable (self, "print", there);
  enable (self, "copy-picture", there);
  enable (self, "copy-text", there);
}
