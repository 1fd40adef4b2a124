/* drcachesim.h - the text that DynamoRIO prints of its traces: drcachesim -simulator_type view, or drrun -t drmemtrace -tool view
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "import/trace.h"

typedef enum
{
  PWK_DRCACHESIM_NONE,      /* not such a line */
  PWK_DRCACHESIM_REMARK,    /* one that is no access: a marker, a prefetch, a flush, what stands around the records */
  PWK_DRCACHESIM_ACCESS,
  PWK_DRCACHESIM_FAULT,     /* it says that it is a record, and cannot be read */
} PwkDrcachesimLine;

/* Reads the line [@start, @end), without its end of line; what is at @end is looked at, and is no digit:
 *
 *      1567     1203:     4711 ifetch       3 byte(s) @ 0x00007f8a5c0e2b40 48 89 e7             mov    %rsp, %rdi
 *      1568     1203:     4711 write        8 byte(s) @ 0x00007ffd5a1c9e38 by PC 0x00007f8a5c0e2b43
 *      1569     1203:     4711 <marker: timestamp 13270592190021985>
 *
 * Numbers of the record, of the instruction and of the thread may be missing, as in older versions. *@what is why it cannot be read. */
PwkDrcachesimLine pwk_drcachesim_read_line (const char *start, const char *end, PwkTraceRecord *record, const char **what);
