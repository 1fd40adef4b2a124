/* event-list-window.c - what the statement under way did so far, event by event
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/event-list-window.h"

#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/event-kinds.h"
#include "app/event-list.h"
#include "views/view-common.h"

#define DEPTH_INDENT  14    /* pixels a cause */
#define MAX_INDENT   168
#define SCROLL_DELAY_MS 50
#define PAGE         400    /* events of history that are asked for at once */
#define TYPING_MS    300    /* after the last letter of a condition */

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
  guint              scroll_source, typing_source;
  gboolean           scrolled;       /* to the position, since it changed */

  /* history: what lies between the cursors is in the list; UINT64_MAX: there is no more that way */
  uint32_t           page_key;
  uint64_t           page_serial;    /* of the page under way; 0 none */
  uint64_t           first, last;
  uint64_t           known_end;

  /* template children */
  GtkListView       *list;
  GtkDropDown       *choice, *kind;
  GtkEditable       *search;
  GtkScrolledWindow *scroller;
  GtkLabel          *count;
  GtkStack          *stack;
};

G_DEFINE_FINAL_TYPE (PwkEventListWindow, pwk_event_list_window, ADW_TYPE_WINDOW)

typedef enum { SHOW_STATEMENT, SHOW_CAUSES, SHOW_HISTORY } Choice;

static Choice
choice_of (PwkEventListWindow *self)
{
  return (Choice) gtk_drop_down_get_selected (self->choice);
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
  gboolean details = TRUE;

  if (choice_of (self) != SHOW_HISTORY)
    g_object_get (self->document, "show-details", &details, NULL);
  if (!details && pwk_event_info ((PwkEventKind) pwk_event_item_get_kind (object))->category == PWK_CATEGORY_DETAIL)
    return FALSE;
  if (!self->words || !*self->words || choice_of (self) == SHOW_HISTORY)
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
  gboolean all = choice_of (self) != SHOW_HISTORY || (self->first == 0 && self->last == UINT64_MAX);
  g_autofree char *text = all ? g_strdup_printf (ngettext ("%u event", "%u events", n), n)
                              /* Translators: so many are listed by now; there may be more. */
                              : g_strdup_printf (ngettext ("%u event or more", "%u events or more", n), n);

  gtk_label_set_text (self->count, text);
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "list" : choice_of (self) == SHOW_HISTORY ? "none" : "empty");
}

/* When the list has got its rows: before it has its height, GTK would give a place to the one alone that is scrolled to. */
static gboolean
scroll_later (gpointer data)
{
  PwkEventListWindow *self = data;
  GtkAdjustment *vertical = gtk_scrolled_window_get_vadjustment (self->scroller);
  GtkSingleSelection *selection = GTK_SINGLE_SELECTION (gtk_list_view_get_model (self->list));
  guint selected = gtk_single_selection_get_selected (selection);

  if (gtk_adjustment_get_page_size (vertical) <= 0)
    return G_SOURCE_CONTINUE;
  self->scroll_source = 0;
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", selected);
  return G_SOURCE_REMOVE;
}

static uint64_t
number_at (GListModel *model, guint i)
{
  g_autoptr(PwkEventItem) item = g_list_model_get_item (model, i);

  return pwk_event_item_get_number (item);
}

/* The rows are in the order of their numbers. */
static void
select_position (PwkEventListWindow *self)
{
  GtkSelectionModel *selection = gtk_list_view_get_model (self->list);
  GListModel *rows = G_LIST_MODEL (selection);
  const guint n = g_list_model_get_n_items (rows);
  guint low = 0, high = n;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (number_at (rows, middle) < self->position)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == n || number_at (rows, low) != self->position)
    return;
  gtk_selection_model_select_item (selection, low, TRUE);
  if (!self->scroll_source && !self->scrolled)
    self->scroll_source = g_timeout_add (SCROLL_DELAY_MS, scroll_later, self);
  self->scrolled = TRUE;
}

/* --- history --- */

static void
ask_for_page (PwkEventListWindow *self, gboolean backwards)
{
  guint kind = gtk_drop_down_get_selected (self->kind);
  const PwkEventQuery query = {
    .key = self->page_key, .event = kind > 0 ? pwk_event_info ((PwkEventKind) (kind - 1))->name : NULL,
    .condition = gtk_editable_get_text (self->search), .backwards = backwards, .from = backwards ? self->first : self->last,
    .limit = PAGE, .klass = &pwk_event_list_class,
  };

  if (self->page_serial != 0 || (backwards ? self->first == 0 : self->last == UINT64_MAX))
    return;
  self->page_serial = pwk_session_list_events (pwk_document_get_session (self->document), &query);
}

/* From the position on; what lies before it comes when the list is scrolled there. */
static void
start_history (PwkEventListWindow *self)
{
  pwk_event_list_clear (self->events);
  self->page_serial = 0;
  self->first = self->position;
  self->last = self->position > 0 ? self->position - 1 : 0;
  self->scrolled = FALSE;
  gtk_widget_remove_css_class (GTK_WIDGET (self->search), "error");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->search), NULL);
  ask_for_page (self, FALSE);
}

static void
take_page (PwkEventListWindow *self, PwkEventPage *page)
{
  if (page->serial != self->page_serial)
    return;
  self->page_serial = 0;
  if (page->error)
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->search), "error");
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->search), page->error);
      self->first = 0;
      self->last = UINT64_MAX;
      return;
    }
  pwk_event_list_add_page (self->events, page);
  if (page->backwards)
    self->first = page->at_end ? 0 : page->cursor;
  else
    self->last = page->at_end ? UINT64_MAX : page->cursor;
  /* A short list cannot be scrolled to ask for more. Where nothing was looked at (there is no machine) asking again would find as little. */
  if (g_list_model_get_n_items (G_LIST_MODEL (self->events)) < PAGE && (page->is_complete || page->cursor != page->from))
    ask_for_page (self, page->at_end ? !page->backwards : page->backwards);
}

static void
edge_reached (PwkEventListWindow *self, GtkPositionType edge)
{
  if (choice_of (self) == SHOW_HISTORY && (edge == GTK_POS_TOP || edge == GTK_POS_BOTTOM))
    ask_for_page (self, edge == GTK_POS_TOP);
}

static void
follow_history (PwkEventListWindow *self, PwkSnapshot *snapshot)
{
  if (snapshot->generation != self->generation)
    {
      self->generation = snapshot->generation;
      self->known_end = snapshot->known_end;
      start_history (self);
    }
  for (guint i = 0; i < snapshot->pages->len; i++)
    if (((PwkEventPage *) snapshot->pages->pdata[i])->key == self->page_key)
      take_page (self, snapshot->pages->pdata[i]);
  /* more has happened than when the end was reached */
  if (self->last == UINT64_MAX && snapshot->known_end > self->known_end)
    {
      self->last = self->known_end;
      ask_for_page (self, FALSE);
    }
  self->known_end = snapshot->known_end;
}

/* --- what is shown --- */

static void
follow_position (PwkEventListWindow *self, PwkSnapshot *snapshot)
{
  gboolean chain = choice_of (self) == SHOW_CAUSES;
  gboolean keep = snapshot->generation == self->generation && !chain && pwk_event_list_spans (self->events, snapshot->position);

  if (!keep && pwk_event_list_take (self->events, snapshot, self->key, chain))
    self->generation = snapshot->generation;
}

static void
take_snapshot (PwkEventListWindow *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);

  if (!snapshot)
    return;
  self->scrolled &= self->position == snapshot->position;
  self->position = snapshot->position;
  if (choice_of (self) == SHOW_HISTORY)
    follow_history (self, snapshot);
  else
    follow_position (self, snapshot);
  show_count (self);
  select_position (self);
}

static void
choice_changed (PwkEventListWindow *self)
{
  gboolean history = choice_of (self) == SHOW_HISTORY;

  if (!self->document)
    return;
  gtk_widget_set_visible (GTK_WIDGET (self->kind), history);
  g_object_set (self->search, "placeholder-text", history ? _("A condition on the fields, as order >= 3 && zone == DMA32")
                                                          : _("A part of an event’s name or fields"), NULL);
  pwk_event_list_clear (self->events);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  self->scrolled = FALSE;
  self->generation = G_MAXUINT64;
  take_snapshot (self);
}

static gboolean
search_history (gpointer data)
{
  PwkEventListWindow *self = data;

  self->typing_source = 0;
  start_history (self);
  show_count (self);
  return G_SOURCE_REMOVE;
}

static void
kind_changed (PwkEventListWindow *self)
{
  if (self->document && choice_of (self) == SHOW_HISTORY)
    search_history (self);
}

static void
search_changed (PwkEventListWindow *self)
{
  if (choice_of (self) == SHOW_HISTORY)
    {
      g_clear_handle_id (&self->typing_source, g_source_remove);
      self->typing_source = g_timeout_add (TYPING_MS, search_history, self);
      return;
    }
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

static void
search_stopped (PwkEventListWindow *self)
{
  gtk_window_close (GTK_WINDOW (self));
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
wish_for_events (PwkEventListWindow *self)
{
  self->generation = G_MAXUINT64;
  self->page_key = pwk_document_new_wish_key (self->document);
  pwk_document_set_wish (self->document, self->key, &pwk_event_list_class, NULL, NULL);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkEventListWindow, document),
  .key = G_STRUCT_OFFSET (PwkEventListWindow, key),
  .enter = G_CALLBACK (wish_for_events),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "notify::show-details", G_CALLBACK (choice_changed) } },
};

static void
dispose (GObject *object)
{
  PwkEventListWindow *self = PWK_EVENT_LIST_WINDOW (object);

  pwk_document_link_set (self, &document_link, NULL);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  g_clear_handle_id (&self->typing_source, g_source_remove);
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

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/event-list-window.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, list);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, choice);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, kind);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, scroller);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, search);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, count);
  gtk_widget_class_bind_template_child (widget_class, PwkEventListWindow, stack);
  gtk_widget_class_bind_template_callback (widget_class, choice_changed);
  gtk_widget_class_bind_template_callback (widget_class, kind_changed);
  gtk_widget_class_bind_template_callback (widget_class, edge_reached);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped);
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
  pwk_event_kinds_fill (self->kind, _("Any event"));
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
