/* deed-counts.c - how many events of each kind the last statement that did something has caused
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/runner-private.h"

/* In PWK_REGION_VARS behind everything else. Kept only for a script that asks for them. */
typedef struct
{
  uint64_t at_boot[PWK_N_EVENTS];    /* how many there were when the machine was ready */
  uint64_t before[PWK_N_EVENTS];     /* … when the statement began */
  uint64_t caused[PWK_N_EVENTS];     /* by the last statement that is over */
} Counts;

static const Counts *
counts_of (const PwkRunner *runner)
{
  return pwk_arena_at (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_COUNTS);
}

static Counts *
counts_edit (PwkRunner *runner)
{
  Counts *counts = pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_COUNTS);

  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, counts, sizeof *counts);
  return counts;
}

static void
count_all (const PwkMachine *machine, uint64_t counts[PWK_N_EVENTS])
{
  memset (counts, 0, sizeof (uint64_t) * PWK_N_EVENTS);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
      counts[kind] += machine->st->cpus[cpu].count[kind];
}

/* Dumps and narration tell of what was done before them. */
static bool
is_deed (const PwkCall *call)
{
  return !call->def
         || (!(call->def->flags & PWK_CALL_IS_DUMP) && call->def->info.group != PWK_CALL_NARRATION && strcmp (call->def->info.name, "events") != 0);
}

bool
pwk_deeds_are_asked_for (const PwkScript *script)
{
  for (guint i = 0; i < pwk_script_n_statements (script); i++)
    if (strcmp (pwk_script_statement (script, i)->call, "events") == 0)
      return true;
  return false;
}

void
pwk_deed_begin (PwkCall *call)
{
  PwkRunner *runner = call->runner;
  bool first = pwk_runner_position (runner) == 0;

  if (first)
    *pwk_word (runner, PWK_WORD_BOOTED) = runner->machine->st->n_events;
  if (!runner->counts_deeds)
    return;
  if (first)
    count_all (runner->machine, counts_edit (runner)->at_boot);
  if (is_deed (call))
    count_all (runner->machine, counts_edit (runner)->before);
}

void
pwk_deed_end (PwkCall *call)
{
  PwkRunner *runner = call->runner;
  bool boots = strcmp (call->statement->call, "machine") == 0;
  Counts *counts;

  if (!is_deed (call))
    return;
  *pwk_word (runner, PWK_WORD_DEED_FIRST) = *pwk_word (runner, PWK_WORD_FIRST_EVENT);
  *pwk_word (runner, PWK_WORD_DEED_LAST) = runner->machine->st->n_events;
  if (boots)
    *pwk_word (runner, PWK_WORD_BOOTED) = runner->machine->st->n_events;
  if (!runner->counts_deeds)
    return;
  counts = counts_edit (runner);
  count_all (runner->machine, counts->caused);
  if (boots)
    memcpy (counts->at_boot, counts->caused, sizeof counts->at_boot);
  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    counts->caused[kind] -= counts->before[kind];
}

uint64_t
pwk_deed_caused (const PwkRunner *runner, PwkEventKind kind)
{
  return counts_of (runner)->caused[kind];
}

uint64_t
pwk_deeds_since_boot (const PwkRunner *runner, PwkEventKind kind)
{
  return pwk_event_count (runner->machine, kind) - counts_of (runner)->at_boot[kind];
}
