/* manual.c - the pages of the help, in the reader's language
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/manual.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "scenario/guide.h"
#include "scenario/help-resources.h"
#include "scenario/names.h"
#include "scenario/runner.h"

#define FOLDER "/io/github/pagewalk/Pagewalk/help/"

/* Names of groups in {calls GROUP}. */
static const char *const group_names[] = {
  [PWK_CALL_MACHINE] = "machine", [PWK_CALL_PROCESS] = "process", [PWK_CALL_KERNEL] = "kernel",
  [PWK_CALL_LAB] = "lab", [PWK_CALL_DUMP] = "dump", [PWK_CALL_NARRATION] = "narration",
};

/* --- tables --- */

static void
append_code (GString *page, const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line; line++)
    g_string_append_printf (page, "    %s\n", *line);
}

static void
append_entry (GString *page, const PwkGuideEntry *entry)
{
  g_auto(GStrv) lines = g_strsplit (entry->text, "\n", -1);
  g_autofree char *text = g_strjoinv ("\n\n", lines);

  g_string_append_printf (page, "### %s\n\n%s\n\n", entry->title, text);
  append_code (page, entry->example);
  g_string_append_c (page, '\n');
}

static void
append_calls (GString *page, const GPtrArray *entries, const char *group)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      if (entry->kind == PWK_GUIDE_CALL && g_str_equal (group_names[pwk_call_find (entry->name)->group], group))
        append_entry (page, entry);
    }
}

static void
append_keys (GString *page, const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      if (entry->kind == PWK_GUIDE_KEY)
        append_entry (page, entry);
    }
}

/* A paragraph for each family: what it is for, and its names with their values. */
static void
append_constants (GString *page)
{
  size_t n;
  const PwkConstant *constants = pwk_names_all (&n);

  for (PwkNamesFamily family = 0; family < PWK_N_NAMES_FAMILIES; family++)
    {
      const char *between = "";

      g_string_append_printf (page, "### %s\n\n", _(pwk_names_family_title (family)));
      for (size_t i = 0; i < n; i++)
        if (constants[i].family == family)
          {
            g_autofree char *value = pwk_names_value_text (&constants[i]);

            g_string_append_printf (page, "%s%s %s", between, constants[i].name, value);
            between = ", ";
          }
      g_string_append (page, "\n\n");
    }
}

static void
append_line (GString *page, const char *line, const GPtrArray *entries)
{
  if (g_str_equal (line, "{keys}"))
    append_keys (page, entries);
  else if (g_str_equal (line, "{constants}"))
    append_constants (page);
  else if (g_str_has_prefix (line, "{calls "))
    {
      g_autofree char *group = g_strndup (line + strlen ("{calls "), strcspn (line + strlen ("{calls "), "}"));

      append_calls (page, entries, group);
    }
  else
    g_string_append_printf (page, "%s\n", line);
}

/* --- pages --- */

static GBytes *
find_page (const char *name)
{
  const char *const *languages = g_get_language_names ();
  gboolean chinese = languages[0] && g_str_has_prefix (languages[0], "zh");
  g_autofree char *path = g_strdup_printf (FOLDER "%s%s.md", name, chinese ? ".zh_CN" : "");

  return g_resource_lookup_data (pwk_help_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

char *
pwk_manual_page (const char *name)
{
  g_autoptr(GBytes) text = find_page (name);
  g_autoptr(GPtrArray) entries = NULL;
  g_auto(GStrv) lines = NULL;
  GString *page;

  if (!text)
    return NULL;
  page = g_string_new (NULL);
  entries = pwk_guide_all ();
  lines = g_strsplit (g_bytes_get_data (text, NULL), "\n", -1);
  for (char **line = lines; *line; line++)
    if (line[1] || **line)
      append_line (page, *line, entries);
  return g_string_free (page, FALSE);
}
