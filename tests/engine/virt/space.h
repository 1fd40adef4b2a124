/* space.h - a process to try memory calls on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/virt/uapi.h"

#define RW   (PWK_PROT_READ | PWK_PROT_WRITE)
#define ANON (PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS)

/* A machine of 256 MiB (or as given: key, value, …, NULL) with one process, A. */
typedef struct { PwkMachine *machine; PwkIndex task; } Space;

void    space_init    (Space *space);
/* Checks all invariants, then frees it. */
void    space_clear   (Space *space);
void    space_check   (const Space *space);
/* The rest of a long call; its result. */
int64_t space_settle  (Space *space, int64_t result);
int64_t space_mmap    (Space *space, uint64_t addr, uint64_t len, uint64_t prot, uint64_t flags);
/* mmap at a fixed place, private and anonymous; must succeed. */
void    space_map     (Space *space, uint64_t addr, uint64_t len, uint64_t prot);
/* One byte; "ok", "minor", "major", "SIGSEGV", "SIGBUS", "OOM". */
const char *space_store (Space *space, uint64_t addr);
const char *space_load  (Space *space, uint64_t addr);
/* Regions in [@start, @end) as "10000-12000 rw-p, …", pages in hexadecimal from @start on: "0-2 rw-p, 2-3 r--p". Caller frees. */
char   *space_regions (const Space *space, uint64_t start, uint64_t end);
#define space_assert_regions(space, start, end, expected) \
  do { g_autofree char *got_ = space_regions (space, start, end); g_assert_cmpstr (got_, ==, expected); } while (0)
PwkIndex space_vma    (const Space *space, uint64_t addr);

/* Counts events of one kind and keeps the arguments of the last. */
typedef struct { int kind; unsigned n; uint64_t arg[PWK_EVENT_ARGS]; } Told;
void    space_listen  (Space *space, Told *told, PwkEventKind kind);
