/* psi.c - pressure stall information: how much time is lost because memory is short
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows kernel/sched/psi.c. Each cpu adds up its own times; now and then they are brought together,
 * a cpu counting by how much it had to do, since one that idles loses nothing:
 *
 *      cpu 0   busy 8 ms, stalled 6 ms ─┐     6 × 2 + 1 × 1
 *      cpu 1   busy 4 ms, stalled 1 ms ─┴─▶  ─────────────── ms more        (weights: whole ticks)
 *                                                 2 + 1
 *
 * Every two seconds the share of them goes into averages that fade, in the arithmetic of the kernel's
 * load average (kernel/sched/loadavg.c). Nothing here goes by a clock but the simulated one.
 */
#include "engine/core/psi.h"

#include <string.h>

#include "engine/core/emit.h"

/* PSI_FREQ: 2 s and one tick. */
#define PERIOD_NS ((uint64_t) (2 * 250 + 1) * PWK_TICK_NS)

/* FSHIFT, FIXED_1, EXP_10s … */
#define FSHIFT  11
#define FIXED_1 ((uint64_t) 1 << FSHIFT)
static const uint64_t exps[PWK_PSI_AVERAGES] = { 1677, 1981, 2034 };

/* --- times --- */

/* How long the state that a cpu is in has lasted. */
static uint64_t
current_ns (const PwkCpu *cpu, PwkPsiState state)
{
  bool is_so = cpu->psi.nr_memstall && (state == PWK_PSI_SOME || cpu->psi.in_memstall);

  return is_so ? cpu->ns - cpu->psi.state_start : 0;
}

/* record_times (), before a change of who stalls or who runs. */
static void
record_times (PwkCpu *cpu)
{
  for (int state = 0; state < PWK_N_PSI; state++)
    cpu->psi.times[state] += current_ns (cpu, (PwkPsiState) state);
  cpu->psi.state_start = cpu->ns;
}

/* The thread that reclaims for somebody else is in a stall of its own. */
PwkMemstall
pwk_psi_memstall_enter (PwkMachine *machine, PwkStall why)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  PwkMemstall stall = { .why = why, .nested = cpu->psi.in_memstall || !machine->profile->psi, .since_ns = cpu->ns };

  if (stall.nested)
    return stall;
  record_times (cpu);
  cpu->psi.nr_memstall++;
  cpu->psi.in_memstall = true;
  pwk_emit_psi_memstall_enter (machine, why);
  return stall;
}

void
pwk_psi_memstall_leave (PwkMachine *machine, PwkMemstall stall)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);

  if (stall.nested)
    return;
  pwk_assert_door (cpu->psi.nr_memstall > 0 && cpu->psi.in_memstall);
  record_times (cpu);
  cpu->psi.nr_memstall--;
  cpu->psi.in_memstall = false;
  pwk_emit_psi_memstall_leave (machine, stall.why, cpu->ns - stall.since_ns);
}

uint32_t
pwk_psi_switch (PwkMachine *machine)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  uint32_t sleeper = cpu->psi.in_memstall;

  record_times (cpu);
  cpu->psi.in_memstall = false;
  return sleeper;
}

void
pwk_psi_switch_back (PwkMachine *machine, uint32_t sleeper)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);

  pwk_assert_door (!cpu->psi.in_memstall && sleeper <= cpu->psi.nr_memstall);
  record_times (cpu);
  cpu->psi.in_memstall = sleeper;
}

/* --- totals and averages --- */

/* Follows kernel/sched/psi.c:collect_percpu_times(). Less than a tick of work counts nothing, as there. */
static void
collect (const PwkMachine *machine, PwkPsi *psi)
{
  uint64_t deltas[PWK_N_PSI] = { 0 }, weights = 0;

  for (unsigned i = 0; i < machine->st->n_cpus; i++)
    {
      const PwkCpu *cpu = &machine->st->cpus[i];
      uint64_t weight = (cpu->ns - cpu->idle_ns - cpu->psi.seen_busy) / PWK_TICK_NS;

      weights += weight;
      for (int state = 0; state < PWK_N_PSI; state++)
        deltas[state] += (pwk_psi_cpu_ns (machine, i, (PwkPsiState) state) - cpu->psi.seen[state]) * weight;
    }
  for (int state = 0; state < PWK_N_PSI; state++)
    psi->total[state] += deltas[state] / MAX (weights, 1);
}

/* times_prev: what has been collected. */
static void
note_seen (PwkCpu *cpu)
{
  memcpy (cpu->psi.seen, cpu->psi.times, sizeof cpu->psi.seen);
  cpu->psi.seen_busy = cpu->ns - cpu->idle_ns;
}

/* fixed_power_int (): @x to the @n-th, both with FSHIFT bits behind the point. */
static uint64_t
fixed_power (uint64_t x, uint64_t n)
{
  uint64_t result = FIXED_1;

  for (; n; n >>= 1)
    {
      if (n & 1)
        result = (result * x + FIXED_1 / 2) >> FSHIFT;
      x = (x * x + FIXED_1 / 2) >> FSHIFT;
    }
  return result;
}

/* calc_load (): rising values are rounded up, so that one that lasts is reached. */
static uint64_t
calc_load (uint64_t load, uint64_t exp, uint64_t active)
{
  uint64_t sum = load * exp + active * (FIXED_1 - exp);

  return (active >= load ? sum + FIXED_1 - 1 : sum) / FIXED_1;
}

/* Follows kernel/sched/psi.c:update_averages(), calc_avgs(). Periods that were slept through had no
 * stalls; what one has more than it is long is left for the next. */
static void
update_averages (PwkPsi *psi, uint64_t now)
{
  uint64_t missed = now - psi->avg_next_update >= PERIOD_NS ? (now - psi->avg_next_update) / PERIOD_NS : 0;
  uint64_t period = now - (psi->avg_last_update + missed * PERIOD_NS);

  psi->avg_next_update += (1 + missed) * PERIOD_NS;
  psi->avg_last_update = now;
  for (int state = 0; state < PWK_N_PSI; state++)
    {
      uint64_t sample = MIN (psi->total[state] - psi->avg_total[state], period);

      psi->avg_total[state] += sample;
      for (int i = 0; i < PWK_PSI_AVERAGES; i++)
        {
          uint64_t load = missed ? calc_load (psi->avg[state][i], fixed_power (exps[i], missed), 0) : psi->avg[state][i];

          psi->avg[state][i] = calc_load (load, exps[i], sample * 100 / period * FIXED_1);
        }
    }
}

void
pwk_psi_init (PwkMachine *machine)
{
  machine->st->psi.avg_next_update = PERIOD_NS;
}

/* The kernel looks every two seconds as long as there is something to be seen, and at each reading. */
void
pwk_psi_tick (PwkMachine *machine)
{
  PwkPsi *psi = &machine->st->psi;
  uint64_t now = pwk_machine_ns (machine);

  if (now < psi->avg_next_update)
    return;
  collect (machine, psi);
  for (unsigned i = 0; i < machine->st->n_cpus; i++)
    note_seen (&machine->st->cpus[i]);
  update_averages (psi, now);
}

/* Follows kernel/sched/psi.c:psi_show(), up to where it prints: on a copy, since a reading changes nothing. */
PwkPsi
pwk_psi_now (const PwkMachine *machine)
{
  PwkPsi psi = machine->st->psi;
  uint64_t now = pwk_machine_ns (machine);

  collect (machine, &psi);
  if (now >= psi.avg_next_update)
    update_averages (&psi, now);
  return psi;
}

uint64_t
pwk_psi_cpu_ns (const PwkMachine *machine, unsigned cpu, PwkPsiState state)
{
  pwk_assert_door (cpu < machine->st->n_cpus && (unsigned) state < PWK_N_PSI);
  return machine->st->cpus[cpu].psi.times[state] + current_ns (&machine->st->cpus[cpu], state);
}

uint64_t
pwk_psi_ns (const PwkMachine *machine, PwkPsiState state)
{
  uint64_t ns = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    ns += pwk_psi_cpu_ns (machine, cpu, state);
  return ns;
}
