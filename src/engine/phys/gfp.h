/* gfp.h - gfp masks: names, zones, what they allow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/gfp-bits.h"

/* gfp_zone (): the highest zone that the mask allows, on this machine. */
unsigned    pwk_gfp_zone        (const PwkProfile *profile, uint32_t gfp);
/* gfp_migratetype (). */
unsigned    pwk_gfp_migratetype (uint32_t gfp);

/* What a mask allows, for tables and explanations. */
typedef struct
{
  bool sleeps;          /* may reclaim directly, hence sleep */
  bool io, fs;          /* reclaim may start I/O, call filesystems */
  bool wakes_kswapd;
  bool reserves;        /* may go below the min mark */
  bool all_reserves;    /* marks do not count */
  bool nofail, noretry, nowarn, zero, compound, this_node;
  unsigned zone;        /* PwkZoneType, highest allowed */
  unsigned migratetype;
} PwkGfpMeaning;

PwkGfpMeaning pwk_gfp_meaning   (const PwkProfile *profile, uint32_t gfp);

/* A name, "GFP_KERNEL" or "__GFP_ZERO", old names too, into *@gfp; false: no such name. */
bool        pwk_gfp_from_name   (const char *name, uint32_t *gfp);
/* Appends as the kernel's %pGg: "GFP_KERNEL|__GFP_ZERO"; "0" for none. */
void        pwk_gfp_append      (GString *text, uint32_t gfp);
/* Names by number, of gfp-names.def: *@gfp and whether masks are printed by it; NULL after the last. */
const char *pwk_gfp_name        (unsigned i, uint32_t *gfp, bool *printed);
