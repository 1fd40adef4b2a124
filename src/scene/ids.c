/* ids.c - stable names of the things that scenes show
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/ids.h"

#include <stddef.h>

const char *
pwk_thing_name (PwkThing thing)
{
  static const char *const names[PWK_N_THINGS] = {
    [PWK_THING_NONE] = "item",
    [PWK_THING_PFN] = "pfn",
    [PWK_THING_BLOCK] = "block",
    [PWK_THING_PAGEBLOCK] = "pageblock",
    [PWK_THING_NODE] = "node",
    [PWK_THING_ZONE] = "zone",
    [PWK_THING_FREE_LIST] = "free-list",
    [PWK_THING_WATERMARK] = "watermark",
    [PWK_THING_PCP] = "pcp",
    [PWK_THING_CPU] = "cpu",
    [PWK_THING_PROCESS] = "process",
    [PWK_THING_MM] = "mm",
    [PWK_THING_VMA] = "vma",
    [PWK_THING_GAP] = "gap",
    [PWK_THING_ADDRESS] = "address",
    [PWK_THING_TABLE] = "table",
    [PWK_THING_ENTRY] = "entry",
    [PWK_THING_BIT] = "bit",
    [PWK_THING_TLB] = "tlb",
    [PWK_THING_TLB_SET] = "tlb-set",
    [PWK_THING_TLB_WAY] = "tlb-way",
    [PWK_THING_WALK_CACHE] = "walk-cache",
    [PWK_THING_CACHE] = "cache",
    [PWK_THING_SLAB] = "slab",
    [PWK_THING_OBJECT] = "object",
    [PWK_THING_LRU] = "lru",
    [PWK_THING_FILE] = "file",
    [PWK_THING_SWAP] = "swap",
    [PWK_THING_EVENT] = "event",
    [PWK_THING_RULE] = "rule",
    [PWK_THING_EDGE] = "edge",
    [PWK_THING_GROUP] = "group",
  };

  if ((unsigned) thing >= PWK_N_THINGS || names[thing] == NULL)
    return names[PWK_THING_NONE];

  return names[thing];
}
