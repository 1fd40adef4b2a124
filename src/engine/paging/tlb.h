/* tlb.h - translation lookaside buffers and page-walk caches of every cpu
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/format.h"

/* Level 1 is split by side and, where the spec says so, by page size; stlb is behind all. 1 GiB
 * leaves are kept as the 2 MiB part that was used, as processors without entries for them do. */
typedef enum { PWK_TLB_L1I, PWK_TLB_L1I2M, PWK_TLB_L1D, PWK_TLB_L1D2M, PWK_TLB_STLB, PWK_N_TLBS } PwkTlbId;
typedef enum { PWK_PWC_PML4E, PWK_PWC_PDPTE, PWK_PWC_PDE, PWK_N_PWCS } PwkPwcId;

/* A structure as it is seen from outside. n_sets 0: this machine has none. */
typedef struct
{
  const char  *name;                   /* "l1d" … */
  uint32_t     n_sets, n_ways, n_valid;
  PwkTlbPolicy policy;
} PwkTlbShape;

/* One way. Page number and frame are in units of page_size's pages: addr = vpn × page_size. */
typedef struct
{
  bool     valid, global, rw, us, nx, dirty;
  uint16_t pcid;
  PwkIndex mm;                         /* whose PCID it is on that cpu, 0 none (global, kernel) */
  uint64_t vpn, page_size;             /* page_size in bytes: 4096 or 2 MiB */
  PwkVaddr addr;
  PwkPfn   pfn;                        /* first frame of the page */
  uint32_t age;                        /* 0 is the newest of its set, by use (lru, plru) or by coming (fifo, random) */
} PwkTlbWay;

/* An entry of a page-walk cache: where the walk of addresses that begin with @key goes on. */
typedef struct { bool valid; uint16_t pcid; uint64_t key; PwkVaddr addr; PwkPfn table; uint32_t age; } PwkPwcWay;

/* The level whose entries a walk cache keeps. */
static inline PwkLevel
pwk_pwc_level (PwkPwcId id)
{
  return (PwkLevel) (PWK_LEVEL_P4D - id);
}

PwkTlbShape pwk_tlb_shape  (const PwkMachine *machine, unsigned cpu, PwkTlbId id);
PwkTlbWay   pwk_tlb_way    (const PwkMachine *machine, unsigned cpu, PwkTlbId id, unsigned set, unsigned way);
PwkTlbShape pwk_pwc_shape  (const PwkMachine *machine, unsigned cpu, PwkPwcId id);
PwkPwcWay   pwk_pwc_way    (const PwkMachine *machine, unsigned cpu, PwkPwcId id, unsigned set, unsigned way);
/* The set that @addr falls into, as a page of 4 KiB or 2 MiB. */
unsigned    pwk_tlb_set_of (const PwkMachine *machine, unsigned cpu, PwkTlbId id, PwkVaddr addr, bool large);
/* Where @addr would be found now by the running address space; false if nowhere. Touches nothing. */
bool        pwk_tlb_where  (const PwkMachine *machine, unsigned cpu, PwkVaddr addr, bool fetch, PwkTlbId *id, unsigned *set, unsigned *way);

/* Bytes of PWK_REGION_TLB that all cpus of a machine with this spec need. A cpu's part is laid out
 * when it is first used. */
uint64_t pwk_tlb_region_bytes (const PwkTlbSpec *spec, unsigned n_cpus);

/* Flushes as the kernel asks for them: on this cpu, and by shootdown on every other whose bit is in
 * mm->cpu_bitmap (flush_tlb_mm_range: above 33 pages the whole PCID). The engine calls them
 * wherever Linux does. @stride_shift 12 or 21. */
void pwk_flush_tlb_range  (PwkMachine *machine, PwkIndex mm, PwkVaddr start, PwkVaddr end, unsigned stride_shift);
void pwk_flush_tlb_page   (PwkMachine *machine, PwkIndex mm, PwkVaddr addr);
void pwk_flush_tlb_mm     (PwkMachine *machine, PwkIndex mm);
void pwk_flush_tlb_kernel (PwkMachine *machine, PwkVaddr start, PwkVaddr end);
void pwk_flush_tlb_all    (PwkMachine *machine);
/* On one cpu only, and no shootdown: the laboratory's invlpg (). */
void pwk_invlpg           (PwkMachine *machine, unsigned cpu, PwkVaddr addr);
/* The running cpu goes on in @mm (switch_mm_irqs_off): CR3, and a flush where there is no PCID. @mm
 * 0: the kernel's own tables. */
void pwk_switch_mm        (PwkMachine *machine, unsigned cpu, PwkIndex mm);
