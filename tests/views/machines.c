/* machines.c - small machines with a history, for tests of views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "machines.h"

#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/event-args.h"
#include "engine/core/op.h"
#include "engine/paging/mmu.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/pcp.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"
#include "kernel-memory.h"
#include "processes.h"

const char *const test_machine_names[] = {
  "boot", "paper", "busy", "split", "merge", "low", "pressure", "numa", "x86-32", "large", "vast",
  "regions", "merge-vma", "crowd", "la57", "huge", "segv", "threads",
  "slab", "slab-checked", "slab-areas", "slab-device", NULL
};

static const char paper[] =
  "Node 0, zone      DMA\n"
  "  pages free     60\n"
  "        boost    0\n"
  "        min      2\n"
  "        low      3\n"
  "        high     4\n"
  "        promo    5\n"
  "        spanned  64\n"
  "        present  64\n"
  "        managed  64\n"
  "        protection: (0, 0, 120, 120, 120)\n"
  "  start_pfn:           0\n"
  "Node 0, zone   Normal\n"
  "  pages free     900\n"
  "        boost    0\n"
  "        min      30\n"
  "        low      37\n"
  "        high     45\n"
  "        promo    52\n"
  "        spanned  960\n"
  "        present  960\n"
  "        managed  960\n"
  "        protection: (0, 0, 0, 0, 0)\n"
  "  start_pfn:           64\n"
  "Node 1, zone   Normal\n"
  "  pages free     1000\n"
  "        boost    0\n"
  "        min      32\n"
  "        low      40\n"
  "        high     48\n"
  "        promo    56\n"
  "        spanned  1024\n"
  "        present  1024\n"
  "        managed  1024\n"
  "        protection: (0, 0, 0, 0, 0)\n"
  "  start_pfn:           1024\n";

static void
take_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  TestMachine *self = data;

  g_array_append_val (self->events, *event);
  if (event->kind == PWK_EV_EXIT)
    {
      const PwkTaskExit exit = { event->n, (PwkIndex) pwk_arg (event, EXIT, task) };

      g_array_append_val (self->exits, exit);
    }
}

void
test_machine_forget (TestMachine *self)
{
  g_array_set_size (self->events, 0);
}

static const PwkEvent *
event_by_number (const TestMachine *self, uint64_t n)
{
  for (guint i = self->events->len; i > 0; i--)
    if (g_array_index (self->events, PwkEvent, i - 1).n == n)
      return &g_array_index (self->events, PwkEvent, i - 1);

  return NULL;
}

const PwkObservation *
test_machine_observe (TestMachine *self)
{
  guint n = self->events->len;
  guint first = n > PWK_OBSERVED_EVENTS ? n - PWK_OBSERVED_EVENTS : 0;

  g_array_set_size (self->chain, 0);
  for (const PwkEvent *event = n > 0 ? &g_array_index (self->events, PwkEvent, n - 1) : NULL; event != NULL;
       event = event_by_number (self, event->parent))
    g_array_append_vals (self->chain, event, 1);
  self->observation = (PwkObservation) {
    .machine = self->machine, .position = self->machine->st->n_events,
    .events = n > 0 ? &g_array_index (self->events, PwkEvent, first) : NULL, .n_events = n - first,
    .chain = (const PwkEvent *) self->chain->data, .n_chain = self->chain->len,
    .exits = (const PwkTaskExit *) (const void *) self->exits->data, .n_exits = self->exits->len,
  };
  return &self->observation;
}

/* --- deeds --- */

static void
finish (PwkMachine *machine)
{
  while (pwk_op_pending (machine))
    pwk_op_step (machine);
}

static PwkVaddr
map (PwkMachine *machine, PwkIndex task, uint64_t pages, uint64_t flags)
{
  int64_t addr = pwk_sys_mmap (machine, task, 0, pages * PWK_PAGE_SIZE, PWK_PROT_READ | PWK_PROT_WRITE, flags | PWK_MAP_ANONYMOUS, -1, 0);

  finish (machine);
  g_assert_cmpint (addr, >, 0);
  return (PwkVaddr) addr;
}

static void
touch (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t pages)
{
  for (uint64_t i = 0; i < pages; i++)
    pwk_access (machine, task, addr + i * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, i + 1);
}

/* Takes @n blocks of orders 0 … 3 and gives every third one back: free memory with holes. */
static void
break_up (PwkMachine *machine, unsigned n, int node)
{
  g_autofree PwkPfn *blocks = g_new (PwkPfn, n);

  for (unsigned i = 0; i < n; i++)
    blocks[i] = pwk_alloc_pages (machine, i % 5 == 0 ? PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE : i % 2 ? PWK_GFP_KERNEL : PWK_GFP_HIGHUSER_MOVABLE,
                                 i % 4, node, -1);
  for (unsigned i = 0; i < n; i += 3)
    if (blocks[i] != PWK_NO_PFN)
      pwk_free_pages (machine, blocks[i], i % 4);
}

static void
make_busy (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex first, child;
  PwkVaddr heap;

  break_up (machine, 600, 0);
  first = pwk_process_new (machine, "shell", 0, NULL, NULL);
  g_assert_cmpuint (first, !=, 0);
  heap = map (machine, first, 400, PWK_MAP_PRIVATE);
  touch (machine, first, heap, 300);
  touch (machine, first, map (machine, first, 40, PWK_MAP_SHARED), 20);
  /* 17 is SIGCHLD: a fork. */
  g_assert_cmpint (pwk_sys_clone (machine, first, 17), >, 0);
  finish (machine);
  child = machine->st->last_task;
  touch (machine, child, heap + 50 * PWK_PAGE_SIZE, 60);
  pwk_sys_munmap (machine, first, heap + 100 * PWK_PAGE_SIZE, 80 * PWK_PAGE_SIZE);
  test_machine_forget (self);
  touch (machine, first, heap + 310 * PWK_PAGE_SIZE, 1);
}

static void
fill_up (TestMachine *self)
{
  PwkMachine *machine = self->machine;

  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    while (pwk_alloc_pages (machine, PWK_GFP_ATOMIC | PWK_GFP_NOWARN, order, -1, -1) != PWK_NO_PFN)
      continue;
  test_machine_forget (self);
  pwk_alloc_pages (machine, PWK_GFP_KERNEL, 3, -1, -1);
}

/* More memory is wanted than there is: pages of all kinds are on the LRU lists, some are in the swap area, and the last fault has to reclaim. */
static void
make_pressure (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkOpenExtra file = { 512 * PWK_PAGE_SIZE, 400 * PWK_PAGE_SIZE, -1, -1, -1 };
  PwkIndex first = pwk_process_new (machine, "shell", 0, NULL, NULL), second;
  PwkVaddr heap;
  int64_t fd = pwk_sys_open (machine, first, "/var/log/messages", 2 /* O_RDWR */, &file);

  g_assert_cmpint (fd, >=, 0);
  finish (machine);
  touch (machine, first, map (machine, first, 2400, PWK_MAP_PRIVATE), 2400);
  second = pwk_process_new (machine, "grower", 0, NULL, NULL);
  heap = map (machine, second, 6000, PWK_MAP_PRIVATE);
  for (uint64_t i = 0; i < 5000; i++)
    {
      test_machine_forget (self);
      touch (machine, second, heap + i * PWK_PAGE_SIZE, 1);
      for (guint k = 0; i > 3000 && k < self->events->len; k++)
        if (g_array_index (self->events, PwkEvent, k).kind == PWK_EV_DIRECT_RECLAIM)
          return;
    }
  g_assert_not_reached ();
}

static void
make_split (TestMachine *self, bool merge)
{
  PwkPfn pfn;

  pwk_drain_all_pages (self->machine);
  test_machine_forget (self);
  pfn = pwk_alloc_pages (self->machine, PWK_GFP_KERNEL, 4, -1, -1);
  if (!merge)
    return;

  test_machine_forget (self);
  pwk_free_pages (self->machine, pfn, 4);
}

/* --- the list --- */

static PwkMachine *
build (const char *name)
{
  PwkMachine *machine = test_process_machine (name);

  if (machine != NULL)
    return machine;
  if (g_str_equal (name, "paper"))
    return pwk_machine_simple ("zoneinfo", paper, NULL);
  if (g_str_equal (name, "busy"))
    return pwk_machine_simple ("memory", "536870912", NULL);
  if (g_str_equal (name, "low"))
    return pwk_machine_simple ("memory", "16777216", NULL);
  if (g_str_equal (name, "pressure"))
    return pwk_machine_simple ("memory", "33554432", "swap", "67108864", NULL);
  if (g_str_equal (name, "numa"))
    return pwk_machine_simple ("memory", "2147483648", "nodes", "4", "cpus", "16", NULL);
  if (g_str_equal (name, "x86-32"))
    return pwk_machine_simple ("memory", "1610612736", "arch", "x86-32", NULL);
  if (g_str_equal (name, "large"))
    return pwk_machine_simple ("memory", "68719476736", "nodes", "2", "cpus", "32", NULL);
  if (g_str_equal (name, "slab-arrays"))
    return pwk_machine_simple ("memory", "67108864", "slab", "slab", NULL);
  if (g_str_equal (name, "slab-slob"))
    return pwk_machine_simple ("memory", "67108864", "slab", "slob", NULL);
  if (g_str_equal (name, "vast"))
    return pwk_machine_simple ("memory", "1099511627776", "nodes", "4", "cpus", "64", NULL);

  return pwk_machine_simple ("memory", "67108864", NULL);
}

TestMachine *
test_machine_new (const char *name)
{
  TestMachine *self = g_new0 (TestMachine, 1);

  self->machine = build (name);
  self->events = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  self->chain = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  self->exits = g_array_new (FALSE, TRUE, sizeof (PwkTaskExit));
  pwk_machine_listen (self->machine, take_event, self);
  pwk_machine_want (self->machine, -1, true);

  if (test_process_deeds (self, name) || test_kernel_deeds (self, name))
    return self;
  if (g_str_equal (name, "paper"))
    break_up (self->machine, 60, 0);
  else if (g_str_equal (name, "busy"))
    make_busy (self);
  else if (g_str_equal (name, "split") || g_str_equal (name, "merge"))
    make_split (self, g_str_equal (name, "merge"));
  else if (g_str_equal (name, "low"))
    fill_up (self);
  else if (g_str_equal (name, "pressure"))
    make_pressure (self);
  else if (g_str_equal (name, "numa"))
    break_up (self->machine, 4000, 2);
  else if (!g_str_equal (name, "boot") && !g_str_equal (name, "vast"))
    break_up (self->machine, 3000, -1);
  return self;
}

void
test_machine_free (TestMachine *self)
{
  pwk_machine_free (self->machine);
  g_array_unref (self->events);
  g_array_unref (self->chain);
  g_array_unref (self->exits);
  g_free (self);
}
