/* swap-map.c - which slots of the swap areas are free, and which is taken next
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/swapfile.c and, where the profile has it, mm/swap_slots.c. Areas are asked in the order of
 * their priorities, and those of one priority by turns; each is one SSD without discard, cut into
 * clusters of 512 slots, each cluster on one list:
 *
 *      slots     │h│ │x│x│ … 512 … │ │ │ … 512 … │x│x│ … 512 … │        h: header, never given out; x: in use
 *      cluster        0 NONFULL          1 FREE        2 FULL
 *
 *      FREE ──first slot──▶ NONFULL ──looked through──▶ FRAG ──last slot──▶ FULL
 *        ▲                    ▲                                              │ a slot is freed
 *        └──last is freed─────┴──────────────────────────────────────────────┘
 *
 * Always true, see reclaim/check.c: of each area, inuse slots are in use (named or cached), and nr_free
 * are not of all; areas that have some stand in swap.avail, none else does; a slot's count is the number
 * of entries that name it; a folio in the swap cache and its slot name each other. Recordings:
 * tests/kernel/lru/swap and lru/swap-held. */
#include "engine/virt/swap-door.h"

#include <errno.h>
#include <string.h>

#include "engine/core/emit.h"
#include "engine/core/pool.h"
#include "engine/core/task.h"
#include "engine/phys/folio.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/virt/accounting.h"
#include "engine/virt/swap-fault.h"

#define CLUSTER_NIL  UINT32_MAX
/* SWAP_CLUSTER_COLS: clusters that follow each other in the list of free ones are this far apart, as
 * many as one swap address space has (64 MiB), so that cpus which take one each do not share a lock. */
#define CLUSTER_COLS 32u
/* THRESHOLD_ACTIVATE_SWAP_SLOTS_CACHE and …DEACTIVATE…, free slots a cpu. Between them is a gap, or the
 * caches would be filled and drained by turns. */
#define ACTIVATE     (5 * PWK_SWAP_SLOTS_CACHE)
#define DEACTIVATE   (2 * PWK_SWAP_SLOTS_CACHE)

/* --- records --- */

/* Areas lie one behind the other in the regions, wherever one fitted when it was switched on. */
static uint64_t
record_of (const PwkMachine *machine, uint64_t slot)
{
  const PwkSwapArea *area = &machine->st->swap.areas[pwk_swap_area (slot)];

  pwk_assert_debug (pwk_swap_area (slot) < PWK_MAX_SWAP_AREAS && pwk_swap_offset (slot) < area->max);
  return (area->base + pwk_swap_offset (slot)) * sizeof (PwkSwapSlot);
}

/* That of the header may be read, and says that nobody has it. */
const PwkSwapSlot *
pwk_swap_slot (const PwkMachine *machine, uint64_t slot)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_SWAP, record_of (machine, slot));
}

PwkSwapSlot *
pwk_swap_slot_edit (PwkMachine *machine, uint64_t slot)
{
  PwkSwapSlot *record = pwk_arena_edit (&machine->arena, PWK_REGION_SWAP, record_of (machine, slot));

  pwk_assert_debug (pwk_swap_offset (slot) > 0);
  pwk_arena_touch (&machine->arena, PWK_REGION_SWAP, record, sizeof *record);
  return record;
}

/* The record of the cluster that has that slot, and the first slot of a cluster: clusters are counted
 * over all areas, and links are such numbers. */
static uint32_t
cluster_of (const PwkMachine *machine, uint64_t slot)
{
  return (uint32_t) ((machine->st->swap.areas[pwk_swap_area (slot)].base + pwk_swap_offset (slot)) / PWK_SWAP_CLUSTER);
}

static uint64_t
first_slot (const PwkMachine *machine, unsigned area, uint32_t cluster)
{
  return ((uint64_t) area << PWK_SWAP_AREA_SHIFT) + (uint64_t) cluster * PWK_SWAP_CLUSTER - machine->st->swap.areas[area].base;
}

static PwkSwapCluster *
cluster_edit (PwkMachine *machine, uint32_t cluster)
{
  PwkSwapCluster *record = pwk_arena_edit (&machine->arena, PWK_REGION_SWAP_CLUSTER, (uint64_t) cluster * sizeof *record);

  pwk_arena_touch (&machine->arena, PWK_REGION_SWAP_CLUSTER, record, sizeof *record);
  return record;
}

static PwkSwapCpu *
cpu_edit (PwkMachine *machine, unsigned cpu)
{
  PwkSwapCpu *record = pwk_arena_edit (&machine->arena, PWK_REGION_SWAP_CPU, cpu * sizeof *record);

  pwk_arena_touch (&machine->arena, PWK_REGION_SWAP_CPU, record, sizeof *record);
  return record;
}

/* --- lists of clusters --- */

/* Of an area. A cluster that is on no list is left as it is. */
static void
list_del (PwkMachine *machine, PwkSwapArea *area, uint32_t cluster)
{
  PwkSwapCluster *record = cluster_edit (machine, cluster);
  PwkClusterHead *head = &area->lists[record->list];

  if (record->list == PWK_CLUSTER_NONE)
    return;
  pwk_assert (head->n > 0);
  if (record->prev == CLUSTER_NIL)
    head->first = record->next;
  else
    cluster_edit (machine, record->prev)->next = record->next;
  if (record->next == CLUSTER_NIL)
    head->last = record->prev;
  else
    cluster_edit (machine, record->next)->prev = record->prev;
  head->n--;
  record->list = PWK_CLUSTER_NONE;
}

/* list_move_tail (): the count stays. A list's oldest cluster is its first. */
static void
move_tail (PwkMachine *machine, PwkSwapArea *area, uint32_t cluster, PwkClusterList list)
{
  PwkClusterHead *head = &area->lists[list];
  PwkSwapCluster *record;

  list_del (machine, area, cluster);
  record = cluster_edit (machine, cluster);
  *record = (PwkSwapCluster) { .next = CLUSTER_NIL, .prev = head->n ? head->last : CLUSTER_NIL, .count = record->count, .list = (uint16_t) list };
  if (head->n)
    cluster_edit (machine, head->last)->next = cluster;
  else
    head->first = cluster;
  head->last = cluster;
  head->n++;
}

/* Follows mm/swapfile.c:setup_clusters(): columns of clusters, so that cpus do not meet in one cache
 * line. The header's slot, and those that the last cluster lacks, count as used for ever, so such
 * clusters are never FREE. Done when the first slot is taken, so that swap that is never used costs
 * nothing; nobody can tell the difference, since lists say nothing until then. */
static void
setup_clusters (PwkMachine *machine, PwkSwapArea *area)
{
  uint32_t n = (uint32_t) ((area->max + PWK_SWAP_CLUSTER - 1) / PWK_SWAP_CLUSTER), first = (uint32_t) (area->base / PWK_SWAP_CLUSTER);

  for (uint32_t cluster = 0; cluster < n; cluster++)    /* what an area left that was here before */
    *cluster_edit (machine, first + cluster) = (PwkSwapCluster) { .list = PWK_CLUSTER_NONE };
  for (uint32_t column = 0; column < CLUSTER_COLS; column++)
    for (uint32_t cluster = column; cluster < n; cluster += CLUSTER_COLS)
      {
        uint64_t end = ((uint64_t) cluster + 1) * PWK_SWAP_CLUSTER;
        PwkSwapCluster *record = cluster_edit (machine, first + cluster);

        record->count = (uint16_t) ((cluster == 0) + (end > area->max ? end - area->max : 0));
        move_tail (machine, area, first + cluster, record->count ? PWK_CLUSTER_NONFULL : PWK_CLUSTER_FREE);
      }
  area->ready = true;
}

/* --- areas in the order in which they are asked --- */

/* del_from_avail_list (). */
static void
avail_del (PwkSwap *swap, unsigned area)
{
  unsigned n = 0;

  for (unsigned i = 0; i < swap->n_avail; i++)
    if (swap->avail[i] != area)
      swap->avail[n++] = swap->avail[i];
  swap->n_avail = (uint8_t) n;
}

/* plist_add (): behind all that are as high. An area that is to be emptied, or has no free slot, is not asked. */
static void
avail_add (PwkSwap *swap, unsigned area)
{
  unsigned at = 0;

  avail_del (swap, area);
  if (!swap->areas[area].writeok || swap->areas[area].inuse + 1 >= swap->areas[area].max)
    return;
  while (at < swap->n_avail && swap->areas[swap->avail[at]].prio >= swap->areas[area].prio)
    at++;
  memmove (swap->avail + at + 1, swap->avail + at, swap->n_avail - at);
  swap->avail[at] = (uint8_t) area;
  swap->n_avail++;
}

/* --- giving back to the area --- */

/* Follows mm/swapfile.c:swap_entry_range_free(), of one slot: nobody names it, and no cache has it.
 * What the disk had there is gone, too (zeromap, shadow, contents). Its cluster becomes the youngest of
 * those that have room, or wholly free. */
static void
range_free (PwkMachine *machine, uint64_t slot)
{
  PwkSwap *swap = &machine->st->swap;
  PwkSwapArea *area = &swap->areas[pwk_swap_area (slot)];
  uint32_t cluster = cluster_of (machine, slot);
  PwkSwapCluster *record = cluster_edit (machine, cluster);
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert (record->count > 0);
  pwk_assert_door (!entry->count);
  if (entry->contents)
    pwk_pool_free (machine, PWK_POOL_FRAME, entry->contents);
  *entry = (PwkSwapSlot) { 0 };
  if (--record->count == 0)
    move_tail (machine, area, cluster, PWK_CLUSTER_FREE);
  else if (record->list != PWK_CLUSTER_NONFULL)
    move_tail (machine, area, cluster, PWK_CLUSTER_NONFULL);
  swap->nr_free++;
  if (area->inuse-- == area->max - 1)    /* it was full */
    avail_add (swap, pwk_swap_area (slot));
}

/* Follows mm/swap_slots.c:free_swap_slot(). It waits in the cpu's return cache until that is full, and
 * counts as cached so long: 64 are given back under one lock. Such a slot is neither free nor in use by
 * anybody. */
static void
free_slot (PwkMachine *machine, uint64_t slot)
{
  PwkSwapCpu *cpu;

  pwk_assert_door (!pwk_swap_slot (machine, slot)->folio);
  if (!machine->st->swap.cache_active || machine->st->swap.cache_off)
    {
      range_free (machine, slot);
      return;
    }
  cpu = cpu_edit (machine, machine->st->cur_cpu);
  pwk_swap_slot_edit (machine, slot)->cache = 1;
  if (cpu->n_ret == PWK_SWAP_SLOTS_CACHE)
    {
      for (unsigned i = 0; i < cpu->n_ret; i++)
        range_free (machine, cpu->slots_ret[i]);
      cpu->n_ret = 0;
    }
  cpu->slots_ret[cpu->n_ret++] = (uint32_t) slot;
}

/* --- taking from the area --- */

/* Follows mm/swapfile.c:__try_to_reclaim_swap(TTRS_ANYWAY | TTRS_DIRECT). A page that is only in the
 * cache gives up its slot; it is the only copy then, and so dirty. TTRS_DIRECT: the slot goes past the
 * slots cache, for somebody is waiting for it. */
static bool
reclaim_slot (PwkMachine *machine, uint64_t slot)
{
  PwkPfn pfn = pwk_swap_cache_get (machine, slot);

  if (pfn == PWK_NO_PFN || (pwk_page (machine, pfn)->pg_flags & (PWK_PG_LOCKED | PWK_PG_WRITEBACK)) || pwk_swap_slot (machine, slot)->count)
    return false;
  pwk_page_set_flags (machine, pfn, PWK_PG_DIRTY, PWK_PG_SWAPCACHE);
  pwk_page_edit (machine, pfn)->private_ = 0;
  pwk_mod_node_stat (machine, pfn, PWK_NR_FILE_PAGES, -1);
  pwk_mod_node_stat (machine, pfn, PWK_NR_SWAPCACHE, -1);
  range_free (machine, slot);
  pwk_folio_put (machine, pfn);
  return true;
}

/* cluster_scan_range () of one slot: free, or half of swap is full and the page can do without it. */
static bool
can_take (PwkMachine *machine, uint64_t slot)
{
  const PwkSwapSlot *entry = pwk_swap_slot (machine, slot);

  if (!entry->count && !entry->cache)
    return true;
  return !entry->count && pwk_vm_swap_full (machine) && reclaim_slot (machine, slot);
}

/* cluster_alloc_range (): the slot is the cache's from now on (SWAP_HAS_CACHE), and its cluster moves
 * where it belongs. */
static void
take (PwkMachine *machine, uint64_t slot)
{
  PwkSwapArea *area = &machine->st->swap.areas[pwk_swap_area (slot)];
  uint32_t cluster = cluster_of (machine, slot);
  PwkSwapCluster *record = cluster_edit (machine, cluster);

  pwk_assert (record->count < PWK_SWAP_CLUSTER);
  pwk_swap_slot_edit (machine, slot)->cache = 1;
  if (record->list == PWK_CLUSTER_FREE)
    move_tail (machine, area, cluster, PWK_CLUSTER_NONFULL);
  if (++record->count == PWK_SWAP_CLUSTER)
    move_tail (machine, area, cluster, PWK_CLUSTER_FULL);
  if (++area->inuse == area->max - 1)
    avail_del (&machine->st->swap, pwk_swap_area (slot));
}

/* Follows mm/swapfile.c:alloc_swap_scan_cluster(). Takes the first free slot from @slot to its
 * cluster's end, 0 none; *@next is where this cpu goes on, so that its pages lie in a row and can be
 * read back together; 0: another cluster is to be chosen. */
static uint64_t
scan_cluster (PwkMachine *machine, uint64_t slot, uint32_t *next)
{
  const PwkSwapArea *area = &machine->st->swap.areas[pwk_swap_area (slot)];
  uint32_t cluster = cluster_of (machine, slot);
  uint64_t start = (uint64_t) pwk_swap_area (slot) << PWK_SWAP_AREA_SHIFT;
  uint64_t end = start + MIN ((pwk_swap_offset (slot) / PWK_SWAP_CLUSTER + 1) * PWK_SWAP_CLUSTER, area->max);

  *next = 0;
  if (cluster_edit (machine, cluster)->count == PWK_SWAP_CLUSTER)
    return 0;
  for (slot = MAX (slot, start + 1); slot < end; slot++)
    if (can_take (machine, slot))
      {
        take (machine, slot);
        if (cluster_edit (machine, cluster)->count < PWK_SWAP_CLUSTER && slot + 1 < end)
          *next = (uint32_t) slot + 1;
        return slot;
      }
  return 0;
}

/* Follows mm/swapfile.c:swap_reclaim_full_clusters(), of one full cluster: slots that only the cache
 * has. The cluster goes to the end of its list first, so that each has its turn. */
static void
reclaim_full_cluster (PwkMachine *machine, unsigned number)
{
  PwkSwapArea *area = &machine->st->swap.areas[number];
  PwkClusterHead *full = &area->lists[PWK_CLUSTER_FULL];
  uint64_t slot, end, start = (uint64_t) number << PWK_SWAP_AREA_SHIFT;

  if (!full->n)
    return;
  slot = first_slot (machine, number, full->first);
  end = MIN (slot + PWK_SWAP_CLUSTER, start + area->max);
  move_tail (machine, area, full->first, PWK_CLUSTER_FULL);
  for (slot = MAX (slot, start + 1); slot < end; slot++)
    if (!pwk_swap_slot (machine, slot)->count && pwk_swap_slot (machine, slot)->cache)
      reclaim_slot (machine, slot);
}

/* The clusters of a list in turn, each moved to the end of those that are known to be fragmented,
 * before it is looked through: a cluster that has room is not worth a second look until all others had
 * one. At most @n clusters. */
static uint64_t
scan_list (PwkMachine *machine, unsigned number, PwkClusterList list, uint32_t n, uint32_t *next)
{
  PwkSwapArea *area = &machine->st->swap.areas[number];
  PwkClusterHead *head = &area->lists[list];
  uint64_t slot = 0;

  for (uint32_t i = 0; !slot && i < n && head->n; i++)
    {
      uint32_t cluster = head->first;

      move_tail (machine, area, cluster, PWK_CLUSTER_FRAG);
      slot = scan_cluster (machine, first_slot (machine, number, cluster), next);
    }
  return slot;
}

/* Follows mm/swapfile.c:cluster_alloc_swap_entry(). Of one area: a free cluster, one that is not
 * full, one that is known to be fragmented. Free ones first, since a cluster that a cpu has for itself
 * gives it slots in a row; *@next is where this cpu goes on there. 0: there is none. */
static uint64_t
alloc_entry (PwkMachine *machine, unsigned number, uint32_t *next)
{
  PwkSwapArea *area = &machine->st->swap.areas[number];
  PwkClusterHead *lists = area->lists;
  uint64_t slot = 0;

  if (!area->ready)
    setup_clusters (machine, area);
  if (lists[PWK_CLUSTER_FREE].n)
    slot = scan_cluster (machine, first_slot (machine, number, lists[PWK_CLUSTER_FREE].first), next);
  if (!slot && pwk_vm_swap_full (machine))
    reclaim_full_cluster (machine, number);
  if (!slot)
    slot = scan_list (machine, number, PWK_CLUSTER_NONFULL, UINT32_MAX, next);
  if (!slot)
    slot = scan_list (machine, number, PWK_CLUSTER_FRAG, lists[PWK_CLUSTER_FRAG].n, next);
  return slot;
}

/* scan_swap_map_slots (), until 6.14: up to @goal slots of one area, where this cpu was in it first. */
static unsigned
get_pages_of (PwkMachine *machine, unsigned number, unsigned goal, uint32_t slots[])
{
  unsigned n = 0;

  while (n < goal)
    {
      PwkSwapCpu *cpu = cpu_edit (machine, machine->st->cur_cpu);
      uint32_t next = 0;
      uint64_t slot = cpu->next[number] ? scan_cluster (machine, cpu->next[number], &next) : 0;

      if (!slot)
        slot = alloc_entry (machine, number, &next);
      cpu->next[number] = next;
      if (!slot)
        break;
      slots[n++] = (uint32_t) slot;
    }
  return n;
}

/* swap_alloc_fast (), since 6.15: where this cpu was last, whichever area that is in. */
static bool
get_page_fast (PwkMachine *machine, uint32_t slots[])
{
  PwkSwapCpu *cpu = cpu_edit (machine, machine->st->cur_cpu);
  uint32_t next = 0;

  if (!cpu->next[0] || !machine->st->swap.areas[pwk_swap_area (cpu->next[0])].writeok)
    return false;
  slots[0] = (uint32_t) scan_cluster (machine, cpu->next[0], &next);
  cpu->next[0] = next;
  return slots[0] != 0;
}

/* swap_alloc_slow () of one area: this cpu goes on in another cluster. */
static unsigned
get_page_slow (PwkMachine *machine, unsigned number, uint32_t slots[])
{
  PwkSwapCpu *cpu = cpu_edit (machine, machine->st->cur_cpu);
  uint32_t next = 0;

  slots[0] = (uint32_t) alloc_entry (machine, number, &next);
  cpu->next[0] = next;
  return slots[0] != 0;
}

/* Areas in order, each moved behind those of its priority before it is asked, so that they take turns:
 * every time that slots are asked for until 6.14, and every cluster since. What is found comes from one
 * of them, even if it is less than was wanted. */
static unsigned
get_from_areas (PwkMachine *machine, unsigned goal, uint32_t slots[])
{
  PwkSwap *swap = &machine->st->swap;
  uint8_t order[PWK_MAX_SWAP_AREAS];
  unsigned n_areas = swap->n_avail, n = 0;

  memcpy (order, swap->avail, sizeof order);
  for (unsigned i = 0; n == 0 && i < n_areas; i++)
    {
      avail_add (swap, order[i]);
      n = machine->profile->swap_slots_cache ? get_pages_of (machine, order[i], goal, slots) : get_page_slow (machine, order[i], slots);
    }
  return n;
}

/* Follows mm/swapfile.c:get_swap_pages(), and folio_alloc_swap () since 6.15. Up to @goal slots, returns
 * how many. nr_free goes down by what is asked for before it is looked for, as the kernel reserves it,
 * and what was not found is added again. */
static unsigned
get_pages (PwkMachine *machine, unsigned goal, uint32_t slots[])
{
  PwkSwap *swap = &machine->st->swap;
  unsigned n;

  if (swap->nr_free <= 0)
    return 0;
  goal = (unsigned) MIN ((int64_t) goal, swap->nr_free);
  swap->nr_free -= goal;
  if (!machine->profile->swap_slots_cache && get_page_fast (machine, slots))
    n = 1;
  else
    n = get_from_areas (machine, goal, slots);
  swap->nr_free += goal - n;
  return n;
}

/* --- the slots cache of 6.13 and before --- */

/* __drain_swap_slots_cache () of all cpus: slots that were never given out first, in their order, then
 * those that came back, the last first. */
static void
drain_slots_caches (PwkMachine *machine)
{
  for (unsigned i = 0; i < machine->st->n_cpus; i++)
    {
      PwkSwapCpu *cpu = cpu_edit (machine, i);

      for (; cpu->nr; cpu->nr--)
        range_free (machine, cpu->slots[cpu->cur++]);
      cpu->cur = 0;
      for (; cpu->n_ret; cpu->n_ret--)
        range_free (machine, cpu->slots_ret[cpu->n_ret - 1]);
    }
}

/* Follows mm/swap_slots.c:check_cache_active(). While there is plenty, cpus take and give back 64 at a
 * time; when it gets scarce the caches are emptied, or the last slots would lie where others cannot get
 * at them. Its freeing half went in 6.14, the rest in 6.15, since by then each cpu has a cluster of its
 * own and the lock is rarely wanted. */
static bool
check_cache_active (PwkMachine *machine)
{
  PwkSwap *swap = &machine->st->swap;

  if (!machine->profile->swap_slots_cache || swap->cache_off)
    return false;
  if (!swap->cache_active)
    swap->cache_active = swap->nr_free > (int64_t) machine->st->n_cpus * ACTIVATE;
  else if (swap->nr_free < (int64_t) machine->st->n_cpus * DEACTIVATE)
    {
      swap->cache_active = false;
      drain_slots_caches (machine);
    }
  return swap->cache_active;
}

/* A slot from the cpu's cache, which is filled when it is empty; else, or if filling it found nothing,
 * one from the area. */
uint64_t
pwk_swap_alloc (PwkMachine *machine)
{
  uint32_t slot;

  if (check_cache_active (machine))
    {
      PwkSwapCpu *cpu = cpu_edit (machine, machine->st->cur_cpu);

      if (!cpu->nr)
        {
          uint32_t slots[PWK_SWAP_SLOTS_CACHE];
          unsigned n = get_pages (machine, PWK_SWAP_SLOTS_CACHE, slots);

          for (unsigned i = 0; i < n; i++)
            cpu->slots[i] = slots[i];
          cpu->cur = 0;
          cpu->nr = n;
        }
      if (cpu->nr)
        {
          cpu->nr--;
          return cpu->slots[cpu->cur++];
        }
    }
  return get_pages (machine, 1, &slot) ? slot : 0;
}

/* --- owners --- */

/* fork () and unmapping each add a name. */
void
pwk_swap_duplicate (PwkMachine *machine, uint64_t slot)
{
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert_door (entry->count || entry->cache);   /* a slot that nobody has cannot be named once more */
  entry->count++;
}

/* An entry goes. The slot of a page in the cache is not free by that: pwk_swap_put () will see to it
 * when the cache lets go. */
bool
pwk_swap_free (PwkMachine *machine, uint64_t slot)
{
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert (entry->count > 0);
  if (--entry->count)
    return false;
  if (entry->cache)
    return true;
  free_slot (machine, slot);
  return false;
}

/* The counterpart: names may be left, from which the page can be read again. */
void
pwk_swap_put (PwkMachine *machine, uint64_t slot)
{
  PwkSwapSlot *entry = pwk_swap_slot_edit (machine, slot);

  pwk_assert_door (entry->cache);
  entry->cache = 0;
  if (!entry->count)
    free_slot (machine, slot);
}

/* Follows mm/swapfile.c:swap_is_last_map(). Each of @n slots is named once, all are in the cache or
 * none, and they lie in one cluster: then their lock is taken once for all. A single slot goes the
 * ordinary way. */
static bool
is_last_map (const PwkMachine *machine, uint64_t slot, unsigned n)
{
  bool cache = pwk_swap_slot (machine, slot)->cache;

  for (unsigned i = 0; i < n; i++)
    if (pwk_swap_slot (machine, slot + i)->count != 1 || pwk_swap_slot (machine, slot + i)->cache != cache)
      return false;
  return n > 1 && n <= PWK_SWAP_CLUSTER - slot % PWK_SWAP_CLUSTER;
}

/* Follows mm/swapfile.c:free_swap_and_cache_nr(). Entries are zapped that name slots in a row. A page
 * that is only in the cache from now on gives its slot up, if nobody maps it or swap is more than half
 * full. A row that goes as one passes the slots cache by. */
void
pwk_swap_free_and_cache (PwkMachine *machine, uint64_t slot, unsigned n)
{
  bool cached = false;

  pwk_assert_door (n > 0);
  if (is_last_map (machine, slot, n))    /* a row goes straight back to the area */
    {
      cached = pwk_swap_slot (machine, slot)->cache;
      for (unsigned i = 0; i < n; i++)
        {
          pwk_swap_slot_edit (machine, slot + i)->count = 0;
          if (!cached)
            range_free (machine, slot + i);
        }
    }
  else
    for (unsigned i = 0; i < n; i++)
      cached |= pwk_swap_free (machine, slot + i);
  for (unsigned i = 0; cached && i < n; i++)
    {
      PwkPfn pfn = pwk_swap_cache_get (machine, slot + i);

      if (pfn != PWK_NO_PFN && !pwk_swap_slot (machine, slot + i)->count
          && (pwk_page (machine, pfn)->_mapcount == 0 || pwk_vm_swap_full (machine)))
        pwk_folio_free_swap (machine, pfn);
    }
}

/* --- areas come and go --- */

/* Where the records of so many slots fit: in front, or behind an area that is there. */
static bool
find_base (const PwkMachine *machine, uint64_t max, uint64_t *base)
{
  const PwkSwap *swap = &machine->st->swap;
  uint64_t room = machine->arena.regions[PWK_REGION_SWAP].size / sizeof (PwkSwapSlot) / PWK_SWAP_CLUSTER * PWK_SWAP_CLUSTER;
  uint64_t ends[PWK_MAX_SWAP_AREAS + 1] = { 0 };

  *base = UINT64_MAX;
  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    ends[i + 1] = (swap->areas[i].base + swap->areas[i].max + PWK_SWAP_CLUSTER - 1) / PWK_SWAP_CLUSTER * PWK_SWAP_CLUSTER;
  for (unsigned i = 0; i <= PWK_MAX_SWAP_AREAS; i++)
    {
      bool fits = ends[i] + max <= room;

      for (unsigned k = 0; k < PWK_MAX_SWAP_AREAS; k++)
        fits &= !swap->areas[k].max || ends[i] >= ends[k + 1] || ends[i] + max <= swap->areas[k].base;
      if (fits)
        *base = MIN (*base, ends[i]);
    }
  return *base != UINT64_MAX;
}

/* The area can be used: enable_swap_info (). total_swap_pages is the size that /proc and vm_swap_full ()
 * go by. */
static void
enable (PwkMachine *machine, unsigned number)
{
  PwkSwapArea *area = &machine->st->swap.areas[number];

  area->writeok = true;
  machine->st->swap.nr_free += (int64_t) area->max - 1;    /* the header is no slot */
  machine->st->total_swap_pages += area->max - 1;
  avail_add (&machine->st->swap, number);
}

/* Follows mm/swapfile.c:swapon(). The first number that is free. Areas without a priority get one each
 * below that of the last, from -2 on, so that they are filled one after the other. */
int
pwk_swap_on (PwkMachine *machine, uint64_t bytes, int prio)
{
  PwkSwap *swap = &machine->st->swap;
  uint64_t max = bytes >> PWK_PAGE_SHIFT, base;
  unsigned number = 0;

  if (max < 2 || max > PWK_SWAP_AREA_SLOTS)
    return -EINVAL;
  while (number < PWK_MAX_SWAP_AREAS && swap->areas[number].max)
    number++;
  if (number == PWK_MAX_SWAP_AREAS)
    return -EPERM;
  if (!find_base (machine, max, &base))
    return -ENOMEM;
  swap->areas[number] = (PwkSwapArea) { .max = max, .base = base, .prio = prio >= 0 ? prio : --swap->least_priority };
  enable (machine, number);
  return (int) number;
}

/* Areas that were given no priority close up. Those of a lower one move up by one, and so does the next
 * that comes. */
static void
close_up (PwkSwap *swap, int prio)
{
  if (prio >= 0)
    return;
  for (unsigned i = 0; i < PWK_MAX_SWAP_AREAS; i++)
    if (swap->areas[i].max && swap->areas[i].prio < prio)
      swap->areas[i].prio++;
  swap->least_priority++;
}

/* What try_to_unuse () leaves: nobody names a slot, and the records can go as a whole. */
static void
forget (PwkMachine *machine, unsigned number)
{
  pwk_assert (machine->st->swap.areas[number].inuse == 0);
  for (unsigned i = 0; i < machine->st->n_cpus; i++)
    {
      PwkSwapCpu *cpu = cpu_edit (machine, i);

      for (unsigned k = 0; k < PWK_MAX_SWAP_AREAS; k++)
        if (cpu->next[k] && pwk_swap_area (cpu->next[k]) == number)
          cpu->next[k] = 0;
    }
  machine->st->swap.areas[number] = (PwkSwapArea) { 0 };
}

/* Follows mm/swapfile.c:swapoff(). Who asks must be able to pay for the pages that come back
 * (security_vm_enough_memory_mm ()); of this area no slot can be had any more while they do, and what
 * there is no memory for then may go to another. */
int
pwk_swap_off (PwkMachine *machine, unsigned number)
{
  PwkSwap *swap = &machine->st->swap;
  PwkSwapArea *area = number < PWK_MAX_SWAP_AREAS ? &swap->areas[number] : NULL;
  PwkIndex task = pwk_cpu (machine)->task;
  int64_t pages;
  int error;
  bool all;

  if (!area || !area->max)
    return pwk_refuse (machine, EINVAL, PWK_WHY_NO_SWAP);
  pages = (int64_t) area->max - 1;
  error = pwk_vm_enough_memory (machine, task ? pwk_task (machine, task)->mm : 0, pages);
  if (error)
    return error;
  pwk_vm_acct_memory (machine, -pages);
  avail_del (swap, number);
  close_up (swap, area->prio);
  area->writeok = false;
  swap->nr_free -= pages;
  machine->st->total_swap_pages -= (uint64_t) pages;
  swap->cache_off = true;
  drain_slots_caches (machine);
  machine->st->oom_origin = true;
  all = pwk_try_to_unuse (machine, number);
  machine->st->oom_origin = false;
  swap->cache_off = false;
  if (!all)
    {
      enable (machine, number);
      return pwk_refuse (machine, ENOMEM, PWK_WHY_NO_FRAMES);
    }
  forget (machine, number);
  pwk_emit_swapoff (machine, number);
  return 0;
}
