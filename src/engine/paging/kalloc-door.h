/* kalloc-door.h - what the kernel's tables and accesses ask of its allocators
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Whether @addr was unmapped and waits for the purge that flushes TLBs: until then they may know a
 * translation that the tables have no more. */
bool pwk_vmap_waits_for_flush (const PwkMachine *machine, PwkVaddr addr);
/* The kernel is about to write @bytes at @phys, wherever that is. What it hits is noted: the list of
 * a slab's free objects is not to be trusted any more. False: SLAB or SLOB keep books there that
 * nothing guards, and the store is not made. */
bool pwk_kernel_may_store     (PwkMachine *machine, PwkPhys phys, unsigned bytes);
