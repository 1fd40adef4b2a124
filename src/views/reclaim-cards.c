/* reclaim-cards.c - beside the lists: who reclaims, the rule that decides, the page cache, and whom
 * the OOM killer would choose
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/density.h"
#include "views/reclaim-private.h"
#include "views/words.h"

#define PAD_X   10.0
#define PAD_Y   7.0
#define BAR_H   12.0
#define STRIP_H 14.0
#define RULES   3

typedef struct
{
  const PwkPen *pen;
  const PwkReclaimModel *model;
  double line, small;
} Cards;

static Cards
cards_of (const PwkPen *pen, const PwkReclaimModel *model)
{
  return (Cards){ pen, model, pwk_pen_line (pen, PWK_FONT_BOLD) + 1,
                  pwk_pen_line (pen, PWK_FONT_SMALL) };
}

/* A panel with a title and, where it has room, a remark, which the tooltip says in any case; the
 * room below them is returned. */
static PwkBox
begin_card (const Cards *cards, uint64_t id, PwkBox box, const char *title, const char *remark)
{
  return pwk_pen_card (cards->pen, id, box, pwk_box_inset (box, PAD_X, PAD_Y), cards->line, 3,
                       title, remark);
}

static void
end_card (const Cards *cards)
{
  pwk_scene_pop_parent (cards->pen->scene);
}

static double
card_height (const Cards *cards, double inside)
{
  return cards->line + 3 + inside + 2 * PAD_Y;
}

/* --- who reclaims --- */

static double
track_height (const Cards *cards, const PwkReclaimTrack *track)
{
  return cards->line + cards->small + (track->known ? BAR_H + 4 + cards->small : 0);
}

static double
passes_height (const Cards *cards)
{
  double height = 8 + 2 * PAD_Y;

  for (unsigned who = 0; who < PWK_N_TRACKS; who++)
    height += track_height (cards, &cards->model->tracks[who]);
  return height;
}

/* Scanned is the whole bar, reclaimed the filled part of it. */
static void
draw_track (const Cards *cards, PwkReclaimWho who, PwkBox *rest)
{
  const PwkPen *pen = cards->pen;
  const PwkReclaimTrack *track = &cards->model->tracks[who];
  const char *name = pwk_track_name (pen, who, cards->model->node),
             *state = pwk_track_state (pen, who, track, cards->model->caller);
  PwkBox head = pwk_cut_top (rest, cards->line, 0);
  double width = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, state) + 1, head.w * 0.6);

  pwk_pen_text (pen, pwk_cut_right (&head, width, PWK_GAP), PWK_FONT_SMALL,
                track->awake ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, state);
  pwk_pen_text (pen, head, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, name);
  pwk_pen_text (pen, pwk_cut_top (rest, cards->small, 0), PWK_FONT_SMALL,
                track->known ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                pwk_track_numbers (pen, track));
  if (!track->known)
    return;
  pwk_pen_gauge (pen, 0, pwk_cut_top (rest, BAR_H, 4), (double) track->reclaimed,
                 (double) MAX (track->scanned, 1), PWK_ROLE_FREE (4));
  pwk_pen_text (pen, pwk_cut_top (rest, cards->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, pwk_track_pass (pen, track));
}

static void
draw_passes (const Cards *cards, PwkBox box)
{
  const PwkPen *pen = cards->pen;
  const PwkReclaimModel *model = cards->model;
  const PwkReclaimTrack *kswapd = &model->tracks[PWK_TRACK_KSWAPD],
                        *direct = &model->tracks[PWK_TRACK_DIRECT];
  uint64_t id = PWK_ID_RECLAIM (PWK_RECLAIM_PASSES);
  PwkBox rest = pwk_box_inset (box, PAD_X, PAD_Y);

  pwk_pen_thing (pen, pwk_scene_add_panel (pen->scene, id, box),
                 _("Who reclaims: %s, %s (%s); %s, %s (%s)"),
                 pwk_track_name (pen, PWK_TRACK_KSWAPD, model->node),
                 pwk_track_state (pen, PWK_TRACK_KSWAPD, kswapd, NULL),
                 pwk_track_numbers (pen, kswapd), pwk_track_name (pen, PWK_TRACK_DIRECT, 0),
                 pwk_track_state (pen, PWK_TRACK_DIRECT, direct, model->caller),
                 pwk_track_numbers (pen, direct));
  pwk_scene_push_parent (pen->scene, id);
  draw_track (cards, PWK_TRACK_KSWAPD, &rest);
  pwk_cut_top (&rest, 8, 0);
  draw_track (cards, PWK_TRACK_DIRECT, &rest);
  pwk_scene_pop_parent (pen->scene);
}

/* --- what decides: the references of a page --- */

static const struct
{
  unsigned marks;
  uint8_t verdict;
  const char *what, *when;
} rules[RULES] = {
  { 0, PWK_FOLIOREF_RECLAIM, N_("out"), N_("not accessed") },
  { PWK_MARK_YOUNG, PWK_FOLIOREF_KEEP, N_("kept and marked"), N_("accessed once") },
  { PWK_MARK_YOUNG | PWK_MARK_REFERENCED, PWK_FOLIOREF_ACTIVATE, N_("activated"),
    N_("accessed again") },
};

static bool
applies (const PwkReclaimModel *model, unsigned rule)
{
  int lit = model->lit == PWK_FOLIOREF_RECLAIM_CLEAN ? PWK_FOLIOREF_RECLAIM : model->lit;

  return lit == rules[rule].verdict;
}

static bool
is_full (const Cards *cards)
{
  return pwk_pen_density (cards->pen) == PWK_DENSITY_FULL;
}

static double
rule_height (const Cards *cards)
{
  return (is_full (cards) ? 2 : 1) * cards->small + 8;
}

static void
draw_rule (const Cards *cards, unsigned rule, PwkBox box)
{
  const PwkPen *pen = cards->pen;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_RULE + rule), box,
                                         PWK_ROLE_PANEL_ALT, 6.0);
  PwkBox inside = pwk_box_inset (box, 7, 4), cell;

  item->stroke = applies (cards->model, rule) ? PWK_ROLE_ACCENT : PWK_ROLE_GRID;
  item->line_width = applies (cards->model, rule) ? 2.0f : 1.0f;
  pwk_pen_thing (pen, item, "%s: %s", _ (rules[rule].when), _ (rules[rule].what));
  cell = pwk_cut_left (&inside, 15, 10);
  cell = pwk_box (cell.x, cell.y + (cell.h - 17) / 2, 15, 17);
  pwk_scene_add_rounded (pen->scene, 0, cell, PWK_ROLE_ANON, 2.0)->pattern = PWK_PATTERN_NONE;
  pwk_reclaim_marks (pen, cell, PWK_ROLE_ANON, rules[rule].marks, false);
  pwk_pen_text (pen, pwk_cut_top (&inside, cards->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, _ (rules[rule].what));
  if (is_full (cards))
    pwk_pen_text (pen, pwk_cut_top (&inside, cards->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, _ (rules[rule].when));
}

static void
draw_references (const Cards *cards, PwkBox box)
{
  PwkBox rest = begin_card (cards, PWK_ID_RECLAIM (PWK_RECLAIM_DECISION), box,
                            "folio_check_references", C_("card", "the rule"));

  for (unsigned rule = 0; rule < RULES; rule++)
    draw_rule (cards, rule, pwk_cut_top (&rest, rule_height (cards), 3));
  end_card (cards);
}

/* --- what decides: the refault distance --- */

static const char *
refault_words (const Cards *cards)
{
  const PwkReclaimRefault *refault = &cards->model->refault;
  const PwkPen *pen = cards->pen;

  if (refault->recent)
    /* Translators: an inequality of two numbers of pages, and what follows from it. */
    return pwk_pen_printf (pen, _("%s ≤ %s: active at once"),
                           pwk_pen_count (pen, refault->distance),
                           pwk_pen_count (pen, refault->size));
  return pwk_pen_printf (pen, _("%s > %s: as a new page"), pwk_pen_count (pen, refault->distance),
                         pwk_pen_count (pen, refault->size));
}

static double
refault_height (const Cards *cards)
{
  return (is_full (cards) ? 4 : 1) * cards->small + 2 * BAR_H + (is_full (cards) ? 20 : 8);
}

/* A length that ends at the right, and, where there is room, a line that says how long it is. */
static void
draw_length (const Cards *cards,
             PwkBox *rest,
             uint64_t pages,
             uint64_t longest,
             PwkRole fill,
             const char *text)
{
  const PwkPen *pen = cards->pen;
  PwkBox bar = pwk_cut_top (rest, BAR_H, 2);
  double width = bar.w * (double) pages / (double) longest;
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene, 0, pwk_box (bar.x + bar.w - width, bar.y, width, bar.h), fill, 2.0);

  item->pattern = PWK_PATTERN_NONE;
  if (fill == PWK_ROLE_PANEL_ALT)
    item->stroke = PWK_ROLE_ACCENT;
  pwk_scene_set_label (pen->scene, item, "%s", text);
  if (is_full (cards))
    pwk_pen_text (pen, pwk_cut_top (rest, cards->small, 4), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, text);
}

/* Two lengths that end at the moment when the page comes back, nonresident_age:
 *
 *      distance      [========]      evicted or activated since it went
 *      competitors [==========]      pages that it would have to outlive
 */
static void
draw_ruler (const Cards *cards, PwkBox rest)
{
  const PwkPen *pen = cards->pen;
  const PwkReclaimRefault *refault = &cards->model->refault;
  uint64_t longest = MAX (MAX (refault->distance, refault->size), 1);

  pwk_pen_text (pen, pwk_cut_top (&rest, cards->small, 4), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, refault_words (cards));
  draw_length (cards, &rest, refault->distance, longest, PWK_ROLE_PANEL_ALT,
               pwk_pen_printf (pen, _("distance %s"), pwk_pen_count (pen, refault->distance)));
  draw_length (cards, &rest, refault->size, longest, refault->file ? PWK_ROLE_FILE : PWK_ROLE_ANON,
               pwk_pen_printf (pen, _("competitors %s"), pwk_pen_count (pen, refault->size)));
  if (!is_full (cards))
    return;
  pwk_scene_add_line (pen->scene, 0, rest.x, rest.y, rest.x + rest.w, rest.y, PWK_ROLE_TEXT_DIM);
  pwk_cut_top (&rest, 2, 0);
  pwk_pen_text (pen, pwk_cut_top (&rest, cards->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END,
                pwk_pen_printf (pen, "nonresident_age %s", pwk_pen_count (pen, refault->age)));
}

static void
draw_refault (const Cards *cards, PwkBox box)
{
  const PwkReclaimRefault *refault = &cards->model->refault;
  const char *remark = pwk_pen_printf (cards->pen, "pfn %llu", PWK_N (refault->pfn));

  draw_ruler (cards, begin_card (cards, PWK_ID_RECLAIM (PWK_RECLAIM_DECISION), box,
                                 _("A page comes back"), remark));
  end_card (cards);
}

/* A refault is shown until something is reclaimed again. */
static bool
tells_refault (const PwkReclaimModel *model)
{
  return model->refault.any && (model->refault.now || model->batch.n == 0 || model->batch.closed);
}

static double
decision_height (const Cards *cards)
{
  double rules_h = RULES * (rule_height (cards) + 3) - 3;

  return card_height (cards, fmax (rules_h, refault_height (cards)));
}

/* --- the page cache --- */

static double
file_height (const Cards *cards)
{
  return cards->small + STRIP_H + 5;
}

static void
draw_cell (const Cards *cards, const PwkReclaimFile *file, uint32_t i, PwkBox box)
{
  const PwkPen *pen = cards->pen;
  const PwkReclaimCell *cell = &file->cells[i];
  bool single = file->span == 1 && cell->present;
  PwkItem *item;

  if (!cell->present)
    return;
  item = pwk_scene_add_rect (pen->scene, single ? PWK_ID (PWK_THING_PFN, cell->pfn) : 0, box,
                             PWK_ROLE_FILE);
  item->pattern =
      cell->marks & PWK_MARK_PART && file->span > 1 ? PWK_PATTERN_HORIZONTAL : PWK_PATTERN_NONE;
  if (single)
    pwk_pen_thing (
        pen, item, _("%s, page %u: %s"), file->name, i,
        pwk_reclaim_say (pen, &(PwkReclaimPage){ .pfn = cell->pfn, .marks = cell->marks }));
  pwk_reclaim_marks (pen, box, PWK_ROLE_FILE, cell->marks, true);
}

static void
draw_file (const Cards *cards, const PwkReclaimFile *file, PwkBox box)
{
  const PwkPen *pen = cards->pen;
  uint64_t id = PWK_ID (PWK_THING_FILE, file->inode);
  const char *count = pwk_pen_printf (pen, _("%s of %s"), pwk_pen_count (pen, file->n_cached),
                                      pwk_pen_pages (pen, file->n_pages));
  PwkItem *item = pwk_scene_add_rect (pen->scene, id, box, PWK_ROLE_NONE);
  PwkBox head = pwk_cut_top (&box, cards->small, 0), strip = pwk_cut_top (&box, STRIP_H, 0);
  double pitch = fmin (strip.w / MAX (file->n_cells, 24), 12);
  PwkBox whole = pwk_box (strip.x - 0.5, strip.y, pitch * file->n_cells, strip.h);

  pwk_pen_thing (pen, item, _("File %s: %s in memory; a cell is %s"), file->name, count,
                 pwk_pen_pages (pen, file->span));
  pwk_pen_text (pen, pwk_cut_right (&head, pwk_pen_width (pen, PWK_FONT_SMALL, count) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, count);
  pwk_pen_text (pen, head, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, file->name);
  item = pwk_scene_add_rect (pen->scene, 0, whole, PWK_ROLE_PANEL_ALT);
  item->stroke = PWK_ROLE_GRID;
  for (uint32_t i = 0; i < file->n_cells; i++)
    draw_cell (cards, file, i,
               pwk_box (strip.x + i * pitch, strip.y, fmax (pitch - 1, 2), strip.h));
}

static const char *
cache_remark (const Cards *cards)
{
  const PwkPen *pen = cards->pen;
  const PwkReclaimModel *model = cards->model;

  if (model->n_dirty + model->n_writeback == 0)
    return pwk_pen_pages (pen, model->n_cached);
  return pwk_pen_printf (pen, _("%s, dirty %s, being written %s"),
                         pwk_pen_pages (pen, model->n_cached), pwk_pen_count (pen, model->n_dirty),
                         pwk_pen_count (pen, model->n_writeback));
}

static double
more_height (const Cards *cards)
{
  return cards->small + 2;
}

/* Of a card with @n of @all rows; one line where there are none. */
static double
list_height (const Cards *cards, uint32_t n, uint32_t all, double row)
{
  double more = n < all ? more_height (cards) : 0;

  return card_height (cards, all == 0 ? cards->small : n * row + more);
}

static double
cache_height (const Cards *cards, uint32_t n)
{
  return list_height (cards, n, cards->model->n_files + cards->model->n_more_files,
                      file_height (cards));
}

static void
draw_more (const Cards *cards, PwkBox *rest, const char *text)
{
  pwk_pen_text (cards->pen, pwk_cut_top (rest, cards->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, text);
}

static void
draw_cache (const Cards *cards, uint32_t n, PwkBox box)
{
  const PwkReclaimModel *model = cards->model;
  uint32_t left_out = model->n_files - n + model->n_more_files;
  PwkBox rest = begin_card (cards, PWK_ID_RECLAIM (PWK_RECLAIM_CACHE), box,
                            C_("card", "Page cache"), cache_remark (cards));

  for (uint32_t i = 0; i < n; i++)
    draw_file (cards, &model->files[i], pwk_cut_top (&rest, file_height (cards), 0));
  if (model->n_files == 0)
    draw_more (cards, &rest, _("no page of a file is in memory"));
  else if (left_out > 0)
    draw_more (cards, &rest,
               pwk_pen_printf (cards->pen, ngettext ("+ %u more file", "+ %u more files", left_out),
                               left_out));
  end_card (cards);
}

/* --- the ranking --- */

static double
task_height (const Cards *cards)
{
  return cards->small + 3;
}

static double
oom_height (const Cards *cards, uint32_t n)
{
  return list_height (cards, n, cards->model->n_tasks + cards->model->n_more_tasks,
                      task_height (cards));
}

/* What it has in memory, in the swap area, and as page tables: the parts of its badness. */
static void
draw_badness (const Cards *cards, const PwkReclaimTask *task, double unit, PwkBox bar)
{
  const struct
  {
    int64_t pages;
    PwkRole fill;
  } parts[] = { { task->rss, PWK_ROLE_ANON },
                { task->swap, PWK_ROLE_SWAP },
                { task->tables, PWK_ROLE_PAGE_TABLE } };
  double x = bar.x;

  for (unsigned i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      double width = fmin ((double) MAX (parts[i].pages, 0) * unit, bar.x + bar.w - x);

      if (parts[i].pages <= 0 || width <= 0)
        continue;
      pwk_scene_add_rect (cards->pen->scene, 0, pwk_box (x, bar.y, fmax (width, 1), bar.h),
                          parts[i].fill)
          ->pattern = PWK_PATTERN_NONE;
      x += width;
    }
}

static void
draw_task (const Cards *cards,
           const PwkReclaimTask *task,
           double unit,
           double name_w,
           double number_w,
           PwkBox box)
{
  const PwkPen *pen = cards->pen;
  bool chosen = cards->model->chosen != 0 && cards->model->chosen == task->pid;
  PwkItem *item = pwk_scene_add_rect (pen->scene, PWK_ID (PWK_THING_PROCESS, (uint64_t) task->pid),
                                      box, PWK_ROLE_NONE);
  PwkBox row = box;

  item->stroke = chosen ? PWK_ROLE_ERROR : PWK_ROLE_NONE;
  pwk_pen_thing (pen, item,
                 _("%s (pid %lld): badness %lld = %lld pages in memory + %lld in the swap area + "
                    "%lld of page tables, oom_score_adj %lld"),
                 task->name, (long long) task->pid, (long long) task->badness,
                 (long long) task->rss, (long long) task->swap, (long long) task->tables,
                 (long long) task->adj);
  pwk_pen_text (pen, pwk_cut_left (&row, name_w, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, task->name);
  pwk_pen_text (pen, pwk_cut_right (&row, number_w, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_END,
                task->badness >= 0 ? pwk_pen_count (pen, (uint64_t) task->badness)
                                   : pwk_pen_printf (pen, "%lld", (long long) task->badness));
  draw_badness (cards, task, unit, pwk_box_inset (row, 0, 3));
}

static void
draw_oom (const Cards *cards, uint32_t n, PwkBox box)
{
  const PwkReclaimModel *model = cards->model;
  const PwkPen *pen = cards->pen;
  uint32_t left_out = model->n_tasks - n + model->n_more_tasks;
  PwkBox rest = begin_card (cards, PWK_ID_RECLAIM (PWK_RECLAIM_OOM), box, _("Out of memory: who?"),
                            _("badness in pages"));
  double name_w = 0, number_w = 0;
  int64_t most = 1;

  for (uint32_t i = 0; i < n; i++)
    {
      const PwkReclaimTask *task = &model->tasks[i];

      most = MAX (most, task->rss + task->swap + task->tables);
      name_w = fmax (name_w, pwk_pen_width (pen, PWK_FONT_SMALL, task->name) + 1);
      number_w =
          fmax (number_w, pwk_pen_width (pen, PWK_FONT_SMALL,
                                         pwk_pen_printf (pen, "%lld", (long long) task->badness)) +
                              8);
    }
  name_w = fmin (name_w, rest.w * 0.35);
  for (uint32_t i = 0; i < n; i++)
    draw_task (cards, &model->tasks[i], (rest.w - name_w - number_w - 2 * PWK_GAP) / (double) most,
               name_w, number_w, pwk_cut_top (&rest, task_height (cards), 0));
  if (model->n_tasks == 0)
    draw_more (cards, &rest, _("no process can be chosen"));
  else if (left_out > 0)
    draw_more (cards, &rest,
               pwk_pen_printf (pen, ngettext ("+ %u more process", "+ %u more processes", left_out),
                               left_out));
  end_card (cards);
}

/* --- all --- */

/* Each of both cards has one row at least; then they take turns as long as @room lasts. */
static void
share (const Cards *cards, double room, uint32_t *files, uint32_t *tasks)
{
  bool more = true;

  *files = MIN (cards->model->n_files, 1);
  *tasks = MIN (cards->model->n_tasks, 1);
  while (more)
    {
      more = false;
      if (*files < cards->model->n_files &&
          cache_height (cards, *files + 1) + oom_height (cards, *tasks) <= room)
        {
          ++*files;
          more = true;
        }
      if (*tasks < cards->model->n_tasks &&
          cache_height (cards, *files) + oom_height (cards, *tasks + 1) <= room)
        {
          ++*tasks;
          more = true;
        }
    }
}

/* With the gap behind it. */
static double
rounds_height (const Cards *cards)
{
  double height = pwk_reclaim_rounds_height (cards->pen, cards->model);

  return height > 0 ? height + PWK_GAP : 0;
}

double
pwk_reclaim_cards_height (const PwkPen *pen, const PwkReclaimModel *model)
{
  Cards cards = cards_of (pen, model);

  return passes_height (&cards) + decision_height (&cards) +
         cache_height (&cards, MIN (model->n_files, 1)) +
         oom_height (&cards, MIN (model->n_tasks, 1)) + 3 * PWK_GAP + rounds_height (&cards);
}

double
pwk_reclaim_cards (const PwkPen *pen, const PwkReclaimModel *model, PwkBox rest)
{
  Cards cards = cards_of (pen, model);
  uint32_t files, tasks;

  draw_passes (&cards, pwk_cut_top (&rest, passes_height (&cards), PWK_GAP));
  if (tells_refault (model))
    draw_refault (&cards, pwk_cut_top (&rest, decision_height (&cards), PWK_GAP));
  else
    draw_references (&cards, pwk_cut_top (&rest, decision_height (&cards), PWK_GAP));
  if (rounds_height (&cards) > 0)
    pwk_reclaim_draw_rounds (pen, model,
                             pwk_cut_top (&rest, rounds_height (&cards) - PWK_GAP, PWK_GAP));
  share (&cards, rest.h - PWK_GAP, &files, &tasks);
  draw_cache (&cards, files, pwk_cut_top (&rest, cache_height (&cards, files), PWK_GAP));
  draw_oom (&cards, tasks, pwk_cut_top (&rest, oom_height (&cards, tasks), 0));
  return rest.y;
}
