/* boot-private.h - the steps of booting, shared by the files of this room
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/boot/boot.h"
#include "engine/phys/zone.h"

/* Frames [start, end) of a node, as memblock.memory. */
typedef struct { PwkPfn start, end; uint32_t node; } PwkMemRange;

/* What frames of a zone are when the allocator takes over. What is in no run is a hole. */
typedef enum { PWK_RUN_RESERVED, PWK_RUN_FREE } PwkRunKind;
typedef struct { PwkPfn start, end; uint8_t kind, node, type; } PwkRun;

/* Lives while the machine boots; the result is in the arena. */
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
/* mem_map by section from the runs, then the free blocks. */
void pwk_boot_memmap   (PwkBoot *boot);
void pwk_boot_free     (PwkBoot *boot);
/* One zone: fields, event; what it holds comes later. */
PwkZone *pwk_boot_add_zone (PwkBoot *boot, unsigned node, unsigned type, PwkPfn start, uint64_t spanned, uint64_t present);
void     pwk_boot_add_run  (PwkBoot *boot, PwkPfn start, PwkPfn end, PwkRunKind kind, unsigned node, unsigned type);
