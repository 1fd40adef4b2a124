/* cmd-help.c - pagewalk-cli help: a word of the scenario language, or a command of its own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "intake/kinds.h"
#include "scenario/guide.h"
#include "scenario/manual.h"
#include "scenario/nearest.h"

static void
print_indented (const char *text)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (char **line = lines; *line; line++)
    printf ("    %s\n", *line);
}

static bool
help_word (const char *name)
{
  g_autoptr(GPtrArray) entries = pwk_guide_find (name);

  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      printf ("%s%s\n", i ? "\n" : "", entry->title);
      print_indented (entry->text);
      if (!entry->example)
        continue;
      /* Translators: before a line of a scenario. */
      printf ("\n%s\n", _("Example:"));
      print_indented (entry->example);
    }
  return entries->len > 0;
}

/* A page of the manual, as it is written. */
static bool
help_page (const char *name)
{
  g_autofree char *page = pwk_manual_page (name);

  if (page)
    printf ("%s", page);
  return page != NULL;
}

static bool
help_command (const char *name)
{
  const PwkCommand *commands;
  guint n;

  commands = pwk_commands (&n);
  for (guint i = 0; i < n; i++)
    if (strcmp (commands[i].name, name) == 0)
      {
        printf ("pagewalk-cli %s %s\n    %s\n", name, commands[i].synopsis, _(commands[i].summary));
        return true;
      }
  return false;
}

/* One table of all that can be opened: what it is, what it becomes, how to make one, a line of it. */
static bool
help_kinds (const char *name)
{
  guint n;
  const PwkTextKind *kinds = pwk_text_kinds (&n);

  if (strcmp (name, "kinds") != 0)
    return false;
  for (guint i = 0; i < n; i++)
    {
      /* Translators: KIND: what it becomes */
      printf (_("%s: %s\n"), _(kinds[i].name), _(kinds[i].becomes));
      printf ("    $ %s\n", kinds[i].record);
      if (*kinds[i].example)
        printf ("    %s\n", kinds[i].example);
    }
  return true;
}

/* What there is help for that is most like @name, or NULL. */
static const char *
suggest (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);
  const char *word = pwk_guide_suggest (name);
  const PwkCommand *commands;
  guint n;

  commands = pwk_commands (&n);
  for (guint i = 0; i < n; i++)
    pwk_nearest_try (&nearest, commands[i].name);
  if (word)
    pwk_nearest_try (&nearest, word);
  return nearest.found;
}

/* Name and kind of all that there is help for, separated by a tab. */
static int
list_all (void)
{
  static const char *const kinds[] = {
    [PWK_GUIDE_CALL] = "call", [PWK_GUIDE_KEY] = "key", [PWK_GUIDE_WORD] = "word", [PWK_GUIDE_FUNCTION] = "function", [PWK_GUIDE_CONSTANT] = "constant",
  };
  g_autoptr(GPtrArray) entries = pwk_guide_all ();
  const PwkCommand *commands;
  guint n;

  commands = pwk_commands (&n);
  for (guint i = 0; i < n; i++)
    printf ("%s\tcommand\n", commands[i].name);
  for (guint i = 0; i < entries->len; i++)
    {
      const PwkGuideEntry *entry = g_ptr_array_index (entries, i);

      printf ("%s\t%s\n", entry->name, kinds[entry->kind]);
    }
  printf ("scenario\tpage\nhow-true\tpage\nkinds\tpage\n");
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

int
pwk_cmd_help (int argc, char **argv)
{
  gboolean list = FALSE;
  const GOptionEntry entries[] = {
    { "list", 0, 0, G_OPTION_ARG_NONE, &list, N_("Print name and kind of all that there is help for"), NULL },
    { NULL },
  };
  const char *meant;
  bool found;

  if (!pwk_cli_parse ("help", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (list && argc == 1)
    return list_all ();
  if (argc != 2)
    return pwk_cli_usage ("help");
  /* "access" and "events" are calls as well as others' names */
  found = help_command (argv[1]);
  found = help_word (argv[1]) || found;
  found = help_page (argv[1]) || found;
  found = help_kinds (argv[1]) || found;
  if (found)
    return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
  meant = suggest (argv[1]);
  if (meant)
    pwk_cli_complain (_("there is no help for “%s”; did you mean “%s”?"), argv[1], meant);
  else
    pwk_cli_complain (_("there is no help for “%s”; “pagewalk-cli calls” and “pagewalk-cli --help” list what there is"), argv[1]);
  return PWK_EXIT_USAGE;
}
