/* cmd-trace.c - pagewalk-cli replay, convert: recorded accesses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/kind.h"
#include "cli/replay-report.h"
#include "files/save.h"

typedef struct
{
  char   **set;
  char    *tlb, *page_size;
  gint     levels;
  gboolean json;
} Options;

static int
replay (const Options *options, const char *path)
{
  PwkReplayOptions how = { .tlb = options->tlb, .settings = (const char *const *) options->set, .levels = (unsigned) options->levels,
                           .large = options->page_size && strcmp (options->page_size, "2M") == 0 };
  g_autoptr(PwkTrace) trace = NULL;
  g_autoptr(GError) error = NULL;
  PwkReplayCounts counts = { 0 };

  trace = pwk_trace_open (path, false, &error);
  if (!trace || !pwk_replay (&how, trace, &counts, &error))
    return pwk_cli_fail_or (pwk_kind_advice_for_replay (path), error);
  if (options->json)
    {
      g_autoptr(JsonBuilder) builder = json_builder_new ();

      pwk_replay_add_json (builder, &counts);
      pwk_json_print (builder);
    }
  else
    pwk_replay_print (&counts);
  pwk_replay_counts_clear (&counts);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

static bool
check_options (const Options *options)
{
  if (options->levels != 4 && options->levels != 5)
    pwk_cli_complain (_("--levels %d: expected 4 or 5"), options->levels);
  else if (options->page_size && strcmp (options->page_size, "4K") != 0 && strcmp (options->page_size, "2M") != 0)
    pwk_cli_complain (_("--page-size %s: expected 4K or 2M"), options->page_size);
  else
    return true;
  return false;
}

int
pwk_cmd_replay (int argc, char **argv)
{
  Options options = { .levels = 4 };
  const GOptionEntry entries[] = {
    { "tlb", 0, 0, G_OPTION_ARG_STRING, &options.tlb, N_("The TLBs, as l1d=64/4,l1i=128/8,stlb=1536/12"), N_("SPEC") },
    { "levels", 0, 0, G_OPTION_ARG_INT, &options.levels, N_("Levels of page tables"), "4|5" },
    { "page-size", 0, 0, G_OPTION_ARG_STRING, &options.page_size, N_("Size of the pages"), "4K|2M" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.set, N_("Set a parameter of machine()"), N_("KEY=VALUE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print the counts in JSON"), NULL },
    { NULL },
  };
  int status;

  if (!pwk_cli_parse ("replay", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc != 2)
    status = pwk_cli_usage ("replay");
  else
    status = check_options (&options) ? replay (&options, argv[1]) : PWK_EXIT_USAGE;
  g_strfreev (options.set);
  g_free (options.tlb);
  g_free (options.page_size);
  return status;
}

static bool
write_scenario (const char *from, const char *to, GError **error)
{
  g_auto(PwkIntake) intake = { 0 };

  return pwk_cli_take (&intake, from, error) && pwk_save_contents (to, intake.text, strlen (intake.text), error);
}

int
pwk_cmd_convert (int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  uint64_t n = 0;

  if (!pwk_cli_parse ("convert", NULL, &argc, &argv))
    return PWK_EXIT_USAGE;
  if (argc != 3)
    return pwk_cli_usage ("convert");
  if (g_str_has_suffix (argv[2], ".pwk") ? !write_scenario (argv[1], argv[2], &error) : !pwk_trace_convert (argv[1], argv[2], &n, &error))
    return pwk_cli_fail (error);
  return PWK_EXIT_GOOD;
}
