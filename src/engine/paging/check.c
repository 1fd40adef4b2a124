/* check.c - the invariants of page tables and TLBs
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From two sides: what the tables name must be there (frames, tables, counts), and what cpus
 * remember must follow from the tables. What is mapped against what is counted of it (rss,
 * mapcount) is pwk_virt_check ()'s. All is gone through each time, so it is for tests and for who
 * asks.
 */
#include "engine/paging/check.h"

#include <string.h>

#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/kalloc-door.h"
#include "engine/paging/kernel-access.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb-private.h"
#include "engine/phys/page.h"

/* One check under way; n_… are of the address space that is looked at (@mm). */
typedef struct
{
  const PwkMachine *machine;
  PwkViolations     found;
  PwkIndex          mm;
  uint64_t          n_tables[6];     /* found, by level of their entries */
  uint64_t          n_huge;          /* pmd leaves */
  uint64_t          n_deposited;     /* tables that wait for the split of those */
} Check;

#define HEX "0x%" G_GINT64_MODIFIER "x"

/* --- tables --- */

/* What the allocator has, and what is no memory, may not be mapped. */
static bool
is_owned (PwkPageType type)
{
  return type != PWK_PAGE_NONE && type != PWK_PAGE_BUDDY && type != PWK_PAGE_PCP && type != PWK_PAGE_HOLE;
}

/* A leaf may name no frame that the allocator has. */
static void
check_leaf (Check *check, PwkPte entry, PwkLevel level, PwkVaddr addr)
{
  const PwkMachine *machine = check->machine;
  PwkPfn pfn = pwk_leaf_pfn (machine->format, entry, level);

  if (machine->st->lab_flags & PWK_LAB_PTE_EDITED)
    return;
  if (pfn >= machine->st->max_pfn)
    pwk_violation (&check->found, "mm %u: the entry of " HEX " names frame " HEX ", which this machine has not", check->mm, addr, pfn);
  else if (!is_owned ((PwkPageType) pwk_page (machine, pfn)->type))
    pwk_violation (&check->found, "mm %u: the entry of " HEX " maps frame " HEX ", which nobody owns (type %u)", check->mm, addr, pfn,
                   (unsigned) pwk_page (machine, pfn)->type);
}

/* A huge page of a pool is never split. */
static bool
is_of_pool (const PwkMachine *machine, PwkPte entry)
{
  return pwk_pte_pfn (entry) < machine->st->max_pfn && pwk_page (machine, pwk_pte_pfn (entry))->type == PWK_PAGE_HUGETLB;
}

/* The user's half of a tree: each table is a frame of its own kind with a reference, each leaf
 * names a frame that somebody owns. What is shared of the kernel's half is compared with its own,
 * entry by entry. */
static void
check_table (Check *check, PwkPfn table, PwkLevel level, PwkVaddr base)
{
  const PwkMachine *machine = check->machine;
  const void *entries = pwk_table_entries (machine, table);
  unsigned end = level == pwk_top_level (machine) ? machine->format->kernel_first : pwk_level_entries (machine->format, level);

  if (!entries || pwk_page (machine, table)->type != PWK_PAGE_TABLE || pwk_page (machine, table)->_refcount < 1)
    {
      pwk_violation (&check->found, "mm %u: frame " HEX " under " HEX " is no page table", check->mm, table, base);
      return;
    }
  check->n_tables[level]++;
  if (level == PWK_LEVEL_PMD)
    check->n_deposited += pwk_tables_deposited (machine, table);
  for (unsigned i = 0; i < end; i++)
    {
      PwkVaddr addr = base + i * pwk_level_size (machine->format, level);
      PwkPte entry = pwk_table_entry (machine, entries, i, level);
      bool leaf = level == PWK_LEVEL_PTE || pwk_pte_large (entry);

      if (!pwk_pte_present (entry))
        continue;
      if (!leaf)
        check_table (check, pwk_pte_pfn (entry), (PwkLevel) (level - 1), addr);
      else
        check_leaf (check, entry, level, addr);
      check->n_huge += leaf && level == PWK_LEVEL_PMD && !is_of_pool (machine, entry);
    }
}

/* Tables put aside for the splitting of huge pages hang nowhere in the tree: each pmd leaf has one. */
static void
check_mm (Check *check, PwkIndex mm)
{
  const PwkMachine *machine = check->machine;
  const PwkMm *record = pwk_mm (machine, mm);
  const void *kernel = pwk_table_entries (machine, machine->st->swapper_pgd);
  const void *top;
  uint64_t counted = 0;
  bool lost;

  check->mm = mm;
  check->n_huge = check->n_deposited = 0;
  memset (check->n_tables, 0, sizeof check->n_tables);
  check_table (check, record->pgd, pwk_top_level (machine), 0);

  for (PwkLevel level = PWK_LEVEL_PTE; level <= PWK_LEVEL_PUD && level < pwk_top_level (machine); level++)
    counted += check->n_tables[level];
  if (check->n_deposited != check->n_huge)
    pwk_violation (&check->found, "mm %u: %" G_GUINT64_FORMAT " huge mappings, and %" G_GUINT64_FORMAT " tables for their split", mm, check->n_huge,
                   check->n_deposited);
  /* What set_pte () builds where no region is, the kernel does not find again when it frees the
   * tables around it. */
  lost = (machine->st->lab_flags & PWK_LAB_PTE_EDITED) && record->pgtables_bytes > (counted + check->n_deposited) * PWK_PAGE_SIZE;
  if (record->pgtables_bytes != (counted + check->n_deposited) * PWK_PAGE_SIZE && !lost)
    pwk_violation (&check->found, "mm %u: pgtables_bytes is %" G_GUINT64_FORMAT ", its tree has %" G_GUINT64_FORMAT " tables and %" G_GUINT64_FORMAT
                   " wait", mm, record->pgtables_bytes, counted, check->n_deposited);

  top = pwk_table_entries (machine, record->pgd);
  for (unsigned i = machine->format->kernel_first; top && kernel && i < pwk_level_entries (machine->format, pwk_top_level (machine)); i++)
    if (pwk_table_bits (machine, top, i) != pwk_table_bits (machine, kernel, i))
      pwk_violation (&check->found, "mm %u: entry %u of its pgd is not the kernel's", mm, i);
}

/* --- TLBs --- */

/* Kernel addresses that were unmapped and wait for their flush may be remembered until then. What
 * the tables say now must allow at least what the TLB remembers, of the same frame. The other
 * way round is allowed: an entry may have less than the tables, which costs a walk at most.
 *
 *      TLB: writable, dirty      tables: read-only      violation: somebody took the right away and did not flush
 *      TLB: read-only            tables: writable       sound
 */
static void
check_way (Check *check, unsigned cpu, const PwkTlbWay *way, const char *name)
{
  const PwkMachine *machine = check->machine;
  /* A global entry belongs to no address space. In the user's half only set_pte () makes one, and
   * then it outlives what it was made for. */
  bool by_hand = way->mm == 0 && way->addr >> 63 == 0 && (machine->st->lab_flags & PWK_LAB_PTE_EDITED);
  PwkPfn pgd = way->mm ? pwk_mm (machine, way->mm)->pgd : machine->st->swapper_pgd;
  PwkEntryRef ref = pwk_entry_lookup (machine, pgd, way->addr, PWK_LEVEL_PTE);
  PwkPte entry = pwk_entry_get (machine, ref);
  uint64_t size = pwk_level_size (machine->format, (PwkLevel) ref.level);
  PwkPfn frame = pwk_leaf_pfn (machine->format, entry, (PwkLevel) ref.level) + ((way->addr & (size - 1)) >> PWK_PAGE_SHIFT);

  if (by_hand || (pwk_pte_none (entry) && pwk_vmap_waits_for_flush (machine, way->addr)))
    return;
  if (!pwk_pte_hw_present (entry) || size < way->page_size)
    pwk_violation (&check->found, "cpu %u: %s holds " HEX " of mm %u, which the tables do not map so", cpu, name, way->addr, way->mm);
  else if (frame != way->pfn)
    pwk_violation (&check->found, "cpu %u: %s holds " HEX " of mm %u as frame " HEX ", the tables say " HEX, cpu, name, way->addr, way->mm, way->pfn,
                   frame);
  else if ((way->rw && !pwk_pte_write (entry)) || (way->us && !pwk_pte_user (entry)) || (!way->nx && !pwk_pte_exec (entry)) ||
           (way->dirty && way->rw && !pwk_pte_dirty (entry)))
    pwk_violation (&check->found, "cpu %u: %s allows more of " HEX " of mm %u than the tables", cpu, name, way->addr, way->mm);
}

/* The ways of a set have different keys, so that a look-up has one answer. */
static void
check_keys (Check *check, unsigned cpu, const PwkTlb *tlb, const char *name)
{
  const uint64_t *keys = pwk_tlb_array (pwk_tlb_cpu_raw (check->machine, cpu), tlb->keys);

  for (uint32_t set = 0; tlb->n_valid && set < tlb->n_sets; set++, keys += tlb->n_ways)
    for (uint32_t way = 1; way < tlb->n_ways; way++)
      for (uint32_t other = 0; keys[way] && other < way; other++)
        if (keys[other] == keys[way])
          pwk_violation (&check->found, "cpu %u: two ways of set %u of %s have the key " HEX, cpu, set, name, keys[way]);
}

/* Each entry lies in the set that its page number says, under a PCID that is somebody's; counters
 * tell of as many as there are. */
static void
check_tlb (Check *check, unsigned cpu, PwkTlbId id)
{
  PwkTlbShape shape = pwk_tlb_shape (check->machine, cpu, id);
  uint32_t n_valid = 0;

  for (unsigned set = 0; shape.n_valid && set < shape.n_sets; set++)
    for (unsigned i = 0; i < shape.n_ways; i++)
      {
        PwkTlbWay way = pwk_tlb_way (check->machine, cpu, id, set, i);

        if (!way.valid)
          continue;
        n_valid++;
        if (way.vpn % shape.n_sets != set)
          pwk_violation (&check->found, "cpu %u: %s has page " HEX " in set %u", cpu, shape.name, way.vpn, set);
        if (!way.global && way.pcid && !way.mm)
          pwk_violation (&check->found, "cpu %u: %s has page " HEX " of PCID %u, which is nobody's", cpu, shape.name, way.vpn, way.pcid);
        else
          check_way (check, cpu, &way, shape.name);
      }
  if (n_valid != shape.n_valid)
    pwk_violation (&check->found, "cpu %u: %s has %u entries and counts %u", cpu, shape.name, n_valid, shape.n_valid);
  if (n_valid)
    check_keys (check, cpu, &pwk_tlb_cpu_raw (check->machine, cpu)->tlb[id], shape.name);
}

/* A walk cache names the table that the tree has there. */
static void
check_pwc (Check *check, unsigned cpu, PwkPwcId id)
{
  const PwkMachine *machine = check->machine;
  PwkLevel level = pwk_pwc_level (id);
  PwkTlbShape shape = pwk_pwc_shape (machine, cpu, id);

  if (shape.n_valid)
    check_keys (check, cpu, &pwk_tlb_cpu_raw (machine, cpu)->pwc[id], shape.name);
  for (unsigned set = 0; shape.n_valid && set < shape.n_sets; set++)
    for (unsigned i = 0; i < shape.n_ways; i++)
      {
        PwkPwcWay way = pwk_pwc_way (machine, cpu, id, set, i);
        PwkIndex mm = way.valid ? pwk_tlb_owner (machine, cpu, (uint64_t) way.pcid + 1) : 0;
        PwkEntryRef ref;

        if (!way.valid)
          continue;
        ref = pwk_entry_lookup (machine, mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd, way.addr, level);
        if (ref.level != level || pwk_pte_pfn (pwk_entry_get (machine, ref)) != way.table)
          pwk_violation (&check->found, "cpu %u: walk cache %s knows a table of " HEX " that is not there", cpu, shape.name, way.addr);
      }
}

/* A slot is an address space's that has tables. One left to a dead one would be found by the next
 * that gets its record, and take its cpu from the bitmap by which flushes go. */
static void
check_slots (Check *check, unsigned cpu)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (check->machine, cpu);

  for (unsigned slot = 0; block->ready && slot < PWK_NR_DYN_ASIDS; slot++)
    if (block->asid[slot].mm && !pwk_mm (check->machine, block->asid[slot].mm)->pgd)
      pwk_violation (&check->found, "cpu %u: slot %u is of mm %u, which has no tables", cpu, slot, block->asid[slot].mm);
}

/* Threads share an address space: it is gone through once. */
static bool
seen_before (const PwkMachine *machine, PwkIndex task)
{
  PwkIndex mm = pwk_task (machine, task)->mm;

  if (pwk_mm (machine, mm)->mm_users <= 1)
    return false;
  for (PwkIndex other = pwk_task_next (machine, 0); other && other != task; other = pwk_task_next (machine, other))
    if (pwk_task (machine, other)->mm == mm)
      return true;
  return false;
}

/* With the laboratory's broken shootdowns, or tables that were written over, TLBs are meant to be
 * wrong, and are not looked at. */
bool
pwk_paging_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };

  for (PwkIndex task = pwk_task_next (machine, 0); task; task = pwk_task_next (machine, task))
    if (pwk_task (machine, task)->mm && !seen_before (machine, task))
      check_mm (&check, pwk_task (machine, task)->mm);

  if (machine->st->lab_flags & (PWK_BROKEN_NO_SHOOTDOWN | PWK_LAB_TABLE_WRITTEN))
    return pwk_violations_end (&check.found);
  for (unsigned cpu = 0; cpu < machine->st->n_cpus; cpu++)
    {
      check_slots (&check, cpu);
      for (unsigned id = 0; id < PWK_N_TLBS; id++)
        check_tlb (&check, cpu, (PwkTlbId) id);
      for (unsigned id = 0; id < PWK_N_PWCS; id++)
        check_pwc (&check, cpu, (PwkPwcId) id);
    }
  return pwk_violations_end (&check.found);
}
