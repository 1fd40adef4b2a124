/* direct-map.c - frames by the kernel's addresses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/direct-map.h"

static PwkPfn
lowmem_end (const PwkMachine *machine)
{
  bool has_highmem = machine->profile->zones >> PWK_ZONE_HIGHMEM & 1;

  return has_highmem ? MIN (machine->st->max_pfn, machine->profile->normal_end_pfn) : machine->st->max_pfn;
}

PwkVaddr
pwk_page_address (const PwkMachine *machine, PwkPfn pfn)
{
  return pfn < lowmem_end (machine) ? machine->profile->page_offset + (pfn << PWK_PAGE_SHIFT) : 0;
}

PwkPfn
pwk_virt_to_pfn (const PwkMachine *machine, PwkVaddr addr)
{
  PwkPfn pfn = (addr - machine->profile->page_offset) >> PWK_PAGE_SHIFT;

  return addr >= machine->profile->page_offset && pfn < lowmem_end (machine) ? pfn : PWK_NO_PFN;
}
