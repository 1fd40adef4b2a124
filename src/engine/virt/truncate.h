/* truncate.h - a file's size changes, or holes are made in it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/virt/inode.h"

/* truncate_pagecache () with what ext4 does around it: the size, pages beyond it in whatever table,
 * the rest of the last page. */
void pwk_truncate        (PwkMachine *machine, PwkIndex inode, uint64_t size);
/* fallocate (FALLOC_FL_PUNCH_HOLE) of whole pages [@first, @end). */
void pwk_punch_hole      (PwkMachine *machine, PwkIndex inode, uint64_t first, uint64_t end);
/* ext4_block_zero_page_range () of the last, partial page of a file of @size: it is read and made
 * dirty. */
void pwk_zero_eof_block  (PwkMachine *machine, PwkIndex inode, uint64_t size);
/* The page at @index for a write of the kernel, read from the disk unless @whole will be
 * overwritten: ext4_write_begin (). */
PwkPfn pwk_write_begin   (PwkMachine *machine, PwkIndex inode, uint64_t index, bool whole);
/* Before that, where the file system has large folios: @n bytes are to be written from @pos on, and a large folio is made for their beginning if
 * nothing is cached there and one can be had: __filemap_get_folio (fgf_set_order ()). */
void pwk_write_begin_large (PwkMachine *machine, PwkIndex inode, uint64_t pos, uint64_t n);
