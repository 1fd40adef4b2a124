/* op.h - long calls in small steps, each ending at a place of rest
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Whether a call is under way: then nothing else may begin, and pwk_op_step () goes on with it. */
static inline bool
pwk_op_pending (const PwkMachine *machine)
{
  return machine->st->op.kind != PWK_OP_NONE;
}

/* The call under way is done; op.result says how. */
static inline void
pwk_op_finish (PwkMachine *machine)
{
  machine->st->op.kind = PWK_OP_NONE;
}

/* Does the next piece of the call under way: one access, one page, one tick, one region. When it
 * was the last, op.kind is PWK_OP_NONE and op.result the call's result. PWK_OP_ACCESS is stepped by
 * whoever holds the trace (the scenario runner), not here. The pieces are the rooms' own, see
 * core/room.h. */
void pwk_op_step (PwkMachine *machine);

/* The timer's ticks: what each room has in its row runs @ticks times. */
void pwk_op_tick (PwkMachine *machine, uint64_t ticks);
