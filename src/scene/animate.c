/* animate.c - the motion through scenes as one file that plays itself, or as numbered pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/animate.h"

#include "files/save.h"
#include "scene/export.h"
#include "scene/paint-cairo.h"
#include "scene/svg.h"

/* Both ends as frames of one blend have the same items in the same order. */
static void
write_motion (PwkSvgWriter *writer, PwkScene *from, PwkScene *to)
{
  g_autoptr(PwkBlend) blend = pwk_blend_new (from, to);
  g_autoptr(PwkScene) start = pwk_blend_frame (blend, 0.0);
  g_autoptr(PwkScene) end = pwk_blend_frame (blend, 1.0);
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

/* Motion @i of @n: it rests, moves, and rests, and the rest after it is the one before the next. */
static PwkSvgTiming
timing_of (const PwkAnimation *animation, unsigned i, unsigned n)
{
  unsigned duration = MAX (animation->duration_ms, 1);
  unsigned start = animation->hold_ms + i * (duration + animation->hold_ms);

  return (PwkSvgTiming) { start, start + duration, animation->hold_ms + n * (duration + animation->hold_ms), animation->repeat };
}

char *
pwk_animate_svg (PwkScene *const *scenes, unsigned n_scenes, const PwkTheme *theme, const PwkAnimation *animation)
{
  unsigned n_motions = n_scenes - 1;
  PwkSvgWriter writer;
  char *svg;

  g_return_val_if_fail (n_scenes >= 2, NULL);

  pwk_svg_writer_init (&writer, theme);
  for (unsigned i = 0; i < n_motions; i++)
    {
      PwkSvgTiming timing = timing_of (animation, i, n_motions);
      unsigned from_ms = i > 0 ? timing.start_ms : 0;
      unsigned to_ms = i + 1 < n_motions ? timing_of (animation, i + 1, n_motions).start_ms : timing.total_ms;

      pwk_svg_begin_motion (&writer, &timing, from_ms, to_ms);
      write_motion (&writer, scenes[i], scenes[i + 1]);
      pwk_svg_end_motion (&writer);
    }

  svg = pwk_svg_finish (&writer, scenes[n_scenes - 1], animation->transparent);
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

/* A frame on the paper that all of them have. */
static PwkScene *
on_paper (PwkScene *frame, PwkPaper paper)
{
  PwkScene *copy = pwk_scene_copy (frame);

  pwk_scene_set_paper (copy, paper);
  return pwk_scene_seal (copy);
}

bool
pwk_animate_frames (PwkScene *const *scenes, unsigned n_scenes, const PwkTheme *theme, unsigned n_frames, double scale,
                    bool transparent, const char *directory, const char *prefix, GError **error)
{
  unsigned n_written = 0;

  g_return_val_if_fail (n_scenes >= 2 && n_frames >= 2, false);

  for (unsigned motion = 0; motion + 1 < n_scenes; motion++)
    {
      g_autoptr(PwkBlend) blend = pwk_blend_new (scenes[motion], scenes[motion + 1]);

      for (unsigned i = motion > 0; i < n_frames; i++)
        {
          g_autoptr(PwkScene) frame = pwk_blend_frame (blend, pwk_ease (PWK_EASE_IN_OUT, (double) i / (n_frames - 1)));
          g_autoptr(PwkScene) picture = on_paper (frame, pwk_scene_get_paper (scenes[n_scenes - 1]));
          g_autofree char *name = g_strdup_printf ("%s-%04u.png", prefix, ++n_written);
          g_autofree char *filename = g_build_filename (directory, name, NULL);

          if (!write_frame (picture, theme, scale, transparent, filename, error))
            return false;
        }
    }

  return true;
}
