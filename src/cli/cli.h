/* cli.h - the subcommands of pagewalk-cli, and what they share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <glib/gi18n.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/step.h"
#include "intake/intake.h"
#include "scenario/statement.h"

/* Exit statuses. */
typedef enum
{
  PWK_EXIT_GOOD = 0,
  PWK_EXIT_FAILED = 1,      /* an expectation, or an invariant, did not hold */
  PWK_EXIT_USAGE = 2,       /* the command line or an input was wrong */
  PWK_EXIT_STOPPED = 3,     /* the engine stopped at an assertion of its own */
  PWK_EXIT_INTERRUPTED = 130,    /* by Ctrl+C; what was done is written */
} PwkExit;

/* One subcommand. argv[0] is its name. */
typedef struct
{
  const char *name;
  const char *synopsis;     /* behind the name, untranslated */
  const char *summary;      /* N_() */
  int       (*run) (int argc, char **argv);
} PwkCommand;

int pwk_cmd_run     (int argc, char **argv);
int pwk_cmd_replay  (int argc, char **argv);
int pwk_cmd_convert (int argc, char **argv);
int pwk_cmd_export  (int argc, char **argv);
int pwk_cmd_growth  (int argc, char **argv);
int pwk_cmd_format  (int argc, char **argv);
int pwk_cmd_lesson  (int argc, char **argv);
int pwk_cmd_bench   (int argc, char **argv);
int pwk_cmd_show    (int argc, char **argv);
int pwk_cmd_help    (int argc, char **argv);
int pwk_cmd_views   (int argc, char **argv);
int pwk_cmd_calls   (int argc, char **argv);
int pwk_cmd_events  (int argc, char **argv);

const PwkCommand *pwk_commands (guint *n);

/* Reads the options of the subcommand argv[0], leaving just what is no option. False: the problem has been printed. */
bool pwk_cli_parse      (const char *name, const GOptionEntry *entries, int *argc, char ***argv);
/* "pagewalk-cli: …" on standard error. */
void pwk_cli_complain   (const char *format, ...) G_GNUC_PRINTF (1, 2);
/* The option --allow: a file, or a folder with all below it, that scenarios may read besides what lies below their own (files/reach.h). */
gboolean pwk_cli_allow  (const char *option, const char *value, gpointer data, GError **error);
#define PWK_CLI_ALLOW \
  { "allow", 0, G_OPTION_FLAG_FILENAME, G_OPTION_ARG_CALLBACK, pwk_cli_allow, N_("Let the scenario read a file, or all below a folder"), N_("PATH") }
/* The option --memory-limit: of this computer's memory, see engine/core/host-memory.h. */
gboolean pwk_cli_memory_limit (const char *option, const char *value, gpointer data, GError **error);
#define PWK_CLI_MEMORY_LIMIT \
  { "memory-limit", 0, 0, G_OPTION_ARG_CALLBACK, pwk_cli_memory_limit, N_("How much of this computer's memory to use at most: 4G"), N_("SIZE") }
/* The scenario that the user calls @name: a file, a shipped one by its bare name, or "-". *@folder (caller frees) gets what its paths lead from:
 * its own folder, or where we are for "-". NULL: @error says why. */
PwkScript *pwk_cli_load_scenario (const char *name, char **folder, GError **error);
/* The same of an error; one with a place as FILE:LINE:COLUMN, with line and caret. Returns PWK_EXIT_USAGE. */
int  pwk_cli_fail       (const GError *error);
/* … or what to do instead, @advice (taken), where there is something to be said. */
int  pwk_cli_fail_or    (char *advice, const GError *error);
/* What the file @path ("-": standard input) stands for. FALSE with @error. */
gboolean pwk_cli_take   (PwkIntake *intake, const char *path, GError **error);
/* Says how the subcommand is to be used; returns PWK_EXIT_USAGE. */
int  pwk_cli_usage      (const char *name);
/* Takes the locale from the environment, as it is now. */
void pwk_cli_set_locale (void);
/* Whether all that was printed could be written; complains if not. */
bool pwk_cli_flush      (void);
