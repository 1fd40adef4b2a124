/* file-io.h - what read (), write () and their kin do to the page cache
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The system calls themselves are in syscalls.h. */
#pragma once

#include "engine/virt/inode.h"

/* POSIX_FADV_WILLNEED of pages [@first, @end). */
void pwk_file_willneed   (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end);
