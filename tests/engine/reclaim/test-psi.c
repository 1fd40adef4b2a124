/* test-psi.c - pressure stall information: whose time counts, averages, what a reading finds; planted faults
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/event-args.h"
#include "engine/core/psi.h"
#include "engine/proc/proc.h"

#define MS      ((uint64_t) 1000000)
#define PERIOD  (2004 * MS)     /* 501 ticks of 4 ms */
#define A       ((PwkVaddr) 0x10000000)

/* Its cpus have just begun, and events cost nothing: time is what a test makes it. */
static PwkMachine *
still_machine (const char *cpus, const char *kernel)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", "cpus", cpus, "kernel", kernel, NULL);

  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    pwk_cost_set (machine, (PwkEventKind) kind, 0);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    machine->st->cpus[cpu].ns = 0;
  return machine;
}

static void
check_and_free (PwkMachine *machine)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
  pwk_machine_free (machine);
}

static void
stall_for (PwkMachine *machine, unsigned cpu, uint64_t ns)
{
  PwkMemstall stall;

  machine->st->cur_cpu = cpu;
  stall = pwk_psi_memstall_enter (machine, PWK_STALL_DIRECT_RECLAIM);
  machine->st->cpus[cpu].ns += ns;
  pwk_psi_memstall_leave (machine, stall);
}

/* As the timer does: the next tick, and what is due. */
static void
ticks_until (PwkMachine *machine, uint64_t ns)
{
  pwk_machine_idle (machine, ns);
  pwk_psi_tick (machine);
}

static void
assert_reading (const PwkMachine *machine, const char *expected)
{
  g_autoptr(GString) text = g_string_new (NULL);

  pwk_proc_pressure (machine, text);
  g_assert_cmpstr (text->str, ==, expected);
}

/* Half of the first period is lost: 50 per cent go into each average by the kernel's arithmetic,
 *
 *      (102400 × (2048 - 1677) + 2047) / 2048 = 18550 = 9.05      102400 × 67 …= 3350 = 1.63      102400 × 14 … = 700 = 0.34
 *
 * Ten periods without any fade it by 1677/2048 each, rounded as fixed_power_int () does, and once more for the period that is looked at. */
static void
test_averages (void)
{
  PwkMachine *machine = still_machine ("1", "6.18");

  assert_reading (machine, "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
  stall_for (machine, 0, PERIOD / 2);
  assert_reading (machine, "some avg10=0.00 avg60=0.00 avg300=0.00 total=1002000\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=1002000\n");
  g_assert_cmpuint (machine->st->psi.total[PWK_PSI_SOME], ==, 0);     /* a reading changes nothing */
  ticks_until (machine, PERIOD);
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_SOME][0], ==, 18550);
  assert_reading (machine, "some avg10=9.05 avg60=1.63 avg300=0.34 total=1002000\nfull avg10=9.05 avg60=1.63 avg300=0.34 total=1002000\n");
  ticks_until (machine, PERIOD + PERIOD - 4 * MS);
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_SOME][0], ==, 18550);     /* not yet */
  ticks_until (machine, 2 * PERIOD);
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_SOME][0], ==, 18550 * 1677 / 2048);
  ticks_until (machine, 13 * PERIOD);
  g_assert_cmpuint (machine->st->psi.avg_next_update, ==, 14 * PERIOD);
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_SOME][0], >, 18550 / 10 - 300);
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_SOME][0], <, 18550 / 8);
  check_and_free (machine);
}

/* A period that is all lost, again and again: the average comes to a hundred and stays there. */
static void
test_saturation (void)
{
  PwkMachine *machine = still_machine ("1", "6.12");

  for (unsigned i = 1; i <= 60; i++)
    {
      stall_for (machine, 0, PERIOD);
      ticks_until (machine, i * PERIOD);
    }
  g_assert_cmpuint (machine->st->psi.avg[PWK_PSI_FULL][0], ==, 100u << 11);
  g_assert_cmpuint (machine->st->psi.total[PWK_PSI_FULL], ==, 60 * PERIOD);
  check_and_free (machine);
}

/* While the one who waits sleeps and the flusher has his cpu, somebody waits, and not all; another stall inside counts by itself. */
static void
test_sleep (void)
{
  PwkMachine *machine = still_machine ("1", "6.18");
  PwkMemstall outer = pwk_psi_memstall_enter (machine, PWK_STALL_DIRECT_RECLAIM), nested, other;
  PwkCpu *cpu = &machine->st->cpus[0];
  uint32_t sleeper;

  cpu->ns += 10 * MS;
  nested = pwk_psi_memstall_enter (machine, PWK_STALL_DIRECT_COMPACT);
  cpu->ns += 10 * MS;
  pwk_psi_memstall_leave (machine, nested);
  sleeper = pwk_psi_switch (machine);
  cpu->ns += 5 * MS;                      /* the flusher's */
  other = pwk_psi_memstall_enter (machine, PWK_STALL_KSWAPD);
  g_assert_cmpuint (cpu->psi.nr_memstall, ==, 2);
  cpu->ns += 7 * MS;                      /* kswapd's */
  pwk_psi_memstall_leave (machine, other);
  pwk_psi_switch_back (machine, sleeper);
  cpu->ns += 1 * MS;
  g_assert_cmpuint (pwk_psi_cpu_ns (machine, 0, PWK_PSI_SOME), ==, 33 * MS);     /* in the midst of it, too */
  pwk_psi_memstall_leave (machine, outer);
  cpu->ns += 50 * MS;
  g_assert_cmpuint (pwk_psi_ns (machine, PWK_PSI_SOME), ==, 33 * MS);
  g_assert_cmpuint (pwk_psi_ns (machine, PWK_PSI_FULL), ==, 28 * MS);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MEMSTALL_ENTER), ==, 2);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_MEMSTALL_LEAVE), ==, 2);
  check_and_free (machine);
}

/* A cpu counts by the ticks in which it had something to do; one that had less than a tick's work counts nothing, as in the kernel. */
static void
test_weights (void)
{
  PwkMachine *machine = still_machine ("3", "6.18");

  stall_for (machine, 0, 6 * MS);
  machine->st->cpus[0].ns += 2 * MS;      /* 8 ms: 2 */
  stall_for (machine, 1, 1 * MS);
  machine->st->cpus[1].ns += 5 * MS;      /* 6 ms: 1 */
  stall_for (machine, 2, 3 * MS);         /* 3 ms: 0 */
  ticks_until (machine, PERIOD);
  g_assert_cmpuint (machine->st->psi.total[PWK_PSI_SOME], ==, (6 * MS * 2 + 1 * MS * 1) / 3);
  g_assert_cmpuint (pwk_psi_ns (machine, PWK_PSI_SOME), ==, 10 * MS);
  for (unsigned cpu = 0; cpu < 3; cpu++)
    g_assert_cmpuint (machine->st->cpus[cpu].ns, ==, PERIOD);
  g_assert_cmpuint (machine->st->cpus[2].idle_ns, ==, PERIOD - 3 * MS);
  check_and_free (machine);
}

typedef struct { unsigned depth, seen[PWK_N_STALLS]; uint64_t ns; } Heard;

static void
hear (PwkMachine *machine G_GNUC_UNUSED, const PwkEvent *event, void *data)
{
  Heard *heard = data;

  if (event->kind == PWK_EV_MEMSTALL_ENTER)
    {
      heard->depth++;
      heard->seen[pwk_arg (event, MEMSTALL_ENTER, why)]++;
    }
  else
    {
      g_assert_cmpuint (heard->depth, >, 0);
      heard->depth--;
      heard->ns += pwk_arg (event, MEMSTALL_LEAVE, ns);
    }
}

/* A working set that is used again and again, and in between more is written than there is memory for: he reclaims, kswapd does, and pages of the
 * working set come back. What the events tell adds up to what the cpu has counted, and once more for who waited while kswapd had his cpu. */
static void
test_thrashing (const void *kernel)
{
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };
  Fixture f = { .machine = pwk_machine_simple ("memory", "16M", "swap", "64M", "cpus", "1", "kernel", kernel, NULL) };
  Heard heard = { 0 };
  bool seed = g_str_equal (kernel, "seed");

  f.task = pwk_process_new (f.machine, "A", 0, &spec, NULL);
  pwk_machine_listen (f.machine, hear, &heard);
  pwk_machine_want (f.machine, PWK_EV_MEMSTALL_ENTER, true);
  pwk_machine_want (f.machine, PWK_EV_MEMSTALL_LEAVE, true);
  map_at (&f, A, 5000 * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < 40000; i++)
    {
      unsigned page = i % 4 == 0 ? 1500 + i / 4 % 3500 : (i - i / 4) % 1500;

      store (&f, f.task, A + page * PWK_PAGE_SIZE, i);
      if (i % 64 == 0)
        {
          pwk_op_tick (f.machine, 1);
          finish (&f, 0);
        }
    }
  g_assert_cmpuint (heard.depth, ==, 0);
  g_assert_cmpuint (heard.ns, >=, pwk_psi_ns (f.machine, PWK_PSI_SOME));
  g_assert_cmpuint (heard.ns, <=, 2 * pwk_psi_ns (f.machine, PWK_PSI_SOME));
  g_assert_true (seed == (heard.ns == 0));
  g_assert_true (seed || heard.seen[PWK_STALL_KSWAPD] > 0);
  g_assert_true (seed || heard.seen[PWK_STALL_SWAPIN] > 0);
  fixture_check (&f);
  fixture_free (&f);
}

/* Each rule of the check, broken once. */
static void
test_faults (void)
{
  static const char *const words[] = { "still waits", "still waits", "for longer than some", "it had to do", "was told", "was told", "idled",
                                       "by all for longer", "before they were", "in the averages", "100 per cent" };

  for (unsigned fault = 0; fault < G_N_ELEMENTS (words); fault++)
    {
      g_autoptr(GString) why = g_string_new (NULL);
      PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
      PwkCpu *cpu = &machine->st->cpus[1];
      PwkPsi *psi = &machine->st->psi;

      cpu->ns += 100;
      switch (fault)
        {
        case 0: cpu->psi.nr_memstall = 1; break;
        case 1: cpu->psi.in_memstall = 1; break;
        case 2: cpu->psi.times[PWK_PSI_FULL] = 1; break;
        case 3: cpu->psi.times[PWK_PSI_SOME] = cpu->ns + 1; break;
        case 4: cpu->psi.seen[PWK_PSI_SOME] = 1; break;
        case 5: cpu->psi.seen_busy = cpu->ns + 1; break;
        case 6: cpu->idle_ns = cpu->ns + 1; break;
        case 7: psi->total[PWK_PSI_FULL] = 1; break;
        case 8: psi->avg_last_update = psi->avg_next_update; break;
        case 9: psi->avg_total[PWK_PSI_SOME] = 1; break;
        default: psi->avg[PWK_PSI_FULL][2] = (100 << 11) + 1; break;
        }
      g_assert_false (pwk_machine_check (machine, why));
      g_assert_nonnull (strstr (why->str, words[fault]));
      pwk_machine_free (machine);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/psi/averages", test_averages);
  g_test_add_func ("/psi/saturation", test_saturation);
  g_test_add_func ("/psi/sleep", test_sleep);
  g_test_add_func ("/psi/weights", test_weights);
  g_test_add_data_func ("/psi/thrashing/6.18", "6.18", test_thrashing);
  g_test_add_data_func ("/psi/thrashing/6.1", "6.1", test_thrashing);
  g_test_add_data_func ("/psi/thrashing/seed", "seed", test_thrashing);
  g_test_add_func ("/psi/faults", test_faults);
  return g_test_run ();
}
