/* test-numa.c - the picture of nodes: whose pages lie where, what went from node to node, and how it moves
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/task.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/proc.h"
#include "film.h"
#include "machines.h"
#include "scene-check.h"
#include "views/numa-private.h"
#include "views/views-private.h"

/* Four nodes, one of them without a CPU; A's pages lie by three policies, then those of node 0 go to node 3. */
#define FOUR_NODES \
  "machine(memory=1G, nodes=4, cpus=4, cpu_nodes=\"0;1;2-3;\", numa_distance=\"10,15,20,25;15,10,25,20;20,25,10,15;25,20,15,10\")\n" \
  "process(A)\n" \
  "process(B)\n" \
  "[A@0] mmap(0x10000000, 32K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n" \
  "[A] touch(0x10000000, 32K, \"w\")\n" \
  "[A] mmap(0x20000000, 64K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n" \
  "[A] mbind(0x20000000, 64K, MPOL_INTERLEAVE, [0xa], 64, 0)\n" \
  "[A] touch(0x20000000, 40K, \"w\")\n" \
  "[B@2] mmap(0x30000000, 4M, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS|MAP_FIXED, -1, 0)\n" \
  "[B] mbind(0x30000000, 4M, MPOL_BIND, [0x6], 64, 0)\n" \
  "[B] touch(0x30000000, 600K, \"w\")\n"
static const char four_nodes[] = FOUR_NODES "[A] migrate_pages(0, 64, [0x1], [0x8])\n";
static const char bound[] = FOUR_NODES "show(\"numa\")\n";

typedef struct
{
  PwkNavigator *navigator;
  uint64_t      end;
} Place;

static Place
open_at_end (const char *text)
{
  Place place = { .navigator = test_open_text (text) };
  bool is_final;

  pwk_navigator_run (place.navigator, 0);
  place.end = pwk_navigator_known_end (place.navigator, &is_final);
  g_assert_true (is_final);
  return place;
}

typedef struct
{
  PwkViewParams params;
  PwkNumaModel *model;
  PwkScene     *scene;
  const PwkTheme *theme;
  GString      *numa_maps;
} Look;

static void
look (const PwkObservation *observation, gpointer data)
{
  Look *into = data;

  into->model = pwk_numa_build (observation, &into->params);
  if (into->theme)
    into->scene = pwk_view_scene (observation, &into->params, into->theme);
  for (PwkIndex task = pwk_task_next (observation->machine, 0); task && into->numa_maps; task = pwk_task_next (observation->machine, task))
    if (pwk_task (observation->machine, task)->pid == into->model->tasks[0].pid)
      pwk_proc_numa_maps (observation->machine, task, 0, UINT64_MAX, into->numa_maps);
}

/* The picture's model at the end of the scenario; @number: which process is in question, in their order. */
static Look
look_at_end (Place *place, int number)
{
  Look look_at = { .numa_maps = g_string_new (NULL) };
  int32_t pid;

  pwk_view_params_init (&look_at.params, PWK_VIEW_NUMA);
  pwk_navigator_seek (place->navigator, place->end);
  pwk_navigator_arrive (place->navigator, look, &look_at);
  if (number == 0)
    return look_at;
  pid = look_at.model->tasks[number].pid;
  pwk_numa_free (look_at.model);
  g_string_truncate (look_at.numa_maps, 0);
  look_at.params.pid = pid;
  pwk_navigator_arrive (place->navigator, look, &look_at);
  return look_at;
}

static void
forget (Look *look_at)
{
  pwk_numa_free (look_at->model);
  g_string_free (look_at->numa_maps, TRUE);
}

/* A region's line of numa_maps: its policy, and the pages of each node. */
static void
check_line (const char *line, const PwkNumaRegion *region)
{
  g_auto(GStrv) words = g_strsplit (line, " ", -1);
  uint64_t counted = 0;

  g_assert_cmphex (g_ascii_strtoull (words[0], NULL, 16), ==, region->start);
  g_assert_true (g_str_has_prefix (line + strlen (words[0]) + 1, region->policy));
  for (char **word = words; *word; word++)
    if ((*word)[0] == 'N' && g_ascii_isdigit ((*word)[1]))
      {
        unsigned node = (unsigned) g_ascii_strtoull (*word + 1, NULL, 10);
        uint64_t pages = g_ascii_strtoull (strchr (*word, '=') + 1, NULL, 10);

        g_assert_cmpuint (region->node[node], ==, pages);
        counted += pages;
      }
  g_assert_cmpuint (region->pages, ==, counted);
}

/* The kernel's own file says the same of every region: two ways to count. */
static void
test_numa_maps (void)
{
  Place place = open_at_end (four_nodes);

  for (int number = 0; number < 2; number++)
    {
      Look look_at = look_at_end (&place, number);
      const PwkNumaModel *model = look_at.model;
      g_auto(GStrv) lines = g_strsplit (look_at.numa_maps->str, "\n", -1);

      g_assert_cmpuint (model->n_regions, >, 0);
      g_assert_cmpuint (g_strv_length (lines), ==, model->n_regions + 1);
      for (uint32_t i = 0; i < model->n_regions; i++)
        check_line (lines[i], &model->regions[i]);
      forget (&look_at);
    }
  pwk_navigator_free (place.navigator);
}

static const PwkNumaRegion *
region_at (const PwkNumaModel *model, PwkVaddr start)
{
  for (uint32_t i = 0; i < model->n_regions; i++)
    if (model->regions[i].start == start)
      return &model->regions[i];
  g_assert_not_reached ();
}

/* Pages by node and process, page by page; and the parts of a node's memory are all of it. */
static void
test_pages (void)
{
  Place place = open_at_end (four_nodes);
  Look look_at = look_at_end (&place, 0);
  const PwkNumaModel *model = look_at.model;
  static const uint64_t of_a[] = { 0, 5, 0, 13 };
  const PwkNumaRegion *region;

  g_assert_cmpuint (model->n_nodes, ==, 4);
  g_assert_cmpuint (model->n_tasks, ==, 2);
  g_assert_cmpuint (model->distance[0][3], ==, 25);
  for (unsigned node = 0; node < 4; node++)
    {
      uint64_t sum = 0;

      g_assert_cmpuint (pwk_numa_pages_on (&model->nodes[node], 0), ==, of_a[node]);
      g_assert_cmpuint (model->nodes[node].n_cells, ==, of_a[node]);
      for (unsigned part = 0; part < PWK_N_NUMA_PARTS; part++)
        sum += model->nodes[node].parts[part];
      g_assert_cmpuint (sum, ==, model->nodes[node].managed);
    }
  g_assert_cmphex (model->nodes[2].cpus, ==, 0xc);
  g_assert_cmphex (model->nodes[3].cpus, ==, 0);
  g_assert_cmpuint (pwk_numa_pages_on (&model->nodes[2], 1), ==, 150);
  region = region_at (model, 0x20000000);
  g_assert_cmpstr (region->policy, ==, "interleave:1,3");
  g_assert_true (region->own);
  g_assert_cmpint (region->cells[0].node, ==, 1);
  g_assert_cmpint (region->cells[1].node, ==, 3);
  g_assert_cmpint (region->cells[10].node, ==, -1);
  region = region_at (model, 0x10000000);
  g_assert_cmpstr (region->policy, ==, "default");
  g_assert_false (region->own);
  g_assert_cmpint (region->cells[7].node, ==, 3);
  forget (&look_at);
  pwk_navigator_free (place.navigator);
}

/* Pages that were moved are a flow; pages that another node gave than was asked are one where none was moved. */
static void
test_flows (void)
{
  static const char spill[] =
    "machine(memory=256M, nodes=2, cpus=2, cpu_nodes=\"0;1\")\n"
    "repeat(40)\nalloc_pages(GFP_KERNEL, 10, node=1)\nend\nalloc_pages(GFP_KERNEL, 10, node=1)\n";
  Place place = open_at_end (four_nodes);
  Look look_at = look_at_end (&place, 0);

  g_assert_true (look_at.model->moved);
  g_assert_cmpuint (look_at.model->n_flows, ==, 1);
  g_assert_cmpuint (look_at.model->flows[0].from, ==, 0);
  g_assert_cmpuint (look_at.model->flows[0].to, ==, 3);
  g_assert_cmpuint (look_at.model->flows[0].pages, ==, 8);
  g_assert_cmpuint (look_at.model->n_moves, ==, 8);
  forget (&look_at);
  pwk_navigator_free (place.navigator);

  place = open_at_end (spill);
  look_at = look_at_end (&place, 0);
  g_assert_false (look_at.model->moved);
  g_assert_cmpuint (look_at.model->n_flows, ==, 1);
  g_assert_cmpuint (look_at.model->flows[0].from, ==, 1);
  g_assert_cmpuint (look_at.model->flows[0].to, ==, 0);
  g_assert_cmpuint (look_at.model->nodes[1].stat[PWK_NUMA_FOREIGN], >, 0);
  g_assert_cmpuint (look_at.model->nodes[0].stat[PWK_NUMA_MISS], ==, look_at.model->nodes[1].stat[PWK_NUMA_FOREIGN]);
  forget (&look_at);
  pwk_navigator_free (place.navigator);
}

/* A page that is moved flies from the card of one node to that of the other. */
static void
test_motion (void)
{
  Place place = open_at_end (four_nodes);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(TestFilm) film = NULL;
  PwkViewParams params;
  Look look_at = look_at_end (&place, 0);
  uint64_t old = PWK_ID (PWK_THING_PFN, look_at.model->moves[0].old), new = PWK_ID (PWK_THING_PFN, look_at.model->moves[0].new);
  const PwkItem *before, *after;
  PwkBox half;

  pwk_view_params_init (&params, PWK_VIEW_NUMA);
  params.width = 900;
  params.height = 600;
  pwk_navigator_seek (place.navigator, 0);
  g_assert_cmpint (pwk_navigator_find (place.navigator, PWK_EV_TRY_TO_MIGRATE, NULL, false), ==, PWK_STOP_REACHED);
  film = test_film_new (place.navigator, &params, theme, place.end, place.end - pwk_navigator_position (place.navigator) + 20);
  before = test_drawn_as (film->before, old, PWK_ITEM_ROUNDED);
  after = test_drawn_as (film->after, new, PWK_ITEM_ROUNDED);
  g_assert_nonnull (before);
  g_assert_nonnull (after);
  g_assert_cmpuint (before->parent, ==, PWK_ID (PWK_THING_NODE, 0));
  g_assert_cmpuint (after->parent, ==, PWK_ID (PWK_THING_NODE, 3));
  half = test_film_box (film, 0.5, new, PWK_ITEM_ROUNDED);
  g_assert_cmpfloat (half.x, >, before->box.x);
  g_assert_cmpfloat (half.x, <, after->box.x);
  forget (&look_at);
  pwk_navigator_free (place.navigator);
}

/* In each density, with large letters and in all themes: nothing overlaps, and all of it is inside; at 900 × 600 it need not be scrolled. */
static void
test_densities (void)
{
  static const struct { double width, height, scale; } sizes[] = {
    { 420, 560, 1 }, { 640, 420, 1 }, { 900, 600, 1 }, { 1440, 900, 1 }, { 900, 600, 1.5 }, { 1440, 900, 2 }, { 1920, 1080, 1 },
  };
  static const char *const texts[] = {
    four_nodes, bound,
    "machine(memory=256M, nodes=2, cpus=2, cpu_nodes=\"0;1\")\nprocess(A)\n[A@0] mmap(NULL, 80K, PROT_READ|PROT_WRITE, "
    "MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n",
    "machine(memory=1G, nodes=8, cpus=8)\nprocess(A)\n", "machine(memory=2G, nodes=16, cpus=16)\nprocess(A)\n",
  };
  bool ok = true;

  for (unsigned k = 0; k < G_N_ELEMENTS (texts); k++)
    {
      Place place = open_at_end (texts[k]);

      for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
        for (unsigned variant = 0; variant < PWK_N_THEMES; variant++)
          {
            g_autoptr(PwkTheme) theme = pwk_theme_new ((PwkThemeVariant) variant);
            g_autoptr(GString) why = g_string_new (NULL);
            Look look_at = { .theme = theme };

            if (variant != PWK_THEME_LIGHT && sizes[i].width != 900)
              continue;
            pwk_theme_set_fonts (theme, NULL, NULL, sizes[i].scale);
            pwk_view_params_init (&look_at.params, PWK_VIEW_NUMA);
            look_at.params.width = sizes[i].width;
            look_at.params.height = sizes[i].height;
            pwk_navigator_seek (place.navigator, place.end);
            pwk_navigator_arrive (place.navigator, look, &look_at);
            if (!test_scene_check (look_at.scene, theme, 0, 4000, why) || !test_scene_check_grammar (look_at.scene, theme, why))
              g_test_message ("%gx%g at %g, scenario %u, theme %u:\n%s", sizes[i].width, sizes[i].height, sizes[i].scale, k, variant, why->str);
            ok = ok && why->len == 0;
            if (sizes[i].width >= 900 && sizes[i].scale <= 1 && k < 4 && pwk_scene_get_height (look_at.scene) > sizes[i].height)
              {
                g_test_message ("%gx%g, scenario %u: %g high", sizes[i].width, sizes[i].height, k, pwk_scene_get_height (look_at.scene));
                ok = false;
              }
            pwk_scene_unref (look_at.scene);
            pwk_numa_free (look_at.model);
          }
      pwk_navigator_free (place.navigator);
    }
  g_assert_true (ok);
}

/* A process that has exited has no pages anywhere; its last moment is a click away. */
static void
test_exited (void)
{
  Place place = open_at_end ("machine(memory=256M, nodes=2)\nprocess(A)\n[A] exit(0)\n");
  Look look_at = look_at_end (&place, 0);

  g_assert_cmpuint (look_at.model->n_tasks, ==, 0);
  g_assert_cmpuint (look_at.model->exited.n, >, 0);
  forget (&look_at);
  pwk_navigator_free (place.navigator);
}

static void
test_golden (void)
{
  Place place = open_at_end (four_nodes);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  Look look_at = { .theme = theme };

  pwk_view_params_init (&look_at.params, PWK_VIEW_NUMA);
  pwk_navigator_seek (place.navigator, place.end);
  pwk_navigator_arrive (place.navigator, look, &look_at);
  test_scene_golden (look_at.scene, "numa");
  pwk_scene_unref (look_at.scene);
  pwk_numa_free (look_at.model);
  pwk_navigator_free (place.navigator);
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/numa/numa-maps", test_numa_maps);
  g_test_add_func ("/numa/pages", test_pages);
  g_test_add_func ("/numa/flows", test_flows);
  g_test_add_func ("/numa/motion", test_motion);
  g_test_add_func ("/numa/densities", test_densities);
  g_test_add_func ("/numa/exited", test_exited);
  g_test_add_func ("/numa/golden", test_golden);
  return g_test_run ();
}
