/* shared.c - arrays that snapshots share by reference
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/shared.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <string.h>

typedef struct
{
  atomic_uint ref;
  uint32_t    n;
  size_t      item_size;
  void      (*clear) (gpointer item);
  alignas (max_align_t) char items[];
} Shared;

static Shared *
of_items (gpointer items)
{
  return (Shared *) (void *) ((char *) items - offsetof (Shared, items));
}

gpointer
pwk_shared_new (gconstpointer items, size_t item_size, uint32_t n, void (*clear) (gpointer item))
{
  Shared *shared;

  if (n == 0)
    return NULL;
  shared = g_malloc0 (sizeof *shared + item_size * n);
  atomic_init (&shared->ref, 1);
  shared->n = n;
  shared->item_size = item_size;
  shared->clear = clear;
  if (items)
    memcpy (shared->items, items, item_size * n);
  return shared->items;
}

gpointer
pwk_shared_ref (gpointer items)
{
  if (items)
    atomic_fetch_add_explicit (&of_items (items)->ref, 1, memory_order_relaxed);
  return items;
}

void
pwk_shared_unref (gpointer items)
{
  Shared *shared;

  if (!items)
    return;
  shared = of_items (items);
  if (atomic_fetch_sub_explicit (&shared->ref, 1, memory_order_acq_rel) != 1)
    return;
  for (uint32_t i = 0; i < shared->n && shared->clear; i++)
    shared->clear (shared->items + i * shared->item_size);
  g_free (shared);
}
