/* calls-page.c - all calls of the scenario language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/calls-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/calls-row.h"
#include "app/document-link.h"
#include "scenario/runner.h"

struct _PwkCallsPage
{
  AdwBin       parent_instance;

  PwkDocument *document;      /* owned */
  char        *words;         /* owned: what rows must contain, folded */
  gboolean     filled;

  /* template children */
  GtkListBox  *list;
  GtkEditable *search;
};

static guint try_signal;

G_DEFINE_FINAL_TYPE (PwkCallsPage, pwk_calls_page, ADW_TYPE_BIN)

static const char *
group_title (PwkCallGroup group)
{
  switch (group)
    {
    case PWK_CALL_MACHINE:   return _("The machine, its processes and time");
    case PWK_CALL_PROCESS:   return _("What a process may call");
    case PWK_CALL_KERNEL:    return _("What the kernel calls itself");
    case PWK_CALL_LAB:       return _("The laboratory: breaking things on purpose");
    case PWK_CALL_DUMP:      return _("Showing the state as text");
    case PWK_CALL_NARRATION: return _("Telling a lesson");
    }
  return "";
}

/* --- rows --- */

static void
add_header (GtkListBoxRow *row, GtkListBoxRow *before, gpointer data G_GNUC_UNUSED)
{
  PwkCallGroup group = pwk_calls_row_get_call (PWK_CALLS_ROW (row))->group;
  GtkWidget *label;

  if (before && pwk_calls_row_get_call (PWK_CALLS_ROW (before))->group == group)
    {
      gtk_list_box_row_set_header (row, NULL);
      return;
    }
  if (gtk_list_box_row_get_header (row))
    return;
  label = gtk_label_new (group_title (group));
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_widget_set_margin_start (label, 12);
  gtk_widget_set_margin_top (label, 14);
  gtk_widget_set_margin_bottom (label, 6);
  gtk_list_box_row_set_header (row, label);
}

static gboolean
matches (GtkListBoxRow *row, gpointer data)
{
  PwkCallsPage *self = data;
  const PwkCallInfo *call = pwk_calls_row_get_call (PWK_CALLS_ROW (row));
  g_autofree char *summary = NULL;

  if (!self->words || !*self->words)
    return TRUE;
  summary = g_utf8_casefold (gettext (call->summary), -1);
  return strstr (call->name, self->words) || strstr (summary, self->words);
}

static void
row_try (PwkCallsPage *self, const char *line)
{
  g_signal_emit (self, try_signal, 0, line);
}

static void
row_activated (PwkCallsPage *self, GtkListBoxRow *row, GtkListBox *list G_GNUC_UNUSED)
{
  row_try (self, pwk_calls_row_get_call (PWK_CALLS_ROW (row))->example);
}

static void
search_changed (PwkCallsPage *self)
{
  g_free (self->words);
  self->words = g_utf8_casefold (gtk_editable_get_text (self->search), -1);
  gtk_list_box_invalidate_filter (self->list);
}

/* --- class --- */

/* Rows are made when the page is first seen. */
static void
map (GtkWidget *widget)
{
  PwkCallsPage *self = PWK_CALLS_PAGE (widget);
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  for (uint32_t i = 0; i < n && !self->filled; i++)
    {
      GtkWidget *row = pwk_calls_row_new (&calls[i]);

      g_signal_connect_object (row, "try", G_CALLBACK (row_try), self, G_CONNECT_SWAPPED);
      gtk_list_box_append (self->list, row);
    }
  self->filled = TRUE;
  GTK_WIDGET_CLASS (pwk_calls_page_parent_class)->map (widget);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkCallsPage, document),
};

static void
dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_CALLS_PAGE);
  G_OBJECT_CLASS (pwk_calls_page_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_free (PWK_CALLS_PAGE (object)->words);
  G_OBJECT_CLASS (pwk_calls_page_parent_class)->finalize (object);
}

static void
pwk_calls_page_class_init (PwkCallsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  widget_class->map = map;
  pwk_document_link_install (object_class, &document_link);
  try_signal = g_signal_new ("try", PWK_TYPE_CALLS_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/calls-page.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkCallsPage, list);
  gtk_widget_class_bind_template_child (widget_class, PwkCallsPage, search);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
}

static void
pwk_calls_page_init (PwkCallsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  gtk_list_box_set_header_func (self->list, add_header, NULL, NULL);
  gtk_list_box_set_filter_func (self->list, matches, self, NULL);
}

GtkWidget *
pwk_calls_page_new (void)
{
  return g_object_new (PWK_TYPE_CALLS_PAGE, NULL);
}
