/* inspect-row.c - a line of the inspector: the item in its list, and the widget that shows it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/inspect-row.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"

#define INDENT  12     /* units a level */

/* --- the item --- */

struct _PwkInspectItem
{
  GObject       parent_instance;

  PwkInspectRow row;     /* strings owned */
};

G_DEFINE_FINAL_TYPE (PwkInspectItem, pwk_inspect_item, G_TYPE_OBJECT)

static guint changed_signal;

static void
clear_row (PwkInspectRow *row)
{
  g_clear_pointer (&row->name, g_free);
  g_clear_pointer (&row->type, g_free);
  g_clear_pointer (&row->value, g_free);
  g_clear_pointer (&row->meaning, g_free);
}

static void
copy_row (PwkInspectRow *to, const PwkInspectRow *from)
{
  *to = *from;
  to->name = g_strdup (from->name);
  to->type = g_strdup (from->type);
  to->value = g_strdup (from->value);
  to->meaning = g_strdup (from->meaning);
}

static void
pwk_inspect_item_finalize (GObject *object)
{
  clear_row (&PWK_INSPECT_ITEM (object)->row);
  G_OBJECT_CLASS (pwk_inspect_item_parent_class)->finalize (object);
}

static void
pwk_inspect_item_class_init (PwkInspectItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pwk_inspect_item_finalize;
  changed_signal = g_signal_new ("changed", PWK_TYPE_INSPECT_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pwk_inspect_item_init (PwkInspectItem *self)
{
}

PwkInspectItem *
pwk_inspect_item_new (const PwkInspectRow *row)
{
  PwkInspectItem *self = g_object_new (PWK_TYPE_INSPECT_ITEM, NULL);

  copy_row (&self->row, row);
  return self;
}

void
pwk_inspect_item_set (PwkInspectItem *self, const PwkInspectRow *row)
{
  gboolean same = g_strcmp0 (self->row.value, row->value) == 0 && self->row.changed == row->changed && self->row.link == row->link &&
                  g_strcmp0 (self->row.name, row->name) == 0 && g_strcmp0 (self->row.meaning, row->meaning) == 0 &&
                  self->row.depth == row->depth;

  if (same)
    return;
  clear_row (&self->row);
  copy_row (&self->row, row);
  g_signal_emit (self, changed_signal, 0);
}

const PwkInspectRow *
pwk_inspect_item_get (PwkInspectItem *self)
{
  return &self->row;
}

/* --- the widget --- */

struct _PwkInspectRowView
{
  AdwBin          parent_instance;

  PwkInspectItem *item;       /* owned */
  gulong          on_changed;

  /* template children */
  GtkBox         *mark;
  GtkLabel       *name, *value;
  GtkButton      *link;
};

G_DEFINE_FINAL_TYPE (PwkInspectRowView, pwk_inspect_row_view, ADW_TYPE_BIN)

static guint link_signal;

static void
show_row (PwkInspectRowView *self)
{
  const PwkInspectRow *row = pwk_inspect_item_get (self->item);
  g_autofree char *tooltip = NULL;
  g_autofree char *link_label = NULL;
  g_autofree char *line = g_strdup_printf ("%s: %s", row->name, row->value ? row->value : "");

  pwk_name_list_row (GTK_WIDGET (self), line);
  gtk_label_set_text (self->name, row->name);
  gtk_label_set_text (self->value, row->value ? row->value : "");
  gtk_widget_set_margin_start (GTK_WIDGET (self->name), (int) row->depth * INDENT);
  gtk_widget_set_opacity (GTK_WIDGET (self->mark), row->changed ? 1 : 0);
  if (row->changed)
    gtk_widget_add_css_class (GTK_WIDGET (self), "changed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "changed");
  if (row->seed)
    gtk_widget_add_css_class (GTK_WIDGET (self->name), "seed");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->name), "seed");

  tooltip = g_strjoin ("\n", row->type && row->type[0] != '\0' ? row->type : row->name, row->meaning, NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_widget_set_visible (GTK_WIDGET (self->link), row->link != 0);
  /* Translators: %s is what a field names, as "pfn 4711" */
  link_label = g_strdup_printf (_("Select %s"), row->value && row->value[0] != '\0' ? row->value : row->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->link), link_label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->link), GTK_ACCESSIBLE_PROPERTY_LABEL, link_label, -1);
}

void
pwk_inspect_row_view_set_item (PwkInspectRowView *self, PwkInspectItem *item)
{
  if (self->item)
    g_clear_signal_handler (&self->on_changed, self->item);
  g_set_object (&self->item, item);
  if (!item)
    return;
  self->on_changed = g_signal_connect_swapped (item, "changed", G_CALLBACK (show_row), self);
  show_row (self);
}

static void
link_clicked (PwkInspectRowView *self)
{
  if (self->item)
    g_signal_emit (self, link_signal, 0, pwk_inspect_item_get (self->item)->link);
}

GtkWidget *
pwk_inspect_row_view_new (void)
{
  return g_object_new (PWK_TYPE_INSPECT_ROW_VIEW, NULL);
}

static void
pwk_inspect_row_view_dispose (GObject *object)
{
  pwk_inspect_row_view_set_item (PWK_INSPECT_ROW_VIEW (object), NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_INSPECT_ROW_VIEW);
  G_OBJECT_CLASS (pwk_inspect_row_view_parent_class)->dispose (object);
}

static void
pwk_inspect_row_view_class_init (PwkInspectRowViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = pwk_inspect_row_view_dispose;
  link_signal = g_signal_new ("link", PWK_TYPE_INSPECT_ROW_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/inspect-row.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkInspectRowView, mark);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectRowView, name);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectRowView, value);
  gtk_widget_class_bind_template_child (widget_class, PwkInspectRowView, link);
  gtk_widget_class_bind_template_callback (widget_class, link_clicked);
}

static void
pwk_inspect_row_view_init (PwkInspectRowView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}
