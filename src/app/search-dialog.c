/* search-dialog.c - one field that finds whatever there is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/search-dialog.h"

#include <glib/gi18n.h>

#include "app/accessible-names.h"
#include "app/go-to-dialog.h"
#include "app/search-items.h"

#define MAX_FOUND 200

struct _PwkSearchDialog
{
  AdwWindow           parent_instance;

  /* owned */
  GListStore         *all, *found;    /* PwkSearchItem */
  GtkSingleSelection *selection;

  PwkWindow          *window;         /* borrowed: transient for it */

  /* template children */
  GtkEditable        *search;
  GtkListView        *list;
  GtkStack           *stack;
};

G_DEFINE_FINAL_TYPE (PwkSearchDialog, pwk_search_dialog, ADW_TYPE_WINDOW)

/* --- rows --- */

typedef struct { GtkLabel *title, *detail, *kind; } RowLabels;

static GtkLabel *
new_label (const char *style, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  if (style)
    gtk_widget_add_css_class (label, style);
  return GTK_LABEL (label);
}

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer unused)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  RowLabels *labels = g_new (RowLabels, 1);

  labels->title = new_label (NULL, PANGO_ELLIPSIZE_END);
  labels->detail = new_label ("dim-label", PANGO_ELLIPSIZE_END);
  labels->kind = new_label ("dim-label", PANGO_ELLIPSIZE_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (labels->detail), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (labels->kind), "caption");
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_add_css_class (row, "search-row");
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (labels->title));
  gtk_box_append (GTK_BOX (lines), GTK_WIDGET (labels->detail));
  gtk_box_append (GTK_BOX (row), lines);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (labels->kind));
  g_object_set_data_full (G_OBJECT (row), "pwk-labels", labels, g_free);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer unused)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);
  RowLabels *labels = g_object_get_data (G_OBJECT (row), "pwk-labels");
  PwkSearchItem *item = gtk_list_item_get_item (list_item);
  const char *detail = pwk_search_item_get_detail (item);
  g_autofree char *name = g_strdup_printf ("%s, %s. %s", pwk_search_item_get_title (item), pwk_search_item_get_kind (item), detail);

  gtk_label_set_text (labels->title, pwk_search_item_get_title (item));
  gtk_label_set_text (labels->detail, detail);
  gtk_widget_set_visible (GTK_WIDGET (labels->detail), detail[0] != '\0');
  gtk_label_set_text (labels->kind, pwk_search_item_get_kind (item));
  gtk_widget_set_tooltip_text (row, detail[0] != '\0' ? detail : NULL);
  pwk_name_list_row (row, name);
}

/* --- finding --- */

typedef struct { PwkSearchItem *item; int rank; guint index; } Found;

static int
better_first (gconstpointer a, gconstpointer b)
{
  const Found *x = a, *y = b;

  return x->rank != y->rank ? y->rank - x->rank : x->index < y->index ? -1 : 1;
}

static GArray *
rank_all (PwkSearchDialog *self, const char *const *words)
{
  GArray *found = g_array_new (FALSE, FALSE, sizeof (Found));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->all));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(PwkSearchItem) item = g_list_model_get_item (G_LIST_MODEL (self->all), i);
      Found one = { item, words[0] ? pwk_search_item_rank (item, words) : 1, i };

      if (one.rank > 0)
        g_array_append_val (found, one);
    }
  g_array_sort (found, better_first);
  return found;
}

static void
search_changed (PwkSearchDialog *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->search))), *folded = g_utf8_casefold (text, -1);
  g_auto(GStrv) words = g_strsplit_set (folded, " \t", -1);
  g_autoptr(PwkSearchItem) place = pwk_search_item_for_place (text);
  g_autoptr(GArray) found = NULL;
  g_autoptr(GPtrArray) items = g_ptr_array_new ();

  found = rank_all (self, (const char *const *) words);
  if (place)
    g_ptr_array_add (items, place);
  for (guint i = 0; i < MIN (found->len, MAX_FOUND); i++)
    g_ptr_array_add (items, g_array_index (found, Found, i).item);
  g_list_store_splice (self->found, 0, g_list_model_get_n_items (G_LIST_MODEL (self->found)), items->pdata, items->len);
  gtk_single_selection_set_selected (self->selection, items->len > 0 ? 0 : GTK_INVALID_LIST_POSITION);
  gtk_stack_set_visible_child_name (self->stack, items->len > 0 ? "list" : "empty");
}

/* --- choosing --- */

static void
carry_out (PwkWindow *window, PwkSearchItem *item)
{
  const char *target = pwk_search_item_get_target (item);

  switch (pwk_search_item_get_deed (item))
    {
    case PWK_SEARCH_ACTION:
      {
        g_autoptr(GVariant) value = NULL;
        g_autofree char *name = NULL;

        if (g_action_parse_detailed_name (target, &name, &value, NULL))
          pwk_window_do (window, name, value);
        break;
      }
    case PWK_SEARCH_OPEN:
      {
        g_autoptr(GFile) file = g_file_new_for_uri (target);

        pwk_window_open_file (window, file);
        break;
      }
    case PWK_SEARCH_LINE:
      pwk_window_try_line (window, target);
      break;
    case PWK_SEARCH_EVENT:
      pwk_session_find_event (pwk_document_get_session (pwk_window_get_document (window)), target, NULL, false);
      break;
    case PWK_SEARCH_PLACE:
      pwk_place_go (window, target, FALSE);
      break;
    }
}

static void
row_activated (PwkSearchDialog *self, guint position)
{
  g_autoptr(PwkSearchItem) item = g_list_model_get_item (G_LIST_MODEL (self->found), position);
  PwkWindow *window = self->window;

  if (!item)
    return;
  gtk_window_close (GTK_WINDOW (self));
  if (window)
    carry_out (window, item);
}

static void
search_activated (PwkSearchDialog *self)
{
  search_changed (self);   /* which may still wait for more letters */
  row_activated (self, gtk_single_selection_get_selected (self->selection));
}

static void
search_stopped (PwkSearchDialog *self)
{
  gtk_window_close (GTK_WINDOW (self));
}

/* Up and Down choose a row while the letters go on into the field. */
static gboolean
key_pressed (GtkEventControllerKey *controller, guint keyval, guint keycode, GdkModifierType state, PwkSearchDialog *self)
{
  int step = keyval == GDK_KEY_Down ? 1 : keyval == GDK_KEY_Up ? -1 : 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->found)), at = gtk_single_selection_get_selected (self->selection);

  if (step == 0 || n == 0)
    return GDK_EVENT_PROPAGATE;
  at = (guint) CLAMP ((int) at + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, at);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", at);
  return GDK_EVENT_STOP;
}

/* --- class --- */

static void
dispose (GObject *object)
{
  PwkSearchDialog *self = PWK_SEARCH_DIALOG (object);

  g_clear_weak_pointer (&self->window);
  if (self->list)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_SEARCH_DIALOG);
  g_clear_object (&self->selection);
  g_clear_object (&self->all);
  g_clear_object (&self->found);
  G_OBJECT_CLASS (pwk_search_dialog_parent_class)->dispose (object);
}

static void
pwk_search_dialog_class_init (PwkSearchDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/search-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkSearchDialog, search);
  gtk_widget_class_bind_template_child (widget_class, PwkSearchDialog, list);
  gtk_widget_class_bind_template_child (widget_class, PwkSearchDialog, stack);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_search_dialog_init (PwkSearchDialog *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  self->all = pwk_search_items_new ();
  self->found = g_list_store_new (PWK_TYPE_SEARCH_ITEM);
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->found)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search), keys);
  search_changed (self);
}

void
pwk_search_dialog_present (PwkWindow *window)
{
  PwkSearchDialog *self = g_object_new (PWK_TYPE_SEARCH_DIALOG, "transient-for", window, NULL);

  g_set_weak_pointer (&self->window, window);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}
