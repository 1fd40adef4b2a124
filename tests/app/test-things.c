/* test-things.c - the twin list of a picture, and what can be done with the things in it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/thing-list.h"
#include "app/thing-ways.h"
#include "engine/core/event.h"
#include "scene/scene.h"
#include "session/session.h"
#include "views/thing.h"

/* @n cells; the one at @odd has another label. */
static PwkScene *
scene_of (unsigned n, unsigned odd)
{
  PwkScene *scene = pwk_scene_new (400, 300);

  for (unsigned i = 0; i < n; i++)
    {
      PwkItem *item = pwk_scene_add_cell (scene, PWK_ID (PWK_THING_PFN, i + 1), pwk_box (i * 10.0, 0, 10, 10), PWK_ROLE_ANON, "x");
      pwk_scene_set_label (scene, item, i == odd ? "pfn %u, odd" : "pfn %u", i + 1);
    }
  return pwk_scene_seal (scene);
}

typedef struct { guint position, removed, added, calls; } Change;

static void
on_changed (GListModel *model, guint position, guint removed, guint added, Change *change)
{
  *change = (Change) { position, removed, added, change->calls + 1 };
}

/* The list tells only of the stretch that differs, so that lists keep their place. */
static void
test_list (void)
{
  g_autoptr(PwkThingList) list = pwk_thing_list_new ();
  g_autoptr(PwkScene) plain = scene_of (20, 99), odd = scene_of (20, 7), longer = scene_of (25, 99), same = scene_of (20, 99);
  g_autoptr(PwkThingRow) row = NULL;
  Change change = { 0 };

  g_signal_connect (list, "items-changed", G_CALLBACK (on_changed), &change);
  pwk_thing_list_set_scene (list, plain);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 20);
  pwk_thing_list_set_scene (list, same);
  g_assert_cmpuint (change.calls, ==, 1);
  pwk_thing_list_set_scene (list, odd);
  g_assert_cmpuint (change.position, ==, 7);
  g_assert_cmpuint (change.removed, ==, 1);
  g_assert_cmpuint (change.added, ==, 1);
  row = g_list_model_get_item (G_LIST_MODEL (list), 7);
  g_assert_cmpstr (pwk_thing_row_get_label (row), ==, "pfn 8, odd");
  pwk_thing_list_set_scene (list, plain);
  pwk_thing_list_set_scene (list, longer);
  g_assert_cmpuint (change.position, ==, 20);
  g_assert_cmpuint (change.added, ==, 5);
  g_assert_cmpint (pwk_thing_list_find (list, PWK_ID (PWK_THING_PFN, 3)), ==, 2);
  g_assert_cmpint (pwk_thing_list_find (list, PWK_ID (PWK_THING_PFN, 99)), ==, -1);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (list), 25));
  pwk_thing_list_set_scene (list, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
}

/* Whatever is selected in whatever view: diving ends in a view, and each breakpoint it offers is one that the session takes. */
static void
test_ways (void)
{
  for (unsigned thing = 0; thing < PWK_N_THINGS; thing++)
    {
      uint64_t id = PWK_ID (thing, thing == PWK_THING_PFN ? 4711 : 0x12345);
      g_autoptr(GPtrArray) changes = pwk_thing_changes (id);

      for (int view = 0; view < PWK_N_VIEWS; view++)
        g_assert_cmpint (pwk_thing_dive (id, (PwkViewId) view), <, PWK_N_VIEWS);
      g_assert_cmpuint (changes->len % 2, ==, 0);
      for (guint i = 0; i < changes->len; i += 2)
        {
          int kind = pwk_event_from_name (changes->pdata[i]);
          g_autoptr(GError) error = NULL;
          PwkCondition *condition;

          g_assert_cmpint (kind, >=, 0);
          condition = pwk_condition_parse (changes->pdata[i + 1], kind, &error);
          g_assert_no_error (error);
          pwk_condition_free (condition);
        }
    }
}

/* What changes a list: its own zone's blocks, not those of the same order and migratetype elsewhere; moves count on both sides; of the row of
 * all migratetypes each does. */
static void
test_list_changes (void)
{
  static const struct { unsigned migratetype; PwkEvent event; bool changes; } cases[] = {
    { 1, { .kind = PWK_EV_FREE_LIST_ADD, .arg = { 512, 3, 1, 0, 1, PWK_ZONE_NORMAL } }, true },
    { 1, { .kind = PWK_EV_FREE_LIST_ADD, .arg = { 512, 3, 1, 0, 0, PWK_ZONE_NORMAL } }, false },
    { 1, { .kind = PWK_EV_FREE_LIST_ADD, .arg = { 512, 3, 1, 0, 1, PWK_ZONE_DMA32 } }, false },
    { 1, { .kind = PWK_EV_FREE_LIST_DEL, .arg = { 512, 3, 1, 1, PWK_ZONE_NORMAL } }, true },
    { 1, { .kind = PWK_EV_FREE_LIST_DEL, .arg = { 512, 3, 0, 1, PWK_ZONE_NORMAL } }, false },
    { PWK_ANY_MIGRATETYPE, { .kind = PWK_EV_FREE_LIST_DEL, .arg = { 512, 3, 0, 1, PWK_ZONE_NORMAL } }, true },
    { 1, { .kind = PWK_EV_FREE_LIST_MOVE, .arg = { 512, 3, 1, 0, 1, PWK_ZONE_NORMAL } }, true },
    { 1, { .kind = PWK_EV_FREE_LIST_MOVE, .arg = { 512, 3, 0, 1, 1, PWK_ZONE_NORMAL } }, true },
    { 1, { .kind = PWK_EV_FREE_LIST_MOVE, .arg = { 512, 3, 0, 2, 1, PWK_ZONE_NORMAL } }, false },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GPtrArray) changes = pwk_thing_changes (PWK_ID_FREE_LIST (1, PWK_ZONE_NORMAL, 3, cases[i].migratetype));
      bool held = false;

      for (guint k = 0; k < changes->len; k += 2)
        {
          int kind = pwk_event_from_name (changes->pdata[k]);
          PwkCondition *condition = pwk_condition_parse (changes->pdata[k + 1], kind, NULL);

          held |= kind == (int) cases[i].event.kind && pwk_condition_holds (condition, &cases[i].event);
          pwk_condition_free (condition);
        }
      g_test_message ("case %u", i);
      g_assert_cmpint (held, ==, cases[i].changes);
    }
}

static void
test_address (void)
{
  uint64_t address = 0;

  g_assert_true (pwk_thing_address (PWK_ID (PWK_THING_VMA, 0x7ffff7ff3), &address));
  g_assert_cmphex (address, ==, 0x7ffff7ff3000);
  g_assert_true (pwk_thing_address (PWK_ID (PWK_THING_VMA, 0x1fffffffff000), &address));
  g_assert_cmphex (address, ==, 0x1fffffffff000000);
  g_assert_false (pwk_thing_address (PWK_ID (PWK_THING_PFN, 5), &address));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/things/list", test_list);
  g_test_add_func ("/app/things/ways", test_ways);
  g_test_add_func ("/app/things/list-changes", test_list_changes);
  g_test_add_func ("/app/things/address", test_address);
  return g_test_run ();
}
