/* move-pages.h - on which node a page of an address space is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/user-nodes.h"

/* What move_pages () says of the page at @addr: its node, -ENOENT nothing there, -EFAULT no region
 * or the zero page. */
int pwk_page_node (const PwkMachine *machine, PwkIndex mm, PwkVaddr addr);
/* do_migrate_pages (): pages on @from go to the nodes of @to, each node's to one. How many stay, or
 * -errno. */
int64_t pwk_do_migrate_pages (PwkMachine *machine, PwkIndex mm, const PwkNodemask *from, uint32_t to, unsigned flags);
