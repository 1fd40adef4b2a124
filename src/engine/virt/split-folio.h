/* split-folio.h - a large folio becomes small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* split_folio (): a huge anonymous folio becomes 512 small ones, its huge mappings tables. False if
 * somebody else holds it. */
bool     pwk_split_folio           (PwkMachine *machine, PwkPfn head);
