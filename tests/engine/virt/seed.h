/* seed.h - the seed of random calls
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>
#include <stdlib.h>

/* $PWK_TEST_SEED, so that a run that failed can be run again; else a new one. The test tells it. */
static inline uint32_t
test_seed (void)
{
  const char *given = g_getenv ("PWK_TEST_SEED");

  return given ? (uint32_t) strtoul (given, NULL, 0) : (uint32_t) g_test_rand_int ();
}
