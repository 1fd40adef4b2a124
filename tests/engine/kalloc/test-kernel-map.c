/* test-kernel-map.c - what vmalloc (), vmap () and ioremap () hang into the kernel's tables, and what the kernel finds there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sound.h"

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/pool.h"
#include "engine/core/printk.h"
#include "engine/core/task.h"
#include "engine/kalloc/check.h"
#include "engine/kalloc/kmalloc.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/paging/kernel-access.h"
#include "engine/paging/kernel-map.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/phys/device.h"
#include "engine/phys/direct-map.h"
#include "engine/phys/page-alloc.h"
#include "engine/phys/page.h"
#include "engine/virt/process.h"

/* Walks the kernel's tables, or those of @mm: the frame, or PWK_NO_PFN. */
static PwkPfn
frame_at (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr)
{
  PwkWalk walk;

  pwk_mmu_probe (machine, 0, mm, addr, PWK_ACCESS_STORE, false, &walk);
  return walk.ok ? walk.phys >> PWK_PAGE_SHIFT : PWK_NO_PFN;
}

static PwkIndex
new_mm (PwkMachine *machine, const char *name)
{
  g_autoptr(GError) error = NULL;
  PwkIndex task = pwk_process_new (machine, name, 0, NULL, &error);

  g_assert_no_error (error);
  return pwk_task (machine, task)->mm;
}

static PwkKernelAccess
store (PwkMachine *machine, PwkVaddr addr, unsigned bytes, uint64_t value)
{
  return pwk_kernel_access (machine, addr, bytes, PWK_ACCESS_STORE, &value);
}

static uint64_t
load (PwkMachine *machine, PwkVaddr addr, unsigned bytes)
{
  uint64_t value;

  g_assert_cmpint (pwk_kernel_access (machine, addr, bytes, PWK_ACCESS_LOAD, &value), ==, PWK_KERNEL_ACCESS_OK);
  return value;
}

/* Each page is where the area says, for the kernel and for each process, older or younger than the
 * area; behind them nothing is. Tables of the levels below are made once, and stay. */
static void
test_shared (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkIndex before = new_mm (machine, "A"), after;
  PwkVaddr addr = vmalloc (machine, 3 * PWK_PAGE_SIZE);
  uint32_t pfn = pwk_vmap_area (machine, pwk_vm_area_at (machine, addr))->first_pfn;
  uint64_t tables = pwk_event_count (machine, PWK_EV_TABLE_ALLOC);

  after = new_mm (machine, "B");
  for (unsigned i = 0; i < 3; i++, pfn = pwk_page (machine, pfn)->lru_next)
    {
      g_assert_cmpuint (frame_at (machine, 0, addr + i * PWK_PAGE_SIZE), ==, pfn);
      g_assert_cmpuint (frame_at (machine, before, addr + i * PWK_PAGE_SIZE), ==, pfn);
      g_assert_cmpuint (frame_at (machine, after, addr + i * PWK_PAGE_SIZE), ==, pfn);
    }
  g_assert_cmpuint (frame_at (machine, 0, addr + 3 * PWK_PAGE_SIZE), ==, PWK_NO_PFN);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_SYNC_KERNEL_TOP), ==, 0);
  tables = pwk_event_count (machine, PWK_EV_TABLE_ALLOC);
  g_assert_true (pwk_vfree (machine, addr));
  pwk_vm_unmap_aliases (machine);
  g_assert_cmpuint (frame_at (machine, after, addr), ==, PWK_NO_PFN);
  g_assert_cmphex (vmalloc (machine, 3 * PWK_PAGE_SIZE), ==, addr);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_TABLE_ALLOC), ==, tables);
  assert_sound (machine);
}

/* Where boot has made no tables below the top one, a new entry of that is copied to all processes. */
static void
test_sync (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "arch", "x86-32", NULL);
  PwkIndex a = new_mm (machine, "A"), b = new_mm (machine, "B");
  PwkVaddr addr = vmalloc (machine, PWK_PAGE_SIZE);

  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_SYNC_KERNEL_TOP), ==, 1);
  g_assert_cmpuint (frame_at (machine, a, addr), !=, PWK_NO_PFN);
  g_assert_cmpuint (frame_at (machine, a, addr), ==, frame_at (machine, b, addr));
  vmalloc (machine, PWK_PAGE_SIZE);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_SYNC_KERNEL_TOP), ==, 1);
  assert_sound (machine);
}

/* Every machine whose tables are simulated, of each number of levels. */
static void
test_formats (void)
{
  static const char *const archs[] = { "x86-64", "x86-64-la57", "x86-32", "x86-pae", "riscv-sv39", "riscv-sv48", "riscv-sv57", "arm64-4k" };

  for (unsigned i = 0; i < G_N_ELEMENTS (archs); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "arch", archs[i], NULL);
      PwkVaddr addr = vmalloc (machine, 600 * PWK_PAGE_SIZE);

      g_test_message ("%s", archs[i]);
      g_assert_cmphex (addr, !=, 0);
      assert_sound (machine);
      if (pwk_kernel_has_tables (machine))
        {
          g_assert_cmpint (store (machine, addr + 5 * PWK_PAGE_SIZE - 3, 8, 0x1122334455667788), ==, PWK_KERNEL_ACCESS_OK);
          g_assert_cmphex (load (machine, addr + 5 * PWK_PAGE_SIZE - 3, 8), ==, 0x1122334455667788);
          g_assert_cmphex (load (machine, addr + 5 * PWK_PAGE_SIZE, 1), ==, 0x55);
        }
      g_assert_true (pwk_vfree (machine, addr));
      assert_sound (machine);
      pwk_vm_unmap_aliases (machine);
      assert_sound (machine);
    }
}

/* One frame at two addresses: what is written through the one is read through the other, and in the
 * direct map. */
static void
test_alias (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkPfn pfn = pwk_alloc_pages (machine, PWK_GFP_KERNEL, 0, PWK_NUMA_NO_NODE, -1);
  PwkVaddr addr = pwk_vmap (machine, pfn, 2);

  store (machine, addr + 16, 4, 0xcafe);
  g_assert_cmphex (load (machine, addr + PWK_PAGE_SIZE + 16, 8), ==, 0xcafe);
  g_assert_cmphex (load (machine, pwk_page_address (machine, pfn) + 16, 8), ==, 0xcafe);
  assert_sound (machine);
}

static void
assert_log_has (const PwkMachine *machine, const char *line)
{
  g_autoptr(GString) log = g_string_new (NULL);

  pwk_log_print (machine, PWK_LOG_FULL, false, log);
  if (!strstr (log->str, line))
    g_error ("expected “%s” in: %s", line, log->str);
}

/* What the kernel must not touch, and what its log says of it. */
static void
test_oops (void)
{
  static const struct { PwkVaddr addr; PwkAccessKind kind; const char *line, *cause; } cases[] = {
    { 0, PWK_ACCESS_LOAD, "BUG: kernel NULL pointer dereference, address: 0000000000000000", "error_code(0x0000) - not-present page" },
    { 0x500000, PWK_ACCESS_STORE, "BUG: unable to handle page fault for address: 0000000000500000", "error_code(0x0002) - not-present page" },
    { 0xffffc90000003000, PWK_ACCESS_STORE, "BUG: unable to handle page fault for address: ffffc90000003000", "error_code(0x0002) - not-present page" },
    { 0xffffc90000000000, PWK_ACCESS_FETCH, "#PF: supervisor instruction fetch in kernel mode", "error_code(0x0011) - permissions violation" },
    { 0xffffffff81000000, PWK_ACCESS_STORE, "#PF: supervisor write access in kernel mode", "error_code(0x0003) - permissions violation" },
    { 0x8000000000000000, PWK_ACCESS_LOAD, "Oops: general protection fault, probably for non-canonical address 0x8000000000000000: 0000", "[#" },
  };
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  uint64_t value = 1;

  g_assert_cmphex (vmalloc (machine, 3 * PWK_PAGE_SIZE), ==, 0xffffc90000000000);
  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      pwk_log_next (machine);
      g_assert_cmpint (pwk_kernel_access (machine, cases[i].addr, 8, cases[i].kind, &value), ==, PWK_KERNEL_ACCESS_OOPS);
      assert_log_has (machine, cases[i].line);
      assert_log_has (machine, cases[i].cause);
    }
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_KERNEL_OOPS), ==, G_N_ELEMENTS (cases));
  /* An access that begins well and runs over the end is one that faults. */
  g_assert_cmpint (store (machine, 0xffffc90000002ffc, 8, 1), ==, PWK_KERNEL_ACCESS_OOPS);
  assert_sound (machine);
}

/* SMAP: a process's page is there, and not for the kernel. */
static void
test_user_page (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(GError) error = NULL;
  PwkIndex task = pwk_process_new (machine, "A", 0, NULL, &error);
  PwkVaddr stack = pwk_mm (machine, pwk_task (machine, task)->mm)->start_stack - 64;
  uint64_t value;

  g_assert_cmpint (pwk_access (machine, task, stack, 8, PWK_ACCESS_STORE, 5).outcome, <=, PWK_ACCESS_MAJOR);
  pwk_log_next (machine);
  g_assert_cmpint (pwk_kernel_access (machine, stack, 8, PWK_ACCESS_LOAD, &value), ==, PWK_KERNEL_ACCESS_OOPS);
  assert_log_has (machine, "error_code(0x0001) - permissions violation");
  assert_sound (machine);
}

/* Unmapped is not flushed: until the purge a TLB that knows the page leads to a frame that has been
 * given back. */
static void
test_lazy (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "2", NULL);
  PwkVaddr addr = vmalloc (machine, PWK_PAGE_SIZE);
  uint64_t value = 0;

  store (machine, addr, 8, 77);
  g_assert_true (pwk_vfree (machine, addr));
  g_assert_cmpuint (frame_at (machine, 0, addr), ==, PWK_NO_PFN);
  g_assert_cmpint (pwk_kernel_access (machine, addr, 8, PWK_ACCESS_LOAD, &value), ==, PWK_KERNEL_ACCESS_OK);
  machine->st->cur_cpu = 1;
  g_assert_cmpint (pwk_kernel_access (machine, addr, 8, PWK_ACCESS_LOAD, &value), ==, PWK_KERNEL_ACCESS_OOPS);
  assert_sound (machine);
  pwk_vm_unmap_aliases (machine);
  machine->st->cur_cpu = 0;
  g_assert_cmpint (pwk_kernel_access (machine, addr, 8, PWK_ACCESS_LOAD, &value), ==, PWK_KERNEL_ACCESS_OOPS);
  assert_sound (machine);
}

/* Registers keep what is written, byte by byte, and no memory is behind them. */
static void
test_device (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkVaddr regs = pwk_ioremap (machine, 0xfe000010, 4096, PWK_CACHE_UC_MINUS);

  g_assert_cmphex (regs & 0xfff, ==, 0x10);
  g_assert_cmphex (load (machine, regs, 8), ==, 0);
  store (machine, regs, 4, 0x11223344);
  store (machine, regs + 3, 1, 0xff);
  g_assert_cmphex (load (machine, regs, 8), ==, 0xff223344);
  g_assert_cmphex (pwk_device_register (machine, 0xfe000014)->value, ==, 0xff223344);
  store (machine, regs + 12, 8, 0xaabbccdd11223344);
  g_assert_cmphex (load (machine, regs + 16, 4), ==, 0xaabbccdd);
  g_assert_cmpuint (machine->st->n_device_registers, ==, 3);
  for (unsigned i = 0; i < 100; i++)
    store (machine, regs + 32 + 8 * i, 8, i);
  g_assert_cmphex (load (machine, regs + 32 + 8 * 99, 8), ==, 99);
  g_assert_cmphex (load (machine, regs, 8), ==, 0);
  assert_sound (machine);
}

/* The bits of the entry say how it is cached; a frame is cached in one way, or not mapped. */
static void
test_memory_types (void)
{
  static const struct { PwkCacheMode mode; const char *name; } modes[] = {
    { PWK_CACHE_WB, "WB" }, { PWK_CACHE_WC, "WC" }, { PWK_CACHE_UC_MINUS, "UC-" }, { PWK_CACHE_UC, "UC" }, { PWK_CACHE_WT, "WT" },
  };
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);

  for (unsigned i = 0; i < G_N_ELEMENTS (modes); i++)
    for (unsigned large = 0; large < 2; large++)
      {
        PwkVaddr addr = pwk_ioremap (machine, 0xc0000000 + i * 0x800000 + large * 0x400000, large ? 4 << 20 : 8192, modes[i].mode);
        PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);

        g_assert_cmpuint (ref.level, ==, large ? PWK_LEVEL_PMD : PWK_LEVEL_PTE);
        g_assert_cmpstr (pwk_format_memory_type (machine->format, pwk_entry_get (machine, ref).val, (PwkLevel) ref.level), ==, modes[i].name);
      }
  g_assert_cmphex (pwk_ioremap (machine, 0xc0000000, 4096, PWK_CACHE_UC_MINUS), ==, 0);
  g_assert_cmphex (pwk_ioremap (machine, 0xc0000000, 4096, PWK_CACHE_UC), !=, 0);
  g_assert_cmphex (pwk_ioremap (machine, 0xc0800000, 4096, PWK_CACHE_WT), ==, 0);
  g_assert_cmphex (pwk_ioremap (machine, 0xc0800000, 4096, PWK_CACHE_WB), !=, 0);
  assert_sound (machine);
}

/* Where pages were and a table is left, a large page takes its place, and the table goes. */
static void
test_large_over_table (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  PwkVaddr first = vmalloc (machine, PWK_PAGE_SIZE), large;

  pwk_vfree (machine, first);
  pwk_vm_unmap_aliases (machine);
  large = pwk_ioremap (machine, 0xc0000000, 2 << 20, PWK_CACHE_UC_MINUS);
  g_assert_cmphex (large, ==, first);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_TABLE_FREE), ==, 1);
  g_assert_cmpuint (pwk_kernel_mapped (machine, large, large + (2 << 20)), ==, 512);
  assert_sound (machine);
  pwk_vfree (machine, large);
  assert_sound (machine);
}

/* By large pages: their frames lie side by side, and each is freed by itself. What is less than one
 * gets small pages. */
static void
test_huge (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
  PwkVaddr addr = pwk_vmalloc_huge (machine, (3 << 20) + 1, PWK_GFP_KERNEL), small;
  PwkEntryRef ref = pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);

  g_assert_cmpuint (ref.level, ==, PWK_LEVEL_PMD);
  g_assert_cmphex (addr % (2 << 20), ==, 0);
  g_assert_cmpuint (pwk_vmap_area (machine, pwk_vm_area_at (machine, addr))->nr_pages, ==, 1024);
  g_assert_cmpint (store (machine, addr + (3 << 20), 8, 5), ==, PWK_KERNEL_ACCESS_OK);
  g_assert_cmpint (store (machine, addr + (4 << 20), 8, 5), ==, PWK_KERNEL_ACCESS_OOPS);
  small = pwk_vmalloc_huge (machine, 1 << 20, PWK_GFP_KERNEL);
  g_assert_cmpuint (pwk_entry_lookup (machine, machine->st->swapper_pgd, small, PWK_LEVEL_PTE).level, ==, PWK_LEVEL_PTE);
  assert_sound (machine);
  g_assert_true (pwk_vfree (machine, addr));
  assert_sound (machine);
}

/* A table cannot be had: nothing is mapped, and nothing is lost. */
static void
test_no_memory (void)
{
  g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", NULL);
  PwkVaddr addr;

  while (pwk_alloc_pages (machine, PWK_GFP_ATOMIC | PWK_GFP_MEMALLOC | PWK_GFP_NOWARN, 0, PWK_NUMA_NO_NODE, -1) != PWK_NO_PFN)
    continue;
  addr = pwk_ioremap (machine, 0xfe000000, PWK_PAGE_SIZE, PWK_CACHE_UC_MINUS);
  g_assert_cmphex (addr, ==, 0);
  assert_sound (machine);
}

/* The kernel writes into what slabs hold: of SLUB the slab counts as damaged if its list is hit; the
 * allocators without checks of their own are not written to but in objects in use. */
static void
test_slab (void)
{
  g_autoptr(PwkMachine) slub = pwk_machine_simple ("memory", "64M", NULL);
  g_autoptr(PwkMachine) slab = pwk_machine_simple ("memory", "64M", "slab", "slab", NULL);
  g_autoptr(PwkMachine) slob = pwk_machine_simple ("memory", "64M", "slab", "slob", NULL);
  PwkVaddr object = pwk_kmalloc (slub, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);

  g_assert_cmpint (store (slub, object, 8, 9), ==, PWK_KERNEL_ACCESS_OK);
  assert_sound (slub);
  g_assert_cmpint (pwk_kfree (slub, object), ==, PWK_FREE_OK);
  for (unsigned i = 0; i < 64; i += 8)
    g_assert_cmpint (store (slub, object + i, 8, 0x4141414141414141), ==, PWK_KERNEL_ACCESS_OK);
  assert_sound (slub);
  object = pwk_kmalloc (slab, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  g_assert_cmpint (store (slab, object, 8, 9), ==, PWK_KERNEL_ACCESS_OK);
  g_assert_cmpint (store (slab, object + 60, 8, 9), ==, PWK_KERNEL_ACCESS_UNGUARDED);
  object = pwk_kmalloc (slob, 64, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
  g_assert_cmpint (store (slob, object, 8, 9), ==, PWK_KERNEL_ACCESS_UNGUARDED);
  assert_sound (slab);
  assert_sound (slob);
}

/* --- the faults that the checks are there for --- */

static PwkEntryRef
entry_of (const PwkMachine *machine, PwkVaddr addr)
{
  return pwk_entry_lookup (machine, machine->st->swapper_pgd, addr, PWK_LEVEL_PTE);
}

static void
empty_entry (PwkMachine *machine, PwkVaddr addr)
{
  pwk_entry_set (machine, entry_of (machine, addr), (PwkPte) { 0 }, addr);
}

static void
wrong_frame (PwkMachine *machine, PwkVaddr addr)
{
  PwkEntryRef ref = entry_of (machine, addr + PWK_PAGE_SIZE);

  pwk_entry_set (machine, ref, pwk_pte_advance_pfn (pwk_entry_get (machine, ref), 1), addr);
}

static void
mapped_guard (PwkMachine *machine, PwkVaddr addr)
{
  pwk_entry_set (machine, entry_of (machine, addr + 3 * PWK_PAGE_SIZE), pwk_entry_get (machine, entry_of (machine, addr)), addr);
}

static void
mapped_free (PwkMachine *machine, PwkVaddr addr)
{
  pwk_entry_set (machine, entry_of (machine, addr + 9 * PWK_PAGE_SIZE), pwk_entry_get (machine, entry_of (machine, addr)), addr);
}

static void
stale_top (PwkMachine *machine, PwkVaddr addr)
{
  PwkIndex mm = new_mm (machine, "A");
  PwkEntryRef ref = pwk_entry_lookup (machine, pwk_mm (machine, mm)->pgd, addr, pwk_top_level (machine));

  pwk_entry_set (machine, ref, (PwkPte) { 0 }, addr);
}

static void
stale_tlb (PwkMachine *machine, PwkVaddr addr)
{
  load (machine, addr, 8);
  pwk_vfree (machine, addr);
  pwk_kalloc_edit (machine)->vmap.lazy[0] = 0;
}

static const struct { const char *words; void (*plant) (PwkMachine *machine, PwkVaddr addr); } faults[] = {
  { "the kernel's tables do not map", empty_entry }, { "the kernel's tables do not map", wrong_frame }, { "the guard page behind", mapped_guard },
  { "pages of vmalloc ()'s addresses are mapped", mapped_free }, { "of its pgd is not the kernel's", stale_top },
  { "which the tables do not map so", stale_tlb },
};

static void
test_faults (void)
{
  for (unsigned i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr(PwkMachine) machine = pwk_machine_simple ("memory", "64M", "cpus", "1", NULL);
      g_autoptr(GString) why = g_string_new (NULL);
      PwkVaddr addr = vmalloc (machine, 3 * PWK_PAGE_SIZE);

      g_test_message ("%s", faults[i].words);
      assert_sound (machine);
      faults[i].plant (machine, addr);
      g_assert_false (pwk_machine_check (machine, why));
      if (!strstr (why->str, faults[i].words))
        g_error ("expected “%s” in: %s", faults[i].words, why->str);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernel-map/shared", test_shared);
  g_test_add_func ("/kernel-map/sync", test_sync);
  g_test_add_func ("/kernel-map/formats", test_formats);
  g_test_add_func ("/kernel-map/alias", test_alias);
  g_test_add_func ("/kernel-map/oops", test_oops);
  g_test_add_func ("/kernel-map/user-page", test_user_page);
  g_test_add_func ("/kernel-map/lazy", test_lazy);
  g_test_add_func ("/kernel-map/device", test_device);
  g_test_add_func ("/kernel-map/memory-types", test_memory_types);
  g_test_add_func ("/kernel-map/large-over-table", test_large_over_table);
  g_test_add_func ("/kernel-map/huge", test_huge);
  g_test_add_func ("/kernel-map/no-memory", test_no_memory);
  g_test_add_func ("/kernel-map/slab", test_slab);
  g_test_add_func ("/kernel-map/faults", test_faults);
  return g_test_run ();
}
