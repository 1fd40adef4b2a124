/* canvas-theme.c - the desktop's colours and fonts as a theme for pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas-theme.h"

#include <adwaita.h>

/* Interface fonts of this size are taken as 1:1. */
#define NORMAL_PT  11.0

static PwkThemeVariant
variant_now (void)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (manager);

  if (adw_style_manager_get_high_contrast (manager))
    return dark ? PWK_THEME_HIGH_CONTRAST_DARK : PWK_THEME_HIGH_CONTRAST;
  return dark ? PWK_THEME_DARK : PWK_THEME_LIGHT;
}

/* Family and relative size of the interface font. */
static void
set_fonts (PwkTheme *theme, GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double points = pango_font_description_get_size (font) / (double) PANGO_SCALE;

  if (pango_font_description_get_size_is_absolute (font))
    points = points * 72 / 96;
  pwk_theme_set_fonts (theme, pango_font_description_get_family (font), NULL, points > 0 ? points / NORMAL_PT : 1);
}

PwkTheme *
pwk_theme_for_widget (GtkWidget *widget)
{
  PwkTheme *theme = pwk_theme_new (variant_now ());

  set_fonts (theme, widget);
  return theme;
}
