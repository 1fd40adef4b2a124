/* page-walk-columns.c - the tables side by side: strips, rails from the bits, joins from frame to
 * base, and what is on its way
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/blend.h"
#include "views/page-walk-private.h"

/* --- strips --- */

static const PwkRole slot_roles[] = {
  [PWK_SLOT_NONE] = PWK_ROLE_NONE,
  [PWK_SLOT_TABLE] = PWK_ROLE_PAGE_TABLE,
  [PWK_SLOT_LEAF] = PWK_ROLE_ANON,
  [PWK_SLOT_SWAP] = PWK_ROLE_SWAP,
};

/* What the table's other entries hold, along its right edge: more entries than the strip is high
 * share a cell, which shows the fullest. */
static void
draw_entries (const PwkWalkDrawing *drawing, unsigned i, PwkBox box)
{
  const PwkWalkLevel *level = &drawing->model->level[i];
  unsigned n_cells = box.h >= level->n_slots ? level->n_slots : MAX (level->n_slots / 4, 1u);
  unsigned per = MAX (level->n_slots / n_cells, 1u);
  uint8_t *roles = g_new (uint8_t, n_cells);
  g_autoptr (GBytes) bytes = NULL;

  for (unsigned cell = 0; cell < n_cells; cell++)
    {
      unsigned kind = PWK_SLOT_NONE;

      for (unsigned k = 0; k < per; k++)
        kind = MAX (kind, level->slots[cell * per + k]);
      roles[cell] = (uint8_t) (kind == PWK_SLOT_NONE ? PWK_ROLE_NONE : slot_roles[kind]);
    }
  bytes = g_bytes_new_take (roles, n_cells);
  pwk_scene_add_cells (drawing->pen.scene, 0, box, 1, n_cells, PWK_CELLS_ROLES, bytes);
}

/* The strip with the way into it: its base, the bar that is as long as the index, the slot. */
static void
draw_strip (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkPfn table = pwk_walk_table (model, i);
  PwkBox column = drawing->column[i];
  PwkBox box = pwk_box (column.x, column.y, PWK_WALK_STRIP, column.h),
         slot = pwk_walk_slot_box (drawing, i);
  bool shown = i < model->n_shown && !model->level[i].step.skipped;
  PwkRole role = pwk_walk_state_role (drawing, i, pwk_walk_fill (drawing, PWK_ROLE_PAGE_TABLE));
  double end = shown ? slot.y : box.y + 5;
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene,
      table != PWK_NO_PFN ? PWK_ID_TABLE (table, i == 0 ? (unsigned) PWK_LEVEL_PGD : model->top - i)
                          : PWK_WALK_ID (PWK_WALK_BLANK, 8 + i),
      box, table != PWK_NO_PFN ? PWK_ROLE_PANEL_ALT : PWK_ROLE_NONE, 3);

  item->stroke = pwk_walk_edge (drawing);
  if (table == PWK_NO_PFN)
    item->flags |= PWK_FLAG_DASHED;
  else if (i < model->n_shown)
    /* Translators: a page table: its level, its frame, how many of its entries are used. */
    pwk_pen_thing (pen, item, _("Table of %s entries in pfn %llu: %u of %u used"),
                   pwk_walk_name (drawing, i), PWK_N (table), model->level[i].n_used,
                   model->level[i].n_slots);
  else
    pwk_pen_thing (pen, item, _("Table of %s entries in pfn %llu"), pwk_walk_name (drawing, i),
                   PWK_N (table));
  if (shown && !pwk_walk_is_grey (drawing))
    draw_entries (drawing, i, pwk_box (box.x + 12, box.y + 6, 3, box.h - 8));
  if (table != PWK_NO_PFN)
    {
      item = pwk_scene_add_rect (pen->scene, 0, pwk_box (box.x + 1, box.y + 1, box.w - 2, 3),
                                 pwk_walk_fill (drawing, PWK_ROLE_PAGE_TABLE));
      item->stroke = PWK_ROLE_NONE;
      item->pattern = PWK_PATTERN_NONE;
    }
  item = pwk_scene_add_rounded (
      pen->scene, PWK_WALK_ID (PWK_WALK_BAR, i),
      pwk_box (box.x + PWK_WALK_RAIL - 3, box.y + 5, 6, fmax (end - box.y - 5, 0.5)), role, 2);
  item->stroke = PWK_ROLE_NONE;
  item->pattern = PWK_PATTERN_NONE;
  item->opacity = !shown ? 0.0f : role == PWK_ROLE_PAGE_TABLE ? 0.6f : 1.0f;
  pwk_walk_set_time (drawing, i, item, PWK_WALK_GLIDE_END, PWK_WALK_OPEN_END);
  item = pwk_scene_add_rect (pen->scene, PWK_WALK_ID (PWK_WALK_SLOT, i),
                             pwk_box (slot.x, end, slot.w, PWK_WALK_SLOT_H), role);
  item->stroke = PWK_ROLE_NONE;
  item->pattern = PWK_PATTERN_NONE;
  item->opacity = shown ? 1.0f : 0.0f;
  pwk_walk_set_time (drawing, i, item, PWK_WALK_GLIDE_END, PWK_WALK_OPEN_END);
  /* out of here the lens opens */
  item = pwk_scene_add (pen->scene, PWK_ITEM_RECT, PWK_WALK_ID (PWK_WALK_DOOR, i), slot);
  item->opacity = 0;
}

static const char *
why_blank (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPageWalkModel *model = drawing->model;
  bool table = pwk_walk_table (model, i) != PWK_NO_PFN;

  if (!model->walk.canonical)
    return _("no walk");
  if (i < model->n_shown)
    return C_("page walk", "skipped");
  if (model->told.walked == PWK_WALKED_ON_THE_WAY)
    return C_("page walk", "not read");
  if (model->told.n_written > 0)
    /* Translators: a page table in which nothing stands yet. */
    return table ? C_("page walk", "empty") : C_("page walk", "no table");
  return C_("page walk", "not read");
}

static void
draw_blank (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox box = pwk_walk_lens_box (drawing, i);
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_BLANK, i), box, PWK_ROLE_NONE, 6);

  item->stroke = PWK_ROLE_OUTLINE;
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_label (pen, item, "%s: %s", pwk_walk_name (drawing, i), why_blank (drawing, i));
  pwk_pen_text (pen, pwk_box (box.x + 2, box.y + (box.h - line) / 2, box.w - 4, line),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, why_blank (drawing, i));
}

static void
draw_level_head (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox column = drawing->column[i];
  PwkPfn table = pwk_walk_table (drawing->model, i);
  const char *name = pwk_walk_name (drawing, i);
  PwkBox line = pwk_box (column.x + PWK_WALK_INDENT, column.y - 3, column.w - PWK_WALK_INDENT,
                         pwk_pen_line (pen, PWK_FONT_SMALL));
  double name_width = pwk_pen_width (pen, PWK_FONT_BOLD, name) + 1;
  const char *text;

  pwk_pen_text (pen, pwk_cut_left (&line, name_width, 6), PWK_FONT_BOLD,
                pwk_walk_ink (drawing, PWK_ROLE_TEXT), PWK_ALIGN_START, name);
  if (table == PWK_NO_PFN)
    return;
  text = pwk_pen_printf (pen, "pfn %llu", PWK_N (table));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) > line.w)
    text = pwk_pen_printf (pen, "%llu", PWK_N (table));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) <= line.w)
    pwk_pen_text (pen, line, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, text);
}

/* --- rails and joins --- */

static double
rail_x (const PwkWalkDrawing *drawing, unsigned i)
{
  return drawing->column[i].x + PWK_WALK_RAIL;
}

/* From the ruler's bits to the TLB, and on from it to @bottom. */
static void
draw_rail (const PwkWalkDrawing *drawing, unsigned i, double bottom, PwkRole role)
{
  const PwkPen *pen = &drawing->pen;
  double x = rail_x (drawing, i),
         width = role == PWK_ROLE_OUTLINE ? PWK_ROUTE_HOLDS : PWK_ROUTE_RUNS;
  double top = drawing->ruler + pwk_ruler_height (pen) - pwk_pen_line (pen, PWK_FONT_SMALL) - 2;
  const double ends[][2] = { { top, drawing->tlb.y }, { drawing->tlb.y + drawing->tlb.h, bottom } };

  for (unsigned k = 0; k < 2; k++)
    {
      PwkItem *item = pwk_scene_add_line (pen->scene, PWK_WALK_ID (PWK_WALK_RAILS, i), x,
                                          ends[k][0], x, ends[k][1], role);

      item->line_width = (float) width;
      pwk_walk_set_time (drawing, i, item, 0, PWK_WALK_GLIDE_END);
    }
}

static void
draw_rails (const PwkWalkDrawing *drawing)
{
  const PwkPageWalkModel *model = drawing->model;

  for (unsigned i = 0; i < drawing->n_levels && i < model->n_shown; i++)
    if (model->level[i].read != 0 && !pwk_walk_is_grey (drawing))
      draw_rail (drawing, i, drawing->column[i].y - 1,
                 pwk_walk_state_role (drawing, i, PWK_ROLE_OUTLINE));
}

/* A walk cache's hit: the bits of several levels run together over tables that stay unread. */
static void
draw_skip (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const char *text = _("walk cache hit");
  double line = pwk_pen_line (pen, PWK_FONT_SMALL), width, y, left, right;
  unsigned n = 0;
  PwkPoint way[4];
  PwkRole role;
  PwkItem *item;

  while (n < model->n_shown && model->level[n].step.skipped)
    n++;
  if (n == 0 || n >= drawing->n_levels || pwk_walk_is_grey (drawing))
    return;
  role = model->now == PWK_EV_PWC_HIT || pwk_walk_is_now (model, n) || pwk_walk_failed_at (model, n)
             ? PWK_ROLE_FLASH
             : PWK_ROLE_OUTLINE;
  y = (drawing->tlb.y + drawing->tlb.h + drawing->column[0].y) / 2 - 2;
  for (unsigned i = 0; i < n; i++)
    draw_rail (drawing, i, y, role);
  left = drawing->column[n].x - drawing->gap / 2;
  way[0] = pwk_point (rail_x (drawing, 0), y);
  way[1] = pwk_point (left, y);
  way[2] = pwk_point (left, drawing->column[n].y + 8);
  way[3] = pwk_point (drawing->column[n].x - 1, drawing->column[n].y + 8);
  pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x1100), way, 4, role,
                 role == PWK_ROLE_FLASH ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, true);
  width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 8;
  left = rail_x (drawing, n - 1) + 6;
  right = drawing->column[n].x - drawing->gap / 2 - 8;
  if (right - left < width)
    return;
  item = pwk_scene_add_rect (pen->scene, 0,
                             pwk_box ((left + right - width) / 2, y - line / 2, width, line),
                             PWK_ROLE_CANVAS);
  item->stroke = PWK_ROLE_NONE;
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
}

/* The frame number at a lens' foot is the base of what comes next. */
static void
draw_join (const PwkWalkDrawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkLevel *level = &model->level[i];
  PwkBox lens = pwk_walk_lens_box (drawing, i);
  double next = i + 1 < drawing->n_levels ? drawing->column[i + 1].x : drawing->end.x;
  double y = lens.y + lens.h - 5 - PWK_WALK_CHIP_H / 2, gutter = next - drawing->gap / 2 - 1;
  const PwkPoint way[] = { { lens.x + lens.w, y },
                           { gutter, y },
                           { gutter, drawing->sign.y + 8 },
                           { next - 1, drawing->sign.y + 8 } };
  bool on =
      i + 1 < drawing->n_levels
          ? pwk_walk_is_now (model, i + 1) || (pwk_walk_is_now (model, i) && level->written != 0)
          : model->now == PWK_EV_TLB_FILL || (pwk_walk_is_now (model, i) && level->written != 0);
  PwkItem *item;

  if (!level->step.present || (level->step.leaf && !model->has_frame) || level->step.skipped)
    return;
  item = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x1000 + i), way, 4,
                        on ? PWK_ROLE_FLASH : pwk_walk_edge (drawing),
                        on ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, true);
  pwk_walk_set_time (drawing, i, item, PWK_WALK_JOIN_FROM, PWK_WALK_MOTION);
}

/* A TLB's hit: one short arc over tables that nobody reads. */
static void
draw_arc (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  double y = drawing->tlb.y + drawing->tlb.h / 2, x = drawing->end.x;
  double gutter = x - drawing->gap / 2 - 1;
  const PwkPoint way[] = { { drawing->tlb.x + drawing->tlb.w, y },
                           { gutter, y },
                           { gutter, drawing->end.y + 8 },
                           { x - 1, drawing->end.y + 8 } };
  PwkItem *item;

  if (!pwk_walk_is_grey (drawing))
    return;
  item = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x1300), way, 4, PWK_ROLE_FLASH,
                        PWK_ROUTE_RUNS, true);
  if (drawing->model->now == PWK_EV_TLB_HIT)
    pwk_item_set_time (item, 150, 370, PWK_WALK_MOTION);
}

/* --- what is on its way --- */

/* A chip that is seen in motion alone, in a part of the walk's. */
static void
add_passing (const PwkWalkDrawing *drawing,
             uint64_t id,
             uint64_t from,
             PwkBox box,
             PwkRole role,
             const char *text,
             unsigned from_ms,
             unsigned to_ms)
{
  pwk_item_set_time (pwk_pen_passing (&drawing->pen, id, from, box, role, text), from_ms, to_ms,
                     PWK_WALK_MOTION);
}

static const char *
binary (const PwkPen *pen, unsigned value, unsigned bits)
{
  char text[33];

  for (unsigned i = 0; i < bits; i++)
    text[i] = '0' + (value >> (bits - 1 - i) & 1);
  text[bits] = '\0';
  return pwk_scene_intern (pen->scene, text);
}

/* The bits of a read go from the ruler down its rail; the frame that the kernel has found goes
 * from its step of the repair, a copy from where it was made, up to the lens' foot; a translation
 * goes from the last lens into the TLB. */
static void
draw_passing (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkTlb *tlb = &model->tlb;

  for (unsigned i = 0; i < drawing->n_levels && i < model->n_shown; i++)
    {
      PwkLevel level = (PwkLevel) (model->top - i);
      unsigned shift = pwk_level_shift (model->format, level);
      unsigned above = i == 0 ? pwk_addr_bits (model->format, model->top)
                              : pwk_level_shift (model->format, level + 1);
      const char *bits = binary (pen, model->level[i].step.index, above - shift);
      double width = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, bits) + 14;
      PwkBox lens = pwk_walk_lens_box (drawing, i);

      if (!pwk_walk_is_now (model, i))
        continue;
      if (model->level[i].written != 0)
        add_passing (drawing, PWK_WALK_ID (PWK_WALK_BITS, 8 + i),
                     model->level[i].step.leaf && model->told.copied
                         ? PWK_ID (PWK_THING_PFN, model->told.copy)
                         : PWK_WALK_ID (PWK_WALK_STEP, model->level[i].written - 1),
                     pwk_box (lens.x + 8, lens.y + lens.h - 5 - PWK_WALK_CHIP_H, lens.w - 16,
                              PWK_WALK_CHIP_H),
                     model->level[i].step.leaf ? pwk_walk_frame_role (model) : PWK_ROLE_PAGE_TABLE,
                     model->level[i].step.present
                         ? pwk_pen_printf (pen, "%llu",
                                           PWK_N (pwk_pte_pfn (model->level[i].step.entry)))
                         : C_("page walk", "swap"),
                     0, 320);
      else
        add_passing (drawing, PWK_WALK_ID (PWK_WALK_BITS, i), PWK_ID_BIT (0, shift),
                     pwk_box (drawing->column[i].x - 1, drawing->column[i].y - 26, width, 22),
                     PWK_ROLE_FLASH, bits, 0, PWK_WALK_GLIDE_END);
    }
  if (model->now == PWK_EV_TLB_FILL && tlb->way >= 0 && model->n_shown > 0)
    add_passing (drawing, PWK_WALK_ID (PWK_WALK_WAY, 0),
                 PWK_WALK_ID (PWK_WALK_CHIP, model->n_shown - 1),
                 pwk_box (drawing->tlb.x + drawing->tlb.w / 2 - 40, drawing->tlb.y + 6, 80,
                          drawing->tlb.h - 12),
                 pwk_walk_frame_role (model),
                 pwk_pen_printf (pen, "…%03llx", PWK_N (tlb->ways[tlb->way].vpn & 0xfff)), 0, 320);
}

void
pwk_walk_draw_columns (const PwkWalkDrawing *drawing)
{
  const PwkPageWalkModel *model = drawing->model;

  draw_rails (drawing);
  draw_skip (drawing);
  for (unsigned i = 0; i < drawing->n_levels && i < model->n_shown; i++)
    draw_join (drawing, i);
  draw_arc (drawing);
  pwk_walk_draw_tlb (drawing);
  pwk_walk_draw_first_column (drawing);
  for (unsigned i = 0; i < drawing->n_levels; i++)
    {
      draw_strip (drawing, i);
      draw_level_head (drawing, i);
      if (i < model->n_shown && !model->level[i].step.skipped)
        pwk_walk_draw_lens (drawing, i);
      else
        draw_blank (drawing, i);
    }
  pwk_walk_draw_frame (drawing);
  draw_passing (drawing);
}
