/* room.c - what the room of frames: zones, the page allocator, LRU lists adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/room.h"

#include "engine/phys/check.h"

const PwkRoom pwk_phys_room = {
  .name = "phys",
  .check = pwk_phys_check,
};
