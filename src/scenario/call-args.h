/* call-args.h - the arguments of a call, bound by place or by name and computed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/types.h"
#include "scenario/eval.h"

#define PWK_MAX_PARAMS 16

/* What a parameter takes. In the list of a call's parameters ("addr length flags node=") each is a name and one of
 * the marks below, ":n" if there is none; "?" behind it: may be left out; "=" behind it: by name only, may be left out. "…" as the
 * last word: whatever else is given is ignored, as the C function's open list of arguments. "*" as the last word: what is said may be given in
 * other languages too, by zh_CN= and the like (narration.h). */
typedef enum
{
  PWK_PARAM_NUMBER = 'n',   /* a number, an address, flags, a handle, a descriptor */
  PWK_PARAM_STRING = 's',   /* "text" */
  PWK_PARAM_TEXT   = 't',   /* a text block, or "text" */
  PWK_PARAM_TASK   = 'p',   /* a process, by its name or number */
  PWK_PARAM_TABLES = 'k',   /* whose page tables: a process, or the word kernel */
  PWK_PARAM_NAME   = 'q',   /* a name that is new: process(A) */
  PWK_PARAM_WORD   = 'w',   /* a name that stands for itself, "text", or a number */
  PWK_PARAM_READ   = 'r',   /* what is read: a number that is expected, or a name alone, which is bound to it */
  PWK_PARAM_ANSWER = 'a',   /* a number, a text, a word, or a dump that the call itself prints */
  PWK_PARAM_CACHE  = 'c',   /* a slab cache: what kmem_cache_create () gave, or its "name" */
  PWK_PARAM_OBJECT = 'o',   /* an object of a slab: 3/12, or its address */
  PWK_PARAM_ARRAY  = 'v',   /* an array passed by pointer, [0x3, 0x0], or a pointer; looked at by the call itself (words.h) */
  PWK_PARAM_ANY    = 'x',   /* not looked at, or looked at by the call itself */
} PwkParamType;

typedef struct
{
  const char  *name;        /* not ended by a NUL */
  guint        length;
  PwkParamType type;
  bool         optional;
  bool         by_name;
} PwkParam;

typedef struct
{
  PwkParam params[PWK_MAX_PARAMS];
  guint    n;
  bool     open;            /* "…" */
  bool     languages;       /* "*" */
} PwkParams;

/* One argument, computed. */
typedef struct
{
  bool           present;
  const PwkArg  *arg;
  const PwkExpr *expr;      /* its root */
  PwkNumber      number;    /* of NUMBER; of WORD and TASK, if a number was given; of READ, the index of the element to be bound */
  const char    *string;    /* of STRING, TEXT, CACHE; of NAME, WORD, TASK, READ: the name; else NULL */
  bool           is_object; /* of OBJECT: slab/object, not an address */
  uint64_t       slab, object;
} PwkArgValue;

/* Takes the list of parameters apart. It is the programmer's: what is wrong with it ends the program. */
void pwk_params_read (PwkParams *params, const char *spec);

/* Which parameter each of the statement's arguments is for: place[i] for argument i, or -1 for one of an open list. False with
 * @error at the place of the first argument that fits none, or at the end if one is missing. */
bool pwk_params_place (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, int place[], GError **error);

/* Computes the arguments, placed so, into values[0 … params->n - 1]. */
bool pwk_args_compute_placed (const PwkParams *params, const int place[], const PwkScript *script, const PwkStatement *statement,
                              const PwkScope *scope, PwkArgValue values[PWK_MAX_PARAMS], GError **error);
/* The same, placing them first. */
bool pwk_args_compute (const PwkParams *params, const PwkScript *script, const PwkStatement *statement, const PwkScope *scope,
                       PwkArgValue values[PWK_MAX_PARAMS], GError **error);

/* Whether argument @place could be of that type at all, as far as its form tells. */
bool pwk_param_check_form (const PwkParam *param, const PwkScript *script, const PwkStatement *statement, const PwkArg *arg, GError **error);

/* Whether what an OBJECT takes is SLAB/OBJECT. */
bool pwk_arg_is_object (const PwkScript *script, const PwkArg *arg);

/* Whether an argument of type TABLES is the kernel. */
bool pwk_arg_is_kernel (const PwkScript *script, const PwkArg *arg);
/* Whether an argument that READ or NAME takes is a name, or an element, to be bound, not a number that is expected. */
bool pwk_arg_binds (const PwkScript *script, const PwkArg *arg);

/* Whether a name alone as an answer is a word: minor, on. */
bool pwk_arg_is_word (const PwkScript *script, const PwkArg *arg);

/* The most arguments that a statement may have. */
#define PWK_MAX_ARGS 64
