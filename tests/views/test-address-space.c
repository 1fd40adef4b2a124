/* test-address-space.c - rows are the regions, strips are what the tables say, the tree is the engine's
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/virt/process.h"
#include "engine/virt/vma.h"
#include "film.h"
#include "machines.h"
#include "views/address-space-model.h"
#include "views/event-address.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

static PwkAddressSpaceModel *
build (TestMachine *machine)
{
  PwkViewParams params;

  pwk_view_params_init (&params, PWK_VIEW_ADDRESS_SPACE);
  return pwk_address_space_build (test_machine_observe (machine), &params);
}

static uint32_t
n_with (const PwkAddressSpaceModel *model, uint32_t deed)
{
  uint32_t n = 0;

  for (uint32_t i = 0; i < model->n_rows; i++)
    n += (model->rows[i].deeds & deed) != 0;

  return n;
}

/* Rows touch each other from 0 to TASK_SIZE, regions and gaps in turn as the engine has them; sizes add up to total_vm. */
static void
test_rows (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);
  PwkAddressSpaceModel *model = build (machine);
  PwkIndex vma = model->mm.mmap;
  PwkVaddr covered = 0;
  uint64_t pages = 0;

  g_assert_cmpuint (model->task, !=, 0);
  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      const PwkSpaceRow *row = &model->rows[i];

      g_assert_cmphex (row->start, ==, covered);
      g_assert_cmphex (row->end, >, row->start);
      covered = row->end;
      if (row->vma == 0)
        continue;
      g_assert_cmpuint (row->vma, ==, vma);
      pages += (row->end - row->start) >> PWK_PAGE_SHIFT;
      vma = pwk_vma (machine->machine, vma)->vm_next;
    }
  g_assert_cmphex (covered, ==, model->mm.task_size);
  g_assert_cmpuint (vma, ==, 0);
  g_assert_cmpuint (pages, ==, model->mm.total_vm);
  pwk_address_space_free (model);
}

/* What strips count as present is what the address space counts as resident; the zero page is in neither. */
static void
test_residency (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);
  PwkAddressSpaceModel *model = build (machine);
  uint64_t counts[PWK_N_RESIDENCIES] = { 0 };

  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      uint64_t sum = 0;

      for (unsigned kind = 0; kind < PWK_N_RESIDENCIES; kind++)
        {
          counts[kind] += model->rows[i].counts[kind];
          sum += model->rows[i].counts[kind];
        }
      if (model->rows[i].vma != 0)
        g_assert_cmpuint (sum, ==, (model->rows[i].end - model->rows[i].start) >> PWK_PAGE_SHIFT);
    }
  g_assert_cmpuint (counts[PWK_RESIDENT_ANON] + counts[PWK_RESIDENT_COW] + counts[PWK_RESIDENT_HUGE], ==, model->rss[PWK_MM_ANONPAGES]);
  g_assert_cmpuint (counts[PWK_RESIDENT_FILE], ==, model->rss[PWK_MM_FILEPAGES]);
  g_assert_cmpuint (counts[PWK_RESIDENT_SHMEM], ==, model->rss[PWK_MM_SHMEMPAGES]);
  pwk_address_space_free (model);
}

/* A node's parent is one level up and in the engine's tree; there is one root. */
static void
test_tree (gconstpointer data)
{
  g_autoptr(TestMachine) machine = test_machine_new (data);
  PwkAddressSpaceModel *model = build (machine);
  uint32_t roots = 0;

  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      const PwkSpaceRow *row = &model->rows[i];

      if (row->vma == 0)
        continue;
      roots += row->rb_parent < 0;
      if (row->rb_parent < 0)
        g_assert_cmpuint (row->vma, ==, model->mm.mm_rb);
      else
        {
          g_assert_cmpint (model->rows[row->rb_parent].rb_depth, ==, row->rb_depth - 1);
          g_assert_cmpuint (model->rows[row->rb_parent].vma, ==, pwk_vma (machine->machine, row->vma)->rb_parent);
        }
    }
  g_assert_cmpuint (roots, ==, 1);
  pwk_address_space_free (model);
}

/* An mprotect cuts a region: what begins within it now comes out of it. */
static void
test_cut (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("regions");
  PwkAddressSpaceModel *model = build (machine);

  g_assert_cmpuint (model->n_moves, >, 0);
  for (uint32_t i = 0; i < model->n_moves; i++)
    {
      PwkVaddr from = pwk_thing_parts (model->moves[i].from_id).address, into = pwk_thing_parts (model->moves[i].into_id).address;
      bool found = false;

      g_assert_cmphex (from, <, into);
      for (uint32_t j = 0; j < model->n_rows; j++)
        found = found || (model->rows[j].vma != 0 && model->rows[j].start == into && (model->rows[j].deeds & PWK_DEED_SPLIT) != 0);
      g_assert_true (found);
    }
  pwk_address_space_free (model);
}

/* The states that "regions" was made to have are all told. */
static void
test_states (void)
{
  static const PwkResidency wanted[] = { PWK_RESIDENT_NONE, PWK_RESIDENT_ANON, PWK_RESIDENT_FILE, PWK_RESIDENT_SHMEM, PWK_RESIDENT_ZERO,
                                         PWK_RESIDENT_GUARD, PWK_RESIDENT_CACHED };
  g_autoptr(TestMachine) machine = test_machine_new ("regions");
  g_autoptr(TestMachine) busy = test_machine_new ("busy");
  g_autoptr(TestMachine) huge = test_machine_new ("huge");
  PwkAddressSpaceModel *model = build (machine);
  uint64_t cow = 0, large = 0;

  for (size_t k = 0; k < G_N_ELEMENTS (wanted); k++)
    {
      uint64_t n = 0;

      for (uint32_t i = 0; i < model->n_rows; i++)
        n += model->rows[i].counts[wanted[k]];
      g_assert_cmpuint (n, >, 0);
    }
  pwk_address_space_free (model);

  model = build (busy);
  for (uint32_t i = 0; i < model->n_rows; i++)
    cow += model->rows[i].counts[PWK_RESIDENT_COW];
  g_assert_cmpuint (cow, >, 0);
  pwk_address_space_free (model);

  model = build (huge);
  for (uint32_t i = 0; i < model->n_rows; i++)
    large += model->rows[i].counts[PWK_RESIDENT_HUGE];
  g_assert_cmpuint (large % 512, ==, 0);
  g_assert_cmpuint (large, >, 0);
  pwk_address_space_free (model);
}

/* What the last call did: a split on three regions, a merge after a refusal, a fault with the path of its find_vma. */
static void
test_deeds (void)
{
  g_autoptr(TestMachine) split = test_machine_new ("regions");
  g_autoptr(TestMachine) merge = test_machine_new ("merge-vma");
  g_autoptr(TestMachine) fault = test_machine_new ("busy");
  PwkAddressSpaceModel *model = build (split);
  uint32_t lit = 0;

  g_assert_cmpuint (n_with (model, PWK_DEED_SPLIT), ==, 3);
  g_assert_cmpuint (model->story.n, >, 0);
  pwk_address_space_free (model);

  model = build (merge);
  g_assert_cmpuint (n_with (model, PWK_DEED_MERGED), ==, 1);
  g_assert_cmpuint (n_with (model, PWK_DEED_NOT_MERGED), >, 0);
  pwk_address_space_free (model);

  model = build (fault);
  g_assert_true (model->looked_up);
  for (uint32_t i = 0; i < model->n_rows; i++)
    lit += model->rows[i].lit;
  g_assert_cmpuint (lit, ==, model->visited);
  g_assert_cmpuint (n_with (model, PWK_DEED_FAULTED), ==, 1);
  pwk_address_space_free (model);
}

/* find_vma () by hand is no sentence, but it shows its way as that of a fault does. */
static void
test_search (void)
{
  g_autoptr(TestMachine) fault = test_machine_new ("busy");
  PwkAddressSpaceModel *model = build (fault);
  PwkEvent events[] = { { .kind = PWK_EV_STATEMENT }, { .kind = PWK_EV_FIND_VMA }, { .kind = PWK_EV_STATEMENT_END } };
  PwkObservation observation = *test_machine_observe (fault);
  uint32_t lit = 0, visited = model->visited;
  PwkViewParams params;

  events[1].arg[0] = model->looked_for;
  events[1].arg[2] = visited;
  g_assert_cmpuint (pwk_arg (&events[1], FIND_VMA, addr), ==, model->looked_for);
  g_assert_cmpuint (pwk_arg (&events[1], FIND_VMA, visited), ==, visited);
  pwk_address_space_free (model);
  observation.events = events;
  observation.n_events = G_N_ELEMENTS (events);
  pwk_view_params_init (&params, PWK_VIEW_ADDRESS_SPACE);
  model = pwk_address_space_build (&observation, &params);
  g_assert_true (model->looked_up);
  g_assert_cmpuint (model->story.n, ==, 0);
  for (uint32_t i = 0; i < model->n_rows; i++)
    lit += model->rows[i].lit;
  g_assert_cmpuint (lit, ==, visited);
  pwk_address_space_free (model);
}

static bool
is_kind (const PwkEvent *event, const void *kind)
{
  return event->kind == *(const uint32_t *) kind;
}

/*      statement 1: vma_link    statement 2: brk    statement 3: nothing that matters
 * On the way to a moment many calls may have passed: told is the newest that has something to tell, from its statement on. */
static void
test_call (void)
{
  static const uint32_t kinds[] = { PWK_EV_STATEMENT, PWK_EV_VMA_ADD, PWK_EV_STATEMENT_END, PWK_EV_STATEMENT, PWK_EV_FIND_VMA, PWK_EV_BRK,
                                    PWK_EV_STATEMENT_END, PWK_EV_STATEMENT, PWK_EV_STATEMENT_END };
  static const struct { uint32_t kind, first; } wanted[] = {
    { PWK_EV_BRK, 3 }, { PWK_EV_VMA_ADD, 0 }, { PWK_EV_STATEMENT_END, 7 }, { PWK_EV_SIGNAL, G_N_ELEMENTS (kinds) },
  };
  PwkEvent events[G_N_ELEMENTS (kinds)] = { 0 };
  PwkObservation observation = { .events = events, .n_events = G_N_ELEMENTS (kinds) };

  for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++)
    events[i].kind = kinds[i];
  for (unsigned i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_assert_cmpuint (pwk_observed_call (&observation, is_kind, &wanted[i].kind), ==, wanted[i].first);

  /* a step inside a call: its statement was told before */
  observation.events = events + 4;
  observation.n_events = 2;
  g_assert_cmpuint (pwk_observed_call (&observation, is_kind, &wanted[0].kind), ==, 0);
}

/* More regions than can be shown: those around the one in question stay, the others are counted in two folds. */
static void
test_crowd (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("crowd");
  PwkAddressSpaceModel *model = build (machine);
  uint32_t shown = 0, folded = 0;

  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      shown += model->rows[i].vma != 0;
      folded += model->rows[i].folded;
    }
  g_assert_cmpuint (shown, ==, PWK_SPACE_ROWS);
  g_assert_cmpuint (shown + folded, ==, model->n_regions);
  g_assert_cmpuint (n_with (model, PWK_DEED_FAULTED), ==, 1);
  pwk_address_space_free (model);
}

/* No process, no address space: the picture says so. */
static void
test_nobody (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("boot");
  PwkAddressSpaceModel *model = build (machine);

  g_assert_cmpuint (model->task, ==, 0);
  pwk_address_space_free (model);
}

/* --- swapped --- */

static void
take_counts (const PwkObservation *observation, gpointer data)
{
  uint64_t *counts = data;
  PwkIndex mm = pwk_task (observation->machine, pwk_task_by_pid (observation->machine, 1000))->mm;

  pwk_region_residency (observation->machine, pwk_find_vma (observation->machine, mm, 0x20000000), counts);
}

static void
counts_at_end (const char *more, uint64_t counts[PWK_N_RESIDENCIES])
{
  g_autofree char *text = g_strconcat ("machine(memory=32M, swap=32M, cpus=1)\nprocess(A)\n"
                                       "[A] mmap(0x20000000, 512K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_FIXED, -1, 0) = p\n"
                                       "[A] touch(p, 256K, \"w\", value=3) = 64\n[A] madvise(p, 256K, MADV_PAGEOUT) = 0\n", more, NULL);
  PwkNavigator *navigator = test_open_text (text);

  pwk_navigator_seek (navigator, UINT64_MAX);
  pwk_navigator_arrive (navigator, take_counts, counts);
  pwk_navigator_free (navigator);
}

/* What was swapped out is neither there nor promised only. Reading one page brings its neighbours into the swap cache, where nobody maps them. */
static void
test_swapped (void)
{
  uint64_t counts[PWK_N_RESIDENCIES];

  counts_at_end ("", counts);
  g_assert_cmpuint (counts[PWK_RESIDENT_SWAP], ==, 64);
  g_assert_cmpuint (counts[PWK_RESIDENT_NONE], ==, 64);
  g_assert_cmpuint (counts[PWK_RESIDENT_ANON], ==, 0);
  counts_at_end ("[A] load(p, 1, value=3)\n", counts);
  g_assert_cmpuint (counts[PWK_RESIDENT_ANON], ==, 1);
  g_assert_cmpuint (counts[PWK_RESIDENT_SWAP_CACHED], >, 0);
  g_assert_cmpuint (counts[PWK_RESIDENT_SWAP] + counts[PWK_RESIDENT_SWAP_CACHED], ==, 63);
}

int
main (int argc, char **argv)
{
  static const char *const names[] = { "busy", "regions", "merge-vma", "la57", "huge", "segv", "threads" };

  g_test_init (&argc, &argv, NULL);
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *rows = g_strconcat ("/address-space/rows/", names[i], NULL);
      g_autofree char *residency = g_strconcat ("/address-space/residency/", names[i], NULL);
      g_autofree char *tree = g_strconcat ("/address-space/tree/", names[i], NULL);

      g_test_add_data_func (rows, names[i], test_rows);
      g_test_add_data_func (residency, names[i], test_residency);
      g_test_add_data_func (tree, names[i], test_tree);
    }
  g_test_add_func ("/address-space/states", test_states);
  g_test_add_func ("/address-space/cut", test_cut);
  g_test_add_func ("/address-space/call", test_call);
  g_test_add_func ("/address-space/deeds", test_deeds);
  g_test_add_func ("/address-space/search", test_search);
  g_test_add_func ("/address-space/crowd", test_crowd);
  g_test_add_func ("/address-space/nobody", test_nobody);
  g_test_add_func ("/address-space/swapped", test_swapped);
  return g_test_run ();
}
