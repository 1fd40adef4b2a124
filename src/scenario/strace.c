/* strace.c - a scenario from what strace has recorded
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/strace.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/strace-private.h"

/* One line, taken apart. */
typedef struct
{
  const char *text;
  uint32_t    length;   /* without blanks at the end */
  uint32_t    number;
  uint32_t    body;     /* where pids and times end, bytes */
  bool        has_pid;
  int32_t     pid;      /* 0 without */
} Line;

/* A call that has begun and waits for its "<... resumed>". */
typedef struct
{
  char     *name;       /* owned */
  char     *text;       /* owned, the first half */
  uint32_t  line;
  int       slot;       /* of its statement, reserved already, or -1: it takes effect at its end */
} Begun;

typedef struct
{
  const char *name;
  bool        at_end;   /* takes effect where it ends, if strace wrote it in two halves */
} KnownCall;

/* Sorted by name. */
static const KnownCall known_calls[] = {
  { "brk", true },
  { "clone", false },
  { "clone3", false },
  { "close", false },
  { "creat", true },
  { "execve", true },
  { "execveat", true },
  { "exit", false },
  { "exit_group", false },
  { "fork", false },
  { "ftruncate", true },
  { "madvise", false },
  { "mbind", true },
  { "migrate_pages", true },
  { "mlock", true },
  { "mlock2", true },
  { "mlockall", true },
  { "mmap", true },
  { "move_pages", true },
  { "mprotect", true },
  { "mremap", true },
  { "mseal", true },
  { "msync", true },
  { "munlock", true },
  { "munlockall", true },
  { "munmap", false },
  { "open", true },
  { "openat", true },
  { "personality", true },
  { "pkey_mprotect", true },
  { "prctl", true },
  { "prlimit64", true },
  { "remap_file_pages", true },
  { "set_mempolicy", true },
  { "setrlimit", true },
  { "vfork", false },
};

static int
compare_known (const void *name, const void *known)
{
  return strcmp (name, ((const KnownCall *) known)->name);
}

static const KnownCall *
find_known (const char *name)
{
  return bsearch (name, known_calls, G_N_ELEMENTS (known_calls), sizeof *known_calls,
                  compare_known);
}

bool
pwk_strace_knows_call (const char *name)
{
  return find_known (name) != NULL;
}

/* --- What stands in front -------------------------------------------------------------------- */

static char
byte_at (const Line *line, uint32_t offset)
{
  return offset < line->length ? line->text[offset] : '\0';
}

static bool
is_blank (char byte)
{
  return byte == ' ' || byte == '\t' || byte == '\r';
}

static uint32_t
skip_blanks (const Line *line, uint32_t offset)
{
  while (is_blank (byte_at (line, offset)))
    offset++;

  return offset;
}

static bool
begins_with (const Line *line, uint32_t offset, const char *what)
{
  size_t length = strlen (what);

  return offset <= line->length && line->length - offset >= length
         && memcmp (line->text + offset, what, length) == 0;
}

/* Reads digits; the end of them, or @offset if there are none or the number is no pid's. */
static uint32_t
read_digits (const Line *line, uint32_t offset, int32_t *number)
{
  uint32_t start = offset;
  int64_t value = 0;

  while (g_ascii_isdigit (byte_at (line, offset)))
    {
      value = value * 10 + (byte_at (line, offset) - '0');
      if (value > INT32_MAX)
        return start;
      offset++;
    }

  *number = (int32_t) value;
  return offset;
}

/* "[pid  4711] " */
static uint32_t
skip_bracketed_pid (Line *line, uint32_t offset)
{
  uint32_t digits = skip_blanks (line, offset + (uint32_t) strlen ("[pid"));
  int32_t pid = 0;
  uint32_t end = read_digits (line, digits, &pid);

  if (end == digits || byte_at (line, end) != ']')
    return offset;

  line->has_pid = true;
  line->pid = pid;
  return skip_blanks (line, end + 1);
}

/* "4711 " */
static uint32_t
skip_pid (Line *line, uint32_t offset)
{
  int32_t pid = 0;
  uint32_t end = read_digits (line, offset, &pid);

  if (end == offset || !is_blank (byte_at (line, end)))
    return offset;

  line->has_pid = true;
  line->pid = pid;
  return skip_blanks (line, end);
}

/* The times of -t, -tt, -ttt and -r: 12:34:56, 12:34:56.789012, 1700000000.123456, 0.000123, and
 * (+     0.000123). */
static uint32_t
skip_time (const Line *line, uint32_t offset)
{
  bool relative = begins_with (line, offset, "(+");
  uint32_t start = relative ? skip_blanks (line, offset + 2) : offset;
  uint32_t end = start;
  bool mark = false;

  while (g_ascii_isdigit (byte_at (line, end)) || byte_at (line, end) == ':'
         || byte_at (line, end) == '.')
    {
      mark |= !g_ascii_isdigit (byte_at (line, end));
      end++;
    }
  if (relative && byte_at (line, end) == ')')
    end++;
  if (end == start || !mark || !is_blank (byte_at (line, end))
      || (!relative && !g_ascii_isdigit (byte_at (line, start))))
    return offset;

  return skip_blanks (line, end);
}

/* The instruction pointer of -i and the call number of -n: [00007f5a3c2b1e0b], [   9]. Both begin with
 * a digit, which [A] does not. */
static uint32_t
skip_bracketed_number (const Line *line, uint32_t offset)
{
  uint32_t end = skip_blanks (line, offset + 1);
  uint32_t start = end;

  if (!g_ascii_isdigit (byte_at (line, start)) && byte_at (line, start) != '?')
    return offset;
  while (g_ascii_isxdigit (byte_at (line, end)) || byte_at (line, end) == '?')
    end++;
  if (byte_at (line, end) != ']')
    return offset;

  return skip_blanks (line, end + 1);
}

static void
take_apart (Line *line, const PwkLine *source)
{
  uint32_t offset;
  uint32_t before;

  memset (line, 0, sizeof *line);
  line->text = source->text;
  line->length = source->length;
  line->number = source->number;
  while (line->length > 0 && is_blank (line->text[line->length - 1]))
    line->length--;

  offset = skip_blanks (line, 0);
  offset = begins_with (line, offset, "[pid") ? skip_bracketed_pid (line, offset)
                                              : skip_pid (line, offset);
  do
    {
      before = offset;
      offset = skip_time (line, offset);
      if (byte_at (line, offset) == '[')
        offset = skip_bracketed_number (line, offset);
    }
  while (offset > before);

  line->body = offset;
}

/* --- Whether it is one ------------------------------------------------------------------------ */

static bool
is_call (const Line *line, const char *name)
{
  if (!begins_with (line, line->body, name))
    return false;

  return byte_at (line, skip_blanks (line, line->body + (uint32_t) strlen (name))) == '(';
}

static bool
is_comment (const Line *line)
{
  return byte_at (line, line->body) == '\0' || byte_at (line, line->body) == '#'
         || begins_with (line, line->body, "/*");
}

static bool
is_message (const Line *line)
{
  return begins_with (line, line->body, "strace: ") || begins_with (line, line->body, "Process ")
         || begins_with (line, line->body, "> ");
}

static bool
is_recorded (const Line *line)
{
  char byte = byte_at (line, line->body);

  if (line->has_pid && (g_ascii_isalpha (byte) || byte == '<' || byte == '+' || byte == '-'))
    return true;

  return is_call (line, "execve");
}

bool
pwk_strace_recognise (const char *text, gsize length)
{
  PwkLineReader reader;
  PwkLine source;
  bool recorded = false;

  pwk_line_reader_init (&reader, text, length);
  while (pwk_line_reader_next (&reader, &source))
    {
      Line line;

      take_apart (&line, &source);
      if (is_call (&line, "machine"))
        return false;
      if (recorded || is_comment (&line) || (!line.has_pid && is_message (&line)))
        continue;
      if (!is_recorded (&line))
        return false;
      recorded = true;
    }

  return recorded;
}

bool
pwk_strace_is_marked (const PwkLine *source)
{
  Line line;

  take_apart (&line, source);
  return line.has_pid || begins_with (&line, line.body, "+++ ")
         || begins_with (&line, line.body, "--- ") || begins_with (&line, line.body, "<... ");
}

/* --- Lines to statements ---------------------------------------------------------------------- */

static void
begun_free (gpointer data)
{
  Begun *begun = data;

  g_free (begun->name);
  g_free (begun->text);
  g_free (begun);
}

void
pwk_strace_init (PwkStrace *strace, PwkScript *script, PwkParser *parser)
{
  memset (strace, 0, sizeof *strace);
  strace->script = script;
  strace->parser = parser;
  strace->begun = g_hash_table_new_full (NULL, NULL, NULL, begun_free);
}

void
pwk_strace_clear (PwkStrace *strace)
{
  g_hash_table_unref (strace->begun);
}

static void
skip_line (PwkStrace *strace, uint32_t number, PwkSkipReason reason)
{
  PwkSkip skip = { number, reason };

  g_array_append_val (strace->script->skips, skip);
}

static bool
wants (const PwkStrace *strace, const char *name)
{
  if (strace->filter != NULL)
    return strace->filter (name, strace->user_data);

  return pwk_strace_knows_call (name);
}

static bool
takes_effect_at_end (const char *name)
{
  const KnownCall *known = find_known (name);

  return known == NULL || known->at_end;
}

/* The name at @offset, if one stands there; @end gets its end. */
static char *
dup_name (const Line *line, uint32_t offset, uint32_t *end)
{
  *end = offset;
  while (g_ascii_isalnum (byte_at (line, *end)) || byte_at (line, *end) == '_')
    (*end)++;
  if (*end == offset)
    return NULL;

  return g_strndup (line->text + offset, *end - offset);
}

/* A call that says "= ? ERESTARTSYS" was interrupted before it did anything. */
static bool
was_restarted (const PwkStatement *statement)
{
  const char *text = statement->text + statement->result.offset;

  return statement->result.kind == PWK_RESULT_ERRNO && *text == '?';
}

static bool
read_call (PwkStrace *strace, const Line *line, const char *text, uint32_t length, uint32_t start,
           PwkStatement *statement)
{
  PwkSkipReason reason = PWK_SKIP_SYNTAX;

  if (pwk_parser_read (strace->parser, text, length, start, true, false, statement))
    {
      if (statement->result.kind != PWK_RESULT_NONE && statement->result.kind != PWK_RESULT_BIND
          && statement->result.kind != PWK_RESULT_DUMP && !was_restarted (statement))
        {
          statement->who.kind = line->has_pid ? PWK_WHO_PID : PWK_WHO_NONE;
          statement->who.pid = line->pid;
          return true;
        }
      if (was_restarted (statement))
        reason = PWK_SKIP_RESTARTED;
    }

  skip_line (strace, line->number, reason);
  return false;
}

static void
set_lines (PwkStatement *statement, const Line *line, uint32_t first_line, uint32_t at)
{
  statement->line = at;
  statement->last_line = at;
  statement->first_line = first_line;
  statement->column = pwk_script_column (line->text, line->body);
}

static void
read_whole (PwkStrace *strace, const Line *line)
{
  PwkStatement statement;

  if (!read_call (strace, line, line->text, line->length, line->body, &statement))
    return;

  set_lines (&statement, line, line->number, line->number);
  g_array_append_val (strace->script->statements, statement);
}

static int
reserve_slot (PwkStrace *strace, const Line *line)
{
  PwkStatement statement = { 0 };

  statement.line = line->number;
  g_array_append_val (strace->script->statements, statement);
  return (int) strace->script->statements->len - 1;
}

/* What the pid had begun before will not come back. */
static void
drop_begun (PwkStrace *strace, int32_t pid)
{
  const Begun *begun = g_hash_table_lookup (strace->begun, GINT_TO_POINTER (pid));

  if (begun == NULL)
    return;
  skip_line (strace, begun->line, PWK_SKIP_UNFINISHED);
  g_hash_table_remove (strace->begun, GINT_TO_POINTER (pid));
}

static void
begin (PwkStrace *strace, const Line *line, const char *name, uint32_t end)
{
  Begun *begun = g_new0 (Begun, 1);

  drop_begun (strace, line->pid);
  begun->name = g_strdup (name);
  begun->text = g_strndup (line->text + line->body, end - line->body);
  begun->line = line->number;
  begun->slot = takes_effect_at_end (name) ? -1 : reserve_slot (strace, line);
  g_hash_table_insert (strace->begun, GINT_TO_POINTER (line->pid), begun);
}

/* Reads the two halves as one; @rest is what the second one has. */
static void
join (PwkStrace *strace, const Line *line, const Begun *begun, const char *rest, gsize rest_length)
{
  GString *joined = g_string_new (begun->text);
  PwkStatement statement;
  const char *text;
  gsize length;

  g_string_append_len (joined, rest, (gssize) rest_length);
  length = joined->len;
  text = g_string_chunk_insert_len (strace->script->strings, joined->str, (gssize) length);
  g_string_free (joined, TRUE);

  if (!read_call (strace, line, text, (uint32_t) length, 0, &statement))
    {
      skip_line (strace, begun->line, g_array_index (strace->script->skips, PwkSkip,
                                                     strace->script->skips->len - 1).reason);
      return;
    }

  if (begun->slot < 0)
    {
      set_lines (&statement, line, begun->line, line->number);
      g_array_append_val (strace->script->statements, statement);
      skip_line (strace, begun->line, PWK_SKIP_BEGINNING);
    }
  else
    {
      set_lines (&statement, line, begun->line, begun->line);
      g_array_index (strace->script->statements, PwkStatement, begun->slot) = statement;
      if (line->number != begun->line)
        skip_line (strace, line->number, PWK_SKIP_END);
    }
}

/* "<... brk resumed>)                = 0x555555564000" */
static void
resume (PwkStrace *strace, const Line *line)
{
  uint32_t end;
  g_autofree char *name = dup_name (line, line->body + (uint32_t) strlen ("<... "), &end);
  const Begun *begun = g_hash_table_lookup (strace->begun, GINT_TO_POINTER (line->pid));

  if (name == NULL || !begins_with (line, end, " resumed>"))
    skip_line (strace, line->number, PWK_SKIP_SYNTAX);
  else if (!wants (strace, name))
    skip_line (strace, line->number, PWK_SKIP_CALL);
  else if (begun == NULL || strcmp (begun->name, name) != 0)
    skip_line (strace, line->number, PWK_SKIP_ORPHAN);
  else
    {
      end += (uint32_t) strlen (" resumed>");
      join (strace, line, begun, line->text + end, line->length - end);
      g_hash_table_remove (strace->begun, GINT_TO_POINTER (line->pid));
    }
}

/* Nothing will resume @begun. exit() does not return: if it began, it happened all the same. */
static void
finish_begun (PwkStrace *strace, int32_t pid, const Begun *begun)
{
  Line line = { 0 };

  if (strcmp (begun->name, "exit") != 0 && strcmp (begun->name, "exit_group") != 0)
    {
      skip_line (strace, begun->line, PWK_SKIP_UNFINISHED);
      return;
    }

  line.text = begun->text;
  line.number = begun->line;
  line.has_pid = pid != 0;
  line.pid = pid;
  join (strace, &line, begun, ") = ?", strlen (") = ?"));
}

/* The end of a process. When a thread calls execve(), it goes on under the process's number, and so
 * does the call. */
static void
end_of_process (PwkStrace *strace, const Line *line)
{
  const char *words = "+++ superseded by execve in pid ";
  int32_t thread = 0;
  gpointer begun = NULL;

  skip_line (strace, line->number, PWK_SKIP_EXIT);
  if (!begins_with (line, line->body, words))
    {
      begun = g_hash_table_lookup (strace->begun, GINT_TO_POINTER (line->pid));
      if (begun != NULL)
        finish_begun (strace, line->pid, begun);
      g_hash_table_remove (strace->begun, GINT_TO_POINTER (line->pid));
      return;
    }

  read_digits (line, line->body + (uint32_t) strlen (words), &thread);
  if (g_hash_table_steal_extended (strace->begun, GINT_TO_POINTER (thread), NULL, &begun))
    {
      drop_begun (strace, line->pid);
      g_hash_table_insert (strace->begun, GINT_TO_POINTER (line->pid), begun);
    }
}

static bool
is_unfinished (const Line *line, uint32_t *end)
{
  const char *mark = "<unfinished ...>";
  uint32_t length = (uint32_t) strlen (mark);

  if (line->length < line->body + length || !begins_with (line, line->length - length, mark))
    return false;

  *end = line->length - length;
  return true;
}

static void
read_call_line (PwkStrace *strace, const Line *line)
{
  uint32_t end;
  g_autofree char *name = dup_name (line, line->body, &end);

  if (name == NULL || byte_at (line, skip_blanks (line, end)) != '(')
    skip_line (strace, line->number, PWK_SKIP_SYNTAX);
  else if (!wants (strace, name))
    skip_line (strace, line->number, PWK_SKIP_CALL);
  else if (is_unfinished (line, &end))
    begin (strace, line, name, end);
  else
    read_whole (strace, line);
}

void
pwk_strace_read_line (PwkStrace *strace, const PwkLine *source)
{
  Line line;

  take_apart (&line, source);
  if (is_comment (&line))
    return;

  if (begins_with (&line, line.body, "--- "))
    skip_line (strace, line.number, PWK_SKIP_SIGNAL);
  else if (begins_with (&line, line.body, "+++ "))
    end_of_process (strace, &line);
  else if (is_message (&line))
    skip_line (strace, line.number, PWK_SKIP_MESSAGE);
  else if (begins_with (&line, line.body, "<... "))
    resume (strace, &line);
  else
    read_call_line (strace, &line);
}

static void
remove_empty_slots (GArray *statements)
{
  guint kept = 0;

  for (guint i = 0; i < statements->len; i++)
    {
      const PwkStatement *statement = &g_array_index (statements, PwkStatement, i);

      if (statement->call != NULL)
        g_array_index (statements, PwkStatement, kept++) = *statement;
    }

  g_array_set_size (statements, kept);
}

static int
compare_skips (gconstpointer left, gconstpointer right)
{
  const PwkSkip *a = left;
  const PwkSkip *b = right;

  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;

  return (int) a->reason - (int) b->reason;
}

void
pwk_strace_finish (PwkStrace *strace)
{
  GHashTableIter iter;
  gpointer pid, begun;

  /* In any order: each fills its own slot or adds to what is sorted below. */
  g_hash_table_iter_init (&iter, strace->begun);
  while (g_hash_table_iter_next (&iter, &pid, &begun))
    finish_begun (strace, GPOINTER_TO_INT (pid), begun);
  g_hash_table_remove_all (strace->begun);

  remove_empty_slots (strace->script->statements);
  g_array_sort (strace->script->skips, compare_skips);
}

void
pwk_strace_read (PwkScript *script, PwkCallFilter filter, gpointer user_data)
{
  PwkParser parser;
  PwkStrace strace;
  PwkLineReader reader;
  PwkLine line;

  script->recorded = true;
  script->strace = true;
  pwk_parser_init (&parser, script);
  pwk_strace_init (&strace, script, &parser);
  strace.filter = filter;
  strace.user_data = user_data;
  pwk_line_reader_init (&reader, script->text, script->length);
  while (pwk_line_reader_next (&reader, &line))
    pwk_strace_read_line (&strace, &line);

  pwk_strace_finish (&strace);
  pwk_strace_clear (&strace);
  pwk_parser_clear (&parser);
}

PwkScript *
pwk_strace_parse (const char     *name,
                  const char     *text,
                  gssize          length,
                  PwkCallFilter   filter,
                  gpointer        user_data,
                  GError        **error)
{
  PwkScript *script;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);

  size = length < 0 ? strlen (text) : (gsize) length;
  if (!pwk_source_check (name, text, size, error))
    return NULL;

  script = pwk_script_new (name, text, size);
  pwk_strace_read (script, filter, user_data);
  return script;
}
