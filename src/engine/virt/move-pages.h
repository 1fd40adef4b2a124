/* move-pages.h - on which node a page of an address space is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* What move_pages () says of the page at @addr: its node, -ENOENT nothing there, -EFAULT no region
 * or the zero page. */
int pwk_page_node (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr);
