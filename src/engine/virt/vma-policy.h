/* vma-policy.h - which NUMA policy a page of a region goes by, and pages by it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/phys/page.h"
#include "engine/virt/vma.h"

/* __get_vma_policy (): the region's, or, of shared memory, the object's at that place; 0: the
 * task's counts. */
PwkIndex pwk_vma_own_policy (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr);
/* get_vma_policy (): the same, else the running task's, and in *@ilx the page's place among those
 * that are interleaved. 0: the default. */
PwkIndex pwk_get_vma_policy (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, unsigned order, uint64_t *ilx);

/* vma_alloc_folio (): a page for @addr, contents as they were. PWK_NO_PFN: none. */
PwkPfn   pwk_vma_page_alloc (PwkMachine *machine, uint32_t gfp, unsigned order, PwkPageType type, PwkIndex vma, PwkVaddr addr);
/* shmem_alloc_folio (): one for page @index of a file of shared memory. */
PwkPfn   pwk_shmem_page_alloc (PwkMachine *machine, uint32_t gfp, PwkIndex inode, uint64_t index);
