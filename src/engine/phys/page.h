/* page.h - struct page: what the kernel knows of one page frame
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Page flags: the kernel's names (include/linux/page-flags.h), our bit numbers. Of a folio its head
 * has them, but for PG_anon_exclusive, which each page has for itself.
 *
 * Which LRU list a folio stands on, or would, is said by three of them alone, so that those change
 * only while PG_lru is clear (lruvec.h):
 *
 *      PG_unevictable      → unevictable
 *      else PG_swapbacked  → anon   │ PG_active → the active one of the two
 *      else                → file   │ else      → the inactive one
 */
typedef enum
{
  PWK_PG_LOCKED         = 1 << 0,    /* somebody works on it, as who reads it in; others wait */
  PWK_PG_REFERENCED     = 1 << 1,    /* used once since reclaim looked at it last: a second use makes it active */
  PWK_PG_UPTODATE       = 1 << 2,    /* its contents are what they should be; a page of a file that is being read is not yet */
  PWK_PG_DIRTY          = 1 << 3,    /* differs from what is on the disk or in the swap area */
  PWK_PG_LRU            = 1 << 4,    /* is on an LRU list, or counted as unevictable */
  PWK_PG_ACTIVE         = 1 << 5,
  PWK_PG_WORKINGSET     = 1 << 6,    /* was active once: should it be evicted and come back, the working set does not fit (workingset) */
  PWK_PG_WRITEBACK      = 1 << 7,    /* is being written: it may be read meanwhile, not freed */
  PWK_PG_RECLAIM        = 1 << 8,    /* reclaim waits for the write, so it goes to the list's old end when that is done */
  PWK_PG_SWAPBACKED     = 1 << 9,    /* goes to swap, not to a file: anonymous and shared memory; not what MADV_FREE gave up */
  PWK_PG_SWAPCACHE      = 1 << 10,   /* has a slot of the swap area, private_ */
  PWK_PG_UNEVICTABLE    = 1 << 11,   /* reclaim need not look at it */
  PWK_PG_MLOCKED        = 1 << 12,   /* … because a region that maps it is locked */
  PWK_PG_HEAD           = 1 << 13,   /* first page of a folio of order > 0 */
  PWK_PG_TAIL           = 1 << 14,
  PWK_PG_ANON_EXCLUSIVE = 1 << 15,   /* one address space alone has it: a write fault may take it as it is (do_wp_page ()) */
  PWK_PG_READAHEAD      = PWK_PG_RECLAIM,   /* one bit in the kernel: of a page under writeback the one, of another the other */
  PWK_PG_ASSUMED        = 1 << 17,   /* ours: content that a recording presupposes */
  PWK_PG_PARTIALLY_MAPPED = 1 << 18, /* parts of a large folio are mapped by nobody any more: deferred_split_folio () */
} PwkPageFlags;

/* What a frame is used as (the kernel's page_type, and what it leaves unsaid). From the allocator's
 * side:
 *
 *      NONE ──▶ BUDDY ──▶ NONE ──▶ PCP ──▶ NONE ──▶ KERNEL ──▶ what the caller makes of it: TABLE, SLAB, ANON, FILE …
 *        ▲      on a free list     on a per-cpu list                      │
 *        └────────────────────────────────────────────────────────────────┘  freed
 *
 * page-state.h has a function for each of these steps. */
typedef enum
{
  PWK_PAGE_NONE,      /* inside of a free block; in an untouched section: see section.h */
  PWK_PAGE_BUDDY,     /* first page of a free block, private_ = order */
  PWK_PAGE_PCP,       /* first page of a block on a per-cpu list, private_ = order */
  PWK_PAGE_HOLE,      /* no memory there */
  PWK_PAGE_RESERVED,  /* the kernel's from boot on: image, mem_map, firmware */
  PWK_PAGE_KERNEL,    /* first page of what alloc_pages() gave out, private_ = order */
  PWK_PAGE_KERNEL_REST,  /* the others of it */
  PWK_PAGE_TABLE,     /* a page table, private_ = slot of its contents */
  PWK_PAGE_SLAB,      /* objects of a cache, private_ = number of the slab's record */
  PWK_PAGE_ANON,      /* memory of processes; mapping = its anon_vma, index its place there. PG_swapcache: private_ = slot */
  PWK_PAGE_FILE,      /* in the page cache; mapping = its inode, index in the file; private_ = order of its folio */
  PWK_PAGE_SHMEM,     /* the same of shared memory, which has no file on a disk */
  PWK_PAGE_ZERO,      /* the zero page, or the huge one */
  PWK_PAGE_VMALLOC,
  PWK_PAGE_HUGETLB,   /* a huge page of a pool, free (_refcount 0) or mapped; mapping as of ANON or FILE. Its private_: PWK_HUGETLB_ */
  PWK_N_PAGE_TYPES
} PwkPageType;

/* mapping's low two bits, as PAGE_MAPPING_FLAGS: what the index above them names. */
typedef enum
{
  PWK_MAPPING_NONE  = 0,
  PWK_MAPPING_ANON  = 1,  /* an anon_vma */
  PWK_MAPPING_INODE = 2,  /* an inode's address_space */
} PwkMappingKind;

/* A frame's neighbours on the list that it is on: pfns, PWK_PFN_NIL at the ends. */
typedef struct { uint32_t next, prev; } PwkPageLinks;

/* 32 bytes a frame, in an array indexed by pfn. All zero is the inside of a free block, so that a
 * section costs nothing until it is used. The seed's `virtual` and the zone are computed, see
 * pwk_page_address().
 *
 * A folio of order > 0 has PG_HEAD on its first page and PG_TAIL on the others; like the kernel it keeps what is the
 * folio's in the first tail page: lru_next = _entire_mapcount (+1 biased like _mapcount), lru_prev = the order, its private_ =
 * the count of pages that are mapped by PTEs (_nr_pages_mapped), and its index = _large_mapcount. A tail's `mapping` is the head's pfn. */
typedef struct
{
  uint64_t index    : 44; /* in pages: offset in the file, or vm_pgoff's place for anonymous memory */
  uint64_t pg_flags : 20; /* PwkPageFlags; written through page-state.h alone */
  int32_t  _refcount;
  int32_t  _mapcount;     /* the kernel's value + 1: page-table entries that map it, so that zero needs no setting up */
  union
  {
    struct { uint32_t lru_next, lru_prev; };
    PwkPageLinks lru;     /* the free list's, per-cpu list's or LRU's, see page-list.h */
  };
  uint32_t mapping;       /* index << 2 | PwkMappingKind */
  uint32_t type     : 4;  /* PwkPageType */
  uint32_t private_ : 28; /* by type: order, slot, swap slot */
} PwkPage;

G_STATIC_ASSERT (sizeof (PwkPage) == 32);

/* mem_map goes on to the end of the last section. */
static inline bool
pwk_pfn_has_page (const PwkMachine *machine, PwkPfn pfn)
{
  return pfn >> PWK_SECTION_SHIFT <= (machine->st->max_pfn - 1) >> PWK_SECTION_SHIFT;
}

/* struct page of a frame below max_pfn. edit marks the chunk; frames of a section that was never
 * touched must be opened first with pwk_section_open () (phys/section.h), which the page allocator
 * does for what it hands out. */
static inline const PwkPage *
pwk_page (const PwkMachine *machine, PwkPfn pfn)
{
  pwk_assert_debug (pwk_pfn_has_page (machine, pfn));
  return (const PwkPage *) pwk_arena_at (&machine->arena, PWK_REGION_MEMMAP, 0) + pfn;
}

static inline PwkPage *
pwk_page_edit (PwkMachine *machine, PwkPfn pfn)
{
  PwkPage *page = (PwkPage *) pwk_arena_edit (&machine->arena, PWK_REGION_MEMMAP, 0) + pfn;
  pwk_assert_debug (pwk_pfn_has_page (machine, pfn));
  pwk_arena_touch (&machine->arena, PWK_REGION_MEMMAP, page, sizeof *page);
  return page;
}
