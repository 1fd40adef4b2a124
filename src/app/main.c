/* main.c - where the window program starts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "app/application.h"

int
main (int argc, char **argv)
{
  const char *translations = g_getenv ("PAGEWALK_LOCALE_DIR");
  g_autoptr(PwkApplication) application = NULL;
  int status;

  /* a file that may not grow is an error of writing, not the end of the program */
  signal (SIGXFSZ, SIG_IGN);
  /* a scenario that reads standard input (access ("-")) would wait for a terminal that nobody looks at */
  if (!freopen ("/dev/null", "r", stdin))
    fclose (stdin);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, translations ? translations : PWK_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name ("Pagewalk");

  application = pwk_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  return status != 0 ? status : pwk_application_get_status (application);
}
