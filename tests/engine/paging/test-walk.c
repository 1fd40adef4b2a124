/* test-walk.c - rights, accessed and dirty, error codes, walk caches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include "engine/paging/mm.h"

#define ADDR 0x555555554000ull

/* Rights of the whole path: rw and us of all entries ANDed, nx ORed. Every combination of the leaf's and the pmd entry's bits, in both
 * modes, for each kind of access: TLB and walk say the same, twice. */
static void
test_permissions (void)
{
  for (unsigned bits = 0; bits < 64; bits++)
    {
      static const uint64_t names[] = { PWK_PTE_RW, PWK_PTE_US, PWK_PTE_NX };
      uint64_t leaf = 0, upper = 0;
      bool rw, us, nx;
      Space space;
      PwkEntryRef pmd;

      for (unsigned i = 0; i < 3; i++)
        {
          leaf |= bits >> i & 1 ? names[i] : 0;
          upper |= bits >> (i + 3) & 1 ? names[i] : 0;
        }
      rw = leaf & upper & PWK_PTE_RW;
      us = leaf & upper & PWK_PTE_US;
      nx = (leaf | upper) & PWK_PTE_NX;

      space_init (&space, 1, 4, NULL);
      space_map (&space, ADDR, leaf, false);
      pmd = pwk_entry_lookup (space.machine, pwk_mm (space.machine, space.mm)->pgd, ADDR, PWK_LEVEL_PMD);
      pwk_entry_set (space.machine, pmd, pwk_mk_pte (pwk_pte_pfn (pwk_entry_get (space.machine, pmd)), PWK_PTE_PRESENT | upper), ADDR);

      for (unsigned i = 0; i < 12; i++)
        {
          PwkAccessKind kind = (PwkAccessKind) (i % 3);
          bool user = i / 3 % 2;
          bool allowed = (us || !user) && (kind != PWK_ACCESS_STORE || rw) && (kind != PWK_ACCESS_FETCH || !nx);
          uint32_t error = PWK_PF_PROT | (user ? PWK_PF_USER : 0) | (kind == PWK_ACCESS_STORE ? PWK_PF_WRITE : 0) |
                           (kind == PWK_ACCESS_FETCH ? PWK_PF_INSTR : 0);
          PwkWalk walk;

          pwk_mmu_probe (space.machine, 0, space.mm, ADDR, kind, user, &walk);
          g_assert_cmpint (walk.ok, ==, allowed);
          g_assert_cmphex (walk.error, ==, allowed ? 0 : error);
          g_assert_cmphex (space_access (&space, ADDR, kind, user, NULL), ==, allowed ? 0 : error | SPACE_FAULT);
        }
      space_check (&space);
      space_clear (&space);
    }
}

/* Not present at each level: error code without P, told at that level. Bits above MAXPHYADDR: RSVD. */
static void
test_errors (void)
{
  PwkTranslation translation;
  Space space;

  space_init (&space, 1, 4, NULL);
  space_map (&space, ADDR, USER_BITS, false);
  for (PwkLevel level = PWK_LEVEL_PTE; level <= PWK_LEVEL_P4D; level++)
    {
      PwkEntryRef ref = pwk_entry_lookup (space.machine, pwk_mm (space.machine, space.mm)->pgd, ADDR, level);
      PwkPte entry = pwk_entry_get (space.machine, ref);
      PwkTlbCpu *block = pwk_tlb_cpu (space.machine, 0);

      pwk_flush_tlb_mm (space.machine, space.mm);
      pwk_entry_set (space.machine, ref, (PwkPte) { entry.val & ~PWK_PTE_PRESENT }, ADDR);
      g_assert_false (pwk_translate (space.machine, block, ADDR, PWK_ACCESS_STORE, true, &translation));
      g_assert_cmphex (translation.error, ==, PWK_PF_USER | PWK_PF_WRITE);
      g_assert_cmpuint (translation.level, ==, level == PWK_LEVEL_P4D ? PWK_LEVEL_PGD : level);

      pwk_flush_tlb_mm (space.machine, space.mm);
      pwk_entry_set (space.machine, ref, (PwkPte) { entry.val | (uint64_t) 1 << 47 }, ADDR);
      g_assert_false (pwk_translate (space.machine, block, ADDR, PWK_ACCESS_LOAD, true, &translation));
      g_assert_cmphex (translation.error, ==, PWK_PF_USER | PWK_PF_PROT | PWK_PF_RSVD);
      pwk_entry_set (space.machine, ref, entry, ADDR);
      pwk_flush_tlb_mm (space.machine, space.mm);
    }
  space_clear (&space);
}

static void
count_writes (PwkMachine *machine, const PwkEvent *event, void *data)
{
  unsigned *writes = data;

  if (event->kind == PWK_EV_SET_ACCESSED_DIRTY)
    {
      g_assert_cmphex ((event->arg[3] ^ event->arg[4]) & ~(PWK_PTE_ACCESSED | PWK_PTE_DIRTY), ==, 0);
      ++*writes;
    }
  g_assert_cmpint (event->kind, !=, PWK_EV_SET_PTE);
}

static uint64_t
leaf_bits (const Space *space)
{
  PwkPfn pgd = pwk_mm (space->machine, space->mm)->pgd;
  return pwk_entry_get (space->machine, pwk_entry_lookup (space->machine, pgd, ADDR, PWK_LEVEL_PTE)).val;
}

/* A load sets accessed, the first store dirty, even through a TLB entry that was filled by the load; no other bit is written by
 * hardware, and nothing is written twice. */
static void
test_accessed_dirty (void)
{
  unsigned writes = 0;
  Space space;
  uint64_t walks;

  space_init (&space, 1, 4, NULL);
  space_map (&space, ADDR, USER_BITS, false);
  pwk_machine_listen (space.machine, count_writes, &writes);
  pwk_machine_want (space.machine, -1, true);

  g_assert_cmpuint (space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL), ==, 0);
  g_assert_cmphex (leaf_bits (&space) & (PWK_PTE_ACCESSED | PWK_PTE_DIRTY), ==, PWK_PTE_ACCESSED);
  g_assert_cmpuint (writes, ==, 1);
  walks = space.machine->st->cpus[0].walks_data;
  g_assert_cmpuint (space_access (&space, ADDR, PWK_ACCESS_STORE, true, NULL), ==, 0);
  g_assert_cmphex (leaf_bits (&space) & PWK_PTE_DIRTY, !=, 0);
  g_assert_cmpuint (writes, ==, 2);
  for (unsigned i = 0; i < 10; i++)
    space_access (&space, ADDR + i, i & 1 ? PWK_ACCESS_STORE : PWK_ACCESS_LOAD, true, NULL);
  g_assert_cmpuint (writes, ==, 2);
  g_assert_cmpuint (space.machine->st->cpus[0].walks_data, ==, walks);

  pwk_machine_listen (space.machine, NULL, NULL);
  space_check (&space);
  space_clear (&space);
}

/* Rights that the kernel gives without a flush are seen: the TLB's narrower entry is looked at again before it faults. */
static void
test_widened (void)
{
  Space space;

  space_init (&space, 1, 4, NULL);
  space_map (&space, ADDR, PWK_PTE_US, false);
  g_assert_cmpuint (space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL), ==, 0);
  g_assert_cmphex (space_access (&space, ADDR, PWK_ACCESS_STORE, true, NULL), ==, SPACE_FAULT | PWK_PF_PROT | PWK_PF_USER | PWK_PF_WRITE);
  g_assert_cmpuint (space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL), ==, 0);
  space_edit (&space, ADDR, PWK_PTE_RW, 0);
  g_assert_cmpuint (space_access (&space, ADDR, PWK_ACCESS_STORE, true, NULL), ==, 0);
  space_check (&space);
  space_clear (&space);
}

/* Reads of a walk: four for the first page of a region, one for its neighbour, two for the next 2 MiB, three for the next GiB; with five
 * levels one more at the first alone. Off, the count that the caches would have saved is kept all the same. */
static void
test_walk_caches (void)
{
  static const PwkVaddr addrs[] = { 0x40000000, 0x40001000, 0x40200000, 0x80000000, 0x40002000 };
  static const unsigned reads[] = { 4, 1, 2, 3, 1 };

  for (unsigned levels = 4; levels <= 5; levels++)
    for (unsigned on = 0; on < 2; on++)
      {
        Space space;
        PwkCpu *cpu;

        space_init (&space, 1, levels, on ? "pwc=on" : "pwc=off");
        cpu = &space.machine->st->cpus[0];
        for (unsigned i = 0; i < G_N_ELEMENTS (addrs); i++)
          space_map (&space, addrs[i], USER_BITS, false);
        for (unsigned i = 0; i < G_N_ELEMENTS (addrs); i++)
          {
            uint64_t before = cpu->walk_refs_pwc, all = cpu->walk_refs, told = pwk_event_count (space.machine, PWK_EV_WALK_PTE) +
              pwk_event_count (space.machine, PWK_EV_WALK_PMD) + pwk_event_count (space.machine, PWK_EV_WALK_PUD) +
              pwk_event_count (space.machine, PWK_EV_WALK_P4D) + pwk_event_count (space.machine, PWK_EV_WALK_PGD), now;
            unsigned expected = reads[i] + (i == 0 && levels == 5);
            PwkWalk walk;

            pwk_mmu_probe (space.machine, 0, space.mm, addrs[i], PWK_ACCESS_LOAD, true, &walk);
            g_assert_cmpuint (walk.n_reads, ==, on ? expected : levels);
            g_assert_cmpuint (space_access (&space, addrs[i], PWK_ACCESS_LOAD, true, NULL), ==, 0);
            now = pwk_event_count (space.machine, PWK_EV_WALK_PTE) + pwk_event_count (space.machine, PWK_EV_WALK_PMD) +
              pwk_event_count (space.machine, PWK_EV_WALK_PUD) + pwk_event_count (space.machine, PWK_EV_WALK_P4D) +
              pwk_event_count (space.machine, PWK_EV_WALK_PGD);
            g_assert_cmpuint (cpu->walk_refs_pwc - before, ==, expected);
            g_assert_cmpuint (cpu->walk_refs - all, ==, levels);
            g_assert_cmpuint (now - told, ==, on ? expected : levels);
          }
        space_check (&space);
        space_clear (&space);
      }
}

/* A table that is freed and made anew elsewhere: no walk cache leads to the old one. */
static void
test_walk_cache_flush (void)
{
  Space space;

  space_init (&space, 2, 4, NULL);
  space_map (&space, ADDR, USER_BITS, false);
  space_run (&space, 1);
  space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL);
  space_run (&space, 0);
  space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL);
  space_unmap (&space, ADDR);
  pwk_free_pgd_range (space.machine, space.mm, ADDR, ADDR + PWK_PAGE_SIZE, 0, 0);
  space_check (&space);
  g_assert_cmphex (space_access (&space, ADDR, PWK_ACCESS_LOAD, true, NULL), ==, SPACE_FAULT | PWK_PF_USER);
  space_clear (&space);
}

/* Bits above the topmost must repeat it. */
static void
test_canonical (void)
{
  Space space;

  space_init (&space, 1, 4, NULL);
  g_assert_true (pwk_addr_canonical (space.machine, 0x7fffffffffff));
  g_assert_false (pwk_addr_canonical (space.machine, 0x800000000000));
  g_assert_false (pwk_addr_canonical (space.machine, 0xffff7fffffffffff));
  g_assert_true (pwk_addr_canonical (space.machine, 0xffff800000000000));
  space_clear (&space);
  space_init (&space, 1, 5, NULL);
  g_assert_true (pwk_addr_canonical (space.machine, 0x800000000000));
  g_assert_true (pwk_addr_canonical (space.machine, 0xffffffffffffff));
  g_assert_false (pwk_addr_canonical (space.machine, 0x100000000000000));
  space_clear (&space);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/walk/permissions", test_permissions);
  g_test_add_func ("/paging/walk/errors", test_errors);
  g_test_add_func ("/paging/walk/accessed-dirty", test_accessed_dirty);
  g_test_add_func ("/paging/walk/widened", test_widened);
  g_test_add_func ("/paging/walk/walk-caches", test_walk_caches);
  g_test_add_func ("/paging/walk/walk-cache-flush", test_walk_cache_flush);
  g_test_add_func ("/paging/walk/canonical", test_canonical);
  return g_test_run ();
}
