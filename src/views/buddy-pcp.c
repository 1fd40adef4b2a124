/* buddy-pcp.c - the per-cpu lists of a zone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/buddy-private.h"

#define MAX_LISTS 3

static void
draw_pcp_list (const PwkBuddyDraft *draft, const PwkBuddyPcp *pcp, uint32_t index, PwkBox box)
{
  const PwkPen *pen = &draft->pen;
  GString *pfns = g_string_new (NULL);
  uint32_t shown = 0;

  /* Translators: a per-cpu list: order, migratetype, how many blocks. */
  g_string_append_printf (pfns, _("order %u %s: %u"), pcp->lists[index].order,
                          pwk_migratetype_title (pcp->lists[index].migratetype),
                          pcp->lists[index].n);
  for (uint32_t i = 0; i < pcp->lists[index].n_told; i++)
    {
      gsize before = pfns->len;
      bool last = i + 1 == pcp->lists[index].n;

      g_string_append_printf (pfns, "%s%u", i == 0 ? " · " : " → ", pcp->lists[index].pfns[i]);
      if (pwk_pen_width (pen, PWK_FONT_SMALL, pfns->str) +
              (last ? 0 : pwk_pen_width (pen, PWK_FONT_SMALL, " → …")) >
          box.w - 15)
        {
          g_string_truncate (pfns, before);
          break;
        }
      shown++;
    }
  if (shown > 0 && shown < pcp->lists[index].n)
    g_string_append (pfns, " → …");
  pwk_scene_add_rounded (pen->scene, 0, pwk_box (box.x, box.y + box.h / 2 - 5, 10, 10),
                         PWK_ROLE_PER_CPU, 2.0);
  pwk_pen_text (pen, pwk_box (box.x + 15, box.y, box.w - 15, box.h), PWK_FONT_SMALL, PWK_ROLE_TEXT,
                PWK_ALIGN_START, pwk_pen_printf (pen, "%s", pfns->str));
  g_string_free (pfns, TRUE);
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
  gauge = pwk_pen_gauge (pen, id, pwk_box (line.x, line.y + line.h / 2 - 4, line.w, 8), pcp->count,
                         MAX (pcp->high, pcp->count), PWK_ROLE_PER_CPU);
  pwk_pen_thing (
      pen, gauge,
      _("Per-cpu lists of CPU %u, zone %s: %d pages, high %d (between %d and %d), batch "
         "%d, refills doubled %u times, %d freed in a row"),
      pcp->cpu, pwk_zone_name (zone->type), pcp->count, pcp->high, pcp->high_min, pcp->high_max,
      pcp->batch, pcp->alloc_factor, pcp->free_count);
  for (uint32_t i = 0; i < shown; i++)
    draw_pcp_list (draft, pcp, i, pwk_cut_top (&box, draft->small, 2));
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
