/* language-completion.h - proposes words of the scenario language where the text is edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

/* A GtkSourceCompletionProvider: calls with their arguments, keys of machine () with range and default, constants with their values, and names
 * that the document's scenario has bound. */
#define PWK_TYPE_LANGUAGE_COMPLETION (pwk_language_completion_get_type ())
G_DECLARE_FINAL_TYPE (PwkLanguageCompletion, pwk_language_completion, PWK, LANGUAGE_COMPLETION, GObject)

GtkSourceCompletionProvider *pwk_language_completion_new (PwkDocument *document);
