/* paint-svg.c - the painter for SVG: real text, a group and a title for each thing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/paint-svg.h"

#include "scene/svg.h"

/* What the items from @start up to the next thing say: the first label, or else text. */
static const char *
thing_label (const PwkItem *items, size_t n_items, size_t start)
{
  const char *text = NULL;

  for (size_t i = start; i < n_items && items[i].id == items[start].id; i++)
    {
      if (items[i].label != NULL)
        return items[i].label;
      if (text == NULL)
        text = items[i].text;
    }

  return text;
}

char *
pwk_paint_svg (const PwkScene *scene, const PwkTheme *theme, bool transparent)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  PwkSvgWriter writer;
  char *svg;

  pwk_svg_writer_init (&writer, theme);
  for (size_t i = 0; i < n_items; i++)
    {
      bool is_thing = items[i].id != 0;

      if (is_thing && (i == 0 || items[i - 1].id != items[i].id))
        pwk_svg_begin_thing (&writer, items[i].id, thing_label (items, n_items, i));
      pwk_svg_write_item (&writer, NULL, &items[i]);
      if (is_thing && (i + 1 == n_items || items[i + 1].id != items[i].id))
        pwk_svg_end_thing (&writer);
    }

  svg = pwk_svg_finish (&writer, scene, transparent);
  pwk_svg_writer_clear (&writer);
  return svg;
}
