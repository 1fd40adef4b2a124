/* script-error.c - what is wrong with a scenario, and where
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/script-error.h"

#include <stdbool.h>
#include <string.h>

#define EXCERPT_BEFORE  70      /* characters shown left of the place */
#define EXCERPT_AFTER   30      /* and right of it */

typedef struct
{
  char  *name;          /* owned */
  guint  line;
  guint  column;
  char  *excerpt;       /* owned, the line or a part of it, valid UTF-8 without control characters */
  char  *caret;         /* owned, blanks as wide as what is left of the place, and "^" */
} PwkScriptErrorPrivate;

static void
pwk_script_error_private_init (PwkScriptErrorPrivate *place)
{
  memset (place, 0, sizeof *place);
}

static void
pwk_script_error_private_copy (const PwkScriptErrorPrivate *from, PwkScriptErrorPrivate *to)
{
  to->name = g_strdup (from->name);
  to->line = from->line;
  to->column = from->column;
  to->excerpt = g_strdup (from->excerpt);
  to->caret = g_strdup (from->caret);
}

static void
pwk_script_error_private_clear (PwkScriptErrorPrivate *place)
{
  g_free (place->name);
  g_free (place->excerpt);
  g_free (place->caret);
}

G_DEFINE_EXTENDED_ERROR (PwkScriptError, pwk_script_error)

static bool
is_continuation (char byte)
{
  return ((guchar) byte & 0xc0) == 0x80;
}

guint
pwk_script_column (const char *text, gsize offset)
{
  guint column = 1;

  for (gsize i = 0; i < offset; i++)
    column += !is_continuation (text[i]);

  return column;
}

/* The byte that is @count characters left of @offset, or 0. */
static gsize
step_left (const char *text, gsize offset, guint count)
{
  while (offset > 0 && count > 0)
    {
      offset--;
      count -= !is_continuation (text[offset]);
    }

  return offset;
}

static gsize
step_right (const char *text, gsize length, gsize offset, guint count)
{
  while (offset < length && (count > 0 || is_continuation (text[offset])))
    {
      count -= !is_continuation (text[offset]);
      offset++;
    }

  return offset;
}

/* Appends @text to @out so that a terminal shows each character at its width; if @pad is given, it
 * gets blanks of the same width, tabs staying tabs. */
static void
append_shown (GString *out, GString *pad, const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c != '\t' && g_unichar_iscntrl (c))
        c = 0xfffd;
      g_string_append_unichar (out, c);
      if (pad == NULL || g_unichar_iszerowidth (c))
        continue;
      g_string_append (pad, c == '\t' ? "\t" : g_unichar_iswide (c) ? "  " : " ");
    }
}

static void
take_excerpt (PwkScriptErrorPrivate *place, const char *text, gsize length, gsize offset)
{
  gsize start = step_left (text, offset, EXCERPT_BEFORE);
  gsize end = step_right (text, length, offset, EXCERPT_AFTER);
  GString *line = g_string_new (NULL);
  GString *pad = g_string_new (NULL);

  if (start > 0)
    append_shown (line, pad, "…", strlen ("…"));
  append_shown (line, pad, text + start, offset - start);
  append_shown (line, NULL, text + offset, end - offset);
  if (end < length)
    append_shown (line, NULL, "…", strlen ("…"));
  g_string_append_c (pad, '^');

  place->excerpt = g_string_free (line, FALSE);
  place->caret = g_string_free (pad, FALSE);
}

void
pwk_script_error_set (GError             **error,
                      PwkScriptErrorCode   code,
                      const char          *name,
                      guint                line,
                      const char          *text,
                      gsize                length,
                      gsize                offset,
                      const char          *format,
                      ...)
{
  PwkScriptErrorPrivate *place;
  va_list args;
  GError *fresh;

  if (error == NULL)
    return;

  va_start (args, format);
  fresh = g_error_new_valist (PWK_SCRIPT_ERROR, (gint) code, format, args);
  va_end (args);

  offset = MIN (offset, length);
  place = pwk_script_error_get_private (fresh);
  place->name = g_strdup (name != NULL ? name : "scenario");
  place->line = line;
  place->column = pwk_script_column (text, offset);
  take_excerpt (place, text, length, offset);

  g_propagate_error (error, fresh);
}

static const PwkScriptErrorPrivate *
place_of (const GError *error)
{
  if (error == NULL || error->domain != PWK_SCRIPT_ERROR)
    return NULL;

  return pwk_script_error_get_private (error);
}

guint
pwk_script_error_get_line (const GError *error)
{
  const PwkScriptErrorPrivate *place = place_of (error);

  return place != NULL ? place->line : 0;
}

guint
pwk_script_error_get_column (const GError *error)
{
  const PwkScriptErrorPrivate *place = place_of (error);

  return place != NULL ? place->column : 0;
}

char *
pwk_script_error_format (const GError *error)
{
  const PwkScriptErrorPrivate *place = place_of (error);

  g_return_val_if_fail (error != NULL, NULL);

  if (place == NULL)
    return g_strdup (error->message);

  return g_strdup_printf ("%s:%u:%u: %s\n%s\n%s", place->name, place->line, place->column,
                          error->message, place->excerpt, place->caret);
}
