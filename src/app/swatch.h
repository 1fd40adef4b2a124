/* swatch.h - a little square of a colour of the pictures
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "scene/role.h"

/* As views paint it: the theme's fill of a role with an outline. */
#define PWK_TYPE_SWATCH (pwk_swatch_get_type ())
G_DECLARE_FINAL_TYPE (PwkSwatch, pwk_swatch, PWK, SWATCH, GtkWidget)

void pwk_swatch_set_role (PwkSwatch *self, PwkRole role);
