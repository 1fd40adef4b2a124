/* moment-file.c - moments in PNG, SVG and PDF pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/moment-private.h"

#include <glib/gi18n.h>
#include <string.h>
#include <zlib.h>

/* Portable Network Graphics specification, "Chunk layout":
 *
 *      [length u32][type 4][data length][crc32 of type and data u32]     big-endian */
#define PNG_SIGNATURE "\x89PNG\r\n\x1a\n"
#define PNG_SIGNATURE_BYTES 8
#define PNG_OVERHEAD 12
#define PNG_IHDR_BYTES (PNG_OVERHEAD + 13)

typedef struct
{
  const uint8_t *data;
  size_t         length;
} Bytes;

static uint32_t
get_u32 (const uint8_t *at)
{
  return (uint32_t) at[0] << 24 | (uint32_t) at[1] << 16 | (uint32_t) at[2] << 8 | at[3];
}

static void
put_u32 (GByteArray *out, uint32_t value)
{
  const uint8_t bytes[] = { (uint8_t) (value >> 24), (uint8_t) (value >> 16), (uint8_t) (value >> 8), (uint8_t) value };

  g_byte_array_append (out, bytes, sizeof bytes);
}

static bool
starts_with (Bytes bytes, const char *prefix, size_t length)
{
  return bytes.length >= length && memcmp (bytes.data, prefix, length) == 0;
}

static bool
no_moment (GError **error)
{
  g_set_error_literal (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_NONE,
                       _("the picture carries no moment of a scenario"));
  return false;
}

static bool
not_a_picture (GError **error)
{
  g_set_error_literal (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_NOT_A_PICTURE, _("expected a PNG, SVG or PDF picture"));
  return false;
}

static bool
damaged_picture (GError **error, const char *what)
{
  g_set_error_literal (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_DAMAGED, what);
  return false;
}

/* --- PNG --- */

/* "iTXt": keyword, NUL, compressed?, method, language, NUL, translated keyword, NUL, text. */
static void
put_itxt (GByteArray *out, const char *text)
{
  static const uint8_t flags[] = { 0, 0, 0, 0, 0 };
  size_t start = out->len + 4;

  put_u32 (out, (uint32_t) (strlen (PWK_MOMENT_KEYWORD) + sizeof flags + strlen (text)));
  g_byte_array_append (out, (const uint8_t *) "iTXt", 4);
  g_byte_array_append (out, (const uint8_t *) PWK_MOMENT_KEYWORD, strlen (PWK_MOMENT_KEYWORD));
  g_byte_array_append (out, flags, sizeof flags);
  g_byte_array_append (out, (const uint8_t *) text, (guint) strlen (text));
  put_u32 (out, (uint32_t) crc32 (crc32 (0, NULL, 0), out->data + start, (uInt) (out->len - start)));
}

GBytes *
pwk_moment_into_png (const PwkMoment *moment, GBytes *png, GError **error)
{
  size_t head = PNG_SIGNATURE_BYTES + PNG_IHDR_BYTES;
  g_autofree char *text = pwk_moment_to_string (moment);
  Bytes bytes;
  GByteArray *out;

  bytes.data = g_bytes_get_data (png, &bytes.length);
  if (!starts_with (bytes, PNG_SIGNATURE, PNG_SIGNATURE_BYTES) || bytes.length < head)
    {
      not_a_picture (error);
      return NULL;
    }

  out = g_byte_array_sized_new ((guint) (bytes.length + strlen (text) + 64));
  g_byte_array_append (out, bytes.data, (guint) head);
  put_itxt (out, text);
  g_byte_array_append (out, bytes.data + head, (guint) (bytes.length - head));
  return g_byte_array_free_to_bytes (out);
}

static bool
moment_from_text (const char *text, size_t length, PwkMoment **moment, GError **error)
{
  g_autofree char *line = g_strndup (text, length);
  PwkMoment *read = pwk_moment_from_string (line, error);

  if (read == NULL)
    return false;

  *moment = read;
  return true;
}

/* @chunk is the data of an iTXt chunk with our keyword; a compressed one is another program's work. */
static bool
read_itxt (Bytes chunk, PwkMoment **moment, GError **error)
{
  const uint8_t *end = chunk.data + chunk.length;
  const uint8_t *at = chunk.data + strlen (PWK_MOMENT_KEYWORD) + 1;
  bool compressed;

  if (end - at < 2)
    return damaged_picture (error, _("damaged moment: the PNG's text chunk is too short"));

  compressed = at[0] != 0;
  at += 2;
  for (int i = 0; i < 2; i++)
    {
      const uint8_t *nul = memchr (at, 0, (size_t) (end - at));

      if (nul == NULL)
        return damaged_picture (error, _("damaged moment: the PNG's text chunk is too short"));
      at = nul + 1;
    }

  if (compressed)
    {
      uLongf length = 3 * PWK_MOMENT_MAX_TEXT;
      g_autofree char *text = g_malloc (length);

      if (uncompress ((Bytef *) text, &length, at, (uLong) (end - at)) != Z_OK)
        return damaged_picture (error, _("damaged moment: the PNG's text chunk does not decompress"));

      return moment_from_text (text, length, moment, error);
    }

  return moment_from_text ((const char *) at, (size_t) (end - at), moment, error);
}

static bool
is_ours (Bytes chunk)
{
  size_t length = strlen (PWK_MOMENT_KEYWORD) + 1;

  return chunk.length >= length && memcmp (chunk.data, PWK_MOMENT_KEYWORD, length) == 0;
}

static bool
read_png (Bytes png, PwkMoment **moment, GError **error)
{
  size_t at = PNG_SIGNATURE_BYTES;

  while (png.length - at >= PNG_OVERHEAD)
    {
      const uint8_t *head = png.data + at;
      size_t length = get_u32 (head);
      Bytes chunk = { head + 8, length };

      if (length > png.length - at - PNG_OVERHEAD)
        return damaged_picture (error, _("damaged PNG: a chunk goes beyond the end of the file"));

      if (memcmp (head + 4, "iTXt", 4) == 0 && is_ours (chunk))
        {
          if (crc32 (crc32 (0, NULL, 0), head + 4, (uInt) length + 4) != get_u32 (chunk.data + length))
            return damaged_picture (error, _("damaged moment: the checksum of the PNG's text chunk is wrong"));

          return read_itxt (chunk, moment, error);
        }

      if (memcmp (head + 4, "IEND", 4) == 0)
        break;

      at += length + PNG_OVERHEAD;
    }

  return no_moment (error);
}

/* --- PDF --- */

static const uint8_t *
find (const uint8_t *at, const uint8_t *end, const char *needle)
{
  size_t length = strlen (needle);

  while ((size_t) (end - at) >= length)
    {
      at = memchr (at, needle[0], (size_t) (end - at) - length + 1);
      if (at == NULL)
        return NULL;
      if (memcmp (at, needle, length) == 0)
        return at;
      at++;
    }

  return NULL;
}

/* PDF Reference, "Literal strings". Moments are ASCII, so of the escapes only the brackets, the backslash
 * and the broken line can occur. */
static char *
literal_string (const uint8_t *at, const uint8_t *end)
{
  g_autoptr(GString) out = g_string_new (NULL);
  int depth = 1;

  for (; at < end; at++)
    {
      if (*at == '\\' && at + 1 < end)
        {
          at++;
          if (*at != '\n')
            g_string_append_c (out, (char) *at);
          continue;
        }

      depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
      if (depth == 0)
        return g_string_free (g_steal_pointer (&out), FALSE);
      g_string_append_c (out, (char) *at);
    }

  return NULL;
}

/* "Hexadecimal strings", of PDFDocEncoding or of UTF-16BE behind a byte order mark: its high bytes are 0 here. */
static char *
hexadecimal_string (const uint8_t *at, const uint8_t *end)
{
  g_autoptr(GString) out = g_string_new (NULL);
  int digits = 0;
  int byte = 0;

  for (; at < end && *at != '>'; at++)
    {
      int digit = g_ascii_xdigit_value ((char) *at);

      if (digit < 0)
        continue;

      byte = byte << 4 | digit;
      if (++digits % 2 == 0)
        {
          if (byte != 0 && byte < 0x80)
            g_string_append_c (out, (char) byte);
          byte = 0;
        }
    }

  return at < end ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static char *
pdf_string (const uint8_t *at, const uint8_t *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;

  if (at < end && *at == '(')
    return literal_string (at + 1, end);
  if (at < end && *at == '<')
    return hexadecimal_string (at + 1, end);

  return NULL;
}

static bool
read_pdf (Bytes pdf, PwkMoment **moment, GError **error)
{
  const uint8_t *end = pdf.data + pdf.length;

  for (const uint8_t *at = find (pdf.data, end, "/Keywords"); at != NULL; at = find (at, end, "/Keywords"))
    {
      g_autofree char *keywords = NULL;

      at += strlen ("/Keywords");
      keywords = pdf_string (at, end);
      if (keywords != NULL && g_str_has_prefix (keywords, "pagewalk-moment:"))
        return moment_from_text (keywords, strlen (keywords), moment, error);
    }

  return no_moment (error);
}

/* --- SVG --- */

typedef struct
{
  bool       is_svg;
  bool       inside;        /* the moment's element */
  PwkMoment *moment;        /* owned; NULL until found */
  GString   *packed;        /* owned */
} SvgReader;

static bool
is_named (const char *element, const char *name)
{
  const char *colon = strrchr (element, ':');

  return strcmp (colon != NULL ? colon + 1 : element, name) == 0;
}

static void
svg_start (GMarkupParseContext *context, const char *element, const char **keys, const char **values,
           void *data, GError **error)
{
  SvgReader *reader = data;

  (void) context;
  if (is_named (element, "svg"))
    reader->is_svg = true;
  if (reader->moment != NULL || !is_named (element, "moment"))
    return;

  reader->moment = pwk_moment_new (NULL, NULL, 0, NULL);
  reader->inside = true;
  for (unsigned i = 0; keys[i] != NULL; i++)
    if (strcmp (keys[i], "text") != 0 && !pwk_moment_set_field (reader->moment, keys[i], values[i], error))
      return;
}

static void
svg_text (GMarkupParseContext *context, const char *text, size_t length, void *data, GError **error)
{
  SvgReader *reader = data;

  (void) context;
  (void) error;
  if (reader->inside)
    g_string_append_len (reader->packed, text, (gssize) length);
}

static void
svg_end (GMarkupParseContext *context, const char *element, void *data, GError **error)
{
  SvgReader *reader = data;

  (void) context;
  if (!reader->inside || !is_named (element, "moment"))
    return;

  reader->inside = false;
  g_strstrip (reader->packed->str);
  if (reader->packed->str[0] != '\0')
    pwk_moment_set_field (reader->moment, "text", reader->packed->str, error);
}

static const GMarkupParser svg_parser = { svg_start, svg_end, svg_text, NULL, NULL };

static bool
finish_svg (SvgReader *reader, PwkMoment **moment, GError **error)
{
  if (!reader->is_svg)
    return not_a_picture (error);
  if (reader->moment == NULL)
    return no_moment (error);
  if (!pwk_moment_verify (reader->moment, error))
    return false;

  *moment = g_steal_pointer (&reader->moment);
  return true;
}

static bool
read_svg (Bytes svg, PwkMoment **moment, GError **error)
{
  SvgReader reader = { .packed = g_string_new (NULL) };
  g_autoptr(GMarkupParseContext) context = g_markup_parse_context_new (&svg_parser, 0, &reader, NULL);
  GError *why = NULL;
  bool good = false;

  if (g_markup_parse_context_parse (context, (const char *) svg.data, (gssize) svg.length, &why) &&
      g_markup_parse_context_end_parse (context, &why))
    good = finish_svg (&reader, moment, error);
  else if (why->domain == PWK_MOMENT_ERROR)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (reader.is_svg)
    g_set_error (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_DAMAGED, _("damaged SVG: %s"), why->message);
  else
    not_a_picture (error);

  g_clear_error (&why);
  g_clear_pointer (&reader.moment, pwk_moment_free);
  g_string_free (reader.packed, TRUE);
  return good;
}

/* --- any --- */

bool
pwk_moment_read (const void *data, size_t length, PwkMoment **moment, GError **error)
{
  Bytes bytes = { data, length };

  if (starts_with (bytes, PNG_SIGNATURE, PNG_SIGNATURE_BYTES))
    return read_png (bytes, moment, error);
  if (starts_with (bytes, "%PDF-", 5))
    return read_pdf (bytes, moment, error);

  if (starts_with (bytes, "\xef\xbb\xbf", 3))
    bytes = (Bytes) { bytes.data + 3, bytes.length - 3 };
  while (bytes.length > 0 && g_ascii_isspace (bytes.data[0]))
    bytes = (Bytes) { bytes.data + 1, bytes.length - 1 };
  if (starts_with (bytes, "<", 1))
    return read_svg (bytes, moment, error);

  return not_a_picture (error);
}

bool
pwk_moment_read_file (const char *filename, PwkMoment **moment, GError **error)
{
  g_autofree char *data = NULL;
  size_t length;

  if (!g_file_get_contents (filename, &data, &length, error))
    return false;
  if (!pwk_moment_read (data, length, moment, error))
    {
      g_prefix_error (error, "%s: ", filename);
      return false;
    }

  return true;
}
