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
  PwkReclaimTracks tracks;
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

static void
follow_passes (Follower *follower, const PwkEvent *event)
{
  pwk_tracks_follow (&follower->tracks, event);
  switch (event->kind)
    {
    case PWK_EV_SHRINK_NODE:
      follower->n_pending = 0;
      break;
    case PWK_EV_LRU_ISOLATE:
      open_batch (follower, (uint8_t) pwk_arg (event, LRU_ISOLATE, lru),
                  pwk_arg (event, LRU_ISOLATE, scanned));
      follower->n_pending = 0;
      break;
    case PWK_EV_SHRINK_INACTIVE:
    case PWK_EV_SHRINK_ACTIVE:
      follower->model->batch.closed = true;
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

  pwk_tracks_begin (&follower.tracks, observation);
  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      follow_passes (&follower, &observation->events[i]);
      follow_pages (&follower, &observation->events[i]);
    }
  if (pwk_tracks_end (&follower.tracks, observation) && follower.n_pending > 0)
    open_batch (&follower, follower.lru, follower.n_pending);
  model->tracks[PWK_TRACK_KSWAPD] = follower.tracks.kswapd[model->node];
  model->tracks[PWK_TRACK_DIRECT] = follower.tracks.direct;
  if (follower.tracks.direct.awake)
    model->caller = pwk_words_task (observation->machine, follower.tracks.task);
  read_pages (&model->batch, observation->machine);
  model->lit = now != NULL && now->kind == PWK_EV_FOLIO_REFERENCED
                   ? (int) pwk_arg (now, FOLIO_REFERENCED, verdict)
                   : -1;
  model->refault.now = now != NULL && now->kind == PWK_EV_WORKINGSET_REFAULT;
}
