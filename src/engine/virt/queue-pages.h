/* queue-pages.h - pages of a range that lie on the wrong nodes, taken off the LRU lists to be moved
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/zone.h"

/* struct queue_pages. */
typedef struct
{
  PwkVaddr     start, end;
  uint32_t     nodes;        /* pages on these are wanted, or, with @invert, those on others */
  bool         invert;       /* MPOL_MF_INVERT */
  bool         holes;        /* MPOL_MF_DISCONTIG_OK: the range may have some */
  unsigned     flags;        /* PWK_MPOL_MF_ */
  PwkPageList *list;         /* isolated, in order of address */
  uint64_t     nr_failed;
  PwkPfn       large;        /* the large folio that was met last by its small entries; PWK_NO_PFN none */
} PwkQueue;

/* queue_pages_range (): how many pages should have been taken and could not, or -errno. */
int64_t pwk_queue_pages_range (PwkMachine *machine, PwkIndex mm, PwkQueue *queue);
/* Isolates the folio for @list; false: it is on no LRU list. */
bool    pwk_queue_folio       (PwkMachine *machine, PwkPfn head, PwkPageList *list);
