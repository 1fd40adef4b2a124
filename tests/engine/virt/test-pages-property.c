/* test-pages-property.c - random calls and accesses by several processes keep every invariant
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "pages.h"
#include "seed.h"

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"

#define MAX_TASKS 4
#define BASE      0x10000000ull
#define SPAN      0x800000ull    /* 8 MiB: four huge pages */

typedef struct
{
  Fixture  fixture;
  GRand   *rand;
  PwkIndex tasks[MAX_TASKS];
  unsigned n_tasks;
  int64_t  fd[2];
} World;

static uint64_t
pick (World *world, uint64_t n)
{
  return n ? ((uint64_t) g_rand_int (world->rand) << 32 | g_rand_int (world->rand)) % n : 0;
}

static PwkVaddr
some_address (World *world)
{
  static const uint64_t grains[] = { 0x1000, 0x1000, 0x1000, 0x10000, 0x200000 };
  uint64_t grain = grains[pick (world, G_N_ELEMENTS (grains))];

  return BASE + pick (world, SPAN / grain) * grain;
}

static uint64_t
some_length (World *world)
{
  static const uint64_t lengths[] = { 0x1000, 0x2000, 0x5000, 0x10000, 0x40000, 0x200000, 0x400000, 0x201000 };

  return lengths[pick (world, G_N_ELEMENTS (lengths))];
}

static uint64_t
some_prot (World *world)
{
  static const uint64_t prots[] = { 3, 3, 3, 3, 1, 0, 2, 5, 7 };

  return prots[pick (world, G_N_ELEMENTS (prots))];
}

static void
do_mmap (World *world, PwkIndex task)
{
  uint64_t flags = PWK_MAP_FIXED | (pick (world, 4) == 0 ? PWK_MAP_POPULATE : 0);
  int64_t fd = -1;

  switch (pick (world, 5))
    {
    case 0:
      flags |= SHARED;
      break;
    case 1:
      flags |= PWK_MAP_SHARED;
      fd = world->fd[pick (world, 2)];
      break;
    case 2:
      flags |= PWK_MAP_PRIVATE;
      fd = world->fd[pick (world, 2)];
      break;
    default:
      flags |= PRIVATE;
    }
  pwk_sys_mmap (world->fixture.machine, task, some_address (world), some_length (world), some_prot (world), flags, fd,
                fd >= 0 ? pick (world, 8) << PWK_PAGE_SHIFT : 0);
}

static bool
is_alive (const World *world, PwkIndex task)
{
  return pwk_task (world->fixture.machine, task)->mm != 0;
}

/* Those that the OOM killer chose meanwhile act no more. False: nobody is left. */
static bool
bury_dead (World *world)
{
  for (unsigned i = 0; i < world->n_tasks;)
    if (is_alive (world, world->tasks[i]))
      i++;
    else
      world->tasks[i] = world->tasks[--world->n_tasks];
  return world->n_tasks > 0;
}

/* Memory that gets huge pages at its faults, or from the small ones that those gave it. */
static void
do_huge (World *world, PwkIndex task)
{
  PwkVaddr addr = BASE + pick (world, 4) * 0x200000;
  uint64_t len = 0x200000 * (1 + pick (world, 2));

  bool at_once = pick (world, 2);

  pwk_sys_mmap (world->fixture.machine, task, addr, len, RW, PRIVATE | PWK_MAP_FIXED, -1, 0);
  if (at_once)
    pwk_sys_madvise (world->fixture.machine, task, addr, len, PWK_MADV_HUGEPAGE);
  for (unsigned i = 0; i < 4 && is_alive (world, task); i++)
    pwk_access (world->fixture.machine, task, addr + pick (world, len), 1, (PwkAccessKind) pick (world, 2), 1);
  if (!at_once && is_alive (world, task))
    pwk_sys_madvise (world->fixture.machine, task, addr, len, PWK_MADV_COLLAPSE);
}

static void
do_madvise (World *world, PwkIndex task)
{
  static const int64_t advices[] = { 0, 1, 2, 3, 4, 4, 4, 8, 8, 9, 10, 11, 14, 14, 14, 14, 15, 18, 19, 20, 21, 22, 23, 24, 25, 25, 25, 102, 103 };

  int64_t advice = advices[pick (world, G_N_ELEMENTS (advices))];
  uint64_t mask = advice == PWK_MADV_COLLAPSE || pick (world, 4) == 0 ? 0x1fffff : 0;

  pwk_sys_madvise (world->fixture.machine, task, some_address (world) & ~mask, (some_length (world) + mask) & ~mask, advice);
}

static void
do_file (World *world, PwkIndex task)
{
  PwkMachine *machine = world->fixture.machine;
  int64_t fd = world->fd[pick (world, 2)];

  switch (pick (world, 7))
    {
    case 0:
      pwk_sys_ftruncate (machine, task, fd, (int64_t) pick (world, 300000));
      break;
    case 1:
      pwk_sys_fsync (machine, task, fd);
      break;
    case 2:
      pwk_sys_fadvise (machine, task, fd, pick (world, 100000), pick (world, 100000), (int64_t) pick (world, 6));
      break;
    case 3:
      pwk_sys_pread (machine, task, fd, some_address (world) + pick (world, 4096), pick (world, 20000), (int64_t) pick (world, 200000));
      break;
    case 4:
      pwk_sys_pwrite (machine, task, fd, some_address (world) + pick (world, 4096), pick (world, 20000), (int64_t) pick (world, 200000));
      break;
    case 5:
      pwk_sys_msync (machine, task, some_address (world), some_length (world), 1u << pick (world, 3));
      break;
    default:
      pwk_sys_readahead (machine, task, fd, pick (world, 200000), pick (world, 200000));
    }
}

static void
do_process (World *world, unsigned who)
{
  PwkMachine *machine = world->fixture.machine;

  if (world->n_tasks < MAX_TASKS && pick (world, 2))
    {
      int64_t pid = finish (&world->fixture, pwk_sys_clone (machine, world->tasks[who], 17));

      if (pid > 0)
        world->tasks[world->n_tasks++] = pwk_task_by_pid (machine, pid);
    }
  else if (who > 0)
    {
      pwk_sys_exit (machine, world->tasks[who], 0, true);
      world->tasks[who] = world->tasks[--world->n_tasks];
    }
}

static void
do_access (World *world, PwkIndex task)
{
  PwkVaddr addr = BASE + pick (world, SPAN);

  pwk_access (world->fixture.machine, task, addr, 1u << pick (world, 4), (PwkAccessKind) pick (world, 3), pick (world, 3));
}

static void
do_step (World *world)
{
  unsigned who = (unsigned) pick (world, world->n_tasks);
  PwkIndex task = world->tasks[who];
  PwkMachine *machine = world->fixture.machine;

  pwk_task_run (machine, task, (int) pick (world, 2));
  switch (pick (world, 18))
    {
    case 0:
      do_mmap (world, task);
      break;
    case 2:
      pwk_sys_munmap (machine, task, some_address (world), some_length (world));
      break;
    case 3:
      pwk_sys_mprotect (machine, task, some_address (world), some_length (world), some_prot (world));
      break;
    case 4:
      pwk_sys_mremap (machine, task, some_address (world), some_length (world), some_length (world), pick (world, 8), some_address (world));
      break;
    case 5:
    case 6:
      do_madvise (world, task);
      break;
    case 7:
      do_file (world, task);
      break;
    case 8:
      if (pick (world, 2))
        pwk_sys_mlock2 (machine, task, some_address (world), some_length (world), pick (world, 2));
      else
        pwk_sys_munlock (machine, task, some_address (world), some_length (world));
      break;
    case 1:
      do_huge (world, task);
      break;
    case 9:
      if (pick (world, 3) == 0)
        do_process (world, who);
      break;
    default:
      do_access (world, task);
    }
  finish (&world->fixture, 0);
}

static void
run_world (const char *memory, unsigned n_steps, uint32_t seed)
{
  World world = { .fixture = fixture_new (memory), .rand = g_rand_new_with_seed (seed), .n_tasks = 1 };

  world.tasks[0] = world.fixture.task;
  world.fd[0] = open_file (&world.fixture, "/tmp/file-a", 150000, 150000);
  world.fd[1] = open_file (&world.fixture, "/tmp/file-b", 200000, 0);
  for (unsigned step = 0; step < n_steps && bury_dead (&world); step++)
    {
      g_autoptr(GString) why = g_string_new (NULL);

      do_step (&world);
      if (!pwk_machine_check (world.fixture.machine, why))
        g_error ("seed %u, step %u: %s", seed, step, why->str);
    }
  g_rand_free (world.rand);
  fixture_free (&world.fixture);
}

/* Plenty of memory: all goes the usual ways. */
static void
test_roomy (void)
{
  run_world ("256M", 1500, (uint32_t) test_seed ());
}

/* So little that huge pages fail and fall back, and faults run out of memory. */
static void
test_tight (void)
{
  run_world ("24M", 1500, (uint32_t) test_seed ());
}

/* Of a dirty folio of a file that is several pages, reclaim has met some and marked those. */
static void
test_half_met (void)
{
  run_world ("24M", 950, 2191618592u);
}

/* The same seed gives the same machine, bit for bit. */
static void
test_repeatable (void)
{
  uint64_t hash[2];

  for (unsigned i = 0; i < 2; i++)
    {
      World world = { .fixture = fixture_new ("64M"), .rand = g_rand_new_with_seed (7), .n_tasks = 1 };

      world.tasks[0] = world.fixture.task;
      world.fd[0] = open_file (&world.fixture, "/tmp/file-a", 150000, 150000);
      world.fd[1] = open_file (&world.fixture, "/tmp/file-b", 200000, 0);
      for (unsigned step = 0; step < 800; step++)
        do_step (&world);
      hash[i] = pwk_machine_hash (world.fixture.machine);
      g_rand_free (world.rand);
      fixture_free (&world.fixture);
    }
  g_assert_cmpuint (hash[0], ==, hash[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/property/roomy", test_roomy);
  g_test_add_func ("/pages/property/tight", test_tight);
  g_test_add_func ("/pages/property/half-met", test_half_met);
  g_test_add_func ("/pages/property/repeatable", test_repeatable);
  return g_test_run ();
}
