/* buddy-layout.c - a zone's free lists as rows of blocks, its memory as a bar, its per-cpu lists
 * beside
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "views/buddy-model.h"
#include "views/sheet.h"
#include "views/views-private.h"

#define BIT_W        13.0
#define BIT_H        18.0
#define CHIP_H       18.0
#define LINE_H       22.0
#define EMPTY_H      18.0
#define CHIP_GAP     12.0
#define BAR_H        22.0
#define PCP_W        250.0
#define MAX_PCP_LISTS 5
#define ENDLESS      1e6       /* the picture is as long as it takes */
#define GROUP(n)     PWK_ID_GROUP (PWK_VIEW_BUDDY, n)

enum { GROUP_PAIR = 1, GROUP_ZONE = 0x100 };

/* Measured once for a picture. */
typedef struct
{
  PwkPen pen;
  double small;         /* height of a small line */
  double order_w, size_w, free_w, tag_w, chip_w;
} Draft;

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
      return pwk_pen_printf (pen,
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
      PwkItem *item =
          pwk_scene_add_rounded (pen->scene, PWK_ID_NUMBER_BIT (number, bit),
                                 pwk_box (x, y, BIT_W - 1, BIT_H),
                                 bit == marked ? PWK_ROLE_ACCENT : PWK_ROLE_PANEL_ALT, 2.0);

      item->text = (number >> bit & 1) != 0 ? "1" : "0";
      item->font = bit == marked ? PWK_FONT_MONO_BOLD : PWK_FONT_MONO_SMALL;
      item->padding = 0;
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

static void
draw_hand (const Draft *draft, const PwkBuddyModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  /* Translators: a row of memory blocks that a caller has just got or given back. */
  const char *title = _("Just handed over:");
  double x = box.x + pwk_pen_width (pen, PWK_FONT_NORMAL, title) + PWK_GAP;

  pwk_pen_text (pen, pwk_box (box.x, box.y, x - box.x, box.h), PWK_FONT_NORMAL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, title);
  for (uint32_t i = 0; i < model->n_hand; i++)
    {
      const PwkBuddyHand *hand = &model->hand[i];
      g_autoptr(GString) gfp = g_string_new (NULL);
      const char *text;
      PwkItem *chip;

      if (!hand->freed)
        pwk_gfp_append (gfp, hand->gfp);
      text =
          hand->freed
              ? pwk_pen_printf (pen, _("freed pfn %llu, order %u"), PWK_N (hand->pfn), hand->order)
              : pwk_pen_printf (pen, _("allocated pfn %llu, order %u"), PWK_N (hand->pfn),
                                hand->order);
      chip = pwk_pen_chip (pen, PWK_ID_BLOCK (hand->pfn, hand->order), x, box.y + 2, LINE_H - 4,
                           box.x + box.w - x,
                           hand->freed ? PWK_ROLE_FREE (hand->order) : PWK_ROLE_KERNEL,
                           PWK_FONT_SMALL, text);
      if (chip == NULL || chip->box.w + 0.5 < pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14)
        {
          if (chip != NULL)
            chip->opacity = 0;
          break;
        }
      pwk_pen_thing (pen, chip, "%s%s%s", text, gfp->len > 0 ? ", " : "", gfp->str);
      chip->flags |= PWK_FLAG_FLASH;
      x += chip->box.w + PWK_GAP;
    }
}

static double
pair_height (const Draft *draft, const PwkBuddyModel *model, double width)
{
  double text_w = width - 2 * PWK_PADDING;
  double bits_w =
      bits_width (CLAMP (bits_of (model->pfn | model->buddy), 8, 30)) + 92 + 2 * PWK_GAP;
  double height;

  if (model->pfn == PWK_NO_PFN)
    return 0;

  if (text_w - bits_w >= 220)
    text_w -= bits_w;
  pwk_text_size (draft->pen.theme, PWK_FONT_NORMAL, pair_text (draft, model), text_w, NULL,
                 &height);
  height = ceil (height) + 2;
  return (text_w + bits_w <= width - 2 * PWK_PADDING + 1 ? fmax (height, 2 * BIT_H + 6)
                                                         : height + 2 * BIT_H + 12) +
         2 * (PWK_PADDING - 2) + hand_height (model);
}

static void
draw_pair (const Draft *draft, const PwkBuddyModel *model, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  unsigned n_bits = CLAMP (bits_of (model->pfn | model->buddy), 8, 30);
  double bits_w = bits_width (n_bits) + 92 + 2 * PWK_GAP;
  PwkBox inside = pwk_pen_panel (pen, GROUP (GROUP_PAIR), box, NULL, NULL);
  PwkBox pair;

  pwk_scene_push_parent (pen->scene, GROUP (GROUP_PAIR));
  if (model->n_hand > 0)
    draw_hand (draft, model, pwk_cut_bottom (&inside, LINE_H, 4));
  pair = inside.w - bits_w >= 220 ? pwk_cut_left (&inside, bits_w - PWK_GAP, PWK_GAP)
                                  : pwk_cut_top (&inside, 2 * BIT_H + 6, 6);

  pwk_pen_text (pen, pwk_box (pair.x, pair.y, 88, BIT_H), PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_pen_printf (pen, "%llu", PWK_N (model->pfn)));
  draw_bits (pen, pair.x + 92, pair.y, model->pfn, n_bits, model->order);
  pwk_pen_text (pen, pwk_box (pair.x, pair.y + BIT_H + 4, 88, BIT_H), PWK_FONT_MONO_SMALL,
                PWK_ROLE_TEXT, PWK_ALIGN_START, pwk_pen_printf (pen, "%llu", PWK_N (model->buddy)));
  draw_bits (pen, pair.x + 92, pair.y + BIT_H + 4, model->buddy, n_bits, model->order);
  pwk_pen_paragraph (pen, inside, PWK_FONT_NORMAL, PWK_ROLE_TEXT, pair_text (draft, model));
  pwk_scene_pop_parent (pen->scene);
}

/* --- the bar --- */

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
draw_bar (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox bar = pwk_cut_top (&box, BAR_H, 2);
  double scale = bar.w / (double) (zone->end - zone->start);
  const char *first = pwk_pen_printf (pen, "pfn %llu", PWK_N (zone->start));
  const char *last = pwk_pen_printf (pen, "%llu", PWK_N (zone->end - 1));

  for (uint32_t i = 0; i < zone->n_bar; i++)
    {
      const PwkBuddyPiece *piece = &zone->bar[i];
      uint64_t id = piece->type == PWK_PAGE_BUDDY ? PWK_ID_BLOCK (piece->first, piece->order)
                                                  : PWK_ID (PWK_THING_PFN, piece->first);
      PwkItem *item =
          pwk_scene_add_rect (pen->scene, id,
                              pwk_box (bar.x + (double) (piece->first - zone->start) * scale, bar.y,
                                       fmax ((double) piece->n * scale, 0.5), bar.h),
                              piece->role);

      if (piece->n * scale < 4)
        item->stroke = PWK_ROLE_NONE;
      label_piece (pen, piece, item);
    }
  if (zone->bar_roles != NULL)
    {
      g_autoptr(GBytes) roles = g_bytes_new (zone->bar_roles, zone->n_bar_roles);
      PwkItem *item = pwk_scene_add_cells (pen->scene, PWK_ID_ZONE_BAR (zone->node, zone->type),
                                           bar, zone->n_bar_roles, 1, PWK_CELLS_ROLES, roles);

      pwk_pen_thing (pen, item,
                     _("The memory of zone %s of node %u from its first frame to its last, "
                       "sampled"),
                     pwk_zone_name (zone->type), zone->node);
    }
  else
    pwk_scene_add_rect (pen->scene, 0, bar, PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;

  pwk_pen_text (pen, pwk_box (box.x, box.y, box.w / 2, draft->small), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, first);
  pwk_pen_text (pen, pwk_box (box.x + box.w / 2, box.y, box.w / 2, draft->small), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, last);
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

static double
rows_height (const Draft *draft, const PwkBuddyZone *zone)
{
  double height = draft->small + 6;

  for (unsigned order = 0; order <= PWK_MAX_PAGE_ORDER; order++)
    {
      const PwkBuddyList *first;
      uint32_t n = lists_of_order (zone, order, &first);

      height += n > 0 ? n * LINE_H + 2 : EMPTY_H + 2;
    }

  return height;
}

static bool
is_touched (const PwkBuddyModel *model, uint32_t pfn, unsigned order)
{
  for (uint32_t i = 0; i < model->n_touched; i++)
    if (model->touched[i].pfn == pfn && model->touched[i].order == order)
      return true;

  return false;
}

static void
draw_block (const Draft *draft,
            const PwkBuddyModel *model,
            const PwkBuddyList *list,
            uint32_t pfn,
            double x,
            double y)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_BLOCK (pfn, list->order),
                                         pwk_box (x, y, draft->chip_w, CHIP_H),
                                         pwk_migratetype_role (list->migratetype), 4.0);

  item->text = pwk_pen_printf (pen, "%u", pfn);
  item->font = PWK_FONT_MONO_SMALL;
  item->padding = 2;
  pwk_pen_thing (pen, item,
                 _("Free block of order %u, %s, pfn %u to %llu; its buddy is at pfn %llu"),
                 list->order, pwk_migratetype_title (list->migratetype), pfn,
                 PWK_N (pfn + pwk_order_pages (list->order) - 1),
                 PWK_N (pfn ^ pwk_order_pages (list->order)));
  if (is_touched (model, pfn, list->order))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
}

/* How many blocks fit into @width, the last one included, when some are left out. */
static uint32_t
blocks_that_fit (const Draft *draft, const PwkBuddyList *list, double width, const char **rest)
{
  double step = draft->chip_w + CHIP_GAP;
  uint32_t fit = (uint32_t) fmax (floor ((width + CHIP_GAP) / step), 0);
  uint32_t n;

  *rest = NULL;
  if (list->n <= fit && list->n == list->n_told)
    return list->n;

  /* Translators: so many more blocks are on the list. */
  *rest = pwk_pen_printf (&draft->pen, _("+%s more"), pwk_pen_count (&draft->pen, list->n));
  width -= pwk_pen_width (&draft->pen, PWK_FONT_SMALL, *rest) + CHIP_GAP + step;
  n = (uint32_t) fmax (floor ((width + CHIP_GAP) / step), 0);
  n = MIN (n, list->n_told);
  if (n >= list->n)
    n = list->n - 1;
  *rest = list->more ? pwk_pen_printf (&draft->pen, _("+%s or more"),
                                       pwk_pen_count (&draft->pen, list->n - n - 1))
          : list->n - n - 1 > 0
              ? pwk_pen_printf (&draft->pen, _("+%s more"),
                                pwk_pen_count (&draft->pen, list->n - n - 1))
              : NULL;
  return n;
}

/* The blocks as beads on a thread from head to tail. */
static void
draw_chain (const Draft *draft, const PwkBuddyModel *model, const PwkBuddyList *list, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  double y = box.y + (box.h - CHIP_H) / 2;
  const char *rest;
  uint32_t n = blocks_that_fit (draft, list, box.w, &rest);
  bool with_tail = n < list->n;
  double rest_w = rest != NULL ? pwk_pen_width (pen, PWK_FONT_SMALL, rest) + 1 : 0;
  double end = box.x + (n + with_tail) * (draft->chip_w + CHIP_GAP) - CHIP_GAP +
               (rest != NULL ? rest_w + CHIP_GAP : 0);
  double x = box.x;

  if (n + with_tail > 1)
    pwk_pen_arrow (pen, 0, box.x, y + CHIP_H / 2, fmin (end - draft->chip_w, box.x + box.w),
                   y + CHIP_H / 2, PWK_ROLE_OUTLINE);
  for (uint32_t i = 0; i < n; i++, x += draft->chip_w + CHIP_GAP)
    draw_block (draft, model, list, list->told[i], x, y);
  if (!with_tail)
    return;

  if (rest != NULL)
    {
      pwk_scene_add_rect (pen->scene, 0, pwk_box (x, y, rest_w, CHIP_H), PWK_ROLE_PANEL);
      pwk_pen_text (pen, pwk_box (x, y, rest_w, CHIP_H), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_CENTRE, rest);
      x += rest_w + CHIP_GAP;
    }
  if (x + draft->chip_w <= box.x + box.w + 0.5)
    draw_block (draft, model, list,
                list->tail != PWK_PFN_NIL ? list->tail : list->told[list->n_told - 1], x, y);
}

static void
draw_list (const Draft *draft,
           const PwkBuddyModel *model,
           const PwkBuddyZone *zone,
           const PwkBuddyList *list,
           PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_FREE_LIST (zone->node, zone->type, list->order, list->migratetype);
  PwkBox tag = pwk_cut_left (&box, draft->tag_w, PWK_GAP);
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, id, pwk_box_inset (tag, 0, 2), PWK_ROLE_PANEL_ALT, 3.0);

  item->text = pwk_pen_printf (pen, "%s %s%s", pwk_migratetype_title (list->migratetype),
                               pwk_pen_count (pen, list->n), list->more ? "+" : "");
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_START;
  pwk_pen_thing (pen, item,
                 ngettext ("free_area[%u].free_list[%s] of zone %s, node %u: %s block",
                           "free_area[%u].free_list[%s] of zone %s, node %u: %s blocks", list->n),
                 list->order, pwk_migratetype_title (list->migratetype), pwk_zone_name (zone->type),
                 zone->node, pwk_pen_count (pen, list->n));
  draw_chain (draft, model, list, box);
}

static void
draw_order (const Draft *draft,
            const PwkBuddyModel *model,
            const PwkBuddyZone *zone,
            unsigned order,
            PwkBox *rest)
{
  const PwkPen *pen = &draft->pen;
  const PwkBuddyList *lists;
  uint32_t n = lists_of_order (zone, order, &lists);
  PwkBox row = pwk_cut_top (rest, n > 0 ? n * LINE_H : EMPTY_H, 2);
  PwkBox columns = pwk_box (row.x, row.y, row.w, n > 0 ? LINE_H : EMPTY_H);
  PwkRole ink = n > 0 ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM;
  PwkItem *swatch;

  pwk_scene_add_line (pen->scene, 0, row.x, row.y - 1, row.x + row.w, row.y - 1, PWK_ROLE_GRID);
  swatch = pwk_scene_add_rounded (pen->scene, 0,
                                  pwk_box (columns.x, columns.y + columns.h / 2 - 6, 12, 12),
                                  PWK_ROLE_FREE (order), 2.0);
  pwk_scene_set_label (pen->scene, swatch, _("Order %u: blocks of %s, %s free"), order,
                       pwk_pen_pages (pen, pwk_order_pages (order)),
                       pwk_pen_count (pen, zone->nr_free[order]));
  pwk_pen_text (pen, pwk_box (columns.x + 18, columns.y, draft->order_w - 18, columns.h),
                PWK_FONT_MONO_SMALL, ink, PWK_ALIGN_START, pwk_pen_printf (pen, "%u", order));
  pwk_cut_left (&columns, draft->order_w, 0);
  pwk_pen_text (pen, pwk_cut_left (&columns, draft->size_w, PWK_GAP), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, pwk_pen_short (pen, pwk_order_pages (order)));
  pwk_pen_text (pen, pwk_cut_left (&columns, draft->free_w, PWK_GAP + 4), PWK_FONT_MONO_SMALL, ink,
                PWK_ALIGN_END, pwk_pen_count (pen, zone->nr_free[order]));
  for (uint32_t i = 0; i < n; i++)
    draw_list (draft, model, zone, &lists[i],
               pwk_box (columns.x, row.y + i * LINE_H, columns.w, LINE_H));
}

static void
draw_rows (const Draft *draft, const PwkBuddyModel *model, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox head = pwk_cut_top (&box, draft->small, 6);

  pwk_pen_text (pen, pwk_cut_left (&head, draft->order_w, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, C_("column", "order"));
  pwk_pen_text (pen, pwk_cut_left (&head, draft->size_w, PWK_GAP), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, pwk_unit_name (pen->params));
  pwk_pen_text (pen, pwk_cut_left (&head, draft->free_w, PWK_GAP + 4), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, "nr_free");
  /* Translators: over the free lists; head and tail are the ends of a list. */
  pwk_pen_text (pen, head, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                _("free_list by migratetype: pfn of each block, head → tail"));
  for (unsigned order = PWK_NR_PAGE_ORDERS; order-- > 0;)
    draw_order (draft, model, zone, order, &box);
}

/* --- per-cpu lists --- */

static double
pcp_height (const Draft *draft, const PwkBuddyPcp *pcp)
{
  uint32_t lines = MIN (pcp->n_lists, MAX_PCP_LISTS) + (pcp->n_lists > MAX_PCP_LISTS);

  return draft->small * 2 + 17 + lines * (draft->small + 3) + 4;
}

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
                         pwk_migratetype_role (pcp->lists[index].migratetype), 2.0);
  pwk_pen_text (pen, pwk_box (box.x + 15, box.y, box.w - 15, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_pen_printf (pen, "%s", pfns->str));
  g_string_free (pfns, TRUE);
}

static void
draw_pcp (const Draft *draft, const PwkBuddyZone *zone, const PwkBuddyPcp *pcp, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_PCP (zone->node, zone->type, pcp->cpu);
  uint32_t shown = MIN (pcp->n_lists, MAX_PCP_LISTS);
  PwkBox line = pwk_cut_top (&box, draft->small, 3);
  PwkItem *gauge;

  pwk_pen_key_value (pen, line, pwk_pen_printf (pen, _("CPU %u"), pcp->cpu),
                     pwk_pen_printf (pen, _("%d of at most %d pages"), pcp->count, pcp->high));
  gauge =
      pwk_pen_gauge (pen, id, pwk_cut_top (&box, 8, 3), pcp->count, pcp->high, PWK_ROLE_PER_CPU);
  pwk_pen_thing (pen, gauge,
                 _("Per-cpu lists of CPU %u, zone %s: %d pages, high %d (between %d and %d), batch "
                   "%d, refills doubled %u times, %d freed in a row"),
                 pcp->cpu, pwk_zone_name (zone->type), pcp->count, pcp->high, pcp->high_min,
                 pcp->high_max, pcp->batch, pcp->alloc_factor, pcp->free_count);
  pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START,
                pwk_pen_printf (pen, "batch %d · alloc_factor %u · free_count %d", pcp->batch,
                                pcp->alloc_factor, pcp->free_count));
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp_list (draft, pcp, i, pwk_cut_top (&box, draft->small, 3));
  if (shown < pcp->n_lists)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
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

static void
write_more_cpus (const Draft *draft, const PwkBuddyZone *zone, uint32_t shown, PwkBox box)
{
  if (shown < zone->n_cpus && box.h >= draft->small)
    pwk_pen_text (&draft->pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  pwk_pen_printf (&draft->pen,
                                  ngettext ("%u more CPU", "%u more CPUs", zone->n_cpus - shown),
                                  zone->n_cpus - shown));
}

/* Below the rows: two cards side by side. */
static void
draw_pcps_below (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint32_t shown = MIN (zone->n_pcps, 2);
  PwkBox head = pwk_cut_top (&box, pwk_pen_line (pen, PWK_FONT_BOLD), 4);
  PwkBox foot = pwk_cut_bottom (&box, draft->small, 4);
  double width = (box.w - 2 * PWK_GAP) / 2;

  pwk_pen_text (pen, head, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                _("Per-cpu lists (struct per_cpu_pages)"));
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp (draft, zone, &zone->pcps[i],
              pwk_box (box.x + i * (width + 2 * PWK_GAP), box.y, width, box.h));
  if (shown < zone->n_cpus)
    write_more_cpus (draft, zone, shown, pwk_cut_right (&foot, fmin (foot.w / 3, 140), PWK_GAP));
  pwk_pen_text (pen, foot, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                lock_text (draft, zone));
}

/* Beside the rows: cards one below the other, as many as there is room for. */
static void
draw_pcps (const Draft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint32_t shown = 0;
  PwkBox lock = pwk_cut_bottom (&box, 2 * draft->small, 4);

  pwk_pen_paragraph (pen, lock, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, lock_text (draft, zone));
  pwk_pen_text (pen, pwk_cut_top (&box, pwk_pen_line (pen, PWK_FONT_BOLD), 4), PWK_FONT_BOLD,
                PWK_ROLE_TEXT, PWK_ALIGN_START, _("Per-cpu lists (struct per_cpu_pages)"));
  for (; shown < zone->n_pcps && box.h >= pcp_height (draft, &zone->pcps[shown]) +
                                              (shown + 1 < zone->n_cpus ? draft->small : 0);
       shown++)
    draw_pcp (draft, zone, &zone->pcps[shown],
              pwk_cut_top (&box, pcp_height (draft, &zone->pcps[shown]), 4));
  write_more_cpus (draft, zone, shown, box);
}

/* --- a zone --- */

/* Of two cards, one below the other or side by side. */
static double
pcps_height (const Draft *draft, const PwkBuddyZone *zone, bool beside)
{
  double height = pwk_pen_line (&draft->pen, PWK_FONT_BOLD) + 4 + draft->small + 4;
  double first = pcp_height (draft, &zone->pcps[0]),
         second = zone->n_pcps > 1 ? pcp_height (draft, &zone->pcps[1]) : 0;

  return height + (beside ? first + second + 8 + 2 * draft->small : fmax (first, second));
}

static bool
pcps_beside (double width)
{
  return width >= 760;
}

static double
zone_height (const Draft *draft, const PwkBuddyZone *zone, double width)
{
  double rows = rows_height (draft, zone);
  double head = pwk_pen_line (&draft->pen, PWK_FONT_HEADING) + 6 + 2 * (PWK_PADDING - 2) + BAR_H +
                draft->small + 8;

  return head + (pcps_beside (width) ? fmax (rows, pcps_height (draft, zone, true))
                                     : rows + 8 + pcps_height (draft, zone, false));
}

static void
draw_zone (const Draft *draft, const PwkBuddyModel *model, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_ZONE (zone->node, zone->type);
  const char *title =
      pwk_pen_printf (pen, _("Node %u, zone %s"), zone->node, pwk_zone_name (zone->type));
  const char *remark =
      pwk_pen_printf (pen, _("%s free of %s managed"), pwk_pen_pages (pen, zone->free),
                      pwk_pen_pages (pen, zone->managed));
  PwkBox inside = pwk_pen_panel (pen, id, box, title, remark);
  size_t n_items;
  PwkItem *panel;

  pwk_scene_get_items (pen->scene, &n_items);
  panel = pwk_scene_add_rounded (pen->scene, id, box, PWK_ROLE_NONE, 8.0);
  panel->stroke = PWK_ROLE_NONE;
  pwk_scene_set_label (pen->scene, panel, "%s: %s", title, remark);
  panel->flags |= PWK_FLAG_FOCUSABLE | (pwk_pen_selects (pen, id) ? PWK_FLAG_SELECTED : 0);

  pwk_scene_push_parent (pen->scene, id);
  draw_bar (draft, zone, pwk_cut_top (&inside, BAR_H + draft->small + 2, 6));
  if (pcps_beside (box.w))
    {
      PwkBox side = pwk_cut_right (&inside, PCP_W, 2 * PWK_GAP);

      pwk_scene_add_line (pen->scene, 0, side.x - PWK_GAP, side.y, side.x - PWK_GAP,
                          side.y + side.h, PWK_ROLE_GRID);
      draw_pcps (draft, zone, side);
    }
  else
    draw_pcps_below (draft, zone, pwk_cut_bottom (&inside, pcps_height (draft, zone, false), 8));
  draw_rows (draft, model, zone, inside);
  pwk_scene_pop_parent (pen->scene);
}

static void
add_legend (PwkSheet *sheet, const PwkBuddyModel *model)
{
  PwkLegendEntry entries[PWK_MIGRATE_TYPES + 4];
  unsigned n = 0;

  for (unsigned type = 0; type < PWK_MIGRATE_TYPES; type++)
    if (type <= PWK_MIGRATE_HIGHATOMIC)
      entries[n++] = (PwkLegendEntry) { pwk_migratetype_role (type), pwk_migratetype_title (type),
                                       PWK_LEGEND_SWATCH };
  entries[n++] =
      (PwkLegendEntry) { PWK_ROLE_FREE (0), C_("legend", "free, order 0"), PWK_LEGEND_SWATCH };
  entries[n++] =
      (PwkLegendEntry) { PWK_ROLE_FREE (10), C_("legend", "free, order 10"), PWK_LEGEND_SWATCH };
  if (model->n_touched > 0)
    entries[n++] =
        (PwkLegendEntry) { PWK_ROLE_FLASH, C_("legend", "just touched"), PWK_LEGEND_FRAME };

  pwk_sheet_legend_above (sheet, entries, n, 6);
}

static void
measure (Draft *draft, const PwkBuddyModel *model)
{
  const PwkPen *pen = &draft->pen;
  uint64_t last = 1;
  double tag = 0;

  draft->small = pwk_pen_line (pen, PWK_FONT_SMALL);
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      last = MAX (last, model->zones[i].end);
      for (uint32_t j = 0; j < model->zones[i].n_lists; j++)
        tag = fmax (tag,
                    pwk_pen_width (pen, PWK_FONT_SMALL,
                                   pwk_migratetype_title (model->zones[i].lists[j].migratetype)));
    }
  draft->chip_w =
      pwk_pen_width (pen, PWK_FONT_MONO_SMALL, pwk_pen_printf (pen, "%llu", PWK_N (last))) + 12;
  draft->tag_w = tag + pwk_pen_width (pen, PWK_FONT_SMALL, " 88,888+") + 10;
  draft->order_w = fmax (pwk_pen_width (pen, PWK_FONT_SMALL, C_("column", "order")) + 4, 40);
  draft->size_w = fmax (pwk_pen_width (pen, PWK_FONT_SMALL, pwk_unit_name (pen->params)),
                        pwk_pen_width (pen, PWK_FONT_SMALL, "1,024")) +
                  2;
  draft->free_w = fmax (pwk_pen_width (pen, PWK_FONT_SMALL, "nr_free"),
                        pwk_pen_width (pen, PWK_FONT_MONO_SMALL, "888,888")) +
                  2;
}

void
pwk_buddy_layout (PwkScene *scene,
                  gconstpointer data,
                  const PwkTheme *theme,
                  const PwkViewParams *params)
{
  const PwkBuddyModel *model = data;
  Draft draft = { .pen = { scene, theme, params } };
  PwkSheet sheet = pwk_sheet_new (&draft.pen, pwk_view_room (params, 560, 0));
  PwkBox *rest = &sheet.body;
  double pair;

  rest->h = ENDLESS;
  measure (&draft, model);
  pwk_sheet_head (&sheet, _("Buddy system"),
                  _("free blocks of 2^order page frames, a list for each order and migratetype"));
  add_legend (&sheet, model);
  pair = pair_height (&draft, model, rest->w);
  if (pair > 0)
    draw_pair (&draft, model, pwk_cut_top (rest, pair, PWK_GAP));
  for (uint32_t i = 0; i < model->n_zones; i++)
    draw_zone (&draft, model, &model->zones[i],
               pwk_cut_top (rest, zone_height (&draft, &model->zones[i], rest->w), PWK_GAP));
  if (model->n_zones == 0)
    pwk_pen_empty (&draft.pen, pwk_cut_top (rest, 120, 0),
                   _("This machine has no such zone. Choose another one, or all."));
  for (uint32_t i = 0; i < model->n_moves; i++)
    pwk_scene_add_move (scene, model->moves[i].from_id, model->moves[i].into_id);
  pwk_sheet_finish (&sheet, rest->y - PWK_GAP,
                    model->pfn != PWK_NO_PFN ? pair_text (&draft, model) : NULL);
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
