/* shared-params.c - parameters of a wish, used by the window and the engine thread at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/shared-params.h"

#include <pthread.h>

struct _PwkSharedParams
{
  gpointer       params;
  GDestroyNotify free_params;
  guint          holders;      /* under the lock */
};

/* What is lent, by the address of the parameters. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *lent;

PwkSharedParams *
pwk_shared_params_new (gpointer params, GDestroyNotify free_params)
{
  PwkSharedParams *shared = g_new0 (PwkSharedParams, 1);

  shared->params = params;
  shared->free_params = free_params;
  shared->holders = 1;
  pthread_mutex_lock (&lock);
  if (!lent)
    lent = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (lent, params, shared);
  pthread_mutex_unlock (&lock);
  return shared;
}

static void
release (PwkSharedParams *shared)
{
  gboolean last;

  pthread_mutex_lock (&lock);
  last = --shared->holders == 0;
  if (last)
    g_hash_table_remove (lent, shared->params);
  pthread_mutex_unlock (&lock);

  if (!last)
    return;
  if (shared->free_params)
    shared->free_params (shared->params);
  g_free (shared);
}

void
pwk_shared_params_unref (PwkSharedParams *shared)
{
  release (shared);
}

gpointer
pwk_shared_params_lend (PwkSharedParams *shared)
{
  pthread_mutex_lock (&lock);
  shared->holders++;
  pthread_mutex_unlock (&lock);
  return shared->params;
}

void
pwk_shared_params_give_back (gpointer params)
{
  PwkSharedParams *shared;

  if (!params)
    return;
  pthread_mutex_lock (&lock);
  shared = g_hash_table_lookup (lent, params);
  pthread_mutex_unlock (&lock);
  release (shared);
}
