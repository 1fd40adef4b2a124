/* page-walk-layout.c - an address cut into indices, tables as strips, entries under the lens,
 * the frame at the end
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/page-walk-model.h"

#include <string.h>

#include "views/sheet.h"
#include "views/views-private.h"
#include "views/words.h"

/*      title
 *      | 16 | 9 bits | 9 bits | 9 bits | 9 bits | 12 bits |      the address, a colour a level
 *      CR3 → [strip][lens] → [strip][lens] → [strip][lens] → [strip][lens]
 *      result: physical address and frame, or the fault's error code;  the repair, by entries */
#define STRIP_WIDTH   14.0
#define CR3_WIDTH     64.0
#define ADDRESS_BOX   48.0
#define RESULT_HEIGHT 80.0
#define MIN_LEVELS    292.0     /* height of strips and lenses */
#define MIN_HEIGHT    (MIN_LEVELS + 300.0)
#define REPAIR_LINE   18.0

typedef struct
{
  PwkPen                  pen;
  const PwkPageWalkModel *model;
  PwkBox                  cr3;
  PwkBox                  column[5], strip[5], lens[5];   /* of each level, top first */
  double                  bits_x[5];                      /* middle of each index of the address */
  double                  bits_bottom;
} Drawing;

static PwkRole
level_role (const Drawing *drawing, unsigned i)
{
  /* Level i from the top, whether it was reached or not. */
  unsigned level = drawing->model->top - i;

  return level == drawing->model->top ? PWK_ROLE_PGD : pwk_level_role (level);
}

static const char *
level_name (const Drawing *drawing, unsigned i)
{
  unsigned level = drawing->model->top - i;

  return level == drawing->model->top ? "pgd" : pwk_level_name ((PwkLevel) level);
}

static unsigned
n_levels (const Drawing *drawing)
{
  return drawing->model->top;
}

/* Indices that the walk uses: where a large page ends it, what would be lower indices belongs to
 * the offset. */
static unsigned
n_indices (const Drawing *drawing)
{
  const PwkWalk *walk = &drawing->model->walk;

  return walk->n_steps > 0 && walk->steps[walk->n_steps - 1].leaf
             ? walk->n_steps
             : n_levels (drawing);
}

/* --- the address --- */

static const char *
binary (const PwkPen *pen, uint64_t value, unsigned bits)
{
  char text[65];

  for (unsigned i = 0; i < bits; i++)
    text[i] = '0' + (value >> (bits - 1 - i) & 1);
  text[bits] = '\0';
  return pwk_scene_intern (pen->scene, text);
}

static void
draw_bits (const Drawing *drawing,
           PwkBox box,
           unsigned low,
           unsigned bits,
           PwkRole role,
           const char *name)
{
  const PwkPen *pen = &drawing->pen;
  uint64_t value = drawing->model->walk.addr >> low & (((uint64_t) 1 << bits) - 1);
  const char *digits = binary (pen, value, bits);
  double line = pwk_pen_line (pen, PWK_FONT_MONO_SMALL);
  bool fits = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, digits) <= box.w - 2;
  const char *number = low == 0 ? pwk_pen_printf (pen, "%s 0x%llx", name, PWK_N (value)) :
                                    pwk_pen_printf (pen, "%s %llu", name, PWK_N (value));
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_BIT (0, low), box, role, 3);

  /* Translators: a part of an address: its name, its bits, its value. */
  pwk_pen_thing (pen, item, _("%s: bits %u–%u of the address, value %llu"), name, low,
                 low + bits - 1, PWK_N (value));
  item = pwk_scene_add_text (pen->scene, 0, pwk_box (box.x, box.y + 4, box.w, line),
                             PWK_FONT_MONO_SMALL,
                             fits ? digits : pwk_pen_printf (pen, "0x%llx", PWK_N (value)));
  item->halign = PWK_ALIGN_CENTRE;
  item =
      pwk_scene_add_text (pen->scene, 0, pwk_box (box.x, box.y + line + 4, box.w, box.h - line - 6),
                          PWK_FONT_BOLD, number);
  item->halign = PWK_ALIGN_CENTRE;
  item->ellipsize = PWK_ELLIPSIZE_END;
}

static void
draw_address (Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  unsigned levels = n_levels (drawing), used = n_indices (drawing);
  const PwkFormat *format = drawing->model->format;
  unsigned translated = pwk_addr_bits (format, drawing->model->top), low = translated;
  unsigned high = 64 - translated;
  double sign_width = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, "0xffff") + 12, box.w * 0.12);
  double unit = (box.w - sign_width - levels * 4) / translated;
  double x = box.x;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_BIT (0, 63),
                             pwk_box (x, box.y, sign_width - 4, box.h), PWK_ROLE_PANEL_ALT, 3);

  item->stroke = drawing->model->walk.canonical ? PWK_ROLE_OUTLINE : PWK_ROLE_ERROR;
  item->text = pwk_pen_printf (pen, "0x%llx", PWK_N (drawing->model->walk.addr >> (64 - high)));
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  pwk_pen_thing (pen, item,
                 _("%u upper bits: they must repeat bit %u, or the address is not canonical"), high,
                 63 - high);
  x += sign_width;

  for (unsigned i = 0; i < used; i++)
    {
      unsigned first = pwk_level_shift (format, (PwkLevel) (drawing->model->top - i));
      PwkBox part = pwk_box (x, box.y, unit * (low - first), box.h);

      draw_bits (drawing, part, first, low - first, level_role (drawing, i),
                 level_name (drawing, i));
      drawing->bits_x[i] = part.x + part.w / 2;
      x += part.w + 4;
      low = first;
    }
  /* Translators: the lowest bits of an address, 12 or, in a large page, more. */
  draw_bits (drawing, pwk_box (x, box.y, box.x + box.w - x, box.h), 0, low, PWK_ROLE_OFFSET,
             C_("address", "offset"));
  drawing->bits_bottom = box.y + box.h;
}

/* --- the lens: an entry, every bit named --- */

typedef struct
{
  const char *name, *value, *meaning;
  bool checked, passes, set;
  unsigned shift;
} LensLine;

/* Whether a field decides about this access, and how it decides. */
static void
check_field (const Drawing *drawing,
             const PwkWalkLevel *level,
             const PwkPteField *field,
             LensLine *line)
{
  const PwkWalk *walk = &drawing->model->walk;

  line->checked = level->read != 0 && level->written == 0;
  if (!line->checked)
    return;
  if (field->kind == PWK_FIELD_IS_PRESENT)
    line->passes = line->set;
  else if (!level->step.present)
    line->checked = false;
  else if (field->kind == PWK_FIELD_IS_WRITE && walk->kind == PWK_ACCESS_STORE)
    line->passes = line->set;
  else if (field->kind == PWK_FIELD_IS_USER && walk->user)
    line->passes = line->set;
  else if (field->kind == PWK_FIELD_IS_NO_EXECUTE && walk->kind == PWK_ACCESS_FETCH)
    line->passes = !line->set;
  else if ((level->reserved_bits >> field->shift & (((uint64_t) 1 << field->bits) - 1)) != 0)
    line->passes = false;
  else
    line->checked = false;
}

static unsigned
lens_lines (const Drawing *drawing, const PwkWalkLevel *level, LensLine *lines)
{
  const PwkPen *pen = &drawing->pen;
  unsigned n_fields;
  const PwkPteField *fields =
      drawing->model->format->fields (level->step.bits, level->step.level, &n_fields);

  for (unsigned i = 0; i < n_fields; i++)
    {
      uint64_t value = pwk_field_get (level->step.bits, &fields[i]);

      lines[i] = (LensLine) { .name = fields[i].name, .set = value != 0, .shift = fields[i].shift };
      lines[i].value =
          fields[i].bits > 1 ? pwk_pen_printf (pen, "%s%llx", value > 9 ? "0x" : "", PWK_N (value))
          : value != 0       ? "1"
                             : "0";
      if (fields[i].kind == PWK_FIELD_IS_FRAME)
        lines[i].value = pwk_pen_printf (pen, "%llu", PWK_N (value));
      if (fields[i].kind == PWK_FIELD_IS_SWAP_TYPE)
        lines[i].value = pwk_swp_type_name (pwk_swp_type (level->step.entry));
      lines[i].meaning = _(fields[i].says[value != 0]);
      check_field (drawing, level, &fields[i], &lines[i]);
    }

  return n_fields;
}

static void
draw_lens_line (const Drawing *drawing, const PwkWalkLevel *level, const LensLine *line, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  double tick = 14;
  double value = fmin (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, line->value) + 1, box.w * 0.66);
  PwkItem *item =
      pwk_scene_add_rect (pen->scene, PWK_ID_BIT (level->step.level, line->shift), box,
                          line->checked && !line->passes ? PWK_ROLE_PANEL_ALT : PWK_ROLE_NONE);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_label (pen, item, "%s %s = %s: %s", pwk_walk_level_name (level), line->name, line->value,
                 line->meaning);
  item = pwk_pen_text (pen, pwk_box (box.x, box.y, box.w - tick - value - 3, box.h), PWK_FONT_SMALL,
                       line->set || line->checked ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                       PWK_ALIGN_START, line->name);
  item->ellipsize = PWK_ELLIPSIZE_END;
  pwk_pen_text (pen, pwk_box (box.x + box.w - tick - value, box.y, value, box.h),
                PWK_FONT_MONO_SMALL, line->set ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                line->value);
  if (line->checked)
    pwk_pen_text (pen, pwk_box (box.x + box.w - tick + 2, box.y, tick - 2, box.h), PWK_FONT_BOLD,
                  line->passes ? PWK_ROLE_SUCCESS : PWK_ROLE_ERROR, PWK_ALIGN_CENTRE,
                  line->passes ? "✓" : "✗");
}

static char *
say_entry (const PwkFormat *format, const PwkWalkLevel *level)
{
  g_autofree char *words = pwk_words_pte (format, level->step.bits, level->step.level);

  /* Translators: an entry of a page table: level, index, frame of the table, what it says. */
  return g_strdup_printf (_("%s[%u] of the table in pfn %llu: %s"), pwk_walk_level_name (level),
                          level->step.index, PWK_N (level->step.table), words);
}

static void
draw_lens (const Drawing *drawing, unsigned i, PwkBox entry)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkBox box = drawing->lens[i];
  PwkBox inside = pwk_box_inset (box, 6, 4);
  PwkItem *item =
      pwk_scene_add_lens (pen->scene, PWK_ID_ENTRY (level->step.table, level->step.index), box,
                          entry);
  g_autofree char *label = say_entry (drawing->model->format, level);
  LensLine lines[24];
  unsigned n = lens_lines (drawing, level, lines);
  double height;

  if (level->now)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  if (level->step.skipped)
    item->flags |= PWK_FLAG_DIMMED;
  pwk_pen_thing (pen, item, "%s", label);
  pwk_pen_text (pen, pwk_cut_top (&inside, 18, 2), PWK_FONT_MONO_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_pen_printf (pen, "[%u]", level->step.index));
  height = CLAMP (inside.h / n, 14, 20);
  for (unsigned k = 0; k < n && inside.h >= height - 1; k++)
    draw_lens_line (drawing, level, &lines[k], pwk_cut_top (&inside, height, 0));
}

/* --- strips --- */

static const PwkRole slot_roles[] = {
  [PWK_SLOT_NONE] = PWK_ROLE_PANEL_ALT,
  [PWK_SLOT_TABLE] = PWK_ROLE_PAGE_TABLE,
  [PWK_SLOT_LEAF] = PWK_ROLE_ANON,
  [PWK_SLOT_SWAP] = PWK_ROLE_SWAP,
};

/* More entries than the strip is high: a cell stands for several, and shows the fullest. */
static PwkBox
draw_strip (const Drawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkBox box = drawing->strip[i];
  unsigned n_slots = level->n_slots;
  unsigned n_cells = box.h >= n_slots         ? n_slots
                     : box.h >= n_slots / 2.0 ? n_slots / 2
                                              : n_slots / 4;
  unsigned per = n_slots / n_cells;
  uint8_t *roles = g_new (uint8_t, n_cells);
  g_autoptr(GBytes) bytes = NULL;
  double height = box.h / n_cells;
  PwkBox entry = pwk_box (box.x - 2, box.y + level->step.index / per * height - 1, box.w + 4,
                          fmax (height, 2) + 2);
  PwkItem *item;

  for (unsigned cell = 0; cell < n_cells; cell++)
    {
      unsigned kind = PWK_SLOT_NONE;

      for (unsigned k = 0; k < per; k++)
        kind = MAX (kind, level->slots[cell * per + k]);
      roles[cell] = (uint8_t) slot_roles[kind];
    }
  bytes = g_bytes_new_take (roles, n_cells);
  item = pwk_scene_add_rect (pen->scene, 0, pwk_box_inset (box, -1, -1), PWK_ROLE_NONE);
  item->stroke = PWK_ROLE_OUTLINE;
  item = pwk_scene_add_cells (pen->scene, PWK_ID_TABLE (level->step.table, level->told), box, 1,
                              n_cells, PWK_CELLS_ROLES, bytes);
  /* Translators: a page table: its level, its frame, how many of its entries are used. */
  pwk_pen_thing (pen, item, _("Table of %s entries in pfn %llu: %u of %u used"),
                 pwk_walk_level_name (level), PWK_N (level->step.table), level->n_used, n_slots);

  item = pwk_scene_add_rect (pen->scene, 0, entry, PWK_ROLE_NONE);
  item->stroke = PWK_ROLE_ACCENT;
  item->line_width = 2.0f;
  return entry;
}

/* How the entry became known. */
static const char *
told (const PwkPen *pen, const PwkWalkLevel *level)
{
  if (level->step.skipped)
    /* Translators: a page-walk cache knew the entry. */
    return C_("page walk", "cached");
  if (level->read != 0 && level->written != 0)
    /* Translators: the number of a memory reference of a page walk, and of the kernel's write
     * that mends the entry. */
    return pwk_pen_printf (pen, C_("page walk", "read %u, written %u"), level->read,
                           level->written);
  if (level->written != 0)
    /* Translators: the number of a write of the kernel that mends an entry. */
    return pwk_pen_printf (pen, C_("page walk", "written %u"), level->written);
  /* Translators: the number of a memory reference of a page walk. */
  return pwk_pen_printf (pen, C_("page walk", "read %u"), level->read);
}

static void
draw_level_head (const Drawing *drawing, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  bool reached = i < drawing->model->walk.n_steps;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkItem *item = pwk_pen_chip (pen, 0, box.x, box.y, 20, box.w, level_role (drawing, i),
                                PWK_FONT_BOLD, level_name (drawing, i));
  double x = box.x + (item != NULL ? item->box.w : 0) + 6;
  const char *text;

  if (item != NULL && !reached)
    item->flags |= PWK_FLAG_DIMMED;
  if (!reached)
    return;
  text = told (pen, level);
  if (box.x + box.w - x < 24)
    return;
  item =
      pwk_pen_text (pen, pwk_box (x, box.y, box.x + box.w - x, 20), PWK_FONT_SMALL,
                    level->step.skipped ? PWK_ROLE_HIT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, text);
  item->ellipsize = PWK_ELLIPSIZE_END;
}

static const char *
why_unread (const Drawing *drawing, unsigned i)
{
  const PwkPageWalkModel *model = drawing->model;

  if (!model->walk.canonical)
    return _("no walk");
  if (model->walked == PWK_WALKED_HIT)
    return _("not read: the TLB knew");
  if (i >= n_indices (drawing))
    return _("not needed: a large page");
  return model->walked == PWK_WALKED_ON_THE_WAY ? _("not read yet") : _("not reached");
}

static void
draw_unreached (const Drawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox box = pwk_box_union (drawing->strip[i], drawing->lens[i]);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 20 + i), box,
                                         PWK_ROLE_NONE, 4);

  item->stroke = PWK_ROLE_GRID;
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_empty (pen, pwk_box_inset (box, -4, 0), why_unread (drawing, i));
}

/* The arrow into level @i: from CR3 or from the entry above. */
static void
draw_arrow (const Drawing *drawing, unsigned i)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalkLevel *level = &drawing->model->level[i];
  PwkPoint to = pwk_point (drawing->strip[i].x - 1, drawing->strip[i].y + 8);
  PwkPoint from =
      i == 0 ? pwk_point (drawing->cr3.x + drawing->cr3.w, drawing->cr3.y + drawing->cr3.h / 2)
             : pwk_point (drawing->lens[i - 1].x + drawing->lens[i - 1].w,
                          drawing->lens[i - 1].y + 12);
  PwkItem *item =
      pwk_scene_add_connector (pen->scene, PWK_ID (PWK_THING_EDGE, 0x1000 + i), from, to,
                               level->step.skipped ? PWK_ROLE_HIT : PWK_ROLE_ACCENT);

  item->line_width = level->now || level->happened ? 2.5f : 1.5f;
  if (level->step.skipped)
    item->flags |= PWK_FLAG_DASHED;
  if (level->now)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
}

/* From a group of the address' bits down to the entry that they choose. */
static void
draw_index_line (const Drawing *drawing, unsigned i)
{
  PwkBox column = drawing->column[i];
  double x = column.x + STRIP_WIDTH / 2;
  PwkItem *item =
      pwk_scene_add_line (drawing->pen.scene, 0, drawing->bits_x[i], drawing->bits_bottom + 1, x,
                          column.y - 2, level_role (drawing, i));

  item->line_width = 2.0f;
  item->opacity = 0.7f;
}

static void
draw_cr3 (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox box = drawing->cr3;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_CPU, model->cpu), box,
                                         PWK_ROLE_PANEL, 4);
  PwkBox inside = pwk_box_inset (box, 5, 4);

  item->stroke = model->running ? PWK_ROLE_ACCENT : PWK_ROLE_OUTLINE;
  if (!model->running)
    item->flags |= PWK_FLAG_DASHED;
  if (model->running)
    pwk_pen_thing (pen, item, _("CR3 of CPU %u: top table in pfn %llu, PCID %llu"), model->cpu,
                   PWK_N (model->cr3 >> PWK_PAGE_SHIFT), PWK_N (model->cr3 & 0xfff));
  else
    pwk_pen_thing (pen, item,
                   _("CPU %u runs in another address space; this one has its top table in pfn "
                     "%llu"),
                   model->cpu, PWK_N (model->cr3 >> PWK_PAGE_SHIFT));
  pwk_pen_text (pen, pwk_cut_top (&inside, 17, 0), PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE,
                model->running ? "CR3" : "mm->pgd");
  pwk_pen_text (pen, pwk_cut_top (&inside, 15, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE,
                pwk_pen_printf (pen, box.w > CR3_WIDTH ? "pfn %llu" : "%llu",
                                PWK_N (model->cr3 >> PWK_PAGE_SHIFT)));
  if (model->running)
    pwk_pen_text (pen, pwk_cut_top (&inside, 15, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_CENTRE, pwk_pen_printf (pen, "PCID %llu", PWK_N (model->cr3 & 0xfff)));
}

/* --- the result --- */

static void
draw_error_words (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  uint32_t error = drawing->model->walk.error;
  const struct { uint32_t bit; const char *name, *meaning; } words[] = {
    { PWK_PF_PROT, "P", _("0: there is no entry; 1: there is one, and it forbids the access") },
    { PWK_PF_WRITE, "W", _("1: a write") },
    { PWK_PF_USER, "U", _("1: from user mode") },
    { PWK_PF_RSVD, "RSVD", _("1: a reserved bit is set in an entry") },
    { PWK_PF_INSTR, "I/D", _("1: an instruction fetch") },
  };
  double x = box.x;

  for (unsigned i = 0; i < G_N_ELEMENTS (words); i++)
    {
      bool set = (error & words[i].bit) != 0;
      PwkItem *item =
          pwk_pen_chip (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 40 + i), x, box.y, 20,
                        box.x + box.w - x, set ? PWK_ROLE_ERROR : PWK_ROLE_PANEL_ALT,
                        PWK_FONT_MONO_SMALL, pwk_pen_printf (pen, "%s %d", words[i].name, set));

      if (item == NULL)
        return;
      x += item->box.w + 5;
      pwk_pen_label (pen, item, "%s = %d: %s", words[i].name, set, words[i].meaning);
    }
}

static void
draw_fault (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  g_autofree char *words = pwk_words_error (model->walk.error);
  PwkBox inside;

  if (!model->walk.canonical)
    {
      inside = pwk_pen_panel (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 2), box,
                              _("General protection fault"), NULL);
      pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_ERROR,
                         _("The address is not canonical: its upper bits do not repeat the topmost "
                           "translated one. The hardware does not walk at all."));
      return;
    }
  inside = pwk_pen_panel (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 2), box,
                          pwk_pen_printf (pen, _("Page fault, error code 0x%x"), model->walk.error),
                          words);
  draw_error_words (drawing, inside);
}

static void
draw_translation (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  uint64_t offset = model->walk.addr & (model->walk.page_size - 1);
  g_autofree char *size = pwk_format_bytes (model->walk.page_size);
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 2), box,
                     pwk_pen_printf (pen, _("Physical address 0x%llx"), PWK_N (model->walk.phys)),
                     pwk_pen_printf (pen, "%llu << %d | 0x%llx",
                                     PWK_N ((model->walk.phys - offset) >> PWK_PAGE_SHIFT),
                                     PWK_PAGE_SHIFT, PWK_N (offset)));
  PwkItem *item;

  if (!model->has_frame)
    return;
  item =
      pwk_pen_chip (pen, PWK_ID (PWK_THING_PFN, model->frame.pfn), inside.x, inside.y, 22, inside.w,
                    model->frame.type == PWK_PAGE_ANON   ? PWK_ROLE_ANON
                    : model->frame.type == PWK_PAGE_FILE ? PWK_ROLE_FILE
                    : model->frame.type == PWK_PAGE_ZERO ? PWK_ROLE_ZERO_PAGE
                                                         : PWK_ROLE_KERNEL,
                    PWK_FONT_BOLD,
                    pwk_pen_printf (pen, "pfn %llu · %s · %s", PWK_N (model->frame.pfn),
                                    pwk_frame_use (model->frame.type), size));
  if (item != NULL)
    pwk_pen_thing (pen, item, "%s", model->frame_said);
}

/* Nobody knows yet where it leads. */
static void
draw_open_end (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 2), box, _("Physical address"), NULL);

  pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                     _("The hardware is on its way through the tables."));
}

/* How the access was served, or would be: TLB, or so many references. */
static void
draw_cost (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_RULE (PWK_VIEW_PAGE_WALK, 3), box, C_("page walk", "Cost"), NULL);
  const char *text;

  if (!model->walk.canonical)
    return;
  if (model->walked == PWK_WALKED_HIT)
    /* Translators: a TLB by its name. */
    text = pwk_pen_printf (pen, _("Found in the TLB: %s. No entry was read."),
                           pwk_words_tlb (model->tlb));
  else if (model->walked == PWK_WALKED_ON_THE_WAY)
    text =
        pwk_pen_printf (pen,
                        ngettext ("In no TLB: %u memory reference so far.",
                                  "In no TLB: %u memory references so far.", model->walk.n_reads),
                        model->walk.n_reads);
  else if (model->walked != PWK_WALKED_NOT)
    text = pwk_pen_printf (pen,
                           ngettext ("In no TLB: the walk took %u memory reference.",
                                     "In no TLB: the walk took %u memory references.",
                                     model->walk.n_reads),
                           model->walk.n_reads);
  else if (model->walk.tlb_level > 0)
    /* Translators: a TLB by its name, a set and a way in it. */
    text = pwk_pen_printf (pen, _("In the TLB: %s, set %u, way %u. No walk is needed."),
                           pwk_words_tlb (model->tlb), model->walk.set, model->walk.way);
  else
    text = pwk_pen_printf (pen,
                           ngettext ("In no TLB: the walk takes %u memory reference.",
                                     "In no TLB: the walk takes %u memory references.",
                                     model->walk.n_reads),
                           model->walk.n_reads);
  pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL,
                     model->walk.tlb_level > 0 ? PWK_ROLE_HIT : PWK_ROLE_TEXT, text);
}

static void
draw_region (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox inside = pwk_pen_panel (pen, 0, box, C_("page walk", "Region"), NULL);
  char perms[5];
  PwkItem *item;

  if (model->vma_said == NULL)
    {
      pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                         model->walk.user ? _("No region has this address: an access ends in "
                                              "SIGSEGV.")
                                          : _("The kernel's own addresses."));
      return;
    }
  pwk_words_perms (model->vma_flags, perms);
  item = pwk_pen_chip (pen, PWK_ID_VMA (model->vma_start), inside.x, inside.y, 22, inside.w,
                       PWK_ROLE_PANEL_ALT, PWK_FONT_NORMAL,
                       pwk_pen_printf (pen, "%s %s", perms, model->vma_said));
  if (item != NULL)
    pwk_pen_thing (pen, item, _("Region %s %s at 0x%llx"), model->vma_said, perms,
                   PWK_N (model->vma_start));
}

static void
draw_result (const Drawing *drawing, PwkBox box)
{
  double cost = fmin (box.w * 0.26, 250);
  double region = fmin (box.w * 0.3, 300);

  draw_cost (drawing, pwk_cut_right (&box, cost, PWK_GAP));
  draw_region (drawing, pwk_cut_right (&box, region, PWK_GAP));
  if (drawing->model->walk.ok)
    draw_translation (drawing, box);
  else if (drawing->model->walked == PWK_WALKED_ON_THE_WAY)
    draw_open_end (drawing, box);
  else
    draw_fault (drawing, box);
}

/* --- the repair --- */

static void
draw_repair (const Drawing *drawing, const PwkRepair *repair, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  g_autofree char *was = pwk_words_pte (drawing->model->format, repair->was, repair->level);
  g_autofree char *is = pwk_words_pte (drawing->model->format, repair->is, repair->level);
  const char *name = pwk_pen_printf (pen, "%s[%u]", pwk_level_name (repair->level), repair->index);
  PwkItem *item =
      pwk_pen_chip (pen, PWK_ID_ENTRY (repair->table, repair->index), box.x, box.y, box.h - 2, 90,
                    pwk_level_role (repair->level), PWK_FONT_MONO_SMALL, name);
  double x = box.x + (item != NULL ? item->box.w + 6 : 0);

  if (item != NULL)
    pwk_pen_thing (pen, item,
                   repair->hardware ? _("The hardware changed %s from “%s” to “%s”")
                                    : _("The kernel changed %s from “%s” to “%s”"),
                   name, was, is);
  item = pwk_pen_text (pen, pwk_box (x, box.y, box.x + box.w - x, box.h - 2), PWK_FONT_SMALL,
                       repair->hardware ? PWK_ROLE_WARNING : PWK_ROLE_TEXT, PWK_ALIGN_START,
                       pwk_pen_printf (pen, "%s → %s", was, is));
  item->ellipsize = PWK_ELLIPSIZE_END;
}

static void
draw_repairs (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_PAGE_WALK, 4), box, _("Entries written"),
                     _("by the kernel, and by the hardware (accessed, dirty)"));
  unsigned fit = (unsigned) fmax (inside.h / REPAIR_LINE, 0);
  unsigned first = model->n_repairs > fit ? model->n_repairs - fit : 0;

  if (model->n_repairs == 0)
    pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                       _("No entry of this walk has changed in this step."));
  for (unsigned i = first; i < model->n_repairs; i++)
    draw_repair (drawing, &model->repairs[i], pwk_cut_top (&inside, REPAIR_LINE, 0));
}

/* --- the picture --- */

static void
place_levels (Drawing *drawing, PwkBox box)
{
  unsigned levels = n_levels (drawing);
  double gap = box.w < 760 ? 12 : 26;
  double width;

  drawing->cr3 = pwk_cut_left (&box, box.w < 760 ? CR3_WIDTH : CR3_WIDTH + 24, gap);
  drawing->cr3 = pwk_box (drawing->cr3.x, drawing->cr3.y + 24, drawing->cr3.w, 58);
  width = fmin ((box.w - gap * (levels - 1)) / levels, 260);
  gap = levels > 1 ? fmin ((box.w - width * levels) / (levels - 1), 90) : 0;
  for (unsigned i = 0; i < levels; i++)
    {
      PwkBox column = pwk_box (box.x + i * (width + gap), box.y, width, box.h);

      drawing->column[i] = column;
      drawing->strip[i] = pwk_box (column.x + 1, column.y + 25, STRIP_WIDTH, column.h - 28);
      drawing->lens[i] = pwk_box (column.x + STRIP_WIDTH + 8, column.y + 24,
                                  column.w - STRIP_WIDTH - 8, fmin (column.h - 24, 330));
    }
}

static void
draw_levels (const Drawing *drawing)
{
  PwkBox entries[5];

  for (unsigned i = 0; i < n_levels (drawing); i++)
    {
      if (i < n_indices (drawing))
        draw_index_line (drawing, i);
      draw_level_head (drawing, i,
                       pwk_box (drawing->column[i].x, drawing->column[i].y, drawing->column[i].w,
                                20));
      if (i < drawing->model->walk.n_steps)
        entries[i] = draw_strip (drawing, i);
      else
        draw_unreached (drawing, i);
    }
  draw_cr3 (drawing);
  for (unsigned i = 0; i < drawing->model->walk.n_steps; i++)
    draw_lens (drawing, i, entries[i]);
  for (unsigned i = 0; i < drawing->model->walk.n_steps; i++)
    draw_arrow (drawing, i);
}

static const char *
remark (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const char *access = pwk_words_access (model->walk.kind);
  const char *mode = model->walk.user ? _("user mode") : _("kernel mode");

  if (model->what_if)
    /* Translators: who would make the access, its kind, the processor's mode. */
    return pwk_pen_printf (pen, _("what if: %s, %s, %s"), model->title, access, mode);
  if (model->walked == PWK_WALKED_NOT)
    /* Translators: who would make the access, its kind, the processor's mode. */
    return pwk_pen_printf (pen, _("as it would go now: %s, %s, %s"), model->title, access, mode);

  return pwk_pen_printf (pen, "%s · %s · %s", model->title, access, mode);
}

static const char *
description (const PwkPen *pen, const PwkPageWalkModel *model)
{
  if (model->walked == PWK_WALKED_HIT)
    return pwk_pen_printf (pen,
                           _("Address 0x%llx is in the TLB: physical address 0x%llx, no table was "
                             "read."),
                           PWK_N (model->walk.addr), PWK_N (model->walk.phys));
  if (model->walked == PWK_WALKED_ON_THE_WAY)
    return pwk_pen_printf (pen,
                           _("The walk of address 0x%llx is on its way: %u entries were read."),
                           PWK_N (model->walk.addr), model->walk.n_reads);
  if (model->walk.ok)
    return pwk_pen_printf (pen,
                           _("Address 0x%llx leads through %u tables to physical address 0x%llx."),
                           PWK_N (model->walk.addr), model->walk.n_steps, PWK_N (model->walk.phys));
  if (model->walk.canonical)
    return pwk_pen_printf (pen,
                           _("The walk of address 0x%llx ends in a page fault after %u entries, "
                             "error code 0x%x."),
                           PWK_N (model->walk.addr), model->walk.n_steps, model->walk.error);
  return pwk_pen_printf (pen, _("Address 0x%llx is not canonical."), PWK_N (model->walk.addr));
}

static void
draw_below (const Drawing *drawing, PwkBox box)
{
  const PwkPageWalkModel *model = drawing->model;

  draw_repairs (drawing, pwk_cut_left (&box, floor (box.w * 0.5), PWK_GAP));
  pwk_pen_story (&drawing->pen, PWK_ID_GROUP (PWK_VIEW_PAGE_WALK, 5), box,
                 _("What happened to this page"), NULL, &model->story,
                 model->what_if ? _("Nothing: this is a question, and asking it changes nothing.")
                                : _("Nothing in this step."));
}

void
pwk_page_walk_layout (PwkScene *scene,
                      gconstpointer data,
                      const PwkTheme *theme,
                      const PwkViewParams *params)
{
  const PwkPageWalkModel *model = data;
  Drawing drawing = { .pen = { scene, theme, params }, .model = model };
  PwkPen *pen = &drawing.pen;
  PwkSheet sheet = pwk_sheet_new (pen, pwk_view_room (params, 600, MIN_HEIGHT));
  double below =
      fmin (fmax (sheet.body.h - MIN_LEVELS - 24 - ADDRESS_BOX - RESULT_HEIGHT - 70, 92), 190);

  if (model->no_tables != NULL)
    {
      pwk_sheet_head (&sheet, _("Page walk"), model->title);
      pwk_sheet_finish_empty (&sheet, model->no_tables);
      return;
    }

  pwk_sheet_head (&sheet,
                  pwk_pen_printf (pen, _("Page walk of %s"),
                                  pwk_pen_address (pen, model->walk.addr)),
                  remark (&drawing));
  draw_address (&drawing, pwk_cut_top (&sheet.body, ADDRESS_BOX, 18));
  draw_below (&drawing, pwk_cut_bottom (&sheet.body, below, PWK_GAP));
  draw_result (&drawing, pwk_cut_bottom (&sheet.body, RESULT_HEIGHT, PWK_GAP));
  place_levels (&drawing, sheet.body);
  draw_levels (&drawing);
  pwk_sheet_finish (&sheet, 0, description (pen, model));
}

char *
pwk_page_walk_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkPageWalkModel *model = data;
  GString *text = g_string_new (NULL);

  if (model->no_tables != NULL)
    {
      g_string_append_printf (text, "%s\n", model->no_tables);
      return g_string_free (text, FALSE);
    }
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
  else if (model->walked != PWK_WALKED_ON_THE_WAY)
    g_string_append_printf (text, _("fault\t0x%x\n"), model->walk.error);

  return g_string_free (text, FALSE);
}
