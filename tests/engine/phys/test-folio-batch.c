/* test-folio-batch.c - folios that wait in a cpu's batches on their way to the LRU lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/folio-batch.h"

#include "engine/phys/lruvec.h"
#include "engine/phys/page-state.h"
#include "phys.h"

#include <string.h>

#define MAX_FOLIOS 32

/* A machine of one kernel, and as many pages as its batches hold and one. */
typedef struct { PwkMachine *machine; unsigned size; PwkPfn pfn[MAX_FOLIOS]; } Fixture;

static void
set_up (Fixture *f, const void *kernel)
{
  f->machine = pwk_test_machine ("memory", "64M", "kernel", (const char *) kernel, NULL);
  f->size = f->machine->profile->folio_batch_size;
  for (unsigned i = 0; i <= f->size; i++)
    f->pfn[i] = pwk_alloc_pages (f->machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1);
}

static void
tear_down (Fixture *f, const void *kernel)
{
  (void) kernel;
  pwk_lru_add_drain_all (f->machine);
  pwk_test_check (f->machine);
  pwk_machine_free (f->machine);
}

static int64_t
listed (const Fixture *f, PwkNodeStat lru)
{
  return pwk_node (f->machine, 0)->vm_stat[lru];
}

static const PwkPage *
page (const Fixture *f, unsigned i)
{
  return pwk_page (f->machine, f->pfn[i]);
}

/* A batch holds a reference to each of its folios, and goes onto the lists when it is full: 31 folios, 15 until 6.7. */
static void
test_fill (Fixture *f, const void *kernel)
{
  g_assert_cmpuint (f->size, ==, strcmp (kernel, "6.1") == 0 ? 15 : 31);
  for (unsigned i = 0; i + 1 < f->size; i++)
    pwk_lru_cache_add (f->machine, f->pfn[i]);
  g_assert_cmpint (listed (f, PWK_NR_INACTIVE_FILE), ==, 0);
  g_assert_cmpint (page (f, 0)->_refcount, ==, 2);
  g_assert_cmpuint (pwk_batch_refs (f->machine, f->pfn[0]), ==, 1);
  pwk_lru_cache_add (f->machine, f->pfn[f->size - 1]);
  g_assert_cmpint (listed (f, PWK_NR_INACTIVE_FILE), ==, f->size);
  g_assert_cmpint (page (f, 0)->_refcount, ==, 1);
  g_assert_cmpuint (pwk_batch_refs (f->machine, f->pfn[0]), ==, 0);
  g_assert_cmpuint (pwk_node (f->machine, 0)->lru[PWK_NR_INACTIVE_FILE].list.head, ==, f->pfn[f->size - 1]);
}

/* The second access activates: a folio that still waits to be added by its flag alone, one that is listed by way of another batch. */
static void
test_accessed (Fixture *f, const void *kernel)
{
  (void) kernel;
  for (unsigned i = 0; i < 2; i++)
    {
      pwk_lru_cache_add (f->machine, f->pfn[i]);
      if (i == 0)
        pwk_lru_add_drain (f->machine);
      pwk_folio_mark_accessed (f->machine, f->pfn[i]);
      g_assert_cmphex (page (f, i)->pg_flags & (PWK_PG_REFERENCED | PWK_PG_ACTIVE), ==, PWK_PG_REFERENCED);
      pwk_folio_mark_accessed (f->machine, f->pfn[i]);
    }
  g_assert_cmphex (page (f, 0)->pg_flags & (PWK_PG_REFERENCED | PWK_PG_ACTIVE), ==, 0);
  g_assert_cmphex (page (f, 1)->pg_flags & (PWK_PG_REFERENCED | PWK_PG_ACTIVE), ==, PWK_PG_ACTIVE);
  g_assert_cmpuint (pwk_node (f->machine, 0)->lruvec.nonresident_age, ==, 2);
  pwk_lru_add_drain (f->machine);
  g_assert_cmpint (listed (f, PWK_NR_ACTIVE_FILE), ==, 2);
}

/* A folio that was locked by two stays unevictable until both have let go. */
static void
test_mlock (Fixture *f, const void *kernel)
{
  (void) kernel;
  pwk_mlock_new_folio (f->machine, f->pfn[0]);
  g_assert_cmpint (listed (f, PWK_NR_UNEVICTABLE), ==, 0);
  pwk_lru_add_drain (f->machine);
  g_assert_cmpint (listed (f, PWK_NR_UNEVICTABLE), ==, 1);
  pwk_mlock_folio (f->machine, f->pfn[0]);
  pwk_munlock_folio (f->machine, f->pfn[0]);
  pwk_lru_add_drain (f->machine);
  g_assert_cmpint (listed (f, PWK_NR_UNEVICTABLE), ==, 1);
  pwk_test_check (f->machine);
  pwk_munlock_folio (f->machine, f->pfn[0]);
  pwk_lru_add_drain (f->machine);
  g_assert_cmpint (listed (f, PWK_NR_UNEVICTABLE), ==, 0);
  g_assert_cmpint (listed (f, PWK_NR_INACTIVE_FILE), ==, 1);
}

/* Clean pages of files that are given up go to the old end, dirty ones to the new one, to be reclaimed once they are written. */
static void
test_deactivate_file (Fixture *f, const void *kernel)
{
  const PwkPageList *list = &pwk_node (f->machine, 0)->lru[PWK_NR_INACTIVE_FILE].list;

  (void) kernel;
  for (unsigned i = 0; i < 4; i++)
    pwk_lru_cache_add (f->machine, f->pfn[i]);
  pwk_lru_add_drain (f->machine);
  pwk_page_set_flags (f->machine, f->pfn[1], PWK_PG_DIRTY, 0);
  pwk_deactivate_file_folio (f->machine, f->pfn[1]);
  pwk_deactivate_file_folio (f->machine, f->pfn[2]);
  pwk_lru_add_drain (f->machine);
  g_assert_cmpuint (list->head, ==, f->pfn[1]);
  g_assert_cmpuint (list->tail, ==, f->pfn[2]);
  g_assert_cmphex (page (f, 1)->pg_flags & PWK_PG_RECLAIM, ==, PWK_PG_RECLAIM);
}

static const struct { const char *name; void (*run) (Fixture *f, const void *kernel); } tests[] = {
  { "fill", test_fill }, { "accessed", test_accessed }, { "mlock", test_mlock }, { "deactivate-file", test_deactivate_file },
};

int
main (int argc, char **argv)
{
  static const char *const kernels[] = { "6.18", "6.1" };

  g_test_init (&argc, &argv, NULL);
  for (unsigned k = 0; k < G_N_ELEMENTS (kernels); k++)
    for (unsigned i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path = g_strdup_printf ("/engine/phys/folio-batch/%s/%s", kernels[k], tests[i].name);

        g_test_add (path, Fixture, kernels[k], set_up, tests[i].run, tear_down);
      }
  return g_test_run ();
}
