/* check.h - what must hold of the swap area and of pages under writeback
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* False, with a line for each violation (at most 20) appended to @why (may be NULL). */
bool pwk_reclaim_check (const PwkMachine *machine, GString *why);
