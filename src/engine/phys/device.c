/* device.c - registers of devices
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/device.h"

#include "engine/core/emit.h"
#include "engine/phys/page.h"
#include "engine/phys/section.h"

#define REGISTER_BYTES 8

/* Reserved frames are memory, though not the allocator's. */
bool
pwk_is_device (const PwkMachine *machine, PwkPhys phys)
{
  PwkPfn pfn = phys >> PWK_PAGE_SHIFT;

  return pfn >= machine->st->max_pfn || pwk_page_type (machine, pfn) == PWK_PAGE_HOLE;
}

static unsigned
n_known (const PwkMachine *machine)
{
  return MIN (machine->st->n_device_registers, PWK_MAX_DEVICE_REGISTERS);
}

const PwkDeviceRegister *
pwk_device_register (const PwkMachine *machine, PwkPhys phys)
{
  phys &= ~(PwkPhys) (REGISTER_BYTES - 1);
  for (unsigned i = 0; i < n_known (machine); i++)
    if (machine->st->device_registers[i].phys == phys)
      return &machine->st->device_registers[i];
  return NULL;
}

/* The one that was new longest ago gives way where all are taken. */
static PwkDeviceRegister *
register_for (PwkMachine *machine, PwkPhys phys)
{
  const PwkDeviceRegister *known = pwk_device_register (machine, phys);
  PwkDeviceRegister *registers = machine->st->device_registers;

  if (known)
    return &registers[known - registers];
  registers += machine->st->n_device_registers++ % PWK_MAX_DEVICE_REGISTERS;
  *registers = (PwkDeviceRegister) { phys & ~(PwkPhys) (REGISTER_BYTES - 1), 0 };
  return registers;
}

/* Byte by byte, since an access may lie across two registers. */
uint64_t
pwk_device_read (PwkMachine *machine, PwkPhys phys, unsigned bytes)
{
  uint64_t value = 0;

  pwk_assert_door (bytes > 0 && bytes <= REGISTER_BYTES);
  for (unsigned i = 0; i < bytes; i++)
    {
      const PwkDeviceRegister *at = pwk_device_register (machine, phys + i);

      if (at)
        value |= (at->value >> 8 * ((phys + i) % REGISTER_BYTES) & 0xff) << 8 * i;
    }
  pwk_emit_readq (machine, phys, bytes, value);
  return value;
}

void
pwk_device_write (PwkMachine *machine, PwkPhys phys, unsigned bytes, uint64_t value)
{
  pwk_assert_door (bytes > 0 && bytes <= REGISTER_BYTES);
  for (unsigned i = 0; i < bytes; i++)
    {
      PwkDeviceRegister *at = register_for (machine, phys + i);
      unsigned shift = 8 * ((phys + i) % REGISTER_BYTES);

      at->value = (at->value & ~((uint64_t) 0xff << shift)) | (value >> 8 * i & 0xff) << shift;
    }
  pwk_emit_writeq (machine, phys, bytes, value);
}
