/* boot-private.h - the steps of booting, shared by the files of this room
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each step reads what the one before has left in PwkBoot, and none reads what it leaves itself:
 *
 *      memory      [ node 0 ……………………………… ]    [ node 0 …… ][ node 1 …………………… ]     pwk_boot_memory ()
 *      reserved     [1M] [ image ]                     [map]               [map]     pwk_boot_reserve ()
 *      zones       [ DMA │ DMA32 …………………… ]    [ Normal …… ][ Normal …………………… ]     pwk_boot_zones ()
 *      runs         r   f    r   f                f      r     f            r        pwk_boot_runs ()
 *
 * or, where /proc/zoneinfo describes the machine, pwk_boot_zoneinfo () makes zones and runs at
 * once.
 */
#pragma once

#include "engine/boot/boot.h"
#include "engine/phys/zone.h"

/* Frames [start, end) of a node, as memblock.memory and memblock.reserved have them. Neither is
 * empty, and no two of one array overlap. */
typedef struct { PwkPfn start, end; uint32_t node; } PwkMemRange;

/* What frames of a zone are when the allocator takes over: a row of frames of one zone that are
 * alike. What is in no run is a hole. Runs ascend, do not overlap and lie within their zone's span
 * (pwk_boot_memmap () asserts the order); since sections are made from runs, and struct pages only
 * where a section holds several kinds, a terabyte boots as fast as it has runs. */
typedef enum { PWK_RUN_RESERVED, PWK_RUN_FREE } PwkRunKind;
typedef struct { PwkPfn start, end; uint8_t kind, node, type; } PwkRun;

/* Lives while the machine boots; the result is in the arena. The arrays belong to
 * pwk_machine_boot (), which lets them go when the free lists are there. */
typedef struct
{
  PwkMachine *machine;
  GArray     *memory;       /* PwkMemRange, ascending, owned */
  GArray     *reserved;     /* PwkMemRange, ascending, owned: memblock.reserved */
  GArray     *runs;         /* PwkRun, ascending, owned */
  PwkPfn      node_start[PWK_MAX_NODES], node_end[PWK_MAX_NODES];
  PwkPfn      movable_pfn[PWK_MAX_NODES];    /* zone_movable_pfn: where Movable begins, 0 there is none */
} PwkBoot;

/* One past the last frame that the configuration's firmware map or zones name. */
PwkPfn pwk_boot_max_pfn (const PwkConfig *config);
/* The usable ranges of the firmware map by node: e820__memblock_setup (), numa_init (). */
void pwk_boot_memory   (PwkBoot *boot);
/* From memory and reservations to nodes, zones and runs. */
void pwk_boot_reserve  (PwkBoot *boot);
void pwk_boot_zones    (PwkBoot *boot);
void pwk_boot_runs     (PwkBoot *boot);
/* The same from /proc/zoneinfo. */
void pwk_boot_zoneinfo (PwkBoot *boot);
/* mem_map by section from the runs, then the free blocks. Each wants the one before, and an
 * allocator that has given nothing yet. */
void pwk_boot_memmap   (PwkBoot *boot);
void pwk_boot_free     (PwkBoot *boot);
/* What a zone of a node holds, in frames, and the event that tells of it; the node's own span grows
 * with it. Its free pages and its marks come later. A zone without present frames keeps its span
 * and tells nothing. */
PwkZone *pwk_boot_add_zone (PwkBoot *boot, unsigned node, unsigned type, PwkPfn start, uint64_t spanned, uint64_t present);
void     pwk_boot_add_run  (PwkBoot *boot, PwkPfn start, PwkPfn end, PwkRunKind kind, unsigned node, unsigned type);
