/* move-tables.h - entries go from one place to another
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* mremap's: entries of [old, old + length) go to new; both regions exist (move_page_tables).
 * Returns bytes moved; less: no memory for tables. */
uint64_t pwk_move_page_tables (PwkMachine *machine, PwkIndex old_vma, PwkVaddr old_addr, PwkIndex new_vma, PwkVaddr new_addr, uint64_t length);
