/* test-exited.c - what is said of a process that has exited, and where its last moment is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/task.h"
#include "language.h"
#include "scenario/parser.h"
#include "scene-check.h"
#include "session/navigator.h"
#include "views/exited.h"

static const char scenario[] =
  "machine(memory=64M, cpus=2, seed=7)\n"
  "process(A)\n"
  "[A] mmap(NULL, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
  "[A] store(p) = minor\n"
  "[A] fork() = B\n"
  "[B] store(p) = minor\n"
  "[B] exit(0) = ?\n"
  "[A] load(p) = ok\n"
  "[A] exit(0) = ?\n"
  "tick(1)\n";

/* Those that are of a process. */
static const PwkViewId views[] = { PWK_VIEW_OVERVIEW, PWK_VIEW_ADDRESS_SPACE, PWK_VIEW_PAGE_WALK };

static PwkNavigator *
open_scenario (void)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse ("test.pwk", scenario, strlen (scenario), &error);
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  return pwk_navigator_new (runner);
}

/* What all views are to say at one position. */
typedef struct
{
  int32_t     pid;          /* that was chosen */
  uint64_t    exited;       /* event that is named; 0: none, the process is there or none was */
  const char *name;         /* that is named; NULL: whoever */
  const char *also;         /* in the address space's picture */
} Expected;

static void
check_view (const PwkObservation *observation, const Expected *expected, PwkViewId view)
{
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(GString) why = g_string_new (NULL);
  g_autoptr(PwkScene) scene = NULL;
  const PwkItem *item;
  PwkViewParams params;

  pwk_view_params_init (&params, view);
  params.pid = expected->pid;
  params.width = 900;
  params.height = 600;
  scene = pwk_view_scene (observation, &params, theme);
  item = pwk_exited_item (scene);
  g_test_message ("%s at event %" G_GUINT64_FORMAT, pwk_view_class (view)->name, observation->position);
  if (!test_scene_check (scene, theme, 0, 4000, why) || !test_scene_check_grammar (scene, theme, why))
    g_error ("%s", why->str);
  if (expected->exited == 0)
    g_assert_null (item);
  else
    {
      g_assert_nonnull (item);
      g_assert_cmpuint (pwk_id_number (item->id), ==, expected->exited);
      g_assert_true (test_scene_says (scene, "exited at event"));
      g_assert_false (test_scene_says (scene, " yet"));
      g_assert_true (test_scene_says (scene, expected->name));
    }
  if (expected->also != NULL && view == PWK_VIEW_ADDRESS_SPACE)
    g_assert_true (test_scene_says (scene, expected->also));
}

static void
check_views (const PwkObservation *observation, gpointer data)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (views); i++)
    check_view (observation, data, views[i]);
}

static void
expect (PwkNavigator *navigator, uint64_t position, Expected expected)
{
  pwk_navigator_seek (navigator, position);
  pwk_navigator_arrive (navigator, check_views, &expected);
}

typedef struct { uint64_t n[2]; int32_t pid[2]; } Exits;

static void
take_exits (const PwkObservation *observation, gpointer data)
{
  Exits *exits = data;

  g_assert_cmpuint (observation->n_exits, ==, 2);
  for (unsigned i = 0; i < 2; i++)
    {
      exits->n[i] = observation->exits[i].n;
      exits->pid[i] = pwk_task (observation->machine, observation->exits[i].task)->pid;
    }
}

static Exits
find_exits (PwkNavigator *navigator)
{
  Exits exits;

  pwk_navigator_run (navigator, 0);
  pwk_navigator_arrive (navigator, take_exits, &exits);
  return exits;
}

/*      A ────────── fork ───────────── load ─── exit ── tick
 *                    └─ B ── store ── exit
 *
 * By the exit itself, and as the CPU leaves it, the address space is whole; from the next event on it is said when that was. Behind it, what is done is A's again, and
 * who has chosen B is told of B. */
static void
test_last_moment (void)
{
  PwkNavigator *navigator = open_scenario ();
  const Exits exits = find_exits (navigator);
  uint64_t b = exits.n[0], a = exits.n[1], end = pwk_navigator_known_end (navigator, NULL);

  expect (navigator, b, (Expected) { .also = "B (pid" });
  expect (navigator, b + 2, (Expected) { .exited = b, .name = "B (pid" });
  expect (navigator, a - 3, (Expected) { .also = "A (pid" });
  expect (navigator, a - 3, (Expected) { .pid = exits.pid[0], .exited = b, .name = "B (pid" });
  expect (navigator, a, (Expected) { .also = "A (pid" });
  expect (navigator, a + 2, (Expected) { .exited = a, .name = "A (pid" });
  expect (navigator, end, (Expected) { .exited = a, .name = "A (pid" });
  expect (navigator, end, (Expected) { .pid = exits.pid[0], .exited = b, .name = "B (pid" });
  pwk_navigator_free (navigator);
}

/* Before the first process there is none yet; before the fork who has chosen B sees A. */
static void
test_before (void)
{
  PwkNavigator *navigator = open_scenario ();
  const Exits exits = find_exits (navigator);
  const PwkSpot fork = pwk_spot (4);

  expect (navigator, 1, (Expected) { .also = "No process has an address space yet" });
  pwk_navigator_seek_spot (navigator, &fork);
  expect (navigator, pwk_navigator_position (navigator), (Expected) { .pid = exits.pid[0], .also = "A (pid" });
  pwk_navigator_free (navigator);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exited/last-moment", test_last_moment);
  g_test_add_func ("/exited/before", test_before);
  return g_test_run ();
}
