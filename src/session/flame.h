/* flame.h - the events of a stretch of history as they happen again, made into bars inside bars
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/stretch.h"
#include "session/recorder.h"

/* A bar is as wide as all that it caused. A chain that does not branch (a child with at least 85 % of its parent's width) shares one row:
 *
 *      events    1   2   3   4   5   6   7   8   9
 *      row 0   [ store ()                          ]
 *      row 1       [ page_fault_user › do_anonymous_page ][tlb_fill]
 *      row 2           [ alloc_pages   ] [set_pte]
 *
 * What is narrower than two columns is no bar of its own: it covers its part of its columns. Always true: a bar lies within the bar above it;
 * memory is bounded, whatever happens in the stretch. */
typedef struct _PwkFlame PwkFlame;

/* For the stretch that @like resolves. Events after @cursor are to be told; @recorder (borrowed) knows what pieces of long calls hang from. */
PwkFlame   *pwk_flame_new     (const PwkStretch *like, uint64_t cursor, const PwkRecorder *recorder);
void        pwk_flame_free    (PwkFlame *flame);
/* Events in order; those before the cursor are passed over. */
void        pwk_flame_hear    (PwkFlame *flame, const PwkMachine *machine, const PwkEvent *event);
uint64_t    pwk_flame_cursor  (const PwkFlame *flame);   /* the last that was heard */
/* What the stretch shows is all told. */
bool        pwk_flame_is_done (const PwkFlame *flame);
/* The stretch, the caller's, shared; the flame is burnt down after it. */
PwkStretch *pwk_flame_finish  (PwkFlame *flame);
