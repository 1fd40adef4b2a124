/* printk.h - the kernel's log: what the simulated kernel has to say
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

#define PWK_LOG_REGION_BYTES ((uint64_t) 1 << 20)

/* Lines come in two forms: the brief one of recordings, where addresses are offsets in their slab,
 * and the kernel's own. */
typedef enum { PWK_LOG_BRIEF = 1, PWK_LOG_FULL = 2, PWK_LOG_BOTH = 3 } PwkLogDetail;

/* One line, without its line end, for one form or both. The log keeps the newest 1 MiB; what is
 * older goes first. */
void pwk_printk        (PwkMachine *machine, PwkLogDetail detail, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* What follows is another statement's. */
void pwk_log_next      (PwkMachine *machine);
/* Appends the lines in the form @detail that this statement has caused so far, or (@before) the one
 * before it. */
void pwk_log_print     (const PwkMachine *machine, PwkLogDetail detail, bool before, GString *out);
