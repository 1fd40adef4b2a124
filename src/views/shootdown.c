/* shootdown.c - the last TLB shootdown of a statement as its events tell it: who asks, who forgets
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/shootdown.h"

#include <string.h>

#include "engine/core/event-args.h"
#include "views/words.h"

/* --- what happened --- */

static void
add_step (PwkShootdown *shootdown, const PwkEvent *event)
{
  PwkShootdownStep *last =
      shootdown->n_steps > 0 ? &shootdown->steps[shootdown->n_steps - 1] : NULL;

  if (last != NULL && last->kind == event->kind && last->cpu == event->cpu &&
      event->kind != PWK_EV_TLB_SHOOTDOWN)
    {
      last->count++;
      return;
    }
  if (shootdown->n_steps == PWK_SHOOTDOWN_STEPS)
    memmove (shootdown->steps, shootdown->steps + 1,
             --shootdown->n_steps * sizeof *shootdown->steps);
  shootdown->steps[shootdown->n_steps++] =
      (PwkShootdownStep){ (uint16_t) event->kind, event->cpu, 1, event->n };
}

/* An entry changes: what follows may be asked to forget it. */
static void
take_change (PwkShootdown *coming, const PwkMachine *machine, const PwkEvent *event)
{
  coming->level = pwk_level_meant (machine, pwk_arg (event, SET_PTE, level));
  coming->table = pwk_arg (event, SET_PTE, table);
  coming->index = (uint32_t) pwk_arg (event, SET_PTE, index);
  coming->old = pwk_format_decode (machine->format, pwk_arg (event, SET_PTE, old), coming->level);
  coming->new = pwk_format_decode (machine->format, pwk_arg (event, SET_PTE, new), coming->level);
  coming->n_changed++;
  add_step (coming, event);
}

/* One flush asks each of the other cpus that run in this address space: the asker has flushed
 * itself when it is over. */
static void
take_request (PwkShootdown *shootdown, PwkShootdown *coming, const PwkEvent *event)
{
  if (!shootdown->is_one || shootdown->from.done)
    {
      *shootdown = *coming;
      *coming = (PwkShootdown){ 0 };
    }
  shootdown->is_one = true;
  shootdown->n = event->n;
  shootdown->start = pwk_arg (event, TLB_SHOOTDOWN, start);
  shootdown->end = pwk_arg (event, TLB_SHOOTDOWN, end);
  shootdown->from = (PwkShootdownCpu){ .cpu = (unsigned) pwk_arg (event, TLB_SHOOTDOWN, from) };
  shootdown->to = (PwkShootdownCpu){ .cpu = (unsigned) pwk_arg (event, TLB_SHOOTDOWN, to) };
  shootdown->n_asked++;
  add_step (shootdown, event);
}

static void
take_flush (PwkShootdown *shootdown, const PwkEvent *event)
{
  PwkShootdownCpu *cpu = event->cpu == shootdown->from.cpu ? &shootdown->from
                         : event->cpu == shootdown->to.cpu ? &shootdown->to
                                                           : NULL;

  if (!shootdown->is_one || shootdown->from.done || cpu == NULL || cpu->done)
    return;
  add_step (shootdown, event);
  if (event->kind != PWK_EV_TLB_FLUSH)
    return;
  cpu->done = true;
  cpu->dropped = (uint32_t) pwk_arg (event, TLB_FLUSH, entries);
}

/* --- what the cpus hold --- */

static bool
is_stale (const PwkShootdown *shootdown, const PwkTlbWay *way, PwkIndex mm)
{
  return way->valid && way->addr < shootdown->end &&
         way->addr + way->page_size > shootdown->start && (way->global || way->mm == mm);
}

static void
look_at_cpu (const PwkShootdown *shootdown, const PwkMachine *machine, PwkShootdownCpu *cpu)
{
  static const PwkTlbId ids[] = { PWK_TLB_L1D, PWK_TLB_STLB };
  PwkIndex mm = machine->st->cpus[shootdown->from.cpu].mm;

  cpu->running = pwk_words_task (machine, machine->st->cpus[cpu->cpu].task);
  for (unsigned i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      PwkShootdownSet *set = &cpu->sets[i];

      set->id = (uint8_t) ids[i];
      set->n_ways = MIN (pwk_tlb_shape (machine, cpu->cpu, ids[i]).n_ways, PWK_SHOOTDOWN_WAYS);
      if (pwk_tlb_shape (machine, cpu->cpu, ids[i]).n_sets == 0)
        set->n_ways = 0;
      if (set->n_ways == 0)
        continue;
      set->set = pwk_tlb_set_of (machine, cpu->cpu, ids[i], shootdown->start, false);
      for (unsigned way = 0; way < set->n_ways; way++)
        {
          set->ways[way] = pwk_tlb_way (machine, cpu->cpu, ids[i], set->set, way);
          set->stale[way] = is_stale (shootdown, &set->ways[way], mm);
        }
    }
}

PwkShootdown
pwk_recorded_shootdown (const PwkObservation *observation)
{
  PwkShootdown shootdown = { 0 }, coming = { 0 };
  uint64_t now = observation->n_chain > 0 ? observation->chain[0].n : 0;

  for (uint32_t i = 0; i < observation->n_events; i++)
    {
      const PwkEvent *event = &observation->events[i];
      uint32_t n_steps = shootdown.n_steps;
      uint32_t count = n_steps > 0 ? shootdown.steps[n_steps - 1].count : 0;

      if (event->kind == PWK_EV_SET_PTE)
        take_change (&coming, observation->machine, event);
      else if (event->kind == PWK_EV_TLB_SHOOTDOWN)
        take_request (&shootdown, &coming, event);
      else if (event->kind == PWK_EV_INVLPG || event->kind == PWK_EV_TLB_FLUSH)
        take_flush (&shootdown, event);
      if (shootdown.n_steps != n_steps || event->kind == PWK_EV_TLB_SHOOTDOWN ||
          (n_steps > 0 && shootdown.steps[n_steps - 1].count != count))
        {
          shootdown.kind = (uint16_t) event->kind;
          shootdown.now = event->n == now;
        }
    }
  if (!shootdown.is_one)
    return shootdown;
  look_at_cpu (&shootdown, observation->machine, &shootdown.from);
  look_at_cpu (&shootdown, observation->machine, &shootdown.to);
  return shootdown;
}

void
pwk_shootdown_clear (PwkShootdown *shootdown)
{
  g_clear_pointer (&shootdown->from.running, g_free);
  g_clear_pointer (&shootdown->to.running, g_free);
}
