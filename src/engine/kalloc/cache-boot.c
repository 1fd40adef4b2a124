/* cache-boot.c - the slab caches that a kernel has once it is up
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows mm/slub.c:kmem_cache_init() and mm/slab_common.c:create_kmalloc_caches(). Two ways lead
 * here: machine (slab_caches=) gives the caches of a real kernel as sysfs shows them, then those
 * are all that there are; or the tables below. Either way it happens when the first call needs a
 * cache. */
#include "engine/core/pool.h"
#include "engine/core/string.h"
#include "engine/kalloc/cache-layout.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/slob.h"

/* Objects that the kernel of a small configuration makes many of, in the order in which boot makes
 * their caches. Sizes of Linux 6.12 on x86-64. What merges in such a kernel does not here: each is
 * made by itself, so that it can be found by name. */
typedef struct { const char *name; uint32_t size, align, flags; bool ctor; } BootCache;
#define P  PWK_SLAB_PANIC
#define H  PWK_SLAB_HWCACHE_ALIGN
#define A  PWK_SLAB_ACCOUNT
#define R  PWK_SLAB_RECLAIM_ACCOUNT
#define T  PWK_SLAB_TYPESAFE_BY_RCU
static const BootCache boot_caches[] = {
  { "vmap_area", 72, 0, P, false }, { "mm_struct", 1160, 0, H | P | A, false }, { "radix_tree_node", 576, 0, P | R, true },
  { "maple_node", 256, 256, P, false }, { "pool_workqueue", 512, 256, P, false }, { "numa_policy", 32, 0, P, false },
  { "anon_vma_chain", 64, 0, P | A, false }, { "anon_vma", 96, 0, P | T | A, true }, { "task_struct", 5192, 64, P | A, false },
  { "sighand_cache", 2080, 0, H | P | T | A, true }, { "signal_cache", 952, 0, H | P | A, false }, { "files_cache", 704, 0, H | P | A, false },
  { "vm_area_struct", 152, 0, P | A, false }, { "vma_lock", 40, 0, P | A, false }, { "nsproxy", 72, 0, P | A, false },
  { "names_cache", 4096, 0, H | P, false }, { "dentry", 192, 0, P | A | R, false }, { "inode_cache", 552, 0, P | A | R, true },
  { "filp", 168, 0, H | P | T | A, false }, { "mnt_cache", 328, 0, H | P | A, false }, { "kernfs_node_cache", 136, 0, P, false },
  { "seq_file", 120, 0, P | A, false }, { "proc_inode_cache", 624, 0, P | A | R, true }, { "pid", 144, 0, H | P | A, false },
};
#undef P
#undef H
#undef A
#undef R
#undef T

/* At boot nothing merges, and there is room for all. */
static PwkIndex
add (PwkMachine *machine, const char *name, uint32_t size, uint32_t align, uint32_t flags, bool ctor)
{
  PwkIndex cache = pwk_pool_alloc (machine, PWK_POOL_CACHE);

  pwk_kmem_cache_fill (machine, cache, name, size, align, flags, ctor);
  pwk_kmem_cache_list (machine, cache);
  return cache;
}

/* --- kmalloc's --- */

/* With memory cgroups the ordinary ones merge with nothing, or accounted objects could get into
 * their slabs; the other sets are kept apart by flags that must agree. */
static const struct { const char *prefix; uint32_t flags; } kmalloc_types[PWK_NR_KMALLOC_TYPES] = {
  [PWK_KMALLOC_NORMAL] = { "kmalloc", PWK_SLAB_NO_MERGE }, [PWK_KMALLOC_RECLAIM] = { "kmalloc-rcl", PWK_SLAB_RECLAIM_ACCOUNT },
  [PWK_KMALLOC_DMA] = { "dma-kmalloc", PWK_SLAB_CACHE_DMA }, [PWK_KMALLOC_CGROUP] = { "kmalloc-cg", PWK_SLAB_ACCOUNT },
};

/* SLAB's KMALLOC_SHIFT_LOW: it has nothing below 32 bytes. */
#define SLAB_KMALLOC_SHIFT_LOW 5

/* Objects of a power of two are aligned to it, others to the greatest power of two that divides their size. One that the machine was given with
 * is used. */
static void
add_kmalloc_cache (PwkMachine *machine, unsigned type, unsigned index)
{
  bool too_small = machine->config->slab_allocator == PWK_SLAB && index >= PWK_KMALLOC_SHIFT_LOW && index < SLAB_KMALLOC_SHIFT_LOW;
  uint32_t size = pwk_kmalloc_size (too_small ? SLAB_KMALLOC_SHIFT_LOW : index);
  PwkIndex cache;
  char name[32];

  if (size < 1024)
    g_snprintf (name, sizeof name, "%s-%u", kmalloc_types[type].prefix, size);
  else
    g_snprintf (name, sizeof name, "%s-%uk", kmalloc_types[type].prefix, size / 1024);
  cache = pwk_kmem_cache_find (machine, name);
  if (!cache)
    cache = add (machine, name, size, size & -size, PWK_SLAB_KMALLOC | kmalloc_types[type].flags, false);
  pwk_kalloc_edit (machine)->kmalloc[type][index] = cache;
}

/* Follows mm/slab_common.c:create_kmalloc_caches(). 96 and 192 come first, as in the list of a real
 * kernel. */
static void
add_kmalloc_caches (PwkMachine *machine)
{
  for (unsigned type = 0; type < PWK_NR_KMALLOC_TYPES; type++)
    {
      add_kmalloc_cache (machine, type, 1);
      add_kmalloc_cache (machine, type, 2);
      for (unsigned index = PWK_KMALLOC_SHIFT_LOW; index <= PWK_KMALLOC_SHIFT_HIGH; index++)
        add_kmalloc_cache (machine, type, index);
    }
}

/* The two that describe all others: boot_kmem_cache and boot_kmem_cache_node. refcount -1: nothing
 * is ever merged into them. */
static void
add_own_caches (PwkMachine *machine)
{
  static const char *const names[] = { "kmem_cache", "kmem_cache_node" };
  static const uint32_t sizes[] = { 200, 64 };

  for (unsigned i = 0; i < G_N_ELEMENTS (names); i++)
    pwk_kmem_cache_edit (machine, add (machine, names[i], sizes[i], 0, PWK_SLAB_HWCACHE_ALIGN, false))->refcount = -1;
}

/* --- as a text has them --- */

/* Numbers are taken as they were read, not computed: an alignment or a debugging option that is not
 * known here still holds. */
static void
add_configured (PwkMachine *machine, const PwkSlabCacheConfig *config)
{
  PwkIndex cache = add (machine, config->name, (uint32_t) config->object_size, (uint32_t) config->align, config->flags, config->ctor);
  PwkKmemCache *s = pwk_kmem_cache_edit (machine, cache);

  s->size = (uint32_t) config->size;
  s->align = (uint32_t) config->align;
  s->inuse = (uint32_t) config->inuse;
  s->offset = (uint32_t) config->offset;
  s->red_left_pad = (uint32_t) config->red_left_pad;
  s->order = (uint32_t) config->order;
  s->objects = (uint32_t) config->objects;
  s->min_order = (uint32_t) config->min_order;
  s->min_objects = (uint32_t) config->min_objects;
  s->min_partial = (uint32_t) config->min_partial;
  s->cpu_partial = (uint32_t) config->cpu_partial;
  s->cpu_partial_slabs = (uint32_t) config->cpu_partial_slabs;
  s->refcount = config->refcount;
  pwk_kmem_cache_set_reciprocal (s);
}

/* kmalloc's caches come before the others, since those that can merge find them on the list. */
void
pwk_kalloc_boot (PwkMachine *machine)
{
  static const GArray none = { 0 };
  PwkSlabAllocator allocator = machine->config->slab_allocator;
  const GArray *given = allocator == PWK_SLUB ? machine->config->slab_caches : &none;

  pwk_kalloc_edit (machine)->ready = true;
  for (unsigned i = 0; i < given->len; i++)
    add_configured (machine, &g_array_index (given, PwkSlabCacheConfig, i));
  if (given->len == 0)
    add_own_caches (machine);
  if (allocator == PWK_SLOB)
    pwk_slob_boot (machine);
  else
    add_kmalloc_caches (machine);
  for (unsigned i = 0; given->len == 0 && i < G_N_ELEMENTS (boot_caches); i++)
    {
      const BootCache *boot = &boot_caches[i];

      add (machine, boot->name, boot->size, boot->align, boot->flags, boot->ctor);
    }
}
