/* huge-memory.h - transparent huge pages
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/fault-private.h"

#define PWK_PMD_MASK     (~(PWK_PMD_SIZE - 1))
#define PWK_HPAGE_PAGES  ((uint64_t) 1 << PWK_HPAGE_ORDER)

/* Why a region is asked about (TVA_…): at a fault, for smaps, for collapsing. */
typedef enum { PWK_TVA_PAGEFAULT, PWK_TVA_SMAPS, PWK_TVA_FORCED_COLLAPSE } PwkTva;

/* thp_vma_allowable_order () of 2 MiB. */
bool     pwk_thp_allowable          (const PwkMachine *machine, PwkIndex vma, PwkTva why);
/* thp_vma_suitable_order (): the aligned 2 MiB around @addr lie in the region. */
bool     pwk_thp_suitable           (const PwkVma *vma, PwkVaddr addr);

/* do_huge_pmd_anonymous_page () and do_huge_pmd_wp_page (): PWK_VM_FAULT_…, FALLBACK where small
 * pages must do. */
uint32_t pwk_huge_anonymous_page    (PwkMachine *machine, PwkFault *fault);
uint32_t pwk_huge_wp_page           (PwkMachine *machine, PwkFault *fault);

/* __split_huge_pmd (): the huge mapping that covers @addr, if there is one, becomes a table of
 * small ones. Cannot fail: the table was put aside when the huge one was made. */
void     pwk_split_huge_pmd         (PwkMachine *machine, PwkIndex vma, PwkVaddr addr);

/* Before a region is cut at @addr: a huge mapping across it is split (vma_adjust_trans_huge). */
void pwk_vma_adjust_trans_huge (PwkMachine *machine, PwkIndex vma, PwkVaddr start, PwkVaddr end, PwkIndex next, PwkVaddr next_start);
/* The huge zero page, made at the first use: mm_get_huge_zero_folio (). PWK_NO_PFN: no memory. */
PwkPfn   pwk_huge_zero_page         (PwkMachine *machine);
