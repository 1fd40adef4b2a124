/* buddy-private.h - what the parts of the buddy system's picture share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/buddy-model.h"
#include "views/density.h"
#include "views/views-private.h"

/* A split, in ms: a line cuts the bar, the half that is free falls to the row of its order, the bit
 * that tells it from its buddy lights. */
#define PWK_BUDDY_CUT_MS 80
#define PWK_BUDDY_FALL_MS 320
#define PWK_BUDDY_BIT_MS 470

enum
{
  PWK_BUDDY_GROUP_PAIR = 1,
  PWK_BUDDY_GROUP_PCP
};

/* A zone is open, with a row for each order, or shut: its bar and the number of its blocks. All of
 * them have the same columns:
 *
 *      | zone        pfn 1024               2047 | nr_free  list heads |
 *      | free       [bar.......................] |                     |
 *      | 10  4 MiB           [ 1536          U ] | 1        U 1536     |
 *      |  9  2 MiB   [1024 M]                    | 1        M 1024     |
 *
 * Measured once for a picture. */
typedef struct
{
  PwkPen pen;
  const PwkBuddyModel *model;
  PwkDensity density;
  bool compact;          /* not the full density */
  uint32_t acting;       /* zone in question, an index of the model's */
  double small, heading; /* heights of lines */
  double name_w, count_w, heads_w;
  double row_h;
} PwkBuddyDraft;

/* The zone's name as its row has it. */
const char *pwk_buddy_zone_title  (const PwkBuddyDraft *draft, const PwkBuddyZone *zone);

/* --- buddy-pair.c: what was halved or joined --- */

/* The sentence of it. */
const char *pwk_buddy_pair_text   (const PwkBuddyDraft *draft, const PwkBuddyModel *model);
/* Whether in a card of that width the bits stand beside the sentence; *@bits_w: how wide they
 * are. */
bool        pwk_buddy_bits_beside (const PwkBuddyModel *model, double width, double *bits_w);
/* 0: there is no pair. */
double      pwk_buddy_pair_height (const PwkBuddyDraft *draft, double width);
void        pwk_buddy_draw_pair   (const PwkBuddyDraft *draft, PwkBox box);

/* --- buddy-pcp.c: the per-cpu lists of a zone --- */

double      pwk_buddy_pcps_height (const PwkBuddyDraft *draft, const PwkBuddyZone *zone);
void        pwk_buddy_draw_pcps   (const PwkBuddyDraft *draft, const PwkBuddyZone *zone,
                                   PwkBox box);
