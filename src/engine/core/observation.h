/* observation.h - a machine as of one position, with what led there: what views are built from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

#define PWK_OBSERVED_EVENTS 4096
#define PWK_ROUNDS          1024

/* A task that has ended, and the event (exit) by which it did. */
typedef struct
{
  uint64_t n;
  PwkIndex task;
} PwkTaskExit;

/* A program's round over all its memory: a touch (), how long it took, and how large the program's working set was by then. */
typedef struct
{
  uint64_t n;                   /* the event by which it ended */
  uint64_t pages;               /* that the program has, in memory and in the swap area */
  uint64_t faults, ns;
  PwkIndex task;
} PwkRound;

/* All that a picture may depend on, beside which view and how large: so it is the same whichever way
 * led to the position.
 *
 *      statement 40 … 41 … [ 42 ] … 43 statement_end 44
 *      events                40, 41, 42            what has come of the statement so far
 *      chain                 42, its cause, …, 40  from the event at the position up
 */
typedef struct
{
  const PwkMachine *machine;    /* as of the position; valid only while the model is built */
  uint64_t          position;   /* event number */
  const PwkEvent   *events;     /* of the statement that the position is part of, up to there, oldest first; at most PWK_OBSERVED_EVENTS, the newest */
  uint32_t          n_events;
  const PwkEvent   *chain;      /* the event at the position, its cause, the cause's cause … */
  uint32_t          n_chain;
  const PwkTaskExit    *exits;      /* all up to the position, oldest first */
  uint32_t          n_exits;
  const PwkRound   *rounds;     /* the same of rounds, the first PWK_ROUNDS of the scenario */
  uint32_t          n_rounds;
} PwkObservation;

/* What is just now: within a statement the event at the position, at its end all that it did. */
static inline const PwkEvent *
pwk_observation_now (const PwkObservation *observation, uint32_t *n)
{
  bool within = observation->n_chain > 0 && observation->n_events > 0
                && observation->chain[observation->n_chain - 1].kind == PWK_EV_STATEMENT && observation->chain[0].kind != PWK_EV_STATEMENT_END;

  *n = within ? 1 : observation->n_events;
  return observation->events + observation->n_events - *n;
}
