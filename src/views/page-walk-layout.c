/* page-walk-layout.c - the page walk as a film of what happened: bits above their tables, entries
 * under the lens, the frame and its byte at the end
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/page-walk-private.h"

#include "views/density.h"
#include "views/sheet.h"
#include "views/views-private.h"

/* In units of the text's size: below these the sign folds, columns become rows, the band goes. */
#define NARROW_WIDTH 760.0
#define ROWS_WIDTH   560.0
#define BAND_HEIGHT  410.0
#define MIN_WIDTH    400.0
#define MIN_HEIGHT   330.0
#define MIN_TABLES   176.0 /* a lens with the bits that any access needs */

#define BAND_GAP 12.0
#define TLB_GAP  6.0
#define SKIP_GAP 24.0 /* between the TLB and the tables: here a walk cache's way runs */

/* --- the head --- */

static const char *
remark (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const char *access = pwk_words_access (model->walk.kind);
  const char *mode = model->walk.user ? _("user mode") : _("kernel mode");

  if (model->what_if)
    /* Translators: who would make the access, its kind, the processor's mode. */
    return pwk_pen_printf (pen, _("what if: %s, %s, %s"), model->title, access, mode);
  if (!pwk_walk_is_real (model))
    /* Translators: who would make the access, its kind, the processor's mode. */
    return pwk_pen_printf (pen, _("as it would go now: %s, %s, %s"), model->title, access, mode);
  if (model->told.walked == PWK_WALKED_FAULT && model->told.handled)
    /* Translators: the process for which the kernel works. */
    return pwk_pen_printf (pen, _("%s · the kernel repairs"), model->title);
  if (model->told.earlier_reads > 0)
    /* Translators: the process, the kind of access, the mode: it is tried once more. */
    return pwk_pen_printf (pen, _("%s · %s · %s, again"), model->title, access, mode);
  return pwk_pen_printf (pen, "%s · %s · %s", model->title, access, mode);
}

static unsigned
cost (const PwkPageWalkModel *model)
{
  return model->told.earlier_reads + model->walk.n_reads;
}

/* The title, who does what, and the one large number: what it has cost. */
static void
draw_head (const PwkWalkDrawing *drawing, PwkSheet *sheet)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  unsigned n = cost (model);
  const char *number = model->walk.canonical ? pwk_pen_printf (pen, "%u", n) : NULL;
  PwkItem *item = pwk_sheet_head_figure (
      sheet, _("Page walk"),
      pwk_pen_printf (pen, "%s · %s", pwk_pen_address (pen, model->walk.addr), remark (drawing)),
      ngettext ("memory read", "memory reads", n), number, 40);

  if (item == NULL)
    return;
  item->id = PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 3);
  pwk_pen_label (pen, item, ngettext ("%u memory read", "%u memory reads", n), n);
}

/* --- columns --- */

/* Widths go by the bits: a level has nine of them, the offset twelve, and the sign's sixteen are
 * set closer. Where five levels or little room ask for it, the sign gives way first. */
static void
place_columns (PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPageWalkModel *model = drawing->model;
  unsigned levels = model->top, n = pwk_walk_n_indices (model);
  double sign, offset, width, x;

  drawing->gap = CLAMP (box.w / (levels > 4 ? 62 : 44), 10, 30);
  sign = drawing->narrow ? 30 : levels > 4 ? 0.62 : 0.97;
  offset = levels > 4 ? 1.12 : 1.42;
  width = (box.w - drawing->gap * (levels + 1) - (drawing->narrow ? sign : 0)) /
          (levels + offset + (drawing->narrow ? 0 : sign));
  drawing->sign = pwk_box (box.x, box.y, drawing->narrow ? sign : width * sign, box.h);
  x = box.x + drawing->sign.w + drawing->gap;
  drawing->n_levels = n;
  for (unsigned i = 0; i < n; i++, x += width + drawing->gap)
    drawing->column[i] = pwk_box (x, box.y, width, box.h);
  drawing->end = pwk_box (x, box.y, box.x + box.w - x, box.h);
}

static PwkRole
field_light (const PwkWalkDrawing *drawing, unsigned i)
{
  if (!pwk_walk_is_real (drawing->model))
    return PWK_ROLE_NONE;
  if (pwk_walk_failed_at (drawing->model, i))
    return PWK_ROLE_ERROR;
  return i < drawing->model->n_shown && drawing->model->level[i].now ? PWK_ROLE_FLASH
                                                                     : PWK_ROLE_NONE;
}

static void
draw_ruler (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkFormat *format = model->format;
  unsigned low = pwk_addr_bits (format, model->top);
  PwkRulerField fields[7];
  unsigned n = 0;

  if (low < 64)
    {
      fields[n] = (PwkRulerField){
        .low = low, .bits = 64 - low, .x = drawing->sign.x, .w = drawing->sign.w, .passive = true
      };
      /* Translators: under the upper bits of an address, which repeat that bit. */
      fields[n].name = pwk_pen_printf (pen, _("copies of bit %u"), low - 1);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, fields[n].name) > drawing->sign.w - 2)
        /* Translators: the upper bits of an address, in a word. */
        fields[n].name = C_("address", "sign");
      fields[n].label = pwk_pen_printf (
          pen, _("%u upper bits: they must repeat bit %u, or the address is not canonical"),
          64 - low, low - 1);
      fields[n++].light = model->walk.canonical ? PWK_ROLE_NONE : PWK_ROLE_ERROR;
    }
  for (unsigned i = 0; i < drawing->n_levels; i++)
    {
      unsigned first = pwk_level_shift (format, (PwkLevel) (model->top - i));
      uint64_t value = pwk_level_index (format, model->walk.addr, (PwkLevel) (model->top - i));
      const PwkWalkLevel *level = &model->level[i];

      fields[n] = (PwkRulerField){
        .low = first,
        .bits = low - first,
        .x = drawing->column[i].x,
        .w = drawing->column[i].w,
        .name = pwk_walk_name (drawing, i),
        .value = pwk_pen_printf (pen, "%llu", PWK_N (value)),
        .used = i < model->n_shown && model->told.walked != PWK_WALKED_HIT &&
                (level->read != 0 || level->step.skipped),
        .foot = PWK_ROLE_PAGE_TABLE,
        .light = field_light (drawing, i),
      };
      /* Translators: a part of an address: its name, its bits, its value. */
      fields[n].label = pwk_pen_printf (pen, _("%s: bits %u–%u of the address, value %llu"),
                                        fields[n].name, first, low - 1, PWK_N (value));
      n++;
      low = first;
    }
  fields[n] = (PwkRulerField){
    .low = 0,
    .bits = low,
    .x = drawing->end.x,
    .w = drawing->end.w,
    .used = model->told.accessed,
    .foot = pwk_walk_frame_role (model),
    .light = model->now == PWK_EV_ACCESS ? PWK_ROLE_FLASH : PWK_ROLE_NONE,
  };
  /* Translators: the lowest bits of an address, 12 or, in a large page, more. */
  fields[n].value =
      pwk_pen_printf (pen, "%s %s", C_("address", "offset"),
                      pwk_pen_address (pen, model->walk.addr & (((uint64_t) 1 << low) - 1)));
  fields[n].label = pwk_pen_printf (pen, _("%s: bits %u–%u of the address, value %llu"),
                                    C_("address", "offset"), 0u, low - 1,
                                    PWK_N (model->walk.addr & (((uint64_t) 1 << low) - 1)));
  pwk_pen_ruler (pen, drawing->ruler, model->walk.addr, fields, n + 1);
}

/* --- the picture --- */

static const char *
description (const PwkPen *pen, const PwkPageWalkModel *model)
{
  if (model->told.walked == PWK_WALKED_HIT)
    return pwk_pen_printf (pen,
                           _("Address 0x%llx is in the TLB: physical address 0x%llx, no table was "
                              "read."),
                           PWK_N (model->walk.addr), PWK_N (model->walk.phys));
  if (model->told.walked == PWK_WALKED_ON_THE_WAY)
    return pwk_pen_printf (pen,
                           _("The walk of address 0x%llx is on its way: %u entries were read."),
                           PWK_N (model->walk.addr), model->walk.n_reads);
  if (model->walk.ok)
    return pwk_pen_printf (pen,
                           _("Address 0x%llx leads through %u tables to physical address 0x%llx."),
                           PWK_N (model->walk.addr), model->walk.n_steps, PWK_N (model->walk.phys));
  if (model->told.n_written > 0)
    return pwk_pen_printf (pen,
                           ngettext ("The kernel repairs the walk of address 0x%llx: %u entry is "
                                     "written.",
                                     "The kernel repairs the walk of address 0x%llx: %u entries "
                                     "are written.",
                                     model->told.n_written),
                           PWK_N (model->walk.addr), model->told.n_written);
  if (model->walk.canonical)
    return pwk_pen_printf (pen,
                           _("The walk of address 0x%llx ends in a page fault after %u entries, "
                              "error code 0x%x."),
                           PWK_N (model->walk.addr), model->walk.n_steps, model->walk.error);
  return pwk_pen_printf (pen, _("Address 0x%llx is not canonical."), PWK_N (model->walk.addr));
}

static double
band_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_HEADING) + 6 + 3 * pwk_pen_line (pen, PWK_FONT_NORMAL) + 18;
}

static void
draw_columns (PwkWalkDrawing *drawing, PwkBox body)
{
  const PwkPen *pen = &drawing->pen;
  double scale = pwk_pen_scale (pen), band = band_height (pen);
  double first, last;

  if (body.h >= BAND_HEIGHT * scale - 50)
    pwk_walk_draw_band (drawing, pwk_cut_bottom (&body, band, BAND_GAP));
  drawing->ruler = body.y;
  pwk_cut_top (&body, pwk_ruler_height (pen), TLB_GAP);
  drawing->tlb = pwk_cut_top (&body, pwk_pen_line (pen, PWK_FONT_SMALL) + 18, SKIP_GAP);
  place_columns (drawing, body);
  first = drawing->column[0].x;
  last = drawing->end.x - drawing->gap;
  drawing->tlb = pwk_box (first, drawing->tlb.y, last - first, drawing->tlb.h);
  draw_ruler (drawing);
  pwk_walk_draw_columns (drawing);
}

void
pwk_page_walk_layout (PwkScene *scene,
                      gconstpointer data,
                      const PwkTheme *theme,
                      const PwkViewParams *params)
{
  const PwkPageWalkModel *model = data;
  PwkWalkDrawing drawing = { .pen = { scene, theme, params }, .model = model };
  PwkPen *pen = &drawing.pen;
  double scale = pwk_pen_scale (pen);
  PwkSheet sheet =
      pwk_sheet_new (pen, pwk_view_room (params, MIN_WIDTH * scale, MIN_HEIGHT * scale));

  if (model->exited.n != 0)
    {
      pwk_sheet_finish_exited (&sheet, _("Page walk"), &model->exited);
      return;
    }
  draw_head (&drawing, &sheet);
  drawing.narrow = sheet.room.w < NARROW_WIDTH * scale;
  if (sheet.room.w < ROWS_WIDTH * scale)
    pwk_walk_draw_rows (&drawing, sheet.body);
  else
    draw_columns (&drawing, sheet.body);
  pwk_sheet_finish (&sheet, 0, description (pen, model));
}

char *
pwk_page_walk_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkPageWalkModel *model = data;
  GString *text;

  if (model->exited.n != 0)
    return pwk_exited_say (&model->exited);
  text = g_string_new (NULL);
  g_string_append_printf (text, "address\t0x%llx\t%s\tcr3\t0x%llx\n", PWK_N (model->walk.addr),
                          model->title, PWK_N (model->cr3));
  g_string_append (text, "level\ttable\tindex\tentry\tread\tmeaning\n");
  for (unsigned i = 0; i < model->walk.n_steps; i++)
    {
      const PwkWalkLevel *level = &model->level[i];
      g_autofree char *words = pwk_words_pte (model->format, level->step.bits, level->step.level);

      g_string_append_printf (text, "%s\t%llu\t%u\t0x%016llx\t%u\t%s\n",
                              pwk_walk_level_name (level), PWK_N (level->step.table),
                              level->step.index, PWK_N (level->step.bits), level->read, words);
    }
  if (model->walk.ok)
    g_string_append_printf (text, _("physical\t0x%llx\tpfn\t%llu\tpage size\t%llu\n"),
                            PWK_N (model->walk.phys), PWK_N (model->walk.phys >> PWK_PAGE_SHIFT),
                            PWK_N (model->walk.page_size));
  else if (model->told.walked != PWK_WALKED_ON_THE_WAY)
    g_string_append_printf (text, _("fault\t0x%x\n"), model->walk.error);

  return g_string_free (text, FALSE);
}
