/* test-page-table.c - making, finding and freeing tables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/paging/mm.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "seed.h"
#include "space.h"

static uint64_t
tables (const Space *space)
{
  return pwk_mm (space->machine, space->mm)->pgtables_bytes / PWK_PAGE_SIZE;
}

/* The entry of @addr found without the engine's functions: bits of the address, words of frames. */
static uint64_t
own_walk (const Space *space, PwkVaddr addr, unsigned *levels_read)
{
  uint64_t table = pwk_mm (space->machine, space->mm)->pgd, entry = 0;
  int n = (int) space->machine->st->levels;

  *levels_read = 0;
  for (int level = n - 1; level >= 0; level--)
    {
      const uint8_t *bytes = pwk_frame_bytes (space->machine, table);

      memcpy (&entry, bytes + (addr >> (12 + 9 * level) & 0x1ff) * 8, 8);
      ++*levels_read;
      if (!(entry & 1) || level == 0 || (entry & 0x80))
        return entry;
      table = (entry & 0x000ffffffffff000ull) >> 12;
    }
  return entry;
}

/* A first page needs a table at each level below the top; its neighbour none; one 512 GiB away three (with four levels). */
static void
test_alloc (void)
{
  Space space;

  space_init (&space, 1, 4, NULL);
  g_assert_cmpuint (tables (&space), ==, 0);
  space_map (&space, 0x555555554000, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 3);
  space_map (&space, 0x555555555000, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 3);
  space_map (&space, 0x555555754000, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 4);
  space_map (&space, 0x7ffff7ffe000, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 7);
  space_map (&space, 0x7fff00000000, USER_BITS, true);
  g_assert_cmpuint (tables (&space), ==, 8);
  space_check (&space);
  space_clear (&space);

  space_init (&space, 1, 5, NULL);
  space_map (&space, 0x555555554000, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 3);             /* the kernel does not count p4d tables */
  g_assert_cmpuint (pwk_event_count (space.machine, PWK_EV_TABLE_ALLOC), ==, 5);
  space_clear (&space);
}

/* The p4d is folded into a pgd of four levels: both names give one entry. */
static void
test_folded (void)
{
  for (unsigned levels = 4; levels <= 5; levels++)
    {
      Space space;
      PwkPfn pgd;
      PwkEntryRef as_pgd, as_p4d;

      space_init (&space, 1, levels, NULL);
      space_map (&space, 0x7f3c45a82000, USER_BITS, false);
      pgd = pwk_mm (space.machine, space.mm)->pgd;
      as_pgd = pwk_entry_lookup (space.machine, pgd, 0x7f3c45a82abc, PWK_LEVEL_PGD);
      as_p4d = pwk_entry_lookup (space.machine, pgd, 0x7f3c45a82abc, PWK_LEVEL_P4D);
      g_assert_cmpint (as_pgd.table == as_p4d.table && as_pgd.index == as_p4d.index, ==, levels == 4);
      g_assert_cmpuint (as_p4d.index, ==, 254);
      g_assert_cmpuint (pwk_entry_lookup (space.machine, pgd, 0x7f3c45a82abc, PWK_LEVEL_PUD).index, ==, 241);
      g_assert_cmpuint (pwk_entry_lookup (space.machine, pgd, 0x7f3c45a82abc, PWK_LEVEL_PMD).index, ==, 45);
      g_assert_cmpuint (pwk_entry_lookup (space.machine, pgd, 0x7f3c45a82abc, PWK_LEVEL_PTE).index, ==, 130);
      space_clear (&space);
    }
}

/* Ten thousand random addresses, near and far from what is mapped: the engine's walk and lookup find what reading the frames by hand finds. */
static void
test_random_walks (void)
{
  uint64_t seed = test_seed ();

  for (unsigned levels = 4; levels <= 5; levels++)
    {
      uint64_t mask = ((uint64_t) 1 << (levels == 5 ? 56 : 47)) - 1;
      PwkVaddr known[256];
      Space space;

      space_init (&space, 1, levels, NULL);
      for (unsigned i = 0; i < G_N_ELEMENTS (known); i++)
        {
          bool large = i % 16 == 0;

          known[i] = space_random (&seed) & mask & ~(PWK_PMD_SIZE - 1);
          if (!large)
            known[i] += (space_random (&seed) & 511) << 12;
          space_map (&space, known[i], USER_BITS, large && i < 32);
        }
      for (unsigned i = 0; i < 10000; i++)
        {
          PwkVaddr addr = space_random (&seed) & mask;
          unsigned read;
          uint64_t entry;
          PwkWalk walk;

          if (i % 4)
            addr = known[addr % G_N_ELEMENTS (known)] ^ (space_random (&seed) & (i % 4 == 1 ? 0xfff : i % 4 == 2 ? 0x1fffff : 0x3fffffff));
          entry = own_walk (&space, addr, &read);
          pwk_mmu_probe (space.machine, 0, space.mm, addr, PWK_ACCESS_LOAD, true, &walk);
          g_assert_cmpuint (walk.n_steps, ==, read);
          g_assert_cmphex (walk.steps[read - 1].entry.val, ==, entry);
          g_assert_cmpint (walk.ok, ==, entry & 1);
          if (walk.ok)
            {
              uint64_t size = read == levels ? 0x1000 : 0x200000;
              PwkPhys phys;

              g_assert_cmphex (walk.page_size, ==, size);
              g_assert_cmphex (walk.phys, ==, (entry & 0x000ffffffffff000ull) + (addr & (size - 1)));
              g_assert_cmpuint (space_access (&space, addr, PWK_ACCESS_LOAD, true, &phys), ==, 0);
              g_assert_cmphex (phys, ==, walk.phys);
            }
          else
            g_assert_cmphex (walk.error, ==, PWK_PF_USER);
        }
      space_check (&space);
      space_clear (&space);
    }
}

/* Two regions share a pmd table:
 *
 *      |  A  |     |  B  |        each 2 MiB inside of one GiB
 *
 * Freeing A with B's start as ceiling takes A's pte table alone; freeing B afterwards takes all that is left. */
static void
test_free_range (void)
{
  const PwkVaddr a = 0x40000000, b = 0x40800000;
  Space space;

  space_init (&space, 1, 4, NULL);
  space_map (&space, a, USER_BITS, false);
  space_map (&space, b, USER_BITS, false);
  g_assert_cmpuint (tables (&space), ==, 4);

  space_unmap (&space, a);
  pwk_free_pgd_range (space.machine, space.mm, a, a + PWK_PAGE_SIZE, 0, b);
  g_assert_cmpuint (tables (&space), ==, 3);
  space_check (&space);
  space_unmap (&space, b);
  pwk_free_pgd_range (space.machine, space.mm, b, b + PWK_PAGE_SIZE, a + PWK_PAGE_SIZE, 0);
  g_assert_cmpuint (tables (&space), ==, 2);             /* the floor is in the same GiB: its tables stay */
  pwk_free_pgd_range (space.machine, space.mm, b, b + PWK_PAGE_SIZE, 0, 0);
  g_assert_cmpuint (tables (&space), ==, 0);

  /* A neighbour within the same 2 MiB keeps even the pte table. */
  space_map (&space, a, USER_BITS, false);
  space_map (&space, a + PWK_PAGE_SIZE, USER_BITS, false);
  space_unmap (&space, a);
  pwk_free_pgd_range (space.machine, space.mm, a, a + PWK_PAGE_SIZE, 0, a + PWK_PAGE_SIZE);
  g_assert_cmpuint (tables (&space), ==, 3);
  space_clear (&space);
}

/* A new top table has the kernel's upper half; through it the direct map and the image translate for the kernel, not for users. */
static void
test_kernel_half (void)
{
  Space space;
  PwkVaddr direct;
  PwkWalk walk;
  const PwkPte *own, *kernel;

  space_init (&space, 1, 4, NULL);
  own = pwk_table_entries (space.machine, pwk_mm (space.machine, space.mm)->pgd);
  kernel = pwk_table_entries (space.machine, space.machine->st->swapper_pgd);
  for (unsigned i = 0; i < 256; i++)
    {
      g_assert_true (pwk_pte_none (own[i]));
      g_assert_cmphex (own[256 + i].val, ==, kernel[256 + i].val);
    }

  direct = pwk_page_address (space.machine, 0x3000) + 0x123;
  pwk_mmu_probe (space.machine, 0, space.mm, direct, PWK_ACCESS_STORE, false, &walk);
  g_assert_true (walk.ok);
  g_assert_cmphex (walk.phys, ==, 0x3000123);
  g_assert_cmpuint (walk.page_size, ==, PWK_PMD_SIZE);
  pwk_mmu_probe (space.machine, 0, space.mm, direct, PWK_ACCESS_LOAD, true, &walk);
  g_assert_false (walk.ok);
  g_assert_cmphex (walk.error, ==, PWK_PF_PROT | PWK_PF_USER);
  pwk_mmu_probe (space.machine, 0, space.mm, 0xffffffff81000000ull, PWK_ACCESS_FETCH, false, &walk);
  g_assert_true (walk.ok);
  g_assert_cmphex (walk.phys, ==, 0x1000000);
  pwk_mmu_probe (space.machine, 0, space.mm, 0xffffffff81000000ull, PWK_ACCESS_STORE, false, &walk);
  g_assert_false (walk.ok);
  space_clear (&space);
}

/* No memory for a table is an answer, and nothing is left behind but what was made before. */
static void
test_no_memory (void)
{
  Space space;
  GArray *taken = g_array_new (FALSE, FALSE, sizeof (PwkPfn));
  PwkEntryRef ref;
  PwkPfn pfn;

  space_init (&space, 1, 4, NULL);
  while ((pfn = pwk_alloc_pages (space.machine, PWK_GFP_KERNEL | PWK_GFP_NOWARN, 0, PWK_NUMA_NO_NODE, -1)) != PWK_NO_PFN)
    g_array_append_val (taken, pfn);
  ref = pwk_entry_alloc (space.machine, space.mm, 0x555555554000, PWK_LEVEL_PTE);
  g_assert_cmpuint (ref.table, ==, PWK_NO_PFN);
  for (unsigned i = 0; i < taken->len; i++)
    pwk_free_pages (space.machine, g_array_index (taken, PwkPfn, i), 0);
  ref = pwk_entry_alloc (space.machine, space.mm, 0x555555554000, PWK_LEVEL_PTE);
  g_assert_cmpuint (ref.table, !=, PWK_NO_PFN);
  g_array_unref (taken);
  space_clear (&space);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/page-table/alloc", test_alloc);
  g_test_add_func ("/paging/page-table/folded", test_folded);
  g_test_add_func ("/paging/page-table/random-walks", test_random_walks);
  g_test_add_func ("/paging/page-table/free-range", test_free_range);
  g_test_add_func ("/paging/page-table/kernel-half", test_kernel_half);
  g_test_add_func ("/paging/page-table/no-memory", test_no_memory);
  return g_test_run ();
}
