/* fuzz-calls.c - any bytes as a sequence of calls on a machine: sound after each few, and the same when it is done again from the middle
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "engine/core/check.h"
#include "sequence.h"

#define N_MACHINES  4
#define MAX_CALLS   2000
#define CHECK_EVERY 16

/* Made once: going back to power-on is quicker than another boot. */
static PwkMachine *machines[N_MACHINES];
static PwkCheckpoint *fresh[N_MACHINES];

static PwkMachine *
fresh_machine (unsigned which)
{
  if (!machines[which])
    {
      machines[which] = sequence_machine (which);
      fresh[which] = pwk_machine_save (machines[which]);
    }
  pwk_machine_restore (machines[which], fresh[which]);
  return machines[which];
}

static void
check (const PwkMachine *machine, uint64_t n)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("after call %" G_GUINT64_FORMAT ": %s", n, why->str);
}

static uint64_t
run (Sequence *sequence)
{
  while (sequence->n_calls < MAX_CALLS && sequence_call (sequence))
    if (sequence->n_calls % CHECK_EVERY == 0)
      check (sequence->machine, sequence->n_calls);
  check (sequence->machine, sequence->n_calls);
  return pwk_machine_hash (sequence->machine);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr(PwkCheckpoint) middle = NULL;
  Sequence sequence, then;
  uint64_t hash, half;

  if (size < 4)
    return 0;
  half = data[1];
  sequence_begin (&sequence, fresh_machine (data[0] % N_MACHINES), (Numbers) { data + 2, data + size, 0 });
  while (sequence.n_calls < half && sequence_call (&sequence))
    ;
  middle = pwk_machine_save (sequence.machine);
  then = sequence;
  hash = run (&sequence);
  pwk_machine_restore (sequence.machine, middle);
  if (run (&then) != hash)
    g_error ("after going back the machine is another");
  return 0;
}
