/* export-dialog.h - the picture on the canvas as a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "app/canvas.h"
#include "app/document.h"

/* Format, colours, size, caption; beside them what the file will show, a motion moving. */
#define PWK_TYPE_EXPORT_DIALOG (pwk_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (PwkExportDialog, pwk_export_dialog, PWK, EXPORT_DIALOG, AdwWindow)

void     pwk_export_dialog_present (GtkWindow *parent, PwkDocument *document, PwkCanvas *canvas);
/* Writes what is chosen to @path, of numbered frames FILE-0001.png … beside it. */
gboolean pwk_export_dialog_write   (PwkExportDialog *self, const char *path, GError **error);
