/* replay.c - main () of a fuzz target without a fuzzer: each file, and each in the folders, that is named is one input
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>

static unsigned
give_file (const char *path)
{
  g_autofree char *bytes = NULL;
  g_autofree uint8_t *exact = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return 0;
  /* without the NUL behind it, so that reading too far is found */
  exact = g_memdup2 (bytes, length);
  printf ("# %s\n", path);
  fflush (stdout);
  LLVMFuzzerTestOneInput (exact, length);
  return 1;
}

static unsigned
give (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  unsigned n = 0;

  if (!dir)
    return give_file (path);
  for (const char *name; (name = g_dir_read_name (dir));)
    {
      g_autofree char *inside = g_build_filename (path, name, NULL);

      n += give (inside);
    }
  return n;
}

int
main (int argc, char **argv)
{
  unsigned n = 0;

  for (int i = 1; i < argc; i++)
    n += give (argv[i]);
  printf ("1..1\n%s 1 - %u inputs\n", n ? "ok" : "not ok", n);
  return n ? 0 : 1;
}
