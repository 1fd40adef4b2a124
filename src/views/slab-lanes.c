/* slab-lanes.c - where the slabs of a cache are, from the nearest place to the farthest: the way
 * of an allocation
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/slab-private.h"

/*      +-------------------------------------------------------------+
 *      | CPU 0, its slab      slab 2 · in use 64    [][][][][][][]   |
 *      | 1 head of its list                         [][]-[]-[]-[]-[] |
 *      | 2 what others freed                                         |
 *      +-------------------------------------------------------------+
 *
 * The list of free objects is a line through them. Cells that become too small are a bar. */
#define LANE_GAP   6.0
#define TEXT_SHARE 0.30
#define CELL_MAX_W 30.0
#define CELL_MAX_H 24.0
#define CELL_MIN   5.0
#define THREAD_MIN 9.0 /* cells from which on the list is drawn through them */
#define SLAB_MIN_W 110.0
#define LANE_MAX_MORE 110.0 /* what a lane is higher than its words at most */
#define MAX_CELLS  1100 /* of a picture */

/* --- words --- */

static const char *
lane_title (const PwkSlabDraft *draft, const PwkSlabLane *lane)
{
  const PwkPen *pen = &draft->pen;

  switch ((PwkSlabLaneKind) lane->kind)
    {
    case PWK_LANE_CPU_SLAB:
      return pwk_pen_printf (pen, _("CPU %u, its slab"), lane->number);
    case PWK_LANE_CPU_PARTIAL:
      return pwk_pen_printf (pen, _("CPU %u, partial"), lane->number);
    case PWK_LANE_NODE:
      return pwk_pen_printf (pen, _("node %u, partial"), lane->number);
    case PWK_LANE_OTHER_NODES:
      return _("other nodes, partial");
    case PWK_LANE_OTHER_CPUS:
      return _("other CPUs");
    case PWK_LANE_FULL:
      return _("full");
    case PWK_LANE_BROKEN:
      return _("out of use");
    case PWK_LANE_ARRAY:
      return pwk_pen_printf (pen, _("CPU %u, its array"), lane->number);
    case PWK_LANE_SHARED:
      return pwk_pen_printf (pen, _("node %u, shared array"), lane->number);
    case PWK_LANE_FREE:
      return pwk_pen_printf (pen, _("node %u, free"), lane->number);
    case PWK_LANE_SMALL:
      return _("small: below 256 bytes");
    case PWK_LANE_MEDIUM:
      return _("medium: below 1024 bytes");
    case PWK_LANE_LARGE:
      return _("large");
    case PWK_LANE_NEW:
    default:
      return _("a new slab");
    }
}

static const char *
lane_note (const PwkSlabDraft *draft, const PwkSlabLane *lane)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;

  switch ((PwkSlabLaneKind) lane->kind)
    {
    case PWK_LANE_CPU_SLAB:
      return _("frozen: only this CPU takes from it");
    case PWK_LANE_CPU_PARTIAL:
      return pwk_pen_printf (pen, ngettext ("up to %u slab, no lock", "up to %u slabs, no lock",
                                            model->cpu_partial_slabs),
                             model->cpu_partial_slabs);
    case PWK_LANE_ARRAY:
    case PWK_LANE_SHARED:
      return pwk_pen_printf (pen, _("%llu of at most %u objects, the last put in is next"),
                             PWK_N (lane->n), lane->most);
    case PWK_LANE_FREE:
      return _("no object is handed out");
    case PWK_LANE_SMALL:
    case PWK_LANE_MEDIUM:
    case PWK_LANE_LARGE:
      return _("the first piece that fits; a cell is 8 bytes");
    case PWK_LANE_NODE:
      if (model->allocator == PWK_SLAB)
        return _("some of their objects are handed out");
      return pwk_pen_printf (pen, _("under list_lock; %u are kept even if empty"),
                             model->min_partial);
    case PWK_LANE_OTHER_NODES:
      return _("nearest first");
    case PWK_LANE_OTHER_CPUS:
      return _("theirs until they give them up");
    case PWK_LANE_FULL:
      return _("on no list until a free comes");
    case PWK_LANE_BROKEN:
      return _("the checks found it damaged: nothing is taken from it");
    case PWK_LANE_NEW:
    default:
      return pwk_pen_printf (pen, _("from the page allocator, order %u"),
                             pwk_slab_focus (model)->order);
    }
}

static const char *
step_text (const PwkSlabModel *model, unsigned step)
{
  if (model->allocator == PWK_SLAB && step <= 4)
    return step == 1   ? _("the last of it")
           : step == 2 ? _("a batch at once")
                       : _("a batch out of these");
  switch (step)
    {
    case 1:
      return _("head of its own list");
    case 2:
      return _("what others freed into it");
    case 3:
      return _("first slab of this list");
    case 4:
      return _("several at once");
    case 5:
      return _("slabs of other nodes");
    default:
      return _("alloc_pages ()");
    }
}

/* The steps of an allocation that look here: first and last, 0 none. */
static void
lane_steps (const PwkSlabModel *model, const PwkSlabLane *lane, unsigned *first, unsigned *last)
{
  static const uint8_t steps[][2] = {
    [PWK_LANE_CPU_SLAB] = { 1, 2 }, [PWK_LANE_CPU_PARTIAL] = { 3, 3 }, [PWK_LANE_NODE] = { 4, 4 },
    [PWK_LANE_OTHER_NODES] = { 5, 5 }, [PWK_LANE_OTHER_CPUS] = { 0, 0 },
    [PWK_LANE_FULL] = { 0, 0 }, [PWK_LANE_BROKEN] = { 0, 0 }, [PWK_LANE_NEW] = { 6, 6 },
    [PWK_LANE_ARRAY] = { 1, 1 }, [PWK_LANE_SHARED] = { 2, 2 }, [PWK_LANE_FREE] = { 0, 0 },
    [PWK_LANE_SMALL] = { 0, 0 }, [PWK_LANE_MEDIUM] = { 0, 0 }, [PWK_LANE_LARGE] = { 0, 0 },
  };

  *first = steps[lane->kind][0];
  *last = steps[lane->kind][1];
  if (model->allocator == PWK_SLAB && lane->kind == PWK_LANE_NODE)
    *first = *last = 3;
}

static bool
is_lit (const PwkSlabDraft *draft, const PwkSlabLane *lane)
{
  unsigned first, last;

  lane_steps (draft->model, lane, &first, &last);
  return first > 0 && draft->model->step >= first && draft->model->step <= last;
}

/* --- objects --- */

static PwkVaddr
object_address (const PwkSlabDraft *draft, const PwkSlabShown *slab, unsigned i)
{
  uint32_t size = draft->model->allocator == PWK_SLOB ? 8 : pwk_slab_focus (draft->model)->size;
  PwkVaddr base = draft->model->direct_map + ((PwkVaddr) slab->pfn << PWK_PAGE_SHIFT);

  return base + (PwkVaddr) i * size + draft->model->red_left_pad + slab->colour;
}

static PwkRole
cell_role (unsigned cell)
{
  return cell == PWK_CELL_USED ? PWK_ROLE_SLAB
         : cell == PWK_CELL_FREE ? PWK_ROLE_FREE (6) : PWK_ROLE_PER_CPU;
}

/* Places on the list, from 1; 0: on none. */
static void
number_thread (const PwkSlabShown *slab, uint16_t *at)
{
  for (uint32_t i = 0; i < slab->n_thread; i++)
    at[slab->thread[i]] = (uint16_t) (i + 1);
}

static void
draw_cell (const PwkSlabDraft *draft,
           const PwkSlabShown *slab,
           unsigned i,
           unsigned at,
           PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkVaddr address = object_address (draft, slab, i);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_OBJECT (address), box,
                                         cell_role (slab->cells[i]), fmin (2.0, box.w / 4));

  if (slab->cells[i] != PWK_CELL_OTHERS)
    item->pattern = PWK_PATTERN_NONE;
  if (address == draft->model->object)
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  if (slab->cells[i] == PWK_CELL_USED)
    pwk_pen_thing (pen, item, _("Object %u of slab %u, at 0x%llx: in use"), i, slab->number,
                   PWK_N (address));
  else if (draft->model->allocator == PWK_SLAB)
    pwk_pen_thing (pen, item,
                   slab->cells[i] == PWK_CELL_OTHERS
                       ? _("Object %u of slab %u, at 0x%llx: free, waits in an array")
                       : _("Object %u of slab %u, at 0x%llx: free, in its slab"),
                   i, slab->number, PWK_N (address));
  else if (slab->cells[i] == PWK_CELL_OTHERS)
    pwk_pen_thing (pen, item, _("Object %u of slab %u, at 0x%llx: free, given back by another CPU"),
                   i, slab->number, PWK_N (address));
  else
    pwk_pen_thing (pen, item, _("Object %u of slab %u, at 0x%llx: free, number %u of the list"), i,
                   slab->number, PWK_N (address), at);
}

/* Rows and columns in which cells become as large as they can; w 0: they do not fit. */
typedef struct { unsigned cols, rows; double w, h; } Grid;

static Grid
plan_grid (unsigned n, PwkBox box)
{
  Grid best = { 0 };

  for (unsigned rows = 1; rows <= 16 && rows <= n; rows++)
    {
      unsigned cols = (n + rows - 1) / rows;
      double w = fmin (box.w / cols, CELL_MAX_W), h = fmin (box.h / rows, CELL_MAX_H);

      if (w >= CELL_MIN && h >= CELL_MIN && fmin (w, h) > fmin (best.w, best.h))
        best = (Grid) { cols, rows, w, h };
    }
  return best;
}

static PwkBox
cell_box (const Grid *grid, PwkBox box, unsigned i)
{
  return pwk_box (box.x + (i % grid->cols) * grid->w, box.y + (i / grid->cols) * grid->h,
                  grid->w - 2, grid->h - 2);
}

static void
draw_thread (const PwkSlabDraft *draft, const PwkSlabShown *slab, const Grid *grid, PwkBox box)
{
  g_autofree PwkPoint *points = g_new (PwkPoint, (gsize) 3 * slab->n_thread);
  uint32_t n = 0;
  PwkItem *item;

  if (slab->n_thread < 2 || fmin (grid->w, grid->h) < THREAD_MIN)
    return;
  for (uint32_t i = 0; i < slab->n_thread; i++)
    {
      PwkBox cell = cell_box (grid, box, slab->thread[i]);
      PwkPoint at = pwk_point (cell.x + cell.w / 2, cell.y + cell.h / 2);

      /* from row to row between two rows, not across the cells */
      if (n > 0 && fabs (points[n - 1].y - at.y) > 1)
        {
          double between = cell.y + (points[n - 1].y < at.y ? -1 : cell.h + 1);

          points[n] = pwk_point (points[n - 1].x, between);
          points[n + 1] = pwk_point (at.x, between);
          n += 2;
        }
      points[n++] = at;
    }
  item = pwk_scene_add_arrow (draft->pen.scene,
                              pwk_id_edge (PWK_ID (PWK_THING_SLAB, slab->pfn), slab->n_thread),
                              points, n, PWK_ROLE_FREE (10));
  item->line_width = 1.0f;
  item->flags |= PWK_FLAG_TAIL_DOT;
}

/* Too many objects for cells: how many are in use. */
static void
draw_bar (const PwkSlabDraft *draft, const PwkSlabShown *slab, unsigned used, PwkBox box)
{
  PwkItem *item = pwk_pen_gauge (&draft->pen, 0, pwk_box (box.x, box.y, box.w, fmin (box.h, 10)),
                                 used, slab->objects, PWK_ROLE_SLAB);

  item->pattern = PWK_PATTERN_NONE;
}

static unsigned
count_used (const PwkSlabShown *slab)
{
  unsigned n = 0;

  for (unsigned i = 0; i < slab->objects; i++)
    n += slab->cells[i] == PWK_CELL_USED;
  return n;
}

/* --- a slab --- */

static const char *
slab_title (const PwkSlabDraft *draft, const PwkSlabShown *slab, unsigned used, double width)
{
  const PwkPen *pen = &draft->pen;
  /* Translators: a slab's number, its objects that somebody has, all of its objects. */
  const char *full = pwk_pen_printf (pen, _("slab %u · %u of %u in use"), slab->number, used,
                                     slab->objects);
  const char *short_text = pwk_pen_printf (pen, "%u: %u / %u", slab->number, used, slab->objects);

  return pwk_pen_width (pen, PWK_FONT_SMALL, full) <= width ? full : short_text;
}

/* @left: how many cells the picture may still have. */
static void
draw_slab (const PwkSlabDraft *draft, const PwkSlabShown *slab, PwkBox box, unsigned *left)
{
  const PwkPen *pen = &draft->pen;
  g_autofree uint16_t *at = g_new0 (uint16_t, slab->objects);
  unsigned used = count_used (slab);
  PwkBox cells = pwk_box (box.x, box.y + draft->small + 2, box.w, box.h - draft->small - 2);
  Grid grid = plan_grid (slab->objects, cells);
  double height = draft->small + 2 + (grid.w > 0 ? grid.rows * grid.h : 10);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_SLAB, slab->pfn),
                                         pwk_box (box.x - 3, box.y - 1, box.w + 6,
                                                  fmin (height, box.h) + 2),
                                         PWK_ROLE_NONE, 3.0);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_thing (pen, item,
                 /* Translators: a slab: number, first frame, order, node; objects that somebody
                  * has, all, and how many the kernel counts as in use. */
                 _("Slab %u at pfn %u, order %u, node %u: %u of %u objects are handed out, inuse "
                   "is %u"),
                 slab->number, slab->pfn, slab->order, slab->node, used, slab->objects,
                 slab->inuse);
  pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, slab_title (draft, slab, used, box.w));
  if (cells.h < CELL_MIN)
    return;
  if (grid.w <= 0 || slab->objects > *left)
    {
      draw_bar (draft, slab, used, cells);
      return;
    }
  *left -= slab->objects;
  number_thread (slab, at);
  for (unsigned i = 0; i < slab->objects; i++)
    draw_cell (draft, slab, i, at[i], cell_box (&grid, cells, i));
  draw_thread (draft, slab, &grid, cells);
}

static void
draw_slabs (const PwkSlabDraft *draft, const PwkSlabLane *lane, PwkBox box, unsigned *left)
{
  const PwkPen *pen = &draft->pen;
  double scale = pwk_pen_scale (pen);
  const char *more_text = pwk_pen_printf (pen, "+ %llu", PWK_N (lane->n));
  double more_w = pwk_pen_width (pen, PWK_FONT_SMALL, more_text) + 4;
  uint32_t n = MIN (lane->n_shown, (uint32_t) fmax (floor (box.w / (SLAB_MIN_W * scale)), 1));
  PwkBox more = pwk_box (0, 0, 0, 0);
  double width;

  if (n == 0 && lane->kind != PWK_LANE_NEW && lane->n == 0 && lane->most == 0)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, C_("slabs", "none"));
  if (lane->most > 0)
    pwk_pen_gauge (pen, 0, pwk_box (box.x, box.y + 3, box.w, fmin (10, box.h - 3)),
                   (double) lane->n, lane->most, PWK_ROLE_PER_CPU);
  if (n == 0)
    return;
  if (lane->n > n)
    more = pwk_cut_right (&box, more_w, 6);
  width = fmin ((box.w - (n - 1) * 14) / n, CELL_MAX_W * 16);
  for (uint32_t i = 0; i < n; i++)
    draw_slab (draft, &lane->slabs[i], pwk_box (box.x + i * (width + 14), box.y, width, box.h),
               left);
  if (more.w > 0)
    pwk_pen_label (pen,
                   pwk_pen_text (pen, pwk_box (more.x, more.y, more.w, draft->small),
                                 PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END,
                                 pwk_pen_printf (pen, "+ %llu", PWK_N (lane->n - n))),
                   ngettext ("%llu more slab", "%llu more slabs", lane->n - n),
                   PWK_N (lane->n - n));
}

/* --- a lane --- */

static void
draw_step (const PwkSlabDraft *draft, unsigned step, PwkBox line)
{
  const PwkPen *pen = &draft->pen;
  bool now = draft->model->step == step;
  PwkRole role = now ? PWK_ROLE_FLASH : step < draft->model->step ? PWK_ROLE_TEXT
                                                                  : PWK_ROLE_TEXT_DIM;
  const char *number = pwk_pen_printf (pen, "%u", step);
  PwkBox digit = pwk_cut_left (&line, pwk_pen_width (pen, PWK_FONT_BOLD, "0") + 2, 5);

  pwk_pen_text (pen, digit, PWK_FONT_BOLD, role, PWK_ALIGN_START, number);
  pwk_pen_text (pen, line, PWK_FONT_SMALL, now ? PWK_ROLE_TEXT : role, PWK_ALIGN_START,
                step_text (draft->model, step));
}

static void
draw_words (const PwkSlabDraft *draft, const PwkSlabLane *lane, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  double bold = pwk_pen_line (pen, PWK_FONT_BOLD);
  unsigned first, last;
  PwkBox line = pwk_cut_top (&box, bold, 1);
  const char *count = pwk_pen_printf (pen, "%llu", PWK_N (lane->n));
  double count_w = pwk_pen_width (pen, PWK_FONT_SMALL, count) + 2;

  if (lane->n > 1 && lane->most == 0)
    pwk_pen_label (pen,
                   pwk_pen_text (pen, pwk_cut_right (&line, count_w, 4), PWK_FONT_SMALL,
                                 PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, count),
                   ngettext ("%llu slab", "%llu slabs", lane->n), PWK_N (lane->n));
  pwk_pen_text (pen, line, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START,
                lane_title (draft, lane));
  lane_steps (draft->model, lane, &first, &last);
  if (box.h >= draft->small * (1 + (first > 0 ? last - first + 1 : 0)))
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 1), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, lane_note (draft, lane));
  for (unsigned step = first; step > 0 && step <= last && box.h >= draft->small; step++)
    draw_step (draft, step, pwk_cut_top (&box, draft->small, 1));
}

static void
draw_lane (const PwkSlabDraft *draft,
           const PwkSlabLane *lane,
           PwkBox box,
           unsigned *left)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_LANE + lane->kind);
  PwkItem *item = pwk_scene_add_panel (pen->scene, id, box);
  PwkBox inside = pwk_box_inset (box, 10, 6);
  double words = floor (inside.w * (draft->density == PWK_DENSITY_SMALL ? 0.42 : TEXT_SHARE));

  if (is_lit (draft, lane))
    {
      item->flags |= PWK_FLAG_FLASH;
      item->glow = 1.0f;
    }
  if (lane->kind == PWK_LANE_NEW)
    item->flags |= PWK_FLAG_DASHED;
  pwk_scene_set_label (pen->scene, item, "%s: %s", lane_title (draft, lane),
                       lane_note (draft, lane));
  pwk_scene_push_parent (pen->scene, id);
  draw_words (draft, lane, pwk_cut_left (&inside, words, 14));
  draw_slabs (draft, lane, inside, left);
  pwk_scene_pop_parent (pen->scene);
}

/* How much of the height a lane asks for beyond its least: those with objects to show. */
static double
weight (const PwkSlabLane *lane)
{
  if (lane->n_shown == 0)
    return 0;
  return lane->kind == PWK_LANE_CPU_SLAB ? 1.6 : lane->kind == PWK_LANE_FULL ? 0.7 : 1;
}

void
pwk_slab_draw_lanes (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkSlabModel *model = draft->model;
  double least = pwk_pen_line (&draft->pen, PWK_FONT_BOLD) + 12, all = 0, rest;
  uint32_t n = model->n_lanes;
  unsigned left = MAX_CELLS;

  if (draft->density != PWK_DENSITY_SMALL)
    least += draft->small + 1;
  while (n > 1 && n * least + (n - 1) * LANE_GAP > box.h && least > draft->small + 14)
    least -= 1;
  for (uint32_t i = 0; i < n; i++)
    all += weight (&model->lanes[i]);
  rest = box.h - n * least - (n - 1) * LANE_GAP;
  for (uint32_t i = 0; i < n; i++)
    {
      const PwkSlabLane *lane = &model->lanes[i];
      double more = all > 0 ? floor (fmax (rest, 0) * weight (lane) / all) : 0;

      more = fmin (more, LANE_MAX_MORE);
      draw_lane (draft, lane, pwk_cut_top (&box, least + more, LANE_GAP), &left);
    }
  pwk_pen_story (&draft->pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_STORY), box,
                 _("How it came about"), NULL, &model->story,
                 _("This statement asked for nothing of the kernel's own."));
}
