/* references.c - whether a page has been used, and taking it out of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/rmap.c:folio_referenced(), try_to_unmap() and mm/vmscan.c:folio_check_references(). */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

static bool
is_file_lru (const PwkMachine *machine, PwkPfn head)
{
  return !(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED);
}

/* --- has it been used? --- */

typedef struct { PwkPfn head; unsigned referenced; uint64_t vm_flags; PwkIndex last_vma; } Referenced;

/* folio_referenced_one () of one entry. The TLB is told, so that the next use shows: x86 leaves that to the next switch of tasks. */
static bool
visit_referenced (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  const PwkVma *record = pwk_vma (machine, vma);
  PwkPte pte = pwk_entry_get (machine, entry);
  Referenced *found = data;

  if (record->vm_flags & PWK_VM_LOCKED)
    {
      if ((record->vm_flags & PWK_VM_SPECIAL) == 0)
        pwk_mlock_folio (machine, found->head);
      found->vm_flags |= PWK_VM_LOCKED;
      return false;
    }
  if (!pwk_pte_young (pte))
    return true;
  pwk_entry_set (machine, entry, pwk_pte_mkold (pte), addr);
  pwk_flush_tlb_page (machine, record->vm_mm, addr);
  found->referenced += found->last_vma != vma;
  found->last_vma = vma;
  found->vm_flags |= record->vm_flags & ~PWK_VM_LOCKED;
  return true;
}

/* Every page of a large folio has its own entries. */
unsigned
pwk_folio_referenced (PwkMachine *machine, PwkPfn head, uint64_t *vm_flags)
{
  Referenced found = { .head = head };
  uint64_t n = pwk_order_pages (pwk_folio_order (machine, head));

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & PWK_PG_TAIL));
  for (uint64_t i = 0; i < n && pwk_folio_mapcount (machine, head) && !(found.vm_flags & PWK_VM_LOCKED); i++)
    pwk_rmap_walk (machine, head + i, visit_referenced, &found);
  *vm_flags = found.vm_flags;
  return found.referenced;
}

/* A page used once since it was looked at last gets a second chance; one used twice is active. A page of a file that is read through a mapping
 * just once, as by a backup, goes by without pushing others out.
 *
 *      accessed bits   PG_referenced before   verdict
 *      0               no                     RECLAIM
 *      0               yes                    RECLAIM (file: only if it is clean)
 *      1               no                     KEEP, PG_referenced is set
 *      1               yes                    ACTIVATE
 *      2 and more, or a program's code        ACTIVATE
 */
static PwkFolioRef
verdict (PwkMachine *machine, PwkPfn head, unsigned referenced_ptes, bool referenced_folio, uint64_t vm_flags)
{
  if (vm_flags & PWK_VM_LOCKED)
    return PWK_FOLIOREF_ACTIVATE;    /* and ends up on no list that is reclaimed from */
  if (!referenced_ptes)
    return referenced_folio && is_file_lru (machine, head) ? PWK_FOLIOREF_RECLAIM_CLEAN : PWK_FOLIOREF_RECLAIM;
  pwk_page_set_flags (machine, head, PWK_PG_REFERENCED, 0);
  if (referenced_folio || referenced_ptes > 1 || ((vm_flags & PWK_VM_EXEC) && is_file_lru (machine, head)))
    return PWK_FOLIOREF_ACTIVATE;
  return PWK_FOLIOREF_KEEP;
}

PwkFolioRef
pwk_folio_check_references (PwkMachine *machine, PwkPfn head)
{
  uint64_t vm_flags;
  unsigned ptes = pwk_folio_referenced (machine, head, &vm_flags);
  bool referenced = pwk_page (machine, head)->pg_flags & PWK_PG_REFERENCED;
  PwkFolioRef what;

  pwk_page_set_flags (machine, head, 0, PWK_PG_REFERENCED);
  what = verdict (machine, head, ptes, referenced, vm_flags);
  pwk_emit_folio_check_references (machine, head, ptes, referenced, vm_flags, what);
  return what;
}

/* --- out of the page tables --- */

typedef struct { PwkPfn head; bool failed; } Unmap;

/* MADV_FREE's page goes without a trace if nobody wrote to it since; else it is an ordinary one again. */
static bool
discard_lazyfree (PwkMachine *machine, PwkPfn head, PwkIndex vma)
{
  const PwkPage *page = pwk_page (machine, head);

  if (page->_refcount == page->_mapcount + 1
      && (!(page->pg_flags & PWK_PG_DIRTY) || (pwk_vma (machine, vma)->vm_flags & PWK_VM_DROPPABLE)))
    return true;
  if (!(pwk_vma (machine, vma)->vm_flags & PWK_VM_DROPPABLE))
    pwk_page_set_flags (machine, head, PWK_PG_SWAPBACKED, 0);
  return false;
}

/* What stands in the entry from now on: the slot, with a mark whether the page was exclusively this address space's, so that it can be written
 * to when it comes back without having to ask who else has it. */
static PwkPte
entry_left_behind (PwkMachine *machine, PwkPfn head, PwkIndex mm)
{
  uint64_t slot = pwk_folio_swap (machine, head);
  PwkPte left;

  if (!(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED))
    return (PwkPte) { 0 };
  pwk_swap_duplicate (machine, slot);
  pwk_add_mm_counter (machine, mm, PWK_MM_SWAPENTS, 1);
  left = pwk_swp_entry (PWK_SWP_SLOT, slot);
  return pwk_page (machine, head)->pg_flags & PWK_PG_ANON_EXCLUSIVE ? pwk_pte_swp_mkexclusive (left) : left;
}

/* try_to_unmap_one () of one entry. */
static bool
visit_unmap (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;
  PwkPte pte = pwk_entry_get (machine, entry), left = { 0 };
  Unmap *unmap = data;
  PwkPfn head = unmap->head;
  bool anon = pwk_page_is_anon (pwk_page (machine, head));

  if (pwk_vma (machine, vma)->vm_flags & PWK_VM_LOCKED)
    {
      pwk_mlock_folio (machine, head);
      unmap->failed = true;
      return false;
    }
  if (pwk_pte_dirty (pte))
    pwk_page_mark_dirty (machine, head);
  if (anon && !(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED) && !discard_lazyfree (machine, head, vma))
    {
      unmap->failed = true;
      return false;
    }
  if (anon)
    left = entry_left_behind (machine, head, mm);
  pwk_entry_set (machine, entry, left, addr);
  pwk_flush_tlb_page (machine, mm, addr);
  pwk_add_mm_counter (machine, mm, pwk_mm_counter (pwk_page (machine, head)), -1);
  pwk_rmap_remove (machine, head, vma, addr, false);
  pwk_folio_put (machine, head);
  return true;
}

/* Follows mm/rmap.c:try_to_unmap(). What was written through a mapping is the page's from then on, so that it is not thrown away as clean. */
bool
pwk_try_to_unmap (PwkMachine *machine, PwkPfn head)
{
  Unmap unmap = { head, false };

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & (PWK_PG_TAIL | PWK_PG_LRU)));
  pwk_rmap_walk (machine, head, visit_unmap, &unmap);
  return !unmap.failed && pwk_page (machine, head)->_mapcount == 0;
}
