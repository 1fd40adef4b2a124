/* guard.h - a subcommand that the engine may leave at any moment
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "scenario/runner.h"

/* Carries out @run; its status, or PWK_EXIT_STOPPED if the engine stopped: an assertion of its own failed or its memory is exhausted.
 * The message then says where in the program, and where in the scenario that is followed. */
int  pwk_guard_run    (int (*run) (int argc, char **argv), int argc, char **argv);
/* The runner whose statements are being carried out from now on; NULL: none. Borrowed, unset it before it is freed. */
void pwk_guard_follow (PwkRunner *runner);
