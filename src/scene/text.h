/* text.h - measuring and placing texts, with Pango and remembered
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pango.h>

#include "scene/scene.h"
#include "scene/theme.h"

/* OpenType features, as Pango and, with quotes, CSS name them: no contextual alternates, with which fonts write 0x10 as 0×10 and -> as one
 * sign, and figures of one width. */
#define PWK_TEXT_FEATURES     "calt=0, tnum=1"
#define PWK_TEXT_FEATURES_CSS "'calt' 0, 'tnum' 1"

/* Layouts by font, width and text, for one theme; bounded, oldest generation first. The functions
 * below use the theme's own (pwk_theme_text_cache()). */
typedef struct PwkTextCache PwkTextCache;

/* @theme is borrowed and outlives the cache. */
PwkTextCache *pwk_text_cache_new (const PwkTheme *theme);
void          pwk_text_cache_free (PwkTextCache *cache);

/* Width of @text on one line, height of a line; in scene units. */
double        pwk_text_width (const PwkTheme *theme, PwkFont font, const char *text);
double        pwk_text_line_height (const PwkTheme *theme, PwkFont font);

/* Size of @text in lines no wider than @max_width; 0 breaks only at line ends. */
void          pwk_text_size (const PwkTheme *theme, PwkFont font, const char *text, double max_width,
                             double *width, double *height);

/* @text or as much of it as fits into @width, with an ellipsis where it was cut. "" if not even that fits. */
char         *pwk_text_fit (const PwkTheme *theme, PwkFont font, const char *text, double width,
                            PwkEllipsize ellipsize);

/* An item's text as it is to be painted: @layout with its left upper corner at (x, y). If the item's text
 * is vertical, after the coordinates were moved to the box's left lower corner and turned by -90°. */
typedef struct
{
  PangoLayout *layout;      /* the cache's, valid until the next call with the theme */
  double       x;
  double       y;
  double       width;
  double       height;
  bool         cut;         /* ellipsized */
} PwkTextPlace;

/* False if there is nothing to paint: no text, or no room for it. */
bool          pwk_text_place (const PwkTheme *theme, const PwkItem *item, PwkTextPlace *place);

/* The font with which an item's text is painted: emphasised ones are bold. */
PwkFont       pwk_item_font (const PwkItem *item);
