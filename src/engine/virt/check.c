/* check.c - the invariants of address spaces
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is looked at, in this order, each only if what came before it is sound:
 *
 *      regions     list and tree hold the same, in order, apart; colours and holes of the tree; chains to anon_vmas
 *      counts      map_count, total_vm and its shares, locked_vm, rss by kind: found again from regions and tables
 *      pages       each mapped page's counts are the number of entries that name it (and check-pages.c)
 *      shared      mm_users, references to files, vm_committed_as
 *
 * Checking may use the heap: it is no operation of the machine. It changes nothing, and says at
 * most 20 things. */
#include "engine/virt/check.h"

#include <inttypes.h>

#include "engine/core/check.h"
#include "engine/paging/page-table.h"
#include "engine/virt/files.h"
#include "engine/virt/hugetlb.h"
#include "engine/virt/process-private.h"
#include "engine/virt/rmap.h"
#include "engine/virt/rss.h"

/* One check. Tables count by key + 1, since GHashTable takes 0 for nothing. */
typedef struct
{
  const PwkMachine *machine;
  PwkViolations     found;
  GHashTable       *seen;           /* address spaces done, by index */
  GHashTable       *small, *huge;   /* pfn → entries that map it */
  GHashTable       *files;          /* PwkFile → regions */
  int64_t           accounted;      /* pages */
} Check;

/* One more of that key. A table of how often each key came. */
static void
count (GHashTable *table, uint64_t key)
{
  gpointer k = GSIZE_TO_POINTER (key + 1);

  g_hash_table_insert (table, k, GSIZE_TO_POINTER (GPOINTER_TO_SIZE (g_hash_table_lookup (table, k)) + 1));
}

/* --- list and tree --- */

/* The black height of a subtree; -1 after a violation. *@at walks the list along, so that list and
 * tree are compared in one walk. The largest hole of each node is computed from the list, not taken
 * from its children's word alone. */
static int
check_subtree (Check *check, PwkIndex mm, PwkIndex vma, PwkIndex parent, PwkIndex *at)
{
  const PwkMachine *machine = check->machine;
  const PwkVma *v = pwk_vma (machine, vma);
  uint64_t gap = 0;
  int left, right;

  if (!vma)
    return 1;
  if (v->rb_parent != parent || v->vm_mm != mm)
    {
      pwk_violation (&check->found, "mm %u: vma %u hangs wrongly in the tree", mm, vma);
      return -1;
    }
  if (v->rb_red && parent && pwk_vma (machine, parent)->rb_red)
    pwk_violation (&check->found, "mm %u: vma %u and its parent are both red", mm, vma);
  left = check_subtree (check, mm, v->rb_left, vma, at);
  if (*at != vma)
    {
      pwk_violation (&check->found, "mm %u: the list has vma %u where the tree has %u", mm, *at, vma);
      return -1;
    }
  *at = v->vm_next;
  right = check_subtree (check, mm, v->rb_right, vma, at);
  if (left < 0 || right < 0)
    return -1;
  if (left != right)
    pwk_violation (&check->found, "mm %u: below vma %u black heights are %d and %d", mm, vma, left, right);
  gap = pwk_vma_gap_before (machine, vma);
  if (v->rb_left)
    gap = MAX (gap, pwk_vma (machine, v->rb_left)->rb_subtree_gap);
  if (v->rb_right)
    gap = MAX (gap, pwk_vma (machine, v->rb_right)->rb_subtree_gap);
  if (gap != v->rb_subtree_gap)
    pwk_violation (&check->found, "mm %u: vma %u says its largest hole is %" PRIu64 ", it is %" PRIu64, mm, vma, v->rb_subtree_gap, gap);
  return left + !v->rb_red;
}

/* --- anon_vmas --- */

/* Each link of the region's chain is on its anon_vma's list, and one of them leads to the region's
 * own. */
static void
check_chain (Check *check, PwkIndex vma)
{
  const PwkMachine *machine = check->machine;
  const PwkVma *v = pwk_vma (machine, vma);
  bool own = v->anon_vma == 0;

  for (PwkIndex avc = v->anon_vma_chain; avc; avc = pwk_avc (machine, avc)->same_vma_next)
    {
      const PwkAvc *a = pwk_avc (machine, avc);
      PwkIndex link = pwk_anon_vma (machine, a->anon_vma)->avc_first;

      if (a->vma != vma)
        pwk_violation (&check->found, "vma %u: link %u leads to vma %u", vma, avc, a->vma);
      while (link && link != avc)
        link = pwk_avc (machine, link)->same_anon_next;
      if (!link)
        pwk_violation (&check->found, "vma %u: anon_vma %u does not know link %u", vma, a->anon_vma, avc);
      own |= a->anon_vma == v->anon_vma;
    }
  if (!own)
    pwk_violation (&check->found, "vma %u: no link leads to its anon_vma %u", vma, v->anon_vma);
}

/* --- pages --- */

/* One address space being walked: which region it is at, and what was counted. */
typedef struct { Check *check; PwkIndex mm, vma; int64_t rss[PWK_NR_MM_COUNTERS]; } Walk;

/* An entry that is not none: counted in rss by what its page is, and for its page. At a place of
 * rest no page is on its way (PWK_SWP_MIGRATION). */
static void
count_entry (Walk *walk, PwkPte pte, PwkVaddr addr, bool huge)
{
  const PwkMachine *machine = walk->check->machine;
  PwkPfn pfn = pwk_pte_pfn (pte);
  const PwkPage *page;

  if (!pwk_pte_present (pte))
    {
      if (pwk_swp_type (pte) == PWK_SWP_SLOT)
        walk->rss[PWK_MM_SWAPENTS]++;
      else if (pwk_swp_type (pte) == PWK_SWP_MIGRATION)
        pwk_violation (&walk->check->found, "mm %u: the page of %" PRIx64 " is still being moved", walk->mm, addr);
      return;
    }
  if (!pwk_pte_normal (machine, pte) || (pwk_vma (machine, walk->vma)->vm_flags & PWK_VM_PFNMAP))
    return;
  page = pwk_page (machine, pfn);
  if (page->type != PWK_PAGE_ANON && page->type != PWK_PAGE_FILE && page->type != PWK_PAGE_SHMEM)
    {
      pwk_violation (&walk->check->found, "mm %u: %" PRIx64 " maps frame %" PRIu64 ", which is no user page (type %u)", walk->mm, addr, pfn,
                     page->type);
      return;
    }
  walk->rss[pwk_mm_counter (page)] += huge ? 1 << PWK_HPAGE_ORDER : 1;
  count (huge ? walk->check->huge : walk->check->small, pfn);
}

/* All entries of the region below @table, whose entries are of @level and which translates from
 * @base on. */
static void
walk_table (Walk *walk, PwkPfn table, PwkLevel level, PwkVaddr base, PwkVaddr start, PwkVaddr end)
{
  const PwkMachine *machine = walk->check->machine;
  const void *entries = pwk_table_entries (machine, table);
  uint64_t size = pwk_level_size (machine->format, level);
  unsigned first = start > base ? (unsigned) ((start - base) / size) : 0;

  if (!entries)
    {
      pwk_violation (&walk->check->found, "mm %u: frame %" PRIu64 " is used as a table and is none", walk->mm, table);
      return;
    }
  for (unsigned i = first; i < pwk_level_entries (machine->format, level) && base + i * size < end; i++)
    {
      PwkVaddr at = base + i * size;
      PwkPte entry = pwk_table_entry (machine, entries, i, level);

      if (pwk_pte_none (entry))
        continue;
      if (level == PWK_LEVEL_PTE)
        count_entry (walk, entry, at, false);
      else if (level == PWK_LEVEL_PMD && (pwk_pmd_leaf (entry) || !pwk_pte_present (entry)))
        count_entry (walk, entry, at, true);
      else
        walk_table (walk, pwk_pte_pfn (entry), level - 1, at, start, end);
    }
}

/* rss of an address space. Regions of huge pages of a pool are check-hugetlb.c's. */
static void
check_pages (Check *check, PwkIndex mm)
{
  const PwkMachine *machine = check->machine;
  const PwkMm *m = pwk_mm (machine, mm);
  Walk walk = { .check = check, .mm = mm };

  /* set_pte () went past the kernel: what it counts need not agree with the tables any more */
  if (machine->st->lab_flags & PWK_LAB_PTE_EDITED)
    return;
  for (PwkIndex vma = m->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    {
      if (pwk_is_vm_hugetlb (pwk_vma (machine, vma)))   /* pwk_hugetlb_check () */
        continue;
      walk.vma = vma;
      walk_table (&walk, m->pgd, pwk_top_level (machine), 0, pwk_vma (machine, vma)->vm_start, pwk_vma (machine, vma)->vm_end);
    }
  for (unsigned i = 0; i < PWK_NR_MM_COUNTERS; i++)
    if (walk.rss[i] != m->rss_stat[i])
      pwk_violation (&check->found, "mm %u: rss_stat[%u] says %" PRId64 ", the tables %" PRId64, mm, i, m->rss_stat[i], walk.rss[i]);
}

/* How often a key was counted. */
static uint32_t
counted (GHashTable *table, PwkPfn pfn)
{
  return (uint32_t) GPOINTER_TO_SIZE (g_hash_table_lookup (table, GSIZE_TO_POINTER (pfn + 1)));
}

/* _mapcount of small pages and of parts of large ones, _entire_mapcount of large ones. A page that
 * counts entries which nobody has shows in check-pages.c, by the sum of all. */
static void
check_mapcounts (Check *check)
{
  const PwkMachine *machine = check->machine;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, check->small);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PwkPfn pfn = GPOINTER_TO_SIZE (key) - 1;

      if ((uint32_t) pwk_page (machine, pfn)->_mapcount != counted (check->small, pfn))
        pwk_violation (&check->found, "frame %" PRIu64 ": _mapcount says %d, entries are %u", pfn, pwk_page (machine, pfn)->_mapcount,
                       counted (check->small, pfn));
    }
  g_hash_table_iter_init (&iter, check->huge);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PwkPfn pfn = GPOINTER_TO_SIZE (key) - 1;

      if (pwk_folio_entire_mapcount (machine, pfn) != counted (check->huge, pfn))
        pwk_violation (&check->found, "frame %" PRIu64 ": _entire_mapcount says %u, entries are %u", pfn, pwk_folio_entire_mapcount (machine, pfn),
                       counted (check->huge, pfn));
    }
}

/* --- an address space, all of them --- */

/* What can be said of a region alone, and of it and the next. Operations and file go together: with
 * one and without the other faults would ask the wrong handler. */
static void
check_region (Check *check, PwkIndex mm, PwkIndex vma)
{
  const PwkMachine *machine = check->machine;
  const PwkVma *v = pwk_vma (machine, vma);

  if (v->vm_start >= v->vm_end || ((v->vm_start | v->vm_end) & ~PWK_PAGE_MASK) || v->vm_end > pwk_mm (machine, mm)->task_size)
    pwk_violation (&check->found, "mm %u: vma %u has the range %" PRIx64 "-%" PRIx64, mm, vma, v->vm_start, v->vm_end);
  if (v->vm_next && pwk_vma (machine, v->vm_next)->vm_start < v->vm_end)
    pwk_violation (&check->found, "mm %u: vmas %u and %u overlap", mm, vma, v->vm_next);
  if (v->vm_next && pwk_vma (machine, v->vm_next)->vm_prev != vma)
    pwk_violation (&check->found, "mm %u: the list is broken behind vma %u", mm, vma);
  if ((v->vm_ops == PWK_VM_OPS_FILE || v->vm_ops == PWK_VM_OPS_SHMEM || v->vm_ops == PWK_VM_OPS_HUGETLB) != (v->vm_file != 0)
      || (v->vm_ops == PWK_VM_OPS_HUGETLB) != pwk_is_vm_hugetlb (v))
    pwk_violation (&check->found, "mm %u: vma %u has operations %u and file %u", mm, vma, v->vm_ops, v->vm_file);
  if (v->vm_file)
    count (check->files, v->vm_file);
  if (v->vm_flags & PWK_VM_ACCOUNT)
    check->accounted += (int64_t) pwk_vma_pages (v);
  check_chain (check, vma);
}

/* Numbers of an address space, from its regions. locked_vm may be too high, never too low:
 * MREMAP_DONTUNMAP. */
static void
check_counters (Check *check, PwkIndex mm)
{
  const PwkMachine *machine = check->machine;
  const PwkMm *m = pwk_mm (machine, mm);
  uint64_t total = 0, locked = 0, data = 0, exec = 0, stack = 0;
  uint32_t regions = 0;

  for (PwkIndex vma = m->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    {
      const PwkVma *v = pwk_vma (machine, vma);
      uint64_t pages = pwk_vma_pages (v);

      regions++;
      total += pages;
      if (v->vm_flags & PWK_VM_LOCKED)
        locked += pages;
      if (pwk_is_exec_mapping (v->vm_flags))
        exec += pages;
      else if (pwk_is_stack_mapping (v->vm_flags))
        stack += pages;
      else if (pwk_is_data_mapping (v->vm_flags))
        data += pages;
    }
  if (regions != m->map_count)
    pwk_violation (&check->found, "mm %u: map_count says %u, regions are %u", mm, m->map_count, regions);
  if (total != m->total_vm || data != m->data_vm || exec != m->exec_vm || stack != m->stack_vm)
    pwk_violation (&check->found, "mm %u: total, data, exec, stack say %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 ", are %" PRIu64 " %" PRIu64 " %"
                   PRIu64 " %" PRIu64, mm, m->total_vm, m->data_vm, m->exec_vm, m->stack_vm, total, data, exec, stack);
  /* MREMAP_DONTUNMAP counts locked memory twice, as the kernel does */
  if (m->locked_vm < locked)
    pwk_violation (&check->found, "mm %u: locked_vm says %" PRIu64 ", locked are %" PRIu64, mm, m->locked_vm, locked);
}

/* An address space, without its pages. The list begins with the region that no other precedes, and
 * the tree's walk has to use all of it up. */
static void
check_mm (Check *check, PwkIndex mm)
{
  const PwkMachine *machine = check->machine;
  PwkIndex at = pwk_mm (machine, mm)->mmap;

  if (at && pwk_vma (machine, at)->vm_prev)
    pwk_violation (&check->found, "mm %u: something lies before the first vma", mm);
  if (check_subtree (check, mm, pwk_mm (machine, mm)->mm_rb, 0, &at) < 0)
    return;
  if (at)
    pwk_violation (&check->found, "mm %u: vma %u is in the list and not in the tree", mm, at);
  if (pwk_mm (machine, mm)->mm_rb && pwk_vma (machine, pwk_mm (machine, mm)->mm_rb)->rb_red)
    pwk_violation (&check->found, "mm %u: the root is red", mm);
  for (PwkIndex vma = pwk_mm (machine, mm)->mmap; vma; vma = pwk_vma (machine, vma)->vm_next)
    check_region (check, mm, vma);
  /* while fork copies, the child's counters are the parent's and its regions not all there */
  if (machine->st->op.kind == PWK_OP_FORK && pwk_task (machine, (PwkIndex) machine->st->op.a)->mm == mm)
    return;
  check_counters (check, mm);
}

/* All tasks that have one; each address space once, however many share it. */
static void
check_tasks (Check *check)
{
  const PwkMachine *machine = check->machine;

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    {
      const PwkTask *t = pwk_task (machine, task);

      if (!t->mm)
        continue;
      if (!pwk_task_lives (t))
        pwk_violation (&check->found, "task %u has exited and kept mm %u", task, t->mm);
      count (check->seen, t->mm);
      if (counted (check->seen, t->mm) > 1)
        continue;
      check_mm (check, t->mm);
      if (check->found.n == 0)
        check_pages (check, t->mm);
    }
}

/* What several address spaces have together. */
static void
check_shared (Check *check)
{
  const PwkMachine *machine = check->machine;
  GHashTableIter iter;
  gpointer key;
  int64_t shmem = 0;

  g_hash_table_iter_init (&iter, check->seen);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PwkIndex mm = (PwkIndex) (GPOINTER_TO_SIZE (key) - 1);

      if ((uint32_t) pwk_mm (machine, mm)->mm_users != counted (check->seen, mm))
        pwk_violation (&check->found, "mm %u: mm_users says %d, tasks are %u", mm, pwk_mm (machine, mm)->mm_users, counted (check->seen, mm));
    }
  g_hash_table_iter_init (&iter, check->files);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      PwkIndex file = (PwkIndex) (GPOINTER_TO_SIZE (key) - 1);

      if (pwk_file (machine, file)->refcount < (int32_t) counted (check->files, file))
        pwk_violation (&check->found, "file %u: %d references, %u regions", file, pwk_file (machine, file)->refcount, counted (check->files, file));
    }
  for (PwkIndex inode = 1; inode < machine->st->pools[PWK_POOL_INODE].next; inode++)
    if (pwk_inode (machine, inode)->refcount > 0)
      shmem += (int64_t) pwk_inode (machine, inode)->acct_pages;
  if (machine->st->vm_committed_as - machine->st->vm_committed_lost != check->accounted + shmem)
    pwk_violation (&check->found, "vm_committed_as says %" PRId64 ", regions and shared memory are %" PRId64, machine->st->vm_committed_as,
                   check->accounted + shmem);
}

/* The three other files of invariants follow, whatever this one found. */
bool
pwk_virt_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };

  check.seen = g_hash_table_new (NULL, NULL);
  check.small = g_hash_table_new (NULL, NULL);
  check.huge = g_hash_table_new (NULL, NULL);
  check.files = g_hash_table_new (NULL, NULL);
  check_tasks (&check);
  if (check.found.n == 0)
    {
      check_mapcounts (&check);
      check_shared (&check);
    }
  g_hash_table_unref (check.seen);
  g_hash_table_unref (check.small);
  g_hash_table_unref (check.huge);
  g_hash_table_unref (check.files);
  return pwk_violations_end (&check.found) && pwk_pages_check (machine, why) && pwk_hugetlb_check (machine, why) && pwk_policies_check (machine, why);
}
