/* timeline.c - samples along a machine's history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/timeline.h"

#include "engine/core/psi.h"
#include "engine/phys/vmstat.h"
#include "engine/phys/zone.h"
#include "session/shared.h"

PwkTimeline *
pwk_timeline_new (const PwkMachine *machine)
{
  PwkTimeline *timeline = g_new0 (PwkTimeline, 1);
  size_t bytes;

  timeline->n_slots = machine->st->n_nodes * PWK_MAX_NR_ZONES;
  bytes = sizeof *timeline->samples + timeline->n_slots * sizeof *timeline->marks;
  timeline->capacity = (uint32_t) MIN (PWK_TIMELINE_SAMPLES, PWK_TIMELINE_BYTES / bytes);
  timeline->samples = g_new0 (PwkTimelineSample, timeline->capacity);
  timeline->marks = g_new0 (PwkTimelineMarks, (size_t) timeline->capacity * timeline->n_slots);
  timeline->pages = g_new0 (uint64_t, timeline->n_slots);
  timeline->spacing = 1;
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      int hue = (int) pwk_event_hue ((PwkEventKind) kind), mend = (int) pwk_event_mend ((PwkEventKind) kind);

      if (hue < PWK_N_HUES)
        timeline->hued[timeline->n_hued++] = (PwkKindOf) { (uint16_t) kind, (uint16_t) hue };
      if (mend < PWK_N_MENDS)
        timeline->mends[timeline->n_mends++] = (PwkKindOf) { (uint16_t) kind, (uint16_t) mend };
    }
  return timeline;
}

void
pwk_timeline_free (PwkTimeline *timeline)
{
  if (!timeline)
    return;
  g_free (timeline->samples);
  g_free (timeline->marks);
  g_free (timeline->pages);
  g_free (timeline);
}

size_t
pwk_timeline_bytes (const PwkTimeline *timeline)
{
  return timeline->capacity * (sizeof *timeline->samples + timeline->n_slots * sizeof *timeline->marks);
}

/* --- sampling --- */

static PwkTimelineMarks *
marks_of (const PwkTimeline *timeline, uint32_t i)
{
  return timeline->marks + (size_t) i * timeline->n_slots;
}

static void
count_events (const PwkTimeline *timeline, PwkTimelineSample *sample, const PwkMachine *machine)
{
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      const uint64_t *count = machine->st->cpus[cpu].count;

      for (uint32_t i = 0; i < timeline->n_hued; i++)
        sample->events[timeline->hued[i].as] += count[timeline->hued[i].kind];
      for (uint32_t i = 0; i < timeline->n_mends; i++)
        sample->mended[timeline->mends[i].as] += count[timeline->mends[i].kind];
    }
}

static void
read_zones (PwkTimeline *timeline, PwkTimelineMarks *marks, const PwkMachine *machine)
{
  for (uint32_t slot = 0; slot < timeline->n_slots; slot++)
    {
      const PwkZone *zone = pwk_zone (machine, slot / PWK_MAX_NR_ZONES, slot % PWK_MAX_NR_ZONES);

      timeline->pages[slot] = MAX (timeline->pages[slot], zone->present_pages);
      marks[slot] = (PwkTimelineMarks) {
        (uint32_t) MAX (zone->vm_stat[PWK_NR_FREE_PAGES], 0), (uint32_t) zone->watermark[PWK_WMARK_MIN],
        (uint32_t) zone->watermark[PWK_WMARK_LOW], (uint32_t) zone->watermark[PWK_WMARK_HIGH],
      };
    }
}

static void
thin (PwkTimeline *timeline)
{
  uint32_t kept = 0;

  for (uint32_t i = 0; i < timeline->n; i += 2, kept++)
    {
      timeline->samples[kept] = timeline->samples[i];
      memmove (marks_of (timeline, kept), marks_of (timeline, i), timeline->n_slots * sizeof *timeline->marks);
    }
  timeline->n = kept;
  timeline->spacing *= 2;
}

/* What pwk_event_pressure () tells of single events, from the kernel's counters and those of events. */
static void
count_pressure (PwkTimelineSample *sample, const PwkMachine *machine)
{
  const uint64_t *count = machine->st->vm_event;

  sample->pressure[PWK_PRESSURE_SCANNED] = count[PWK_PGSCAN_KSWAPD] + count[PWK_PGSCAN_DIRECT];
  sample->pressure[PWK_PRESSURE_RECLAIMED] = count[PWK_PGSTEAL_KSWAPD] + count[PWK_PGSTEAL_DIRECT];
  sample->pressure[PWK_PRESSURE_SWAPPED] = pwk_event_count (machine, PWK_EV_ADD_TO_SWAP);
  sample->pressure[PWK_PRESSURE_STALLS] = pwk_event_count (machine, PWK_EV_DIRECT_RECLAIM);
  sample->pressure[PWK_PRESSURE_SWAPPED_IN] = pwk_event_count (machine, PWK_EV_SWAP_READ);
  sample->pressure[PWK_PRESSURE_REFAULTED] = pwk_event_count (machine, PWK_EV_WORKINGSET_REFAULT);
  for (int state = 0; state < PWK_N_PSI; state++)
    sample->stalled[state] = pwk_psi_ns (machine, (PwkPsiState) state);
}

static void
read_slabs (uint32_t slab[PWK_N_SLABS], const PwkMachine *machine)
{
  int64_t pages[PWK_N_SLABS] = { 0 };

  for (unsigned node = 0; node < machine->st->n_nodes; node++)
    {
      pages[PWK_SLAB_RECLAIMABLE] += pwk_node (machine, node)->vm_stat[PWK_NR_SLAB_RECLAIMABLE];
      pages[PWK_SLAB_UNRECLAIMABLE] += pwk_node (machine, node)->vm_stat[PWK_NR_SLAB_UNRECLAIMABLE];
    }
  for (int sort = 0; sort < PWK_N_SLABS; sort++)
    slab[sort] = (uint32_t) MAX (pages[sort], 0);
}

void
pwk_timeline_rest (PwkTimeline *timeline, const PwkMachine *machine)
{
  uint64_t n = machine->st->n_events;
  PwkTimelineSample *sample;

  if (!timeline->boot_end && machine->st->booted)
    timeline->boot_end = n;
  if (timeline->n && n < timeline->samples[timeline->n - 1].n + timeline->spacing)
    return;
  if (timeline->n == timeline->capacity)
    thin (timeline);
  sample = &timeline->samples[timeline->n];
  *sample = (PwkTimelineSample) { .n = n, .ns = pwk_machine_ns (machine), .tlb_misses = pwk_event_count (machine, PWK_EV_TLB_MISS) };
  count_events (timeline, sample, machine);
  count_pressure (sample, machine);
  read_slabs (sample->slab, machine);
  read_zones (timeline, marks_of (timeline, timeline->n), machine);
  timeline->n++;
}

void
pwk_timeline_truncate (PwkTimeline *timeline, uint64_t n)
{
  while (timeline->n && timeline->samples[timeline->n - 1].n > n)
    timeline->n--;
  if (timeline->boot_end > n)
    timeline->boot_end = 0;
}

/* --- a stretch --- */

static void
clear_stretch (gpointer item)
{
  PwkStretch *stretch = item;

  g_free (stretch->columns);
  g_free (stretch->bars);
  g_free (stretch->zones);
}

PwkStretch *
pwk_stretch_new (const PwkStretch *like)
{
  PwkStretch *stretch = pwk_shared_new (like, sizeof *stretch, 1, clear_stretch);

  stretch->columns = g_new0 (PwkColumn, stretch->query.n_columns);
  stretch->bars = NULL;
  stretch->n_bars = 0;
  stretch->zones = g_memdup2 (like->zones, like->n_zones * sizeof *like->zones);
  return stretch;
}

void
pwk_stretch_read_zone (const PwkStretch *stretch, const PwkMachine *machine, PwkColumn *column)
{
  const PwkZone *zone = pwk_zone (machine, stretch->query.node, stretch->query.zone);

  column->free_pages = (uint64_t) MAX (zone->vm_stat[PWK_NR_FREE_PAGES], 0);
  column->min = zone->watermark[PWK_WMARK_MIN];
  column->low = zone->watermark[PWK_WMARK_LOW];
  column->high = zone->watermark[PWK_WMARK_HIGH];
  read_slabs (column->slab, machine);
}

static uint32_t
largest_slot (const PwkTimeline *timeline)
{
  uint32_t largest = 0;

  for (uint32_t slot = 1; slot < timeline->n_slots; slot++)
    if (timeline->pages[slot] > timeline->pages[largest])
      largest = slot;
  return largest;
}

static void
list_zones (const PwkTimeline *timeline, PwkStretch *stretch)
{
  stretch->zones = g_malloc0 (timeline->n_slots * sizeof *stretch->zones);
  for (uint32_t slot = 0; slot < timeline->n_slots; slot++)
    if (timeline->pages[slot])
      {
        stretch->zones[stretch->n_zones].node = slot / PWK_MAX_NR_ZONES;
        stretch->zones[stretch->n_zones++].zone = slot % PWK_MAX_NR_ZONES;
      }
}

static PwkStretch
resolve (const PwkTimeline *timeline, const PwkStretchQuery *query, uint64_t known_end)
{
  PwkStretch stretch = { .query = *query, .first = MAX (query->first, 1), .last = MIN (query->last, known_end) };
  uint32_t slot = query->node == PWK_LARGEST_ZONE ? UINT32_MAX : query->node * PWK_MAX_NR_ZONES + query->zone;

  if (slot >= timeline->n_slots)
    slot = largest_slot (timeline);
  stretch.query.node = slot / PWK_MAX_NR_ZONES;
  stretch.query.zone = slot % PWK_MAX_NR_ZONES;
  stretch.query.n_columns = CLAMP (query->n_columns, 1, PWK_STRETCH_COLUMNS);
  return stretch;
}

/* Counts as of an event: between two samples they rise evenly. */
typedef struct { uint64_t n, ns, mended[PWK_N_MENDS], tlb_misses, pressure[PWK_N_PRESSURES], stalled[PWK_N_PSI]; double events[PWK_N_HUES]; } Counts;

static uint64_t
between (uint64_t low, uint64_t high, double share)
{
  return low + (uint64_t) ((double) (high - low) * share);
}

/* As of event @n, whose last sample is @i. */
static Counts
counts_at (const PwkTimeline *timeline, uint32_t i, uint64_t n)
{
  const PwkTimelineSample *low = &timeline->samples[i], *high = low + (i + 1 < timeline->n);
  double share = high->n > low->n ? MIN (1, (double) (n - MIN (n, low->n)) / (double) (high->n - low->n)) : 0;
  Counts counts = { .n = n, .ns = between (low->ns, MAX (low->ns, high->ns), share) };

  for (int hue = 0; hue < PWK_N_HUES; hue++)
    counts.events[hue] = (double) low->events[hue] + share * (double) (high->events[hue] - low->events[hue]);
  for (int mend = 0; mend < PWK_N_MENDS; mend++)
    counts.mended[mend] = between (low->mended[mend], high->mended[mend], share);
  for (int what = 0; what < PWK_N_PRESSURES; what++)
    counts.pressure[what] = between (low->pressure[what], high->pressure[what], share);
  for (int state = 0; state < PWK_N_PSI; state++)
    counts.stalled[state] = between (low->stalled[state], high->stalled[state], share);
  counts.tlb_misses = between (low->tlb_misses, high->tlb_misses, share);
  return counts;
}

/* Statements cover all there is; in which row else something lies is not known of counts, but where it usually does. */
static void
cover (PwkColumn *column, const Counts *now, const Counts *before)
{
  static const uint8_t rows[PWK_N_HUES] = {
    [PWK_HUE_REGION] = 1, [PWK_HUE_TRANSLATION] = 1, [PWK_HUE_FAULT] = 1, [PWK_HUE_FRAMES] = 2, [PWK_HUE_FILES] = 2,
  };
  double all = 0;

  for (int hue = 0; hue < PWK_N_HUES; hue++)
    all += now->events[hue] - before->events[hue];
  for (int hue = 0; hue < PWK_N_HUES && all > 0; hue++)
    column->cover[rows[hue]][hue] = (float) ((now->events[hue] - before->events[hue]) / all);
  column->cover[0][PWK_HUE_CALL] = 1;
}

/* Fills columns from left to right, and goes through the samples once. */
static uint64_t
fill_columns (const PwkTimeline *timeline, PwkStretch *stretch)
{
  uint64_t range = stretch->last + 1 - stretch->first, n_read = 0;
  uint32_t slot = stretch->query.node * PWK_MAX_NR_ZONES + stretch->query.zone, i = 0, high = timeline->n;
  Counts before;

  while (high - i > 1)
    {
      uint32_t middle = i + (high - i) / 2;

      *(timeline->samples[middle].n < stretch->first ? &i : &high) = middle;
      n_read++;
    }
  before = counts_at (timeline, i, stretch->first - 1);
  for (uint32_t c = 0; c < stretch->query.n_columns; c++)
    {
      PwkColumn *column = &stretch->columns[c];
      uint64_t n = stretch->first - 1 + MAX (range * (c + 1) / stretch->query.n_columns, 1);
      const PwkTimelineMarks *marks;
      Counts now;

      for (; i + 1 < timeline->n && timeline->samples[i + 1].n <= n; i++)
        n_read++;
      now = counts_at (timeline, i, n);
      marks = &marks_of (timeline, i)[slot];
      *column = (PwkColumn) { .n = n, .ns = now.ns, .free_pages = marks->free_pages, .min = marks->min, .low = marks->low, .high = marks->high,
                              .tlb_misses = (uint32_t) (now.tlb_misses - before.tlb_misses) };
      memcpy (column->slab, timeline->samples[i].slab, sizeof column->slab);
      for (int mend = 0; mend < PWK_N_MENDS; mend++)
        column->mended[mend] = (uint32_t) (now.mended[mend] - before.mended[mend]);
      for (int what = 0; what < PWK_N_PRESSURES; what++)
        column->pressure[what] = (uint32_t) (now.pressure[what] - before.pressure[what]);
      for (int state = 0; state < PWK_N_PSI; state++)
        column->stalled[state] = now.stalled[state] - before.stalled[state];
      cover (column, &now, &before);
      if (n > before.n)
        before = now;
      else if (c > 0)
        memcpy (column->cover, column[-1].cover, sizeof column->cover);   /* an event is wider than a column */
    }
  return n_read;
}

PwkStretch *
pwk_timeline_stretch (const PwkTimeline *timeline, const PwkStretchQuery *query, uint64_t known_end, uint64_t *n_read)
{
  PwkStretch like = resolve (timeline, query, known_end), *stretch;
  uint64_t read = 0;

  list_zones (timeline, &like);
  stretch = pwk_stretch_new (&like);
  g_free (like.zones);
  if (stretch->last >= stretch->first && timeline->n)
    read = fill_columns (timeline, stretch);
  if (n_read)
    *n_read = read;
  return stretch;
}
