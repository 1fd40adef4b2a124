/* test-buddy.c - free lists as rows of blocks, and the motion of splits and merges; golden pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "film.h"
#include "machines.h"
#include "scene-check.h"
#include "scene/blend.h"
#include "scene/hit.h"
#include "views/buddy-model.h"
#include "views/view-common.h"
#include "views/views-private.h"

static PwkBuddyModel *
build (TestMachine *machine)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  return pwk_buddy_build (test_machine_observe (machine), &params);
}

/* Rows say what the engine's lists say: counts, order, ends. */
static void
test_lists (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);
  PwkBuddyModel *model = build (machine);

  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkBuddyZone *shown = &model->zones[i];
      const PwkZone *zone = pwk_zone (machine->machine, shown->node, shown->type);
      uint64_t nr_free[PWK_NR_PAGE_ORDERS] = { 0 };

      for (uint32_t j = 0; j < shown->n_lists; j++)
        {
          const PwkBuddyList *list = &shown->lists[j];

          nr_free[list->order] += list->n;
          g_assert_cmpuint (list->told[0], ==, zone->free_area[list->order].free_list[list->migratetype].head);
          g_assert_cmpuint (list->tail != PWK_PFN_NIL ? list->tail : list->told[list->n_told - 1], ==,
                            zone->free_area[list->order].free_list[list->migratetype].tail);
          for (uint32_t k = 0; k + 1 < list->n_told; k++)
            g_assert_cmpuint (list->told[k + 1], ==, pwk_free_list_next (machine->machine, list->order, list->told[k]));
        }
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        g_assert_cmpuint (nr_free[order], ==, zone->free_area[order].nr_free);
    }
  pwk_buddy_free (model);
}

/* The bar's pieces lie side by side from the zone's first frame to its last. */
static void
test_bar (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkBuddyModel *model = build (machine);

  g_assert_cmpuint (model->n_zones, ==, 3);
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkBuddyZone *zone = &model->zones[i];
      PwkPfn at = zone->start;

      g_assert_nonnull (zone->bar);
      for (uint32_t j = 0; j < zone->n_bar; j++)
        {
          g_assert_cmpuint (zone->bar[j].first, ==, at);
          at += zone->bar[j].n;
        }
      g_assert_cmpuint (at, ==, zone->end);
    }
  pwk_buddy_free (model);
}

static bool
moves_to (const PwkBuddyModel *model, uint64_t from, uint64_t into)
{
  for (uint32_t i = 0; i < model->n_moves; i++)
    if (model->moves[i].from_id == from && model->moves[i].into_id == into)
      return true;

  return false;
}

/* A block of order 10 that is split down to order 4 is what each of its halves comes from:
 *
 *      order 10 ──► upper halves of order 9 … 4, and the block of order 4 that was asked for
 */
static void
test_split (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("split");
  PwkBuddyModel *model = build (machine);
  PwkPfn pfn = model->pfn;
  uint64_t whole = PWK_ID_BLOCK (pfn, 10);

  g_assert_cmpint (model->why, ==, PWK_BUDDY_SPLIT);
  g_assert_cmpuint (model->order, ==, 4);
  g_assert_cmpuint (model->buddy, ==, pfn ^ 16);
  g_assert_cmpuint (model->n_hand, ==, 1);
  g_assert_cmpuint (model->hand[0].pfn, ==, pfn);
  for (unsigned order = 4; order < 10; order++)
    g_assert_true (moves_to (model, whole, PWK_ID_BLOCK (pfn + pwk_order_pages (order), order)));
  g_assert_true (moves_to (model, whole, PWK_ID_BLOCK (pfn, 4)));
  g_assert_cmpuint (model->n_moves, ==, 7);
  pwk_buddy_free (model);
}

/* And back: all of them end in the block of order 10. */
static void
test_merge (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("merge");
  PwkBuddyModel *model = build (machine);
  PwkPfn pfn = model->hand[0].pfn;
  uint64_t whole = PWK_ID_BLOCK (pfn, 10);

  g_assert_cmpint (model->why, ==, PWK_BUDDY_MERGE);
  g_assert_cmpuint (model->n_moves, ==, 7);
  for (unsigned order = 4; order < 10; order++)
    g_assert_true (moves_to (model, PWK_ID_BLOCK (pfn + pwk_order_pages (order), order), whole));
  pwk_buddy_free (model);
}

/* Between the pictures before and after a split, the halves travel from the place of the whole. */
static void
test_motion (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = NULL;
  g_autoptr(PwkScene) after = NULL;
  g_autoptr(PwkScene) half = NULL;
  const PwkItem *whole, *part, *moving;
  PwkViewParams params;
  PwkPfn pfn;

  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  test_machine_forget (machine);
  before = pwk_view_scene (test_machine_observe (machine), &params, theme);
  pfn = pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 4, -1, -1);
  after = pwk_view_scene (test_machine_observe (machine), &params, theme);
  half = pwk_scene_blend (before, after, 0.5);

  whole = pwk_scene_find (before, PWK_ID_BLOCK (pfn, 10));
  part = pwk_scene_find (after, PWK_ID_BLOCK (pfn + 512, 9));
  moving = pwk_scene_find (half, PWK_ID_BLOCK (pfn + 512, 9));
  g_assert_nonnull (whole);
  g_assert_nonnull (part);
  g_assert_nonnull (moving);
  g_assert_cmpfloat (moving->box.y, >=, fmin (whole->box.y, part->box.y));
  g_assert_cmpfloat (moving->box.y, <=, fmax (whole->box.y, part->box.y));
}

/* The item of that kind that draws the thing @id, the only one in a zone. */
static const PwkItem *
drawn_as (const PwkScene *scene, uint64_t id, PwkItemKind kind)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if (items[i].id == id && items[i].kind == kind && items[i].parent == 0)
      return &items[i];

  return NULL;
}

/* Whatever leaves its row is a block, or a piece of the bar; but for what stands below the zones, which goes down as a whole when more is
 * said of the pair. */
static void
assert_only_blocks_move (const PwkScene *frame, const PwkScene *after)
{
  double below = pwk_scene_find (frame, PWK_ID_GROUP (PWK_VIEW_BUDDY, 1))->box.y;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (frame, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if ((items[i].flags & PWK_FLAG_MOVING) != 0 && items[i].opacity > 0 && items[i].box.y < below)
      {
        PwkThing thing = pwk_id_thing (items[i].id);
        const PwkItem *there = items[i].id != 0 ? pwk_scene_find (after, items[i].id) : NULL;

        if (thing != PWK_THING_BLOCK && thing != PWK_THING_PFN && (there == NULL || fabs (there->box.y - items[i].box.y) > 0.1))
          g_error ("%s “%s” moves", pwk_thing_name (thing), pwk_item_label (&items[i]));
      }
}

/* A block of order 10 is halved, and the half that nobody takes falls straight from the bar to its row, as wide as it is:
 *
 *      ms 0 … 80       [ 512 |  half  ]        the bar is cut
 *      ms 80 … 320           |  half  |        … and falls
 *      ms 320 … 470          [  half  ]        order 9; the bit lights
 */
static void
test_fall (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = NULL;
  g_autoptr(PwkScene) after = NULL;
  g_autoptr(PwkBlend) blend = NULL;
  double cut = pwk_ease (PWK_EASE_IN_OUT, 80.0 / 470), fall = pwk_ease (PWK_EASE_IN_OUT, 320.0 / 470);
  PwkBox bar, row;
  PwkViewParams params;
  uint64_t half;
  PwkPfn pfn;

  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  test_machine_forget (machine);
  pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 4, -1, -1);   /* as much is said of the pair before as after */
  do
    {
      g_clear_pointer (&before, pwk_scene_unref);
      before = after != NULL ? g_steal_pointer (&after) : pwk_view_scene (test_machine_observe (machine), &params, theme);
      pfn = pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 9, -1, -1);
      g_assert_cmpuint (pfn, !=, PWK_NO_PFN);
      after = pwk_view_scene (test_machine_observe (machine), &params, theme);
      half = PWK_ID_BLOCK (pfn ^ 512, 9);
    }
  while (drawn_as (after, half, PWK_ITEM_ROUNDED) == NULL || drawn_as (before, half, PWK_ITEM_ROUNDED) != NULL);
  bar = drawn_as (after, half, PWK_ITEM_RECT)->box;
  row = drawn_as (after, half, PWK_ITEM_ROUNDED)->box;
  blend = pwk_blend_new (before, after);

  for (unsigned i = 0; i <= 20; i++)
    {
      double t = i / 20.0;
      g_autoptr(PwkScene) frame = pwk_blend_frame (blend, t);
      const PwkItem *item = drawn_as (frame, half, PWK_ITEM_ROUNDED);
      double way = CLAMP ((t - cut) / (fall - cut), 0, 1);

      test_assert_box (item->box, pwk_box_lerp (bar, row, way));
      g_assert_cmpfloat_with_epsilon (item->opacity, MIN (3 * way, 1), 0.001);
      assert_only_blocks_move (frame, after);
    }
}

/* And back: with time running backwards it rises into the bar. */
static void
test_rise (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("split");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) before = NULL;
  g_autoptr(PwkScene) after = NULL;
  g_autoptr(PwkBlend) blend = NULL;
  g_autoptr(PwkScene) early = NULL;
  g_autoptr(PwkScene) late = NULL;
  PwkBox bar, row;
  PwkViewParams params;
  PwkBuddyModel *model;
  uint64_t half;
  PwkPfn pfn;

  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  before = pwk_view_scene (test_machine_observe (machine), &params, theme);
  model = build (machine);
  pfn = model->pfn;
  pwk_buddy_free (model);
  half = PWK_ID_BLOCK (pfn + 512, 9);
  bar = drawn_as (before, half, PWK_ITEM_RECT)->box;
  row = drawn_as (before, half, PWK_ITEM_ROUNDED)->box;
  test_machine_forget (machine);
  pwk_free_pages (machine->machine, pfn, 4);
  after = pwk_view_scene (test_machine_observe (machine), &params, theme);
  g_assert_null (drawn_as (after, half, PWK_ITEM_ROUNDED));
  blend = pwk_blend_new (before, after);
  early = pwk_blend_frame (blend, 0.0);
  late = pwk_blend_frame (blend, 1.0);
  test_assert_box (drawn_as (early, half, PWK_ITEM_ROUNDED)->box, row);
  test_assert_box (drawn_as (late, half, PWK_ITEM_ROUNDED)->box, bar);
  g_assert_cmpfloat (drawn_as (late, half, PWK_ITEM_ROUNDED)->opacity, ==, 0.0f);
}

/* Only the zone that was asked for, and none where there is no such zone. */
static void
test_choice (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkViewParams params;
  PwkBuddyModel *model;

  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  params.node = 1;
  params.zone = PWK_ZONE_NORMAL;
  model = pwk_buddy_build (test_machine_observe (machine), &params);
  g_assert_cmpuint (model->n_zones, ==, 1);
  g_assert_cmpuint (model->zones[0].start, ==, 1024);
  pwk_buddy_free (model);

  params.zone = PWK_ZONE_DMA;
  model = pwk_buddy_build (test_machine_observe (machine), &params);
  g_assert_cmpuint (model->n_zones, ==, 0);
  pwk_buddy_free (model);
}

/* A frame that is selected lights up the block that it is in. */
static void
test_selection (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = NULL;
  const PwkItem *item;
  PwkViewParams params;
  PwkBuddyModel *model = build (machine);
  uint32_t pfn = model->zones[0].lists[0].told[0];
  unsigned order = model->zones[0].lists[0].order;

  pwk_buddy_free (model);
  pwk_view_params_init (&params, PWK_VIEW_BUDDY);
  params.selection = PWK_ID (PWK_THING_PFN, pfn + pwk_order_pages (order) - 1);
  scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
  item = pwk_scene_find (scene, PWK_ID_BLOCK (pfn, order));
  g_assert_nonnull (item);
  g_assert_cmpuint (item->flags & PWK_FLAG_SELECTED, !=, 0);
}

static void
test_golden (void)
{
  static const char *const names[] = { "boot", "split", "merge", "paper" };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (names[i]);
      g_autoptr(PwkTheme) theme = test_scene_theme ();
      g_autoptr(PwkScene) scene = NULL;
      g_autofree char *name = g_strconcat ("buddy-", names[i], NULL);
      PwkViewParams params;

      pwk_view_params_init (&params, PWK_VIEW_BUDDY);
      scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
      test_scene_golden (scene, name);
    }
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/buddy/lists/paper", "paper", test_lists);
  g_test_add_data_func ("/buddy/lists/busy", "busy", test_lists);
  g_test_add_data_func ("/buddy/lists/numa", "numa", test_lists);
  g_test_add_data_func ("/buddy/lists/vast", "vast", test_lists);
  g_test_add_func ("/buddy/bar", test_bar);
  g_test_add_func ("/buddy/split", test_split);
  g_test_add_func ("/buddy/merge", test_merge);
  g_test_add_func ("/buddy/motion", test_motion);
  g_test_add_func ("/buddy/fall", test_fall);
  g_test_add_func ("/buddy/rise", test_rise);
  g_test_add_func ("/buddy/choice", test_choice);
  g_test_add_func ("/buddy/selection", test_selection);
  g_test_add_func ("/buddy/golden", test_golden);
  return g_test_run ();
}
