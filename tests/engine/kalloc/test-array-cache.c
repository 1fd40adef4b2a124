/* test-array-cache.c - SLAB: batches from slabs to arrays and back, colours, and what its checks find
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/kalloc/array-cache.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slub.h"
#include "engine/phys/page-alloc.h"

typedef struct { PwkMachine *machine; PwkIndex cache; PwkKmemCache *s; PwkVaddr object[300]; } Fixture;

/* A cache of objects of 64 bytes on two cpus, @n of them handed out. */
static Fixture
fixture_new (unsigned n)
{
  Fixture fixture = { .machine = pwk_machine_simple ("memory", "64M", "cpus", "2", "cmdline", "slab_nomerge", "slab", "slab", NULL) };

  fixture.cache = pwk_kmem_cache_create (fixture.machine, "c", 64, 0, 0, false);
  fixture.s = pwk_kmem_cache_edit (fixture.machine, fixture.cache);
  for (unsigned i = 0; i < n; i++)
    {
      fixture.object[i] = pwk_kmem_cache_alloc (fixture.machine, fixture.cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
      g_assert_cmphex (fixture.object[i], !=, 0);
    }
  return fixture;
}

static void
fixture_end (Fixture *fixture)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (fixture->machine, why))
    g_error ("%s", why->str);
  pwk_machine_free (fixture->machine);
}

static void
give (Fixture *fixture, PwkVaddr object)
{
  g_assert_cmpint (pwk_kmem_cache_free (fixture->machine, fixture->cache, object), ==, PWK_FREE_OK);
}

static const PwkArrayCache *
array (const Fixture *fixture, unsigned cpu)
{
  return pwk_array_cache (fixture->machine, fixture->s->cpu[cpu].array);
}

/* What mm/slab.c computes for 64 bytes: 64 objects in a page, an index in a free object, arrays of 120, batches of 60. */
static void
test_figures (void)
{
  Fixture fixture = fixture_new (0);

  g_assert_cmpuint (fixture.s->objects, ==, 64);
  g_assert_cmpuint (fixture.s->order, ==, 0);
  g_assert_true (fixture.s->index_in_object);
  g_assert_cmpuint (fixture.s->limit, ==, 120);
  g_assert_cmpuint (fixture.s->batchcount, ==, 60);
  g_assert_cmpuint (fixture.s->shared, ==, 8);
  fixture_end (&fixture);
}

/* Seventy objects: an array that nobody has used gets 16 at first, then 60 are wanted:
 *
 *      refill 1: 16 of slab 0      refill 2: the 48 left of slab 0      refill 3: 60 of slab 1
 */
static void
test_seventy (void)
{
  Fixture fixture = fixture_new (16);
  const PwkKmemCacheNode *node = &fixture.s->node[0];

  g_assert_cmpuint (array (&fixture, 0)->avail, ==, 0);
  g_assert_cmpuint (node->free_objects, ==, 48);
  for (unsigned i = 16; i < 70; i++)
    pwk_kmem_cache_alloc (fixture.machine, fixture.cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  g_assert_cmpuint (node->nr_slabs, ==, 2);
  g_assert_cmpuint (array (&fixture, 0)->avail, ==, 54);
  g_assert_cmpuint (node->free_objects, ==, 4);
  g_assert_cmpuint (pwk_slab (fixture.machine, fixture.s->first_slab)->on, ==, PWK_SLAB_ON_FULL);
  fixture_end (&fixture);
}

/* What is freed last is given out first, whichever cpu's slab it is of. */
static void
test_lifo (void)
{
  Fixture fixture = fixture_new (40);

  give (&fixture, fixture.object[3]);
  give (&fixture, fixture.object[9]);
  g_assert_cmphex (pwk_kmem_cache_alloc (fixture.machine, fixture.cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE), ==, fixture.object[9]);
  g_assert_cmphex (pwk_kmem_cache_alloc (fixture.machine, fixture.cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE), ==, fixture.object[3]);
  fixture_end (&fixture);
}

/* A full array gives its 60 oldest to the node's shared array, from which the other cpu's refill is served. */
static void
test_shared (void)
{
  Fixture fixture = fixture_new (200);
  PwkIndex shared = fixture.s->node[0].shared;
  unsigned before = array (&fixture, 0)->avail;

  for (unsigned i = 0; i <= 120 - before; i++)
    give (&fixture, fixture.object[i]);
  g_assert_cmpuint (pwk_array_cache (fixture.machine, shared)->avail, ==, 60);
  g_assert_cmpuint (array (&fixture, 0)->avail, ==, 61);
  fixture.machine->st->cur_cpu = 1;
  pwk_kmem_cache_alloc (fixture.machine, fixture.cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  g_assert_cmpuint (pwk_array_cache (fixture.machine, shared)->avail, ==, 44);
  g_assert_cmpuint (array (&fixture, 1)->avail, ==, 15);
  fixture_end (&fixture);
}

/* 700 bytes: 704 in a page of 4096 leave 576, nine cache lines that the first object can begin at; each slab takes the next. */
static void
test_colour (void)
{
  Fixture fixture = fixture_new (0);
  PwkIndex cache = pwk_kmem_cache_create (fixture.machine, "coloured", 700, 0, 0, true), slab;
  const PwkKmemCache *s = pwk_kmem_cache (fixture.machine, cache);

  for (unsigned i = 0; i < 2 * s->objects + 30; i++)
    pwk_kmem_cache_alloc (fixture.machine, cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  g_assert_cmpuint (s->colour, >, 1);
  slab = s->first_slab;
  for (unsigned i = 1; slab && i < 3; i++, slab = pwk_slab (fixture.machine, slab)->cache_next)
    g_assert_cmpuint (pwk_slab (fixture.machine, slab)->colour, ==, (i % s->colour) * s->colour_off);
  fixture_end (&fixture);
}

/* Nothing below 32 bytes; and a free is refused twice. */
static void
test_kmalloc (void)
{
  Fixture fixture = fixture_new (0);
  PwkVaddr object = pwk_kmalloc (fixture.machine, 8, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);

  g_assert_cmpuint (pwk_ksize (fixture.machine, object), ==, 32);
  g_assert_cmpint (pwk_kfree (fixture.machine, object), ==, PWK_FREE_OK);
  g_assert_cmpint (pwk_kfree (fixture.machine, object), ==, PWK_FREE_TWICE);
  fixture_end (&fixture);
}

/* --- faults --- */

static PwkArrayCache *
edit_array (Fixture *fixture)
{
  return pwk_pool_edit (fixture->machine, PWK_POOL_ARRAY_CACHE, fixture->s->cpu[0].array);
}

static PwkSlab *
last_slab (Fixture *fixture)
{
  return pwk_slab_edit (fixture->machine, fixture->s->last_slab);
}

static void twice (Fixture *fixture) { edit_array (fixture)->entry[1] = edit_array (fixture)->entry[0]; }
static void no_object (Fixture *fixture) { edit_array (fixture)->entry[1] += 8; }
static void handed_out (Fixture *fixture) { edit_array (fixture)->entry[1] = fixture->object[0]; }
static void too_many (Fixture *fixture) { edit_array (fixture)->limit = 3; }
static void index_twice (Fixture *fixture)
{
  PwkSlab *slab = last_slab (fixture);

  *pwk_slab_write (fixture->machine, slab, slab->freelist + slab->inuse, 1) =
      (uint8_t) pwk_array_slab_free_object (fixture->machine, slab, slab->inuse + 1u);
}
static void count (Fixture *fixture) { fixture->s->node[0].free_objects++; }
static void in_use (Fixture *fixture) { last_slab (fixture)->inuse--; }
static void wrong_list (Fixture *fixture) { last_slab (fixture)->on = PWK_SLAB_ON_FULL; }
static void no_index (Fixture *fixture) { last_slab (fixture)->freelist = 0; }

static void
test_faults (void)
{
  static const struct { void (*plant) (Fixture *fixture); const char *report; } faults[] = {
    { twice, "in arrays twice" }, { no_object, "is no object of it" }, { handed_out, "in an array and handed out" }, { too_many, "at most has" },
    { index_twice, "not free, or twice" }, { count, "free objects, its slabs have" }, { in_use, "are handed out and" },
    { wrong_list, "wrong list" }, { no_index, "no index" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      Fixture fixture = fixture_new (70);
      g_autoptr(GString) why = g_string_new (NULL);

      g_assert_true (pwk_kalloc_check (fixture.machine, why));
      faults[i].plant (&fixture);
      g_assert_false (pwk_kalloc_check (fixture.machine, why));
      if (!strstr (why->str, faults[i].report))
        g_error ("“%s” is not reported, but:\n%s", faults[i].report, why->str);
      pwk_machine_free (fixture.machine);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/array-cache/figures", test_figures);
  g_test_add_func ("/array-cache/seventy", test_seventy);
  g_test_add_func ("/array-cache/lifo", test_lifo);
  g_test_add_func ("/array-cache/shared", test_shared);
  g_test_add_func ("/array-cache/colour", test_colour);
  g_test_add_func ("/array-cache/kmalloc", test_kmalloc);
  g_test_add_func ("/array-cache/faults", test_faults);
  return g_test_run ();
}
