/* test-blend.c - tests of motion: what moves, fades, splits and merges
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <string.h>

#include "scene/blend.h"
#include "scene/hit.h"

#define BLOCK(pfn, order) PWK_ID (PWK_THING_BLOCK, (pfn) | (uint64_t) (order) << 48)

static void
assert_near (PwkBox box, double x, double y, double w, double h)
{
  g_assert_cmpfloat_with_epsilon (box.x, x, 0.01);
  g_assert_cmpfloat_with_epsilon (box.y, y, 0.01);
  g_assert_cmpfloat_with_epsilon (box.w, w, 0.01);
  g_assert_cmpfloat_with_epsilon (box.h, h, 0.01);
}

/* At both ends the scenes themselves; between them what is in both moves evenly. */
static void
test_ends (void)
{
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  g_autoptr(PwkScene) start = pwk_scene_blend (before, after, 0.0);
  g_autoptr(PwkScene) middle = pwk_scene_blend (before, after, 0.5);
  g_autoptr(PwkScene) end = pwk_scene_blend (before, after, 1.0);

  g_assert_true (start == before);
  g_assert_true (end == after);
  g_assert_cmpfloat_with_epsilon (pwk_scene_find (middle, BLOCK (0, 2))->box.x, 30.0, 0.01);
  g_assert_true (pwk_scene_is_sealed (middle));
  g_assert_cmpstr (pwk_scene_get_title (middle), ==, "after");
}

/* [8 order 3] → [8 order 2][12 order 2]: the halves start as the halves of the block, below which it
 * fades; all frames have the same items in the same order. */
static void
test_split (void)
{
  g_autoptr(PwkScene) before = pwk_sample_before_split ();
  g_autoptr(PwkScene) after = pwk_sample_after_split ();
  g_autoptr(PwkBlend) blend = pwk_blend_new (before, after);
  g_autoptr(PwkScene) start = pwk_blend_frame (blend, 0.0);
  g_autoptr(PwkScene) middle = pwk_blend_frame (blend, 0.5);
  g_autoptr(PwkScene) end = pwk_blend_frame (blend, 1.0);
  size_t n_start, n_end;

  assert_near (pwk_scene_find (start, BLOCK (8, 2))->box, 180, 110, 80, 24);
  assert_near (pwk_scene_find (start, BLOCK (12, 2))->box, 260, 110, 80, 24);
  assert_near (pwk_scene_find (middle, BLOCK (12, 2))->box, 260, 95, 80, 24);
  assert_near (pwk_scene_find (end, BLOCK (12, 2))->box, 260, 80, 80, 24);
  g_assert_cmpfloat (pwk_scene_find (start, BLOCK (12, 2))->opacity, ==, 0.0f);
  g_assert_cmpfloat (pwk_scene_find (end, BLOCK (12, 2))->opacity, ==, 1.0f);
  g_assert_cmpfloat (pwk_scene_find (start, BLOCK (8, 3))->opacity, ==, 1.0f);
  g_assert_cmpfloat (pwk_scene_find (end, BLOCK (8, 3))->opacity, ==, 0.0f);
  g_assert_true (pwk_scene_find (middle, BLOCK (8, 3)) < pwk_scene_find (middle, BLOCK (8, 2)));
  g_assert_cmpuint (pwk_blend_count_changes (blend), ==, 4);

  pwk_scene_get_items (start, &n_start);
  pwk_scene_get_items (end, &n_end);
  g_assert_cmpuint (n_start, ==, n_end);
  for (size_t i = 0; i < n_start; i++)
    g_assert_cmpuint (pwk_scene_get_item (start, i)->id, ==, pwk_scene_get_item (end, i)->id);
}

/* The same backwards, with the moves of the later scene: the halves join, the block comes out of both. */
static void
test_merge (void)
{
  g_autoptr(PwkScene) before = pwk_sample_after_split ();
  g_autoptr(PwkScene) after = pwk_sample_before_split ();
  g_autoptr(PwkBlend) blend = pwk_blend_new (before, after);
  g_autoptr(PwkScene) start = pwk_blend_frame (blend, 0.0);
  g_autoptr(PwkScene) end = pwk_blend_frame (blend, 1.0);

  assert_near (pwk_scene_find (start, BLOCK (8, 3))->box, 180, 80, 160, 24);
  assert_near (pwk_scene_find (end, BLOCK (8, 2))->box, 180, 110, 80, 24);
  assert_near (pwk_scene_find (end, BLOCK (12, 2))->box, 260, 110, 80, 24);
}

/* from_id and into_id say the same for single items. */
static void
test_origin_ids (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (100, 100);
  g_autoptr(PwkScene) after = pwk_scene_new (100, 100);
  g_autoptr(PwkScene) near_start = NULL;
  g_autoptr(PwkScene) near_end = NULL;

  pwk_scene_add_cell (before, 1, pwk_box (0, 0, 10, 10), PWK_ROLE_ANON, NULL);
  pwk_scene_add_cell (before, 2, pwk_box (50, 0, 10, 10), PWK_ROLE_ANON, NULL)->into_id = 1;
  pwk_scene_add_cell (after, 1, pwk_box (0, 0, 10, 10), PWK_ROLE_ANON, NULL);
  pwk_scene_add_cell (after, 3, pwk_box (50, 50, 10, 10), PWK_ROLE_ANON, NULL)->from_id = 1;
  pwk_scene_seal (before);
  pwk_scene_seal (after);
  near_start = pwk_scene_blend (before, after, 1e-6);
  near_end = pwk_scene_blend (before, after, 1.0 - 1e-6);

  assert_near (pwk_scene_find (near_start, 3)->box, 0, 0, 10, 10);
  assert_near (pwk_scene_find (near_start, 2)->box, 50, 0, 10, 10);
  assert_near (pwk_scene_find (near_end, 3)->box, 50, 50, 10, 10);
  assert_near (pwk_scene_find (near_end, 2)->box, 0, 0, 10, 10);
}

/* Several items of one thing: matched by kind and in their order; colour mixes, text switches. */
static void
test_duplicates (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (100, 100);
  g_autoptr(PwkScene) after = pwk_scene_new (100, 100);
  g_autoptr(PwkScene) early = NULL;
  g_autoptr(PwkScene) late = NULL;
  const PwkItem *items;
  size_t n_items;

  pwk_scene_add_rect (before, 9, pwk_box (0, 0, 10, 10), PWK_ROLE_ANON);
  pwk_scene_add_rect (before, 9, pwk_box (20, 0, 10, 10), PWK_ROLE_ANON);
  pwk_scene_add_text (before, 9, pwk_box (0, 20, 50, 10), PWK_FONT_NORMAL, "old");
  pwk_scene_add_text (after, 9, pwk_box (0, 40, 50, 10), PWK_FONT_NORMAL, "new");
  pwk_scene_add_rect (after, 9, pwk_box (0, 0, 10, 10), PWK_ROLE_FILE);
  pwk_scene_add_rect (after, 9, pwk_box (40, 0, 10, 10), PWK_ROLE_ANON);
  pwk_scene_seal (before);
  pwk_scene_seal (after);

  early = pwk_scene_blend (before, after, 0.25);
  late = pwk_scene_blend (before, after, 0.75);
  items = pwk_scene_get_items (early, &n_items);
  g_assert_cmpuint (n_items, ==, 3);
  g_assert_cmpstr (items[0].text, ==, "old");
  g_assert_cmpfloat_with_epsilon (items[0].box.y, 25.0, 0.01);
  g_assert_cmpint (items[1].fill, ==, PWK_ROLE_ANON);
  g_assert_cmpint (items[1].fill_to, ==, PWK_ROLE_FILE);
  g_assert_cmpfloat_with_epsilon (items[1].mix, 0.25, 0.001);
  g_assert_cmpfloat_with_epsilon (items[2].box.x, 25.0, 0.01);
  g_assert_cmpstr (pwk_scene_get_item (late, 0)->text, ==, "new");
}

/* A row of a list: its panel, the number of its order, how many blocks, and the blocks. */
static void
add_row (PwkScene *scene, uint64_t group, double y, const char *count, unsigned block)
{
  pwk_scene_add_panel (scene, group, pwk_box (10, y, 200, 20));
  pwk_scene_push_parent (scene, group);
  pwk_scene_add_text (scene, 0, pwk_box (12, y, 30, 20), PWK_FONT_NORMAL, "order");
  pwk_scene_add_text (scene, 0, pwk_box (50, y, 30, 20), PWK_FONT_NORMAL, count);
  if (block != 0)
    pwk_scene_add_cell (scene, block, pwk_box (90, y, 20, 20), PWK_ROLE_FREE_1, NULL);
  pwk_scene_pop_parent (scene);
}

static bool
lies_in (PwkBox box, double y, double h)
{
  return box.y >= y - 0.01 && box.y + box.h <= y + h + 0.01;
}

/* Rows whose words are alike: each word stays in its row, wherever the row goes, and what is another word swaps at half time. No word flies to
 * a row that is not its own.
 *
 *      before    order 3 [b]       after    order 0
 *                order 0                    order 3
 *                order 0                    order 0 [b]   moved down by 5
 */
static void
test_rows (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (220, 120);
  g_autoptr(PwkScene) after = pwk_scene_new (220, 120);
  g_autoptr(PwkBlend) blend = NULL;

  for (unsigned i = 0; i < 3; i++)
    {
      add_row (before, 100 + i, 10 + 30 * i, i == 0 ? "3" : "0", i == 0 ? 7 : 0);
      add_row (after, 100 + i, 10 + 30 * i + (i == 2 ? 5 : 0), i == 1 ? "3" : "0", i == 2 ? 7 : 0);
    }
  pwk_scene_seal (before);
  pwk_scene_seal (after);
  blend = pwk_blend_new (before, after);

  for (unsigned step = 0; step <= 10; step++)
    {
      double t = step / 10.0;
      g_autoptr(PwkScene) frame = pwk_blend_frame (blend, t);
      unsigned n_words = 0;
      size_t n_items;
      const PwkItem *items = pwk_scene_get_items (frame, &n_items);

      for (size_t i = 0; i < n_items; i++)
        if (items[i].kind == PWK_ITEM_TEXT)
          {
            unsigned row = (unsigned) items[i].parent - 100;

            n_words++;
            g_assert_true (lies_in (items[i].box, 10 + 30 * row + (row == 2 ? 5 * t : 0), 20));
            g_assert_cmpfloat (items[i].opacity, ==, 1.0f);
          }
      g_assert_cmpuint (n_words, ==, 6);
      g_assert_cmpstr (pwk_scene_get_item (frame, 2)->text, ==, t < 0.5 ? "3" : "0");
      g_assert_cmpfloat_with_epsilon (pwk_scene_find (frame, 7)->box.y, 10 + 65 * t, 0.01);
    }
}

/* A block that is drawn in two groups, and before only in one: there it stays, and in the other it comes. */
static void
test_groups (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (220, 120);
  g_autoptr(PwkScene) after = pwk_scene_new (220, 120);
  g_autoptr(PwkScene) middle = NULL;

  pwk_scene_push_parent (before, 101);
  pwk_scene_add_cell (before, 7, pwk_box (0, 60, 20, 20), PWK_ROLE_FREE_1, NULL);
  pwk_scene_pop_parent (before);
  pwk_scene_push_parent (after, 100);
  pwk_scene_add_cell (after, 7, pwk_box (0, 0, 20, 20), PWK_ROLE_FREE_1, NULL);
  pwk_scene_pop_parent (after);
  pwk_scene_push_parent (after, 101);
  pwk_scene_add_cell (after, 7, pwk_box (0, 60, 20, 20), PWK_ROLE_FREE_1, NULL);
  pwk_scene_pop_parent (after);
  middle = pwk_scene_blend (pwk_scene_seal (before), pwk_scene_seal (after), 0.4);
  g_assert_cmpfloat (pwk_scene_get_item (middle, 0)->opacity, ==, 0.0f);
  g_assert_cmpfloat (pwk_scene_get_item (middle, 1)->box.y, ==, 60.0);
  g_assert_cmpfloat (pwk_scene_get_item (middle, 1)->opacity, ==, 1.0f);
}

/* What has no id moves only if nothing else of its group looks like it. */
static void
test_lookalikes (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (220, 120);
  g_autoptr(PwkScene) after = pwk_scene_new (220, 120);
  g_autoptr(PwkScene) middle = NULL;
  size_t n_items;

  pwk_scene_add_text (before, 0, pwk_box (0, 0, 50, 20), PWK_FONT_NORMAL, "alone");
  pwk_scene_add_text (before, 0, pwk_box (0, 30, 50, 20), PWK_FONT_NORMAL, "twin");
  pwk_scene_add_text (before, 0, pwk_box (0, 60, 50, 20), PWK_FONT_NORMAL, "twin");
  pwk_scene_add_text (after, 0, pwk_box (100, 0, 50, 20), PWK_FONT_NORMAL, "alone");
  pwk_scene_add_text (after, 0, pwk_box (100, 30, 50, 20), PWK_FONT_NORMAL, "twin");
  middle = pwk_scene_blend (pwk_scene_seal (before), pwk_scene_seal (after), 0.4);
  pwk_scene_get_items (middle, &n_items);
  g_assert_cmpuint (n_items, ==, 4);
  for (size_t i = 0; i < n_items; i++)
    {
      const PwkItem *item = pwk_scene_get_item (middle, i);

      if (strcmp (item->text, "alone") == 0)
        g_assert_cmpfloat_with_epsilon (item->box.x, 40, 0.01);
      else
        g_assert_true (item->box.x <= 0 || item->box.x >= 100);
    }
}

/* Points move too; a line with another number of points switches. */
static void
test_points (void)
{
  g_autoptr(PwkScene) before = pwk_scene_new (100, 100);
  g_autoptr(PwkScene) after = pwk_scene_new (100, 100);
  const PwkPoint three[] = { { 0, 0 }, { 5, 5 }, { 10, 0 } };
  g_autoptr(PwkScene) middle = NULL;

  pwk_scene_add_line (before, 1, 0, 0, 10, 10, PWK_ROLE_ACCENT);
  pwk_scene_add_line (before, 2, 0, 0, 10, 10, PWK_ROLE_ACCENT);
  pwk_scene_add_line (after, 1, 20, 0, 30, 10, PWK_ROLE_ACCENT);
  pwk_scene_add_polyline (after, 2, three, 3, PWK_ROLE_ACCENT);
  pwk_scene_seal (before);
  pwk_scene_seal (after);
  middle = pwk_scene_blend (before, after, 0.5);
  g_assert_cmpfloat (pwk_scene_find (middle, 1)->points[1].x, ==, 20.0);
  g_assert_cmpuint (pwk_scene_find (middle, 2)->n_points, ==, 3);
}

/* A grid of cells that changed is laid over the old one; an equal one is one item. */
static void
test_cells (void)
{
  const uint8_t bytes[] = { PWK_ROLE_ANON, PWK_ROLE_FILE, PWK_ROLE_SLAB, PWK_ROLE_ANON };
  g_autoptr(GPtrArray) scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
  g_autoptr(PwkScene) same = NULL;
  g_autoptr(PwkScene) changed = NULL;
  size_t n_items;

  for (unsigned i = 0; i < 3; i++)
    {
      g_autoptr(GBytes) data = g_bytes_new (bytes + (i == 2), 2);
      PwkScene *scene = pwk_scene_new (10, 10);

      pwk_scene_add_cells (scene, 1, pwk_box (0, 0, 10, 10), 2, 1, PWK_CELLS_ROLES, data);
      g_ptr_array_add (scenes, pwk_scene_seal (scene));
    }

  same = pwk_scene_blend (scenes->pdata[0], scenes->pdata[1], 0.5);
  changed = pwk_scene_blend (scenes->pdata[0], scenes->pdata[2], 0.5);
  pwk_scene_get_items (same, &n_items);
  g_assert_cmpuint (n_items, ==, 1);
  pwk_scene_get_items (changed, &n_items);
  g_assert_cmpuint (n_items, ==, 2);
  g_assert_cmpfloat (pwk_scene_get_item (changed, 0)->opacity, ==, 1.0f);
  g_assert_cmpfloat (pwk_scene_get_item (changed, 1)->opacity, ==, 0.5f);
}

/* Interrupting a motion again and again keeps no chain of old scenes: the strings are those of the last. */
static void
test_interrupted (void)
{
  PwkScene *scene = pwk_sample_grid (50, 0);

  for (unsigned i = 1; i <= 20; i++)
    {
      PwkScene *next = pwk_sample_grid (50, i * 10);
      PwkScene *between = pwk_scene_blend (scene, next, 0.4);

      pwk_scene_unref (scene);
      pwk_scene_unref (next);
      scene = between;
    }

  g_assert_cmpstr (pwk_scene_get_item (scene, 49)->text, ==, "49");
  g_assert_cmpstr (pwk_scene_get_item (scene, 49)->label, ==, "page frame 49");
  pwk_scene_unref (scene);
}

/* Five thousand items, all moving; and five thousand of which none stays. */
static void
test_many (void)
{
  g_autoptr(PwkScene) before = pwk_sample_grid (5000, 0);
  g_autoptr(PwkScene) after = pwk_sample_grid (5000, 100);
  g_autoptr(PwkScene) empty = pwk_scene_seal (pwk_scene_new (10, 10));
  g_autoptr(PwkBlend) blend = pwk_blend_new (before, after);
  g_autoptr(PwkBlend) leaving = pwk_blend_new (before, empty);
  g_autoptr(PwkScene) gone = pwk_blend_frame (leaving, 0.5);

  for (unsigned i = 0; i <= 100; i++)
    {
      g_autoptr(PwkScene) frame = pwk_blend_frame (blend, i / 100.0);

      g_assert_cmpfloat_with_epsilon (pwk_scene_get_item (frame, 0)->box.x, i, 0.001);
    }

  g_assert_cmpuint (pwk_blend_count_changes (blend), ==, 5000);
  g_assert_cmpuint (pwk_blend_count_changes (leaving), ==, 5000);
  g_assert_cmpfloat (pwk_scene_get_item (gone, 4999)->opacity, ==, 0.0f);
}

static PwkScene *
random_scene (void)
{
  PwkScene *scene = pwk_scene_new (100, 100);
  int n = g_test_rand_int_range (0, 30);

  for (int i = 0; i < n; i++)
    {
      PwkItem *item = pwk_scene_add_rect (scene, g_test_rand_int_range (0, 12),
                                          pwk_box (g_test_rand_int_range (0, 90), 0, 10, 10), PWK_ROLE_ANON);

      item->from_id = g_test_rand_int_range (0, 14);
      item->into_id = g_test_rand_int_range (0, 14);
    }
  for (int i = 0; i < 5; i++)
    pwk_scene_add_move (scene, g_test_rand_int_range (0, 14), g_test_rand_int_range (0, 14));

  return pwk_scene_seal (scene);
}

/* Whatever the two scenes hold: every item of both is in every frame, once, and within both. */
static void
test_random (void)
{
  for (unsigned round = 0; round < 200; round++)
    {
      g_autoptr(PwkScene) before = random_scene ();
      g_autoptr(PwkScene) after = random_scene ();
      g_autoptr(PwkScene) frame = pwk_scene_blend (before, after, 0.3);
      size_t n_before, n_after, n_frame;
      const PwkItem *items = pwk_scene_get_items (frame, &n_frame);

      pwk_scene_get_items (before, &n_before);
      pwk_scene_get_items (after, &n_after);
      g_assert_cmpuint (n_frame, >=, MAX (n_before, n_after));
      g_assert_cmpuint (n_frame, <=, n_before + n_after);
      for (size_t i = 0; i < n_frame; i++)
        {
          g_assert_cmpfloat (items[i].box.x, >=, 0.0);
          g_assert_cmpfloat (items[i].box.x + items[i].box.w, <=, 100.001);
          g_assert_cmpfloat (items[i].opacity, <=, 1.0f);
        }
    }
}

static void
test_ease (void)
{
  for (unsigned ease = PWK_EASE_LINEAR; ease <= PWK_EASE_OUT; ease++)
    {
      double last = 0.0;

      g_assert_cmpfloat (pwk_ease (ease, -1.0), ==, 0.0);
      g_assert_cmpfloat (pwk_ease (ease, 1.0), ==, 1.0);
      g_assert_cmpfloat (pwk_ease (ease, 7.0), ==, 1.0);
      for (unsigned i = 0; i <= 100; i++)
        {
          g_assert_cmpfloat (pwk_ease (ease, i / 100.0), >=, last);
          last = pwk_ease (ease, i / 100.0);
        }
    }

  g_assert_cmpfloat (pwk_ease (PWK_EASE_IN_OUT, 0.5), ==, 0.5);
}

/* A box at (0, 0); in the second scene another, which grows out of it in the second half of the motion, and a passing one, which carries
 * something over in the first. */
static PwkScene *
make_passing (uint64_t position, bool second)
{
  PwkScene *scene = pwk_scene_new (300, 100);
  PwkItem *item;

  pwk_scene_set_position (scene, position);
  pwk_scene_add_rect (scene, PWK_ID (PWK_THING_PFN, 1), pwk_box (0, 0, 10, 10), PWK_ROLE_ANON);
  if (second)
    {
      item = pwk_scene_add_rect (scene, PWK_ID (PWK_THING_PFN, 2), pwk_box (200, 0, 10, 10), PWK_ROLE_ANON);
      item->from_id = PWK_ID (PWK_THING_PFN, 1);
      pwk_item_set_time (item, 300, 600, 600);
      item = pwk_scene_add_rect (scene, PWK_ID (PWK_THING_PFN, 3), pwk_box (100, 0, 10, 10), PWK_ROLE_FLASH);
      item->from_id = PWK_ID (PWK_THING_PFN, 1);
      item->flags |= PWK_FLAG_PASSING;
      item->opacity = 0;
      pwk_item_set_time (item, 0, 300, 600);
    }
  return pwk_scene_seal (scene);
}

static double
opacity_at (PwkBlend *blend, double phase, uint64_t pfn, double *x)
{
  g_autoptr(PwkScene) frame = pwk_blend_frame (blend, phase);
  const PwkItem *item = pwk_scene_find (frame, PWK_ID (PWK_THING_PFN, pfn));

  *x = item->box.x;
  return item->opacity;
}

/* One thing after the other: what has a part of the motion waits for it, and is done at its end; what only passes is seen in its part alone,
 * on its way from where it comes from; backwards both do the same from their end; and when time goes on, what has passed does not come back. */
static void
test_parts (void)
{
  g_autoptr(PwkScene) before = make_passing (10, false), after = make_passing (11, true), later = make_passing (12, false);
  g_autoptr(PwkBlend) there = pwk_blend_new (before, after), back = pwk_blend_new (after, before), on = pwk_blend_new (after, later);
  double x, y;

  g_assert_cmpfloat (opacity_at (there, 0.25, 2, &x), ==, 0);
  g_assert_cmpfloat (opacity_at (there, 0.25, 3, &x), ==, 1);
  g_assert_cmpfloat_with_epsilon (x, 50, 0.01);
  g_assert_cmpfloat (opacity_at (there, 0.75, 3, &x), ==, 0);
  g_assert_cmpfloat (opacity_at (there, 0.75, 2, &x), ==, 1);
  g_assert_cmpfloat_with_epsilon (x, 100, 0.01);
  g_assert_cmpfloat (opacity_at (there, 1.0, 3, &x), ==, 0);
  opacity_at (there, 1.0, 2, &x);
  g_assert_cmpfloat_with_epsilon (x, 200, 0.01);

  for (double phase = 0.05; phase < 1; phase += 0.1)
    for (uint64_t pfn = 2; pfn <= 3; pfn++)
      {
        g_assert_cmpfloat_with_epsilon (opacity_at (back, phase, pfn, &x), opacity_at (there, 1 - phase, pfn, &y), 0.001);
        g_assert_cmpfloat_with_epsilon (x, y, 0.01);
        if (pfn == 3)
          g_assert_cmpfloat (opacity_at (on, phase, pfn, &x), ==, 0);
      }
}

/* What has come out of another thing, and later goes, fades where it is; neither its origin nor the move that brought it is a way back. Only
 * time running backwards takes it there. */
static void
test_no_way_back (void)
{
  for (unsigned by_move = 0; by_move < 2; by_move++)
    {
      g_autoptr(GPtrArray) scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
      g_autoptr(PwkScene) on = NULL, back = NULL;

      for (uint64_t i = 0; i < 3; i++)
        {
          PwkScene *scene = pwk_scene_new (300, 100);

          pwk_scene_set_position (scene, 10 + i);
          pwk_scene_add_rect (scene, 1, pwk_box (0, 0, 10, 10), PWK_ROLE_ANON);
          if (i == 1)
            pwk_scene_add_rect (scene, 2, pwk_box (200, 0, 10, 10), PWK_ROLE_ANON)->from_id = by_move ? 0 : 1;
          if (i == 1 && by_move)
            pwk_scene_add_move (scene, 1, 2);
          g_ptr_array_add (scenes, pwk_scene_seal (scene));
        }
      on = pwk_scene_blend (scenes->pdata[1], scenes->pdata[2], 0.25);
      back = pwk_scene_blend (scenes->pdata[1], scenes->pdata[0], 0.25);
      g_assert_cmpfloat (pwk_scene_find (on, 2)->box.x, ==, 200);
      g_assert_cmpfloat (pwk_scene_find (back, 2)->box.x, ==, 150);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/blend/ends", test_ends);
  g_test_add_func ("/blend/split", test_split);
  g_test_add_func ("/blend/merge", test_merge);
  g_test_add_func ("/blend/origin-ids", test_origin_ids);
  g_test_add_func ("/blend/duplicates", test_duplicates);
  g_test_add_func ("/blend/rows", test_rows);
  g_test_add_func ("/blend/groups", test_groups);
  g_test_add_func ("/blend/lookalikes", test_lookalikes);
  g_test_add_func ("/blend/points", test_points);
  g_test_add_func ("/blend/cells", test_cells);
  g_test_add_func ("/blend/interrupted", test_interrupted);
  g_test_add_func ("/blend/many", test_many);
  g_test_add_func ("/blend/random", test_random);
  g_test_add_func ("/blend/ease", test_ease);
  g_test_add_func ("/blend/parts", test_parts);
  g_test_add_func ("/blend/no-way-back", test_no_way_back);
  return g_test_run ();
}
