/* check.h - the invariants of src/engine/virt
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* False, with a line for each violation appended to @why (which may be NULL), if something is not
 * as it must be at a place of rest. */
bool pwk_virt_check (const PwkMachine *machine, GString *why);
/* The part of it about user pages (check-pages.c): references, mapping counts, page caches,
 * statistics. */
bool pwk_pages_check (const PwkMachine *machine, GString *why);
/* … about pools of huge pages (check-hugetlb.c). */
bool pwk_hugetlb_check (const PwkMachine *machine, GString *why);
/* … about NUMA policies (check-policies.c). */
bool pwk_policies_check (const PwkMachine *machine, GString *why);
