/* test-shmem-swap.c - shared memory that is swapped out comes back as it was, for all who share it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/vmstat.h"
#include "engine/proc/proc.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/shmem-swap.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/vma.h"

#define A     ((PwkVaddr) 0x10000000)
#define PAGES 6144u      /* 24 MiB on a machine of 16 */

static Fixture
small_machine (const char *kernel, const char *io)
{
  Fixture f = { .machine = pwk_machine_simple ("memory", "16M", "swap", "64M", "cpus", "1", "kernel", kernel, "io", io, NULL) };

  f.task = pwk_process_new (f.machine, "A", 0, NULL, NULL);
  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, SHARED, -1);
  return f;
}

static int64_t
used_slots (const Fixture *f)
{
  return (int64_t) f->machine->st->total_swap_pages - f->machine->st->swap.nr_free;
}

static PwkIndex
inode_of (Fixture *f)
{
  return pwk_file (f->machine, pwk_vma (f->machine, pwk_find_vma (f->machine, pwk_task (f->machine, f->task)->mm, A))->vm_file)->inode;
}

/* Parent and child write and read anywhere in more shared memory than there is: each reads what was written last, by whomever. */
static void
test_random (gconstpointer kernel)
{
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  g_autofree uint64_t *written = g_new0 (uint64_t, PAGES);
  Fixture f = small_machine (kernel, "instant");
  PwkIndex child;

  g_test_message ("seed %u", seed);
  for (unsigned i = 0; i < PAGES; i++)
    g_assert_cmpint (store (&f, f.task, A + i * PWK_PAGE_SIZE, written[i] = i + 1), <=, PWK_ACCESS_MAJOR);
  g_assert_cmpint (used_slots (&f), >, PAGES / 4);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_SHMEM), <, PAGES);
  fixture_check (&f);
  child = fork_of (&f, f.task, "B");
  for (unsigned step = 0; step < 5000; step++)
    {
      unsigned i = (unsigned) g_rand_int_range (rand, 0, PAGES);
      PwkIndex who = g_rand_boolean (rand) ? child : f.task;

      if (g_rand_int_range (rand, 0, 3) == 0)
        g_assert_cmpint (store (&f, who, A + i * PWK_PAGE_SIZE, written[i] = g_rand_int (rand)), <=, PWK_ACCESS_MAJOR);
      else
        {
          g_assert_cmpint (load (&f, who, A + i * PWK_PAGE_SIZE), <=, PWK_ACCESS_MAJOR);
          g_assert_cmpuint (peek (&f, who, A + i * PWK_PAGE_SIZE), ==, written[i]);
        }
      if (step % 1000 == 0)
        fixture_check (&f);
    }
  g_assert_cmpuint (f.machine->st->vm_event[PWK_PSWPIN], >, 500);
  fixture_free (&f);
}

/* The file's end gives slots and pages back: truncation by the last unmapping. */
static void
test_slots_go (void)
{
  Fixture f = small_machine ("6.18", "instant");

  for (unsigned i = 0; i < PAGES; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  g_assert_cmpint (used_slots (&f), >, 0);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, PAGES * PWK_PAGE_SIZE), ==, 0);
  g_assert_cmpint (used_slots (&f), ==, 0);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_SHMEM), ==, 0);
  fixture_free (&f);
}

/* swapoff brings it back into the file; it fails, and nothing is lost, where there is no room. */
static void
test_swapoff (void)
{
  Fixture f = small_machine ("6.18", "instant");
  uint64_t half = PAGES / 4;

  for (uint64_t i = 0; i < half; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, half * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT), ==, 0);
  g_assert_cmpuint (pwk_shmem_swap_usage (f.machine, inode_of (&f), 0, UINT64_MAX), ==, half);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_SHMEM), ==, 0);
  fixture_check (&f);
  g_assert_cmpint (pwk_swap_off (f.machine, 0), ==, 0);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_SHMEM), ==, (int64_t) half);
  for (uint64_t i = 0; i < half; i++)
    {
      g_assert_cmpint (load (&f, f.task, A + i * PWK_PAGE_SIZE), <=, PWK_ACCESS_MINOR);
      g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
    }
  fixture_free (&f);
}

/* What is swapped out shows in smaps, whole for everybody who maps it; a fault that reads it is major. */
static void
test_told (void)
{
  Fixture f = small_machine ("6.18", "instant");
  g_autoptr(GString) out = g_string_new (NULL);

  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  pwk_sys_madvise (f.machine, f.task, A, 64 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  pwk_proc_smaps (f.machine, f.task, A, PWK_PAGE_SIZE, "Swap,SwapPss", out);
  g_assert_nonnull (strstr (out->str, "Swap:                256 kB\nSwapPss:             256 kB\n"));
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_MAJOR);
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_OK);
  g_assert_cmpint (used_slots (&f), ==, 63);
  fixture_free (&f);
}

/* The slot of a page of the file that is swapped out. */
static uint64_t
slot_of (Fixture *f, uint64_t index)
{
  uint64_t at = index, slot = 0;

  g_assert_true (pwk_page_cache_next_swapped (f->machine, inode_of (f), &at, index, &slot));
  return slot;
}

/* Slots around the one that is wanted are read along, eight of them, aligned, the header not among them; who comes to those does not wait for the disk,
 * and the next window goes by how many were wanted. With vm.page-cluster 0 none is. */
static void
test_readahead (void)
{
  Fixture f = small_machine ("6.18", "instant");
  const uint64_t *count = f.machine->st->vm_event;
  uint64_t slots[64], along, window, other = 0;

  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  pwk_sys_madvise (f.machine, f.task, A, 64 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  for (unsigned i = 0; i < 64; i++)
    slots[i] = slot_of (&f, i);
  along = slots[0] / 8 ? 7 : 6;
  window = slots[0] / 8 + 2;
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_MAJOR);
  g_assert_cmpuint (count[PWK_SWAP_RA], ==, along);
  for (unsigned i = 1; i < 64; i++)
    if (slots[i] / 8 == slots[0] / 8)
      g_assert_cmpint (load (&f, f.task, A + i * PWK_PAGE_SIZE), ==, PWK_ACCESS_MINOR);
    else if (slots[i] / 8 == window)
      other = i;
  g_assert_cmpuint (count[PWK_SWAP_RA_HIT], ==, along);
  g_assert_cmpuint (f.machine->st->swap.ra_hits, ==, along);
  fixture_check (&f);
  g_assert_cmpint (load (&f, f.task, A + other * PWK_PAGE_SIZE), ==, PWK_ACCESS_MAJOR);
  g_assert_cmpuint (count[PWK_SWAP_RA], ==, along + 7);
  g_assert_cmpuint (f.machine->st->swap.ra_hits, ==, 0);
  fixture_check (&f);
  f.machine->st->sysctl.page_cluster = 0;
  for (unsigned i = 0; i < 64; i++)
    if (slots[i] / 8 == window + 2)
      g_assert_cmpint (load (&f, f.task, A + i * PWK_PAGE_SIZE), ==, PWK_ACCESS_MAJOR);
  g_assert_cmpuint (count[PWK_SWAP_RA], ==, along + 7);
  for (unsigned i = 0; i < 64; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i + 1);
  fixture_free (&f);
}

/* While its write is held a page is in the swap cache, and is had back without the disk. */
static void
test_held (void)
{
  Fixture f = small_machine ("6.18", "held");

  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, i + 1);
  pwk_sys_madvise (f.machine, f.task, A, 64 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_SWAPCACHE), >, 0);
  fixture_check (&f);
  g_assert_cmpint (load (&f, f.task, A), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 1);
  fixture_free (&f);
}

/* A slot that a file names and that counts nobody is found. */
static void
test_planted (void)
{
  Fixture f = small_machine ("6.18", "instant");
  g_autoptr(GString) why = g_string_new (NULL);
  uint64_t index = 0, slot;
  PwkIndex node;

  store (&f, f.task, A, 5);
  pwk_sys_madvise (f.machine, f.task, A, PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  node = pwk_inode (f.machine, inode_of (&f))->i_pages;
  g_assert_true (pwk_page_cache_next_swapped (f.machine, inode_of (&f), &index, UINT64_MAX, &slot));
  pwk_swap_slot_edit (f.machine, slot)->count++;
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_nonnull (strstr (why->str, "counts 2 entries, 1 name it"));
  pwk_swap_slot_edit (f.machine, slot)->count--;
  fixture_check (&f);

  for (uint32_t height = pwk_inode (f.machine, inode_of (&f))->i_pages_height; height > 1; height--)
    node = ((const PwkXnode *) pwk_pool_get (f.machine, PWK_POOL_XNODE, node))->slots[0];
  ((PwkXnode *) pwk_pool_edit (f.machine, PWK_POOL_XNODE, node))->slots[0] = (uint32_t) f.machine->st->swap.areas[0].max + 9;
  g_string_truncate (why, 0);
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_nonnull (strstr (why->str, "shared memory names slot"));
  pwk_machine_free (f.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/reclaim/shmem-swap/random/6.18", "6.18", test_random);
  g_test_add_data_func ("/reclaim/shmem-swap/random/6.12", "6.12", test_random);
  g_test_add_func ("/reclaim/shmem-swap/readahead", test_readahead);
  g_test_add_func ("/reclaim/shmem-swap/slots-go", test_slots_go);
  g_test_add_func ("/reclaim/shmem-swap/swapoff", test_swapoff);
  g_test_add_func ("/reclaim/shmem-swap/told", test_told);
  g_test_add_func ("/reclaim/shmem-swap/held", test_held);
  g_test_add_func ("/reclaim/shmem-swap/planted", test_planted);
  return g_test_run ();
}
