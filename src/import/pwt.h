/* pwt.h - the binary form of a trace
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All numbers little-endian. Version 1:
 *
 *      header   8 bytes "PWKTRACE", u32 version, u32 0
 *      blocks   u32 records (1 … 65536), u32 bytes, u32 CRC-32 of the bytes, u32 0; then the bytes
 *      end      a block of 0 records
 *      index    a u64 for each block: where it begins in the file
 *      footer   u64 where the index begins, u64 records in all, u32 blocks, u32 CRC-32 of the index, 8 bytes "PWKTEND1"
 *
 * All blocks but the last have 65536 records. A block reads by itself. A record is a byte, kind | size << 2 | how << 5, then bytes that these
 * name:
 *
 *      size     instructions: 0 … 6 mean 1 … 7; data: 0 … 6 mean 1, 2, 4 … 64; 7: a varint follows (seven bits a byte, lowest first)
 *      how      of the address. Each side, instructions and data, keeps two places: the end of its last access, and the end of the last but
 *               one. 0: at the first. 1, 2, 3: that far from the first, in 1, 2 or 4 bytes, signed. 4, 5, 6: the same from the
 *               second, which then becomes the first. 7: eight bytes, the address itself, and the first becomes the second.
 *
 * Size's varint comes before the address. */
#pragma once

#include "import/trace.h"

#define PWK_PWT_MAGIC         "PWKTRACE"
#define PWK_PWT_END           "PWKTEND1"
#define PWK_PWT_VERSION       1
#define PWK_PWT_HEADER_SIZE   16
#define PWK_PWT_BLOCK_HEADER  16
#define PWK_PWT_FOOTER_SIZE   32
#define PWK_PWT_BLOCK_RECORDS 65536
#define PWK_PWT_RECORD_MAX    14                     /* bytes: head, varint of five, address of eight */
#define PWK_PWT_BLOCK_BYTES   (PWK_PWT_BLOCK_RECORDS * PWK_PWT_RECORD_MAX)

/* The bytes of @n records; @bytes has room for n * PWK_PWT_RECORD_MAX. Returns how many. */
size_t pwk_pwt_encode (uint8_t *bytes, const PwkTraceRecord *records, uint32_t n);
/* The @n records in @size bytes, behind which 16 more may be read. False: they are not that. */
bool   pwk_pwt_decode (const uint8_t *bytes, size_t size, PwkTraceRecord *records, uint32_t n);

/* Little-endian words at unaligned places. */
uint32_t pwk_pwt_u32     (const uint8_t *bytes);
uint64_t pwk_pwt_u64     (const uint8_t *bytes);
void     pwk_pwt_set_u32 (uint8_t *bytes, uint32_t value);
void     pwk_pwt_set_u64 (uint8_t *bytes, uint64_t value);
/* CRC-32 as gzip has it, of what went before and these bytes; @crc 0 to begin. */
uint32_t pwk_pwt_crc     (uint32_t crc, const uint8_t *bytes, size_t size);
