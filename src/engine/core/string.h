/* string.h - names that the state has, each once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Strings that the state names, each once; 0 is "". There is room for 64 MiB of them and for some
 * 900,000; what a scenario calls things may fill it but for a reserve, which is the program's own
 * words'. */
PwkIndex       pwk_string_intern    (PwkMachine *machine, const char *text);
/* Whether @text is there or has room: who takes a name from outside asks first, and refuses
 * (PWK_WHY_NAMES_FULL). */
bool           pwk_string_fits      (const PwkMachine *machine, const char *text);
const char    *pwk_string           (const PwkMachine *machine, PwkIndex string);
