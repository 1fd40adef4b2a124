/* window-private.h - what the window's layout and its actions share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/calls-page.h"
#include "app/console-pane.h"
#include "app/editor-pane.h"
#include "app/inspector-pane.h"
#include "app/now-strip.h"
#include "app/recovery.h"
#include "app/sidebar-pane.h"
#include "app/timeline-view.h"
#include "app/tour-card.h"
#include "app/transport-bar.h"
#include "app/view-pane.h"
#include "app/window.h"

struct _PwkWindow
{
  AdwApplicationWindow parent_instance;

  /* owned */
  PwkDocument         *document;
  GSettings           *settings;
  GArray              *trail;            /* PwkViewId: views that diving came from */
  PwkRecovery         *recovery;
  PwkViewPane         *active_pane;      /* borrowed: the main one or the second */
  PwkViewPane         *second_pane;      /* borrowed; NULL without split */
  gboolean             narrow;           /* less than PWK_NARROW_WIDTH */
  gboolean             sized;            /* panes got their kept sizes */
  gboolean             closing;          /* changes are saved or given up */
  gboolean             lecture;          /* the picture and the lesson alone */
  gboolean             fresh;            /* the example, untouched */
  gboolean             welcoming;        /* no door was taken yet */
  guint                inspecting;       /* source: the inspector comes when no second click does */

  /* template children */
  AdwHeaderBar        *header;
  AdwSplitButton      *open_button;
  GtkLabel            *title_label, *error_label;
  PwkTransportBar     *transport;
  GtkMenuButton       *menu_button, *view_button, *breakpoints_button, *bookmarks_button;
  GtkBox              *error_bar, *disk_bar;
  AdwToastOverlay     *toasts;
  GtkPaned            *bottom_paned, *sidebar_paned, *player_paned, *inspector_paned, *split_paned, *text_paned;
  PwkSidebarPane      *sidebar;
  PwkInspectorPane    *inspector;
  GtkWidget           *welcome_bar, *welcome_column, *player;
  GtkStack            *pages;
  PwkViewPane         *view_pane;
  PwkCallsPage        *calls_page;
  PwkTourCard         *tour_card;
  PwkNowStrip         *now_strip;
  PwkTimelineView     *timeline;
  PwkEditorPane       *editor;
  PwkConsolePane      *console;
};

/* Below this width the panes start folded, the switcher is a menu and the welcome a bar. */
#define PWK_NARROW_WIDTH  1280

/* In window.c. */
void pwk_window_set_pane_visible (PwkWindow *self, const char *action, gboolean visible);
void pwk_window_show_view        (PwkWindow *self, const char *name);
/* The keys go on to what was chosen: the active picture, or the page of calls. */
void pwk_window_focus_page       (PwkWindow *self);
/* To the pane @step places on from the one with the focus, round and round; what is folded is passed over. */
void pwk_window_focus_pane       (PwkWindow *self, int step);
void pwk_window_set_split        (PwkWindow *self, gboolean split);
void pwk_window_set_lecture      (PwkWindow *self, gboolean lecture);
/* The time line with its curves, or as low as it can be. */
void pwk_window_set_tall_timeline (PwkWindow *self, gboolean tall);
void pwk_window_hide_disk_bar    (PwkWindow *self);

/* In window-actions.c. */
void pwk_window_add_actions      (PwkWindow *self);
/* Which of the actions can be done now. */
void pwk_window_update_actions   (PwkWindow *self);
void pwk_window_set_action_state (PwkWindow *self, const char *action, GVariant *state);

/* In window-files.c: opening, saving, recent files, what is dropped and pasted. */
void     pwk_window_open_dialog    (PwkWindow *self);
void     pwk_window_save           (PwkWindow *self, gboolean as);
void     pwk_window_paste          (PwkWindow *self);
void     pwk_window_add_drop       (PwkWindow *self);
void     pwk_window_update_recent  (PwkWindow *self);
/* Asks what to do with changes; FALSE: nothing to ask. */
/* Asks whether the scenario may read what lies outside of its folder, if it wants to. */
void     pwk_window_ask_to_read    (PwkWindow *self);
gboolean pwk_window_ask_to_save    (PwkWindow *self);
/* @text of no file; in this window if nothing is lost by it, else in a new one. */
void     pwk_window_open_text      (PwkWindow *self, const char *name, const char *text);
