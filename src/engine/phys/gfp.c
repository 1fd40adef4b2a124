/* gfp.c - names and meanings of gfp masks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"

#include <string.h>

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

bool
pwk_gfp_from_name (const char *name, uint32_t *gfp)
{
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].name, name) == 0)
      {
        *gfp = names[i].gfp;
        return true;
      }
  return false;
}

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

/* Follows include/linux/gfp.h:gfp_zone () with its table; masks that the kernel calls bad give the lowest zone, as there. */
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

unsigned
pwk_gfp_migratetype (uint32_t gfp)
{
  if (gfp & PWK_GFP_MOVABLE)
    return PWK_MIGRATE_MOVABLE;
  return gfp & PWK_GFP_RECLAIMABLE ? PWK_MIGRATE_RECLAIMABLE : PWK_MIGRATE_UNMOVABLE;
}

PwkGfpMeaning
pwk_gfp_meaning (const PwkProfile *profile, uint32_t gfp)
{
  return (PwkGfpMeaning) {
    .sleeps = gfp & PWK_GFP_DIRECT_RECLAIM, .io = gfp & PWK_GFP_IO, .fs = gfp & PWK_GFP_FS,
    .wakes_kswapd = gfp & PWK_GFP_KSWAPD_RECLAIM, .reserves = gfp & PWK_GFP_HIGH,
    .all_reserves = (gfp & PWK_GFP_MEMALLOC) && !(gfp & PWK_GFP_NOMEMALLOC), .nofail = gfp & PWK_GFP_NOFAIL,
    .noretry = gfp & PWK_GFP_NORETRY, .nowarn = gfp & PWK_GFP_NOWARN, .zero = gfp & PWK_GFP_ZERO, .compound = gfp & PWK_GFP_COMP,
    .this_node = gfp & PWK_GFP_THISNODE, .zone = pwk_gfp_zone (profile, gfp), .migratetype = pwk_gfp_migratetype (gfp),
  };
}
