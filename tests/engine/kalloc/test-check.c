/* test-check.c - every rule about slabs in machine_check () finds the fault that it is there for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/pool.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slub.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/kalloc/vmap-area.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"

/* A cache of 64 objects a slab on two cpus:
 *
 *      cpu 0's slab 1: one object used          cpu 0 partial: slab 0, one object free
 *      node 0 partial: slab 2 (shrunk)          slab 3: full, on no list
 */
typedef struct { PwkMachine *machine; PwkIndex cache; PwkKmemCache *s; PwkIndex slab[4]; PwkVaddr object[4][64]; } Fixture;

static PwkVaddr
take (Fixture *fixture)
{
  PwkVaddr object = pwk_kmem_cache_alloc (fixture->machine, fixture->cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);

  g_assert_cmphex (object, !=, 0);
  return object;
}

static void
give (Fixture *fixture, PwkVaddr object)
{
  g_assert_cmpint (pwk_kmem_cache_free (fixture->machine, fixture->cache, object), ==, PWK_FREE_OK);
}

static Fixture
fixture_new (void)
{
  Fixture fixture = { .machine = pwk_machine_simple ("memory", "64M", "cpus", "2", "cmdline", "slab_nomerge", NULL) };

  fixture.cache = pwk_kmem_cache_create (fixture.machine, "c", 64, 0, 0, false);
  for (unsigned slab = 0; slab < 4; slab++)
    for (unsigned i = 0; i < 64; i++)
      fixture.object[slab][i] = take (&fixture);
  fixture.s = pwk_kmem_cache_edit (fixture.machine, fixture.cache);
  fixture.slab[0] = fixture.s->first_slab;
  for (unsigned i = 1; i < 4; i++)
    fixture.slab[i] = pwk_slab (fixture.machine, fixture.slab[i - 1])->cache_next;
  give (&fixture, fixture.object[2][5]);
  g_assert_true (pwk_kmem_cache_shrink (fixture.machine, fixture.cache));
  give (&fixture, fixture.object[0][7]);
  for (unsigned i = 0; i < 3; i++)
    give (&fixture, fixture.object[1][i]);
  return fixture;
}

/* --- the faults --- */

static PwkSlab *
slab (Fixture *fixture, unsigned i)
{
  return pwk_slab_edit (fixture->machine, fixture->slab[i]);
}

static void
link_astray (Fixture *fixture)
{
  pwk_slab_set_next_free (fixture->machine, fixture->s, slab (fixture, 0), fixture->object[0][7], 0x1234);
}

static void
used_on_list (Fixture *fixture)
{
  pwk_slab_set_used (slab (fixture, 0), 7);
}

static void
twice_on_list (Fixture *fixture)
{
  pwk_slab_set_next_free (fixture->machine, fixture->s, slab (fixture, 1), fixture->object[1][0], fixture->object[1][2]);
}

static void
lost_object (Fixture *fixture)
{
  pwk_slab_set_free (slab (fixture, 3), 9);
}

static void
wrong_inuse (Fixture *fixture)
{
  slab (fixture, 2)->inuse++;
}

static void
foreign_page (Fixture *fixture)
{
  pwk_page_edit (fixture->machine, slab (fixture, 3)->pfn)->private_ = fixture->slab[2] & 0xfffffff;
}

static void
on_no_list (Fixture *fixture)
{
  fixture->s->cpu[0].partial = 0;
}

static void
on_two_lists (Fixture *fixture)
{
  fixture->s->cpu[1].partial = fixture->slab[2];
  slab (fixture, 2)->slabs = 1;
}

static void
wrong_frozen (Fixture *fixture)
{
  slab (fixture, 2)->frozen = true;
}

static void
wrong_list_name (Fixture *fixture)
{
  slab (fixture, 2)->on = PWK_SLAB_ON_FULL;
}

static void
wrong_tail (Fixture *fixture)
{
  fixture->s->node[0].partial_tail = 0;
}

static void
wrong_count (Fixture *fixture)
{
  fixture->s->node[0].nr_partial++;
}

static void
wrong_cpu_count (Fixture *fixture)
{
  slab (fixture, 0)->slabs = 5;
}

static void
cpu_of_no_slab (Fixture *fixture)
{
  fixture->s->cpu[1].freelist = fixture->object[1][0];
}

static void
cache_list_astray (Fixture *fixture)
{
  slab (fixture, 3)->cache_prev = 0;
}

static void
slab_of_no_cache (Fixture *fixture)
{
  pwk_pool_alloc (fixture->machine, PWK_POOL_SLAB);
}

static void
cpu_of_another_cache (Fixture *fixture)
{
  slab (fixture, 3)->cache = pwk_kmem_cache_create (fixture->machine, "d", 64, 0, 0, false);
  fixture->s->cpu[1].slab = fixture->slab[3];
}

static void
addresses_red (Fixture *fixture)
{
  const PwkVmap *vmap = &pwk_kalloc (fixture->machine)->vmap;

  for (unsigned i = 0; i < 16; i++)
    pwk_vmalloc (fixture->machine, PWK_PAGE_SIZE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  for (unsigned node = 0; node < fixture->machine->st->n_cpus; node++)
    for (PwkIndex area = pwk_vmap_tree_first (fixture->machine, vmap->busy[node]); area; area = pwk_vmap_tree_next (fixture->machine, area))
      if (pwk_vmap_area (fixture->machine, area)->parent)
        {
          pwk_vmap_area_edit (fixture->machine, area)->red = true;
          pwk_vmap_area_edit (fixture->machine, pwk_vmap_area (fixture->machine, area)->parent)->red = true;
          return;
        }
  g_assert_not_reached ();
}

static const struct { const char *words; void (*plant) (Fixture *fixture); } faults[] = {
  { "has a slab that is not the cache's", cpu_of_another_cache }, { "are red below red", addresses_red },
  { "which is no object", link_astray }, { "is on a list and handed out", used_on_list }, { "is on a list twice", twice_on_list },
  { "is neither handed out nor on a list", lost_object }, { "inuse is", wrong_inuse }, { "is not its own", foreign_page },
  { "has free objects and is on no list", on_no_list }, { "is on two lists", on_two_lists }, { "but frozen", wrong_frozen },
  { "does not know that it is on a list", wrong_list_name }, { "does not end at its tail", wrong_tail }, { "and 2 partial ones", wrong_count },
  { "is not as long as it says", wrong_cpu_count }, { "has objects of no slab", cpu_of_no_slab }, { "its list of slabs leads astray", cache_list_astray },
  { "slabs are in use, caches have", slab_of_no_cache },
};

static void
test_faults (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      Fixture fixture = fixture_new ();
      g_autoptr(GString) why = g_string_new (NULL);

      g_test_message ("%s", faults[i].words);
      if (!pwk_kalloc_check (fixture.machine, why))
        g_error ("the machine is not sound to begin with: %s", why->str);
      faults[i].plant (&fixture);
      g_assert_false (pwk_kalloc_check (fixture.machine, why));
      if (!strstr (why->str, faults[i].words))
        g_error ("expected “%s” in: %s", faults[i].words, why->str);
      pwk_machine_free (fixture.machine);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kalloc/faults", test_faults);
  return g_test_run ();
}
