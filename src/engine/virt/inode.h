/* inode.h - a file on the simulated disk, and whose pages are cached
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/pool.h"

/* How large a file of ext4 with blocks of 4 KiB may be, bytes: 2^32 - 1 of them
 * (super_block.s_maxbytes, ext4_max_size ()). */
#define PWK_S_MAXBYTES ((((uint64_t) 1 << 32) - 1) << PWK_PAGE_SHIFT)

typedef enum { PWK_INODE_REGULAR, PWK_INODE_SHMEM, PWK_INODE_SPECIAL, PWK_INODE_HUGETLB } PwkInodeKind;

/* struct inode with its address_space: a file, the pages of it that are in memory, and the regions
 * that map it.
 *
 *      i_pages ──▶ index of cached pages (page-cache.h)
 *      i_mmap_first ──▶ [vma] ◀─ i_mmap_next / prev ─▶ [vma] … i_mmap_last
 *
 * Its bytes on the simulated disk live in the same index. refcount counts open files and mappings
 * without one; the record goes with the last of them if no name is left (nlink). */
typedef struct
{
  PwkIndex name;                       /* string, as maps shows it */
  uint32_t dev_major, dev_minor;
  uint8_t  kind;                       /* PwkInodeKind */
  uint8_t  assumed;
  uint8_t  nlink;
  uint8_t  hstate;                     /* of hugetlbfs: PwkHstateIndex */
  uint64_t ino;
  uint64_t i_size;                     /* bytes */
  int32_t  refcount;
  uint32_t i_writecount;
  uint64_t nrpages;                    /* in the cache */
  PwkIndex i_pages;                    /* root of the index, see page-cache.h */
  uint32_t i_pages_height;
  PwkIndex i_mmap_first, i_mmap_last;  /* vmas that map it */
  uint64_t disk_pages;                 /* its first so many pages have blocks on the disk; of the others see page-cache.h */
  uint64_t dirtied_when;               /* event at which the flusher began to know it as dirty; 0 it does not */
  uint64_t acct_pages;                 /* shared anonymous memory: charged to vm_committed_as, given back with the inode */
  PwkIndex shared_policy;              /* shared memory: the first of its NUMA policies, see shared-policy.h; 0 none */
  PwkIndex resv_map;                   /* of hugetlbfs: which of its pages are promised, see hugetlb-reserve.h */
} PwkInode;
PWK_RECORD (inode, PwkInode, PWK_POOL_INODE)

/* Whether the inode is of a file system with a disk (mapping_can_writeback ()), not of shared
 * memory. */
static inline bool
pwk_inode_has_disk (const PwkMachine *machine, PwkIndex inode)
{
  return pwk_inode (machine, inode)->kind == PWK_INODE_REGULAR;
}

/* Pages that a file of its size has. */
static inline uint64_t
pwk_inode_pages (const PwkMachine *machine, PwkIndex inode)
{
  return (pwk_inode (machine, inode)->i_size + PWK_PAGE_SIZE - 1) >> PWK_PAGE_SHIFT;
}
