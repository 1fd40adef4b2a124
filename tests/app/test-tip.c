/* test-tip.c - a tooltip covers neither what it speaks of nor the pointer
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "app/tip-place.h"

static bool
overlap (PwkBox a, PwkBox b)
{
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static bool
is_inside (PwkBox box, PwkBox room)
{
  return box.x >= room.x && box.y >= room.y && box.x + box.w <= room.x + room.w && box.y + box.h <= room.y + room.h;
}

static PwkBox
random_box (GRand *rand, PwkBox room)
{
  double w = g_rand_double_range (rand, 1, room.w), h = g_rand_double_range (rand, 1, room.h);

  return pwk_box (g_rand_double_range (rand, -w / 2, room.w - w / 2), g_rand_double_range (rand, -h / 2, room.h - h / 2), w, h);
}

/* Any thing on a canvas of 900 × 600, the pointer anywhere on it, a tooltip of any size: it stays on the canvas and off the pointer, and, as long as
 * some side has room for it, off the thing. */
static void
test_anywhere (void)
{
  const PwkBox room = pwk_box (0, 0, 900, 600);
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  unsigned beside = 0;

  g_test_message ("seed %u", seed);
  for (unsigned i = 0; i < 20000; i++)
    {
      PwkBox thing = random_box (rand, room), tip;
      double left = MAX (thing.x, 0), top = MAX (thing.y, 0), right = MIN (thing.x + thing.w, 900), bottom = MIN (thing.y + thing.h, 600);
      PwkPoint at = pwk_point (g_rand_double_range (rand, left, right), g_rand_double_range (rand, top, bottom));
      double w = g_rand_double_range (rand, 20, 300), h = g_rand_double_range (rand, 20, 120);
      bool has_room = top > h + 40 || 600 - bottom > h + 40 || left > w + 40 || 900 - right > w + 40;

      tip = pwk_tip_place (thing, at, w, h, room);
      g_assert_true (is_inside (tip, room));
      g_assert_false (overlap (tip, pwk_box (at.x, at.y, 1, 1)));
      if (has_room && (right - left) * (bottom - top) <= 900 * 600 / 2)
        {
          beside++;
          g_assert_false (overlap (tip, thing));
        }
    }
  g_assert_cmpuint (beside, >, 5000);
}

/* What fills the canvas is covered, below the pointer or, at the foot, above it. */
static void
test_large (void)
{
  const PwkBox room = pwk_box (0, 0, 900, 600);

  for (double y = 10; y < 600; y += 20)
    {
      PwkBox tip = pwk_tip_place (room, pwk_point (450, y), 200, 60, room);

      g_assert_true (is_inside (tip, room));
      g_assert_true (tip.y > y || tip.y + tip.h < y);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/tip/anywhere", test_anywhere);
  g_test_add_func ("/app/tip/large", test_large);
  return g_test_run ();
}
