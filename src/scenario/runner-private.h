/* runner-private.h - what the runner and its calls share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gi18n.h>

#include "engine/paging/mmu.h"
#include "engine/core/refusal.h"
#include "scenario/call-args.h"
#include "scenario/runner.h"

typedef struct _PwkTrace PwkTrace;      /* import/trace.h */

/* The runner's words in the machine (PwkState.script): all that a checkpoint has to bring back. */
typedef enum
{
  PWK_WORD_POSITION,        /* statement under way or next */
  PWK_WORD_PHASE,           /* PwkPhase */
  PWK_WORD_HELD,
  PWK_WORD_FAILED,
  PWK_WORD_FIRST_EVENT,     /* of the statement under way */
  PWK_WORD_STATEMENT_EVENT, /* the event that the statement is */
  PWK_WORD_SYSCALL_EVENT,   /* … and that its system call is, 0 none */
  PWK_WORD_TASK,            /* on whose behalf it runs */
  PWK_WORD_CPU_TASK,        /* what the cpu ran before a call of the kernel's own, + 1 */
  PWK_WORD_TICK_COUNT,      /* accesses and calls since the last tick of tick_every */
  PWK_WORD_CURSOR,          /* access (): the next record */
  PWK_WORD_END,             /* … and where it ends */
  PWK_WORD_COUNT_OK, PWK_WORD_COUNT_MINOR, PWK_WORD_COUNT_MAJOR, PWK_WORD_COUNT_SIGNAL,
  PWK_WORD_BAD_PAGES, PWK_WORD_MIGHT_SLEEP, PWK_WORD_RECLAIM_CYCLE, PWK_WORD_WARN_ALLOC,   /* counted before the statement */
  PWK_WORD_ASSUMED_FILES,   /* entries of assumed descriptors in use */
  PWK_WORD_ASSUMED_SERIAL,
  PWK_WORD_COUNT_OUTSIDE,   /* access (): accesses that no user's program can make, passed over */
  PWK_WORD_ASKED,           /* the last ask () with an answer, its statement + 1; 0 none yet */
  PWK_WORD_BOOTED,          /* the last event of the boot */
  PWK_WORD_DEED_FIRST, PWK_WORD_DEED_LAST,   /* events of the last statement that did something */
} PwkWord;

typedef enum { PWK_PHASE_BETWEEN, PWK_PHASE_INSIDE } PwkPhase;

/* What a call has come to. */
typedef enum
{
  PWK_VALUE_VOID,           /* nothing: free_pages () */
  PWK_VALUE_NUMBER,         /* shown in decimal */
  PWK_VALUE_ADDRESS,        /* shown in hexadecimal, 0 as NULL if it is a pointer */
  PWK_VALUE_ERRNO,
  PWK_VALUE_ACCESS,         /* ok, minor, major, SIGSEGV … */
  PWK_VALUE_DUMP,
  PWK_VALUE_WORD,           /* one of the words of the call's row: none, huge */
  PWK_VALUE_TEXT,           /* a line: the cache of some memory and its size */
  PWK_VALUE_OBJECT,         /* of a slab, shown as SLAB/OBJECT */
  PWK_VALUE_IMPOSSIBLE,     /* the statement makes no sense now: a process that has exited … */
} PwkValueKind;

/* What a call has stored into an array that was passed by pointer, see words.h. */
#define PWK_MAX_FILLED 2
typedef struct { unsigned arg, n; int64_t *words; } PwkFilled;

typedef struct
{
  PwkValueKind kind;
  bool         pointer;     /* of ADDRESS and NUMBER: 0 is NULL */
  bool         is_signed;
  uint64_t     number;      /* of NUMBER, ADDRESS; of OBJECT its address */
  uint32_t     slab, object; /* of OBJECT */
  int          error;       /* of ERRNO, positive */
  bool         refused;     /* of ADDRESS: brk () did not do what it was asked to */
  PwkAccessOutcome outcome; /* of ACCESS */
  uint32_t     si_code;
  bool         has_read;    /* load (value=): read is what was there */
  uint64_t     read;
  uint32_t     fills;       /* arguments that the call stores into, a bit each */
  unsigned     n_filled;
  PwkFilled    filled[PWK_MAX_FILLED];   /* their words are owned */
  const char  *word;        /* of WORD */
  GString     *text;        /* of DUMP, TEXT, IMPOSSIBLE; owned */
  GString     *bug;         /* what the kernel has to say, or NULL; owned */
  GString     *note;        /* owned */
  GString     *loss;        /* why a recorded call is not followed, or NULL; owned */
  char        *answer;      /* of ask (), or NULL; owned */
} PwkValue;

typedef enum
{
  PWK_CALL_SYSCALL       = 1 << 0,   /* sys_enter and sys_exit around it; fails with -1 ERRNO */
  PWK_CALL_MAKES_PROCESS = 1 << 1,   /* = B names the new process */
  PWK_CALL_KERNEL_SIDE   = 1 << 2,   /* runs on cpu=, on nobody's behalf if nobody is named */
  PWK_CALL_IS_DUMP       = 1 << 3,   /* its result is a text */
  PWK_CALL_NO_RESULT     = 1 << 4,   /* nothing comes of it */
  PWK_CALL_COUNTS        = 1 << 5,   /* an access or call, for tick_every */
  PWK_CALL_MAY_DUMP      = 1 << 6,   /* a number or, if a text is expected, a text: mincore () */
} PwkCallFlags;

typedef struct _PwkCall PwkCall;

/* A line of the call table. */
typedef struct
{
  PwkCallInfo  info;
  const char  *params;      /* see call-args.h */
  unsigned     flags;       /* PwkCallFlags */
  void       (*run) (PwkCall *call);
  void       (*finish) (PwkCall *call);   /* of a long call, at its end; NULL: op.result is a system call's */
  void       (*step) (PwkCall *call);     /* a piece of it; NULL: pwk_op_step () */
  const char  *answers;     /* words that can come of it, "none huge", or NULL: as results they are expected, and bind nothing */
} PwkCallDef;

/* One statement being carried out. */
struct _PwkCall
{
  PwkRunner          *runner;
  PwkMachine         *machine;
  const PwkScript    *script;
  const PwkStatement *statement;
  const PwkCallDef   *def;
  PwkIndex            task;         /* 0 none */
  PwkArgValue         arg[PWK_MAX_PARAMS];
  int                 cpu_arg;      /* which of them is cpu=, -1 none */
  uint64_t            who_pid;      /* of [children[i]] */
  uint64_t            element;      /* the index of = pages[i] */
  PwkValue            value;
  guint               bad_line;     /* of an IMPOSSIBLE one: where in the file, if that is a line of a text block; else 0 */
  guint               bad_column;
  PwkTrace           *trace;        /* of access (), borrowed from the runner */
  bool                recorded;     /* the statement tells what happened */
  bool                judged;       /* recorded.c has compared already, … */
  char               *disagreement; /* … and this is what it found, or NULL; owned */
};

/* What a statement's call is and where its arguments go: found out once for a statement in a loop. */
typedef struct
{
  const PwkCallDef *def;
  PwkParams         params;
  int               place[PWK_MAX_ARGS];
  int               cpu_param;  /* which of the parameters is cpu=, -1 none */
} PwkPlan;

/* Opened once: traces that the script names, by statement. */
struct _PwkRunner
{
  PwkScript   *script;              /* referenced */
  PwkMachine  *machine;             /* owned */
  char        *folder;              /* owned; of relative paths, NULL the current one */
  PwkScope     scope;               /* what names stand for now */
  GHashTable  *slots;               /* name → its number + 1; names are the script's */
  GHashTable  *arrays;              /* the same of arrays */
  GPtrArray   *outcomes;            /* of PwkOutcome, by statement; may be shorter than the script */
  GHashTable  *traces;              /* path → PwkTrace, owned */
  bool         recorded;
  bool         counts_deeds;        /* the script has events (), see deed-counts.c */
  char       **overrides;           /* owned */
  GHashTable  *findings;            /* event of the asking statement → PwkFinding, see again.c; shared with the runners that it starts */
  PwkPlan    **plans;               /* owned, by statement: of those in loops that have been carried out; NULL until there is one */
  PwkTeller    teller;              /* or NULL */
  gpointer     teller_data;
  PwkCall      current;             /* of the statement under way: what can be computed again at any time */
  uint32_t     current_index;       /* … UINT32_MAX none */
};

/* --- the table; each group's lines, ended by one without a name --- */
extern const PwkCallDef pwk_calls_machine[], pwk_calls_process[], pwk_calls_memory[], pwk_calls_files[], pwk_calls_kernel[], pwk_calls_slab[],
                        pwk_calls_kmalloc[], pwk_calls_vmalloc[], pwk_calls_pools[], pwk_calls_reclaim[], pwk_calls_move[], pwk_calls_numa[],
                        pwk_calls_sysfs[], pwk_calls_lab[], pwk_calls_dump[], pwk_calls_history[], pwk_calls_narration[];
const PwkCallDef *pwk_call_def       (const char *name);
/* The name most like @name, or NULL if none is. */
const char       *pwk_call_suggest   (const char *name);
/* Whether @word is one of those that can come of the call. */
bool              pwk_call_answers   (const PwkCallDef *def, const char *word);
/* The argument that takes what the call reads, value= of load (), or NULL. */
const PwkArg     *pwk_call_read_arg  (const PwkScript *script, const PwkStatement *statement);

/* --- arguments --- */
static inline bool
pwk_has (const PwkCall *call, unsigned i)
{
  return call->arg[i].present;
}

static inline uint64_t
pwk_num (const PwkCall *call, unsigned i, uint64_t otherwise)
{
  return call->arg[i].present ? call->arg[i].number.bits : otherwise;
}

static inline int64_t
pwk_int (const PwkCall *call, unsigned i, int64_t otherwise)
{
  return call->arg[i].present ? (int64_t) call->arg[i].number.bits : otherwise;
}

static inline const char *
pwk_str (const PwkCall *call, unsigned i)
{
  return call->arg[i].string;
}

/* The process that argument @i names; 0, and the call is IMPOSSIBLE, if there is none. */
PwkIndex pwk_call_task (PwkCall *call, unsigned i);
/* Whether the machine has @cpu; if not, the call is IMPOSSIBLE. */
bool     pwk_call_has_cpu (PwkCall *call, uint64_t cpu);
/* The node that argument @i names, @otherwise if it is not given; false, and the call is IMPOSSIBLE, if the machine has no such. */
bool     pwk_call_node (PwkCall *call, unsigned i, int otherwise, int *node);
/* Argument @i, on or off, @otherwise if it is not given; false, and the call is IMPOSSIBLE, if it is neither. */
bool     pwk_call_switch (PwkCall *call, unsigned i, bool otherwise, bool *on);

/* What the device that argument @i names can address; 0, and the call is IMPOSSIBLE, if there is none. */
uint64_t pwk_call_dma_mask (PwkCall *call, unsigned i);

/* --- results --- */
void pwk_return_number     (PwkCall *call, uint64_t number);
void pwk_return_address    (PwkCall *call, uint64_t address);
/* The same of a call that gives NULL where it fails. */
void pwk_return_pointer    (PwkCall *call, uint64_t address);
void pwk_return_errno      (PwkCall *call, int error);
/* … and the machine notes why, for the event. */
void pwk_return_refusal    (PwkCall *call, int error, PwkRefusal why);
void pwk_return_syscall    (PwkCall *call, int64_t result);       /* -errno or a number, in decimal */
void pwk_return_syscall_address (PwkCall *call, int64_t result);
void pwk_return_word       (PwkCall *call, const char *word);      /* one of its row's */
void pwk_return_access     (PwkCall *call, PwkAccessResult result);
GString *pwk_return_dump   (PwkCall *call);                       /* to be filled */
GString *pwk_return_text   (PwkCall *call);
void pwk_return_impossible (PwkCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The same of a kind of event that there is not, with the one that may be meant. */
void pwk_return_no_event   (PwkCall *call, const char *name);
/* Whether the machine can keep @name; else the call is impossible. */
bool pwk_call_has_room_for (PwkCall *call, const char *name);
void pwk_call_note         (PwkCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pwk_call_lose         (PwkCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pwk_call_bug          (PwkCall *call, const char *format, ...) G_GNUC_PRINTF (2, 3);
void pwk_value_clear       (PwkValue *value);

/* echo.c: it failed, and nobody expected that; it is said of a round, too. */
bool pwk_outcome_is_refused (const PwkOutcome *outcome);

/* --- bind.c: what names stand for, in PWK_REGION_VARS --- */
void pwk_bind_prepare      (PwkRunner *runner);                    /* numbers the names of the script */
void pwk_bind              (PwkRunner *runner, const char *name, PwkNumber value);
PwkScope pwk_bind_scope    (PwkRunner *runner);
bool pwk_bind_lookup       (const char *name, PwkNumber *value, gpointer runner);
#define PWK_VARS_NAMES     ((uint64_t) 8 << 20)                    /* bytes of the region for names; assumed descriptors follow */

/* Binds what the argument @i names, a name or an element, to @value. */
void pwk_bind_argument     (PwkCall *call, unsigned i, PwkNumber value);

/* --- array.c: arrays of results, in PWK_REGION_VARS --- */
#define PWK_VARS_BLOCKS    ((uint64_t) 14 << 20)                   /* PwkBlockState */
#define PWK_VARS_ARRAYS    ((uint64_t) 15 << 20)
#define PWK_VARS_ELEMENTS  ((uint64_t) 16 << 20)
#define PWK_VARS_END       ((uint64_t) 1 << 30)                    /* of the region */
/* Makes room for an element; false: there is no room for that index. */
bool     pwk_array_reserve (PwkRunner *runner, const char *name, uint64_t index);
/* Binds an element that there is room for. */
void     pwk_array_set     (PwkRunner *runner, const char *name, uint64_t index, PwkNumber value);
bool     pwk_array_get     (const PwkRunner *runner, const char *name, uint64_t index, PwkNumber *value);
/* The highest index that was bound, + 1. */
uint64_t pwk_array_length  (const PwkRunner *runner, const char *name);
/* The next random number from 0 up to, not including, @below, which is above 0. */
uint64_t pwk_runner_random (PwkRunner *runner, uint64_t below);

/* A loop that the runner is in: round of n_rounds; the variable of repeat () and range () is from + round * step. */
typedef struct
{
  uint64_t round, n_rounds;
  uint64_t from, step;
  uint32_t from_negative, step_negative;
} PwkLoop;

/* What only scenarios with blocks, arrays or random () write: all zero in others. */
typedef struct
{
  uint64_t n_random;          /* random numbers drawn so far … */
  uint64_t n_random_before;   /* … and before the statement under way computed its arguments */
  uint64_t n_elements;        /* of all arrays, handed out so far */
  PwkLoop  loops[PWK_MAX_LOOPS];   /* the outermost first; those that the runner is in count */
} PwkBlockState;

static inline const PwkBlockState *
pwk_block_state (const PwkRunner *runner)
{
  return pwk_arena_at (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_BLOCKS);
}

static inline PwkBlockState *
pwk_block_state_edit (PwkRunner *runner)
{
  PwkBlockState *state = pwk_arena_edit (&runner->machine->arena, PWK_REGION_VARS, PWK_VARS_BLOCKS);

  pwk_arena_touch (&runner->machine->arena, PWK_REGION_VARS, state, sizeof *state);
  return state;
}

/* --- control.c: loops and conditions --- */
/* Carries out the line of a block that is statement @index; the statement that comes next. */
uint32_t pwk_control            (PwkCall *call, uint32_t index);
/* How many rounds the loops around the runner's statement have in all, UINT64_MAX if that is more. */
uint64_t pwk_runner_n_rounds    (const PwkRunner *runner);
/* "i=3, j=1": the rounds of the loops around @statement, which is under way; NULL outside of loops. Caller frees. */
char    *pwk_runner_tell_rounds (PwkRunner *runner, const PwkStatement *statement);

/* --- deed-counts.c: events of the last statement that did something --- */
#define PWK_VARS_COUNTS    ((uint64_t) 12 << 20)                   /* where they are kept in PWK_REGION_VARS */
bool     pwk_deeds_are_asked_for (const PwkScript *script);
/* Before the statement's first event, and behind its last. */
void     pwk_deed_begin          (PwkCall *call);
void     pwk_deed_end            (PwkCall *call);
uint64_t pwk_deed_caused         (const PwkRunner *runner, PwkEventKind kind);
uint64_t pwk_deeds_since_boot    (const PwkRunner *runner, PwkEventKind kind);

/* --- again.c: the past, once more --- */
typedef struct { uint64_t number; char *text, *note; } PwkFinding;        /* owned, or NULL */
GHashTable       *pwk_findings_new          (void);
/* Those of statements that began behind event @n: the script has changed there. */
void              pwk_findings_forget_after (PwkRunner *runner, uint64_t n);
/* What was found out for this call before, or NULL; and what is from now on (takes @text and @note). */
const PwkFinding *pwk_call_found            (const PwkCall *call);
const PwkFinding *pwk_call_find_out         (PwkCall *call, uint64_t number, char *text, char *note);
/* Shows @listener all events of those kinds before the statement. False, and the call is IMPOSSIBLE, if there is no memory for that. */
bool              pwk_call_watch_again      (PwkCall *call, const PwkEventKind *kinds, unsigned n_kinds, PwkListener listener, void *data);

/* --- outcome.c: results in words, expectations --- */
char *pwk_value_to_string  (const PwkValue *value);
/* Compares with what the statement expects, into @outcome's verdict and message. */
void  pwk_outcome_judge    (PwkOutcome *outcome, const PwkCall *call);
/* What stands behind "=", as it is to be read. */
char *pwk_describe_expected (const PwkScript *script, const PwkStatement *statement);
void  pwk_outcome_clear    (PwkOutcome *outcome);
void  pwk_outcome_fail     (PwkOutcome *outcome, const PwkScript *script, const PwkStatement *statement, guint line, guint column,
                            const char *expected, const char *got);

/* --- open-call.c: the call that a statement is --- */
/* The call of the statement at the runner's position, its arguments computed. Inside of a long one it is still there, or made again
 * after a checkpoint was restored. */
PwkCall *pwk_call_open       (PwkRunner *runner);
/* Nothing is under way any more; and nothing is known of the statements in loops. */
void     pwk_call_forget     (PwkRunner *runner);
void     pwk_plans_forget    (PwkRunner *runner);
/* The process on whose behalf it runs, into @call; one that can do nothing now makes the statement impossible. */
void     pwk_call_find_task  (PwkCall *call);
/* The cpu that the statement asks for, -1 if none. A cpu that is not there makes the statement impossible. */
int      pwk_call_wanted_cpu (PwkCall *call);

/* --- statement-events.c: the events around a statement --- */
/* The statement is told on the cpu where it runs, by the one on whose behalf it runs. One that cannot be run leaves no trace. */
void  pwk_statement_tell           (PwkCall *call, int cpu);
void  pwk_statement_tell_sys_enter (PwkCall *call);
void  pwk_statement_tell_sys_exit  (PwkCall *call);
void  pwk_statement_tell_end       (PwkCall *call);
/* Why a call failed that did: with an error, a signal, NULL. */
PwkRefusal pwk_call_refusal        (const PwkCall *call);
/* How often the kernel has warned before the statement. */
void  pwk_statement_count_warnings (PwkRunner *runner);

/* --- conclude.c: a statement is over --- */
void  pwk_conclude        (PwkCall *call);
/* The same of the line of a block, which does nothing to the machine: @next comes, and who listens is told if @is_told. */
void  pwk_conclude_line   (PwkCall *call, uint32_t next, bool is_told);
/* An access or call was made: the tick that is due with it, if one is. */
void  pwk_count_for_tick  (PwkRunner *runner);

/* --- boot-config.c: machine () and --set --- */
PwkConfig *pwk_runner_config (PwkScript *script, const char *const *overrides, GError **error);

/* --- recorded.c --- */
/* Carries out what a recording says, or does nothing if the call means nothing to memory. */
void  pwk_recorded_begin   (PwkCall *call);
/* A long one is over. */
void  pwk_recorded_finish  (PwkCall *call);
bool  pwk_recorded_assume_access (PwkCall *call, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind);
/* The process of that number; one that the recording has not shown the making of is assumed. */
PwkIndex pwk_recorded_task (PwkCall *call);
/* Whether the statement is one of those: in strace's form, or a pid's in a recorded scenario. */
bool  pwk_is_recorded_statement (const PwkRunner *runner, const PwkStatement *statement);

static inline uint64_t *
pwk_word (const PwkRunner *runner, PwkWord word)
{
  return &runner->machine->st->script[word];
}
