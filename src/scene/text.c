/* text.c - measuring and placing texts, with Pango and remembered
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/text.h"

#include <pango/pangocairo.h>
#include <string.h>

/* Two generations: when the young one is full, it becomes the old one. What is in use moves on. */
#define GENERATION_SIZE 4096

/* Widths of cut and of broken texts are rounded down to this, so that a box that grows in an animation
 * does not make a layout for each frame. */
#define WIDTH_STEP 4.0

/* Below this many line heights a box shows no text. */
#define MIN_LINES 0.72

/* A cut text shorter than this many font sizes says nothing. */
#define MIN_CUT_EMS 1.7

typedef enum
{
  SHAPE_NATURAL,
  SHAPE_CUT_END,
  SHAPE_CUT_MIDDLE,
  SHAPE_WRAPPED,
} Shape;

typedef struct
{
  uint8_t     font;
  uint8_t     shape;
  uint8_t     align;
  int32_t     width;        /* scene units; 0 with SHAPE_NATURAL */
  const char *text;
} Key;

typedef struct
{
  Key          key;         /* its text is ours */
  PangoLayout *layout;
  double       width;
  double       height;
} Entry;

struct PwkTextCache
{
  const PwkTheme *theme;    /* borrowed */
  PangoContext   *context;
  GHashTable     *young;    /* Key in the Entry → Entry */
  GHashTable     *old;
  double          line_heights[PWK_N_FONTS];
};

static guint
key_hash (const void *pointer)
{
  const Key *key = pointer;

  return g_str_hash (key->text) ^ (guint) (key->font << 24 | key->shape << 20 | key->align << 18) ^
         (guint) key->width * 2654435761u;
}

static gboolean
key_equal (const void *left, const void *right)
{
  const Key *a = left;
  const Key *b = right;

  return a->font == b->font && a->shape == b->shape && a->align == b->align && a->width == b->width &&
         strcmp (a->text, b->text) == 0;
}

static void
entry_free (void *pointer)
{
  Entry *entry = pointer;

  g_object_unref (entry->layout);
  g_free ((char *) entry->key.text);
  g_free (entry);
}

static GHashTable *
generation_new (void)
{
  return g_hash_table_new_full (key_hash, key_equal, NULL, entry_free);
}

/* Positions do not depend on the scale: no hinted advances. */
static PangoContext *
context_new (void)
{
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());
  cairo_font_options_t *options = cairo_font_options_create ();

  cairo_font_options_set_hint_metrics (options, CAIRO_HINT_METRICS_OFF);
  cairo_font_options_set_hint_style (options, CAIRO_HINT_STYLE_SLIGHT);
  pango_cairo_context_set_font_options (context, options);
  pango_cairo_context_set_resolution (context, 96.0);
  pango_context_set_round_glyph_positions (context, FALSE);
  pango_context_set_language (context, pango_language_from_string ("en"));
  cairo_font_options_destroy (options);
  return context;
}

PwkTextCache *
pwk_text_cache_new (const PwkTheme *theme)
{
  PwkTextCache *cache = g_new0 (PwkTextCache, 1);

  cache->theme = theme;
  cache->context = context_new ();
  cache->young = generation_new ();
  cache->old = generation_new ();
  return cache;
}

void
pwk_text_cache_free (PwkTextCache *cache)
{
  g_object_unref (cache->context);
  g_hash_table_unref (cache->young);
  g_hash_table_unref (cache->old);
  g_free (cache);
}

static bool
has_han (const char *text)
{
  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if ((unsigned char) *c >= 0xe2 && g_utf8_get_char (c) >= 0x2e80)
      return true;

  return false;
}

/* Han characters have Chinese and Japanese forms; the language chooses. */
static void
set_attributes (PangoLayout *layout, const char *text)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_font_features_new (PWK_TEXT_FEATURES));
  if (has_han (text))
    pango_attr_list_insert (attributes, pango_attr_language_new (pango_language_from_string ("zh-cn")));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
}

static PangoLayout *
layout_new (const PwkTextCache *cache, const Key *key)
{
  static const PangoAlignment alignments[] = { PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER, PANGO_ALIGN_RIGHT };
  PangoLayout *layout = pango_layout_new (cache->context);

  pango_layout_set_font_description (layout, pwk_theme_font (cache->theme, key->font));
  set_attributes (layout, key->text);
  pango_layout_set_alignment (layout, alignments[MIN (key->align, 2)]);
  if (key->shape != SHAPE_NATURAL)
    pango_layout_set_width (layout, key->width * PANGO_SCALE);
  if (key->shape == SHAPE_CUT_END)
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  else if (key->shape == SHAPE_CUT_MIDDLE)
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_MIDDLE);
  else if (key->shape == SHAPE_WRAPPED)
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, key->text, -1);
  return layout;
}

static Entry *
entry_new (const PwkTextCache *cache, const Key *key)
{
  Entry *entry = g_new0 (Entry, 1);
  PangoRectangle logical;

  entry->key = *key;
  entry->key.text = g_strdup (key->text);
  entry->layout = layout_new (cache, key);
  pango_layout_get_extents (entry->layout, NULL, &logical);
  entry->width = (double) logical.width / PANGO_SCALE;
  entry->height = (double) logical.height / PANGO_SCALE;
  return entry;
}

static void
keep (PwkTextCache *cache, Entry *entry)
{
  if (g_hash_table_size (cache->young) >= GENERATION_SIZE)
    {
      g_hash_table_unref (cache->old);
      cache->old = cache->young;
      cache->young = generation_new ();
    }

  g_hash_table_replace (cache->young, &entry->key, entry);
}

static const Entry *
lookup (PwkTextCache *cache, const Key *key)
{
  Entry *entry = g_hash_table_lookup (cache->young, key);

  if (entry != NULL)
    return entry;

  entry = g_hash_table_lookup (cache->old, key);
  if (entry != NULL)
    g_hash_table_steal (cache->old, key);
  else
    entry = entry_new (cache, key);

  keep (cache, entry);
  return entry;
}

static const Entry *
natural (const PwkTheme *theme, PwkFont font, const char *text, PwkAlign align)
{
  Key key = { .font = (uint8_t) font, .shape = SHAPE_NATURAL, .align = (uint8_t) align, .text = text };

  return lookup (pwk_theme_text_cache (theme), &key);
}

static const Entry *
limited (const PwkTheme *theme, PwkFont font, const char *text, PwkAlign align, Shape shape, double width)
{
  double steps = floor (width / WIDTH_STEP);
  Key key = {
    .font = (uint8_t) font,
    .shape = (uint8_t) shape,
    .align = (uint8_t) align,
    .width = (int32_t) (MAX (steps, 1.0) * WIDTH_STEP),
    .text = text,
  };

  return lookup (pwk_theme_text_cache (theme), &key);
}

double
pwk_text_width (const PwkTheme *theme, PwkFont font, const char *text)
{
  return natural (theme, font, text, PWK_ALIGN_START)->width;
}

double
pwk_text_line_height (const PwkTheme *theme, PwkFont font)
{
  PwkTextCache *cache = pwk_theme_text_cache (theme);

  if (!(cache->line_heights[font] > 0.0))
    cache->line_heights[font] = natural (theme, font, "Xg", PWK_ALIGN_START)->height;

  return cache->line_heights[font];
}

void
pwk_text_size (const PwkTheme *theme, PwkFont font, const char *text, double max_width,
               double *width, double *height)
{
  const Entry *entry = natural (theme, font, text, PWK_ALIGN_START);

  if (max_width > 0.0 && entry->width > max_width)
    entry = limited (theme, font, text, PWK_ALIGN_START, SHAPE_WRAPPED, max_width);
  if (width != NULL)
    *width = entry->width;
  if (height != NULL)
    *height = entry->height;
}

/* The first @n_head and the last @n_tail characters of @text around an ellipsis. */
static char *
cut (const char *text, long n_chars, long n_head, long n_tail)
{
  const char *head_end = g_utf8_offset_to_pointer (text, n_head);
  const char *tail = g_utf8_offset_to_pointer (text, n_chars - n_tail);

  return g_strdup_printf ("%.*s…%s", (int) (head_end - text), text, tail);
}

static double
measure_once (const PwkTextCache *cache, PwkFont font, const char *text)
{
  Key key = { .font = (uint8_t) font, .shape = SHAPE_NATURAL, .text = text };
  Entry *entry = entry_new (cache, &key);
  double width = entry->width;

  entry_free (entry);
  return width;
}

char *
pwk_text_fit (const PwkTheme *theme, PwkFont font, const char *text, double width, PwkEllipsize ellipsize)
{
  const PwkTextCache *cache = pwk_theme_text_cache (theme);
  g_autofree char *best = NULL;
  long n_chars = g_utf8_strlen (text, -1);
  long low = 0;
  long high = n_chars;

  if (ellipsize == PWK_ELLIPSIZE_NONE || pwk_text_width (theme, font, text) <= width)
    return g_strdup (text);

  /* The most characters, low ≤ n < high, that fit together with the ellipsis. */
  while (low < high)
    {
      long n = (low + high) / 2;
      long n_tail = ellipsize == PWK_ELLIPSIZE_MIDDLE ? n / 2 : 0;
      g_autofree char *attempt = cut (text, n_chars, n - n_tail, n_tail);

      if (measure_once (cache, font, attempt) <= width)
        {
          g_free (best);
          best = g_steal_pointer (&attempt);
          low = n + 1;
        }
      else
        {
          high = n;
        }
    }

  return best != NULL ? g_steal_pointer (&best) : g_strdup ("");
}

PwkFont
pwk_item_font (const PwkItem *item)
{
  if ((item->flags & PWK_FLAG_EMPHASISED) == 0)
    return item->font;

  switch ((PwkFont) item->font)
    {
    case PWK_FONT_NORMAL:
      return PWK_FONT_BOLD;
    case PWK_FONT_MONO:
      return PWK_FONT_MONO_BOLD;
    default:
      return item->font;
    }
}

static bool
is_limited (const PwkItem *item)
{
  switch ((PwkItemKind) item->kind)
    {
    case PWK_ITEM_TEXT:
      return item->box.w > 0.0;
    case PWK_ITEM_LINE:
    case PWK_ITEM_ARROW:
    case PWK_ITEM_CURVE:
      return false;
    default:
      return true;
    }
}

static double
aligned (double start, double room, double size, PwkAlign align)
{
  switch (align)
    {
    case PWK_ALIGN_CENTRE:
      return start + (room - size) / 2.0;
    case PWK_ALIGN_END:
      return start + room - size;
    default:
      return start;
    }
}

static const Entry *
entry_for (const PwkTheme *theme, const PwkItem *item, double room, bool *was_cut)
{
  PwkFont font = pwk_item_font (item);
  const Entry *entry = natural (theme, font, item->text, item->halign);

  *was_cut = false;
  if (entry->width <= room || !is_limited (item))
    return entry;
  if ((item->flags & PWK_FLAG_WRAP) != 0)
    return limited (theme, font, item->text, item->halign, SHAPE_WRAPPED, room);
  if (item->ellipsize == PWK_ELLIPSIZE_NONE)
    return entry;
  if (room < MIN_CUT_EMS * pwk_theme_font_px (theme, font))
    return NULL;

  *was_cut = true;
  return limited (theme, font, item->text, item->halign,
                  item->ellipsize == PWK_ELLIPSIZE_MIDDLE ? SHAPE_CUT_MIDDLE : SHAPE_CUT_END, room);
}

bool
pwk_text_place (const PwkTheme *theme, const PwkItem *item, PwkTextPlace *place)
{
  PwkBox box = item->box;
  const Entry *entry;
  double room;

  if (item->text == NULL || item->text[0] == '\0' || !(item->opacity > 0.0f))
    return false;

  if ((item->flags & PWK_FLAG_VERTICAL) != 0)
    box = pwk_box (0.0, 0.0, box.h, box.w);
  if (item->kind != PWK_ITEM_TEXT && is_limited (item) &&
      box.h < MIN_LINES * pwk_text_line_height (theme, pwk_item_font (item)))
    return false;

  room = box.w - 2.0 * item->padding;
  entry = entry_for (theme, item, room, &place->cut);
  if (entry == NULL)
    return false;

  place->layout = entry->layout;
  place->width = entry->width;
  place->height = entry->height;
  place->x = aligned (box.x + item->padding, room, entry->width, item->halign);
  place->y = aligned (box.y, box.h, entry->height, item->valign);

  /* A broken or cut layout aligns its lines within its own width, which is a little more than their extents. */
  if (entry->key.shape != SHAPE_NATURAL)
    place->x = aligned (box.x + item->padding, room, entry->key.width, item->halign);

  return true;
}
