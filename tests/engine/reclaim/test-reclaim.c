/* test-reclaim.c - memory under pressure: what is swapped or dropped comes back as it was; planted faults of the swap area
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"
#include "engine/reclaim/vmscan.h"

#include "engine/phys/folio-batch.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/check.h"
#include "engine/reclaim/shrinker.h"
#include "engine/virt/files.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/process.h"
#include "engine/virt/swap-door.h"
#include "engine/virt/swap-fault.h"
#include "engine/virt/syscalls.h"
#include "engine/virt/uapi.h"
#include "engine/virt/writeback-door.h"
#include "pages.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/zone.h"
#include "engine/virt/inode.h"

#define A     ((PwkVaddr) 0x10000000)
#define PAGES 6144u      /* 24 MiB on a machine of 16 */

static Fixture
small_machine (const char *kernel, const char *io)
{
  Fixture f = fixture_new ("16M");
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };

  pwk_machine_free (f.machine);
  f.machine = pwk_machine_simple ("memory", "16M", "swap", "64M", "cpus", "1", "kernel", kernel, "io", io, NULL);
  f.task = pwk_process_new (f.machine, "A", 0, &spec, NULL);
  g_assert_cmpuint (f.task, >, 0);
  return f;
}

/* More than there is memory for is written and read again, in an order of chance: every byte is what was written there last. */
static void
test_thrash (const void *kernel)
{
  Fixture f = small_machine (kernel, "instant");
  g_autofree uint64_t *values = g_new0 (uint64_t, PAGES);
  uint32_t seed = g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);

  g_test_message ("seed %u", seed);
  map_at (&f, A, PAGES * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < PAGES; i++)
    g_assert_cmpint (store (&f, f.task, A + i * PWK_PAGE_SIZE, values[i] = i + 1), <=, PWK_ACCESS_MAJOR);
  g_assert_cmpuint (f.machine->st->vm_event[PWK_PSWPOUT], >, PAGES / 4);
  fixture_check (&f);
  for (unsigned n = 0; n < 4000; n++)
    {
      unsigned i = (unsigned) g_rand_int_range (rand, 0, PAGES);

      if (g_rand_boolean (rand))
        g_assert_cmpint (store (&f, f.task, A + i * PWK_PAGE_SIZE, values[i] = n), <=, PWK_ACCESS_MAJOR);
      else
        g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
    }
  fixture_check (&f);
  for (unsigned i = 0; i < PAGES; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, values[i]);
  fixture_check (&f);
  pwk_sys_munmap (f.machine, f.task, A, PAGES * PWK_PAGE_SIZE);
  fixture_check (&f);
  g_assert_cmpint (pwk_swap_off (f.machine, 0), ==, 0);
  fixture_free (&f);
}

/* A child has what its parent had when it was made, whoever of them is swapped out and writes. */
static void
test_fork (void)
{
  Fixture f = small_machine ("6.18", "instant");
  PwkIndex child;

  map_at (&f, A, 64 * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, 100 + i);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, 64 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT), ==, 0);
  g_assert_cmpint (pwk_mm (f.machine, pwk_task (f.machine, f.task)->mm)->rss_stat[PWK_MM_SWAPENTS], ==, 64);
  child = fork_of (&f, f.task, "B");
  fixture_check (&f);
  for (unsigned i = 0; i < 64; i += 2)
    store (&f, i % 4 ? child : f.task, A + i * PWK_PAGE_SIZE, 500 + i);
  for (unsigned i = 0; i < 64; i++)
    {
      g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, i % 4 == 0 ? 500 + i : 100 + i);
      g_assert_cmpuint (peek (&f, child, A + i * PWK_PAGE_SIZE), ==, i % 4 == 2 ? 500 + i : 100 + i);
    }
  fixture_free (&f);
}

/* A dirty page of a file that is written while the write is held stays until that has ended; then it goes, and comes back the same. */
static void
test_held (void)
{
  Fixture f = small_machine ("6.12", "held");
  int64_t fd = open_file (&f, "/tmp/file", 65536, 0);
  PwkIndex inode = pwk_file (f.machine, pwk_file_of_fd (f.machine, f.task, fd))->inode;

  map_at (&f, A, 65536, RW, PWK_MAP_SHARED, fd);
  for (unsigned i = 0; i < 16; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, 7 + i);
  pwk_file_write (f.machine, inode, 0, UINT64_MAX);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_WRITEBACK), ==, 16);
  fixture_check (&f);
  pwk_sys_munmap (f.machine, f.task, A, 65536);
  pwk_drop_pagecache (f.machine);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 16);
  g_assert_cmpuint (pwk_io_complete (f.machine, 100), ==, 16);
  pwk_drop_pagecache (f.machine);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 0);
  map_at (&f, A, 65536, RW, PWK_MAP_SHARED, fd);
  for (unsigned i = 0; i < 16; i++)
    g_assert_cmpuint (peek (&f, f.task, A + i * PWK_PAGE_SIZE), ==, 7 + i);
  fixture_free (&f);
}

/* What is evicted and comes back at once is active; after the lists have aged by more than they are long, it is not. */
static void
test_refault (void)
{
  Fixture f = small_machine ("6.18", "instant");
  const int64_t *stat = pwk_node (f.machine, 0)->vm_stat;

  map_at (&f, A, 64 * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  for (unsigned i = 0; i < 64; i++)
    store (&f, f.task, A + i * PWK_PAGE_SIZE, 1);
  pwk_lru_add_drain (f.machine);
  pwk_sys_madvise (f.machine, f.task, A, PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  load (&f, f.task, A);
  g_assert_cmpint (stat[PWK_WORKINGSET_REFAULT_ANON], ==, 1);
  g_assert_cmpint (stat[PWK_WORKINGSET_ACTIVATE_ANON], ==, 0);    /* anonymous memory competes with pages of files, and active pages */
  pwk_sys_madvise (f.machine, f.task, A, 64 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  pwk_node_edit (f.machine, 0)->lruvec.nonresident_age += 100000;
  load (&f, f.task, A + PWK_PAGE_SIZE);
  g_assert_cmpint (stat[PWK_WORKINGSET_ACTIVATE_ANON], ==, 0);
  fixture_free (&f);
}

/* A machine with a page in the swap cache and one that is swapped out. */
static uint64_t
swap_some (Fixture *f)
{
  *f = small_machine ("6.18", "instant");
  map_at (f, A, 2 * PWK_PAGE_SIZE, RW, PRIVATE, -1);
  store (f, f->task, A, 1);
  store (f, f->task, A + PWK_PAGE_SIZE, 2);
  pwk_sys_madvise (f->machine, f->task, A, 2 * PWK_PAGE_SIZE, PWK_MADV_PAGEOUT);
  pwk_swapin_range (f->machine, pwk_mm (f->machine, pwk_task (f->machine, f->task)->mm)->mmap, A, A + PWK_PAGE_SIZE);
  fixture_check (f);
  for (uint64_t slot = 1; pwk_swap_has_slots (f->machine, slot, 1); slot++)
    if (pwk_swap_slot (f->machine, slot)->folio)
      return slot;
  g_assert_not_reached ();
}

static PwkSwapSlot *slot_edit (const Fixture *f, uint64_t slot) { return (PwkSwapSlot *) pwk_swap_slot (f->machine, slot); }
static PwkNode *node (const Fixture *f) { return pwk_node_edit (f->machine, 0); }
static PwkZoneCompact *compact (const Fixture *f) { return &node (f)->zones[PWK_ZONE_DMA].compact; }

static void slot_count (Fixture *f, uint64_t slot) { slot_edit (f, slot)->count++; }
static void slot_frame (Fixture *f, uint64_t slot) { slot_edit (f, slot)->folio++; }
static void slot_zero (Fixture *f, uint64_t slot) { slot_edit (f, slot)->zero = true; slot_edit (f, slot)->contents = 1; }
static void frame_slot (Fixture *f, uint64_t slot) { pwk_page_edit (f->machine, pwk_swap_slot (f->machine, slot)->folio - 1)->private_++; }
static void nr_swapcache (Fixture *f, uint64_t slot) { (void) slot; node (f)->vm_stat[PWK_NR_SWAPCACHE]++; }
static void nr_writeback (Fixture *f, uint64_t slot) { (void) slot; node (f)->vm_stat[PWK_NR_WRITEBACK]++; }
static void nr_free (Fixture *f, uint64_t slot) { (void) slot; f->machine->st->swap.nr_free++; }
static void write_lost (Fixture *f, uint64_t slot) { (void) slot; pwk_pool_alloc (f->machine, PWK_POOL_BIO); }
static void compact_outside (Fixture *f, uint64_t slot) { (void) slot; compact (f)->init_migrate = 0; }
static void compact_put_off (Fixture *f, uint64_t slot) { (void) slot; compact (f)->defer_shift = 7; }
static void captured (Fixture *f, uint64_t slot) { (void) slot; f->machine->capture = (PwkCapture *) f; }
static void queue_length (Fixture *f, uint64_t slot) { (void) slot; node (f)->split_queue_len++; }

static void
entry_beyond (Fixture *f, uint64_t slot)
{
  PwkEntryRef ref = pwk_entry_lookup (f->machine, pwk_mm (f->machine, pwk_task (f->machine, f->task)->mm)->pgd, A + PWK_PAGE_SIZE, PWK_LEVEL_PTE);

  (void) slot;
  pwk_entry_set (f->machine, ref, pwk_mk_swap (f->machine->st->swap.areas[0].max + 5), A + PWK_PAGE_SIZE);
}

/* In the queue stands a write of a page that is not being written. */
static void
write_of_none (Fixture *f, uint64_t slot)
{
  PwkIndex bio = pwk_pool_alloc (f->machine, PWK_POOL_BIO);

  ((PwkBio *) pwk_pool_edit (f->machine, PWK_POOL_BIO, bio))->pfn = pwk_swap_slot (f->machine, slot)->folio - 1;
  f->machine->st->io_first = f->machine->st->io_last = bio;
}

static void
queue_small (Fixture *f, uint64_t slot)
{
  uint32_t pfn = pwk_swap_slot (f->machine, slot)->folio - 1;

  pwk_page_edit (f->machine, pfn)->lru_next = PWK_PFN_NIL;
  node (f)->split_queue.head = node (f)->split_queue.tail = pfn;
  node (f)->split_queue_len = 1;
}

static void
mapped_in_part (Fixture *f, uint64_t slot)
{
  pwk_page_edit (f->machine, pwk_swap_slot (f->machine, slot)->folio - 1)->pg_flags |= PWK_PG_PARTIALLY_MAPPED;
}

static const struct { void (*plant) (Fixture *f, uint64_t slot); const char *says; } faults[] = {
  { slot_count, "counts 2 entries, 1 name it" }, { slot_frame, "in the cache, which says it is another's" },
  { slot_zero, "is said to hold zeros, and has contents" }, { frame_slot, "which does not know it" }, { nr_swapcache, "NR_SWAPCACHE is" },
  { nr_writeback, "NR_WRITEBACK is" }, { nr_free, "slots are free and" }, { entry_beyond, "an entry names slot" },
  { write_lost, "1 writes are under way, 0 stand in the queue" }, { write_of_none, "which is not under writeback" },
  { compact_outside, "compaction would go on outside of it" }, { compact_put_off, "requests passed without compaction" },
  { captured, "somebody still waits for what compaction frees" }, { queue_length, "folios are queued to be split, it says" },
  { queue_small, "and is no part of a large folio" }, { mapped_in_part, "mapped in part" },
};

/* Each rule of the check, broken once. Those of the OOM killer are test-oom-kill's. */
static void
test_faults (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(GString) why = g_string_new (NULL);
      Fixture f;
      uint64_t slot = swap_some (&f);

      faults[i].plant (&f, slot);
      g_assert_false (pwk_reclaim_check (f.machine, why));
      if (!strstr (why->str, faults[i].says))
        g_error ("expected “%s” in:\n%s", faults[i].says, why->str);
      pwk_machine_free (f.machine);
    }
}

static void
keep_counts (PwkMachine *machine, const PwkEvent *event, void *data)
{
  (void) machine;
  *(PwkEvent *) data = *event;
}

/* What a pass looks at: pages of anonymous lists, and of files. */
static void
assert_shares (Fixture *f, PwkScanBalance balance, bool anon, bool file)
{
  PwkScanControl sc = { .nr_to_reclaim = 1, .gfp = PWK_GFP_KERNEL, .priority = 2, .reclaim_idx = PWK_ZONE_MOVABLE, .nodes = 1, .may_unmap = true,
                        .may_swap = true, .may_writepage = true, .force_deactivate = true };
  PwkEvent event = { 0 };

  pwk_machine_listen (f->machine, keep_counts, &event);
  pwk_machine_want (f->machine, PWK_EV_SCAN_COUNT, true);
  pwk_shrink_node (f->machine, 0, &sc);
  pwk_machine_listen (f->machine, NULL, NULL);
  g_assert_cmpuint (event.kind, ==, PWK_EV_SCAN_COUNT);
  g_assert_cmpuint (event.arg[0], ==, balance);
  g_assert_cmpint (event.arg[1] + event.arg[2] > 0, ==, anon);
  g_assert_cmpint (event.arg[3] + event.arg[4] > 0, ==, file);
}

/* Swappiness says which of the two is worth its I/O: 0 spares anonymous memory, 200 files. Without swap anonymous memory has nowhere to go,
 * whatever it says. */
static void
test_shares (void)
{
  for (unsigned i = 0; i < 2; i++)
    {
      Fixture f = i == 0 ? small_machine ("6.18", "instant") : fixture_new ("16M");

      open_file (&f, "/f", 2 << 20, 2 << 20);
      map_at (&f, A, 512 * PWK_PAGE_SIZE, RW, PRIVATE, -1);
      for (unsigned page = 0; page < 512; page++)
        store (&f, f.task, A + page * PWK_PAGE_SIZE, page);
      pwk_lru_add_drain_all (f.machine);
      f.machine->st->sysctl.swappiness = 60;
      assert_shares (&f, i == 0 ? PWK_SCAN_FRACT : PWK_SCAN_FILE, i == 0, true);
      f.machine->st->sysctl.swappiness = 0;
      assert_shares (&f, i == 0 ? PWK_SCAN_FRACT : PWK_SCAN_FILE, false, true);
      f.machine->st->sysctl.swappiness = 200;
      assert_shares (&f, i == 0 ? PWK_SCAN_FRACT : PWK_SCAN_FILE, i == 0, i != 0);
      fixture_free (&f);
    }
}

/* What is too little for a batch is saved up. */
static void
test_shrinker (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "16M", NULL);
  uint32_t shrinker = pwk_shrinker_register (machine, "s", 1000, 2, 128, PWK_FREES_ALL);

  g_assert_cmpuint (pwk_do_shrink_slab (machine, shrinker, 5, NULL, NULL), ==, 0);
  g_assert_cmpuint (machine->st->shrinkers[shrinker].nr_deferred, ==, 62);
  g_assert_cmpuint (pwk_do_shrink_slab (machine, shrinker, 0, NULL, NULL), ==, 1000);
  g_assert_cmpuint (machine->st->shrinkers[shrinker].objects, ==, 0);
  pwk_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/reclaim/thrash/6.18", "6.18", test_thrash);
  g_test_add_data_func ("/reclaim/thrash/6.12", "6.12", test_thrash);
  g_test_add_data_func ("/reclaim/thrash/6.1", "6.1", test_thrash);
  g_test_add_data_func ("/reclaim/thrash/seed", "seed", test_thrash);
  g_test_add_func ("/reclaim/fork", test_fork);
  g_test_add_func ("/reclaim/held", test_held);
  g_test_add_func ("/reclaim/refault", test_refault);
  g_test_add_func ("/reclaim/faults", test_faults);
  g_test_add_func ("/reclaim/shares", test_shares);
  g_test_add_func ("/reclaim/shrinker", test_shrinker);
  return g_test_run ();
}
