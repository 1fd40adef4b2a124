/* test-page-cache.c - files in memory: the index, readahead, dirty pages, truncation, reading and writing
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/boot/boot.h"
#include "engine/phys/gfp.h"
#include "engine/virt/files.h"
#include "engine/virt/rmap.h"
#include "pages.h"

#include <errno.h>

#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/page-cache.h"

#define A 0x10000000ull
#define B 0x20000000ull

static PwkIndex
inode_of (Fixture *f, int64_t fd)
{
  return pwk_file (f->machine, pwk_file_of_fd (f->machine, f->task, fd))->inode;
}

/* The tree grows to what it is asked for, finds only that, and is gone when the last page is. */
static void
test_index (void)
{
  static const uint64_t indices[] = { 0, 1, 63, 64, 4095, 4096, 262143, 262144, (uint64_t) 1 << 36, ((uint64_t) 1 << 40) + 5 };
  Fixture f = fixture_new ("64M");
  PwkIndex inode = inode_of (&f, open_file (&f, "/tmp/file-a", 0, 0));
  uint64_t at = 0;

  for (size_t i = 0; i < G_N_ELEMENTS (indices); i++)
    g_assert_cmpuint (pwk_page_cache_create (f.machine, inode, indices[i], PWK_GFP_HIGHUSER_MOVABLE), !=, PWK_NO_PFN);
  for (size_t i = 0; i < G_N_ELEMENTS (indices); i++, at++)
    {
      PwkPfn pfn = pwk_page_cache_next (f.machine, inode, &at, UINT64_MAX);

      g_assert_cmpuint (at, ==, indices[i]);
      g_assert_cmpuint (pfn, ==, pwk_page_cache_get (f.machine, inode, indices[i]));
    }
  g_assert_cmpuint (pwk_page_cache_next (f.machine, inode, &at, UINT64_MAX), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_page_cache_get (f.machine, inode, 2), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_page_cache_next_miss (f.machine, inode, 0, 10), ==, 2);
  g_assert_cmpuint (pwk_page_cache_prev_miss (f.machine, inode, 64, 10), ==, 62);
  g_assert_cmpuint (pwk_page_cache_prev_miss (f.machine, inode, 1, 10), ==, UINT64_MAX);
  fixture_check (&f);
  pwk_page_cache_truncate (f.machine, inode, 1, 4095);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, G_N_ELEMENTS (indices) - 4);
  pwk_page_cache_truncate (f.machine, inode, 0, UINT64_MAX);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->i_pages, ==, 0);
  g_assert_cmpuint (f.machine->st->pools[PWK_POOL_XNODE].n_used, ==, 0);
  fixture_free (&f);
}

/* What is written through a shared mapping is dirty until it is written back, then protected so that the next write shows. */
static void
test_dirty (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 0x4000, 0x4000);
  PwkPfn pfn = pwk_page_cache_get (f.machine, inode_of (&f, fd), 1);

  map_at (&f, A, 0x4000, RW, PWK_MAP_SHARED, fd);
  g_assert_cmpint (store (&f, f.task, A + 0x1000, 7), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A + 0x1000, 8), ==, PWK_ACCESS_OK);
  g_assert_true (pwk_page (f.machine, pfn)->pg_flags & PWK_PG_DIRTY);
  g_assert_cmpint (pwk_sys_msync (f.machine, f.task, A, 0x4000, 1), ==, 0);
  g_assert_cmpint (store (&f, f.task, A + 0x1000, 8), ==, PWK_ACCESS_OK);
  g_assert_cmpint (pwk_sys_msync (f.machine, f.task, A, 0x4000, 4), ==, 0);
  g_assert_false (pwk_page (f.machine, pfn)->pg_flags & PWK_PG_DIRTY);
  g_assert_cmpint (store (&f, f.task, A + 0x1000, 9), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_PAGE_MKWRITE), ==, 2);
  fixture_free (&f);
}

/* Contents outlive the page: written, thrown out of the cache, read again from the disk. */
static void
test_disk (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 0x8000, 0);
  PwkIndex inode = inode_of (&f, fd);

  map_at (&f, A, 0x8000, RW, PWK_MAP_SHARED, fd);
  store (&f, f.task, A + 0x3000, 0xabcdef);
  g_assert_cmpint (pwk_sys_fadvise (f.machine, f.task, fd, 0, 0, 4), ==, 0);
  g_assert_cmpuint (pwk_page_cache_get (f.machine, inode, 3), !=, PWK_NO_PFN);   /* it is mapped */
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, 0x8000), ==, 0);
  g_assert_cmpint (pwk_sys_fadvise (f.machine, f.task, fd, 0, 0, 4), ==, 0);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 0);
  map_at (&f, A, 0x8000, RW, PWK_MAP_PRIVATE, fd);
  g_assert_cmpint (load (&f, f.task, A + 0x3000), ==, PWK_ACCESS_MAJOR);
  g_assert_cmpuint (peek (&f, f.task, A + 0x3000), ==, 0xabcdef);
  store (&f, f.task, A + 0x3000, 1);                                             /* a private copy */
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + 0x3000, 0x1000, PWK_MADV_DONTNEED), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + 0x3000), ==, 0xabcdef);
  fixture_free (&f);
}

/* read () and write () go through the same pages as mappings, from and to the caller's memory. */
static void
test_read_write (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 10000, 10000);

  map_at (&f, A, 0x4000, RW, PWK_MAP_SHARED, fd);
  map_at (&f, B, 0x4000, RW, PRIVATE, -1);
  store (&f, f.task, A + 0x1008, 77);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 0x2000, 0x1000), ==, 10000 - 0x1000);
  g_assert_cmpuint (peek (&f, f.task, B + 8), ==, 77);
  store (&f, f.task, B + 0x2000, 78);
  g_assert_cmpint (pwk_sys_pwrite (f.machine, f.task, fd, B + 0x2000, 8, 0x10), ==, 8);
  g_assert_cmpuint (peek (&f, f.task, A + 0x10), ==, 78);
  g_assert_cmpint (pwk_sys_pwrite (f.machine, f.task, fd, B + 0x2000, 8, 20000), ==, 8);
  g_assert_cmpuint (pwk_inode (f.machine, inode_of (&f, fd))->i_size, ==, 20008);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 8, 30000), ==, 0);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, 0x3000, 8, 0), ==, -EFAULT);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, 77, B, 8, 0), ==, -EBADF);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 8, -5), ==, -EINVAL);
  g_assert_cmpint (pwk_sys_close (f.machine, f.task, fd), ==, 0);
  g_assert_cmpint (pwk_sys_close (f.machine, f.task, fd), ==, -EBADF);
  fixture_free (&f);
}

/* Truncation takes pages from all mappings, copies too, and zeroes the rest of the last one. */
static void
test_truncate (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 0x4000, 0x4000);

  map_at (&f, A, 0x4000, RW, PWK_MAP_SHARED, fd);
  map_at (&f, B, 0x4000, RW, PWK_MAP_PRIVATE, fd);
  store (&f, f.task, A + 0x1ff8, 5);
  store (&f, f.task, B + 0x3000, 6);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 0x1800), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + 0x1ff8), ==, 0);
  g_assert_cmpint (load (&f, f.task, A + 0x2000), ==, PWK_ACCESS_SIGBUS);
  g_assert_cmpint (load (&f, f.task, B + 0x3000), ==, PWK_ACCESS_SIGBUS);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 0x4000), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, B + 0x3000), ==, 0);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, -1), ==, -EINVAL);
  fixture_free (&f);
}

/* A file read from its start on: the window grows to 128 KiB, always to an aligned end, and its mark starts the next. */
static void
test_readahead (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 1 << 20, 0);
  PwkIndex inode = inode_of (&f, fd);
  const PwkFile *ra = pwk_file (f.machine, pwk_file_of_fd (f.machine, f.task, fd));

  map_at (&f, B, 0x10000, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 0x1000, 0), ==, 0x1000);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 4);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 0x1000, 0x1000), ==, 0x1000);
  g_assert_cmpuint (ra->ra_start, ==, 4);
  g_assert_cmpuint (ra->ra_size, ==, 8);
  for (unsigned i = 2; i < 70; i++)
    g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 0x1000, i * 0x1000), ==, 0x1000);
  g_assert_cmpuint (ra->ra_size, ==, 32);
  /* far away, a single page */
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, B, 0x1000, 200 * 0x1000), ==, 0x1000);
  g_assert_cmpuint (pwk_page_cache_get (f.machine, inode, 201), ==, PWK_NO_PFN);
  fixture_free (&f);
}

/* Two processes of one mapping; a hole punched by one is there for both. */
static void
test_remove (void)
{
  Fixture f = fixture_new ("64M");
  PwkIndex child;

  map_at (&f, A, 0x4000, RW, SHARED, -1);
  store (&f, f.task, A + 0x1000, 5);
  store (&f, f.task, A + 0x2000, 6);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpuint (peek (&f, child, A + 0x1000), ==, 5);
  g_assert_cmpint (pwk_sys_madvise (f.machine, child, A + 0x1000, 0x1000, PWK_MADV_REMOVE), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + 0x1000), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + 0x2000), ==, 6);
  g_assert_cmpint (pwk_sys_exit (f.machine, child, 0, true), ==, 0);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, 0x4000), ==, 0);
  g_assert_cmpuint (pwk_node (f.machine, 0)->vm_stat[PWK_NR_SHMEM], ==, 0);
  fixture_free (&f);
}

/* Reading a page from the start leaves a mark on the next; whoever meets it has the rest read in folios of four pages:
 *
 *      [0] [1] [2] [3] [4 5 6 7] [8]
 *
 * Such a folio is mapped and dirtied as one, and cut where the file ends. */
static void
test_folio (void)
{
  Fixture f = fixture_new ("64M");
  int64_t fd = open_file (&f, "/tmp/file-a", 0x9000, 0);
  PwkIndex inode = inode_of (&f, fd);
  PwkPfn pfn;

  map_at (&f, A, 0x9000, RW, PWK_MAP_SHARED, fd);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, UINT64_MAX, 100, 0), ==, 100);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 4);
  load (&f, f.task, A + 0x1000);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 9);
  pfn = pwk_page_cache_get (f.machine, inode, 6);
  g_assert_cmpuint (pwk_cache_folio_first (f.machine, pfn), ==, 4);
  g_assert_cmpuint (pwk_cache_folio_pages (f.machine, pfn), ==, 4);
  store (&f, f.task, A + 0x6000, 1);
  g_assert_true (pwk_page (f.machine, pwk_page_cache_get (f.machine, inode, 4))->pg_flags & PWK_PG_DIRTY);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_fsync (f.machine, f.task, fd), ==, 0);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 0x6000), ==, 0);
  g_assert_cmpuint (pwk_inode (f.machine, inode)->nrpages, ==, 6);
  g_assert_cmpuint (pwk_cache_folio_pages (f.machine, pwk_page_cache_get (f.machine, inode, 4)), ==, 2);
  fixture_free (&f);
}

static void
keep_event (PwkMachine *machine, const PwkEvent *event, gpointer data)
{
  (void) machine;
  *(PwkEvent *) data = *event;
}

/* A page that becomes active tells which list it is on now, and the node, once its batch is drained. */
static void
test_activate (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1);
  PwkEvent event = { 0 };

  pwk_lruvec_add (machine, pfn);
  pwk_machine_listen (machine, keep_event, &event);
  pwk_machine_want (machine, PWK_EV_LRU_ACTIVATE, true);
  pwk_folio_mark_accessed (machine, pfn);
  pwk_folio_mark_accessed (machine, pfn);
  g_assert_cmpint (event.kind, ==, 0);
  pwk_lru_add_drain (machine);
  g_assert_cmpint (event.kind, ==, PWK_EV_LRU_ACTIVATE);
  g_assert_cmpuint (event.arg[0], ==, pfn);
  g_assert_cmpuint (event.arg[1], ==, PWK_NR_ACTIVE_FILE);
  g_assert_cmpuint (event.arg[2], ==, 0);
  pwk_lruvec_del (machine, pfn);
  pwk_free_pages (machine, pfn, 0);
  pwk_machine_free (machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/page-cache/index", test_index);
  g_test_add_func ("/page-cache/dirty", test_dirty);
  g_test_add_func ("/page-cache/disk", test_disk);
  g_test_add_func ("/page-cache/read-write", test_read_write);
  g_test_add_func ("/page-cache/truncate", test_truncate);
  g_test_add_func ("/page-cache/readahead", test_readahead);
  g_test_add_func ("/page-cache/remove", test_remove);
  g_test_add_func ("/page-cache/folio", test_folio);
  g_test_add_func ("/page-cache/activate", test_activate);
  return g_test_run ();
}
