/* export.c - a scene as a file: one function for window, command line, clipboard and printer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/export.h"

#include <string.h>

#include "files/save.h"
#include "scene/paper.h"
#include "scene/paint-cairo.h"
#include "scene/paint-svg.h"
#include "scene/text.h"

/* Between the picture and the line above its caption, and between that and the words. */
#define CAPTION_GAP 8.0

/* Around all of a paper that is filled by its scene, a caption keeps so much room. */
#define CAPTION_MARGIN 12.0

static const struct
{
  const char *suffix;
  const char *mime_type;
} formats[] = {
  [PWK_EXPORT_SVG] = { ".svg", "image/svg+xml" },
  [PWK_EXPORT_PNG] = { ".png", "image/png" },
  [PWK_EXPORT_PDF] = { ".pdf", "application/pdf" },
};

bool
pwk_export_format_from_name (const char *filename, PwkExportFormat *format)
{
  g_autofree char *lower = g_ascii_strdown (filename, -1);

  for (unsigned i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_has_suffix (lower, formats[i].suffix))
      {
        *format = i;
        return true;
      }

  return false;
}

const char *
pwk_export_mime_type (PwkExportFormat format)
{
  return formats[format].mime_type;
}

static const PwkExportOptions plain = { .scale = 1.0 };

static bool
is_exact (const PwkExportOptions *options)
{
  return options->width > 0.0 && options->height > 0.0;
}

static bool
is_said (const char *caption)
{
  return caption != NULL && caption[0] != '\0';
}

static double
caption_height (const PwkTheme *theme, const char *caption, double width)
{
  double height;

  pwk_text_size (theme, PWK_FONT_SMALL, caption, width, NULL, &height);
  return ceil (height);
}

void
pwk_export_room (const PwkTheme *theme, const PwkExportOptions *options, double *width, double *height)
{
  if (!is_exact (options))
    return;

  *width = options->width;
  *height = options->height;
  if (is_said (options->caption))
    *height = fmax (*height - 2.0 * CAPTION_GAP - CAPTION_MARGIN -
                      caption_height (theme, options->caption, *width - 2.0 * CAPTION_MARGIN), 1.0);
}

/* Below @content; returns the box around both. */
static PwkBox
add_caption (PwkScene *scene, const PwkTheme *theme, const char *caption, PwkBox content)
{
  double y = content.y + content.h + CAPTION_GAP;
  PwkBox words = pwk_box (content.x, y + CAPTION_GAP, content.w, caption_height (theme, caption, content.w));
  PwkItem *item;

  pwk_scene_add_line (scene, 0, words.x, y, words.x + words.w, y, PWK_ROLE_GRID);
  item = pwk_scene_add_text (scene, 0, words, PWK_FONT_SMALL, caption);
  item->flags |= PWK_FLAG_WRAP;
  item->text_role = PWK_ROLE_TEXT_DIM;
  return pwk_box_union (content, words);
}

/* What of the scenes is to be seen: of a trimmed paper all that is painted, else all of the scenes. */
static PwkBox
content_of (PwkScene *const *scenes, unsigned n_scenes, const PwkTheme *theme, const PwkExportOptions *options)
{
  PwkBox content = { 0 };

  for (unsigned i = 0; i < n_scenes; i++)
    {
      PwkBox whole = pwk_box (0.0, 0.0, pwk_scene_get_width (scenes[i]), pwk_scene_get_height (scenes[i]));
      PwkBox seen = is_exact (options) ? whole : pwk_paper_content (scenes[i], theme);

      if (!(seen.w > 0.0))
        seen = whole;
      content = i > 0 ? pwk_box_union (content, seen) : seen;
    }

  return content;
}

/* The caption of a paper that is filled by its scene stands in from its edges. */
static PwkBox
with_caption (PwkScene *scene, const PwkTheme *theme, const char *caption, PwkBox content, bool exact)
{
  double margin = exact ? CAPTION_MARGIN : 0.0;
  PwkBox all = add_caption (scene, theme, caption, pwk_box_inset (content, margin, 0.0));

  return pwk_box (content.x, content.y, content.w, all.h + margin);
}

GPtrArray *
pwk_export_papers (PwkScene *const *scenes, const char *const *captions, unsigned n_scenes, const PwkTheme *theme,
                  const PwkExportOptions *options)
{
  GPtrArray *papers = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
  PwkBox content = content_of (scenes, n_scenes, theme, options);
  PwkBox around = content;

  for (unsigned i = 0; i < n_scenes; i++)
    {
      PwkScene *copy = pwk_scene_copy (scenes[i]);

      if (captions != NULL && is_said (captions[i]))
        around = pwk_box_union (around, with_caption (copy, theme, captions[i], content, is_exact (options)));
      g_ptr_array_add (papers, copy);
    }

  for (unsigned i = 0; i < n_scenes; i++)
    {
      PwkPaper paper = is_exact (options) ? pwk_paper_exact (around, options->width, options->height) : pwk_paper_trimmed (around);

      pwk_scene_set_paper (papers->pdata[i], paper);
      pwk_scene_seal (papers->pdata[i]);
    }

  return papers;
}

PwkScene *
pwk_export_paper (PwkScene *scene, const PwkTheme *theme, const PwkExportOptions *options)
{
  g_autoptr(GPtrArray) papers = pwk_export_papers (&scene, &options->caption, 1, theme, options);

  return pwk_scene_ref (papers->pdata[0]);
}

GBytes *
pwk_export_paper_bytes (const PwkScene *paper, const PwkTheme *theme, PwkExportFormat format,
                       const PwkExportOptions *options, GError **error)
{
  switch (format)
    {
    case PWK_EXPORT_PNG:
      return pwk_paint_png (paper, theme, options->scale > 0.0 ? options->scale : 1.0, options->transparent, error);
    case PWK_EXPORT_PDF:
      return pwk_paint_pdf (paper, theme, options->transparent, error);
    default:
      {
        char *svg = pwk_paint_svg (paper, theme, options->transparent);

        return g_bytes_new_take (svg, strlen (svg));
      }
    }
}

GBytes *
pwk_export_bytes (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                  const PwkExportOptions *options, GError **error)
{
  g_autoptr(PwkScene) picture = pwk_export_paper (scene, theme, options != NULL ? options : &plain);

  return pwk_export_paper_bytes (picture, theme, format, options != NULL ? options : &plain, error);
}

bool
pwk_export_file (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                 const PwkExportOptions *options, const char *filename, GError **error)
{
  g_autoptr(GBytes) bytes = pwk_export_bytes (scene, theme, format, options, error);

  if (bytes == NULL)
    return false;

  return pwk_save_contents (filename, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}
