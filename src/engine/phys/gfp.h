/* gfp.h - gfp masks: names, zones, mobility
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/gfp-bits.h"

/* gfp_zone (): the highest zone that the mask allows, on this machine. */
unsigned    pwk_gfp_zone        (const PwkProfile *profile, uint32_t gfp);
/* gfp_migratetype (). */
unsigned    pwk_gfp_migratetype (uint32_t gfp);

/* Appends as the kernel's %pGg: "GFP_KERNEL|__GFP_ZERO"; "0" for none. */
void        pwk_gfp_append      (GString *text, uint32_t gfp);
/* Names by number, of gfp-names.def: *@gfp and whether masks are printed by it; NULL after the last. */
const char *pwk_gfp_name        (unsigned i, uint32_t *gfp, bool *printed);
