/* dma.h - memory that a device can reach
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* What the device can address: "isa" 24 bits, "pci32", "pci64", or "maskNN". 0: no such device. */
uint64_t pwk_dma_mask           (const char *device);
/* Whole pages below @mask, full of zeros; 0 if there are none. On x86 caches are coherent with
 * devices, so they are ordinary memory, and the device's address is the physical one. Follows
 * kernel/dma/direct.c:dma_direct_alloc(). */
PwkVaddr pwk_dma_alloc_coherent (PwkMachine *machine, uint64_t mask, uint64_t size, uint32_t gfp);
/* False: there is no such block at @addr. */
bool     pwk_dma_free_coherent  (PwkMachine *machine, uint64_t size, PwkVaddr addr);
