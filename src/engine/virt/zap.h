/* zap.h - taking pages out of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ranges are whole pages within one region; events, counters, rmap, swap slots and TLBs are all
 * seen to. */
#pragma once

#include "engine/core/machine.h"

/* struct zap_details, turned round so that none set is the plain case of MADV_DONTNEED without more. */
typedef enum
{
  PWK_ZAP_KEEP_COWS    = 1 << 0,  /* private copies of a file's pages stay */
  PWK_ZAP_DROP_MARKERS = 1 << 1,  /* guard markers go too: the region itself goes */
  PWK_ZAP_RECLAIM_PT   = 1 << 2,  /* tables that are empty after it are freed (CONFIG_PT_RECLAIM) */
} PwkZapFlags;

/* unmap_vmas () of a part of one region: pages go, rss and rmap follow, TLBs are flushed; tables
 * stay (pwk_free_pgd_range). */
void pwk_zap_vma_range      (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end);
/* zap_page_range_single () of a part of one region. */
void pwk_zap               (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, unsigned flags);
/* unmap_mapping_pages (): the file's pages from @first to @last (inclusive), in whatever region
 * maps them. */
void pwk_unmap_mapping     (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t last, bool even_cows);
