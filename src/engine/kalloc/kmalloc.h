/* kmalloc.h - memory of any size for the kernel
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/slub.h"

#define PWK_ZERO_SIZE_PTR          ((PwkVaddr) 16)
#define PWK_KMALLOC_MAX_CACHE_SIZE ((uint64_t) 1 << PWK_KMALLOC_SHIFT_HIGH)
#define PWK_KMALLOC_MAX_SIZE       (PWK_PAGE_SIZE << PWK_MAX_PAGE_ORDER)

/* At least @size bytes: from the cache of its size class, above 8 KiB whole pages from the page
 * allocator. PWK_ZERO_SIZE_PTR for no bytes; 0 if there is no memory, or none is given for so much.
 * @node: PWK_NUMA_NO_NODE or the one that it shall be of. Follows mm/slub.c:__do_kmalloc_node(). */
PwkVaddr pwk_kmalloc  (PwkMachine *machine, uint64_t size, uint32_t gfp, int node);
/* @n times @size bytes full of zeros; 0 if the product has more than 64 bits. */
PwkVaddr pwk_kcalloc  (PwkMachine *machine, uint64_t n, uint64_t size, uint32_t gfp);
/* In place as long as what was given has room for @size, else elsewhere, with the contents; 0 for
 * @size gives it back. @old: 0 or PWK_ZERO_SIZE_PTR: there is nothing yet. It is memory of
 * kmalloc ()'s. Follows mm/slab_common.c:__do_krealloc(). */
PwkVaddr pwk_krealloc (PwkMachine *machine, PwkVaddr old, uint64_t size, uint32_t gfp);
/* Nothing happens to 0 and PWK_ZERO_SIZE_PTR. */
PwkFreeResult pwk_kfree (PwkMachine *machine, PwkVaddr object);
/* What may be written to there: bytes, 0 of nothing. ksize (). */
uint64_t pwk_ksize    (const PwkMachine *machine, PwkVaddr object);
/* Whether @object is what kfree () would take without a word. */
bool     pwk_kmalloc_owns (const PwkMachine *machine, PwkVaddr object);
/* The cache that serves @size bytes, or 0: it is large, or nothing. */
PwkIndex pwk_kmalloc_cache (PwkMachine *machine, uint64_t size, uint32_t gfp);
/* kmalloc_size (): bytes of the class @index. */
uint32_t pwk_kmalloc_size  (unsigned index);
