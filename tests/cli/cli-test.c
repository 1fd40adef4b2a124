/* cli-test.c - pagewalk-cli called as a user calls it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli-test.h"

static const char *program;

void
cli_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_assert_cmpint (*argc, ==, 2);
  program = (*argv)[1];
}

void
cli_answer_clear (CliAnswer *answer)
{
  g_free (answer->out);
  g_free (answer->err);
}

CliAnswer
cli_call_in (const char *language, const char *arguments, const char *input)
{
  g_autofree char *line = g_strdup_printf ("%s %s", program, arguments);
  g_auto(GStrv) argv = g_strsplit (line, " ", -1);
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                      | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;
  CliAnswer answer = { 0 };

  g_test_message ("%s", arguments);
  if (language)
    {
      /* programs take the language of LANGUAGE only in a locale that is not C */
      g_subprocess_launcher_unsetenv (launcher, "LC_ALL");
      g_subprocess_launcher_setenv (launcher, "LANG", "C.UTF-8", TRUE);
      g_subprocess_launcher_setenv (launcher, "LANGUAGE", language, TRUE);
    }
  else
    {
      g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
      g_subprocess_launcher_unsetenv (launcher, "LANGUAGE");
    }
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, input ? input : "", NULL, &answer.out, &answer.err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  answer.status = g_subprocess_get_exit_status (process);
  return answer;
}

CliAnswer
cli_call (const char *arguments, const char *input)
{
  return cli_call_in (NULL, arguments, input);
}

void
cli_check (const char *arguments, const char *input, int status, const char *out, const char *err)
{
  g_auto(CliAnswer) answer = cli_call (arguments, input);

  if (out)
    g_assert_cmpstr (answer.out, ==, out);
  if (err)
    g_assert_cmpstr (answer.err, ==, err);
  g_assert_cmpint (answer.status, ==, status);
}

char *
cli_data_file (const char *name)
{
  return g_build_filename (g_getenv ("PAGEWALK_SOURCE_ROOT"), "data", name, NULL);
}

JsonObject *
cli_parse_object (JsonParser *parser, const char *text)
{
  g_autoptr(GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  g_assert_no_error (error);
  return json_node_get_object (json_parser_get_root (parser));
}
