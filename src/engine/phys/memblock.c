/* memblock.c - the frames that boot keeps for the kernel, and hands out before there is an allocator
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/memblock.h"

#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"

PwkPfn
pwk_memblock_alloc_page (PwkMachine *machine)
{
  PwkState *st = machine->st;
  PwkPfn pfn;

  if (st->memblock_next < st->memblock_end)
    {
      pwk_section_open (machine, st->memblock_next);
      return st->memblock_next++;
    }
  pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL | PWK_GFP_NOWARN, 0, 0, -1);
  if (pfn != PWK_NO_PFN)
    pwk_page_edit (machine, pfn)->type = PWK_PAGE_RESERVED;
  return pfn;
}
