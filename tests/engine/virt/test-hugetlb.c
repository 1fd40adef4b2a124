/* test-hugetlb.c - huge pages of a pool: promises, faults, copies, 1 GiB pages, and that machine_check finds what is wrong with them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <string.h>

#include "pages.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/phys/folio.h"
#include "engine/phys/hugetlb-door.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/section.h"
#include "engine/phys/sysctl.h"
#include "engine/proc/proc.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/vma.h"

#define A 0x10000000ull
#define B 0x40000000ull
#define HUGE(n) ((n) * 0x200000ull)
#define GIB ((uint64_t) 1 << 30)
#define PRIVATE_HUGE (PRIVATE | PWK_MAP_HUGETLB)
#define SHARED_HUGE (SHARED | PWK_MAP_HUGETLB)

static const PwkHstate *
pool (const Fixture *f)
{
  return pwk_hstate (f->machine, PWK_HSTATE_2M);
}

static void
set (Fixture *f, const char *name, const char *value)
{
  g_assert_true (pwk_sysctl_set (f->machine, name, value, NULL));
}

static Fixture
pool_fixture (const char *pages)
{
  Fixture f = fixture_new ("128M");

  set (&f, "vm.nr_hugepages", pages);
  return f;
}

static void
assert_pool (const Fixture *f, uint64_t all, uint64_t free, uint64_t resv, uint64_t surplus)
{
  g_assert_cmpuint (pool (f)->nr_huge_pages, ==, all);
  g_assert_cmpuint (pool (f)->free_huge_pages, ==, free);
  g_assert_cmpuint (pool (f)->resv_huge_pages, ==, resv);
  g_assert_cmpuint (pool (f)->surplus_huge_pages, ==, surplus);
  fixture_check (f);
}

static PwkIndex
region (const Fixture *f, PwkVaddr addr)
{
  return pwk_find_vma (f->machine, pwk_task (f->machine, f->task)->mm, addr);
}

/* Huge pages are other memory than small ones, and content is kept in them through copies, moves and rights. */
static void
test_contents (void)
{
  Fixture f = pool_fixture ("4");
  PwkIndex child;

  map_at (&f, A, HUGE (2), RW, PRIVATE_HUGE, -1);
  g_assert_cmpint (store (&f, f.task, A + 0x123458, 7), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A, 8), ==, PWK_ACCESS_OK);
  child = fork_of (&f, f.task, "child");
  g_assert_cmpint (store (&f, child, A, 9), ==, PWK_ACCESS_MINOR);
  g_assert_cmpuint (peek (&f, child, A + 0x123458), ==, 7);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 8);
  g_assert_cmpint (pwk_sys_mprotect (f.machine, f.task, A, HUGE (1), PWK_PROT_READ), ==, 0);
  g_assert_cmpint (store (&f, f.task, A, 1), ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpint (pwk_sys_mremap (f.machine, f.task, A, HUGE (1), HUGE (1), 3, B), ==, (int64_t) B);
  g_assert_cmpuint (peek (&f, f.task, B + 0x123458), ==, 7);
  assert_pool (&f, 4, 2, 1, 0);
  fixture_free (&f);
}

/* A promise is kept however many others want pages; who has none is killed when the pool is empty. */
static void
test_promises (void)
{
  Fixture f = pool_fixture ("3");

  map_at (&f, A, HUGE (2), RW, PRIVATE_HUGE, -1);
  map_at (&f, B, HUGE (3), RW, PRIVATE_HUGE | PWK_MAP_NORESERVE, -1);
  assert_pool (&f, 3, 3, 2, 0);
  g_assert_cmpint (store (&f, f.task, B, 1), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, B + HUGE (1), 1), ==, PWK_ACCESS_SIGBUS);
  g_assert_cmpint (store (&f, f.task, A, 1), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (store (&f, f.task, A + HUGE (1), 1), ==, PWK_ACCESS_MINOR);
  assert_pool (&f, 3, 0, 0, 0);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, HUGE (1), PWK_MADV_DONTNEED), ==, 0);
  assert_pool (&f, 3, 1, 1, 0);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 0);
  fixture_free (&f);
}

/* mremap () of a part of a private region forgets what was promised to the rest, as the kernel does. */
static void
test_lost_promise (void)
{
  Fixture f = pool_fixture ("4");

  map_at (&f, A, HUGE (3), RW, PRIVATE_HUGE, -1);
  g_assert_cmpint (pwk_sys_mremap (f.machine, f.task, A, HUGE (1), HUGE (1), 3, B), ==, (int64_t) B);
  assert_pool (&f, 4, 4, 3, 0);
  g_assert_cmpuint (pool (&f)->resv_lost, ==, 2);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, A, HUGE (3)), ==, 0);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, B, HUGE (1)), ==, 0);
  assert_pool (&f, 4, 4, 2, 0);
  fixture_free (&f);
}

/* A page that a child has, too, is not free when its owner lets go of it, and nothing is promised to him for it: there is no page for that. */
static void
test_kept_by_child (void)
{
  Fixture f = pool_fixture ("2");
  PwkIndex child;

  map_at (&f, A, HUGE (1), RW, PRIVATE_HUGE, -1);
  store (&f, f.task, A, 5);
  assert_pool (&f, 2, 1, 0, 0);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A, HUGE (1), PWK_MADV_DONTNEED), ==, 0);
  assert_pool (&f, 2, 1, 0, 0);
  g_assert_cmpuint (peek (&f, child, A), ==, 5);
  g_assert_cmpint (pwk_sys_exit (f.machine, child, 0, true), ==, 0);
  assert_pool (&f, 2, 2, 0, 0);
  fixture_free (&f);
}

/* An owner who writes to a page that a child has, too, gets no page that was promised to him for another place: where there is none beside
 * those, the child loses its page. */
static void
test_copy_of_owner (void)
{
  Fixture f = pool_fixture ("2");
  PwkIndex child;

  map_at (&f, A, HUGE (2), RW, PRIVATE_HUGE, -1);
  store (&f, f.task, A, 1);
  assert_pool (&f, 2, 1, 1, 0);
  child = fork_of (&f, f.task, "B");
  g_assert_cmpint (store (&f, f.task, A, 2), <=, PWK_ACCESS_MINOR);
  assert_pool (&f, 2, 1, 1, 0);
  g_assert_cmpint (store (&f, f.task, A + HUGE (1), 3), <=, PWK_ACCESS_MINOR);
  assert_pool (&f, 2, 0, 0, 0);
  g_assert_cmpuint (peek (&f, f.task, A), ==, 2);
  g_assert_cmpint (load (&f, child, A), >, PWK_ACCESS_MAJOR);
  fixture_free (&f);
}

/* A hole in a shared object gives whole pages back, and of others zeroes the part. */
static void
test_punch_hole (void)
{
  Fixture f = pool_fixture ("3");

  map_at (&f, A, HUGE (3), RW, SHARED_HUGE, -1);
  for (unsigned i = 0; i < 3; i++)
    store (&f, f.task, A + HUGE (i) + 0x1ff000, 5);
  assert_pool (&f, 3, 0, 0, 0);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, A + HUGE (1) - 0x1000, HUGE (1) + 0x2000, PWK_MADV_REMOVE), ==, 0);
  assert_pool (&f, 3, 1, 0, 0);
  g_assert_cmpuint (peek (&f, f.task, A + HUGE (1) - 0x1000), ==, 0);
  g_assert_cmpuint (peek (&f, f.task, A + HUGE (2) + 0x1ff000), ==, 5);
  fixture_free (&f);
}

/* A page of 1 GiB is one entry of the pud, and comes out of a gibibyte of free memory; freed, it is that again. */
static void
test_gigantic (void)
{
  Fixture f = fixture_new ("4G");
  const PwkHstate *hstate = pwk_hstate (f.machine, PWK_HSTATE_1G);
  PwkEntryRef ref;
  PwkPfn pfn;

  pwk_set_max_huge_pages (f.machine, PWK_HSTATE_1G, 2, PWK_NUMA_NO_NODE);
  g_assert_cmpuint (hstate->free_huge_pages, ==, 2);
  map_at (&f, B, GIB, RW, PRIVATE_HUGE | (uint64_t) PWK_PUD_SHIFT << PWK_MAP_HUGE_SHIFT, -1);
  g_assert_cmpint (store (&f, f.task, B + 0x12345678, 3), ==, PWK_ACCESS_MINOR);
  g_assert_cmpint (load (&f, f.task, B + GIB - 8), ==, PWK_ACCESS_OK);
  g_assert_cmpuint (peek (&f, f.task, B + 0x12345678), ==, 3);
  ref = pwk_entry_lookup (f.machine, pwk_mm (f.machine, pwk_task (f.machine, f.task)->mm)->pgd, B, PWK_LEVEL_PTE);
  g_assert_cmpint (ref.level, ==, PWK_LEVEL_PUD);
  pfn = pwk_pte_pfn (pwk_entry_get (f.machine, ref));
  g_assert_cmpuint (pfn % (GIB >> PWK_PAGE_SHIFT), ==, 0);
  fixture_check (&f);
  g_assert_cmpint (pwk_sys_munmap (f.machine, f.task, B, GIB), ==, 0);
  pwk_set_max_huge_pages (f.machine, PWK_HSTATE_1G, 0, PWK_NUMA_NO_NODE);
  g_assert_cmpuint (hstate->nr_huge_pages, ==, 0);
  g_assert_cmpint (pwk_page_read (f.machine, pfn).type, ==, PWK_PAGE_BUDDY);
  fixture_free (&f);
}

/* Whatever is mapped, touched, forked and given back in whatever order: every state on the way is sound, and in the end the pool is as it was. */
static void
test_random (void)
{
  uint32_t seed = (uint32_t) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
  Fixture f = pool_fixture ("6");
  PwkIndex tasks[4] = { f.task };
  unsigned n_tasks = 1;

  g_test_message ("seed %u", seed);
  set (&f, "vm.nr_overcommit_hugepages", "3");
  for (unsigned step = 0; step < 400; step++)
    {
      PwkIndex task = tasks[g_rand_int_range (rand, 0, (int) n_tasks)];
      PwkVaddr addr = A + HUGE ((uint64_t) g_rand_int_range (rand, 0, 10));
      uint64_t len = HUGE ((uint64_t) g_rand_int_range (rand, 1, 4)), flags = PWK_MAP_FIXED | PWK_MAP_HUGETLB | PWK_MAP_ANONYMOUS;

      switch (g_rand_int_range (rand, 0, 9))
        {
        case 0: case 1:
          flags |= g_rand_boolean (rand) ? PWK_MAP_SHARED : PWK_MAP_PRIVATE;
          flags |= g_rand_int_range (rand, 0, 3) ? 0 : PWK_MAP_NORESERVE;
          finish (&f, pwk_sys_mmap (f.machine, task, addr, len, RW, flags, -1, 0));
          break;
        case 2: case 3: case 4:
          store (&f, task, addr, step);
          break;
        case 5:
          load (&f, task, addr + 0x3000);
          break;
        case 6:
          pwk_sys_munmap (f.machine, task, addr, len);
          break;
        case 7:
          pwk_sys_madvise (f.machine, task, addr, len, g_rand_boolean (rand) ? PWK_MADV_DONTNEED : PWK_MADV_REMOVE);
          break;
        default:
          if (n_tasks < G_N_ELEMENTS (tasks))
            tasks[n_tasks++] = fork_of (&f, task, "child");
          else
            pwk_sys_mremap (f.machine, task, addr, len, HUGE (1), 3, A + HUGE (12 + (uint64_t) g_rand_int_range (rand, 0, 6)));
          break;
        }
      fixture_check (&f);
    }
  for (unsigned i = n_tasks; i-- > 0;)
    pwk_sys_exit (f.machine, tasks[i], 0, true);
  assert_pool (&f, 6, 6, pool (&f)->resv_lost, 0);
  pwk_machine_free (f.machine);
}

/* --- what machine_check finds --- */

static PwkHstate *
pool_edit (Fixture *f)
{
  return &f->machine->st->hstates[PWK_HSTATE_2M];
}

static PwkPfn
mapped_page (Fixture *f)
{
  return pwk_pte_pfn (pwk_entry_get (f->machine, pwk_hugetlb_walk (f->machine, pwk_vma (f->machine, region (f, A)), A)));
}

static void plant_all (Fixture *f)      { pool_edit (f)->nr_huge_pages++; }
static void plant_node (Fixture *f)     { pool_edit (f)->nr_huge_pages_node[0]++; pool_edit (f)->nr_huge_pages++; }
static void plant_list (Fixture *f)     { pool_edit (f)->freelist[0] = pwk_page (f->machine, pool (f)->freelist[0])->lru_next; }
static void plant_foreign (Fixture *f)  { pool_edit (f)->freelist[0] = (uint32_t) mapped_page (f); }
static void plant_resv (Fixture *f)     { pool_edit (f)->resv_huge_pages = 9; }
static void plant_promise (Fixture *f)  { pool_edit (f)->resv_huge_pages--; }
static void plant_surplus (Fixture *f)  { pool_edit (f)->surplus_huge_pages_node[0] = 99; pool_edit (f)->surplus_huge_pages = 99; }
static void plant_refs (Fixture *f)     { pwk_page_edit (f->machine, mapped_page (f))->_refcount++; }
static void plant_mapcount (Fixture *f) { pwk_page_edit (f->machine, mapped_page (f) + 1)->index++; }
static void plant_owner (Fixture *f)    { pwk_page_edit (f->machine, mapped_page (f))->mapping = 0; }
static void plant_usage (Fixture *f)    { pwk_mm_edit (f->machine, pwk_task (f->machine, f->task)->mm)->hugetlb_usage++; }
static void plant_ops (Fixture *f)      { pwk_vma_edit (f->machine, region (f, A))->vm_ops = PWK_VM_OPS_FILE; }

/* A private page that says it is one of the object's. */
static void
plant_cache (Fixture *f)
{
  PwkPage *page = pwk_page_edit (f->machine, mapped_page (f));

  page->mapping = pwk_file (f->machine, pwk_vma (f->machine, region (f, B))->vm_file)->inode << 2 | PWK_MAPPING_INODE;
  page->index = 512;
  page->_refcount++;
}

static void
plant_exclusive (Fixture *f)
{
  fork_of (f, f->task, "child");
  pwk_page_edit (f->machine, mapped_page (f))->pg_flags |= PWK_PG_ANON_EXCLUSIVE;
}

static void plant_small (Fixture *f) { pwk_page_edit (f->machine, mapped_page (f))->type = PWK_PAGE_KERNEL; }

static const struct { const char *name; void (*plant) (Fixture *f); const char *says; } faults[] = {
  { "small", plant_small, "*of a hugetlb region maps no huge page*" },
  { "all", plant_all, "*all, free and surplus are*" },
  { "node", plant_node, "*node 0 counts 7 huge pages*" },
  { "list", plant_list, "*are on its list*" },
  { "foreign", plant_foreign, "*list of free huge pages, and is none*" },
  { "resv", plant_resv, "*9 are promised, 4 are free*" },
  { "promise", plant_promise, "*regions and objects have 2*" },
  { "surplus", plant_surplus, "*more surplus huge pages than huge pages*" },
  { "refs", plant_refs, "*2 references, 1 entries*" },
  { "mapcount", plant_mapcount, "*its mapping count is 2*" },
  { "owner", plant_owner, "*is nobody's*" },
  { "usage", plant_usage, "*hugetlb_usage is*" },
  { "ops", plant_ops, "*has operations*" },
  { "cache", plant_cache, "*its object does not have it*" },
  { "exclusive", plant_exclusive, "*exclusive, mapped by 2*" },
};

static void
test_fault (gconstpointer data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  g_autoptr(GString) why = g_string_new (NULL);
  Fixture f = pool_fixture ("6");

  map_at (&f, A, HUGE (2), RW, PRIVATE_HUGE, -1);
  map_at (&f, B, HUGE (2), RW, SHARED_HUGE, -1);
  store (&f, f.task, A, 1);
  store (&f, f.task, B, 1);
  fixture_check (&f);
  faults[i].plant (&f);
  g_assert_false (pwk_machine_check (f.machine, why));
  if (!g_pattern_match_simple (faults[i].says, why->str))
    g_error ("%s", why->str);
  pwk_machine_free (f.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hugetlb/contents", test_contents);
  g_test_add_func ("/hugetlb/promises", test_promises);
  g_test_add_func ("/hugetlb/lost-promise", test_lost_promise);
  g_test_add_func ("/hugetlb/kept-by-child", test_kept_by_child);
  g_test_add_func ("/hugetlb/copy-of-owner", test_copy_of_owner);
  g_test_add_func ("/hugetlb/punch-hole", test_punch_hole);
  g_test_add_func ("/hugetlb/gigantic", test_gigantic);
  g_test_add_func ("/hugetlb/random", test_random);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/hugetlb/check/", faults[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
