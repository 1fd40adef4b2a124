/* touch.c - each page of a range once, as a long call
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A program's loop over its memory, as a lesson begins with: one access a page, each a step that
 * can be stopped after. Op: cursor the next address, end behind the last, a write, b the byte.
 */
#include "engine/paging/touch.h"

#include <errno.h>

#include "engine/paging/mmu.h"

/* An empty range is no call; its result is 0 faults. */
void
pwk_op_touch (PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, bool write, uint8_t value)
{
  machine->st->op = (PwkOp) {
    .kind = length ? PWK_OP_TOUCH : PWK_OP_NONE, .task = task, .cursor = addr, .end = addr + length, .a = write, .b = value,
    .cause = machine->st->cause,
  };
}

/* A piece is one page. The result counts faults; a fault that kills ends the call, with -EFAULT as
 * a system call's that cannot reach its buffer. */
void
pwk_touch_step (PwkMachine *machine)
{
  PwkOp *op = &machine->st->op;
  PwkAccessResult result;

  if (op->cursor >= op->end)
    {
      pwk_op_finish (machine);
      return;
    }
  result = pwk_access (machine, op->task, op->cursor, 1, op->a ? PWK_ACCESS_STORE : PWK_ACCESS_LOAD, op->b);
  op->result += result.faults;
  if (result.outcome >= PWK_ACCESS_SIGSEGV)
    {
      op->result = result.outcome == PWK_ACCESS_OOM ? -ENOMEM : -EFAULT;
      pwk_op_finish (machine);
      return;
    }
  op->cursor = (op->cursor & PWK_PAGE_MASK) + PWK_PAGE_SIZE;
  if (op->cursor >= op->end || op->cursor == 0)
    pwk_op_finish (machine);
}
