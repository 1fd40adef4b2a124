/* theme.h - colours, patterns and fonts of a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <pango/pango.h>

#include "scene/colour.h"
#include "scene/role.h"

typedef enum
{
  PWK_THEME_LIGHT,
  PWK_THEME_DARK,
  PWK_THEME_HIGH_CONTRAST,
  PWK_THEME_HIGH_CONTRAST_DARK,
  PWK_THEME_PRINT,
  PWK_N_THEMES
} PwkThemeVariant;

typedef enum
{
  PWK_FONT_SMALL,           /* 9 pt, the smallest that is ever used */
  PWK_FONT_NORMAL,          /* 10 pt */
  PWK_FONT_BOLD,            /* 10 pt */
  PWK_FONT_HEADING,         /* 11 pt, bold */
  PWK_FONT_TITLE,           /* 15 pt, bold */
  PWK_FONT_MONO_SMALL,      /* 9 pt */
  PWK_FONT_MONO,            /* 10 pt */
  PWK_FONT_MONO_BOLD,       /* 10 pt */
  PWK_FONT_MONO_LARGE,      /* 13 pt */
  PWK_FONT_NUMBER,          /* 20 pt, bold: the one large number of a picture */
  PWK_N_FONTS
} PwkFont;

#define PWK_FONT_MIN_PT 9.0

/* Colours, fonts, widths for one picture. A theme is for the thread that uses it (it keeps measured
 * texts); pwk_theme_copy() makes one for another thread. Change a theme only before it is used. */
typedef struct PwkTheme PwkTheme;

PwkTheme                   *pwk_theme_new (PwkThemeVariant variant);
PwkTheme                   *pwk_theme_copy (const PwkTheme *theme);
PwkTheme                   *pwk_theme_ref (PwkTheme *theme);
void                        pwk_theme_unref (PwkTheme *theme);

PwkThemeVariant             pwk_theme_get_variant (const PwkTheme *theme);
bool                        pwk_theme_is_dark (const PwkTheme *theme);

/* "light", "dark", "high-contrast", "high-contrast-dark", "print"; the second returns false and
 * leaves @variant alone for any other word. */
const char                 *pwk_theme_variant_name (PwkThemeVariant variant);
bool                        pwk_theme_variant_from_name (const char *name, PwkThemeVariant *variant);

/* Families as in CSS, "Inter, Noto Sans"; NULL leaves one. @scale multiplies all sizes; none falls below 9 pt. */
void                        pwk_theme_set_fonts (PwkTheme *theme, const char *sans, const char *mono, double scale);

PwkColour                   pwk_theme_colour (const PwkTheme *theme, PwkRole role);

/* The least contrast of a text to what it stands on: 4.5, in high contrast 7. */
double                      pwk_theme_text_contrast (const PwkTheme *theme);

/* Of the theme's two text colours, or black and white, the one readable on a fill of @role. */
PwkColour                   pwk_theme_text_on (const PwkTheme *theme, PwkRole role);
PwkColour                   pwk_theme_text_on_colour (const PwkTheme *theme, PwkColour fill);

/* The line around a fill of @role: the same hue, stronger. */
PwkColour                   pwk_theme_edge (const PwkTheme *theme, PwkRole role);

/* The ink of patterns on @fill: faint on screen, strong in print and high contrast. */
PwkColour                   pwk_theme_pattern_ink (const PwkTheme *theme, PwkColour fill);

/* Sizes in scene units are absolute (96 to the inch). The description belongs to the theme. */
const PangoFontDescription *pwk_theme_font (const PwkTheme *theme, PwkFont font);
double                      pwk_theme_font_px (const PwkTheme *theme, PwkFont font);
const char                 *pwk_theme_font_family (const PwkTheme *theme, PwkFont font);
bool                        pwk_font_is_mono (PwkFont font);
bool                        pwk_font_is_bold (PwkFont font);

/* The cache of measured texts, see text.h. */
struct PwkTextCache;
struct PwkTextCache        *pwk_theme_text_cache (const PwkTheme *theme);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkTheme, pwk_theme_unref)
