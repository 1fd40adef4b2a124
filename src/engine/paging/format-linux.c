/* format-linux.c - the kernel's helpers for entries: what is alike in all formats
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A swap entry has a type and an offset wherever present is clear; only the places differ:
 *
 *      x86-64      63 type 59 58 ~offset 9 8 0 … 3 exclusive 0
 *      x86-32      31 offset 9 8 0 7 exclusive 5 type 1 0
 *      arm64       61 offset 12 10 type 6 2 exclusive 0 0
 *      riscv       63 offset 12 11 type 7 6 exclusive 0 … 0
 *      Alpha       63 offset 40 39 exclusive 38 type 32 0 … 0
 */
#include "engine/paging/format-linux.h"

#include <string.h>

static uint64_t
mask_of (unsigned bits)
{
  return ((uint64_t) 1 << bits) - 1;
}

/* x86 inverts the offset (since 4.19), so that no entry that is not present names memory by its
 * frame's bits (L1TF). */
uint64_t
pwk_linux_swap_entry (const PwkLinuxPte *linux_pte, unsigned type, uint64_t offset, bool exclusive)
{
  const PwkSwapLayout *swap = &linux_pte->swap;

  if (swap->inverted)
    offset = ~offset;
  return (type & mask_of (swap->type_bits)) << swap->type_shift | (offset & mask_of (swap->offset_bits)) << swap->offset_shift
         | (uint64_t) exclusive << swap->exclusive;
}

void
pwk_linux_swap_decode (const PwkLinuxPte *linux_pte, uint64_t entry, unsigned *type, uint64_t *offset, bool *exclusive)
{
  const PwkSwapLayout *swap = &linux_pte->swap;

  *type = (unsigned) (entry >> swap->type_shift & mask_of (swap->type_bits));
  *offset = (swap->inverted ? ~entry : entry) >> swap->offset_shift & mask_of (swap->offset_bits);
  *exclusive = entry >> swap->exclusive & 1;
}

/* What does not fit into the offset is lost: where it has less than 42 bits, whether a page that is moved
 * was used and written (migration_entry_supports_ad ()). */
uint64_t
pwk_linux_swap_encode (const PwkLinuxPte *linux_pte, PwkPte pte)
{
  return pwk_linux_swap_entry (linux_pte, pwk_swp_raw_type (pte), pwk_swp_raw_offset (pte), pwk_pte_swp_exclusive (pte));
}

PwkPte
pwk_linux_swap_pte (const PwkLinuxPte *linux_pte, uint64_t bits)
{
  bool exclusive;
  uint64_t offset;
  unsigned type;
  PwkPte pte;

  pwk_linux_swap_decode (linux_pte, bits, &type, &offset, &exclusive);
  pte = pwk_swp_raw (type, offset);
  return exclusive ? pwk_pte_swp_mkexclusive (pte) : pte;
}

uint64_t
(*pwk_linux_helper (const PwkLinuxPte *linux_pte, const char *name)) (uint64_t pte)
{
  const struct { const char *name; uint64_t (*helper) (uint64_t); } helpers[] = {
    { "wrprotect", linux_pte->wrprotect }, { "mkwrite", linux_pte->mkwrite }, { "mkdirty", linux_pte->mkdirty }, { "mkclean", linux_pte->mkclean },
    { "mkyoung", linux_pte->mkyoung }, { "mkold", linux_pte->mkold }, { "mkspecial", linux_pte->mkspecial },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (helpers); i++)
    if (strcmp (helpers[i].name, name) == 0)
      return helpers[i].helper;
  return NULL;
}

/* Private is 'p' or '-'; each letter has its place. */
bool
pwk_linux_protection (const PwkLinuxPte *linux_pte, const char *region, uint64_t *prot)
{
  static const char letters[] = "rwxs";
  unsigned index = 0;

  if (strlen (region) != 4)
    return false;
  for (unsigned i = 0; i < 4; i++)
    if (region[i] == letters[i])
      index |= 1u << i;
    else if (region[i] != '-' && !(i == 3 && region[i] == 'p'))
      return false;
  *prot = linux_pte->protection_map[index];
  return true;
}
