/* interrupt.h - whether what this thread reads is still wanted
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>

#include <glib.h>

/* Reading a large file takes its time; whoever reads one asks now and then whether to go on. For this thread from now on: @is_interrupted
 * (NULL: never) with @data answers. */
void pwk_interrupt_set   (bool (*is_interrupted) (gpointer data), gpointer data);
/* False with G_FILE_ERROR_INTR, which names @what, if it is not wanted any more. */
bool pwk_interrupt_check (const char *what, GError **error);
