/* queue.h - requests on their way to the engine thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "session/request.h"

/* Each request has a serial, rising. One that stops what is under way (a pause, another scenario) stops everything below its own, begun or
 * not, and nothing that is posted after it can take that back. */
typedef struct
{
  pthread_mutex_t  lock;
  pthread_cond_t   wake;           /* something to do; on the monotonic clock */
  pthread_cond_t   idle;           /* unfinished == 0 */
  GQueue           requests;       /* PwkRequest, owned */
  uint64_t         serial;         /* of the last one posted */
  uint64_t         unfinished;
  bool             closed;
  _Atomic uint64_t stop_below;
  atomic_bool      wants;          /* among the requests are some that only say what is to be shown */
} PwkQueue;

void pwk_queue_init      (PwkQueue *queue);
void pwk_queue_clear     (PwkQueue *queue);

/* The window's side. Takes @request; its serial. */
uint64_t pwk_queue_post  (PwkQueue *queue, PwkRequest *request);
void pwk_queue_wait_idle (PwkQueue *queue);
/* Stops everything, and ends pwk_queue_take (). */
void pwk_queue_close     (PwkQueue *queue);

/* The engine's side. Moves all that is there to @batch, waiting for something for @patience_us (< 0: for ever). False when it is closed. */
bool pwk_queue_take      (PwkQueue *queue, GQueue *batch, int64_t patience_us);
/* Moves those that only say what is to be shown, which can be met while a move is under way. */
void pwk_queue_take_wants (PwkQueue *queue, GQueue *batch);
bool pwk_queue_wants     (PwkQueue *queue);
void pwk_queue_finish    (PwkQueue *queue, uint64_t n);
/* Whether what request @serial began is to stop. */
bool pwk_queue_stops     (PwkQueue *queue, uint64_t serial);
