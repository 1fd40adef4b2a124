/* runner.h - a scenario carried out on a machine, from one place of rest to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/refusal.h"
#include "scenario/spot.h"

/* Where the runner is lies in the machine's arena (PwkState.script, PWK_REGION_VARS), so that restoring a checkpoint of the machine
 * restores the runner too. Outside it keeps what does not change: the script, opened traces, and the last result of each statement. */
typedef struct _PwkRunner PwkRunner;

typedef enum { PWK_VERDICT_NONE, PWK_VERDICT_HOLDS, PWK_VERDICT_FAILS } PwkVerdict;

/* What came of a statement the last time it was carried out. Owned by the runner, valid until it is freed. */
typedef struct
{
  bool        done;
  PwkVerdict  verdict;
  char       *actual;        /* in the language's own notation: "0x7ffff7ff6000", "-1 ENOMEM", "minor", "pg  # 84992", or a dump's text */
  PwkRefusal  why;           /* it failed; PWK_WHY_NONE too where no reason is known */
  bool        has_read;      /* load (value=): read is what was there */
  uint64_t    read;
  bool        is_dump;
  bool        impossible;    /* it made no sense when its turn came and was not run; actual says why */
  char       *message;       /* of a failed expectation or a kernel's bug report: FILE:LINE:COLUMN: expected …, got …; else NULL */
  char       *note;          /* disagreement of a recording, narration (say), warnings; or NULL */
  char       *loss;          /* why a recorded call that matters was not followed, or NULL */
  char       *answer;        /* what answer= of ask () came to; or NULL */
  char       *rounds;        /* "i=3, j=1": the rounds of the loops around it, where there is something to say of it; else NULL */
  uint64_t    first_event, last_event;
} PwkOutcome;

/* The machine of @script's first statement (or the default one), switched off; @overrides are "key=value" of --set, may be NULL. Errors: place in
 * the script. @folder is where relative paths of access () lead from, NULL the current one. */
PwkRunner  *pwk_runner_new        (PwkScript *script, const char *const *overrides, const char *folder, GError **error);
void        pwk_runner_free       (PwkRunner *runner);
PwkMachine *pwk_runner_machine    (PwkRunner *runner);
PwkScript  *pwk_runner_script     (PwkRunner *runner);

/* Goes on to the next place of rest: a statement's end, or a place inside a long one. False when nothing is left. */
bool        pwk_runner_step       (PwkRunner *runner);
bool        pwk_runner_finished   (const PwkRunner *runner);
/* The statement that is under way or comes next; the number of statements when all is over. */
uint32_t    pwk_runner_position   (const PwkRunner *runner);
/* The same with the rounds of the loops around it. */
PwkSpot     pwk_runner_spot       (const PwkRunner *runner);
/* The number of the event behind which the run comes to statement @i for the first time, if that is known; else 0. In a loop it is not. */
uint64_t    pwk_runner_event_before (const PwkRunner *runner, uint32_t i);
/* Between statements (true), or inside one. */
bool        pwk_runner_between    (const PwkRunner *runner);
const PwkOutcome *pwk_runner_outcome (const PwkRunner *runner, uint32_t statement);
/* The answer to the last question that was asked, or NULL. The runner's. */
const char *pwk_runner_answer     (const PwkRunner *runner);
/* Expectations that hold and fail, over all statements done so far. */
void        pwk_runner_verdicts   (const PwkRunner *runner, uint32_t *held, uint32_t *failed);

/* Goes on with a longer or changed script. Statements up to pwk_runner_position () must be the same (else false with @error and nothing
 * happens; the session then starts anew and seeks). */
bool        pwk_runner_replace_script (PwkRunner *runner, PwkScript *script, GError **error);

/* The first file that @script, whose paths lead from @folder, names and may not read unless the user allows it (files/reach.h): its path, to be
 * freed; or NULL. */
char       *pwk_script_find_outside (const PwkScript *script, const char *folder);

/* What a bound name stands for; false if nothing is bound. */
bool        pwk_runner_lookup     (const PwkRunner *runner, const char *name, int64_t *value);

/* The statement as executed, with its actual result, in the language (what `run` echoes), and @why it failed, one line or NULL, as a comment. Of what begins the outermost block the block as it
 * stands; inside of a block comments with what is to be said of this round (a failure that nobody expected, if there is a @why), or NULL: nothing is.
 * Caller frees. */
char       *pwk_runner_echo       (const PwkRunner *runner, uint32_t statement, const char *why);

/* Called whenever something is to be told: a call was carried out, a block has begun, or a line of one could not be carried out. @spot is where
 * that was. */
typedef void (*PwkTeller) (PwkRunner *runner, const PwkSpot *spot, gpointer data);
void        pwk_runner_set_teller (PwkRunner *runner, PwkTeller teller, gpointer data);

/* --- the call table: what can be called --- */
typedef enum { PWK_CALL_MACHINE, PWK_CALL_PROCESS, PWK_CALL_KERNEL, PWK_CALL_LAB, PWK_CALL_DUMP, PWK_CALL_NARRATION } PwkCallGroup;
typedef struct
{
  const char  *name;
  const char  *signature;    /* "alloc_pages(gfp, order, node=, cpu=, migratetype=) = pfn" */
  const char  *summary;      /* the man page's line, untranslated: N_("…") */
  const char  *example;      /* a line that can be tried at once */
  PwkCallGroup group;
  bool         needs_process;
} PwkCallInfo;
const PwkCallInfo *pwk_calls      (uint32_t *n);           /* sorted by group, then name */
const PwkCallInfo *pwk_call_find  (const char *name);
/* Whether @script calls what there is, with arguments that can be; @error has the place of the first that does not. What
 * pwk_runner_new () begins with, for those who want to know before. */
bool               pwk_calls_check (const PwkScript *script, GError **error);
