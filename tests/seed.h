/* seed.h - the seed of what is random in a test
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

/* $PWK_TEST_SEED, so that a run that failed can be run again; else a new one. Odd, as generators of the kind of xorshift want no zero. Said in
 * the test's messages. */
static inline uint64_t
test_seed (void)
{
  const char *given = g_getenv ("PWK_TEST_SEED");
  uint64_t seed = (given ? g_ascii_strtoull (given, NULL, 0) : (uint32_t) g_test_rand_int ()) | 1;

  g_test_message ("PWK_TEST_SEED=%" G_GUINT64_FORMAT, seed);
  return seed;
}
