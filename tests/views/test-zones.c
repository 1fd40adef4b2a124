/* test-zones.c - tanks and their marks, the way of an allocation through the zonelist; Overview's model; golden pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"
#include "engine/phys/pcp.h"
#include "engine/phys/vmstat.h"
#include "film.h"
#include "machines.h"
#include "scene-check.h"
#include "views/overview-model.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/zones-model.h"

static PwkZonesModel *
build (TestMachine *machine)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_ZONES);
  return pwk_zones_build (test_machine_observe (machine), &params);
}

/* Every populated zone is there with the engine's own numbers. */
static void
test_tanks (void)
{
  for (unsigned i = 0; test_machine_names[i] != NULL; i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (test_machine_names[i]);
      PwkZonesModel *model = build (machine);

      g_assert_cmpuint (model->n_tanks, >, 0);
      for (uint32_t j = 0; j < model->n_tanks; j++)
        {
          const PwkTank *tank = &model->tanks[j];
          const PwkZone *zone = pwk_zone (machine->machine, tank->node, tank->type);

          g_assert_cmpuint (tank->managed, ==, zone->managed_pages);
          g_assert_cmpuint (tank->mark[PWK_WMARK_MIN], ==, zone->watermark[PWK_WMARK_MIN] + zone->watermark_boost);
          g_assert_cmpuint (tank->mark[PWK_WMARK_MIN], <=, tank->mark[PWK_WMARK_LOW]);
          g_assert_cmpuint (tank->mark[PWK_WMARK_LOW], <=, tank->mark[PWK_WMARK_HIGH]);
        }
      pwk_zones_free (model);
    }
}

/* Nobody asks: the fallback list as it is, each zone numbered once. */
static void
test_listed (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkZonesModel *model;

  test_machine_forget (machine);
  model = build (machine);
  g_assert_false (model->asked);
  g_assert_cmpuint (model->n_steps, ==, 3);
  for (uint32_t i = 0; i < model->n_steps; i++)
    {
      g_assert_cmpint (model->steps[i].kind, ==, PWK_STEP_LISTED);
      g_assert_cmpuint (model->steps[i].number, ==, i + 1);
    }
  pwk_zones_free (model);
}

/* An allocation that works: the zone it came from is the last one that was fine. */
static void
test_taken (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkZonesModel *model;
  PwkPfn pfn;

  test_machine_forget (machine);
  pfn = pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 0, 1, -1);
  model = build (machine);
  g_assert_true (model->asked);
  g_assert_cmpuint (model->gfp, ==, PWK_GFP_KERNEL);
  g_assert_cmpuint (model->n_steps, ==, 2);
  g_assert_cmpint (model->steps[0].kind, ==, PWK_STEP_OK);
  g_assert_cmpuint (model->steps[0].node, ==, 1);
  g_assert_cmpint (model->steps[1].kind, ==, PWK_STEP_TAKEN);
  g_assert_cmpuint (model->steps[1].pfn, ==, pfn);
  pwk_zones_free (model);
}

/* A mask for DMA memory: only the DMA zone is left; one with __GFP_THISNODE leaves the other node out. */
static void
test_allowed (void)
{
  static const struct { uint32_t gfp; int node; bool ok[3]; } cases[] = {
    { PWK_GFP_KERNEL | PWK_GFP_DMA, 0, { false, true, false } },
    { PWK_GFP_KERNEL | PWK_GFP_THISNODE, 1, { false, false, true } },
    { PWK_GFP_KERNEL, 0, { true, true, true } },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new ("paper");
      PwkZonesModel *model;

      test_machine_forget (machine);
      pwk_alloc_pages (machine->machine, cases[i].gfp, 0, cases[i].node, -1);
      model = build (machine);
      g_assert_cmpuint (model->n_tanks, ==, 3);
      for (uint32_t j = 0; j < model->n_tanks; j++)
        g_assert_true (cases[i].ok[j] == !(model->tanks[j].too_high || model->tanks[j].other_node));
      pwk_zones_free (model);
    }
}

/* Where kswapd is at work the zone is passed over for its sake, which is another reason than that no block fits. */
static void
test_kswapd_at_work (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkZonesModel *model;

  pwk_node_edit (machine->machine, 1)->kswapd_awake = true;
  test_machine_forget (machine);
  pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL, 0, 1, -1);
  model = build (machine);
  g_assert_cmpint (model->steps[0].kind, ==, PWK_STEP_KSWAPD_AT_WORK);
  g_assert_cmpuint (model->steps[0].node, ==, 1);
  g_assert_cmpint (model->steps[1].kind, ==, PWK_STEP_OK);
  g_assert_cmpuint (model->steps[1].node, ==, 0);
  pwk_zones_free (model);
}

/* kswapd is woken because a block is missing, while pages are not: nothing says that the zone is low. */
static void
test_kswapd_for_a_block (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkZonesModel *model;
  bool woken = false;
  PwkPfn pfn[512];
  unsigned n = 0;

  /* node 1 has 1024 frames in one block: every second one of the upper half is kept, the rest is free */
  while (n < G_N_ELEMENTS (pfn) && (pfn[n] = pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL | PWK_GFP_THISNODE, 0, 1, -1)) != PWK_NO_PFN)
    n++;
  while (pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL | PWK_GFP_THISNODE | PWK_GFP_NOWARN, 3, 1, -1) != PWK_NO_PFN)
    continue;
  pwk_node_edit (machine->machine, 1)->kswapd_awake = false;
  for (unsigned i = 0; i < n; i += 2)
    pwk_free_pages (machine->machine, pfn[i], 0);
  pwk_drain_all_pages (machine->machine);
  test_machine_forget (machine);
  pwk_alloc_pages (machine->machine, PWK_GFP_KERNEL | PWK_GFP_THISNODE, 6, 1, -1);
  model = build (machine);
  g_assert_cmpint (model->steps[0].kind, ==, PWK_STEP_NO_BLOCK);
  for (uint32_t i = 0; i < model->n_steps; i++)
    if (model->steps[i].kind == PWK_STEP_KSWAPD)
      {
        woken = true;
        g_assert_false (model->steps[i].low);
        g_assert_cmpuint (model->steps[i].order, ==, 6);
      }
  g_assert_true (woken);
  pwk_zones_free (model);
}

/* One that fails: the marks refuse it, the slow path is taken, and it ends without memory. */
static void
test_refused (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("low");
  PwkZonesModel *model = build (machine);
  bool slow = false, failed = false;

  g_assert_true (model->asked);
  g_assert_cmpuint (model->order, ==, 3);
  g_assert_cmpint (model->steps[0].kind, ==, PWK_STEP_BELOW_MARK);
  g_assert_cmpuint (model->steps[0].free, <=, model->steps[0].mark + model->steps[0].reserve);
  for (uint32_t i = 0; i < model->n_steps; i++)
    {
      slow |= model->steps[i].kind == PWK_STEP_SLOWPATH;
      failed |= model->steps[i].kind == PWK_STEP_FAILED;
    }
  g_assert_true (slow);
  g_assert_true (failed);
  pwk_zones_free (model);
}

/* --- who makes room --- */

static void
build_model (const PwkObservation *observation, gpointer data)
{
  PwkZonesModel **model = data;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_ZONES);
  g_clear_pointer (model, pwk_zones_free);
  *model = pwk_zones_build (observation, &params);
}

/* The model @more events behind the next event of @kind. */
static PwkZonesModel *
model_behind (PwkNavigator *navigator, PwkEventKind kind, uint64_t more)
{
  PwkZonesModel *model = NULL;

  pwk_navigator_seek (navigator, test_find_event (navigator, kind) + more);
  pwk_navigator_arrive (navigator, build_model, &model);
  return model;
}

/* kswapd is woken below low, wants the high mark of what it is awake for, and has nothing to do when it sleeps. */
static void
test_kswapd_works (void)
{
  PwkNavigator *navigator = test_open_scenario ("kswapd");
  PwkZonesModel *model = model_behind (navigator, PWK_EV_KSWAPD_WAKE, 0);

  g_assert_true (model->tracks.kswapd[0].awake);
  g_assert_false (model->tracks.kswapd[0].known);
  g_assert_false (model->reclaiming);
  g_assert_true (model->tanks[0].wanted);
  g_assert_cmpuint (model->tanks[0].free, <, model->tanks[0].mark[PWK_WMARK_HIGH]);
  g_assert_cmpuint (model->tanks[0].history[model->tanks[0].n_history - 1].deeds, ==, PWK_LEVEL_WOKEN);
  pwk_zones_free (model);

  model = model_behind (navigator, PWK_EV_SHRINK_NODE, 0);
  g_assert_true (model->reclaiming);
  g_assert_cmpint (model->tracks.who, ==, PWK_TRACK_KSWAPD);
  g_assert_true (model->tracks.kswapd[0].known);
  g_assert_cmpint (model->tracks.kswapd[0].priority, ==, 12);
  g_assert_true (model->tracks.kswapd[0].asked);
  g_assert_true (model->tanks[0].wanted);
  g_assert_null (model->caller);
  pwk_zones_free (model);

  model = model_behind (navigator, PWK_EV_KSWAPD_SLEEP, 0);
  g_assert_false (model->tracks.kswapd[0].awake);
  g_assert_cmpuint (model->tracks.kswapd[0].reclaimed, >, 0);
  for (uint32_t i = 0; i < model->n_tanks; i++)
    g_assert_false (model->tanks[i].wanted);
  pwk_zones_free (model);
  pwk_navigator_free (navigator);
}

/* The caller waits as long as he reclaims, at the level that he found; what he freed stands on his way. */
static void
test_caller_waits (void)
{
  PwkNavigator *navigator = test_open_scenario ("noio");
  PwkZonesModel *model = model_behind (navigator, PWK_EV_DIRECT_RECLAIM, 10);
  const PwkZoneStep *last;

  g_assert_true (model->reclaiming);
  g_assert_true (model->tracks.direct.awake);
  g_assert_cmpuint (model->tracks.n_callers, ==, 1);
  g_assert_nonnull (strstr (model->caller, "A"));
  g_assert_true (model->tanks[0].awaited);
  g_assert_false (model->tanks[1].awaited);
  g_assert_cmpint (model->steps[model->n_steps - 1].kind, ==, PWK_STEP_RECLAIM);
  g_assert_cmpuint (model->steps[model->n_steps - 1].free, ==, 0);
  g_assert_cmpuint (model->tanks[1].history[model->tanks[1].n_history - 1].deeds, ==, PWK_LEVEL_CALLER);

  /* the kernel's own request at the end is short enough to be told whole */
  do
    {
      pwk_zones_free (model);
      model = model_behind (navigator, PWK_EV_DIRECT_RECLAIM, 0);
    }
  while (model->tracks.direct.gfp != (PWK_GFP_KERNEL | PWK_GFP_NORETRY | PWK_GFP_NOWARN));
  pwk_zones_free (model);
  model = model_behind (navigator, PWK_EV_SHRINK_NODE_END, 0);
  while (model->tracks.direct.reclaimed == 0)
    {
      pwk_zones_free (model);
      model = model_behind (navigator, PWK_EV_SHRINK_NODE_END, 0);
    }
  last = &model->steps[model->n_steps - 1];
  g_assert_cmpint (last->kind, ==, PWK_STEP_RECLAIM);
  g_assert_cmpuint (last->free, ==, model->tracks.direct.reclaimed);
  pwk_zones_free (model);

  model = model_behind (navigator, PWK_EV_STATEMENT_END, 0);
  g_assert_false (model->tracks.direct.awake);
  g_assert_true (model->tracks.direct.known);
  g_assert_cmpuint (model->n_stalls, >, 0);
  for (uint32_t i = 0; i < model->n_tanks; i++)
    g_assert_false (model->tanks[i].awaited);
  pwk_zones_free (model);
  pwk_navigator_free (navigator);
}

/* Overview joins a process to the frame that its last access led to. */
static void
test_overview (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkOverviewModel *model;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_OVERVIEW);
  model = pwk_overview_build (test_machine_observe (machine), &params);
  g_assert_cmpuint (model->n_tasks, ==, 2);
  g_assert_cmpstr (model->tasks[model->chosen].name, ==, "shell");
  g_assert_true (model->has_walk);
  g_assert_true (model->walk.ok);
  g_assert_true (model->frame_is_walked);
  g_assert_cmpuint (model->frame.pfn, ==, model->walk.phys >> PWK_PAGE_SHIFT);
  g_assert_cmpint (model->frame.type, ==, PWK_PAGE_ANON);
  for (uint32_t i = 0; i < model->n_vmas; i++)
    g_assert_true (model->vmas[i].chosen == (model->walk.addr >= model->vmas[i].start && model->walk.addr < model->vmas[i].end));
  pwk_overview_free (model);
}

/* Before the first process there is still a frame and a zone to see. */
static void
test_overview_empty (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  PwkOverviewModel *model;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_OVERVIEW);
  model = pwk_overview_build (test_machine_observe (machine), &params);
  g_assert_cmpuint (model->n_tasks, ==, 0);
  g_assert_cmpuint (model->chosen, ==, model->n_tasks);
  g_assert_false (model->has_walk);
  g_assert_true (model->has_frame);
  g_assert_cmpuint (model->n_zones, >, 0);
  pwk_overview_free (model);
}

static void
same (char *got, const char *expected)
{
  g_assert_cmpstr (got, ==, expected);
  g_free (got);
}

static void
test_words (void)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_ZONES);
  same (pwk_format_count (0), "0");
  same (pwk_format_count (1234567), "1,234,567");
  same (pwk_format_pages (&params, 1), "1 page");
  same (pwk_format_pages (&params, 1024), "1,024 pages");
  same (pwk_format_pages_short (&params, 1024), "1,024");
  same (pwk_format_address (&params, 0x7fff0000), "0x7fff0000");
  params.kib = params.decimal = true;
  same (pwk_format_pages (&params, 1024), "4 MiB");
  same (pwk_format_pages (&params, 3), "12 KiB");
  same (pwk_format_pages_short (&params, 384), "1.5M");
  same (pwk_format_address (&params, 4096), "4096");
  same (pwk_format_bytes (640), "640 B");
  same (pwk_format_bytes (1536), "1.5 KiB");
  same (pwk_format_bytes ((uint64_t) 1 << 40), "1 TiB");
  same (pwk_format_ns (999), "999 ns");
  same (pwk_format_ns (1500), "1.5 µs");
  g_assert_cmpuint (pwk_nice_step (100, 10, false), ==, 10);
  g_assert_cmpuint (pwk_nice_step (110, 10, false), ==, 20);
  g_assert_cmpuint (pwk_nice_step (1000, 4, true), ==, 256);
  g_assert_cmpuint (pwk_nice_step (0, 4, false), ==, 1);
}

static void
test_golden (void)
{
  static const struct { const char *machine; PwkViewId view; } pictures[] = {
    { "paper", PWK_VIEW_ZONES }, { "low", PWK_VIEW_ZONES }, { "numa", PWK_VIEW_ZONES }, { "boot", PWK_VIEW_OVERVIEW }, { "busy", PWK_VIEW_OVERVIEW },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (pictures); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (pictures[i].machine);
      g_autoptr(PwkTheme) theme = test_scene_theme ();
      g_autoptr(PwkScene) scene = NULL;
      g_autofree char *name = g_strconcat (pwk_view_class (pictures[i].view)->name, "-", pictures[i].machine, NULL);
      PwkViewParams params;

      pwk_view_params_init (&params, pictures[i].view);
      scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
      test_scene_golden (scene, name);
    }
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/zones/tanks", test_tanks);
  g_test_add_func ("/zones/listed", test_listed);
  g_test_add_func ("/zones/taken", test_taken);
  g_test_add_func ("/zones/allowed", test_allowed);
  g_test_add_func ("/zones/kswapd-at-work", test_kswapd_at_work);
  g_test_add_func ("/zones/kswapd-for-a-block", test_kswapd_for_a_block);
  g_test_add_func ("/zones/refused", test_refused);
  g_test_add_func ("/zones/kswapd-works", test_kswapd_works);
  g_test_add_func ("/zones/caller-waits", test_caller_waits);
  g_test_add_func ("/zones/words", test_words);
  g_test_add_func ("/overview/process", test_overview);
  g_test_add_func ("/overview/empty", test_overview_empty);
  g_test_add_func ("/views/golden", test_golden);
  return g_test_run ();
}
