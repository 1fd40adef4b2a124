/* direct-map.h - frames by the kernel's addresses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Kernel address of a frame in the direct map; 0 for high memory (the seed's page->virtual ==
 * NULL). And back: PWK_NO_PFN if @addr is no such address. */
PwkVaddr pwk_page_address     (const PwkMachine *machine, PwkPfn pfn);
PwkPfn   pwk_virt_to_pfn      (const PwkMachine *machine, PwkVaddr addr);
