/* bench-history.c - traces, and moving about in a long history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/bench.h"
#include "import/lackey.h"
#include "import/replay.h"
#include "scenario/parser.h"
#include "scenario/runner.h"
#include "session/navigator.h"

#define RECORDS 3000000
#define MS      1e3

/* Mostly the same few pages, code and data, and now and then another, as programs do. */
static void
next_record (PwkTraceRecord *record, uint64_t *state)
{
  uint64_t random = *state = *state * 6364136223846793005ull + 1442695040888963407ull;
  uint64_t choice = random >> 32 & 63;

  record->kind = choice < 40 ? PWK_TRACE_INSTR : choice < 54 ? PWK_TRACE_LOAD : choice < 62 ? PWK_TRACE_STORE : PWK_TRACE_MODIFY;
  record->size = record->kind == PWK_TRACE_INSTR ? 4 : 8;
  record->addr = record->kind == PWK_TRACE_INSTR ? 0x401000 + (random >> 40 & 0x3ff8) : 0x7f0000000000 + (random >> 40 & 0xfff8);
  if (choice == 53)
    record->addr += (random >> 20 & 0x3ff) << 12;
}

/* A trace of RECORDS lines in a file of its own. */
static char *
write_trace (GError **error)
{
  char *path;
  int fd = g_file_open_tmp ("pagewalk-bench-XXXXXX.lackey", &path, error);
  FILE *file = fd >= 0 ? fdopen (fd, "w") : NULL;
  uint64_t state = 1;

  if (fd < 0)
    return NULL;
  for (int i = 0; i < RECORDS; i++)
    {
      PwkTraceRecord record;
      char line[48];

      next_record (&record, &state);
      fwrite (line, 1, pwk_lackey_write (line, &record), file);
    }
  if (fclose (file) == 0)
    return path;
  g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOSPC, "%s", path);
  g_unlink (path);
  g_free (path);
  return NULL;
}

/* Records a second, in millions; below 0 is an error. */
static double
replay_rate (const char *path, GError **error)
{
  const PwkReplayOptions options = { .levels = 4 };
  double best = G_MAXDOUBLE;

  for (int round = 0; round < 3; round++)
    {
      g_autoptr(PwkTrace) trace = pwk_trace_open (path, false, error);
      double start = pwk_bench_clock ();
      PwkReplayCounts counts = { 0 };

      if (!trace || !pwk_replay (&options, trace, &counts, error))
        return -1;
      best = MIN (best, pwk_bench_clock () - start);
      pwk_replay_counts_clear (&counts);
    }
  return RECORDS / best / 1e6;
}

bool
pwk_bench_lackey (GArray *figures, GError **error)
{
  g_autofree char *path = write_trace (error);
  double rate = path ? replay_rate (path, error) : -1;

  if (path)
    g_unlink (path);
  if (rate < 0)
    return false;
  pwk_figure_add (figures, "lackey", N_("lines of lackey's text, from the file to TLB counts"), rate, "M/s");
  return true;
}

bool
pwk_bench_binary (GArray *figures, GError **error)
{
  g_autofree char *text = write_trace (error);
  g_autofree char *binary = text ? g_strconcat (text, ".pwt", NULL) : NULL;
  uint64_t n;
  double rate = text && pwk_trace_convert (text, binary, &n, error) ? replay_rate (binary, error) : -1;

  if (text)
    {
      g_unlink (text);
      g_unlink (binary);
    }
  if (rate < 0)
    return false;
  pwk_figure_add (figures, "binary", N_("records of the binary form, from the file to TLB counts"), rate, "M/s");
  return true;
}

/* --- seeking --- */

#define HISTORY_EVENTS 10000000
#define SEEKS          100

static void
show_nothing (const PwkObservation *observation, gpointer data)
{
}

PwkScript *
pwk_bench_long_script (GError **error)
{
  g_autoptr(GString) text = g_string_new ("machine(memory=512M)\nprocess(A)\n"
                                          "[A] mmap(NULL, 256M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n");

  for (int i = 0; i < 40; i++)
    g_string_append (text, "[A] touch(p, 128M, \"w\")\n[A] madvise(p, 128M, MADV_DONTNEED)\n");
  return pwk_script_parse ("bench", text->str, -1, error);
}

static int
compare_doubles (const void *left, const void *right)
{
  double a = *(const double *) left, b = *(const double *) right;

  return (a > b) - (a < b);
}

/* The 95th percentile, ms, of SEEKS moves to random events; with @back each is followed by a step back, which alone counts. */
static double
move_time (PwkNavigator *navigator, bool back)
{
  double times[SEEKS];
  uint64_t state = 1;

  for (int i = 0; i < SEEKS; i++)
    {
      double start = pwk_bench_clock ();

      state = state * 6364136223846793005ull + 1442695040888963407ull;
      pwk_navigator_seek (navigator, 2 + (state >> 24) % (HISTORY_EVENTS - 1));
      pwk_navigator_arrive (navigator, show_nothing, NULL);
      if (back)
        {
          start = pwk_bench_clock ();
          pwk_navigator_step (navigator, PWK_STEP_EVENT, -1);
          pwk_navigator_arrive (navigator, show_nothing, NULL);
        }
      times[i] = pwk_bench_clock () - start;
    }
  qsort (times, SEEKS, sizeof times[0], compare_doubles);
  return times[SEEKS * 95 / 100] * MS;
}

bool
pwk_bench_seek (GArray *figures, GError **error)
{
  g_autoptr(PwkScript) script = pwk_bench_long_script (error);
  PwkRunner *runner = script ? pwk_runner_new (script, NULL, NULL, error) : NULL;
  PwkNavigator *navigator;
  double start;

  if (!runner)
    return false;
  navigator = pwk_navigator_new (runner);
  start = pwk_bench_clock ();
  pwk_navigator_seek (navigator, HISTORY_EVENTS);
  pwk_figure_add (figures, "run", N_("events while running, checkpoints taken on the way"),
                  HISTORY_EVENTS / (pwk_bench_clock () - start) / 1e6, "M/s");
  pwk_figure_add (figures, "seek-p95", N_("seek to a random event of ten million, 95th percentile"), move_time (navigator, false), "ms");
  pwk_figure_add (figures, "step-back-p95", N_("one event back from a random one of ten million, 95th percentile"), move_time (navigator, true), "ms");
  pwk_figure_add (figures, "history", N_("memory of the checkpoints"),
                  (double) pwk_navigator_history (navigator)->used_bytes / 1048576.0, "MiB");
  pwk_navigator_free (navigator);
  return true;
}
