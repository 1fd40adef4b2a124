/* workingset.c - shadows of evicted pages, refault distances, costs
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/workingset.c, and mm/swap.c:lru_note_cost(). The question: a page comes back that had been
 * evicted; would it have stayed if the lists were longer, and is it worth more than what is there now?
 * nonresident_age counts pages that leave the inactive list, by eviction or by becoming active; it is
 * the clock:
 *
 *      eviction: shadow = clock ─────────── R - E pages went by ───────────▶ refault: clock
 *
 * R - E is how much longer the inactive list would have had to be for the page to be found on it. If
 * the active pages are as many, then taking them for it would have helped, and it is let in among them
 * at once. Recordings: tests/kernel/lru/workingset and lru/balance. */
#include "engine/virt/workingset-door.h"

#include "engine/core/emit.h"
#include "engine/phys/folio.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "engine/virt/swap-door.h"

#define CLOCK_BITS    26
#define CLOCK_MASK    (((uint64_t) 1 << CLOCK_BITS) - 1)
#define CLUSTER_PAGES 32    /* SWAP_CLUSTER_MAX: what a page of I/O weighs, in pages looked at */

/* bucket_order (): shadows are 32 bits here and have 26 of them for the clock; the kernel's, of 64,
 * have more. Memory of more than 2^26 pages (256 GiB) is counted in buckets of 2^bucket_order pages, so
 * that the clock goes round it no sooner. */
static unsigned
bucket_order (const PwkMachine *machine)
{
  unsigned bits = machine->st->totalram_pages > 1 ? 64 - (unsigned) __builtin_clzll (machine->st->totalram_pages - 1) : 1;

  return bits > CLOCK_BITS ? bits - CLOCK_BITS : 0;
}

/* Pages on a list of the node. */
static int64_t
size_of (const PwkNode *node, PwkNodeStat lru)
{
  return node->vm_stat[lru];
}

/* Follows mm/workingset.c:workingset_eviction(), pack_shadow(). The shadow that stays in the page's
 * place is when it went, by a clock that counts what leaves or becomes active:
 *
 *      31                          6 5     2  1             0
 *      [ nonresident_age, coarse    ][ node ][ was active ][ 1 ]
 *
 * Bit 0 tells a shadow from nothing (0), and from a page in a file's tree. The clock goes on by the
 * page itself. */
uint32_t
pwk_workingset_eviction (PwkMachine *machine, PwkPfn head)
{
  PwkLruvecStat *lruvec = pwk_lruvec_stat (machine, head);
  uint64_t clock = lruvec->nonresident_age >> bucket_order (machine) & CLOCK_MASK;
  bool workingset = pwk_page (machine, head)->pg_flags & PWK_PG_WORKINGSET;

  pwk_assert_door (!(pwk_page (machine, head)->pg_flags & PWK_PG_LRU));
  lruvec->nonresident_age += pwk_order_pages (pwk_folio_order (machine, head));
  return (uint32_t) (clock << 6 | (uint64_t) (pwk_pfn_zone (machine, head)->node & 15) << 2 | (uint64_t) workingset << 1 | 1);
}

/* Follows mm/workingset.c:workingset_test_recent(). The pages that it competes with are those of its
 * own kind that are active, and, if they could be swapped out, those of the other kind. *@distance and
 * *@size are in pages; the distance is taken modulo 2^26 buckets, so one that went round the clock
 * looks recent: the kernel takes that for rare enough. */
static bool
is_recent (const PwkMachine *machine, uint32_t shadow, bool file, uint64_t *distance, uint64_t *size)
{
  const PwkNode *node = pwk_node (machine, shadow >> 2 & 15);
  unsigned order = bucket_order (machine);
  int64_t pages = size_of (node, PWK_NR_ACTIVE_FILE);

  if (!file)
    pages += size_of (node, PWK_NR_INACTIVE_FILE);
  if (pwk_nr_swap_pages (machine) > 0)
    pages += size_of (node, PWK_NR_ACTIVE_ANON) + (file ? size_of (node, PWK_NR_INACTIVE_ANON) : 0);
  *distance = (((node->lruvec.nonresident_age >> order) - (shadow >> 6)) & CLOCK_MASK) << order;
  *size = (uint64_t) pages;
  return *distance <= *size;
}

/* Follows mm/workingset.c:workingset_refault(). The clock's distance between going and coming back is
 * how many more pages the cache would have needed to keep it. If so many are active now, they are worth
 * less than it: it starts active, and has to be measured against them. One that had been active before
 * it went (PG_workingset in the shadow) was thrown out of the working set, which is thrashing: it costs
 * its half of the lists, so that the other half is reclaimed from more. */
void
pwk_workingset_refault (PwkMachine *machine, PwkPfn head, uint32_t shadow)
{
  bool file = !(pwk_page (machine, head)->pg_flags & PWK_PG_SWAPBACKED), workingset = shadow & 2;
  int64_t n = (int64_t) pwk_order_pages (pwk_folio_order (machine, head));
  uint64_t distance, size;
  bool recent = is_recent (machine, shadow, file, &distance, &size);

  pwk_assert_door (shadow & 1);
  pwk_mod_node_stat (machine, head, PWK_WORKINGSET_REFAULT_ANON + file, n);
  pwk_emit_workingset_refault (machine, head, distance, size, recent, workingset, file);
  if (!recent)
    return;
  pwk_page_set_flags (machine, head, PWK_PG_ACTIVE | (workingset ? PWK_PG_WORKINGSET : 0), 0);
  pwk_lruvec_stat (machine, head)->nonresident_age += (uint64_t) n;
  pwk_mod_node_stat (machine, head, PWK_WORKINGSET_ACTIVATE_ANON + file, n);
  if (!workingset)
    return;
  pwk_lru_note_cost (machine, pwk_pfn_zone (machine, head)->node, file, (uint64_t) n, 0);
  pwk_mod_node_stat (machine, head, PWK_WORKINGSET_RESTORE_ANON + file, n);
}

/* Follows mm/swap.c:lru_note_cost(). What reclaiming cost one half, in pages looked at for nothing; a
 * page of I/O weighs 32. Both are halved when together they are more than a quarter of the lists, so
 * that old trouble is forgotten. set_fractions () (scan-count.c) makes shares of them. */
void
pwk_lru_note_cost (PwkMachine *machine, unsigned node, bool file, uint64_t nr_io, uint64_t nr_rotated)
{
  PwkLruvecStat *lruvec = &pwk_node_edit (machine, node)->lruvec;
  uint64_t cost = nr_io * CLUSTER_PAGES + nr_rotated;
  int64_t pages = 0;

  pwk_assert_door (node < machine->st->n_nodes);
  if (file)
    lruvec->file_cost += cost;
  else
    lruvec->anon_cost += cost;
  for (unsigned lru = PWK_NR_INACTIVE_ANON; lru <= PWK_NR_ACTIVE_FILE; lru++)
    pages += pwk_node (machine, node)->vm_stat[lru];
  if (lruvec->file_cost + lruvec->anon_cost <= (uint64_t) pages / 4)
    return;
  lruvec->file_cost /= 2;
  lruvec->anon_cost /= 2;
}
