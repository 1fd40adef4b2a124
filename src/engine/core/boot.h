/* boot.h - what the machine's making needs to know before it is switched on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* One past the last frame that the configuration's firmware map or zones name. */
PwkPfn   pwk_boot_max_pfn   (const PwkConfig *config);
/* Bytes of PWK_REGION_TLB for all cpus: paging/tlb.c knows its own records. */
uint64_t pwk_boot_tlb_bytes (const PwkConfig *config);
/* A frame of the kernel's own reservation, for what boot itself needs (memblock_alloc): the kernel's page tables, the zero
 * page. Type PWK_PAGE_RESERVED, which the caller may change; it is never freed. Comes from the buddy allocator once the
 * reservation is used up; PWK_NO_PFN if that is empty too. */
PwkPfn   pwk_memblock_alloc_page (PwkMachine *machine);
/* The zero page and the kernel's page tables, if they are not there yet. Where the free lists were given and leave no frame to the kernel, boot
 * puts this off to the first process, so that the lists begin as given. False: no memory for them. */
bool     pwk_boot_kernel_frames  (PwkMachine *machine);
