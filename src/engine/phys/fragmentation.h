/* fragmentation.h - how far free memory has fallen to pieces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/zone.h"

/* All of mm/vmstat.c, of the free lists as they are. */

/* fragmentation_index (): why a block of @order cannot be had, in thousandths: towards 0 for want
 * of memory, towards 1000 because it is in pieces; -1000: there is one. */
int      pwk_fragmentation_index (const PwkZone *zone, unsigned order);
/* unusable_free_index (): the share of the free pages that are in blocks below @order, in
 * thousandths. */
int      pwk_unusable_free_index (const PwkZone *zone, unsigned order);
/* extfrag_for_order (): the same in hundredths. */
unsigned pwk_extfrag_for_order   (const PwkZone *zone, unsigned order);
