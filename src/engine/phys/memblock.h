/* memblock.h - the frames that boot keeps for the kernel, and hands out before there is an allocator
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A frame of the kernel's own reservation, for what boot itself needs (memblock_alloc): the
 * kernel's page tables, the zero page. Type PWK_PAGE_RESERVED, which the caller may change; it is
 * never freed. Comes from the buddy allocator once the reservation is used up; PWK_NO_PFN if that
 * is empty too. */
PwkPfn pwk_memblock_alloc_page (PwkMachine *machine);
