/* walk.c - the page walk: by the hardware, and as a question
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows Intel SDM 3A, "4-Level Paging and 5-Level Paging" and "Caching Translation Information",
 * for entries of any format (PwkPte); what is peculiar to a format is its decode () and
 * reserved (). The walk of a machine and the question differ in one thing: the first leaves traces
 * (accessed and dirty bits, walk caches, counters, events) and the second none.
 */
#include "engine/core/emit.h"
#include "engine/paging/mm.h"
#include "engine/paging/translate.h"

/* The walk cache that keeps entries of @level, -1 none. */
static inline int
cache_of (PwkLevel level)
{
  return level >= PWK_LEVEL_PMD && level <= PWK_LEVEL_P4D ? (int) (PWK_LEVEL_P4D - level) : -1;
}

/* Rights narrow on the way down: an address may be written, or used in user mode, if every entry on
 * its way says so, and be executed if none says no. So a whole part of the address space can be
 * closed in an upper table. */
static uint64_t
combine (uint64_t rights, PwkPte entry)
{
  if (!pwk_pte_write (entry))
    rights &= ~PWK_WORD_WRITE;
  if (!pwk_pte_user (entry))
    rights &= ~PWK_WORD_USER;
  return pwk_pte_exec (entry) ? rights : rights | PWK_WORD_NO_EXECUTE;
}

/* What the processor pushes: why (P: there was an entry, it did not allow it; RSVD), and what was
 * tried (W, U, I). */
static uint32_t
error_code (PwkAccessKind kind, bool user, uint32_t cause)
{
  return cause | (user ? PWK_PF_USER : 0) | (kind == PWK_ACCESS_STORE ? PWK_PF_WRITE : 0) | (kind == PWK_ACCESS_FETCH ? PWK_PF_INSTR : 0);
}

/* Rights without the dirty bit, which a walk sets itself. */
static bool
allowed (PwkAccessKind kind, bool user, uint64_t rights)
{
  PwkRights wanted = pwk_rights (kind, user);

  wanted.need &= ~PWK_WORD_DIRTY;
  return pwk_rights_given (wanted, rights);
}

/* Which of the rights is missing. */
static PwkWalkCheck
failed_check (PwkAccessKind kind, bool user, uint64_t rights)
{
  if (user && !(rights & PWK_WORD_USER))
    return PWK_CHECK_USER;
  return kind == PWK_ACCESS_STORE && !(rights & PWK_WORD_WRITE) ? PWK_CHECK_WRITE : PWK_CHECK_EXECUTE;
}

/* The word for a TLB: of a 1 GiB page, the 2 MiB that @addr lies in. */
static uint64_t
tlb_word (const PwkMachine *machine, PwkPte leaf, PwkLevel level, uint64_t rights, PwkVaddr addr)
{
  PwkPhys frame = pwk_leaf_pfn (machine->format, leaf, level) << PWK_PAGE_SHIFT;
  uint64_t word = frame | rights | (pwk_pte_dirty (leaf) ? PWK_WORD_DIRTY : 0) | (pwk_pte_global (leaf) ? PWK_WORD_GLOBAL : 0);

  if (level == PWK_LEVEL_PTE)
    return word;
  if (level > PWK_LEVEL_PMD)
    word |= addr & (pwk_level_size (machine->format, level) - 1) & ~(pwk_level_size (machine->format, PWK_LEVEL_PMD) - 1);
  return word | PWK_WORD_LARGE;
}

/* --- by the hardware --- */

/* A walk under way. With the pde cache knowing the address, of
 *
 *      cr3 ─▶ pgd ─▶ pud ─▶ pmd ─▶ pte
 *
 * the last is read alone: level = PTE, table = the frame of the page table, rights = those of the
 * three above. */
typedef struct
{
  PwkMachine   *machine;
  PwkTlbCpu    *block;
  PwkVaddr      addr;
  PwkLevel      level;         /* of the entry to be read next */
  PwkLevel      known;         /* the deepest that a walk cache told; one above the top if none */
  PwkPfn        table;
  uint64_t      rights;
  PwkEntryRef   read[5];       /* entries read, top first */
  unsigned      n_read;
} Walk;

/* A kind of event for each level, so that "stop at the pmd read" is a question that can be asked. */
static void
tell_read (const Walk *walk, uint64_t bits, unsigned index)
{
  switch ((PwkLevel) pwk_level_told (walk->machine, walk->level))
    {
    case PWK_LEVEL_PGD:
      pwk_emit_walk_pgd (walk->machine, walk->addr, walk->table, index, bits);
      break;
    case PWK_LEVEL_P4D:
      pwk_emit_walk_p4d (walk->machine, walk->addr, walk->table, index, bits);
      break;
    case PWK_LEVEL_PUD:
      pwk_emit_walk_pud (walk->machine, walk->addr, walk->table, index, bits);
      break;
    case PWK_LEVEL_PMD:
      pwk_emit_walk_pmd (walk->machine, walk->addr, walk->table, index, bits);
      break;
    case PWK_LEVEL_PTE:
      pwk_emit_walk_pte (walk->machine, walk->addr, walk->table, index, bits);
      break;
    }
}

/* All caches are asked at once, and each that knows the address is touched; the deepest decides
 * where the reading begins. */
static void
ask_caches (Walk *walk, uint64_t tag)
{
  PwkTlbCpu *block = walk->block;

  for (PwkLevel level = PWK_LEVEL_P4D; level >= PWK_LEVEL_PMD; level--)
    {
      PwkTlb *pwc = &block->pwc[cache_of (level)];
      uint64_t number = walk->addr >> pwk_level_shift (walk->machine->format, level), data;
      int64_t at = pwk_tlb_find (block, pwc, number, pwk_tlb_key (number, false, tag));

      if (at < 0)
        continue;
      pwk_tlb_touch (block, pwc, (uint32_t) at);
      walk->known = level;
      /* Switched off, they are kept up for count_reads () and lead nowhere. */
      if (!block->pwc_on)
        continue;
      data = pwk_tlb_array (block, pwc->data)[at];
      walk->level = (PwkLevel) (level - 1);
      walk->table = pwk_word_pfn (data);
      walk->rights = data & PWK_WORD_RIGHTS;
    }
  if (block->pwc_on && walk->known <= PWK_LEVEL_P4D)
    pwk_emit_pwc_hit (walk->machine, walk->addr, pwk_level_told (walk->machine, walk->known));
}

/* What was read, but the leaf, is remembered; what a cache told already is not put in again. Rights
 * are remembered as they had been narrowed down to there, so that a walk that begins below need not
 * look above. */
static void
remember (Walk *walk, PwkPfn next_table, uint64_t tag)
{
  int cache = cache_of (walk->level);
  uint64_t number = walk->addr >> pwk_level_shift (walk->machine->format, walk->level), evicted;

  if (cache < 0 || walk->level >= walk->known)
    return;
  pwk_tlb_insert (walk->machine, walk->block, &walk->block->pwc[cache], number, pwk_tlb_key (number, false, tag),
                  (uint64_t) next_table << PWK_PAGE_SHIFT | walk->rights, &evicted);
  if (walk->block->pwc_on)
    pwk_emit_pwc_fill (walk->machine, walk->addr, pwk_level_told (walk->machine, walk->level), next_table);
}

/* The reads that this walk cost, with and without walk caches: both are counted whichever is
 * switched on, so that what the caches are worth can be told from one run. */
static void
count_reads (const Walk *walk, PwkLevel top, PwkLevel last)
{
  PwkCpu *cpu = pwk_cpu_edit (walk->machine);
  unsigned first = walk->known > PWK_LEVEL_PGD ? top : walk->known - 1;

  cpu->walk_refs += top - last + 1;
  cpu->walk_refs_pwc += first >= last ? first - last + 1 : 0;
}

/* Accessed in every entry that was read, dirty in the leaf for a store. The processor does it when
 * the walk has succeeded, so a fault leaves entries alone. What a walk cache told is not read, and
 * not marked: it was when it came into the cache. */
static void
set_accessed (Walk *walk, PwkAccessKind kind)
{
  for (unsigned i = 0; i < walk->n_read; i++)
    {
      PwkPte entry = pwk_entry_get (walk->machine, walk->read[i]);
      PwkPte used = pwk_pte_mkyoung (entry);

      if (kind == PWK_ACCESS_STORE && i + 1 == walk->n_read)
        used = pwk_format_dirty_by_hw (walk->machine->format, used);
      if (!pwk_pte_same (used, entry))
        pwk_entry_set_hw (walk->machine, walk->read[i], used, walk->addr);
    }
}

/* Where the hardware leaves accessed and dirty to the kernel, an access that would set one of them
 * in @leaf is refused: arm64 without TCR.HA and TCR.HD, riscv with Svade. The kernel is told of it
 * as of an entry that is not there: the region alone decides. The check that fails, or
 * PWK_CHECK_CANONICAL: none. */
static inline PwkWalkCheck
upkeep_check (const PwkMachine *machine, PwkAccessKind kind, PwkPte leaf)
{
  if (G_LIKELY (!machine->software_ad))
    return PWK_CHECK_CANONICAL;
  if (!pwk_pte_young (leaf))
    return PWK_CHECK_ACCESSED;
  return kind == PWK_ACCESS_STORE && !pwk_pte_dirty (leaf) ? PWK_CHECK_DIRTY : PWK_CHECK_CANONICAL;
}

/* Nothing was changed by the walk that fails, but the walk caches: they keep what was found above. */
static bool
fail (PwkTranslation *out, const Walk *walk, uint32_t error, PwkWalkCheck check)
{
  *out = (PwkTranslation) { .error = error, .level = pwk_level_told (walk->machine, walk->level), .check = check };
  return false;
}

/* From the deepest table that a walk cache knows down to a leaf, reading one entry a level:
 *
 *      cr3 ─▶ [pgd 9 bits] ─▶ [pud 9] ─▶ [pmd 9] ─▶ [pte 9] ─▶ frame, offset 12
 *              47 … 39          38 … 30    29 … 21    20 … 12
 *
 * An entry that is not present ends it, one with reserved bits set, too, and a leaf whose way does
 * not give the rights. Accessed and dirty are set when all is well. Intel SDM 3A, "4-Level Paging
 * and 5-Level Paging". */
bool
pwk_walk (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out)
{
  const PwkCpu *cpu = pwk_cpu (machine);
  const PwkFormat *format = machine->format;
  uint64_t tag = pwk_tlb_tag (cpu->cr3);
  PwkLevel top = pwk_top_level (machine);
  Walk walk = {
    .machine = machine, .block = block, .addr = addr, .level = top, .known = (PwkLevel) (PWK_LEVEL_PGD + 1),
    .table = cpu->cr3 >> PWK_PAGE_SHIFT, .rights = PWK_WORD_ALL_RIGHTS,
  };

  pwk_assert_debug (pwk_addr_canonical (machine, addr));
  ask_caches (&walk, tag);
  for (;; walk.level--)
    {
      unsigned index = pwk_level_index (format, addr, walk.level);
      uint64_t bits = pwk_table_bits (machine, pwk_table_entries (machine, walk.table), index);
      PwkPte entry = pwk_format_decode (format, bits, walk.level);
      bool leaf = pwk_pte_leaf (entry, walk.level);

      pwk_assert_debug (walk.level >= PWK_LEVEL_PTE && walk.n_read < G_N_ELEMENTS (walk.read));
      tell_read (&walk, bits, index);
      walk.read[walk.n_read++] = (PwkEntryRef) { walk.table, (uint16_t) index, (uint8_t) walk.level };
      if (!pwk_pte_hw_present (entry) || pwk_format_reserved (format, machine->profile, bits, walk.level))
        {
          count_reads (&walk, top, walk.level);
          return pwk_pte_hw_present (entry) ? fail (out, &walk, error_code (kind, user, PWK_PF_PROT | PWK_PF_RSVD), PWK_CHECK_RESERVED)
                 : fail (out, &walk, error_code (kind, user, 0), PWK_CHECK_PRESENT);
        }

      walk.rights = combine (walk.rights, entry);
      if (leaf)
        {
          count_reads (&walk, top, walk.level);
          if (!allowed (kind, user, walk.rights))
            return fail (out, &walk, error_code (kind, user, PWK_PF_PROT), failed_check (kind, user, walk.rights));
          if (G_UNLIKELY (upkeep_check (machine, kind, entry) != PWK_CHECK_CANONICAL))
            return fail (out, &walk, error_code (kind, user, 0), upkeep_check (machine, kind, entry));
          set_accessed (&walk, kind);
          if (kind == PWK_ACCESS_STORE)
            entry = pwk_pte_mkdirty (entry);
          *out = (PwkTranslation) { .data = tlb_word (machine, entry, walk.level, walk.rights, addr), .level = walk.level };
          return true;
        }
      remember (&walk, pwk_pte_pfn (entry), tag);
      walk.table = pwk_pte_pfn (entry);
    }
}

/* --- as a question --- */

/* The deepest level that a walk cache of @cpu knows of @addr; above the top if none. */
static PwkLevel
known_level (const PwkMachine *machine, unsigned cpu, PwkVaddr addr)
{
  const PwkTlbCpu *block = pwk_tlb_cpu_raw (machine, cpu);
  uint64_t tag = pwk_tlb_tag (machine->st->cpus[cpu].cr3);

  pwk_assert_door (cpu < machine->st->n_cpus);
  if (!block->ready || !block->pwc_on)
    return (PwkLevel) (PWK_LEVEL_PGD + 1);
  for (PwkLevel level = PWK_LEVEL_PMD; level <= PWK_LEVEL_P4D; level++)
    {
      uint64_t number = addr >> pwk_level_shift (machine->format, level);

      if (pwk_tlb_peek (block, &block->pwc[cache_of (level)], number, pwk_tlb_key (number, false, tag)) >= 0)
        return level;
    }
  return (PwkLevel) (PWK_LEVEL_PGD + 1);
}

/* The fault that the access would raise, and at which level. */
static void
probe_end (PwkWalk *out, PwkLevel level, uint32_t error)
{
  out->error = error;
  out->fault_level = level;
}

/* The same as a question: every entry with its place and what it allows so far, also those that a
 * walk cache would have spared; nothing is counted, cached, marked or told. */
void
pwk_mmu_probe (const PwkMachine *machine, unsigned cpu, PwkIndex mm, PwkVaddr addr, PwkAccessKind kind, bool user, PwkWalk *out)
{
  PwkLevel known = (PwkLevel) (PWK_LEVEL_PGD + 1), level = pwk_top_level (machine);
  PwkPfn table = mm ? pwk_mm (machine, mm)->pgd : machine->st->swapper_pgd;
  uint64_t rights = PWK_WORD_ALL_RIGHTS;
  PwkTlbId id;

  pwk_assert_door (cpu < machine->st->n_cpus && kind <= PWK_ACCESS_FETCH);
  *out = (PwkWalk) { .addr = addr, .kind = kind, .user = user, .canonical = pwk_addr_canonical (machine, addr) };
  if (!out->canonical)
    return;
  if (mm == machine->st->cpus[cpu].mm)
    {
      known = known_level (machine, cpu, addr);
      if (pwk_tlb_where (machine, cpu, addr, kind == PWK_ACCESS_FETCH, &id, &out->set, &out->way))
        {
          out->tlb = id;
          out->tlb_level = id == PWK_TLB_STLB ? 2 : 1;
        }
    }

  for (;; level--)
    {
      PwkWalkStep *step = &out->steps[out->n_steps++];

      pwk_assert_door (level >= PWK_LEVEL_PTE && out->n_steps <= G_N_ELEMENTS (out->steps));
      step->level = level;
      step->table = table;
      step->index = (uint16_t) pwk_level_index (machine->format, addr, level);
      step->bits = pwk_table_bits (machine, pwk_table_entries (machine, table), step->index);
      step->entry = pwk_format_decode (machine->format, step->bits, level);
      step->present = pwk_pte_hw_present (step->entry);
      step->leaf = step->present && pwk_pte_leaf (step->entry, level);
      step->reserved = step->present && pwk_format_reserved (machine->format, machine->profile, step->bits, level) != 0;
      step->skipped = level >= known;
      out->n_reads += !step->skipped;
      if (step->present)
        rights = combine (rights, step->entry);
      step->rw = step->present && (rights & PWK_WORD_WRITE);
      step->us = step->present && (rights & PWK_WORD_USER);
      step->nx = step->present && (rights & PWK_WORD_NO_EXECUTE);

      if (!step->present || step->reserved)
        {
          probe_end (out, level, error_code (kind, user, step->present ? PWK_PF_PROT | PWK_PF_RSVD : 0));
          return;
        }
      if (step->leaf)
        break;
      table = pwk_pte_pfn (step->entry);
    }

  out->page_size = pwk_level_size (machine->format, level);
  if (!allowed (kind, user, rights))
    {
      probe_end (out, level, error_code (kind, user, PWK_PF_PROT));
      return;
    }
  if (upkeep_check (machine, kind, out->steps[out->n_steps - 1].entry) != PWK_CHECK_CANONICAL)
    {
      probe_end (out, level, error_code (kind, user, 0));
      return;
    }
  out->ok = true;
  out->phys = (pwk_leaf_pfn (machine->format, out->steps[out->n_steps - 1].entry, level) << PWK_PAGE_SHIFT) + (addr & (out->page_size - 1));
}
