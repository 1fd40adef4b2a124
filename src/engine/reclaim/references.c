/* references.c - whether a page has been used, and taking it out of page tables
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/rmap.c:folio_referenced(), try_to_unmap() and mm/vmscan.c:folio_check_references(). Both
 * go by the reverse map (virt/rmap.h), which calls a visitor for each entry that maps the page:
 *
 *      page ──▶ anon_vma or inode ──▶ vmas ──▶ one entry each ──▶ visit_referenced () or visit_unmap ()
 *
 * The hardware sets an accessed bit and never clears one; only by clearing it here does reclaim learn
 * of the next use. Recording: tests/kernel/lru/shrink. */
#include "engine/reclaim/vmscan.h"

#include "engine/core/emit.h"
#include "engine/paging/tlb.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

/* folio_is_file_lru (): what has its home in a file. Shared memory has an inode and yet counts as
 * anonymous here, as does what MADV_FREE has not touched. */
static bool
is_file_lru (const PwkMachine *machine, PwkPfn head)
{
  return !(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED);
}

/* --- has it been used? --- */

/* What a walk gathers: regions through which the page was used, and the flags of those together.
 * @last_vma: of a large folio the entries of one region are one use. */
typedef struct
{
  PwkPfn   head;
  uint64_t n;             /* pages it has */
  unsigned referenced;    /* regions in which it was used */
  uint64_t vm_flags;      /* of those */
  PwkIndex last_vma, locked_vma;
  uint64_t locked;        /* entries of locked_vma that map it */
} Referenced;

/* A locked region has it, and it should not be where reclaim sees it: the lock that was missed is made good. Of a large folio that small entries map
 * all must lie in the region and in one table, else it is met again and again, and what the others did with it counts. */
static bool
restore_lock (PwkMachine *machine, Referenced *found, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry)
{
  if (found->n > 1 && entry.level == PWK_LEVEL_PTE)
    {
      found->locked = found->locked_vma == vma ? found->locked + 1 : 1;
      found->locked_vma = vma;
      if (found->locked < found->n || (addr & ~PWK_PMD_MASK) < (found->n - 1) * PWK_PAGE_SIZE)
        return true;
    }
  if ((pwk_vma (machine, vma)->vm_flags & PWK_VM_SPECIAL) == 0)
    pwk_mlock_folio (machine, found->head);
  found->vm_flags |= PWK_VM_LOCKED;
  return false;
}

/* Follows mm/rmap.c:folio_referenced_one(), for one entry. Returns whether the walk is to go on:
 * VM_LOCKED ends it, since one mlock()ed mapping decides, and the page is put in order on the way if
 * mlock () could not do so (mlock_vma_folio ()). The TLB is told, so that the next use shows; x86
 * leaves that to the next switch of tasks (ptep_clear_flush_young ()), because a page whose use goes
 * unnoticed for so short a time is no loss. */
static bool
visit_referenced (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  const PwkVma *record = pwk_vma (machine, vma);
  PwkPte pte = pwk_entry_get (machine, entry);
  Referenced *found = data;

  if (record->vm_flags & PWK_VM_LOCKED)
    return restore_lock (machine, found, vma, addr, entry);
  if (!pwk_pte_young (pte))
    return true;
  pwk_entry_set (machine, entry, pwk_pte_mkold (pte), addr);
  pwk_flush_tlb_page (machine, record->vm_mm, addr);
  found->referenced += found->last_vma != vma;
  found->last_vma = vma;
  found->vm_flags |= record->vm_flags & ~PWK_VM_LOCKED;
  return true;
}

/* Every page of a large folio has its own entries; those of one region count once. */
unsigned
pwk_folio_referenced (PwkMachine *machine, PwkPfn head, uint64_t *vm_flags)
{
  Referenced found = { .head = head, .n = pwk_folio_pages (machine, head) };

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & PWK_PG_TAIL));
  if (pwk_folio_mapcount (machine, head))
    pwk_rmap_walk_folio (machine, head, visit_referenced, &found);
  *vm_flags = found.vm_flags;
  return found.referenced;
}

/* Follows mm/vmscan.c:folio_check_references(). A page used once since it was looked at last gets a
 * second chance; one used twice is active. A page of a file that is read through a mapping just once,
 * as by a backup, goes by without pushing others out.
 *
 *      accessed bits   PG_referenced before   verdict
 *      0               no                     RECLAIM
 *      0               yes                    RECLAIM (file: only if it is clean)
 *      1               no                     KEEP, PG_referenced is set
 *      1               yes                    ACTIVATE
 *      2 and more, or a program's code        ACTIVATE
 *
 * PG_referenced is the memory from one look to the next: the caller clears it, and a use seen here sets
 * it again. For anonymous memory the fault itself was the first use, so 0 bits are enough for it to go. */
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

/* Asks and judges. PG_referenced is cleared even where the page goes: it is taken as told by this look. */
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

/* @failed: an entry had to stay, so the page cannot go; the walk ends there. */
typedef struct { PwkPfn head; bool failed; } Unmap;

/* MADV_FREE's page goes without a trace if nobody wrote to it since; else it is an ordinary one again
 * (PG_swapbacked), for the program took it back by writing. References: one for each mapping and the
 * scan's, or somebody else is reading it just now. VM_DROPPABLE (6.11, getrandom()'s state) may be lost
 * even after it was written. */
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

/* What stands in the entry from now on: the slot, with a mark whether the page was exclusively this
 * address space's, so that it can be written to when it comes back without having to ask who else has
 * it (PG_anon_exclusive, 5.19). Each such entry is one more name of the slot and one more MM_SWAPENTS.
 * A page without PG_swapbacked leaves nothing: reading there again gives zeros. */
static PwkPte
entry_left_behind (PwkMachine *machine, PwkPfn head, PwkIndex mm)
{
  uint64_t slot = pwk_folio_swap (machine, head);
  PwkPte left;

  if (!(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED))
    return (PwkPte) { 0 };
  pwk_swap_duplicate (machine, slot);
  pwk_add_mm_counter (machine, mm, PWK_MM_SWAPENTS, 1);
  left = pwk_mk_swap (slot);
  return pwk_page (machine, head)->pg_flags & PWK_PG_ANON_EXCLUSIVE ? pwk_pte_swp_mkexclusive (left) : left;
}

/* Follows mm/rmap.c:try_to_unmap_one(), for one entry. A locked mapping forbids it. The entry's dirty
 * bit is carried over to the page before the entry goes, or what the program wrote would be thrown away
 * as clean. The TLB is flushed after the entry is gone, so that no processor can write to the frame by
 * an old translation once it is freed; where the kernel gathers such flushes (TTU_BATCH_FLUSH) the
 * engine flushes page by page, with the same end. */
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
      if (!pwk_page_is_large (pwk_page (machine, head)))
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
  pwk_rmap_remove (machine, pwk_pte_pfn (pte), vma, addr, false);
  pwk_folio_put (machine, head);
  return true;
}

/* Follows mm/rmap.c:try_to_unmap(). True only if nothing maps it any more; entries that were taken out
 * before one refused stay out, and their next use is a fault that finds the page in its cache. */
bool
pwk_try_to_unmap (PwkMachine *machine, PwkPfn head)
{
  Unmap unmap = { head, false };

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & (PWK_PG_TAIL | PWK_PG_LRU)));
  pwk_rmap_walk_folio (machine, head, visit_unmap, &unmap);
  return !unmap.failed && pwk_folio_mapcount (machine, head) == 0;
}
