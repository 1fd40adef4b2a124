/* statement.h - a scenario as it was read: statements, arguments, expressions, expectations
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* A script is read once and never changed: it may be shared between threads. Its parts lie in flat
 * arrays and name each other by index:
 *
 *   statements  [ brk(…) = 0 ][ mmap(…) = p    ][ …
 *   args          └ 1 ┘         └ 2 … 7 ┘            first_arg, n_args
 *   exprs       [1][2][3 +] …                        in post-order: an expression's parts lie in front of it
 *
 * so that the expression with the root r is the nodes exprs[r].first … r, its operands are the nodes
 * r - 1 and exprs[r - 1].first - 1, and evaluation is one walk from left to right, however deep. */
typedef struct _PwkScript PwkScript;

typedef enum
{
  PWK_EXPR_NUMBER,
  PWK_EXPR_NULL,
  PWK_EXPR_NAME,        /* a constant, something bound, or a word; string is the name */
  PWK_EXPR_STRING,
  PWK_EXPR_HEREDOC,     /* number is the index of the text block in the script */
  PWK_EXPR_INDEX,       /* pages[i]: the array is string, the index the one operand */
  PWK_EXPR_LENGTH,      /* len(pages): the array is string */
  PWK_EXPR_RANDOM,      /* random(n) */
  PWK_EXPR_NEGATE,
  PWK_EXPR_COMPLEMENT,  /* ~ */
  PWK_EXPR_NOT,         /* ! */
  PWK_EXPR_ADD,
  PWK_EXPR_SUBTRACT,
  PWK_EXPR_MULTIPLY,
  PWK_EXPR_DIVIDE,
  PWK_EXPR_REMAINDER,
  PWK_EXPR_SHIFT,       /* <<; strace: 21<<MAP_HUGE_SHIFT */
  PWK_EXPR_SHIFT_RIGHT,
  PWK_EXPR_AND,
  PWK_EXPR_XOR,
  PWK_EXPR_OR,
  PWK_EXPR_EQUAL,       /* comparisons come to 1 or 0 */
  PWK_EXPR_NOT_EQUAL,
  PWK_EXPR_LESS,
  PWK_EXPR_LESS_EQUAL,
  PWK_EXPR_GREATER,
  PWK_EXPR_GREATER_EQUAL,
  PWK_EXPR_AND_LEFT,    /* behind the left side of &&: where that decides, number is the node to go on behind */
  PWK_EXPR_AND_THEN,    /* && */
  PWK_EXPR_OR_LEFT,
  PWK_EXPR_OR_ELSE,     /* || */
  PWK_EXPR_ARRAY,       /* strace: ["ls", "-l"] */
  PWK_EXPR_STRUCT,      /* strace: {flags=…, exit_signal=SIGCHLD}: the items have keys */
  PWK_EXPR_CALL,        /* strace: makedev(8, 1); string is the name */
  PWK_EXPR_ELLIPSIS,    /* strace: … left out here */
  PWK_EXPR_ANY,         /* ?: whatever the call stores there */
} PwkExprKind;

typedef struct
{
  PwkExprKind  kind;
  bool         truncated;       /* a STRING that strace cut: "abc"... */
  uint32_t     first;           /* the first node of this expression */
  uint32_t     offset;          /* of its own token in the statement's text, bytes */
  uint32_t     length;
  uint32_t     n_items;         /* of ARRAY, STRUCT, CALL */
  uint64_t     number;          /* of NUMBER, HEREDOC */
  const char  *string;          /* of NAME, INDEX, LENGTH, STRING, CALL; of a NUMBER what strace -y says of it, or NULL */
  gsize        string_length;   /* a STRING may hold NULs and need not be UTF-8 */
  const char  *key;             /* of an item of a STRUCT, or NULL */
} PwkExpr;

typedef struct
{
  const char *key;              /* or NULL: by place */
  uint32_t    expr;             /* its root */
  uint32_t    offset;           /* of the whole argument's expression in the statement's text, bytes */
  uint32_t    length;
} PwkArg;

typedef enum
{
  PWK_WHO_NONE,                 /* nobody named: the kernel itself, or the one traced process */
  PWK_WHO_KERNEL,               /* [kernel] */
  PWK_WHO_NAME,                 /* [A] */
  PWK_WHO_PID,                  /* [pid 4711], or 4711 in front */
  PWK_WHO_ELEMENT,              /* [children[i]] */
} PwkWhoKind;

typedef struct
{
  PwkWhoKind  kind;
  const char *name;
  int32_t     pid;
  int32_t     cpu;              /* [A@1], or -1 */
  uint32_t    offset;           /* of the name or number */
  uint32_t    length;           /* … and of the index behind it */
  uint32_t    index;            /* of an ELEMENT: the root of the index */
} PwkWho;

#define PWK_NO_EXPR       UINT32_MAX

typedef enum
{
  PWK_RESULT_NONE,              /* nothing said */
  PWK_RESULT_BIND,              /* = name, = name[i] */
  PWK_RESULT_NUMBER,            /* = 0x1000, = -5 */
  PWK_RESULT_NULL,
  PWK_RESULT_ERRNO,             /* = -1 ENOMEM; in recordings also = ? ERESTARTSYS */
  PWK_RESULT_OK,                /* an access without a fault */
  PWK_RESULT_MINOR,
  PWK_RESULT_MAJOR,
  PWK_RESULT_SIGNAL,            /* = SIGSEGV (SEGV_MAPERR) */
  PWK_RESULT_ANY,               /* = ? */
  PWK_RESULT_DUMP,              /* == <<TAG */
  PWK_RESULT_TEXT,              /* = "text" */
  PWK_RESULT_OBJECT,            /* = 3/12: an object of a slab */
} PwkResultKind;

typedef struct
{
  PwkResultKind  kind;
  bool           negative;      /* of NUMBER: it is below 0, number in two's complement */
  bool           has_code;      /* of SIGNAL: a si_code was given */
  int32_t        error;         /* of ERRNO, positive */
  int32_t        signal;
  int32_t        si_code;
  uint32_t       heredoc;       /* of DUMP */
  uint64_t       number;        /* of NUMBER; of OBJECT the slab's */
  uint64_t       object;        /* of OBJECT */
  const char    *name;          /* of BIND; of TEXT the text */
  uint32_t       index;         /* … the root of its index, or PWK_NO_EXPR */
  uint32_t       offset;        /* of what follows "=" or "==", bytes */
  uint32_t       length;
} PwkResult;

/* Calls, and the lines of blocks, which lie in each other and name their parts by index; an else if is to the else behind it what the if is to
 * the else if:
 *
 *      0  repeat(3, i)       next 5
 *      1    if(i == 1)       next 3  block 0  loop 0
 *      2      tick(1)                block 1  loop 0
 *      3    else             next 4  block 1  loop 0
 *      4    end              next 1  block 1  loop 0
 *      5  end                next 0  block 0  loop 0 */
typedef enum
{
  PWK_STATEMENT_CALL,
  PWK_STATEMENT_REPEAT,         /* repeat(N, variable): N is the argument */
  PWK_STATEMENT_FOR,            /* for(variable in A, B, …): the arguments */
  PWK_STATEMENT_FOR_RANGE,      /* for(variable in range(from, to, step)): the arguments, step may be missing */
  PWK_STATEMENT_IF,             /* if(condition): the argument */
  PWK_STATEMENT_ELSE_IF,        /* else if(condition): the argument; computed as part of its if */
  PWK_STATEMENT_ELSE,
  PWK_STATEMENT_END,
} PwkStatementKind;

#define PWK_NO_STATEMENT  UINT32_MAX
#define PWK_MAX_LOOPS     8         /* in each other */

/* The lines between <<TAG and TAG, each with "\n", whatever the file's line ends are. */
typedef struct
{
  const char *tag;
  const char *text;             /* UTF-8, ends in a NUL that length does not count */
  gsize       length;
  uint32_t    offset;           /* of <<TAG in the statement's text */
  uint32_t    first_line;       /* the number of the first line of the text */
  uint32_t    end_line;         /* the number of the line TAG */
} PwkHeredoc;

typedef struct
{
  uint32_t    line;             /* where it stands, from 1; of a call that strace wrote on two
                                 * lines, the one at which it takes effect */
  uint32_t    first_line;       /* where it begins: less than line for such calls only */
  uint32_t    last_line;        /* with its text blocks */
  uint32_t    column;           /* from 1, characters */
  const char *text;             /* the line, or the two halves that strace wrote, joined */
  uint32_t    text_length;
  uint32_t    start;            /* of the statement in text, bytes */
  uint32_t    end;
  PwkStatementKind kind;
  uint32_t    next;             /* of a loop its end, of an if and an else if its next branch or end, of an else its end, of an end what it ends */
  uint32_t    block;            /* what begins the innermost block that it is in (another branch, an end: its own), or PWK_NO_STATEMENT */
  uint32_t    loop;             /* what begins the innermost loop that it is in (its end too), or PWK_NO_STATEMENT */
  uint32_t    n_loops;          /* how many loops it is in */
  const char *variable;         /* of a loop, or NULL */
  PwkWho      who;
  const char *call;             /* of a line of a block its first word */
  uint32_t    call_offset;
  uint32_t    first_arg;
  uint32_t    n_args;
  uint32_t    first_heredoc;    /* those of arguments first, that of the result last */
  uint32_t    n_heredocs;
  PwkResult   result;
} PwkStatement;

/* Why a line of a recording has no statement. */
typedef enum
{
  PWK_SKIP_SIGNAL,              /* --- SIGCHLD {…} --- */
  PWK_SKIP_EXIT,                /* +++ exited with 0 +++ */
  PWK_SKIP_MESSAGE,             /* strace's own words */
  PWK_SKIP_CALL,                /* a call that has nothing to do with memory */
  PWK_SKIP_SYNTAX,              /* arguments or result in a form not known here */
  PWK_SKIP_RESTARTED,           /* = ? ERESTART…: it did nothing and comes again */
  PWK_SKIP_UNFINISHED,          /* begun, and never resumed */
  PWK_SKIP_ORPHAN,              /* resumed, but its beginning is not in the file */
  PWK_SKIP_BEGINNING,           /* the first half of a call that stands at its second */
  PWK_SKIP_END,                 /* the second half of a call that stands at its first */
} PwkSkipReason;

typedef struct
{
  uint32_t      line;
  PwkSkipReason reason;
} PwkSkip;

/* Why a recorded call that matters to memory is not followed. */
typedef enum
{
  PWK_LOSS_NOT_SIMULATED,
  PWK_LOSS_UNREADABLE,          /* arguments or result in a form not known here, or cut off */
  PWK_LOSS_UNFINISHED,          /* begun, and never resumed */
  PWK_LOSS_ORPHAN,              /* resumed, but its beginning is not in the file */
  PWK_LOSS_GAP,                 /* no call: who recorded could not keep up, and says so */
} PwkLossReason;

typedef struct
{
  uint32_t      line;
  uint32_t      column;         /* from 1, characters */
  const char   *call;           /* the script's; of a gap the recorder's words */
  PwkLossReason reason;
} PwkLoss;

/* A thread that a recording does not show the making of, and its process. */
typedef struct { int32_t pid, leader; } PwkThread;

PwkScript *pwk_script_ref   (PwkScript *script);
void       pwk_script_unref (PwkScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkScript, pwk_script_unref)

/* The name and the text it was read from. */
const char *pwk_script_name (const PwkScript *script);
const char *pwk_script_text (const PwkScript *script, gsize *length);

/* Whether results are what happened and not predictions: the file is in strace's form or its
 * machine() says results=recorded. */
bool pwk_script_is_recorded (const PwkScript *script);

/* Whether the file is in strace's form, with no machine() of its own. */
bool pwk_script_is_strace (const PwkScript *script);

guint               pwk_script_n_statements (const PwkScript *script);
const PwkStatement *pwk_script_statement    (const PwkScript *script, guint i);


/* What begins the outermost block that statement @i is part of; @i itself if it begins that block or is in none. */
guint               pwk_script_outermost    (const PwkScript *script, guint i);

/* Where the run goes on that has come to statement @i from the one before it in the text: behind branches that are over. */
guint               pwk_script_settle       (const PwkScript *script, guint i);

static inline bool
pwk_statement_is_loop (const PwkStatement *statement)
{
  return statement->kind == PWK_STATEMENT_REPEAT || statement->kind == PWK_STATEMENT_FOR || statement->kind == PWK_STATEMENT_FOR_RANGE;
}

/* The index of the statement that @line belongs to, text blocks included, or -1. */
int pwk_script_find_line (const PwkScript *script, guint line);

const PwkExpr    *pwk_script_expr    (const PwkScript *script, guint i);
const PwkHeredoc *pwk_script_heredoc (const PwkScript *script, guint i);
const PwkSkip    *pwk_script_skips   (const PwkScript *script, guint *n);

/* The calls of a recording that are lost, in order of their lines. */
const PwkLoss *pwk_script_losses (const PwkScript *script, guint *n);
/* What is to be said of one: a sentence without its place. Caller frees. */
char          *pwk_loss_to_string (const PwkLoss *loss);
/* The process whose thread @pid is; @pid itself where the record does not say otherwise. */
int32_t        pwk_script_leader (const PwkScript *script, int32_t pid);

/* The argument number @i, from 0, or NULL. */
const PwkArg *pwk_statement_arg (const PwkScript *script, const PwkStatement *statement, guint i);

/* The argument called @key, or NULL. */
const PwkArg *pwk_statement_find_arg (const PwkScript    *script,
                                      const PwkStatement *statement,
                                      const char         *key);

/* The item @i, from 0, of the ARRAY, STRUCT or CALL with the root @expr: the index of its root. */
guint pwk_expr_item (const PwkScript *script, guint expr, guint i);

/* The index of the item called @key of a STRUCT, or -1. */
int pwk_expr_find_item (const PwkScript *script, guint expr, const char *key);

typedef enum
{
  PWK_PRINT_WHO = 1 << 0,
  PWK_PRINT_CALL = 1 << 1,
  PWK_PRINT_RESULT = 1 << 2,
  PWK_PRINT_ARG_TEXTS = 1 << 3,         /* the text blocks of arguments */
  PWK_PRINT_RESULT_TEXT = 1 << 4,       /* that of == <<TAG */
} PwkPrintParts;

#define PWK_PRINT_LINE  (PWK_PRINT_WHO | PWK_PRINT_CALL | PWK_PRINT_RESULT)
#define PWK_PRINT_ALL   (PWK_PRINT_LINE | PWK_PRINT_ARG_TEXTS | PWK_PRINT_RESULT_TEXT)

/* Appends the statement in canonical notation: one blank after who and after commas and around "=",
 * "[pid N]" for numbers in front, expressions as they were written. A line end follows only after
 * text blocks, and before each of them. */
void pwk_statement_print (GString            *out,
                          const PwkScript    *script,
                          const PwkStatement *statement,
                          PwkPrintParts       parts);

/* All of it; free with g_free(). */
char *pwk_statement_to_string (const PwkScript *script, const PwkStatement *statement);
/* The same text in the same line: what was run of one is what the other says, its events included. */
bool  pwk_statement_equal     (const PwkScript *left_script, const PwkStatement *left, const PwkScript *right_script, const PwkStatement *right);
