/* arena.c - the arena: reserve, save, restore, hash
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The host's own virtual memory does the work that a simulator would: addresses are reserved for
 * the largest state there can be (MAP_NORESERVE), pages come with the first write. Chunks of 64 KiB
 * are what is compared, copied and shared; hot regions, which nearly every step writes to, are
 * compared without asking whether they were marked.
 */
#include "engine/core/arena.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "engine/core/config.h"

static const bool hot_regions[PWK_N_REGIONS] = {
  [PWK_REGION_STATE] = true, [PWK_REGION_PCP] = true, [PWK_REGION_TLB] = true, [PWK_REGION_BATCH] = true,
};

/* Zeroed, and nobody's memory until it is written to. */
static void *
reserve (uint64_t bytes)
{
  void *range = mmap (NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return range == MAP_FAILED ? NULL : range;
}

/* Three ranges: the arena, a mark and a saved copy for each of its chunks; the latter two are as
 * sparse as the first. Hot regions count as used from end to end. */
bool
pwk_arena_init (PwkArena *arena, const uint64_t sizes[PWK_N_REGIONS], GError **error)
{
  uint64_t total = 0;

  memset (arena, 0, sizeof *arena);
  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    {
      PwkRegion *region = &arena->regions[i];

      region->offset = total;
      region->size = (sizes[i] + PWK_CHUNK_SIZE - 1) & ~(PWK_CHUNK_SIZE - 1);
      region->hot = hot_regions[i];
      total += region->size;
      if (region->hot)
        arena->used[i] = region->size;
    }

  pwk_assert_door (total > 0);
  arena->n_chunks = total >> PWK_CHUNK_SHIFT;
  arena->base = reserve (total);
  arena->dirty = arena->base ? reserve (arena->n_chunks) : NULL;
  arena->saved = arena->dirty ? reserve (arena->n_chunks * sizeof *arena->saved) : NULL;
  if (arena->saved)
    return true;

  g_set_error (error, PWK_CONFIG_ERROR, 0, "cannot reserve %" G_GUINT64_FORMAT " MiB of address space for the machine: %s",
               total >> 20, g_strerror (errno));
  if (arena->dirty)
    munmap (arena->dirty, arena->n_chunks);
  if (arena->base)
    munmap (arena->base, total);
  memset (arena, 0, sizeof *arena);
  return false;
}

/* Counted atomically, so that any thread may let a checkpoint go. */
static void
chunk_unref (PwkChunk *chunk)
{
  if (chunk && g_atomic_ref_count_dec (&chunk->ref))
    g_free (chunk);
}

/* Number of the region's first chunk in the whole arena. */
static uint64_t
first_chunk (const PwkArena *arena, unsigned region)
{
  return arena->regions[region].offset >> PWK_CHUNK_SHIFT;
}

/* As far as the region was ever marked: behind that all is zero. */
static uint64_t
used_chunks (const PwkArena *arena, unsigned region)
{
  return (arena->used[region] + PWK_CHUNK_SIZE - 1) >> PWK_CHUNK_SHIFT;
}

/* Of one that could not be reserved there is nothing to let go. Copies that checkpoints still share
 * stay with those. */
void
pwk_arena_clear (PwkArena *arena)
{
  if (!arena->base)
    return;
  for (unsigned region = 0; region < PWK_N_REGIONS; region++)
    for (uint64_t i = 0; i < used_chunks (arena, region); i++)
      chunk_unref (arena->saved[first_chunk (arena, region) + i]);
  munmap (arena->base, arena->n_chunks << PWK_CHUNK_SHIFT);
  munmap (arena->dirty, arena->n_chunks);
  munmap (arena->saved, arena->n_chunks * sizeof *arena->saved);
  memset (arena, 0, sizeof *arena);
}

/* Where the chunk lies now. */
static const uint8_t *
chunk_bytes (const PwkArena *arena, uint64_t chunk)
{
  return arena->base + (chunk << PWK_CHUNK_SHIFT);
}

/* Four words at a time: most chunks that are not zero show it at once. */
static bool
all_zero (const uint8_t *bytes)
{
  const uint64_t *words = (const uint64_t *) bytes;

  for (size_t i = 0; i < PWK_CHUNK_SIZE / sizeof *words; i += 4)
    if (words[i] | words[i + 1] | words[i + 2] | words[i + 3])
      return false;
  return true;
}

/* The next chunk at or after @chunk, below @end, that may differ from its saved copy. Whole words
 * of clean marks are skipped, so a sparse terabyte costs little: eight chunks, half a MiB, a
 * comparison. */
static uint64_t
next_changed (const PwkArena *arena, const PwkRegion *region, uint64_t chunk, uint64_t end)
{
  if (region->hot)
    return chunk;
  while (chunk < end)
    {
      if (arena->dirty[chunk])
        return chunk;
      chunk++;
      while ((chunk & 7) == 0 && chunk + 8 <= end && *(const uint64_t *) &arena->dirty[chunk] == 0)
        chunk += 8;
    }
  return end;
}

/* Brings the copy of one chunk up to date; its mark may stay. Returns bytes newly copied. What is
 * marked may be as it was: then the old copy goes on being shared. */
static uint64_t
save_chunk (PwkArena *arena, uint64_t chunk, bool keep_mark)
{
  const uint8_t *bytes = chunk_bytes (arena, chunk);
  PwkChunk *old = arena->saved[chunk];
  PwkChunk *fresh;

  arena->dirty[chunk] &= keep_mark;
  if (old && memcmp (old->bytes, bytes, PWK_CHUNK_SIZE) == 0)
    return 0;
  if (all_zero (bytes))
    {
      chunk_unref (old);
      arena->saved[chunk] = NULL;
      return 0;
    }
  fresh = g_malloc (sizeof *fresh + PWK_CHUNK_SIZE);
  g_atomic_ref_count_init (&fresh->ref);
  fresh->hash = 0;
  memcpy (fresh->bytes, bytes, PWK_CHUNK_SIZE);
  chunk_unref (old);
  arena->saved[chunk] = fresh;
  return PWK_CHUNK_SIZE;
}

/* What is marked is copied, the rest shared with the checkpoints before. A chunk that became zero
 * again has no entry. */
PwkCheckpoint *
pwk_arena_save (PwkArena *arena, uint64_t n_events, bool within)
{
  PwkCheckpoint *checkpoint = g_new0 (PwkCheckpoint, 1);
  GArray *entries = g_array_new (FALSE, FALSE, sizeof *checkpoint->entries);

  pwk_assert_door (arena->base);
  g_atomic_ref_count_init (&checkpoint->ref);
  checkpoint->n_events = n_events;
  memcpy (checkpoint->used, arena->used, sizeof checkpoint->used);
  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    {
      const PwkRegion *region = &arena->regions[i];
      uint64_t first = first_chunk (arena, i), end = first + used_chunks (arena, i);

      for (uint64_t c = next_changed (arena, region, first, end); c < end; c = next_changed (arena, region, c + 1, end))
        checkpoint->own_bytes += save_chunk (arena, c, within);
      for (uint64_t c = first; c < end; c++)
        if (arena->saved[c])
          {
            typeof (*checkpoint->entries) entry = { c, arena->saved[c] };
            g_atomic_ref_count_inc (&entry.data->ref);
            g_array_append_val (entries, entry);
          }
    }
  checkpoint->n_entries = entries->len;
  checkpoint->entries = (void *) g_array_free (entries, FALSE);
  return checkpoint;
}

/* Makes one chunk equal to @wanted (NULL: zero). A chunk that has the same copy and was not written
 * since is equal already, so going back a little costs little, however large the machine is. */
static void
restore_chunk (PwkArena *arena, uint64_t chunk, PwkChunk *wanted, bool hot)
{
  uint8_t *bytes = arena->base + (chunk << PWK_CHUNK_SHIFT);

  if (arena->saved[chunk] == wanted && !arena->dirty[chunk] && !hot)
    return;
  if (wanted)
    memcpy (bytes, wanted->bytes, PWK_CHUNK_SIZE);
  else if (arena->saved[chunk] || arena->dirty[chunk] || hot)
    memset (bytes, 0, PWK_CHUNK_SIZE);
  arena->dirty[chunk] = 0;
  if (arena->saved[chunk] == wanted)
    return;
  if (wanted)
    g_atomic_ref_count_inc (&wanted->ref);
  chunk_unref (arena->saved[chunk]);
  arena->saved[chunk] = wanted;
}

/* Entries ascend as chunks do, so that both are gone through once, side by side. */
void
pwk_arena_restore (PwkArena *arena, const PwkCheckpoint *checkpoint)
{
  uint64_t entry = 0;

  pwk_assert_door (arena->base);
  pwk_assert (checkpoint->n_entries == 0 || checkpoint->entries[checkpoint->n_entries - 1].chunk < arena->n_chunks);
  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    {
      uint64_t first = first_chunk (arena, i);
      uint64_t end = first + used_chunks (arena, i);
      uint64_t region_end = first + (arena->regions[i].size >> PWK_CHUNK_SHIFT);

      for (uint64_t c = first; c < end; c++)
        {
          PwkChunk *wanted = NULL;

          if (entry < checkpoint->n_entries && checkpoint->entries[entry].chunk == c)
            wanted = checkpoint->entries[entry++].data;
          restore_chunk (arena, c, wanted, arena->regions[i].hot);
        }
      pwk_assert_door (checkpoint->used[i] <= arena->regions[i].size);
      /* what the checkpoint had beyond where the arena is used now */
      for (; entry < checkpoint->n_entries && checkpoint->entries[entry].chunk < region_end; entry++)
        restore_chunk (arena, checkpoint->entries[entry].chunk, checkpoint->entries[entry].data, arena->regions[i].hot);
      arena->used[i] = checkpoint->used[i];
    }
}

/* For another holder of the same moment; both read, neither changes it. */
PwkCheckpoint *
pwk_checkpoint_ref (PwkCheckpoint *checkpoint)
{
  pwk_assert_door (checkpoint->entries || checkpoint->n_entries == 0);
  g_atomic_ref_count_inc (&checkpoint->ref);
  return checkpoint;
}

/* Copies go with the last checkpoint that shares them, or with the arena that still equals them. */
void
pwk_checkpoint_unref (PwkCheckpoint *checkpoint)
{
  if (!g_atomic_ref_count_dec (&checkpoint->ref))
    return;
  for (uint64_t i = 0; i < checkpoint->n_entries; i++)
    chunk_unref (checkpoint->entries[i].data);
  g_free (checkpoint->entries);
  g_free (checkpoint);
}

/* For who decides which checkpoints to drop: one that shares all but little frees little. */
uint64_t
pwk_checkpoint_bytes_beside (const PwkCheckpoint *checkpoint, const PwkCheckpoint *before)
{
  uint64_t bytes = sizeof *checkpoint + checkpoint->n_entries * sizeof *checkpoint->entries;
  uint64_t n_before = before ? before->n_entries : 0, at = 0;

  for (uint64_t i = 0; i < checkpoint->n_entries; i++)
    {
      while (at < n_before && before->entries[at].chunk < checkpoint->entries[i].chunk)
        at++;
      if (at == n_before || before->entries[at].data != checkpoint->entries[i].data)
        bytes += sizeof *checkpoint->entries[i].data + PWK_CHUNK_SIZE;
    }
  return bytes;
}

/* One step of a multiplicative hash. */
static inline uint64_t
mix (uint64_t h, uint64_t word)
{
  h = (h ^ word) * 0x9e3779b97f4a7c15ull;
  return h ^ h >> 32;
}

/* Four lanes, so that the host can work on them at once; odd, as 0 says that it is not computed. */
static uint64_t
hash_bytes (const uint8_t *bytes)
{
  const uint64_t *words = (const uint64_t *) bytes;
  uint64_t lane[4] = { 1, 2, 3, 4 };

  for (size_t i = 0; i < PWK_CHUNK_SIZE / sizeof *words; i += 4)
    for (unsigned k = 0; k < 4; k++)
      lane[k] = mix (lane[k], words[i + k]);
  return mix (mix (lane[0], lane[1]), mix (lane[2], lane[3])) | 1;
}

/* Of a copy it is kept: most chunks of a large machine are never hashed twice. */
static uint64_t
chunk_hash (const PwkArena *arena, uint64_t chunk, bool hot)
{
  PwkChunk *saved = arena->saved[chunk];
  const uint8_t *bytes = chunk_bytes (arena, chunk);

  if (!hot && !arena->dirty[chunk])
    {
      if (saved && !saved->hash)
        saved->hash = hash_bytes (bytes);
      return saved ? saved->hash : 0;
    }
  return all_zero (bytes) ? 0 : hash_bytes (bytes);
}

/* Regions and chunks are mixed in by their numbers, zero chunks not at all: so an arena that was
 * reserved larger, or zeroed again, hashes alike. */
uint64_t
pwk_arena_hash (const PwkArena *arena)
{
  uint64_t hash = 0x5061676577616c6bull;

  pwk_assert_door (arena->base);
  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    {
      uint64_t first = first_chunk (arena, i);
      uint64_t end = first + used_chunks (arena, i);

      for (uint64_t c = first; c < end; c++)
        {
          uint64_t h = chunk_hash (arena, c, arena->regions[i].hot);
          if (h)
            hash = mix (mix (hash, (uint64_t) i << 40 | (c - first)), h);
        }
    }
  return hash;
}

/* A chunk with a copy counts twice. */
uint64_t
pwk_arena_used_bytes (const PwkArena *arena)
{
  uint64_t bytes = 0;

  pwk_assert_door (arena->base);
  for (unsigned i = 0; i < PWK_N_REGIONS; i++)
    for (uint64_t c = first_chunk (arena, i), end = c + used_chunks (arena, i); c < end; c++)
      if (arena->saved[c] || arena->dirty[c] || arena->regions[i].hot)
        bytes += PWK_CHUNK_SIZE * (arena->saved[c] ? 2 : 1);
  return bytes;
}
