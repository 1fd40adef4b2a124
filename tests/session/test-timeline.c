/* test-timeline.c - stretches of history: from counts at once, from the events exactly; bars inside bars
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "engine/core/psi.h"
#include "engine/phys/vmstat.h"
#include "seed.h"
#include "session-test.h"
#include "session/shared.h"

static PwkNavigator *
ran (const char *text)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (text));

  pwk_navigator_run (navigator, 0);
  return navigator;
}

/* A flame made without anybody in between. */
static PwkStretch *
burn (PwkNavigator *navigator, const PwkStretchQuery *query, int64_t budget_us)
{
  PwkStretch *like = pwk_timeline_stretch (pwk_navigator_timeline (navigator), query, pwk_navigator_known_end (navigator, NULL), NULL);
  PwkFlame *flame = pwk_navigator_flame_new (navigator, like);
  PwkStretch *stretch;

  while (!pwk_navigator_burn (navigator, flame, budget_us))
    continue;
  stretch = pwk_flame_finish (flame);
  pwk_flame_free (flame);
  pwk_shared_unref (like);
  return stretch;
}

static uint64_t
sum (const PwkStretch *stretch, int mend)
{
  uint64_t all = 0;

  for (uint32_t c = 0; c < stretch->query.n_columns; c++)
    all += mend < 0 ? stretch->columns[c].tlb_misses : stretch->columns[c].mended[mend];
  return all;
}

/* However long history is, the samples have their room, a query looks at each once, and nothing that was counted is lost in the columns. */
static void
test_work (void)
{
  PwkNavigator *navigator = ran (TEST_SCENARIO);
  PwkMachine *machine = pwk_runner_machine (pwk_navigator_runner (navigator));
  PwkTimeline *timeline = pwk_timeline_new (machine);
  uint64_t end = 1400000, n_read;

  for (uint64_t n = 1; n <= end; n += 1 + n % 3)
    {
      machine->st->n_events = n;
      machine->st->cpus[0].count[PWK_EV_TLB_MISS] += n % 7 == 0;
      machine->st->cpus[0].count[PWK_EV_DO_ANONYMOUS_PAGE] += n % 11 == 0;
      pwk_timeline_rest (timeline, machine);
    }
  g_assert_cmpuint (pwk_timeline_bytes (timeline), <=, PWK_TIMELINE_BYTES);
  g_assert_cmpuint (timeline->n, >, timeline->capacity / 3);
  for (uint64_t range = 100; range <= end; range *= 7)
    {
      PwkStretchQuery query = { .first = end - range + 1, .last = UINT64_MAX, .n_columns = 1200, .node = PWK_LARGEST_ZONE };
      PwkStretch *stretch = pwk_timeline_stretch (timeline, &query, end, &n_read);

      g_assert_cmpuint (n_read, <=, timeline->capacity + 64);
      g_assert_cmpuint (stretch->columns[1199].n, ==, end);
      g_assert_cmpfloat (stretch->columns[600].cover[0][PWK_HUE_CALL], >, 0.99);
      pwk_shared_unref (stretch);
    }
  {
    const PwkTimelineSample *last = &timeline->samples[timeline->n - 1], *first = &timeline->samples[0];
    PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 700, .node = PWK_LARGEST_ZONE };
    PwkStretch *all = pwk_timeline_stretch (timeline, &query, end, NULL);

    g_assert_cmpuint (sum (all, -1), ==, last->tlb_misses - first->tlb_misses);
    g_assert_cmpuint (sum (all, PWK_MEND_ANON), ==, last->mended[PWK_MEND_ANON] - first->mended[PWK_MEND_ANON]);
    pwk_shared_unref (all);
  }
  pwk_timeline_free (timeline);
  pwk_navigator_free (navigator);
}

/* Sixteen nodes take more room each, so that there are fewer samples. */
static void
test_room (void)
{
  PwkNavigator *navigator = ran ("machine(memory=256M, nodes=16)\n");
  const PwkTimeline *timeline = pwk_navigator_timeline (navigator);

  g_assert_cmpuint (pwk_timeline_bytes (timeline), <=, PWK_TIMELINE_BYTES);
  g_assert_cmpuint (timeline->capacity, <, PWK_TIMELINE_SAMPLES);
  g_assert_cmpuint (timeline->capacity, >, 1000);
  pwk_navigator_free (navigator);
}

/* A bar of row r lies within one of row r - 1 or within what that row covers, and beside its neighbours. */
static void
check_rows (const PwkStretch *stretch)
{
  for (uint32_t i = 0; i < stretch->n_bars; i++)
    {
      const PwkBar *bar = &stretch->bars[i];

      g_assert_cmpuint (bar->first, <=, bar->last);
      g_assert_cmpuint (bar->row, <, PWK_STRETCH_ROWS);
      if (i > 0 && bar[-1].row == bar->row)
        g_assert_cmpuint (bar[-1].last, <, bar->first);
      if (bar->row > 0)
        {
          bool within = false;

          for (uint32_t j = 0; j < i && !within; j++)
            within = stretch->bars[j].row + 1 == bar->row && stretch->bars[j].first <= bar->first && stretch->bars[j].last >= bar->last;
          g_assert_true (within);
        }
    }
}

static uint64_t
count_of (const PwkMachine *machine, PwkEventKind kind, uint64_t *before)
{
  uint64_t count = pwk_event_count (machine, kind) - *before;

  *before += count;
  return count;
}

/* Told exactly, a stretch has each event: of as many columns as events every one covers its own; of few, sums are those of the counters; bit by bit
 * it is the same as at once; the position stays where it was. */
static void
test_exact (void)
{
  PwkNavigator *navigator = ran (TEST_SCENARIO);
  uint64_t end = pwk_navigator_known_end (navigator, NULL), none = 0;
  PwkMachine *machine = pwk_runner_machine (pwk_navigator_runner (navigator));
  uint64_t misses = count_of (machine, PWK_EV_TLB_MISS, &none);
  PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 900, .node = PWK_LARGEST_ZONE };
  PwkStretch *at_once, *bit_by_bit, *wide;
  uint32_t kinds = 0;

  pwk_navigator_seek (navigator, end / 3);
  at_once = burn (navigator, &query, G_USEC_PER_SEC);
  bit_by_bit = burn (navigator, &query, 1);
  g_assert_cmpuint (pwk_navigator_position (navigator), ==, end / 3);
  g_assert_true (at_once->is_exact);
  g_assert_cmpuint (sum (at_once, -1), ==, misses);
  g_assert_cmpuint (at_once->columns[899].n, ==, end);
  g_assert_cmpuint (at_once->n_bars, ==, bit_by_bit->n_bars);
  g_assert_true (memcmp (at_once->columns, bit_by_bit->columns, 900 * sizeof (PwkColumn)) == 0);
  check_rows (at_once);

  query.first = end - 400;
  query.n_columns = 1600;
  wide = burn (navigator, &query, 1000);
  g_assert_cmpuint (wide->n_bars, >, 100);   /* four columns an event */
  check_rows (wide);
  for (uint32_t i = 0; i < wide->n_bars; i++)
    kinds += wide->bars[i].kind == PWK_EV_STATEMENT && wide->bars[i].row == 0 && wide->bars[i].call;
  g_assert_cmpuint (kinds, >=, 2);
  for (uint32_t c = 0; c < 1600; c++)
    for (int row = 0; row < PWK_STRETCH_ROWS; row++)
      for (int hue = 0; hue < PWK_N_HUES; hue++)
        g_assert_cmpfloat (wide->columns[c].cover[row][hue], ==, 0);
  pwk_shared_unref (at_once);
  pwk_shared_unref (bit_by_bit);
  pwk_shared_unref (wide);
  pwk_navigator_free (navigator);
}

/* Where memory is short: of single events and of samples the columns count as many pages looked at, reclaimed, swapped out and in and refaulted,
 * callers that had to wait, and time that was lost, as the machine itself. */
static void
test_pressure (void)
{
  PwkNavigator *navigator = ran ("machine(memory=32M, swap=32M, cpus=1)\nprocess(A)\n"
                                 "[A] mmap(NULL, 32M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n[A] touch(p, 26M, \"w\", value=1)\ntick(1)\n"
                                 "[A] touch(p, 4M, \"w\", value=2)\n");
  PwkMachine *machine = pwk_runner_machine (pwk_navigator_runner (navigator));
  PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 300, .node = PWK_LARGEST_ZONE };
  PwkStretch *stretches[2];

  stretches[0] = pwk_timeline_stretch (pwk_navigator_timeline (navigator), &query, pwk_navigator_known_end (navigator, NULL), NULL);
  stretches[1] = burn (navigator, &query, G_USEC_PER_SEC);
  for (unsigned i = 0; i < 2; i++)
    {
      uint64_t all[PWK_N_PRESSURES] = { 0 }, stalled[PWK_N_PSI] = { 0 };

      for (uint32_t c = 0; c < 300; c++)
        for (int what = 0; what < PWK_N_PRESSURES; what++)
          all[what] += stretches[i]->columns[c].pressure[what];
      for (int state = 0; state < PWK_N_PSI; state++)
        {
          for (uint32_t c = 0; c < 300; c++)
            stalled[state] += stretches[i]->columns[c].stalled[state];
          g_assert_cmpuint (stalled[state], ==, pwk_psi_ns (machine, (PwkPsiState) state));
          g_assert_cmpuint (stalled[state], >, 0);
        }
      g_assert_cmpuint (all[PWK_PRESSURE_SCANNED], ==, machine->st->vm_event[PWK_PGSCAN_KSWAPD] + machine->st->vm_event[PWK_PGSCAN_DIRECT]);
      g_assert_cmpuint (all[PWK_PRESSURE_RECLAIMED], ==, machine->st->vm_event[PWK_PGSTEAL_KSWAPD] + machine->st->vm_event[PWK_PGSTEAL_DIRECT]);
      g_assert_cmpuint (all[PWK_PRESSURE_SWAPPED], ==, pwk_event_count (machine, PWK_EV_ADD_TO_SWAP));
      g_assert_cmpuint (all[PWK_PRESSURE_STALLS], ==, pwk_event_count (machine, PWK_EV_DIRECT_RECLAIM));
      g_assert_cmpuint (all[PWK_PRESSURE_SWAPPED_IN], ==, pwk_event_count (machine, PWK_EV_SWAP_READ));
      g_assert_cmpuint (all[PWK_PRESSURE_REFAULTED], ==, pwk_event_count (machine, PWK_EV_WORKINGSET_REFAULT));
      for (int what = 0; what < PWK_N_PRESSURES; what++)
        g_assert_cmpuint (all[what], >, 0);
      g_assert_cmpuint (stretches[i]->columns[299].slab[PWK_SLAB_UNRECLAIMABLE], ==,
                        pwk_node (machine, 0)->vm_stat[PWK_NR_SLAB_UNRECLAIMABLE]);
      pwk_shared_unref (stretches[i]);
    }
  pwk_navigator_free (navigator);
}

/* A chain that does not branch shares a row: the fault of a store has the row below its statement, its allocation the next. */
static void
test_chain (void)
{
  PwkNavigator *navigator = ran ("machine(memory=64M)\nprocess(A)\n[A] mmap(NULL, 16K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                 "[A] store(p) = minor\n");
  uint64_t end = pwk_navigator_known_end (navigator, NULL);
  PwkStretchQuery query = { .first = end - 150, .last = UINT64_MAX, .n_columns = 1000, .node = PWK_LARGEST_ZONE };
  PwkStretch *stretch = burn (navigator, &query, G_USEC_PER_SEC);
  const PwkBar *store = NULL, *fault = NULL;

  for (uint32_t i = 0; i < stretch->n_bars; i++)
    if (g_strcmp0 (stretch->bars[i].call, "store") == 0)
      store = &stretch->bars[i];
    else if (stretch->bars[i].row == 1 && stretch->bars[i].fault && !fault)
      fault = &stretch->bars[i];
  g_assert_nonnull (store);
  g_assert_nonnull (fault);
  g_assert_cmpuint (store->row, ==, 0);
  g_assert_cmpuint (fault->row, ==, 1);
  g_assert_cmpuint (fault->first, >, store->first);
  g_assert_cmpuint (fault->last, <=, store->last);
  g_assert_cmpint (fault->tail, !=, fault->kind);
  g_assert_cmpuint (fault->fault, >=, fault->first);
  pwk_shared_unref (stretch);
  pwk_navigator_free (navigator);
}

/* A statement of more events than are kept at once: what lies in it is laid out on the way, and rows are as they would be. */
static void
test_long (void)
{
  PwkNavigator *navigator = ran ("machine(memory=64M)\nprocess(A)\n[A] mmap(NULL, 16M, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = p\n"
                                 "[A] touch(p, 16M, \"w\") = 4096\n");
  uint64_t end = pwk_navigator_known_end (navigator, NULL);
  PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 800, .node = PWK_LARGEST_ZONE };
  PwkStretch *stretch = burn (navigator, &query, G_USEC_PER_SEC), *inside;
  uint32_t faulty = 0;

  g_assert_cmpuint (end, >, 70000);
  check_rows (stretch);
  for (uint32_t c = 0; c < 800; c++)
    faulty += stretch->columns[c].cover[1][PWK_HUE_FAULT] + stretch->columns[c].cover[2][PWK_HUE_FAULT] > 0;
  g_assert_cmpuint (faulty, >, 600);

  query.first = end - 3000;     /* the statement began long before */
  inside = burn (navigator, &query, G_USEC_PER_SEC);
  check_rows (inside);
  g_assert_cmpuint (inside->n_bars, >, 0);
  g_assert_cmpuint (inside->bars[0].first, <, query.first);
  g_assert_cmpint (inside->bars[0].kind, ==, PWK_EV_STATEMENT);
  pwk_shared_unref (stretch);
  pwk_shared_unref (inside);
  pwk_navigator_free (navigator);
}

/* At random places, of random width: what the bars and the covers say of a row never is more than there is. */
static void
test_random (void)
{
  PwkNavigator *navigator = ran (TEST_SCENARIO);
  uint64_t end = pwk_navigator_known_end (navigator, NULL);
  g_autoptr(GRand) random = g_rand_new_with_seed ((guint32) test_seed ());

  for (int i = 0; i < 40; i++)
    {
      uint64_t first = 1 + (uint64_t) g_rand_int_range (random, 0, (int) end), width = 1 + (uint64_t) g_rand_int_range (random, 0, 3000);
      PwkStretchQuery query = { .first = first, .last = first + width, .n_columns = (uint32_t) g_rand_int_range (random, 1, 2000),
                                .node = PWK_LARGEST_ZONE };
      PwkStretch *stretch = burn (navigator, &query, g_rand_int_range (random, 1, 3000));

      check_rows (stretch);
      for (uint32_t c = 0; c < query.n_columns; c++)
        for (int row = 0; row < PWK_STRETCH_ROWS; row++)
          {
            float all = 0;

            for (int hue = 0; hue < PWK_N_HUES; hue++)
              all += stretch->columns[c].cover[row][hue];
            g_assert_cmpfloat (all, <, 1.001);
          }
      pwk_shared_unref (stretch);
    }
  pwk_navigator_free (navigator);
}

/* In the engine thread: snapshots have counts at once and then the events; what does not change is the same array; another past has neither. */
static void
test_session (void)
{
  PwkSession *session = pwk_session_new ();
  g_autoptr(PwkScript) script = test_script (TEST_SCENARIO), other = test_script ("machine(memory=64M)\nprocess(A)\n");
  PwkSnapshot *before, *after;
  PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 500, .node = PWK_LARGEST_ZONE };

  pwk_session_open (session, script, NULL, NULL, UINT64_MAX);
  before = pwk_session_wait (session);
  g_assert_null (before->stretch);
  pwk_snapshot_unref (before);

  pwk_session_show_stretch (session, &query);
  before = pwk_session_wait (session);
  g_assert_nonnull (before->flame);
  g_assert_true (before->stretch == before->flame && before->flame->is_exact);
  g_assert_cmpuint (before->stretch->last, ==, before->known_end);
  pwk_session_seek (session, before->known_end / 2);
  after = pwk_session_wait (session);
  g_assert_true (after->flame == before->flame);
  pwk_snapshot_unref (after);

  query.node = query.zone = 0;
  pwk_session_show_stretch (session, &query);
  after = pwk_session_wait (session);
  g_assert_true (after->flame != before->flame);
  g_assert_cmpuint (after->flame->query.zone, ==, 0);
  g_assert_cmpuint (after->flame->columns[499].free_pages, <, before->flame->columns[499].free_pages);
  pwk_snapshot_unref (after);

  pwk_session_open (session, other, NULL, NULL, 0);
  after = pwk_session_wait (session);
  g_assert_cmpuint (after->stretch->last, ==, after->known_end);
  pwk_snapshot_unref (after);
  pwk_snapshot_unref (before);
  pwk_session_free (session);
}

/* No record is made for want of a listener: a run with a time line hears nothing but what every run does. */
static void
test_silence (void)
{
  PwkNavigator *navigator = pwk_navigator_new (test_runner (TEST_SCENARIO));
  PwkMachine *machine = pwk_runner_machine (pwk_navigator_runner (navigator));
  PwkStretchQuery query = { .first = 1, .last = UINT64_MAX, .n_columns = 100, .node = PWK_LARGEST_ZONE };
  uint64_t quiet[PWK_EVENT_MASK_WORDS];

  pwk_navigator_run (navigator, 0);
  memcpy (quiet, machine->listen, sizeof quiet);
  pwk_shared_unref (burn (navigator, &query, 100));
  g_assert_cmpmem (machine->listen, sizeof quiet, quiet, sizeof quiet);
  g_assert_cmpuint (machine->listen[PWK_EV_SPLIT >> 6] >> (PWK_EV_SPLIT & 63) & 1, ==, 0);
  pwk_navigator_free (navigator);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/timeline/work", test_work);
  g_test_add_func ("/session/timeline/room", test_room);
  g_test_add_func ("/session/timeline/exact", test_exact);
  g_test_add_func ("/session/timeline/pressure", test_pressure);
  g_test_add_func ("/session/timeline/chain", test_chain);
  g_test_add_func ("/session/timeline/long", test_long);
  g_test_add_func ("/session/timeline/random", test_random);
  g_test_add_func ("/session/timeline/session", test_session);
  g_test_add_func ("/session/timeline/silence", test_silence);
  return g_test_run ();
}
