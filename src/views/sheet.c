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

PwkItem *
pwk_sheet_head_figure (PwkSheet *sheet,
                       const char *title,
                       const char *remark,
                       const char *words,
                       const char *number,
                       double beside)
{
  const PwkPen *pen = sheet->pen;
  PwkBox line =
      pwk_box (sheet->body.x, sheet->body.y, fmax (sheet->body.w - pen->params->covered, 0),
               pwk_pen_line (pen, PWK_FONT_TITLE));
  double number_w = number ? pwk_pen_width (pen, PWK_FONT_NUMBER, number) + 2 : 0;
  double words_w = pwk_pen_width (pen, PWK_FONT_SMALL, words) + 2;
  double height = pwk_pen_line (pen, PWK_FONT_NUMBER);
  bool fits;
  PwkBox box;

  pwk_sheet_head (sheet, title, NULL);
  pwk_cut_left (&line, pwk_pen_width (pen, PWK_FONT_TITLE, title) + 1, 14);
  box = pwk_box (line.x + line.w - number_w, line.y + (line.h - height) / 2, number_w, height);
  fits = number && line.w > number_w + words_w + beside;
  if (fits)
    {
      pwk_cut_right (&line, number_w, 8);
      pwk_pen_text (pen, pwk_cut_right (&line, words_w, 14), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_END, words);
    }
  if (line.w > 60)
    pwk_pen_text (pen, pwk_box (line.x, line.y + 2, line.w, line.h - 2), PWK_FONT_NORMAL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, remark);
  /* the last: an item stands where it is until another is added */
  return fits ? pwk_pen_text (pen, box, PWK_FONT_NUMBER, PWK_ROLE_TEXT, PWK_ALIGN_END, number)
              : NULL;
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

void
pwk_sheet_finish_exited (PwkSheet *sheet, const char *title, const PwkExited *exited)
{
  pwk_sheet_head (sheet, title, NULL);
  pwk_pen_exited (sheet->pen, sheet->body, exited);
  pwk_sheet_finish (sheet, 0, pwk_pen_take (sheet->pen, pwk_exited_say (exited)));
}
