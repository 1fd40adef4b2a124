/* zone-types.h - the kinds of zones and of pageblocks, and their names
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* HIGHMEM is there on x86-32 alone, DMA32 on x86-64 alone; see PwkProfile.zones. */
typedef enum
{
  PWK_ZONE_DMA, PWK_ZONE_DMA32, PWK_ZONE_NORMAL, PWK_ZONE_HIGHMEM, PWK_ZONE_MOVABLE, PWK_ZONE_DEVICE, PWK_MAX_NR_ZONES
} PwkZoneType;

/* The kernel's order; the first three have per-cpu lists. Unmovable: the kernel's own; Movable:
 * pages whose mappings can be found and changed; Reclaimable: caches that shrink. Keeping them in
 * pageblocks of their own is what keeps large blocks possible. HighAtomic is a reserve for
 * allocations that cannot wait; CMA and Isolate are there for their names. */
typedef enum
{
  PWK_MIGRATE_UNMOVABLE, PWK_MIGRATE_MOVABLE, PWK_MIGRATE_RECLAIMABLE, PWK_MIGRATE_HIGHATOMIC, PWK_MIGRATE_CMA, PWK_MIGRATE_ISOLATE,
  PWK_MIGRATE_TYPES
} PwkMigratetype;
#define PWK_MIGRATE_PCPTYPES 3

/* "Normal", "Movable" … and back (-1: no such name). */
const char *pwk_zone_name             (unsigned zone_type);
const char *pwk_migratetype_name      (unsigned migratetype);
int         pwk_zone_from_name        (const char *name);
int         pwk_migratetype_from_name (const char *name);
