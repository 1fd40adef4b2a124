/* buddy-layout.c - a zone's memory as a bar, and under it its free blocks, each under its frames
 * in the row of its order; what is halved and joined, and the per-cpu lists, below
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "scene/blend.h"
#include "views/buddy-model.h"
#include "views/density.h"
#include "views/sheet.h"
#include "views/views-private.h"

#define BIT_W         13.0
#define BIT_H         18.0
#define LINE_H        22.0
#define BAR_H         (draft->compact ? 20.0 : 26.0)
#define STRIP_BAR_H   18.0
#define ROW_MIN_H     (draft->compact ? 15.0 : 17.0)
#define ROW_MAX_H     34.0
#define ZONE_GAP      (draft->compact ? 8.0 : 12.0)
#define TICK_W        3.0 /* the narrowest that a block is drawn */
#define MAX_PCP_LISTS 3
#define GROUP(n)      PWK_ID_GROUP (PWK_VIEW_BUDDY, n)

/* A split, in ms: a line cuts the bar, the half that is free falls to the row of its order, the bit
 * that tells it from its buddy lights. */
#define CUT_MS        80
#define FALL_MS       320
#define BIT_MS        470

enum
{
  GROUP_PAIR = 1,
  GROUP_PCP
};

/* A zone is open, with a row for each order, or shut: its bar and the number of its blocks. All of
 * them have the same columns:
 *
 *      | zone        pfn 1024               2047 | nr_free  list heads |
 *      | free       [bar.......................] |                     |
 *      | 10  4 MiB           [ 1536          U ] | 1        U 1536     |
 *      |  9  2 MiB   [1024 M]                    | 1        M 1024     |
 *
 * Measured once for a picture. */
typedef struct
{
  PwkPen pen;
  const PwkBuddyModel *model;
  PwkDensity density;
  bool compact;          /* not the full density */
  uint32_t acting;       /* zone in question, an index of the model's */
  double small, heading; /* heights of lines */
  double name_w, count_w, heads_w;
  double row_h;
} Draft;

/* What show_free_areas () calls the migratetypes (show_migration_types ()). */
static char
migratetype_letter (unsigned migratetype)
{
  static const char letters[PWK_MIGRATE_TYPES] = {
    [PWK_MIGRATE_UNMOVABLE] = 'U',  [PWK_MIGRATE_MOVABLE] = 'M', [PWK_MIGRATE_RECLAIMABLE] = 'E',
    [PWK_MIGRATE_HIGHATOMIC] = 'H', [PWK_MIGRATE_CMA] = 'C',     [PWK_MIGRATE_ISOLATE] = 'I',
  };

  return migratetype < PWK_MIGRATE_TYPES ? letters[migratetype] : '?';
}

/* --- the pair of buddies --- */

static unsigned
bits_of (uint64_t number)
{
  return number > 0 ? 64 - (unsigned) __builtin_clzll (number) : 1;
}

static const char *
pair_text (const Draft *draft, const PwkBuddyModel *model)
{
  const PwkPen *pen = &draft->pen;
  unsigned long long pfn = PWK_N (model->pfn & ~pwk_order_pages (model->order)),
                     upper = PWK_N (model->pfn | pwk_order_pages (model->order));

  switch (model->why)
    {
    case PWK_BUDDY_SPLIT:
      return pwk_pen_printf (
          pen,
          _("Split: the block of order %u at pfn %llu was halved. Its halves of "
             "order %u, pfn %llu and %llu, are buddies: their pfns differ in bit "
             "%u alone."),
          model->order + 1u, pfn, model->order, pfn, upper, model->order);
    case PWK_BUDDY_MERGE:
      return pwk_pen_printf (pen,
                             _("Merge: pfn %llu and pfn %llu, both free and of order %u, are "
                                "buddies (bit %u flipped). Together they are the block of order %u "
                                "at pfn %llu."),
                             PWK_N (model->pfn), PWK_N (model->buddy), model->order, model->order,
                             model->order + 1u, pfn);
    case PWK_BUDDY_SELECTED:
      return pwk_pen_printf (pen,
                             _("Selected: the buddy of the block of order %u at pfn %llu is found "
                                "by flipping bit %u of its pfn: %llu."),
                             model->order, PWK_N (model->pfn), model->order, PWK_N (model->buddy));
    case PWK_BUDDY_EXAMPLE:
    default:
      return pwk_pen_printf (pen,
                             _("The buddy of a block of order n is found by flipping bit n of its "
                                "pfn (pfn XOR 2^n). For example the block of order %u at pfn %llu "
                                "has its buddy at pfn %llu."),
                             model->order, PWK_N (model->pfn), PWK_N (model->buddy));
    }
}

static double
bits_width (unsigned n_bits)
{
  return n_bits * BIT_W + (n_bits - 1) / 4 * 5.0;
}

/* One number, bit by bit, highest first; the bit that makes the buddy stands out. */
static void
draw_bits (const PwkPen *pen, double x, double y, uint64_t number, unsigned n_bits, unsigned marked)
{
  for (unsigned bit = n_bits; bit-- > 0;)
    {
      PwkItem *item = pwk_scene_add_rounded (
          pen->scene, PWK_ID_NUMBER_BIT (number, bit), pwk_box (x, y, BIT_W - 1, BIT_H),
          bit == marked ? PWK_ROLE_ACCENT : PWK_ROLE_PANEL_ALT, 2.0);

      item->text = (number >> bit & 1) != 0 ? "1" : "0";
      item->font = bit == marked ? PWK_FONT_MONO_BOLD : PWK_FONT_MONO_SMALL;
      item->padding = 0;
      pwk_item_set_time (item, FALL_MS, BIT_MS, BIT_MS);
      if (bit == marked)
        pwk_scene_set_label (pen->scene, item,
                             _("Bit %u: the one that tells buddies of order %u apart"), bit,
                             marked);
      x += BIT_W + (bit % 4 == 0 ? 5 : 0);
    }
}

static double
hand_height (const PwkBuddyModel *model)
{
  return model->n_hand > 0 ? LINE_H + 4 : 0;
}

/* What the statement has taken or given back, the newest first; what has no room is counted. */
static void
draw_hand (const Draft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyModel *model = draft->model;
  /* Translators: a row of memory blocks that a caller has just got or given back. */
  const char *title = _("Just handed over:");
  double title_w = pwk_pen_width (pen, PWK_FONT_SMALL, title) + 1;
  double x = box.x;

  if (box.w >= 2 * title_w)
    {
      pwk_pen_text (pen, pwk_box (x, box.y, title_w, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_START, title);
      x += title_w + PWK_GAP;
    }
  for (uint32_t i = 0; i < model->n_hand; i++)
    {
      const PwkBuddyHand *hand = &model->hand[i];
      const char *text =
          pwk_pen_printf (pen, _("%llu, order %u"), PWK_N (hand->pfn), (unsigned) hand->order);
      uint32_t rest = model->n_hand - i - 1;
      const char *more = rest > 0 ? pwk_pen_printf (pen, "+%u", rest + 1) : NULL;
      double more_w = more != NULL ? pwk_pen_width (pen, PWK_FONT_SMALL, more) + PWK_GAP : 0;
      g_autoptr (GString) gfp = g_string_new (NULL);
      PwkItem *chip;

      if (x + pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14 + more_w > box.x + box.w)
        {
          if (x <= box.x)
            return;
          pwk_pen_text (pen, pwk_box (x, box.y, box.x + box.w - x, box.h), PWK_FONT_SMALL,
                        PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, pwk_pen_printf (pen, "+%u", rest + 1));
          return;
        }
      chip = pwk_pen_chip (
          pen, PWK_ID_BLOCK (hand->pfn, hand->order), x, box.y + 2, LINE_H - 4, box.x + box.w - x,
          hand->freed ? PWK_ROLE_FREE (hand->order) : PWK_ROLE_KERNEL, PWK_FONT_SMALL, text);
      chip->pattern = PWK_PATTERN_NONE;
      if (!hand->freed)
        pwk_gfp_append (gfp, hand->gfp);
      pwk_pen_thing (pen, chip,
                     hand->freed ? _("freed: pfn %llu, order %u%s%s")
                                 : _("allocated: pfn %llu, order %u%s%s"),
                     PWK_N (hand->pfn), (unsigned) hand->order, gfp->len > 0 ? ", " : "", gfp->str);
      chip->flags |= PWK_FLAG_FLASH;
      x += chip->box.w + PWK_GAP;
    }
}

/* The bits of the pair stand beside what is said of them, or above where that is too narrow. */
static bool
bits_beside (const PwkBuddyModel *model, double width, double *bits_w)
{
  *bits_w = bits_width (CLAMP (bits_of (model->pfn | model->buddy), 8, 30)) + 76 + 2 * PWK_GAP;
  return width - 2 * PWK_PADDING - *bits_w >= 200;
}

static double
pair_height (const Draft *draft, double width)
{
  const PwkBuddyModel *model = draft->model;
  double text_w = width - 2 * PWK_PADDING;
  double bits_w, height;
  bool beside;

  if (model->pfn == PWK_NO_PFN)
    return 0;
  if (draft->compact)
    return 2 * BIT_H + 4 + 2 * (PWK_PADDING - 2);

  beside = bits_beside (model, width, &bits_w);
  pwk_text_size (draft->pen.theme, PWK_FONT_SMALL, pair_text (draft, model),
                 beside ? text_w - bits_w : text_w, NULL, &height);
  height = ceil (height) + 2;
  return (beside ? fmax (height, 2 * BIT_H + 6) : height + 2 * BIT_H + 12) + 2 * (PWK_PADDING - 2) +
         hand_height (model);
}

static bool
paragraph_fits (const PwkPen *pen, PwkBox box, const char *text)
{
  double height;

  pwk_text_size (pen->theme, PWK_FONT_SMALL, text, box.w, NULL, &height);
  return height <= box.h;
}

static void
draw_pair (const Draft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyModel *model = draft->model;
  unsigned n_bits = CLAMP (bits_of (model->pfn | model->buddy), 8, 30);
  PwkBox inside = pwk_pen_panel (pen, GROUP (GROUP_PAIR), box, NULL, NULL);
  double bits_w;
  bool beside = bits_beside (model, box.w, &bits_w) || draft->compact;
  PwkBox pair;

  pwk_pen_label (pen, pwk_scene_add_rounded (pen->scene, GROUP (GROUP_PAIR), box, PWK_ROLE_NONE, 8),
                 "%s", pair_text (draft, model));
  pwk_scene_push_parent (pen->scene, GROUP (GROUP_PAIR));
  if (model->n_hand > 0 && !draft->compact)
    draw_hand (draft, pwk_cut_bottom (&inside, LINE_H, 4));
  pair = beside ? pwk_cut_left (&inside, bits_w - PWK_GAP, PWK_GAP)
                : pwk_cut_top (&inside, 2 * BIT_H + 6, 6);
  for (unsigned i = 0; i < 2; i++)
    {
      uint64_t number = i == 0 ? model->pfn : model->buddy;
      double y = pair.y + i * (BIT_H + 4);

      pwk_pen_text (pen, pwk_box (pair.x, y, 74, BIT_H), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT,
                    PWK_ALIGN_START, pwk_pen_printf (pen, "%llu", PWK_N (number)));
      draw_bits (pen, pair.x + 76, y, number, n_bits, model->order);
    }
  if (draft->compact && model->n_hand > 0 && inside.w > 40)
    draw_hand (draft, pwk_cut_top (&inside, LINE_H, 0));
  else if (paragraph_fits (pen, inside, pair_text (draft, model)))
    pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT, pair_text (draft, model));
  pwk_scene_pop_parent (pen->scene);
}

/* --- the bar --- */

static double
scale_of (const PwkBuddyZone *zone, PwkBox bar)
{
  return bar.w / (double) MAX (zone->end - zone->start, 1);
}

/* Where frames of a zone stand: the bar and all rows under it agree. */
static PwkBox
place_frames (const PwkBuddyZone *zone, PwkBox bar, PwkPfn first, uint64_t n)
{
  double scale = scale_of (zone, bar);

  return pwk_box (bar.x + (double) (first - zone->start) * scale, bar.y,
                  fmax ((double) n * scale, 0.5), bar.h);
}

static void
label_piece (const PwkPen *pen, const PwkBuddyPiece *piece, PwkItem *item)
{
  if (piece->type == PWK_PAGE_BUDDY)
    pwk_pen_thing (pen, item, _("Free block of order %u: pfn %llu to %llu"), piece->order,
                   PWK_N (piece->first), PWK_N (piece->first + piece->n - 1));
  else
    pwk_pen_thing (pen, item, _("pfn %llu to %llu: %s"), PWK_N (piece->first),
                   PWK_N (piece->first + piece->n - 1), pwk_frame_use (piece->type));
}

static void
draw_bar (const Draft *draft, const PwkBuddyZone *zone, PwkBox bar)
{
  const PwkPen *pen = &draft->pen;

  for (uint32_t i = 0; i < zone->n_bar; i++)
    {
      const PwkBuddyPiece *piece = &zone->bar[i];
      uint64_t id = piece->type == PWK_PAGE_BUDDY ? PWK_ID_BLOCK (piece->first, piece->order)
                                                  : PWK_ID (PWK_THING_PFN, piece->first);
      PwkItem *item = pwk_scene_add_rect (
          pen->scene, id, place_frames (zone, bar, piece->first, piece->n), piece->role);

      pwk_item_set_time (item, 0, CUT_MS, BIT_MS);
      if (item->box.w < 4)
        item->stroke = PWK_ROLE_NONE;
      label_piece (pen, piece, item);
    }
  if (zone->bar_roles != NULL)
    {
      g_autoptr (GBytes) roles = g_bytes_new (zone->bar_roles, zone->n_bar_roles);
      PwkItem *item = pwk_scene_add_cells (pen->scene, PWK_ID_ZONE_BAR (zone->node, zone->type),
                                           bar, zone->n_bar_roles, 1, PWK_CELLS_ROLES, roles);

      pwk_pen_thing (pen, item,
                     _("The memory of zone %s of node %u from its first frame to its last, "
                        "sampled"),
                     pwk_zone_name (zone->type), zone->node);
    }
  else
    pwk_scene_add_rect (pen->scene, 0, bar, PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;
}

/* What was just handed over stands out of the bar. */
static void
draw_handed_frames (const Draft *draft, const PwkBuddyZone *zone, PwkBox bar)
{
  for (uint32_t i = 0; i < draft->model->n_hand; i++)
    {
      const PwkBuddyHand *hand = &draft->model->hand[i];
      PwkItem *item;

      if (hand->pfn < zone->start || hand->pfn >= zone->end || (hand->freed && i > 0))
        continue;
      item = pwk_scene_add_rect (draft->pen.scene, PWK_ID_BLOCK (hand->pfn, hand->order),
                                 place_frames (zone, bar, hand->pfn, pwk_order_pages (hand->order)),
                                 PWK_ROLE_NONE);
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
}

static void
draw_ruler (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;

  pwk_pen_text (pen, pwk_box (box.x, box.y, box.w / 2, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, pwk_pen_printf (pen, "pfn %llu", PWK_N (zone->start)));
  pwk_pen_text (pen, pwk_box (box.x + box.w / 2, box.y, box.w / 2, box.h), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                pwk_pen_printf (pen, "%llu", PWK_N (zone->end - 1)));
}

/* --- the rows of orders --- */

static uint32_t
lists_of_order (const PwkBuddyZone *zone, unsigned order, const PwkBuddyList **first)
{
  uint32_t n = 0;

  *first = NULL;
  for (uint32_t i = 0; i < zone->n_lists; i++)
    if (zone->lists[i].order == order)
      {
        if (n++ == 0)
          *first = &zone->lists[i];
      }

  return n;
}

static bool
is_touched (const PwkBuddyModel *model, PwkPfn pfn, unsigned order)
{
  for (uint32_t i = 0; i < model->n_touched; i++)
    if (model->touched[i].pfn == pfn && model->touched[i].order == order)
      return true;

  return false;
}

/* The pfn within, with the migratetype's letter where both have room; or nothing. */
static void
write_block (const Draft *draft, PwkItem *item, PwkPfn pfn, unsigned migratetype)
{
  const PwkPen *pen = &draft->pen;
  char letter = migratetype_letter (migratetype);
  const char *both = pwk_pen_printf (pen, "%llu %c", PWK_N (pfn), letter);
  const char *alone = pwk_pen_printf (pen, "%llu", PWK_N (pfn));

  item->font = PWK_FONT_MONO_SMALL;
  item->padding = 2;
  if (item->box.h < draft->small - 2)
    return;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, both) + 8 <= item->box.w)
    item->text = both;
  else if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, alone) + 4 <= item->box.w)
    item->text = alone;
}

/* @next: where the next block of the row begins; a block too small for its pfn has it beside. */
static void
draw_block (const Draft *draft,
            PwkPfn pfn,
            unsigned order,
            unsigned migratetype,
            PwkBox box,
            double next)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item;
  bool written;

  box.w = fmax (box.w, TICK_W);
  item = pwk_scene_add_rounded (pen->scene, PWK_ID_BLOCK (pfn, order), box, PWK_ROLE_FREE (order),
                                fmin (4.0, box.w / 3));
  item->from_id = item->into_id = item->id;
  pwk_item_set_time (item, CUT_MS, FALL_MS, BIT_MS);
  write_block (draft, item, pfn, migratetype);
  written = item->text != NULL;
  if (migratetype != PWK_MIGRATE_UNMOVABLE && box.w >= 16)
    item->flags |= PWK_FLAG_DASHED;
  pwk_pen_thing (pen, item,
                 _("Free block of order %u, %s, pfn %llu to %llu; its buddy is at pfn %llu"),
                 order, pwk_migratetype_title (migratetype), PWK_N (pfn),
                 PWK_N (pfn + pwk_order_pages (order) - 1), PWK_N (pfn ^ pwk_order_pages (order)));
  if (is_touched (draft->model, pfn, order))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }

  if (!written && box.h >= draft->small - 2)
    {
      const char *text =
          pwk_pen_printf (pen, "%llu %c", PWK_N (pfn), migratetype_letter (migratetype));
      double width = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, text) + 1;

      if (box.x + box.w + 6 + width + 4 <= next)
        pwk_pen_text (pen, pwk_box (box.x + box.w + 6, box.y, width, box.h), PWK_FONT_MONO_SMALL,
                      PWK_ROLE_TEXT, PWK_ALIGN_START, text);
    }
}

/* A zone whose pieces are told has all of its blocks in them, from the left to the right. */
static void
draw_blocks_of_bar (const Draft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox row)
{
  const PwkBuddyPiece *last = NULL;

  for (uint32_t i = 0; i <= zone->n_bar; i++)
    {
      const PwkBuddyPiece *piece = i < zone->n_bar ? &zone->bar[i] : NULL;

      if (piece != NULL && (piece->type != PWK_PAGE_BUDDY || piece->order != order))
        continue;
      if (last != NULL)
        draw_block (draft, last->first, order, last->list,
                    place_frames (zone, row, last->first, last->n),
                    piece != NULL ? place_frames (zone, row, piece->first, 1).x : row.x + row.w);
      last = piece;
    }
}

/* Of a large zone the bar is sampled: so are the rows, and the first blocks of each list stand on
 * them one by one. */
static void
draw_sampled_blocks (const Draft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox row)
{
  const PwkPen *pen = &draft->pen;
  g_autofree uint8_t *roles = g_new0 (uint8_t, zone->n_bar_roles);
  g_autoptr (GBytes) bytes = NULL;
  const PwkBuddyList *lists;
  uint32_t n = lists_of_order (zone, order, &lists);

  for (uint32_t i = 0; i < zone->n_bar_roles; i++)
    roles[i] = zone->bar_roles[i] == PWK_ROLE_FREE (order) ? zone->bar_roles[i] : PWK_ROLE_NONE;
  bytes = g_bytes_new_take (g_steal_pointer (&roles), zone->n_bar_roles);
  pwk_scene_add_cells (pen->scene, 0, row, zone->n_bar_roles, 1, PWK_CELLS_ROLES, bytes);
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = 0; j < MIN (lists[i].n_told, PWK_BUDDY_TICKS); j++)
      draw_block (draft, lists[i].told[j], order, lists[i].migratetype,
                  place_frames (zone, row, lists[i].told[j], pwk_order_pages (order)), 0);
}

/* "U 1536": the list and the block that is given out next. */
static const char *
head_text (const Draft *draft, const PwkBuddyList *list)
{
  return pwk_pen_printf (&draft->pen, "%c %u", migratetype_letter (list->migratetype),
                         list->told[0]);
}

static void
draw_heads (const Draft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyList *lists;
  uint32_t n = lists_of_order (zone, order, &lists);

  for (uint32_t i = 0; i < n; i++)
    {
      const PwkBuddyList *list = &lists[i];
      const char *text = head_text (draft, list);
      double width = pwk_pen_width (pen, PWK_FONT_MONO_SMALL, text) + 1;
      const char *more = pwk_pen_printf (pen, "+%u", n - i);
      bool last = i + 1 == n;
      PwkItem *item;

      if (width + (last ? 0 : 10 + pwk_pen_width (pen, PWK_FONT_SMALL, more)) > box.w)
        {
          pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, more);
          return;
        }
      item = pwk_pen_text (pen, pwk_cut_left (&box, width, 10), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT,
                           PWK_ALIGN_START, text);
      item->id = PWK_ID_FREE_LIST (zone->node, zone->type, order, list->migratetype);
      pwk_pen_thing (
          pen, item,
          ngettext ("free_area[%u].free_list[%s] of zone %s, node %u: %s block",
                    "free_area[%u].free_list[%s] of zone %s, node %u: %s blocks", list->n),
          order, pwk_migratetype_title (list->migratetype), pwk_zone_name (zone->type), zone->node,
          pwk_pen_printf (pen, "%s%s", pwk_pen_count (pen, list->n), list->more ? "+" : ""));
    }
}

static void
draw_order (const Draft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox row)
{
  const PwkPen *pen = &draft->pen;
  bool empty = zone->nr_free[order] == 0;
  PwkRole ink = empty ? PWK_ROLE_TEXT_DIM : PWK_ROLE_TEXT;
  g_autofree char *size = pwk_format_bytes (pwk_order_pages (order) << PWK_PAGE_SHIFT);
  PwkBox name = pwk_cut_left (&row, draft->name_w, PWK_GAP);
  PwkBox heads =
      draft->heads_w > 0 ? pwk_cut_right (&row, draft->heads_w, PWK_GAP) : pwk_box (0, 0, 0, 0);
  PwkBox count = pwk_cut_right (&row, draft->count_w, PWK_GAP);
  PwkItem *item;

  pwk_scene_add_line (pen->scene, 0, row.x, row.y + row.h, row.x + row.w, row.y + row.h,
                      PWK_ROLE_GRID);
  item = pwk_pen_text (pen, pwk_cut_left (&name, 24, 6), PWK_FONT_MONO_SMALL, ink, PWK_ALIGN_END,
                       pwk_pen_printf (pen, "%u", order));
  item->id = PWK_ID_FREE_LIST (zone->node, zone->type, order, PWK_ANY_MIGRATETYPE);
  pwk_pen_thing (pen, item, _("Order %u: blocks of %s, %s free"), order,
                 pwk_pen_pages (pen, pwk_order_pages (order)),
                 pwk_pen_count (pen, zone->nr_free[order]));
  pwk_pen_text (pen, name, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                pwk_pen_printf (pen, "%s", size));
  pwk_pen_text (pen, count, PWK_FONT_MONO_SMALL, ink, PWK_ALIGN_END,
                pwk_pen_count (pen, zone->nr_free[order]));
  if (draft->heads_w > 0)
    draw_heads (draft, zone, order, heads);
  row = pwk_box_inset (row, 0, draft->compact ? 1 : 2);
  if (zone->bar_roles != NULL)
    draw_sampled_blocks (draft, zone, order, row);
  else
    draw_blocks_of_bar (draft, zone, order, row);
}

/* --- a zone --- */

static const char *
zone_title (const Draft *draft, const PwkBuddyZone *zone)
{
  const PwkPen *pen = &draft->pen;

  return draft->model->n_nodes > 1
             ? pwk_pen_printf (pen, _("node %u, %s"), zone->node, pwk_zone_name (zone->type))
             : pwk_pen_printf (pen, _("zone %s"), pwk_zone_name (zone->type));
}

static const char *
zone_free (const Draft *draft, const PwkBuddyZone *zone)
{
  return pwk_pen_printf (&draft->pen, _("%s free"), pwk_pen_short (&draft->pen, zone->free));
}

/* The zone's name and how much of it is free. */
static void
draw_zone_name (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_ZONE (zone->node, zone->type);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, id, box, PWK_ROLE_NONE, 4.0);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_thing (pen, item, _("Node %u, zone %s: %s free of %s managed"), zone->node,
                 pwk_zone_name (zone->type), pwk_pen_pages (pen, zone->free),
                 pwk_pen_pages (pen, zone->managed));
  pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, zone_title (draft, zone));
  if (box.h >= draft->small)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, zone_free (draft, zone));
}

static double
shut_height (const Draft *draft)
{
  return fmax ((draft->compact ? 1 : 2) * draft->small, STRIP_BAR_H) + 2;
}

static double
row_least (const Draft *draft)
{
  return fmax (ROW_MIN_H, draft->small + (draft->compact ? 0 : 1));
}

static double
open_height (const Draft *draft)
{
  return draft->small + 2 + BAR_H + 4 + PWK_NR_PAGE_ORDERS * draft->row_h;
}

/* The room of the bar among the columns; @right: what stands beside it. */
static PwkBox
cut_columns (const Draft *draft, PwkBox box, PwkBox *right)
{
  double width = draft->count_w + (draft->heads_w > 0 ? draft->heads_w + PWK_GAP : 0);

  pwk_cut_left (&box, draft->name_w, PWK_GAP);
  *right = pwk_cut_right (&box, width, PWK_GAP);
  return box;
}

/* How many blocks of each order there are, as /proc/buddyinfo says it, the largest first. */
static const char *
counts_text (const Draft *draft, const PwkBuddyZone *zone)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    if (zone->nr_free[order] > 0)
      g_string_append_printf (text, "%s%u:%s", text->len > 0 ? "  " : "", order,
                              pwk_pen_count (&draft->pen, zone->nr_free[order]));
  return pwk_pen_printf (&draft->pen, "%s", text->str);
}

static void
draw_shut_zone (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox right, bar = cut_columns (draft, box, &right);
  const char *counts = counts_text (draft, zone);
  uint64_t blocks = 0;

  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    blocks += zone->nr_free[order];
  draw_zone_name (draft, zone, pwk_box (box.x, box.y, draft->name_w, box.h));
  draw_bar (draft, zone, pwk_box (bar.x, bar.y, bar.w, STRIP_BAR_H));
  draw_handed_frames (draft, zone, pwk_box (bar.x, bar.y, bar.w, STRIP_BAR_H));
  bar = pwk_box (bar.x, bar.y + STRIP_BAR_H + 1, bar.w, draft->small);
  if (!draft->compact && pwk_pen_width (pen, PWK_FONT_SMALL, counts) + 1 <= bar.w)
    /* Translators: order:number of blocks, for each order. */
    pwk_pen_label (
        pen, pwk_pen_text (pen, bar, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, counts),
        _("Free blocks by order: %s"), counts);
  pwk_pen_text (pen, pwk_box (right.x, right.y, draft->count_w, draft->small), PWK_FONT_MONO_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, pwk_pen_count (pen, blocks));
}

static void
draw_open_zone (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox right, bar = cut_columns (draft, box, &right);
  PwkBox ruler = pwk_cut_top (&bar, draft->small, 2);

  draw_zone_name (draft, zone,
                  pwk_box (box.x, box.y + draft->small + 2 - 4, draft->name_w,
                           (draft->compact ? 1 : 2) * draft->small));
  draw_ruler (draft, zone, ruler);
  pwk_pen_text (pen, pwk_box (right.x, ruler.y, draft->count_w, ruler.h), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, "nr_free");
  if (draft->heads_w > 0)
    /* Translators: over a column with the first block of each free list. */
    pwk_pen_text (
        pen, pwk_box (right.x + draft->count_w + PWK_GAP, ruler.y, draft->heads_w, ruler.h),
        PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, C_("column", "heads of lists"));
  bar.h = BAR_H;
  draw_bar (draft, zone, bar);
  draw_handed_frames (draft, zone, bar);
  pwk_cut_top (&box, draft->small + 2 + BAR_H, 4);
  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    draw_order (draft, zone, order, pwk_cut_top (&box, draft->row_h, 0));
}

/* --- per-cpu lists --- */

static void
draw_pcp_list (const Draft *draft, const PwkBuddyPcp *pcp, uint32_t index, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  GString *pfns = g_string_new (NULL);
  uint32_t shown = 0;

  /* Translators: a per-cpu list: order, migratetype, how many blocks. */
  g_string_append_printf (pfns, _("order %u %s: %u"), pcp->lists[index].order,
                          pwk_migratetype_title (pcp->lists[index].migratetype),
                          pcp->lists[index].n);
  for (uint32_t i = 0; i < pcp->lists[index].n_told; i++)
    {
      gsize before = pfns->len;
      bool last = i + 1 == pcp->lists[index].n;

      g_string_append_printf (pfns, "%s%u", i == 0 ? " · " : " → ", pcp->lists[index].pfns[i]);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, pfns->str) +
              (last ? 0 : pwk_pen_width (pen, PWK_FONT_SMALL, " → …")) >
          box.w - 15)
        {
          g_string_truncate (pfns, before);
          break;
        }
      shown++;
    }
  if (shown > 0 && shown < pcp->lists[index].n)
    g_string_append (pfns, " → …");
  pwk_scene_add_rounded (pen->scene, 0, pwk_box (box.x, box.y + box.h / 2 - 5, 10, 10),
                         PWK_ROLE_PER_CPU, 2.0);
  pwk_pen_text (pen, pwk_box (box.x + 15, box.y, box.w - 15, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_pen_printf (pen, "%s", pfns->str));
  g_string_free (pfns, TRUE);
}

static uint32_t
pcp_lines (const Draft *draft, const PwkBuddyPcp *pcp)
{
  if (draft->compact)
    return 1;
  return 1 + MIN (pcp->n_lists, MAX_PCP_LISTS) + (pcp->n_lists > MAX_PCP_LISTS);
}

static void
draw_pcp (const Draft *draft, const PwkBuddyZone *zone, const PwkBuddyPcp *pcp, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_PCP (zone->node, zone->type, pcp->cpu);
  uint32_t shown = draft->compact ? 0 : MIN (pcp->n_lists, MAX_PCP_LISTS);
  PwkBox line = pwk_cut_top (&box, draft->small, 2);
  const char *state =
      pwk_pen_printf (pen, _("%d of at most %d · batch %d"), pcp->count, pcp->high, pcp->batch);
  const char *name = pwk_pen_printf (pen, _("CPU %u"), pcp->cpu);
  PwkItem *gauge;

  pwk_pen_text (pen, pwk_cut_left (&line, pwk_pen_width (pen, PWK_FONT_SMALL, name) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, name);
  pwk_pen_text (pen, pwk_cut_right (&line, pwk_pen_width (pen, PWK_FONT_SMALL, state) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, state);
  gauge = pwk_pen_gauge (pen, id, pwk_box (line.x, line.y + line.h / 2 - 4, line.w, 8), pcp->count,
                         MAX (pcp->high, pcp->count), PWK_ROLE_PER_CPU);
  pwk_pen_thing (
      pen, gauge,
      _("Per-cpu lists of CPU %u, zone %s: %d pages, high %d (between %d and %d), batch "
         "%d, refills doubled %u times, %d freed in a row"),
      pcp->cpu, pwk_zone_name (zone->type), pcp->count, pcp->high, pcp->high_min, pcp->high_max,
      pcp->batch, pcp->alloc_factor, pcp->free_count);
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp_list (draft, pcp, i, pwk_cut_top (&box, draft->small, 2));
  if (shown < pcp->n_lists && !draft->compact)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START,
                  pwk_pen_printf (pen,
                                  ngettext ("%u more list", "%u more lists", pcp->n_lists - shown),
                                  pcp->n_lists - shown));
}

static const char *
lock_text (const Draft *draft, const PwkBuddyZone *zone)
{
  g_autofree char *waited = pwk_format_ns (zone->lock_wait_ns);

  if (zone->lock_holder == 0)
    return _("zone->lock: never taken yet");
  if (zone->lock_waits == 0)
    return pwk_pen_printf (&draft->pen, _("zone->lock: last held by CPU %u, nobody waited"),
                           zone->lock_holder - 1);

  return pwk_pen_printf (&draft->pen,
                         ngettext ("zone->lock: last held by CPU %u, %u wait, %s in all",
                                   "zone->lock: last held by CPU %u, %u waits, %s in all",
                                   zone->lock_waits),
                         zone->lock_holder - 1, zone->lock_waits, waited);
}

/* Two CPUs, in the small density the running one; the others are counted. */
static uint32_t
pcps_shown (const Draft *draft, const PwkBuddyZone *zone)
{
  return MIN (zone->n_pcps, draft->density == PWK_DENSITY_SMALL ? 1u : 2u);
}

static double
pcps_height (const Draft *draft, const PwkBuddyZone *zone)
{
  double height = 2 * (PWK_PADDING - 2) + (draft->compact ? 0 : draft->heading + 6 + draft->small);

  for (uint32_t i = 0; i < pcps_shown (draft, zone); i++)
    height += pcp_lines (draft, &zone->pcps[i]) * (draft->small + 2) + 2;
  return height;
}

static void
draw_pcps (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint32_t shown = pcps_shown (draft, zone), more = zone->n_cpus - shown;
  PwkBox inside =
      pwk_pen_panel (pen, GROUP (GROUP_PCP), box, draft->compact ? NULL : _("Per-cpu lists"),
                     zone_title (draft, zone));
  PwkBox foot = draft->compact ? pwk_box (0, 0, 0, 0) : pwk_cut_bottom (&inside, draft->small, 2);

  pwk_scene_push_parent (pen->scene, GROUP (GROUP_PCP));
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp (draft, zone, &zone->pcps[i],
              pwk_cut_top (&inside, pcp_lines (draft, &zone->pcps[i]) * (draft->small + 2), 2));
  if (more > 0 && !draft->compact)
    {
      const char *text = pwk_pen_printf (pen, ngettext ("%u more CPU", "%u more CPUs", more), more);

      pwk_pen_text (pen,
                    pwk_cut_right (&foot, pwk_pen_width (pen, PWK_FONT_SMALL, text) + 1, PWK_GAP),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, text);
    }
  if (!draft->compact)
    pwk_pen_label (pen,
                   pwk_pen_text (pen, foot, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                                 lock_text (draft, zone)),
                   "%s", lock_text (draft, zone));
  pwk_scene_pop_parent (pen->scene);
}

/* --- all of it --- */

/* The uses that bars show, and how the kernel's migratetypes are marked. */
static unsigned
legend_entries (const PwkPen *pen, const PwkBuddyModel *model, PwkLegendEntry *entries)
{
  unsigned n = pwk_use_legend (entries);
  bool there[PWK_MIGRATE_TYPES] = { false };

  for (uint32_t i = 0; i < model->n_zones; i++)
    for (uint32_t j = 0; j < model->zones[i].n_lists; j++)
      there[model->zones[i].lists[j].migratetype] = true;
  for (unsigned type = 0; type < PWK_MIGRATE_TYPES; type++)
    if (there[type])
      entries[n++] = (PwkLegendEntry){
        PWK_ROLE_OUTLINE,
        pwk_pen_printf (pen, "%c %s", migratetype_letter (type), pwk_migratetype_title (type)),
        type == PWK_MIGRATE_UNMOVABLE ? PWK_LEGEND_FRAME : PWK_LEGEND_DASHED_FRAME
      };
  if (model->n_touched > 0 || model->n_hand > 0)
    entries[n++] =
        (PwkLegendEntry){ PWK_ROLE_FLASH, C_("legend", "just touched"), PWK_LEGEND_FRAME };
  return n;
}

static void
measure_columns (Draft *draft)
{
  const PwkPen *pen = &draft->pen;
  double widest = 30 + pwk_pen_width (pen, PWK_FONT_SMALL, "888 KiB");
  double count = pwk_pen_width (pen, PWK_FONT_SMALL, "nr_free"), heads = 0;

  for (uint32_t i = 0; i < draft->model->n_zones; i++)
    {
      const PwkBuddyZone *zone = &draft->model->zones[i];

      widest = fmax (widest, pwk_pen_width (pen, PWK_FONT_BOLD, zone_title (draft, zone)));
      widest = fmax (widest, pwk_pen_width (pen, PWK_FONT_SMALL, zone_free (draft, zone)));
      for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
        {
          const PwkBuddyList *lists;
          uint32_t n = lists_of_order (zone, order, &lists);
          double row = 0;

          for (uint32_t j = 0; j < n; j++)
            row += pwk_pen_width (pen, PWK_FONT_MONO_SMALL, head_text (draft, &lists[j])) + 11;
          heads = fmax (heads, row);
          count = fmax (count, pwk_pen_width (pen, PWK_FONT_MONO_SMALL,
                                              pwk_pen_count (pen, zone->nr_free[order])));
        }
    }
  draft->name_w = widest + 2;
  draft->count_w = count + 2;
  draft->heads_w =
      draft->density == PWK_DENSITY_SMALL
          ? 0
          : CLAMP (heads, pwk_pen_width (pen, PWK_FONT_SMALL, C_("column", "heads of lists")) + 2,
                   220);
}

/* The zone of the newest deed, of the pair, or the first. */
static uint32_t
acting_zone (const PwkBuddyModel *model)
{
  PwkPfn pfn = model->n_touched > 0 ? model->touched[0].pfn
               : model->n_hand > 0  ? model->hand[0].pfn
                                    : model->pfn;

  for (uint32_t i = 0; i < model->n_zones; i++)
    if (pfn != PWK_NO_PFN && pfn >= model->zones[i].start && pfn < model->zones[i].end)
      return i;
  return 0;
}

/* The cards below: side by side where the width allows. Returns their height, drawn or not. */
static double
cards_below (const Draft *draft, PwkBox box, bool draw)
{
  const PwkBuddyZone *zone = &draft->model->zones[draft->acting];
  bool beside = draft->density != PWK_DENSITY_SMALL;
  double bits_w, pair_w = box.w;
  double pair, pcps = pcps_height (draft, zone);

  bits_beside (draft->model, box.w, &bits_w);
  if (beside)
    pair_w = fmax (floor ((box.w - PWK_GAP) * 0.6), bits_w + 2 * PWK_PADDING);
  pair = pair_height (draft, pair_w);
  if (pair <= 0)
    beside = false;
  if (draw && pair > 0)
    draw_pair (draft, pwk_box (box.x, box.y, pair_w, beside ? fmax (pair, pcps) : pair));
  if (draw)
    draw_pcps (draft, zone,
               beside ? pwk_box (box.x + pair_w + PWK_GAP, box.y, box.w - pair_w - PWK_GAP,
                                 fmax (pair, pcps))
                      : pwk_box (box.x, box.y + (pair > 0 ? pair + PWK_GAP : 0), box.w, pcps));
  return beside ? fmax (pair, pcps) : pcps + (pair > 0 ? pair + PWK_GAP : 0);
}

/* Opens the zone in question, then the others as long as @height allows, and stretches the rows
 * into what is left. */
static void
open_zones (Draft *draft, bool *open, double height)
{
  uint32_t n = draft->model->n_zones, n_open = 1;
  double left;

  draft->row_h = row_least (draft);
  left = height - n * (shut_height (draft) + ZONE_GAP) + ZONE_GAP -
         (open_height (draft) - shut_height (draft));
  open[draft->acting] = true;
  for (uint32_t i = 0; i < n; i++)
    if (!open[i] && left >= open_height (draft) - shut_height (draft))
      {
        open[i] = true;
        n_open++;
        left -= open_height (draft) - shut_height (draft);
      }
  draft->row_h +=
      CLAMP (floor (left / (n_open * PWK_NR_PAGE_ORDERS)), 0, fmax (ROW_MAX_H - draft->row_h, 0));
}

static void
draw_zones (Draft *draft, PwkSheet *sheet)
{
  uint32_t n = draft->model->n_zones;
  g_autofree bool *open = g_new0 (bool, n);
  double cards;
  PwkBox *rest = &sheet->body;

  draft->acting = acting_zone (draft->model);
  measure_columns (draft);
  cards = cards_below (draft, *rest, false);
  open_zones (draft, open, rest->h - cards - ZONE_GAP);
  for (uint32_t i = 0; i < n; i++)
    {
      const PwkBuddyZone *zone = &draft->model->zones[i];
      double height = open[i] ? open_height (draft) : shut_height (draft);
      PwkBox box = pwk_box (rest->x, rest->y, rest->w, height);

      if (open[i])
        draw_open_zone (draft, zone, box);
      else
        draw_shut_zone (draft, zone, box);
      *rest = pwk_box (rest->x, rest->y + height + ZONE_GAP, rest->w, rest->h - height - ZONE_GAP);
    }
  cards_below (draft, pwk_box (rest->x, rest->y, rest->w, cards), true);
  rest->y += cards;
}

/* The legend stands at the foot: what the picture needs is known before its size. */
static double
needed_height (const Draft *draft, double width)
{
  Draft least = *draft;

  least.acting = acting_zone (draft->model);
  measure_columns (&least);
  least.row_h = row_least (draft);
  return open_height (&least) + (least.model->n_zones - 1) * (shut_height (&least) + ZONE_GAP) +
         ZONE_GAP + cards_below (&least, pwk_box (0, 0, width, 0), false);
}

void
pwk_buddy_layout (PwkScene *scene,
                  gconstpointer data,
                  const PwkTheme *theme,
                  const PwkViewParams *params)
{
  const PwkBuddyModel *model = data;
  Draft draft = { .pen = { scene, theme, params }, .model = model };
  PwkBox room = pwk_view_room (params, 420, 0);
  PwkLegendEntry entries[PWK_N_USE_ENTRIES + PWK_MIGRATE_TYPES + 1];
  unsigned n_entries;
  PwkSheet sheet;
  double legend;

  draft.density = pwk_pen_density (&draft.pen);
  draft.compact = draft.density != PWK_DENSITY_FULL;
  draft.small = pwk_pen_line (&draft.pen, PWK_FONT_SMALL);
  draft.heading = pwk_pen_line (&draft.pen, PWK_FONT_HEADING);
  sheet = pwk_sheet_new (&draft.pen, pwk_box (room.x, room.y, room.w, 1e6));
  pwk_sheet_head (&sheet, _("Buddy system"),
                  draft.density == PWK_DENSITY_SMALL
                      ? NULL
                      : _("free blocks of 2^order page frames, each under its frames"));
  if (model->n_zones == 0)
    {
      sheet.room.h = room.h;
      sheet.body.h = room.h - sheet.body.y;
      pwk_sheet_finish_empty (&sheet,
                              _("This machine has no such zone. Choose another one, or all."));
      return;
    }

  n_entries = legend_entries (&draft.pen, model, entries);
  legend = pwk_pen_legend_height (&draft.pen, sheet.body.w, entries, n_entries) + PWK_GAP;
  sheet.room.h =
      fmax (room.h, sheet.body.y + needed_height (&draft, sheet.body.w) + legend + PWK_MARGIN);
  sheet.body.h = sheet.room.h - sheet.body.y - PWK_MARGIN;
  pwk_sheet_legend_below (&sheet, entries, n_entries, PWK_GAP);
  draw_zones (&draft, &sheet);
  for (uint32_t i = 0; i < model->n_moves; i++)
    pwk_scene_add_move (scene, model->moves[i].from_id, model->moves[i].into_id);
  pwk_sheet_finish (&sheet, 0, model->pfn != PWK_NO_PFN ? pair_text (&draft, model) : NULL);
}

/* --- as text --- */

char *
pwk_buddy_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkBuddyModel *model = data;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n",
                          _("node\tzone\torder\tmigratetype\tblocks\tpfns, head first"));
  for (uint32_t i = 0; i < model->n_zones; i++)
    for (uint32_t j = 0; j < model->zones[i].n_lists; j++)
      {
        const PwkBuddyList *list = &model->zones[i].lists[j];

        g_string_append_printf (text, "%u\t%s\t%u\t%s\t%u%s\t", model->zones[i].node,
                                pwk_zone_name (model->zones[i].type), list->order,
                                pwk_migratetype_name (list->migratetype), list->n,
                                list->more ? "+" : "");
        for (uint32_t k = 0; k < list->n_told; k++)
          g_string_append_printf (text, "%s%u", k > 0 ? " " : "", list->told[k]);
        g_string_append (text, list->n > list->n_told ? " …\n" : "\n");
      }

  g_string_append_printf (text, "\n%s\n",
                          _("node\tzone\tcpu\tcount\thigh\thigh_min\thigh_max\tbatch\talloc_"
                             "factor\tfree_count"));
  for (uint32_t i = 0; i < model->n_zones; i++)
    for (uint32_t j = 0; j < model->zones[i].n_pcps; j++)
      {
        const PwkBuddyPcp *pcp = &model->zones[i].pcps[j];

        g_string_append_printf (text, "%u\t%s\t%u\t%d\t%d\t%d\t%d\t%d\t%u\t%d\n",
                                model->zones[i].node, pwk_zone_name (model->zones[i].type),
                                pcp->cpu, pcp->count, pcp->high, pcp->high_min, pcp->high_max,
                                pcp->batch, pcp->alloc_factor, pcp->free_count);
      }

  return g_string_free (text, FALSE);
}
