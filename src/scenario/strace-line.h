/* strace-line.h - one line of a recording, taken apart
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "scenario/source.h"

/* A line of strace's, without blanks at its end. What may stand in front of a call, in this order: a quotation's "> "; "[pid 4711] " or
 * "4711 ", with the program's name behind the number (-Y: "4711<sh>"); times (-t, -tt, -ttt, -r), the instruction pointer (-i), the number of
 * the call (-n). */
typedef struct
{
  const char *text;     /* borrowed */
  uint32_t    length;
  uint32_t    number;
  uint32_t    body;     /* where all that is over, bytes */
  bool        has_pid;
  bool        has_time; /* or another number that only strace writes */
  int32_t     pid;      /* 0 without */
} PwkStraceLine;

/* What a line is by its form. */
typedef enum
{
  PWK_STRACE_NOTHING,   /* blank, or a comment */
  PWK_STRACE_CALL,      /* a name and "(" */
  PWK_STRACE_RESUMED,   /* "<... brk resumed>" */
  PWK_STRACE_SIGNAL,    /* "--- SIGCHLD {…} ---" */
  PWK_STRACE_END,       /* "+++ exited with 0 +++" */
  PWK_STRACE_MESSAGE,   /* strace's own words, frames of -k */
  PWK_STRACE_OTHER,     /* a prompt, a heading, what the program printed */
} PwkStraceForm;

void          pwk_strace_line_init    (PwkStraceLine *line, const PwkLine *source);
PwkStraceForm pwk_strace_line_form    (const PwkStraceLine *line);

/* The byte at @offset, 0 behind the end. */
char          pwk_strace_byte         (const PwkStraceLine *line, uint32_t offset);
bool          pwk_strace_begins       (const PwkStraceLine *line, uint32_t offset, const char *what);
/* Behind the blanks at @offset. */
uint32_t      pwk_strace_skip_blanks  (const PwkStraceLine *line, uint32_t offset);
/* A pid's digits: their end, or @offset if there are none. */
uint32_t      pwk_strace_read_digits  (const PwkStraceLine *line, uint32_t offset, int32_t *number);
/* The name at @offset, NULL if none stands there; @end gets its end. Caller frees. */
char         *pwk_strace_dup_name     (const PwkStraceLine *line, uint32_t offset, uint32_t *end);
/* Whether the line ends in "<unfinished ...>"; @end gets where that begins. */
bool          pwk_strace_is_unfinished (const PwkStraceLine *line, uint32_t *end);

/* On a terminal strace's "Process 4711 attached" comes in the middle of the call that made the process, and the rest of the call on the next
 * line: where the message begins, or the line's length if there is none behind something else. */
uint32_t      pwk_strace_find_message (const PwkStraceLine *line);

/* "strace: Process 4711 attached with 3 threads", alone or at @offset: the number, and how many threads (1 if it does not say, 0 if the message is
 * that it was detached). False: another message. */
bool          pwk_strace_read_attached (const PwkStraceLine *line, uint32_t offset, int32_t *pid, uint32_t *n_threads);
