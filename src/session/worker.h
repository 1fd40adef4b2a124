/* worker.h - the engine thread: carries out requests, plays, lists, and shows what came of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pthread.h>

#include "engine/core/assert.h"
#include "session/lister.h"
#include "session/marks.h"
#include "session/outbox.h"
#include "session/player.h"
#include "session/queue.h"
#include "session/report.h"

typedef struct _PwkWorker PwkWorker;

/* Starts the thread, which takes from @queue and publishes to @outbox (both borrowed). */
PwkWorker *pwk_worker_start (PwkQueue *queue, PwkOutbox *outbox);
/* After pwk_queue_close (): waits for its end. */
void       pwk_worker_join  (PwkWorker *worker);
