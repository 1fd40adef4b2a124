/* slab-page.h - slabs: taken from the page allocator, threaded, given back; and the nodes' lists of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/slab.h"

/* new_slab (): a slab for @cache with all of its objects on its own list, on no other; 0 if there
 * is no memory for one. @node as alloc_pages_node (), PWK_NUMA_NO_NODE the running cpu's. Follows
 * mm/slub.c:allocate_slab(). */
PwkIndex pwk_slab_new     (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node);
/* Its pages and its record alone, counted and joined to the cache: what each allocator makes a slab of. 0 as above. */
PwkIndex pwk_slab_take    (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node);
/* discard_slab (): a slab that is on no list goes back to the page allocator. */
void     pwk_slab_discard (PwkMachine *machine, PwkIndex slab);
/* add_partial (), add_full (), and the ways back. */
void     pwk_slab_add_partial (PwkMachine *machine, PwkIndex slab, bool tail);
void     pwk_slab_add_full    (PwkMachine *machine, PwkIndex slab);
void     pwk_slab_unlist      (PwkMachine *machine, PwkIndex slab);
/* list_add (), list_add_tail () and list_del () of a list of slabs with both ends. */
void     pwk_slab_list_add (PwkMachine *machine, PwkIndex *head, PwkIndex *end, PwkIndex index, bool tail);
void     pwk_slab_list_del (PwkMachine *machine, PwkIndex *head, PwkIndex *end, PwkIndex index);
/* The slab that the frame belongs to, or 0; virt_to_slab (). */
PwkIndex pwk_slab_of_pfn  (const PwkMachine *machine, PwkPfn pfn);
PwkIndex pwk_slab_of_addr (const PwkMachine *machine, PwkVaddr addr);
