/* kernel-access.c - one access by the kernel itself
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows arch/x86/mm/fault.c:do_kern_addr_fault(), do_user_addr_fault(), page_fault_oops(),
 * show_fault_oops(), dump_pagetable(), and arch/x86/kernel/dumpstack.c:__die_header().
 *
 *      the kernel's addresses    TLB, tables ─▶ memory, or registers of a device;  not mapped: oops
 *      the user's                SMAP and SMEP: oops, mapped or not, but for copy_from_user () and its kin
 */
#include "engine/paging/kernel-access.h"

#include "engine/core/printk.h"
#include "engine/paging/kalloc-door.h"
#include "engine/paging/translate.h"
#include "engine/phys/contents.h"
#include "engine/phys/device.h"
#include "engine/phys/section.h"

#define HEX16 "%016" G_GINT64_MODIFIER "x"
#define HEX   "%" G_GINT64_MODIFIER "x"

/* --- what the log says --- */

static const char *
access_words (uint32_t error)
{
  if (error & PWK_PF_INSTR)
    return "instruction fetch";
  return error & PWK_PF_WRITE ? "write access" : "read access";
}

static const char *
cause_words (uint32_t error)
{
  if (!(error & PWK_PF_PROT))
    return "not-present page";
  return error & PWK_PF_RSVD ? "reserved bit violation" : "permissions violation";
}

/* The entries on the way to @addr, as far as it goes. Of four levels the PGD's entry is the P4D's;
 * 32-bit kernels have other words. */
static void
dump_pagetable (PwkMachine *machine, PwkVaddr addr)
{
  static const char *const names[] = { [PWK_LEVEL_PTE] = "PTE", [PWK_LEVEL_PMD] = "PMD", [PWK_LEVEL_PUD] = "PUD", [PWK_LEVEL_P4D] = "P4D",
                                       [PWK_LEVEL_PGD] = "PGD" };
  static const char *const old_names[] = { [PWK_LEVEL_PTE] = "*pte", [PWK_LEVEL_PMD] = "*pde", [PWK_LEVEL_PUD] = "*pdpt" };
  char line[160];
  int n = 0;
  PwkPfn table = pwk_cpu (machine)->cr3 >> PWK_PAGE_SHIFT;
  PwkLevel top = pwk_top_level (machine);

  for (PwkLevel level = top; level >= PWK_LEVEL_PTE; level--)
    {
      uint64_t bits = pwk_table_bits (machine, pwk_table_entries (machine, table), pwk_level_index (machine->format, addr, level));
      PwkPte entry = pwk_format_decode (machine->format, bits, level);

      if (top == PWK_LEVEL_P4D && level == top)
        n += g_snprintf (line + n, sizeof line - (unsigned) n, "PGD " HEX " ", bits);
      if (top >= PWK_LEVEL_P4D)
        n += g_snprintf (line + n, sizeof line - (unsigned) n, "%s " HEX " ", names[level], bits);
      else
        n += g_snprintf (line + n, sizeof line - (unsigned) n, "%s = %0*" G_GINT64_MODIFIER "x ", old_names[level], 2 << machine->format->entry_shift, bits);
      if (!pwk_pte_hw_present (entry) || pwk_pte_leaf (entry, level))
        break;
      table = pwk_pte_pfn (entry);
    }
  line[n - 1] = '\0';
  pwk_printk (machine, PWK_LOG_BOTH, "%s", line);
}

static const char *
prefix (const PwkMachine *machine)
{
  return machine->profile->oops_says_oops ? "Oops: " : "";
}

/* Of machines whose faults tell no error code: arch/arm64, arch/riscv and arch/alpha, mm/fault.c. */
static void
report_short (PwkMachine *machine, PwkVaddr addr)
{
  pwk_printk (machine, PWK_LOG_BOTH, "Unable to handle kernel %s at virtual address " HEX16,
              addr < PWK_PAGE_SIZE ? "NULL pointer dereference" : "paging request", addr);
}

static void
report_fault (PwkMachine *machine, PwkVaddr addr, const PwkTranslation *fault)
{
  if (!machine->format->error_code)
    {
      report_short (machine, addr);
      return;
    }
  pwk_printk (machine, PWK_LOG_BOTH, "BUG: %s address: " HEX16,
              addr < PWK_PAGE_SIZE ? "kernel NULL pointer dereference," : "unable to handle page fault for", addr);
  pwk_printk (machine, PWK_LOG_BOTH, "#PF: supervisor %s in kernel mode", access_words (fault->error));
  pwk_printk (machine, PWK_LOG_BOTH, "#PF: error_code(0x%04x) - %s", fault->error, cause_words (fault->error));
  dump_pagetable (machine, addr);
  pwk_printk (machine, PWK_LOG_BOTH, "%sOops: %04x [#%u] SMP NOPTI", prefix (machine), fault->error, machine->st->die_counter);
}

static void
report (PwkMachine *machine, PwkVaddr addr, const PwkTranslation *fault)
{
  if (fault->check != PWK_CHECK_CANONICAL)
    report_fault (machine, addr, fault);
  else if (machine->format->error_code)
    pwk_printk (machine, PWK_LOG_BOTH, "%sgeneral protection fault, probably for non-canonical address 0x" HEX ": 0000 [#%u] SMP NOPTI",
                prefix (machine), addr, machine->st->die_counter);
  else
    report_short (machine, addr);
}

static void
oops (PwkMachine *machine, PwkVaddr addr, const PwkTranslation *fault)
{
  uint64_t outer = machine->st->cause;

  if (fault->miss)
    pwk_event_open (machine, fault->miss);
  pwk_event_open (machine, pwk_emit_access_fault (machine, addr, fault->error, fault->level, fault->check));
  pwk_emit_page_fault_oops (machine, addr, fault->error, fault->level, fault->check, ++machine->st->die_counter);
  report (machine, addr, fault);
  pwk_event_close (machine, outer);
}

/* --- the access --- */

/* What the processor says of a user's address in supervisor mode: with EFLAGS.AC clear SMAP refuses
 * what is mapped, and SMEP to execute it. */
static void
refuse_user (PwkMachine *machine, PwkVaddr addr, PwkAccessKind kind, PwkTranslation *fault)
{
  PwkWalk walk;
  bool is_there;

  pwk_mmu_probe (machine, machine->st->cur_cpu, pwk_cpu (machine)->mm, addr, kind, false, &walk);
  is_there = walk.ok || (walk.error & PWK_PF_PROT);
  *fault = (PwkTranslation) {
    .error = walk.ok ? PWK_PF_PROT | (kind == PWK_ACCESS_STORE ? PWK_PF_WRITE : 0) | (kind == PWK_ACCESS_FETCH ? PWK_PF_INSTR : 0) : walk.error,
    .level = pwk_level_told (machine, walk.steps[walk.n_steps - 1].level),
    .check = is_there ? PWK_CHECK_USER : PWK_CHECK_PRESENT,
  };
}

static bool
is_user_address (const PwkMachine *machine, PwkVaddr addr)
{
  return pwk_level_index (machine->format, addr, pwk_top_level (machine)) < machine->format->kernel_first;
}

static bool
translate (PwkMachine *machine, PwkVaddr addr, PwkAccessKind kind, PwkTranslation *out)
{
  *out = (PwkTranslation) { .check = PWK_CHECK_CANONICAL };
  if (!pwk_addr_canonical (machine, addr))
    return false;
  if (is_user_address (machine, addr))
    {
      refuse_user (machine, addr, kind, out);
      return false;
    }
  return pwk_translate (machine, pwk_tlb_cpu (machine, machine->st->cur_cpu), addr, kind, false, out);
}

/* The first eight bytes of the access, as far as they lie in this page; @skipped came before. What
 * hits a page table is as if it were edited by hand. */
static void
store (PwkMachine *machine, PwkPhys phys, unsigned bytes, unsigned skipped, uint64_t value)
{
  PwkPfn pfn = phys >> PWK_PAGE_SHIFT;

  if (pwk_is_device (machine, phys))
    {
      if (skipped < 8)
        pwk_device_write (machine, phys, MIN (bytes, 8 - skipped), value >> 8 * skipped);
      return;
    }
  if (pwk_page_type (machine, pfn) == PWK_PAGE_TABLE || pwk_page_type (machine, pfn) == PWK_PAGE_RESERVED)
    machine->st->lab_flags |= PWK_LAB_PTE_EDITED | PWK_LAB_TABLE_WRITTEN;
  pwk_store_value (machine, phys, bytes, skipped, value);
}

static uint64_t
load (PwkMachine *machine, PwkPhys phys, unsigned bytes, unsigned skipped)
{
  unsigned n = skipped < 8 ? MIN (bytes, 8 - skipped) : 0;
  const uint8_t *contents;
  uint64_t value = 0;

  if (n == 0)
    return 0;
  if (pwk_is_device (machine, phys))
    return pwk_device_read (machine, phys, n) << 8 * skipped;
  contents = pwk_frame_bytes (machine, phys >> PWK_PAGE_SHIFT);
  for (unsigned i = 0; contents && i < n; i++)
    value |= (uint64_t) contents[(phys & (PWK_PAGE_SIZE - 1)) + i] << 8 * (skipped + i);
  return value;
}

static PwkKernelAccess
access_page (PwkMachine *machine, PwkVaddr addr, unsigned bytes, unsigned skipped, PwkAccessKind kind, uint64_t *value)
{
  PwkTranslation translation;
  PwkPhys phys;
  uint64_t outer;

  if (!translate (machine, addr, kind, &translation))
    {
      oops (machine, addr, &translation);
      return PWK_KERNEL_ACCESS_OOPS;
    }
  phys = pwk_translation_phys (machine, &translation, addr);
  if (kind == PWK_ACCESS_STORE && !pwk_is_device (machine, phys) && !pwk_kernel_may_store (machine, phys, bytes))
    return PWK_KERNEL_ACCESS_UNGUARDED;
  outer = pwk_event_open (machine, pwk_emit_access (machine, addr, bytes, kind, phys));
  if (kind == PWK_ACCESS_STORE)
    store (machine, phys, bytes, skipped, *value);
  else
    *value |= load (machine, phys, bytes, skipped);
  pwk_event_close (machine, outer);
  return PWK_KERNEL_ACCESS_OK;
}

/* Page by page, as the user's accesses are. Between processes a cpu runs in the tables of the last
 * one, whose kernel half is the same, or in the kernel's own. */
PwkKernelAccess
pwk_kernel_access (PwkMachine *machine, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t *value)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  PwkKernelAccess how = PWK_KERNEL_ACCESS_OK;

  pwk_assert_door (bytes > 0);
  if (!cpu->cr3)
    cpu->cr3 = machine->st->swapper_pgd << PWK_PAGE_SHIFT;
  if (kind != PWK_ACCESS_STORE)
    *value = 0;
  for (unsigned done = 0; done < bytes && how == PWK_KERNEL_ACCESS_OK;)
    {
      unsigned here = MIN (bytes - done, (unsigned) (PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1))));

      how = access_page (machine, addr, here, done, kind, value);
      addr += here;
      done += here;
    }
  return how;
}
