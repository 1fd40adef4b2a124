/* draw-file.h - mapped files, and what is done to them by their descriptors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "case.h"

#define DRAW_POPULATE_MOST (4ull << 20)   /* more is not populated: it would only take time */

/* A mapping of a file, if there is one. */
void draw_mmap_file     (Case *c);
/* msync (), mincore (); and with a file ftruncate (), pread64 (), pwrite64 (), advice. */
void draw_file          (Case *c);
/* Which pages of the files are cached, by a mapping that lives only so long. */
void draw_look_at_files (Case *c);
