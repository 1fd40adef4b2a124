/* slob.h - SLOB: pieces of pages, the first that fits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/kalloc/kalloc.h"

/* Lists of pages by what was asked for when they got free pieces: below 256 bytes, below 1024, above. */
#define PWK_SLOB_LISTS 3
#define PWK_SLOB_UNIT  2u                              /* bytes: sizes and links are counted in them */
/* Objects up to here come out of shared pages; of others each has pages of its own. */
#define PWK_SLOB_MAX   (PWK_PAGE_SIZE - 8)

/* The record that has all pages, made at boot. */
void     pwk_slob_boot       (PwkMachine *machine);
/* kmalloc (), kfree () and ksize () of at most PWK_SLOB_MAX bytes: in front of each object lies its size. */
PwkVaddr pwk_slob_kmalloc    (PwkMachine *machine, uint64_t size, uint32_t gfp, int node);
bool     pwk_slob_kfree      (PwkMachine *machine, PwkVaddr object);
uint64_t pwk_slob_ksize      (const PwkMachine *machine, PwkVaddr object);
/* Objects of caches: their size is known from the cache, so nothing lies in front. False: that is no such object. */
PwkVaddr pwk_slob_cache_alloc (PwkMachine *machine, PwkIndex cache, uint32_t gfp, int node);
bool     pwk_slob_cache_free  (PwkMachine *machine, PwkIndex cache, PwkVaddr object);
/* Whether @object was given by pwk_slob_kmalloc () and not taken back. */
bool     pwk_slob_owns       (const PwkMachine *machine, PwkVaddr object);

/* A free piece of a page: bytes from the page's start and its size, as its own first bytes say, and the next; false at the end. */
typedef struct { uint32_t offset, bytes, next; } PwkSlobPiece;
bool     pwk_slob_first_piece (const PwkMachine *machine, const PwkSlab *slab, PwkSlobPiece *piece);
bool     pwk_slob_next_piece  (const PwkMachine *machine, const PwkSlab *slab, PwkSlobPiece *piece);
/* The first page of list 0 … PWK_SLOB_LISTS - 1; they are linked by `next`. */
PwkIndex pwk_slob_list_head   (const PwkMachine *machine, unsigned list);
