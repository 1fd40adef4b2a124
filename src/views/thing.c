/* thing.c - what ids name
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/thing.h"

static uint64_t
low_bits (uint64_t number, unsigned n)
{
  return number & ((UINT64_C (1) << n) - 1);
}

static void
read_zone (PwkThingParts *parts, uint64_t key)
{
  parts->node = (unsigned) (key >> 8);
  parts->zone = key & 0xff;
}

static void
read_physical (PwkThingParts *parts)
{
  const uint64_t number = parts->number;

  switch ((int) parts->thing)
    {
    case PWK_THING_PFN:
    case PWK_THING_PAGEBLOCK:
    case PWK_THING_SLAB:
      parts->pfn = number;
      break;
    case PWK_THING_BLOCK:
      parts->pfn = low_bits (number, 48);
      parts->order = (unsigned) (number >> 48);
      break;
    case PWK_THING_ZONE:
      read_zone (parts, number);
      break;
    case PWK_THING_WATERMARK:
      read_zone (parts, number >> 8);
      break;
    case PWK_THING_FREE_LIST:
      read_zone (parts, number >> 16);
      parts->order = number >> 8 & 0xff;
      parts->migratetype = number & 0xff;
      break;
    case PWK_THING_PCP:
      read_zone (parts, number >> 16);
      parts->cpu = number & 0xffff;
      break;
    case PWK_THING_LRU:
      read_zone (parts, number >> 8);
      parts->lru = number & 0xff;
      break;
    default:
      break;
    }
}

static void
read_virtual (PwkThingParts *parts)
{
  const uint64_t number = parts->number;

  switch ((int) parts->thing)
    {
    case PWK_THING_VMA:
    case PWK_THING_GAP:
      parts->address = number << PWK_PAGE_SHIFT;
      break;
    case PWK_THING_ADDRESS:
    case PWK_THING_OBJECT:
      parts->address = number >> 55 ? number | ~PWK_ID_NUMBER_MASK : number;
      break;
    case PWK_THING_TABLE:
      parts->pfn = low_bits (number, 48);
      parts->level = (unsigned) (number >> 48);
      break;
    case PWK_THING_ENTRY:
      parts->pfn = number >> 12;
      parts->index = number & 0xfff;
      break;
    case PWK_THING_BIT:
      parts->level = number >> 8 & 0xff;
      parts->index = number & 0xff;
      break;
    default:
      break;
    }
}

static void
read_tlb (PwkThingParts *parts)
{
  const uint64_t number = parts->number;

  if (parts->thing == PWK_THING_TLB)
    {
      parts->cpu = (unsigned) (number >> 8);
      parts->level = number & 0xff;
      return;
    }
  if (parts->thing != PWK_THING_TLB_SET && parts->thing != PWK_THING_TLB_WAY &&
      parts->thing != PWK_THING_WALK_CACHE)
    return;
  parts->cpu = (unsigned) (number >> 40);
  parts->level = number >> 32 & 0xff;
  parts->index = (unsigned) low_bits (number, 32);
  if (parts->thing == PWK_THING_TLB_WAY)
    {
      parts->way = parts->index & 0xff;
      parts->index >>= 8;
    }
}

PwkThingParts
pwk_thing_parts (uint64_t id)
{
  PwkThingParts parts = { .thing = pwk_id_thing (id), .number = pwk_id_number (id) };

  read_physical (&parts);
  read_virtual (&parts);
  read_tlb (&parts);
  return parts;
}
