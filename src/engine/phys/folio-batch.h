/* folio-batch.h - folios on their way to an LRU list or from one to another, a few at a time, by cpu
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* What is to be done with a folio's place on the LRU lists waits in its cpu's batch until that is
 * full, or somebody drains them all:
 *
 *     lru_add              [a b c …]  onto its list, head first
 *     lru_move_tail        [        ]  to the tail of the inactive list
 *     lru_deactivate_file  [        ]  clean: to the tail of the inactive list; else to its head, to be reclaimed when written
 *     lru_deactivate       [        ]  from the active to the inactive list
 *     lru_lazyfree         [        ]  to the inactive list of files, without PG_swapbacked
 *     lru_activate         [        ]  from the inactive to the active list
 *     mlock                [        ]  to the unevictable ones, or back
 *
 * This is the order in which they are drained. A batch holds a reference to each of its folios, so
 * that one that is given up meanwhile lives until then. Large folios do not wait: with one, its
 * batch is full. Follows mm/swap.c and mm/mlock.c. */
typedef enum
{
  PWK_BATCH_LRU_ADD, PWK_BATCH_MOVE_TAIL, PWK_BATCH_DEACTIVATE_FILE, PWK_BATCH_DEACTIVATE, PWK_BATCH_LAZYFREE, PWK_BATCH_ACTIVATE,
  PWK_BATCH_MLOCK, PWK_NR_BATCHES
} PwkBatchKind;

#define PWK_FOLIO_BATCH_MAX 31    /* PAGEVEC_SIZE; how many are used is the profile's folio_batch_size */

/* What a folio in the batch mlock is there for; the kernel has it in the low bits of the pointer
 * (LRU_FOLIO, NEW_FOLIO). */
typedef enum { PWK_BATCH_MUNLOCK, PWK_BATCH_MLOCK_LRU, PWK_BATCH_MLOCK_NEW } PwkMlockWhy;

typedef struct { uint32_t n; uint32_t folios[PWK_FOLIO_BATCH_MAX]; } PwkFolioBatch;

/* A cpu's, in PWK_REGION_BATCH. */
typedef struct
{
  PwkFolioBatch batch[PWK_NR_BATCHES];
  uint8_t       mlock_why[PWK_FOLIO_BATCH_MAX + 1];   /* PwkMlockWhy of those in the batch mlock */
} PwkCpuBatches;

const PwkCpuBatches *pwk_cpu_batches (const PwkMachine *machine, unsigned cpu);
/* "lru_add" … "mlock". */
const char *pwk_batch_name           (PwkBatchKind kind);
/* References that the batches of all cpus have to the folio. */
unsigned pwk_batch_refs              (const PwkMachine *machine, PwkPfn head);

/* folio_add_lru (): of a new folio, which is on no list. */
void     pwk_lru_cache_add           (PwkMachine *machine, PwkPfn head);
/* folio_mark_accessed (): referenced first, active at the second time. */
void     pwk_folio_mark_accessed     (PwkMachine *machine, PwkPfn head);
/* folio_activate (), folio_deactivate (), deactivate_file_folio (), folio_mark_lazyfree (),
 * folio_rotate_reclaimable (): nothing happens to folios that this does not fit. */
void     pwk_folio_activate          (PwkMachine *machine, PwkPfn head);
void     pwk_folio_deactivate        (PwkMachine *machine, PwkPfn head);
void     pwk_deactivate_file_folio   (PwkMachine *machine, PwkPfn head);
void     pwk_folio_mark_lazyfree     (PwkMachine *machine, PwkPfn head);
void     pwk_folio_rotate_reclaimable (PwkMachine *machine, PwkPfn head);
/* mlock_folio (), mlock_new_folio (), munlock_folio (). */
void     pwk_mlock_folio             (PwkMachine *machine, PwkPfn head);
void     pwk_mlock_new_folio         (PwkMachine *machine, PwkPfn head);
void     pwk_munlock_folio           (PwkMachine *machine, PwkPfn head);

/* lru_add_drain () of the running cpu, lru_add_drain_all () of all. */
void     pwk_lru_add_drain           (PwkMachine *machine);
void     pwk_lru_add_drain_all       (PwkMachine *machine);
/* The batch lru_add alone, as a large folio fills it. */
void     pwk_lru_cache_drain         (PwkMachine *machine);
/* mlock_drain_local (). */
void     pwk_mlock_drain             (PwkMachine *machine);
