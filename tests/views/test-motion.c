/* test-motion.c - each kind of event that moves something moves it: where it comes from, where it goes, and when
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "film.h"
#include "language.h"
#include "scene-check.h"
#include "views/buddy-private.h"
#include "views/page-walk-private.h"
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

/* --- zones --- */

#define PART_LEVEL 0x20
#define PART_DOOR  0x40
#define PART_FREE  0xff
#define BADGE(i)   PWK_ID_GROUP (PWK_VIEW_ZONES, 0x100 + (i))
#define STEP(i)    PWK_ID_GROUP (PWK_VIEW_ZONES, 0x200 + (i))

/* Two nodes of eight blocks of order 10 and less: the last request finds node 1 empty. */
static const char two_nodes[] =
  "machine(memory=64M, nodes=2, cpus=2)\n"
  "alloc_pages(GFP_KERNEL, 10, node=1)\nalloc_pages(GFP_KERNEL, 10, node=1)\nalloc_pages(GFP_KERNEL, 10, node=1)\n"
  "alloc_pages(GFP_KERNEL, 10, node=1)\nalloc_pages(GFP_KERNEL, 10, node=1)\nalloc_pages(GFP_KERNEL, 10, node=1)\n"
  "alloc_pages(GFP_KERNEL, 10, node=1) = last\nalloc_pages(GFP_KERNEL, 10, node=1)\nfree_pages(last, 10)\n";

/* Which tank of @scene has another level in @other; its parts' ids are this one's and lower bytes. */
static uint64_t
changed_tank (const PwkScene *scene, const PwkScene *other)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if (pwk_id_thing (items[i].id) == PWK_THING_WATERMARK && (items[i].id & 0xff) == PART_FREE && items[i].kind == PWK_ITEM_RECT)
      {
        const PwkItem *there = test_drawn_as (other, items[i].id, PWK_ITEM_RECT);

        if (there != NULL && fabs (there->box.h - items[i].box.h) > 0.1)
          return items[i].id & ~UINT64_C (0xff);
      }
  g_assert_not_reached ();
}

/* The level of a tank goes from what was free to what is free; the marks stay where they are. Giving back, it rises. */
static void
test_tank (void)
{
  Fixture self;
  uint64_t first, end, tank;
  g_autoptr(TestFilm) falls = NULL, rises = NULL;

  set_up (&self, PWK_VIEW_ZONES, test_open_text (two_nodes));
  for (unsigned i = 0; i < 2; i++)
    test_find_event (self.navigator, PWK_EV_STATEMENT_END);
  first = pwk_navigator_position (self.navigator);
  end = test_find_event (self.navigator, PWK_EV_STATEMENT_END);
  falls = film_of (&self, end, end - first);
  tank = changed_tank (falls->before, falls->after);
  while (pwk_navigator_find (self.navigator, PWK_EV_STATEMENT_END, NULL, false) == PWK_STOP_REACHED)
    {
      first = end;
      end = pwk_navigator_position (self.navigator);
    }
  rises = film_of (&self, end, end - first);

  for (unsigned way = 0; way < 2; way++)
    {
      const TestFilm *film = way == 0 ? falls : rises;
      PwkBox was = test_drawn_as (film->before, tank | PART_FREE, PWK_ITEM_RECT)->box;
      PwkBox is = test_drawn_as (film->after, tank | PART_FREE, PWK_ITEM_RECT)->box;

      g_assert_true (way == 0 ? is.h < was.h - 1 : is.h > was.h + 1);
      g_assert_cmpfloat_with_epsilon (is.y + is.h, was.y + was.h, 0.1);
      for (double phase = 0; phase <= 1; phase += 0.25)
        {
          test_assert_box (test_film_box (film, phase, tank | PART_FREE, PWK_ITEM_RECT), pwk_box_lerp (was, is, phase));
          for (unsigned mark = 0; mark < 3; mark++)
            test_assert_box (test_film_box (film, phase, tank | (PART_LEVEL + mark), PWK_ITEM_LINE),
                             test_drawn_as (film->before, tank | (PART_LEVEL + mark), PWK_ITEM_LINE)->box);
        }
    }
  tear_down (&self);
}

/* Where the number of a step comes from: the door of the tank of the step before, whose number stands there or to its right. */
static PwkBox
door_before (const TestFilm *film, unsigned step)
{
  const PwkItem *badge = test_drawn_as (film->after, BADGE (step - 1), PWK_ITEM_ELLIPSE), *door = NULL;
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (film->after, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if (items[i].kind == PWK_ITEM_ELLIPSE && pwk_id_thing (items[i].id) == PWK_THING_WATERMARK && (items[i].id & 0xff) == PART_DOOR &&
        items[i].box.x < badge->box.x + 1 && fabs (items[i].box.y - badge->box.y) < 0.1 && (door == NULL || items[i].box.x > door->box.x))
      door = &items[i];
  g_assert_nonnull (door);
  return door->box;
}

static unsigned
n_texts (const PwkScene *scene, PwkBox within, const char *text)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);
  unsigned n = 0;

  for (size_t i = 0; i < n_items; i++)
    n += items[i].text != NULL && strcmp (items[i].text, text) == 0 && items[i].box.x >= within.x && items[i].box.y >= within.y &&
         items[i].box.x < within.x + within.w && items[i].box.y < within.y + within.h;
  return n;
}

/* A request for a block of order 10 goes from tank to tank, each step in its time; where it is refused a red number stops, and its card has a
 * cross and the reason. */
static void
test_zonelist (void)
{
  Fixture self;
  uint64_t end;
  g_autoptr(TestFilm) film = NULL;
  const PwkItem *step;
  unsigned n_steps = 0, n_refused = 0, each;

  set_up (&self, PWK_VIEW_ZONES, test_open_text (two_nodes));
  for (unsigned i = 0; i < 9; i++)
    end = test_find_event (self.navigator, PWK_EV_STATEMENT);
  end = test_find_event (self.navigator, PWK_EV_MM_PAGE_ALLOC);
  film = film_of (&self, end, 1);
  while (test_drawn_as (film->after, STEP (n_steps), PWK_ITEM_ROUNDED) != NULL)
    n_steps++;
  g_assert_cmpuint (n_steps, >=, 3);
  each = MIN (220, 600 / n_steps);

  for (unsigned i = 0; i < n_steps; i++)
    {
      const PwkItem *badge = test_drawn_as (film->after, BADGE (i), PWK_ITEM_ELLIPSE);

      step = test_drawn_as (film->after, STEP (i), PWK_ITEM_ROUNDED);
      g_assert_cmpfloat_with_epsilon (step->starts, pwk_ease (PWK_EASE_IN_OUT, i * each / 600.0), 0.001);
      g_assert_cmpfloat_with_epsilon (step->ends, pwk_ease (PWK_EASE_IN_OUT, (i + 1) * each / 600.0), 0.001);
      if (badge == NULL)
        continue;
      if (badge->stroke == PWK_ROLE_ERROR)
        {
          n_refused++;
          g_assert_cmpuint (n_texts (film->after, step->box, "✗"), ==, 1);
          g_assert_cmpuint (n_texts (film->after, step->box, "896 − 1,023 ≤ 219") + n_texts (film->after, step->box, "896 − 1,023 ≤ 183") +
                            n_texts (film->after, step->box, "30 − 1,023 ≤ 0"), ==, 1);
        }
    }
  g_assert_cmpuint (n_refused, >, 0);
  tear_down (&self);
}

/* The same as a motion of one stretch: the numbers that come with it fly out of the tank before. */
static void
test_numbers (void)
{
  Fixture self;
  uint64_t first = 0, end;
  g_autoptr(TestFilm) film = NULL;
  unsigned n_moved = 0;

  set_up (&self, PWK_VIEW_ZONES, test_open_text (two_nodes));
  for (unsigned i = 0; i < 9; i++)
    first = test_find_event (self.navigator, PWK_EV_STATEMENT);
  end = test_find_event (self.navigator, PWK_EV_STATEMENT_END);
  film = film_of (&self, end, end - first);
  for (unsigned i = 1; i < 8; i++)
    {
      const PwkItem *badge = test_drawn_as (film->after, BADGE (i), PWK_ITEM_ELLIPSE);
      PwkBox door, start;

      if (badge == NULL || test_drawn_as (film->before, BADGE (i), PWK_ITEM_ELLIPSE) != NULL)
        continue;
      door = door_before (film, i);
      start = test_film_box (film, 0, BADGE (i), PWK_ITEM_ELLIPSE);
      g_assert_cmpfloat (start.x, >=, door.x - 0.1);        /* two that come from one tank stand there side by side */
      g_assert_cmpfloat (start.x + start.w, <=, door.x + door.w + 0.1);
      for (double phase = 0; phase <= 1; phase += 0.125)
        test_assert_box (test_film_box (film, phase, BADGE (i), PWK_ITEM_ELLIPSE),
                         pwk_box_lerp (start, badge->box, CLAMP ((phase - badge->starts) / (badge->ends - badge->starts), 0, 1)));
      n_moved++;
    }
  g_assert_cmpuint (n_moved, >, 0);
  tear_down (&self);
}

/* --- address spaces --- */

static const char regions[] =
  "machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = b\n[A] brk(b + 16K)\n[A] brk(b + 64K)\n[A] brk(b + 8K)\n"
  "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[A] munmap(p + 16K, 16K)\n";

static bool
is_node (const PwkItem *item)
{
  return item->kind == PWK_ITEM_ELLIPSE && pwk_id_thing (item->id) == PWK_THING_GROUP;
}

/* A rotation: the two nodes swing to their places in 320 ms, what hangs from them follows. */
static void
test_rotation (void)
{
  Fixture self;
  unsigned n_turned = 0, n_moved = 0;
  g_autoptr(TestFilm) film = NULL;
  size_t n_items;
  const PwkItem *items;

  set_up (&self, PWK_VIEW_ADDRESS_SPACE, test_open_text (regions));
  for (unsigned i = 0; i < 6; i++)
    test_find_event (self.navigator, PWK_EV_STATEMENT);
  film = film_of (&self, test_find_event (self.navigator, PWK_EV_RB_ROTATE), 1);
  items = pwk_scene_get_items (film->after, &n_items);
  for (size_t i = 0; i < n_items; i++)
    if (is_node (&items[i]))
      {
        const PwkItem *was = test_drawn_as (film->before, items[i].id, PWK_ITEM_ELLIPSE);
        bool turned = !(items[i].starts > 0);

        g_assert_cmpfloat_with_epsilon (items[i].ends, pwk_ease (PWK_EASE_IN_OUT, (turned ? 320 : 560) / 600.0), 0.001);
        n_turned += turned;
        if (was == NULL)
          continue;
        n_moved += fabs (was->box.x - items[i].box.x) > 1;
        for (double phase = 0; phase <= 1; phase += 0.125)
          test_assert_box (test_film_box (film, phase, items[i].id, PWK_ITEM_ELLIPSE),
                           pwk_box_lerp (was->box, items[i].box, part_at (phase, turned ? 0 : 240, turned ? 320 : 560, 600)));
      }
  g_assert_cmpuint (n_turned, ==, 2);
  g_assert_cmpuint (n_moved, >=, 2);
  tear_down (&self);
}

/* brk grows a region: what came to it, twelve of sixteen pages, comes out of its upper end. */
static void
test_growth (void)
{
  Fixture self;
  g_autoptr(TestFilm) film = NULL;
  size_t n_items;
  const PwkItem *items, *grown = NULL;
  PwkBox region;

  set_up (&self, PWK_VIEW_ADDRESS_SPACE, test_open_text (regions));
  film = film_of (&self, test_find_event (self.navigator, PWK_EV_VMA_ADJUST), 1);
  items = pwk_scene_get_items (film->after, &n_items);
  for (size_t i = 0; i < n_items; i++)
    if (items[i].label != NULL && strstr (items[i].label, "grown by 12 pages") != NULL)
      grown = &items[i];
  g_assert_nonnull (grown);
  region = test_drawn_as (film->after, PWK_ID_VMA (0x407000), PWK_ITEM_ROUNDED)->box;
  g_assert_cmpfloat (grown->box.w, >, region.w / 2);
  for (double phase = 0; phase <= 1; phase += 0.25)
    {
      PwkBox box = test_film_box (film, phase, grown->id, PWK_ITEM_RECT);

      g_assert_cmpfloat_with_epsilon (box.x + box.w, grown->box.x + grown->box.w, 0.1);
      g_assert_cmpfloat_with_epsilon (box.w, grown->box.w * phase, 0.1);
    }
  tear_down (&self);
}

/* munmap cuts a region: what is cut off comes out of it, and what is to go fades away while the others close up. The tree turns before the cut is
 * told. */
static void
test_cut (void)
{
  Fixture self;
  g_autoptr(TestFilm) cut = NULL, gone = NULL;
  uint64_t whole = PWK_ID_VMA (0x7ffff7fe7000), part = PWK_ID_VMA (0x7ffff7feb000);
  PwkBox was, is;

  set_up (&self, PWK_VIEW_ADDRESS_SPACE, test_open_text (regions));
  for (unsigned i = 0; i < 8; i++)
    test_find_event (self.navigator, PWK_EV_STATEMENT);
  cut = film_of (&self, test_find_event (self.navigator, PWK_EV_RB_ROTATE), 1);
  was = test_drawn_as (cut->before, whole, PWK_ITEM_ROUNDED)->box;
  is = test_drawn_as (cut->after, part, PWK_ITEM_ROUNDED)->box;
  g_assert_null (test_drawn_as (cut->before, part, PWK_ITEM_ROUNDED));
  for (double phase = 0; phase <= 1; phase += 0.25)
    {
      test_assert_box (test_film_box (cut, phase, part, PWK_ITEM_ROUNDED), pwk_box_lerp (was, is, phase));
      test_assert_box (test_film_box (cut, phase, whole, PWK_ITEM_ROUNDED),
                       pwk_box_lerp (was, test_drawn_as (cut->after, whole, PWK_ITEM_ROUNDED)->box, phase));
    }
  g_assert_cmpfloat (test_film_opacity (cut, 0, part, PWK_ITEM_ROUNDED), ==, 0);
  g_assert_cmpfloat (test_film_opacity (cut, 0.5, part, PWK_ITEM_ROUNDED), ==, 1);

  gone = film_of (&self, test_find_event (self.navigator, PWK_EV_VMA_REMOVE), 1);
  g_assert_cmpfloat (test_film_opacity (gone, 0, part, PWK_ITEM_ROUNDED), ==, 1);
  g_assert_cmpfloat (test_film_opacity (gone, 0.5, part, PWK_ITEM_ROUNDED), ==, 0);
  test_assert_box (test_film_box (gone, 0.5, whole, PWK_ITEM_ROUNDED),
                   pwk_box_lerp (test_drawn_as (gone->before, whole, PWK_ITEM_ROUNDED)->box,
                                 test_drawn_as (gone->after, whole, PWK_ITEM_ROUNDED)->box, 0.5));
  tear_down (&self);
}

/* --- copy on write --- */

static const char *
text_at (const TestFilm *film, double phase, uint64_t id)
{
  g_autoptr(PwkScene) frame = pwk_blend_frame (film->blend, phase);

  return g_intern_string (test_drawn_as (frame, id, PWK_ITEM_ROUNDED)->text);
}

/* The copy comes out of the frame that it is made of; once the entry names it, it grows to be the frame, and the old one is gone. */
static void
test_copy (void)
{
  Fixture self;
  g_autoptr(TestFilm) copies = NULL, turns = NULL;
  uint64_t old = PWK_ID (PWK_THING_PFN, 1536), copy = PWK_ID (PWK_THING_PFN, 320), chip = PWK_WALK_ID (PWK_WALK_CHIP, 3);
  PwkBox was, is;

  set_up (&self, PWK_VIEW_PAGE_WALK, test_open_scenario ("first-look"));
  copies = film_of (&self, test_find_event (self.navigator, PWK_EV_COPY_PAGE), 1);
  was = test_drawn_as (copies->before, old, PWK_ITEM_ROUNDED)->box;
  is = test_drawn_as (copies->after, copy, PWK_ITEM_ROUNDED)->box;
  for (double phase = 0; phase <= 1; phase += 0.25)
    {
      test_assert_box (test_film_box (copies, phase, copy, PWK_ITEM_ROUNDED), pwk_box_lerp (was, is, phase));
      test_assert_box (test_film_box (copies, phase, old, PWK_ITEM_ROUNDED), was);
    }
  g_assert_cmpfloat (is.y, >, was.y);
  g_assert_cmpfloat (is.y + is.h, <, was.y + was.h);

  turns = film_of (&self, test_find_event (self.navigator, PWK_EV_SET_PTE), 1);
  for (double phase = 0; phase <= 1; phase += 0.25)
    test_assert_box (test_film_box (turns, phase, copy, PWK_ITEM_ROUNDED), pwk_box_lerp (is, was, phase));
  g_assert_cmpfloat (test_film_opacity (turns, 0, old, PWK_ITEM_ROUNDED), ==, 1);
  g_assert_cmpfloat (test_film_opacity (turns, 0.5, old, PWK_ITEM_ROUNDED), ==, 0);
  g_assert_cmpstr (text_at (turns, 0.0, chip), ==, "pfn 1536");
  g_assert_cmpstr (text_at (turns, 1.0, chip), ==, "pfn 320");
  test_assert_box (test_film_box (turns, 0, PWK_WALK_ID (PWK_WALK_BITS, 8 + 3), PWK_ITEM_ROUNDED), is);
  g_assert_cmpfloat (test_film_opacity (turns, 0.3, PWK_WALK_ID (PWK_WALK_BITS, 8 + 3), PWK_ITEM_ROUNDED), ==, 1);
  g_assert_cmpfloat (test_film_opacity (turns, 0.9, PWK_WALK_ID (PWK_WALK_BITS, 8 + 3), PWK_ITEM_ROUNDED), ==, 0);
  tear_down (&self);
}

/* --- TLBs --- */

/* Five pages of one set of four ways: the fifth takes the way of the second, which nobody has used for longest. */
static const char five_pages[] =
  "machine(memory=64M, cpus=2)\nprocess(A)\n[A] mmap(NULL, 1M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
  "[A] store(p, 8) = minor\n[A] store(p + 64K, 8) = minor\n[A] store(p + 128K, 8) = minor\n[A] store(p + 192K, 8) = minor\n"
  "[A] load(p) = ok\n[A] store(p + 256K, 8) = minor\n";

/* The evicted stands in its way with the mark of what is no more, then leaves to the right; the newcomer, which has waited in its card, comes in:
 *
 *      ms   0 … 320   [0x7ffff7f07]------>
 *      ms 240 … 600   [0x7ffff7f37]<------( Comes )
 */
static void
test_eviction (void)
{
  Fixture self;
  g_autoptr(TestFilm) film = NULL;
  uint64_t way = PWK_ID_TLB_WAY (0, PWK_TLB_L1D, 7, 1);
  uint64_t out = PWK_ID_RULE (PWK_VIEW_TLB, 0x43), in = PWK_ID_RULE (PWK_VIEW_TLB, 0x44), waiting = PWK_ID_RULE (PWK_VIEW_TLB, 0x45);
  const PwkItem *leaves, *comes;

  set_up (&self, PWK_VIEW_TLB, test_open_text (five_pages));
  film = film_of (&self, test_find_event (self.navigator, PWK_EV_TLB_EVICT) + 1, 1);
  g_assert_cmpstr (test_drawn_as (film->before, way, PWK_ITEM_ROUNDED)->text, ==, "0x7ffff7f07");
  g_assert_cmpint (test_drawn_as (film->before, way, PWK_ITEM_ROUNDED)->stroke, ==, PWK_ROLE_ERROR);
  g_assert_cmpuint (n_texts (film->before, pwk_box (0, 0, 900, 600), "×"), ==, 1);
  g_assert_cmpuint (n_texts (film->after, pwk_box (0, 0, 900, 600), "×"), ==, 0);
  g_assert_true (g_str_has_prefix (test_drawn_as (film->after, way, PWK_ITEM_ROUNDED)->text, "0x7ffff7f37"));

  leaves = test_drawn_as (film->after, out, PWK_ITEM_ROUNDED);
  comes = test_drawn_as (film->after, in, PWK_ITEM_ROUNDED);
  g_assert_cmpstr (leaves->text, ==, "0x7ffff7f07");
  g_assert_cmpstr (comes->text, ==, "0x7ffff7f37");
  g_assert_cmpfloat (leaves->box.x, >, test_drawn_as (film->before, way, PWK_ITEM_ROUNDED)->box.x + 100);
  for (double phase = 0; phase <= 1; phase += 0.1)
    {
      double gone = part_at (phase, 0, 320, 600), come = part_at (phase, 240, 600, 600);

      test_assert_box (test_film_box (film, phase, out, PWK_ITEM_ROUNDED),
                       pwk_box_lerp (test_drawn_as (film->before, way, PWK_ITEM_ROUNDED)->box, leaves->box, gone));
      test_assert_box (test_film_box (film, phase, in, PWK_ITEM_ROUNDED),
                       pwk_box_lerp (test_drawn_as (film->before, waiting, PWK_ITEM_ROUNDED)->box, comes->box, come));
      g_assert_cmpfloat (test_film_opacity (film, phase, out, PWK_ITEM_ROUNDED), ==, gone > 0 && gone < 1);
      g_assert_cmpfloat (test_film_opacity (film, phase, in, PWK_ITEM_ROUNDED), ==, come > 0 && come < 1);
    }
  tear_down (&self);
}

/* The request comes out of the card of who asks, the stale entry falls out of its slot, the answer comes back. */
static void
test_shootdown (void)
{
  Fixture self;
  g_autoptr(TestFilm) drops = NULL, answers = NULL;
  uint64_t way = PWK_ID_TLB_WAY (1, PWK_TLB_L1D, 3, 0), bin = PWK_ID_RULE (PWK_VIEW_TLB, 0x61), done = PWK_ID_RULE (PWK_VIEW_TLB, 0x65);
  PwkBox stale, gone, end, card;

  set_up (&self, PWK_VIEW_TLB, test_open_scenario ("shootdown"));
  drops = film_of (&self, test_find_event (self.navigator, PWK_EV_TLB_SHOOTDOWN) + 1, 1);
  stale = test_drawn_as (drops->before, way, PWK_ITEM_ROUNDED)->box;
  gone = test_drawn_as (drops->after, bin, PWK_ITEM_RECT)->box;
  g_assert_null (test_drawn_as (drops->after, way, PWK_ITEM_ROUNDED));
  end = test_film_box (drops, 1, way, PWK_ITEM_ROUNDED);     /* beside that of the second level */
  g_assert_cmpfloat (end.x, >=, gone.x - 0.1);
  g_assert_cmpfloat (end.x + end.w, <=, gone.x + gone.w + 0.1);
  g_assert_cmpfloat_with_epsilon (end.y, gone.y, 0.1);
  for (double phase = 0; phase <= 1; phase += 0.25)
    test_assert_box (test_film_box (drops, phase, way, PWK_ITEM_ROUNDED), pwk_box_lerp (stale, end, phase));
  g_assert_cmpfloat (test_film_opacity (drops, 1, way, PWK_ITEM_ROUNDED), ==, 0);

  answers = film_of (&self, test_find_event (self.navigator, PWK_EV_TLB_FLUSH), 1);
  card = test_drawn_as (answers->after, PWK_ID (PWK_THING_CPU, 1), PWK_ITEM_ROUNDED)->box;
  g_assert_cmpfloat (test_film_box (answers, 0, done, PWK_ITEM_ROUNDED).x, >=, card.x - 21);
  for (double phase = 0; phase <= 1; phase += 0.25)
    test_assert_box (test_film_box (answers, phase, done, PWK_ITEM_ROUNDED),
                     pwk_box_lerp (test_drawn_as (answers->after, done, PWK_ITEM_RECT)->box,
                                   test_drawn_as (answers->after, done, PWK_ITEM_ROUNDED)->box, part_at (phase, 0, 320, 600)));
  tear_down (&self);
}

/* --- all of them --- */

/* However many items move: a motion begins with the picture before and ends with the one after, and every part of it lies within. */
static void
assert_ends (const TestFilm *film)
{
  for (unsigned end = 0; end < 2; end++)
    {
      g_autoptr(PwkScene) frame = pwk_blend_frame (film->blend, end);
      const PwkScene *scene = end == 0 ? film->before : film->after;
      size_t n_frame, n_scene, seen = 0, wanted = 0;
      const PwkItem *items = pwk_scene_get_items (frame, &n_frame), *there = pwk_scene_get_items (scene, &n_scene);
      double around = 0, expected = 0;

      for (size_t i = 0; i < n_frame; i++)
        if (items[i].opacity > 0)
          {
            seen++;
            around += items[i].box.x + items[i].box.y + items[i].box.w + items[i].box.h;
          }
      for (size_t i = 0; i < n_scene; i++)
        {
          g_assert_true (there[i].starts >= 0 && there[i].ends <= 1 && (there[i].ends > there[i].starts || !(there[i].ends > 0)));
          if (there[i].opacity > 0)
            {
              wanted++;
              expected += there[i].box.x + there[i].box.y + there[i].box.w + there[i].box.h;
            }
        }
      g_assert_cmpuint (seen, ==, wanted);
      g_assert_cmpfloat_with_epsilon (around, expected, 1);
    }
}

static void
test_ends (void)
{
  for (PwkViewId view = PWK_VIEW_OVERVIEW; view < PWK_N_VIEWS; view++)
    {
      Fixture self;

      set_up (&self, view, test_open_scenario ("first-look"));
      for (uint64_t position = 40; position < 660; position += 31)
        {
          g_autoptr(TestFilm) film = film_of (&self, position, 1);

          assert_ends (film);
        }
      tear_down (&self);
    }
}

/* The pair that a split or merge has told stays until the next one, while the same call goes on; of a merge the bit that tells buddies apart
 * lights once they have come together. */
static void
test_pair (void)
{
  Fixture self;
  uint64_t split;
  g_autoptr(TestFilm) stays = NULL, merges = NULL;
  const PwkItem *bit;

  set_up (&self, PWK_VIEW_BUDDY, test_open_scenario ("first-look"));
  split = test_find_event (self.navigator, PWK_EV_SPLIT);
  stays = film_of (&self, split + 1, 1);
  bit = test_drawn_as (stays->before, PWK_ID_NUMBER_BIT (512, 8), PWK_ITEM_ROUNDED);
  g_assert_cmpint (bit->fill, ==, PWK_ROLE_ACCENT);
  g_assert_cmpint (test_drawn_as (stays->after, PWK_ID_NUMBER_BIT (512, 8), PWK_ITEM_ROUNDED)->fill, ==, PWK_ROLE_ACCENT);
  test_assert_box (test_drawn_as (stays->after, PWK_ID_NUMBER_BIT (512, 8), PWK_ITEM_ROUNDED)->box, bit->box);

  test_find_event (self.navigator, PWK_EV_MERGE);
  merges = film_of (&self, test_find_event (self.navigator, PWK_EV_MERGE), 1);
  g_assert_cmpuint (pwk_blend_count_changes (merges->blend), >, 0);
  {
    size_t n_items;
    const PwkItem *items = pwk_scene_get_items (merges->after, &n_items);
    unsigned n_lit = 0;

    for (size_t i = 0; i < n_items; i++)
      if (pwk_id_thing (items[i].id) == PWK_THING_BIT && items[i].fill == PWK_ROLE_ACCENT)
        {
          n_lit++;
          g_assert_cmpfloat_with_epsilon (items[i].starts, pwk_ease (PWK_EASE_IN_OUT, 320.0 / 470), 0.001);
          g_assert_cmpfloat_with_epsilon (items[i].ends, 1, 0.001);
        }
    g_assert_cmpuint (n_lit, ==, 2);
  }
  tear_down (&self);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/motion/batch", test_batch);
  g_test_add_func ("/motion/tank", test_tank);
  g_test_add_func ("/motion/zonelist", test_zonelist);
  g_test_add_func ("/motion/numbers", test_numbers);
  g_test_add_func ("/motion/rotation", test_rotation);
  g_test_add_func ("/motion/growth", test_growth);
  g_test_add_func ("/motion/cut", test_cut);
  g_test_add_func ("/motion/copy", test_copy);
  g_test_add_func ("/motion/eviction", test_eviction);
  g_test_add_func ("/motion/shootdown", test_shootdown);
  g_test_add_func ("/motion/pair", test_pair);
  g_test_add_func ("/motion/ends", test_ends);
  return g_test_run ();
}
