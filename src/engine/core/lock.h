/* lock.h - simulated spinlocks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A simulated spinlock: when it becomes free, in the simulated time of its last holder. One engine
 * thread runs all cpus in turn, so that a lock is never found taken; that two cpus would have met
 * is seen by their clocks, and the later one's is moved on:
 *
 *      cpu 0  ───[ has the lock ]───────────▶  its clock at the end: free_at
 *      cpu 1  ──────[ waits      ][ has it ]──▶  wait_ns: from its own clock to free_at
 *
 * holder tells whether it was another cpu; the same one cannot have met itself. */
typedef struct
{
  uint64_t free_at;      /* ns */
  uint32_t holder;       /* cpu + 1 of who had it last, 0 nobody yet */
  uint32_t waits;        /* times that somebody waited */
  uint64_t wait_ns;      /* … and how long, together */
} PwkSpinlock;

/* A cpu that comes while another, in simulated time, still holds it waits (event lock_wait). */
void pwk_lock_slow (PwkMachine *machine, PwkSpinlock *lock, const char *name);

/* The same cpu again is the usual case, and costs a comparison. */
static inline void
pwk_lock (PwkMachine *machine, PwkSpinlock *lock, const char *name)
{
  if (G_UNLIKELY (lock->holder != machine->st->cur_cpu + 1))
    pwk_lock_slow (machine, lock, name);
}

/* Only who has it lets it go; its clock is then when others may have it. */
static inline void
pwk_unlock (PwkMachine *machine, PwkSpinlock *lock)
{
  pwk_assert_debug (lock->holder == machine->st->cur_cpu + 1);
  lock->free_at = pwk_cpu (machine)->ns;
}
