/* soak.c - very many calls at random on a machine of two nodes: its hash at regular places, and what the program takes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     soak [CALLS [SEED [MACHINE]]]
 *
 * Prints a line "CALLS HASH" ten times on the way (the same for every compiler), and on standard error what the program takes of memory, which
 * must not rise. Exits with 1 if the machine is not sound. */
#include "sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "engine/core/check.h"

static long
resident_kib (void)
{
  long pages = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file && fscanf (file, "%*s %ld", &pages) != 1)
    pages = 0;
  if (file)
    fclose (file);
  return pages * 4;
}

static void
tell (const Sequence *sequence)
{
  g_autoptr(GString) why = g_string_new (NULL);

  printf ("%" G_GUINT64_FORMAT " %016" G_GINT64_MODIFIER "x\n", sequence->n_calls, pwk_machine_hash (sequence->machine));
  fprintf (stderr, "%" G_GUINT64_FORMAT " calls: %ld KiB resident\n", sequence->n_calls, resident_kib ());
  fflush (stdout);
  if (pwk_machine_check (sequence->machine, why))
    return;
  fprintf (stderr, "%s\n", why->str);
  exit (1);
}

int
main (int argc, char **argv)
{
  uint64_t calls = argc > 1 ? g_ascii_strtoull (argv[1], NULL, 0) : 1000000, seed = argc > 2 ? g_ascii_strtoull (argv[2], NULL, 0) : 1;
  PwkMachine *machine = sequence_machine (argc > 3 ? (unsigned) atoi (argv[3]) : 0);
  Sequence sequence;

  sequence_begin (&sequence, machine, (Numbers) { NULL, NULL, seed | 1 });
  for (uint64_t i = 1; i <= calls && sequence_call (&sequence); i++)
    if (i % MAX (calls / 10, 1) == 0)
      tell (&sequence);
  if (machine->st->panicked)
    tell (&sequence);
  pwk_machine_free (machine);
  return 0;
}
