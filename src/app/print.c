/* print.c - the picture on the canvas on paper
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/print.h"

#include <glib/gi18n.h>

#include "scene/export.h"
#include "scene/paint-cairo.h"

/* A page's width in scene units: letters of 9 pt then stay readable on A4 across. */
#define PAGE_WIDTH 1240.0

typedef struct
{
  PwkDocument *document;
  PwkCanvas   *canvas;
} Job;

static void
free_job (gpointer data)
{
  Job *job = data;

  g_object_unref (job->document);
  g_object_unref (job->canvas);
  g_free (job);
}

static void
draw_page (GtkPrintOperation *operation, GtkPrintContext *context, int page G_GNUC_UNUSED, Job *job)
{
  double width = gtk_print_context_get_width (context), height = gtk_print_context_get_height (context);
  double scale = width / PAGE_WIDTH;
  g_autoptr(PwkTheme) theme = pwk_theme_new (PWK_THEME_PRINT);
  g_autofree char *caption = pwk_canvas_make_caption (job->canvas, FALSE);
  PwkExportOptions options = { .caption = caption, .width = PAGE_WIDTH, .height = height / scale };
  double room_w, room_h;
  g_autoptr(PwkScene) scene = NULL;
  g_autoptr(PwkScene) paper = NULL;
  cairo_t *cr = gtk_print_context_get_cairo_context (context);

  pwk_export_room (theme, &options, &room_w, &room_h);
  scene = pwk_canvas_make_scene (job->canvas, FALSE, theme, room_w, room_h);
  if (!scene)
    {
      gtk_print_operation_cancel (operation);
      return;
    }
  paper = pwk_export_paper (scene, theme, &options);
  cairo_scale (cr, scale, scale);
  pwk_paint_paper (cr, paper, theme);
}

static void
done (GtkPrintOperation *operation, GtkPrintOperationResult result, Job *job)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *message = NULL;

  if (result != GTK_PRINT_OPERATION_RESULT_ERROR)
    return;
  gtk_print_operation_get_error (operation, &error);
  message = g_strdup_printf (_("Could not print: %s"), error ? error->message : "");
  pwk_document_say (job->document, message);
}

static GtkPrintOperation *
make_operation (PwkDocument *document, PwkCanvas *canvas)
{
  GtkPrintOperation *operation = gtk_print_operation_new ();
  g_autoptr(GtkPageSetup) setup = gtk_page_setup_new ();
  Job *job = g_new (Job, 1);

  *job = (Job) { g_object_ref (document), g_object_ref (canvas) };
  g_object_set_data_full (G_OBJECT (operation), "pwk-job", job, free_job);
  gtk_page_setup_set_orientation (setup, GTK_PAGE_ORIENTATION_LANDSCAPE);
  gtk_print_operation_set_default_page_setup (operation, setup);
  gtk_print_operation_set_embed_page_setup (operation, TRUE);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_unit (operation, GTK_UNIT_POINTS);
  gtk_print_operation_set_job_name (operation, pwk_document_get_title (document));
  g_signal_connect (operation, "draw-page", G_CALLBACK (draw_page), job);
  g_signal_connect (operation, "done", G_CALLBACK (done), job);
  return operation;
}

void
pwk_print_present (GtkWindow *parent, PwkDocument *document, PwkCanvas *canvas)
{
  g_autoptr(GtkPrintOperation) operation = make_operation (document, canvas);
  g_autoptr(GError) error = NULL;

  gtk_print_operation_set_allow_async (operation, TRUE);
  gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG, parent, &error);
}

gboolean
pwk_print_to_file (PwkDocument *document, PwkCanvas *canvas, const char *path, GError **error)
{
  g_autoptr(GtkPrintOperation) operation = make_operation (document, canvas);

  gtk_print_operation_set_export_filename (operation, path);
  return gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_EXPORT, NULL, error) == GTK_PRINT_OPERATION_RESULT_APPLY;
}
