/* export-dialog.c - the picture on the canvas as a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/export-dialog.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/canvas-motion.h"
#include "app/file-dialogs.h"
#include "files/save.h"
#include "scene/animate.h"
#include "scene/export.h"
#include "scene/paint-cairo.h"

typedef enum { FORMAT_SVG, FORMAT_PNG, FORMAT_PDF, FORMAT_ANIMATION, FORMAT_FRAMES } Format;

#define N_FRAMES     24
#define MIN_HEIGHT   480.0   /* of a scene that is laid out to be trimmed, where panes leave the canvas little */
#define PREVIEW_EDGE 12.0    /* around the preview */
#define CHECK        8       /* a field of the chequered ground that shows what is transparent */

struct _PwkExportDialog
{
  AdwWindow parent_instance;

  /* owned */
  PwkDocument *document;
  PwkCanvas   *canvas;
  GSettings   *settings;
  PwkTheme    *theme;          /* of the papers */
  GPtrArray   *papers;          /* PwkScene: the picture; of a motion both its ends; NULL: there is none yet */
  PwkBlend    *blend;          /* of a motion; NULL: the picture is still */
  guint        making;         /* source: papers are made anew when all is chosen that is being chosen now; 0 none */
  guint        tick;           /* of the preview's motion; 0: it rests */

  gint64       start;          /* µs of the frame clock, of the motion */
  double       phase;          /* 0 … 1 */

  /* template children */
  AdwComboRow    *format_row, *scale_row, *theme_row;
  GtkSpinButton  *width_spin, *height_spin;
  GtkSwitch      *trim_switch, *transparent_switch, *caption_switch;
  GtkDrawingArea *preview;
  GtkLabel       *size_label;
  GtkWidget      *export_button;
};

G_DEFINE_FINAL_TYPE (PwkExportDialog, pwk_export_dialog, ADW_TYPE_WINDOW)

/* --- choices --- */

static Format
chosen_format (PwkExportDialog *self)
{
  return (Format) adw_combo_row_get_selected (self->format_row);
}

static gboolean
is_moving (PwkExportDialog *self)
{
  return chosen_format (self) >= FORMAT_ANIMATION;
}

static gboolean
has_pixels (PwkExportDialog *self)
{
  return chosen_format (self) == FORMAT_PNG || chosen_format (self) == FORMAT_FRAMES;
}

static double
chosen_scale (PwkExportDialog *self)
{
  return has_pixels (self) ? (double) (1u << adw_combo_row_get_selected (self->scale_row)) : 1;
}

/* With the fonts of exports: what is written is the same on every computer that has them. */
static PwkTheme *
chosen_theme (PwkExportDialog *self)
{
  static const PwkThemeVariant variants[] = { PWK_THEME_LIGHT, PWK_THEME_DARK, PWK_THEME_HIGH_CONTRAST, PWK_THEME_HIGH_CONTRAST_DARK,
                                              PWK_THEME_PRINT };
  guint chosen = adw_combo_row_get_selected (self->theme_row);

  if (chosen == 0 || chosen > G_N_ELEMENTS (variants))
    return pwk_theme_new (pwk_theme_get_variant (pwk_canvas_get_theme (self->canvas)));
  return pwk_theme_new (variants[chosen - 1]);
}

/* But for captions, which each paper has of its own. */
static PwkExportOptions
chosen_options (PwkExportDialog *self)
{
  PwkExportOptions options = { .scale = chosen_scale (self), .transparent = gtk_switch_get_active (self->transparent_switch) };

  if (!gtk_switch_get_active (self->trim_switch))
    {
      options.width = gtk_spin_button_get_value (self->width_spin);
      options.height = gtk_spin_button_get_value (self->height_spin);
    }
  return options;
}

/* --- papers --- */

/* Adds the scene and its caption; FALSE if there is none. */
static gboolean
add_paper (PwkExportDialog *self, gboolean before, GPtrArray *scenes, GPtrArray *captions)
{
  const PwkViewParams *params = pwk_canvas_get_params (self->canvas);
  PwkExportOptions options = chosen_options (self);
  char *caption = gtk_switch_get_active (self->caption_switch) ? pwk_canvas_make_caption (self->canvas, before) : g_strdup ("");
  double width = params->width, height = fmax (params->height, MIN_HEIGHT);
  PwkScene *scene;

  options.caption = caption;
  pwk_export_room (self->theme, &options, &width, &height);
  scene = pwk_canvas_make_scene (self->canvas, before, self->theme, width, height);
  if (!scene)
    {
      g_free (caption);
      return FALSE;
    }
  g_ptr_array_add (scenes, scene);
  g_ptr_array_add (captions, caption);
  return TRUE;
}

static void
drop_papers (PwkExportDialog *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->preview), self->tick);
  self->tick = 0;
  g_clear_pointer (&self->blend, pwk_blend_free);
  g_clear_pointer (&self->papers, g_ptr_array_unref);
  g_clear_pointer (&self->theme, pwk_theme_unref);
}

static void
make_papers (PwkExportDialog *self)
{
  g_autoptr(GPtrArray) scenes = g_ptr_array_new_with_free_func ((GDestroyNotify) pwk_scene_unref);
  g_autoptr(GPtrArray) captions = g_ptr_array_new_with_free_func (g_free);
  PwkExportOptions options = chosen_options (self);

  drop_papers (self);
  self->theme = chosen_theme (self);
  if ((is_moving (self) && !add_paper (self, TRUE, scenes, captions)) || !add_paper (self, FALSE, scenes, captions))
    return;
  self->papers = pwk_export_papers ((PwkScene *const *) scenes->pdata, (const char *const *) captions->pdata, scenes->len, self->theme, &options);
  if (is_moving (self))
    self->blend = pwk_blend_new (self->papers->pdata[0], self->papers->pdata[1]);
}

/* --- preview --- */

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  PwkExportDialog *self = data;
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  gint64 now = gdk_frame_clock_get_frame_time (clock) / 1000, round = animation.duration_ms + 2 * animation.hold_ms;
  double phase;

  if (self->start == 0)
    self->start = now;
  phase = CLAMP ((double) ((now - self->start) % round - animation.hold_ms) / animation.duration_ms, 0, 1);
  if (phase != self->phase)
    gtk_widget_queue_draw (widget);
  self->phase = phase;
  return G_SOURCE_CONTINUE;
}

static void
draw_chequers (cairo_t *cr, double width, double height)
{
  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
  cairo_set_source_rgb (cr, 0.85, 0.85, 0.85);
  for (int y = 0; y * CHECK < height; y++)
    for (int x = y % 2; x * CHECK < width; x += 2)
      cairo_rectangle (cr, x * CHECK, y * CHECK, CHECK, CHECK);
  cairo_fill (cr);
  cairo_restore (cr);
}

static void
draw_ground (PwkExportDialog *self, cairo_t *cr, double width, double height)
{
  PwkColour canvas = pwk_theme_colour (self->theme, PWK_ROLE_CANVAS);

  if (gtk_switch_get_active (self->transparent_switch))
    {
      draw_chequers (cr, width, height);
      return;
    }
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_set_source_rgb (cr, canvas.red, canvas.green, canvas.blue);
  cairo_fill (cr);
}

static void
paint_paper (PwkExportDialog *self, cairo_t *cr, PwkPaper paper)
{
  g_autoptr(PwkScene) frame = NULL;
  g_autoptr(PwkScene) on_paper = NULL;

  if (!self->blend)
    {
      pwk_paint_paper (cr, self->papers->pdata[0], self->theme);
      return;
    }
  frame = pwk_blend_frame (self->blend, pwk_ease (PWK_EASE_IN_OUT, self->phase));
  on_paper = pwk_scene_copy (frame);
  pwk_scene_set_paper (on_paper, paper);
  pwk_paint_paper (cr, pwk_scene_seal (on_paper), self->theme);
}

/* As large as fits, but not larger than it will be. */
static void
draw_preview (GtkDrawingArea *area G_GNUC_UNUSED, cairo_t *cr, int width, int height, gpointer data)
{
  PwkExportDialog *self = data;
  PwkPaper paper;
  double scale;

  if (!self->papers)
    return;
  paper = pwk_scene_get_paper (self->papers->pdata[0]);
  scale = MIN (1, MIN ((width - 2 * PREVIEW_EDGE) / paper.width, (height - 2 * PREVIEW_EDGE) / paper.height));
  if (!(scale > 0))
    return;
  cairo_translate (cr, round ((width - paper.width * scale) / 2), round ((height - paper.height * scale) / 2));
  draw_ground (self, cr, paper.width * scale, paper.height * scale);
  cairo_scale (cr, scale, scale);
  paint_paper (self, cr, paper);
}

static void
show_size (PwkExportDialog *self)
{
  PwkPaper paper = self->papers ? pwk_scene_get_paper (self->papers->pdata[0]) : (PwkPaper) { .width = 0 };
  double scale = chosen_scale (self);
  g_autofree char *text = NULL;

  if (self->papers)
    text = g_strdup_printf (_("%.0f × %.0f pixels"), ceil (paper.width * scale), ceil (paper.height * scale));
  else if (is_moving (self))
    text = g_strdup (_("There was no step yet whose motion could be shown"));
  else
    text = g_strdup (_("There is nothing to show yet"));
  gtk_label_set_text (self->size_label, text);
}

static gboolean
remake (gpointer data)
{
  PwkExportDialog *self = data;

  self->making = 0;
  make_papers (self);
  show_size (self);
  gtk_widget_set_sensitive (self->export_button, self->papers != NULL);
  self->start = 0;
  self->phase = self->blend && !pwk_wants_motion (GTK_WIDGET (self), self->settings) ? 1 : 0;
  if (self->blend && pwk_wants_motion (GTK_WIDGET (self), self->settings))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->preview), on_tick, self, NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self->preview));
  return G_SOURCE_REMOVE;
}

/* Template callback: a choice was made. */
static void
update (PwkExportDialog *self)
{
  gboolean trimmed = gtk_switch_get_active (self->trim_switch);

  gtk_widget_set_sensitive (GTK_WIDGET (self->scale_row), has_pixels (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->width_spin), !trimmed);
  gtk_widget_set_sensitive (GTK_WIDGET (self->height_spin), !trimmed);
  if (self->making == 0 && self->canvas)
    self->making = g_idle_add (remake, self);
}

/* --- writing --- */

static gboolean
write_motion (PwkExportDialog *self, const char *path, GError **error)
{
  PwkScene *const *papers = (PwkScene *const *) self->papers->pdata;
  PwkAnimation animation = PWK_ANIMATION_DEFAULT;
  g_autofree char *folder = g_path_get_dirname (path), *prefix = g_path_get_basename (path), *svg = NULL;
  char *ending = strrchr (prefix, '.');

  animation.transparent = gtk_switch_get_active (self->transparent_switch);
  if (chosen_format (self) == FORMAT_ANIMATION)
    {
      svg = pwk_animate_svg (papers, self->papers->len, self->theme, &animation);
      return pwk_save_contents (path, svg, strlen (svg), error);
    }
  if (ending)
    *ending = 0;
  return pwk_animate_frames (papers, self->papers->len, self->theme, N_FRAMES, chosen_scale (self), animation.transparent, folder, prefix, error);
}

gboolean
pwk_export_dialog_write (PwkExportDialog *self, const char *path, GError **error)
{
  static const PwkExportFormat formats[] = { PWK_EXPORT_SVG, PWK_EXPORT_PNG, PWK_EXPORT_PDF };
  PwkExportOptions options = chosen_options (self);
  g_autoptr(GBytes) bytes = NULL;

  if (!self->papers)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("There is nothing to show yet"));
      return FALSE;
    }
  if (is_moving (self))
    return write_motion (self, path, error);
  bytes = pwk_export_paper_bytes (self->papers->pdata[0], self->theme, formats[chosen_format (self)], &options, error);
  return bytes && pwk_save_contents (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
}

static void
write_file (GFile *file, gpointer data)
{
  PwkExportDialog *self = data;
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *name = g_file_get_parse_name (file);
  g_autofree char *message = NULL;
  g_autoptr(GError) error = NULL;

  if (!path)
    message = g_strdup (_("Only files of this computer can be written"));
  else if (pwk_export_dialog_write (self, path, &error))
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

  g_clear_handle_id (&self->making, g_source_remove);
  drop_papers (self);
  g_clear_object (&self->document);
  g_clear_object (&self->canvas);
  g_clear_object (&self->settings);
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
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, trim_switch);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, transparent_switch);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, caption_switch);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, preview);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, size_label);
  gtk_widget_class_bind_template_child (widget_class, PwkExportDialog, export_button);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, export_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_export_dialog_init (PwkExportDialog *self)
{
  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_drawing_area_set_draw_func (self->preview, draw_preview, self, NULL);
  g_settings_bind (self->settings, "export-caption", self->caption_switch, "active", G_SETTINGS_BIND_DEFAULT);
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
  g_signal_connect_object (canvas, "scene-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
}
