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

/* What doors.c has a main () for: a test /engine/doors/NAME for each door up to one without a name, which is to stop the act. The program of
 * a room says which doors, and how a sound machine is made for each act. */
extern const Door doors[];
PwkMachine *doors_machine (void);
