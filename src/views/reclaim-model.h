/* reclaim-model.h - page replacement: the LRU lists as queues, the pages that a pass has taken off
 * them, and what decides about their fate
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/phys/zone.h"
#include "views/reclaim-tracks.h"
#include "views/views.h"

/* Folios in a row of a list, and what is taken at once: SWAP_CLUSTER_MAX. */
#define PWK_RECLAIM_ROW 32u
/* Folios that are read from each end of a list; those between are counted. */
#define PWK_RECLAIM_END   (5 * PWK_RECLAIM_ROW)
#define PWK_RECLAIM_TAKEN 64u
#define PWK_RECLAIM_SLOTS 64u
#define PWK_RECLAIM_FILES 8u
#define PWK_RECLAIM_CELLS 64u
#define PWK_RECLAIM_TASKS 8u
#define PWK_RECLAIM_ROUNDS_SHOWN 32u

/* Marks of a page, as pictures draw them. */
typedef enum
{
  PWK_MARK_YOUNG = 1 << 0,      /* the accessed bit is set in an entry that maps it */
  PWK_MARK_REFERENCED = 1 << 1, /* PG_referenced */
  PWK_MARK_DIRTY = 1 << 2,
  PWK_MARK_WRITEBACK = 1 << 3,
  PWK_MARK_MAPPED = 1 << 4,
  PWK_MARK_WORKINGSET = 1 << 5, /* PG_workingset: it was active before */
  PWK_MARK_PART = 1 << 6,       /* of a cell of several pages: not all are in memory */
} PwkReclaimMark;

/* A folio that is on a list. */
typedef struct
{
  uint32_t pfn;
  uint8_t order;
  bool anon;     /* PG_swapbacked: it goes to swap, not to a file */
  uint8_t marks; /* PwkReclaimMark */
} PwkReclaimPage;

/*      head ◀─ pages[0] … pages[n_head - 1] │ not read │ … pages[n_head + n_tail - 1] ─ tail
 *
 * A list that is short enough is read whole; then n_tail is 0. */
typedef struct
{
  uint64_t n_pages; /* pages, not folios */
  uint32_t n_head, n_tail;
  PwkReclaimPage pages[2 * PWK_RECLAIM_END];
} PwkReclaimList;

typedef enum
{
  PWK_FATE_OPEN, /* not yet decided, or decided and not carried out */
  PWK_FATE_GONE, /* free */
  PWK_FATE_KEPT, /* back to the list that it came from */
  PWK_FATE_ACTIVATED,
  PWK_FATE_DEACTIVATED,
  PWK_FATE_UNEVICTABLE,
  PWK_N_FATES
} PwkReclaimFate;

#define PWK_NO_VERDICT 0xff
/* A folio that a pass has taken off its list. */
typedef struct
{
  PwkReclaimPage page; /* as it is now; of one that is gone, as far as the events tell */
  uint8_t fate;        /* PwkReclaimFate: where it is */
  uint8_t way;         /* PwkReclaimFate: where it goes, as far as is decided; = fate when there */
  uint8_t verdict;     /* PwkFolioRef, PWK_NO_VERDICT: not asked */
  uint64_t slot;       /* of the swap area, 0 none */
} PwkReclaimTaken;

typedef struct
{
  uint8_t lru; /* that they were taken from */
  bool closed; /* all are where they belong */
  uint32_t n;
  uint64_t scanned;
  PwkReclaimTaken taken[PWK_RECLAIM_TAKEN];
  uint32_t n_in_hand;         /* those that are nowhere yet */
  uint32_t n_of[PWK_N_FATES]; /* by where they go */
} PwkReclaimBatch;

/* The last page that came back. */
typedef struct
{
  bool any, recent, workingset, file, now; /* now: it is the event at the position */
  uint64_t pfn, distance, size, age;       /* age: the clock, when it came back */
} PwkReclaimRefault;

/* One cell of a file's strip: @span pages. */
typedef struct
{
  bool present;
  uint8_t marks; /* PwkReclaimMark of any of them */
  uint32_t pfn;  /* of the first that is present */
} PwkReclaimCell;

typedef struct
{
  PwkIndex inode;
  char *name;       /* owned */
  uint64_t n_pages; /* of the file */
  uint64_t n_cached;
  uint64_t span;
  uint32_t n_cells;
  PwkReclaimCell cells[PWK_RECLAIM_CELLS];
} PwkReclaimFile;

typedef struct
{
  uint16_t count;    /* entries that name it */
  bool cached, zero; /* its page is in memory, too; it holds zeros */
  uint32_t pfn;      /* of the page, if cached */
} PwkReclaimSlot;

typedef struct
{
  int64_t pid, badness, rss, swap, tables, adj; /* pages; adj: oom_score_adj */
  char *name;                                   /* owned */
} PwkReclaimTask;

typedef struct
{
  unsigned node;
  int zone; /* whose lists they are; -1: the node's */
  unsigned n_nodes;
  PwkReclaimList lists[PWK_NR_LRU_LISTS];
  PwkReclaimBatch batch;
  PwkReclaimTrack tracks[PWK_N_TRACKS];
  char *caller; /* owned; who reclaims for himself, NULL nobody */
  int lit;      /* PwkFolioRef of the event at the position, -1 none */
  PwkReclaimRefault refault;
  uint64_t anon_cost, file_cost, nonresident_age;
  int64_t swappiness;
  bool has_psi;
  PwkPsi psi;         /* as a reading finds it */
  uint32_t n_waiting; /* folios in the cpus' batches lru_add */

  uint64_t n_slots, n_free_slots, first_slot; /* all; free; that slots[0] shows */
  uint32_t n_slots_shown;
  PwkReclaimSlot slots[PWK_RECLAIM_SLOTS];

  uint64_t n_cached, n_dirty, n_writeback; /* of the node, pages */
  uint32_t n_files, n_more_files;
  PwkReclaimFile files[PWK_RECLAIM_FILES];
  uint32_t n_tasks, n_more_tasks;
  PwkReclaimTask tasks[PWK_RECLAIM_TASKS];
  int64_t chosen; /* pid that an oom_select or oom_kill names, 0 none */

  /* of the process that went the last, by the size of its working set */
  uint32_t n_rounds;
  PwkRound rounds[PWK_RECLAIM_ROUNDS_SHOWN];
  uint64_t last_round; /* its n, 0 none */
  char *goer;          /* owned; that process, NULL none */
  uint64_t managed;    /* pages of the machine */
} PwkReclaimModel;

/* From a pass's events, in their order: what it has taken, what became of it (reclaim-batch.c). */
void pwk_reclaim_follow (PwkReclaimModel *model, const PwkObservation *observation);
/* How long rounds take, against how large the working set is (reclaim-rounds.c). */
void pwk_reclaim_read_rounds (PwkReclaimModel *model, const PwkObservation *observation);
/* The folio as it is now (reclaim-model.c). */
PwkReclaimPage pwk_reclaim_page (const PwkMachine *machine, uint32_t pfn);
