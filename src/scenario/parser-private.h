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

/* Notes the first problem of the line, at a byte of it or at the token looked at; always false, to be returned. */
bool pwk_parser_fail     (PwkParser *parser, PwkScriptErrorCode code, uint32_t offset, const char *problem);
bool pwk_parser_expected (PwkParser *parser, const char *problem);

/* The token looked at: goes on to the next; whether it is that character; goes on behind it; whether it is that
 * name; the name, which is the script's. */
bool        pwk_parser_advance    (PwkParser *parser);
bool        pwk_parser_at         (const PwkParser *parser, char punctuation);
bool        pwk_parser_skip       (PwkParser *parser, char punctuation, const char *problem);
bool        pwk_parser_token_is   (const PwkParser *parser, const char *name);
const char *pwk_parser_token_name (PwkParser *parser);

/* Reads an expression; its root is the last node of the script then. */
bool pwk_parser_read_expr    (PwkParser *parser);
/* The token looked at is [ behind a name: reads the index and ]; its root is the last node then. */
bool pwk_parser_read_index   (PwkParser *parser);
/* Reads <<TAG, whose lines follow later. */
bool pwk_parser_read_heredoc (PwkParser *parser);
/* Reads "key =" if that is what comes; @key gets NULL otherwise. */
bool pwk_parser_read_key     (PwkParser *parser, const char **key);

/* block.c: what begins, parts or ends a block, where the token looked at is its first word. False, and nothing is read, if it is none, or
 * parser->failed if it is one that cannot be read. */
bool pwk_parser_read_block_line (PwkParser *parser, PwkStatement *statement);
/* Tells the statements of a script that has been read which blocks they are in. */
bool pwk_script_link_blocks     (PwkScript *script, GError **error);

/* Reads an argument of @statement, with or without a key. */
bool pwk_parser_read_arg        (PwkParser *parser, PwkStatement *statement);

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
