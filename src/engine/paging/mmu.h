/* mmu.h - one access by a cpu: TLB, walk, permission, fault, retry
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/core/reasons.h"
#include "engine/paging/format.h"

/* How an access went, from good to bad: nothing happened, faults that needed no I/O, one that did, and what kills. */
typedef enum { PWK_ACCESS_OK, PWK_ACCESS_MINOR, PWK_ACCESS_MAJOR, PWK_ACCESS_SIGSEGV, PWK_ACCESS_SIGBUS, PWK_ACCESS_OOM,
               PWK_ACCESS_SIGKILL } PwkAccessOutcome;
/* si_code: SEGV_MAPERR 1, SEGV_ACCERR 2, SI_KERNEL 0x80, BUS_ADRERR 2. */
typedef struct { PwkAccessOutcome outcome; uint32_t si_code; PwkVaddr addr; uint32_t faults; PwkPhys phys, phys_next; } PwkAccessResult;

/* One access of @bytes by @task on its cpu, page by page; faults are handled and the access
 * retried. @value is what a store writes into its first eight bytes, the lowest first; contents are
 * kept only where they are not zero. phys is of the first byte, phys_next of the first in the last
 * page, if that is another. */
PwkAccessResult pwk_access (PwkMachine *machine, PwkIndex task, PwkVaddr addr, unsigned bytes, PwkAccessKind kind, uint64_t value);
/* What is in memory where @access, which had no fatal fault, found the bytes at @addr: the first
 * eight at most, the lowest first. */
uint64_t        pwk_access_value (const PwkMachine *machine, const PwkAccessResult *access, PwkVaddr addr, unsigned bytes);

/* --- what if --- */

/* One entry that a walk reads. rw, us and nx are what is left of the rights when it has been read:
 * rw and us of all entries ANDed, nx ORed. */
typedef struct
{
  PwkLevel level;
  PwkPfn   table;
  uint16_t index;
  PwkPte   entry;
  uint64_t bits;                       /* the same as it lies in memory */
  bool     present, leaf, reserved;    /* reserved: a bit is set that must not be */
  bool     rw, us, nx;
  bool     skipped;                    /* a page-walk cache knows what it says */
} PwkWalkStep;

typedef struct
{
  PwkVaddr      addr;
  PwkAccessKind kind;
  bool          user;
  bool          canonical;             /* if not, nothing is walked: a general protection fault */
  bool          ok;
  unsigned      n_steps;
  PwkWalkStep   steps[5];              /* top first */
  unsigned      n_reads;               /* of memory, when the page-walk caches help */
  int           tlb_level;             /* 0: in no TLB of the cpu; 1, 2: there */
  uint32_t      tlb, set, way;         /* PwkTlbId and place */
  uint32_t      error;                 /* PWK_PF_… when not ok */
  PwkLevel      fault_level;           /* entry that ended it */
  PwkPhys       phys;                  /* when ok */
  uint64_t      page_size;
} PwkWalk;

/* Walks @addr through the tables of @mm (0: the kernel's own) as @cpu would, from user or kernel
 * mode, and changes nothing. */
void pwk_mmu_probe     (const PwkMachine *machine, unsigned cpu, PwkIndex mm, PwkVaddr addr, PwkAccessKind kind, bool user, PwkWalk *out);
/* Whether the bits above those that are translated are as the hardware wants them: on x86-64 they
 * repeat the topmost. */
static inline bool
pwk_addr_canonical (const PwkMachine *machine, PwkVaddr addr)
{
  unsigned unused = machine->format->unused_bits[machine->st->levels];

  if (G_LIKELY (machine->format->sign_extended))
    return (PwkVaddr) ((int64_t) (addr << unused) >> unused) == addr;
  return addr << unused >> unused == addr;
}
