/* gfp-bits.h - the bits of a gfp mask, and the masks that have names
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The numbers of Linux 6.18 on x86-64, include/linux/gfp_types.h, in the order of its bits and
 * without the ones that only a debugging configuration has: with KASAN_HW_TAGS, LOCKDEP and
 * SLAB_OBJ_EXT off, as here, __GFP_SKIP_ZERO, __GFP_SKIP_KASAN, __GFP_NOLOCKDEP and
 * __GFP_NO_OBJ_EXT are 0. All masks fit 32 bits.
 *
 * This header has #defines only and includes nothing, so that who merely reads or prints masks
 * (the scenario language, the views) may use it without the allocator. */

/* Which zone: the lowest four bits choose it, see gfp_zone(). */
#define PWK_GFP_DMA             0x01u       /* ZONE_DMA: devices of 24 bits */
#define PWK_GFP_HIGHMEM         0x02u       /* ZONE_HIGHMEM allowed */
#define PWK_GFP_DMA32           0x04u       /* ZONE_DMA32: devices of 32 bits */
#define PWK_GFP_MOVABLE         0x08u       /* the page can be migrated; ZONE_MOVABLE with HIGHMEM */
#define PWK_GFP_ZONEMASK        (PWK_GFP_DMA | PWK_GFP_HIGHMEM | PWK_GFP_DMA32 | PWK_GFP_MOVABLE)

#define PWK_GFP_RECLAIMABLE     0x10u       /* a shrinker can free it; with MOVABLE: the migratetype */
#define PWK_GFP_HIGH            0x20u       /* may go below the min mark, half of it */
#define PWK_GFP_IO              0x40u       /* reclaim may start I/O */
#define PWK_GFP_FS              0x80u       /* reclaim may call into the filesystem */
#define PWK_GFP_ZERO            0x100u      /* the page is zeroed */
/* 0x200 is not used: it was __GFP_ATOMIC until Linux 6.2. */
#define PWK_GFP_DIRECT_RECLAIM  0x400u      /* the caller may reclaim itself: it can sleep */
#define PWK_GFP_KSWAPD_RECLAIM  0x800u      /* kswapd may be woken */
#define PWK_GFP_WRITE           0x1000u     /* the caller means to dirty it: spread over zones */
#define PWK_GFP_NOWARN          0x2000u     /* a failure prints nothing */
#define PWK_GFP_RETRY_MAYFAIL   0x4000u     /* try hard, no OOM killer */
#define PWK_GFP_NOFAIL          0x8000u     /* try for ever */
#define PWK_GFP_NORETRY         0x10000u    /* one try */
#define PWK_GFP_MEMALLOC        0x20000u    /* all reserves: marks do not count */
#define PWK_GFP_COMP            0x40000u    /* a compound page */
#define PWK_GFP_NOMEMALLOC      0x80000u    /* never the reserves, whatever the task may */
#define PWK_GFP_HARDWALL        0x100000u   /* obey the cpuset's memory nodes */
#define PWK_GFP_THISNODE        0x200000u   /* no fallback to other nodes */
#define PWK_GFP_ACCOUNT         0x400000u   /* charged to the memory cgroup */
#define PWK_GFP_ZEROTAGS        0x800000u   /* memory tags zeroed too */
#define PWK_GFP_BITS_SHIFT      24
#define PWK_GFP_BITS_MASK       ((1u << PWK_GFP_BITS_SHIFT) - 1)

/* No bits in this configuration, see above. */
#define PWK_GFP_SKIP_ZERO       0u
#define PWK_GFP_SKIP_KASAN      0u
#define PWK_GFP_NOLOCKDEP       0u
#define PWK_GFP_NO_OBJ_EXT      0u

/* The masks that callers use. */
#define PWK_GFP_RECLAIM         (PWK_GFP_DIRECT_RECLAIM | PWK_GFP_KSWAPD_RECLAIM)
#define PWK_GFP_ATOMIC          (PWK_GFP_HIGH | PWK_GFP_KSWAPD_RECLAIM)
#define PWK_GFP_KERNEL          (PWK_GFP_RECLAIM | PWK_GFP_IO | PWK_GFP_FS)
#define PWK_GFP_KERNEL_ACCOUNT  (PWK_GFP_KERNEL | PWK_GFP_ACCOUNT)
#define PWK_GFP_NOWAIT          (PWK_GFP_KSWAPD_RECLAIM | PWK_GFP_NOWARN)
#define PWK_GFP_NOIO            PWK_GFP_RECLAIM
#define PWK_GFP_NOFS            (PWK_GFP_RECLAIM | PWK_GFP_IO)
#define PWK_GFP_USER            (PWK_GFP_KERNEL | PWK_GFP_HARDWALL)
#define PWK_GFP_HIGHUSER        (PWK_GFP_USER | PWK_GFP_HIGHMEM)
#define PWK_GFP_HIGHUSER_MOVABLE (PWK_GFP_HIGHUSER | PWK_GFP_MOVABLE | PWK_GFP_SKIP_KASAN)
#define PWK_GFP_TRANSHUGE_LIGHT ((PWK_GFP_HIGHUSER_MOVABLE | PWK_GFP_COMP | PWK_GFP_NOMEMALLOC | \
                                  PWK_GFP_NOWARN) & ~PWK_GFP_RECLAIM)
#define PWK_GFP_TRANSHUGE       (PWK_GFP_TRANSHUGE_LIGHT | PWK_GFP_DIRECT_RECLAIM)

/* The kernel's GFP_DMA and GFP_DMA32 are its __GFP_DMA and __GFP_DMA32: PWK_GFP_DMA and
 * PWK_GFP_DMA32 stand for both. */

/* Names of older kernels, by what they mean in today's bits. */
#define PWK_GFP_WAIT            PWK_GFP_RECLAIM         /* __GFP_WAIT, until 4.3 */
#define PWK_GFP_REPEAT          PWK_GFP_RETRY_MAYFAIL   /* __GFP_REPEAT, until 4.12 */
#define PWK_GFP_COLD            0u                      /* __GFP_COLD, until 4.14 */
#define PWK_GFP_NOTRACK         0u                      /* __GFP_NOTRACK, until 4.14 */
#define PWK_GFP_TEMPORARY       (PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE)  /* GFP_TEMPORARY, until 4.13 */
#define PWK_GFP_OLD_ATOMIC      0u                      /* __GFP_ATOMIC, until 6.2 */
#define PWK_GFP_OLD_NOACCOUNT   0u                      /* __GFP_NOACCOUNT, until 4.4 */
#define PWK_GFP_OLD_OTHER_NODE  0u                      /* __GFP_OTHER_NODE, until 4.10 */
#define PWK_GFP_OLD_NO_KSWAPD   0u                      /* __GFP_NO_KSWAPD, until 4.3 */
#define PWK_GFP_OLD_IOFS        (PWK_GFP_IO | PWK_GFP_FS)               /* GFP_IOFS, until 4.4 */
#define PWK_GFP_OLD_THISNODE    (PWK_GFP_THISNODE | PWK_GFP_NOWARN | PWK_GFP_NORETRY) /* GFP_THISNODE, until 4.0 */
