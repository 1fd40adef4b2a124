/* phys.h - what the tests of physical memory share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"
#include "engine/phys/check.h"
#include "engine/phys/page-alloc.h"

/* A machine as machine() with these pairs of key and value would make it, booted. The test fails if it cannot be made. */
PwkMachine *pwk_test_machine (const char *first_key, ...) G_GNUC_NULL_TERMINATED;
/* The message that the pairs give; owned by the caller. */
char       *pwk_test_config_error (const char *first_key, ...) G_GNUC_NULL_TERMINATED;
/* Fails the test with the violations if machine_check() finds any. */
void        pwk_test_check (const PwkMachine *machine);
/* The free lists as text; owned by the caller. */
char       *pwk_test_freeareas (const PwkMachine *machine);

/* Two nodes on one sheet of paper: node 0 has DMA 0–63 and Normal 64–1023, node 1 Normal 1024–2047. Pages 64 to 95 are the kernel's. */
extern const char pwk_test_paper[];
