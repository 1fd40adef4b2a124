/* transport-bar.h - the buttons that move through time, what a step is, and how fast it plays
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". The buttons are the window's actions. */
#define PWK_TYPE_TRANSPORT_BAR (pwk_transport_bar_get_type ())
G_DECLARE_FINAL_TYPE (PwkTransportBar, pwk_transport_bar, PWK, TRANSPORT_BAR, AdwBin)
