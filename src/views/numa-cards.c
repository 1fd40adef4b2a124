/* numa-cards.c - beside the nodes: how far they are from each other, and what the allocator counts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/numa-private.h"

#define PAD_X    10.0
#define PAD_Y    8.0
#define CELL_H   20.0
#define CELL_GAP 2.0
#define HEAD_W   18.0
#define MANY     100000u /* from here on a count is told in thousands */

static double
title_height (const PwkPen *pen)
{
  return pwk_pen_line (pen, PWK_FONT_BOLD) + 4;
}

/* Many nodes have narrow rows. */
static double
cell_height (const PwkPen *pen, const PwkNumaModel *model)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  return model->n_nodes > 4 ? line : fmax (CELL_H, line + 4);
}

/* A title, a line of headings, and a row a node. */
static double
card_height (const PwkPen *pen, const PwkNumaModel *model)
{
  return title_height (pen) + pwk_pen_line (pen, PWK_FONT_SMALL) + 2 +
         model->n_nodes * (cell_height (pen, model) + CELL_GAP) - CELL_GAP + 2 * PAD_Y;
}

double
pwk_numa_cards_height (const PwkPen *pen, const PwkNumaModel *model)
{
  return 2 * card_height (pen, model) + PWK_GAP;
}

/* A panel with its title; the room for headings and rows is returned. */
static PwkBox
begin_card (const PwkPen *pen,
            const PwkNumaModel *model,
            PwkBox *rest,
            uint64_t id,
            const char *title,
            const char *remark)
{
  PwkBox box = pwk_cut_top (rest, card_height (pen, model), PWK_GAP);

  return pwk_pen_card (pen, id, box, pwk_box_inset (box, PAD_X, PAD_Y), title_height (pen), 0,
                       title, remark);
}

static double
row_head_width (const PwkPen *pen)
{
  return fmax (HEAD_W, pwk_pen_width (pen, PWK_FONT_SMALL, "15") + 4);
}

/* The number of a node in front of its row. */
static void
draw_row_head (const PwkPen *pen, PwkBox *row, unsigned node)
{
  pwk_pen_text (pen, pwk_cut_left (row, row_head_width (pen), 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, pwk_pen_printf (pen, "%u", node));
}

/* --- distances --- */

static bool
is_flow (const PwkNumaModel *model, unsigned from, unsigned to)
{
  for (uint32_t i = 0; i < model->n_flows; i++)
    if (model->flows[i].from == from && model->flows[i].to == to)
      return true;
  return false;
}

static void
draw_distance (const PwkPen *pen, const PwkNumaModel *model, unsigned from, unsigned to, PwkBox box)
{
  const char *text = pwk_pen_printf (pen, "%u", model->distance[from][to]);
  bool flows = is_flow (model, from, to);
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_NUMA (PWK_NUMA_PAIR + (from << 4 | to)), box,
                             from == to ? PWK_ROLE_PANEL : PWK_ROLE_PANEL_ALT, 3.0);

  item->stroke = flows ? PWK_ROLE_ACCENT : PWK_ROLE_GRID;
  item->line_width = flows ? 2.0f : 1.0f;
  item->text = pwk_pen_width (pen, PWK_FONT_SMALL, text) + 2 <= box.w ? text : NULL;
  item->font = PWK_FONT_SMALL;
  item->text_role = PWK_ROLE_TEXT;
  pwk_pen_thing (pen, item,
                 from == to ? _("from node %u to node %u: %u, its own memory")
                            : _("from node %u to node %u: %u"),
                 from, to, model->distance[from][to]);
}

void
pwk_numa_distances (const PwkPen *pen, const PwkNumaModel *model, PwkBox *rest)
{
  PwkBox inside = begin_card (pen, model, rest, PWK_ID_NUMA (PWK_NUMA_DISTANCES), _("Distances"),
                              /* Translators: what a number of the table means. */
                              _("10: its own memory"));
  PwkBox heads = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 2);
  double width;

  pwk_cut_left (&heads, row_head_width (pen), 2);
  width = (heads.w + CELL_GAP) / model->n_nodes;
  for (unsigned to = 0; to < model->n_nodes; to++)
    pwk_pen_text (pen, pwk_box (heads.x + to * width, heads.y, width - CELL_GAP, heads.h),
                  PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE,
                  pwk_pen_printf (pen, "%u", to));
  for (unsigned from = 0; from < model->n_nodes; from++)
    {
      PwkBox row = pwk_cut_top (&inside, cell_height (pen, model), CELL_GAP);

      draw_row_head (pen, &row, from);
      for (unsigned to = 0; to < model->n_nodes; to++)
        draw_distance (pen, model, from, to,
                       pwk_box (row.x + to * width, row.y, width - CELL_GAP, row.h));
    }
  pwk_scene_pop_parent (pen->scene);
}

/* --- counters --- */

/* In the order of the table: what is asked first. */
static const struct
{
  PwkNumaStat stat;
  const char *head, *name, *meaning;
} stats[] = {
  { PWK_NUMA_HIT, N_("hit"), "numa_hit", N_("blocks from this node, as was wanted") },
  { PWK_NUMA_MISS, N_("miss"), "numa_miss",
    N_("blocks from this node, though another was wanted") },
  { PWK_NUMA_FOREIGN, N_("foreign"), "numa_foreign",
    N_("blocks from another node, though this one was wanted") },
  { PWK_NUMA_LOCAL, N_("local"), "local_node", N_("blocks from this node for one of its CPUs") },
  { PWK_NUMA_OTHER, N_("other"), "other_node",
    N_("blocks from this node for a CPU of another node") },
};

/* "12,345"; "123k" where that would be long: the tooltip has all digits. */
static const char *
short_count (const PwkPen *pen, uint64_t count)
{
  if (count < MANY)
    return pwk_pen_count (pen, count);
  if (count < 1000 * (uint64_t) MANY)
    return pwk_pen_printf (pen, "%lluk", PWK_N (count / 1000));
  return pwk_pen_printf (pen, "%lluM", PWK_N (count / 1000000));
}

static void
draw_stat (const PwkPen *pen, const PwkNumaModel *model, unsigned node, unsigned i, PwkBox box)
{
  uint64_t count = model->nodes[node].stat[stats[i].stat];
  PwkItem *item =
      pwk_pen_text (pen, box, PWK_FONT_SMALL, count > 0 ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_END, short_count (pen, count));

  item->id = PWK_ID_NUMA (PWK_NUMA_STAT + (node << 4 | i));
  pwk_pen_thing (pen, item, "node %u, %s %s: %s", node, stats[i].name, pwk_pen_count (pen, count),
                 _ (stats[i].meaning));
}

void
pwk_numa_stats (const PwkPen *pen, const PwkNumaModel *model, PwkBox *rest)
{
  PwkBox inside = begin_card (pen, model, rest, PWK_ID_NUMA (PWK_NUMA_STATS), "numastat",
                              _("blocks given, by node"));
  PwkBox heads = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_SMALL), 2);
  double width;

  pwk_cut_left (&heads, row_head_width (pen), 2);
  width = heads.w / G_N_ELEMENTS (stats);
  for (unsigned i = 0; i < G_N_ELEMENTS (stats); i++)
    pwk_pen_text (pen, pwk_box (heads.x + i * width, heads.y, width, heads.h), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, _(stats[i].head));
  for (unsigned node = 0; node < model->n_nodes; node++)
    {
      PwkBox row = pwk_cut_top (&inside, cell_height (pen, model), CELL_GAP);

      draw_row_head (pen, &row, node);
      for (unsigned i = 0; i < G_N_ELEMENTS (stats); i++)
        draw_stat (pen, model, node, i, pwk_box (row.x + i * width, row.y, width, row.h));
    }
  pwk_scene_pop_parent (pen->scene);
}
