/* page-walk-rows.c - the page walk where it is narrow: a row a level, in the same order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/page-walk-private.h"

/*      CR3   pfn 512
 *      pgd   255  [====|        ]  P W U   pfn 1024
 *      …
 *      frame  pfn 1536 + 0x0 = 0x600000 */
#define NAME_WIDTH  44.0
#define INDEX_WIDTH 40.0

static void
draw_letters (const PwkWalkDrawing *drawing, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkWalkBit bits[8];
  unsigned n = pwk_walk_bits (drawing, i, bits, G_N_ELEMENTS (bits));
  double width = box.w / 3;

  for (unsigned k = 0, shown = 0; k < n && shown < 3; k++)
    {
      PwkItem *item = pwk_pen_text (pen, pwk_box (box.x + shown++ * width, box.y, width, box.h),
                                    PWK_FONT_MONO_SMALL,
                                    bits[k].fails                  ? PWK_ROLE_ERROR
                                    : bits[k].set && bits[k].means ? PWK_ROLE_TEXT
                                                                   : PWK_ROLE_TEXT_DIM,
                                    PWK_ALIGN_CENTRE,
                                    !bits[k].means ? "·"
                                    : bits[k].set  ? bits[k].brief
                                                   : "–");

      pwk_pen_label (pen, item, "%s = %d: %s", bits[k].word, bits[k].set, bits[k].meaning);
      if (bits[k].fails)
        item->flags |= PWK_FLAG_EMPHASISED;
    }
}

/* The strip lies: how far into the table the entry stands. */
static void
draw_lying_strip (const PwkWalkDrawing *drawing, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  double share = (double) level->step.index / level->n_slots;
  PwkRole role = pwk_walk_failed_at (drawing->model, i) ? PWK_ROLE_ERROR
                 : level->now                           ? PWK_ROLE_FLASH
                                                        : PWK_ROLE_PAGE_TABLE;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_TABLE (level->step.table, level->told),
                                         box, PWK_ROLE_PANEL_ALT, 3);

  item->stroke = PWK_ROLE_OUTLINE;
  pwk_pen_thing (pen, item, _("Table of %s entries in pfn %llu: %u of %u used"),
                 pwk_walk_level_name (level), PWK_N (level->step.table), level->n_used,
                 level->n_slots);
  item = pwk_scene_add_rect (pen->scene, PWK_WALK_ID (PWK_WALK_SLOT, i),
                             pwk_box (box.x + share * (box.w - 3), box.y - 1, 3, box.h + 2), role);
  item->stroke = PWK_ROLE_NONE;
  item->pattern = PWK_PATTERN_NONE;
}

static void
draw_level (const PwkWalkDrawing *drawing, unsigned i, PwkBox row)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkLevel *level = &model->level[i];
  bool known = i < model->n_shown && !level->step.skipped;
  const char *out = known && level->step.present
                        ? pwk_pen_printf (pen, "pfn %llu", PWK_N (pwk_pte_pfn (level->step.entry)))
                        : NULL;
  double letters = 3 * (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "RW") + 6);
  double chip = pwk_pen_width (pen, PWK_FONT_SMALL, "pfn 12345678") + 14;
  PwkItem *item;

  pwk_pen_text (pen, pwk_cut_left (&row, NAME_WIDTH, 0), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_walk_name (drawing, i));
  pwk_pen_text (pen, pwk_cut_left (&row, INDEX_WIDTH, 8), PWK_FONT_MONO, PWK_ROLE_TEXT,
                PWK_ALIGN_END,
                pwk_pen_printf (pen, "%u",
                                pwk_level_index (model->format, model->walk.addr,
                                                 (PwkLevel) (model->top - i))));
  if (!known)
    {
      pwk_pen_text (pen, row, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                    i < model->n_shown ? C_("page walk", "skipped")
                                       : C_("page walk", "not read"));
      return;
    }
  item = pwk_scene_add_rounded (pen->scene, PWK_ID_ENTRY (level->step.table, level->step.index),
                                row, PWK_ROLE_NONE, 4);
  item->stroke = pwk_walk_failed_at (model, i) ? PWK_ROLE_ERROR : PWK_ROLE_NONE;
  if (level->now && !pwk_walk_failed_at (model, i))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s[%u]", pwk_walk_level_name (level), level->step.index);
  row = pwk_box_inset (row, 4, 1);
  if (out != NULL)
    pwk_pen_chip (pen, 0, row.x + row.w - chip, row.y + 1, row.h - 2, chip,
                  level->step.leaf ? pwk_walk_frame_role (model) : PWK_ROLE_PAGE_TABLE,
                  PWK_FONT_SMALL, out);
  pwk_cut_right (&row, chip, 6);
  draw_letters (drawing, i, pwk_cut_right (&row, letters, 8));
  if (row.w > 24)
    draw_lying_strip (drawing, i, pwk_box (row.x, row.y + row.h / 2 - 4, row.w, 8));
}

void
pwk_walk_draw_rows (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  unsigned n = pwk_walk_n_indices (model);
  double row = pwk_pen_line (pen, PWK_FONT_NORMAL) + 10;
  double band = 3 * pwk_pen_line (pen, PWK_FONT_NORMAL) + 44;
  PwkBox line = pwk_cut_top (&box, row, 2);

  pwk_pen_text (pen, pwk_cut_left (&line, NAME_WIDTH, 8), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, model->running ? "CR3" : "pgd");
  pwk_pen_text (pen, line, PWK_FONT_NORMAL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                pwk_pen_printf (pen, "pfn %llu", PWK_N (model->cr3 >> PWK_PAGE_SHIFT)));
  for (unsigned i = 0; i < n; i++)
    draw_level (drawing, i, pwk_cut_top (&box, row, 2));
  line = pwk_cut_top (&box, row, 6);
  if (model->walk.ok)
    pwk_pen_text (pen, line, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                  pwk_pen_printf (pen, "pfn %llu · %s", PWK_N (model->frame.pfn),
                                  pwk_pen_address (pen, model->walk.phys)));
  else
    pwk_pen_text (pen, line, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  _("no frame yet"));
  if (box.h >= band)
    pwk_walk_draw_band (drawing, pwk_cut_top (&box, band, 0));
}
