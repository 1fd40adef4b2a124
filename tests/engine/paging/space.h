/* space.h - an address space without regions, for tests of tables and TLBs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/page-table.h"
#include "engine/paging/translate.h"

/* Pages are mapped by hand; the machine's checks hold all along. */
typedef struct
{
  PwkMachine *machine;     /* owned */
  PwkIndex    mm;
  GArray     *mappings;    /* owned; of Mapping, see space.c */
} Space;

/* A machine of 256 MiB with @cpus and @levels; @tlb NULL: the default. */
void     space_init     (Space *space, unsigned cpus, unsigned levels, const char *tlb);
/* Takes everything down again, checks and frees the machine. */
void     space_clear    (Space *space);
/* Another address space of the same machine: a copy that shares the machine. Cleared by space_clear_mm (). */
Space    space_another  (const Space *space);
void     space_clear_mm (Space *space);
/* Maps a new page of 4 KiB or 2 MiB at @addr with these bits (present and PSE are added). Returns its frame. */
PwkPfn   space_map      (Space *space, PwkVaddr addr, uint64_t bits, bool large);
/* Unmaps it, with the flush that the kernel makes. */
void     space_unmap    (Space *space, PwkVaddr addr);
/* Changes bits of the leaf of @addr, without a flush. */
void     space_edit     (Space *space, PwkVaddr addr, uint64_t set, uint64_t clear);
void     space_run      (Space *space, unsigned cpu);
void     space_check    (const Space *space);
/* Translates on the running cpu: 0, its physical address in @phys if that is not NULL; or the error code, plus SPACE_FAULT. */
uint32_t space_access   (Space *space, PwkVaddr addr, PwkAccessKind kind, bool user, PwkPhys *phys);
uint64_t space_random   (uint64_t *seed);

#define SPACE_FAULT 0x8000u
#define USER_BITS (PWK_PTE_RW | PWK_PTE_US)
