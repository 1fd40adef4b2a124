/* strace-recognise.c - whether a text is a recording of strace
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/runner.h"
#include "scenario/strace-line.h"
#include "scenario/strace-private.h"

/* So many lines that say something are looked at. */
#define LOOKED_AT 200

/* What a line says about the text that it is in. */
typedef enum
{
  SAYS_NOTHING,     /* words */
  SAYS_STRACE,
  SAYS_SCENARIO,
  SAYS_EITHER,      /* a call that could be of both */
} Evidence;

static bool
is_call (const PwkStraceLine *line, const char *name)
{
  if (!pwk_strace_begins (line, line->body, name))
    return false;

  return pwk_strace_byte (line, pwk_strace_skip_blanks (line, line->body + (uint32_t) strlen (name))) == '(';
}

/* Whether the line tells what came of a call as strace does, behind the last ")": = 0x…, = 0, = -1 ENOENT, = ? */
static bool
has_recorded_result (const PwkStraceLine *line)
{
  const char *found = g_strrstr_len (line->text, (gssize) line->length, " = ");
  uint32_t end;

  if (pwk_strace_is_unfinished (line, &end))
    return true;
  if (!found)
    return false;
  end = (uint32_t) (found - line->text) + 3;
  return g_ascii_isdigit (pwk_strace_byte (line, end)) || pwk_strace_byte (line, end) == '?' || pwk_strace_begins (line, end, "-1 E");
}

/* A call without a process in front. In a scenario those are the kernel's own. */
static Evidence
evidence_of_call (const PwkStraceLine *line)
{
  uint32_t end;
  g_autofree char *name = pwk_strace_dup_name (line, line->body, &end);
  const PwkCallInfo *info = pwk_call_find (name);

  if (info && !info->needs_process && !line->has_pid && !line->has_time)
    return SAYS_SCENARIO;
  if (!has_recorded_result (line))
    return SAYS_EITHER;
  return line->has_pid || line->has_time || pwk_strace_knows_call (name) ? SAYS_STRACE : SAYS_EITHER;
}

static Evidence
evidence_of (const PwkStraceLine *line)
{
  switch (pwk_strace_line_form (line))
    {
    case PWK_STRACE_CALL:
      return evidence_of_call (line);
    case PWK_STRACE_RESUMED:
    case PWK_STRACE_SIGNAL:
    case PWK_STRACE_END:
      return SAYS_STRACE;
    case PWK_STRACE_OTHER:
      return pwk_strace_byte (line, line->body) == '[' && g_ascii_isalpha (pwk_strace_byte (line, line->body + 1)) ? SAYS_SCENARIO
                                                                                                                  : SAYS_NOTHING;
    default:
      return SAYS_NOTHING;
    }
}

bool
pwk_strace_recognise (const char *text, gsize length)
{
  guint n[SAYS_EITHER + 1] = { 0 };
  PwkLineReader reader;
  PwkLine source;

  pwk_line_reader_init (&reader, text, length);
  while (pwk_line_reader_next (&reader, &source))
    {
      PwkStraceLine line;

      pwk_strace_line_init (&line, &source);
      if (is_call (&line, "machine"))
        return false;
      if (n[SAYS_NOTHING] + n[SAYS_STRACE] + n[SAYS_SCENARIO] < LOOKED_AT && pwk_strace_line_form (&line) != PWK_STRACE_NOTHING)
        n[evidence_of (&line)]++;
    }

  return n[SAYS_STRACE] > n[SAYS_SCENARIO] && 3 * n[SAYS_STRACE] >= n[SAYS_NOTHING];
}

bool
pwk_strace_is_marked (const PwkLine *source)
{
  PwkStraceLine line;
  PwkStraceForm form;

  pwk_strace_line_init (&line, source);
  form = pwk_strace_line_form (&line);
  return line.has_pid || form == PWK_STRACE_END || form == PWK_STRACE_SIGNAL || form == PWK_STRACE_RESUMED;
}
