/* cmd-show.c - pagewalk-cli show: the scenario that a file stands for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/kind.h"

int
pwk_cmd_show (int argc, char **argv)
{
  g_auto(PwkIntake) intake = { 0 };
  g_autoptr(GError) error = NULL;

  if (!pwk_cli_parse ("show", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc != 2)
    return pwk_cli_usage ("show");
  if (!pwk_cli_take (&intake, argv[1], &error))
    return pwk_cli_fail_or (pwk_kind_advice_for_run (argv[1]), error);
  fputs (intake.text, stdout);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}
