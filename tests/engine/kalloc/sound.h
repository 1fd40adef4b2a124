/* sound.h - what the tests of the kernel's own memory share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/check.h"
#include "engine/kalloc/vmalloc.h"
#include "engine/phys/gfp.h"
#include "engine/phys/page-alloc.h"

static inline void
assert_sound (const PwkMachine *machine)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
}

static inline PwkVaddr
vmalloc (PwkMachine *machine, uint64_t size)
{
  return pwk_vmalloc (machine, size, PWK_GFP_KERNEL, PWK_NUMA_NO_NODE);
}
