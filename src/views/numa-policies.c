/* numa-policies.c - below the nodes: the regions of a process, by which policy their pages were
 * placed, and on which nodes these are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/density.h"
#include "views/numa-private.h"

#define CELL_MAX_W 22.0
#define CELL_MIN_W 7.0 /* narrower cells are drawn as a whole */
#define CELL_GAP   2.0
#define ROW_GAP    4.0
#define NAME_SHARE 0.24
#define LEAST_ROWS 3u
#define ROW_MAX_H  30.0 /* rows grow with the room, and cells with them */
#define EMPTY_H    40.0

static double
row_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_SMALL) + 6;
}

static double
head_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_HEADING) + 6 + 2 * (PWK_PADDING - 2);
}

double
pwk_numa_policies_height (const PwkPen *pen, const PwkNumaModel *model, bool least)
{
  uint32_t rows = MAX (model->n_regions, 1);

  rows = least ? MIN (rows, LEAST_ROWS) : rows;
  if (model->n_regions == 0)
    return head_height (pen) + EMPTY_H * pwk_pen_scale (pen);
  return head_height (pen) + rows * (row_height (pen) + ROW_GAP) - ROW_GAP;
}

/* --- a region's pages --- */

static void
draw_cell (const PwkPen *pen, const PwkNumaRegion *region, uint32_t index, PwkBox box)
{
  const PwkNumaPage *page = &region->cells[index];
  PwkVaddr addr = region->start + index * PWK_PAGE_SIZE;
  bool there = page->node >= 0;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_ADDRESS (addr), box,
                                         there ? pwk_numa_role (page->use) : PWK_ROLE_NONE, 2.0);

  item->pattern = PWK_PATTERN_NONE;
  if (!there)
    {
      item->stroke = PWK_ROLE_OUTLINE;
      item->flags |= PWK_FLAG_DASHED;
      pwk_pen_thing (pen, item, _("%s: no page is there"), pwk_pen_address (pen, addr));
      return;
    }
  if (pwk_pen_width (pen, PWK_FONT_SMALL, "15") + 2 <= box.w || (page->node < 10 && box.w >= 11))
    {
      item->text = pwk_pen_printf (pen, "%d", page->node);
      item->font = PWK_FONT_SMALL;
    }
  pwk_pen_thing (pen, item,
                 page->shared ? _("%s: pfn %u, on node %d; others map it, too")
                              : _("%s: pfn %u, on node %d"),
                 pwk_pen_address (pen, addr), page->pfn, page->node);
}

/* Too many for a cell each: how much of it lies on which node. */
static void
draw_shares (const PwkPen *pen, const PwkNumaModel *model, const PwkNumaRegion *region, PwkBox box)
{
  double x = box.x;

  for (unsigned node = 0; node < model->n_nodes; node++)
    {
      double width =
          region->pages > 0 ? box.w * (double) region->node[node] / (double) region->pages : 0;
      const char *text =
          pwk_pen_printf (pen, "%u: %s", node, pwk_pen_short (pen, region->node[node]));
      PwkItem *item;

      if (region->node[node] == 0)
        continue;
      item = pwk_scene_add_rounded (pen->scene, 0, pwk_box (x, box.y, fmax (width - 1, 1), box.h),
                                    (PwkRole) region->role, 2.0);
      item->pattern = PWK_PATTERN_NONE;
      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 8 > width)
        text = pwk_pen_printf (pen, "%u", node);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 4 <= width)
        {
          item->text = text;
          item->font = PWK_FONT_SMALL;
        }
      pwk_pen_label (pen, item, _("node %u: %s"), node, pwk_pen_pages (pen, region->node[node]));
      x += width;
    }
}

static void
draw_pages (const PwkPen *pen, const PwkNumaModel *model, const PwkNumaRegion *region, PwkBox box)
{
  double width =
      region->n_cells > 0 ? fmin (box.w / region->n_cells, fmax (CELL_MAX_W, box.h + CELL_GAP)) : 0;

  if (width < CELL_MIN_W)
    {
      draw_shares (pen, model, region, box);
      return;
    }
  for (uint32_t i = 0; i < region->n_cells; i++)
    draw_cell (pen, region, i, pwk_box (box.x + i * width, box.y, width - CELL_GAP, box.h));
}

/* --- rows --- */

typedef struct
{
  double name, policy; /* widths */
  bool named;          /* the first tells what the region maps, too */
} Columns;

static const char *
region_title (const PwkPen *pen, const PwkNumaRegion *region)
{
  return pwk_pen_printf (pen, "%s  %s", pwk_pen_address (pen, region->start), region->name);
}

/* Which regions have a row: all, or, where there is no room for that, the first of those that have
 * pages or a policy of their own. */
typedef struct
{
  const PwkNumaRegion *regions[PWK_NUMA_REGIONS];
  uint32_t n, left_out;
  uint64_t pages; /* of those that are left out */
} Rows;

static Rows
choose_rows (const PwkNumaModel *model, uint32_t fit)
{
  bool all = model->n_regions <= fit && model->n_regions == model->all_regions;
  Rows rows = { .left_out = model->all_regions, .pages = model->untold };

  for (uint32_t i = 0; i < model->n_regions; i++)
    if (all || model->regions[i].pages > 0 || model->regions[i].own)
      rows.regions[rows.n++] = &model->regions[i];
  /* the last line counts the rest */
  if (rows.n > fit || (rows.n == fit && rows.n < model->all_regions))
    while (rows.n > (fit > 0 ? fit - 1 : 0))
      rows.pages += rows.regions[--rows.n]->pages;
  rows.left_out -= rows.n;
  return rows;
}

/* As wide as the longest text of those that are shown; what a region maps is told where that leaves
 * room for the pages. */
static Columns
measure (const PwkPen *pen, const Rows *rows, double width)
{
  Columns columns = { .named = true };
  double named = 0;

  for (uint32_t i = 0; i < rows->n; i++)
    {
      const PwkNumaRegion *region = rows->regions[i];

      named = fmax (named, pwk_pen_width (pen, PWK_FONT_SMALL, region_title (pen, region)));
      columns.name = fmax (
          columns.name, pwk_pen_width (pen, PWK_FONT_SMALL, pwk_pen_address (pen, region->start)));
      columns.policy = fmax (columns.policy, pwk_pen_width (pen, PWK_FONT_SMALL, region->policy));
    }
  columns.named = named <= width * NAME_SHARE;
  columns.name = (columns.named ? named : columns.name) + 9;
  columns.policy += 1;
  return columns;
}

static void
draw_row (const PwkPen *pen,
          const PwkNumaModel *model,
          const PwkNumaRegion *region,
          const Columns *columns,
          PwkBox row)
{
  const char *title = region_title (pen, region);
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_VMA (region->start),
                             pwk_box (row.x, row.y, columns->name, row.h), PWK_ROLE_NONE, 3.0);

  item->stroke = PWK_ROLE_NONE;
  pwk_pen_thing (pen, item,
                 region->own ? _("Region %s: policy %s, its own; %s")
                             : _("Region %s: policy %s, the process's; %s"),
                 title, region->policy, pwk_pen_pages (pen, region->pages));
  pwk_pen_text (pen, pwk_box_inset (pwk_cut_left (&row, columns->name, 2 * PWK_GAP), 4, 0),
                PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                columns->named ? title : pwk_pen_address (pen, region->start));
  pwk_pen_text (pen, pwk_cut_left (&row, columns->policy, 2 * PWK_GAP), PWK_FONT_SMALL,
                region->own ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, region->policy);
  if (row.w > 2 * CELL_MIN_W)
    draw_pages (pen, model, region, row);
}

/* "and 3 more regions", where not all of them have a row. */
static const char *
say_rest (const PwkPen *pen, const Rows *rows)
{
  if (rows->pages == 0)
    return pwk_pen_printf (pen,
                           ngettext ("and %u more region without pages",
                                     "and %u more regions without pages", rows->left_out),
                           rows->left_out);
  return pwk_pen_printf (
      pen, ngettext ("and %u more region, with %s", "and %u more regions, with %s", rows->left_out),
      rows->left_out, pwk_pen_pages (pen, rows->pages));
}

static void
draw_rows (const PwkPen *pen, const PwkNumaModel *model, PwkBox rest)
{
  double height = row_height (pen), pitch = height + ROW_GAP;
  uint32_t fit = (uint32_t) fmax (floor ((rest.h + ROW_GAP + 0.5) / pitch), 0);
  Rows rows = choose_rows (model, fit);
  Columns columns = measure (pen, &rows, rest.w);
  uint32_t lines = rows.n + (rows.left_out > 0);

  if (lines > 0)
    height = fmax (height, fmin (rest.h / lines - ROW_GAP, ROW_MAX_H * pwk_pen_scale (pen)));
  for (uint32_t i = 0; i < rows.n; i++)
    draw_row (pen, model, rows.regions[i], &columns, pwk_cut_top (&rest, height, ROW_GAP));
  if (rows.left_out > 0 && fit > 0)
    pwk_pen_text (pen, pwk_cut_top (&rest, row_height (pen), 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, say_rest (pen, &rows));
}

/* --- the panel --- */

static const char *
why_empty (const PwkNumaModel *model)
{
  if (model->n_tasks == 0)
    return _("There is no process yet: no page belongs to anybody.");
  if (!model->tasks[0].counted)
    return _("This process has more pages than are counted for a picture; numa_maps() counts "
              "them all.");
  return _("This process has no regions yet.");
}

/* Where its memory may lie, and where it is to. */
static const char *
say_bounds (const PwkPen *pen, const PwkNumaTask *task)
{
  if (task->mems == 0)
    /* Translators: a NUMA policy, as “interleave:0-1”. */
    return pwk_pen_printf (pen, _("policy of the process: %s"), task->policy);
  /* Translators: node numbers, as “0-1”, and a NUMA policy. */
  return pwk_pen_printf (pen, _("cpuset of the nodes %s; policy of the process: %s"),
                         pwk_numa_say_list (pen, task->mems), task->policy);
}

void
pwk_numa_policies (const PwkPen *pen, const PwkNumaModel *model, PwkBox box)
{
  const PwkNumaTask *task = model->n_tasks > 0 ? &model->tasks[0] : NULL;
  /* Translators: a process. */
  const char *title = task
                          ? pwk_pen_printf (pen, _("Which node each page of %s is on"), task->name)
                          : _("Which node each page is on");
  const char *remark = task ? say_bounds (pen, task) : NULL;
  PwkBox inside;

  if (remark != NULL && pwk_pen_width (pen, PWK_FONT_SMALL, remark) +
                                pwk_pen_width (pen, PWK_FONT_HEADING, title) + 3 * PWK_GAP >
                            box.w - 2 * PWK_PADDING)
    remark = NULL;
  inside = pwk_pen_panel (pen, PWK_ID_NUMA (PWK_NUMA_POLICIES), box, title, remark);

  pwk_scene_push_parent (pen->scene, PWK_ID_NUMA (PWK_NUMA_POLICIES));
  if (task == NULL && model->exited.n != 0)
    pwk_pen_exited (pen, inside, &model->exited);
  else if (model->n_regions == 0)
    pwk_pen_empty (pen, inside, why_empty (model));
  else
    draw_rows (pen, model, inside);
  pwk_scene_pop_parent (pen->scene);
}
