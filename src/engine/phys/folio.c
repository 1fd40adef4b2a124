/* folio.c - folios: references to them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/folio.h"

#include "engine/core/emit.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/split-queue.h"
#include "engine/phys/stats.h"

void
pwk_folio_get (PwkMachine *machine, PwkPfn head)
{
  pwk_page_edit (machine, head)->_refcount++;
}

/* folio_put (): with the last reference it leaves its LRU list (__page_cache_release ()) and is
 * freed. The page cache, each mapping, each batch and whoever works on it has one. */
void
pwk_folio_put (PwkMachine *machine, PwkPfn head)
{
  PwkPage *page = pwk_page_edit (machine, head);
  unsigned order = pwk_block_order (machine, head);

  if (G_UNLIKELY (page->_refcount <= 0))
    {
      pwk_emit_bad_page (machine, head, PWK_BAD_DOUBLE_FREE);
      return;
    }
  if (page->_refcount == 1 && (page->pg_flags & PWK_PG_LRU))
    pwk_lruvec_del (machine, head);
  if (--page->_refcount == 0 && order >= PWK_HPAGE_ORDER)
    pwk_deferred_split_unqueue (machine, head);
  if (page->_refcount == 0)
    pwk_free_frozen_pages (machine, head, order);
}
