/* process.h - making processes, finding them, letting them run
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A task is an index into PWK_POOL_TASK (core/task.h), 0 is nobody. */
#pragma once

#include "engine/core/machine.h"

/* What process () was told; all may be left out (-1 / NULL). */
typedef struct
{
  const char *maps;            /* text of /proc/PID/maps; NULL: the layout of a small program (demo binary, heap, libs none, vdso, stack) */
  int64_t     start_brk, brk;
  int64_t     rlimit_stack;    /* bytes; INT64_MAX is RLIM_INFINITY */
  int64_t     personality;
  const char *pages;           /* with maps: which frame each page lies in, see given-pages.h; NULL: there are no pages yet */
  int64_t     uid;             /* 0: root, which has all capabilities */
  uint64_t    tables;          /* bytes from address 0 on whose page tables above the lowest are there, as after exec; whole GiB */
} PwkProcessSpec;

typedef enum
{
  PWK_PROCESS_ERROR_LAYOUT,    /* the layout is impossible; "maps, line %u, column %u: " or "pages, line %u: " and why, if a line of a text is
                                  at fault */
  PWK_PROCESS_ERROR_MEMORY,    /* the machine has not enough for it */
} PwkProcessErrorCode;

/* A new process @name on @cpu. 0 with @error if it cannot be made: then it has never been. */
PwkIndex pwk_process_new     (PwkMachine *machine, const char *name, unsigned cpu, const PwkProcessSpec *spec, GError **error);
#define PWK_PROCESS_ERROR (pwk_process_error_quark ())
GQuark   pwk_process_error_quark (void);

/* Whether each line of @maps can be understood, whatever the machine. */
bool     pwk_process_check_maps (const char *maps, GError **error);

/* It lives no more: what it had is given back by who calls. */
void     pwk_task_dies       (PwkMachine *machine, PwkIndex task);
/* By the scenario's name (the newest of that name that lives, else the newest), by pid. 0: none. */
PwkIndex pwk_task_by_name    (const PwkMachine *machine, const char *name);
PwkIndex pwk_task_by_pid     (const PwkMachine *machine, int64_t pid);
/* Names it for the scenario. False: there is no room for the name. */
bool     pwk_task_set_name   (PwkMachine *machine, PwkIndex task, const char *name);
/* exit_to_user_mode_loop (): a task with a fatal signal does not return to its program, and its process ends. Returns whether it did. */
bool     pwk_exit_to_user    (PwkMachine *machine, PwkIndex task);
/* The same, but the other threads of the process go their own ways: one of them may be in the midst of a call. */
void     pwk_thread_exit_to_user (PwkMachine *machine, PwkIndex task);
/* What people call it: its name in the scenario, or the program it runs if it has none there. */
const char *pwk_task_called  (const PwkMachine *machine, PwkIndex task);
/* One region of a fork under way (dup_mmap); PWK_OP_FORK's piece. */
void     pwk_fork_step       (PwkMachine *machine);
