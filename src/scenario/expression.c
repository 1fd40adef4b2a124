/* expression.c - from tokens to the nodes of an expression
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "scenario/parser-private.h"
#include "scenario/parser.h"

/* An operator between two operands. They bind as in C: the higher the precedence, the tighter. */
typedef struct
{
  PwkTokenKind kind;
  char         punctuation;     /* of an OTHER */
  unsigned     precedence;
  bool         recorded;        /* strace writes it, too */
  PwkExprKind  expr;
} Operator;

static const Operator operators[] = {
  { PWK_TOKEN_OR_OR, 0, 1, false, PWK_EXPR_OR_ELSE },
  { PWK_TOKEN_AND_AND, 0, 2, false, PWK_EXPR_AND_THEN },
  { PWK_TOKEN_OTHER, '|', 3, true, PWK_EXPR_OR },
  { PWK_TOKEN_OTHER, '^', 4, false, PWK_EXPR_XOR },
  { PWK_TOKEN_OTHER, '&', 5, false, PWK_EXPR_AND },
  { PWK_TOKEN_EQUAL_EQUAL, 0, 6, false, PWK_EXPR_EQUAL },
  { PWK_TOKEN_NOT_EQUAL, 0, 6, false, PWK_EXPR_NOT_EQUAL },
  { PWK_TOKEN_OTHER, '<', 7, false, PWK_EXPR_LESS },
  { PWK_TOKEN_LESS_EQUAL, 0, 7, false, PWK_EXPR_LESS_EQUAL },
  { PWK_TOKEN_OTHER, '>', 7, false, PWK_EXPR_GREATER },
  { PWK_TOKEN_GREATER_EQUAL, 0, 7, false, PWK_EXPR_GREATER_EQUAL },
  { PWK_TOKEN_SHIFT, 0, 8, true, PWK_EXPR_SHIFT },
  { PWK_TOKEN_SHIFT_RIGHT, 0, 8, false, PWK_EXPR_SHIFT_RIGHT },
  { PWK_TOKEN_OTHER, '+', 9, true, PWK_EXPR_ADD },
  { PWK_TOKEN_OTHER, '-', 9, true, PWK_EXPR_SUBTRACT },
  { PWK_TOKEN_OTHER, '*', 10, true, PWK_EXPR_MULTIPLY },
  { PWK_TOKEN_OTHER, '/', 10, false, PWK_EXPR_DIVIDE },
  { PWK_TOKEN_OTHER, '%', 10, false, PWK_EXPR_REMAINDER },
};

static const struct { char punctuation; bool recorded; PwkExprKind expr; } signs[] = {
  { '-', true, PWK_EXPR_NEGATE },
  { '~', false, PWK_EXPR_COMPLEMENT },
  { '!', false, PWK_EXPR_NOT },
};

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

/* --- Operands --------------------------------------------------------------------------------- */

static bool
read_number (PwkParser *parser)
{
  PwkExpr *expr = add_expr (parser, PWK_EXPR_NUMBER, n_exprs (parser), &parser->token);

  if (parser->token.note_length > 0)
    {
      g_string_truncate (parser->bytes, 0);
      pwk_lexer_append_note (&parser->lexer, &parser->token, parser->bytes);
      if (!g_utf8_validate_len (parser->bytes->str, parser->bytes->len, NULL))
        g_string_overwrite_len (g_string_truncate (parser->bytes, 0), 0, parser->lexer.text + parser->token.note_offset,
                                (gssize) parser->token.note_length);
      expr->string = g_string_chunk_insert_len (parser->script->strings, parser->bytes->str, (gssize) parser->bytes->len);
      expr->string_length = parser->bytes->len;
    }

  return pwk_parser_advance (parser);
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

  if (!pwk_parser_advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_ELLIPSIS)
    return true;
  expr->truncated = true;
  return pwk_parser_advance (parser);
}

bool
pwk_parser_read_heredoc (PwkParser *parser)
{
  PwkHeredoc heredoc = { 0 };
  PwkExpr *expr = add_expr (parser, PWK_EXPR_HEREDOC, n_exprs (parser), &parser->token);

  expr->number = parser->script->heredocs->len;
  heredoc.tag = pwk_script_intern (parser->script, parser->lexer.text + parser->token.offset + 2,
                                   parser->token.length - 2);
  heredoc.offset = parser->token.offset;
  g_array_append_val (parser->script->heredocs, heredoc);

  return pwk_parser_advance (parser);
}

bool
pwk_parser_read_key (PwkParser *parser, const char **key)
{
  PwkLexer lexer = parser->lexer;
  PwkToken token = parser->token;
  uint32_t previous_end = parser->previous_end;
  const char *name;

  *key = NULL;
  if (token.kind != PWK_TOKEN_NAME)
    return true;

  name = pwk_parser_token_name (parser);
  if (!pwk_parser_advance (parser))
    return false;
  if (parser->token.kind == PWK_TOKEN_EQUAL)
    {
      *key = name;
      return pwk_parser_advance (parser);
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
  while (!pwk_parser_at (parser, close))
    {
      const char *key;

      if (*n > 0 && !pwk_parser_skip (parser, ',', problem))
        return false;
      if (!pwk_parser_read_key (parser, &key) || !pwk_parser_read_expr (parser))
        return false;
      g_array_index (parser->script->exprs, PwkExpr, n_exprs (parser) - 1).key = key;
      (*n)++;
    }

  return pwk_parser_advance (parser);
}

static bool
read_list (PwkParser *parser, PwkExprKind kind, char close, const char *problem)
{
  PwkToken open = parser->token;
  guint first = n_exprs (parser);
  guint n;

  if (!pwk_parser_advance (parser) || !read_items (parser, close, problem, &n))
    return false;
  add_expr (parser, kind, first, &open)->n_items = n;
  return true;
}

static bool
add_name (PwkParser *parser, PwkExprKind kind, guint first, const PwkToken *token, const char *name)
{
  PwkExpr *expr = add_expr (parser, kind, first, token);

  expr->string = name;
  expr->string_length = strlen (name);
  return true;
}

/* The token looked at is [ behind a name; reads to behind the ]. */
bool
pwk_parser_read_index (PwkParser *parser)
{
  return pwk_parser_advance (parser) && pwk_parser_read_expr (parser) && pwk_parser_skip (parser, ']', N_("expected ]"));
}

/* The token looked at is ( behind len. */
static bool
read_length (PwkParser *parser, const PwkToken *token)
{
  const char *name;

  if (!pwk_parser_advance (parser))
    return false;
  if (parser->token.kind != PWK_TOKEN_NAME)
    return pwk_parser_expected (parser, N_("expected the name of an array, as in len(pages)"));
  name = pwk_parser_token_name (parser);
  return pwk_parser_advance (parser) && pwk_parser_skip (parser, ')', N_("expected )"))
         && add_name (parser, PWK_EXPR_LENGTH, n_exprs (parser), token, name);
}

/* The token looked at is ( behind random. */
static bool
read_random (PwkParser *parser, const PwkToken *token)
{
  guint first = n_exprs (parser);

  if (!pwk_parser_advance (parser) || !pwk_parser_read_expr (parser) || !pwk_parser_skip (parser, ')', N_("expected )")))
    return false;
  add_expr (parser, PWK_EXPR_RANDOM, first, token);
  return true;
}

static bool
read_name (PwkParser *parser)
{
  PwkToken token = parser->token;
  const char *name = pwk_parser_token_name (parser);
  guint first = n_exprs (parser);
  bool plain = !parser->lexer.recorded;
  PwkExpr *expr;
  guint n;

  if (!pwk_parser_advance (parser))
    return false;
  if (strcmp (name, "NULL") == 0)
    {
      add_expr (parser, PWK_EXPR_NULL, first, &token);
      return true;
    }
  if (plain && pwk_parser_at (parser, '['))
    return pwk_parser_read_index (parser) && add_name (parser, PWK_EXPR_INDEX, first, &token, name);
  if (!pwk_parser_at (parser, '('))
    return add_name (parser, PWK_EXPR_NAME, first, &token, name);
  if (plain && strcmp (name, "len") == 0)
    return read_length (parser, &token);
  if (plain && strcmp (name, "random") == 0)
    return read_random (parser, &token);

  if (!pwk_parser_advance (parser) || !read_items (parser, ')', N_("expected , or )"), &n))
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
      return pwk_parser_read_heredoc (parser);
    case PWK_TOKEN_SHIFT:
      return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_SYNTAX, parser->token.offset + 2,
                              N_("expected the name of a text block, as <<END"));
    case PWK_TOKEN_ELLIPSIS:
      add_expr (parser, PWK_EXPR_ELLIPSIS, n_exprs (parser), &parser->token);
      return pwk_parser_advance (parser);
    case PWK_TOKEN_OTHER:
      break;
    default:
      return pwk_parser_expected (parser, N_("expected a value: a number, a name, \"text\" or <<TAG"));
    }

  if (pwk_parser_at (parser, '('))
    return pwk_parser_advance (parser) && pwk_parser_read_expr (parser)
           && pwk_parser_skip (parser, ')', N_("expected )"));
  if (pwk_parser_at (parser, '['))
    return read_list (parser, PWK_EXPR_ARRAY, ']', N_("expected , or ]"));
  if (pwk_parser_at (parser, '?'))
    {
      add_expr (parser, PWK_EXPR_ANY, n_exprs (parser), &parser->token);
      return pwk_parser_advance (parser);
    }
  if (pwk_parser_at (parser, '{'))
    return read_list (parser, PWK_EXPR_STRUCT, '}', N_("expected , or }"));

  return pwk_parser_expected (parser, N_("expected a value: a number, a name, \"text\" or <<TAG"));
}

/* --- Operators -------------------------------------------------------------------------------- */

static bool
is_sign (const PwkParser *parser, PwkExprKind *kind)
{
  for (size_t i = 0; i < G_N_ELEMENTS (signs); i++)
    if (pwk_parser_at (parser, signs[i].punctuation) && (signs[i].recorded || !parser->lexer.recorded))
      {
        *kind = signs[i].expr;
        return true;
      }

  return false;
}

/* Everything that nests comes through here, so that depth is counted once. */
static bool
read_unary (PwkParser *parser)
{
  PwkToken token = parser->token;
  PwkExprKind kind;
  bool good;

  if (parser->depth >= PWK_PARSER_MAX_DEPTH)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_LIMIT, token.offset,
                            N_("expected at most 100 parentheses in each other"));

  parser->depth++;
  if (is_sign (parser, &kind))
    {
      guint first = n_exprs (parser);

      good = pwk_parser_advance (parser) && read_unary (parser);
      if (good)
        add_expr (parser, kind, first, &token);
    }
  else
    good = read_primary (parser);
  parser->depth--;

  return good;
}

/* Behind an operand no text block can follow: 1<<n is a shift, whatever n is called. */
static void
take_shift (PwkParser *parser)
{
  if (parser->token.kind != PWK_TOKEN_HEREDOC)
    return;
  parser->token.kind = PWK_TOKEN_SHIFT;
  parser->token.length = 2;
  parser->lexer.position = parser->token.offset + 2;
}

/* The operator looked at, or NULL. */
static const Operator *
find_operator (PwkParser *parser)
{
  take_shift (parser);
  for (size_t i = 0; i < G_N_ELEMENTS (operators); i++)
    if (operators[i].kind == parser->token.kind
        && (operators[i].kind != PWK_TOKEN_OTHER || operators[i].punctuation == parser->token.punctuation)
        && (operators[i].recorded || !parser->lexer.recorded))
      return &operators[i];

  return NULL;
}

/* && and || look at their left side first and may leave out the right one: a node behind the left one
 * decides, and knows where the whole ends. */
static guint
add_decision (PwkParser *parser, const Operator *op, guint first, const PwkToken *token)
{
  if (op->expr == PWK_EXPR_AND_THEN)
    add_expr (parser, PWK_EXPR_AND_LEFT, first, token);
  else if (op->expr == PWK_EXPR_OR_ELSE)
    add_expr (parser, PWK_EXPR_OR_LEFT, first, token);

  return n_exprs (parser) - 1;
}

/* Operands and the operators between them that bind at least as tightly as @precedence. */
static bool
read_binary (PwkParser *parser, unsigned precedence)
{
  guint first = n_exprs (parser);
  const Operator *op;

  if (!read_unary (parser))
    return false;
  while ((op = find_operator (parser)) != NULL && op->precedence >= precedence)
    {
      PwkToken token = parser->token;
      guint left = add_decision (parser, op, first, &token);

      if (!pwk_parser_advance (parser) || !read_binary (parser, op->precedence + 1))
        return false;
      add_expr (parser, op->expr, first, &token);
      if (op->expr == PWK_EXPR_AND_THEN || op->expr == PWK_EXPR_OR_ELSE)
        g_array_index (parser->script->exprs, PwkExpr, left).number = n_exprs (parser) - 1;
    }

  return true;
}

/* Behind "=>" strace writes what the call left in a structure: read, and forgotten. */
static bool
skip_outcome (PwkParser *parser)
{
  guint n = n_exprs (parser);

  if (!pwk_parser_advance (parser) || !pwk_parser_read_expr (parser))
    return false;
  g_array_set_size (parser->script->exprs, n);
  return true;
}

bool
pwk_parser_read_expr (PwkParser *parser)
{
  if (!read_binary (parser, 1))
    return false;

  return parser->token.kind != PWK_TOKEN_ARROW || skip_outcome (parser);
}
