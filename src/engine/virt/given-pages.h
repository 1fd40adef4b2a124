/* given-pages.h - a process whose pages lie in known frames
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Fills the address space of @task as @pages says: `address pfn pfn …` a line (hexadecimal address,
 * consecutive pages), or `address huge pfn`. The frames are in use (machine (zoneinfo=,
 * freeareas=)), and nobody's yet, or mapped by another process, which then shares them: anonymous
 * ones as after a fork. Nothing of it is counted in vmstat. False with @error ("pages, line %u: "
 * and why) if that cannot be. */
bool     pwk_process_take_pages (PwkMachine *machine, PwkIndex task, const char *pages, GError **error);
/* The open file of shared memory that the first page of [@start, @end) belongs to by @pages, if
 * another process has it; else 0. No new reference. */
PwkIndex pwk_given_shared_file  (const PwkMachine *machine, const char *pages, PwkVaddr start, PwkVaddr end);
