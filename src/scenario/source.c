/* source.c - the text of a scenario, line by line
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/source.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "scenario/script-error.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static char *
read_stream (FILE *stream, gsize *length, GError **error)
{
  GString *text = g_string_new (NULL);
  char buffer[16384];
  size_t got;

  while ((got = fread (buffer, 1, sizeof buffer, stream)) > 0 && text->len <= PWK_SOURCE_MAX_BYTES)
    g_string_append_len (text, buffer, (gssize) got);

  if (ferror (stream))
    {
      int saved = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), _("standard input: %s"),
                   g_strerror (saved));
      g_string_free (text, TRUE);
      return NULL;
    }

  *length = text->len;
  return g_string_free (text, FALSE);
}

static void
set_too_large (GError **error, const char *name)
{
  pwk_script_error_set (error, PWK_SCRIPT_ERROR_LIMIT, name, 1, "", 0, 0,
                        _("expected a text of at most 1 GiB"));
}

char *
pwk_source_read (const char *path, gsize *length, GError **error)
{
  g_autofree char *text = NULL;

  if (g_strcmp0 (path, "-") == 0)
    text = read_stream (stdin, length, error);
  else if (!g_file_get_contents (path, &text, length, error))
    return NULL;

  if (text != NULL && *length > PWK_SOURCE_MAX_BYTES)
    {
      set_too_large (error, path);
      return NULL;
    }

  return g_steal_pointer (&text);
}

/* Finds the line of the byte @offset of @text and reports it. */
static void
set_bad_byte (GError **error, const char *name, const char *text, gsize length, gsize offset)
{
  PwkLineReader reader;
  PwkLine line = { text, 0, 1 };

  pwk_line_reader_init (&reader, text, length);
  while (reader.position <= offset && pwk_line_reader_next (&reader, &line))
    ;

  pwk_script_error_set (error, PWK_SCRIPT_ERROR_ENCODING, name, line.number, line.text, line.length,
                        text + offset >= line.text ? (gsize) (text + offset - line.text) : 0,
                        text[offset] == '\0' ? _("expected text, found a NUL byte")
                                             : _("expected text in UTF-8"));
}

bool
pwk_source_check (const char *name, const char *text, gsize length, GError **error)
{
  const char *end = NULL;

  if (length > PWK_SOURCE_MAX_BYTES)
    {
      set_too_large (error, name);
      return false;
    }
  /* A NUL stops g_utf8_validate_len() like any other byte that text does not have. */
  if (g_utf8_validate_len (text, length, &end))
    return true;

  set_bad_byte (error, name, text, length, (gsize) (end - text));
  return false;
}

void
pwk_line_reader_init (PwkLineReader *reader, const char *text, gsize length)
{
  gsize mark = strlen (BYTE_ORDER_MARK);

  reader->text = text;
  reader->length = length;
  reader->position = length >= mark && memcmp (text, BYTE_ORDER_MARK, mark) == 0 ? mark : 0;
  reader->number = 0;
}

bool
pwk_line_reader_next (PwkLineReader *reader, PwkLine *line)
{
  const char *start = reader->text + reader->position;
  gsize left = reader->length - reader->position;
  const char *end;
  gsize length;

  if (left == 0)
    return false;

  end = memchr (start, '\n', left);
  length = end != NULL ? (gsize) (end - start) : left;
  reader->position += length + (end != NULL ? 1 : 0);
  reader->number++;

  if (length > 0 && start[length - 1] == '\r')
    length--;
  line->text = start;
  line->length = (guint32) length;
  line->number = reader->number;
  return true;
}
