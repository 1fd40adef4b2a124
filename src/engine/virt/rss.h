/* rss.h - an address space's pages, counted by kind
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/mm.h"
#include "engine/phys/page.h"

/* mm_counter (): which of mm->rss_stat a page counts in. */
PwkMmCounter pwk_mm_counter (const PwkPage *page);
/* add_mm_counter (): @pages more or, below 0, less; the highest sum is kept in hiwater_rss. */
void pwk_add_mm_counter (PwkMachine *machine, PwkIndex mm, PwkMmCounter which, int64_t pages);
