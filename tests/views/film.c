/* film.c - the motion of a view from one event of a scenario to the next
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "film.h"

#include <string.h>

#include "scenario/parser.h"

static PwkNavigator *
open_script (const char *path, const char *text, gsize length)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_script_parse (path, text, length, &error);
  PwkRunner *runner;

  g_assert_no_error (error);
  runner = pwk_runner_new (script, NULL, NULL, &error);
  g_assert_no_error (error);
  return pwk_navigator_new (runner);
}

PwkNavigator *
test_open_scenario (const char *name)
{
  g_autofree char *file = g_strconcat (name, ".pwk", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", "scenarios", file, NULL);
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  return open_script (path, text, length);
}

PwkNavigator *
test_open_text (const char *text)
{
  return open_script ("film.pwk", text, strlen (text));
}

typedef struct
{
  const PwkViewParams *params;
  const PwkTheme      *theme;
  PwkScene            *scene;
} Shot;

static void
take_shot (const PwkObservation *observation, gpointer data)
{
  Shot *shot = data;

  g_clear_pointer (&shot->scene, pwk_scene_unref);
  shot->scene = pwk_view_scene (observation, shot->params, shot->theme);
}

static PwkScene *
scene_at (PwkNavigator *navigator, const PwkViewParams *params, const PwkTheme *theme, uint64_t position)
{
  Shot shot = { params, theme, NULL };

  pwk_navigator_seek (navigator, position);
  pwk_navigator_arrive (navigator, take_shot, &shot);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, position);
  return shot.scene;
}

TestFilm *
test_film_new (PwkNavigator *navigator, const PwkViewParams *params, const PwkTheme *theme, uint64_t position, uint64_t back)
{
  TestFilm *self = g_new0 (TestFilm, 1);

  self->before = scene_at (navigator, params, theme, position - back);
  self->after = scene_at (navigator, params, theme, position);
  self->blend = pwk_blend_new (self->before, self->after);
  return self;
}

void
test_film_free (TestFilm *self)
{
  pwk_blend_free (self->blend);
  pwk_scene_unref (self->before);
  pwk_scene_unref (self->after);
  g_free (self);
}

uint64_t
test_find_event (PwkNavigator *navigator, PwkEventKind kind)
{
  g_assert_cmpint (pwk_navigator_find (navigator, kind, NULL, false), ==, PWK_STOP_REACHED);
  return pwk_navigator_position (navigator);
}

const PwkItem *
test_drawn_as (const PwkScene *scene, uint64_t id, PwkItemKind kind)
{
  size_t n_items;
  const PwkItem *items = pwk_scene_get_items (scene, &n_items);

  for (size_t i = 0; i < n_items; i++)
    if (items[i].id == id && items[i].kind == kind)
      return &items[i];

  return NULL;
}

static PwkItem
item_at (const TestFilm *self, double phase, uint64_t id, PwkItemKind kind)
{
  g_autoptr(PwkScene) frame = pwk_blend_frame (self->blend, phase);
  const PwkItem *item = test_drawn_as (frame, id, kind);

  g_assert_nonnull (item);
  return *item;
}

PwkBox
test_film_box (const TestFilm *self, double phase, uint64_t id, PwkItemKind kind)
{
  return item_at (self, phase, id, kind).box;
}

double
test_film_opacity (const TestFilm *self, double phase, uint64_t id, PwkItemKind kind)
{
  return item_at (self, phase, id, kind).opacity;
}

void
test_assert_box (PwkBox box, PwkBox expected)
{
  g_assert_cmpfloat_with_epsilon (box.x, expected.x, 0.1);
  g_assert_cmpfloat_with_epsilon (box.y, expected.y, 0.1);
  g_assert_cmpfloat_with_epsilon (box.w, expected.w, 0.1);
  g_assert_cmpfloat_with_epsilon (box.h, expected.h, 0.1);
}
