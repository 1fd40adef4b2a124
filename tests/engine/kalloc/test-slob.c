/* test-slob.c - SLOB: the first piece that fits, neighbours that join, and what its checks find
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/kalloc/cache.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/object.h"
#include "engine/kalloc/slab-page.h"
#include "engine/kalloc/slob.h"
#include "engine/kalloc/slub.h"
#include "engine/phys/page-alloc.h"

static PwkMachine *
machine_new (void)
{
  return pwk_machine_simple ("memory", "64M", "slab", "slob", NULL);
}

static void
machine_end (PwkMachine *machine)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
  pwk_machine_free (machine);
}

static PwkVaddr
take (PwkMachine *machine, uint64_t size)
{
  PwkVaddr object = pwk_kmalloc (machine, size, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);

  g_assert_cmphex (object, !=, 0);
  return object;
}

static const PwkSlab *
page_of (const PwkMachine *machine, PwkVaddr object)
{
  return pwk_slab (machine, pwk_slab_of_addr (machine, object));
}

/* 100 bytes have 8 in front of them: 108, side by side at multiples of 8.
 *
 *      [8|100][4 free][8|100][4 free] …
 */
static void
test_side_by_side (void)
{
  PwkMachine *machine = machine_new ();
  PwkVaddr first = take (machine, 100), second = take (machine, 100);

  g_assert_cmphex (second, ==, first + 112);
  g_assert_cmpuint (pwk_ksize (machine, first), ==, 100);
  g_assert_cmpuint (page_of (machine, first)->inuse, ==, 2);
  machine_end (machine);
}

/* Powers of two lie at multiples of themselves, and what is before them stays free for smaller ones. */
static void
test_aligned (void)
{
  PwkMachine *machine = machine_new ();
  PwkVaddr large = take (machine, 64), small = take (machine, 24);

  g_assert_cmphex (large & 63, ==, 0);
  g_assert_cmphex (small, <, large);
  machine_end (machine);
}

/* Sizes below 256, below 1024 and above do not share pages; from a page without its header on whole pages are given. */
static void
test_lists (void)
{
  PwkMachine *machine = machine_new ();
  PwkVaddr small = take (machine, 100), medium = take (machine, 600), large = take (machine, 2000), whole = take (machine, 4090);

  g_assert_true (pwk_slob_list_head (machine, 0) == pwk_slab_of_addr (machine, small));
  g_assert_true (pwk_slob_list_head (machine, 1) == pwk_slab_of_addr (machine, medium));
  g_assert_true (pwk_slob_list_head (machine, 2) == pwk_slab_of_addr (machine, large));
  g_assert_cmpuint (pwk_slab_of_addr (machine, whole), ==, 0);
  g_assert_cmpint (pwk_kfree (machine, whole), ==, PWK_FREE_OK);
  machine_end (machine);
}

/* Three neighbours are given back, the middle one last: one free piece, then the page goes. */
static void
test_join (void)
{
  PwkMachine *machine = machine_new ();
  PwkVaddr object[4];
  PwkSlobPiece piece;
  unsigned n = 0;

  for (unsigned i = 0; i < 4; i++)
    object[i] = take (machine, 96);
  pwk_kfree (machine, object[0]);
  pwk_kfree (machine, object[2]);
  pwk_kfree (machine, object[1]);
  for (bool more = pwk_slob_first_piece (machine, page_of (machine, object[3]), &piece); more;
       more = pwk_slob_next_piece (machine, page_of (machine, object[3]), &piece))
    n++;
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (pwk_kfree (machine, object[0]), ==, PWK_FREE_NO_OBJECT);
  pwk_kfree (machine, object[3]);
  g_assert_cmpuint (machine->st->pools[PWK_POOL_SLAB].n_used, ==, 0);
  machine_end (machine);
}

/* Objects of different caches lie in one page; the cache knows their size. */
static void
test_caches (void)
{
  PwkMachine *machine = machine_new ();
  PwkIndex one = pwk_kmem_cache_create (machine, "one", 40, 0, 0, false), other = pwk_kmem_cache_create (machine, "other", 72, 0, 0, false);
  PwkVaddr a = pwk_kmem_cache_alloc (machine, one, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  PwkVaddr b = pwk_kmem_cache_alloc (machine, other, PWK_GFP_KERNEL | PWK_GFP_ZERO, PWK_NUMA_NO_NODE);

  g_assert_cmpuint (one, !=, other);
  g_assert_cmphex (b, ==, a + 40);
  g_assert_cmpint (pwk_kmem_cache_free (machine, one, a), ==, PWK_FREE_OK);
  g_assert_cmpint (pwk_kmem_cache_free (machine, other, b), ==, PWK_FREE_OK);
  g_assert_cmpint (pwk_kmem_cache_free (machine, other, b), ==, PWK_FREE_NO_OBJECT);
  machine_end (machine);
}

/* --- faults --- */

static PwkSlab *
page (PwkMachine *machine)
{
  return pwk_slab_edit (machine, pwk_slob_list_head (machine, 0));
}

static void overlap (PwkMachine *machine)
{
  int16_t units = 4000;

  memcpy (pwk_slab_write (machine, page (machine), page (machine)->freelist, sizeof units), &units, sizeof units);
}
static void miscount (PwkMachine *machine) { page (machine)->colour--; }
static void pieces (PwkMachine *machine) { page (machine)->inuse++; }
static void in_free (PwkMachine *machine) { pwk_slab_set_used (page (machine), 511); }
static void off_list (PwkMachine *machine) { page (machine)->on = PWK_SLAB_ON_NONE; }
static void wrong_list (PwkMachine *machine) { page (machine)->slabs = 2; }

static void
test_faults (void)
{
  static const struct { void (*plant) (PwkMachine *machine); const char *report; } faults[] = {
    { overlap, "out of place" }, { miscount, "counted are" }, { pieces, "pieces are handed out" }, { in_free, "lies in a free piece" },
    { off_list, "not on a list" }, { wrong_list, "are on the lists" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      PwkMachine *machine = machine_new ();
      g_autoptr(GString) why = g_string_new (NULL);

      for (unsigned n = 0; n < 5; n++)
        take (machine, 100);
      g_assert_true (pwk_kalloc_check (machine, why));
      faults[i].plant (machine);
      g_assert_false (pwk_kalloc_check (machine, why));
      if (!strstr (why->str, faults[i].report))
        g_error ("“%s” is not reported, but:\n%s", faults[i].report, why->str);
      pwk_machine_free (machine);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/slob/side-by-side", test_side_by_side);
  g_test_add_func ("/slob/aligned", test_aligned);
  g_test_add_func ("/slob/lists", test_lists);
  g_test_add_func ("/slob/join", test_join);
  g_test_add_func ("/slob/caches", test_caches);
  g_test_add_func ("/slob/faults", test_faults);
  return g_test_run ();
}
