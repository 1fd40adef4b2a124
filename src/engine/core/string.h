/* string.h - names that the state has, each once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* Strings that the state names, each once; 0 is "". */
PwkIndex       pwk_string_intern    (PwkMachine *machine, const char *text);
const char    *pwk_string           (const PwkMachine *machine, PwkIndex string);
