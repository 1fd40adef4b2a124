/* printk.c - the kernel's log: what the simulated kernel has to say
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      [ Log ][ d line \n d line \n … before ▲ d line \n … now ▲ d line \n … used ▲      free ]
 *
 * d says in which form the line is shown. The log is state, so going back takes lines away again.
 */
#include "engine/core/printk.h"

#include <stdio.h>
#include <string.h>

#define MAX_LINE 768

/* Head of PWK_REGION_LOG; the text follows: a line is a byte PwkLogDetail, its letters and "\n".
 * Offsets are in the text, in bytes. Always true: before ≤ now ≤ used ≤ LOG_BYTES, each where a line
 * begins, and behind used all is zero. */
typedef struct
{
  uint64_t used;
  uint64_t before, now;   /* where the lines of the statement before, and of this one, begin */
} Log;

#define LOG_BYTES (PWK_LOG_REGION_BYTES - sizeof (Log))

/* To read. */
static const Log *
log_of (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_LOG, 0);
}

/* To write: the head changes with each line. */
static Log *
log_edit (PwkMachine *machine)
{
  Log *log = pwk_arena_edit (&machine->arena, PWK_REGION_LOG, 0);

  pwk_arena_touch (&machine->arena, PWK_REGION_LOG, log, sizeof *log);
  return log;
}

/* The text behind the head; who writes says where. */
static char *
text_edit (PwkMachine *machine)
{
  return pwk_arena_edit (&machine->arena, PWK_REGION_LOG, sizeof (Log));
}

/* The older half goes, up to the end of a line: half at a time, so that a log that is full does not
 * move all of its text for each line. What is left behind is zeroed, as equal logs are equal bytes. */
static void
forget_half (PwkMachine *machine)
{
  Log *log = log_edit (machine);
  char *text = text_edit (machine);
  const char *end = memchr (text + log->used / 2, '\n', log->used - log->used / 2);
  uint64_t gone = end ? (uint64_t) (end + 1 - text) : log->used;

  for (uint64_t at = 0; at < log->used; at += PWK_CHUNK_SIZE)
    pwk_arena_touch (&machine->arena, PWK_REGION_LOG, text + at, MIN (log->used - at, PWK_CHUNK_SIZE));
  memmove (text, text + gone, log->used - gone);
  memset (text + log->used - gone, 0, gone);
  log->used -= gone;
  log->before -= MIN (log->before, gone);
  log->now -= MIN (log->now, gone);
}

/* Longer lines are cut, as printk () cuts its own. */
void
pwk_printk (PwkMachine *machine, PwkLogDetail detail, const char *format, ...)
{
  char line[MAX_LINE];
  va_list args;
  Log *log = log_edit (machine);
  uint64_t length;
  char *to;

  pwk_assert_door (detail >= PWK_LOG_BRIEF && detail <= PWK_LOG_BOTH);
  va_start (args, format);
  vsnprintf (line, sizeof line, format, args);
  va_end (args);
  length = strlen (line);
  pwk_assert_door (!memchr (line, '\n', length));    /* a line end within would be taken for a line's */
  if (log->used + length + 2 > LOG_BYTES)
    forget_half (machine);
  to = text_edit (machine) + log->used;
  pwk_arena_touch (&machine->arena, PWK_REGION_LOG, to, length + 2);
  to[0] = (char) detail;
  memcpy (to + 1, line, length);
  to[length + 1] = '\n';
  log->used += length + 2;
}

/* Nothing to do where nothing was printed since the statement before. */
void
pwk_log_next (PwkMachine *machine)
{
  Log *log;

  if (log_of (machine)->used == log_of (machine)->before)
    return;
  log = log_edit (machine);
  log->before = log->now;
  log->now = log->used;
}

/* Lines whose form has one of the wanted bits. */
void
pwk_log_print (const PwkMachine *machine, PwkLogDetail detail, bool before, GString *out)
{
  const Log *log = log_of (machine);
  const char *text = pwk_arena_at (&machine->arena, PWK_REGION_LOG, sizeof (Log)), *end = text + (before ? log->now : log->used);

  pwk_assert_door (detail >= PWK_LOG_BRIEF && detail <= PWK_LOG_BOTH);
  pwk_assert_door (log->before <= log->now && log->now <= log->used && log->used <= LOG_BYTES);
  for (const char *line = text + (before ? log->before : log->now); line < end;)
    {
      const char *stop = memchr (line, '\n', (size_t) (end - line));

      if (line[0] & (int) detail)
        g_string_append_len (out, line + 1, (gssize) (stop - line));
      line = stop + 1;
    }
}
