/* item-index.c - items of a scene by a key
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/item-index.h"

#include <glib.h>
#include <string.h>

void
pwk_item_index_init (PwkItemIndex *index, uint32_t n_items)
{
  uint32_t n_slots = 64;

  while (n_slots < n_items * 2)
    n_slots *= 2;

  index->mask = n_slots - 1;
  index->heads = g_new (uint32_t, n_slots);
  memset (index->heads, 0xff, n_slots * sizeof *index->heads);
  index->nexts = g_new (uint32_t, n_items + 1);
}

void
pwk_item_index_clear (PwkItemIndex *index)
{
  g_free (index->heads);
  g_free (index->nexts);
}

void
pwk_item_index_add (PwkItemIndex *index, uint64_t key, uint32_t item)
{
  uint32_t *head = pwk_item_index_chain (index, key);

  index->nexts[item] = *head;
  *head = item;
}

uint32_t *
pwk_item_index_chain (const PwkItemIndex *index, uint64_t key)
{
  return &index->heads[(uint32_t) key & index->mask];
}
