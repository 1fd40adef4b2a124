/* welcome.h - the three doors of the first start: a column beside the picture, or a bar above it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* Property: "bar" (whether it is one; construct only). Signal: "closed" (a door was taken, or none). */
#define PWK_TYPE_WELCOME (pwk_welcome_get_type ())
G_DECLARE_FINAL_TYPE (PwkWelcome, pwk_welcome, PWK, WELCOME, AdwBin)

GtkWidget *pwk_welcome_new (gboolean bar);
