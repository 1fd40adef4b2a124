/* application.h - the program: its windows, its keys, its colours
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#define PWK_TYPE_APPLICATION (pwk_application_get_type ())
G_DECLARE_FINAL_TYPE (PwkApplication, pwk_application, PWK, APPLICATION, AdwApplication)

PwkApplication *pwk_application_new        (void);
/* After it has run: 0, or 2 where a file that it was started with could not be opened. */
int             pwk_application_get_status (PwkApplication *self);
