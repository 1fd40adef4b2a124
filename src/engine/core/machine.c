/* machine.c - a machine's life: making, saving, events, pools, strings, contents of frames
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/core/machine.h"

#include <string.h>

#include "engine/core/boot.h"
#include "engine/core/check.h"
#include "engine/paging/check.h"
#include "engine/phys/check.h"
#include "engine/virt/check.h"

/* --- making --- */

static const struct { PwkRegionId region; uint32_t size; uint64_t limit; } pool_plan[PWK_N_POOLS] = {
  [PWK_POOL_TASK]     = { PWK_REGION_TASK,     sizeof (PwkTask),    1 << 20 },
  [PWK_POOL_MM]       = { PWK_REGION_MM,       sizeof (PwkMm),      1 << 20 },
  [PWK_POOL_VMA]      = { PWK_REGION_VMA,      sizeof (PwkVma),     1 << 25 },
  [PWK_POOL_ANON_VMA] = { PWK_REGION_ANON_VMA, sizeof (PwkAnonVma), 1 << 25 },
  [PWK_POOL_AVC]      = { PWK_REGION_AVC,      sizeof (PwkAvc),     1 << 26 },
  [PWK_POOL_INODE]    = { PWK_REGION_INODE,    sizeof (PwkInode),   1 << 22 },
  [PWK_POOL_FILE]     = { PWK_REGION_FILE,     sizeof (PwkFile),    1 << 23 },
  [PWK_POOL_FILES]    = { PWK_REGION_FILES,    PWK_FILES_RECORD,    1 << 20 },
  [PWK_POOL_XNODE]    = { PWK_REGION_XNODE,    PWK_XNODE_RECORD,    1 << 24 },
  [PWK_POOL_FRAME]    = { PWK_REGION_FRAME,    PWK_PAGE_SIZE,       1 << 24 },
};

/* The string region: a hash table of offsets, then the bytes. */
#define STRING_SLOTS   (1u << 16)
#define STRING_BYTES   (64u << 20)
#define STRING_TABLE   (STRING_SLOTS * sizeof (uint32_t))

static void
plan_regions (const PwkConfig *config, PwkPfn max_pfn, uint64_t sizes[PWK_N_REGIONS])
{
  for (unsigned i = 0; i < PWK_N_POOLS; i++)
    sizes[pool_plan[i].region] = pool_plan[i].size * (pool_plan[i].limit + 1);
  sizes[PWK_REGION_STATE] = sizeof (PwkState);
  sizes[PWK_REGION_PCP] = (uint64_t) config->n_nodes * PWK_MAX_NR_ZONES * config->n_cpus * sizeof (PwkPcp);
  sizes[PWK_REGION_TLB] = pwk_boot_tlb_bytes (config);
  sizes[PWK_REGION_SECTION] = ((max_pfn >> PWK_SECTION_SHIFT) + 2) * 64;
  sizes[PWK_REGION_PAGEBLOCK] = (max_pfn >> PWK_PAGEBLOCK_ORDER) + 2;
  sizes[PWK_REGION_BLOCK] = ((max_pfn >> PWK_MAX_PAGE_ORDER) + 2) * 16;
  sizes[PWK_REGION_MEMMAP] = (max_pfn + PWK_SECTION_PAGES) * sizeof (PwkPage);
  sizes[PWK_REGION_CONTENT] = (uint64_t) 16 << 25;
  sizes[PWK_REGION_STRING] = STRING_TABLE + STRING_BYTES;
  sizes[PWK_REGION_VARS] = (uint64_t) 16 << 20;
  sizes[PWK_REGION_EXTRA] = (uint64_t) 1 << 30;
}

static void
init_pools (PwkState *st)
{
  for (unsigned i = 0; i < PWK_N_POOLS; i++)
    st->pools[i] = (PwkPool) {
      .record_size = pool_plan[i].size, .region = (uint16_t) pool_plan[i].region, .next = 1, .limit = (uint32_t) pool_plan[i].limit,
    };
}

PwkMachine *
pwk_machine_new (PwkConfig *config, GError **error)
{
  PwkMachine *machine = g_new0 (PwkMachine, 1);
  uint64_t sizes[PWK_N_REGIONS] = { 0 };
  PwkPfn max_pfn = pwk_boot_max_pfn (config);

  machine->config = config;
  machine->profile = config->profile;
  machine->format = machine->profile->format;
  plan_regions (config, max_pfn, sizes);
  if (!pwk_arena_init (&machine->arena, sizes, error))
    {
      pwk_machine_free (machine);
      return NULL;
    }

  machine->st = pwk_arena_at (&machine->arena, PWK_REGION_STATE, 0);
  machine->st->max_pfn = max_pfn;
  machine->st->rng = config->seed * 0x9e3779b97f4a7c15ull | 1;
  machine->st->n_cpus = config->n_cpus;
  machine->st->n_nodes = config->n_nodes;
  machine->st->levels = config->levels;
  machine->st->n_strings_bytes = 1;
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    machine->st->cost_ns[kind] = pwk_event_info ((PwkEventKind) kind)->cost_ns;
  init_pools (machine->st);
  return machine;
}

void
pwk_machine_free (PwkMachine *machine)
{
  pwk_arena_clear (&machine->arena);
  pwk_config_free (machine->config);
  g_free (machine);
}

PwkMachine *
pwk_machine_simple (const char *first_key, ...)
{
  g_autoptr(PwkConfigBuilder) builder = pwk_config_builder_new ();
  g_autoptr(GError) error = NULL;
  PwkMachine *machine;
  PwkConfig *config;
  va_list pairs;

  va_start (pairs, first_key);
  for (const char *key = first_key; key; key = va_arg (pairs, const char *))
    if (!pwk_config_builder_set (builder, key, va_arg (pairs, const char *), &error))
      g_error ("%s", error->message);
  va_end (pairs);

  config = pwk_config_finish (g_steal_pointer (&builder), &error);
  if (!config)
    g_error ("%s", error->message);
  machine = pwk_machine_new (config, &error);
  if (!machine)
    g_error ("%s", error->message);
  pwk_machine_boot (machine);
  return machine;
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

bool
pwk_machine_check (const PwkMachine *machine, GString *why)
{
  bool sound = true;

  sound &= pwk_core_check (machine, why);
  sound &= pwk_phys_check (machine, why);
  sound &= pwk_paging_check (machine, why);
  sound &= pwk_virt_check (machine, why);
  return sound;
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
  PwkCpu *cpu = pwk_cpu (machine);
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

static uint32_t
string_hash (const char *text)
{
  uint32_t hash = 2166136261u;

  for (; *text; text++)
    hash = (hash ^ (uint8_t) *text) * 16777619u;
  return hash;
}

static char *
string_bytes (const PwkMachine *machine)
{
  return pwk_arena_at (&machine->arena, PWK_REGION_STRING, STRING_TABLE);
}

const char *
pwk_string (const PwkMachine *machine, PwkIndex string)
{
  return string_bytes (machine) + string;
}

PwkIndex
pwk_string_intern (PwkMachine *machine, const char *text)
{
  uint32_t *table = pwk_arena_at (&machine->arena, PWK_REGION_STRING, 0);
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

  pwk_arena_touch (&machine->arena, PWK_REGION_STRING, string_bytes (machine) + at, size);
  memcpy (string_bytes (machine) + at, text, size);
  pwk_arena_touch (&machine->arena, PWK_REGION_STRING, &table[slot], sizeof table[slot]);
  table[slot] = at;
  machine->st->n_strings_bytes += size;
  return at;
}

/* --- contents of frames ---
 *
 * A page table has its slot in its struct page. Other frames that hold anything but zeros are found by an open-addressing
 * hash in PWK_REGION_CONTENT; the entry of a frame that was cleared stays with slot 0 and is used again. */

typedef struct { uint64_t pfn_plus_1; uint64_t slot; } Content;
#define CONTENT_SLOTS ((uint64_t) 1 << 25)

static Content *
content_entry (const PwkMachine *machine, PwkPfn pfn)
{
  Content *table = pwk_arena_at (&machine->arena, PWK_REGION_CONTENT, 0);
  uint64_t i = pfn & (CONTENT_SLOTS - 1);   /* neighbours lie side by side: fewer chunks */

  while (table[i].pfn_plus_1 && table[i].pfn_plus_1 != pfn + 1)
    i = (i + 1) & (CONTENT_SLOTS - 1);
  return &table[i];
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

static uint8_t *
frame_edit (PwkMachine *machine, PwkPfn pfn)
{
  PwkIndex slot = frame_slot (machine, pfn);

  if (!slot)
    {
      Content *entry = content_entry (machine, pfn);

      slot = pwk_pool_alloc (machine, PWK_POOL_FRAME);
      pwk_assert (slot != 0);   /* bytes that were written would be lost */
      pwk_arena_touch (&machine->arena, PWK_REGION_CONTENT, entry, sizeof *entry);
      *entry = (Content) { pfn + 1, slot };
    }
  return pwk_pool_edit (machine, PWK_POOL_FRAME, slot);
}

void
pwk_frame_write (PwkMachine *machine, PwkPfn pfn, unsigned offset, const void *bytes, unsigned size)
{
  uint8_t *frame = frame_edit (machine, pfn);

  g_return_if_fail (offset + size <= PWK_PAGE_SIZE);
  memcpy (frame + offset, bytes, size);
}

void
pwk_frame_clear (PwkMachine *machine, PwkPfn pfn)
{
  Content *entry;

  if (machine->st->pools[PWK_POOL_FRAME].n_used == 0)
    return;
  entry = content_entry (machine, pfn);
  if (!entry->slot)
    return;
  pwk_pool_free (machine, PWK_POOL_FRAME, (PwkIndex) entry->slot);
  pwk_arena_touch (&machine->arena, PWK_REGION_CONTENT, entry, sizeof *entry);
  entry->slot = 0;
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
