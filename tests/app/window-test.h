/* window-test.h - whole windows, for tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app-test.h"
#include "app/window.h"

/* Closes it without saving, and waits until it is gone. */
static inline void
close_window (PwkWindow *window)
{
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_text_buffer_set_modified (GTK_TEXT_BUFFER (pwk_document_get_buffer (pwk_window_get_document (window))), FALSE);
  gtk_window_close (GTK_WINDOW (window));
  while (window)
    g_main_context_iteration (NULL, TRUE);
}
