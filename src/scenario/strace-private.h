/* strace-private.h - reading a recording line by line; for parser.c and strace.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/parser-private.h"
#include "scenario/strace-pids.h"
#include "scenario/strace.h"

typedef struct
{
  PwkScript     *script;        /* borrowed */
  PwkParser     *parser;        /* borrowed */
  PwkCallFilter  filter;        /* or NULL: pwk_strace_knows_call() */
  gpointer       user_data;
  GHashTable    *begun;         /* pid → its call that has not been resumed yet */
  PwkStracePids  pids;
  GString       *cut;           /* the beginning of a line that a message interrupted; NULL none */
  uint32_t       cut_line;
} PwkStrace;

void pwk_strace_init      (PwkStrace *strace, PwkScript *script, PwkParser *parser);
void pwk_strace_clear     (PwkStrace *strace);
void pwk_strace_read_line (PwkStrace *strace, const PwkLine *line);

/* At the end of the text: what is still begun, and the order of what was skipped. */
void pwk_strace_finish (PwkStrace *strace);

/* Reads all of the script's text; @filter may be NULL. */
void pwk_strace_read (PwkScript *script, PwkCallFilter filter, gpointer user_data);

/* Whether the line can only be strace's: a pid in front, +++, ---, <... */
bool pwk_strace_is_marked (const PwkLine *line);
