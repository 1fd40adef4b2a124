/* moment.c - the place in history that a picture shows, as a line of text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/moment-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <zlib.h>

#define PREFIX "pagewalk-moment:"
#define VERSION "1"
#define NUMBER_FORMAT "%.6g"

G_DEFINE_QUARK (pwk-moment-error-quark, pwk_moment_error)

PwkMoment *
pwk_moment_new (const char *name, const char *text, uint64_t event, const char *view)
{
  PwkMoment *moment = g_new0 (PwkMoment, 1);

  moment->name = g_utf8_make_valid (name != NULL ? name : "", -1);
  moment->view = g_utf8_make_valid (view != NULL ? view : "", -1);
  moment->event = event;
  moment->zoom = 1.0;
  if (text == NULL)
    {
      moment->sha256 = g_strdup ("");
      return moment;
    }

  moment->sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  if (strlen (text) <= PWK_MOMENT_MAX_TEXT)
    moment->text = g_strdup (text);

  return moment;
}

PwkMoment *
pwk_moment_copy (const PwkMoment *moment)
{
  PwkMoment *copy = g_new (PwkMoment, 1);

  *copy = *moment;
  copy->name = g_strdup (moment->name);
  copy->text = g_strdup (moment->text);
  copy->sha256 = g_strdup (moment->sha256);
  copy->view = g_strdup (moment->view);
  return copy;
}

void
pwk_moment_free (PwkMoment *moment)
{
  g_free (moment->name);
  g_free (moment->text);
  g_free (moment->sha256);
  g_free (moment->view);
  g_free (moment);
}

bool
pwk_moment_equal (const PwkMoment *a, const PwkMoment *b)
{
  return a->event == b->event &&
         g_strcmp0 (a->name, b->name) == 0 &&
         g_strcmp0 (a->text, b->text) == 0 &&
         g_strcmp0 (a->sha256, b->sha256) == 0 &&
         g_strcmp0 (a->view, b->view) == 0 &&
         pwk_box_equal (a->viewport, b->viewport) &&
         !(a->zoom < b->zoom || a->zoom > b->zoom);
}

/* --- fields as words --- */

static void
append_number (GString *out, double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (text, sizeof text, NUMBER_FORMAT, number));
}

static char *
viewport_to_word (PwkBox viewport)
{
  GString *out = g_string_new (NULL);
  const double parts[] = { viewport.x, viewport.y, viewport.w, viewport.h };

  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_number (out, parts[i]);
    }

  return g_string_free (out, FALSE);
}

/* base64 of the zlib stream of @text. */
static char *
pack (const char *text)
{
  uLong length = strlen (text);
  uLongf packed_length = compressBound (length);
  g_autofree Bytef *packed = g_malloc (packed_length);
  int status = compress2 (packed, &packed_length, (const Bytef *) text, length, Z_BEST_COMPRESSION);

  g_assert (status == Z_OK);

  return g_base64_encode (packed, packed_length);
}

static bool
damaged (GError **error, const char *what)
{
  g_set_error (error, PWK_MOMENT_ERROR, PWK_MOMENT_ERROR_DAMAGED, _("damaged moment: %s"), what);
  return false;
}

static char *
unpack (const char *word, GError **error)
{
  size_t packed_length = 0;
  g_autofree guchar *packed = g_base64_decode (word, &packed_length);
  g_autofree char *text = g_malloc (PWK_MOMENT_MAX_TEXT + 1);
  uLongf length = PWK_MOMENT_MAX_TEXT;

  if (uncompress ((Bytef *) text, &length, packed, packed_length) != Z_OK)
    {
      damaged (error, _("the scenario does not decompress"));
      return NULL;
    }

  text[length] = '\0';
  if (!g_utf8_validate (text, (gssize) length, NULL))
    {
      damaged (error, _("the scenario is not UTF-8 text"));
      return NULL;
    }

  return g_realloc (g_steal_pointer (&text), length + 1);
}

static bool
number_from_word (const char *word, const char *end, double *number)
{
  char *stop;

  errno = 0;
  *number = g_ascii_strtod (word, &stop);
  return errno == 0 && stop == end && end > word && isfinite (*number);
}

static bool
viewport_from_word (const char *word, PwkBox *viewport)
{
  double parts[4];

  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      const char *end = word + strcspn (word, ",");

      if (!number_from_word (word, end, &parts[i]) || (*end == ',') != (i < 3))
        return false;
      word = end + 1;
    }

  *viewport = pwk_box (parts[0], parts[1], parts[2], parts[3]);
  return true;
}

static bool
is_sha256 (const char *word)
{
  return *word == '\0' || (strlen (word) == 64 && strspn (word, "0123456789abcdef") == 64);
}

static bool
take_string (char **slot, char *value)
{
  if (value == NULL)
    return false;

  g_free (*slot);
  *slot = value;
  return true;
}

bool
pwk_moment_set_field (PwkMoment *moment, const char *key, const char *word, GError **error)
{
  bool good = true;

  if (strcmp (key, "name") == 0)
    good = take_string (&moment->name, g_strdup (word));
  else if (strcmp (key, "view") == 0)
    good = take_string (&moment->view, g_strdup (word));
  else if (strcmp (key, "event") == 0)
    good = g_ascii_string_to_unsigned (word, 10, 0, UINT64_MAX, &moment->event, NULL);
  else if (strcmp (key, "viewport") == 0)
    good = viewport_from_word (word, &moment->viewport);
  else if (strcmp (key, "zoom") == 0)
    good = number_from_word (word, word + strlen (word), &moment->zoom) && moment->zoom > 0.0;
  else if (strcmp (key, "sha256") == 0)
    good = is_sha256 (word) && take_string (&moment->sha256, g_strdup (word));
  else if (strcmp (key, "version") == 0)
    good = strcmp (word, VERSION) == 0;
  else if (strcmp (key, "text") == 0)
    return take_string (&moment->text, unpack (word, error));

  /* Other keys are of later versions and may be ignored: a new meaning gets a new version number. */
  if (!good)
    {
      g_autofree char *what = g_strdup_printf (_("“%s” is no value for %s"), word, key);

      return damaged (error, what);
    }

  return true;
}

bool
pwk_moment_verify (const PwkMoment *moment, GError **error)
{
  g_autofree char *sha256 = NULL;

  if (moment->text == NULL)
    return true;

  sha256 = g_compute_checksum_for_string (G_CHECKSUM_SHA256, moment->text, -1);
  if (strcmp (sha256, moment->sha256) != 0)
    return damaged (error, _("the scenario does not match its SHA-256"));

  return true;
}

/* --- the line --- */

static void
append_escaped (GString *out, const char *key, const char *value)
{
  g_autofree char *escaped = g_uri_escape_string (value, NULL, FALSE);

  g_string_append_printf (out, ";%s=%s", key, escaped);
}

char *
pwk_moment_to_string (const PwkMoment *moment)
{
  GString *out = g_string_new (PREFIX VERSION);
  g_autofree char *viewport = viewport_to_word (moment->viewport);

  append_escaped (out, "name", moment->name);
  g_string_append_printf (out, ";event=%" G_GUINT64_FORMAT, moment->event);
  append_escaped (out, "view", moment->view);
  g_string_append_printf (out, ";viewport=%s;zoom=", viewport);
  append_number (out, moment->zoom);
  g_string_append_printf (out, ";sha256=%s", moment->sha256);
  if (moment->text != NULL)
    {
      g_autofree char *packed = pack (moment->text);

      g_string_append_printf (out, ";text=%s", packed);
    }

  return g_string_free (out, FALSE);
}

static bool
read_field (PwkMoment *moment, char *field, GError **error)
{
  char *equals = strchr (field, '=');
  g_autofree char *value = NULL;

  if (equals == NULL)
    return damaged (error, _("expected KEY=VALUE"));

  *equals = '\0';
  value = g_uri_unescape_string (equals + 1, NULL);
  if (value == NULL || !g_utf8_validate (value, -1, NULL))
    return damaged (error, _("a value is not UTF-8 text"));

  return pwk_moment_set_field (moment, field, value, error);
}

PwkMoment *
pwk_moment_from_string (const char *string, GError **error)
{
  g_autoptr(PwkMoment) moment = pwk_moment_new (NULL, NULL, 0, NULL);
  g_auto(GStrv) fields = g_strsplit (string, ";", -1);

  if (fields[0] == NULL || strcmp (fields[0], PREFIX VERSION) != 0)
    {
      g_autofree char *what = g_strdup_printf (_("expected “%s”"), PREFIX VERSION ";…");

      damaged (error, what);
      return NULL;
    }

  for (unsigned i = 1; fields[i] != NULL; i++)
    if (!read_field (moment, fields[i], error))
      return NULL;

  if (!pwk_moment_verify (moment, error))
    return NULL;

  return g_steal_pointer (&moment);
}

char *
pwk_moment_to_svg (const PwkMoment *moment)
{
  GString *out = g_string_new ("<metadata>\n<pagewalk:moment xmlns:pagewalk=\"" PWK_MOMENT_NAMESPACE "\"");
  g_autofree char *name = g_markup_escape_text (moment->name, -1);
  g_autofree char *view = g_markup_escape_text (moment->view, -1);
  g_autofree char *viewport = viewport_to_word (moment->viewport);

  g_string_append_printf (out, " version=\"" VERSION "\" name=\"%s\" event=\"%" G_GUINT64_FORMAT "\" view=\"%s\""
                          " viewport=\"%s\" zoom=\"", name, moment->event, view, viewport);
  append_number (out, moment->zoom);
  g_string_append_printf (out, "\" sha256=\"%s\"", moment->sha256);
  if (moment->text != NULL)
    {
      g_autofree char *packed = pack (moment->text);

      g_string_append_printf (out, " encoding=\"zlib+base64\">%s</pagewalk:moment>", packed);
    }
  else
    {
      g_string_append (out, "/>");
    }

  g_string_append (out, "\n</metadata>\n");
  return g_string_free (out, FALSE);
}
