/* refusal.c - why a system call is refused
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One errno has many reasons; which it was, a kernel does not tell. The reasons are listed in
 * refusals.def, with the function that asks, so that a lesson can say it.
 */
#include "engine/core/refusal.h"

#include <string.h>

static const struct { const char *name, *where; } refusals[PWK_N_REFUSALS] = {
  [PWK_WHY_NONE] = { "none", "-" },
#define PWK_REFUSAL(ID, NAME, WHERE) [PWK_WHY_##ID] = { NAME, WHERE },
#include "engine/core/refusals.def"
#undef PWK_REFUSAL
};

/* Ids stay as they are, whatever people are told. */
const char *
pwk_refusal_name (unsigned why)
{
  return why < PWK_N_REFUSALS ? refusals[why].name : NULL;
}

/* Views keep what they say of each by its id, see views/words. */
int
pwk_refusal_from_name (const char *name)
{
  pwk_assert_door (name);
  for (unsigned why = 0; why < PWK_N_REFUSALS; why++)
    if (strcmp (refusals[why].name, name) == 0)
      return (int) why;
  return -1;
}

/* By it a reader finds the question in the kernel's source. */
const char *
pwk_refusal_where (unsigned why)
{
  return why < PWK_N_REFUSALS ? refusals[why].where : "-";
}
