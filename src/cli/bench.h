/* bench.h - measurements of the engine's own speed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "scenario/statement.h"

/* One figure of a run. */
typedef struct
{
  const char *name;     /* "alloc-free" */
  const char *what;     /* N_(what was done) */
  const char *unit;     /* "ns", "M/s", "ms", "MiB" */
  double      value;
} PwkFigure;

/* Measures and appends PwkFigure to @figures. False: it could not be done, with @error. */
typedef bool (*PwkBench) (GArray *figures, GError **error);

typedef struct
{
  const char *name;
  PwkBench    run;
} PwkBenchEntry;

bool pwk_bench_boot       (GArray *figures, GError **error);
bool pwk_bench_boot_large (GArray *figures, GError **error);
bool pwk_bench_alloc      (GArray *figures, GError **error);
bool pwk_bench_buddy      (GArray *figures, GError **error);
bool pwk_bench_kmalloc    (GArray *figures, GError **error);
bool pwk_bench_fault      (GArray *figures, GError **error);
bool pwk_bench_reclaim    (GArray *figures, GError **error);
bool pwk_bench_tlb        (GArray *figures, GError **error);
bool pwk_bench_walk       (GArray *figures, GError **error);
bool pwk_bench_lackey     (GArray *figures, GError **error);
bool pwk_bench_binary     (GArray *figures, GError **error);
bool pwk_bench_checkpoint (GArray *figures, GError **error);
bool pwk_bench_seek       (GArray *figures, GError **error);
bool pwk_bench_play       (GArray *figures, GError **error);

void   pwk_figure_add     (GArray *figures, const char *name, const char *what, double value, const char *unit);
/* A scenario of more than ten million events on a machine of 512 MiB. */
PwkScript *pwk_bench_long_script (GError **error);
/* Seconds since some moment. */
double pwk_bench_clock    (void);
