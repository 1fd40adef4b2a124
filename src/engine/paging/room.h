/* room.h - what the room of page tables, TLBs, accesses adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/room.h"

extern const PwkRoom pwk_paging_room;
