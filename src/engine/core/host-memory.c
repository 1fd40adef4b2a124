/* host-memory.c - how much of the computer's own memory a simulated machine may take
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scenario can ask for more than the computer has (a terabyte, touched). Without a limit the host
 * would swap or kill; with it the call ends, and says why.
 */
#include "engine/core/host-memory.h"

#include <stdatomic.h>
#include <unistd.h>

#define USUAL ((uint64_t) 2 << 30)

static _Atomic uint64_t wanted;    /* the window sets it, the engine's thread asks */

void
pwk_host_memory_set (uint64_t bytes)
{
  atomic_store (&wanted, bytes);
}

/* Of all memory, used or not: what is free changes by the second. */
static uint64_t
half_of_the_computer (void)
{
  long pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (uint64_t) pages * (uint64_t) size / 2 : USUAL;
}

uint64_t
pwk_host_memory (void)
{
  uint64_t bytes = atomic_load (&wanted);

  return bytes ? bytes : MIN (USUAL, half_of_the_computer ());
}

/* Three quarters. */
uint64_t
pwk_host_memory_of_machine (void)
{
  return pwk_host_memory () / 4 * 3;
}
