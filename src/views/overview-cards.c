/* overview-cards.c - the way of a translation: process, address space, page table, page frame
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "views/density.h"
#include "views/overview-private.h"
#include "views/words.h"

#define STRIPE    5.0  /* at the left of a row: what it is */
#define TRACK_H   8.0  /* a table as a bar, with the entry's place in it */
#define TRACK_MIN 34.0 /* below that the entry's number is told in words */
#define CELLS_H   14.0
#define CELLS_LOW 7.0                  /* the least */
#define FEW_CELLS 16                   /* that many stand apart, more as one strip */
#define GAP_LEAST ((PwkVaddr) 1 << 20) /* smaller ones are not told */

static void
key_value (const PwkOverviewDraft *draft, PwkBox *rest, const char *key, const char *value)
{
  PwkBox line;

  if (rest->h < draft->normal)
    return;
  line = pwk_cut_top (rest, draft->normal, 2 + 12 * (draft->bands - 1));
  pwk_pen_key_value (&draft->pen, line, key, value);
}

/* --- the page --- */

/* What the frame is used for, in a word where there is no room for more. */
static const char *
frame_words (const PwkPen *pen, const PwkFrame *frame, double width)
{
  const char *use = pwk_frame_use (frame->type);

  return pwk_pen_width (pen, PWK_FONT_SMALL, use) <= width ? use : pwk_frame_word (frame->type);
}

/* Where the frame will stand. */
static void
draw_no_frame (const PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_RULE (PWK_VIEW_OVERVIEW, 2), box, PWK_ROLE_NONE, 4);

  item->stroke = PWK_ROLE_OUTLINE;
  item->flags |= PWK_FLAG_DASHED;
  item->text = _("no frame yet");
  item->text_role = PWK_ROLE_TEXT_DIM;
  item->font = PWK_FONT_NORMAL;
  pwk_pen_label (pen, item, _("No frame stands behind address %s yet."),
                 pwk_pen_address (pen, model->walk.addr));
}

/* The frame among those beside it, each a cell. */
static void
draw_near (const PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const char *first = pwk_pen_printf (pen, "%llu", PWK_N (model->near_start));
  const char *last =
      pwk_pen_printf (pen, "%llu", PWK_N (model->near_start + PWK_OVERVIEW_NEAR - 1));
  double label =
      fmax (pwk_pen_width (pen, PWK_FONT_SMALL, first), pwk_pen_width (pen, PWK_FONT_SMALL, last)) +
      2;
  PwkBox left = pwk_cut_left (&box, label, 4), right = pwk_cut_right (&box, label, 4);
  double width = fmin (box.w / PWK_OVERVIEW_NEAR, 16), gap = width >= 8 ? 2 : 1;
  double x = box.x + (box.w - width * PWK_OVERVIEW_NEAR) / 2;
  double side = fmin (width - gap, CELLS_H), y = box.y + (box.h - side) / 2;
  double line = draft->small;

  if (width < 5)
    return;
  pwk_pen_text (pen, pwk_box (left.x, box.y + (box.h - line) / 2, label, line), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, first);
  pwk_pen_text (pen, pwk_box (right.x, box.y + (box.h - line) / 2, label, line), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, last);
  for (unsigned i = 0; i < PWK_OVERVIEW_NEAR; i++)
    {
      PwkPfn pfn = model->near_start + i;
      bool itself = pfn == model->frame.pfn;
      PwkItem *item = pwk_scene_add_rounded (pen->scene, itself ? 0 : PWK_ID (PWK_THING_PFN, pfn),
                                             pwk_box (x + i * width, y, width - gap, side),
                                             model->near[i].role, 2.0);

      item->pattern = PWK_PATTERN_NONE;
      if (itself)
        {
          item->stroke = PWK_ROLE_ACCENT;
          item->line_width = 2.0f;
        }
      pwk_pen_label (pen, item, _("pfn %llu: %s"), PWK_N (pfn),
                     pwk_frame_use (model->near[i].type));
    }
}

void
pwk_overview_draw_page (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkFrame *frame = &model->frame;
  PwkBox inside = pwk_pen_panel (pen, CARD (PAGE), box, "struct page", NULL);
  double facts = 5 * (draft->normal + 2 + 12 * (draft->bands - 1));
  g_autofree char *say = NULL;
  PwkItem *item;

  draft->page = box;
  pwk_scene_push_parent (pen->scene, CARD (PAGE));
  if (!model->has_frame)
    {
      if (model->awaits_frame)
        draw_no_frame (draft, model, pwk_cut_top (&inside, draft->chip_h, 5));
      else
        pwk_pen_empty (pen, inside, _("No frame is in question yet."));
      pwk_scene_pop_parent (pen->scene);
      return;
    }

  say = pwk_frame_say (frame);
  draft->page_chip = pwk_cut_top (&inside, draft->chip_h, 5);
  item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, frame->pfn), draft->page_chip,
                                pwk_frame_role (NULL, frame, PWK_COLOUR_BY_USE), 4.0);
  item->text = pwk_pen_printf (pen, "pfn %llu", PWK_N (frame->pfn));
  item->font = PWK_FONT_MONO_BOLD;
  pwk_pen_thing (pen, item, "%s", say);
  if (inside.h >= draft->small)
    pwk_pen_text (pen, pwk_cut_top (&inside, draft->small, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                  PWK_ALIGN_START, frame_words (pen, frame, inside.w));
  if (inside.h >= facts + CELLS_H + 6)
    draw_near (draft, model, pwk_cut_top (&inside, fmax (CELLS_H, draft->small), 6));
  key_value (draft, &inside, "_refcount", pwk_pen_printf (pen, "%d", frame->refcount));
  key_value (draft, &inside, "_mapcount", pwk_pen_printf (pen, "%d", frame->mapcount - 1));
  key_value (draft, &inside, C_("column", "order"), pwk_pen_printf (pen, "%u", frame->order));
  key_value (draft, &inside, _("pageblock"), pwk_migratetype_title (frame->migratetype));
  key_value (draft, &inside, "index",
             pwk_pen_printf (pen, "%llu", PWK_N (pwk_frame_is_free (frame) ? 0 : frame->index)));
  pwk_scene_pop_parent (pen->scene);
}

/* --- the page table --- */

const char *
pwk_overview_step_name (const PwkOverviewModel *model, unsigned i)
{
  static const char *const names[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };
  unsigned level = i == 0 ? PWK_LEVEL_PGD : model->walk.steps[i].level;

  return level < G_N_ELEMENTS (names) ? names[level] : "?";
}

/* All that is known of an entry, in one line. */
static void
say_step (const PwkOverviewDraft *draft, const PwkOverviewModel *model, unsigned i, PwkItem *item)
{
  const PwkPen *pen = &draft->pen;
  const PwkWalkStep *step = &model->walk.steps[i];
  const char *name = pwk_overview_step_name (model, i);

  if (step->present && step->leaf)
    pwk_pen_thing (pen, item, _("Entry %u of the %s table in pfn %llu: present, maps pfn %llu"),
                   step->index, name, PWK_N (step->table), PWK_N (pwk_pte_pfn (step->entry)));
  else if (step->present)
    pwk_pen_thing (pen, item,
                   _("Entry %u of the %s table in pfn %llu: present, leads to the table in pfn "
                      "%llu"),
                   step->index, name, PWK_N (step->table), PWK_N (pwk_pte_pfn (step->entry)));
  else
    pwk_pen_thing (pen, item,
                   _("Entry %u of the %s table in pfn %llu: not present, here the walk ends"),
                   step->index, name, PWK_N (step->table));
}

/* The table from its first to its last entry, and where this one is in it. */
static void
draw_track (const PwkOverviewDraft *draft, const PwkWalkStep *step, double entries, PwkBox box)
{
  PwkScene *scene = draft->pen.scene;
  PwkBox bar = pwk_box (box.x, box.y + (box.h - TRACK_H) / 2, box.w, TRACK_H);
  PwkItem *item = pwk_scene_add_rounded (scene, 0, bar, PWK_ROLE_PANEL_ALT, 3);
  double x = bar.x + (bar.w - 4) * step->index / fmax (entries - 1, 1);

  item->stroke = PWK_ROLE_OUTLINE;
  item = pwk_scene_add_rect (scene, 0, pwk_box (x, bar.y - 1, 4, bar.h + 2), PWK_ROLE_PAGE_TABLE);
  item->pattern = PWK_PATTERN_NONE;
  item->stroke = PWK_ROLE_NONE;
}

/* Where an entry leads, in the words that there is room for. */
static const char *
step_target (const PwkPen *pen, const PwkWalkStep *step, double width)
{
  const char *text = step->present
                         ? pwk_pen_printf (pen, "pfn %llu", PWK_N (pwk_pte_pfn (step->entry)))
                         : _("not present");

  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14 <= width)
    return text;
  return step->present ? pwk_pen_printf (pen, "%llu", PWK_N (pwk_pte_pfn (step->entry))) : "—";
}

/* One level: its name, the table with the entry's place, and where the entry leads. */
static void
draw_table_step (PwkOverviewDraft *draft, const PwkOverviewModel *model, unsigned i, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkWalkStep *step = &model->walk.steps[i];
  const char *name = pwk_pen_printf (pen, "%s[%u]", pwk_overview_step_name (model, i), step->index);
  double name_w = pwk_pen_width (pen, PWK_FONT_SMALL, "pmd[511]") + 4;
  PwkBox inside = pwk_box_inset (box, 5, 0);
  const char *to = step_target (pen, step, inside.w - name_w - 6);
  double to_w =
      fmax (pwk_pen_width (pen, PWK_FONT_SMALL, to),
            fmin (pwk_pen_width (pen, PWK_FONT_SMALL, "pfn 16384"), inside.w - name_w - 20)) +
      14;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_ENTRY (step->table, step->index), box,
                                         PWK_ROLE_NONE, 4.0);
  PwkBox chip;

  item->stroke = PWK_ROLE_NONE;
  say_step (draft, model, i, item);
  pwk_pen_text (pen, pwk_cut_left (&inside, name_w, 6), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, name);
  chip = pwk_cut_right (&inside, to_w, 6);
  if (inside.w >= TRACK_MIN)
    draw_track (draft, step, pwk_level_entries (model->format, (PwkLevel) step->level), inside);
  item = pwk_scene_add_rounded (pen->scene, 0, pwk_box_inset (chip, 0, 2),
                                !step->present ? PWK_ROLE_NONE
                                : i == 0       ? PWK_ROLE_PGD
                                               : pwk_level_role (step->level),
                                4.0);
  item->text = to;
  item->font = PWK_FONT_SMALL;
  item->pattern = PWK_PATTERN_NONE;
  if (!step->present)
    {
      item->stroke = PWK_ROLE_OUTLINE;
      item->flags |= PWK_FLAG_DASHED;
      item->text_role = PWK_ROLE_TEXT_DIM;
    }
  if (i == 0)
    draft->first_step = box;
  if (i + 1 == model->walk.n_steps)
    draft->last_step = box;
}

/* How far the walk has come, in words. */
static const char *
walk_state (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  const PwkWalk *walk = &model->walk;

  if (walk->ok)
    return pwk_pen_printf (&draft->pen, _("physical %s"),
                           pwk_pen_address (&draft->pen, walk->phys));
  if (model->leads_to != PWK_NO_PFN)
    return _("written, not yet read again");
  if (model->walked == PWK_WALKED_ON_THE_WAY)
    return _("the walk is on its way");
  return model->walked == PWK_WALKED_FAULT ? _("the access has faulted")
                                           : _("an access would fault");
}

static void
draw_last_entry (const PwkOverviewDraft *draft, const PwkWalk *walk, PwkBox *rest)
{
  const PwkPen *pen = &draft->pen;
  const char *key = C_("page table", "entry");
  const char *bits = pwk_pen_printf (pen, "0x%llx", PWK_N (walk->steps[walk->n_steps - 1].bits));

  if (pwk_pen_width (pen, PWK_FONT_NORMAL, key) + pwk_pen_width (pen, PWK_FONT_NORMAL, bits) +
          2 * PWK_GAP <=
      rest->w)
    key_value (draft, rest, key, bits);
}

void
pwk_overview_draw_tables (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox inside = pwk_pen_panel (pen, CARD (TABLES), box, _("Page table"), NULL);
  const PwkWalk *walk = &model->walk;
  double step_h, gap;

  draft->tables = box;
  pwk_scene_push_parent (pen->scene, CARD (TABLES));
  if (!model->has_walk || walk->n_steps == 0)
    {
      pwk_pen_empty (pen, inside,
                     model->exited.n != 0 ? _("Its page tables went with the process.")
                     : model->walked == PWK_WALKED_ON_THE_WAY
                         ? _("No entry has been read yet.")
                         : _("A process brings its own page table; none is here yet."));
      pwk_scene_pop_parent (pen->scene);
      return;
    }

  gap = draft->compact ? 4 : 8 * draft->bands;
  step_h = CLAMP ((inside.h - draft->small - 6) / walk->n_steps - gap, draft->small + 2,
                  fmax (26 * draft->bands, draft->small + 6));
  for (unsigned i = 0; i < walk->n_steps && inside.h >= step_h; i++)
    draw_table_step (draft, model, i, pwk_cut_top (&inside, step_h, gap));
  if (inside.h >= draft->small)
    pwk_pen_text (pen, pwk_cut_top (&inside, draft->small, 4), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, walk_state (draft, model));
  draw_last_entry (draft, walk, &inside);
  pwk_scene_pop_parent (pen->scene);
}

/* --- the address space and its process --- */

/* The pages of the chosen region: each a cell, or all a strip. */
static void
draw_residency (const PwkOverviewDraft *draft, const PwkSpaceRow *region, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  double width = fmin (box.w / MAX (region->n_cells, 1), region->n_cells <= FEW_CELLS ? 34 : 1e6);
  double gap = region->n_cells <= FEW_CELLS ? 2 : 0;

  for (uint32_t i = 0; i < region->n_cells; i++)
    {
      PwkResidency kind = (PwkResidency) region->cells[i].kind;
      PwkBox cell = pwk_box (box.x + i * width, box.y, width - gap, box.h);
      PwkItem *item;

      if (kind == PWK_RESIDENT_NONE && gap == 0)
        continue;
      item = pwk_scene_add_rounded (
          pen->scene, 0, cell,
          kind == PWK_RESIDENT_NONE ? PWK_ROLE_NONE : pwk_residency_role (kind), gap > 0 ? 2 : 0);
      item->pattern = PWK_PATTERN_NONE;
      item->stroke = gap > 0 ? PWK_ROLE_OUTLINE : PWK_ROLE_NONE;
      if (kind == PWK_RESIDENT_NONE)
        item->flags |= PWK_FLAG_DASHED;
      pwk_pen_label (pen, item, "%s", pwk_residency_title (kind));
    }
  if (gap == 0)
    pwk_scene_add_rect (pen->scene, 0, box, PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;
}

static void
draw_vma (PwkOverviewDraft *draft,
          const PwkOverviewVma *vma,
          PwkBox box,
          const PwkSpaceRow *region,
          double cells_h)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_VMA (vma->start), box, PWK_ROLE_NONE, 3.0);
  double perms_w = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "rwxp") + 4;
  const char *base = strrchr (vma->name, '/');
  const char *name =
      pwk_pen_printf (pen, "%s", base != NULL && base[1] != '\0' ? base + 1 : vma->name);
  const char *range = pwk_pen_printf (pen, "%s – %s", pwk_pen_address (pen, vma->start),
                                      pwk_pen_address (pen, vma->end));
  double name_w = pwk_pen_width (pen, PWK_FONT_SMALL, name) + 8;
  PwkBox inside = pwk_box (box.x + STRIPE + 6, box.y, box.w - STRIPE - 11, box.h), cells = { 0 };

  item->stroke = PWK_ROLE_OUTLINE;
  pwk_pen_thing (pen, item, _("Region %s to %s, %s, %s: %s"), pwk_pen_address (pen, vma->start),
                 pwk_pen_address (pen, vma->end), vma->perms, vma->name,
                 pwk_pen_pages (pen, (vma->end - vma->start) >> PWK_PAGE_SHIFT));
  if (vma->chosen)
    {
      item->flags |= PWK_FLAG_EMPHASISED;
      item->line_width = 2.0f;
      draft->chosen_vma = box;
    }
  item = pwk_scene_add_rect (pen->scene, PWK_ID_VMA (vma->start),
                             pwk_box (box.x + 1, box.y + 1, STRIPE, box.h - 2), vma->role);
  item->stroke = PWK_ROLE_NONE;
  if (region != NULL)
    cells = pwk_cut_bottom (&inside, cells_h + 4, 0);
  pwk_pen_text (pen, pwk_cut_right (&inside, perms_w, 4), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, vma->perms);
  if (inside.w - name_w >= pwk_pen_width (pen, PWK_FONT_MONO_SMALL, range) + 4)
    pwk_pen_text (pen, pwk_cut_right (&inside, inside.w - name_w, 4), PWK_FONT_MONO_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, range);
  pwk_pen_text (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, name);
  if (region != NULL)
    draw_residency (draft, region, pwk_box (cells.x, cells.y, cells.w, cells_h));
}

/* What lies between two regions. */
static void
draw_gap (const PwkOverviewDraft *draft, PwkVaddr bytes, PwkBox box)
{
  g_autofree char *size = pwk_format_bytes (bytes);

  pwk_pen_text (&draft->pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE,
                /* Translators: an unused stretch of an address space and its size. */
                pwk_pen_printf (&draft->pen, _("gap of %s"), size));
}

static PwkVaddr
gap_above (const PwkOverviewModel *model, uint32_t i)
{
  PwkVaddr gap = i + 1 < model->n_vmas ? model->vmas[i + 1].start - model->vmas[i].end : 0;

  return gap >= GAP_LEAST ? gap : 0;
}

/* Regions from high addresses to low ones; with room to spare the gaps and the chosen one's pages,
 * too. */
void
pwk_overview_draw_space (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox inside = pwk_pen_panel (pen, CARD (SPACE), box, _("Address space"), NULL);
  double row = draft->small + 4 + 10 * (draft->bands - 1), all, cells_h;
  uint32_t fit, start = 0, chosen = 0, n_gaps = 0, shown;
  bool cells, gaps;

  draft->space = box;
  pwk_scene_push_parent (pen->scene, CARD (SPACE));
  if (model->n_vmas == 0)
    {
      pwk_pen_empty (pen, inside,
                     model->exited.n != 0
                         ? _("Its regions went with the process.")
                         : _("The regions of a process stand here once there is one."));
      pwk_scene_pop_parent (pen->scene);
      return;
    }

  for (uint32_t i = 0; i < model->n_vmas; i++)
    {
      if (model->vmas[i].chosen)
        chosen = i;
      n_gaps += gap_above (model, i) > 0;
    }
  all = model->n_vmas * (row + 2) + (model->n_vmas < model->all_vmas ? draft->small : 0);
  cells_h = fmin (inside.h - all - 4, CELLS_H);
  cells = model->region != NULL && cells_h >= CELLS_LOW;
  all += cells ? cells_h + 4 : 0;
  gaps = n_gaps > 0 && all + n_gaps * (draft->small + 2) <= inside.h;
  fit = (uint32_t) fmax (floor ((inside.h + 2 - (cells ? cells_h + 4 : 0)) / (row + 2)), 1);
  if (fit < model->all_vmas && fit > 1)
    fit--;
  if (chosen >= fit)
    start = MIN (chosen - fit / 2, model->n_vmas - MIN (fit, model->n_vmas));
  shown = MIN (fit, model->n_vmas - start);
  for (uint32_t i = start + shown; i-- > start;)
    {
      const PwkOverviewVma *vma = &model->vmas[i];
      bool with_cells = cells && vma->chosen;

      if (gaps && gap_above (model, i) > 0 && i + 1 < start + shown)
        draw_gap (draft, gap_above (model, i), pwk_cut_top (&inside, draft->small, 2));
      draw_vma (draft, vma, pwk_cut_top (&inside, row + (with_cells ? cells_h + 4 : 0), 2),
                with_cells ? model->region : NULL, cells_h);
    }
  if (shown < model->all_vmas && inside.h >= draft->small)
    {
      uint32_t more = model->all_vmas - shown;

      pwk_pen_text (
          pen, pwk_cut_top (&inside, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
          PWK_ALIGN_START,
          pwk_pen_printf (pen, ngettext ("and %u more region", "and %u more regions", more), more));
    }
  pwk_scene_pop_parent (pen->scene);
}

/* The process' own colour, which other views give it too, is at its left. */
static void
draw_process_chip (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkOverviewTask *task = &model->tasks[model->chosen];
  uint64_t id = PWK_ID (PWK_THING_PROCESS, (uint64_t) (uint32_t) task->pid);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, id, box, PWK_ROLE_PANEL_ALT, 4.0);

  draft->process_chip = box;
  item->text = pwk_pen_printf (pen, "%s (%d)", task->name, task->pid);
  item->stroke = PWK_ROLE_OUTLINE;
  item->font = PWK_FONT_BOLD;
  pwk_pen_thing (
      pen, item,
      _("Process %s, pid %d, on CPU %u: %s mapped, %s resident, %s of page tables, %llu "
         "minor and %llu major faults"),
      task->name, task->pid, model->cpu, pwk_pen_pages (pen, model->total_vm),
      pwk_pen_pages (pen, model->rss), pwk_pen_pages (pen, model->pgtables), PWK_N (model->min_flt),
      PWK_N (model->maj_flt));
  item = pwk_scene_add_rect (pen->scene, id, pwk_box (box.x + 1, box.y + 1, STRIPE, box.h - 2),
                             PWK_ROLE_NODE ((unsigned) task->pid));
  item->pattern = PWK_PATTERN_NONE;
  item->stroke = PWK_ROLE_NONE;
}

void
pwk_overview_draw_process (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox inside = pwk_pen_panel (pen, CARD (PROCESS), box, _("Process"), NULL);
  uint32_t others;

  draft->process = box;
  pwk_scene_push_parent (pen->scene, CARD (PROCESS));
  if (model->exited.n != 0)
    {
      pwk_pen_exited (pen, inside, &model->exited);
      pwk_scene_pop_parent (pen->scene);
      return;
    }
  if (model->chosen >= model->n_tasks)
    {
      pwk_pen_empty (pen, inside, _("No process yet: only the kernel uses memory."));
      pwk_scene_pop_parent (pen->scene);
      return;
    }

  draw_process_chip (draft, model, pwk_cut_top (&inside, draft->chip_h, 5));
  key_value (draft, &inside, "total_vm", pwk_pen_short (pen, model->total_vm));
  key_value (draft, &inside, "rss", pwk_pen_short (pen, model->rss));
  key_value (draft, &inside, _("page tables"), pwk_pen_short (pen, model->pgtables));
  key_value (draft, &inside, _("faults"),
             pwk_pen_printf (pen, "%llu + %llu", PWK_N (model->min_flt), PWK_N (model->maj_flt)));
  key_value (draft, &inside, "CPU", pwk_pen_printf (pen, "%u", model->cpu));
  others = model->all_tasks - 1;
  if (others > 0 && inside.h >= draft->small)
    pwk_pen_text (pen, pwk_cut_top (&inside, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START,
                  pwk_pen_printf (pen, ngettext ("and %u other", "and %u others", others), others));
  pwk_scene_pop_parent (pen->scene);
}
