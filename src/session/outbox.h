/* outbox.h - snapshots on their way to the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pthread.h>

#include "session/session.h"

/* One slot: when steps outrun frames, the snapshot nobody saw is dropped here, and what only it told goes on with the next. */
typedef struct
{
  pthread_mutex_t lock;
  PwkSnapshot    *latest;           /* not taken yet, owned */
  PwkSnapshot    *newest;           /* what was made last, owned */
  GSource        *delivery;         /* owned; NULL: none is under way */
  void          (*notify) (gpointer data);
  gpointer        notify_data;
} PwkOutbox;

void         pwk_outbox_init       (PwkOutbox *outbox);
void         pwk_outbox_clear      (PwkOutbox *outbox);   /* when nobody publishes any more */
/* The engine's side. Takes @fresh. */
void         pwk_outbox_publish    (PwkOutbox *outbox, PwkSnapshot *fresh);
/* The window's side. */
void         pwk_outbox_set_notify (PwkOutbox *outbox, void (*notify) (gpointer data), gpointer data);
PwkSnapshot *pwk_outbox_take       (PwkOutbox *outbox);
PwkSnapshot *pwk_outbox_newest     (PwkOutbox *outbox);   /* taken thereby */
