/* run-recordings.c - what the real kernel did, against what the simulated one does
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kswapd-events.h"
#include "traced.h"
#include "engine/core/check.h"
#include "scenario/parser.h"
#include "scenario/runner.h"
#include "scenario/source.h"

/* Usage: run-recordings FOLDER… plays each recording in the folders, in order of name, and says in TAP whether all its expectations hold; for each
 * folder the sum. Of a scenario (.pwk, .pwk.gz) the trace events that are its comments count, too, and all invariants of the machine must hold at its
 * end; a table of traced events is a .tsv. */

typedef struct { unsigned number, held, failed; bool good; } Tally;

static int
compare_names (gconstpointer left, gconstpointer right)
{
  return strcmp (*(const char *const *) left, *(const char *const *) right);
}

static GPtrArray *
list_recordings (const char *folder)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GError) error = NULL;
  g_autoptr(GDir) dir = g_dir_open (folder, 0, &error);

  if (!dir)
    {
      printf ("Bail out! %s\n", error->message);
      exit (2);
    }
  for (const char *name = g_dir_read_name (dir); name; name = g_dir_read_name (dir))
    if (g_str_has_suffix (name, ".pwk") || g_str_has_suffix (name, ".pwk.gz") || g_str_has_suffix (name, ".tsv"))
      g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  return names;
}

/* The first few messages tell enough. */
static void
print_failures (const PwkRunner *runner, uint32_t n)
{
  unsigned printed = 0;

  for (uint32_t i = 0; i < n && printed < 3; i++)
    if (pwk_runner_outcome (runner, i)->verdict == PWK_VERDICT_FAILS)
      {
        printf ("# %s\n", pwk_runner_outcome (runner, i)->message);
        printed++;
      }
}

static bool
play (PwkScript *script, const char *text, uint32_t *held, uint32_t *failed, GError **error)
{
  PwkRunner *runner = pwk_runner_new (script, NULL, NULL, error);
  g_autoptr(GString) why = g_string_new (NULL);
  Traced *traced;
  bool sound;

  if (!runner)
    return false;
  traced = traced_new (pwk_runner_machine (runner));
  while (pwk_runner_step (runner))
    continue;
  pwk_runner_verdicts (runner, held, failed);
  print_failures (runner, pwk_script_n_statements (script));
  traced_compare (traced, script, text, held, failed);
  traced_free (traced);
  sound = pwk_machine_check (pwk_runner_machine (runner), why);
  if (!sound)
    printf ("# invariants do not hold:\n# %s\n", g_strdelimit (why->str, "\n", ' '));
  pwk_runner_free (runner);
  return sound && *failed == 0;
}

/* What gzip made of a scenario. */
static char *
read_compressed (const char *path, gsize *length, GError **error)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autoptr(GFileInputStream) packed = g_file_read (file, NULL, error);
  g_autoptr(GConverter) gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr(GInputStream) stream = packed ? g_converter_input_stream_new (G_INPUT_STREAM (packed), gunzip) : NULL;
  g_autoptr(GOutputStream) text = g_memory_output_stream_new_resizable ();

  if (!stream || g_output_stream_splice (text, stream, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, error) < 0)
    return NULL;
  *length = g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (text));
  return g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (text)), *length);
}

static bool
play_scenario (const char *path, uint32_t *held, uint32_t *failed, GError **error)
{
  gsize length = 0;
  g_autofree char *text = g_str_has_suffix (path, ".gz") ? read_compressed (path, &length, error) : pwk_source_read (path, &length, error);
  g_autoptr(PwkScript) script = text ? pwk_script_parse (path, text, (gssize) length, error) : NULL;

  return script && play (script, text, held, failed, error);
}

static void
play_file (const char *path, Tally *tally)
{
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr(GError) error = NULL;
  uint32_t held = 0, failed = 0;
  bool good = g_str_has_suffix (path, ".tsv") ? kswapd_events_play (path, &held, &failed, &error) && failed == 0 && held > 0
                                              : play_scenario (path, &held, &failed, &error);

  if (error)
    printf ("# %s\n", error->message);
  tally->good &= good;
  tally->held += held;
  tally->failed += failed;
  printf ("%s %u - %s\n", good ? "ok" : "not ok", ++tally->number, name);
}

int
main (int argc, char **argv)
{
  Tally tally = { 0, 0, 0, true };

  setvbuf (stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < argc; i++)
    {
      g_autoptr(GPtrArray) names = list_recordings (argv[i]);
      unsigned held = tally.held, failed = tally.failed;

      for (guint j = 0; j < names->len; j++)
        play_file (g_ptr_array_index (names, j), &tally);
      printf ("# %s: %u of %u expectations hold\n", argv[i], tally.held - held, tally.held - held + tally.failed - failed);
    }
  printf ("1..%u\n", tally.number);
  return tally.good && tally.number > 0 ? 0 : 1;
}
