/* machines.h - small machines with a history, for tests of views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

/* A machine and what was observed of it last: the newest events and their causes. */
typedef struct
{
  PwkMachine    *machine;
  GArray        *events;      /* PwkEvent, all since test_machine_forget () */
  GArray        *chain;
  GArray        *exits;       /* PwkTaskExit, all */
  PwkObservation observation; /* up to date after test_machine_observe () */
} TestMachine;

/* By name:
 *   "boot"   64 MiB, nothing done yet, no process
 *   "paper"  two nodes of 1024 pages (DMA 0–63, NORMAL 64–1023; NORMAL 1024–2047), free memory broken up
 *   "busy"   512 MiB, two processes that share, kernel allocations, holes among free memory; the last thing is a page fault
 *   "split"  64 MiB; the last thing is an allocation that splits a block of order 10
 *   "merge"  the same, and freed: all the halves join again
 *   "low"    16 MiB filled up: the last allocation fails after the slow path
 *   "pressure" 32 MiB with swap and a file in the page cache: two processes want more than there is, and direct reclaim serves the last fault
 *   "numa"   four nodes, sixteen cpus, a node nearly full
 *   "x86-32" a machine with high memory
 *   "large"  64 GiB, with some use
 *   "vast"   1 TiB
 * and those of processes.h and kernel-memory.h.
 */
TestMachine *test_machine_new     (const char *name);
void         test_machine_free    (TestMachine *self);
void         test_machine_forget  (TestMachine *self);
/* The observation of now: valid until the machine goes on. */
const PwkObservation *test_machine_observe (TestMachine *self);

extern const char *const test_machine_names[];   /* NULL-terminated */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestMachine, test_machine_free)
