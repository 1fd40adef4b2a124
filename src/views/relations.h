/* relations.h - what a thing has to do with others, whatever view shows them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "scene/ids.h"

/* Things of one kind with neighbouring numbers: all frames of a block, all ways of a set. */
typedef struct
{
  uint64_t first, last;     /* ids, @last included */
} PwkIdRange;

/* The kin of a thing, in one web:
 *
 *      process ── region ── page-table entry ── frame ── block ── free list
 *                              │      │           ├── page of a file
 *                           TLB way   └─ swap ────┼── LRU list
 *                                        slot     ├── slab ── cache, objects
 *                                                 └── page of an area of kernel addresses
 *
 * In the order of their ids, no two overlapping; at most PWK_MAX_KIN ranges, of whatever is met
 * first. */
#define PWK_MAX_KIN 1024
typedef struct
{
  PwkIdRange *kin;
  uint32_t    n_kin;
} PwkRelations;

/* Of @selection, as @machine is now; regions and addresses are those of @task (0: none has some).
 * Looks at no more than a few thousand entries, however large the machine is. */
PwkRelations *pwk_relations_new  (const PwkMachine *machine, PwkIndex task, uint64_t selection);
void          pwk_relations_free (PwkRelations *relations);
bool          pwk_relations_has  (const PwkRelations *relations, uint64_t id);
