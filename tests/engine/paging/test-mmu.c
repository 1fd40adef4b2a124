/* test-mmu.c - accesses of a process: faults and retries, values, the laboratory, dumps
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/task.h"
#include "engine/paging/lab.h"
#include "engine/paging/mm.h"
#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb.h"
#include "engine/phys/contents.h"
#include "engine/proc/proc.h"
#include "engine/virt/process.h"
#include "engine/virt/syscalls.h"

#define PROT_RW   3
#define PRIVATE   0x22          /* MAP_PRIVATE | MAP_ANONYMOUS */
#define N_PAGES   16

typedef struct { PwkMachine *machine; PwkIndex task; PwkVaddr buf; } Fixture;

static void
fixture_init (Fixture *fixture)
{
  PwkProcessSpec spec = { .start_brk = -1, .brk = -1, .rlimit_stack = -1, .personality = -1 };
  g_autoptr(GError) error = NULL;
  int64_t buf;

  fixture->machine = pwk_machine_simple ("memory", "134217728", NULL);
  fixture->task = pwk_process_new (fixture->machine, "A", 0, &spec, &error);
  g_assert_no_error (error);
  buf = pwk_sys_mmap (fixture->machine, fixture->task, 0, N_PAGES * PWK_PAGE_SIZE, PROT_RW, PRIVATE, -1, 0);
  g_assert_cmpint (buf, >, 0);
  fixture->buf = (PwkVaddr) buf;
}

static void
fixture_check (const Fixture *fixture)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (fixture->machine, why))
    g_error ("%s", why->str);
}

static void
fixture_clear (Fixture *fixture)
{
  fixture_check (fixture);
  pwk_machine_free (fixture->machine);
}

static PwkAccessResult
go (Fixture *fixture, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t value)
{
  return pwk_access (fixture->machine, fixture->task, addr, bytes, kind, value);
}

/* LESSONS 22: pages 0, 1, 1, 5, 0 fault three times; a read of an untouched page maps the zero page, and the store after it faults again. */
static void
test_faults (void)
{
  static const unsigned pages[] = { 0, 1, 1, 5, 0 };
  unsigned faults = 0;
  PwkAccessResult result;
  Fixture f;

  fixture_init (&f);
  for (unsigned i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      result = go (&f, f.buf + pages[i] * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 0);
      faults += result.faults;
      g_assert_cmpint (result.outcome, ==, result.faults ? PWK_ACCESS_MINOR : PWK_ACCESS_OK);
      fixture_check (&f);
    }
  g_assert_cmpuint (faults, ==, 3);

  result = go (&f, f.buf + 7 * PWK_PAGE_SIZE, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_MINOR);
  g_assert_cmphex (result.phys >> PWK_PAGE_SHIFT, ==, f.machine->st->zero_pfn);
  result = go (&f, f.buf + 7 * PWK_PAGE_SIZE, 8, PWK_ACCESS_STORE, 1);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_MINOR);
  g_assert_cmphex (result.phys >> PWK_PAGE_SHIFT, !=, f.machine->st->zero_pfn);
  fixture_clear (&f);
}

/* Over a page's end: two lookups, two pages, one fault each; the value goes on in the second. */
static void
test_crossing (void)
{
  static const uint8_t expected[] = { 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11 };
  PwkVaddr addr;
  PwkAccessResult result, first, second;
  Fixture f;
  PwkCpu *cpu;
  uint64_t lookups;

  fixture_init (&f);
  cpu = &f.machine->st->cpus[0];
  addr = f.buf + PWK_PAGE_SIZE - 3;
  result = go (&f, addr, 8, PWK_ACCESS_STORE, 0x1122334455667788ull);
  g_assert_cmpuint (result.faults, ==, 2);
  lookups = cpu->l1d_hits + cpu->l1d_misses;
  result = go (&f, addr, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_OK);
  g_assert_cmpuint (cpu->l1d_hits + cpu->l1d_misses, ==, lookups + 2);

  first = go (&f, addr, 1, PWK_ACCESS_LOAD, 0);
  second = go (&f, f.buf + PWK_PAGE_SIZE, 1, PWK_ACCESS_LOAD, 0);
  g_assert_cmphex (first.phys, ==, result.phys);
  g_assert_cmpmem (pwk_frame_bytes (f.machine, first.phys >> 12) + 4093, 3, expected, 3);
  g_assert_cmpmem (pwk_frame_bytes (f.machine, second.phys >> 12), 5, expected + 3, 5);
  fixture_clear (&f);
}

/* Frames that hold nothing but zeros have no contents; a zero stored where something is stays. */
static void
test_values (void)
{
  PwkAccessResult result;
  Fixture f;

  fixture_init (&f);
  result = go (&f, f.buf, 4, PWK_ACCESS_STORE, 0);
  g_assert_null (pwk_frame_bytes (f.machine, result.phys >> 12));
  go (&f, f.buf + 8, 4, PWK_ACCESS_STORE, 0xdeadbeef);
  g_assert_cmphex (pwk_frame_bytes (f.machine, result.phys >> 12)[8], ==, 0xef);
  go (&f, f.buf + 8, 2, PWK_ACCESS_STORE, 0);
  g_assert_cmphex (pwk_frame_bytes (f.machine, result.phys >> 12)[8], ==, 0);
  g_assert_cmphex (pwk_frame_bytes (f.machine, result.phys >> 12)[11], ==, 0xde);
  fixture_clear (&f);
}

/* Outside of all regions, in the kernel, where no address is: three signals. */
static void
test_signals (void)
{
  PwkAccessResult result;
  Fixture f;

  fixture_init (&f);
  result = go (&f, 0x10, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpuint (result.si_code, ==, 1);
  g_assert_cmphex (result.addr, ==, 0x10);
  result = go (&f, f.machine->profile->page_offset, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_SIGSEGV);
  result = go (&f, 0x800000000000, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpuint (result.si_code, ==, 0x80);
  result = go (&f, f.buf, 8, PWK_ACCESS_FETCH, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpuint (result.si_code, ==, 2);
  fixture_clear (&f);
}

/* Bits changed by hand take effect at the next access; what the kernel cannot repair ends in a signal and not in an endless loop. */
static void
test_lab (void)
{
  PwkAccessResult result;
  PwkEntryRef ref;
  PwkPte entry;
  PwkWalk walk;
  Fixture f;

  fixture_init (&f);
  go (&f, f.buf, 8, PWK_ACCESS_STORE, 7);
  ref = pwk_entry_lookup (f.machine, pwk_mm (f.machine, pwk_task (f.machine, f.task)->mm)->pgd, f.buf, PWK_LEVEL_PTE);
  entry = pwk_entry_get (f.machine, ref);

  g_assert_cmpint (pwk_lab_set_pte (f.machine, f.task, f.buf, entry.val & ~PWK_PTE_RW), ==, 0);
  pwk_mmu_probe (f.machine, 0, pwk_task (f.machine, f.task)->mm, f.buf, PWK_ACCESS_STORE, true, &walk);
  g_assert_cmphex (walk.error, ==, PWK_PF_PROT | PWK_PF_WRITE | PWK_PF_USER);
  result = go (&f, f.buf, 8, PWK_ACCESS_STORE, 8);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_MINOR);

  g_assert_cmpint (pwk_lab_set_pte (f.machine, f.task, f.buf, entry.val & ~PWK_PTE_US), ==, 0);
  result = go (&f, f.buf, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_SIGSEGV);
  g_assert_cmpuint (result.faults, <=, 16);

  g_assert_cmpint (pwk_lab_set_pte (f.machine, f.task, f.buf, entry.val), ==, 0);
  result = go (&f, f.buf, 8, PWK_ACCESS_LOAD, 0);
  g_assert_cmpint (result.outcome, ==, PWK_ACCESS_OK);
  fixture_clear (&f);
}

/* The dumps: a mapped page's line in the kernel's form, and the entries of the TLBs. */
static void
test_dumps (void)
{
  g_autoptr(GString) tables = g_string_new (NULL), tlb = g_string_new (NULL);
  g_autofree char *line = NULL, *entry = NULL;
  PwkAccessResult result;
  Fixture f;

  fixture_init (&f);
  result = go (&f, f.buf, 8, PWK_ACCESS_STORE, 0);
  pwk_proc_page_tables (f.machine, f.task, false, tables);
  line = g_strdup_printf ("0x%016" G_GINT64_MODIFIER "x-0x%016" G_GINT64_MODIFIER "x           4K USR RW                     NX pte\n", f.buf,
                          f.buf + PWK_PAGE_SIZE);
  g_assert_true (g_str_has_prefix (tables->str, "---[ User Space ]---\n0x0000000000000000-0x"));
  g_assert_nonnull (strstr (tables->str, line));
  g_assert_nonnull (strstr (tables->str, "---[ Kernel Space ]---\n"));
  g_assert_nonnull (strstr (tables->str, "---[ Low Kernel Mapping ]---\n0xffff88"));
  g_assert_nonnull (strstr (tables->str, "    RW         PSE     GLB NX pmd\n"));

  pwk_proc_tlb (f.machine, 0, tlb);
  entry = g_strdup_printf (": 0x%016" G_GINT64_MODIFIER "x 4K pcid 1 -> pfn 0x%" G_GINT64_MODIFIER "x rw us nx dirty, age 0\n", f.buf,
                           result.phys >> PWK_PAGE_SHIFT);
  g_assert_nonnull (strstr (tlb->str, entry));
  g_assert_true (g_str_has_prefix (tlb->str, "cpu 0 cr3 0x"));
  g_assert_nonnull (strstr (tlb->str, "\nl1d 64/4 lru, "));
  g_assert_nonnull (strstr (tlb->str, "\npwc pde 32/8, "));
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paging/mmu/faults", test_faults);
  g_test_add_func ("/paging/mmu/crossing", test_crossing);
  g_test_add_func ("/paging/mmu/values", test_values);
  g_test_add_func ("/paging/mmu/signals", test_signals);
  g_test_add_func ("/paging/mmu/lab", test_lab);
  g_test_add_func ("/paging/mmu/dumps", test_dumps);
  return g_test_run ();
}
