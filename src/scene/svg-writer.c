/* svg-writer.c - elements put together to an SVG file, still or moving
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/svg.h"

#include <string.h>

void
pwk_svg_writer_init (PwkSvgWriter *writer, const PwkTheme *theme, const PwkSvgTiming *timing)
{
  *writer = (PwkSvgWriter) {
    .theme = theme,
    .timing = timing,
    .body = g_string_new (NULL),
    .defs = g_string_new (NULL),
    .defined = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL),
  };
}

void
pwk_svg_writer_clear (PwkSvgWriter *writer)
{
  g_string_free (writer->body, TRUE);
  g_string_free (writer->defs, TRUE);
  g_hash_table_unref (writer->defined);
  g_hash_table_unref (writer->ids);
}

/* --- motion --- */

/* With times for resting before and after, an animation is four values, else two. */
static void
append_values (GString *out, const PwkSvgTiming *timing, const char *from, const char *to)
{
  if (timing->hold_ms > 0)
    g_string_append_printf (out, "values=\"%s;%s;%s;%s\"", from, from, to, to);
  else
    g_string_append_printf (out, "values=\"%s;%s\"", from, to);
}

/* The splines are CSS's "ease-in-out", near to pwk_ease (). */
static void
append_timing (GString *out, const PwkSvgTiming *timing)
{
  unsigned total = timing->duration_ms + 2 * timing->hold_ms;

  g_string_append_printf (out, " dur=\"%ums\" calcMode=\"spline\"", MAX (total, 1));
  if (timing->hold_ms > 0)
    {
      g_string_append (out, " keyTimes=\"0;");
      pwk_svg_append_number (out, (double) timing->hold_ms / total);
      g_string_append_c (out, ';');
      pwk_svg_append_number (out, (double) (timing->hold_ms + timing->duration_ms) / total);
      g_string_append (out, ";1\" keySplines=\"0 0 1 1;0.65 0 0.35 1;0 0 1 1\"");
    }
  else
    {
      g_string_append (out, " keyTimes=\"0;1\" keySplines=\"0.65 0 0.35 1\"");
    }

  g_string_append (out, timing->repeat ? " repeatCount=\"indefinite\"/>" : " fill=\"freeze\"/>");
}

static void
append_animate (GString *out, const PwkSvgTiming *timing, const char *attribute, const char *from, const char *to)
{
  g_string_append_printf (out, "<animate attributeName=\"%s\" ", attribute);
  append_values (out, timing, from, to);
  append_timing (out, timing);
}

static bool
can_animate (const char *name)
{
  static const char *const names[] = {
    "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r", "d", "fill", "stroke", "fill-opacity",
    "stroke-opacity", "stroke-width", "opacity", "font-size",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return true;

  return false;
}

static bool
is_command (char c)
{
  return g_ascii_isalpha (c);
}

/* Paths move only if they have the same commands, paints only if both are colours. */
static bool
can_move (const char *name, const char *from, const char *to)
{
  if (!can_animate (name))
    return false;
  if (strcmp (name, "fill") == 0 || strcmp (name, "stroke") == 0)
    return from[0] == '#' && to[0] == '#';
  if (strcmp (name, "d") != 0)
    return true;

  for (;;)
    {
      while (*from != '\0' && !is_command (*from))
        from++;
      while (*to != '\0' && !is_command (*to))
        to++;
      if (*from != *to)
        return false;
      if (*from == '\0')
        return true;
      from++;
      to++;
    }
}

static bool
can_become (const PwkSvgElement *from, const PwkSvgElement *to)
{
  if (strcmp (from->tag, to->tag) != 0 || from->n_attributes != to->n_attributes ||
      g_strcmp0 (from->content, to->content) != 0)
    return false;

  for (unsigned i = 0; i < from->n_attributes; i++)
    if (strcmp (from->names[i], to->names[i]) != 0 ||
        (strcmp (from->values[i], to->values[i]) != 0 &&
         !can_move (from->names[i], from->values[i], to->values[i])))
      return false;

  return true;
}

/* --- elements --- */

static void
append_attributes (GString *out, const PwkSvgElement *element)
{
  g_string_append_printf (out, "<%s", element->tag);
  for (unsigned i = 0; i < element->n_attributes; i++)
    g_string_append_printf (out, " %s=\"%s\"", element->names[i], element->values[i]);
}

/* @motion: animate elements, or "". */
static void
append_element (GString *out, const PwkSvgElement *element, const char *motion)
{
  append_attributes (out, element);
  if (element->content == NULL && motion[0] == '\0')
    g_string_append (out, "/>\n");
  else
    g_string_append_printf (out, ">%s%s</%s>\n", element->content != NULL ? element->content : "", motion, element->tag);
}

static void
append_moving (const PwkSvgWriter *writer, const PwkSvgElement *from, const PwkSvgElement *to)
{
  g_autoptr(GString) motion = g_string_new (NULL);

  for (unsigned i = 0; i < to->n_attributes; i++)
    if (strcmp (from->values[i], to->values[i]) != 0)
      append_animate (motion, writer->timing, to->names[i], from->values[i], to->values[i]);

  append_element (writer->body, to, motion->str);
}

static void
append_fading (const PwkSvgWriter *writer, const PwkSvgElement *element, const char *from, const char *to)
{
  g_string_append_printf (writer->body, "<g opacity=\"%s\">", to);
  append_animate (writer->body, writer->timing, "opacity", from, to);
  append_element (writer->body, element, "");
  g_string_append (writer->body, "</g>\n");
}

static void
append_change (const PwkSvgWriter *writer, const PwkSvgElement *from, const PwkSvgElement *to)
{
  if (can_become (from, to))
    {
      append_moving (writer, from, to);
      return;
    }

  append_fading (writer, from, "1", "0");
  append_fading (writer, to, "0", "1");
}

/* --- items --- */

static void
begin_clip (PwkSvgWriter *writer, const PwkItem *item)
{
  g_autofree char *clip = NULL;

  if (item->clip == NULL)
    return;

  clip = pwk_svg_define_clip (writer, *item->clip);
  g_string_append_printf (writer->body, "<g clip-path=\"url(#%s)\">\n", clip);
}

static void
end_clip (const PwkSvgWriter *writer, const PwkItem *item)
{
  if (item->clip != NULL)
    g_string_append (writer->body, "</g>\n");
}

static void
write_still (PwkSvgWriter *writer, const PwkItem *item)
{
  g_autoptr(GArray) elements = NULL;

  if (!(item->opacity > 0.0f))
    return;

  elements = pwk_svg_elements (writer, item);
  if (elements->len == 0)
    return;

  begin_clip (writer, item);
  for (unsigned i = 0; i < elements->len; i++)
    append_element (writer->body, &g_array_index (elements, PwkSvgElement, i), "");
  end_clip (writer, item);
}

static void
begin_opacity (const PwkSvgWriter *writer, double from, double to)
{
  g_autoptr(GString) from_word = g_string_new (NULL);
  g_autoptr(GString) to_word = g_string_new (NULL);

  pwk_svg_append_number (from_word, from);
  pwk_svg_append_number (to_word, to);
  g_string_append_printf (writer->body, "<g opacity=\"%s\">", to_word->str);
  if (strcmp (from_word->str, to_word->str) != 0)
    append_animate (writer->body, writer->timing, "opacity", from_word->str, to_word->str);
  g_string_append_c (writer->body, '\n');
}

/* Opacity is animated around the item, so that both ends have the same elements. */
static void
write_moving (PwkSvgWriter *writer, const PwkItem *from, const PwkItem *item)
{
  PwkItem start = *from;
  PwkItem end = *item;
  bool fades = from->opacity < 1.0f || item->opacity < 1.0f;
  g_autoptr(GArray) a = NULL;
  g_autoptr(GArray) b = NULL;

  if (!(from->opacity > 0.0f) && !(item->opacity > 0.0f))
    return;

  start.opacity = 1.0f;
  end.opacity = 1.0f;
  a = pwk_svg_elements (writer, &start);
  b = pwk_svg_elements (writer, &end);

  begin_clip (writer, item);
  if (fades)
    begin_opacity (writer, from->opacity, item->opacity);
  for (unsigned i = 0; i < MIN (a->len, b->len); i++)
    append_change (writer, &g_array_index (a, PwkSvgElement, i), &g_array_index (b, PwkSvgElement, i));
  for (unsigned i = b->len; i < a->len; i++)
    append_fading (writer, &g_array_index (a, PwkSvgElement, i), "1", "0");
  for (unsigned i = a->len; i < b->len; i++)
    append_fading (writer, &g_array_index (b, PwkSvgElement, i), "0", "1");
  if (fades)
    g_string_append (writer->body, "</g>\n");
  end_clip (writer, item);
}

void
pwk_svg_write_item (PwkSvgWriter *writer, const PwkItem *from, const PwkItem *item)
{
  if (from != NULL && writer->timing != NULL)
    write_moving (writer, from, item);
  else
    write_still (writer, item);
}

/* Ids are unique in a file: a thing that comes again later is "pfn-12-2". */
void
pwk_svg_begin_thing (PwkSvgWriter *writer, uint64_t id, const char *label)
{
  unsigned count;

  count = GPOINTER_TO_UINT (g_hash_table_lookup (writer->ids, &id)) + 1;
  g_hash_table_insert (writer->ids, g_memdup2 (&id, sizeof id), GUINT_TO_POINTER (count));
  g_string_append_printf (writer->body, "<g id=\"%s-%" G_GUINT64_FORMAT, pwk_thing_name (pwk_id_thing (id)),
                          pwk_id_number (id));
  if (count > 1)
    g_string_append_printf (writer->body, "-%u", count);
  g_string_append (writer->body, "\">");
  if (label != NULL && label[0] != '\0')
    {
      g_autofree char *escaped = pwk_svg_escape (label);

      g_string_append_printf (writer->body, "<title>%s</title>", escaped);
    }

  g_string_append_c (writer->body, '\n');
}

void
pwk_svg_end_thing (PwkSvgWriter *writer)
{
  g_string_append (writer->body, "</g>\n");
}

/* --- the file --- */

/* Families in quotes, since a name such as "Source Sans 3" is none without them; "" for none. */
static char *
css_families (const char *families, const char *generic)
{
  g_auto(GStrv) names = g_strsplit (families, ",", -1);
  GString *out = g_string_new (NULL);

  for (unsigned i = 0; names[i] != NULL; i++)
    {
      g_strdelimit (g_strstrip (names[i]), "'\"\\<>&;{}", ' ');
      if (names[i][0] != '\0')
        g_string_append_printf (out, "'%s', ", names[i]);
    }

  g_string_append (out, generic);
  return g_string_free (out, FALSE);
}

static void
append_element_text (GString *out, const char *tag, const char *id, const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL)
    return;

  escaped = pwk_svg_escape (text);
  g_string_append_printf (out, "<%s id=\"%s\">%s</%s>\n", tag, id, escaped, tag);
}

static void
append_root (GString *out, const PwkSvgWriter *writer, const PwkScene *scene)
{
  const char *language = pwk_scene_get_language (scene);
  g_autofree char *escaped = pwk_svg_escape (language != NULL ? language : "en");
  g_autofree char *sans = css_families (pwk_theme_font_family (writer->theme, PWK_FONT_NORMAL), "sans-serif");
  g_autoptr(GString) width = g_string_new (NULL);
  g_autoptr(GString) height = g_string_new (NULL);

  pwk_svg_append_number (width, pwk_scene_get_width (scene));
  pwk_svg_append_number (height, pwk_scene_get_height (scene));
  g_string_append_printf (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
                          " version=\"1.1\" width=\"%s\" height=\"%s\" viewBox=\"0 0 %s %s\" role=\"img\" xml:lang=\"%s\"",
                          width->str, height->str, width->str, height->str, escaped);
  if (pwk_scene_get_title (scene) != NULL)
    g_string_append_printf (out, " aria-labelledby=\"title%s\"",
                            pwk_scene_get_description (scene) != NULL ? " desc" : "");
  g_string_append_printf (out, " font-family=\"%s\">\n", sans);
}

static void
append_defs (GString *out, const PwkSvgWriter *writer)
{
  g_autofree char *mono = css_families (pwk_theme_font_family (writer->theme, PWK_FONT_MONO), "monospace");

  g_string_append_printf (out, "<defs>\n<style>.mono { font-family: %s }</style>\n%s</defs>\n", mono, writer->defs->str);
}

char *
pwk_svg_finish (PwkSvgWriter *writer, const PwkScene *scene, bool transparent)
{
  GString *out = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");

  append_root (out, writer, scene);
  append_element_text (out, "title", "title", pwk_scene_get_title (scene));
  append_element_text (out, "desc", "desc", pwk_scene_get_description (scene));
  if (pwk_scene_get_moment (scene) != NULL)
    {
      g_autofree char *metadata = pwk_moment_to_svg (pwk_scene_get_moment (scene));

      g_string_append (out, metadata);
    }

  append_defs (out, writer);
  if (!transparent)
    {
      char hex[8];

      pwk_colour_to_hex (pwk_theme_colour (writer->theme, PWK_ROLE_CANVAS), hex);
      g_string_append_printf (out, "<rect width=\"100%%\" height=\"100%%\" fill=\"%s\"/>\n", hex);
    }

  g_string_append (out, writer->body->str);
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
}
