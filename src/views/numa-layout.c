/* numa-layout.c - nodes as cards, joined by how near they are; what goes from one to another;
 * beside them distances and counters, below the policies of a process and where its pages are
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      +--------+ 20 +--------+ +-----------+
 *      | node 0 |====| node 1 | | distances |
 *      +--------+    +--------+ |           |
 *        20 |   2 pages  | 20   +-----------+
 *      +--------+    +--------+ | numastat  |
 *      | node 2 |====| node 3 | |           |
 *      +--------+    +--------+ +-----------+
 *      | region   policy  0 0 1 1 0 0       |
 *      +------------------------------------+
 *
 * Joins and flows run in the gutters between the cards; where nodes stand in more than two rows the
 * table of distances alone tells of both. */
#include "views/density.h"
#include "views/numa-private.h"
#include "views/sheet.h"
#include "views/views-private.h"

#define MIN_WIDTH  420.0
#define RIGHT_W    292.0
#define COLUMN_GAP 16.0
#define GUTTER_W   46.0  /* between cards side by side */
#define GUTTER_ONE 150.0 /* the same where there are two nodes: a flow's words stand there */
#define GUTTER_H   54.0  /* between the two rows: a distance, and below it a flow */
#define GUTTER_MIN 8.0
#define CHIP_H     20.0
#define CARD_MAX_H 250.0
#define CARD_MIN_W 70.0

/* --- words --- */

const char *
pwk_numa_say_flow (const PwkPen *pen, const PwkNumaModel *model, uint32_t index)
{
  const PwkNumaFlow *flow = &model->flows[index];
  unsigned distance = model->distance[flow->from][flow->to];

  if (model->moved)
    return pwk_pen_printf (
        pen,
        ngettext ("%llu page moved, distance %u", "%llu pages moved, distance %u", flow->pages),
        PWK_N (flow->pages), distance);
  /* Translators: node numbers: the node where memory was wanted, and the one that gave it. */
  return pwk_pen_printf (pen,
                         ngettext ("%llu page wanted of %u, given by %u",
                                   "%llu pages wanted of %u, given by %u", flow->pages),
                         PWK_N (flow->pages), flow->from, flow->to);
}

/* --- where the cards stand --- */

typedef struct
{
  unsigned rows, across;
  PwkBox cards[PWK_MAX_NODES];
  bool joined; /* there are gutters for joins */
} Grid;

static double
gutter_height (const PwkPen *pen, const Grid *grid)
{
  return grid->joined ? fmax (GUTTER_H, 2 * pwk_pen_line (pen, PWK_FONT_SMALL) + 24) : GUTTER_MIN;
}

static double
least_grid_height (const PwkPen *pen, const PwkNumaModel *model)
{
  Grid grid = { .rows = pwk_numa_rows (model->n_nodes),
                .joined = pwk_numa_rows (model->n_nodes) == 2 };

  return grid.rows * pwk_numa_card_height (pen, model) +
         (grid.rows - 1) * gutter_height (pen, &grid);
}

/* More than that shows nothing more. */
static double
most_grid_height (const PwkPen *pen, const PwkNumaModel *model)
{
  double gutters = least_grid_height (pen, model) -
                   pwk_numa_rows (model->n_nodes) * pwk_numa_card_height (pen, model);

  return pwk_numa_rows (model->n_nodes) * CARD_MAX_H * pwk_pen_scale (pen) + gutters;
}

static Grid
lay_grid (const PwkPen *pen, const PwkNumaModel *model, PwkBox box)
{
  Grid grid = { .rows = pwk_numa_rows (model->n_nodes) };
  double gutter_w, gutter_h, width, height;

  grid.across = (model->n_nodes + grid.rows - 1) / grid.rows;
  grid.joined = grid.rows <= 2 && pwk_pen_density (pen) != PWK_DENSITY_SMALL;
  gutter_w = !grid.joined          ? GUTTER_MIN
             : model->n_nodes == 2 ? fmin (GUTTER_ONE * pwk_pen_scale (pen), floor (box.w / 4))
                                   : GUTTER_W * pwk_pen_scale (pen);
  gutter_h = gutter_height (pen, &grid);
  width = floor ((box.w - (grid.across - 1) * gutter_w) / grid.across);
  height = floor ((box.h - (grid.rows - 1) * gutter_h) / grid.rows);
  for (unsigned node = 0; node < model->n_nodes; node++)
    grid.cards[node] = pwk_box (box.x + node % grid.across * (width + gutter_w),
                                box.y + node / grid.across * (height + gutter_h), width, height);
  return grid;
}

/* --- joins --- */

/* The nearer, the thicker. */
static float
join_width (unsigned distance)
{
  return (float) CLAMP (60.0 / (double) MAX (distance, 1), 1.0, 5.0);
}

typedef struct
{
  unsigned a, b;
  PwkPoint from, to, chip; /* the chip's middle */
} Join;

/* Cards that stand beside or below one another are joined straight. */
static bool
join_of (const Grid *grid, unsigned n_nodes, unsigned a, bool down, Join *join)
{
  unsigned b = down ? a + grid->across : a + 1;
  const PwkBox *from = &grid->cards[a], *to;

  if (b >= n_nodes || (!down && a % grid->across + 1 == grid->across))
    return false;
  to = &grid->cards[b];
  *join = (Join){ .a = a, .b = b };
  if (down)
    {
      join->from = pwk_point (from->x + floor (from->w / 4), from->y + from->h);
      join->to = pwk_point (join->from.x, to->y);
      join->chip = pwk_point (join->from.x, join->from.y + 4 + CHIP_H / 2);
    }
  else
    {
      join->from = pwk_point (from->x + from->w, from->y + floor (from->h / 4));
      join->to = pwk_point (to->x, join->from.y);
      join->chip = pwk_point ((join->from.x + join->to.x) / 2, join->from.y);
    }
  return true;
}

static void
draw_join_line (const PwkPen *pen, const PwkNumaModel *model, const Join *join)
{
  PwkItem *item = pwk_scene_add_line (pen->scene, 0, join->from.x, join->from.y, join->to.x,
                                      join->to.y, PWK_ROLE_OUTLINE);

  item->line_width = join_width (model->distance[join->a][join->b]);
}

static void
draw_join_chip (const PwkPen *pen, const PwkNumaModel *model, const Join *join)
{
  unsigned there = model->distance[join->a][join->b], back = model->distance[join->b][join->a];
  /* Translators: distances there and back, where they differ. */
  const char *text = there == back ? pwk_pen_printf (pen, "%u", there)
                                   : pwk_pen_printf (pen, "%u/%u", there, back);
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14;
  double height = fmax (CHIP_H, pwk_pen_line (pen, PWK_FONT_SMALL) + 4);
  PwkItem *item = pwk_scene_add_rounded (
      pen->scene, PWK_ID_NUMA (PWK_NUMA_JOIN + (join->a << 4 | join->b)),
      pwk_box (join->chip.x - floor (width / 2), join->chip.y - height / 2, width, height),
      PWK_ROLE_PANEL, (float) height / 2);

  item->stroke = PWK_ROLE_OUTLINE;
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->text_role = PWK_ROLE_TEXT;
  pwk_pen_thing (pen, item, _("nodes %u and %u: distance %s"), join->a, join->b, text);
}

static void
draw_joins (const PwkPen *pen, const PwkNumaModel *model, const Grid *grid, bool chips)
{
  Join join;

  for (unsigned node = 0; node < model->n_nodes && grid->joined; node++)
    for (unsigned down = 0; down < 2; down++)
      if (join_of (grid, model->n_nodes, node, down != 0, &join))
        {
          if (chips)
            draw_join_chip (pen, model, &join);
          else
            draw_join_line (pen, model, &join);
        }
}

/* --- what goes from node to node --- */

/* The way of a flow: out of one card into the gutter between the rows, along it, and into the other
 * card; @chip is where its words stand. Two nodes side by side: straight. */
static unsigned
route (const PwkNumaModel *model, const Grid *grid, PwkPoint points[4], PwkPoint *chip)
{
  const PwkNumaFlow *flow = &model->flows[0];
  const PwkBox *from = &grid->cards[flow->from], *to = &grid->cards[flow->to];
  bool below_from = flow->from / grid->across > 0, below_to = flow->to / grid->across > 0;
  double lane;

  if (grid->rows == 1)
    {
      double y = from->y + floor (from->h * 0.62);
      bool right = to->x > from->x;

      points[0] = pwk_point (right ? from->x + from->w : from->x, y);
      points[1] = pwk_point (right ? to->x - 1 : to->x + to->w + 1, y);
      *chip = pwk_point ((points[0].x + points[1].x) / 2, y - CHIP_H);
      return 2;
    }
  lane = grid->cards[grid->across].y - CHIP_H / 2 - 6;
  points[0] = pwk_point (from->x + floor (from->w * 0.7), below_from ? from->y : from->y + from->h);
  points[1] = pwk_point (points[0].x, lane);
  points[2] = pwk_point (to->x + floor (to->w * 0.55), lane);
  points[3] = pwk_point (points[2].x, below_to ? to->y - 1 : to->y + to->h + 1);
  *chip = pwk_point ((points[1].x + points[2].x) / 2, lane);
  return 4;
}

/* The largest flow, with how much there is beside it. */
static void
draw_flow (const PwkPen *pen, const PwkNumaModel *model, const Grid *grid, PwkBox room)
{
  PwkPoint points[4], chip;
  unsigned n;
  const char *text;
  double width, height = fmax (CHIP_H, pwk_pen_line (pen, PWK_FONT_SMALL) + 4), x;
  PwkItem *item;

  if (model->n_flows == 0 || !grid->joined)
    return;
  n = route (model, grid, points, &chip);
  item = pwk_scene_add_arrow (pen->scene, PWK_ID_NUMA (PWK_NUMA_FLOW), points, n, PWK_ROLE_ACCENT);
  item->line_width = 2.5f;
  text = pwk_numa_say_flow (pen, model, 0);
  if (model->all_flows > model->flows[0].pages)
    text = pwk_pen_printf (pen, _("%s; %llu elsewhere"), text,
                           PWK_N (model->all_flows - model->flows[0].pages));
  width = fmin (pwk_pen_width (pen, PWK_FONT_SMALL, text) + 14,
                grid->rows == 1 ? fabs (points[1].x - points[0].x) - 8 : room.w);
  x = CLAMP (floor (chip.x - width / 2), room.x, room.x + room.w - width);
  if (grid->rows == 1)
    {
      PwkBox words = pwk_box (x, chip.y - 3 * height + 4, width, 3 * height);

      item = pwk_pen_text (pen, words, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE, text);
      item->flags |= PWK_FLAG_WRAP;
      item->valign = PWK_ALIGN_END;
      return;
    }
  item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_NUMA (PWK_NUMA_FLOW),
                             pwk_box (x, chip.y - height / 2, width, height), PWK_ROLE_PANEL, 6.0);
  item->stroke = PWK_ROLE_ACCENT;
  item->line_width = 2.0f;
  item->text = text;
  item->font = PWK_FONT_SMALL;
  item->text_role = PWK_ROLE_TEXT;
  item->ellipsize = PWK_ELLIPSIZE_END;
  pwk_pen_thing (pen, item, "%u → %u: %s", model->flows[0].from, model->flows[0].to, text);
}

/* --- the picture --- */

static void
draw_grid (const PwkPen *pen, const PwkNumaModel *model, PwkBox box)
{
  Grid grid = lay_grid (pen, model, box);

  draw_joins (pen, model, &grid, false);
  for (unsigned node = 0; node < model->n_nodes; node++)
    pwk_numa_card (pen, model, node, grid.cards[node]);
  draw_flow (pen, model, &grid, box);
  draw_joins (pen, model, &grid, true);
}

static void
add_legend (PwkSheet *sheet)
{
  const PwkLegendEntry entries[] = {
    { PWK_ROLE_FREE (4), C_("legend", "free"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_ANON, C_("legend", "anonymous"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_SHMEM, C_("legend", "shared"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FILE, C_("legend", "file"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_OUTLINE, C_("legend", "no page is there"), PWK_LEGEND_DASHED_FRAME },
    { PWK_ROLE_OUTLINE, C_("legend", "the thicker, the nearer"), PWK_LEGEND_LINE },
  };

  pwk_sheet_legend_above (sheet, entries, G_N_ELEMENTS (entries), PWK_GAP);
}

/* Whether that leaves the nodes room enough. */
static bool
stands_beside (const PwkPen *pen, const PwkNumaModel *model, double width)
{
  unsigned rows = pwk_numa_rows (model->n_nodes), across = (model->n_nodes + rows - 1) / rows;
  double left = width - fmin (RIGHT_W * pwk_pen_scale (pen), width * 0.4) - COLUMN_GAP;

  return pwk_pen_density (pen) != PWK_DENSITY_SMALL &&
         left >= across * (CARD_MIN_W + GUTTER_W) * pwk_pen_scale (pen);
}

/* Nodes with the cards beside them, or, where there is little width, above them; then the policies,
 * which take what is left. Returns where they end. */
static double
draw_body (const PwkPen *pen, const PwkNumaModel *model, PwkBox rest)
{
  bool beside = stands_beside (pen, model, rest.w);
  double cards = pwk_numa_cards_height (pen, model);
  double grid = least_grid_height (pen, model), more = beside ? 0 : cards + PWK_GAP;
  double least = pwk_numa_policies_height (pen, model, true) + more;
  double all = pwk_numa_policies_height (pen, model, false) + more, policies, top;
  PwkBox upper, right;

  if (beside)
    grid = fmax (grid, cards);
  policies = fmax (least, fmin (all, rest.h - grid - PWK_GAP));
  grid = CLAMP (rest.h - policies - PWK_GAP, grid, fmax (grid, most_grid_height (pen, model)));
  policies = fmax (policies, rest.h - grid - PWK_GAP);
  rest.h = grid + PWK_GAP + policies;   /* more than the canvas, if that is what they need */
  upper = pwk_cut_top (&rest, grid, PWK_GAP);
  if (beside)
    {
      right =
          pwk_cut_right (&upper, fmin (RIGHT_W * pwk_pen_scale (pen), upper.w * 0.4), COLUMN_GAP);
      pwk_numa_distances (pen, model, &right);
      pwk_numa_stats (pen, model, &right);
      pwk_pen_story (pen, PWK_ID_NUMA (PWK_NUMA_STORY), right, _("What happened"), NULL,
                     &model->story, _("This statement asked no policy and moved no page."));
    }
  draw_grid (pen, model, upper);
  top = rest.y;
  rest = pwk_box (rest.x, top, rest.w, policies);
  if (!beside)
    {
      pwk_numa_distances (pen, model, &rest);
      pwk_numa_stats (pen, model, &rest);
    }
  pwk_numa_policies (pen, model, rest);
  return top + policies;
}

/* "4 nodes; pages of A: 3 on node 0, 2 on node 1" */
static const char *
describe (const PwkPen *pen, const PwkNumaModel *model)
{
  g_autoptr (GString) text = g_string_new (NULL);
  bool any = false;

  g_string_append_printf (text, ngettext ("%u node", "%u nodes", model->n_nodes), model->n_nodes);
  for (unsigned node = 0; node < model->n_nodes && model->n_tasks > 0; node++)
    if (pwk_numa_pages_on (&model->nodes[node], 0) > 0)
      {
        g_string_append (text, C_("between facts", "; "));
        g_string_append_printf (text, _("%s on node %u: %s"), model->tasks[0].name, node,
                                pwk_pen_pages (pen, pwk_numa_pages_on (&model->nodes[node], 0)));
        any = true;
      }
  if (!any)
    {
      g_string_append (text, C_("between facts", "; "));
      g_string_append (text, _("no page of a process is on any of them"));
    }
  for (uint32_t i = 0; i < model->n_flows; i++)
    {
      g_string_append (text, C_("between facts", "; "));
      g_string_append_printf (text, "%u → %u: %s", model->flows[i].from, model->flows[i].to,
                              pwk_numa_say_flow (pen, model, i));
    }
  return pwk_scene_intern (pen->scene, text->str);
}

static const char *
remark (const PwkPen *pen, const PwkNumaModel *model)
{
  const char *nodes =
      pwk_pen_printf (pen, ngettext ("%u node", "%u nodes", model->n_nodes), model->n_nodes);
  const char *cpus =
      pwk_pen_printf (pen, ngettext ("%u CPU", "%u CPUs", model->n_cpus), model->n_cpus);

  return pwk_pen_printf (pen, "%s%s%s", nodes, C_("between facts", "; "), cpus);
}

void
pwk_numa_layout (PwkScene *scene,
                 gconstpointer data,
                 const PwkTheme *theme,
                 const PwkViewParams *params)
{
  const PwkNumaModel *model = data;
  PwkPen pen = { scene, theme, params };
  PwkSheet sheet = pwk_sheet_new (&pen, pwk_view_room (params, MIN_WIDTH, 0));

  pwk_sheet_head (&sheet, _("Nodes and distances"), remark (&pen, model));
  if (model->n_nodes == 0)
    {
      pwk_sheet_finish_empty (&sheet, _("The machine is off: its nodes are found at boot."));
      return;
    }
  add_legend (&sheet);
  pwk_sheet_finish (&sheet, draw_body (&pen, model, sheet.body), describe (&pen, model));
}

/* --- as text --- */

static void
append_nodes (GString *text, const PwkPen *pen, const PwkNumaModel *model)
{
  g_string_append_printf (text, "%s\n",
                          _("node\tCPUs\tmanaged\tfree\torder\tnuma_hit\tnuma_miss\tnuma_foreign\t"
                             "interleave_hit\tlocal_node\tother_node"));
  for (unsigned n = 0; n < model->n_nodes; n++)
    {
      const PwkNumaNode *node = &model->nodes[n];

      g_string_append_printf (text, "%u\t%s\t%llu\t%llu\t%s", n,
                              pwk_numa_say_cpus (pen, node->cpus), PWK_N (node->managed),
                              PWK_N (node->parts[PWK_NUMA_PART_FREE]),
                              pwk_numa_say_order (pen, node));
      for (unsigned stat = 0; stat < PWK_NR_NUMA_STATS; stat++)
        g_string_append_printf (text, "\t%llu", PWK_N (node->stat[stat]));
      g_string_append_c (text, '\n');
    }
}

static void
append_distances (GString *text, const PwkNumaModel *model)
{
  g_string_append_printf (text, "\n%s\n", _("Distances"));
  for (unsigned from = 0; from < model->n_nodes; from++)
    for (unsigned to = 0; to < model->n_nodes; to++)
      g_string_append_printf (text, "%u%c", model->distance[from][to],
                              to + 1 < model->n_nodes ? '\t' : '\n');
}

static void
append_counts (GString *text, const PwkNumaModel *model, const uint64_t *pages)
{
  for (unsigned node = 0; node < model->n_nodes; node++)
    g_string_append_printf (text, "\tN%u=%llu", node, PWK_N (pages[node]));
  g_string_append_c (text, '\n');
}

static void
append_processes (GString *text, const PwkNumaModel *model)
{
  g_string_append_c (text, '\n');
  for (uint32_t task = 0; task < model->n_tasks; task++)
    {
      uint64_t pages[PWK_MAX_NODES];

      for (unsigned node = 0; node < model->n_nodes; node++)
        pages[node] = pwk_numa_pages_on (&model->nodes[node], task);
      g_string_append_printf (text, "%s\t%s", model->tasks[task].name, model->tasks[task].policy);
      append_counts (text, model, pages);
    }
  g_string_append_c (text, '\n');
  for (uint32_t i = 0; i < model->n_regions; i++)
    {
      const PwkNumaRegion *region = &model->regions[i];

      g_string_append_printf (text, "0x%llx\t%s\t%s", PWK_N (region->start), region->name,
                              region->policy);
      append_counts (text, model, region->node);
    }
}

char *
pwk_numa_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkNumaModel *model = data;
  PwkPen pen = { pwk_scene_new (1, 1), NULL, params };
  GString *text = g_string_new (NULL);

  append_nodes (text, &pen, model);
  append_distances (text, model);
  append_processes (text, model);
  for (uint32_t i = 0; i < model->n_flows; i++)
    g_string_append_printf (text, "%u\t%u\t%s\n", model->flows[i].from, model->flows[i].to,
                            pwk_numa_say_flow (&pen, model, i));
  pwk_scene_unref (pen.scene);
  return g_string_free (text, FALSE);
}
