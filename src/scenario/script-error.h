/* script-error.h - what is wrong with a scenario, and where
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A GError of this domain carries its place. The message alone says what was expected; with place,
 * line and caret it is made by pwk_script_error_format(). Messages are in the user's language, places
 * and the scenario language's own words in none. */
typedef enum
{
  PWK_SCRIPT_ERROR_SYNTAX,      /* something else was expected here */
  PWK_SCRIPT_ERROR_ENCODING,    /* not UTF-8, or no text at all */
  PWK_SCRIPT_ERROR_NAME,        /* a name that is not known, or that cannot be bound */
  PWK_SCRIPT_ERROR_RANGE,       /* a number that does not fit into 64 bits */
  PWK_SCRIPT_ERROR_UNFINISHED,  /* a block without its end */
  PWK_SCRIPT_ERROR_LIMIT,       /* nested too deep, too large */
} PwkScriptErrorCode;

#define PWK_SCRIPT_ERROR (pwk_script_error_quark ())
GQuark pwk_script_error_quark (void);

/* Sets @error for the byte @offset of the line @text (@length bytes, no line end), which is line
 * @line (from 1) of the file or other source @name. */
void pwk_script_error_set (GError             **error,
                           PwkScriptErrorCode   code,
                           const char          *name,
                           guint                line,
                           const char          *text,
                           gsize                length,
                           gsize                offset,
                           const char          *format,
                           ...) G_GNUC_PRINTF (8, 9);

/* Both count from 1, columns in characters; 0 for an error of another domain. */
guint pwk_script_error_get_line   (const GError *error);
guint pwk_script_error_get_column (const GError *error);

/* "FILE:LINE:COLUMN: message", the line and a caret under the place, three lines without a final
 * line end; of an error of another domain the message alone. A line of more than a hundred or so
 * characters is cut to the neighbourhood of the place. Free with g_free(). */
char *pwk_script_error_format (const GError *error);

/* The column, from 1, of the byte @offset of @text. Counts characters; bytes that are not UTF-8
 * count as they come. */
guint pwk_script_column (const char *text, gsize offset);
