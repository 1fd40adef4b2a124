/* touch.h - each page of a range once, as a long call
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/op.h"

/* touch (addr, length, "r"|"w", value=): each page once, a byte @value stored in it; result is the
 * number of faults. */
void pwk_op_touch   (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, bool write, uint8_t value);
/* One page of it. A signal ends it. */
void pwk_touch_step (PwkMachine *machine);
