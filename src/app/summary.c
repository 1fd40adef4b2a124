/* summary.c - the machine in a few lines: its processes, zones and cpus, for lists and choosers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/summary.h"

#include "app/shared-pages.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/process.h"

/* At so many page-table entries of all processes together, each step, which is not to be felt. */
#define MAX_LOOKS 4096

/* In the middle of process () or fork (): it has no address space yet, and no longer has one only when it is dead. */
static bool
is_being_made (const PwkTask *task)
{
  return task->mm == 0 && task->status == PWK_TASK_RUNNING;
}

static void
add_process (GArray *processes, const PwkMachine *machine, PwkIndex index, unsigned *looks)
{
  const PwkTask *task = pwk_task (machine, index);
  PwkSummaryProcess process = {
    .pid = task->pid,
    .name = g_strdup (pwk_task_called (machine, index)),
    .alive = task->mm != 0,
    .cpu = task->cpu,
    .thread = task->tgid != task->pid,
    .running = task->cpu < machine->st->n_cpus && machine->st->cpus[task->cpu].task == index,
  };

  if (task->mm != 0 && !process.thread)
    {
      process.shared = pwk_shared_pages (machine, task->mm, looks);
      process.shares_more = *looks == 0;
    }
  if (task->mm != 0)
    {
      const PwkMm *mm = pwk_mm (machine, task->mm);

      process.map_count = mm->map_count;
      process.rss = (uint64_t) MAX (mm->rss_stat[PWK_MM_FILEPAGES] + mm->rss_stat[PWK_MM_ANONPAGES] + mm->rss_stat[PWK_MM_SHMEMPAGES], 0);
    }
  g_array_append_val (processes, process);
}

/* Of tasks, each by its record: the first child made, and the next of the same parent. Entry 0 stands for no parent. */
typedef struct { PwkIndex first, last, next; } Kin;

static void
add_tree (GArray *processes, const PwkMachine *machine, const Kin *kin, PwkIndex parent, unsigned depth, unsigned *looks)
{
  for (PwkIndex task = kin[parent].first; task != 0; task = kin[task].next)
    {
      PwkSummaryProcess *process;

      add_process (processes, machine, task, looks);
      process = &g_array_index (processes, PwkSummaryProcess, processes->len - 1);
      process->depth = depth;
      process->last = kin[task].next == 0;
      add_tree (processes, machine, kin, task, depth + 1, looks);
    }
}

/* Threads stand below the first of their group. Parents are made before their children; what a parent's record does not tell any more stands at the root. */
static void
add_processes (GArray *processes, const PwkMachine *machine)
{
  g_autofree Kin *kin = g_new0 (Kin, machine->st->last_task + 1);
  g_autoptr(GHashTable) leaders = g_hash_table_new (NULL, NULL);
  unsigned looks = MAX_LOOKS;

  for (PwkIndex task = pwk_task_next (machine, 0); task != 0; task = pwk_task_next (machine, task))
    {
      const PwkTask *record = pwk_task (machine, task);
      PwkIndex parent = record->parent;

      if (is_being_made (record))
        continue;
      if (record->tgid == record->pid)
        g_hash_table_insert (leaders, GINT_TO_POINTER (record->pid), GUINT_TO_POINTER (task));
      else
        parent = GPOINTER_TO_UINT (g_hash_table_lookup (leaders, GINT_TO_POINTER (record->tgid)));
      if (parent >= task)
        parent = 0;
      if (kin[parent].last != 0)
        kin[kin[parent].last].next = task;
      else
        kin[parent].first = task;
      kin[parent].last = task;
    }
  add_tree (processes, machine, kin, 0, 0, &looks);
}

static void
add_zone (GArray *zones, const PwkMachine *machine, const PwkZone *zone)
{
  PwkSummaryZone line = {
    .node = zone->node,
    .type = zone->type,
    .name = g_strdup (pwk_zone_name (zone->type)),
    .managed = zone->managed_pages,
    .free = (uint64_t) MAX (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES), 0),
    .min = zone->watermark[PWK_WMARK_MIN],
    .low = zone->watermark[PWK_WMARK_LOW],
    .high = zone->watermark[PWK_WMARK_HIGH],
  };

  g_array_append_val (zones, line);
}

/* Engine thread. */
static gpointer
build (const PwkObservation *observation, gconstpointer unused)
{
  const PwkMachine *machine = observation->machine;
  PwkSummary *summary = g_new0 (PwkSummary, 1);
  GArray *processes = g_array_new (FALSE, FALSE, sizeof (PwkSummaryProcess));
  GArray *zones = g_array_new (FALSE, FALSE, sizeof (PwkSummaryZone));

  add_processes (processes, machine);
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (zone->present && zone->managed_pages > 0)
          {
            add_zone (zones, machine, zone);
            summary->total += zone->managed_pages;
          }
      }

  summary->n_processes = processes->len;
  summary->processes = (PwkSummaryProcess *) (void *) g_array_free (processes, FALSE);
  summary->n_zones = zones->len;
  summary->zones = (PwkSummaryZone *) (void *) g_array_free (zones, FALSE);
  summary->n_nodes = machine->st->n_nodes;
  summary->n_cpus = machine->st->n_cpus;
  summary->kernel = machine->profile->kernel;
  summary->arch = machine->profile->arch;
  return summary;
}

static void
free_summary (gpointer model)
{
  PwkSummary *summary = model;

  for (uint32_t i = 0; i < summary->n_processes; i++)
    g_free (summary->processes[i].name);
  for (uint32_t i = 0; i < summary->n_zones; i++)
    g_free (summary->zones[i].name);
  g_free (summary->processes);
  g_free (summary->zones);
  g_free (summary);
}

const PwkModelClass pwk_summary_class = { build, free_summary };
