/* check.c - what must hold at a place of rest: of the arena and its pools here, of the rest in each room
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tests call it, and machine_check () of a scenario. A check never changes what it looks at and
 * stops at nothing: all violations are counted, the first twenty told, since the first is not
 * always the cause.
 */
#include "engine/core/check.h"

#include <string.h>

#include "engine/core/pool.h"
#include "engine/core/room.h"

/* --- what is found --- */

#define MAX_LINES 20

/* All are counted, even if nobody wants to read of them. */
void
pwk_violation (PwkViolations *found, const char *format, ...)
{
  va_list args;

  if (found->n++ >= MAX_LINES || !found->why)
    return;
  va_start (args, format);
  g_string_append_vprintf (found->why, format, args);
  va_end (args);
  g_string_append_c (found->why, '\n');
}

/* The line about those that were left out is one of its own. */
bool
pwk_violations_end (const PwkViolations *found)
{
  if (found->why && found->n > MAX_LINES)
    g_string_append_printf (found->why, "and %u more\n", found->n - MAX_LINES);
  return found->n == 0;
}

typedef struct { const PwkMachine *machine; PwkViolations found; } Check;

/* --- pools --- */

/* Every record below `next` is in use or on the chain of free ones. 0 is never handed out. */
static void
check_pool (Check *check, unsigned id)
{
  const PwkPool *pool = &check->machine->st->pools[id];
  uint32_t n_free = 0;

  for (PwkIndex i = pool->free; i && n_free < pool->next; n_free++)
    {
      if (i >= pool->next)
        {
          pwk_violation (&check->found, "pool %u: free record %u was never handed out", id, i);
          return;
        }
      memcpy (&i, pwk_pool_get (check->machine, (PwkPoolId) id, i), sizeof i);
    }
  if (pool->next && pool->n_used + n_free + 1 != pool->next)
    pwk_violation (&check->found, "pool %u: %u records are in use, counted are %u", id, pool->next - 1 - n_free, pool->n_used);
}

/* --- marks --- */

/* Chunks of a region that no checkpoint has a copy of are looked at one by one; in a sparse
 * terabyte only the first. */
#define MAX_NEVER_SAVED 256

/* Each byte equals the one before it, and the first is 0. */
static bool
all_zero (const uint8_t *bytes)
{
  return bytes[0] == 0 && memcmp (bytes, bytes + 1, PWK_CHUNK_SIZE - 1) == 0;
}

/* What was not marked since the last checkpoint is as that has it, or zero where it has nothing:
 * else the next one would not save it. */
static void
check_marks (Check *check, unsigned region)
{
  const PwkArena *arena = &check->machine->arena;
  uint64_t first = arena->regions[region].offset >> PWK_CHUNK_SHIFT, n = (arena->used[region] + PWK_CHUNK_SIZE - 1) >> PWK_CHUNK_SHIFT;
  unsigned n_never_saved = 0;

  for (uint64_t chunk = first; !arena->regions[region].hot && chunk < first + n; chunk++)
    {
      const uint8_t *bytes = arena->base + (chunk << PWK_CHUNK_SHIFT);
      const PwkChunk *saved = arena->saved[chunk];

      if (arena->dirty[chunk] || (!saved && n_never_saved++ >= MAX_NEVER_SAVED))
        continue;
      if (saved ? memcmp (saved->bytes, bytes, PWK_CHUNK_SIZE) != 0 : !all_zero (bytes))
        pwk_violation (&check->found, "chunk %u of region %u was written and not marked", (unsigned) (chunk - first), region);
    }
}

/* What every room stands on is checked first. */
static bool
core_check (const PwkMachine *machine, GString *why)
{
  Check check = { .machine = machine, .found.why = why };

  for (unsigned id = 0; id < PWK_N_POOLS; id++)
    check_pool (&check, id);
  for (unsigned region = 0; region < PWK_N_REGIONS; region++)
    check_marks (&check, region);
  return pwk_violations_end (&check.found);
}

/* From below: a fault of a lower room makes what upper ones say doubtful. */
bool
pwk_machine_check (const PwkMachine *machine, GString *why)
{
  bool sound = core_check (machine, why);

  for (const PwkRoom *const *room = machine->rooms; *room; room++)
    if ((*room)->check)
      sound &= (*room)->check (machine, why);
  return sound;
}
