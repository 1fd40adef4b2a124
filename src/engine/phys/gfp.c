/* gfp.c - names and meanings of gfp masks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/gfp.h"

#include <string.h>

typedef struct { const char *name; uint32_t gfp; bool old; } Name;

/* In the order of include/trace/events/mmflags.h:__def_gfpflag_names, in which masks are taken apart; then what that leaves out. */
static const Name names[] = {
  { "GFP_TRANSHUGE", PWK_GFP_TRANSHUGE, false },
  { "GFP_TRANSHUGE_LIGHT", PWK_GFP_TRANSHUGE_LIGHT, false },
  { "GFP_HIGHUSER_MOVABLE", PWK_GFP_HIGHUSER_MOVABLE, false },
  { "GFP_HIGHUSER", PWK_GFP_HIGHUSER, false },
  { "GFP_USER", PWK_GFP_USER, false },
  { "GFP_KERNEL_ACCOUNT", PWK_GFP_KERNEL_ACCOUNT, false },
  { "GFP_KERNEL", PWK_GFP_KERNEL, false },
  { "GFP_NOFS", PWK_GFP_NOFS, false },
  { "GFP_ATOMIC", PWK_GFP_ATOMIC, false },
  { "GFP_NOIO", PWK_GFP_NOIO, false },
  { "GFP_NOWAIT", PWK_GFP_NOWAIT, false },
  { "GFP_DMA", PWK_GFP_DMA, false },
  { "GFP_DMA32", PWK_GFP_DMA32, false },
  { "__GFP_RECLAIM", PWK_GFP_RECLAIM, false },
  { "__GFP_DMA", PWK_GFP_DMA, false },
  { "__GFP_HIGHMEM", PWK_GFP_HIGHMEM, false },
  { "__GFP_DMA32", PWK_GFP_DMA32, false },
  { "__GFP_MOVABLE", PWK_GFP_MOVABLE, false },
  { "__GFP_RECLAIMABLE", PWK_GFP_RECLAIMABLE, false },
  { "__GFP_HIGH", PWK_GFP_HIGH, false },
  { "__GFP_IO", PWK_GFP_IO, false },
  { "__GFP_FS", PWK_GFP_FS, false },
  { "__GFP_ZERO", PWK_GFP_ZERO, false },
  { "__GFP_DIRECT_RECLAIM", PWK_GFP_DIRECT_RECLAIM, false },
  { "__GFP_KSWAPD_RECLAIM", PWK_GFP_KSWAPD_RECLAIM, false },
  { "__GFP_WRITE", PWK_GFP_WRITE, false },
  { "__GFP_NOWARN", PWK_GFP_NOWARN, false },
  { "__GFP_RETRY_MAYFAIL", PWK_GFP_RETRY_MAYFAIL, false },
  { "__GFP_NOFAIL", PWK_GFP_NOFAIL, false },
  { "__GFP_NORETRY", PWK_GFP_NORETRY, false },
  { "__GFP_MEMALLOC", PWK_GFP_MEMALLOC, false },
  { "__GFP_COMP", PWK_GFP_COMP, false },
  { "__GFP_NOMEMALLOC", PWK_GFP_NOMEMALLOC, false },
  { "__GFP_HARDWALL", PWK_GFP_HARDWALL, false },
  { "__GFP_THISNODE", PWK_GFP_THISNODE, false },
  { "__GFP_ACCOUNT", PWK_GFP_ACCOUNT, false },
  { "__GFP_ZEROTAGS", PWK_GFP_ZEROTAGS, false },
  { "__GFP_SKIP_ZERO", PWK_GFP_SKIP_ZERO, false },
  { "__GFP_SKIP_KASAN", PWK_GFP_SKIP_KASAN, false },
  { "__GFP_NOLOCKDEP", PWK_GFP_NOLOCKDEP, false },
  { "__GFP_NO_OBJ_EXT", PWK_GFP_NO_OBJ_EXT, false },
  { "__GFP_WAIT", PWK_GFP_WAIT, true },
  { "__GFP_REPEAT", PWK_GFP_REPEAT, true },
  { "__GFP_COLD", PWK_GFP_COLD, true },
  { "__GFP_NOTRACK", PWK_GFP_NOTRACK, true },
  { "__GFP_ATOMIC", PWK_GFP_OLD_ATOMIC, true },
  { "__GFP_NOACCOUNT", PWK_GFP_OLD_NOACCOUNT, true },
  { "__GFP_OTHER_NODE", PWK_GFP_OLD_OTHER_NODE, true },
  { "__GFP_NO_KSWAPD", PWK_GFP_OLD_NO_KSWAPD, true },
  { "GFP_TEMPORARY", PWK_GFP_TEMPORARY, true },
  { "GFP_IOFS", PWK_GFP_OLD_IOFS, true },
  { "GFP_THISNODE", PWK_GFP_OLD_THISNODE, true },
};

const char *
pwk_gfp_name (unsigned i, uint32_t *gfp, bool *old)
{
  if (i >= G_N_ELEMENTS (names))
    return NULL;
  *gfp = names[i].gfp;
  if (old)
    *old = names[i].old;
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
      g_string_append (text, "none");
      return;
    }
  for (size_t i = 0; i < G_N_ELEMENTS (names) && gfp; i++)
    if (names[i].gfp && !names[i].old && (gfp & names[i].gfp) == names[i].gfp)
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
