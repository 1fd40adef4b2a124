/* about.c - what this program is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/about.h"

#include <adwaita.h>
#include <glib/gi18n.h>

void
pwk_about_present (GtkWindow *parent)
{
  static const char *const developers[] = { "The Pagewalk authors", NULL };

  adw_show_about_window (parent,
                         "application-name", "Pagewalk",
                         "application-icon", PWK_APP_ID,
                         "version", PWK_VERSION,
                         "developer-name", _("The Pagewalk authors"),
                         "developers", developers,
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("A laboratory and a debugger for the memory management of Linux. It simulates the kernel's memory "
                                       "management on a simulated computer, and shows it at work, forwards and backwards in time."),
                         /* Translators: your name, as translator of this program; one name a line */
                         "translator-credits", _("translator-credits"),
                         NULL);
}
