/* numa-model.c - nodes, distances and counters, and whose pages lie where
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/numa-model.h"

#include <stdlib.h>

#include "engine/core/event-args.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/section.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/entries.h"
#include "engine/proc/proc.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma-policy.h"
#include "views/view-common.h"
#include "views/views-private.h"
#include "views/words.h"

/* Pages of all processes together that are looked at for a picture: a GiB. */
#define MAX_LOOKED_AT ((uint64_t) 1 << 18)

/* --- nodes --- */

static uint64_t
node_state (const PwkNode *node, PwkNodeStat item)
{
  return (uint64_t) MAX (node->vm_stat[item], 0);
}

static void
read_parts (PwkNumaNode *into, const PwkNode *node)
{
  uint64_t known = 0;

  into->parts[PWK_NUMA_PART_ANON] = node_state (node, PWK_NR_ANON_MAPPED);
  into->parts[PWK_NUMA_PART_FILE] = node_state (node, PWK_NR_FILE_PAGES);
  into->parts[PWK_NUMA_PART_SLAB] =
      node_state (node, PWK_NR_SLAB_RECLAIMABLE) + node_state (node, PWK_NR_SLAB_UNRECLAIMABLE);
  into->parts[PWK_NUMA_PART_TABLES] = node_state (node, PWK_NR_PAGETABLE);
  for (unsigned part = 0; part < PWK_NUMA_PART_OTHER; part++)
    known += into->parts[part];
  into->parts[PWK_NUMA_PART_OTHER] = into->managed - MIN (known, into->managed);
}

static void
read_node (PwkNumaNode *into, const PwkMachine *machine, unsigned number)
{
  const PwkNode *node = pwk_node (machine, number);

  into->n_order = node->n_node_order;
  for (uint32_t i = 0; i < node->n_node_order; i++)
    into->order[i] = node->node_order[i];
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = &node->zones[type];

      if (zone->present_pages == 0)
        continue;
      into->managed += zone->managed_pages;
      into->parts[PWK_NUMA_PART_FREE] +=
          (uint64_t) MAX (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES), 0);
      for (unsigned stat = 0; stat < PWK_NR_NUMA_STATS; stat++)
        into->stat[stat] += zone->numa_stat[stat];
    }
  read_parts (into, node);
}

static void
read_nodes (PwkNumaModel *model, const PwkMachine *machine)
{
  model->n_nodes = machine->st->n_nodes;
  model->n_cpus = machine->st->n_cpus;
  for (unsigned node = 0; node < model->n_nodes; node++)
    {
      read_node (&model->nodes[node], machine, node);
      model->nodes[node].tier = machine->config->node_tier[node];
      model->tiered |= model->nodes[node].tier > 0;
      for (unsigned to = 0; to < model->n_nodes; to++)
        model->distance[node][to] = machine->config->numa_distance[node][to];
    }
  for (unsigned cpu = 0; cpu < model->n_cpus; cpu++)
    if (machine->st->cpus[cpu].node < model->n_nodes)
      model->nodes[machine->st->cpus[cpu].node].cpus |= (uint64_t) 1 << cpu;
}

/* The nodes that the event names, and those of its frame. */
static void
mark_now (PwkNumaModel *model, const PwkObservation *observation)
{
  const PwkEvent *now = observation->n_chain > 0 ? &observation->chain[0] : NULL;
  const PwkEventInfo *info = now ? pwk_event_info ((PwkEventKind) now->kind) : NULL;

  for (uint32_t i = 0; info != NULL && i < info->n_fields; i++)
    {
      uint64_t value = now->arg[i];

      if (info->fields[i].type == PWK_FIELD_NODE && value < model->n_nodes)
        model->nodes[value].now = true;
      else if (info->fields[i].type == PWK_FIELD_PFN && value < observation->machine->st->max_pfn &&
               pwk_pfn_zone (observation->machine, value) != NULL)
        model->nodes[pwk_pfn_zone (observation->machine, value)->node].now = true;
    }
}

/* --- pages --- */

static bool
is_counted (const PwkMachine *machine, PwkPte entry)
{
  return pwk_pte_present (entry) && pwk_pte_normal (machine, entry);
}

static uint64_t
pages_of_level (PwkLevel level)
{
  return level == PWK_LEVEL_PTE   ? 1
         : level == PWK_LEVEL_PMD ? pwk_order_pages (PWK_HPAGE_ORDER)
                                  : pwk_order_pages (PWK_PUD_SHIFT - PWK_PAGE_SHIFT);
}

static PwkNumaPage
look_at (const PwkMachine *machine, PwkPfn pfn)
{
  PwkPfn head = pwk_page_head (machine, pfn);
  const PwkPage *folio = pwk_page (machine, head);
  bool anon = folio->type == PWK_PAGE_HUGETLB ? pwk_hugetlb_is_anon (machine, head)
                                              : pwk_page_is_anon (folio);

  return (PwkNumaPage){ .pfn = (uint32_t) pfn,
                        .use = anon ? PWK_NUMA_ANON
                               : folio->type == PWK_PAGE_HUGETLB ||
                                       (folio->pg_flags & PWK_PG_SWAPBACKED) != 0
                                   ? PWK_NUMA_SHMEM
                                   : PWK_NUMA_FILE,
                        .node = (int8_t) pwk_pfn_zone (machine, head)->node,
                        .shared = pwk_page_mapcount (machine, pfn) > 1 };
}

typedef struct
{
  PwkNumaModel *model;
  uint32_t task;
  PwkNumaRegion *region; /* NULL: the process is not the one in question */
} Count;

/* A page that is between two frames is nobody's for a moment, and numa_maps does not count it. */
static void
add_leaving (PwkNumaModel *model, const PwkMachine *machine, PwkPfn pfn)
{
  PwkNumaPage page = look_at (machine, pfn);
  PwkNumaNode *node = &model->nodes[page.node];

  page.leaving = true;
  node->n_leaving++;
  if (node->n_cells < PWK_NUMA_CELLS)
    node->cells[node->n_cells++] = page;
}

/* PwkEntryVisitor. */
static void
count_entry (const PwkMachine *machine, PwkPte entry, PwkLevel level, void *data)
{
  Count *count = data;
  PwkNumaPage page;
  PwkNumaNode *node;

  if (pwk_swp_type (entry) == PWK_SWP_MIGRATION && count->region != NULL && level == PWK_LEVEL_PTE)
    add_leaving (count->model, machine, pwk_swp_offset (entry));
  if (!is_counted (machine, entry))
    return;
  page = look_at (machine, pwk_pte_pfn (entry));
  node = &count->model->nodes[page.node];
  node->pages[count->task][page.use] += pages_of_level (level);
  if (count->region == NULL)
    return;
  count->region->pages += pages_of_level (level);
  count->region->node[page.node] += pages_of_level (level);
  if (level == PWK_LEVEL_PTE && node->n_cells < PWK_NUMA_CELLS)
    node->cells[node->n_cells++] = page;
}

/* --- regions --- */

static PwkNumaPage
page_at (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, PWK_LEVEL_PTE);
  PwkPte entry = ref.table != PWK_NO_PFN ? pwk_entry_get (machine, ref) : (PwkPte){ 0 };

  if (ref.table == PWK_NO_PFN || !is_counted (machine, entry) ||
      (ref.level > PWK_LEVEL_PTE && !pwk_pmd_leaf (entry)))
    return (PwkNumaPage){ .node = -1 };
  return look_at (machine, pwk_pte_pfn (entry));
}

static void
read_cells (PwkNumaRegion *region, const PwkMachine *machine, PwkIndex mm)
{
  uint64_t n = (region->end - region->start) >> PWK_PAGE_SHIFT;

  if (n > PWK_NUMA_REGION_CELLS)
    return;
  region->n_cells = (uint32_t) n;
  for (uint32_t i = 0; i < n; i++)
    region->cells[i] = page_at (machine, mm, region->start + i * PWK_PAGE_SIZE);
}

static char *
policy_words (const PwkMachine *machine, PwkIndex policy)
{
  GString *text = g_string_new (NULL);

  pwk_proc_mempolicy (machine, policy, text);
  return g_string_free (text, FALSE);
}

static void
clear_region (PwkNumaRegion *region)
{
  g_free (region->name);
  g_free (region->policy);
}

/* A region's row goes to @into, if there is room and it has something to tell. */
static void
read_region (PwkNumaModel *model, const PwkMachine *machine, PwkIndex task, PwkIndex index)
{
  const PwkVma *vma = pwk_vma (machine, index);
  PwkIndex own = pwk_vma_own_policy (machine, index, vma->vm_start);
  PwkNumaRegion region = { .start = vma->vm_start,
                           .end = vma->vm_end,
                           .own = own != 0,
                           .role = (uint8_t) pwk_vma_role (machine, vma) };

  pwk_proc_entries (machine, vma, count_entry, &(Count){ model, 0, &region });
  model->all_regions++;
  if (region.pages == 0 && !region.own &&
      (uint32_t) pwk_mm (machine, vma->vm_mm)->map_count > PWK_NUMA_REGIONS)
    return;
  if (model->n_regions == PWK_NUMA_REGIONS)
    {
      model->untold += region.pages;
      return;
    }
  region.name = pwk_words_vma (machine, vma);
  region.policy = policy_words (machine, own ? own : pwk_task (machine, task)->mempolicy);
  read_cells (&region, machine, vma->vm_mm);
  model->regions[model->n_regions++] = region;
}

/* --- processes --- */

static void
add_task (PwkNumaModel *model, const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *record = pwk_task (machine, task);

  model->tasks[model->n_tasks++] = (PwkNumaTask){
    .pid = record->pid,
    .node = machine->st->cpus[record->cpu].node,
    .name = g_strdup (pwk_view_task_name (machine, task)),
    .policy = policy_words (machine, record->mempolicy),
    .mems = record->mems_allowed,
  };
}

/* Whether the pages of that address space may be gone over, too; then they are off @left. */
static bool
within_budget (const PwkMachine *machine, PwkIndex mm, uint64_t *left)
{
  const PwkMm *record = pwk_mm (machine, mm);
  uint64_t n = record->hugetlb_usage;

  for (unsigned i = 0; i < PWK_NR_MM_COUNTERS; i++)
    n += i == PWK_MM_SWAPENTS ? 0 : (uint64_t) MAX (record->rss_stat[i], 0);
  if (n > *left)
    return false;
  *left -= n;
  return true;
}

static void
read_task (PwkNumaModel *model, const PwkMachine *machine, PwkIndex task, uint64_t *left)
{
  uint32_t number = model->n_tasks;
  PwkIndex mm = pwk_task (machine, task)->mm;

  add_task (model, machine, task);
  model->tasks[number].counted = within_budget (machine, mm, left);
  if (!model->tasks[number].counted)
    return;
  if (number == 0)
    model->regions = g_new0 (PwkNumaRegion, PWK_NUMA_REGIONS);
  for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma != 0; vma = pwk_vma (machine, vma)->vm_next)
    if (number == 0)
      read_region (model, machine, task, vma);
    else
      pwk_proc_entries (machine, pwk_vma (machine, vma), count_entry,
                        &(Count){ model, number, NULL });
}

/* Threads share their address space: it is told once, by its owner. */
static bool
stands_for_mm (const PwkMachine *machine, PwkIndex task, PwkIndex chosen)
{
  PwkIndex mm = pwk_task (machine, task)->mm;

  if (mm == 0 || (chosen != 0 && mm == pwk_task (machine, chosen)->mm))
    return task == chosen && mm != 0;
  return pwk_mm (machine, mm)->owner == task || pwk_mm (machine, mm)->mm_users == 1;
}

static void
read_tasks (PwkNumaModel *model, const PwkMachine *machine, PwkIndex chosen)
{
  uint64_t left = MAX_LOOKED_AT;

  if (chosen != 0)
    read_task (model, machine, chosen, &left);
  for (PwkIndex task = pwk_task_next (machine, 0); task != 0; task = pwk_task_next (machine, task))
    if (stands_for_mm (machine, task, chosen))
      {
        model->all_tasks++;
        if (task != chosen && chosen != 0 && model->n_tasks < PWK_NUMA_TASKS)
          read_task (model, machine, task, &left);
      }
}

/* --- what goes from node to node --- */

typedef struct
{
  uint64_t moved[PWK_MAX_NODES][PWK_MAX_NODES], given[PWK_MAX_NODES][PWK_MAX_NODES];
  uint64_t n_moved, n_given;
  uint64_t wanted; /* node that the allocation under way was asked of */
} Traffic;

static void
follow_migration (Traffic *traffic, const PwkMachine *machine, const PwkEvent *event)
{
  const PwkZone *from = pwk_pfn_zone (machine, pwk_arg (event, MIGRATE_FOLIO, old));
  const PwkZone *to = pwk_pfn_zone (machine, pwk_arg (event, MIGRATE_FOLIO, new));
  uint64_t n = pwk_order_pages ((unsigned) pwk_arg (event, MIGRATE_FOLIO, order));

  if (from == NULL || to == NULL || from->node == to->node)
    return;
  traffic->moved[from->node][to->node] += n;
  traffic->n_moved += n;
}

static void
follow_allocation (Traffic *traffic, const PwkEvent *event)
{
  uint64_t node = pwk_arg (event, MM_PAGE_ALLOC, node);
  uint64_t n = pwk_order_pages ((unsigned) pwk_arg (event, MM_PAGE_ALLOC, order));

  if (traffic->wanted >= PWK_MAX_NODES || node >= PWK_MAX_NODES || node == traffic->wanted)
    return;
  traffic->given[traffic->wanted][node] += n;
  traffic->n_given += n;
}

static int
compare_flows (const void *a, const void *b)
{
  const PwkNumaFlow *x = a, *y = b;

  if (x->pages != y->pages)
    return x->pages > y->pages ? -1 : 1;
  return x->from != y->from ? x->from - y->from : x->to - y->to;
}

static void
take_flows (PwkNumaModel *model, uint64_t pages[PWK_MAX_NODES][PWK_MAX_NODES])
{
  PwkNumaFlow flows[PWK_MAX_NODES * PWK_MAX_NODES];
  uint32_t n = 0;

  for (unsigned from = 0; from < PWK_MAX_NODES; from++)
    for (unsigned to = 0; to < PWK_MAX_NODES; to++)
      if (pages[from][to] > 0)
        flows[n++] = (PwkNumaFlow){ (uint8_t) from, (uint8_t) to, pages[from][to] };
  qsort (flows, n, sizeof *flows, compare_flows);
  for (uint32_t i = 0; i < n; i++)
    {
      model->all_flows += flows[i].pages;
      if (model->n_flows < PWK_MAX_NODES)
        model->flows[model->n_flows++] = flows[i];
    }
}

static void
read_traffic (PwkNumaModel *model, const PwkObservation *observation)
{
  Traffic traffic = { .wanted = PWK_MAX_NODES };

  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      const PwkEvent *event = &observation->events[i];

      if (event->kind == PWK_EV_MIGRATE_FOLIO)
        follow_migration (&traffic, observation->machine, event);
      else if (event->kind == PWK_EV_MM_PAGE_ALLOC_ENTER)
        traffic.wanted = pwk_arg (event, MM_PAGE_ALLOC_ENTER, node);
      else if (event->kind == PWK_EV_MM_PAGE_ALLOC)
        follow_allocation (&traffic, event);
    }
  model->moved = traffic.n_moved > 0;
  take_flows (model, model->moved ? traffic.moved : traffic.given);
}

static void
read_moves (PwkNumaModel *model, const PwkObservation *observation)
{
  for (uint32_t i = observation->n_events; i > 0 && model->n_moves < PWK_NUMA_CELLS; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];

      if (event->kind == PWK_EV_MIGRATE_FOLIO)
        model->moves[model->n_moves++] =
            (PwkNumaMove){ (uint32_t) pwk_arg (event, MIGRATE_FOLIO, old),
                           (uint32_t) pwk_arg (event, MIGRATE_FOLIO, new) };
    }
}

/* Not the pages that come and go, which are many and seen above. */
static bool
is_told_of (uint32_t kind)
{
  switch (kind)
    {
    case PWK_EV_SET_MEMPOLICY:
    case PWK_EV_MBIND_RANGE:
    case PWK_EV_POLICY_NODE:
    case PWK_EV_QUEUE_PAGES:
    case PWK_EV_MIGRATE_FOLIO:
    case PWK_EV_MIGRATE_FAIL:
    case PWK_EV_CPUSET_ATTACH:
    case PWK_EV_MPOL_REBIND:
    case PWK_EV_NODE_RECLAIM_BEGIN:
    case PWK_EV_NODE_RECLAIM_END:
    case PWK_EV_DEMOTE_FOLIO_LIST:
    case PWK_EV_ZONE_SKIP:
      return true;
    default:
      return false;
    }
}

static void
read_story (PwkNumaModel *model, const PwkObservation *observation)
{
  uint32_t first = observation->n_events, n = 0;

  while (first > 0 && n < PWK_STORY_LENGTH)
    n += is_told_of (observation->events[--first].kind);
  for (uint32_t i = first; i < observation->n_events; i++)
    if (is_told_of (observation->events[i].kind))
      pwk_story_add (&model->story, observation->machine, &observation->events[i]);
}

gpointer
pwk_numa_build (const PwkObservation *observation, const PwkViewParams *params)
{
  PwkNumaModel *model = g_new0 (PwkNumaModel, 1);
  PwkIndex task = pwk_view_task (observation, params);

  read_nodes (model, observation->machine);
  pwk_exited_read (&model->exited, observation, params);
  if (model->n_nodes == 0)
    return model;
  if (task != 0 && pwk_task (observation->machine, task)->mm == 0)
    task = 0;
  read_tasks (model, observation->machine, task);
  read_traffic (model, observation);
  read_moves (model, observation);
  read_story (model, observation);
  mark_now (model, observation);
  return model;
}

void
pwk_numa_free (gpointer data)
{
  PwkNumaModel *model = data;

  for (uint32_t i = 0; i < model->n_tasks; i++)
    {
      g_free (model->tasks[i].name);
      g_free (model->tasks[i].policy);
    }
  for (uint32_t i = 0; i < model->n_regions; i++)
    clear_region (&model->regions[i]);
  g_free (model->regions);
  pwk_story_clear (&model->story);
  pwk_exited_clear (&model->exited);
  g_free (model);
}
