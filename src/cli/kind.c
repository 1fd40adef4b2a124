/* kind.c - which subcommand a file is for, where another was tried
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/kind.h"

#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "scenario/parser.h"

#define START_BYTES 4096

/* The beginning of the file, which ends in a NUL, and its length; 0 if it cannot be read or is standard input, which is used up. */
static size_t
read_start (const char *path, char start[START_BYTES + 1])
{
  FILE *file = g_file_test (path, G_FILE_TEST_IS_REGULAR) ? fopen (path, "re") : NULL;
  size_t length = file ? fread (start, 1, START_BYTES, file) : 0;

  if (file)
    fclose (file);
  start[length] = '\0';
  return length;
}

static bool
begins (const char *start, size_t length, const char *bytes, size_t n)
{
  return length >= n && memcmp (start, bytes, n) == 0;
}

static bool
is_picture (const char *start, size_t length)
{
  return begins (start, length, "\x89PNG", 4) || begins (start, length, "%PDF-", 5) || begins (start, length, "<?xml", 5)
         || begins (start, length, "<svg", 4);
}

char *
pwk_kind_advice_for_run (const char *path)
{
  char start[START_BYTES + 1];
  size_t length = read_start (path, start);

  if (!is_picture (start, length) && memchr (start, '\0', length))
    return g_strdup_printf (_("%s is of no kind that is known: “run” takes scenarios, recordings and pictures, “replay” traces of lackey"), path);
  return NULL;
}

char *
pwk_kind_advice_for_replay (const char *path)
{
  char start[START_BYTES + 1];
  size_t length = read_start (path, start);
  g_autoptr(PwkScript) script = NULL;

  if (length == 0)
    return NULL;
  if (is_picture (start, length))
    return g_strdup_printf (_("%s is a picture: “pagewalk” opens it at the moment that it shows"), path);
  script = pwk_script_load (path, NULL);
  if (script && pwk_script_n_statements (script) > 0)
    return g_strdup_printf (pwk_script_is_strace (script) ? _("%s is a recording of strace: “pagewalk-cli run” runs it")
                                                          : _("%s is a scenario: “pagewalk-cli run” runs it"), path);
  if (!script)
    return g_strdup_printf (_("%s is of no kind that is known: “run” takes scenarios, recordings and pictures, “replay” traces of lackey"), path);
  return NULL;
}
