/* sheet.h - what every picture has: a title, a legend, a body, a size and a description
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/exited.h"

/*      +--------------------------------+
 *      | title                   remark |
 *      | legend, here or at the bottom  |
 *      | body                           |
 *      +--------------------------------+
 *
 * A view takes a sheet, heads it, takes from the body piece by piece, and finishes it. */
typedef struct
{
  const PwkPen *pen;    /* borrowed */
  PwkBox        room;   /* all of it */
  PwkBox        body;   /* inside the margins, less what has been taken off */
} PwkSheet;

/* A sheet of that room; the scene is titled as the view is. */
PwkSheet pwk_sheet_new          (const PwkPen *pen, PwkBox room);
/* The line at the top; @remark may be NULL. */
void     pwk_sheet_head         (PwkSheet *sheet, const char *title, const char *remark);
/* The same with @remark beside the title, and at the right @words and one large @number, where they
 * leave @beside for the remark. Returns the number's item; NULL: it has no room, or is NULL. */
PwkItem *pwk_sheet_head_figure  (PwkSheet *sheet, const char *title, const char *remark,
                                 const char *words, const char *number, double beside);
/* At the top or bottom of the body, @gap away from what is left of it. */
void     pwk_sheet_legend_above (PwkSheet *sheet, const PwkLegendEntry *entries,
                                 unsigned n_entries, double gap);
void     pwk_sheet_legend_below (PwkSheet *sheet, const PwkLegendEntry *entries,
                                 unsigned n_entries, double gap);
/* The scene gets its size, that of the room, or more if the picture ends further down, at
 * @bottom (0: it does not), and what it says aloud: @description, or, if that is NULL, what the
 * view is for. */
void     pwk_sheet_finish       (PwkSheet *sheet, double bottom, const char *description);
/* There is nothing to show: says why, and finishes. */
void     pwk_sheet_finish_empty (PwkSheet *sheet, const char *reason);
/* Of a process that is there no more: the title, and when it exited. */
void     pwk_sheet_finish_exited (PwkSheet *sheet, const char *title, const PwkExited *exited);
