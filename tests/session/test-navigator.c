/* test-navigator.c - moving about in history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/paging/pte.h"
#include "engine/core/refusal.h"
#include "session-test.h"

typedef struct { uint64_t position, hash, n_shown; uint32_t n_events, n_chain; PwkEvent now; } Shown;

static void
on_show (const PwkObservation *observation, gpointer data)
{
  Shown *shown = data;

  shown->position = observation->position;
  shown->hash = pwk_machine_hash (observation->machine);
  shown->n_shown++;
  shown->n_events = observation->n_events;
  shown->n_chain = observation->n_chain;
  if (shown->n_chain)
    shown->now = observation->chain[0];
}

/* Arrives at what was found; it is shown once. */
static void
arrive (PwkNavigator *navigator, Shown *shown)
{
  uint64_t before = shown->n_shown;

  pwk_navigator_arrive (navigator, on_show, shown);
  g_assert_cmpuint (shown->n_shown, ==, before + 1);
  g_assert_cmpuint (shown->position, ==, pwk_navigator_position (navigator));
}

/* Runs a fresh machine up to event @n and hashes its state there, by the plainest means. */
typedef struct { uint64_t n, hash; } Plain;

static void
plain_listener (PwkMachine *machine, const PwkEvent *event, void *data)
{
  Plain *plain = data;

  if (event->n == plain->n)
    plain->hash = pwk_machine_hash (machine);
}

static uint64_t
plain_hash (uint64_t n)
{
  PwkRunner *runner = test_runner (TEST_SCENARIO);
  PwkMachine *machine = pwk_runner_machine (runner);
  Plain plain = { .n = n };

  pwk_machine_listen (machine, plain_listener, &plain);
  machine->watch = n;
  while (machine->st->n_events < n && pwk_runner_step (runner))
    ;
  if (machine->st->n_events == n)
    plain.hash = pwk_machine_hash (machine);
  pwk_runner_free (runner);
  return plain.hash;
}

static uint64_t
last_event (PwkNavigator *navigator)
{
  bool final;
  uint64_t end;

  pwk_navigator_seek (navigator, UINT64_MAX);
  end = pwk_navigator_known_end (navigator, &final);
  g_assert_true (final);
  return end;
}

/* seek (n), from anywhere, shows the state that a machine run straight to n has. */
static void
test_seek_equals_run (void)
{
  Shown shown = { 0 };
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  uint64_t end = last_event (navigator);
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u, %" G_GUINT64_FORMAT " events", seed, end);
  g_assert_cmpuint (end, >, 1000);
  for (unsigned i = 0; i < 60; i++)
    {
      uint64_t n = 1 + g_rand_int (rand) % end;

      pwk_navigator_seek (navigator, n);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.position, ==, n);
      g_assert_cmpuint (shown.hash, ==, plain_hash (n));
    }
  test_check (pwk_navigator_runner (navigator));
  pwk_navigator_free (navigator);
}

/* A step forward and one back, event by event, ends in the same state and tells the same: what the statement did so far. */
static void
test_step_back (void)
{
  Shown shown = { 0 };
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  uint64_t end = last_event (navigator);

  for (uint64_t n = 5; n + 1 < end; n += end / 40)
    {
      Shown before;

      pwk_navigator_seek (navigator, n);
      arrive (navigator, &shown);
      before = shown;
      pwk_navigator_step (navigator, PWK_STEP_EVENT, 1);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.position, ==, n + 1);
      g_assert_cmpuint (shown.n_events, ==, shown.now.kind == PWK_EV_STATEMENT ? 1 : before.n_events + 1);
      g_assert_cmpuint (shown.now.n, ==, n + 1);
      pwk_navigator_step (navigator, PWK_STEP_EVENT, -1);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.position, ==, n);
      g_assert_cmpuint (shown.n_events, ==, before.n_events);
      g_assert_cmpuint (shown.n_chain, ==, before.n_chain);
      g_assert_cmpuint (shown.hash, ==, before.hash);
      arrive (navigator, &shown);   /* the same place again */
      g_assert_cmpuint (shown.hash, ==, before.hash);
    }
  test_check (pwk_navigator_runner (navigator));
  pwk_navigator_free (navigator);
}

typedef struct { uint64_t n[8]; uint32_t n_exits; } Exits;

static void
take_exits (const PwkObservation *observation, gpointer data)
{
  Exits *exits = data;

  exits->n_exits = observation->n_exits;
  for (uint32_t i = 0; i < MIN (observation->n_exits, G_N_ELEMENTS (exits->n)); i++)
    exits->n[i] = observation->exits[i].n;
}

static Exits
exits_at (PwkNavigator *navigator, uint64_t position)
{
  Exits exits;

  pwk_navigator_seek (navigator, position);
  pwk_navigator_arrive (navigator, take_exits, &exits);
  return exits;
}

/* Which tasks have ended is known at every position, from wherever one comes; in another script what comes of that. */
static void
test_exits (void)
{
  g_autoptr(PwkScript) earlier = test_script ("machine(memory=64M, cpus=2, seed=7)\nprocess(A)\n[A] exit(0) = ?\ntick(2)\n");
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  uint64_t end = last_event (navigator), n;
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint (exits_at (navigator, end).n_exits, ==, 1);
  n = exits_at (navigator, end).n[0];
  g_assert_cmpuint (exits_at (navigator, n - 1).n_exits, ==, 0);
  g_assert_cmpuint (exits_at (navigator, n).n[0], ==, n);
  g_assert_cmpuint (exits_at (navigator, end).n_exits, ==, 1);
  g_assert_true (pwk_navigator_replace (navigator, earlier, &error));
  g_assert_no_error (error);
  end = last_event (navigator);
  g_assert_cmpuint (end, <, n);
  g_assert_cmpuint (exits_at (navigator, end).n_exits, ==, 1);
  g_assert_cmpuint (exits_at (navigator, end).n[0], <, end);
  pwk_navigator_free (navigator);
}

static void
test_step_call (void)
{
  Shown shown = { 0 };
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  uint32_t n = pwk_script_n_statements (pwk_runner_script (pwk_navigator_runner (navigator)));
  g_autofree uint64_t *hashes = g_new0 (uint64_t, n + 1);
  g_autofree uint64_t *positions = g_new0 (uint64_t, n + 1);

  for (uint32_t i = 1; i <= n; i++)
    {
      pwk_navigator_step (navigator, PWK_STEP_STATEMENT, 1);
      arrive (navigator, &shown);
      g_assert_cmpuint (pwk_navigator_spot (navigator).statement, ==, i);
      g_assert_true (pwk_navigator_at_rest (navigator));
      hashes[i] = shown.hash;
      positions[i] = shown.position;
    }
  for (uint32_t i = n - 1; i >= 1; i--)
    {
      pwk_navigator_step (navigator, PWK_STEP_STATEMENT, -1);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.position, ==, positions[i]);
      g_assert_cmpuint (shown.hash, ==, hashes[i]);
      g_assert_cmpuint (shown.n_events, ==, i > 1 ? positions[i] - positions[i - 1] : shown.n_events);   /* the whole statement, as on the way forward */
    }
  pwk_navigator_seek (navigator, positions[3] + 20);
  pwk_navigator_step (navigator, PWK_STEP_STATEMENT, -1);   /* from inside a statement to its beginning */
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, positions[3]);
  pwk_navigator_free (navigator);
}

static void
test_find (void)
{
  Shown shown = { 0 };
  g_autoptr(GError) error = NULL;
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  PwkCondition *condition;
  uint64_t first, second;

  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_PAGE_FAULT_USER, NULL, false), ==, PWK_STOP_REACHED);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.now.kind, ==, PWK_EV_PAGE_FAULT_USER);
  g_assert_cmpuint (shown.n_chain, >=, 2);   /* a statement is at the root of it */
  first = shown.position;
  pwk_navigator_find (navigator, PWK_EV_PAGE_FAULT_USER, NULL, false);
  arrive (navigator, &shown);
  second = shown.position;
  g_assert_cmpuint (second, >, first);
  pwk_navigator_find (navigator, PWK_EV_PAGE_FAULT_USER, NULL, true);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, first);

  condition = pwk_condition_parse ("order >= 3", PWK_EV_MM_PAGE_ALLOC, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_MM_PAGE_ALLOC, condition, false), ==, PWK_STOP_REACHED);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.now.arg[1], ==, 3);
  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_OOM_KILL, NULL, false), ==, PWK_STOP_NOT_FOUND);
  pwk_condition_free (condition);

  pwk_navigator_seek (navigator, 0);
  for (unsigned i = 0; i < 5; i++)
    {
      g_assert_cmpint (pwk_navigator_step (navigator, PWK_STEP_TICK, 1), ==, PWK_STOP_REACHED);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.now.kind, ==, PWK_EV_TICK);
      g_assert_cmpuint (shown.now.arg[0], ==, i + 1);
    }
  g_assert_cmpint (pwk_navigator_step (navigator, PWK_STEP_TICK, 1), ==, PWK_STOP_NOT_FOUND);
  pwk_navigator_free (navigator);
}

typedef struct { int kind; GArray *numbers; } Listing;

static void
list_event (PwkMachine *machine G_GNUC_UNUSED, const PwkEvent *event, void *data)
{
  Listing *listing = data;

  if ((int) event->kind == listing->kind)
    g_array_append_val (listing->numbers, event->n);
}

/* Of each kind: the numbers of all events, as a run that listens to all of them tells. */
static GArray *
list_kind (int kind)
{
  PwkRunner *runner = test_runner (TEST_SCENARIO);
  Listing listing = { kind, g_array_new (FALSE, FALSE, sizeof (uint64_t)) };

  pwk_machine_listen (pwk_runner_machine (runner), list_event, &listing);
  pwk_machine_want (pwk_runner_machine (runner), -1, true);
  while (pwk_runner_step (runner))
    ;
  pwk_runner_free (runner);
  return listing.numbers;
}

/* Stops once it was asked @left times more. */
static bool
run_out (gpointer left)
{
  return (*(int *) left)-- <= 0;
}

/* A run from within a long statement goes over what lies before it again. Cancelled or out of time there it stays where it was, and of what it
 * has gone over nothing is lost. */
static void
test_run_within (void)
{
  Shown shown = { 0 };
  PwkNavigator *navigator = pwk_navigator_new (test_runner ("machine(memory=128M)\nprocess(A)\n"
                                                            "[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                                            "[A] touch(p, 32M, \"w\")\n"));
  uint64_t end = last_event (navigator), n = end - 1, hash;
  int never = 0;
  unsigned runs = 0;

  /* the checkpoints lie where time has put them: those of this statement go */
  pwk_history_truncate ((PwkHistory *) pwk_navigator_history (navigator), 3);
  pwk_navigator_seek (navigator, n);
  arrive (navigator, &shown);
  hash = shown.hash;
  pwk_history_truncate ((PwkHistory *) pwk_navigator_history (navigator), 3);

  pwk_navigator_set_cancelled (navigator, run_out, &never);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_CANCELLED);
  g_assert_cmpint (never, ==, -1);   /* asked once */
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, n);
  g_assert_cmpuint (shown.hash, ==, hash);

  pwk_navigator_set_cancelled (navigator, NULL, NULL);
  pwk_navigator_seek (navigator, n);
  for (PwkStop stop = PWK_STOP_TIME; stop == PWK_STOP_TIME; runs++)
    {
      g_assert_cmpuint (pwk_navigator_position (navigator), ==, n);
      stop = pwk_navigator_run (navigator, 1);   /* a microsecond: over at the first look */
      g_assert_cmpuint (runs, <, 1000);
    }
  g_assert_cmpuint (runs, >, 10);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, end);
  pwk_navigator_free (navigator);
}

/* --- loops --- */

#define LOOPS "machine(memory=64M)\nrepeat(3, i)\nalloc_pages(GFP_KERNEL, 0) = pages[i]\nfor(x in 1, 2)\ntick(x)\nend\nend\ntick(5)\n"

static PwkSpot
spot_in (uint32_t statement, uint32_t n, uint64_t first, uint64_t second)
{
  return (PwkSpot) { .statement = statement, .n_rounds = n, .round = { first, second } };
}

/* Step by step through all rounds and back: each end of a statement is met once, with its spot and its state. */
static void
test_step_rounds (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (LOOPS));
  PwkSpot spots[64];
  uint64_t positions[64], hashes[64];
  Shown shown = { 0 };
  unsigned n = 0;

  while (pwk_navigator_step (navigator, PWK_STEP_STATEMENT, 1) == PWK_STOP_REACHED)
    {
      arrive (navigator, &shown);
      g_assert_cmpuint (n, <, G_N_ELEMENTS (spots));
      spots[n] = pwk_navigator_spot (navigator);
      positions[n] = shown.position;
      hashes[n++] = shown.hash;
    }
  /* machine, repeat, 3 × (alloc_pages, for, 2 × (tick, end), end), tick */
  g_assert_cmpuint (n, ==, 2 + 3 * (2 + 2 * 2 + 1) + 1);
  for (unsigned i = 0; i < n; i++)
    {
      const PwkSpot spot = spots[i];

      g_assert_cmpint (pwk_navigator_seek_spot (navigator, &spot), ==, PWK_STOP_REACHED);
      g_assert_cmpuint (pwk_navigator_position (navigator), ==, positions[i]);
    }
  for (unsigned i = n - 1; i-- > 0;)
    {
      const PwkSpot spot = spots[i];
      PwkSpot now;

      pwk_navigator_step (navigator, PWK_STEP_STATEMENT, -1);
      arrive (navigator, &shown);
      now = pwk_navigator_spot (navigator);
      g_assert_cmpuint (shown.position, ==, positions[i]);
      g_assert_cmpuint (shown.hash, ==, hashes[i]);
      g_assert_true (pwk_spot_equal (&now, &spot));
    }
  pwk_navigator_step (navigator, PWK_STEP_STATEMENT, 9);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, positions[9]);
  pwk_navigator_step (navigator, PWK_STEP_EVENT, -1);
  g_assert_cmpuint (pwk_navigator_spot (navigator).statement, ==, spots[8].statement);
  pwk_navigator_step (navigator, PWK_STEP_STATEMENT, -4);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, positions[5]);
  pwk_navigator_step (navigator, PWK_STEP_STATEMENT, -100);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, 0);
  test_check (pwk_navigator_runner (navigator));
  pwk_navigator_free (navigator);
}

/* A round may be left out: it is the first. One that there is not leaves the position where it was. */
static void
test_seek_rounds (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (LOOPS));
  const PwkSpot second = spot_in (4, 2, 1, 1), first = spot_in (4, 0, 0, 0), none = spot_in (4, 2, 1, 2), far = spot_in (4, 1, 3, 0), any = spot_in (4, 1, 2, 0);
  const PwkSpot behind = spot_in (5, 1, 1, 0);
  PwkSpot now;
  uint64_t position;

  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &second), ==, PWK_STOP_REACHED);
  now = pwk_navigator_spot (navigator);
  g_assert_true (pwk_spot_equal (&now, &second));
  position = pwk_navigator_position (navigator);
  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &none), ==, PWK_STOP_NOT_FOUND);
  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &far), ==, PWK_STOP_NOT_FOUND);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, position);
  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &first), ==, PWK_STOP_REACHED);
  now = pwk_navigator_spot (navigator);
  g_assert_cmpuint (now.statement, ==, 4);
  g_assert_cmpuint (now.round[0] + now.round[1], ==, 0);
  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &any), ==, PWK_STOP_REACHED);
  now = pwk_navigator_spot (navigator);
  g_assert_cmpuint (now.round[0], ==, 2);

  /* behind all rounds of the inner loop, in the second of the outer one */
  g_assert_cmpint (pwk_navigator_seek_behind (navigator, &behind), ==, PWK_STOP_REACHED);
  now = pwk_navigator_spot (navigator);
  g_assert_cmpuint (now.statement, ==, 6);
  g_assert_cmpuint (now.round[0], ==, 1);
  pwk_navigator_free (navigator);
}

/* A breakpoint stops in the round that it names, or in each. */
static void
test_break_rounds (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (LOOPS));
  const PwkBreak each = { .id = 1, .kind = -1, .spot = { .statement = 4 } };
  const PwkBreak one = { .id = 2, .kind = -1, .spot = { .statement = 4, .n_rounds = 2, .round = { 2, 1 } } };
  const PwkBreak both = { .id = 3, .kind = -1, .spot = { .statement = 4, .n_rounds = 1, .round = { 1 } } };
  PwkSpot now;

  pwk_navigator_set_breaks (navigator, &each, 1);
  for (unsigned i = 0; i < 6; i++)
    {
      g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
      now = pwk_navigator_spot (navigator);
      g_assert_cmpuint (now.statement, ==, 4);
      g_assert_cmpuint (now.round[0] * 2 + now.round[1], ==, i);
    }
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  pwk_navigator_seek (navigator, 0);
  pwk_navigator_set_breaks (navigator, &one, 1);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
  now = pwk_navigator_spot (navigator);
  g_assert_true (pwk_spot_equal (&now, &one.spot));
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  pwk_navigator_seek (navigator, 0);
  pwk_navigator_set_breaks (navigator, &both, 1);
  for (unsigned i = 0; i < 2; i++)
    g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  pwk_navigator_free (navigator);
}

/* A change within a block does all of it anew; one behind it does not. */
static void
test_replace_block (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (LOOPS));
  g_autoptr(PwkScript) longer = pwk_script_parse ("t", LOOPS "tick(6)\n", -1, NULL);
  g_autoptr(PwkScript) other = pwk_script_parse ("t", "machine(memory=64M)\nrepeat(3, i)\nalloc_pages(GFP_KERNEL, 0) = pages[i]\nfor(x in 1, 2)\n"
                                                      "tick(1)\nend\nend\ntick(5)\n", -1, NULL);
  const PwkSpot middle = spot_in (4, 2, 1, 1), begin = spot_in (1, 0, 0, 0);
  g_autoptr(GError) error = NULL;
  uint64_t end, before;

  pwk_navigator_seek (navigator, UINT64_MAX);
  end = pwk_navigator_position (navigator);
  pwk_navigator_seek_spot (navigator, &begin);
  before = pwk_navigator_position (navigator);
  pwk_navigator_seek (navigator, UINT64_MAX);
  g_assert_true (pwk_navigator_replace (navigator, longer, &error));
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, end);
  g_assert_true (pwk_navigator_replace (navigator, other, &error));
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, before);
  g_assert_cmpint (pwk_navigator_seek_spot (navigator, &middle), ==, PWK_STOP_REACHED);
  g_assert_true (pwk_navigator_replace (navigator, longer, &error));
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, before);
  pwk_navigator_seek (navigator, UINT64_MAX);
  g_assert_cmpuint (pwk_navigator_position (navigator), >, end);
  test_check (pwk_navigator_runner (navigator));
  pwk_navigator_free (navigator);
}

/* Told to stop while it runs, it goes on for no more than a further chunk: 64 places of rest, here pages. */
static void
test_cancel (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner ("machine(memory=128M)\nprocess(A)\n"
                                                            "[A] mmap(NULL, 64M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                                            "[A] touch(p, 32M, \"w\")\n"));
  const PwkMachine *machine = pwk_runner_machine (pwk_navigator_runner (navigator));
  int twice = 2;

  pwk_navigator_seek_spot (navigator, &(PwkSpot) { .statement = 3 });
  pwk_navigator_set_cancelled (navigator, run_out, &twice);
  g_assert_cmpint (pwk_navigator_seek (navigator, UINT64_MAX), ==, PWK_STOP_CANCELLED);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_PAGE_FAULT_USER), <=, 3 * 64);
  g_assert_cmpint (twice, ==, -1);

  pwk_navigator_set_cancelled (navigator, NULL, NULL);
  pwk_navigator_seek (navigator, UINT64_MAX);
  pwk_navigator_set_cancelled (navigator, run_out, &twice);
  for (int backwards = 0; backwards < 2; backwards++)
    {
      PwkListing listing = {
        .kind = PWK_EV_OOM_KILL, .backwards = backwards, .cursor = backwards ? UINT64_MAX : 0, .limit = 1,
        .found = g_array_new (FALSE, FALSE, sizeof (PwkEvent)),
      };

      g_assert_true (pwk_navigator_list (navigator, &listing, G_MAXINT32));
      g_assert_cmpuint (listing.cursor, >, backwards ? pwk_navigator_known_end (navigator, NULL) : 0);
      if (!backwards)
        g_assert_cmpuint (listing.cursor, <, pwk_navigator_known_end (navigator, NULL));
      g_array_unref (listing.found);
    }
  pwk_navigator_free (navigator);
}

/* Played at a speed, step after step, breakpoints on the way stop it, too. */
static void
test_play_to_breakpoint (void)
{
  g_autoptr(GArray) all = list_kind (PWK_EV_TABLE_ALLOC);
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  PwkBreak breaks[] = { { .id = 1, .kind = PWK_EV_TABLE_ALLOC }, { .id = 2, .kind = -1, .spot = { .statement = 5 } } };

  pwk_navigator_set_breaks (navigator, breaks, 1);
  for (guint i = 0; i < all->len; i++)
    {
      PwkStop stop;

      while ((stop = pwk_navigator_play (navigator, PWK_STEP_STATEMENT, 1)) == PWK_STOP_REACHED)
        ;
      g_assert_cmpint (stop, ==, PWK_STOP_BREAKPOINT);
      g_assert_cmpuint (pwk_navigator_position (navigator), ==, g_array_index (all, uint64_t, i));
    }
  pwk_navigator_set_breaks (navigator, breaks + 1, 1);
  pwk_navigator_seek (navigator, 0);
  g_assert_cmpint (pwk_navigator_play (navigator, PWK_STEP_STATEMENT, 9), ==, PWK_STOP_BREAKPOINT);
  g_assert_cmpuint (pwk_navigator_stopped_by (navigator), ==, 2);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, pwk_runner_outcome (pwk_navigator_runner (navigator), 4)->last_event);
  pwk_navigator_free (navigator);
}

static void
test_breakpoint (void)
{
  Shown shown = { 0 };
  g_autoptr(GError) error = NULL;
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  PwkCondition *condition = pwk_condition_parse ("order == 3", PWK_EV_MM_PAGE_ALLOC, &error);
  PwkBreak breaks[] = {
    { .id = 1, .kind = PWK_EV_MM_PAGE_ALLOC, .condition = condition },
    { .id = 2, .kind = -1, .spot = { .statement = 9 } },
  };

  g_assert_no_error (error);
  pwk_navigator_set_breaks (navigator, breaks, G_N_ELEMENTS (breaks));
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
  arrive (navigator, &shown);
  g_assert_cmpuint (pwk_navigator_stopped_by (navigator), ==, 1);
  g_assert_cmpuint (shown.now.kind, ==, PWK_EV_MM_PAGE_ALLOC);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
  arrive (navigator, &shown);
  g_assert_cmpuint (pwk_navigator_stopped_by (navigator), ==, 2);
  g_assert_cmpuint (pwk_navigator_spot (navigator).statement, ==, 9);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  pwk_navigator_free (navigator);
  pwk_condition_free (condition);
}

/* Changing a line keeps the past before it. */
static void
test_replace (void)
{
  Shown shown = { 0 };
  g_autoptr(GError) error = NULL;
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  g_autofree char *text = g_strconcat (TEST_SCENARIO, "alloc_pages(GFP_KERNEL, 0) = q\n", NULL);
  g_autoptr(PwkScript) longer = test_script (text);
  g_autoptr(PwkScript) other = test_script ("machine(memory=32M)\n");
  uint64_t end = last_event (navigator);

  g_assert_true (pwk_navigator_replace (navigator, longer, &error));
  g_assert_no_error (error);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, end);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, >, end);
  g_assert_false (pwk_navigator_replace (navigator, other, &error));
  g_assert_error (error, PWK_CONFIG_ERROR, 0);
  pwk_navigator_free (navigator);
}

/* A line put in between moves the statements behind it: they are run again, and those before it are not. */
static void
test_replace_moved (void)
{
  Shown shown = { 0 };
  g_autoptr(GError) error = NULL;
  PwkNavigator *navigator = pwk_navigator_new (test_runner ("machine(memory=64M)\nprocess(A)\n[A] brk(0) = h\n"));
  g_autoptr(PwkScript) moved = test_script ("machine(memory=64M)\nprocess(A)\n\n[A] brk(0) = h\n");
  uint64_t end = last_event (navigator), kept = pwk_runner_outcome (pwk_navigator_runner (navigator), 1)->last_event;

  g_assert_true (pwk_navigator_replace (navigator, moved, &error));
  g_assert_no_error (error);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, kept);
  g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.position, ==, end);
  pwk_navigator_free (navigator);
}

/* Conditions: what they mean, and what is wrong with them. */
static void
test_conditions (void)
{
  PwkEvent event = { .n = 7, .kind = PWK_EV_WATERMARK_FAIL, .arg = { 0, PWK_ZONE_DMA32, 3, 500, 600, 16 } };
  static const struct { const char *text; bool holds; } right[] = {
    { "order >= 3 && zone == DMA32", true }, { "order > 3", false }, { "free < mark + reserve", true },
    { "!(order == 3) || free == 500", true }, { "mark == 600 && (zone == Normal || zone == DMA)", false },
    { "free & 4", true }, { "mark > 1K", false }, { "n == 7", true }, { "free == 0x1f4", true },
  };
  static const char *const wrong[] = { "", "order >=", "order >= 3 &&", "colour == 3", "(order == 3", "order == 3x", "1 2", "((((" };

  for (size_t i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autoptr(GError) error = NULL;
      PwkCondition *condition = pwk_condition_parse (right[i].text, PWK_EV_WATERMARK_FAIL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (pwk_condition_holds (condition, &event), ==, right[i].holds);
      pwk_condition_free (condition);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr(GError) error = NULL;

      g_assert_null (pwk_condition_parse (wrong[i], PWK_EV_WATERMARK_FAIL, &error));
      g_assert_error (error, PWK_CONFIG_ERROR, 0);
      g_assert_nonnull (strstr (error->message, "condition, column "));
    }
}

/* Of any kind of event: what is said of fields that it does not have does not hold, nor does the contrary. Levels go by their names. */
static void
test_condition_fields (void)
{
  PwkEvent event = { .n = 7, .cpu = 1, .kind = PWK_EV_TABLE_ALLOC, .arg = { PWK_LEVEL_PMD, 100, 0x1000, 1 } };
  static const struct { const char *text; bool holds; } conditions[] = {
    { "level == PMD", true }, { "level=pmd", true }, { "level = PTE", false }, { "order == 0", false }, { "order != 0", false }, { "!(order == 0)", false },
    { "order == 0 || level == PMD", true }, { "order == 0 && level == PMD", false }, { "pfn == 100 && cpu == 1", true }, { "order < 3 || pfn > 100", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      g_autoptr(GError) error = NULL;
      PwkCondition *condition = pwk_condition_parse (conditions[i].text, PWK_ANY_EVENT, &error);

      g_assert_no_error (error);
      g_assert_cmpint (pwk_condition_holds (condition, &event), ==, conditions[i].holds);
      pwk_condition_free (condition);
    }
}

/* Errors and their reasons go by their names. */
static void
test_condition_names (void)
{
  PwkEvent event = { .n = 7, .kind = PWK_EV_SYSCALL_EXIT, .arg = { 0, 12, PWK_WHY_RLIMIT_AS } };
  static const struct { const char *text; bool holds; } conditions[] = {
    { "errno == ENOMEM && why == rlimit_as", true }, { "why == rlimit_data", false }, { "why != none", true }, { "errno == EINVAL", false },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (conditions); i++)
    {
      g_autoptr(GError) error = NULL;
      PwkCondition *condition = pwk_condition_parse (conditions[i].text, PWK_EV_SYSCALL_EXIT, &error);

      g_assert_no_error (error);
      g_assert_cmpint (pwk_condition_holds (condition, &event), ==, conditions[i].holds);
      pwk_condition_free (condition);
    }
}

/* Going on from find to find, or from breakpoint to breakpoint, comes by every event of the kind, in one statement too, and back. */
static void
test_find_all (void)
{
  static const int kinds[] = { PWK_EV_TABLE_ALLOC, PWK_EV_PAGE_FAULT_USER, PWK_EV_MM_PAGE_ALLOC, PWK_EV_TICK };

  for (size_t k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
      g_autoptr(GArray) all = list_kind (kinds[k]);
      PwkBreak stop = { .id = 1, .kind = kinds[k] };

      g_assert_cmpuint (all->len, >, 1);
      for (guint i = 0; i < all->len; i++)
        {
          g_assert_cmpint (pwk_navigator_find (navigator, kinds[k], NULL, false), ==, PWK_STOP_REACHED);
          g_assert_cmpuint (pwk_navigator_position (navigator), ==, g_array_index (all, uint64_t, i));
        }
      g_assert_cmpint (pwk_navigator_find (navigator, kinds[k], NULL, false), ==, PWK_STOP_NOT_FOUND);
      pwk_navigator_seek (navigator, UINT64_MAX);
      for (guint i = all->len; i-- > 0;)
        {
          if (g_array_index (all, uint64_t, i) == pwk_navigator_position (navigator))
            continue;
          g_assert_cmpint (pwk_navigator_find (navigator, kinds[k], NULL, true), ==, PWK_STOP_REACHED);
          g_assert_cmpuint (pwk_navigator_position (navigator), ==, g_array_index (all, uint64_t, i));
        }
      g_assert_cmpint (pwk_navigator_find (navigator, kinds[k], NULL, true), ==, PWK_STOP_NOT_FOUND);
      pwk_navigator_seek (navigator, 0);
      pwk_navigator_set_breaks (navigator, &stop, 1);
      for (guint i = 0; i < all->len; i++)
        {
          g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_BREAKPOINT);
          g_assert_cmpuint (pwk_navigator_position (navigator), ==, g_array_index (all, uint64_t, i));
        }
      g_assert_cmpint (pwk_navigator_run (navigator, 0), ==, PWK_STOP_END);
      pwk_navigator_free (navigator);
    }
}

static void
step_to (PwkNavigator *navigator, int count, uint64_t position)
{
  pwk_navigator_step (navigator, PWK_STEP_EVENT, count);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, position);
}

/* Where details are folded, a step by an event passes over changes of page flags, both ways; a jump does not. */
static void
test_details (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner ("machine(memory=64M)\nprocess(A)\n[A] brk(NULL) = b\n[A] brk(b + 16K)\n[A] store(b)\n"));
  uint64_t first, before, behind;

  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_RMAP_ADD, NULL, false), ==, PWK_STOP_REACHED);
  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_PAGE_FLAGS, NULL, true), ==, PWK_STOP_REACHED);
  first = pwk_navigator_position (navigator);
  g_assert_cmpint (pwk_navigator_find (navigator, PWK_ANY_TOLD_EVENT, NULL, true), ==, PWK_STOP_REACHED);
  before = pwk_navigator_position (navigator);
  pwk_navigator_seek (navigator, first);
  g_assert_cmpint (pwk_navigator_find (navigator, PWK_ANY_TOLD_EVENT, NULL, false), ==, PWK_STOP_REACHED);
  behind = pwk_navigator_position (navigator);
  g_assert_cmpuint (before, <, first);
  g_assert_cmpuint (behind, >, first);

  pwk_navigator_seek (navigator, first);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, first);
  pwk_navigator_seek (navigator, before);
  step_to (navigator, 1, before + 1);
  pwk_navigator_set_folds (navigator, PWK_FOLD_DETAILS);
  pwk_navigator_seek (navigator, before);
  step_to (navigator, 1, behind);
  step_to (navigator, -1, before);
  pwk_navigator_free (navigator);
}

/* With the boot as one, a step from power-on leads to where the machine is up, and back; inside and behind it each event is a step, and a
 * breakpoint in it is none the less stopped at. Whether the boot is a statement or goes before the first makes no difference. */
static void
check_boot_steps (const char *text)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (text));
  const PwkBreak in_boot = { .id = 1, .kind = PWK_EV_BOOT_DONE };
  uint64_t boot;

  g_assert_cmpuint (pwk_navigator_timeline (navigator)->boot_end, ==, 0);
  step_to (navigator, 1, 1);
  step_to (navigator, -1, 0);
  pwk_navigator_set_folds (navigator, PWK_FOLD_BOOT);
  pwk_navigator_step (navigator, PWK_STEP_EVENT, 1);
  boot = pwk_navigator_timeline (navigator)->boot_end;
  g_assert_cmpuint (boot, >, 100);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, boot);
  step_to (navigator, 1, boot + 1);
  step_to (navigator, -1, boot);
  step_to (navigator, -1, 0);
  step_to (navigator, 3, boot + 2);
  step_to (navigator, -3, 0);
  step_to (navigator, -1, 0);
  pwk_navigator_seek (navigator, 5);
  step_to (navigator, 1, 6);
  step_to (navigator, -2, 4);
  pwk_navigator_set_breaks (navigator, &in_boot, 1);
  pwk_navigator_seek (navigator, 0);
  g_assert_cmpint (pwk_navigator_play (navigator, PWK_STEP_EVENT, 1), ==, PWK_STOP_BREAKPOINT);
  g_assert_cmpuint (pwk_navigator_position (navigator), <=, boot);
  pwk_navigator_free (navigator);
}

static void
test_boot_steps (void)
{
  check_boot_steps ("machine(memory=64M)\nprocess(A)\n[A] brk(0)\n");
  check_boot_steps ("process(A)\n[A] brk(0)\n");
}

/* --- steps through the tree of causes --- */

static GArray *
all_events (PwkNavigator *navigator)
{
  GArray *events = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  PwkListing listing = { .kind = PWK_ANY_EVENT, .limit = 1000000, .found = events };

  last_event (navigator);
  while (!pwk_navigator_list (navigator, &listing, 100000))
    continue;
  return events;
}

static bool
is_by (const GArray *events, guint i, PwkStepBy by, uint64_t parent_below)
{
  const PwkEvent *event = &g_array_index (events, PwkEvent, i);
  const char *where = pwk_event_info ((PwkEventKind) event->kind)->where;
  bool hardware = strcmp (where, "hardware") == 0;

  if (by == PWK_STEP_HARDWARE)
    return hardware;
  if (by == PWK_STEP_KERNEL)
    return !hardware && strcmp (where, "-") != 0 && i + 1 < events->len && event[1].parent == event->n;
  return event->parent < parent_below;
}

/* By looking at all events, one after the other: where such a step leads; @from if there is no such event. Event n lies at n - 1. */
static uint64_t
plain_step (const GArray *events, uint64_t from, PwkStepBy by, bool backwards)
{
  uint64_t cause = g_array_index (events, PwkEvent, from - 1).parent, below = by == PWK_STEP_OUT && cause ? cause : backwards ? cause + 1 : from;
  bool by_tree = by == PWK_STEP_OVER || by == PWK_STEP_OUT;

  if (by == PWK_STEP_OUT && backwards && cause)
    return cause;
  for (uint64_t n = backwards ? from - 1 : from + 1; n >= 1 && n <= events->len; n += backwards ? (uint64_t) -1 : 1)
    if (is_by (events, (guint) n - 1, by, below))
      return n;
  return !by_tree ? from : backwards ? 0 : events->len;
}

/* Over, out, by hardware steps and calls of the kernel, there and back, from random places: the same as looking at all events. What is stepped over
 * beside an event is stepped back over to it. */
static void
test_step_tree (void)
{
  static const PwkStepBy ways[] = { PWK_STEP_OVER, PWK_STEP_OUT, PWK_STEP_HARDWARE, PWK_STEP_KERNEL };
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  g_autoptr(GArray) events = all_events (navigator);
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  unsigned pairs = 0;

  g_test_message ("seed %u, %u events", seed, events->len);
  for (unsigned i = 0; i < 300; i++)
    {
      uint64_t from = 1 + g_rand_int (rand) % events->len, to;
      PwkStepBy by = ways[i % G_N_ELEMENTS (ways)];
      bool backwards = g_rand_boolean (rand);
      Shown shown = { 0 };

      pwk_navigator_seek (navigator, from);
      if (g_rand_boolean (rand))
        arrive (navigator, &shown);
      pwk_navigator_step (navigator, by, backwards ? -1 : 1);
      to = pwk_navigator_position (navigator);
      if (to != plain_step (events, from, by, backwards))
        g_error ("from %" G_GUINT64_FORMAT " by %d %s: to %" G_GUINT64_FORMAT ", not %" G_GUINT64_FORMAT, from, by, backwards ? "back" : "on", to,
                 plain_step (events, from, by, backwards));
      if (by != PWK_STEP_OVER || backwards || to <= from
          || g_array_index (events, PwkEvent, to - 1).parent != g_array_index (events, PwkEvent, from - 1).parent)
        continue;
      pwk_navigator_step (navigator, by, -1);
      g_assert_cmpuint (pwk_navigator_position (navigator), ==, from);
      pairs++;
    }
  g_assert_cmpuint (pairs, >, 5);
  test_check (pwk_navigator_runner (navigator));
  pwk_navigator_free (navigator);
}

/* A store that finds memory full looks at each of some thousand pages before it reclaims one: more events in a step than the recorder keeps.
 * Places near the step's beginning tell as much as others. */
static void
test_long_step (void)
{
  Shown shown = { 0 };
  PwkNavigator *navigator = pwk_navigator_new (test_runner ("machine(memory=32M, swap=64M, cpus=1)\n"
                                                            "process(A)\n"
                                                            "[A] mmap(NULL, 32M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                                            "for(i in range(0, 6200))\n"
                                                            "  [A] store(p + i * 4K, 8)\n"
                                                            "end\n"));
  PwkSpot spot;
  uint64_t first;

  g_assert_cmpint (pwk_navigator_find (navigator, PWK_EV_DIRECT_RECLAIM, NULL, false), ==, PWK_STOP_REACHED);
  first = pwk_navigator_position (navigator);
  arrive (navigator, &shown);
  g_assert_cmpint (shown.now.kind, ==, PWK_EV_DIRECT_RECLAIM);
  g_assert_cmpuint (shown.n_events, >, 4);
  g_assert_cmpuint (shown.n_chain, >, 2);
  spot = pwk_navigator_spot (navigator);
  for (uint64_t more = 1; more < 3 * PWK_OBSERVED_EVENTS; more *= 5)
    {
      pwk_navigator_seek (navigator, first + more);
      arrive (navigator, &shown);
      g_assert_cmpuint (shown.now.n, ==, first + more);
      g_assert_cmpuint (shown.n_events, >, MIN (more, PWK_OBSERVED_EVENTS - 1));
      g_assert_cmpuint (shown.n_chain, >, 2);
    }
  pwk_navigator_seek (navigator, first + 2 * PWK_OBSERVED_EVENTS * 4);
  arrive (navigator, &shown);
  g_assert_cmpuint (shown.n_events, ==, PWK_OBSERVED_EVENTS);
  g_assert_cmpuint (pwk_navigator_spot (navigator).statement, ==, spot.statement);
  pwk_navigator_free (navigator);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/navigator/seek-equals-run", test_seek_equals_run);
  g_test_add_func ("/session/navigator/step-back", test_step_back);
  g_test_add_func ("/session/navigator/long-step", test_long_step);
  g_test_add_func ("/session/navigator/exits", test_exits);
  g_test_add_func ("/session/navigator/step-call", test_step_call);
  g_test_add_func ("/session/navigator/boot-steps", test_boot_steps);
  g_test_add_func ("/session/navigator/details", test_details);
  g_test_add_func ("/session/navigator/find", test_find);
  g_test_add_func ("/session/navigator/find-all", test_find_all);
  g_test_add_func ("/session/navigator/breakpoint", test_breakpoint);
  g_test_add_func ("/session/navigator/run-within", test_run_within);
  g_test_add_func ("/session/navigator/cancel", test_cancel);
  g_test_add_func ("/session/navigator/play-to-breakpoint", test_play_to_breakpoint);
  g_test_add_func ("/session/navigator/replace", test_replace);
  g_test_add_func ("/session/navigator/replace-moved", test_replace_moved);
  g_test_add_func ("/session/conditions", test_conditions);
  g_test_add_func ("/session/condition-fields", test_condition_fields);
  g_test_add_func ("/session/condition-names", test_condition_names);
  g_test_add_func ("/navigator/step-rounds", test_step_rounds);
  g_test_add_func ("/navigator/seek-rounds", test_seek_rounds);
  g_test_add_func ("/navigator/break-rounds", test_break_rounds);
  g_test_add_func ("/navigator/replace-block", test_replace_block);
  g_test_add_func ("/session/navigator/step-tree", test_step_tree);
  return g_test_run ();
}
