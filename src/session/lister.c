/* lister.c - pages of events, looked for while nothing else is asked for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lister.h"

#include "scenario/script-error.h"
#include "session/shared.h"

typedef struct
{
  PwkRequest   *request;     /* owned */
  PwkListing    listing;
  PwkCondition *condition;   /* owned */
  GError       *error;       /* owned: the filter makes no sense */
} Job;

static void
free_job (gpointer data)
{
  Job *job = data;

  pwk_request_free (job->request);
  g_array_unref (job->listing.found);
  pwk_condition_free (job->condition);
  g_clear_error (&job->error);
  g_free (job);
}

static unsigned
drop_key (PwkLister *lister, uint32_t key)
{
  unsigned n = 0;

  for (GList *each = lister->jobs.head, *next; each; each = next)
    {
      next = each->next;
      if (((Job *) each->data)->request->id != key)
        continue;
      free_job (each->data);
      g_queue_delete_link (&lister->jobs, each);
      n++;
    }
  return n;
}

unsigned
pwk_lister_add (PwkLister *lister, PwkRequest *request, unsigned folds)
{
  Job *job = g_new0 (Job, 1);
  unsigned dropped = drop_key (lister, request->id);

  job->request = request;
  job->listing = (PwkListing) {
    .backwards = request->flag, .cursor = request->position, .limit = (uint32_t) request->number,
    .found = g_array_new (FALSE, FALSE, sizeof (PwkEvent)),
  };
  pwk_condition_read_filter (request->text, request->condition, &job->listing.kind, &job->condition, &job->error);
  if (job->listing.kind == PWK_ANY_EVENT && (folds & PWK_FOLD_DETAILS))
    job->listing.kind = PWK_ANY_TOLD_EVENT;
  job->listing.condition = job->condition;
  g_queue_push_tail (&lister->jobs, job);
  return dropped;
}

bool
pwk_lister_is_busy (const PwkLister *lister)
{
  return lister->jobs.length > 0;
}

uint64_t
pwk_lister_serial (const PwkLister *lister)
{
  return ((const Job *) lister->jobs.head->data)->request->serial;
}

/* --- a page --- */

static void
clear_page (gpointer item)
{
  PwkEventPage *page = item;

  pwk_shared_unref (page->events);
  if (page->model)
    page->free_model (page->model);
  g_free (page->error);
}

static PwkEventPage *
new_page (const Job *job)
{
  PwkEventPage *page = pwk_shared_new (NULL, sizeof *page, 1, clear_page);

  page->key = job->request->id;
  page->serial = job->request->serial;
  page->backwards = job->listing.backwards;
  page->from = job->request->position;
  page->cursor = job->listing.cursor;
  page->error = job->error ? pwk_script_error_format (job->error) : NULL;
  return page;
}

typedef struct { const Job *job; PwkEventPage *page; } Filling;

/* PwkShow, with the events found. */
static void
fill_page (const PwkObservation *observation, gpointer data)
{
  const Filling *filling = data;
  PwkEventPage *page = filling->page;
  const PwkModelClass *klass = filling->job->request->klass;

  page->n_events = observation->n_events;
  page->events = pwk_shared_new (observation->events, sizeof *page->events, observation->n_events, NULL);
  if (!klass)
    return;
  page->free_model = klass->free_model;
  page->model = klass->build (observation, NULL);
}

static PwkEventPage *
finish (PwkLister *lister, PwkNavigator *navigator)
{
  Job *job = g_queue_pop_head (&lister->jobs);
  PwkEventPage *page = new_page (job);

  if (navigator && !job->error)
    {
      uint64_t known_end = pwk_navigator_known_end (navigator, NULL);

      pwk_navigator_show_listing (navigator, &job->listing, fill_page, &(Filling) { job, page });
      page->at_end = page->n_events < job->listing.limit && (page->backwards ? page->cursor <= 1 : page->cursor >= known_end);
      page->is_complete = page->at_end || page->n_events >= job->listing.limit;
    }
  free_job (job);
  return page;
}

PwkEventPage *
pwk_lister_go_on (PwkLister *lister, PwkNavigator *navigator, int64_t budget_us)
{
  Job *job = g_queue_peek_head (&lister->jobs);

  if (navigator && !job->error && !pwk_navigator_list (navigator, &job->listing, budget_us))
    return NULL;
  return finish (lister, navigator);
}

PwkEventPage *
pwk_lister_give_up (PwkLister *lister)
{
  return lister->jobs.length > 0 ? finish (lister, NULL) : NULL;
}

void
pwk_lister_clear (PwkLister *lister)
{
  g_queue_clear_full (&lister->jobs, free_job);
}
