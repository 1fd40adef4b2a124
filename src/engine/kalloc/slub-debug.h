/* slub-debug.h - what SLUB's debugging flags add: red zones, poison, checks and their reports
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/slab.h"

/* setup_slab_debug () and setup_object (), of a slab that is being made; nothing without the flags
 * for it. */
void     pwk_slab_setup_slab   (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab);
void     pwk_slab_setup_object (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab, PwkVaddr object);
/* The checks of free_slab (). */
void     pwk_slab_check_free   (PwkMachine *machine, const PwkKmemCache *s, PwkSlab *slab);
/* alloc_single_from_partial (): the first object of a slab of the node's list; 0 if that did not
 * pass the checks, and the slab is out of use. */
PwkVaddr pwk_slab_alloc_single (PwkMachine *machine, PwkKmemCache *s, PwkIndex slab);
/* alloc_single_from_new_slab (): the same of a slab that is on no list yet. */
PwkVaddr pwk_slab_alloc_single_new (PwkMachine *machine, PwkKmemCache *s, PwkIndex slab);
/* free_to_partial_list (): the @n objects from @head to @tail, linked. False: reported, not freed. */
bool     pwk_slab_free_debug   (PwkMachine *machine, PwkKmemCache *s, PwkIndex slab, PwkVaddr head, PwkVaddr tail, unsigned n);
/* list_slab_objects (): those that are left when the cache is destroyed, into the log. */
void     pwk_slab_report_left  (PwkMachine *machine, const PwkKmemCache *s, const PwkSlab *slab);
