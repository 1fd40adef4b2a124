/* reclaim-batch.c - from a pass's events: which pages it has taken off a list, and what became of
 * them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/reclaim-model.h"

#include "engine/core/event-args.h"
#include "engine/phys/page.h"
#include "views/words.h"

typedef struct
{
  PwkReclaimModel *model;
  PwkReclaimWho who; /* whose pass it is */
  PwkIndex task;     /* on whose behalf; 0: kswapd's, or the kernel's */
  uint64_t pass;     /* what the pages were taken for: the cause of the events, 0 none */
  uint32_t pending[PWK_RECLAIM_TAKEN]; /* taken off a list in a row, the first of them first */
  uint32_t n_pending;
  uint8_t lru; /* of the last of them */
} Follower;

static PwkReclaimTaken *
find (PwkReclaimBatch *batch, uint64_t pfn)
{
  for (uint32_t i = 0; i < batch->n; i++)
    if (batch->taken[i].page.pfn == pfn)
      return &batch->taken[i];
  return NULL;
}

/* What was taken off so far becomes the batch: isolate_lru_folios () is done, or in the middle of
 * it. */
static void
open_batch (Follower *follower, uint8_t lru, uint64_t scanned)
{
  PwkReclaimBatch *batch = &follower->model->batch;

  *batch = (PwkReclaimBatch){ .lru = lru, .scanned = scanned, .n = follower->n_pending };
  for (uint32_t i = 0; i < batch->n; i++)
    batch->taken[i] = (PwkReclaimTaken){ .page = { .pfn = follower->pending[i],
                                                   .anon = lru < PWK_NR_INACTIVE_FILE },
                                         .verdict = PWK_NO_VERDICT };
}

static void
take (Follower *follower, const PwkEvent *event)
{
  if (follower->n_pending == PWK_RECLAIM_TAKEN)
    return;
  follower->pending[follower->n_pending++] = (uint32_t) pwk_arg (event, LRU_DEL, pfn);
  follower->lru = (uint8_t) pwk_arg (event, LRU_DEL, lru);
}

static bool
is_active (uint64_t lru)
{
  return lru == PWK_NR_ACTIVE_ANON || lru == PWK_NR_ACTIVE_FILE;
}

static PwkReclaimFate
fate_on (uint8_t from, uint64_t to)
{
  if (to == PWK_NR_UNEVICTABLE)
    return PWK_FATE_UNEVICTABLE;
  if (is_active (from) == is_active (to))
    return PWK_FATE_KEPT;
  return is_active (to) ? PWK_FATE_ACTIVATED : PWK_FATE_DEACTIVATED;
}

/* A folio that goes onto a list was taken for something else than a batch, or goes back from it. */
static void
put_back (Follower *follower, const PwkEvent *event)
{
  PwkReclaimBatch *batch = &follower->model->batch;
  PwkReclaimTaken *taken = batch->closed ? NULL : find (batch, pwk_arg (event, LRU_ADD, pfn));

  if (taken != NULL && taken->fate == PWK_FATE_OPEN)
    taken->fate = (uint8_t) fate_on (batch->lru, pwk_arg (event, LRU_ADD, lru));
  follower->n_pending = 0;
}

static void
judge (Follower *follower, const PwkEvent *event)
{
  PwkReclaimTaken *taken = find (&follower->model->batch, pwk_arg (event, FOLIO_REFERENCED, pfn));

  if (taken != NULL)
    taken->verdict = (uint8_t) pwk_arg (event, FOLIO_REFERENCED, verdict);
}

static void
give_slot (Follower *follower, const PwkEvent *event)
{
  PwkReclaimTaken *taken = find (&follower->model->batch, pwk_arg (event, ADD_TO_SWAP, pfn));

  if (taken != NULL)
    taken->slot = pwk_arg (event, ADD_TO_SWAP, slot);
  follower->model->first_slot = pwk_arg (event, ADD_TO_SWAP, slot);
}

static void
give_up (Follower *follower, const PwkEvent *event)
{
  PwkReclaimBatch *batch = &follower->model->batch;
  PwkReclaimTaken *taken = batch->closed ? NULL : find (batch, pwk_arg (event, MM_PAGE_FREE, pfn));

  if (taken != NULL && taken->fate == PWK_FATE_OPEN)
    taken->fate = PWK_FATE_GONE;
}

static void
close_batch (Follower *follower, const PwkEvent *event)
{
  PwkReclaimTrack *track = &follower->model->tracks[follower->who];

  follower->model->batch.closed = true;
  if (event->kind != PWK_EV_SHRINK_INACTIVE)
    return;
  track->known = true;
  track->priority = (int) pwk_arg (event, SHRINK_INACTIVE, priority);
  track->scanned += pwk_arg (event, SHRINK_INACTIVE, scanned);
  track->reclaimed += pwk_arg (event, SHRINK_INACTIVE, reclaimed);
}

static void
begin_pass (Follower *follower, const PwkEvent *event)
{
  PwkReclaimTrack *track;

  follower->who = pwk_arg (event, SHRINK_NODE, kswapd) ? PWK_TRACK_KSWAPD : PWK_TRACK_DIRECT;
  follower->pass = event->n;
  follower->task = event->task;
  follower->n_pending = 0;
  track = &follower->model->tracks[follower->who];
  track->known = true;
  track->priority = (int) pwk_arg (event, SHRINK_NODE, priority);
  track->goal = pwk_arg (event, SHRINK_NODE, nr_to_reclaim);
}

/* The pass began before what is observed: what is done for a process is done by itself. */
static void
join_pass (Follower *follower, const PwkEvent *event)
{
  if (follower->pass == event->parent)
    return;
  follower->pass = event->parent;
  follower->task = event->task;
  follower->who = event->task != 0 ? PWK_TRACK_DIRECT : PWK_TRACK_KSWAPD;
}

static void
begin_anew (PwkReclaimTrack *track)
{
  const bool awake = track->awake;

  *track = (PwkReclaimTrack){ .awake = awake };
}

static void
remember_refault (PwkReclaimModel *model, const PwkEvent *event)
{
  model->refault = (PwkReclaimRefault){
    .any = true,
    .recent = pwk_arg (event, WORKINGSET_REFAULT, recent) != 0,
    .workingset = pwk_arg (event, WORKINGSET_REFAULT, workingset) != 0,
    .file = pwk_arg (event, WORKINGSET_REFAULT, file) != 0,
    .pfn = pwk_arg (event, WORKINGSET_REFAULT, pfn),
    .distance = pwk_arg (event, WORKINGSET_REFAULT, distance),
    .size = pwk_arg (event, WORKINGSET_REFAULT, size),
  };
}

/* Who wakes kswapd, or asks for memory himself, begins its numbers anew. */
static void
follow_passes (Follower *follower, const PwkEvent *event)
{
  PwkReclaimModel *model = follower->model;

  switch (event->kind)
    {
    case PWK_EV_KSWAPD_WAKE:
      if (pwk_arg (event, KSWAPD_WAKE, node) == model->node)
        begin_anew (&model->tracks[PWK_TRACK_KSWAPD]);
      break;
    case PWK_EV_DIRECT_RECLAIM:
      begin_anew (&model->tracks[PWK_TRACK_DIRECT]);
      break;
    case PWK_EV_SHRINK_NODE:
      begin_pass (follower, event);
      break;
    case PWK_EV_SHRINK_NODE_END:
      follower->pass = 0;
      break;
    case PWK_EV_LRU_ISOLATE:
      join_pass (follower, event);
      open_batch (follower, (uint8_t) pwk_arg (event, LRU_ISOLATE, lru),
                  pwk_arg (event, LRU_ISOLATE, scanned));
      follower->n_pending = 0;
      break;
    case PWK_EV_SHRINK_INACTIVE:
    case PWK_EV_SHRINK_ACTIVE:
      close_batch (follower, event);
      break;
    default:
      break;
    }
}

static void
follow_pages (Follower *follower, const PwkEvent *event)
{
  switch (event->kind)
    {
    case PWK_EV_LRU_DEL:
      take (follower, event);
      break;
    case PWK_EV_LRU_ADD:
      put_back (follower, event);
      break;
    case PWK_EV_FOLIO_REFERENCED:
      judge (follower, event);
      break;
    case PWK_EV_ADD_TO_SWAP:
      give_slot (follower, event);
      break;
    case PWK_EV_SWAP_WRITE:
      follower->model->tracks[follower->who].swapped++;
      break;
    case PWK_EV_SWAP_READ:
      follower->model->first_slot = pwk_arg (event, SWAP_READ, slot);
      break;
    case PWK_EV_MM_PAGE_FREE:
      give_up (follower, event);
      break;
    case PWK_EV_WORKINGSET_REFAULT:
      remember_refault (follower->model, event);
      break;
    case PWK_EV_OOM_SELECT:
      follower->model->chosen = (int64_t) pwk_arg (event, OOM_SELECT, pid);
      break;
    case PWK_EV_OOM_KILL:
      follower->model->chosen = (int64_t) pwk_arg (event, OOM_KILL, pid);
      break;
    default:
      break;
    }
}

/* What lies before the oldest event that is observed its causes tell, as far as they are known
 * themselves. */
static void
read_causes (Follower *follower, const PwkObservation *observation)
{
  for (uint32_t i = 0; i < observation->n_chain; i++)
    if (observation->chain[i].kind == PWK_EV_SHRINK_NODE)
      begin_pass (follower, &observation->chain[i]);
}

/* Whether the position is inside the pass that was followed last. */
static bool
is_within (const Follower *follower, const PwkObservation *observation)
{
  for (uint32_t i = 0; i < observation->n_chain && follower->pass != 0; i++)
    if (observation->chain[i].n == follower->pass || observation->chain[i].parent == follower->pass)
      return true;
  return false;
}

/* Who reclaims for himself waits until it is done. */
static void
read_caller (const Follower *follower, const PwkObservation *observation)
{
  PwkReclaimModel *model = follower->model;

  if (follower->who != PWK_TRACK_DIRECT)
    return;
  model->tracks[PWK_TRACK_DIRECT].awake = true;
  model->caller = pwk_words_task (observation->machine, follower->task);
}

/* What the verdict leads to, unless something else comes up. */
static PwkReclaimFate
way_of (const PwkReclaimTaken *taken)
{
  if (taken->fate != PWK_FATE_OPEN || taken->verdict == PWK_NO_VERDICT)
    return (PwkReclaimFate) taken->fate;
  switch (taken->verdict)
    {
    case PWK_FOLIOREF_ACTIVATE:
      return PWK_FATE_ACTIVATED;
    case PWK_FOLIOREF_KEEP:
      return PWK_FATE_KEPT;
    default:
      return PWK_FATE_GONE;
    }
}

static void
read_pages (PwkReclaimBatch *batch, const PwkMachine *machine)
{
  for (uint32_t i = 0; i < batch->n; i++)
    {
      PwkReclaimTaken *taken = &batch->taken[i];

      if (taken->fate != PWK_FATE_GONE)
        taken->page = pwk_reclaim_page (machine, taken->page.pfn);
      taken->way = (uint8_t) way_of (taken);
      batch->n_of[taken->way]++;
      batch->n_in_hand += taken->fate == PWK_FATE_OPEN;
    }
}

void
pwk_reclaim_follow (PwkReclaimModel *model, const PwkObservation *observation)
{
  Follower follower = { .model = model };
  const PwkEvent *now = observation->n_chain > 0 ? &observation->chain[0] : NULL;

  read_causes (&follower, observation);
  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      follow_passes (&follower, &observation->events[i]);
      follow_pages (&follower, &observation->events[i]);
    }
  if (is_within (&follower, observation))
    {
      if (follower.n_pending > 0)
        open_batch (&follower, follower.lru, follower.n_pending);
      read_caller (&follower, observation);
    }
  read_pages (&model->batch, observation->machine);
  model->lit = now != NULL && now->kind == PWK_EV_FOLIO_REFERENCED
                   ? (int) pwk_arg (now, FOLIO_REFERENCED, verdict)
                   : -1;
  model->refault.now = now != NULL && now->kind == PWK_EV_WORKINGSET_REFAULT;
}
