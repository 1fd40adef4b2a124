/* room.h - what a room of the engine adds to what core does for all of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "engine/core/machine.h"

/* The rooms stand on each other, and a lower one knows nothing of those above:
 *
 *      core  ←  phys  ←  paging  ←  kalloc  ←  virt  ←  reclaim  ←  boot, proc
 *
 * Where core goes through all rooms, from below, each has its row, ROOM/room.c; boot/machine-new.c
 * joins them. What a room asks of one above at a known place, it declares as a plain function in
 * its own …-door.h, and the upper room defines it: reclaim-door.h, fault-door.h. A project test
 * refuses any other way up. Whatever is not there is NULL. */
struct _PwkRoom
{
  const char *name;                                                  /* "phys" */
  bool      (*check) (const PwkMachine *machine, GString *why);      /* its invariants at a place of rest; see core/check.h */
  void      (*tick)  (PwkMachine *machine);                          /* what runs with the timer's tick */
  void      (*step[PWK_N_OPS]) (PwkMachine *machine);                /* a piece of the long calls that are its own, see core/op.h */
};
