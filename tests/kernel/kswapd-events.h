/* kswapd-events.h - what a kernel traced of kswapd, against when the simulated one wakes it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

/* Plays a table of traced events (.tsv, see reclaim/README.md). Each event at which the kernel decided about kswapd is one expectation: on a machine
 * whose zones have as many free pages as were free then, an allocation wakes kswapd after mm_vmscan_wakeup_kswapd, and lets it sleep after
 * mm_vmscan_kswapd_sleep. The first few that fail are printed as comments of TAP. False, with @error, if the table cannot be read. */
bool kswapd_events_play (const char *path, uint32_t *held, uint32_t *failed, GError **error);
