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

/* What names stand for where an expression is computed. */
typedef struct
{
  /* The number that is bound to @name, or false. Asked for names that are no constants. */
  bool     (*find) (const char *name, PwkNumber *value, gpointer user_data);
  /* The same of an element of an array; how many it has; a number from 0 up to, not including, @below, which is above 0. NULL: there are no
   * arrays and no random numbers. */
  bool     (*element) (const char *name, uint64_t index, PwkNumber *value, gpointer user_data);
  uint64_t (*length) (const char *name, gpointer user_data);
  uint64_t (*random) (uint64_t below, gpointer user_data);
  gpointer   user_data;
} PwkScope;

/* Computes the expression with the root @expr of @statement. Operators mean what they mean in C, && and || leave out their right side
 * too, but a number keeps its value whatever is done with it: sums, products and shifts are exact, and one outside of the range of
 * PwkNumber is PWK_SCRIPT_ERROR_RANGE, as is dividing by 0 and a shift by less than 0 or more than 63; comparisons compare values, so
 * that -1 is less than 0xffffffffffffffff. ~ & ^ | work on 64 bits; what they give has a sign (the top bit) unless an operand is 2^63
 * or more. A name that neither @scope (may be NULL) nor the constants know is PWK_SCRIPT_ERROR_NAME, text where a number is needed
 * PWK_SCRIPT_ERROR_SYNTAX, each at its place. NULL is 0. */
bool pwk_expr_eval (const PwkScript    *script,
                    const PwkStatement *statement,
                    guint               expr,
                    const PwkScope     *scope,
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
