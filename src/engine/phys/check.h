/* check.h - the invariants of src/engine/phys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* False, with a line for each violation appended to @why (which may be NULL), if something is not
 * as it must be at a place of rest. */
bool pwk_phys_check (const PwkMachine *machine, GString *why);
