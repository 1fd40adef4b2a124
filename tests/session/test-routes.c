/* test-routes.c - a picture does not depend on the way that led to it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "cli/observe.h"
#include "session-test.h"
#include "views/views.h"

#define POSITIONS 50

/* Long statements, too: more events than a picture tells of. */
#define ROUTES_SCENARIO TEST_SCENARIO \
  "process(C)\n" \
  "[C] mmap(NULL, 2M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_POPULATE, -1, 0) = q\n" \
  "[C] touch(q, 2M, \"w\")\n" \
  "[C] fork() = D\n" \
  "[D] touch(q, 1M, \"w\")\n" \
  "[C] madvise(q, 2M, MADV_DONTNEED)\n" \
  "alloc_pages(GFP_KERNEL, 0) = one\n"

typedef struct
{
  PwkScene *scenes[PWK_N_VIEWS];   /* owned */
  uint64_t  position;
  uint32_t  n_events, n_chain;
} Pictures;

/* PwkShow: the pictures of all views, as exports have them. */
static void
draw (const PwkObservation *observation, gpointer data)
{
  Pictures *pictures = data;
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_PRINT);

  pictures->position = observation->position;
  pictures->n_events = observation->n_events;
  pictures->n_chain = observation->n_chain;
  for (int view = 0; view < PWK_N_VIEWS; view++)
    {
      PwkViewParams params;

      g_clear_pointer (&pictures->scenes[view], pwk_scene_unref);
      pwk_view_params_init (&params, (PwkViewId) view);
      params.width = 1280;
      params.height = 800;
      pictures->scenes[view] = pwk_view_scene (observation, &params, theme);
    }
}

static void
clear (Pictures *pictures)
{
  for (int view = 0; view < PWK_N_VIEWS; view++)
    g_clear_pointer (&pictures->scenes[view], pwk_scene_unref);
}

/* All that is seen and said of an item. */
static bool
same_item (const PwkItem *a, const PwkItem *b)
{
  PwkItem x = *a, y = *b;

  if (g_strcmp0 (x.text, y.text) != 0 || g_strcmp0 (x.label, y.label) != 0 || x.n_points != y.n_points || !x.cells != !y.cells
      || !x.clip != !y.clip)
    return false;
  if (x.n_points && memcmp (x.points, y.points, x.n_points * sizeof *x.points) != 0)
    return false;
  if (x.clip && memcmp (x.clip, y.clip, sizeof *x.clip) != 0)
    return false;
  if (x.cells && (x.cells->n_cols != y.cells->n_cols || x.cells->n_rows != y.cells->n_rows || x.cells->format != y.cells->format
                  || memcmp (x.cells->data, y.cells->data, (size_t) x.cells->n_cols * x.cells->n_rows
                                                               * (x.cells->format == PWK_CELLS_ARGB ? 4 : 1)) != 0))
    return false;
  x.text = y.text = x.label = y.label = NULL;
  x.points = y.points = NULL;
  x.cells = y.cells = NULL;
  x.clip = y.clip = NULL;
  return memcmp (&x, &y, sizeof x) == 0;
}

static void
assert_same (const Pictures *a, const Pictures *b, const char *route)
{
  g_assert_cmpuint (a->position, ==, b->position);
  g_assert_cmpuint (a->n_events, ==, b->n_events);
  g_assert_cmpuint (a->n_chain, ==, b->n_chain);
  for (int view = 0; view < PWK_N_VIEWS; view++)
    {
      size_t n_a, n_b;
      const PwkItem *x = pwk_scene_get_items (a->scenes[view], &n_a), *y = pwk_scene_get_items (b->scenes[view], &n_b);

      for (size_t i = 0; i < MIN (n_a, n_b); i++)
        if (!same_item (&x[i], &y[i]))
          g_error ("%s at %" G_GUINT64_FORMAT ", %s: item %zu is %s “%s” “%s”, not %s “%s” “%s”", pwk_view_class ((PwkViewId) view)->name,
                   a->position, route, i, pwk_item_kind_name (y[i].kind), y[i].text ? y[i].text : "", pwk_item_label (&y[i]),
                   pwk_item_kind_name (x[i].kind), x[i].text ? x[i].text : "", pwk_item_label (&x[i]));
      g_assert_cmpuint (n_a, ==, n_b);
    }
}

/* As `pagewalk-cli export --at`: a machine of its own. */
static void
export_at (PwkScript *script, uint64_t position, Pictures *pictures)
{
  g_autoptr(GError) error = NULL;
  PwkStep step = { .given = true, .is_strict = true, .number = position };

  pwk_observe (script, NULL, NULL, &step, draw, pictures, &error);
  g_assert_no_error (error);
}

/* From @from by steps of one event, each of which is shown. */
static void
step_to (PwkNavigator *navigator, uint64_t from, uint64_t position, Pictures *pictures)
{
  pwk_navigator_seek (navigator, from);
  pwk_navigator_arrive (navigator, draw, pictures);
  while (pwk_navigator_position (navigator) != position)
    {
      pwk_navigator_step (navigator, PWK_STEP_EVENT, from < position ? 1 : -1);
      pwk_navigator_arrive (navigator, draw, pictures);
    }
}

/*      export --at n        from power-on on a machine of its own
 *      seek (n)             from wherever the machine is
 *      step, step, step     from before n, and from behind it
 *      call by call         from before n to behind it, and back
 *
 * all come to the same picture of each view, item by item. */
static void
test_routes (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr(PwkScript) script = test_script (ROUTES_SCENARIO);
  PwkNavigator *navigator = pwk_navigator_new (pwk_runner_new (script, NULL, NULL, NULL));
  Pictures exported = { 0 }, reached = { 0 };
  uint64_t end;

  g_test_message ("seed %u", seed);
  pwk_navigator_seek (navigator, UINT64_MAX);
  end = pwk_navigator_known_end (navigator, NULL);
  g_assert_cmpuint (end, >, 3 * PWK_OBSERVED_EVENTS);
  for (unsigned i = 0; i < POSITIONS; i++)
    {
      uint64_t n = i == 0 ? end : 1 + g_rand_int (rand) % end;

      export_at (script, n, &exported);
      pwk_navigator_seek (navigator, n);
      pwk_navigator_arrive (navigator, draw, &reached);
      assert_same (&exported, &reached, "sought");
      step_to (navigator, n - MIN (n, 3), n, &reached);
      assert_same (&exported, &reached, "stepped to");
      step_to (navigator, MIN (n + 3, end), n, &reached);
      assert_same (&exported, &reached, "stepped back to");
      pwk_navigator_seek (navigator, g_rand_int (rand) % n);
      pwk_navigator_arrive (navigator, draw, &reached);
      while (pwk_navigator_position (navigator) < n && pwk_navigator_step (navigator, PWK_STEP_STATEMENT, 1) == PWK_STOP_REACHED)
        ;
      pwk_navigator_step (navigator, PWK_STEP_EVENT, -(int) (pwk_navigator_position (navigator) - n));
      pwk_navigator_arrive (navigator, draw, &reached);
      assert_same (&exported, &reached, "found by calls");
    }
  clear (&exported);
  clear (&reached);
  pwk_navigator_free (navigator);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/routes", test_routes);
  return g_test_run ();
}
