/* pool.h - records of one kind, taken and given back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A pool's records lie side by side in a region, and are named by their index; 0 is nobody. Records
 * that were given back hang in a chain through their first word and are taken again before new ones
 * are:
 *
 *      [0] [1 used] [2 free ─┐] [3 used] [4 free, last] | next: never used …
 *      free ───────▶ 2       └────────────▶
 *
 * Links between records are indices too, so that a copy of the arena needs no pointers mended.
 *
 * get: to read; edit: marks what changes. alloc: 0 if the pool is full. */
PwkIndex       pwk_pool_alloc       (PwkMachine *machine, PwkPoolId pool);
void           pwk_pool_free        (PwkMachine *machine, PwkPoolId pool, PwkIndex index);

/* Whether @index is one that was handed out, some time: what a door can ask of who names a record.
 * Whether it still is takes a walk along the chain of free ones (core/check.c). */
static inline bool
pwk_pool_has (const PwkMachine *machine, PwkPoolId pool, uint64_t index)
{
  pwk_assert_debug (pool < PWK_N_POOLS);
  return index > 0 && index < machine->st->pools[pool].next;
}

/* To read. Record 0 can be read, too, and is zero: who follows a link that leads nowhere finds an
 * empty record, and need not ask first. */
static inline const void *
pwk_pool_get (const PwkMachine *machine, PwkPoolId pool, PwkIndex index)
{
  const PwkPool *p = &machine->st->pools[pool];
  pwk_assert_debug (pool < PWK_N_POOLS && index < p->next);
  return pwk_arena_at (&machine->arena, (PwkRegionId) p->region, (uint64_t) index * p->record_size);
}

/* To write, and marked as written to. Record 0 is nobody's and stays zero. */
static inline void *
pwk_pool_edit (PwkMachine *machine, PwkPoolId pool, PwkIndex index)
{
  const PwkPool *p = &machine->st->pools[pool];
  void *record = pwk_arena_edit (&machine->arena, (PwkRegionId) p->region, (uint64_t) index * p->record_size);
  pwk_assert_debug (pool < PWK_N_POOLS && index > 0 && index < p->next);
  pwk_arena_touch (&machine->arena, (PwkRegionId) p->region, record, p->record_size);
  return record;
}

/* pwk_NOUN () and pwk_NOUN_edit () of the records of a pool, which stand beside the record's type. */
#define PWK_RECORD(noun, Type, POOL) \
  static inline const Type *pwk_##noun (const PwkMachine *machine, PwkIndex i) { return pwk_pool_get (machine, POOL, i); } \
  static inline Type *pwk_##noun##_edit (PwkMachine *machine, PwkIndex i) { return pwk_pool_edit (machine, POOL, i); }
