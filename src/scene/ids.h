/* ids.h - stable names of the things that scenes show
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/* An id is the kind of thing in the upper 8 bits and its number in the lower 56:
 *
 *      63       56 55                                            0
 *      [  thing   ][ number: pfn, address >> 8, index, hash …    ]
 *
 * The same thing has the same id in every view and at every moment; that is how blending finds it
 * again and how one selection lights up everywhere. Id 0 is an item that is no thing of its own.
 * Where a number packs several, as a block's its pfn and order, views/thing.h makes and reads it. */
typedef enum
{
  PWK_THING_NONE = 0,
  PWK_THING_PFN,            /* a page frame: pfn */
  PWK_THING_BLOCK,          /* a free block of a zone: first pfn | order << 48 */
  PWK_THING_PAGEBLOCK,      /* first pfn */
  PWK_THING_NODE,           /* node number */
  PWK_THING_ZONE,           /* node << 8 | zone index */
  PWK_THING_FREE_LIST,      /* zone << 16 | order << 8 | migratetype */
  PWK_THING_WATERMARK,      /* zone << 8 | watermark */
  PWK_THING_PCP,            /* zone << 16 | cpu */
  PWK_THING_CPU,            /* cpu number */
  PWK_THING_PROCESS,        /* pid */
  PWK_THING_MM,             /* pid of the leader */
  PWK_THING_VMA,            /* vm_start >> 12, of the process that the picture is about */
  PWK_THING_GAP,            /* start >> 12 of a gap of an address space */
  PWK_THING_ADDRESS,        /* a virtual address, cut to 56 bits */
  PWK_THING_TABLE,          /* pfn of a page table | level << 48 */
  PWK_THING_ENTRY,          /* pfn of a page table << 12 | index of the entry */
  PWK_THING_BIT,            /* a bit of an entry or an address */
  PWK_THING_TLB,            /* cpu << 8 | level */
  PWK_THING_TLB_SET,        /* cpu << 40 | level << 32 | set */
  PWK_THING_TLB_WAY,        /* cpu << 40 | level << 32 | set << 8 | way */
  PWK_THING_WALK_CACHE,     /* cpu << 40 | level << 32 | slot */
  PWK_THING_CACHE,          /* a kmem_cache */
  PWK_THING_SLAB,           /* pfn of a slab */
  PWK_THING_OBJECT,         /* address of an object of a slab */
  PWK_THING_LRU,            /* node << 16 | zone << 8 | list */
  PWK_THING_FILE,           /* a file of the page cache */
  PWK_THING_SWAP,           /* a swap slot: its number */
  PWK_THING_EVENT,          /* event number */
  PWK_THING_RULE,           /* a mark, label or legend, numbered by its view */
  PWK_THING_EDGE,           /* a connector, a hash of what it joins: pwk_id_edge() */
  PWK_THING_GROUP,          /* a panel or group, numbered by its view */
  PWK_N_THINGS
} PwkThing;

#define PWK_ID_NUMBER_MASK ((UINT64_C (1) << 56) - 1)
#define PWK_ID(thing, number) (((uint64_t) (thing) << 56) | ((uint64_t) (number) & PWK_ID_NUMBER_MASK))

static inline PwkThing
pwk_id_thing (uint64_t id)
{
  return (PwkThing) (id >> 56);
}

static inline uint64_t
pwk_id_number (uint64_t id)
{
  return id & PWK_ID_NUMBER_MASK;
}

/* A well mixed hash of @id: the finalizer of splitmix64. */
static inline uint64_t
pwk_id_hash (uint64_t id)
{
  id ^= id >> 30;
  id *= UINT64_C (0xbf58476d1ce4e5b9);
  id ^= id >> 27;
  id *= UINT64_C (0x94d049bb133111eb);
  return id ^ (id >> 31);
}

/* The id of the connector from @tail to @head. */
static inline uint64_t
pwk_id_edge (uint64_t tail, uint64_t head)
{
  return PWK_ID (PWK_THING_EDGE, pwk_id_hash (tail) * 3 + pwk_id_hash (head));
}

/* "pfn", "zone" …; "item" for what is no thing. Never translated: a part of ids in SVG. */
const char *pwk_thing_name (PwkThing thing);
