/* picture.c - pictures of views as files, for run --export and export
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/picture.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/observe.h"
#include "scene/export.h"
#include "views/views.h"

typedef struct
{
  const PwkViewClass *view;
  char               *file;     /* owned */
  double              width, height;
  PwkThemeVariant     theme;
} Picture;

struct _PwkPictures
{
  GArray     *pictures;         /* of Picture */
  PwkScript  *script;           /* borrowed while writing */
  GError     *error;            /* the first problem while writing */
};

static const struct { double width, height; } usual_size = { 1280, 800 };

static void
clear_picture (gpointer data)
{
  g_free (((Picture *) data)->file);
}

static const PwkViewClass *
find_view (const char *name, GError **error)
{
  const PwkViewClass *view = pwk_view_from_name (name);
  g_autoptr(GString) known = NULL;

  if (view)
    return view;
  known = g_string_new (NULL);
  for (int id = 0; id < PWK_N_VIEWS; id++)
    g_string_append_printf (known, "%s%s", id ? ", " : "", pwk_view_class ((PwkViewId) id)->name);
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("there is no view “%s”; there are %s"), name, known->str);
  return NULL;
}

/* Whether @file can be written, known before the scenario has taken its time: its folder, since it is written beside and renamed; or
 * itself, if it is no ordinary file. */
static bool
can_write (const char *file, GError **error)
{
  bool is_special = g_file_test (file, G_FILE_TEST_EXISTS) && !g_file_test (file, G_FILE_TEST_IS_REGULAR);
  g_autofree char *folder = g_path_get_dirname (file);
  int code = g_access (is_special ? file : folder, W_OK) == 0 ? 0 : errno;

  if (g_file_test (file, G_FILE_TEST_IS_DIR))
    code = EISDIR;
  else if (!is_special && code == 0 && !g_file_test (folder, G_FILE_TEST_IS_DIR))
    code = ENOTDIR;
  if (code == 0)
    return true;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (code), "%s: %s", file, g_strerror (code));
  return false;
}

bool
pwk_pictures_add (PwkPictures *pictures, const char *view, const char *file, double width, double height, const char *theme, GError **error)
{
  PwkExportFormat format;
  Picture picture = { .view = find_view (view, error), .theme = PWK_THEME_PRINT };

  if (!picture.view)
    return false;
  if (!pwk_export_format_from_name (file, &format))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: expected a name that ends in .svg, .png or .pdf"), file);
      return false;
    }
  if (theme && !pwk_theme_variant_from_name (theme, &picture.theme))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("there is no theme “%s”; there are light, dark, high-contrast, print"),
                   theme);
      return false;
    }
  if (!can_write (file, error))
    return false;
  picture.file = g_strdup (file);
  picture.width = width > 0 ? width : usual_size.width;
  picture.height = height > 0 ? height : usual_size.height;
  g_array_append_val (pictures->pictures, picture);
  return true;
}

PwkPictures *
pwk_pictures_new (char **wishes, GError **error)
{
  g_autoptr(PwkPictures) pictures = g_new0 (PwkPictures, 1);

  pictures->pictures = g_array_new (FALSE, FALSE, sizeof (Picture));
  g_array_set_clear_func (pictures->pictures, clear_picture);
  for (char **wish = wishes; wish && *wish; wish++)
    {
      const char *equal = strchr (*wish, '=');
      g_autofree char *view = equal ? g_strndup (*wish, (gsize) (equal - *wish)) : NULL;

      if (!equal)
        {
          g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--export %s: expected VIEW=FILE"), *wish);
          return NULL;
        }
      if (!pwk_pictures_add (pictures, view, equal + 1, 0, 0, NULL, error))
        return NULL;
    }
  return g_steal_pointer (&pictures);
}

void
pwk_pictures_free (PwkPictures *pictures)
{
  if (!pictures)
    return;
  g_array_unref (pictures->pictures);
  g_clear_error (&pictures->error);
  g_free (pictures);
}

/* The picture names its moment, so that it can be opened again. */
static void
write_one (PwkPictures *pictures, const Picture *picture, const PwkObservation *observation)
{
  g_autoptr(PwkTheme) theme = pwk_theme_new (picture->theme);
  g_autofree char *name = g_path_get_basename (pwk_script_name (pictures->script));
  g_autoptr(PwkMoment) moment = pwk_moment_new (name, pwk_script_text (pictures->script, NULL), observation->position, picture->view->name);
  PwkExportFormat format = PWK_EXPORT_SVG;
  PwkViewParams params;
  g_autoptr(PwkScene) plain = NULL;
  PwkScene *scene;

  pwk_view_params_init (&params, picture->view->id);
  params.width = picture->width;
  params.height = picture->height;
  plain = pwk_view_scene (observation, &params, theme);
  scene = pwk_scene_copy (plain);
  pwk_scene_set_moment (scene, moment);
  pwk_scene_seal (scene);
  pwk_export_format_from_name (picture->file, &format);
  pwk_export_file (scene, theme, format, NULL, picture->file, &pictures->error);
  pwk_scene_unref (scene);
}

static void
observe (const PwkObservation *observation, gpointer data)
{
  PwkPictures *pictures = data;

  for (guint i = 0; i < pictures->pictures->len && !pictures->error; i++)
    write_one (pictures, &g_array_index (pictures->pictures, Picture, i), observation);
}

bool
pwk_pictures_write (PwkPictures *pictures, PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step,
                    GError **error)
{
  if (pictures->pictures->len == 0)
    return true;
  pictures->script = script;
  if (!pwk_observe (script, overrides, folder, step, observe, pictures, error))
    return false;
  pictures->script = NULL;
  if (!pictures->error)
    return true;
  g_propagate_error (error, g_steal_pointer (&pictures->error));
  return false;
}
