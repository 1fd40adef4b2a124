/* json.c - members of JSON objects, and how they are printed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/json.h"

#include <stdio.h>
#include <string.h>

void
pwk_json_begin (JsonBuilder *builder, const char *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

void
pwk_json_text (JsonBuilder *builder, const char *name, const char *value)
{
  if (!value)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

void
pwk_json_number (JsonBuilder *builder, const char *name, uint64_t value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, (gint64) value);
}

/* Owned by the caller. */
static char *
to_text (JsonBuilder *builder)
{
  g_autoptr(JsonNode) root = json_builder_get_root (builder);

  return json_to_string (root, TRUE);
}

void
pwk_json_print (JsonBuilder *builder)
{
  g_autofree char *text = to_text (builder);

  printf ("%s\n", text);
}

/* --- row by row --- */

/* The members of an object as they stand in it, without its braces; owned by the caller. */
static char *
members (JsonBuilder *builder)
{
  g_autofree char *text = to_text (builder);

  return g_strndup (text + strlen ("{\n"), strlen (text) - strlen ("{\n") - strlen ("\n}"));
}

void
pwk_json_stream_begin (JsonBuilder *before, const char *list)
{
  g_autofree char *text = members (before);

  printf ("{\n%s,\n  \"%s\" : [", text, list);
}

void
pwk_json_stream_row (JsonBuilder *row, gboolean first)
{
  g_autofree char *text = to_text (row);
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    printf ("%s\n    %s", i == 0 && !first ? "," : "", lines[i]);
}

void
pwk_json_stream_end (JsonBuilder *after, gboolean empty)
{
  g_autofree char *text = members (after);

  printf ("%s],\n%s\n}\n", empty ? "" : "\n  ", text);
}
