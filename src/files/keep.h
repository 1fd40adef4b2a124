/* keep.h - what is not saved yet, kept where a crash does not reach it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <glib.h>

/* What there is of a document. Strings are UTF-8 and may be NULL but for @name and @text; who makes a record owns them. */
typedef struct
{
  char    *name;        /* as its window calls it */
  char    *uri;         /* of its file, if it has one */
  char    *folder;      /* where relative paths lead from */
  char    *etag;        /* of the file when it was read or saved last */
  char    *text;        /* may be empty where it is the file's */
  uint64_t position;    /* event shown */
  bool     dirty;       /* the text is not the file's */
} PwkKeepRecord;

void pwk_keep_record_clear (PwkKeepRecord *record);

/* A place for one document, a file with a name of its own beside a lock that the process holds as long as it lives: a file whose lock nobody
 * holds was left by a process that has ended without leave. Counted; any thread. */
typedef struct _PwkKeep PwkKeep;

/* In @folder, made if it is not there. NULL with G_FILE_ERROR. */
PwkKeep   *pwk_keep_new     (const char *folder, GError **error);
PwkKeep   *pwk_keep_ref     (PwkKeep *keep);
/* The last one lets the lock go; what was written stays for whoever looks for it. */
void       pwk_keep_unref   (PwkKeep *keep);
/* Replaces what was kept; after a crash at any time either the old or the new is there. Nothing after pwk_keep_forget (). */
bool       pwk_keep_write   (PwkKeep *keep, const PwkKeepRecord *record, GError **error);
/* Nothing is to be kept any more; waits for a write under way. */
void       pwk_keep_forget  (PwkKeep *keep);
/* What was kept, to be cleared by the caller. False: nothing, or nothing that can be read. */
bool       pwk_keep_read    (PwkKeep *keep, PwkKeepRecord *record);
/* Of processes that have ended: PwkKeep, now the caller's, in the order of their names. What is damaged or empty is removed. */
GPtrArray *pwk_keep_orphans (const char *folder);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PwkKeepRecord, pwk_keep_record_clear)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PwkKeep, pwk_keep_unref)
