/* lexer.h - the words of one line of a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

#include "scenario/script-error.h"

typedef enum
{
  PWK_TOKEN_END,        /* of the line, or a comment that reaches to it */
  PWK_TOKEN_NAME,
  PWK_TOKEN_NUMBER,     /* suffix included */
  PWK_TOKEN_STRING,
  PWK_TOKEN_HEREDOC,    /* <<TAG */
  PWK_TOKEN_SHIFT,      /* << */
  PWK_TOKEN_EQUAL,      /* = */
  PWK_TOKEN_EQUAL_EQUAL,
  PWK_TOKEN_NOT_EQUAL,  /* !=, and the operators below: not in recordings */
  PWK_TOKEN_LESS_EQUAL,
  PWK_TOKEN_GREATER_EQUAL,
  PWK_TOKEN_SHIFT_RIGHT,
  PWK_TOKEN_AND_AND,
  PWK_TOKEN_OR_OR,
  PWK_TOKEN_ARROW,      /* =>, in recordings only */
  PWK_TOKEN_ELLIPSIS,   /* ..., in recordings only */
  PWK_TOKEN_OTHER,      /* any other single character: punctuation, or one without meaning */
} PwkTokenKind;

typedef struct
{
  PwkTokenKind kind;
  uint32_t     offset;          /* bytes from the start of the line */
  uint32_t     length;          /* bytes */
  uint64_t     number;          /* of a NUMBER */
  char         punctuation;     /* of an OTHER, 0 if it is not ASCII */
  uint32_t     note_offset;     /* strace -y: what "3</usr/lib/libc.so.6>" has between < and > */
  uint32_t     note_length;     /* 0 without */
  bool         note_deleted;    /* "(deleted)" follows */
} PwkToken;

/* Cuts @text, one line without its end, into tokens. Plain data: a copy remembers a place to come
 * back to. Names are letters, digits and _ of any script; numbers as in C (decimal, 0x…, 0…), with
 * K, M, G or T (or small letters) for powers of 1024. */
typedef struct
{
  const char         *text;             /* the caller's, UTF-8 */
  uint32_t            length;
  uint32_t            position;
  bool                recorded;         /* strace's notation too: ... => << 3</path> */
  PwkScriptErrorCode  problem_code;     /* after pwk_lexer_next() was false */
  uint32_t            problem_offset;
  const char         *problem;          /* static */
} PwkLexer;

void pwk_lexer_init (PwkLexer *lexer, const char *text, uint32_t length, bool recorded);

/* Reads the next token. False: something here is no token; problem… say what was expected. */
bool pwk_lexer_next (PwkLexer *lexer, PwkToken *token);

/* Appends what the STRING @token stands for to @out: bytes, escapes resolved. */
void pwk_lexer_append_string (const PwkLexer *lexer, const PwkToken *token, GString *out);

/* The same for the note of the NUMBER @token: a path as the kernel has it in maps. */
void pwk_lexer_append_note (const PwkLexer *lexer, const PwkToken *token, GString *out);
