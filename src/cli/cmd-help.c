/* cmd-help.c - pagewalk-cli help: a call, a constant or a command of its own in words
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "scenario/names.h"
#include "scenario/nearest.h"
#include "scenario/runner.h"

static bool
help_call (const char *name)
{
  const PwkCallInfo *call = pwk_call_find (name);

  if (!call)
    return false;
  printf ("%s%s\n    %s\n", call->needs_process ? "[A] " : "", call->signature, _(call->summary));
  if (call->example)
    /* Translators: before a line of a scenario. */
    printf ("\n%s\n    %s\n", _("Example:"), call->example);
  return true;
}

static bool
help_constant (const char *name)
{
  const PwkConstant *constant = pwk_names_find (name);

  if (!constant)
    return false;
  if (constant->flags & PWK_NAME_NEGATIVE)
    printf ("%s = %lld\n", constant->name, (long long) constant->value);
  else
    printf ("%s = 0x%llx\n", constant->name, (unsigned long long) constant->value);
  return true;
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

/* What there is help for that is most like @name, or NULL. */
static const char *
suggest (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);
  const PwkConstant *constants;
  const PwkCommand *commands;
  const PwkCallInfo *calls;
  uint32_t n_calls;
  size_t n_constants;
  guint n_commands;

  calls = pwk_calls (&n_calls);
  for (uint32_t i = 0; i < n_calls; i++)
    pwk_nearest_try (&nearest, calls[i].name);
  commands = pwk_commands (&n_commands);
  for (guint i = 0; i < n_commands; i++)
    pwk_nearest_try (&nearest, commands[i].name);
  constants = pwk_names_all (&n_constants);
  for (size_t i = 0; i < n_constants; i++)
    pwk_nearest_try (&nearest, constants[i].name);
  return nearest.found;
}

int
pwk_cmd_help (int argc, char **argv)
{
  const char *meant;
  bool found;

  if (!pwk_cli_parse ("help", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc != 2)
    return pwk_cli_usage ("help");
  /* "access" and "events" are calls as well as others' names */
  found = help_command (argv[1]);
  found = help_call (argv[1]) || found;
  found = help_constant (argv[1]) || found;
  if (found)
    return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
  meant = suggest (argv[1]);
  if (meant)
    pwk_cli_complain (_("there is no help for “%s”; did you mean “%s”?"), argv[1], meant);
  else
    pwk_cli_complain (_("there is no help for “%s”; “pagewalk-cli calls” and “pagewalk-cli --help” list what there is"), argv[1]);
  return PWK_EXIT_USAGE;
}
