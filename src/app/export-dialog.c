/* export-dialog.c - the picture on the canvas as a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export-dialog.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/file-dialogs.h"
#include "files/save.h"
#include "scene/animate.h"
#include "scene/export.h"

typedef enum { FORMAT_SVG, FORMAT_PNG, FORMAT_PDF, FORMAT_ANIMATION, FORMAT_FRAMES } Format;

#define N_FRAMES   24
#define MIN_HEIGHT 480.0   /* proposed, where panes leave the canvas little */

struct _PwkExportDialog
{
  AdwWindow parent_instance;

  /* owned */
  PwkDocument *document;
  PwkCanvas   *canvas;

  /* template children */
  AdwComboRow   *format_row, *scale_row, *theme_row;
  GtkSpinButton *width_spin, *height_spin;
  GtkSwitch     *transparent_switch, *caption_switch;
  GtkWidget     *transparent_row, *caption_row, *export_button;
};

G_DEFINE_FINAL_TYPE (PwkExportDialog, pwk_export_dialog, ADW_TYPE_WINDOW)

/* --- what the picture says of itself --- */

char *
pwk_export_caption (PwkDocument *document, PwkCanvas *canvas)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (document);

  return g_strdup_printf (_("%s · %s · event %llu · line %u"), gettext (pwk_view_class (pwk_canvas_get_view (canvas))->title),
                          pwk_document_get_title (document), (unsigned long long) (snapshot ? snapshot->position : 0),
                          snapshot ? snapshot->line : 0);
}

PwkMoment *
pwk_export_moment (PwkDocument *document, PwkCanvas *canvas)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (document);
  PwkScript *script = pwk_document_get_script (document);
  const PwkViewParams *params = pwk_canvas_get_params (canvas);
  PwkMoment *moment = pwk_moment_new (pwk_document_get_title (document), script ? pwk_script_text (script, NULL) : "",
                                      snapshot ? snapshot->position : 0, pwk_view_class (pwk_canvas_get_view (canvas))->name);

  moment->zoom = params->zoom;
  moment->viewport = pwk_box (params->pan_x, params->pan_y, params->width, params->height);
  return moment;
}

/* --- choices --- */

static Format
chosen_format (PwkExportDialog *self)
{
  return (Format) adw_combo_row_get_selected (self->format_row);
}

static double
chosen_scale (PwkExportDialog *self)
{
  return (double) (1u << adw_combo_row_get_selected (self->scale_row));
}

static PwkTheme *
chosen_theme (PwkExportDialog *self)
{
  static const PwkThemeVariant variants[] = { PWK_THEME_LIGHT, PWK_THEME_LIGHT, PWK_THEME_DARK, PWK_THEME_HIGH_CONTRAST, PWK_THEME_PRINT };
  guint chosen = adw_combo_row_get_selected (self->theme_row);

  return chosen == 0 ? pwk_theme_copy (pwk_canvas_get_theme (self->canvas)) : pwk_theme_new (variants[MIN (chosen, 4)]);
}

static void
update (PwkExportDialog *self)
{
  Format format = chosen_format (self);
  gboolean moving = format == FORMAT_ANIMATION || format == FORMAT_FRAMES;

  gtk_widget_set_sensitive (GTK_WIDGET (self->scale_row), format == FORMAT_PNG || format == FORMAT_FRAMES);
  gtk_widget_set_sensitive (self->caption_row, !moving);
  gtk_widget_set_sensitive (GTK_WIDGET (self->theme_row), !moving);
  gtk_widget_set_sensitive (GTK_WIDGET (self->width_spin), !moving);
  gtk_widget_set_sensitive (GTK_WIDGET (self->height_spin), !moving);
  gtk_widget_set_sensitive (self->export_button, !moving || (self->canvas && pwk_canvas_get_last_scene (self->canvas) != NULL));
}

/* --- writing --- */

static PwkScene *
picture (PwkExportDialog *self, const PwkTheme *theme)
{
  g_autoptr(PwkScene) plain = pwk_canvas_make_scene (self->canvas, theme, gtk_spin_button_get_value (self->width_spin),
                                                     gtk_spin_button_get_value (self->height_spin));
  g_autoptr(PwkMoment) moment = pwk_export_moment (self->document, self->canvas);
  PwkScene *scene = plain ? pwk_scene_copy (plain) : NULL;

  if (!scene)
    return NULL;
  pwk_scene_set_moment (scene, moment);
  return pwk_scene_seal (scene);
}

static gboolean
write_picture (PwkExportDialog *self, const char *path, GError **error)
{
  static const PwkExportFormat formats[] = { PWK_EXPORT_SVG, PWK_EXPORT_PNG, PWK_EXPORT_PDF };
  g_autoptr(PwkTheme) theme = chosen_theme (self);
  g_autoptr(PwkScene) scene = picture (self, theme);
  g_autofree char *caption = gtk_switch_get_active (self->caption_switch) ? pwk_export_caption (self->document, self->canvas) : NULL;
  PwkExportOptions options = { chosen_scale (self), gtk_switch_get_active (self->transparent_switch), caption };

  if (!scene)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("There is nothing to show yet"));
      return FALSE;
    }
  return pwk_export_file (scene, theme, formats[chosen_format (self)], &options, path, error);
}

static gboolean
write_motion (PwkExportDialog *self, const char *path, GError **error)
{
  PwkScene *from = pwk_canvas_get_last_scene (self->canvas), *to = pwk_canvas_get_scene (self->canvas);
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  PwkTheme *theme = pwk_canvas_get_theme (self->canvas);

  animation.transparent = gtk_switch_get_active (self->transparent_switch);
  if (chosen_format (self) == FORMAT_ANIMATION)
    {
      g_autofree char *svg = pwk_animate_svg (from, to, theme, &animation);
      return pwk_save_contents (path, svg, strlen (svg), error);
    }
  else
    {
      g_autofree char *folder = g_path_get_dirname (path);
      g_autofree char *prefix = g_path_get_basename (path);
      char *ending = strrchr (prefix, '.');

      if (ending)
        *ending = 0;
      return pwk_animate_frames (from, to, theme, N_FRAMES, chosen_scale (self), animation.transparent, folder, prefix, error);
    }
}

static void
write_file (GFile *file, gpointer data)
{
  PwkExportDialog *self = data;
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_parse_name (file);
  g_autofree char *message = NULL;
  g_autoptr(GError) error = NULL;
  gboolean moving = chosen_format (self) >= FORMAT_ANIMATION;

  if (!path)
    message = g_strdup (_("Only files of this computer can be written"));
  else if (moving ? write_motion (self, path, &error) : write_picture (self, path, &error))
    message = g_strdup_printf (_("Exported to %s"), name);
  else
    message = g_strdup_printf (_("Could not export: %s"), error->message);
  pwk_document_say (self->document, message);
  if (!error)
    gtk_window_close (GTK_WINDOW (self));
}

static void
export_clicked (PwkExportDialog *self)
{
  static const char *const endings[] = { "svg", "png", "pdf", "svg", "png" };
  const char *ending = endings[chosen_format (self)];
  g_autofree char *name = g_strdup_printf ("%s.%s", pwk_view_class (pwk_canvas_get_view (self->canvas))->name, ending);

  pwk_file_dialog_save (GTK_WINDOW (self), name, ending, write_file, self);
}

/* --- class --- */

static void
dispose (GObject *object)
{
  PwkExportDialog *self = PWK_EXPORT_DIALOG (object);

  g_clear_object (&self->document);
  g_clear_object (&self->canvas);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_EXPORT_DIALOG);
  G_OBJECT_CLASS (pwk_export_dialog_parent_class)->dispose (object);
}

static void
pwk_export_dialog_class_init (PwkExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, scale_row);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, theme_row);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, width_spin);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, height_spin);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, transparent_switch);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, caption_switch);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, transparent_row);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, caption_row);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, export_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, export_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_export_dialog_init (PwkExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
}

void
pwk_export_dialog_present (GtkWindow *parent, PwkDocument *document, PwkCanvas *canvas)
{
  PwkExportDialog *self = g_object_new (PWK_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);
  const PwkViewParams *params = pwk_canvas_get_params (canvas);

  self->document = g_object_ref (document);
  self->canvas = g_object_ref (canvas);
  gtk_spin_button_set_value (self->width_spin, params->width);
  gtk_spin_button_set_value (self->height_spin, fmax (params->height, MIN_HEIGHT));
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
