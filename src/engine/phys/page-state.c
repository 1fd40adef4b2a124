/* page-state.c - setting and clearing page flags
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-state.h"

#include "engine/core/emit.h"

/* The one writer of pg_flags of a page in use. PG_DECIDES_LIST are those that say to which LRU list
 * a page belongs: while it is on one they may not change, or the list's count would be of pages
 * that are not on it. Nothing is told where nothing changes. */
void
pwk_page_set_flags (PwkMachine *machine, PwkPfn pfn, uint32_t set, uint32_t clear)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  uint32_t old = (uint32_t) page->pg_flags, flags = (old | set) & ~clear & 0xfffff;

  pwk_assert_debug (page->type != PWK_PAGE_BUDDY && page->type != PWK_PAGE_PCP);
  pwk_assert (!((old | flags) & PWK_PG_LRU) || !((old ^ flags) & PWK_PG_DECIDES_LIST));
  if (flags == old)
    return;
  page->pg_flags = flags;
  pwk_emit_page_flags (machine, pfn, flags & ~old, old & ~flags, pfn);
}

/* --- neighbours --- */

void
pwk_flag_run_end (PwkMachine *machine, PwkFlagRun *run)
{
  if (run->n && (run->set | run->cleared))
    pwk_emit_page_flags (machine, run->first, run->set, run->cleared, run->first + run->n - 1);
  run->n = 0;
}

/* Flags of many pages change alike (a huge page made or split): one event for each run of
 * neighbours with the same change, not 512. */
void
pwk_flag_run_add (PwkMachine *machine, PwkFlagRun *run, PwkPfn pfn, uint32_t old, uint32_t now)
{
  if (run->n && (run->set != (now & ~old) || run->cleared != (old & ~now)))
    pwk_flag_run_end (machine, run);
  if (!run->n)
    *run = (PwkFlagRun) { pfn, 0, now & ~old, old & ~now };
  run->n++;
}

/* All of a struct page at once, for frames that change their kind; its flags are told of by @run. */
void
pwk_page_become (PwkMachine *machine, PwkPfn pfn, PwkPage as, uint32_t flags, PwkFlagRun *run)
{
  PwkPage *page = pwk_page_edit (machine, pfn);
  uint32_t old = (uint32_t) page->pg_flags;

  *page = as;
  page->pg_flags = flags & 0xfffff;
  pwk_flag_run_add (machine, run, pfn, old, flags);
}

void
pwk_tails_tell (PwkMachine *machine, PwkPfn head, uint64_t n)
{
  pwk_emit_page_flags (machine, head + 1, PWK_PG_TAIL, 0, head + n - 1);
}

void
pwk_flags_leave (PwkMachine *machine, PwkPfn pfn, uint64_t n)
{
  const PwkPage *page = pwk_page (machine, pfn);
  PwkFlagRun run = { 0 };

  for (uint64_t i = 0; i < (page->pg_flags & PWK_PG_HEAD ? n : 1); i++)
    pwk_flag_run_add (machine, &run, pfn + i, (uint32_t) page[i].pg_flags, 0);
  pwk_flag_run_end (machine, &run);
}
