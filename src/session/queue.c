/* queue.c - requests on their way to the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/queue.h"

#include <time.h>

void
pwk_queue_init (PwkQueue *queue)
{
  pthread_condattr_t monotonic;

  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_mutex_init (&queue->lock, NULL);
  pthread_cond_init (&queue->wake, &monotonic);
  pthread_cond_init (&queue->idle, NULL);
  pthread_condattr_destroy (&monotonic);
  g_queue_init (&queue->requests);
  atomic_init (&queue->stop_below, 0);
  atomic_init (&queue->wants, false);
}

void
pwk_queue_clear (PwkQueue *queue)
{
  PwkRequest *request;

  while ((request = g_queue_pop_head (&queue->requests)))
    pwk_request_free (request);
  pthread_mutex_destroy (&queue->lock);
  pthread_cond_destroy (&queue->wake);
  pthread_cond_destroy (&queue->idle);
}

static bool
is_want (const PwkRequest *request)
{
  return request->kind == PWK_REQUEST_WISHES || request->kind == PWK_REQUEST_STRETCH || request->kind == PWK_REQUEST_HASH;
}

/* --- the window's side --- */

/* What replaces another that still waits: scrubbing posts many, only the last counts. */
static bool
supersedes (const PwkRequest *fresh, const PwkRequest *waiting)
{
  if (!waiting || fresh->kind != waiting->kind)
    return false;
  return fresh->kind == PWK_REQUEST_SEEK || fresh->kind == PWK_REQUEST_WISHES || fresh->kind == PWK_REQUEST_STRETCH
         || (fresh->kind == PWK_REQUEST_LIST && fresh->id == waiting->id);
}

static bool
stops_others (const PwkRequest *request)
{
  return request->kind == PWK_REQUEST_PAUSE || request->kind == PWK_REQUEST_OPEN;
}

uint64_t
pwk_queue_post (PwkQueue *queue, PwkRequest *request)
{
  uint64_t serial;

  pthread_mutex_lock (&queue->lock);
  request->serial = serial = ++queue->serial;
  if (stops_others (request))
    atomic_store (&queue->stop_below, request->serial);
  if (supersedes (request, g_queue_peek_tail (&queue->requests)))
    pwk_request_free (g_queue_pop_tail (&queue->requests));
  else
    queue->unfinished++;
  g_queue_push_tail (&queue->requests, request);
  if (is_want (request))
    atomic_store (&queue->wants, true);
  pthread_cond_signal (&queue->wake);
  pthread_mutex_unlock (&queue->lock);
  return serial;
}

void
pwk_queue_wait_idle (PwkQueue *queue)
{
  pthread_mutex_lock (&queue->lock);
  while (queue->unfinished > 0)
    pthread_cond_wait (&queue->idle, &queue->lock);
  pthread_mutex_unlock (&queue->lock);
}

void
pwk_queue_close (PwkQueue *queue)
{
  atomic_store (&queue->stop_below, UINT64_MAX);
  pthread_mutex_lock (&queue->lock);
  queue->closed = true;
  pthread_cond_signal (&queue->wake);
  pthread_mutex_unlock (&queue->lock);
}

/* --- the engine's side --- */

static struct timespec
time_after (int64_t us)
{
  struct timespec when;

  clock_gettime (CLOCK_MONOTONIC, &when);
  when.tv_sec += us / G_USEC_PER_SEC;
  when.tv_nsec += us % G_USEC_PER_SEC * 1000;
  if (when.tv_nsec >= 1000000000)
    {
      when.tv_nsec -= 1000000000;
      when.tv_sec++;
    }
  return when;
}

static bool
is_quiet (const PwkQueue *queue)
{
  return !queue->closed && queue->requests.length == 0;
}

bool
pwk_queue_take (PwkQueue *queue, GQueue *batch, int64_t patience_us)
{
  struct timespec until = time_after (MAX (patience_us, 0));
  PwkRequest *request;
  bool open;

  pthread_mutex_lock (&queue->lock);
  while (is_quiet (queue) && patience_us < 0)
    pthread_cond_wait (&queue->wake, &queue->lock);
  while (is_quiet (queue) && patience_us > 0 && pthread_cond_timedwait (&queue->wake, &queue->lock, &until) == 0)
    ;
  while ((request = g_queue_pop_head (&queue->requests)))
    g_queue_push_tail (batch, request);
  atomic_store (&queue->wants, false);
  open = !queue->closed;
  pthread_mutex_unlock (&queue->lock);
  return open;
}

void
pwk_queue_take_wants (PwkQueue *queue, GQueue *batch)
{
  pthread_mutex_lock (&queue->lock);
  for (GList *link = queue->requests.head, *next; link; link = next)
    {
      next = link->next;
      if (!is_want (link->data))
        continue;
      g_queue_unlink (&queue->requests, link);
      g_queue_push_tail_link (batch, link);
    }
  atomic_store (&queue->wants, false);
  pthread_mutex_unlock (&queue->lock);
}

bool
pwk_queue_wants (PwkQueue *queue)
{
  return atomic_load_explicit (&queue->wants, memory_order_relaxed);
}

void
pwk_queue_finish (PwkQueue *queue, uint64_t n)
{
  pthread_mutex_lock (&queue->lock);
  queue->unfinished -= n;
  if (queue->unfinished == 0)
    pthread_cond_broadcast (&queue->idle);
  pthread_mutex_unlock (&queue->lock);
}

bool
pwk_queue_stops (PwkQueue *queue, uint64_t serial)
{
  return serial < atomic_load_explicit (&queue->stop_below, memory_order_relaxed);
}
