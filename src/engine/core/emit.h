/* emit.h - telling that something happened: pwk_emit_NAME () for each event of event-kinds.def
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events are numbered whether or not anybody listens, so the number of an event says where in a run
 * it is, and a run can be gone through again up to it. What costs is delivery; so a listener says
 * which kinds it wants, and each emit is a few additions and one test besides.
 */
#pragma once

#include "engine/core/event-types.h"
#include "engine/core/machine.h"
#include "engine/core/reasons.h"
#include "engine/core/refusal.h"

/* Builds the record and hands it to the listener; cold. */
void pwk_event_deliver (PwkMachine *machine, PwkEventKind kind, uint64_t n, const uint64_t arg[PWK_EVENT_ARGS]);

/* Counts and numbers an event: three additions and a test. True: somebody listens and is to be told. */
static inline bool
pwk_event_happens (PwkMachine *machine, PwkEventKind kind, uint64_t *n)
{
  PwkState *st = machine->st;
  PwkCpu *cpu = &st->cpus[st->cur_cpu];

  pwk_assert_debug ((unsigned) kind < PWK_N_EVENTS && st->cur_cpu < st->n_cpus);
  *n = ++st->n_events;
  cpu->count[kind]++;
  cpu->ns += st->cost_ns[kind];
  return (machine->listen[kind >> 6] >> (kind & 63) & 1) | (*n == machine->watch);
}

/* pwk_emit_split (machine, pfn, order, buddy, …): returns the event's number. Emitted after the
 * change that it tells. */
#define PWK_FIELD_PARAMETER(ID, TYPE, CTYPE, NAME) , CTYPE NAME
#define PWK_FIELD_VALUE(ID, TYPE, CTYPE, NAME)     (uint64_t) NAME,
#define PWK_EVENT(ID, NAME, CATEGORY, COST, WHERE, ...) \
  static inline uint64_t \
  pwk_emit_##NAME (PwkMachine *machine PWK_EACH_FIELD (PWK_FIELD_PARAMETER, ID, __VA_ARGS__)) \
  { \
    uint64_t n; \
\
    if (G_UNLIKELY (pwk_event_happens (machine, PWK_EV_##ID, &n))) \
      pwk_event_deliver (machine, PWK_EV_##ID, n, (const uint64_t[PWK_EVENT_ARGS]) { PWK_EACH_FIELD (PWK_FIELD_VALUE, ID, __VA_ARGS__) }); \
    return n; \
  }
#include "engine/core/event-kinds.def"
#undef PWK_EVENT
#undef PWK_FIELD_PARAMETER
#undef PWK_FIELD_VALUE
