/* kernel-memory.h - machines whose kernel has asked its own allocators for something, for tests of views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "machines.h"

/* By name:
 *   "slab"         objects of 64 bytes on two cpus: a cpu's slab, partial lists, full ones; the last thing is a free by the other cpu
 *   "slab-kmalloc" the last thing is kmalloc (100)
 *   "slab-tiny"    objects of 8 bytes, 512 a slab
 *   "slab-checked" a cache with red zones and poison; the last thing is a double free that the kernel reports
 *   "slab-arrays", "slab-slob"  as slab-kmalloc with SLAB, as slab with SLOB
 *   "slab-areas"   vmalloc (), vmap (), ioremap (), one of them freed; the last thing is a vmalloc ()
 *   "slab-device"  memory for a device of 24 bits
 * False: none of these. */
bool test_kernel_deeds (TestMachine *self, const char *name);
