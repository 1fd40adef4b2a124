/* fault-private.h - what the parts of the fault handler hand to each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/paging/mm.h"
#include "engine/paging/page-table.h"
#include "engine/phys/gfp-bits.h"
#include "engine/virt/fault.h"
#include "engine/virt/vma.h"

/* Beside those of fault.h. */
#define PWK_FAULT_FLAG_ALLOW_RETRY  0x04u     /* may drop the lock to wait for I/O, and be done again */
#define PWK_FAULT_FLAG_TRIED        0x20u     /* … which this is: it counts as major, since the first time read */
#define PWK_VM_FAULT_NOPAGE   0x0100u         /* the entry is there already */
#define PWK_VM_FAULT_LOCKED   0x0200u         /* fault->page comes locked */
#define PWK_VM_FAULT_FALLBACK 0x0800u         /* no huge page: try with a small one */
#define PWK_VM_FAULT_TOLD     0x1000u         /* with SIGBUS: the reason is noted in st->refusal */

#define PWK_GFP_ANON (PWK_GFP_HIGHUSER_MOVABLE)

/* struct vm_fault: one fault on its way through the handler, on the stack of handle_mm_fault ().
 * What is known when:
 *
 *      from the beginning        vma, mm, addresses, pgoff, flags
 *      choose_branch ()          pte (where the tables end), orig_pte: what stood there; if it has changed when the handler
 *                                comes to write, somebody else was faster, and the fault comes again
 *      a file's page was found   page, and for a private write cow_page, its copy to be
 */
typedef struct
{
  PwkIndex    vma, mm;
  PwkVaddr    real_address;  /* as the access had it */
  PwkVaddr    address;       /* … of its page */
  uint64_t    pgoff;         /* in the file */
  uint32_t    flags;         /* PWK_FAULT_FLAG_ */
  PwkEntryRef pmd;
  PwkEntryRef pte;           /* where it lies, once there is a table */
  PwkPte      orig_pte;
  PwkPfn      page;          /* of the file, referenced (__do_fault ()) */
  PwkPfn      cow_page;
} PwkFault;

/* Follows mm/memory.c:handle_mm_fault(), on behalf of @task, whose counters it adds to. Returns
 * PWK_VM_FAULT_… */
uint32_t pwk_handle_mm_fault (PwkMachine *machine, PwkIndex task, PwkIndex mm, PwkIndex vma, PwkVaddr addr, uint32_t flags);

/* Makes the table of ptes at fault->pmd if there is none and fills in fault->pte. False: no memory. */
bool     pwk_fault_pte_alloc  (PwkMachine *machine, PwkFault *fault);
/* maybe_mkwrite (), by the region's rights. */
static inline PwkPte
pwk_maybe_mkwrite (PwkPte pte, const PwkVma *vma)
{
  if (vma->vm_flags & PWK_VM_WRITE)
    return pwk_pte_mkwrite (pte);
  return pte;
}

/* do_fault (): of a region that has a file. */
uint32_t pwk_do_fault         (PwkMachine *machine, PwkFault *fault);
/* The file's page for fault->pgoff in fault->page, referenced: filemap_fault (), shmem_fault (). */
uint32_t pwk_file_fault       (PwkMachine *machine, PwkFault *fault);
/* filemap_map_pages () from index @start to @end (inclusive). NOPAGE if fault->address was among
 * them. */
uint32_t pwk_filemap_map_pages (PwkMachine *machine, PwkFault *fault, uint64_t start, uint64_t last);
/* do_page_mkwrite () and what it marks dirty. */
uint32_t pwk_page_mkwrite     (PwkMachine *machine, PwkFault *fault, PwkPfn page);

/* The frame behind a user address for a copy by the kernel, faulted in if need be (copy_to_user (),
 * fault_in_readable ()). PWK_NO_PFN: EFAULT. */
PwkPfn   pwk_user_page        (PwkMachine *machine, PwkIndex task, PwkVaddr addr, bool write);
