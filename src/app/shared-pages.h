/* shared-pages.h - how much of a process's memory others have, too
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Pages in the tables of @mm whose frames are mapped more than once: by forked processes, through files, or by itself. @looks: how many entries may
 * be looked at; what is left of them afterwards, 0: there may be more such pages than were counted. */
uint64_t pwk_shared_pages (const PwkMachine *machine, PwkIndex mm, unsigned *looks);
