/* tracee.h - a process that makes one system call or one access at a time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The program that the process runs is made here, a page of code and six of data, so that its layout is always the same:
 *
 *      400000-401000 r-x   ELF header; syscall, loads and stores, each followed by int3
 *      401000-407000 rw-   room for mincore()'s vector
 *
 * It is stopped all the time: registers are set from outside, it runs to the int3 or to a signal. Nothing of it is written but what the
 * call or access writes. */
#define TRACEE_TEXT       0x400000u
#define TRACEE_DATA       0x401000u
#define TRACEE_DATA_END   0x407000u

typedef struct
{
  pid_t    pid;          /* 0: none, or gone */
  char     letter;       /* its name in the scenario: A, B or C */
  uint64_t minor, major; /* faults that are not the scenario's: those before its start, and those of keeping the data writable */
} Tracee;

typedef struct
{
  uint64_t stack_limit;  /* RLIMIT_STACK at exec time, bytes */
  bool     bottom_up;    /* ADDR_COMPAT_LAYOUT */
  int      files[2];     /* become descriptors 3 and 4; -1: none */
} TraceeSetup;

typedef struct
{
  int      signal;       /* 0: none */
  int      code;         /* its si_code */
  uint64_t minor, major; /* faults counted during the access */
} TraceeAccess;

/* Writes the program to @path. False, errno set, if it cannot. */
bool         tracee_write_program (const char *path);
/* Starts @program as @tracee, as an ordinary user if started by root; false if the system does not allow it. */
bool         tracee_start         (Tracee *tracee, const char *program, const TraceeSetup *setup);
/* The raw result of the call: the value, or -errno. */
int64_t      tracee_call          (Tracee *tracee, long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);
/* @kind: 'l' load, 's' store of @size bytes (1, 2, 4, 8), 'f' fetch of a two-byte instruction. */
TraceeAccess tracee_access        (Tracee *tracee, char kind, uint64_t address, unsigned size);
/* fork() of @tracee; 0 and the new process in @child, or -errno. */
int64_t      tracee_fork          (Tracee *tracee, Tracee *child);
/* exit(0), waited for. */
void         tracee_exit          (Tracee *tracee);
/* Faults of the scenario so far. */
void         tracee_faults        (const Tracee *tracee, uint64_t *minor, uint64_t *major);
/* Reads @size bytes at @address of the process; false if that cannot be done. */
bool         tracee_read          (const Tracee *tracee, uint64_t address, void *buffer, size_t size);
/* Puts @size bytes into its data, where nothing faults; false if that cannot be done. */
bool         tracee_put           (const Tracee *tracee, uint64_t address, const void *bytes, size_t size);
/* Ends it, whatever it does. */
void         tracee_kill          (Tracee *tracee);
