/* timeline-layout.c - the time line as a scene
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/timeline-layout.h"

#include "views/view-common.h"

#define RULER_HEIGHT  18.0
#define TICKS_HEIGHT  16.0
#define LANE_GAP       6.0
#define BOOT_WIDTH    40.0     /* of a folded boot, and of the mark that folds it */

typedef struct
{
  PwkPen                  pen;
  const PwkTimelineModel *model;
  double                  width;
} Line;

static uint64_t
span_of (const PwkTimelineModel *model)
{
  return MAX (MAX (model->end, model->position), 1);
}

/* A boot that is all there is would leave nothing to show. */
static bool
is_folded (const PwkTimelineModel *model)
{
  return model->folds_boot && model->boot_end && model->boot_end < span_of (model);
}

/* Where the line that has a scale begins: event @first at *@left. */
static void
scale_of (const PwkTimelineModel *model, uint64_t *first, double *left)
{
  *first = is_folded (model) ? model->boot_end : 0;
  *left = PWK_TIMELINE_LEFT + (is_folded (model) ? BOOT_WIDTH : 0);
}

double
pwk_timeline_x_of (const PwkTimelineModel *model, double width, uint64_t n)
{
  uint64_t first;
  double left;

  scale_of (model, &first, &left);
  if (n < first)
    return PWK_TIMELINE_LEFT + BOOT_WIDTH * (double) n / (double) first;
  return left +
         fmax (width - left - PWK_TIMELINE_RIGHT, 1) * (double) (MIN (n, span_of (model)) - first) /
             (double) (span_of (model) - first);
}

uint64_t
pwk_timeline_event_at (const PwkTimelineModel *model, double width, double x)
{
  uint64_t first;
  double left, phase;

  scale_of (model, &first, &left);
  if (x < left)
    return x < left - BOOT_WIDTH / 2 ? 0 : first;
  phase = CLAMP ((x - left) / fmax (width - left - PWK_TIMELINE_RIGHT, 1), 0, 1);
  return first + (uint64_t) (phase * (double) (span_of (model) - first) + 0.5);
}

/* Folded, the boot's mark is all of it; unfolded, a piece of the ruler at its end. */
static PwkBox
boot_mark (const PwkTimelineModel *model, double width, double height)
{
  double right = pwk_timeline_x_of (model, width, model->boot_end), top = height - RULER_HEIGHT,
         left = fmax (right - BOOT_WIDTH, PWK_TIMELINE_LEFT);

  if (!model->boot_end || (model->folds_boot && !is_folded (model)))
    return pwk_box (0, 0, 0, 0);
  return is_folded (model) ? pwk_box (PWK_TIMELINE_LEFT, 1, BOOT_WIDTH - 4, height - 2)
                           : pwk_box (left, top, right - left, RULER_HEIGHT - 1);
}

bool
pwk_timeline_is_boot_mark (const PwkTimelineModel *model,
                           double width,
                           double height,
                           double x,
                           double y)
{
  PwkBox mark = boot_mark (model, width, height);

  return x >= mark.x && x < mark.x + mark.w && y >= mark.y && y < mark.y + mark.h;
}

/* What an event is about decides its tick's colour: the same as in the views. */
static PwkRole
event_role (uint32_t kind)
{
  static const PwkRole roles[PWK_N_CATEGORIES] = {
    [PWK_CATEGORY_STATEMENT] = PWK_ROLE_TEXT_DIM, [PWK_CATEGORY_BOOT] = PWK_ROLE_TEXT_DIM,
    [PWK_CATEGORY_ALLOCATOR] = PWK_ROLE_KERNEL,   [PWK_CATEGORY_SPACE] = PWK_ROLE_ANON,
    [PWK_CATEGORY_FAULT] = PWK_ROLE_ERROR,        [PWK_CATEGORY_TABLES] = PWK_ROLE_PAGE_TABLE,
    [PWK_CATEGORY_MISS] = PWK_ROLE_MISS,          [PWK_CATEGORY_FILES] = PWK_ROLE_FILE,
    [PWK_CATEGORY_RECLAIM] = PWK_ROLE_WARNING,    [PWK_CATEGORY_KERNEL_MEMORY] = PWK_ROLE_KERNEL,
    [PWK_CATEGORY_ALARM] = PWK_ROLE_ERROR,        [PWK_CATEGORY_DETAIL] = PWK_ROLE_TEXT_DIM,
  };

  return roles[pwk_event_info ((PwkEventKind) kind)->category];
}

static void
lane_name (const Line *line, PwkBox lane, const char *name)
{
  pwk_pen_text (&line->pen, pwk_box (4, lane.y, PWK_TIMELINE_LEFT - 12, lane.h), PWK_FONT_SMALL,
                PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, name);
}

static double
x_of (const Line *line, uint64_t n)
{
  return pwk_timeline_x_of (line->model, line->width, n);
}

/* --- lanes --- */

static void
add_ruler (const Line *line, PwkBox lane)
{
  uint64_t first, step;
  double left;

  scale_of (line->model, &first, &left);
  step = pwk_nice_step (span_of (line->model) - first, (unsigned) fmax ((lane.w - left) / 110, 1),
                        false);
  for (uint64_t n = (first + step - 1) / step * step; n <= span_of (line->model); n += step)
    {
      double x = x_of (line, n);
      PwkAlign align = n == 0 ? PWK_ALIGN_START : PWK_ALIGN_CENTRE;

      pwk_scene_add_line (line->pen.scene, 0, x, lane.y, x, lane.y + 4, PWK_ROLE_OUTLINE);
      if (x + 44 > line->width)
        break;
      pwk_pen_text (&line->pen, pwk_box (n == 0 ? x : x - 44, lane.y + 4, 88, lane.h - 4),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, align, pwk_pen_count (&line->pen, n));
    }
}

/* A tick for each event that was seen, as far as they can be told apart: of those in one pixel
 * the last. */
static void
add_ticks (const Line *line, PwkBox lane)
{
  const PwkTimelineModel *model = line->model;

  lane_name (line, lane, _("events"));
  for (uint32_t i = 0; i < model->n_ticks; i++)
    {
      const PwkTimelineTick *tick = &model->ticks[i];
      double x = floor (x_of (line, tick->n));
      PwkItem *item;

      if (is_folded (model) && tick->n < model->boot_end)
        continue;
      if (i + 1 < model->n_ticks && floor (x_of (line, model->ticks[i + 1].n)) <= x)
        continue;
      item =
          pwk_scene_add_rect (line->pen.scene, PWK_ID (PWK_THING_EVENT, tick->n),
                              pwk_box (x - 1, lane.y + 2, 2, lane.h - 4), event_role (tick->kind));
      item->stroke = PWK_ROLE_NONE;
      pwk_scene_set_label (line->pen.scene, item, "%s",
                           pwk_event_info ((PwkEventKind) tick->kind)->name);
    }
}

typedef uint64_t (*Reading) (const PwkSample *sample, const PwkSample *before);

static uint64_t
read_free (const PwkSample *s, const PwkSample *b G_GNUC_UNUSED)
{
  return s->free_pages;
}
static uint64_t read_min  (const PwkSample *s, const PwkSample *b G_GNUC_UNUSED) { return s->min; }
static uint64_t read_low  (const PwkSample *s, const PwkSample *b G_GNUC_UNUSED) { return s->low; }
static uint64_t read_high (const PwkSample *s, const PwkSample *b G_GNUC_UNUSED) { return s->high; }

/* Per thousand events since the sample before. */
static uint64_t
per_mille (uint64_t now, uint64_t before, uint64_t events)
{
  return events ? (now - MIN (before, now)) * 1000 / events : 0;
}

static uint64_t
read_faults (const PwkSample *s, const PwkSample *b)
{
  return per_mille (s->faults, b->faults, s->n - b->n);
}
static uint64_t
read_misses (const PwkSample *s, const PwkSample *b)
{
  return per_mille (s->tlb_misses, b->tlb_misses, s->n - b->n);
}

static uint64_t
greatest (const PwkTimelineModel *model, Reading reading)
{
  uint64_t most = 0;

  for (uint32_t i = 0; i < model->n_samples; i++)
    most = MAX (most, reading (&model->samples[i], &model->samples[i ? i - 1 : 0]));
  return most;
}

/* Readings as a line; each sample's value holds until the next. Points that fall on the same
 * pixel are one. */
static void
add_curve (const Line *line,
           PwkBox lane,
           Reading reading,
           uint64_t most,
           PwkRole role,
           double line_width,
           bool dashed,
           const char *label)
{
  const PwkTimelineModel *model = line->model;
  g_autofree PwkPoint *points = g_new (PwkPoint, model->n_samples + 1);
  uint32_t n = 0;
  PwkItem *item;

  for (uint32_t i = 0; i < model->n_samples; i++)
    {
      double value = (double) reading (&model->samples[i], &model->samples[i ? i - 1 : 0]) /
                     (double) MAX (most, 1);
      PwkPoint point =
          pwk_point (x_of (line, model->samples[i].n), lane.y + lane.h - value * lane.h);

      if (n && point.x - points[n - 1].x < 0.5)
        n--;
      points[n++] = point;
    }
  if (n == 0)
    return;
  points[n] = pwk_point (x_of (line, span_of (model)), points[n - 1].y);
  n++;
  item = pwk_scene_add_polyline (line->pen.scene, 0, points, n, role);
  item->line_width = (float) line_width;
  if (dashed)
    item->flags |= PWK_FLAG_DASHED;
  pwk_scene_set_label (line->pen.scene, item, "%s", label);
}

static void
add_frame (const Line *line, PwkBox lane)
{
  PwkItem *item =
      pwk_scene_add_rect (line->pen.scene, 0,
                          pwk_box (PWK_TIMELINE_LEFT, lane.y,
                                   line->width - PWK_TIMELINE_LEFT - PWK_TIMELINE_RIGHT, lane.h),
                          PWK_ROLE_PANEL_ALT);
  item->stroke = PWK_ROLE_NONE;
}

static void
add_free_lane (const Line *line, PwkBox lane)
{
  uint64_t most = MAX (greatest (line->model, read_free), greatest (line->model, read_high));

  lane_name (line, lane, _("free pages"));
  add_frame (line, lane);
  add_curve (line, lane, read_high, most, PWK_ROLE_WMARK_HIGH, 1, true,
             _("high watermark, sum of all zones"));
  add_curve (line, lane, read_low, most, PWK_ROLE_WMARK_LOW, 1, true,
             _("low watermark, sum of all zones"));
  add_curve (line, lane, read_min, most, PWK_ROLE_WMARK_MIN, 1, true,
             _("min watermark, sum of all zones"));
  add_curve (line, lane, read_free, most, PWK_ROLE_ACCENT, 2, false,
             _("free pages, sum of all zones"));
}

static void
add_rates_lane (const Line *line, PwkBox lane)
{
  uint64_t most = MAX (greatest (line->model, read_faults), greatest (line->model, read_misses));

  lane_name (line, lane, _("faults, TLB"));
  add_frame (line, lane);
  add_curve (line, lane, read_misses, most, PWK_ROLE_MISS, 1.5, true,
             _("TLB misses per thousand events"));
  add_curve (line, lane, read_faults, most, PWK_ROLE_ERROR, 1.5, false,
             _("page faults per thousand events"));
}

/* --- marks and position --- */

static void
add_boot (const Line *line, double height)
{
  const PwkTimelineModel *model = line->model;
  PwkBox mark = boot_mark (model, line->width, height);
  bool folded = is_folded (model);
  PwkItem *item;

  if (mark.w <= 0)
    return;
  item =
      pwk_scene_add_rect (line->pen.scene, PWK_ID (PWK_THING_RULE, 0xc0000), mark, PWK_ROLE_PANEL);
  item->flags |= PWK_FLAGS_THING;
  item->stroke = PWK_ROLE_OUTLINE;
  pwk_scene_set_label (line->pen.scene, item,
                       folded ? _("Boot, %s events: click to show them")
                              : _("Boot, %s events: click to hide them"),
                       pwk_pen_count (&line->pen, model->boot_end));
  /* Translators: the time in which the computer starts, on the time line; there is little room */
  pwk_pen_text (&line->pen, mark, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE, _("boot"));
  if (folded)
    pwk_pen_text (&line->pen, pwk_box (mark.x, mark.y + mark.h / 2 + 4, mark.w, 18), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, "⋯");
}

static void
add_marks (const Line *line, PwkBox whole)
{
  for (uint32_t i = 0; i < line->model->n_marks; i++)
    {
      const PwkTimelineMark *mark = &line->model->marks[i];
      double x = x_of (line, mark->n);
      PwkPoint flag[] = { { x, whole.y }, { x + 9, whole.y + 4 }, { x, whole.y + 8 } };
      PwkItem *item = pwk_scene_add_line (line->pen.scene, 0, x, whole.y, x, whole.y + whole.h,
                                          mark->is_breakpoint ? PWK_ROLE_ERROR : PWK_ROLE_SUCCESS);

      item->flags |= PWK_FLAG_DASHED;
      item = pwk_scene_add_polygon (line->pen.scene, PWK_ID (PWK_THING_RULE, 0xb0000 + i), flag, 3,
                                    mark->is_breakpoint ? PWK_ROLE_ERROR : PWK_ROLE_SUCCESS);
      item->flags |= PWK_FLAGS_THING;
      pwk_scene_set_label (line->pen.scene, item,
                           mark->is_breakpoint ? _("Breakpoint at event %s: %s")
                                               : _("Bookmark at event %s: %s"),
                           pwk_pen_count (&line->pen, mark->n), mark->note ? mark->note : "");
    }
}

static void
add_position (const Line *line, PwkBox whole)
{
  double x = x_of (line, line->model->position);
  PwkPoint handle[] = { { x - 6, whole.y }, { x + 6, whole.y }, { x, whole.y + 9 } };
  PwkItem *item =
      pwk_scene_add_line (line->pen.scene, 0, x, whole.y, x, whole.y + whole.h, PWK_ROLE_SELECTION);

  item->line_width = 2;
  item = pwk_scene_add_polygon (line->pen.scene, PWK_ID (PWK_THING_RULE, 0xa0000), handle, 3,
                                PWK_ROLE_SELECTION);
  item->flags |= PWK_FLAGS_THING;
  pwk_scene_set_label (line->pen.scene, item, _("Position: event %s"),
                       pwk_pen_count (&line->pen, line->model->position));
}

static void
describe (PwkScene *scene, const Line *line)
{
  pwk_scene_set_title (scene, _("Time line"));
  pwk_scene_set_description (scene,
                             pwk_pen_printf (&line->pen,
                                             line->model->end_is_final ? _("Event %s of %s.")
                                                                       : _("Event %s; %s are known "
                                                                           "so far."),
                                             pwk_pen_count (&line->pen, line->model->position),
                                             pwk_pen_count (&line->pen, line->model->end)));
}

void
pwk_timeline_layout (PwkScene *scene,
                     const PwkTimelineModel *model,
                     const PwkTheme *theme,
                     double width,
                     double height)
{
  Line line = { { scene, theme, NULL }, model, width };
  PwkBox whole = pwk_box (0, 6, width, height - 8);
  PwkBox rest = whole, ruler, ticks;

  pwk_scene_add_rect (scene, 0, pwk_box (0, 0, width, height), PWK_ROLE_CANVAS)->stroke =
      PWK_ROLE_NONE;
  ruler = pwk_cut_bottom (&rest, RULER_HEIGHT, 2);
  ticks = pwk_cut_top (&rest, TICKS_HEIGHT, LANE_GAP);
  add_ticks (&line, ticks);
  if (rest.h >= 56)
    {
      PwkBox rates = pwk_cut_bottom (&rest, floor (rest.h * 0.38), LANE_GAP);

      add_rates_lane (&line, rates);
    }
  if (rest.h >= 12)
    add_free_lane (&line, rest);
  add_ruler (&line, ruler);
  add_boot (&line, height);
  add_marks (&line, pwk_box (0, whole.y, width, whole.h - RULER_HEIGHT));
  add_position (&line, pwk_box (0, whole.y - 4, width, whole.h - RULER_HEIGHT + 6));
  describe (scene, &line);
}

char *
pwk_timeline_to_csv (const PwkTimelineModel *model)
{
  GString *out = g_string_new ("event,ns,free_pages,min,low,high,page_faults,tlb_misses,accesses,"
                               "page_allocations\n");

  for (uint32_t i = 0; i < model->n_samples; i++)
    {
      const PwkSample *s = &model->samples[i];

      g_string_append_printf (out, "%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu,%llu\n",
                              PWK_N (s->n), PWK_N (s->ns), PWK_N (s->free_pages), PWK_N (s->min),
                              PWK_N (s->low), PWK_N (s->high), PWK_N (s->faults),
                              PWK_N (s->tlb_misses), PWK_N (s->accesses), PWK_N (s->allocs));
    }
  return g_string_free (out, FALSE);
}
