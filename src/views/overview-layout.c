/* overview-layout.c - process → VMA → page table → page, and below it where that page lies: node,
 * zone, free lists
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/page-alloc.h"
#include "views/density.h"
#include "views/overview-private.h"
#include "views/sheet.h"
#include "views/words.h"

#define ZONE_BAND     (draft->small + 4)
#define USE_BAND      (draft->bands * 14.0)
#define NODE_MIN_W    56.0
#define NODE_GAP      6.0
#define ZONE_MIN_W    172.0
#define LINK          26.0 /* gutters, in which the joins run */
#define DROP          26.0 /* the same between rows */
#define DROP_LOW      17.0
#define ZONES_MIN_H   148.0
#define ZONES_LEAST_H 88.0 /* the same where the canvas is low */
/* --- nodes --- */

static double
node_x (const PwkOverviewNode *node, PwkBox strip, PwkPfn pfn)
{
  return strip.x + strip.w * (double) (CLAMP (pfn, node->start, node->end) - node->start) /
                       (double) (node->end - node->start);
}

static void
draw_zone_band (const PwkOverviewDraft *draft,
                const PwkOverviewNode *node,
                const PwkOverviewZone *zone,
                PwkBox strip)
{
  double left = node_x (node, strip, zone->start), right = node_x (node, strip, zone->end);
  PwkItem *item = pwk_scene_add_rect (draft->pen.scene, PWK_ID_ZONE (zone->node, zone->type),
                                      pwk_box (left, strip.y, fmax (right - left, 2), strip.h),
                                      PWK_ROLE_PANEL_ALT);

  item->stroke = PWK_ROLE_OUTLINE;
  if (pwk_pen_width (&draft->pen, PWK_FONT_SMALL, pwk_zone_name (zone->type)) + 6 <= right - left)
    item->text = pwk_zone_name (zone->type);
  item->font = PWK_FONT_SMALL;
  item->padding = 2;
  pwk_pen_thing (&draft->pen, item, _("Zone %s of node %u: pfn %llu to %llu, %s free of %s"),
                 pwk_zone_name (zone->type), zone->node, PWK_N (zone->start), PWK_N (zone->end - 1),
                 pwk_pen_pages (&draft->pen, zone->free),
                 pwk_pen_pages (&draft->pen, zone->managed));
}

/* From top to bottom: the node, its zones, what their frames are used for. */
static void
draw_node (PwkOverviewDraft *draft,
           const PwkOverviewModel *model,
           const PwkOverviewNode *node,
           PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox name = pwk_cut_top (&box, ZONE_BAND, 0), zones = pwk_cut_top (&box, ZONE_BAND, 0);
  g_autoptr (GBytes) roles = g_bytes_new (node->roles, sizeof node->roles);
  PwkItem *item =
      pwk_scene_add_rect (pen->scene, PWK_ID (PWK_THING_NODE, node->node), name, PWK_ROLE_PANEL);

  item->stroke = PWK_ROLE_OUTLINE;
  item->text = pwk_pen_printf (pen, _("node %u"), node->node);
  item->font = PWK_FONT_SMALL;
  pwk_pen_thing (pen, item, _("Node %u: pfn %llu to %llu, %s present, %s free"), node->node,
                 PWK_N (node->start), PWK_N (node->end - 1), pwk_pen_pages (pen, node->present),
                 pwk_pen_pages (pen, node->free));
  pwk_scene_add_rect (pen->scene, 0, zones, PWK_ROLE_HOLE)->pattern = PWK_PATTERN_NONE;
  for (uint32_t i = 0; i < model->n_zones; i++)
    if (model->zones[i].node == node->node)
      draw_zone_band (draft, node, &model->zones[i], zones);
  item = pwk_scene_add_cells (pen->scene, PWK_ID_GROUP (PWK_VIEW_OVERVIEW, 0x100 | node->node), box,
                              PWK_OVERVIEW_SAMPLES, 1, PWK_CELLS_ROLES, roles);
  pwk_scene_set_label (pen->scene, item, _("What the frames of node %u are used for, sampled"),
                       node->node);
  pwk_scene_add_rect (pen->scene, 0, box, PWK_ROLE_NONE)->stroke = PWK_ROLE_OUTLINE;

  if (model->has_frame && model->frame.zone < PWK_MAX_NR_ZONES && model->frame.node == node->node)
    {
      double x = node_x (node, box, model->frame.pfn);

      draft->frame_mark = pwk_box (x - 2, name.y, 4, box.y + box.h - name.y);
      item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_RULE, 1),
                                    pwk_box (x - 3, box.y - 2, 6, box.h + 4), PWK_ROLE_NONE, 2.0);
      item->stroke = PWK_ROLE_ACCENT;
      item->line_width = 2.0f;
    }
}

static double
nodes_height (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  return 2 * ZONE_BAND + USE_BAND + (model->all_nodes > model->n_nodes ? draft->small + 2 : 0);
}

/* Side by side, each as wide as it has frames, so that one join leads to any of them. */
static void
draw_nodes (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  PwkBox strip = pwk_cut_top (&box, 2 * ZONE_BAND + USE_BAND, 2);
  double room = strip.w - model->n_nodes * (NODE_MIN_W + NODE_GAP) + NODE_GAP, frames = 0;

  for (uint32_t i = 0; i < model->n_nodes; i++)
    frames += (double) (model->nodes[i].end - model->nodes[i].start);
  for (uint32_t i = 0; i < model->n_nodes; i++)
    {
      double share = (double) (model->nodes[i].end - model->nodes[i].start) / fmax (frames, 1);

      draw_node (draft, model, &model->nodes[i],
                 pwk_cut_left (&strip, NODE_MIN_W + room * share, NODE_GAP));
    }
  if (model->all_nodes > model->n_nodes)
    pwk_pen_text (&draft->pen, pwk_cut_top (&box, draft->small, 0), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  pwk_pen_printf (&draft->pen,
                                  ngettext ("and %u more node", "and %u more nodes",
                                            model->all_nodes - model->n_nodes),
                                  model->all_nodes - model->n_nodes));
}

/* --- zones --- */

/* Heights are logarithmic: one block is to be seen beside thousands. */
static void
draw_orders (const PwkOverviewDraft *draft, const PwkOverviewZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkBox numbers = pwk_cut_bottom (&box, draft->small, 0);
  double step = box.w / PWK_NR_PAGE_ORDERS;
  double number_w = pwk_pen_width (pen, PWK_FONT_SMALL, "10") + 4;
  double most = 1;

  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    most = fmax (most, log2 (1.0 + (double) zone->nr_free[order]));
  for (unsigned order = 0; order < PWK_NR_PAGE_ORDERS; order++)
    {
      double height = (box.h - 2) * log2 (1.0 + (double) zone->nr_free[order]) / most;
      uint64_t id = PWK_ID_FREE_LIST (zone->node, zone->type, order, PWK_ANY_MIGRATETYPE);
      PwkItem *item = pwk_scene_add_rect (pen->scene, id,
                                          pwk_box (box.x + order * step + 1, box.y + box.h - height,
                                                   fmax (step - 2, 2), fmax (height, 0.5)),
                                          PWK_ROLE_FREE (order));

      pwk_pen_thing (
          pen, item,
          ngettext ("Zone %s of node %u, order %u: %s free block",
                    "Zone %s of node %u, order %u: %s free blocks", zone->nr_free[order]),
          pwk_zone_name (zone->type), zone->node, order, pwk_pen_count (pen, zone->nr_free[order]));
      if (order % 5 == 0 || step >= number_w)
        pwk_pen_text (pen,
                      pwk_box (numbers.x + order * step + step / 2 - number_w / 2, numbers.y,
                               number_w, numbers.h),
                      PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE,
                      pwk_pen_printf (pen, "%u", order));
    }
  pwk_scene_add_line (pen->scene, 0, box.x, box.y + box.h, box.x + box.w, box.y + box.h,
                      PWK_ROLE_OUTLINE);
}

/* From 0 to twice the high mark: more than that is simply full. */
static void
draw_marks (const PwkOverviewDraft *draft, const PwkOverviewZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  double top = fmax (2.0 * (double) zone->mark[PWK_WMARK_HIGH], 1);
  PwkBox bar = pwk_cut_top (&box, 10, 2);
  PwkItem *item = pwk_pen_gauge (pen, PWK_ID_WATERMARK (zone->node, zone->type, 0xff), bar,
                                 (double) zone->free, top, PWK_ROLE_FREE (6));
  const char *text;

  pwk_pen_thing (pen, item, _("Zone %s of node %u: %s free; watermarks min %s, low %s, high %s"),
                 pwk_zone_name (zone->type), zone->node, pwk_pen_pages (pen, zone->free),
                 pwk_pen_short (pen, zone->mark[PWK_WMARK_MIN]),
                 pwk_pen_short (pen, zone->mark[PWK_WMARK_LOW]),
                 pwk_pen_short (pen, zone->mark[PWK_WMARK_HIGH]));
  for (unsigned mark = 0; mark <= PWK_WMARK_HIGH; mark++)
    {
      double x = bar.x + bar.w * (double) zone->mark[mark] / top;

      pwk_scene_add_line (pen->scene, 0, x, bar.y - 1, x, bar.y + bar.h + 1, pwk_wmark_role (mark))
          ->line_width = 2.0f;
    }
  if (draft->compact)
    return;

  text = pwk_pen_printf (pen, "min %s · low %s · high %s",
                         pwk_pen_short (pen, zone->mark[PWK_WMARK_MIN]),
                         pwk_pen_short (pen, zone->mark[PWK_WMARK_LOW]),
                         pwk_pen_short (pen, zone->mark[PWK_WMARK_HIGH]));
  if (pwk_pen_width (pen, PWK_FONT_SMALL, text) > box.w)
    text = pwk_pen_printf (pen, "%s · %s · %s", pwk_pen_short (pen, zone->mark[PWK_WMARK_MIN]),
                           pwk_pen_short (pen, zone->mark[PWK_WMARK_LOW]),
                           pwk_pen_short (pen, zone->mark[PWK_WMARK_HIGH]));
  pwk_pen_text (pen, pwk_box (box.x, box.y, box.w, draft->small), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_START, text);
}

static void
draw_zone_card (PwkOverviewDraft *draft,
                const PwkOverviewModel *model,
                const PwkOverviewZone *zone,
                PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const char *title =
      model->all_nodes > 1
          ? pwk_pen_printf (pen, _("Node %u, zone %s"), zone->node, pwk_zone_name (zone->type))
          : pwk_pen_printf (pen, _("Zone %s"), pwk_zone_name (zone->type));
  const char *state = pwk_pen_printf (pen, _("%s free of %s"), pwk_pen_short (pen, zone->free),
                                      pwk_pen_pages (pen, zone->managed));
  double room =
      box.w - 2 * PWK_PADDING - 2 * PWK_GAP - pwk_pen_width (pen, PWK_FONT_HEADING, title);
  bool fits = draft->compact && pwk_pen_width (pen, PWK_FONT_SMALL, state) < room;
  PwkBox inside =
      pwk_pen_panel (pen, PWK_ID_ZONE (zone->node, zone->type), box, title, fits ? state : NULL);
  bool mine =
      model->has_frame && model->frame.zone == zone->type && model->frame.node == zone->node;

  pwk_scene_push_parent (pen->scene, PWK_ID_ZONE (zone->node, zone->type));
  if (!draft->compact)
    pwk_pen_text (pen, pwk_cut_top (&inside, draft->small, 3), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START, state);
  draw_marks (draft, zone, pwk_cut_bottom (&inside, draft->compact ? 12 : draft->small + 12, 4));
  if (inside.h > draft->small + 8)
    draw_orders (draft, zone, inside);
  pwk_scene_pop_parent (pen->scene);
  if (mine)
    draft->frame_zone = box;
}

static unsigned
zone_cards_across (const PwkOverviewModel *model, double width)
{
  unsigned fit = (unsigned) fmax (floor ((width + PWK_GAP) / (ZONE_MIN_W + PWK_GAP)), 1);

  return MIN (fit, MAX (model->n_zones, 1));
}

/* One row: the zones of the frame's own node first where not all have room. */
static void
draw_zone_cards (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  unsigned across = zone_cards_across (model, box.w);
  double width = (box.w - (across - 1) * PWK_GAP) / across;
  uint32_t skip = 0;

  if (model->n_zones > across && model->has_frame)
    for (uint32_t i = 0; i < model->n_zones; i++)
      if (model->zones[i].node == model->frame.node && model->zones[i].type == model->frame.zone &&
          i >= across)
        skip = MIN (i + 1 - across, model->n_zones - across);
  for (uint32_t i = 0; i < across && skip + i < model->n_zones; i++)
    draw_zone_card (draft, model, &model->zones[skip + i], pwk_cut_left (&box, width, PWK_GAP));
}

/* --- what joins them --- */

/* In the gutter between two things, across or downwards, with one bend each way. */
static void
join (const PwkOverviewDraft *draft,
      uint64_t from,
      uint64_t to,
      PwkPoint tail,
      PwkPoint head,
      bool down,
      const char *label)
{
  PwkPoint middle = { (tail.x + head.x) / 2, (tail.y + head.y) / 2 };
  const PwkPoint points[] = { tail,
                              down ? pwk_point (tail.x, middle.y) : pwk_point (middle.x, tail.y),
                              down ? pwk_point (head.x, middle.y) : pwk_point (middle.x, head.y),
                              head };
  PwkItem *item = pwk_scene_add_arrow (draft->pen.scene, pwk_id_edge (from, to), points,
                                       G_N_ELEMENTS (points), PWK_ROLE_ACCENT);

  item->line_width = 2.0f;
  item->label = label;
}

static double
middle_of (PwkBox box)
{
  return box.y + box.h / 2;
}

/* The way of a translation from the process to the frame. */
static void
join_cards (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  PwkBox space = draft->space, tables = draft->tables, page = draft->page;
  double right = space.x + space.w;

  if (model->n_vmas > 0 && draft->process_chip.w > 0)
    join (draft, CARD (PROCESS), CARD (SPACE),
          pwk_point (draft->process.x + draft->process.w, middle_of (draft->process_chip)),
          pwk_point (space.x, middle_of (draft->process_chip)), false,
          _("the process' mm_struct"));
  if (draft->chosen_vma.w > 0 && draft->first_step.w > 0)
    join (draft, CARD (SPACE), CARD (TABLES), pwk_point (right, middle_of (draft->chosen_vma)),
          pwk_point (tables.x, middle_of (draft->first_step)), false,
          pwk_pen_printf (&draft->pen, _("address %s is looked up from the top"),
                          pwk_pen_address (&draft->pen, model->walk.addr)));
  if (draft->last_step.w > 0 && model->leads_to != PWK_NO_PFN && model->frame_is_walked)
    join (draft, CARD (TABLES), CARD (PAGE),
          pwk_point (tables.x + tables.w, middle_of (draft->last_step)),
          pwk_point (page.x, middle_of (draft->page_chip)), false,
          _("the entry that maps the frame"));
}

/* Down to where the frame lies, and on to the zone that it belongs to. */
static void
draw_joins (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  PwkBox zone = draft->frame_zone, page = draft->page, mark = draft->frame_mark;
  double x = mark.x + mark.w / 2;

  join_cards (draft, model);
  if (mark.w <= 0)
    return;
  join (draft, CARD (PAGE), PWK_ID (PWK_THING_NODE, model->frame.node),
        pwk_point (page.x + page.w / 2, page.y + page.h), pwk_point (x, mark.y), true,
        _("the frame's place in its node"));
  if (zone.w > 0)
    join (draft, PWK_ID_ZONE (model->frame.node, model->frame.zone), CARD (PAGE),
          pwk_point (x, mark.y + mark.h + 2),
          pwk_point (CLAMP (x, zone.x + 10, zone.x + zone.w - 10), zone.y), true,
          _("the zone that the frame belongs to"));
}

unsigned
pwk_overview_joins (const PwkOverviewModel *model, PwkOverviewJoin joins[PWK_OVERVIEW_JOINS])
{
  const PwkWalkStep *last = model->has_walk && model->walk.n_steps > 0
                                ? &model->walk.steps[model->walk.n_steps - 1]
                                : NULL;
  uint64_t process = 0, region = 0, entry = 0, frame = 0;
  unsigned n = 0;

  if (model->chosen < model->n_tasks)
    process = PWK_ID (PWK_THING_PROCESS, (uint64_t) (uint32_t) model->tasks[model->chosen].pid);
  for (uint32_t i = 0; i < model->n_vmas; i++)
    if (model->vmas[i].chosen)
      region = PWK_ID_VMA (model->vmas[i].start);
  if (last != NULL)
    entry = PWK_ID_ENTRY (last->table, last->index);
  if (model->has_frame)
    frame = PWK_ID (PWK_THING_PFN, model->frame.pfn);
  joins[n++] = (PwkOverviewJoin){ pwk_id_edge (CARD (PROCESS), CARD (SPACE)), process, region };
  joins[n++] = (PwkOverviewJoin){ pwk_id_edge (CARD (SPACE), CARD (TABLES)), region, entry };
  joins[n++] = (PwkOverviewJoin){ pwk_id_edge (CARD (TABLES), CARD (PAGE)), entry, frame };
  joins[n++] =
      (PwkOverviewJoin){ pwk_id_edge (CARD (PAGE), PWK_ID (PWK_THING_NODE, model->frame.node)),
                         frame, frame };
  return n;
}

/* --- all of it --- */

/* What is told beside the title: the last translation; before there is one, the machine. */
static const char *
translation_text (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  const PwkPen *pen = &draft->pen;

  if (!model->has_walk)
    return model->machine;
  if (!model->walk.ok && model->leads_to != PWK_NO_PFN)
    /* Translators: an address, a frame's number; the kernel has just written the entry. */
    return pwk_pen_printf (pen, _("Address %s → pfn %llu: the entry is there now"),
                           pwk_pen_address (pen, model->walk.addr), PWK_N (model->leads_to));
  if (!model->walk.ok)
    /* Translators: an address that no page table entry maps. */
    return pwk_pen_printf (pen, _("Address %s → no frame yet: an access would be a page fault"),
                           pwk_pen_address (pen, model->walk.addr));

  return pwk_pen_printf (
      pen, _("Address %s → pfn %llu → physical %s"), pwk_pen_address (pen, model->walk.addr),
      PWK_N (model->walk.phys >> PWK_PAGE_SHIFT), pwk_pen_address (pen, model->walk.phys));
}

/* Four cards that share the width; the tables' and the regions' texts are the longest. */
static void
draw_way (PwkOverviewDraft *draft, const PwkOverviewModel *model, PwkBox box)
{
  double room = box.w - 3 * LINK;
  PwkBox process = pwk_cut_left (&box, floor (room * 0.21), LINK);
  PwkBox space = pwk_cut_left (&box, floor (room * 0.29), LINK);
  PwkBox tables = pwk_cut_left (&box, floor (room * 0.26), LINK);

  pwk_overview_draw_process (draft, model, process);
  pwk_overview_draw_space (draft, model, space);
  pwk_overview_draw_tables (draft, model, tables);
  pwk_overview_draw_page (draft, model, box);
}

/* The least that the upper cards need: the rows of the process, and of the tables. */
static double
way_height (const PwkOverviewDraft *draft, const PwkOverviewModel *model)
{
  double head = 2 * (PWK_PADDING - 2) + draft->heading + 6;
  double steps = MAX (model->walk.n_steps, 4) * (draft->small + 6) + draft->small + 6;
  double chip = draft->chip_h + 5;

  if (draft->compact)
    return head + fmax (chip + 4 * (draft->normal + 2), steps);
  return head + fmax (chip + draft->small + 3 + 5 * (draft->normal + 2), steps + 24);
}

static double
zones_height (const PwkOverviewDraft *draft)
{
  return (draft->compact ? ZONES_LEAST_H : ZONES_MIN_H) * fmax (pwk_pen_scale (&draft->pen), 1);
}

void
pwk_overview_layout (PwkScene *scene,
                     gconstpointer data,
                     const PwkTheme *theme,
                     const PwkViewParams *params)
{
  const PwkOverviewModel *model = data;
  PwkOverviewDraft draft = { .pen = { scene, theme, params } };
  const PwkPen *pen = &draft.pen;
  PwkBox room = pwk_view_room (params, 600, 0);
  PwkLegendEntry entries[PWK_N_USE_ENTRIES];
  unsigned n_entries = pwk_use_legend (entries);
  const char *translation = translation_text (&draft, model);
  const char *description =
      model->has_walk ? pwk_pen_printf (pen, "%s. %s", model->machine, translation) : translation;
  double drop, fixed, left, way;
  PwkSheet sheet;
  PwkBox *rest = &sheet.body;

  draft.small = pwk_pen_line (pen, PWK_FONT_SMALL);
  draft.normal = pwk_pen_line (pen, PWK_FONT_NORMAL);
  draft.heading = pwk_pen_line (pen, PWK_FONT_HEADING);
  draft.chip_h = fmax (24, draft.normal + 6);
  draft.bands = CLAMP (room.h / 600, 1, 1.7);
  draft.compact = pwk_pen_density (pen) != PWK_DENSITY_FULL;
  drop = draft.compact ? DROP_LOW : DROP;
  fixed = nodes_height (&draft, model) + 2 * drop;
  sheet = pwk_sheet_new (pen, pwk_box (room.x, room.y, room.w, 1e6));
  pwk_sheet_head (&sheet, _("Overview"), translation);
  sheet.room.h = fmax (room.h, rest->y + fixed + way_height (&draft, model) +
                                   zones_height (&draft) + PWK_MARGIN + PWK_GAP +
                                   pwk_pen_legend_height (pen, rest->w, entries, n_entries));
  rest->h = sheet.room.h - rest->y - PWK_MARGIN;
  pwk_sheet_legend_below (&sheet, entries, n_entries, PWK_GAP);
  left = rest->h - fixed - way_height (&draft, model) - zones_height (&draft);
  way = way_height (&draft, model) + floor (left * 0.35);
  draw_way (&draft, model, pwk_cut_top (rest, way, drop));
  draw_nodes (&draft, model, pwk_cut_top (rest, nodes_height (&draft, model), drop));
  draw_zone_cards (&draft, model, *rest);
  draw_joins (&draft, model);
  pwk_sheet_finish (&sheet, 0, description);
}

/* --- as text --- */

char *
pwk_overview_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkOverviewModel *model = data;
  GString *text = g_string_new (NULL);
  g_autofree char *address = pwk_format_address (params, model->walk.addr);

  g_string_append_printf (text, "%s\n\n", model->machine != NULL ? model->machine : "");
  g_string_append_printf (text, "%s\n",
                          _("node\tzone\tfirst pfn\tlast pfn\tfree\tmanaged\tmin\tlow\thigh"));
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkOverviewZone *zone = &model->zones[i];

      g_string_append_printf (text, "%u\t%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\t%llu\n",
                              zone->node, pwk_zone_name (zone->type), PWK_N (zone->start),
                              PWK_N (zone->end - 1), PWK_N (zone->free), PWK_N (zone->managed),
                              PWK_N (zone->mark[0]), PWK_N (zone->mark[1]), PWK_N (zone->mark[2]));
    }

  for (uint32_t i = 0; i < model->n_tasks; i++)
    g_string_append_printf (text, "%s%s\t%d\n", i == 0 ? "\n" : "", model->tasks[i].name,
                            model->tasks[i].pid);
  for (uint32_t i = 0; i < model->n_vmas; i++)
    g_string_append_printf (text, "%s%llx-%llx\t%s\t%s\n", i == 0 ? "\n" : "",
                            PWK_N (model->vmas[i].start), PWK_N (model->vmas[i].end),
                            model->vmas[i].perms, model->vmas[i].name);
  for (unsigned i = 0; i < model->walk.n_steps && model->has_walk; i++)
    g_string_append_printf (text, "%s%s[%u]\t0x%llx\n", i == 0 ? "\n" : "",
                            pwk_overview_step_name (model, i), model->walk.steps[i].index,
                            PWK_N (model->walk.steps[i].bits));
  if (model->has_walk && model->walk.ok)
    g_string_append_printf (text, "%s\tpfn %llu\n", address,
                            PWK_N (model->walk.phys >> PWK_PAGE_SHIFT));
  if (model->has_frame)
    {
      g_autofree char *say = pwk_frame_say (&model->frame);

      g_string_append_printf (text, "%s\n", say);
    }

  return g_string_free (text, FALSE);
}
