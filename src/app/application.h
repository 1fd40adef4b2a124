/* application.h - the program: its windows, its keys, its colours
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#define PWK_TYPE_APPLICATION (pwk_application_get_type ())
G_DECLARE_FINAL_TYPE (PwkApplication, pwk_application, PWK, APPLICATION, AdwApplication)

PwkApplication *pwk_application_new (void);
