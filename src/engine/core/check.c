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

/* Every record below `next` is in use or on the chain of free ones. 0 is never handed out. Whether a
 * record in use is somebody's is the question of the room that has the pool: it finds its records
 * again from tasks, regions or lists, and compares their number with n_used. */
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

/* --- time, and what of it is lost because memory is short --- */

static void
check_cpu_time (Check *check, unsigned number)
{
  const PwkCpu *cpu = &check->machine->st->cpus[number];
  const PwkPsiCpu *psi = &cpu->psi;

  if (cpu->idle_ns > cpu->ns)
    pwk_violation (&check->found, "cpu %u has idled for longer than it has run", number);
  if (psi->nr_memstall || psi->in_memstall)
    pwk_violation (&check->found, "cpu %u: somebody still waits for memory", number);
  if (psi->times[PWK_PSI_FULL] > psi->times[PWK_PSI_SOME] || psi->times[PWK_PSI_SOME] > cpu->ns - cpu->idle_ns)
    pwk_violation (&check->found, "cpu %u: all have waited for longer than some, or these for longer than it had to do", number);
  for (int state = 0; state < PWK_N_PSI; state++)
    if (psi->seen[state] > psi->times[state] || psi->seen_busy > cpu->ns - cpu->idle_ns)
      pwk_violation (&check->found, "cpu %u: more of its stalls was told than there was", number);
}

static void
check_pressure (Check *check)
{
  const PwkPsi *psi = &check->machine->st->psi;

  for (unsigned cpu = 0; cpu < check->machine->st->n_cpus; cpu++)
    check_cpu_time (check, cpu);
  if (psi->total[PWK_PSI_FULL] > psi->total[PWK_PSI_SOME])
    pwk_violation (&check->found, "memory was waited for by all for longer than by some");
  if (psi->avg_next_update <= psi->avg_last_update)
    pwk_violation (&check->found, "the averages of pressure are to be brought up to date before they were");
  for (int state = 0; state < PWK_N_PSI; state++)
    {
      if (psi->avg_total[state] > psi->total[state])
        pwk_violation (&check->found, "more stalls are in the averages than there were");
      for (int i = 0; i < PWK_PSI_AVERAGES; i++)
        if (psi->avg[state][i] > 100u << 11)
          pwk_violation (&check->found, "an average of pressure is above 100 per cent");
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
  check_pressure (&check);
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
