/* caption.h - the line below a picture in a file: what it shows, of which scenario and machine
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "views/views.h"

/* "64 MiB, 1 node, 2 CPUs, x86-64, Linux 6.18", translated. Caller frees. */
char *pwk_caption_machine (const PwkConfig *config);
/* "Buddy · first-look.pwk · event 119 · line 12 · 64 MiB, …", translated; without a line where no
 * statement has begun yet. @scenario: its name. Caller frees. */
char *pwk_caption         (PwkViewId view, const char *scenario,
                           const PwkObservation *observation);
