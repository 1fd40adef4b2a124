/* slab-areas-layout.c - areas of kernel addresses as a stripe, their frames beside it wherever they
 * are; what a device can reach of memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/vmap-flags.h"
#include "views/route.h"
#include "views/slab-private.h"
#include "views/words.h"

/*      +-- areas and their pages --+        +-- physical memory --+
 *      | 0xffffc90000000000 vmalloc|        |                     |
 *      | [ page 0            ]-----+--+  +->| [ pfn 1056 ]        |
 *      | [ page 1            ]-----+--|--+  |   44 frames between |
 *      | [ guard page        ]     |  +---->| [ pfn 1101 ]        |
 *      +---------------------------+        +---------------------+ */
#define PAGE_GAP   2.0
#define LANE_W     9.0
#define REGISTER_IDS (UINT64_C (1) << 40)

/* Where each page of the area in question stands. */
typedef struct
{
  PwkBox   page[PWK_SLAB_AREA_PAGES];
  PwkBox   frame[PWK_SLAB_AREA_PAGES];
  PwkBox   device;              /* the page of a device's area; w 0: none */
  unsigned n;
} Places;

static const PwkSlabArea *
area_in_question (const PwkSlabModel *model)
{
  for (uint32_t i = 0; i < model->n_areas; i++)
    if (model->areas[i].focus)
      return &model->areas[i];
  for (uint32_t i = 0; i < model->n_areas; i++)
    if (!model->areas[i].lazy && (model->areas[i].n_pfns > 0 || model->areas[i].phys != 0))
      return &model->areas[i];
  return model->n_areas > 0 ? &model->areas[0] : NULL;
}

/* --- the stripe --- */

static uint64_t
pages_shown (const PwkSlabDraft *draft, const PwkSlabArea *area, bool chosen)
{
  if (area->lazy)
    return 0;
  if (!chosen)
    return MIN (area->pages, 1);
  return MIN (area->pages, draft->density == PWK_DENSITY_SMALL ? 3 : PWK_SLAB_AREA_PAGES);
}

static double
page_height (const PwkSlabDraft *draft)
{
  return draft->small + 2;
}

static double
area_height (const PwkSlabDraft *draft, const PwkSlabArea *area, bool chosen)
{
  uint64_t n = pages_shown (draft, area, chosen);
  uint64_t rows = n + 1 + (n < area->pages && !area->lazy);

  return draft->small + 2 + (double) rows * (page_height (draft) + PAGE_GAP) + 8;
}

static void
draw_row (const PwkSlabDraft *draft, PwkBox box, bool dashed, const char *text)
{
  PwkItem *item = pwk_scene_add_rounded (draft->pen.scene, 0, box, PWK_ROLE_NONE, 3.0);

  item->stroke = PWK_ROLE_OUTLINE;
  if (dashed)
    item->flags |= PWK_FLAG_DASHED;
  pwk_pen_text (&draft->pen, pwk_box_inset (box, 6, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                PWK_ALIGN_CENTRE, text);
}

static void
draw_page (const PwkSlabDraft *draft, const PwkSlabArea *area, uint64_t i, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkVaddr address = area->start + (i << PWK_PAGE_SHIFT);
  bool device = (area->flags & PWK_VM_IOREMAP) != 0;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID_ADDRESS (address), box,
                                         device ? PWK_ROLE_RESERVED : PWK_ROLE_VMALLOC, 3.0);

  item->pattern = PWK_PATTERN_NONE;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->text = pwk_pen_printf (pen, _("page %llu"), PWK_N (i));
  if (device)
    pwk_pen_thing (pen, item, _("0x%llx: the device at physical address 0x%llx"),
                   PWK_N (address), PWK_N (area->phys + (i << PWK_PAGE_SHIFT)));
  else if (i < area->n_pfns || (area->flags & PWK_VM_MAP) != 0)
    pwk_pen_thing (pen, item, _("0x%llx: page %llu of the area lies in pfn %u"), PWK_N (address),
                   PWK_N (i), area->pfns[MIN (i, (uint64_t) area->n_pfns - 1)]);
  else
    pwk_pen_thing (pen, item, _("0x%llx: page %llu of the area"), PWK_N (address), PWK_N (i));
}

/* @places: of the area in question, or NULL. */
static void
draw_area (const PwkSlabDraft *draft, const PwkSlabArea *area, PwkBox box, Places *places)
{
  const PwkPen *pen = &draft->pen;
  uint64_t n = pages_shown (draft, area, places != NULL);
  PwkBox line = pwk_cut_top (&box, draft->small, 2);
  const char *kind = area->lazy ? _("freed, not purged") : pwk_slab_area_kind (area);
  double kind_w = pwk_pen_width (pen, PWK_FONT_SMALL, kind) + 2;

  if (kind_w + 60 < line.w)
    pwk_pen_text (pen, pwk_cut_right (&line, kind_w, 6), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                  PWK_ALIGN_END, kind);
  pwk_pen_text (pen, line, PWK_FONT_MONO_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                pwk_pen_address (pen, area->start));
  for (uint64_t i = 0; i < n; i++)
    {
      PwkBox row = pwk_cut_top (&box, page_height (draft), PAGE_GAP);

      draw_page (draft, area, i, row);
      if (places != NULL)
        places->page[places->n++] = row;
    }
  if (area->lazy)
    draw_row (draft, pwk_cut_top (&box, page_height (draft), PAGE_GAP), true,
              pwk_pen_printf (pen, ngettext ("%llu page: no TLB may know it any more",
                                             "%llu pages: no TLB may know them any more",
                                             area->pages + 1),
                              PWK_N (area->pages + 1)));
  else
    {
      if (n < area->pages)
        draw_row (draft, pwk_cut_top (&box, page_height (draft), PAGE_GAP), false,
                  pwk_pen_printf (pen, ngettext ("+ %llu more page", "+ %llu more pages",
                                                 area->pages - n),
                                  PWK_N (area->pages - n)));
      draw_row (draft, pwk_cut_top (&box, page_height (draft), PAGE_GAP), true,
                _("guard page: nothing behind it"));
    }
}

static void
draw_stripe (const PwkSlabDraft *draft, PwkBox box, Places *places)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;
  const PwkSlabArea *focus = area_in_question (model);
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_FRAMES), box,
                                 _("Areas and their pages"), NULL);
  PwkBox foot = pwk_cut_bottom (&inside, draft->small, 4);
  double needed = focus != NULL ? area_height (draft, focus, true) : 0;
  uint32_t n = 0;

  for (uint32_t i = 0; i < model->n_areas; i++)
    {
      const PwkSlabArea *area = &model->areas[i];
      double height = area_height (draft, area, area == focus);

      /* the one in question is shown whatever is left out before it */
      if (area < focus ? inside.h < height + needed : inside.h < height - 8)
        continue;
      draw_area (draft, area, pwk_cut_top (&inside, height, 0), area == focus ? places : NULL);
      n++;
    }
  if (model->n_areas_all > n)
    pwk_pen_text (pen, foot, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  pwk_pen_printf (pen, ngettext ("+ %llu more area", "+ %llu more areas",
                                                 model->n_areas_all - n),
                                  PWK_N (model->n_areas_all - n)));
}

/* --- frames --- */

/* The area's pages in the order of their frames. */
static void
sort_frames (const PwkSlabArea *area, unsigned n, unsigned *order)
{
  for (unsigned i = 0; i < n; i++)
    {
      unsigned at = i;

      for (; at > 0 && area->pfns[order[at - 1]] > area->pfns[i]; at--)
        order[at] = order[at - 1];
      order[at] = i;
    }
}

static void
draw_between (const PwkSlabDraft *draft, PwkBox box, uint64_t n)
{
  const char *count = pwk_pen_count (&draft->pen, n);

  if (n > 0)
    pwk_pen_text (&draft->pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE,
                  pwk_pen_printf (&draft->pen,
                                  ngettext ("%s frame between", "%s frames between", n), count));
}

static void
draw_frames (const PwkSlabDraft *draft, const PwkSlabArea *area, PwkBox box, Places *places)
{
  const PwkPen *pen = &draft->pen;
  unsigned n = MIN (places->n, area->n_pfns), order[PWK_SLAB_AREA_PAGES] = { 0 };
  double row = page_height (draft) + 2;
  double gap = n > 1 ? CLAMP (floor ((box.h - n * row) / (n - 1)), 2, draft->small + 6) : 0;

  sort_frames (area, n, order);
  for (unsigned i = 0; i < n; i++)
    {
      PwkBox place = pwk_cut_top (&box, row, 0), between;
      uint32_t pfn = area->pfns[order[i]];
      PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_PFN, pfn), place,
                                             PWK_ROLE_VMALLOC, 3.0);

      item->pattern = PWK_PATTERN_NONE;
      item->font = PWK_FONT_SMALL;
      item->halign = PWK_ALIGN_CENTRE;
      item->text = pwk_pen_printf (pen, _("pfn %u · page %u"), pfn, order[i]);
      pwk_pen_thing (pen, item, _("pfn %u: page %u of the area at 0x%llx"), pfn, order[i],
                     PWK_N (area->start));
      places->frame[order[i]] = place;
      between = pwk_cut_top (&box, gap, 0);
      if (i + 1 < n && gap >= draft->small)
        draw_between (draft, between, area->pfns[order[i + 1]] - pfn - 1);
    }
}

/* Lit where this event's store or load went. */
static void
draw_register (const PwkSlabDraft *draft, const PwkSlabArea *area, const PwkSlabRegister *shown,
               PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item =
      pwk_scene_add_rounded (pen->scene, PWK_ID_RULE (PWK_VIEW_SLAB, REGISTER_IDS | shown->offset),
                             box, PWK_ROLE_PANEL_ALT, 3.0);

  item->stroke = shown->now ? PWK_ROLE_FLASH : PWK_ROLE_OUTLINE;
  item->line_width = shown->now ? 2.0f : 1.0f;
  pwk_pen_label (pen, item, _("0x%llx: the device’s register at physical address 0x%llx"),
                 PWK_N (area->start + shown->offset), PWK_N (area->phys + shown->offset));
  pwk_pen_key_value (pen, pwk_box_inset (box, 6, 0), pwk_pen_printf (pen, "+0x%x", shown->offset),
                     pwk_pen_printf (pen, "0x%llx", PWK_N (shown->value)));
}

static void
draw_device_box (const PwkSlabDraft *draft, const PwkSlabArea *area, PwkBox box, Places *places)
{
  const PwkPen *pen = &draft->pen;
  PwkBox row = pwk_cut_top (&box, page_height (draft) + 2, 6);
  PwkItem *item = pwk_scene_add_rounded (pen->scene, 0, row, PWK_ROLE_RESERVED, 3.0);

  item->pattern = PWK_PATTERN_NONE;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  item->text = pwk_pen_address (pen, area->phys);
  pwk_pen_label (pen, item, _("Not RAM: registers of a device at physical address 0x%llx"),
                 PWK_N (area->phys));
  for (uint32_t i = 0; i < area->n_registers && box.h > 2 * page_height (draft); i++)
    draw_register (draft, area, &area->registers[i],
                   pwk_cut_top (&box, page_height (draft), PAGE_GAP));
  pwk_cut_top (&box, 4, 0);
  pwk_pen_paragraph (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                     pwk_pen_printf (pen,
                                     _("Not RAM but a device. How accesses reach it stands in the "
                                       "entries: %s."),
                                     pwk_words_cache_mode (area->cache)));
  places->device = row;
}

/* Each page's line has a gutter of its own, so that lines cross at right angles. */
static void
draw_joins (const PwkSlabDraft *draft, const PwkSlabArea *area, PwkBox gutter, const Places *places)
{
  const PwkPen *pen = &draft->pen;
  unsigned n = MIN (places->n, area->n_pfns);
  bool now = area->focus && draft->model->story.n > 0;

  if (places->device.w > 0 && places->n > 0)
    n = 1;
  for (unsigned i = 0; i < n; i++)
    {
      PwkBox page = places->page[i];
      PwkBox frame = places->device.w > 0 ? places->device : places->frame[i];
      double x = gutter.x + 6 + (n - 1 - i) * LANE_W, from = page.y + page.h / 2;
      double to = frame.y + frame.h / 2;
      const PwkPoint points[] = { { page.x + page.w + 1, from }, { x, from }, { x, to },
                                  { frame.x - 1, to } };

      pwk_pen_route (pen, PWK_ID (PWK_THING_EDGE, 0x51ab00 + i), points, 4,
                     now ? PWK_ROLE_FLASH : PWK_ROLE_TEXT_DIM,
                     PWK_ROUTE_HOLDS, true);
    }
}

void
pwk_slab_draw_areas (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabArea *area = area_in_question (draft->model);
  double gutter_w = PWK_SLAB_AREA_PAGES * LANE_W + 20;
  PwkBox stripe = pwk_cut_left (&box, floor ((box.w - gutter_w) * 0.55), 0);
  PwkBox gutter = pwk_cut_left (&box, gutter_w, 0), inside;
  Places places = { .n = 0 };
  bool device;

  if (area == NULL)
    {
      pwk_pen_empty (pen, pwk_box (stripe.x, stripe.y, stripe.w + gutter.w + box.w, stripe.h),
                     _("No area of kernel addresses is in use: vmalloc (), vmap () or ioremap () "
                       "make one."));
      return;
    }
  device = (area->flags & PWK_VM_IOREMAP) != 0 && !area->lazy;
  draw_stripe (draft, stripe, &places);
  inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_DEVICE), box,
                          device ? _("A device") : _("Physical memory"), NULL);
  if (device)
    draw_device_box (draft, area, inside, &places);
  else
    draw_frames (draft, area, inside, &places);
  draw_joins (draft, area, gutter, &places);
}

/* --- what a device reaches --- */

static double
zone_weight (const PwkSlabZone *zone)
{
  return log2 ((double) (zone->end - zone->start) + 2);
}

/* A zone as wide as the logarithm of its size; what the device reaches of it in its own role. */
static void
draw_zone (const PwkSlabDraft *draft, const PwkSlabZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkPfn limit = draft->model->mask >> PWK_PAGE_SHIFT;
  double share = limit >= zone->end ? 1
                 : limit < zone->start
                     ? 0
                     : (double) (limit + 1 - zone->start) / (double) (zone->end - zone->start);
  PwkBox below = pwk_cut_top (&box, box.h - draft->small - 2, 2);
  PwkItem *item = pwk_scene_add_rect (pen->scene, 0, below, PWK_ROLE_RESERVED);

  pwk_pen_label (pen, item, _("zone %s: pfn %llu to %llu, the device reaches %u %% of it"),
                 zone->name, PWK_N (zone->start), PWK_N (zone->end - 1), (unsigned) (share * 100));
  if (share > 0)
    {
      item = pwk_scene_add_rect (pen->scene, 0,
                                 pwk_box (below.x, below.y, below.w * share, below.h),
                                 PWK_ROLE_DMA);
      item->pattern = PWK_PATTERN_NONE;
      pwk_pen_label (pen, item, _("zone %s: pfn %llu to %llu, the device reaches %u %% of it"),
                     zone->name, PWK_N (zone->start), PWK_N (zone->end - 1),
                     (unsigned) (share * 100));
    }
  pwk_pen_text (pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                pwk_pen_printf (pen, _("zone %s"), zone->name));
}

/* x of a frame on the bar, or of its end. */
static double
frame_x (const PwkSlabModel *model, PwkBox bar, PwkPfn pfn)
{
  double all = 0, x = bar.x;

  for (uint32_t i = 0; i < model->n_zones; i++)
    all += zone_weight (&model->zones[i]);
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      const PwkSlabZone *zone = &model->zones[i];
      double w = bar.w * zone_weight (zone) / all;

      if (pfn < zone->end)
        return x + w * (double) (pfn - MIN (zone->start, pfn)) / (double) (zone->end - zone->start);
      x += w;
    }
  return x;
}

static void
draw_try (const PwkSlabDraft *draft, const PwkSlabTry *tried, PwkBox bar, unsigned i)
{
  const PwkPen *pen = &draft->pen;
  double x = frame_x (draft->model, bar, tried->pfn);
  PwkItem *item = pwk_scene_add_rect (pen->scene, PWK_ID (PWK_THING_PFN, tried->pfn),
                                      pwk_box (CLAMP (x - 3, bar.x, bar.x + bar.w - 6), bar.y - 5,
                                               6, bar.h + 10),
                                      tried->too_high ? PWK_ROLE_ERROR : PWK_ROLE_FLASH);

  item->pattern = PWK_PATTERN_NONE;
  pwk_pen_thing (pen, item,
                 tried->too_high ? _("Try %u: pfn %llu lies above the mask and goes back")
                                 : _("Try %u: pfn %llu, and all of it lies below the mask"),
                 i + 1, PWK_N (tried->pfn));
}

static void
draw_tries (const PwkSlabDraft *draft, PwkBox *rest)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;

  for (unsigned i = 0; i < model->n_tries && rest->h >= draft->small; i++)
    pwk_pen_text (pen, pwk_cut_top (rest, draft->small, 4), PWK_FONT_SMALL,
                  model->tries[i].too_high ? PWK_ROLE_ERROR : PWK_ROLE_TEXT, PWK_ALIGN_START,
                  pwk_pen_printf (pen,
                                  model->tries[i].too_high
                                      ? _("✗ Try %u: pfn %llu lies above the mask and goes back")
                                      : _("✓ Try %u: pfn %llu, and all of it lies below the "
                                          "mask"),
                                  i + 1, PWK_N (model->tries[i].pfn)));
}

void
pwk_slab_draw_device (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;
  double strip_h = 34 + draft->small;
  double height = draft->heading + 6 + 2 * PWK_PADDING + 6 + strip_h + 8 +
                  model->n_tries * (draft->small + 4);
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_DEVICE),
                                 pwk_cut_top (&box, fmin (box.h, height), PWK_GAP),
                                 _("What the device reaches"), _("zones, not to scale"));
  PwkBox strip, bar;
  double all = 0, x;
  const PwkFact facts[] = {
    { _("Mask"), pwk_pen_printf (pen, "0x%llx", PWK_N (model->mask)) },
    { _("Size"), pwk_pen_take (pen, pwk_format_bytes (model->bytes)) },
    { _("Address for the CPU"), model->cpu_address ? pwk_pen_address (pen, model->cpu_address)
                                                   : C_("device", "none") },
    { _("Address on the bus"),
      model->cpu_address ? pwk_pen_address (pen, model->cpu_address - model->direct_map)
                         : C_("device", "none") },
  };

  pwk_cut_top (&inside, 6, 0);
  strip = pwk_cut_top (&inside, strip_h, 8);
  bar = pwk_box (strip.x, strip.y, strip.w, strip.h - draft->small - 2);
  for (uint32_t i = 0; i < model->n_zones; i++)
    all += zone_weight (&model->zones[i]);
  x = strip.x;
  for (uint32_t i = 0; i < model->n_zones; i++)
    {
      double w = strip.w * zone_weight (&model->zones[i]) / all;

      draw_zone (draft, &model->zones[i], pwk_box (x, strip.y, w - 2, strip.h));
      x += w;
    }
  for (unsigned i = 0; i < model->n_tries; i++)
    draw_try (draft, &model->tries[i], bar, i);
  draw_tries (draft, &inside);
  pwk_pen_facts (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_REPORT), &box,
                 _("The memory"), NULL, facts, G_N_ELEMENTS (facts));
  pwk_pen_story (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_STORY), box,
                 _("How it came about"), NULL, &model->story, "");
}
