/* theme.c - colours, patterns and fonts of a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/theme.h"

#include <string.h>

#include "scene/text.h"

#define DEFAULT_SANS "Inter, Noto Sans, Noto Sans CJK SC, Source Sans 3, Cantarell, DejaVu Sans"
#define DEFAULT_MONO "JetBrains Mono, Noto Sans Mono, DejaVu Sans Mono, Noto Sans Mono CJK SC"
#define PX_PER_PT (96.0 / 72.0)
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
  uint32_t    ground;       /* what fills without a use are mixed with … */
  double      fill_mix;     /* … and how much of it, 0 … 1 */
  double      shadow_alpha;
  double      pattern_alpha;
  double      text_contrast;
} VariantFacts;

static const VariantFacts variants[PWK_N_THEMES] = {
  [PWK_THEME_LIGHT] = { "light", false, 0xffffff, 0.34, 0.10, 0.26, 4.5 },
  [PWK_THEME_DARK] = { "dark", true, 0x1e1e22, 0.42, 0.35, 0.30, 4.5 },
  [PWK_THEME_HIGH_CONTRAST] = { "high-contrast", false, 0xffffff, 0.36, 0.0, 0.55, 7 },
  [PWK_THEME_HIGH_CONTRAST_DARK] = { "high-contrast-dark", true, 0xffffff, 0.36, 0.0, 0.55, 7 },
  [PWK_THEME_PRINT] = { "print", false, 0xffffff, 0.55, 0.0, 0.50, 4.5 },
};

/* The hue of each use: a fill that text stands on, and the edge, line or curve that goes with it.
 * Free memory is the palest, page tables, which are few, the strongest. Neighbours stay apart for
 * the colour-blind, and patterns part the rest. */
static const struct
{
  uint32_t fill, edge;
} uses[PWK_N_USES][PWK_N_THEMES] = {
  [PWK_USE_FREE] = { { 0xc4ebd6, 0x2a8259 }, { 0x1c5542, 0x5cc79b }, { 0xcff3df, 0x0e5c38 },
                     { 0x5fd39f, 0x5fd39f }, { 0xd9f0e4, 0x2a8259 } },
  [PWK_USE_ANON] = { { 0xf2c037, 0x946600 }, { 0xcfa02a, 0xe3b341 }, { 0xffc933, 0x5e4100 },
                     { 0xffd24a, 0xffd24a }, { 0xf7d679, 0x946600 } },
  [PWK_USE_FILE] = { { 0x9f86e0, 0x6b4fc0 }, { 0x6e5ac0, 0xa995f0 }, { 0xbda6f7, 0x46269e },
                     { 0xc3adf5, 0xc3adf5 }, { 0xbfaeea, 0x6b4fc0 } },
  [PWK_USE_KERNEL] = { { 0xaeb7c2, 0x646e7c }, { 0x4a525e, 0xa3adbb }, { 0xb9c2cc, 0x3c4653 },
                       { 0xe3e8ee, 0xc8d0da }, { 0xc8ced6, 0x646e7c } },
  [PWK_USE_PAGE_TABLE] = { { 0xbe3f7c, 0xbe3f7c }, { 0xe08ab3, 0xe88fb8 }, { 0x8a1a52, 0x8a1a52 },
                           { 0xff8fbc, 0xff8fbc }, { 0xd883aa, 0xbe3f7c } },
  [PWK_USE_STOP] = { { 0xfbe9ea, 0xc01c28 }, { 0x4a2528, 0xff7b72 }, { 0xfff0f0, 0x9b0010 },
                     { 0x3a0a0a, 0xff9d94 }, { 0xfbe9ea, 0xc01c28 } },
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
  { PWK_ROLE_ACCENT, { 0xc8420a, 0xff8a3d, 0x9a3000, 0xffa94d, 0xc8420a } },
  { PWK_ROLE_SELECTION, { 0x1c71d8, 0x78aeed, 0x0a3d91, 0x8fc1ff, 0x1a5fb4 } },
  { PWK_ROLE_FLASH, { 0xc8420a, 0xff8a3d, 0x9a3000, 0xffa94d, 0xc8420a } },
  { PWK_ROLE_ERROR, { 0xc01c28, 0xff7b72, 0x9b0010, 0xff9d94, 0xc01c28 } },
  { PWK_ROLE_WMARK_MIN, { 0x1f2024, 0xf2f2f4, 0x000000, 0xffffff, 0x000000 } },
  { PWK_ROLE_WMARK_LOW, { 0x1f2024, 0xf2f2f4, 0x000000, 0xffffff, 0x000000 } },
  { PWK_ROLE_WMARK_HIGH, { 0x5c5f66, 0xabadb5, 0x262626, 0xdedede, 0x3a3a3a } },
  { PWK_ROLE_WMARK_PROMO, { 0x5c5f66, 0xabadb5, 0x262626, 0xdedede, 0x3a3a3a } },
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
  [PWK_FONT_NUMBER] = { 20, false, true },
};

/* Bright fills on black have no stronger edge to go to and little room below them: they go a
 * third of the way, up towards white. */
static PwkColour
use_fill (PwkThemeVariant variant, PwkRole role)
{
  double shade;
  PwkUse use = pwk_role_use (role, &shade);
  PwkColour fill = pwk_colour_from_rgb (uses[use][variant].fill);
  PwkColour edge = pwk_colour_from_rgb (uses[use][variant].edge);
  PwkColour ground = pwk_colour_from_rgb (surfaces[0].rgb[variant]);

  if (variant == PWK_THEME_HIGH_CONTRAST_DARK && use != PWK_USE_STOP)
    {
      edge = pwk_colour_from_rgb (0xffffff);
      shade *= 0.3;
    }
  return shade < 0 ? pwk_colour_mix (fill, ground, -shade) : pwk_colour_mix (fill, edge, shade);
}

static PwkColour
derived_colour (const PwkTheme *theme, PwkRole role)
{
  const VariantFacts *facts = &variants[theme->variant];
  PwkColour hue = pwk_colour_from_rgb (pwk_role_hue (role));

  if (pwk_role_use (role, NULL) != PWK_USE_NONE)
    return use_fill (theme->variant, role);
  if (role == PWK_ROLE_HOLE)
    return facts->dark ? pwk_colour_mix (hue, theme->colours[PWK_ROLE_CANVAS], 0.72) : hue;
  if (pwk_role_kind (role) == PWK_ROLE_KIND_LINE)
    return pwk_colour_ensure_contrast (hue, theme->colours[PWK_ROLE_CANVAS], LINE_CONTRAST);

  return pwk_colour_mix (hue, pwk_colour_from_rgb (facts->ground), facts->fill_mix);
}

/* What is given stands over what is derived. */
static void
fill_colours (PwkTheme *theme)
{
  theme->colours[PWK_ROLE_CANVAS] = pwk_colour_from_rgb (surfaces[0].rgb[theme->variant]);
  for (unsigned role = PWK_ROLE_NONE + 1; role < PWK_N_ROLES; role++)
    if (pwk_role_kind (role) != PWK_ROLE_KIND_SURFACE)
      theme->colours[role] = derived_colour (theme, role);
  for (unsigned i = 0; i < G_N_ELEMENTS (surfaces); i++)
    theme->colours[surfaces[i].role] = pwk_colour_from_rgb (surfaces[i].rgb[theme->variant]);
  theme->colours[PWK_ROLE_SHADOW].alpha = (float) variants[theme->variant].shadow_alpha;
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

double
pwk_theme_text_contrast (const PwkTheme *theme)
{
  return variants[theme->variant].text_contrast;
}

PwkColour
pwk_theme_text_on_colour (const PwkTheme *theme, PwkColour fill)
{
  double least = pwk_theme_text_contrast (theme);
  PwkColour ground = pwk_colour_over (fill, theme->colours[PWK_ROLE_CANVAS]);
  PwkColour text = theme->colours[PWK_ROLE_TEXT];
  PwkColour other = theme->colours[PWK_ROLE_CANVAS];
  PwkColour black = pwk_colour_from_rgb (0x000000);
  PwkColour white = pwk_colour_from_rgb (0xffffff);

  if (pwk_colour_contrast (text, ground) >= least)
    return text;
  if (pwk_colour_contrast (other, ground) >= least)
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
  PwkUse use = pwk_role_use (role, NULL);
  double share;

  if (pwk_role_kind (role) != PWK_ROLE_KIND_FILL)
    return pwk_theme_colour (theme, role == PWK_ROLE_CANVAS || role == PWK_ROLE_PANEL || role == PWK_ROLE_PANEL_ALT
                                      ? PWK_ROLE_OUTLINE : role);
  if (use != PWK_USE_NONE)
    return pwk_colour_from_rgb (uses[use][theme->variant].edge);

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
