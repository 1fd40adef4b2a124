/* thing.h - the things that pictures show: what the numbers of their ids pack, made and read
 * here alone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/types.h"
#include "scene/ids.h"

/* What an id names. What its kind of thing does not have is 0. */
typedef struct
{
  PwkThing thing;
  /* as it stands, of things that are numbered plainly: node, cpu, pid, index, event */
  uint64_t number;
  uint64_t pfn;           /* PFN, BLOCK, PAGEBLOCK, SLAB; of the table: TABLE, ENTRY */
  uint64_t address;       /* ADDRESS, OBJECT, and where VMA and GAP begin */
  /* ZONE, FREE_LIST, WATERMARK, PCP, LRU; zone is PwkZoneType, of an LRU list that is the node's
   * PWK_NODE_LISTS */
  unsigned node, zone;
  unsigned order;         /* BLOCK, FREE_LIST */
  unsigned migratetype;   /* FREE_LIST; PWK_ANY_MIGRATETYPE */
  unsigned cpu;           /* PCP, TLB… , WALK_CACHE */
  unsigned level;         /* TABLE, BIT: PwkLevel; TLB…: PwkTlbId; WALK_CACHE: PwkPwcId */
  /* ENTRY: of the entry; BIT: of the bit; TLB_SET, TLB_WAY: of the set; WALK_CACHE: of the slot */
  unsigned index;
  unsigned way;           /* TLB_WAY */
  unsigned lru;           /* LRU */
} PwkThingParts;

PwkThingParts pwk_thing_parts (uint64_t id);

/* --- physical memory --- */

#define PWK_ANY_MIGRATETYPE 0xff
#define PWK_NODE_LISTS      0xff
#define PWK_ZONE_KEY(node, type) ((uint64_t) (node) << 8 | (uint64_t) (type))
#define PWK_ID_ZONE(node, type)  PWK_ID (PWK_THING_ZONE, PWK_ZONE_KEY (node, type))
#define PWK_ID_BLOCK(pfn, order) \
  PWK_ID (PWK_THING_BLOCK, (uint64_t) (pfn) | (uint64_t) (order) << 48)
#define PWK_ID_FREE_LIST(node, type, order, migratetype) \
  PWK_ID (PWK_THING_FREE_LIST, \
          PWK_ZONE_KEY (node, type) << 16 | (uint64_t) (order) << 8 | (uint64_t) (migratetype))
#define PWK_ID_PCP(node, type, cpu) \
  PWK_ID (PWK_THING_PCP, PWK_ZONE_KEY (node, type) << 16 | (uint64_t) (cpu))
/* One of the parts of a zone's gauge of marks, numbered by the view that draws it. */
#define PWK_ID_WATERMARK(node, type, part) \
  PWK_ID (PWK_THING_WATERMARK, PWK_ZONE_KEY (node, type) << 8 | (uint64_t) (part))

/* @zone: -1 where the lists are the node's (since 4.8); @lru: PwkNodeStat's first five. */
#define PWK_ID_LRU(node, zone, lru) \
  PWK_ID (PWK_THING_LRU, PWK_ZONE_KEY (node, (zone) & 0xff) << 8 | (uint64_t) (lru))
#define PWK_ID_SWAP(slot)        PWK_ID (PWK_THING_SWAP, slot)

/* --- virtual memory and its mapping --- */

#define PWK_ID_VMA(start)               PWK_ID (PWK_THING_VMA, (uint64_t) (start) >> PWK_PAGE_SHIFT)
#define PWK_ID_GAP(start)               PWK_ID (PWK_THING_GAP, (uint64_t) (start) >> PWK_PAGE_SHIFT)
#define PWK_ID_ADDRESS(addr)            PWK_ID (PWK_THING_ADDRESS, addr)
#define PWK_ID_OBJECT(addr)             PWK_ID (PWK_THING_OBJECT, addr)
#define PWK_ID_TABLE(pfn, level) \
  PWK_ID (PWK_THING_TABLE, (uint64_t) (pfn) | (uint64_t) (level) << 48)
#define PWK_ID_ENTRY(pfn, index) \
  PWK_ID (PWK_THING_ENTRY, (uint64_t) (pfn) << 12 | (uint64_t) (index))
#define PWK_ID_BIT(level, shift) \
  PWK_ID (PWK_THING_BIT, (uint64_t) (level) << 8 | (uint64_t) (shift))
#define PWK_ID_TLB(cpu, id) \
  PWK_ID (PWK_THING_TLB, (uint64_t) (cpu) << 8 | (uint64_t) (id))
#define PWK_ID_TLB_SET(cpu, id, set) \
  PWK_ID (PWK_THING_TLB_SET, (uint64_t) (cpu) << 40 | (uint64_t) (id) << 32 | (uint64_t) (set))
#define PWK_ID_TLB_WAY(cpu, id, set, way) \
  PWK_ID (PWK_THING_TLB_WAY, \
          (uint64_t) (cpu) << 40 | (uint64_t) (id) << 32 | (uint64_t) (set) << 8 | (uint64_t) (way))
#define PWK_ID_WALK_CACHE(cpu, id, slot) \
  PWK_ID (PWK_THING_WALK_CACHE, (uint64_t) (cpu) << 40 | (uint64_t) (id) << 32 | (uint64_t) (slot))
/* Walk caches in PWK_ID_TLB() come after the TLBs. */
#define PWK_TLB_TAB_PWC 8

/* --- of a view --- */

#define PWK_ID_RULE(view, n)     PWK_ID (PWK_THING_RULE, (uint64_t) (view) << 32 | (uint64_t) (n))
#define PWK_ID_GROUP(view, n)    PWK_ID (PWK_THING_GROUP, (uint64_t) (view) << 32 | (uint64_t) (n))
#define PWK_ID_NUMBER_BIT(number, bit) \
  PWK_ID (PWK_THING_BIT, (uint64_t) (number) << 6 | (uint64_t) (bit))
/* From a zone of a zonelist to a later one, by their numbers in it. */
#define PWK_ID_ZONE_STEP(from, to) PWK_ID (PWK_THING_EDGE, (uint64_t) (from) << 8 | (uint64_t) (to))
#define PWK_ID_ZONE_BAR(node, type) PWK_ID (PWK_THING_GROUP, PWK_ZONE_KEY (node, type))
#define PWK_ID_TREE_NODE(n)      PWK_ID (PWK_THING_GROUP, UINT64_C (4) << 40 | (uint64_t) (n))
