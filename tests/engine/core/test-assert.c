/* test-assert.c - the three strengths of an assertion, and what doors refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/arena.h"

/* What @act was stopped by; NULL: nothing. */
static const char *
stopped_by (void (*act) (void))
{
  static const char *condition;
  PwkAssertCatch into;

  condition = NULL;
  if (setjmp (into.where) == 0)
    {
      pwk_assert_catch (&into);
      act ();
      pwk_assert_catch (NULL);
    }
  else
    condition = into.condition;
  return condition;
}

static int n_asked;

static int
ask (int answer)
{
  n_asked++;
  return answer;
}

static void always (void) { pwk_assert (ask (0) > 0); }
static void at_doors (void) { pwk_assert_door (ask (0) > 1); }
static void in_debug (void) { pwk_assert_debug (ask (0) > 2); }
static void all_well (void) { pwk_assert (ask (1)); pwk_assert_door (ask (1)); pwk_assert_debug (ask (1)); }

/* Each strength asks from its level on, and costs nothing below it: the condition is not even looked at. */
static void
test_strengths (void)
{
  n_asked = 0;
  g_assert_cmpstr (stopped_by (always), ==, "ask (0) > 0");
  g_assert_cmpstr (stopped_by (at_doors), ==, PWK_ASSERT_LEVEL >= 1 ? "ask (0) > 1" : NULL);
  g_assert_cmpstr (stopped_by (in_debug), ==, PWK_ASSERT_LEVEL >= 2 ? "ask (0) > 2" : NULL);
  g_assert_cmpint (n_asked, ==, 1 + PWK_ASSERT_LEVEL);
  g_assert_null (stopped_by (all_well));
  g_assert_cmpint (n_asked, ==, 2 + 2 * PWK_ASSERT_LEVEL);
}

static PwkArena arena;

static void write_last (void) { pwk_arena_touch (&arena, PWK_REGION_VMA, arena.base + arena.regions[PWK_REGION_ANON_VMA].offset - 8, 8); }
static void write_behind (void) { pwk_arena_touch (&arena, PWK_REGION_VMA, arena.base + arena.regions[PWK_REGION_ANON_VMA].offset - 4, 8); }
static void write_before (void) { pwk_arena_touch (&arena, PWK_REGION_VMA, arena.base + arena.regions[PWK_REGION_VMA].offset - 8, 4); }

/* The arena writes inside its regions alone, in every build. */
static void
test_arena_writes (void)
{
  uint64_t sizes[PWK_N_REGIONS];
  g_autoptr(GError) error = NULL;

  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    sizes[i] = PWK_CHUNK_SIZE;
  g_assert_true (pwk_arena_init (&arena, sizes, &error));
  g_assert_null (stopped_by (write_last));
  g_assert_nonnull (stopped_by (write_behind));
  g_assert_nonnull (stopped_by (write_before));
  pwk_arena_clear (&arena);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/assert/strengths", test_strengths);
  g_test_add_func ("/engine/assert/arena", test_arena_writes);
  return g_test_run ();
}
