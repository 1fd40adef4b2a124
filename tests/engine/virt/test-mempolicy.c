/* test-mempolicy.c - NUMA policies: where pages come to lie, regions that split and merge, pages that move
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

#include "nodes.h"
#include "seed.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/phys/mempolicy.h"
#include "engine/virt/files.h"
#include "engine/virt/inode.h"
#include "engine/virt/move-pages.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/vma.h"

#define MOVE 2u

/* Four nodes of 64 MiB; the only cpu stands in node 0. */
static Fixture
nodes_fixture (void)
{
  Fixture f = { pwk_machine_simple ("memory", "256M", "nodes", "4", "cpus", "1", "cpu_nodes", "0;;;", "thp", "madvise", "swap", "0", NULL), 0 };

  f.task = pwk_process_new (f.machine, "A", 0, NULL, NULL);
  g_assert_cmpuint (f.task, !=, 0);
  map_at (&f, A, PAGES (64), RW, PRIVATE, -1);
  return f;
}

static int64_t
mbind (Fixture *f, PwkVaddr addr, uint64_t len, int64_t mode, uint64_t mask, uint64_t flags)
{
  return pwk_sys_mbind (f->machine, f->task, addr, len, mode, words (&mask), 64, flags);
}

/* A region's policy goes before the task's, and without any the cpu's node counts; interleaving goes by the page's place, not by who comes first. */
static void
test_placement (void)
{
  Fixture f = nodes_fixture ();
  uint64_t mask = 1u << 3;

  assert_nodes (&f, A, "00");
  g_assert_cmpint (pwk_sys_set_mempolicy (f.machine, f.task, PWK_MPOL_BIND, words (&mask), 64), ==, 0);
  g_assert_cmpint (mbind (&f, A + PAGES (8), PAGES (8), PWK_MPOL_INTERLEAVE, 0x6, 0), ==, 0);
  g_assert_cmpint (mbind (&f, A + PAGES (16), PAGES (8), PWK_MPOL_WEIGHTED_INTERLEAVE, 0x5, 0), ==, 0);
  f.machine->st->weighted_interleave[2] = 3;
  assert_nodes (&f, A + PAGES (2), "333");
  store (&f, f.task, A + PAGES (11), 1);
  assert_nodes (&f, A + PAGES (8), "1212");
  assert_nodes (&f, A + PAGES (16), "02220222");
  fixture_free (&f);
}

/* Regions of one policy are one; a page moves with its contents to where the new policy wants it. */
static void
test_mbind_moves (void)
{
  Fixture f = nodes_fixture ();
  PwkIndex mm = pwk_task (f.machine, f.task)->mm;

  assert_nodes (&f, A, "0000");
  store (&f, f.task, A + PAGES (1), 0x1234);
  g_assert_cmpint (mbind (&f, A, PAGES (2), PWK_MPOL_BIND, 0x4, MOVE), ==, 0);
  g_assert_cmpint (node_at (&f, A), ==, 2);
  g_assert_cmpint (node_at (&f, A + PAGES (2)), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + PAGES (1)), ==, 0x1234);
  g_assert_cmpuint (pwk_vma (f.machine, pwk_find_vma (f.machine, mm, A))->vm_end, ==, A + PAGES (2));
  g_assert_cmpint (mbind (&f, A, PAGES (2), PWK_MPOL_DEFAULT, 0, 0), ==, 0);
  g_assert_cmpuint (pwk_vma (f.machine, pwk_find_vma (f.machine, mm, A))->vm_end, ==, A + PAGES (64));
  fixture_free (&f);
}

/* What two processes share stays where it is, unless the caller may move everybody's. */
static void
test_shared_stays (void)
{
  Fixture f = nodes_fixture ();
  uint64_t from = 1, to = 2;

  assert_nodes (&f, A, "00");
  fork_of (&f, f.task, "B");
  store (&f, f.task, A, 7);
  g_assert_cmpint (pwk_sys_migrate_pages (f.machine, f.task, 0, 64, words (&from), words (&to)), ==, 0);
  g_assert_cmpint (node_at (&f, A), ==, 1);
  g_assert_cmpint (node_at (&f, A + PAGES (1)), ==, 0);
  pwk_task_edit (f.machine, f.task)->privileged = true;
  g_assert_cmpint (pwk_sys_migrate_pages (f.machine, f.task, 0, 64, words (&from), words (&to)), ==, 0);
  g_assert_cmpint (node_at (&f, A + PAGES (1)), ==, 1);
  fixture_free (&f);
}

/* --- random calls --- */

static void
random_step (Fixture *f, GRand *rand, PwkIndex *tasks, unsigned *n)
{
  PwkIndex task = tasks[g_rand_int_range (rand, 0, (gint32) *n)];
  PwkVaddr addr = A + PAGES ((uint64_t) g_rand_int_range (rand, 0, 60));
  uint64_t len = PAGES ((uint64_t) g_rand_int_range (rand, 1, 20)), mask = (uint64_t) g_rand_int_range (rand, 0, 16), to = (uint64_t) g_rand_int_range (rand, 0, 16);
  int64_t mode = g_rand_int_range (rand, 0, PWK_MPOL_MAX), flags[] = { 0, 0, PWK_MPOL_F_STATIC_NODES, PWK_MPOL_F_RELATIVE_NODES };

  mode |= flags[g_rand_int_range (rand, 0, 4)];
  switch (g_rand_int_range (rand, 0, 9))
    {
    case 0:
      pwk_sys_set_mempolicy (f->machine, task, mode, words (&mask), 64);
      break;
    case 1: case 2:
      pwk_sys_mbind (f->machine, task, addr, len, mode, words (&mask), 64, (uint64_t) g_rand_int_range (rand, 0, 4));
      break;
    case 3:
      pwk_sys_migrate_pages (f->machine, task, 0, 64, words (&mask), words (&to));
      break;
    case 4:
      pwk_sys_set_mempolicy_home_node (f->machine, task, addr, len, mask & 3, 0);
      break;
    case 5:
      finish (f, pwk_sys_munmap (f->machine, task, addr, PAGES (2)));
      finish (f, pwk_sys_mmap (f->machine, task, addr, PAGES (2), RW, (g_rand_boolean (rand) ? PRIVATE : SHARED) | PWK_MAP_FIXED, -1, 0));
      break;
    case 6:
      if (*n < 3 && g_rand_int_range (rand, 0, 8) == 0)
        {
          tasks[*n] = fork_of (f, task, *n == 1 ? "B" : "C");
          ++*n;
        }
      break;
    default:
      store (f, task, addr, mask);
    }
}

/* Whatever policies come and go, and whatever moves: every state on the way is sound. */
static void
test_random (void)
{
  uint32_t seed = (uint32_t) test_seed ();
  Fixture f = nodes_fixture ();
  GRand *rand = g_rand_new_with_seed (seed);
  PwkIndex tasks[3] = { f.task };
  unsigned n = 1;

  for (unsigned step = 0; step < 1500; step++)
    {
      g_autoptr(GString) why = g_string_new (NULL);

      random_step (&f, rand, tasks, &n);
      if (!pwk_machine_check (f.machine, why))
        g_error ("seed %u, step %u: %s", seed, step, why->str);
    }
  g_rand_free (rand);
  fixture_free (&f);
}

/* --- what the check finds --- */

static PwkIndex
first_policy (Fixture *f)
{
  return pwk_vma (f->machine, pwk_find_vma (f->machine, pwk_task (f->machine, f->task)->mm, A))->vm_policy;
}

static void
plant_mode (Fixture *f)
{
  pwk_mempolicy_edit (f->machine, first_policy (f))->mode = PWK_MPOL_MAX;
}

static void
plant_nodes (Fixture *f)
{
  pwk_mempolicy_edit (f->machine, first_policy (f))->nodes = 1u << 9;
}

static void
plant_home (Fixture *f)
{
  pwk_mempolicy_edit (f->machine, first_policy (f))->home_node = 4;
}

static void
plant_two_owners (Fixture *f)
{
  pwk_task_edit (f->machine, f->task)->mempolicy = first_policy (f);
  f->machine->st->n_task_policies++;
}

static void
plant_lost (Fixture *f)
{
  pwk_pool_alloc (f->machine, PWK_POOL_MEMPOLICY);
}

static void
plant_count (Fixture *f)
{
  f->machine->st->n_task_policies++;
}

static void
plant_range (Fixture *f)
{
  PwkIndex mm = pwk_task (f->machine, f->task)->mm;
  PwkIndex inode = pwk_file (f->machine, pwk_vma (f->machine, pwk_find_vma (f->machine, mm, A + PAGES (64)))->vm_file)->inode;

  pwk_sp_node_edit (f->machine, pwk_inode (f->machine, inode)->shared_policy)->start = 99;
}

static const struct { const char *name; void (*plant) (Fixture *f); const char *says; } faults[] = {
  { "mode", plant_mode, "*has the mode*" },
  { "nodes", plant_nodes, "*has the nodes 0x200*" },
  { "home", plant_home, "*has the home node 4*" },
  { "two-owners", plant_two_owners, "*is somebody else's, too*" },
  { "lost", plant_lost, "*policies are in use*" },
  { "count", plant_count, "*n_task_policies is 1, 0 tasks*" },
  { "range", plant_range, "*is out of place*" },
};

static void
test_fault (gconstpointer data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  g_autoptr(GString) why = g_string_new (NULL);
  Fixture f = nodes_fixture ();

  map_at (&f, A + PAGES (64), PAGES (4), RW, SHARED, -1);
  g_assert_cmpint (mbind (&f, A, PAGES (2), PWK_MPOL_BIND, 0x4, 0), ==, 0);
  g_assert_cmpint (mbind (&f, A + PAGES (64), PAGES (2), PWK_MPOL_BIND, 0x2, 0), ==, 0);
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
  g_test_add_func ("/mempolicy/placement", test_placement);
  g_test_add_func ("/mempolicy/mbind-moves", test_mbind_moves);
  g_test_add_func ("/mempolicy/shared-stays", test_shared_stays);
  g_test_add_func ("/mempolicy/random", test_random);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/mempolicy/check/", faults[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
