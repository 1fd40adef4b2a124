/* test-arena.c - saving, restoring and hashing the arena
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/core/arena.h"

#define MEMMAP_BYTES ((uint64_t) 64 << 20)

static void
init (PwkArena *arena)
{
  uint64_t sizes[PWK_N_REGIONS] = { 0 };
  g_autoptr(GError) error = NULL;

  sizes[PWK_REGION_STATE] = 1000;
  sizes[PWK_REGION_MEMMAP] = MEMMAP_BYTES;
  sizes[PWK_REGION_VMA] = 1 << 20;
  g_assert_true (pwk_arena_init (arena, sizes, &error));
  g_assert_no_error (error);
}

static void
put (PwkArena *arena, PwkRegionId region, uint64_t offset, uint8_t value)
{
  uint8_t *at = pwk_arena_edit (arena, region, offset);

  pwk_arena_touch (arena, region, at, 1);
  *at = value;
}

static uint8_t
get (PwkArena *arena, PwkRegionId region, uint64_t offset)
{
  return *(const uint8_t *) pwk_arena_at (arena, region, offset);
}

/* A restored arena is what was saved, in hot and in other regions, beyond what was used then as well. */
static void
test_restore (void)
{
  PwkArena arena;
  g_autoptr(PwkCheckpoint) empty = NULL;
  g_autoptr(PwkCheckpoint) some = NULL;
  uint64_t hash_empty, hash_some;

  init (&arena);
  empty = pwk_arena_save (&arena, 0, false);
  hash_empty = pwk_arena_hash (&arena);
  put (&arena, PWK_REGION_STATE, 10, 1);
  put (&arena, PWK_REGION_MEMMAP, 5 * PWK_CHUNK_SIZE + 7, 2);
  some = pwk_arena_save (&arena, 1, false);
  hash_some = pwk_arena_hash (&arena);
  g_assert_cmpuint (hash_some, !=, hash_empty);

  put (&arena, PWK_REGION_STATE, 10, 9);
  put (&arena, PWK_REGION_MEMMAP, 5 * PWK_CHUNK_SIZE + 7, 9);
  put (&arena, PWK_REGION_MEMMAP, 40 * PWK_CHUNK_SIZE, 9);
  put (&arena, PWK_REGION_VMA, 0, 9);
  pwk_arena_restore (&arena, some);
  g_assert_cmpuint (get (&arena, PWK_REGION_STATE, 10), ==, 1);
  g_assert_cmpuint (get (&arena, PWK_REGION_MEMMAP, 5 * PWK_CHUNK_SIZE + 7), ==, 2);
  g_assert_cmpuint (get (&arena, PWK_REGION_MEMMAP, 40 * PWK_CHUNK_SIZE), ==, 0);
  g_assert_cmpuint (get (&arena, PWK_REGION_VMA, 0), ==, 0);
  g_assert_cmpuint (pwk_arena_hash (&arena), ==, hash_some);

  pwk_arena_restore (&arena, empty);
  g_assert_cmpuint (pwk_arena_hash (&arena), ==, hash_empty);
  pwk_arena_restore (&arena, some);
  g_assert_cmpuint (pwk_arena_hash (&arena), ==, hash_some);
  pwk_arena_clear (&arena);
}

/* What did not change is shared, not copied. */
static void
test_sharing (void)
{
  PwkArena arena;
  g_autoptr(PwkCheckpoint) first = NULL;
  g_autoptr(PwkCheckpoint) second = NULL;

  init (&arena);
  for (unsigned i = 0; i < 100; i++)
    put (&arena, PWK_REGION_MEMMAP, i * PWK_CHUNK_SIZE, 1);
  first = pwk_arena_save (&arena, 0, false);
  g_assert_cmpuint (first->own_bytes, ==, 100 * PWK_CHUNK_SIZE);
  put (&arena, PWK_REGION_MEMMAP, 50 * PWK_CHUNK_SIZE + 1, 2);
  put (&arena, PWK_REGION_MEMMAP, 51 * PWK_CHUNK_SIZE, 1);   /* marked, and not changed */
  second = pwk_arena_save (&arena, 0, false);
  g_assert_cmpuint (second->own_bytes, ==, PWK_CHUNK_SIZE);
  g_assert_cmpuint (second->n_entries, ==, 100);
  pwk_arena_clear (&arena);
}

/* Saved within a step: what is written through a record that was marked before is copied by the next checkpoint all the same. */
static void
test_within (void)
{
  PwkArena arena;
  g_autoptr(PwkCheckpoint) within = NULL;
  g_autoptr(PwkCheckpoint) after = NULL;
  uint8_t *byte;

  init (&arena);
  put (&arena, PWK_REGION_MEMMAP, 7, 1);
  byte = pwk_arena_edit (&arena, PWK_REGION_MEMMAP, 7);
  within = pwk_arena_save (&arena, 1, true);
  *byte = 2;
  after = pwk_arena_save (&arena, 2, false);
  pwk_arena_restore (&arena, within);
  g_assert_cmpuint (*byte, ==, 1);
  pwk_arena_restore (&arena, after);
  g_assert_cmpuint (*byte, ==, 2);
  pwk_arena_clear (&arena);
}

/* Random writes, saves and restores against a plain copy of everything. */
static void
test_random (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  PwkArena arena;
  PwkCheckpoint *saved[8] = { NULL };
  uint8_t *copies[8] = { NULL };
  uint64_t hashes[8];

  g_test_message ("seed %u", seed);
  init (&arena);
  for (unsigned step = 0; step < 3000; step++)
    {
      unsigned slot = g_rand_int (rand) % 8, what = g_rand_int (rand) % 40;

      if (what == 0)
        {
          g_clear_pointer (&saved[slot], pwk_checkpoint_unref);
          saved[slot] = pwk_arena_save (&arena, step, false);
          g_free (copies[slot]);
          copies[slot] = g_memdup2 (pwk_arena_at (&arena, PWK_REGION_MEMMAP, 0), MEMMAP_BYTES / 16);
          hashes[slot] = pwk_arena_hash (&arena);
        }
      else if (what == 1 && saved[slot])
        {
          pwk_arena_restore (&arena, saved[slot]);
          g_assert_cmpmem (pwk_arena_at (&arena, PWK_REGION_MEMMAP, 0), MEMMAP_BYTES / 16, copies[slot], MEMMAP_BYTES / 16);
          g_assert_cmpuint (pwk_arena_hash (&arena), ==, hashes[slot]);
        }
      else
        put (&arena, PWK_REGION_MEMMAP, g_rand_int (rand) % (MEMMAP_BYTES / 16), (uint8_t) (g_rand_int (rand) % 3));
    }
  for (unsigned slot = 0; slot < 8; slot++)
    {
      g_clear_pointer (&saved[slot], pwk_checkpoint_unref);
      g_free (copies[slot]);
    }
  pwk_arena_clear (&arena);
}

/* More than there is: an error, not a crash. */
static void
test_too_large (void)
{
  PwkArena arena;
  uint64_t sizes[PWK_N_REGIONS] = { 0 };
  g_autoptr(GError) error = NULL;

  sizes[PWK_REGION_STATE] = 1000;
  sizes[PWK_REGION_MEMMAP] = (uint64_t) 1 << 60;
  g_assert_false (pwk_arena_init (&arena, sizes, &error));
  g_assert_nonnull (error);
  pwk_arena_clear (&arena);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/arena/restore", test_restore);
  g_test_add_func ("/engine/arena/sharing", test_sharing);
  g_test_add_func ("/engine/arena/within", test_within);
  g_test_add_func ("/engine/arena/random", test_random);
  g_test_add_func ("/engine/arena/too-large", test_too_large);
  return g_test_run ();
}
