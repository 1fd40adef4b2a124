/* window.c - the main window: one document with all its panes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/bookmarks-popover.h"
#include "app/breakpoints-popover.h"
#include "app/keys.h"
#include "app/thing-ways.h"
#include "app/view-menu.h"
#include "app/welcome.h"
#include "app/window-private.h"
#include "views/thing.h"

#define FIRST_SCENARIO  "first-look.pwk"

G_DEFINE_FINAL_TYPE (PwkWindow, pwk_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- views --- */

static const char *
page_name (PwkWindow *self)
{
  if (strcmp (gtk_stack_get_visible_child_name (self->pages), "calls") == 0)
    return PWK_VIEW_NAME_CALLS;
  return pwk_view_class (pwk_canvas_get_view (pwk_window_get_canvas (self)))->name;
}

static const char *
title_of (const char *page)
{
  const PwkViewClass *view = pwk_view_from_name (page);

  return view ? _(view->title) : _("Calls");
}

/* The state of win.view follows the pane that is active. */
static void
update_view (PwkWindow *self)
{
  const char *name = page_name (self);

  pwk_window_set_action_state (self, "view", g_variant_new_string (name));
  gtk_menu_button_set_label (self->view_button, title_of (name));
  if (strcmp (name, PWK_VIEW_NAME_CALLS) != 0)
    g_settings_set_string (self->settings, "last-view", name);
}

void
pwk_window_show_view (PwkWindow *self, const char *name)
{
  const PwkViewClass *view = pwk_view_from_name (name);

  if (view)
    {
      pwk_view_pane_set_view (self->active_pane, view->id);
      gtk_stack_set_visible_child_name (self->pages, "views");
    }
  else if (strcmp (name, PWK_VIEW_NAME_CALLS) == 0)
    gtk_stack_set_visible_child_name (self->pages, "calls");
  update_view (self);
}

/* The view to see a thing of the kind @thing in, when @now is in front. */
static PwkViewId
view_for (PwkThing thing, PwkViewId now)
{
  if (thing == PWK_THING_ADDRESS)
    return now == PWK_VIEW_PAGE_WALK ? now : PWK_VIEW_ADDRESS_SPACE;
  if (thing == PWK_THING_PFN)
    return PWK_VIEW_MEMORY;
  return now;
}

void
pwk_window_show_thing (PwkWindow *self, uint64_t id)
{
  PwkCanvas *canvas = pwk_window_get_canvas (self);
  PwkViewId view = view_for (pwk_id_thing (id), pwk_canvas_get_view (canvas));
  uint64_t address;

  pwk_document_set_selection (self->document, id);
  pwk_window_show_view (self, pwk_view_class (view)->name);
  if (view == PWK_VIEW_PAGE_WALK && pwk_thing_address (id, &address))
    pwk_canvas_set_address (canvas, TRUE, address);
  pwk_canvas_await (canvas, id);
  pwk_window_focus_page (self);
}

static void
on_pane_view_changed (PwkWindow *self)
{
  update_view (self);
}

static void
on_dive (PwkWindow *self, guint view, PwkCanvas *canvas)
{
  PwkViewId from = pwk_canvas_get_view (canvas);
  uint64_t id = pwk_document_get_selection (self->document);

  g_array_append_val (self->trail, from);
  pwk_canvas_set_view (canvas, (PwkViewId) view);
  if (view == PWK_VIEW_PAGE_WALK)
    {
      uint64_t address;

      if (pwk_thing_address (id, &address))
        pwk_canvas_set_address (canvas, TRUE, address);
    }
  if (view == PWK_VIEW_MEMORY)
    {
      uint64_t pfn;

      if (pwk_thing_frame (id, &pfn))
        pwk_document_set_selection (self->document, PWK_ID (PWK_THING_PFN, pfn));
    }
  if (view == PWK_VIEW_BUDDY && pwk_id_thing (id) == PWK_THING_ZONE)
    {
      const PwkThingParts zone = pwk_thing_parts (id);

      pwk_canvas_set_zone (canvas, (int) zone.node, (int) zone.zone);
    }
}

static void
on_back (PwkWindow *self, PwkCanvas *canvas)
{
  if (self->trail->len == 0)
    {
      pwk_document_set_selection (self->document, 0);
      return;
    }
  pwk_canvas_set_view (canvas, g_array_index (self->trail, PwkViewId, self->trail->len - 1));
  g_array_set_size (self->trail, self->trail->len - 1);
}

static void
on_focus_enter (GtkEventController *controller, PwkWindow *self)
{
  GtkWidget *pane = gtk_event_controller_get_widget (controller);

  if (self->active_pane == PWK_VIEW_PANE (pane))
    return;
  self->active_pane = PWK_VIEW_PANE (pane);
  update_view (self);
}

static void
watch_pane (PwkWindow *self, PwkViewPane *pane)
{
  PwkCanvas *canvas = pwk_view_pane_get_canvas (pane);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  pwk_view_pane_set_document (pane, self->document);
  g_signal_connect_object (pane, "notify::view", G_CALLBACK (on_pane_view_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas, "dive", G_CALLBACK (on_dive), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (canvas, "back", G_CALLBACK (on_back), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (focus, "enter", G_CALLBACK (on_focus_enter), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (pane), focus);
}

void
pwk_window_set_split (PwkWindow *self, gboolean split)
{
  if (split == (self->second_pane != NULL))
    return;
  if (split)
    {
      self->second_pane = PWK_VIEW_PANE (pwk_view_pane_new ());
      g_object_set (self->second_pane, "chooser", TRUE, "closable", TRUE, NULL);
      watch_pane (self, self->second_pane);
      pwk_view_pane_set_view (self->second_pane, pwk_canvas_get_view (pwk_view_pane_get_canvas (self->view_pane)) == PWK_VIEW_BUDDY
                                                   ? PWK_VIEW_MEMORY : PWK_VIEW_BUDDY);
      gtk_paned_set_end_child (self->split_paned, GTK_WIDGET (self->second_pane));
      gtk_paned_set_position (self->split_paned, gtk_widget_get_width (GTK_WIDGET (self->split_paned)) / 2);
    }
  else
    {
      self->active_pane = self->view_pane;
      self->second_pane = NULL;
      gtk_paned_set_end_child (self->split_paned, NULL);
      update_view (self);
    }
  pwk_window_set_action_state (self, "split", g_variant_new_boolean (split));
}

/* --- focus --- */

static gboolean
focus_into (PwkWindow *self, GtkWidget *pane)
{
  if (pane == GTK_WIDGET (self->active_pane))
    return gtk_widget_grab_focus (GTK_WIDGET (pwk_window_get_canvas (self)));
  return gtk_widget_child_focus (pane, GTK_DIR_TAB_FORWARD);
}

void
pwk_window_focus_page (PwkWindow *self)
{
  if (strcmp (gtk_stack_get_visible_child_name (self->pages), "calls") == 0)
    focus_into (self, GTK_WIDGET (self->calls_page));
  else
    focus_into (self, GTK_WIDGET (self->active_pane));
}

void
pwk_window_focus_pane (PwkWindow *self, int step)
{
  /* From left to right and from the top down, as they are read. */
  GtkWidget *panes[] = { GTK_WIDGET (self->sidebar), GTK_WIDGET (self->active_pane), GTK_WIDGET (self->calls_page),
                         GTK_WIDGET (self->tour_card), GTK_WIDGET (self->now_strip), GTK_WIDGET (self->timeline),
                         GTK_WIDGET (self->editor), GTK_WIDGET (self->console), GTK_WIDGET (self->inspector) };
  int n = G_N_ELEMENTS (panes), at = step > 0 ? -1 : n;
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  for (int i = 0; i < n; i++)
    if (focus && (focus == panes[i] || gtk_widget_is_ancestor (focus, panes[i])))
      at = i;
  for (int i = 1; i <= n; i++)
    {
      GtkWidget *pane = panes[((at + i * step) % n + n) % n];

      if (gtk_widget_get_mapped (pane) && focus_into (self, pane))
        return;
    }
}

/* Clickers send Page Down and Page Up; where text is written they stay the text's. In a lecture the arrows and Space turn pages too. */
static gboolean
on_page_key (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, PwkWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean down = keyval == GDK_KEY_Page_Down || keyval == GDK_KEY_KP_Page_Down ||
                  (self->lecture && (keyval == GDK_KEY_Right || keyval == GDK_KEY_space));
  gboolean up = keyval == GDK_KEY_Page_Up || keyval == GDK_KEY_KP_Page_Up || (self->lecture && keyval == GDK_KEY_Left);

  if (self->lecture && keyval == GDK_KEY_Escape)
    {
      pwk_window_set_lecture (self, FALSE);
      return GDK_EVENT_STOP;
    }

  if ((!down && !up) || (state & gtk_accelerator_get_default_mod_mask ()) != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self->tour_card)))
    return GDK_EVENT_PROPAGATE;
  if ((GTK_IS_TEXT_VIEW (focus) && gtk_text_view_get_editable (GTK_TEXT_VIEW (focus))) || GTK_IS_EDITABLE (focus))
    return GDK_EVENT_PROPAGATE;
  pwk_tour_card_turn (self->tour_card, down);
  return GDK_EVENT_STOP;
}

static void
watch_page_keys (PwkWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_page_key), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/* --- panes that fold --- */

static GtkWidget *
pane_of (PwkWindow *self, const char *action)
{
  if (strcmp (action, "show-sidebar") == 0)
    return GTK_WIDGET (self->sidebar);
  if (strcmp (action, "show-inspector") == 0)
    return GTK_WIDGET (self->inspector);
  return GTK_WIDGET (self->text_paned);
}

static const char *
key_of (const char *action)
{
  if (strcmp (action, "show-sidebar") == 0)
    return "sidebar-visible";
  if (strcmp (action, "show-bottom") == 0)
    return "bottom-visible";
  return NULL;
}

static const char *const pane_actions[] = { "show-sidebar", "show-inspector", "show-bottom" };

/* A column beside the picture, whose place the inspector takes; a bar above it where that is narrow. */
static void
place_welcome (PwkWindow *self)
{
  gboolean shown = self->welcoming && !self->lecture;

  gtk_widget_set_visible (self->welcome_bar, shown && self->narrow);
  gtk_widget_set_visible (self->welcome_column, shown && !self->narrow && !gtk_widget_get_visible (GTK_WIDGET (self->inspector)));
}

static void
set_welcoming (PwkWindow *self, gboolean welcoming)
{
  self->welcoming = welcoming;
  place_welcome (self);
}

static void
show_pane (PwkWindow *self, const char *action, gboolean visible)
{
  gtk_widget_set_visible (pane_of (self, action), visible);
  pwk_window_set_action_state (self, action, g_variant_new_boolean (visible));
  place_welcome (self);
}

/* In a narrow window what is folded or unfolded is not kept: it is for the moment. So it is with the inspector, unless it is pinned. */
void
pwk_window_set_pane_visible (PwkWindow *self, const char *action, gboolean visible)
{
  show_pane (self, action, visible);
  if (!self->narrow && key_of (action))
    g_settings_set_boolean (self->settings, key_of (action), visible);
}

static gboolean
is_inspecting (PwkWindow *self)
{
  return pwk_document_get_selection (self->document) != 0 || g_settings_get_boolean (self->settings, "inspector-pinned");
}

static gboolean
inspect_later (gpointer data)
{
  PwkWindow *self = data;

  self->inspecting = 0;
  if (!self->lecture)
    show_pane (self, "show-inspector", is_inspecting (self));
  return G_SOURCE_REMOVE;
}

/* The inspector comes with a selection and goes with it. The picture must not give way between the two clicks that dive into a thing. */
static void
on_selection_changed (PwkWindow *self)
{
  int ms;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-double-click-time", &ms, NULL);
  g_clear_handle_id (&self->inspecting, g_source_remove);
  self->inspecting = g_timeout_add ((guint) ms, inspect_later, self);
}

static void
set_narrow (PwkWindow *self, gboolean narrow)
{
  self->narrow = narrow;
  for (guint i = 0; i < G_N_ELEMENTS (pane_actions); i++)
    {
      const char *key = key_of (pane_actions[i]);

      show_pane (self, pane_actions[i], !narrow && (key ? g_settings_get_boolean (self->settings, key) : is_inspecting (self)));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->view_button), narrow);
  update_view (self);
}

/* The separator above the player is dragged, or this. */
void
pwk_window_set_tall_timeline (PwkWindow *self, gboolean tall)
{
  int least, room = gtk_widget_get_height (GTK_WIDGET (self->player_paned));

  gtk_widget_measure (self->player, GTK_ORIENTATION_VERTICAL, -1, &least, NULL, NULL, NULL);
  gtk_paned_set_position (self->player_paned, room - least - (tall ? pwk_timeline_view_growth (self->timeline) : 0));
  pwk_window_set_action_state (self, "tall-timeline", g_variant_new_boolean (tall));
}

/* The picture and the lesson alone, on the whole screen; what was folded before comes back afterwards. */
void
pwk_window_set_lecture (PwkWindow *self, gboolean lecture)
{
  GtkWidget *chrome[] = { GTK_WIDGET (self->header), self->player };

  if (self->lecture == lecture)
    return;
  self->lecture = lecture;
  for (guint i = 0; i < G_N_ELEMENTS (chrome); i++)
    gtk_widget_set_visible (chrome[i], !lecture);
  if (lecture)
    {
      for (guint i = 0; i < G_N_ELEMENTS (pane_actions); i++)
        gtk_widget_set_visible (pane_of (self, pane_actions[i]), FALSE);
      place_welcome (self);
      gtk_widget_add_css_class (GTK_WIDGET (self), "lecture");
      gtk_window_fullscreen (GTK_WINDOW (self));
    }
  else
    {
      set_narrow (self, self->narrow);
      gtk_widget_remove_css_class (GTK_WIDGET (self), "lecture");
      gtk_window_unfullscreen (GTK_WINDOW (self));
    }
  pwk_window_set_action_state (self, "lecture", g_variant_new_boolean (lecture));
  pwk_window_focus_page (self);
}

static void
restore_sizes (PwkWindow *self, int width)
{
  gtk_paned_set_position (self->sidebar_paned, g_settings_get_int (self->settings, "sidebar-width"));
  gtk_paned_set_position (self->inspector_paned,
                          gtk_widget_get_width (GTK_WIDGET (self->inspector_paned)) - g_settings_get_int (self->settings, "inspector-width"));
  gtk_paned_set_position (self->bottom_paned,
                          gtk_widget_get_height (GTK_WIDGET (self->bottom_paned)) - g_settings_get_int (self->settings, "bottom-height"));
  gtk_paned_set_position (self->text_paned, width / 2);
  self->sized = TRUE;
}

static void
keep_size (PwkWindow *self, const char *key, int size)
{
  if (size >= 80 && size != g_settings_get_int (self->settings, key))
    g_settings_set_int (self->settings, key, MIN (size, 2000));
}

static void
keep_sizes (PwkWindow *self)
{
  if (!self->sized || self->lecture)
    return;
  if (gtk_widget_get_mapped (GTK_WIDGET (self->sidebar)))
    keep_size (self, "sidebar-width", MAX (gtk_widget_get_width (GTK_WIDGET (self->sidebar)), 120));
  if (gtk_widget_get_mapped (GTK_WIDGET (self->inspector)))
    keep_size (self, "inspector-width", MAX (gtk_widget_get_width (GTK_WIDGET (self->inspector)), 160));
  if (gtk_widget_get_mapped (GTK_WIDGET (self->text_paned)))
    keep_size (self, "bottom-height", gtk_widget_get_height (GTK_WIDGET (self->text_paned)));
}

static gboolean
fit_later (gpointer data)
{
  PwkWindow *self = data;
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean narrow = width < PWK_NARROW_WIDTH;

  if (width <= 0)
    return G_SOURCE_REMOVE;
  if (!self->sized)
    {
      set_narrow (self, narrow);
      restore_sizes (self, width);
      gtk_widget_grab_focus (GTK_WIDGET (pwk_window_get_canvas (self)));
    }
  else if (narrow != self->narrow && !self->lecture)
    set_narrow (self, narrow);
  return G_SOURCE_REMOVE;
}

static void
pwk_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  PwkWindow *self = PWK_WINDOW (widget);

  GTK_WIDGET_CLASS (pwk_window_parent_class)->size_allocate (widget, width, height, baseline);
  /* What is shown must not change while it is being given its place. */
  if (!self->sized || (width < PWK_NARROW_WIDTH) != self->narrow)
    g_idle_add_full (G_PRIORITY_HIGH_IDLE, fit_later, g_object_ref (self), g_object_unref);
}

/* --- messages --- */

void
pwk_window_show_error (PwkWindow *self, const char *message)
{
  if (message)
    gtk_label_set_text (self->error_label, message);
  gtk_widget_set_visible (GTK_WIDGET (self->error_bar), message != NULL);
}

static void
hide_error (PwkWindow *self)
{
  pwk_window_show_error (self, NULL);
}

void
pwk_window_hide_disk_bar (PwkWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->disk_bar), FALSE);
}

static void
hide_disk_bar (PwkWindow *self)
{
  pwk_window_hide_disk_bar (self);
}

static void
on_message (PwkWindow *self, const char *sentence)
{
  AdwToast *toast = adw_toast_new (sentence);

  adw_toast_set_timeout (toast, 4);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_changed_on_disk (PwkWindow *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->disk_bar), TRUE);
}

static void
update_title (PwkWindow *self)
{
  const char *name = pwk_document_get_title (self->document);
  g_autofree char *shown = g_strconcat (pwk_document_get_dirty (self->document) ? "• " : "", name, NULL);
  /* Translators: the title of a window: a scenario's name, then the program's */
  g_autofree char *title = g_strdup_printf (_("%s — Pagewalk"), shown);

  gtk_window_set_title (GTK_WINDOW (self), title);
  gtk_label_set_text (self->title_label, shown);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title_label), name);
  pwk_window_update_actions (self);
}

static void
on_opened (PwkWindow *self)
{
  g_array_set_size (self->trail, 0);
  self->fresh = FALSE;
  set_welcoming (self, FALSE);
  pwk_window_hide_disk_bar (self);
  update_title (self);
  pwk_window_ask_to_read (self);
}

/* --- what panes ask for --- */

/* The words of a lesson stand where the event's sentence is otherwise. */
static void
lesson_shown (PwkWindow *self)
{
  if (self->now_strip)   /* not while the template is being made */
    pwk_now_strip_set_folded (self->now_strip, gtk_widget_get_visible (GTK_WIDGET (self->tour_card)));
}

static void
sidebar_open (PwkWindow *self, GFile *file)
{
  pwk_window_open_file (self, file);
}

void
pwk_window_try_line (PwkWindow *self, const char *line)
{
  pwk_window_set_pane_visible (self, "show-bottom", TRUE);
  pwk_console_pane_set_text (self->console, line);
}

static void
try_call (PwkWindow *self, const char *line)
{
  pwk_window_try_line (self, line);
}

/* --- the first start --- */

static void
welcome_closed (PwkWindow *self)
{
  g_settings_set_boolean (self->settings, "tour-seen", TRUE);
  set_welcoming (self, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (pwk_window_get_canvas (self)));
}

void
pwk_window_welcome (PwkWindow *self)
{
  set_welcoming (self, !g_settings_get_boolean (self->settings, "tour-seen"));
}

/* The example stands in the middle of its first page fault. */
void
pwk_window_open_first (PwkWindow *self)
{
  g_autoptr(GError) error = NULL;
  PwkSession *session = pwk_document_get_session (self->document);

  if (!pwk_document_load_resource (self->document, FIRST_SCENARIO, 1, &error))
    {
      pwk_window_open_empty (self);
      pwk_window_show_error (self, error->message);
      return;
    }
  pwk_session_find_event (session, "page_fault_user", NULL, false);
  pwk_session_find_event (session, "do_anonymous_page", NULL, false);
  pwk_window_show_view (self, "overview");
  self->fresh = TRUE;
  pwk_tour_card_set_active (self->tour_card, FALSE);
}

gboolean
pwk_window_is_fresh (PwkWindow *self)
{
  return (self->fresh || pwk_document_get_script (self->document) == NULL) && !pwk_document_get_dirty (self->document);
}

/* --- public --- */

PwkWindow *
pwk_window_new (AdwApplication *application)
{
  PwkWindow *self = g_object_new (PWK_TYPE_WINDOW, "application", application, NULL);
  g_autoptr(GtkShortcutsWindow) overlay = pwk_keys_overlay_new ();

  gtk_application_window_set_help_overlay (GTK_APPLICATION_WINDOW (self), overlay);

  gtk_menu_button_set_menu_model (self->menu_button,
                                  G_MENU_MODEL (gtk_application_get_menu_by_id (GTK_APPLICATION (application), "primary-menu")));
  return self;
}

void
pwk_window_end (PwkWindow *self)
{
  if (!pwk_document_get_dirty (self->document))
    pwk_recovery_forget (self->recovery);
}

PwkDocument *
pwk_window_get_document (PwkWindow *self)
{
  return self->document;
}

PwkCanvas *
pwk_window_get_canvas (PwkWindow *self)
{
  return pwk_view_pane_get_canvas (self->active_pane);
}

/* --- object --- */

static gboolean
pwk_window_close_request (GtkWindow *window)
{
  PwkWindow *self = PWK_WINDOW (window);
  int width, height;

  if (!self->closing && pwk_window_ask_to_save (self))
    return TRUE;
  pwk_recovery_forget (self->recovery);
  keep_sizes (self);
  gtk_window_get_default_size (window, &width, &height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  if (!gtk_window_is_maximized (window))
    {
      g_settings_set_int (self->settings, "window-width", MAX (width, 360));
      g_settings_set_int (self->settings, "window-height", MAX (height, 360));
    }
  return GTK_WINDOW_CLASS (pwk_window_parent_class)->close_request (window);
}

enum { PROP_DOCUMENT = 1 };

static void
pwk_window_get_property (GObject *object, guint id G_GNUC_UNUSED, GValue *value, GParamSpec *pspec G_GNUC_UNUSED)
{
  g_value_set_object (value, PWK_WINDOW (object)->document);
}

static void
pwk_window_dispose (GObject *object)
{
  PwkWindow *self = PWK_WINDOW (object);

  g_clear_handle_id (&self->inspecting, g_source_remove);
  g_clear_object (&self->recovery);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_WINDOW);
  G_OBJECT_CLASS (pwk_window_parent_class)->dispose (object);
}

static void
pwk_window_finalize (GObject *object)
{
  PwkWindow *self = PWK_WINDOW (object);

  g_clear_object (&self->document);
  g_array_unref (self->trail);
  G_OBJECT_CLASS (pwk_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, "/io/github/pagewalk/Pagewalk/ui/window.ui");
  gtk_widget_class_bind_template_child (klass, PwkWindow, header);
  gtk_widget_class_bind_template_child (klass, PwkWindow, open_button);
  gtk_widget_class_bind_template_child (klass, PwkWindow, title_label);
  gtk_widget_class_bind_template_child (klass, PwkWindow, error_label);
  gtk_widget_class_bind_template_child (klass, PwkWindow, transport);
  gtk_widget_class_bind_template_child (klass, PwkWindow, menu_button);
  gtk_widget_class_bind_template_child (klass, PwkWindow, view_button);
  gtk_widget_class_bind_template_child (klass, PwkWindow, breakpoints_button);
  gtk_widget_class_bind_template_child (klass, PwkWindow, bookmarks_button);
  gtk_widget_class_bind_template_child (klass, PwkWindow, error_bar);
  gtk_widget_class_bind_template_child (klass, PwkWindow, disk_bar);
  gtk_widget_class_bind_template_child (klass, PwkWindow, toasts);
  gtk_widget_class_bind_template_child (klass, PwkWindow, bottom_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, sidebar_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, inspector_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, split_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, text_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, sidebar);
  gtk_widget_class_bind_template_child (klass, PwkWindow, inspector);
  gtk_widget_class_bind_template_child (klass, PwkWindow, welcome_bar);
  gtk_widget_class_bind_template_child (klass, PwkWindow, welcome_column);
  gtk_widget_class_bind_template_child (klass, PwkWindow, player);
  gtk_widget_class_bind_template_child (klass, PwkWindow, player_paned);
  gtk_widget_class_bind_template_child (klass, PwkWindow, pages);
  gtk_widget_class_bind_template_child (klass, PwkWindow, view_pane);
  gtk_widget_class_bind_template_child (klass, PwkWindow, calls_page);
  gtk_widget_class_bind_template_child (klass, PwkWindow, tour_card);
  gtk_widget_class_bind_template_child (klass, PwkWindow, now_strip);
  gtk_widget_class_bind_template_child (klass, PwkWindow, timeline);
  gtk_widget_class_bind_template_child (klass, PwkWindow, editor);
  gtk_widget_class_bind_template_child (klass, PwkWindow, console);
  gtk_widget_class_bind_template_callback (klass, hide_error);
  gtk_widget_class_bind_template_callback (klass, hide_disk_bar);
  gtk_widget_class_bind_template_callback (klass, sidebar_open);
  gtk_widget_class_bind_template_callback (klass, try_call);
  gtk_widget_class_bind_template_callback (klass, lesson_shown);
  gtk_widget_class_bind_template_callback (klass, welcome_closed);
}

static void
pwk_window_class_init (PwkWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = pwk_window_get_property;
  object_class->dispose = pwk_window_dispose;
  object_class->finalize = pwk_window_finalize;
  g_object_class_install_property (object_class, PROP_DOCUMENT, g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT,
                                                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  GTK_WIDGET_CLASS (klass)->size_allocate = pwk_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = pwk_window_close_request;

  g_type_ensure (PWK_TYPE_VIEW_PANE);
  g_type_ensure (PWK_TYPE_CALLS_PAGE);
  g_type_ensure (PWK_TYPE_CONSOLE_PANE);
  g_type_ensure (PWK_TYPE_EDITOR_PANE);
  g_type_ensure (PWK_TYPE_INSPECTOR_PANE);
  g_type_ensure (PWK_TYPE_NOW_STRIP);
  g_type_ensure (PWK_TYPE_SIDEBAR_PANE);
  g_type_ensure (PWK_TYPE_TIMELINE_VIEW);
  g_type_ensure (PWK_TYPE_TOUR_CARD);
  g_type_ensure (PWK_TYPE_TRANSPORT_BAR);
  g_type_ensure (PWK_TYPE_WELCOME);
  bind_template (GTK_WIDGET_CLASS (klass));
}

/* In the order of PwkStepBy, as far as it can be chosen. */
static const char *const step_names[] = { "hardware", "event", "kernel", "statement", "tick", NULL };

static gboolean
step_by_from_setting (GValue *value, GVariant *variant, gpointer unused)
{
  const char *by = g_variant_get_string (variant, NULL);

  for (int i = 0; step_names[i]; i++)
    if (strcmp (by, step_names[i]) == 0)
      g_value_set_int (value, i);
  return TRUE;
}

static GVariant *
step_by_to_setting (const GValue *value, const GVariantType *type, gpointer unused)
{
  return g_variant_new_string (step_names[g_value_get_int (value)]);
}

/* A word of a setting as a flag: TRUE if it is @word. */
static gboolean
flag_from_setting (GValue *value, GVariant *variant, gpointer word)
{
  g_value_set_boolean (value, strcmp (g_variant_get_string (variant, NULL), word) == 0);
  return TRUE;
}

static void
bind_settings (PwkWindow *self)
{
  GSettings *settings = self->settings;

  g_settings_bind (settings, "stop-at-failure", self->document, "stop-at-failure", G_SETTINGS_BIND_GET);
  g_settings_bind (settings, "show-boot", self->document, "show-boot", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "show-details", self->document, "show-details", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind_with_mapping (settings, "step-by", self->document, "step-by", G_SETTINGS_BIND_DEFAULT,
                                step_by_from_setting, step_by_to_setting, NULL, NULL);
  g_settings_bind_with_mapping (settings, "number-base", self->document, "decimal", G_SETTINGS_BIND_GET,
                                flag_from_setting, NULL, (gpointer) "decimal", NULL);
  g_settings_bind_with_mapping (settings, "memory-unit", self->document, "kib", G_SETTINGS_BIND_GET,
                                flag_from_setting, NULL, (gpointer) "kib", NULL);
  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
watch_document (PwkWindow *self)
{
  PwkDocument *document = self->document;

  g_signal_connect_object (document, "snapshot", G_CALLBACK (pwk_window_update_actions), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "selection-changed", G_CALLBACK (on_selection_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "error", G_CALLBACK (pwk_window_show_error), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "opened", G_CALLBACK (on_opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "show-view", G_CALLBACK (pwk_window_show_view), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "changed-on-disk", G_CALLBACK (on_changed_on_disk), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (document, "notify::title", G_CALLBACK (update_title), self, G_CONNECT_SWAPPED);
}

/* The panes of the template look the document up. */
static void
add_popovers (PwkWindow *self)
{
  gtk_menu_button_set_popover (self->breakpoints_button, g_object_new (PWK_TYPE_BREAKPOINTS_POPOVER, "document", self->document, NULL));
  gtk_menu_button_set_popover (self->bookmarks_button, g_object_new (PWK_TYPE_BOOKMARKS_POPOVER, "document", self->document, NULL));
}

/* libadwaita gives the arrow of a split button no name of its own. */
static void
name_arrow (PwkWindow *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->open_button)); child; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Recent files"), -1);
}

static void
pwk_window_init (PwkWindow *self)
{
  g_autofree char *view = NULL;
  g_autoptr(GMenuModel) menu = NULL;

  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  self->document = pwk_document_new ();
  self->trail = g_array_new (FALSE, FALSE, sizeof (PwkViewId));
  pwk_window_add_actions (self);
  gtk_widget_init_template (GTK_WIDGET (self));
  self->active_pane = self->view_pane;

  name_arrow (self);
  menu = pwk_view_menu_new ("win.view", TRUE);
  gtk_menu_button_set_menu_model (self->view_button, menu);
  bind_settings (self);
  watch_document (self);
  watch_pane (self, self->view_pane);
  add_popovers (self);
  self->recovery = pwk_recovery_new (self);
  watch_page_keys (self);
  pwk_window_add_drop (self);
  pwk_window_update_recent (self);
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (pwk_window_update_recent), self, G_CONNECT_SWAPPED);
  view = g_settings_get_string (self->settings, "last-view");
  pwk_window_show_view (self, view);
  update_title (self);
}
