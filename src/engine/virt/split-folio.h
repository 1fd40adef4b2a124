/* split-folio.h - a large folio becomes small ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* split_folio (): a large folio becomes small ones. A huge mapping of anonymous memory becomes a table first; a file's pages are mapped nowhere then.
 * False if somebody else holds it. */
bool     pwk_split_folio           (PwkMachine *machine, PwkPfn head);
