/* slab-model.h - the kernel's own memory: caches, where the objects of one of them are, what a
 * request of a size wastes, addresses of vmalloc (), memory of devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/slab.h"
#include "views/story.h"
#include "views/views.h"

/* What a picture has room for, however large the machine. */
#define PWK_SLAB_CACHES     64
#define PWK_SLAB_A_LANE     6
#define PWK_SLAB_LANES      8
#define PWK_SLAB_AREAS      8
#define PWK_SLAB_AREA_PAGES 8
#define PWK_SLAB_REGISTERS  8      /* of a device, that are shown */
#define PWK_SLAB_TRIES      4

/* A cache in the list. In use is what somebody has; /proc/slabinfo counts what cpus have free as
 * well. */
typedef struct
{
  PwkIndex cache;
  char    *name;            /* owned */
  uint32_t object_size, size, order, objects;
  uint64_t slabs, total, used;
  uint64_t waste;           /* bytes of a slab that belong to no object */
} PwkSlabCache;

typedef enum { PWK_CELL_USED, PWK_CELL_FREE, PWK_CELL_OTHERS } PwkSlabCell;

/* A slab with its objects. */
typedef struct
{
  uint32_t number, pfn;
  uint16_t objects, inuse;
  uint8_t  order, node;
  bool     damaged;
  uint32_t colour;          /* SLAB: bytes in front of the first object */
  uint8_t *cells;           /* PwkSlabCell, owned */
  /* The list that allocations take from, the first first; objects' numbers, owned. Then, of a
   * cpu's slab, what others freed into it. */
  uint16_t *thread;
  uint16_t *others;
  uint32_t  n_thread, n_others;
} PwkSlabShown;

/* Where a cache's slabs are, from the nearest place to the farthest. */
typedef enum
{
  PWK_LANE_CPU_SLAB, PWK_LANE_CPU_PARTIAL, PWK_LANE_NODE, PWK_LANE_OTHER_NODES,
  PWK_LANE_OTHER_CPUS, PWK_LANE_FULL, PWK_LANE_BROKEN, PWK_LANE_NEW,
  /* SLAB */
  PWK_LANE_ARRAY, PWK_LANE_SHARED, PWK_LANE_FREE,
  /* SLOB */
  PWK_LANE_SMALL, PWK_LANE_MEDIUM, PWK_LANE_LARGE,
} PwkSlabLaneKind;

typedef struct
{
  uint8_t      kind;        /* PwkSlabLaneKind */
  unsigned     number;      /* of the cpu or node */
  uint64_t     n;           /* slabs there; of an array objects */
  uint32_t     most;        /* objects that an array holds */
  uint32_t     n_shown;
  PwkSlabShown slabs[PWK_SLAB_A_LANE];
} PwkSlabLane;

/* Steps of an allocation: 1 the cpu's list, 2 what others freed, 3 the cpu's partial list, 4 the
 * node's, 5 other nodes', 6 the page allocator. */
#define PWK_SLAB_STEPS 6

/* A register of a device that was written to. */
typedef struct
{
  uint32_t offset;          /* of the area's first byte */
  bool     now;             /* by this event */
  uint64_t value;
} PwkSlabRegister;

/* An area of kernel addresses with what lies behind it. */
typedef struct
{
  PwkVaddr start, end;      /* guard page included */
  PwkPhys  phys;            /* of a device */
  uint32_t flags;           /* PwkVmFlags */
  bool     lazy, focus;
  uint64_t pages;           /* mapped: the guard page is not */
  uint32_t n_pfns;
  uint32_t pfns[PWK_SLAB_AREA_PAGES];
  uint32_t cache;           /* PwkCacheMode of a device's */
  uint32_t n_registers;
  PwkSlabRegister registers[PWK_SLAB_REGISTERS];
} PwkSlabArea;

/* A place that was tried for a device. */
typedef struct { PwkPfn pfn; bool too_high; } PwkSlabTry;

typedef struct { char name[12]; PwkPfn start, end; } PwkSlabZone;

typedef enum { PWK_SLAB_OF_NOTHING, PWK_SLAB_OF_CACHE, PWK_SLAB_OF_AREAS, PWK_SLAB_OF_DEVICE }
    PwkSlabSubject;

typedef struct
{
  PwkSlabSubject subject;
  uint8_t        allocator;         /* PwkSlabAllocator */
  PwkSlabCache   caches[PWK_SLAB_CACHES];
  uint32_t       n_caches;          /* the one in question is among them */
  uint64_t       n_all;             /* caches of the machine */
  uint64_t       n_areas_all;       /* in use */

  /* OF_CACHE */
  uint32_t       focus;             /* index into caches */
  uint32_t       flags;             /* PWK_SLAB_… of the cache */
  uint32_t       inuse, offset, red_left_pad, min_partial, cpu_partial, cpu_partial_slabs;
  unsigned       cpu;
  PwkVaddr       direct_map;        /* where frame 0 is */
  PwkSlabLane    lanes[PWK_SLAB_LANES];
  uint32_t       n_lanes;
  /* of the statement so far */
  PwkVaddr       object;            /* given or taken back last; 0 none */
  uint8_t        step;              /* that served, or was reached; 0 none */
  bool           served, freed;
  uint64_t       asked, got;        /* bytes, of kmalloc (); got 0: no such request */
  char          *report;            /* the kernel's own words, owned; NULL none */

  /* OF_AREAS, in the order of addresses */
  PwkSlabArea    areas[PWK_SLAB_AREAS];
  uint32_t       n_areas;

  /* OF_DEVICE */
  uint64_t       mask, bytes;
  PwkSlabZone    zones[PWK_MAX_NR_ZONES];
  uint32_t       n_zones;
  PwkSlabTry     tries[PWK_SLAB_TRIES];
  uint32_t       n_tries;
  PwkVaddr       cpu_address;       /* of what was given; 0 nothing */

  PwkStory       story;
} PwkSlabModel;

static inline const PwkSlabCache *
pwk_slab_focus (const PwkSlabModel *model)
{
  return &model->caches[model->focus];
}
