/* overview-model.c - one of each: nodes, zones, a frame, the entries that lead to it, a region,
 * a process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/overview-model.h"

#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/vma.h"
#include "views/caption.h"
#include "views/view-common.h"
#include "views/event-address.h"
#include "views/views-private.h"
#include "views/words.h"

#define MAX_PROBES 64       /* addresses tried to find one that is mapped */

/* --- memory --- */

static void
read_node (const PwkMachine *machine, unsigned node, PwkOverviewNode *into)
{
  const PwkNode *pgdat = pwk_node (machine, node);

  into->node = (uint8_t) node;
  into->start = pgdat->node_start_pfn;
  into->end = pgdat->node_start_pfn + MAX (pgdat->node_spanned_pages, 1);
  into->present = pgdat->node_present_pages;
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    into->free += (uint64_t)
        MAX (pwk_zone_page_state_snapshot (machine, &pgdat->zones[type], PWK_NR_FREE_PAGES), 0);
  for (unsigned i = 0; i < PWK_OVERVIEW_SAMPLES; i++)
    {
      PwkFrame frame =
          pwk_frame_look (machine, into->start + (uint64_t) ((double) (into->end - into->start) *
                                                             (i + 0.5) / PWK_OVERVIEW_SAMPLES));

      into->roles[i] = (uint8_t) pwk_frame_role (machine, &frame, PWK_COLOUR_BY_USE);
    }
}

static void
read_zone (const PwkMachine *machine, const PwkZone *zone, PwkOverviewZone *into)
{
  *into = (PwkOverviewZone) {
    .node = zone->node,
    .type = zone->type,
    .start = zone->zone_start_pfn,
    .end = zone->zone_start_pfn + zone->spanned_pages,
    .managed = zone->managed_pages,
    .free = (uint64_t) MAX (pwk_zone_page_state_snapshot (machine, zone, PWK_NR_FREE_PAGES), 0),
  };
  for (unsigned mark = 0; mark < PWK_NR_WMARK; mark++)
    into->mark[mark] = zone->watermark[mark] + zone->watermark_boost;
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    into->nr_free[order] = zone->free_area[order].nr_free;
}

static void
read_memory (PwkOverviewModel *model, const PwkMachine *machine)
{
  model->all_nodes = machine->st->n_nodes;
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      if (model->n_nodes < PWK_OVERVIEW_NODES)
        read_node (machine, node, &model->nodes[model->n_nodes++]);
      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        {
          const PwkZone *zone = pwk_zone (machine, node, type);

          if (zone->present_pages == 0)
            continue;
          if (model->n_zones < PWK_OVERVIEW_ZONES)
            read_zone (machine, zone, &model->zones[model->n_zones++]);
          model->all_zones++;
        }
    }
}

/* --- the process --- */

static void
read_tasks (PwkOverviewModel *model, const PwkMachine *machine, PwkIndex chosen)
{
  model->chosen = PWK_OVERVIEW_TASKS;
  for (PwkIndex task = pwk_task_next (machine, 0); task != 0; task = pwk_task_next (machine, task))
    {
      const PwkTask *record = pwk_task (machine, task);

      if (record->mm == 0)
        continue;
      model->all_tasks++;
      if (model->n_tasks == PWK_OVERVIEW_TASKS && task != chosen)
        continue;
      if (model->n_tasks == PWK_OVERVIEW_TASKS)
        g_free (model->tasks[--model->n_tasks].name);
      if (task == chosen)
        model->chosen = model->n_tasks;
      model->tasks[model->n_tasks++] =
          (PwkOverviewTask) { task, record->pid, g_strdup (pwk_view_task_name (machine, task)) };
    }
  if (model->chosen == PWK_OVERVIEW_TASKS)
    model->chosen = model->n_tasks;
}

static void
read_mm (PwkOverviewModel *model, const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *record = pwk_task (machine, task);
  const PwkMm *mm = pwk_mm (machine, record->mm);

  model->cpu = record->cpu;
  model->total_vm = mm->total_vm;
  model->rss = (uint64_t) MAX (mm->rss_stat[PWK_MM_FILEPAGES] + mm->rss_stat[PWK_MM_ANONPAGES] +
                                   mm->rss_stat[PWK_MM_SHMEMPAGES],
                               0);
  model->pgtables = mm->pgtables_bytes >> PWK_PAGE_SHIFT;
  model->min_flt = record->min_flt;
  model->maj_flt = record->maj_flt;
}

/* Of a long list the part around the region in question. */
static void
read_vmas (PwkOverviewModel *model, const PwkMachine *machine, PwkIndex mm, PwkVaddr address)
{
  PwkIndex first = pwk_mm (machine, mm)->mmap,
           chosen =
               model->has_walk ? pwk_find_vma_intersection (machine, mm, address, address + 1) : 0;
  uint32_t index = 0, chosen_index = 0;

  for (PwkIndex vma = first; vma != 0; vma = pwk_vma (machine, vma)->vm_next, index++)
    if (vma == chosen)
      chosen_index = index;
  model->all_vmas = index;
  model->first_vma = chosen_index >= PWK_OVERVIEW_VMAS / 2 && index > PWK_OVERVIEW_VMAS
                     ? MIN (chosen_index - PWK_OVERVIEW_VMAS / 2, index - PWK_OVERVIEW_VMAS) : 0;

  if (chosen != 0)
    {
      uint64_t looks = 0;

      model->region = g_new0 (PwkSpaceRow, 1);
      model->region->vma = chosen;
      pwk_space_residency (machine, model->region, pwk_mm (machine, mm)->pgd, &looks);
    }

  index = 0;
  for (PwkIndex vma = first; vma != 0 && model->n_vmas < PWK_OVERVIEW_VMAS;
       vma = pwk_vma (machine, vma)->vm_next, index++)
    {
      const PwkVma *record = pwk_vma (machine, vma);
      PwkOverviewVma *into = &model->vmas[model->n_vmas];

      if (index < model->first_vma)
        continue;
      into->start = record->vm_start;
      into->end = record->vm_end;
      into->name = pwk_words_vma (machine, record);
      into->role = (uint8_t) pwk_vma_role (machine, record);
      into->chosen = vma == chosen;
      pwk_words_perms (record->vm_flags, into->perms);
      model->n_vmas++;
    }
}

/* --- the last translation --- */

static bool
probe (PwkOverviewModel *model, const PwkMachine *machine, PwkIndex task, PwkVaddr address)
{
  const PwkTask *record = pwk_task (machine, task);

  pwk_mmu_probe (machine, record->cpu, record->mm, address, PWK_ACCESS_LOAD, true, &model->walk);
  model->has_walk = true;
  return model->walk.ok;
}

/* Without an access lately: any page of the process that is there, else its first one, which is
 * not. */
static void
find_mapped (PwkOverviewModel *model, const PwkMachine *machine, PwkIndex task)
{
  PwkIndex first = pwk_mm (machine, pwk_task (machine, task)->mm)->mmap;
  unsigned probes = 0;

  for (PwkIndex vma = first; vma != 0 && probes < MAX_PROBES;
       vma = pwk_vma (machine, vma)->vm_next, probes += 2)
    if (probe (model, machine, task, pwk_vma (machine, vma)->vm_start) ||
        probe (model, machine, task, pwk_vma (machine, vma)->vm_end - PWK_PAGE_SIZE))
      return;
  if (first != 0)
    probe (model, machine, task, pwk_vma (machine, first)->vm_start);
}

/* Where the last entry of the walk leads that is there. */
static PwkPfn
last_frame (const PwkWalk *walk)
{
  const PwkWalkStep *last = walk->n_steps > 0 ? &walk->steps[walk->n_steps - 1] : NULL;

  if (walk->ok)
    return walk->phys >> PWK_PAGE_SHIFT;
  return last != NULL && last->present && last->leaf ? pwk_pte_pfn (last->entry) : PWK_NO_PFN;
}

/* What was read by now, instead of what would be. */
static void
recall (PwkOverviewModel *model, const PwkObservation *observation)
{
  PwkWalk walk = model->walk;

  model->walked = pwk_recorded_walk (observation, &walk).walked;
  if (model->walked != PWK_WALKED_NOT && model->walked != PWK_WALKED_HIT)
    model->walk = walk;
}

/* Where one address space has a frame. */
typedef struct
{
  PwkIndex mm;
  PwkVaddr address;
  bool     found;
} Mapping;

/* PwkRmapViewer. */
static bool
find_mapping (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  Mapping *mapping = data;

  mapping->found = pwk_vma (machine, vma)->vm_mm == mapping->mm;
  mapping->address = addr;
  return !mapping->found;
}

/* The address that is selected, or of the process's page that is. */
static bool
selected_address (const PwkMachine *machine,
                  PwkIndex task,
                  const PwkViewParams *params,
                  PwkVaddr *address)
{
  const PwkThingParts selected = pwk_thing_parts (params->selection);
  Mapping mapping = { .mm = pwk_task (machine, task)->mm };

  *address = selected.address;
  if (selected.thing == PWK_THING_ADDRESS)
    return true;
  if (selected.thing != PWK_THING_PFN || selected.pfn >= machine->st->max_pfn ||
      pwk_frame_look (machine, selected.pfn).mapcount <= 0)
    return false;
  pwk_rmap_view (machine, selected.pfn, find_mapping, &mapping);
  *address = mapping.address;
  return mapping.found;
}

static void
read_walk (PwkOverviewModel *model,
           const PwkObservation *observation,
           PwkIndex task,
           const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkVaddr address;

  if (selected_address (machine, task, params, &address))
    {
      probe (model, machine, task, address);
      return;
    }
  if (pwk_observed_address (observation, task, &address))
    {
      probe (model, machine, task, address);
      recall (model, observation);
      model->awaits_frame = last_frame (&model->walk) == PWK_NO_PFN;
    }
  else
    find_mapped (model, machine, task);
}

/* The frame that the event itself is about. */
static PwkPfn
frame_of_event (const PwkObservation *observation)
{
  PwkPfn pfn;

  return observation->n_chain > 0 && pwk_event_frames (&observation->chain[0], &pfn) > 0
             ? pfn : PWK_NO_PFN;
}

/* The frame in question: selected, else where the walk led, else what the event is about; where the
 * address that is used has none yet, none; else what the last event was about, else any. */
static void
read_frame (PwkOverviewModel *model, const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  const PwkThingParts selected = pwk_thing_parts (params->selection);
  PwkPfn pfn;
  PwkPfn walked = model->has_walk ? last_frame (&model->walk) : PWK_NO_PFN;

  model->leads_to = walked;
  pfn =
      selected.thing == PWK_THING_PFN || selected.thing == PWK_THING_BLOCK ? selected.pfn : walked;
  if (pfn == PWK_NO_PFN)
    pfn = frame_of_event (observation);
  model->awaits_frame &= pfn == PWK_NO_PFN;
  if (model->awaits_frame)
    return;
  for (uint32_t i = observation->n_events; i > 0 && pfn == PWK_NO_PFN; i--)
    if (pwk_event_frames (&observation->events[i - 1], &pfn) == 0)
      pfn = PWK_NO_PFN;
  if (pfn == PWK_NO_PFN)
    pfn = machine->st->zero_pfn;
  if (pfn >= machine->st->max_pfn)
    return;

  model->frame = pwk_frame_look (machine, pfn);
  model->has_frame = true;
  model->frame_is_walked = pfn == walked;
}

static void
read_near (PwkOverviewModel *model, const PwkMachine *machine)
{
  model->near_start = model->frame.pfn & ~(PwkPfn) (PWK_OVERVIEW_NEAR - 1);
  for (unsigned i = 0; i < PWK_OVERVIEW_NEAR; i++)
    {
      PwkFrame frame = pwk_frame_look (machine, model->near_start + i);

      model->near[i] =
          (PwkOverviewNear) { (uint8_t) frame.type,
                              (uint8_t) pwk_frame_role (machine, &frame, PWK_COLOUR_BY_USE) };
    }
}

gpointer
pwk_overview_build (const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  PwkOverviewModel *model = g_new0 (PwkOverviewModel, 1);
  PwkIndex task = pwk_view_task (observation, params);

  model->machine = pwk_caption_machine (machine->config);
  model->position = observation->position;
  model->format = machine->format;
  read_memory (model, machine);
  pwk_exited_read (&model->exited, observation, params);
  if (task != 0 && pwk_task (machine, task)->mm == 0)
    task = 0;
  read_tasks (model, machine, task);
  if (task != 0)
    {
      read_mm (model, machine, task);
      read_walk (model, observation, task, params);
      read_vmas (model, machine, pwk_task (machine, task)->mm, model->walk.addr);
    }
  read_frame (model, observation, params);
  if (model->has_frame)
    read_near (model, machine);
  return model;
}

void
pwk_overview_free (gpointer data)
{
  PwkOverviewModel *model = data;

  for (uint32_t i = 0; i < model->n_vmas; i++)
    g_free (model->vmas[i].name);
  for (uint32_t i = 0; i < model->n_tasks; i++)
    g_free (model->tasks[i].name);
  pwk_exited_clear (&model->exited);
  g_free (model->region);
  g_free (model->machine);
  g_free (model);
}
