/* pages.h - what the tests of user pages share: a process, calls done to their end, contents
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/op.h"
#include "engine/paging/mmu.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"

typedef struct
{
  PwkMachine *machine;
  PwkIndex    task;      /* process A */
} Fixture;

#define RW      (PWK_PROT_READ | PWK_PROT_WRITE)
#define PRIVATE (PWK_MAP_PRIVATE | PWK_MAP_ANONYMOUS)
#define SHARED  (PWK_MAP_SHARED | PWK_MAP_ANONYMOUS)

/* A machine of @memory ("64M") with process A, transparent huge pages by madvise, no swap. */
Fixture  fixture_new    (const char *memory);
/* Checks the machine, and frees it. */
void     fixture_free   (Fixture *fixture);
void     fixture_check  (const Fixture *fixture);
/* Steps the call under way to its end: its result. */
int64_t  finish         (Fixture *fixture, int64_t result);
/* mmap () of process A at a fixed address; anonymous if @fd is -1. */
void     map_at         (Fixture *fixture, PwkVaddr addr, uint64_t len, uint64_t prot, uint64_t flags, int64_t fd);
PwkIndex fork_of        (Fixture *fixture, PwkIndex task, const char *name);
PwkAccessOutcome load   (Fixture *fixture, PwkIndex task, PwkVaddr addr);
PwkAccessOutcome store  (Fixture *fixture, PwkIndex task, PwkVaddr addr, uint64_t value);
/* The 8 bytes at @addr as the process would read them. */
uint64_t peek           (Fixture *fixture, PwkIndex task, PwkVaddr addr);
int64_t  open_file      (Fixture *fixture, const char *path, int64_t size, int64_t cached);
/* A dump must be just that. */
void     assert_pagemap (Fixture *fixture, PwkIndex task, PwkVaddr addr, uint64_t length, const char *expected);
