/* test-pte.c - entries: fields, reserved bits, words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/machine.h"
#include "engine/paging/format.h"
#include "seed.h"
#include "space.h"

/* Intel SDM 3A, "Use of Page-Table Entries". */
#define PRESENT       ((uint64_t) 1 << 0)
#define WRITE_THROUGH ((uint64_t) 1 << 3)
#define CACHE_DISABLE ((uint64_t) 1 << 4)
#define PAT           ((uint64_t) 1 << 7)
#define LARGE         ((uint64_t) 1 << 7)
#define GLOBAL        ((uint64_t) 1 << 8)
#define PAT_OF_LARGE  ((uint64_t) 1 << 12)

static const PwkFormat *const format = &pwk_format_x86_64;

/* Fields of each kind of entry, present or not, cover the 64 bits once: setting what was got gives the entry back, whatever it is. */
static void
test_fields (void)
{
  static const PwkLevel levels[] = { PWK_LEVEL_PTE, PWK_LEVEL_PMD, PWK_LEVEL_PUD, PWK_LEVEL_PGD };
  uint64_t seed = test_seed ();

  for (unsigned k = 0; k < G_N_ELEMENTS (levels); k++)
    for (unsigned i = 0; i < 1000; i++)
      {
        uint64_t entry = space_random (&seed), copy = 0, covered = 0;
        unsigned n;
        const PwkPteField *fields = format->fields (entry, levels[k], &n);

        for (unsigned f = 0; f < n; f++)
          {
            uint64_t mask = (((uint64_t) 1 << fields[f].bits) - 1) << fields[f].shift;

            g_assert_cmphex (covered & mask, ==, 0);
            covered |= mask;
            copy = pwk_field_set (copy, &fields[f], pwk_field_get (entry, &fields[f]));
          }
        g_assert_cmphex (covered, ==, UINT64_MAX);
        g_assert_cmphex (copy, ==, entry);
      }
}

static uint64_t
field (uint64_t bits, PwkLevel level, const char *name)
{
  unsigned n;
  const PwkPteField *fields = format->fields (bits, level, &n);

  for (unsigned i = 0; i < n; i++)
    if (strcmp (fields[i].name, name) == 0)
      return pwk_field_get (bits, &fields[i]);
  g_error ("no field %s", name);
}

/* What a field says is what it is called: a large page's frame has its number, though bit 12 is another field's; a guard's marker is no frame. */
static void
test_values (void)
{
  uint64_t large = 0x2400000 | LARGE | PRESENT | PAT_OF_LARGE, guard = pwk_format_encode (format, pwk_mk_marker (PWK_SWP_MARKER_GUARD), PWK_LEVEL_PTE);

  g_assert_cmphex (field (large, PWK_LEVEL_PMD, "pfn"), ==, 0x2400);
  g_assert_cmphex (field (large, PWK_LEVEL_PMD, "pat"), ==, 1);
  g_assert_cmphex (field (0x2401000 | PRESENT, PWK_LEVEL_PMD, "pfn"), ==, 0x2401);
  g_assert_cmphex (field (guard, PWK_LEVEL_PTE, "type"), ==, PWK_SWP_PTE_MARKER);
  g_assert_cmphex (field (guard, PWK_LEVEL_PTE, "offset"), ==, ~(uint64_t) PWK_SWP_MARKER_GUARD & PWK_SWP_OFFSET_MASK);
  g_assert_cmphex (field (0, PWK_LEVEL_PTE, "pfn"), ==, 0);
}

/* LESSONS 19: 0x8000000012345067 is frame 0x12345 with P, RW, US, A, D, NX. */
static void
test_describe (void)
{
  g_autoptr(GString) out = g_string_new (NULL);

  pwk_pte_describe (format, 0x8000000012345067ull, PWK_LEVEL_PTE, out);
  g_assert_cmpstr (out->str, ==, "pfn 74565 present rw us accessed dirty nx");
  g_string_truncate (out, 0);
  pwk_pte_describe (format, 0, PWK_LEVEL_PTE, out);
  g_assert_cmpstr (out->str, ==, "none");
  g_string_truncate (out, 0);
  pwk_pte_describe (format, pwk_mk_swap (0x2a).val, PWK_LEVEL_PTE, out);
  g_assert_cmpstr (out->str, ==, "swap slot 0x2a");
  g_string_truncate (out, 0);
  pwk_pte_describe (format, 0x12345000 | GLOBAL, PWK_LEVEL_PTE, out);
  g_assert_cmpstr (out->str, ==, "pfn 74565 protnone global");
  g_string_truncate (out, 0);
  pwk_pte_describe (format, 0x40000000 | LARGE | PRESENT, PWK_LEVEL_PMD, out);
  g_assert_cmpstr (out->str, ==, "pfn 262144 present pse");
}

/* Bits above MAXPHYADDR are refused everywhere; the seed's profile refuses 52 … 62 too, today's leaves them to software. */
static void
test_reserved (void)
{
  const PwkProfile *today = pwk_profile_get (PWK_KERNEL_6_18, PWK_ARCH_X86_64), *seed = pwk_profile_get (PWK_KERNEL_SEED, PWK_ARCH_X86_64);

  for (unsigned bit = 0; bit < 64; bit++)
    {
      uint64_t entry = (uint64_t) 1 << bit;
      bool address = bit >= 46 && bit < 52, upper = bit >= 52 && bit <= 62;

      g_assert_cmpint (pwk_format_reserved (format, today, entry, PWK_LEVEL_PTE) != 0, ==, address);
      g_assert_cmpint (pwk_format_reserved (format, seed, entry, PWK_LEVEL_PTE) != 0, ==, address || upper);
      g_assert_cmpint (pwk_format_reserved (format, today, entry, PWK_LEVEL_PGD) != 0, ==, address || bit == 7);
      entry |= LARGE;
      g_assert_cmpint (pwk_format_reserved (format, today, entry, PWK_LEVEL_PMD) != 0, ==, address || (bit >= 13 && bit < 21));
      g_assert_cmpint (pwk_format_reserved (format, today, entry, PWK_LEVEL_PUD) != 0, ==, address || (bit >= 13 && bit < 30));
    }
}

/* Linux's PAT: WB WC UC- UC, WB WP UC- WT; bit 7 counts at the last level only, bit 12 in large pages. */
static void
test_memory_types (void)
{
  static const char *const types[] = { "WB", "WC", "UC-", "UC", "WB", "WP", "UC-", "WT" };

  for (unsigned i = 0; i < 8; i++)
    {
      uint64_t bits = (i & 1 ? WRITE_THROUGH : 0) | (i & 2 ? CACHE_DISABLE : 0);

      g_assert_cmpstr (format->memory_type (bits | (i & 4 ? PAT : 0), PWK_LEVEL_PTE), ==, types[i]);
      g_assert_cmpstr (format->memory_type (bits | LARGE | (i & 4 ? PAT_OF_LARGE : 0), PWK_LEVEL_PMD), ==, types[i]);
    }
  g_assert_cmpstr (format->memory_type (PAT, PWK_LEVEL_PMD), ==, "WB");
}

/* The portable names say of each entry what accesses of both modes then meet. */
static void
test_portable (void)
{
  for (unsigned i = 0; i < 16; i++)
    {
      bool p = i & 1, rw = i & 2, us = i & 4, nx = i & 8;
      PwkPtePortable flags = pwk_pte_portable ((PwkPte) { (p ? PWK_PTE_PRESENT : 0) | (rw ? PWK_PTE_RW : 0) | (us ? PWK_PTE_US : 0) |
                                                          (nx ? PWK_PTE_NX : 0) });

      g_assert_cmpint (flags.v, ==, p);
      g_assert_cmpint (flags.fault_on_read, ==, !p);
      g_assert_cmpint (flags.fault_on_write, ==, !(p && rw));
      g_assert_cmpint (flags.fault_on_execute, ==, !(p && !nx));
      g_assert_cmpint (flags.kernel_read, ==, p);
      g_assert_cmpint (flags.kernel_write, ==, p && rw);
      g_assert_cmpint (flags.user_read, ==, p && us);
      g_assert_cmpint (flags.user_write, ==, p && us && rw);
    }
}

/* Swap entries and protnone keep their meaning apart from present ones. */
static void
test_absent (void)
{
  uint64_t seed = test_seed ();

  for (unsigned i = 0; i < 1000; i++)
    {
      uint64_t slot = space_random (&seed) >> 36, pfn = space_random (&seed) >> 24;
      bool rw = slot & 1, dirty = slot & 2, young = slot & 4, exclusive = slot & 8;
      PwkPte was = { (rw ? PWK_PTE_RW : 0) | (dirty ? PWK_PTE_DIRTY : 0) | (young ? PWK_PTE_ACCESSED : 0) };
      PwkPte entry = exclusive ? pwk_pte_swp_mkexclusive (pwk_mk_swap (slot)) : pwk_mk_swap (slot), moves = pwk_mk_migration (pfn, was, exclusive);

      g_assert_false (pwk_pte_present (entry) || pwk_pte_none (entry));
      g_assert_cmpint (pwk_swp_type (entry), ==, PWK_SWP_SLOT);
      g_assert_cmphex (pwk_swp_offset (entry), ==, slot);
      g_assert_cmpuint (entry.val >> 59, ==, slot >> 25);
      g_assert_cmpint (pwk_pte_swp_exclusive (entry), ==, exclusive);
      g_assert_false (pwk_pte_present (moves) || pwk_pte_none (moves));
      g_assert_true (pwk_pte_is_migration (moves, pfn));
      g_assert_cmpint (pwk_migration_write (moves), ==, rw);
      g_assert_cmpint (pwk_migration_young (moves), ==, young);
      g_assert_cmpint (pwk_migration_dirty (moves), ==, dirty);
      g_assert_cmpint (pwk_migration_exclusive (moves), ==, rw || exclusive);
    }
  g_assert_cmphex (pwk_mk_swap (1).val, ==, 0x07fffffffffffc00);     /* __swp_entry (0, 1) of x86-64 */
  g_assert_cmpint (pwk_swp_type (pwk_mk_marker (PWK_SWP_MARKER_GUARD)), ==, PWK_SWP_GUARD);
  g_assert_cmpint (pwk_swp_type (pwk_mk_marker (PWK_SWP_MARKER_POISONED)), ==, PWK_SWP_POISON);
  g_assert_cmpint (pwk_swp_type (pwk_mk_marker (1)), ==, PWK_SWP_NONE);
  g_assert_cmphex (pwk_swp_offset ((PwkPte) { 2 }), ==, PWK_SWAP_NO_SLOT);
  g_assert_true (pwk_pte_present ((PwkPte) { PWK_PTE_PROTNONE }));
  g_assert_false (pwk_pte_hw_present ((PwkPte) { PWK_PTE_PROTNONE }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/pte/fields", test_fields);
  g_test_add_func ("/paging/pte/values", test_values);
  g_test_add_func ("/paging/pte/describe", test_describe);
  g_test_add_func ("/paging/pte/reserved", test_reserved);
  g_test_add_func ("/paging/pte/memory-types", test_memory_types);
  g_test_add_func ("/paging/pte/portable", test_portable);
  g_test_add_func ("/paging/pte/absent", test_absent);
  return g_test_run ();
}
