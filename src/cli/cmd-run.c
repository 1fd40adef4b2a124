/* cmd-run.c - pagewalk-cli run: a scenario, statement by statement
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "cli/event-writer.h"
#include "cli/guard.h"
#include "cli/json.h"
#include "cli/kind.h"
#include "cli/loss.h"
#include "cli/machine-line.h"
#include "cli/picture.h"
#include "cli/terminal.h"
#include "cli/why.h"
#include "engine/core/check.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

typedef struct
{
  char   **set;
  gboolean quiet, check, json;
  char    *until_text;
  char    *events;
  char   **export;
} Options;

typedef struct
{
  Options         options;
  PwkStep         until;
  PwkRunner      *runner;
  PwkEventWriter *writer;
  PwkWhy          why;
  gboolean        rows;         /* some were printed, with --json */
  bool            broken;       /* --check found something */
  bool            seen;         /* a spot in the rounds of --until */
} Run;

/* --- telling what came of a statement --- */

/* Notes are comments, so that the output stays a scenario. */
static void
print_comment (const PwkOutcome *outcome)
{
  g_auto(GStrv) lines = g_strsplit (outcome->note, "\n", -1);

  for (char **line = lines; *line; line++)
    {
      g_autofree char *comment = line == lines && outcome->rounds ? g_strdup_printf ("%s: %s", outcome->rounds, *line) : g_strdup (*line);

      fputs ("# ", stdout);
      pwk_terminal_print (stdout, comment);
    }
}

static void
print_statement (Run *run, uint32_t index)
{
  const PwkOutcome *outcome = pwk_runner_outcome (run->runner, index);
  g_autofree char *echo = NULL, *why = NULL;

  if (run->options.quiet || run->options.json)
    return;
  why = pwk_why_say (&run->why, pwk_runner_machine (run->runner), outcome);
  if (index == 0 && run->options.set && pwk_machine_line_is_written (pwk_runner_script (run->runner)))
    echo = pwk_machine_line (pwk_runner_script (run->runner), (const char *const *) run->options.set);
  else
    echo = pwk_runner_echo (run->runner, index, why);
  if (echo)
    pwk_terminal_print (stdout, echo);
  if (outcome->note)
    print_comment (outcome);
}

static const char *
verdict_name (PwkVerdict verdict)
{
  switch (verdict)
    {
    case PWK_VERDICT_HOLDS:
      return "holds";
    case PWK_VERDICT_FAILS:
      return "fails";
    case PWK_VERDICT_NONE:
      break;
    }
  return "none";
}

/* What came of a call, as a value of its own type: a number; null for NULL; "0x…" for an address; -1 and its error in "errno"; else words
 * or a dump's text. The name that was bound to it stands beside it. */
static void
add_result (JsonBuilder *builder, const PwkOutcome *outcome)
{
  const char *comment = outcome->actual && !outcome->is_dump ? strstr (outcome->actual, "  # ") : NULL;
  const char *text = comment ? comment + strlen ("  # ") : outcome->actual;
  gint64 number;

  if (!text)
    return;
  if (comment)
    {
      g_autofree char *name = g_strndup (outcome->actual, (gsize) (comment - outcome->actual));

      pwk_json_text (builder, "name", name);
    }
  json_builder_set_member_name (builder, "result");
  if (!outcome->is_dump && g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, &number, NULL))
    json_builder_add_int_value (builder, number);
  else if (!outcome->is_dump && strcmp (text, "NULL") == 0)
    json_builder_add_null_value (builder);
  else if (!outcome->is_dump && g_str_has_prefix (text, "-1 "))
    {
      json_builder_add_int_value (builder, -1);
      pwk_json_text (builder, "errno", text + strlen ("-1 "));
    }
  else
    json_builder_add_string_value (builder, text);
}

static void
add_rounds (JsonBuilder *builder, const PwkSpot *spot)
{
  if (spot->n_rounds == 0)
    return;
  json_builder_set_member_name (builder, "rounds");
  json_builder_begin_array (builder);
  for (uint32_t i = 0; i < spot->n_rounds; i++)
    json_builder_add_int_value (builder, (gint64) spot->round[i]);
  json_builder_end_array (builder);
}

static void
print_row (Run *run, const PwkSpot *spot)
{
  const PwkStatement *statement = pwk_script_statement (pwk_runner_script (run->runner), spot->statement);
  const PwkOutcome *outcome = pwk_runner_outcome (run->runner, spot->statement);

  g_autoptr(JsonBuilder) row = json_builder_new ();

  json_builder_begin_object (row);
  pwk_json_number (row, "line", statement->line);
  add_rounds (row, spot);
  pwk_json_text (row, "call", statement->call);
  add_result (row, outcome);
  if (outcome->why != PWK_WHY_NONE)
    pwk_json_text (row, "why", pwk_refusal_name (outcome->why));
  if (outcome->has_read)
    pwk_json_number (row, "value", outcome->read);
  pwk_json_text (row, "verdict", verdict_name (outcome->verdict));
  pwk_json_text (row, "message", outcome->message);
  pwk_json_text (row, "note", outcome->note);
  pwk_json_text (row, "loss", outcome->loss);
  pwk_json_number (row, "first_event", outcome->first_event);
  pwk_json_number (row, "last_event", outcome->last_event);
  json_builder_end_object (row);
  pwk_json_stream_row (row, !run->rows);
  run->rows = TRUE;
}

/* Errors go to standard error; what is on its way to standard output comes before them. */
static void
print_message (const char *message)
{
  fflush (stdout);
  pwk_terminal_print (stderr, message);
}

static void
check_machine (Run *run, uint32_t index)
{
  g_autoptr(GString) why = NULL;
  const PwkScript *script = pwk_runner_script (run->runner);

  if (!run->options.check)
    return;
  why = g_string_new (NULL);
  if (pwk_machine_check (pwk_runner_machine (run->runner), why))
    return;
  run->broken = true;
  fflush (stdout);
  fprintf (stderr, _("%s:%u: invariants do not hold:\n%s"), pwk_script_name (script), pwk_script_statement (script, index)->line, why->str);
}

/* PwkTeller. */
static void
tell_outcome (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  Run *run = data;
  const PwkOutcome *outcome = pwk_runner_outcome (runner, spot->statement);
  const PwkScript *script = pwk_runner_script (runner);

  print_statement (run, spot->statement);
  if (run->options.json)
    print_row (run, spot);
  if (outcome->message)
    print_message (outcome->message);
  pwk_losses_print_outcome (script, pwk_script_statement (script, spot->statement), outcome);
  check_machine (run, spot->statement);
  pwk_why_forget (&run->why);
}

/* PwkListener. */
static void
tell_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Run *run = data;

  pwk_why_tell (&run->why, event);
  if (run->writer)
    pwk_event_writer_tell (machine, event, run->writer);
}

/* --- running --- */

/* Whether the place has been reached at which to stop: the first place of rest at or after the event, or behind the line. */
static bool
is_there (Run *run)
{
  const PwkScript *script = pwk_runner_script (run->runner);
  PwkSpot now;

  if (!run->until.given)
    return false;
  if (!run->until.is_line)
    return pwk_runner_machine (run->runner)->st->n_events >= run->until.number;
  if (run->until.at_start)
    return true;
  now = pwk_runner_spot (run->runner);
  run->seen |= pwk_spot_shares_rounds (script, &now, &run->until.spot);
  return pwk_runner_between (run->runner) && pwk_spot_compare (script, &now, &run->until.spot) > 0;
}

/* The machine that --set made where the scenario says nothing of it. */
static void
print_machine (Run *run)
{
  const PwkScript *script = pwk_runner_script (run->runner);
  g_autofree char *line = NULL;

  if (run->options.quiet || run->options.json || !run->options.set || pwk_machine_line_is_written (script))
    return;
  line = pwk_machine_line (script, (const char *const *) run->options.set);
  printf ("%s\n", line);
}

/* One that comes so soon after another is the same: whoever stops a group of processes sends to each, and to all. */
#define SAME_INTERRUPT_NS 300000000

static volatile sig_atomic_t interrupted;
static struct timespec       interrupted_at;

static int64_t
ns_between (const struct timespec *from, const struct timespec *to)
{
  return (to->tv_sec - from->tv_sec) * (int64_t) 1000000000 + (to->tv_nsec - from->tv_nsec);
}

static void
interrupt (int number)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  if (interrupted && ns_between (&interrupted_at, &now) > SAME_INTERRUPT_NS)
    {
      signal (number, SIG_DFL);
      raise (number);
      return;
    }
  if (!interrupted)
    interrupted_at = now;
  interrupted = 1;
}

/* Ctrl+C ends the run at the next place of rest, so that what was done is written; a second one ends the program. */
static void
listen_for_interrupts (void)
{
  const struct sigaction action = { .sa_handler = interrupt };

  sigaction (SIGINT, &action, NULL);
}

static void
tell_interruption (Run *run)
{
  const PwkScript *script = pwk_runner_script (run->runner);
  uint32_t at = pwk_runner_position (run->runner);
  g_autofree char *message = NULL;

  if (pwk_runner_finished (run->runner))
    return;
  message = g_strdup_printf (_("%s:%u: interrupted"), pwk_script_name (script), pwk_script_statement (script, at)->line);
  print_message (message);
}

static void
play (Run *run)
{
  pwk_losses_print_read (pwk_runner_script (run->runner));
  print_machine (run);
  pwk_runner_set_teller (run->runner, tell_outcome, run);
  listen_for_interrupts ();
  while (!interrupted && !is_there (run) && pwk_runner_step (run->runner))
    continue;
  if (interrupted)
    tell_interruption (run);
}

static void
end_json (Run *run, uint32_t held, uint32_t failed)
{
  PwkMachine *machine = pwk_runner_machine (run->runner);
  g_autoptr(JsonBuilder) after = json_builder_new ();

  json_builder_begin_object (after);
  pwk_json_number (after, "held", held);
  pwk_json_number (after, "failed", failed);
  pwk_json_number (after, "lost", pwk_losses_count (run->runner, pwk_runner_position (run->runner)));
  pwk_json_number (after, "events", machine->st->n_events);
  pwk_json_number (after, "ns", pwk_machine_ns (machine));
  json_builder_end_object (after);
  pwk_json_stream_end (after, !run->rows);
}

static void
begin_json (const char *name)
{
  g_autoptr(JsonBuilder) before = json_builder_new ();

  json_builder_begin_object (before);
  pwk_json_text (before, "scenario", name);
  json_builder_end_object (before);
  pwk_json_stream_begin (before, "statements");
}

static int
finish (Run *run)
{
  g_autoptr(GError) error = NULL;
  uint32_t held, failed;
  int status;

  pwk_runner_verdicts (run->runner, &held, &failed);
  status = failed > 0 || run->broken ? PWK_EXIT_FAILED : PWK_EXIT_GOOD;
  if (run->options.json)
    end_json (run, held, failed);
  if (run->until.has_rounds && !run->seen)
    {
      pwk_step_no_such_round (&run->until, &error);
      return pwk_cli_fail (error);
    }
  pwk_losses_print_count (pwk_losses_count (run->runner, pwk_runner_position (run->runner)));
  if (run->writer && !pwk_event_writer_close (g_steal_pointer (&run->writer), &error))
    return pwk_cli_fail (error);
  if (interrupted)
    status = PWK_EXIT_INTERRUPTED;
  return pwk_cli_flush () ? status : PWK_EXIT_USAGE;
}

static int
run_script (Run *run, PwkScript *script, const char *folder)
{
  g_autoptr(PwkPictures) pictures = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  pictures = pwk_step_find (&run->until, script, &error) ? pwk_pictures_new (run->options.export, &error) : NULL;
  if (!pictures)
    return pwk_cli_fail (error);
  run->runner = pwk_runner_new (script, (const char *const *) run->options.set, folder, &error);
  if (!run->runner)
    return pwk_cli_fail (error);
  pwk_guard_follow (run->runner);
  if (run->options.events)
    {
      run->writer = pwk_event_writer_new (run->options.events, run->runner, &error);
      if (!run->writer)
        return pwk_cli_fail (error);
    }
  pwk_machine_listen (pwk_runner_machine (run->runner), tell_event, run);
  if (run->writer)
    pwk_machine_want (pwk_runner_machine (run->runner), -1, true);
  else
    pwk_why_want (pwk_runner_machine (run->runner));
  if (run->options.json)
    begin_json (pwk_script_name (script));
  play (run);
  status = finish (run);
  pwk_guard_follow (NULL);
  pwk_cli_set_locale ();
  if (status != PWK_EXIT_USAGE && !pwk_pictures_write (pictures, script, (const char *const *) run->options.set, folder, &run->until, NULL, &error))
    return pwk_cli_fail (error);
  return status;
}

static int
load_and_run (Run *run, const char *name)
{
  g_autofree char *folder = NULL;
  g_autoptr(PwkScript) script = NULL;
  g_autoptr(GError) error = NULL;

  if (run->options.until_text && !pwk_step_parse (&run->until, "--until", run->options.until_text))
    {
      pwk_cli_complain (_("--until %s: expected the number of an event, or line:N, in a loop line:N:ROUND"), run->options.until_text);
      return PWK_EXIT_USAGE;
    }
  /* what programs read is in no language */
  if (run->options.json)
    setlocale (LC_MESSAGES, "C");
  script = pwk_cli_load_scenario (name, &folder, &error);
  if (!script)
    return pwk_cli_fail_or (pwk_kind_advice_for_run (name), error);
  if (pwk_script_n_statements (script) == 0 && !run->options.set)
    {
      pwk_cli_complain (_("%s: there is no statement in it"), pwk_script_name (script));
      return PWK_EXIT_USAGE;
    }
  return run_script (run, script, folder);
}

int
pwk_cmd_run (int argc, char **argv)
{
  Run run = { 0 };
  Options *options = &run.options;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->set, N_("Set a parameter of machine()"), N_("KEY=VALUE") },
    PWK_CLI_ALLOW,
    PWK_CLI_MEMORY_LIMIT,
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options->quiet, N_("Print only expectations that do not hold"), NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &options->check, N_("Check the invariants after each statement"), NULL },
    { "until", 0, 0, G_OPTION_ARG_STRING, &options->until_text, N_("Stop at an event, or with line:N behind a line"), N_("STEP") },
    { "events", 0, 0, G_OPTION_ARG_FILENAME, &options->events, N_("Write the events to a file, one JSON object a line"), N_("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options->json, N_("Print a summary in JSON"), NULL },
    { "export", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->export, N_("Write the picture of a view at the end"), N_("VIEW=FILE") },
    { NULL },
  };
  int status;

  if (!pwk_cli_parse ("run", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  status = argc == 2 ? load_and_run (&run, argv[1]) : pwk_cli_usage ("run");
  if (argc == 1)
    fprintf (stderr, "%s\n", _("“pagewalk-cli run first-look.pwk” runs a scenario that comes with Pagewalk; “pagewalk-cli run --help” explains the options."));
  pwk_runner_free (run.runner);
  g_strfreev (options->set);
  g_strfreev (options->export);
  g_free (options->until_text);
  g_free (options->events);
  return status;
}
