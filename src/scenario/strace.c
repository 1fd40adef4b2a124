/* strace.c - a scenario from what strace has recorded
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/strace.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/strace-line.h"
#include "scenario/strace-private.h"

/* A call that has begun and waits for its "<... resumed>". */
typedef struct
{
  char     *name;       /* owned */
  char     *text;       /* owned, the first half */
  uint32_t  line;
  uint32_t  column;
  int       slot;       /* of its statement, reserved already, or -1: it takes effect at its end */
} Begun;

typedef struct
{
  const char *name;
  bool        at_end;     /* takes effect where it ends, if strace wrote it in two halves */
  bool        matters;    /* the address space is another afterwards */
  bool        simulated;
} KnownCall;

static const KnownCall known_calls[] = {
#define PWK_SYSCALL(NAME, AT_END, MATTERS, ...)    { #NAME, AT_END, MATTERS, true },
#define PWK_SYSCALL_UNDONE(NAME, AT_END, MATTERS)  { #NAME, AT_END, MATTERS, false },
#define PWK_SYSCALL_PASSED(NAME)
#include "scenario/syscalls.def"
#undef PWK_SYSCALL
#undef PWK_SYSCALL_UNDONE
#undef PWK_SYSCALL_PASSED
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
  pwk_strace_pids_init (&strace->pids);
}

void
pwk_strace_clear (PwkStrace *strace)
{
  g_hash_table_unref (strace->begun);
  pwk_strace_pids_clear (&strace->pids);
  if (strace->cut)
    g_string_free (strace->cut, TRUE);
}

static void
skip_line (PwkStrace *strace, uint32_t number, PwkSkipReason reason)
{
  PwkSkip skip = { number, reason };

  g_array_append_val (strace->script->skips, skip);
}

/* What @call did is lost. One that failed did nothing. */
static void
lose (PwkStrace *strace, uint32_t number, uint32_t column, const char *call, const char *text, gsize length, PwkLossReason reason)
{
  const KnownCall *known = find_known (call);
  PwkLoss loss = { number, column, NULL, reason };

  if (known == NULL || !known->matters || g_strstr_len (text, (gssize) length, ") = -1 ") != NULL)
    return;
  loss.call = pwk_script_intern (strace->script, call, strlen (call));
  g_array_append_val (strace->script->losses, loss);
}

static void
lose_line (PwkStrace *strace, const PwkStraceLine *line, const char *call, PwkLossReason reason)
{
  lose (strace, line->number, pwk_script_column (line->text, line->body), call, line->text, line->length, reason);
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

/* A call that says "= ? ERESTARTSYS" was interrupted before it did anything. */
static bool
was_restarted (const PwkStatement *statement)
{
  const char *text = statement->text + statement->result.offset;

  return statement->result.kind == PWK_RESULT_ERRNO && *text == '?';
}

/* Old strace prints a 32-bit program's addresses with their sign: 0xfffffffff7f0a000. */
static void
unsign_address (PwkResult *result)
{
  if (result->kind == PWK_RESULT_NUMBER && !result->negative && result->number >> 32 == UINT32_MAX)
    result->number = (uint32_t) result->number;
}

static bool
makes_process (const char *call)
{
  return strcmp (call, "fork") == 0 || strcmp (call, "vfork") == 0 || g_str_has_prefix (call, "clone");
}

/* Reads the call in @text from @start on. False: it says nothing that could be carried out, @reason why. */
static bool
read_call (PwkStrace *strace, const PwkStraceLine *line, const char *text, uint32_t length, uint32_t start,
           PwkStatement *statement, PwkSkipReason *reason)
{
  *reason = PWK_SKIP_SYNTAX;
  if (!pwk_parser_read (strace->parser, text, length, start, true, false, statement)
      || statement->result.kind == PWK_RESULT_NONE || statement->result.kind == PWK_RESULT_BIND
      || statement->result.kind == PWK_RESULT_DUMP)
    return false;
  if (was_restarted (statement))
    {
      *reason = PWK_SKIP_RESTARTED;
      return false;
    }

  unsign_address (&statement->result);
  statement->who.kind = line->has_pid ? PWK_WHO_PID : PWK_WHO_NONE;
  statement->who.pid = line->pid;
  if (makes_process (statement->call) && statement->result.kind == PWK_RESULT_NUMBER && !statement->result.negative)
    pwk_strace_pids_made (&strace->pids, (int32_t) statement->result.number);
  return true;
}

/* A statement has been read: what the machine will not do is told. */
static void
note_simulated (PwkStrace *strace, const PwkStraceLine *line, const PwkStatement *statement)
{
  const KnownCall *known = find_known (statement->call);

  if (known != NULL && !known->simulated)
    lose_line (strace, line, statement->call, PWK_LOSS_NOT_SIMULATED);
}

static void
set_lines (PwkStatement *statement, const PwkStraceLine *line, uint32_t first_line, uint32_t at)
{
  statement->line = at;
  statement->last_line = at;
  statement->first_line = first_line;
  statement->column = pwk_script_column (line->text, line->body);
}

static void
read_whole (PwkStrace *strace, const PwkStraceLine *line, const char *name)
{
  PwkStatement statement;
  PwkSkipReason reason;

  if (!read_call (strace, line, line->text, line->length, line->body, &statement, &reason))
    {
      skip_line (strace, line->number, reason);
      if (reason == PWK_SKIP_SYNTAX)
        lose_line (strace, line, name, PWK_LOSS_UNREADABLE);
      return;
    }

  note_simulated (strace, line, &statement);
  set_lines (&statement, line, strace->cut_line > 0 ? strace->cut_line : line->number, line->number);
  g_array_append_val (strace->script->statements, statement);
}

/* --- Calls in two halves ---------------------------------------------------------------------- */

static int
reserve_slot (PwkStrace *strace, const PwkStraceLine *line)
{
  PwkStatement statement = { 0 };

  statement.line = line->number;
  g_array_append_val (strace->script->statements, statement);
  return (int) strace->script->statements->len - 1;
}

static void
give_up (PwkStrace *strace, const Begun *begun)
{
  skip_line (strace, begun->line, PWK_SKIP_UNFINISHED);
  lose (strace, begun->line, begun->column, begun->name, begun->text, strlen (begun->text), PWK_LOSS_UNFINISHED);
}

/* What the pid had begun before will not come back. */
static void
drop_begun (PwkStrace *strace, int32_t pid)
{
  const Begun *begun = g_hash_table_lookup (strace->begun, GINT_TO_POINTER (pid));

  if (begun == NULL)
    return;
  give_up (strace, begun);
  g_hash_table_remove (strace->begun, GINT_TO_POINTER (pid));
}

static void
begin (PwkStrace *strace, const PwkStraceLine *line, const char *name, uint32_t end)
{
  Begun *begun = g_new0 (Begun, 1);

  drop_begun (strace, line->pid);
  begun->name = g_strdup (name);
  begun->text = g_strndup (line->text + line->body, end - line->body);
  begun->line = line->number;
  begun->column = pwk_script_column (line->text, line->body);
  begun->slot = takes_effect_at_end (name) ? -1 : reserve_slot (strace, line);
  g_hash_table_insert (strace->begun, GINT_TO_POINTER (line->pid), begun);
}

/* The call in two halves that @statement has become stands where it takes effect. */
static void
place_joined (PwkStrace *strace, const PwkStraceLine *line, const Begun *begun, PwkStatement *statement)
{
  if (begun->slot < 0)
    {
      set_lines (statement, line, begun->line, line->number);
      g_array_append_val (strace->script->statements, *statement);
      skip_line (strace, begun->line, PWK_SKIP_BEGINNING);
      return;
    }

  set_lines (statement, line, begun->line, begun->line);
  g_array_index (strace->script->statements, PwkStatement, begun->slot) = *statement;
  if (line->number != begun->line)
    skip_line (strace, line->number, PWK_SKIP_END);
}

/* Reads the two halves as one; @rest is what the second one has. */
static void
join (PwkStrace *strace, const PwkStraceLine *line, const Begun *begun, const char *rest, gsize rest_length)
{
  g_autoptr(GString) joined = g_string_new (begun->text);
  PwkStatement statement;
  PwkSkipReason reason;
  const char *text;

  g_string_append_len (joined, rest, (gssize) rest_length);
  text = g_string_chunk_insert_len (strace->script->strings, joined->str, (gssize) joined->len);
  if (read_call (strace, line, text, (uint32_t) joined->len, 0, &statement, &reason))
    {
      note_simulated (strace, line, &statement);
      place_joined (strace, line, begun, &statement);
      return;
    }

  skip_line (strace, line->number, reason);
  skip_line (strace, begun->line, reason);
  if (reason == PWK_SKIP_SYNTAX)
    lose (strace, begun->line, begun->column, begun->name, text, joined->len, PWK_LOSS_UNREADABLE);
}

/* The call @name that the line ends, taken out; NULL if it has not begun. On which side of the two a number is missing, if on one, depends
 * on how many processes strace followed at the time. */
static Begun *
steal_begun (PwkStrace *strace, const PwkStraceLine *line, const char *name)
{
  GHashTableIter iter;
  gpointer pid, begun, found = NULL;

  g_hash_table_iter_init (&iter, strace->begun);
  while (found == NULL && g_hash_table_iter_next (&iter, &pid, &begun))
    if ((pid == GINT_TO_POINTER (line->pid) || pid == NULL || line->pid == 0) && strcmp (((Begun *) begun)->name, name) == 0)
      {
        found = begun;
        g_hash_table_iter_steal (&iter);
      }

  return found;
}

/* "<... brk resumed>)                = 0x555555564000" */
static void
resume (PwkStrace *strace, const PwkStraceLine *line)
{
  uint32_t end;
  g_autofree char *name = pwk_strace_dup_name (line, line->body + (uint32_t) strlen ("<... "), &end);
  Begun *begun;

  if (name == NULL || !pwk_strace_begins (line, end, " resumed>"))
    {
      skip_line (strace, line->number, PWK_SKIP_SYNTAX);
      return;
    }
  if (!wants (strace, name))
    {
      skip_line (strace, line->number, PWK_SKIP_CALL);
      return;
    }

  begun = steal_begun (strace, line, name);
  if (begun == NULL)
    {
      skip_line (strace, line->number, PWK_SKIP_ORPHAN);
      lose_line (strace, line, name, PWK_LOSS_ORPHAN);
      return;
    }
  end += (uint32_t) strlen (" resumed>");
  join (strace, line, begun, line->text + end, line->length - end);
  begun_free (begun);
}

/* Nothing will resume @begun. exit() does not return: if it began, it happened all the same. */
static void
finish_begun (PwkStrace *strace, int32_t pid, const Begun *begun)
{
  PwkStraceLine line = { 0 };

  if (strcmp (begun->name, "exit") != 0 && strcmp (begun->name, "exit_group") != 0)
    {
      give_up (strace, begun);
      return;
    }

  line.text = begun->text;
  line.number = begun->line;
  line.has_pid = pid != 0;
  line.pid = pid;
  join (strace, &line, begun, ") = ?", strlen (") = ?"));
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* The end of a process. When a thread calls execve(), it goes on under the process's number, and so
 * does the call. */
static void
end_of_process (PwkStrace *strace, const PwkStraceLine *line)
{
  const char *words = "+++ superseded by execve in pid ";
  int32_t thread = 0;
  gpointer begun = NULL;

  skip_line (strace, line->number, PWK_SKIP_EXIT);
  if (!pwk_strace_begins (line, line->body, words))
    {
      begun = g_hash_table_lookup (strace->begun, GINT_TO_POINTER (line->pid));
      if (begun != NULL)
        finish_begun (strace, line->pid, begun);
      g_hash_table_remove (strace->begun, GINT_TO_POINTER (line->pid));
      pwk_strace_pids_ended (&strace->pids, line->pid);
      return;
    }

  pwk_strace_read_digits (line, line->body + (uint32_t) strlen (words), &thread);
  pwk_strace_pids_ended (&strace->pids, thread);
  if (g_hash_table_steal_extended (strace->begun, GINT_TO_POINTER (thread), NULL, &begun))
    {
      drop_begun (strace, line->pid);
      g_hash_table_insert (strace->begun, GINT_TO_POINTER (line->pid), begun);
    }
}

static void
read_call_line (PwkStrace *strace, const PwkStraceLine *line)
{
  uint32_t end;
  g_autofree char *name = pwk_strace_dup_name (line, line->body, &end);

  if (!wants (strace, name))
    skip_line (strace, line->number, PWK_SKIP_CALL);
  else if (pwk_strace_is_unfinished (line, &end))
    begin (strace, line, name, end);
  else
    read_whole (strace, line, name);
}

static void
read_message (PwkStrace *strace, const PwkStraceLine *line, uint32_t offset)
{
  uint32_t n_threads;
  int32_t pid;

  if (pwk_strace_read_attached (line, offset, &pid, &n_threads))
    pwk_strace_pids_attached (&strace->pids, pid, n_threads);
}

/* "LOST 12 events!": perf trace's words. */
static void
note_gap (PwkStrace *strace, const PwkStraceLine *line)
{
  PwkLoss loss = { line->number, pwk_script_column (line->text, line->body), NULL, PWK_LOSS_GAP };
  uint32_t length = line->length - line->body;

  if (!pwk_strace_begins (line, line->body, "LOST ") || !g_strstr_len (line->text + line->body, length, "event"))
    return;
  loss.call = pwk_script_intern (strace->script, line->text + line->body, MIN (length, 60));
  g_array_append_val (strace->script->losses, loss);
}

/* Whose line it is. */
static void
resolve_pid (PwkStrace *strace, PwkStraceLine *line)
{
  line->pid = pwk_strace_pids_resolve (&strace->pids, line->pid);
  line->has_pid = line->pid != 0;
}

static void
read_line (PwkStrace *strace, PwkStraceLine *line)
{
  PwkStraceForm form = pwk_strace_line_form (line);

  if (form >= PWK_STRACE_CALL && form <= PWK_STRACE_END)
    resolve_pid (strace, line);
  switch (form)
    {
    case PWK_STRACE_NOTHING:
      break;
    case PWK_STRACE_CALL:
      read_call_line (strace, line);
      break;
    case PWK_STRACE_RESUMED:
      resume (strace, line);
      break;
    case PWK_STRACE_SIGNAL:
      skip_line (strace, line->number, PWK_SKIP_SIGNAL);
      break;
    case PWK_STRACE_END:
      end_of_process (strace, line);
      break;
    case PWK_STRACE_MESSAGE:
      skip_line (strace, line->number, PWK_SKIP_MESSAGE);
      read_message (strace, line, line->body);
      break;
    case PWK_STRACE_OTHER:
      skip_line (strace, line->number, PWK_SKIP_SYNTAX);
      note_gap (strace, line);
      break;
    }
}

/* Keeps what stands in front of the message at @offset until the rest of it comes. */
static void
cut_line (PwkStrace *strace, const PwkStraceLine *line, uint32_t offset)
{
  strace->cut = g_string_new_len (line->text, (gssize) offset);
  strace->cut_line = line->number;
  skip_line (strace, line->number, PWK_SKIP_BEGINNING);
  read_message (strace, line, offset);
}

/* The line that was cut, and its rest; @rest may be NULL, at the end of the text. */
static void
read_cut_line (PwkStrace *strace, const PwkLine *rest)
{
  g_autoptr(GString) whole = g_steal_pointer (&strace->cut);
  PwkStraceLine line;
  PwkLine source = { NULL, 0, rest != NULL ? rest->number : strace->cut_line };

  if (rest != NULL)
    g_string_append_len (whole, rest->text, (gssize) rest->length);
  source.text = g_string_chunk_insert_len (strace->script->strings, whole->str, (gssize) whole->len);
  source.length = (uint32_t) whole->len;
  pwk_strace_line_init (&line, &source);
  read_line (strace, &line);
  strace->cut_line = 0;
}

void
pwk_strace_read_line (PwkStrace *strace, const PwkLine *source)
{
  PwkStraceLine line;
  uint32_t message;

  pwk_strace_line_init (&line, source);
  message = pwk_strace_find_message (&line);
  if (message < line.length)
    cut_line (strace, &line, message);
  else if (strace->cut != NULL && pwk_strace_line_form (&line) != PWK_STRACE_MESSAGE)
    read_cut_line (strace, source);
  else
    read_line (strace, &line);
}

/* --- The end ---------------------------------------------------------------------------------- */

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

static int
compare_losses (gconstpointer left, gconstpointer right)
{
  const PwkLoss *a = left;
  const PwkLoss *b = right;

  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;

  return a->column < b->column ? -1 : a->column > b->column;
}

void
pwk_strace_finish (PwkStrace *strace)
{
  GHashTableIter iter;
  gpointer pid, begun;

  if (strace->cut != NULL)
    read_cut_line (strace, NULL);
  /* In any order: each fills its own slot or adds to what is sorted below. */
  g_hash_table_iter_init (&iter, strace->begun);
  while (g_hash_table_iter_next (&iter, &pid, &begun))
    finish_begun (strace, GPOINTER_TO_INT (pid), begun);
  g_hash_table_remove_all (strace->begun);

  remove_empty_slots (strace->script->statements);
  pwk_strace_pids_finish (&strace->pids, strace->script);
  g_array_sort (strace->script->skips, compare_skips);
  g_array_sort (strace->script->losses, compare_losses);
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
