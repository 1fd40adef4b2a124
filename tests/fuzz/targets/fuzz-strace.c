/* fuzz-strace.c - any text as a recording in strace's form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "scenario/runner.h"
#include "scenario/strace.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = fuzz_dup_text (data, size);
  g_autoptr(PwkScript) script = pwk_strace_parse ("fuzz", text, -1, NULL, NULL, NULL);
  guint n = 0;
  const PwkLoss *losses = script ? pwk_script_losses (script, &n) : NULL;

  for (guint i = 0; i < n; i++)
    g_free (pwk_loss_to_string (&losses[i]));
  if (pwk_strace_recognise (text, strlen (text)))
    fuzz_run_scenario (text);
  return 0;
}
