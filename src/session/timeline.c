/* timeline.c - samples along a machine's history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/timeline.h"

#include "engine/phys/zone.h"

void
pwk_timeline_init (PwkTimeline *timeline)
{
  timeline->n = 0;
  timeline->spacing = 1;
  timeline->boot_end = 0;
}

static void
add_zones (PwkSample *sample, const PwkMachine *machine)
{
  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    for (unsigned type = 0; type < PWK_MAX_NR_ZONES; type++)
      {
        const PwkZone *zone = pwk_zone (machine, node, type);

        if (!zone->present_pages)
          continue;
        sample->free_pages += (uint64_t) MAX (zone->vm_stat[PWK_NR_FREE_PAGES], 0);
        sample->min += zone->watermark[PWK_WMARK_MIN];
        sample->low += zone->watermark[PWK_WMARK_LOW];
        sample->high += zone->watermark[PWK_WMARK_HIGH];
      }
}

static PwkSample
sample_now (const PwkMachine *machine, uint32_t statement)
{
  PwkSample sample = {
    .n = machine->st->n_events, .ns = pwk_machine_ns (machine), .statement = statement,
    .faults = pwk_event_count (machine, PWK_EV_PAGE_FAULT_USER), .tlb_misses = pwk_event_count (machine, PWK_EV_TLB_MISS),
    .accesses = pwk_event_count (machine, PWK_EV_ACCESS), .allocs = pwk_event_count (machine, PWK_EV_MM_PAGE_ALLOC),
  };

  add_zones (&sample, machine);
  return sample;
}

static void
thin (PwkTimeline *timeline)
{
  uint32_t kept = 0;

  for (uint32_t i = 0; i < timeline->n; i += 2)
    timeline->samples[kept++] = timeline->samples[i];
  timeline->n = kept;
  timeline->spacing *= 2;
}

void
pwk_timeline_rest (PwkTimeline *timeline, const PwkMachine *machine, uint32_t statement)
{
  uint64_t n = machine->st->n_events;

  if (!timeline->boot_end && machine->st->booted)
    timeline->boot_end = n;
  if (timeline->n && n < timeline->samples[timeline->n - 1].n + timeline->spacing)
    return;
  if (timeline->n == PWK_TIMELINE_SAMPLES)
    thin (timeline);
  timeline->samples[timeline->n++] = sample_now (machine, statement);
}

void
pwk_timeline_truncate (PwkTimeline *timeline, uint64_t n)
{
  while (timeline->n && timeline->samples[timeline->n - 1].n > n)
    timeline->n--;
  if (timeline->boot_end > n)
    timeline->boot_end = 0;
}
