/* vmstat.c - /proc/vmstat
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/vmstat.c:vmstat_start(), vmstat_show(). A line a counter, sums over the machine, in
 * pages or events. What cpus have not folded in yet (vm_stat_diff) is in our counters at once: a
 * machine here has no time in which they could be late.
 */
#include <string.h>

#include "engine/phys/page-alloc.h"
#include "engine/proc/proc.h"
#include "engine/proc/stat-names.h"

/* NUMA counters are kept by zone (zone->vm_numa_event), the machine's are their sum. */
static int64_t
global_numa (const PwkMachine *machine, unsigned item)
{
  int64_t value = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      value += (int64_t) pwk_zone (machine, node, type)->numa_stat[item];
  return value;
}

/* Name, blank, value: nothing is aligned in this file. */
static void
line (GString *out, const char *name, int64_t value)
{
  g_string_append_printf (out, "%s %" G_GINT64_FORMAT "\n", name, value);
}

/* "pgalloc_*": a line for each zone of the kernel. */
static void
lines_by_zone (const PwkMachine *machine, const PwkStatName *stat, GString *out)
{
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (machine->profile->zones >> type & 1)
      {
        g_autofree char *zone = g_ascii_strdown (pwk_zone_name (type), -1);
        uint64_t value = stat->item < 0 ? 0 : machine->st->vm_event[stat->item + (int) type];

        g_string_append_printf (out, "%.*s%s %" G_GUINT64_FORMAT "\n", (int) strlen (stat->name) - 1, stat->name, zone, value);
      }
}

/* The reserved frames that hold struct pages: 64 bytes each. The kernel counts those allocated at
 * boot (nr_memmap_boot_pages), and others later, of which there are none here. */
static int64_t
memmap_pages (const PwkMachine *machine)
{
  uint64_t pages = 0;

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    pages += pwk_node (machine, node)->node_present_pages;
  return (int64_t) (pages * 64 / PWK_PAGE_SIZE);
}

/* global_dirtyable_memory () × ratio: what may become dirty is what is free, less the reserves, and
 * the page cache; a writer is held up (balance_dirty_pages ()) at the first threshold, writeback
 * begins at the second. */
static int64_t
dirty_threshold (const PwkMachine *machine, int64_t ratio)
{
  int64_t pages = pwk_global_zone_state (machine, PWK_NR_FREE_PAGES) - (int64_t) machine->st->totalreserve_pages
                  + pwk_global_node_state (machine, PWK_NR_INACTIVE_FILE) + pwk_global_node_state (machine, PWK_NR_ACTIVE_FILE);

  return MAX (pages, 0) * ratio / 100;
}

/* Events, and the lines among them that are computed when the file is read. */
static int64_t
event_value (const PwkMachine *machine, const PwkStatName *stat)
{
  if (stat->item >= 0)
    return (int64_t) machine->st->vm_event[stat->item];
  if (strcmp (stat->name, "nr_dirty_threshold") == 0)
    return dirty_threshold (machine, machine->st->sysctl.dirty_ratio);
  if (strcmp (stat->name, "nr_dirty_background_threshold") == 0)
    return dirty_threshold (machine, machine->st->sysctl.dirty_background_ratio);
  return strcmp (stat->name, "nr_memmap_boot_pages") == 0 ? memmap_pages (machine) : 0;
}

/* In the order of vmstat_text[], which differs from kernel to kernel. */
void
pwk_proc_vmstat (const PwkMachine *machine, GString *out)
{
  const PwkProfile *profile = machine->profile;

  for (const PwkStatName *stat = pwk_zone_stat_names; stat->name; stat++)
    if (pwk_stat_is_shown (profile, stat))
      line (out, stat->name, pwk_global_zone_state (machine, (PwkZoneStat) stat->item));
  for (const PwkStatName *stat = pwk_numa_stat_names; stat->name; stat++)
    line (out, stat->name, global_numa (machine, (unsigned) stat->item));
  for (const PwkStatName *stat = pwk_node_stat_names; stat->name; stat++)
    if (pwk_stat_is_shown (profile, stat))
      line (out, stat->name, stat->item < 0 ? 0 : pwk_global_node_state (machine, (PwkNodeStat) stat->item) / stat->divide);
  for (const PwkStatName *stat = pwk_vm_event_names; stat->name; stat++)
    {
      if (!pwk_stat_is_shown (profile, stat))
        continue;
      /* TEXTS_FOR_ZONES (): a counter a zone, DMA to Movable. */
      if (g_str_has_suffix (stat->name, "*"))
        lines_by_zone (machine, stat, out);
      else
        line (out, stat->name, event_value (machine, stat));
    }
}

/* Those lines, in the order in which they are named. */
static void
pick_lines (const char *text, const char *fields, GString *out)
{
  g_auto(GStrv) names = g_strsplit (fields, ",", -1);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **name = names; *name; name++)
    for (char **at = lines; *at; at++)
      if (g_str_has_prefix (*at, *name) && (*at)[strlen (*name)] == ' ')
        g_string_append_printf (out, "%s\n", *at);
}

/* The whole text is made and lines are picked, so that both agree. */
void
pwk_proc_vmstat_fields (const PwkMachine *machine, const char *fields, GString *out)
{
  g_autoptr(GString) all = g_string_new (NULL);

  pwk_proc_vmstat (machine, all);
  pick_lines (all->str, fields, out);
}
