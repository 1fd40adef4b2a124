/* copy-tables.h - a child's entries are made of its parent's
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* fork's: entries of @src to @dst, write-protected where they must be (copy_page_range). -ENOMEM or
 * 0. */
int  pwk_copy_page_range    (PwkMachine *machine, PwkIndex dst_vma, PwkIndex src_vma);
