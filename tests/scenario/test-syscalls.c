/* test-syscalls.c - the tables of system calls: what scenarios can call, and what of recordings is followed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "scenario/runner-private.h"
#include "scenario/strace.h"

typedef enum { FOLLOWED, UNDONE, PASSED } Fate;
typedef struct { const char *name; Fate fate; } Row;

static const Row rows[] = {
#define PWK_SYSCALL(NAME, ...)         { #NAME, FOLLOWED },
#define PWK_SYSCALL_UNDONE(NAME, ...)  { #NAME, UNDONE },
#define PWK_SYSCALL_PASSED(NAME)       { #NAME, PASSED },
#include "scenario/syscalls.def"
#undef PWK_SYSCALL
#undef PWK_SYSCALL_UNDONE
#undef PWK_SYSCALL_PASSED
};

static bool
is_system_call (const char *name)
{
  const PwkCallDef *def = pwk_call_def (name);

  return def && (def->flags & PWK_CALL_SYSCALL);
}

/* strace.c searches by halves: sorted, and each name once. */
static void
test_order (void)
{
  for (gsize i = 1; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (strcmp (rows[i - 1].name, rows[i].name), <, 0);
}

/* What a scenario can call has a row: somebody has thought about recordings of it. */
static void
test_language (void)
{
  uint32_t n;
  const PwkCallInfo *calls = pwk_calls (&n);

  for (uint32_t i = 0; i < n; i++)
    {
      gsize found = 0;

      if (!is_system_call (calls[i].name))
        continue;
      for (gsize k = 0; k < G_N_ELEMENTS (rows); k++)
        found += strcmp (rows[k].name, calls[i].name) == 0;
      if (found != 1)
        g_error ("%s has %u rows in syscalls.def", calls[i].name, (unsigned) found);
    }
}

/* Other forms of a call that the language has, and calls that only programs need: where their memory comes from the scenario says in
 * another way. */
static const char *const only_recorded[] = {
  "creat", "execveat", "map_shadow_stack", "memfd_create", "mmap2", "old_mmap", "openat2", "pidfd_open", "prlimit64", "process_madvise", "remap_file_pages",
  "shmat", "shmdt", "shmget",
};

/* What the engine can do it does for recordings, too, and nothing stands there that is not so. */
static void
test_recordings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      bool only = false;

      for (gsize k = 0; k < G_N_ELEMENTS (only_recorded); k++)
        only = only || strcmp (only_recorded[k], rows[i].name) == 0;
      g_test_message ("%s", rows[i].name);
      g_assert_true (pwk_strace_knows_call (rows[i].name) == (rows[i].fate != PASSED));
      g_assert_true (is_system_call (rows[i].name) == (rows[i].fate != UNDONE && !only));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/syscalls/order", test_order);
  g_test_add_func ("/syscalls/language", test_language);
  g_test_add_func ("/syscalls/recordings", test_recordings);
  return g_test_run ();
}
