/* format-alpha.h - an entry of another format, as Linux would have it on Alpha
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/pte.h"

/* The bits of Alpha's entry for the page that @leaf of 4 KiB maps: its frame is the one of 8 KiB
 * that the page lies in. */
uint64_t pwk_alpha_entry_of (PwkPte leaf);
