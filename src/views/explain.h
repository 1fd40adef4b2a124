/* explain.h - events and rules in words, in the user's language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

/* One sentence of what this event is: "CPU 0 splits the free block of order 3 at pfn 1032: its
 * upper half, pfn 1036, goes to the list of order 2." Translated. Caller frees. */
char *pwk_explain_event  (const PwkMachine *machine, const PwkEvent *event);
/* The rule behind it: a sentence or two, the kernel's function and file, the seed's term.
 * Translated. */
char *pwk_explain_why    (const PwkMachine *machine, const PwkEvent *event);
/* The call chain of an observation, outermost first: "mmap ← … " as an array of lines
 * "handle_mm_fault  mm/memory.c". Caller frees (strv). */
char **pwk_explain_chain (const PwkObservation *observation);
/* One line for lists: number, name and fields, as in --events, but readable: "order 2  zone
 * DMA32  free 1023  mark 1024". */
char *pwk_explain_fields (const PwkMachine *machine, const PwkEvent *event);
/* A field's value as people read it. */
char *pwk_explain_value  (const PwkMachine *machine, PwkFieldType type, uint64_t value);

/* A "what happens now" model, built in the engine thread like a view's. */
typedef struct { char *sentence, *why, **chain; PwkEvent event; } PwkNowModel;
gpointer pwk_now_build (const PwkObservation *observation, gconstpointer unused);
void     pwk_now_free  (gpointer model);
