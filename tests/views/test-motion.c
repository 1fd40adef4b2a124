/* test-motion.c - each kind of event that moves something moves it: where it comes from, where it goes, and when
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "film.h"
#include "language.h"
#include "scene-check.h"
#include "views/buddy-private.h"
#include "views/thing.h"

#define PCP_GROUP PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PCP)

typedef struct
{
  PwkNavigator *navigator;
  PwkTheme     *theme;
  PwkViewParams params;
} Fixture;

static void
set_up (Fixture *self, PwkViewId view, PwkNavigator *navigator)
{
  self->navigator = navigator;
  self->theme = test_scene_theme ();
  pwk_view_params_init (&self->params, view);
  self->params.width = 900;
  self->params.height = 600;
}

static void
tear_down (Fixture *self)
{
  pwk_navigator_free (self->navigator);
  pwk_theme_unref (self->theme);
}

/* The motion that one event makes, or all of a stretch up to it. */
static TestFilm *
film_of (const Fixture *self, uint64_t position, uint64_t back)
{
  return test_film_new (self->navigator, &self->params, self->theme, position, back);
}

/* How far an item is at @phase that has its part of the motion, in ms of @motion_ms. */
static double
part_at (double phase, unsigned from_ms, unsigned to_ms, unsigned motion_ms)
{
  double from = pwk_ease (PWK_EASE_IN_OUT, (double) from_ms / motion_ms);
  double to = pwk_ease (PWK_EASE_IN_OUT, (double) to_ms / motion_ms);

  return CLAMP ((phase - from) / (to - from), 0.0, 1.0);
}

/* --- per-cpu lists --- */

/* The pages of the per-cpu lists that @scene shows, in their order. */
static GArray *
listed_pages (const PwkScene *scene)
{
  GArray *pages = g_array_new (FALSE, FALSE, sizeof (PwkItem));
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if (items[i].parent == PCP_GROUP && pwk_id_thing (items[i].id) == PWK_THING_PFN)
      g_array_append_val (pages, items[i]);
  return pages;
}

/* The batch comes out of its frames in the bar, one page 40 ms after the other:
 *
 *      bar     [   |p|q|r|     ]
 *      ms 200       \ | \                 p leaves, then q, then r
 *      ms 600  CPU 0 [p|q|r|   ]
 *
 * Going back to the buddy system they return there, and then fall to the row of their order. As many are shown as have room. */
#define LEFT_ON_LIST 6      /* rmqueue_bulk () takes seven blocks of order 1, and one is given out */

static void
test_batch (void)
{
  Fixture self;
  uint64_t first, end;
  g_autoptr(TestFilm) refill = NULL, drain = NULL;
  g_autoptr(GArray) before = NULL, after = NULL, left = NULL;

  set_up (&self, PWK_VIEW_BUDDY, test_open_text ("machine(memory=256M, cpus=1)\nalloc_pages(GFP_KERNEL, 1)\ndrain_all_pages()\n"));
  first = test_find_event (self.navigator, PWK_EV_RMQUEUE_BULK);
  end = test_find_event (self.navigator, PWK_EV_STATEMENT_END);
  refill = film_of (&self, end, end - first);
  before = listed_pages (refill->before);
  after = listed_pages (refill->after);
  g_assert_cmpuint (before->len, ==, 0);
  g_assert_cmpuint (after->len, >, 1);
  g_assert_cmpuint (after->len, <=, LEFT_ON_LIST);

  for (guint i = 0; i < after->len; i++)
    {
      const PwkItem *page = &g_array_index (after, PwkItem, i);
      PwkBox frame = test_drawn_as (refill->after, page->id, PWK_ITEM_RECT)->box;
      unsigned late = 600 - 40 * (LEFT_ON_LIST - 1 - i);

      for (double phase = 0; phase <= 1; phase += 0.125)
        test_assert_box (test_film_box (refill, phase, page->id, PWK_ITEM_ROUNDED),
                         pwk_box_lerp (frame, page->box, part_at (phase, late - 320, late, 600)));
      g_assert_cmpfloat (test_film_opacity (refill, 0, page->id, PWK_ITEM_ROUNDED), ==, 0);
      g_assert_cmpfloat (test_film_opacity (refill, 1, page->id, PWK_ITEM_ROUNDED), ==, 1);
    }

  first = test_find_event (self.navigator, PWK_EV_STATEMENT);
  end = test_find_event (self.navigator, PWK_EV_STATEMENT_END);
  drain = film_of (&self, end, end - first);
  left = listed_pages (drain->after);
  g_assert_cmpuint (left->len, ==, 0);
  for (guint i = 0; i < after->len; i++)
    {
      uint64_t page = g_array_index (after, PwkItem, i).id;

      test_assert_box (test_film_box (drain, 0, page, PWK_ITEM_ROUNDED), test_drawn_as (drain->before, page, PWK_ITEM_ROUNDED)->box);
      test_assert_box (test_film_box (drain, 1, page, PWK_ITEM_ROUNDED), test_drawn_as (drain->before, page, PWK_ITEM_RECT)->box);
      g_assert_cmpfloat (test_film_opacity (drain, 1, page, PWK_ITEM_ROUNDED), ==, 0);
    }
  tear_down (&self);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/motion/batch", test_batch);
  return g_test_run ();
}
