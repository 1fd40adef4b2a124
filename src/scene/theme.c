/* theme.c - colours, patterns and fonts of a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/theme.h"

#include <string.h>

#include "scene/text.h"

#define DEFAULT_SANS "Inter, Noto Sans, Noto Sans CJK SC, Source Sans 3, Cantarell, DejaVu Sans"
#define DEFAULT_MONO "JetBrains Mono, Noto Sans Mono, DejaVu Sans Mono, Noto Sans Mono CJK SC"
#define PX_PER_PT (96.0 / 72.0)
#define TEXT_CONTRAST 4.5
#define LINE_CONTRAST 3.0

struct PwkTheme
{
  gatomicrefcount       refs;
  PwkThemeVariant       variant;
  PwkColour             colours[PWK_N_ROLES];

  /* owned */
  char                 *sans;
  char                 *mono;
  double                font_scale;
  PangoFontDescription *fonts[PWK_N_FONTS];
  PwkTextCache         *texts;          /* made on first use */
};

/* How a variant treats the hues. */
typedef struct
{
  const char *name;
  bool        dark;
  uint32_t    ground;       /* what fills are mixed with … */
  double      fill_mix;     /* … and how much of it, 0 … 1 */
  double      shadow_alpha;
  double      pattern_alpha;
} VariantFacts;

static const VariantFacts variants[PWK_N_THEMES] = {
  [PWK_THEME_LIGHT] = { "light", false, 0xffffff, 0.34, 0.10, 0.20 },
  [PWK_THEME_DARK] = { "dark", true, 0x1e1e22, 0.42, 0.35, 0.22 },
  [PWK_THEME_HIGH_CONTRAST] = { "high-contrast", false, 0xffffff, 0.10, 0.0, 0.55 },
  [PWK_THEME_HIGH_CONTRAST_DARK] = { "high-contrast-dark", true, 0x000000, 0.10, 0.0, 0.55 },
  [PWK_THEME_PRINT] = { "print", false, 0xffffff, 0.55, 0.0, 0.50 },
};

typedef struct
{
  PwkRole  role;
  uint32_t rgb[PWK_N_THEMES];
} Surface;

static const Surface surfaces[] = {
  { PWK_ROLE_CANVAS, { 0xfbfbfc, 0x1d1d20, 0xffffff, 0x000000, 0xffffff } },
  { PWK_ROLE_PANEL, { 0xffffff, 0x28282c, 0xffffff, 0x0b0b0b, 0xffffff } },
  { PWK_ROLE_PANEL_ALT, { 0xf1f2f5, 0x323237, 0xf0f0f0, 0x1c1c1c, 0xf5f5f5 } },
  { PWK_ROLE_TEXT, { 0x1f2024, 0xf2f2f4, 0x000000, 0xffffff, 0x000000 } },
  { PWK_ROLE_TEXT_DIM, { 0x5c5f66, 0xabadb5, 0x262626, 0xdedede, 0x3a3a3a } },
  { PWK_ROLE_OUTLINE, { 0xb9bcc4, 0x54555d, 0x000000, 0xffffff, 0x4a4a4a } },
  { PWK_ROLE_GRID, { 0xe2e4e8, 0x37383e, 0x8a8a8a, 0x757575, 0xcfcfcf } },
  { PWK_ROLE_SHADOW, { 0x000000, 0x000000, 0x000000, 0x000000, 0x000000 } },
  { PWK_ROLE_ACCENT, { 0x3584e4, 0x78aeed, 0x0a3d91, 0x8fc1ff, 0x1a5fb4 } },
  { PWK_ROLE_SELECTION, { 0x1c71d8, 0x78aeed, 0x0a3d91, 0xffe500, 0x1a5fb4 } },
  { PWK_ROLE_FLASH, { 0xff9500, 0xffb340, 0xc64600, 0xffb340, 0xc64600 } },
};

static const struct
{
  double pt;
  bool   mono;
  bool   bold;
} font_facts[PWK_N_FONTS] = {
  [PWK_FONT_SMALL] = { 9, false, false },
  [PWK_FONT_NORMAL] = { 10, false, false },
  [PWK_FONT_BOLD] = { 10, false, true },
  [PWK_FONT_HEADING] = { 11, false, true },
  [PWK_FONT_TITLE] = { 15, false, true },
  [PWK_FONT_MONO_SMALL] = { 9, true, false },
  [PWK_FONT_MONO] = { 10, true, false },
  [PWK_FONT_MONO_BOLD] = { 10, true, true },
  [PWK_FONT_MONO_LARGE] = { 13, true, false },
};

/* Free memory is a ladder of one hue; on a dark ground it climbs from dark to bright. */
static PwkColour
free_colour (const VariantFacts *facts, PwkRole role)
{
  double step = (role - PWK_ROLE_FREE_0) / 10.0;

  if (!facts->dark)
    return pwk_colour_from_rgb (pwk_role_hue (role));

  return pwk_colour_mix (pwk_colour_from_rgb (0x1f3a33), pwk_colour_from_rgb (0x2fa37f), step);
}

static PwkColour
derived_colour (const VariantFacts *facts, PwkRole role, PwkColour canvas)
{
  PwkColour hue = pwk_colour_from_rgb (pwk_role_hue (role));

  if (role >= PWK_ROLE_FREE_0 && role <= PWK_ROLE_FREE_10)
    return free_colour (facts, role);
  if (role == PWK_ROLE_HOLE || role == PWK_ROLE_ZERO_PAGE)
    return facts->dark ? pwk_colour_mix (hue, pwk_colour_from_rgb (facts->ground), 0.72) : hue;
  if (pwk_role_kind (role) == PWK_ROLE_KIND_LINE)
    return pwk_colour_ensure_contrast (hue, canvas, LINE_CONTRAST);

  return pwk_colour_mix (hue, pwk_colour_from_rgb (facts->ground), facts->fill_mix);
}

static void
fill_colours (PwkTheme *theme)
{
  const VariantFacts *facts = &variants[theme->variant];

  for (unsigned i = 0; i < G_N_ELEMENTS (surfaces); i++)
    theme->colours[surfaces[i].role] = pwk_colour_from_rgb (surfaces[i].rgb[theme->variant]);

  theme->colours[PWK_ROLE_SHADOW].alpha = (float) facts->shadow_alpha;

  for (unsigned role = PWK_ROLE_NONE + 1; role < PWK_N_ROLES; role++)
    if (pwk_role_kind (role) != PWK_ROLE_KIND_SURFACE)
      theme->colours[role] = derived_colour (facts, role, theme->colours[PWK_ROLE_CANVAS]);
}

static void
forget_texts (PwkTheme *theme)
{
  g_clear_pointer (&theme->texts, pwk_text_cache_free);
}

static void
make_fonts (PwkTheme *theme)
{
  for (unsigned i = 0; i < PWK_N_FONTS; i++)
    {
      PangoFontDescription *font = pango_font_description_new ();

      pango_font_description_set_family (font, pwk_theme_font_family (theme, i));
      pango_font_description_set_weight (font, font_facts[i].bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
      pango_font_description_set_absolute_size (font, pwk_theme_font_px (theme, i) * PANGO_SCALE);
      g_clear_pointer (&theme->fonts[i], pango_font_description_free);
      theme->fonts[i] = font;
    }

  forget_texts (theme);
}

PwkTheme *
pwk_theme_new (PwkThemeVariant variant)
{
  PwkTheme *theme;

  g_return_val_if_fail ((unsigned) variant < PWK_N_THEMES, NULL);

  theme = g_new0 (PwkTheme, 1);
  g_atomic_ref_count_init (&theme->refs);
  theme->variant = variant;
  theme->sans = g_strdup (DEFAULT_SANS);
  theme->mono = g_strdup (DEFAULT_MONO);
  theme->font_scale = 1.0;
  fill_colours (theme);
  make_fonts (theme);
  return theme;
}

PwkTheme *
pwk_theme_copy (const PwkTheme *theme)
{
  PwkTheme *copy = pwk_theme_new (theme->variant);

  memcpy (copy->colours, theme->colours, sizeof copy->colours);
  pwk_theme_set_fonts (copy, theme->sans, theme->mono, theme->font_scale);
  return copy;
}

PwkTheme *
pwk_theme_ref (PwkTheme *theme)
{
  g_atomic_ref_count_inc (&theme->refs);
  return theme;
}

void
pwk_theme_unref (PwkTheme *theme)
{
  if (!g_atomic_ref_count_dec (&theme->refs))
    return;

  for (unsigned i = 0; i < PWK_N_FONTS; i++)
    pango_font_description_free (theme->fonts[i]);

  forget_texts (theme);
  g_free (theme->sans);
  g_free (theme->mono);
  g_free (theme);
}

PwkThemeVariant
pwk_theme_get_variant (const PwkTheme *theme)
{
  return theme->variant;
}

bool
pwk_theme_is_dark (const PwkTheme *theme)
{
  return variants[theme->variant].dark;
}

const char *
pwk_theme_variant_name (PwkThemeVariant variant)
{
  g_return_val_if_fail ((unsigned) variant < PWK_N_THEMES, NULL);

  return variants[variant].name;
}

bool
pwk_theme_variant_from_name (const char *name, PwkThemeVariant *variant)
{
  for (unsigned i = 0; i < PWK_N_THEMES; i++)
    if (strcmp (name, variants[i].name) == 0)
      {
        *variant = i;
        return true;
      }

  return false;
}

void
pwk_theme_set_accent (PwkTheme *theme, PwkColour accent)
{
  theme->colours[PWK_ROLE_ACCENT] = accent;
  theme->colours[PWK_ROLE_SELECTION] =
    pwk_colour_ensure_contrast (accent, theme->colours[PWK_ROLE_CANVAS], LINE_CONTRAST);
}

void
pwk_theme_set_fonts (PwkTheme *theme, const char *sans, const char *mono, double scale)
{
  g_autofree char *new_sans = g_strdup (sans != NULL ? sans : theme->sans);
  g_autofree char *new_mono = g_strdup (mono != NULL ? mono : theme->mono);

  g_return_if_fail (scale > 0.0);

  g_free (theme->sans);
  theme->sans = g_steal_pointer (&new_sans);
  g_free (theme->mono);
  theme->mono = g_steal_pointer (&new_mono);
  theme->font_scale = scale;
  make_fonts (theme);
}

PwkColour
pwk_theme_colour (const PwkTheme *theme, PwkRole role)
{
  return theme->colours[(unsigned) role < PWK_N_ROLES ? role : PWK_ROLE_NONE];
}

PwkColour
pwk_theme_text_on_colour (const PwkTheme *theme, PwkColour fill)
{
  PwkColour ground = pwk_colour_over (fill, theme->colours[PWK_ROLE_CANVAS]);
  PwkColour text = theme->colours[PWK_ROLE_TEXT];
  PwkColour other = theme->colours[PWK_ROLE_CANVAS];
  PwkColour black = pwk_colour_from_rgb (0x000000);
  PwkColour white = pwk_colour_from_rgb (0xffffff);

  if (pwk_colour_contrast (text, ground) >= TEXT_CONTRAST)
    return text;
  if (pwk_colour_contrast (other, ground) >= TEXT_CONTRAST)
    return other;

  return pwk_colour_contrast (black, ground) > pwk_colour_contrast (white, ground) ? black : white;
}

PwkColour
pwk_theme_text_on (const PwkTheme *theme, PwkRole role)
{
  return pwk_theme_text_on_colour (theme, pwk_theme_colour (theme, role));
}

PwkColour
pwk_theme_edge (const PwkTheme *theme, PwkRole role)
{
  double share;

  if (pwk_role_kind (role) != PWK_ROLE_KIND_FILL)
    return pwk_theme_colour (theme, role == PWK_ROLE_CANVAS || role == PWK_ROLE_PANEL || role == PWK_ROLE_PANEL_ALT
                                      ? PWK_ROLE_OUTLINE : role);

  switch (theme->variant)
    {
    case PWK_THEME_HIGH_CONTRAST:
    case PWK_THEME_HIGH_CONTRAST_DARK:
      share = 1.0;
      break;
    case PWK_THEME_PRINT:
      share = 0.65;
      break;
    default:
      share = 0.38;
      break;
    }

  return pwk_colour_mix (theme->colours[role], theme->colours[PWK_ROLE_TEXT], share);
}

PwkColour
pwk_theme_pattern_ink (const PwkTheme *theme, PwkColour fill)
{
  return pwk_colour_with_alpha (pwk_theme_text_on_colour (theme, fill),
                                variants[theme->variant].pattern_alpha * fill.alpha);
}

bool
pwk_theme_has_strong_patterns (const PwkTheme *theme)
{
  return variants[theme->variant].pattern_alpha > 0.4;
}

const PangoFontDescription *
pwk_theme_font (const PwkTheme *theme, PwkFont font)
{
  return theme->fonts[(unsigned) font < PWK_N_FONTS ? font : PWK_FONT_NORMAL];
}

double
pwk_theme_font_px (const PwkTheme *theme, PwkFont font)
{
  double pt = font_facts[(unsigned) font < PWK_N_FONTS ? font : PWK_FONT_NORMAL].pt;

  return MAX (pt * theme->font_scale, PWK_FONT_MIN_PT) * PX_PER_PT;
}

const char *
pwk_theme_font_family (const PwkTheme *theme, PwkFont font)
{
  return pwk_font_is_mono (font) ? theme->mono : theme->sans;
}

bool
pwk_font_is_mono (PwkFont font)
{
  return font_facts[(unsigned) font < PWK_N_FONTS ? font : PWK_FONT_NORMAL].mono;
}

bool
pwk_font_is_bold (PwkFont font)
{
  return font_facts[(unsigned) font < PWK_N_FONTS ? font : PWK_FONT_NORMAL].bold;
}

/* The cache is no part of what a theme says, so a const theme may make it. */
PwkTextCache *
pwk_theme_text_cache (const PwkTheme *theme)
{
  PwkTheme *self = (PwkTheme *) theme;

  if (self->texts == NULL)
    self->texts = pwk_text_cache_new (self);

  return self->texts;
}
