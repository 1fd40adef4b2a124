/* madvise-pages.c - what madvise and mlock do to the pages of one region
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/madvise.c and mm/mlock.c where they walk page tables. By advice:
 *
 *      DONTNEED    entries go, pages with them; reading again gives zeros, or the file's contents
 *      FREE        pages stay until memory is short, and go without being written, unless written to until then
 *      COLD        pages become inactive, as if long unused
 *      PAGEOUT     pages are reclaimed now, to swap or to their file
 *      REMOVE      pages go out of the file itself
 *      WILLNEED    pages are read, not mapped
 *      GUARD_*     entries that fault, without a region of their own
 *
 * A huge folio of which only a part is meant is split; one that is mapped whole and meant whole is
 * treated as one. */
#include <errno.h>

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/paging/mm.h"
#include "engine/paging/tlb.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/file-io.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/madvise-pages.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/pageout-door.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/split-folio.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/truncate.h"
#include "engine/virt/vma.h"
#include "engine/virt/zap.h"

/* walk_page_range () over what is mapped: calls @pte for each entry that is not none, @pmd for a
 * huge one (NULL: as if it were none). Callbacks may change the entries that they are given. It
 * lives no longer than the call. */
typedef struct Walk Walk;
struct Walk
{
  PwkMachine *machine;
  PwkIndex    vma;
  PwkPfn      pgd;
  void      (*pte) (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr);
  bool      (*pmd) (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr, PwkVaddr next);  /* false: look again, it was split */
  bool        flag;       /* for the callbacks */
  PwkVaddr    end;        /* of the range, for callbacks that ask */
  PwkVaddr    done;       /* up to here a callback has seen to the entries already */
  PwkPageList pageout;    /* isolated, to be reclaimed after each table */
  bool        is_pageout;
  uint64_t    count;
};

/* Tables that are missing are stepped over as wholes. A huge entry whose callback has split it is
 * walked as a table. */
static void
walk_range (Walk *walk, PwkVaddr start, PwkVaddr end)
{
  PwkVaddr next;

  walk->pgd = pwk_mm (walk->machine, pwk_vma (walk->machine, walk->vma)->vm_mm)->pgd;
  for (PwkVaddr addr = start; addr < end; addr = next)
    {
      PwkEntryRef pmd = pwk_entry_lookup (walk->machine, walk->pgd, addr, PWK_LEVEL_PMD);
      PwkPte entry = pwk_entry_get (walk->machine, pmd);

      next = pwk_level_next (walk->machine->format, addr, end, (PwkLevel) pmd.level);
      if (pmd.level != PWK_LEVEL_PMD || pwk_pte_none (entry))
        continue;
      if (pwk_pmd_leaf (entry) && (!walk->pmd || walk->pmd (walk, pmd, entry, addr, next)))
        continue;
      entry = pwk_entry_get (walk->machine, pmd);
      if (pwk_pmd_leaf (entry))
        continue;
      for (PwkVaddr at = addr; at < next; at += PWK_PAGE_SIZE)
        {
          PwkEntryRef ref = { pwk_pte_pfn (entry), (uint16_t) pwk_level_index (walk->machine->format, at, PWK_LEVEL_PTE), PWK_LEVEL_PTE };
          PwkPte pte = pwk_entry_get (walk->machine, ref);

          if (!pwk_pte_none (pte))
            walk->pte (walk, ref, pte, at);
        }
    }
}

/* --- giving up --- */

/* zap_page_range_single (), with tables that it empties. */
int
pwk_madvise_dontneed (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  pwk_assert_door (pwk_is_page_range (start, end));
  pwk_zap (machine, vma, start, end, PWK_ZAP_RECLAIM_PT);
  return 0;
}

/* An entry is made clean and old, so that a later write shows: by its dirty bit reclaim learns that
 * the page was taken back. */
static void
clean_entry (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  PwkPte clean = pwk_pte_mkold (pwk_pte_mkclean (entry));

  if (pwk_pte_same (clean, entry))
    return;
  pwk_entry_set (walk->machine, ref, clean, addr);
  walk->flag = true;
}

/* Whether the entries from @ref on map all of the large folio @head in a row, within the range: madvise_folio_pte_batch (). */
static bool
is_whole_folio (const Walk *walk, PwkEntryRef ref, PwkPfn head, PwkVaddr addr)
{
  uint64_t n = pwk_folio_pages (walk->machine, head);

  if (ref.index + n > pwk_level_entries (walk->machine->format, PWK_LEVEL_PTE) || walk->end - addr < n * PWK_PAGE_SIZE)
    return false;
  for (uint64_t i = 0; i < n; i++, ref.index++)
    {
      PwkPte entry = pwk_entry_get (walk->machine, ref);

      if (!pwk_pte_present (entry) || pwk_pte_pfn (entry) != head + i)
        return false;
    }
  return true;
}

/* A large folio that small entries map is given up as a whole, if nobody else maps any of it, or it is clean. */
static void
free_whole_folio (Walk *walk, PwkEntryRef ref, PwkPfn head, PwkVaddr addr)
{
  PwkMachine *machine = walk->machine;
  const PwkPage *page = pwk_page (machine, head);

  walk->done = addr + pwk_folio_pages (machine, head) * PWK_PAGE_SIZE;
  if ((page->pg_flags & PWK_PG_DIRTY) && pwk_folio_mapcount (machine, head) != pwk_folio_pages (machine, head))
    return;
  pwk_page_set_flags (machine, head, 0, PWK_PG_DIRTY);
  for (; addr < walk->done; ref.index++, addr += PWK_PAGE_SIZE)
    clean_entry (walk, ref, pwk_entry_get (machine, ref), addr);
  pwk_folio_mark_lazyfree (machine, head);
}

/* What is swapped out goes with its slots: entries from @ref on that name slots in a row. Nobody
 * will want them: that is what MADV_FREE says. */
static void
free_slots (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  PwkMachine *machine = walk->machine;
  unsigned n = pwk_swap_pte_batch (machine, ref, entry, (walk->end - addr) >> PWK_PAGE_SHIFT);
  uint64_t slot = pwk_swp_offset (entry);

  walk->done = addr + n * PWK_PAGE_SIZE;
  if (!pwk_swap_has_slots (machine, slot, n))
    return;
  for (unsigned i = 0; i < n; i++, ref.index++)
    pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr + i * PWK_PAGE_SIZE);
  pwk_add_mm_counter (machine, pwk_vma (machine, walk->vma)->vm_mm, PWK_MM_SWAPENTS, -(int64_t) n);
  pwk_swap_free_and_cache (machine, slot, n);
}

/* Follows mm/madvise.c:madvise_free_pte_range(), with the huge folio that only a part of is given
 * up split first. A page in the swap cache gives up its slot, whose copy would only be in the way;
 * one that others map, too, is left as it is, as they have not given it up. */
static void
free_pte (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  PwkMachine *machine = walk->machine;
  PwkPfn pfn, head;

  if (addr < walk->done)
    return;
  if (!pwk_pte_present (entry) && pwk_swp_type (entry) == PWK_SWP_SLOT)
    {
      free_slots (walk, ref, entry, addr);
      return;
    }
  if (!pwk_pte_present (entry) || !pwk_pte_normal (machine, entry))
    return;
  pfn = pwk_pte_pfn (entry);
  head = pwk_page_head (machine, pfn);
  if (pwk_page_is_large (pwk_page (machine, pfn)))
    {
      if (pfn == head && is_whole_folio (walk, ref, head, addr))
        {
          free_whole_folio (walk, ref, head, addr);
          return;
        }
      if (pwk_folio_maybe_shared (machine, head) || !pwk_split_folio (machine, head))
        return;
      entry = pwk_entry_get (machine, ref);
      if (!pwk_pte_normal (machine, entry))
        return;
    }
  if (pwk_page (machine, pfn)->pg_flags & (PWK_PG_DIRTY | PWK_PG_SWAPCACHE))
    {
      if (pwk_folio_mapcount (machine, pfn) != 1)
        return;
      if ((pwk_page (machine, pfn)->pg_flags & PWK_PG_SWAPCACHE) && !pwk_folio_free_swap (machine, pfn))
        return;
      pwk_page_set_flags (machine, pfn, 0, PWK_PG_DIRTY);
    }
  clean_entry (walk, ref, entry, addr);
  pwk_folio_mark_lazyfree (machine, pfn);
}

/* Follows mm/huge_memory.c:madvise_free_huge_pmd(). False: it was split, and is to be looked at
 * again. */
static bool
free_pmd (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr, PwkVaddr next)
{
  PwkMachine *machine = walk->machine;
  PwkPfn head = pwk_pte_pfn (entry);

  if (head == machine->st->huge_zero_pfn || pwk_folio_maybe_shared (machine, head))
    return true;
  if (next - addr != PWK_PMD_SIZE)
    {
      pwk_split_folio (machine, head);
      return false;
    }
  pwk_page_set_flags (machine, head, 0, PWK_PG_DIRTY);
  clean_entry (walk, ref, entry, addr);
  pwk_folio_mark_lazyfree (machine, head);
  return true;
}

/* The flush comes once, at the end: until then a cpu may write by an entry that is clean by now,
 * which the TLB would not tell. A page that is freed this way is anonymous and not swap-backed
 * (PG_swapbacked clear), on the inactive list of files: reclaim meets it early and drops it clean
 * (reclaim/references.c:discard_lazyfree ()). */
int
pwk_madvise_free (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  Walk walk = { .machine = machine, .vma = vma, .pte = free_pte, .pmd = free_pmd, .end = end };

  pwk_assert_door (pwk_is_page_range (start, end));
  if (!pwk_vma_is_anonymous (pwk_vma (machine, vma)))
    return pwk_refuse (machine, EINVAL, PWK_WHY_ADVICE_FILE);
  pwk_lru_add_drain (machine);
  walk_range (&walk, start, end);
  if (walk.flag)
    pwk_flush_tlb_range (machine, pwk_vma (machine, vma)->vm_mm, start, end, PWK_PAGE_SHIFT);
  return 0;
}

/* --- guard pages --- */

/* Entries that have to go before markers can come. */
static void
count_in_the_way (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  (void) ref;
  (void) addr;
  walk->count += pwk_pte_present (entry) || pwk_swp_type (entry) != PWK_SWP_GUARD;
}

/* A huge page, too, is in the way. */
static bool
count_huge (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr, PwkVaddr next)
{
  (void) ref;
  (void) entry;
  (void) addr;
  (void) next;
  walk->count++;
  return true;
}

/* Follows mm/madvise.c:madvise_guard_install(). What is there goes, and every page gets a marker
 * (PWK_SWP_GUARD), an entry that is neither empty nor present. VM_MAYBE_GUARD says that fork ()
 * must copy the tables, though nobody has written to the region. 0 or -ENOMEM. */
static int
guard_install (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  Walk walk = { .machine = machine, .vma = vma, .pte = count_in_the_way, .pmd = count_huge };
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;

  pwk_vma_edit (machine, vma)->vm_flags |= PWK_VM_MAYBE_GUARD;
  /* page tables that are not empty want an anon_vma, so that fork () copies them and merging knows */
  if (pwk_vma_is_anonymous (pwk_vma (machine, vma)) && !pwk_anon_vma_prepare (machine, vma))
    return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
  walk_range (&walk, start, end);
  if (walk.count)
    pwk_zap (machine, vma, start, end, 0);
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef ref = pwk_entry_alloc (machine, mm, addr, PWK_LEVEL_PTE);

      if (ref.table == PWK_NO_PFN)
        return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
      if (pwk_pte_none (pwk_entry_get (machine, ref)))
        pwk_entry_set (machine, ref, pwk_mk_marker (PWK_SWP_MARKER_GUARD), addr);
    }
  return 0;
}

/* Only markers go; pages beside them stay. */
static void
remove_marker (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  if (!pwk_pte_present (entry) && pwk_swp_type (entry) == PWK_SWP_GUARD)
    pwk_entry_set (walk->machine, ref, (PwkPte) { 0 }, addr);
}

/* MADV_GUARD_INSTALL and MADV_GUARD_REMOVE (6.13): red zones of a page each cost an entry now, and
 * no region. */
int
pwk_madvise_guard (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool install)
{
  Walk walk = { .machine = machine, .vma = vma, .pte = remove_marker };
  int error = 0;

  pwk_assert_door (pwk_is_page_range (start, end));
  if (install)
    error = guard_install (machine, vma, start, end);
  else
    walk_range (&walk, start, end);
  if (!error)
    pwk_emit_madvise_guard (machine, start, end, install);
  return error;
}

/* --- cold --- */

/* MADV_COLD: the entry forgets that it was used. MADV_PAGEOUT need not, since it does not ask. */
static void
make_old (Walk *walk, PwkEntryRef ref, PwkVaddr addr)
{
  PwkPte entry = pwk_entry_get (walk->machine, ref);

  if (walk->is_pageout || !pwk_pte_young (entry))
    return;
  pwk_entry_set (walk->machine, ref, pwk_pte_mkold (entry), addr);
  walk->flag = true;
}

/* Follows the end of madvise_cold_or_pageout_pte_range(). The folio is deactivated or, for
 * MADV_PAGEOUT, isolated to be reclaimed. That it was of the working set is remembered
 * (PG_workingset), for its shadow. */
static void
cool (Walk *walk, PwkPfn head)
{
  PwkMachine *machine = walk->machine;

  pwk_page_set_flags (machine, head, pwk_page (machine, head)->pg_flags & PWK_PG_ACTIVE ? PWK_PG_WORKINGSET : 0, PWK_PG_REFERENCED);
  if (!walk->is_pageout)
    pwk_folio_deactivate (machine, head);
  else if (pwk_page (machine, head)->pg_flags & PWK_PG_UNEVICTABLE)    /* comes back by way of the batch */
    {
      if (pwk_lruvec_isolate (machine, head))
        {
          pwk_lru_cache_add (machine, head);
          pwk_folio_put (machine, head);
        }
    }
  else if (pwk_lruvec_isolate (machine, head))
    pwk_page_list_add (machine, &walk->pageout, (uint32_t) head, false);
}

/* The same of a huge folio that small entries map in a row. */
static void
cool_whole_folio (Walk *walk, PwkEntryRef ref, PwkPfn head, PwkVaddr addr)
{
  walk->done = addr + pwk_folio_pages (walk->machine, head) * PWK_PAGE_SIZE;
  if (pwk_folio_mapcount (walk->machine, head) != pwk_folio_pages (walk->machine, head))
    return;
  for (; addr < walk->done; ref.index++, addr += PWK_PAGE_SIZE)
    make_old (walk, ref, addr);
  cool (walk, head);
}

/* Follows mm/madvise.c:madvise_cold_or_pageout_pte_range(). Only pages that nobody else maps:
 * advice is about one's own memory, and must not slow down others (nor tell, by timing, what they
 * use). */
static void
cold_pte (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  PwkMachine *machine = walk->machine;
  PwkPfn head;

  if (addr < walk->done || !pwk_pte_present (entry) || !pwk_pte_normal (machine, entry))
    return;
  head = pwk_page_head (machine, pwk_pte_pfn (entry));
  if (ref.level == PWK_LEVEL_PTE && pwk_page_is_large (pwk_page (machine, head)))
    {
      if (pwk_pte_pfn (entry) == head && is_whole_folio (walk, ref, head, addr))
        {
          cool_whole_folio (walk, ref, head, addr);
          return;
        }
      if (pwk_folio_maybe_shared (machine, head) || !pwk_split_folio (machine, head))
        return;
      entry = pwk_entry_get (machine, ref);
      if (!pwk_pte_present (entry) || !pwk_pte_normal (machine, entry))    /* the zero page, or what a file's folio leaves */
        return;
      head = pwk_pte_pfn (entry);
    }
  if (pwk_folio_mapcount (machine, head) != 1 || !(pwk_page (machine, head)->pg_flags & PWK_PG_LRU))
    return;
  make_old (walk, ref, addr);
  cool (walk, head);
}

/* A huge mapping. False: it was split. */
static bool
cold_pmd (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr, PwkVaddr next)
{
  if (pwk_pte_pfn (entry) == walk->machine->st->huge_zero_pfn || pwk_folio_maybe_shared (walk->machine, pwk_pte_pfn (entry)))
    return true;
  if (next - addr != PWK_PMD_SIZE)
    {
      pwk_split_folio (walk->machine, pwk_pte_pfn (entry));
      return false;
    }
  cold_pte (walk, ref, entry, addr);
  return true;
}

/* madvise_cold_or_pageout_pte_range () reclaims what it has isolated under each table, so that no
 * more than 512 pages are off their lists at a time. A huge mapping that the range covers only in
 * part is split as a folio first, if nobody else maps it; else it is left as it is. */
int
pwk_madvise_cold (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool pageout)
{
  Walk walk = { .machine = machine, .vma = vma, .pte = cold_pte, .pmd = cold_pmd, .end = end, .is_pageout = pageout, .pageout = PWK_PAGE_LIST_EMPTY };

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, vma), start, end));
  pwk_lru_add_drain (machine);
  for (PwkVaddr at = start, next; at < end; at = next)
    {
      next = MIN ((at | (PWK_PMD_SIZE - 1)) + 1, end);
      walk_range (&walk, at, next);
      pwk_reclaim_pages (machine, &walk.pageout);
    }
  if (walk.flag)
    pwk_flush_tlb_range (machine, pwk_vma (machine, vma)->vm_mm, start, end, PWK_PAGE_SHIFT);
  return 0;
}

/* --- of files --- */

/* madvise_remove (): fallocate (FALLOC_FL_PUNCH_HOLE) of what the range has of the file. */
int
pwk_madvise_remove (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);

  pwk_assert_door (pwk_is_page_range (start, end));
  if ((vma->vm_flags & (PWK_VM_LOCKED | PWK_VM_IO | PWK_VM_PFNMAP | PWK_VM_HUGETLB)) || !vma->vm_file)
    return pwk_refuse (machine, EINVAL, !vma->vm_file ? PWK_WHY_ADVICE_NO_FILE : vma->vm_flags & PWK_VM_LOCKED ? PWK_WHY_ADVICE_LOCKED
                                        : PWK_WHY_ADVICE_SPECIAL);
  if ((vma->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYWRITE)) != (PWK_VM_SHARED | PWK_VM_MAYWRITE))
    return pwk_refuse (machine, EACCES, PWK_WHY_SHARED_READ_ONLY);
  pwk_punch_hole (machine, pwk_file (machine, vma->vm_file)->inode, pwk_linear_page_index (vma, start), pwk_linear_page_index (vma, end));
  return 0;
}

/* madvise_willneed (). Of anonymous memory what is swapped out; of files what is not cached; shared
 * memory has nothing on a disk here. */
int
pwk_madvise_willneed (PwkMachine *machine, PwkIndex index, PwkVaddr start, PwkVaddr end)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex inode = vma->vm_file ? pwk_file (machine, vma->vm_file)->inode : 0;

  pwk_assert_door (pwk_is_page_range (start, end));
  if (!vma->vm_file)
    pwk_swapin_range (machine, index, start, end);
  else if (inode && pwk_inode_has_disk (machine, inode))
    pwk_file_willneed (machine, inode, pwk_linear_page_index (vma, start), pwk_linear_page_index (vma, end));
  return 0;
}

/* --- locking --- */

/* allow_mlock_munlock (): a large folio mapped by small entries is locked only if all of it is mapped in the range, and then once. */
static bool
may_lock_large (Walk *walk, PwkEntryRef ref, PwkPfn pfn, PwkPfn head, PwkVaddr addr)
{
  if (pfn != head || !is_whole_folio (walk, ref, head, addr))
    return false;
  walk->done = addr + pwk_folio_pages (walk->machine, head) * PWK_PAGE_SIZE;
  return true;
}

/* Follows mm/mlock.c:mlock_pte_range(), for one entry. */
static void
lock_pte (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr)
{
  PwkMachine *machine = walk->machine;
  PwkPfn head;

  if (addr < walk->done || !pwk_pte_present (entry) || !pwk_pte_normal (machine, entry))
    return;
  head = pwk_page_head (machine, pwk_pte_pfn (entry));
  if (walk->flag && ref.level == PWK_LEVEL_PTE && pwk_page_is_large (pwk_page (machine, head))
      && !may_lock_large (walk, ref, pwk_pte_pfn (entry), head, addr))
    return;
  if (walk->flag)
    pwk_mlock_folio (machine, head);
  else
    pwk_munlock_folio (machine, head);
}

/* A huge mapping is always whole. */
static bool
lock_pmd (Walk *walk, PwkEntryRef ref, PwkPte entry, PwkVaddr addr, PwkVaddr next)
{
  (void) next;
  lock_pte (walk, ref, entry, addr);
  return true;
}

/* Batches before and after: before, so that pages are on lists; after, since locking goes by way of
 * a batch, too. */
void
pwk_mlock_vma_pages (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, bool lock)
{
  Walk walk = { .machine = machine, .vma = vma, .pte = lock_pte, .pmd = lock_pmd, .flag = lock, .end = end };

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, vma), start, end));
  pwk_lru_add_drain (machine);
  walk_range (&walk, start, end);
  pwk_lru_add_drain (machine);
}
