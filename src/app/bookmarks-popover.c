/* bookmarks-popover.c - places in history with a note
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/bookmarks-popover.h"

#include "app/document-link.h"
#include "app/mark-rows.h"
#include "views/view-common.h"

struct _PwkBookmarksPopover
{
  GtkPopover   parent_instance;

  /* owned */
  PwkDocument *document;
  char        *listed;        /* what the rows were made from */

  /* template children */
  GtkEditable *note;
  GtkWidget   *add, *empty, *scroller;
  GtkListBox  *list;
};

G_DEFINE_FINAL_TYPE (PwkBookmarksPopover, pwk_bookmarks_popover, GTK_TYPE_POPOVER)

/* --- what people do --- */

static void
add_here (PwkBookmarksPopover *self)
{
  PwkSnapshot *snapshot = self->document ? pwk_document_get_snapshot (self->document) : NULL;
  g_autofree char *note = g_strstrip (g_strdup (gtk_editable_get_text (self->note)));

  if (!snapshot)
    return;
  if (!*note)
    {
      g_free (note);
      note = g_strdup_printf (_("Line %u"), snapshot->line);
    }
  pwk_session_add_bookmark (pwk_document_get_session (self->document), snapshot->position, note);
  gtk_editable_set_text (self->note, "");
}

static void
row_activated (PwkBookmarksPopover *self, GtkListBoxRow *row, GtkListBox *list G_GNUC_UNUSED)
{
  const uint64_t *position = g_object_get_data (G_OBJECT (row), "pwk-position");

  pwk_document_go_to (self->document, *position);
  gtk_popover_popdown (GTK_POPOVER (self));
}

static void
row_removed (GtkButton *button, PwkBookmarksPopover *self)
{
  pwk_session_remove_bookmark (pwk_document_get_session (self->document), pwk_mark_rows_id (GTK_WIDGET (button)));
}

/* --- the list --- */

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (style)
    gtk_widget_add_css_class (label, style);
  return label;
}

static GtkWidget *
make_row (PwkBookmarksPopover *self, const PwkBookmark *bookmark)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *number = pwk_format_count (bookmark->n);
  g_autofree char *place = g_strdup_printf (_("Event %s"), number);
  /* Translators: what a bookmark is called */
  g_autofree char *remove_name = g_strdup_printf (_("Remove the bookmark “%s”"), bookmark->note);
  g_autofree char *name = g_strdup_printf ("%s, %s", bookmark->note, place);

  gtk_box_append (GTK_BOX (words), make_label (bookmark->note, NULL));
  gtk_box_append (GTK_BOX (words), make_label (place, "caption"));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  gtk_box_append (GTK_BOX (box), pwk_mark_rows_remove (bookmark->id, remove_name, G_CALLBACK (row_removed), self));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (row), "pwk-position", g_memdup2 (&bookmark->n, sizeof bookmark->n), g_free);
  return row;
}

static char *
signature_of (const PwkSnapshot *snapshot)
{
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < snapshot->n_bookmarks; i++)
    g_string_append_printf (text, "%u %" G_GUINT64_FORMAT " %s\n", snapshot->bookmarks[i].id, snapshot->bookmarks[i].n, snapshot->bookmarks[i].note);
  return g_string_free (text, FALSE);
}

static void
take_snapshot (PwkBookmarksPopover *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  gtk_widget_set_sensitive (self->add, snapshot != NULL);
  if (!snapshot || !pwk_mark_rows_begin (self->list, &self->listed, signature_of (snapshot)))
    return;
  for (uint32_t i = 0; i < snapshot->n_bookmarks; i++)
    gtk_list_box_append (self->list, make_row (self, &snapshot->bookmarks[i]));
  gtk_widget_set_visible (self->empty, snapshot->n_bookmarks == 0);
  gtk_widget_set_visible (self->scroller, snapshot->n_bookmarks > 0);
}

/* --- class --- */

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkBookmarksPopover, document),
  .enter = G_CALLBACK (take_snapshot),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) } },
};

static void
dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_BOOKMARKS_POPOVER);
  G_OBJECT_CLASS (pwk_bookmarks_popover_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_free (PWK_BOOKMARKS_POPOVER (object)->listed);
  G_OBJECT_CLASS (pwk_bookmarks_popover_parent_class)->finalize (object);
}

static void
pwk_bookmarks_popover_class_init (PwkBookmarksPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/bookmarks-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkBookmarksPopover, note);
  gtk_widget_class_bind_template_child (widget_class, PwkBookmarksPopover, add);
  gtk_widget_class_bind_template_child (widget_class, PwkBookmarksPopover, empty);
  gtk_widget_class_bind_template_child (widget_class, PwkBookmarksPopover, scroller);
  gtk_widget_class_bind_template_child (widget_class, PwkBookmarksPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, add_here);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
}

static void
pwk_bookmarks_popover_init (PwkBookmarksPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
pwk_bookmarks_popover_new (void)
{
  return g_object_new (PWK_TYPE_BOOKMARKS_POPOVER, NULL);
}
