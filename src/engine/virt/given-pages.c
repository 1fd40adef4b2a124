/* given-pages.c - a process whose pages lie in known frames
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recording of a running machine says which frame each page of a process lies in
 * (/proc/PID/pagemap). So that the engine can go on from there, those pages are made as if faults
 * had made them, but in the frames that are named, and without a trace in counters and events. Line
 * by line:
 *
 *      7f12c0400000 1201 1202 1203        three pages in a row
 *      7f12c0600000 huge 204800           one of 2 MiB
 *
 * Pages that two processes name are shared: in a file's cache, or as fork leaves them, read-only
 * and exclusive to none. */
#include "engine/virt/given-pages.h"

#include <string.h>

#include "engine/core/task.h"
#include "engine/paging/page-table.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc-private.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"

/* --- reading --- */

/* A line, taken apart word by word. It points into the text. */
typedef struct
{
  PwkVaddr    addr;
  bool        huge;
  const char *at;          /* the next pfn */
} Line;

/* A word that is a number, and nothing but a number; *@at goes on behind it. Frames are in decimal,
 * addresses in hexadecimal, as pagemap tools print them. */
static bool
read_number (const char **at, unsigned base, uint64_t *number)
{
  char *end;

  *at += strspn (*at, " \t\r");
  if (!g_ascii_isxdigit (**at))
    return false;
  *number = g_ascii_strtoull (*at, &end, base);
  *at = end;
  return **at == '\0' || g_ascii_isspace (**at);
}

/* The address, and whether a huge page follows. */
static bool
read_line (const char *text, Line *line)
{
  *line = (Line) { .at = text };
  if (!read_number (&line->at, 16, &line->addr))
    return false;
  line->at += strspn (line->at, " \t");
  line->huge = g_str_has_prefix (line->at, "huge ");
  line->at += line->huge ? strlen ("huge ") : 0;
  return true;
}

/* For a region of shared memory that another process has mapped before: its pages tell which file
 * it was. */
PwkIndex
pwk_given_shared_file (const PwkMachine *machine, const char *pages, PwkVaddr start, PwkVaddr end)
{
  g_auto(GStrv) lines = g_strsplit (pages, "\n", -1);
  Line line;
  PwkPfn pfn;

  for (unsigned i = 0; lines[i]; i++)
    {
      PwkPage page;

      if (!read_line (lines[i], &line) || line.addr < start || line.addr >= end || !read_number (&line.at, 10, &pfn)
          || pfn >= machine->st->max_pfn)
        continue;
      page = pwk_page_read (machine, pfn);
      if (page.type != PWK_PAGE_SHMEM || (page.mapping & 3) != PWK_MAPPING_INODE)
        return 0;
      return pwk_vma (machine, pwk_inode (machine, page.mapping >> 2)->i_mmap_first)->vm_file;
    }
  return 0;
}

/* --- mapping --- */

/* The work on one text: where errors go, and in which line it is. */
typedef struct { PwkMachine *machine; PwkIndex mm; GError **error; unsigned line; } Pages;

/* Says why in the line; always false. */
static bool
fail (const Pages *pages, const char *why)
{
  g_set_error (pages->error, PWK_PROCESS_ERROR, PWK_PROCESS_ERROR_LAYOUT, "pages, line %u: %s", pages->line, why);
  return false;
}

/* The frames are in use (of a kind that boot gives all that a zoneinfo counts as used), and nobody
 * is known to use them. */
static bool
are_anybodys (const PwkMachine *machine, PwkPfn pfn, uint64_t n)
{
  for (uint64_t i = 0; i < n; i++)
    {
      PwkPageType type = pfn + i < machine->st->max_pfn ? pwk_page_type (machine, pfn + i) : PWK_PAGE_HOLE;

      if (type != PWK_PAGE_RESERVED && type != PWK_PAGE_KERNEL && type != PWK_PAGE_KERNEL_REST)
        return false;
    }
  return true;
}

/* The frames become a folio of user memory, as pwk_user_page_alloc () gives it. They were counted
 * as in use all along, so no free list is touched. Their section is opened: from now on each has a
 * struct page of its own. */
static void
take_frames (PwkMachine *machine, PwkPfn pfn, unsigned order, PwkPageType type)
{
  PwkFlagRun run = { 0 };

  for (uint64_t i = 0; i < pwk_order_pages (order); i++)
    {
      pwk_section_open (machine, pfn + i);
      pwk_page_become (machine, pfn + i, (PwkPage) { .type = PWK_PAGE_NONE }, 0, &run);
    }
  pwk_flag_run_end (machine, &run);
  pwk_prep_new_page (machine, pfn, order, order ? PWK_GFP_COMP : 0);
  pwk_user_page_prep (machine, pfn, order, type);
}

/* Whether @vma is among those that may map pages of @anon_vma. */
static bool
is_linked (const PwkMachine *machine, PwkIndex vma, PwkIndex anon_vma)
{
  for (PwkIndex i = pwk_vma (machine, vma)->anon_vma_chain; i; i = pwk_avc (machine, i)->same_vma_next)
    if (pwk_avc (machine, i)->anon_vma == anon_vma)
      return true;
  return false;
}

/* The region shares the page as a child does after fork: anon_vma_fork () of the region that made
 * it. */
static bool
link_region (PwkMachine *machine, PwkIndex vma, PwkIndex anon_vma)
{
  PwkIndex maker = pwk_avc (machine, pwk_anon_vma (machine, anon_vma)->avc_first)->vma;

  if (is_linked (machine, vma, anon_vma))
    return true;
  return pwk_vma (machine, vma)->anon_vma ? pwk_anon_vma_clone (machine, vma, maker) : pwk_anon_vma_fork (machine, vma, maker);
}

/* Before a page is shared none of its entries may write: a write is to copy it, as after fork. */
static bool
visit_wrprotect (PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  (void) vma;
  (void) data;
  pwk_entry_set (machine, entry, pwk_pte_wrprotect (pwk_entry_get (machine, entry)), addr);
  return true;
}

/* An entry as do_anonymous_page () makes it, used and dirty. */
static PwkPte
entry_for (const PwkVma *vma, PwkPfn pfn)
{
  return pwk_maybe_mkwrite (pwk_pte_mkdirty (pwk_pte_mkyoung (pwk_mk_pte (pfn, vma->vm_page_prot))), vma);
}

/* A page of the region's own, or one that another has made, which then is exclusive to nobody.
 * Offsets must agree, since a page has one index for all. */
static bool
map_anonymous (Pages *pages, PwkIndex vma, PwkVaddr addr, PwkPfn pfn, PwkPte *entry)
{
  PwkMachine *machine = pages->machine;

  *entry = entry_for (pwk_vma (machine, vma), pfn);
  if (are_anybodys (machine, pfn, 1))
    {
      if (!pwk_anon_vma_prepare (machine, vma))
        return fail (pages, "not enough memory");
      take_frames (machine, pfn, 0, PWK_PAGE_ANON);
      pwk_rmap_add_new_anon (machine, pfn, vma, addr);
      pwk_lruvec_add (machine, pfn);
      return true;
    }
  if (pfn >= machine->st->max_pfn || pwk_page_type (machine, pfn) != PWK_PAGE_ANON || pwk_page_is_large (pwk_page (machine, pfn)))
    return fail (pages, "the frame is not in use, or somebody else's");
  if (pwk_page (machine, pfn)->index != pwk_linear_page_index (pwk_vma (machine, vma), addr))
    return fail (pages, "another process has the frame at another place");
  if (!link_region (machine, vma, pwk_page (machine, pfn)->mapping >> 2))
    return fail (pages, "not enough memory");
  pwk_rmap_walk (machine, pfn, visit_wrprotect, NULL);
  pwk_page_set_flags (machine, pfn, 0, PWK_PG_ANON_EXCLUSIVE);
  pwk_folio_get (machine, pfn);
  pwk_rmap_add (machine, pfn, vma, addr, false);
  *entry = pwk_pte_wrprotect (*entry);
  return true;
}

/* A page of shared memory, which enters its cache unless it is there. */
static bool
map_shared (Pages *pages, PwkIndex vma_index, PwkVaddr addr, PwkPfn pfn, PwkPte *entry)
{
  PwkMachine *machine = pages->machine;
  const PwkVma *vma = pwk_vma (machine, vma_index);
  PwkIndex inode = pwk_file (machine, vma->vm_file)->inode;
  uint64_t index = pwk_linear_page_index (vma, addr);
  PwkPfn cached = pwk_page_cache_get (machine, inode, index);

  if (cached == PWK_NO_PFN && are_anybodys (machine, pfn, 1))
    {
      take_frames (machine, pfn, 0, pwk_inode (machine, inode)->kind == PWK_INODE_SHMEM ? PWK_PAGE_SHMEM : PWK_PAGE_FILE);
      if (!pwk_page_cache_adopt (machine, inode, index, pfn))
        return fail (pages, "not enough memory");
      pwk_page_set_flags (machine, pfn, pwk_page (machine, pfn)->type == PWK_PAGE_SHMEM ? PWK_PG_DIRTY : 0, 0);
      pwk_lruvec_add (machine, pfn);
    }
  else if (cached != pfn)
    return fail (pages, "the frame is not in use, or somebody else's");
  pwk_folio_get (machine, pfn);
  pwk_rmap_add (machine, pfn, vma_index, addr, false);
  *entry = entry_for (vma, pfn);
  return true;
}

/* One page: the region decides whether it is anonymous or of a file. rss grows by it, as it would
 * have by a fault; fault counters do not. */
static bool
map_small (Pages *pages, PwkVaddr addr, PwkPfn pfn)
{
  PwkMachine *machine = pages->machine;
  PwkIndex vma = pwk_find_vma_intersection (machine, pages->mm, addr, addr + PWK_PAGE_SIZE);
  PwkEntryRef ref;
  PwkPte entry;

  if (!vma)
    return fail (pages, "no region has that address");
  ref = pwk_entry_alloc (machine, pages->mm, addr, PWK_LEVEL_PTE);
  if (ref.table == PWK_NO_PFN)
    return fail (pages, "not enough memory");
  if (ref.level != PWK_LEVEL_PTE || !pwk_pte_none (pwk_entry_get (machine, ref)))
    return fail (pages, "there is a page at that address already");
  if (!(pwk_vma (machine, vma)->vm_file ? map_shared (pages, vma, addr, pfn, &entry) : map_anonymous (pages, vma, addr, pfn, &entry)))
    return false;
  pwk_entry_set (machine, ref, entry, addr);
  pwk_add_mm_counter (machine, pages->mm, pwk_mm_counter (pwk_page (machine, pfn)), 1);
  return true;
}

/* One huge page, with the table that it would be split into put by, as
 * do_huge_pmd_anonymous_page () has it. */
static bool
map_huge (Pages *pages, PwkVaddr addr, PwkPfn pfn)
{
  PwkMachine *machine = pages->machine;
  PwkIndex vma = pwk_find_vma_intersection (machine, pages->mm, addr, addr + PWK_PMD_SIZE);
  PwkEntryRef pmd;
  PwkPfn table;

  if (!vma || pwk_vma (machine, vma)->vm_file || (addr & ~PWK_PMD_MASK) || !pwk_thp_suitable (pwk_vma (machine, vma), addr))
    return fail (pages, "there is no room for a huge page at that address");
  if ((pfn & (PWK_HPAGE_PAGES - 1)) || !are_anybodys (machine, pfn, PWK_HPAGE_PAGES))
    return fail (pages, "the frames of the huge page are not in use, or somebody else's");
  pmd = pwk_entry_alloc (machine, pages->mm, addr, PWK_LEVEL_PMD);
  table = pmd.table == PWK_NO_PFN ? PWK_NO_PFN : pwk_table_alloc (machine, pages->mm, PWK_LEVEL_PTE, addr);
  if (table == PWK_NO_PFN || !pwk_anon_vma_prepare (machine, vma))
    return fail (pages, "not enough memory");
  take_frames (machine, pfn, PWK_HPAGE_ORDER, PWK_PAGE_ANON);
  pwk_rmap_add_new_anon (machine, pfn, vma, addr);
  pwk_lruvec_add (machine, pfn);
  pwk_table_deposit (machine, pmd.table, table);
  pwk_entry_set (machine, pmd, pwk_pte_mkhuge (entry_for (pwk_vma (machine, vma), pfn)), addr);
  pwk_add_mm_counter (machine, pages->mm, PWK_MM_ANONPAGES, (int64_t) PWK_HPAGE_PAGES);
  return true;
}

/* A line of the text; an empty one is nothing. Addresses go up by a page with each number. */
static bool
map_line (Pages *pages, const char *text)
{
  Line line;
  PwkPfn pfn;
  bool any = false;

  if (text[strspn (text, " \t\r")] == '\0')
    return true;
  if (!read_line (text, &line) || (line.addr & ~PWK_PAGE_MASK))
    return fail (pages, "expected “address pfn …” or “address huge pfn”");
  for (; read_number (&line.at, 10, &pfn); line.addr += PWK_PAGE_SIZE, any = true)
    if (!(line.huge ? map_huge (pages, line.addr, pfn) : map_small (pages, line.addr, pfn)))
      return false;
  return any || fail (pages, "expected “address pfn …” or “address huge pfn”");
}

/* vmstat is put back as it was: the recording has its own. An error leaves what was mapped before;
 * the caller gives the process up. */
bool
pwk_process_take_pages (PwkMachine *machine, PwkIndex task, const char *text, GError **error)
{
  Pages pages = { machine, pwk_task (machine, task)->mm, error, 0 };
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  uint64_t counted[PWK_MAX_VM_EVENTS];
  bool good = true;

  memcpy (counted, machine->st->vm_event, sizeof counted);
  for (unsigned i = 0; lines[i] && good; i++)
    {
      pages.line = i + 1;
      good = map_line (&pages, lines[i]);
    }
  memcpy (machine->st->vm_event, counted, sizeof counted);
  return good;
}
