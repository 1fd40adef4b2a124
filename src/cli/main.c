/* main.c - pagewalk-cli: the simulated machine without a window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "cli/cli.h"
#include "cli/guard.h"
#include "cli/terminal.h"
#include "engine/core/config.h"
#include "engine/core/host-memory.h"
#include "files/reach.h"
#include "import/trace.h"
#include "intake/intake.h"
#include "scenario/nearest.h"
#include "scenario/parser.h"
#include "scenario/script-error.h"
#include "scenario/shipped.h"
#include "scenario/source.h"

#define LEAST_MEMORY ((uint64_t) 64 << 20)

static const PwkCommand commands[] = {
  { "run", "[--set K=V] [--allow PATH] [--memory-limit SIZE] [--quiet] [--check] [--until STEP] [--events FILE] [--json] [--export VIEW=FILE]… SCENARIO|-",
    N_("run a scenario and print what each statement came to"), pwk_cmd_run },
  { "replay", "[--tlb SPEC] [--levels 4|5] [--page-size 4K|2M] [--set K=V] [--json] TRACE|-",
    N_("send recorded accesses through the TLBs and count"), pwk_cmd_replay },
  { "convert", "IN OUT", N_("write a trace in another form, .lackey or .pwt, or what is no scenario as one, .pwk"), pwk_cmd_convert },
  { "show", "FILE|-", N_("print the scenario that a file stands for: what “run” would run"), pwk_cmd_show },
  { "export", "--view VIEW [--at STEP] [--size WxH] [--theme light|dark] [--lang LANG] [--allow PATH] [--memory-limit SIZE] -o FILE SCENARIO",
    N_("write the picture of a view: .svg, .png, .pdf"), pwk_cmd_export },
  { "growth", "[--set K=V] [--allow PATH] [--memory-limit SIZE] [--json] SCENARIO|-", N_("tell how the processes of a scenario grow, and where they jump"), pwk_cmd_growth },
  { "format", "[NAME [--entries FILE|--walk FILE|--linux FILE]]",
    N_("list page-table formats, describe one, or say what its entries mean and where its walks lead"), pwk_cmd_format },
  { "lesson", "check [--allow PATH] [--memory-limit SIZE] FILE", N_("check a lesson: its numbers, its languages, its questions"), pwk_cmd_lesson },
  { "bench", "[--json] [NAME]", N_("measure the engine's speed on this computer"), pwk_cmd_bench },
  { "help", "CALL|FLAG|KEY|COMMAND|scenario|kinds|--list", N_("explain a word of the scenario language with an example, a command, the language itself, or the kinds of files that are read"),
    pwk_cmd_help },
  { "views", "", N_("list the views"), pwk_cmd_views },
  { "calls", "", N_("list the calls of the scenario language"), pwk_cmd_calls },
  { "events", "", N_("list the kinds of events"), pwk_cmd_events },
};

const PwkCommand *
pwk_commands (guint *n)
{
  *n = G_N_ELEMENTS (commands);
  return commands;
}

static const PwkCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

void
pwk_cli_complain (const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  fputs ("pagewalk-cli: ", stderr);
  pwk_terminal_print (stderr, message);
}

int
pwk_cli_fail (const GError *error)
{
  g_autofree char *text = NULL;

  /* a trace's error has its place in front already */
  if (g_error_matches (error, PWK_TRACE_ERROR, PWK_TRACE_ERROR_SYNTAX))
    {
      pwk_terminal_print (stderr, error->message);
      return PWK_EXIT_USAGE;
    }
  if (error->domain != PWK_SCRIPT_ERROR)
    {
      pwk_cli_complain ("%s", error->message);
      return PWK_EXIT_USAGE;
    }
  text = pwk_script_error_format (error);
  pwk_terminal_print (stderr, text);
  return PWK_EXIT_USAGE;
}

gboolean
pwk_cli_allow (const char *option, const char *value, gpointer data, GError **error)
{
  if (g_access (value, F_OK) == 0)
    {
      pwk_reach_allow (value);
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--allow %s: %s", value, g_strerror (errno));
  return FALSE;
}

gboolean
pwk_cli_memory_limit (const char *option, const char *value, gpointer data, GError **error)
{
  uint64_t bytes;

  if (pwk_config_parse_size (value, NULL, &bytes) && bytes >= LEAST_MEMORY)
    {
      pwk_host_memory_set (bytes);
      return TRUE;
    }
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("--memory-limit %s: expected a size of at least 64M"), value);
  return FALSE;
}

/* Standard input is no file that could be looked into first. */
static gboolean
take_input (PwkIntake *intake, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (strcmp (path, "-") != 0)
    return pwk_intake_file (intake, path, error);
  text = pwk_source_read (path, &length, error);
  return text && pwk_intake_bytes (intake, NULL, text, length, error);
}

/* A file of accesses is named in what is made of it, and not read into it. */
static gboolean
is_replayed (const PwkIntake *intake, const char *path)
{
  return intake->kind == PWK_INTAKE_TRACE && strcmp (path, "-") != 0;
}

gboolean
pwk_cli_take (PwkIntake *intake, const char *path, GError **error)
{
  if (!take_input (intake, path, error))
    return FALSE;
  if (intake->kind == PWK_INTAKE_PICTURE && !intake->text)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _("%s: this picture's scenario was too long to be carried along"), path);
      return FALSE;
    }
  if (is_replayed (intake, path))
    pwk_reach_allow (path);
  return TRUE;
}

/* What is no scenario by itself, a table of /proc, a recording of accesses, a picture, becomes one, as in the window. */
static PwkScript *
load_file (const char *path, GError **error)
{
  g_auto(PwkIntake) intake = { 0 };

  if (!pwk_cli_take (&intake, path, error))
    return NULL;
  if (intake.made && intake.kind != PWK_INTAKE_PICTURE && !is_replayed (&intake, path))
    {
      /* Translators: FILE: note: taken for /proc/PID/maps */
      fprintf (stderr, _("%s: note: taken for %s\n"), strcmp (path, "-") == 0 ? _("standard input") : path, pwk_intake_kind_name (intake.kind));
    }
  return pwk_script_parse (strcmp (path, "-") == 0 ? _("standard input") : path, intake.text, -1, error);
}

PwkScript *
pwk_cli_load_scenario (const char *name, char **folder, GError **error)
{
  g_autofree char *path = pwk_shipped_find_scenario (name, error);

  if (!path)
    return NULL;
  *folder = strcmp (path, "-") == 0 ? g_strdup (".") : g_path_get_dirname (path);
  return load_file (path, error);
}

int
pwk_cli_fail_or (char *advice, const GError *error)
{
  g_autofree char *owned = advice;

  if (!owned)
    return pwk_cli_fail (error);
  pwk_cli_complain ("%s", owned);
  return PWK_EXIT_USAGE;
}

int
pwk_cli_usage (const char *name)
{
  const PwkCommand *command = find_command (name);

  /* Translators: before the way a program is to be called. */
  fprintf (stderr, "%s pagewalk-cli %s %s\n", _("Usage:"), command->name, command->synopsis);
  return PWK_EXIT_USAGE;
}

static void
complain_of_command (const char *name)
{
  PwkNearest nearest = pwk_nearest (name);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    pwk_nearest_try (&nearest, commands[i].name);
  if (nearest.found)
    pwk_cli_complain (_("there is no command “%s”; did you mean “%s”? “pagewalk-cli --help” lists them"), name, nearest.found);
  else
    pwk_cli_complain (_("there is no command “%s”; “pagewalk-cli --help” lists them"), name);
}

/* The option of @entries that is most like the first of @argv that is none of them; NULL if none is near. */
static const char *
find_meant_option (const GOptionEntry *entries, char **argv)
{
  for (char **arg = argv + 1; entries && *arg && strcmp (*arg, "--") != 0; arg++)
    {
      g_autofree char *written = g_str_has_prefix (*arg, "--") ? g_strndup (*arg + 2, strcspn (*arg + 2, "=")) : NULL;
      PwkNearest nearest = pwk_nearest (written ? written : "");
      bool known = !written;

      for (const GOptionEntry *entry = entries; entry->long_name && !known; entry++)
        {
          known = strcmp (entry->long_name, written) == 0;
          pwk_nearest_try (&nearest, entry->long_name);
        }
      if (!known)
        return nearest.found;
    }
  return NULL;
}

static void
complain_of_options (const GError *error, const char *meant)
{
  if (meant && g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION))
    /* Translators: what GLib says of an option, then one that there is */
    pwk_cli_complain (_("%s; did you mean “--%s”?"), error->message, meant);
  else
    pwk_cli_complain ("%s", error->message);
}

bool
pwk_cli_parse (const char *name, const GOptionEntry *entries, int *argc, char ***argv)
{
  const PwkCommand *command = find_command (name);
  g_autofree char *synopsis = g_strdup_printf ("%s", strstr (command->synopsis, "SCENARIO") ? "SCENARIO|-"
                                               : strstr (command->synopsis, "TRACE") ? "TRACE|-" : "");
  g_autoptr(GOptionContext) context = g_option_context_new (synopsis);
  g_autofree char *program = g_strdup_printf ("pagewalk-cli %s", name);
  g_autoptr(GError) error = NULL;

  g_set_prgname (program);
  g_option_context_set_summary (context, _(command->summary));
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (entries)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return true;
  complain_of_options (error, find_meant_option (entries, *argv));
  return false;
}

bool
pwk_cli_flush (void)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return true;
  pwk_cli_complain (_("standard output cannot be written"));
  return false;
}

static void
print_help (void)
{
  printf ("%s\n", _("Usage:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    printf ("  pagewalk-cli %s %s\n      %s\n", commands[i].name, commands[i].synopsis, _(commands[i].summary));
  printf ("  pagewalk-cli --version\n  pagewalk-cli --help\n");
}

/* gettext translates only where the locale is not C; C.UTF-8 is everywhere. */
void
pwk_cli_set_locale (void)
{
  const char *languages = g_getenv ("LANGUAGE");
  const char *now = setlocale (LC_ALL, "") ? setlocale (LC_MESSAGES, NULL) : "C";

  if (languages && *languages && (strcmp (now, "C") == 0 || strcmp (now, "POSIX") == 0))
    setlocale (LC_ALL, "C.UTF-8");
}

static void
start_gettext (void)
{
  const char *folder = g_getenv ("PAGEWALK_LOCALE_DIR");

  pwk_cli_set_locale ();
  bindtextdomain (GETTEXT_PACKAGE, folder ? folder : PAGEWALK_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

int
main (int argc, char **argv)
{
  const PwkCommand *command;

  /* a file that may not grow is an error of writing, not the end of the program */
  signal (SIGXFSZ, SIG_IGN);
  start_gettext ();
  if (argc < 2)
    {
      pwk_cli_complain (_("a command is missing; “pagewalk-cli --help” lists them"));
      return PWK_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      printf ("pagewalk-cli %s\n", PAGEWALK_VERSION);
      return PWK_EXIT_GOOD;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      print_help ();
      return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
    }
  command = find_command (argv[1]);
  if (!command)
    {
      complain_of_command (argv[1]);
      return PWK_EXIT_USAGE;
    }
  return pwk_guard_run (command->run, argc - 1, argv + 1);
}
