/* preferences-window.c - settings: motion, numbers, colours; and the costs of events in the scenario that is open
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/preferences-window.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "engine/core/event.h"
#include "scenario/script-error.h"

struct _PwkPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  /* owned */
  PwkDocument         *document;
  GSettings           *settings;

  /* template children */
  AdwComboRow         *color_scheme, *number_base, *memory_unit;
  GtkSpinButton       *motion, *host_memory;
  GtkSwitch           *reduce_motion, *stop_at_failure;
  AdwPreferencesPage  *costs_page;
  AdwComboRow         *cost_event;
  GtkSpinButton       *cost_ns;
};

G_DEFINE_FINAL_TYPE (PwkPreferencesWindow, pwk_preferences_window, ADW_TYPE_PREFERENCES_WINDOW)

/* --- choices: a row's number is the place of the word in its list --- */

static const char *const schemes[] = { "follow", "light", "dark", NULL };
static const char *const bases[] = { "hex", "decimal", NULL };
static const char *const units[] = { "pages", "kib", NULL };

static gboolean
row_from_word (GValue *value, GVariant *variant, gpointer words)
{
  const char *word = g_variant_get_string (variant, NULL);

  for (guint i = 0; ((const char *const *) words)[i]; i++)
    if (strcmp (((const char *const *) words)[i], word) == 0)
      {
        g_value_set_uint (value, i);
        return TRUE;
      }
  return FALSE;
}

static GVariant *
word_from_row (const GValue *value, const GVariantType *type, gpointer words)
{
  guint row = g_value_get_uint (value);

  return row < g_strv_length ((char **) words) ? g_variant_new_string (((const char *const *) words)[row]) : NULL;
}

static void
bind_choice (PwkPreferencesWindow *self, const char *key, AdwComboRow *row, const char *const *words)
{
  g_settings_bind_with_mapping (self->settings, key, row, "selected", G_SETTINGS_BIND_DEFAULT, row_from_word, word_from_row,
                                (gpointer) words, NULL);
}

/* --- costs --- */

static void
cost_chosen (PwkPreferencesWindow *self)
{
  guint kind = self->cost_event ? adw_combo_row_get_selected (self->cost_event) : G_MAXUINT;

  if (kind < PWK_N_EVENTS && self->cost_ns)
    gtk_spin_button_set_value (self->cost_ns, pwk_event_info ((PwkEventKind) kind)->cost_ns);
}

/* A cost is part of the scenario: whatever can be done to a machine is a line of it. */
static void
cost_applied (PwkPreferencesWindow *self)
{
  guint kind = adw_combo_row_get_selected (self->cost_event);
  g_autofree char *line = NULL;
  g_autofree char *sentence = NULL;
  g_autoptr(GError) error = NULL;

  if (kind >= PWK_N_EVENTS || !self->document)
    return;
  line = g_strdup_printf ("cost(\"%s\", %d)", pwk_event_info ((PwkEventKind) kind)->name, gtk_spin_button_get_value_as_int (self->cost_ns));
  if (pwk_document_append_line (self->document, line, &error))
    sentence = g_strdup_printf (_("Added to the scenario: %s"), line);
  else
    sentence = pwk_script_error_format (error);
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (sentence));
}

static void
fill_events (PwkPreferencesWindow *self)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);

  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    gtk_string_list_append (names, pwk_event_info ((PwkEventKind) kind)->name);
  adw_combo_row_set_model (self->cost_event, G_LIST_MODEL (names));
}

/* --- object --- */

void
pwk_preferences_window_present (GtkWindow *parent, PwkDocument *document)
{
  PwkPreferencesWindow *self = g_object_new (PWK_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);

  g_set_object (&self->document, document);
  gtk_widget_set_visible (GTK_WIDGET (self->costs_page), document != NULL);
  gtk_window_present (GTK_WINDOW (self));
}

static void
pwk_preferences_window_dispose (GObject *object)
{
  PwkPreferencesWindow *self = PWK_PREFERENCES_WINDOW (object);

  g_clear_object (&self->document);
  g_clear_object (&self->settings);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_PREFERENCES_WINDOW);
  G_OBJECT_CLASS (pwk_preferences_window_parent_class)->dispose (object);
}

static void
pwk_preferences_window_class_init (PwkPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pwk_preferences_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/preferences-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, color_scheme);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, number_base);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, memory_unit);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, motion);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, reduce_motion);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, stop_at_failure);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, host_memory);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, costs_page);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, cost_event);
  gtk_widget_class_bind_template_child (widget_class, PwkPreferencesWindow, cost_ns);
  gtk_widget_class_bind_template_callback (widget_class, cost_chosen);
  gtk_widget_class_bind_template_callback (widget_class, cost_applied);
}

static void
pwk_preferences_window_init (PwkPreferencesWindow *self)
{
  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  bind_choice (self, "color-scheme", self->color_scheme, schemes);
  bind_choice (self, "number-base", self->number_base, bases);
  bind_choice (self, "memory-unit", self->memory_unit, units);
  g_settings_bind (self->settings, "motion-ms", gtk_spin_button_get_adjustment (self->motion), "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "reduce-motion", self->reduce_motion, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "stop-at-failure", self->stop_at_failure, "active", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (self->settings, "host-memory", gtk_spin_button_get_adjustment (self->host_memory), "value", G_SETTINGS_BIND_DEFAULT);
  fill_events (self);
  cost_chosen (self);
}
