/* page-walk-lens.c - an entry under the lens: the bits that tell, ticked or crossed, and its
 * neighbours
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/blend.h"
#include "views/page-walk-private.h"

/* A line of a tick or a cross; it comes @at_ms after the motion has begun, 0: with all. */
static void
draw_stroke (const PwkPen *pen,
             uint64_t id,
             const PwkPoint *points,
             unsigned n,
             bool passes,
             unsigned at_ms)
{
  PwkItem *item = pwk_scene_add_polyline (pen->scene, id, points, n,
                                          passes ? PWK_ROLE_SUCCESS : PWK_ROLE_ERROR);

  item->line_width = passes ? 2.0f : 2.2f;
  if (at_ms > 0)
    pwk_item_set_time (item, at_ms, at_ms + PWK_WALK_TICK_MS, PWK_WALK_MOTION);
}

void
pwk_walk_draw_check (const PwkPen *pen, uint64_t id, PwkBox box, bool passes, unsigned at_ms)
{
  double x = box.x + box.w - 10, y = box.y + box.h / 2;
  const PwkPoint tick[] = { { x, y }, { x + 3, y + 3 }, { x + 9, y - 4 } };
  const PwkPoint cross[][2] = { { { x, y - 4 }, { x + 8, y + 4 } },
                                { { x, y + 4 }, { x + 8, y - 4 } } };

  if (passes)
    draw_stroke (pen, id, tick, 3, true, at_ms);
  for (unsigned i = 0; !passes && i < 2; i++)
    draw_stroke (pen, id, cross[i], 2, false, at_ms);
}

static void
draw_bit (const PwkWalkDrawing *drawing,
          unsigned i,
          unsigned k,
          const PwkWalkBit *bit,
          bool brief,
          PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  bool asked = bit->needed && bit->means && level->read != 0 && level->written == 0;
  PwkRole role = bit->fails ? PWK_ROLE_ERROR
                 : bit->means && (bit->needed || bit->set) && !bit->ignored
                     ? pwk_walk_ink (drawing, PWK_ROLE_TEXT)
                     : PWK_ROLE_TEXT_DIM;
  double value = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "0") + 2;
  PwkBox check = pwk_cut_right (&box, 12, 2);
  PwkItem *item = pwk_scene_add_rect (pen->scene, PWK_ID_BIT (level->step.level, bit->shift),
                                      pwk_box (box.x, box.y, box.w + 14, box.h), PWK_ROLE_NONE);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_label (pen, item, "%s %s = %d: %s", pwk_walk_level_name (level), bit->word, bit->set,
                 bit->meaning);
  item = pwk_pen_text (pen, pwk_cut_right (&box, value, 2), PWK_FONT_MONO_SMALL,
                       bit->marked ? PWK_ROLE_FLASH : role, PWK_ALIGN_END,
                       !bit->means ? "·"
                       : bit->set  ? "1"
                                   : "0");
  item->ellipsize = PWK_ELLIPSIZE_NONE;
  pwk_walk_set_time (drawing, i, item, PWK_WALK_OPEN_END - 10, PWK_WALK_TEXTS_END);
  if ((bit->set && bit->means && !bit->ignored) || bit->fails)
    item->flags |= PWK_FLAG_EMPHASISED;
  item = pwk_pen_text (pen, box, PWK_FONT_SMALL, bit->marked ? PWK_ROLE_FLASH : role,
                       PWK_ALIGN_START, brief ? bit->brief : bit->word);
  pwk_walk_set_time (drawing, i, item, PWK_WALK_OPEN_END - 10, PWK_WALK_TEXTS_END);
  if (bit->fails)
    item->flags |= PWK_FLAG_EMPHASISED;
  if (!asked && !bit->fails)
    return;
  pwk_walk_draw_check (
      pen, PWK_WALK_ID (PWK_WALK_TICK + 16 * i, k), check, !bit->fails && bit->set != bit->forbids,
      pwk_walk_is_now (drawing->model, i) ? PWK_WALK_OPEN_END + PWK_WALK_TICK_MS * k : 0);
}

/* Reads are round, the kernel's writes square. */
static void
draw_pill (const PwkWalkDrawing *drawing, unsigned i, PwkBox line)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  bool wrote = level->written != 0;
  PwkRole role = pwk_walk_state_role (drawing, i, PWK_ROLE_PANEL_ALT);
  /* Translators: the number of a memory reference of a page walk. */
  const char *text = wrote ? pwk_pen_printf (pen, "w%u", level->written)
                     : level->read != 0
                         ? pwk_pen_printf (pen, C_("page walk", "read %u"), level->read)
                         : NULL;
  double width;
  PwkItem *item;

  if (text == NULL)
    return;
  width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14;
  if (width > line.w)
    {
      text = pwk_pen_printf (pen, wrote ? "w%u" : "%u", wrote ? level->written : level->read);
      width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14;
    }
  if (width > line.w)
    return;
  item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_RIGHT, i),
                                pwk_box (line.x + line.w - width, line.y, width, line.h),
                                pwk_walk_is_real (drawing->model) ? role : PWK_ROLE_NONE,
                                wrote ? 3 : line.h / 2);
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  if (role == PWK_ROLE_PANEL_ALT)
    item->stroke = PWK_ROLE_OUTLINE;
  if (!pwk_walk_is_real (drawing->model))
    item->flags |= PWK_FLAG_DASHED;
  pwk_walk_set_time (drawing, i, item, PWK_WALK_OPEN_END - 10, PWK_WALK_TEXTS_END);
}

static void
draw_foot (const PwkWalkDrawing *drawing, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkRole role = level->step.leaf ? pwk_walk_frame_role (drawing->model) : PWK_ROLE_PAGE_TABLE;
  uint64_t pfn = pwk_pte_pfn (level->step.entry);
  const char *text = pwk_pen_printf (pen, "pfn %llu", PWK_N (pfn));
  PwkItem *item;
  double width;

  if (!level->step.present)
    {
      if (!pwk_pte_none (level->step.entry))
        pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                      /* Translators: a page-table entry that names a slot of the swap area. */
                      C_("page walk", "swap"));
      return;
    }
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 16 > box.w)
    text = pwk_pen_printf (pen, "%llu", PWK_N (pfn));
  width = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 16, box.w);
  item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_CHIP, i),
                                pwk_box (box.x + box.w - width, box.y, width, box.h),
                                pwk_walk_fill (drawing, role), 6);
  item->pattern = PWK_PATTERN_NONE;
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 2;
  if (pwk_walk_is_grey (drawing))
    {
      item->stroke = PWK_ROLE_GRID;
      item->text_role = PWK_ROLE_TEXT_DIM;
    }
  pwk_pen_label (pen, item,
                 level->step.leaf ? _("The page is frame %llu")
                                  : _("The next table is frame %llu"),
                 PWK_N (pfn));
  pwk_walk_set_time (drawing, i, item, PWK_WALK_OPEN_END - 10, PWK_WALK_TEXTS_END);
}

static char *
say_entry (const PwkFormat *format, const PwkWalkLevel *level)
{
  g_autofree char *words = pwk_words_pte (format, level->step.bits, level->step.level);

  /* Translators: an entry of a page table: level, index, frame of the table, what it says. */
  return g_strdup_printf (_("%s[%u] of the table in pfn %llu: %s"), pwk_walk_level_name (level),
                          level->step.index, PWK_N (level->step.table), words);
}

/* A red octagon: here it ends. */
static void
draw_stop (const PwkPen *pen, double x, double y, double radius)
{
  PwkPoint corners[8];
  double half = radius * 0.42;

  for (unsigned i = 0; i < 8; i++)
    {
      double angle = (i + 0.5) * G_PI / 4;

      corners[i] = pwk_point (x + radius * cos (angle), y + radius * sin (angle));
    }
  pwk_scene_add_polygon (pen->scene, PWK_WALK_ID (PWK_WALK_ERROR, 9), corners, 8, PWK_ROLE_ERROR);
  pwk_scene_add_line (pen->scene, 0, x - half, y - half, x + half, y + half, PWK_ROLE_PANEL)
      ->line_width = 2.2f;
  pwk_scene_add_line (pen->scene, 0, x - half, y + half, x + half, y - half, PWK_ROLE_PANEL)
      ->line_width = 2.2f;
}

static double
bit_row (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_SMALL) + 2;
}

PwkBox
pwk_walk_lens_box (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox column = drawing->column[i];
  double line = pwk_pen_line (pen, PWK_FONT_SMALL) + 1, top = column.y + 2 * line;
  double full = PWK_WALK_PILL_H + 10 + 8 * bit_row (pen) + PWK_WALK_CHIP_H + 22;

  return pwk_box (column.x + PWK_WALK_INDENT, top, column.w - PWK_WALK_INDENT,
                  fmin (column.y + column.h - line - 2 - top, full));
}

PwkBox
pwk_walk_slot_box (const PwkWalkDrawing *drawing, unsigned i)
{
  PwkBox column = drawing->column[i];
  const PwkFormat *format = drawing->model->format;
  PwkLevel level = (PwkLevel) (drawing->model->top - i);
  unsigned index = pwk_level_index (format, drawing->model->walk.addr, level);
  double room = column.h - 8 - PWK_WALK_SLOT_H;

  return pwk_box (column.x - 1, column.y + 6 + room * index / pwk_level_entries (format, level),
                  PWK_WALK_STRIP + 2, PWK_WALK_SLOT_H);
}

static void
draw_near (const PwkWalkDrawing *drawing, unsigned i, PwkBox lens)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  for (unsigned k = 0; k < 2; k++)
    {
      PwkBox row =
          pwk_box (lens.x + 8, k == 0 ? lens.y - line - 2 : lens.y + lens.h + 2, lens.w - 16, line);
      PwkPfn pfn = level->near[k].pfn;
      const char *index = pwk_pen_printf (pen, "%u", level->step.index + (k == 0 ? -1u : 1u));
      const char *text;

      if (pfn == PWK_NO_PFN)
        continue;
      text = level->near[k].kind == PWK_SLOT_NONE   ? "—"
             : level->near[k].kind == PWK_SLOT_SWAP ? C_("page walk", "swap")
                                                    : pwk_pen_printf (pen, "pfn %llu", PWK_N (pfn));
      if (pwk_pen_width (pen, PWK_FONT_SMALL, index) + pwk_pen_width (pen, PWK_FONT_SMALL, text) +
                  8 >
              row.w &&
          (level->near[k].kind == PWK_SLOT_TABLE || level->near[k].kind == PWK_SLOT_LEAF))
        text = pwk_pen_printf (pen, "%llu", PWK_N (pfn));
      pwk_pen_text (pen, pwk_cut_right (&row, pwk_pen_width (pen, PWK_FONT_SMALL, text) + 1, 4),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, text);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, index) <= row.w)
        pwk_pen_text (pen, row, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, index);
    }
}

void
pwk_walk_draw_lens (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkBox box = pwk_walk_lens_box (drawing, i), inside = pwk_box_inset (box, 6, 5), title;
  const char *index = pwk_pen_printf (pen, "%u", level->step.index);
  g_autofree char *label = say_entry (drawing->model->format, level);
  bool failed = pwk_walk_failed_at (drawing->model, i);
  double row = bit_row (pen), width = pwk_pen_width (pen, PWK_FONT_BOLD, index) + 2;
  PwkItem *item =
      pwk_scene_add_lens (pen->scene, PWK_ID_ENTRY (level->step.table, level->step.index), box,
                          pwk_walk_slot_box (drawing, i));
  double value = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "0") + 2;
  PwkWalkBit bits[9];
  bool brief = false;
  unsigned n;

  item->flags &= ~PWK_FLAG_SHADOW;
  item->radius = 6;
  item->stroke = pwk_walk_edge (drawing);
  item->from_id = PWK_WALK_ID (PWK_WALK_DOOR, i);
  pwk_walk_set_time (drawing, i, item, PWK_WALK_GLIDE_END, PWK_WALK_OPEN_END);
  if (failed && pwk_walk_is_real (drawing->model))
    item->stroke = PWK_ROLE_ERROR;
  else if (pwk_walk_is_now (drawing->model, i))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s", label);
  title = pwk_cut_top (&inside, PWK_WALK_PILL_H, 4);
  item = pwk_pen_text (pen, pwk_cut_left (&title, width, 4), PWK_FONT_BOLD,
                       pwk_walk_ink (drawing, PWK_ROLE_TEXT), PWK_ALIGN_START, index);
  pwk_walk_set_time (drawing, i, item, PWK_WALK_OPEN_END - 10, PWK_WALK_TEXTS_END);
  draw_pill (drawing, i, pwk_box (title.x, title.y, title.w + 2, title.h));
  if (inside.h > PWK_WALK_CHIP_H + row)
    draw_foot (drawing, i, pwk_cut_bottom (&inside, PWK_WALK_CHIP_H, 4));
  n = pwk_walk_bits (drawing, i, bits, MIN (8u, (unsigned) fmax (floor (inside.h / row), 0)));
  row = fmin (inside.h / MAX (n, 1), row + 4);
  for (unsigned k = 0; k < n; k++)
    brief |= pwk_pen_width (pen, PWK_FONT_SMALL, bits[k].word) > inside.w - value - 16;
  for (unsigned k = 0; k < n && inside.h >= row - 1; k++)
    draw_bit (drawing, i, k, &bits[k], brief, pwk_cut_top (&inside, row, 0));
  draw_near (drawing, i, box);
  if (failed && pwk_walk_is_real (drawing->model))
    {
      pwk_pen_light (pen, box, 6, PWK_ROLE_ERROR);
      draw_stop (pen, box.x + box.w, box.y + box.h, 12);
    }
}
