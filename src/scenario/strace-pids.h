/* strace-pids.h - whose line of a recording it is: those without a number, and threads that were there before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/statement-private.h"

/* strace -f writes a number in front only while it follows more than one process, so lines without one are, at first, those of the process
 * whose number shows up later and whose making the record does not show, and afterwards those of the only one that is left. */
typedef struct
{
  GHashTable *alive;       /* pids that have been seen, and not their end */
  GHashTable *children;    /* pids whose making is shown or announced */
  GArray     *attached;    /* int32_t: processes that were attached with threads which are not announced one by one */
  int32_t     last;        /* the one of the last line with a number */
  bool        any;         /* a call has been seen: who is attached from now on was made by it */
} PwkStracePids;

void    pwk_strace_pids_init     (PwkStracePids *pids);
void    pwk_strace_pids_clear    (PwkStracePids *pids);
/* A line of that pid, 0 without a number. Whose it is; 0 not known yet. */
int32_t pwk_strace_pids_resolve  (PwkStracePids *pids, int32_t pid);
void    pwk_strace_pids_attached (PwkStracePids *pids, int32_t pid, uint32_t n_threads);
void    pwk_strace_pids_made     (PwkStracePids *pids, int32_t child);
void    pwk_strace_pids_ended    (PwkStracePids *pids, int32_t pid);
/* At the end of the record: statements without a number get theirs, and @script knows which processes are threads of which. */
void    pwk_strace_pids_finish   (PwkStracePids *pids, PwkScript *script);
