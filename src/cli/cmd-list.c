/* cmd-list.c - pagewalk-cli calls, events, views: what there is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/cli.h"
#include "engine/core/event.h"
#include "scenario/runner.h"
#include "views/views.h"

static int
finish (int argc, const char *name)
{
  if (argc > 1)
    return pwk_cli_usage (name);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

/* Name, signature, what it does; separated by tabs. */
int
pwk_cmd_calls (int argc, char **argv)
{
  const PwkCallInfo *calls;
  uint32_t n;

  if (!pwk_cli_parse ("calls", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  calls = pwk_calls (&n);
  for (uint32_t i = 0; i < n && argc == 1; i++)
    printf ("%s\t%s%s\t%s\n", calls[i].name, calls[i].needs_process ? "[A] " : "", calls[i].signature, _(calls[i].summary));
  return finish (argc, "calls");
}

/* Name, simulated cost, place in the kernel, fields. */
int
pwk_cmd_events (int argc, char **argv)
{
  if (!pwk_cli_parse ("events", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  for (int kind = 0; kind < PWK_N_EVENTS && argc == 1; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);

      printf ("%s\t%u ns\t%s\t", info->name, info->cost_ns, info->where);
      for (uint32_t i = 0; i < info->n_fields; i++)
        printf ("%s%s", i ? " " : "", info->fields[i].name);
      printf ("\n");
    }
  return finish (argc, "events");
}

int
pwk_cmd_views (int argc, char **argv)
{
  if (!pwk_cli_parse ("views", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  for (int id = 0; id < PWK_N_VIEWS && argc == 1; id++)
    {
      const PwkViewClass *view = pwk_view_class ((PwkViewId) id);

      printf ("%s\t%s\t%s\n", view->name, _(view->title), _(view->summary));
    }
  return finish (argc, "views");
}
