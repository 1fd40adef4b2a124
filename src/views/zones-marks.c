/* zones-marks.c - a tank's scale, and the marks on it with their labels
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/zones-private.h"

#define KNEE_SHARE 0.64 /* of the tank's height for what lies below the knee */

PwkTankScale
pwk_zones_scale_for (const PwkTank *tank, PwkBox vessel)
{
  double highest = (double) MAX (tank->mark[PWK_WMARK_HIGH], tank->mark[PWK_WMARK_PROMO]);
  double top = (double) MAX (tank->managed, 1);
  double knee = highest * 1.35;

  return (PwkTankScale){ vessel, highest < 1 || knee > top * KNEE_SHARE ? 0 : knee,
                         fmax (top, highest * 1.05) };
}

double
pwk_zones_scale_y (const PwkTankScale *scale, double pages)
{
  double share;

  pages = CLAMP (pages, 0, scale->top);
  if (scale->knee <= 0)
    share = pages / scale->top;
  else if (pages <= scale->knee)
    share = KNEE_SHARE * pages / scale->knee;
  else
    share = KNEE_SHARE + (1 - KNEE_SHARE) * (pages - scale->knee) / (scale->top - scale->knee);

  return scale->vessel.y + scale->vessel.h * (1 - share);
}

/* --- marks --- */

static int
compare_marks (const void *a, const void *b)
{
  const PwkTankMark *x = a, *y = b;

  return x->y < y->y ? -1 : x->y > y->y;
}

/* Where there are more labels than lines for them, first those go that are not of the four marks,
 * then the higher marks'; tooltips have them. */
static void
drop_labels (PwkTankMark *marks, unsigned n, double line, double height)
{
  unsigned room = (unsigned) fmax (height / line, 1), n_texts = 0;

  for (unsigned i = 0; i < n; i++)
    n_texts += marks[i].text != NULL;
  for (unsigned pass = 0; pass < 2; pass++)
    for (unsigned i = n; i-- > 1 && n_texts > room;)
      if (marks[i].text != NULL && !marks[i].lit && (marks[i].dim || pass == 1))
        {
          marks[i].text = NULL;
          n_texts--;
        }
}

/* Labels keep their order and a line's distance, each as near to its mark as may be. */
static void
spread_labels (PwkTankMark *marks, unsigned n, double line, double top, double bottom)
{
  double limit = top;

  qsort (marks, n, sizeof *marks, compare_marks);
  for (unsigned i = 0; i < n; i++)
    if (marks[i].text != NULL)
      {
        marks[i].label_y = fmax (marks[i].y - line / 2, limit);
        limit = marks[i].label_y + line;
      }
  limit = bottom;
  for (unsigned i = n; i-- > 0;)
    if (marks[i].text != NULL)
      {
        marks[i].label_y = fmin (marks[i].label_y, limit - line);
        limit = marks[i].label_y;
      }
}

void
pwk_zones_draw_marks (const PwkPen *pen,
                      PwkTankMark *marks,
                      unsigned n,
                      PwkBox vessel,
                      PwkBox labels)
{
  double line = pwk_pen_line (pen, PWK_FONT_SMALL);

  drop_labels (marks, n, line, labels.h);
  spread_labels (marks, n, line, labels.y, labels.y + labels.h);
  for (unsigned i = 0; i < n; i++)
    {
      double middle = marks[i].label_y + line / 2;
      PwkRole role = marks[i].dim ? PWK_ROLE_TEXT_DIM : PWK_ROLE_TEXT;
      const PwkPoint points[] = { { vessel.x + vessel.w, marks[i].y },
                                  { vessel.x + vessel.w + 4, marks[i].y },
                                  { labels.x - 4, middle },
                                  { labels.x - 1, middle } };
      PwkItem *item =
          pwk_scene_add_line (pen->scene, marks[i].id, vessel.x, marks[i].y, vessel.x + vessel.w,
                              marks[i].y, marks[i].lit ? PWK_ROLE_ACCENT : role);

      item->line_width = marks[i].line_width;
      item->flags |= marks[i].dashed ? PWK_FLAG_DASHED : 0;
      if (marks[i].text == NULL)
        continue;
      pwk_scene_add_polyline (pen->scene, marks[i].id, points, G_N_ELEMENTS (points),
                              PWK_ROLE_OUTLINE);
      pwk_pen_text (pen, pwk_box (labels.x + 1, marks[i].label_y, labels.w - 1, line),
                    PWK_FONT_SMALL, role, PWK_ALIGN_START, marks[i].text)
          ->id = marks[i].id;
    }
}

/* What happens at a mark, short: where kswapd has to go, how far that is. */
static const char *
mark_deed (const PwkPen *pen, const PwkTank *tank, unsigned mark)
{
  static const char *const deeds[PWK_NR_WMARK] = {
    /* Translators: short, beside the watermarks min, low and high of a zone: what happens there. */
    [PWK_WMARK_MIN] = N_("callers reclaim"),
    [PWK_WMARK_LOW] = N_("kswapd wakes"),
    [PWK_WMARK_HIGH] = N_("kswapd sleeps"),
  };

  if (mark == PWK_WMARK_HIGH && tank->wanted)
    /* Translators: how many pages kswapd has still to free. */
    return pwk_pen_printf (pen, _("kswapd: %s to go"),
                           pwk_pen_short (pen, tank->mark[mark] - tank->free));
  return deeds[mark] != NULL ? _ (deeds[mark]) : NULL;
}

/* "low 37: kswapd wakes", or without what it means where that has no room. */
static const char *
mark_text (const PwkPen *pen, const PwkTank *tank, unsigned mark, double room)
{
  const char *name =
      pwk_pen_printf (pen, "%s %s", pwk_wmark_name (mark), pwk_pen_short (pen, tank->mark[mark]));
  const char *deed = mark_deed (pen, tank, mark);
  const char *both = deed != NULL ? pwk_pen_printf (pen, "%s · %s", name, deed) : name;

  return pwk_pen_width (pen, PWK_FONT_SMALL, both) <= room ? both : name;
}

/* The level at which whoever asked for memory waits for his own reclaim. */
static const char *
awaited_text (const PwkPen *pen, const PwkTank *tank, double room)
{
  const char *name = pwk_pen_printf (pen, _("%s free"), pwk_pen_short (pen, tank->free));
  const char *both = pwk_pen_printf (pen, "%s · %s", name, _("the caller waits"));

  return pwk_pen_width (pen, PWK_FONT_SMALL, both) <= room ? both : name;
}

/* Where the high mark would be, had a fallback not mixed the types of a pageblock. */
static const char *
unraised_text (const PwkPen *pen, const PwkTank *tank, double room)
{
  const char *high = pwk_pen_short (pen, tank->mark[PWK_WMARK_HIGH] - tank->boost);
  /* Translators: the watermark high without its boost, and the boost. */
  const char *both = pwk_pen_printf (pen, _("high %s, raised by %s (boost)"), high,
                                     pwk_pen_short (pen, tank->boost));

  return pwk_pen_width (pen, PWK_FONT_SMALL, both) <= room
             ? both
             : pwk_pen_printf (pen, "high − boost %s", high);
}

/* The four marks, how far below min some may go, and what lower classes hold back from higher
 * ones. In the small density min alone; tooltips have the others. */
unsigned
pwk_zones_collect_marks (const PwkPen *pen,
                         const PwkTank *tank,
                         const PwkTankScale *scale,
                         double room,
                         PwkTankMark *marks)
{
  static const float widths[PWK_NR_WMARK] = { 3.0f, 2.0f, 1.5f, 1.0f };
  bool small = pwk_pen_density (pen) == PWK_DENSITY_SMALL;
  bool roomy = scale->vessel.h >= 170 && !small;
  unsigned n = 0;

  for (unsigned mark = 0; mark < PWK_NR_WMARK; mark++)
    if (mark != PWK_WMARK_PROMO || tank->mark[mark] > tank->mark[PWK_WMARK_HIGH])
      marks[n++] =
          (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_LEVEL + mark),
                         .y = pwk_zones_scale_y (scale, (double) tank->mark[mark]),
                         .text = small && mark != PWK_WMARK_MIN ? NULL
                                                                : mark_text (pen, tank, mark, room),
                         .line_width = widths[mark],
                         .dashed = mark >= PWK_WMARK_HIGH };
  if (tank->awaited)
    marks[n++] = (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_AWAITED),
                                .y = pwk_zones_scale_y (scale, (double) tank->free),
                                .text = awaited_text (pen, tank, room),
                                .line_width = 3.0f,
                                .lit = true };
  if (tank->boost > 0 && !small)
    marks[n++] = (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_UNRAISED),
                                .y = pwk_zones_scale_y (
                                    scale, (double) (tank->mark[PWK_WMARK_HIGH] - tank->boost)),
                                .text = unraised_text (pen, tank, room),
                                .line_width = 1.0f,
                                .dashed = true,
                                .dim = true };
  if (roomy && tank->mark[PWK_WMARK_MIN] > 0)
    {
      uint64_t half = tank->mark[PWK_WMARK_MIN] - tank->mark[PWK_WMARK_MIN] / 2;

      marks[n++] = (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_HIGH),
                                  .y = pwk_zones_scale_y (scale, (double) half),
                                  .text = "__GFP_HIGH ½",
                                  .line_width = 1.0f,
                                  .dim = true };
      marks[n++] = (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_ATOMIC),
                                  .y = pwk_zones_scale_y (scale, (double) (half - half / 4)),
                                  .text = "GFP_ATOMIC ⅜",
                                  .line_width = 1.0f,
                                  .dim = true };
    }
  for (unsigned type = 0; type < PWK_MAX_NR_ZONES && !small; type++)
    if (tank->exists[type] && tank->reserve[type] > 0)
      {
        uint64_t level = tank->mark[PWK_WMARK_LOW] + tank->reserve[type];

        /* Translators: the level that an allocation meant for a higher zone (its name) must leave
         * here. */
        marks[n++] =
            (PwkTankMark){ .id = PWK_ID_WATERMARK (tank->node, tank->type, PWK_PART_RESERVE + type),
                           .y = pwk_zones_scale_y (scale, (double) level),
                           .text = pwk_pen_printf (pen, _("for %s: %s"), pwk_zone_name (type),
                                                   pwk_pen_short (pen, level)),
                           .line_width = 1.0f,
                           .dashed = true,
                           .dim = true };
      }
  return n;
}
