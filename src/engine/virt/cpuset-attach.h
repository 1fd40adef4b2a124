/* cpuset-attach.h - a process comes into a cpuset
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* All threads of @task's process may use the nodes @mems and the cpus @cpus from now on, a bit each,
 * and its pages go to these nodes. 0 or -errno: none of them is there. */
int64_t pwk_cpuset_attach (PwkMachine *machine, PwkIndex task, uint32_t mems, uint64_t cpus);
