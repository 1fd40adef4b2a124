/* recorder.h - the newest events, by number, what the pieces of long statements hang from, and which tasks have ended
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

#define PWK_RECORDED_EVENTS (4 * PWK_OBSERVED_EVENTS)   /* more than a picture tells of: a few steps back need no second recording */
#define PWK_CHAIN_EVENTS    32

/* A stretch of history without gaps. What event n is does not depend on which run came by it, so nothing here is the live machine's:
 * it stays true when that goes back, until the script becomes another one. */
typedef struct
{
  PwkEvent *ring;          /* owned; event n lies at n % PWK_RECORDED_EVENTS */
  uint64_t  first, last;   /* numbers of what is in it; first > last: empty */
  GArray   *roots;         /* PwkEvent in order of n: beginnings of the statements that are longer than what is observed, and of the last */
  guint     statement;     /* index in roots of the last statement */
  GArray   *exits;         /* PwkTaskExit in order of n */
  GArray   *rounds;        /* PwkRound in order of n */
} PwkRecorder;

void            pwk_recorder_init     (PwkRecorder *recorder);
void            pwk_recorder_clear    (PwkRecorder *recorder);
/* One that does not follow on what is there takes its place. */
void            pwk_recorder_add      (PwkRecorder *recorder, const PwkEvent *event);
/* Whether the pieces of a long call have such an event as their cause; each of them is to be told as it happens, recorded or not. */
bool            pwk_recorder_is_root  (uint32_t kind);
void            pwk_recorder_add_root (PwkRecorder *recorder, const PwkMachine *machine, const PwkEvent *event);
/* Whether it is told as it happens, recorded or not, because a task ends by it. */
bool            pwk_recorder_is_exit  (uint32_t kind);
void            pwk_recorder_add_exit (PwkRecorder *recorder, const PwkEvent *event);
/* The root whose number is @n, or NULL. */
const PwkEvent *pwk_recorder_root     (const PwkRecorder *recorder, uint64_t n);
/* Forgets events after @n. */
void            pwk_recorder_truncate (PwkRecorder *recorder, uint64_t n);

/* The first event that a picture of position @n may tell of. */
uint64_t        pwk_recorder_horizon  (uint64_t n);
/* Whether going on from position @n, recording, gives all that a picture of a later position, whose horizon is @first, tells. */
bool            pwk_recorder_connects (const PwkRecorder *recorder, uint64_t first, uint64_t n);
/* What a picture of position @n tells: the events of the statement that @n is part of, up to @n, into @out (PWK_OBSERVED_EVENTS). How many. */
uint32_t        pwk_recorder_observe  (const PwkRecorder *recorder, uint64_t n, PwkEvent *out);
/* Whether it is told as it happens, because a round may end by it. */
bool            pwk_recorder_is_round (uint32_t kind);
void            pwk_recorder_add_round (PwkRecorder *recorder, const PwkMachine *machine, const PwkEvent *event);
/* The rounds up to event @n; how many, in @n_rounds. */
const PwkRound *pwk_recorder_rounds   (const PwkRecorder *recorder, uint64_t n, uint32_t *n_rounds);
/* The exits up to event @n; how many, in @n_exits. */
const PwkTaskExit  *pwk_recorder_exits    (const PwkRecorder *recorder, uint64_t n, uint32_t *n_exits);
/* The event @n and its causes into @out (PWK_CHAIN_EVENTS), as far as the horizon or a statement's beginning. How many. */
uint32_t        pwk_recorder_chain    (const PwkRecorder *recorder, uint64_t n, PwkEvent *out);
