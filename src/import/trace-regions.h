/* trace-regions.h - the regions that a recorded program must have had, told by how it used its pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/trace.h"

/* Pages next to each other that were used alike. @end is behind the last one. */
typedef struct { uint64_t start, end; bool read, write, exec; } PwkTraceRegion;

/* A recording shows accesses, not what was mapped. Assumed is: a page from which an instruction was fetched is text, any other is data.
 * Holes of up to 16 pages between pages of one kind belong to them (wider ones where there would be more regions than
 * PWK_TRACE_MAX_REGIONS). A region may be written to if one of its pages was. */
typedef struct
{
  GArray  *regions;               /* of PwkTraceRegion, by address, apart from each other; owned */
  uint64_t pages;                 /* that were touched, below the limit */
  uint64_t stack_pointer;         /* the address stored to first: a program's first store is a push. 0: there was no store */
  uint64_t heap_start, heap_end;  /* the largest region of data but the stack's; both 0 where there is none */
} PwkTraceLayout;

#define PWK_TRACE_MAX_REGIONS 4096u

/* Reads all of @trace, a seekable one. Accesses with a byte at or above @limit (the end of user space) are left out. NULL with @error.
 * Memory grows with the pages touched. */
PwkTraceLayout *pwk_trace_layout_new  (PwkTrace *trace, uint64_t limit, GError **error);
/* The same of records that are at hand. */
PwkTraceLayout *pwk_trace_layout_of   (const PwkTraceRecord *records, guint n, uint64_t limit);
void            pwk_trace_layout_free (PwkTraceLayout *layout);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkTraceLayout, pwk_trace_layout_free)
