/* zones-reclaim.c - reclaim at work against the marks: who makes room, how far he has to go, and
 * how the level went
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/zones-private.h"

#include "engine/phys/gfp.h"
#include "engine/phys/reclaim-door.h"
#include "views/views-private.h"

#define MAKER_MIN_W 250.0
#define DOT         9.0
#define PULL_MIN    14.0
#define GROUP(n)    PWK_ID_GROUP (PWK_VIEW_ZONES, n)

enum
{
  GROUP_MAKERS = 0x400,
  GROUP_MAKER, /* and each node's kswapd; the caller is the last */
};

/* --- at the tank --- */

void
pwk_zones_draw_pull (const PwkPen *pen,
                     const PwkZonesModel *model,
                     const PwkTank *tank,
                     double x,
                     double y_level,
                     double y_high)
{
  const bool now = model->reclaiming && model->tracks.who == PWK_TRACK_KSWAPD &&
                   model->tracks.node == tank->node;
  uint64_t id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_PULL);
  PwkRole role = now ? PWK_ROLE_ACCENT : PWK_ROLE_TEXT_DIM;
  PwkItem *item;

  if (!tank->wanted)
    return;
  pwk_scene_add_line (pen->scene, id, x - 4, y_high, x + 4, y_high, role)->line_width = 1.5f;
  /* a short way has no room for a head */
  item = y_level - y_high > PULL_MIN
             ? pwk_pen_arrow (pen, id, x, y_level, x, y_high + 1, role)
             : pwk_scene_add_line (pen->scene, id, x, y_level, x, y_high, role);
  item->line_width = 1.5f;
  pwk_pen_label (pen, item, _("kswapd%u is to bring the level up to the high mark: %s more"),
                 tank->node, pwk_pen_pages (pen, tank->mark[PWK_WMARK_HIGH] - tank->free));
}

/* --- how the level went --- */

typedef struct
{
  PwkBox box;
  uint64_t low, high; /* pages at its foot and top */
  uint32_t n;
} Chart;

static PwkPoint
chart_point (const Chart *chart, uint32_t i, uint64_t free)
{
  double share = chart->high > chart->low
                     ? (double) (free - chart->low) / (double) (chart->high - chart->low)
                     : 0.5;

  return pwk_point (chart->box.x + 4 + (chart->box.w - 8) * i / (chart->n - 1),
                    chart->box.y + chart->box.h - 3 - share * (chart->box.h - 6));
}

/* The marks that the level went through. */
static void
draw_chart_marks (const PwkPen *pen, const PwkTank *tank, const Chart *chart)
{
  for (unsigned mark = PWK_WMARK_MIN; mark <= PWK_WMARK_HIGH; mark++)
    if (tank->mark[mark] > chart->low && tank->mark[mark] < chart->high)
      {
        double y = chart_point (chart, 0, tank->mark[mark]).y;
        PwkItem *item = pwk_scene_add_line (pen->scene, 0, chart->box.x, y,
                                            chart->box.x + chart->box.w, y, PWK_ROLE_OUTLINE);

        item->flags |= mark == PWK_WMARK_HIGH ? PWK_FLAG_DASHED : 0;
        pwk_pen_label (pen, item, "%s: %s", pwk_wmark_name (mark),
                       pwk_pen_pages (pen, tank->mark[mark]));
      }
}

/* Woken: a triangle; to sleep: a ring; a caller on his own: a square. */
static void
draw_deeds (const PwkPen *pen, PwkPoint at, const PwkTankLevel *level)
{
  const PwkPoint triangle[] = { { at.x - 4, at.y + 3 },
                                { at.x + 4, at.y + 3 },
                                { at.x, at.y - 4 } };
  PwkItem *item;

  if (level->deeds & PWK_LEVEL_CALLER)
    {
      item = pwk_scene_add_rect (pen->scene, 0, pwk_box (at.x - 3.5, at.y - 3.5, 7, 7),
                                 PWK_ROLE_ERROR);
      item->stroke = PWK_ROLE_NONE;
      pwk_pen_label (pen, item, _("%s free: the caller reclaims for himself"),
                     pwk_pen_pages (pen, level->free));
    }
  else if (level->deeds & PWK_LEVEL_WOKEN)
    {
      item =
          pwk_scene_add_polygon (pen->scene, 0, triangle, G_N_ELEMENTS (triangle), PWK_ROLE_TEXT);
      item->stroke = PWK_ROLE_NONE;
      pwk_pen_label (pen, item, _("%s free: kswapd is woken"), pwk_pen_pages (pen, level->free));
    }
  else if (level->deeds & PWK_LEVEL_SLEPT)
    {
      item = pwk_scene_add_ellipse (pen->scene, 0, pwk_box (at.x - 3.5, at.y - 3.5, 7, 7),
                                    PWK_ROLE_PANEL);
      item->stroke = PWK_ROLE_TEXT;
      item->line_width = 1.5f;
      pwk_pen_label (pen, item, _("%s free: kswapd goes to sleep"),
                     pwk_pen_pages (pen, level->free));
    }
}

void
pwk_zones_draw_history (const PwkPen *pen, const PwkTank *tank, PwkBox box)
{
  Chart chart = { .box = box, .low = UINT64_MAX, .n = tank->n_history };
  PwkPoint points[PWK_ZONES_HISTORY];
  PwkItem *item;

  if (tank->n_history < 2)
    return;
  for (uint32_t i = 0; i < tank->n_history; i++)
    {
      chart.low = MIN (chart.low, tank->history[i].free);
      chart.high = MAX (chart.high, tank->history[i].free);
    }
  for (uint32_t i = 0; i < tank->n_history; i++)
    points[i] = chart_point (&chart, i, tank->history[i].free);
  pwk_scene_add_rounded (pen->scene, 0, box, PWK_ROLE_PANEL_ALT, 3.0)->stroke = PWK_ROLE_GRID;
  draw_chart_marks (pen, tank, &chart);
  item = pwk_scene_add_polyline (pen->scene, 0, points, tank->n_history, PWK_ROLE_FREE (4));
  item->line_width = 1.5f;
  pwk_scene_set_label (pen->scene, item, _("Free pages at the last %u checks: between %s and %s"),
                       tank->n_history, pwk_pen_pages (pen, chart.low),
                       pwk_pen_pages (pen, chart.high));
  for (uint32_t i = 0; i < tank->n_history; i++)
    draw_deeds (pen, points[i], &tank->history[i]);
}

/* --- who makes room --- */

/* A kswapd, or, as the last, the caller. */
typedef struct
{
  PwkReclaimWho who;
  unsigned node;
  const PwkReclaimTrack *track;
  bool now; /* the event at the position is his work */
  const char *name, *state, *cause, *numbers;
  const char *brief;  /* the cause without the mask, where that has no room; may be NULL */
} Maker;

static const char *
request (const PwkPen *pen, unsigned order, uint32_t gfp)
{
  g_autoptr (GString) mask = g_string_new (NULL);

  pwk_gfp_append (mask, gfp);
  /* Translators: what the one who reclaims was asked for: an order, a gfp mask. */
  return pwk_pen_printf (pen, _("for order %u with %s"), order, mask->str);
}

static const char *
kswapd_cause (const PwkPen *pen, const PwkZonesModel *model, unsigned node)
{
  const PwkTankNode *record = &model->nodes[node];
  const PwkReclaimTrack *track = &model->tracks.kswapd[node];

  if (record->kswapd_failures >= PWK_MAX_RECLAIM_RETRIES)
    return pwk_pen_printf (pen, _("given up after %u vain rounds"), PWK_MAX_RECLAIM_RETRIES);
  if (track->asked)
    return request (pen, track->order, track->gfp);
  if (!record->kswapd_awake)
    return _("woken when a zone falls below low");
  return record->kswapd_order > 0 ? pwk_pen_printf (pen, _("for order %u"), record->kswapd_order)
                                  : _("until a zone is above its high mark");
}

static const char *
caller_state (const PwkPen *pen, const PwkZonesModel *model)
{
  const PwkReclaimTracks *tracks = &model->tracks;

  if (!tracks->direct.awake && tracks->n_callers > 1)
    return pwk_pen_printf (pen,
                           ngettext ("%u caller waited", "%u callers waited", tracks->n_callers),
                           tracks->n_callers);
  return pwk_track_state (pen, PWK_TRACK_DIRECT, &tracks->direct, model->caller);
}

static const char *
caller_cause (const PwkPen *pen, const PwkZonesModel *model)
{
  const PwkReclaimTrack *track = &model->tracks.direct;

  if (track->asked)
    return request (pen, track->order, track->gfp);
  if (model->n_stalls == 0)
    return _("when a zone falls below min");
  return pwk_pen_printf (
      pen,
      ngettext ("%llu request had to, so far", "%llu requests had to, so far", model->n_stalls),
      PWK_N (model->n_stalls));
}

static Maker
maker_at (const PwkPen *pen, const PwkZonesModel *model, unsigned index)
{
  const PwkReclaimTracks *tracks = &model->tracks;
  Maker maker = { .who = index < model->n_nodes ? PWK_TRACK_KSWAPD : PWK_TRACK_DIRECT,
                  .node = index };

  maker.now = model->reclaiming && tracks->who == maker.who &&
              (maker.who == PWK_TRACK_DIRECT || tracks->node == index);
  maker.name = pwk_track_name (pen, maker.who, index);
  if (maker.who == PWK_TRACK_KSWAPD)
    {
      maker.track = &tracks->kswapd[index];
      maker.state = pwk_track_state (pen, maker.who, maker.track, NULL);
      maker.cause = kswapd_cause (pen, model, index);
    }
  else
    {
      maker.track = &tracks->direct;
      maker.state = caller_state (pen, model);
      maker.cause = caller_cause (pen, model);
    }
  if (maker.track->asked)
    maker.brief = pwk_pen_printf (pen, _("for order %u"), maker.track->order);
  maker.numbers = pwk_track_numbers (pen, maker.track);
  return maker;
}

static unsigned
makers_across (const PwkPen *pen, const PwkZonesModel *model, double width)
{
  double least = MAKER_MIN_W * pwk_pen_scale (pen);

  return CLAMP ((unsigned) fmax ((width - 2 * PWK_PADDING) / least, 1), 1, model->n_nodes + 1);
}

static double
maker_height (const PwkPen *pen)
{
  bool full = pwk_pen_density (pen) == PWK_DENSITY_FULL;

  return pwk_pen_line (pen, PWK_FONT_NORMAL) + (full ? 2 * pwk_pen_line (pen, PWK_FONT_SMALL) : 0);
}

double
pwk_zones_makers_height (const PwkPen *pen, const PwkZonesModel *model, double width)
{
  unsigned across = makers_across (pen, model, width);
  unsigned rows = (model->n_nodes + across) / across;

  if (pwk_pen_density (pen) == PWK_DENSITY_SMALL)
    return 0;
  return rows * (maker_height (pen) + PWK_GAP) - PWK_GAP + 12;
}

static void
draw_maker (const PwkPen *pen, const Maker *maker, uint64_t id, PwkBox box)
{
  PwkBox rest = box, head, dot;
  const char *pass = maker->track->known ? pwk_track_pass (pen, maker->track) : NULL;
  const char *numbers = maker->numbers, *cause = maker->cause;
  double width;
  PwkItem *item = pwk_scene_add_rect (pen->scene, id, box, PWK_ROLE_NONE);

  pwk_pen_thing (pen, item, _("%s: %s; %s; %s%s%s"), maker->name, maker->state, maker->cause,
                 numbers, pass != NULL ? "; " : "", pass != NULL ? pass : "");
  head = pwk_cut_top (&rest, pwk_pen_line (pen, PWK_FONT_NORMAL), 0);
  dot = pwk_cut_left (&head, DOT, 7);
  item =
      pwk_scene_add_ellipse (pen->scene, id, pwk_box (dot.x, dot.y + (dot.h - DOT) / 2, DOT, DOT),
                             maker->now            ? PWK_ROLE_ACCENT
                             : maker->track->awake ? PWK_ROLE_TEXT
                                                   : PWK_ROLE_PANEL);
  item->stroke = maker->now ? PWK_ROLE_ACCENT : PWK_ROLE_TEXT_DIM;
  width = fmin (pwk_pen_width (pen, PWK_FONT_BOLD, maker->name) + 1, head.w * 0.6);
  pwk_pen_text (pen, pwk_cut_left (&head, width, PWK_GAP), PWK_FONT_BOLD, PWK_ROLE_TEXT,
                PWK_ALIGN_START, maker->name);
  pwk_pen_text (pen, head, PWK_FONT_SMALL, maker->track->awake ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, maker->state);
  if (rest.h < pwk_pen_line (pen, PWK_FONT_SMALL))
    return;
  rest = pwk_box (rest.x + DOT + 7, rest.y, rest.w - DOT - 7, rest.h);
  if (maker->brief != NULL && pwk_pen_width (pen, PWK_FONT_SMALL, cause) > rest.w)
    cause = maker->brief;
  pwk_pen_text (pen, pwk_cut_top (&rest, pwk_pen_line (pen, PWK_FONT_SMALL), 0), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, cause);
  if (pass != NULL)
    {
      const char *both = pwk_pen_printf (pen, "%s · %s", numbers, pass);

      numbers = pwk_pen_width (pen, PWK_FONT_SMALL, both) <= rest.w ? both : numbers;
    }
  pwk_pen_text (pen, pwk_cut_top (&rest, pwk_pen_line (pen, PWK_FONT_SMALL), 0), PWK_FONT_SMALL,
                pass != NULL ? PWK_ROLE_TEXT : PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, numbers);
}

void
pwk_zones_draw_makers (const PwkPen *pen, const PwkZonesModel *model, PwkBox box)
{
  unsigned across = makers_across (pen, model, box.w);
  double width, height = maker_height (pen);
  PwkBox inside = pwk_box_inset (box, PWK_PADDING, 6);

  if (box.h <= 0)
    return;
  pwk_pen_label (pen, pwk_scene_add_panel (pen->scene, GROUP (GROUP_MAKERS), box),
                 _("Who makes room"));
  pwk_scene_push_parent (pen->scene, GROUP (GROUP_MAKERS));
  width = (inside.w - (across - 1) * 2 * PWK_GAP) / across;
  for (unsigned i = 0; i <= model->n_nodes; i++)
    {
      Maker maker = maker_at (pen, model, i);

      draw_maker (pen, &maker, GROUP (GROUP_MAKER + i),
                  pwk_box (inside.x + i % across * (width + 2 * PWK_GAP),
                           inside.y + i / across * (height + PWK_GAP), width, height));
    }
  pwk_scene_pop_parent (pen->scene);
}

void
pwk_zones_append_makers (const PwkPen *pen, const PwkZonesModel *model, GString *text)
{
  g_string_append_printf (text, "\n%s\n", _("Who makes room"));
  for (unsigned i = 0; i <= model->n_nodes; i++)
    {
      Maker maker = maker_at (pen, model, i);

      g_string_append_printf (text, "%s\t%s\t%s\t%s\n", maker.name, maker.state, maker.cause,
                              maker.numbers);
    }
}
