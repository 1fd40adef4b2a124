/* parser.c - from text to a script
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/parser.h"

#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/parser-private.h"
#include "scenario/strace-private.h"

/* --- One line ------------------------------------------------------------------------------- */

static bool read_or (PwkParser *parser);

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
static bool
fail_at (PwkParser *parser, PwkScriptErrorCode code, uint32_t offset, const char *problem)
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

static bool
expected (PwkParser *parser, const char *problem)
{
  return fail_at (parser, PWK_SCRIPT_ERROR_SYNTAX, parser->token.offset, problem);
}

static bool
advance (PwkParser *parser)
{
  parser->previous_end = parser->token.offset + parser->token.length;
  if (pwk_lexer_next (&parser->lexer, &parser->token))
    return true;

  return fail_at (parser, parser->lexer.problem_code, parser->lexer.problem_offset,
                  parser->lexer.problem);
}

static bool
at (const PwkParser *parser, char punctuation)
{
  return parser->token.kind == PWK_TOKEN_OTHER && parser->token.punctuation == punctuation;
}

static bool
skip (PwkParser *parser, char punctuation, const char *problem)
{
  if (!at (parser, punctuation))
    return expected (parser, problem);

  return advance (parser);
}

static bool
token_is (const PwkParser *parser, const char *name)
{
  return parser->token.kind == PWK_TOKEN_NAME && strlen (name) == parser->token.length
         && memcmp (parser->lexer.text + parser->token.offset, name, parser->token.length) == 0;
}

static const char *
token_name (PwkParser *parser)
{
  return pwk_script_intern (parser->script, parser->lexer.text + parser->token.offset,
                            parser->token.length);
}

/* --- Expressions ---------------------------------------------------------------------------- */

static guint
n_exprs (const PwkParser *parser)
{
  return parser->script->exprs->len;
}

/* Appends a node for the token looked at; its parts begin at @first. */
static PwkExpr *
add_expr (PwkParser *parser, PwkExprKind kind, guint first, const PwkToken *token)
{
  PwkExpr expr = { 0 };

  expr.kind = kind;
  expr.first = first;
  expr.offset = token->offset;
  expr.length = token->length;
  expr.number = token->number;
  g_array_append_val (parser->script->exprs, expr);

  return &g_array_index (parser->script->exprs, PwkExpr, n_exprs (parser) - 1);
}

static bool
read_number (PwkParser *parser)
{
  PwkExpr *expr = add_expr (parser, PWK_EXPR_NUMBER, n_exprs (parser), &parser->token);

  if (parser->token.note_length > 0)
    {
      expr->string = g_string_chunk_insert_len (parser->script->strings,
                                                parser->lexer.text + parser->token.note_offset,
                                                (gssize) parser->token.note_length);
      expr->string_length = parser->token.note_length;
    }

  return advance (parser);
}

static bool
read_string (PwkParser *parser)
{
  guint root = n_exprs (parser);
  PwkExpr *expr = add_expr (parser, PWK_EXPR_STRING, root, &parser->token);

  g_string_truncate (parser->bytes, 0);
  pwk_lexer_append_string (&parser->lexer, &parser->token, parser->bytes);
  expr->string = g_string_chunk_insert_len (parser->script->strings, parser->bytes->str,
                                            (gssize) parser->bytes->len);
  expr->string_length = parser->bytes->len;

  if (!advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_ELLIPSIS)
    return true;
  expr->truncated = true;
  return advance (parser);
}

static bool
read_heredoc (PwkParser *parser)
{
  PwkHeredoc heredoc = { 0 };
  PwkExpr *expr = add_expr (parser, PWK_EXPR_HEREDOC, n_exprs (parser), &parser->token);

  expr->number = parser->script->heredocs->len;
  heredoc.tag = pwk_script_intern (parser->script, parser->lexer.text + parser->token.offset + 2,
                                   parser->token.length - 2);
  heredoc.offset = parser->token.offset;
  g_array_append_val (parser->script->heredocs, heredoc);

  return advance (parser);
}

/* Reads "key =" if that is what comes; @key gets NULL otherwise. */
static bool
read_key (PwkParser *parser, const char **key)
{
  PwkLexer lexer = parser->lexer;
  PwkToken token = parser->token;
  uint32_t previous_end = parser->previous_end;
  const char *name;

  *key = NULL;
  if (token.kind != PWK_TOKEN_NAME)
    return true;

  name = token_name (parser);
  if (!advance (parser))
    return false;
  if (parser->token.kind == PWK_TOKEN_EQUAL)
    {
      *key = name;
      return advance (parser);
    }

  parser->lexer = lexer;
  parser->token = token;
  parser->previous_end = previous_end;
  return true;
}

/* The items up to @close, which is read too; returns through @n how many. */
static bool
read_items (PwkParser *parser, char close, const char *problem, guint *n)
{
  *n = 0;
  while (!at (parser, close))
    {
      const char *key;

      if (*n > 0 && !skip (parser, ',', problem))
        return false;
      if (!read_key (parser, &key) || !read_or (parser))
        return false;
      g_array_index (parser->script->exprs, PwkExpr, n_exprs (parser) - 1).key = key;
      (*n)++;
    }

  return advance (parser);
}

static bool
read_list (PwkParser *parser, PwkExprKind kind, char close, const char *problem)
{
  PwkToken open = parser->token;
  guint first = n_exprs (parser);
  guint n;

  if (!advance (parser) || !read_items (parser, close, problem, &n))
    return false;
  add_expr (parser, kind, first, &open)->n_items = n;
  return true;
}

static bool
read_name (PwkParser *parser)
{
  PwkToken token = parser->token;
  const char *name = token_name (parser);
  guint first = n_exprs (parser);
  PwkExpr *expr;
  guint n;

  if (!advance (parser))
    return false;
  if (strcmp (name, "NULL") == 0)
    {
      add_expr (parser, PWK_EXPR_NULL, first, &token);
      return true;
    }
  if (!at (parser, '('))
    {
      expr = add_expr (parser, PWK_EXPR_NAME, first, &token);
      expr->string = name;
      expr->string_length = token.length;
      return true;
    }

  if (!advance (parser) || !read_items (parser, ')', N_("expected , or )"), &n))
    return false;
  expr = add_expr (parser, PWK_EXPR_CALL, first, &token);
  expr->string = name;
  expr->string_length = token.length;
  expr->n_items = n;
  return true;
}

static bool
read_primary (PwkParser *parser)
{
  switch (parser->token.kind)
    {
    case PWK_TOKEN_NUMBER:
      return read_number (parser);
    case PWK_TOKEN_NAME:
      return read_name (parser);
    case PWK_TOKEN_STRING:
      return read_string (parser);
    case PWK_TOKEN_HEREDOC:
      return read_heredoc (parser);
    case PWK_TOKEN_ELLIPSIS:
      add_expr (parser, PWK_EXPR_ELLIPSIS, n_exprs (parser), &parser->token);
      return advance (parser);
    case PWK_TOKEN_OTHER:
      break;
    default:
      return expected (parser, N_("expected a value: a number, a name, \"text\" or <<TAG"));
    }

  if (at (parser, '('))
    return advance (parser) && read_or (parser) && skip (parser, ')', N_("expected )"));
  if (at (parser, '['))
    return read_list (parser, PWK_EXPR_ARRAY, ']', N_("expected , or ]"));
  if (at (parser, '{'))
    return read_list (parser, PWK_EXPR_STRUCT, '}', N_("expected , or }"));

  return expected (parser, N_("expected a value: a number, a name, \"text\" or <<TAG"));
}

/* Everything that nests comes through here, so that depth is counted once. */
static bool
read_unary (PwkParser *parser)
{
  PwkToken token = parser->token;
  bool good;

  if (parser->depth >= PWK_PARSER_MAX_DEPTH)
    return fail_at (parser, PWK_SCRIPT_ERROR_LIMIT, token.offset,
                    N_("expected at most 100 parentheses in each other"));

  parser->depth++;
  if (at (parser, '-'))
    {
      guint first = n_exprs (parser);

      good = advance (parser) && read_unary (parser);
      if (good)
        add_expr (parser, PWK_EXPR_NEGATE, first, &token);
    }
  else
    good = read_primary (parser);
  parser->depth--;

  return good;
}

static bool
read_product (PwkParser *parser)
{
  guint first = n_exprs (parser);

  if (!read_unary (parser))
    return false;
  while (at (parser, '*'))
    {
      PwkToken token = parser->token;

      if (!advance (parser) || !read_unary (parser))
        return false;
      add_expr (parser, PWK_EXPR_MULTIPLY, first, &token);
    }

  return true;
}

static bool
read_sum (PwkParser *parser)
{
  guint first = n_exprs (parser);

  if (!read_product (parser))
    return false;
  while (at (parser, '+') || at (parser, '-'))
    {
      PwkToken token = parser->token;

      if (!advance (parser) || !read_product (parser))
        return false;
      add_expr (parser, token.punctuation == '+' ? PWK_EXPR_ADD : PWK_EXPR_SUBTRACT, first, &token);
    }

  return true;
}

static bool
read_shift (PwkParser *parser)
{
  guint first = n_exprs (parser);

  if (!read_sum (parser))
    return false;
  while (parser->token.kind == PWK_TOKEN_SHIFT)
    {
      PwkToken token = parser->token;

      if (!advance (parser) || !read_sum (parser))
        return false;
      add_expr (parser, PWK_EXPR_SHIFT, first, &token);
    }

  return true;
}

/* Behind "=>" strace writes what the call left in a structure: read, and forgotten. */
static bool
skip_outcome (PwkParser *parser)
{
  guint n = n_exprs (parser);

  if (!advance (parser) || !read_or (parser))
    return false;
  g_array_set_size (parser->script->exprs, n);
  return true;
}

static bool
read_or (PwkParser *parser)
{
  guint first = n_exprs (parser);

  if (!read_shift (parser))
    return false;
  while (at (parser, '|'))
    {
      PwkToken token = parser->token;

      if (!advance (parser) || !read_shift (parser))
        return false;
      add_expr (parser, PWK_EXPR_OR, first, &token);
    }

  return parser->token.kind != PWK_TOKEN_ARROW || skip_outcome (parser);
}

/* --- Who, call, result ---------------------------------------------------------------------- */

static bool
read_pid (PwkParser *parser, PwkWho *who)
{
  if (parser->token.kind != PWK_TOKEN_NUMBER || parser->token.number > INT32_MAX)
    return expected (parser, N_("expected a process number"));

  who->kind = PWK_WHO_PID;
  who->pid = (int32_t) parser->token.number;
  who->offset = parser->token.offset;
  return advance (parser);
}

static bool
read_cpu (PwkParser *parser, PwkWho *who)
{
  if (!advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NUMBER || parser->token.number > PWK_PARSER_MAX_CPU)
    return expected (parser, N_("expected the number of a CPU"));

  who->cpu = (int32_t) parser->token.number;
  return advance (parser);
}

static bool
read_bracketed_who (PwkParser *parser, PwkWho *who)
{
  bool pid = token_is (parser, "pid");

  if (parser->token.kind != PWK_TOKEN_NAME)
    return expected (parser, N_("expected the name of a process, as [A]"));

  who->kind = token_is (parser, "kernel") ? PWK_WHO_KERNEL : PWK_WHO_NAME;
  who->name = token_name (parser);
  who->offset = parser->token.offset;
  if (!advance (parser))
    return false;
  if (pid && parser->token.kind == PWK_TOKEN_NUMBER && !read_pid (parser, who))
    return false;
  if (at (parser, '@') && !read_cpu (parser, who))
    return false;

  return skip (parser, ']', who->cpu < 0 ? N_("expected ] or @") : N_("expected ]"));
}

static bool
read_who (PwkParser *parser, PwkWho *who)
{
  if (parser->token.kind == PWK_TOKEN_NUMBER)
    return read_pid (parser, who);
  if (at (parser, '['))
    return advance (parser) && read_bracketed_who (parser, who);

  return true;
}

static bool
check_key (PwkParser *parser, const PwkStatement *statement, const char *key, uint32_t offset)
{
  const GArray *args = parser->script->args;

  for (guint i = statement->first_arg; key != NULL && i < args->len; i++)
    if (g_strcmp0 (g_array_index (args, PwkArg, i).key, key) == 0)
      return fail_at (parser, PWK_SCRIPT_ERROR_NAME, offset,
                      N_("expected another name: this argument has been given already"));

  return true;
}

static bool
read_arg (PwkParser *parser, PwkStatement *statement)
{
  PwkArg arg = { 0 };
  uint32_t offset = parser->token.offset;

  if (!read_key (parser, &arg.key) || !check_key (parser, statement, arg.key, offset))
    return false;
  arg.offset = parser->token.offset;
  if (!read_or (parser))
    return false;

  arg.expr = n_exprs (parser) - 1;
  arg.length = parser->previous_end - arg.offset;
  g_array_append_val (parser->script->args, arg);
  statement->n_args++;
  return true;
}

static bool
read_call (PwkParser *parser, PwkStatement *statement)
{
  if (parser->token.kind != PWK_TOKEN_NAME)
    return expected (parser, statement->who.kind == PWK_WHO_NONE
                               ? N_("expected a call, as mmap(…), or a process, as [A]")
                               : N_("expected a call, as mmap(…)"));

  statement->call = token_name (parser);
  statement->call_offset = parser->token.offset;
  if (!advance (parser) || !skip (parser, '(', N_("expected ( behind the name of a call")))
    return false;

  while (!at (parser, ')'))
    {
      if (statement->n_args > 0
          && !skip (parser, ',', N_("expected , or )")))
        return false;
      if (!read_arg (parser, statement))
        return false;
    }

  return advance (parser);
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
      return advance (parser);
    }

  return fail_at (parser, PWK_SCRIPT_ERROR_SYNTAX, parser->lexer.length, N_("expected )"));
}

static bool
skip_any_remark (PwkParser *parser)
{
  uint32_t start, end;

  return !at (parser, '(') || skip_remark (parser, &start, &end);
}

/* "SIGSEGV (SEGV_MAPERR)": the code is part of what is expected if it is one. */
static bool
read_signal (PwkParser *parser, PwkResult *result)
{
  const PwkConstant *constant = pwk_names_find (token_name (parser));
  uint32_t start, end;
  g_autofree char *code = NULL;

  result->kind = PWK_RESULT_SIGNAL;
  result->signal = (int32_t) constant->value;
  if (!advance (parser))
    return false;
  if (!at (parser, '('))
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
  result->error = pwk_names_errno_number (token_name (parser));
  if (result->error == 0)
    return fail_at (parser, PWK_SCRIPT_ERROR_NAME, parser->token.offset,
                    N_("expected the name of an error, as ENOMEM"));

  result->kind = PWK_RESULT_ERRNO;
  return advance (parser) && skip_any_remark (parser);
}

static bool
read_number_result (PwkParser *parser, PwkResult *result)
{
  bool negative = at (parser, '-');

  if (negative && !advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NUMBER)
    return expected (parser, N_("expected a number"));
  if (negative && parser->token.number > (uint64_t) INT64_MAX + 1)
    return fail_at (parser, PWK_SCRIPT_ERROR_RANGE, parser->token.offset,
                    N_("expected a number that fits into 64 bits"));

  result->kind = PWK_RESULT_NUMBER;
  result->negative = negative && parser->token.number > 0;
  result->number = negative ? -parser->token.number : parser->token.number;
  if (!advance (parser))
    return false;
  if (negative && result->number == UINT64_MAX && parser->token.kind == PWK_TOKEN_NAME)
    return read_errno (parser, result);

  result->length = parser->previous_end - result->offset;
  return skip_any_remark (parser);
}

/* "?", and what strace may have behind it: the error of a call that begins again, <unavailable>. */
static bool
read_any (PwkParser *parser, PwkResult *result)
{
  result->kind = PWK_RESULT_ANY;
  if (!advance (parser))
    return false;
  if (parser->lexer.recorded && parser->token.kind == PWK_TOKEN_NAME)
    return read_errno (parser, result);

  return skip_any_remark (parser);
}

static bool
read_binding (PwkParser *parser, PwkResult *result)
{
  result->kind = PWK_RESULT_BIND;
  result->name = token_name (parser);
  if (pwk_names_find (result->name) != NULL)
    return fail_at (parser, PWK_SCRIPT_ERROR_NAME, parser->token.offset,
                    N_("expected a name that is free: this one is a constant"));

  return advance (parser);
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

  if (token_is (parser, "SIGSEGV") || token_is (parser, "SIGBUS"))
    return read_signal (parser, result);
  for (size_t i = 0; i < G_N_ELEMENTS (results); i++)
    if (token_is (parser, results[i].word))
      {
        result->kind = results[i].kind;
        return advance (parser) && skip_any_remark (parser);
      }

  return read_binding (parser, result);
}

static bool
read_dump (PwkParser *parser, PwkResult *result)
{
  if (parser->token.kind != PWK_TOKEN_HEREDOC)
    return expected (parser, N_("expected a text block, as <<END"));

  result->kind = PWK_RESULT_DUMP;
  result->heredoc = parser->script->heredocs->len;
  if (!read_heredoc (parser))
    return false;
  /* The block is the result's, not an expression's. */
  g_array_set_size (parser->script->exprs, n_exprs (parser) - 1);
  return true;
}

static bool
read_literal (PwkParser *parser, PwkResult *result)
{
  if (at (parser, '?'))
    return read_any (parser, result);
  if (at (parser, '-') || parser->token.kind == PWK_TOKEN_NUMBER)
    return read_number_result (parser, result);
  if (parser->token.kind == PWK_TOKEN_NAME)
    return read_word_result (parser, result);
  if (parser->token.kind == PWK_TOKEN_HEREDOC)
    return expected (parser, N_("expected a name or a value: a dump is compared with =="));

  return expected (parser, N_("expected a name, a number, NULL, -1 ERRNO, ok, minor, major, "
                           "SIGSEGV, SIGBUS or ?"));
}

static bool
read_result (PwkParser *parser, PwkResult *result)
{
  bool dump = parser->token.kind == PWK_TOKEN_EQUAL_EQUAL;

  if (parser->token.kind != PWK_TOKEN_EQUAL && !dump)
    return true;
  if (!advance (parser))
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

  return parser->lexer.recorded && at (parser, '<')
         && parser->lexer.text[parser->lexer.length - 1] == '>';
}

static bool
read_statement (PwkParser *parser, bool with_who, PwkStatement *statement)
{
  if (with_who && !read_who (parser, &statement->who))
    return false;
  if (!read_call (parser, statement) || !read_result (parser, &statement->result))
    return false;
  statement->end = parser->previous_end;
  if (!at_end (parser))
    return expected (parser, statement->result.kind == PWK_RESULT_NONE
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
  if (!advance (parser) || parser->token.kind == PWK_TOKEN_END)
    return false;

  memset (statement, 0, sizeof *statement);
  statement->text = text;
  statement->text_length = length;
  statement->start = parser->token.offset;
  statement->who.cpu = -1;
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
  return fail_at (parser, PWK_SCRIPT_ERROR_SYNTAX, heredoc->offset, parser->formatted);
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
