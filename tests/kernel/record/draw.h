/* draw.h - what a recording does next, drawn at random with a taste for the neighbourhood of what is there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "case.h"

typedef enum
{
  DRAW_MAP_UNMAP, DRAW_PROTECT, DRAW_MREMAP, DRAW_BRK, DRAW_FAULTS, DRAW_FORK, DRAW_FILES, DRAW_MADVISE, DRAW_ERRORS, DRAW_MIXED, DRAW_N_KINDS
} DrawKind;

/* As the kind is called on the command line; NULL beyond the last. */
const char *draw_kind_name (DrawKind kind);
/* One step: a call, an access, or a small group of calls that belong together. */
void        draw_step      (Case *c, DrawKind kind);
/* Perhaps looks at something. */
void        draw_look      (Case *c);
/* Looks at everything, of every process. */
void        draw_last_look (Case *c);
