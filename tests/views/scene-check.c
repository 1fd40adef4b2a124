/* scene-check.c - what must be true of every view's picture, whatever it shows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene-check.h"

#include <pango/pangocairo.h>
#include <string.h>

#include "scene/hit.h"
#include "scene/ink.h"
#include "scene/text.h"

#define SLACK 1.5       /* units that rounding may cost */

static bool updating;

/* --- texts --- */

/* Where an item's text has ink (a line of another font may be higher than what is written in it); false if it has none that is seen. */
static bool
text_box (const PwkItem *item, const PwkTheme *theme, PwkBox *box, bool *cut)
{
  PangoRectangle ink;
  PwkTextPlace place;

  if (item->opacity <= 0 || !pwk_text_place (theme, item, &place))
    return false;

  *cut = place.cut;
  pango_layout_get_pixel_extents (place.layout, &ink, NULL);
  *box = (item->flags & PWK_FLAG_VERTICAL) != 0 ? item->box : pwk_box (place.x + ink.x, place.y + ink.y, ink.width, ink.height);
  return true;
}

static bool
inside (PwkBox inner, PwkBox outer)
{
  return inner.x >= outer.x - SLACK && inner.y >= outer.y - SLACK && inner.x + inner.w <= outer.x + outer.w + SLACK &&
         inner.y + inner.h <= outer.y + outer.h + SLACK;
}

static bool
overlap (PwkBox a, PwkBox b)
{
  return fmin (a.x + a.w, b.x + b.w) - fmax (a.x, b.x) > 1.5 && fmin (a.y + a.h, b.y + b.h) - fmax (a.y, b.y) > 1.5;
}

static bool
is_parent (const PwkItem *item, uint64_t id)
{
  return item->id == id && (item->kind == PWK_ITEM_ROUNDED || item->kind == PWK_ITEM_RECT || item->kind == PWK_ITEM_LENS);
}

static void
complain (GString *why, const PwkItem *item, const char *what)
{
  if (why->len < 40000)
    g_string_append_printf (why, "%s: %s %s:%" G_GUINT64_FORMAT " \"%s\" at %.1f,%.1f %.1fx%.1f\n", what, pwk_item_kind_name (item->kind),
                            pwk_thing_name (pwk_id_thing (item->id)), pwk_id_number (item->id), item->text != NULL ? item->text : "", item->box.x,
                            item->box.y, item->box.w, item->box.h);
}

static void
check_item (const PwkScene *scene, const PwkItem *item, GString *why)
{
  PwkBox all = pwk_box (0, 0, pwk_scene_get_width (scene), pwk_scene_get_height (scene));
  double ring = 4;

  if ((item->flags & PWK_FLAGS_THING) != 0 && pwk_item_label (item)[0] == '\0')
    complain (why, item, "a thing that says nothing");
  if ((item->flags & PWK_FLAGS_THING) != 0 && item->id == 0)
    complain (why, item, "a thing without an id");
  if (!isfinite (item->box.x) || !isfinite (item->box.y) || !isfinite (item->box.w) || !isfinite (item->box.h))
    complain (why, item, "no number");
  else if (item->clip == NULL && !inside (item->box, pwk_box_inset (all, -ring, -ring)))
    complain (why, item, "outside of the picture");
}

static void
check_parent (const PwkItem *items, size_t n_items, const PwkItem *item, PwkBox text, GString *why)
{
  PwkBox around = { 0 };

  for (size_t i = 0; i < n_items; i++)
    if (is_parent (&items[i], item->parent))
      around = pwk_box_union (around.w > 0 ? around : items[i].box, items[i].box);
  if (around.w > 0 && !inside (text, around))
    complain (why, item, "text leaves its panel");
}

typedef struct { PwkBox box; const PwkItem *item; } Text;

static void
check_texts (const PwkScene *scene, const PwkTheme *theme, TestSceneFlags flags, GString *why)
{
  g_autoptr(GArray) texts = g_array_new (FALSE, FALSE, sizeof (Text));
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  PwkBox all = pwk_box (0, 0, pwk_scene_get_width (scene), pwk_scene_get_height (scene));

  for (size_t i = 0; i < n_items; i++)
    {
      Text text = { .item = &items[i] };
      bool cut;

      if (!text_box (&items[i], theme, &text.box, &cut))
        continue;
      if (cut && (flags & TEST_SCENE_ALLOW_CUTS) == 0)
        complain (why, &items[i], "text cut");
      if (items[i].clip != NULL)
        continue;
      if (!inside (text.box, all))
        complain (why, &items[i], "text outside of the picture");
      if (items[i].parent != 0)
        check_parent (items, n_items, &items[i], text.box, why);
      if (items[i].kind == PWK_ITEM_TEXT && items[i].box.w > 0 && (text.box.h > items[i].box.h + 3 || text.box.w > items[i].box.w + SLACK))
        complain (why, &items[i], "text larger than its box");
      g_array_append_val (texts, text);
    }

  for (guint i = 0; i < texts->len; i++)
    for (guint j = i + 1; j < texts->len; j++)
      {
        const Text *a = &g_array_index (texts, Text, i), *b = &g_array_index (texts, Text, j);

        if (a->item->id != 0 && a->item->id == b->item->id && pwk_box_equal (a->item->box, b->item->box))
          continue;
        if (overlap (a->box, b->box) && why->len < 40000)
          {
            complain (why, a->item, "text under another");
            complain (why, b->item, "  the other");
          }
      }
}

bool
test_scene_check (const PwkScene *scene, const PwkTheme *theme, TestSceneFlags flags, size_t max_items, GString *why)
{
  gsize before = why->len;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  if (!pwk_scene_is_sealed (scene))
    g_string_append (why, "not sealed\n");
  if (n_items > max_items)
    g_string_append_printf (why, "%zu items, more than %zu\n", n_items, max_items);
  for (size_t i = 0; i < n_items; i++)
    check_item (scene, &items[i], why);
  check_texts (scene, theme, flags, why);
  return why->len == before;
}

/* --- the grammar of pictures --- */

static bool
is_area (const PwkItem *item)
{
  switch ((PwkItemKind) item->kind)
    {
    case PWK_ITEM_RECT:
    case PWK_ITEM_ROUNDED:
    case PWK_ITEM_ELLIPSE:
    case PWK_ITEM_LENS:
      return true;
    default:
      return false;
    }
}

static bool
shows_at (const PwkItem *item, PwkPoint point)
{
  return pwk_box_contains (item->box, point.x, point.y) && (item->clip == NULL || pwk_box_contains (*item->clip, point.x, point.y));
}

/* What lies under the text of item @index: the last opaque area before it, its own included, that holds the text's middle. -1: the canvas. */
static gssize
ground_of (const PwkTheme *theme, const PwkItem *items, size_t index, PwkBox text, PwkInk *ink)
{
  PwkPoint middle = pwk_box_centre (text);

  for (gssize i = (gssize) index; i >= 0; i--)
    if (is_area (&items[i]) && shows_at (&items[i], middle))
      {
        pwk_ink_for_item (theme, &items[i], ink);
        if (ink->fill.alpha > 0.99f)
          return i;
      }
  return -1;
}

static void
check_contrast (const PwkTheme *theme, const PwkItem *items, size_t index, PwkBox text, GString *why)
{
  PwkInk own, under;
  gssize ground;
  PwkColour fill = pwk_theme_colour (theme, PWK_ROLE_CANVAS);

  pwk_ink_for_item (theme, &items[index], &own);
  if (own.text.alpha < 0.99f)
    return;
  if (items[index].clip != NULL && !pwk_box_contains (*items[index].clip, pwk_box_centre (text).x, pwk_box_centre (text).y))
    return;      /* little or nothing of it is seen */
  ground = ground_of (theme, items, index, text, &under);
  if (ground >= 0)
    fill = under.fill;
  if (pwk_colour_contrast (own.text, fill) < pwk_theme_text_contrast (theme) - 0.01)
    complain (why, &items[index], "text too faint on its ground");
  if (ground >= 0 && under.pattern != PWK_PATTERN_NONE)
    complain (why, &items[index], "text on a pattern");
}

/* Whether the straight piece from @a to @b passes through @box: clipped to it, something is left (Liang and Barsky). */
static bool
crosses (PwkPoint a, PwkPoint b, PwkBox box)
{
  double from = 0, to = 1;
  double dx = b.x - a.x, dy = b.y - a.y;
  const double p[] = { -dx, dx, -dy, dy };
  const double q[] = { a.x - box.x, box.x + box.w - a.x, a.y - box.y, box.y + box.h - a.y };

  for (unsigned i = 0; i < G_N_ELEMENTS (p); i++)
    {
      if (fabs (p[i]) < 1e-9)
        {
          if (q[i] < 0)
            return false;
          continue;
        }
      if (p[i] < 0)
        from = fmax (from, q[i] / p[i]);
      else
        to = fmin (to, q[i] / p[i]);
    }
  return to - from > 1e-6;
}

/* Lines that lie over a text, or under it with nothing between. */
static void
check_lines (const PwkTheme *theme, const PwkItem *items, size_t n_items, size_t index, PwkBox text, GString *why)
{
  PwkBox core = pwk_box_inset (text, 2, 3);
  PwkInk ink;
  gssize ground = ground_of (theme, items, index, text, &ink);

  for (size_t i = (size_t) (ground + 1); i < n_items; i++)
    if (items[i].kind == PWK_ITEM_LINE || items[i].kind == PWK_ITEM_ARROW)
      for (uint32_t j = 0; j + 1 < items[i].n_points; j++)
        if (i != index && crosses (items[i].points[j], items[i].points[j + 1], core))
          {
            complain (why, &items[index], "line through a text");
            complain (why, &items[i], "  the line");
            break;
          }
}

/* A text that is cut says all of itself, or what it is in, in a tooltip. */
static void
check_cut (const PwkScene *scene, const PwkItem *item, GString *why)
{
  PwkPoint middle = pwk_box_centre (item->box);
  const PwkItem *under = item->label != NULL ? item : pwk_scene_hit_label (scene, middle.x, middle.y);

  if (under == NULL || under->label == NULL)
    complain (why, item, "text cut without a tooltip");
}

bool
test_scene_check_grammar (const PwkScene *scene, const PwkTheme *theme, GString *why)
{
  gsize before = why->len;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    {
      PwkBox text;
      bool cut;

      if (items[i].text == NULL || !text_box (&items[i], theme, &text, &cut))
        continue;
      if (pwk_theme_font_px (theme, (PwkFont) items[i].font) < PWK_FONT_MIN_PT * 96 / 72 - 0.01)
        complain (why, &items[i], "text under 9 pt");
      check_contrast (theme, items, i, text, why);
      check_lines (theme, items, n_items, i, text, why);
      if (cut)
        check_cut (scene, &items[i], why);
    }
  return why->len == before;
}

/* --- golden scenes --- */

static void
dump_flags (GString *text, uint32_t flags)
{
  static const struct { uint32_t flag; const char *name; } names[] = {
    { PWK_FLAG_FOCUSABLE, "focus" }, { PWK_FLAG_SELECTED, "selected" }, { PWK_FLAG_EMPHASISED, "strong" }, { PWK_FLAG_DIMMED, "dim" },
    { PWK_FLAG_FLASH, "flash" }, { PWK_FLAG_DASHED, "dashed" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    if ((flags & names[i].flag) != 0)
      g_string_append_printf (text, " +%s", names[i].name);
}

char *
test_scene_dump (const PwkScene *scene)
{
  GString *text = g_string_new (NULL);
  size_t n_items, n_moves;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  const PwkMove *moves = pwk_scene_get_moves (scene, &n_moves);

  g_string_append_printf (text, "%s\n", pwk_scene_get_title (scene));
  for (size_t i = 0; i < n_items; i++)
    {
      const PwkItem *item = &items[i];

      g_string_append_printf (text, "%*s%s", 2 * item->level, "", pwk_item_kind_name (item->kind));
      if (item->id != 0)
        g_string_append_printf (text, " %s:%" G_GINT64_MODIFIER "x", pwk_thing_name (pwk_id_thing (item->id)), pwk_id_number (item->id));
      if (item->fill != PWK_ROLE_NONE)
        g_string_append_printf (text, " fill=%s", pwk_role_name (item->fill));
      if (item->stroke != PWK_ROLE_NONE && item->stroke != item->fill)
        g_string_append_printf (text, " stroke=%s", pwk_role_name (item->stroke));
      dump_flags (text, item->flags);
      if (item->clip != NULL && item->kind != PWK_ITEM_TEXT)
        g_string_append_printf (text, " [%.0f %.0f %.0f %.0f]", item->box.x, item->box.y, item->box.w, item->box.h);
      if (item->text != NULL)
        g_string_append_printf (text, " \"%s\"", item->text);
      g_string_append_c (text, '\n');
    }
  for (size_t i = 0; i < n_moves; i++)
    g_string_append_printf (text, "move %s:%" G_GINT64_MODIFIER "x -> %s:%" G_GINT64_MODIFIER "x\n", pwk_thing_name (pwk_id_thing (moves[i].from_id)),
                            pwk_id_number (moves[i].from_id), pwk_thing_name (pwk_id_thing (moves[i].into_id)), pwk_id_number (moves[i].into_id));
  return g_string_free (text, FALSE);
}

static void
tell_difference (const char *name, const char *expected, const char *got)
{
  g_auto(GStrv) old = g_strsplit (expected, "\n", -1), new = g_strsplit (got, "\n", -1);
  unsigned told = 0;

  for (unsigned i = 0; told < 10 && (old[i] != NULL || new[i] != NULL); i++)
    {
      if (old[i] == NULL || new[i] == NULL || strcmp (old[i], new[i]) != 0)
        {
          g_test_message ("%s, line %u:\n  - %s\n  + %s", name, i + 1, old[i] != NULL ? old[i] : "(end)", new[i] != NULL ? new[i] : "(end)");
          told++;
        }
      if (old[i] == NULL || new[i] == NULL)
        break;
    }
  g_test_message ("If the new picture is right: run this test with --update");
}

void
test_scene_golden (const PwkScene *scene, const char *name)
{
  g_autofree char *file = g_strdup_printf ("%s.txt", name);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "views", "golden", file, NULL);
  g_autofree char *dump = test_scene_dump (scene);
  g_autofree char *expected = NULL;
  g_autoptr(GError) error = NULL;

  if (updating || g_getenv ("PAGEWALK_UPDATE_GOLDEN") != NULL)
    {
      g_file_set_contents (path, dump, -1, &error);
      g_assert_no_error (error);
      return;
    }

  g_file_get_contents (path, &expected, NULL, &error);
  g_assert_no_error (error);
  if (strcmp (expected, dump) != 0)
    {
      tell_difference (name, expected, dump);
      g_test_fail ();
    }
}

static void
assert_font (PangoContext *context, const PwkTheme *theme, PwkFont font, const char *wanted)
{
  PangoFont *used = pango_context_load_font (context, pwk_theme_font (theme, font));
  PangoFontDescription *description = pango_font_describe (used);

  if (strcmp (pango_font_description_get_family (description), wanted) != 0)
    g_error ("the font %s is not installed, %s is used: install fonts-inter and fonts-jetbrains-mono, or call ./run", wanted,
             pango_font_description_get_family (description));
  pango_font_description_free (description);
  g_object_unref (used);
}

PwkTheme *
test_scene_theme (void)
{
  PwkTheme *theme = pwk_theme_new (PWK_THEME_LIGHT);
  PangoContext *context = pango_font_map_create_context (pango_cairo_font_map_get_default ());

  for (PwkFont font = 0; font < PWK_N_FONTS; font++)
    assert_font (context, theme, font, pwk_font_is_mono (font) ? "JetBrains Mono" : "Inter");
  g_object_unref (context);
  return theme;
}

void
test_scene_init (int *argc, char **argv)
{
  int n = 1;

  for (int i = 1; i < *argc; i++)
    {
      if (strcmp (argv[i], "--update") == 0)
        updating = true;
      else
        argv[n++] = argv[i];
    }
  *argc = n;
}

bool
test_scene_says (const PwkScene *scene, const char *words)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].text != NULL && strstr (items[i].text, words) != NULL)
      return true;
  return false;
}
