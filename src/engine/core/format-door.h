/* format-door.h - the page-table formats that profiles name, each a file of the room paging
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How page tables lie in memory: engine/paging/format.h. */
typedef struct _PwkFormat PwkFormat;

extern const PwkFormat pwk_format_x86_64;
extern const PwkFormat pwk_format_x86_32;
extern const PwkFormat pwk_format_x86_pae;
extern const PwkFormat pwk_format_textbook;
extern const PwkFormat pwk_format_alpha;
extern const PwkFormat pwk_format_arm64_4k;
extern const PwkFormat pwk_format_arm64_16k;
extern const PwkFormat pwk_format_arm64_64k;
extern const PwkFormat pwk_format_riscv;
