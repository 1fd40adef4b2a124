/* buddy-layout.c - a zone's memory as a bar, and under it its free blocks, each under its frames
 * in the row of its order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"
#include "scene/blend.h"
#include "views/buddy-private.h"
#include "views/sheet.h"

#define BAR_H       (draft->compact ? 20.0 : 26.0)
#define STRIP_BAR_H 18.0
#define ROW_MIN_H   (draft->compact ? 15.0 : 17.0)
#define ROW_MAX_H   34.0
#define ZONE_GAP    (draft->compact ? 8.0 : 12.0)
#define TICK_W      3.0 /* the narrowest that a block is drawn */

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

/* On a bar that is sampled the pages of the per-cpu lists stand one by one, as blocks do in the
 * rows under it: all that moves has a place in the bar. */
static void
draw_pages_of_lists (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox bar)
{
  for (uint32_t i = 0; i < zone->n_pcps; i++)
    for (uint32_t j = 0; j < zone->pcps[i].n_lists; j++)
      for (uint32_t k = 0; k < zone->pcps[i].lists[j].n_told; k++)
        {
          PwkPfn pfn = zone->pcps[i].lists[j].pfns[k];
          PwkBox place =
              place_frames (zone, bar, pfn, pwk_order_pages (zone->pcps[i].lists[j].order));

          place.w = fmax (place.w, 1);
          pwk_scene_add_rect (draft->pen.scene, PWK_ID (PWK_THING_PFN, pfn), place,
                              PWK_ROLE_PER_CPU)
              ->stroke = PWK_ROLE_NONE;
        }
}

static void
draw_bar (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox bar)
{
  const PwkPen *pen = &draft->pen;

  for (uint32_t i = 0; i < zone->n_bar; i++)
    {
      const PwkBuddyPiece *piece = &zone->bar[i];
      uint64_t id = piece->type == PWK_PAGE_BUDDY ? PWK_ID_BLOCK (piece->first, piece->order)
                                                  : PWK_ID (PWK_THING_PFN, piece->first);
      PwkItem *item = pwk_scene_add_rect (
          pen->scene, id, place_frames (zone, bar, piece->first, piece->n), piece->role);

      pwk_item_set_time (item, 0, PWK_BUDDY_CUT_MS, PWK_BUDDY_BIT_MS);
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
      draw_pages_of_lists (draft, zone, bar);
    }
  else
    pwk_scene_add_rect (pen->scene, 0, bar, PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;
}

/* What was just handed over stands out of the bar. */
static void
draw_handed_frames (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox bar)
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
draw_ruler (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox box)
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
write_block (const PwkBuddyDraft *draft, PwkItem *item, PwkPfn pfn, unsigned migratetype)
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
draw_block (const PwkBuddyDraft *draft,
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
  pwk_item_set_time (item, PWK_BUDDY_CUT_MS, PWK_BUDDY_FALL_MS, PWK_BUDDY_BIT_MS);
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
draw_blocks_of_bar (const PwkBuddyDraft *draft,
                    const PwkBuddyZone *zone,
                    unsigned order,
                    PwkBox row)
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
draw_sampled_blocks (const PwkBuddyDraft *draft,
                     const PwkBuddyZone *zone,
                     unsigned order,
                     PwkBox row)
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
head_text (const PwkBuddyDraft *draft, const PwkBuddyList *list)
{
  return pwk_pen_printf (&draft->pen, "%c %u", migratetype_letter (list->migratetype),
                         list->told[0]);
}

static void
draw_heads (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox box)
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
draw_order (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, unsigned order, PwkBox row)
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

const char *
pwk_buddy_zone_title (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  const PwkPen *pen = &draft->pen;

  return draft->model->n_nodes > 1
             ? pwk_pen_printf (pen, _("node %u, %s"), zone->node, pwk_zone_name (zone->type))
             : pwk_pen_printf (pen, _("zone %s"), pwk_zone_name (zone->type));
}

static const char *
zone_free (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  return pwk_pen_printf (&draft->pen, _("%s free"), pwk_pen_short (&draft->pen, zone->free));
}

/* The zone's name and how much of it is free. */
static void
draw_zone_name (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_ZONE (zone->node, zone->type);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, id, box, PWK_ROLE_NONE, 4.0);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_thing (pen, item, _("Node %u, zone %s: %s free of %s managed"), zone->node,
                 pwk_zone_name (zone->type), pwk_pen_pages (pen, zone->free),
                 pwk_pen_pages (pen, zone->managed));
  pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_buddy_zone_title (draft, zone));
  if (box.h >= draft->small)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, zone_free (draft, zone));
}

static double
shut_height (const PwkBuddyDraft *draft)
{
  return fmax ((draft->compact ? 1 : 2) * draft->small, STRIP_BAR_H) + 2;
}

static double
row_least (const PwkBuddyDraft *draft)
{
  return fmax (ROW_MIN_H, draft->small + (draft->compact ? 0 : 1));
}

static double
open_height (const PwkBuddyDraft *draft)
{
  return draft->small + 2 + BAR_H + 4 + PWK_NR_PAGE_ORDERS * draft->row_h;
}

/* The room of the bar among the columns; @right: what stands beside it. */
static PwkBox
cut_columns (const PwkBuddyDraft *draft, PwkBox box, PwkBox *right)
{
  double width = draft->count_w + (draft->heads_w > 0 ? draft->heads_w + PWK_GAP : 0);

  pwk_cut_left (&box, draft->name_w, PWK_GAP);
  *right = pwk_cut_right (&box, width, PWK_GAP);
  return box;
}

/* How many blocks of each order there are, as /proc/buddyinfo says it, the largest first. */
static const char *
counts_text (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    if (zone->nr_free[order] > 0)
      g_string_append_printf (text, "%s%u:%s", text->len > 0 ? "  " : "", order,
                              pwk_pen_count (&draft->pen, zone->nr_free[order]));
  return pwk_pen_printf (&draft->pen, "%s", text->str);
}

static void
draw_shut_zone (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox box)
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
draw_open_zone (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox box)
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
measure_columns (PwkBuddyDraft *draft)
{
  const PwkPen *pen = &draft->pen;
  double widest = 30 + pwk_pen_width (pen, PWK_FONT_SMALL, "888 KiB");
  double count = pwk_pen_width (pen, PWK_FONT_SMALL, "nr_free"), heads = 0;

  for (uint32_t i = 0; i < draft->model->n_zones; i++)
    {
      const PwkBuddyZone *zone = &draft->model->zones[i];

      widest =
          fmax (widest, pwk_pen_width (pen, PWK_FONT_BOLD, pwk_buddy_zone_title (draft, zone)));
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
cards_below (const PwkBuddyDraft *draft, PwkBox box, bool draw)
{
  const PwkBuddyZone *zone = &draft->model->zones[draft->acting];
  bool beside = draft->density != PWK_DENSITY_SMALL;
  double bits_w, pair_w = box.w;
  double pair, pcps = pwk_buddy_pcps_height (draft, zone);

  pwk_buddy_bits_beside (draft->model, box.w, &bits_w);
  if (beside)
    pair_w = fmax (floor ((box.w - PWK_GAP) * 0.6), bits_w + 2 * PWK_PADDING);
  pair = pwk_buddy_pair_height (draft, pair_w);
  if (pair <= 0)
    beside = false;
  if (draw && pair > 0)
    pwk_buddy_draw_pair (draft, pwk_box (box.x, box.y, pair_w, beside ? fmax (pair, pcps) : pair));
  if (draw)
    pwk_buddy_draw_pcps (
        draft, zone,
        beside
            ? pwk_box (box.x + pair_w + PWK_GAP, box.y, box.w - pair_w - PWK_GAP, fmax (pair, pcps))
            : pwk_box (box.x, box.y + (pair > 0 ? pair + PWK_GAP : 0), box.w, pcps));
  return beside ? fmax (pair, pcps) : pcps + (pair > 0 ? pair + PWK_GAP : 0);
}

/* Opens the zone in question, then the others as long as @height allows, and stretches the rows
 * into what is left. */
static void
open_zones (PwkBuddyDraft *draft, bool *open, double height)
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
draw_zones (PwkBuddyDraft *draft, PwkSheet *sheet)
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
needed_height (const PwkBuddyDraft *draft, double width)
{
  PwkBuddyDraft least = *draft;

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
  PwkBuddyDraft draft = { .pen = { scene, theme, params }, .model = model };
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
  pwk_sheet_finish (&sheet, 0,
                    model->pfn != PWK_NO_PFN ? pwk_buddy_pair_text (&draft, model) : NULL);
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
