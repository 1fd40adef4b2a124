/* slab-flags.h - the bits of a slab cache's flags
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The numbers of Linux 6.18, include/linux/slab.h, enum _slab_flag_bits, with memory cgroups
 * (CONFIG_MEMCG) and without debug objects, fault injection, KASAN, KFENCE and SLUB_TINY:
 * what those would add is 0. Like gfp-bits.h this has #defines only. */
#define PWK_SLAB_CONSISTENCY_CHECKS  0x0001u    /* checks on allocation and freeing */
#define PWK_SLAB_RED_ZONE            0x0002u    /* guard words around each object */
#define PWK_SLAB_POISON              0x0004u    /* free objects are filled with 0x6b */
#define PWK_SLAB_KMALLOC             0x0008u    /* one of kmalloc()'s caches */
#define PWK_SLAB_HWCACHE_ALIGN       0x0010u    /* objects begin on cache lines */
#define PWK_SLAB_CACHE_DMA           0x0020u    /* pages from ZONE_DMA */
#define PWK_SLAB_CACHE_DMA32         0x0040u    /* pages from ZONE_DMA32 */
#define PWK_SLAB_STORE_USER          0x0080u    /* remember who allocated and freed */
#define PWK_SLAB_PANIC               0x0100u    /* a cache that cannot be made stops the machine */
#define PWK_SLAB_TYPESAFE_BY_RCU     0x0200u    /* pages are given back after a grace period */
#define PWK_SLAB_TRACE               0x0400u    /* print each allocation and freeing */
#define PWK_SLAB_NOLEAKTRACE         0x0800u    /* not for kmemleak */
#define PWK_SLAB_NO_MERGE            0x1000u    /* never merged with a like cache */
#define PWK_SLAB_ACCOUNT             0x2000u    /* charged to the memory cgroup */
#define PWK_SLAB_NO_USER_FLAGS       0x4000u    /* slab_debug= has no effect */
#define PWK_SLAB_RECLAIM_ACCOUNT     0x8000u    /* objects can be reclaimed: __GFP_RECLAIMABLE */
#define PWK_SLAB_TEMPORARY           PWK_SLAB_RECLAIM_ACCOUNT
#define PWK_SLAB_DEBUG_OBJECTS       0u
#define PWK_SLAB_FAILSLAB            0u
#define PWK_SLAB_KASAN               0u
#define PWK_SLAB_SKIP_KFENCE         0u
#define PWK_SLAB_NO_OBJ_EXT          0u
