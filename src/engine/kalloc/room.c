/* room.c - what the room of the kernel's own allocators adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/kalloc/room.h"

#include "engine/kalloc/check.h"

const PwkRoom pwk_kalloc_room = {
  .name = "kalloc",
  .check = pwk_kalloc_check,
};
