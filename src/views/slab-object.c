/* slab-object.c - one object: its bytes, what of it was asked for, what the kernel found wrong; and
 * what sizes waste
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/slab-flags.h"
#include "engine/kalloc/kmalloc.h"
#include "views/slab-private.h"

#define BAR_H     26.0
#define CURVE_H   64.0
#define REPORT_LINES 5

/* --- a bar of bytes --- */

typedef struct
{
  uint32_t    from, to;     /* bytes of the object's place */
  PwkRole     role;
  bool        dashed;
  const char *text;
} Part;

static void
add_part (Part *parts, unsigned *n, uint32_t from, uint32_t to, PwkRole role, const char *text)
{
  if (to > from)
    parts[(*n)++] = (Part) { from, to, role, role == PWK_ROLE_NONE, text };
}

/* kmalloc (): what was asked for and what is lost; else how the cache lays an object out:
 *
 *      [left red zone][object … free pointer …][red zone][free pointer][tracks, padding] */
static unsigned
split_object (const PwkSlabModel *model, Part parts[6])
{
  const PwkSlabCache *c = pwk_slab_focus (model);
  uint32_t pad = model->red_left_pad, object = pad + c->object_size, inuse = pad + model->inuse;
  uint32_t pointer = pad + model->offset, at = inuse;
  unsigned n = 0;

  if (model->got > 0)
    {
      add_part (parts, &n, 0, (uint32_t) model->asked, PWK_ROLE_SLAB, C_("bytes", "asked for"));
      add_part (parts, &n, (uint32_t) model->asked, (uint32_t) model->got, PWK_ROLE_NONE,
                C_("bytes", "lost"));
      return n;
    }
  add_part (parts, &n, 0, pad, PWK_ROLE_RESERVED, C_("bytes", "red zone"));
  if (model->allocator != PWK_SLUB)
    {
      add_part (parts, &n, 0, object, PWK_ROLE_SLAB, C_("bytes", "object"));
      add_part (parts, &n, object, c->size, PWK_ROLE_PANEL_ALT, C_("bytes", "padding"));
      return n;
    }
  if (pointer < object)
    {
      add_part (parts, &n, pad, pointer, PWK_ROLE_SLAB, C_("bytes", "object"));
      add_part (parts, &n, pointer, pointer + 8, PWK_ROLE_FREE (6), C_("bytes", "free pointer"));
      add_part (parts, &n, MIN (pointer + 8, object), object, PWK_ROLE_SLAB,
                C_("bytes", "object"));
    }
  else
    add_part (parts, &n, pad, object, PWK_ROLE_SLAB, C_("bytes", "object"));
  add_part (parts, &n, object, inuse, PWK_ROLE_RESERVED,
            model->flags & PWK_SLAB_RED_ZONE ? C_("bytes", "red zone") : C_("bytes", "padding"));
  if (pointer >= inuse)
    {
      add_part (parts, &n, pointer, pointer + 8, PWK_ROLE_FREE (6), C_("bytes", "free pointer"));
      at = pointer + 8;
    }
  add_part (parts, &n, at, c->size, PWK_ROLE_PANEL_ALT,
            model->flags & PWK_SLAB_STORE_USER ? C_("bytes", "who had it")
                                               : C_("bytes", "padding"));
  return n;
}

static void
draw_part (const PwkSlabDraft *draft, const Part *part, uint32_t size, PwkBox bar, unsigned i)
{
  const PwkPen *pen = &draft->pen;
  double scale = bar.w / size;
  PwkBox box = pwk_box (bar.x + part->from * scale, bar.y, (part->to - part->from) * scale, bar.h);
  PwkItem *item = pwk_scene_add_rect (pen->scene, PWK_ID_RULE (PWK_VIEW_SLAB, i), box, part->role);

  item->pattern = PWK_PATTERN_NONE;
  item->stroke = PWK_ROLE_OUTLINE;
  if (part->dashed)
    item->flags |= PWK_FLAG_DASHED | PWK_FLAG_FLASH;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  if (pwk_pen_width (pen, PWK_FONT_SMALL, part->text) + 6 <= box.w)
    item->text = part->text;
  pwk_pen_label (pen, item, _("bytes %u to %u: %s"), part->from, part->to - 1, part->text);
}

static void
draw_bytes (const PwkSlabDraft *draft, PwkBox inside)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;
  uint32_t size = model->got > 0 ? (uint32_t) model->got : pwk_slab_focus (model)->size;
  Part parts[6];
  unsigned n = split_object (model, parts);
  PwkBox bar = pwk_cut_top (&inside, BAR_H, 2), line;

  for (unsigned i = 0; i < n; i++)
    draw_part (draft, &parts[i], size, bar, i);
  line = pwk_cut_top (&inside, draft->small, 2);
  pwk_pen_text (pen, pwk_box (line.x, line.y, line.w / 2, line.h), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, "0");
  pwk_pen_text (pen, pwk_box (line.x + line.w / 2, line.y, line.w / 2, line.h), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, pwk_pen_printf (pen, "%u", size));
}

static const char *
object_remark (const PwkSlabDraft *draft)
{
  const PwkSlabModel *model = draft->model;

  uint64_t lost = model->got - model->asked;

  if (model->got > 0)
    return pwk_pen_printf (&draft->pen,
                           /* Translators: bytes that a kmalloc () asked for, got, and wastes. */
                           _("asked %llu · got %llu · lost %llu, %u %%"), PWK_N (model->asked),
                           PWK_N (model->got), PWK_N (lost),
                           (unsigned) ((lost * 100 + model->got / 2) / model->got));
  return pwk_pen_printf (&draft->pen, _("%u bytes, place of %u"),
                         pwk_slab_focus (model)->object_size, pwk_slab_focus (model)->size);
}

/* --- the kernel's own words --- */

static unsigned
report_lines (const PwkSlabModel *model)
{
  unsigned n = 0;

  for (const char *at = model->report; at != NULL && *at != '\0'; at++)
    n += *at == '\n';
  return MIN (n, REPORT_LINES);
}

static void
draw_report (const PwkSlabDraft *draft, PwkBox inside)
{
  const PwkPen *pen = &draft->pen;
  g_auto (GStrv) lines = g_strsplit (draft->model->report, "\n", -1);
  double line = pwk_pen_line (pen, PWK_FONT_MONO_SMALL);

  for (unsigned i = 0; lines[i] != NULL && lines[i][0] != '\0' && inside.h >= line; i++)
    pwk_pen_text (pen, pwk_cut_top (&inside, line, 0), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT,
                  PWK_ALIGN_START, pwk_pen_printf (pen, "%s", lines[i]));
}

static bool
has_report (const PwkSlabModel *model)
{
  return model->report != NULL && model->report[0] != '\0';
}

double
pwk_slab_object_height (const PwkSlabDraft *draft)
{
  double least = draft->heading + 6 + 2 * (PWK_PADDING - 2);

  if (has_report (draft->model))
    return least + report_lines (draft->model) *
                       pwk_pen_line (&draft->pen, PWK_FONT_MONO_SMALL) + 2;
  return least + BAR_H + 2 + draft->small;
}

void
pwk_slab_draw_object (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_OBJECT);
  size_t n;

  if (!has_report (draft->model))
    {
      draw_bytes (draft, pwk_pen_panel (pen, id, box, draft->model->got > 0 ? _("This request")
                                                                            : _("One object"),
                                        object_remark (draft)));
      return;
    }
  draw_report (draft, pwk_pen_panel (pen, id, box, _("What the kernel says"), NULL));
  for (PwkItem *items = pwk_scene_edit_items (pen->scene, &n); n-- > 0;)
    if (items[n].id == id)
      items[n].stroke = PWK_ROLE_ERROR;
}

/* --- what sizes waste --- */

/* The share of an object that nobody asked for, by the size asked for: a saw, a tooth a class.
 * Sizes from 4 bytes on, by their logarithm. */
static double
size_x (PwkBox box, double size)
{
  return box.x + box.w * (log2 (size) - 2.0) / (PWK_KMALLOC_SHIFT_HIGH - 2.0);
}

/* From 4 bytes on; SLAB's smallest class wastes most. */
static double
waste_y (const PwkSlabModel *model, PwkBox box, double size, double class_bytes)
{
  double most = model->allocator == PWK_SLAB ? 0.9 : 0.55;

  return box.y + box.h * (1 - (class_bytes - size) / class_bytes / most);
}

static unsigned
class_of (unsigned size)
{
  if (size > 64 && size <= 96)
    return 96;
  if (size > 128 && size <= 192)
    return 192;
  return size <= 8 ? 8 : 1u << (32 - __builtin_clz (size - 1));
}

static void
draw_saw (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkSlabModel *model = draft->model;
  unsigned least = model->allocator == PWK_SLAB ? 32 : 8;
  PwkPoint points[160];
  uint32_t n = 0;

  points[n++] = pwk_point (box.x, box.y + box.h);
  for (unsigned class_bytes = least, last = 3; class_bytes <= 1u << PWK_KMALLOC_SHIFT_HIGH;
       last = class_bytes, class_bytes = class_of (class_bytes + 1))
    for (unsigned i = 0; i <= 6; i++)
      {
        double size = last + 1 + (class_bytes - last - 1) * i / 6.0;

        points[n++] = pwk_point (size_x (box, size), waste_y (model, box, size, class_bytes));
      }
  points[n++] = pwk_point (box.x + box.w, box.y + box.h);
  pwk_scene_add_polygon (draft->pen.scene, 0, points, n, PWK_ROLE_SLAB)->pattern =
      PWK_PATTERN_NONE;
}

/* Names of classes where they have room. */
static void
draw_classes (const PwkSlabDraft *draft, PwkBox box, PwkBox line)
{
  const PwkPen *pen = &draft->pen;
  double free_from = line.x - 20;

  for (unsigned bytes = 8; bytes <= 1u << PWK_KMALLOC_SHIFT_HIGH; bytes *= 4)
    {
      const char *text = bytes < 1024 ? pwk_pen_printf (pen, "%u", bytes)
                                      : pwk_pen_printf (pen, "%uk", bytes / 1024);
      double width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 2;
      double x = fmin (size_x (box, bytes) - width / 2, line.x + line.w - width);

      if (x < free_from)
        continue;
      pwk_pen_text (pen, pwk_box (x, line.y, width, line.h), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_CENTRE, text);
      free_from = x + width + 4;
    }
}

static bool
has_waste (const PwkSlabModel *model)
{
  return model->got > 0 && model->asked > 0 && model->got <= 1u << PWK_KMALLOC_SHIFT_HIGH &&
         model->allocator != PWK_SLOB && !has_report (model);
}

double
pwk_slab_waste_height (const PwkSlabDraft *draft)
{
  if (!has_waste (draft->model) || draft->density == PWK_DENSITY_SMALL)
    return 0;
  return draft->heading + 6 + 2 * (PWK_PADDING - 2) + CURVE_H + 2 + draft->small;
}

void
pwk_slab_draw_waste (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;
  unsigned asked = (unsigned) MAX (model->asked, 4);
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_WASTE), box,
                                 _("Waste by size"),
                                 _("share of the object that nobody asked for"));
  PwkBox line = pwk_cut_bottom (&inside, draft->small, 2);
  double x, y;
  PwkItem *item;

  x = size_x (inside, asked);
  draw_saw (draft, inside);
  draw_classes (draft, inside, line);
  y = waste_y (model, inside, asked, (double) model->got);
  pwk_scene_add_line (pen->scene, 0, x, inside.y, x, inside.y + inside.h, PWK_ROLE_FLASH);
  item = pwk_scene_add_ellipse (pen->scene, PWK_ID_RULE (PWK_VIEW_SLAB, 0x20),
                                pwk_box (x - 4, y - 4, 8, 8), PWK_ROLE_FLASH);
  pwk_pen_label (pen, item, _("%llu bytes in an object of %llu"), PWK_N (model->asked),
                 PWK_N (model->got));
}
