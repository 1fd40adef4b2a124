/* ruler.c - an address as bits in their places: cut into fields, hex digits over their four bits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/ruler.h"

#define NAME_INDENT 14.0
#define FOOT        3.0

static double
box_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_MONO_SMALL) + 10;
}

static double
box_offset (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_SMALL) + pwk_pen_line (pen, PWK_FONT_MONO) + 3;
}

double
pwk_ruler_height (const PwkPen *pen)
{
  return box_offset (pen) + box_height (pen) + pwk_pen_line (pen, PWK_FONT_SMALL) + 4;
}

PwkBox
pwk_ruler_box (const PwkPen *pen, const PwkRulerField *field, double y)
{
  return pwk_box (field->x, y + box_offset (pen), field->w, box_height (pen));
}

void
pwk_pen_light (const PwkPen *pen, PwkBox box, double radius, PwkRole role)
{
  PwkBox around = pwk_box_inset (box, -2, -2);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, 0, around, PWK_ROLE_NONE, radius + 2);

  item->stroke = (uint8_t) role;
  item->line_width = 7.0f;
  item->opacity = 0.2f;
  item = pwk_scene_add_rounded (pen->scene, 0, around, PWK_ROLE_NONE, radius + 2);
  item->stroke = (uint8_t) role;
  item->line_width = 2.5f;
}

/* Whether each bit has room for its digit. */
static bool
shows_bits (const PwkPen *pen, const PwkRulerField *field)
{
  return field->w / field->bits >= pwk_text_width (pen->theme, PWK_FONT_MONO_SMALL, "0");
}

static double
bit_x (const PwkRulerField *field, unsigned bit)
{
  double pitch = field->w / field->bits;

  return field->x + pitch * (field->low + field->bits - 1 - bit + 0.5);
}

static void
draw_digits (const PwkPen *pen, const PwkRulerField *field, PwkBox box, uint64_t addr)
{
  double pitch = field->w / field->bits;

  for (unsigned bit = field->low; bit < field->low + field->bits; bit++)
    {
      bool set = (addr >> bit & 1) != 0;
      PwkItem *item = pwk_pen_text (
          pen, pwk_box (bit_x (field, bit) - pitch / 2, box.y, pitch + 0.5, box.h - 1),
          PWK_FONT_MONO_SMALL, set && !field->passive ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
          PWK_ALIGN_CENTRE, set ? "1" : "0");

      item->ellipsize = PWK_ELLIPSIZE_NONE;
      if (set && !field->passive)
        item->flags |= PWK_FLAG_EMPHASISED;
    }
}

/* Where there is no room for digits: all the same, or the value. */
static void
draw_folded (const PwkPen *pen, const PwkRulerField *field, PwkBox box, uint64_t addr)
{
  uint64_t mask = field->bits < 64 ? ((uint64_t) 1 << field->bits) - 1 : UINT64_MAX;
  uint64_t value = addr >> field->low & mask;
  const char *text = value == 0      ? "0…0"
                     : value == mask ? "1…1"
                                     : pwk_pen_printf (pen, "0x%llx", PWK_N (value));
  PwkItem *item;

  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, text) > box.w - 2)
    text = "…";
  item = pwk_pen_text (pen, box, PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
  item->ellipsize = PWK_ELLIPSIZE_NONE;
}

static void
draw_numbers (const PwkPen *pen, const PwkRulerField *field, double y)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  const char *high = pwk_pen_printf (pen, "%u", field->low + field->bits - 1);
  const char *low = pwk_pen_printf (pen, "%u", field->low);
  double high_width = pwk_pen_width (pen, PWK_FONT_SMALL, high) + 1;
  double low_width = pwk_pen_width (pen, PWK_FONT_SMALL, low) + 1;

  pwk_pen_text (pen, pwk_box (field->x + 1, y, high_width, line), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, high);
  if (field->bits > 1 && high_width + low_width + 6 <= field->w)
    pwk_pen_text (pen, pwk_box (field->x + field->w - low_width - 1, y, low_width, line),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, low);
}

static void
draw_name (const PwkPen *pen, const PwkRulerField *field, double y)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double x = field->x + (field->passive ? 1 : NAME_INDENT);
  double name = field->name ? pwk_pen_width (pen, PWK_FONT_SMALL, field->name) + 1 : 0;
  double value = field->value ? pwk_pen_width (pen, PWK_FONT_BOLD, field->value) + 1 : 0;
  double room = field->x + field->w - x;
  PwkItem *item;

  if (name + value + 5 > room && value > 0)
    name = 0;
  if (name > 0 && name <= room)
    {
      item = pwk_pen_text (pen, pwk_box (x, y, name, line), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                           PWK_ALIGN_START, field->name);
      item->label = field->label;
      x += name + 5;
    }
  if (value > 0 && value <= room)
    pwk_pen_text (pen, pwk_box (x, y, value, line), PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                  field->value);
}

static void
draw_field (const PwkPen *pen, double y, uint64_t addr, const PwkRulerField *field)
{
  PwkBox box = pwk_ruler_box (pen, field, y);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_BIT (0, field->low), box,
                                         field->passive ? PWK_ROLE_PANEL_ALT : PWK_ROLE_PANEL, 4);

  item->stroke = PWK_ROLE_OUTLINE;
  pwk_pen_thing (pen, item, "%s", field->label);
  if (field->used)
    {
      item = pwk_scene_add_rect (pen->scene, 0,
                                 pwk_box (box.x + 1, box.y + box.h - FOOT - 1, box.w - 2, FOOT),
                                 field->foot);
      item->stroke = PWK_ROLE_NONE;
      item->pattern = PWK_PATTERN_NONE;
    }
  if (shows_bits (pen, field))
    draw_digits (pen, field, box, addr);
  else
    draw_folded (pen, field, box, addr);
  if (field->light != PWK_ROLE_NONE)
    pwk_pen_light (pen, box, 4, field->light);
  draw_numbers (pen, field, y);
  draw_name (pen, field, box.y + box.h + 3);
}

static const PwkRulerField *
field_of (const PwkPen *pen, const PwkRulerField *fields, unsigned n_fields, unsigned bit)
{
  for (unsigned i = 0; i < n_fields; i++)
    if (bit >= fields[i].low && bit < fields[i].low + fields[i].bits)
      return shows_bits (pen, &fields[i]) ? &fields[i] : NULL;
  return NULL;
}

/* A digit whose bits lie on both sides of a cut has a bracket under it. */
static void
draw_hex_digit (const PwkPen *pen,
                double y,
                uint64_t addr,
                const PwkRulerField *fields,
                unsigned n_fields,
                unsigned low)
{
  const PwkRulerField *right = field_of (pen, fields, n_fields, low);
  const PwkRulerField *left = field_of (pen, fields, n_fields, low + 3);
  double line = pwk_pen_line (pen, PWK_FONT_MONO), middle = 0, first, last;
  PwkItem *item;

  for (unsigned bit = low; bit < low + 4; bit++)
    {
      const PwkRulerField *field = field_of (pen, fields, n_fields, bit);

      if (field == NULL)
        return;
      middle += bit_x (field, bit) / 4;
    }
  first = bit_x (left, low + 3);
  last = bit_x (right, low);
  item =
      pwk_pen_text (pen, pwk_box (middle - 10, y + pwk_pen_line (pen, PWK_FONT_SMALL), 20, line),
                    PWK_FONT_MONO, addr >> low != 0 || low == 0 ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_CENTRE, pwk_pen_printf (pen, "%x", (unsigned) (addr >> low & 15)));
  item->flags |= PWK_FLAG_EMPHASISED;
  if (left != right)
    pwk_scene_add_line (pen->scene, 0, first - 3, y + box_offset (pen) - 2, last + 3,
                        y + box_offset (pen) - 2, PWK_ROLE_OUTLINE);
}

void
pwk_pen_ruler (const PwkPen *pen,
               double y,
               uint64_t addr,
               const PwkRulerField *fields,
               unsigned n_fields)
{
  for (unsigned i = 0; i < n_fields; i++)
    draw_field (pen, y, addr, &fields[i]);
  for (unsigned low = 0; low < 64; low += 4)
    draw_hex_digit (pen, y, addr, fields, n_fields, low);
}
