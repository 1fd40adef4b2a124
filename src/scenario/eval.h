/* eval.h - what expressions come to, and whether a script can be run at all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/script-error.h"
#include "scenario/statement.h"

/* A number of 65 bits: from -2^63 to 2^64 - 1. bits is it modulo 2^64, what a register holds. */
typedef struct
{
  uint64_t bits;
  bool     negative;
} PwkNumber;

static inline PwkNumber
pwk_number (uint64_t bits)
{
  return (PwkNumber) { bits, false };
}

static inline PwkNumber
pwk_number_signed (int64_t value)
{
  return (PwkNumber) { (uint64_t) value, value < 0 };
}

/* Gives the number that is bound to @name, or false. Asked for names that are no constants. */
typedef bool (*PwkNameLookup) (const char *name, PwkNumber *value, gpointer user_data);

/* Computes the expression with the root @expr of @statement. A sum or product outside of the range of
 * PwkNumber is PWK_SCRIPT_ERROR_RANGE, a name that neither @lookup (may be NULL) nor the constants know
 * PWK_SCRIPT_ERROR_NAME, text where a number is needed PWK_SCRIPT_ERROR_SYNTAX, each at its place. NULL
 * is 0; "|" works on bits and gives no negative number. */
bool pwk_expr_eval (const PwkScript    *script,
                    const PwkStatement *statement,
                    guint               expr,
                    PwkNameLookup       lookup,
                    gpointer            user_data,
                    PwkNumber          *value,
                    GError            **error);

/* Sets @error to the place of the byte @offset of the statement: for what only the caller can know. */
void pwk_statement_error (GError             **error,
                          PwkScriptErrorCode   code,
                          const PwkScript     *script,
                          const PwkStatement  *statement,
                          guint                offset,
                          const char          *format,
                          ...) G_GNUC_PRINTF (6, 7);

/* What an argument may be. */
typedef enum
{
  PWK_ROLE_VALUE,       /* an expression; text and text blocks too */
  PWK_ROLE_WORD,        /* a name that stands for itself (aslr=off), or an expression of them */
  PWK_ROLE_PROCESS,     /* a process that is there */
  PWK_ROLE_NEW,         /* a name that becomes bound: process(A) */
} PwkArgRole;

/* The calls that can be made, as far as checking names needs to know them. */
typedef struct
{
  bool       (*knows_call) (const char *name, gpointer user_data);      /* or NULL: all */
  PwkArgRole (*role) (const PwkScript *script, const PwkStatement *statement, guint arg,
                      gpointer user_data);      /* or NULL: pwk_script_default_role() */
  gpointer     user_data;
} PwkCheckRules;

/* What is so for every scenario: process() makes its first argument, lone words of the language are words,
 * all else is a value. */
PwkArgRole pwk_script_default_role (const PwkScript *script, const PwkStatement *statement, guint arg);

/* Before anything is run: every call is known, every name is a constant or bound further up, every
 * process in front has been made, and what can be computed now can be computed. The first that is not so
 * is the error. A recording is always good. @rules may be NULL. */
bool pwk_script_check (const PwkScript *script, const PwkCheckRules *rules, GError **error);
