/* reclaim-model.c - page replacement as of one position: lists, slots, files, ranking
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/reclaim-model.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "engine/core/psi.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/paging/page-table.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/reclaim/oom.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/rmap.h"
#include "engine/virt/swap-door.h"
#include "views/view-common.h"
#include "views/views-private.h"

/* So much is looked at, however large the machine is: entries that map a page, pages behind a cell,
 * files and processes among which the largest are shown. */
#define MAX_ENTRIES    16
#define MAX_CELL_PAGES 8
#define MAX_FILES      4096
#define MAX_TASKS      4096

/* --- pages --- */

typedef struct
{
  bool young;
  unsigned n;
} Look;

/* PwkRmapViewer. */
static bool
view_entry (const PwkMachine *machine, PwkIndex vma, PwkVaddr addr, PwkEntryRef entry, void *data)
{
  Look *look = data;

  (void) vma;
  (void) addr;
  look->young |= pwk_pte_young (pwk_entry_get (machine, entry));
  return !look->young && ++look->n < MAX_ENTRIES;
}

static uint8_t
marks_of (const PwkPage *page)
{
  return (uint8_t) ((page->pg_flags & PWK_PG_REFERENCED ? PWK_MARK_REFERENCED : 0) |
                    (page->pg_flags & PWK_PG_DIRTY ? PWK_MARK_DIRTY : 0) |
                    (page->pg_flags & PWK_PG_WRITEBACK ? PWK_MARK_WRITEBACK : 0) |
                    (page->pg_flags & PWK_PG_WORKINGSET ? PWK_MARK_WORKINGSET : 0) |
                    (page->_mapcount > 0 ? PWK_MARK_MAPPED : 0));
}

PwkReclaimPage
pwk_reclaim_page (const PwkMachine *machine, uint32_t pfn)
{
  const PwkPage page = pwk_page_read (machine, pfn);
  PwkReclaimPage out = { .pfn = pfn,
                         .anon = (page.pg_flags & PWK_PG_SWAPBACKED) != 0,
                         .marks = marks_of (&page) };
  Look look = { 0 };

  if (page.pg_flags & PWK_PG_HEAD)
    {
      out.order = (uint8_t) MIN (pwk_page_read (machine, pfn + 1).lru_prev, PWK_MAX_PAGE_ORDER);
      out.marks |= pwk_page_read (machine, pfn + 2).lru_next > 0 ? PWK_MARK_MAPPED : 0;
    }
  if (out.marks & PWK_MARK_MAPPED)
    pwk_rmap_view (machine, pfn, view_entry, &look);
  out.marks |= look.young ? PWK_MARK_YOUNG : 0;
  return out;
}

/* --- lists --- */

/* Both ends of a list. Unevictable folios are counted only. */
static void
read_list (PwkReclaimList *list, const PwkMachine *machine, const PwkZoneLru *lru)
{
  uint32_t tail[PWK_RECLAIM_END], pfn = lru->list.head;

  list->n_pages = lru->nr;
  for (; pfn != PWK_PFN_NIL && list->n_head < 2 * PWK_RECLAIM_END;
       pfn = pwk_page (machine, pfn)->lru_next)
    list->pages[list->n_head++].pfn = pfn;
  if (pfn != PWK_PFN_NIL)
    {
      list->n_head = PWK_RECLAIM_END;
      for (pfn = lru->list.tail; list->n_tail < PWK_RECLAIM_END;
           pfn = pwk_page (machine, pfn)->lru_prev)
        tail[list->n_tail++] = pfn;
      for (uint32_t i = 0; i < list->n_tail; i++)
        list->pages[list->n_head + i].pfn = tail[list->n_tail - 1 - i];
    }
  for (uint32_t i = 0; i < list->n_head + list->n_tail; i++)
    list->pages[i] = pwk_reclaim_page (machine, list->pages[i].pfn);
}

/* The node that the newest event of reclaim is about. */
static int
node_of_events (const PwkObservation *observation)
{
  for (uint32_t i = observation->n_events; i > 0; i--)
    {
      const PwkEvent *event = &observation->events[i - 1];
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) event->kind);

      for (uint32_t k = 0; info->category == PWK_CATEGORY_RECLAIM && k < info->n_fields; k++)
        if (info->fields[k].type == PWK_FIELD_NODE)
          return (int) event->arg[k];
    }
  return -1;
}

/* Where each zone has lists of its own: the one that is asked for, else the one with most pages on
 * them. */
static int
choose_zone (const PwkMachine *machine, unsigned node, int wanted)
{
  uint64_t most = 0;
  int chosen = 0;

  if (wanted >= 0 && wanted < PWK_MAX_NR_ZONES && pwk_zone (machine, node, wanted)->present_pages)
    return wanted;
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    {
      const PwkZone *zone = pwk_zone (machine, node, type);
      uint64_t n = zone->present_pages ? 1 : 0;

      for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS && n > 0; lru++)
        n += zone->lru[lru].nr;
      if (n > most)
        {
          most = n;
          chosen = (int) type;
        }
    }
  return chosen;
}

static void
read_lists (PwkReclaimModel *model, const PwkObservation *observation, const PwkViewParams *params)
{
  const PwkMachine *machine = observation->machine;
  int node = params->node >= 0 ? params->node : node_of_events (observation);
  const PwkZoneLru *lists;

  model->n_nodes = machine->st->n_nodes;
  if (model->n_nodes == 0)
    return;
  model->node =
      node >= 0 && (unsigned) node < model->n_nodes ? (unsigned) node : pwk_cpu (machine)->node;
  model->zone = -1;
  lists = pwk_node (machine, model->node)->lru;
  if (machine->profile->lru_in_zone)
    {
      model->zone = choose_zone (machine, model->node, params->zone);
      lists = pwk_zone (machine, model->node, (unsigned) model->zone)->lru;
    }
  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    if (lru != PWK_NR_UNEVICTABLE)
      read_list (&model->lists[lru], machine, &lists[lru]);
    else
      model->lists[lru].n_pages = lists[lru].nr;
}

static void
read_node (PwkReclaimModel *model, const PwkMachine *machine)
{
  const PwkNode *node = pwk_node (machine, model->node);

  model->anon_cost = node->lruvec.anon_cost;
  model->file_cost = node->lruvec.file_cost;
  model->nonresident_age = node->lruvec.nonresident_age;
  model->swappiness = machine->st->sysctl.swappiness;
  model->has_psi = machine->profile->psi;
  model->psi = pwk_psi_now (machine);
  model->n_cached = (uint64_t) MAX (node->vm_stat[PWK_NR_FILE_PAGES], 0);
  model->n_dirty = (uint64_t) MAX (node->vm_stat[PWK_NR_FILE_DIRTY], 0);
  model->n_writeback = (uint64_t) MAX (node->vm_stat[PWK_NR_WRITEBACK], 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    model->n_waiting += pwk_cpu_batches (machine, cpu)->batch[PWK_BATCH_LRU_ADD].n;
}

/* --- swap slots --- */

/* The slots around the one that the events name last, else around the first that is used. */
static void
read_slots (PwkReclaimModel *model, const PwkMachine *machine)
{
  const PwkSwap *swap = &machine->st->swap;
  unsigned area = pwk_swap_area (model->first_slot);
  uint64_t header, max;

  while (area < PWK_MAX_SWAP_AREAS - 1 && swap->areas[area].max == 0)
    area++;
  header = (uint64_t)area << PWK_SWAP_AREA_SHIFT;
  max = header + swap->areas[area].max;
  if (max == header)
    return;
  model->n_slots = machine->st->total_swap_pages;
  model->n_free_slots = (uint64_t) MAX (pwk_nr_swap_pages (machine), 0);
  for (uint64_t slot = header + 1;
       model->first_slot == 0 && slot < MIN (max, header + (uint64_t)2 * PWK_SWAP_CLUSTER); slot++)
    if (pwk_swap_slot (machine, slot)->count > 0)
      model->first_slot = slot;
  model->first_slot = MAX (model->first_slot, header);
  model->first_slot -= model->first_slot % PWK_RECLAIM_SLOTS;
  for (uint64_t slot = model->first_slot; slot < max && model->n_slots_shown < PWK_RECLAIM_SLOTS;
       slot++)
    {
      const PwkSwapSlot *entry = pwk_swap_slot (machine, slot);

      model->slots[model->n_slots_shown++] =
          (PwkReclaimSlot){ .count = entry->count,
                            .cached = entry->folio != 0,
                            .zero = entry->zero != 0,
                            .pfn = entry->folio > 0 ? entry->folio - 1 : 0 };
    }
}

/* --- files --- */

static void
read_cell (PwkReclaimCell *cell,
           const PwkMachine *machine,
           PwkIndex inode,
           uint64_t first,
           uint64_t span)
{
  uint64_t index = first, n = 0;

  for (; n < MIN (span, MAX_CELL_PAGES); n++, index++)
    {
      PwkPfn pfn = pwk_page_cache_next (machine, inode, &index, first + span - 1);
      PwkPage page;

      if (pfn == PWK_NO_PFN)
        break;
      page = pwk_page_read (machine, pfn);
      if (!cell->present)
        cell->pfn = (uint32_t) pfn;
      cell->present = true;
      cell->marks |= marks_of (&page);
      if (index != first + n)
        cell->marks |= PWK_MARK_PART;
    }
  if (n < MIN (span, MAX_CELL_PAGES))
    cell->marks |= PWK_MARK_PART;
}

static void
read_file (PwkReclaimFile *file, const PwkMachine *machine, PwkIndex index)
{
  const PwkInode *inode = pwk_inode (machine, index);

  *file = (PwkReclaimFile){ .inode = index,
                            .name = g_strdup (pwk_string (machine, inode->name)),
                            .n_pages = MAX (pwk_inode_pages (machine, index), 1),
                            .n_cached = inode->nrpages };
  file->span = (file->n_pages + PWK_RECLAIM_CELLS - 1) / PWK_RECLAIM_CELLS;
  file->n_cells = (uint32_t) ((file->n_pages + file->span - 1) / file->span);
  for (uint32_t i = 0; i < file->n_cells; i++)
    read_cell (&file->cells[i], machine, index, i * file->span,
               MIN (file->span, file->n_pages - i * file->span));
}

/* The files with most pages in memory, largest first; of equals the older. */
static void
read_files (PwkReclaimModel *model, const PwkMachine *machine)
{
  const PwkIndex next = machine->st->pools[PWK_POOL_INODE].next;
  PwkIndex largest[PWK_RECLAIM_FILES];

  for (PwkIndex index = 1; index < MIN (next, MAX_FILES); index++)
    {
      uint64_t nrpages = pwk_inode (machine, index)->nrpages;
      uint32_t place = model->n_files;

      if (nrpages == 0 || pwk_inode (machine, index)->kind == PWK_INODE_HUGETLB)
        continue;
      while (place > 0 && pwk_inode (machine, largest[place - 1])->nrpages < nrpages)
        place--;
      model->n_more_files += model->n_files == PWK_RECLAIM_FILES;
      if (place == PWK_RECLAIM_FILES)
        continue;
      model->n_files = MIN (model->n_files + 1, PWK_RECLAIM_FILES);
      memmove (largest + place + 1, largest + place,
               (model->n_files - 1 - place) * sizeof *largest);
      largest[place] = index;
    }
  for (uint32_t i = 0; i < model->n_files; i++)
    read_file (&model->files[i], machine, largest[i]);
}

/* --- the ranking --- */

static void
read_task (PwkReclaimTask *out, const PwkMachine *machine, PwkIndex task)
{
  const PwkOomTask facts = pwk_oom_task_of (machine, task);

  *out = (PwkReclaimTask){
    .pid = facts.pid,
    .badness = pwk_oom_badness (&facts, pwk_oom_totalpages (machine)),
    .rss = facts.rss,
    .swap = facts.swapents,
    .tables = facts.pgtables_bytes >> PWK_PAGE_SHIFT,
    .adj = facts.oom_score_adj,
  };
}

/* Threads share their leader's memory: one of them stands for all. */
static bool
ranks (const PwkMachine *machine, PwkIndex task)
{
  PwkIndex mm = pwk_task (machine, task)->mm;

  return mm != 0 && pwk_mm (machine, mm)->owner == task;
}

/* Those whom the OOM killer would choose first; of equals the last, as it does. */
static void
read_tasks (PwkReclaimModel *model, const PwkMachine *machine)
{
  PwkIndex worst[PWK_RECLAIM_TASKS];
  unsigned looked = 0;

  for (PwkIndex task = pwk_task_next (machine, 0); task != 0 && looked < MAX_TASKS;
       task = pwk_task_next (machine, task), looked++)
    {
      PwkReclaimTask facts;
      uint32_t place = model->n_tasks;

      if (!ranks (machine, task))
        continue;
      read_task (&facts, machine, task);
      if (facts.badness == PWK_OOM_NEVER)
        continue;
      while (place > 0 && model->tasks[place - 1].badness <= facts.badness)
        place--;
      model->n_more_tasks += model->n_tasks == PWK_RECLAIM_TASKS;
      if (place == PWK_RECLAIM_TASKS)
        continue;
      model->n_tasks = MIN (model->n_tasks + 1, PWK_RECLAIM_TASKS);
      memmove (model->tasks + place + 1, model->tasks + place,
               (model->n_tasks - 1 - place) * sizeof *model->tasks);
      memmove (worst + place + 1, worst + place, (model->n_tasks - 1 - place) * sizeof *worst);
      model->tasks[place] = facts;
      worst[place] = task;
    }
  for (uint32_t i = 0; i < model->n_tasks; i++)
    model->tasks[i].name = g_strdup (pwk_view_task_name (machine, worst[i]));
}

/* --- all --- */

gpointer
pwk_reclaim_build (const PwkObservation *observation, const PwkViewParams *params)
{
  PwkReclaimModel *model = g_new0 (PwkReclaimModel, 1);
  const PwkMachine *machine = observation->machine;

  read_lists (model, observation, params);
  if (model->n_nodes == 0)
    return model;
  read_node (model, machine);
  pwk_reclaim_follow (model, observation);
  pwk_reclaim_read_rounds (model, observation);
  model->refault.age = model->nonresident_age;
  read_slots (model, machine);
  read_files (model, machine);
  read_tasks (model, machine);
  return model;
}

void
pwk_reclaim_free (gpointer data)
{
  PwkReclaimModel *model = data;

  for (uint32_t i = 0; i < model->n_files; i++)
    g_free (model->files[i].name);
  for (uint32_t i = 0; i < model->n_tasks; i++)
    g_free (model->tasks[i].name);
  g_free (model->caller);
  g_free (model->goer);
  g_free (model);
}
