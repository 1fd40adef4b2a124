/* test-cow.c - fork and copy on write, against a model that copies at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"
#include "seed.h"

#include <stdlib.h>
#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/section.h"

#define A       0x10000000ull
#define PAGES   24
#define MAX_PROCESSES 5

/* The first to write copies, the last one keeps the page. */
static void
test_one_page (void)
{
  Fixture f = fixture_new ("64M");
  PwkIndex child;

  map_at (&f, A, 0x2000, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  store (&f, f.task, A + 64, 7);
  child = fork_of (&f, f.task, "B");
  assert_pagemap (&f, child, A, 0x2000, "10000000-10001000 present\n10001000-10002000 none\n");
  g_assert_cmpint (store (&f, f.task, A, 2), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (peek (&f, child, A), ==, 1);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_WP_PAGE_COPY), ==, 1);
  g_assert_cmpint (store (&f, child, A, 3), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_WP_PAGE_COPY), ==, 1);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 2);
  g_assert_cmpuint (peek (&f, child, A), ==, 3);
  g_assert_cmpuint (peek (&f, f.task, A + 64), ==, 7);    /* the rest of the page was copied, too */
  fixture_free (&f);
}

/* A fork rests after each region. All holds there as well: what the parent may not write to any more, no TLB lets it write to. */
static void
test_rests (void)
{
  Fixture f = fixture_new ("64M");
  unsigned rests = 0;

  for (unsigned i = 0; i < 3; i++)
    {
      map_at (&f, A + i * 0x100000, 0x3000, RW, PRIVATE, -1);
      store (&f, f.task, A + i * 0x100000, i);
      store (&f, f.task, A + i * 0x100000 + 0x2000, i);
    }
  pwk_sys_clone (f.machine, f.task, 17);
  for (; pwk_op_pending (f.machine); rests++)
    {
      pwk_op_step (f.machine);
      fixture_check (&f);
    }
  g_assert_cmpuint (rests, >=, 3);
  g_assert_cmpint (f.machine->st->op.result, >, 0);
  fixture_free (&f);
}

/* Whether process A's page at @addr is known to be its alone. */
static bool
is_exclusive (const Fixture *f, PwkVaddr addr)
{
  PwkPfn pgd = pwk_mm (f->machine, pwk_task (f->machine, f->task)->mm)->pgd;
  PwkPte entry = pwk_entry_get (f->machine, pwk_entry_lookup (f->machine, pgd, addr, PWK_LEVEL_PTE));

  return pwk_page (f->machine, pwk_pte_pfn (entry))->pg_flags & PWK_PG_ANON_EXCLUSIVE;
}

/* After the child is gone the page is the parent's again, without a copy, and is so for later writes too. */
static void
test_child_exits (void)
{
  Fixture f = fixture_new ("64M");
  PwkIndex child;

  map_at (&f, A, 0x1000, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpint (pwk_sys_exit (f.machine, child, 0, true), ==, 0);
  g_assert_false (is_exclusive (&f, A));
  g_assert_cmpint (store (&f, f.task, A, 2), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_WP_PAGE_COPY), ==, 0);
  g_assert_true (is_exclusive (&f, A));
  fixture_free (&f);
}

/* The laboratory may break it: then the other process sees the write. */
static void
test_broken (void)
{
  Fixture f = fixture_new ("64M");
  PwkIndex child;

  map_at (&f, A, 0x1000, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  child = fork_of (&f, f.task, "B");
  f.machine->st->lab_flags |= PWK_BROKEN_NO_COW;
  store (&f, child, A, 2);
  f.machine->st->lab_flags &= ~PWK_BROKEN_NO_COW;
  g_assert_cmpuint (peek (&f, f.task, A), ==, 2);
  fixture_free (&f);
}

typedef struct
{
  Fixture   fixture;
  GRand    *rand;
  unsigned  n;
  PwkIndex  tasks[MAX_PROCESSES];
  uint64_t  values[MAX_PROCESSES][PAGES];   /* what each process must read */
} Model;

static void
model_step (Model *model)
{
  unsigned who = (unsigned) g_rand_int_range (model->rand, 0, (int) model->n), page = (unsigned) g_rand_int_range (model->rand, 0, PAGES);
  PwkMachine *machine = model->fixture.machine;
  PwkVaddr addr = A + page * PWK_PAGE_SIZE + 16;

  switch (g_rand_int_range (model->rand, 0, 12))
    {
    case 0:
      if (model->n == MAX_PROCESSES)
        break;
      model->tasks[model->n] = fork_of (&model->fixture, model->tasks[who], "child");
      memcpy (model->values[model->n], model->values[who], sizeof model->values[who]);
      model->n++;
      break;
    case 1:
      if (who == 0)
        break;
      pwk_sys_exit (machine, model->tasks[who], 0, true);
      model->tasks[who] = model->tasks[--model->n];
      memcpy (model->values[who], model->values[model->n], sizeof model->values[who]);
      break;
    case 2:
      g_assert_cmpint (pwk_sys_madvise (machine, model->tasks[who], addr & PWK_PAGE_MASK, PWK_PAGE_SIZE, PWK_MADV_DONTNEED), ==, 0);
      model->values[who][page] = 0;
      break;
    case 3:
      g_assert_cmpint (pwk_sys_mprotect (machine, model->tasks[who], addr & PWK_PAGE_MASK, PWK_PAGE_SIZE, PWK_PROT_READ), ==, 0);
      g_assert_cmpint (pwk_sys_mprotect (machine, model->tasks[who], addr & PWK_PAGE_MASK, PWK_PAGE_SIZE, RW), ==, 0);
      break;
    case 4:
    case 5:
      g_assert_cmpuint (peek (&model->fixture, model->tasks[who], addr), ==, model->values[who][page]);
      break;
    default:
      model->values[who][page] = g_rand_int (model->rand);
      g_assert_cmpint (store (&model->fixture, model->tasks[who], addr, model->values[who][page]), <=, PWK_ACCESS_MINOR);
    }
}

/* However processes fork, write, give up and end, each reads what it wrote last, or what its parent had. */
static void
run_model (bool huge)
{
  uint32_t seed = (uint32_t) test_seed ();
  Model *model = g_new0 (Model, 1);

  model->fixture = fixture_new ("128M");
  model->rand = g_rand_new_with_seed (seed);
  model->n = 1;
  model->tasks[0] = model->fixture.task;
  map_at (&model->fixture, A, huge ? PWK_PMD_SIZE : PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  if (huge)
    g_assert_cmpint (pwk_sys_madvise (model->fixture.machine, model->fixture.task, A, PWK_PMD_SIZE, PWK_MADV_HUGEPAGE), ==, 0);
  for (unsigned step = 0; step < 3000; step++)
    {
      model_step (model);
      if (step % 50 == 0)
        fixture_check (&model->fixture);
    }
  for (unsigned who = 0; who < model->n; who++)
    for (unsigned page = 0; page < PAGES; page++)
      g_assert_cmpuint (peek (&model->fixture, model->tasks[who], A + page * PWK_PAGE_SIZE + 16), ==, model->values[who][page]);
  g_rand_free (model->rand);
  fixture_free (&model->fixture);
  g_free (model);
}

static void
test_model (void)
{
  run_model (false);
}

static void
test_model_huge (void)
{
  run_model (true);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cow/one-page", test_one_page);
  g_test_add_func ("/cow/rests", test_rests);
  g_test_add_func ("/cow/child-exits", test_child_exits);
  g_test_add_func ("/cow/broken", test_broken);
  g_test_add_func ("/cow/model", test_model);
  g_test_add_func ("/cow/model-huge", test_model_huge);
  return g_test_run ();
}
