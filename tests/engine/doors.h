/* doors.h - things that no caller may do, and the doors that stop them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/assert.h"
#include "engine/core/machine.h"

typedef struct
{
  const char *name;
  int         level;         /* builds with this PWK_ASSERT_LEVEL and above ask */
  void      (*act) (void);   /* on the machine that was made for it; does not come back */
} Door;

/* Adds a test /engine/doors/NAME for each: @make makes a sound machine, and the door is to stop the act. It must not hold anything back that
 * another test needs: what the acts work on is made anew each time. */
void doors_add (const Door *doors, unsigned n, PwkMachine *(*make) (void));
