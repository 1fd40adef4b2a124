/* table-private.h - what page tables' makers share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/page-table.h"

/* A frame out of the buddy allocator with 512 empty entries, of type PWK_PAGE_TABLE; PWK_NO_PFN: no
 * memory. And back. */
PwkPfn pwk_table_frame_take (PwkMachine *machine, uint32_t gfp);
void   pwk_table_frame_give (PwkMachine *machine, PwkPfn pfn);
