/* split-queue.h - large folios that would better be small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A large folio of which some page is mapped by nobody any more could give that page back if it
 * were split. That takes time, so it waits in its node's queue until memory is short: struct
 * deferred_split of mm/huge_memory.c. */

/* deferred_split_folio (), folio_unqueue_deferred_split (): nothing happens to one that is there
 * already, or is not (then false). */
void     pwk_deferred_split_folio   (PwkMachine *machine, PwkPfn head);
bool     pwk_deferred_split_unqueue (PwkMachine *machine, PwkPfn head);
/* Up to @n of the node's, the one that waits longest first. Returns how many; they stay in the queue. */
unsigned pwk_deferred_split_peek    (const PwkMachine *machine, unsigned node, PwkPfn *heads, unsigned n);
