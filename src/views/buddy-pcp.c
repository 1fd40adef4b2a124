/* buddy-pcp.c - the per-cpu lists of a zone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/buddy-private.h"

#include "scene/blend.h"

#define MAX_LISTS  3
#define LEAST_PAGE 4.0 /* the narrowest that a page is drawn in the gauge */

/* A batch moves page after page; a longer one as one bundle. */
#define PAGE_MS   320
#define APART_MS  40
#define MAX_APART 8

/* When the page moves that has @behind others behind it in its list: the last of a batch has come
 * when the motion ends. Leaving, the tail goes first: the batch goes the way that it came. */
static void
time_page (PwkItem *item, uint32_t n, uint32_t behind)
{
  unsigned early = n <= MAX_APART ? behind * APART_MS : 0;

  pwk_item_set_time (item, PWK_FULL_MOTION_MS - PAGE_MS - early, PWK_FULL_MOTION_MS - early,
                     PWK_FULL_MOTION_MS);
}

/* A page comes out of its frame in the zone's bar, and goes back there. */
static PwkItem *
draw_page (const PwkBuddyDraft *draft,
           const PwkBuddyPcp *pcp,
           uint32_t list,
           uint32_t i,
           PwkBox box)
{
  PwkPfn pfn = pcp->lists[list].pfns[i];
  PwkItem *item = pwk_scene_add_rounded (draft->pen.scene, PWK_ID (PWK_THING_PFN, pfn), box,
                                         PWK_ROLE_PER_CPU, 3.0);

  item->pattern = PWK_PATTERN_NONE;
  item->from_id = item->into_id = item->id;
  time_page (item, pcp->lists[list].n, pcp->lists[list].n - 1 - i);
  pwk_pen_thing (&draft->pen, item, _("pfn %llu: free, of order %u, on a list of CPU %u"),
                 PWK_N (pfn), pcp->lists[list].order, pcp->cpu);
  return item;
}

/* A list, head first: its pages as chips, as many as there is room for. */
static void
draw_list (const PwkBuddyDraft *draft, const PwkBuddyPcp *pcp, uint32_t list, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint32_t n = pcp->lists[list].n;
  /* Translators: a per-cpu list: order, migratetype, how many blocks. */
  const char *name = pwk_pen_printf (pen, _("order %u %s: %u"), pcp->lists[list].order,
                                     pwk_migratetype_title (pcp->lists[list].migratetype), n);

  pwk_pen_text (pen, pwk_cut_left (&box, pwk_pen_width (pen, PWK_FONT_SMALL, name) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, name);
  for (uint32_t i = 0; i < n; i++)
    {
      const char *more = pwk_pen_printf (pen, "+%u", n - i);
      double more_w = pwk_pen_width (pen, PWK_FONT_SMALL, more) + 1;
      const char *pfn =
          i < pcp->lists[list].n_told ? pwk_pen_printf (pen, "%u", pcp->lists[list].pfns[i]) : NULL;
      double width = pfn != NULL ? pwk_pen_width (pen, PWK_FONT_MONO_SMALL, pfn) + 9 : 0;
      PwkItem *item;

      if (pfn == NULL || width + (i + 1 < n ? 4 + more_w : 0) > box.w)
        {
          pwk_pen_text (pen, pwk_cut_left (&box, more_w, 0), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                        PWK_ALIGN_START, more);
          return;
        }
      item = draw_page (draft, pcp, list, i, pwk_cut_left (&box, width, 4));
      item->text = pfn;
      item->font = PWK_FONT_MONO_SMALL;
      item->padding = 2;
    }
}

/* The same as a queue in the gauge, list after list. */
static void
draw_queue (const PwkBuddyDraft *draft, const PwkBuddyPcp *pcp, PwkBox gauge)
{
  double width = gauge.w / MAX (MAX (pcp->high, pcp->count), 1), x = gauge.x;

  for (uint32_t i = 0; i < pcp->n_lists; i++)
    for (uint32_t j = 0; j < pcp->lists[i].n_told; j++)
      {
        double block_w = fmax (width * (double) pwk_order_pages (pcp->lists[i].order), LEAST_PAGE);

        if (x + block_w > gauge.x + gauge.w + 0.5)
          return;
        draw_page (draft, pcp, i, j, pwk_box (x, gauge.y, block_w, gauge.h));
        x += block_w;
      }
}

static uint32_t
pcp_lines (const PwkBuddyDraft *draft, const PwkBuddyPcp *pcp)
{
  if (draft->compact)
    return 1;
  return 1 + MIN (pcp->n_lists, MAX_LISTS) + (pcp->n_lists > MAX_LISTS);
}

static void
draw_pcp (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, const PwkBuddyPcp *pcp, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint64_t id = PWK_ID_PCP (zone->node, zone->type, pcp->cpu);
  uint32_t shown = draft->compact ? 0 : MIN (pcp->n_lists, MAX_LISTS);
  PwkBox line = pwk_cut_top (&box, draft->small, 2);
  const char *state =
      pwk_pen_printf (pen, _("%d of at most %d · batch %d"), pcp->count, pcp->high, pcp->batch);
  const char *name = pwk_pen_printf (pen, _("CPU %u"), pcp->cpu);
  PwkItem *gauge;

  pwk_pen_text (pen, pwk_cut_left (&line, pwk_pen_width (pen, PWK_FONT_SMALL, name) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, name);
  pwk_pen_text (pen, pwk_cut_right (&line, pwk_pen_width (pen, PWK_FONT_SMALL, state) + 1, PWK_GAP),
                PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, state);
  line = pwk_box (line.x, line.y + line.h / 2 - 4, line.w, 8);
  gauge = pwk_pen_gauge (pen, id, line, pcp->count, MAX (pcp->high, pcp->count), PWK_ROLE_PER_CPU);
  pwk_pen_thing (
      pen, gauge,
      _("Per-cpu lists of CPU %u, zone %s: %d pages, high %d (between %d and %d), batch "
         "%d, refills doubled %u times, %d freed in a row"),
      pcp->cpu, pwk_zone_name (zone->type), pcp->count, pcp->high, pcp->high_min, pcp->high_max,
      pcp->batch, pcp->alloc_factor, pcp->free_count);
  if (draft->compact)
    draw_queue (draft, pcp, line);
  for (uint32_t i = 0; i < shown; i++)
    draw_list (draft, pcp, i, pwk_cut_top (&box, draft->small, 2));
  if (shown < pcp->n_lists && !draft->compact)
    pwk_pen_text (pen, pwk_cut_top (&box, draft->small, 2), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                  PWK_ALIGN_START,
                  pwk_pen_printf (pen,
                                  ngettext ("%u more list", "%u more lists", pcp->n_lists - shown),
                                  pcp->n_lists - shown));
}

static const char *
lock_text (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  g_autofree char *waited = pwk_format_ns (zone->lock_wait_ns);

  if (zone->lock_holder == 0)
    return _("zone->lock: never taken yet");
  if (zone->lock_waits == 0)
    return pwk_pen_printf (&draft->pen, _("zone->lock: last held by CPU %u, nobody waited"),
                           zone->lock_holder - 1);

  return pwk_pen_printf (&draft->pen,
                         ngettext ("zone->lock: last held by CPU %u, %u wait, %s in all",
                                   "zone->lock: last held by CPU %u, %u waits, %s in all",
                                   zone->lock_waits),
                         zone->lock_holder - 1, zone->lock_waits, waited);
}

/* Two CPUs, in the small density the running one; the others are counted. */
static uint32_t
pcps_shown (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  return MIN (zone->n_pcps, draft->density == PWK_DENSITY_SMALL ? 1u : 2u);
}

double
pwk_buddy_pcps_height (const PwkBuddyDraft *draft, const PwkBuddyZone *zone)
{
  double height = 2 * (PWK_PADDING - 2) + (draft->compact ? 0 : draft->heading + 6 + draft->small);

  for (uint32_t i = 0; i < pcps_shown (draft, zone); i++)
    height += pcp_lines (draft, &zone->pcps[i]) * (draft->small + 2) + 2;
  return height;
}

void
pwk_buddy_draw_pcps (const PwkBuddyDraft *draft, const PwkBuddyZone *zone, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  uint32_t shown = pcps_shown (draft, zone), more = zone->n_cpus - shown;
  PwkBox inside = pwk_pen_panel (pen, PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PCP), box,
                                 draft->compact ? NULL : _("Per-cpu lists"),
                                 pwk_buddy_zone_title (draft, zone));
  PwkBox foot = draft->compact ? pwk_box (0, 0, 0, 0) : pwk_cut_bottom (&inside, draft->small, 2);

  pwk_scene_push_parent (pen->scene, PWK_ID_GROUP (PWK_VIEW_BUDDY, PWK_BUDDY_GROUP_PCP));
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp (draft, zone, &zone->pcps[i],
              pwk_cut_top (&inside, pcp_lines (draft, &zone->pcps[i]) * (draft->small + 2), 2));
  if (more > 0 && !draft->compact)
    {
      const char *text = pwk_pen_printf (pen, ngettext ("%u more CPU", "%u more CPUs", more), more);

      pwk_pen_text (pen,
                    pwk_cut_right (&foot, pwk_pen_width (pen, PWK_FONT_SMALL, text) + 1, PWK_GAP),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, text);
    }
  if (!draft->compact)
    pwk_pen_label (pen,
                   pwk_pen_text (pen, foot, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_START,
                                 lock_text (draft, zone)),
                   "%s", lock_text (draft, zone));
  pwk_scene_pop_parent (pen->scene);
}
