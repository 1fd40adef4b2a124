/* machine.h - the simulated machine: its state, its pools, its clock, its events
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      PwkMachine ─▶ arena ─▶ [ PwkState │ nodes and zones │ regions by id … ]
 *         │                       ▲
 *         ├─ st ──────────────────┘
 *         ├─ config, profile, format       what it is: never changes
 *         └─ listener, listen, watch       who looks on: not state
 *
 * A machine belongs to one thread at a time, which runs all of its cpus in turn; cur_cpu says whose
 * turn it is. Time is simulated: each event costs its kind's nanoseconds on the cpu where it
 * happens.
 */
#pragma once

#include "engine/core/arena.h"
#include "engine/core/config.h"
#include "engine/core/event.h"

/* Records of fixed size that come and go, a region for each kind (pool.h). What is there once, or
 * once for each node, zone or cpu, has no pool: it lies in the state at a place that is known. */
typedef enum
{
  PWK_POOL_TASK, PWK_POOL_MM, PWK_POOL_VMA, PWK_POOL_ANON_VMA, PWK_POOL_AVC, PWK_POOL_INODE, PWK_POOL_FILE, PWK_POOL_FILES,
  PWK_POOL_XNODE, PWK_POOL_FRAME, PWK_POOL_CACHE, PWK_POOL_SLAB, PWK_POOL_ARRAY_CACHE, PWK_POOL_VMAP, PWK_POOL_MEMPOOL, PWK_POOL_DMA_POOL, PWK_POOL_DMA_PAGE, PWK_POOL_BIO,
  PWK_POOL_MEMPOLICY, PWK_POOL_SHARED_POLICY, PWK_POOL_RESV_MAP, PWK_POOL_FILE_REGION, PWK_N_POOLS
} PwkPoolId;

/* Pressure stall information, see psi.h. some: somebody waits for memory; full: and nobody does
 * anything else. */
typedef enum { PWK_PSI_SOME, PWK_PSI_FULL, PWK_N_PSI } PwkPsiState;

/* Of one cpu: struct psi_group_cpu, as far as it is about memory. ns of its own clock. */
typedef struct
{
  uint32_t nr_memstall;       /* who stalls here now: NR_MEMSTALL; 0 at a place of rest */
  uint32_t in_memstall;       /* whether who runs is one of them: NR_MEMSTALL_RUNNING */
  uint64_t state_start;       /* since when that is so; of no matter while nobody stalls */
  uint64_t times[PWK_N_PSI];
  uint64_t seen[PWK_N_PSI], seen_busy;   /* what of the times, and of those when it was not idle, is in the machine's totals: times_prev */
} PwkPsiCpu;

/* Of the machine: struct psi_group. */
#define PWK_PSI_AVERAGES 3    /* of 10, 60 and 300 s */
typedef struct
{
  uint64_t total[PWK_N_PSI];                       /* ns */
  uint64_t avg_total[PWK_N_PSI];                   /* what of them is in the averages */
  uint64_t avg[PWK_N_PSI][PWK_PSI_AVERAGES];       /* per cent, with 11 bits behind the point */
  uint64_t avg_last_update, avg_next_update;       /* ns */
} PwkPsi;

/* One cpu: what it runs and its own simulated time, Σ counter × cost of its events plus waits.
 * Clocks of cpus run apart; locks bring them together (lock.h), and the timer, until whose tick they idle.
 *
 *      task, mm   mm is whose tables CR3 points to, which is not always task's: a cpu that the kernel has
 *                 for itself keeps the tables of who ran last (lazy TLB), and is asked to flush with them
 *      context    on whose behalf it runs: an interrupt must not sleep, so gfp masks are judged by it
 *      memalloc   what the code around an allocation forbids, whatever the allocation's own mask says
 */
typedef struct
{
  uint64_t   ns;
  uint64_t   idle_ns;         /* of these it had nothing to do */
  uint64_t   count[PWK_N_EVENTS];
  PwkIndex   task;            /* running, 0 the kernel */
  PwkIndex   mm;              /* in CR3 */
  uint32_t   node;
  uint16_t   context;         /* PwkContext */
  uint16_t   memalloc;        /* scopes that are open: PWK_MEMALLOC_ */
  uint64_t   cr3;             /* physical address of the top table, PCID in the low 12 bits */
  PwkPsiCpu  psi;
  /* counts that replay and the TLB view show */
  uint64_t   l1d_hits, l1d_misses, l1i_hits, l1i_misses, stlb_hits, stlb_misses, walks_instr, walks_data, walk_refs, walk_refs_pwc;
} PwkCpu;

/* memalloc_noio_save () and its kin: what allocations inside may not do, whatever their mask says. */
#define PWK_MEMALLOC_NOIO      (1u << 0)   /* PF_MEMALLOC_NOIO: no I/O, hence no file system either */
#define PWK_MEMALLOC_NOFS      (1u << 1)   /* PF_MEMALLOC_NOFS */
#define PWK_MEMALLOC_NORECLAIM (1u << 2)   /* PF_MEMALLOC: it frees memory itself; no reclaim, but all reserves */

/* Long calls go in small steps with a place of rest after each, and keep here how far they are, so
 * that a checkpoint can be taken in their midst. A place of rest is where no C function of the
 * engine is under way but the loop that steps: all that is to be done next is in the state.
 *
 *      kind        cursor … end          a                 b              result
 *      TOUCH       addresses             write             the byte       faults
 *      TICK        ticks                                                  -
 *      others      see the room that steps them (ROOM/room.c)
 */
typedef enum { PWK_OP_NONE, PWK_OP_ACCESS, PWK_OP_TOUCH, PWK_OP_POPULATE, PWK_OP_TICK, PWK_OP_FORK, PWK_OP_OPEN, PWK_N_OPS } PwkOpKind;
typedef struct
{
  uint32_t kind;              /* PwkOpKind */
  PwkIndex task;
  uint64_t cursor, end;       /* address, record, tick or index of the next piece, and where it ends */
  uint64_t a, b;              /* by kind */
  int64_t  result;            /* what the call returns when all is done */
  uint64_t cause;             /* event that the pieces belong to */
} PwkOp;

/* Tunables of vm.*, as /proc/sys/vm, and of kernel.* where they are of memory. In the units of the
 * files: kbytes, pages, ratios in per cent (or ten-thousandths: watermark_scale_factor,
 * watermark_boost_factor). Of two files for one thing, a ratio and bytes, the one that was written
 * last is not 0 (overcommit_kbytes). What follows from them, watermarks and reserves, is reckoned when
 * one is written (phys/sysctl.c), not when it is used. */
typedef struct
{
  int64_t min_free_kbytes, user_min_free_kbytes;      /* user: as set by sysctl, -1 never */
  int64_t watermark_scale_factor, watermark_boost_factor, percpu_pagelist_high_fraction;
  int64_t lowmem_reserve_ratio[PWK_MAX_NR_ZONES];
  int64_t overcommit_memory, overcommit_ratio, overcommit_kbytes;
  int64_t max_map_count, mmap_min_addr, swappiness, stack_guard_gap;   /* guard gap in pages */
  int64_t admin_reserve_kbytes, user_reserve_kbytes, vfs_cache_pressure, dirty_ratio, dirty_background_ratio, zone_reclaim_mode,
          page_cluster, oom_kill_allocating_task, panic_on_oom, legacy_va_layout, compaction_proactiveness, extfrag_threshold,
          compact_unevictable_allowed, fault_around_bytes, min_unmapped_ratio, min_slab_ratio;
  int64_t threads_max;                                /* kernel.threads-max */
} PwkSysctl;

#define PWK_SCRIPT_WORDS 32
/* How often the timer ticks: CONFIG_HZ=250. */
#define PWK_TICK_NS 4000000u
/* Of PWK_REGION_STRING, see string.c. */
#define PWK_STRING_BYTES (68u << 20)
#define PWK_MAX_VM_EVENTS 96

/* Swap areas, see virt/swap-door.h. One: struct swap_info_struct. */
#define PWK_MAX_SWAP_AREAS 8
typedef struct { uint32_t first, last, n; } PwkClusterHead;   /* of a list of clusters */

/* Always true, see reclaim/check.c: nr_free and the slots in use are max - 1 together, as the first
 * slot is the header's; what waits in a cpu's cache of slots is in use. */
typedef struct
{
  uint64_t max;             /* slots, with the header's; 0: there is no such area */
  uint64_t base;            /* where its records begin in the regions of slots, in slots; of clusters, in clusters, that / 512 */
  uint64_t inuse;           /* slots that are not free */
  int32_t  prio;            /* the higher the earlier; below 0: it was given none */
  bool     ready;           /* clusters are set up */
  bool     writeok;         /* slots may be taken; not while swapoff () empties it */
  uint16_t reserved;
  PwkClusterHead lists[5];  /* by PwkClusterList */
} PwkSwapArea;
typedef struct
{
  PwkSwapArea areas[PWK_MAX_SWAP_AREAS];   /* by number: the type of their entries */
  int64_t  nr_free;         /* slots that can be had of all: nr_swap_pages */
  int32_t  least_priority;  /* that an area was given by itself */
  uint32_t ra_hits;         /* pages of shared memory that were read along and wanted since the last readahead: swapin_readahead_hits */
  uint32_t ra_pages;        /* that the last readahead was of: last_readahead_pages */
  uint64_t ra_prev;         /* slot of the last that had no hits to go by: prev_offset */
  bool     cache_active;    /* swap_slot_cache_active */
  bool     cache_off;       /* !swap_slot_cache_enabled: swapoff () is at work */
  uint8_t  n_avail;
  uint8_t  avail[PWK_MAX_SWAP_AREAS];      /* areas with free slots, the one to be asked first in front: swap_avail_head */
  uint8_t  reserved[5];
} PwkSwap;

/* A cache of objects that can be shrunk, see reclaim/shrinker.h: struct shrinker. Its objects are a
 * number and no more. nr_deferred are those that were to be looked at and were not, since they were
 * less than a batch; the next pass has them on top. */
typedef enum { PWK_FREES_ALL, PWK_FREES_HALF, PWK_FREES_NONE, PWK_FREES_STOP } PwkShrinkerFrees;   /* of those that it is to look at */
typedef struct
{
  PwkIndex name;            /* string */
  uint32_t seeks, frees;    /* frees: PwkShrinkerFrees */
  uint64_t objects, batch, nr_deferred;
} PwkShrinker;
#define PWK_MAX_SHRINKERS 16

/* What /sys/kernel/mm/transparent_hugepage/khugepaged says: of the 512 entries, so many may be
 * empty or zero pages, in the swap area, and of pages that others map, too. */
typedef struct { uint32_t max_ptes_none, max_ptes_swap, max_ptes_shared; } PwkKhugepaged;

/* A pool of huge pages of one size: struct hstate, see virt/hugetlb.h. Pages of that size.
 *
 *      nr_huge_pages = in use + free_huge_pages        of the free ones resv_huge_pages are promised to mappings
 *                    = what nr_hugepages asks for + surplus_huge_pages, which go when they are free
 */
typedef enum { PWK_HSTATE_2M, PWK_HSTATE_1G, PWK_N_HSTATES } PwkHstateIndex;
typedef struct
{
  uint32_t order;                                   /* of a page, from the page allocator's point of view */
  uint32_t next_nid_to_alloc, next_nid_to_free;     /* nodes take turns */
  uint32_t reserved;
  uint64_t nr_huge_pages, free_huge_pages, resv_huge_pages, surplus_huge_pages;
  uint64_t nr_overcommit_huge_pages;                /* surplus pages that there may be */
  uint64_t resv_lost;                               /* promised to nobody any more: mremap () of a part of a region forgets those of the rest */
  uint32_t nr_huge_pages_node[PWK_MAX_NODES], free_huge_pages_node[PWK_MAX_NODES], surplus_huge_pages_node[PWK_MAX_NODES];
  uint32_t freelist[PWK_MAX_NODES];                 /* the first free page, linked by lru.next; PWK_PFN_NIL none */
} PwkHstate;

/* Pages of a file that a readahead has asked the disk for, and that are locked until it answers;
 * see virt/readahead.h. */
typedef struct { uint64_t first, end; PwkIndex inode; uint32_t reserved; } PwkReads;   /* indices [first, end); inode 0: none are under way */

/* A register of a device: what was written last at a physical address where no memory is. See
 * phys/device.h. */
typedef struct { PwkPhys phys; uint64_t value; } PwkDeviceRegister;
#define PWK_MAX_DEVICE_REGISTERS 64

/* What is the machine's and of fixed size. First thing in the arena, before the nodes
 * (phys/zone.h). Hot: always copied, no marking needed. Whatever has to survive a place of rest is
 * here or in a region; totals (totalram_pages, nr_threads, vm_committed_as) are checked against
 * what they count by the rooms that keep them. */
typedef struct
{
  uint64_t   n_events;        /* number of the last event */
  uint64_t   cause;           /* event that is open, parent of the next; 0 none */
  uint32_t   cur_cpu;
  uint32_t   line;            /* of the statement being run */
  uint64_t   rng;             /* state of pwk_random () */
  uint32_t   cost_ns[PWK_N_EVENTS];
  uint32_t   n_nodes, n_cpus, levels;
  uint32_t   booted;
  PwkPfn     max_pfn;         /* one past the last frame */
  PwkPfn     zero_pfn, huge_zero_pfn;   /* empty_zero_page; PWK_NO_PFN until first used */
  PwkPfn     swapper_pgd;
  PwkPfn     memblock_next, memblock_end;  /* what is left of the frames that boot may hand out, see boot.h */
  uint32_t   n_online_nodes;
  uint32_t   refusal;         /* PwkRefusal: why the last call that failed did, see core/refusal.h */
  uint64_t   panicked;        /* number of the event panic, after which the kernel does nothing any more; 0: it has not */
  uint32_t   oom_origin;      /* swapoff () is at work, which would rather be refused than have a process killed: set_current_oom_origin () */
  PwkSysctl  sysctl;
  uint64_t   thp_enabled, thp_defrag;   /* PwkThpMode */
  int64_t    vm_committed_as;           /* pages */
  int64_t    vm_committed_lost;         /* … of them charged for the growth of regions that are not accounted: nobody gives them back */
  uint64_t   totalram_pages, totalreserve_pages, total_swap_pages;
  uint64_t   next_pcid, next_vma_id, next_mm_id, next_pid, next_shmem_ino;
  uint64_t   lab_flags;                 /* what break_kernel () has broken, PWK_BROKEN_ */
  PwkOp      op;
  PwkReads   reads;
  uint32_t   n_task_policies;           /* tasks with a NUMA policy: without any, allocations need not ask */
  uint8_t    weighted_interleave[PWK_MAX_NODES];   /* as sysfs has them; 0: 1 */
  uint32_t   die_counter;               /* faults of the kernel's own so far: "Oops: 0000 [#1]" */
  uint32_t   n_device_registers;
  PwkDeviceRegister device_registers[PWK_MAX_DEVICE_REGISTERS];
  uint32_t   demotion_enabled;          /* /sys/kernel/mm/numa/demotion_enabled */
  uint32_t   cpusets_enabled;           /* some task was put into a cpuset: until then allocations need not ask (cpusets_enabled ()) */
  uint32_t   nr_threads;                /* tasks that live */
  PwkSwap    swap;
  PwkPsi     psi;
  PwkIndex   io_first, io_last;         /* writes that are held, oldest first: PWK_POOL_BIO */
  uint32_t   flusher_woken;             /* it runs when the call has ended */
  uint32_t   n_shrinkers;
  PwkShrinker shrinkers[PWK_MAX_SHRINKERS];
  PwkKhugepaged khugepaged;
  PwkHstate  hstates[PWK_N_HSTATES];
  uint64_t   vm_event[PWK_MAX_VM_EVENTS];              /* counters of /proc/vmstat, see vmstat.h */
  uint64_t   n_strings_bytes;
  uint64_t   host_bytes;                /* of the computer's memory that records and mem_map have come to, see host-memory.h */
  uint64_t   script[PWK_SCRIPT_WORDS];  /* the scenario runner's own words: statement, phase … */
  PwkPool    pools[PWK_N_POOLS];
  PwkIndex   first_task, last_task;     /* tasks in order of making: indices are dense, see pwk_task_next () */
  PwkCpu     cpus[PWK_MAX_CPUS];
} PwkState;

/* lab_flags: what is broken on purpose. The checks of paging know by the last what they cannot ask. */
#define PWK_BROKEN_NO_SHOOTDOWN  ((uint64_t) 1 << 0)
#define PWK_BROKEN_NO_ZEROING    ((uint64_t) 1 << 1)
#define PWK_BROKEN_NO_COW        ((uint64_t) 1 << 2)
#define PWK_LAB_PTE_EDITED       ((uint64_t) 1 << 8)   /* set_pte () went past the kernel: counts may disagree */

typedef struct _PwkRoom PwkRoom;
typedef struct _PwkCapture PwkCapture;     /* phys/capture.h */

/* A machine: the arena that is its state, and around it what is not state: configuration
 * (immutable) and listeners. What is here must be the same whichever way a position was come to:
 * nothing in it may decide what the machine does. So going back restores the arena alone. */
struct _PwkMachine
{
  PwkArena      arena;
  PwkState     *st;           /* = start of PWK_REGION_STATE */
  PwkConfig    *config;       /* owned */
  const PwkProfile *profile;  /* = config->profile */
  const PwkFormat  *format;   /* = profile->format */
  bool          software_ad;  /* = config->software_ad */
  const PwkRoom *const *rooms;                 /* all of the engine's, from below, NULL-terminated; see core/room.h */
  void        (*step[PWK_N_OPS]) (PwkMachine *machine);   /* a piece of each kind of long call, from the rooms' rows */
  uint64_t      listen[PWK_EVENT_MASK_WORDS];  /* kinds that the listener wants */
  uint64_t      host_limit;   /* bytes that st->host_bytes is to stay below */
  uint64_t      watch;        /* event number at which it is called whatever the kind; 0 none */
  PwkCapture   *capture;      /* of the compaction under way, NULL: none; not state, since it ends within the step that began it */
  PwkListener   listener;
  void         *listener_data;
};

/* One is made and switched on in engine/boot. */
void           pwk_machine_free     (PwkMachine *machine);

PwkCheckpoint *pwk_machine_save     (PwkMachine *machine);
/* From a listener, in the midst of a step: the state as of the event. It can be restored to be
 * looked at, not to go on from. */
PwkCheckpoint *pwk_machine_save_within (PwkMachine *machine);
void           pwk_machine_restore  (PwkMachine *machine, const PwkCheckpoint *checkpoint);
uint64_t       pwk_machine_hash     (const PwkMachine *machine);

void           pwk_machine_listen   (PwkMachine *machine, PwkListener listener, void *data);   /* NULL: nobody */
void           pwk_machine_want     (PwkMachine *machine, int kind, bool wanted);              /* kind -1: all */

/* Simulated time: the latest of all cpus, and of one. ns. */
uint64_t       pwk_machine_ns       (const PwkMachine *machine);
/* All cpus have nothing to do until then. */
void           pwk_machine_idle     (PwkMachine *machine, uint64_t until_ns);
uint64_t       pwk_event_count      (const PwkMachine *machine, PwkEventKind kind);
/* Changes a cost from now on. */
void           pwk_cost_set         (PwkMachine *machine, PwkEventKind kind, uint32_t ns);
/* xorshift64*, in the machine's state. */
uint64_t       pwk_random           (PwkMachine *machine);

/* The running cpu: to read, and to write. Hot. */
static inline const PwkCpu *
pwk_cpu (const PwkMachine *machine)
{
  return &machine->st->cpus[machine->st->cur_cpu];
}

static inline PwkCpu *
pwk_cpu_edit (PwkMachine *machine)
{
  return &machine->st->cpus[machine->st->cur_cpu];
}

/* --- events: emit.h tells them --- */

/* Opens the event just emitted (its number @n): what follows has it as its cause until
 * pwk_event_close () gets back what this returned. */
static inline uint64_t
pwk_event_open (PwkMachine *machine, uint64_t n)
{
  uint64_t outer = machine->st->cause;

  pwk_assert_debug (n <= machine->st->n_events);
  machine->st->cause = n;
  return outer;
}

static inline void
pwk_event_close (PwkMachine *machine, uint64_t outer)
{
  pwk_assert_debug (outer <= machine->st->n_events);
  machine->st->cause = outer;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkMachine, pwk_machine_free)
