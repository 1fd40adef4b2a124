/* oom-tasks.c - the table of tasks that the kernel prints before it kills
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/oom-tasks.h"

#include <glib/gi18n.h>
#include <string.h>

#include "engine/core/log-line.h"

/* What a column is, by its name in mm/oom_kill.c:dump_tasks() of all ages. */
typedef enum { RSS, SWAPENTS, PGTABLES_BYTES, NR_PTES, NR_PMDS, OOM_SCORE_ADJ, OOM_ADJ, N_COLUMNS } Column;

static const char *const column_names[N_COLUMNS] = { "rss", "swapents", "pgtables_bytes", "nr_ptes", "nr_pmds", "oom_score_adj", "oom_adj" };

/* The place of each column behind the bracket; -1 it is not there. */
typedef struct { int at[N_COLUMNS]; } Heading;

/* "[  415] rest": what is in the bracket, owned by the caller, and what is behind it; NULL if the line has none. */
static char *
take_bracket (const char *line, const char **rest)
{
  const char *end = *line == '[' ? strchr (line, ']') : NULL;

  if (!end)
    return NULL;
  *rest = end + 1;
  return g_strstrip (g_strndup (line + 1, (gsize) (end - line - 1)));
}

static void
read_heading (Heading *heading, const char *rest)
{
  g_auto(GStrv) words = pwk_line_words (rest);

  for (guint column = 0; column < N_COLUMNS; column++)
    {
      heading->at[column] = -1;
      for (guint i = 0; words[i]; i++)
        if (strcmp (words[i], column_names[column]) == 0)
          heading->at[column] = (int) i;
    }
}

/* False: the word there is no number, or the row has none there. A column that the table does not have is 0. */
static bool
read_column (const Heading *heading, char **words, Column column, int64_t *value)
{
  int at = heading->at[column];
  char *end;

  *value = 0;
  if (at < 0)
    return true;
  if (at >= (int) g_strv_length (words))
    return false;
  *value = g_ascii_strtoll (words[at], &end, 10);
  return end > words[at] && *end == '\0';
}

/* A scale from -17 to 15, as proc_oom_adj_write () takes it until today. */
static int64_t
score_of_old_adj (int64_t adj)
{
  return adj == 15 ? PWK_OOM_SCORE_ADJ_MAX : adj * PWK_OOM_SCORE_ADJ_MAX / 17;
}

static bool
read_row (const Heading *heading, const char *pid, const char *rest, PwkOomTask *task)
{
  g_auto(GStrv) words = pwk_line_words (rest);
  int64_t value[N_COLUMNS];
  char *end;

  task->pid = g_ascii_strtoll (pid, &end, 10);
  if (end == pid || *end)
    return false;
  for (unsigned column = 0; column < N_COLUMNS; column++)
    if (!read_column (heading, words, (Column) column, &value[column]))
      return false;
  task->rss = value[RSS];
  task->swapents = value[SWAPENTS];
  task->pgtables_bytes = value[PGTABLES_BYTES] + (value[NR_PTES] + value[NR_PMDS]) * (int64_t) PWK_PAGE_SIZE;
  task->oom_score_adj = heading->at[OOM_SCORE_ADJ] < 0 ? score_of_old_adj (value[OOM_ADJ]) : value[OOM_SCORE_ADJ];
  task->unkillable = task->pid == 1;
  return true;
}

GArray *
pwk_oom_tasks_read (const char *text, unsigned *line, const char **why)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr(GArray) tasks = g_array_new (FALSE, FALSE, sizeof (PwkOomTask));
  bool has_heading = false;
  Heading heading;

  for (*line = 1; lines[*line - 1]; ++*line)
    {
      const char *rest;
      g_autofree char *pid = take_bracket (pwk_log_line_text (lines[*line - 1]), &rest);
      PwkOomTask task = { 0 };

      if (!pid)
        continue;
      if (strcmp (pid, "pid") == 0)
        {
          read_heading (&heading, rest);
          has_heading = true;
          continue;
        }
      if (!has_heading)
        {
          *why = N_("expected the table's heading first: [  pid  ]   uid  tgid total_vm      rss …");
          return NULL;
        }
      if (!read_row (&heading, pid, rest, &task))
        {
          *why = N_("expected a number in each column of the table");
          return NULL;
        }
      g_array_append_val (tasks, task);
    }
  return g_steal_pointer (&tasks);
}
