/* workingset-door.h - what is remembered of pages that were evicted, and whether they come back too soon
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* An evicted page leaves a shadow in its file's index, or at its swap slot: the clock of its lruvec
 * at that moment (nonresident_age), its node, and whether it had been active before. 32 bits, 0 is
 * none:
 *
 *      eviction clock, in buckets : 26    node : 4    workingset : 1    always 1
 *
 * A page that comes back while its lists have aged by less than they are long would have stayed if
 * they had been a little longer: it is active at once. On machines of more than 2^26 pages the
 * clock counts in buckets of several. Follows mm/workingset.c. */

/* workingset_eviction (): the shadow of a folio that goes; the clock moves on. */
uint32_t pwk_workingset_eviction (PwkMachine *machine, PwkPfn head);
/* workingset_refault (): of a new folio, not yet on a list, in whose place @shadow was found. */
void     pwk_workingset_refault  (PwkMachine *machine, PwkPfn head, uint32_t shadow);
/* lru_note_cost (): what reclaiming has cost one half of the lists: pages of I/O, and pages looked
 * at in vain. */
void     pwk_lru_note_cost       (PwkMachine *machine, unsigned node, bool file, uint64_t nr_io, uint64_t nr_rotated);
