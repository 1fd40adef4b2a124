/* reclaim-private.h - what the files that lay out page replacement share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/reclaim-model.h"
#include "views/view-common.h"

#define PWK_ID_RECLAIM(n) PWK_ID_GROUP (PWK_VIEW_RECLAIM, n)
enum
{
  PWK_RECLAIM_TRAY = 1,
  PWK_RECLAIM_SWAP,
  PWK_RECLAIM_PASSES,
  PWK_RECLAIM_DECISION,
  PWK_RECLAIM_CACHE,
  PWK_RECLAIM_OOM,
  PWK_RECLAIM_ROUNDS,
  PWK_RECLAIM_PARTING = 0x10,
  PWK_RECLAIM_RULE = 0x20,
  PWK_RECLAIM_ROUND = 0x40
};

/* The ink for marks on a fill of @role: of the picture's two, the one that stands out from it. */
PwkRole pwk_reclaim_ink (const PwkPen *pen, PwkRole role);
/* A page as a small cell: its use as the fill, and, where @box has room, its marks in ink: an eye
 * for the accessed bit, a bar at the foot for PG_referenced, in a file's strip (@strip) the lower
 * half for dirty, and an arrow for a page that is being written. Returns nothing: what is to be
 * said of the cell is set before. */
void pwk_reclaim_marks (const PwkPen *pen, PwkBox box, PwkRole fill, unsigned marks, bool strip);
/* "accessed bit set; PG_referenced; dirty", translated; lives as long as the scene. */
const char *pwk_reclaim_say (const PwkPen *pen, const PwkReclaimPage *page);

/* The right side: who reclaims, what decides, the page cache, the ranking. Takes what it draws off
 * @rest; returns where the last card ends. */
double pwk_reclaim_cards (const PwkPen *pen, const PwkReclaimModel *model, PwkBox rest);
/* The curve of the rounds; 0: there are too few for one. */
double pwk_reclaim_rounds_height (const PwkPen *pen, const PwkReclaimModel *model);
void   pwk_reclaim_draw_rounds (const PwkPen *pen, const PwkReclaimModel *model, PwkBox box);
/* What that side needs at least. */
double pwk_reclaim_cards_height (const PwkPen *pen, const PwkReclaimModel *model);
