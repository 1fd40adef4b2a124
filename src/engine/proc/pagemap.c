/* pagemap.c - /proc/PID/pagemap as runs of like pages, and the fault counters of /proc/PID/stat
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/task_mmu.c:pagemap_read(). The file has 64 bits for each page:
 *
 *      63      62      61     58     57    56          55          54                         0
 *      [present][swap][file/shared][guard][uffd][exclusive][soft dirty][ frame, or swap offset and type ]
 *
 * of which the words here are the flags. Neighbours that agree make one line, as a region of a
 * terabyte would have 2^28 of them. What stands between regions is none, and so is what was never
 * touched.
 */
#include "engine/core/task.h"
#include "engine/proc/proc.h"

#include "engine/virt/huge-memory.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"

/* Bits of an entry, in the order of their words. */
enum { PM_PRESENT = 1, PM_SWAP = 2, PM_FILE = 4, PM_GUARD = 8, PM_EXCLUSIVE = 16 };

/* What an entry says of the page at an address; pfn PWK_NO_PFN: of no frame. */
typedef struct { unsigned bits; PwkPfn pfn; } Entry;

/* The words of the bits in their order; "none" is an entry of no bits. */
static void
append_run (GString *out, PwkVaddr start, PwkVaddr end, Entry first, bool pfns)
{
  static const char *const words[] = { "present", "swap", "file", "guard", "exclusive" };

  g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x", start, end);
  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    if (first.bits >> i & 1)
      g_string_append_printf (out, " %s", words[i]);
  if (!first.bits)
    g_string_append (out, " none");
  if (pfns && first.pfn != PWK_NO_PFN)
    g_string_append_printf (out, " pfn %" G_GUINT64_FORMAT, first.pfn);
  g_string_append_c (out, '\n');
}

/* What pte_to_pagemap_entry () and pagemap_pmd_range () say of a page's frame. */
static unsigned
page_bits (const PwkMachine *machine, PwkPfn pfn)
{
  unsigned bits = pwk_page_is_anon (pwk_page (machine, pwk_page_head (machine, pfn))) ? 0 : PM_FILE;

  return bits | (pwk_page_mapcount (machine, pfn) == 1 ? PM_EXCLUSIVE : 0);
}

/* The frame behind a present entry of that level: a large leaf has one for each of its pages, and
 * names the first. */
static PwkPfn
frame_of (const PwkMachine *machine, PwkPte pte, PwkLevel level, PwkVaddr addr)
{
  return pwk_pte_pfn (pte) + (addr >> PWK_PAGE_SHIFT & (pwk_level_pages (machine->format, level) - 1));
}

/* The entry at @addr, and in *@next where the next one begins. */
static Entry
entry_at (const PwkMachine *machine, PwkPfn pgd, PwkVaddr addr, PwkVaddr end, PwkVaddr *next)
{
  const Entry none = { 0, PWK_NO_PFN };
  PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, PWK_LEVEL_PTE);
  PwkPte pte = pwk_entry_get (machine, ref);
  PwkPfn pfn;

  *next = addr + PWK_PAGE_SIZE;
  /* The tree ends above the ptes: as far as that entry reaches there is nothing. */
  if (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (pte))
    {
      *next = pwk_level_next (machine->format, addr, end, (PwkLevel) ref.level);
      return none;
    }
  if (pwk_pte_none (pte))
    return none;
  if (!pwk_pte_present (pte))
    return (Entry) { PM_SWAP | (pwk_swp_type (pte) == PWK_SWP_GUARD ? PM_GUARD : 0), PWK_NO_PFN };
  pfn = frame_of (machine, pte, (PwkLevel) ref.level, addr);
  if (ref.level > PWK_LEVEL_PTE)   /* the huge zero page is no special case here, and shows as one of a file */
    return (Entry) { PM_PRESENT | page_bits (machine, machine->profile->pagemap_by_page ? pfn : pwk_pte_pfn (pte)), pfn };
  return (Entry) { PM_PRESENT | (pwk_pte_normal (machine, pte) ? page_bits (machine, pfn) : 0), pfn };
}

/* Only regions are looked into: what lies between them is none. */
static Entry
entry_of (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr, PwkVaddr end, PwkVaddr *next)
{
  PwkIndex index = pwk_find_vma (machine, mm, addr);
  const PwkVma *vma = index ? pwk_vma (machine, index) : NULL;

  if (!vma || vma->vm_start > addr)
    {
      *next = vma ? MIN (vma->vm_start, end) : end;
      return (Entry) { 0, PWK_NO_PFN };
    }
  return entry_at (machine, pwk_mm (machine, mm)->pgd, addr, MIN (vma->vm_end, end), next);
}

/* Whether the page at @at goes on the run that @first began at @run. */
static bool
same_run (Entry first, PwkVaddr run, Entry entry, PwkVaddr at, bool pfns)
{
  return entry.bits == first.bits
         && (!pfns || (first.pfn == PWK_NO_PFN ? entry.pfn == PWK_NO_PFN : entry.pfn == first.pfn + ((at - run) >> PWK_PAGE_SHIFT)));
}

/* The first page's entry says what the run is; a run begins where the next one differs. */
void
pwk_proc_pagemap (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, bool pfns, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkVaddr start = addr & PWK_PAGE_MASK, end = pwk_page_align (addr + length), run = start, next;
  Entry first = { 0, PWK_NO_PFN };

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (!mm || end <= start)
    return;
  for (PwkVaddr at = start; at < end; at = next)
    {
      Entry entry = entry_of (machine, mm, at, end, &next);

      if (at == start)
        first = entry;
      else if (!same_run (first, run, entry, at, pfns))
        {
          append_run (out, run, at, first, pfns);
          run = at;
          first = entry;
        }
    }
  append_run (out, run, end, first, pfns);
}

/* Pages of a line that pwk_proc_frames () has begun; a page of a line follows the one before. */
#define FRAMES_A_LINE 16

/* Pages without a frame are left out, so that a line begins with an address wherever there is a
 * gap. */
void
pwk_proc_frames (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkVaddr end = pwk_page_align (addr + length), next, follows = (PwkVaddr) -1;
  unsigned n = 0;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  for (PwkVaddr at = addr & PWK_PAGE_MASK; mm && at < end; at = next)
    {
      Entry entry = entry_of (machine, mm, at, end, &next);
      bool huge = entry.pfn != PWK_NO_PFN && (pwk_page (machine, pwk_page_head (machine, entry.pfn))->pg_flags & PWK_PG_HEAD) && !(at & ~PWK_PMD_MASK)
                  && pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, at, PWK_LEVEL_PTE).level == PWK_LEVEL_PMD;

      if (entry.pfn == PWK_NO_PFN)
        continue;
      if (n > 0 && (huge || at != follows || n == FRAMES_A_LINE))
        {
          g_string_append_c (out, '\n');
          n = 0;
        }
      if (huge)
        {
          g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x huge %" G_GUINT64_FORMAT "\n", at, entry.pfn);
          /* The 512 pages of the leaf are told by the first. */
          next = at + PWK_PMD_SIZE;
          continue;
        }
      if (n++ == 0)
        g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x", at);
      g_string_append_printf (out, " %" G_GUINT64_FORMAT, entry.pfn);
      follows = next;
    }
  if (n > 0)
    g_string_append_c (out, '\n');
}

/* The thread group's sum (do_task_stat (), whole). */
void
pwk_proc_stat_faults (const PwkMachine *machine, PwkIndex task, GString *out)
{
  int32_t group = pwk_task (machine, task)->tgid;
  uint64_t minor = 0, major = 0;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  for (PwkIndex i = 1; i < machine->st->pools[PWK_POOL_TASK].next; i++)
    {
      const PwkTask *record = pwk_task (machine, i);

      if (i != task && (record->tgid != group || record->pid == 0))
        continue;
      minor += record->min_flt;
      major += record->maj_flt;
    }
  g_string_append_printf (out, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", minor, major);
}
