/* test-page-walk.c - indices, frames, error codes and repairs of the walk that is shown
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/op.h"
#include "engine/core/task.h"
#include "engine/paging/lab.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/paging/tlb.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "language.h"
#include "machines.h"
#include "scene-check.h"
#include "scene/hit.h"
#include "views/inspect.h"
#include "views/overview-model.h"
#include "scene/blend.h"
#include "views/page-walk-private.h"
#include "views/view-common.h"
#include "views/views.h"
#include "views/views-private.h"
#include "views/words.h"

static PwkPageWalkModel *
build (TestMachine *machine, bool what_if, PwkVaddr addr)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  params.has_address = what_if;
  params.address = addr;
  return pwk_page_walk_build (test_machine_observe (machine), &params);
}

/* Each level its bits, nine on x86-64; the leaf's frame and the offset make the physical address. */
static void
check_walk (const TestMachine *machine, const PwkPageWalkModel *model)
{
  const PwkWalk *walk = &model->walk;

  for (unsigned i = 0; i < walk->n_steps; i++)
    {
      g_assert_cmpuint (walk->steps[i].index, ==, pwk_level_index (machine->machine->format, walk->addr, walk->steps[i].level));
      g_assert_cmpuint (model->level[i].slots[walk->steps[i].index] != PWK_SLOT_NONE, ==, !pwk_pte_none (walk->steps[i].entry));
      if (i > 0)
        g_assert_cmpuint (walk->steps[i].table, ==, pwk_pte_pfn (walk->steps[i - 1].entry));
    }
  if (walk->ok)
    {
      g_assert_cmphex (walk->phys & (walk->page_size - 1), ==, walk->addr & (walk->page_size - 1));
      g_assert_cmpuint (model->frame.pfn, ==, walk->phys >> PWK_PAGE_SHIFT);
    }
}

/* The last fault: four levels, the entry that the kernel wrote, the frame behind it. */
static void
test_fault (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkPageWalkModel *model = build (machine, false, 0);

  check_walk (machine, model);
  g_assert_true (model->from_event);
  g_assert_true (model->walk.ok);
  g_assert_cmpuint (model->walk.n_steps, ==, 4);
  g_assert_cmpint (model->walk.kind, ==, PWK_ACCESS_STORE);
  g_assert_cmpint (model->told.walked, ==, PWK_WALKED_DONE);
  g_assert_cmpuint (model->told.earlier_reads, >, 0);
  g_assert_true (model->told.filled);
  g_assert_true (model->told.accessed);
  g_assert_cmpint (model->frame.type, ==, PWK_PAGE_ANON);
  g_assert_nonnull (model->vma_said);
  pwk_page_walk_free (model);
}

static void
test_five_levels (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  PwkPageWalkModel *model = build (machine, false, 0);

  check_walk (machine, model);
  g_assert_cmpuint (model->walk.n_steps, ==, 5);
  g_assert_cmpstr (pwk_walk_level_name (&model->level[0]), ==, "pgd");
  g_assert_cmpstr (pwk_walk_level_name (&model->level[1]), ==, "p4d");
  pwk_page_walk_free (model);
}

/* With four levels the p4d is folded: the top is told as the pgd. */
static void
test_folded (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkPageWalkModel *model = build (machine, false, 0);
  static const char *const names[] = { "pgd", "pud", "pmd", "pte" };

  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpstr (pwk_walk_level_name (&model->level[i]), ==, names[i]);
  pwk_page_walk_free (model);
}

/* A large page ends the walk one level earlier; here the last access of it found it in a TLB, and read nothing. */
static void
test_huge (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("huge");
  PwkPageWalkModel *model = build (machine, false, 0);
  PwkVaddr addr = model->walk.addr;

  check_walk (machine, model);
  g_assert_cmpint (model->told.walked, ==, PWK_WALKED_HIT);
  g_assert_cmpuint (model->walk.n_steps, ==, 0);
  g_assert_cmpuint (model->walk.page_size, ==, PWK_PMD_SIZE);
  pwk_page_walk_free (model);

  model = build (machine, true, addr);
  check_walk (machine, model);
  g_assert_cmpint (model->told.walked, ==, PWK_WALKED_NOT);
  g_assert_cmpuint (model->walk.n_steps, ==, 3);
  g_assert_cmpuint (model->walk.page_size, ==, PWK_PMD_SIZE);
  g_assert_true (model->walk.steps[2].leaf);
  pwk_page_walk_free (model);
}

/* The parts of the address as they are drawn: @n of them with a text, the last of which is the offset of @bits bits. */
static void
check_address_bar (const PwkPageWalkModel *model, unsigned n, unsigned bits)
{
  g_autoptr(PwkScene) scene = pwk_scene_new (1200, 900);
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  g_autofree char *text = g_strdup_printf ("offset 0x%llx", PWK_N (model->walk.addr & ((UINT64_C (1) << bits) - 1)));
  PwkViewParams params;
  unsigned n_parts = 0, n_offsets = 0;
  const PwkItem *items;
  size_t n_items;

  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  params.width = 1200;
  params.height = 900;
  pwk_page_walk_layout (scene, model, theme, &params);
  items = pwk_scene_get_items (scene, &n_items);
  for (size_t i = 0; i < n_items; i++)
    {
      const PwkItem *item = &items[i];

      n_parts += pwk_id_thing (item->id) == PWK_THING_BIT && pwk_id_number (item->id) >> 8 == 0;
      n_offsets += item->text != NULL && g_str_has_prefix (item->text, "offset ");
      if (item->text != NULL && g_str_has_prefix (item->text, "offset "))
        g_assert_cmpstr (item->text, ==, text);
    }
  g_assert_cmpuint (n_parts, ==, n + 1);      /* and the upper bits */
  g_assert_cmpuint (n_offsets, ==, 1);
}

/* What a large page leaves of the address is one offset: of 21 bits for 2 MiB, where four levels have three indices then. */
static void
test_address_bar (void)
{
  g_autoptr(TestMachine) small = test_machine_new ("busy"), huge = test_machine_new ("huge");
  PwkPageWalkModel *model = build (small, false, 0);
  PwkVaddr addr;

  check_address_bar (model, 5, 12);
  pwk_page_walk_free (model);
  model = build (huge, false, 0);
  addr = (model->walk.addr & ~(PWK_PMD_SIZE - 1)) + PWK_PMD_SIZE - PWK_PAGE_SIZE;
  pwk_page_walk_free (model);
  model = build (huge, true, addr);
  check_address_bar (model, 4, 21);
  pwk_page_walk_free (model);
}

/* Frames are decimal wherever the picture names them, in the lenses too: the first of the page that the address leads to is there, no "pfn 0x…" is. */
static void
test_frames_in_decimal (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  g_autoptr(PwkScene) scene = pwk_scene_new (1200, 900);
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  PwkPageWalkModel *model = build (machine, false, 0);
  g_autofree char *frame = g_strdup_printf ("pfn %llu", PWK_N ((model->walk.phys & ~(model->walk.page_size - 1)) >> PWK_PAGE_SHIFT));
  g_autofree char *wrong = g_strdup_printf ("0x%llx", PWK_N (model->frame.pfn));
  bool lens = false;
  PwkViewParams params;
  const PwkItem *items;
  size_t n_items;

  g_assert_cmpuint (model->frame.pfn, >, 9);
  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  params.width = 1200;
  params.height = 900;
  pwk_page_walk_layout (scene, model, theme, &params);
  items = pwk_scene_get_items (scene, &n_items);
  for (size_t i = 0; i < n_items; i++)
    {
      const char *text = items[i].text ? items[i].text : "";

      lens |= strcmp (text, frame) == 0;
      g_assert_cmpstr (text, !=, wrong);
      g_assert_null (strstr (text, "pfn 0x"));
    }
  g_assert_true (lens);
  pwk_page_walk_free (model);
}

/* A store where nothing is: not present, write, user. */
static void
test_segv (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("segv");
  PwkPageWalkModel *model = build (machine, false, 0);

  g_assert_false (model->walk.ok);
  g_assert_cmpuint (model->walk.error, ==, PWK_PF_WRITE | PWK_PF_USER);
  g_assert_true (model->stopped);
  g_assert_cmpint (model->told.failed, ==, PWK_CHECK_PRESENT);
  g_assert_null (model->vma_said);
  pwk_page_walk_free (model);
}

/* Any address may be asked for: nothing changes, and the walk is what the engine's probe says. */
static void
test_what_if (void)
{
  static const PwkVaddr addresses[] = { 0, 0x1000, 0x400000, 0x7ffff7ffd123, 0x7fffffffffff, 0x800000000000, UINT64_MAX, 0xffff888000000000 };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  uint64_t hash = pwk_machine_hash (machine->machine);

  for (size_t i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      PwkPageWalkModel *model = build (machine, true, addresses[i]);

      g_assert_true (model->what_if);
      g_assert_cmphex (model->walk.addr, ==, addresses[i]);
      g_assert_cmpint (model->walk.canonical, ==, pwk_addr_canonical (machine->machine, addresses[i]));
      check_walk (machine, model);
      if (!model->walk.canonical)
        g_assert_cmpuint (model->walk.n_steps, ==, 0);
      pwk_page_walk_free (model);
    }
  g_assert_cmphex (pwk_machine_hash (machine->machine), ==, hash);
}

/* What the kernel makes of a fault: a missing entry is mended, so is a right to write that the region gives; what no region asks for is not. */
static void
test_decides (void)
{
  static const struct { uint64_t flags; const char *says; } cases[] = {
    { 0, "a promise" }, { 0x65, NULL }, { 0x63, "mends none" }, { 0x67 | 1ull << 51, "the tables are damaged" },
  };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  PwkPageWalkModel *model = build (machine, false, 0);
  uint64_t frame = model->frame.pfn << PWK_PAGE_SHIFT;
  PwkIndex task = model->task;
  PwkVaddr addr = model->walk.addr;

  pwk_page_walk_free (model);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(PwkScene) scene = NULL;
      PwkViewParams params;

      g_test_message ("%#" PRIx64, cases[i].flags);
      g_assert_cmpint (pwk_lab_set_pte (machine->machine, task, addr, cases[i].flags ? frame | cases[i].flags : 0), ==, 0);
      while (pwk_op_pending (machine->machine))
        pwk_op_step (machine->machine);
      pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
      params.has_address = true;
      params.address = addr;
      params.width = 1200;
      params.height = 760;
      scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
      g_assert_cmpint (test_scene_says (scene, "The kernel decides"), ==, cases[i].says != NULL);
      if (cases[i].says)
        g_assert_true (test_scene_says (scene, cases[i].says));
    }
}

/* fork () copies entries, takes the right to write away and flushes, here last of all: none of that is a translation. The picture stays
 * with the access before it, or, when only the call was observed, shows a page as it does without events. */
static void
test_fork (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkPageWalkModel *before = build (machine, false, 0), *after;

  for (unsigned alone = 0; alone < 2; alone++)
    {
      if (alone)
        test_machine_forget (machine);
      g_assert_cmpint (pwk_sys_clone (machine->machine, before->task, 17), >, 0);
      while (pwk_op_pending (machine->machine))
        pwk_op_step (machine->machine);
      pwk_flush_tlb_page (machine->machine, pwk_task (machine->machine, before->task)->mm, before->vma_start);

      after = build (machine, false, 0);
      if (alone)
        g_assert_false (after->from_event);
      else
        g_assert_cmphex (after->walk.addr, ==, before->walk.addr);
      pwk_page_walk_free (after);
    }
  pwk_page_walk_free (before);
}

/* Without events: the selected address, else a page that is there. */
static void
test_defaults (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  PwkPageWalkModel *model;
  PwkViewParams params;

  test_machine_forget (machine);
  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  model = pwk_page_walk_build (test_machine_observe (machine), &params);
  g_assert_false (model->from_event);
  g_assert_true (model->walk.ok);
  pwk_page_walk_free (model);

  params.selection = PWK_ID_ADDRESS (0x401008);
  model = pwk_page_walk_build (test_machine_observe (machine), &params);
  g_assert_cmphex (model->walk.addr, ==, 0x401008);
  pwk_page_walk_free (model);
}

/* x86-32 has two levels of its own: pgd and pte, ten bits each, and the inspector tells their entries by their fields. */
static void
test_two_levels (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("x86-32");
  PwkIndex task = pwk_process_new (machine->machine, "shell", 0, NULL, NULL);
  PwkVaddr addr = (PwkVaddr) pwk_sys_mmap (machine->machine, task, 0, PWK_PAGE_SIZE, 3, 0x22, -1, 0);
  PwkInspectParams what = { 0 };
  PwkInspectModel *entry;
  PwkPageWalkModel *model;
  unsigned n_user = 0;

  g_assert_cmpint (pwk_access (machine->machine, task, addr, 8, PWK_ACCESS_STORE, 1).outcome, ==, PWK_ACCESS_MINOR);
  model = build (machine, true, addr);
  check_walk (machine, model);
  g_assert_true (model->walk.ok);
  g_assert_cmpuint (model->walk.n_steps, ==, 2);
  g_assert_cmpstr (pwk_walk_level_name (&model->level[0]), ==, "pgd");
  g_assert_cmpstr (pwk_walk_level_name (&model->level[1]), ==, "pte");
  check_address_bar (model, 3, 12);

  what.selection = PWK_ID_ENTRY (model->walk.steps[1].table, model->walk.steps[1].index);
  entry = pwk_inspect_build (&machine->observation, &what);
  for (uint32_t k = 0; k < entry->n_rows; k++)
    n_user += g_strcmp0 (entry->rows[k].name, "user") == 0;
  g_assert_cmpuint (n_user, ==, 1);
  pwk_inspect_free (entry);
  pwk_page_walk_free (model);
}

/* As at event @n of what was observed. */
static PwkPageWalkModel *
build_at (TestMachine *machine, uint32_t n)
{
  PwkObservation observation = *test_machine_observe (machine);
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  observation.n_events = n + 1;
  observation.chain = &observation.events[n];
  observation.n_chain = 1;
  observation.position = observation.events[n].n;
  return pwk_page_walk_build (&observation, &params);
}

/* The picture is what happened: event by event each read stands where it was made and stays, the counter goes up by what was read, nothing
 * is there before it was read, and a fault stops at the entry that it names. Positions of another walk begin anew. */
static void
test_film (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  const PwkObservation *whole = test_machine_observe (machine);
  unsigned reads = 0, n_walks = 0, n_faults = 0, n_writes = 0;
  bool walking = false;
  PwkVaddr page = 0;

  for (uint32_t i = 0; i < whole->n_events; i++)
    {
      const PwkEvent *event = &whole->events[i];
      PwkPageWalkModel *model;

      if (event->kind == PWK_EV_TLB_MISS)
        {
          page = pwk_arg (event, TLB_MISS, addr) >> PWK_PAGE_SHIFT;
          reads = 0;
          walking = true;
          n_walks++;
        }
      else if (event->kind == PWK_EV_TLB_HIT || event->kind == PWK_EV_STATEMENT || event->kind == PWK_EV_INVLPG)
        walking = false;
      if (!walking)
        continue;
      reads += event->kind >= PWK_EV_WALK_PGD && event->kind <= PWK_EV_WALK_PTE;
      model = build_at (machine, i);
      if (model->walk.addr >> PWK_PAGE_SHIFT == page)
        {
          g_assert_cmpuint (model->walk.n_reads, ==, reads);
          for (unsigned k = 0, n = 0; k < model->walk.n_steps; k++)
            {
              if (model->level[k].read != 0)
                g_assert_cmpuint (model->level[k].read, ==, ++n);
              n_writes += model->level[k].written != 0;
              g_assert_cmpint (model->told.failed == PWK_CHECK_PRESENT && model->stopped, ==,
                               model->told.walked == PWK_WALKED_FAULT && model->told.n_written == 0 && !model->walk.steps[model->walk.n_steps - 1].present);
            }
          if (event->kind == PWK_EV_TLB_MISS)
            {
              g_assert_cmpint (model->told.walked, ==, PWK_WALKED_ON_THE_WAY);
              g_assert_cmpuint (model->walk.n_steps, ==, 0);
            }
          if (event->kind == PWK_EV_ACCESS_FAULT)
            {
              g_assert_cmpint (model->told.walked, ==, PWK_WALKED_FAULT);
              g_assert_cmphex (model->walk.error, ==, pwk_arg (event, ACCESS_FAULT, error));
              g_assert_false (model->walk.ok);
              n_faults++;
            }
          if (event->kind == PWK_EV_TLB_FILL)
            g_assert_cmpint (model->told.walked, ==, PWK_WALKED_DONE);
        }
      pwk_page_walk_free (model);
    }
  g_assert_cmpuint (n_walks, >, 1);
  g_assert_cmpuint (n_faults, >, 0);
  g_assert_cmpuint (n_writes, >, 0);
}

/* --- the picture --- */

static PwkScene *
draw_at (const PwkPageWalkModel *model, const PwkTheme *theme, double width, double height, uint64_t position)
{
  PwkScene *scene = pwk_scene_new (width, height);
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_PAGE_WALK);
  params.width = width;
  params.height = height;
  pwk_scene_set_position (scene, position);
  pwk_page_walk_layout (scene, model, theme, &params);
  return pwk_scene_seal (scene);
}

static PwkScene *
draw (const PwkPageWalkModel *model, const PwkTheme *theme, double width, double height)
{
  return draw_at (model, theme, width, height, 0);
}

static unsigned
count_texts (const PwkScene *scene, const char *text)
{
  unsigned n_found = 0;
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    n_found += items[i].opacity > 0 && g_strcmp0 (items[i].text, text) == 0;
  return n_found;
}

/* The model as at the first event of @kind. */
static PwkPageWalkModel *
build_at_kind (TestMachine *machine, PwkEventKind kind)
{
  const PwkObservation *whole = test_machine_observe (machine);

  for (uint32_t i = 0; i < whole->n_events; i++)
    if (whole->events[i].kind == kind)
      return build_at (machine, i);
  g_assert_not_reached ();
}

/* The bits of a level stand exactly above its table, at all widths, and the entry's slot lies as deep in the strip as its index says. */
static void
test_bits_above_tables (void)
{
  static const struct { const char *machine; double width; } cases[] = { { "busy", 900 }, { "busy", 640 }, { "busy", 1600 }, { "la57", 900 } };

  for (size_t k = 0; k < G_N_ELEMENTS (cases); k++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (cases[k].machine);
      g_autoptr(PwkTheme) theme = test_scene_theme ();
      PwkPageWalkModel *model = build (machine, false, 0);
      g_autoptr(PwkScene) scene = draw (model, theme, cases[k].width, 600);

      g_assert_cmpuint (model->n_shown, ==, model->top);
      for (unsigned i = 0; i < model->n_shown; i++)
        {
          const PwkWalkLevel *level = &model->level[i];
          const PwkItem *bits = pwk_scene_find (scene, PWK_ID_BIT (0, pwk_level_shift (model->format, level->step.level)));
          const PwkItem *strip = pwk_scene_find (scene, PWK_ID_TABLE (level->step.table, level->told));
          const PwkItem *lens = pwk_scene_find (scene, PWK_ID_ENTRY (level->step.table, level->step.index));
          double depth;

          g_assert_nonnull (bits);
          g_assert_nonnull (strip);
          g_assert_cmpfloat_with_epsilon (strip->box.x, bits->box.x, 0.01);
          g_assert_cmpint (lens == NULL, ==, level->step.skipped);
          if (!lens)
            continue;
          g_assert_cmpfloat_with_epsilon (lens->box.x + lens->box.w, bits->box.x + bits->box.w, 0.01);
          g_assert_cmpfloat (strip->box.y, >, bits->box.y + bits->box.h);
          g_assert_cmpuint (lens->n_points, ==, 2);
          depth = (lens->points[0].y - strip->box.y) / strip->box.h;
          g_assert_cmpfloat_with_epsilon (depth, level->step.index / 512.0, 0.03);
        }
      pwk_page_walk_free (model);
    }
}

/* All of it is there on 900 × 600 at every event, with wide letters (and, in a run of its own, in Chinese), and on 1400 × 900 with letters half as large again; no text is cut. Smaller canvases
 * give up the band and the sign, never a level. */
static void
test_complete (void)
{
  static const char *const machines[] = { "busy", "la57", "huge", "segv" };
  static const struct { double width, height, scale; } sizes[] = { { 900, 600, 1 }, { 740, 600, 1 }, { 640, 400, 1 }, { 540, 600, 1 }, { 1400, 900, 1.5 } };
  g_autoptr(PwkTheme) usual = test_scene_theme (), large = test_scene_theme ();
  PwkTheme *const themes[] = { usual, large };
  bool ok = true;

  pwk_theme_set_fonts (large, NULL, NULL, 1.5);
  for (size_t m = 0; m < G_N_ELEMENTS (machines); m++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (machines[m]);
      uint32_t n = test_machine_observe (machine)->n_events;

      for (uint32_t i = n > 160 ? n - 160 : 0; i < n; i++)
        for (size_t k = 0; k < G_N_ELEMENTS (sizes); k++)
          {
            PwkPageWalkModel *model = build_at (machine, i);
            PwkTheme *theme = themes[sizes[k].scale > 1];
            g_autoptr(PwkScene) scene = draw (model, theme, sizes[k].width, sizes[k].height);
            g_autoptr(GString) why = g_string_new (NULL);

            if (!test_scene_check (scene, theme, k == 0 ? 0 : TEST_SCENE_ALLOW_CUTS, 600, why) ||
                pwk_scene_get_height (scene) > sizes[k].height || pwk_scene_get_width (scene) > sizes[k].width)
              {
                g_test_message ("%s, event %u, %.0f x %.0f (%.0f x %.0f):\n%s", machines[m], i, sizes[k].width, sizes[k].height,
                                pwk_scene_get_width (scene), pwk_scene_get_height (scene), why->str);
                ok = false;
              }
            for (unsigned level = 0; level < model->n_shown; level++)
              if (!model->level[level].step.skipped)
                g_assert_nonnull (pwk_scene_find (scene, PWK_ID_ENTRY (model->level[level].step.table, model->level[level].step.index)));
            pwk_page_walk_free (model);
          }
    }
  g_assert_true (ok);
}

/* A fault stops red at the check that failed, and the error code stands below; nothing that was not read is drawn as if it had been. */
static void
test_stop (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("segv");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  PwkPageWalkModel *model = build_at_kind (machine, PWK_EV_ACCESS_FAULT);
  g_autoptr(PwkScene) scene = draw (model, theme, 900, 600);
  const PwkWalkLevel *last = &model->level[model->n_shown - 1];
  const PwkItem *lens = pwk_scene_find (scene, PWK_ID_ENTRY (last->step.table, last->step.index));

  g_assert_true (model->stopped);
  g_assert_cmpint (lens->stroke, ==, PWK_ROLE_ERROR);
  g_assert_cmpuint (count_texts (scene, "Page fault, error code 0x6"), ==, 1);
  g_assert_cmpuint (count_texts (scene, "not present"), ==, 1);
  g_assert_cmpuint (count_texts (scene, "not read"), ==, 4 - model->n_shown);
  g_assert_cmpuint (count_texts (scene, "no frame yet"), ==, 1);
  pwk_page_walk_free (model);
}

/* A TLB's hit reads nothing: the tables are there in grey, no read has a number, the cost is 0. */
static void
test_hit_is_grey (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("huge");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  PwkPageWalkModel *model = build (machine, false, 0);
  g_autoptr(PwkScene) scene = draw (model, theme, 900, 600);
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  g_assert_cmpint (model->told.walked, ==, PWK_WALKED_HIT);
  g_assert_cmpuint (model->n_shown, ==, 3);
  g_assert_cmpuint (count_texts (scene, "read 1"), ==, 0);
  g_assert_cmpstr (pwk_scene_find (scene, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 3))->text, ==, "0");
  for (size_t i = 0; i < n; i++)
    g_assert_cmpint (items[i].fill, !=, PWK_ROLE_PAGE_TABLE);
  pwk_page_walk_free (model);
}

/* After the fault at event @fault: how many entries the kernel writes before the access is tried again. */
static unsigned
count_writes (const PwkObservation *whole, uint32_t fault)
{
  unsigned n = 0;

  for (uint32_t i = fault; i < whole->n_events && whole->events[i].kind != PWK_EV_TLB_MISS; i++)
    n += whole->events[i].kind == PWK_EV_SET_PTE;
  return n;
}

/* A store where no table is yet: of five levels the kernel makes four, and a frame. */
static void
first_store (TestMachine *self)
{
  PwkVaddr addr = UINT64_C (0x80000000000000);
  PwkPageWalkModel *model = build (self, false, 0);
  PwkIndex task = model->task;

  pwk_page_walk_free (model);
  test_machine_forget (self);
  g_assert_cmphex (pwk_sys_mmap (self->machine, task, addr, PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE,
                                 PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS | PWK_MAP_FIXED, -1, 0), ==, addr);
  pwk_access (self->machine, task, addr, 8, PWK_ACCESS_STORE, 1);
}

/* The kernel's writes are numbered beside the reads, and what is still to come is only named. */
static void
test_repair (void)
{
  static const char *const machines[] = { "la57", "busy", "threads", "huge" };
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  unsigned most = 0;

  for (size_t m = 0; m < G_N_ELEMENTS (machines); m++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (machines[m]);
      const PwkObservation *whole;

      if (m == 0)
        first_store (machine);
      whole = test_machine_observe (machine);
      for (uint32_t fault = 0; fault < whole->n_events; fault++)
        {
          unsigned n_all = whole->events[fault].kind == PWK_EV_ACCESS_FAULT ? count_writes (whole, fault) : 0;

          most = MAX (most, n_all);
          for (uint32_t i = fault, n = 0; n < n_all; i++)
            if (whole->events[i].kind == PWK_EV_SET_PTE)
              {
                PwkPageWalkModel *model = build_at (machine, i);
                g_autoptr(PwkScene) scene = draw (model, theme, 900, 600);
                g_autofree char *number = g_strdup_printf ("w%u", ++n), *later = g_strdup_printf ("w%u", n + 1);

                g_assert_cmpuint (model->told.n_written, ==, n);
                g_assert_cmpuint (count_texts (scene, number), ==, 2);      /* in the lens and in the band */
                g_assert_cmpuint (count_texts (scene, later), ==, n < n_all);
                g_assert_cmpuint (count_texts (scene, "The kernel repairs"), ==, 1);
                pwk_page_walk_free (model);
              }
        }
    }
  g_assert_cmpuint (most, ==, 5);
}

/* A question has its own style: nothing in it is now, and the pills of its reads are dashed. */
static void
test_question (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  PwkPageWalkModel *model = build (machine, false, 0), *asked = build (machine, true, model->walk.addr + PWK_PAGE_SIZE);
  g_autoptr(PwkScene) scene = draw (asked, theme, 900, 600);
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);
  unsigned n_pills = 0;

  for (size_t i = 0; i < n; i++)
    {
      g_assert_cmpuint (items[i].flags & PWK_FLAG_FLASH, ==, 0);
      g_assert_cmpint (items[i].fill, !=, PWK_ROLE_FLASH);
      if (items[i].text && g_str_has_prefix (items[i].text, "read "))
        {
          g_assert_cmpuint (items[i].flags & PWK_FLAG_DASHED, !=, 0);
          n_pills++;
        }
    }
  g_assert_cmpuint (n_pills, >, 0);
  pwk_page_walk_free (asked);
  pwk_page_walk_free (model);
}

/* The overview tells the same walk as it happens: at each event as many entries as have been read or written, and never one more; where a TLB
 * knew, what the tables would have said. */
static void
test_overview_recalls (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  const PwkObservation *whole;
  unsigned n_on_the_way = 0;

  first_store (machine);
  whole = test_machine_observe (machine);
  for (uint32_t i = 0; i < whole->n_events; i++)
    {
      PwkPageWalkModel *walk = build_at (machine, i);
      PwkObservation observation = *whole;
      PwkOverviewModel *overview;
      PwkViewParams params;

      pwk_view_params_init (&params, PWK_VIEW_OVERVIEW);
      observation.n_events = i + 1;
      observation.chain = &observation.events[i];
      observation.n_chain = 1;
      observation.position = observation.events[i].n;
      overview = pwk_overview_build (&observation, &params);
      if (walk->from_event && overview->has_walk && overview->walk.addr == walk->walk.addr)
        {
          g_assert_cmpint (overview->walked, ==, walk->told.walked);
          if (walk->told.walked != PWK_WALKED_NOT)
            g_assert_cmpuint (overview->walk.n_steps, ==, walk->n_shown);
          n_on_the_way += walk->told.walked == PWK_WALKED_ON_THE_WAY && walk->n_shown < 5;
        }
      pwk_overview_free (overview);
      pwk_page_walk_free (walk);
    }
  g_assert_cmpuint (n_on_the_way, >, 0);
}

/* The item of @id and @kind as it is @ms after the motion has begun. */
static PwkItem
item_at (PwkBlend *blend, unsigned ms, uint64_t id, PwkItemKind kind)
{
  g_autoptr(PwkScene) frame = pwk_blend_frame (blend, pwk_ease (PWK_EASE_IN_OUT, (double) ms / PWK_WALK_MOTION));
  size_t n;
  const PwkItem *items = pwk_scene_get_items (frame, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].id == id && items[i].kind == kind)
      return items[i];
  g_error ("no item %" G_GINT64_MODIFIER "x after %u ms", id, ms);
}

/* One read in its order: the bits are on their way from the ruler to the strip and nothing else has moved; then the bar falls and the lens opens
 * out of the slot; checks tick one after the other; the line to the next base comes last. Backwards the same from its end. */
static void
test_read_moves (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("la57");
  g_autoptr(PwkTheme) theme = test_scene_theme ();
  const PwkObservation *whole;
  uint32_t n = 0;

  first_store (machine);
  whole = test_machine_observe (machine);
  while (n < whole->n_events && whole->events[n].kind != PWK_EV_WALK_PUD)
    n++;
  g_assert_cmpuint (n, <, whole->n_events);
  for (unsigned backwards = 0; backwards < 2; backwards++)
    {
      PwkPageWalkModel *before = build_at (machine, n - 1), *after = build_at (machine, n);
      g_autoptr(PwkScene) from = draw_at (before, theme, 900, 600, n), to = draw_at (after, theme, 900, 600, n + 1);
      g_autoptr(PwkBlend) blend = backwards ? pwk_blend_new (to, from) : pwk_blend_new (from, to);
      const unsigned i = 2;
      uint64_t chip = PWK_WALK_ID (PWK_WALK_BITS, i), bits = PWK_ID_BIT (0, pwk_level_shift (after->format, after->level[i].step.level));
      uint64_t entry = PWK_ID_ENTRY (after->level[i].step.table, after->level[i].step.index), join = PWK_ID (PWK_THING_EDGE, 0x1000 + i);
      PwkBox strip = pwk_scene_find (to, PWK_ID_TABLE (after->level[i].step.table, after->level[i].told))->box, lens = pwk_scene_find (to, entry)->box;
#define AT(ms, id, kind) item_at (blend, backwards ? PWK_WALK_MOTION - (ms) : (ms), id, kind)

      g_assert_true (after->level[i].now);
      g_assert_cmpfloat (AT (120, chip, PWK_ITEM_ROUNDED).opacity, ==, 1);
      g_assert_cmpfloat (AT (120, chip, PWK_ITEM_ROUNDED).box.y, >, pwk_scene_find (to, bits)->box.y);
      g_assert_cmpfloat (AT (120, chip, PWK_ITEM_ROUNDED).box.y, <, strip.y);
      g_assert_cmpfloat (AT (120, entry, PWK_ITEM_LENS).opacity, ==, 0);
      g_assert_cmpfloat (AT (300, chip, PWK_ITEM_ROUNDED).opacity, ==, 0);
      g_assert_cmpfloat (AT (290, entry, PWK_ITEM_LENS).opacity, >, 0);
      g_assert_cmpfloat (AT (290, entry, PWK_ITEM_LENS).box.h, <, lens.h);
      g_assert_cmpfloat_with_epsilon (AT (330, entry, PWK_ITEM_LENS).box.h, lens.h, 0.1);
      for (unsigned k = 0; k < 3; k++)
        {
          uint64_t tick = PWK_WALK_ID (PWK_WALK_TICK + 16 * i, k);

          g_assert_cmpfloat (AT (PWK_WALK_OPEN_END + 50 * k - 5, tick, PWK_ITEM_LINE).opacity, ==, 0);
          g_assert_cmpfloat (AT (PWK_WALK_OPEN_END + 50 * k + 55, tick, PWK_ITEM_LINE).opacity, ==, 1);
        }
      g_assert_cmpfloat (AT (460, join, PWK_ITEM_CURVE).opacity, ==, 0);
      g_assert_cmpfloat (AT (580, join, PWK_ITEM_CURVE).opacity, >, 0);
#undef AT
      pwk_page_walk_free (before);
      pwk_page_walk_free (after);
    }
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-walk/bits-above-tables", test_bits_above_tables);
  g_test_add_func ("/page-walk/complete", test_complete);
  g_test_add_func ("/page-walk/stop", test_stop);
  g_test_add_func ("/page-walk/hit-is-grey", test_hit_is_grey);
  g_test_add_func ("/page-walk/repair", test_repair);
  g_test_add_func ("/page-walk/question", test_question);
  g_test_add_func ("/page-walk/read-moves", test_read_moves);
  g_test_add_func ("/page-walk/overview-recalls", test_overview_recalls);
  g_test_add_func ("/page-walk/fault", test_fault);
  g_test_add_func ("/page-walk/five-levels", test_five_levels);
  g_test_add_func ("/page-walk/film", test_film);
  g_test_add_func ("/page-walk/folded", test_folded);
  g_test_add_func ("/page-walk/huge", test_huge);
  g_test_add_func ("/page-walk/address-bar", test_address_bar);
  g_test_add_func ("/page-walk/frames-in-decimal", test_frames_in_decimal);
  g_test_add_func ("/page-walk/segv", test_segv);
  g_test_add_func ("/page-walk/what-if", test_what_if);
  g_test_add_func ("/page-walk/decides", test_decides);
  g_test_add_func ("/page-walk/fork", test_fork);
  g_test_add_func ("/page-walk/defaults", test_defaults);
  g_test_add_func ("/page-walk/two-levels", test_two_levels);
  return g_test_run ();
}
