/* capture.h - a free block that goes straight to who compacts for it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/zone.h"

/* struct capture_control: while its owner compacts @zone, the first free block of exactly @order
 * that freeing pages there makes is its, before anybody else can take it. PwkMachine.capture points
 * at it. */
struct _PwkCapture
{
  const PwkZone *zone;
  unsigned       order, migratetype;
  PwkPfn         pfn;            /* the block, PWK_NO_PFN as long as there is none; its struct pages are those of the inside of a free block */
};

/* compaction_capture (): whether the block that would go onto a free list of @migratetype is kept
 * by who compacts. Pageblocks of movable pages are not spoilt for other requests by less than a
 * whole one. */
static inline bool
pwk_compaction_capture (PwkMachine *machine, const PwkZone *zone, PwkPfn pfn, unsigned order, unsigned migratetype)
{
  PwkCapture *capture = machine->capture;

  if (G_LIKELY (!capture) || capture->zone != zone || capture->order != order || capture->pfn != PWK_NO_PFN)
    return false;
  if (migratetype == PWK_MIGRATE_CMA || migratetype == PWK_MIGRATE_ISOLATE
      || (order < PWK_PAGEBLOCK_ORDER && migratetype == PWK_MIGRATE_MOVABLE && capture->migratetype != PWK_MIGRATE_MOVABLE))
    return false;
  capture->pfn = pfn;
  return true;
}
