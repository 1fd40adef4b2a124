/* timeline-layout.c - the time line as a scene
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/timeline-private.h"

#include <string.h>

#include "engine/core/zone-types.h"
#include "views/view-common.h"

/* A text to be translated later, by C_(). */
#define NC_(context, text) (text)

#define EDGE          10.0     /* left and right of the line */
#define BOOT_WIDTH    44.0     /* of a folded boot, and of the mark that folds it; at text 1 */
#define NAME_WIDTH    40.0     /* narrower bars have no name */
#define PALE          0.55     /* of what is not a cause of the event */
#define RARE_PX       2        /* least height of what must not be lost */

typedef struct
{
  PwkPen                  pen;
  const PwkTimelineModel *model;
  PwkTimelineFrame        frame;
} Line;

static const PwkRole hue_roles[PWK_N_HUES] = {
  [PWK_HUE_CALL] = PWK_ROLE_TEXT_DIM, [PWK_HUE_TRANSLATION] = PWK_ROLE_PAGE_TABLE,
  [PWK_HUE_REGION] = PWK_ROLE_ANON,   [PWK_HUE_FRAMES] = PWK_ROLE_FREE_8,
  [PWK_HUE_FILES] = PWK_ROLE_FILE,    [PWK_HUE_FAULT] = PWK_ROLE_ERROR,
};

/* --- places --- */

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

static void
choose_events (PwkTimelineFrame *frame, const PwkTimelineModel *model)
{
  uint64_t least = is_folded (model) ? model->boot_end + 1 : 1;

  frame->first = model->first ? MAX (model->first, least) : least;
  frame->last = model->first ? MIN (model->last, span_of (model)) : span_of (model);
  frame->last = MAX (frame->last, frame->first);
  frame->has_boot = is_folded (model) && frame->first == least;
}

static void
cut_low (PwkTimelineFrame *frame, PwkBox rest)
{
  frame->marks = pwk_cut_top (&rest, 9, 1);
  frame->row = fmax (floor (rest.h / PWK_STRETCH_ROWS), 2);
  frame->rows = pwk_box (rest.x, rest.y, rest.w, PWK_STRETCH_ROWS * frame->row);
}

PwkTimelineFrame
pwk_timeline_frame (const PwkTimelineModel *model,
                    const PwkTheme *theme,
                    double width,
                    double height)
{
  PwkPen pen = { NULL, theme, NULL };
  double line = pwk_timeline_line_height (theme);
  PwkTimelineFrame frame = { .is_tall = height >= PWK_TIMELINE_TALL * fmax (line / 16, 1) };
  PwkBox rest = pwk_box (0, 2, width, height - 2);

  choose_events (&frame, model);
  frame.boot_w = BOOT_WIDTH * fmax (line / 16, 1);
  frame.left = EDGE + (frame.has_boot ? frame.boot_w : 0);
  if (frame.is_tall && width >= 480)
    frame.left += pwk_timeline_lane_names (&pen);
  frame.right = fmax (width - EDGE, frame.left + 1);
  frame.ruler = pwk_cut_bottom (&rest, line + 4, 1);
  rest = pwk_box (frame.left, rest.y, frame.right - frame.left, rest.h);
  if (frame.is_tall)
    pwk_timeline_cut_tall (&frame, rest, line, model->stretch);
  else
    cut_low (&frame, rest);
  return frame;
}

double
pwk_timeline_x_of (const PwkTimelineFrame *frame, double n)
{
  double phase = (n - (double) frame->first) / (double) (frame->last + 1 - frame->first);

  return frame->left + (frame->right - frame->left) * phase;
}

uint64_t
pwk_timeline_event_at (const PwkTimelineFrame *frame, const PwkTimelineModel *model, double x)
{
  double phase = (x - frame->left + 1e-6) / (frame->right - frame->left);

  if (x < frame->left && frame->has_boot)
    return x < frame->left - frame->boot_w / 2 ? 0 : model->boot_end;
  if (phase <= 0)
    return frame->first == 1 ? 0 : frame->first;
  return MIN (frame->first + (uint64_t) (phase * (double) (frame->last + 1 - frame->first)),
              frame->last);
}

/* The middle of an event, as far as it is on the line. */
static double
middle_of (const Line *line, uint64_t n)
{
  const PwkTimelineFrame *frame = &line->frame;

  if (n < frame->first && frame->has_boot)
    return frame->left - frame->boot_w +
           (line->frame.boot_w - 4) * (double) n / (double) MAX (line->model->boot_end, 1);
  return CLAMP (pwk_timeline_x_of (frame, (double) n + 0.5), frame->left, frame->right);
}

static bool
is_visible (const Line *line, uint64_t n)
{
  return (n >= line->frame.first && n <= line->frame.last) ||
         (n < line->frame.first && (line->frame.has_boot || line->frame.first == 1));
}

/* Folded, the boot's mark is all of it; unfolded, a piece of the ruler at its end. */
static PwkBox
boot_mark (const PwkTimelineFrame *frame, const PwkTimelineModel *model)
{
  double right = pwk_timeline_x_of (frame, (double) model->boot_end + 1);

  if (frame->has_boot)
    return pwk_box (frame->left - frame->boot_w, frame->rows.y, frame->boot_w - 4,
                    frame->ruler.y - frame->rows.y - 1);
  if (!model->boot_end || model->folds_boot || right < frame->left || right > frame->right)
    return pwk_box (0, 0, 0, 0);
  return pwk_box (fmax (right - frame->boot_w, frame->left), frame->ruler.y + 2,
                  fmin (frame->boot_w, right - frame->left), frame->ruler.h - 3);
}

bool
pwk_timeline_is_boot_mark (const PwkTimelineFrame *frame,
                           const PwkTimelineModel *model,
                           double x,
                           double y)
{
  return pwk_box_contains (boot_mark (frame, model), x, y);
}

/* --- bars --- */

static PwkBox
bar_box (const PwkTimelineFrame *frame, const PwkBar *bar)
{
  double left = fmax (pwk_timeline_x_of (frame, (double) bar->first), frame->left);
  double right = fmin (pwk_timeline_x_of (frame, (double) bar->last + 1), frame->right);

  return pwk_box (left, frame->rows.y + bar->row * frame->row,
                  right - left - (right - left > 3 ? 1 : 0), frame->row - 1);
}

const PwkBar *
pwk_timeline_bar_at (const PwkTimelineFrame *frame,
                     const PwkTimelineModel *model,
                     double x,
                     double y,
                     PwkBox *box)
{
  for (uint32_t i = 0; model->flame && i < model->flame->n_bars; i++)
    {
      *box = bar_box (frame, &model->flame->bars[i]);
      if (pwk_box_contains (pwk_box (box->x, box->y, box->w + 1, box->h + 1), x, y))
        return &model->flame->bars[i];
    }
  return NULL;
}

char *
pwk_timeline_bar_name (const PwkBar *bar)
{
  const char *name = pwk_event_info ((PwkEventKind) bar->kind)->name;

  if (bar->kind == PWK_EV_STATEMENT)
    return g_strdup_printf ("%s ()", bar->call ? bar->call : name);
  if (bar->tail == bar->kind)
    return g_strdup (name);
  return g_strdup_printf ("%s › %s", name, pwk_event_info ((PwkEventKind) bar->tail)->name);
}

/* The whole name, or its first word, if that fits. On what is solid it is in the ink that is
 * readable there, on what is pale in the text's. */
static void
add_name (const Line *line, const PwkBar *bar, PwkBox box, PwkRole fill, bool is_solid)
{
  g_autofree char *name = pwk_timeline_bar_name (bar);
  char *more = strstr (name, " › ");
  PwkItem *item;

  box = pwk_box_inset (box, 4, 0);
  if (more && pwk_pen_width (&line->pen, PWK_FONT_SMALL, name) > box.w)
    *more = '\0';
  if (pwk_pen_width (&line->pen, PWK_FONT_SMALL, name) > box.w)
    return;
  item = pwk_pen_text (&line->pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START,
                       pwk_scene_intern (line->pen.scene, name));
  if (is_solid)
    {
      item->kind = PWK_ITEM_RECT;
      item->fill = (uint8_t) fill;
      item->stroke = item->text_role = PWK_ROLE_NONE;
      item->pattern = PWK_PATTERN_NONE;
    }
}

static bool
is_pale_theme (const Line *line)
{
  PwkThemeVariant variant = pwk_theme_get_variant (line->pen.theme);

  return variant != PWK_THEME_HIGH_CONTRAST && variant != PWK_THEME_HIGH_CONTRAST_DARK;
}

/* The event and its causes are solid. */
static void
add_bar (const Line *line, const PwkBar *bar)
{
  PwkBox box = bar_box (&line->frame, bar);
  bool is_cause = bar->first <= line->model->position && bar->last >= line->model->position;
  PwkItem *item;

  if (bar->last < line->frame.first || bar->first > line->frame.last)
    return;
  item = pwk_scene_add_rounded (line->pen.scene, 0, box, hue_roles[bar->hue],
                                box.w > 8 ? fmin (2, box.h / 4) : 0);
  item->pattern = PWK_PATTERN_NONE;
  if (!is_cause)
    item->stroke = PWK_ROLE_NONE;
  if (!is_cause && is_pale_theme (line))
    item->opacity = (float) PALE;
  if (bar->fault >= line->frame.first && bar->fault <= line->frame.last)
    pwk_scene_add_rect (line->pen.scene, 0,
                        pwk_box (fmax (pwk_timeline_x_of (&line->frame, (double) bar->fault),
                                       line->frame.left),
                                 box.y, fmin (3, box.w), box.h),
                        PWK_ROLE_ERROR)
        ->stroke = PWK_ROLE_NONE;
  if (line->frame.is_tall && box.w >= NAME_WIDTH)
    add_name (line, bar, pwk_box_inset (pwk_box (box.x + 2, box.y, box.w - 2, box.h), 0, 1),
              hue_roles[bar->hue], is_cause || !is_pale_theme (line));
}

static void
add_ring (const Line *line, const PwkBar *bar)
{
  PwkItem *item = pwk_scene_add_rounded (line->pen.scene, 0,
                                         pwk_box_inset (bar_box (&line->frame, bar), -1, -1),
                                         PWK_ROLE_NONE, 3);

  item->stroke = PWK_ROLE_SELECTION;
  item->line_width = 2;
}

/* --- columns --- */

/* A texture of one byte a pixel: @height pixels a column, top to bottom. */
typedef struct { uint8_t *roles; uint32_t n_columns, height; } Texture;

static Texture
texture_new (uint32_t n_columns, double height)
{
  uint32_t pixels = (uint32_t) fmax (height, 1);

  return (Texture) { g_malloc0 ((size_t) n_columns * pixels), n_columns, pixels };
}

static void
paint (Texture *texture, uint32_t column, uint32_t from, uint32_t to, PwkRole role)
{
  for (uint32_t y = from; y < MIN (to, texture->height); y++)
    texture->roles[(size_t) y * texture->n_columns + column] = (uint8_t) role;
}

/* Takes @texture. */
static PwkItem *
add_texture (const Line *line, Texture *texture, PwkBox box)
{
  g_autoptr(GBytes) bytes =
      g_bytes_new_take (texture->roles, (gsize) texture->n_columns * texture->height);

  return pwk_scene_add_cells (line->pen.scene, 0, box, texture->n_columns, texture->height,
                              PWK_CELLS_ROLES, bytes);
}

/* Shares of one row in one column, stacked, the rarest on top; what is rare keeps its two
 * pixels. Faults are painted into a texture of their own, which is never pale. */
static void
stack (Texture *pale, Texture *solid, uint32_t column, uint32_t top, uint32_t height,
       const float cover[PWK_N_HUES])
{
  uint32_t y = top;
  double all = 0;

  for (int hue = 0; hue < PWK_N_HUES; hue++)
    all += (double) cover[hue];
  if (all <= 0)
    return;
  for (int hue = PWK_N_HUES - 1; hue >= 0; hue--)
    if (cover[hue] > 0)
      {
        uint32_t share = (uint32_t) ((double) cover[hue] / all * height + 0.5);
        uint32_t end = MIN (y + MAX (share, hue >= PWK_HUE_FRAMES ? RARE_PX : 1), top + height);

        paint (hue == PWK_HUE_FAULT ? solid : pale, column, y, end, hue_roles[hue]);
        y = end;
      }
}

/* What @stretch covers, but for the events from @first to @last. */
static void
add_covers (const Line *line, const PwkStretch *stretch, uint64_t first, uint64_t last)
{
  const PwkTimelineFrame *frame = &line->frame;
  uint32_t n = stretch->query.n_columns, height = (uint32_t) frame->row;
  Texture pale = texture_new (n, frame->rows.h), solid = texture_new (n, frame->rows.h);
  double left = pwk_timeline_x_of (frame, (double) stretch->first);
  double right = pwk_timeline_x_of (frame, (double) stretch->last + 1);
  PwkBox box = pwk_box (left, frame->rows.y, right - left, frame->rows.h);
  PwkItem *item;

  for (uint32_t c = 0; c < n; c++)
    for (uint32_t row = 0; row < PWK_STRETCH_ROWS; row++)
      if (stretch->columns[c].n < first || stretch->columns[c].n > last)
        stack (&pale, &solid, c, row * height, height - 1, stretch->columns[c].cover[row]);
  item = add_texture (line, &pale, box);
  if (is_pale_theme (line))
    item->opacity = (float) PALE;
  add_texture (line, &solid, box);
}

/* What is told exactly, and beside it what is known from counts. */
static void
add_causes (const Line *line)
{
  const PwkTimelineModel *model = line->model;
  const PwkStretch *flame = pwk_stretch_has_columns (model->flame) ? model->flame : NULL;

  pwk_scene_push_clip (line->pen.scene, line->frame.rows);
  if (pwk_stretch_has_columns (model->stretch) && model->stretch != flame)
    add_covers (line, model->stretch, flame ? flame->first : 1, flame ? flame->last : 0);
  if (flame)
    add_covers (line, flame, 1, 0);
  for (uint32_t i = 0; flame && i < flame->n_bars; i++)
    add_bar (line, &flame->bars[i]);
  pwk_scene_pop_clip (line->pen.scene);
  for (uint32_t i = 0; flame && i < flame->n_bars && model->hovers; i++)
    if (flame->bars[i].first == model->hover && flame->bars[i].row == model->hover_row)
      add_ring (line, &flame->bars[i]);
}

/* --- lanes --- */

static void
lane_name (const Line *line, PwkBox lane, const char *name, const char *value)
{
  double right = line->frame.left - (line->frame.has_boot ? line->frame.boot_w : 0) - 8;
  double height = pwk_timeline_line_height (line->pen.theme);
  PwkBox box = pwk_box (2, lane.y + (lane.h - height * (value ? 2 : 1)) / 2, right - 2, height);

  if (right < 40)
    return;
  pwk_pen_text (&line->pen, box, PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_END, name);
  if (value)
    pwk_pen_text (&line->pen, pwk_box (box.x, box.y + height, box.w, height), PWK_FONT_SMALL,
                  PWK_ROLE_TEXT, PWK_ALIGN_END, value);
}

/* Two scales: the marks keep the lower third, what is far above them has the rest to itself. */
typedef struct { PwkBox upper, lower; uint64_t least, most, marks; } Scale;

static Scale
scale_of (const PwkStretch *stretch, PwkBox lane)
{
  Scale scale = { .least = UINT64_MAX };

  for (uint32_t c = 0; c < stretch->query.n_columns; c++)
    {
      const PwkColumn *column = &stretch->columns[c];

      scale.least = MIN (scale.least, column->free_pages);
      scale.most = MAX (scale.most, column->free_pages);
      scale.marks = MAX (scale.marks, column->high + column->high / 4);
    }
  lane = pwk_box_inset (lane, 0, 2);
  scale.lower = scale.upper = lane;
  if (scale.least > scale.marks && scale.marks)
    {
      scale.lower = pwk_cut_bottom (&scale.upper, floor (lane.h / 3), 3);
      scale.most = MAX (scale.most, scale.least + 1);
    }
  else
    {
      scale.least = 0;
      scale.most = scale.marks = MAX (MAX (scale.most, scale.marks), 1);
    }
  return scale;
}

typedef enum { READ_FREE, READ_MIN, READ_LOW, READ_HIGH } Reading;

static uint64_t
reading_of (const PwkColumn *column, Reading reading)
{
  switch (reading)
    {
    case READ_FREE: return column->free_pages;
    case READ_MIN: return column->min;
    case READ_LOW: return column->low;
    case READ_HIGH: return column->high;
    }
  return 0;
}

static double
height_of (const Scale *scale, uint64_t value, Reading reading)
{
  if (reading != READ_FREE)
    return scale->lower.y + scale->lower.h * (1 - (double) value / (double) scale->marks);
  return scale->upper.y + scale->upper.h * (double) (scale->most - MIN (value, scale->most)) /
                              (double) MAX (scale->most - scale->least, 1);
}

/* Steps: a value holds until the next. */
static PwkItem *
add_curve (const Line *line, const PwkStretch *stretch, const Scale *scale, Reading reading,
           PwkRole role)
{
  uint32_t n = stretch->query.n_columns, n_points = 0;
  g_autofree PwkPoint *points = g_new (PwkPoint, 2 * (size_t) n + 2);
  double from = pwk_timeline_x_of (&line->frame, (double) stretch->first);
  double to = pwk_timeline_x_of (&line->frame, (double) stretch->last + 1);
  double y = 0;

  for (uint32_t c = 0; c < n; c++)
    {
      double x = from + (to - from) * c / n;
      double now = height_of (scale, reading_of (&stretch->columns[c], reading), reading);

      if (c > 0 && fabs (now - y) < 0.01)
        continue;
      if (c > 0)
        points[n_points++] = pwk_point (x, y);
      points[n_points++] = pwk_point (x, y = now);
    }
  points[n_points++] = pwk_point (to, y);
  return pwk_scene_add_polyline (line->pen.scene, 0, points, n_points, role);
}

static uint64_t
free_at (const PwkStretch *stretch, uint64_t n)
{
  uint32_t c = 0;

  while (c + 1 < stretch->query.n_columns && stretch->columns[c].n < n)
    c++;
  return stretch->columns[c].free_pages;
}

char *
pwk_timeline_zone_name (uint32_t node, uint32_t zone)
{
  /* Translators: number of a NUMA node, name of a zone of memory */
  return g_strdup_printf (_("node %u, %s"), node, pwk_zone_name (zone));
}

static void
add_pages (const Line *line, const PwkStretch *stretch)
{
  PwkBox lane = line->frame.pages;
  Scale scale = scale_of (stretch, lane);
  g_autofree char *zone = pwk_timeline_zone_name (stretch->query.node, stretch->query.zone);
  PwkItem *item = pwk_scene_add_rect (line->pen.scene, 0, lane, PWK_ROLE_PANEL_ALT);

  item->stroke = PWK_ROLE_NONE;
  pwk_scene_set_label (line->pen.scene, item, _("free pages of %s"), zone);
  lane_name (line, lane, _("free pages"),
             pwk_pen_count (&line->pen, free_at (stretch, line->model->position)));
  if (lane.h < 12)
    return;
  pwk_scene_push_clip (line->pen.scene, lane);
  add_curve (line, stretch, &scale, READ_HIGH, PWK_ROLE_WMARK_HIGH)->flags |= PWK_FLAG_DASHED;
  add_curve (line, stretch, &scale, READ_LOW, PWK_ROLE_WMARK_LOW)->flags |= PWK_FLAG_DASHED;
  add_curve (line, stretch, &scale, READ_MIN, PWK_ROLE_WMARK_MIN);
  add_curve (line, stretch, &scale, READ_FREE, PWK_ROLE_SUCCESS)->line_width = 1.75f;
  pwk_scene_pop_clip (line->pen.scene);
}

/* --- lanes --- */

static void
add_lane (const Line *line, const PwkStretch *stretch, PwkTimelineLane lane, PwkBox box)
{
  Texture texture = texture_new (stretch->query.n_columns, box.h);
  double from = pwk_timeline_x_of (&line->frame, (double) stretch->first);
  double to = pwk_timeline_x_of (&line->frame, (double) stretch->last + 1);

  if (pwk_timeline_lane_label (lane) != NULL)
    pwk_scene_set_label (line->pen.scene,
                         pwk_scene_add_rect (line->pen.scene, 0, box, PWK_ROLE_NONE), "%s",
                         pwk_timeline_lane_label (lane));
  lane_name (line, box, pwk_timeline_lane_name (lane), NULL);
  pwk_timeline_paint_lane (lane, stretch, texture.roles, texture.height);
  pwk_scene_push_clip (line->pen.scene, box);
  add_texture (line, &texture, pwk_box (from, box.y, to - from, box.h));
  pwk_scene_pop_clip (line->pen.scene);
}

static void
add_lanes (const Line *line, const PwkStretch *stretch)
{
  for (unsigned i = PWK_N_LANES; i-- > 0;)
    if (line->frame.lanes[i].h > 0)
      add_lane (line, stretch, (PwkTimelineLane) i, line->frame.lanes[i]);
}

/* --- ruler, marks and position --- */

static double
tag_width (const Line *line, const char *text)
{
  return pwk_pen_width (&line->pen, PWK_FONT_SMALL, text) + 12;
}

static void
add_ruler (const Line *line)
{
  const PwkTimelineFrame *frame = &line->frame;
  PwkBox lane = frame->ruler;
  double width = frame->right - frame->left, now = middle_of (line, line->model->position);
  uint64_t step = pwk_nice_step (frame->last + 1 - frame->first,
                                 (unsigned) fmax (width / 110, 1), false);
  double clear = tag_width (line, pwk_pen_count (&line->pen, line->model->position)) / 2 + 8;

  pwk_scene_add_line (line->pen.scene, 0, frame->left, lane.y, frame->right, lane.y,
                      PWK_ROLE_GRID);
  for (uint64_t n = (frame->first + step - 1) / step * step; n <= frame->last; n += step)
    {
      const char *text = pwk_pen_count (&line->pen, n);
      double x = pwk_timeline_x_of (frame, (double) n + 0.5);
      double half = pwk_pen_width (&line->pen, PWK_FONT_SMALL, text) / 2 + 2;

      if (x < frame->left || x > frame->right)
        continue;
      pwk_scene_add_line (line->pen.scene, 0, x, lane.y, x, lane.y + 3, PWK_ROLE_OUTLINE);
      if (x - half < frame->left - 4 || x + half > frame->right + EDGE ||
          fabs (x - now) < clear + half ||
          pwk_box_contains (pwk_box_inset (boot_mark (frame, line->model), -half, -9), x,
                            lane.y + 6))
        continue;
      pwk_pen_text (&line->pen, pwk_box (x - half, lane.y + 3, 2 * half, lane.h - 3),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM, PWK_ALIGN_CENTRE, text);
    }
}

static void
add_boot (const Line *line)
{
  PwkBox mark = boot_mark (&line->frame, line->model);
  PwkItem *item;

  if (mark.w <= 0)
    return;
  item = pwk_scene_add_rounded (line->pen.scene, PWK_ID (PWK_THING_RULE, 0xc0000), mark,
                                PWK_ROLE_PANEL, 3);
  item->flags |= PWK_FLAGS_THING;
  item->stroke = PWK_ROLE_OUTLINE;
  pwk_scene_set_label (line->pen.scene, item,
                       line->frame.has_boot ? _("Boot, %s events: click to show them")
                                            : _("Boot, %s events: click to hide them"),
                       pwk_pen_count (&line->pen, line->model->boot_end));
  /* Translators: the time in which the computer starts, on the time line; there is little room */
  pwk_pen_text (&line->pen, mark, PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_CENTRE, _("boot"));
}

static void
add_sign (const Line *line, const PwkTimelineMark *mark, uint32_t i, double x)
{
  PwkBox lane = line->frame.marks;
  double y = lane.y + lane.h - 9;
  PwkPoint flag[] = { { x - 3.5, y }, { x + 3.5, y }, { x + 3.5, y + 9 }, { x, y + 6 },
                      { x - 3.5, y + 9 } };
  uint64_t id = PWK_ID (PWK_THING_RULE, 0xb0000 + i);
  PwkItem *item =
      mark->is_breakpoint
          ? pwk_scene_add_ellipse (line->pen.scene, id, pwk_box (x - 4, y, 8, 8), PWK_ROLE_ERROR)
          : pwk_scene_add_polygon (line->pen.scene, id, flag, 5, PWK_ROLE_TEXT);

  item->flags |= PWK_FLAGS_THING;
  pwk_scene_set_label (line->pen.scene, item,
                       mark->is_breakpoint ? _("Breakpoint at event %s: %s")
                                           : _("Bookmark at event %s: %s"),
                       pwk_pen_count (&line->pen, mark->n), mark->note ? mark->note : "");
}

/* Translators: what a colour on the time line stands for; very short */
static const struct { PwkHue hue; const char *name; } legend[] = {
  { PWK_HUE_CALL, NC_("time line", "call") },
  { PWK_HUE_REGION, NC_("time line", "region") },
  { PWK_HUE_TRANSLATION, NC_("time line", "translation") },
  { PWK_HUE_FRAMES, NC_("time line", "page frames") },
  { PWK_HUE_FILES, NC_("time line", "file, swap") },
  { PWK_HUE_FAULT, NC_("time line", "fault") },
};

static double
legend_width (const Line *line)
{
  double width = 0;

  for (unsigned i = 0; i < G_N_ELEMENTS (legend); i++)
    width += pwk_pen_width (&line->pen, PWK_FONT_SMALL, C_("time line", legend[i].name)) + 28;
  return width;
}

static bool
has_mark (const Line *line, double left, double right)
{
  for (uint32_t i = 0; i < line->model->n_marks; i++)
    {
      double x = middle_of (line, line->model->marks[i].n);

      if (is_visible (line, line->model->marks[i].n) && x > left - 8 && x < right + 8)
        return true;
    }
  return false;
}

/* At the end of the marks where there are none, the right one before the left; empty: nowhere. */
static PwkBox
place_legend (const Line *line)
{
  PwkBox lane = line->frame.marks;
  double width = legend_width (line);

  if (!line->frame.is_tall || width > lane.w * 0.7)
    return pwk_box (0, 0, 0, 0);
  if (!has_mark (line, lane.x + lane.w - width, lane.x + lane.w))
    return pwk_box (lane.x + lane.w - width, lane.y, width, lane.h);
  if (!has_mark (line, lane.x, lane.x + width))
    return pwk_box (lane.x, lane.y, width, lane.h);
  return pwk_box (0, 0, 0, 0);
}

static void
add_legend (const Line *line, PwkBox box)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (legend) && box.w > 0; i++)
    {
      const char *name = C_("time line", legend[i].name);
      double width = pwk_pen_width (&line->pen, PWK_FONT_SMALL, name) + 2;
      PwkBox swatch = pwk_cut_left (&box, 10, 4);

      pwk_scene_add_rounded (line->pen.scene, 0,
                             pwk_box (swatch.x, swatch.y + swatch.h / 2 - 4, 10, 8),
                             hue_roles[legend[i].hue], 2)
          ->pattern = PWK_PATTERN_NONE;
      pwk_pen_text (&line->pen, pwk_cut_left (&box, width, 12), PWK_FONT_SMALL, PWK_ROLE_TEXT_DIM,
                    PWK_ALIGN_START, name);
    }
}

/* Signs, with their names where the line is tall and there is room up to the next and to what is
 * @taken. */
static void
add_marks (const Line *line, PwkBox taken)
{
  double free_from = line->frame.left - EDGE;

  for (uint32_t i = 0; i < line->model->n_marks; i++)
    {
      const PwkTimelineMark *mark = &line->model->marks[i];
      double x = middle_of (line, mark->n);
      double width = mark->note ? pwk_pen_width (&line->pen, PWK_FONT_SMALL, mark->note) : 0;

      if (!is_visible (line, mark->n))
        continue;
      add_sign (line, mark, i, x);
      if (!line->frame.is_tall || width <= 0 || x + 8 < free_from ||
          x + 8 + width > line->frame.right || has_mark (line, x + 16, x + width) ||
          (x + 8 < taken.x + taken.w && x + 8 + width > taken.x))
        continue;
      pwk_pen_text (&line->pen,
                    pwk_box (x + 7, line->frame.marks.y, width + 2, line->frame.marks.h),
                    PWK_FONT_SMALL, PWK_ROLE_TEXT, PWK_ALIGN_START, mark->note);
      free_from = x + 8 + width;
    }
}

/* The number on the ruler; of a position beside what is shown at that edge, with the way to it. */
static void
add_position_tag (const Line *line, double x, bool is_there)
{
  const PwkTimelineFrame *frame = &line->frame;
  const char *count = pwk_pen_count (&line->pen, line->model->position);
  const char *text = is_there ? count
                     : line->model->position < frame->first
                         ? pwk_pen_printf (&line->pen, "‹ %s", count)
                         : pwk_pen_printf (&line->pen, "%s ›", count);
  double width = tag_width (line, text), left = frame->left - EDGE;
  PwkItem *item = pwk_scene_add_rounded (
      line->pen.scene, PWK_TIMELINE_POSITION,
      pwk_box (CLAMP (x - width / 2, is_there ? 0 : left, frame->right + EDGE - width),
               frame->ruler.y + 2, width, frame->ruler.h - 2),
      PWK_ROLE_FLASH, (frame->ruler.h - 2) / 2);

  item->flags |= PWK_FLAGS_THING;
  item->stroke = PWK_ROLE_NONE;
  item->font = PWK_FONT_SMALL;
  item->halign = PWK_ALIGN_CENTRE;
  pwk_scene_set_text (line->pen.scene, item, "%s", text);
  pwk_scene_set_label (line->pen.scene, item, _("Position: event %s"), count);
}

static void
add_position (const Line *line)
{
  const PwkTimelineFrame *frame = &line->frame;
  bool is_there = is_visible (line, line->model->position);
  double x = middle_of (line, line->model->position);

  if (is_there)
    pwk_scene_add_line (line->pen.scene, 0, x, frame->rows.y - 3, x, frame->ruler.y + 2,
                        PWK_ROLE_FLASH)
        ->line_width = 2;
  add_position_tag (line, x, is_there);
}

/* --- in words --- */

/* "store () > access_fault": what the event at the position is part of, outermost first. */
static char *
causes_in_words (const PwkTimelineModel *model)
{
  GString *words = g_string_new (NULL);

  for (uint32_t i = 0; model->flame && i < model->flame->n_bars; i++)
    {
      const PwkBar *bar = &model->flame->bars[i];
      g_autofree char *name = NULL;

      if (bar->first > model->position || bar->last < model->position)
        continue;
      name = pwk_timeline_bar_name (bar);
      g_string_append_printf (words, "%s%s", words->len ? " › " : "", name);
    }
  return g_string_free (words, FALSE);
}

static void
describe (const Line *line)
{
  const PwkTimelineModel *model = line->model;
  g_autofree char *causes = causes_in_words (model);
  const char *place = pwk_pen_printf (
      &line->pen, model->end_is_final ? _("Event %s of %s.") : _("Event %s; %s are known so far."),
      pwk_pen_count (&line->pen, model->position), pwk_pen_count (&line->pen, model->end));

  pwk_scene_set_title (line->pen.scene, _("Time line"));
  pwk_scene_set_description (line->pen.scene,
                             *causes ? pwk_pen_printf (&line->pen, "%s %s", place, causes)
                                     : place);
}

void
pwk_timeline_layout (PwkScene *scene,
                     const PwkTimelineModel *model,
                     const PwkTheme *theme,
                     double width,
                     double height)
{
  Line line = { { scene, theme, NULL }, model,
                pwk_timeline_frame (model, theme, width, height) };
  PwkBox taken = place_legend (&line);

  pwk_scene_add_rect (scene, 0, pwk_box (0, 0, width, height), PWK_ROLE_CANVAS)->stroke =
      PWK_ROLE_NONE;
  add_causes (&line);
  if (line.frame.is_tall)
    lane_name (&line, line.frame.rows, _("causes"), NULL);
  if (line.frame.is_tall && pwk_stretch_has_columns (model->stretch))
    {
      add_pages (&line, model->stretch);
      add_lanes (&line, model->stretch);
    }
  add_ruler (&line);
  add_boot (&line);
  add_legend (&line, taken);
  add_marks (&line, taken);
  add_position (&line);
  describe (&line);
}

char *
pwk_timeline_to_csv (const PwkStretch *stretch)
{
  GString *out = g_string_new ("event,ns,free_pages,min,low,high,anonymous_faults,file_faults,"
                               "copies_on_write,swap_faults,tlb_misses,pages_scanned,"
                               "pages_reclaimed,pages_swapped,stalls,pages_swapped_in,refaults,"
                               "slab_reclaimable,slab_unreclaimable,stalled_some_ns,"
                               "stalled_full_ns\n");

  for (uint32_t c = 0; stretch && pwk_stretch_has_columns (stretch) && c < stretch->query.n_columns;
       c++)
    {
      const PwkColumn *s = &stretch->columns[c];

      if (c > 0 && s->n == s[-1].n)
        continue;
      g_string_append_printf (
          out, "%llu,%llu,%llu,%llu,%llu,%llu,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%u,%llu,"
          "%llu\n",
          PWK_N (s->n), PWK_N (s->ns), PWK_N (s->free_pages), PWK_N (s->min), PWK_N (s->low),
          PWK_N (s->high), s->mended[PWK_MEND_ANON], s->mended[PWK_MEND_FILE],
          s->mended[PWK_MEND_COPY], s->mended[PWK_MEND_SWAP], s->tlb_misses,
          s->pressure[PWK_PRESSURE_SCANNED], s->pressure[PWK_PRESSURE_RECLAIMED],
          s->pressure[PWK_PRESSURE_SWAPPED], s->pressure[PWK_PRESSURE_STALLS],
          s->pressure[PWK_PRESSURE_SWAPPED_IN], s->pressure[PWK_PRESSURE_REFAULTED],
          s->slab[PWK_SLAB_RECLAIMABLE], s->slab[PWK_SLAB_UNRECLAIMABLE],
          PWK_N (s->stalled[PWK_PSI_SOME]), PWK_N (s->stalled[PWK_PSI_FULL]));
    }
  return g_string_free (out, FALSE);
}
