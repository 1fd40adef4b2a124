/* fragmentation.c - how far free memory has fallen to pieces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/fragmentation.h"

/* struct contig_page_info: free pages, free blocks, and how many blocks of an order they could give
 * as they are. */
typedef struct { uint64_t pages, blocks, suitable; } Info;

/* fill_contig_page_info (). By the counters of blocks alone, of whatever type: an estimate, made
 * each time compaction has to be decided about. */
static Info
census (const PwkZone *zone, unsigned wanted)
{
  Info info = { 0 };

  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    {
      uint64_t blocks = zone->free_area[order].nr_free;

      info.blocks += blocks;
      info.pages += blocks << order;
      if (order >= wanted)
        info.suitable += blocks << (order - wanted);
    }
  return info;
}

/* __fragmentation_index (): is a failure for want of memory (towards 0) or because it is in pieces
 * (towards 1000)? -1000: it would not fail. Compaction can help in the second case only;
 * extfrag_threshold says from where on it is tried. */
int
pwk_fragmentation_index (const PwkZone *zone, unsigned order)
{
  Info info = census (zone, order);

  if (!info.blocks)
    return 0;
  if (info.suitable)
    return -1000;
  return 1000 - (int) ((1000 + info.pages * 1000 / ((uint64_t) 1 << order)) / info.blocks);
}

/* unusable_free_index (): which part of free memory lies in blocks too small for the order, in
 * thousandths. */
int
pwk_unusable_free_index (const PwkZone *zone, unsigned order)
{
  Info info = census (zone, order);

  return info.pages ? (int) ((info.pages - (info.suitable << order)) * 1000 / info.pages) : 1000;
}

unsigned
pwk_extfrag_for_order (const PwkZone *zone, unsigned order)
{
  Info info = census (zone, order);

  return info.pages ? (unsigned) ((info.pages - (info.suitable << order)) * 100 / info.pages) : 0;
}
