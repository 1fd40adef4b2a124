/* room.c - what the room of processes, their regions, files adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Long calls by kind: who sets PwkState.op, and the step that goes on with it. */
#include "engine/virt/room.h"

#include "engine/virt/check.h"
#include "engine/virt/files.h"
#include "engine/virt/populate.h"
#include "engine/virt/process.h"

const PwkRoom pwk_virt_room = {
  .name = "virt",
  .check = pwk_virt_check,
  .step = { [PWK_OP_POPULATE] = pwk_populate_step, [PWK_OP_FORK] = pwk_fork_step, [PWK_OP_OPEN] = pwk_open_step },
};
