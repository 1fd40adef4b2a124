/* test-all-views.c - every view of every machine, in all themes and sizes: whole, labelled, nothing cut or overlapping
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <libintl.h>
#include <string.h>

#include "language.h"
#include "machines.h"
#include "scene-check.h"
#include "views/views.h"

#define MAX_ITEMS 4000

static const struct { double width, height; } sizes[] = { { 640, 400 }, { 700, 420 }, { 1000, 560 }, { 1440, 900 }, { 1920, 1080 } };

static bool
check (const TestMachine *machine, const char *name, const PwkViewParams *params, const PwkTheme *theme, GString *why)
{
  g_autoptr(PwkScene) scene = pwk_view_scene (&machine->observation, params, theme);
  gsize before = why->len;

  if (test_scene_check (scene, theme, TEST_SCENE_ALLOW_CUTS, MAX_ITEMS, why))
    return true;

  g_test_message ("%s of %s, %.0fx%.0f, zoom %g, %s:\n%s", pwk_view_class (params->view)->name, name, params->width, params->height, params->zoom,
                  pwk_theme_variant_name (pwk_theme_get_variant (theme)), why->str + before);
  return false;
}

/* All sizes with one theme, then all themes with one size: what a theme can change is the size of its texts alone. */
static void
test_pictures (gconstpointer data)
{
  const char *name = data;
  g_autoptr(TestMachine) machine = test_machine_new (name);
  g_autoptr(GString) why = g_string_new (NULL);
  g_autoptr(PwkTheme) light = pwk_theme_new (PWK_THEME_LIGHT);
  bool ok = true;

  test_machine_observe (machine);
  for (unsigned view = 0; view < PWK_N_VIEWS; view++)
    {
      PwkViewParams params;

      pwk_view_params_init (&params, (PwkViewId) view);
      for (unsigned i = 0; i < G_N_ELEMENTS (sizes); i++)
        {
          params.width = sizes[i].width;
          params.height = sizes[i].height;
          params.kib = i == 1;
          ok = check (machine, name, &params, light, why) && ok;
        }

      pwk_view_params_init (&params, (PwkViewId) view);
      for (unsigned variant = PWK_THEME_DARK; variant < PWK_N_THEMES; variant++)
        {
          g_autoptr(PwkTheme) theme = pwk_theme_new ((PwkThemeVariant) variant);

          ok = check (machine, name, &params, theme, why) && ok;
        }
      for (params.zoom = 2; params.zoom < 100; params.zoom *= 6)
        {
          params.pan_x = params.pan_y = 20;
          ok = check (machine, name, &params, light, why) && ok;
        }
    }
  if (!ok)
    g_test_fail ();
}

/* Equal parameters on the same position give the same picture, and building it changes nothing. */
static void
test_pure (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);
  uint64_t hash = pwk_machine_hash (machine->machine);

  for (unsigned view = 0; view < PWK_N_VIEWS; view++)
    {
      g_autoptr(PwkScene) first = NULL;
      g_autoptr(PwkScene) second = NULL;
      g_autofree char *a = NULL;
      g_autofree char *b = NULL;
      PwkViewParams params;

      pwk_view_params_init (&params, (PwkViewId) view);
      first = pwk_view_scene (test_machine_observe (machine), &params, theme);
      second = pwk_view_scene (test_machine_observe (machine), &params, theme);
      a = test_scene_dump (first);
      b = test_scene_dump (second);
      g_assert_cmpstr (a, ==, b);
      g_assert_cmphex (pwk_machine_hash (machine->machine), ==, hash);
    }
}

/* The item that is the picture's heading: the first text in a title's letters. */
static const PwkItem *
heading (const PwkScene *scene)
{
  size_t n;
  const PwkItem *items = pwk_scene_get_items (scene, &n);

  for (size_t i = 0; i < n; i++)
    if (items[i].text && items[i].font == PWK_FONT_TITLE)
      return &items[i];
  return NULL;
}

/* Whatever a picture is of, and with nothing to show too, it has the view's title, a heading in the same place, and says what it shows. */
static void
test_sheets (void)
{
  static const char *const machines[] = { "boot", "x86-32", "busy" };
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_LIGHT);

  for (unsigned i = 0; i < G_N_ELEMENTS (machines); i++)
    {
      g_autoptr(TestMachine) machine = test_machine_new (machines[i]);

      for (unsigned view = 0; view < PWK_N_VIEWS; view++)
        {
          g_autoptr(PwkScene) scene = NULL;
          PwkViewParams params;

          pwk_view_params_init (&params, (PwkViewId) view);
          scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
          g_test_message ("%s of %s", pwk_view_class (params.view)->name, machines[i]);
          g_assert_cmpstr (pwk_scene_get_title (scene), ==, dgettext (GETTEXT_PACKAGE, pwk_view_class (params.view)->title));
          g_assert_cmpstr (pwk_scene_get_description (scene), !=, NULL);
          g_assert_nonnull (heading (scene));
          g_assert_cmpfloat (heading (scene)->box.x, ==, 12);
          g_assert_cmpfloat (heading (scene)->box.y, ==, 10);
        }
    }
}

/* Each view can be copied as a table, and names, titles and layers are there and unambiguous. */
static void
test_table (void)
{
  g_autoptr(TestMachine) machine = test_machine_new ("busy");

  for (unsigned id = 0; id < PWK_N_VIEWS; id++)
    {
      const PwkViewClass *view = pwk_view_class ((PwkViewId) id);
      g_autofree char *text = NULL;
      PwkViewParams params;
      gpointer model;

      g_assert_cmpuint (view->id, ==, id);
      g_assert_true (pwk_view_from_name (view->name) == view);
      g_assert_cmpuint (strlen (gettext (view->title)), >, 0);
      g_assert_cmpuint (strlen (gettext (view->summary)), >, 0);
      g_assert_cmpuint (strlen (pwk_layer_title (view->layer)), >, 0);
      g_assert_true (g_str_has_prefix (view->icon_name, "pwk-view-"));

      pwk_view_params_init (&params, (PwkViewId) id);
      model = view->build (test_machine_observe (machine), &params);
      text = view->to_text (model, &params);
      view->free (model);
      g_assert_nonnull (strchr (text, '\t'));
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
  g_assert_null (pwk_view_from_name ("nothing"));
}

int
main (int argc, char **argv)
{
  test_language_init ();
  g_test_init (&argc, &argv, NULL);

  for (unsigned i = 0; test_machine_names[i] != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/views/pictures/", test_machine_names[i], NULL);

      g_test_add_data_func (path, test_machine_names[i], test_pictures);
    }
  g_test_add_func ("/views/pure", test_pure);
  g_test_add_func ("/views/sheets", test_sheets);
  g_test_add_func ("/views/table", test_table);
  return g_test_run ();
}
