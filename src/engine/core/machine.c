/* machine.c - a machine's life: saving, events, time
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It is made and switched on in engine/boot, which knows all rooms; here is what needs none of
 * them.
 */
#include "engine/core/machine.h"

#include <string.h>

#include "engine/core/emit.h"

/* Checkpoints outlive it: they have references of their own to the copies. */
void
pwk_machine_free (PwkMachine *machine)
{
  pwk_arena_clear (&machine->arena);
  pwk_config_free (machine->config);
  g_free (machine);
}

/* --- saving --- */

/* At a place of rest: whoever goes on from the checkpoint does so by the state alone. */
PwkCheckpoint *
pwk_machine_save (PwkMachine *machine)
{
  return pwk_arena_save (&machine->arena, machine->st->n_events, false);
}

/* Functions of the engine are under way and hold records that they have marked: marks stay. */
PwkCheckpoint *
pwk_machine_save_within (PwkMachine *machine)
{
  return pwk_arena_save (&machine->arena, machine->st->n_events, true);
}

/* What listens goes on listening, as that is not state. A cause that was open is open again: none at
 * a place of rest between two statements. */
void
pwk_machine_restore (PwkMachine *machine, const PwkCheckpoint *checkpoint)
{
  pwk_arena_restore (&machine->arena, checkpoint);
}

/* Two machines that have come to the same state by different ways have the same. */
uint64_t
pwk_machine_hash (const PwkMachine *machine)
{
  return pwk_arena_hash (&machine->arena);
}

/* --- events and time --- */

/* One at a time; nobody listening wants no kind. */
void
pwk_machine_listen (PwkMachine *machine, PwkListener listener, void *data)
{
  machine->listener = listener;
  machine->listener_data = data;
  if (!listener)
    {
      memset (machine->listen, 0, sizeof machine->listen);
      machine->watch = 0;
    }
}

/* A bit a kind, tested at each event. */
void
pwk_machine_want (PwkMachine *machine, int kind, bool wanted)
{
  pwk_assert_door (kind >= -1 && kind < PWK_N_EVENTS);
  if (kind < 0)
    memset (machine->listen, wanted ? 0xff : 0, sizeof machine->listen);
  else if (wanted)
    machine->listen[kind >> 6] |= (uint64_t) 1 << (kind & 63);
  else
    machine->listen[kind >> 6] &= ~((uint64_t) 1 << (kind & 63));
}

/* The listener sees the machine as it is just after the change, and may look at all of it. It must
 * change nothing, since whether somebody listens must make no difference; nor may it keep @event,
 * which lies on the stack. */
void
pwk_event_deliver (PwkMachine *machine, PwkEventKind kind, uint64_t n, const uint64_t arg[PWK_EVENT_ARGS])
{
  const PwkState *st = machine->st;
  PwkEvent event = {
    .n = n, .parent = st->cause, .ns = st->cpus[st->cur_cpu].ns, .kind = kind, .cpu = st->cur_cpu,
    .task = st->cpus[st->cur_cpu].task, .line = st->line,
  };

  pwk_assert_debug (kind < PWK_N_EVENTS && n > 0 && n <= st->n_events);
  pwk_assert_debug (st->cause < n);    /* causes come before what they cause */
  memcpy (event.arg, arg, sizeof event.arg);
  if (machine->listener)
    machine->listener (machine, &event, machine->listener_data);
}

/* Cpus run in turn, so the latest of their clocks is how late it is. A cpu that has nothing to do
 * stands still, and where two meet at a lock the one that is behind is moved on (lock.c). */
uint64_t
pwk_machine_ns (const PwkMachine *machine)
{
  uint64_t ns = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    ns = MAX (ns, machine->st->cpus[cpu].ns);
  return ns;
}

void
pwk_machine_idle (PwkMachine *machine, uint64_t until_ns)
{
  for (unsigned i = 0; i < machine->st->n_cpus; i++)
    {
      PwkCpu *cpu = &machine->st->cpus[i];

      if (cpu->ns >= until_ns)
        continue;
      cpu->idle_ns += until_ns - cpu->ns;
      cpu->ns = until_ns;
    }
}

/* Of all cpus, since power-on. */
uint64_t
pwk_event_count (const PwkMachine *machine, PwkEventKind kind)
{
  uint64_t count = 0;

  pwk_assert_door ((unsigned) kind < PWK_N_EVENTS);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    count += machine->st->cpus[cpu].count[kind];
  return count;
}

/* In the state, so that going back takes it back. */
void
pwk_cost_set (PwkMachine *machine, PwkEventKind kind, uint32_t ns)
{
  pwk_assert_door ((unsigned) kind < PWK_N_EVENTS);
  machine->st->cost_ns[kind] = ns;
}

/* In the state: the same scenario draws the same numbers, also after going back. */
uint64_t
pwk_random (PwkMachine *machine)
{
  uint64_t x = machine->st->rng;

  pwk_assert_door (x != 0);     /* 0 is the one state that the generator does not come out of */
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  machine->st->rng = x;
  return x * 0x2545f4914f6cdd1dull;
}
