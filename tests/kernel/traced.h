/* traced.h - what a kernel traced of a reclaiming call, against the events of the simulated one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "scenario/statement.h"

/* The trace events of a recording are comments behind the call that caused them, in order:
 *
 *      shrink_node(0, priority=12, nr_to_reclaim=32) = 7
 *      #   isolate inactive_file requested 9 scanned 9 taken 9                     mm_vmscan_lru_isolate
 *      #   shrink_inactive file priority 12 scanned 9 reclaimed 7 …                mm_vmscan_lru_shrink_inactive
 *
 * and mm_vmscan_lru_shrink_active as shrink_active. Collected while a machine runs, compared when it has. */
typedef struct _Traced Traced;

/* Listens to @machine from now on. Free with traced_free (), after the machine's last step. */
Traced *traced_new     (PwkMachine *machine);
void    traced_free    (Traced *traced);
/* Each comment of @text, which @script was read from, is an expectation, and an event too many fails. Adds to *@held and *@failed; the first few that
 * fail are printed as comments of TAP. */
void    traced_compare (const Traced *traced, const PwkScript *script, const char *text, uint32_t *held, uint32_t *failed);
