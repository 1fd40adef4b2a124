/* smaps.c - /proc/PID/smaps: how much of each region is in memory, and how it is shared
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/task_mmu.c:show_smap(). For each region the line of maps, then its sums:
 *
 *      Rss        all that is mapped
 *      Pss        each page by how many entries map it: a page of two processes is half of each
 *      Shared_…   of pages that more than one entry maps, Private_… of the others; each Clean or Dirty
 *      Locked     the Pss of locked regions
 *
 * Over all processes the Pss add up to what is in memory, which Rss does not. Recorded in
 * tests/kernel/vma.
 */
#include "engine/core/task.h"
#include "engine/proc/proc.h"

#include "engine/proc/entries.h"
#include "engine/proc/maps.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/files.h"
#include "engine/virt/rmap.h"
#include "engine/virt/shmem-swap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

/* Pss is summed with 12 bits behind the point, since a page that three map is 1365⅓ bytes each, and
 * a thousand of those would lose a third of a KiB. */
#define PSS_SHIFT 12

/* struct mem_size_stats. Bytes; the pss ones shifted by PSS_SHIFT. */
typedef struct
{
  uint64_t resident, shared_hugetlb, private_hugetlb, shared_clean, shared_dirty, private_clean, private_dirty, referenced, anonymous, lazyfree, anonymous_thp, swap;
  uint64_t pss, pss_dirty, pss_locked, swap_pss;
} Stats;

/* smaps_page_accumulate (). */
static void
accumulate (Stats *stats, const PwkPage *folio, uint64_t size, uint64_t pss, bool dirty, bool locked, bool private)
{
  stats->pss += pss;
  if (locked)
    stats->pss_locked += pss;
  /* The entry is dirty, or the page was when another entry was taken away. */
  if (dirty || (folio->pg_flags & PWK_PG_DIRTY))
    {
      stats->pss_dirty += pss;
      *(private ? &stats->private_dirty : &stats->shared_dirty) += size;
    }
  else
    *(private ? &stats->private_clean : &stats->shared_clean) += size;
}

/* smaps_account (): @n pages from @pfn on, all of one folio. A folio with one reference is private
 * for sure, as each mapping has one, and needs no look at its pages. */
static void
account (const PwkMachine *machine, Stats *stats, PwkPfn pfn, uint64_t n, PwkPte entry, bool locked)
{
  const PwkPage *folio = pwk_page (machine, pwk_page_head (machine, pfn));
  uint64_t size = n * PWK_PAGE_SIZE;
  bool dirty = pwk_pte_dirty (entry);

  if (pwk_page_is_anon (folio))
    {
      stats->anonymous += size;
      /* MADV_FREE: anonymous, with no need to be written anywhere, and not written to since. */
      if (!(folio->pg_flags & (PWK_PG_SWAPBACKED | PWK_PG_DIRTY)) && !dirty)
        stats->lazyfree += size;
    }
  stats->resident += size;
  if (pwk_pte_young (entry) || (folio->pg_flags & PWK_PG_REFERENCED))
    stats->referenced += size;
  if (folio->_refcount == 1)
    {
      accumulate (stats, folio, size, size << PSS_SHIFT, dirty, locked, true);
      return;
    }
  for (uint64_t i = 0; i < n; i++)
    {
      uint32_t mapcount = pwk_page_mapcount (machine, pfn + i);
      uint64_t pss = PWK_PAGE_SIZE << PSS_SHIFT;

      accumulate (stats, folio, PWK_PAGE_SIZE, mapcount >= 2 ? pss / mapcount : pss, dirty, locked, mapcount < 2);
    }
}

/* What a walk over one region fills in, and what it must know of the region. */
typedef struct { Stats stats; bool locked, hugetlb; } Gathering;

/* smaps_hugetlb_range (): the pages of a pool are counted for themselves, and nowhere else. */
static void
gather_hugetlb (const PwkMachine *machine, Stats *stats, PwkPte entry, PwkLevel level)
{
  uint64_t size = pwk_level_size (machine->format, level);

  if (pwk_pte_present (entry))
    *(pwk_folio_mapcount (machine, pwk_pte_pfn (entry)) > 1 ? &stats->shared_hugetlb : &stats->private_hugetlb) += size;
}

/* The slot of a page that is swapped out is shared by as many as have an entry that names it (swp_swapcount ()). */
static void
gather_swap (const PwkMachine *machine, Stats *stats, PwkPte entry)
{
  uint64_t slot = pwk_swp_offset (entry);
  unsigned names = pwk_swap_has_slots (machine, slot, 1) ? pwk_swap_slot (machine, slot)->count : 0;

  stats->swap += PWK_PAGE_SIZE;
  stats->swap_pss += (PWK_PAGE_SIZE << PSS_SHIFT) / MAX (names, 1);
}

/* smaps_pmd_entry (), smaps_pte_entry (). */
static void
gather (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data)
{
  Gathering *gathering = data;
  Stats *stats = &gathering->stats;

  if (gathering->hugetlb)
    gather_hugetlb (machine, stats, entry, level);
  else if (!pwk_pte_present (entry) && level == PWK_LEVEL_PTE && pwk_swp_type (entry) == PWK_SWP_SLOT)
    gather_swap (machine, stats, entry);
  else if (!pwk_pte_present (entry))
    return;
  else if (pwk_pte_normal (machine, entry) && level == PWK_LEVEL_PTE)
    account (machine, stats, pwk_pte_pfn (entry), 1, entry, gathering->locked);
  else if (pwk_pte_normal (machine, entry) && (pwk_pte_hw_present (entry) || machine->profile->smaps_protnone_huge))
    {
      stats->anonymous_thp += PWK_PMD_SIZE;
      account (machine, stats, pwk_pte_pfn (entry), PWK_HPAGE_PAGES, entry, gathering->locked);
    }
}

/* show_smap_vma_flags (): in order of the bits. A flag whose name a kernel does not know is "??". */
static void
append_vm_flags (const PwkProfile *profile, GString *out, uint64_t vm_flags)
{
  static const struct { uint64_t flag; char name[3]; } names[] = {
    { PWK_VM_READ, "rd" }, { PWK_VM_WRITE, "wr" }, { PWK_VM_EXEC, "ex" }, { PWK_VM_SHARED, "sh" }, { PWK_VM_MAYREAD, "mr" },
    { PWK_VM_MAYWRITE, "mw" }, { PWK_VM_MAYEXEC, "me" }, { PWK_VM_MAYSHARE, "ms" }, { PWK_VM_GROWSDOWN, "gd" },
    { PWK_VM_UFFD_MISSING, "um" }, { PWK_VM_PFNMAP, "pf" }, { PWK_VM_MAYBE_GUARD, "gu" }, { PWK_VM_LOCKED, "lo" }, { PWK_VM_IO, "io" }, { PWK_VM_SEQ_READ, "sr" },
    { PWK_VM_RAND_READ, "rr" }, { PWK_VM_DONTCOPY, "dc" }, { PWK_VM_DONTEXPAND, "de" }, { PWK_VM_LOCKONFAULT, "lf" },
    { PWK_VM_ACCOUNT, "ac" }, { PWK_VM_NORESERVE, "nr" }, { PWK_VM_HUGETLB, "ht" }, { PWK_VM_SYNC, "sf" }, { PWK_VM_WIPEONFORK, "wf" },
    { PWK_VM_DONTDUMP, "dd" }, { PWK_VM_MIXEDMAP, "mm" }, { PWK_VM_HUGEPAGE, "hg" }, { PWK_VM_NOHUGEPAGE, "nh" },
    { PWK_VM_MERGEABLE, "mg" }, { PWK_VM_DROPPABLE, "dp" }, { PWK_VM_SEALED, "sl" },
  };

  g_string_append (out, "VmFlags: ");
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (vm_flags & names[i].flag)
      g_string_append_printf (out, "%s ", names[i].flag == PWK_VM_LOCKONFAULT && !profile->lockonfault_named ? "??" : names[i].name);
  g_string_append_c (out, '\n');
}

/* No list of fields means all of them. */
static bool
is_wanted (const char *fields, const char *name)
{
  return !fields || pwk_proc_has_field (fields, name);
}

/* A line `Name:` padded to 16 columns, and the number in kB: SEQ_PUT_DEC. */
static void
append_kb (GString *out, const char *fields, const char *name, uint64_t bytes)
{
  g_autofree char *label = NULL;

  if (!is_wanted (fields, name))
    return;
  label = g_strconcat (name, ":", NULL);
  g_string_append_printf (out, "%-16s%8" G_GUINT64_FORMAT " kB\n", label, bytes >> 10);
}

/* smap_gather_stats (): what is swapped out of shared memory no entry tells; it counts in full for everybody who maps it. Of a private mapping it
 * is what the process has not copied. */
static void
gather_shmem (const PwkMachine *machine, PwkIndex index, Stats *stats)
{
  const PwkVma *vma = pwk_vma (machine, index);
  uint64_t bytes;

  if (vma->vm_ops != PWK_VM_OPS_SHMEM)
    return;
  bytes = pwk_shmem_swap_usage (machine, pwk_file (machine, vma->vm_file)->inode, vma->vm_pgoff, vma->vm_pgoff + pwk_vma_pages (vma) - 1) << PWK_PAGE_SHIFT;
  stats->swap += bytes;
  stats->swap_pss += bytes << PSS_SHIFT;
}

/* show_smap (). */
static void
append_region (const PwkMachine *machine, PwkIndex index, const char *fields, GString *out)
{
  const PwkVma *vma = pwk_vma (machine, index);
  Gathering gathering = { .locked = (vma->vm_flags & PWK_VM_LOCKED) != 0, .hugetlb = pwk_is_vm_hugetlb (vma) };
  const Stats *stats = &gathering.stats;

  pwk_proc_entries (machine, vma, gather, &gathering);
  gather_shmem (machine, index, &gathering.stats);
  pwk_proc_map_columns (machine, index, fields, out);
  append_kb (out, fields, "Size", vma->vm_end - vma->vm_start);
  append_kb (out, fields, "KernelPageSize", pwk_vma_kernel_pagesize (machine, vma));
  append_kb (out, fields, "MMUPageSize", pwk_vma_kernel_pagesize (machine, vma));
  append_kb (out, fields, "Rss", stats->resident);
  append_kb (out, fields, "Pss", stats->pss >> PSS_SHIFT);
  append_kb (out, fields, "Pss_Dirty", stats->pss_dirty >> PSS_SHIFT);
  append_kb (out, fields, "Shared_Clean", stats->shared_clean);
  append_kb (out, fields, "Shared_Dirty", stats->shared_dirty);
  append_kb (out, fields, "Private_Clean", stats->private_clean);
  append_kb (out, fields, "Private_Dirty", stats->private_dirty);
  append_kb (out, fields, "Referenced", stats->referenced);
  append_kb (out, fields, "Anonymous", stats->anonymous);
  /* Pages are never merged, and neither shared memory nor files have huge pages here. */
  append_kb (out, fields, "KSM", 0);
  append_kb (out, fields, "LazyFree", stats->lazyfree);
  append_kb (out, fields, "AnonHugePages", stats->anonymous_thp);
  append_kb (out, fields, "ShmemPmdMapped", 0);
  append_kb (out, fields, "FilePmdMapped", 0);
  append_kb (out, fields, "Shared_Hugetlb", stats->shared_hugetlb);
  append_kb (out, fields, "Private_Hugetlb", stats->private_hugetlb);
  append_kb (out, fields, "Swap", stats->swap);
  append_kb (out, fields, "SwapPss", stats->swap_pss >> PSS_SHIFT);
  append_kb (out, fields, "Locked", stats->pss_locked >> PSS_SHIFT);
  if (is_wanted (fields, "THPeligible"))
    g_string_append_printf (out, "THPeligible:    %8u\n", pwk_thp_allowable (machine, index, PWK_TVA_SMAPS));
  if (is_wanted (fields, "VmFlags"))
    append_vm_flags (machine->profile, out, vma->vm_flags);
}

/* Regions that overlap the range, whole. */
void
pwk_proc_smaps (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, const char *fields, GString *out)
{
  PwkVaddr end;
  PwkIndex i = pwk_proc_first_in (machine, task, addr, length, &end);

  for (; i && pwk_vma (machine, i)->vm_start < end; i = pwk_vma (machine, i)->vm_next)
    append_region (machine, i, fields, out);
}
