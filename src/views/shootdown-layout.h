/* shootdown-layout.h - a TLB shootdown as a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/shootdown.h"
#include "views/view-common.h"

/* Fills @box: two CPUs, the changed entry and the messages between them, and what happened in
 * its order, a lane a CPU. */
#define PWK_SHOOTDOWN_LEAST_H 340.0
void        pwk_shootdown_draw (const PwkPen *pen, const PwkShootdown *shootdown, PwkBox box);
/* How it stands, in a sentence. */
const char *pwk_shootdown_text (const PwkPen *pen, const PwkShootdown *shootdown);
