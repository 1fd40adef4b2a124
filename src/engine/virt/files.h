/* files.h - the simulated disk's files, descriptors, and what system calls do to them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A task's descriptors (struct files_struct), one record of PWK_POOL_FILES. */
#define PWK_FILES_MAX ((PWK_FILES_RECORD - 8) / 4)
typedef struct
{
  int32_t  refcount;             /* tasks that share it */
  uint32_t reserved;
  PwkIndex fd[PWK_FILES_MAX];    /* PwkFile, 0 closed; 0, 1, 2 are the terminal's and are never used here */
} PwkFiles;

G_STATIC_ASSERT (sizeof (PwkFiles) == PWK_FILES_RECORD);

/* truncate_pagecache () with what ext4 does around it: the size, pages beyond it in whatever table, the rest of the last page. */
void pwk_truncate        (PwkMachine *machine, PwkIndex inode, uint64_t size);
/* fallocate (FALLOC_FL_PUNCH_HOLE) of whole pages [@first, @end). */
void pwk_punch_hole      (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end);
/* ext4_block_zero_page_range () of the last, partial page of a file of @size: it is read and made dirty. */
void pwk_zero_eof_block  (PwkMachine *machine, PwkIndex inode, uint64_t size);
/* POSIX_FADV_WILLNEED of pages [@first, @end). */
void pwk_file_willneed   (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end);
/* The page at @index for a write of the kernel, read from the disk unless @whole will be overwritten: ext4_write_begin (). */
PwkPfn pwk_write_begin   (PwkMachine *machine, PwkIndex inode, uint64_t index, bool whole);
