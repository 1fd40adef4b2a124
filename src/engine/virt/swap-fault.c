/* swap-fault.c - pages that come back from the swap area
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory.c:do_swap_page(), mm/swap_state.c:swap_vma_readahead() and
 * mm/swapfile.c:try_to_unuse().
 *
 *      entry: slot ──▶ in the swap cache? ─ yes ─▶ minor fault ─┐
 *                          │ no                                 ├─▶ mapped; the slot has one name less
 *                          └─▶ read, with some around it: major ┘    exclusive: writable at once; else the first write copies
 *
 * Readahead goes by addresses, not by slots: what lay beside the page when it was used is what will
 * be used with it, wherever it was written to. Recording: tests/kernel/lru/swap. */
#include "engine/virt/swap-fault.h"

#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/shmem-swap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"
#include "engine/virt/writeback-door.h"

/* A region's swap_readahead_info: page address | window << 6 | hits. A new one is as if there had
 * been four hits. The address is that of the last fault, window and hits (0 … 63) are of the last
 * readahead. */
#define RA_BITS      6
#define RA_MASK      63u
#define RA_FIRST     4
#define RA_MAX_ORDER 5      /* SWAP_RA_ORDER_CEILING */

/* The same, taken apart. */
typedef struct { PwkVaddr addr; unsigned window, hits; } SwapRa;

/* Out of the region's word, which is 0 at first. */
static SwapRa
swap_ra_get (const PwkMachine *machine, PwkIndex vma)
{
  uint64_t info = pwk_vma (machine, vma)->swap_readahead_info;

  info = info ? info : RA_FIRST;
  return (SwapRa) { info & PWK_PAGE_MASK, (unsigned) (info >> RA_BITS) & RA_MASK, (unsigned) info & RA_MASK };
}

/* SWAP_RA_VAL (): address, window and hits in one word, as the kernel has it in an atomic. */
static void
swap_ra_set (PwkMachine *machine, PwkIndex vma, SwapRa ra)
{
  pwk_vma_edit (machine, vma)->swap_readahead_info = (ra.addr & PWK_PAGE_MASK) | (uint64_t) (ra.window & RA_MASK) << RA_BITS | (ra.hits & RA_MASK);
}

/* --- which pages are read along --- */

/* Follows mm/swap_state.c:__swapin_nr_pages(). The more of the last window was used, the larger the
 * next: the least power of two that holds hits + 2, at most @max, and at least half of the last.
 * Without any hit only a neighbour is worth reading along. */
unsigned
pwk_swapin_nr_pages (uint64_t before, uint64_t now, unsigned hits, unsigned max, unsigned last)
{
  unsigned pages = hits + 2, rounded = 4;

  if (pages == 2)
    pages = now == before + PWK_PAGE_SIZE || now + PWK_PAGE_SIZE == before ? 2 : 1;
  else
    {
      while (rounded < pages)
        rounded *= 2;
      pages = rounded;
    }
  return MAX (MIN (pages, max), last / 2);
}

/* Follows mm/swap_state.c:swap_vma_ra_win(). Pages of the region around the fault, [*@start,
 * *@end): behind it if faults go upwards, before it if downwards, else on both sides; within the
 * region and the table. Returns the window in pages, 1: only the page itself. vm.page-cluster (3)
 * is its logarithm at most. */
static unsigned
readahead_window (PwkMachine *machine, const PwkFault *fault, PwkVaddr *start, PwkVaddr *end)
{
  unsigned max = 1u << MIN ((uint64_t) machine->st->sysctl.page_cluster, RA_MAX_ORDER), window;
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkVaddr at = fault->address, left, right, table = at & PWK_PMD_MASK;
  SwapRa ra;

  if (max == 1)
    return 1;
  ra = swap_ra_get (machine, fault->vma);
  window = pwk_swapin_nr_pages (ra.addr, at, ra.hits, max, ra.window);
  swap_ra_set (machine, fault->vma, (SwapRa) { at, window, 0 });
  if (window == 1)
    return 1;
  if (at == ra.addr + PWK_PAGE_SIZE)
    left = at;
  else if (ra.addr == at + PWK_PAGE_SIZE)
    left = at - (window - 1) * PWK_PAGE_SIZE;
  else
    left = at - ((window - 1) / 2) * PWK_PAGE_SIZE;
  right = left + window * PWK_PAGE_SIZE;
  left = (int64_t) left < 0 ? 0 : left;
  *start = MAX (MAX (left, vma->vm_start), table);
  *end = MIN (MIN (right, vma->vm_end), table + PWK_PMD_SIZE);
  return window;
}

/* Whether the entry names a slot. */
static bool
names_slot (PwkPte pte)
{
  return pwk_pte_is_swap (pte) && pwk_swp_type (pte) == PWK_SWP_SLOT;
}

/* Follows mm/swap_state.c:swap_vma_readahead(). The fault's page, referenced, with those around it
 * that are swapped out. Those that are read along are marked (PG_readahead), and kept by the cache
 * alone. PWK_NO_PFN: no memory. Of the window only entries that name slots are read, and only those
 * of one table; the fault's own page may be among them, and is looked up once more in the end. */
static PwkPfn
swapin_readahead (PwkMachine *machine, PwkFault *fault)
{
  PwkVaddr start, end;
  PwkPfn pfn;
  bool read;

  if (readahead_window (machine, fault, &start, &end) > 1)
    {
      for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
        {
          PwkPte pte = pwk_entry_get (machine, (PwkEntryRef) { fault->pte.table, (uint16_t) pwk_level_index (machine->format, addr, PWK_LEVEL_PTE), PWK_LEVEL_PTE });

          if (!names_slot (pte) || (pfn = pwk_read_swap_cache (machine, pwk_swp_offset (pte), PWK_PAGE_ANON, &read)) == PWK_NO_PFN)
            continue;
          if (read)
            pwk_swap_read (machine, pfn);
          if (read && addr != fault->address)
            {
              pwk_page_set_flags (machine, pfn, PWK_PG_READAHEAD, 0);
              pwk_count_vm_event (machine, PWK_SWAP_RA);
            }
          pwk_folio_put (machine, pfn);
        }
      pwk_lru_add_drain (machine);
    }
  pfn = pwk_read_swap_cache (machine, pwk_swp_offset (fault->orig_pte), PWK_PAGE_ANON, &read);
  if (read)
    pwk_swap_read (machine, pfn);
  return pfn;
}

/* Follows mm/swap_state.c:swap_cache_get_folio(). The page if it is in memory already, referenced.
 * What was read along, and now is wanted, is a hit. */
static PwkPfn
swap_cache_hit (PwkMachine *machine, PwkFault *fault)
{
  PwkPfn pfn = pwk_swap_cache_get (machine, pwk_swp_offset (fault->orig_pte));
  bool readahead;
  SwapRa ra;

  if (pfn == PWK_NO_PFN)
    return pfn;
  pwk_folio_get (machine, pfn);
  readahead = pwk_page (machine, pfn)->pg_flags & PWK_PG_READAHEAD;
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_READAHEAD);
  ra = swap_ra_get (machine, fault->vma);
  swap_ra_set (machine, fault->vma, (SwapRa) { fault->address, ra.window, MIN (ra.hits + readahead, RA_MASK) });
  if (readahead)
    pwk_count_vm_event (machine, PWK_SWAP_RA_HIT);
  return pfn;
}

/* --- mapping it --- */

/* Follows mm/memory.c:should_try_to_free_swap(). The slot is given up if slots are scarce, or if
 * the page is about to differ from it, and is nobody else's; else it is kept, so that the page can
 * go again without being written. */
static bool
should_free_swap (const PwkMachine *machine, PwkPfn pfn, const PwkFault *fault)
{
  const PwkPage *page = pwk_page (machine, pfn);

  if (!(page->pg_flags & PWK_PG_SWAPCACHE))
    return false;
  if (pwk_vm_swap_full (machine) || (pwk_vma (machine, fault->vma)->vm_flags & PWK_VM_LOCKED) || (page->pg_flags & PWK_PG_MLOCKED))
    return true;
  return (fault->flags & PWK_FAULT_FLAG_WRITE) && page->_refcount == 2;
}

/* The anonymous page is the region's, exclusively or not. */
static void
add_rmap (PwkMachine *machine, PwkPfn pfn, PwkIndex vma, PwkVaddr addr, bool exclusive)
{
  if ((pwk_page (machine, pfn)->mapping & 3) != PWK_MAPPING_ANON)
    {
      pwk_rmap_add_new_anon (machine, pfn, vma, addr);
      if (!exclusive)    /* relatives may map it, too: __folio_set_anon () takes the oldest of their anon_vmas */
        pwk_page_edit (machine, pfn)->mapping = pwk_anon_vma (machine, pwk_vma (machine, vma)->anon_vma)->root << 2 | PWK_MAPPING_ANON;
    }
  else
    pwk_rmap_add (machine, pfn, vma, addr, false);
  pwk_page_set_flags (machine, pfn, exclusive ? PWK_PG_ANON_EXCLUSIVE : 0, exclusive ? 0 : PWK_PG_ANON_EXCLUSIVE);
}

/* The end of do_swap_page (): the entry maps the page, of which the caller's reference becomes the
 * mapping's. Exclusive is what the entry says (it was when it was swapped out), or what nobody else
 * has a reference to. True: a write to it is allowed. */
static bool
map_swapped (PwkMachine *machine, PwkFault *fault, PwkPfn pfn)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  bool exclusive = pwk_pte_swp_exclusive (fault->orig_pte), write = fault->flags & PWK_FAULT_FLAG_WRITE;
  PwkPte pte = pwk_mk_pte (pfn, vma->vm_page_prot);

  pwk_swap_free (machine, pwk_swp_offset (fault->orig_pte));
  if (should_free_swap (machine, pfn, fault))
    pwk_folio_free_swap (machine, pfn);
  pwk_add_mm_counter (machine, fault->mm, PWK_MM_ANONPAGES, 1);
  pwk_add_mm_counter (machine, fault->mm, PWK_MM_SWAPENTS, -1);
  exclusive |= pwk_page (machine, pfn)->_refcount == 1;
  if (exclusive && (vma->vm_flags & PWK_VM_WRITE))
    pte = write ? pwk_pte_mkdirty (pwk_pte_mkwrite (pte)) : pwk_pte_mkwrite (pte);
  add_rmap (machine, pfn, fault->vma, fault->address, exclusive);
  fault->orig_pte = pte;
  pwk_entry_set (machine, fault->pte, pte, fault->address);
  return exclusive;
}

/* A page that is in memory costs no I/O: a minor fault. Batches are drained for a write, since one
 * of them may hold the reference that would make it look shared. A write fault of a page that is
 * not exclusive maps it read-only here and is then an ordinary write fault (*write_protect):
 * copied, or kept if the other names of the slot are gone. */
uint32_t
pwk_do_swap_page (PwkMachine *machine, PwkFault *fault, bool *write_protect)
{
  PwkPfn pfn = swap_cache_hit (machine, fault);
  uint64_t outer = pwk_event_open (machine, pwk_emit_do_swap_page (machine, fault->address, pwk_swp_offset (fault->orig_pte), pfn));
  bool write = fault->flags & PWK_FAULT_FLAG_WRITE;
  uint32_t ret = 0;

  *write_protect = false;
  if (pfn == PWK_NO_PFN)
    {
      pfn = swapin_readahead (machine, fault);
      if (pfn == PWK_NO_PFN)
        {
          pwk_event_close (machine, outer);
          return PWK_VM_FAULT_OOM;
        }
      pwk_count_vm_event (machine, PWK_PGMAJFAULT);
      ret = PWK_VM_FAULT_MAJOR;
    }
  if (write && !(pwk_page (machine, pfn)->pg_flags & PWK_PG_LRU))
    pwk_lru_add_drain (machine);
  *write_protect = !map_swapped (machine, fault, pfn) && write;
  pwk_event_close (machine, outer);
  return ret;
}

/* --- ranges --- */

/* In a row: consecutive slots, and all exclusive or none. Within one table. */
unsigned
pwk_swap_pte_batch (const PwkMachine *machine, PwkEntryRef ref, PwkPte pte, uint64_t max)
{
  uint64_t slot = pwk_swp_offset (pte);
  unsigned n = 1;

  pwk_assert_debug (names_slot (pte));
  max = MIN (max, pwk_level_entries (machine->format, PWK_LEVEL_PTE) - ref.index);
  for (; n < max; n++)
    {
      PwkPte next = pwk_entry_get (machine, (PwkEntryRef) { ref.table, (uint16_t) (ref.index + n), ref.level });

      if (!names_slot (next) || pwk_swp_offset (next) != slot + n || pwk_pte_swp_exclusive (next) != pwk_pte_swp_exclusive (pte))
        break;
    }
  return n;
}

/* Pages come into the cache and are left there: whoever faults finds them. */
void
pwk_swapin_range (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end)
{
  PwkPfn pgd = pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd, pfn;
  bool read;

  pwk_assert_door (pwk_vma_has_range (pwk_vma (machine, vma), start, end));
  for (PwkVaddr addr = start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
      PwkPte pte = pwk_entry_get (machine, ref);

      if (ref.level != PWK_LEVEL_PTE)
        {
          addr = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level) - PWK_PAGE_SIZE;
          continue;
        }
      if (!names_slot (pte) || (pfn = pwk_read_swap_cache (machine, pwk_swp_offset (pte), PWK_PAGE_ANON, &read)) == PWK_NO_PFN)
        continue;
      if (read)
        pwk_swap_read (machine, pfn);
      pwk_folio_put (machine, pfn);
    }
  pwk_lru_add_drain (machine);
}

/* --- swapoff --- */

/* Follows mm/swapfile.c:unuse_pte(). The page is mapped in place of the entry, old and read-only:
 * nobody has asked for it yet. */
static void
unuse_pte (PwkMachine *machine, PwkIndex vma, PwkEntryRef ref, PwkPte pte, PwkVaddr addr, PwkPfn pfn)
{
  PwkIndex mm = pwk_vma (machine, vma)->vm_mm;

  pwk_add_mm_counter (machine, mm, PWK_MM_SWAPENTS, -1);
  pwk_add_mm_counter (machine, mm, PWK_MM_ANONPAGES, 1);
  add_rmap (machine, pfn, vma, addr, pwk_pte_swp_exclusive (pte));
  pwk_entry_set (machine, ref, pwk_pte_mkold (pwk_mk_pte (pfn, pwk_vma (machine, vma)->vm_page_prot)), addr);
  pwk_swap_free (machine, pwk_swp_offset (pte));
}

/* Follows mm/swapfile.c:unuse_vma(). Each page of the region that is in that area is read and mapped,
 * and gives up its slot where it was the last. False: no memory. */
static bool
unuse_vma (PwkMachine *machine, PwkIndex vma, unsigned area)
{
  PwkPfn pgd = pwk_mm (machine, pwk_vma (machine, vma)->vm_mm)->pgd;
  PwkVaddr end = pwk_vma (machine, vma)->vm_end;

  for (PwkVaddr addr = pwk_vma (machine, vma)->vm_start; addr < end; addr += PWK_PAGE_SIZE)
    {
      PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
      PwkFault fault = { .vma = vma, .mm = pwk_vma (machine, vma)->vm_mm, .address = addr, .pte = ref };
      PwkPfn pfn;

      fault.orig_pte = pwk_entry_get (machine, ref);
      if (ref.level != PWK_LEVEL_PTE)
        {
          addr = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level) - PWK_PAGE_SIZE;
          continue;
        }
      if (!names_slot (fault.orig_pte) || pwk_swap_area (pwk_swp_offset (fault.orig_pte)) != area)
        continue;
      pfn = swap_cache_hit (machine, &fault);
      if (pfn == PWK_NO_PFN)
        pfn = swapin_readahead (machine, &fault);
      if (pfn == PWK_NO_PFN)
        return false;
      pwk_folio_wait_writeback (machine, pfn);
      unuse_pte (machine, vma, ref, fault.orig_pte, addr, pfn);
      pwk_folio_free_swap (machine, pfn);
    }
  return true;
}

/* All files of shared memory, all address spaces, then what only the cache has. What is being written is
 * waited for, since its slot must not go before. What is left in the cache afterwards is pages that nobody
 * maps any more. */
static bool
unuse_all (PwkMachine *machine, unsigned area)
{
  uint64_t header = (uint64_t) area << PWK_SWAP_AREA_SHIFT;

  if (!pwk_shmem_unuse (machine, area))
    return false;
  for (PwkIndex mm = 1; mm < machine->st->pools[PWK_POOL_MM].next; mm++)
    for (PwkIndex vma = pwk_mm (machine, mm)->mm_users > 0 ? pwk_mm (machine, mm)->mmap : 0; vma; vma = pwk_vma (machine, vma)->vm_next)
      if (pwk_vma (machine, vma)->anon_vma && !unuse_vma (machine, vma, area))
        return false;
  for (uint64_t slot = header + 1; slot < header + machine->st->swap.areas[area].max; slot++)
    {
      PwkPfn pfn = pwk_swap_cache_get (machine, slot);

      if (pfn == PWK_NO_PFN)
        continue;
      pwk_folio_wait_writeback (machine, pfn);
      pwk_folio_free_swap (machine, pfn);
    }
  return true;
}

/* Who is behind may swap out again what had come back: a page that two have is in the cache, with its
 * slot, until both have it. So all is gone through until nothing is left; where that would not end there
 * is too little memory. */
bool
pwk_try_to_unuse (PwkMachine *machine, unsigned area)
{
  const uint64_t *inuse = &machine->st->swap.areas[area].inuse;
  uint64_t before = UINT64_MAX;

  while (*inuse && *inuse < before)
    {
      before = *inuse;
      if (!unuse_all (machine, area))
        return false;
    }
  return !*inuse;
}
