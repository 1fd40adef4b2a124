/* page-walk-band.c - below the tables: what is so far, a fault's error code, the kernel's repair
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scene/blend.h"
#include "views/page-walk-private.h"

#define BOX_GAP  12.0
#define STEP_GAP 20.0
#define N_NOTES  3

/* --- notes: what is so far, at most three --- */

typedef struct
{
  const char *title, *text, *remark;
} Note;

typedef struct
{
  Note note[N_NOTES];
  unsigned n;
} Notes;

static void
add_note (Notes *notes, const char *title, const char *text, const char *remark)
{
  if (notes->n < N_NOTES)
    notes->note[notes->n++] = (Note){ title, text, remark };
}

static const char *
page_number (const PwkWalkDrawing *drawing)
{
  return pwk_pen_address (&drawing->pen, drawing->model->walk.addr >> PWK_PAGE_SHIFT);
}

static void
note_lookup (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  unsigned shift = pwk_level_shift (model->format, model->top);
  unsigned above = pwk_addr_bits (model->format, model->top);

  add_note (notes, _("Looked up"),
            /* Translators: a page number, a PCID, a set, a TLB's name. */
            pwk_pen_printf (
                pen, _("Page number %s with PCID %llu: set %u of %s has no way with this tag."),
                page_number (drawing), PWK_N (model->cr3 & 0xfff), model->tlb.set,
                pwk_words_tlb (model->tlb.id)),
            NULL);
  add_note (notes, _("Next"),
            pwk_pen_printf (pen,
                            _("The walk begins at CR3: bits %u–%u of the address choose one of %u "
                               "entries of the %s."),
                            shift, above - 1, pwk_level_entries (model->format, model->top),
                            pwk_walk_name (drawing, 0)),
            NULL);
}

static unsigned
n_skipped (const PwkPageWalkModel *model)
{
  unsigned n = 0;

  while (n < model->walk.n_steps && model->walk.steps[n].skipped)
    n++;
  return n;
}

static void
note_skip (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPageWalkModel *model = drawing->model;
  unsigned n = n_skipped (model);
  PwkPfn table = pwk_walk_table (model, n);

  if (n == 0 || table == PWK_NO_PFN)
    return;
  add_note (notes, ngettext ("A read saved", "Reads saved", n),
            pwk_pen_printf (&drawing->pen,
                            _("A walk cache knew from an earlier walk that these addresses go on "
                               "in the %s table in pfn %llu."),
                            pwk_walk_name (drawing, n), PWK_N (table)),
            pwk_pen_printf (&drawing->pen, "−%u", n));
}

/* The entry that the event is about. */
static void
note_read (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkLevel *level = model->n_shown > 0 ? &model->level[model->n_shown - 1] : NULL;
  unsigned shift = model->format->entry_shift;

  if (level == NULL || level->read == 0)
    return;
  add_note (
      notes, C_("page walk", "Base and index"),
      /* Translators: an entry, the address of its table, its index, its bytes, its address. */
      pwk_pen_printf (pen, _("%s[%u] lies at %s + %u × %u = %s."), pwk_walk_level_name (level),
                      level->step.index, pwk_pen_address (pen, level->step.table << PWK_PAGE_SHIFT),
                      level->step.index, 1u << shift,
                      pwk_pen_address (pen, (level->step.table << PWK_PAGE_SHIFT) +
                                                ((uint64_t) level->step.index << shift))),
      NULL);
}

static void
note_mark (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  uint64_t fresh = model->marked_is & ~model->marked_was;
  bool dirty = pwk_pte_dirty (pwk_format_decode (model->format, fresh, model->marked_level));
  const char *name = pwk_level_name (model->marked_level);

  if (model->marked_is == 0)
    return;
  add_note (
      notes, _("The hardware marks"),
      pwk_pen_printf (pen,
                      dirty ? _("It has set dirty in the %s entry: the kernel learns from it what "
                                 "was written.")
                            : _("It has set accessed in the %s entry: the kernel learns from "
                                 "it what is used."),
                      name),
      NULL);
}

static void
note_rights (const PwkWalkDrawing *drawing, Notes *notes)
{
  add_note (notes, _("The strictest level decides"),
            _("One 0 in write or user on the way, and the walk ends there."), NULL);
}

static void
note_cost (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  unsigned before = model->told.earlier_reads, now = model->walk.n_reads;

  if (before > 0)
    add_note (notes, C_("page walk", "Cost"),
              pwk_pen_printf (pen,
                              ngettext ("%u memory read before the fault, and %u now.",
                                        "%u memory reads before the fault, and %u now.", before),
                              before, now),
              NULL);
  else
    add_note (notes, C_("page walk", "Cost"),
              pwk_pen_printf (pen,
                              ngettext ("%u memory read, before the access itself is made.",
                                        "%u memory reads, before the access itself is made.", now),
                              now),
              NULL);
}

static void
note_large (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkLevel *last = &model->level[model->n_shown - 1];
  g_autofree char *size = pwk_format_bytes (model->walk.page_size);

  if (!model->walk.ok || model->n_shown == 0 || model->walk.page_size == PWK_PAGE_SIZE)
    return;
  add_note (notes, _("Ends early"),
            pwk_pen_printf (pen,
                            _("%s[%u] maps a page of %s at once: no lower table is read, and its "
                               "bits belong to the offset."),
                            pwk_walk_level_name (last), last->step.index, size),
            size != NULL ? pwk_scene_intern (pen->scene, size) : NULL);
}

static void
note_kept (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;

  if (!model->told.filled || model->tlb.way < 0)
    return;
  add_note (notes, C_("tlb", "Kept"),
            /* Translators: a TLB's name, a set, a way, a page number, a frame. */
            pwk_pen_printf (pen, _("%s, set %u, way %i now holds page number %s → pfn %llu."),
                            pwk_words_tlb (model->tlb.id), model->tlb.set, model->tlb.way,
                            pwk_pen_address (pen, model->tlb.ways[model->tlb.way].vpn),
                            PWK_N (model->tlb.ways[model->tlb.way].pfn)),
            NULL);
}

static void
note_offset (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkWalk *walk = &drawing->model->walk;

  if (!walk->ok)
    return;
  add_note (notes, _("Not translated"),
            pwk_pen_printf (pen, _("Offset %s goes straight to the frame: physical address %s."),
                            pwk_pen_address (pen, walk->addr & (walk->page_size - 1)),
                            pwk_pen_address (pen, walk->phys)),
            NULL);
}

static void
note_hit (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;

  add_note (notes, C_("tlb", "Found"),
            /* Translators: a TLB's name, a set. */
            pwk_pen_printf (pen, _("%s, set %u: tag and PCID are equal, and the rights suffice."),
                            pwk_words_tlb (model->tlb.id), model->tlb.set),
            NULL);
  add_note (notes, C_("tlb", "Not read"), _("The tables stay untouched: they are grey here."),
            NULL);
  note_offset (drawing, notes);
}

static void
note_question (const PwkWalkDrawing *drawing, Notes *notes)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;

  add_note (notes,
            model->what_if ? C_("page walk", "What if") : C_("page walk", "As it would go"),
            _("Nobody has made this walk: it is what tables, TLBs and walk caches say now. Asking "
               "changes nothing."),
            NULL);
  if (model->walk.tlb_level > 0)
    add_note (notes, C_("tlb", "Found"),
              /* Translators: a TLB by its name, a set and a way in it. */
              pwk_pen_printf (pen, _("In the TLB: %s, set %u, way %u. No walk is needed."),
                              pwk_words_tlb (model->walk.tlb), model->walk.set, model->walk.way),
              NULL);
  else
    note_skip (drawing, notes);
  note_large (drawing, notes);
  note_offset (drawing, notes);
}

static Notes
collect_notes (const PwkWalkDrawing *drawing)
{
  const PwkPageWalkModel *model = drawing->model;
  Notes notes = { .n = 0 };

  switch (model->told.walked)
    {
    case PWK_WALKED_NOT:
      note_question (drawing, &notes);
      return notes;
    case PWK_WALKED_HIT:
      note_hit (drawing, &notes);
      return notes;
    case PWK_WALKED_ON_THE_WAY:
      if (model->walk.n_steps == 0)
        {
          note_lookup (drawing, &notes);
          return notes;
        }
      note_skip (drawing, &notes);
      note_mark (drawing, &notes);
      note_read (drawing, &notes);
      note_rights (drawing, &notes);
      note_cost (drawing, &notes);
      return notes;
    case PWK_WALKED_FAULT:
    case PWK_WALKED_DONE:
    default:
      note_kept (drawing, &notes);
      note_large (drawing, &notes);
      note_offset (drawing, &notes);
      note_cost (drawing, &notes);
      return notes;
    }
}

static void
draw_note (const PwkWalkDrawing *drawing, const Note *note, unsigned i, PwkBox box)
{
  PwkBox inside =
      pwk_pen_panel (&drawing->pen, PWK_WALK_ID (PWK_WALK_NOTE, i), box, note->title, note->remark);

  pwk_pen_paragraph (&drawing->pen, inside, PWK_FONT_NORMAL, PWK_ROLE_TEXT, note->text);
}

static void
draw_notes (const PwkWalkDrawing *drawing, PwkBox box)
{
  Notes notes = collect_notes (drawing);
  double width = (box.w - (notes.n - 1) * BOX_GAP) / notes.n;

  for (unsigned i = 0; i < notes.n; i++)
    draw_note (drawing, &notes.note[i], i, pwk_cut_left (&box, width, BOX_GAP));
}

/* --- the error code --- */

typedef struct
{
  uint32_t bit;
  const char *name, *one, *zero;
  bool tells;
} ErrorBit;

static void
draw_error_bit (const PwkWalkDrawing *drawing, const ErrorBit *bit, unsigned i, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  bool set = (drawing->model->walk.error & bit->bit) != 0;
  PwkRole role = bit->tells ? PWK_ROLE_ERROR : PWK_ROLE_TEXT_DIM;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_ERROR, i), box,
                                         bit->tells ? PWK_ROLE_PANEL : PWK_ROLE_PANEL_ALT, 6);
  PwkBox inside = pwk_box_inset (box, 7, 3);
  PwkBox line = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_MONO_LARGE), 0);

  item->stroke = bit->tells ? PWK_ROLE_ERROR : PWK_ROLE_OUTLINE;
  pwk_pen_label (pen, item, "%s = %d: %s", bit->name, set, set ? bit->one : bit->zero);
  if (drawing->model->now == PWK_EV_ACCESS_FAULT)
    pwk_item_set_time (item, 320 + 40 * i, 360 + 40 * i, PWK_WALK_MOTION);
  item = pwk_pen_text (pen,
                       pwk_cut_right (&line, pwk_pen_width (pen, PWK_FONT_MONO_LARGE, "0") + 2, 2),
                       PWK_FONT_MONO_LARGE, role, PWK_ALIGN_END, set ? "1" : "0");
  item->flags |= PWK_FLAG_EMPHASISED;
  pwk_pen_text (pen, line, PWK_FONT_SMALL, bit->tells ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, bit->name)
      ->flags |= PWK_FLAG_EMPHASISED;
  if (inside.h >= pwk_pen_line (pen, PWK_FONT_SMALL))
    pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 0), PWK_FONT_SMALL,
                  bit->tells ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  set ? bit->one : bit->zero);
}

static void
draw_error (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const ErrorBit bits[] = {
    /* Translators: what a bit of a page fault's error code says, in a word or two. */
    { PWK_PF_INSTR, "I/D", C_("page fault", "a fetch"), C_("page fault", "no"), false },
    { PWK_PF_RSVD, "RSVD", C_("page fault", "reserved bit"), C_("page fault", "no"), false },
    { PWK_PF_USER, "U", C_("page fault", "user mode"), C_("page fault", "kernel"), true },
    { PWK_PF_WRITE, "W", C_("page fault", "a write"), C_("page fault", "a read"), true },
    { PWK_PF_PROT, "P", C_("page fault", "forbidden"), C_("page fault", "not present"), true },
  };
  unsigned n = G_N_ELEMENTS (bits);
  PwkBox inside =
      pwk_pen_panel (pen, PWK_WALK_ID (PWK_WALK_NOTE, 0), box,
                     /* Translators: %s is a number. */
                     pwk_pen_printf (pen, _("Page fault, error code %s"),
                                     pwk_pen_address (pen, model->walk.error)),
                     pwk_pen_printf (pen, "CR2 = %s", pwk_pen_address (pen, model->walk.addr)));
  double width = (inside.w - 8 * (n - 1)) / n;

  for (unsigned i = 0; i < n; i++)
    {
      ErrorBit bit = bits[i];

      bit.tells |= (model->walk.error & bit.bit) != 0;
      draw_error_bit (drawing, &bit, i, pwk_cut_left (&inside, width, 8));
    }
  if (pwk_walk_is_real (model))
    pwk_pen_light (pen, box, 6, PWK_ROLE_ERROR);
}

static const char *
why_mended (const PwkWalkDrawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  char perms[5];

  if (!model->walk.user)
    return _("The access came from the kernel's own half of the addresses.");
  if (model->walk.error & PWK_PF_RSVD)
    return _("A reserved bit is set: the tables are damaged, the kernel looks for no region, and "
              "the process gets SIGSEGV.");
  if (model->vma_said == NULL)
    return _("No region has this address: nothing is to be repaired, and the process gets "
              "SIGSEGV.");
  pwk_words_perms (model->vma_flags, perms);
  if ((model->walk.kind == PWK_ACCESS_STORE && perms[1] != 'w') ||
      (model->walk.kind == PWK_ACCESS_FETCH && perms[2] != 'x') || perms[0] == '-')
    /* Translators: a region by its name, and its rights. */
    return pwk_pen_printf (pen,
                           _("Region %s (%s) has the address, but does not allow this: SIGSEGV."),
                           model->vma_said, perms);
  if ((model->walk.error & (PWK_PF_PROT | PWK_PF_WRITE)) == PWK_PF_PROT)
    return pwk_pen_printf (pen,
                           _("Region %s (%s) allows this, but the page is there, and its entry "
                              "forbids more than a write: the kernel makes no such entries and "
                              "mends none. SIGSEGV."),
                           model->vma_said, perms);
  return pwk_pen_printf (
      pen,
      _("Region %s (%s) has the address and allows this: the fault is a promise "
         "to keep, not a crime."),
      model->vma_said, perms);
}

static void
draw_fault (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox inside;

  if (!drawing->model->walk.canonical)
    {
      inside = pwk_pen_panel (pen, PWK_WALK_ID (PWK_WALK_NOTE, 0), box,
                              _("General protection fault"), NULL);
      pwk_pen_paragraph (
          pen, inside, PWK_FONT_NORMAL, PWK_ROLE_ERROR,
          _("The address is not canonical: its upper bits do not repeat the topmost "
             "translated one. The hardware does not walk at all."));
      return;
    }
  draw_error (drawing, pwk_cut_left (&box, floor (box.w * 0.61), BOX_GAP));
  inside = pwk_pen_panel (pen, PWK_WALK_ID (PWK_WALK_NOTE, 1), box, _("The kernel decides"),
                          "find_vma");
  pwk_pen_paragraph (pen, inside, PWK_FONT_NORMAL, PWK_ROLE_TEXT, why_mended (drawing));
}

/* --- the repair --- */

/* An entry that the kernel writes, or is going to write. */
typedef struct
{
  unsigned level;  /* index of it from the top */
  unsigned number; /* of the write, from 1 */
  bool done, now;
} Step;

static unsigned
collect_steps (const PwkPageWalkModel *model, Step steps[5])
{
  unsigned n = 0, next = model->n_shown > 0 ? model->n_shown - 1 : 0;

  for (unsigned number = 1; number <= model->told.n_written && n < 5; number++)
    for (unsigned i = 0; i < model->n_shown; i++)
      if (model->told.written[i] == number)
        {
          steps[n++] = (Step){ i, number, true, model->level[i].now };
          next = i + 1;
        }
  if (n > 0 && (model->told.failed != PWK_CHECK_PRESENT || model->level[next - 1].step.leaf))
    return n;
  for (unsigned i = next; i < model->top && n < 5; i++)
    {
      steps[n] = (Step){ i, n + 1, false, false };
      n++;
      /* a right that was missing is given in that one entry; so is a huge page */
      if (model->told.failed != PWK_CHECK_PRESENT ||
          (model->told.mender == PWK_EV_DO_HUGE_PMD_ANONYMOUS &&
           model->top - i == (unsigned) PWK_LEVEL_PMD))
        break;
    }
  return n;
}

static const char *
step_title (const PwkWalkDrawing *drawing, const Step *step)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  bool leaf = step->done ? model->level[step->level].step.leaf : step->level + 1 == model->top;

  if (!leaf)
    /* Translators: a page table of that level. */
    return pwk_pen_printf (pen, _("%s table"), pwk_walk_name (drawing, step->level + 1));
  if (step->done && model->told.copied)
    return C_("page walk", "a copy");
  if (step->done && model->told.zeroed)
    return C_("page walk", "zeroed");
  return C_("page walk", "frame");
}

static void
draw_step (const PwkWalkDrawing *drawing, const Step *step, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  const PwkWalkLevel *level = &model->level[step->level];
  const char *number = pwk_pen_printf (pen, "w%u", step->number);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, number) + 10;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_WALK_ID (PWK_WALK_STEP, step->number - 1),
                                         box, step->done ? PWK_ROLE_PANEL : PWK_ROLE_NONE, 6);
  PwkBox inside = pwk_box_inset (box, 6, 4);
  double height = fmax (20, pwk_pen_line (pen, PWK_FONT_SMALL));
  PwkBox line = pwk_cut_top (&inside, height, 3);
  PwkRole role = step->done ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM;
  const char *text;

  item->stroke = PWK_ROLE_OUTLINE;
  if (!step->done)
    item->flags |= PWK_FLAG_DASHED;
  if (step->now)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  item = pwk_scene_add_rounded (pen->scene, 0, pwk_cut_left (&line, width, 7),
                                step->now ? PWK_ROLE_FLASH : PWK_ROLE_PANEL_ALT, 3);
  item->text = number;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  if (step->done)
    {
      PwkPfn pfn = pwk_pte_pfn (level->step.entry);

      text = pwk_pen_printf (pen, "%llu", PWK_N (pfn));
      width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14;
      if (width + 30 < line.w)
        {
          item = pwk_pen_chip (pen, 0, line.x + line.w - width, line.y, height, width,
                               level->step.leaf ? pwk_walk_frame_role (model) : PWK_ROLE_PAGE_TABLE,
                               PWK_FONT_SMALL, text);
          if (item != NULL)
            {
              item->pattern = PWK_PATTERN_NONE;
              pwk_pen_label (pen, item, "pfn %llu", PWK_N (pfn));
            }
          pwk_cut_right (&line, width, 4);
        }
    }
  pwk_pen_text (pen, line, PWK_FONT_SMALL, role, PWK_ALIGN_START, step_title (drawing, step));
  if (inside.h < pwk_pen_line (pen, PWK_FONT_MONO_SMALL))
    return;
  text = "…";
  if (step->done)
    text = pwk_pen_printf (pen, "%s[%u] = %s", pwk_walk_level_name (level), level->step.index,
                           pwk_pen_address (pen, level->step.bits));
  if (step->done && pwk_pen_width (pen, PWK_FONT_MONO_SMALL, text) > inside.w)
    text = pwk_pen_printf (pen, "%s[%u] → pfn %llu", pwk_walk_level_name (level), level->step.index,
                           PWK_N (pwk_pte_pfn (level->step.entry)));
  item = pwk_pen_text (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_MONO_SMALL), 0),
                       PWK_FONT_MONO_SMALL, role, PWK_ALIGN_START, text);
  pwk_pen_label (pen, item, "%s", text);
}

static void
draw_repair (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkPageWalkModel *model = drawing->model;
  Step steps[5];
  unsigned n = collect_steps (model, steps);
  const char *where =
      model->told.mender != 0 ? strrchr (pwk_event_info (model->told.mender)->where, ':') : NULL;
  PwkBox inside = pwk_pen_panel (pen, PWK_WALK_ID (PWK_WALK_NOTE, 0), box, _("The kernel repairs"),
                                 where != NULL ? where + 1 : "handle_mm_fault");
  double width = n > 0 ? fmin ((inside.w - STEP_GAP * (n - 1)) / n, 260) : 0;
  double height = fmin (inside.h, 27 + pwk_pen_line (pen, PWK_FONT_MONO_SMALL) + 6);

  for (unsigned i = 0; i < n; i++)
    {
      PwkBox cell = pwk_cut_left (&inside, width, STEP_GAP);
      double x = cell.x + width + STEP_GAP / 2 - 2, y = cell.y + height / 2;
      const PwkPoint chevron[] = { { x, y - 5 }, { x + 5, y }, { x, y + 5 } };

      cell.h = height;
      draw_step (drawing, &steps[i], cell);
      if (i + 1 < n)
        pwk_scene_add_polyline (pen->scene, 0, chevron, 3, PWK_ROLE_TEXT_DIM);
    }
}

void
pwk_walk_draw_band (const PwkWalkDrawing *drawing, PwkBox box)
{
  const PwkPageWalkModel *model = drawing->model;

  if (!model->walk.canonical || (model->stopped && !model->told.handled))
    draw_fault (drawing, box);
  else if (model->told.walked == PWK_WALKED_FAULT)
    draw_repair (drawing, box);
  else
    draw_notes (drawing, box);
}
