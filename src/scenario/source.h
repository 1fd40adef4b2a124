/* source.h - the text of a scenario, line by line
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

#define PWK_SOURCE_MAX_BYTES  ((gsize) 1 << 30)     /* offsets in a line fit 32 bits */

/* One line, without its "\n" or "\r\n"; it points into the text. */
typedef struct
{
  const char *text;
  guint32     length;   /* bytes */
  guint32     number;   /* from 1 */
} PwkLine;

/* Walks over the lines of @text, which stays the caller's. */
typedef struct
{
  const char *text;
  gsize       length;
  gsize       position;
  guint32     number;   /* of the line read last */
} PwkLineReader;

/* Reads the file @path, or standard input for "-". The text ends in a NUL that @length does not
 * count. Fails with G_FILE_ERROR, and with PWK_SCRIPT_ERROR_LIMIT above PWK_SOURCE_MAX_BYTES. */
char *pwk_source_read (const char *path, gsize *length, GError **error);

/* Whether @text is what a scenario may be made of: UTF-8 without NUL, not too large. A byte order
 * mark at the start is allowed. */
bool pwk_source_check (const char *name, const char *text, gsize length, GError **error);

void pwk_line_reader_init (PwkLineReader *reader, const char *text, gsize length);

/* Gives the next line, or false at the end. A line end at the very end of the text begins no
 * further line. */
bool pwk_line_reader_next (PwkLineReader *reader, PwkLine *line);
