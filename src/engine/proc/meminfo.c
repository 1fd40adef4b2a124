/* meminfo.c - /proc/meminfo
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows fs/proc/meminfo.c:meminfo_proc_show(). All in KiB, whatever the kernel counts them in:
 * most in pages, KernelStack in KiB, the pools of hugetlb in pages of their size. Lines whose
 * subsystems the engine does not have (Zswap, Bounce, Percpu …) are 0.
 */
#include <string.h>

#include "engine/paging/format.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/proc/maps.h"
#include "engine/proc/proc.h"
#include "engine/virt/hugetlb-pool.h"
#include "engine/virt/swap-door.h"

#define KB(pages) ((int64_t) (pages) << (PWK_PAGE_SHIFT - 10))

/* A counter of all nodes; those of cpus are in it. */
static int64_t
node_state (const PwkMachine *machine, PwkNodeStat item)
{
  return pwk_global_node_state (machine, item);
}

/* show_val_kb (): a name with its colon in 16 columns, 8 for the number. */
static void
line (GString *out, const char *name, int64_t kilobytes)
{
  g_string_append_printf (out, "%-16s%8" G_GINT64_FORMAT " kB\n", name, kilobytes);
}

/* Follows mm/show_mem.c:si_mem_available(): what could be had without swapping. Free memory less
 * what is kept in reserve; of the page cache and of slabs that shrink all but a half, or but as
 * much as the low marks, since a cache that is reclaimed altogether would be read again at once. */
static int64_t
available_pages (const PwkMachine *machine)
{
  int64_t file = node_state (machine, PWK_NR_ACTIVE_FILE) + node_state (machine, PWK_NR_INACTIVE_FILE);
  int64_t reclaimable = node_state (machine, PWK_NR_SLAB_RECLAIMABLE), low = 0, available;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      low += (int64_t) pwk_wmark_pages (pwk_zone (machine, node, type), PWK_WMARK_LOW);
  /* Below the reserves nothing is given to users. */
  available = pwk_global_zone_state (machine, PWK_NR_FREE_PAGES) - (int64_t) machine->st->totalreserve_pages;
  available += file - MIN (file / 2, low);
  available += reclaimable - MIN (reclaimable / 2, low);
  return MAX (available, 0);
}

/* Pages managed and free in high memory. */
static void
count_high (const PwkMachine *machine, int64_t *total, int64_t *free_pages)
{
  *total = *free_pages = 0;
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = PWK_ZONE_HIGHMEM; type <= PWK_ZONE_MOVABLE; type++)
      {
        *total += (int64_t) pwk_zone (machine, node, type)->managed_pages;
        *free_pages += pwk_zone_page_state (pwk_zone (machine, node, type), PWK_NR_FREE_PAGES);
      }
}

/* Follows mm/util.c:vm_commit_limit(). What may be promised where overcommit is forbidden (mode 2):
 * a share of memory and all of swap. The line is shown in all modes and binds in that one. */
static int64_t
commit_limit (const PwkMachine *machine)
{
  const PwkSysctl *sysctl = &machine->st->sysctl;
  uint64_t pages = sysctl->overcommit_kbytes ? (uint64_t) sysctl->overcommit_kbytes >> (PWK_PAGE_SHIFT - 10)
                                             : machine->st->totalram_pages * (uint64_t) sysctl->overcommit_ratio / 100;

  return (int64_t) (pages + machine->st->total_swap_pages);
}

/* Sums of both kinds stand before their parts, as they did before there were two. */
static void
show_lru (const PwkMachine *machine, GString *out)
{
  int64_t lru[PWK_NR_LRU_LISTS];

  for (unsigned i = 0; i < PWK_NR_LRU_LISTS; i++)
    lru[i] = KB (node_state (machine, (PwkNodeStat) (PWK_NR_INACTIVE_ANON + i)));
  line (out, "Active:", lru[PWK_NR_ACTIVE_ANON] + lru[PWK_NR_ACTIVE_FILE]);
  line (out, "Inactive:", lru[PWK_NR_INACTIVE_ANON] + lru[PWK_NR_INACTIVE_FILE]);
  line (out, "Active(anon):", lru[PWK_NR_ACTIVE_ANON]);
  line (out, "Inactive(anon):", lru[PWK_NR_INACTIVE_ANON]);
  line (out, "Active(file):", lru[PWK_NR_ACTIVE_FILE]);
  line (out, "Inactive(file):", lru[PWK_NR_INACTIVE_FILE]);
  line (out, "Unevictable:", lru[PWK_NR_UNEVICTABLE]);
  line (out, "Mlocked:", KB (pwk_global_zone_state (machine, PWK_NR_MLOCK)));
}

/* High and low memory are told apart only by a kernel that has HighMem (CONFIG_HIGHMEM). */
static void
show_memory (const PwkMachine *machine, GString *out)
{
  const PwkState *st = machine->st;
  int64_t free_pages = pwk_global_zone_state (machine, PWK_NR_FREE_PAGES), high, high_free;

  line (out, "MemTotal:", KB (st->totalram_pages));
  line (out, "MemFree:", KB (free_pages));
  line (out, "MemAvailable:", KB (available_pages (machine)));
  /* Block devices are not read through a page cache of their own here. */
  line (out, "Buffers:", 0);
  line (out, "Cached:", KB (node_state (machine, PWK_NR_FILE_PAGES) - node_state (machine, PWK_NR_SWAPCACHE)));
  line (out, "SwapCached:", KB (node_state (machine, PWK_NR_SWAPCACHE)));
  show_lru (machine, out);
  if (machine->profile->zones >> PWK_ZONE_HIGHMEM & 1)
    {
      count_high (machine, &high, &high_free);
      line (out, "HighTotal:", KB (high));
      line (out, "HighFree:", KB (high_free));
      line (out, "LowTotal:", KB (st->totalram_pages) - KB (high));
      line (out, "LowFree:", KB (free_pages - high_free));
    }
  line (out, "SwapTotal:", KB (st->total_swap_pages));
  line (out, "SwapFree:", KB (pwk_nr_swap_pages (machine)));
}

/* Slab is the sum of its two kinds; KReclaimable is what shrinks, here slabs alone. */
static void
show_use (const PwkMachine *machine, GString *out)
{
  int64_t reclaimable = KB (node_state (machine, PWK_NR_SLAB_RECLAIMABLE)), unreclaimable = KB (node_state (machine, PWK_NR_SLAB_UNRECLAIMABLE));

  line (out, "Zswap:", 0);
  line (out, "Zswapped:", 0);
  line (out, "Dirty:", KB (node_state (machine, PWK_NR_FILE_DIRTY)));
  line (out, "Writeback:", KB (node_state (machine, PWK_NR_WRITEBACK)));
  line (out, "AnonPages:", KB (node_state (machine, PWK_NR_ANON_MAPPED)));
  line (out, "Mapped:", KB (node_state (machine, PWK_NR_FILE_MAPPED)));
  line (out, "Shmem:", KB (node_state (machine, PWK_NR_SHMEM)));
  line (out, "KReclaimable:", reclaimable);
  line (out, "Slab:", reclaimable + unreclaimable);
  line (out, "SReclaimable:", reclaimable);
  line (out, "SUnreclaim:", unreclaimable);
  line (out, "KernelStack:", node_state (machine, PWK_NR_KERNEL_STACK));
  line (out, "PageTables:", KB (node_state (machine, PWK_NR_PAGETABLE)));
  line (out, "SecPageTables:", 0);
  line (out, "NFS_Unstable:", 0);
  line (out, "Bounce:", KB (pwk_global_zone_state (machine, PWK_NR_BOUNCE)));
  line (out, "WritebackTmp:", 0);
}

/* hugetlb_report_meminfo (): the pool of the default size, and what all pools have. */
static void
show_hugetlb (const PwkMachine *machine, GString *out)
{
  const PwkHstate *hstate = pwk_hstate (machine, PWK_HSTATE_2M);
  const struct { const char *name; uint64_t pages; } lines[] = {
    { "HugePages_Total:", hstate->nr_huge_pages }, { "HugePages_Free: ", hstate->free_huge_pages },
    { "HugePages_Rsvd: ", hstate->resv_huge_pages }, { "HugePages_Surp: ", hstate->surplus_huge_pages },
  };
  uint64_t total = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS (lines); i++)
    g_string_append_printf (out, "%s   %5" G_GUINT64_FORMAT "\n", lines[i].name, lines[i].pages);
  for (PwkHstateIndex h = 0; h < PWK_N_HSTATES; h++)
    total += pwk_hstate (machine, h)->nr_huge_pages * pwk_huge_page_size (pwk_hstate (machine, h));
  line (out, "Hugepagesize:", (int64_t) (pwk_huge_page_size (hstate) >> 10));
  line (out, "Hugetlb:", (int64_t) (total >> 10));
}

/* The direct map: whole GiBs by 1 GiB pages, the rest by 2 MiB and 4 KiB ones. The kernel counts
 * what it has really mapped so (arch_report_meminfo ()), and splits more with time; here it follows
 * from the last frame. */
static void
show_direct_map (const PwkMachine *machine, GString *out)
{
  const uint64_t gib = pwk_level_pages (machine->format, PWK_LEVEL_PUD), pmd = pwk_level_pages (machine->format, PWK_LEVEL_PMD);
  PwkPfn max = machine->st->max_pfn;

  line (out, "DirectMap4k:", KB (max % pmd));
  line (out, "DirectMap2M:", KB (max % gib / pmd * pmd));
  line (out, "DirectMap1G:", KB (max / gib * gib));
}

/* VmallocTotal is the size of x86-64's vmalloc space with four levels, a constant of the kernel. */
void
pwk_proc_meminfo (const PwkMachine *machine, GString *out)
{
  static const char *const huge[] = { "ShmemHugePages:", "ShmemPmdMapped:", "FileHugePages:", "FilePmdMapped:" };

  show_memory (machine, out);
  show_use (machine, out);
  line (out, "CommitLimit:", KB (commit_limit (machine)));
  line (out, "Committed_AS:", KB (MAX (machine->st->vm_committed_as, 0)));
  line (out, "VmallocTotal:", 34359738367);
  line (out, "VmallocUsed:", 0);
  line (out, "VmallocChunk:", 0);
  line (out, "Percpu:", 0);
  line (out, "AnonHugePages:", KB (node_state (machine, PWK_NR_ANON_THPS)));
  for (size_t i = 0; i < G_N_ELEMENTS (huge); i++)
    line (out, huge[i], 0);
  /* The line came with the counter. */
  if (machine->profile->stat_6_18)
    line (out, "Balloon:", 0);
  show_hugetlb (machine, out);
  show_direct_map (machine, out);
}

/* Lines are chosen by the word before the colon. */
void
pwk_proc_meminfo_fields (const PwkMachine *machine, const char *fields, GString *out)
{
  g_autoptr(GString) all = g_string_new (NULL);
  g_auto(GStrv) lines = NULL;

  pwk_proc_meminfo (machine, all);
  lines = g_strsplit (all->str, "\n", -1);
  for (char **at = lines; **at; at++)
    {
      g_autofree char *name = g_strndup (*at, strcspn (*at, ":"));

      if (pwk_proc_has_field (fields, name))
        g_string_append_printf (out, "%s\n", *at);
    }
}
