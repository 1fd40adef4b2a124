/* event.h - what happens in a machine: numbered, typed, with cause and cost
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      statement 12                     parent 0
 *        access_fault 13                parent 12
 *          handle_mm_fault 14           parent 13
 *            alloc 15                   parent 14, arg[] by event-kinds.def
 *
 * Parents make a tree whose nodes are in order of number: all that an event caused comes after it.
 * The text of the table, event-kinds.def, is the only place where a kind is described.
 */
#pragma once

#include "engine/core/types.h"

/* Numbers are the rows' places, and may change from version to version: what is kept in files names
 * kinds (pwk_event_from_name ()). */
typedef enum
{
#define PWK_EVENT(ID, ...) PWK_EV_##ID,
#include "engine/core/event-kinds.def"
#undef PWK_EVENT
  PWK_N_EVENTS
} PwkEventKind;

#define PWK_EVENT_ARGS        7
#define PWK_EVENT_MASK_WORDS  ((PWK_N_EVENTS + 63) / 64)

/* One event as a listener gets it; it is built only when somebody listens. Emitted after the change
 * it tells, so that whoever goes there sees what it says. Always true: parent < n, and the parent was
 * open when it happened; ns does not fall from one event of a cpu to its next. */
typedef struct
{
  uint64_t n;        /* its number, from 1 at power-on */
  uint64_t parent;   /* number of the event that caused it, 0 none */
  uint64_t ns;       /* simulated time of its cpu when it was over */
  uint32_t kind;     /* PwkEventKind */
  uint32_t cpu;
  PwkIndex task;     /* on whose behalf, 0 the kernel */
  uint32_t line;     /* of the scenario's statement */
  uint64_t arg[PWK_EVENT_ARGS];
} PwkEvent;

/* What an event is about: its colour, lane and chapter. */
typedef enum
{
  PWK_CATEGORY_STATEMENT, PWK_CATEGORY_BOOT, PWK_CATEGORY_ALLOCATOR, PWK_CATEGORY_SPACE, PWK_CATEGORY_FAULT, PWK_CATEGORY_TABLES,
  PWK_CATEGORY_MISS,      /* what the MMU could not do at once */
  PWK_CATEGORY_FILES, PWK_CATEGORY_RECLAIM, PWK_CATEGORY_KERNEL_MEMORY,
  PWK_CATEGORY_ALARM,     /* what must not happen */
  PWK_CATEGORY_DETAIL,    /* what comes so often that lists and steps leave it out unless it is asked for */
  PWK_N_CATEGORIES
} PwkEventCategory;

/* How a field is to be read and shown (event-types.h). */
typedef enum
{
  PWK_FIELD_NUMBER, PWK_FIELD_HEX, PWK_FIELD_PFN, PWK_FIELD_ADDR, PWK_FIELD_GFP, PWK_FIELD_ORDER, PWK_FIELD_MIGRATETYPE,
  PWK_FIELD_ZONE, PWK_FIELD_NODE, PWK_FIELD_STRING, PWK_FIELD_ERRNO, PWK_FIELD_PTE, PWK_FIELD_LEVEL, PWK_FIELD_VM_FLAGS,
  PWK_FIELD_TASK, PWK_FIELD_CPU, PWK_FIELD_REFUSAL, PWK_FIELD_ADVICE, PWK_FIELD_RLIMIT,
  PWK_N_FIELD_TYPES
} PwkFieldType;

/* A field of a kind: the name by which expressions and lists know it, and how its 64 bits are read. */
typedef struct
{
  const char  *name;
  PwkFieldType type;
} PwkField;

/* All that is known of a kind: one row of event-kinds.def. Static storage. */
typedef struct
{
  const char *name;
  const char *where;                  /* "mm/page_alloc.c:expand", "hardware", "-" */
  PwkEventCategory category;
  uint32_t    cost_ns;                /* default; a machine's own table may differ */
  uint32_t    n_fields;
  PwkField    fields[PWK_EVENT_ARGS];
} PwkEventInfo;

const PwkEventInfo *pwk_event_info      (PwkEventKind kind);
/* The kind of that name, or -1. */
int                 pwk_event_from_name (const char *name);

typedef void (*PwkListener) (PwkMachine *machine, const PwkEvent *event, void *data);
