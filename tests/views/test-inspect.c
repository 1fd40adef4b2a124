/* test-inspect.c - the inspector's values are the engine's, changes are marked, nothing is changed by looking
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/process.h"
#include "language.h"
#include "machines.h"
#include "views/frames.h"
#include "views/inspect.h"
#include "views/view-common.h"
#include "views/words.h"

static PwkInspectModel *
look (TestMachine *machine, uint64_t selection)
{
  PwkInspectParams params = { .selection = selection };

  return pwk_inspect_build (test_machine_observe (machine), &params);
}

/* The last of that name: a page's flag `lru' stands before its field `lru'. */
static const PwkInspectRow *
row (const PwkInspectModel *model, const char *name)
{
  for (uint32_t i = model->n_rows; i > 0; i--)
    if (strcmp (model->rows[i - 1].name, name) == 0)
      return &model->rows[i - 1];

  g_error ("%s has no row %s", model->title, name);
  return NULL;
}

static void
check (const PwkInspectModel *model)
{
  g_assert_nonnull (model->title);
  g_assert_nonnull (model->subject);
  g_assert_nonnull (model->where);
  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      g_assert_true (g_utf8_validate (model->rows[i].value, -1, NULL));
      g_assert_true (g_utf8_validate (model->rows[i].meaning, -1, NULL));
      g_assert_cmpuint (strlen (model->rows[i].name), >, 0);
      g_assert_cmpuint (model->rows[i].depth, <, 4);
    }
}

/* Random frames: counts as the engine has them, every field of the customer's struct page is there. */
static void
test_frames (void)
{
  static const char *const fields[] = { "flags", "_refcount", "_mapcount", "private", "mapping", "index", "lru", "virtual", "locked", "uptodate",
                                        "reclaim", "mlocked" };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned i = 0; i < 200; i++)
    {
      PwkPfn pfn = (PwkPfn) g_test_rand_int_range (0, (int) machine->machine->st->max_pfn);
      PwkFrame frame = pwk_frame_look (machine->machine, pfn);
      PwkInspectModel *model = look (machine, PWK_ID (PWK_THING_PFN, pfn));

      check (model);
      if (frame.type != PWK_PAGE_HOLE)
        {
          for (size_t k = 0; k < G_N_ELEMENTS (fields); k++)
            g_assert_true (row (model, fields[k])->seed);
          g_assert_cmpint (atoi (row (model, "_refcount")->value), ==, frame.refcount);
          g_assert_cmpint (atoi (row (model, "_mapcount")->value), ==, frame.mapcount - 1);
          g_assert_nonnull (model->note);
        }
      pwk_inspect_free (model);
    }
}

static bool
area_changed (TestMachine *machine, unsigned node)
{
  PwkInspectModel *model = look (machine, PWK_ID_ZONE (node, PWK_ZONE_NORMAL));
  bool changed = row (model, "free_area[3].nr_free")->changed;

  pwk_inspect_free (model);
  return changed;
}

/* Zones may overlap: it is the zone that an event names whose list has changed, not each in whose span the block lies. */
static void
test_zone_named (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("paper");
  PwkEvent event = { .n = 1, .kind = PWK_EV_FREE_LIST_DEL, .arg = { 128, 3, PWK_MIGRATE_MOVABLE, 1, PWK_ZONE_NORMAL } };

  test_machine_forget (machine);
  g_array_append_val (machine->events, event);
  g_assert_true (area_changed (machine, 1));
  g_assert_false (area_changed (machine, 0));
}

/* struct zone: free blocks by order; a split marks the orders that it touched. */
static void
test_zone (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("split");
  unsigned marked = 0;

  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = pwk_zone (machine->machine, 0, type);
      PwkInspectModel *model = look (machine, PWK_ID_ZONE (0, type));

      if (!zone->present)
        {
          g_assert_null (model);
          continue;
        }
      check (model);
      for (int order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
        {
          g_autofree char *name = g_strdup_printf ("free_area[%d].nr_free", order);
          const PwkInspectRow *area = row (model, name);

          g_assert_cmpuint (strtoull (area->value, NULL, 10), ==, zone->free_area[order].nr_free);
          marked += area->changed;
        }
      g_assert_cmpuint (strtoull (row (model, "zone_start_pfn")->value, NULL, 10), ==, zone->zone_start_pfn);
      pwk_inspect_free (model);
    }
  g_assert_cmpuint (marked, >, 3);
}

/* Regions and address spaces by the ids that the pictures use; links lead on to things that can be looked at. */
static void
test_space (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("regions");
  PwkIndex task = machine->machine->st->last_task;
  const PwkTask *record = pwk_task (machine->machine, task);
  const PwkMm *mm = pwk_mm (machine->machine, record->mm);
  PwkInspectModel *model = look (machine, PWK_ID (PWK_THING_MM, record->pid));
  PwkInspectModel *process = look (machine, PWK_ID (PWK_THING_PROCESS, record->pid));
  unsigned changed = 0;

  check (model);
  check (process);
  g_assert_cmpuint (strtoull (row (model, "map_count")->value, NULL, 10), ==, mm->map_count);
  g_assert_cmphex (row (process, "mm")->link, ==, PWK_ID (PWK_THING_MM, record->pid));
  pwk_inspect_free (process);
  pwk_inspect_free (model);

  for (PwkIndex vma = mm->mmap; vma != 0; vma = pwk_vma (machine->machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (machine->machine, vma);

      model = look (machine, PWK_ID_VMA (v->vm_start));
      check (model);
      g_assert_cmphex (strtoull (row (model, "vm_start")->value, NULL, 0), ==, v->vm_start);
      g_assert_cmphex (strtoull (row (model, "vm_end")->value, NULL, 0), ==, v->vm_end);
      g_assert_cmpuint (strtoull (row (model, "vm_offset")->value, NULL, 0), ==, v->vm_pgoff * 4096);
      changed += row (model, "vm_end")->changed;
      if (row (model, "vm_file")->link != 0)
        {
          PwkInspectModel *file = look (machine, row (model, "vm_file")->link);

          check (file);
          pwk_inspect_free (file);
        }
      pwk_inspect_free (model);
    }
  g_assert_cmpuint (changed, ==, 3);
}

/* An entry bit by bit: the bits make up its value again; those that the fault has set are marked. */
static void
test_entry (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  const PwkObservation *observation = test_machine_observe (machine);
  bool found = false;

  for (uint32_t i = 0; i < observation->n_events && !found; i++)
    {
      const PwkEvent *event = &observation->events[i];
      PwkInspectModel *model;

      if (event->kind != PWK_EV_SET_PTE || event->arg[0] != PWK_LEVEL_PTE || event->arg[4] != 0)
        continue;
      found = true;
      model = look (machine, PWK_ID_ENTRY (event->arg[1], event->arg[2]));
      check (model);
      g_assert_cmpstr (row (model, "present")->value, ==, "1");
      g_assert_true (row (model, "present")->changed);
      g_assert_true (row (model, "rw")->changed);
      g_assert_false (row (model, "pwt")->changed);
      g_assert_cmpstr (row (model, "V")->value, ==, "1");
      g_assert_cmpstr (row (model, "FOW")->value, ==, "0");
      g_assert_cmpstr (row (model, "UWE")->value, ==, "1");
      g_assert_cmphex (row (model, "pfn")->link, ==, PWK_ID (PWK_THING_PFN, pwk_pte_pfn ((PwkPte) { event->arg[3] })));
      pwk_inspect_free (model);
    }
  g_assert_true (found);
}

/* One of each kind; every link of every row leads somewhere or is none. */
static void
test_links (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("threads");
  const PwkMachine *m = machine->machine;
  int32_t pid = pwk_task (m, m->st->first_task)->pid;
  PwkPfn pgd = pwk_mm (m, pwk_task (m, m->st->first_task)->mm)->pgd;
  const uint64_t things[] = {
    PWK_ID (PWK_THING_NODE, 0), PWK_ID_ZONE (0, PWK_ZONE_DMA32), PWK_ID (PWK_THING_PCP, PWK_ZONE_KEY (0, PWK_ZONE_DMA32) << 16 | 1),
    PWK_ID (PWK_THING_FREE_LIST, PWK_ZONE_KEY (0, PWK_ZONE_DMA32) << 16 | 10 << 8 | PWK_MIGRATE_MOVABLE), PWK_ID (PWK_THING_CPU, 1),
    PWK_ID (PWK_THING_FREE_LIST, PWK_ZONE_KEY (0, PWK_ZONE_DMA32) << 16 | 9 << 8 | 0xff), PWK_ID (PWK_THING_PROCESS, pid), PWK_ID (PWK_THING_MM, pid),
    PWK_ID (PWK_THING_PAGEBLOCK, 512), PWK_ID_TABLE (pgd, PWK_LEVEL_PGD), PWK_ID_ENTRY (pgd, 255), PWK_ID_ENTRY (pgd, 0), PWK_ID_TLB (0, PWK_TLB_L1D),
    PWK_ID_TLB_SET (0, PWK_TLB_L1D, 3), PWK_ID_TLB_WAY (0, PWK_TLB_L1D, 0, 0), PWK_ID_WALK_CACHE (0, PWK_PWC_PDE, 0), PWK_ID_GAP (0),
    PWK_ID_ADDRESS (0x401000), PWK_ID_ADDRESS (0x7ffff7ff7000), PWK_ID (PWK_THING_EVENT, m->st->n_events), PWK_ID_BLOCK (m->st->max_pfn - 1024, 10),
  };
  uint64_t hash = pwk_machine_hash (m);

  for (size_t i = 0; i < G_N_ELEMENTS (things); i++)
    {
      PwkInspectModel *model = look (machine, things[i]);

      if (model == NULL)
        g_error ("%s %" G_GUINT64_FORMAT " cannot be looked at", pwk_thing_name (pwk_id_thing (things[i])), pwk_id_number (things[i]));
      check (model);
      for (uint32_t k = 0; k < model->n_rows; k++)
        {
          uint64_t link = model->rows[k].link;
          PwkInspectModel *next = link != 0 && pwk_id_thing (link) != PWK_THING_EVENT ? look (machine, link) : NULL;

          if (next == NULL && link != 0 && pwk_id_thing (link) != PWK_THING_EVENT)
            g_error ("%s.%s leads nowhere: %s %" G_GUINT64_FORMAT, model->title, model->rows[k].name, pwk_thing_name (pwk_id_thing (link)),
                     pwk_id_number (link));
          g_clear_pointer (&next, pwk_inspect_free);
        }
      pwk_inspect_free (model);
    }
  g_assert_cmphex (pwk_machine_hash (m), ==, hash);
}

/* What is not there gives nothing, whatever the number. */
static void
test_nothing (void)
{
  static const uint64_t numbers[] = { 0, 1, 0xff, 0xffff, 0xffffffff, 0xffffffffff, PWK_ID_NUMBER_MASK };
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned thing = 0; thing < PWK_N_THINGS + 3; thing++)
    for (size_t i = 0; i < G_N_ELEMENTS (numbers); i++)
      {
        PwkInspectModel *model = look (machine, PWK_ID (thing, numbers[i]));

        if (model != NULL)
          check (model);
        g_clear_pointer (&model, pwk_inspect_free);
      }
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inspect/frames", test_frames);
  g_test_add_func ("/inspect/zone", test_zone);
  g_test_add_func ("/inspect/zone-named", test_zone_named);
  g_test_add_func ("/inspect/space", test_space);
  g_test_add_func ("/inspect/entry", test_entry);
  g_test_add_func ("/inspect/links", test_links);
  g_test_add_func ("/inspect/nothing", test_nothing);
  return g_test_run ();
}
