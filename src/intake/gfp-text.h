/* gfp-text.h - gfp masks as kernels and tools print them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The mask at @at, as the scenario language has it: of "0xdc0(GFP_KERNEL|__GFP_ZERO)", of "GFP_KERNEL|GFP_ZERO" or of a number alone, which is
 * that of a kernel before 4.5 (reports, which have the names since) or, where not @old, of today's. Names that no kernel has any more say
 * nothing to this one. "0" for none; owned by the caller. */
char *pwk_gfp_text (const char *at, gboolean old);
