/* export.c - a scene as a file: one function for window, command line and clipboard
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/export.h"

#include <string.h>

#include "files/save.h"
#include "scene/paint-cairo.h"
#include "scene/paint-svg.h"
#include "scene/text.h"

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

PwkScene *
pwk_export_with_caption (PwkScene *scene, const PwkTheme *theme, const char *caption)
{
  PwkScene *copy = pwk_scene_copy (scene);
  double width = pwk_scene_get_width (scene) - 2.0 * CAPTION_MARGIN;
  double top = pwk_scene_get_height (scene);
  double height;
  PwkItem *item;

  pwk_text_size (theme, PWK_FONT_SMALL, caption, width, NULL, &height);
  pwk_scene_add_line (copy, 0, CAPTION_MARGIN, top + 1.0, CAPTION_MARGIN + width, top + 1.0, PWK_ROLE_GRID);
  item = pwk_scene_add_text (copy, 0, pwk_box (CAPTION_MARGIN, top + 7.0, width, height), PWK_FONT_SMALL, caption);
  item->flags |= PWK_FLAG_WRAP;
  item->text_role = PWK_ROLE_TEXT_DIM;
  pwk_scene_set_size (copy, pwk_scene_get_width (scene), top + height + 14.0);
  return pwk_scene_seal (copy);
}

static GBytes *
paint (const PwkScene *scene, const PwkTheme *theme, PwkExportFormat format, const PwkExportOptions *options,
       GError **error)
{
  switch (format)
    {
    case PWK_EXPORT_PNG:
      return pwk_paint_png (scene, theme, options->scale > 0.0 ? options->scale : 1.0, options->transparent, error);
    case PWK_EXPORT_PDF:
      return pwk_paint_pdf (scene, theme, options->transparent, error);
    default:
      {
        char *svg = pwk_paint_svg (scene, theme, options->transparent);

        return g_bytes_new_take (svg, strlen (svg));
      }
    }
}

GBytes *
pwk_export_bytes (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                  const PwkExportOptions *options, GError **error)
{
  static const PwkExportOptions plain = { 1.0, false, NULL };
  g_autoptr(PwkScene) picture = NULL;

  if (options == NULL)
    options = &plain;
  if (options->caption != NULL && options->caption[0] != '\0')
    picture = pwk_export_with_caption (scene, theme, options->caption);
  else
    picture = pwk_scene_ref (scene);

  return paint (picture, theme, format, options, error);
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
