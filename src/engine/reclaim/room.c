/* room.c - what the room of getting memory back adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/reclaim/room.h"

#include "engine/reclaim/check.h"
#include "engine/reclaim/compaction.h"
#include "engine/reclaim/kswapd.h"

/* kswapd first, for it asks kcompactd. */
static void
tick (PwkMachine *machine)
{
  pwk_kswapd_tick (machine);
  pwk_kcompactd_tick (machine);
}

const PwkRoom pwk_reclaim_room = {
  .name = "reclaim",
  .check = pwk_reclaim_check,
  .tick = tick,
};
