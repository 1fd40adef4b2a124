/* test-thing.c - what the ids of things pack comes out again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "views/thing.h"

#define ROUNDS 2000

static uint64_t
draw (unsigned bits)
{
  return ((uint64_t) (uint32_t) g_test_rand_int () << 32 | (uint32_t) g_test_rand_int ()) & ((UINT64_C (1) << bits) - 1);
}

static void
test_physical (void)
{
  for (unsigned i = 0; i < ROUNDS; i++)
    {
      const uint64_t pfn = draw (48);
      const unsigned node = (unsigned) draw (10), zone = (unsigned) draw (3), order = (unsigned) draw (4), type = (unsigned) draw (3),
                     cpu = (unsigned) draw (13);
      PwkThingParts parts = pwk_thing_parts (PWK_ID_BLOCK (pfn, order));

      g_assert_true (parts.thing == PWK_THING_BLOCK && parts.pfn == pfn && parts.order == order);
      parts = pwk_thing_parts (PWK_ID (PWK_THING_PFN, pfn));
      g_assert_true (parts.thing == PWK_THING_PFN && parts.pfn == pfn && parts.order == 0);
      parts = pwk_thing_parts (PWK_ID_ZONE (node, zone));
      g_assert_true (parts.thing == PWK_THING_ZONE && parts.node == node && parts.zone == zone);
      parts = pwk_thing_parts (PWK_ID_WATERMARK (node, zone, order));
      g_assert_true (parts.thing == PWK_THING_WATERMARK && parts.node == node && parts.zone == zone);
      parts = pwk_thing_parts (PWK_ID_FREE_LIST (node, zone, order, type));
      g_assert_true (parts.thing == PWK_THING_FREE_LIST && parts.node == node && parts.zone == zone && parts.order == order &&
                     parts.migratetype == type);
      parts = pwk_thing_parts (PWK_ID_PCP (node, zone, cpu));
      g_assert_true (parts.thing == PWK_THING_PCP && parts.node == node && parts.zone == zone && parts.cpu == cpu);
    }
}

/* Half of the addresses lie in the kernel's half, cut to 56 bits in the id. */
static void
test_virtual (void)
{
  for (unsigned i = 0; i < ROUNDS; i++)
    {
      const uint64_t start = draw (56) & ~(PWK_PAGE_SIZE - 1), pfn = draw (44);
      const uint64_t address = i % 2 == 0 ? draw (55) : ~draw (55);
      const unsigned level = (unsigned) draw (3), index = (unsigned) draw (9);
      PwkThingParts parts = pwk_thing_parts (PWK_ID_VMA (start));

      g_assert_true (parts.thing == PWK_THING_VMA && parts.address == start);
      parts = pwk_thing_parts (PWK_ID_GAP (start));
      g_assert_true (parts.thing == PWK_THING_GAP && parts.address == start);
      parts = pwk_thing_parts (PWK_ID_ADDRESS (address));
      g_assert_cmphex (parts.address, ==, address);
      parts = pwk_thing_parts (PWK_ID_TABLE (pfn, level));
      g_assert_true (parts.thing == PWK_THING_TABLE && parts.pfn == pfn && parts.level == level);
      parts = pwk_thing_parts (PWK_ID_ENTRY (pfn, index));
      g_assert_true (parts.thing == PWK_THING_ENTRY && parts.pfn == pfn && parts.index == index);
      parts = pwk_thing_parts (PWK_ID_BIT (level, index % 64));
      g_assert_true (parts.thing == PWK_THING_BIT && parts.level == level && parts.index == index % 64);
    }
}

static void
test_tlb (void)
{
  for (unsigned i = 0; i < ROUNDS; i++)
    {
      const unsigned cpu = (unsigned) draw (13), level = (unsigned) draw (3), set = (unsigned) draw (20), way = (unsigned) draw (6);
      PwkThingParts parts = pwk_thing_parts (PWK_ID_TLB (cpu, level));

      g_assert_true (parts.thing == PWK_THING_TLB && parts.cpu == cpu && parts.level == level);
      parts = pwk_thing_parts (PWK_ID_TLB_SET (cpu, level, set));
      g_assert_true (parts.thing == PWK_THING_TLB_SET && parts.cpu == cpu && parts.level == level && parts.index == set);
      parts = pwk_thing_parts (PWK_ID_TLB_WAY (cpu, level, set, way));
      g_assert_true (parts.thing == PWK_THING_TLB_WAY && parts.cpu == cpu && parts.level == level && parts.index == set && parts.way == way);
      parts = pwk_thing_parts (PWK_ID_WALK_CACHE (cpu, level, way));
      g_assert_true (parts.thing == PWK_THING_WALK_CACHE && parts.cpu == cpu && parts.level == level && parts.index == way);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/views/thing/physical", test_physical);
  g_test_add_func ("/views/thing/virtual", test_virtual);
  g_test_add_func ("/views/thing/tlb", test_tlb);
  return g_test_run ();
}
