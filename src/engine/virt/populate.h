/* populate.h - pages are brought in before they are touched, as a long call
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/op.h"

/* Populating, as a long call: PWK_OP_POPULATE from @start to @end (mm_populate, __mm_populate: page
 * after page with faultin_page; errors ignored when @ignore_errors; @result when all is done).
 * madvise (MADV_POPULATE_*) uses it with @advice (0 none). */
void pwk_op_populate        (PwkMachine *machine, PwkIndex task, PwkVaddr start, PwkVaddr end, bool ignore_errors, int64_t result, int advice);
/* One page of it, for the room's row. */
void pwk_populate_step      (PwkMachine *machine);
