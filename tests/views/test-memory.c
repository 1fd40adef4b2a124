/* test-memory.c - the map of page frames: places, uses, what is touched; its golden pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/free-list.h"
#include "engine/phys/page-alloc.h"
#include "film.h"
#include "machines.h"
#include "scene-check.h"
#include "engine/phys/pcp.h"
#include "scene/hit.h"
#include "views/memory-model.h"
#include "views/views-private.h"

static PwkMemoryModel *
build (TestMachine *machine, double zoom, double x, double y, PwkColouring colouring)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_MEMORY);
  params.zoom = zoom;
  params.pan_x = x;
  params.pan_y = y;
  params.colouring = colouring;
  return pwk_memory_build (test_machine_observe (machine), &params);
}

/* Whatever the machine and the zoom: a cell's first frame has its place where the cell is, and the point in its middle leads back. */
static void
test_places (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);

  for (double zoom = 1; zoom < 3000; zoom *= 3)
    {
      PwkMemoryModel *model = build (machine, zoom, 120, 60, PWK_COLOUR_BY_USE);
      const PwkMemoryGrid *grid = &model->grid;

      g_assert_cmpuint ((uint64_t) grid->cols * grid->rows << grid->cell_shift, ==, (uint64_t) 1 << grid->tile_shift);
      for (uint32_t row = 0; row < grid->n_rows; row += 1 + grid->n_rows / 7)
        for (uint32_t col = 0; col < grid->n_cols; col += 1 + grid->n_cols / 9)
          {
            PwkPfn pfn = pwk_memory_cell_pfn (model, grid->first_col + col, grid->first_row + row);
            PwkPfn found;
            PwkBox box;

            if (pfn == PWK_NO_PFN)
              continue;
            g_assert_true (pwk_memory_place (model, pfn, &box));
            if (!pwk_memory_at (model, box.x + box.w / 2, box.y + box.h / 2, &found))
              continue;
            g_assert_cmpuint (found, ==, pfn);
          }
      pwk_memory_free (model);
    }
}

/* The model stays small and whole whatever the machine's size; near enough, it shows frames. */
static void
test_bounds (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);

  for (double zoom = 1; zoom <= 4096; zoom *= 4)
    {
      PwkMemoryModel *model = build (machine, zoom, 0, 0, PWK_COLOUR_BY_USE);

      g_assert_cmpuint ((uint64_t) model->grid.n_cols * model->grid.n_rows, <=, 450000);
      g_assert_cmpuint (model->n_runs, <=, 1501);
      g_assert_cmpuint (model->n_blocks, <=, 501);
      if (zoom > 3000)
        g_assert_cmpint (model->mode, ==, PWK_MEMORY_CELLS);
      pwk_memory_free (model);
    }
}

/* All frames of the small machine, one by one: as many are free as the zones say, and each is what the engine says. */
static void
test_uses (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkMemoryModel *model = build (machine, 1, 0, 0, PWK_COLOUR_BY_USE);
  uint64_t n_free = 0, n_all = 0;

  g_assert_cmpuint (model->grid.cell_shift, ==, 0);
  g_assert_cmpint (model->mode, ==, PWK_MEMORY_RUNS);
  for (uint32_t i = 0; i < model->n_runs; i++)
    {
      const PwkRun *run = &model->runs[i];

      n_all += run->n;
      if (run->frame.type == PWK_PAGE_BUDDY)
        n_free += run->n;
      for (uint32_t j = 0; j < run->n; j++)
        {
          PwkPageType type = pwk_page_type (machine->machine, run->frame.pfn + j);

          if (type != PWK_PAGE_NONE && type != PWK_PAGE_KERNEL_REST)
            g_assert_cmpint (type, ==, run->frame.type);
        }
    }
  g_assert_cmpuint (n_all, ==, 2048);
  g_assert_cmpuint (n_free, ==, model->free);
  pwk_memory_free (model);
}

/* A block that was just allocated is marked, and nothing else is. */
static void
test_touched (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkMemoryModel *model;
  PwkPfn pfn;

  pwk_drain_all_pages (machine->machine);
  test_machine_forget (machine);
  pfn = pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 4, -1, -1);
  model = build (machine, 1, 0, 0, PWK_COLOUR_BY_USE);
  for (uint32_t i = 0; i < model->n_runs; i++)
    if (model->runs[i].frame.head == pfn)
      g_assert_true (model->runs[i].touched);
  g_assert_cmpuint (model->n_touched, >, 0);
  pwk_memory_free (model);
}

/* Each colouring has colours for all that is there, and a legend entry of each is left to the all-views test. */
static void
test_colourings (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned colouring = 0; colouring < PWK_N_COLOURINGS; colouring++)
    {
      PwkMemoryModel *model = build (machine, 4, 0, 0, (PwkColouring) colouring);
      unsigned n_colours = 0;

      g_assert_cmpuint (model->seen_role[PWK_ROLE_NONE], ==, 0);
      for (unsigned role = 0; role < PWK_N_ROLES; role++)
        n_colours += model->seen_role[role] > 0;
      g_assert_cmpuint (n_colours, >=, 2);
      pwk_memory_free (model);
    }
}

/* A point of the texture names its frame and says what it is. */
static void
test_thing_at (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  const PwkViewClass *view = pwk_view_class (PWK_VIEW_MEMORY);
  g_autofree char *label = NULL;
  PwkViewParams params;
  gpointer model;
  PwkBox box;

  pwk_view_params_init (&params, PWK_VIEW_MEMORY);
  model = view->build (test_machine_observe (machine), &params);
  g_assert_true (view->place (model, PWK_ID (PWK_THING_PFN, 5000), &box));
  g_assert_cmphex (view->thing_at (model, &params, box.x + box.w / 2, box.y + box.h / 2, &label), ==, PWK_ID (PWK_THING_PFN, 5000));
  g_assert_true (g_str_has_prefix (label, "pfn 5000"));
  g_assert_cmphex (view->thing_at (model, &params, 1, 1, NULL), ==, 0);
  view->free (model);
}

/* --- compaction --- */

typedef struct { double zoom; PwkMemoryModel *model; PwkScene *scene; } Look;

static void
take_look (const PwkObservation *observation, gpointer data)
{
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  Look *look = data;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_MEMORY);
  params.zoom = look->zoom;
  g_clear_pointer (&look->model, pwk_memory_free);
  g_clear_pointer (&look->scene, pwk_scene_unref);
  look->model = pwk_memory_build (observation, &params);
  look->scene = pwk_view_scene (observation, &params, theme);
}

static unsigned
count_drawn (const PwkScene *scene, PwkItemKind kind, uint64_t first, uint64_t last)
{
  unsigned n = 0;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    n += items[i].kind == kind && items[i].id >= first && items[i].id <= last;
  return n;
}

#define SCANNER(i) PWK_ID_GROUP (PWK_VIEW_MEMORY, 0x10 + (i))
#define MOVE(i)    PWK_ID_GROUP (PWK_VIEW_MEMORY, 0x20 + (i))

/* The scanners begin at the zone's ends and come nearer with each step; pages go from the one to the other, and each is told as often as it
 * moved. Where cells have texts nothing is drawn over them. */
static void
test_scanners (void)
{
  PwkNavigator *navigator = test_open_scenario ("order-3");
  Look look = { .zoom = 1 };
  PwkPfn migrate, free_pfn;
  unsigned moved = 0;

  pwk_navigator_seek (navigator, test_find_event (navigator, PWK_EV_COMPACTION_BEGIN));
  pwk_navigator_arrive (navigator, take_look, &look);
  g_assert_true (look.model->moves.scans);
  g_assert_cmpuint (look.model->moves.n_moved, ==, 0);
  migrate = look.model->moves.migrate_pfn;
  free_pfn = look.model->moves.free_pfn;
  g_assert_cmpuint (migrate, <, free_pfn);
  g_assert_cmpuint (count_drawn (look.scene, PWK_ITEM_POLYGON, SCANNER (0), SCANNER (1)), ==, 2);

  while (moved < 40)
    {
      pwk_navigator_seek (navigator, test_find_event (navigator, PWK_EV_MIGRATE_FOLIO));
      pwk_navigator_arrive (navigator, take_look, &look);
      g_assert_cmpuint (look.model->moves.n_moved, ==, ++moved);
      g_assert_cmpuint (look.model->moves.migrate_pfn, >=, migrate);
      g_assert_cmpuint (look.model->moves.migrate_pfn, <, look.model->moves.free_pfn + PWK_PAGEBLOCK_PAGES);
      migrate = look.model->moves.migrate_pfn;
      for (uint32_t i = 0; i < look.model->moves.n_moves; i++)
        g_assert_cmpuint (look.model->moves.moves[i].from, <, look.model->moves.moves[i].into);
      g_assert_cmpuint (count_drawn (look.scene, PWK_ITEM_CURVE, MOVE (0), MOVE (PWK_MEMORY_MOVES)), ==, look.model->moves.n_moves);
    }
  g_assert_cmpuint (migrate, >, 1024);

  look.zoom = 16;
  pwk_navigator_seek (navigator, pwk_navigator_position (navigator) - 1);
  pwk_navigator_arrive (navigator, take_look, &look);
  g_assert_cmpint (look.model->mode, ==, PWK_MEMORY_CELLS);
  g_assert_cmpuint (count_drawn (look.scene, PWK_ITEM_CURVE, MOVE (0), MOVE (PWK_MEMORY_MOVES)), ==, 0);
  pwk_memory_free (look.model);
  pwk_scene_unref (look.scene);
  pwk_navigator_free (navigator);
}

static void
golden (const char *machine_name, double zoom, double x, const char *name)
{
  g_autoptr(TestMachine) machine = test_machine_new (machine_name);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(PwkScene) scene = NULL;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_MEMORY);
  params.zoom = zoom;
  params.pan_x = x;
  scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
  test_scene_golden (scene, name);
}

static void
test_golden (void)
{
  golden ("paper", 1, 0, "memory-paper");
  golden ("paper", 8, 100, "memory-paper-near");
  golden ("boot", 1, 0, "memory-boot");
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/memory/places/paper", "paper", test_places);
  g_test_add_data_func ("/memory/places/busy", "busy", test_places);
  g_test_add_data_func ("/memory/places/vast", "vast", test_places);
  g_test_add_data_func ("/memory/bounds/large", "large", test_bounds);
  g_test_add_data_func ("/memory/bounds/vast", "vast", test_bounds);
  g_test_add_func ("/memory/uses", test_uses);
  g_test_add_func ("/memory/touched", test_touched);
  g_test_add_func ("/memory/colourings", test_colourings);
  g_test_add_func ("/memory/thing-at", test_thing_at);
  g_test_add_func ("/memory/scanners", test_scanners);
  g_test_add_func ("/memory/golden", test_golden);
  return g_test_run ();
}
