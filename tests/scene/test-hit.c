/* test-hit.c - tests of pointing and of moving by keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/hit.h"

/* Three by three cells of 20, ids 1 … 9 row by row:
 *
 *      1 2 3
 *      4 5 6
 *      7 8 9 */
static PwkScene *
nine (void)
{
  PwkScene *scene = pwk_scene_new (60, 60);

  for (unsigned i = 0; i < 9; i++)
    {
      PwkItem *item = pwk_scene_add_cell (scene, i + 1, pwk_box (i % 3 * 20, i / 3 * 20, 20, 20), PWK_ROLE_ANON, NULL);

      pwk_scene_set_label (scene, item, "cell %u", i + 1);
    }

  return scene;
}

static uint64_t
id_of (const PwkItem *item)
{
  return item != NULL ? item->id : 0;
}

static void
test_topmost (void)
{
  g_autoptr(PwkScene) scene = nine ();
  PwkItem *item;

  pwk_scene_add_rect (scene, 50, pwk_box (0, 0, 60, 60), PWK_ROLE_NONE);
  item = pwk_scene_add_cell (scene, 51, pwk_box (5, 5, 5, 5), PWK_ROLE_FILE, NULL);
  item->opacity = 0.0f;
  pwk_scene_push_clip (scene, pwk_box (45, 45, 5, 5));
  pwk_scene_add_cell (scene, 52, pwk_box (40, 40, 20, 20), PWK_ROLE_FILE, NULL);
  pwk_scene_pop_clip (scene);
  pwk_scene_seal (scene);

  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 6, 6)), ==, 1);
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 20, 0)), ==, 2);
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 46, 46)), ==, 52);
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 52, 52)), ==, 9);
  g_assert_null (pwk_scene_hit (scene, 60, 10));
  g_assert_null (pwk_scene_hit (scene, -1, 10));
  g_assert_cmpuint (id_of (pwk_scene_hit_label (scene, 46, 46)), ==, 9);
}

/* Shapes other than boxes are met where they are painted. */
static void
test_shapes (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (200, 200);
  const PwkPoint triangle[] = { { 0, 100 }, { 100, 100 }, { 0, 0 } };

  pwk_scene_add_polygon (scene, 1, triangle, 3, PWK_ROLE_ANON)->flags = PWK_FLAGS_THING;
  pwk_scene_add_ellipse (scene, 2, pwk_box (100, 100, 100, 50), PWK_ROLE_ANON)->flags = PWK_FLAGS_THING;
  pwk_scene_add_line (scene, 3, 120, 10, 180, 10, PWK_ROLE_ACCENT)->flags = PWK_FLAGS_THING;
  pwk_scene_add_connector (scene, 4, pwk_point (0, 150), pwk_point (80, 190), PWK_ROLE_ACCENT)->flags |= PWK_FLAGS_THING;
  pwk_scene_seal (scene);

  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 10, 90)), ==, 1);
  g_assert_null (pwk_scene_hit (scene, 90, 10));
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 150, 125)), ==, 2);
  g_assert_null (pwk_scene_hit (scene, 101, 101));
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 150, 13)), ==, 3);
  g_assert_null (pwk_scene_hit (scene, 150, 20));
  g_assert_cmpuint (id_of (pwk_scene_hit (scene, 40, 170)), ==, 4);
  g_assert_null (pwk_scene_hit (scene, 10, 185));
}

static void
test_cell (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (100, 100);
  g_autoptr(GBytes) data = g_bytes_new ("\1\2\3\4\5\6", 6);
  PwkItem *item = pwk_scene_add_cells (scene, 1, pwk_box (10, 10, 30, 20), 3, 2, PWK_CELLS_ROLES, data);
  uint32_t col, row;

  g_assert_true (pwk_item_hit_cell (item, 39.9, 29.9, &col, &row));
  g_assert_cmpuint (col, ==, 2);
  g_assert_cmpuint (row, ==, 1);
  g_assert_true (pwk_item_hit_cell (item, 10, 10, &col, &row));
  g_assert_cmpuint (col + row, ==, 0);
  g_assert_false (pwk_item_hit_cell (item, 40, 10, &col, &row));
}

static void
test_neighbours (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_seal (nine ());
  g_autoptr(PwkScene) empty = pwk_scene_seal (pwk_scene_new (10, 10));

  g_assert_cmpuint (id_of (pwk_scene_neighbour (scene, 5, PWK_DIRECTION_LEFT)), ==, 4);
  g_assert_cmpuint (id_of (pwk_scene_neighbour (scene, 5, PWK_DIRECTION_RIGHT)), ==, 6);
  g_assert_cmpuint (id_of (pwk_scene_neighbour (scene, 5, PWK_DIRECTION_UP)), ==, 2);
  g_assert_cmpuint (id_of (pwk_scene_neighbour (scene, 5, PWK_DIRECTION_DOWN)), ==, 8);
  g_assert_null (pwk_scene_neighbour (scene, 3, PWK_DIRECTION_RIGHT));
  g_assert_cmpuint (id_of (pwk_scene_neighbour (scene, 0, PWK_DIRECTION_RIGHT)), ==, 1);
  g_assert_null (pwk_scene_neighbour (empty, 5, PWK_DIRECTION_LEFT));
}

/* By any of the four keys, again and again, every cell can be reached from every other. */
static void
test_reachable (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_seal (nine ());
  bool seen[10] = { false, true };
  bool grown = true;

  while (grown)
    {
      grown = false;
      for (unsigned id = 1; id <= 9; id++)
        for (unsigned d = PWK_DIRECTION_LEFT; seen[id] && d <= PWK_DIRECTION_DOWN; d++)
          {
            uint64_t next = id_of (pwk_scene_neighbour (scene, id, d));

            if (next != 0 && !seen[next])
              grown = seen[next] = true;
          }
    }

  for (unsigned id = 1; id <= 9; id++)
    g_assert_true (seen[id]);
}

static void
test_order (void)
{
  g_autoptr(PwkScene) scene = pwk_scene_seal (nine ());

  g_assert_cmpuint (id_of (pwk_scene_next_focusable (scene, 9, false)), ==, 1);
  g_assert_cmpuint (id_of (pwk_scene_next_focusable (scene, 1, true)), ==, 9);
  g_assert_cmpuint (id_of (pwk_scene_next_focusable (scene, 4, false)), ==, 5);
  g_assert_cmpuint (id_of (pwk_scene_next_focusable (scene, 77, false)), ==, 1);
  g_assert_cmpuint (id_of (pwk_scene_find (scene, 4)), ==, 4);
  g_assert_null (pwk_scene_find (scene, 77));
  g_assert_null (pwk_scene_find (scene, 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hit/topmost", test_topmost);
  g_test_add_func ("/hit/shapes", test_shapes);
  g_test_add_func ("/hit/cell", test_cell);
  g_test_add_func ("/hit/neighbours", test_neighbours);
  g_test_add_func ("/hit/reachable", test_reachable);
  g_test_add_func ("/hit/order", test_order);
  return g_test_run ();
}
