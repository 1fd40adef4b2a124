/* memory.c - page faults: anonymous memory and copy on write
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/memory.c:handle_mm_fault(), handle_pte_fault(), do_anonymous_page(), do_wp_page(). The
 * entry that the walk ended at decides:
 *
 *      entry                     region         read                    write
 *      none                      anonymous      zero page               new page, zeroed
 *      none, 2 MiB of room       anonymous      huge zero page          new huge page
 *      none                      of a file      do_read_fault           private: do_cow_fault, shared: do_shared_fault
 *      a slot                    anonymous      do_swap_page            do_swap_page, then do_wp_page
 *      present, read-only        writable       (set accessed)          do_wp_page
 *      present                   any            set accessed            set dirty
 *      guard marker              any            SIGSEGV                 SIGSEGV
 *
 * The branch is found first and told with the event of the fault, then taken: what stands in the
 * event is what the kernel is going to do. The ways of files are in file-fault.c, of swap in
 * swap-fault.c, of huge pages in huge-memory.c and hugetlb-fault.c. */

#include "engine/core/emit.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/fault-private.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/vma-policy.h"
#include "engine/virt/vma.h"

static const char *const branch_names[PWK_N_BRANCHES] = {
  "do_anonymous_page", "do_huge_pmd_anonymous_page", "do_read_fault", "do_cow_fault", "do_shared_fault", "do_wp_page",
  "do_huge_pmd_wp_page", "do_swap_page", "hugetlb_fault", "ptep_set_access_flags",
};

/* "?" of what is no branch. */
const char *
pwk_fault_branch_name (PwkFaultBranch branch)
{
  return (unsigned) branch < PWK_N_BRANCHES ? branch_names[branch] : "?";
}

/* False: no memory for a table. Tables above are made as well. */
bool
pwk_fault_pte_alloc (PwkMachine *machine, PwkFault *fault)
{
  pwk_assert_debug (fault->mm != 0);
  fault->pte = pwk_entry_alloc (machine, fault->mm, fault->address, PWK_LEVEL_PTE);
  return fault->pte.table != PWK_NO_PFN;
}

/* --- anonymous memory --- */

/* The zero page, read-only: what was never written reads as zero. It is one frame for all, never
 * counted in rss and never freed (pte_special). */
static uint32_t
map_zero_page (PwkMachine *machine, PwkFault *fault)
{
  uint64_t prot = pwk_vma (machine, fault->vma)->vm_page_prot;
  uint64_t outer = pwk_event_open (machine, pwk_emit_do_anonymous_page (machine, fault->address, machine->st->zero_pfn, true));

  pwk_entry_set (machine, fault->pte, pwk_pte_mkspecial (pwk_mk_pte (machine->st->zero_pfn, prot)), fault->address);
  pwk_event_close (machine, outer);
  return 0;
}

/* A page of its own. The order of the kernel, which events and counters show: anon_vma, page,
 * counter, rmap, LRU, entry. The frame comes zeroed from the allocator (__GFP_ZERO), by the policy
 * of the region. */
static uint32_t
map_new_anon_page (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  uint64_t outer;
  PwkPte entry;
  PwkPfn pfn;

  pwk_assert_debug (pwk_vma_is_anonymous (vma));
  if (!vma->anon_vma && !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;
  pfn = pwk_vma_page_alloc (machine, PWK_GFP_ANON | PWK_GFP_ZERO, 0, PWK_PAGE_ANON, fault->vma, fault->address);
  if (pfn == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;

  outer = pwk_event_open (machine, pwk_emit_do_anonymous_page (machine, fault->address, pfn, false));
  entry = pwk_pte_mkyoung (pwk_mk_pte (pfn, vma->vm_page_prot));
  if (vma->vm_flags & PWK_VM_WRITE)
    entry = pwk_pte_mkwrite (pwk_pte_mkdirty (entry));
  pwk_add_mm_counter (machine, fault->mm, PWK_MM_ANONPAGES, 1);
  pwk_rmap_add_new_anon (machine, pfn, fault->vma, fault->address);
  pwk_folio_add_lru (machine, pfn, fault->vma);
  pwk_entry_set (machine, fault->pte, entry, fault->address);
  pwk_event_close (machine, outer);
  return 0;
}

/* Follows mm/memory.c:do_anonymous_page(). The first access to a page that nothing stands behind. A
 * read maps the zero page, which costs no frame; a write gets one of its own, zeroed, for what
 * another process left there must not be seen. The event, like those of the other ways to a page,
 * tells which page it is, so that it comes once there is one. Shared anonymous memory has a file,
 * so a shared region without one is a mistake. */
static uint32_t
do_anonymous_page (PwkMachine *machine, PwkFault *fault)
{
  if (pwk_vma (machine, fault->vma)->vm_flags & PWK_VM_SHARED)
    return PWK_VM_FAULT_SIGBUS;
  if (!pwk_fault_pte_alloc (machine, fault))
    return PWK_VM_FAULT_OOM;
  return fault->flags & PWK_FAULT_FLAG_WRITE ? map_new_anon_page (machine, fault) : map_zero_page (machine, fault);
}

/* --- copy on write ---
 *
 * fork () shares pages and takes the right to write from both sides. The first to write faults, and
 * gets a copy, unless it can be shown that nobody else has the page any more:
 *
 *      parent ─┐                          parent ────▶ page
 *              ├─▶ page, read-only   ──▶
 *      child ──┘                          child ─────▶ copy, writable          the parent's next write finds itself alone: reuse
 *
 * Whether one is alone is not asked of the mapcount but of the refcount: somebody may hold the page
 * who maps it nowhere, and would see the write (vmsplice, CVE-2020-29374). PG_anon_exclusive keeps
 * the answer. */

/* Follows mm/memory.c:__wp_can_reuse_large_anon_folio(). All references are mappings, and all
 * mappings are this address space's: then it is ours, whatever part of it. */
static bool
can_reuse_large (const PwkMachine *machine, PwkPfn head)
{
  uint32_t mapcount = pwk_folio_mapcount (machine, head);

  return mapcount > 1 && !pwk_folio_maybe_shared (machine, head) && (uint32_t) pwk_page (machine, head)->_refcount == mapcount;
}

/* Follows mm/memory.c:wp_can_reuse_anon_folio(). All references must be known, which are the
 * mapping, a batch of this cpu's, and the swap cache. More than three cannot be explained by those,
 * and it is not worth it to drain batches and give up the slot to find out. Each guess is tested,
 * cheapest first, and the count looked at again. */
static bool
can_reuse_anon (PwkMachine *machine, PwkPfn pfn, PwkIndex vma)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  const PwkPage *page = pwk_page (machine, head);

  if (page->pg_flags & PWK_PG_HEAD)
    return can_reuse_large (machine, head);
  if (page->_refcount > 3)
    return false;
  if (!(page->pg_flags & PWK_PG_LRU))   /* a batch of this cpu may hold it */
    pwk_lru_add_drain (machine);
  if (page->_refcount > 1 + ((page->pg_flags & PWK_PG_SWAPCACHE) != 0))
    return false;
  pwk_folio_free_swap (machine, head);
  if (page->_refcount != 1)
    return false;
  pwk_rmap_move_anon (machine, head, vma);
  return true;
}

/* Follows mm/memory.c:wp_page_reuse(). The entry becomes writable and dirty, the page stays.
 * Whoever has the read-only entry in his TLB would only fault for nothing; it is flushed all the
 * same. */
static void
wp_page_reuse (PwkMachine *machine, PwkFault *fault)
{
  PwkPte entry = pwk_pte_mkdirty (pwk_pte_mkyoung (fault->orig_pte));

  pwk_assert_debug (fault->pte.level == PWK_LEVEL_PTE);
  pwk_entry_set (machine, fault->pte, pwk_maybe_mkwrite (entry, pwk_vma (machine, fault->vma)), fault->address);
  pwk_flush_tlb_page (machine, fault->mm, fault->address);
}

/* A page of a file or the zero page becomes an anonymous one in the counters; the copy of an
 * anonymous page takes its place. */
static void
count_copied (PwkMachine *machine, PwkIndex mm, PwkPfn old)
{
  if (old != PWK_NO_PFN && pwk_page_is_anon (pwk_page (machine, pwk_page_head (machine, old))))
    return;
  if (old != PWK_NO_PFN)
    pwk_add_mm_counter (machine, mm, pwk_mm_counter (pwk_page (machine, old)), -1);
  pwk_add_mm_counter (machine, mm, PWK_MM_ANONPAGES, 1);
}

/* Follows mm/memory.c:wp_page_copy(). @old: the page to be copied, PWK_NO_PFN the zero page. The
 * flush stands between the new entry and the end of the old mapping: a cpu that still reads the old
 * page through its TLB must not find it given to somebody else. Allocating may reclaim, and may
 * reclaim @old: then the entry is another, and the fault is left to come again. What counts as
 * what: the copy of a file's page takes one off that counter and adds an anonymous one; the copy of
 * an anonymous page changes nothing; that of the zero page, which was not counted, adds one. */
static uint32_t
wp_page_copy (PwkMachine *machine, PwkFault *fault, PwkPfn old)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  uint64_t outer;
  PwkPte entry;
  PwkPfn new;

  pwk_assert_debug (fault->pte.level == PWK_LEVEL_PTE);
  if (!vma->anon_vma && !pwk_anon_vma_prepare (machine, fault->vma))
    return PWK_VM_FAULT_OOM;
  new = pwk_vma_page_alloc (machine, PWK_GFP_ANON | (old == PWK_NO_PFN ? PWK_GFP_ZERO : 0), 0, PWK_PAGE_ANON, fault->vma, fault->address);
  if (new == PWK_NO_PFN)
    return PWK_VM_FAULT_OOM;
  if (!pwk_pte_same (pwk_entry_get (machine, fault->pte), fault->orig_pte))    /* reclaim took the page, and the fault comes again */
    {
      pwk_user_page_discard (machine, new);
      return 0;
    }
  if (old != PWK_NO_PFN)
    pwk_user_page_copy (machine, new, old);

  outer = pwk_event_open (machine, pwk_emit_wp_page_copy (machine, fault->address, old == PWK_NO_PFN ? machine->st->zero_pfn : old, new));
  count_copied (machine, fault->mm, old);
  entry = pwk_pte_mkdirty (pwk_pte_mkyoung (pwk_mk_pte (new, vma->vm_page_prot)));
  entry = pwk_maybe_mkwrite (entry, vma);
  pwk_rmap_add_new_anon (machine, new, fault->vma, fault->address);
  pwk_folio_add_lru (machine, new, fault->vma);
  pwk_entry_set (machine, fault->pte, entry, fault->address);
  pwk_flush_tlb_page (machine, fault->mm, fault->address);
  if (old != PWK_NO_PFN)
    {
      pwk_rmap_remove (machine, old, fault->vma, fault->address, false);
      pwk_user_page_put (machine, pwk_page_head (machine, old));
    }
  pwk_event_close (machine, outer);
  return 0;
}

/* Follows mm/memory.c:wp_page_shared(), wp_pfn_shared(). The file system is told before the first
 * write to a clean page, so that it can find room on the disk, and refuse. */
static uint32_t
wp_page_shared (PwkMachine *machine, PwkFault *fault, PwkPfn page)
{
  uint32_t ret = 0;

  pwk_assert_debug (page < machine->st->max_pfn);
  if (pwk_vma (machine, fault->vma)->vm_ops == PWK_VM_OPS_FILE)
    ret = pwk_page_mkwrite (machine, fault, page);
  if (ret & (PWK_VM_FAULT_ERROR | PWK_VM_FAULT_NOPAGE))
    return ret;
  wp_page_reuse (machine, fault);
  pwk_page_mark_dirty (machine, page);
  return ret;
}

/* Whether a private write may keep the page: it is anonymous and exclusively this mapping's, or can
 * be made so. The laboratory may have copy on write forgotten. */
static bool
may_keep (PwkMachine *machine, PwkFault *fault, PwkPfn page)
{
  if (page == PWK_NO_PFN || !pwk_page_is_anon (pwk_page (machine, pwk_page_head (machine, page))))
    return false;
  if (machine->st->lab_flags & PWK_BROKEN_NO_COW)
    return true;
  if (pwk_page (machine, page)->pg_flags & PWK_PG_ANON_EXCLUSIVE)
    return true;
  if (!can_reuse_anon (machine, page, fault->vma))
    return false;
  pwk_page_set_flags (machine, page, PWK_PG_ANON_EXCLUSIVE, 0);
  return true;
}

/* Follows mm/memory.c:do_wp_page(). A store through an entry that does not allow it, in a region
 * that does. Shared memory is told and written; private memory is kept if it is exclusively ours,
 * else copied. A page that is not normal (the zero page, or another machine's frame) is never kept.
 * UFFD and soft-dirty, which also end here in the kernel, are not simulated. */
static uint32_t
do_wp_page (PwkMachine *machine, PwkFault *fault)
{
  bool shared = (pwk_vma (machine, fault->vma)->vm_flags & (PWK_VM_SHARED | PWK_VM_MAYSHARE)) != 0;
  PwkPfn page = pwk_pte_normal (machine, fault->orig_pte) ? pwk_pte_pfn (fault->orig_pte) : PWK_NO_PFN;
  bool keep = shared || may_keep (machine, fault, page);
  uint64_t outer = pwk_event_open (machine, pwk_emit_do_wp_page (machine, fault->address, pwk_pte_pfn (fault->orig_pte), keep));
  uint32_t ret = 0;

  if (shared && page != PWK_NO_PFN)
    ret = wp_page_shared (machine, fault, page);
  else if (keep)
    wp_page_reuse (machine, fault);
  else
    ret = wp_page_copy (machine, fault, page);
  pwk_event_close (machine, outer);
  return ret;
}

/* --- the handler --- */

/* do_pte_missing (): which of do_anonymous_page () and do_fault ()'s three it will be. */
static PwkFaultBranch
missing_branch (const PwkVma *vma, uint32_t flags)
{
  if (pwk_vma_is_anonymous (vma))
    return PWK_BRANCH_ANONYMOUS;
  if (!(flags & PWK_FAULT_FLAG_WRITE))
    return PWK_BRANCH_READ;
  return vma->vm_flags & PWK_VM_SHARED ? PWK_BRANCH_SHARED : PWK_BRANCH_COW;
}

/* What __handle_mm_fault () and handle_pte_fault () are going to do, seen from the tables as they
 * are. Nothing is changed: fault->pte is where the walk ended, which may be above the level of
 * pages if a table is missing. */
static PwkFaultBranch
choose_branch (PwkMachine *machine, PwkFault *fault)
{
  const PwkVma *vma = pwk_vma (machine, fault->vma);
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, fault->mm)->pgd, fault->address, PWK_LEVEL_PTE);
  bool write = fault->flags & PWK_FAULT_FLAG_WRITE;
  PwkPte entry = pwk_entry_get (machine, ref);

  fault->pte = ref;
  fault->orig_pte = entry;
  if (pwk_is_vm_hugetlb (vma))
    return PWK_BRANCH_HUGETLB;
  if (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (entry))
    return pwk_vma_is_anonymous (vma) && pwk_thp_allowable (machine, fault->vma, PWK_TVA_PAGEFAULT) && pwk_thp_suitable (vma, fault->address)
           ? PWK_BRANCH_HUGE : missing_branch (vma, fault->flags);
  if (ref.level > PWK_LEVEL_PTE)
    return write && !pwk_pte_write (entry) ? PWK_BRANCH_HUGE_WRITE_PROTECT : PWK_BRANCH_ACCESS_FLAGS;
  if (pwk_pte_none (entry))
    return missing_branch (vma, fault->flags);
  if (!pwk_pte_present (entry))
    return PWK_BRANCH_SWAP;
  return write && !pwk_pte_write (entry) ? PWK_BRANCH_WRITE_PROTECT : PWK_BRANCH_ACCESS_FLAGS;
}

/* The end of handle_pte_fault () and huge_pmd_set_accessed (): the entry allows it already. Another
 * cpu was faster, or this one's TLB remembers how it was, or software keeps the accessed bit. */
static void
set_access_flags (PwkMachine *machine, PwkFault *fault)
{
  PwkPte entry = pwk_pte_mkyoung (fault->orig_pte);

  if (fault->flags & PWK_FAULT_FLAG_WRITE)
    entry = pwk_pte_mkdirty (entry);
  if (!pwk_pte_same (entry, fault->orig_pte))
    pwk_entry_set (machine, fault->pte, entry, fault->address);
  else
    pwk_flush_tlb_page (machine, fault->mm, fault->address);   /* flush_tlb_fix_spurious_fault () */
}

/* After a huge fault fell back: the way of small pages, whatever is there by now. */
static uint32_t
small_fault (PwkMachine *machine, PwkFault *fault)
{
  fault->pte = pwk_entry_lookup (machine, pwk_mm (machine, fault->mm)->pgd, fault->address, PWK_LEVEL_PTE);
  fault->orig_pte = pwk_entry_get (machine, fault->pte);
  if (fault->pte.level > PWK_LEVEL_PTE || pwk_pte_none (fault->orig_pte))
    return do_anonymous_page (machine, fault);
  if ((fault->flags & PWK_FAULT_FLAG_WRITE) && !pwk_pte_write (fault->orig_pte))
    return do_wp_page (machine, fault);
  set_access_flags (machine, fault);
  return 0;
}

/* Whether the entry names a slot that is in use. One that does not, only the laboratory can have
 * made; it must not lead anywhere. */
static bool
is_slot (const PwkMachine *machine, PwkPte entry)
{
  uint64_t slot = pwk_swp_offset (entry);

  return pwk_swp_type (entry) == PWK_SWP_SLOT && pwk_swap_has_slots (machine, slot, 1) && pwk_swap_slot (machine, slot)->count;
}

/* do_swap_page (), and the write fault that may be left of it. */
static uint32_t
swap_fault (PwkMachine *machine, PwkFault *fault)
{
  bool write_protect;
  uint32_t ret = pwk_do_swap_page (machine, fault, &write_protect);

  if (!write_protect || (ret & PWK_VM_FAULT_ERROR))
    return ret;
  return ret | do_wp_page (machine, fault);
}

/* The branch is taken. A huge way that falls back ends on the small one. A huge fault that falls
 * back allocates the table itself: what was decided by the tables as they were still holds one
 * level further down. */
static uint32_t
take_branch (PwkMachine *machine, PwkFault *fault, PwkFaultBranch branch)
{
  uint32_t ret;

  switch (branch)
    {
    case PWK_BRANCH_ANONYMOUS:
      return do_anonymous_page (machine, fault);
    case PWK_BRANCH_HUGE:
      ret = pwk_huge_anonymous_page (machine, fault);
      return ret & PWK_VM_FAULT_FALLBACK ? small_fault (machine, fault) : ret;
    case PWK_BRANCH_READ:
    case PWK_BRANCH_COW:
    case PWK_BRANCH_SHARED:
      return pwk_do_fault (machine, fault);
    case PWK_BRANCH_WRITE_PROTECT:
      return do_wp_page (machine, fault);
    case PWK_BRANCH_HUGE_WRITE_PROTECT:
      ret = pwk_huge_wp_page (machine, fault);
      return ret & PWK_VM_FAULT_FALLBACK ? small_fault (machine, fault) : ret;
    case PWK_BRANCH_SWAP:
      if (is_slot (machine, fault->orig_pte))
        return swap_fault (machine, fault);
      /* A guard marker; other entries of this kind only the laboratory can have made. */
      return pwk_swp_type (fault->orig_pte) == PWK_SWP_POISON ? PWK_VM_FAULT_SIGBUS : PWK_VM_FAULT_SIGSEGV;
    case PWK_BRANCH_HUGETLB:
      return pwk_hugetlb_fault (machine, fault->mm, fault->vma, fault->address, fault->flags);
    case PWK_BRANCH_ACCESS_FLAGS:
    case PWK_N_BRANCHES:
      break;
    }
  set_access_flags (machine, fault);
  return 0;
}

/* Follows mm/memory.c:mm_account_fault(). A fault that must be done again is not counted yet, and
 * then once. Major: it had to wait for I/O. One that ends in an error counts as a fault of the
 * machine, not of the task. */
static void
account_fault (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint32_t flags, uint32_t ret)
{
  bool major = (ret & PWK_VM_FAULT_MAJOR) || (flags & PWK_FAULT_FLAG_TRIED);

  if (ret & PWK_VM_FAULT_RETRY)
    return;
  pwk_count_vm_event (machine, PWK_PGFAULT);
  if (!(ret & PWK_VM_FAULT_ERROR) && task)
    {
      PwkTask *record = pwk_task_edit (machine, task);

      if (major)
        record->maj_flt++;
      else
        record->min_flt++;
    }
  pwk_emit_fault_done (machine, addr, major, ret);
}

/* The address in @fault is that of the page; what the access had is kept for who tells of it.
 * Nothing is changed before the branch is told; so the event handle_mm_fault says what will be
 * done, and its children what was. */
uint32_t
pwk_handle_mm_fault (PwkMachine *machine, PwkIndex task, PwkIndex mm, PwkIndex vma, PwkVaddr addr, uint32_t flags)
{
  PwkFault fault = {
    .vma = vma, .mm = mm, .real_address = addr, .address = addr & PWK_PAGE_MASK, .flags = flags,
    .pgoff = pwk_linear_page_index (pwk_vma (machine, vma), addr & PWK_PAGE_MASK), .page = PWK_NO_PFN, .cow_page = PWK_NO_PFN,
  };
  PwkFaultBranch branch = choose_branch (machine, &fault);
  uint64_t outer = pwk_event_open (machine, pwk_emit_handle_mm_fault (machine, addr, flags, vma, branch));
  uint32_t ret = take_branch (machine, &fault, branch);

  pwk_assert_debug (pwk_vma (machine, vma)->vm_mm == mm);
  pwk_assert_debug (addr >= pwk_vma (machine, vma)->vm_start && addr < pwk_vma (machine, vma)->vm_end);
  account_fault (machine, task, addr, flags, ret);
  pwk_event_close (machine, outer);
  return ret;
}
