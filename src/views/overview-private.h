/* overview-private.h - what the parts of the overview's picture share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/overview-model.h"
#include "views/views-private.h"

#define CARD(name) PWK_ID_GROUP (PWK_VIEW_OVERVIEW, PWK_CARD_##name)

enum
{
  PWK_CARD_PAGE = 1,
  PWK_CARD_TABLES,
  PWK_CARD_SPACE,
  PWK_CARD_PROCESS
};

/* While it is drawn: the pen, sizes, and the places that lines join. */
typedef struct
{
  PwkPen pen;
  double small, normal, heading;
  double bands;      /* grows with a high canvas */
  bool compact;      /* not the full density: what tooltips say is left out */
  PwkBox frame_mark; /* the frame's place in its node's strip; w 0: not shown */
  PwkBox frame_zone; /* card of its zone; w 0: not shown */
  PwkBox page, tables, space, process;
  PwkBox process_chip, page_chip;
  PwkBox first_step, last_step, chosen_vma;
  double chip_h;
} PwkOverviewDraft;

/* With four levels the p4d is folded into the pgd: the top is told as the pgd. */
const char *pwk_overview_step_name (const PwkOverviewModel *model, unsigned i);

/* The cards of a translation's way, each into its box. */
void pwk_overview_draw_process (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box);
void pwk_overview_draw_space   (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box);
void pwk_overview_draw_tables  (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box);
void pwk_overview_draw_page    (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box);
