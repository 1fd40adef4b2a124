/* outbox.c - snapshots on their way to the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/outbox.h"

#include "session/shared.h"

void
pwk_outbox_init (PwkOutbox *outbox)
{
  pthread_mutex_init (&outbox->lock, NULL);
}

void
pwk_outbox_clear (PwkOutbox *outbox)
{
  if (outbox->delivery)
    {
      g_source_destroy (outbox->delivery);
      g_source_unref (outbox->delivery);
    }
  pwk_snapshot_unref (outbox->latest);
  pwk_snapshot_unref (outbox->newest);
  pthread_mutex_destroy (&outbox->lock);
}

static gboolean
deliver (gpointer data)
{
  PwkOutbox *outbox = data;
  void (*notify) (gpointer);
  gpointer notify_data;

  pthread_mutex_lock (&outbox->lock);
  notify = outbox->notify;
  notify_data = outbox->notify_data;
  g_clear_pointer (&outbox->delivery, g_source_unref);
  pthread_mutex_unlock (&outbox->lock);
  if (notify)
    notify (notify_data);
  return G_SOURCE_REMOVE;
}

/* With the lock held: one idle source at a time wakes the window's main loop. */
static void
queue_delivery (PwkOutbox *outbox)
{
  if (outbox->delivery || !outbox->notify)
    return;
  outbox->delivery = g_idle_source_new ();
  g_source_set_priority (outbox->delivery, G_PRIORITY_DEFAULT);
  g_source_set_callback (outbox->delivery, deliver, outbox, NULL);
  g_source_attach (outbox->delivery, NULL);
}

/* What a dropped snapshot told that the next one would not: finished statements, pages, errors. */
static void
inherit (PwkSnapshot *fresh, const PwkSnapshot *unseen)
{
  g_autoptr(GPtrArray) outcomes = fresh->outcomes, pages = fresh->pages;

  fresh->outcomes = g_ptr_array_new_with_free_func (pwk_shared_unref);
  fresh->pages = g_ptr_array_new_with_free_func (pwk_shared_unref);
  for (guint i = 0; i < unseen->outcomes->len + outcomes->len; i++)
    g_ptr_array_add (fresh->outcomes, pwk_shared_ref (i < unseen->outcomes->len ? unseen->outcomes->pdata[i]
                                                                                : outcomes->pdata[i - unseen->outcomes->len]));
  for (guint i = 0; i < unseen->pages->len + pages->len; i++)
    g_ptr_array_add (fresh->pages, pwk_shared_ref (i < unseen->pages->len ? unseen->pages->pdata[i] : pages->pdata[i - unseen->pages->len]));
  if (!fresh->error && unseen->error)
    fresh->error = g_strdup (unseen->error);
}

void
pwk_outbox_publish (PwkOutbox *outbox, PwkSnapshot *fresh)
{
  PwkSnapshot *unseen, *before;

  pthread_mutex_lock (&outbox->lock);
  unseen = outbox->latest;
  before = outbox->newest;
  if (unseen)
    inherit (fresh, unseen);
  outbox->latest = fresh;
  outbox->newest = pwk_snapshot_ref (fresh);
  queue_delivery (outbox);
  pthread_mutex_unlock (&outbox->lock);
  pwk_snapshot_unref (unseen);
  pwk_snapshot_unref (before);
}

void
pwk_outbox_set_notify (PwkOutbox *outbox, void (*notify) (gpointer), gpointer data)
{
  pthread_mutex_lock (&outbox->lock);
  outbox->notify = notify;
  outbox->notify_data = data;
  if (outbox->latest)
    queue_delivery (outbox);
  pthread_mutex_unlock (&outbox->lock);
}

PwkSnapshot *
pwk_outbox_take (PwkOutbox *outbox)
{
  PwkSnapshot *snapshot;

  pthread_mutex_lock (&outbox->lock);
  snapshot = g_steal_pointer (&outbox->latest);
  pthread_mutex_unlock (&outbox->lock);
  return snapshot;
}

PwkSnapshot *
pwk_outbox_newest (PwkOutbox *outbox)
{
  PwkSnapshot *snapshot, *latest;

  pthread_mutex_lock (&outbox->lock);
  latest = g_steal_pointer (&outbox->latest);
  snapshot = outbox->newest ? pwk_snapshot_ref (outbox->newest) : NULL;
  pthread_mutex_unlock (&outbox->lock);
  pwk_snapshot_unref (latest);
  return snapshot;
}
