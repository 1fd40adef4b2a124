/* sysctl.h - vm.* tunables as text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Writes @text to the tunable "vm.name" (or "name"), as to /proc/sys/vm/name, with what the kernel
 * does then. Errors: no such tunable, not a number, out of the kernel's limits (EINVAL there);
 * nothing has changed. */
bool pwk_sysctl_set    (PwkMachine *machine, const char *name, const char *text, GError **error);
/* Names without "vm.", NULL-terminated. */
const char *const *pwk_sysctl_names (void);
