/* traced.c - what a kernel traced of a reclaiming call, against the events of the simulated one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "traced.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "engine/core/event-args.h"

#define PREFIX "#   "
#define SHOWN  3      /* failures that are printed */

struct _Traced
{
  PwkEvent   inactive;    /* the mm_vmscan_lru_shrink_inactive of which reclaim_stat is the other half */
  GPtrArray *lines;       /* of strings, as the comments have them */
  GArray    *statements;  /* of guint32: the line of the statement of each */
};

/* --- events --- */

static const char *
kind_name (uint64_t file)
{
  return file ? "file" : "anon";
}

static char *
isolate_line (const PwkEvent *event)
{
  static const char *const lists[] = { "inactive_anon", "active_anon", "inactive_file", "active_file", "unevictable" };

  return g_strdup_printf ("isolate %s requested %" PRIu64 " scanned %" PRIu64 " taken %" PRIu64, lists[pwk_arg (event, LRU_ISOLATE, lru)],
                          pwk_arg (event, LRU_ISOLATE, requested), pwk_arg (event, LRU_ISOLATE, scanned), pwk_arg (event, LRU_ISOLATE, taken));
}

static char *
inactive_line (const PwkEvent *event, const PwkEvent *stat)
{
  return g_strdup_printf ("shrink_inactive %s priority %" PRIu64 " scanned %" PRIu64 " reclaimed %" PRIu64 " activate_anon %" PRIu64
                          " activate_file %" PRIu64 " ref_keep %" PRIu64 " dirty %" PRIu64 " writeback %" PRIu64 " immediate %" PRIu64,
                          kind_name (pwk_arg (event, SHRINK_INACTIVE, file)), pwk_arg (event, SHRINK_INACTIVE, priority),
                          pwk_arg (event, SHRINK_INACTIVE, scanned), pwk_arg (event, SHRINK_INACTIVE, reclaimed),
                          pwk_arg (stat, SHRINK_INACTIVE_STAT, activate_anon), pwk_arg (stat, SHRINK_INACTIVE_STAT, activate_file),
                          pwk_arg (event, SHRINK_INACTIVE, ref_keep), pwk_arg (stat, SHRINK_INACTIVE_STAT, dirty),
                          pwk_arg (stat, SHRINK_INACTIVE_STAT, writeback), pwk_arg (stat, SHRINK_INACTIVE_STAT, immediate));
}

static char *
active_line (const PwkEvent *event)
{
  return g_strdup_printf ("shrink_active %s priority %" PRIu64 " taken %" PRIu64 " active %" PRIu64 " deactivated %" PRIu64 " rotated %" PRIu64,
                          kind_name (pwk_arg (event, SHRINK_ACTIVE, file)), pwk_arg (event, SHRINK_ACTIVE, priority),
                          pwk_arg (event, SHRINK_ACTIVE, taken), pwk_arg (event, SHRINK_ACTIVE, active),
                          pwk_arg (event, SHRINK_ACTIVE, deactivated), pwk_arg (event, SHRINK_ACTIVE, rotated));
}

static void
hear (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Traced *traced = data;
  char *line;

  (void) machine;
  if (event->kind == PWK_EV_SHRINK_INACTIVE)
    {
      traced->inactive = *event;
      return;
    }
  line = event->kind == PWK_EV_LRU_ISOLATE ? isolate_line (event)
         : event->kind == PWK_EV_SHRINK_ACTIVE ? active_line (event) : inactive_line (&traced->inactive, event);
  g_ptr_array_add (traced->lines, line);
  g_array_append_val (traced->statements, event->line);
}

Traced *
traced_new (PwkMachine *machine)
{
  static const PwkEventKind kinds[] = { PWK_EV_LRU_ISOLATE, PWK_EV_SHRINK_INACTIVE, PWK_EV_SHRINK_INACTIVE_STAT, PWK_EV_SHRINK_ACTIVE };
  Traced *traced = g_new0 (Traced, 1);

  traced->lines = g_ptr_array_new_with_free_func (g_free);
  traced->statements = g_array_new (FALSE, FALSE, sizeof (guint32));
  pwk_machine_listen (machine, hear, traced);
  for (unsigned i = 0; i < G_N_ELEMENTS (kinds); i++)
    pwk_machine_want (machine, (int) kinds[i], true);
  return traced;
}

void
traced_free (Traced *traced)
{
  g_ptr_array_unref (traced->lines);
  g_array_unref (traced->statements);
  g_free (traced);
}

/* --- comparison --- */

/* What is said of writes and of sleeping is no event of a list. */
static bool
is_traced (const char *line)
{
  static const char *const words[] = { "isolate ", "shrink_inactive ", "shrink_active " };

  for (unsigned i = 0; g_str_has_prefix (line, PREFIX) && i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line + strlen (PREFIX), words[i]))
      return true;
  return false;
}

/* The first event from @i on of that statement; the number of events: none. */
static guint
next_of (const Traced *traced, guint i, guint32 statement)
{
  while (i < traced->lines->len && g_array_index (traced->statements, guint32, i) != statement)
    i++;
  return i;
}

static void
judge (const char *expected, const char *got, guint32 line, uint32_t *held, uint32_t *failed)
{
  if (g_strcmp0 (expected, got) == 0)
    {
      ++*held;
      return;
    }
  if (++*failed <= SHOWN)
    printf ("# line %u: expected “%s”, got “%s”\n", line, expected ? expected : "no event", got ? got : "no event");
}

/* The @n comments from @line on are those of the statement before them. */
static void
compare_call (const Traced *traced, guint32 statement, char **lines, guint n, guint32 line, uint32_t *held, uint32_t *failed)
{
  guint i = next_of (traced, 0, statement);

  for (guint j = 0; j < n; j++)
    if (is_traced (lines[j]))
      {
        judge (lines[j] + strlen (PREFIX), i < traced->lines->len ? g_ptr_array_index (traced->lines, i) : NULL, line + j, held, failed);
        i = next_of (traced, i + 1, statement);
      }
  if (i < traced->lines->len)
    judge (NULL, g_ptr_array_index (traced->lines, i), line + n, held, failed);
}

void
traced_compare (const Traced *traced, const PwkScript *script, const char *text, uint32_t *held, uint32_t *failed)
{
  g_auto(GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 1, n; lines[0] && lines[i]; i += MAX (n, 1))
    {
      int before = pwk_script_find_line (script, i);
      bool any = false;

      for (n = 0; lines[i + n] && g_str_has_prefix (lines[i + n], PREFIX); n++)
        any |= is_traced (lines[i + n]);
      if (any && before >= 0)
        compare_call (traced, pwk_script_statement (script, (guint) before)->line, &lines[i], n, i + 1, held, failed);
    }
}
