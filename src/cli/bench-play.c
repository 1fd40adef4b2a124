/* bench-play.c - how much of the engine's speed is left while a window plays
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>

#include "cli/bench.h"
#include "scenario/runner.h"
#include "session/session.h"
#include "views/views.h"

#define FRAME_US 16667

/* What a window asks for: two views beside each other. */
static const PwkViewId shown[] = { PWK_VIEW_OVERVIEW, PWK_VIEW_BUDDY };

static gpointer
build_view (const PwkObservation *observation, gconstpointer params)
{
  const PwkViewParams *view = params;

  return pwk_view_class (view->view)->build (observation, view);
}

static void free_overview (gpointer model) { pwk_view_class (PWK_VIEW_OVERVIEW)->free (model); }
static void free_buddy (gpointer model) { pwk_view_class (PWK_VIEW_BUDDY)->free (model); }

static const PwkModelClass classes[] = { { build_view, free_overview }, { build_view, free_buddy } };

static void
post_wishes (PwkSession *session)
{
  PwkWish *wishes = g_new0 (PwkWish, G_N_ELEMENTS (shown));

  for (unsigned i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      PwkViewParams *params = g_new (PwkViewParams, 1);

      pwk_view_params_init (params, shown[i]);
      wishes[i] = (PwkWish) { i + 1, &classes[i], params, g_free };
    }
  pwk_session_set_wishes (session, wishes, G_N_ELEMENTS (shown));
}

/* The window's side of a frame: it lays out what came. */
static void
lay_out (const PwkSnapshot *snapshot, const PwkTheme *theme)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      gpointer model = pwk_snapshot_model (snapshot, i + 1);
      PwkViewParams params;

      pwk_view_params_init (&params, shown[i]);
      if (model)
        {
          g_autoptr(PwkScene) scene = pwk_scene_new (params.width, params.height);
          pwk_view_class (shown[i])->layout (scene, model, theme, &params);
          pwk_scene_seal (scene);
        }
    }
}

/* Seconds until the whole scenario has been played as fast as it goes. */
static double
play_time (PwkScript *script, PwkTheme *theme)
{
  PwkSession *session = pwk_session_new ();
  bool over = false;
  double start;

  post_wishes (session);
  pwk_session_open (session, script, NULL, NULL, 1);
  pwk_snapshot_unref (pwk_session_wait (session));
  start = pwk_bench_clock ();
  pwk_session_play (session, PWK_STEP_EVENT, 0);
  while (!over)
    {
      PwkSnapshot *snapshot = pwk_session_take (session);

      if (snapshot)
        {
          lay_out (snapshot, theme);
          over = snapshot->state == PWK_STATE_FINISHED;
          pwk_snapshot_unref (snapshot);
        }
      if (!over)
        g_usleep (FRAME_US / 4);
    }
  start = pwk_bench_clock () - start;
  pwk_session_free (session);
  return start;
}

static double
headless_time (PwkScript *script, GError **error)
{
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, error);
  double start = pwk_bench_clock ();

  if (!runner)
    return -1;
  while (pwk_runner_step (runner))
    ;
  pwk_runner_free (runner);
  return pwk_bench_clock () - start;
}

bool
pwk_bench_play (GArray *figures, GError **error)
{
  g_autoptr(PwkScript) script = pwk_bench_long_script (error);
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  double headless = script ? headless_time (script, error) : -1;

  if (headless < 0)
    return false;
  pwk_figure_add (figures, "play", N_("engine speed while a window plays two views, of that without a window"),
                  100 * headless / play_time (script, theme), "%");
  return true;
}
