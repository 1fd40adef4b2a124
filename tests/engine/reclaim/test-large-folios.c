/* test-large-folios.c - large folios of files: in the cache, on the lists, mapped, reclaimed, split; no history loses a byte
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/config.h"
#include "engine/core/pool.h"
#include "engine/phys/contents.h"
#include "engine/phys/folio-batch.h"
#include "engine/phys/lruvec.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/vmstat.h"
#include "engine/reclaim/compaction.h"
#include "engine/reclaim/shrinker.h"
#include "engine/reclaim/vmscan.h"
#include "engine/virt/cache-folio.h"
#include "engine/virt/files.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/rmap.h"
#include "engine/virt/truncate.h"
#include "engine/virt/writeback-door.h"
#include "pages.h"
#include "seed.h"

#define BUF ((PwkVaddr) 0x20000000)
#define MAP ((PwkVaddr) 0x10000000)
#define ANY ((PwkVaddr) 0x40000000)
#define PG  PWK_PAGE_SIZE

static Fixture
machine_with (const char *memory, const char *kernel, const char *large, const char *io)
{
  PwkProcessSpec spec = { .maps = "", .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };
  Fixture f = {
    .machine = pwk_machine_simple ("memory", memory, "swap", "64M", "cpus", "1", "kernel", kernel, "thp", "never", "io", io, "large_folios", large, NULL),
  };

  f.task = pwk_process_new (f.machine, "A", 0, &spec, NULL);
  g_assert_cmpuint (f.task, >, 0);
  return f;
}

static PwkIndex
inode_of (const Fixture *f, int64_t fd)
{
  return pwk_file (f->machine, pwk_file_of_fd (f->machine, f->task, fd))->inode;
}

static PwkPfn
cached (const Fixture *f, int64_t fd, uint64_t index)
{
  return pwk_page_cache_get (f->machine, inode_of (f, fd), index);
}

static unsigned
order_at (const Fixture *f, int64_t fd, uint64_t index)
{
  PwkPfn pfn = cached (f, fd, index);

  g_assert_cmpuint (pfn, !=, PWK_NO_PFN);
  return pwk_cache_folio_order (f->machine, pfn);
}

/* A file of 1 MiB of which 64 KiB are a folio, made by one write, and clean. */
static int64_t
file_with_folio (Fixture *f)
{
  int64_t fd = open_file (f, "/tmp/f", 0x100000, 0);

  map_at (f, BUF, 0x40000, RW, PRIVATE, -1);
  for (unsigned i = 0; i < 16; i++)
    store (f, f->task, BUF + i * PG, 100 + i);
  g_assert_cmpint (pwk_sys_pwrite (f->machine, f->task, fd, BUF, 16 * PG, 0), ==, 16 * PG);
  g_assert_cmpint (pwk_sys_fsync (f->machine, f->task, fd), ==, 0);
  pwk_lru_add_drain (f->machine);
  return fd;
}

static uint64_t
on_list (const Fixture *f, PwkNodeStat lru)
{
  return pwk_node (f->machine, 0)->lru[lru].nr;
}

/* One pass over the file pages alone, all of them. */
static uint64_t
shrink_files (Fixture *f)
{
  PwkScanControl sc = {
    .nr_to_reclaim = UINT64_MAX, .gfp = PWK_GFP_HIGHUSER_MOVABLE, .reclaim_idx = PWK_MAX_NR_ZONES - 1, .priority = 0, .may_writepage = true,
    .may_unmap = true,
  };

  return pwk_shrink_inactive_list (f->machine, 0, pwk_node_edit (f->machine, 0)->lru, 1, &sc, PWK_NR_INACTIVE_FILE);
}

/*      write of 64 KiB  →  [ 16 pages: head, tails ]  dirty as a whole, one entry of the LRU, 16 references of the cache
 *      reclaim          →  all of it, a shadow at each index; read again: one refault of 16 pages, with what was written                      */
static void
test_reclaim (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  int64_t fd = file_with_folio (&f);
  PwkPfn head = cached (&f, fd, 0);
  uint64_t events;

  g_assert_cmpuint (pwk_folio_order (f.machine, head), ==, 4);
  g_assert_cmpint (pwk_page (f.machine, head)->_refcount, ==, 16);
  g_assert_cmpuint (cached (&f, fd, 5), ==, head + 5);
  g_assert_cmpuint (on_list (&f, PWK_NR_INACTIVE_FILE), ==, 16);
  fixture_check (&f);

  g_assert_cmpuint (shrink_files (&f), ==, 16);
  g_assert_cmpuint (on_list (&f, PWK_NR_INACTIVE_FILE), ==, 0);
  g_assert_cmpuint (cached (&f, fd, 3), ==, PWK_NO_PFN);
  fixture_check (&f);

  events = (uint64_t) pwk_global_node_state (f.machine, PWK_WORKINGSET_REFAULT_FILE);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, BUF + 0x20000, 4 * PG, 4 * PG), ==, 4 * PG);
  g_assert_cmpuint ((uint64_t) pwk_global_node_state (f.machine, PWK_WORKINGSET_REFAULT_FILE), >=, events + 4);
  for (unsigned i = 0; i < 4; i++)
    g_assert_cmpuint (peek (&f, f.task, BUF + 0x20000 + i * PG), ==, 104 + i);
  fixture_free (&f);
}

/* A dirty folio is written as a whole, with its mappings made read-only; while its write is held it is waited for, and counts in pages. */
static void
test_writeback (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "held");
  int64_t fd = file_with_folio (&f);
  PwkPfn head = cached (&f, fd, 0);

  map_at (&f, MAP, 0x10000, RW, PWK_MAP_SHARED, fd);
  store (&f, f.task, MAP + 7 * PG, 77);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_FILE_DIRTY), ==, 16);
  pwk_file_write (f.machine, inode_of (&f, fd), 3, 3);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_WRITEBACK), ==, 16);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_FILE_DIRTY), ==, 0);
  fixture_check (&f);
  g_assert_cmpuint (shrink_files (&f), ==, 0);
  g_assert_cmpuint (pwk_io_complete (f.machine, 1), ==, 1);
  g_assert_false (pwk_page (f.machine, head)->pg_flags & PWK_PG_WRITEBACK);
  store (&f, f.task, MAP + 7 * PG, 78);
  g_assert_cmpint (pwk_global_node_state (f.machine, PWK_NR_FILE_DIRTY), ==, 16);
  fixture_free (&f);
}

/* All pages of a folio that were used in one region are one use; those of two regions are two, which makes it active. */
static void
test_references (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  int64_t fd = file_with_folio (&f);
  PwkPfn head = cached (&f, fd, 0);
  uint64_t vm_flags;

  map_at (&f, MAP, 0x10000, PWK_PROT_READ, PWK_MAP_SHARED, fd);
  for (unsigned i = 0; i < 16; i++)
    load (&f, f.task, MAP + i * PG);
  g_assert_cmpuint (pwk_folio_mapcount (f.machine, head), ==, 16);
  g_assert_cmpuint (pwk_page (f.machine, head + 1)->private_, ==, 16);
  g_assert_cmpuint (pwk_folio_referenced (f.machine, head, &vm_flags), ==, 1);
  g_assert_cmpuint (pwk_folio_referenced (f.machine, head, &vm_flags), ==, 0);
  map_at (&f, ANY, 0x10000, PWK_PROT_READ, PWK_MAP_SHARED, fd);
  load (&f, f.task, ANY);
  load (&f, f.task, MAP);
  load (&f, f.task, MAP + 3 * PG);
  g_assert_cmpuint (pwk_folio_referenced (f.machine, head, &vm_flags), ==, 2);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, MAP, 0x10000), ==, 0);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, ANY, 0x10000), ==, 0);
  g_assert_cmpuint (pwk_folio_mapcount (f.machine, head), ==, 0);
  fixture_free (&f);
}

/* A folio that all of lies in a locked region is locked; one that does not is not, but is kept by what reclaim finds in that region. */
static void
test_mlock (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  int64_t fd = file_with_folio (&f);
  PwkPfn head = cached (&f, fd, 0);

  map_at (&f, MAP, 0x10000, PWK_PROT_READ, PWK_MAP_SHARED, fd);
  for (unsigned i = 0; i < 16; i++)
    load (&f, f.task, MAP + i * PG);
  g_assert_cmpint (finish (&f, pwk_sys_mlock2 (f.machine, f.task, MAP, 4 * PG, 0)), ==, 0);
  g_assert_false (pwk_page (f.machine, head)->pg_flags & PWK_PG_MLOCKED);
  g_assert_cmpint (pwk_sys_munlock (f.machine, f.task, MAP, 0x10000), ==, 0);
  g_assert_cmpint (finish (&f, pwk_sys_mlock2 (f.machine, f.task, MAP, 0x10000, 0)), ==, 0);
  pwk_lru_add_drain (f.machine);
  g_assert_true (pwk_page (f.machine, head)->pg_flags & PWK_PG_UNEVICTABLE);
  g_assert_cmpuint (on_list (&f, PWK_NR_UNEVICTABLE), ==, 16);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_munlock (f.machine, f.task, MAP, 0x10000), ==, 0);
  pwk_lru_add_drain (f.machine);
  g_assert_cmpuint (on_list (&f, PWK_NR_UNEVICTABLE), ==, 0);
  fixture_free (&f);
}

/*      truncate to 5.5 pages of [ 0 … 15 ]
 *      6.18   [ 0 … 3 ] [ 4 ] [ 5 ]        the halves that do not have the page stay as large as they are
 *      6.12   [ 0 ] [ 1 ] … [ 5 ]                                                                                    */
static void
test_truncate (const void *kernel)
{
  bool halves = strcmp (kernel, "6.18") == 0;
  Fixture f = machine_with ("64M", kernel, "on", "instant");
  int64_t fd = file_with_folio (&f);

  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 5 * PG + 100), ==, 0);
  g_assert_cmpuint (order_at (&f, fd, 0), ==, halves ? 2 : 0);
  g_assert_cmpuint (order_at (&f, fd, 4), ==, 0);
  g_assert_cmpuint (order_at (&f, fd, 5), ==, 0);
  g_assert_cmpuint (cached (&f, fd, 6), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_inode (f.machine, inode_of (&f, fd))->nrpages, ==, 6);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_SPLIT_FOLIO), ==, halves ? 4 : 1);
  fixture_free (&f);
}

/* A dirty folio is not split: what is cut off reads as zeros, also when the file grows again. */
static void
test_truncate_dirty (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  int64_t fd = file_with_folio (&f);

  g_assert_cmpint (pwk_sys_pwrite (f.machine, f.task, fd, BUF, 16 * PG, 0), ==, 16 * PG);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 5 * PG), ==, 0);
  g_assert_cmpuint (order_at (&f, fd, 0), ==, 4);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_ftruncate (f.machine, f.task, fd, 0x100000), ==, 0);
  g_assert_cmpint (pwk_sys_pread (f.machine, f.task, fd, BUF + 0x20000, 8 * PG, 0), ==, 8 * PG);
  for (unsigned i = 0; i < 8; i++)
    g_assert_cmpuint (peek (&f, f.task, BUF + 0x20000 + i * PG), ==, i < 5 ? 100 + i : 0);
  fixture_free (&f);
}

/* MADV_PAGEOUT of a part splits the folio and takes the part; of the whole, the whole. */
static void
test_pageout (void)
{
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  int64_t fd = file_with_folio (&f);

  map_at (&f, MAP, 0x10000, PWK_PROT_READ, PWK_MAP_SHARED, fd);
  for (unsigned i = 0; i < 16; i++)
    load (&f, f.task, MAP + i * PG);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, MAP, 4 * PG, PWK_MADV_PAGEOUT), ==, 0);
  g_assert_cmpuint (pwk_event_count (f.machine, PWK_EV_SPLIT_FOLIO), ==, 1);
  fixture_check (&f);
  for (unsigned i = 0; i < 16; i++)
    g_assert_cmpuint (peek (&f, f.task, MAP + i * PG), ==, 100 + i);
  fixture_free (&f);
}

/* --- planted faults --- */

static PwkPfn
find_head (Fixture *f)
{
  for (PwkIndex i = 1; i < f->machine->st->pools[PWK_POOL_INODE].next; i++)
    {
      PwkPfn pfn = pwk_page_cache_get (f->machine, i, 0);

      if (pfn != PWK_NO_PFN && (pwk_page (f->machine, pfn)->pg_flags & PWK_PG_HEAD))
        return pfn;
    }
  g_assert_not_reached ();
}

static void plant_refs (Fixture *f)     { pwk_page_edit (f->machine, find_head (f))->_refcount--; }
static void plant_mapcount (Fixture *f) { pwk_page_edit (f->machine, find_head (f) + 1)->index++; }
static void plant_mapped (Fixture *f)   { pwk_page_edit (f->machine, find_head (f) + 1)->private_ = 3; }
static void plant_index (Fixture *f)    { pwk_page_edit (f->machine, find_head (f))->index = 3; }

static void
plant_slot (Fixture *f)
{
  PwkPfn head = find_head (f);
  PwkIndex leaf = pwk_inode (f->machine, pwk_page (f->machine, head)->mapping >> 2)->i_pages;
  PwkXnode *node;

  for (uint32_t h = pwk_inode (f->machine, pwk_page (f->machine, head)->mapping >> 2)->i_pages_height; h > 1; h--)
    leaf = ((const PwkXnode *) pwk_pool_get (f->machine, PWK_POOL_XNODE, leaf))->slots[0];
  node = pwk_pool_edit (f->machine, PWK_POOL_XNODE, leaf);
  node->slots[5] = (uint32_t) head + 6;
}

static const struct { const char *name; void (*plant) (Fixture *f); const char *says; } faults[] = {
  { "refs", plant_refs, "*15 references, 0 mappings, cached*" },
  { "mapcount", plant_mapcount, "*_large_mapcount is 1*" },
  { "mapped", plant_mapped, "*_nr_pages_mapped is 3*" },
  { "index", plant_index, "*index 3 is no multiple of its 16 pages*" },
  { "slot", plant_slot, "*page 5 is not in its file's cache at index 5*" },
};

static void
test_planted (const void *data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  Fixture f = machine_with ("64M", "6.12", "on", "instant");
  g_autoptr(GString) why = g_string_new (NULL);

  file_with_folio (&f);
  fixture_check (&f);
  faults[i].plant (&f);
  g_assert_false (pwk_machine_check (f.machine, why));
  g_assert_true (g_pattern_match_simple (faults[i].says, why->str));
  pwk_machine_free (f.machine);
}

/* --- random histories --- */

#define FILE_BYTES (1u << 20)
#define BUF_BYTES  (1u << 17)

/* What the file and the buffer must hold, byte by byte. */
typedef struct
{
  Fixture  f;
  GRand   *rand;
  int64_t  fd;
  uint64_t size;
  uint8_t *file, *buffer;
} World;

static uint32_t
pick (World *world, uint32_t n)
{
  return (uint32_t) g_rand_int_range (world->rand, 0, (gint32) MAX (n, 1));
}

/* A place in the file, often where pages or large folios begin. */
static uint64_t
some_place (World *world)
{
  static const uint32_t grains[] = { 1, 4096, 4096, 16384, 65536 };
  uint32_t grain = grains[pick (world, G_N_ELEMENTS (grains))];

  return pick (world, FILE_BYTES / grain) * (uint64_t) grain;
}

static uint32_t
some_length (World *world)
{
  static const uint32_t grains[] = { 1, 4096, 4096, 16384 };
  uint32_t grain = grains[pick (world, G_N_ELEMENTS (grains))];

  return (1 + pick (world, BUF_BYTES / grain)) * grain;
}

/* Some words of the buffer change. */
static void
scribble (World *world)
{
  for (unsigned i = 0; i < BUF_BYTES / PG; i++)
    {
      uint64_t value = (uint64_t) g_rand_int (world->rand) << 32 | g_rand_int (world->rand);
      uint32_t at = i * (uint32_t) PG + pick (world, PG / 8) * 8;

      g_assert_cmpint (store (&world->f, world->f.task, BUF + at, value), <=, PWK_ACCESS_MAJOR);
      memcpy (world->buffer + at, &value, sizeof value);
    }
}

static void
check_buffer (World *world, uint32_t n)
{
  static const uint8_t zeros[PWK_PAGE_SIZE];

  for (uint32_t at = 0; at < n; at += (uint32_t) PG)
    {
      PwkAccessResult result = pwk_access (world->f.machine, world->f.task, BUF + at, 1, PWK_ACCESS_LOAD, 0);
      const uint8_t *bytes = pwk_frame_bytes (world->f.machine, result.phys >> PWK_PAGE_SHIFT);

      if (memcmp (bytes ? bytes : zeros, world->buffer + at, MIN (PG, n - at)) != 0)
        g_error ("the buffer's page %u does not hold what it should", at / (uint32_t) PG);
    }
}

static void
do_write (World *world)
{
  uint64_t pos = some_place (world);
  uint32_t n = some_length (world);
  int64_t done;

  scribble (world);
  done = pwk_sys_pwrite (world->f.machine, world->f.task, world->fd, BUF, n, (int64_t) pos);
  g_assert_cmpint (done, ==, n);
  memcpy (world->file + pos, world->buffer, n);
  world->size = MAX (world->size, pos + n);
}

static void
do_read (World *world, uint64_t pos, uint32_t n)
{
  int64_t wanted = pos >= world->size ? 0 : (int64_t) MIN (n, world->size - pos);

  g_assert_cmpint (pwk_sys_pread (world->f.machine, world->f.task, world->fd, BUF, n, (int64_t) pos), ==, wanted);
  memcpy (world->buffer, world->file + pos, (size_t) wanted);
  check_buffer (world, (uint32_t) wanted);
}

static void
do_mapped (World *world)
{
  uint64_t at = some_place (world) & ~(uint64_t) 7, value;

  if (at + 8 > world->size)
    return;
  if (pick (world, 2))
    {
      value = g_rand_int (world->rand);
      g_assert_cmpint (store (&world->f, world->f.task, MAP + at, value), <=, PWK_ACCESS_MAJOR);
      memcpy (world->file + at, &value, sizeof value);
      return;
    }
  memcpy (&value, world->file + at, sizeof value);
  g_assert_cmpuint (peek (&world->f, world->f.task, MAP + at), ==, value);
}

static void
do_truncate (World *world)
{
  uint64_t size = some_place (world);

  g_assert_cmpint (pwk_sys_ftruncate (world->f.machine, world->f.task, world->fd, (int64_t) size), ==, 0);
  if (size < world->size)
    memset (world->file + size, 0, FILE_BYTES + BUF_BYTES - size);
  world->size = size;
}

static void
do_hole (World *world)
{
  uint64_t first = some_place (world) & PWK_PAGE_MASK, n = 1 + pick (world, 24), end = MIN (first + n * PG, FILE_BYTES);

  if (first >= end)
    return;
  pwk_sys_munlock (world->f.machine, world->f.task, MAP, FILE_BYTES);    /* nothing is cut out of what is locked */
  g_assert_cmpint (pwk_sys_madvise (world->f.machine, world->f.task, MAP + first, end - first, PWK_MADV_REMOVE), ==, 0);
  memset (world->file + first, 0, MIN (end, MAX (world->size, first)) - first);
}

static void
do_advice (World *world)
{
  static const int64_t advices[] = { PWK_MADV_COLD, PWK_MADV_PAGEOUT, PWK_MADV_PAGEOUT, PWK_MADV_DONTNEED, PWK_MADV_WILLNEED };
  uint64_t first = some_place (world) & PWK_PAGE_MASK, n = 1 + pick (world, 40), end = MIN (first + n * PG, FILE_BYTES);
  PwkMachine *machine = world->f.machine;

  if (first >= end)
    return;
  switch (pick (world, 4))
    {
    case 0:
      finish (&world->f, pwk_sys_mlock2 (machine, world->f.task, MAP + first, end - first, 1));
      break;
    case 1:
      pwk_sys_munlock (machine, world->f.task, MAP, FILE_BYTES);
      break;
    case 2:
      pwk_sys_fadvise (machine, world->f.task, world->fd, first, end - first, (int64_t) pick (world, 5));
      break;
    default:
      pwk_sys_madvise (machine, world->f.task, MAP + first, end - first, advices[pick (world, G_N_ELEMENTS (advices))]);
    }
}

/* Memory that somebody else wants: more than there is, or a pass over the lists, or a pass of compaction. */
static void
do_pressure (World *world)
{
  PwkMachine *machine = world->f.machine;
  PwkScanControl sc = {
    .nr_to_reclaim = 64, .gfp = PWK_GFP_HIGHUSER_MOVABLE, .reclaim_idx = PWK_MAX_NR_ZONES - 1, .priority = (int) pick (world, 13),
    .may_writepage = true, .may_unmap = true, .may_swap = true,
  };

  switch (pick (world, 4))
    {
    case 0:
      for (unsigned i = 0; i < (machine->config->io_held ? 200 : 1200); i++)    /* what is being written cannot be reclaimed */
        store (&world->f, world->f.task, ANY + pick (world, 0x1000) * PG, i);
      if (pick (world, 2))
        pwk_sys_madvise (machine, world->f.task, ANY, 0x1000 * PG, PWK_MADV_DONTNEED);
      break;
    case 1:
      pwk_compact_node (machine, 0, false);
      break;
    case 2:
      pwk_drop_pagecache (machine);
      break;
    default:
      pwk_shrink_node (machine, 0, &sc);
    }
}

static void
do_anything (World *world)
{
  PwkMachine *machine = world->f.machine;

  switch (pick (world, 14))
    {
    case 0:
    case 1:
    case 2:
      do_write (world);
      break;
    case 3:
    case 4:
      do_read (world, some_place (world), some_length (world));
      break;
    case 5:
    case 6:
    case 7:
      for (unsigned i = pick (world, 40); i > 0; i--)
        do_mapped (world);
      break;
    case 8:
      do_truncate (world);
      break;
    case 9:
      do_hole (world);
      break;
    case 10:
      pwk_sys_fsync (machine, world->f.task, world->fd);
      break;
    case 11:
      do_advice (world);
      break;
    case 12:
      pwk_wakeup_flusher (machine);
      pwk_flusher_run (machine);
      pwk_io_complete (machine, pick (world, 50));
      break;
    default:
      do_pressure (world);
    }
}

static void
test_histories (const void *data)
{
  g_auto(GStrv) how = g_strsplit (data, "/", -1);    /* kernel / large_folios / io */
  uint32_t seed = (uint32_t) test_seed ();
  World world = {
    .f = machine_with ("16M", how[0], how[1], how[2]), .rand = g_rand_new_with_seed (seed), .size = FILE_BYTES / 2,
    .file = g_malloc0 (FILE_BYTES + BUF_BYTES), .buffer = g_malloc0 (BUF_BYTES),
  };

  world.fd = open_file (&world.f, "/tmp/f", FILE_BYTES / 2, 0);
  map_at (&world.f, BUF, BUF_BYTES, RW, PRIVATE, -1);
  map_at (&world.f, ANY, 0x1000 * PG, RW, PRIVATE, -1);
  map_at (&world.f, MAP, FILE_BYTES, RW, PWK_MAP_SHARED, world.fd);
  for (unsigned step = 0; step < 1500; step++)
    {
      g_autoptr(GString) why = g_string_new (NULL);

      do_anything (&world);
      if (world.f.machine->st->pools[PWK_POOL_BIO].n_used > 200)
        pwk_io_complete (world.f.machine, UINT64_MAX);
      if (step % 10 == 0 && !pwk_machine_check (world.f.machine, why))
        g_error ("step %u: %s", step, why->str);
    }
  for (uint64_t pos = 0; pos < world.size; pos += BUF_BYTES)
    do_read (&world, pos, BUF_BYTES);
  fixture_free (&world.f);
  g_rand_free (world.rand);
  g_free (world.file);
  g_free (world.buffer);
}

int
main (int argc, char **argv)
{
  static const char *const histories[] = { "6.18/on/instant", "6.18/on/held", "6.18/off/instant", "6.12/on/instant", "6.12/on/held", "6.1/on/instant" };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/large-folios/reclaim", test_reclaim);
  g_test_add_func ("/large-folios/writeback", test_writeback);
  g_test_add_func ("/large-folios/references", test_references);
  g_test_add_func ("/large-folios/mlock", test_mlock);
  g_test_add_data_func ("/large-folios/truncate/6.18", "6.18", test_truncate);
  g_test_add_data_func ("/large-folios/truncate/6.12", "6.12", test_truncate);
  g_test_add_func ("/large-folios/truncate-dirty", test_truncate_dirty);
  g_test_add_func ("/large-folios/pageout", test_pageout);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *name = g_strconcat ("/large-folios/planted/", faults[i].name, NULL);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_planted);
    }
  for (unsigned i = 0; i < G_N_ELEMENTS (histories); i++)
    {
      g_autofree char *name = g_strconcat ("/large-folios/histories/", histories[i], NULL);

      g_test_add_data_func (name, histories[i], test_histories);
    }
  return g_test_run ();
}
