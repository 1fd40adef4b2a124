/* cmd-growth.c - pagewalk-cli growth: how large each process was, and when
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/guard.h"
#include "cli/json.h"
#include "engine/core/string.h"
#include "engine/core/task.h"
#include "engine/core/text-table.h"
#include "engine/paging/mm.h"
#include "engine/virt/accounting.h"
#include "engine/virt/process.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

/* What is followed of a process: sizes as /proc/PID/status has them, in KiB, and faults as /proc/PID/stat. */
typedef enum { VSZ, RSS, PTE, MIN_FLT, MAJ_FLT, N_VALUES } Value;

static const char *const value_names[N_VALUES] = { "vsz", "rss", "pte", "min_flt", "maj_flt" };

/* A moment at which something of a process changed: behind the statement of @line. */
typedef struct
{
  guint       line;
  uint64_t    event, ns;
  const char *process;      /* interned */
  PwkIndex    task;
  uint64_t    value[N_VALUES];
  guint       before;       /* the process's last row, + 1; 0 none */
  bool        jump[N_VALUES];
} Row;

/* What is kept of a process while the scenario runs. */
typedef struct
{
  guint    last;                /* its last row, + 1 */
  uint64_t most[N_VALUES];
} Track;

typedef struct
{
  PwkRunner  *runner;       /* owned */
  GArray     *rows;         /* of Row, in order of time; owned */
  GHashTable *tracks;       /* task → Track; owned */
} Growth;

/* --- collecting --- */

/* Its name in the scenario, or its program and number. */
static const char *
process_name (const PwkMachine *machine, PwkIndex task)
{
  const PwkTask *t = pwk_task (machine, task);
  g_autofree char *name = t->name ? g_strdup (pwk_string (machine, t->name)) : g_strdup_printf ("%s %d", pwk_task_called (machine, task), t->pid);

  return g_intern_string (name);
}

static Row
row_now (const PwkMachine *machine, PwkIndex task, guint line)
{
  const PwkTask *t = pwk_task (machine, task);
  Row row = { .line = line, .event = machine->st->n_events, .ns = pwk_machine_ns (machine), .task = task, .process = process_name (machine, task) };

  if (t->mm)
    {
      row.value[VSZ] = pwk_mm (machine, t->mm)->total_vm << (PWK_PAGE_SHIFT - 10);
      row.value[RSS] = (uint64_t) pwk_mm_rss (machine, t->mm) << (PWK_PAGE_SHIFT - 10);
      row.value[PTE] = pwk_mm (machine, t->mm)->pgtables_bytes >> 10;
    }
  row.value[MIN_FLT] = t->min_flt;
  row.value[MAJ_FLT] = t->maj_flt;
  return row;
}

static Track *
track_of (Growth *growth, PwkIndex task)
{
  Track *track = g_hash_table_lookup (growth->tracks, GUINT_TO_POINTER (task));

  if (!track)
    {
      track = g_new0 (Track, 1);
      g_hash_table_insert (growth->tracks, GUINT_TO_POINTER (task), track);
    }
  return track;
}

/* A row for each process of which a value is another than in its last row. */
static void
collect (Growth *growth, guint line)
{
  const PwkMachine *machine = pwk_runner_machine (growth->runner);

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    {
      Track *track = track_of (growth, task);
      Row row = row_now (machine, task, line);

      if (track->last && memcmp (g_array_index (growth->rows, Row, track->last - 1).value, row.value, sizeof row.value) == 0)
        continue;
      row.before = track->last;
      g_array_append_val (growth->rows, row);
      track->last = growth->rows->len;
      for (unsigned k = 0; k < N_VALUES; k++)
        track->most[k] = MAX (track->most[k], row.value[k]);
    }
}

/* --- jumps --- */

/* The least change of a size that is called a jump, KiB, and its least part of the largest that the process had of it. */
#define JUMP_KIB  64
#define JUMP_PART 10

static uint64_t
distance (uint64_t a, uint64_t b)
{
  return a > b ? a - b : b - a;
}

/* Only when all is over it is known what is much for a process. */
static void
mark_jumps (Growth *growth)
{
  for (guint i = 0; i < growth->rows->len; i++)
    {
      Row *row = &g_array_index (growth->rows, Row, i);
      const Track *track = g_hash_table_lookup (growth->tracks, GUINT_TO_POINTER (row->task));
      const Row *before = row->before ? &g_array_index (growth->rows, Row, row->before - 1) : NULL;

      for (unsigned k = VSZ; before && k <= PTE; k++)
        row->jump[k] = distance (row->value[k], before->value[k]) >= MAX (JUMP_KIB, track->most[k] / JUMP_PART);
    }
}

/* --- telling --- */

/* "A  <- vsz, rss": the process, and what has jumped. */
static void
append_row (PwkTextTable *table, const Row *row)
{
  const char *between = "  <- ";

  pwk_text_table_cell (table, "%u", row->line);
  pwk_text_table_cell (table, "%" G_GUINT64_FORMAT, row->ns);
  for (unsigned k = 0; k < N_VALUES; k++)
    pwk_text_table_cell (table, "%" G_GUINT64_FORMAT, row->value[k]);
  pwk_text_table_cell (table, "%s", row->process);
  for (unsigned k = VSZ; k <= PTE; k++)
    if (row->jump[k])
      {
        g_string_append_printf (table->out, "%s%s", between, value_names[k]);
        between = ", ";
      }
  pwk_text_table_end_row (table);
}

static void
print_rows (const Growth *growth)
{
  static const PwkTextColumn columns[] = {
    { "line", 6, 0 }, { "ns", 14, 1 }, { "vsz", 10, 1 }, { "rss", 10, 1 }, { "pte", 8, 1 }, { "min_flt", 9, 1 }, { "maj_flt", 9, 1 },
    { "process", 0, 2 },
  };
  g_autoptr(GString) out = g_string_new (NULL);
  PwkTextTable table = PWK_TEXT_TABLE (columns, out);

  pwk_text_table_heads (&table);
  for (guint i = 0; i < growth->rows->len; i++)
    append_row (&table, &g_array_index (growth->rows, Row, i));
  fputs (out->str, stdout);
}

static void
add_row (JsonBuilder *builder, const Row *row)
{
  json_builder_begin_object (builder);
  pwk_json_number (builder, "line", row->line);
  pwk_json_number (builder, "event", row->event);
  pwk_json_number (builder, "ns", row->ns);
  pwk_json_text (builder, "process", row->process);
  for (unsigned k = 0; k < N_VALUES; k++)
    pwk_json_number (builder, value_names[k], row->value[k]);
  json_builder_set_member_name (builder, "jumps");
  json_builder_begin_array (builder);
  for (unsigned k = VSZ; k <= PTE; k++)
    if (row->jump[k])
      json_builder_add_string_value (builder, value_names[k]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_json (const Growth *growth)
{
  g_autoptr(JsonBuilder) builder = json_builder_new ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < growth->rows->len; i++)
    add_row (builder, &g_array_index (growth->rows, Row, i));
  json_builder_end_array (builder);
  pwk_json_print (builder);
}

/* --- the command --- */

/* PwkTeller. */
static void
hear (PwkRunner *runner, const PwkSpot *spot, gpointer data)
{
  collect (data, pwk_script_statement (pwk_runner_script (runner), spot->statement)->line);
}

static void
play (Growth *growth)
{
  pwk_runner_set_teller (growth->runner, hear, growth);
  while (pwk_runner_step (growth->runner))
    continue;
}

static int
follow (const char *name, char **set, bool json)
{
  g_autofree char *folder = NULL;
  g_autoptr(PwkScript) script = NULL;
  g_autoptr(GError) error = NULL;
  Growth growth = { 0 };

  script = pwk_cli_load_scenario (name, &folder, &error);
  if (script)
    growth.runner = pwk_runner_new (script, (const char *const *) set, folder, &error);
  if (!growth.runner)
    return pwk_cli_fail (error);
  growth.rows = g_array_new (FALSE, FALSE, sizeof (Row));
  growth.tracks = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  pwk_guard_follow (growth.runner);
  play (&growth);
  pwk_guard_follow (NULL);
  mark_jumps (&growth);
  if (json)
    print_json (&growth);
  else
    print_rows (&growth);
  g_array_unref (growth.rows);
  g_hash_table_unref (growth.tracks);
  pwk_runner_free (growth.runner);
  return pwk_cli_flush () ? PWK_EXIT_GOOD : PWK_EXIT_USAGE;
}

int
pwk_cmd_growth (int argc, char **argv)
{
  g_auto(GStrv) set = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &set, N_("Set a parameter of machine()"), N_("KEY=VALUE") },
    PWK_CLI_ALLOW,
    PWK_CLI_MEMORY_LIMIT,
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print the counts in JSON"), NULL },
    { NULL },
  };

  if (!pwk_cli_parse ("growth", entries, &argc, &argv))
    return PWK_EXIT_USAGE;
  return argc == 2 ? follow (argv[1], set, json) : pwk_cli_usage ("growth");
}
