/* parser.c - from text to a script
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/parser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/parser-private.h"
#include "scenario/strace-private.h"

/* --- One line ------------------------------------------------------------------------------- */

void
pwk_parser_init (PwkParser *parser, PwkScript *script)
{
  memset (parser, 0, sizeof *parser);
  parser->script = script;
  parser->bytes = g_string_new (NULL);
}

void
pwk_parser_clear (PwkParser *parser)
{
  g_string_free (parser->bytes, TRUE);
  g_free (parser->formatted);
}

/* Notes the first problem of the line; always false, to be returned. */
bool
pwk_parser_fail (PwkParser *parser, PwkScriptErrorCode code, uint32_t offset, const char *problem)
{
  if (!parser->failed)
    {
      parser->failed = true;
      parser->code = code;
      parser->offset = offset;
      parser->problem = problem;
    }

  return false;
}

bool
pwk_parser_expected (PwkParser *parser, const char *problem)
{
  return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_SYNTAX, parser->token.offset, problem);
}

bool
pwk_parser_advance (PwkParser *parser)
{
  parser->previous_end = parser->token.offset + parser->token.length;
  if (pwk_lexer_next (&parser->lexer, &parser->token))
    return true;

  return pwk_parser_fail (parser, parser->lexer.problem_code, parser->lexer.problem_offset,
                          parser->lexer.problem);
}

bool
pwk_parser_at (const PwkParser *parser, char punctuation)
{
  return parser->token.kind == PWK_TOKEN_OTHER && parser->token.punctuation == punctuation;
}

bool
pwk_parser_skip (PwkParser *parser, char punctuation, const char *problem)
{
  if (!pwk_parser_at (parser, punctuation))
    return pwk_parser_expected (parser, problem);

  return pwk_parser_advance (parser);
}

bool
pwk_parser_token_is (const PwkParser *parser, const char *name)
{
  return parser->token.kind == PWK_TOKEN_NAME && strlen (name) == parser->token.length
         && memcmp (parser->lexer.text + parser->token.offset, name, parser->token.length) == 0;
}

const char *
pwk_parser_token_name (PwkParser *parser)
{
  return pwk_script_intern (parser->script, parser->lexer.text + parser->token.offset,
                            parser->token.length);
}

/* --- Who, call, result ---------------------------------------------------------------------- */

static bool
read_pid (PwkParser *parser, PwkWho *who)
{
  if (parser->token.kind != PWK_TOKEN_NUMBER || parser->token.number > INT32_MAX)
    return pwk_parser_expected (parser, N_("expected a process number"));

  who->kind = PWK_WHO_PID;
  who->pid = (int32_t) parser->token.number;
  who->offset = parser->token.offset;
  return pwk_parser_advance (parser);
}

static bool
read_cpu (PwkParser *parser, PwkWho *who)
{
  if (!pwk_parser_advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NUMBER || parser->token.number > PWK_PARSER_MAX_CPU)
    return pwk_parser_expected (parser, N_("expected the number of a CPU"));

  who->cpu = (int32_t) parser->token.number;
  return pwk_parser_advance (parser);
}

static bool
read_bracketed_who (PwkParser *parser, PwkWho *who)
{
  bool pid = pwk_parser_token_is (parser, "pid");

  if (parser->token.kind != PWK_TOKEN_NAME)
    return pwk_parser_expected (parser, N_("expected the name of a process, as [A]"));

  who->kind = pwk_parser_token_is (parser, "kernel") ? PWK_WHO_KERNEL : PWK_WHO_NAME;
  who->name = pwk_parser_token_name (parser);
  who->offset = parser->token.offset;
  if (!pwk_parser_advance (parser))
    return false;
  if (!parser->lexer.recorded && pwk_parser_at (parser, '['))
    {
      if (!pwk_parser_read_index (parser))
        return false;
      who->kind = PWK_WHO_ELEMENT;
      who->index = parser->script->exprs->len - 1;
    }
  who->length = parser->previous_end - who->offset;
  if (pid && parser->token.kind == PWK_TOKEN_NUMBER && !read_pid (parser, who))
    return false;
  if (pwk_parser_at (parser, '@') && !read_cpu (parser, who))
    return false;

  return pwk_parser_skip (parser, ']', who->cpu < 0 ? N_("expected ] or @") : N_("expected ]"));
}

static bool
read_who (PwkParser *parser, PwkWho *who)
{
  if (parser->token.kind == PWK_TOKEN_NUMBER)
    return read_pid (parser, who);
  if (pwk_parser_at (parser, '['))
    return pwk_parser_advance (parser) && read_bracketed_who (parser, who);

  return true;
}

static bool
check_key (PwkParser *parser, const PwkStatement *statement, const char *key, uint32_t offset)
{
  const GArray *args = parser->script->args;

  for (guint i = statement->first_arg; key != NULL && i < args->len; i++)
    if (g_strcmp0 (g_array_index (args, PwkArg, i).key, key) == 0)
      return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_NAME, offset,
                      N_("expected another name: this argument has been given already"));

  return true;
}

bool
pwk_parser_read_arg (PwkParser *parser, PwkStatement *statement)
{
  PwkArg arg = { 0 };
  uint32_t offset = parser->token.offset;

  if (!pwk_parser_read_key (parser, &arg.key) || !check_key (parser, statement, arg.key, offset))
    return false;
  arg.offset = parser->token.offset;
  if (!pwk_parser_read_expr (parser))
    return false;

  arg.expr = parser->script->exprs->len - 1;
  arg.length = parser->previous_end - arg.offset;
  g_array_append_val (parser->script->args, arg);
  statement->n_args++;
  return true;
}

static bool
read_call (PwkParser *parser, PwkStatement *statement)
{
  if (parser->token.kind != PWK_TOKEN_NAME)
    return pwk_parser_expected (parser, statement->who.kind == PWK_WHO_NONE
                               ? N_("expected a call, as mmap(…), or a process, as [A]")
                               : N_("expected a call, as mmap(…)"));

  statement->call = pwk_parser_token_name (parser);
  statement->call_offset = parser->token.offset;
  if (!pwk_parser_advance (parser) || !pwk_parser_skip (parser, '(', N_("expected ( behind the name of a call")))
    return false;

  while (!pwk_parser_at (parser, ')'))
    {
      if (statement->n_args > 0
          && !pwk_parser_skip (parser, ',', N_("expected , or )")))
        return false;
      if (!pwk_parser_read_arg (parser, statement))
        return false;
    }

  return pwk_parser_advance (parser);
}

/* The token looked at is "(": finds its ")" in the raw text, where anything may stand between them,
 * and goes on behind it. @start and @end get what is between. */
static bool
skip_remark (PwkParser *parser, uint32_t *start, uint32_t *end)
{
  unsigned depth = 0;

  *start = parser->token.offset + 1;
  for (uint32_t i = parser->token.offset; i < parser->lexer.length; i++)
    {
      char byte = parser->lexer.text[i];

      depth += byte == '(';
      depth -= byte == ')';
      if (depth > 0)
        continue;
      *end = i;
      parser->lexer.position = i + 1;
      return pwk_parser_advance (parser);
    }

  return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_SYNTAX, parser->lexer.length, N_("expected )"));
}

static bool
skip_any_remark (PwkParser *parser)
{
  uint32_t start, end;

  return !pwk_parser_at (parser, '(') || skip_remark (parser, &start, &end);
}

/* "SIGSEGV (SEGV_MAPERR)": the code is part of what is expected if it is one. */
static bool
read_signal (PwkParser *parser, PwkResult *result)
{
  const PwkConstant *constant = pwk_names_find (pwk_parser_token_name (parser));
  uint32_t start, end;
  g_autofree char *code = NULL;

  result->kind = PWK_RESULT_SIGNAL;
  result->signal = (int32_t) constant->value;
  if (!pwk_parser_advance (parser))
    return false;
  if (!pwk_parser_at (parser, '('))
    return true;
  if (!skip_remark (parser, &start, &end))
    return false;

  code = g_strndup (parser->lexer.text + start, end - start);
  constant = pwk_names_find (g_strstrip (code));
  if (constant != NULL && (constant->family == PWK_NAMES_SEGV || constant->family == PWK_NAMES_BUS
                           || constant->family == PWK_NAMES_SI))
    {
      result->has_code = true;
      result->si_code = (int32_t) (int64_t) constant->value;
    }

  return true;
}

static bool
read_errno (PwkParser *parser, PwkResult *result)
{
  result->error = pwk_names_errno_number (pwk_parser_token_name (parser));
  if (result->error == 0)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_NAME, parser->token.offset,
                    N_("expected the name of an error, as ENOMEM"));

  result->kind = PWK_RESULT_ERRNO;
  return pwk_parser_advance (parser) && skip_any_remark (parser);
}

/* "3/12", of which the 3 has been read. */
static bool
read_object (PwkParser *parser, PwkResult *result)
{
  if (!pwk_parser_advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NUMBER)
    return pwk_parser_expected (parser, N_("expected a number"));
  result->kind = PWK_RESULT_OBJECT;
  result->object = parser->token.number;
  return pwk_parser_advance (parser);
}

static bool
read_number_result (PwkParser *parser, PwkResult *result)
{
  bool negative = pwk_parser_at (parser, '-');

  if (negative && !pwk_parser_advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NUMBER)
    return pwk_parser_expected (parser, N_("expected a number"));
  if (negative && parser->token.number > (uint64_t) INT64_MAX + 1)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_RANGE, parser->token.offset,
                    N_("expected a number that fits into 64 bits"));

  result->kind = PWK_RESULT_NUMBER;
  result->negative = negative && parser->token.number > 0;
  result->number = negative ? -parser->token.number : parser->token.number;
  if (!pwk_parser_advance (parser))
    return false;
  if (negative && result->number == UINT64_MAX && parser->token.kind == PWK_TOKEN_NAME)
    return read_errno (parser, result);

  if (!negative && pwk_parser_at (parser, '/'))
    return read_object (parser, result);
  result->length = parser->previous_end - result->offset;
  return skip_any_remark (parser);
}

/* The token looked at is a "text". */
static bool
read_text_result (PwkParser *parser, PwkResult *result)
{
  result->kind = PWK_RESULT_TEXT;
  g_string_truncate (parser->bytes, 0);
  pwk_lexer_append_string (&parser->lexer, &parser->token, parser->bytes);
  result->name = pwk_script_intern (parser->script, parser->bytes->str, parser->bytes->len);
  return pwk_parser_advance (parser);
}

/* "?", and what strace may have behind it: the error of a call that begins again, <unavailable>. */
static bool
read_any (PwkParser *parser, PwkResult *result)
{
  result->kind = PWK_RESULT_ANY;
  if (!pwk_parser_advance (parser))
    return false;
  if (parser->lexer.recorded && parser->token.kind == PWK_TOKEN_NAME)
    return read_errno (parser, result);

  return skip_any_remark (parser);
}

static bool
read_binding (PwkParser *parser, PwkResult *result)
{
  result->kind = PWK_RESULT_BIND;
  result->index = PWK_NO_EXPR;
  result->name = pwk_parser_token_name (parser);
  if (pwk_names_find (result->name) != NULL)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_NAME, parser->token.offset,
                    N_("expected a name that is free: this one is a constant"));

  if (!pwk_parser_advance (parser))
    return false;
  if (parser->lexer.recorded || !pwk_parser_at (parser, '['))
    return true;
  if (!pwk_parser_read_index (parser))
    return false;
  result->index = parser->script->exprs->len - 1;
  return true;
}

static bool
read_word_result (PwkParser *parser, PwkResult *result)
{
  static const struct { const char *word; PwkResultKind kind; } results[] = {
    { "NULL", PWK_RESULT_NULL },
    { "ok", PWK_RESULT_OK },
    { "minor", PWK_RESULT_MINOR },
    { "major", PWK_RESULT_MAJOR },
  };

  if (pwk_parser_token_is (parser, "SIGSEGV") || pwk_parser_token_is (parser, "SIGBUS") || pwk_parser_token_is (parser, "SIGKILL"))
    return read_signal (parser, result);
  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    if (pwk_parser_token_is (parser, results[i].word))
      {
        result->kind = results[i].kind;
        return pwk_parser_advance (parser) && skip_any_remark (parser);
      }

  return read_binding (parser, result);
}

static bool
read_dump (PwkParser *parser, PwkResult *result)
{
  if (parser->token.kind != PWK_TOKEN_HEREDOC)
    return pwk_parser_expected (parser, N_("expected a text block, as <<END"));

  result->kind = PWK_RESULT_DUMP;
  result->heredoc = parser->script->heredocs->len;
  if (!pwk_parser_read_heredoc (parser))
    return false;
  /* The block is the result's, not an expression's. */
  g_array_set_size (parser->script->exprs, parser->script->exprs->len - 1);
  return true;
}

static bool
read_literal (PwkParser *parser, PwkResult *result)
{
  if (pwk_parser_at (parser, '?'))
    return read_any (parser, result);
  if (pwk_parser_at (parser, '-') || parser->token.kind == PWK_TOKEN_NUMBER)
    return read_number_result (parser, result);
  if (parser->token.kind == PWK_TOKEN_NAME)
    return read_word_result (parser, result);
  if (parser->token.kind == PWK_TOKEN_STRING)
    return read_text_result (parser, result);
  if (parser->token.kind == PWK_TOKEN_HEREDOC)
    return pwk_parser_expected (parser, N_("expected a name or a value: a dump is compared with =="));

  return pwk_parser_expected (parser, N_("expected a name, a number, NULL, -1 ERRNO, ok, minor, major, "
                           "SIGSEGV, SIGBUS, SIGKILL or ?"));
}

static bool
read_result (PwkParser *parser, PwkResult *result)
{
  bool dump = parser->token.kind == PWK_TOKEN_EQUAL_EQUAL;

  if (parser->token.kind != PWK_TOKEN_EQUAL && !dump)
    return true;
  if (!pwk_parser_advance (parser))
    return false;

  result->offset = parser->token.offset;
  if (!(dump ? read_dump (parser, result) : read_literal (parser, result)))
    return false;
  if (result->length == 0)
    result->length = parser->previous_end - result->offset;
  return true;
}

/* strace -T ends the line in "<0.000012>", and "= ?" may have "<unavailable>". */
static bool
at_end (PwkParser *parser)
{
  if (parser->token.kind == PWK_TOKEN_END)
    return true;

  return parser->lexer.recorded && pwk_parser_at (parser, '<')
         && parser->lexer.text[parser->lexer.length - 1] == '>';
}

static bool
read_who_and_call (PwkParser *parser, bool with_who, PwkStatement *statement)
{
  if (with_who && !read_who (parser, &statement->who))
    return false;

  return read_call (parser, statement) && read_result (parser, &statement->result);
}

static bool
read_statement (PwkParser *parser, bool with_who, PwkStatement *statement)
{
  if (!pwk_parser_read_block_line (parser, statement)
      && (parser->failed || !read_who_and_call (parser, with_who, statement)))
    return false;
  statement->end = parser->previous_end;
  if (!at_end (parser))
    return pwk_parser_expected (parser, statement->result.kind == PWK_RESULT_NONE
                               && statement->kind == PWK_STATEMENT_CALL
                               ? N_("expected =, == or the end of the line")
                               : N_("expected the end of the line"));

  statement->n_heredocs = parser->script->heredocs->len - statement->first_heredoc;
  return true;
}

bool
pwk_parser_read (PwkParser    *parser,
                 const char   *text,
                 uint32_t      length,
                 uint32_t      start,
                 bool          recorded,
                 bool          with_who,
                 PwkStatement *statement)
{
  PwkScript *script = parser->script;
  guint first_expr = script->exprs->len;

  parser->failed = false;
  parser->depth = 0;
  pwk_lexer_init (&parser->lexer, text, length, recorded);
  parser->lexer.position = start;
  memset (&parser->token, 0, sizeof parser->token);
  if (!pwk_parser_advance (parser) || parser->token.kind == PWK_TOKEN_END)
    return false;

  memset (statement, 0, sizeof *statement);
  statement->text = text;
  statement->text_length = length;
  statement->start = parser->token.offset;
  statement->who.cpu = -1;
  statement->block = statement->loop = PWK_NO_STATEMENT;
  statement->first_arg = script->args->len;
  statement->first_heredoc = script->heredocs->len;
  if (read_statement (parser, with_who, statement))
    return true;

  g_array_set_size (script->exprs, first_expr);
  g_array_set_size (script->args, statement->first_arg);
  g_array_set_size (script->heredocs, statement->first_heredoc);
  return false;
}

/* --- A whole text --------------------------------------------------------------------------- */

/* Whether @line is the end of the block called @tag; blanks may follow. */
static bool
ends_block (const PwkLine *line, const char *tag)
{
  size_t length = strlen (tag);

  if (line->length < length || memcmp (line->text, tag, length) != 0)
    return false;
  for (size_t i = length; i < line->length; i++)
    if (line->text[i] != ' ' && line->text[i] != '\t')
      return false;

  return true;
}

static bool
read_block (PwkParser *parser, PwkLineReader *reader, PwkHeredoc *heredoc)
{
  PwkLine line = { 0 };

  heredoc->first_line = reader->number + 1;
  g_string_truncate (parser->bytes, 0);
  while (pwk_line_reader_next (reader, &line))
    {
      if (ends_block (&line, heredoc->tag))
        {
          heredoc->end_line = line.number;
          heredoc->text = g_string_chunk_insert_len (parser->script->strings, parser->bytes->str,
                                                     (gssize) parser->bytes->len);
          heredoc->length = parser->bytes->len;
          return true;
        }
      g_string_append_len (parser->bytes, line.text, (gssize) line.length);
      g_string_append_c (parser->bytes, '\n');
    }

  g_free (parser->formatted);
  parser->formatted = g_strdup_printf (_("expected a line %s further down, the end of this text block"),
                                       heredoc->tag);
  return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_SYNTAX, heredoc->offset, parser->formatted);
}

static bool
read_blocks (PwkParser *parser, PwkLineReader *reader, PwkStatement *statement)
{
  for (guint i = 0; i < statement->n_heredocs; i++)
    if (!read_block (parser, reader, &g_array_index (parser->script->heredocs, PwkHeredoc,
                                                     statement->first_heredoc + i)))
      return false;

  statement->last_line = reader->number;
  return true;
}

/* Whether the statement is machine(…, results=recorded, …). */
static bool
says_recorded (const PwkScript *script, const PwkStatement *statement)
{
  const PwkArg *arg = NULL;
  const PwkExpr *expr;

  if (strcmp (statement->call, "machine") == 0)
    arg = pwk_statement_find_arg (script, statement, "results");
  if (arg == NULL)
    return false;

  expr = pwk_script_expr (script, arg->expr);
  return expr->string != NULL && strcmp (expr->string, "recorded") == 0;
}

static bool
read_line (PwkParser *parser, PwkLineReader *reader, const PwkLine *line)
{
  PwkScript *script = parser->script;
  PwkStatement statement;

  if (!pwk_parser_read (parser, line->text, line->length, 0, false, true, &statement))
    return !parser->failed;

  statement.line = statement.first_line = line->number;
  statement.column = pwk_script_column (line->text, statement.start);
  if (!read_blocks (parser, reader, &statement))
    return false;
  if (script->statements->len == 0 && says_recorded (script, &statement))
    script->recorded = true;
  g_array_append_val (script->statements, statement);
  return true;
}

/* A scenario. Behind machine(results=recorded), lines that strace has marked as its own are read as
 * in a recording. */
static bool
read_scenario (PwkScript *script, GError **error)
{
  PwkParser parser;
  PwkStrace strace;
  PwkLineReader reader;
  PwkLine line;
  bool good = true;

  pwk_parser_init (&parser, script);
  pwk_strace_init (&strace, script, &parser);
  pwk_line_reader_init (&reader, script->text, script->length);
  while (good && pwk_line_reader_next (&reader, &line))
    {
      if (script->recorded && pwk_strace_is_marked (&line))
        pwk_strace_read_line (&strace, &line);
      else
        good = read_line (&parser, &reader, &line);
    }

  if (good)
    pwk_strace_finish (&strace);
  else
    pwk_script_error_set (error, parser.code, script->name, line.number, line.text, line.length,
                          parser.offset, "%s", _(parser.problem));
  pwk_strace_clear (&strace);
  pwk_parser_clear (&parser);
  return good;
}

PwkScript *
pwk_script_parse (const char *name, const char *text, gssize length, GError **error)
{
  g_autoptr(PwkScript) script = NULL;
  gsize size;

  g_return_val_if_fail (text != NULL, NULL);

  size = length < 0 ? strlen (text) : (gsize) length;
  if (!pwk_source_check (name, text, size, error))
    return NULL;

  script = pwk_script_new (name, text, size);
  if (pwk_strace_recognise (script->text, script->length))
    pwk_strace_read (script, NULL, NULL);
  else if (!read_scenario (script, error))
    return NULL;
  if (!pwk_script_link_blocks (script, error))
    return NULL;

  return g_steal_pointer (&script);
}

PwkScript *
pwk_script_load (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  text = pwk_source_read (path, &length, error);
  if (text == NULL)
    return NULL;

  return pwk_script_parse (strcmp (path, "-") == 0 ? _("standard input") : path, text, (gssize) length,
                           error);
}
