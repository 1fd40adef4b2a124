/* oom-report.c - what the kernel's log says of memory and tasks when there is no memory left
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/oom_kill.c:dump_header(), dump_tasks() and mm/show_mem.c:__show_mem(), without the call trace. */
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-list.h"
#include "engine/phys/reclaim-door.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/watermark.h"
#include "engine/reclaim/oom-private.h"
#include "engine/virt/process.h"
#include "engine/virt/swap-door.h"

#include <stdio.h>

#define U64 "%" G_GUINT64_FORMAT
#define I64 "%" G_GINT64_FORMAT
#define KB(pages) ((int64_t) (pages) << (PWK_PAGE_SHIFT - 10))

/* Memory is told in full only: it is long, and what stands in it is that of /proc/zoneinfo. */
#define SAY(...) pwk_printk (machine, PWK_LOG_FULL, __VA_ARGS__)

const char *
pwk_oom_nodes (uint32_t nodes, PwkOomNodes *text)
{
  size_t length = 0;

  text->text[0] = 0;
  for (unsigned first = 0, end; first < PWK_MAX_NODES && length + 8 < sizeof text->text; first = end)
    {
      end = first + 1;
      if (!(nodes >> first & 1))
        continue;
      while (end < PWK_MAX_NODES && (nodes >> end & 1))
        end++;
      length += (size_t) snprintf (text->text + length, sizeof text->text - length, end > first + 1 ? "%s%u-%u" : "%s%u", length ? "," : "", first, end - 1);
    }
  return text->text;
}

/* --- memory --- */

static int64_t
state (const PwkMachine *machine, PwkNodeStat item)
{
  return pwk_global_node_state (machine, item);
}

static int64_t
pcp_pages (const PwkMachine *machine, const PwkZone *zone)
{
  int64_t pages = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    pages += pwk_pcp (machine, zone, cpu)->count;
  return pages;
}

/* show_mem_node_skip () and the zones that the request could have been served from. */
static bool
shows (const PwkZone *zone, const PwkOomControl *oc)
{
  return zone->present_pages && zone->type <= oc->highest_zoneidx && (oc->nodes >> zone->node & 1);
}

typedef void (*ZoneFunc) (PwkMachine *machine, const PwkZone *zone);

static void
each_zone (PwkMachine *machine, const PwkOomControl *oc, ZoneFunc show)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (shows (pwk_zone (machine, node, type), oc))
        show (machine, pwk_zone (machine, node, type));
}

static void
show_total (PwkMachine *machine, const PwkOomControl *oc)
{
  int64_t pcp = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      if (shows (pwk_zone (machine, node, type), oc))
        pcp += pcp_pages (machine, pwk_zone (machine, node, type));
  SAY ("active_anon:" I64 " inactive_anon:" I64 " isolated_anon:0", state (machine, PWK_NR_ACTIVE_ANON), state (machine, PWK_NR_INACTIVE_ANON));
  SAY (" active_file:" I64 " inactive_file:" I64 " isolated_file:0", state (machine, PWK_NR_ACTIVE_FILE), state (machine, PWK_NR_INACTIVE_FILE));
  SAY (" unevictable:" I64 " dirty:" I64 " writeback:" I64, state (machine, PWK_NR_UNEVICTABLE), state (machine, PWK_NR_FILE_DIRTY),
       state (machine, PWK_NR_WRITEBACK));
  SAY (" slab_reclaimable:" I64 " slab_unreclaimable:" I64, state (machine, PWK_NR_SLAB_RECLAIMABLE), state (machine, PWK_NR_SLAB_UNRECLAIMABLE));
  SAY (" mapped:" I64 " shmem:" I64 " pagetables:" I64, state (machine, PWK_NR_FILE_MAPPED), state (machine, PWK_NR_SHMEM),
       state (machine, PWK_NR_PAGETABLE));
  SAY (" sec_pagetables:0 bounce:0");
  SAY (" kernel_misc_reclaimable:0");
  SAY (" free:" I64 " free_pcp:" I64 " free_cma:0", pwk_global_zone_state (machine, PWK_NR_FREE_PAGES), pcp);
}

static void
show_node (PwkMachine *machine, unsigned node)
{
  const PwkNode *record = pwk_node (machine, node);
  const int64_t *stat = record->vm_stat;

  SAY ("Node %u active_anon:" I64 "kB inactive_anon:" I64 "kB active_file:" I64 "kB inactive_file:" I64 "kB unevictable:" I64
       "kB isolated(anon):0kB isolated(file):0kB mapped:" I64 "kB dirty:" I64 "kB writeback:" I64 "kB shmem:" I64
       "kB shmem_thp:0kB shmem_pmdmapped:0kB anon_thp:" I64 "kB writeback_tmp:0kB kernel_stack:" I64 "kB pagetables:" I64
       "kB sec_pagetables:0kB all_unreclaimable? %s",
       node, KB (stat[PWK_NR_ACTIVE_ANON]), KB (stat[PWK_NR_INACTIVE_ANON]), KB (stat[PWK_NR_ACTIVE_FILE]), KB (stat[PWK_NR_INACTIVE_FILE]),
       KB (stat[PWK_NR_UNEVICTABLE]), KB (stat[PWK_NR_FILE_MAPPED]), KB (stat[PWK_NR_FILE_DIRTY]), KB (stat[PWK_NR_WRITEBACK]),
       KB (stat[PWK_NR_SHMEM]), KB (stat[PWK_NR_ANON_THPS]), stat[PWK_NR_KERNEL_STACK], KB (stat[PWK_NR_PAGETABLE]),
       record->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES ? "yes" : "no");
}

static void
show_zone (PwkMachine *machine, const PwkZone *zone)
{
  char reserve[128];
  size_t length = 0;

  SAY ("Node %u %s free:" I64 "kB boost:" I64 "kB min:" I64 "kB low:" I64 "kB high:" I64 "kB reserved_highatomic:" I64 "KB active_anon:" I64
       "kB inactive_anon:" I64 "kB active_file:" I64 "kB inactive_file:" I64 "kB unevictable:" I64 "kB writepending:" I64 "kB present:" I64
       "kB managed:" I64 "kB mlocked:" I64 "kB bounce:0kB free_pcp:" I64 "kB local_pcp:" I64 "kB free_cma:0kB",
       zone->node, pwk_zone_name (zone->type), KB (pwk_zone_page_state (zone, PWK_NR_FREE_PAGES)), KB (zone->watermark_boost),
       KB (pwk_wmark_pages (zone, PWK_WMARK_MIN)), KB (pwk_wmark_pages (zone, PWK_WMARK_LOW)), KB (pwk_wmark_pages (zone, PWK_WMARK_HIGH)),
       KB (zone->nr_reserved_highatomic), KB (pwk_zone_page_state (zone, PWK_NR_ZONE_ACTIVE_ANON)),
       KB (pwk_zone_page_state (zone, PWK_NR_ZONE_INACTIVE_ANON)), KB (pwk_zone_page_state (zone, PWK_NR_ZONE_ACTIVE_FILE)),
       KB (pwk_zone_page_state (zone, PWK_NR_ZONE_INACTIVE_FILE)), KB (pwk_zone_page_state (zone, PWK_NR_ZONE_UNEVICTABLE)),
       KB (pwk_zone_page_state (zone, PWK_NR_ZONE_WRITE_PENDING)), KB (zone->present_pages), KB (zone->managed_pages),
       KB (pwk_zone_page_state (zone, PWK_NR_MLOCK)), KB (pcp_pages (machine, zone)), KB (pwk_pcp (machine, zone, machine->st->cur_cpu)->count));
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (machine->profile->zones >> type & 1)
      length += (size_t) snprintf (reserve + length, sizeof reserve - length, " " U64, zone->lowmem_reserve[type]);
  SAY ("lowmem_reserve[]:%s", reserve);
}

/* Of each order the free blocks, and by show_migration_types () of which types: "1*64kB (UM)". */
static void
show_blocks (PwkMachine *machine, const PwkZone *zone)
{
  static const char letters[] = "UMEHCI";
  char line[512];
  size_t length = 0;
  uint64_t total = 0;

  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      const PwkFreeArea *area = &zone->free_area[order];
      char types[sizeof letters] = "";
      unsigned n = 0;

      for (unsigned type = 0; type < PWK_MIGRATE_TYPES && type + 1 < sizeof letters; type++)
        if (!pwk_page_list_is_empty (&area->free_list[type]))
          types[n++] = letters[type];
      total += area->nr_free << order;
      length += (size_t) snprintf (line + length, sizeof line - length, U64 "*" I64 "kB ", (uint64_t) area->nr_free, KB (1) << order);
      if (area->nr_free)
        length += (size_t) snprintf (line + length, sizeof line - length, "(%s) ", types);
    }
  SAY ("Node %u %s: %s= " I64 "kB", zone->node, pwk_zone_name (zone->type), line, KB (total));
}

static void
show_mem (PwkMachine *machine, const PwkOomControl *oc)
{
  uint64_t total = 0, reserved = 0;

  SAY ("Mem-Info:");
  show_total (machine, oc);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    if (pwk_node (machine, node)->online && pwk_node (machine, node)->node_present_pages && (oc->nodes >> node & 1))
      show_node (machine, node);
  each_zone (machine, oc, show_zone);
  each_zone (machine, oc, show_blocks);
  SAY (I64 " total pagecache pages", state (machine, PWK_NR_FILE_PAGES));
  SAY (I64 " pages in swap cache", state (machine, PWK_NR_SWAPCACHE));
  SAY ("Free swap  = " I64 "kB", KB (pwk_nr_swap_pages (machine)));
  SAY ("Total swap = " I64 "kB", KB (machine->st->total_swap_pages));
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        total += pwk_zone (machine, node, type)->present_pages;
        reserved += pwk_zone (machine, node, type)->present_pages - pwk_zone (machine, node, type)->managed_pages;
      }
  SAY (U64 " pages RAM", total);
  SAY ("0 pages HighMem/MovableOnly");
  SAY (U64 " pages reserved", reserved);
}

/* --- tasks --- */

static void
show_task (PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = pwk_task (machine, task);
  const PwkMm *mm = pwk_mm (machine, t->mm);
  const int64_t *rss = mm->rss_stat;

  pwk_printk (machine, PWK_LOG_BOTH,
              "[%7d] %5d %5d %8" G_GUINT64_FORMAT " %8" G_GINT64_FORMAT " %8" G_GINT64_FORMAT " %8" G_GINT64_FORMAT " %9" G_GINT64_FORMAT
              " %8" G_GUINT64_FORMAT " %8" G_GINT64_FORMAT "         %5d %s",
              t->pid, t->uid, t->tgid, mm->total_vm, rss[PWK_MM_ANONPAGES] + rss[PWK_MM_FILEPAGES] + rss[PWK_MM_SHMEMPAGES], rss[PWK_MM_ANONPAGES],
              rss[PWK_MM_FILEPAGES], rss[PWK_MM_SHMEMPAGES], mm->pgtables_bytes, rss[PWK_MM_SWAPENTS], t->oom_score_adj,
              pwk_task_called (machine, task));
}

static void
dump_tasks (PwkMachine *machine, const PwkOomControl *oc)
{
  pwk_printk (machine, PWK_LOG_BOTH, "Tasks state (memory values in pages):");
  pwk_printk (machine, PWK_LOG_BOTH, "[  pid  ]   uid  tgid total_vm      rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name");
  for (PwkIndex task = pwk_oom_next_process (machine, 0); task; task = pwk_oom_next_process (machine, task))
    if (pwk_oom_eligible (machine, task, oc))
      show_task (machine, task);
}

void
pwk_oom_dump_header (PwkMachine *machine, const PwkOomControl *oc)
{
  PwkIndex current = pwk_cpu (machine)->task;
  g_autoptr(GString) gfp = g_string_new (NULL);

  pwk_gfp_append (gfp, oc->gfp);
  pwk_printk (machine, PWK_LOG_BOTH, "%s invoked oom-killer: gfp_mask=0x%x(%s), order=%u, oom_score_adj=%d",
              current ? pwk_task_called (machine, current) : "swapper", oc->gfp, gfp->str, oc->order,
              current ? pwk_task (machine, current)->oom_score_adj : 0);
  show_mem (machine, oc);
  dump_tasks (machine, oc);
}
