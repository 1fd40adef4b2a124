/* device.h - registers of devices: what answers at physical addresses where there is no memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* A toy device: each aligned word of eight bytes is a register that keeps what was written last,
 * and reads as 0 before. The machine remembers the PWK_MAX_DEVICE_REGISTERS that were written to
 * last.
 *
 *      0xfe000000  [ 0x1 ][ ─ ][ 0xbeef ][ ─ ] …       lit: written to
 */

/* Whether no memory is at @phys: beyond the last frame, or in a hole between them. */
bool     pwk_is_device       (const PwkMachine *machine, PwkPhys phys);
/* A load and a store of @bytes (8 at most) there, told by readq and writeq. */
uint64_t pwk_device_read     (PwkMachine *machine, PwkPhys phys, unsigned bytes);
void     pwk_device_write    (PwkMachine *machine, PwkPhys phys, unsigned bytes, uint64_t value);
/* The register that @phys lies in, or NULL: nobody has written to it. */
const PwkDeviceRegister *pwk_device_register (const PwkMachine *machine, PwkPhys phys);
