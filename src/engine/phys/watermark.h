/* watermark.h - marks, reserves and per-cpu list sizes, and what they are computed from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/zone.h"

/* wmark_pages (): a mark with the boost, in pages. */
static inline uint64_t
pwk_wmark_pages (const PwkZone *zone, PwkWatermark mark)
{
  return zone->watermark[mark] + zone->watermark_boost;
}

/* min_free_kbytes by the kernel's own rule, with khugepaged's raise where huge pages are on. */
void pwk_calculate_min_free_kbytes (PwkMachine *machine);
/* setup_per_zone_wmarks: min, low, high, promo of all zones from min_free_kbytes and
 * watermark_scale_factor, then the per-cpu lists. */
void pwk_setup_per_zone_wmarks (PwkMachine *machine);
/* setup_per_zone_lowmem_reserve. */
void pwk_setup_per_zone_lowmem_reserve (PwkMachine *machine);
/* zone_set_pageset_high_and_batch of every zone. */
void pwk_setup_pagesets (PwkMachine *machine);
/* calculate_totalreserve_pages. */
void pwk_calculate_totalreserve_pages (PwkMachine *machine);
/* The values that are in force when nothing was set. */
void pwk_sysctl_init (PwkMachine *machine);
