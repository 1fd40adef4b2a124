/* check-pools.h - the invariants of reserves and of pools for devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"

void pwk_pools_check (const PwkMachine *machine, PwkViolations *found);
