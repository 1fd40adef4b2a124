/* recorded-walk.h - the last translation of an address as events tell it: what was read, and no
 * more
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/observation.h"
#include "engine/paging/mmu.h"

/* How far it has come at the position. */
typedef enum
{
  PWK_WALKED_NOT,         /* nothing was translated that was observed */
  PWK_WALKED_HIT,         /* a TLB knew: no entry was read */
  PWK_WALKED_ON_THE_WAY,  /* a TLB missed; entries are being read */
  PWK_WALKED_FAULT,       /* an entry, or a right, was missing */
  PWK_WALKED_DONE,        /* it led to a frame */
} PwkWalked;

/* The last translation of @walk->addr's page. @walk is what a probe says of it now, and becomes
 * what happened: the steps that events tell (those that a walk cache skipped stay as the probe
 * has them), as many reads, the fault's error, the physical address. An entry that the kernel
 * wrote after the fault is a step too; @written[i] then numbers the writes from 1, and is 0 for
 * what was only read. */
PwkWalked pwk_recorded_walk (const PwkObservation *observation, PwkWalk *walk, unsigned written[5]);
