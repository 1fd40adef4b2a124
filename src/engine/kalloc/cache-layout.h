/* cache-layout.h - how the objects of a slab cache lie, and how large its slabs are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/slab.h"

/* calculate_alignment (): bytes. */
uint32_t pwk_slab_alignment       (uint32_t flags, uint32_t align, uint32_t size);
/* get_order (): of the smallest block of pages that holds @bytes, which is not 0. */
unsigned pwk_get_order            (uint64_t bytes);
/* calculate_sizes () and what follows from it: fills in all of @s from its object_size, align,
 * flags and ctor. False if no slab can hold such an object. Follows
 * mm/slub.c:do_kmem_cache_create(). */
bool     pwk_kmem_cache_calculate (PwkKmemCache *s, unsigned n_cpus);
/* The same for SLAB (mm/slab.c:__kmem_cache_create()) and SLOB. */
bool     pwk_kmem_cache_calculate_slab (PwkKmemCache *s, unsigned n_cpus);
bool     pwk_kmem_cache_calculate_slob (PwkKmemCache *s);
/* What is kept beside the figures of a cache to be quick: from its size. */
void     pwk_kmem_cache_set_reciprocal (PwkKmemCache *s);
