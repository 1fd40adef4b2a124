/* event-kinds.c - the kinds of events as a list to choose from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/event-kinds.h"

#include <glib/gi18n.h>

#include "engine/core/event.h"

void
pwk_event_kinds_fill (GtkDropDown *list, const char *any)
{
  g_autoptr(GtkStringList) names = gtk_string_list_new (NULL);
  g_autoptr(GtkExpression) expression = gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string");

  if (any)
    gtk_string_list_append (names, any);
  for (unsigned kind = 0; kind < PWK_N_EVENTS; kind++)
    gtk_string_list_append (names, pwk_event_info ((PwkEventKind) kind)->name);
  gtk_drop_down_set_expression (list, expression);
  gtk_drop_down_set_enable_search (list, TRUE);
  gtk_drop_down_set_model (list, G_LIST_MODEL (names));
}

char *
pwk_event_kinds_fields (unsigned kind)
{
  const PwkEventInfo *info = pwk_event_info ((PwkEventKind) MIN (kind, PWK_N_EVENTS - 1u));
  g_autoptr(GString) names = g_string_new (NULL);

  for (uint32_t i = 0; i < info->n_fields; i++)
    g_string_append_printf (names, "%s%s", i ? ", " : "", info->fields[i].name);
  if (info->n_fields == 0)
    return g_strdup (_("Events of this kind have no fields"));
  /* Translators: a list of names as conditions use them */
  return g_strdup_printf (_("Fields: %s"), names->str);
}
