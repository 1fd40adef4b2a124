/* machine.c - a machine's life: saving, events, pools, strings, contents of frames
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/machine.h"

#include <string.h>

void
pwk_machine_free (PwkMachine *machine)
{
  pwk_arena_clear (&machine->arena);
  pwk_config_free (machine->config);
  g_free (machine);
}

/* --- saving --- */

PwkCheckpoint *
pwk_machine_save (PwkMachine *machine)
{
  return pwk_arena_save (&machine->arena, machine->st->n_events, false);
}

PwkCheckpoint *
pwk_machine_save_within (PwkMachine *machine)
{
  return pwk_arena_save (&machine->arena, machine->st->n_events, true);
}

void
pwk_machine_restore (PwkMachine *machine, const PwkCheckpoint *checkpoint)
{
  pwk_arena_restore (&machine->arena, checkpoint);
}

uint64_t
pwk_machine_hash (const PwkMachine *machine)
{
  return pwk_arena_hash (&machine->arena);
}

/* --- events and time --- */

void
pwk_machine_listen (PwkMachine *machine, PwkListener listener, void *data)
{
  machine->listener = listener;
  machine->listener_data = data;
  if (!listener)
    {
      memset (machine->listen, 0, sizeof machine->listen);
      machine->watch = 0;
    }
}

void
pwk_machine_want (PwkMachine *machine, int kind, bool wanted)
{
  if (kind < 0)
    memset (machine->listen, wanted ? 0xff : 0, sizeof machine->listen);
  else if (wanted)
    machine->listen[kind >> 6] |= (uint64_t) 1 << (kind & 63);
  else
    machine->listen[kind >> 6] &= ~((uint64_t) 1 << (kind & 63));
}

void
pwk_event_deliver (PwkMachine *machine, PwkEventKind kind, uint64_t n,
                   uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3, uint64_t a4, uint64_t a5)
{
  const PwkState *st = machine->st;
  PwkEvent event = {
    .n = n, .parent = st->cause, .ns = st->cpus[st->cur_cpu].ns, .kind = kind, .cpu = st->cur_cpu,
    .task = st->cpus[st->cur_cpu].task, .line = st->line, .arg = { a0, a1, a2, a3, a4, a5 },
  };

  if (machine->listener)
    machine->listener (machine, &event, machine->listener_data);
}

uint64_t
pwk_machine_ns (const PwkMachine *machine)
{
  uint64_t ns = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    ns = MAX (ns, machine->st->cpus[cpu].ns);
  return ns;
}

uint64_t
pwk_event_count (const PwkMachine *machine, PwkEventKind kind)
{
  uint64_t count = 0;

  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    count += machine->st->cpus[cpu].count[kind];
  return count;
}

void
pwk_cost_set (PwkMachine *machine, PwkEventKind kind, uint32_t ns)
{
  g_return_if_fail ((unsigned) kind < PWK_N_EVENTS);
  machine->st->cost_ns[kind] = ns;
}

uint64_t
pwk_random (PwkMachine *machine)
{
  uint64_t x = machine->st->rng;

  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  machine->st->rng = x;
  return x * 0x2545f4914f6cdd1dull;
}

void
pwk_lock_slow (PwkMachine *machine, PwkSpinlock *lock, const char *name)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  uint32_t last = lock->holder;

  lock->holder = machine->st->cur_cpu + 1;
  if (last && lock->free_at > cpu->ns)
    {
      uint64_t wait = lock->free_at - cpu->ns;

      cpu->ns = lock->free_at;
      lock->waits++;
      lock->wait_ns += wait;
      pwk_emit (machine, LOCK_WAIT, pwk_string_intern (machine, name), wait, last - 1);
    }
}

/* --- pools --- */

PwkIndex
pwk_pool_alloc (PwkMachine *machine, PwkPoolId id)
{
  PwkPool *pool = &machine->st->pools[id];
  PwkIndex index = pool->free;
  void *record;

  if (!index)
    {
      if (pool->next > pool->limit)
        return 0;
      index = pool->next++;
    }
  record = pwk_pool_edit (machine, id, index);
  if (pool->free)
    memcpy (&pool->free, record, sizeof pool->free);
  memset (record, 0, pool->record_size);
  pool->n_used++;
  return index;
}

void
pwk_pool_free (PwkMachine *machine, PwkPoolId id, PwkIndex index)
{
  PwkPool *pool = &machine->st->pools[id];
  void *record = pwk_pool_edit (machine, id, index);

  pwk_assert (index > 0 && index < pool->next);
  memset (record, 0, pool->record_size);
  memcpy (record, &pool->free, sizeof pool->free);
  pool->free = index;
  pool->n_used--;
}

/* --- strings --- */

/* The string region: a hash table of offsets, then the bytes. */
#define STRING_SLOTS   (1u << 16)
#define STRING_TABLE   (STRING_SLOTS * sizeof (uint32_t))
#define STRING_BYTES   (PWK_STRING_BYTES - STRING_TABLE)

static uint32_t
string_hash (const char *text)
{
  uint32_t hash = 2166136261u;

  for (; *text; text++)
    hash = (hash ^ (uint8_t) *text) * 16777619u;
  return hash;
}

static const char *
string_bytes (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_STRING, STRING_TABLE);
}

static void
string_write (PwkMachine *machine, uint64_t offset, const void *bytes, size_t size)
{
  void *at = pwk_arena_edit (&machine->arena, PWK_REGION_STRING, offset);

  pwk_arena_touch (&machine->arena, PWK_REGION_STRING, at, size);
  memcpy (at, bytes, size);
}

const char *
pwk_string (const PwkMachine *machine, PwkIndex string)
{
  return string_bytes (machine) + string;
}

PwkIndex
pwk_string_intern (PwkMachine *machine, const char *text)
{
  const uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
  uint32_t slot = string_hash (text) & (STRING_SLOTS - 1);
  size_t size = strlen (text) + 1;
  uint32_t at = (uint32_t) machine->st->n_strings_bytes;

  if (size == 1)
    return 0;
  for (unsigned probes = 0; table[slot]; slot = (slot + 1) & (STRING_SLOTS - 1), probes++)
    {
      if (strcmp (string_bytes (machine) + table[slot], text) == 0)
        return table[slot];
      if (probes > STRING_SLOTS / 2)
        return 0;
    }
  if (at + size > STRING_BYTES)
    return 0;

  string_write (machine, STRING_TABLE + at, text, size);
  string_write (machine, slot * sizeof at, &at, sizeof at);
  machine->st->n_strings_bytes += size;
  return at;
}

/* --- contents of frames ---
 *
 * A page table has its slot in its struct page. Other frames that hold anything but zeros are found by an open-addressing
 * hash in PWK_REGION_CONTENT; the entry of a frame that was cleared stays with slot 0 and is used again. */

typedef struct { uint64_t pfn_plus_1; uint64_t slot; } Content;
#define CONTENT_SLOTS ((uint64_t) 1 << 25)

static const Content *
content_entry (const PwkMachine *machine, PwkPfn pfn)
{
  const Content *table = pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, 0);
  uint64_t i = pfn & (CONTENT_SLOTS - 1);   /* neighbours lie side by side: fewer chunks */

  while (table[i].pfn_plus_1 && table[i].pfn_plus_1 != pfn + 1)
    i = (i + 1) & (CONTENT_SLOTS - 1);
  return &table[i];
}

static void
content_set (PwkMachine *machine, PwkPfn pfn, PwkIndex slot)
{
  const Content *table = pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, 0);
  Content *entry = (Content *) pwk_arena_edit (&machine->arena, PWK_REGION_CONTENT, 0) + (content_entry (machine, pfn) - table);

  pwk_arena_touch (&machine->arena, PWK_REGION_CONTENT, entry, sizeof *entry);
  *entry = (Content) { pfn + 1, slot };
}

static PwkIndex
frame_slot (const PwkMachine *machine, PwkPfn pfn)
{
  const PwkPage *page = pwk_page (machine, pfn);

  return page->type == PWK_PAGE_TABLE ? (PwkIndex) page->private_ : (PwkIndex) content_entry (machine, pfn)->slot;
}

const uint8_t *
pwk_frame_bytes (const PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot = frame_slot (machine, pfn);
  return slot ? pwk_pool_get (machine, PWK_POOL_FRAME, slot) : NULL;
}

uint8_t *
pwk_frame_edit (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot = frame_slot (machine, pfn);

  if (!slot)
    {
      slot = pwk_pool_alloc (machine, PWK_POOL_FRAME);
      pwk_assert (slot != 0);   /* bytes that were written would be lost */
      content_set (machine, pfn, slot);
    }
  return pwk_pool_edit (machine, PWK_POOL_FRAME, slot);
}

void
pwk_frame_write (PwkMachine *machine, PwkPfn pfn, unsigned offset, const void *bytes, unsigned size)
{
  uint8_t *frame = pwk_frame_edit (machine, pfn);

  g_return_if_fail (offset + size <= PWK_PAGE_SIZE);
  memcpy (frame + offset, bytes, size);
}

void
pwk_frame_clear (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot;

  if (machine->st->pools[PWK_POOL_FRAME].n_used == 0)
    return;
  slot = (PwkIndex) content_entry (machine, pfn)->slot;
  if (!slot)
    return;
  pwk_pool_free (machine, PWK_POOL_FRAME, slot);
  content_set (machine, pfn, 0);
}

void
pwk_frame_copy (PwkMachine *machine, PwkPfn to, PwkPfn from)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, from);

  if (bytes)
    pwk_frame_write (machine, to, 0, bytes, PWK_PAGE_SIZE);
  else
    pwk_frame_clear (machine, to);
}
