/* inspect.h - what is selected, as the kernel's C struct with live values
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"

/* One line of the inspector. Strings are owned by the model. */
typedef struct
{
  char    *name;        /* "_mapcount", "free_area[3].nr_free" */
  char    *type;        /* "atomic_t" */
  char    *value;       /* "0 (−1 + 1 mapping)" */
  char    *meaning;     /* translated, one line */
  uint64_t link;        /* PWK_ID of what the value names (a zone, a frame …), 0 none */
  uint32_t depth;
  bool     changed;     /* by the statement so far */
  bool     seed;        /* named in the customer's document */
} PwkInspectRow;

typedef struct
{
  char    *title;       /* "struct page" */
  char    *subject;     /* "pfn 84992 · Normal · node 0 · anonymous" */
  char    *where;       /* "include/linux/mm_types.h, Linux 6.18" */
  char    *note;        /* how today differs from the seed, or NULL; translated */
  PwkInspectRow *rows;
  uint32_t n_rows;
} PwkInspectModel;

/* @params: PwkInspectParams. What can be inspected: frame, free block, zone, node, per-cpu list,
 * vma, mm, task, page table and entry (bit by bit), TLB way, cpu, file, event, address. NULL for
 * anything else. */
typedef struct { uint64_t selection; uint64_t selection_before_position; bool decimal,
                 kib; int32_t pid; } PwkInspectParams;
gpointer pwk_inspect_build (const PwkObservation *observation, gconstpointer params);
void     pwk_inspect_free  (gpointer model);
