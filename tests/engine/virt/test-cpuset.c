/* test-cpuset.c - on which nodes a task may have memory at all, and what vm.zone_reclaim_mode makes of a node that is short
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>

#include "nodes.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/cpuset.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/phys/sysctl.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cpuset-attach.h"
#include "engine/virt/move-pages.h"
#include "engine/virt/vma.h"

/* Four nodes of 64 MiB, each with a cpu. */
static Fixture
nodes_fixture (void)
{
  Fixture f = { pwk_machine_simple ("memory", "256M", "nodes", "4", "cpus", "4", "cpu_nodes", "0;1;2;3", "thp", "never", "swap", "0", NULL), 0 };

  f.task = pwk_process_new (f.machine, "A", 0, NULL, NULL);
  g_assert_cmpuint (f.task, !=, 0);
  map_at (&f, A, PAGES (20000), RW, PRIVATE, -1);
  return f;
}

static int64_t
attach (Fixture *f, uint32_t mems, uint64_t cpus)
{
  return pwk_cpuset_attach (f->machine, f->task, mems, cpus);
}

static int
node_of (const Fixture *f, PwkPfn pfn)
{
  return pfn == PWK_NO_PFN ? -1 : pwk_pfn_zone (f->machine, pfn)->node;
}

/* Memory comes from the cpuset's nodes, whatever node the cpu is of; and what is there already follows. */
static void
test_placement (void)
{
  Fixture f = nodes_fixture ();

  assert_nodes (&f, A, "000");
  store (&f, f.task, A + PAGES (1), 0x1234);
  g_assert_cmpint (attach (&f, 0x4, 0xf), ==, 0);
  g_assert_cmpint (node_at (&f, A), ==, 2);
  g_assert_cmpint (node_at (&f, A + PAGES (2)), ==, 2);
  g_assert_cmpuint (peek (&f, f.task, A + PAGES (1)), ==, 0x1234);
  assert_nodes (&f, A + PAGES (8), "222");
  g_assert_cmpint (attach (&f, 0x1, 0xf), ==, 0);
  g_assert_cmpint (node_at (&f, A + PAGES (9)), ==, 0);
  fixture_free (&f);
}

/* A cpuset without nodes or cpus, or with some that there are not, is refused, and nothing has changed. */
static void
test_refused (void)
{
  Fixture f = nodes_fixture ();

  g_assert_cmpint (attach (&f, 0, 0xf), ==, -EINVAL);
  g_assert_cmpint (attach (&f, 0x10, 0xf), ==, -EINVAL);
  g_assert_cmpint (attach (&f, 0x1, 0), ==, -EINVAL);
  g_assert_cmpint (attach (&f, 0x1, 0x1f), ==, -EINVAL);
  g_assert_cmpuint (pwk_cpuset_mems (f.machine, f.task), ==, 0xf);
  g_assert_cmpuint (f.machine->st->cpusets_enabled, ==, 0);
  fixture_free (&f);
}

/* Who is on a cpu that the cpuset does not have goes on on one that it has. */
static void
test_cpus (void)
{
  Fixture f = nodes_fixture ();

  g_assert_cmpint (attach (&f, 0xf, 0xc), ==, 0);
  g_assert_cmpuint (pwk_task (f.machine, f.task)->cpu, ==, 2);
  assert_nodes (&f, A, "22");
  fixture_free (&f);
}

/* Takes all memory of a node but what cannot be had, as the kernel's. */
static void
empty (Fixture *f, int node)
{
  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    while (pwk_alloc_pages (f->machine, PWK_GFP_ATOMIC | PWK_GFP_THISNODE | PWK_GFP_NOWARN, order, node, -1) != PWK_NO_PFN)
      continue;
}

/* When the nodes of the cpuset are full, user memory (__GFP_HARDWALL) is not to be had; the kernel's own comes from elsewhere, in the slow path. */
static void
test_hardwall (void)
{
  Fixture f = nodes_fixture ();

  g_assert_cmpint (attach (&f, 0x2, 0x1), ==, 0);
  load (&f, f.task, A);
  g_assert_cmpint (node_of (&f, pwk_alloc_pages (f.machine, PWK_GFP_KERNEL, 0, -1, -1)), ==, 1);
  empty (&f, 1);
  g_assert_cmpint (node_of (&f, pwk_alloc_pages (f.machine, PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_NORETRY | PWK_GFP_NOWARN, 0, -1, -1)), ==, -1);
  g_assert_cmpint (node_of (&f, pwk_alloc_pages (f.machine, PWK_GFP_KERNEL | PWK_GFP_NORETRY, 0, -1, -1)), ==, 0);
  f.machine->st->cpus[0].context = PWK_CONTEXT_IRQ;
  g_assert_cmpint (node_of (&f, pwk_alloc_pages (f.machine, PWK_GFP_ATOMIC, 0, -1, -1)), ==, 0);
  f.machine->st->cpus[0].context = 0;
  fixture_free (&f);
}

/* Out of memory in a cpuset: only who may have memory there is in question, and badness is measured by what is there. */
static void
test_oom (void)
{
  Fixture f = nodes_fixture ();
  PwkIndex other = pwk_process_new (f.machine, "B", 0, NULL, NULL), mine = f.task;

  g_assert_cmpint (pwk_sys_mmap (f.machine, other, A, PAGES (20000), RW, PRIVATE | PWK_MAP_FIXED, -1, 0), ==, (int64_t) A);
  finish (&f, 0);
  for (unsigned i = 0; i < 18000; i++)
    store (&f, other, A + PAGES (i), i);
  g_assert_cmpint (pwk_cpuset_attach (f.machine, mine, 0x8, 0x8), ==, 0);
  g_assert_cmpint (pwk_cpuset_attach (f.machine, other, 0x7, 0x7), ==, 0);
  for (unsigned i = 0; i < 20000 && pwk_task (f.machine, mine)->mm; i++)
    store (&f, mine, A + PAGES (i), i);
  g_assert_cmpuint (pwk_task (f.machine, mine)->mm, ==, 0);
  g_assert_cmpuint (pwk_task (f.machine, other)->mm, !=, 0);
  fixture_free (&f);
}

/* A child is in its parent's cpuset. */
static void
test_fork (void)
{
  Fixture f = nodes_fixture ();
  PwkIndex child;

  g_assert_cmpint (attach (&f, 0x6, 0x3), ==, 0);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpuint (pwk_cpuset_mems (f.machine, child), ==, 0x6);
  g_assert_cmpuint (pwk_cpuset_cpus (f.machine, child), ==, 0x3);
  fixture_free (&f);
}

typedef struct { int64_t mode; uint64_t nodes; uint32_t mems; uint32_t becomes; } Rebinding;

/* Nodes 0 and 1 of the policy when the cpuset goes from all nodes to others. */
static const Rebinding rebindings[] = {
  { PWK_MPOL_BIND, 0x3, 0xc, 0xc },                                   /* the first two of four become 2 and 3 */
  { PWK_MPOL_INTERLEAVE, 0x9, 0x6, 0x6 },                             /* 0 → 1, 3 → 2, counted round */
  { PWK_MPOL_BIND | PWK_MPOL_F_STATIC_NODES, 0x3, 0x6, 0x2 },
  { PWK_MPOL_BIND | PWK_MPOL_F_STATIC_NODES, 0x1, 0xc, 0xc },         /* none is left: all */
  { PWK_MPOL_INTERLEAVE | PWK_MPOL_F_RELATIVE_NODES, 0x3, 0xc, 0xc },
  { PWK_MPOL_PREFERRED, 0x1, 0xc, 0x1 },                              /* a wish stays */
  { PWK_MPOL_PREFERRED_MANY, 0x3, 0xc, 0x3 },
};

/* The policy of the task and that of a region follow the cpuset alike. */
static void
test_rebind (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (rebindings); i++)
    {
      const Rebinding *r = &rebindings[i];
      Fixture f = nodes_fixture ();
      PwkIndex mm = pwk_task (f.machine, f.task)->mm;

      g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, r->mode, words (&r->nodes), 64), ==, 0);
      g_assert_cmpint (pwk_sys_mbind (f.machine, f.task, A, PAGES (2), r->mode, words (&r->nodes), 64, 0), ==, 0);
      g_assert_cmpint (attach (&f, r->mems, 0xf), ==, 0);
      g_assert_cmphex (pwk_mempolicy (f.machine, pwk_task (f.machine, f.task)->mempolicy)->nodes, ==, r->becomes);
      g_assert_cmphex (pwk_mempolicy (f.machine, pwk_vma (f.machine, pwk_find_vma (f.machine, mm, A))->vm_policy)->nodes, ==, r->becomes);
      fixture_free (&f);
    }
}

/* New policies, migrate_pages () and move_pages () keep to the cpuset. */
static void
test_calls (void)
{
  Fixture f = nodes_fixture ();
  uint64_t all = 0xf, three = 0x8, from = 0x2, mask = 0, page = A, node = 3;
  int64_t mode = 0, status = 0;

  g_assert_cmpint (attach (&f, 0x6, 0xf), ==, 0);
  store (&f, f.task, A, 1);
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, PWK_MPOL_INTERLEAVE, words (&all), 64), ==, 0);
  g_assert_cmphex (pwk_mempolicy (f.machine, pwk_task (f.machine, f.task)->mempolicy)->nodes, ==, 0x6);
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, PWK_MPOL_BIND, words (&three), 64), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_get_mempolicy (f.machine, f.task, &mode, &mask, 1, 64, 0, 4), ==, 0);
  g_assert_cmphex (mask, ==, 0x6);
  g_assert_cmpint (pwk_sys_migrate_pages (f.machine, f.task, 0, 64, words (&from), words (&three)), ==, -EPERM);
  g_assert_cmpint (pwk_sys_move_pages (f.machine, f.task, 0, 1, words (&page), words (&node), &status, 2), ==, -EACCES);
  fixture_free (&f);
}

/* --- vm.zone_reclaim_mode --- */

#define MANY 400

/* Node 0 is short but for a file that nobody maps. How many of MANY pages come from there. */
static int
pages_nearby (const char *mode, uint64_t *reclaims)
{
  Fixture f = nodes_fixture ();
  g_autoptr(GError) error = NULL;
  int nearby = 0;

  open_file (&f, "/tmp/f", PAGES (2000), PAGES (2000));
  load (&f, f.task, A);
  while (pwk_alloc_pages (f.machine, (PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_THISNODE | PWK_GFP_NOWARN) & ~PWK_GFP_RECLAIM, 0, 0, -1) != PWK_NO_PFN)
    continue;
  g_assert_true (pwk_sysctl_set (f.machine, "vm.zone_reclaim_mode", mode, &error));
  for (unsigned i = 0; i < MANY; i++)
    nearby += node_of (&f, pwk_alloc_pages (f.machine, PWK_GFP_HIGHUSER_MOVABLE, 0, -1, -1)) == 0;
  *reclaims = f.machine->st->vm_event[PWK_PGSCAN_ZONE_RECLAIM_SUCCESS];
  fixture_free (&f);
  return nearby;
}

/* By default the next node is asked when one is short; with mode 1 pages of files that nobody maps go first. */
static void
test_zone_reclaim (void)
{
  uint64_t none, some;
  int without = pages_nearby ("0", &none), with = pages_nearby ("1", &some);

  g_assert_cmpuint (none, ==, 0);
  g_assert_cmpuint (some, >, 0);
  g_assert_cmpint (with, >, without + MANY / 2);
}

/* --- planted faults --- */

static void
plant_unknown (Fixture *f)
{
  f->machine->st->cpusets_enabled = 0;
}

static void
plant_nodes (Fixture *f)
{
  pwk_task_edit (f->machine, f->task)->mems_allowed = 1u << 9;
}

static void
plant_cpu (Fixture *f)
{
  pwk_task_edit (f->machine, f->task)->cpu = 3;
}

static void
plant_binding (Fixture *f)
{
  pwk_mempolicy_edit (f->machine, pwk_task (f->machine, f->task)->mempolicy)->cpuset_mems_allowed = 0xf;
}

static const struct { const char *name; void (*plant) (Fixture *f); const char *says; } faults[] = {
  { "unknown", plant_unknown, "*is in a cpuset, and there are none*" },
  { "nodes", plant_nodes, "*its cpuset has the nodes 0x200*" },
  { "cpu", plant_cpu, "*is on cpu 3, which its cpuset does not have*" },
  { "binding", plant_binding, "*is bound to the nodes 0xf*" },
};

static void
test_fault (gconstpointer data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  g_autoptr(GString) why = g_string_new (NULL);
  Fixture f = nodes_fixture ();
  uint64_t nodes = 0x6;

  g_assert_cmpint (attach (&f, 0x6, 0x3), ==, 0);
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, PWK_MPOL_BIND, words (&nodes), 64), ==, 0);
  fixture_check (&f);
  faults[i].plant (&f);
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_true (g_pattern_match_simple (faults[i].says, why->str));
  pwk_machine_free (f.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cpuset/placement", test_placement);
  g_test_add_func ("/cpuset/refused", test_refused);
  g_test_add_func ("/cpuset/cpus", test_cpus);
  g_test_add_func ("/cpuset/hardwall", test_hardwall);
  g_test_add_func ("/cpuset/oom", test_oom);
  g_test_add_func ("/cpuset/fork", test_fork);
  g_test_add_func ("/cpuset/rebind", test_rebind);
  g_test_add_func ("/cpuset/calls", test_calls);
  g_test_add_func ("/cpuset/zone-reclaim", test_zone_reclaim);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/cpuset/check/", faults[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
