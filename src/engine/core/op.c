/* op.c - long calls in small steps, and the tick, of which all rooms have their part
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      pwk_op_… ()  sets st->op ─▶ [ pwk_op_step () ]* ─▶ op.kind is NONE, op.result the answer
 *                                   │ place of rest after each: checkpoint, stop, watch
 *
 * One call is under way at most. Whatever a step has to know is in st->op or in the state it works
 * on; so a machine that is restored in the midst of a call goes on with it.
 */
#include "engine/core/op.h"

#include "engine/core/emit.h"
#include "engine/core/psi.h"
#include "engine/core/room.h"

/* One tick: every room has its turn. It comes at the next multiple of 4 ms; until then nobody has anything to do. */
static void
tick_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;

  pwk_machine_idle (machine, (pwk_machine_ns (machine) / PWK_TICK_NS + 1) * PWK_TICK_NS);
  pwk_emit_tick (machine, pwk_event_count (machine, PWK_EV_TICK) + 1);
  for (const PwkRoom *const *room = machine->rooms; *room; room++)
    if ((*room)->tick)
      (*room)->tick (machine);
  pwk_psi_tick (machine);
  if (++op->cursor >= op->end)
    pwk_op_finish (machine);
}

/* Ticks are a long call, as one may reclaim for a long time. */
void
pwk_op_tick (PwkMachine *machine, uint64_t ticks)
{
  pwk_assert_door (machine->st->op.kind == PWK_OP_NONE);
  machine->st->op = (PwkOp) { .kind = ticks ? PWK_OP_TICK : PWK_OP_NONE, .end = ticks, .cause = machine->st->cause };
}

/* Pieces belong to the event that the call is, though much may have come between. */
void
pwk_op_step (PwkMachine *machine)
{
  PwkOpKind kind = (PwkOpKind) machine->st->op.kind;
  uint64_t outer = pwk_event_open (machine, machine->st->op.cause);

  pwk_assert_door (kind != PWK_OP_NONE && kind < PWK_N_OPS);
  pwk_assert_door (kind == PWK_OP_TICK || machine->step[kind]);    /* else it would never end */
  if (kind == PWK_OP_TICK)
    tick_step (machine);
  else
    machine->step[kind] (machine);
  pwk_event_close (machine, outer);
}
