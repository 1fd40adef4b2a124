/* test-check.c - every rule about address spaces, user pages, policies, page tables and TLBs finds the fault that it is there for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "pages.h"

#include <string.h>

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb-private.h"
#include "engine/phys/contents.h"
#include "engine/phys/mempolicy.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page-state.h"
#include "engine/phys/section.h"
#include "engine/virt/anon-vma.h"
#include "engine/virt/files.h"
#include "engine/virt/inode.h"
#include "engine/virt/page-cache.h"
#include "engine/virt/shared-policy.h"
#include "engine/virt/vma.h"

/* What process A has: anonymous pages at two places, a page of a file, shared memory, a huge page. */
#define ANON  0x10000000ull
#define OTHER 0x20000000ull
#define FILE_ 0x30000000ull
#define SHM   0x40000000ull
#define HUGE  0x50000000ull

static PwkIndex mm_of (const Fixture *f) { return pwk_task (f->machine, f->task)->mm; }
static PwkMm *mm (Fixture *f) { return pwk_mm_edit (f->machine, mm_of (f)); }
static PwkIndex region (const Fixture *f, PwkVaddr addr) { return pwk_find_vma (f->machine, mm_of (f), addr); }
static PwkVma *vma (Fixture *f, PwkVaddr addr) { return pwk_vma_edit (f->machine, region (f, addr)); }
static PwkIndex root (const Fixture *f) { return pwk_mm (f->machine, mm_of (f))->mm_rb; }

static PwkEntryRef
entry (const Fixture *f, PwkVaddr addr)
{
  return pwk_entry_lookup (f->machine, pwk_mm (f->machine, mm_of (f))->pgd, addr, PWK_LEVEL_PTE);
}

static PwkPte read_entry (const Fixture *f, PwkVaddr addr) { return pwk_entry_get (f->machine, entry (f, addr)); }
static PwkPfn frame (const Fixture *f, PwkVaddr addr) { return pwk_pte_pfn (read_entry (f, addr)); }
static PwkPage *page (Fixture *f, PwkVaddr addr) { return pwk_page_edit (f->machine, frame (f, addr)); }
static void write_entry (Fixture *f, PwkVaddr addr, PwkPte pte) { pwk_entry_set (f->machine, entry (f, addr), pte, addr); }

static PwkInode *
inode (Fixture *f, PwkVaddr addr)
{
  return pwk_inode_edit (f->machine, pwk_file (f->machine, pwk_vma (f->machine, region (f, addr))->vm_file)->inode);
}

/* The node of the tree that has no children and is not the root. */
static PwkVma *
leaf (Fixture *f)
{
  PwkIndex at = root (f);

  while (pwk_vma (f->machine, at)->rb_left || pwk_vma (f->machine, at)->rb_right)
    at = pwk_vma (f->machine, at)->rb_left ? pwk_vma (f->machine, at)->rb_left : pwk_vma (f->machine, at)->rb_right;
  return pwk_vma_edit (f->machine, at);
}

static PwkIndex
last_region (const Fixture *f)
{
  PwkIndex at = pwk_mm (f->machine, mm_of (f))->mmap;

  while (pwk_vma (f->machine, at)->vm_next)
    at = pwk_vma (f->machine, at)->vm_next;
  return at;
}

/* --- regions --- */

static void hangs_wrongly (Fixture *f) { leaf (f)->rb_parent = 0; }
static void red_root (Fixture *f) { pwk_vma_edit (f->machine, root (f))->rb_red = true; }
static void wrong_colour (Fixture *f) { leaf (f)->rb_red = !leaf (f)->rb_red; }
static void wrong_hole (Fixture *f) { leaf (f)->rb_subtree_gap += PWK_PAGE_SIZE; }
static void left_out (Fixture *f) { pwk_vma_edit (f->machine, vma (f, OTHER)->vm_prev)->vm_next = vma (f, OTHER)->vm_next; }
static void before_the_first (Fixture *f) { pwk_vma_edit (f->machine, mm (f)->mmap)->vm_prev = region (f, OTHER); }
static void not_in_the_tree (Fixture *f) { pwk_vma_edit (f->machine, last_region (f))->vm_next = pwk_pool_alloc (f->machine, PWK_POOL_VMA); }
static void broken_list (Fixture *f) { vma (f, OTHER)->vm_prev = 0; }
static void unaligned (Fixture *f) { vma (f, OTHER)->vm_end++; }
static void overlapping (Fixture *f) { vma (f, OTHER)->vm_end = vma (f, FILE_)->vm_start + PWK_PAGE_SIZE; }

static void
red_below_red (Fixture *f)
{
  PwkVma *v = leaf (f);

  v->rb_red = true;
  pwk_vma_edit (f->machine, v->rb_parent)->rb_red = true;
}

static void link_to_another (Fixture *f) { pwk_avc_edit (f->machine, vma (f, ANON)->anon_vma_chain)->vma = region (f, OTHER); }
static void unknown_link (Fixture *f) { pwk_anon_vma_edit (f->machine, vma (f, ANON)->anon_vma)->avc_first = 0; }
static void no_own_link (Fixture *f) { vma (f, ANON)->anon_vma = vma (f, OTHER)->anon_vma; }

/* --- counts --- */

static void map_count (Fixture *f) { mm (f)->map_count++; }
static void data_vm (Fixture *f) { mm (f)->data_vm++; }
static void locked_vm (Fixture *f) { vma (f, ANON)->vm_flags |= PWK_VM_LOCKED; }
static void rss (Fixture *f) { mm (f)->rss_stat[PWK_MM_ANONPAGES]++; }
static void mm_users (Fixture *f) { mm (f)->mm_users++; }
static void committed (Fixture *f) { f->machine->st->vm_committed_as++; }
static void dead_with_memory (Fixture *f) { pwk_task_edit (f->machine, f->task)->status = PWK_TASK_DEAD; }
static void file_references (Fixture *f) { pwk_file_edit (f->machine, vma (f, FILE_)->vm_file)->refcount = 0; }

/* --- pages --- */

static void no_user_page (Fixture *f) { page (f, ANON)->type = PWK_PAGE_KERNEL; }
static void mapcount (Fixture *f) { page (f, ANON)->_mapcount++; }
static void references (Fixture *f) { page (f, ANON)->_refcount++; }
static void no_anon_vma (Fixture *f) { page (f, ANON)->mapping = 0; }
static void wrong_index (Fixture *f) { page (f, FILE_)->index++; }
static void large_mapcount (Fixture *f) { pwk_page_edit (f->machine, frame (f, HUGE) + 1)->index++; }
static void large_references (Fixture *f) { page (f, HUGE)->_refcount++; }
static void large_mapped (Fixture *f) { pwk_page_edit (f->machine, frame (f, HUGE) + 1)->private_++; }
static void nrpages (Fixture *f) { inode (f, FILE_)->nrpages++; }
static void last_mapping (Fixture *f) { inode (f, FILE_)->i_mmap_last = 0; }
static void broken_mappings (Fixture *f) { vma (f, FILE_)->i_mmap_prev = region (f, ANON); }

static void index_count (Fixture *f) { ((PwkXnode *) pwk_pool_edit (f->machine, PWK_POOL_XNODE, inode (f, FILE_)->i_pages))->count++; }

static void
exclusive (Fixture *f)
{
  fork_of (f, f->task, "B");
  pwk_page_set_flags (f->machine, frame (f, ANON), PWK_PG_ANON_EXCLUSIVE, 0);
}

/* One that says that an entry maps it, which is nobody's. */
static void
mapped_by_nobody (Fixture *f)
{
  PwkPage *made = pwk_page_edit (f->machine, pwk_alloc_pages (f->machine, PWK_GFP_HIGHUSER_MOVABLE, 0, PWK_NUMA_NO_NODE, -1));

  made->type = PWK_PAGE_ANON;
  made->_mapcount = 1;
  made->mapping = page (f, ANON)->mapping;
}

static void count (Fixture *f, PwkNodeStat item) { pwk_node_edit (f->machine, 0)->vm_stat[item]++; }
static void nr_anon_mapped (Fixture *f) { count (f, PWK_NR_ANON_MAPPED); }
static void nr_file_mapped (Fixture *f) { count (f, PWK_NR_FILE_MAPPED); }
static void nr_file_pages (Fixture *f) { count (f, PWK_NR_FILE_PAGES); }
static void nr_shmem (Fixture *f) { count (f, PWK_NR_SHMEM); }
static void nr_file_dirty (Fixture *f) { count (f, PWK_NR_FILE_DIRTY); }
static void nr_anon_thps (Fixture *f) { count (f, PWK_NR_ANON_THPS); }

/* --- policies: the task has one, and so have the anonymous region and the shared memory --- */

static void
make_policies (Fixture *f)
{
  const uint64_t nodes = 1;
  const PwkUserWords mask = { &nodes, 1, false };

  g_assert_cmpint (pwk_sys_set_mempolicy (f->machine, f->task, PWK_MPOL_BIND, mask, 64), ==, 0);
  g_assert_cmpint (pwk_sys_mbind (f->machine, f->task, ANON, 0x3000, PWK_MPOL_BIND, mask, 64, 0), ==, 0);
  g_assert_cmpint (pwk_sys_mbind (f->machine, f->task, SHM, 0x2000, PWK_MPOL_BIND, mask, 64, 0), ==, 0);
  fixture_check (f);
}

static PwkMempolicy *
policy (Fixture *f)
{
  make_policies (f);
  return pwk_mempolicy_edit (f->machine, vma (f, ANON)->vm_policy);
}

static void policy_mode (Fixture *f) { policy (f)->mode = PWK_MPOL_DEFAULT; }
static void policy_nodes (Fixture *f) { policy (f)->nodes = 0x8000; }
static void policy_home (Fixture *f) { policy (f)->home_node = 9; }
static void policy_shared (Fixture *f) { make_policies (f); vma (f, ANON)->vm_policy = pwk_task (f->machine, f->task)->mempolicy; }
static void policy_tasks (Fixture *f) { make_policies (f); f->machine->st->n_task_policies++; }
static void policy_of_nobody (Fixture *f) { make_policies (f); pwk_pool_alloc (f->machine, PWK_POOL_MEMPOLICY); }

static void
policy_range (Fixture *f)
{
  PwkSpNode *node;

  make_policies (f);
  node = pwk_sp_node_edit (f->machine, inode (f, SHM)->shared_policy);
  node->end = node->start;
}

/* --- tables --- */

static void names_no_frame (Fixture *f) { write_entry (f, ANON, pwk_pte_advance_pfn (read_entry (f, ANON), (unsigned) f->machine->st->max_pfn)); }
static void maps_free (Fixture *f) { page (f, ANON)->type = PWK_PAGE_BUDDY; }
static void no_table (Fixture *f) { pwk_page_edit (f->machine, entry (f, ANON).table)->type = PWK_PAGE_KERNEL; }
static void no_deposit (Fixture *f) { pwk_page_edit (f->machine, entry (f, HUGE).table)->mapping = 0; }
static void pgtables_bytes (Fixture *f) { mm (f)->pgtables_bytes += PWK_PAGE_SIZE; }
static void kernel_half (Fixture *f) { pwk_frame_edit (f->machine, pwk_mm (f->machine, mm_of (f))->pgd)[300 * 8 + 1] ^= 0x10; }

/* A frame that was never written to: it has no entries. */
static void
empty_table (Fixture *f)
{
  PwkEntryRef ref = pwk_entry_lookup (f->machine, pwk_mm (f->machine, mm_of (f))->pgd, ANON, PWK_LEVEL_PMD);
  PwkPte names = pwk_entry_get (f->machine, ref);
  PwkPfn empty = pwk_alloc_pages (f->machine, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1);

  pwk_entry_set (f->machine, ref, pwk_pte_advance_pfn (names, (unsigned) (empty - pwk_pte_pfn (names))), ANON);
}

static void on_its_way (Fixture *f) { write_entry (f, ANON, pwk_mk_migration (frame (f, ANON), (PwkPte) { 0 }, false)); }

/* --- TLBs: what the tables say changes, and no TLB is told; or the TLB's own words do --- */

static void unmapped_unseen (Fixture *f) { write_entry (f, ANON, (PwkPte) { 0 }); }
static void moved_unseen (Fixture *f) { write_entry (f, ANON, read_entry (f, OTHER)); }
static void protected_unseen (Fixture *f) { write_entry (f, ANON, pwk_pte_wrprotect (read_entry (f, ANON))); }

static PwkTlbCpu *
tlb_cpu (Fixture *f)
{
  store (f, f->task, ANON, 1);    /* it runs, and has entries */
  return pwk_tlb_cpu (f->machine, f->machine->st->cur_cpu);
}

/* The first key of a structure that has any. */
static uint64_t *
first_key (PwkTlbCpu *block, PwkTlb *tlb)
{
  uint64_t *keys = pwk_tlb_array_edit (block, tlb->keys);

  g_assert_cmpuint (tlb->n_valid, >, 0);
  for (uint32_t i = 0; i < tlb->n_sets * tlb->n_ways; i++)
    if (keys[i])
      return &keys[i];
  g_assert_not_reached ();
}

static void tlb_count (Fixture *f) { tlb_cpu (f)->tlb[PWK_TLB_L1D].n_valid++; }
static void tlb_set (Fixture *f) { PwkTlbCpu *block = tlb_cpu (f); *first_key (block, &block->tlb[PWK_TLB_L1D]) += 1u << PWK_KEY_NUMBER_SHIFT; }
static void pwc_table (Fixture *f) { PwkTlbCpu *block = tlb_cpu (f); *first_key (block, &block->pwc[0]) += 1u << PWK_KEY_NUMBER_SHIFT; }

static void
tlb_owner (Fixture *f)
{
  PwkTlbCpu *block = tlb_cpu (f);

  for (unsigned i = 0; i < PWK_NR_DYN_ASIDS; i++)
    block->asid[i].mm = 0;
}

static const struct { const char *name; void (*plant) (Fixture *f); const char *says; } faults[] = {
  { "region/parent", hangs_wrongly, "hangs wrongly in the tree" }, { "region/red-root", red_root, "the root is red" },
  { "region/red-below-red", red_below_red, "and its parent are both red" }, { "region/colour", wrong_colour, "black heights are" },
  { "region/hole", wrong_hole, "says its largest hole is" }, { "region/left-out", left_out, "where the tree has" },
  { "region/first", before_the_first, "something lies before the first vma" }, { "region/list-only", not_in_the_tree, "is in the list and not in the tree" },
  { "region/list", broken_list, "the list is broken behind vma" }, { "region/range", unaligned, "has the range" },
  { "region/overlap", overlapping, "overlap" }, { "region/link", link_to_another, "leads to vma" },
  { "region/unknown-link", unknown_link, "does not know link" }, { "region/own-link", no_own_link, "no link leads to its anon_vma" },
  { "count/map_count", map_count, "map_count says" }, { "count/data", data_vm, "total, data, exec, stack say" },
  { "count/locked", locked_vm, "locked_vm says 0, locked are 3" }, { "count/rss", rss, "rss_stat[1] says" },
  { "count/users", mm_users, "mm_users says 2, tasks are 1" }, { "count/committed", committed, "vm_committed_as says" },
  { "count/dead", dead_with_memory, "has exited and kept mm" }, { "count/file", file_references, "0 references, 1 regions" },
  { "page/type", no_user_page, "which is no user page" }, { "page/mapcount", mapcount, "_mapcount says 2, entries are 1" },
  { "page/references", references, "2 references, 1 entries map it" }, { "page/anon", no_anon_vma, "anonymous, without an anon_vma" },
  { "page/exclusive", exclusive, "exclusive, mapped by 2 entries" }, { "page/cache", wrong_index, "not in its file's cache at index" },
  { "page/index", wrong_index, "says it is another" }, { "page/nobody", mapped_by_nobody, "the pages know of" },
  { "page/large-mapcount", large_mapcount, "_large_mapcount is 2, it has 1 huge and 0 small mappings" },
  { "page/large-references", large_references, "2 references, 1 mappings" }, { "page/large-mapped", large_mapped, "_nr_pages_mapped is 1, 0 pages are" },
  { "stat/anon-mapped", nr_anon_mapped, "NR_ANON_MAPPED is" }, { "stat/file-mapped", nr_file_mapped, "NR_FILE_MAPPED is" },
  { "stat/file-pages", nr_file_pages, "NR_FILE_PAGES is" }, { "stat/shmem", nr_shmem, "NR_SHMEM is" },
  { "stat/dirty", nr_file_dirty, "NR_FILE_DIRTY is" }, { "stat/thps", nr_anon_thps, "NR_ANON_THPS is" },
  { "inode/nrpages", nrpages, "nrpages is" }, { "inode/index", index_count, "a node of its index counts" }, { "inode/last", last_mapping, "ends with another vma than it says" },
  { "inode/mappings", broken_mappings, "its list of mappings is broken at vma" },
  { "policy/mode", policy_mode, "has the mode 0" }, { "policy/nodes", policy_nodes, "has the nodes 0x8000" },
  { "policy/home", policy_home, "has the home node 9" }, { "policy/shared", policy_shared, "is somebody else's, too" },
  { "policy/tasks", policy_tasks, "n_task_policies is 2, 1 tasks have one" }, { "policy/nobody", policy_of_nobody, "policies are in use" },
  { "policy/range", policy_range, "its policy for pages 0 to 0 is out of place" },
  { "table/frame", names_no_frame, "which this machine has not" }, { "table/owner", maps_free, "which nobody owns" },
  { "table/type", no_table, "is no page table" }, { "table/empty", empty_table, "is used as a table and is none" },
  { "table/moving", on_its_way, "is still being moved" },
  { "table/deposit", no_deposit, "1 huge mappings, and 0 tables for their split" }, { "table/bytes", pgtables_bytes, "pgtables_bytes is" },
  { "table/kernel", kernel_half, "of its pgd is not the kernel's" },
  { "tlb/unmapped", unmapped_unseen, "which the tables do not map so" }, { "tlb/moved", moved_unseen, "the tables say" },
  { "tlb/protected", protected_unseen, "allows more of" }, { "tlb/count", tlb_count, "entries and counts" }, { "tlb/set", tlb_set, " in set " },
  { "tlb/owner", tlb_owner, "which is nobody's" }, { "tlb/walk-cache", pwc_table, "knows a table of" },
};

/* A sound machine, one fault, and the line that must be said of it. */
static void
test_fault (gconstpointer data)
{
  unsigned i = GPOINTER_TO_UINT (data);
  g_autoptr(GString) why = g_string_new (NULL);
  Fixture f = fixture_new ("128M");
  int64_t fd = open_file (&f, "/f", 0x4000, 0x4000);

  map_at (&f, ANON, 0x3000, RW, PRIVATE, -1);
  map_at (&f, OTHER, 0x1000, RW, PRIVATE, -1);
  map_at (&f, FILE_, 0x4000, RW, PWK_MAP_SHARED, fd);
  map_at (&f, SHM, 0x2000, RW, SHARED, -1);
  map_at (&f, HUGE, PWK_PMD_SIZE, RW, PRIVATE, -1);
  g_assert_cmpint (pwk_sys_madvise (f.machine, f.task, HUGE, PWK_PMD_SIZE, PWK_MADV_HUGEPAGE), ==, 0);
  for (PwkVaddr at = ANON; at <= HUGE; at += OTHER - ANON)
    store (&f, f.task, at, 1);
  fixture_check (&f);
  faults[i].plant (&f);
  g_assert_false (pwk_machine_check (f.machine, why));
  if (!strstr (why->str, faults[i].says))
    g_error ("expected “%s” in:\n%s", faults[i].says, why->str);
  pwk_machine_free (f.machine);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autofree char *path = g_strconcat ("/virt/check/", faults[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fault);
    }
  return g_test_run ();
}
