/* test-scene.c - tests of scenes as data: building, order, focus, strings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample.h"

#include <string.h>

/* What was added is there, in order, with the defaults that scene.h promises. */
static void
test_build (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 50);
  const PwkItem *items;
  PwkItem *item;
  size_t n_items;

  item = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_PFN, 7), pwk_box (1, 2, 30, 20), PWK_ROLE_ANON, "7");
  pwk_scene_set_label (scene, item, "page frame %d", 7);
  item->from_id = 99;
  pwk_scene_add_text (scene, 0, pwk_box (1, 30, 0, 10), PWK_FONT_MONO, "free");
  pwk_scene_add_line (scene, 0, 50, 40, 10, 20, PWK_ROLE_ACCENT);
  pwk_scene_seal (scene);

  items = pwk_scene_get_items (scene, &n_items);
  g_assert_cmpuint (n_items, ==, 3);
  g_assert_cmpuint (items[0].id, ==, PWK_ID (PWK_THING_PFN, 7));
  g_assert_cmpuint (items[0].fill, ==, PWK_ROLE_ANON);
  g_assert_cmpuint (items[0].stroke, ==, PWK_ROLE_ANON);
  g_assert_cmpuint (items[0].flags, ==, PWK_FLAGS_THING);
  g_assert_cmpstr (items[0].text, ==, "7");
  g_assert_cmpstr (pwk_item_label (&items[0]), ==, "page frame 7");
  g_assert_cmpuint (items[0].from_id, ==, 99);
  g_assert_cmpstr (pwk_item_label (&items[1]), ==, "free");
  g_assert_cmpuint (items[1].ellipsize, ==, PWK_ELLIPSIZE_NONE);
  g_assert_true (pwk_box_equal (items[2].box, pwk_box (10, 20, 40, 20)));
  g_assert_cmpuint (items[2].n_points, ==, 2);
  g_assert_cmpstr (pwk_item_label (&items[2]), ==, "");
  g_assert_null (pwk_scene_get_item (scene, 3));
  g_assert_true (pwk_scene_is_sealed (scene));
}

/* A thing of two items is visited once; what has no id of its own each time. */
static void
test_focusables (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 50);
  const uint64_t ids[] = { 5, 3, 5, 0, 0, 4 };
  const uint32_t expected[] = { 0, 1, 3, 4, 5 };
  const uint32_t *focusables;
  size_t n_focusables;

  for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
    pwk_scene_add_cell (scene, ids[i], pwk_box (i * 10, 0, 9, 9), PWK_ROLE_FILE, NULL);
  pwk_scene_add_rect (scene, 6, pwk_box (0, 20, 5, 5), PWK_ROLE_FILE);
  pwk_scene_seal (scene);

  focusables = pwk_scene_get_focusables (scene, &n_focusables);
  g_assert_cmpmem (focusables, n_focusables * sizeof *focusables, expected, sizeof expected);
}

/* Clips are cut with the ones around them; parents and levels nest. */
static void
test_nesting (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 100);
  const PwkItem *items;

  pwk_scene_push_clip (scene, pwk_box (10, 10, 50, 50));
  pwk_scene_push_parent (scene, 77);
  pwk_scene_push_clip (scene, pwk_box (40, 40, 50, 50));
  pwk_scene_push_parent (scene, 78);
  pwk_scene_add_rect (scene, 1, pwk_box (0, 0, 100, 100), PWK_ROLE_PANEL);
  pwk_scene_pop_parent (scene);
  pwk_scene_pop_clip (scene);
  pwk_scene_add_rect (scene, 2, pwk_box (0, 0, 100, 100), PWK_ROLE_PANEL);
  pwk_scene_pop_parent (scene);
  pwk_scene_pop_clip (scene);
  pwk_scene_add_rect (scene, 3, pwk_box (0, 0, 100, 100), PWK_ROLE_PANEL);
  pwk_scene_seal (scene);

  items = pwk_scene_get_items (scene, NULL);
  g_assert_true (pwk_box_equal (*items[0].clip, pwk_box (40, 40, 20, 20)));
  g_assert_cmpuint (items[0].parent, ==, 78);
  g_assert_cmpuint (items[0].level, ==, 2);
  g_assert_true (pwk_box_equal (*items[1].clip, pwk_box (10, 10, 50, 50)));
  g_assert_cmpuint (items[1].parent, ==, 77);
  g_assert_null (items[2].clip);
  g_assert_cmpuint (items[2].parent, ==, 0);
}

/* Equal strings are kept once; control characters and broken UTF-8 do not get in; long ones are whole. */
static void
test_strings (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (10, 10);
  g_autofree char *longer = g_strnfill (5000, 'x');
  PwkItem *item = pwk_scene_add_rect (scene, 1, pwk_box (0, 0, 1, 1), PWK_ROLE_PANEL);

  g_assert_true (pwk_scene_intern (scene, "one") == pwk_scene_intern (scene, "one"));
  g_assert_cmpstr (pwk_scene_intern (scene, "a\tb\033[1m\nc\x7f"), ==, "a b[1m\nc");
  g_assert_cmpstr (pwk_scene_intern (scene, "caf\xe9"), ==, "caf\xef\xbf\xbd");
  pwk_scene_set_label (scene, item, "%s!", longer);
  g_assert_cmpuint (strlen (item->label), ==, 5001);
  pwk_scene_set_label (scene, item, NULL);
  g_assert_null (item->label);
}

/* A copy can be added to and outlives the handle of the original. */
static void
test_copy (void)
{
  PwkScene *scene = pwk_sample_after_split ();
  g_autoptr(PwkScene) copy = pwk_scene_copy (scene);
  size_t n_before, n_after, n_moves;

  pwk_scene_get_items (scene, &n_before);
  pwk_scene_unref (scene);
  pwk_scene_add_rect (copy, 0, pwk_box (0, 0, 1, 1), PWK_ROLE_PANEL);
  pwk_scene_seal (copy);
  pwk_scene_get_items (copy, &n_after);
  pwk_scene_get_moves (copy, &n_moves);
  g_assert_cmpuint (n_after, ==, n_before + 1);
  g_assert_cmpuint (n_moves, ==, 2);
  g_assert_cmpstr (pwk_scene_get_title (copy), ==, "after");
  g_assert_cmpstr (pwk_scene_get_item (copy, 1)->text, ==, "0");
}

static void
test_facts (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = pwk_sample_scene (theme);

  g_assert_cmpstr (pwk_scene_get_title (scene), ==, "Free lists of zone Normal");
  g_assert_cmpstr (pwk_scene_get_language (scene), ==, "en");
  g_assert_cmpuint (pwk_scene_get_moment (scene)->event, ==, 1234);
  g_assert_cmpfloat (pwk_scene_get_width (scene), ==, 960);
  g_assert_cmpfloat (pwk_scene_get_height (scene), ==, 640);
}

/* An id is its thing and its number; numbers too large do not change the thing. */
static void
test_ids (void)
{
  uint64_t id = PWK_ID (PWK_THING_ADDRESS, UINT64_MAX);

  g_assert_cmpint (pwk_id_thing (id), ==, PWK_THING_ADDRESS);
  g_assert_cmpuint (pwk_id_number (id), ==, PWK_ID_NUMBER_MASK);
  g_assert_cmpstr (pwk_thing_name (PWK_THING_PFN), ==, "pfn");
  g_assert_cmpstr (pwk_thing_name (255), ==, "item");
  for (unsigned i = 1; i < PWK_N_THINGS; i++)
    g_assert_cmpstr (pwk_thing_name (i), !=, "item");
  g_assert_cmpuint (pwk_id_edge (1, 2), !=, pwk_id_edge (2, 1));
}

/* Edges on whole pixels; a thin line just inside. Neighbours stay neighbours. */
static void
test_snap (void)
{
  PwkBox left = pwk_box_snap (pwk_box (0.4, 0.4, 10.3, 5.2));
  PwkBox right = pwk_box_snap (pwk_box (10.7, 0.4, 10.3, 5.2));
  PwkBox stroke = pwk_box_snap_stroke (pwk_box (0.4, 0.4, 10.3, 5.2), 1.0);

  g_assert_true (pwk_box_equal (left, pwk_box (0, 0, 11, 6)));
  g_assert_cmpfloat (left.x + left.w, ==, right.x);
  g_assert_true (pwk_box_equal (stroke, pwk_box (0.5, 0.5, 10, 5)));
  g_assert_true (pwk_box_equal (pwk_box (1, 1, -5, -6), pwk_box (1, 1, 0, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/build", test_build);
  g_test_add_func ("/scene/focusables", test_focusables);
  g_test_add_func ("/scene/nesting", test_nesting);
  g_test_add_func ("/scene/strings", test_strings);
  g_test_add_func ("/scene/copy", test_copy);
  g_test_add_func ("/scene/facts", test_facts);
  g_test_add_func ("/scene/ids", test_ids);
  g_test_add_func ("/scene/snap", test_snap);
  return g_test_run ();
}
