/* test-swap-areas.c - several swap areas: which is filled first, what swapoff () brings back, and what it is refused; planted faults
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <errno.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/proc.h"
#include "engine/reclaim/check.h"
#include "engine/virt/swap-door.h"

#define A     ((PwkVaddr) 0x10000000)
#define MIB   ((uint64_t) 1 << 20)
#define PAGES 8192u      /* 32 MiB at most */

static Fixture
machine_of (const char *memory, const char *swap, const char *kernel)
{
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };
  Fixture f = { .machine = pwk_machine_simple ("memory", memory, "swap", swap, "cpus", "1", "kernel", kernel, NULL) };

  f.task = pwk_process_new (f.machine, "A", 0, &spec, NULL);
  g_assert_cmpuint (f.task, >, 0);
  return f;
}

static void
fill (Fixture *f, unsigned pages)
{
  map_at (f, A, pages * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < pages; i++)
    g_assert_cmpint (store (f, f->task, A + i * PWK_PAGE_SIZE, i + 1), <=, PWK_ACCESS_MAJOR);
}

/* Out of memory they go, the first page first. */
static void
page_out (Fixture *f, unsigned pages)
{
  g_assert_cmpint (pwk_sys_madvise (f->machine, f->task, A, pages * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT), ==, 0);
}

static uint64_t
in_use (const Fixture *f, unsigned area)
{
  return f->machine->st->swap.areas[area].inuse;
}

/* The slot that the page is in; it must be swapped out. */
static uint64_t
slot_of (const Fixture *f, unsigned page)
{
  PwkEntryRef ref = pwk_entry_lookup (f->machine, pwk_mm (f->machine, pwk_task (f->machine, f->task)->mm)->pgd, A + page * PWK_PAGE_SIZE, PWK_LEVEL_PTE);
  PwkPte pte = pwk_entry_get (f->machine, ref);

  g_assert_cmpint (pwk_swp_type (pte), ==, PWK_SWP_SLOT);
  return pwk_swp_offset (pte);
}

/* Of three areas that of priority 9 is filled to its last slot, then the one that was given none. */
static void
test_priorities (const void *kernel)
{
  Fixture f = machine_of ("64M", "4M", kernel);
  g_autoptr(GString) swaps = g_string_new (NULL);

  g_assert_cmpint (pwk_swap_on (f.machine, 2 * MIB, 9), ==, 1);
  g_assert_cmpint (pwk_swap_on (f.machine, 8 * MIB, -1), ==, 2);
  g_assert_cmpuint (f.machine->st->total_swap_pages, ==, 1023 + 511 + 2047);
  fill (&f, 1600);
  page_out (&f, 100);
  g_assert_cmpuint (pwk_swap_area (slot_of (&f, 0)), ==, 1);
  g_assert_cmpuint (in_use (&f, 0), ==, 0);
  page_out (&f, 1600);
  fixture_check (&f);
  g_assert_cmpuint (in_use (&f, 1), ==, 511);
  g_assert_cmpuint (in_use (&f, 0), ==, 1023);
  g_assert_cmpuint (in_use (&f, 2), >=, 1600 - 511 - 1023);
  g_assert_cmpuint (in_use (&f, 2), <, 1600 - 511 - 1023 + PWK_SWAP_SLOTS_CACHE);    /* the cpu's slots cache has some, too */
  pwk_proc_swaps (f.machine, swaps);
  g_assert_nonnull (strstr (swaps->str, "/dev/sda2                               partition\t4092\t\t4092\t\t-2\n"));
  g_assert_nonnull (strstr (swaps->str, "/dev/sdb2                               partition\t2044\t\t2044\t\t9\n"));
  g_assert_nonnull (strstr (swaps->str, "/dev/sdc2                               partition\t8188\t\t"));
  for (unsigned i = 0; i < 1600; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  fixture_free (&f);
}

/* Areas of one priority take turns: with each cluster since 6.15, with each 64 slots before. */
static void
test_turns (const void *kernel)
{
  Fixture f = machine_of ("64M", "0", kernel);
  bool by_64 = f.machine->profile->swap_slots_cache;
  unsigned turn = by_64 ? 64 : 511, changes = 0;

  g_assert_cmpint (pwk_swap_on (f.machine, 16 * MIB, 5), ==, 0);
  g_assert_cmpint (pwk_swap_on (f.machine, 16 * MIB, 5), ==, 1);
  fill (&f, 1500);
  page_out (&f, 1500);
  for (unsigned i = 0; i + 1 < 1500; i++)
    changes += pwk_swap_area (slot_of (&f, i)) != pwk_swap_area (slot_of (&f, i + 1));
  g_assert_cmpuint (changes, ==, by_64 ? (1500 - 1) / 64 : 2);
  for (unsigned i = 0; i + 1 < turn; i++)
    g_assert_cmpuint (slot_of (&f, i) + 1, ==, slot_of (&f, i + 1));
  fixture_check (&f);
  fixture_free (&f);
}

/* What was there comes back or goes elsewhere; areas without a priority close up, and the number that is free is given again. */
static void
test_off (const void *kernel)
{
  Fixture f = machine_of ("64M", "4M", kernel);
  PwkSwap *swap = &f.machine->st->swap;

  g_assert_cmpint (pwk_swap_on (f.machine, 4 * MIB, -1), ==, 1);
  g_assert_cmpint (pwk_swap_on (f.machine, 4 * MIB, -1), ==, 2);
  fill (&f, 2500);
  page_out (&f, 2500);
  g_assert_cmpuint (in_use (&f, 1), ==, 1023);
  g_assert_cmpint (pwk_swap_off (f.machine, 1), ==, 0);
  fixture_check (&f);
  g_assert_cmpuint (swap->areas[1].max, ==, 0);
  g_assert_cmpint (swap->areas[0].prio, ==, -2);
  g_assert_cmpint (swap->areas[2].prio, ==, -3);
  g_assert_cmpuint (f.machine->st->total_swap_pages, ==, 2 * 1023);
  g_assert_cmpint (pwk_swap_off (f.machine, 1), ==, -EINVAL);
  g_assert_cmpint (pwk_swap_on (f.machine, 2 * MIB, -1), ==, 1);
  g_assert_cmpint (swap->areas[1].prio, ==, -4);
  g_assert_cmpuint (swap->areas[1].base, ==, swap->areas[0].base + 1024);    /* its records lie where the others' were */
  page_out (&f, 2500);
  fixture_check (&f);
  for (unsigned i = 0; i < 2500; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  for (unsigned area = 0; area < 3; area++)
    g_assert_cmpint (pwk_swap_off (f.machine, area), ==, 0);
  g_assert_cmpuint (f.machine->st->total_swap_pages, ==, 0);
  g_assert_cmpint (swap->nr_free, ==, 0);
  fixture_free (&f);
}

/* With more swapped out than there is memory for an area stays, and all that is in it; and so it does for who may not have so much (vm.overcommit_memory 2). */
static void
test_no_memory (void)
{
  Fixture f = machine_of ("16M", "32M", "6.18");

  fill (&f, 6000);
  g_assert_cmpuint (in_use (&f, 0), >, 2000);
  g_assert_cmpint (pwk_swap_off (f.machine, 0), ==, -ENOMEM);
  g_assert_true (f.machine->st->swap.areas[0].writeok);
  fixture_check (&f);
  g_assert_cmpint (pwk_swap_on (f.machine, 32 * MIB, -1), ==, 1);
  g_assert_cmpint (pwk_swap_off (f.machine, 0), ==, 0);     /* it goes to the other */
  g_assert_cmpuint (in_use (&f, 1), >, 2000);
  fixture_check (&f);
  f.machine->st->sysctl.overcommit_memory = PWK_OVERCOMMIT_NEVER;
  g_assert_cmpint (pwk_swap_off (f.machine, 1), ==, -ENOMEM);
  g_assert_cmpuint (f.machine->st->refusal, ==, PWK_WHY_COMMIT_LIMIT);
  fixture_check (&f);
  for (unsigned i = 0; i < 6000; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  fixture_free (&f);
}

static void
test_limits (void)
{
  Fixture f = machine_of ("32M", "0", "6.18");

  g_assert_cmpint (pwk_swap_on (f.machine, PWK_PAGE_SIZE, -1), ==, -EINVAL);
  g_assert_cmpint (pwk_swap_on (f.machine, ((uint64_t) 128 << 30) + PWK_PAGE_SIZE, -1), ==, -EINVAL);
  g_assert_cmpint (pwk_swap_on (f.machine, (uint64_t) 128 << 30, -1), ==, -ENOMEM);    /* its map would be larger than memory */
  for (int i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    g_assert_cmpint (pwk_swap_on (f.machine, (uint64_t) 1 << 30, i % 3), ==, i);
  g_assert_cmpint (pwk_swap_on (f.machine, MIB, 0), ==, -EPERM);
  fixture_check (&f);
  fill (&f, 10);
  page_out (&f, 10);
  g_assert_cmpuint (pwk_swap_area (slot_of (&f, 0)), ==, 2);     /* the first of the highest priority, 2 */
  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    if (i != 2)    /* of the one that is used each slot would be looked at */
      g_assert_cmpint (pwk_swap_off (f.machine, i), ==, 0);
  for (unsigned i = 0; i < 10; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  pwk_machine_free (f.machine);
}

/* Areas come and go while more is written and read than there is memory for. Whatever happens, each page holds what was written there last. */
static void
test_random (const void *kernel)
{
  Fixture f = machine_of ("16M", "24M", kernel);
  g_autofree uint64_t *values = g_new0 (uint64_t, PAGES);
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  unsigned pages = 5000;

  g_test_message ("seed %u", seed);
  fill (&f, pages);
  for (unsigned i = 0; i < pages; i++)
    values[i] = i + 1;
  for (unsigned n = 0; n < 6000; n++)
    {
      unsigned i = (unsigned) g_rand_int_range (rand, 0, (gint32) pages);

      if (n % 300 == 0)
        pwk_swap_on (f.machine, (uint64_t) g_rand_int_range (rand, 2, 4000) * PWK_PAGE_SIZE, g_rand_int_range (rand, -1, 3));
      if (n % 450 == 200)
        {
          int result = pwk_swap_off (f.machine, (unsigned) g_rand_int_range (rand, 1, PWK_MAX_SWAP_AREAS));

          g_assert_true (result == 0 || result == -EINVAL || result == -ENOMEM);
          fixture_check (&f);
        }
      if (g_rand_boolean (rand))
        g_assert_cmpint (store (&f, f.task, A + i * PWK_PAGE_SIZE, values[i] = n + 100000), <=, PWK_ACCESS_MAJOR);
      else
        g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
    }
  for (unsigned i = 0; i < pages; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
  fixture_free (&f);
}

/* Each rule of the check, broken once. */
static void
test_faults (void)
{
  static const char *const words[] = { "slots are in use, it says", "have the same records", "of a higher priority", "asked for slots 0 times", "asked for slots 2 times",
                                       "nobody is at it", "counted are", "slots are free" };

  for (unsigned fault = 0; fault < G_N_ELEMENTS (words); fault++)
    {
      g_autoptr(GString) why = g_string_new (NULL);
      Fixture f = machine_of ("32M", "4M", "6.18");
      PwkSwap *swap = &f.machine->st->swap;

      g_assert_cmpint (pwk_swap_on (f.machine, 4 * MIB, 3), ==, 1);
      fill (&f, 1100);
      page_out (&f, 1100);     /* both are used, and the higher one is full */
      g_assert_cmpint (pwk_swap_on (f.machine, 4 * MIB, 2), ==, 2);
      fixture_check (&f);
      switch (fault)
        {
        case 0: swap->areas[1].inuse--; break;
        case 1: swap->areas[1].base = swap->areas[0].base + 512; break;
        case 2: swap->avail[0] = 0; swap->avail[1] = 2; break;
        case 3: swap->n_avail--; break;
        case 4: swap->avail[swap->n_avail++] = 0; break;
        case 5: swap->areas[0].writeok = false; break;
        case 6: f.machine->st->total_swap_pages++; break;
        default: swap->nr_free--; break;
        }
      g_assert_false (pwk_reclaim_check (f.machine, why));
      if (!strstr (why->str, words[fault]))
        g_error ("%s: %s", words[fault], why->str);
      pwk_machine_free (f.machine);
    }
}

int
main (int argc, char **argv)
{
  static const char *const kernels[] = { "6.18", "6.12", "6.1", "seed" };

  g_test_init (&argc, &argv, NULL);
  for (unsigned i = 0; i < G_N_ELEMENTS (kernels); i++)
    {
      g_autofree char *priorities = g_strdup_printf ("/swap-areas/priorities/%s", kernels[i]), *turns = g_strdup_printf ("/swap-areas/turns/%s", kernels[i]);
      g_autofree char *off = g_strdup_printf ("/swap-areas/off/%s", kernels[i]), *random = g_strdup_printf ("/swap-areas/random/%s", kernels[i]);

      g_test_add_data_func (priorities, kernels[i], test_priorities);
      g_test_add_data_func (turns, kernels[i], test_turns);
      g_test_add_data_func (off, kernels[i], test_off);
      g_test_add_data_func (random, kernels[i], test_random);
    }
  g_test_add_func ("/swap-areas/no-memory", test_no_memory);
  g_test_add_func ("/swap-areas/limits", test_limits);
  g_test_add_func ("/swap-areas/faults", test_faults);
  return g_test_run ();
}
