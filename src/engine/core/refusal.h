/* refusal.h - why a call is refused
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

typedef enum
{
  PWK_WHY_NONE,
#define PWK_REFUSAL(ID, NAME, WHERE) PWK_WHY_##ID,
#include "engine/core/refusals.def"
#undef PWK_REFUSAL
  PWK_N_REFUSALS
} PwkRefusal;

/* Notes why, and returns -@error: where an error is decided, `return pwk_refuse (machine, EINVAL,
 * PWK_WHY_UNALIGNED);`. Who merely hands an error on, or makes another of it, leaves the reason as
 * it is. The runner forgets it when a statement begins; at the end of a call that failed it goes
 * into the event sys_exit. */
static inline int
pwk_refuse (PwkMachine *machine, int error, PwkRefusal why)
{
  pwk_assert_debug (error >= 0 && error < 4096);    /* 0: only the reason is noted, of an allocation that has no errno */
  pwk_assert_debug ((unsigned) why < PWK_N_REFUSALS);
  machine->st->refusal = why;
  return -error;
}

/* "unaligned", "rlimit_as" …: ids, not for people. NULL outside the enum, "none" for PWK_WHY_NONE. */
const char *pwk_refusal_name      (unsigned why);
/* The reason of that name, or -1. */
int         pwk_refusal_from_name (const char *name);
/* The kernel's "file:function" that asks; "-" if there is not one alone. */
const char *pwk_refusal_where     (unsigned why);
