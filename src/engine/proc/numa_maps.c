/* numa_maps.c - /proc/PID/numa_maps: each region's policy, and on which nodes its pages are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/task_mmu.c:show_numa_map() and mm/mempolicy.c:mpol_to_str():
 *
 *      7f0000000000 bind=static:0-1 anon=512 dirty=512 active=0 N0=256 N1=256 kernelpagesize_kB=4
 *
 * A field stands there only if it says something: mapped= if not all pages are anonymous, or dirty;
 * active= if not all are active; mapmax= if some page is mapped more than once. Recorded in
 * tests/kernel/numa. */
#include <errno.h>

#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/section.h"
#include "engine/proc/entries.h"
#include "engine/proc/maps.h"
#include "engine/proc/proc.h"
#include "engine/virt/files.h"
#include "engine/virt/huge-memory.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/inode.h"
#include "engine/virt/move-pages.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma-policy.h"

/* struct numa_maps. Pages; node[] adds up to pages, and each of the others is no more than that but
 * mapcount_max, which is the most mappings that one page has. */
typedef struct
{
  uint64_t pages, anon, active, writeback, swapcache, dirty, mapcount_max;
  uint64_t node[PWK_MAX_NODES];
} Stats;

/* --- policies in words --- */

/* "0-1,3", as %*pbl. */
static void
append_nodes (GString *out, uint32_t nodes)
{
  const char *separator = "";

  for (unsigned first = 0; first < PWK_MAX_NODES; first++)
    {
      unsigned last = first;

      if (!(nodes >> first & 1))
        continue;
      /* Neighbours are one range. */
      while (last + 1 < PWK_MAX_NODES && (nodes >> (last + 1) & 1))
        last++;
      g_string_append_printf (out, last > first ? "%s%u-%u" : "%s%u", separator, first, last);
      separator = ",";
      first = last;
    }
}

/* Flags stand behind "=", several with "|" between them (mpol_to_str ()). */
static void
append_flags (GString *out, unsigned flags)
{
  unsigned which = flags & PWK_MPOL_KEEPS_MASK;

  if (!flags)
    return;
  g_string_append_c (out, '=');
  if (which)
    g_string_append (out, which == PWK_MPOL_F_STATIC_NODES ? "static" : "relative");
  if (flags & PWK_MPOL_F_NUMA_BALANCING)
    g_string_append (out, which ? "|balancing" : "balancing");
}

/* A local policy and the default have no nodes, and no colon. */
void
pwk_proc_mempolicy (const PwkMachine *machine, PwkIndex policy, GString *out)
{
  static const char *const modes[PWK_MPOL_MAX] = {
    [PWK_MPOL_DEFAULT] = "default", [PWK_MPOL_PREFERRED] = "prefer", [PWK_MPOL_BIND] = "bind", [PWK_MPOL_INTERLEAVE] = "interleave",
    [PWK_MPOL_LOCAL] = "local", [PWK_MPOL_PREFERRED_MANY] = "prefer (many)", [PWK_MPOL_WEIGHTED_INTERLEAVE] = "weighted interleave",
  };
  const PwkMempolicy *record = pwk_mempolicy (machine, policy);

  pwk_assert_door (policy == 0 || pwk_pool_has (machine, PWK_POOL_MEMPOLICY, policy));
  pwk_assert_door (record->mode < PWK_MPOL_MAX);
  g_string_append (out, modes[policy ? record->mode : PWK_MPOL_DEFAULT]);
  if (!policy)
    return;
  append_flags (out, record->flags);
  if (record->nodes)
    g_string_append_c (out, ':');
  append_nodes (out, record->nodes);
}

/* --- pages --- */

/* gather_stats (). */
static void
gather_page (const PwkMachine *machine, Stats *stats, PwkPte entry, uint64_t n)
{
  PwkPfn pfn = pwk_pte_pfn (entry), head = pwk_page_head (machine, pfn);
  const PwkPage *folio = pwk_page (machine, head);

  stats->pages += n;
  if (pwk_pte_dirty (entry) || (folio->pg_flags & PWK_PG_DIRTY))
    stats->dirty += n;
  if (folio->pg_flags & PWK_PG_SWAPCACHE)
    stats->swapcache += n;
  if (folio->pg_flags & (PWK_PG_ACTIVE | PWK_PG_UNEVICTABLE))
    stats->active += n;
  if (folio->pg_flags & PWK_PG_WRITEBACK)
    stats->writeback += n;
  if (pwk_page_is_anon (folio) || (folio->type == PWK_PAGE_HUGETLB && pwk_hugetlb_is_anon (machine, head)))
    stats->anon += n;
  /* The most of any page: one that is shared makes the region worth a look. */
  stats->mapcount_max = MAX (stats->mapcount_max, pwk_page_mapcount (machine, pfn));
  stats->node[pwk_pfn_zone (machine, head)->node] += n;
}

/* A page of the pool counts as one page, of the size that kernelpagesize_kB says. */
static void
gather_hugetlb (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data)
{
  (void) level;
  if (pwk_pte_present (entry))
    gather_page (machine, data, entry, 1);
}

/* can_gather_numa_stats (): no zero page, nothing special; a huge page counts all of its pages. */
static void
gather (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data)
{
  if (pwk_pte_present (entry) && pwk_pte_normal (machine, entry))
    gather_page (machine, data, entry, level == PWK_LEVEL_PMD ? PWK_HPAGE_PAGES : 1);
}

/* active= is not shown for hugetlb, whose pages are on no LRU list. */
static void
append_stats (GString *out, const Stats *stats, bool hugetlb, uint64_t page_size)
{
  const struct { const char *name; uint64_t value; bool shown; } fields[] = {
    { "anon", stats->anon, stats->anon }, { "dirty", stats->dirty, stats->dirty },
    { "mapped", stats->pages, stats->pages != stats->anon && stats->pages != stats->dirty },
    { "mapmax", stats->mapcount_max, stats->mapcount_max > 1 }, { "swapcache", stats->swapcache, stats->swapcache },
    { "active", stats->active, !hugetlb && stats->active < stats->pages }, { "writeback", stats->writeback, stats->writeback },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].shown)
      g_string_append_printf (out, " %s=%" G_GUINT64_FORMAT, fields[i].name, fields[i].value);
  for (unsigned node = 0; node < PWK_MAX_NODES; node++)
    if (stats->node[node])
      g_string_append_printf (out, " N%u=%" G_GUINT64_FORMAT, node, stats->node[node]);
  g_string_append_printf (out, " kernelpagesize_kB=%" G_GUINT64_FORMAT, page_size >> 10);
}

/* --- the lines --- */

/* seq_file_path () with the blanks in octal. */
static void
append_path (GString *out, const char *path)
{
  for (const char *c = path; *c; c++)
    /* A reader splits the line at blanks and fields at "=". */
    if (*c == ' ' || *c == '\t' || *c == '\n' || *c == '=')
      g_string_append_printf (out, "\\%03o", (guchar) *c);
    else
      g_string_append_c (out, *c);
}

/* Only one of the three, and nothing for other anonymous regions. */
static void
append_what (const PwkMachine *machine, const PwkVma *vma, GString *out)
{
  const PwkMm *mm = pwk_mm (machine, vma->vm_mm);

  if (vma->vm_file)
    {
      g_string_append (out, " file=");
      append_path (out, pwk_string (machine, pwk_inode (machine, pwk_file (machine, vma->vm_file)->inode)->name));
    }
  else if (vma->vm_start < mm->brk && vma->vm_end > mm->start_brk)
    g_string_append (out, " heap");
  else if (vma->vm_start <= mm->start_stack && vma->vm_end >= mm->start_stack)
    g_string_append (out, " stack");
}

/* A region without a policy of its own follows the task's, which is what the line shows. */
static void
append_region (const PwkMachine *machine, PwkIndex task, PwkIndex index, GString *out)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex policy = pwk_vma_own_policy (machine, index, vma->vm_start);
  bool hugetlb = pwk_is_vm_hugetlb (vma);
  Stats stats = { 0 };

  pwk_proc_entries (machine, vma, hugetlb ? gather_hugetlb : gather, &stats);
  g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x ", vma->vm_start);
  pwk_proc_mempolicy (machine, policy ? policy : pwk_task (machine, task)->mempolicy, out);
  append_what (machine, vma, out);
  if (hugetlb)
    g_string_append (out, " huge");
  if (stats.pages)
    append_stats (out, &stats, hugetlb, pwk_vma_kernel_pagesize (machine, vma));
  g_string_append_c (out, '\n');
}

void
pwk_proc_numa_maps (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out)
{
  PwkVaddr end;
  PwkIndex i = pwk_proc_first_in (machine, task, addr, length, &end);

  for (; i && pwk_vma (machine, i)->vm_start < end; i = pwk_vma (machine, i)->vm_next)
    append_region (machine, task, i, out);
}

/* --- nodes of pages --- */

/* Where a page is, or why it is nowhere: -ENOENT is not present, -EFAULT no region. */
static void
append_run (GString *out, PwkVaddr start, PwkVaddr end, int node)
{
  g_string_append_printf (out, "%08" G_GINT64_MODIFIER "x-%08" G_GINT64_MODIFIER "x ", start, end);
  if (node >= 0)
    g_string_append_printf (out, "%d\n", node);
  else
    g_string_append (out, node == -ENOENT ? "ENOENT\n" : "EFAULT\n");
}

/* move_pages () without target nodes asks of each page; neighbours that answer alike make a line. */
void
pwk_proc_page_nodes (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out)
{
  PwkIndex mm = pwk_task (machine, task)->mm;
  PwkVaddr start = addr & PWK_PAGE_MASK, end = pwk_page_align (addr + length), run = start;
  int node = 0;

  pwk_assert_door (pwk_pool_has (machine, PWK_POOL_TASK, task));
  if (!mm || end <= start)
    return;
  for (PwkVaddr at = start; at < end; at += PWK_PAGE_SIZE)
    {
      int here = pwk_page_node (machine, mm, at);

      if (at > run && here != node)
        {
          append_run (out, run, at, node);
          run = at;
        }
      node = here;
    }
  append_run (out, run, end, node);
}

/* Counters are kept by zone and summed by node (sum_zone_numa_event_state ()). */
void
pwk_proc_numastat (const PwkMachine *machine, unsigned node, GString *out)
{
  static const struct { const char *name; unsigned item; } lines[] = {
    { "numa_hit", PWK_NUMA_HIT }, { "numa_miss", PWK_NUMA_MISS }, { "numa_foreign", PWK_NUMA_FOREIGN },
    { "interleave_hit", PWK_NUMA_INTERLEAVE_HIT }, { "local_node", PWK_NUMA_LOCAL }, { "other_node", PWK_NUMA_OTHER },
  };

  pwk_assert_door (node < machine->st->n_nodes);
  for (size_t i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      uint64_t value = 0;

      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        value += pwk_zone (machine, node, type)->numa_stat[lines[i].item];
      g_string_append_printf (out, "%s %" G_GUINT64_FORMAT "\n", lines[i].name, value);
    }
}
