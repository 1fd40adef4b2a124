/* swap-door.h - the swap area: its slots, who owns them, the swap cache, and what is written and read
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Defined by reclaim (swap-map.c, swap-cache.c), which stands above; asked for here by faults, zap
 * and fork. A slot's life:
 *
 *      pwk_swap_alloc ──▶ cached, dirty ──unmapping: pwk_swap_duplicate──▶ named ──written──▶ pwk_swap_cache_remove ──▶ named alone
 *      fault: pwk_read_swap_cache ──▶ named and cached ──pwk_swap_free──▶ cached alone ──pwk_folio_free_swap──▶ free
 */
#pragma once

#include "engine/paging/pte.h"
#include "engine/phys/page.h"

/* A slot is told by one number of 28 bits, which is what struct page has room for: the area it is in,
 * and which of its pages. As swp_entry_t, it is the type and the offset of an entry.
 *
 *      27   25 24                     0
 *      [ area ][ slot of that area      ]
 */
#define PWK_SWAP_AREA_SLOTS   ((uint64_t) 1 << PWK_SWAP_AREA_SHIFT)
static inline unsigned pwk_swap_area   (uint64_t slot) { return (unsigned) (slot >> PWK_SWAP_AREA_SHIFT); }
static inline uint64_t pwk_swap_offset (uint64_t slot) { return slot & (PWK_SWAP_AREA_SLOTS - 1); }

#define PWK_SWAP_CLUSTER      512u   /* SWAPFILE_CLUSTER, slots */
#define PWK_SWAP_SLOTS_CACHE  64u    /* SWAP_SLOTS_CACHE_SIZE, in slots, a cpu */

/* A slot: struct swap_info_struct's swap_map, zeromap and swap cache in one place, and what the
 * simulated disk has there. Slot 0 of an area is its header.
 *
 *      count 2, cache      two entries name it, and its page is in memory, too
 *      count 0, cache      a page that nobody needs from here any more, or the slot is kept back by a cpu's slots cache
 *      all zero            free
 *
 * The kernel's count has six bits and goes on in pages of its own (COUNT_CONTINUED). */
typedef struct
{
  uint16_t count;         /* entries that name it */
  uint8_t  cache;         /* SWAP_HAS_CACHE */
  uint8_t  zero : 1;      /* zeromap: all zero, so nothing was written */
  uint8_t  shmem : 1;     /* SWAP_MAP_SHMEM: a file of shared memory has it */
  uint32_t folio;         /* in the swap cache: pfn + 1, 0 none */
  uint32_t shadow;        /* of the page that was evicted from here, see workingset.h; 0 none */
  PwkIndex contents;      /* PWK_POOL_FRAME, 0 zeros */
} PwkSwapSlot;

/* Which list of PwkSwapArea a cluster is on. */
typedef enum { PWK_CLUSTER_NONE, PWK_CLUSTER_FREE, PWK_CLUSTER_NONFULL, PWK_CLUSTER_FRAG, PWK_CLUSTER_FULL, PWK_NR_CLUSTER_LISTS } PwkClusterList;

/* struct swap_cluster_info: 512 slots in a row, of which @count are in use (0 … 512; those that the
 * area lacks count, too). Links are numbers of clusters, of the list that @list (PwkClusterList)
 * says. */
typedef struct { uint32_t next, prev; uint16_t count; uint16_t list; } PwkSwapCluster;

/* What a cpu keeps for itself: struct percpu_cluster and struct swap_slots_cache (until 6.14).
 *
 *      slots      [ – – – │cur: a b c │ … ]       nr of them are left, given out from cur upwards
 *      slots_ret  [ x y z │n_ret … ]              come back, and are given to the area when all 64 are
 */
typedef struct
{
  uint32_t next[PWK_MAX_SWAP_AREAS];   /* slot to be tried next, 0 none: of each area, or (6.15+) in the first the one of all */
  uint32_t cur, nr;       /* of @slots: the next to be given out, and how many are left */
  uint32_t n_ret;
  uint32_t slots[PWK_SWAP_SLOTS_CACHE], slots_ret[PWK_SWAP_SLOTS_CACHE];
} PwkSwapCpu;

/* --- how full it is --- */

/* get_nr_swap_pages (): slots that can still be had. */
static inline int64_t
pwk_nr_swap_pages (const PwkMachine *machine)
{
  return machine->st->swap.nr_free;
}

/* vm_swap_full (): half of it or more is used, so slots are not kept for pages that are in memory. */
static inline bool
pwk_vm_swap_full (const PwkMachine *machine)
{
  return machine->st->swap.nr_free * 2 < (int64_t) machine->st->total_swap_pages;
}

/* Whether @n slots from there on are slots of one area: not its header, and not behind its end. */
static inline bool
pwk_swap_has_slots (const PwkMachine *machine, uint64_t slot, uint64_t n)
{
  return pwk_swap_area (slot) < PWK_MAX_SWAP_AREAS && pwk_swap_offset (slot) > 0
         && pwk_swap_offset (slot) + n <= machine->st->swap.areas[pwk_swap_area (slot)].max;
}
/* The record of a slot of an area; that of its header may only be read. */
const PwkSwapSlot *pwk_swap_slot (const PwkMachine *machine, uint64_t slot);
PwkSwapSlot       *pwk_swap_slot_edit (PwkMachine *machine, uint64_t slot);

/* --- slots (swap-map.c) --- */

/* swapon () of an area of that many bytes, an SSD. @prio below 0: it comes after all others. Returns its
 * number, -EINVAL (too small for a slot) or -EPERM (there are eight). */
int      pwk_swap_on            (PwkMachine *machine, uint64_t bytes, int prio);
/* swapoff (): all pages come back. 0, -EINVAL (there is no such area), -ENOMEM (there is no room for them, and the area stays). */
int      pwk_swap_off           (PwkMachine *machine, unsigned area);
/* folio_alloc_swap (): 0 none. The slot is marked as cached. */
uint64_t pwk_swap_alloc         (PwkMachine *machine);
/* swap_duplicate (): one more entry names it. */
void     pwk_swap_duplicate     (PwkMachine *machine, uint64_t slot);
/* swap_free (): one less; the last gives the slot back unless its page is in the cache. Returns
 * whether only the cache has it now. */
bool     pwk_swap_free          (PwkMachine *machine, uint64_t slot);
/* put_swap_folio (): the cache gives it up. */
void     pwk_swap_put           (PwkMachine *machine, uint64_t slot);
/* free_swap_and_cache_nr (): @n entries for slots in a row go. */
void     pwk_swap_free_and_cache (PwkMachine *machine, uint64_t slot, unsigned n);

/* --- the swap cache (swap-cache.c) --- */

/* The page in the cache, PWK_NO_PFN none. */
PwkPfn   pwk_swap_cache_get     (const PwkMachine *machine, uint64_t slot);
static inline uint64_t pwk_folio_swap (const PwkMachine *machine, PwkPfn head) { return pwk_page (machine, head)->private_; }
/* add_to_swap (): gives the folio a slot and puts it into the cache, dirty. False: there is none. */
bool     pwk_add_to_swap        (PwkMachine *machine, PwkPfn head);
/* __delete_from_swap_cache () and put_swap_folio (): @shadow stays, 0 none. The cache's reference
 * is the caller's. */
void     pwk_swap_cache_remove  (PwkMachine *machine, PwkPfn head, uint32_t shadow);
/* folio_free_swap (): the folio gives up its slot if no entry names it. */
bool     pwk_folio_free_swap    (PwkMachine *machine, PwkPfn head);
/* free_swap_cache (): … if nobody maps it either. */
void     pwk_free_swap_cache    (PwkMachine *machine, PwkPfn head);
/* __read_swap_cache_async (): the slot's page, of memory of that type, referenced; read from the disk, where *@read says so. PWK_NO_PFN: not used any more, or no memory. */
PwkPfn   pwk_read_swap_cache    (PwkMachine *machine, uint64_t slot, PwkPageType type, bool *read);
/* swap_read_folio (). */
void     pwk_swap_read          (PwkMachine *machine, PwkPfn head);
/* swap_writepage (): begins to write, or finds that it need not. */
void     pwk_swap_write         (PwkMachine *machine, PwkPfn head);
