/* alloc-flags.h - how far an allocation may go: the kernel's ALLOC_ flags (mm/internal.h)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/zone.h"

/* The lowest two bits are a PwkWatermark: the mark that must still be met when the block is gone.
 * The flags say how far below it the request may go all the same, as a part of the min mark:
 *
 *      low            everybody, first
 *      min            everybody, once kswapd has been woken (the slow path)
 *      min/2          MIN_RESERVE                GFP_ATOMIC's __GFP_HIGH: cannot wait, and somebody depends on it
 *      3/8 of min     … and NON_BLOCK            must not sleep either
 *      half of that   … and OOM                  a victim of the OOM killer, which gives back more than it takes
 *      0              NO_WATERMARKS              frees memory itself: kswapd, who swaps (PF_MEMALLOC)
 */
#define PWK_ALLOC_WMARK_MASK     0x03u
#define PWK_ALLOC_NO_WATERMARKS  0x04u
#define PWK_ALLOC_OOM            0x08u
#define PWK_ALLOC_NON_BLOCK      0x10u
#define PWK_ALLOC_MIN_RESERVE    0x20u     /* = __GFP_HIGH */
#define PWK_ALLOC_CPUSET         0x40u     /* the task's cpuset is asked of each zone (cpuset.h) */
#define PWK_ALLOC_NOFRAGMENT     0x100u    /* rather another zone than a pageblock of another type */
#define PWK_ALLOC_HIGHATOMIC     0x200u    /* may use what is reserved for high orders that cannot wait */
#define PWK_ALLOC_KSWAPD         0x800u    /* = __GFP_KSWAPD_RECLAIM */
#define PWK_ALLOC_RESERVES       (PWK_ALLOC_NON_BLOCK | PWK_ALLOC_MIN_RESERVE | PWK_ALLOC_HIGHATOMIC | PWK_ALLOC_OOM)

/* zone_watermark_ok: would @order still be possible with this mark left? */
bool     pwk_zone_watermark_ok  (const PwkMachine *machine, const PwkZone *zone, unsigned order, uint64_t mark, unsigned highest_zoneidx,
                                 unsigned alloc_flags, int64_t free_pages);
