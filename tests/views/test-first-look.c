/* test-first-look.c - the first machine that a reader sees, at many of its events: every picture whole, and drawn by the grammar
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/event-args.h"
#include "engine/paging/pte.h"
#include "film.h"
#include "language.h"
#include "scene-check.h"
#include "scene/hit.h"
#include "scene/text.h"
#include "session/navigator.h"
#include "views/exited.h"
#include "views/views.h"

#define MAX_ITEMS 4000
#define TITLE_H   40
#define ROW       8

/* All of them; the first always have something to show, the others while an address is translated. */
#define N_ALWAYS 6
static const PwkViewId views[] = {
  PWK_VIEW_OVERVIEW, PWK_VIEW_MEMORY, PWK_VIEW_BUDDY, PWK_VIEW_ZONES, PWK_VIEW_NUMA, PWK_VIEW_RECLAIM,
  PWK_VIEW_ADDRESS_SPACE, PWK_VIEW_PAGE_WALK, PWK_VIEW_TLB, PWK_VIEW_SLAB,
};

/* Shows every @step-th event from @first on. */
static void
at_events (uint64_t first, uint64_t step, PwkShow show, gpointer data)
{
  PwkNavigator *navigator = test_open_scenario ("first-look");
  bool is_final;
  uint64_t end;

  pwk_navigator_run (navigator, 0);
  end = pwk_navigator_known_end (navigator, &is_final);
  g_assert_true (is_final);
  g_assert_cmpuint (end, >, first);
  for (uint64_t position = first; position <= end; position += step)
    {
      pwk_navigator_seek (navigator, position);
      pwk_navigator_arrive (navigator, show, data);
    }
  pwk_navigator_free (navigator);
}

typedef struct
{
  const PwkTheme *theme;
  double          width, height;
  GString        *why;
} Canvas;

static PwkScene *
draw (const PwkObservation *observation, const Canvas *canvas, PwkViewId view)
{
  PwkViewParams params;

  pwk_view_params_init (&params, view);
  params.width = canvas->width;
  params.height = canvas->height;
  return pwk_view_scene (observation, &params, canvas->theme);
}

/* What an item shows: its text's ink, or its area; nothing of lines, frames and panels. */
static PwkBox
shown (const PwkItem *item, const PwkTheme *theme)
{
  PwkTextPlace place;

  if (item->text != NULL && pwk_text_place (theme, item, &place))
    return pwk_box (place.x, place.y, place.width, place.height);
  if (item->kind == PWK_ITEM_CELLS || (item->fill != PWK_ROLE_NONE && item->fill != PWK_ROLE_PANEL && item->fill != PWK_ROLE_PANEL_ALT))
    return item->box;
  return pwk_box (0, 0, 0, 0);
}

/* How much of the width lies between the first and the last thing that is shown in a row of ROW units, on the mean of all rows below the
 * title that show any. */
static double
used_width (const PwkScene *scene, const PwkTheme *theme)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  double width = pwk_scene_get_width (scene), sum = 0;
  size_t n_rows = (size_t) (pwk_scene_get_height (scene) / ROW), used = 0;

  for (size_t row = TITLE_H / ROW; row < n_rows; row++)
    {
      double left = width, right = 0;

      for (size_t i = 0; i < n_items; i++)
        {
          PwkBox box = shown (&items[i], theme);

          if (box.w > 0 && box.y < (double) (row + 1) * ROW && box.y + box.h > (double) row * ROW)
            {
              left = fmin (left, box.x);
              right = fmax (right, box.x + box.w);
            }
        }
      if (right > left)
        {
          sum += (right - left) / width;
          used++;
        }
    }
  return used > 0 ? sum / (double) used : 0;
}

static void
check_whole (const PwkObservation *observation, gpointer data)
{
  const Canvas *canvas = data;

  for (unsigned i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr(PwkScene) scene = draw (observation, canvas, views[i]);
      gsize before = canvas->why->len;

      if (pwk_scene_get_width (scene) > canvas->width || pwk_scene_get_height (scene) > canvas->height)
        g_string_append_printf (canvas->why, "larger than its canvas: %.0fx%.0f\n", pwk_scene_get_width (scene), pwk_scene_get_height (scene));
      test_scene_check (scene, canvas->theme, 0, MAX_ITEMS, canvas->why);
      if (canvas->why->len > before)
        g_test_message ("%s at event %" G_GUINT64_FORMAT ", %.0fx%.0f:\n%s", pwk_view_class (views[i])->name, observation->position,
                        canvas->width, canvas->height, canvas->why->str + before);
    }
}

static void
finish (GString *why)
{
  if (why->len > 0)
    g_test_fail ();
  g_string_free (why, TRUE);
}

/* On a canvas of 900 × 600 all is there at every event: nothing scrolls, nothing is cut. */
static void
test_whole (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  Canvas canvas = { theme, 900, 600, g_string_new (NULL) };

  at_events (2, 9, check_whole, &canvas);
  finish (canvas.why);
}

/* "3 more lists", "and 2 more regions", "+4", "还有 3 个区域": where a picture has no room, it says how many it leaves out. */
static bool
tells_folded (const char *text)
{
  return g_regex_match_simple ("^(and )?[0-9,]+ more |^\\+[0-9]+$|^还有", text, 0, 0);
}

/* The rows of Overview's cards, which are left out in silence. */
static void
check_rows (const PwkScene *scene, GString *why)
{
  static const char *const rows[] = { "total_vm", "rss", "_refcount", "_mapcount", "index" };
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (unsigned i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      bool found = false;

      for (size_t j = 0; j < n; j++)
        found |= items[j].text != NULL && strcmp (items[j].text, rows[i]) == 0;
      if (!found)
        g_string_append_printf (why, "%s is left out\n", rows[i]);
    }
}

static bool
has_process (const PwkScene *scene)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (pwk_id_thing (items[i].id) == PWK_THING_PROCESS)
      return true;
  return false;
}

static void
check_folds (const PwkObservation *observation, gpointer data)
{
  const Canvas *canvas = data;

  for (unsigned i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr(PwkScene) scene = draw (observation, canvas, views[i]);
      gsize before = canvas->why->len;
      size_t n;
      const PwkItem *items = pwk_scene_get_items (scene, &n);

      for (size_t j = 0; j < n; j++)
        if (items[j].text != NULL && tells_folded (items[j].text))
          g_string_append_printf (canvas->why, "folded: %s (%s)\n", items[j].text, items[j].label);
      if (views[i] == PWK_VIEW_OVERVIEW && has_process (scene) && pwk_scene_find (scene, PWK_ID_RULE (PWK_VIEW_OVERVIEW, 2)) == NULL)
        check_rows (scene, canvas->why);
      if (canvas->why->len > before)
        g_test_message ("%s at event %" G_GUINT64_FORMAT ":\n%s", pwk_view_class (views[i])->name, observation->position, canvas->why->str + before);
    }
}

/* What Overview says of the address's frame while the first store is carried out. */
static void
check_first_frame (const PwkObservation *observation, gpointer data)
{
  const PwkEvent *now = &observation->chain[0];
  bool misses = now->kind == PWK_EV_TLB_MISS, writes = now->kind == PWK_EV_SET_PTE && pwk_arg (now, SET_PTE, level) == PWK_LEVEL_PTE;
  g_autoptr(PwkTheme) theme = NULL;
  g_autoptr(PwkScene) scene = NULL;
  const PwkItem *slot;
  unsigned *seen = data;

  if (test_language_is_chinese () || (!misses && !writes) || seen[writes]++ > 0)
    return;
  theme = pwk_theme_new (PWK_THEME_LIGHT);
  scene = draw (observation, &(Canvas) { theme, 900, 600, NULL }, PWK_VIEW_OVERVIEW);
  slot = pwk_scene_find (scene, PWK_ID_RULE (PWK_VIEW_OVERVIEW, 2));
  if (misses)
    {
      g_assert_nonnull (slot);
      g_assert_cmpuint (slot->flags & PWK_FLAG_DASHED, !=, 0);
      g_assert_true (test_scene_says (scene, "no frame yet"));
      g_assert_false (test_scene_says (scene, "_refcount"));
    }
  else
    {
      g_assert_null (slot);
      g_assert_false (test_scene_says (scene, "no frame yet"));
      g_assert_true (test_scene_says (scene, "the entry is there now"));
      g_assert_true (test_scene_says (scene, "_refcount"));
    }
}

/* Before the first store there is an empty place for the frame; it is filled when the kernel has written the entry, before it is read again. */
static void
test_first_frame (void)
{
  unsigned seen[2] = { 0 };

  at_events (90, 1, check_first_frame, seen);   /* most are passed over */
  g_assert_true (test_language_is_chinese () || (seen[0] > 0 && seen[1] > 0));
}

/* In full density, on a canvas of 900 × 600, nothing of the first machine is folded. */
static void
test_nothing_folded (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  Canvas canvas = { theme, 900, 600, g_string_new (NULL) };

  g_assert_true (tells_folded ("and 2 more regions") && tells_folded ("+4") && tells_folded ("还有 3 个区域"));
  g_assert_false (tells_folded ("A+4") || tells_folded ("no more"));
  at_events (5, 11, check_folds, &canvas);
  finish (canvas.why);
}

static void
check_width (const PwkObservation *observation, gpointer data)
{
  const Canvas *canvas = data;

  for (unsigned i = 0; i < N_ALWAYS; i++)
    {
      g_autoptr(PwkScene) scene = draw (observation, canvas, views[i]);

      g_test_message ("%s at event %" G_GUINT64_FORMAT ": %.2f", pwk_view_class (views[i])->name, observation->position, used_width (scene, canvas->theme));
      if (pwk_exited_item (scene) == NULL)     /* that the process has exited is told in the middle */
        g_assert_cmpfloat (used_width (scene, canvas->theme), >=, 0.5);
      g_assert_cmpfloat (pwk_scene_get_height (scene), <=, canvas->height);
    }
}

static void
check_height (const PwkObservation *observation, gpointer data)
{
  const Canvas *canvas = data;

  for (unsigned i = 0; i < N_ALWAYS; i++)
    {
      g_autoptr(PwkScene) scene = draw (observation, canvas, views[i]);

      g_test_message ("%s at event %" G_GUINT64_FORMAT, pwk_view_class (views[i])->name, observation->position);
      g_assert_cmpfloat (pwk_scene_get_height (scene), <=, canvas->height);
    }
}

/* The canvas of the smallest window, 1024 × 640, scrolls nowhere either. */
static void
test_low (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  Canvas low = { theme, 1024, 410, NULL };

  at_events (7, 40, check_height, &low);
}

/* On 1600 × 1000 none leaves half of its width blank, whatever the event. */
static void
test_width (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  Canvas large = { theme, 1600, 1000, NULL };

  at_events (100, 60, check_width, &large);
}

static void
check_grammar (const PwkObservation *observation, gpointer data)
{
  const Canvas *canvas = data;

  for (unsigned i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_autoptr(PwkScene) scene = draw (observation, canvas, views[i]);
      gsize before = canvas->why->len;

      test_scene_check (scene, canvas->theme, TEST_SCENE_ALLOW_CUTS, MAX_ITEMS, canvas->why);
      test_scene_check_grammar (scene, canvas->theme, canvas->why);
      if (canvas->why->len > before)
        g_test_message ("%s at event %" G_GUINT64_FORMAT ", %.0fx%.0f, %s, %.0f px:\n%s", pwk_view_class (views[i])->name,
                        observation->position, canvas->width, canvas->height,
                        pwk_theme_variant_name (pwk_theme_get_variant (canvas->theme)),
                        pwk_theme_font_px (canvas->theme, PWK_FONT_NORMAL), canvas->why->str + before);
    }
}

typedef struct { unsigned variant; GString *why; } Matrix;

/* Each size of text on each canvas: those of windows of 1024 × 640, 1440 × 900 and 1600 × 1000. */
static void
check_matrix (const PwkObservation *observation, gpointer data)
{
  static const struct { double width, height; } sizes[] = { { 1024, 410 }, { 1200, 700 }, { 1360, 800 } };
  static const double scales[] = { 1, 1.5, 2 };
  const Matrix *matrix = data;

  for (unsigned i = 0; i < G_N_ELEMENTS (scales); i++)
    {
      g_autoptr(PwkTheme) theme = pwk_theme_new (matrix->variant);

      pwk_theme_set_fonts (theme, NULL, NULL, scales[i]);
      for (unsigned j = 0; j < G_N_ELEMENTS (sizes); j++)
        check_grammar (observation, &(Canvas) { theme, sizes[j].width, sizes[j].height, matrix->why });
    }
}

static void
test_grammar (gconstpointer data)
{
  Matrix matrix = { GPOINTER_TO_UINT (data), g_string_new (NULL) };

  at_events (132, 80, check_matrix, &matrix);
  finish (matrix.why);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/first-look/whole", test_whole);
  g_test_add_func ("/first-look/low", test_low);
  g_test_add_func ("/first-look/width", test_width);
  g_test_add_func ("/first-look/nothing-folded", test_nothing_folded);
  g_test_add_func ("/first-look/first-frame", test_first_frame);
  for (unsigned variant = PWK_THEME_LIGHT; variant <= PWK_THEME_HIGH_CONTRAST_DARK; variant++)
    {
      g_autofree char *path = g_strdup_printf ("/first-look/grammar/%s", pwk_theme_variant_name (variant));

      g_test_add_data_func (path, GUINT_TO_POINTER (variant), test_grammar);
    }
  return g_test_run ();
}
