/* host-memory.h - how much of the computer's own memory a simulated machine may take
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* What a machine's state takes grows with what is simulated: records are taken, sections of mem_map
 * are opened. It never shrinks, so that it is counted where it grows (PwkState.host_bytes), and
 * whoever carries out calls looks between two pieces of work whether it is too much. */

/* Bytes that all of the program is to stay below; 0, as at first: 2 GiB or half of the computer's
 * memory, whichever is less. For machines that are made from now on. */
void     pwk_host_memory_set (uint64_t bytes);
uint64_t pwk_host_memory     (void);

/* The share of it that one machine's state may have: the rest is for what shows it, and for a
 * moment's work. */
uint64_t pwk_host_memory_of_machine (void);

/* Called where a record or a section is taken that never was before, which one that was given back
 * and is taken again is not. */
static inline void
pwk_host_memory_grows (PwkMachine *machine, uint64_t bytes)
{
  machine->st->host_bytes += bytes;
}

/* Asked between two pieces of work: so a machine can pass its limit by as much as one piece takes. */
static inline bool
pwk_host_memory_is_over (const PwkMachine *machine)
{
  pwk_assert_door (machine->host_limit > 0);
  return machine->st->host_bytes > machine->host_limit;
}
