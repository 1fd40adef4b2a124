/* page-cache.h - a file's pages in memory, by index
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An index is in pages. The cache holds one reference to each of its pages. Shared memory is cached
 * like files, and written nowhere; huge pages of hugetlbfs are in an index, too, one slot each. */
#pragma once

#include "engine/phys/folio.h"
#include "engine/phys/page.h"
#include "engine/virt/inode.h"

#define PWK_XNODE_RECORD 552
#define PWK_XNODE_SHIFT  6
#define PWK_XNODE_SLOTS  (1u << PWK_XNODE_SHIFT)

/* A node of the index (lib/xarray.c): 64 slots, each a lower node or, in the lowest nodes, a page.
 * What a page that left the cache had as contents, if not zeros, stays in its slot as the number of
 * a frame record: the simulated disk; of shared memory it is a slot of the swap area. A page from inode.disk_pages on is a hole of the file unless
 * the lowest node says that it has a block. A large folio is one entry of several slots (multi-index):
 * each names its own page of it, where the kernel has siblings that point to the first.
 *
 *      inode.i_pages → [node, height 2] → [node, height 1] → pfn | record of PWK_POOL_FRAME | swap slot
 *
 * Always true, see virt/check-pages.c: count is the number of bits in present; on_disk is a part of
 * present; nrpages of the inode is the number of pages in it; each page's mapping and index lead
 * back here. A node that has nothing is freed. */
typedef struct
{
  uint32_t slots[PWK_XNODE_SLOTS];
  uint32_t shadows[PWK_XNODE_SLOTS];   /* lowest nodes: of pages that were evicted, see reclaim/workingset.h; 0 none */
  uint64_t present;       /* a bit a slot: it holds something */
  uint64_t on_disk;       /* … a record of contents or a swap slot, no page */
  uint64_t blocks;        /* lowest nodes: a bit a page, it has a block on the disk, or one is reserved */
  uint64_t shadowed;      /* lowest nodes: a bit a page, it has a shadow */
  uint32_t count;         /* bits in present */
  uint32_t reserved;
} PwkXnode;

G_STATIC_ASSERT (sizeof (PwkXnode) == PWK_XNODE_RECORD);

/* The page at @index, PWK_NO_PFN if it is not cached: filemap_get_entry (). */
PwkPfn   pwk_page_cache_get        (const PwkMachine *machine, PwkIndex inode, uint64_t index);
/* The first page from *@index to @last (inclusive), whose index is put into *@index; PWK_NO_PFN:
 * none. */
PwkPfn   pwk_page_cache_next       (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last);
/* page_cache_next_miss (), page_cache_prev_miss (): the nearest index from @index up (down) that is
 * not cached, at most @max away. Next gives @index + @max, previous UINT64_MAX (as the kernel's
 * ULONG_MAX) where there is none. */
uint64_t pwk_page_cache_next_miss  (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t max);
uint64_t pwk_page_cache_prev_miss  (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t max);

/* filemap_add_folio () of a new page: what is on disk is read into it; if it was evicted before, it
 * is a refault unless it is made for a write (__GFP_WRITE). PWK_NO_PFN: no memory. Shared memory's
 * pages are zeroed. */
PwkPfn   pwk_page_cache_create     (PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t gfp);
/* The same of a large folio from @index on, of which nothing is cached yet. */
PwkPfn   pwk_page_cache_create_large (PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order, uint32_t gfp);
/* The same of a page that is there already, in use, with the cache's reference: it becomes the one at @index, and goes onto no list. False: no memory. */
bool     pwk_page_cache_adopt      (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn);
/* filemap_remove_folio (). @keep: its contents stay on the disk; else they are gone (truncation).
 * Its reference to a page of hugetlbfs is the caller's. */
void     pwk_page_cache_delete     (PwkMachine *machine, PwkIndex inode, uint64_t index, bool keep);
/* The folio from @index on, which is cached, is another from now on, of the same order: folio_migrate_mapping (). References are the caller's. */
void     pwk_page_cache_replace    (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn head);
/* __remove_mapping () of a folio that is reclaimed: it leaves @shadow (0 none) for all of its pages. */
void     pwk_page_cache_evict      (PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t shadow);
/* Forgets pages, disk contents and blocks from @first to @last (inclusive). Nothing maps them any
 * more. */
void     pwk_page_cache_truncate   (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last);

/* Shared memory: the page at @index is in the swap area from now on, and the cache's reference is given up; it is back again, and the caller's reference
 * is the cache's (shmem_delete_from_page_cache (), shmem_add_to_page_cache ()). */
void     pwk_page_cache_swap_out   (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t slot);
void     pwk_page_cache_swap_in    (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn);
/* The first page from *@index to @last that is in the swap area: its index, and its slot; false: none. */
bool     pwk_page_cache_next_swapped (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last, uint64_t *slot);

/* Whether the file system has a block for the page, or it is a hole; giving it one, ext4_da_map_blocks (); and making the page a hole
 * again, which takes away nothing that is cached. */
bool     pwk_inode_has_block       (const PwkMachine *machine, PwkIndex inode, uint64_t index);
void     pwk_inode_add_block       (PwkMachine *machine, PwkIndex inode, uint64_t index);
void     pwk_inode_drop_block      (PwkMachine *machine, PwkIndex inode, uint64_t index);

/* folio_mark_dirty (), with its event when it was clean; and mark_buffer_dirty (), which write ()
 * does, and which keeps PG_readahead. */
void     pwk_page_mark_dirty       (PwkMachine *machine, PwkPfn pfn);
void     pwk_buffer_mark_dirty     (PwkMachine *machine, PwkPfn pfn);
/* Begins to write dirty pages from @first to @last to the disk: folio_clear_dirty_for_io ()
 * write-protects their mappings. filemap_fdatawrite_range (). */
void     pwk_file_write            (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last);
/* … and waits for it: filemap_write_and_wait_range (). */
void     pwk_file_write_and_wait   (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last);
/* mapping_try_invalidate (): clean pages that nobody maps or holds leave the cache. Returns how
 * many; folios that did not are added to *@nr_failed (may be NULL). */
uint64_t pwk_invalidate_pages      (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last, uint64_t *nr_failed);
/* folio_test_uptodate (): a page may be in the cache before its contents are: ext4 zeroed a part of
 * a block, or a write into it failed. */
static inline bool
pwk_page_is_uptodate (const PwkMachine *machine, PwkPfn pfn)
{
  return pwk_folio_test (machine, pfn, PWK_PG_UPTODATE);
}
