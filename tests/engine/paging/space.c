/* space.c - an address space without regions, for tests of tables and TLBs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "space.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/pool.h"
#include "engine/paging/mm.h"
#include "engine/phys/page-alloc.h"

typedef struct { PwkVaddr addr; PwkPfn pfn; bool large; } Mapping;

static void
new_mm (Space *space)
{
  space->mm = pwk_pool_alloc (space->machine, PWK_POOL_MM);
  g_assert_true (pwk_pgd_alloc (space->machine, space->mm));
  space->mappings = g_array_new (FALSE, FALSE, sizeof (Mapping));
}

void
space_init (Space *space, unsigned cpus, unsigned levels, const char *tlb)
{
  g_autofree char *n_cpus = g_strdup_printf ("%u", cpus);

  space->machine = pwk_machine_simple ("memory", "268435456", "cpus", n_cpus, "levels", levels == 5 ? "5" : "4", "tlb",
                                       tlb ? tlb : "l1d=64/4", NULL);
  new_mm (space);
  space_run (space, 0);
}

Space
space_another (const Space *space)
{
  Space other = { .machine = space->machine };

  new_mm (&other);
  return other;
}

void
space_clear_mm (Space *space)
{
  PwkVaddr end = (PwkVaddr) 1 << (space->machine->st->levels == 5 ? 56 : 47);

  while (space->mappings->len)
    space_unmap (space, g_array_index (space->mappings, Mapping, space->mappings->len - 1).addr);
  pwk_free_pgd_range (space->machine, space->mm, 0, end, 0, 0);
  g_assert_cmpuint (pwk_mm (space->machine, space->mm)->pgtables_bytes, ==, 0);
  pwk_pgd_free (space->machine, space->mm);
  pwk_pool_free (space->machine, PWK_POOL_MM, space->mm);
  g_array_unref (space->mappings);
}

void
space_clear (Space *space)
{
  space_clear_mm (space);
  space_check (space);
  pwk_machine_free (space->machine);
}

PwkPfn
space_map (Space *space, PwkVaddr addr, uint64_t bits, bool large)
{
  unsigned order = large ? PWK_HPAGE_ORDER : 0;
  Mapping mapping = { addr, 0, large };
  PwkEntryRef ref;

  mapping.pfn = pwk_alloc_pages (space->machine, PWK_GFP_HIGHUSER_MOVABLE | (large ? PWK_GFP_COMP : 0), order, PWK_NUMA_NO_NODE, -1);
  g_assert_cmpuint (mapping.pfn, !=, PWK_NO_PFN);
  ref = pwk_entry_alloc (space->machine, space->mm, addr, large ? PWK_LEVEL_PMD : PWK_LEVEL_PTE);
  g_assert_cmpuint (ref.table, !=, PWK_NO_PFN);
  g_assert_true (pwk_pte_none (pwk_entry_get (space->machine, ref)));
  pwk_entry_set (space->machine, ref, pwk_mk_pte (mapping.pfn, bits | PWK_PTE_PRESENT | (large ? PWK_PTE_PSE : 0)), addr);
  g_array_append_val (space->mappings, mapping);
  return mapping.pfn;
}

static PwkEntryRef
leaf_of (const Space *space, PwkVaddr addr)
{
  return pwk_entry_lookup (space->machine, pwk_mm (space->machine, space->mm)->pgd, addr, PWK_LEVEL_PTE);
}

void
space_unmap (Space *space, PwkVaddr addr)
{
  for (unsigned i = 0; i < space->mappings->len; i++)
    {
      Mapping mapping = g_array_index (space->mappings, Mapping, i);
      uint64_t size = mapping.large ? PWK_PMD_SIZE : PWK_PAGE_SIZE;

      if (mapping.addr != addr)
        continue;
      pwk_entry_set (space->machine, leaf_of (space, addr), (PwkPte) { 0 }, addr);
      pwk_flush_tlb_range (space->machine, space->mm, addr, addr + size, mapping.large ? PWK_PMD_SHIFT : PWK_PAGE_SHIFT);
      pwk_free_pages (space->machine, mapping.pfn, mapping.large ? PWK_HPAGE_ORDER : 0);
      g_array_remove_index_fast (space->mappings, i);
      return;
    }
  g_assert_not_reached ();
}

void
space_edit (Space *space, PwkVaddr addr, uint64_t set, uint64_t clear)
{
  PwkEntryRef ref = leaf_of (space, addr);
  PwkPte entry = pwk_entry_get (space->machine, ref);

  pwk_entry_set (space->machine, ref, (PwkPte) { (entry.val & ~clear) | set }, addr);
}

void
space_run (Space *space, unsigned cpu)
{
  space->machine->st->cur_cpu = cpu;
  pwk_switch_mm (space->machine, cpu, space->mm);
}

void
space_check (const Space *space)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (space->machine, why))
    g_error ("%s", why->str);
}

uint32_t
space_access (Space *space, PwkVaddr addr, PwkAccessKind kind, bool user, PwkPhys *phys)
{
  PwkTlbCpu *block = pwk_tlb_cpu (space->machine, space->machine->st->cur_cpu);
  PwkTranslation translation;

  if (!pwk_translate (space->machine, block, addr, kind, user, &translation))
    return translation.error | SPACE_FAULT;
  if (phys)
    *phys = pwk_translation_phys (space->machine, &translation, addr);
  return 0;
}

uint64_t
space_random (uint64_t *seed)
{
  *seed ^= *seed >> 12;
  *seed ^= *seed << 25;
  *seed ^= *seed >> 27;
  return *seed * 0x2545f4914f6cdd1dull;
}

