/* explain-private.h - what the files of sentences share: one for each group of events
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/event-args.h"
#include "views/explain.h"
#include "views/view-common.h"
#include "views/words.h"

/* A rule: why an event happens, and the customer's word for it. Both may be NULL. */
typedef struct
{
  const char *why;       /* N_() */
  const char *seed;      /* names of the C language and terms: not translated */
} PwkRule;

/* Each gives the sentence of its events, allocated, and NULL for all others. */
/* statements, boot, processes, scheduling */
char *pwk_explain_core     (const PwkMachine *machine, const PwkEvent *event);
/* page allocator, LRU */
char *pwk_explain_phys     (const PwkMachine *machine, const PwkEvent *event);
/* page replacement, swap */
char *pwk_explain_reclaim  (const PwkMachine *machine, const PwkEvent *event);
/* migration, compaction, collapse */
char *pwk_explain_move     (const PwkMachine *machine, const PwkEvent *event);
/* address spaces */
char *pwk_explain_virt     (const PwkMachine *machine, const PwkEvent *event);
/* faults, page cache, files */
char *pwk_explain_fault    (const PwkMachine *machine, const PwkEvent *event);
/* slab caches and kmalloc */
char *pwk_explain_kalloc   (const PwkMachine *machine, const PwkEvent *event);
/* page tables and hardware */
char *pwk_explain_paging   (const PwkMachine *machine, const PwkEvent *event);
/* NUMA policies, pages that move */
char *pwk_explain_numa     (const PwkMachine *machine, const PwkEvent *event);
/* pools of huge pages */
char *pwk_explain_hugetlb  (const PwkMachine *machine, const PwkEvent *event);

/* … and the rule behind them; NULL for all others. */
const PwkRule *pwk_rule_core   (unsigned kind);
const PwkRule *pwk_rule_phys   (unsigned kind);
const PwkRule *pwk_rule_reclaim (unsigned kind);
const PwkRule *pwk_rule_move (unsigned kind);
const PwkRule *pwk_rule_virt   (unsigned kind);
const PwkRule *pwk_rule_fault  (unsigned kind);
const PwkRule *pwk_rule_kalloc (unsigned kind);
const PwkRule *pwk_rule_paging (unsigned kind);
const PwkRule *pwk_rule_numa   (unsigned kind);
const PwkRule *pwk_rule_hugetlb (unsigned kind);

/* A field of the event for %llu. */
#define ARG(ID, NAME) PWK_N (pwk_arg (event, ID, NAME))
#define SENTENCE(...) return g_strdup_printf (__VA_ARGS__)

/* Words for arguments, interned for the time of the program or freed by g_autofree. */
/* "GFP_KERNEL|__GFP_ZERO" */
char       *pwk_say_gfp    (uint64_t gfp);
/* its name, else "file 3" */
char       *pwk_say_file   (const PwkMachine *machine, uint64_t inode);
/* the process that owns it */
char       *pwk_say_mm     (const PwkMachine *machine, uint64_t mm);
char       *pwk_say_task   (const PwkMachine *machine, uint64_t task);
/* "" if there is none */
const char *pwk_say_string (const PwkMachine *machine, uint64_t string);
