/* zone-types.c - names of zones and migratetypes, as the kernel's files have them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * zone_names[] and migratetype_names[] of mm/page_alloc.c, and back.
 */
#include "engine/core/zone-types.h"

#include <string.h>

static const char *const zones[PWK_MAX_NR_ZONES] = {
  [PWK_ZONE_DMA] = "DMA", [PWK_ZONE_DMA32] = "DMA32", [PWK_ZONE_NORMAL] = "Normal", [PWK_ZONE_HIGHMEM] = "HighMem",
  [PWK_ZONE_MOVABLE] = "Movable", [PWK_ZONE_DEVICE] = "Device",
};

static const char *const migratetypes[PWK_MIGRATE_TYPES] = {
  [PWK_MIGRATE_UNMOVABLE] = "Unmovable", [PWK_MIGRATE_MOVABLE] = "Movable", [PWK_MIGRATE_RECLAIMABLE] = "Reclaimable",
  [PWK_MIGRATE_HIGHATOMIC] = "HighAtomic", [PWK_MIGRATE_CMA] = "CMA", [PWK_MIGRATE_ISOLATE] = "Isolate",
};

/* Exactly, with upper and lower case. */
static int
find (const char *const *names, int n, const char *name)
{
  for (int i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

/* As the first column of buddyinfo and pagetypeinfo has it, and "zone" in zoneinfo. Of a number that
 * is no zone's, a mark of that, since messages of checks name what they find, too. */
const char *
pwk_zone_name (unsigned zone_type)
{
  return zone_type < PWK_MAX_NR_ZONES ? zones[zone_type] : "?";
}

/* As pagetypeinfo has them. */
const char *
pwk_migratetype_name (unsigned migratetype)
{
  return migratetype < PWK_MIGRATE_TYPES ? migratetypes[migratetype] : "?";
}

/* -1: no zone is called so. */
int
pwk_zone_from_name (const char *name)
{
  return find (zones, PWK_MAX_NR_ZONES, name);
}

/* -1: no such type. */
int
pwk_migratetype_from_name (const char *name)
{
  return find (migratetypes, PWK_MIGRATE_TYPES, name);
}
