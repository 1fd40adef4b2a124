/* pageout-door.h - what madvise () asks of reclaim, which stands above it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page-list.h"

/* reclaim_pages () of MADV_PAGEOUT: what is on the list, its tail first, whether it is in use or
 * not. Returns pages reclaimed; the list is empty. */
uint64_t pwk_reclaim_pages (PwkMachine *machine, PwkPageList *list);
