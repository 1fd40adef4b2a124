/* view-pane.c - a canvas with what belongs to its view: choices, zoom, the list of its things
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/view-pane.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/summary.h"
#include "app/thing-list.h"
#include "app/view-menu.h"

#define ZOOM_STEP    1.25
#define INDENT       14      /* of a row, units a level */

struct _PwkViewPane
{
  AdwBin              parent_instance;

  /* owned */
  PwkDocument        *document;
  PwkThingList       *things;
  GtkSingleSelection *selection;
  GSimpleActionGroup *actions;
  GtkStringList      *processes, *zones, *cpus;
  GArray             *pids;         /* int, by row of processes */
  GArray             *zone_keys;    /* uint: node << 8 | type, by row of zones */

  uint32_t            key;          /* of the wish for a summary */
  gboolean            filling;      /* the lists are being changed by us */

  /* template children */
  PwkCanvas          *canvas;
  GtkMenuButton      *chooser, *options;
  GtkDropDown        *process, *colouring, *zone, *cpu;
  GtkEntry           *address;
  GtkButton          *zoom_in, *zoom_out, *zoom_fit, *close_button;
  GtkCheckButton     *list_button;
  GtkListView        *list;
};

enum { PROP_0, PROP_DOCUMENT, PROP_VIEW, PROP_SHOW_LIST, PROP_CHOOSER, PROP_CLOSABLE, N_PROPS };
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (PwkViewPane, pwk_view_pane, ADW_TYPE_BIN)

/* --- the choosers' contents --- */

static void
replace_strings (GtkStringList *list, GPtrArray *strings)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));
  gboolean same = n == strings->len;

  for (guint i = 0; same && i < n; i++)
    same = strcmp (gtk_string_list_get_string (list, i), strings->pdata[i]) == 0;
  if (same)
    return;
  g_ptr_array_add (strings, NULL);
  gtk_string_list_splice (list, 0, n, (const char *const *) strings->pdata);
}

static void
fill_processes (PwkViewPane *self, const PwkSummary *summary)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  int pid = pwk_document_get_pid (self->document), zero = 0;
  guint chosen = 0;

  g_array_set_size (self->pids, 0);
  g_array_append_val (self->pids, zero);
  g_ptr_array_add (rows, g_strdup (_("Running process")));
  for (uint32_t i = 0; i < summary->n_processes; i++)
    {
      const PwkSummaryProcess *process = &summary->processes[i];

      if (!process->alive && process->pid != pid)
        continue;
      if (process->pid == pid)
        chosen = rows->len;
      g_array_append_val (self->pids, process->pid);
      /* Translators: a process's name, then its number */
      g_ptr_array_add (rows, g_strdup_printf (process->alive ? _("%s (pid %d)") : _("%s (pid %d), exited"), process->name, process->pid));
    }
  replace_strings (self->processes, rows);
  gtk_drop_down_set_selected (self->process, chosen);
}

static void
fill_zones (PwkViewPane *self, const PwkSummary *summary)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  const PwkViewParams *params = pwk_canvas_get_params (self->canvas);
  guint chosen = 0, all = G_MAXUINT;

  g_array_set_size (self->zone_keys, 0);
  g_array_append_val (self->zone_keys, all);
  g_ptr_array_add (rows, g_strdup (_("All zones")));
  for (uint32_t i = 0; i < summary->n_zones; i++)
    {
      const PwkSummaryZone *zone = &summary->zones[i];
      guint key = zone->node << 8 | zone->type;

      if ((int) zone->node == params->node && (int) zone->type == params->zone)
        chosen = rows->len;
      g_array_append_val (self->zone_keys, key);
      /* Translators: a zone of memory of a NUMA node */
      g_ptr_array_add (rows, summary->n_nodes > 1 ? g_strdup_printf (_("Node %u, %s"), zone->node, zone->name) : g_strdup (zone->name));
    }
  replace_strings (self->zones, rows);
  gtk_drop_down_set_selected (self->zone, chosen);
}

static void
fill_cpus (PwkViewPane *self, const PwkSummary *summary)
{
  g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func (g_free);
  int cpu = pwk_canvas_get_params (self->canvas)->cpu;

  g_ptr_array_add (rows, g_strdup (_("Running CPU")));
  for (uint32_t i = 0; i < summary->n_cpus; i++)
    g_ptr_array_add (rows, g_strdup_printf (_("CPU %u"), i));
  replace_strings (self->cpus, rows);
  gtk_drop_down_set_selected (self->cpu, cpu >= 0 && cpu < (int) summary->n_cpus ? (guint) cpu + 1 : 0);
}

static void
take_snapshot (PwkViewPane *self)
{
  const PwkSummary *summary = pwk_snapshot_model (pwk_document_get_snapshot (self->document), self->key);

  if (!summary)
    return;
  self->filling = TRUE;
  fill_processes (self, summary);
  fill_zones (self, summary);
  fill_cpus (self, summary);
  self->filling = FALSE;
}

/* --- choices --- */

static void
process_chosen (PwkViewPane *self)
{
  guint row = gtk_drop_down_get_selected (self->process);

  if (!self->filling && row < self->pids->len)
    pwk_document_set_pid (self->document, g_array_index (self->pids, int, row));
}

static void
colouring_chosen (PwkViewPane *self)
{
  guint row = self->colouring ? gtk_drop_down_get_selected (self->colouring) : G_MAXUINT;

  if (row < PWK_N_COLOURINGS)   /* not while the template is being made */
    pwk_canvas_set_colouring (self->canvas, (PwkColouring) row);
}

static void
zone_chosen (PwkViewPane *self)
{
  guint row = gtk_drop_down_get_selected (self->zone), key;

  if (self->filling || row >= self->zone_keys->len)
    return;
  key = g_array_index (self->zone_keys, guint, row);
  if (key == G_MAXUINT)
    pwk_canvas_set_zone (self->canvas, -1, -1);
  else
    pwk_canvas_set_zone (self->canvas, (int) (key >> 8), (int) (key & 0xff));
}

static void
cpu_chosen (PwkViewPane *self)
{
  guint row = gtk_drop_down_get_selected (self->cpu);

  if (!self->filling && row != GTK_INVALID_LIST_POSITION)
    pwk_canvas_set_cpu (self->canvas, (int) row - 1);
}

static void
address_entered (PwkViewPane *self)
{
  g_autofree char *text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address)));
  char *end;
  guint64 address;

  g_strstrip (text);
  gtk_widget_remove_css_class (GTK_WIDGET (self->address), "error");
  if (text[0] == '\0')
    {
      pwk_canvas_set_address (self->canvas, FALSE, 0);
      return;
    }
  errno = 0;
  address = g_ascii_strtoull (text, &end, 0);
  if (errno != 0 || *end != '\0')
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->address), "error");
      pwk_document_say (self->document, _("An address is a number, as 0x7ffff7ff6000"));
      return;
    }
  pwk_canvas_set_address (self->canvas, TRUE, address);
}

static void
address_cleared (PwkViewPane *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->address), "");
  address_entered (self);
}

static void
zoom_in_clicked (PwkViewPane *self)
{
  pwk_canvas_set_zoom (self->canvas, pwk_canvas_get_zoom (self->canvas) * ZOOM_STEP);
}

static void
zoom_out_clicked (PwkViewPane *self)
{
  pwk_canvas_set_zoom (self->canvas, pwk_canvas_get_zoom (self->canvas) / ZOOM_STEP);
}

static void
zoom_fit_clicked (PwkViewPane *self)
{
  pwk_canvas_set_zoom (self->canvas, 1);
}

static void
zoom_changed (PwkViewPane *self)
{
  double zoom = pwk_canvas_get_zoom (self->canvas);
  g_autofree char *label = g_strdup_printf ("%.0f %%", zoom * 100);

  gtk_button_set_label (self->zoom_fit, label);
  gtk_widget_set_sensitive (GTK_WIDGET (self->zoom_out), zoom > 1);
}

/* Each time that the controls get their place: the title's line ends where they begin. */
static gboolean
place_floats (PwkViewPane *self, GtkWidget *floats)
{
  int width;

  gtk_widget_measure (floats, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  pwk_canvas_set_covered (self->canvas, width);
  return FALSE;   /* the overlay's own place */
}

/* What there is to choose follows the view. */
static void
view_changed (PwkViewPane *self)
{
  PwkViewId view = pwk_canvas_get_view (self->canvas);
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->actions), "view");

  gtk_widget_set_visible (GTK_WIDGET (self->process), view == PWK_VIEW_ADDRESS_SPACE || view == PWK_VIEW_PAGE_WALK);
  gtk_widget_set_visible (GTK_WIDGET (self->colouring), view == PWK_VIEW_MEMORY);
  gtk_widget_set_visible (GTK_WIDGET (self->zone), view == PWK_VIEW_BUDDY || view == PWK_VIEW_RECLAIM);
  gtk_widget_set_visible (GTK_WIDGET (self->cpu), view == PWK_VIEW_TLB);
  gtk_widget_set_visible (GTK_WIDGET (self->address), view == PWK_VIEW_PAGE_WALK);
  gtk_editable_set_text (GTK_EDITABLE (self->address), "");
  gtk_menu_button_set_label (self->chooser, _(pwk_view_class (view)->title));
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (pwk_view_class (view)->name));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VIEW]);
}

static void
on_view_action (GSimpleAction *action, GVariant *value, gpointer data)
{
  PwkViewPane *self = data;
  const PwkViewClass *view = pwk_view_from_name (g_variant_get_string (value, NULL));

  if (view)
    pwk_canvas_set_view (self->canvas, view->id);
}

/* --- the list of things --- */

static void
scene_changed (PwkViewPane *self)
{
  if (gtk_check_button_get_active (self->list_button))
    pwk_thing_list_set_scene (self->things, pwk_canvas_get_scene (self->canvas));
}

static void
select_row (PwkViewPane *self)
{
  int row = pwk_thing_list_find (self->things, pwk_document_get_selection (self->document));

  self->filling = TRUE;
  gtk_single_selection_set_selected (self->selection, row >= 0 ? (guint) row : GTK_INVALID_LIST_POSITION);
  self->filling = FALSE;
}

static void
list_toggled (PwkViewPane *self)
{
  gboolean shown = gtk_check_button_get_active (self->list_button);

  pwk_thing_list_set_scene (self->things, shown ? pwk_canvas_get_scene (self->canvas) : NULL);
  if (shown && self->document)
    select_row (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_LIST]);
}

static void
selection_changed (PwkViewPane *self)
{
  if (gtk_check_button_get_active (self->list_button))
    select_row (self);
}

static void
row_selected (PwkViewPane *self)
{
  PwkThingRow *row = gtk_single_selection_get_selected_item (self->selection);

  if (self->filling || !row)
    return;
  pwk_document_set_selection (self->document, pwk_thing_row_get_id (row));
  pwk_canvas_reveal (self->canvas, pwk_thing_row_get_id (row));
}

static void
row_activated (PwkViewPane *self)
{
  row_selected (self);
  gtk_widget_activate_action (GTK_WIDGET (self->canvas), "canvas.dive", NULL);
}

static void
setup_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer unused)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_list_item_set_child (item, label);
}

static void
bind_row (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer unused)
{
  PwkThingRow *row = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);

  gtk_label_set_text (GTK_LABEL (label), pwk_thing_row_get_label (row));
  gtk_widget_set_margin_start (label, (int) pwk_thing_row_get_level (row) * INDENT);
  pwk_name_list_row (label, pwk_thing_row_get_label (row));
}

/* --- public --- */

GtkWidget *
pwk_view_pane_new (void)
{
  return g_object_new (PWK_TYPE_VIEW_PANE, NULL);
}

PwkCanvas *
pwk_view_pane_get_canvas (PwkViewPane *self)
{
  return self->canvas;
}

static void
wish_for_summary (PwkViewPane *self)
{
  pwk_document_set_wish (self->document, self->key, &pwk_summary_class, NULL, NULL);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkViewPane, document),
  .key = G_STRUCT_OFFSET (PwkViewPane, key),
  .enter = G_CALLBACK (wish_for_summary),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "selection-changed", G_CALLBACK (selection_changed) } },
};

void
pwk_view_pane_set_document (PwkViewPane *self, PwkDocument *document)
{
  if (!pwk_document_link_set (self, &document_link, document))
    return;
  pwk_canvas_set_document (self->canvas, document);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DOCUMENT]);
}

void
pwk_view_pane_set_view (PwkViewPane *self, PwkViewId view)
{
  pwk_canvas_set_view (self->canvas, view);
}

/* --- object --- */

static void
pwk_view_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PwkViewPane *self = PWK_VIEW_PANE (object);

  switch (id)
    {
    case PROP_DOCUMENT: g_value_set_object (value, self->document); break;
    case PROP_VIEW: g_value_set_uint (value, pwk_canvas_get_view (self->canvas)); break;
    case PROP_SHOW_LIST: g_value_set_boolean (value, gtk_check_button_get_active (self->list_button)); break;
    case PROP_CHOOSER: g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->chooser))); break;
    case PROP_CLOSABLE: g_value_set_boolean (value, gtk_widget_get_visible (GTK_WIDGET (self->close_button))); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pwk_view_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PwkViewPane *self = PWK_VIEW_PANE (object);

  switch (id)
    {
    case PROP_DOCUMENT: pwk_view_pane_set_document (self, g_value_get_object (value)); break;
    case PROP_VIEW: pwk_view_pane_set_view (self, g_value_get_uint (value)); break;
    case PROP_SHOW_LIST: gtk_check_button_set_active (self->list_button, g_value_get_boolean (value)); break;
    case PROP_CHOOSER: gtk_widget_set_visible (GTK_WIDGET (self->chooser), g_value_get_boolean (value)); break;
    case PROP_CLOSABLE: gtk_widget_set_visible (GTK_WIDGET (self->close_button), g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pwk_view_pane_dispose (GObject *object)
{
  PwkViewPane *self = PWK_VIEW_PANE (object);

  pwk_document_link_set (self, &document_link, NULL);
  if (self->canvas)
    {
      gtk_list_view_set_model (self->list, NULL);
      pwk_canvas_set_document (self->canvas, NULL);
    }
  gtk_widget_dispose_template (GTK_WIDGET (self), PWK_TYPE_VIEW_PANE);
  G_OBJECT_CLASS (pwk_view_pane_parent_class)->dispose (object);
}

static void
pwk_view_pane_finalize (GObject *object)
{
  PwkViewPane *self = PWK_VIEW_PANE (object);

  g_clear_object (&self->selection);
  g_clear_object (&self->things);
  g_clear_object (&self->actions);
  g_clear_object (&self->processes);
  g_clear_object (&self->zones);
  g_clear_object (&self->cpus);
  g_array_unref (self->pids);
  g_array_unref (self->zone_keys);
  G_OBJECT_CLASS (pwk_view_pane_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *klass)
{
  gtk_widget_class_set_template_from_resource (klass, "/io/github/pagewalk/Pagewalk/ui/view-pane.ui");
  gtk_widget_class_bind_template_child (klass, PwkViewPane, canvas);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, chooser);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, options);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, process);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, colouring);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, zone);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, cpu);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, address);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, zoom_in);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, zoom_out);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, zoom_fit);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, close_button);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, list_button);
  gtk_widget_class_bind_template_child (klass, PwkViewPane, list);
  gtk_widget_class_bind_template_callback (klass, place_floats);
  gtk_widget_class_bind_template_callback (klass, process_chosen);
  gtk_widget_class_bind_template_callback (klass, colouring_chosen);
  gtk_widget_class_bind_template_callback (klass, zone_chosen);
  gtk_widget_class_bind_template_callback (klass, cpu_chosen);
  gtk_widget_class_bind_template_callback (klass, address_entered);
  gtk_widget_class_bind_template_callback (klass, address_cleared);
  gtk_widget_class_bind_template_callback (klass, zoom_in_clicked);
  gtk_widget_class_bind_template_callback (klass, zoom_out_clicked);
  gtk_widget_class_bind_template_callback (klass, zoom_fit_clicked);
  gtk_widget_class_bind_template_callback (klass, zoom_changed);
  gtk_widget_class_bind_template_callback (klass, view_changed);
  gtk_widget_class_bind_template_callback (klass, scene_changed);
  gtk_widget_class_bind_template_callback (klass, row_activated);
}

static void
pwk_view_pane_class_init (PwkViewPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = pwk_view_pane_get_property;
  object_class->set_property = pwk_view_pane_set_property;
  object_class->dispose = pwk_view_pane_dispose;
  object_class->finalize = pwk_view_pane_finalize;
  props[PROP_DOCUMENT] = g_param_spec_object ("document", NULL, NULL, PWK_TYPE_DOCUMENT, flags);
  props[PROP_VIEW] = g_param_spec_uint ("view", NULL, NULL, 0, PWK_N_VIEWS - 1, PWK_VIEW_OVERVIEW, flags);
  props[PROP_SHOW_LIST] = g_param_spec_boolean ("show-list", NULL, NULL, FALSE, flags);
  props[PROP_CHOOSER] = g_param_spec_boolean ("chooser", NULL, NULL, FALSE, flags);
  props[PROP_CLOSABLE] = g_param_spec_boolean ("closable", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  g_type_ensure (PWK_TYPE_CANVAS);
  bind_template (GTK_WIDGET_CLASS (klass));
}

static void
init_choosers (PwkViewPane *self)
{
  const char *const nothing[] = { NULL };

  self->processes = gtk_string_list_new (nothing);
  self->zones = gtk_string_list_new (nothing);
  self->cpus = gtk_string_list_new (nothing);
  self->pids = g_array_new (FALSE, FALSE, sizeof (int));
  self->zone_keys = g_array_new (FALSE, FALSE, sizeof (guint));
  self->filling = TRUE;
  gtk_drop_down_set_model (self->process, G_LIST_MODEL (self->processes));
  gtk_drop_down_set_model (self->zone, G_LIST_MODEL (self->zones));
  gtk_drop_down_set_model (self->cpu, G_LIST_MODEL (self->cpus));
  self->filling = FALSE;
}

static void
init_list (PwkViewPane *self)
{
  g_autoptr(GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  self->things = pwk_thing_list_new ();
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->things)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row), NULL);
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (row_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list_button, "notify::active", G_CALLBACK (list_toggled), self, G_CONNECT_SWAPPED);
}

static void
pwk_view_pane_init (PwkViewPane *self)
{
  static const GActionEntry entries[] = { { .name = "view", .parameter_type = "s", .state = "'overview'", .change_state = on_view_action } };
  g_autoptr(GMenuModel) menu = pwk_view_menu_new ("pane.view", FALSE);

  self->pids = NULL;
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (gtk_menu_button_get_popover (self->options)));
  gtk_widget_insert_action_group (GTK_WIDGET (self), "pane", G_ACTION_GROUP (self->actions));
  gtk_menu_button_set_menu_model (self->chooser, menu);
  init_choosers (self);
  init_list (self);
  view_changed (self);
  zoom_changed (self);
}
