/* boot.h - a machine is made, and switched on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Takes @config, which the machine frees. The machine is off: no event has happened; boot it next.
 * Errors: memory cannot be reserved, absurd sizes; then @config is freed as well. */
PwkMachine *pwk_machine_new    (PwkConfig *config, GError **error);
/* From power-on to the first process could run: e820 → nodes → zones → mem_map → free lists. Once
 * only, and first: every call and access wants a machine that is booted. */
void        pwk_machine_boot   (PwkMachine *machine);
/* Default configuration booted; never fails but for want of memory. Key=value pairs for tests:
 * "memory", "64M", …, NULL. */
PwkMachine *pwk_machine_simple (const char *first_key, ...) G_GNUC_NULL_TERMINATED;
