/* page-free.c - free_pages(), and what may not be freed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/emit.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/pcp.h"
#include "engine/phys/stats.h"

/* PAGE_FLAGS_CHECK_AT_FREE: what no page may have that is being freed. Active and unevictable,
 * which only say on which LRU list a page belongs, go with the rest of the struct page. */
#define FLAGS_CHECK_AT_FREE (PWK_PG_LOCKED | PWK_PG_LRU | PWK_PG_WRITEBACK)

static const char *const bad_reasons[PWK_N_BAD_REASONS] = {
  [PWK_BAD_NONE] = "", [PWK_BAD_PFN] = "invalid pfn", [PWK_BAD_ORDER] = "compound_order(page) != order",
  [PWK_BAD_DOUBLE_FREE] = "page_ref_count(page) == 0", [PWK_BAD_TAIL] = "PageTail(page)", [PWK_BAD_RESERVED] = "PageReserved(page)",
  [PWK_BAD_MAPCOUNT] = "nonzero mapcount", [PWK_BAD_MAPPING] = "non-NULL mapping", [PWK_BAD_REFCOUNT] = "nonzero _refcount",
  [PWK_BAD_FLAGS_FREE] = "PAGE_FLAGS_CHECK_AT_FREE flag(s) set", [PWK_BAD_FLAGS_PREP] = "PAGE_FLAGS_CHECK_AT_PREP flag(s) set",
};

const char *
pwk_bad_page_reason (unsigned why)
{
  return why < PWK_N_BAD_REASONS ? bad_reasons[why] : "";
}

/* free_page_is_bad (): what is about to be freed by its last owner must be nobody's else. The
 * kernel leaks a page that fails, since giving out what somebody still uses would be worse. */
static PwkBadReason
check_owner (const PwkMachine *machine, PwkPfn pfn, const PwkPage *page, unsigned order)
{
  if (page->pg_flags & PWK_PG_TAIL)
    return PWK_BAD_TAIL;
  if (page->_refcount <= 0)
    return PWK_BAD_DOUBLE_FREE;
  if (pwk_block_order (machine, pfn) != order)
    return PWK_BAD_ORDER;
  if (page->_refcount > 1)
    return PWK_BAD_NONE;
  if (page->_mapcount)
    return PWK_BAD_MAPCOUNT;
  return page->pg_flags & FLAGS_CHECK_AT_FREE ? PWK_BAD_FLAGS_FREE : PWK_BAD_NONE;
}

/* What is wrong with freeing the block, as mm/page_alloc.c:bad_page() would say it; PWK_BAD_NONE:
 * nothing. The type says most of it: what is free, on a per-cpu list, reserved, or the rest of a
 * block has no owner who might free it. */
PwkBadReason
pwk_free_pages_check (const PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkPage page = pwk_page_read (machine, pfn);

  if (order > PWK_MAX_PAGE_ORDER)
    return PWK_BAD_ORDER;
  switch ((PwkPageType) page.type)
    {
    case PWK_PAGE_HOLE:
    case PWK_N_PAGE_TYPES:
      return PWK_BAD_PFN;
    case PWK_PAGE_NONE:
    case PWK_PAGE_BUDDY:
    case PWK_PAGE_PCP:
      return PWK_BAD_DOUBLE_FREE;
    case PWK_PAGE_RESERVED:
    case PWK_PAGE_ZERO:
      return PWK_BAD_RESERVED;
    case PWK_PAGE_KERNEL_REST:
      return PWK_BAD_TAIL;
    case PWK_PAGE_KERNEL:
    case PWK_PAGE_TABLE:
    case PWK_PAGE_SLAB:
    case PWK_PAGE_ANON:
    case PWK_PAGE_FILE:
    case PWK_PAGE_SHMEM:
    case PWK_PAGE_VMALLOC:
    case PWK_PAGE_HUGETLB:
      break;
    }
  return check_owner (machine, pfn, &page, order);
}

/* --- freeing --- */

/* free_pages_prepare (): the struct pages become those of the inside of a free block. mlocked pages
 * are no longer counted as such, which happens when the last process with a locked region exits
 * without munlock (). Order 0 is told apart for speed: one struct page, and flags are told of only
 * if it has any. */
static inline void
prepare (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkPage *page = pwk_page_edit (machine, pfn);

  pwk_emit_mm_page_free (machine, pfn, order);
  if (G_UNLIKELY (page->pg_flags & PWK_PG_MLOCKED))
    {
      pwk_mod_zone_stat (machine, pfn, PWK_NR_MLOCK, -(int64_t) pwk_order_pages (order));
      pwk_count_vm_events (machine, PWK_UNEVICTABLE_PGCLEARED, pwk_order_pages (order));
    }
  if (order == 0)
    {
      if (page->pg_flags)
        pwk_page_set_flags (machine, pfn, 0, (uint32_t) page->pg_flags);
      pwk_page_clear (page);
      return;
    }
  pwk_arena_touch (&machine->arena, PWK_REGION_MEMMAP, page, sizeof *page * pwk_order_pages (order));
  pwk_pages_clear (machine, pfn, pwk_order_pages (order));
}

/* Of a block whose references are gone: free_frozen_pages (). Orders 0 to 3, and 9 for huge pages,
 * go to the cpu's list, which takes no lock that others want; all else to the buddies at once. */
void
pwk_free_frozen_pages (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkZone *zone = pwk_pfn_zone_edit (machine, pfn);

  pwk_assert_debug (zone && pwk_is_block_of (zone, pfn, order));
  pwk_assert_debug (pwk_page (machine, pfn)->_refcount == 0 && !(pwk_page (machine, pfn)->pg_flags & PWK_PG_LRU));
  prepare (machine, pfn, order);
  if (G_UNLIKELY (!pwk_pcp_allowed_order (order)))
    {
      pwk_lock (machine, &zone->lock, "zone->lock");
      pwk_free_buddy (machine, zone, pfn, order);
      pwk_unlock (machine, &zone->lock);
      pwk_count_vm_events (machine, PWK_PGFREE, pwk_order_pages (order));
      return;
    }
  pwk_free_page_commit (machine, zone, pfn, order, pwk_pageblock_type (machine, pfn));
}

/* What nearly all calls bring: an order-0 page of the kernel's that is used once. */
static inline bool
is_plain (const PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  const PwkPage *page;

  if (order || pfn >= machine->st->max_pfn || !pwk_section_is_open (machine, pfn))
    return false;
  page = pwk_page (machine, pfn);
  return page->type == PWK_PAGE_KERNEL && page->private_ == 0 && page->_refcount == 1 && page->pg_flags == 0 && page->_mapcount == 0;
}

/* __free_pages (): drops one reference, and frees the block with the last. A bad page is told of
 * and leaks. */
void
pwk_free_pages (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkBadReason why = is_plain (machine, pfn, order) ? PWK_BAD_NONE : pwk_free_pages_check (machine, pfn, order);
  PwkPage *page;

  if (G_UNLIKELY (why))
    {
      pwk_emit_bad_page (machine, pfn, why);
      return;
    }
  page = pwk_page_edit (machine, pfn);
  if (--page->_refcount == 0)
    pwk_free_frozen_pages (machine, pfn, order);
}

/* free_pages () as a driver calls it, with a page that may not be his. What is in use as a page
 * table, a slab or by processes has references that say so; the kernel would go wrong later, here
 * the free is refused and told of. */
bool
pwk_kernel_free_pages (PwkMachine *machine, PwkPfn pfn, unsigned order)
{
  PwkBadReason why = pwk_free_pages_check (machine, pfn, order);
  PwkPageType type = pwk_page_type (machine, pfn);

  if (!why && type != PWK_PAGE_KERNEL)
    why = type == PWK_PAGE_TABLE || type == PWK_PAGE_SLAB || type == PWK_PAGE_VMALLOC ? PWK_BAD_REFCOUNT : PWK_BAD_MAPPING;
  if (why)
    {
      pwk_emit_bad_page (machine, pfn, why);
      return false;
    }
  pwk_free_pages (machine, pfn, order);
  return true;
}
