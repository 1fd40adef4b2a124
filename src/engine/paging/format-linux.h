/* format-linux.h - the kernel's helpers for entries, over the bits of each format
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/format.h"

/* Where a swap entry keeps what: [first bit, bits]. */
typedef struct
{
  uint8_t type_shift, type_bits;
  uint8_t offset_shift, offset_bits;
  bool    inverted;                  /* the offset's bits stand the other way round, so that no slot looks like memory (L1TF) */
  uint8_t exclusive;                 /* bit: pte_swp_exclusive () */
} PwkSwapLayout;

/* include/linux/pgtable.h as one architecture defines it; of Linux 6.12. Functions of bits alone. */
struct _PwkLinuxPte
{
  bool     (*present)   (uint64_t pte);
  bool     (*write)     (uint64_t pte);
  bool     (*dirty)     (uint64_t pte);
  bool     (*young)     (uint64_t pte);
  uint64_t (*mk_pte)    (PwkPfn pfn, uint64_t prot);          /* pfn in pages of the format */
  uint64_t (*wrprotect) (uint64_t pte);
  uint64_t (*mkwrite)   (uint64_t pte);
  uint64_t (*mkdirty)   (uint64_t pte);
  uint64_t (*mkclean)   (uint64_t pte);
  uint64_t (*mkyoung)   (uint64_t pte);
  uint64_t (*mkold)     (uint64_t pte);
  uint64_t (*mkspecial) (uint64_t pte);
  uint64_t (*modify)    (uint64_t pte, uint64_t prot);        /* pte_modify () */
  PwkSwapLayout swap;
  uint64_t protection_map[16];       /* by VM_READ 1, VM_WRITE 2, VM_EXEC 4, VM_SHARED 8 */
};

/* __swp_entry () with pte_swp_mkexclusive () where @exclusive: a slot of area @type. */
uint64_t pwk_linux_swap_entry  (const PwkLinuxPte *linux_pte, unsigned type, uint64_t offset, bool exclusive);
/* __swp_type (), __swp_offset (), pte_swp_exclusive () of such an entry. */
void     pwk_linux_swap_decode (const PwkLinuxPte *linux_pte, uint64_t entry, unsigned *type, uint64_t *offset, bool *exclusive);
/* The engine's swap entry (pte.h) as the kernel of this architecture writes it, and back. */
uint64_t pwk_linux_swap_encode (const PwkLinuxPte *linux_pte, PwkPte pte);
PwkPte   pwk_linux_swap_pte    (const PwkLinuxPte *linux_pte, uint64_t bits);
/* The helper that the kernel calls pte_NAME (): wrprotect, mkwrite, mkdirty, mkclean, mkyoung,
 * mkold, mkspecial; NULL: there is none. */
uint64_t (*pwk_linux_helper    (const PwkLinuxPte *linux_pte, const char *name)) (uint64_t pte);
/* protection_map[] for "rw-p", "r-xs" …; false: @region is no such text. */
bool     pwk_linux_protection  (const PwkLinuxPte *linux_pte, const char *region, uint64_t *prot);
