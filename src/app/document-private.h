/* document-private.h - what the document's parts share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/document.h"

struct _PwkDocument
{
  GObject          parent_instance;

  /* owned */
  PwkSession      *session;
  PwkSnapshot     *snapshot;
  GtkSourceBuffer *buffer;
  PwkScript       *script;
  GFile           *file;
  GFileMonitor    *monitor;
  char            *name;         /* shown while there is no file, and in messages */
  char            *folder;       /* where relative paths lead from */
  char            *etag;         /* of the file as read or written last */
  char            *told_etag;    /* … and as "changed-on-disk" was told last */
  GHashTable      *wishes;       /* key → Wish */

  guint            wish_idle;
  uint32_t         last_key;
  uint64_t         selection, hover;
  int              pid;
  PwkStepBy        step_by;
  double           speed;        /* of the last play, steps a second */
  gboolean         decimal, kib, stop_at_failure, playing, show_boot, show_details;
  uint32_t         failed;       /* expectations that had failed in the snapshot before */
};

/* In document-file.c, called once when the document is made. */
void pwk_document_init_text (PwkDocument *self);
