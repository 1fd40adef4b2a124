/* now-strip.h - what happens now in two lines: a sentence and the kernel's call chain; the rule behind it on demand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/document.h"

/* Property: "document". With PAGEWALK_TEST_HASH=1 in the environment its accessible description is the hash of the machine's state. */
#define PWK_TYPE_NOW_STRIP (pwk_now_strip_get_type ())
G_DECLARE_FINAL_TYPE (PwkNowStrip, pwk_now_strip, PWK, NOW_STRIP, AdwBin)

GtkWidget *pwk_now_strip_new        (void);
/* Folded it is the event's number and a button; the words are behind that. */
void       pwk_now_strip_set_folded (PwkNowStrip *self, gboolean folded);
