/* fuzz.c - what the fuzz targets share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "engine/core/check.h"
#include "engine/core/host-memory.h"
#include "files/reach.h"
#include "scenario/parser.h"
#include "scenario/runner.h"

#define MAX_STEPS    4000
#define HOST_MEMORY  ((uint64_t) 256 << 20)

char *
fuzz_dup_text (const uint8_t *data, size_t size)
{
  return g_strndup ((const char *) data, size);
}

static void
check (PwkRunner *runner, unsigned step)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (pwk_runner_machine (runner), why))
    g_error ("step %u: %s", step, why->str);
}

static unsigned
run (PwkRunner *runner, unsigned steps)
{
  unsigned done = 0;

  while (done < steps && pwk_runner_step (runner))
    done++;
  return done;
}

/* From the middle on once more: the same must come of it. */
static void
run_twice (PwkRunner *runner)
{
  PwkMachine *machine = pwk_runner_machine (runner);
  g_autoptr(PwkCheckpoint) middle = NULL;
  uint64_t hash;
  unsigned steps;

  run (runner, MAX_STEPS / 8);
  check (runner, 0);
  middle = pwk_machine_save (machine);
  steps = run (runner, MAX_STEPS);
  check (runner, steps);
  hash = pwk_machine_hash (machine);
  pwk_machine_restore (machine, middle);
  if (run (runner, steps) != steps || pwk_machine_hash (machine) != hash)
    g_error ("after going back the machine is another");
}

void
fuzz_run_scenario (const char *text)
{
  g_autoptr(PwkScript) script = pwk_script_parse ("fuzz", text, -1, NULL);
  PwkRunner *runner;

  if (!script)
    return;
  pwk_host_memory_set (HOST_MEMORY);
  runner = pwk_runner_new (script, NULL, "/nowhere", NULL);
  if (!runner)
    return;
  run_twice (runner);
  pwk_runner_free (runner);
}
