/* page-cache.c - a file's pages in memory, by index
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/filemap.c, mm/truncate.c, mm/page-writeback.c and lib/xarray.c. What the index has at
 * a page's place:
 *
 *      nothing      a hole, or a block of zeros that was never in memory
 *      page         cached; clean, dirty or being written
 *      contents     not cached; its bytes are on the disk (a record of PWK_POOL_FRAME)
 *      shadow       evicted, maybe beside contents: when it went (reclaim/workingset.h)
 *      block        the file system has a place for it, whatever else is there
 *
 * The disk has no place of its own: its bytes stand in the index while the page is not cached, and
 * in the page while it is. Walks over a range hold pages in batches like the kernel's, since the
 * order in which pages are freed, and the draining of the cpu's batches, show. Recording:
 * tests/kernel/lru/filecache. */
#include "engine/virt/page-cache.h"

#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/core/printk.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/cache-walk.h"
#include "engine/virt/inode.h"
#include "engine/virt/rmap.h"
#include "engine/virt/shmem-swap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma.h"
#include "engine/virt/workingset-door.h"
#include "engine/virt/writeback-door.h"

/* --- the index --- */

/* A node by its index; editing marks it as changed. */
static const PwkXnode *
node_at (const PwkMachine *machine, PwkIndex node)
{
  return pwk_pool_get (machine, PWK_POOL_XNODE, node);
}

static PwkXnode *
node_edit (PwkMachine *machine, PwkIndex node)
{
  return pwk_pool_edit (machine, PWK_POOL_XNODE, node);
}

/* Which of the 64 slots of a node of that height (1: the lowest) leads to @index. */
static unsigned
slot_of (uint64_t index, uint32_t height)
{
  return index >> (PWK_XNODE_SHIFT * (height - 1)) & (PWK_XNODE_SLOTS - 1);
}

/* One past the last index that a tree of that height reaches: at most eight levels, since an index
 * has 44 bits (PwkPage.index), and eight have 48. */
static uint64_t
reach (uint32_t height)
{
  return (uint64_t) 1 << (PWK_XNODE_SHIFT * height);
}

/* The lowest node of @index, 0 none. */
static PwkIndex
leaf_of (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  const PwkInode *record = pwk_inode (machine, inode);
  PwkIndex node = record->i_pages;

  if (!node || index >= reach (record->i_pages_height))
    return 0;
  for (uint32_t height = record->i_pages_height; height > 1 && node; height--)
    node = node_at (machine, node)->slots[slot_of (index, height)];
  return node;
}

/* Makes the tree high enough for @index: a new root above the old one, which is its first child, 64
 * times as many pages each time. */
static bool
grow (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkInode *record = pwk_inode_edit (machine, inode);

  while (!record->i_pages || index >= reach (record->i_pages_height))
    {
      PwkIndex top = pwk_pool_alloc (machine, PWK_POOL_XNODE);

      if (!top)
        return false;
      if (record->i_pages)
        {
          PwkXnode *node = node_edit (machine, top);

          node->slots[0] = record->i_pages;
          node->present = node->count = 1;
        }
      record->i_pages = top;
      record->i_pages_height++;
    }
  return true;
}

/* The lowest node of @index, made with all above it. 0: no room. */
static PwkIndex
leaf_make (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkIndex node;

  if (!grow (machine, inode, index))
    return 0;
  node = pwk_inode (machine, inode)->i_pages;
  for (uint32_t height = pwk_inode (machine, inode)->i_pages_height; height > 1; height--)
    {
      unsigned slot = slot_of (index, height);
      PwkIndex child = node_at (machine, node)->slots[slot];

      if (!child)
        {
          PwkXnode *parent;

          child = pwk_pool_alloc (machine, PWK_POOL_XNODE);
          if (!child)
            return 0;
          parent = node_edit (machine, node);
          parent->slots[slot] = child;
          parent->present |= (uint64_t) 1 << slot;
          parent->count++;
        }
      node = child;
    }
  return node;
}

/* The slot of a lowest node gets a page, or (@disk) the record of its contents. */
static void
set_slot (PwkMachine *machine, PwkIndex leaf, uint64_t index, uint32_t value, bool disk)
{
  PwkXnode *node = node_edit (machine, leaf);
  uint64_t bit = (uint64_t) 1 << slot_of (index, 1);

  pwk_assert_debug (leaf != 0 && value != 0);
  if (!(node->present & bit))
    node->count++;
  node->present |= bit;
  node->on_disk = disk ? node->on_disk | bit : node->on_disk & ~bit;
  node->slots[slot_of (index, 1)] = value;
}

/* Empties the slot, forgets the page's block too if wished, and frees the nodes that hold nothing
 * any more, from the lowest up. A node whose blocks or shadows are still wanted stays. The tree
 * gets lower only by becoming empty. */
static void
clear_slot (PwkMachine *machine, PwkIndex inode, uint64_t index, bool block)
{
  uint32_t height = pwk_inode (machine, inode)->i_pages_height;
  PwkIndex path[9] = { 0 };

  pwk_assert_door (height > 0 && index < reach (height));
  path[height] = pwk_inode (machine, inode)->i_pages;
  for (uint32_t h = height; h > 1; h--)
    path[h - 1] = node_at (machine, path[h])->slots[slot_of (index, h)];
  for (uint32_t h = 1; h <= height; h++)
    {
      PwkXnode *node = node_edit (machine, path[h]);
      uint64_t bit = (uint64_t) 1 << slot_of (index, h);

      node->count -= node->present >> slot_of (index, h) & 1;
      node->present &= ~bit;
      node->on_disk &= ~bit;
      node->slots[slot_of (index, h)] = 0;
      if (h == 1 && block)
        node->blocks &= ~bit;
      if (node->count > 0 || node->blocks || node->shadowed)
        return;
      pwk_pool_free (machine, PWK_POOL_XNODE, path[h]);
    }
  pwk_inode_edit (machine, inode)->i_pages = 0;
  pwk_inode_edit (machine, inode)->i_pages_height = 0;
}

/* What a slot holds: a page, a record of contents, or it is known to have a block, or that there
 * was a page. Of several the first that is true, so a shadow beside contents is told as contents. */
typedef enum { SLOT_PAGE, SLOT_DISK, SLOT_BLOCK, SLOT_SHADOW } Slot;

/* Follows xas_find (). The first slot from *@index to @last (inclusive) that holds something;
 * false: none. @all: a block and a shadow are something too. Goes down from the root for each node
 * it enters; within a node the next bit is found at once. Each node that is entered is left by its
 * end, so a walk over a sparse file of terabytes costs what is in it, not its size. The caller may
 * clear the slot that it was told of, and go on at the next index. */
static bool
next_slot (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last, bool all, Slot *what, uint32_t *value)
{
  const PwkInode *record = pwk_inode (machine, inode);

  if (!record->i_pages)
    return false;
  last = MIN (last, reach (record->i_pages_height) - 1);
  while (*index <= last)
    {
      PwkIndex node = record->i_pages;
      uint32_t height = record->i_pages_height;

      for (;; height--)
        {
          const PwkXnode *at = node_at (machine, node);
          unsigned slot = slot_of (*index, height);
          uint64_t rest = (at->present | (all ? at->blocks | at->shadowed : 0)) >> slot;

          if (!rest)   /* nothing more in this node */
            {
              *index = ((*index >> (PWK_XNODE_SHIFT * height)) + 1) << (PWK_XNODE_SHIFT * height);
              break;
            }
          if (!(rest & 1))
            {
              unsigned shift = PWK_XNODE_SHIFT * (height - 1);

              *index = ((*index >> shift) + (unsigned) __builtin_ctzll (rest)) << shift;
              slot = slot_of (*index, height);
            }
          if (*index > last)
            return false;
          if (height == 1)
            {
              *what = !(at->present >> slot & 1) ? (at->shadowed >> slot & 1 ? SLOT_SHADOW : SLOT_BLOCK)
                      : at->on_disk >> slot & 1 ? SLOT_DISK : SLOT_PAGE;
              *value = at->slots[slot];
              return true;
            }
          node = at->slots[slot];
        }
    }
  return false;
}

/* A lookup goes down as many nodes as the tree is high: one for files up to 256 KiB, two up to 16
 * MiB. */
PwkPfn
pwk_page_cache_get (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkIndex leaf = leaf_of (machine, inode, index);
  const PwkXnode *node;
  uint64_t bit;

  if (!leaf)
    return PWK_NO_PFN;
  node = node_at (machine, leaf);
  bit = (uint64_t) 1 << slot_of (index, 1);
  return (node->present & ~node->on_disk & bit) ? node->slots[slot_of (index, 1)] : PWK_NO_PFN;
}

/* filemap_get_folios (), one at a time. */
PwkPfn
pwk_page_cache_next (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last)
{
  uint32_t value;
  Slot what;

  for (; next_slot (machine, inode, index, last, false, &what, &value); ++*index)
    if (what == SLOT_PAGE)
      return value;
  return PWK_NO_PFN;
}

/* page_cache_next_miss (): at most @max pages are looked at. */
static bool
is_cached (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  return pwk_page_cache_get (machine, inode, index) != PWK_NO_PFN;
}

/* How far @index lies inside its folio. An xa_state that begins there looks at the slot of the first page and believes itself at @index, until
 * it comes to another node and takes the slot from the index again. Folios of a node and more have no slots of their own. */
static uint64_t
inside_folio (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);

  return pfn == PWK_NO_PFN || pwk_cache_folio_order (machine, pfn) >= PWK_XNODE_SHIFT ? 0 : index - pwk_cache_folio_first (machine, pfn);
}

uint64_t
pwk_page_cache_next_miss (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t max)
{
  uint64_t slot = index - inside_folio (machine, inode, index);

  for (uint64_t i = 0; i < max; i++)
    {
      if (!is_cached (machine, inode, slot))
        return index + i;
      if (slot % PWK_XNODE_SLOTS == PWK_XNODE_SLOTS - 1)   /* __xas_next () */
        slot = slot + 1 + (index + i + 1) % PWK_XNODE_SLOTS;
      else
        slot++;
    }
  return index + max;
}

/* page_cache_prev_miss (); it stops below index 0. */
uint64_t
pwk_page_cache_prev_miss (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t max)
{
  uint64_t slot = index - inside_folio (machine, inode, index);

  for (uint64_t i = 0; i < max && index - i != UINT64_MAX; i++)
    {
      uint64_t next = index - i - 1;

      if (!is_cached (machine, inode, slot))
        return index - i;
      if (slot % PWK_XNODE_SLOTS > 0)
        slot--;
      else if (next % PWK_XNODE_SLOTS == 0)    /* __xas_prev (): the index has caught up */
        slot = next;
      else if (slot > 0)
        slot = slot - PWK_XNODE_SLOTS + next % PWK_XNODE_SLOTS;
      else if (i + 1 < max)                    /* nothing lies before */
        return next;
    }
  return index - max > index ? UINT64_MAX : index - max;
}

/* --- adding and removing pages --- */

/* Leaves a shadow at a page's place; its lowest node is there. */
static void
set_shadow (PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t shadow)
{
  PwkXnode *node = node_edit (machine, leaf_of (machine, inode, index));

  node->shadows[slot_of (index, 1)] = shadow;
  node->shadowed |= (uint64_t) 1 << slot_of (index, 1);
}

/* The shadow at the page's place, which is forgotten; 0 none. */
static uint32_t
take_shadow (PwkMachine *machine, PwkIndex leaf, uint64_t index)
{
  uint32_t shadow = node_at (machine, leaf)->shadows[slot_of (index, 1)];
  PwkXnode *node;

  if (!shadow)
    return 0;
  node = node_edit (machine, leaf);
  node->shadows[slot_of (index, 1)] = 0;
  node->shadowed &= ~((uint64_t) 1 << slot_of (index, 1));
  return shadow;
}

/* @n pages of the object more. Huge pages of a pool are not counted as cached in /proc/meminfo. */
static void
count_pages (PwkMachine *machine, PwkIndex inode, PwkPfn pfn, int n)
{
  pwk_inode_edit (machine, inode)->nrpages += (uint64_t) (int64_t) n;
  if (pwk_inode (machine, inode)->kind == PWK_INODE_HUGETLB)
    return;
  pwk_mod_node_stat (machine, pfn, PWK_NR_FILE_PAGES, n);
  if (pwk_inode_is_shmem (machine, inode))
    pwk_mod_node_stat (machine, pfn, PWK_NR_SHMEM, n);
}

/* What the simulated disk has of that page; the record of it goes, as the page has the bytes now.
 * Zeros were never kept. */
static void
read_contents (PwkMachine *machine, PwkIndex leaf, uint64_t index, PwkPfn pfn)
{
  const PwkXnode *node = node_at (machine, leaf);
  unsigned slot = slot_of (index, 1);

  pwk_assert_debug (leaf != 0);
  if (node->on_disk >> slot & 1)
    {
      PwkIndex record = node->slots[slot];

      pwk_frame_write (machine, pfn, 0, pwk_pool_get (machine, PWK_POOL_FRAME, record), PWK_PAGE_SIZE);
      pwk_pool_free (machine, PWK_POOL_FRAME, record);
    }
}

/* Pages of the tree that the folio of @head is. A huge page of a pool is one, whatever it consists of. */
static uint64_t
slots_of (const PwkMachine *machine, PwkPfn head)
{
  return pwk_page (machine, head)->type == PWK_PAGE_HUGETLB ? 1 : pwk_folio_pages (machine, head);
}

/* The folio is the one from @index on; the lowest nodes are there. The cache has a reference for each page, of which the caller gives the first. */
static void
enter (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn head)
{
  PwkPage *page = pwk_page_edit (machine, head);
  uint64_t n = slots_of (machine, head);

  for (uint64_t i = 0; i < n; i++)
    set_slot (machine, leaf_of (machine, inode, index + i), index + i, (uint32_t) (head + i), false);
  page->mapping = inode << 2 | PWK_MAPPING_INODE;
  page->index = index & (((uint64_t) 1 << 44) - 1);
  page->_refcount += (int32_t) n - 1;
  pwk_page_set_flags (machine, head, PWK_PG_UPTODATE | (pwk_inode_is_shmem (machine, inode) ? PWK_PG_SWAPBACKED : 0), 0);
  count_pages (machine, inode, head, (int) n);
}

/* The caller has given it the cache's reference. */
void
pwk_page_cache_swap_in (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  pwk_assert_door (pwk_inode_is_shmem (machine, inode));
  enter (machine, inode, index, pfn);
}

void
pwk_page_cache_swap_out (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t slot)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index);
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_assert_door (pwk_inode_is_shmem (machine, inode) && page->_mapcount == 0);
  set_slot (machine, leaf_of (machine, inode, index), index, (uint32_t) slot, true);
  count_pages (machine, inode, pfn, -1);
  page->mapping = 0;
  pwk_folio_put (machine, pfn);
}

bool
pwk_page_cache_next_swapped (const PwkMachine *machine, PwkIndex inode, uint64_t *index, uint64_t last, uint64_t *slot)
{
  uint32_t value;
  Slot what;

  pwk_assert_door (pwk_inode_is_shmem (machine, inode));
  for (; next_slot (machine, inode, index, last, false, &what, &value); ++*index)
    if (what == SLOT_DISK)
      {
        *slot = value;
        return true;
      }
  return false;
}

/* The slot that the page at @index of shared memory lies in, 0 none. */
static uint64_t
swapped_to (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  uint64_t at = index, slot = 0;

  return pwk_inode_is_shmem (machine, inode) && pwk_page_cache_next_swapped (machine, inode, &at, index, &slot) ? slot : 0;
}

bool
pwk_page_cache_adopt (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  pwk_assert_debug (pwk_page_cache_get (machine, inode, index) == PWK_NO_PFN);
  if (!leaf_make (machine, inode, index))
    return false;
  enter (machine, inode, index, pfn);
  return true;
}

/* A new folio for the @n pages from @index on, with the nodes that it takes. PWK_NO_PFN: no memory. */
static PwkPfn
alloc_folio (PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order, uint32_t gfp)
{
  PwkPfn head = pwk_inode_is_shmem (machine, inode) ? pwk_shmem_page_alloc (machine, gfp | PWK_GFP_ZERO, inode, index)
                : pwk_user_page_alloc (machine, gfp | (order ? PWK_GFP_COMP : 0), order, PWK_PAGE_FILE);

  for (uint64_t i = 0; head != PWK_NO_PFN && i < pwk_order_pages (order); i++)
    if (!leaf_make (machine, inode, index + i))
      {
        pwk_user_page_discard (machine, head);
        return PWK_NO_PFN;
      }
  return head;
}

/* Follows mm/filemap.c:__filemap_add_folio() with what allocates before. A shadow where a page was tells that it has been here before: how far
 * the clock of evictions has gone since decides whether it would have stayed in a larger cache, and so is active from the beginning
 * (workingset). Not if it is about to be overwritten. Of several the last counts. */
PwkPfn
pwk_page_cache_create_large (PwkMachine *machine, PwkIndex inode, uint64_t index, unsigned order, uint32_t gfp)
{
  uint64_t slot = pwk_inode_is_shmem (machine, inode) ? swapped_to (machine, inode, index) : 0;
  uint32_t shadow = 0, found;
  PwkPfn head;

  pwk_assert_door (order <= PWK_CACHE_MAX_ORDER && (index & (pwk_order_pages (order) - 1)) == 0);
  if (slot)
    return pwk_shmem_swapin (machine, inode, index, slot, true);
  head = alloc_folio (machine, inode, index, order, gfp);
  if (head == PWK_NO_PFN)
    return PWK_NO_PFN;
  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    {
      PwkIndex leaf = leaf_of (machine, inode, index + i);

      pwk_assert_debug (!is_cached (machine, inode, index + i));
      if (!pwk_inode_is_shmem (machine, inode))
        pwk_frame_clear (machine, head + i);
      read_contents (machine, leaf, index + i, head + i);
      found = take_shadow (machine, leaf, index + i);
      shadow = found ? found : shadow;
    }
  enter (machine, inode, index, head);
  if (shadow && !(gfp & PWK_GFP_WRITE))
    pwk_workingset_refault (machine, head, shadow);
  pwk_lru_cache_add (machine, head);
  pwk_emit_mm_filemap_add_to_page_cache (machine, inode, index, head);
  return head;
}

PwkPfn
pwk_page_cache_create (PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t gfp)
{
  return pwk_page_cache_create_large (machine, inode, index, 0, gfp);
}

/* Whatever left the cache was written out before, or is clean: its bytes are the disk's, which has
 * no other place than here. Zeros need none. */
static void
keep_contents (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, pfn);
  PwkIndex record = bytes ? pwk_pool_alloc (machine, PWK_POOL_FRAME) : 0;

  if (!bytes)
    {
      clear_slot (machine, inode, index, false);
      return;
    }
  pwk_assert (record != 0);   /* else bytes that were written would be lost: pwk_frames_left () */
  memcpy (pwk_pool_edit (machine, PWK_POOL_FRAME, record), bytes, PWK_PAGE_SIZE);
  set_slot (machine, leaf_of (machine, inode, index), index, record, true);
}

/* A large folio is one no more when a part of it goes. */
void
pwk_page_cache_evict (PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t shadow)
{
  PwkPfn head = pwk_page_cache_get (machine, inode, index);

  pwk_assert_door (head != PWK_NO_PFN && pwk_page_head (machine, head) == head);
  if (!pwk_page_is_large (pwk_page (machine, head)))
    pwk_cache_folio_dissolve (machine, head);
  for (uint64_t i = 0; shadow && i < slots_of (machine, head); i++)
    set_shadow (machine, inode, index + i, shadow);
  pwk_page_cache_delete (machine, inode, index, true);
}

/* Nothing maps the folio, whatever its counts say. */
static void
forget_mappings (PwkMachine *machine, PwkPfn head)
{
  uint64_t n = pwk_folio_pages (machine, head);

  for (uint64_t i = 0; i < n; i++)
    pwk_page_edit (machine, head + i)->_mapcount = 0;
  if (n > 1)
    pwk_page_edit (machine, head + 1)->index = pwk_page_edit (machine, head + 1)->private_ = 0;
}

/* filemap_unaccount_folio () of a folio whose file is gone (mapping_exiting ()) though an entry maps it, as its count says: only who wrote entries
 * past the kernel brings that about. All regions are torn down, so that the count is taken for wrong, and the folio is not lost. */
static void
report_mapped (PwkMachine *machine, PwkPfn head)
{
  PwkIndex task = pwk_cpu (machine)->task;
  PwkPage *page = pwk_page_edit (machine, head);
  int32_t mapcount = (int32_t) pwk_folio_mapcount (machine, head);

  pwk_printk (machine, PWK_LOG_BOTH, "BUG: Bad page cache in process %s  pfn:%05" G_GINT64_MODIFIER "x",
              task ? pwk_string (machine, pwk_task (machine, task)->comm) : "swapper", (uint64_t) head);
  pwk_printk (machine, PWK_LOG_FULL, "page: refcount:%d mapcount:%d mapping:%u index:0x%" G_GINT64_MODIFIER "x pfn:0x%" G_GINT64_MODIFIER "x",
              page->_refcount, mapcount, (unsigned) (page->mapping >> 2), (uint64_t) page->index, (uint64_t) head);
  pwk_printk (machine, PWK_LOG_FULL, "page dumped because: still mapped when deleted");
  if (page->_refcount < mapcount + 1 + (int32_t) slots_of (machine, head))
    return;
  forget_mappings (machine, head);
  page->_refcount -= mapcount;
}

/* Follows mm/filemap.c:__filemap_remove_folio(). A page that is being written is waited for; one
 * that is dirty is clean by being gone. The cache's reference is dropped, but of hugetlb's pages. */
void
pwk_page_cache_delete (PwkMachine *machine, PwkIndex inode, uint64_t index, bool keep)
{
  PwkPfn pfn = pwk_page_cache_get (machine, inode, index), head;
  PwkPage *page;
  int64_t n;

  if (pfn == PWK_NO_PFN)
    return;
  head = pwk_page_head (machine, pfn);
  index -= pfn - head;
  n = (int64_t) slots_of (machine, head);
  pwk_folio_wait_writeback (machine, head);
  page = pwk_page_edit (machine, head);
  if (G_UNLIKELY (pwk_folio_mapcount (machine, head) > 0 && pwk_inode (machine, inode)->refcount == 0))
    report_mapped (machine, head);
  if (page->pg_flags & PWK_PG_DIRTY)
    {
      pwk_page_set_flags (machine, head, 0, PWK_PG_DIRTY);
      if (pwk_inode_has_disk (machine, inode))
        pwk_count_file_dirty (machine, head, -n);
    }
  pwk_assert (pwk_inode (machine, inode)->nrpages >= (uint64_t) n);
  count_pages (machine, inode, head, -(int) n);
  for (int64_t i = 0; i < n; i++)
    if (keep)
      keep_contents (machine, inode, index + (uint64_t) i, head + (uint64_t) i);
    else
      clear_slot (machine, inode, index + (uint64_t) i, false);
  pwk_emit_mm_filemap_delete_from_page_cache (machine, inode, index, head);
  page->mapping = 0;
  page->private_ = 0;
  page->_refcount -= (int32_t) n - 1;
  if (page->type != PWK_PAGE_HUGETLB)
    pwk_user_page_put (machine, head);
}

/* Its slot alone: counters, references and flags are migrate_pages ()'s. */
void
pwk_page_cache_replace (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn head)
{
  pwk_assert_door (pwk_page_cache_get (machine, inode, index) != PWK_NO_PFN);
  for (uint64_t i = 0; i < slots_of (machine, head); i++)
    set_slot (machine, leaf_of (machine, inode, index + i), index + i, (uint32_t) (head + i), false);
}

/* --- walks over a range --- */

/* The page becomes a hole of the file. If it was the last of those that all have blocks, they are
 * fewer. */
void
pwk_inode_drop_block (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkInode *record = pwk_inode_edit (machine, inode);
  PwkIndex leaf = leaf_of (machine, inode, index);

  pwk_assert_door (record->nlink || record->refcount > 0);
  if (record->disk_pages == index + 1)
    record->disk_pages = index;
  if (leaf)
    node_edit (machine, leaf)->blocks &= ~((uint64_t) 1 << slot_of (index, 1));
}

/* A folio that stays though the file ends within it, or the hole does: its pages from @first to @last are zeros from now on, and have no blocks
 * (truncate_inode_partial_folio ()). */
static void
zero_kept (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last)
{
  PwkPfn pfn;

  for (uint64_t index = first; index <= last && (pfn = pwk_page_cache_next (machine, inode, &index, last)) != PWK_NO_PFN; index++)
    {
      pwk_frame_clear (machine, pfn);
      pwk_inode_drop_block (machine, inode, index);
    }
}

/* Forgets what is known of the places of @n pages that have left the cache. */
static void
forget_places (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n)
{
  for (; n; n--, index++)
    if (leaf_of (machine, inode, index))
      {
        take_shadow (machine, leaf_of (machine, inode, index), index);
        clear_slot (machine, inode, index, true);
      }
}

/* Whether another shadow than *@before stands at @index, which becomes *@before. The pages of a large folio left one, a single entry: it stands at
 * each of them, and no two others are alike, since the clock goes on with each. */
static bool
is_next_shadow (const PwkMachine *machine, PwkIndex inode, uint64_t index, uint32_t *before)
{
  uint32_t shadow = node_at (machine, leaf_of (machine, inode, index))->shadows[slot_of (index, 1)];
  bool next = shadow && shadow != *before;

  *before = shadow;
  return next;
}

void
pwk_page_cache_truncate (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last)
{
  PwkCacheWalk walk = { 0 };
  uint32_t value, shadow = 0;
  uint64_t index, n;
  Slot what;

  pwk_assert_door (first <= last);
  index = pwk_cache_folio_split (machine, inode, first, false);
  if (index > first)
    zero_kept (machine, inode, first, MIN (index - 1, last));
  if (last != UINT64_MAX && pwk_cache_folio_split (machine, inode, last + 1, false) != last + 1 && index <= last)
    {
      uint64_t kept = pwk_cache_folio_first (machine, pwk_page_cache_get (machine, inode, last + 1));

      zero_kept (machine, inode, MAX (kept, index), last);
      last = kept - 1;
    }
  for (; index <= last && next_slot (machine, inode, &index, last, true, &what, &value); index += n)
    {
      n = 1;
      walk.n_shadows += is_next_shadow (machine, inode, index, &shadow);
      if (what == SLOT_DISK && pwk_inode_is_shmem (machine, inode))
        pwk_swap_free_and_cache (machine, value, 1);    /* shmem_free_swap () */
      else if (what == SLOT_DISK)
        pwk_pool_free (machine, PWK_POOL_FRAME, value);
      if (what == SLOT_PAGE)
        {
          n = slots_of (machine, pwk_page_head (machine, value));
          pwk_cache_walk_hold (machine, &walk, value);
          pwk_page_cache_delete (machine, inode, index, false);
        }
      forget_places (machine, inode, index, n);
      if (pwk_cache_walk_is_full (machine, &walk))
        pwk_cache_walk_release (machine, &walk);
    }
  pwk_cache_walk_release (machine, &walk);
}

/* --- blocks: which pages the file system has a place for. The first disk_pages all have one;
 * behind them each has a bit. --- */

/* Reading a hole costs no I/O, and gives zeros. */
bool
pwk_inode_has_block (const PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkIndex leaf;

  if (index < pwk_inode (machine, inode)->disk_pages)
    return true;
  leaf = leaf_of (machine, inode, index);
  return leaf && node_at (machine, leaf)->blocks >> slot_of (index, 1) & 1;
}

/* ext4_da_map_blocks (): reserved when it is first written to (delayed allocation), and never taken
 * back here unless the write fails. */
void
pwk_inode_add_block (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkInode *record = pwk_inode_edit (machine, inode);
  PwkIndex leaf;

  if (index == record->disk_pages)
    record->disk_pages++;
  if (index < record->disk_pages)
    return;
  leaf = leaf_make (machine, inode, index);
  if (leaf)
    node_edit (machine, leaf)->blocks |= (uint64_t) 1 << slot_of (index, 1);
}

/* --- what nobody uses goes --- */

/* Follows mm/truncate.c:mapping_evict_folio(): neither dirty nor mapped nor held by others, which
 * the references of each page tell (the cache's is one). */
static bool
may_evict (const PwkMachine *machine, PwkIndex inode, PwkPfn pfn)
{
  uint64_t begin = pwk_cache_folio_first (machine, pfn), n = pwk_cache_folio_pages (machine, pfn);

  for (uint64_t i = 0; i < n; i++)
    {
      PwkPfn part = pwk_page_cache_get (machine, inode, begin + i);
      const PwkPage *page = part == PWK_NO_PFN ? NULL : pwk_page (machine, part);

      if (page && !(page->pg_flags & PWK_PG_TAIL)
          && ((page->pg_flags & (PWK_PG_DIRTY | PWK_PG_WRITEBACK)) || page->_refcount != (int32_t) slots_of (machine, part)))
        return false;
    }
  return true;
}

/* One folio. Returns how many pages left the cache. One that could not goes where reclaim will find
 * it soon (deactivate_file_folio ()). */
static uint64_t
invalidate_folio (PwkMachine *machine, PwkCacheWalk *walk, PwkIndex inode, PwkPfn pfn, uint64_t *nr_failed)
{
  uint64_t first = pwk_cache_folio_first (machine, pfn), end = first + pwk_cache_folio_pages (machine, pfn);
  uint64_t before = pwk_inode (machine, inode)->nrpages;

  bool evict = may_evict (machine, inode, pfn);

  pwk_cache_walk_hold (machine, walk, pfn);
  if (!evict)
    {
      pwk_deactivate_file_folio (machine, pwk_page_head (machine, pfn));
      *nr_failed += 1;
      return 0;
    }
  for (uint64_t index = first; index < end; index++)
    pwk_page_cache_delete (machine, inode, index, true);
  return before - pwk_inode (machine, inode)->nrpages;
}

/* The shadow of a page that is not there any more is forgotten, too: whoever gives pages up does
 * not want them taken for a working set later. */
static void
forget_shadow (PwkMachine *machine, PwkIndex inode, uint64_t index)
{
  PwkIndex leaf = leaf_of (machine, inode, index);

  take_shadow (machine, leaf, index);
  if (!(node_at (machine, leaf)->present >> slot_of (index, 1) & 1))
    clear_slot (machine, inode, index, false);
}

/* Follows mm/truncate.c:mapping_try_invalidate(). What find_lock_entries () finds: folios that lie
 * in the range whole and are not being written, and shadows. Unlike truncation it never waits and
 * never writes: what cannot go stays. Contents stay on the disk. */
uint64_t
pwk_invalidate_pages (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last, uint64_t *nr_failed)
{
  uint64_t removed = 0, failed = 0, index = first, next;
  PwkCacheWalk walk = { 0 };
  uint32_t value, shadow = 0;
  Slot what;

  pwk_assert_door (first <= last);
  for (; next_slot (machine, inode, &index, last, true, &what, &value); index = next)
    {
      next = index + 1;
      if (what == SLOT_PAGE)
        {
          uint64_t begin = pwk_cache_folio_first (machine, value), n = pwk_cache_folio_pages (machine, value);

          next = begin + n;
          if (begin >= first && next - 1 <= last && !pwk_folio_test (machine, value, PWK_PG_WRITEBACK | PWK_PG_LOCKED))
            removed += invalidate_folio (machine, &walk, inode, value, &failed);
        }
      else if (node_at (machine, leaf_of (machine, inode, index))->shadowed >> slot_of (index, 1) & 1)
        {
          walk.n_shadows += is_next_shadow (machine, inode, index, &shadow);
          forget_shadow (machine, inode, index);
        }
      if (pwk_cache_walk_is_full (machine, &walk))
        pwk_cache_walk_release (machine, &walk);
    }
  pwk_cache_walk_release (machine, &walk);
  if (nr_failed)
    *nr_failed += failed;
  return removed;
}
