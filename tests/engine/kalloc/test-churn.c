/* test-churn.c - whatever is taken from the slab allocator, and given back, in whatever order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "seed.h"

#include <stdlib.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/phys/page-alloc.h"

#define N_CACHES 6
#define N_HELD   3000
#define N_STEPS  40000
#define CHECK_EVERY 500

/* @cache 0: kmalloc ()'s. */
typedef struct { PwkVaddr object; PwkIndex cache; } Held;

typedef struct
{
  PwkMachine *machine;
  PwkIndex    caches[N_CACHES];
  Held        held[N_HELD];
  unsigned    n;
  uint64_t    rng;
  bool        pokes;
} Churn;

static uint64_t
next (Churn *churn)
{
  churn->rng ^= churn->rng << 13;
  churn->rng ^= churn->rng >> 7;
  churn->rng ^= churn->rng << 17;
  return churn->rng;
}

static void
check (Churn *churn, uint64_t seed)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (churn->machine, why))
    g_error ("PWK_TEST_SEED=%" G_GUINT64_FORMAT ": %s", seed, why->str);
}

static void
hold (Churn *churn, PwkVaddr object, PwkIndex cache)
{
  for (unsigned i = 0; i < churn->n && object && !churn->pokes; i++)
    g_assert_cmphex (churn->held[i].object, !=, object);
  if (object > PWK_ZERO_SIZE_PTR)
    churn->held[churn->n++] = (Held) { object, cache };
}

static uint32_t
random_gfp (Churn *churn)
{
  static const uint32_t masks[] = {
    PWK_GFP_KERNEL, PWK_GFP_ATOMIC, PWK_GFP_NOWAIT, PWK_GFP_KERNEL | PWK_GFP_ZERO, PWK_GFP_KERNEL | PWK_GFP_RECLAIMABLE, PWK_GFP_KERNEL_ACCOUNT,
    PWK_GFP_KERNEL | PWK_GFP_DMA, PWK_GFP_KERNEL | PWK_GFP_THISNODE,
  };

  return masks[next (churn) % G_N_ELEMENTS (masks)];
}

static int
random_node (Churn *churn)
{
  return next (churn) % 4 ? PWK_NUMA_NO_NODE : (int) (next (churn) % churn->machine->st->n_nodes);
}

static void
take (Churn *churn)
{
  PwkIndex cache = churn->caches[next (churn) % N_CACHES];

  if (churn->n == N_HELD)
    return;
  if (next (churn) % 3)
    hold (churn, pwk_kmem_cache_alloc (churn->machine, cache, random_gfp (churn), random_node (churn)), cache);
  else
    hold (churn, pwk_kmalloc (churn->machine, next (churn) % (next (churn) % 8 ? 600 : 40000), random_gfp (churn), random_node (churn)), 0);
}

static void
give (Churn *churn)
{
  unsigned i = churn->n ? (unsigned) (next (churn) % churn->n) : 0;
  Held held = churn->held[i];
  PwkFreeResult result;

  if (!churn->n)
    return;
  churn->held[i] = churn->held[--churn->n];
  result = held.cache ? pwk_kmem_cache_free (churn->machine, held.cache, held.object) : pwk_kfree (churn->machine, held.object);
  g_assert_true (result == PWK_FREE_OK || churn->pokes);
}

#define BULK 20

static void
take_bulk (Churn *churn)
{
  PwkIndex cache = churn->caches[next (churn) % N_CACHES];
  unsigned n = (unsigned) (next (churn) % BULK);
  PwkVaddr objects[BULK];

  if (churn->n + n > N_HELD || !pwk_kmem_cache_alloc_bulk (churn->machine, cache, PWK_GFP_KERNEL, n, objects))
    return;
  for (unsigned i = 0; i < n; i++)
    hold (churn, objects[i], cache);
}

static void
give_bulk (Churn *churn)
{
  PwkIndex cache = churn->caches[next (churn) % N_CACHES];
  PwkVaddr objects[BULK];
  unsigned n = 0;
  PwkFreeResult result;

  for (unsigned i = churn->n; i-- > 0 && n < BULK;)
    if (churn->held[i].cache == cache && next (churn) % 2)
      {
        objects[n++] = churn->held[i].object;
        churn->held[i] = churn->held[--churn->n];
      }
  result = pwk_kmem_cache_free_bulk (churn->machine, cache, n, objects);
  g_assert_true (result == PWK_FREE_OK || churn->pokes);
}

static void
reallocate (Churn *churn)
{
  unsigned i = churn->n ? (unsigned) (next (churn) % churn->n) : 0;
  PwkVaddr object;

  if (!churn->n || churn->held[i].cache || !pwk_kmalloc_owns (churn->machine, churn->held[i].object))
    return;
  object = pwk_krealloc (churn->machine, churn->held[i].object, next (churn) % 2000 + 1, PWK_GFP_KERNEL);
  if (object)
    churn->held[i].object = object;
}

/* A byte somewhere in the slab of an object. */
static void
poke (Churn *churn)
{
  Held held = churn->held[churn->n ? next (churn) % churn->n : 0];
  PwkIndex index = churn->n ? pwk_slab_of_addr (churn->machine, held.object) : 0;
  PwkSlab *slab;

  if (!index)
    return;
  slab = pwk_slab_edit (churn->machine, index);
  slab->damaged = true;
  *pwk_slab_write (churn->machine, slab, pwk_slab_address (churn->machine, slab) + next (churn) % pwk_slab_bytes (slab), 1) = (uint8_t) next (churn);
}

static void
step (Churn *churn)
{
  unsigned which = (unsigned) (next (churn) % 64);

  churn->machine->st->cur_cpu = (uint32_t) (next (churn) % churn->machine->st->n_cpus);
  if (which < 30)
    take (churn);
  else if (which < 52)
    give (churn);
  else if (which < 56)
    take_bulk (churn);
  else if (which < 60)
    give_bulk (churn);
  else if (which < 62)
    reallocate (churn);
  else if (which < 63 && churn->pokes)
    poke (churn);
  else if (next (churn) % 8 == 0)
    pwk_kmem_cache_shrink (churn->machine, churn->caches[next (churn) % N_CACHES]);
}

static Churn *
churn_new (uint64_t seed, bool pokes, const char *allocator)
{
  static const struct { uint32_t size, flags; } kinds[N_CACHES] = {
    { 8, 0 }, { 64, PWK_SLAB_HWCACHE_ALIGN }, { 700, 0 }, { 4096, PWK_SLAB_RECLAIM_ACCOUNT }, { 100, PWK_SLAB_DEBUG_FLAGS & ~PWK_SLAB_TRACE },
    { 300, PWK_SLAB_POISON | PWK_SLAB_STORE_USER },
  };
  Churn *churn = g_new0 (Churn, 1);

  churn->machine = pwk_machine_simple ("memory", "48M", "nodes", "2", "cpus", "4", "cmdline", "slab_nomerge", "slab", allocator, NULL);
  churn->rng = seed;
  churn->pokes = pokes;
  for (unsigned i = 0; i < N_CACHES; i++)
    {
      g_autofree char *name = g_strdup_printf ("churn-%u", i);

      churn->caches[i] = pwk_kmem_cache_create (churn->machine, name, kinds[i].size, 0, kinds[i].flags, false);
    }
  return churn;
}

static void
churn_free (Churn *churn)
{
  pwk_machine_free (churn->machine);
  g_free (churn);
}

/* Every state on the way is sound, no object is given out twice, and once all is given back there is not one slab left. */
static void
test_sound (gconstpointer allocator)
{
  uint64_t seed = test_seed ();
  Churn *churn = churn_new (seed, false, allocator);

  for (unsigned i = 0; i < N_STEPS; i++)
    {
      step (churn);
      if (i % CHECK_EVERY == 0)
        check (churn, seed);
    }
  while (churn->n)
    give (churn);
  for (PwkIndex cache = pwk_kmem_cache_next (churn->machine, 0); cache; cache = pwk_kmem_cache_next (churn->machine, cache))
    g_assert_false (pwk_kmem_cache_shrink (churn->machine, cache));
  g_assert_cmpuint (churn->machine->st->pools[PWK_POOL_SLAB].n_used, ==, 0);
  check (churn, seed);
  churn_free (churn);
}

/* Whatever is written over the lists in the objects, the machine goes on and its own records stay whole. */
static void
test_poked (void)
{
  uint64_t seed = test_seed ();
  Churn *churn = churn_new (seed, true, "slub");

  for (unsigned i = 0; i < N_STEPS; i++)
    {
      step (churn);
      if (i % CHECK_EVERY == 0)
        check (churn, seed);
    }
  churn_free (churn);
}

/* From a checkpoint the same steps lead to the same state. */
static void
test_replayed (gconstpointer allocator)
{
  uint64_t seed = test_seed (), hash[2];
  Churn *churn = churn_new (seed, false, allocator);
  g_autofree Churn *then = NULL;
  g_autoptr(PwkCheckpoint) checkpoint = NULL;

  for (unsigned i = 0; i < 5000; i++)
    step (churn);
  checkpoint = pwk_machine_save (churn->machine);
  then = g_memdup2 (churn, sizeof *churn);
  for (unsigned round = 0; round < 2; round++)
    {
      pwk_machine_restore (churn->machine, checkpoint);
      *churn = *then;
      for (unsigned i = 0; i < 5000; i++)
        step (churn);
      check (churn, seed);
      hash[round] = pwk_machine_hash (churn->machine);
    }
  g_assert_cmphex (hash[0], ==, hash[1]);
  churn_free (churn);
}

int
main (int argc, char **argv)
{
  static const char *const allocators[] = { "slub", "slab", "slob" };

  g_test_init (&argc, &argv, NULL);
  for (unsigned i = 0; i < G_N_ELEMENTS (allocators); i++)
    {
      g_autofree char *sound = g_strconcat ("/kalloc/churn/sound/", allocators[i], NULL);
      g_autofree char *replayed = g_strconcat ("/kalloc/churn/replayed/", allocators[i], NULL);

      g_test_add_data_func (sound, allocators[i], test_sound);
      g_test_add_data_func (replayed, allocators[i], test_replayed);
    }
  g_test_add_func ("/kalloc/churn/poked", test_poked);
  return g_test_run ();
}
