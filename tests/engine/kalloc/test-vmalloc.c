/* test-vmalloc.c - kernel addresses, memory for devices, pages by their addresses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "seed.h"

#include <string.h>

#include "sound.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/pool.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/dma.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/contents.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/phys/split-page.h"
#include "engine/phys/stats.h"
#include "engine/proc/proc.h"

/* Contiguous in addresses, not in frames; a guard page behind; the pages go back at once, the addresses do not. */
static void
test_area (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  PwkVaddr start = pwk_vmalloc_start (machine), one = vmalloc (machine, 10000), two = vmalloc (machine, 1);
  PwkPfn first = pwk_vmap_area (machine, pwk_vm_area_at (machine, one))->first_pfn;

  g_assert_cmphex (one, ==, start);
  g_assert_cmphex (two, ==, start + 4 * PWK_PAGE_SIZE);
  g_assert_cmpint (pwk_page (machine, first)->type, ==, PWK_PAGE_VMALLOC);
  g_assert_false (pwk_kernel_free_pages (machine, first, 0));
  g_assert_true (pwk_vfree (machine, one));
  g_assert_cmpint (pwk_page (machine, first)->type, !=, PWK_PAGE_VMALLOC);
  g_assert_false (pwk_vfree (machine, one));
  g_assert_cmphex (vmalloc (machine, 10000), ==, two + 2 * PWK_PAGE_SIZE);
  pwk_vm_unmap_aliases (machine);
  g_assert_cmphex (vmalloc (machine, 10000), ==, start);
  assert_sound (machine);
}

/* What cannot be had gives nothing and leaves nothing behind. */
static void
test_refused (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "16M", NULL);
  uint32_t areas;

  g_assert_cmphex (vmalloc (machine, 0), ==, 0);
  g_assert_cmphex (vmalloc (machine, UINT64_MAX), ==, 0);
  g_assert_cmphex (pwk_get_vm_area (machine, (uint64_t) 1 << 60), ==, 0);
  areas = machine->st->pools[PWK_POOL_VMAP].n_used;
  g_assert_cmphex (vmalloc (machine, (uint64_t) machine->st->totalram_pages << PWK_PAGE_SHIFT), ==, 0);
  pwk_vmap_drain (machine);
  g_assert_cmphex (pwk_get_vm_area (machine, (uint64_t) 1 << 60), ==, 0);
  g_assert_cmpuint (machine->st->pools[PWK_POOL_VMAP].n_used, ==, areas);
  g_assert_cmphex (pwk_ioremap (machine, 0xc00000, 4096, PWK_CACHE_UC_MINUS), ==, 0);
  g_assert_cmphex (pwk_ioremap (machine, UINT64_MAX - 10, 4096, PWK_CACHE_UC_MINUS), ==, 0);
  g_assert_cmphex (pwk_ioremap (machine, 0xfe000000, 0, PWK_CACHE_UC_MINUS), ==, 0);
  assert_sound (machine);
}

/* The device's bits decide the zone; what it gets is full of zeros. */
static void
test_dma (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkVaddr ring = pwk_dma_alloc_coherent (machine, pwk_dma_mask ("isa"), 5000, PWK_GFP_KERNEL);
  PwkPfn pfn = pwk_virt_to_pfn (machine, ring);

  g_assert_cmphex (pwk_dma_mask ("mask26"), ==, 0x3ffffff);
  g_assert_cmphex (pwk_dma_mask ("mask0"), ==, 0);
  g_assert_cmphex (pwk_dma_mask ("usb"), ==, 0);
  g_assert_cmpuint (pfn + 1, <, 4096);
  g_assert_null (pwk_frame_bytes (machine, pfn));
  g_assert_false (pwk_dma_free_coherent (machine, 4096, ring));
  g_assert_true (pwk_dma_free_coherent (machine, 5000, ring));
  assert_sound (machine);
}

/* Five pages are a block of eight of which three go back; each can be freed alone. */
static void
test_exact (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages_exact (machine, 5 * PWK_PAGE_SIZE - 1, PWK_GFP_KERNEL);

  g_assert_cmpuint (pfn % 8, ==, 0);
  g_assert_cmpint (pwk_page (machine, pfn + 4)->type, ==, PWK_PAGE_KERNEL);
  g_assert_cmpint (pwk_page (machine, pfn + 5)->type, !=, PWK_PAGE_KERNEL);
  assert_sound (machine);
  g_assert_true (pwk_kernel_free_pages (machine, pfn + 2, 0));
  pwk_free_pages_exact (machine, pfn, 2 * PWK_PAGE_SIZE);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_BAD_PAGE), ==, 0);
  assert_sound (machine);
}

/* --- the faults that the checks are there for --- */

static PwkIndex
area_of (const PwkMachine *machine, PwkVaddr addr)
{
  PwkIndex area = pwk_vm_area_at (machine, addr);

  g_assert_cmpuint (area, !=, 0);
  return area;
}

static void
overlap (PwkMachine *machine, PwkVaddr addr)
{
  pwk_vmap_area_edit (machine, area_of (machine, addr))->va_end = addr;
}

static void
wrong_max (PwkMachine *machine, PwkVaddr addr)
{
  pwk_vmap_area_edit (machine, area_of (machine, addr))->subtree_max_size++;
}

static void
foreign_page (PwkMachine *machine, PwkVaddr addr)
{
  pwk_page_edit (machine, pwk_vmap_area (machine, area_of (machine, addr))->first_pfn)->private_++;
}

static void
no_guard (PwkMachine *machine, PwkVaddr addr)
{
  pwk_vmap_area_edit (machine, area_of (machine, addr))->va_end -= PWK_PAGE_SIZE;
}

static void
wrong_lazy (PwkMachine *machine, PwkVaddr addr)
{
  pwk_kalloc_edit (machine)->vmap.nr_lazy++;
}

static void
lost_range (PwkMachine *machine, PwkVaddr addr)
{
  pwk_pool_alloc (machine, PWK_POOL_VMAP);
}

static void
missing_page (PwkMachine *machine, PwkVaddr addr)
{
  pwk_page_edit (machine, pwk_vmap_area (machine, area_of (machine, addr))->first_pfn)->lru_next = PWK_PFN_NIL;
}

static const struct { const char *words; void (*plant) (PwkMachine *machine, PwkVaddr addr); } faults[] = {
  { "overlap those below", overlap }, { "the greatest range below is not what is noted", wrong_max }, { "and is not that area's", foreign_page },
  { "has no guard page behind", no_guard }, { "pages of addresses are lazily freed, counted are", wrong_lazy },
  { "ranges of addresses are somewhere, there are", lost_range }, { "are linked", missing_page },
};

static void
test_faults (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
      g_autoptr(GString) why = g_string_new (NULL);
      PwkVaddr addr = vmalloc (machine, 20000);

      g_test_message ("%s", faults[i].words);
      assert_sound (machine);
      faults[i].plant (machine, addr);
      g_assert_false (pwk_kalloc_check (machine, why));
      if (!strstr (why->str, faults[i].words))
        g_error ("expected “%s” in: %s", faults[i].words, why->str);
    }
}

/* --- whatever is asked for in whatever order --- */

#define N_HELD 64

static uint64_t
next (uint64_t *rng)
{
  *rng ^= *rng << 13;
  *rng ^= *rng >> 7;
  *rng ^= *rng << 17;
  return *rng;
}

static PwkVaddr
take (PwkMachine *machine, uint64_t *rng)
{
  switch (next (rng) % 4)
    {
    case 0:
      return pwk_ioremap (machine, 0xfe000000 + next (rng) % 65536, next (rng) % 100000 + 1, PWK_CACHE_UC_MINUS) & PWK_PAGE_MASK;
    case 1:
      return pwk_vmap (machine, 4096, next (rng) % 40 + 1);
    case 2:
      return vmalloc (machine, next (rng) % (next (rng) % 16 ? 40000 : 4000000) + 1);
    default:
      return pwk_get_vm_area (machine, next (rng) % 2000000 + 1);
    }
}

/* Every state on the way is sound, and in the end all addresses are one free range again. */
static void
test_churn (void)
{
  uint64_t rng = test_seed ();
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "4", NULL);
  g_autoptr(GString) areas = g_string_new (NULL);
  PwkVaddr held[N_HELD] = { 0 };

  for (unsigned i = 0; i < 6000; i++)
    {
      PwkVaddr *slot = &held[next (&rng) % N_HELD];

      machine->st->cur_cpu = (uint32_t) (next (&rng) % 4);
      if (next (&rng) % 200 == 0)
        pwk_vm_unmap_aliases (machine);
      if (*slot)
        g_assert_true (pwk_vfree (machine, *slot));
      *slot = *slot ? 0 : take (machine, &rng);
      pwk_vmap_drain (machine);
      if (i % 200 == 0)
        assert_sound (machine);
    }
  for (unsigned i = 0; i < N_HELD; i++)
    if (held[i])
      g_assert_true (pwk_vfree (machine, held[i]));
  g_assert_cmphex (pwk_get_vm_area (machine, (uint64_t) 1 << 60), ==, 0);
  pwk_proc_vmap_areas (machine, areas);
  g_assert_cmpstr (areas->str, ==, "free 0x0000000000000001-0xffffffffffffffff\nlazy 0\n");
  assert_sound (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/vmalloc/area", test_area);
  g_test_add_func ("/vmalloc/refused", test_refused);
  g_test_add_func ("/vmalloc/dma", test_dma);
  g_test_add_func ("/vmalloc/exact", test_exact);
  g_test_add_func ("/vmalloc/faults", test_faults);
  g_test_add_func ("/vmalloc/churn", test_churn);
  return g_test_run ();
}
