/* hugetlb-door.h - what tunables ask of the pools of huge pages, which stand above them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* set_max_huge_pages (): the pool has @count pages, or as many as can be had; of @node alone, or
 * (PWK_NUMA_NO_NODE) of all nodes in turn. */
void pwk_set_max_huge_pages (PwkMachine *machine, PwkHstateIndex hstate, uint64_t count, int node);
/* Pages that nr_hugepages shows: persistent_huge_pages (). */
static inline uint64_t
pwk_persistent_huge_pages (const PwkHstate *hstate)
{
  return hstate->nr_huge_pages - hstate->surplus_huge_pages;
}
