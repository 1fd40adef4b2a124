/* parser-private.h - one statement read into a script; for parser.c and strace.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/lexer.h"
#include "scenario/source.h"
#include "scenario/statement-private.h"

/* Reads one line at a time. The first problem of a line stays here until the next one begins. */
typedef struct
{
  PwkScript          *script;           /* borrowed */
  PwkLexer            lexer;
  PwkToken            token;            /* the one looked at */
  uint32_t            previous_end;     /* of the token before it, bytes */
  unsigned            depth;
  bool                failed;
  PwkScriptErrorCode  code;
  uint32_t            offset;
  const char         *problem;          /* static, or formatted */
  char               *formatted;        /* owned */
  GString            *bytes;            /* owned, for strings */
} PwkParser;

void pwk_parser_init  (PwkParser *parser, PwkScript *script);
void pwk_parser_clear (PwkParser *parser);

/* Reads the statement in the line @text (@length bytes, @recorded: strace's notation too) from the byte
 * @start on, with who in front if @with_who. Fills @statement but its lines; gives false if there is none
 * (an empty line or a comment, parser->failed is false), or one that cannot be read: the script is then
 * as before. */
bool pwk_parser_read (PwkParser    *parser,
                      const char   *text,
                      uint32_t      length,
                      uint32_t      start,
                      bool          recorded,
                      bool          with_who,
                      PwkStatement *statement);
