/* test-light.c - one light in all views: what belongs together is ringed everywhere, the event and its trail, the rest steps back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/task.h"
#include "engine/paging/tlb.h"
#include "engine/phys/free-list.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "machines.h"
#include "scene/hit.h"
#include "scene/ink.h"
#include "views/frames.h"
#include "views/light.h"
#include "views/thing.h"
#include "views/view-common.h"
#include "views/view-model.h"

/* A page that was written just now, and all that it is under other names. */
typedef struct { PwkIndex task; uint64_t pfn, address, vma, entry, way, process; } Web;

static Web
find_web (TestMachine *machine)
{
  const PwkObservation *observation = test_machine_observe (machine);
  const PwkMachine *m = observation->machine;
  PwkViewParams params;
  Web web = { 0 };
  PwkEntryRef ref;
  unsigned set, way;
  PwkVaddr addr = 0;
  PwkTlbId id;
  PwkIndex mm;

  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  web.task = pwk_view_task (observation, &params);
  mm = pwk_task (m, web.task)->mm;
  for (uint32_t i = 0; i < observation->n_events; i++)
    if (observation->events[i].kind == PWK_EV_ACCESS)
      addr = observation->events[i].arg[0] & PWK_PAGE_MASK;
  g_assert_cmpuint (addr, !=, 0);
  ref = pwk_entry_lookup (m, pwk_mm (m, mm)->pgd, addr, PWK_LEVEL_PTE);
  g_assert_true (pwk_tlb_where (m, pwk_task (m, web.task)->cpu, addr, false, &id, &set, &way));
  web.pfn = PWK_ID (PWK_THING_PFN, pwk_pte_pfn (pwk_entry_get (m, ref)));
  web.address = PWK_ID_ADDRESS (addr);
  web.vma = PWK_ID_VMA (pwk_vma (m, pwk_find_vma (m, mm, addr))->vm_start);
  web.entry = PWK_ID_ENTRY (ref.table, ref.index);
  web.way = PWK_ID_TLB_WAY (pwk_task (m, web.task)->cpu, id, set, way);
  web.process = PWK_ID (PWK_THING_PROCESS, (uint64_t) pwk_task (m, web.task)->pid);
  return web;
}

static bool
is_kin (TestMachine *machine, PwkIndex task, uint64_t selection, uint64_t id)
{
  PwkRelations *relations = pwk_relations_new (machine->machine, task, selection);
  bool has = pwk_relations_has (relations, id);

  pwk_relations_free (relations);
  return has;
}

/* From each of process, region, entry, frame and TLB way the others are found. */
static void
test_web (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  const Web web = find_web (machine);
  const uint64_t ids[] = { web.pfn, web.address, web.vma, web.entry, web.way, web.process };

  for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
    for (unsigned j = 0; j < G_N_ELEMENTS (ids); j++)
      {
        if (i != j && !is_kin (machine, web.task, ids[i], ids[j]))
          g_error ("%s %" G_GINT64_MODIFIER "x is not found from %s %" G_GINT64_MODIFIER "x", pwk_thing_name (pwk_id_thing (ids[j])), ids[j],
                   pwk_thing_name (pwk_id_thing (ids[i])), ids[i]);
      }
  g_assert_false (is_kin (machine, web.task, web.pfn, web.pfn + 1));
  g_assert_false (is_kin (machine, 0, web.pfn, web.vma));
}

/* The frames of a free block, the block, its list; a frame of a slab and the slab; what is not there has no kin, and nothing ends badly. */
static void
test_physical (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  const PwkMachine *m = machine->machine;
  const PwkNode *node = pwk_node (m, 0);
  unsigned n_free = 0, n_slabs = 0;

  for (PwkPfn pfn = 0; pfn < m->st->max_pfn; pfn++)
    {
      PwkFrame frame = pwk_frame_look (m, pfn);
      uint64_t id = PWK_ID (PWK_THING_PFN, pfn);

      if (frame.type == PWK_PAGE_BUDDY && n_free++ % 5000 == 0)
        {
          uint64_t block = PWK_ID_BLOCK (frame.head, frame.order);

          g_assert_true (is_kin (machine, 0, id, block));
          g_assert_true (is_kin (machine, 0, block, id));
          g_assert_true (is_kin (machine, 0, id, PWK_ID_FREE_LIST (frame.node, frame.zone, frame.order, frame.list)));
          g_assert_true (is_kin (machine, 0, block, PWK_ID_FREE_LIST (frame.node, frame.zone, frame.order, frame.list)));
        }
      if (frame.type == PWK_PAGE_SLAB && n_slabs++ % 100 == 0)
        {
          g_assert_true (is_kin (machine, 0, id, PWK_ID (PWK_THING_SLAB, frame.head)));
          g_assert_true (is_kin (machine, 0, PWK_ID (PWK_THING_SLAB, frame.head), id));
        }
    }
  g_assert_cmpuint (n_free, >, 0);
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
      {
        uint32_t first = pwk_free_list_first (&node->zones[type], order, PWK_MIGRATE_MOVABLE);

        if (first != PWK_PFN_NIL)
          g_assert_true (is_kin (machine, 0, PWK_ID_FREE_LIST (0, type, order, PWK_MIGRATE_MOVABLE), PWK_ID_BLOCK (first, order)));
      }
  for (unsigned thing = 0; thing < PWK_N_THINGS; thing++)
    for (unsigned shift = 0; shift < 56; shift += 5)
      is_kin (machine, 1, PWK_ID (thing, (UINT64_C (1) << shift) | 3), 1);
}

/* --- pictures --- */

static PwkScene *
picture (TestMachine *machine, PwkViewId view, uint64_t selection, PwkThemeVariant variant)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (variant);
  PwkViewParams params;

  pwk_view_params_init (&params, view);
  params.selection = selection;
  return pwk_view_scene (test_machine_observe (machine), &params, theme);
}

/* How many items of that id have one of the flags, or are a ring of the selection's colour; of a frame the ring of a neighbour may be its too, where
 * cells are small. */
static unsigned
count_ringed (const PwkScene *scene, uint64_t id)
{
  unsigned n_ringed = 0;
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    n_ringed += (items[i].id == id || (pwk_id_thing (id) == PWK_THING_PFN && pwk_id_thing (items[i].id) == PWK_THING_PFN
                                       && items[i].id - id + 16 <= 32 && items[i].stroke == PWK_ROLE_SELECTION))
                && ((items[i].flags & (PWK_FLAG_KIN | PWK_FLAG_SELECTED)) != 0 || items[i].stroke == PWK_ROLE_SELECTION);
  return n_ringed;
}

static unsigned
count_flag (const PwkScene *scene, uint32_t flag, bool texts)
{
  unsigned n_found = 0;
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    n_found += (items[i].flags & flag) != 0 && (!texts || items[i].kind == PWK_ITEM_TEXT);
  return n_found;
}

/* For each pair of views: what is selected in one is ringed in the other under the name that it has there. */
static void
test_pairs (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  const Web web = find_web (machine);
  const struct { PwkViewId view; uint64_t id; } things[] = {
    { PWK_VIEW_MEMORY, web.pfn }, { PWK_VIEW_ADDRESS_SPACE, web.vma }, { PWK_VIEW_PAGE_WALK, web.entry }, { PWK_VIEW_TLB, web.way },
    { PWK_VIEW_OVERVIEW, web.process },
  };

  for (unsigned from = 0; from < G_N_ELEMENTS (things); from++)
    for (unsigned to = 0; to < G_N_ELEMENTS (things); to++)
      {
        g_autoptr(PwkScene) scene = picture (machine, things[to].view, things[from].id, PWK_THEME_LIGHT);
        g_autoptr(PwkScene) plain = picture (machine, things[to].view, 0, PWK_THEME_LIGHT);
        g_autoptr(PwkScene) contrast = picture (machine, things[to].view, things[from].id, PWK_THEME_HIGH_CONTRAST);

        g_test_message ("%s in %s, %s in %s", pwk_thing_name (pwk_id_thing (things[from].id)), pwk_view_class (things[from].view)->name,
                        pwk_thing_name (pwk_id_thing (things[to].id)), pwk_view_class (things[to].view)->name);
        g_assert_cmpuint (count_ringed (scene, things[to].id), >, 0);
        g_assert_cmpuint (count_ringed (contrast, things[to].id), >, 0);
        g_assert_cmpuint (count_ringed (plain, things[to].id), ==, 0);
        g_assert_cmpuint (count_flag (scene, PWK_FLAG_REST, false), >, 0);
        g_assert_cmpuint (count_flag (scene, PWK_FLAG_REST, true), ==, 0);
        g_assert_cmpuint (count_flag (plain, PWK_FLAG_REST | PWK_FLAG_KIN, false), ==, 0);
        g_assert_cmpuint (count_flag (contrast, PWK_FLAG_REST, false), ==, 0);
      }
}

/* The line in Overview from @from to @to (groups as its layout numbers them), or NULL. */
static const PwkItem *
join_between (const PwkScene *scene, unsigned from, unsigned to)
{
  return pwk_scene_find (scene, pwk_id_edge (PWK_ID_GROUP (PWK_VIEW_OVERVIEW, from), PWK_ID_GROUP (PWK_VIEW_OVERVIEW, to)));
}

/*      process (4) ─── region (3) ─── entry (2) ─── frame (1)
 *
 * Whichever of them is selected, the lines between them are of kin: thin, in the selection's colour, and not stepped back. Of what is nobody's
 * kin, and with nothing selected, they tell what happens. */
static void
test_kin_joins (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  const Web web = find_web (machine);
  const uint64_t selected[] = { web.pfn, web.vma, web.address, 0, PWK_ID (PWK_THING_PFN, 5) };

  for (unsigned i = 0; i < G_N_ELEMENTS (selected); i++)
    {
      bool kin = i < 3;
      PwkRole role = kin ? PWK_ROLE_SELECTION : PWK_ROLE_ACCENT;

      for (unsigned theme = 0; theme < 2; theme++)
        {
          g_autoptr(PwkScene) scene = picture (machine, PWK_VIEW_OVERVIEW, selected[i], theme ? PWK_THEME_HIGH_CONTRAST : PWK_THEME_LIGHT);

          for (unsigned from = 4; from > 1; from--)
            {
              const PwkItem *join = join_between (scene, from, from - 1);

              if (from == 2 && i == 4)
                continue;     /* the frame selected is not the one that the entry maps */
              g_assert_nonnull (join);
              g_assert_cmpuint (join->stroke, ==, role);
              g_assert_cmpfloat (join->line_width, ==, kin ? 1.25 : 2.0);
              if (kin)
                g_assert_cmpuint (join->flags & PWK_FLAG_REST, ==, 0);
            }
        }
    }
}

/* The frame that is selected is told with the address by which its process has it, whatever was used last. */
static void
test_selected_way (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  const PwkMachine *m = test_machine_observe (machine)->machine;
  PwkIndex mm = pwk_task (m, m->st->first_task)->mm;
  PwkVaddr first = 0;
  PwkPfn pfn = PWK_NO_PFN;

  for (PwkIndex vma = pwk_mm (m, mm)->mmap; vma != 0 && pfn == PWK_NO_PFN; vma = pwk_vma (m, vma)->vm_next)
    {
      PwkEntryRef ref = pwk_entry_lookup (m, pwk_mm (m, mm)->pgd, pwk_vma (m, vma)->vm_start, PWK_LEVEL_PTE);

      first = pwk_vma (m, vma)->vm_start;
      if (ref.table != PWK_NO_PFN && pwk_pte_present (pwk_entry_get (m, ref)))
        pfn = pwk_pte_pfn (pwk_entry_get (m, ref));
    }
  g_assert_cmpuint (pfn, !=, PWK_NO_PFN);
  {
    g_autoptr(PwkScene) scene = picture (machine, PWK_VIEW_OVERVIEW, PWK_ID (PWK_THING_PFN, pfn), PWK_THEME_LIGHT);
    const PwkItem *join = join_between (scene, 2, 1);

    g_test_message ("pfn %" G_GUINT64_FORMAT " at 0x%" G_GINT64_MODIFIER "x", pfn, first);
    g_assert_nonnull (join);
    g_assert_cmpuint (join->stroke, ==, PWK_ROLE_SELECTION);
    g_assert_true (pwk_scene_find (scene, PWK_ID_VMA (first)) != NULL);
  }
}

/* A free block: its chip in Buddy and its frames in Memory. */
static void
test_block (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("split");
  g_autoptr(PwkScene) buddy = picture (machine, PWK_VIEW_BUDDY, 0, PWK_THEME_LIGHT);
  size_t n;
  const PwkItem *items = pwk_scene_get_items (buddy, &n);
  unsigned n_blocks = 0;

  for (size_t i = 0; i < n; i++)
    if (pwk_id_thing (items[i].id) == PWK_THING_BLOCK && (items[i].flags & PWK_FLAGS_THING) != 0)
      {
        PwkPfn first = pwk_thing_parts (items[i].id).pfn;
        g_autoptr(PwkScene) back = picture (machine, PWK_VIEW_BUDDY, PWK_ID (PWK_THING_PFN, first), PWK_THEME_LIGHT);
        g_autoptr(PwkScene) memory = picture (machine, PWK_VIEW_MEMORY, items[i].id, PWK_THEME_LIGHT);

        g_assert_cmpuint (count_ringed (back, items[i].id), >, 0);
        g_assert_cmpuint (count_flag (memory, PWK_FLAG_KIN | PWK_FLAG_SELECTED, false) + count_ringed (memory, PWK_ID (PWK_THING_PFN, first)), >,
                          0);
        if (++n_blocks == 6)
          break;
      }
  g_assert_cmpuint (n_blocks, >, 0);
}

/* What is in a picture by no name that the selection has anything to do with leaves it as it is. */
static void
test_nothing_to_do (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");

  for (unsigned view = 0; view < PWK_N_VIEWS; view++)
    {
      g_autoptr(PwkScene) scene = picture (machine, (PwkViewId) view, PWK_ID (PWK_THING_OBJECT, 77), PWK_THEME_LIGHT);

      g_assert_cmpuint (count_flag (scene, PWK_FLAG_REST | PWK_FLAG_KIN, false), ==, 0);
    }
}

/* --- the event and its trail --- */

/* Halving a block of order 10 down to 0: the event flashes, each half before it is a step paler, and nothing is lit twice. */
static void
test_trail (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("split");
  PwkTouched touched;
  const PwkObservation *observation = test_machine_observe (machine);
  g_autoptr(PwkScene) scene = picture (machine, PWK_VIEW_BUDDY, 0, PWK_THEME_LIGHT);
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);
  unsigned n_trail = 0;

  pwk_touched_read (&touched, observation, 0);
  for (size_t i = 0; i < n; i++)
    if ((items[i].flags & PWK_FLAG_TRAIL) != 0)
      {
        int age = pwk_touched_age (&touched, items[i].id);

        g_assert_cmpint (age, >, 0);
        g_assert_cmpfloat_with_epsilon (items[i].glow, MAX (1 - 0.15 * (age - 1), 0.25), 1e-5);
        g_assert_cmpuint (items[i].flags & PWK_FLAG_FLASH, ==, 0);
        n_trail++;
      }
  g_assert_cmpuint (n_trail, >, 1);
}

/* The frame, region and block that the event is about are lit in every view that has them as things of their own, however the view is drawn. */
static void
test_event (void)
{
  static const struct { const char *machine; PwkViewId view; PwkThing thing; } cases[] = {
    { "la57", PWK_VIEW_OVERVIEW, PWK_THING_VMA }, { "la57", PWK_VIEW_ADDRESS_SPACE, PWK_THING_VMA }, { "split", PWK_VIEW_BUDDY, PWK_THING_PFN },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (cases[i].machine);
      g_autoptr(PwkScene) scene = picture (machine, cases[i].view, 0, PWK_THEME_LIGHT);
      size_t n;
      const PwkItem *items = pwk_scene_get_items (scene, &n);
      unsigned n_lit = 0;

      for (size_t j = 0; j < n; j++)
        n_lit += pwk_id_thing (items[j].id) == cases[i].thing && (items[j].flags & PWK_FLAG_FLASH) != 0 && items[j].glow > 0;
      g_test_message ("%s of %s in %s", pwk_thing_name (cases[i].thing), cases[i].machine, pwk_view_class (cases[i].view)->name);
      g_assert_cmpuint (n_lit, >, 0);
      g_assert_cmpuint (n_lit, <, 4);
    }
}

/* Behind the statement that booted nothing is lit: all that happened was boot. */
static void
test_boot_is_dark (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  PwkTouched touched;

  pwk_touched_read (&touched, test_machine_observe (machine), 0);
  g_assert_cmpuint (touched.n, ==, 0);
}

/* Selection 2, kin 1.25, the event 2.5; the trail thins from 1.75 to 0.75. Text keeps its ink where fills step back. */
static void
test_ink (void)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  const struct { uint32_t flag; float glow; double width; } cases[] = {
    { PWK_FLAG_SELECTED, 0, 2 }, { PWK_FLAG_KIN, 0, 1.25 }, { PWK_FLAG_FLASH, 1, 2.5 }, { PWK_FLAG_TRAIL, 1, 1.75 },
    { PWK_FLAG_TRAIL, 0.85f, 1.5 }, { PWK_FLAG_TRAIL, 0.7f, 1.25 }, { PWK_FLAG_TRAIL, 0.25f, 0.75 },
  };
  PwkItem item = { .kind = PWK_ITEM_RECT, .box = { 0, 0, 40, 20 }, .fill = PWK_ROLE_ANON, .stroke = PWK_ROLE_ANON, .opacity = 1 };
  PwkInk plain, rest;

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkInk ink;

      item.flags = cases[i].flag;
      item.glow = cases[i].glow;
      pwk_ink_for_item (theme, &item, &ink);
      g_assert_cmpfloat_with_epsilon (ink.ring_width, cases[i].width, 1e-5);
      g_assert_cmpfloat (ink.ring.alpha, >, 0.2);
    }
  item.flags = 0;
  pwk_ink_for_item (theme, &item, &plain);
  item.flags = PWK_FLAG_REST;
  pwk_ink_for_item (theme, &item, &rest);
  g_assert_cmpfloat_with_epsilon (rest.fill.alpha, 0.6 * plain.fill.alpha, 1e-6);
  g_assert_cmpfloat_with_epsilon (rest.stroke.alpha, 0.6 * plain.stroke.alpha, 1e-6);
  g_assert_cmpfloat (rest.text.alpha, ==, plain.text.alpha);
}

/* In Overview the card in which something happens is found: that of the tables while they are walked, the zone's while it gives a page. */
static void
test_card (void)
{
  static const struct { const char *machine; PwkEventKind kind; uint64_t card; } cases[] = {
    { "la57", PWK_EV_WALK_PTE, PWK_ID_GROUP (PWK_VIEW_OVERVIEW, 2) },
    { "la57", PWK_EV_RMQUEUE_PCPLIST, 0 },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (cases[i].machine);
      g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
      PwkObservation observation = *test_machine_observe (machine);
      g_autoptr(PwkScene) scene = NULL;
      PwkViewParams params;
      PwkTouched touched;
      const PwkItem *card;
      PwkIndex task;

      while (observation.n_events > 0 && observation.events[observation.n_events - 1].kind != (uint32_t) cases[i].kind)
        observation.n_events--;
      g_assert_cmpuint (observation.n_events, >, 0);
      observation.chain = &observation.events[observation.n_events - 1];
      observation.n_chain = 1;
      pwk_view_params_init (&params, PWK_VIEW_OVERVIEW);
      task = pwk_view_task (&observation, &params);
      pwk_touched_read (&touched, &observation, task);
      scene = pwk_view_scene (&observation, &params, theme);
      card = pwk_light_card (scene, &touched);
      g_assert_nonnull (card);
      g_assert_cmpuint (card->fill, ==, PWK_ROLE_PANEL);
      if (cases[i].card != 0)
        g_assert_cmpuint (card->id, ==, cases[i].card);
      else
        g_assert_cmpint (pwk_id_thing (card->id), !=, PWK_THING_PFN);
    }
}

/* The event's subject is in the picture of the view that is about it. */
static void
test_subject (void)
{
  static const struct { const char *machine; PwkViewId view; } cases[] = {
    { "split", PWK_VIEW_BUDDY }, { "la57", PWK_VIEW_ADDRESS_SPACE }, { "la57", PWK_VIEW_PAGE_WALK }, { "low", PWK_VIEW_ZONES },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (cases[i].machine);
      g_autoptr(PwkScene) scene = picture (machine, cases[i].view, 0, PWK_THEME_LIGHT);
      PwkViewModel *model;
      PwkViewParams params;

      pwk_view_params_init (&params, cases[i].view);
      model = pwk_view_model_new (test_machine_observe (machine), &params, NULL);
      g_test_message ("%s in %s", cases[i].machine, model->view->name);
      g_assert_nonnull (pwk_light_subject (scene, &model->touched));
      pwk_view_model_free (model);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/light/web", test_web);
  g_test_add_func ("/light/physical", test_physical);
  g_test_add_func ("/light/pairs", test_pairs);
  g_test_add_func ("/light/block", test_block);
  g_test_add_func ("/light/nothing-to-do", test_nothing_to_do);
  g_test_add_func ("/light/kin-joins", test_kin_joins);
  g_test_add_func ("/light/selected-way", test_selected_way);
  g_test_add_func ("/light/card", test_card);
  g_test_add_func ("/light/trail", test_trail);
  g_test_add_func ("/light/event", test_event);
  g_test_add_func ("/light/boot-is-dark", test_boot_is_dark);
  g_test_add_func ("/light/ink", test_ink);
  g_test_add_func ("/light/subject", test_subject);
  return g_test_run ();
}
