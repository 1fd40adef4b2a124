/* draw-wrong.h - calls with something wrong about them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "case.h"

/* One call that the kernel mostly refuses; [@address, @address + @length) is a range that would do. */
void draw_wrong (Case *c, uint64_t address, uint64_t length);
