/* cmd-export.c - pagewalk-cli export: one view at one moment as a picture, or its motion through a stretch
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/picture.h"
#include "scenario/parser.h"

typedef struct
{
  char   **set;
  char    *view, *at, *range, *size, *theme, *lang, *output;
  char    *first, *last;        /* the ends of the range */
  int      scale;
  gboolean transparent, no_caption;
  PwkStep  step, until;
  double   width, height;
} Options;

#define MAX_PIXELS 20000.0

/* "1280x800" */
static bool
read_size (Options *options)
{
  char *end;

  if (!options->size)
    return true;
  options->width = g_ascii_strtod (options->size, &end);
  if (end == options->size || (*end != 'x' && *end != 'X'))
    return false;
  options->height = g_ascii_strtod (end + 1, &end);
  return *end == '\0' && options->width >= 1 && options->height >= 1 && options->width <= MAX_PIXELS && options->height <= MAX_PIXELS;
}

/* "119..132", "line:8..line:9". */
static bool
read_range (Options *options)
{
  const char *dots = options->range ? strstr (options->range, "..") : NULL;

  if (!options->range)
    return true;
  if (!dots)
    return false;
  options->first = g_strndup (options->range, (gsize) (dots - options->range));
  options->last = g_strdup (dots + 2);
  return pwk_step_parse (&options->step, "--range", options->first) && pwk_step_parse (&options->until, "--range", options->last);
}

static bool
check_options (Options *options)
{
  if (!options->view)
    pwk_cli_complain (_("--view is missing"));
  else if (!options->output)
    pwk_cli_complain (_("-o is missing"));
  else if (options->at && options->range)
    pwk_cli_complain (_("--at and --range exclude each other"));
  else if (options->at && !pwk_step_parse (&options->step, "--at", options->at))
    pwk_cli_complain (_("--at %s: expected the number of an event, or line:N, in a loop line:N:ROUND"), options->at);
  else if (!read_range (options))
    pwk_cli_complain (_("--range %s: expected two moments as for --at, as 119..132"), options->range);
  else if (options->scale != 1 && options->scale != 2 && options->scale != 4)
    pwk_cli_complain (_("--scale %d: expected 1, 2 or 4"), options->scale);
  else if (!read_size (options))
    pwk_cli_complain (_("--size %s: expected WIDTHxHEIGHT, as 1280x800"), options->size);
  else
    {
      options->step.is_strict = true;
      options->until.is_strict = true;
      return true;
    }
  return false;
}

static int
export (Options *options, const char *name)
{
  g_autofree char *folder = NULL;
  g_autoptr(PwkPictures) pictures = NULL;
  g_autoptr(PwkScript) script = NULL;
  g_autoptr(GError) error = NULL;
  PwkPictureWish wish = { .view = options->view, .file = options->output, .theme = options->theme, .width = options->width,
                          .height = options->height, .scale = (unsigned) options->scale, .transparent = options->transparent,
                          .no_caption = options->no_caption };

  pictures = pwk_pictures_new (NULL, NULL);
  if (!pwk_pictures_add (pictures, &wish, &error))
    return pwk_cli_fail (error);
  script = pwk_cli_load_scenario (name, &folder, &error);
  if (!script
      || !pwk_pictures_write (pictures, script, (const char *const *) options->set, folder, &options->step,
                              options->range ? &options->until : NULL, &error))
    return pwk_cli_fail (error);
  return PWK_EXIT_GOOD;
}

/* The languages that are installed, and English, which needs no file. Caller frees. */
static GPtrArray *
known_languages (void)
{
  const char *folder = bindtextdomain (GETTEXT_PACKAGE, NULL);
  g_autoptr(GDir) dir = g_dir_open (folder, 0, NULL);
  GPtrArray *known = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_ptr_array_add (known, g_strdup ("en"));
  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *catalog = g_build_filename (folder, name, "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);

      if (g_file_test (catalog, G_FILE_TEST_IS_REGULAR))
        g_ptr_array_add (known, g_strdup (name));
    }
  return known;
}

static bool
is_known (GPtrArray *known, const char *lang)
{
  g_auto(GStrv) variants = g_get_locale_variants (lang);

  if (strcmp (lang, "C") == 0)
    return true;
  for (char **variant = variants; *variant; variant++)
    if (g_ptr_array_find_with_equal_func (known, *variant, g_str_equal, NULL))
      return true;
  return false;
}

/* gettext looks at LANGUAGE only where the locale is not C. False: the problem has been printed. */
static bool
choose_language (const char *lang)
{
  g_autoptr(GPtrArray) known = known_languages ();

  if (!is_known (known, lang))
    {
      g_autofree char *names = NULL;

      g_ptr_array_add (known, NULL);
      names = g_strjoinv (", ", (char **) known->pdata);
      pwk_cli_complain (_("there is no language “%s”; there are %s"), lang, names);
      return false;
    }
  g_setenv ("LANGUAGE", lang, TRUE);
  pwk_cli_set_locale ();
  return true;
}

int
pwk_cmd_export (int argc, char **argv)
{
  Options options = { .scale = 1 };
  const GOptionEntry entries[] = {
    { "view", 0, 0, G_OPTION_ARG_STRING, &options.view, N_("The view"), N_("VIEW") },
    { "at", 0, 0, G_OPTION_ARG_STRING, &options.at, N_("The moment: an event, or with line:N behind a line"), N_("STEP") },
    { "range", 0, 0, G_OPTION_ARG_STRING, &options.range, N_("The motion from one moment to another, not a picture"), N_("STEP..STEP") },
    { "size", 0, 0, G_OPTION_ARG_STRING, &options.size, N_("Width and height of the picture, else trimmed to what is in it"), N_("WIDTHxHEIGHT") },
    { "scale", 0, 0, G_OPTION_ARG_INT, &options.scale, N_("Pixels of a PNG for each unit"), "1|2|4" },
    { "theme", 0, 0, G_OPTION_ARG_STRING, &options.theme, N_("The colours"), "light|dark|high-contrast|high-contrast-dark|print" },
    { "transparent", 0, 0, G_OPTION_ARG_NONE, &options.transparent, N_("No background"), NULL },
    { "no-caption", 0, 0, G_OPTION_ARG_NONE, &options.no_caption, N_("No line below that names scenario, event and machine"), NULL },
    { "lang", 0, 0, G_OPTION_ARG_STRING, &options.lang, N_("The language of the texts"), N_("LANGUAGE") },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.set, N_("Set a parameter of machine()"), N_("KEY=VALUE") },
    PWK_CLI_ALLOW,
    PWK_CLI_MEMORY_LIMIT,
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_("The file to be written"), N_("FILE") },
    { NULL },
  };
  int status;

  if (!pwk_cli_parse ("export", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc != 2)
    status = pwk_cli_usage ("export");
  else if (options.lang && !choose_language (options.lang))
    status = PWK_EXIT_USAGE;
  else
    status = check_options (&options) ? export (&options, argv[1]) : PWK_EXIT_USAGE;
  g_strfreev (options.set);
  g_free (options.view);
  g_free (options.at);
  g_free (options.range);
  g_free (options.first);
  g_free (options.last);
  g_free (options.size);
  g_free (options.theme);
  g_free (options.lang);
  g_free (options.output);
  return status;
}
