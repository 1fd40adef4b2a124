/* test-reclaim.c - the LRU lists as they stand, the pages of a batch and their ways, refaults, and what is folded away
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/event-args.h"
#include "engine/phys/page.h"
#include "film.h"
#include "machines.h"
#include "scenario/parser.h"
#include "scenario/runner.h"
#include "scene/blend.h"
#include "scene-check.h"
#include "session/navigator.h"
#include "views/light.h"
#include "views/reclaim-model.h"
#include "views/relations.h"
#include "views/thing.h"
#include "views/views-private.h"

/* 32 MiB, of which a process wants 20 and another 20: files are dropped, and anonymous pages go to the swap area. */
static const char scenario[] =
  "machine(memory=32M, swap=64M, cpus=1)\n"
  "process(A)\n"
  "[A] open(\"/data/log\", O_RDONLY, size=4M, cached=0) = fd\n"
  "[A] mmap(NULL, 16M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
  "[A] touch(p, 10M, \"w\") = n\n"
  "[A] mmap(NULL, 4M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = q\n"
  "[A] read(fd, q, 2M) = m\n"
  "process(B)\n"
  "[B] mmap(NULL, 32M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = b\n"
  "[B] touch(b, 20M, \"w\") = k\n"
  "[A] load(p, 8) = major\n";

typedef struct
{
  PwkNavigator *navigator;
  uint64_t end;
} Film;

static Film
open_film (const char *text)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("reclaim.pwk", text, strlen (text), &error);
  PwkRunner *runner;
  Film film;
  bool is_final;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  film.navigator = pwk_navigator_new (runner);
  pwk_navigator_run (film.navigator, 0);
  film.end = pwk_navigator_known_end (film.navigator, &is_final);
  g_assert_true (is_final);
  return film;
}

static PwkReclaimModel *
build (const PwkObservation *observation)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_RECLAIM);
  return pwk_reclaim_build (observation, &params);
}

/* --- lists --- */

/* Each list is there from both its ends, in the engine's order, and nothing is counted that is not. */
static void
test_lists (void)
{
  for (unsigned i = 0; test_machine_names[i] != NULL; i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (test_machine_names[i]);
      PwkReclaimModel *model = build (test_machine_observe (machine));
      const PwkNode *node = pwk_node (machine->machine, model->node);

      for (unsigned lru = 0; lru < PWK_NR_UNEVICTABLE; lru++)
        {
          const PwkReclaimList *list = &model->lists[lru];
          const PwkZoneLru *lists = model->zone < 0 ? node->lru : node->zones[model->zone].lru;
          uint32_t pfn = lists[lru].list.head, n = list->n_head + list->n_tail;

          g_assert_cmpuint (list->n_pages, ==, lists[lru].nr);
          for (uint32_t k = 0; k < list->n_head; k++, pfn = pwk_page (machine->machine, pfn)->lru_next)
            g_assert_cmpuint (list->pages[k].pfn, ==, pfn);
          g_assert_true (list->n_tail > 0 || pfn == PWK_PFN_NIL);
          pfn = lists[lru].list.tail;
          for (uint32_t k = 0; k < list->n_tail; k++, pfn = pwk_page (machine->machine, pfn)->lru_prev)
            g_assert_cmpuint (list->pages[n - 1 - k].pfn, ==, pfn);
        }
      pwk_reclaim_free (model);
    }
}

/* The ranking is the kernel's: nobody after the first has more. */
static void
test_ranking (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("pressure");
  PwkReclaimModel *model = build (test_machine_observe (machine));

  g_assert_cmpuint (model->n_tasks, ==, 2);
  g_assert_cmpstr (model->tasks[0].name, ==, "grower");
  g_assert_cmpint (model->tasks[0].badness, >=, model->tasks[1].badness);
  g_assert_cmpint (model->tasks[0].badness, ==, model->tasks[0].rss + model->tasks[0].swap + model->tasks[0].tables);
  g_assert_cmpuint (model->n_files, >=, 1);
  pwk_reclaim_free (model);
}

/* --- a batch --- */

typedef struct
{
  uint64_t looked, gone, kept, slots;
  unsigned n_closed;
} Sum;

/* At the end of each batch: each page that was taken is where the events say, and the sum is what the kernel's own event counts. */
static void
add_up (const PwkObservation *observation, void *data)
{
  PwkReclaimModel *model = build (observation);
  const PwkEvent *now = &observation->chain[0];
  Sum *sum = data;

  if (now->kind == PWK_EV_SHRINK_INACTIVE && model->batch.n > 0)
    {
      g_assert_true (model->batch.closed);
      g_assert_cmpuint (model->batch.n_in_hand, ==, 0);
      g_assert_cmpuint (model->batch.n_of[PWK_FATE_GONE], ==, pwk_arg (now, SHRINK_INACTIVE, reclaimed));
      g_assert_cmpuint (model->batch.n_of[PWK_FATE_KEPT] + model->batch.n_of[PWK_FATE_ACTIVATED] + model->batch.n_of[PWK_FATE_GONE], ==,
                        model->batch.n);
      sum->n_closed++;
      sum->gone += model->batch.n_of[PWK_FATE_GONE];
      sum->kept += model->batch.n_of[PWK_FATE_KEPT];
    }
  if (now->kind == PWK_EV_FOLIO_REFERENCED && !model->batch.closed)
    {
      sum->looked++;
      g_assert_cmpint (model->lit, ==, (int) pwk_arg (now, FOLIO_REFERENCED, verdict));
      g_assert_cmpuint (model->batch.n_in_hand, >, 0);
      g_assert_cmpuint (model->batch.n, <=, PWK_RECLAIM_ROW);
    }
  if (now->kind == PWK_EV_ADD_TO_SWAP)
    {
      uint64_t slot = pwk_arg (now, ADD_TO_SWAP, slot);

      g_assert_cmpuint (slot - model->first_slot, <, model->n_slots_shown);
      g_assert_true (model->slots[slot - model->first_slot].cached);
      sum->slots++;
    }
  pwk_reclaim_free (model);
}

/* Every position from well before the first page gets its slot until well behind that, and then the end of each batch. */
static void
test_batches (void)
{
  Film film = open_film (scenario);
  Sum sum = { 0 };
  uint64_t swap;

  pwk_navigator_seek (film.navigator, 0);
  g_assert_cmpint (pwk_navigator_find (film.navigator, PWK_EV_ADD_TO_SWAP, NULL, false), ==, PWK_STOP_REACHED);
  swap = pwk_navigator_position (film.navigator);
  for (uint64_t position = swap - 150; position < swap + 250; position++)
    {
      pwk_navigator_seek (film.navigator, position);
      pwk_navigator_arrive (film.navigator, add_up, &sum);
    }
  for (unsigned i = 0; i < 40 && pwk_navigator_find (film.navigator, PWK_EV_SHRINK_INACTIVE, NULL, false) == PWK_STOP_REACHED; i++)
    pwk_navigator_arrive (film.navigator, add_up, &sum);
  pwk_navigator_free (film.navigator);
  g_assert_cmpuint (sum.n_closed, >, 20);
  g_assert_cmpuint (sum.looked, >, 30);
  g_assert_cmpuint (sum.slots, >, 2);
  g_assert_cmpuint (sum.gone, >, 0);
  g_assert_cmpuint (sum.kept, >, 0);
}

/* --- pictures --- */

typedef struct
{
  PwkViewParams params;
  PwkTheme *theme;
  PwkScene *scene;   /* owned by the test */
} Picture;

static void
draw (const PwkObservation *observation, void *data)
{
  Picture *picture = data;

  picture->scene = pwk_view_scene (observation, &picture->params, picture->theme);
}

static PwkScene *
picture_at (const Film *film, const Picture *like, uint64_t position)
{
  Picture picture = *like;

  pwk_navigator_seek (film->navigator, position);
  pwk_navigator_arrive (film->navigator, draw, &picture);
  return picture.scene;
}

/* The place of a page where it is drawn as a cell of a list or of the tray. */
static const PwkItem *
cell_of (const PwkScene *scene, uint64_t pfn, uint64_t parent)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].id == PWK_ID (PWK_THING_PFN, pfn) && items[i].kind == PWK_ITEM_ROUNDED && items[i].parent == parent)
      return &items[i];
  return NULL;
}

#define TRAY PWK_ID_GROUP (PWK_VIEW_RECLAIM, 1)
#define LIST PWK_ID_LRU (0, -1, PWK_NR_INACTIVE_ANON)   /* whose turn is first */

static uint64_t
taken_last (const PwkScene *scene)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);
  uint64_t pfn = 0;

  for (size_t i = 0; i < n; i++)
    if (items[i].parent == TRAY && pwk_id_thing (items[i].id) == PWK_THING_PFN)
      pfn = pwk_id_number (items[i].id);
  return pfn;
}

static uint64_t
first_event (const Film *film, PwkEventKind kind, unsigned nth)
{
  pwk_navigator_seek (film->navigator, 0);
  for (unsigned i = 0; i <= nth; i++)
    g_assert_cmpint (pwk_navigator_find (film->navigator, (int) kind, NULL, false), ==, PWK_STOP_REACHED);
  return pwk_navigator_position (film->navigator);
}

/* What is taken off the tail of a list flies into the tray: it is one item in both pictures, and half-way it is between. */
static void
test_motion (void)
{
  Film film = open_film (scenario);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(PwkScene) before = NULL;
  g_autoptr(PwkScene) after = NULL;
  g_autoptr(PwkScene) half = NULL;
  Picture picture = { .theme = theme };
  const PwkItem *from, *to, *between;
  uint64_t position, pfn;

  pwk_view_params_init (&picture.params, PWK_VIEW_RECLAIM);
  picture.params.height = 700;
  position = first_event (&film, PWK_EV_LRU_ISOLATE, 0);
  after = picture_at (&film, &picture, position);
  g_assert_cmpint (pwk_navigator_find (film.navigator, PWK_EV_LRU_DEL, NULL, true), ==, PWK_STOP_REACHED);
  before = picture_at (&film, &picture, pwk_navigator_position (film.navigator) - 2);   /* PG_lru goes first */
  pfn = taken_last (after);
  from = cell_of (before, pfn, LIST);
  to = cell_of (after, pfn, TRAY);
  g_assert_nonnull (from);
  g_assert_nonnull (to);
  g_assert_null (cell_of (after, pfn, LIST));
  half = pwk_scene_blend (before, after, 0.5);
  between = cell_of (half, pfn, TRAY);
  between = between ? between : cell_of (half, pfn, LIST);
  g_assert_nonnull (between);
  g_assert_cmpfloat (between->box.y, >, from->box.y);
  g_assert_cmpfloat (between->box.y, <, to->box.y);
  pwk_navigator_free (film.navigator);
}

/* A page that goes to the swap area leads to its slot: the slot comes out of the page. */
static void
test_slot (void)
{
  Film film = open_film (scenario);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(PwkScene) scene = NULL;
  Picture picture = { .theme = theme };
  const PwkItem *slot = NULL;
  size_t n;
  const PwkItem *items;

  pwk_view_params_init (&picture.params, PWK_VIEW_RECLAIM);
  scene = picture_at (&film, &picture, first_event (&film, PWK_EV_ADD_TO_SWAP, 3));
  items = pwk_scene_get_items (scene, &n);
  for (size_t i = 0; i < n; i++)
    if (pwk_id_thing (items[i].id) == PWK_THING_SWAP && items[i].from_id != 0)
      slot = &items[i];
  g_assert_nonnull (slot);
  g_assert_cmpint (pwk_id_thing (slot->from_id), ==, PWK_THING_PFN);
  g_assert_nonnull (cell_of (scene, pwk_id_number (slot->from_id), TRAY));
  pwk_navigator_free (film.navigator);
}

/* In each density, with large letters and in all themes: nothing overlaps, and all of it is inside; at 900 × 600 it need not be scrolled. */
static void
test_densities (void)
{
  static const struct { double width, height, scale; } sizes[] = {
    { 420, 560, 1 }, { 640, 420, 1 }, { 900, 600, 1 }, { 1440, 900, 1 }, { 900, 600, 1.5 }, { 1440, 900, 2 }, { 1920, 1080, 1 },
  };
  Film film = open_film (scenario);
  uint64_t positions[3] = { first_event (&film, PWK_EV_LRU_ISOLATE, 4), first_event (&film, PWK_EV_ADD_TO_SWAP, 20), film.end };
  g_autoptr(GString) why = g_string_new (NULL);
  bool ok = true;

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (unsigned k = 0; k < G_N_ELEMENTS (positions); k++)
      for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
        {
          g_autoptr(PwkTheme) theme = pwk_theme_new ((PwkThemeVariant) variant);
          g_autoptr(PwkScene) scene = NULL;
          Picture picture = { .theme = theme };

          if (variant != PWK_THEME_LIGHT && sizes[i].width != 900)
            continue;
          pwk_theme_set_fonts (theme, NULL, NULL, sizes[i].scale);
          pwk_view_params_init (&picture.params, PWK_VIEW_RECLAIM);
          picture.params.width = sizes[i].width;
          picture.params.height = sizes[i].height;
          scene = picture_at (&film, &picture, positions[k]);
          if (!test_scene_check (scene, theme, 0, 4000, why) || !test_scene_check_grammar (scene, theme, why))
            g_test_message ("%gx%g at %g, position %u, theme %u:\n%s", sizes[i].width, sizes[i].height, sizes[i].scale, k, variant, why->str);
          ok = ok && why->len == 0;
          g_string_truncate (why, 0);
          if (sizes[i].width >= 900 && sizes[i].scale <= 1 && pwk_scene_get_height (scene) > sizes[i].height)
            {
              g_test_message ("%gx%g, position %u, theme %u: %g high", sizes[i].width, sizes[i].height, k, variant, pwk_scene_get_height (scene));
              ok = false;
            }
        }
  g_assert_true (ok);
  pwk_navigator_free (film.navigator);
}

/* A page, its list and its slot are of one web. */
static void
test_relations (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("pressure");
  PwkReclaimModel *model = build (test_machine_observe (machine));
  const PwkReclaimList *list = &model->lists[PWK_NR_INACTIVE_ANON];
  uint64_t page = PWK_ID (PWK_THING_PFN, list->pages[0].pfn), lru = PWK_ID_LRU (model->node, -1, PWK_NR_INACTIVE_ANON);
  PwkRelations *relations = pwk_relations_new (machine->machine, 0, page);

  g_assert_true (pwk_relations_has (relations, lru));
  pwk_relations_free (relations);
  relations = pwk_relations_new (machine->machine, 0, lru);
  g_assert_true (pwk_relations_has (relations, PWK_ID (PWK_THING_PFN, list->pages[list->n_head + list->n_tail - 1].pfn)));
  pwk_relations_free (relations);
  pwk_reclaim_free (model);
}

static void
test_golden (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("pressure");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(PwkScene) scene = NULL;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_RECLAIM);
  scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
  test_scene_golden (scene, "reclaim-pressure");
}

/* --- rounds --- */

typedef struct { PwkReclaimModel *model; PwkScene *scene; } Rounds;

static void
take_rounds (const PwkObservation *observation, gpointer data)
{
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  Rounds *rounds = data;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_RECLAIM);
  g_clear_pointer (&rounds->model, pwk_reclaim_free);
  g_clear_pointer (&rounds->scene, pwk_scene_unref);
  rounds->model = pwk_reclaim_build (observation, &params);
  rounds->scene = pwk_view_scene (observation, &params, theme);
}

static uint64_t
behind_rounds (PwkNavigator *navigator, unsigned n, Rounds *rounds)
{
  for (unsigned seen = 0; seen < n;)
    {
      test_find_event (navigator, PWK_EV_STATEMENT_END);
      pwk_navigator_arrive (navigator, take_rounds, rounds);
      seen += rounds->model->last_round == pwk_navigator_position (navigator);
    }
  return pwk_navigator_position (navigator);
}

/* One round a size and one more of each: of every size the second counts, sizes rise, and the time is that of the statement. Beyond memory a
 * round takes many times as long. A place before tells of no later round. */
static void
test_rounds (void)
{
  PwkNavigator *navigator = test_open_text ("machine(memory=8M, swap=16M, cpus=1)\nprocess(A)\n"
                                            "[A] mmap(0x20000000, 12M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p\n"
                                            "for(size in 2M, 4M, 8M)\n  repeat(2)\n    [A] touch(p, size, \"w\", value=1)\n  end\nend\n");
  Rounds rounds = { 0 };
  uint64_t third;

  behind_rounds (navigator, 2, &rounds);
  g_assert_cmpuint (rounds.model->n_rounds, ==, 1);
  g_assert_cmpuint (rounds.model->rounds[0].pages, ==, 512);
  g_assert_cmpuint (rounds.model->rounds[0].faults, ==, 0);
  g_assert_null (test_drawn_as (rounds.scene, PWK_ID_GROUP (PWK_VIEW_RECLAIM, 7), PWK_ITEM_ROUNDED));
  third = behind_rounds (navigator, 1, &rounds);
  g_assert_cmpuint (rounds.model->n_rounds, ==, 2);
  g_assert_cmpuint (rounds.model->rounds[1].faults, ==, 512);
  behind_rounds (navigator, 3, &rounds);
  g_assert_cmpuint (rounds.model->n_rounds, ==, 3);
  g_assert_cmpstr (rounds.model->goer, ==, "A");
  for (uint32_t i = 1; i < 3; i++)
    g_assert_cmpuint (rounds.model->rounds[i].pages, >, rounds.model->rounds[i - 1].pages);
  g_assert_cmpuint (rounds.model->rounds[1].faults, ==, 0);
  g_assert_cmpuint (rounds.model->rounds[2].ns, >, 100 * rounds.model->rounds[1].ns);
  g_assert_nonnull (test_drawn_as (rounds.scene, PWK_ID_GROUP (PWK_VIEW_RECLAIM, 7), PWK_ITEM_ROUNDED));

  pwk_navigator_seek (navigator, third);
  pwk_navigator_arrive (navigator, take_rounds, &rounds);
  g_assert_cmpuint (rounds.model->n_rounds, ==, 2);
  g_assert_cmpuint (rounds.model->last_round, ==, third);
  pwk_reclaim_free (rounds.model);
  pwk_scene_unref (rounds.scene);
  pwk_navigator_free (navigator);
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/reclaim/lists", test_lists);
  g_test_add_func ("/reclaim/ranking", test_ranking);
  g_test_add_func ("/reclaim/batches", test_batches);
  g_test_add_func ("/reclaim/motion", test_motion);
  g_test_add_func ("/reclaim/slot", test_slot);
  g_test_add_func ("/reclaim/densities", test_densities);
  g_test_add_func ("/reclaim/relations", test_relations);
  g_test_add_func ("/reclaim/golden", test_golden);
  g_test_add_func ("/reclaim/rounds", test_rounds);
  return g_test_run ();
}
