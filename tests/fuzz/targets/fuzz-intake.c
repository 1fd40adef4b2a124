/* fuzz-intake.c - any bytes, as whoever opens, drops or pastes them gives them to the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "intake/intake.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *bytes = g_malloc (size + 1);
  g_auto(PwkIntake) intake = { 0 };
  g_autoptr(GError) error = NULL;

  /* as g_file_get_contents () gives them */
  if (size)
    memcpy (bytes, data, size);
  bytes[size] = '\0';
  if (!pwk_intake_bytes (&intake, NULL, bytes, size, &error))
    {
      if (!error || !error->message[0])
        g_error ("refused without a word");
      return 0;
    }
  if (intake.text)
    fuzz_run_scenario (intake.text);
  return 0;
}
