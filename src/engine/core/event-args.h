/* event-args.h - an event's fields by their names
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/event-types.h"
#include "engine/core/event.h"
#include "engine/core/reasons.h"
#include "engine/core/refusal.h"

/* PWK_AT_SPLIT_order: which of arg[] it is; PwkArg_SPLIT_order: its type. */
#define PWK_FIELD_AT(ID, TYPE, CTYPE, NAME)   PWK_AT_##ID##_##NAME,
#define PWK_FIELD_TYPE(ID, TYPE, CTYPE, NAME) typedef CTYPE PwkArg_##ID##_##NAME;
#define PWK_EVENT(ID, NAME, CATEGORY, COST, WHERE, ...) \
  enum { PWK_EACH_FIELD (PWK_FIELD_AT, ID, __VA_ARGS__) }; \
  PWK_EACH_FIELD (PWK_FIELD_TYPE, ID, __VA_ARGS__)
#include "engine/core/event-kinds.def"
#undef PWK_EVENT
#undef PWK_FIELD_AT
#undef PWK_FIELD_TYPE

/* pwk_arg (event, SPLIT, order) of an event that is a SPLIT, or of another kind that has the same
 * field there. */
#define pwk_arg(event, ID, NAME) ((PwkArg_##ID##_##NAME) (event)->arg[PWK_AT_##ID##_##NAME])

/* A kind and where its field is, for functions that look for events by both. */
#define PWK_FIELD_OF(ID, NAME) PWK_EV_##ID, PWK_AT_##ID##_##NAME
