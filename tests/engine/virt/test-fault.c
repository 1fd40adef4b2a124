/* test-fault.c - page faults: which page comes, what it costs, what is told
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <errno.h>

#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/proc.h"
#include "engine/virt/fault.h"
#include "engine/virt/rmap.h"

#define A 0x10000000ull

/* Reading maps the zero page, writing replaces it by one of its own, once. */
static void
test_anonymous (void)
{
  Fixture f = fixture_new ("64M");
  const PwkTask *task = pwk_task (f.machine, f.task);

  map_at (&f, A, 0x4000, RW, PRIVATE, -1);
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_OK);
  assert_pagemap (&f, f.task, A, 0x2000, "10000000-10001000 present\n10001000-10002000 none\n");
  g_assert_cmpint (store (&f, f.task, A, 0x1122334455667788), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A, 0x1122334455667788), ==, PWK_ACCESS_OK);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 0x1122334455667788);
  assert_pagemap (&f, f.task, A, 0x2000, "10000000-10001000 present exclusive\n10001000-10002000 none\n");
  g_assert_cmpuint (task->min_flt, ==, 2);
  g_assert_cmpuint (task->maj_flt, ==, 0);
  fixture_free (&f);
}

/* What is given back and handed out again is zero, whatever it held. */
static void
test_zeroed (void)
{
  Fixture f = fixture_new ("64M");

  for (unsigned round = 0; round < 4; round++)
    {
      map_at (&f, A, 0x10000, RW, PRIVATE, -1);
      for (unsigned i = 0; i < 16; i++)
        {
          g_assert_cmpint (store (&f, f.task, A + i * 0x1000 + 8, 0), ==, PWK_ACCESS_MINOR);
          g_assert_cmpuint (peek (&f, f.task, A + i * 0x1000), ==, 0);
          store (&f, f.task, A + i * 0x1000, ~0ull);
        }
      g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, 0x10000), ==, 0);
    }
  fixture_free (&f);
}

/* Signals and their codes. */
static void
test_signals (void)
{
  static const struct { PwkVaddr addr; PwkAccessKind kind; PwkAccessOutcome outcome; uint32_t code; } cases[] = {
    { 0, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 1 },
    { A - 1, PWK_ACCESS_STORE, PWK_ACCESS_SIGSEGV, 1 },
    { A, PWK_ACCESS_STORE, PWK_ACCESS_SIGSEGV, 2 },              /* read-only */
    { A, PWK_ACCESS_FETCH, PWK_ACCESS_SIGSEGV, 2 },              /* not executable */
    { A + 0x1000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 2 },      /* PROT_NONE */
    { A + 0x2000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 1 },      /* a guard page */
    { A + 0x5000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGBUS, 2 },       /* behind the end of the file */
    { 0x7ffffffff000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 1 },  /* the first address behind user space */
    { 0x800000000000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 0x80 },
    { 0xffff888000000000, PWK_ACCESS_LOAD, PWK_ACCESS_SIGSEGV, 1 },
  };
  Fixture f = fixture_new ("64M");

  map_at (&f, A, 0x1000, PWK_PROT_READ, PRIVATE, -1);
  map_at (&f, A + 0x1000, 0x1000, 0, PRIVATE, -1);
  map_at (&f, A + 0x2000, 0x1000, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + 0x2000, 0x1000, PWK_MADV_GUARD_INSTALL), ==, 0);
  map_at (&f, A + 0x4000, 0x2000, RW, PWK_MAP_SHARED, open_file (&f, "/tmp/file-a", 100, 0));
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkAccessResult result = pwk_access (f.machine, f.task, cases[i].addr, 1, cases[i].kind, 0);

      g_test_message ("case %zu", i);
      g_assert_cmpint (result.outcome, ==, cases[i].outcome);
      g_assert_cmpuint (result.si_code, ==, cases[i].code);
    }
  fixture_free (&f);
}

/* An access across a page boundary faults on both sides. */
static void
test_crossing (void)
{
  Fixture f = fixture_new ("64M");
  PwkAccessResult result;

  map_at (&f, A, 0x2000, RW, PRIVATE, -1);
  result = pwk_access (f.machine, f.task, A + 0xffc, 8, PWK_ACCESS_STORE, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (result.faults, ==, 2);
  fixture_free (&f);
}

typedef struct { GArray *events; } Heard;

static void
note_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  (void) machine;
  g_array_append_val (((Heard *) data)->events, *event);
}

static const PwkEvent *
heard (const Heard *list, PwkEventKind kind)
{
  for (unsigned i = 0; i < list->events->len; i++)
    if (g_array_index (list->events, PwkEvent, i).kind == kind)
      return &g_array_index (list->events, PwkEvent, i);
  return NULL;
}

/* tlb_miss → access_fault → page_fault_user → handle_mm_fault → alloc_pages → mm_page_alloc, then do_anonymous_page with the page, and the
 * entry under it: each event's parent is the one that caused it. */
static void
test_causes (void)
{
  Fixture f = fixture_new ("64M");
  Heard list = { g_array_new (FALSE, FALSE, sizeof (PwkEvent)) };
  const PwkEvent *miss, *denied, *fault, *handle, *anonymous, *enter, *alloc, *set, *done;

  map_at (&f, A, 0x2000, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  pwk_machine_listen (f.machine, note_event, &list);
  pwk_machine_want (f.machine, -1, true);
  store (&f, f.task, A + 0x1000, 1);
  pwk_machine_listen (f.machine, NULL, NULL);

  miss = heard (&list, PWK_EV_TLB_MISS);
  denied = heard (&list, PWK_EV_ACCESS_FAULT);
  fault = heard (&list, PWK_EV_PAGE_FAULT_USER);
  handle = heard (&list, PWK_EV_HANDLE_MM_FAULT);
  anonymous = heard (&list, PWK_EV_DO_ANONYMOUS_PAGE);
  enter = heard (&list, PWK_EV_MM_PAGE_ALLOC_ENTER);
  alloc = heard (&list, PWK_EV_MM_PAGE_ALLOC);
  set = heard (&list, PWK_EV_SET_PTE);
  done = heard (&list, PWK_EV_FAULT_DONE);
  g_assert_true (miss && denied && fault && handle && anonymous && enter && alloc && set && done);
  g_assert_cmpuint (denied->parent, ==, miss->n);
  g_assert_cmpuint (pwk_arg (denied, ACCESS_FAULT, check), ==, PWK_CHECK_PRESENT);
  g_assert_cmpuint (fault->parent, ==, denied->n);
  g_assert_cmpuint (handle->parent, ==, fault->n);
  g_assert_cmpuint (handle->arg[3], ==, PWK_BRANCH_ANONYMOUS);
  g_assert_cmpuint (anonymous->parent, ==, handle->n);
  g_assert_cmpuint (enter->parent, ==, handle->n);
  g_assert_cmpuint (pwk_arg (anonymous, DO_ANONYMOUS_PAGE, pfn), ==, pwk_arg (alloc, MM_PAGE_ALLOC, pfn));
  g_assert_cmpuint (alloc->parent, ==, enter->n);
  g_assert_cmpuint (set->parent, ==, anonymous->n);
  g_assert_cmpuint (done->parent, ==, handle->n);
  g_assert_cmpuint (f.machine->st->cause, ==, 0);
  g_assert_cmpstr (pwk_fault_branch_name (PWK_BRANCH_ANONYMOUS), ==, "do_anonymous_page");
  g_array_unref (list.events);
  fixture_free (&f);
}

/* Shared anonymous memory: both sides of a fork see one page. */
static void
test_shared (void)
{
  Fixture f = fixture_new ("64M");
  PwkIndex child;

  map_at (&f, A, 0x4000, RW, SHARED, -1);
  store (&f, f.task, A, 42);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpuint (peek (&f, child, A), ==, 42);
  store (&f, child, A, 43);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 43);
  store (&f, child, A + 0x1000, 44);
  g_assert_cmpuint (peek (&f, f.task, A + 0x1000), ==, 44);
  g_assert_cmpint (pwk_sys_exit (f.machine, child, 0, true), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 43);
  fixture_free (&f);
}

/* The page that @task has at @addr. */
static const PwkPage *
page_at (const Fixture *f, PwkIndex task, PwkVaddr addr)
{
  PwkPte entry = pwk_entry_get (f->machine, pwk_entry_lookup (f->machine, pwk_mm (f->machine, pwk_task (f->machine, task)->mm)->pgd, addr, PWK_LEVEL_PTE));

  g_assert_true (pwk_pte_present (entry));
  return pwk_page (f->machine, pwk_pte_pfn (entry));
}

/* Shared memory's entries may be written to from the first read on: no fault tells that a page is dirty, its entry alone does, and hands it on
 * when the mapping goes. */
static void
test_shared_dirty (void)
{
  Fixture f = fixture_new ("64M");
  const PwkPage *page;
  PwkIndex child;

  map_at (&f, A, 0x1000, RW, SHARED, -1);
  child = fork_of (&f, f.task, "B");
  load (&f, f.task, A);
  page = page_at (&f, f.task, A);
  g_assert_cmpint (store (&f, f.task, A, 2), ==, PWK_ACCESS_OK);
  g_assert_false (page->pg_flags & PWK_PG_DIRTY);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, 0x1000), ==, 0);
  g_assert_true (page->pg_flags & PWK_PG_DIRTY);
  g_assert_cmpuint (peek (&f, child, A), ==, 2);
  fixture_free (&f);
}

/* A page that is populated for writing is dirty though nobody has written yet: else reclaim would drop it as one that is all zeros. */
static void
test_populate_write (void)
{
  Fixture f = fixture_new ("64M");
  PwkPte entry;

  map_at (&f, A, 0x1000, RW, PRIVATE, -1);
  g_assert_cmpint (finish (&f, pwk_sys_madvise (f.machine, f.task, A, 0x1000, PWK_MADV_POPULATE_WRITE)), ==, 0);
  entry = pwk_entry_get (f.machine, pwk_entry_lookup (f.machine, pwk_mm (f.machine, pwk_task (f.machine, f.task)->mm)->pgd, A, PWK_LEVEL_PTE));
  g_assert_true (pwk_pte_write (entry));
  g_assert_true (pwk_pte_dirty (entry));
  fixture_free (&f);
}

/* Populating is faulting: as many faults as pages, and one error's code for each kind of caller. */
static void
test_populate (void)
{
  Fixture f = fixture_new ("64M");

  map_at (&f, A, 0x8000, RW, PRIVATE | PWK_MAP_POPULATE, -1);
  g_assert_cmpuint (pwk_task (f.machine, f.task)->min_flt, ==, 8);
  assert_pagemap (&f, f.task, A, 0x8000, "10000000-10008000 present exclusive\n");
  map_at (&f, A, 0x2000, 0, PRIVATE, -1);
  g_assert_cmpint (finish (&f, pwk_sys_mlock2 (f.machine, f.task, A, 0x2000, 0)), ==, -ENOMEM);
  g_assert_cmpint (finish (&f, pwk_sys_madvise (f.machine, f.task, A, 0x2000, PWK_MADV_POPULATE_READ)), ==, -EINVAL);
  g_assert_cmpint (finish (&f, pwk_sys_madvise (f.machine, f.task, A - 0x1000, 0x1000, PWK_MADV_POPULATE_READ)), ==, -ENOMEM);
  g_assert_cmpint (pwk_sys_munlock (f.machine, f.task, A, 0x2000), ==, 0);
  fixture_free (&f);
}

static bool
count_mapping (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  (void) machine;
  (void) vma;
  g_assert_cmpuint (addr, ==, A);
  g_assert_cmpuint (entry.level, ==, PWK_LEVEL_PTE);
  ++*(unsigned *) data;
  return true;
}

/* From a frame to all entries that map it. */
static void
test_rmap (void)
{
  Fixture f = fixture_new ("64M");
  PwkPfn pfn;
  unsigned n = 0;

  map_at (&f, A, 0x1000, RW, PRIVATE, -1);
  store (&f, f.task, A, 1);
  pfn = pwk_access (f.machine, f.task, A, 1, PWK_ACCESS_LOAD, 0).phys >> PWK_PAGE_SHIFT;
  fork_of (&f, fork_of (&f, f.task, "B"), "C");
  pwk_rmap_walk (f.machine, pfn, count_mapping, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (pwk_page_mapcount (f.machine, pfn), ==, 3);
  fixture_free (&f);
}

/* When memory is out and there is nobody else, the process that asks for it is killed: all that it had is free again. */
static void
test_out_of_memory (void)
{
  Fixture f = fixture_new ("16M");
  PwkAccessOutcome outcome = PWK_ACCESS_MINOR;

  map_at (&f, A, 0x4000000, RW, PRIVATE | PWK_MAP_NORESERVE, -1);
  for (PwkVaddr addr = A; addr < A + 0x4000000 && outcome == PWK_ACCESS_MINOR; addr += 0x1000)
    outcome = store (&f, f.task, addr, 1);
  g_assert_cmpint (outcome, ==, PWK_ACCESS_SIGKILL);
  g_assert_cmpuint (pwk_task (f.machine, f.task)->mm, ==, 0);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_ANON_MAPPED), ==, 0);
  fixture_free (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/anonymous", test_anonymous);
  g_test_add_func ("/fault/zeroed", test_zeroed);
  g_test_add_func ("/fault/signals", test_signals);
  g_test_add_func ("/fault/crossing", test_crossing);
  g_test_add_func ("/fault/causes", test_causes);
  g_test_add_func ("/fault/shared", test_shared);
  g_test_add_func ("/fault/shared-dirty", test_shared_dirty);
  g_test_add_func ("/fault/populate", test_populate);
  g_test_add_func ("/fault/populate-write", test_populate_write);
  g_test_add_func ("/fault/rmap", test_rmap);
  g_test_add_func ("/fault/out-of-memory", test_out_of_memory);
  return g_test_run ();
}
