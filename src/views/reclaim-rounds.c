/* reclaim-rounds.c - the cliff: how long a program's round over its memory takes, against how much
 * memory it goes round in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/task.h"
#include "views/reclaim-private.h"

#define PAD_X    10.0
#define PAD_Y    7.0
#define CURVE_H  64.0 /* at least */
#define DOT      5.0
#define MIN_WAYS 3 /* sizes that make a curve */

/* --- from the rounds so far --- */

/* In order of the sizes; of one size the last round counts: the first is about new pages. */
static void
add_round (PwkReclaimModel *model, const PwkRound *round)
{
  uint32_t at = 0;

  while (at < model->n_rounds && model->rounds[at].pages < round->pages)
    at++;
  if (at < model->n_rounds && model->rounds[at].pages == round->pages)
    {
      model->rounds[at] = *round;
      return;
    }
  if (model->n_rounds == PWK_RECLAIM_ROUNDS_SHOWN)
    return;
  memmove (&model->rounds[at + 1], &model->rounds[at],
           (model->n_rounds - at) * sizeof *model->rounds);
  model->rounds[at] = *round;
  model->n_rounds++;
}

void
pwk_reclaim_read_rounds (PwkReclaimModel *model, const PwkObservation *observation)
{
  const PwkRound *last =
      observation->n_rounds > 0 ? &observation->rounds[observation->n_rounds - 1] : NULL;

  for (uint32_t i = 0; i < observation->n_rounds; i++)
    if (observation->rounds[i].task == last->task)
      add_round (model, &observation->rounds[i]);
  if (last != NULL)
    {
      model->last_round = last->n;
      model->goer = g_strdup (pwk_view_task_name (observation->machine, last->task));
    }
  for (unsigned node = 0; node < observation->machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      model->managed += pwk_zone (observation->machine, node, type)->managed_pages;
}

/* --- the card --- */

double
pwk_reclaim_rounds_height (const PwkPen *pen, const PwkReclaimModel *model)
{
  if (model->n_rounds < MIN_WAYS)
    return 0;
  return 2 * PAD_Y + pwk_pen_line (pen, PWK_FONT_BOLD) + 4 + CURVE_H +
         2 * pwk_pen_line (pen, PWK_FONT_SMALL);
}

/* Time upwards, pages to the right; both from 0. */
typedef struct
{
  PwkBox box;
  double most_ns, most_pages;
} Plot;

static PwkPoint
plot_at (const Plot *plot, double pages, double ns)
{
  return pwk_point (plot->box.x + plot->box.w * pages / plot->most_pages,
                    plot->box.y + plot->box.h * (1 - ns / plot->most_ns));
}

static void
draw_axes (const PwkPen *pen, const PwkReclaimModel *model, const Plot *plot)
{
  PwkPoint memory = plot_at (plot, fmin ((double) model->managed, plot->most_pages), 0);
  double line = pwk_pen_line (pen, PWK_FONT_SMALL), bottom = plot->box.y + plot->box.h;
  const char *all = pwk_pen_printf (pen, _("memory %s"), pwk_pen_short (pen, model->managed));
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, all) + 2;
  PwkItem *item;

  pwk_scene_add_line (pen->scene, 0, plot->box.x, bottom, plot->box.x + plot->box.w, bottom,
                      PWK_ROLE_OUTLINE);
  item = pwk_scene_add_line (pen->scene, 0, memory.x, plot->box.y, memory.x, bottom + 3,
                             PWK_ROLE_TEXT_DIM);
  item->flags |= PWK_FLAG_DASHED;
  pwk_pen_label (pen, item, _("All memory of the machine: %s"),
                 pwk_pen_pages (pen, model->managed));
  pwk_pen_text (
      pen,
      pwk_box (CLAMP (memory.x - width / 2, plot->box.x, plot->box.x + plot->box.w - width),
               bottom + 3, width, line),
      PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, all);
}

static void
draw_points (const PwkPen *pen, const PwkReclaimModel *model, const Plot *plot)
{
  PwkPoint points[PWK_RECLAIM_ROUNDS_SHOWN];

  for (uint32_t i = 0; i < model->n_rounds; i++)
    points[i] = plot_at (plot, (double) model->rounds[i].pages, (double) model->rounds[i].ns);
  pwk_scene_add_polyline (pen->scene, 0, points, model->n_rounds, PWK_ROLE_ERROR)->line_width =
      1.75f;
  for (uint32_t i = 0; i < model->n_rounds; i++)
    {
      const PwkRound *round = &model->rounds[i];
      g_autofree char *time = pwk_format_ns (round->ns);
      bool last = round->n == model->last_round;
      PwkItem *item =
          pwk_scene_add_ellipse (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_ROUND + i),
                                 pwk_box (points[i].x - DOT / 2, points[i].y - DOT / 2, DOT, DOT),
                                 last ? PWK_ROLE_ACCENT : PWK_ROLE_ERROR);

      item->stroke = last ? PWK_ROLE_ACCENT : PWK_ROLE_ERROR;
      pwk_pen_thing (pen, item,
                     ngettext ("A round with a working set of %s: %s, %llu fault",
                               "A round with a working set of %s: %s, %llu faults", round->faults),
                     pwk_pen_pages (pen, round->pages), time, PWK_N (round->faults));
    }
}

void
pwk_reclaim_draw_rounds (const PwkPen *pen, const PwkReclaimModel *model, PwkBox box)
{
  const PwkRound *largest = &model->rounds[model->n_rounds - 1];
  PwkBox inside = pwk_box_inset (box, PAD_X, PAD_Y), head;
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  Plot plot = { .most_ns = 1, .most_pages = (double) MAX (largest->pages, 1) };
  g_autofree char *most = NULL;
  const char *title = pwk_pen_printf (pen, _("A round of %s"), model->goer), *scale;

  for (uint32_t i = 0; i < model->n_rounds; i++)
    plot.most_ns = fmax (plot.most_ns, (double) model->rounds[i].ns);
  most = pwk_format_ns ((uint64_t) plot.most_ns);
  pwk_pen_thing (pen, pwk_scene_add_panel (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_ROUNDS), box),
                 _("%s: how long it takes, against the size of the working set; %s at most"),
                 title, most);
  pwk_scene_push_parent (pen->scene, PWK_ID_RECLAIM (PWK_RECLAIM_ROUNDS));
  head = pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_BOLD) + 1, 3);
  pwk_pen_text (pen, head, PWK_FONT_BOLD, PWK_ROLE_TEXT, PWK_ALIGN_START, title);
  scale = pwk_pen_printf (pen, _("time up to %s, working set up to %s"), most,
                          pwk_pen_short (pen, largest->pages));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, scale) > inside.w)
    scale = pwk_pen_printf (pen, "≤ %s, ≤ %s", most, pwk_pen_short (pen, largest->pages));
  pwk_pen_text (pen, pwk_cut_top (&inside, line, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, scale);
  plot.box =
      pwk_box (inside.x + DOT, inside.y + DOT, inside.w - 2 * DOT, inside.h - line - 3 - 2 * DOT);
  draw_axes (pen, model, &plot);
  draw_points (pen, model, &plot);
  pwk_scene_pop_parent (pen->scene);
}
