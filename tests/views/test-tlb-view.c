/* test-tlb-view.c - sets and ways as the engine has them, the lookup's set and its comparisons
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "machines.h"
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
      g_assert_cmpuint (model->story.n, >, 0);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tlb-view/ways", test_ways);
  g_test_add_func ("/tlb-view/miss", test_miss);
  g_test_add_func ("/tlb-view/hit", test_hit);
  g_test_add_func ("/tlb-view/flush", test_flush);
  g_test_add_func ("/tlb-view/walk-caches", test_walk_caches);
  return g_test_run ();
}
