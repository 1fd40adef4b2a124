/* arena.h - the one block of memory that is a machine's whole state
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing of a machine's state lies outside, and nothing in it is a pointer. So a copy of the bytes
 * is the machine as it was, at any number of moments:
 *
 *      arena        [ chunk 0 ][ chunk 1 ][ chunk 2 ] … reserved, never written: zero, and free
 *      dirty             1          0          0        written since the last save or restore
 *      saved             │          │          │
 *      checkpoint 7 ─────┼─▶ copy ◀─┼──── checkpoint 8 shares what did not change
 *
 * Going back means copying those chunks that differ; going forward means running again from there.
 */
#pragma once

#include "engine/core/assert.h"
#include "engine/core/types.h"

#define PWK_CHUNK_SHIFT  16
#define PWK_CHUNK_SIZE   ((size_t) 1 << PWK_CHUNK_SHIFT)

/* What lies where. A region is a range of the arena's address space, reserved at its greatest size
 * and backed by memory where it was written to; what was never written reads as zero. Hot regions
 * are copied by every checkpoint and need no marking; the others are written through
 * pwk_arena_touch(). */
typedef enum
{
  PWK_REGION_STATE,      /* hot: PwkState, with nodes, zones, cpus, counters */
  PWK_REGION_PCP,        /* hot: per-cpu page lists, by zone and cpu */
  PWK_REGION_TLB,        /* hot: TLB ways and page-walk caches of all cpus */
  PWK_REGION_SECTION,    /* PwkSection by section number */
  PWK_REGION_PAGEBLOCK,  /* a byte a pageblock: its migratetype and flags */
  PWK_REGION_BLOCK,      /* PwkBlock by order-10 block: free-list links of untouched sections */
  PWK_REGION_MEMMAP,     /* PwkPage by pfn */
  PWK_REGION_FRAME,      /* 4 KiB contents of frames, by slot: page tables and what is not zero */
  PWK_REGION_CONTENT,    /* slots by pfn, of frames that are not page tables */
  PWK_REGION_TASK,
  PWK_REGION_MM,
  PWK_REGION_VMA,
  PWK_REGION_ANON_VMA,
  PWK_REGION_AVC,
  PWK_REGION_INODE,
  PWK_REGION_FILE,
  PWK_REGION_FILES,      /* tables of descriptors */
  PWK_REGION_XNODE,      /* nodes of the page caches' index */
  PWK_REGION_STRING,     /* interned names */
  PWK_REGION_VARS,       /* what the scenario has bound */
  PWK_REGION_LOG,        /* the kernel's log, see printk.h */
  PWK_REGION_KALLOC,     /* PwkKalloc: the heads of the kernel's own allocators */
  PWK_REGION_CACHE,      /* slab caches */
  PWK_REGION_SLAB,       /* slabs */
  PWK_REGION_VMAP,       /* ranges of kernel addresses */
  PWK_REGION_MEMPOOL,    /* reserves of objects */
  PWK_REGION_DMA_POOL,   /* pools of small pieces for devices … */
  PWK_REGION_DMA_PAGE,   /* … and their pages */
  PWK_REGION_ARRAY_CACHE, /* SLAB's arrays of free objects */
  PWK_REGION_SWAP,       /* PwkSwapSlot by slot */
  PWK_REGION_SWAP_CLUSTER,
  PWK_REGION_SWAP_CPU,   /* what each cpu keeps of the swap area for itself */
  PWK_REGION_BIO,        /* writes that are under way */
  PWK_REGION_MEMPOLICY,  /* NUMA policies */
  PWK_REGION_SHARED_POLICY,
  PWK_REGION_RESV_MAP,   /* which huge pages are promised to whom */
  PWK_REGION_FILE_REGION,
  PWK_REGION_BATCH,      /* hot: batches of folios on their way to LRU lists, by cpu */
  PWK_N_REGIONS
} PwkRegionId;

/* Regions follow each other in the order of their ids, so chunks of one region are neighbours:
 *
 *      base ─▶ [ STATE      ][ PCP    ][ TLB ][ SECTION              ] … [ BATCH ]
 *              ├─ used ──▶ 0 0 0 0 …     used[id] is where the last byte lies that was ever marked
 *              └ offset                  behind it there is nothing to compare, save or hash
 *
 * Always true: offsets and sizes are whole chunks, used ≤ size, and of a hot region used = size. */
typedef struct
{
  uint64_t offset;       /* from the arena's base, whole chunks */
  uint64_t size;         /* bytes reserved, whole chunks */
  bool     hot;
} PwkRegion;

/* A shared copy of one chunk. Immutable but for its hash, which whoever asks first computes;
 * counted, since checkpoints share what did not change. There is never one of a chunk that is all
 * zero: NULL stands for it, so that memory that was freed again costs nothing. */
typedef struct
{
  gatomicrefcount ref;
  uint64_t        hash;  /* of the bytes; 0 is not computed yet */
  uint8_t         bytes[];
} PwkChunk;

/* The reserved range, who changed (a byte a chunk) and the copy that each chunk equalled when last
 * saved or restored (NULL: all zero). Only the engine thread touches it. Always true of a chunk
 * that is neither dirty nor of a hot region: its bytes are those of its saved copy. On that all of
 * saving, going back and hashing stands. */
typedef struct
{
  uint8_t   *base;
  uint8_t   *dirty;      /* a byte a chunk */
  PwkChunk **saved;      /* a pointer a chunk */
  uint64_t   n_chunks;
  PwkRegion  regions[PWK_N_REGIONS];
  uint64_t   used[PWK_N_REGIONS];   /* bytes from the region's start ever marked: where scans may end */
} PwkArena;

/* A machine at a place of rest: the chunks that are not all zero, in order. Immutable; any number
 * share chunks. It holds references of its own, so that it outlives arena and machine, and may be
 * dropped in any thread. Always true: entries ascend strictly, and each lies below used of its
 * region. */
typedef struct
{
  gatomicrefcount ref;
  uint64_t   n_events;
  uint64_t   n_entries;
  uint64_t   own_bytes;  /* copied for this one alone */
  uint64_t   used[PWK_N_REGIONS];
  struct { uint64_t chunk; PwkChunk *data; } *entries;
} PwkCheckpoint;

/* Reserves @sizes bytes for each region (rounded up to chunks). False with @error if the system
 * refuses. */
bool           pwk_arena_init       (PwkArena *arena, const uint64_t sizes[PWK_N_REGIONS], GError **error);
void           pwk_arena_clear      (PwkArena *arena);

/* At a place of rest. Within a step (@within) somebody may hold a record that was marked and go on
 * writing to it: the marks stay. */
PwkCheckpoint *pwk_arena_save       (PwkArena *arena, uint64_t n_events, bool within);
void           pwk_arena_restore    (PwkArena *arena, const PwkCheckpoint *checkpoint);
PwkCheckpoint *pwk_checkpoint_ref   (PwkCheckpoint *checkpoint);
void           pwk_checkpoint_unref (PwkCheckpoint *checkpoint);
/* Bytes of memory that it holds beside @before (NULL: alone): its list, and the copies of chunks
 * that @before does not have, too. */
uint64_t       pwk_checkpoint_bytes_beside (const PwkCheckpoint *checkpoint, const PwkCheckpoint *before);

/* A hash of all that is in the arena: equal states, equal hashes, whatever was zeroed or never
 * written, and however much was reserved. */
uint64_t       pwk_arena_hash       (const PwkArena *arena);
/* Bytes of the arena that hold something, and of its copies. */
uint64_t       pwk_arena_used_bytes (const PwkArena *arena);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkCheckpoint, pwk_checkpoint_unref)

/* What lies at @offset bytes of a region: to read, and to write. Where the region is not hot, the
 * writer says so by pwk_arena_touch (). */
static inline const void *
pwk_arena_at (const PwkArena *arena, PwkRegionId region, uint64_t offset)
{
  pwk_assert_debug (region < PWK_N_REGIONS && offset < arena->regions[region].size);
  return arena->base + arena->regions[region].offset + offset;
}

static inline void *
pwk_arena_edit (PwkArena *arena, PwkRegionId region, uint64_t offset)
{
  pwk_assert_debug (region < PWK_N_REGIONS && offset < arena->regions[region].size);
  return arena->base + arena->regions[region].offset + offset;
}

/* Says that the @size bytes at @ptr, a chunk's size at most, are about to change; longer ones are
 * marked piece by piece. Not needed in hot regions. A write without this is lost when the machine
 * goes back, which core/check.c finds at the next place of rest (check_marks ()). */
static inline void
pwk_arena_touch (PwkArena *arena, PwkRegionId region, const void *ptr, size_t size)
{
  uint64_t at = (uint64_t) ((const uint8_t *) ptr - arena->base);
  uint64_t end = at + size - arena->regions[region].offset;

  pwk_assert_debug (region < PWK_N_REGIONS && at >= arena->regions[region].offset);
  pwk_assert_debug (size > 0 && size <= PWK_CHUNK_SIZE);    /* the first and the last chunk are all that is marked */
  if (G_UNLIKELY (end > arena->used[region]))
    {
      pwk_assert (end <= arena->regions[region].size);
      arena->used[region] = end;
    }
  arena->dirty[at >> PWK_CHUNK_SHIFT] = 1;
  arena->dirty[(at + size - 1) >> PWK_CHUNK_SHIFT] = 1;
}

/* Fixed-size records of one region, found by index. 0 is never handed out. The pool's head lies in
 * PwkState. A free record's first four bytes link to the next free one; a record is zeroed when it
 * is taken. Always true, see core/check.c: of the records below next, n_used are in use, and all
 * others but 0 hang on the chain that begins at free; next ≤ limit + 1. */
typedef struct
{
  uint32_t  record_size; /* bytes, a multiple of 8 */
  uint16_t  region;      /* PwkRegionId */
  uint16_t  reserved;
  PwkIndex  free;        /* first free record, 0 none */
  PwkIndex  next;        /* lowest index never used */
  uint32_t  n_used;
  uint32_t  limit;       /* records that fit into the region */
} PwkPool;
