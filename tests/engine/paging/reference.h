/* reference.h - a TLB as plain as can be, to compare with
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/tlb.h"

#define REFERENCE_MAX_WAYS 64

/* One structure: each set an array of ways, in the order of their numbers, with the moments of coming and of last use. */
typedef struct
{
  unsigned     n_sets, n_ways;
  PwkTlbPolicy policy;
  uint64_t     now;
  struct { bool valid; uint64_t page, came, used; } *ways;
  bool        *bits;             /* plru: node n of set s at [s * n_ways + n], false: the victim is to the left */
} Reference;

void reference_init  (Reference *reference, unsigned entries, unsigned ways, PwkTlbPolicy policy);
void reference_clear (Reference *reference);
/* Whether the page is in it; if so it was used. */
bool reference_look  (Reference *reference, uint64_t page);
/* Puts it in. @victim_way: which way to empty where the policy is random and the set is full. */
void reference_put   (Reference *reference, uint64_t page, unsigned victim_way);
void reference_drop  (Reference *reference, uint64_t page);
unsigned reference_count (const Reference *reference);
