/* test-session.c - the engine thread: requests, snapshots, wishes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <glib/gstdio.h>

#include "engine/core/assert.h"
#include "engine/core/machine.h"
#include "files/reach.h"
#include "session-test.h"

typedef struct { uint64_t position; uint64_t asked; } TestModel;

static gint live_models;

static gpointer
build_model (const PwkObservation *observation, gconstpointer params)
{
  TestModel *model = g_new (TestModel, 1);

  g_atomic_int_inc (&live_models);
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
  g_assert_cmpuint (snapshot->n_samples, >, 10);
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

/* What the window does first: nothing is open, and nothing breaks. */
static void
test_empty (void)
{
  PwkSession *session = pwk_session_new ();
  PwkSnapshot *snapshot;

  pwk_session_step (session, PWK_STEP_CALL, 1);
  pwk_session_seek (session, 12);
  pwk_session_play (session, PWK_STEP_EVENT, 10);
  pwk_session_pause (session);
  snapshot = pwk_session_wait (session);
  g_assert_cmpint (snapshot->state, ==, PWK_STATE_EMPTY);
  pwk_snapshot_unref (snapshot);
  pwk_session_free (session);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/life", test_life);
  g_test_add_func ("/session/scrub", test_scrub);
  g_test_add_func ("/session/breakpoints", test_breakpoints);
  g_test_add_func ("/session/empty", test_empty);
  g_test_add_func ("/session/append", test_append);
  g_test_add_func ("/session/assertion", test_assertion);
  g_test_add_func ("/session/exhausted", test_exhausted);
  g_test_add_func ("/session/allowed", test_allowed);
  return g_test_run ();
}
