/* lock.c - simulated spinlocks
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They cost time and order nothing: one thread runs the machine. What they show is contention,
 * where two cpus want one zone's lock.
 */
#include "engine/core/lock.h"

#include "engine/core/emit.h"
#include "engine/core/string.h"

/* Time passes for who came later, up to when the other let go; the lock is this cpu's from now on. */
void
pwk_lock_slow (PwkMachine *machine, PwkSpinlock *lock, const char *name)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  uint32_t last = lock->holder;

  pwk_assert_door (name && last <= machine->st->n_cpus);
  pwk_assert_door (last != machine->st->cur_cpu + 1);    /* who has it already would wait for himself */
  lock->holder = machine->st->cur_cpu + 1;
  if (last && lock->free_at > cpu->ns)
    {
      uint64_t wait = lock->free_at - cpu->ns;

      cpu->ns = lock->free_at;
      lock->waits++;
      lock->wait_ns += wait;
      pwk_emit_lock_wait (machine, pwk_string_intern (machine, name), wait, last - 1);
    }
}
