/* check.h - the invariants of src/engine/kalloc
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"
#include "engine/core/machine.h"

/* False, with a line for each violation appended to @why (which may be NULL), if something is not
 * as it must be at a place of rest. */
bool pwk_kalloc_check (const PwkMachine *machine, GString *why);
/* The parts of SLAB, of one cache, and of SLOB; *@n_slabs gets as many more as there are. */
void pwk_array_cache_check (const PwkMachine *machine, PwkIndex cache, PwkViolations *found, uint32_t *n_slabs);
void pwk_slob_check        (const PwkMachine *machine, PwkViolations *found, uint32_t *n_slabs);
