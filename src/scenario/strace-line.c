/* strace-line.c - one line of a recording, taken apart
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/strace-line.h"

#include <string.h>

char
pwk_strace_byte (const PwkStraceLine *line, uint32_t offset)
{
  return offset < line->length ? line->text[offset] : '\0';
}

static bool
is_blank (char byte)
{
  return byte == ' ' || byte == '\t' || byte == '\r';
}

uint32_t
pwk_strace_skip_blanks (const PwkStraceLine *line, uint32_t offset)
{
  while (is_blank (pwk_strace_byte (line, offset)))
    offset++;

  return offset;
}

bool
pwk_strace_begins (const PwkStraceLine *line, uint32_t offset, const char *what)
{
  size_t length = strlen (what);

  return offset <= line->length && line->length - offset >= length && memcmp (line->text + offset, what, length) == 0;
}

/* Also @offset if the number is too large for a pid. */
uint32_t
pwk_strace_read_digits (const PwkStraceLine *line, uint32_t offset, int32_t *number)
{
  uint32_t start = offset;
  int64_t value = 0;

  while (g_ascii_isdigit (pwk_strace_byte (line, offset)))
    {
      value = value * 10 + (pwk_strace_byte (line, offset) - '0');
      if (value > INT32_MAX)
        return start;
      offset++;
    }

  *number = (int32_t) value;
  return offset;
}

char *
pwk_strace_dup_name (const PwkStraceLine *line, uint32_t offset, uint32_t *end)
{
  *end = offset;
  while (g_ascii_isalnum (pwk_strace_byte (line, *end)) || pwk_strace_byte (line, *end) == '_')
    (*end)++;
  if (*end == offset || g_ascii_isdigit (pwk_strace_byte (line, offset)))
    return NULL;

  return g_strndup (line->text + offset, *end - offset);
}

/* --- what stands in front --- */

/* A program's name in "<" and ">", which it may itself contain, up to one before @after. */
static uint32_t
skip_comm (const PwkStraceLine *line, uint32_t offset, char after)
{
  if (pwk_strace_byte (line, offset) != '<')
    return offset;
  for (uint32_t i = offset; i < line->length; i++)
    if (line->text[i] == '>' && pwk_strace_byte (line, i + 1) == after)
      return i + 1;
  return offset;
}

/* "[pid  4711] " */
static uint32_t
skip_bracketed_pid (PwkStraceLine *line, uint32_t offset)
{
  uint32_t digits = pwk_strace_skip_blanks (line, offset + (uint32_t) strlen ("[pid"));
  int32_t pid = 0;
  uint32_t end = pwk_strace_read_digits (line, digits, &pid);

  if (end == digits)
    return offset;
  end = skip_comm (line, end, ']');
  if (pwk_strace_byte (line, end) != ']')
    return offset;

  line->has_pid = true;
  line->pid = pid;
  return pwk_strace_skip_blanks (line, end + 1);
}

/* "4711 " */
static uint32_t
skip_pid (PwkStraceLine *line, uint32_t offset)
{
  int32_t pid = 0;
  uint32_t end = pwk_strace_read_digits (line, offset, &pid);

  if (end == offset)
    return offset;
  end = skip_comm (line, end, ' ');
  if (!is_blank (pwk_strace_byte (line, end)))
    return offset;

  line->has_pid = true;
  line->pid = pid;
  return pwk_strace_skip_blanks (line, end);
}

/* The times of -t, -tt, -ttt and -r: 12:34:56, 12:34:56.789012, 1700000000.123456, 0.000123, and (+     0.000123). */
static uint32_t
skip_time (const PwkStraceLine *line, uint32_t offset)
{
  bool relative = pwk_strace_begins (line, offset, "(+");
  uint32_t start = relative ? pwk_strace_skip_blanks (line, offset + 2) : offset;
  uint32_t end = start;
  bool mark = false;

  while (g_ascii_isdigit (pwk_strace_byte (line, end)) || pwk_strace_byte (line, end) == ':' || pwk_strace_byte (line, end) == '.')
    {
      mark |= !g_ascii_isdigit (pwk_strace_byte (line, end));
      end++;
    }
  if (relative && pwk_strace_byte (line, end) == ')')
    end++;
  if (end == start || !mark || !is_blank (pwk_strace_byte (line, end))
      || (!relative && !g_ascii_isdigit (pwk_strace_byte (line, start))))
    return offset;

  return pwk_strace_skip_blanks (line, end);
}

/* The instruction pointer of -i and the call number of -n: [00007f5a3c2b1e0b], [   9]. Both begin with a digit, which [A] does not. */
static uint32_t
skip_bracketed_number (const PwkStraceLine *line, uint32_t offset)
{
  uint32_t end = pwk_strace_skip_blanks (line, offset + 1);
  uint32_t start = end;

  if (!g_ascii_isdigit (pwk_strace_byte (line, start)) && pwk_strace_byte (line, start) != '?')
    return offset;
  while (g_ascii_isxdigit (pwk_strace_byte (line, end)) || pwk_strace_byte (line, end) == '?')
    end++;
  if (pwk_strace_byte (line, end) != ']')
    return offset;

  return pwk_strace_skip_blanks (line, end + 1);
}

/* "> > ": at the very beginning only, since strace -k puts a blank before the ">" of a frame. */
static uint32_t
skip_quotation (const PwkStraceLine *line)
{
  uint32_t offset = 0;

  while (pwk_strace_byte (line, offset) == '>')
    offset = pwk_strace_skip_blanks (line, offset + 1);
  return offset;
}

void
pwk_strace_line_init (PwkStraceLine *line, const PwkLine *source)
{
  uint32_t offset, before;

  *line = (PwkStraceLine) { .text = source->text, .length = source->length, .number = source->number };
  while (line->length > 0 && is_blank (line->text[line->length - 1]))
    line->length--;

  offset = pwk_strace_skip_blanks (line, skip_quotation (line));
  offset = pwk_strace_begins (line, offset, "[pid") ? skip_bracketed_pid (line, offset) : skip_pid (line, offset);
  do
    {
      before = offset;
      offset = skip_time (line, offset);
      if (pwk_strace_byte (line, offset) == '[')
        offset = skip_bracketed_number (line, offset);
      line->has_time |= offset > before;
    }
  while (offset > before);

  line->body = offset;
}

/* --- messages --- */

/* What may stand behind "Process 4711 ". */
static bool
is_fate (const PwkStraceLine *line, uint32_t offset)
{
  static const char *const fates[] = { "attached", "detached", "suspended", "resumed", "runs in " };

  for (size_t i = 0; i < G_N_ELEMENTS (fates); i++)
    if (pwk_strace_begins (line, offset, fates[i]))
      return true;
  return false;
}

/* Behind "Process 4711 " at @offset, with "strace: " and "[ " before it or not; @offset itself if it is no such message. */
static uint32_t
skip_process (const PwkStraceLine *line, uint32_t offset, int32_t *pid)
{
  uint32_t start = offset, digits, end;

  if (pwk_strace_begins (line, start, "strace: "))
    start += (uint32_t) strlen ("strace: ");
  if (pwk_strace_begins (line, start, "[ "))
    start += (uint32_t) strlen ("[ ");
  if (!pwk_strace_begins (line, start, "Process "))
    return offset;
  digits = start + (uint32_t) strlen ("Process ");
  if (pwk_strace_begins (line, digits, "PID="))
    digits += (uint32_t) strlen ("PID=");
  end = pwk_strace_read_digits (line, digits, pid);
  if (end == digits || pwk_strace_byte (line, end) != ' ' || !is_fate (line, end + 1))
    return offset;
  return end + 1;
}

bool
pwk_strace_read_attached (const PwkStraceLine *line, uint32_t offset, int32_t *pid, uint32_t *n_threads)
{
  uint32_t fate = skip_process (line, offset, pid);
  int32_t threads = 1;

  if (fate == offset)
    return false;
  if (pwk_strace_begins (line, fate, "detached"))
    {
      *n_threads = 0;
      return true;
    }
  if (!pwk_strace_begins (line, fate, "attached"))
    return false;
  fate += (uint32_t) strlen ("attached");
  if (pwk_strace_begins (line, fate, " with "))
    pwk_strace_read_digits (line, fate + (uint32_t) strlen (" with "), &threads);
  *n_threads = (uint32_t) MAX (threads, 1);
  return true;
}

static bool
is_message (const PwkStraceLine *line)
{
  int32_t pid;

  return pwk_strace_begins (line, line->body, "strace: ") || pwk_strace_begins (line, line->body, "> ")
         || skip_process (line, line->body, &pid) > line->body;
}

uint32_t
pwk_strace_find_message (const PwkStraceLine *line)
{
  static const char *const starts[] = { "strace: Process ", "Process " };
  int32_t pid;

  for (size_t i = 0; i < G_N_ELEMENTS (starts) && !is_message (line); i++)
    {
      const char *found = g_strrstr_len (line->text + line->body, (gssize) (line->length - line->body), starts[i]);
      uint32_t offset = found ? (uint32_t) (found - line->text) : line->length;

      if (found && line->text[line->length - 1] != '"' && skip_process (line, offset, &pid) > offset)
        return offset;
    }
  return line->length;
}

/* --- forms --- */

static bool
is_comment (const PwkStraceLine *line)
{
  return pwk_strace_byte (line, line->body) == '\0' || pwk_strace_byte (line, line->body) == '#'
         || pwk_strace_begins (line, line->body, "/*");
}

PwkStraceForm
pwk_strace_line_form (const PwkStraceLine *line)
{
  g_autofree char *name = NULL;
  uint32_t end;

  if (is_comment (line))
    return PWK_STRACE_NOTHING;
  if (pwk_strace_begins (line, line->body, "--- "))
    return PWK_STRACE_SIGNAL;
  if (pwk_strace_begins (line, line->body, "+++ "))
    return PWK_STRACE_END;
  if (is_message (line))
    return PWK_STRACE_MESSAGE;
  if (pwk_strace_begins (line, line->body, "<... "))
    return PWK_STRACE_RESUMED;
  name = pwk_strace_dup_name (line, line->body, &end);
  return name && pwk_strace_byte (line, pwk_strace_skip_blanks (line, end)) == '(' ? PWK_STRACE_CALL : PWK_STRACE_OTHER;
}

bool
pwk_strace_is_unfinished (const PwkStraceLine *line, uint32_t *end)
{
  const char *mark = "<unfinished ...>";
  uint32_t length = (uint32_t) strlen (mark);

  if (line->length < line->body + length || !pwk_strace_begins (line, line->length - length, mark))
    return false;

  *end = line->length - length;
  return true;
}
