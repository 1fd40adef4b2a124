/* kernel-space.h - the kernel's half of all address spaces: its parts, and what of them is mapped
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/paging/format.h"
#include "views/view-common.h"

/* A part of the kernel's addresses, as its dump of page tables cuts them. */
typedef struct
{
  PwkVaddr    start, last;
  const char *name;                        /* the kernel's */
  uint64_t    pages[PWK_LEVEL_PGD + 1];    /* mapped, by the level of their entries */
  bool        lit;                         /* the event is about an address of it */
} PwkKernelPart;

#define PWK_KERNEL_PARTS 16

/* Parts rise. n 0: this machine has no tables for them, or not yet. */
typedef struct
{
  unsigned      n;
  PwkKernelPart parts[PWK_KERNEL_PARTS];
} PwkKernelSpace;

/* @touched: the address that the event is about, 0 none. */
void        pwk_kernel_space_read   (PwkKernelSpace *space, const PwkMachine *machine,
                                     PwkVaddr touched);
/* How high the column is at most, and the column, highest part first. Where all have no room,
 * those of which something is mapped, as far as they have. */
double      pwk_kernel_space_height (const PwkPen *pen, const PwkKernelSpace *space);
void        pwk_kernel_space_draw   (const PwkPen *pen, const PwkKernelSpace *space,
                                     const PwkFormat *format, PwkBox box);
/* A line each. */
void        pwk_kernel_space_append (const PwkKernelSpace *space, const PwkFormat *format,
                                     GString *text);
/* "direct map" …; translated. */
const char *pwk_kernel_part_title   (const PwkKernelPart *part);
