/* tlb-layout.c - a cpu's TLBs: the page number cut into tag and index, its set and the comparators,
 * the other sets, what comes and goes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/tlb-model.h"

#include "scene/blend.h"
#include "views/density.h"
#include "views/route.h"
#include "views/ruler.h"
#include "views/sheet.h"
#include "views/shootdown-layout.h"
#include "views/views-private.h"
#include "views/words.h"

/*      title                                                          lookups · hits 1
 *      [ tag                                     ][ index ][ offset ]    the page number
 *        |                                          |
 *      set  way 0    way 1    …                     |     structures
 *        0                                          |     what comes
 *      ( 7 [0x7ff…] [0x7ff…]  the row is open   ) <-+     counts
 *        |--(≠)------(=)
 *        8
 *
 * The row of the lookup's set is open: its tags are compared. Where the other sets have no room as
 * rows they are a map of small cells under it, in several blocks side by side. */
#define SET_LABEL  34.0
#define GUTTER     14.0 /* left of the rows for the tag, right of them for the index */
#define ROUTE_ROOM 14.0 /* between the page number and the rows */
#define OPEN_CHIP  24.0
#define COMPARATOR 18.0
#define ROW_MAX    22.0
#define ROW_MIN    12.0
#define ROW_TEXT   15.0 /* from this height on a row has text */
#define CELL_MIN_W 5.0
#define CELL_MAX_H 34.0
#define CELL_MAX_W 240.0
#define MIN_HEIGHT 400.0
#define MOTION     600
#define TURN_MS    320 /* of an eviction: until the old entry is out */
#define TWO_LINES  12  /* ways from which on the open row has two lines */

typedef struct
{
  PwkPen pen;
  const PwkTlbModel *model;
  const PwkTlbTab *tab; /* in focus */
  PwkBox index;         /* of the page number's boxes; w 0: none */
  PwkBox tag;
  PwkBox row;   /* the open one */
  double lines; /* y at which the routes from the page number turn */
} Drawing;

static const char *
policy_name (unsigned policy)
{
  static const char *const names[] = { [PWK_TLB_LRU] = "LRU",
                                       [PWK_TLB_PLRU] = "PLRU",
                                       [PWK_TLB_FIFO] = "FIFO",
                                       [PWK_TLB_RANDOM] = "random" };

  return policy < G_N_ELEMENTS (names) ? names[policy] : "?";
}

/* The hue is that of what the page is used for. */
static PwkRole
cell_role (const PwkTlbCell *cell)
{
  return cell->way.valid ? (PwkRole) cell->role : PWK_ROLE_PANEL_ALT;
}

static uint64_t
cell_id (const Drawing *drawing, uint32_t set, uint32_t way)
{
  unsigned id = drawing->tab->id;

  return id < PWK_TLB_TAB_PWC ? PWK_ID_TLB_WAY (drawing->model->cpu, id, set, way)
                              : PWK_ID_WALK_CACHE (drawing->model->cpu, id - PWK_TLB_TAB_PWC,
                                                   set * drawing->tab->n_ways + way);
}

/* --- the page number --- */

static bool
compares (const Drawing *drawing)
{
  return drawing->model->has_lookup && drawing->model->lookup_set != UINT32_MAX;
}

/* Bits that choose the set: none where there is one set, or where sets are no power of two. */
static unsigned
index_bits (const PwkTlbTab *tab)
{
  return (tab->n_sets & (tab->n_sets - 1)) == 0 ? (unsigned) __builtin_ctz (tab->n_sets) : 0;
}

static void
draw_page_number (Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  bool large =
      drawing->tab->id == PWK_TLB_L1I2M || drawing->tab->id == PWK_TLB_L1D2M || model->large;
  unsigned shift = large ? (unsigned) __builtin_ctzll (PWK_PMD_SIZE) : PWK_PAGE_SHIFT;
  unsigned index = index_bits (drawing->tab), tag = model->addr_bits - shift - index;
  double gap = 16, pitch = (box.w - 2 * gap) / (model->addr_bits + 2);
  uint64_t value = model->looked_for >> (shift + index) & (((uint64_t) 1 << tag) - 1);
  PwkRulerField fields[3];
  unsigned n = 0;

  fields[n++] =
      (PwkRulerField){ .low = shift + index,
                       .bits = tag,
                       .x = box.x,
                       .w = pitch * tag,
                       .name = C_("tlb", "tag"),
                       .value = pwk_pen_address (pen, value),
                       .label = _("The tag: compared with that of each way of the set") };
  if (index > 0)
    {
      fields[n] =
          (PwkRulerField){ .low = shift,
                           .bits = index,
                           .x = box.x + pitch * tag + gap,
                           .w = pitch * (index + 2),
                           .name = C_("tlb", "set"),
                           .value = pwk_pen_printf (pen, "%u", model->lookup_set),
                           .light = model->now == PWK_EV_TLB_HIT || model->now == PWK_EV_TLB_MISS
                                        ? PWK_ROLE_FLASH
                                        : PWK_ROLE_NONE,
                           .label = _("The index: it chooses the set") };
      drawing->index = pwk_ruler_box (pen, &fields[n++], box.y);
    }
  fields[n] = (PwkRulerField){ .low = 0,
                               .bits = shift,
                               .passive = true,
                               .x = fields[n - 1].x + fields[n - 1].w + gap,
                               .name = _("offset: not looked up"),
                               .label = _("offset: not looked up") };
  fields[n].w = box.x + box.w - fields[n].x;
  if (pwk_pen_width (pen, PWK_FONT_SMALL, fields[n].name) > fields[n].w)
    fields[n].name = C_("address", "offset");
  drawing->tag = pwk_ruler_box (pen, &fields[0], box.y);
  pwk_pen_ruler (pen, box.y, model->looked_for, fields, n + 1);
}

/* From the index to its row, and from the tag to the comparators. */
static void
draw_routes (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox row = drawing->row, index = drawing->index, tag = drawing->tag;
  double bottom = tag.y + tag.h + 2, line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double right = row.x + row.w + GUTTER / 2 + 1, left = row.x - GUTTER / 2;
  double middle = row.y + OPEN_CHIP / 2 + 6, compare = row.y + OPEN_CHIP + 8 + COMPARATOR / 2;
  uint16_t kind = drawing->model->now;
  bool now = kind == PWK_EV_TLB_HIT || kind == PWK_EV_TLB_MISS || kind == PWK_EV_TLB_FILL ||
             kind == PWK_EV_TLB_EVICT;
  const PwkPoint to_row[] = { { index.x + 7, bottom },
                              { index.x + 7, drawing->lines },
                              { right, drawing->lines },
                              { right, middle },
                              { row.x + row.w + 1, middle } };
  const PwkPoint to_tags[] = { { tag.x + 7, bottom },
                               { tag.x + 7, bottom + line + 3 },
                               { left, bottom + line + 3 },
                               { left, compare },
                               { row.x + SET_LABEL - 1, compare } };
  PwkItem *item = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x2000), to_tags, 5, PWK_ROLE_OUTLINE,
                                 PWK_ROUTE_HOLDS, true);

  pwk_item_set_time (item, 240, 400, MOTION);
  if (index.w <= 0)
    return;
  item = pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x2001), to_row, 5,
                        now ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE,
                        now ? PWK_ROUTE_RUNS : PWK_ROUTE_HOLDS, true);
  pwk_item_set_time (item, 0, 240, MOTION);
}

/* The index' bits on their way down to the row. */
static void
draw_passing_index (const Drawing *drawing)
{
  const PwkPen *pen = &drawing->pen;
  PwkBox row = drawing->row;

  if (drawing->index.w <= 0 ||
      (drawing->model->now != PWK_EV_TLB_HIT && drawing->model->now != PWK_EV_TLB_MISS))
    return;
  pwk_item_set_time (pwk_pen_passing (pen, PWK_ID_RULE (PWK_VIEW_TLB, 0x40),
                                      PWK_ID_BIT (0, PWK_PAGE_SHIFT),
                                      pwk_box (row.x + row.w - 40, row.y + 7, 40, 22),
                                      PWK_ROLE_FLASH,
                                      pwk_pen_printf (pen, "%u", drawing->model->lookup_set)),
                     0, 240, MOTION);
}

/* --- the grid --- */

/* How many blocks of sets stand side by side, so that cells become as large as they can. */
typedef struct
{
  uint32_t blocks, sets_a_block;
  double cell_w, cell_h, block_w;
} Grid;

static Grid
plan_grid (const PwkTlbTab *tab, PwkBox box)
{
  Grid best = { 0 };
  double best_score = -1;

  for (uint32_t blocks = 1; blocks <= 8; blocks++)
    {
      uint32_t sets = (tab->n_sets + blocks - 1) / blocks;
      double block_w = (box.w - (blocks - 1) * 10) / blocks;
      double cell_w = fmin ((block_w - SET_LABEL) / tab->n_ways, CELL_MAX_W);
      double cell_h = fmin (box.h / sets, CELL_MAX_H);
      double score = fmin (cell_w, 4 * cell_h) * cell_h;

      if (cell_w < CELL_MIN_W && blocks > 1)
        break;
      if (score > best_score * 1.001)
        {
          best = (Grid){ blocks, sets, cell_w, cell_h, block_w };
          best_score = score;
        }
    }

  return best;
}

static char *
say_cell (const Drawing *drawing, const PwkTlbCell *cell, uint32_t set, uint32_t way)
{
  const PwkTlbWay *w = &cell->way;
  g_autofree char *size = pwk_format_bytes (w->page_size);
  GString *text = g_string_new (NULL);

  /* Translators: a place in a TLB. */
  g_string_append_printf (text, _("%s set %u way %u: "), pwk_words_tlb (drawing->tab->id), set,
                          way);
  if (!w->valid)
    g_string_append (text, _("empty"));
  else if (drawing->tab->id >= PWK_TLB_TAB_PWC)
    g_string_append_printf (text, _("addresses from 0x%llx, the next table is pfn %llu, PCID %u"),
                            PWK_N (w->addr), PWK_N (w->pfn), w->pcid);
  else
    {
      g_string_append_printf (text, _("address 0x%llx → pfn %llu, page of %s, "), PWK_N (w->addr),
                              PWK_N (w->pfn), size);
      if (w->global)
        g_string_append (text, _("global, "));
      else
        g_string_append_printf (text, "PCID %u, ", w->pcid);
      g_string_append_printf (text, "%s%s%s%s", w->us ? "u" : "k", w->rw ? "w" : "-",
                              w->nx ? "-" : "x", w->dirty ? "d" : "-");
      g_string_append_printf (text, _(", age %u"), w->age);
    }
  if (cell->deed == PWK_WAY_EVICTED_INTO)
    g_string_append (text, _("; another entry was evicted for it"));
  else if (cell->deed == PWK_WAY_FILLED)
    g_string_append (text, _("; just filled"));

  return g_string_free (text, FALSE);
}

static const char *
cell_text (const Drawing *drawing, const PwkTlbCell *cell, double width)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbWay *w = &cell->way;
  const char *aged, *full, *middle, *small;

  if (!w->valid)
    return "";
  full = w->global ? pwk_pen_printf (pen, "0x%llx G %s%s%s", PWK_N (w->vpn), w->us ? "u" : "k",
                                     w->rw ? "w" : "-", w->nx ? "-" : "x")
                   : pwk_pen_printf (pen, "0x%llx p%u %s%s%s", PWK_N (w->vpn), w->pcid,
                                     w->us ? "u" : "k", w->rw ? "w" : "-", w->nx ? "-" : "x");
  /* Translators: the age of an entry among those of its set, shorter than ten letters: "a0" is
   * the newest. */
  aged = pwk_pen_printf (pen, C_("tlb", "%s a%u"), full, w->age);
  middle = pwk_pen_printf (pen, "0x%llx", PWK_N (w->vpn));
  small = pwk_pen_printf (pen, "…%03llx", PWK_N (w->vpn & 0xfff));
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, aged) + 6 <= width)
    return aged;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, full) + 6 <= width)
    return full;
  if (pwk_pen_width (pen, PWK_FONT_MONO_SMALL, middle) + 6 <= width)
    return middle;

  return pwk_pen_width (pen, PWK_FONT_MONO_SMALL, small) + 4 <= width ? small : "";
}

static void
draw_cell (const Drawing *drawing, uint32_t set, uint32_t way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbCell *cell = &drawing->model->cells[set * drawing->tab->n_ways + way];
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, cell_id (drawing, set, way), box, cell_role (cell), 2);
  g_autofree char *label = say_cell (drawing, cell, set, way);

  item->pattern = PWK_PATTERN_NONE;
  if (box.h >= ROW_TEXT - 2)
    {
      item->text = cell_text (drawing, cell, box.w);
      item->font = PWK_FONT_MONO_SMALL;
      item->halign = PWK_ALIGN_CENTRE;
    }
  if (!cell->way.valid)
    item->stroke = PWK_ROLE_NONE;
  if (cell->deed != PWK_WAY_QUIET)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s", label);
}

static void
draw_set (const Drawing *drawing, const Grid *grid, uint32_t set, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  uint32_t block = set / grid->sets_a_block;
  uint32_t row = set % grid->sets_a_block;
  double x = box.x + block * (grid->block_w + 10);
  double y = box.y + row * grid->cell_h;
  bool lit = set == drawing->model->lookup_set;
  double gap = grid->cell_h >= 8 ? 2 : 1;
  uint32_t every = grid->cell_h >= 13 ? 1 : (uint32_t) ceil (15 / grid->cell_h);
  uint32_t lookup = drawing->model->lookup_set;
  bool near_lit = lookup / grid->sets_a_block == block &&
                  (MAX (lookup, set) - MIN (lookup, set)) * grid->cell_h < 13;
  PwkItem *item;

  if (lit)
    {
      item = pwk_scene_add_rounded (
          pen->scene, PWK_ID_TLB_SET (drawing->model->cpu, drawing->tab->id, set),
          pwk_box (x, y - 1, SET_LABEL + grid->cell_w * drawing->tab->n_ways + 1, grid->cell_h),
          PWK_ROLE_PANEL_ALT, 3);
      item->stroke = PWK_ROLE_FLASH;
      item->line_width = 2.0f;
      pwk_pen_label (pen, item, _("Set %u: the current lookup compares its tags"), set);
    }
  if (lit || (row % every == 0 && !near_lit))
    pwk_pen_text (pen, pwk_box (x, y + (grid->cell_h - 15) / 2, SET_LABEL - 5, 15), PWK_FONT_SMALL,
                  lit ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                  pwk_pen_printf (pen, "%u", set));
  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    draw_cell (
        drawing, set, way,
        pwk_box (x + SET_LABEL + way * grid->cell_w, y, grid->cell_w - gap, grid->cell_h - gap));
}

/* All sets as a map, where they have no room as rows. */
static void
draw_map (const Drawing *drawing, PwkBox box)
{
  Grid grid = plan_grid (drawing->tab, box);

  for (uint32_t set = 0; set < drawing->tab->n_sets; set++)
    draw_set (drawing, &grid, set, box);
}

/* --- the open row --- */

static bool
is_match (const Drawing *drawing, const PwkTlbCell *cell)
{
  bool filled = !drawing->model->hit && cell->deed >= PWK_WAY_FILLED;

  return cell->way.valid && cell->tag_equal && cell->pcid_equal && !filled;
}

static uint32_t
oldest_age (const Drawing *drawing)
{
  const PwkTlbCell *cells =
      &drawing->model->cells[drawing->model->lookup_set * drawing->tab->n_ways];
  uint32_t oldest = 0;

  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    oldest = cells[way].way.valid ? MAX (oldest, cells[way].way.age) : oldest;
  return oldest;
}

/* Whether that way is told to go, and not yet what comes into it. */
static bool
leaves (const Drawing *drawing, uint32_t set, uint32_t way)
{
  const PwkTlbTurn *turn = &drawing->model->turn;

  return turn->leaves && turn->set == set && turn->way == way;
}

/* What the comparator says, or, of what does not match, how old it is: the oldest goes next. */
static const char *
verdict (const Drawing *drawing, const PwkTlbCell *cell, bool leaves, PwkRole *role)
{
  const PwkPen *pen = &drawing->pen;

  *role = PWK_ROLE_ERROR;
  if (leaves)
    return _("evicted");
  *role = PWK_ROLE_TEXT_DIM;
  if (is_match (drawing, cell))
    {
      *role = PWK_ROLE_FLASH;
      return _("equal");
    }
  if (cell->deed >= PWK_WAY_FILLED)
    {
      *role = PWK_ROLE_FLASH;
      return _("filled since");
    }
  if (cell->tag_equal)
    return _("other PCID");
  if (!drawing->model->turn.leaves && drawing->tab->n_ways > 1 && cell->way.age > 0 &&
      cell->way.age == oldest_age (drawing))
    {
      *role = PWK_ROLE_ERROR;
      return C_("tlb", "oldest");
    }
  /* Translators: how many entries of its set have been used since. */
  return cell->way.age == 0 ? C_("tlb", "newest")
                            : pwk_pen_printf (pen, C_("tlb", "age %u"), cell->way.age);
}

static void
draw_comparator (const Drawing *drawing, uint32_t way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbCell *cell =
      &drawing->model->cells[drawing->model->lookup_set * drawing->tab->n_ways + way];
  bool match = is_match (drawing, cell);
  PwkBox circle = pwk_cut_left (&box, COMPARATOR, 5);
  PwkItem *item;
  const char *text;
  PwkRole role;

  if (!cell->way.valid)
    return;
  circle.y += (circle.h - COMPARATOR) / 2;
  circle.h = COMPARATOR;
  item = pwk_scene_add_ellipse (pen->scene, PWK_ID_RULE (PWK_VIEW_TLB, 0x80 + way), circle,
                                match ? PWK_ROLE_FLASH : PWK_ROLE_PANEL);
  item->stroke = match ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE;
  item->line_width = 1.5f;
  item->text = match ? "=" : "≠";
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  pwk_item_set_time (item, 400, 500, MOTION);
  text = verdict (drawing, cell, leaves (drawing, drawing->model->lookup_set, way), &role);
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) > box.w)
    return;
  box = pwk_box_inset (box, 0, fmin (0, (box.h - pwk_pen_line (pen, PWK_FONT_SMALL)) / 2));
  item = pwk_pen_text (pen, box, PWK_FONT_SMALL, role, PWK_ALIGN_END, text);
  pwk_item_set_time (item, 400, 500, MOTION);
}

static const char *
vpn_text (const Drawing *drawing, uint64_t vpn, double width)
{
  const PwkPen *pen = &drawing->pen;
  const char *full = pwk_pen_printf (pen, "0x%llx", PWK_N (vpn));

  return pwk_pen_width (pen, PWK_FONT_MONO_SMALL, full) + 6 <= width
             ? full
             : pwk_pen_printf (pen, "…%03llx", PWK_N (vpn & 0xfff));
}

/* The mark of what is no more, at its upper right corner. */
static void
draw_gone (const PwkPen *pen, PwkBox box)
{
  PwkItem *item =
      pwk_scene_add_ellipse (pen->scene, PWK_ID_RULE (PWK_VIEW_TLB, 0x42),
                             pwk_box (box.x + box.w - 9, box.y - 7, 16, 16), PWK_ROLE_ERROR);

  item->stroke = PWK_ROLE_NONE;
  item->text = "×";
  item->font = PWK_FONT_BOLD;
  item->padding = 0;
  pwk_pen_label (pen, item, "%s", _("evicted"));
}

/* The evicted goes out to the right; then the newcomer comes in from its card, or, where none
 * has waited there, with the tag that was looked for. */
static void
draw_passing_turn (const Drawing *drawing, const PwkTlbCell *cell, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbTurn *turn = &drawing->model->turn;
  uint64_t slot = cell_id (drawing, turn->set, turn->way);
  bool waited = drawing->model->n_evicted > 0 && !turn->evicted;
  uint64_t tag = PWK_ID_BIT (0, PWK_PAGE_SHIFT + index_bits (drawing->tab));
  uint64_t gone = turn->evicted ? turn->vpn : drawing->model->evicted_vpn;

  if (drawing->model->n_evicted > 0)
    {
      PwkBox out = pwk_box (drawing->row.x + drawing->row.w - 8, box.y + box.h / 2 - 4, 8, 8);
      PwkItem *item = pwk_pen_passing (pen, PWK_ID_RULE (PWK_VIEW_TLB, 0x43), slot, out,
                                       PWK_ROLE_PANEL, vpn_text (drawing, gone, box.w));

      item->stroke = PWK_ROLE_ERROR;
      item->line_width = 2.5f;
      pwk_item_set_time (item, 0, TURN_MS, MOTION);
    }
  pwk_item_set_time (pwk_pen_passing (pen, PWK_ID_RULE (PWK_VIEW_TLB, 0x44),
                                      waited ? PWK_ID_RULE (PWK_VIEW_TLB, 0x45) : tag, box,
                                      cell_role (cell), vpn_text (drawing, cell->way.vpn, box.w)),
                     TURN_MS - 80, MOTION, MOTION);
}

/* The way's tag, as much of it as there is room for: three digits at least. */
static void
draw_open_way (const Drawing *drawing, uint32_t way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  uint32_t set = drawing->model->lookup_set;
  const PwkTlbTurn *turn = &drawing->model->turn;
  bool turns = turn->set == set && turn->way == way, goes = leaves (drawing, set, way);
  const PwkTlbCell *cell = &drawing->model->cells[set * drawing->tab->n_ways + way];
  g_autofree char *label = say_cell (drawing, cell, set, way);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, cell_id (drawing, set, way), box,
                                         goes              ? PWK_ROLE_PANEL
                                         : cell->way.valid ? cell_role (cell)
                                                           : PWK_ROLE_NONE,
                                         5);

  item->pattern = PWK_PATTERN_NONE;
  item->text = goes              ? vpn_text (drawing, turn->vpn, box.w)
               : cell->way.valid ? cell_text (drawing, cell, box.w)
                                 : "—";
  item->font = PWK_FONT_MONO_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->padding = 0;
  if (!cell->way.valid)
    {
      item->stroke = PWK_ROLE_OUTLINE;
      item->text_role = PWK_ROLE_TEXT_DIM;
      item->flags |= PWK_FLAG_DASHED;
    }
  if (goes)
    {
      item->stroke = PWK_ROLE_ERROR;
      item->line_width = 2.5f;
    }
  else if (is_match (drawing, cell) || cell->deed >= PWK_WAY_FILLED)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  pwk_pen_thing (pen, item, "%s", label);
  if (goes)
    draw_gone (pen, box);
  if (turns && turn->filled)
    draw_passing_turn (drawing, cell, box);
}

static unsigned
open_lines (const PwkTlbTab *tab)
{
  return tab->n_ways >= TWO_LINES ? 2 : 1;
}

static double
open_height (const PwkTlbTab *tab)
{
  return open_lines (tab) * (OPEN_CHIP + COMPARATOR + 14) + 6;
}

static void
draw_open_row (Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  unsigned lines = open_lines (drawing->tab);
  unsigned a_line = (drawing->tab->n_ways + lines - 1) / lines;
  double width = (box.w - SET_LABEL - 6) / a_line;
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene,
      PWK_ID_TLB_SET (drawing->model->cpu, drawing->tab->id, drawing->model->lookup_set), box,
      PWK_ROLE_PANEL, 8);

  drawing->row = box;
  item->stroke = PWK_ROLE_OUTLINE;
  pwk_pen_thing (pen, item, _("Set %u: the current lookup compares its tags"),
                 drawing->model->lookup_set);
  draw_routes (drawing);
  pwk_pen_text (pen, pwk_box (box.x + 2, box.y + 6, SET_LABEL - 8, OPEN_CHIP), PWK_FONT_BOLD,
                PWK_ROLE_TEXT, PWK_ALIGN_END,
                pwk_pen_printf (pen, "%u", drawing->model->lookup_set));
  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    {
      double x = box.x + SET_LABEL + way % a_line * width;
      double y = box.y + 6 + way / a_line * (OPEN_CHIP + COMPARATOR + 14);
      double bus = y + OPEN_CHIP + 4 + COMPARATOR / 2;

      if (way % a_line + 1 < a_line && way + 1 < drawing->tab->n_ways)
        pwk_scene_add_line (pen->scene, 0, x + COMPARATOR / 2, bus + COMPARATOR / 2 + 3,
                            x + width + COMPARATOR / 2, bus + COMPARATOR / 2 + 3, PWK_ROLE_OUTLINE);
      draw_open_way (drawing, way, pwk_box (x, y, width - 6, OPEN_CHIP));
      draw_comparator (drawing, way, pwk_box (x, y + OPEN_CHIP + 4, width - 6, COMPARATOR));
    }
  draw_passing_index (drawing);
}

/* --- the sets as rows --- */

/* Rows that are lower than a line have a number now and then, and none beside the open row, whose
 * own is larger. */
static bool
is_numbered (const Drawing *drawing, uint32_t set, double height, double line)
{
  uint32_t every = (uint32_t) ceil ((line - 1) / height);
  uint32_t open = compares (drawing) ? drawing->model->lookup_set : UINT32_MAX;

  return every <= 1 || (set % every == 0 && set + 1 != open && set != open + 1);
}

static void
draw_row (const Drawing *drawing, uint32_t set, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  double width = (box.w - SET_LABEL - 6) / drawing->tab->n_ways;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  if (is_numbered (drawing, set, box.h, line))
    pwk_pen_text (pen, pwk_box (box.x + 2, box.y + (box.h - line) / 2, SET_LABEL - 8, line),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                  pwk_pen_printf (pen, "%u", set));
  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    draw_cell (drawing, set, way,
               pwk_box (box.x + SET_LABEL + way * width, box.y + 1, width - 6, box.h - 2));
}

static double
draw_way_heads (const Drawing *drawing, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  double width = (box.w - SET_LABEL - 6) / drawing->tab->n_ways;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  pwk_pen_text (pen, pwk_box (box.x, box.y, SET_LABEL - 6, line), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_END, C_("tlb", "set"));
  for (uint32_t way = 0; way < drawing->tab->n_ways; way++)
    {
      const char *text = pwk_pen_printf (pen, C_("tlb", "way %u"), way);

      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) > width - 8)
        text = pwk_pen_printf (pen, "%u", way);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) <= width - 8)
        pwk_pen_text (pen, pwk_box (box.x + SET_LABEL + way * width, box.y, width - 6, line),
                      PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
    }
  return line + 2;
}

static void
draw_sets (Drawing *drawing, PwkBox box)
{
  const PwkTlbTab *tab = drawing->tab;
  uint32_t open = compares (drawing) ? drawing->model->lookup_set : UINT32_MAX;
  double height = open != UINT32_MAX ? open_height (tab) : 0;
  uint32_t others = tab->n_sets - (open != UINT32_MAX);
  PwkBox rest = box;
  double row;

  drawing->lines = box.y - ROUTE_ROOM / 2;
  pwk_cut_top (&rest, open_lines (tab) == 1 ? draw_way_heads (drawing, rest) : 0, 0);
  row = others > 0 ? fmin ((rest.h - height) / others, ROW_MAX) : ROW_MAX;
  if (row >= ROW_MIN)
    {
      for (uint32_t set = 0; set < tab->n_sets; set++)
        if (set == open)
          draw_open_row (drawing, pwk_cut_top (&rest, height, 0));
        else
          draw_row (drawing, set, pwk_cut_top (&rest, row, 0));
      return;
    }
  if (open != UINT32_MAX)
    draw_open_row (drawing, pwk_cut_top (&rest, height, 8));
  draw_map (drawing, rest);
}

/* --- beside them --- */

static void
draw_structure (const Drawing *drawing, const PwkTlbTab *tab, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  uint64_t lookups = tab->hits + tab->misses;
  bool chosen = tab == drawing->tab;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_TLB (drawing->model->cpu, tab->id), box,
                                         chosen ? PWK_ROLE_PANEL_ALT : PWK_ROLE_NONE, 5);
  const char *shape = pwk_pen_printf (pen, "%u × %u", tab->n_sets, tab->n_ways);
  const char *right =
      lookups > 0 ? pwk_pen_printf (pen, "%.1f %%", 100.0 * (double) tab->hits / (double) lookups)
                  : NULL;
  double name = fmax (pwk_pen_width (pen, PWK_FONT_BOLD, "PML4E"),
                      pwk_pen_width (pen, PWK_FONT_BOLD, pwk_words_tlb (tab->id))) +
                2;
  PwkBox inside = pwk_box_inset (box, 6, 1), gauge;

  item->stroke = chosen ? PWK_ROLE_OUTLINE : PWK_ROLE_NONE;
  /* Translators: a TLB: name, sets, ways, entries in use, all entries. */
  pwk_pen_thing (pen, item, _("%s: %u sets of %u ways, %u of %u entries in use"),
                 pwk_words_tlb (tab->id), tab->n_sets, tab->n_ways, tab->n_valid,
                 tab->n_sets * tab->n_ways);
  item = pwk_pen_text (pen, pwk_cut_left (&inside, name, 6), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                       PWK_ALIGN_START, pwk_words_tlb (tab->id));
  if (right != NULL && pwk_pen_width (pen, PWK_FONT_SMALL, right) < inside.w)
    {
      item = pwk_pen_text (
          pen, pwk_cut_right (&inside, pwk_pen_width (pen, PWK_FONT_SMALL, right) + 1, 6),
          PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_END, right);
      pwk_pen_label (pen, item, _("%s: %llu hits, %llu misses"), pwk_words_tlb (tab->id),
                     PWK_N (tab->hits), PWK_N (tab->misses));
    }
  if (pwk_pen_width (pen, PWK_FONT_SMALL, shape) + 30 < inside.w)
    pwk_pen_text (pen,
                  pwk_cut_left (&inside,
                                fmax (pwk_pen_width (pen, PWK_FONT_SMALL, "128 × 12"),
                                      pwk_pen_width (pen, PWK_FONT_SMALL, shape)) +
                                    1,
                                6),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, shape);
  gauge = pwk_box (inside.x, inside.y + (inside.h - 6) / 2, inside.w, 6);
  if (gauge.w > 10)
    pwk_pen_gauge (pen, 0, gauge, tab->n_valid, tab->n_sets * tab->n_ways, PWK_ROLE_PAGE_TABLE)
        ->pattern = PWK_PATTERN_NONE;
}

static void
draw_structures (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  double row = pwk_pen_line (pen, PWK_FONT_BOLD) + 6;
  double height = drawing->model->n_tabs * row + pwk_pen_line (pen, PWK_FONT_HEADING) + 24;
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 1),
                                 pwk_cut_top (rest, fmin (height, rest->h), PWK_GAP),
                                 _("Structures"), _("sets × ways, in use, hits"));

  for (uint32_t i = 0; i < drawing->model->n_tabs && inside.h >= row - 1; i++)
    draw_structure (drawing, &drawing->model->tabs[i],
                    pwk_box_inset (pwk_cut_top (&inside, row, 0), -4, 0));
}

static const PwkTlbCell *
newcomer (const Drawing *drawing, uint32_t *set, uint32_t *way)
{
  for (uint32_t i = 0; i < drawing->tab->n_sets * drawing->tab->n_ways; i++)
    if (drawing->model->cells[i].deed >= PWK_WAY_FILLED && drawing->model->cells[i].way.valid)
      {
        *set = i / drawing->tab->n_ways;
        *way = i % drawing->tab->n_ways;
        return &drawing->model->cells[i];
      }
  return NULL;
}

static void
draw_rights (const Drawing *drawing, const PwkTlbWay *way, PwkBox box)
{
  const PwkPen *pen = &drawing->pen;
  const char *text = pwk_pen_printf (
      pen, "%s%s%s%s%s", way->global ? _("global") : pwk_pen_printf (pen, "PCID %u", way->pcid),
      way->rw ? pwk_pen_printf (pen, " · %s", _("write")) : "",
      way->us ? pwk_pen_printf (pen, " · %s", _("user")) : "",
      way->nx ? pwk_pen_printf (pen, " · %s", _("no exec")) : "",
      way->dirty ? pwk_pen_printf (pen, " · %s", _("dirty")) : "");

  pwk_pen_paragraph (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, text);
}

/* Who has come in this step, and who had to go for it. */
static void
draw_newcomer (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  uint32_t set, way;
  const PwkTlbCell *cell = newcomer (drawing, &set, &way);
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double height =
      pwk_pen_line (pen, PWK_FONT_HEADING) + 50 + 2 * line + (model->n_evicted > 0 ? line + 4 : 0);
  PwkBox inside, chips;
  PwkItem *item;

  if (cell == NULL || rest->h < height)
    return;
  inside =
      pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 2), pwk_cut_top (rest, height, PWK_GAP),
                     C_("tlb", "Comes"), pwk_pen_printf (pen, _("set %u, way %u"), set, way));
  chips = pwk_cut_top (&inside, OPEN_CHIP, 4);
  item = pwk_pen_chip (pen, PWK_ID_RULE (PWK_VIEW_TLB, 0x45), chips.x, chips.y, OPEN_CHIP,
                       chips.w * 0.5, cell_role (cell), PWK_FONT_MONO_SMALL,
                       pwk_pen_address (pen, cell->way.vpn));
  if (item != NULL)
    {
      double x = item->box.x + item->box.w + 4;

      item->pattern = PWK_PATTERN_NONE;
      item->ellipsize = PWK_ELLIPSIZE_MIDDLE;
      pwk_pen_arrow (pen, 0, x, chips.y + OPEN_CHIP / 2, x + 18, chips.y + OPEN_CHIP / 2,
                     PWK_ROLE_TEXT_DIM);
      item = pwk_pen_chip (pen, 0, x + 22, chips.y, OPEN_CHIP, chips.x + chips.w - x - 22,
                           cell_role (cell), PWK_FONT_SMALL,
                           pwk_pen_printf (pen, "pfn %llu", PWK_N (cell->way.pfn)));
      if (item != NULL)
        item->pattern = PWK_PATTERN_NONE;
    }
  draw_rights (drawing, &cell->way, pwk_cut_top (&inside, 2 * line, 4));
  if (model->n_evicted > 0)
    pwk_pen_text (pen, pwk_cut_top (&inside, line, 0), PWK_FONT_SMALL, PWK_ROLE_ERROR,
                  PWK_ALIGN_START,
                  /* Translators: a page number whose translation had to leave a TLB. */
                  pwk_pen_printf (pen, _("goes: %s"), pwk_pen_address (pen, model->evicted_vpn)));
}

static const char *
dropped_text (const PwkPen *pen, const PwkShootdownCpu *cpu)
{
  return cpu->done ? pwk_pen_printf (pen, ngettext ("%u dropped", "%u dropped", cpu->dropped),
                                     cpu->dropped)
                   : C_("tlb", "not yet");
}

/* What came of a shootdown, once it is over; while it runs it is the picture. */
static void
draw_shootdown (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkShootdown *shootdown = &drawing->model->shootdown;
  double height =
      pwk_pen_line (pen, PWK_FONT_HEADING) + 5 * pwk_pen_line (pen, PWK_FONT_SMALL) + 34;
  const char *from, *to;
  PwkBox inside;

  if (!shootdown->is_one || rest->h < height)
    return;
  from = pwk_pen_printf (pen, "CPU %u", shootdown->from.cpu);
  to = pwk_pen_printf (pen, "CPU %u", shootdown->to.cpu);
  inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_TLB, 4), pwk_cut_top (rest, height, PWK_GAP),
                          _("TLB shootdown"), pwk_pen_address (pen, shootdown->start));
  pwk_pen_key_value (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 2), from,
                     dropped_text (pen, &shootdown->from));
  pwk_pen_key_value (pen, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 6), to,
                     dropped_text (pen, &shootdown->to));
  pwk_pen_paragraph (pen, inside, PWK_FONT_SMALL, PWK_ROLE_TEXT,
                     pwk_shootdown_text (pen, shootdown));
}

static void
draw_counts (const Drawing *drawing, PwkBox *rest)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  bool has = model->has_walk_caches;
  const PwkFact facts[] = {
    { _("Page walks"), pwk_pen_count (pen, model->walks) },
    { _("Memory references"),
      pwk_pen_count (pen, has ? model->walk_refs_pwc : model->walk_refs) },
    { has ? _("… without walk caches") : _("… with walk caches"),
      pwk_pen_count (pen, has ? model->walk_refs : model->walk_refs_pwc) },
    { _("Evicted in this step"), pwk_pen_count (pen, model->n_evicted) },
    { _("Flushed in this step"), pwk_pen_count (pen, model->n_flushed) },
    { _("Shootdowns in this step"), pwk_pen_count (pen, model->n_shootdowns) },
  };

  if (rest->h >= 70)
    pwk_pen_facts (pen, PWK_ID (PWK_THING_CPU, model->cpu), rest,
                   pwk_pen_printf (pen, "CPU %u", model->cpu),
                   /* Translators: what a processor runs, and its address space's tag in the TLB. */
                   pwk_pen_printf (pen, _("%s, PCID %llu"), model->running, PWK_N (model->pcid)),
                   facts, G_N_ELEMENTS (facts));
}

/* --- the picture --- */

static void
add_legend (PwkSheet *sheet)
{
  const PwkLegendEntry entries[] = {
    { PWK_ROLE_ANON, _("anonymous memory"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FILE, _("file"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_KERNEL, _("kernel"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_PAGE_TABLE, _("page table"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FLASH, _("this step"), PWK_LEGEND_FRAME },
  };

  pwk_sheet_legend_below (sheet, entries, G_N_ELEMENTS (entries), PWK_GAP);
}

static void
draw_head (const Drawing *drawing, PwkSheet *sheet)
{
  const PwkPen *pen = &drawing->pen;
  const PwkTlbModel *model = drawing->model;
  const PwkTlbTab *tab = drawing->tab;
  uint64_t lookups = tab->hits + tab->misses;

  pwk_sheet_head_figure (
      sheet, _("TLB"),
      /* Translators: a CPU's number, what it runs, a TLB, its sets, ways, its policy. */
      pwk_pen_printf (pen, _("CPU %u · %s · %s: %u sets × %u ways, %s"), model->cpu,
                      model->running, pwk_words_tlb (tab->id), tab->n_sets, tab->n_ways,
                      policy_name (tab->policy)),
      pwk_pen_printf (pen, ngettext ("%s lookup · hits", "%s lookups · hits", lookups),
                      pwk_pen_count (pen, lookups)),
      lookups > 0 ? pwk_pen_count (pen, tab->hits) : NULL, 60);
}

static void
draw_side (const Drawing *drawing, PwkBox side)
{
  draw_structures (drawing, &side);
  draw_shootdown (drawing, &side);
  draw_newcomer (drawing, &side);
  draw_counts (drawing, &side);
}

/* While a shootdown runs it is the whole picture. */
static void
layout_shootdown (const PwkPen *pen, const PwkShootdown *shootdown, PwkSheet *sheet)
{
  pwk_sheet_head_figure (sheet, _("TLB shootdown"),
                         pwk_pen_printf (pen, "%s · %s", shootdown->from.running,
                                         pwk_pen_address (pen, shootdown->start)),
                         ngettext ("CPU interrupted", "CPUs interrupted", shootdown->n_asked),
                         pwk_pen_printf (pen, "%u", shootdown->n_asked), 60);
  pwk_shootdown_draw (pen, shootdown, sheet->body);
  pwk_sheet_finish (sheet, 0, pwk_shootdown_text (pen, shootdown));
}

void
pwk_tlb_layout (PwkScene *scene,
                gconstpointer data,
                const PwkTheme *theme,
                const PwkViewParams *params)
{
  const PwkTlbModel *model = data;
  Drawing drawing = { .pen = { scene, theme, params }, .model = model };
  PwkPen *pen = &drawing.pen;
  double scale = pwk_pen_scale (pen);
  PwkSheet sheet = pwk_sheet_new (pen, pwk_view_room (params, 600 * scale, MIN_HEIGHT * scale));
  const PwkTlbTab *tab;
  PwkBox side;

  if (model->n_tabs == 0)
    {
      pwk_sheet_head (&sheet, _("TLB"), NULL);
      pwk_sheet_finish_empty (&sheet,
                              _("This machine has no TLB: every access walks the tables."));
      return;
    }

  if (model->shootdown.now && !model->chosen && sheet.body.h >= PWK_SHOOTDOWN_LEAST_H * scale)
    {
      layout_shootdown (pen, &model->shootdown, &sheet);
      return;
    }
  drawing.tab = tab = pwk_tlb_focus (model);
  draw_head (&drawing, &sheet);
  add_legend (&sheet);
  if (compares (&drawing))
    draw_page_number (&drawing, pwk_cut_top (&sheet.body, pwk_ruler_height (pen), ROUTE_ROOM));
  side = pwk_cut_right (&sheet.body, CLAMP (floor (sheet.body.w * 0.31), 190 * scale, 330 * scale),
                        GUTTER + 6);
  pwk_cut_left (&sheet.body, GUTTER, 0);
  draw_sets (&drawing, sheet.body);
  draw_side (&drawing, side);
  pwk_sheet_finish (&sheet, 0,
                    pwk_pen_printf (pen, _("%s of CPU %u: %u of %u entries in use."),
                                    pwk_words_tlb (tab->id), model->cpu, tab->n_valid,
                                    tab->n_sets * tab->n_ways));
}
