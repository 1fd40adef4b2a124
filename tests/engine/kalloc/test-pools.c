/* test-pools.c - reserves of objects, and pools of small pieces for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sound.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/dma-pool.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/mempool.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/proc/proc.h"

/* Takes all memory; returns a block that can be given back to have some again. */
static PwkPfn
exhaust (PwkMachine *machine)
{
  PwkPfn pfn, last = PWK_NO_PFN;

  while ((pfn = pwk_alloc_pages (machine, PWK_GFP_ATOMIC | PWK_GFP_MEMALLOC | PWK_GFP_NOWARN, 0, PWK_NUMA_NO_NODE, -1)) != PWK_NO_PFN)
    last = pfn;
  return last;
}

/* While there is memory the reserve is not touched; then it serves, the last put in first; then nobody
 * does. What comes back fills it before anything is freed. */
static void
test_reserve (void)
{
  static const PwkMempoolKind kinds[] = { PWK_MEMPOOL_SLAB, PWK_MEMPOOL_KMALLOC, PWK_MEMPOOL_PAGES };

  for (unsigned k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
      uint64_t data = kinds[k] == PWK_MEMPOOL_SLAB ? pwk_kmalloc_cache (machine, 4096, PWK_GFP_KERNEL) : kinds[k] == PWK_MEMPOOL_KMALLOC ? 4096 : 0;
      PwkIndex pool = pwk_mempool_create (machine, 2, kinds[k], data);
      PwkVaddr plain = pwk_mempool_alloc (machine, pool, PWK_GFP_NOIO), element[2];

      g_assert_cmpuint (pwk_mempool (machine, pool)->curr_nr, ==, 2);
      while (pwk_kmalloc (machine, 4096, PWK_GFP_ATOMIC | PWK_GFP_MEMALLOC | PWK_GFP_NOWARN, PWK_NUMA_NO_NODE))
        continue;
      exhaust (machine);
      element[1] = pwk_mempool (machine, pool)->element[1];
      g_assert_cmphex (pwk_mempool_alloc (machine, pool, PWK_GFP_NOWAIT), ==, element[1]);
      element[0] = pwk_mempool_alloc (machine, pool, PWK_GFP_NOWAIT);
      g_assert_cmphex (element[0], !=, 0);
      g_assert_cmphex (pwk_mempool_alloc (machine, pool, PWK_GFP_NOWAIT), ==, 0);
      g_assert_cmpint (pwk_mempool_free (machine, pool, element[0]), ==, PWK_FREE_OK);
      g_assert_cmpint (pwk_mempool_free (machine, pool, element[0]), ==, PWK_FREE_TWICE);
      g_assert_cmpint (pwk_mempool_free (machine, pool, element[1]), ==, PWK_FREE_OK);
      g_assert_cmpuint (pwk_mempool (machine, pool)->curr_nr, ==, 2);
      g_assert_cmpint (pwk_mempool_free (machine, pool, plain), ==, PWK_FREE_OK);
      g_assert_cmpuint (pwk_mempool (machine, pool)->curr_nr, ==, 2);
      assert_sound (machine);
      pwk_mempool_destroy (machine, pool);
      g_assert_false (pwk_mempool_is (machine, pool));
      assert_sound (machine);
    }
}

static void
test_resize (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  PwkIndex pool = pwk_mempool_create (machine, 4, PWK_MEMPOOL_KMALLOC, 100);

  g_assert_true (pwk_mempool_resize (machine, pool, 1));
  g_assert_cmpuint (pwk_mempool (machine, pool)->curr_nr, ==, 1);
  g_assert_true (pwk_mempool_resize (machine, pool, PWK_MEMPOOL_MAX));
  g_assert_cmpuint (pwk_mempool (machine, pool)->curr_nr, ==, PWK_MEMPOOL_MAX);
  pwk_proc_mempools (machine, text);
  g_assert_cmpstr (text->str, ==, "1 kmalloc 100 min_nr 256 curr_nr 256\n");
  assert_sound (machine);
}

/* Nothing stays of a reserve that cannot be filled, nor of one without elements. */
static void
test_cannot_be_filled (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkIndex none = pwk_mempool_create (machine, 0, PWK_MEMPOOL_PAGES, 0);

  g_assert_cmpuint (none, !=, 0);
  g_assert_cmpuint (pwk_mempool_create (machine, 4, PWK_MEMPOOL_KMALLOC, (uint64_t) 1 << 40), ==, 0);
  g_assert_cmpuint (machine->st->pools[PWK_POOL_MEMPOOL].n_used, ==, 1);
  assert_sound (machine);
}

/* Pieces of 100 bytes, aligned to 64, that do not cross 512: four to each 512 bytes but for the
 * gap, in the order of addresses; freed ones first, the last freed foremost. */
static void
test_dma_pool (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  PwkIndex pool = pwk_dma_pool_create (machine, "ring", pwk_dma_mask ("isa"), 100, 64, 512);
  PwkVaddr first = pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL), piece[40] = { first };

  g_assert_cmpuint (pwk_virt_to_pfn (machine, first), <, 4096);
  for (unsigned i = 1; i < 32; i++)
    {
      piece[i] = pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL);
      g_assert_cmphex (piece[i], ==, first + i / 4 * 512 + i % 4 * 128);
    }
  g_assert_cmpuint (pwk_dma_pool (machine, pool)->nr_pages, ==, 1);
  piece[32] = pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL);
  g_assert_cmpuint (pwk_dma_pool (machine, pool)->nr_pages, ==, 2);
  assert_sound (machine);
  g_assert_true (pwk_dma_pool_free (machine, pool, piece[3]));
  g_assert_true (pwk_dma_pool_free (machine, pool, piece[7]));
  g_assert_false (pwk_dma_pool_free (machine, pool, piece[7]));
  g_assert_false (pwk_dma_pool_free (machine, pool, piece[8] + 16));
  g_assert_cmphex (pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL), ==, piece[7]);
  g_assert_cmphex (pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL), ==, piece[3]);
  pwk_proc_dma_pools (machine, text);
  g_assert_cmpstr (text->str, ==, "poolinfo - 0.1\nring               33   64  128  2\n");
  assert_sound (machine);
  for (unsigned i = 0; i < 33; i++)
    g_assert_true (pwk_dma_pool_free (machine, pool, piece[i]));
  pwk_dma_pool_destroy (machine, pool);
  g_assert_false (pwk_dma_pool_is (machine, pool));
  assert_sound (machine);
}

/* What dma_pool_create () refuses, and what it makes of the rest. */
static void
test_dma_sizes (void)
{
  static const struct { uint64_t size, align, boundary; bool refused; uint64_t gets, blocks; } cases[] = {
    { 0, 0, 0, true, 0, 0 }, { 64, 3, 0, true, 0, 0 }, { 64, 0, 32, true, 0, 0 }, { 64, 0, 96, true, 0, 0 },
    { 1, 0, 0, false, 16, 256 }, { 24, 0, 0, false, 24, 170 }, { 5000, 0, 0, false, 5000, 1 }, { 4096, 8192, 0, false, 8192, 1 }, { 4096, 0, 65536, false, 4096, 1 },
  };
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PwkIndex pool = pwk_dma_pool_create (machine, "p", pwk_dma_mask ("pci64"), cases[i].size, cases[i].align, cases[i].boundary);

      g_assert_cmpint (pool == 0, ==, cases[i].refused);
      if (cases[i].refused)
        continue;
      g_assert_cmphex (pwk_dma_pool_alloc (machine, pool, PWK_GFP_KERNEL | PWK_GFP_ZERO), !=, 0);
      g_assert_cmpuint (pwk_dma_pool (machine, pool)->size, ==, cases[i].gets);
      g_assert_cmpuint (pwk_dma_pool (machine, pool)->nr_blocks, ==, cases[i].blocks);
      assert_sound (machine);
      pwk_dma_pool_destroy (machine, pool);
      assert_sound (machine);
    }
}

/* --- the faults that the checks are there for --- */

typedef struct { PwkMachine *machine; PwkIndex mempool, dma_pool; PwkVaddr piece; } Fixture;

static PwkMempool *
reserve (Fixture *fixture)
{
  return pwk_pool_edit (fixture->machine, PWK_POOL_MEMPOOL, fixture->mempool);
}

static void
too_many (Fixture *fixture)
{
  reserve (fixture)->min_nr = 1;
}

static void
kept_twice (Fixture *fixture)
{
  reserve (fixture)->element[0] = reserve (fixture)->element[1];
}

static void
wrong_active (Fixture *fixture)
{
  ((PwkDmaPool *) pwk_pool_edit (fixture->machine, PWK_POOL_DMA_POOL, fixture->dma_pool))->nr_active++;
}

static void
used_on_list (Fixture *fixture)
{
  ((PwkDmaPool *) pwk_pool_edit (fixture->machine, PWK_POOL_DMA_POOL, fixture->dma_pool))->next_block = fixture->piece;
}

static void
lost_pieces (Fixture *fixture)
{
  ((PwkDmaPool *) pwk_pool_edit (fixture->machine, PWK_POOL_DMA_POOL, fixture->dma_pool))->next_block = 0;
}

static const struct { const char *words; void (*plant) (Fixture *fixture); } faults[] = {
  { "elements of 1", too_many }, { "twice", kept_twice }, { "pieces in use on", wrong_active },
  { "which is no free piece", used_on_list }, { "pieces on its list", lost_pieces },
};

static void
test_faults (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
      g_autoptr(GString) why = g_string_new (NULL);
      Fixture fixture = { .machine = machine, .mempool = pwk_mempool_create (machine, 3, PWK_MEMPOOL_KMALLOC, 64),
                          .dma_pool = pwk_dma_pool_create (machine, "p", pwk_dma_mask ("pci32"), 64, 0, 0) };

      fixture.piece = pwk_dma_pool_alloc (machine, fixture.dma_pool, PWK_GFP_KERNEL);
      g_test_message ("%s", faults[i].words);
      assert_sound (machine);
      faults[i].plant (&fixture);
      g_assert_false (pwk_kalloc_check (machine, why));
      if (!strstr (why->str, faults[i].words))
        g_error ("expected “%s” in: %s", faults[i].words, why->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pools/reserve", test_reserve);
  g_test_add_func ("/pools/resize", test_resize);
  g_test_add_func ("/pools/cannot-be-filled", test_cannot_be_filled);
  g_test_add_func ("/pools/dma", test_dma_pool);
  g_test_add_func ("/pools/dma-sizes", test_dma_sizes);
  g_test_add_func ("/pools/faults", test_faults);
  return g_test_run ();
}
