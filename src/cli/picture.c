/* picture.c - pictures of views as files, for run --export and export
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/picture.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/observe.h"
#include "files/save.h"
#include "scene/animate.h"
#include "scene/export.h"
#include "views/caption.h"

/* A film of more steps is none that anybody looks at, and a file of many megabytes. */
#define MAX_STEPS 120

/* Of the motion of one step. */
#define FRAMES_PER_STEP 24

typedef struct
{
  const PwkViewClass *view;
  char               *file;     /* owned */
  PwkTheme           *theme;    /* owned */
  PwkExportFormat     format;
  PwkExportOptions    options;
  bool                no_caption;
  GPtrArray          *scenes;   /* owned: of the moments that were shown */
  GPtrArray          *captions; /* owned: one for each; "" for none */
} Picture;

struct _PwkPictures
{
  GArray     *pictures;         /* of Picture */
  PwkScript  *script;           /* borrowed while writing */
};

static const struct { double width, height; } usual_size = { 1280, 800 };

static void
clear_picture (gpointer data)
{
  Picture *picture = data;

  g_free (picture->file);
  pwk_theme_unref (picture->theme);
  g_ptr_array_unref (picture->scenes);
  g_ptr_array_unref (picture->captions);
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

static bool
find_theme (const char *name, PwkThemeVariant *variant, GError **error)
{
  g_autoptr(GString) known = NULL;

  if (!name || pwk_theme_variant_from_name (name, variant))
    return true;
  known = g_string_new (NULL);
  for (unsigned i = 0; i < PWK_N_THEMES; i++)
    g_string_append_printf (known, "%s%s", i ? ", " : "", pwk_theme_variant_name ((PwkThemeVariant) i));
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("there is no theme “%s”; there are %s"), name, known->str);
  return false;
}

bool
pwk_pictures_add (PwkPictures *pictures, const PwkPictureWish *wish, GError **error)
{
  Picture picture = { .view = find_view (wish->view, error) };
  PwkThemeVariant variant = PWK_THEME_PRINT;

  if (!picture.view)
    return false;
  if (!pwk_export_format_from_name (wish->file, &picture.format))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: expected a name that ends in .svg, .png or .pdf"), wish->file);
      return false;
    }
  if (!find_theme (wish->theme, &variant, error) || !can_write (wish->file, error))
    return false;
  picture.file = g_strdup (wish->file);
  picture.theme = pwk_theme_new (variant);
  picture.no_caption = wish->no_caption;
  picture.options = (PwkExportOptions) { .scale = wish->scale, .transparent = wish->transparent, .width = wish->width, .height = wish->height };
  picture.scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
  picture.captions = g_ptr_array_new_with_free_func (g_free);
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
      if (!pwk_pictures_add (pictures, &(PwkPictureWish) { .view = view, .file = equal + 1 }, error))
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
  g_free (pictures);
}

/* --- drawing, at each moment --- */

/* The picture names its moment, so that it can be opened again. */
static void
draw (PwkPictures *pictures, Picture *picture, const PwkObservation *observation)
{
  g_autofree char *name = g_path_get_basename (pwk_script_name (pictures->script));
  g_autofree char *caption = picture->no_caption ? g_strdup ("") : pwk_caption (picture->view->id, name, observation);
  g_autoptr(PwkMoment) moment = pwk_moment_new (name, pwk_script_text (pictures->script, NULL), observation->position, picture->view->name);
  PwkExportOptions options = picture->options;
  g_autoptr(PwkScene) plain = NULL;
  PwkViewParams params;
  PwkScene *scene;

  options.caption = caption;
  pwk_view_params_init (&params, picture->view->id);
  params.width = usual_size.width;
  params.height = usual_size.height;
  pwk_export_room (picture->theme, &options, &params.width, &params.height);
  plain = pwk_view_scene (observation, &params, picture->theme);
  scene = pwk_scene_copy (plain);
  pwk_scene_set_moment (scene, moment);
  g_ptr_array_add (picture->scenes, pwk_scene_seal (scene));
  g_ptr_array_add (picture->captions, g_steal_pointer (&caption));
}

static void
observe (const PwkObservation *observation, gpointer data)
{
  PwkPictures *pictures = data;

  for (guint i = 0; i < pictures->pictures->len; i++)
    draw (pictures, &g_array_index (pictures->pictures, Picture, i), observation);
}

/* --- writing, once all has been seen --- */

static bool
write_still (const Picture *picture, GError **error)
{
  PwkExportOptions options = picture->options;

  options.caption = picture->captions->pdata[0];
  return pwk_export_file (picture->scenes->pdata[0], picture->theme, picture->format, &options, picture->file, error);
}

/* DIRECTORY/NAME-0001.png … of DIRECTORY/NAME.png */
static bool
write_frames (const Picture *picture, PwkScene *const *papers, unsigned n_papers, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (picture->file), *prefix = g_path_get_basename (picture->file);

  prefix[strlen (prefix) - strlen (".png")] = '\0';
  return pwk_animate_frames (papers, n_papers, picture->theme, FRAMES_PER_STEP, picture->options.scale > 0 ? picture->options.scale : 1,
                             picture->options.transparent, directory, prefix, error);
}

static bool
write_film (const Picture *picture, GError **error)
{
  unsigned n = picture->scenes->len;
  g_autoptr(GPtrArray) papers = pwk_export_papers ((PwkScene *const *) picture->scenes->pdata, (const char *const *) picture->captions->pdata, n,
                                                 picture->theme, &picture->options);
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  g_autofree char *svg = NULL;

  if (picture->format == PWK_EXPORT_PNG)
    return write_frames (picture, (PwkScene *const *) papers->pdata, n, error);
  animation.transparent = picture->options.transparent;
  svg = pwk_animate_svg ((PwkScene *const *) papers->pdata, n, picture->theme, &animation);
  return pwk_save_contents (picture->file, svg, strlen (svg), error);
}

static bool
can_move (const Picture *picture, GError **error)
{
  if (picture->format != PWK_EXPORT_PDF)
    return true;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s: a motion becomes an .svg that plays itself, or numbered .png files"),
               picture->file);
  return false;
}

bool
pwk_pictures_write (PwkPictures *pictures, PwkScript *script, const char *const *overrides, const char *folder, const PwkStep *step,
                    const PwkStep *until, GError **error)
{
  GArray *all = pictures->pictures;
  bool good = true;

  if (all->len == 0)
    return true;
  for (guint i = 0; i < all->len && good && until; i++)
    good = can_move (&g_array_index (all, Picture, i), error);
  pictures->script = script;
  if (good)
    good = until ? pwk_observe_range (script, overrides, folder, step, until, MAX_STEPS, observe, pictures, error)
                 : pwk_observe (script, overrides, folder, step, observe, pictures, error);
  pictures->script = NULL;
  for (guint i = 0; i < all->len && good; i++)
    good = until ? write_film (&g_array_index (all, Picture, i), error) : write_still (&g_array_index (all, Picture, i), error);
  return good;
}
