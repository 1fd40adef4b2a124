/* room.c - what the room of page tables, TLBs, accesses adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/paging/room.h"

#include "engine/paging/check.h"
#include "engine/paging/touch.h"

const PwkRoom pwk_paging_room = {
  .name = "paging",
  .check = pwk_paging_check,
  .step = { [PWK_OP_TOUCH] = pwk_touch_step },
};
