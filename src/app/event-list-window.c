/* event-list-window.c - what the statement under way did so far, event by event
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/event-list-window.h"

#include <string.h>

#include "app/accessible-names.h"
#include "app/event-list.h"
#include "views/view-common.h"

#define DEPTH_INDENT  14    /* pixels a cause */
#define MAX_INDENT   168
#define SCROLL_DELAY_MS 50

struct _PwkEventListWindow
{
  AdwWindow          parent_instance;

  /* owned */
  PwkDocument       *document;
  PwkEventList      *events;
  GtkFilter         *filter;
  char              *words;          /* what rows must contain, folded; "" all */

  uint32_t           key;
  uint64_t           generation;     /* of the snapshot that the list is from */
  uint64_t           position;       /* of the document */
  gulong             on_snapshot;
  guint              scroll_source;

  /* template children */
  GtkListView       *list;
  GtkDropDown       *choice;
  GtkEditable       *search;
  GtkLabel          *count;
  GtkStack          *stack;
};

enum { PROP_0, PROP_DOCUMENT, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PwkEventListWindow, pwk_event_list_window, ADW_TYPE_WINDOW)

static gboolean
wants_chain (PwkEventListWindow *self)
{
  return gtk_drop_down_get_selected (self->choice) == 1;
}

/* --- rows --- */

/* number, name, fields, place in the kernel */
typedef struct { GtkWidget *number, *name, *fields, *where; } RowLabels;

static GtkWidget *
add_label (GtkWidget *row, const char *style, gboolean expand)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, style);
  gtk_widget_set_hexpand (label, expand);
  if (expand)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (row), label);
  return label;
}

static void
setup_row (GtkSignalListItemFactory *factory G_GNUC_UNUSED, GtkListItem *item, PwkEventListWindow *self G_GNUC_UNUSED)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  RowLabels *labels = g_new (RowLabels, 1);

  labels->number = add_label (row, "numeric", FALSE);
  gtk_label_set_width_chars (GTK_LABEL (labels->number), 9);
  gtk_label_set_xalign (GTK_LABEL (labels->number), 1);
  labels->name = add_label (row, "monospace", FALSE);
  labels->fields = add_label (row, "dim-label", TRUE);
  labels->where = add_label (row, "caption", FALSE);
  gtk_widget_add_css_class (labels->where, "monospace");
  gtk_widget_add_css_class (labels->where, "dim-label");
  g_object_set_data_full (G_OBJECT (row), "pwk-labels", labels, g_free);
  gtk_list_item_set_child (item, row);
}

static void
bind_row (GtkSignalListItemFactory *factory G_GNUC_UNUSED, GtkListItem *item, PwkEventListWindow *self G_GNUC_UNUSED)
{
  RowLabels *labels = g_object_get_data (G_OBJECT (gtk_list_item_get_child (item)), "pwk-labels");
  PwkEventItem *event = gtk_list_item_get_item (item);
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) pwk_event_item_get_kind (event));
  g_autofree char *number = pwk_format_count (pwk_event_item_get_number (event));
  g_autofree char *name = g_strdup_printf ("%s %s %s", number, info->name, pwk_event_item_get_fields (event));

  gtk_label_set_text (GTK_LABEL (labels->number), number);
  gtk_label_set_text (GTK_LABEL (labels->name), info->name);
  gtk_widget_set_margin_start (labels->name, MIN ((int) pwk_event_item_get_depth (event) * DEPTH_INDENT, MAX_INDENT));
  gtk_label_set_text (GTK_LABEL (labels->fields), pwk_event_item_get_fields (event));
  gtk_widget_set_tooltip_text (labels->fields, pwk_event_item_get_fields (event));
  gtk_label_set_text (GTK_LABEL (labels->where), strcmp (info->where, "-") == 0 ? "" : info->where);
  pwk_name_list_row (gtk_list_item_get_child (item), name);
}

static gboolean
matches (gpointer object, gpointer data)
{
  PwkEventListWindow *self = data;
  g_autofree char *fields = NULL;

  if (!self->words || !*self->words)
    return TRUE;
  if (strstr (pwk_event_info ((PwkEventKind) pwk_event_item_get_kind (object))->name, self->words))
    return TRUE;
  fields = g_utf8_casefold (pwk_event_item_get_fields (object), -1);
  return strstr (fields, self->words) != NULL;
}

/* --- what is shown --- */

static void
show_count (PwkEventListWindow *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (self->list)));
  g_autofree char *text = g_strdup_printf (ngettext ("%u event", "%u events", n), n);

  gtk_label_set_text (self->count, text);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : "empty");
}

/* When the list has got its rows. */
static gboolean
scroll_later (gpointer data)
{
  PwkEventListWindow *self = data;
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list));
  guint selected = gtk_single_selection_get_selected (selection);

  self->scroll_source = 0;
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);
  return G_SOURCE_REMOVE;
}

static void
select_position (PwkEventListWindow *self)
{
  GtkSelectionModel *selection = gtk_list_view_get_model (self->list);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (selection));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(PwkEventItem) item = g_list_model_get_item (G_LIST_MODEL (selection), i);

      if (pwk_event_item_get_number (item) == self->position)
        {
          gtk_selection_model_select_item (selection, i, TRUE);
          if (!self->scroll_source)
            self->scroll_source = g_timeout_add (SCROLL_DELAY_MS, scroll_later, self);
          return;
        }
    }
}

static void
take_snapshot (PwkEventListWindow *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  gboolean keep;

  if (!snapshot)
    return;
  keep = snapshot->generation == self->generation && !wants_chain (self) && pwk_event_list_spans (self->events, snapshot->position);
  self->position = snapshot->position;
  if (!keep && pwk_event_list_take (self->events, snapshot, self->key, wants_chain (self)))
    self->generation = snapshot->generation;
  show_count (self);
  select_position (self);
}

static void
choice_changed (PwkEventListWindow *self)
{
  if (!self->document)
    return;
  self->generation = G_MAXUINT64;
  take_snapshot (self);
}

static void
search_changed (PwkEventListWindow *self)
{
  g_free (self->words);
  self->words = g_utf8_casefold (gtk_editable_get_text (self->search), -1);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_count (self);
}

static void
row_activated (PwkEventListWindow *self, guint position)
{
  g_autoptr(PwkEventItem) item = g_list_model_get_item (G_LIST_MODEL (gtk_list_view_get_model (self->list)), position);

  if (item)
    pwk_document_go_to (self->document, pwk_event_item_get_number (item));
}

/* Enter in the search: to the first event that it leaves, or the one chosen. */
static void
search_activated (PwkEventListWindow *self)
{
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list));
  guint selected;

  search_changed (self);   /* which may still wait for more letters */
  selected = gtk_single_selection_get_selected (selection);
  row_activated (self, selected == GTK_INVALID_LIST_POSITION ? 0 : selected);
}

static gboolean
search_key (GtkEventControllerKey *controller G_GNUC_UNUSED, guint keyval, guint keycode G_GNUC_UNUSED,
            GdkModifierType state G_GNUC_UNUSED, PwkEventListWindow *self)
{
  if (keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down)
    return GDK_EVENT_PROPAGATE;
  gtk_widget_child_focus (GTK_WIDGET (self->list), GTK_DIR_TAB_FORWARD);
  return GDK_EVENT_STOP;
}

static void
copy_clicked (PwkEventListWindow *self)
{
  g_autofree char *text = pwk_event_list_to_text (self->events);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  pwk_document_say (self->document, _("Copied as text"));
}

/* --- class --- */

static void
set_document (PwkEventListWindow *self, PwkDocument *document)
{
  if (self->document)
    {
      g_clear_signal_handler (&self->on_snapshot, self->document);
      pwk_document_set_wish (self->document, self->key, NULL, NULL, NULL);
    }
  g_set_object (&self->document, document);
  if (!document)
    return;
  self->generation = G_MAXUINT64;
  self->key = pwk_document_new_wish_key (document);
  self->on_snapshot = g_signal_connect_swapped (document, "snapshot", G_CALLBACK (take_snapshot), self);
  pwk_document_set_wish (document, self->key, &pwk_event_list_class, NULL, NULL);
}

static void
get_property (GObject *object, guint id G_GNUC_UNUSED, GValue *value, GParamSpec *pspec G_GNUC_UNUSED)
{
  g_value_set_object (value, PWK_EVENT_LIST_WINDOW (object)->document);
}

static void
set_property (GObject *object, guint id G_GNUC_UNUSED, const GValue *value, GParamSpec *pspec G_GNUC_UNUSED)
{
  set_document (PWK_EVENT_LIST_WINDOW (object), g_value_get_object (value));
}

static void
dispose (GObject *object)
{
  PwkEventListWindow *self = PWK_EVENT_LIST_WINDOW (object);

  set_document (self, NULL);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  if (self->list)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_EVENT_LIST_WINDOW);
  g_clear_object (&self->events);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (pwk_event_list_window_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_free (PWK_EVENT_LIST_WINDOW (object)->words);
  G_OBJECT_CLASS (pwk_event_list_window_parent_class)->finalize (object);
}

static void
pwk_event_list_window_class_init (PwkEventListWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->dispose = dispose;
  object_class->finalize = finalize;
  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/event-list-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, list);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, choice);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, search);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, count);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, search_activated);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, copy_clicked);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
pwk_event_list_window_init (PwkEventListWindow *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr(GtkSelectionModel) selection = NULL;
  GtkFilterListModel *filtered;
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (search_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search), keys);
  gtk_window_set_focus (GTK_WINDOW (self), GTK_WIDGET (self->search));
  self->events = pwk_event_list_new ();
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->events)), g_object_ref (self->filter));
  selection = GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (filtered)));
  gtk_single_selection_set_autoselect (GTK_SINGLE_SELECTION (selection), FALSE);
  gtk_single_selection_set_can_unselect (GTK_SINGLE_SELECTION (selection), TRUE);
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, selection);
}

void
pwk_event_list_window_present (GtkWindow *parent, PwkDocument *document)
{
  PwkEventListWindow *self = g_object_new (PWK_TYPE_EVENT_LIST_WINDOW, "transient-for", parent, "document", document, NULL);

  gtk_window_present (GTK_WINDOW (self));
}
