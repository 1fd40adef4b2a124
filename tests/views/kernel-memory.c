/* kernel-memory.c - machines whose kernel has asked its own allocators for something
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "kernel-memory.h"

#include "engine/core/slab-flags.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/slub.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/zonelist.h"

static PwkVaddr
take (PwkMachine *machine, PwkIndex cache, unsigned n, PwkVaddr *objects)
{
  PwkVaddr object = 0;

  for (unsigned i = 0; i < n; i++)
    {
      object = pwk_kmem_cache_alloc (machine, cache, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
      if (objects)
        objects[i] = object;
    }
  return object;
}

static void
make_objects (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkIndex cache = pwk_kmem_cache_create (machine, "thing", 64, 0, PWK_SLAB_NO_MERGE, false);
  PwkVaddr objects[300];

  take (machine, cache, 300, objects);
  for (unsigned i = 0; i < 200; i += 3)
    pwk_kmem_cache_free (machine, cache, objects[i]);
  machine->st->cur_cpu = 1;
  take (machine, cache, 3, NULL);
  test_machine_forget (self);
  pwk_kmem_cache_free (machine, cache, objects[299]);
}

static void
make_request (TestMachine *self)
{
  PwkMachine *machine = self->machine;

  pwk_kmalloc (machine, 100, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  test_machine_forget (self);
  pwk_kmalloc (machine, 100, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
}

static void
make_tiny (TestMachine *self)
{
  PwkIndex cache = pwk_kmem_cache_create (self->machine, "tiny", 8, 0, PWK_SLAB_NO_MERGE, false);

  take (self->machine, cache, 700, NULL);
}

static void
make_double_free (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  uint32_t flags = PWK_SLAB_CONSISTENCY_CHECKS | PWK_SLAB_RED_ZONE | PWK_SLAB_POISON | PWK_SLAB_STORE_USER;
  PwkIndex cache = pwk_kmem_cache_create (machine, "checked", 64, 0, flags, false);
  PwkVaddr object = take (machine, cache, 2, NULL);

  pwk_kmem_cache_free (machine, cache, object);
  test_machine_forget (self);
  pwk_kmem_cache_free (machine, cache, object);
}

static void
make_areas (TestMachine *self)
{
  PwkMachine *machine = self->machine;
  PwkVaddr freed = pwk_vmalloc (machine, 3 * PWK_PAGE_SIZE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);

  pwk_vmalloc (machine, 40 * PWK_PAGE_SIZE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  pwk_ioremap (machine, 0xfed00000, PWK_PAGE_SIZE, PWK_CACHE_UC_MINUS);
  pwk_vmap (machine, pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, -1, -1), 2);
  pwk_vfree (machine, freed);
  test_machine_forget (self);
  pwk_vmalloc (machine, 5 * PWK_PAGE_SIZE, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
}

static void
make_device (TestMachine *self)
{
  test_machine_forget (self);
  pwk_dma_alloc_coherent (self->machine, pwk_dma_mask ("isa"), 2 * PWK_PAGE_SIZE, PWK_GFP_KERNEL);
}

bool
test_kernel_deeds (TestMachine *self, const char *name)
{
  static const struct { const char *name; void (*deeds) (TestMachine *self); } machines[] = {
    { "slab", make_objects }, { "slab-kmalloc", make_request }, { "slab-tiny", make_tiny }, { "slab-checked", make_double_free },
    { "slab-arrays", make_request }, { "slab-slob", make_objects },
    { "slab-areas", make_areas }, { "slab-device", make_device },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (machines); i++)
    if (g_str_equal (name, machines[i].name))
      {
        machines[i].deeds (self);
        return true;
      }
  return false;
}
