/* test-slub.c - slab caches and kmalloc: what no recording shows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sound.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/printk.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/stats.h"
#include "engine/phys/zone.h"
#include "engine/proc/proc.h"

static PwkVaddr
take (PwkMachine *machine, PwkIndex cache, uint32_t gfp)
{
  return pwk_kmem_cache_alloc (machine, cache, gfp, PWK_NUMA_NO_NODE);
}

/* A machine that nobody asks for objects has nothing of the slab allocator, and is as if there was none. */
static void
test_untouched (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);

  g_assert_cmpuint (machine->st->pools[PWK_POOL_CACHE].n_used, ==, 0);
  g_assert_false (pwk_kalloc (machine)->ready);
  g_assert_cmpuint (machine->arena.used[PWK_REGION_KALLOC], ==, 0);
}

/* The list of free objects is bytes in the objects: the middle of each has the address of the next. */
static void
test_list_is_bytes (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkIndex cache = pwk_kmem_cache_create (machine, "c", 64, 0, PWK_SLAB_NO_MERGE, false);
  PwkVaddr object = take (machine, cache, PWK_GFP_KERNEL), next;
  const uint8_t *bytes = pwk_frame_bytes (machine, pwk_virt_to_pfn (machine, object));

  memcpy (&next, bytes + 64 + 32, sizeof next);
  g_assert_cmphex (next, ==, object + 128);
  g_assert_cmphex (take (machine, cache, PWK_GFP_KERNEL), ==, object + 64);
  assert_sound (machine);
}

/* __GFP_ZERO wipes what the last owner left; without it the bytes are as they were. */
static void
test_zero (void)
{
  static const char secret[] = "secret";
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkVaddr object = pwk_kmalloc (machine, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  PwkPfn pfn = pwk_virt_to_pfn (machine, object);

  pwk_frame_write (machine, pfn, object & ~PWK_PAGE_MASK, secret, sizeof secret);
  pwk_kfree (machine, object);
  g_assert_cmphex (pwk_kmalloc (machine, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE), ==, object);
  g_assert_cmpstr ((const char *) pwk_frame_bytes (machine, pfn) + (object & ~PWK_PAGE_MASK), ==, secret);
  pwk_kfree (machine, object);
  g_assert_cmphex (pwk_kmalloc (machine, 64, PWK_GFP_KERNEL | PWK_GFP_ZERO, PWK_NUMA_NO_NODE), ==, object);
  for (unsigned i = 0; i < 64; i++)
    g_assert_cmpuint (pwk_frame_bytes (machine, pfn)[(object & ~PWK_PAGE_MASK) + i], ==, 0);
  assert_sound (machine);
}

/* krealloc () brings the contents along, over the ends of pages too. */
static void
test_krealloc (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkVaddr old = pwk_kmalloc (machine, 8192, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE), new;

  for (unsigned page = 0; page < 2; page++)
    pwk_frame_write (machine, pwk_virt_to_pfn (machine, old) + page, 100, "page", 5);
  new = pwk_krealloc (machine, old, 20000, PWK_GFP_KERNEL);
  g_assert_cmphex (new, !=, old);
  g_assert_false (pwk_kmalloc_owns (machine, old));
  for (unsigned page = 0; page < 2; page++)
    g_assert_cmpstr ((const char *) pwk_frame_bytes (machine, pwk_virt_to_pfn (machine, new) + page) + 100, ==, "page");
  g_assert_cmphex (pwk_krealloc (machine, new, 30000, PWK_GFP_KERNEL), ==, new);
  g_assert_cmpint (pwk_kfree (machine, new), ==, PWK_FREE_OK);
  assert_sound (machine);
}

/* Frees of what is free, of what is no object, and into the wrong cache change nothing. */
static void
test_wrong_frees (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cmdline", "slab_nomerge", NULL);
  PwkIndex a = pwk_kmem_cache_create (machine, "a", 64, 0, 0, false), b = pwk_kmem_cache_create (machine, "b", 64, 0, 0, false);
  PwkVaddr object = take (machine, a, PWK_GFP_KERNEL);
  PwkPfn page = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1);

  g_assert_cmpint (pwk_kmem_cache_free (machine, b, object), ==, PWK_FREE_WRONG_CACHE);
  g_assert_cmpint (pwk_kmem_cache_free (machine, a, object + 8), ==, PWK_FREE_NO_OBJECT);
  g_assert_cmpint (pwk_kmem_cache_free (machine, a, 0x1000), ==, PWK_FREE_NO_OBJECT);
  g_assert_cmpint (pwk_kfree (machine, pwk_page_address (machine, page)), ==, PWK_FREE_NO_OBJECT);
  g_assert_cmpint (pwk_kmem_cache_free (machine, a, object), ==, PWK_FREE_OK);
  g_assert_cmpint (pwk_kmem_cache_free (machine, a, object), ==, PWK_FREE_TWICE);
  g_assert_false (pwk_kernel_free_pages (machine, pwk_slab (machine, 1)->pfn, 0));
  assert_sound (machine);
}

/* A link that was written over ends the list where a kernel would fault; the machine goes on. */
static void
test_broken_link (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(GString) log = g_string_new (NULL);
  PwkIndex cache = pwk_kmem_cache_create (machine, "c", 64, 0, PWK_SLAB_NO_MERGE, false);
  PwkVaddr object = take (machine, cache, PWK_GFP_KERNEL);
  PwkSlab *slab = pwk_slab_edit (machine, pwk_slab_of_addr (machine, object));

  slab->damaged = true;
  pwk_slab_set_next_free (machine, pwk_kmem_cache (machine, cache), slab, object + 64, 0x4141414141414141);
  g_assert_cmphex (take (machine, cache, PWK_GFP_KERNEL), ==, object + 64);
  pwk_log_print (machine, PWK_LOG_BRIEF, false, log);
  g_assert_cmpstr (log->str, ==, "BUG: unable to handle page fault for address: 4141414141414161\n");
  for (unsigned i = 0; i < 200; i++)
    g_assert_cmphex (take (machine, cache, PWK_GFP_KERNEL), !=, 0);
  assert_sound (machine);
}

/* Pages of slabs are counted in meminfo, and come back when the caches shrink. */
static void
test_counts (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkIndex cache = pwk_kmem_cache_create (machine, "c", 1024, 0, PWK_SLAB_RECLAIM_ACCOUNT | PWK_SLAB_NO_MERGE, false);
  uint64_t order = pwk_kmem_cache (machine, cache)->order;
  PwkVaddr object = take (machine, cache, PWK_GFP_KERNEL);

  g_assert_cmpint (pwk_node (machine, 0)->vm_stat[PWK_NR_SLAB_RECLAIMABLE], ==, (int64_t) pwk_order_pages ((unsigned) order));
  pwk_kmem_cache_free (machine, cache, object);
  g_assert_false (pwk_kmem_cache_shrink (machine, cache));
  g_assert_cmpint (pwk_node (machine, 0)->vm_stat[PWK_NR_SLAB_RECLAIMABLE], ==, 0);
  assert_sound (machine);
}

/* What cannot be a cache is none. */
static void
test_refused (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);

  g_assert_cmpuint (pwk_kmem_cache_create (machine, "c", 0, 0, 0, false), ==, 0);
  g_assert_cmpuint (pwk_kmem_cache_create (machine, "c", (uint64_t) 4 << 20, 0, 0, false), !=, 0);
  g_assert_cmpuint (pwk_kmem_cache_create (machine, "c", ((uint64_t) 4 << 20) + 1, 0, 0, false), ==, 0);
  g_assert_cmpuint (pwk_kmem_cache_create (machine, "c", 64, 24, 0, false), ==, 0);
  g_assert_cmpuint (pwk_kmem_cache_create (machine, "c", 64, 0, 0x10000, false), ==, 0);
  g_assert_cmpuint (pwk_kmem_cache_create (machine, "", 64, 0, 0, false), ==, 0);
  assert_sound (machine);
}

/* /proc/slabinfo is the kernel's to the letter. */
static void
test_slabinfo (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  g_autoptr(GString) all = g_string_new (NULL);

  pwk_kalloc_ready (machine);
  pwk_proc_slabinfo (machine, 0, all);
  g_assert_true (g_str_has_prefix (all->str, "slabinfo - version: 2.1\n# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>"
                                             " : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n"));
  g_assert_nonnull (strstr (all->str, "\nkmalloc-64             0      0     64   64    1 : tunables    0    0    0 : slabdata      0      0      0\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slub/untouched", test_untouched);
  g_test_add_func ("/slub/list-is-bytes", test_list_is_bytes);
  g_test_add_func ("/slub/zero", test_zero);
  g_test_add_func ("/slub/krealloc", test_krealloc);
  g_test_add_func ("/slub/wrong-frees", test_wrong_frees);
  g_test_add_func ("/slub/broken-link", test_broken_link);
  g_test_add_func ("/slub/counts", test_counts);
  g_test_add_func ("/slub/refused", test_refused);
  g_test_add_func ("/slub/slabinfo", test_slabinfo);
  return g_test_run ();
}
