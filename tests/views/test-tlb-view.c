/* test-tlb-view.c - sets and ways as the engine has them, the lookup's set and its comparisons
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "film.h"
#include "language.h"
#include "machines.h"
#include "scene-check.h"
#include "views/tlb-model.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

static PwkTlbModel *
build (TestMachine *machine, int cpu, uint64_t selection)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_TLB);
  params.cpu = cpu;
  params.selection = selection;
  return pwk_tlb_build (test_machine_observe (machine), &params);
}

/* Every structure can be brought into focus, and its ways are the engine's. */
static void
test_ways (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("threads");

  for (unsigned cpu = 0; cpu < 2; cpu++)
    for (unsigned id = 0; id < PWK_N_TLBS; id++)
      {
        PwkTlbShape shape = pwk_tlb_shape (machine->machine, cpu, (PwkTlbId) id);
        PwkTlbModel *model = build (machine, (int) cpu, PWK_ID_TLB (cpu, id));
        uint32_t n_valid = 0;

        if (shape.n_sets > 0)
          {
            g_assert_cmpuint (pwk_tlb_focus (model)->id, ==, id);
            for (uint32_t i = 0; i < shape.n_sets * shape.n_ways; i++)
              {
                PwkTlbWay way = pwk_tlb_way (machine->machine, cpu, (PwkTlbId) id, i / shape.n_ways, i % shape.n_ways);

                g_assert_cmpint (model->cells[i].way.valid, ==, way.valid);
                g_assert_cmphex (model->cells[i].way.vpn, ==, way.vpn);
                n_valid += way.valid;
              }
            g_assert_cmpuint (pwk_tlb_focus (model)->n_valid, ==, n_valid);
          }
        pwk_tlb_free (model);
      }
}

/* A miss: the first level was asked and the walk's result filled in. */
static void
test_miss (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkTlbModel *model = build (machine, -1, 0);
  uint32_t n_filled = 0;

  g_assert_true (model->has_lookup);
  g_assert_false (model->hit);
  g_assert_cmpuint (pwk_tlb_focus (model)->id, ==, PWK_TLB_L1D);
  for (uint32_t i = 0; i < pwk_tlb_focus (model)->n_sets * pwk_tlb_focus (model)->n_ways; i++)
    n_filled += model->cells[i].deed >= PWK_WAY_FILLED;
  g_assert_cmpuint (n_filled, ==, 1);
  pwk_tlb_free (model);
}

/* A hit lights one way of the page's set, large pages included. */
static void
test_hit (void)
{
  static const char *const names[] = { "threads", "huge" };

  for (size_t k = 0; k < G_N_ELEMENTS (names); k++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (names[k]);
      PwkTlbModel *model = build (machine, 0, 0);
      const PwkTlbTab *tab = pwk_tlb_focus (model);
      uint32_t n_hit = 0;

      g_assert_true (model->hit);
      for (uint32_t i = 0; i < tab->n_sets * tab->n_ways; i++)
        {
          n_hit += model->cells[i].deed == PWK_WAY_HIT;
          if (model->cells[i].deed == PWK_WAY_HIT)
            g_assert_cmpuint (i / tab->n_ways, ==, model->lookup_set);
        }
      g_assert_cmpuint (n_hit, ==, 1);
      pwk_tlb_free (model);
    }
}

/* munmap flushes here and by shootdown on the other cpu. */
static void
test_flush (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("threads");

  for (int cpu = 0; cpu < 2; cpu++)
    {
      PwkTlbModel *model = build (machine, cpu, 0);

      g_assert_cmpuint (model->n_shootdowns, >, 0);
      g_assert_cmpuint (model->n_flushed, >, 0);
      g_assert_true (model->shootdown.is_one);
      g_assert_true (model->shootdown.from.done && model->shootdown.to.done);
      g_assert_cmpuint (model->shootdown.from.cpu, !=, model->shootdown.to.cpu);
      pwk_tlb_free (model);
    }
}

/* Walk caches are tabs of their own. */
static void
test_walk_caches (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned id = 0; id < PWK_N_PWCS; id++)
    {
      PwkTlbModel *model = build (machine, 0, PWK_ID_WALK_CACHE (0, id, 0));
      const PwkTlbTab *tab = pwk_tlb_focus (model);
      uint32_t n_valid = 0;

      g_assert_cmpuint (tab->id, ==, PWK_TLB_TAB_PWC + id);
      for (uint32_t i = 0; i < tab->n_sets * tab->n_ways; i++)
        n_valid += model->cells[i].way.valid;
      g_assert_cmpuint (tab->n_valid, ==, n_valid);
      pwk_tlb_free (model);
    }
}

static PwkScene *
draw (const PwkTlbModel *model, const PwkTheme *theme, double width, double height)
{
  PwkScene *scene = pwk_scene_new (width, height);
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_TLB);
  params.width = width;
  params.height = height;
  pwk_tlb_layout (scene, model, theme, &params);
  return pwk_scene_seal (scene);
}

/* A CPU without them shows none, and counts the reads that it makes; what they would have spared stands below. */
static void
test_no_walk_caches (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "67108864", "tlb", "pwc=off", NULL);
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  g_autoptr(PwkScene) scene = NULL;
  const PwkObservation observation = { .machine = machine };
  PwkTlbModel *model;
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_TLB);
  model = pwk_tlb_build (&observation, &params);
  g_assert_cmpuint (model->n_tabs, >, 0);
  for (uint32_t i = 0; i < model->n_tabs; i++)
    g_assert_cmpuint (model->tabs[i].id, <, PWK_TLB_TAB_PWC);
  scene = draw (model, theme, 1000, 700);
  g_assert_true (test_scene_says (scene, "… with walk caches"));
  g_assert_false (test_scene_says (scene, "without walk caches"));
  pwk_tlb_free (model);
}

/* No way of the set that is looked up is ever hidden, be they 4, 8 or 12, and each that holds something shows at least three digits of its tag
 * beside a comparator; one that is empty says so with a dash and has none. All of it is there on 900 × 600. */
static void
test_all_ways (void)
{
  static const struct { double width, height; } sizes[] = { { 900, 600 }, { 640, 420 }, { 1600, 1000 } };
  static const char *const names[] = { "busy", "threads", "huge" };
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  unsigned n_open = 0, n_compared = 0;

  for (size_t m = 0; m < G_N_ELEMENTS (names); m++)
    for (size_t k = 0; k < G_N_ELEMENTS (sizes); k++)
      for (unsigned id = 0; id < PWK_N_TLBS; id++)
        {
          g_autoptr(TestMachine) machine = test_machine_new (names[m]);
          PwkTlbModel *model = build (machine, -1, PWK_ID_TLB (machine->machine->st->cur_cpu, id));
          g_autoptr(PwkScene) scene = draw (model, theme, sizes[k].width, sizes[k].height);
          g_autoptr(GString) why = g_string_new (NULL);
          const PwkTlbTab *tab = pwk_tlb_focus (model);
          size_t n;
          const PwkItem *items = pwk_scene_get_items (scene, &n);

          if (!test_scene_check (scene, theme, TEST_SCENE_ALLOW_CUTS, 4000, why))
            g_error ("%s, %s, %.0f: %s", names[m], pwk_words_tlb (tab->id), sizes[k].width, why->str);
          g_assert_cmpfloat (pwk_scene_get_height (scene), <=, sizes[k].height);
          for (uint32_t way = 0; model->lookup_set != UINT32_MAX && way < tab->n_ways; way++)
            {
              const PwkTlbCell *cell = &model->cells[model->lookup_set * tab->n_ways + way];
              bool found = false;

              for (size_t i = 0; i < n; i++)
                if (items[i].id == PWK_ID_TLB_WAY (model->cpu, tab->id, model->lookup_set, way) && items[i].box.h > 20)
                  {
                    found = true;
                    if (!cell->way.valid)
                      g_assert_cmpstr (items[i].text, ==, "—");
                    else
                      g_assert_cmpuint (strlen (items[i].text), >=, 3);
                  }
                else if (items[i].kind == PWK_ITEM_ELLIPSE && items[i].text)
                  n_compared++;
              g_assert_true (found);
              n_open++;
            }
          pwk_tlb_free (model);
        }
  g_assert_cmpuint (n_open, >, 30);
  g_assert_cmpuint (n_compared, >, 0);
}

/* The page number is cut where the set begins: together the two fields are the page number, and the line from the index ends at its row. */
static void
test_page_number (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("threads");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  PwkTlbModel *model = build (machine, 0, PWK_ID_TLB (0, PWK_TLB_L1D));
  const PwkTlbTab *tab = pwk_tlb_focus (model);
  g_autoptr(PwkScene) scene = draw (model, theme, 900, 600);
  unsigned bits = (unsigned) __builtin_ctz (tab->n_sets);
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);
  const PwkItem *row = NULL, *line = NULL, *index = NULL, *tag = NULL;

  for (size_t i = 0; i < n; i++)
    {
      if (items[i].id == PWK_ID_TLB_SET (0, tab->id, model->lookup_set))
        row = &items[i];
      if (items[i].id == PWK_ID (PWK_THING_EDGE, 0x2001))
        line = &items[i];
      if (items[i].id == PWK_ID_BIT (0, PWK_PAGE_SHIFT))
        index = &items[i];
      if (items[i].id == PWK_ID_BIT (0, PWK_PAGE_SHIFT + bits))
        tag = &items[i];
    }
  g_assert_true (row && line && index && tag);
  g_assert_cmpuint (model->looked_for >> PWK_PAGE_SHIFT & (tab->n_sets - 1), ==, model->lookup_set);
  g_assert_cmpfloat (tag->box.x + tag->box.w, <, index->box.x);
  g_assert_cmpfloat (line->points[0].x, >=, index->box.x);
  g_assert_cmpfloat (line->points[line->n_points - 1].y, >, row->box.y);
  g_assert_cmpfloat (line->points[line->n_points - 1].y, <, row->box.y + row->box.h);
  pwk_tlb_free (model);
}

static void
check_shootdown (const PwkObservation *observation, gpointer why)
{
  static const struct { double width, height; } sizes[] = { { 900, 600 }, { 1600, 1000 }, { 720, 460 } };

  for (PwkThemeVariant variant = 0; variant < PWK_N_THEMES; variant++)
    for (size_t k = 0; k < G_N_ELEMENTS (sizes); k++)
      {
        g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
        g_autoptr(PwkScene) scene = NULL;
        PwkViewParams params;

        pwk_view_params_init (&params, PWK_VIEW_TLB);
        params.width = sizes[k].width;
        params.height = sizes[k].height;
        scene = pwk_view_scene (observation, &params, theme);
        if (!test_scene_check (scene, theme, TEST_SCENE_ALLOW_CUTS, 4000, why) || !test_scene_check_grammar (scene, theme, why))
          g_error ("event %" G_GUINT64_FORMAT ", %.0f × %.0f: %s", observation->position, sizes[k].width, sizes[k].height,
                   ((GString *) why)->str);
      }
}

static void
look_at_shootdown (const PwkObservation *observation, gpointer data)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_TLB);
  *(PwkTlbModel **) data = pwk_tlb_build (observation, &params);
}

/* While a shootdown runs it is the picture: the entry that was changed, what either cpu still holds of it, what happened in its order; whole in
 * all themes and sizes. It is told as far as it has happened, and no farther. */
static void
test_shootdown (void)
{
  static const struct { uint16_t kind; unsigned cpu; } wanted[] = {
    { PWK_EV_SET_PTE, 0 }, { PWK_EV_TLB_SHOOTDOWN, 0 }, { PWK_EV_INVLPG, 1 }, { PWK_EV_TLB_FLUSH, 1 }, { PWK_EV_INVLPG, 0 }, { PWK_EV_TLB_FLUSH, 0 },
  };
  PwkNavigator *navigator = test_open_scenario ("shootdown");
  uint64_t request = test_find_event (navigator, PWK_EV_TLB_SHOOTDOWN);
  g_autoptr(GString) why = g_string_new (NULL);

  for (uint32_t step = 1; step < G_N_ELEMENTS (wanted); step++)
    {
      PwkTlbModel *model;
      const PwkShootdown *shootdown;

      pwk_navigator_seek (navigator, request + step - 1);
      pwk_navigator_arrive (navigator, look_at_shootdown, &model);
      shootdown = &model->shootdown;
      g_assert_true (shootdown->now);
      g_assert_cmpuint (shootdown->n_steps, ==, step + 1);
      for (uint32_t i = 0; i <= step; i++)
        {
          g_assert_cmpuint (shootdown->steps[i].kind, ==, wanted[i].kind);
          g_assert_cmpuint (shootdown->steps[i].cpu, ==, wanted[i].cpu);
        }
      g_assert_true (pwk_pte_write (shootdown->old));
      g_assert_false (pwk_pte_write (shootdown->new));
      g_assert_cmpint (shootdown->to.sets[0].stale[0], ==, step < 2);
      g_assert_cmpint (shootdown->from.sets[0].stale[0], ==, step < 4);
      g_assert_cmpint (shootdown->to.done, ==, step >= 3);
      g_assert_cmpuint (shootdown->to.dropped, ==, step >= 3 ? 2 : 0);
      g_assert_cmpint (shootdown->from.done, ==, step >= 5);
      pwk_tlb_free (model);

      pwk_navigator_arrive (navigator, check_shootdown, why);
    }
  pwk_navigator_free (navigator);
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tlb-view/ways", test_ways);
  g_test_add_func ("/tlb-view/miss", test_miss);
  g_test_add_func ("/tlb-view/hit", test_hit);
  g_test_add_func ("/tlb-view/flush", test_flush);
  g_test_add_func ("/tlb-view/all-ways", test_all_ways);
  g_test_add_func ("/tlb-view/page-number", test_page_number);
  g_test_add_func ("/tlb-view/walk-caches", test_walk_caches);
  g_test_add_func ("/tlb-view/no-walk-caches", test_no_walk_caches);
  g_test_add_func ("/tlb-view/shootdown", test_shootdown);
  return g_test_run ();
}
