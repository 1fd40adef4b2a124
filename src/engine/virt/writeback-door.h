/* writeback-door.h - pages on their way to the disk, and the thread that sends them there
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Defined by reclaim/writeback.c. Between start and end a page has PG_writeback, and is neither
 * freed nor changed by the cache. */
#pragma once

#include "engine/core/machine.h"

/* A page that is being written has PG_writeback. With machine (io=instant) its write ends before
 * whoever began it goes on; with io=held it stands in a queue, the oldest first, until
 * pwk_io_complete (). A record of PWK_POOL_BIO. */
typedef struct { PwkIndex next; uint32_t pfn; } PwkBio;

/* folio_start_writeback (). */
void     pwk_folio_start_writeback (PwkMachine *machine, PwkPfn pfn);
/* submit_bio () of a page under writeback. It may have ended when this returns. */
void     pwk_writeback_submit      (PwkMachine *machine, PwkPfn pfn);
/* The @n oldest writes end. Returns how many did. */
uint64_t pwk_io_complete           (PwkMachine *machine, uint64_t n);
/* wakeup_flusher_threads (): all dirty pages are to be written; it runs when the call under way has
 * ended. */
void     pwk_wakeup_flusher        (PwkMachine *machine);
/* Lets the flusher run if it was woken. */
void     pwk_flusher_run           (PwkMachine *machine);
/* folio_wait_writeback (): nobody but the scenario lets held writes end, so whoever waits lets
 * those before it end. */
void     pwk_folio_wait_writeback  (PwkMachine *machine, PwkPfn pfn);
/* global_dirty_limits () for so many pages that are free, of files, and kept in reserve. */
void     pwk_dirty_limits          (const PwkMachine *machine, int64_t free, int64_t file, int64_t totalreserve, int64_t *threshold,
                                    int64_t *background);
