/* split-page.h - blocks that come apart into single pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* As many pages as hold @size bytes, one behind the other, each to be freed by itself; what the
 * block has more goes back at once. PWK_NO_PFN: no memory, or no bytes. Follows
 * mm/page_alloc.c:alloc_pages_exact(). */
PwkPfn pwk_alloc_pages_exact (PwkMachine *machine, uint64_t size, uint32_t gfp);
/* Frees them; what is none of them gives a bad_page event. */
void   pwk_free_pages_exact  (PwkMachine *machine, PwkPfn pfn, uint64_t size);
