/* contents.h - contents of frames; what was never written is zero
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"
#include "engine/phys/page.h"

/* The 4096 bytes of @pfn, or NULL if all are zero. */
const uint8_t *pwk_frame_bytes (const PwkMachine *machine, PwkPfn pfn);
/* The same to be written, marked as changed; made if all are zero. */
uint8_t       *pwk_frame_edit  (PwkMachine *machine, PwkPfn pfn);
void           pwk_frame_write (PwkMachine *machine, PwkPfn pfn, unsigned offset, const void *bytes, unsigned size);
void           pwk_frame_copy  (PwkMachine *machine, PwkPfn to, PwkPfn from);
void           pwk_frame_clear (PwkMachine *machine, PwkPfn pfn);
/* How many more pages can be kept that are not zero, of frames, files and swap together: 2^24 in
 * all, of which a machine of 64 GiB could have need and none has had. Who lets a scenario make them
 * stops it before there are none left. */
uint64_t       pwk_frames_left (const PwkMachine *machine);
/* The record in PWK_POOL_FRAME that holds the bytes of @pfn, made if there is none; for who reads
 * and writes them often. It is theirs as long as nobody clears the frame. */
PwkIndex       pwk_frame_slot  (PwkMachine *machine, PwkPfn pfn);
/* Bytes of PWK_REGION_CONTENT for a machine of so many frames. */
uint64_t       pwk_contents_bytes (PwkPfn max_pfn);
/* That every frame's contents are its own, in a record that is there. */
void           pwk_contents_check (const PwkMachine *machine, PwkViolations *found);
