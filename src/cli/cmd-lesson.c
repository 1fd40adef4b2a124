/* cmd-lesson.c - pagewalk-cli lesson: whether a lesson keeps what it promises
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/terminal.h"
#include "scenario/lesson.h"
#include "scenario/parser.h"

static void
print_summary (const PwkScript *script, const PwkLessonReport *report)
{
  g_autofree char *steps = g_strdup_printf (ngettext ("%u step", "%u steps", report->n_steps), report->n_steps);
  g_autofree char *questions = g_strdup_printf (ngettext ("%u question", "%u questions", report->n_questions), report->n_questions);
  g_autofree char *held = g_strdup_printf (ngettext ("%u expectation holds", "%u expectations hold", report->n_held), report->n_held);
  g_autofree char *line = g_strdup_printf ("%s: %s, %s, %s", pwk_script_name (script), steps, questions, held);

  pwk_terminal_print (stdout, line);
}

static int
check (const char *name)
{
  g_autofree char *folder = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(PwkScript) script = pwk_cli_load_scenario (name, &folder, &error);
  PwkLessonReport report;
  bool good;

  if (!script || !pwk_lesson_check (&report, script, folder, &error))
    return pwk_cli_fail (error);
  for (guint i = 0; i < report.faults->len; i++)
    pwk_terminal_print (stderr, report.faults->pdata[i]);
  good = report.faults->len == 0;
  if (good)
    print_summary (script, &report);
  pwk_lesson_report_clear (&report);
  if (!pwk_cli_flush ())
    return PWK_EXIT_USAGE;
  return good ? PWK_EXIT_GOOD : PWK_EXIT_FAILED;
}

int
pwk_cmd_lesson (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    PWK_CLI_ALLOW,
    PWK_CLI_MEMORY_LIMIT,
    { NULL },
  };

  if (!pwk_cli_parse ("lesson", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  return argc == 3 && strcmp (argv[1], "check") == 0 ? check (argv[2]) : pwk_cli_usage ("lesson");
}
