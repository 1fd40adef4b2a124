/* cmd-format.c - pagewalk-cli format: what bits of page tables say, where walks through them lead
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli.h"
#include "cli/format-rows.h"
#include "scenario/nearest.h"
#include "scenario/source.h"

static int
list_names (void)
{
  unsigned n;
  const PwkFormatName *names = pwk_format_names (&n);

  for (unsigned i = 0; i < n; i++)
    printf ("%s\n", names[i].name);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

static int
complain_of_name (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);
  unsigned n;
  const PwkFormatName *names = pwk_format_names (&n);

  for (unsigned i = 0; i < n; i++)
    pwk_nearest_try (&nearest, names[i].name);
  if (nearest.found)
    pwk_cli_complain (_("there is no page-table format “%s”; did you mean “%s”?"), name, nearest.found);
  else
    pwk_cli_complain (_("there is no page-table format “%s”; “pagewalk-cli format” lists them"), name);
  return PWK_EXIT_USAGE;
}

static int
print (JsonNode *node)
{
  g_autoptr(JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, node);
  json_generator_set_pretty (generator, TRUE);
  text = json_generator_to_data (generator, NULL);
  puts (text);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

static int
answer (const PwkFormatName *name, PwkFormatQuestion question, const char *path)
{
  g_autoptr(JsonParser) parser = json_parser_new_immutable ();
  g_autoptr(JsonNode) answers = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  text = pwk_source_read (path, &length, &error);
  if (!text)
    return pwk_cli_fail (error);
  if (json_parser_load_from_data (parser, text, (gssize) length, &error))
    answers = pwk_format_rows_answer (name, question, json_parser_get_root (parser), &error);
  if (!answers)
    {
      g_prefix_error (&error, "%s: ", path);
      return pwk_cli_fail (error);
    }
  return print (answers);
}

int
pwk_cmd_format (int argc, char **argv)
{
  g_autofree char *entries = NULL, *walk = NULL, *linux_rows = NULL;
  const GOptionEntry options[] = {
    { "entries", 0, 0, G_OPTION_ARG_FILENAME, &entries, N_("Say what each entry of a JSON array means"), N_("FILE") },
    { "walk", 0, 0, G_OPTION_ARG_FILENAME, &walk, N_("Carry out each access of a JSON array"), N_("FILE") },
    { "linux", 0, 0, G_OPTION_ARG_FILENAME, &linux_rows, N_("Apply the kernel’s helpers to each row of a JSON array"), N_("FILE") },
    { NULL },
  };
  g_autoptr(JsonNode) layout = NULL;
  const PwkFormatName *name;

  if (!pwk_cli_parse ("format", options, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc > 2 || !!entries + !!walk + !!linux_rows > (argc == 2))
    return pwk_cli_usage ("format");
  if (argc == 1)
    return list_names ();
  name = pwk_format_find (argv[1]);
  if (!name)
    return complain_of_name (argv[1]);
  if (entries)
    return answer (name, PWK_FORMAT_ASK_ENTRIES, entries);
  if (walk)
    return answer (name, PWK_FORMAT_ASK_WALK, walk);
  if (linux_rows)
    return answer (name, PWK_FORMAT_ASK_LINUX, linux_rows);
  layout = pwk_format_layout (name);
  return print (layout);
}
