/* test-calls-random.c - memory calls at random: every state on the way is sound, and what is mapped is what a simple model says
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "seed.h"
#include "space.h"

#include <stdlib.h>

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/vma.h"

#define BASE    0x10000000ull
#define PAGE    4096ull
#define N_PAGES 64
#define N_TASKS 4

/* The model: for each page of the window, in each process, its rights, or -1. */
typedef struct
{
  Space    space;
  PwkIndex task[N_TASKS];
  int      rights[N_TASKS][N_PAGES];
  GRand   *rand;
} World;

static void
pick_range (World *world, unsigned *first, unsigned *n)
{
  *first = (unsigned) g_rand_int_range (world->rand, 0, N_PAGES);
  *n = (unsigned) g_rand_int_range (world->rand, 1, MIN (12, N_PAGES - (int) *first) + 1);
}

static bool
all_mapped (const int *rights, unsigned first, unsigned n)
{
  for (unsigned i = first; i < first + n; i++)
    if (rights[i] < 0)
      return false;
  return true;
}

static int
random_prot (World *world)
{
  static const int prots[] = { 0, PWK_PROT_READ, RW, RW, RW, RW | PWK_PROT_EXEC };

  return prots[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (prots))];
}

static void
do_mmap (World *world, unsigned who)
{
  static const unsigned flags[] = { ANON, ANON, ANON, PWK_MAP_SHARED | PWK_MAP_ANONYMOUS, ANON | PWK_MAP_NORESERVE, ANON | PWK_MAP_POPULATE };
  unsigned first, n;
  int prot = random_prot (world);

  pick_range (world, &first, &n);
  g_assert_cmpint (space_mmap (&world->space, BASE + first * PAGE, n * PAGE, (uint64_t) prot,
                               flags[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (flags))] | PWK_MAP_FIXED), ==, BASE + first * PAGE);
  for (unsigned i = first; i < first + n; i++)
    world->rights[who][i] = prot;
}

static void
do_munmap (World *world, unsigned who)
{
  unsigned first, n;

  pick_range (world, &first, &n);
  g_assert_cmpint (pwk_sys_munmap (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE), ==, 0);
  for (unsigned i = first; i < first + n; i++)
    world->rights[who][i] = -1;
}

/* Goes on up to the first hole. */
static void
do_mprotect (World *world, unsigned who)
{
  unsigned first, n;
  int prot = random_prot (world);
  int64_t result;

  pick_range (world, &first, &n);
  result = pwk_sys_mprotect (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE, (uint64_t) prot);
  g_assert_cmpint (result == 0, ==, all_mapped (world->rights[who], first, n));
  for (unsigned i = first; i < first + n && world->rights[who][i] >= 0; i++)
    world->rights[who][i] = prot;
}

static void
do_access (World *world, unsigned who)
{
  unsigned page = (unsigned) g_rand_int_range (world->rand, 0, N_PAGES);
  bool store = g_rand_boolean (world->rand);
  uint64_t addr = BASE + page * PAGE + (uint64_t) g_rand_int_range (world->rand, 0, 4096);
  const char *outcome = store ? space_store (&world->space, addr) : space_load (&world->space, addr);
  int rights = world->rights[who][page];
  bool allowed = rights > 0 && (!store || (rights & PWK_PROT_WRITE));

  /* MADV_PAGEOUT may have swapped it out */
  g_assert_cmpint (g_str_equal (outcome, "ok") || g_str_equal (outcome, "minor") || g_str_equal (outcome, "major"), ==, allowed);
}

static void
do_madvise (World *world, unsigned who)
{
  static const int advices[] = {
    PWK_MADV_DONTNEED, PWK_MADV_FREE, PWK_MADV_RANDOM, PWK_MADV_NORMAL, PWK_MADV_DONTDUMP, PWK_MADV_DODUMP, PWK_MADV_POPULATE_WRITE,
    PWK_MADV_HUGEPAGE, PWK_MADV_NOHUGEPAGE, PWK_MADV_COLD, PWK_MADV_PAGEOUT, PWK_MADV_WIPEONFORK, PWK_MADV_KEEPONFORK,
  };
  unsigned first, n;

  (void) who;
  pick_range (world, &first, &n);
  space_settle (&world->space, pwk_sys_madvise (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE,
                                                advices[g_rand_int_range (world->rand, 0, G_N_ELEMENTS (advices))]));
}

static void
do_mlock (World *world, unsigned who)
{
  unsigned first, n;

  (void) who;
  pick_range (world, &first, &n);
  if (g_rand_boolean (world->rand))
    space_settle (&world->space, pwk_sys_mlock2 (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE,
                                                 (uint64_t) g_rand_int_range (world->rand, 0, 2)));
  else
    pwk_sys_munlock (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE);
}

/* Inside the window, to a fixed place, same length: everything of the range goes there with its holes. */
static void
do_mremap (World *world, unsigned who)
{
  unsigned first, n, to;
  int *rights = world->rights[who];
  int64_t result;

  pick_range (world, &first, &n);
  to = (unsigned) g_rand_int_range (world->rand, 0, N_PAGES - (int) n + 1);
  result = pwk_sys_mremap (world->space.machine, world->space.task, BASE + first * PAGE, n * PAGE, n * PAGE,
                           PWK_MREMAP_MAYMOVE | PWK_MREMAP_FIXED, BASE + to * PAGE);
  if (to < first + n && first < to + n)
    {
      g_assert_cmpint (result, <, 0);
      return;
    }
  if (rights[first] < 0)
    {
      g_assert_cmpint (result, <, 0);
      return;
    }
  g_assert_cmpint (result, ==, BASE + to * PAGE);
  /* holes of the source leave alone what is at the target */
  for (unsigned i = 0; i < n; i++)
    if (rights[first + i] >= 0)
      {
        rights[to + i] = rights[first + i];
        rights[first + i] = -1;
      }
}

static void
do_brk (World *world, unsigned who)
{
  PwkIndex mm = pwk_task (world->space.machine, world->task[who])->mm;
  uint64_t start = pwk_mm (world->space.machine, mm)->start_brk;

  space_settle (&world->space, pwk_sys_brk (world->space.machine, world->space.task,
                                            start + (uint64_t) g_rand_int_range (world->rand, 0, 0x20000)));
}

/* One process ends and another is forked into its place. */
static void
do_fork (World *world, unsigned who)
{
  unsigned other = (who + 1) % N_TASKS;
  PwkMachine *machine = world->space.machine;
  int64_t pid;

  if (world->task[other])
    pwk_sys_exit (machine, world->task[other], 0, true);
  pid = space_settle (&world->space, pwk_sys_clone (machine, world->space.task, 17));
  g_assert_cmpint (pid, >, 0);
  world->task[other] = pwk_task_by_pid (machine, pid);
  for (unsigned i = 0; i < N_PAGES; i++)
    world->rights[other][i] = world->rights[who][i];
}

static void
compare (World *world, unsigned who)
{
  Space space = { world->space.machine, world->task[who] };

  for (unsigned i = 0; i < N_PAGES; i++)
    {
      PwkIndex vma = space_vma (&space, BASE + i * PAGE);
      int rights = vma ? (int) (pwk_vma (space.machine, vma)->vm_flags & PWK_VM_ACCESS_FLAGS) : -1;

      g_assert_cmpint (rights, ==, world->rights[who][i]);
    }
}

static void
test_random (void)
{
  static void (*const deeds[]) (World *, unsigned) = {
    do_mmap, do_mmap, do_mmap, do_munmap, do_mprotect, do_mprotect, do_access, do_access, do_access, do_access, do_madvise, do_madvise,
    do_mlock, do_mremap, do_mremap, do_brk, do_fork,
  };
  uint32_t seed = (uint32_t) test_seed ();
  unsigned steps = g_test_slow () ? 20000 : 3000;
  World world = { 0 };

  world.rand = g_rand_new_with_seed (seed);
  space_init (&world.space);
  world.task[0] = world.space.task;
  for (unsigned who = 0; who < N_TASKS; who++)
    for (unsigned i = 0; i < N_PAGES; i++)
      world.rights[who][i] = -1;

  for (unsigned step = 0; step < steps; step++)
    {
      unsigned who = (unsigned) g_rand_int_range (world.rand, 0, N_TASKS);
      unsigned deed = (unsigned) g_rand_int_range (world.rand, 0, G_N_ELEMENTS (deeds));
      g_autoptr(GString) why = g_string_new (NULL);

      if (!world.task[who])
        who = 0;
      world.space.task = world.task[who];
      deeds[deed] (&world, who);
      compare (&world, who);
      if (!pwk_machine_check (world.space.machine, why))
        g_error ("step %u (deed %u): %s", step, deed, why->str);
    }
  for (unsigned who = 0; who < N_TASKS; who++)
    if (world.task[who])
      {
        world.space.task = world.task[who];
        pwk_sys_exit (world.space.machine, world.task[who], 0, true);
      }
  g_assert_cmpint (world.space.machine->st->vm_committed_as, ==, 0);
  g_assert_cmpuint (world.space.machine->st->pools[PWK_POOL_VMA].n_used, ==, 0);
  g_assert_cmpuint (world.space.machine->st->pools[PWK_POOL_MM].n_used, ==, 0);
  g_assert_cmpuint (world.space.machine->st->pools[PWK_POOL_ANON_VMA].n_used, ==, 0);
  g_assert_cmpuint (world.space.machine->st->pools[PWK_POOL_AVC].n_used, ==, 0);
  space_clear (&world.space);
  g_rand_free (world.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/virt/calls/random", test_random);
  return g_test_run ();
}
