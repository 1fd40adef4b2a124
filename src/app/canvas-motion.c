/* canvas-motion.c - from one scene to the next: blending with the moving and the resting parts kept apart
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/canvas-motion.h"

#include <string.h>

/* Fewer resting items than this in a row are not worth a node of their own. */
#define MIN_REST  8

/* Of the time between two steps that are played. */
#define SHARE 0.8

typedef struct
{
  size_t         first, end;   /* of the items of each frame */
  gboolean       rests;
  GskRenderNode *node;         /* of a resting run, made when first painted; NULL if nothing of it is seen */
  gboolean       made;
} Run;

struct _PwkCanvasMotion
{
  PwkBlend *blend;             /* owned */
  GArray   *runs;              /* Run */
  PwkBox    visible;           /* for which the kept nodes were made */
};

static void
clear_run (gpointer data)
{
  g_clear_pointer (&((Run *) data)->node, gsk_render_node_unref);
}

/* Whether the item looks the same all the time if it does at both ends of the motion: on its way it never turns back, unless it only
 * passes by. */
static gboolean
rests (const PwkItem *a, const PwkItem *b)
{
  return (a->flags & PWK_FLAG_PASSING) == 0 && a->kind == b->kind && memcmp (&a->box, &b->box, sizeof a->box) == 0 && a->opacity == b->opacity && a->mix == b->mix &&
         a->glow == b->glow && a->flags == b->flags && a->text == b->text && a->fill == b->fill && a->fill_to == b->fill_to &&
         a->stroke == b->stroke && a->stroke_to == b->stroke_to && a->cells == b->cells && a->line_width == b->line_width &&
         a->radius == b->radius && a->n_points == b->n_points &&
         (a->n_points == 0 || memcmp (a->points, b->points, a->n_points * sizeof *a->points) == 0) &&
         (a->clip == b->clip || (a->clip && b->clip && memcmp (a->clip, b->clip, sizeof *a->clip) == 0));
}

static void
add_run (GArray *runs, size_t first, size_t end, gboolean is_rest)
{
  Run run = { .first = first, .end = end, .rests = is_rest };
  Run *last = runs->len > 0 ? &g_array_index (runs, Run, runs->len - 1) : NULL;

  if (first == end)
    return;
  if (is_rest && end - first < MIN_REST)
    run.rests = FALSE;
  if (last && !last->rests && !run.rests)
    last->end = end;
  else
    g_array_append_val (runs, run);
}

static void
find_runs (PwkCanvasMotion *motion)
{
  g_autoptr(PwkScene) early = pwk_blend_frame (motion->blend, 0.0);
  g_autoptr(PwkScene) late = pwk_blend_frame (motion->blend, 1.0);
  size_t n_items, n_late, first = 0;
  const PwkItem *a = pwk_scene_get_items (early, &n_items);
  const PwkItem *b = pwk_scene_get_items (late, &n_late);
  gboolean resting = TRUE;

  g_assert (n_items == n_late);
  for (size_t i = 0; i < n_items; i++)
    {
      gboolean now = rests (&a[i], &b[i]);

      if (now != resting)
        {
          add_run (motion->runs, first, i, resting);
          first = i;
          resting = now;
        }
    }
  add_run (motion->runs, first, n_items, resting);
}

PwkCanvasMotion *
pwk_canvas_motion_new (PwkScene *from, PwkScene *to, size_t *changes)
{
  g_autoptr(PwkBlend) blend = pwk_blend_new (from, to);
  PwkCanvasMotion *motion;

  *changes = pwk_blend_count_changes (blend);
  if (*changes == 0)
    return NULL;

  motion = g_new0 (PwkCanvasMotion, 1);
  motion->blend = g_steal_pointer (&blend);
  motion->runs = g_array_new (FALSE, FALSE, sizeof (Run));
  g_array_set_clear_func (motion->runs, clear_run);
  find_runs (motion);
  return motion;
}

void
pwk_canvas_motion_free (PwkCanvasMotion *motion)
{
  g_array_unref (motion->runs);
  pwk_blend_free (motion->blend);
  g_free (motion);
}

PwkScene *
pwk_canvas_motion_scene (PwkCanvasMotion *motion, double time)
{
  return pwk_blend_frame (motion->blend, pwk_ease (PWK_EASE_IN_OUT, time));
}

static GskRenderNode *
make_node (PwkCanvasPaint *paint, const PwkScene *scene, const Run *run, PwkBox visible)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  pwk_canvas_paint_items (paint, snapshot, scene, run->first, run->end, visible);
  return gtk_snapshot_free_to_node (snapshot);
}

void
pwk_canvas_motion_paint (PwkCanvasMotion *motion, PwkCanvasPaint *paint, GtkSnapshot *snapshot, double time, PwkBox visible)
{
  g_autoptr(PwkScene) scene = pwk_canvas_motion_scene (motion, time);
  gboolean moved = memcmp (&visible, &motion->visible, sizeof visible) != 0;

  motion->visible = visible;
  for (guint i = 0; i < motion->runs->len; i++)
    {
      Run *run = &g_array_index (motion->runs, Run, i);

      if (!run->rests)
        {
          pwk_canvas_paint_items (paint, snapshot, scene, run->first, run->end, visible);
          continue;
        }
      if (moved || !run->made)
        {
          g_clear_pointer (&run->node, gsk_render_node_unref);
          run->node = make_node (paint, scene, run, visible);
          run->made = TRUE;
        }
      if (run->node)
        gtk_snapshot_append_node (snapshot, run->node);
    }
}

gboolean
pwk_wants_motion (GtkWidget *widget, GSettings *settings)
{
  gboolean animations;

  g_object_get (gtk_widget_get_settings (widget), "gtk-enable-animations", &animations, NULL);
  return animations && !g_settings_get_boolean (settings, "reduce-motion") && g_settings_get_int (settings, "motion-ms") > 0;
}

int
pwk_canvas_motion_ms (int wanted, double speed)
{
  double most = speed > 0 ? SHARE * 1000 / speed : PWK_MAX_MOTION_MS;

  if (wanted <= 0 || most < PWK_MIN_MOTION_MS)
    return 0;
  return (int) MIN (CLAMP (wanted, PWK_MIN_MOTION_MS, PWK_MAX_MOTION_MS), most);
}
