/* statement.c - a scenario as it was read: statements, arguments, expressions, expectations
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/statement.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/statement-private.h"

PwkScript *
pwk_script_new (const char *name, const char *text, gsize length)
{
  PwkScript *script = g_new0 (PwkScript, 1);

  g_atomic_ref_count_init (&script->refs);
  script->name = g_strdup (name != NULL ? name : "scenario");
  script->text = g_malloc (length + 1);
  memcpy (script->text, text, length);
  script->text[length] = '\0';
  script->length = length;
  script->statements = g_array_new (FALSE, FALSE, sizeof (PwkStatement));
  script->args = g_array_new (FALSE, FALSE, sizeof (PwkArg));
  script->exprs = g_array_new (FALSE, FALSE, sizeof (PwkExpr));
  script->heredocs = g_array_new (FALSE, FALSE, sizeof (PwkHeredoc));
  script->skips = g_array_new (FALSE, FALSE, sizeof (PwkSkip));
  script->losses = g_array_new (FALSE, FALSE, sizeof (PwkLoss));
  script->threads = g_array_new (FALSE, FALSE, sizeof (PwkThread));
  script->strings = g_string_chunk_new (4096);

  return script;
}

PwkScript *
pwk_script_ref (PwkScript *script)
{
  g_atomic_ref_count_inc (&script->refs);
  return script;
}

void
pwk_script_unref (PwkScript *script)
{
  if (script == NULL || !g_atomic_ref_count_dec (&script->refs))
    return;

  g_array_unref (script->statements);
  g_array_unref (script->args);
  g_array_unref (script->exprs);
  g_array_unref (script->heredocs);
  g_array_unref (script->skips);
  g_array_unref (script->losses);
  g_array_unref (script->threads);
  g_string_chunk_free (script->strings);
  g_free (script->name);
  g_free (script->text);
  g_free (script);
}

const char *
pwk_script_intern (PwkScript *script, const char *text, gsize length)
{
  char small[64];
  g_autofree char *large = NULL;

  if (length < sizeof small)
    {
      memcpy (small, text, length);
      small[length] = '\0';
      return g_string_chunk_insert_const (script->strings, small);
    }

  large = g_strndup (text, length);
  return g_string_chunk_insert_const (script->strings, large);
}

const char *
pwk_script_name (const PwkScript *script)
{
  return script->name;
}

const char *
pwk_script_text (const PwkScript *script, gsize *length)
{
  if (length != NULL)
    *length = script->length;
  return script->text;
}

bool
pwk_script_is_recorded (const PwkScript *script)
{
  return script->recorded;
}

bool
pwk_script_is_strace (const PwkScript *script)
{
  return script->strace;
}

guint
pwk_script_n_statements (const PwkScript *script)
{
  return script->statements->len;
}

const PwkStatement *
pwk_script_statement (const PwkScript *script, guint i)
{
  g_return_val_if_fail (i < script->statements->len, NULL);
  return &g_array_index (script->statements, PwkStatement, i);
}

guint
pwk_script_outermost (const PwkScript *script, guint i)
{
  while (i < script->statements->len && pwk_script_statement (script, i)->block != PWK_NO_STATEMENT)
    i = pwk_script_statement (script, i)->block;
  return i;
}

guint
pwk_script_settle (const PwkScript *script, guint i)
{
  while (script->has_blocks && i < script->statements->len)
    {
      const PwkStatement *statement = pwk_script_statement (script, i);

      if (statement->kind == PWK_STATEMENT_ELSE || statement->kind == PWK_STATEMENT_ELSE_IF)
        i = statement->next;
      else if (statement->kind == PWK_STATEMENT_END && !pwk_statement_is_loop (pwk_script_statement (script, statement->next)))
        i++;
      else
        break;
    }
  return i;
}

/* Statements are in the order of their lines: search by halves. */
int
pwk_script_find_line (const PwkScript *script, guint line)
{
  guint low = 0;
  guint high = script->statements->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const PwkStatement *statement = pwk_script_statement (script, middle);

      if (line < statement->line)
        high = middle;
      else if (line > statement->last_line)
        low = middle + 1;
      else
        return (int) middle;
    }

  return -1;
}

const PwkExpr *
pwk_script_expr (const PwkScript *script, guint i)
{
  g_return_val_if_fail (i < script->exprs->len, NULL);
  return &g_array_index (script->exprs, PwkExpr, i);
}

const PwkHeredoc *
pwk_script_heredoc (const PwkScript *script, guint i)
{
  g_return_val_if_fail (i < script->heredocs->len, NULL);
  return &g_array_index (script->heredocs, PwkHeredoc, i);
}

const PwkSkip *
pwk_script_skips (const PwkScript *script, guint *n)
{
  *n = script->skips->len;
  return (const PwkSkip *) (const void *) script->skips->data;
}

const PwkLoss *
pwk_script_losses (const PwkScript *script, guint *n)
{
  *n = script->losses->len;
  return (const PwkLoss *) (const void *) script->losses->data;
}

char *
pwk_loss_to_string (const PwkLoss *loss)
{
  switch (loss->reason)
    {
    case PWK_LOSS_NOT_SIMULATED:
      return g_strdup_printf (_("%s is not simulated; what it changes is missing from here on"), loss->call);
    case PWK_LOSS_UNREADABLE:
      return g_strdup_printf (_("this %s cannot be read; what it changes is missing from here on"), loss->call);
    case PWK_LOSS_UNFINISHED:
      return g_strdup_printf (_("the end of this %s is not in the record; it is taken as not having happened"), loss->call);
    case PWK_LOSS_ORPHAN:
      return g_strdup_printf (_("the beginning of this %s is not in the record; what it changes is missing from here on"), loss->call);
    case PWK_LOSS_GAP:
      return g_strdup_printf (_("the recorder could not keep up here: “%s”; what those calls changed is missing from here on"), loss->call);
    }
  return NULL;
}

int32_t
pwk_script_leader (const PwkScript *script, int32_t pid)
{
  for (guint i = 0; i < script->threads->len; i++)
    if (g_array_index (script->threads, PwkThread, i).pid == pid)
      return g_array_index (script->threads, PwkThread, i).leader;
  return pid;
}

const PwkArg *
pwk_statement_arg (const PwkScript *script, const PwkStatement *statement, guint i)
{
  if (i >= statement->n_args)
    return NULL;

  return &g_array_index (script->args, PwkArg, statement->first_arg + i);
}

const PwkArg *
pwk_statement_find_arg (const PwkScript *script, const PwkStatement *statement, const char *key)
{
  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);

      if (g_strcmp0 (arg->key, key) == 0)
        return arg;
    }

  return NULL;
}

guint
pwk_expr_item (const PwkScript *script, guint expr, guint i)
{
  guint left = pwk_script_expr (script, expr)->n_items;
  guint item = expr - 1;

  g_return_val_if_fail (i < left, expr);

  /* Backwards: the last item's root lies just in front, the one before it in front of its first. */
  while (--left > i)
    item = pwk_script_expr (script, item)->first - 1;

  return item;
}

int
pwk_expr_find_item (const PwkScript *script, guint expr, const char *key)
{
  guint n = pwk_script_expr (script, expr)->n_items;
  guint item = expr - 1;

  for (guint i = 0; i < n; i++)
    {
      const PwkExpr *node = pwk_script_expr (script, item);

      if (g_strcmp0 (node->key, key) == 0)
        return (int) item;
      item = node->first - 1;
    }

  return -1;
}

static void
print_who (GString *out, const char *text, const PwkWho *who)
{
  switch (who->kind)
    {
    case PWK_WHO_NONE:
      return;
    case PWK_WHO_PID:
      g_string_append_printf (out, "[pid %d] ", who->pid);
      return;
    case PWK_WHO_KERNEL:
      if (who->cpu < 0)
        return;
      g_string_append (out, "[kernel");
      break;
    case PWK_WHO_NAME:
      g_string_append_printf (out, "[%s", who->name);
      break;
    case PWK_WHO_ELEMENT:
      g_string_append_printf (out, "[%.*s", (int) who->length, text + who->offset);
      break;
    }

  if (who->cpu >= 0)
    g_string_append_printf (out, "@%d", who->cpu);
  g_string_append (out, "] ");
}

static void
print_call (GString *out, const PwkScript *script, const PwkStatement *statement)
{
  g_string_append_printf (out, "%s(", statement->call);
  for (guint i = 0; i < statement->n_args; i++)
    {
      const PwkArg *arg = pwk_statement_arg (script, statement, i);

      if (i > 0)
        g_string_append (out, ", ");
      if (arg->key != NULL)
        g_string_append_printf (out, "%s=", arg->key);
      g_string_append_len (out, statement->text + arg->offset, (gssize) arg->length);
    }
  g_string_append_c (out, ')');
}

static void
print_signal (GString *out, const PwkResult *result)
{
  const char *name = pwk_names_of (PWK_NAMES_SIG, (uint64_t) result->signal);
  const char *code = NULL;
  uint64_t value = (uint64_t) (int64_t) result->si_code;

  g_string_append (out, name);
  if (!result->has_code)
    return;
  if (result->si_code == 0x80)
    code = "SI_KERNEL";
  else
    code = pwk_names_of (strcmp (name, "SIGBUS") == 0 ? PWK_NAMES_BUS : PWK_NAMES_SEGV, value);
  if (code == NULL)
    code = pwk_names_of (PWK_NAMES_SI, value);
  if (code != NULL)
    g_string_append_printf (out, " (%s)", code);
}

static void
print_result (GString *out, const PwkScript *script, const PwkStatement *statement)
{
  const PwkResult *result = &statement->result;

  if (result->kind == PWK_RESULT_NONE)
    return;

  g_string_append (out, result->kind == PWK_RESULT_DUMP ? " == <<" : " = ");
  switch (result->kind)
    {
    case PWK_RESULT_NONE:
      break;
    case PWK_RESULT_BIND:
    case PWK_RESULT_NUMBER:
    case PWK_RESULT_TEXT:
    case PWK_RESULT_OBJECT:
      g_string_append_len (out, statement->text + result->offset, (gssize) result->length);
      break;
    case PWK_RESULT_NULL:
      g_string_append (out, "NULL");
      break;
    case PWK_RESULT_ERRNO:
      g_string_append_printf (out, "-1 %s", pwk_names_errno (result->error));
      break;
    case PWK_RESULT_OK:
      g_string_append (out, "ok");
      break;
    case PWK_RESULT_MINOR:
      g_string_append (out, "minor");
      break;
    case PWK_RESULT_MAJOR:
      g_string_append (out, "major");
      break;
    case PWK_RESULT_SIGNAL:
      print_signal (out, result);
      break;
    case PWK_RESULT_ANY:
      g_string_append_c (out, '?');
      break;
    case PWK_RESULT_DUMP:
      g_string_append (out, pwk_script_heredoc (script, result->heredoc)->tag);
      break;
    }
}

static void
print_heredoc (GString *out, const PwkHeredoc *heredoc)
{
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  g_string_append_len (out, heredoc->text, (gssize) heredoc->length);
  g_string_append (out, heredoc->tag);
  g_string_append_c (out, '\n');
}

void
pwk_statement_print (GString            *out,
                     const PwkScript    *script,
                     const PwkStatement *statement,
                     PwkPrintParts       parts)
{
  bool dump = statement->result.kind == PWK_RESULT_DUMP;
  guint n_arg_texts = statement->n_heredocs - (dump ? 1 : 0);

  if (statement->kind != PWK_STATEMENT_CALL)
    {
      g_string_append_len (out, statement->text + statement->start, (gssize) (statement->end - statement->start));
      return;
    }

  if ((parts & PWK_PRINT_WHO) != 0)
    print_who (out, statement->text, &statement->who);
  if ((parts & PWK_PRINT_CALL) != 0)
    print_call (out, script, statement);
  if ((parts & PWK_PRINT_RESULT) != 0)
    print_result (out, script, statement);
  if ((parts & PWK_PRINT_ARG_TEXTS) != 0)
    for (guint i = 0; i < n_arg_texts; i++)
      print_heredoc (out, pwk_script_heredoc (script, statement->first_heredoc + i));
  if (dump && (parts & PWK_PRINT_RESULT_TEXT) != 0)
    print_heredoc (out, pwk_script_heredoc (script, statement->result.heredoc));
}

char *
pwk_statement_to_string (const PwkScript *script, const PwkStatement *statement)
{
  GString *out = g_string_new (NULL);

  pwk_statement_print (out, script, statement, PWK_PRINT_ALL);
  return g_string_free (out, FALSE);
}

bool
pwk_statement_equal (const PwkScript *left_script, const PwkStatement *left, const PwkScript *right_script, const PwkStatement *right)
{
  g_autofree char *left_text = NULL, *right_text = NULL;

  if (left->line != right->line)
    return false;
  left_text = pwk_statement_to_string (left_script, left);
  right_text = pwk_statement_to_string (right_script, right);
  return strcmp (left_text, right_text) == 0;
}
