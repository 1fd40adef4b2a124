/* item-index.h - items of a scene by a key: chains, in the items' order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

#define PWK_NO_ITEM UINT32_MAX

/*      heads[key & mask] ──► item ──nexts[item]──► item ──► PWK_NO_ITEM
 *
 * Items with different keys may share a chain: who follows it compares. */
typedef struct
{
  uint32_t *heads;          /* owned */
  uint32_t *nexts;          /* owned; by item */
  uint32_t  mask;
} PwkItemIndex;

/* For items 0 … @n_items − 1. */
void      pwk_item_index_init  (PwkItemIndex *index, uint32_t n_items);
void      pwk_item_index_clear (PwkItemIndex *index);

/* Puts @item, which is not in it, at the head of its chain: chains are in order if the last item is added first. */
void      pwk_item_index_add   (PwkItemIndex *index, uint64_t key, uint32_t item);

/* Where the number of the chain's first item stands; @index->nexts has those of the others. Writing there takes items out. */
uint32_t *pwk_item_index_chain (const PwkItemIndex *index, uint64_t key);
