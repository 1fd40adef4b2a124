/* export.h - a scene as a file: one function for window, command line and clipboard
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
} PwkExportOptions;

/* By what @filename ends in: ".svg", ".png", ".pdf"; false for anything else. */
bool        pwk_export_format_from_name (const char *filename, PwkExportFormat *format);

/* "image/svg+xml" … */
const char *pwk_export_mime_type (PwkExportFormat format);

/* A sealed copy of @scene, higher by one line with @caption in it. */
PwkScene   *pwk_export_with_caption (PwkScene *scene, const PwkTheme *theme, const char *caption);

/* The whole file; @options may be NULL. NULL with PWK_PAINT_ERROR. */
GBytes     *pwk_export_bytes (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                              const PwkExportOptions *options, GError **error);

/* Writes the file at once: an old one stays whole if that fails. False with PWK_PAINT_ERROR or G_FILE_ERROR. */
bool        pwk_export_file (PwkScene *scene, const PwkTheme *theme, PwkExportFormat format,
                             const PwkExportOptions *options, const char *filename, GError **error);
