/* animate.c - the motion between two scenes as one file that plays itself, or as numbered pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/animate.h"

#include "files/save.h"
#include "scene/export.h"
#include "scene/paint-cairo.h"
#include "scene/svg.h"

/* Both ends as frames of one blend have the same items in the same order. */
static void
write_motion (PwkSvgWriter *writer, const PwkScene *start, const PwkScene *end)
{
  size_t n_items;
  const PwkItem *a = pwk_scene_get_items (start, NULL);
  const PwkItem *b = pwk_scene_get_items (end, &n_items);

  for (size_t i = 0; i < n_items; i++)
    {
      bool is_thing = b[i].id != 0;

      if (is_thing)
        pwk_svg_begin_thing (writer, b[i].id, pwk_item_label (&b[i]));
      pwk_svg_write_item (writer, &a[i], &b[i]);
      if (is_thing)
        pwk_svg_end_thing (writer);
    }
}

/* A picture that has room for both. */
static PwkScene *
with_room (PwkScene *frame, const PwkScene *from, const PwkScene *to)
{
  PwkScene *copy = pwk_scene_copy (frame);

  pwk_scene_set_size (copy, MAX (pwk_scene_get_width (from), pwk_scene_get_width (to)),
                      MAX (pwk_scene_get_height (from), pwk_scene_get_height (to)));
  return pwk_scene_seal (copy);
}

char *
pwk_animate_svg (PwkScene *from, PwkScene *to, const PwkTheme *theme, const PwkAnimation *animation)
{
  g_autoptr(PwkBlend) blend = pwk_blend_new (from, to);
  g_autoptr(PwkScene) start = pwk_blend_frame (blend, 0.0);
  g_autoptr(PwkScene) end = pwk_blend_frame (blend, 1.0);
  g_autoptr(PwkScene) picture = with_room (end, from, to);
  PwkSvgTiming timing = { MAX (animation->duration_ms, 1), animation->hold_ms, animation->repeat };
  PwkSvgWriter writer;
  char *svg;

  pwk_svg_writer_init (&writer, theme, &timing);
  write_motion (&writer, start, end);
  svg = pwk_svg_finish (&writer, picture, animation->transparent);
  pwk_svg_writer_clear (&writer);
  return svg;
}

static bool
write_frame (const PwkScene *picture, const PwkTheme *theme, double scale, bool transparent, const char *filename,
             GError **error)
{
  g_autoptr(GBytes) png = pwk_paint_png (picture, theme, scale, transparent, error);

  if (png == NULL)
    return false;

  return pwk_save_contents (filename, g_bytes_get_data (png, NULL), g_bytes_get_size (png), error);
}

bool
pwk_animate_frames (PwkScene *from, PwkScene *to, const PwkTheme *theme, unsigned n_frames, double scale,
                    bool transparent, const char *directory, const char *prefix, GError **error)
{
  g_autoptr(PwkBlend) blend = pwk_blend_new (from, to);

  g_return_val_if_fail (n_frames >= 2, false);

  for (unsigned i = 0; i < n_frames; i++)
    {
      double phase = pwk_ease (PWK_EASE_IN_OUT, (double) i / (n_frames - 1));
      g_autoptr(PwkScene) frame = pwk_blend_frame (blend, phase);
      g_autoptr(PwkScene) picture = with_room (frame, from, to);
      g_autofree char *name = g_strdup_printf ("%s-%04u.png", prefix, i + 1);
      g_autofree char *filename = g_build_filename (directory, name, NULL);

      if (!write_frame (picture, theme, scale, transparent, filename, error))
        return false;
    }

  return true;
}
