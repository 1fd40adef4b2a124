/* kind.c - which subcommand a file is for, where another was tried
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/kind.h"

#include "cli/cli.h"
#include "intake/intake.h"

static char *
unknown_kind (const char *path)
{
  return g_strdup_printf (_("%s is of no kind that is known: “run” takes scenarios, recordings and pictures, “replay” traces of lackey"), path);
}

char *
pwk_kind_advice_for_run (const char *path)
{
  gboolean binary;

  return pwk_intake_kind_of_file (path, &binary) == PWK_INTAKE_SCENARIO && binary ? unknown_kind (path) : NULL;
}

char *
pwk_kind_advice_for_replay (const char *path)
{
  gboolean binary;
  g_auto(PwkIntake) intake = { 0 };

  switch (pwk_intake_kind_of_file (path, &binary))
    {
    case PWK_INTAKE_PICTURE:
      return g_strdup_printf (_("%s is a picture: “pagewalk” opens it at the moment that it shows"), path);
    case PWK_INTAKE_TRACE:
    case PWK_INTAKE_DRCACHESIM:
      return NULL;
    case PWK_INTAKE_STRACE:
      return g_strdup_printf (_("%s is a recording of strace: “pagewalk-cli run” runs it"), path);
    case PWK_INTAKE_SCENARIO:
      if (binary || !g_file_test (path, G_FILE_TEST_IS_REGULAR) || !pwk_intake_file (&intake, path, NULL))
        return g_file_test (path, G_FILE_TEST_IS_REGULAR) ? unknown_kind (path) : NULL;
      return intake.text[0] ? g_strdup_printf (_("%s is a scenario: “pagewalk-cli run” runs it"), path) : NULL;
    default:
      return g_strdup_printf (_("%s is %s: “pagewalk-cli run” runs it"), path, pwk_intake_kind_name (pwk_intake_kind_of_file (path, &binary)));
    }
}
