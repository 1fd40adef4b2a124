/* test-slab.c - the kernel's own memory: lanes, threads and areas are the engine's; what is selected is related; golden pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/cache.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slob.h"
#include "engine/kalloc/vmalloc.h"
#include "machines.h"
#include "scene-check.h"
#include "scene/hit.h"
#include "views/inspect.h"
#include "views/relations.h"
#include "views/slab-private.h"
#include "views/thing.h"
#include "views/views-private.h"

static const char *const machines[] = { "slab", "slab-kmalloc", "slab-tiny", "slab-checked", "slab-areas", "slab-device",
                                         "slab-arrays", "slab-slob" };

static PwkSlabModel *
build (TestMachine *machine, uint64_t selection)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_SLAB);
  params.selection = selection;
  return pwk_slab_build (test_machine_observe (machine), &params);
}

static const PwkSlabLane *
lane_of (const PwkSlabModel *model, PwkSlabLaneKind kind)
{
  for (uint32_t i = 0; i < model->n_lanes; i++)
    if (model->lanes[i].kind == kind)
      return &model->lanes[i];
  return NULL;
}

/* Every slab of the cache is in one lane, cells say what the engine's bits say, and a cpu's thread is the list in the objects. */
static void
test_lanes (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab");
  PwkSlabModel *model = build (machine, 0);
  const PwkKmemCache *s;
  const PwkSlabLane *own, *others;
  PwkVaddr object;
  uint64_t n = 0;

  g_assert_cmpint (model->subject, ==, PWK_SLAB_OF_CACHE);
  g_assert_cmpstr (pwk_slab_focus (model)->name, ==, "thing");
  g_assert_cmpuint (model->cpu, ==, 1);
  s = pwk_kmem_cache (machine->machine, pwk_slab_focus (model)->cache);
  for (uint32_t i = 0; i < model->n_lanes; i++)
    {
      n += model->lanes[i].n;
      for (uint32_t j = 0; j < model->lanes[i].n_shown; j++)
        {
          const PwkSlabShown *shown = &model->lanes[i].slabs[j];
          unsigned used = 0;

          for (unsigned k = 0; k < shown->objects; k++)
            used += shown->cells[k] == PWK_CELL_USED;
          g_assert_cmpuint (used + shown->n_thread + shown->n_others, ==, shown->objects);
        }
    }
  g_assert_cmpuint (n, ==, pwk_slab_focus (model)->slabs);
  g_assert_cmpuint (pwk_slab_focus (model)->used, ==, 300 - 67 + 3 - 1);
  own = lane_of (model, PWK_LANE_CPU_SLAB);
  g_assert_cmpuint (own->n_shown, ==, 1);
  object = s->cpu[1].freelist;
  for (uint32_t i = 0; i < own->slabs[0].n_thread; i++)
    {
      const PwkSlab *slab = pwk_slab (machine->machine, s->cpu[1].slab);

      g_assert_cmpuint (own->slabs[0].thread[i], ==, pwk_slab_index (machine->machine, s, slab, object));
      object = pwk_slab_next_free (machine->machine, s, slab, object);
    }
  g_assert_cmphex (object, ==, 0);
  /* what cpu 1 has freed lies in the slab that is cpu 0's */
  others = lane_of (model, PWK_LANE_OTHER_CPUS);
  g_assert_cmpuint (others->slabs[0].n_others, ==, 1);
  g_assert_true (model->freed);
  pwk_slab_free (model);
}

/* SLAB: what waits in arrays is told from what lies in slabs. SLOB: cells are bytes, and those that are free are the pieces'. */
static void
test_past (void)
{
  g_autoptr(TestMachine) arrays = test_machine_new ("slab-arrays");
  g_autoptr(TestMachine) slob = test_machine_new ("slab-slob");
  PwkSlabModel *model = build (arrays, 0);
  const PwkSlabLane *lane = lane_of (model, PWK_LANE_NODE);
  unsigned n[3] = { 0 };

  g_assert_cmpuint (lane_of (model, PWK_LANE_ARRAY)->n, ==, 14);
  for (unsigned i = 0; i < lane->slabs[0].objects; i++)
    n[lane->slabs[0].cells[i]]++;
  g_assert_cmpuint (n[PWK_CELL_USED], ==, 2);
  g_assert_cmpuint (n[PWK_CELL_OTHERS], ==, 14);
  g_assert_cmpuint (n[PWK_CELL_FREE], ==, 16);
  pwk_slab_free (model);
  model = build (slob, 0);
  lane = lane_of (model, PWK_LANE_SMALL);
  g_assert_cmpuint (lane->n, >, 0);
  for (unsigned i = n[PWK_CELL_FREE] = 0; i < lane->slabs[0].objects; i++)
    n[PWK_CELL_FREE] += lane->slabs[0].cells[i] == PWK_CELL_FREE;
  g_assert_cmpuint (n[PWK_CELL_FREE] * 8, ==, pwk_slab (slob->machine, pwk_slob_list_head (slob->machine, 0))->colour * 2);
  pwk_slab_free (model);
}

static void
test_request (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab-kmalloc");
  PwkSlabModel *model = build (machine, 0);

  g_assert_cmpstr (pwk_slab_focus (model)->name, ==, "kmalloc-128");
  g_assert_cmpuint (model->asked, ==, 100);
  g_assert_cmpuint (model->got, ==, 128);
  g_assert_cmpuint (model->step, ==, 1);
  g_assert_true (model->served);
  pwk_slab_free (model);
}

/* A cache with checks has no cpu's slab, and the report is the kernel's own. */
static void
test_report (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab-checked");
  PwkSlabModel *model = build (machine, 0);

  g_assert_null (lane_of (model, PWK_LANE_CPU_SLAB));
  g_assert_nonnull (model->report);
  g_assert_nonnull (strstr (model->report, "Object already free"));
  pwk_slab_free (model);
}

/* Pages in the order of addresses, each with the frame that the engine has linked there. */
static void
test_areas (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab-areas");
  PwkSlabModel *model = build (machine, 0);
  const PwkSlabArea *focus = NULL;

  g_assert_cmpint (model->subject, ==, PWK_SLAB_OF_AREAS);
  g_assert_cmpuint (model->n_areas_all, ==, 4);
  for (uint32_t i = 0; i < model->n_areas; i++)
    {
      if (i > 0)
        g_assert_cmphex (model->areas[i].start, >=, model->areas[i - 1].end);
      if (model->areas[i].focus)
        focus = &model->areas[i];
    }
  g_assert_nonnull (focus);
  g_assert_cmpuint (focus->pages, ==, 5);
  g_assert_cmpuint (focus->n_pfns, ==, 5);
  g_assert_cmpuint (focus->pfns[0], ==,
                    pwk_vmap_area (machine->machine, pwk_vm_area_at (machine->machine, focus->start))->first_pfn);
  pwk_slab_free (model);

  /* from the beginning: the one that is freed and not purged is there */
  model = build (machine, PWK_SLAB_ID_AREAS);
  g_assert_true (model->areas[0].lazy);
  g_assert_cmpuint (model->n_areas, ==, 5);
  pwk_slab_free (model);
}

static void
test_device (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab-device");
  PwkSlabModel *model = build (machine, 0);

  g_assert_cmpint (model->subject, ==, PWK_SLAB_OF_DEVICE);
  g_assert_cmphex (model->mask, ==, 0xffffff);
  g_assert_cmpuint (model->n_tries, ==, 1);
  g_assert_cmpuint (model->tries[0].pfn, <, 4096);
  g_assert_cmphex (model->cpu_address - model->direct_map, ==, model->tries[0].pfn << PWK_PAGE_SHIFT);
  pwk_slab_free (model);
}

/* cache ── slab ── object ── frame: each of them leads to the cache's picture, and knows the others. */
static void
test_web (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab");
  const PwkMachine *m = machine->machine;
  PwkIndex cache = pwk_kmem_cache_find (m, "thing");
  const PwkKmemCache *s = pwk_kmem_cache (m, cache);
  const PwkSlab *slab = pwk_slab (m, s->first_slab);
  uint64_t ids[] = { PWK_ID (PWK_THING_CACHE, cache), PWK_ID (PWK_THING_SLAB, slab->pfn),
                     PWK_ID_OBJECT (pwk_slab_object (m, s, slab, 5)), PWK_ID (PWK_THING_PFN, slab->pfn) };

  for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      PwkRelations *relations = pwk_relations_new (m, 0, ids[i]);
      PwkSlabModel *model = build (machine, ids[i]);
      PwkInspectParams params = { .selection = ids[i] };
      PwkInspectModel *inspected = pwk_inspect_build (test_machine_observe (machine), &params);

      g_assert_cmpuint (pwk_slab_focus (model)->cache, ==, cache);
      g_assert_true (pwk_relations_has (relations, PWK_ID (PWK_THING_SLAB, slab->pfn)));
      g_assert_true (pwk_relations_has (relations, PWK_ID (PWK_THING_CACHE, cache)));
      g_assert_true (pwk_relations_has (relations, PWK_ID (PWK_THING_PFN, slab->pfn)));
      g_assert_nonnull (inspected);
      pwk_inspect_free (inspected);
      pwk_slab_free (model);
      pwk_relations_free (relations);
    }
}

/* What this event touched is lit: the object that was freed, and its slab. */
static void
test_light (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("slab");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autoptr(PwkScene) scene = NULL;
  PwkSlabModel *model = build (machine, 0);
  const PwkItem *item;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_SLAB);
  scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
  item = pwk_scene_find (scene, PWK_ID_OBJECT (model->object));
  g_assert_nonnull (item);
  g_assert_cmpuint (item->flags & PWK_FLAG_FLASH, !=, 0);
  pwk_slab_free (model);
}

/* Whole and by the grammar, in sizes of the three densities, light and dark. */
static void
test_whole (gconstpointer data)
{
  static const struct { double width, height; } sizes[] = { { 480, 380 }, { 660, 420 }, { 1000, 600 }, { 1600, 1000 } };
  static const PwkThemeVariant themes[] = { PWK_THEME_LIGHT, PWK_THEME_DARK, PWK_THEME_HIGH_CONTRAST };
  g_autoptr(TestMachine) machine = test_machine_new (data);
  g_autoptr(GString) why = g_string_new (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (unsigned k = 0; k < G_N_ELEMENTS (themes); k++)
      {
        g_autoptr(PwkTheme) theme = pwk_theme_new (themes[k]);
        g_autoptr(PwkScene) scene = NULL;
        PwkViewParams params;

        pwk_view_params_init (&params, PWK_VIEW_SLAB);
        params.width = sizes[i].width;
        params.height = sizes[i].height;
        scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
        test_scene_check (scene, theme, TEST_SCENE_ALLOW_CUTS, 2500, why);
        test_scene_check_grammar (scene, theme, why);
        if (why->len > 0)
          g_error ("%s, %.0fx%.0f:\n%s", (const char *) data, params.width, params.height, why->str);
      }
}

static void
test_golden (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (machines[i]);
      g_autoptr(PwkTheme) theme = test_scene_theme ();
      g_autoptr(PwkScene) scene = NULL;
      PwkViewParams params;

      pwk_view_params_init (&params, PWK_VIEW_SLAB);
      scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
      test_scene_golden (scene, machines[i]);
    }
}

int
main (int argc, char **argv)
{
  test_scene_init (&argc, argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/slab/lanes", test_lanes);
  g_test_add_func ("/slab/past", test_past);
  g_test_add_func ("/slab/request", test_request);
  g_test_add_func ("/slab/report", test_report);
  g_test_add_func ("/slab/areas", test_areas);
  g_test_add_func ("/slab/device", test_device);
  g_test_add_func ("/slab/web", test_web);
  g_test_add_func ("/slab/light", test_light);
  for (unsigned i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      g_autofree char *path = g_strconcat ("/slab/whole/", machines[i], NULL);

      g_test_add_data_func (path, machines[i], test_whole);
    }
  g_test_add_func ("/slab/golden", test_golden);
  return g_test_run ();
}
