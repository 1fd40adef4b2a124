/* view-model.c - a view as of one position: its own model, and what lights it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/view-model.h"

#include "views/caption.h"
#include "views/light.h"
#include "views/view-common.h"

PwkViewModel *
pwk_view_model_new (const PwkObservation *observation,
                    const PwkViewParams *params,
                    const char *scenario)
{
  PwkViewModel *model = g_new0 (PwkViewModel, 1);
  PwkIndex task = observation->n_chain > 0 ? pwk_view_task (observation, params) : 0;

  model->params = *params;
  model->view = pwk_view_class (params->view);
  model->position = observation->position;
  model->caption = scenario ? pwk_caption (params->view, scenario, observation) : NULL;
  model->model = model->view->build (observation, params);
  pwk_touched_read (&model->touched, observation, task);
  if (params->selection != 0 && observation->n_chain > 0)
    model->relations = pwk_relations_new (observation->machine, task, params->selection);
  return model;
}

void
pwk_view_model_free (gpointer data)
{
  PwkViewModel *model = data;

  model->view->free (model->model);
  pwk_relations_free (model->relations);
  g_free (model->caption);
  g_free (model);
}

void
pwk_view_model_layout (const PwkViewModel *model,
                       PwkScene *scene,
                       const PwkTheme *theme,
                       const PwkViewParams *params)
{
  const PwkLight light = { model->relations, &model->touched };

  pwk_scene_set_position (scene, model->position);
  model->view->layout (scene, model->model, theme, params);
  pwk_light_scene (scene, &light, model->model, theme, params);
}
