/* window.h - the main window: one document with all its panes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/canvas.h"
#include "app/document.h"

#define PWK_TYPE_WINDOW (pwk_window_get_type ())
G_DECLARE_FINAL_TYPE (PwkWindow, pwk_window, PWK, WINDOW, AdwApplicationWindow)

PwkWindow   *pwk_window_new          (AdwApplication *application);
PwkDocument *pwk_window_get_document (PwkWindow *self);
/* The canvas that was used last. */
PwkCanvas   *pwk_window_get_canvas   (PwkWindow *self);
/* Loads @file; an error goes to the error bar, and an empty machine to a window that had none. TRUE if it is open now. */
gboolean     pwk_window_open_file    (PwkWindow *self, GFile *file);
/* Opens the example that is shown at the first start. */
void         pwk_window_open_first   (PwkWindow *self);
/* Opens a machine in which nothing has happened. */
void         pwk_window_open_empty   (PwkWindow *self);
/* Offers the tour and two other doors, unless that was answered once. */
void         pwk_window_welcome      (PwkWindow *self);
/* Whether the window shows the untouched example, so that a file may be opened in its place. */
gboolean     pwk_window_is_fresh     (PwkWindow *self);
/* The program ends without asking: what is unsaved stays for its next start. */
void         pwk_window_end          (PwkWindow *self);
/* Selects the thing @id (an address, a page frame) and brings it into the picture: in the active view if that shows such things, else in one
 * that does. */
void         pwk_window_show_thing   (PwkWindow *self, uint64_t id);
/* Brings @line into the console, to be tried. */
void         pwk_window_try_line     (PwkWindow *self, const char *line);
/* Carries out an action of the window or the program, as a menu would. */
void         pwk_window_do           (PwkWindow *self, const char *action, GVariant *target);
void         pwk_window_show_error   (PwkWindow *self, const char *message);
