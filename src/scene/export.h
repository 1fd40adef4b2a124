/* export.h - a scene as a file: one function for window, command line, clipboard and printer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scene/scene.h"
#include "scene/theme.h"

typedef enum
{
  PWK_EXPORT_SVG,
  PWK_EXPORT_PNG,
  PWK_EXPORT_PDF,
} PwkExportFormat;

typedef struct
{
  double      scale;        /* PNG: pixels a unit, as 1, 2, 4; 0 means 1 */
  bool        transparent;  /* no background */
  const char *caption;      /* a line below the picture, or NULL; borrowed */
  double      width;        /* of the picture with its caption, just so; both 0: trimmed to what is in it */
  double      height;
} PwkExportOptions;

/* By what @filename ends in: ".svg", ".png", ".pdf"; false for anything else. */
bool        pwk_export_format_from_name (const char *filename, PwkExportFormat *format);

/* "image/svg+xml" … */
const char *pwk_export_mime_type (PwkExportFormat format);

/* How large a scene is best laid out for a picture with these @options: with its caption it then has their size. Where they have none,
 * @width and @height are left as they are. */
void        pwk_export_room (const PwkTheme *theme, const PwkExportOptions *options, double *width, double *height);

/* The scene as it goes into a file: a sealed copy with its caption below, on the paper that @options ask for. */
PwkScene   *pwk_export_paper (PwkScene *scene, const PwkTheme *theme, const PwkExportOptions *options);

/* The same of scenes that follow each other: their papers are one and the same. @captions: one for each; NULL: none. */
GPtrArray  *pwk_export_papers (PwkScene *const *scenes, const char *const *captions, unsigned n_scenes, const PwkTheme *theme,
                              const PwkExportOptions *options);

/* The file of a scene that is on its paper already; of @options only scale and background count. NULL with PWK_PAINT_ERROR. */
GBytes     *pwk_export_paper_bytes (const PwkScene *paper, const PwkTheme *theme, PwkExportFormat format,
                                   const PwkExportOptions *options, GError **error);

/* The whole file; @options may be NULL. NULL with PWK_PAINT_ERROR. */
GBytes     *pwk_export_bytes (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                              const PwkExportOptions *options, GError **error);

/* Writes the file at once: an old one stays whole if that fails. False with PWK_PAINT_ERROR or G_FILE_ERROR. */
bool        pwk_export_file (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                             const PwkExportOptions *options, const char *filename, GError **error);
