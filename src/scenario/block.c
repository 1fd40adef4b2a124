/* block.c - the lines that begin, part and end blocks, and which statements are in which
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "scenario/names.h"
#include "scenario/parser-private.h"
#include "scenario/parser.h"

/* --- One line --------------------------------------------------------------------------------- */

static bool
read_variable (PwkParser *parser, PwkStatement *statement)
{
  if (parser->token.kind != PWK_TOKEN_NAME)
    return pwk_parser_expected (parser, N_("expected the name of a variable"));
  statement->variable = pwk_parser_token_name (parser);
  if (pwk_names_find (statement->variable) != NULL)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_NAME, parser->token.offset,
                            N_("expected a name that is free: this one is a constant"));

  return pwk_parser_advance (parser);
}

/* N), or N, i) */
static bool
read_repeat (PwkParser *parser, PwkStatement *statement)
{
  statement->kind = PWK_STATEMENT_REPEAT;
  if (!pwk_parser_read_arg (parser, statement))
    return false;
  if (pwk_parser_at (parser, ',') && !(pwk_parser_advance (parser) && read_variable (parser, statement)))
    return false;

  return pwk_parser_skip (parser, ')', N_("expected , and the name of a variable, or )"));
}

/* At least one argument, up to the ). */
static bool
read_values (PwkParser *parser, PwkStatement *statement)
{
  do
    if (!pwk_parser_read_arg (parser, statement))
      return false;
  while (pwk_parser_at (parser, ',') && pwk_parser_advance (parser));

  return pwk_parser_skip (parser, ')', N_("expected , or )"));
}

static bool
read_range (PwkParser *parser, PwkStatement *statement)
{
  uint32_t offset = parser->token.offset;

  statement->kind = PWK_STATEMENT_FOR_RANGE;
  if (!pwk_parser_advance (parser) || !pwk_parser_skip (parser, '(', N_("expected ( behind range")) || !read_values (parser, statement))
    return false;
  if (statement->n_args < 2 || statement->n_args > 3)
    return pwk_parser_fail (parser, PWK_SCRIPT_ERROR_SYNTAX, offset, N_("expected range(from, to) or range(from, to, step)"));

  return pwk_parser_skip (parser, ')', N_("expected )"));
}

/* x in A, B), or x in range(from, to, step)) */
static bool
read_for (PwkParser *parser, PwkStatement *statement)
{
  if (!read_variable (parser, statement))
    return false;
  if (!pwk_parser_token_is (parser, "in"))
    return pwk_parser_expected (parser, N_("expected in, as in for(x in 1, 2, 4)"));
  if (!pwk_parser_advance (parser))
    return false;
  if (pwk_parser_token_is (parser, "range"))
    return read_range (parser, statement);

  statement->kind = PWK_STATEMENT_FOR;
  return read_values (parser, statement);
}

static bool
read_if (PwkParser *parser, PwkStatement *statement)
{
  statement->kind = PWK_STATEMENT_IF;
  return pwk_parser_read_arg (parser, statement) && pwk_parser_skip (parser, ')', N_("expected )"));
}

/* else, or else if(condition). */
static bool
read_else (PwkParser *parser, PwkStatement *statement)
{
  if (parser->token.kind == PWK_TOKEN_END)
    return true;
  if (!pwk_parser_advance (parser) || !pwk_parser_skip (parser, '(', N_("expected ( behind if")) || !read_if (parser, statement))
    return false;
  statement->kind = PWK_STATEMENT_ELSE_IF;
  return true;
}

/* Whether the word looked at has nothing behind it, or @word if that is not NULL. */
static bool
stands_before (const PwkParser *parser, const char *word)
{
  PwkParser ahead = *parser;

  return pwk_lexer_next (&ahead.lexer, &ahead.token) && (ahead.token.kind == PWK_TOKEN_END || (word && pwk_parser_token_is (&ahead, word)));
}

bool
pwk_parser_read_block_line (PwkParser *parser, PwkStatement *statement)
{
  static const struct { const char *word; bool has_values; bool (*read) (PwkParser *parser, PwkStatement *statement); PwkStatementKind kind; } lines[] = {
    { "repeat", true, read_repeat, 0 }, { "for", true, read_for, 0 }, { "if", true, read_if, 0 },
    { "else", false, read_else, PWK_STATEMENT_ELSE }, { "end", false, NULL, PWK_STATEMENT_END },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (lines) && !parser->lexer.recorded; i++)
    {
      if (!pwk_parser_token_is (parser, lines[i].word)
          || (!lines[i].has_values && !stands_before (parser, lines[i].read == read_else ? "if" : NULL)))
        continue;
      statement->call = lines[i].word;
      statement->call_offset = parser->token.offset;
      statement->kind = lines[i].kind;
      if (!pwk_parser_advance (parser)
          || (lines[i].has_values && !pwk_parser_skip (parser, '(', N_("expected ( behind the name of a call"))))
        return false;
      return !lines[i].read || lines[i].read (parser, statement);
    }

  return false;
}

/* --- A whole script --------------------------------------------------------------------------- */

typedef struct
{
  PwkScript *script;
  uint32_t   block;             /* what begins the innermost block that is open, or PWK_NO_STATEMENT */
  uint32_t   loop;              /* … the innermost loop */
  uint32_t   n_loops;
} Linker;

static PwkStatement *
statement_at (const Linker *linker, uint32_t i)
{
  return &g_array_index (linker->script->statements, PwkStatement, i);
}

static bool
refuse (const Linker *linker, uint32_t i, PwkScriptErrorCode code, const char *problem, GError **error)
{
  const PwkStatement *statement = statement_at (linker, i);

  pwk_script_error_set (error, code, linker->script->name, statement->line, statement->text, statement->text_length, statement->call_offset, "%s",
                        _(problem));
  return false;
}

static bool
open_block (Linker *linker, uint32_t i, GError **error)
{
  linker->block = i;
  if (!pwk_statement_is_loop (statement_at (linker, i)))
    return true;
  if (linker->n_loops == PWK_MAX_LOOPS)
    return refuse (linker, i, PWK_SCRIPT_ERROR_LIMIT, N_("expected at most 8 loops in each other"), error);

  linker->loop = i;
  linker->n_loops++;
  return true;
}

/* The branch that is open of the block that @head begins: @head itself up to the first else. */
static PwkStatement *
last_branch (const Linker *linker, PwkStatement *head)
{
  while (head->next != PWK_NO_STATEMENT)
    head = statement_at (linker, head->next);
  return head;
}

static bool
part_block (const Linker *linker, uint32_t i, GError **error)
{
  PwkStatement *head = linker->block != PWK_NO_STATEMENT ? statement_at (linker, linker->block) : NULL;

  if (!head || head->kind != PWK_STATEMENT_IF)
    return refuse (linker, i, PWK_SCRIPT_ERROR_SYNTAX, N_("expected else in an if only"), error);
  if (last_branch (linker, head)->kind == PWK_STATEMENT_ELSE)
    return refuse (linker, i, PWK_SCRIPT_ERROR_SYNTAX, N_("expected nothing but end behind the lines of else"), error);

  last_branch (linker, head)->next = i;
  return true;
}

static bool
close_block (Linker *linker, uint32_t i, GError **error)
{
  PwkStatement *head;

  if (linker->block == PWK_NO_STATEMENT)
    return refuse (linker, i, PWK_SCRIPT_ERROR_SYNTAX, N_("expected end behind repeat, for or if only"), error);

  head = statement_at (linker, linker->block);
  statement_at (linker, i)->next = linker->block;
  last_branch (linker, head)->next = i;
  if (pwk_statement_is_loop (head))
    linker->n_loops--;
  linker->block = head->block;
  linker->loop = head->loop;
  return true;
}

static bool
link_one (Linker *linker, uint32_t i, GError **error)
{
  PwkStatement *statement = statement_at (linker, i);

  statement->next = PWK_NO_STATEMENT;
  statement->block = linker->block;
  statement->loop = linker->loop;
  statement->n_loops = linker->n_loops;
  if (statement->kind == PWK_STATEMENT_CALL)
    return true;

  linker->script->has_blocks = true;
  if (statement->kind == PWK_STATEMENT_ELSE || statement->kind == PWK_STATEMENT_ELSE_IF)
    return part_block (linker, i, error);
  if (statement->kind == PWK_STATEMENT_END)
    return close_block (linker, i, error);
  return open_block (linker, i, error);
}

bool
pwk_script_link_blocks (PwkScript *script, GError **error)
{
  Linker linker = { .script = script, .block = PWK_NO_STATEMENT, .loop = PWK_NO_STATEMENT };

  for (uint32_t i = 0; i < script->statements->len; i++)
    if (!link_one (&linker, i, error))
      return false;

  return linker.block == PWK_NO_STATEMENT
         || refuse (&linker, linker.block, PWK_SCRIPT_ERROR_UNFINISHED, N_("expected a line end further down, the end of this block"), error);
}
