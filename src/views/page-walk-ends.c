/* page-walk-ends.c - what stands around the tables: CR3 and the needs, the TLB, the frame and its
 * byte
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scene/blend.h"
#include "views/page-walk-private.h"

/* --- the first column: CR3, and what this access needs --- */

static void
draw_cr3 (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkPfn pfn = model->cr3 >> PWK_PAGE_SHIFT;
  const char *title = model->running ? "CR3" : "mm->pgd";
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_CPU, model->cpu), box,
                                         PWK_ROLE_PANEL, 8);
  PwkBox inside = pwk_box_inset (box, drawing->narrow ? 2 : 8, 8), chip;
  const PwkPoint way[] = { { box.x + box.w, box.y + 8 }, { drawing->column[0].x - 1, box.y + 8 } };
  bool on = pwk_walk_is_now (model, 0) && !pwk_walk_failed_at (model, 0);
  PwkItem *join;

  item->stroke = pwk_walk_edge (drawing);
  if (!model->running)
    item->flags |= PWK_FLAG_DASHED;
  if (model->running)
    pwk_pen_thing (pen, item, _("CR3 of CPU %u: top table in pfn %llu, PCID %llu"), model->cpu,
                   PWK_N (pfn), PWK_N (model->cr3 & 0xfff));
  else
    pwk_pen_thing (pen, item,
                   _("CPU %u runs in another address space; this one has its top table in pfn "
                      "%llu"),
                   model->cpu, PWK_N (pfn));
  join = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x10ff), way, 2,
                        on ? PWK_ROLE_FLASH : pwk_walk_edge (drawing),
                        on ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, true);
  if (drawing->narrow)
    {
      join = pwk_pen_text (pen, inside, PWK_FONT_SMALL, pwk_walk_ink (drawing, PWK_ROLE_TEXT),
                           PWK_ALIGN_END, pwk_pen_printf (pen, "CR3 %llu", PWK_N (pfn)));
      join->flags |= PWK_FLAG_VERTICAL;
      return;
    }
  pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_BOLD), 6), PWK_FONT_BOLD,
                pwk_walk_ink (drawing, PWK_ROLE_TEXT), PWK_ALIGN_START, title);
  chip = pwk_cut_top (&inside, PWK_WALK_CHIP_H, 6);
  title = pwk_pen_printf (pen, "pfn %llu", PWK_N (pfn));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, title) + 14 > chip.w)
    title = pwk_pen_printf (pen, "%llu", PWK_N (pfn));
  item = pwk_pen_chip (pen, 0, chip.x, chip.y, PWK_WALK_CHIP_H, chip.w,
                       pwk_walk_fill (drawing, PWK_ROLE_PAGE_TABLE), PWK_FONT_SMALL, title);
  if (item != NULL)
    item->pattern = PWK_PATTERN_NONE;
  if (model->running)
    pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 0), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  pwk_pen_printf (pen, "PCID %llu", PWK_N (model->cr3 & 0xfff)));
}

static void
draw_need (const PwkWalkDrawing *drawing, PwkWalkCheck check, const char *word, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  double line = pwk_pen_line (pen, PWK_FONT_NORMAL) + 3;
  PwkBox row;

  if (rest->h < line)
    return;
  row = pwk_cut_top (rest, line, 0);
  if (model->stopped && model->told.failed == check)
    pwk_walk_draw_check (pen, PWK_WALK_ID (PWK_WALK_NOTE, 8 + check), row, false, 0);
  else if (model->walk.ok)
    pwk_walk_draw_check (pen, PWK_WALK_ID (PWK_WALK_NOTE, 8 + check), row, true, 0);
  row.w -= 12;
  pwk_pen_text (pen, row,
                pwk_pen_width (pen, PWK_FONT_NORMAL, word) < row.w ? PWK_FONT_NORMAL
                                                                   : PWK_FONT_SMALL,
                PWK_ROLE_TEXT, PWK_ALIGN_START, word);
}

static void
draw_needs (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  const char *access = pwk_words_access (model->walk.kind);
  const char *who = pwk_pen_printf (pen, "%s · CPU %u", access, model->cpu);
  PwkBox inside = pwk_box_inset (box, box.w < 90 ? 4 : 8, 8);

  if (inside.h < 3 * line)
    return;
  pwk_scene_add_panel (pen->scene, PWK_WALK_ID (PWK_WALK_NOTE, 7), box);
  pwk_pen_text (pen, pwk_cut_top (&inside, line, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                /* Translators: the rights that an access needs; a heading. */
                PWK_ALIGN_START, C_("page walk", "needs"));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, who) > inside.w)
    who = access;
  if (inside.h > 4 * line)
    pwk_pen_text (pen, pwk_cut_bottom (&inside, line, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, who);
  draw_need (drawing, PWK_CHECK_PRESENT, _("present"), &inside);
  if (model->walk.kind == PWK_ACCESS_STORE)
    draw_need (drawing, PWK_CHECK_WRITE, _("write"), &inside);
  if (model->walk.user)
    draw_need (drawing, PWK_CHECK_USER, _("user"), &inside);
  if (model->walk.kind == PWK_ACCESS_FETCH)
    draw_need (drawing, PWK_CHECK_EXECUTE, C_("page walk", "execute"), &inside);
}

void
pwk_walk_draw_first_column (const PwkWalkDrawing *drawing)
{
  PwkBox box = drawing->sign;
  double height = pwk_pen_line (&drawing->pen, PWK_FONT_BOLD) + PWK_WALK_CHIP_H +
                  pwk_pen_line (&drawing->pen, PWK_FONT_SMALL) + 28;

  draw_cr3 (drawing, pwk_cut_top (&box, drawing->narrow ? 96 : height, 10));
  if (!drawing->narrow)
    draw_needs (drawing, box);
}

/* --- the TLB, under the bits that it looks up --- */

static const char *
tlb_state (const PwkPageWalkModel *model, PwkRole *role)
{
  *role = PWK_ROLE_NONE;
  if (model->told.walked == PWK_WALKED_HIT)
    {
      *role = PWK_ROLE_FLASH;
      return C_("tlb", "hit");
    }
  if (model->told.filled)
    {
      *role = model->now == PWK_EV_TLB_FILL || model->now == PWK_EV_TLB_EVICT ? PWK_ROLE_FLASH
                                                                              : PWK_ROLE_NONE;
      return C_("tlb", "filled");
    }
  if (!pwk_walk_is_real (model))
    return model->tlb.way >= 0 ? C_("tlb", "found") : C_("tlb", "not found");
  if (model->now == PWK_EV_TLB_MISS)
    {
      *role = PWK_ROLE_FLASH;
      return C_("tlb", "miss");
    }
  return C_("tlb", "missed before");
}

/* @width: of each; below 20 without text. */
static void
draw_way (const PwkWalkDrawing *drawing, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkTlb *tlb = &drawing->model->tlb;
  const PwkTlbWay *way = &tlb->ways[i];
  bool ours = (int) i == tlb->way;
  bool lit = ours && (drawing->model->told.walked == PWK_WALKED_HIT ||
                      drawing->model->now == PWK_EV_TLB_FILL);
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene, PWK_ID_TLB_WAY (drawing->model->cpu, tlb->id, tlb->set, i), box,
      !way->valid ? PWK_ROLE_NONE
      : ours      ? pwk_walk_frame_role (drawing->model)
                  : PWK_ROLE_PANEL_ALT,
      5);

  item->stroke = PWK_ROLE_OUTLINE;
  item->pattern = PWK_PATTERN_NONE;
  item->font = PWK_FONT_MONO_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  if (!way->valid)
    {
      item->flags |= PWK_FLAG_DASHED;
      item->text_role = PWK_ROLE_TEXT_DIM;
    }
  if (box.w >= 20)
    item->text = way->valid ? pwk_pen_printf (pen, "…%03llx", PWK_N (way->vpn & 0xfff)) : "—";
  if (way->valid)
    pwk_pen_thing (pen, item, _("Way %u: page number %s → pfn %llu"), i,
                   pwk_pen_address (pen, way->vpn), PWK_N (way->pfn));
  else
    pwk_pen_thing (pen, item, _("Way %u: empty"), i);
  if (lit)
    pwk_pen_light (pen, box, 5, PWK_ROLE_FLASH);
}

static void
draw_ways (const PwkWalkDrawing *drawing, PwkBox room)
{
  const PwkPen *pen = &drawing->pen;
  unsigned n = drawing->model->tlb.n_ways, shown = MIN (n, PWK_WALK_WAYS);
  double width = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "…fff") + 10, gap = 6;

  if (n == 0)
    return;
  if (shown < n || shown * (width + gap) > room.w)
    {
      width = 12;
      gap = 3;
    }
  if (shown < n || shown * (width + gap) > room.w)
    {
      unsigned valid = 0;
      const char *text;

      for (unsigned i = 0; i < shown; i++)
        valid += drawing->model->tlb.ways[i].valid;
      /* Translators: ways of a TLB's set that hold something. */
      text = pwk_pen_printf (pen, _("%u of %u ways used"), valid, n);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) <= room.w)
        pwk_pen_text (pen, room, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, text);
      return;
    }
  for (unsigned i = 0; i < shown; i++)
    draw_way (drawing, i, pwk_box (room.x + i * (width + gap), room.y + 6, width, room.h - 12));
}

void
pwk_walk_draw_tlb (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox box = drawing->tlb, rest = pwk_box (box.x + 20, box.y, box.w - 30, box.h);
  double name = pwk_pen_width (pen, PWK_FONT_BOLD, "TLB") + 1, width;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_TLB_SET (model->cpu, model->tlb.id, model->tlb.set),
                             box, PWK_ROLE_PANEL, 8);
  PwkRole role;
  const char *text, *state = tlb_state (model, &role);

  item->stroke = PWK_ROLE_OUTLINE;
  pwk_pen_thing (pen, item, "TLB, %s, %s %u: %s", pwk_words_tlb (model->tlb.id), C_("tlb", "set"),
                 model->tlb.set, state);
  pwk_pen_text (pen, pwk_cut_left (&rest, name, 10), PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                "TLB");
  width = pwk_pen_width (pen, PWK_FONT_SMALL, state) + 14;
  if (role == PWK_ROLE_NONE)
    pwk_pen_text (pen, pwk_cut_right (&rest, width, 8), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, state);
  else
    {
      PwkBox pill = pwk_cut_right (&rest, width, 8);

      item = pwk_scene_add_rounded (
          pen->scene, 0,
          pwk_box (pill.x, pill.y + (pill.h - PWK_WALK_PILL_H) / 2, pill.w, PWK_WALK_PILL_H), role,
          PWK_WALK_PILL_H / 2);
      item->text = state;
      item->font = PWK_FONT_SMALL;
      item->halign = PWK_ALIGN_CENTRE;
      item->padding = 0;
    }
  /* Translators: a TLB by its name, and a set of it. */
  text = pwk_pen_printf (pen, _("%s set %u"), pwk_words_tlb (model->tlb.id), model->tlb.set);
  width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 1;
  if (model->tlb.n_ways > 0 && width < rest.w)
    pwk_pen_text (pen, pwk_cut_left (&rest, width, 12), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, text);
  draw_ways (drawing, rest);
  if (model->now == PWK_EV_TLB_MISS)
    pwk_pen_light (pen, box, 8, PWK_ROLE_FLASH);
}

/* --- the frame and its byte --- */

static void
draw_frame_facts (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  double small = pwk_pen_line (pen, PWK_FONT_SMALL), mono = pwk_pen_line (pen, PWK_FONT_MONO_BOLD);
  PwkPhys phys = model->walk.ok ? model->walk.phys : model->frame.pfn << PWK_PAGE_SHIFT;
  const char *text = pwk_pen_address (pen, phys);
  PwkFont font = pwk_pen_width (pen, PWK_FONT_MONO_BOLD, text) <= box.w ? PWK_FONT_MONO_BOLD
                                                                        : PWK_FONT_MONO_SMALL;

  pwk_scene_add_line (pen->scene, 0, box.x, box.y, box.x + box.w, box.y, PWK_ROLE_OUTLINE);
  pwk_cut_top (&box, 4, 0);
  pwk_pen_text (pen, pwk_cut_top (&box, small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START,
                model->walk.ok ? C_("page walk", "physical") : C_("page walk", "begins at"));
  pwk_pen_text (pen, pwk_cut_top (&box, mono + 2, 0), font, PWK_ROLE_TEXT, PWK_ALIGN_START, text);
  if (box.h >= small)
    {
      text = pwk_frame_use (model->frame.type);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) > box.w)
        text = pwk_frame_word (model->frame.type);
      pwk_pen_text (pen, pwk_cut_top (&box, small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_START, text);
    }
}

/* Where in the page the byte lies, and how many bytes were used. */
static void
draw_byte (const PwkWalkDrawing *drawing, PwkBox page)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  bool now = model->now == PWK_EV_ACCESS;
  uint64_t offset = model->walk.addr & (model->walk.page_size - 1);
  double height = pwk_pen_line (pen, PWK_FONT_SMALL) + 4;
  double y = page.y + (page.h - height) * (double) offset / (double) model->walk.page_size;
  PwkRole role = now ? PWK_ROLE_FLASH : PWK_ROLE_PANEL;
  const char *bytes =
      pwk_pen_printf (pen, ngettext ("%u byte", "%u bytes", model->told.bytes), model->told.bytes);
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene, PWK_WALK_ID (PWK_WALK_BAR, 8),
      pwk_box (drawing->end.x + PWK_WALK_RAIL - 3, page.y, 6, fmax (y - page.y + 4, 2)),
      now ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE, 2);
  PwkBox box;

  item->stroke = PWK_ROLE_NONE;
  item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_SLOT, 8),
                                pwk_box (page.x, y, page.w, height), role, 4);
  item->stroke = now ? PWK_ROLE_NONE : PWK_ROLE_OUTLINE;
  item->text = pwk_pen_printf (pen, "+%s", pwk_pen_address (pen, offset));
  item->font = PWK_FONT_MONO_SMALL;
  item->halign = PWK_ALIGN_START;
  item->padding = 6;
  item->from_id = PWK_ID_BIT (0, 0);
  pwk_pen_label (pen, item, _("The bytes at offset %s of the page"),
                 pwk_pen_address (pen, offset));
  if (now)
    pwk_item_set_time (item, 200, 440, PWK_WALK_MOTION);
  box = item->box;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, item->text) +
              pwk_pen_width (pen, PWK_FONT_SMALL, bytes) + 20 <=
          box.w &&
      !now)
    pwk_pen_text (pen, pwk_box (box.x, box.y, box.w - 6, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, bytes);
}

static void
draw_no_frame (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox box = drawing->end;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_BLANK, 7), box, PWK_ROLE_NONE, 8);

  item->stroke = PWK_ROLE_OUTLINE;
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_text (pen, pwk_box (box.x + 2, box.y + (box.h - line) / 2, box.w - 4, line),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, _("no frame yet"));
}

/* The offset is not translated: it falls beside the tables straight into the page. */
static void
draw_offset_way (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  double x = drawing->end.x + PWK_WALK_RAIL;
  double top = drawing->ruler + pwk_ruler_height (pen) - pwk_pen_line (pen, PWK_FONT_SMALL) - 2;
  const PwkPoint way[] = { { x, top }, { x, drawing->end.y - 1 } };
  bool now = drawing->model->now == PWK_EV_ACCESS;
  unsigned bits = (unsigned) __builtin_ctzll (drawing->model->walk.page_size);
  const char *text =
      pwk_pen_printf (pen, ngettext ("%u bit, as it is", "%u bits, as they are", bits), bits);
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  PwkItem *item = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x1200), way, 2,
                                 now ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE,
                                 now ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, true);

  if (now)
    pwk_item_set_time (item, 0, PWK_WALK_GLIDE_END, PWK_WALK_MOTION);
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14 <= drawing->end.w)
    pwk_pen_text (pen,
                  pwk_box (x + 7, drawing->tlb.y + (drawing->tlb.h - line) / 2,
                           drawing->end.w - PWK_WALK_RAIL - 7, line),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, text);
}

/* What the kernel has done to the frame's bytes. A copy comes out of the frame that it is made
 * of, and becomes the frame once the entry names it. */
static void
draw_bytes (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  bool comes = model->told.copied && model->frame.pfn == model->told.copy_of;
  const char *text = model->walk.ok       ? NULL
                     : model->told.zeroed ? _("all bytes 0")
                     : model->told.copied ? C_("page walk", "copied")
                                          : NULL;
  PwkItem *item;

  if (comes)
    text = pwk_pen_printf (pen, "pfn %llu", PWK_N (model->told.copy));
  if (text == NULL)
    return;
  item = pwk_scene_add_rounded (
      pen->scene, comes ? PWK_ID (PWK_THING_PFN, model->told.copy) : PWK_WALK_ID (PWK_WALK_SLOT, 9),
      box, comes ? PWK_ROLE_ANON : PWK_ROLE_PANEL_ALT, 3);
  item->pattern = PWK_PATTERN_NONE;
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->halign = comes ? PWK_ALIGN_START : PWK_ALIGN_CENTRE;
  item->padding = 6;
  if (!comes)
    {
      item->stroke = PWK_ROLE_OUTLINE;
      return;
    }
  item->from_id = PWK_ID (PWK_THING_PFN, model->told.copy_of);
  pwk_pen_thing (pen, item, _("pfn %llu: a copy of pfn %llu"), PWK_N (model->told.copy),
                 PWK_N (model->told.copy_of));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) +
          pwk_pen_width (pen, PWK_FONT_SMALL, C_("page walk", "a copy")) + 20 <=
      box.w)
    {
      item = pwk_pen_text (pen, pwk_box (box.x, box.y, box.w - 6, box.h), PWK_FONT_SMALL,
                           PWK_ROLE_NONE, PWK_ALIGN_END, C_("page walk", "a copy"));
      item->fill = PWK_ROLE_ANON;
    }
}

void
pwk_walk_draw_frame (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox box = drawing->end, head, page;
  PwkRole role = pwk_walk_frame_role (model);
  double facts =
      2 * pwk_pen_line (pen, PWK_FONT_SMALL) + pwk_pen_line (pen, PWK_FONT_MONO_BOLD) + 12;
  PwkPfn first = model->walk.ok
                     ? (model->walk.phys & ~(model->walk.page_size - 1)) >> PWK_PAGE_SHIFT
                     : model->frame.pfn;
  g_autofree char *size = NULL;
  PwkItem *item;

  if (!model->has_frame)
    {
      draw_no_frame (drawing);
      return;
    }
  if (model->walk.ok)
    draw_offset_way (drawing);
  item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, model->frame.pfn), box,
                                PWK_ROLE_PANEL, 8);
  item->stroke = (uint8_t) role;
  if (model->now == PWK_EV_TLB_FILL ||
      (model->told.walked == PWK_WALKED_HIT && !model->told.accessed))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s", model->frame_said);
  head = pwk_cut_top (&box, pwk_pen_line (pen, PWK_FONT_BOLD) + 10, 4);
  item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_CHIP, 8), head, role, 8);
  item->pattern = PWK_PATTERN_NONE;
  item->text = pwk_pen_printf (pen, "pfn %llu", PWK_N (first));
  item->font = PWK_FONT_BOLD;
  item->padding = PWK_WALK_RAIL + 9;
  item->halign = PWK_ALIGN_START;
  size = pwk_format_bytes (model->walk.ok ? model->walk.page_size : PWK_PAGE_SIZE);
  if (pwk_pen_width (pen, PWK_FONT_BOLD, item->text) + pwk_pen_width (pen, PWK_FONT_SMALL, size) +
          40 <=
      head.w)
    {
      double width = pwk_pen_width (pen, PWK_FONT_SMALL, size) + 2;

      item = pwk_scene_add_rect (
          pen->scene, 0, pwk_box (head.x + head.w - 8 - width, head.y + 4, width, head.h - 8),
          role);
      item->stroke = PWK_ROLE_NONE;
      item->pattern = PWK_PATTERN_NONE;
      item->text = pwk_scene_intern (pen->scene, size);
      item->font = PWK_FONT_SMALL;
      item->padding = 0;
      item->halign = PWK_ALIGN_END;
    }
  draw_frame_facts (drawing, pwk_box_inset (pwk_cut_bottom (&box, facts, 4), 12, 0));
  page = pwk_box (box.x + PWK_WALK_RAIL + 8, box.y, box.w - PWK_WALK_RAIL - 18, box.h);
  for (unsigned k = 1; k < 8 && page.h > 90; k++)
    pwk_scene_add_line (pen->scene, 0, page.x, page.y + page.h * k / 8, page.x + page.w,
                        page.y + page.h * k / 8, PWK_ROLE_GRID);
  if (page.h < 24)
    return;
  if (model->told.accessed && model->walk.ok)
    {
      draw_byte (drawing, page);
      return;
    }
  draw_bytes (drawing,
              pwk_box (page.x, page.y + 4, page.w, pwk_pen_line (pen, PWK_FONT_SMALL) + 4));
}
