/* profile.h - which kernel and which hardware: differences as data
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *      kernels    seed    6.1    6.12    6.18           rules.def: from which to which a rule holds
 *      archs      x86-64, …, riscv-sv57                 limits of zones and addresses, the format
 *      profile    one of each
 *
 * Code asks for a rule by name (machine->profile->mirror_needs_mirrors), never for a version; so
 * what differs between two kernels is one list, which views can show as well.
 */
#pragma once

#include "engine/core/format-door.h"
#include "engine/core/types.h"
#include "engine/core/zone-types.h"

typedef enum { PWK_KERNEL_SEED, PWK_KERNEL_6_1, PWK_KERNEL_6_12, PWK_KERNEL_6_18, PWK_N_KERNELS } PwkKernel;
typedef enum
{
  PWK_ARCH_X86_64, PWK_ARCH_X86_64_LA57, PWK_ARCH_X86_32, PWK_ARCH_X86_PAE, PWK_ARCH_TEXTBOOK, PWK_ARCH_ALPHA,
  PWK_ARCH_ARM64_4K, PWK_ARCH_ARM64_16K, PWK_ARCH_ARM64_64K, PWK_ARCH_RISCV_SV39, PWK_ARCH_RISCV_SV48, PWK_ARCH_RISCV_SV57, PWK_N_ARCHS
} PwkArch;

/* Rules read these; nothing else asks which version it is. Immutable, in static storage. Always
 * true: the limits of zones ascend, and a zone that does not exist has the limit of the one below
 * it, so that a walk over limits needs no list of zones. */
typedef struct
{
  const char *kernel;              /* "6.18" */
  const char *arch;                /* "x86-64" */
  uint32_t zones;                  /* a bit for each PwkZoneType that exists */
  uint64_t dma_end_pfn, dma32_end_pfn, normal_end_pfn;   /* limits of the zones, exclusive; UINT64_MAX none */
  uint64_t page_offset;            /* kernel address of frame 0 */
  uint64_t vmalloc_start, vmalloc_end;                   /* kernel addresses that vmalloc () gives, end exclusive */
  uint64_t vmalloc_start_la57, vmalloc_end_la57;         /* … with five levels; 0 the same */
  uint64_t task_size;              /* end of user addresses with four levels (exclusive) */
  uint64_t task_size_la57;         /* … with five */
  uint64_t max_memory;             /* end of the physical addresses that its entries reach */
  const PwkFormat *format;         /* of its page tables */
  uint8_t  page_shift;             /* PAGE_SHIFT; machines are made of those alone whose is PWK_PAGE_SHIFT */
  uint8_t  default_levels;         /* of page tables */
  bool     has_thp;                /* huge pages of PWK_HPAGE_ORDER: a pmd covers 2 MiB */
  bool     preallocates_vmalloc;   /* tables below the top one are there from boot on for all addresses of vmalloc (): preallocate_vmalloc_pages () */
  bool     chooses_ad;             /* accessed and dirty may be kept by the hardware or by the kernel: with DBM or without, Svadu or Svade */
  uint8_t  folio_batch_size;       /* PAGEVEC_SIZE: 31, 15 until 6.7, 14 in the seed */
  /* A bool for each rule of rules.def, by its name: whether that kernel goes by it. */
#define PWK_RULE(NAME, SINCE, UNTIL, ABOUT, TEXT) bool NAME;
#include "engine/core/rules.def"
#undef PWK_RULE
} PwkProfile;

/* The profile of that pair, or NULL with @error (G_OPTION-like message naming what is known).
 * Static storage. */
const PwkProfile *pwk_profile_find (const char *kernel, const char *arch, GError **error);
const PwkProfile *pwk_profile_get  (PwkKernel kernel, PwkArch arch);

/* What a rule is about: the inspector tells it there. */
typedef enum
{
  PWK_ABOUT_ZONE, PWK_ABOUT_NODE, PWK_ABOUT_PAGE, PWK_ABOUT_PTE, PWK_ABOUT_MM, PWK_ABOUT_VMA, PWK_ABOUT_INODE, PWK_ABOUT_SWAP, PWK_ABOUT_RECLAIM,
  PWK_ABOUT_ALLOC
} PwkRuleAbout;

typedef struct
{
  const char  *name;
  PwkKernel    since, until;       /* inclusive */
  PwkRuleAbout about;
  const char  *text;               /* N_() */
} PwkRuleInfo;

/* Rules by number; NULL after the last. */
const PwkRuleInfo *pwk_rule_info (unsigned i);
/* Whether rule @i holds in @profile. */
bool               pwk_rule_holds (const PwkProfile *profile, unsigned i);
