/* zones-layout.c - zones as tanks with their marks, and the way of an allocation through them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"
#include "scene/blend.h"
#include "views/sheet.h"
#include "views/views-private.h"
#include "views/zones-private.h"

#define TANK_MIN_W    56.0
#define TANK_MAX_W    360.0
#define CARD_MIN_W    224.0
#define CARD_SMALL_W  150.0 /* the same in the small density, without facts */
#define CARD_WIDE     480.0 /* from here on the facts stand beside the tank */
#define CARD_MIN_H    260.0
#define CARD_SMALL_H  190.0
#define CARD_MEDIUM_H 172.0
#define CARD_MAX_H    860.0
#define CARD_GAP      16.0 /* between rows of cards */
#define STEP_W        172.0
#define STEP_H        (2 * pwk_pen_line (pen, PWK_FONT_SMALL) + 14)
#define STEP_GAP      24.0
#define BADGE         18.0
#define STEP_MS       220  /* of the way, at most */
#define GROUP(n)      PWK_ID_GROUP (PWK_VIEW_ZONES, n)

enum
{
  GROUP_PATH = 1,
  GROUP_STEP = 0x100
};

/* --- the vessel --- */

static void
draw_break (const PwkPen *pen, const PwkTankScale *scale)
{
  double y = pwk_zones_scale_y (scale, scale->knee);
  double x = scale->vessel.x - 5;
  const PwkPoint points[] = { { x, y + 5 }, { x + 4, y - 1 }, { x + 7, y + 3 }, { x + 11, y - 4 } };

  if (scale->knee > 0)
    {
      PwkItem *item =
          pwk_scene_add_polyline (pen->scene, 0, points, G_N_ELEMENTS (points), PWK_ROLE_TEXT_DIM);

      pwk_scene_set_label (pen->scene, item, _("From here up the scale is compressed"));
    }
}

static const char *
level_text (const PwkTank *tank)
{
  if (tank->free <= tank->mark[PWK_WMARK_MIN])
    return _("below min: only those who may use the reserve get pages");
  if (tank->free <= tank->mark[PWK_WMARK_LOW])
    return _("below low: kswapd is to be awake");
  if (tank->free <= tank->mark[PWK_WMARK_HIGH])
    return _("between low and high: kswapd, once awake, goes on");

  return _("above high: enough");
}

/* Whether below the level there is room for a line of text that no mark crosses. */
static bool
level_has_room (const PwkPen *pen,
                double level,
                double bottom,
                const PwkTankMark *marks,
                unsigned n_marks)
{
  double end = level + pwk_pen_line (pen, PWK_FONT_SMALL) + 6;

  for (unsigned i = 0; i < n_marks; i++)
    if (marks[i].y > level && marks[i].y < end)
      return false;
  return end < bottom;
}

static void
draw_vessel (const PwkPen *pen,
             const PwkTank *tank,
             const PwkTankScale *scale,
             const PwkTankMark *marks,
             unsigned n_marks)
{
  PwkBox vessel = scale->vessel;
  double level = pwk_zones_scale_y (scale, (double) tank->free);
  double min = pwk_zones_scale_y (scale, (double) tank->mark[PWK_WMARK_MIN]);
  PwkItem *item;

  pwk_scene_add_rounded (pen->scene, 0, vessel, PWK_ROLE_PANEL_ALT, 4.0)->stroke = PWK_ROLE_OUTLINE;
  item = pwk_scene_add_rect (pen->scene, PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_FREE),
                             pwk_box (vessel.x, level, vessel.w, vessel.y + vessel.h - level),
                             PWK_ROLE_FREE (4));
  item->text = min > level && level_has_room (pen, level, min, marks, n_marks)
                   ? pwk_pen_short (pen, tank->free)
                   : NULL;
  item->valign = PWK_ALIGN_START;
  item->font = PWK_FONT_SMALL;
  pwk_pen_thing (pen, item, _("Zone %s of node %u: %s free of %s managed; %s"),
                 pwk_zone_name (tank->type), tank->node, pwk_pen_pages (pen, tank->free),
                 pwk_pen_pages (pen, tank->managed), level_text (tank));
  if (vessel.y + vessel.h - fmax (min, level) > 2)
    {
      item = pwk_scene_add_rect (
          pen->scene, PWK_ID_WATERMARK (tank->node, tank->type, PWK_WMARK_MIN),
          pwk_box (vessel.x, fmax (min, level), vessel.w, vessel.y + vessel.h - fmax (min, level)),
          PWK_ROLE_FREE (10));
      item->stroke = PWK_ROLE_NONE;
      pwk_pen_thing (pen, item,
                     _("Reserve below min, %s: __GFP_HIGH may go down to a half of it, GFP_ATOMIC "
                        "(which cannot sleep either) to three eighths, a victim of the OOM killer "
                        "farther, PF_MEMALLOC and __GFP_MEMALLOC to the last page"),
                     pwk_pen_pages (pen, tank->mark[PWK_WMARK_MIN]));
    }
  pwk_scene_add_rounded (pen->scene, 0, vessel, PWK_ROLE_NONE, 4.0)->stroke = PWK_ROLE_TEXT_DIM;
  draw_break (pen, scale);
}

/* Each mark as a thing of its own over its line. */
static void
draw_mark_things (const PwkPen *pen, const PwkTank *tank, const PwkTankScale *scale)
{
  static const char *const meanings[PWK_NR_WMARK] = {
    N_("an allocation that finds less reclaims itself"),
    N_("an allocation that finds less wakes kswapd"),
    N_("kswapd sleeps when this is reached"),
    N_("memory tiering: hot pages are promoted down to this"),
  };

  for (unsigned mark = 0; mark < PWK_NR_WMARK; mark++)
    {
      PwkItem *item;

      if (mark == PWK_WMARK_PROMO && tank->mark[mark] <= tank->mark[PWK_WMARK_HIGH])
        continue;
      item = pwk_scene_add_rect (
          pen->scene, PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_THING + mark),
          pwk_box (scale->vessel.x, pwk_zones_scale_y (scale, (double) tank->mark[mark]) - 2,
                   scale->vessel.w, 4),
          PWK_ROLE_NONE);
      pwk_pen_thing (pen, item, _("Watermark %s of zone %s, node %u: %s: %s"),
                     pwk_wmark_name (mark), pwk_zone_name (tank->type), tank->node,
                     pwk_pen_pages (pen, tank->mark[mark]), _ (meanings[mark]));
    }
}

/* --- below the tank --- */

static const char *
kswapd_text (const PwkPen *pen, const PwkTankNode *node)
{
  if (!node->kswapd_awake)
    return C_("kswapd", "asleep");

  return node->kswapd_order > 0
             ? pwk_pen_printf (pen, _("awake, for order %u"), node->kswapd_order)
             : C_("kswapd", "awake");
}

static const char *
flags_text (const PwkTank *tank)
{
  if ((tank->flags & PWK_ZONE_BOOSTED_WATERMARK) != 0 || tank->boost > 0)
    return "BOOSTED_WATERMARK";
  if ((tank->flags & PWK_ZONE_RECLAIM_ACTIVE) != 0)
    return "RECLAIM_ACTIVE";

  return (tank->flags & PWK_ZONE_BELOW_HIGH) != 0 ? "BELOW_HIGH" : "—";
}

#define MAX_FACTS (6 + PWK_MAX_NR_ZONES)
typedef struct
{
  const char *key, *value;
} Fact;

static unsigned
collect_facts (const PwkPen *pen, const PwkZonesModel *model, const PwkTank *tank, Fact *facts)
{
  unsigned n = 0;

  /* elsewhere it stands beside the tanks, with what it does */
  if (pwk_pen_density (pen) == PWK_DENSITY_SMALL)
    facts[n++] = (Fact){ "kswapd", kswapd_text (pen, &model->nodes[tank->node]) };
  facts[n++] = (Fact){ _("on per-cpu lists"), pwk_pen_short (pen, tank->pcp) };
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
    if (tank->exists[type])
      facts[n++] = (Fact){ pwk_pen_printf (pen, "lowmem_reserve[%s]", pwk_zone_name (type)),
                           pwk_pen_short (pen, tank->reserve[type]) };
  if (tank->boost > 0)
    facts[n++] = (Fact){ "watermark_boost", pwk_pen_short (pen, tank->boost) };
  if (tank->highatomic > 0)
    facts[n++] = (Fact){ "highatomic", pwk_pen_short (pen, tank->highatomic) };
  facts[n++] = (Fact){ _("flags"), flags_text (tank) };
  return n;
}

static void
draw_fact (const PwkPen *pen, PwkBox box, const Fact *fact)
{
  double rest = box.w - pwk_pen_width (pen, PWK_FONT_SMALL, fact->key) - 1 - PWK_GAP;
  double value =
      fmin (pwk_pen_width (pen, PWK_FONT_SMALL, fact->value) + 1, fmax (rest, box.w * 0.68));

  pwk_pen_text (pen, pwk_cut_right (&box, value, PWK_GAP), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_END, fact->value);
  pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START, fact->key);
}

/* Rows of two where both are short enough. Rows for which the tank would have to shrink too much
 * are left to the card's tooltip. */
static void
draw_facts_below (const PwkPen *pen, PwkBox *inside, const Fact *facts, unsigned n_facts)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  double half = (inside->w - 2 * PWK_GAP) / 2;
  double places[MAX_FACTS];
  unsigned n_rows = 0;
  bool open = false;
  PwkBox rows;

  for (unsigned i = 0; i < n_facts; i++)
    {
      bool is_short = pwk_pen_width (pen, PWK_FONT_SMALL, facts[i].key) +
                          pwk_pen_width (pen, PWK_FONT_SMALL, facts[i].value) + 10 <=
                      half;

      open = is_short && open;
      places[i] = open ? n_rows - 0.5 : n_rows;
      n_rows += !open;
      open = is_short && !open;
    }
  while (n_rows > 0 && inside->h - n_rows * (line + 2) < 130)
    n_rows--;

  rows = pwk_cut_bottom (inside, n_rows * (line + 2), 4);
  for (unsigned i = 0; i < n_facts; i++)
    {
      double row = ceil (places[i] - 0.5);
      bool right = places[i] > floor (places[i]);
      bool alone = !right && (i + 1 == n_facts || !(places[i + 1] > floor (places[i + 1])));

      row = right ? floor (places[i]) : row;
      if (row < n_rows)
        draw_fact (pen,
                   pwk_box (rows.x + (right ? half + 2 * PWK_GAP : 0), rows.y + row * (line + 2),
                            alone ? rows.w : half, line),
                   &facts[i]);
    }
}

/* --- a card --- */

/* The way is gone step by step, each in its time. */
static void
time_step (PwkItem *item, uint32_t index, uint32_t n_steps)
{
  unsigned step_ms = MIN (STEP_MS, PWK_FULL_MOTION_MS / MAX (n_steps, 1));

  pwk_item_set_time (item, index * step_ms, (index + 1) * step_ms, PWK_FULL_MOTION_MS);
}

/* The zone that was tried before step @index, NULL if it is the first. */
static const PwkZoneStep *
step_before (const PwkZonesModel *model, uint32_t index)
{
  while (index-- > 0)
    if (model->steps[index].number > 0)
      return &model->steps[index];
  return NULL;
}

/* The number that a zone has on the way; it comes from the zone before, and stops where it is
 * refused. */
static void
draw_badges (const PwkPen *pen, const PwkZonesModel *model, const PwkTank *tank, PwkBox box)
{
  double x = box.x;

  pwk_scene_add_ellipse (pen->scene, PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_DOOR),
                         pwk_box (box.x, box.y, BADGE, BADGE), PWK_ROLE_NONE)
      ->opacity = 0;
  for (uint32_t i = 0; i < model->n_steps && x + BADGE <= box.x + box.w; i++)
    {
      const PwkZoneStep *step = &model->steps[i], *before;
      PwkItem *item;

      if (step->number == 0 || step->node != tank->node || step->zone != tank->type)
        continue;
      item = pwk_scene_add_ellipse (pen->scene, GROUP (GROUP_STEP + i),
                                    pwk_box (x, box.y, BADGE, BADGE), PWK_ROLE_PANEL);
      item->stroke = step->kind == PWK_STEP_LISTED ? PWK_ROLE_OUTLINE
                     : step->kind == PWK_STEP_OK   ? PWK_ROLE_ACCENT
                                                   : PWK_ROLE_ERROR;
      item->line_width = 2.0f;
      item->text = pwk_pen_printf (pen, "%u", step->number);
      item->font = PWK_FONT_SMALL;
      item->padding = 0;
      before = step_before (model, i);
      if (before != NULL)
        item->from_id = PWK_ID_WATERMARK (before->node, before->zone, PWK_PART_DOOR);
      time_step (item, i, model->n_steps);
      pwk_scene_set_label (pen->scene, item, _("The zone is tried as number %u"), step->number);
      x += BADGE + 3;
    }
}

/* What makes of a card a thing: its zone, with all facts. */
static void
label_card (const PwkPen *pen,
            const PwkTank *tank,
            const char *title,
            const Fact *facts,
            unsigned n_facts,
            PwkBox box)
{
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_ZONE (tank->node, tank->type), box,
                                         PWK_ROLE_NONE, 8.0);
  g_autoptr (GString) more = g_string_new (NULL);

  item->stroke = PWK_ROLE_NONE;
  for (unsigned i = 0; i < n_facts; i++)
    g_string_append_printf (more, "; %s: %s", facts[i].key, facts[i].value);
  pwk_pen_thing (pen, item, _("%s: pfn %llu to %llu, %s present, %s managed%s"), title,
                 PWK_N (tank->start), PWK_N (tank->start + tank->spanned - 1),
                 pwk_pen_pages (pen, tank->present), pwk_pen_pages (pen, tank->managed), more->str);
  if (tank->too_high || tank->other_node)
    pwk_pen_label (pen, item,
                   tank->too_high ? _("%s: the allocation's gfp mask names a lower zone, so this "
                                       "one is not tried")
                                  : _("%s: __GFP_THISNODE keeps the allocation to another node"),
                   title);
}

static void
draw_card_head (const PwkPen *pen, const PwkTank *tank, PwkBox head)
{
  const char *refusal = tank->too_high     ? _("not for this mask")
                        : tank->other_node ? _("not this node")
                                           : NULL;

  if (refusal != NULL)
    pwk_pen_text (
        pen,
        pwk_cut_right (&head, fmin (pwk_pen_width (pen, PWK_FONT_SMALL, refusal) + 1, head.w / 2),
                       PWK_GAP),
        PWK_FONT_SMALL, PWK_ROLE_ERROR, PWK_ALIGN_END, refusal);
  pwk_pen_text (pen, head, PWK_FONT_NORMAL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                pwk_pen_printf (pen, _("%s free of %s"), pwk_pen_short (pen, tank->free),
                                pwk_pen_short (pen, tank->managed)));
}

/* What stands beside the tank in a wide card: facts, and under them how the level went. */
static void
draw_card_side (const PwkPen *pen,
                const PwkTank *tank,
                const Fact *facts,
                unsigned n_facts,
                PwkBox side)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  for (unsigned i = 0; i < n_facts && side.h > line; i++)
    draw_fact (pen, pwk_cut_top (&side, line, 6), &facts[i]);
  if (side.h > 40)
    pwk_zones_draw_history (pen, tank, pwk_cut_top (&side, fmin (side.h, 160), 0));
}

static double
facts_width (const PwkPen *pen, const Fact *facts, unsigned n_facts)
{
  double widest = 0;

  for (unsigned i = 0; i < n_facts; i++)
    widest = fmax (widest, pwk_pen_width (pen, PWK_FONT_SMALL, facts[i].key) +
                               pwk_pen_width (pen, PWK_FONT_SMALL, facts[i].value));
  return widest + 2 * PWK_GAP + 2;
}

/* Widths of a card: tank, marks, and in a wide one the facts share it. */
static void
draw_card (const PwkPen *pen, const PwkZonesModel *model, const PwkTank *tank, PwkBox box)
{
  uint64_t id = PWK_ID_ZONE (tank->node, tank->type);
  bool small = pwk_pen_density (pen) == PWK_DENSITY_SMALL;
  const char *title =
      small ? pwk_pen_printf (pen, "%u %s", tank->node, pwk_zone_name (tank->type))
            : pwk_pen_printf (pen, _("Node %u, zone %s"), tank->node, pwk_zone_name (tank->type));
  PwkBox inside = pwk_pen_panel (pen, id, box, title, NULL);
  double tank_w = CLAMP (floor (inside.w * 0.3), TANK_MIN_W, TANK_MAX_W);
  PwkBox tank_box, labels;
  Fact facts[MAX_FACTS];
  unsigned n_facts = collect_facts (pen, model, tank, facts), n_marks;
  PwkTankMark marks[PWK_TANK_MARKS];
  PwkTankScale scale;

  label_card (pen, tank, title, facts, n_facts, box);
  pwk_scene_push_parent (pen->scene, id);
  draw_card_head (pen, tank, pwk_cut_top (&inside, pwk_pen_line (pen, PWK_FONT_NORMAL) + 2, 4));
  if (box.w >= CARD_WIDE)
    draw_card_side (pen, tank, facts, n_facts,
                    pwk_cut_right (&inside,
                                   fmax (floor (inside.w * 0.3), facts_width (pen, facts, n_facts)),
                                   2 * PWK_GAP));
  else if (!small)
    {
      draw_facts_below (pen, &inside, facts, n_facts);
      /* its room is kept from the first, so that the tank does not shrink on the way */
      if (inside.h > 200)
        pwk_zones_draw_history (pen, tank, pwk_cut_bottom (&inside, 26, 6));
    }
  pwk_cut_bottom (&inside, 2, 0);

  tank_box = pwk_cut_left (&inside, tank_w + PWK_TANK_GUTTER, 14);
  labels = inside;
  draw_badges (pen, model, tank, pwk_cut_top (&tank_box, 20, 2));
  tank_box = pwk_box (tank_box.x + PWK_TANK_GUTTER, tank_box.y, tank_w, tank_box.h);
  scale = pwk_zones_scale_for (tank, tank_box);
  n_marks = pwk_zones_collect_marks (pen, tank, &scale, labels.w - 2, marks);
  draw_vessel (pen, tank, &scale, marks, n_marks);
  pwk_zones_draw_pull (pen, model, tank, tank_box.x - 11,
                       pwk_zones_scale_y (&scale, (double) tank->free),
                       pwk_zones_scale_y (&scale, (double) tank->mark[PWK_WMARK_HIGH]));
  pwk_zones_draw_marks (pen, marks, n_marks, tank_box, labels);
  draw_mark_things (pen, tank, &scale);
  pwk_scene_pop_parent (pen->scene);
}

/* --- the way --- */

static const char *
step_title (const PwkPen *pen, const PwkZoneStep *step)
{
  switch ((PwkZoneStepKind) step->kind)
    {
    case PWK_STEP_SLOWPATH:
      return _("slow path");
    case PWK_STEP_KSWAPD:
      return pwk_pen_printf (pen, _("wakes kswapd%u"), step->node);
    case PWK_STEP_NODE_RECLAIM:
      return pwk_pen_printf (pen, _("reclaims on node %u"), step->node);
    case PWK_STEP_RECLAIM:
      return _("direct reclaim");
    case PWK_STEP_FAILED:
      return _("no memory");
    case PWK_STEP_TAKEN:
      return pwk_pen_printf (pen, "pfn %llu", PWK_N (step->pfn));
    default:
      return pwk_pen_printf (pen, _("%u. node %u %s"), step->number, step->node,
                             pwk_zone_name (step->zone));
    }
}

/* Whether the way ends here: drawn in the colour of what stops, and with its cross. */
static bool
is_refused (const PwkZoneStep *step)
{
  switch ((PwkZoneStepKind) step->kind)
    {
    case PWK_STEP_BELOW_MARK:
    case PWK_STEP_REMOTE:
    case PWK_STEP_NO_BLOCK:
    case PWK_STEP_KSWAPD_AT_WORK:
    case PWK_STEP_CPUSET:
    case PWK_STEP_FAILED:
      return true;
    default:
      return false;
    }
}

/* The inequality of __zone_watermark_ok (): of a block all pages but one count as gone. */
static const char *
below_mark (const PwkPen *pen, const PwkZoneStep *step)
{
  const char *mark = step->reserve > 0
                         ? pwk_pen_printf (pen, "%s + %s", pwk_pen_short (pen, step->mark),
                                           pwk_pen_short (pen, step->reserve))
                         : pwk_pen_short (pen, step->mark);
  const char *free = pwk_pen_short (pen, step->free);

  if (step->order == 0)
    /* Translators: free pages, and the mark that they do not exceed. */
    return pwk_pen_printf (pen, _("%s free ≤ %s"), free, mark);
  return pwk_pen_printf (pen, "%s − %s ≤ %s", free,
                         pwk_pen_short (pen, pwk_order_pages (step->order) - 1), mark);
}

static const char *
step_reason (const PwkPen *pen, const PwkZoneStep *step)
{
  switch ((PwkZoneStepKind) step->kind)
    {
    case PWK_STEP_OK:
      return pwk_pen_printf (pen, _("%s free ≥ %s: ok"), pwk_pen_short (pen, step->free),
                             pwk_pen_short (pen, step->mark));
    case PWK_STEP_BELOW_MARK:
      return below_mark (pen, step);
    case PWK_STEP_REMOTE:
      return _("another node: not yet");
    case PWK_STEP_NO_BLOCK:
      return pwk_pen_printf (pen, _("no block of order %u"), step->order);
    case PWK_STEP_KSWAPD_AT_WORK:
      return _("its kswapd is at work");
    case PWK_STEP_CPUSET:
      return _("not of the cpuset");
    case PWK_STEP_SLOWPATH:
      return _("the first pass found nothing");
    case PWK_STEP_KSWAPD:
      return step->low ? pwk_pen_printf (pen, _("zone %s is low"), pwk_zone_name (step->zone))
             : step->order > 0 ? pwk_pen_printf (pen, _("for a block of order %u"), step->order)
                               : _("the marks are raised");
    case PWK_STEP_NODE_RECLAIM:
    case PWK_STEP_RECLAIM:
      return pwk_pen_printf (pen, ngettext ("%llu page freed", "%llu pages freed", step->free),
                             PWK_N (step->free));
    case PWK_STEP_FAILED:
      return _("the call returns NULL");
    case PWK_STEP_TAKEN:
      return pwk_pen_printf (pen, _("from node %u %s"), step->node, pwk_zone_name (step->zone));
    case PWK_STEP_LISTED:
    default:
      return _("in the fallback list");
    }
}

static void
draw_step (const PwkPen *pen, const PwkZoneStep *step, uint32_t index, uint32_t n_steps, PwkBox box)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);
  const char *title = step_title (pen, step), *reason = step_reason (pen, step);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, GROUP (GROUP_STEP + 0x100 + index), box,
                                         PWK_ROLE_PANEL_ALT, 5.0);
  PwkBox inside = pwk_box_inset (box, 7, (box.h - 2 * line - 2) / 2);

  item->stroke = is_refused (step)              ? PWK_ROLE_ERROR
                 : step->kind == PWK_STEP_TAKEN ? PWK_ROLE_ACCENT
                                                : PWK_ROLE_OUTLINE;
  item->line_width = item->stroke == PWK_ROLE_OUTLINE ? 1.0f : 2.0f;
  pwk_pen_thing (pen, item, "%s: %s", title, reason);
  time_step (item, index, n_steps);
  if (is_refused (step))
    time_step (pwk_pen_text (pen, pwk_cut_right (&inside, 12, 4), PWK_FONT_BOLD, PWK_ROLE_ERROR,
                             PWK_ALIGN_END, "✗"),
               index, n_steps);
  item = pwk_pen_text (pen, pwk_cut_top (&inside, line, 2), PWK_FONT_SMALL, PWK_ROLE_NONE,
                       PWK_ALIGN_START, title);
  item->text_role = PWK_ROLE_TEXT;
  time_step (item, index, n_steps);
  time_step (pwk_pen_text (pen, pwk_cut_top (&inside, line, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                           PWK_ALIGN_START, reason),
             index, n_steps);
}

static double
step_width (const PwkPen *pen, const PwkZonesModel *model, double width)
{
  double widest = 110;

  for (uint32_t i = 0; i < model->n_steps; i++)
    {
      widest = fmax (widest,
                     pwk_pen_width (pen, PWK_FONT_SMALL, step_title (pen, &model->steps[i])) + 32);
      widest = fmax (widest,
                     pwk_pen_width (pen, PWK_FONT_SMALL, step_reason (pen, &model->steps[i])) + 32);
    }

  return fmin (fmin (widest, STEP_W + 40), width);
}

static unsigned
steps_across (double width, double step_w)
{
  return (unsigned) fmax (floor ((width + STEP_GAP) / (step_w + STEP_GAP)), 1);
}

static double
path_height (const PwkPen *pen, const PwkZonesModel *model, double width)
{
  double inner = width - 2 * PWK_PADDING;
  unsigned across = steps_across (inner, step_width (pen, model, inner));
  unsigned rows = (model->n_steps + across - 1) / across;

  /* room for a second row, so that the tanks do not shrink while the way gets longer */
  if (pwk_pen_density (pen) == PWK_DENSITY_FULL)
    rows = MAX (rows, 2);
  return pwk_pen_line (pen, PWK_FONT_HEADING) + 6 + 2 * (PWK_PADDING - 2) +
         rows * (STEP_H + PWK_GAP) - PWK_GAP;
}

static void
draw_path (const PwkPen *pen, const PwkZonesModel *model, PwkBox box)
{
  g_autoptr (GString) gfp = g_string_new (NULL);
  const char *title;
  PwkBox inside;
  double step_w;
  unsigned across;

  pwk_gfp_append (gfp, model->gfp);
  title = model->asked
              ? _("The way through the zonelist")
              : pwk_pen_printf (pen, _("Zonelist of node %u (fallback order)"), model->list_node);
  inside = pwk_pen_panel (
      pen, GROUP (GROUP_PATH), box, title,
      model->asked ? pwk_pen_printf (pen, "alloc_pages (%s, %u)", gfp->str, model->order) : NULL);
  step_w = step_width (pen, model, inside.w);
  across = steps_across (inside.w, step_w);
  pwk_scene_push_parent (pen->scene, GROUP (GROUP_PATH));
  for (uint32_t i = 0; i < model->n_steps; i++)
    {
      PwkBox step = pwk_box (inside.x + i % across * (step_w + STEP_GAP),
                             inside.y + i / across * (STEP_H + PWK_GAP), step_w, STEP_H);

      if (i % across > 0)
        time_step (pwk_pen_arrow (pen, 0, step.x - STEP_GAP + 3, step.y + STEP_H / 2, step.x - 2,
                                  step.y + STEP_H / 2, PWK_ROLE_TEXT_DIM),
                   i, model->n_steps);
      draw_step (pen, &model->steps[i], i, model->n_steps, step);
    }
  pwk_scene_pop_parent (pen->scene);
}

/* Bows from tank to tank along the way, over the cards' heads; from row to row the numbers tell
 * it. */
static void
draw_bows (const PwkPen *pen, const PwkZonesModel *model, const PwkBox *cards)
{
  const PwkBox *last = NULL;
  uint32_t last_number = 0;

  for (uint32_t i = 0; i < model->n_steps; i++)
    {
      const PwkZoneStep *step = &model->steps[i];
      const PwkBox *card = NULL;

      for (uint32_t j = 0; j < model->n_tanks && step->number > 0; j++)
        if (model->tanks[j].node == step->node && model->tanks[j].type == step->zone)
          card = &cards[j];
      if (card == NULL)
        continue;
      if (last != NULL && last != card && fabs (last->y - card->y) < 1)
        {
          double x0 = last->x + last->w / 2, x1 = card->x + card->w / 2, y0 = last->y - 1,
                 y1 = card->y - 1;
          const PwkPoint points[] = { { x0, y0 }, { x0, y0 - 13 }, { x1, y1 - 13 }, { x1, y1 } };
          PwkItem *item =
              pwk_scene_add_curve (pen->scene, PWK_ID_ZONE_STEP (last_number, step->number), points,
                                   4, model->asked ? PWK_ROLE_ACCENT : PWK_ROLE_OUTLINE);

          item->flags |= PWK_FLAG_HEAD | PWK_FLAG_TAIL_DOT;
          item->line_width = model->asked ? 2.0f : 1.2f;
          time_step (item, i, model->n_steps);
          pwk_scene_set_label (pen->scene, item, _("From zone number %u on to number %u"),
                               last_number, step->number);
        }
      last = card;
      last_number = step->number;
    }
}

static void
add_legend (PwkSheet *sheet)
{
  const PwkLegendEntry entries[] = {
    { PWK_ROLE_FREE (4), C_("legend", "free pages"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FREE (10), C_("legend", "reserve below min"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_TEXT_DIM, C_("legend", "kept from higher zones' allocations (lowmem_reserve)"),
      PWK_LEGEND_DASHES },
  };

  pwk_sheet_legend_above (sheet, entries, G_N_ELEMENTS (entries), 14);
}

/* The zones' cards in equal rows at the top of @rest, which they take off; @below is kept free. */
static void
draw_cards (const PwkPen *pen, const PwkZonesModel *model, PwkBox *rest, double below)
{
  g_autofree PwkBox *cards = g_new0 (PwkBox, model->n_tanks + 1);
  bool small = pwk_pen_density (pen) == PWK_DENSITY_SMALL;
  double least_w = small ? CARD_SMALL_W : CARD_MIN_W,
         least_h = small                                         ? CARD_SMALL_H
                   : pwk_pen_density (pen) == PWK_DENSITY_MEDIUM ? CARD_MEDIUM_H
                                                                 : CARD_MIN_H;
  unsigned fit = (unsigned) fmax (floor ((rest->w + PWK_GAP) / (least_w + PWK_GAP)), 1);
  unsigned across = MIN (fit, MAX (model->n_tanks, 1));
  unsigned rows = (model->n_tanks + across - 1) / across;
  double width, height;

  across = rows > 0 ? (model->n_tanks + rows - 1) / rows : 1;
  width = (rest->w - (across - 1) * PWK_GAP) / across;
  height = fmin (fmax ((rest->h - below - rows * CARD_GAP) / MAX (rows, 1), least_h), CARD_MAX_H);
  for (uint32_t i = 0; i < model->n_tanks; i++)
    {
      cards[i] = pwk_box (rest->x + i % across * (width + PWK_GAP),
                          rest->y + i / across * (height + CARD_GAP), width, height);
      draw_card (pen, model, &model->tanks[i], cards[i]);
    }
  if (model->n_steps < 24)
    draw_bows (pen, model, cards);
  pwk_cut_top (rest, rows * (height + CARD_GAP) - CARD_GAP, PWK_GAP);
}

void
pwk_zones_layout (PwkScene *scene,
                  gconstpointer data,
                  const PwkTheme *theme,
                  const PwkViewParams *params)
{
  const PwkZonesModel *model = data;
  PwkPen pen = { scene, theme, params };
  PwkSheet sheet = pwk_sheet_new (&pen, pwk_view_room (params, 420, 0));
  double path = path_height (&pen, model, sheet.body.w),
         makers = pwk_zones_makers_height (&pen, model, sheet.body.w);

  pwk_sheet_head (&sheet, _("Zones and watermarks"),
                  pwk_pen_printf (&pen, _("numbers in %s"), pwk_unit_name (params)));
  add_legend (&sheet);
  draw_cards (&pen, model, &sheet.body, path + makers + (makers > 0 ? PWK_GAP : 0));
  if (makers > 0)
    {
      pwk_zones_draw_makers (&pen, model,
                             pwk_box (sheet.body.x, sheet.body.y, sheet.body.w, makers));
      pwk_cut_top (&sheet.body, makers, PWK_GAP);
    }
  draw_path (&pen, model, pwk_box (sheet.body.x, sheet.body.y, sheet.body.w, path));
  pwk_sheet_finish (&sheet, sheet.body.y + path,
                    model->n_tanks > 0
                        ? pwk_pen_printf (&pen, "%s %u: %s", pwk_zone_name (model->tanks[0].type),
                                          model->tanks[0].node, level_text (&model->tanks[0]))
                        : NULL);
}

/* --- as text --- */

char *
pwk_zones_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkZonesModel *model = data;
  PwkPen pen = { pwk_scene_new (1, 1), NULL, params };
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, "%s\n",
      _("node\tzone\tfree\tmin\tlow\thigh\tpromo\tboost\tspanned\tpresent\tmana"
        "ged\tlowmem_reserve"));
  for (uint32_t i = 0; i < model->n_tanks; i++)
    {
      const PwkTank *tank = &model->tanks[i];

      g_string_append_printf (
          text, "%u\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t", tank->node,
          pwk_zone_name (tank->type), PWK_N (tank->free), PWK_N (tank->mark[0]),
          PWK_N (tank->mark[1]), PWK_N (tank->mark[2]), PWK_N (tank->mark[3]), PWK_N (tank->boost),
          PWK_N (tank->spanned), PWK_N (tank->present), PWK_N (tank->managed));
      for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
        g_string_append_printf (text, "%s%llu", type > 0 ? " " : "", PWK_N (tank->reserve[type]));
      g_string_append_c (text, '\n');
    }

  pwk_zones_append_makers (&pen, model, text);
  g_string_append_printf (text, "\n%s\n",
                          model->asked ? _("The way through the zonelist") : _("The zonelist"));
  for (uint32_t i = 0; i < model->n_steps; i++)
    g_string_append_printf (text, "%s\t%s\n", step_title (&pen, &model->steps[i]),
                            step_reason (&pen, &model->steps[i]));

  pwk_scene_unref (pen.scene);
  return g_string_free (text, FALSE);
}
