/* stat-names.h - the counters of /proc/vmstat and /proc/zoneinfo, in the kernel's order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/vmstat.h"

/* Which kernels have a counter. Two sets are known, 6.12's and 6.18's, and a profile before 6.12
 * shows the first. */
typedef enum { PWK_STAT_ALWAYS, PWK_STAT_FROM_6_18, PWK_STAT_UNTIL_6_12 } PwkStatWhen;

/* @item -1: we have no such counter, it is 0. @divide: what the count is divided by (huge pages are
 * counted in pages, and shown in huge pages). A name that ends in "*" stands for a line a zone. */
typedef struct { const char *name; int item; PwkStatWhen when; uint16_t divide; } PwkStatName;

extern const PwkStatName pwk_zone_stat_names[], pwk_numa_stat_names[], pwk_node_stat_names[], pwk_vm_event_names[];

static inline bool
pwk_stat_is_shown (const PwkProfile *profile, const PwkStatName *stat)
{
  return stat->when == PWK_STAT_ALWAYS || (stat->when == PWK_STAT_FROM_6_18) == profile->stat_6_18;
}
