/* reasons.h - how and why something happened, as events tell it
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values of fields that stand for a branch of the kernel's code.
 */
#pragma once

/* On whose behalf the kernel runs: the field `context` of might_sleep_warning and fs_reclaim_cycle.
 * The last two are inside the block layer, or a file system, when it writes a page for reclaim: who
 * would wait for reclaim there would wait for himself. */
typedef enum { PWK_CONTEXT_PROCESS, PWK_CONTEXT_SOFTIRQ, PWK_CONTEXT_IRQ, PWK_CONTEXT_BLOCK, PWK_CONTEXT_FS, PWK_N_CONTEXTS } PwkContext;

/* Why get_page_from_freelist () passes a zone over, besides its marks: the field `why` of zone_skip. */
typedef enum
{
  PWK_ZONE_SKIP_REMOTE = 1,   /* it is of another node, and fragmenting this one's zones has not been tried yet (ALLOC_NOFRAGMENT) */
  PWK_ZONE_SKIP_NO_BLOCK,     /* its marks allow it, but no block fits */
  PWK_ZONE_SKIP_KSWAPD,       /* its node's kswapd is at work, and another node may do */
  PWK_ZONE_SKIP_CPUSET        /* the task's cpuset does not have its node */
} PwkZoneSkip;

/* What comes of it if an allocation is to reclaim from a node before it goes to the next: the field `result` of node_reclaim_end. */
typedef enum
{
  PWK_NODE_RECLAIM_NOSCAN = -2,   /* not here, or not now: it may not wait, or another cpu's node is better at it */
  PWK_NODE_RECLAIM_FULL = -1,     /* there is next to nothing that could go */
  PWK_NODE_RECLAIM_SOME = 0,      /* fewer pages than are wanted */
  PWK_NODE_RECLAIM_SUCCESS = 1
} PwkNodeReclaim;

/* Why a zone may not give a block: the field `why` of watermark_fail. */
typedef enum
{
  PWK_WATERMARK_MARK = 1,     /* too few pages are free: not more than the mark, as far as this request has to keep it */
  PWK_WATERMARK_RESERVE,      /* more than the mark, but lowmem_reserve is kept for requests that can be served from here alone */
  PWK_WATERMARK_NO_BLOCK      /* enough pages are free, but no block of the order that it may take */
} PwkWatermarkWhy;

/* What bad_page says: arg `why` of the event. */
typedef enum
{
  PWK_BAD_NONE, PWK_BAD_PFN, PWK_BAD_ORDER, PWK_BAD_DOUBLE_FREE, PWK_BAD_TAIL, PWK_BAD_RESERVED, PWK_BAD_MAPCOUNT, PWK_BAD_MAPPING,
  PWK_BAD_REFCOUNT, PWK_BAD_FLAGS_FREE, PWK_BAD_FLAGS_PREP, PWK_N_BAD_REASONS
} PwkBadReason;

/* What keeps an allocation from other nodes' memory: the field `constraint` of out_of_memory. Whoever is killed must have memory there. */
typedef enum { PWK_CONSTRAINT_NONE, PWK_CONSTRAINT_CPUSET, PWK_CONSTRAINT_MEMORY_POLICY } PwkOomConstraint;

/* Why somebody waits for memory: the field `why` of psi_memstall_enter and psi_memstall_leave. */
typedef enum
{
  PWK_STALL_DIRECT_RECLAIM,   /* he reclaims for himself */
  PWK_STALL_DIRECT_COMPACT,   /* he makes a block for himself */
  PWK_STALL_KSWAPD,           /* the thread that reclaims */
  PWK_STALL_KCOMPACTD,        /* the thread that makes blocks */
  PWK_STALL_SWAPIN,           /* he waits for an anonymous page that was in the working set */
  PWK_STALL_REFAULT,          /* … of a file */
  PWK_N_STALLS
} PwkStall;

/* Why the kernel stops: the field `why` of panic. */
typedef enum
{
  PWK_PANIC_ON_OOM,           /* vm.panic_on_oom is 1, and the request may use all nodes */
  PWK_PANIC_ON_OOM_ALWAYS,    /* it is 2 */
  PWK_PANIC_DEADLOCK          /* there is nobody left to be killed */
} PwkPanicWhy;

/* How a processor caches what a page maps, as ioremap () asks for it: enum page_cache_mode. */
typedef enum
{
  PWK_CACHE_WB,               /* write-back: memory */
  PWK_CACHE_WC,               /* write-combining: frame buffers */
  PWK_CACHE_UC_MINUS,         /* not cached, unless the MTRRs say write-combining: registers, ioremap () */
  PWK_CACHE_UC,               /* not cached, whatever the MTRRs say */
  PWK_CACHE_WT,               /* write-through */
  PWK_N_CACHE_MODES
} PwkCacheMode;

/* What an instruction does with memory. */
typedef enum { PWK_ACCESS_LOAD, PWK_ACCESS_STORE, PWK_ACCESS_FETCH } PwkAccessKind;

/* Which check of a walk failed, in the order in which the processor makes them: the field `check`
 * of access_fault. */
typedef enum
{
  PWK_CHECK_CANONICAL,        /* the address itself: a general protection fault, before any walk */
  PWK_CHECK_PRESENT,          /* the entry is not present */
  PWK_CHECK_RESERVED,         /* a bit is set in it that must not be */
  PWK_CHECK_USER,             /* some entry on the way is the kernel's alone */
  PWK_CHECK_WRITE,            /* … does not allow writing */
  PWK_CHECK_EXECUTE,          /* … forbids fetching instructions */
  PWK_CHECK_ACCESSED,         /* it was not accessed yet, and the hardware leaves that to the kernel */
  PWK_CHECK_DIRTY             /* it is clean, and so is that */
} PwkWalkCheck;

/* How a region came to hold a new or changed range (event vma_merge, argument how). */
typedef enum
{
  PWK_MERGE_PREV,         /* the region below was extended over all of it */
  PWK_MERGE_NEXT,         /* the region above was extended downwards over all of it */
  PWK_MERGE_BOTH,         /* below, it and above are one */
  PWK_MERGE_PREV_PART,    /* the region below took the lower part of a region, which shrank */
  PWK_MERGE_NEXT_PART,    /* the region above took the upper part of a region, which shrank */
  PWK_N_MERGES
} PwkMergeHow;

/* Why a range was not joined to a region that it touches (event vma_not_merged, argument why), in
 * the order of the tests. */
typedef enum
{
  PWK_NO_MERGE_SPECIAL,   /* VM_SPECIAL: device or special mappings never merge */
  PWK_NO_MERGE_CLOSE,     /* the region has vm_ops->close and could not be removed */
  PWK_NO_MERGE_FLAGS,     /* vm_flags differ */
  PWK_NO_MERGE_FILE,      /* another open file, or none */
  PWK_NO_MERGE_NAME,      /* names differ */
  PWK_NO_MERGE_ANON_VMA,  /* both have an anon_vma, and not the same */
  PWK_NO_MERGE_FORKED,    /* its anon_vma came from a fork: the chain has more than one link */
  PWK_NO_MERGE_PGOFF,     /* page offsets do not continue */
  PWK_NO_MERGE_SIDES,     /* it would fit to both sides, but those have different anon_vmas */
  PWK_NO_MERGE_POLICY,    /* their NUMA policies differ; asked before all but PWK_NO_MERGE_SPECIAL */
  PWK_N_NO_MERGES
} PwkNoMergeWhy;

/* Which way a fault went: handle_mm_fault's `branch'. */
typedef enum
{
  PWK_BRANCH_ANONYMOUS,     /* do_anonymous_page () */
  PWK_BRANCH_HUGE,          /* do_huge_pmd_anonymous_page () */
  PWK_BRANCH_READ,          /* do_read_fault () */
  PWK_BRANCH_COW,           /* do_cow_fault () */
  PWK_BRANCH_SHARED,        /* do_shared_fault () */
  PWK_BRANCH_WRITE_PROTECT, /* do_wp_page () */
  PWK_BRANCH_HUGE_WRITE_PROTECT, /* do_huge_pmd_wp_page () */
  PWK_BRANCH_SWAP,          /* do_swap_page (): a marker or a swap entry */
  PWK_BRANCH_HUGETLB,       /* hugetlb_fault () */
  PWK_BRANCH_ACCESS_FLAGS,  /* the entry was good: accessed and dirty bits, or nothing */
  PWK_N_BRANCHES
} PwkFaultBranch;

/* folio_check_references ()'s verdicts. */
typedef enum { PWK_FOLIOREF_RECLAIM, PWK_FOLIOREF_RECLAIM_CLEAN, PWK_FOLIOREF_KEEP, PWK_FOLIOREF_ACTIVATE } PwkFolioRef;

/* enum scan_balance: how anonymous memory and files share a pass. */
typedef enum { PWK_SCAN_EQUAL, PWK_SCAN_FRACT, PWK_SCAN_ANON, PWK_SCAN_FILE } PwkScanBalance;

/* enum migrate_mode: how long may be waited for a page that is to be moved. */
typedef enum { PWK_MIGRATE_ASYNC, PWK_MIGRATE_SYNC_LIGHT, PWK_MIGRATE_SYNC } PwkMigrateMode;

/* Why a page stays where it is: the field `why` of migrate_fail. */
typedef enum
{
  PWK_MIGRATE_NO_FRAME = 1, /* there is no frame to move it to */
  PWK_MIGRATE_BUSY,         /* it is being written */
  PWK_MIGRATE_HELD,         /* somebody holds it whom no page table knows */
  PWK_MIGRATE_LOCKED        /* it is being read */
} PwkMigrateFail;

/* enum compact_result, enum compact_priority. */
typedef enum
{
  PWK_COMPACT_NOT_SUITABLE_ZONE, PWK_COMPACT_SKIPPED, PWK_COMPACT_DEFERRED, PWK_COMPACT_NO_SUITABLE_PAGE, PWK_COMPACT_CONTINUE,
  PWK_COMPACT_COMPLETE, PWK_COMPACT_PARTIAL_SKIPPED, PWK_COMPACT_CONTENDED, PWK_COMPACT_SUCCESSFUL, PWK_N_COMPACT_RESULTS
} PwkCompactResult;
typedef enum { PWK_COMPACT_PRIO_SYNC_FULL, PWK_COMPACT_PRIO_SYNC_LIGHT, PWK_COMPACT_PRIO_ASYNC } PwkCompactPriority;

/* enum scan_result of mm/khugepaged.c: what became of 2 MiB that were to be one page. */
typedef enum
{
  PWK_COLLAPSE_SUCCEED, PWK_COLLAPSE_PMD_MAPPED, PWK_COLLAPSE_FAIL, PWK_COLLAPSE_PMD_NULL, PWK_COLLAPSE_PMD_NONE, PWK_COLLAPSE_EXCEED_NONE,
  PWK_COLLAPSE_EXCEED_SWAP, PWK_COLLAPSE_EXCEED_SHARED, PWK_COLLAPSE_NOT_REFERENCED, PWK_COLLAPSE_PAGE_COUNT, PWK_COLLAPSE_PAGE_RO,
  PWK_COLLAPSE_PAGE_LRU, PWK_COLLAPSE_ALLOC_FAIL, PWK_COLLAPSE_OTHER, PWK_N_COLLAPSE_RESULTS
} PwkCollapseResult;
