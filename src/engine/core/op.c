/* op.c - long calls in small steps: touching, populating, ticking, forking
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/op.h"

#include <errno.h>

#include "engine/paging/mmu.h"
#include "engine/reclaim/kswapd.h"
#include "engine/virt/memory.h"
#include "engine/virt/process.h"

static void
finish (PwkMachine *machine)
{
  machine->st->op.kind = PWK_OP_NONE;
}

/* One page of touch (). A signal ends it. */
static void
touch_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;
  PwkAccessResult result;

  if (op->cursor >= op->end)
    {
      finish (machine);
      return;
    }
  result = pwk_access (machine, op->task, op->cursor, 1, op->a ? PWK_ACCESS_STORE : PWK_ACCESS_LOAD, 0);
  op->result += result.faults;
  if (result.outcome >= PWK_ACCESS_SIGSEGV)
    {
      op->result = result.outcome == PWK_ACCESS_OOM ? -ENOMEM : -EFAULT;
      finish (machine);
      return;
    }
  op->cursor = (op->cursor & PWK_PAGE_MASK) + PWK_PAGE_SIZE;
  if (op->cursor >= op->end || op->cursor == 0)
    finish (machine);
}

static void
tick_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;

  pwk_emit (machine, TICK, pwk_event_count (machine, PWK_EV_TICK) + 1);
  pwk_kswapd_tick (machine);
  if (++op->cursor >= op->end)
    finish (machine);
}

void
pwk_op_touch (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, bool write)
{
  machine->st->op = (PwkOp) {
    .kind = length ? PWK_OP_TOUCH : PWK_OP_NONE, .task = task, .cursor = addr, .end = addr + length, .a = write,
    .cause = machine->st->cause,
  };
}

void
pwk_op_tick (PwkMachine *machine, uint64_t ticks)
{
  machine->st->op = (PwkOp) { .kind = ticks ? PWK_OP_TICK : PWK_OP_NONE, .end = ticks, .cause = machine->st->cause };
}

void
pwk_op_step (PwkMachine *machine)
{
  uint64_t outer = pwk_event_open (machine, machine->st->op.cause);

  switch ((PwkOpKind) machine->st->op.kind)
    {
    case PWK_OP_TOUCH:
      touch_step (machine);
      break;
    case PWK_OP_POPULATE:
      pwk_populate_step (machine);
      break;
    case PWK_OP_TICK:
      tick_step (machine);
      break;
    case PWK_OP_FORK:
      pwk_fork_step (machine);
      break;
    case PWK_OP_NONE:
    case PWK_OP_ACCESS:
      break;
    }
  pwk_event_close (machine, outer);
}
