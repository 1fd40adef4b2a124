/* sheet.c - what every picture has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sheet.h"

#define HEAD_MARGIN (PWK_MARGIN - 2)    /* a title's line has some room of its own above it */

static const PwkViewClass *
view_of (const PwkPen *pen)
{
  return pwk_view_class (pen->params->view);
}

PwkSheet
pwk_sheet_new (const PwkPen *pen, PwkBox room)
{
  PwkBox body = pwk_box (room.x + PWK_MARGIN, room.y + HEAD_MARGIN, room.w - 2 * PWK_MARGIN,
                         room.h - HEAD_MARGIN - PWK_MARGIN);

  pwk_scene_set_title (pen->scene, _(view_of (pen)->title));
  return (PwkSheet) { pen, room, body };
}

void
pwk_sheet_head (PwkSheet *sheet, const char *title, const char *remark)
{
  pwk_pen_title (sheet->pen, &sheet->body, title, remark);
}

void
pwk_sheet_legend_above (PwkSheet *sheet,
                        const PwkLegendEntry *entries,
                        unsigned n_entries,
                        double gap)
{
  double height = pwk_pen_legend_height (sheet->pen, sheet->body.w, entries, n_entries);

  pwk_pen_legend (sheet->pen, pwk_cut_top (&sheet->body, height, gap), entries, n_entries);
}

void
pwk_sheet_legend_below (PwkSheet *sheet,
                        const PwkLegendEntry *entries,
                        unsigned n_entries,
                        double gap)
{
  double height = pwk_pen_legend_height (sheet->pen, sheet->body.w, entries, n_entries);

  pwk_pen_legend (sheet->pen, pwk_cut_bottom (&sheet->body, height, gap), entries, n_entries);
}

void
pwk_sheet_finish (PwkSheet *sheet, double bottom, const char *description)
{
  double height = fmax (sheet->room.h, bottom + PWK_MARGIN);

  pwk_scene_set_size (sheet->pen->scene, sheet->room.w, height);
  pwk_scene_set_description (sheet->pen->scene,
                             description ? description : _(view_of (sheet->pen)->summary));
}

void
pwk_sheet_finish_empty (PwkSheet *sheet, const char *reason)
{
  pwk_pen_empty (sheet->pen, sheet->body, reason);
  pwk_sheet_finish (sheet, 0, reason);
}
