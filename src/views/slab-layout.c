/* slab-layout.c - the kernel's own memory: caches at the left, beside them where the objects of
 * one are, or the areas of kernel addresses, or what a device can reach
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sheet.h"
#include "views/slab-private.h"
#include "views/views-private.h"

/*      title                                                         remark
 *      +-- caches --+  +-- CPU 0, its slab ------------------------------+
 *      | kmalloc-64 |  | 1 head of its list      [][][][][][]-[]-[]-[]   |
 *      | [====  ]   |  +-- CPU 0, partial -------------------------------+
 *      | …          |  …
 *      |            |  +-- this request --------+  +-- waste by size ----+
 *      +------------+  +------------------------+  +---------------------+
 *      legend */
#define MIN_HEIGHT 380.0
#define MIN_WIDTH  480.0
#define BAR_H      8.0

/* --- the list of caches --- */

static double
row_height (const PwkSlabDraft *draft)
{
  return draft->small + (draft->density == PWK_DENSITY_SMALL ? 4 : BAR_H + 10);
}

/* Of all bytes of its slabs: in use, free, lost to every object. */
static void
draw_shares (const PwkSlabDraft *draft, const PwkSlabCache *cache, PwkBox bar)
{
  const PwkPen *pen = &draft->pen;
  double all = (double) (cache->slabs << cache->order << PWK_PAGE_SHIFT);
  double used = all > 0 ? bar.w * (double) (cache->used * cache->size) / all : 0;
  double objects = all > 0 ? bar.w * (double) (cache->total * cache->size) / all : 0;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, 0, bar, PWK_ROLE_PANEL_ALT, 2.0);

  item->stroke = PWK_ROLE_OUTLINE;
  if (objects > used)
    pwk_scene_add_rect (pen->scene, 0, pwk_box (bar.x + used, bar.y, objects - used, bar.h),
                        PWK_ROLE_FREE (6))->stroke = PWK_ROLE_NONE;
  if (used > 0)
    {
      item = pwk_scene_add_rect (pen->scene, 0, pwk_box (bar.x, bar.y, used, bar.h), PWK_ROLE_SLAB);
      item->stroke = PWK_ROLE_NONE;
      item->pattern = PWK_PATTERN_NONE;
    }
}

static void
draw_cache (const PwkSlabDraft *draft, const PwkSlabCache *cache, bool chosen, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_ID (PWK_THING_CACHE, cache->cache), box,
                                         chosen ? PWK_ROLE_PANEL_ALT : PWK_ROLE_NONE, 4.0);
  const char *right = pwk_pen_printf (pen, "%llu / %llu", PWK_N (cache->used),
                                      PWK_N (cache->total));
  PwkBox inside = pwk_box_inset (box, 6, 2), line;
  double width = pwk_pen_width (pen, PWK_FONT_SMALL, right) + 1;

  item->stroke = chosen ? PWK_ROLE_OUTLINE : PWK_ROLE_NONE;
  if (draft->model->allocator == PWK_SLOB)
    pwk_pen_thing (pen, item, _("%s: %u bytes an object, %llu pages"), cache->name,
                   cache->object_size, PWK_N (cache->slabs));
  else
    pwk_pen_thing (pen, item,
                 /* Translators: a slab cache: name, bytes of an object and of its place, order and
                  * objects of a slab, slabs, objects in use and all, bytes lost in each slab. */
                 _("%s: objects of %u bytes in places of %u, slabs of order %u with %u objects; "
                   "%llu slabs, %llu of %llu objects in use, %llu bytes of each slab are nobody's"),
                 cache->name, cache->object_size, cache->size, cache->order, cache->objects,
                 PWK_N (cache->slabs), PWK_N (cache->used), PWK_N (cache->total),
                 PWK_N (cache->waste));
  line = pwk_cut_top (&inside, draft->small, 2);
  if (cache->total > 0 && width + 60 < line.w)
    pwk_pen_text (pen, pwk_cut_right (&line, width, 6), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_END, right);
  pwk_pen_text (pen, line, chosen ? PWK_FONT_BOLD : PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, cache->name);
  if (inside.h >= BAR_H)
    draw_shares (draft, cache, pwk_cut_top (&inside, BAR_H, 0));
}

/* Areas of kernel addresses are no cache, but are chosen in the same list. */
static void
draw_areas_row (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t n = draft->model->n_areas_all;
  bool chosen = draft->model->subject == PWK_SLAB_OF_AREAS;
  PwkItem *item = pwk_scene_add_rounded (pen->scene, PWK_SLAB_ID_AREAS, box,
                                         chosen ? PWK_ROLE_PANEL_ALT : PWK_ROLE_NONE, 4.0);
  PwkBox inside = pwk_box_inset (box, 6, 2);
  const char *text = pwk_pen_printf (
      pen, ngettext ("vmalloc, ioremap: %llu area", "vmalloc, ioremap: %llu areas", n), PWK_N (n));

  item->stroke = chosen ? PWK_ROLE_OUTLINE : PWK_ROLE_NONE;
  pwk_pen_thing (pen, item, "%s", text);
  pwk_pen_text (pen, pwk_cut_top (&inside, draft->small, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, text);
}

static void
draw_caches (const PwkSlabDraft *draft, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  const PwkSlabModel *model = draft->model;
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_SLAB, PWK_SLAB_GROUP_CACHES), box,
                                 _("Slab caches"), _("in use / all"));
  double row = row_height (draft);
  PwkBox foot = pwk_cut_bottom (&inside, draft->small, 2);
  PwkBox areas = pwk_cut_bottom (&inside, draft->small + 4, 4);
  uint32_t fit = (uint32_t) fmax (floor (inside.h / row), 1), first = 0, n;

  n = MIN (fit, model->n_caches);
  if (model->subject == PWK_SLAB_OF_CACHE && model->focus >= n)
    first = model->focus + 1 - n;
  for (uint32_t i = first; i < first + n; i++)
    draw_cache (draft, &model->caches[i],
                model->subject == PWK_SLAB_OF_CACHE && i == model->focus,
                pwk_box_inset (pwk_cut_top (&inside, row, 0), -4, 0));
  draw_areas_row (draft, pwk_box_inset (areas, -4, 0));
  if (model->n_all > n)
    pwk_pen_text (pen, foot, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                  pwk_pen_printf (pen, ngettext ("+ %llu more cache", "+ %llu more caches",
                                                 model->n_all - n),
                                  PWK_N (model->n_all - n)));
}

/* --- the picture --- */

static const char *
remark (const PwkSlabDraft *draft)
{
  const PwkSlabModel *model = draft->model;
  const PwkSlabCache *cache;

  if (model->subject == PWK_SLAB_OF_AREAS)
    return _("kernel addresses side by side, frames from wherever there are some");
  if (model->subject == PWK_SLAB_OF_DEVICE)
    return pwk_pen_printf (&draft->pen, _("a device that can address up to 0x%llx"),
                           PWK_N (model->mask));
  cache = pwk_slab_focus (model);
  if (model->allocator == PWK_SLOB)
    return pwk_pen_printf (&draft->pen, _("%s · pieces of any size, the first that fits"),
                           cache->name);
  return pwk_pen_printf (&draft->pen,
                         /* Translators: a slab cache, bytes of an object, objects in a slab. */
                         ngettext ("%s · %u bytes · %u object a slab",
                                   "%s · %u bytes · %u objects a slab", cache->objects),
                         cache->name, cache->object_size, cache->objects);
}

static void
add_legend (PwkSheet *sheet, const PwkSlabModel *model)
{
  const PwkLegendEntry objects[] = {
    { PWK_ROLE_SLAB, C_("object", "in use"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FREE (6), C_("object", "free, threaded in list order"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_PER_CPU, C_("object", "freed by other CPUs"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FLASH, _("this step"), PWK_LEGEND_FRAME },
  };
  const PwkLegendEntry arrays[] = {
    { PWK_ROLE_SLAB, C_("object", "in use"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FREE (6), C_("object", "free"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_PER_CPU, C_("object", "free, waits in an array"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FLASH, _("this step"), PWK_LEGEND_FRAME },
  };
  const PwkLegendEntry areas[] = {
    { PWK_ROLE_VMALLOC, _("page of the area"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_OUTLINE, _("guard page, not mapped"), PWK_LEGEND_DASHED_FRAME },
    { PWK_ROLE_FLASH, _("this step"), PWK_LEGEND_FRAME },
  };
  const PwkLegendEntry device[] = {
    { PWK_ROLE_DMA, _("what the device reaches"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_RESERVED, _("above its mask"), PWK_LEGEND_SWATCH },
    { PWK_ROLE_FLASH, _("this step"), PWK_LEGEND_FRAME },
  };

  if (model->subject == PWK_SLAB_OF_AREAS)
    pwk_sheet_legend_below (sheet, areas, G_N_ELEMENTS (areas), PWK_GAP);
  else if (model->subject == PWK_SLAB_OF_DEVICE)
    pwk_sheet_legend_below (sheet, device, G_N_ELEMENTS (device), PWK_GAP);
  else if (model->allocator != PWK_SLUB)
    pwk_sheet_legend_below (sheet, arrays, G_N_ELEMENTS (arrays), PWK_GAP);
  else
    pwk_sheet_legend_below (sheet, objects, G_N_ELEMENTS (objects), PWK_GAP);
}

/* Under the lanes: one object, the waste of its size, the report; each where there is room. */
static void
draw_foot (const PwkSlabDraft *draft, PwkBox *rest)
{
  double object = pwk_slab_object_height (draft), waste = pwk_slab_waste_height (draft);
  double height = fmax (object, waste), width = rest->w;
  PwkBox foot;

  if (height <= 0 || draft->density == PWK_DENSITY_SMALL)
    return;
  foot = pwk_cut_bottom (rest, height, PWK_GAP);
  if (waste > 0)
    {
      width = floor ((foot.w - PWK_GAP) * 0.5);
      pwk_slab_draw_waste (draft, pwk_box (foot.x + width + PWK_GAP, foot.y,
                                           foot.w - width - PWK_GAP, foot.h));
    }
  pwk_slab_draw_object (draft, pwk_box (foot.x, foot.y, width, foot.h));
}

static void
draw_body (const PwkSlabDraft *draft, PwkSheet *sheet)
{
  static const double shares[] = { [PWK_DENSITY_SMALL] = 0.32, [PWK_DENSITY_MEDIUM] = 0.26,
                                   [PWK_DENSITY_FULL] = 0.22 };
  PwkBox rest = sheet->body;
  PwkBox caches = pwk_cut_left (&rest, floor (rest.w * shares[draft->density]), PWK_GAP);

  draw_caches (draft, caches);
  switch (draft->model->subject)
    {
    case PWK_SLAB_OF_AREAS:
      pwk_slab_draw_areas (draft, rest);
      break;
    case PWK_SLAB_OF_DEVICE:
      pwk_slab_draw_device (draft, rest);
      break;
    case PWK_SLAB_OF_CACHE:
    case PWK_SLAB_OF_NOTHING:
    default:
      draw_foot (draft, &rest);
      pwk_slab_draw_lanes (draft, rest);
      break;
    }
}

void
pwk_slab_layout (PwkScene *scene,
                 gconstpointer data,
                 const PwkTheme *theme,
                 const PwkViewParams *params)
{
  const PwkSlabModel *model = data;
  PwkSlabDraft draft = { .pen = { scene, theme, params }, .model = model };
  double scale = pwk_pen_scale (&draft.pen);
  PwkSheet sheet = pwk_sheet_new (&draft.pen,
                                  pwk_view_room (params, MIN_WIDTH * scale, MIN_HEIGHT * scale));

  draft.density = pwk_pen_density (&draft.pen);
  draft.small = pwk_pen_line (&draft.pen, PWK_FONT_SMALL);
  draft.heading = pwk_pen_line (&draft.pen, PWK_FONT_HEADING);
  if (model->subject == PWK_SLAB_OF_NOTHING)
    {
      pwk_sheet_head (&sheet, _("Slab"), NULL);
      pwk_sheet_finish_empty (&sheet, _("The kernel has asked its own allocators for nothing yet: "
                                        "kmalloc (), kmem_cache_create () or vmalloc () do."));
      return;
    }
  pwk_sheet_head (&sheet, _("Slab"), draft.density == PWK_DENSITY_SMALL ? NULL : remark (&draft));
  add_legend (&sheet, model);
  draw_body (&draft, &sheet);
  pwk_sheet_finish (&sheet, 0, model->story.n > 0 ? model->story.sentences[model->story.n - 1]
                                                  : remark (&draft));
}

/* --- as text --- */

char *
pwk_slab_to_text (gconstpointer data, const PwkViewParams *params)
{
  const PwkSlabModel *model = data;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n",
                          _("cache\tobject size\tsize\torder\tobjects a slab\tslabs\tin use\tall"));
  for (uint32_t i = 0; i < model->n_caches; i++)
    {
      const PwkSlabCache *c = &model->caches[i];

      g_string_append_printf (text, "%s\t%u\t%u\t%u\t%u\t%llu\t%llu\t%llu\n", c->name,
                              c->object_size, c->size, c->order, c->objects, PWK_N (c->slabs),
                              PWK_N (c->used), PWK_N (c->total));
    }
  if (model->n_areas > 0)
    g_string_append_printf (text, "\n%s\n", _("area\tend\tkind\tpages"));
  for (uint32_t i = 0; i < model->n_areas; i++)
    {
      g_autofree char *start = pwk_format_address (params, model->areas[i].start);
      g_autofree char *end = pwk_format_address (params, model->areas[i].end);

      g_string_append_printf (text, "%s\t%s\t%s\t%llu\n", start, end,
                              model->areas[i].lazy ? _("freed, not purged")
                                                   : pwk_slab_area_kind (&model->areas[i]),
                              PWK_N (model->areas[i].pages));
    }
  return g_string_free (text, FALSE);
}
