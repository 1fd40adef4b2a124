/* translate.h - from address to frame as the hardware does it: TLBs, then the walk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/emit.h"
#include "engine/paging/mmu.h"
#include "engine/paging/page-table.h"
#include "engine/paging/tlb-private.h"

/* What came of it: the TLB's word (frame, rights, whether the page is large), or the error code and
 * the level whose entry ended the walk. */
typedef struct
{
  uint64_t     data;
  uint32_t     error;
  uint32_t     level;
  PwkWalkCheck check;    /* that failed */
  uint64_t     miss;     /* the number of the event tlb_miss whose walk failed */
} PwkTranslation;

/* Rights that an access needs in a TLB's word, and bits that forbid it; by kind, in user mode. A
 * store wants the dirty bit too: without it the entry has to be looked at again. */
typedef struct { uint64_t need, bad; } PwkRights;

static inline PwkRights
pwk_rights (PwkAccessKind kind, bool user)
{
  static const PwkRights by_kind[] = {
    [PWK_ACCESS_LOAD] = { 0, 0 }, [PWK_ACCESS_STORE] = { PWK_WORD_WRITE | PWK_WORD_DIRTY, 0 }, [PWK_ACCESS_FETCH] = { 0, PWK_WORD_NO_EXECUTE },
  };
  PwkRights rights = by_kind[kind];

  if (user)
    rights.need |= PWK_WORD_USER;
  return rights;
}

static inline bool
pwk_rights_given (PwkRights rights, uint64_t data)
{
  return (data & rights.need) == rights.need && (data & rights.bad) == 0;
}

/* What a store leaves in memory: of @value, an access's first eight bytes, those behind the first
 * @skipped, which lie in the page before. */
void pwk_store_value    (PwkMachine *machine, PwkPhys phys, unsigned bytes, unsigned skipped, uint64_t value);
/* A walk through the tables at @pgd, told by its events: true and the word to put into a TLB, or
 * false and the error. Sets accessed, and dirty for a store. */
bool pwk_walk           (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out);
/* The rest of pwk_translate (): other ways, the second level, the walk. */
bool pwk_translate_slow (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out);

/* Translates for the running cpu, whose block is @block. False: a fault, to be handled and tried
 * again. The hottest function there is, since each load, store and fetch of a replayed trace comes
 * through it: what nearly all need (one comparison with the way that the hint names, the rights,
 * the stamp) is inline, and all else is not. */
static inline bool
pwk_translate (PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, PwkAccessKind kind, bool user, PwkTranslation *out)
{
  PwkCpu *cpu = pwk_cpu_edit (machine);
  unsigned id = block->route[kind != PWK_ACCESS_FETCH][0];
  PwkTlb *tlb = &block->tlb[id];
  uint64_t number = addr >> PWK_PAGE_SHIFT;
  int64_t at = pwk_tlb_hinted (block, tlb, number, pwk_tlb_key (number, false, pwk_tlb_tag (cpu->cr3)));

  if (G_LIKELY (at >= 0))
    {
      uint64_t data = pwk_tlb_array (block, tlb->data)[at];

      if (G_LIKELY (pwk_rights_given (pwk_rights (kind, user), data)))
        {
          pwk_tlb_touch (block, tlb, (uint32_t) at);
          if (kind == PWK_ACCESS_FETCH)
            cpu->l1i_hits++;
          else
            cpu->l1d_hits++;
          pwk_emit_tlb_hit (machine, addr, 1, id, pwk_word_pfn (data), machine->st->cur_cpu);
          out->data = data;
          return true;
        }
    }
  return pwk_translate_slow (machine, block, addr, kind, user, out);
}

/* The physical address behind a TLB's word. */
static inline PwkPhys
pwk_translation_phys (const PwkMachine *machine, const PwkTranslation *translation, PwkVaddr addr)
{
  uint64_t offset = PWK_PAGE_SIZE - 1;

  if (translation->data & PWK_WORD_LARGE)
    offset = pwk_level_size (machine->format, PWK_LEVEL_PMD) - 1;
  return (translation->data & PWK_WORD_ADDRESS) + (addr & offset);
}
