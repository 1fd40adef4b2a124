/* maps.h - one line of /proc/PID/maps, which smaps begins its entries with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* The line of a region with its "\n"; nameless ones end in a blank (fs/proc/task_mmu.c:show_map_vma). */
void pwk_proc_map_line   (const PwkMachine *machine, PwkIndex vma, GString *out);
/* What stands in the last column: a path, "[heap]", "[stack]", "[vdso]" …; "" nameless. */
const char *pwk_vma_name (const PwkMachine *machine, PwkIndex vma);
