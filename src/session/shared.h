/* shared.h - arrays that snapshots share by reference
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <glib.h>

/* An array that does not change any more, counted; its count of references lies before it. Freed in whichever thread lets go of it last. */

/* A copy of @items (NULL: zeros), whose contents it takes over; @clear (may be NULL) frees those of one item. NULL if there are none. */
gpointer pwk_shared_new   (gconstpointer items, size_t item_size, uint32_t n, void (*clear) (gpointer item));
gpointer pwk_shared_ref   (gpointer shared);   /* NULL is let through */
void     pwk_shared_unref (gpointer shared);
