/* svg-writer.c - elements put together to an SVG file, still or moving
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/svg.h"

#include <string.h>

#include "scene/text.h"

void
pwk_svg_writer_init (PwkSvgWriter *writer, const PwkTheme *theme)
{
  *writer = (PwkSvgWriter) {
    .theme = theme,
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

/* Times that are none are left out: a motion that begins with the film rests only after it. */
static void
append_values (GString *out, const PwkSvgTiming *timing, const char *from, const char *to)
{
  g_string_append_printf (out, "values=\"%s%s%s;%s%s%s\"", timing->start_ms > 0 ? from : "", timing->start_ms > 0 ? ";" : "", from, to,
                          timing->end_ms < timing->total_ms ? ";" : "", timing->end_ms < timing->total_ms ? to : "");
}

static void
append_time (GString *out, const PwkSvgTiming *timing, unsigned ms)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (out, g_ascii_formatd (text, sizeof text, "%.5g", (double) ms / MAX (timing->total_ms, 1)));
}

static void
append_repeat (GString *out, const PwkSvgTiming *timing)
{
  g_string_append (out, timing->repeat ? " repeatCount=\"indefinite\"/>" : " fill=\"freeze\"/>");
}

/* The splines are CSS's "ease-in-out", near to pwk_ease (). */
static void
append_timing (GString *out, const PwkSvgTiming *timing)
{
  bool waits = timing->start_ms > 0;
  bool rests = timing->end_ms < timing->total_ms;

  g_string_append_printf (out, " dur=\"%ums\" calcMode=\"spline\" keyTimes=\"0;", timing->total_ms);
  if (waits)
    {
      append_time (out, timing, timing->start_ms);
      g_string_append_c (out, ';');
    }
  if (rests)
    {
      append_time (out, timing, timing->end_ms);
      g_string_append_c (out, ';');
    }

  g_string_append_printf (out, "1\" keySplines=\"%s0.65 0 0.35 1%s\"", waits ? "0 0 1 1;" : "", rests ? ";0 0 1 1" : "");
  append_repeat (out, timing);
}

/* The same film, but from @from to @to, 0 … 1, of the motion. */
static PwkSvgTiming
part_of (const PwkSvgTiming *timing, double from, double to)
{
  PwkSvgTiming part = *timing;
  double duration = timing->end_ms - timing->start_ms;

  part.start_ms = timing->start_ms + (unsigned) (duration * from);
  part.end_ms = timing->start_ms + (unsigned) (duration * to);
  return part;
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

/* The part of the motion in which @item moves. */
static PwkSvgTiming
timing_of (const PwkSvgWriter *writer, const PwkItem *item)
{
  return part_of (writer->timing, item->starts, item->ends > 0.0f ? item->ends : 1.0);
}

static void
append_moving (const PwkSvgWriter *writer, const PwkSvgTiming *timing, const PwkSvgElement *from, const PwkSvgElement *to)
{
  g_autoptr(GString) motion = g_string_new (NULL);

  for (unsigned i = 0; i < to->n_attributes; i++)
    if (strcmp (from->values[i], to->values[i]) != 0)
      append_animate (motion, timing, to->names[i], from->values[i], to->values[i]);

  append_element (writer->body, to, motion->str);
}

/* One of two that swap: it is seen in the one half of the motion only. */
static void
append_swapping (const PwkSvgWriter *writer, const PwkSvgTiming *timing, const PwkSvgElement *element, bool comes)
{
  g_string_append_printf (writer->body, "<g opacity=\"%s\"><animate attributeName=\"opacity\" values=\"%s\" dur=\"%ums\""
                          " calcMode=\"discrete\" keyTimes=\"0;", comes ? "1" : "0", comes ? "0;1" : "1;0", timing->total_ms);
  append_time (writer->body, timing, (timing->start_ms + timing->end_ms) / 2);
  g_string_append_c (writer->body, '"');
  append_repeat (writer->body, timing);
  append_element (writer->body, element, "");
  g_string_append (writer->body, "</g>\n");
}

static void
append_change (const PwkSvgWriter *writer, const PwkSvgTiming *timing, const PwkSvgElement *from, const PwkSvgElement *to)
{
  if (can_become (from, to))
    {
      append_moving (writer, timing, from, to);
      return;
    }

  append_swapping (writer, timing, from, false);
  append_swapping (writer, timing, to, true);
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

/* In which part of the motion an item fades, as pwk_blend_frame () has it: all of it, but the first or last third if it moves out of an
 * origin or into one, and a half if it comes or goes where it is. */
static PwkSvgTiming
fading (const PwkSvgTiming *timing, const PwkItem *from, const PwkItem *item)
{
  bool comes = !(from->opacity > 0.0f);
  bool goes = !(item->opacity > 0.0f);
  bool moves = (item->flags & PWK_FLAG_MOVING) != 0;

  if (comes)
    return moves ? part_of (timing, 0.0, 1.0 / 3.0) : part_of (timing, 0.5, 1.0);
  if (goes)
    return moves ? part_of (timing, 2.0 / 3.0, 1.0) : part_of (timing, 0.0, 0.5);

  return *timing;
}

static void
begin_opacity (const PwkSvgWriter *writer, const PwkSvgTiming *motion, const PwkItem *from, const PwkItem *item)
{
  PwkSvgTiming timing = fading (motion, from, item);
  g_autoptr(GString) from_word = g_string_new (NULL);
  g_autoptr(GString) to_word = g_string_new (NULL);

  pwk_svg_append_number (from_word, from->opacity);
  pwk_svg_append_number (to_word, item->opacity);
  g_string_append_printf (writer->body, "<g opacity=\"%s\">", to_word->str);
  if (strcmp (from_word->str, to_word->str) != 0)
    append_animate (writer->body, &timing, "opacity", from_word->str, to_word->str);
  g_string_append_c (writer->body, '\n');
}

/* What only passes is hidden at both ends of the motion, and in a viewer that plays nothing: it is seen in its part alone. Without an origin it
 * does not move, and is not seen at all. */
static void
begin_passing (PwkSvgWriter *writer, const PwkSvgTiming *timing)
{
  g_string_append_printf (writer->body, "<g opacity=\"0\"><animate attributeName=\"opacity\" values=\"0;1;0\" dur=\"%ums\""
                          " calcMode=\"discrete\" keyTimes=\"0;", timing->total_ms);
  append_time (writer->body, timing, timing->start_ms);
  g_string_append_c (writer->body, ';');
  append_time (writer->body, timing, timing->end_ms);
  g_string_append_c (writer->body, '"');
  append_repeat (writer->body, timing);
  g_string_append_c (writer->body, '\n');
}

/* Opacity is animated around the item, so that both ends have the same elements. */
static void
write_moving (PwkSvgWriter *writer, const PwkItem *from, const PwkItem *item)
{
  PwkItem start = *from;
  PwkItem end = *item;
  bool fades = from->opacity < 1.0f || item->opacity < 1.0f;
  bool passes = (item->flags & (PWK_FLAG_PASSING | PWK_FLAG_MOVING)) == (PWK_FLAG_PASSING | PWK_FLAG_MOVING);
  PwkSvgTiming timing = timing_of (writer, item);
  g_autoptr(GArray) a = NULL;
  g_autoptr(GArray) b = NULL;

  if (!(from->opacity > 0.0f) && !(item->opacity > 0.0f) && !passes)
    return;

  start.opacity = 1.0f;
  end.opacity = 1.0f;
  a = pwk_svg_elements (writer, &start);
  b = pwk_svg_elements (writer, &end);

  begin_clip (writer, item);
  if (passes)
    begin_passing (writer, &timing);
  else if (fades)
    begin_opacity (writer, &timing, from, item);
  for (unsigned i = 0; i < MIN (a->len, b->len); i++)
    append_change (writer, &timing, &g_array_index (a, PwkSvgElement, i), &g_array_index (b, PwkSvgElement, i));
  for (unsigned i = b->len; i < a->len; i++)
    append_swapping (writer, &timing, &g_array_index (a, PwkSvgElement, i), false);
  for (unsigned i = a->len; i < b->len; i++)
    append_swapping (writer, &timing, &g_array_index (b, PwkSvgElement, i), true);
  if (fades)    /* what passes does, too */
    g_string_append (writer->body, "</g>\n");
  end_clip (writer, item);
}

/* A film of one motion is seen all the time. In a viewer that plays nothing the last motion's end is. */
void
pwk_svg_begin_motion (PwkSvgWriter *writer, const PwkSvgTiming *timing, unsigned from_ms, unsigned to_ms)
{
  bool is_last = to_ms == timing->total_ms;

  writer->timing = timing;
  if (from_ms == 0 && is_last)
    {
      g_string_append (writer->body, "<g>\n");
      return;
    }

  g_string_append_printf (writer->body, "<g display=\"%s\"><animate attributeName=\"display\" values=\"%sinline%s\" dur=\"%ums\""
                          " calcMode=\"discrete\" keyTimes=\"0", is_last ? "inline" : "none", from_ms > 0 ? "none;" : "",
                          is_last ? "" : ";none", timing->total_ms);
  if (from_ms > 0)
    {
      g_string_append_c (writer->body, ';');
      append_time (writer->body, timing, from_ms);
    }
  if (!is_last)
    {
      g_string_append_c (writer->body, ';');
      append_time (writer->body, timing, to_ms);
    }

  g_string_append_c (writer->body, '"');
  append_repeat (writer->body, timing);
  g_string_append_c (writer->body, '\n');
}

void
pwk_svg_end_motion (PwkSvgWriter *writer)
{
  writer->timing = NULL;
  g_string_append (writer->body, "</g>\n");
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
append_number_attribute (GString *out, const char *name, double number)
{
  g_string_append_printf (out, " %s=\"", name);
  pwk_svg_append_number (out, number);
  g_string_append_c (out, '"');
}

static void
append_box (GString *out, PwkBox box)
{
  const double numbers[] = { box.x, box.y, box.w, box.h };

  for (unsigned i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      pwk_svg_append_number (out, numbers[i]);
    }
}

/* All of the page in the canvas's colour. */
static void
append_ground (GString *out, const PwkTheme *theme, PwkBox box)
{
  char hex[8];

  pwk_colour_to_hex (pwk_theme_colour (theme, PWK_ROLE_CANVAS), hex);
  g_string_append (out, "<rect");
  append_number_attribute (out, "x", box.x);
  append_number_attribute (out, "y", box.y);
  append_number_attribute (out, "width", box.w);
  append_number_attribute (out, "height", box.h);
  g_string_append_printf (out, " fill=\"%s\"/>\n", hex);
}

static void
append_root (GString *out, const PwkSvgWriter *writer, const PwkScene *scene)
{
  const char *language = pwk_scene_get_language (scene);
  g_autofree char *escaped = pwk_svg_escape (language != NULL ? language : "en");
  g_autofree char *sans = css_families (pwk_theme_font_family (writer->theme, PWK_FONT_NORMAL), "sans-serif");
  PwkPaper paper = pwk_scene_get_paper (scene);

  g_string_append (out, "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\""
                   " version=\"1.1\"");
  append_number_attribute (out, "width", paper.width);
  append_number_attribute (out, "height", paper.height);
  g_string_append (out, " viewBox=\"");
  append_box (out, paper.source);
  g_string_append_printf (out, "\" role=\"img\" xml:lang=\"%s\"", escaped);
  if (pwk_scene_get_title (scene) != NULL)
    g_string_append_printf (out, " aria-labelledby=\"title%s\"",
                            pwk_scene_get_description (scene) != NULL ? " desc" : "");
  g_string_append_printf (out, " font-family=\"%s\" style=\"font-feature-settings: " PWK_TEXT_FEATURES_CSS "\">\n", sans);
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
    append_ground (out, writer->theme, pwk_scene_get_paper (scene).source);

  g_string_append (out, writer->body->str);
  g_string_append (out, "</svg>\n");
  return g_string_free (out, FALSE);
}
