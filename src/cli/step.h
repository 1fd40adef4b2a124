/* step.h - STEP on the command line: a moment of a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/spot.h"

/* The number of an event, or line:N, in a loop line:N:R[:R…]: behind that line, in that round. */
typedef struct
{
  bool        given;
  bool        is_line;
  bool        is_strict;        /* a moment that the scenario does not reach is an error, not its end */
  const char *text;             /* as it was given; borrowed */
  const char *option;           /* … with which option, as "--at" */
  uint64_t    number;
  PwkSpot     spot;             /* of a line: what it is behind, found by pwk_step_find () */
  bool        has_rounds;       /* … and its rounds were given: that there are none such is an error */
  bool        at_start;         /* … there is no statement before it */
} PwkStep;

/* False: @text, given with @option, is no STEP. Both are borrowed. */
bool pwk_step_parse         (PwkStep *step, const char *option, const char *text);
/* Finds the line in @script. False with @error: there is none, or it is in fewer loops. */
bool pwk_step_find          (PwkStep *step, const PwkScript *script, GError **error);
/* Sets @error: the run has passed, and there was no such round. */
void pwk_step_no_such_round (const PwkStep *step, GError **error);
