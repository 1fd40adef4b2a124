/* test-session.c - the engine thread: requests, snapshots, wishes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "engine/boot/boot.h"
#include "engine/core/assert.h"
#include "engine/core/machine.h"
#include "engine/phys/contents.h"
#include "files/reach.h"
#include "session-test.h"

typedef struct { uint64_t position; uint64_t asked; } TestModel;

static gint live_models, built_models;

static gpointer
build_model (const PwkObservation *observation, gconstpointer params)
{
  TestModel *model = g_new (TestModel, 1);

  g_atomic_int_inc (&live_models);
  g_atomic_int_inc (&built_models);
  *model = (TestModel) { observation->position, *(const uint64_t *) params };
  return model;
}

static void
free_model (gpointer model)
{
  g_atomic_int_add (&live_models, -1);
  g_free (model);
}

static const PwkModelClass model_class = { build_model, free_model };

static PwkSession *
open_session (uint64_t position)
{
  g_autoptr(PwkScript) script = test_script (TEST_SCENARIO);
  PwkSession *session = pwk_session_new ();

  pwk_session_open (session, script, NULL, NULL, position);
  return session;
}

static void
wish (PwkSession *session, uint64_t value)
{
  PwkWish *wishes = g_new0 (PwkWish, 1);

  wishes[0] = (PwkWish) { 5, &model_class, g_memdup2 (&value, sizeof value), g_free };
  pwk_session_set_wishes (session, wishes, 1);
}

/* Opening, wishing, stepping there and back: snapshots are whole and of the place asked for. */
static void
test_life (void)
{
  PwkSession *session = open_session (UINT64_MAX);
  PwkSnapshot *snapshot = pwk_session_wait (session);
  const TestModel *model;
  uint64_t hash, end = snapshot->position;

  g_assert_cmpint (snapshot->state, ==, PWK_STATE_FINISHED);
  g_assert_true (snapshot->end_is_final);
  g_assert_cmpuint (snapshot->failed, ==, 0);
  g_assert_cmpuint (snapshot->held, >, 5);
  g_assert_cmpuint (snapshot->outcomes->len, ==, snapshot->n_statements);
  pwk_snapshot_unref (snapshot);

  wish (session, 42);
  pwk_session_want_hash (session, true);
  pwk_session_seek (session, end / 2);
  snapshot = pwk_session_wait (session);
  model = pwk_snapshot_model (snapshot, 5);
  g_assert_nonnull (model);
  g_assert_cmpuint (model->position, ==, end / 2);
  g_assert_cmpuint (model->asked, ==, 42);
  g_assert_null (pwk_snapshot_model (snapshot, 6));
  hash = snapshot->hash;
  pwk_snapshot_unref (snapshot);

  pwk_session_step (session, PWK_STEP_EVENT, 1);
  pwk_session_step (session, PWK_STEP_EVENT, -1);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->position, ==, end / 2);
  g_assert_cmpuint (snapshot->hash, ==, hash);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
  g_assert_cmpint (g_atomic_int_get (&live_models), ==, 0);
}

/* A thousand scrubs leave the last, quickly, and none of the models behind. */
static void
test_scrub (void)
{
  PwkSession *session = open_session (UINT64_MAX);
  PwkSnapshot *snapshot = pwk_session_wait (session);
  uint64_t end = snapshot->position;

  pwk_snapshot_unref (snapshot);
  wish (session, 1);
  for (unsigned i = 0; i < 1000; i++)
    pwk_session_seek (session, 1 + i * 7919ull % end);
  pwk_session_seek (session, 17);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->position, ==, 17);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
  g_assert_cmpint (g_atomic_int_get (&live_models), ==, 0);
}

/* Waits for all that was asked for. How often the model was built for it. */
static int
builds (PwkSession *session)
{
  int n;

  pwk_snapshot_unref (pwk_session_wait (session));
  n = g_atomic_int_get (&built_models);
  g_atomic_int_set (&built_models, 0);
  return n;
}

/* What is asked for is built once, and what has not changed is not built again but shared. */
static void
test_builds_once (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (TEST_SCENARIO);
  g_autoptr(PwkScript) longer = test_script (TEST_SCENARIO "alloc_pages(GFP_KERNEL, 0) = q\n");
  g_autoptr(PwkSnapshot) before = NULL;
  g_autoptr(PwkSnapshot) after = NULL;

  g_atomic_int_set (&built_models, 0);
  wish (session, 1);
  g_assert_cmpint (builds (session), ==, 0);
  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  g_assert_cmpint (builds (session), ==, 1);
  pwk_session_append (session, longer);
  g_assert_cmpint (builds (session), ==, 1);
  pwk_session_seek (session, 700);
  g_assert_cmpint (builds (session), ==, 1);
  pwk_session_find_event (session, "page_fault_user", NULL, false);
  g_assert_cmpint (builds (session), ==, 1);
  pwk_session_step (session, PWK_STEP_STATEMENT, -1);
  g_assert_cmpint (builds (session), ==, 1);
  pwk_session_add_bookmark (session, 10, "here");
  before = pwk_session_wait (session);
  wish (session, 2);
  g_assert_cmpint (builds (session), ==, 1);

  before = (pwk_snapshot_unref (before), pwk_session_wait (session));
  pwk_session_add_breakpoint (session, "split", "order >= 1", -1);
  after = pwk_session_wait (session);
  g_assert_cmpint (builds (session), ==, 0);
  g_assert_true (before != after);
  g_assert_true (before->events == after->events && before->chain == after->chain);
  g_assert_true (pwk_snapshot_model (before, 5) == pwk_snapshot_model (after, 5));
  g_assert_cmpuint (after->n_breakpoints, ==, 1);
  g_clear_pointer (&before, pwk_snapshot_unref);
  g_clear_pointer (&after, pwk_snapshot_unref);
  pwk_session_free (session);
  g_assert_cmpint (g_atomic_int_get (&live_models), ==, 0);
}

/* Seconds of work. */
static PwkScript *
long_script (void)
{
  g_autoptr(GString) text = g_string_new ("machine(memory=512M)\nprocess(A)\n"
                                          "[A] mmap(NULL, 256M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n");

  for (int i = 0; i < 400; i++)
    g_string_append (text, "[A] touch(p, 128M, \"w\")\n[A] madvise(p, 128M, MADV_DONTNEED)\n");
  return test_script (text->str);
}

static PwkSnapshot *
wait_for_progress (PwkSession *session)
{
  for (;;)
    {
      PwkSnapshot *snapshot = pwk_session_take (session);

      if (snapshot && snapshot->known_end > 10000)
        return snapshot;
      g_clear_pointer (&snapshot, pwk_snapshot_unref);
      g_usleep (1000);
    }
}

/* A pause is not lost to what is asked for after it, whether what it stops has begun or not; what comes after it is carried out. */
static void
test_pause (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = long_script ();
  PwkSnapshot *snapshot;
  uint64_t position;

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  pwk_session_seek (session, UINT64_MAX);
  pwk_session_pause (session);
  wish (session, 1);
  pwk_session_add_bookmark (session, 1, "a");
  snapshot = pwk_session_wait (session);
  g_assert_false (snapshot->end_is_final);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_PAUSED);
  g_assert_nonnull (pwk_snapshot_model (snapshot, 5));
  pwk_snapshot_unref (snapshot);

  pwk_session_play (session, PWK_STEP_EVENT, 0);
  pwk_snapshot_unref (wait_for_progress (session));
  pwk_session_pause (session);
  wish (session, 2);
  snapshot = pwk_session_wait (session);
  g_assert_false (snapshot->end_is_final);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_PAUSED);
  position = snapshot->position;
  pwk_snapshot_unref (snapshot);

  pwk_session_step (session, PWK_STEP_EVENT, 1);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->position, ==, position + 1);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* --- pages of events --- */

static void
collect_event (PwkMachine *machine G_GNUC_UNUSED, const PwkEvent *event, void *data)
{
  g_array_append_vals (data, event, 1);
}

/* Those events of TEST_SCENARIO that match, by the plainest means. */
static GArray *
plain_events (int kind, const PwkCondition *condition)
{
  PwkRunner *runner = test_runner (TEST_SCENARIO);
  GArray *events = g_array_new (FALSE, FALSE, sizeof (PwkEvent));

  pwk_machine_listen (pwk_runner_machine (runner), collect_event, events);
  pwk_machine_want (pwk_runner_machine (runner), -1, true);
  while (pwk_runner_step (runner))
    ;
  for (guint i = events->len; i-- > 0;)
    {
      const PwkEvent *event = &g_array_index (events, PwkEvent, i);

      if ((kind >= 0 && event->kind != (uint32_t) kind) || (condition && !pwk_condition_holds (condition, event)))
        g_array_remove_index (events, i);
    }
  pwk_runner_free (runner);
  return events;
}

static gpointer
build_page (const PwkObservation *observation, gconstpointer params)
{
  g_assert_null (params);
  for (uint32_t i = 0; i < observation->n_events; i++)
    g_assert_cmpuint (observation->events[i].n, <=, observation->machine->st->n_events);
  return build_model (observation, &(uint64_t) { observation->n_events });
}

static const PwkModelClass page_class = { build_page, free_model };

static PwkEventPage *
get_page (PwkSession *session, const PwkEventQuery *query)
{
  uint64_t serial = pwk_session_list_events (session, query);
  g_autoptr(PwkSnapshot) snapshot = pwk_session_wait (session);
  PwkEventPage *page;

  g_assert_cmpuint (snapshot->pages->len, ==, 1);
  page = pwk_event_page_ref (snapshot->pages->pdata[0]);
  g_assert_cmpuint (page->serial, ==, serial);
  g_assert_cmpuint (page->key, ==, query->key);
  g_assert_cmpuint (page->generation, ==, snapshot->generation);
  g_assert_true (page->is_complete);
  g_assert_cmpuint (((const TestModel *) page->model)->asked, ==, page->n_events);
  return page;
}

/* Page after page from one end of history to the other: all events that match, each once, in order. */
static void
list_all (PwkSession *session, const char *event, const char *text, bool backwards, uint32_t limit)
{
  PwkEventQuery query = { 3, event, text, backwards, backwards ? UINT64_MAX : 0, limit, &page_class };
  PwkCondition *condition;
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) all = NULL;
  guint n = 0;
  int kind;

  g_assert_true (pwk_condition_read_filter (event, text, &kind, &condition, &error));
  all = plain_events (kind, condition);
  pwk_condition_free (condition);
  for (bool at_end = false; !at_end;)
    {
      g_autoptr(PwkEventPage) page = get_page (session, &query);

      for (uint32_t i = 0; i < page->n_events; i++)
        {
          guint at = backwards ? all->len - n - page->n_events + i : n + i;

          g_assert_cmpuint (at, <, all->len);
          g_assert_cmpuint (page->events[i].n, ==, g_array_index (all, PwkEvent, at).n);
          g_assert_cmpmem (page->events[i].arg, sizeof page->events[i].arg, g_array_index (all, PwkEvent, at).arg, sizeof page->events[i].arg);
        }
      n += page->n_events;
      at_end = page->at_end;
      query.from = page->cursor;
      g_assert_cmpuint (page->n_events, <=, limit);
    }
  g_assert_cmpuint (n, ==, all->len);
  g_assert_cmpuint (n, >, 0);
}

static void
test_list (void)
{
  PwkSession *session = open_session (UINT64_MAX);
  PwkEventQuery wrong = { .key = 1, .event = "table_alloc", .condition = "order == 3", .limit = 5 };
  g_autoptr(PwkSnapshot) snapshot = NULL;
  uint64_t position;

  pwk_session_seek (session, 500);
  snapshot = pwk_session_wait (session);
  position = snapshot->position;
  for (int backwards = 0; backwards < 2; backwards++)
    {
      list_all (session, NULL, NULL, backwards, 100);
      list_all (session, "table_alloc", NULL, backwards, 2);
      list_all (session, "table_alloc", "level == PTE", backwards, 1);
      list_all (session, "", "order >= 3", backwards, 7);
      list_all (session, "page_fault_user", "", backwards, 1000);
    }
  pwk_session_list_events (session, &wrong);
  pwk_snapshot_unref (snapshot);
  snapshot = pwk_session_wait (session);
  g_assert_nonnull (((PwkEventPage *) snapshot->pages->pdata[0])->error);
  g_assert_false (((PwkEventPage *) snapshot->pages->pdata[0])->is_complete);
  g_assert_null (snapshot->error);
  g_assert_cmpuint (snapshot->position, ==, position);
  g_clear_pointer (&snapshot, pwk_snapshot_unref);
  pwk_session_free (session);
  g_assert_cmpint (g_atomic_int_get (&live_models), ==, 0);
}

/* What was asked for with the same key is answered once, and what is open anew has no pages of what was open before. */
static void
test_list_again (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (TEST_SCENARIO);
  PwkEventQuery query = { .key = 1, .event = "tick", .limit = 500 };
  g_autoptr(PwkSnapshot) snapshot = NULL;
  uint64_t serial = 0;

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  for (unsigned i = 0; i < 50; i++)
    serial = pwk_session_list_events (session, &query);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (((PwkEventPage *) snapshot->pages->pdata[snapshot->pages->len - 1])->serial, ==, serial);
  g_assert_cmpuint (((PwkEventPage *) snapshot->pages->pdata[snapshot->pages->len - 1])->n_events, ==, 5);
  g_clear_pointer (&snapshot, pwk_snapshot_unref);

  pwk_session_list_events (session, &query);
  pwk_session_open (session, script, NULL, NULL, 10);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->pages->len, ==, 1);
  g_assert_cmpuint (snapshot->known_end, <, 1000);
  g_clear_pointer (&snapshot, pwk_snapshot_unref);
  pwk_session_free (session);
}

static void
test_breakpoints (void)
{
  PwkSession *session = open_session (1);
  PwkSnapshot *snapshot;
  uint32_t id = pwk_session_add_breakpoint (session, "dup_mmap", NULL, -1);

  pwk_session_add_breakpoint (session, "no_such_event", NULL, -1);
  snapshot = pwk_session_wait (session);
  g_assert_nonnull (snapshot->error);
  g_assert_cmpuint (snapshot->n_breakpoints, ==, 1);
  pwk_snapshot_unref (snapshot);

  pwk_session_play (session, PWK_STEP_EVENT, 0);
  for (unsigned i = 0; i < 1000; i++)
    {
      snapshot = pwk_session_wait (session);
      if (snapshot->state == PWK_STATE_PAUSED && snapshot->stopped_by)
        break;
      g_clear_pointer (&snapshot, pwk_snapshot_unref);
      g_usleep (2000);
    }
  g_assert_nonnull (snapshot);
  g_assert_cmpuint (snapshot->stopped_by, ==, id);
  g_assert_cmpuint (snapshot->chain[0].kind, ==, PWK_EV_DUP_MMAP);
  pwk_snapshot_unref (snapshot);

  /* One at a statement knows its place on the time line as soon as the statement before has been run. */
  pwk_session_add_breakpoint (session, NULL, NULL, 3);
  pwk_session_add_breakpoint (session, NULL, NULL, 12);
  pwk_session_seek_statement (session, 3);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->n_breakpoints, ==, 3);
  g_assert_cmpuint (snapshot->breakpoints[1].n, ==, snapshot->position);
  g_assert_cmpuint (snapshot->breakpoints[2].n, ==, 0);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* What came of a loop is told once, however often one goes back; a round that there is not is an error and no move. */
static void
test_rounds (void)
{
  static const char text[] = "machine(memory=64M)\nprocess(A)\nrepeat(4, i)\n  [A] load(0) = ok\nend\ntick(1)\n";
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = pwk_script_parse ("t.pwk", text, -1, NULL);
  const PwkSpot third = { .statement = 3, .n_rounds = 1, .round = { 2 } }, none = { .statement = 3, .n_rounds = 1, .round = { 4 } };
  PwkSnapshot *snapshot;
  uint64_t position;

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->outcomes->len, ==, 2 + 1 + 4 + 1);
  g_assert_cmpstr (((PwkEcho *) snapshot->outcomes->pdata[2])->text, ==, "repeat(4, i)\n  [A] load(0) = ok\nend");
  g_assert_cmpstr (((PwkEcho *) snapshot->outcomes->pdata[4])->text, ==, "# i=1: t.pwk:4:17: expected ok, got SIGSEGV (SEGV_MAPERR)");
  g_assert_cmpuint (snapshot->n_failures, ==, 4);
  g_assert_cmpstr (snapshot->failures[3].message, ==, "t.pwk:4:17: expected ok, got SIGSEGV (SEGV_MAPERR) (i=3)");
  pwk_snapshot_unref (snapshot);

  pwk_session_seek_spot (session, &third);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->outcomes->len, ==, 0);
  g_assert_cmpuint (snapshot->line, ==, 4);
  g_assert_cmpuint (snapshot->spot.round[0], ==, 2);
  position = snapshot->position;
  pwk_snapshot_unref (snapshot);

  pwk_session_seek_spot (session, &none);
  snapshot = pwk_session_wait (session);
  g_assert_cmpstr (snapshot->error, ==, "there is no such round");
  g_assert_cmpuint (snapshot->position, ==, position);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* Calls of a recording that were not followed: those that could not be read are known when it is opened, the others when they were come to;
 * none is told twice, what is done anew is, and another text has its own. */
static void
test_losses (void)
{
  static const char text[] = "7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000400000\n"
                             "7 shmat(9, NULL, 0) = 0x7f0000100000\n"
                             "7 munmap(0x7f0000400000, 4096) = 0\n"
                             "7 mmap(NULL, 8192, PR\n";
  static const char other[] = "7 mmap(NULL, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7f0000400000\n"
                              "7 shmat(9, NULL, 0) = 0x7f0000100000\n"
                              "7 munmap(0x7f0000400000, 4096) = 0\n";
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = pwk_script_parse ("t.strace", text, -1, NULL);
  g_autoptr(PwkScript) shorter = pwk_script_parse ("t.strace", other, -1, NULL);
  PwkSnapshot *snapshot;

  pwk_session_open (session, script, NULL, NULL, 0);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->n_lost, ==, 1);
  g_assert_cmpuint (snapshot->losses[0].line, ==, 4);
  g_assert_cmpuint (snapshot->losses[0].n, ==, 0);
  g_assert_cmpstr (snapshot->losses[0].message, ==, "this mmap cannot be read; what it changes is missing from here on");
  pwk_snapshot_unref (snapshot);

  for (guint i = 0; i < 2; i++)
    {
      pwk_session_seek (session, UINT64_MAX);
      snapshot = pwk_session_wait (session);
      g_assert_cmpuint (snapshot->n_lost, ==, 2);
      g_assert_cmpuint (snapshot->n_losses, ==, 2);
      g_assert_cmpuint (snapshot->losses[1].line, ==, 2);
      g_assert_cmpuint (snapshot->losses[1].n, >, 0);
      g_assert_true (g_str_has_prefix (snapshot->losses[1].message, "how large segment 9 is"));
      pwk_snapshot_unref (snapshot);
      pwk_session_seek (session, 1);
    }

  pwk_session_replace (session, shorter);
  pwk_session_seek (session, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->n_lost, ==, 1);
  g_assert_cmpuint (snapshot->losses[0].line, ==, 2);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* Very many are counted; the first are listed. */
static void
test_many_losses (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = NULL;
  PwkSnapshot *snapshot;

  for (guint i = 0; i <= PWK_MAX_FAILURES; i++)
    g_string_append (text, "7 shmat(9, NULL, 0) = 0x7f0000100000\n");
  script = pwk_script_parse ("t.strace", text->str, -1, NULL);
  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->n_lost, ==, PWK_MAX_FAILURES + 1);
  g_assert_cmpuint (snapshot->n_losses, ==, PWK_MAX_FAILURES);
  g_assert_nonnull (snapshot->losses[PWK_MAX_FAILURES - 1].message);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

static char *
say_number (unsigned why)
{
  return g_strdup_printf ("reason %u", why == PWK_WHY_UNALIGNED ? 1 : 2);
}

/* What the window has words for is told behind the results, in rounds, too. */
static void
test_reasons (void)
{
  static const char text[] = "machine(memory=64M)\nprocess(A)\n[A] munmap(1, 4K)\nrepeat(1, i)\n  [A] munmap(1, 4K)\nend\n";
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = pwk_script_parse ("t.pwk", text, -1, NULL);
  PwkSnapshot *snapshot;

  pwk_session_set_reasons (say_number);
  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_cmpstr (((PwkEcho *) snapshot->outcomes->pdata[2])->text, ==, "[A] munmap(1, 4K) = -1 EINVAL  # reason 1");
  g_assert_cmpstr (((PwkEcho *) snapshot->outcomes->pdata[4])->text, ==, "# i=0: [A] munmap(1, 4K) = -1 EINVAL  # reason 1");
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
  pwk_session_set_reasons (NULL);
}

/* Of very many rounds the first are told, and how many more had something to tell; what comes behind them is told as ever. */
static void
test_many_rounds (void)
{
  static const char text[] = "machine(memory=64M)\nprocess(A)\nrepeat(2500, i)\n  [A] load(0) = ok\nend\ntick(1)\n";
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = pwk_script_parse ("t.pwk", text, -1, NULL);
  PwkSnapshot *snapshot;
  const PwkEcho *rest;

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->outcomes->len, ==, 2 + 1 + 2000 + 1 + 1);
  rest = snapshot->outcomes->pdata[2003];
  g_assert_true (g_str_has_prefix (rest->text, "# … and 500 more results in rounds, which are not listed here"));
  g_assert_cmpuint (rest->first, >, ((const PwkEcho *) snapshot->outcomes->pdata[2002])->last);
  g_assert_cmpuint (rest->last, <, ((const PwkEcho *) snapshot->outcomes->pdata[2004])->first);
  g_assert_cmpstr (((const PwkEcho *) snapshot->outcomes->pdata[2004])->text, ==, "tick(1)");
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* Where the statement lies, and the positions that were shown on the way there, until the machine stands again. */
static GArray *
travel_to (PwkSession *session, uint32_t statement)
{
  GArray *positions = g_array_new (FALSE, FALSE, sizeof (uint64_t));
  bool plays = true, began = false;

  pwk_session_travel (session, statement);
  while (plays)
    {
      g_autoptr(PwkSnapshot) snapshot = pwk_session_take (session);

      if (!snapshot)
        {
          g_usleep (1000);
          continue;
        }
      began |= snapshot->state == PWK_STATE_PLAYING;
      plays = snapshot->state == PWK_STATE_PLAYING || !began;
      if (positions->len == 0 || g_array_index (positions, uint64_t, positions->len - 1) != snapshot->position)
        g_array_append_val (positions, snapshot->position);
    }
  return positions;
}

/* A stretch of some thousand events is played in few steps, forward, and ends where a seek would. Back it is one. */
static void
test_travel (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (TEST_SCENARIO);
  g_autoptr(GArray) positions = NULL;
  g_autoptr(PwkSnapshot) first = NULL, there = NULL, back = NULL;

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  pwk_session_seek_statement (session, 8);
  there = pwk_session_wait (session);
  pwk_session_seek_statement (session, 2);
  first = pwk_session_wait (session);
  pwk_snapshot_unref (pwk_session_take (session));
  g_assert_cmpuint (there->position, >, first->position + 500);

  positions = travel_to (session, 8);
  g_assert_cmpuint (positions->len, >=, 6);
  g_assert_cmpuint (positions->len, <=, 18);
  for (guint i = 1; i < positions->len; i++)
    g_assert_cmpuint (g_array_index (positions, uint64_t, i), >, g_array_index (positions, uint64_t, i - 1));
  g_assert_cmpuint (g_array_index (positions, uint64_t, positions->len - 1), ==, there->position);

  pwk_session_travel (session, 2);
  back = pwk_session_wait (session);
  g_assert_cmpuint (back->position, ==, first->position);
  g_assert_cmpint (back->state, ==, PWK_STATE_PAUSED);
  pwk_session_free (session);
}

/* What the window does first: nothing is open, and nothing breaks. */
static void
test_empty (void)
{
  PwkSession *session = pwk_session_new ();
  PwkSnapshot *snapshot;

  pwk_session_step (session, PWK_STEP_STATEMENT, 1);
  pwk_session_seek (session, 12);
  pwk_session_play (session, PWK_STEP_EVENT, 10);
  pwk_session_pause (session);
  snapshot = pwk_session_wait (session);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_EMPTY);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

typedef struct { PwkSession *session; GMainLoop *loop; uint64_t wanted, serial; } Window;

static void
take_until (gpointer data)
{
  Window *window = data;
  PwkSnapshot *snapshot = pwk_session_take (window->session);

  if (!snapshot)
    return;
  g_assert_cmpuint (snapshot->serial, >, window->serial);
  window->serial = snapshot->serial;
  if (snapshot->position == window->wanted)
    g_main_loop_quit (window->loop);
  pwk_snapshot_unref (snapshot);
}

/* As a window does: it is told in its main loop, and takes what is newest. */
static void
test_notify (void)
{
  Window window = { .session = open_session (1), .loop = g_main_loop_new (NULL, FALSE) };

  pwk_session_set_notify (window.session, take_until, &window);
  for (window.wanted = 100; window.wanted < 400; window.wanted += 7)
    {
      wish (window.session, window.wanted);
      pwk_session_seek (window.session, window.wanted);
      g_main_loop_run (window.loop);
    }
  pwk_session_seek (window.session, 3);
  pwk_session_free (window.session);   /* with a delivery under way */
  g_main_loop_unref (window.loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (g_atomic_int_get (&live_models), ==, 0);
}

static void
test_append (void)
{
  PwkSession *session = open_session (UINT64_MAX);
  g_autofree char *text = g_strconcat (TEST_SCENARIO, "alloc_pages(GFP_KERNEL, 0) = q\n", NULL);
  g_autoptr(PwkScript) longer = test_script (text);
  PwkSnapshot *snapshot = pwk_session_wait (session);
  uint32_t n = snapshot->n_statements;

  pwk_snapshot_unref (snapshot);
  pwk_session_append (session, longer);
  snapshot = pwk_session_wait (session);
  g_assert_cmpuint (snapshot->n_statements, ==, n + 1);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_FINISHED);
  g_assert_cmpuint (snapshot->statement, ==, n + 1);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

static gpointer
build_failing (const PwkObservation *observation, gconstpointer params)
{
  pwk_assert (observation->position < *(const uint64_t *) params);
  return NULL;
}

static const PwkModelClass failing_class = { build_failing, free_model };

/* An assertion that fails in the engine thread is told, and the same session runs its scenario again. */
static void
test_assertion (void)
{
  PwkSession *session = open_session (UINT64_MAX);
  PwkSnapshot *snapshot = pwk_session_wait (session);
  PwkWish *wishes = g_new0 (PwkWish, 1);
  uint64_t end = snapshot->position, limit = 100;

  pwk_snapshot_unref (snapshot);
  wishes[0] = (PwkWish) { 5, &failing_class, g_memdup2 (&limit, sizeof limit), g_free };
  pwk_session_set_wishes (session, wishes, 1);
  snapshot = pwk_session_wait (session);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_EMPTY);
  g_assert_nonnull (snapshot->error);
  g_assert_true (g_str_has_prefix (snapshot->error, "the engine stopped at tests/session/test-session.c:"));
  g_assert_nonnull (strstr (snapshot->error, "(observation->position < "));
  pwk_snapshot_unref (snapshot);

  pwk_session_seek (session, 50);
  snapshot = pwk_session_wait (session);
  g_assert_null (snapshot->error);
  g_assert_cmpuint (snapshot->position, ==, 50);
  pwk_snapshot_unref (snapshot);

  pwk_session_play (session, PWK_STEP_EVENT, 0);
  do
    {
      snapshot = pwk_session_take (session);
      g_usleep (1000);
      if (snapshot && snapshot->error)
        break;
      g_clear_pointer (&snapshot, pwk_snapshot_unref);
    }
  while (TRUE);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_EMPTY);
  pwk_snapshot_unref (snapshot);

  pwk_session_set_wishes (session, NULL, 0);
  pwk_session_seek (session, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_null (snapshot->error);
  g_assert_cmpuint (snapshot->position, ==, end);
  g_assert_cmpuint (snapshot->failed, ==, 0);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* No room for what a frame is to hold: the assertion comes back to whoever catches. */
static void
test_exhausted (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkPool *pool = &machine->st->pools[PWK_POOL_FRAME];
  PwkAssertCatch guard = { 0 };

  pool->limit = pool->next - 1;
  pool->free = 0;
  if (setjmp (guard.where) == 0)
    {
      pwk_assert_catch (&guard);
      pwk_frame_write (machine, 4096, 0, "x", 1);
      g_assert_not_reached ();
    }
  g_assert_cmpstr (guard.condition, ==, "slot != 0");
  pwk_machine_free (machine);
}

/*  top/t.lackey   top/in/ : a scenario there that names ../t.lackey
 *
 * is not opened until that is allowed; then the same script, put in the place of the one that failed, finds it from the same folder. */
static void
test_allowed (void)
{
  g_autofree char *top = g_dir_make_tmp ("pagewalk-session-XXXXXX", NULL), *in = g_build_filename (top, "in", NULL);
  g_autofree char *trace = g_build_filename (top, "t.lackey", NULL);
  g_autoptr(PwkScript) script = test_script ("machine(memory=64M)\nprocess(A)\n[A] access(\"../t.lackey\")\n");
  PwkSession *session = open_session (UINT64_MAX);
  PwkSnapshot *snapshot;

  g_assert_cmpint (g_mkdir (in, 0700), ==, 0);
  g_assert_true (g_file_set_contents (trace, "I  00401000,3\n", -1, NULL));
  pwk_session_open (session, script, NULL, in, UINT64_MAX);
  snapshot = pwk_session_wait (session);
  g_assert_nonnull (strstr (snapshot->error, "outside the scenario's folder"));
  pwk_snapshot_unref (snapshot);
  pwk_reach_allow (trace);
  pwk_session_replace (session, script);
  snapshot = pwk_session_wait (session);
  g_assert_null (snapshot->error);
  g_assert_cmpint (snapshot->state, !=, PWK_STATE_EMPTY);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
  g_remove (trace);
  g_rmdir (in);
  g_rmdir (top);
}

#define LONG \
  "machine(memory=64M)\nprocess(A)\nrepeat(1000000, i)\n  [A] mmap(NULL, 1M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n" \
  "  [A] touch(p, 1M, \"w\")\n  [A] munmap(p, 1M) = 0\nend\n"

/* A move that takes its time tells that the engine runs, with the place before; so it can be stopped, and what comes then is a place again. */
static void
test_seeking (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (LONG);
  PwkSnapshot *snapshot;
  uint64_t before;

  pwk_session_open (session, script, NULL, NULL, 0);
  snapshot = pwk_session_wait (session);
  before = snapshot->position;
  g_clear_pointer (&snapshot, pwk_snapshot_unref);
  pwk_session_seek (session, UINT64_MAX);
  while (!(snapshot = pwk_session_take (session)))
    g_usleep (1000);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_SEEKING);
  g_assert_cmpuint (snapshot->position, ==, before);
  pwk_snapshot_unref (snapshot);
  pwk_session_pause (session);
  snapshot = pwk_session_wait (session);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_PAUSED);
  g_assert_cmpuint (snapshot->position, >, before);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

/* So does opening, when nothing is shown yet: with a place on the way. Other pictures can be wished for meanwhile. */
static void
test_opening (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (LONG);
  PwkSnapshot *snapshot;
  uint64_t before;

  wish (session, 1);
  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  while (!(snapshot = pwk_session_take (session)))
    g_usleep (1000);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_SEEKING);
  g_assert_cmpuint (snapshot->n_models, ==, 1);
  before = snapshot->position;
  g_assert_cmpuint (before, >, 0);
  g_clear_pointer (&snapshot, pwk_snapshot_unref);
  pwk_session_set_wishes (session, NULL, 0);
  while (!snapshot || snapshot->n_models > 0)
    {
      g_clear_pointer (&snapshot, pwk_snapshot_unref);
      snapshot = pwk_session_take (session);
      g_usleep (1000);
    }
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_SEEKING);
  g_assert_cmpuint (snapshot->position, >=, before);
  before = snapshot->position;
  g_clear_pointer (&snapshot, pwk_snapshot_unref);
  pwk_session_pause (session);
  snapshot = pwk_session_wait (session);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_PAUSED);
  g_assert_cmpuint (snapshot->position, >=, before);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/life", test_life);
  g_test_add_func ("/session/scrub", test_scrub);
  g_test_add_func ("/session/builds-once", test_builds_once);
  g_test_add_func ("/session/pause", test_pause);
  g_test_add_func ("/session/list", test_list);
  g_test_add_func ("/session/list-again", test_list_again);
  g_test_add_func ("/session/breakpoints", test_breakpoints);
  g_test_add_func ("/session/travel", test_travel);
  g_test_add_func ("/session/empty", test_empty);
  g_test_add_func ("/session/notify", test_notify);
  g_test_add_func ("/session/append", test_append);
  g_test_add_func ("/session/assertion", test_assertion);
  g_test_add_func ("/session/exhausted", test_exhausted);
  g_test_add_func ("/session/allowed", test_allowed);
  g_test_add_func ("/session/rounds", test_rounds);
  g_test_add_func ("/session/many-rounds", test_many_rounds);
  g_test_add_func ("/session/reasons", test_reasons);
  g_test_add_func ("/session/losses", test_losses);
  g_test_add_func ("/session/many-losses", test_many_losses);
  g_test_add_func ("/session/session/seeking", test_seeking);
  g_test_add_func ("/session/session/opening", test_opening);
  return g_test_run ();
}
