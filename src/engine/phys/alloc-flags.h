/* alloc-flags.h - how far an allocation may go: the kernel's ALLOC_ flags (mm/internal.h)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/gfp-bits.h"
#include "engine/phys/zone.h"

/* The lowest two bits are a PwkWatermark. */
#define PWK_ALLOC_WMARK_MASK     0x03u
#define PWK_ALLOC_NO_WATERMARKS  0x04u
#define PWK_ALLOC_OOM            0x08u
#define PWK_ALLOC_NON_BLOCK      0x10u
#define PWK_ALLOC_MIN_RESERVE    0x20u     /* = __GFP_HIGH */
#define PWK_ALLOC_CPUSET         0x40u
#define PWK_ALLOC_NOFRAGMENT     0x100u
#define PWK_ALLOC_HIGHATOMIC     0x200u
#define PWK_ALLOC_KSWAPD         0x800u    /* = __GFP_KSWAPD_RECLAIM */
#define PWK_ALLOC_RESERVES       (PWK_ALLOC_NON_BLOCK | PWK_ALLOC_MIN_RESERVE | PWK_ALLOC_HIGHATOMIC | PWK_ALLOC_OOM)

/* zone_watermark_ok: would @order still be possible with this mark left? */
bool     pwk_zone_watermark_ok  (const PwkMachine *machine, const PwkZone *zone, unsigned order, uint64_t mark, unsigned highest_zoneidx,
                                 unsigned alloc_flags, int64_t free_pages);
