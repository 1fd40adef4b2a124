/* sidebar-pane.c - what there is: views, scenarios to open, processes, the machine's nodes and zones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sidebar-pane.h"

#include "app/document-link.h"
#include "app/library.h"
#include "app/sidebar-row.h"
#include "app/summary.h"
#include "app/view-menu.h"
#include "scene/ids.h"
#include "views/view-common.h"

struct _PwkSidebarPane
{
  AdwBin       parent_instance;

  PwkDocument *document;     /* owned */
  uint32_t     key;

  /* template children */
  AdwBin      *views;
  GtkListBox  *lessons, *scenarios, *processes, *zones;
  GtkLabel    *lessons_title, *processes_title, *machine;
};

static guint open_signal;

G_DEFINE_FINAL_TYPE (PwkSidebarPane, pwk_sidebar_pane, ADW_TYPE_BIN)

/* --- rows --- */

/* Row @i of @list, made if it is not there yet. */
static PwkSidebarRow *
row_at (GtkListBox *list, int i)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_index (list, i);

  if (!row)
    {
      gtk_list_box_append (list, pwk_sidebar_row_new ());
      row = gtk_list_box_get_row_at_index (list, i);
    }
  return PWK_SIDEBAR_ROW (row);
}

static void
drop_rows_from (GtkListBox *list, int i)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, i)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (row));
}

/* How much of its memory others have, too. */
static char *
tell_shared (const PwkSummaryProcess *process, const PwkViewParams *format)
{
  g_autofree char *shared = pwk_format_pages_short (format, process->shared);

  /* Translators: a number of pages that other processes have, too; the first: at least so many. As short as possible */
  return g_strdup_printf (process->shares_more ? _("%s+ shared") : _("%s shared"), shared);
}

/* The one thing there is room for: that it is a thread, how much it shares, else how much it has. */
static char *
tell_process (const PwkSummaryProcess *process, const PwkViewParams *format)
{
  if (!process->alive)
    return g_strdup (_("exited"));
  if (process->thread)
    return g_strdup (_("thread"));
  return process->shared > 0 ? tell_shared (process, format) : pwk_format_pages (format, process->rss);
}

static int
fill_processes (PwkSidebarPane *self, const PwkSummary *summary, const PwkViewParams *format)
{
  int chosen = pwk_document_get_pid (self->document), n = 0;

  for (uint32_t i = 0; i < summary->n_processes; i++)
    {
      const PwkSummaryProcess *process = &summary->processes[i];
      g_autofree char *rss = process->alive ? pwk_format_pages (format, process->rss) : g_strdup (_("exited"));
      g_autofree char *detail = tell_process (process, format), *shared = tell_shared (process, format);
      g_autofree char *title = g_strdup_printf ("%s  %d", process->name, process->pid);
      g_autofree char *regions = g_strdup_printf (ngettext ("%u area of memory", "%u areas of memory", process->map_count), process->map_count);
      /* Translators: a process's number, its areas, its resident memory, and the CPU it runs on */
      g_autofree char *facts = g_strdup_printf (_("pid %d · %s · resident: %s · CPU %u"), process->pid, regions, rss, process->cpu);
      g_autofree char *tooltip = process->shared > 0 ? g_strconcat (facts, " · ", shared, NULL) : g_strdup (facts);

      pwk_sidebar_row_set (row_at (self->processes, n++),
                           &(PwkSidebarFacts) { .colour = PWK_ROLE_NODE ((unsigned) process->pid), .depth = process->depth, .branch = process->depth == 0 ? NULL : process->last ? "└" : "├",
                                                .title = title, .detail = detail, .tooltip = tooltip, .level = -1,
                                                .id = PWK_ID (PWK_THING_PROCESS, process->pid),
                                                .strong = process->pid == chosen || (chosen == 0 && process->running) });
    }
  drop_rows_from (self->processes, n);
  return n;
}

static void
fill_zones (PwkSidebarPane *self, const PwkSummary *summary, const PwkViewParams *format)
{
  int n = 0;

  for (uint32_t i = 0; i < summary->n_zones; i++)
    {
      const PwkSummaryZone *zone = &summary->zones[i];
      g_autofree char *free_pages = pwk_format_pages (format, zone->free);
      g_autofree char *managed = pwk_format_pages (format, zone->managed);
      g_autofree char *min = pwk_format_pages (format, zone->min);
      g_autofree char *low = pwk_format_pages (format, zone->low);
      g_autofree char *high = pwk_format_pages (format, zone->high);
      /* Translators: a zone of memory of a NUMA node */
      g_autofree char *title = summary->n_nodes > 1 ? g_strdup_printf (_("Node %u, %s"), zone->node, zone->name) : g_strdup (zone->name);
      /* Translators: amounts of memory; min, low and high are watermarks */
      g_autofree char *tooltip = g_strdup_printf (_("%s free of %s\nmin %s, low %s, high %s"), free_pages, managed, min, low, high);
      g_autofree char *amount = pwk_format_pages_short (format, zone->free);
      /* Translators: an amount of memory, as short as possible */
      g_autofree char *detail = g_strdup_printf (_("%s free"), amount);

      pwk_sidebar_row_set (row_at (self->zones, n++),
                           &(PwkSidebarFacts) { .title = title, .detail = detail,
                                                .tooltip = tooltip, .level = (double) zone->free / (double) MAX (zone->managed, 1),
                                                .id = PWK_ID_ZONE (zone->node, zone->type) });
    }
  drop_rows_from (self->zones, n);
}

static void
take_snapshot (PwkSidebarPane *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  const PwkSummary *summary = snapshot ? pwk_snapshot_model (snapshot, self->key) : NULL;
  PwkViewParams format;
  g_autofree char *nodes = NULL, *cpus = NULL, *total = NULL, *line = NULL;
  gboolean decimal, kib;

  if (!summary)
    return;
  pwk_view_params_init (&format, PWK_VIEW_OVERVIEW);
  g_object_get (self->document, "decimal", &decimal, "kib", &kib, NULL);
  format.decimal = decimal;
  format.kib = kib;
  gtk_widget_set_visible (GTK_WIDGET (self->processes_title), fill_processes (self, summary, &format) > 0);
  fill_zones (self, summary, &format);

  nodes = g_strdup_printf (ngettext ("%u node", "%u nodes", summary->n_nodes), summary->n_nodes);
  cpus = g_strdup_printf (ngettext ("%u CPU", "%u CPUs", summary->n_cpus), summary->n_cpus);
  total = pwk_format_bytes (summary->total * 4096);
  /* Translators: the version of Linux, the architecture, the size of memory, the number of nodes and CPUs */
  line = g_strdup_printf (_("Linux %s · %s · %s · %s · %s"), summary->kernel, summary->arch, total, nodes, cpus);
  gtk_label_set_text (self->machine, line);
}

/* --- what people choose --- */

static void
scenario_activated (PwkSidebarPane *self, GtkListBoxRow *row, GtkListBox *list)
{
  PwkLibraryItem *item = g_object_get_data (G_OBJECT (row), "pwk-item");

  if (item)
    g_signal_emit (self, open_signal, 0, pwk_library_item_get_file (item));
}

static void
thing_activated (PwkSidebarPane *self, GtkListBoxRow *row, GtkListBox *list)
{
  uint64_t id = pwk_sidebar_row_get_id (PWK_SIDEBAR_ROW (row));

  if (pwk_id_thing (id) == PWK_THING_PROCESS)
    pwk_document_set_pid (self->document, (int) pwk_id_number (id));
  pwk_document_set_selection (self->document, id);
}

static GtkWidget *
make_scenario (gpointer data, gpointer unused)
{
  PwkLibraryItem *item = data;
  GtkWidget *row = pwk_sidebar_row_new ();

  pwk_sidebar_row_set (PWK_SIDEBAR_ROW (row), &(PwkSidebarFacts) { .icon_name = "text-x-generic-symbolic",
                                                                   .title = pwk_library_item_get_title (item),
                                                                   .tooltip = pwk_library_item_get_name (item), .level = -1 });
  g_object_set_data_full (G_OBJECT (row), "pwk-item", g_object_ref (item), g_object_unref);
  return row;
}

/* --- object --- */

GtkWidget *
pwk_sidebar_pane_new (void)
{
  return g_object_new (PWK_TYPE_SIDEBAR_PANE, NULL);
}

static void
wish_for_summary (PwkSidebarPane *self)
{
  pwk_document_set_wish (self->document, self->key, &pwk_summary_class, NULL, NULL);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkSidebarPane, document),
  .key = G_STRUCT_OFFSET (PwkSidebarPane, key),
  .enter = G_CALLBACK (wish_for_summary),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) }, { "notify::pid", G_CALLBACK (take_snapshot) },
               { "notify::kib", G_CALLBACK (take_snapshot) } },
};

static void
pwk_sidebar_pane_dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_SIDEBAR_PANE);
  G_OBJECT_CLASS (pwk_sidebar_pane_parent_class)->dispose (object);
}

static void
pwk_sidebar_pane_class_init (PwkSidebarPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = pwk_sidebar_pane_dispose;
  pwk_document_link_install (object_class, &document_link);
  open_signal = g_signal_new ("open", PWK_TYPE_SIDEBAR_PANE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/sidebar-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, views);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, lessons);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, scenarios);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, processes);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, zones);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, lessons_title);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, processes_title);
  gtk_widget_class_bind_template_child (widget_class, PwkSidebarPane, machine);
  gtk_widget_class_bind_template_callback (widget_class, scenario_activated);
  gtk_widget_class_bind_template_callback (widget_class, thing_activated);
}

static void
pwk_sidebar_pane_init (PwkSidebarPane *self)
{
  g_autoptr(GListModel) scenarios = pwk_library_list ("scenarios");
  g_autoptr(GListModel) lessons = pwk_library_list ("lessons");
  gboolean has_lessons = g_list_model_get_n_items (lessons) > 0;

  gtk_widget_init_template (GTK_WIDGET (self));
  adw_bin_set_child (self->views, pwk_view_buttons_new ("win.view"));
  gtk_list_box_bind_model (self->scenarios, scenarios, make_scenario, NULL, NULL);
  gtk_list_box_bind_model (self->lessons, lessons, make_scenario, NULL, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->lessons), has_lessons);
  gtk_widget_set_visible (GTK_WIDGET (self->lessons_title), has_lessons);
}
