/* replay.h - a trace through the TLBs of a machine, counted exactly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "import/trace.h"

/* What a replay counts. Lines: of the trace, a modify is one. pages: of 4 KiB, touched by … ; the counts of a machine's
 * TLBs are those of PwkCpu, where a modify is two accesses and an access over a page's end two lookups. */
typedef struct
{
  uint64_t accesses, n_instr, n_load, n_store, n_modify, page_crossing_lines;
  uint64_t pages_instr, pages_data, pages_read, pages_written, pages_all;
  uint64_t tables[5];              /* a tree of exactly those pages: pte, pmd, pud, then with five levels p4d, and the pgd */
  uint64_t faults;                 /* first touches: pages that the engine mapped */
  unsigned levels;
  bool     large;                  /* pages of 2 MiB */
  char    *spec;                   /* owned; as it was given, else pwk_tlb_spec_to_string () */
  uint64_t l1d_hits, l1d_misses, l1i_hits, l1i_misses, stlb_hits, stlb_misses, walks_instr, walks_data, walk_refs, walk_refs_pwc;
  uint64_t simulated_ns;
} PwkReplayCounts;

/* @tlb: NULL for the default. @settings: "KEY=VALUE" of machine (), NULL-terminated, or NULL; memory is 64 GiB if not set. @levels 4 or 5. */
typedef struct
{
  const char        *tlb;
  const char *const *settings;
  unsigned           levels;
  bool               large;
} PwkReplayOptions;

/* Reads @trace to its end through a new machine. Each page is mapped when it is first touched, whatever its address; that fault is in no
 * count but faults. Errors: of the options, of the trace, or that the machine has too little memory. */
bool pwk_replay (const PwkReplayOptions *options, PwkTrace *trace, PwkReplayCounts *counts, GError **error);
void pwk_replay_counts_clear (PwkReplayCounts *counts);
/* What follows from the counts: @part / @whole in @unit-ths. Those of which nothing was counted are left out; returns how many are there. */
#define PWK_REPLAY_N_RATES 5
typedef struct { const char *name; uint64_t part, whole, unit; } PwkReplayRate;
unsigned pwk_replay_rates (const PwkReplayCounts *counts, PwkReplayRate rates[PWK_REPLAY_N_RATES]);
