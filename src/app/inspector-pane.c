/* inspector-pane.c - what is selected, as the kernel's C struct with live values
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/inspector-pane.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/inspect-row.h"
#include "scene/ids.h"

struct _PwkInspectorPane
{
  AdwBin       parent_instance;

  /* owned */
  PwkDocument *document;
  GSettings   *settings;
  GListStore  *rows;            /* PwkInspectItem */

  uint32_t     key;
  uint64_t     position;

  GtkStack    *stack;           /* the bin's child: AdwBin drops that one itself */

  /* template children */
  GtkLabel    *title, *subject, *where, *note;
  GtkListView *list;
  GtkFlowBox  *starts;
  GtkWidget   *pin;
};

G_DEFINE_FINAL_TYPE (PwkInspectorPane, pwk_inspector_pane, ADW_TYPE_BIN)

static const PwkModelClass inspect_class = { pwk_inspect_build, pwk_inspect_free };

/* --- what is wished --- */

static void
ask (PwkInspectorPane *self)
{
  PwkInspectParams *params;

  if (!self->document)
    return;
  params = g_new0 (PwkInspectParams, 1);
  params->selection = pwk_document_get_selection (self->document);
  params->selection_before_position = self->position;
  params->pid = pwk_document_get_pid (self->document);
  g_object_get (self->document, "decimal", &params->decimal, "kib", &params->kib, NULL);
  pwk_document_set_wish (self->document, self->key, &inspect_class, params, g_free);
}

/* --- what came --- */

static void
set_label (GtkLabel *label, const char *text)
{
  gboolean shown = text && text[0] != '\0';

  gtk_widget_set_visible (GTK_WIDGET (label), shown);
  if (shown && strcmp (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

/* As short as it can be; all of it is in the tooltip. */
static void
show_note (PwkInspectorPane *self, const char *note)
{
  g_auto(GStrv) lines = g_strsplit (note ? note : "", "\n", -1);
  g_autofree char *line = g_strjoinv (" ", lines);

  set_label (self->note, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->note), note);
}

static gboolean
same_names (GListStore *rows, const PwkInspectModel *model)
{
  if (g_list_model_get_n_items (G_LIST_MODEL (rows)) != model->n_rows)
    return FALSE;
  for (uint32_t i = 0; i < model->n_rows; i++)
    {
      g_autoptr(PwkInspectItem) item = g_list_model_get_item (G_LIST_MODEL (rows), i);

      if (strcmp (pwk_inspect_item_get (item)->name, model->rows[i].name) != 0)
        return FALSE;
    }
  return TRUE;
}

static void
show_rows (PwkInspectorPane *self, const PwkInspectModel *model)
{
  g_autoptr(GPtrArray) fresh = NULL;

  if (same_names (self->rows, model))
    {
      for (uint32_t i = 0; i < model->n_rows; i++)
        {
          g_autoptr(PwkInspectItem) item = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
          pwk_inspect_item_set (item, &model->rows[i]);
        }
      return;
    }
  fresh = g_ptr_array_new_with_free_func (g_object_unref);
  for (uint32_t i = 0; i < model->n_rows; i++)
    g_ptr_array_add (fresh, pwk_inspect_item_new (&model->rows[i]));
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)), fresh->pdata, fresh->len);
}

static void
take_snapshot (PwkInspectorPane *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  const PwkInspectModel *model = pwk_snapshot_model (snapshot, self->key);

  self->position = snapshot->position;
  if (!model)
    {
      if (pwk_document_get_selection (self->document) == 0)
        gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }
  gtk_label_set_text (self->title, model->title ? model->title : "");
  set_label (self->subject, model->subject);
  set_label (self->where, model->where);
  show_note (self, model->note);
  show_rows (self, model);
  gtk_stack_set_visible_child_name (self->stack, "thing");
}

static void
on_selection_changed (PwkInspectorPane *self)
{
  if (pwk_document_get_selection (self->document) == 0)
    gtk_stack_set_visible_child_name (self->stack, "empty");
  ask (self);
}

/* --- what people do --- */

static void
clear_clicked (PwkInspectorPane *self)
{
  pwk_document_set_selection (self->document, 0);
}

static void
copy_clicked (PwkInspectorPane *self)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s\t%s\n", gtk_label_get_text (self->title), gtk_label_get_text (self->subject));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->rows)); i++)
    {
      g_autoptr(PwkInspectItem) item = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
      const PwkInspectRow *row = pwk_inspect_item_get (item);

      g_string_append_printf (text, "%*s%s\t%s\n", (int) row->depth * 2, "", row->name, row->value ? row->value : "");
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text->str);
  pwk_document_say (self->document, _("Copied as text"));
}

static void
follow (PwkInspectorPane *self, uint64_t id)
{
  if (id != 0)
    pwk_document_set_selection (self->document, id);
}

static void
row_activated (PwkInspectorPane *self, guint position)
{
  g_autoptr(PwkInspectItem) item = g_list_model_get_item (G_LIST_MODEL (self->rows), position);

  if (item)
    follow (self, pwk_inspect_item_get (item)->link);
}

/* Shortcuts for when nothing is selected yet. */
static void
start_clicked (GtkButton *button, PwkInspectorPane *self)
{
  uint64_t *id = g_object_get_data (G_OBJECT (button), "pwk-id");

  follow (self, *id);
}

static void
add_start (PwkInspectorPane *self, const char *label, uint64_t id)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "monospace");
  gtk_widget_add_css_class (button, "caption");
  g_object_set_data_full (G_OBJECT (button), "pwk-id", g_memdup2 (&id, sizeof id), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (start_clicked), self, 0);
  gtk_flow_box_append (self->starts, button);
  pwk_name_parts (gtk_widget_get_parent (button));
}

/* --- list --- */

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, PwkInspectorPane *self)
{
  GtkWidget *row = pwk_inspect_row_view_new ();

  g_signal_connect_object (row, "link", G_CALLBACK (follow), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, PwkInspectorPane *self)
{
  pwk_inspect_row_view_set_item (PWK_INSPECT_ROW_VIEW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_row (GtkSignalListItemFactory *factory, GtkListItem *item, PwkInspectorPane *self)
{
  pwk_inspect_row_view_set_item (PWK_INSPECT_ROW_VIEW (gtk_list_item_get_child (item)), NULL);
}

static void
init_list (PwkInspectorPane *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkNoSelection) selection = NULL;

  self->rows = g_list_store_new (PWK_TYPE_INSPECT_ITEM);
  selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->rows)));
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_row), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
}

/* --- object --- */

GtkWidget *
pwk_inspector_pane_new (void)
{
  return g_object_new (PWK_TYPE_INSPECTOR_PANE, NULL);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkInspectorPane, document),
  .key = G_STRUCT_OFFSET (PwkInspectorPane, key),
  .enter = G_CALLBACK (ask),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "selection-changed", G_CALLBACK (on_selection_changed) },
               { "notify::pid", G_CALLBACK (ask) }, { "notify::decimal", G_CALLBACK (ask) }, { "notify::kib", G_CALLBACK (ask) } },
};

static void
pwk_inspector_pane_dispose (GObject *object)
{
  PwkInspectorPane *self = PWK_INSPECTOR_PANE (object);

  pwk_document_link_set (self, &document_link, NULL);
  if (self->list)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_INSPECTOR_PANE);
  g_clear_object (&self->rows);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (pwk_inspector_pane_parent_class)->dispose (object);
}

static void
pwk_inspector_pane_class_init (PwkInspectorPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pwk_inspector_pane_dispose;
  pwk_document_link_install (object_class, &document_link);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/inspector-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, title);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, subject);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, where);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, note);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, list);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, starts);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectorPane, pin);
  gtk_widget_class_bind_template_callback (widget_class, clear_clicked);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
}

static void
pwk_inspector_pane_init (PwkInspectorPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->stack = GTK_STACK (adw_bin_get_child (ADW_BIN (self)));
  self->settings = g_settings_new ("io.github.pagewalk.Pagewalk");
  g_settings_bind (self->settings, "inspector-pinned", self->pin, "active", G_SETTINGS_BIND_DEFAULT);
  init_list (self);
  add_start (self, "struct zone", PWK_ID (PWK_THING_ZONE, 0));
  add_start (self, "pg_data_t", PWK_ID (PWK_THING_NODE, 0));
  add_start (self, "CPU 0", PWK_ID (PWK_THING_CPU, 0));
}
