/* fuzz-scenario.c - any text as a scenario
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_dup_text (data, size);

  fuzz_run_scenario (text);
  return 0;
}
