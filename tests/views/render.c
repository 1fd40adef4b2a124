/* render.c - any view of any test machine as a PNG, to be looked at
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * render MACHINE VIEW OUT.png [WIDTHxHEIGHT [THEME [KEY=VALUE…]]]; keys: zoom, x, y, colour, node, zone, kib, pid, cpu, address,
 * select (frame), id (of a thing) */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "language.h"
#include "machines.h"
#include "scene/export.h"
#include "views/views.h"

static void
set_param (PwkViewParams *params, const char *text)
{
  const char *value = strchr (text, '=');

  if (value == NULL)
    return;
  value++;
  if (g_str_has_prefix (text, "zoom="))
    params->zoom = g_ascii_strtod (value, NULL);
  else if (g_str_has_prefix (text, "x="))
    params->pan_x = g_ascii_strtod (value, NULL);
  else if (g_str_has_prefix (text, "y="))
    params->pan_y = g_ascii_strtod (value, NULL);
  else if (g_str_has_prefix (text, "colour="))
    params->colouring = (PwkColouring) atoi (value);
  else if (g_str_has_prefix (text, "node="))
    params->node = atoi (value);
  else if (g_str_has_prefix (text, "zone="))
    params->zone = atoi (value);
  else if (g_str_has_prefix (text, "kib="))
    params->kib = atoi (value) != 0;
  else if (g_str_has_prefix (text, "pid="))
    params->pid = atoi (value);
  else if (g_str_has_prefix (text, "id="))
    params->selection = g_ascii_strtoull (value, NULL, 0);
  else if (g_str_has_prefix (text, "cpu="))
    params->cpu = atoi (value);
  else if (g_str_has_prefix (text, "address="))
    {
      params->has_address = true;
      params->address = g_ascii_strtoull (value, NULL, 0);
    }
  else if (g_str_has_prefix (text, "select="))
    params->selection = PWK_ID (PWK_THING_PFN, g_ascii_strtoull (value, NULL, 0));
}

int
main (int argc, char **argv)
{
  const PwkViewClass *view = argc > 3 ? pwk_view_from_name (argv[2]) : NULL;
  g_autoptr(TestMachine) machine = NULL;
  g_autoptr(PwkTheme) theme = NULL;
  g_autoptr(PwkScene) scene = NULL;
  g_autoptr(GError) error = NULL;
  PwkThemeVariant variant = PWK_THEME_LIGHT;
  PwkViewParams params;
  size_t n_items;
  int64_t start;

  test_language_init ();
  if (view == NULL)
    {
      fprintf (stderr, "render MACHINE VIEW OUT.png [WIDTHxHEIGHT [THEME [KEY=VALUE…]]]\n");
      return 2;
    }

  pwk_view_params_init (&params, view->id);
  if (argc > 4)
    sscanf (argv[4], "%lfx%lf", &params.width, &params.height);
  if (argc > 5)
    pwk_theme_variant_from_name (argv[5], &variant);
  for (int i = 6; i < argc; i++)
    set_param (&params, argv[i]);

  machine = test_machine_new (argv[1]);
  theme = pwk_theme_new (variant);
  start = g_get_monotonic_time ();
  view->free (view->build (test_machine_observe (machine), &params));
  printf ("%s: model %.2f ms", argv[3], (double) (g_get_monotonic_time () - start) / 1000.0);
  start = g_get_monotonic_time ();
  scene = pwk_view_scene (test_machine_observe (machine), &params, theme);
  pwk_scene_get_items (scene, &n_items);
  printf (", scene %.2f ms, %zu items, %.0fx%.0f\n", (double) (g_get_monotonic_time () - start) / 1000.0, n_items, pwk_scene_get_width (scene),
          pwk_scene_get_height (scene));
  if (!pwk_export_file (scene, theme, PWK_EXPORT_PNG, NULL, argv[3], &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  return 0;
}
