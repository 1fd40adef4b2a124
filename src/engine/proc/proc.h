/* proc.h - the machine's state in the formats of the kernel's own files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/page.h"

/* Each appends the whole text to @out, in the kernel's own format to the letter, every line with
 * its "\n". @fields: "a,b", only these fields (the notation of the recordings); NULL all. A reading
 * changes nothing and makes no event: the machine is const. What the engine does not have stands
 * there as 0, where the kernel's file has a line for it, so that programs which parse the files
 * find them complete; texts marked "ours" have no file, and are what a recording's module printed. */

/* physical memory */
void pwk_proc_buddyinfo    (const PwkMachine *machine, GString *out);
void pwk_proc_pagetypeinfo (const PwkMachine *machine, GString *out);
void pwk_proc_zoneinfo     (const PwkMachine *machine, const char *fields, GString *out);
void pwk_proc_meminfo      (const PwkMachine *machine, GString *out);
/* … of it the lines that @fields names ("HugePages_Free,MemFree"), in the kernel's order. */
void pwk_proc_meminfo_fields (const PwkMachine *machine, const char *fields, GString *out);
void pwk_proc_vmstat       (const PwkMachine *machine, GString *out);
/* … its lines of those names alone, in the order in which they are named. */
void pwk_proc_vmstat_fields (const PwkMachine *machine, const char *fields, GString *out);
void pwk_proc_iomem        (const PwkMachine *machine, GString *out);
/* `node zone min low high p0 p1 p2 p3 p4` a line: ours. */
void pwk_proc_watermarks   (const PwkMachine *machine, GString *out);
/* `node zone migratetype order pfn pfn …` a line, head of the list first: the notation of machine
 * (freeareas=). */
void pwk_proc_freeareas    (const PwkMachine *machine, GString *out);
void pwk_proc_freeareas_of (const PwkMachine *machine, unsigned node, GString *out);
/* Where compaction goes on in each zone of @node: `node zone migrate_async PFN …`, ours;
 * /sys/kernel/debug/extfrag/extfrag_index and unusable_index. */
void pwk_proc_compact_state  (const PwkMachine *machine, unsigned node, GString *out);
void pwk_proc_extfrag_index  (const PwkMachine *machine, unsigned node, GString *out);
void pwk_proc_unusable_index (const PwkMachine *machine, unsigned node, GString *out);
/* struct page of @pfn, a field a line (flags as in /proc/kpageflags), its place, and `mapped by:
 * PROCESS ADDRESS` for each entry that maps it: ours. */
void pwk_proc_frame        (const PwkMachine *machine, PwkPfn pfn, GString *out);
/* The names of /proc/kpageflags' bits that @page has, "lru,mmap,anon"; returns the bits. */
uint64_t pwk_proc_page_flags (const PwkPage *page, GString *names);
/* The LRU lists of @node, head first, with names and flags of their pages, and the batches of all
 * cpus; and struct lruvec's other fields: ours. */
void pwk_proc_lru          (const PwkMachine *machine, unsigned node, GString *out);
void pwk_proc_lruvec       (const PwkMachine *machine, unsigned node, GString *out);
/* /proc/swaps: the swap areas, of which the slots that swap_map shows are used. */
void pwk_proc_swaps        (const PwkMachine *machine, GString *out);
/* The slots of a swap area that are in use, `slot[-slot] count[ cache]` a line; the entries of a
 * process that name slots, `page:slot`: ours. */
void pwk_proc_swap_map     (const PwkMachine *machine, unsigned area, GString *out);
void pwk_proc_swap_ptes    (const PwkMachine *machine, PwkIndex task, GString *out);
/* "520", or of another area than 0 "1:520". */
void pwk_proc_slot         (uint64_t slot, GString *out);
/* /proc/pressure/memory. */
void pwk_proc_pressure     (const PwkMachine *machine, GString *out);
/* /proc/kpageflags and kpagecount of @n frames from @pfn on, a line a frame. */
void pwk_proc_kpageflags   (const PwkMachine *machine, PwkPfn pfn, uint64_t n, GString *out);

/* processes; a task without an address space gives what the kernel gives */
void pwk_proc_maps         (const PwkMachine *machine, PwkIndex task, GString *out);
/* Of the regions that overlap [@addr, @addr + @length); @fields may name columns, see maps.h. */
void pwk_proc_maps_range   (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, const char *fields, GString *out);
/* A policy as numa_maps has it, "bind=static:0-1". 0: "default". */
void pwk_proc_mempolicy    (const PwkMachine *machine, PwkIndex policy, GString *out);
/* /proc/PID/numa_maps of those regions. */
void pwk_proc_numa_maps    (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out);
/* Runs of pages: `start-end node`, ENOENT where there is none, EFAULT where there is no region or
 * the zero page: ours, by move_pages (). */
void pwk_proc_page_nodes   (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out);
/* /sys/devices/system/node/nodeN/numastat. */
void pwk_proc_numastat     (const PwkMachine *machine, unsigned node, GString *out);
void pwk_proc_status       (const PwkMachine *machine, PwkIndex task, const char *fields, GString *out);
void pwk_proc_limits       (const PwkMachine *machine, PwkIndex task, GString *out);
/* Of the regions that overlap [@addr, @addr + @length); 0, UINT64_MAX for all. */
void pwk_proc_smaps        (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, const char *fields, GString *out);
/* Runs of pages: `start-end present|swap|file|guard|exclusive|none`; with @pfns the frames of a run
 * follow each other from `pfn N` on. */
void pwk_proc_pagemap      (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, bool pfns, GString *out);
/* Which frame each page lies in: `address pfn pfn …`, 16 pages a line at most, `address huge pfn`:
 * the notation of process (pages=). */
void pwk_proc_frames       (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, GString *out);
/* `min_flt maj_flt` */
void pwk_proc_stat_faults  (const PwkMachine *machine, PwkIndex task, GString *out);

/* translation */
/* Follows /sys/kernel/debug/page_tables/current_kernel of the process; without an address space, of
 * the kernel's own tables. With @pfns the frames of a line follow each other from `pfn N` at its
 * end on. */
void pwk_proc_page_tables  (const PwkMachine *machine, PwkIndex task, bool pfns, GString *out);
/* The walk of one address through @task's tables, its region and its struct page, as crash's vtop
 * prints them. Touches nothing. */
void pwk_proc_translate    (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, GString *out);
void pwk_proc_tlb          (const PwkMachine *machine, unsigned cpu, GString *out);
/* Hits, misses and rates of its TLBs, walks and what they read: ours. */
void pwk_proc_tlb_stats    (const PwkMachine *machine, unsigned cpu, GString *out);
/* @part / @whole, which is not 0, in @unit-ths (100: per cent), with two decimals: "98.77". */
void pwk_proc_ratio        (uint64_t part, uint64_t whole, uint64_t unit, GString *out);

/* slab caches */
/* struct kmem_cache, a field and its value a line: ours. */
void pwk_proc_kmem_cache   (const PwkMachine *machine, PwkIndex cache, GString *out);
/* Where each slab and each free object of the cache is: ours, see the manual page. */
void pwk_proc_slabs        (const PwkMachine *machine, PwkIndex cache, GString *out);
/* One cache's line, or (0) all, newest first, with the heading. */
void pwk_proc_slabinfo     (const PwkMachine *machine, PwkIndex cache, GString *out);
/* /proc/vmallocinfo without the callers' names: by vmap_node, then address; lazily freed areas last. */
void pwk_proc_vmallocinfo  (const PwkMachine *machine, GString *out);
/* `free START-END` in the order of addresses, `pool NODE PAGES ADDRESS …`, `lazy PAGES`: ours. */
void pwk_proc_vmap_areas   (const PwkMachine *machine, GString *out);
/* Reserves (mempool_t), and pools of small pieces for devices. */
void pwk_proc_mempools     (const PwkMachine *machine, GString *out);
void pwk_proc_dma_pools    (const PwkMachine *machine, GString *out);
/* The files of /sys/kernel/slab/NAME, name and content a line. */
void pwk_proc_sysfs_slab   (const PwkMachine *machine, PwkIndex cache, GString *out);
