/* table-level.h - which level a page table has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* The PwkLevel of the entries of the table in @pfn, found by walking down from the top tables: of
 * @first's address space (0: none), of the others, of the kernel. PWK_LEVEL_PTE where it hangs
 * nowhere. */
unsigned pwk_table_level (const PwkMachine *machine, PwkIndex first, PwkPfn pfn);
