/* reclaim-layout.c - the LRU lists as rows of pages, the pages that are taken off them, and where
 * they go
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      +--------------------------------+-----------+
 *      | active list      head …        | kswapd    |
 *      |                      … tail    | caller    |
 *      | inactive list    head …        +-----------+
 *      |                      … tail    | the rule  |
 *      |   ↓ 32 from the tail           +-----------+
 *      | isolated         ↑ – ↓         | files     |
 *      | up │ back │ out                +-----------+
 *      | swap area                      | ranking   |
 *      +--------------------------------+-----------+
 *
 * A row of a list has 32 places, and its last row is always full: it is what goes next. */
#include "views/density.h"
#include "views/reclaim-private.h"
#include "views/sheet.h"
#include "views/views-private.h"
#include "views/words.h"

#define MIN_WIDTH   420.0
#define RIGHT_W     272.0
#define RIGHT_W_MAX 380.0
#define COLUMN_GAP  16.0
#define PANEL_X     10.0 /* inside a panel, left and right */
#define PANEL_Y     6.0
#define CELL_MAX_H  19.0
#define CELL_GAP    2.0
#define ROW_GAP     4.0
#define FOLD_H      5.0 /* between both ends of a list that is not drawn whole */
#define MARK_MIN_W  8.0 /* narrower cells have no marks */
#define MAX_ROWS    7   /* so that two thirds of them are not more than is read of an end */
#define PARTINGS    3
#define SIGN_H      13.0 /* below a page of the tray: which way it goes */

/* What a list's rows show: those from the head, those from the tail, and how many pages between
 * them are not there. */
typedef struct
{
  uint32_t n_rows;          /* all, without the line that counts the others */
  uint32_t n_first, n_last; /* folios from the head; from the tail */
  uint64_t n_left_out;      /* pages */
} Fold;

typedef struct
{
  const PwkPen *pen;
  const PwkReclaimModel *model;
  double pitch, cell_h; /* of the places in a row */
  double line, small;   /* heights of lines */
  double width;         /* of its panels */
  uint32_t rows[PWK_NR_LRU_LISTS];
} Left;

static bool
is_full (const Left *left)
{
  return pwk_pen_density (left->pen) == PWK_DENSITY_FULL;
}

/* --- cells --- */

PwkRole
pwk_reclaim_ink (const PwkPen *pen, PwkRole role)
{
  PwkColour fill = pwk_theme_colour (pen->theme, role);
  double text = pwk_colour_contrast (pwk_theme_colour (pen->theme, PWK_ROLE_TEXT), fill);
  double canvas = pwk_colour_contrast (pwk_theme_colour (pen->theme, PWK_ROLE_CANVAS), fill);

  return text >= canvas ? PWK_ROLE_TEXT : PWK_ROLE_CANVAS;
}

static void
draw_eye (const PwkPen *pen, PwkBox box, PwkRole ink)
{
  double size = CLAMP (floor (box.w * 0.4), 3, 6);

  pwk_scene_add_ellipse (
      pen->scene, 0,
      pwk_box (box.x + (box.w - size) / 2, box.y + box.h * 0.28 - size / 2 + 1, size, size), ink)
      ->stroke = PWK_ROLE_NONE;
}

static void
draw_bar (const PwkPen *pen, PwkBox box, PwkRole ink)
{
  pwk_scene_add_rect (pen->scene, 0, pwk_box (box.x + 2.5, box.y + box.h - 5, box.w - 5, 2.5), ink)
      ->stroke = PWK_ROLE_NONE;
}

void
pwk_reclaim_marks (const PwkPen *pen, PwkBox box, PwkRole fill, unsigned marks, bool strip)
{
  PwkRole ink = pwk_reclaim_ink (pen, fill);
  double middle = box.x + box.w / 2;

  if (strip && (marks & PWK_MARK_DIRTY))
    pwk_scene_add_rect (pen->scene, 0,
                        pwk_box (box.x + 1, box.y + box.h / 2, box.w - 2, box.h / 2 - 1), ink)
        ->stroke = PWK_ROLE_NONE;
  if (strip && (marks & PWK_MARK_WRITEBACK) && box.w >= 4)
    pwk_pen_arrow (pen, 0, middle, box.y + box.h - 3, middle, box.y + 3, ink);
  if (strip || box.w < MARK_MIN_W)
    return;
  if (marks & PWK_MARK_YOUNG)
    draw_eye (pen, box, ink);
  if (marks & PWK_MARK_REFERENCED)
    draw_bar (pen, box, ink);
}

const char *
pwk_reclaim_say (const PwkPen *pen, const PwkReclaimPage *page)
{
  static const struct
  {
    unsigned mark;
    const char *words;
  } facts[] = {
    { PWK_MARK_YOUNG, N_("accessed bit set") },  { PWK_MARK_REFERENCED, "PG_referenced" },
    { PWK_MARK_WORKINGSET, "PG_workingset" },     { PWK_MARK_DIRTY, N_("dirty") },
    { PWK_MARK_WRITEBACK, N_("being written") }, { PWK_MARK_MAPPED, N_("mapped") },
  };
  g_autoptr (GString) say = g_string_new (NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (facts); i++)
    if (page->marks & facts[i].mark)
      {
        g_string_append (say, C_("between facts", "; "));
        g_string_append (say, _ (facts[i].words));
      }
  if (page->order > 0)
    g_string_append_printf (say, _("; a folio of order %u"), page->order);
  return pwk_pen_printf (pen, _("pfn %u, %s%s"), page->pfn,
                         page->anon ? C_("page", "anonymous") : C_("page", "of a file"),
                         say->str);
}

static PwkRole
role_of (const PwkReclaimPage *page)
{
  return page->anon ? PWK_ROLE_ANON : PWK_ROLE_FILE;
}

static void
draw_page (const Left *left, const PwkReclaimPage *page, PwkBox box)
{
  const PwkPen *pen = left->pen;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, page->pfn), box,
                                         role_of (page), 2.0);

  item->pattern = PWK_PATTERN_NONE;
  pwk_pen_thing (pen, item, "%s", pwk_reclaim_say (pen, page));
  pwk_reclaim_marks (pen, box, role_of (page), page->marks, false);
}

static void
draw_place (const Left *left, PwkBox box)
{
  PwkItem *item = pwk_scene_add_rounded (left->pen->scene, 0, box, PWK_ROLE_NONE, 2.0);

  item->stroke = PWK_ROLE_OUTLINE;
  item->flags |= PWK_FLAG_DASHED;
}

static PwkBox
place_at (const Left *left, PwkBox row, uint32_t column)
{
  return pwk_box (row.x + column * left->pitch, row.y, left->pitch - CELL_GAP, left->cell_h);
}

/* --- lists --- */

static uint32_t
n_folios (const PwkReclaimList *list)
{
  return list->n_head + list->n_tail;
}

/* Folios of a list fold into @n_rows rows; if they are more, those in the middle are counted. */
static Fold
fold_list (const PwkReclaimList *list, uint32_t n_rows)
{
  uint32_t n = n_folios (list), room = n_rows * PWK_RECLAIM_ROW;
  Fold fold = { .n_rows = n_rows, .n_first = MIN (n, room), .n_left_out = list->n_pages };

  if (list->n_tail > 0 || n > room)
    {
      fold.n_first = n_rows > 1 ? MAX (n_rows / 3, 1) * PWK_RECLAIM_ROW : 0;
      fold.n_last = room - fold.n_first;
    }
  for (uint32_t i = 0; i < n; i++)
    if (i < fold.n_first || i >= n - fold.n_last)
      fold.n_left_out -= MIN (fold.n_left_out, pwk_order_pages (list->pages[i].order));
  return fold;
}

static uint32_t
rows_needed (const PwkReclaimList *list)
{
  uint32_t n = (n_folios (list) + PWK_RECLAIM_ROW - 1) / PWK_RECLAIM_ROW;

  return list->n_tail > 0 ? MAX_ROWS : MIN (n, MAX_ROWS);
}

static double
fold_height (const PwkReclaimList *list, uint32_t rows)
{
  return fold_list (list, rows).n_last > 0 ? FOLD_H : 0;
}

static double
list_height (const Left *left, unsigned lru)
{
  const PwkReclaimList *list = &left->model->lists[lru];
  uint32_t rows = left->rows[lru];

  if (rows == 0)
    return left->line + 2 * PANEL_Y;
  return left->line + 2 + rows * (left->cell_h + ROW_GAP) + fold_height (list, rows) + 2 * PANEL_Y -
         2;
}

/* What is between two ends is told by the list's head line. */
static void
draw_fold (const Left *left, PwkBox line)
{
  PwkItem *item = pwk_scene_add_line (left->pen->scene, 0, line.x, line.y + line.h / 2,
                                      line.x + line.w, line.y + line.h / 2, PWK_ROLE_TEXT_DIM);

  item->flags |= PWK_FLAG_DASHED;
}

/* Rows of 32 from the head on; a row that is not full is the first, so that the last one is. */
static void
draw_rows (const Left *left, PwkBox rest, const PwkReclaimList *list, const Fold *fold)
{
  uint32_t n = n_folios (list);
  uint32_t empty = fold->n_last > 0 ? 0 : fold->n_rows * PWK_RECLAIM_ROW - fold->n_first;
  uint32_t place = empty % PWK_RECLAIM_ROW;
  double y = rest.y;

  for (uint32_t i = 0; i < n; i++)
    {
      if (i == fold->n_first && fold->n_last > 0)
        {
          i = n - fold->n_last;
          draw_fold (left, pwk_box (rest.x, y - ROW_GAP / 2, rest.w, FOLD_H));
          y += FOLD_H;
        }
      draw_page (
          left, &list->pages[i],
          place_at (left, pwk_box (rest.x, y, rest.w, left->cell_h), place % PWK_RECLAIM_ROW));
      if (++place % PWK_RECLAIM_ROW == 0)
        y += left->cell_h + ROW_GAP;
    }
}

/* Pages of the batch that are still in hand, of those that came from this list. */
static uint32_t
n_in_hand (const PwkReclaimModel *model, unsigned lru)
{
  return model->batch.lru == lru && !model->batch.closed ? model->batch.n_in_hand : 0;
}

static const char *
list_count (const Left *left, unsigned lru, const Fold *fold)
{
  const PwkPen *pen = left->pen;
  const PwkReclaimList *list = &left->model->lists[lru];
  uint32_t taken = n_in_hand (left->model, lru);
  const char *pages = list->n_pages > 0 ? pwk_pen_pages (pen, list->n_pages) : C_("list", "empty");

  if (taken > 0)
    /* Translators: what is on a list, and pages that have just been taken off it. */
    return pwk_pen_printf (pen, _("%s and the %u isolated"), pages, taken);
  if (fold->n_last > 0)
    /* Translators: what is on a list, and how much of its middle is not in the picture. */
    return pwk_pen_printf (pen, _("%s, %s in the middle not drawn"), pages,
                           pwk_pen_count (pen, fold->n_left_out));
  return pages;
}

static void
draw_list (const Left *left, unsigned lru, PwkBox box)
{
  const PwkPen *pen = left->pen;
  const PwkReclaimModel *model = left->model;
  uint64_t id = PWK_ID_LRU (model->node, model->zone, lru);
  Fold fold = fold_list (&model->lists[lru], left->rows[lru]);
  const char *title = pwk_words_lru (lru), *count = list_count (left, lru, &fold);
  PwkBox inside = pwk_box_inset (box, PANEL_X, PANEL_Y), head;
  PwkItem *item = pwk_scene_add_panel (pen->scene, id, box);

  pwk_pen_thing (pen, item,
                 _("LRU list “%s” of node %u: %s; what came last is at the head, what "
                    "goes next at the tail"),
                 title, model->node, count);
  pwk_scene_push_parent (pen->scene, id);
  head = pwk_cut_top (&inside, left->line, 2);
  if (pwk_pen_width (pen, PWK_FONT_SMALL, count) + pwk_pen_width (pen, PWK_FONT_BOLD, title) +
          2 * PWK_GAP >
      head.w)
    count = pwk_pen_count (pen, model->lists[lru].n_pages);
  pwk_pen_text (pen, pwk_cut_right (&head, pwk_pen_width (pen, PWK_FONT_SMALL, count) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, count);
  pwk_pen_text (pen,
                pwk_cut_left (&head, fmin (pwk_pen_width (pen, PWK_FONT_BOLD, title) + 1, head.w),
                              2 * PWK_GAP),
                PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, title);
  if (left->rows[lru] > 0)
    {
      const char *ends = _("head, newest, at the top; the last row goes next");

      if (pwk_pen_width (pen, PWK_FONT_SMALL, ends) < head.w)
        pwk_pen_text (pen, head, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, ends);
      draw_rows (left, inside, &model->lists[lru], &fold);
    }
  pwk_scene_pop_parent (pen->scene);
}

/* --- the tray --- */

typedef struct
{
  const char *title, *reason;
  uint32_t n;
} Parting;

static void
partings_of (const PwkReclaimBatch *batch, Parting partings[PARTINGS])
{
  bool active = batch->lru == PWK_NR_ACTIVE_ANON || batch->lru == PWK_NR_ACTIVE_FILE;
  bool file = batch->lru == PWK_NR_INACTIVE_FILE;
  uint32_t up = batch->n_of[PWK_FATE_ACTIVATED] + batch->n_of[PWK_FATE_UNEVICTABLE];

  partings[0] =
      active ? (Parting){ _("stay active"), _("program text in use"), batch->n_of[PWK_FATE_KEPT] }
             : (Parting){ _("to the active list"), _("used again"), up };
  partings[1] =
      active ? (Parting){ _("to the inactive list"), _("to prove themselves"),
                          batch->n_of[PWK_FATE_DEACTIVATED] }
             : (Parting){ _("back to the head"), _("second chance"), batch->n_of[PWK_FATE_KEPT] };
  partings[2] = (Parting){ file ? _("out, dropped") : _("out, to swap"), _("not used"),
                           batch->n_of[PWK_FATE_GONE] };
}

static void
draw_sign (const Left *left, const PwkReclaimTaken *taken, PwkBox box)
{
  const PwkPen *pen = left->pen;
  double middle = box.x + box.w / 2, top = box.y + 1, bottom = box.y + SIGN_H - 1;

  switch (taken->way)
    {
    case PWK_FATE_ACTIVATED:
    case PWK_FATE_UNEVICTABLE:
      pwk_pen_arrow (pen, 0, middle, bottom, middle, top, PWK_ROLE_TEXT);
      break;
    case PWK_FATE_GONE:
    case PWK_FATE_DEACTIVATED:
      pwk_pen_arrow (pen, 0, middle, top, middle, bottom, PWK_ROLE_TEXT);
      break;
    case PWK_FATE_KEPT:
      pwk_scene_add_line (pen->scene, 0, middle - 3, (top + bottom) / 2, middle + 3,
                          (top + bottom) / 2, PWK_ROLE_TEXT)
          ->line_width = 1.5f;
      break;
    default:
      break;
    }
}

static void
draw_taken (const Left *left, PwkBox rest)
{
  const PwkReclaimBatch *batch = &left->model->batch;

  for (uint32_t i = batch->n; i < PWK_RECLAIM_ROW; i++)
    draw_place (left, place_at (left, pwk_box (rest.x, rest.y, rest.w, left->cell_h), i));
  for (uint32_t i = 0; i < batch->n; i++)
    {
      const PwkReclaimTaken *taken = &batch->taken[i];
      PwkBox row =
          pwk_box (rest.x, rest.y + i / PWK_RECLAIM_ROW * (left->cell_h + SIGN_H + ROW_GAP), rest.w,
                   left->cell_h);
      PwkBox box = place_at (left, row, i % PWK_RECLAIM_ROW);

      if (taken->fate == PWK_FATE_OPEN)
        draw_page (left, &taken->page, box);
      else
        draw_place (left, box);
      draw_sign (left, taken, pwk_box (box.x, box.y + box.h, box.w, SIGN_H));
    }
}

/* There is always room for a batch, so that the lists stay where they are when one is taken. */
static double
tray_height (const Left *left)
{
  uint32_t rows = (left->model->batch.n + PWK_RECLAIM_ROW - 1) / PWK_RECLAIM_ROW;

  return left->line + 2 + 2 * PANEL_Y + MAX (rows, 1) * (left->cell_h + SIGN_H + ROW_GAP) - ROW_GAP;
}

static const char *
tray_title (const Left *left, bool whole)
{
  const PwkReclaimBatch *batch = &left->model->batch;

  if (batch->n == 0)
    return _("nothing is isolated");
  if (!whole)
    return pwk_pen_printf (
        left->pen, ngettext ("isolated: %u page", "isolated: %u pages", batch->n), batch->n);
  /* Translators: pages taken off the end of a list, whose name follows. */
  return pwk_pen_printf (left->pen,
                         ngettext ("isolated: %u page from the tail of “%s”",
                                   "isolated: %u pages from the tail of “%s”", batch->n),
                         batch->n, pwk_words_lru (batch->lru));
}

static const char *
tray_remark (const Left *left)
{
  const PwkReclaimBatch *batch = &left->model->batch;
  Parting partings[PARTINGS];

  if (is_full (left))
    return "SWAP_CLUSTER_MAX";
  partings_of (batch, partings);
  /* Translators: how many pages go up to the active list, back to their own, and out. */
  return pwk_pen_printf (left->pen, _("%u up, %u back, %u out"), partings[0].n, partings[1].n,
                         partings[2].n);
}

static void
draw_tray (const Left *left, PwkBox box)
{
  const PwkPen *pen = left->pen;
  const PwkReclaimBatch *batch = &left->model->batch;
  bool open = batch->n > 0 && !batch->closed;
  PwkBox inside = pwk_box_inset (box, PANEL_X, PANEL_Y),
         head = pwk_cut_top (&inside, left->line, 2);
  const char *title = tray_title (left, true), *remark = tray_remark (left);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, remark) + 1;
  PwkItem *item = pwk_scene_add_panel (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_TRAY), box);

  item->stroke = open ? PWK_ROLE_ACCENT : PWK_ROLE_OUTLINE;
  item->line_width = open ? 2.0f : 1.0f;
  pwk_pen_thing (pen, item,
                 _("%s; at most 32 at once (SWAP_CLUSTER_MAX), so that the list need not "
                    "be locked while they are looked at"),
                 title);
  if (pwk_pen_width (pen, PWK_FONT_BOLD, title) + width + PWK_GAP > head.w)
    title = tray_title (left, false);
  if (head.w > width + pwk_pen_width (pen, PWK_FONT_BOLD, title) + PWK_GAP && batch->n > 0)
    pwk_pen_text (pen, pwk_cut_right (&head, width, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, remark);
  pwk_pen_text (pen, head, batch->n > 0 ? PWK_FONT_BOLD : PWK_FONT_SMALL,
                batch->n > 0 ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, title);
  pwk_scene_push_parent (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_TRAY));
  draw_taken (left, inside);
  pwk_scene_pop_parent (pen->scene);
}

/* --- where they went --- */

static void
draw_parting (const Left *left, unsigned i, const Parting *parting, PwkBox box)
{
  const PwkPen *pen = left->pen;
  const char *number = pwk_pen_printf (pen, "%u", parting->n);
  PwkItem *item = pwk_scene_add_panel (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_PARTING + i), box);
  PwkBox inside = pwk_box_inset (box, PANEL_X, 5), figure;

  pwk_pen_thing (pen, item, "%s %s: %s", number, parting->title, parting->reason);
  item->stroke = parting->n > 0 ? PWK_ROLE_TEXT_DIM : PWK_ROLE_OUTLINE;
  pwk_scene_push_parent (pen->scene, item->id);
  figure = pwk_cut_left (&inside,
                         fmax (pwk_pen_width (pen, PWK_FONT_NUMBER, "32"),
                               pwk_pen_width (pen, PWK_FONT_NUMBER, number)) +
                             2,
                         PWK_GAP);
  pwk_pen_text (pen, figure, PWK_FONT_NUMBER, PWK_ROLE_TEXT, PWK_ALIGN_START, number);
  pwk_pen_text (pen, pwk_cut_top (&inside, left->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, parting->title);
  pwk_pen_text (pen, pwk_cut_top (&inside, left->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, parting->reason);
  pwk_scene_pop_parent (pen->scene);
}

/* Without room for them the tray's head tells their numbers. */
static double
partings_height (const Left *left)
{
  return is_full (left) ? 2 * left->small + 10 + PWK_GAP : 0;
}

static void
draw_partings (const Left *left, PwkBox box)
{
  double width = (box.w - (PARTINGS - 1) * PWK_GAP) / PARTINGS;
  Parting partings[PARTINGS];

  partings_of (&left->model->batch, partings);
  for (unsigned i = 0; i < PARTINGS; i++)
    draw_parting (left, i, &partings[i],
                  pwk_box (box.x + i * (width + PWK_GAP), box.y, width, box.h));
}

/* --- the swap area --- */

static const char *
slot_words (const PwkPen *pen, const PwkReclaimSlot *slot)
{
  if (slot->count == 0 && !slot->cached)
    return C_("swap slot", "free");
  if (slot->zero)
    return _("in use; all zeros, nothing is on the disk");
  return slot->cached ? pwk_pen_printf (pen, _("in use, and its page is still in memory: pfn %u"),
                                        slot->pfn)
                      : _("in use");
}

/* A slot that a page of the batch went to grows out of that page. */
static uint64_t
origin_of (const PwkReclaimBatch *batch, uint64_t slot)
{
  for (uint32_t i = 0; i < batch->n; i++)
    if (batch->taken[i].slot == slot)
      return PWK_ID (PWK_THING_PFN, batch->taken[i].page.pfn);
  return 0;
}

static void
draw_slots (const Left *left, PwkBox row)
{
  const PwkPen *pen = left->pen;
  const PwkReclaimModel *model = left->model;
  double pitch = row.w / PWK_RECLAIM_SLOTS;

  for (uint32_t i = 0; i < model->n_slots_shown; i++)
    {
      const PwkReclaimSlot *slot = &model->slots[i];
      bool used = slot->count > 0 || slot->cached;
      uint64_t number = model->first_slot + i;
      PwkBox box = pwk_box (row.x + i * pitch, row.y, pitch - 1.5, row.h);
      PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_SWAP (number), box,
                                             used ? PWK_ROLE_SWAP : PWK_ROLE_PANEL_ALT, 2.0);

      item->pattern = PWK_PATTERN_NONE;
      item->stroke = used ? item->stroke : PWK_ROLE_GRID;
      item->from_id = used ? origin_of (&model->batch, number) : 0;
      pwk_pen_thing (pen, item, _("swap slot %s: %s"), pwk_pen_take (pen, pwk_words_slot (number)),
                     slot_words (pen, slot));
    }
}

static double
swap_height (const Left *left)
{
  bool any = left->model->n_slots > 0;

  return left->line + 2 * PANEL_Y + (any ? 2 + left->cell_h : 0);
}

static void
draw_swap (const Left *left, PwkBox box)
{
  const PwkPen *pen = left->pen;
  const PwkReclaimModel *model = left->model;
  PwkBox inside = pwk_box_inset (box, PANEL_X, PANEL_Y),
         head = pwk_cut_top (&inside, left->line, 2);
  bool any = model->n_slots > 0;
  const char *title =
      any ? pwk_pen_printf (pen, _("swap area, from slot %s on"),
                            pwk_pen_take (pen, pwk_words_slot (model->first_slot)))
          : _("no swap area: anonymous pages cannot leave memory");
  const char *used =
      pwk_pen_printf (pen, _("%s of %s free"), pwk_pen_count (pen, model->n_free_slots),
                      pwk_pen_count (pen, model->n_slots));
  PwkItem *item = pwk_scene_add_panel (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_SWAP), box);

  item->flags |= any ? 0 : PWK_FLAG_DASHED;
  pwk_pen_thing (pen, item, "%s%s%s", title, any ? ": " : "", any ? used : "");
  pwk_scene_push_parent (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_SWAP));
  if (any)
    pwk_pen_text (pen,
                  pwk_cut_right (&head, pwk_pen_width (pen, PWK_FONT_SMALL, used) + 1, PWK_GAP),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, used);
  pwk_pen_text (pen, head, any ? PWK_FONT_BOLD : PWK_FONT_SMALL,
                any ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, title);
  if (any)
    draw_slots (left, pwk_cut_top (&inside, left->cell_h, 0));
  pwk_scene_pop_parent (pen->scene);
}

/* --- the left side --- */

/* The newest above, what goes next below, as pages sink. */
static const uint8_t order_of_lists[] = { PWK_NR_UNEVICTABLE, PWK_NR_ACTIVE_FILE,
                                          PWK_NR_INACTIVE_FILE, PWK_NR_ACTIVE_ANON,
                                          PWK_NR_INACTIVE_ANON };

/* Where the lists lie from @box's top on, into @boxes; returns their bottom. Where room is scarce,
 * empty ones lie two in a row above the others. */
static double
place_lists (const Left *left, PwkBox box, PwkBox boxes[PWK_NR_LRU_LISTS])
{
  double y = box.y, half = (box.w - PWK_GAP) / 2, head = left->line + 2 * PANEL_Y;
  unsigned n_halves = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS (order_of_lists) && !is_full (left); i++)
    if (left->rows[order_of_lists[i]] == 0)
      {
        boxes[order_of_lists[i]] = pwk_box (box.x + n_halves % 2 * (half + PWK_GAP),
                                            y + n_halves / 2 * (head + PWK_GAP), half, head);
        n_halves++;
      }
  y += (n_halves + 1) / 2 * (head + PWK_GAP);
  for (unsigned i = 0; i < G_N_ELEMENTS (order_of_lists); i++)
    if (is_full (left) || left->rows[order_of_lists[i]] > 0)
      {
        double height = list_height (left, order_of_lists[i]);

        boxes[order_of_lists[i]] = pwk_box (box.x, y, box.w, height);
        y += height + PWK_GAP;
      }
  return y - PWK_GAP;
}

static double
lists_height (const Left *left)
{
  PwkBox boxes[PWK_NR_LRU_LISTS];

  return place_lists (left, pwk_box (0, 0, left->width, 0), boxes);
}

/* Each list that has pages gets a row, then they take turns as long as @room lasts. */
static void
share_rows (Left *left, double room)
{
  bool more = true;

  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    left->rows[lru] = MIN (rows_needed (&left->model->lists[lru]), 1);
  while (more)
    {
      more = false;
      for (unsigned i = G_N_ELEMENTS (order_of_lists); i-- > 0;)
        {
          unsigned lru = order_of_lists[i];

          if (left->rows[lru] >= rows_needed (&left->model->lists[lru]))
            continue;
          left->rows[lru]++;
          if (lists_height (left) > room)
            left->rows[lru]--;
          else
            more = true;
        }
    }
}

/* "1.25 0.40 0.08": over 10, 60 and 300 seconds. */
static const char *
averages_text (const PwkPen *pen, const PwkPsi *psi, PwkPsiState state)
{
  const char *texts[PWK_PSI_AVERAGES];

  for (int i = 0; i < PWK_PSI_AVERAGES; i++)
    texts[i] = pwk_pen_take (pen, pwk_format_average (psi->avg[state][i]));
  return pwk_pen_printf (pen, "%s %s %s", texts[0], texts[1], texts[2]);
}

/* How much time is lost; NULL where the kernel does not tell. */
static const char *
stalls_text (const PwkPen *pen, const PwkReclaimModel *model)
{
  if (!model->has_psi)
    return NULL;
  return pwk_pen_printf (
      pen,
      /* Translators: /proc/pressure/memory; some and full are its words, and each %s is three
       * percentages. */
      _("time lost to memory, per cent of the last 10, 60 and 300 s: some %s · full %s"),
      averages_text (pen, &model->psi, PWK_PSI_SOME),
      averages_text (pen, &model->psi, PWK_PSI_FULL));
}

/* What else the lists are measured by. */
static const char *
measures_text (const PwkPen *pen, const PwkReclaimModel *model)
{
  return pwk_pen_printf (
      pen,
      /* Translators: %s are the kernel's counters; the last is how many pages wait in per-cpu
       * batches to be put onto a list. */
      _("swappiness %lld · anon_cost %llu · file_cost %llu · nonresident_age %llu · in the batch "
        "lru_add: %u"),
      (long long) model->swappiness, PWK_N (model->anon_cost), PWK_N (model->file_cost),
      PWK_N (model->nonresident_age), model->n_waiting);
}

static double
paragraph_height (const Left *left, const char *text)
{
  double height;

  if (text == NULL)
    return 0;
  pwk_text_size (left->pen->theme, PWK_FONT_SMALL, text, left->width, NULL, &height);
  return ceil (height);
}

static double
measures_height (const Left *left)
{
  return paragraph_height (left, measures_text (left->pen, left->model)) +
         paragraph_height (left, stalls_text (left->pen, left->model));
}

static double
draw_paragraph (const Left *left, PwkBox box, const char *text)
{
  box.h = paragraph_height (left, text);
  if (text == NULL)
    return box.y;
  return box.y + pwk_pen_paragraph (left->pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, text);
}

static double
below_lists (const Left *left)
{
  return tray_height (left) + partings_height (left) + swap_height (left) + 3 * PWK_GAP +
         measures_height (left);
}

static double
draw_left (Left *left, PwkBox box)
{
  const PwkPen *pen = left->pen;
  PwkBox rest = box, boxes[PWK_NR_LRU_LISTS];

  left->width = box.w;
  left->pitch = floor ((box.w - 2 * PANEL_X + CELL_GAP) / PWK_RECLAIM_ROW * 4) / 4;
  left->cell_h = CLAMP (floor (left->pitch * 1.15), 11, CELL_MAX_H);
  share_rows (left, box.h - below_lists (left));
  rest.y = place_lists (left, rest, boxes) + PWK_GAP;
  for (unsigned i = 0; i < G_N_ELEMENTS (order_of_lists); i++)
    draw_list (left, order_of_lists[i], boxes[order_of_lists[i]]);
  draw_tray (left, pwk_box (rest.x, rest.y, rest.w, tray_height (left)));
  rest.y += tray_height (left) + PWK_GAP;
  if (is_full (left))
    draw_partings (left, pwk_box (rest.x, rest.y, rest.w, partings_height (left) - PWK_GAP));
  rest.y += partings_height (left);
  draw_swap (left, pwk_box (rest.x, rest.y, rest.w, swap_height (left)));
  rest.y += swap_height (left) + PWK_GAP;
  rest.y = draw_paragraph (left, rest, measures_text (pen, left->model));
  return draw_paragraph (left, rest, stalls_text (pen, left->model));
}

/* --- legend --- */

typedef struct
{
  const char *text;
  PwkRole fill;
  unsigned marks;
  bool strip;
} LegendCell;

static double
draw_legend (const PwkPen *pen, PwkBox box)
{
  const LegendCell cells[] = {
    { C_("legend", "anonymous"), PWK_ROLE_ANON, 0, false },
    { C_("legend", "file"), PWK_ROLE_FILE, 0, false },
    { C_("legend", "accessed bit set in a page table"), PWK_ROLE_ANON, PWK_MARK_YOUNG, false },
    { "PG_referenced", PWK_ROLE_ANON, PWK_MARK_REFERENCED, false },
    { C_("legend", "dirty"), PWK_ROLE_FILE, PWK_MARK_DIRTY, true },
    { C_("legend", "being written"), PWK_ROLE_FILE, PWK_MARK_WRITEBACK, true },
  };
  double line = pwk_pen_line (pen, PWK_FONT_SMALL) + 4, x = 0, y = 0, side = 13;

  for (unsigned i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      double width = side + 5 + pwk_pen_width (pen, PWK_FONT_SMALL, cells[i].text) + 1;
      PwkBox cell;
      PwkItem *item;

      if (x > 0 && x + width > box.w)
        {
          x = 0;
          y += line;
        }
      cell = pwk_box (box.x + x, box.y + y + (line - side - 1) / 2, side, side + 1);
      if (pen->scene != NULL && box.h > 0)
        {
          item = pwk_scene_add_rounded (pen->scene, 0, cell, cells[i].fill, 2.0);
          item->pattern = PWK_PATTERN_NONE;
          pwk_reclaim_marks (pen, cell, cells[i].fill, cells[i].marks, cells[i].strip);
          pwk_pen_text (
              pen, pwk_box (cell.x + side + 5, box.y + y, fmin (width, box.w) - side - 5, line),
              PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, cells[i].text);
        }
      x += width + 14;
    }
  return y + line;
}

/* --- the picture --- */

static double
right_width (const PwkPen *pen, double width)
{
  double scale = pwk_pen_scale (pen);

  if (pwk_pen_density (pen) == PWK_DENSITY_SMALL)
    return 0;
  return fmin (CLAMP (floor (width * 0.3), RIGHT_W * fmin (scale, 1.2), RIGHT_W_MAX * scale),
               floor (width * 0.42));
}

static const char *
whose (const PwkPen *pen, const PwkReclaimModel *model)
{
  if (model->zone >= 0)
    return pwk_pen_printf (pen, _("node %u, zone %s"), model->node,
                           pwk_zone_name ((unsigned) model->zone));
  return pwk_pen_printf (pen, _("node %u"), model->node);
}

static const char *
describe (const PwkPen *pen, const PwkReclaimModel *model)
{
  return pwk_pen_printf (
      pen,
      _("The LRU lists of %s: %s inactive and %s active anonymous, %s inactive and %s active of "
         "files; %s"),
      whose (pen, model), pwk_pen_pages (pen, model->lists[PWK_NR_INACTIVE_ANON].n_pages),
      pwk_pen_pages (pen, model->lists[PWK_NR_ACTIVE_ANON].n_pages),
      pwk_pen_pages (pen, model->lists[PWK_NR_INACTIVE_FILE].n_pages),
      pwk_pen_pages (pen, model->lists[PWK_NR_ACTIVE_FILE].n_pages),
      model->tracks[PWK_TRACK_KSWAPD].awake ? _("kswapd is awake") : _("kswapd is asleep"));
}

void
pwk_reclaim_layout (PwkScene *scene,
                    gconstpointer data,
                    const PwkTheme *theme,
                    const PwkViewParams *params)
{
  const PwkReclaimModel *model = data;
  PwkPen pen = { scene, theme, params };
  PwkSheet sheet = pwk_sheet_new (&pen, pwk_view_room (params, MIN_WIDTH, 0));
  Left left = { .pen = &pen,
                .model = model,
                .line = pwk_pen_line (&pen, PWK_FONT_BOLD) + 1,
                .small = pwk_pen_line (&pen, PWK_FONT_SMALL) };
  double right = right_width (&pen, sheet.body.w), legend, bottom;
  PwkBox side;

  /* Translators: whose lists they are; MGLRU (lru_gen), which distributions run, is off. */
  pwk_sheet_head (&sheet, _("Reclaim"),
                  model->zone >= 0
                      ? whose (&pen, model)
                      : pwk_pen_printf (&pen, _("%s · classic LRU (lru_gen off)"),
                                        whose (&pen, model)));
  if (is_full (&left))
    {
      legend = draw_legend (&pen, pwk_box (sheet.body.x, sheet.body.y, sheet.body.w, 0));
      draw_legend (&pen, pwk_cut_top (&sheet.body, legend, PWK_GAP));
    }
  if (right > 0)
    {
      side = pwk_cut_right (&sheet.body, right, COLUMN_GAP);
      side.h = fmax (side.h, pwk_reclaim_cards_height (&pen, model));
      bottom = fmax (draw_left (&left, sheet.body), pwk_reclaim_cards (&pen, model, side));
    }
  else
    {
      bottom = draw_left (&left, sheet.body) + PWK_GAP;
      bottom = pwk_reclaim_cards (
          &pen, model,
          pwk_box (sheet.body.x, bottom, sheet.body.w, pwk_reclaim_cards_height (&pen, model)));
    }
  pwk_sheet_finish (&sheet, bottom, describe (&pen, model));
}

/* --- as text --- */

char *
pwk_reclaim_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkReclaimModel *model = data;
  PwkPen pen = { pwk_scene_new (1, 1), NULL, params };
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n", _("list\tpages\tpages that are shown, from the head"));
  for (unsigned lru = 0; lru < PWK_NR_LRU_LISTS; lru++)
    {
      const PwkReclaimList *list = &model->lists[lru];

      g_string_append_printf (text, "%s\t%llu\t", pwk_words_lru (lru), PWK_N (list->n_pages));
      for (uint32_t i = 0; i < n_folios (list); i++)
        g_string_append_printf (text, "%s%s%u", i > 0 ? " " : "", i == list->n_head ? "… " : "",
                                list->pages[i].pfn);
      g_string_append_c (text, '\n');
    }
  for (uint32_t i = 0; i < model->batch.n; i++)
    g_string_append_printf (text, "%s\t%u\t%s\n", _("isolated"), model->batch.taken[i].page.pfn,
                            pwk_reclaim_say (&pen, &model->batch.taken[i].page));
  g_string_append_printf (text, "%s\n", measures_text (&pen, model));
  if (model->has_psi)
    g_string_append_printf (text, "%s\n", stalls_text (&pen, model));
  for (uint32_t i = 0; i < model->n_files; i++)
    g_string_append_printf (text, "%s\t%llu\t%llu\n", model->files[i].name,
                            PWK_N (model->files[i].n_cached), PWK_N (model->files[i].n_pages));
  for (uint32_t i = 0; i < model->n_tasks; i++)
    g_string_append_printf (text, "%s\t%lld\t%lld\n", model->tasks[i].name,
                            (long long) model->tasks[i].pid, (long long) model->tasks[i].badness);
  pwk_scene_unref (pen.scene);
  return g_string_free (text, FALSE);
}
