/* maps.h - one line of /proc/PID/maps, which smaps begins its entries with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* The line of a region with its "\n"; nameless ones end in a blank
 * (fs/proc/task_mmu.c:show_map_vma). */
void pwk_proc_map_line   (const PwkMachine *machine, PwkIndex vma, GString *out);
/* The same where @fields ("range,perms,offset,path", among others) names columns: those alone, a
 * blank between them. */
void pwk_proc_map_columns (const PwkMachine *machine, PwkIndex vma, const char *fields, GString *out);
/* Whether @name is one of the @fields. */
bool pwk_proc_has_field  (const char *fields, const char *name);
/* The first of the process's regions that [@addr, @addr + @length) has a part of, and where the range ends: the others follow it up to there. 0: none. */
PwkIndex pwk_proc_first_in (const PwkMachine *machine, PwkIndex task, PwkVaddr addr, uint64_t length, PwkVaddr *end);
/* What stands in the last column: a path, "[heap]", "[stack]", "[vdso]" …; "" nameless. */
const char *pwk_vma_name (const PwkMachine *machine, PwkIndex vma);
