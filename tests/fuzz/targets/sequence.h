/* sequence.h - calls of all kinds on one machine, each made of numbers from elsewhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

#define SEQUENCE_TASKS   4
#define SEQUENCE_HELD    64
#define SEQUENCE_FILES   4

/* Where the numbers come from: bytes that a fuzzer has chosen (then there is an end), or a generator. */
typedef struct
{
  const uint8_t *bytes, *end;   /* borrowed; NULL: of the generator */
  uint64_t       state;         /* the generator's */
} Numbers;

/* What the calls have got so far and may name again. All of it is plain, so that a copy goes with a checkpoint of the machine. */
typedef struct
{
  PwkMachine *machine;          /* borrowed; booted */
  Numbers     numbers;
  PwkIndex    task[SEQUENCE_TASKS];     /* 0: none, or gone */
  int64_t     fd[SEQUENCE_TASKS][SEQUENCE_FILES];
  struct { PwkPfn pfn; unsigned order; } block[SEQUENCE_HELD];
  PwkVaddr    object[SEQUENCE_HELD], area[SEQUENCE_HELD];
  uint64_t    n_calls;
} Sequence;

/* A machine of two nodes, switched on; with @which others (four of them): of another size, with huge pages, with another allocator. */
PwkMachine *sequence_machine (unsigned which);
/* Nothing is held yet, and one process is there. */
void        sequence_begin   (Sequence *sequence, PwkMachine *machine, Numbers numbers);
/* The next call, to its end. False: there are no more numbers, or the machine has panicked. */
bool        sequence_call    (Sequence *sequence);
