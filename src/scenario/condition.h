/* condition.h - conditions on an event: order >= 3 && zone == DMA32
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Conditions on an event's fields: `order >= 3 && zone == DMA32`; names of fields, of constants (zones, migratetypes, flags), levels of page tables), numbers with suffix,
 * < <= > >= == = != && || ! ( ) & + -. What is said of a field that an event does not have is neither true nor false, and does not hold. */
typedef struct _PwkCondition PwkCondition;
PwkCondition *pwk_condition_parse (const char *text, int kind, GError **error);  /* kind: PwkEventKind whose fields are meant, -1 any */
bool          pwk_condition_holds (const PwkCondition *condition, const PwkEvent *event);
void          pwk_condition_free  (PwkCondition *condition);
/* Which events: @event (NULL or "": any kind, *kind -1) with @condition (NULL or "": *parsed NULL). */
const char   *pwk_event_suggest   (const char *name);   /* the kind of event most like @name, which is none; NULL if none is near */
bool          pwk_condition_read_filter (const char *event, const char *condition, int *kind, PwkCondition **parsed, GError **error);
