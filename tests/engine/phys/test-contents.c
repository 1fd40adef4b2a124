/* test-contents.c - what frames hold: nothing but what was written, wherever they are and whatever was there before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/phys/contents.h"
#include "phys.h"

#include <string.h>

/* Frames that are neighbours, those that lie 128 GiB apart, and the last of a machine of 1 TiB. */
#define GROUPS  8u
#define IN_A_ROW 6u
#define N_FRAMES (GROUPS * IN_A_ROW)

static PwkPfn
frame (const PwkMachine *machine, unsigned i)
{
  PwkPfn group = i / IN_A_ROW, behind = i % IN_A_ROW;

  return group == GROUPS - 1 ? machine->st->max_pfn - 1 - behind : (group << 25) + 6000 + behind;
}

static void
assert_holds (const PwkMachine *machine, PwkPfn pfn, uint8_t byte)
{
  const uint8_t *bytes = pwk_frame_bytes (machine, pfn);

  g_assert_cmpint (bytes != NULL, ==, byte != 0);
  for (unsigned at = 0; bytes && at < PWK_PAGE_SIZE; at++)
    g_assert_cmpuint (bytes[at], ==, byte);
}

/* Written, copied and cleared in any order; what every frame holds is known beside the machine. */
static void
test_any_order (void)
{
  uint64_t seed = (uint64_t) (uint32_t) g_test_rand_int ();
  g_autoptr(GRand) rand = g_rand_new_with_seed ((guint32) seed);
  g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "1T", "cpus", "1", NULL);
  uint64_t left = pwk_frames_left (machine), n_held = 0;
  uint8_t held[N_FRAMES] = { 0 }, page[PWK_PAGE_SIZE];

  g_test_message ("seed %" G_GUINT64_FORMAT, seed);
  for (unsigned step = 0; step < 4000; step++)
    {
      unsigned to = (unsigned) g_rand_int_range (rand, 0, N_FRAMES), from = (unsigned) g_rand_int_range (rand, 0, N_FRAMES);

      switch (g_rand_int_range (rand, 0, 3))
        {
        case 0:
          held[to] = (uint8_t) g_rand_int_range (rand, 1, 256);
          memset (page, held[to], sizeof page);
          pwk_frame_write (machine, frame (machine, to), 0, page, sizeof page);
          break;
        case 1:
          held[to] = 0;
          pwk_frame_clear (machine, frame (machine, to));
          break;
        default:
          held[to] = held[from];
          pwk_frame_copy (machine, frame (machine, to), frame (machine, from));
          break;
        }
      n_held = 0;
      for (unsigned i = 0; i < N_FRAMES; i++)
        {
          assert_holds (machine, frame (machine, i), held[i]);
          n_held += held[i] != 0;
        }
      g_assert_cmpuint (pwk_frames_left (machine), ==, left - n_held);
    }
  pwk_test_check (machine);
}

static void
write_and_clear (PwkMachine *machine, PwkPfn pfn)
{
  pwk_frame_write (machine, pfn, 8, "x", 1);
  pwk_frame_clear (machine, pfn);
}

/* What was cleared takes no other frame's place: whichever of the two came first, the machine is the same. */
static void
test_no_trace_of_order (void)
{
  uint64_t hash[2];

  for (unsigned i = 0; i < 2; i++)
    {
      g_autoptr(PwkMachine) machine = pwk_test_machine ("memory", "1T", "cpus", "1", NULL);

      write_and_clear (machine, 6000 + ((PwkPfn) i << 25));
      write_and_clear (machine, 6000 + ((PwkPfn) (1 - i) << 25));
      hash[i] = pwk_machine_hash (machine);
    }
  g_assert_cmpuint (hash[0], ==, hash[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/phys/contents/any-order", test_any_order);
  g_test_add_func ("/engine/phys/contents/no-trace-of-order", test_no_trace_of_order);
  return g_test_run ();
}
