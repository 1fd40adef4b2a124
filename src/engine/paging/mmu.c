/* mmu.c - one access by a cpu
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole way of a load, store or fetch, and the only way that programs have to memory:
 *
 *      pwk_access ()                      page by page
 *        pwk_translate ()                 level-1 TLB, by the hint (translate.h)
 *          pwk_translate_slow ()          other ways, second level
 *            walk_and_fill ()             tables (walk.c); accessed, dirty; both TLBs filled
 *        no: handle_fault ()              #PF: the kernel repairs (virt), and all begins again
 *        yes: pwk_store_value ()            contents, where there are some
 *
 * Invariants of what is left behind are pwk_paging_check ()'s.
 */
#include "engine/paging/mmu.h"

#include "engine/core/emit.h"
#include "engine/core/refusal.h"
#include "engine/core/task.h"
#include "engine/paging/fault-door.h"
#include "engine/paging/translate.h"
#include "engine/phys/contents.h"

/* A real processor tries for ever where the kernel repairs nothing, as with rights taken away in an
 * upper table by hand. Here the access is given up, as if by a signal. */
#define MAX_FAULTS_A_PAGE 16

#define SIGSEGV_NUMBER 11
#define SI_KERNEL_CODE 0x80u

/* --- translation behind the inlined part --- */

/* The number that a TLB knows the page by: the address without the offset in a page of that size. */
static inline uint64_t
page_number (const PwkMachine *machine, PwkVaddr addr, bool large)
{
  return addr >> (large ? pwk_level_shift (machine->format, PWK_LEVEL_PMD) : PWK_PAGE_SHIFT);
}

/* Dirty is kept in the TLB's word: the first store through a clean entry makes the processor set it
 * in memory, by a locked access that looks whether the entry is still the one that was cached.
 * False if it is not: then the tables are walked anew. So the kernel may clear a dirty bit and
 * flush later, and loses no write. */
static bool
assist_dirty (PwkMachine *machine, PwkVaddr addr, uint64_t data)
{
  PwkPfn pgd = pwk_cpu (machine)->cr3 >> PWK_PAGE_SHIFT;
  PwkEntryRef ref = pwk_entry_lookup (machine, pgd, addr, data & PWK_WORD_LARGE ? PWK_LEVEL_PMD : PWK_LEVEL_PTE);
  PwkPte entry = pwk_entry_get (machine, ref);
  PwkPfn in_page = pwk_level_pages (machine->format, (PwkLevel) ref.level) - 1;

  if (!pwk_pte_hw_present (entry) || !pwk_pte_write (entry)
      || (pwk_pte_pfn (entry) & ~in_page) != (pwk_word_pfn (data) & ~in_page))
    return false;
  if (!pwk_pte_dirty (entry) && machine->software_ad)
    return false;
  if (!pwk_pte_dirty (entry))
    pwk_entry_set_hw (machine, ref, pwk_format_dirty_by_hw (machine->format, pwk_pte_mkyoung (entry)), addr);
  return true;
}

/* Marks the entry dirty wherever the cpu has it: both levels may, and the second's would otherwise
 * bring the clean one back. */
static void
mark_dirty (PwkTlbCpu *block, uint64_t number, bool large, uint64_t tag)
{
  uint64_t key = pwk_tlb_key (number, large, tag);

  for (unsigned id = 0; id < PWK_N_TLBS; id++)
    {
      int64_t at = pwk_tlb_peek (block, &block->tlb[id], number, key);

      if (at >= 0)
        pwk_tlb_array_edit (block, block->tlb[id].data)[at] |= PWK_WORD_DIRTY;
    }
}

/* Whether a word found in a TLB serves; if not it is dropped, as the processor looks at the tables
 * again before it faults. Rights may have been widened without a flush, which Linux does
 * (ptep_set_access_flags ()): the stale entry costs a walk, and no fault.
 *
 *      word has the rights, and is dirty if this is a store     ─▶ serves
 *      has the rights, is clean, this is a store                ─▶ assist: the bit is set in memory and here
 *      has not                                                  ─▶ dropped, walk; if the tables say no as well: #PF
 */
static bool
serves (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, uint64_t data, PwkTranslation *out)
{
  PwkRights rights = pwk_rights (kind, user);
  uint64_t tag = pwk_tlb_tag (pwk_cpu (machine)->cr3);
  bool large = (data & PWK_WORD_LARGE) != 0;

  out->data = data;
  if (pwk_rights_given (rights, data))
    return true;
  rights.need &= ~PWK_WORD_DIRTY;
  if (pwk_rights_given (rights, data) && assist_dirty (machine, addr, data))
    {
      mark_dirty (block, page_number (machine, addr, large), large, tag);
      out->data |= PWK_WORD_DIRTY;
      return true;
    }
  pwk_tlb_drop_addr (machine, block, addr, tag);
  return false;
}

/* Looks into TLB @id for the page of either size. -1: not there. Counts of what it holds spare the
 * search for a size of which there is none. */
static int64_t
look_into (const PwkMachine *machine, PwkTlbCpu *block, unsigned id, PwkVaddr addr, unsigned large, uint64_t tag)
{
  const PwkTlb *tlb = &block->tlb[id];
  uint64_t number = page_number (machine, addr, large);

  if (large ? !tlb->n_large : tlb->n_large == tlb->n_valid)
    return -1;
  return pwk_tlb_find (block, tlb, number, pwk_tlb_key (number, large, tag));
}

/* A global page is kept under the tag that all address spaces share. */
static uint64_t
key_for (const PwkMachine *machine, PwkVaddr addr, uint64_t data, uint64_t tag)
{
  bool large = (data & PWK_WORD_LARGE) != 0;

  return pwk_tlb_key (page_number (machine, addr, large), large, data & PWK_WORD_GLOBAL ? PWK_TAG_GLOBAL : tag);
}

/* Fills level 1 and, if the second did not have it, that too: neither inclusive nor exclusive. */
static void
fill (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, uint64_t data, bool data_side, bool stlb_too)
{
  unsigned cpu = machine->st->cur_cpu;
  uint64_t key = key_for (machine, addr, data, pwk_tlb_tag (machine->st->cpus[cpu].cr3));

  if (stlb_too && block->has_stlb)
    pwk_tlb_fill (machine, cpu, PWK_TLB_STLB, addr, key, data);
  pwk_tlb_fill (machine, cpu, (PwkTlbId) block->route[data_side][(data & PWK_WORD_LARGE) != 0], addr, key, data);
}

/* Found at @at of TLB @id: counted, told, touched. Returns its word. Touching is what makes the
 * difference between replacement policies: LRU and PLRU note the use, FIFO does not. */
static uint64_t
hit (PwkMachine *machine, PwkTlbCpu *block, unsigned level, unsigned id, PwkVaddr addr, int64_t at)
{
  uint64_t data = pwk_tlb_array (block, block->tlb[id].data)[at];

  pwk_assert_debug (id < PWK_N_TLBS && at >= 0);
  pwk_tlb_touch (block, &block->tlb[id], (uint32_t) at);
  pwk_emit_tlb_hit (machine, addr, level, id, pwk_word_pfn (data), machine->st->cur_cpu);
  return data;
}

/* A translation that failed leaves nothing behind in a TLB: x86 caches no negative answers, so the
 * kernel need not flush when it makes an entry present. */
static bool
walk_and_fill (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  bool data_side = kind != PWK_ACCESS_FETCH;
  uint64_t miss = pwk_emit_tlb_miss (machine, addr, data_side, machine->st->cur_cpu), outer = pwk_event_open (machine, miss);
  bool ok;

  if (data_side)
    cpu->walks_data++;
  else
    cpu->walks_instr++;
  ok = pwk_walk (machine, block, addr, kind, user, out);
  if (ok)
    fill (machine, block, addr, out->data, data_side, true);
  pwk_event_close (machine, outer);
  out->miss = miss;
  return ok;
}

/* Where the hint of the level-1 TLB for small pages did not lead to an entry that serves: its other
 * ways, the one for large pages, then the second level, of either size, then the walk. What is
 * found on the second level comes to the first, and stays; a walk fills both. */
bool
pwk_translate_slow (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  bool data_side = kind != PWK_ACCESS_FETCH;
  uint64_t tag = pwk_tlb_tag (cpu->cr3), data;

  for (unsigned large = 0; large < 2; large++)
    {
      unsigned id = block->route[data_side][large];
      int64_t at = look_into (machine, block, id, addr, large, tag);

      if (at < 0)
        continue;
      data_side ? cpu->l1d_hits++ : cpu->l1i_hits++;
      data = hit (machine, block, 1, id, addr, at);
      if (serves (machine, block, addr, kind, user, data, out))
        return true;
      return walk_and_fill (machine, block, addr, kind, user, out);
    }
  data_side ? cpu->l1d_misses++ : cpu->l1i_misses++;

  for (unsigned large = 0; block->has_stlb && large < 2; large++)
    {
      int64_t at = look_into (machine, block, PWK_TLB_STLB, addr, large, tag);

      if (at < 0)
        continue;
      cpu->stlb_hits++;
      data = hit (machine, block, 2, PWK_TLB_STLB, addr, at);
      if (!serves (machine, block, addr, kind, user, data, out))
        return walk_and_fill (machine, block, addr, kind, user, out);
      fill (machine, block, addr, out->data, data_side, false);
      return true;
    }
  cpu->stlb_misses++;
  return walk_and_fill (machine, block, addr, kind, user, out);
}

/* --- an access of a task --- */

/* Frames without contents are all zero: storing zero into them changes nothing. Of an access of more
 * than eight bytes the value is what its first eight hold; @skipped of them lie in the page before. */
void
pwk_store_value (PwkMachine *machine, PwkPhys phys, unsigned bytes, unsigned skipped, uint64_t value)
{
  PwkPfn pfn = phys >> PWK_PAGE_SHIFT;
  unsigned offset = phys & (PWK_PAGE_SIZE - 1), n = bytes > 8 ? 8 : bytes;
  uint8_t text[8];

  pwk_assert_debug (offset + n <= PWK_PAGE_SIZE);
  if (pfn >= machine->st->max_pfn || (value == 0 && !pwk_frame_bytes (machine, pfn)))
    return;
  for (unsigned i = 0; i < n; i++)
    text[i] = skipped + i < 8 ? (uint8_t) (value >> 8 * (skipped + i)) : 0;
  pwk_frame_write (machine, pfn, offset, text, n);
}

/* An address whose upper bits do not repeat the topmost translated one reaches no table: #GP, and
 * SIGSEGV with SI_KERNEL and no address. */
static PwkAccessResult
general_protection (PwkMachine *machine, PwkIndex task, PwkVaddr addr)
{
  uint64_t outer = pwk_event_open (machine, pwk_emit_access_fault (machine, addr, 0, 0, PWK_CHECK_CANONICAL));

  machine->st->refusal = PWK_WHY_NON_CANONICAL;
  pwk_emit_signal_generate (machine, task, SIGSEGV_NUMBER, SI_KERNEL_CODE, 0, PWK_WHY_NON_CANONICAL);
  pwk_event_close (machine, outer);
  return (PwkAccessResult) { PWK_ACCESS_SIGSEGV, SI_KERNEL_CODE, 0, 0, 0 };
}

/* The exception, caused by the walk that failed, and its handling. Adds to @total; false if the
 * access ends here. */
static bool
handle_fault (PwkMachine *machine, PwkIndex task, PwkVaddr addr, const PwkTranslation *fault, PwkAccessResult *total)
{
  uint64_t outer = pwk_event_open (machine, fault->miss);
  PwkAccessResult result;

  pwk_event_open (machine, pwk_emit_access_fault (machine, addr, fault->error, fault->level, fault->check));
  result = pwk_exc_page_fault (machine, task, addr, fault->error);
  pwk_event_close (machine, outer);
  total->faults++;
  if (result.outcome >= PWK_ACCESS_SIGSEGV)
    {
      total->outcome = result.outcome;
      total->si_code = result.si_code;
      total->addr = result.addr;
      return false;
    }
  total->outcome = MAX (total->outcome, result.outcome);
  return true;
}

/* The part of an access that lies in one page; @skipped bytes of it came before. TLB, else walk; no
 * right or no entry: the kernel's turn, and the instruction starts again, which finds the repaired
 * entry by a new walk, since the processor keeps nothing of a translation that failed. */
static bool
access_page (PwkMachine *machine, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t value, unsigned skipped,
             PwkAccessResult *total)
{
  PwkTlbCpu *block = pwk_tlb_cpu (machine, machine->st->cur_cpu);
  PwkTranslation translation;
  PwkPhys phys;

  pwk_assert_debug (bytes > 0 && (addr & (PWK_PAGE_SIZE - 1)) + bytes <= PWK_PAGE_SIZE);
  for (unsigned tries = 0; G_UNLIKELY (!pwk_translate (machine, block, addr, kind, true, &translation)); tries++)
    {
      if (!handle_fault (machine, task, addr, &translation, total))
        return false;
      /* Each time the kernel found nothing to mend, and the entry refuses all the same. */
      if (tries + 1 == MAX_FAULTS_A_PAGE)
        {
          total->outcome = PWK_ACCESS_SIGSEGV;
          total->si_code = SI_KERNEL_CODE;
          total->addr = addr;
          return false;
        }
    }

  phys = pwk_translation_phys (machine, &translation, addr);
  if (skipped == 0)
    total->phys = phys;
  else
    total->phys_next = phys;
  if (kind == PWK_ACCESS_STORE)
    pwk_store_value (machine, phys, bytes, skipped, value);
  pwk_emit_access (machine, addr, bytes, kind, phys);
  return true;
}

/* An access may cross from one page into the next, which may be anywhere in physical memory:
 *
 *      addr ──▶ [ … page n: here ][ page n + 1: left - here … ]
 *                 translated, faulted and stored on its own, one after the other
 *
 * The task comes to its cpu first if it is not there, as the scheduler would see to. */
static PwkAccessResult
access_pages (PwkMachine *machine, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t value)
{
  const PwkTask *t = pwk_task (machine, task);
  PwkAccessResult total = { .outcome = PWK_ACCESS_OK };
  unsigned left = bytes ? bytes : 1, done = 0;

  pwk_assert_debug (t->mm != 0);
  if (G_UNLIKELY (machine->st->cur_cpu != t->cpu || pwk_cpu (machine)->mm != t->mm || pwk_cpu (machine)->task != task))
    pwk_task_run (machine, task, -1);

  while (left)
    {
      unsigned here = MIN (left, (unsigned) (PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1))));

      /* all of the access is looked at before any page of it is */
      if (G_UNLIKELY (!pwk_addr_canonical (machine, addr) || (here < left && !pwk_addr_canonical (machine, addr + left - 1))))
        {
          PwkAccessResult refused = general_protection (machine, task, addr);

          refused.faults = total.faults;
          return refused;
        }
      if (!access_page (machine, task, addr, here, kind, value, done, &total))
        return total;
      addr += here;
      done += here;
      left -= here;
    }
  return total;
}

/* One instruction's access to memory. A fault on a file asks the disk for more than its page; what
 * was asked for and not waited for comes in now. */
PwkAccessResult
pwk_access (PwkMachine *machine, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t value)
{
  PwkAccessResult result = access_pages (machine, task, addr, bytes, kind, value);

  if (G_UNLIKELY (machine->st->reads.inode))
    pwk_reads_finish (machine);
  return result;
}

/* What a load sees after the access: little-endian, byte by byte, from the one or two places where
 * it lies. */
uint64_t
pwk_access_value (const PwkMachine *machine, const PwkAccessResult *access, PwkVaddr addr, unsigned bytes)
{
  unsigned in_page = (unsigned) (PWK_PAGE_SIZE - (addr & (PWK_PAGE_SIZE - 1)));
  uint64_t value = 0;

  for (unsigned i = 0; i < MIN (bytes, 8); i++)
    {
      PwkPhys phys = i < in_page ? access->phys + i : access->phys_next + (i - in_page);
      PwkPfn pfn = phys >> PWK_PAGE_SHIFT;
      const uint8_t *contents = pfn < machine->st->max_pfn ? pwk_frame_bytes (machine, pfn) : NULL;

      if (contents)
        value |= (uint64_t) contents[phys & (PWK_PAGE_SIZE - 1)] << 8 * i;
    }
  return value;
}
