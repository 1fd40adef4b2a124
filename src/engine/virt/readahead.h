/* readahead.h - how much of a file is read, and when
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"

#define PWK_RA_PAGES 32u    /* VM_READAHEAD_PAGES: 128 KiB */

/* submit_bio (): @n pages of the file from @index on, told and counted. */
void pwk_ask_disk             (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n);
/* The cached page at @index gets its contents: the disk that was asked already is waited for, or
 * else it is asked now. */
void pwk_read_in              (PwkMachine *machine, PwkIndex inode, uint64_t index, PwkPfn pfn);

/* file_ra_state_init () of a file just opened. */
void pwk_file_ra_init         (PwkFile *file);
/* @index was wanted, with @wanted - 1 pages after it, and is not cached: page_cache_sync_ra (). */
void pwk_page_cache_sync_ra   (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted);
/* The page at @index is marked as the place to go on reading: page_cache_async_ra (). The mark goes. */
void pwk_page_cache_async_ra  (PwkMachine *machine, PwkIndex file, uint64_t index, uint64_t wanted);
/* The window that the file's state describes, from @index: page_cache_ra_order (). */
void pwk_page_cache_ra_order  (PwkMachine *machine, PwkIndex file, uint64_t index, bool async);
/* All of it, without marks or state: force_page_cache_ra (). */
void pwk_force_page_cache_ra  (PwkMachine *machine, PwkIndex inode, uint64_t index, uint64_t n);
