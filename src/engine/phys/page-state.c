/* page-state.c - setting and clearing page flags
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-state.h"

void
pwk_page_set_flags (PwkMachine *machine, PwkPfn pfn, uint32_t set, uint32_t clear)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  uint32_t old = (uint32_t) page->pg_flags, flags = (old | set) & ~clear;

  pwk_assert (!((old | flags) & PWK_PG_LRU) || !((old ^ flags) & PWK_PG_DECIDES_LIST));
  page->pg_flags = flags & 0xfffff;
}
