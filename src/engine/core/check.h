/* check.h - whether a machine is as it must be, and how a check tells what it found
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* What a room's check has found wrong so far. It begins as { .why = … }. */
typedef struct
{
  GString *why;   /* borrowed, may be NULL: only counted */
  unsigned n;     /* violations; the state is sound if there are none */
} PwkViolations;

/* One more, told as a line of its own; the first twenty of a check are told. */
void pwk_violation      (PwkViolations *found, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Whether there were none; says how many were not told. */
bool pwk_violations_end (const PwkViolations *found);

/* Checks all invariants at a place of rest, the rooms' from below. False, with a line for each
 * violation appended to @why (which may be NULL), if something is not as it must be; of each room
 * at most twenty. */
bool pwk_machine_check (const PwkMachine *machine, GString *why);
