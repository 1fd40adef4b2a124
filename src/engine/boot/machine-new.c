/* machine-new.c - a machine is made: the arena laid out, the rooms joined, nothing switched on
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A machine is one piece of address space, and each kind of thing has a region of it that is as
 * long as it could ever become. Only pages that were written to take memory of the host:
 *
 *      [ state, nodes │ pcp │ tlb │ sections │ … │ mem_map │ tasks │ mms │ … │ strings │ log ]
 *        ▓▓▓▓▓▓▓▓▓▓▓▓   ▓▓▓   ▓▓▓   ▓░░░░░░░       ▓░░░░░░   ▓░░░░   ▓░░       ▓░░░░░░   ▓░░
 *
 * so that nothing ever moves, an index stays good, and a state of the past is a set of pages
 * (core/arena.h). How long the regions are is decided here alone.
 */
#include "engine/boot/boot-private.h"

#include "engine/core/host-memory.h"
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/kalloc/dma-pool.h"
#include "engine/kalloc/kalloc.h"
#include "engine/kalloc/mempool.h"
#include "engine/kalloc/room.h"
#include "engine/kalloc/vmap-area.h"
#include "engine/paging/mm.h"
#include "engine/paging/room.h"
#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/room.h"
#include "engine/phys/section.h"
#include "engine/reclaim/room.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/writeback-door.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb-reserve.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/room.h"
#include "engine/virt/shared-policy.h"

/* How many records of each kind there may be: so many a frame of the machine, but no fewer than
 * @least (a scenario makes many of some on the smallest machine) and no more than @most. Addresses
 * are reserved for all of them: a small machine stays small. Record 0 of each pool is never given,
 * so that an index of 0 can mean "none". */
static const struct { PwkRegionId region; uint32_t size; uint64_t least, a_frame, most; } pool_plan[PWK_N_POOLS] = {
  [PWK_POOL_TASK]     = { PWK_REGION_TASK,     sizeof (PwkTask),    1 << 16,  1, 1 << 20 },
  [PWK_POOL_MM]       = { PWK_REGION_MM,       sizeof (PwkMm),      1 << 16,  1, 1 << 20 },
  [PWK_POOL_VMA]      = { PWK_REGION_VMA,      sizeof (PwkVma),     1 << 20, 16, 1 << 25 },
  [PWK_POOL_ANON_VMA] = { PWK_REGION_ANON_VMA, sizeof (PwkAnonVma), 1 << 20, 16, 1 << 25 },
  [PWK_POOL_AVC]      = { PWK_REGION_AVC,      sizeof (PwkAvc),     1 << 22, 64, 1 << 26 },
  [PWK_POOL_INODE]    = { PWK_REGION_INODE,    sizeof (PwkInode),   1 << 20,  1, 1 << 22 },
  [PWK_POOL_FILE]     = { PWK_REGION_FILE,     sizeof (PwkFile),    1 << 20,  1, 1 << 23 },
  [PWK_POOL_FILES]    = { PWK_REGION_FILES,    PWK_FILES_RECORD,    1 << 16,  1, 1 << 20 },
  [PWK_POOL_XNODE]    = { PWK_REGION_XNODE,    PWK_XNODE_RECORD,    1 << 18,  4, 1 << 24 },
  [PWK_POOL_FRAME]    = { PWK_REGION_FRAME,    PWK_PAGE_SIZE,       1 << 18,  4, 1 << 24 },
  [PWK_POOL_BIO]      = { PWK_REGION_BIO,      sizeof (PwkBio),     1 << 16,  1, 1 << 24 },
  [PWK_POOL_MEMPOLICY] = { PWK_REGION_MEMPOLICY, sizeof (PwkMempolicy), 1 << 20, 1, 1 << 20 },
  [PWK_POOL_SHARED_POLICY] = { PWK_REGION_SHARED_POLICY, sizeof (PwkSpNode), 1 << 20, 1, 1 << 20 },
  [PWK_POOL_RESV_MAP] = { PWK_REGION_RESV_MAP, sizeof (PwkResvMap), 1 << 20, 1, 1 << 20 },
  [PWK_POOL_FILE_REGION] = { PWK_REGION_FILE_REGION, sizeof (PwkFileRegion), 1 << 20, 1, 1 << 22 },
  [PWK_POOL_CACHE]    = { PWK_REGION_CACHE,    sizeof (PwkKmemCache), 1 << 16, 1, 1 << 16 },
  [PWK_POOL_SLAB]     = { PWK_REGION_SLAB,     sizeof (PwkSlab),    1 << 16,  1, 1 << 24 },
  [PWK_POOL_ARRAY_CACHE] = { PWK_REGION_ARRAY_CACHE, sizeof (PwkArrayCache), 1 << 16, 1, 1 << 20 },
  [PWK_POOL_MEMPOOL]  = { PWK_REGION_MEMPOOL,  sizeof (PwkMempool), 1 << 12, 0, 1 << 12 },
  [PWK_POOL_DMA_POOL] = { PWK_REGION_DMA_POOL, sizeof (PwkDmaPool), 1 << 12, 0, 1 << 12 },
  [PWK_POOL_DMA_PAGE] = { PWK_REGION_DMA_PAGE, sizeof (PwkDmaPage), 1 << 16, 1, 1 << 22 },
  [PWK_POOL_VMAP]     = { PWK_REGION_VMAP,     sizeof (PwkVmapArea), 1 << 20, 1, 1 << 24 },
};

/* Records of a pool at most, the empty first one not counted. */
static uint64_t
pool_limit (unsigned pool, PwkPfn max_pfn)
{
  return CLAMP (pool_plan[pool].a_frame * max_pfn, pool_plan[pool].least, pool_plan[pool].most);
}

/* Slots of all swap areas together: what machine() asks for, and what may be added by swapon (). The
 * kernel, too, has no use for many times its memory: each slot costs it a word. */
static uint64_t
swap_slots (const PwkConfig *config, PwkPfn max_pfn)
{
  uint64_t asked = config->swap_bytes >> PWK_PAGE_SHIFT, added = ((uint64_t) 1 << 22) + 64 * max_pfn;

  return MIN (asked + added, PWK_MAX_SWAP_AREAS * PWK_SWAP_AREA_SLOTS) / PWK_SWAP_CLUSTER * PWK_SWAP_CLUSTER;
}

/* Bytes of address space for each region. Sizes that depend on the machine grow with its last
 * frame, not with its memory, as tables are indexed by pfn; a spare entry or two behind the last is
 * for loops that look one ahead. */
static void
plan_regions (const PwkConfig *config, PwkPfn max_pfn, uint64_t sizes[PWK_N_REGIONS])
{
  for (unsigned i = 0; i < PWK_N_POOLS; i++)
    sizes[pool_plan[i].region] = pool_plan[i].size * (pool_limit (i, max_pfn) + 1);
  sizes[PWK_REGION_STATE] = PWK_NODES_OFFSET + PWK_MAX_NODES * sizeof (PwkNode);
  sizes[PWK_REGION_PCP] = (uint64_t) config->n_nodes * PWK_MAX_NR_ZONES * config->n_cpus * sizeof (PwkPcp);
  sizes[PWK_REGION_TLB] = pwk_tlb_region_bytes (&config->tlb, config->n_cpus);
  sizes[PWK_REGION_SECTION] = ((max_pfn >> PWK_SECTION_SHIFT) + 2) * 64;
  sizes[PWK_REGION_PAGEBLOCK] = (max_pfn >> PWK_PAGEBLOCK_ORDER) + 2;
  sizes[PWK_REGION_BLOCK] = ((max_pfn >> PWK_MAX_PAGE_ORDER) + 2) * 16;
  sizes[PWK_REGION_MEMMAP] = (max_pfn + PWK_SECTION_PAGES) * sizeof (PwkPage);
  sizes[PWK_REGION_CONTENT] = pwk_contents_bytes (max_pfn);
  sizes[PWK_REGION_STRING] = PWK_STRING_BYTES;
  sizes[PWK_REGION_VARS] = (uint64_t) 1 << 30;
  sizes[PWK_REGION_LOG] = PWK_LOG_REGION_BYTES;
  sizes[PWK_REGION_KALLOC] = PWK_KALLOC_BYTES;
  sizes[PWK_REGION_SWAP] = swap_slots (config, max_pfn) * sizeof (PwkSwapSlot);
  sizes[PWK_REGION_SWAP_CLUSTER] = swap_slots (config, max_pfn) / PWK_SWAP_CLUSTER * sizeof (PwkSwapCluster);
  sizes[PWK_REGION_SWAP_CPU] = config->n_cpus * sizeof (PwkSwapCpu);
  sizes[PWK_REGION_BATCH] = config->n_cpus * sizeof (PwkCpuBatches);
}

/* All pools empty: the first record given is 1. */
static void
init_pools (PwkState *st, PwkPfn max_pfn)
{
  for (unsigned i = 0; i < PWK_N_POOLS; i++)
    st->pools[i] = (PwkPool) {
      .record_size = pool_plan[i].size, .region = (uint16_t) pool_plan[i].region, .next = 1, .limit = (uint32_t) pool_limit (i, max_pfn),
    };
}

/* All of the engine, from below: a room may call those before it, and is asked by those behind it
 * only through its entries here (core/room.h). */
static const PwkRoom *const rooms[] = { &pwk_phys_room, &pwk_paging_room, &pwk_kalloc_room, &pwk_virt_room, &pwk_reclaim_room, NULL };

/* Calls are told apart by kind; each kind is one room's to step (core/room.h). */
static void
take_rooms (PwkMachine *machine)
{
  machine->rooms = rooms;
  for (const PwkRoom *const *room = rooms; *room; room++)
    for (unsigned kind = 0; kind < PWK_N_OPS; kind++)
      if ((*room)->step[kind])
        machine->step[kind] = (*room)->step[kind];
}

/* Everything that is not zero in a machine that is off: sizes, limits, costs of events. The random
 * generator's state is odd, since one of 0 would give 0 for ever; equal seeds make equal machines. */
PwkMachine *
pwk_machine_new (PwkConfig *config, GError **error)
{
  PwkMachine *machine = g_new0 (PwkMachine, 1);
  uint64_t sizes[PWK_N_REGIONS] = { 0 };
  PwkPfn max_pfn = pwk_boot_max_pfn (config);

  pwk_assert_door (config->n_cpus > 0 && config->n_cpus <= PWK_MAX_CPUS);
  pwk_assert_door (config->n_nodes > 0 && config->n_nodes <= PWK_MAX_NODES);
  take_rooms (machine);
  machine->config = config;
  machine->profile = config->profile;
  machine->format = machine->profile->format;
  machine->software_ad = config->software_ad;
  plan_regions (config, max_pfn, sizes);
  if (!pwk_arena_init (&machine->arena, sizes, error))
    {
      pwk_machine_free (machine);
      return NULL;
    }

  machine->st = pwk_arena_edit (&machine->arena, PWK_REGION_STATE, 0);
  machine->st->max_pfn = max_pfn;
  machine->host_limit = pwk_host_memory_of_machine ();
  machine->st->rng = config->seed * 0x9e3779b97f4a7c15ull | 1;
  machine->st->n_cpus = config->n_cpus;
  machine->st->n_nodes = config->n_nodes;
  machine->st->levels = config->levels;
  machine->st->n_strings_bytes = 1;
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    machine->st->cost_ns[kind] = pwk_event_info ((PwkEventKind) kind)->cost_ns;
  init_pools (machine->st, max_pfn);
  return machine;
}

PwkMachine *
pwk_machine_simple (const char *first_key, ...)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  g_autoptr(GError) error = NULL;
  PwkMachine *machine;
  PwkConfig *config;
  va_list pairs;

  va_start (pairs, first_key);
  for (const char *key = first_key; key; key = va_arg (pairs, const char *))
    if (!pwk_config_builder_set (builder, key, va_arg (pairs, const char *), &error))
      g_error ("%s", error->message);
  va_end (pairs);

  config = pwk_config_finish (g_steal_pointer (&builder), &error);
  if (!config)
    g_error ("%s", error->message);
  machine = pwk_machine_new (config, &error);
  if (!machine)
    g_error ("%s", error->message);
  pwk_machine_boot (machine);
  return machine;
}
