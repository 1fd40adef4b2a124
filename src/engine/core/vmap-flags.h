/* vmap-flags.h - what a range of kernel addresses is for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* VM_IOREMAP … of include/linux/vmalloc.h, as /proc/vmallocinfo tells them. */
typedef enum
{
  PWK_VM_IOREMAP = 1 << 0, PWK_VM_ALLOC = 1 << 1, PWK_VM_MAP = 1 << 2, PWK_VM_USERMAP = 1 << 3, PWK_VM_DMA_COHERENT = 1 << 4,
  PWK_VM_VPAGES = 1 << 5,     /* ours: the array of its pages has an area of its own */
} PwkVmFlags;
