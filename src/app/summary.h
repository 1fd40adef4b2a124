/* summary.h - the machine in a few lines: its processes, zones and cpus, for lists and choosers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "session/session.h"

typedef struct
{
  int32_t  pid;
  char    *name;            /* the scenario's */
  bool     alive;
  bool     running;         /* on its cpu now */
  bool     thread;          /* of the process before it in the tree */
  unsigned depth;           /* 0: forked by none that is listed */
  uint32_t cpu, map_count;
  uint64_t rss;             /* pages */
  uint64_t shared;          /* … that others map, too; of a thread 0: all is its process's */
  bool     shares_more;     /* not all were looked at */
  bool     last;            /* of its parent's children */
} PwkSummaryProcess;

typedef struct
{
  unsigned node, type;      /* type: PwkZoneType */
  char    *name;            /* "DMA32" */
  uint64_t managed, free, min, low, high;   /* pages */
} PwkSummaryZone;

/* A model for a wish without parameters. Immutable. */
typedef struct
{
  PwkSummaryProcess *processes;       /* a tree: children follow their parent */
  uint32_t           n_processes;
  PwkSummaryZone    *zones;           /* populated ones, by node and type */
  uint32_t           n_zones;
  uint32_t           n_nodes, n_cpus;
  uint64_t           total;           /* pages that the allocator manages */
  const char        *kernel, *arch;   /* static */
} PwkSummary;

extern const PwkModelClass pwk_summary_class;
