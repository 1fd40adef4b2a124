/* document.h - a scenario open in a window: its text, its session, what is selected
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include <gtksourceview/gtksource.h>

#include "files/keep.h"
#include "session/session.h"
#include "views/views.h"

/* The one object that panes share. They read its newest snapshot, ask its session for moves, and put their wishes for models in here; none
 * of them knows another. Main thread only.
 *
 * Signals: "snapshot" (a newer snapshot is there), "selection-changed", "message" (a sentence for a toast: const char *),
 * "console-line" (two uint64: the first and last event of a statement that was done, const char *: its echo; before the "snapshot" it came with), "error" (const char *: what went wrong, with its place, or NULL: it is
 * mended), "opened" (another scenario is there; gboolean: at a moment that was named, whose view is too), "show-view" (const char *: a picture or a lesson asks for this view), "changed-on-disk".
 * Properties: "title", "file" (GFile or NULL), "dirty", "selection" (uint64, PWK_ID), "hover", "pid" (process in question), "playing",
 * "step-by" (PwkStepBy), "decimal", "kib", "stop-at-failure", "show-boot" (the time line shows the boot, and steps by events go through it; else
 * it is as one), "show-details" (steps and lists go into events of PWK_CATEGORY_DETAIL). */
#define PWK_TYPE_DOCUMENT (pwk_document_get_type ())
G_DECLARE_FINAL_TYPE (PwkDocument, pwk_document, PWK, DOCUMENT, GObject)

PwkDocument     *pwk_document_new            (void);
PwkSession      *pwk_document_get_session    (PwkDocument *self);
PwkSnapshot     *pwk_document_get_snapshot   (PwkDocument *self);   /* borrowed; NULL before the first */
GtkSourceBuffer *pwk_document_get_buffer     (PwkDocument *self);
PwkScript       *pwk_document_get_script     (PwkDocument *self);   /* as last parsed without error, or NULL */
GFile           *pwk_document_get_file       (PwkDocument *self);
const char      *pwk_document_get_title      (PwkDocument *self);
gboolean         pwk_document_get_dirty      (PwkDocument *self);

/* Reads a scenario, a strace, a trace, or a picture with a moment in it. A text that is no scenario (yet) is shown, and what is wrong told by
 * "error". What is nothing known leaves the document as it is. */
gboolean         pwk_document_load_file      (PwkDocument *self, GFile *file, GError **error);
/* On failure the document stays as it is and @error has the place. */
gboolean         pwk_document_load_text      (PwkDocument *self, const char *name, const char *text, GError **error);
gboolean         pwk_document_load_resource  (PwkDocument *self, const char *name, uint64_t position, GError **error);  /* data/scenarios/NAME, installed or in the source tree */
/* All there is to keep of the document, to be cleared by the caller; and the document as it was then, at the same place. */
void             pwk_document_get_record     (PwkDocument *self, PwkKeepRecord *record);
void             pwk_document_restore        (PwkDocument *self, const PwkKeepRecord *record);
/* Reads the document's file again, and goes to the same place in it. */
gboolean         pwk_document_reload         (PwkDocument *self, GError **error);
/* On failure the file is what it was, and the text is as unsaved as before. */
gboolean         pwk_document_save           (PwkDocument *self, GFile *file, GError **error);
/* Whether somebody else has written to the document's file since it was read or saved. */
gboolean         pwk_document_is_changed_on_disk (PwkDocument *self);
/* Writes @text so that @file is whole whatever happens (files/save.h). */
gboolean         pwk_save_text               (GFile *file, const char *text, GError **error);
/* The first file that the scenario wants to read and that nobody has allowed (see pwk_script_find_outside ()); or NULL. */
char            *pwk_document_find_outside   (PwkDocument *self);
/* Parses the buffer and gives it to the session; FALSE with @error (marked in the editor) if it does not parse. */
gboolean         pwk_document_apply_text     (PwkDocument *self, GError **error);
/* Appends one line (the console's) to the text and runs it. */
gboolean         pwk_document_append_line    (PwkDocument *self, const char *line, GError **error);

uint64_t         pwk_document_get_selection  (PwkDocument *self);
void             pwk_document_set_selection  (PwkDocument *self, uint64_t id);
void             pwk_document_set_hover      (PwkDocument *self, uint64_t id);
int              pwk_document_get_pid        (PwkDocument *self);
void             pwk_document_set_pid        (PwkDocument *self, int pid);

/* What a pane wants built with each snapshot, under a key of its own; the document sends all wishes together in an idle. NULL class: no more. */
uint32_t         pwk_document_new_wish_key   (PwkDocument *self);
void             pwk_document_set_wish       (PwkDocument *self, uint32_t key, const PwkModelClass *klass, gpointer params, GDestroyNotify free_params);

/* Transport, by the document's step-by. */
void             pwk_document_step           (PwkDocument *self, int count);
void             pwk_document_play           (PwkDocument *self, double steps_per_second);   /* 0: as fast as it can */
/* Plays to just before @statement within a few seconds (pwk_session_travel ()). */
void             pwk_document_travel         (PwkDocument *self, uint32_t statement);
/* Steps a second of what plays now, 0: none, or as fast as it can. */
double           pwk_document_get_speed      (PwkDocument *self);
void             pwk_document_pause          (PwkDocument *self);
void             pwk_document_go_to          (PwkDocument *self, uint64_t position);
void             pwk_document_go_first       (PwkDocument *self);               /* behind the boot unless it is shown; from there to power-on */
gboolean         pwk_document_get_playing    (PwkDocument *self);
void             pwk_document_say            (PwkDocument *self, const char *sentence);      /* emits "message" */
