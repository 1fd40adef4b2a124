/* breakpoints-popover.c - finding an event of a kind, and stopping at it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/breakpoints-popover.h"

#include <string.h>

#include "app/accessible-names.h"
#include "app/document-link.h"
#include "app/event-kinds.h"
#include "app/mark-rows.h"
#include "views/view-common.h"

#define FIRST_KIND PWK_EV_PAGE_FAULT_USER

struct _PwkBreakpointsPopover
{
  GtkPopover   parent_instance;

  /* owned */
  PwkDocument *document;
  char        *listed;        /* what the rows were made from */

  /* template children */
  GtkDropDown *kind;
  GtkEditable *condition, *line;
  GtkLabel    *hint;
  GtkWidget   *previous, *next, *stop, *stop_line, *heading, *scroller;
  GtkListBox  *list;
};

G_DEFINE_FINAL_TYPE (PwkBreakpointsPopover, pwk_breakpoints_popover, GTK_TYPE_POPOVER)

/* --- what is chosen --- */

static const PwkEventInfo *
chosen (PwkBreakpointsPopover *self)
{
  return pwk_event_info ((PwkEventKind) MIN (gtk_drop_down_get_selected (self->kind), PWK_N_EVENTS - 1u));
}

static void
update (PwkBreakpointsPopover *self)
{
  const char *text = gtk_editable_get_text (self->condition);
  g_autofree char *fields = pwk_event_kinds_fields (gtk_drop_down_get_selected (self->kind));
  g_autoptr(GError) error = NULL;
  PwkCondition *condition = *text ? pwk_condition_parse (text, (int) gtk_drop_down_get_selected (self->kind), &error) : NULL;
  gboolean sound = error == NULL;

  g_clear_pointer (&condition, pwk_condition_free);
  gtk_label_set_text (self->hint, sound ? fields : error->message);
  if (sound)
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self->hint), "error");
      gtk_widget_remove_css_class (GTK_WIDGET (self->condition), "error");
    }
  else
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->hint), "error");
      gtk_widget_add_css_class (GTK_WIDGET (self->condition), "error");
    }
  gtk_widget_set_sensitive (self->previous, sound && self->document);
  gtk_widget_set_sensitive (self->next, sound && self->document);
  gtk_widget_set_sensitive (self->stop, sound && self->document);
}

void
pwk_breakpoints_popover_find (PwkBreakpointsPopover *self, gboolean backwards)
{
  const char *text = gtk_editable_get_text (self->condition);

  if (self->document && gtk_widget_get_sensitive (self->next))
    pwk_session_find_event (pwk_document_get_session (self->document), chosen (self)->name, *text ? text : NULL, backwards);
}

static void
previous_clicked (PwkBreakpointsPopover *self)
{
  pwk_breakpoints_popover_find (self, TRUE);
}

static void
next_clicked (PwkBreakpointsPopover *self)
{
  pwk_breakpoints_popover_find (self, FALSE);
}

static void
stop_clicked (PwkBreakpointsPopover *self)
{
  const char *text = gtk_editable_get_text (self->condition);

  pwk_session_add_breakpoint (pwk_document_get_session (self->document), chosen (self)->name, *text ? text : NULL, -1);
}

/* The spot that the text names; FALSE with @error, or without if it is no line at all. */
static gboolean
read_line (PwkBreakpointsPopover *self, PwkSpot *spot, GError **error)
{
  PwkScript *script = self->document ? pwk_document_get_script (self->document) : NULL;
  uint64_t line;

  return script && pwk_spot_parse_line (gtk_editable_get_text (self->line), &line, spot) && pwk_spot_find_line (script, line, spot, error);
}

static void
line_changed (PwkBreakpointsPopover *self)
{
  PwkSpot spot;

  gtk_widget_set_sensitive (self->stop_line, read_line (self, &spot, NULL));
}

static void
stop_at_line (PwkBreakpointsPopover *self)
{
  g_autoptr(GError) error = NULL;
  PwkSpot spot;

  if (read_line (self, &spot, &error))
    {
      pwk_session_add_spot_breakpoint (pwk_document_get_session (self->document), &spot);
      gtk_editable_set_text (self->line, "");
    }
  else if (error)
    pwk_document_say (self->document, error->message);
}

/* --- the list --- */

static void
row_toggled (GtkCheckButton *check, PwkBreakpointsPopover *self)
{
  pwk_session_enable_breakpoint (pwk_document_get_session (self->document), pwk_mark_rows_id (GTK_WIDGET (check)), gtk_check_button_get_active (check));
}

static void
row_removed (GtkButton *button, PwkBreakpointsPopover *self)
{
  pwk_session_remove_breakpoint (pwk_document_get_session (self->document), pwk_mark_rows_id (GTK_WIDGET (button)));
}

static char *
describe_spot (const PwkScript *script, const PwkSpot *spot)
{
  const PwkStatement *statement = pwk_script_statement (script, spot->statement);
  g_autoptr(GString) rounds = g_string_new (NULL);

  if (spot->n_rounds == 0)
    return g_strdup_printf (_("before line %u: %s"), statement->line, statement->call);
  for (uint32_t i = 0; i < spot->n_rounds; i++)
    g_string_append_printf (rounds, ":%" G_GUINT64_FORMAT, spot->round[i]);
  /* Translators: a line, the numbers of rounds of the loops around it (as ":3:0"), and the call on it */
  return g_strdup_printf (_("before line %u%s: %s"), statement->line, rounds->str, statement->call);
}

static char *
describe (PwkBreakpointsPopover *self, const PwkBreakpoint *breakpoint)
{
  PwkScript *script = pwk_document_get_script (self->document);

  if (breakpoint->event && breakpoint->condition && *breakpoint->condition)
    /* Translators: the name of an event, and the condition under which it matters */
    return g_strdup_printf (_("%s if %s"), breakpoint->event, breakpoint->condition);
  if (breakpoint->event)
    return g_strdup (breakpoint->event);
  if (script && breakpoint->spot.statement < pwk_script_n_statements (script))
    return describe_spot (script, &breakpoint->spot);
  return g_strdup (_("a statement that is gone"));
}

static GtkWidget *
make_row (PwkBreakpointsPopover *self, const PwkBreakpoint *breakpoint)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *text = describe (self, breakpoint);
  GtkWidget *check = gtk_check_button_new_with_label (text);
  /* Translators: what a breakpoint is for */
  g_autofree char *name = g_strdup_printf (_("Remove the breakpoint “%s”"), text);

  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), breakpoint->enabled);
  gtk_widget_set_hexpand (check, TRUE);
  gtk_widget_set_tooltip_text (check, _("Whether the machine stops here"));
  pwk_mark_rows_set_id (check, breakpoint->id);
  g_signal_connect_object (check, "toggled", G_CALLBACK (row_toggled), self, 0);
  gtk_box_append (GTK_BOX (row), check);
  gtk_box_append (GTK_BOX (row), pwk_mark_rows_remove (breakpoint->id, name, G_CALLBACK (row_removed), self));
  return row;
}

/* What the rows say, in one text: they are made anew only when it is another. */
static char *
signature_of (PwkBreakpointsPopover *self, const PwkSnapshot *snapshot)
{
  GString *text = g_string_new (NULL);

  for (uint32_t i = 0; i < snapshot->n_breakpoints; i++)
    {
      g_autofree char *line = describe (self, &snapshot->breakpoints[i]);
      g_string_append_printf (text, "%u %d %s\n", snapshot->breakpoints[i].id, snapshot->breakpoints[i].enabled, line);
    }
  return g_string_free (text, FALSE);
}

static void
take_snapshot (PwkBreakpointsPopover *self)
{
  PwkSnapshot *snapshot = pwk_document_get_snapshot (self->document);
  GtkWidget *child;

  if (!snapshot || !pwk_mark_rows_begin (self->list, &self->listed, signature_of (self, snapshot)))
    return;
  for (uint32_t i = 0; i < snapshot->n_breakpoints; i++)
    gtk_list_box_append (self->list, make_row (self, &snapshot->breakpoints[i]));
  for (child = gtk_widget_get_first_child (GTK_WIDGET (self->list)); child; child = gtk_widget_get_next_sibling (child))
    {
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (child), FALSE);
      gtk_widget_set_focusable (child, FALSE);
    }
  gtk_widget_set_visible (self->heading, snapshot->n_breakpoints > 0);
  gtk_widget_set_visible (self->scroller, snapshot->n_breakpoints > 0);
}

/* --- class --- */

static void
show_document (PwkBreakpointsPopover *self)
{
  update (self);
  take_snapshot (self);
}

static const PwkDocumentLink document_link = {
  .document = G_STRUCT_OFFSET (PwkBreakpointsPopover, document),
  .enter = G_CALLBACK (show_document),
  .signals = { { "snapshot", G_CALLBACK (take_snapshot) } },
};

static void
dispose (GObject *object)
{
  pwk_document_link_set (object, &document_link, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (object), PWK_TYPE_BREAKPOINTS_POPOVER);
  G_OBJECT_CLASS (pwk_breakpoints_popover_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_free (PWK_BREAKPOINTS_POPOVER (object)->listed);
  G_OBJECT_CLASS (pwk_breakpoints_popover_parent_class)->finalize (object);
}

static void
pwk_breakpoints_popover_class_init (PwkBreakpointsPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = dispose;
  object_class->finalize = finalize;
  pwk_document_link_install (object_class, &document_link);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/pagewalk/Pagewalk/ui/breakpoints-popover.ui");
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, kind);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, condition);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, hint);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, line);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, stop_line);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, previous);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, next);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, stop);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, heading);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, scroller);
  gtk_widget_class_bind_template_child (widget_class, PwkBreakpointsPopover, list);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, previous_clicked);
  gtk_widget_class_bind_template_callback (widget_class, next_clicked);
  gtk_widget_class_bind_template_callback (widget_class, stop_clicked);
  gtk_widget_class_bind_template_callback (widget_class, line_changed);
  gtk_widget_class_bind_template_callback (widget_class, stop_at_line);
}

static void
pwk_breakpoints_popover_init (PwkBreakpointsPopover *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  pwk_name_parts (GTK_WIDGET (self));
  pwk_event_kinds_fill (self->kind, NULL);
  gtk_drop_down_set_selected (self->kind, FIRST_KIND);
}

GtkWidget *
pwk_breakpoints_popover_new (void)
{
  return g_object_new (PWK_TYPE_BREAKPOINTS_POPOVER, NULL);
}
