/* gfp.c - names of gfp masks, and what they ask for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"

typedef struct { const char *name; uint32_t gfp; bool printed; } Name;

static const Name names[] = {
#define PWK_GFP_NAME(NAME, GFP, PRINTED) { #NAME, GFP, PRINTED },
#include "engine/phys/gfp-names.def"
#undef PWK_GFP_NAME
};

const char *
pwk_gfp_name (unsigned i, uint32_t *gfp, bool *printed)
{
  if (i >= G_N_ELEMENTS (names))
    return NULL;
  *gfp = names[i].gfp;
  *printed = names[i].printed;
  return names[i].name;
}

/* "GFP_KERNEL|__GFP_ZERO", as show_gfp_flags () of the kernel's trace events writes it: composed
 * masks first, so that what they consist of is not repeated; what has no name in hexadecimal. */
void
pwk_gfp_append (GString *text, uint32_t gfp)
{
  gsize begin = text->len;

  if (gfp == 0)
    {
      g_string_append_c (text, '0');
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (names) && gfp; i++)
    if (names[i].gfp && names[i].printed && (gfp & names[i].gfp) == names[i].gfp)
      {
        g_string_append_printf (text, "%s%s", text->len > begin ? "|" : "", names[i].name);
        gfp &= ~names[i].gfp;
      }
  if (gfp)
    g_string_append_printf (text, "%s0x%x", text->len > begin ? "|" : "", gfp);
}

/* Follows include/linux/gfp.h:gfp_zone () with its table; masks that the kernel calls bad (two
 * zones at once) give the lowest zone, as there. A zone that the machine does not have falls to the
 * next one up that it has, so that GFP_DMA32 on a 32-bit machine is Normal. */
unsigned
pwk_gfp_zone (const PwkProfile *profile, uint32_t gfp)
{
  bool has_dma = profile->zones >> PWK_ZONE_DMA & 1;
  unsigned dma = has_dma ? PWK_ZONE_DMA : PWK_ZONE_NORMAL;
  unsigned dma32 = profile->zones >> PWK_ZONE_DMA32 & 1 ? PWK_ZONE_DMA32 : PWK_ZONE_NORMAL;
  unsigned highmem = profile->zones >> PWK_ZONE_HIGHMEM & 1 ? PWK_ZONE_HIGHMEM : PWK_ZONE_NORMAL;

  switch (gfp & PWK_GFP_ZONEMASK)
    {
    case 0:
    case PWK_GFP_MOVABLE:
      return PWK_ZONE_NORMAL;
    case PWK_GFP_HIGHMEM:
      return highmem;
    case PWK_GFP_DMA32:
    case PWK_GFP_DMA32 | PWK_GFP_MOVABLE:
      return dma32;
    case PWK_GFP_HIGHMEM | PWK_GFP_MOVABLE:
      return PWK_ZONE_MOVABLE;
    default:
      return dma;
    }
}

/* gfp_migratetype (): mobility is what its user promises. __GFP_MOVABLE: he can be made to use
 * another page (page tables name it, nobody holds its address); __GFP_RECLAIMABLE: it can be freed
 * on demand, as inodes can; else it stays where it is for good. */
unsigned
pwk_gfp_migratetype (uint32_t gfp)
{
  if (gfp & PWK_GFP_MOVABLE)
    return PWK_MIGRATE_MOVABLE;
  return gfp & PWK_GFP_RECLAIMABLE ? PWK_MIGRATE_RECLAIMABLE : PWK_MIGRATE_UNMOVABLE;
}
