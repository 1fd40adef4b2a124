/* draw-range.h - where a recording's next call works: ranges, sizes and rights drawn at random
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "case.h"

/* 1 to @most pages, in bytes. */
uint64_t      draw_pages      (Case *c, uint64_t most);
/* What the scenario may change: not the program, not the kernel's own mappings, not the stack. */
bool          draw_is_ours    (const Region *region);
/* One of these, or NULL. */
const Region *draw_any_region (Case *c);
/* Whether [@address, @address + @length) has anything that must not be changed, or is no range. */
bool          draw_forbidden  (const Case *c, uint64_t address, uint64_t length);
/* A range to work on, with a taste for regions, their edges and neighbours; never one that would spoil the process. */
void          draw_range      (Case *c, uint64_t *address, uint64_t *length);
/* PROT_… of a mapping. */
int           draw_protection (Case *c);
/* Length of a mapping: mostly small, also of huge pages, or more than the computer has. */
uint64_t      draw_size       (Case *c);
