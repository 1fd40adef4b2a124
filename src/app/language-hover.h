/* language-hover.h - explains the word under the pointer where the text is edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

/* A GtkSourceHoverProvider. */
#define PWK_TYPE_LANGUAGE_HOVER (pwk_language_hover_get_type ())
G_DECLARE_FINAL_TYPE (PwkLanguageHover, pwk_language_hover, PWK, LANGUAGE_HOVER, GObject)

GtkSourceHoverProvider *pwk_language_hover_new (PwkDocument *document);
/* What it shows for the word at @iter of the document's text: a new widget, or NULL if there is nothing to tell. */
GtkWidget              *pwk_language_hover_tip (PwkDocument *document, const GtkTextIter *iter);
