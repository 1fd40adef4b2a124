/* thing-ways.h - what can be done with a thing that is selected: where it is seen from within, which events change it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "scene/ids.h"
#include "views/views.h"

/* The view that shows the thing @id from within, or from its other side, when it was picked in @from. @from itself if there is none. */
PwkViewId pwk_thing_dive       (uint64_t id, PwkViewId from);
/* The address that Page walk is to walk when the thing is a place in an address space. */
gboolean  pwk_thing_address    (uint64_t id, uint64_t *address);
/* The page frame that holds the thing, where that is another thing: a page table's, an entry's. */
gboolean  pwk_thing_frame      (uint64_t id, uint64_t *pfn);
/* Events that change the thing: pairs of a kind's name and a condition (or NULL), one after the other, for breakpoints. Empty if nothing
 * is known to change it. Strings are owned by the array. */
GPtrArray *pwk_thing_changes   (uint64_t id);
