/* shrinker.h - caches of objects that give some up when memory is short
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* pwk_shrinker_register ()'s answer where there is no room for another. */
#define PWK_NO_SHRINKER UINT32_MAX

/* What is told of each call of scan_objects (): how many objects it was to look at. */
typedef void (*PwkShrinkerWatch) (uint64_t nr_to_scan, void *data);

/* shrinker_register (): a cache of that many objects, each of which costs @seeks to be made again; @batch 0: 128 at once. One of the
 * same name is replaced. */
uint32_t pwk_shrinker_register (PwkMachine *machine, const char *name, uint64_t objects, uint32_t seeks, uint64_t batch, PwkShrinkerFrees frees);
/* do_shrink_slab () of one of them: as large a part of its objects as of the LRU lists. Returns objects freed. */
uint64_t pwk_do_shrink_slab    (PwkMachine *machine, uint32_t shrinker, int priority, PwkShrinkerWatch watch, void *data);
/* deferred_split_scan () by the same arithmetic: large folios that wait to be split. Returns how many were. */
uint64_t pwk_shrink_split_queue (PwkMachine *machine, unsigned node, int priority, PwkShrinkerWatch watch, void *data);
/* shrink_slab () for a pass over the node: of all. */
uint64_t pwk_shrink_slab       (PwkMachine *machine, unsigned node, int priority, PwkShrinkerWatch watch, void *data);
/* drop_caches: the clean pages of all files that nobody maps. */
void     pwk_drop_pagecache    (PwkMachine *machine);
/* drop_caches: what the shrinkers have. */
void     pwk_drop_slab         (PwkMachine *machine);
