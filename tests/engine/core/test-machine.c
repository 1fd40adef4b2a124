/* test-machine.c - events, pools, strings, contents of frames, locks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "engine/boot/boot.h"
#include "engine/core/check.h"
#include "engine/core/emit.h"
#include "engine/core/lock.h"
#include "engine/core/machine.h"
#include "engine/core/pool.h"
#include "engine/core/string.h"
#include "engine/phys/contents.h"
#include "engine/virt/anon-vma.h"

static void
check_and_free (PwkMachine *machine)
{
  g_autoptr(GString) why = g_string_new (NULL);

  if (!pwk_machine_check (machine, why))
    g_error ("%s", why->str);
  pwk_machine_free (machine);
}

/* Of what a check finds twenty lines are told, then how many more there were; nobody need listen. */
static void
test_violations (void)
{
  g_autoptr(GString) why = g_string_new (NULL);
  PwkViolations found = { .why = why }, unheard = { .why = NULL };

  g_assert_true (pwk_violations_end (&found));
  g_assert_cmpstr (why->str, ==, "");
  for (unsigned i = 1; i <= 23; i++)
    {
      pwk_violation (&found, "fault %u", i);
      pwk_violation (&unheard, "fault %u", i);
    }
  g_assert_false (pwk_violations_end (&found));
  g_assert_false (pwk_violations_end (&unheard));
  g_assert_true (g_str_has_prefix (why->str, "fault 1\nfault 2\n"));
  g_assert_true (g_str_has_suffix (why->str, "\nfault 20\nand 3 more\n"));
}

/* The table of kinds is whole: names are unique, each field has a name. */
static void
test_kinds (void)
{
  for (int kind = 0; kind < PWK_N_EVENTS; kind++)
    {
      const PwkEventInfo *info = pwk_event_info ((PwkEventKind) kind);

      g_assert_cmpint (pwk_event_from_name (info->name), ==, kind);
      g_assert_nonnull (info->where);
      for (unsigned i = 0; i < info->n_fields; i++)
        g_assert_cmpint (info->fields[i].name[0], !=, 0);
    }
  g_assert_cmpint (pwk_event_from_name ("no such event"), ==, -1);
}

static void
note_event (PwkMachine *machine, const PwkEvent *event, void *data)
{
  g_array_append_val ((GArray *) data, *event);
}

/* Numbers do not depend on who listens; causes nest; time is the sum of costs. */
static void
test_events (void)
{
  g_autoptr(GArray) heard = g_array_new (FALSE, FALSE, sizeof (PwkEvent));
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  uint64_t n = machine->st->n_events, ns = machine->st->cpus[0].ns, outer;

  pwk_emit_tick (machine, 1);
  pwk_machine_listen (machine, note_event, heard);
  pwk_machine_want (machine, PWK_EV_SPLIT, true);
  outer = pwk_event_open (machine, pwk_emit_tick (machine, 2));
  pwk_emit_split (machine, 8, 2, 12, 1, 0, 0);
  pwk_event_close (machine, outer);
  pwk_emit_split (machine, 9, 0, 0, 0, 0, 0);
  g_assert_cmpuint (machine->st->n_events, ==, n + 4);
  g_assert_cmpuint (heard->len, ==, 2);
  g_assert_cmpuint (g_array_index (heard, PwkEvent, 0).n, ==, n + 3);
  g_assert_cmpuint (g_array_index (heard, PwkEvent, 0).parent, ==, n + 2);
  g_assert_cmpuint (g_array_index (heard, PwkEvent, 0).arg[2], ==, 12);
  g_assert_cmpuint (g_array_index (heard, PwkEvent, 1).parent, ==, 0);
  g_assert_cmpuint (machine->st->cpus[0].ns - ns, ==, 2 * pwk_event_info (PWK_EV_TICK)->cost_ns + 2 * pwk_event_info (PWK_EV_SPLIT)->cost_ns);

  pwk_cost_set (machine, PWK_EV_TICK, 5);
  ns = machine->st->cpus[0].ns;
  pwk_emit_tick (machine, 3);
  g_assert_cmpuint (machine->st->cpus[0].ns - ns, ==, 5);
  machine->watch = machine->st->n_events + 1;
  pwk_emit_tick (machine, 4);
  g_assert_cmpuint (g_array_index (heard, PwkEvent, heard->len - 1).arg[0], ==, 4);
  check_and_free (machine);
}

static void
test_strings (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  PwkIndex a = pwk_string_intern (machine, "[heap]"), b = pwk_string_intern (machine, "[stack]");

  g_assert_cmpuint (pwk_string_intern (machine, ""), ==, 0);
  g_assert_cmpstr (pwk_string (machine, 0), ==, "");
  g_assert_cmpuint (a, !=, b);
  g_assert_cmpuint (pwk_string_intern (machine, "[heap]"), ==, a);
  g_assert_cmpstr (pwk_string (machine, b), ==, "[stack]");
  check_and_free (machine);
}

/* A full table refuses new names and knows the old ones; what is kept back is the program's own. */
static void
test_strings_full (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  unsigned n = 0;
  char name[16];

  for (;; n++)
    {
      g_snprintf (name, sizeof name, "%u", n);
      if (!pwk_string_fits (machine, name))
        break;
      g_assert_cmpuint (pwk_string_intern (machine, name), >, 0);
    }
  g_assert_cmpuint (n, >=, 500000);   /* the second table is nearly full */
  for (unsigned i = 0; i < n; i += 997)
    {
      g_snprintf (name, sizeof name, "%u", i);
      g_assert_cmpstr (pwk_string (machine, pwk_string_intern (machine, name)), ==, name);
    }
  g_assert_true (pwk_string_fits (machine, "77"));
  g_assert_true (pwk_string_fits (machine, ""));
  g_assert_cmpuint (pwk_string_intern (machine, "the program's own"), >, 0);
  check_and_free (machine);
}

/* The same by their bytes: 64 MiB but for the reserve. */
static void
test_strings_long (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  g_autofree char *name = g_strnfill ((1 << 20) - 1, 'x');
  unsigned n = 0;

  for (; pwk_string_fits (machine, name); n++)
    {
      g_assert_cmpuint (pwk_string_intern (machine, name), >, 0);
      name[n] = 'y';
    }
  g_assert_cmpuint (n, ==, 63);
  check_and_free (machine);
}

/* Records are zeroed when taken, reused when freed, and the first is never 0. */
static void
test_pools (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  uint32_t used = machine->st->pools[PWK_POOL_AVC].n_used;
  PwkIndex a = pwk_pool_alloc (machine, PWK_POOL_AVC), b = pwk_pool_alloc (machine, PWK_POOL_AVC);

  g_assert_cmpuint (a, >, 0);
  g_assert_cmpuint (b, !=, a);
  pwk_avc_edit (machine, a)->vma = 77;
  pwk_pool_free (machine, PWK_POOL_AVC, a);
  g_assert_cmpuint (pwk_pool_alloc (machine, PWK_POOL_AVC), ==, a);
  g_assert_cmpuint (pwk_avc (machine, a)->vma, ==, 0);
  pwk_pool_free (machine, PWK_POOL_AVC, a);
  pwk_pool_free (machine, PWK_POOL_AVC, b);
  g_assert_cmpuint (machine->st->pools[PWK_POOL_AVC].n_used, ==, used);
  check_and_free (machine);
}

/* Contents of a frame that is no page table: nothing until written, gone when cleared, copied with the frame. */
static void
test_frames (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", NULL);
  uint32_t used = machine->st->pools[PWK_POOL_FRAME].n_used;

  g_assert_null (pwk_frame_bytes (machine, 7000));
  pwk_frame_write (machine, 7000, 4090, "abcdef", 6);
  g_assert_cmpint (pwk_frame_bytes (machine, 7000)[4095], ==, 'f');
  pwk_frame_copy (machine, 7001, 7000);
  g_assert_cmpint (pwk_frame_bytes (machine, 7001)[4090], ==, 'a');
  pwk_frame_clear (machine, 7000);
  g_assert_null (pwk_frame_bytes (machine, 7000));
  pwk_frame_copy (machine, 7001, 7000);
  g_assert_null (pwk_frame_bytes (machine, 7001));
  g_assert_cmpuint (machine->st->pools[PWK_POOL_FRAME].n_used, ==, used);
  check_and_free (machine);
}

/* A cpu that comes for a lock which, in simulated time, is still held waits for it. */
static void
test_lock (void)
{
  PwkMachine *machine = pwk_machine_simple ("memory", "32M", "cpus", "2", NULL);
  PwkSpinlock lock = { 0 };
  uint64_t before;

  pwk_lock (machine, &lock, "test");
  machine->st->cpus[0].ns = 10000000;
  pwk_unlock (machine, &lock);
  machine->st->cur_cpu = 1;
  before = pwk_event_count (machine, PWK_EV_LOCK_WAIT);
  machine->st->cpus[1].ns = 9999000;
  pwk_lock (machine, &lock, "test");
  g_assert_cmpuint (machine->st->cpus[1].ns, ==, 10000000);
  g_assert_cmpuint (pwk_event_count (machine, PWK_EV_LOCK_WAIT), ==, before + 1);
  g_assert_cmpuint (lock.waits, ==, 1);
  g_assert_cmpuint (lock.wait_ns, ==, 1000);
  machine->st->cur_cpu = 0;
  check_and_free (machine);
}

/* The same configuration boots to the same state, and a checkpoint of it restores to it. */
static void
test_determinism (void)
{
  PwkMachine *a = pwk_machine_simple ("memory", "256M", "nodes", "2", "seed", "5", NULL);
  PwkMachine *b = pwk_machine_simple ("seed", "5", "memory", "256M", "nodes", "2", NULL);
  g_autoptr(PwkCheckpoint) saved = pwk_machine_save (a);
  uint64_t hash = pwk_machine_hash (a);

  g_assert_cmpuint (hash, ==, pwk_machine_hash (b));
  g_assert_cmpuint (pwk_random (a), ==, pwk_random (b));
  g_assert_cmpuint (pwk_machine_hash (a), !=, hash);
  pwk_machine_restore (a, saved);
  g_assert_cmpuint (pwk_machine_hash (a), ==, hash);
  check_and_free (a);
  check_and_free (b);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/check/violations", test_violations);
  g_test_add_func ("/engine/events/kinds", test_kinds);
  g_test_add_func ("/engine/events/numbers", test_events);
  g_test_add_func ("/engine/machine/strings", test_strings);
  g_test_add_func ("/engine/machine/strings/full", test_strings_full);
  g_test_add_func ("/engine/machine/strings/long", test_strings_long);
  g_test_add_func ("/engine/machine/pools", test_pools);
  g_test_add_func ("/engine/machine/frames", test_frames);
  g_test_add_func ("/engine/machine/lock", test_lock);
  g_test_add_func ("/engine/machine/determinism", test_determinism);
  return g_test_run ();
}
