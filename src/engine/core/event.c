/* event.c - the table of event kinds
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A row of event-kinds.def becomes an entry here, an enum value in event.h, a function in emit.h,
 * and positions and types of fields in event-args.h; nothing is written twice.
 */
#include "engine/core/event.h"

#include <string.h>

#include "engine/core/assert.h"
#include "engine/core/event-types.h"

#define ONE(ID, TYPE, CTYPE, NAME)   + 1
#define FIELD(ID, TYPE, CTYPE, NAME) { PWK_FIELD_##TYPE == PWK_FIELD_ERRNO ? "errno" : #NAME, PWK_FIELD_##TYPE },

static const PwkEventInfo kinds[PWK_N_EVENTS] = {
#define PWK_EVENT(ID, NAME, CATEGORY, COST, WHERE, ...) \
  [PWK_EV_##ID] = { #NAME, WHERE, PWK_CATEGORY_##CATEGORY, COST, 0 PWK_EACH_FIELD (ONE, ID, __VA_ARGS__), \
                    { PWK_EACH_FIELD (FIELD, ID, __VA_ARGS__) } },
#include "engine/core/event-kinds.def"
#undef PWK_EVENT
};

/* Of a number that came from outside (a file, a name) pwk_event_from_name () has made a kind. */
const PwkEventInfo *
pwk_event_info (PwkEventKind kind)
{
  g_return_val_if_fail ((unsigned) kind < PWK_N_EVENTS, NULL);
  return &kinds[kind];
}

/* By comparing all: it is asked when a scenario is read, not when it runs. */
int
pwk_event_from_name (const char *name)
{
  pwk_assert_door (name);
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    if (strcmp (kinds[kind].name, name) == 0)
      return kind;
  return -1;
}
