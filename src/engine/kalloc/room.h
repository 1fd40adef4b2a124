/* room.h - what the room of the kernel's own allocators adds to what core does for all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/room.h"

extern const PwkRoom pwk_kalloc_room;
