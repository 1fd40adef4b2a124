/* help-page.h - "How true is it?": what is checked against which kernel
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The page in the language of the desktop. The text is made from the test results by tests/kernel/how-true. */
void pwk_help_page_present (GtkWindow *parent);
