/* tlb-private.h - the records behind a cpu's TLBs, for their siblings
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/tlb.h"

/* Each cpu has a block in PWK_REGION_TLB: this head, then the arrays that it names by their byte
 * offset in the block.
 *
 *      PwkTlbCpu | keys data stamps trees hints of l1i | … of stlb | keys data stamps of the walk caches
 *
 * Ways of a set lie side by side, way w of set s at [s * n_ways + w]. A key is the whole page
 * number, the page's size and the PCID's tag in one word, so that one comparison finds it:
 *
 *      63              12 11     10            0
 *      |   page number   |2 MiB | PCID + 1, or 0x7ff: global |      0: the way is free
 *
 * data is a word of the TLB's own, whatever the page tables look like: the frame's address, what
 * the walk left of the rights, and of the leaf whether it is dirty and global:
 *
 *      63            51              12     8       7       6      2      1
 *      | no execute | |   address    |     | global | large | dirty | user | write |
 *
 * Always true, see pwk_paging_check (): a valid way lies in its page's set, no two ways of a set
 * have one key. */
typedef struct
{
  uint32_t n_sets, n_ways;     /* n_ways 0: not there */
  uint32_t set_mask;           /* n_sets - 1 if that is a power of two, else 0 */
  uint32_t hint_mask;          /* hints tell by low bits of the page number which way to try first */
  uint32_t policy;             /* PwkTlbPolicy */
  uint32_t n_valid, n_large, n_global;
  uint32_t keys, data, stamps, trees, hints;
  uint32_t tree_words;         /* of 64 bits, per set; plru */
  uint64_t clock;              /* of the stamps */
} PwkTlb;

#define PWK_NR_DYN_ASIDS 6     /* TLB_NR_DYN_ASIDS of arch/x86/include/asm/tlbflush.h */

/* What a cpu has for translating. An access goes from left to right, and fills on its way back:
 *
 *      l1i, l1i2m ─┐
 *                  ├─ miss ──▶ stlb ─ miss ──▶ pwc: pml4e, pdpte, pde ──▶ tables, from where the deepest of them leads
 *      l1d, l1d2m ─┘
 *
 * PCIDs are a cpu's own (choose_new_asid ()): six address spaces keep their entries over a switch,
 * in slots that are given out in turn. asid[i].mm has PCID i + 1, whose keys have tag i + 2. PCID
 * 0, tag 1, is what runs without PCIDs.
 *
 * Always true, see pwk_paging_check (): what an entry says, the tables of its PCID's owner say,
 * too, but for what the laboratory broke; and no entry is of a PCID that is nobody's. */
typedef struct
{
  PwkTlb   tlb[PWK_N_TLBS];
  PwkTlb   pwc[PWK_N_PWCS];    /* key: upper bits of the address and tag; data: next table and the rights so far */
  uint8_t  route[2][2];        /* PwkTlbId of level 1 by [data side][2 MiB] */
  uint8_t  ready, has_stlb, pcid_on, pwc_on;
  uint32_t next_asid;
  uint64_t stride;             /* bytes from block to block; in cpu 0's, 0 until one is laid out */
  struct { PwkIndex mm; uint32_t stale; } asid[PWK_NR_DYN_ASIDS];   /* whose PCIDs 1 … 6 are; stale: flush when it is used again */
} PwkTlbCpu;

#define PWK_KEY_NUMBER_SHIFT 12
#define PWK_KEY_LARGE   ((uint64_t) 1 << 11)
#define PWK_KEY_TAG     ((uint64_t) 0x7ff)
#define PWK_TAG_GLOBAL  PWK_KEY_TAG

#define PWK_WORD_WRITE      ((uint64_t) 1 << 1)
#define PWK_WORD_USER       ((uint64_t) 1 << 2)
#define PWK_WORD_DIRTY      ((uint64_t) 1 << 6)
#define PWK_WORD_LARGE      ((uint64_t) 1 << 7)
#define PWK_WORD_GLOBAL     ((uint64_t) 1 << 8)
#define PWK_WORD_NO_EXECUTE ((uint64_t) 1 << 63)
#define PWK_WORD_ADDRESS    ((uint64_t) 0x000ffffffffff000)
/* All rights that a walk begins with, and those that its entries decide about. */
#define PWK_WORD_ALL_RIGHTS (PWK_WORD_WRITE | PWK_WORD_USER)
#define PWK_WORD_RIGHTS     (PWK_WORD_ALL_RIGHTS | PWK_WORD_NO_EXECUTE)

/* Events and statistics count on machine->st->cur_cpu; what they are about is said in their
 * arguments. */

uint64_t   pwk_tlb_block_bytes (const PwkTlbSpec *spec);
void       pwk_tlb_cpu_init    (PwkMachine *machine, unsigned cpu);

static inline uint64_t
pwk_tlb_stride (const PwkMachine *machine)
{
  uint64_t stride = ((const PwkTlbCpu *) pwk_arena_at (&machine->arena, PWK_REGION_TLB, 0))->stride;

  return G_LIKELY (stride) ? stride : pwk_tlb_block_bytes (&machine->config->tlb);
}

/* The block of @cpu as it is, used or not: to read, and to write. */
static inline const PwkTlbCpu *
pwk_tlb_cpu_raw (const PwkMachine *machine, unsigned cpu)
{
  pwk_assert_debug (cpu < machine->st->n_cpus);
  return pwk_arena_at (&machine->arena, PWK_REGION_TLB, cpu * pwk_tlb_stride (machine));
}

static inline PwkTlbCpu *
pwk_tlb_cpu_raw_edit (PwkMachine *machine, unsigned cpu)
{
  pwk_assert_debug (cpu < machine->st->n_cpus);
  return pwk_arena_edit (&machine->arena, PWK_REGION_TLB, cpu * pwk_tlb_stride (machine));
}

/* The block of @cpu, laid out when it was never used. */
static inline PwkTlbCpu *
pwk_tlb_cpu (PwkMachine *machine, unsigned cpu)
{
  PwkTlbCpu *block = pwk_tlb_cpu_raw_edit (machine, cpu);
  if (G_UNLIKELY (!block->ready))
    pwk_tlb_cpu_init (machine, cpu);
  return block;
}

/* An array of the block by its offset: to read, and to write. */
static inline const uint64_t *
pwk_tlb_array (const PwkTlbCpu *block, uint32_t offset)
{
  return (const uint64_t *) ((const uint8_t *) block + offset);
}

static inline uint64_t *
pwk_tlb_array_edit (PwkTlbCpu *block, uint32_t offset)
{
  return (uint64_t *) ((uint8_t *) block + offset);
}

static inline uint64_t
pwk_tlb_tag (uint64_t cr3)
{
  return (cr3 & 0xfff) + 1;
}

/* The key of the page or of the upper bits @number, under @tag; and back. */
static inline uint64_t
pwk_tlb_key (uint64_t number, bool large, uint64_t tag)
{
  return number << PWK_KEY_NUMBER_SHIFT | (large ? PWK_KEY_LARGE : 0) | tag;
}

static inline uint64_t
pwk_tlb_key_number (uint64_t key)
{
  return key >> PWK_KEY_NUMBER_SHIFT;
}

static inline PwkPfn
pwk_word_pfn (uint64_t word)
{
  return (word & PWK_WORD_ADDRESS) >> PWK_PAGE_SHIFT;
}

static inline uint32_t
pwk_tlb_set (const PwkTlb *tlb, uint64_t number)
{
  return tlb->set_mask ? (uint32_t) number & tlb->set_mask : (uint32_t) (number % tlb->n_sets);
}

/* The place of the page @number in @tlb's arrays, tried by its hint alone: -1 if that is not it. */
static inline int64_t
pwk_tlb_hinted (const PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key)
{
  const uint16_t *hints = (const uint16_t *) ((const uint8_t *) block + tlb->hints);
  uint32_t at = pwk_tlb_set (tlb, number) * tlb->n_ways + hints[number & tlb->hint_mask];

  return pwk_tlb_array (block, tlb->keys)[at] == key ? (int64_t) at : -1;
}

/* The same, looked for in all ways; a global entry of any address space fits too. -1: not there.
 * The hint learns it. */
int64_t pwk_tlb_find   (PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key);
int64_t pwk_tlb_peek   (const PwkTlbCpu *block, const PwkTlb *tlb, uint64_t number, uint64_t key);
/* The tree of a plru set after way @at was used. */
void    pwk_tlb_touch_tree (PwkTlbCpu *block, PwkTlb *tlb, uint32_t at);

/* Way @at was used: the newest of its set, where the policy looks at use. */
static inline void
pwk_tlb_touch (PwkTlbCpu *block, PwkTlb *tlb, uint32_t at)
{
  if (G_LIKELY (tlb->policy == PWK_TLB_LRU))
    pwk_tlb_array_edit (block, tlb->stamps)[at] = ++tlb->clock;
  else if (tlb->policy == PWK_TLB_PLRU)
    pwk_tlb_touch_tree (block, tlb, at);
}

/* Puts an entry in: into a free way, else in the victim's place, which goes to @evicted (0: none
 * was). Returns its place. */
uint32_t pwk_tlb_insert (PwkMachine *machine, PwkTlbCpu *block, PwkTlb *tlb, uint64_t number, uint64_t key, uint64_t data, uint64_t *evicted);
/* The same for TLB @id of @cpu, told by tlb_evict and tlb_fill. */
void     pwk_tlb_fill   (PwkMachine *machine, unsigned cpu, PwkTlbId id, PwkVaddr addr, uint64_t key, uint64_t data);
/* Empties what fits; return how many entries of the TLBs went. Walk caches lose all of the tag, as
 * INVLPG and MOV CR3 do. */
unsigned pwk_tlb_drop_addr (const PwkMachine *machine, PwkTlbCpu *block, PwkVaddr addr, uint64_t tag);
unsigned pwk_tlb_drop_tag  (PwkTlbCpu *block, uint64_t tag);
unsigned pwk_tlb_drop_all  (PwkTlbCpu *block, bool globals);
void     pwk_pwc_drop_tag  (PwkTlbCpu *block, uint64_t tag);
/* The ASID slot (0 … 5) that @mm has on this cpu, -1 none. */
int      pwk_tlb_slot_of   (const PwkTlbCpu *block, PwkIndex mm);
/* The mm behind a key's tag; 0: global, the kernel's, or nobody's. */
PwkIndex pwk_tlb_owner     (const PwkMachine *machine, unsigned cpu, uint64_t tag);

/* An address space is no more, or its tables changed shape: nothing of it may stay. No events: the
 * kernel has flushed before. */
void     pwk_tlb_forget_mm        (PwkMachine *machine, PwkIndex mm);
void     pwk_tlb_drop_walk_caches (PwkMachine *machine, PwkIndex mm);
