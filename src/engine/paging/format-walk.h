/* format-walk.h - what a processor makes of the tables of its format: its manual's rules, over bits
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/reasons.h"
#include "engine/paging/format.h"

/* What of a processor's state decides about an access. Each family looks at its own and at no
 * others. A kernel runs with most of them set. */
typedef struct
{
  bool     wp, smep, smap, ac, nxe;     /* x86: CR0.WP, CR4.SMEP, CR4.SMAP, EFLAGS.AC, EFER.NXE */
  uint32_t pkru;                        /* x86: two bits a protection key, access and write disabled */
  bool     ha, hd, pan;                 /* arm64: TCR.HA and TCR.HD (hardware keeps accessed, dirty), PSTATE.PAN */
  bool     sum, mxr, adue, svnapot;     /* riscv: sstatus.SUM and .MXR, Svadu (else Svade), Svnapot */
} PwkControls;

/* Sets the control that manuals call @name. False: there is none. */
bool pwk_controls_set (PwkControls *controls, const char *name, uint64_t value);

/* A name of the registry, as "riscv-sv48": a format, and with how many levels. */
typedef struct
{
  const char      *name;
  const PwkFormat *format;
  PwkLevel         top;
} PwkFormatName;

/* All names; and the one that is called @name, or NULL. Static storage. */
const PwkFormatName *pwk_format_names (unsigned *n);
const PwkFormatName *pwk_format_find  (const char *name);

/* One access: through the tables at the physical address @root, whose entries @read gives. */
struct _PwkFormatAccess
{
  PwkVaddr      va;
  PwkAccessKind kind;
  bool          user;
  PwkControls   controls;
  PwkPhys       root;
  PwkLevel      top;
  uint64_t    (*read) (void *data, PwkPhys table, unsigned index);
  void         *data;
};

/* An entry that was read, and what the hardware left there (accessed, dirty): the same bits, mostly. */
typedef struct { PwkPhys table; uint16_t index; PwkLevel level; uint64_t bits, after; } PwkFormatStep;

/* Why a walk failed, in the family's own numbers. */
typedef struct
{
  const char *vector;          /* x86: "#PF", "#GP"; else NULL */
  int         code;            /* x86: the error code; Alpha: MMCSR; arm64: the fault status code; riscv: scause */
  int         or_code;         /* what the manual allows as well; = code nothing else */
  bool        or_allowed;      /* the manual leaves open whether it fails at all */
} PwkFormatFault;

struct _PwkFormatWalk
{
  PwkFormatStep  step[PWK_LEVEL_PGD];
  unsigned       n_steps;
  bool           ok;
  const char    *level;        /* whose entry ended it, as manuals name it; NULL: none was read */
  PwkPhys        pa;           /* ok: where the address lies … */
  const char    *page;         /* … and in a page of what size */
  PwkFormatFault fault;        /* not ok */
};

/* Carries out @access as a processor of @name does. */
void pwk_format_walk (const PwkFormatName *name, PwkFormatAccess *access, PwkFormatWalk *walk);

/* A member of a fault's description: a number, or a text where that is not NULL. */
struct _PwkFaultWord { const char *name; const char *text; int64_t number; bool truth; };
#define PWK_MAX_FAULT_WORDS 6
/* Describes the fault of @walk under the names of its family ("vector", "error", "level" …).
 * Returns how many words there are. */
unsigned pwk_format_fault_words (const PwkFormatName *name, const PwkFormatAccess *access, const PwkFormatWalk *walk,
                                 PwkFaultWord words[PWK_MAX_FAULT_WORDS]);

/* --- for the formats' own files --- */

/* The next entry on the way: of @level in the table at @table. */
uint64_t pwk_walk_read (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, PwkPhys table, PwkLevel level);
/* What the entry read last becomes. */
static inline void
pwk_walk_mark (PwkFormatWalk *walk, uint64_t bits)
{
  walk->step[walk->n_steps - 1].after |= bits;
}
/* The walk ends well in the page of @kind whose first frame is @pfn; … or not. A walk that fails
 * writes nothing. */
void     pwk_walk_end  (const PwkFormat *format, const PwkFormatAccess *access, PwkFormatWalk *walk, const PwkEntryKind *kind, PwkPfn pfn);
void     pwk_walk_fail (PwkFormatWalk *walk, PwkFormatFault fault);
