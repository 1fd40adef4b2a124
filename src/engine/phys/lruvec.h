/* lruvec.h - the LRU lists: where folios that can be reclaimed stand, by age
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"
#include "engine/phys/zone.h"

/* The folios of a lruvec stand in five lists, PwkZoneLru lru[PWK_NR_LRU_LISTS] by PwkNodeStat's
 * first five:
 *
 *     inactive anon │ active anon │ inactive file │ active file │ unevictable
 *
 *     head: what came last …  tail: what goes first
 *
 * Which of them a folio is on is said by its flags (PG_swapbacked, PG_active, PG_unevictable)
 * alone, so those change only while it is on none (PG_lru is clear). Who keeps the lists, and in
 * which order folios leave them, is a row of the table in lruvec.c, chosen by the profile: since
 * 4.8 a node has a lruvec, before that each zone had its own. Counts of pages, PG_lru and events
 * are the same for all and are done here. Unevictable folios are counted only: nobody ever looks
 * for one. The batches of folio-batch.h stand before these functions. */
typedef struct
{
  const char *name;
  /* folio_lruvec (): the lists of the folios of @zone. */
  PwkZoneLru *(*lists)      (PwkMachine *machine, PwkZone *zone);
  /* lruvec_add_folio (), lruvec_del_folio (), lruvec_add_folio_tail () after a deletion. */
  void        (*add)        (PwkMachine *machine, PwkZoneLru *list, PwkPfn head);
  void        (*del)        (PwkMachine *machine, PwkZoneLru *list, PwkPfn head);
  void        (*rotate)     (PwkMachine *machine, PwkZoneLru *list, PwkPfn head);
  /* What a folio's flags become when it is used again, and when it is said to be cold: changed
   * while it is on no list. */
  void        (*activate)   (PwkMachine *machine, PwkPfn head);
  void        (*deactivate) (PwkMachine *machine, PwkPfn head);
} PwkLruvecOps;

/* folio_lru_list (): inactive anon, active anon, inactive file, active file, unevictable. */
static inline unsigned
pwk_folio_lru_list (const PwkPage *page)
{
  if (page->pg_flags & PWK_PG_UNEVICTABLE)
    return PWK_NR_UNEVICTABLE;
  return (page->pg_flags & PWK_PG_SWAPBACKED ? PWK_NR_INACTIVE_ANON : PWK_NR_INACTIVE_FILE) + !!(page->pg_flags & PWK_PG_ACTIVE);
}

/* What the lruvec of a folio knows beside its lists. */
static inline PwkLruvecStat *
pwk_lruvec_stat (PwkMachine *machine, PwkPfn head)
{
  return &pwk_node_edit (machine, pwk_pfn_zone (machine, head)->node)->lruvec;
}

/* How this machine's LRU lists are kept. */
const PwkLruvecOps *pwk_lruvec_ops (const PwkMachine *machine);

/* lru_add (), lruvec_del_folio (): nothing happens to a folio that is there already, or not there. */
void     pwk_lruvec_add        (PwkMachine *machine, PwkPfn head);
void     pwk_lruvec_del        (PwkMachine *machine, PwkPfn head);
/* Off its list if it is on one, flags that decide on the list changed, onto the list that they say
 * now. */
void     pwk_lruvec_relist     (PwkMachine *machine, PwkPfn head, uint32_t set, uint32_t clear);
/* lru_activate (), lru_deactivate (), lru_move_tail () of a folio that is on a list and may be
 * reclaimed; nothing happens to others. */
void     pwk_lruvec_activate   (PwkMachine *machine, PwkPfn head);
void     pwk_lruvec_deactivate (PwkMachine *machine, PwkPfn head);
void     pwk_lruvec_rotate     (PwkMachine *machine, PwkPfn head);
/* folio_isolate_lru () takes a folio off with a reference for whoever works on it (false: it was on
 * no list), folio_putback_lru () gives both back. */
bool     pwk_lruvec_isolate    (PwkMachine *machine, PwkPfn head);
void     pwk_lruvec_putback    (PwkMachine *machine, PwkPfn head);
/* isolate_lru_folios (): isolates from the list's old end until @nr_to_scan pages have been looked
 * at; the oldest ends up last on @taken. Those of zones above @highest_zone are passed over, those
 * that are mapped, too, unless @mapped; both go to the list's head. Returns pages taken; *@scanned:
 * all that were looked at. */
uint64_t pwk_lruvec_scan       (PwkMachine *machine, PwkZoneLru *list, uint64_t nr_to_scan, unsigned highest_zone, bool mapped, PwkPageList *taken,
                                uint64_t *scanned);
