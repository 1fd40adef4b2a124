/* vmap-node.h - which kernel addresses are in use, lazily freed, kept for soon, or free
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vfree () does not make addresses free: other cpus' TLBs may still know them, and a flush of all
 * cpus for each would cost more than the memory is worth. So they wait, and one flush serves many
 * (vmap-node.c has the picture). All sizes are in bytes and whole pages, the guard page included. */
#pragma once

#include "engine/kalloc/kalloc.h"
#include "engine/kalloc/vmap-area.h"

/* @size bytes of addresses (whole pages) at a multiple of @align: a record in use, on no list; 0 if
 * none are left even after a purge. Follows mm/vmalloc.c:alloc_vmap_area(). */
PwkIndex pwk_vmap_alloc (PwkMachine *machine, uint64_t size, uint64_t align);
/* free_vmap_area_noflush (): its addresses wait for the next purge. */
void     pwk_vmap_free  (PwkMachine *machine, PwkIndex area);
/* __purge_vmap_area_lazy (): addresses that wait go to their node's pool or become free, after one
 * TLB flush for all of them. @full: pools are emptied as well. Returns whether there were any. */
bool     pwk_vmap_purge (PwkMachine *machine, bool full);
/* More pages wait than lazy_max_pages (). */
bool     pwk_vmap_is_lazy (const PwkMachine *machine);
/* The vmap_node that addresses there belong to. */
unsigned pwk_vmap_node_of (const PwkMachine *machine, PwkVaddr addr);
/* Puts a record in use among those of its node. False: it overlaps another. */
bool     pwk_vmap_insert_busy (PwkMachine *machine, PwkIndex area);
