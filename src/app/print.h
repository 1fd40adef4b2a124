/* print.h - the picture on the canvas on paper
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/canvas.h"
#include "app/document.h"

/* Asks for a printer and prints @canvas' view at the document's position, in the theme for print, on one page. */
void  pwk_print_present (GtkWindow *parent, PwkDocument *document, PwkCanvas *canvas);
/* The same into the PDF file @path, without asking; a failure is in @error. */
gboolean pwk_print_to_file (PwkDocument *document, PwkCanvas *canvas, const char *path, GError **error);
