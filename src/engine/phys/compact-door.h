/* compact-door.h - what the page allocator asks of compaction, which stands above it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/phys/page-alloc-private.h"

/* Whether the kernel has it (2.6.35+): all profiles but that of one LRU for each zone, which is
 * older. */
static inline bool
pwk_has_compaction (const PwkMachine *machine)
{
  return !machine->profile->lru_in_zone;
}

/* Follows mm/compaction.c:try_to_compact_pages(): the zones of the zonelist one after another,
 * until one has a free block of @order. *@captured: that block if it was taken on the spot (inside
 * of a free block, to be made ready by pwk_prep_new_page ()), else PWK_NO_PFN. */
PwkCompactResult pwk_try_to_compact_pages (PwkMachine *machine, uint32_t gfp, unsigned order, unsigned alloc_flags, const PwkAllocContext *ac,
                                           PwkCompactPriority priority, PwkPfn *captured);
/* compaction_defer_reset (): compaction has led to something, or (@success) even to the block that
 * was asked for. */
void             pwk_compaction_defer_reset (PwkMachine *machine, PwkZone *zone, unsigned order, bool success);
/* compaction_zonelist_suitable (): some zone would have room to compact if what is reclaimable were
 * free. */
bool             pwk_compaction_zonelist_suitable (const PwkMachine *machine, const PwkAllocContext *ac, uint32_t gfp, unsigned order,
                                                   unsigned alloc_flags);
